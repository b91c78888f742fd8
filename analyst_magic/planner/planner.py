"""The offline planner: answers plain questions by rules, with no model and no network.

It is a reader of English with a small vocabulary, and named so: it says how it understood a question, and it abstains
where it does not understand every word of it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import permutations

from ..errors import Abstained, CheckFailed, EmptyQuestion
from ..language import message
from ..sources.mentions import mentioned, plain
from ..theme import load_theme
from ..turn import Code, Context, Exchange, FrameCard, Question, Reply
from .abstaining import asks_for_help, foreign_language, help_text, with_help
from .analyses import find_analysis
from .asking import Ambiguous, Choose, asked_back, meanings, picked
from .by_definition import DefinedQuestion, apply_definitions
from .dashboards import dashboard_parts
from .figures import NEXT_STEP
from .following import Choose as ChoosePlan
from .following import read_in_turn
from .lexicon import lexicon, unknown_words
from .linking import tags
from .listed import LISTED_ROWS
from .phrases import PHRASE_WORDS
from .plan.compile import to_code
from .plan.describe import reading
from .plan.joins import join_between, joined
from .plan.schema import Filter, Join, QueryPlan, Window, walk
from .plan.sql import is_time, with_nans
from .plan.words import name_parts, spoken
from .planning import assumed, best_plan, explained, plan_question
from .slips import meant, rows_meant
from .spellings import said_of_spellings
from .tokens import stem, tokens
from .totals import said_of_total

NAME = "offline"


class OfflinePlanner:
    """Answers by rules alone: the same question about the same frames always gets the same answer."""

    name = NAME
    remote = False
    repairs = False  # the same question gets the same code, whatever became of it
    writes = False
    images = False

    async def reply(self, context: Context, on_text: Callable[[str], None] | None = None) -> Reply:
        """Answer the question with code, and say how it was read.

        Args:
            context: The question and the cards of the frames that it may be about.
            on_text: Called once, with the whole text of the reply.

        Raises:
            Abstained: The question is not understood.
        """
        names = [card.name for card in context.frames]
        mentions = mentioned(context.question.text, names)
        frames = tuple(card for card in context.frames if not mentions or card.name in mentions)
        question = replace(context.question, text=plain(context.question.text, names))
        if asks_for_help(question.text):
            return Reply(help_text(frames), None, self.name, kind="refusal")
        analysis = find_analysis(question.text, frames)
        if analysis is not None:
            if on_text is not None:
                on_text(analysis.reading)
            return Reply(analysis.reading, analysis.code, self.name)
        before = [replace(e, question=plain(e.question, names)) for e in context.conversation if not e.failed]
        known = apply_definitions(question, before, frames, context.definitions) if context.definitions else None
        if known is not None:
            question, before, frames = known.question, list(known.before), known.frames
        choose: ChoosePlan = partial(_read_or_abstain, today=context.today)
        choose = known.choosing(choose, context.today) if known is not None else choose
        parts, remark = dashboard_parts(question, frames, choose)
        asked = [replace(question, text=part, wants="figure") for part in parts] if parts else [question]
        if before and not parts and (meant := _answer_to(question, frames, before[-1].question, choose)) is not None:
            asked = [replace(question, text=meant)]
        said = [remark] if remark else []
        try:
            read = [_in_turn_or_abstain(part, frames, before, choose, context.today) for part in asked]
        except Abstained as first:
            error, offered = questions_back(first, question, frames, choose) if not parts else (first, ())
            if not offered:
                raise with_help(error, question, frames, choose) from None
            if not context.asks_back and isinstance(error, Ambiguous) and error.whole:
                asked = [replace(question, text=offered[0])]
                read = [choose(asked[0], frames)]
                said = [f"{error.message} The first is taken, as nobody can be asked."]
                return self._answered(context, asked, read, said, on_text, choose, known)
            text = asked_back(error, offered)
            if on_text is not None:
                on_text(text)
            return Reply(text, None, self.name, kind="question")
        return self._answered(context, asked, read, said, on_text, choose, known)

    def _answered(
        self,
        context: Context,
        asked: Sequence[Question],
        read: Sequence[tuple[QueryPlan, FrameCard]],
        said: Sequence[str],
        on_text: Callable[[str], None] | None,
        choose: Choose,
        known: DefinedQuestion | None,
    ) -> Reply:
        """The reply with the code of what was read: one program, also for the figures of a dashboard."""
        question, frames = context.question, context.frames
        if known is not None:
            read = [(known.plan(plan), known.card(card)) for plan, card in read]
            said = [*(sentence for plan, _ in read for sentence in known.remarks_on(plan)), *said]
        theme = load_theme()
        try:
            codes = [
                to_code(plan, card, part.language, question.template is not None, frames, theme)
                for part, (plan, card) in zip(asked, read, strict=True)
            ]
        except Abstained:
            raise
        except CheckFailed as error:  # what was read cannot be computed, and the reason says why
            raise with_help(Abstained(error.message, error.next_step), question, frames, choose) from error
        except _BUGS as error:
            raise with_help(_no_plan(), question, frames, choose) from error
        code = _one_after_another(codes) if len(codes) > 1 else codes[0]
        sentences = [
            " ".join([reading(plan, card), *remarks(plan, card), *_assumed(part, card, context.today)])
            for part, (plan, card) in zip(asked, read, strict=True)
        ]
        text = " ".join([*sentences, *said])
        if len(sentences) > 1:  # of a dashboard: a line for each figure
            text = "\n".join([*(f"- {sentence}" for sentence in sentences), *(["", " ".join(said)] if said else [])])
        if on_text is not None:
            on_text(text)
        return Reply(text, code, self.name)

    async def list_models(self) -> list[str]:
        """Names of the models of this provider: there is one alone."""
        return []

    async def close(self) -> None:
        """Nothing to close."""


_BUGS = (ArithmeticError, AssertionError, LookupError, RecursionError, TypeError, ValueError)
"""What a mistake of the planner itself raises; whoever asks gets an honest sentence instead."""


def _no_plan() -> Abstained:
    return Abstained(message("The offline planner cannot make a whole of this question."), NEXT_STEP)


def _read_or_abstain(question: Question, frames: tuple[FrameCard, ...], today: str = "") -> tuple[QueryPlan, FrameCard]:
    """As ``choose_plan``; a mistake of the planner itself is an abstention too."""
    try:
        return choose_plan(question, frames, today)
    except _BUGS as error:
        raise _no_plan() from error


def _in_turn_or_abstain(
    question: Question, frames: tuple[FrameCard, ...], before: Sequence[Exchange], choose: ChoosePlan, today: str
) -> tuple[QueryPlan, FrameCard]:
    """As ``read_in_turn``; a mistake of the planner itself is an abstention too."""
    try:
        return read_in_turn(question, frames, before, choose, today)
    except _BUGS as error:
        raise _no_plan() from error


def questions_back(
    error: Abstained, question: Question, frames: tuple[FrameCard, ...], choose: Choose
) -> tuple[Abstained, tuple[str, ...]]:
    """What to ask back, and the questions that are offered: its meanings, or what its slips of spelling may mean."""
    offered = meanings(error, question, frames, choose)
    if offered or foreign_language(question.text, frames) is not None:
        return error, offered
    slip = meant(question, frames, choose, error.message if "no value" in error.message else "")
    slip = slip or rows_meant(question, frames, choose)
    return (error, ()) if slip is None else (slip, slip.choices)


def _answer_to(question: Question, frames: tuple[FrameCard, ...], last: str, choose: Choose) -> str | None:
    """The question that is meant where this one answers what the planner asked back: ``the average``."""
    before = replace(question, text=last)
    try:
        choose(before, frames)
    except Abstained as error:
        return picked(question.text, questions_back(error, before, frames, choose)[1])
    return None


def _one_after_another(codes: Sequence[Code]) -> Code:
    """Joins programs that each end with a figure into one that displays all figures."""
    blocks, imports = [], dict[str, None]()
    for code in codes:
        lines = code.text.strip("\n").split("\n")
        imports.update(dict.fromkeys(line for line in lines if line.startswith(("import ", "from "))))
        rest = [line for line in lines if not line.startswith(("import ", "from "))]
        blocks.append("\n".join([*rest[:-1], f"display({rest[-1]})"]).strip("\n"))
    return Code("\n".join([*imports, "", "\n\n".join(blocks)]), "python")


def choose_plan(question: Question, frames: tuple[FrameCard, ...], today: str = "") -> tuple[QueryPlan, FrameCard]:
    """The plan of a question, and the frame that it is about: the one named, else the only one that it fits.

    Args:
        question: What is asked.
        frames: The cards of the frames that it may be about.
        today: The date as ISO text; empty for that of this machine.

    Raises:
        Abstained: No frame, or more than one, explains every word.
    """
    frames = _with_columns(question, frames)
    words = tokens(question.text)
    unknown = {card.name: unknown_words(words, lexicon(card, today)) for card in frames}
    least = min(len(left) for left in unknown.values())
    plans, failures = [], []
    for card in frames:
        if len(unknown[card.name]) > least:  # another frame explains more of the question
            continue
        try:
            plan, found = best_plan(question, lexicon(card, today))
            if not _speak_of_another(assumed(found), card, frames):
                plans.append((plan, card))
        except Abstained as error:
            failures.append((card, error))
    if not plans:
        plans = _over_two(question, frames, unknown, today)
    if not plans and not failures:
        raise Abstained(message("The question speaks of two frames that have no evident key."), NEXT_STEP)
    if not plans:
        raise _closest(question, failures, unknown)
    return plans[0] if len(plans) == 1 else _of_the_named(question, plans)


def _with_columns(question: Question, frames: tuple[FrameCard, ...]) -> tuple[FrameCard, ...]:
    """The frames that a question can be about.

    Raises:
        Abstained: There are none, or nothing is asked.
    """
    if not question.text.strip():
        raise EmptyQuestion(message("The question is empty."), message("Write what you want to know below %%analyst."))
    if not frames:
        raise Abstained(message("There is no data frame to ask about."), message("Load one first, or name it with -f."))
    if not any(card.columns for card in frames):
        raise Abstained(
            message("{name} has no columns to ask about.", name=frames[0].name),
            message("Ask about a frame that has some."),
        )
    return tuple(card for card in frames if card.columns)


def _of_the_named(question: Question, plans: list[tuple[QueryPlan, FrameCard]]) -> tuple[QueryPlan, FrameCard]:
    """The plan over the frame that the question names, where it fits several.

    Raises:
        Ambiguous: It names none, or more than one of them.
    """
    named = [(plan, card) for plan, card in plans if _names(question, card)] or plans
    if len(named) > 1:
        names = ", ".join(" with ".join([card.name, *(j.frame for j in plan.joins)]) for plan, card in named)
        plain = question.text.strip().rstrip("?.! ")
        raise Ambiguous(
            message("The question fits several frames: {names}.", names=names),
            message("Name the frame in the question, or with -f."),
            choices=[f"{plain} in {card.name}" for plan, card in named if not plan.joins],
        )
    return named[0]


def _speak_of_another(taken: list[str], card: FrameCard, frames: tuple[FrameCard, ...]) -> bool:
    """Whether a word that was taken for the rows of one frame is the name, or a column, of another."""
    others = [other for other in frames if other.name != card.name]
    names = {stem(part) for o in others for n in (o.name, *(c.sql for c in o.columns)) for part in name_parts(n)}
    return any(stem(word.lower()) in names for word in taken)


def _over_two(
    question: Question, frames: tuple[FrameCard, ...], unknown: dict[str, frozenset[str]], today: str
) -> list[tuple[QueryPlan, FrameCard]]:
    """Plans over one frame with the columns that another has for its rows, for questions that no frame alone fits."""
    found = []
    for left, right in permutations(frames, 2):
        lacks = unknown[left.name] or _lacking(question, left, right, today)
        if not lacks or not lacks.isdisjoint(unknown[right.name]):
            continue  # the other frame does not know the words that this one lacks
        join = join_between(left, right)
        if join is None:
            continue
        card = joined(left, right, join)
        with contextlib.suppress(Abstained):
            plan = plan_question(replace(question, text=_without_noun(question.text, right, join)), card, today)
            if set(plan.columns) & set(join.brings) and not set(plan.numbers) & set(join.brings):
                found.append((plan.model_copy(update={"joins": (join,)}), card))
    own = [(plan, card) for plan, card in found if not _of_brought(plan)]
    return own or found


def _of_brought(plan: QueryPlan) -> bool:
    """Whether a figure is of a column of the joined frame, whose rows may be counted several times."""
    brought = {name for join in plan.joins for name in join.brings}
    return any(measure.column in brought for measure in plan.measures)


def _lacking(question: Question, left: FrameCard, right: FrameCard, today: str) -> frozenset[str]:
    """Words of the language, such as *name*, that are a column of ``right`` and none of ``left``."""
    mine, theirs = lexicon(left, today), lexicon(right, today)
    return frozenset(
        token.low
        for token in tokens(question.text)
        if token.low in PHRASE_WORDS and token.low in theirs.exact and token.low not in mine.vocabulary
    )


def _without_noun(text: str, right: FrameCard, join: Join) -> str:
    """The question with ``airline name`` as the column ``name`` of ``airlines``, and so any column that it brings."""
    noun = spoken(right.name)
    nouns = "|".join(re.escape(word) for word in dict.fromkeys((noun, stem(noun))))
    for name in join.brings:
        said, column = re.escape(spoken(name)), f'"{name}"'.replace("\\", r"\\")
        text = re.sub(rf"\b(?:{nouns})(?:['’]s)?\s+{said}s?\b", column, text, flags=re.IGNORECASE)
        text = re.sub(rf"\b{said}s?\s+of\s+(?:the\s+)?(?:{nouns})\b", column, text, flags=re.IGNORECASE)
    return text


def _closest(
    question: Question, failures: list[tuple[FrameCard, Abstained]], unknown: dict[str, frozenset[str]]
) -> Abstained:
    """Why the frame that explains most of the question does not explain all of it."""
    if len(failures) == 1:
        return explained(question, *failures[0])
    ranked = sorted(failures, key=lambda failure: (len(unknown[failure[0].name]), not _names(question, failure[0])))
    best, error = ranked[0]
    if isinstance(error, Ambiguous):
        return error
    if len(unknown[best.name]) == len(unknown[ranked[1][0].name]) and not _names(question, best):
        names = ", ".join(card.name for card, _ in failures if card.name != best.name)
        return Abstained(
            message("{reason} No other frame fits either: {names}.", reason=error.message, names=names),
            error.next_step or NEXT_STEP,
        )
    return explained(question, best, error)


def _names(question: Question, card: FrameCard) -> bool:
    """Whether the question calls the frame by its name (a word that is one of its columns does not count)."""
    return any(tag.kind == "frame" for tag in tags(tokens(question.text), lexicon(card)))


def _assumed(question: Question, card: FrameCard, today: str) -> list[str]:
    """What was assumed about words that are no column, no value and no phrase of the planner."""
    try:
        _, found = best_plan(question, lexicon(card, today))
    except Abstained:
        return []
    words = ", ".join(f"“{word}”" for word in assumed(found))
    return [f"Taken to mean all rows of {card.name}: {words}."] if words else []


def remarks(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Remarks on the answer, such as rows that a filter or a join leaves out."""
    found: list[str] = []
    numbers = plan.numbers or (plan.source.numbers if plan.source else ())
    if numbers:
        found.append(
            message("The numbers in {numbers} are text; they are read as numbers.", numbers=" and ".join(numbers))
        )
    if nans := with_nans(plan, card):
        found.append(message("NaN in {columns} counts as missing.", columns=" and ".join(nans)))
    found += filter(None, [said_of_total(plan, card), *said_of_spellings(plan, card)])
    if plan.lists_rows and plan.limit == LISTED_ROWS and not plan.chart and card.rows > LISTED_ROWS:
        found.append(
            message(
                "At most {listed_rows:,} rows are listed; ask for a document to get them all.", listed_rows=LISTED_ROWS
            )
        )
    moving = [part for part in plan.computed if isinstance(part, Window) and part.function == "moving mean"]
    if moving and plan.group_by and plan.group_by[0].time:
        unit = plan.group_by[0].time
        found.append(
            message(
                "The moving mean is of {size} {unit}s that have rows: others are passed over.",
                size=moving[0].size,
                unit=unit,
            )
        )
    times = [d.column for d in plan.group_by if d.time]
    times += [f.column for f in walk(plan.filters) if isinstance(f, Filter) and f.part]
    for name in dict.fromkeys(times):
        column = next(column for column in card.columns if column.sql == name)
        if column.type == "text" and is_time(column) and any(str(value).endswith("Z") for value, _ in column.values):
            found.append(message("The times in {name} are in UTC.", name=name))
    return found
