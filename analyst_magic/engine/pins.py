"""Answers in the lock file: found for a question where they still fit, and pinned or compared when the turn is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..checks.run import frames_named
from ..credentials import has_credentials, without_credentials
from ..errors import LockError, LockUnreadable, Unpinned
from ..history.columns import families
from ..history.lock import LockFile
from ..history.pin import FROM_LOCK, UNCHANGED, Pin, follows, question_keys
from ..language import message
from ..models.providers import is_remote
from ..results.chart_edit import ChartEdit
from ..results.digest import digest
from ..results.figure import Figure
from ..results.table import Table
from ..results.text import Text
from ..sources.kinds import schema_text
from ..turn import Code, Question, Turn
from ..wording import count
from .defined_metrics import pin_changes
from .external_tools import calls_of
from .fitting import Kinds, kinds_of, names_in_code, why_unfit
from .job import Job
from .repair import Draft

OLD_WORDS = "Written when the result was another:"


async def find_pin(job: Job, draft: Draft) -> Draft:
    """The draft with the pinned answer of the question, where there is one that fits the sources.

    Raises:
        Unpinned: There is none that fits, and no other may be asked for.
        LockError: The lock file is damaged.
    """
    lock, options = job.options.lock, job.options
    if lock is None or job.question.code is not None or (options.fresh and not options.frozen):
        return draft
    before = job.conversation.last_question
    pin, notes = await asyncio.to_thread(
        find,
        lock,
        job.question,
        before,
        job.sources,
        frozen=options.frozen,
        changes=lambda code: pin_changes(job, code),
    )
    return replace(draft, pin=pin, notes=(*draft.notes, *notes))


async def settle_pin(job: Job, turn: Turn, pin: Pin | None) -> Turn:
    """Pin a new answer, or compare a pinned one with what it gave when it was pinned; the remark is in the notes."""
    lock = job.options.lock
    if lock is None or not turn.ok or turn.kind != "result" or job.question.code is not None:
        return turn
    if pin is None and turn.attempts and turn.attempts[-1].doubt:
        return replace(turn, notes=(*turn.notes, message("The answer is not pinned, as it is in doubt.")))
    before, image = job.conversation.last_question, job.session.sandbox.provider.image
    return await asyncio.to_thread(remember, lock, turn, pin, before, job.sources, image)


def find(
    lock: LockFile,
    question: Question,
    before: str,
    frames: Mapping[str, object],
    *,
    frozen: bool,
    changes: Callable[[Code], str] = lambda code: "",
) -> tuple[Pin | None, list[str]]:
    """The pinned answer of a question whose program finds its columns in the frames, and remarks for the user.

    Args:
        lock: The lock file.
        question: What is asked.
        before: The question before it.
        frames: The frames in scope.
        frozen: Whether no other answer may be asked for.
        changes: Why pinned code does not hold any more, beside its columns; empty where it does.

    Raises:
        Unpinned: There is none that fits, and no other may be asked for.
        LockError: The lock file cannot be read.
    """
    try:
        pins = lock.find_all(*question_keys(question, before))
    except LockUnreadable as error:
        if frozen:
            raise
        return None, [f"Asked without the lock file: {error.message}"]
    kinds = kinds_of((name for pin in pins for name in pin.frames), frames)
    reasons = {index: why_unfit(pin.code, pin.frames, kinds) or changes(pin.code) for index, pin in enumerate(pins)}
    fitting = [pins[index] for index, reason in reasons.items() if not reason]
    if fitting:
        pin = max(fitting, key=lambda pin: _likeness(pin, kinds))
        return pin, ["The pinned answer was edited by hand since it was pinned."] if pin.edited else []
    why = next(iter(reasons.values()), "no answer is pinned")
    if frozen:
        raise Unpinned(
            message(
                "“{without_credentials}” cannot be answered from {path}: {why}.",
                without_credentials=without_credentials(question.text)[:200],
                path=lock.path.name,
                why=why,
            ),
            message("Ask it once without --frozen, and commit the lock file."),
        )
    return None, [f"Asked again, as {why}."] if pins else []


def remember(
    lock: LockFile, turn: Turn, pin: Pin | None, before: str, frames: Mapping[str, object], image: str
) -> Turn:
    """Pin a new answer; of a pinned one, say whether its results are still the same.

    Args:
        lock: The lock file.
        turn: An answer that ran.
        pin: The pin that it came from, if it did.
        before: The question before it.
        frames: The frames in scope.
        image: What the sandbox was made from.

    Returns:
        The turn with a remark in its notes; that it cannot be pinned is such a remark too.
    """
    filled = _filled(turn)
    digests = (
        *([digest(Text(turn.answer)).replace("text", "answer", 1)] if filled else []),
        *map(digest, turn.results),
    )
    if pin is not None:
        turn = turn if pin.results == digests else _without_old_words(turn, pin, filled=filled)
        notes = (*turn.notes, _compared(pin.results, digests, turn), *_as_pinned(pin.tools))
        return _as_edited(replace(turn, notes=notes), pin.edits)
    code, question = turn.program, turn.question
    if code is None:
        return replace(
            turn, notes=(*turn.notes, message("The answer is not pinned, as its steps are in several languages."))
        )
    if has_credentials(code.text):
        note = message("The answer is not pinned, as its code holds what looks like a key or a password.")
        return replace(turn, notes=(*turn.notes, note))
    made = Pin(
        question=question.text,
        wants=question.format_key,
        language=question.language or "",
        after=follows(question.text, before),
        code=replace(code, text=code.text.strip("\n")),
        model=turn.model,
        text=turn.text,
        frames={name: schema_text(frames[name], name) for name in _used(code, frames)},
        results=digests,
        image=image,
        privacy=turn.code_privacy,
        answer="" if filled else turn.answer,
        tools=calls_of(turn.attempts),
    )
    try:
        lock.put(made)
    except (LockError, OSError) as error:
        return replace(turn, notes=(*turn.notes, message("The answer is not pinned. {error}", error=str(error))))
    return turn


def keep_edit(lock: LockFile | None, turn: Turn, place: int, edit: ChartEdit) -> str:
    """Keep what the reader changed of a chart beside its pinned answer; says so where that cannot be.

    Args:
        lock: The lock file, where there is one.
        turn: The answer.
        place: The figure's among its results.
        edit: The change.
    """
    program = turn.program
    if lock is None or program is None or turn.question.code is not None:
        return "Shown here alone: this answer is not kept in analyst.lock."
    try:
        written = lock.edit(turn.question.text, program.text, place + 1, str(edit))
    except (LockError, OSError) as error:
        return f"Shown here alone: {error}"
    return "" if written else "Shown here alone: this answer is not kept in analyst.lock."


def _as_edited(turn: Turn, edits: Mapping[str, str]) -> Turn:
    """A pinned answer as its reader changed it."""
    results, notes = list(turn.results), []
    for place, text in sorted(edits.items()):
        at = int(place) - 1 if place.isdecimal() else -1
        if not 0 <= at < len(results) or not isinstance(results[at], Figure | Table):
            continue
        try:
            edit = ChartEdit.read(text)
        except ValueError:
            notes.append(
                message(
                    "What analyst.lock says of figure {place} cannot be read, and is left out: {text}",
                    place=str(place),
                    text=text[:80],
                )
            )
            continue
        results[at] = results[at].with_edit(edit)
        notes.append(message("The chart is shown as it was changed: {words}.", words=edit.words))
    return replace(turn, results=tuple(results), notes=(*turn.notes, *notes))


def _filled(turn: Turn) -> bool:
    """Whether the code has filled the answer in."""
    execution = turn.attempts[-1].execution if turn.attempts else None
    return execution is not None and any(output.kind == "answer" for output in execution.outputs)


def _without_old_words(turn: Turn, pin: Pin, *, filled: bool) -> Turn:
    """A turn whose results have changed since a model wrote about them: its words are marked, and are no answer."""
    if not filled and turn.answer:
        turn = replace(turn, answer="", text=f"{OLD_WORDS} {turn.answer}")
    elif turn.text and any(character.isdigit() for character in turn.text) and is_remote(pin.model):
        turn = replace(turn, text=f"{OLD_WORDS} {turn.text}")
    return turn


def _used(code: Code, frames: Mapping[str, object]) -> list[str]:
    """The frames that code names."""
    called = names_in_code(code, frames)
    used = frames_named(code, called.values())
    return [name for name, code_name in called.items() if code_name in used]


def _as_pinned(calls: Sequence[str]) -> list[str]:
    """What is said of a pinned answer that rests on what tools answered at the time."""
    if not calls:
        return []
    return [f"No tool was called now; when it was pinned: {' '.join(calls)} Ask with --fresh to call again."]


def _likeness(pin: Pin, kinds: Kinds) -> int:
    """How much the frames are those that an answer was pinned for: columns in common, less those that differ."""
    pairs = [(set(families(schema)), set(kinds[name])) for name, schema in pin.frames.items()]
    return sum(len(then & now) - len(then ^ now) for then, now in pairs)


def _compared(then: Sequence[str], now: Sequence[str], turn: Turn) -> str:
    """One sentence on whether the results are those that were pinned."""
    if list(then) == list(now):
        return f"{FROM_LOCK} {UNCHANGED}"
    execution = turn.attempts[-1].execution if turn.attempts else None
    if execution is not None and execution.random:
        return (
            f"{FROM_LOCK} the code draws random numbers, and its result is not the one "
            "that was pinned. Numbers repeat when the whole notebook runs again in a new sandbox; to repeat one answer "
            "by itself, ask for a fixed seed."
        )
    if len(then) != len(now):
        return f"{FROM_LOCK} it had {count(len(then), 'result')} and has {len(now)} now."
    names = [*(["answer"] * (len(now) - len(turn.results))), *(f"{r.kind} {i + 1}" for i, r in enumerate(turn.results))]
    which = [name for name, a, b in zip(names, then, now, strict=True) if a != b]
    return f"{FROM_LOCK} changed since it was pinned: {', '.join(which)}."
