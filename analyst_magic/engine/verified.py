"""Verified questions in a turn: found by meaning, run without a model, told as stale, and examples for a model."""

from __future__ import annotations

import datetime as dt
import getpass
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..checks.run import frames_named
from ..errors import AnalystError, InputError
from ..language import message
from ..semantics.expand import changed_since, definitions_used
from ..semantics.files import LoadedDefinitions
from ..semantics.formula import Columns
from ..semantics.scope import columns_of, formulas, needed
from ..semantics.verified import VerifiedQuestion, matched, seal_of, with_parameters
from ..sources.kinds import schema_text
from ..turn import Attempt, Code, Exchange, FrameCard, Output, Turn
from ..turn.definitions import Definitions
from .defined_metrics import columns_at_hand
from .fitting import kinds_of, names_in_code, why_unfit
from .job import Job
from .row_counts import row_evidence
from .used import used_frames

MAX_EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class VerifiedMatch:
    """A verified question that means what is asked.

    Attributes:
        question: The verified question.
        code: Its code, with the values that are asked for.
        values: Those that are others than the verified ones, by their names.
        stale: Why it holds no more; empty where it does.
    """

    question: VerifiedQuestion
    code: Code
    values: Mapping[str, str]
    stale: str = ""

    @property
    def note(self) -> str:
        """A remark for the user."""
        one = self.question
        if self.stale:
            return message(
                "The verified question {name} ({place}) is stale: {stale}. It was not used.",
                name=one.name,
                place=one.place,
                stale=self.stale,
            )
        about = f": {one.note.rstrip('.')}." if one.note else "."
        return message("Verified by {by} on {at} as {name}{about}", by=one.by, at=one.at, name=one.name, about=about)


def find_verified(job: Job) -> VerifiedMatch | None:
    """The verified question that means what is asked; None where there is none, or another form is asked for."""
    asked, known = job.question, job.options.definitions
    if not known.verified or asked.code is not None or job.options.fresh or job.options.frozen or asked.dashboard:
        return None
    if asked.format_key or asked.files:
        return None
    found = matched(asked.text, known.verified, known.definitions)
    if found is None or (asked.language and asked.language != found[0].code.language):
        return None
    one, values = found
    stale = why_stale(one, known.definitions, columns_at_hand(job, known.definitions), job.sources)
    others = {name: value for name, value in values.items() if value != one.parameters.get(name)}
    return VerifiedMatch(one, one.code_with(values), others, stale)


def with_absence_said(job: Job, found: VerifiedMatch, tried: Attempt) -> Attempt:
    """A run of verified code with a sentence as its answer where no row fits another value than the verified one."""
    if tried.execution is None or not found.values:
        return tried
    steps, _ = row_evidence(job, tried, used_frames([tried.code], job.sources))
    if not any(step.kind == "filter" and step.before and not step.after for step in steps):
        return tried
    values = " and ".join(f"the {name} {value}" for name, value in found.values.items())
    said = Output("answer", message("No rows: nothing in the data fits {what}.", what=values))
    outputs = (said, *(output for output in tried.execution.outputs if output.kind != "answer"))
    return replace(tried, execution=replace(tried.execution, outputs=outputs), doubt=said.data)


def why_stale(one: VerifiedQuestion, definitions: Definitions, columns: Columns, sources: Mapping[str, object]) -> str:
    """Why a verified question holds no more: its code, a definition or the data is another; empty where it holds.

    Args:
        one: The question.
        definitions: What is defined.
        columns: The columns of the datasets at hand.
        sources: The frames in scope.
    """
    if one.is_edited:
        return "its question or code was edited since it was verified"
    usable = formulas(definitions, columns)
    changed = [n for n, digest in one.definitions.items() if n not in usable or usable[n].digest != digest]
    changed += [name for name in changed_since(one.code.text, definitions, columns) if name not in changed]
    if changed:
        return f"the definition of {' and '.join(changed)} is another now"
    reason = why_unfit(one.code, one.frames, kinds_of(one.frames, sources))
    return reason.replace("when the answer was pinned", "when it was verified")


def stale_questions(
    known: LoadedDefinitions, cards: Sequence[FrameCard], sources: Mapping[str, object]
) -> Iterator[tuple[VerifiedQuestion, str]]:
    """The verified questions that hold no more, each with the reason; those over frames out of scope are left out."""
    columns = columns_of(known.definitions, cards)
    for one in known.verified:
        is_known = one.is_edited or set(one.frames) <= set(sources)
        if is_known and (reason := why_stale(one, known.definitions, columns, sources)):
            yield one, reason


def verified_examples(job: Job, sources: Mapping[str, object]) -> tuple[Exchange, ...]:
    """Verified questions that share words with the question and hold, as examples for a model: the most alike first."""
    known = job.options.definitions
    words = set(re.findall(r"\w{4,}", job.question.text.casefold()))
    shared = {one.name: len(words & set(re.findall(r"\w{4,}", one.question.casefold()))) for one in known.verified}
    hidden = {entry.partition(".")[2] for entry in job.options.hidden}
    columns = columns_at_hand(job, known.definitions) if any(shared.values()) else {}
    found = list[Exchange]()
    for one in sorted(known.verified, key=lambda one: -shared[one.name]):
        if not shared[one.name] or len(found) == MAX_EXAMPLES:
            break
        text = one.question.format_map(_Values(one.parameters))
        example = Exchange(text, one.code, "It was verified.", privacy=one.privacy)
        is_seen = not any(name and name in f"{text} {one.code.text}" for name in hidden)
        if is_seen and example.within(job.options.privacy):
            found += [] if why_stale(one, known.definitions, columns, sources) else [example]
    return tuple(found)


class _Values(dict[str, str]):
    """The values of a question by their names; a name that has none stays."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def verified_of(
    turn: Turn, name: str, note: str, sources: Mapping[str, object], known: Definitions, cards: Sequence[FrameCard]
) -> VerifiedQuestion:
    """A turn as a verified question.

    Args:
        turn: An answer that a person has checked.
        name: What the question is to be called.
        note: What to know of it.
        sources: The frames that it was asked about.
        known: What is defined.
        cards: The sources with their columns.

    Raises:
        InputError: The turn has no code that answers it, or the name cannot be one.
    """
    program = turn.program
    if program is None or not program.text.strip() or turn.kind != "result" or turn.question.code is not None:
        raise InputError(
            message("Only the answer to a question can be verified, where code gave it."),
            message("Ask the question, look, and verify."),
        )
    if program.language == "document":
        raise InputError(
            message("A document cannot be verified."), message("Verify the question whose result it shows.")
        )
    if not re.fullmatch(r"[\w][\w -]{0,79}", name):
        raise InputError(
            message("“{name}” cannot be a name.", name=name[:80]),
            message("Use letters, digits, blanks, hyphens and underscores."),
        )
    question, values = with_parameters(" ".join(turn.question.text.split()), program.text)
    usable = formulas(known, columns_of(known, cards))
    metrics = {*(metric.name for metric in needed(turn.question.text, known)), *definitions_used(program.text)}
    called = names_in_code(program, sources)
    used = frames_named(program, called.values())
    schemas = {name: schema_text(sources[name], name) for name, word in called.items() if word in used}
    return VerifiedQuestion(
        name,
        question,
        program,
        _user(),
        dt.date.today().isoformat(),
        " ".join(note.split()),
        values,
        schemas,
        {name: usable[name].digest for name in sorted(metrics) if name in usable},
        seal_of(question, program),
        turn.code_privacy,
        turn.model,
    )


def _user() -> str:
    """The user's name on this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"


def failed_note(one: VerifiedQuestion, error: AnalystError | None) -> str:
    """A remark on a verified question whose code failed."""
    return message(
        "The verified question {name} ({place}) could not be used: {error}",
        name=one.name,
        place=one.place,
        error=str(error),
    )
