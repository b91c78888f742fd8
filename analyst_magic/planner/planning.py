"""From a question to a plan: the first of its readings that makes a whole, if no other is as good."""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pydantic import ValidationError

from ..errors import Abstained
from ..language import message
from ..turn import DOCUMENT_FORMATS, FrameCard, Question
from . import changes, comparisons, everyday, lookups, row_comparisons, running
from .answer_form import AnswerForm, answer_form
from .asking import Ambiguous
from .audit import audited
from .compose import compose
from .deeds import with_deeds
from .defined import defined, with_definition
from .doubts import asked_where_unclear
from .drawn import choose_chart
from .figures import NEXT_STEP
from .forms import Forms
from .grammar import read
from .lexicon import Lexicon, lexicon
from .parser import Reading
from .parts import Rows
from .plan.describe import reading as described
from .plan.schema import QueryPlan
from .plan.words import name_parts, spoken
from .rewording import reworded, with_plain_wordings
from .spellings import with_spellings
from .totals import without_total

FORMS = Forms(
    [
        *comparisons.FORMS.table,
        *running.FORMS.table,
        *lookups.FORMS.table,
        *everyday.FORMS.table,
        *row_comparisons.FORMS.table,
    ]
)
FIRST = Forms([*changes.FIRST.table, *running.FIRST.table])
"""Forms that come before the grammar."""
CLOSE = 0.15
"""Readings that cost no more than this beyond the best are as good."""
FAR = 0.45
"""Readings that cost more than this beyond the first whole one are not tried when that one makes no plan."""
_PIVOT = re.compile(
    r"\b(?:(?:as|in|into)\s+an?\s+)?(?:pivot(?:ed)?(?:\s+table)?|cross[ -]?tab(?:le|ulation)?)\b(?:\s+of)?", re.I
)


def plan_question(question: Question, card: FrameCard, today: str = "") -> QueryPlan:
    """The plan of a question about one frame.

    Raises:
        Abstained: A word of it has no part in a plan, or two plans are equally likely.
    """
    return best_plan(question, lexicon(card, today))[0]


def best_plan(question: Question, words: Lexicon) -> tuple[QueryPlan, Reading]:
    """The plan of a question, and its reading: by the grammar, else as a form that is made of plain questions."""
    text = with_plain_wordings(reworded(question.text), words)
    plan, found = _best_plan(replace(question, text=text), words)
    plan = with_text_numbers(plan, words.text_numbers)
    meant = _meaning(_PIVOT.sub(" ", text))[0]
    own = defined(text, words)
    plan = asked_where_unclear(audited(plan, meant, words), question.text, own.words if own else words)
    plan = with_deeds(plan, question.text, words)
    return with_spellings(without_total(plan, words.card), words.card, question.text), found


def with_text_numbers(plan: QueryPlan, names: frozenset[str]) -> QueryPlan:
    """The plan with the columns of text that it computes with or sorts by as the numbers in them."""
    if plan.source is not None:
        return plan.model_copy(update={"source": with_text_numbers(plan.source, names)})
    shown_only = plan.model_copy(update={"select": ()}) if plan.lists_rows and plan.chart is None else plan
    numbers = tuple(name for name in shown_only.columns if name in names)
    return plan.model_copy(update={"numbers": numbers}) if numbers else plan


def _best_plan(question: Question, words: Lexicon) -> tuple[QueryPlan, Reading]:
    own = defined(question.text, words)
    if own is not None:
        plan, reading = _best_plan(replace(question, text=own.text), own.words)
        return with_definition(plan, own.column), reading
    found = _formed_plan(question, words, FIRST) or _everyday_plan(question, words)
    if found is not None:
        return found
    try:
        return _plain_plan(question, words)
    except Abstained as error:
        found = _formed_plan(question, words, FORMS)
        if found is None:
            raise error
        return found


def _everyday_plan(question: Question, words: Lexicon) -> tuple[QueryPlan, Reading] | None:
    """The plan of a question in an everyday wording; the grammar reads one that only looks like it."""
    with contextlib.suppress(Abstained):
        return _formed_plan(question, words, everyday.FIRST)
    return None


def _formed_plan(question: Question, words: Lexicon, forms: Forms) -> tuple[QueryPlan, Reading] | None:
    read_so_far: list[Reading] = []
    form = answer_form(question.text)

    def ask(text: str) -> QueryPlan:
        plain = replace(question, text=text, wants=None)
        try:
            plan, found = _plain_plan(plain, words)
        except Abstained as error:
            raise _misplaced(plain, words, error) from None
        read_so_far.append(found)
        return plan

    try:
        plan = forms.plan(form.text, ask, words)
        plan = None if plan is None else _in_form(plan, form, question, words)
    except ValidationError:
        return None
    parts = tuple(part for found in read_so_far for part in found.parts)
    return None if plan is None else (plan, Reading(parts, sum(found.cost for found in read_so_far)))


def _in_form(plan: QueryPlan, form: AnswerForm, question: Question, words: Lexicon) -> QueryPlan:
    """The plan of a form as the chart or document that the question, or an option, asks for."""
    chart = form.chart if form.chart is not None else "" if question.wants == "figure" else None
    document = question.wants if question.wants in DOCUMENT_FORMATS else form.document
    if question.wants == "table":
        chart = None
    if question.language == "sql" and (chart is not None or document):
        raise Abstained(
            message("SQL alone gives a table, not a chart or a document."),
            message("Ask for a table, or leave out the option --sql."),
        )
    if chart is None and document is None:
        return plan
    if chart is not None and not plan.chart:
        if not plan.group_by or plan.claim or plan.limit == 1:
            raise Abstained(
                message("A single figure makes no chart."),
                message("Add a group, such as “by month”, or ask for a table."),
            )
        chart = chart or choose_chart(plan.group_by, words)
    changes = {"chart": plan.chart or chart, "document": document or plan.document}
    return QueryPlan.model_validate({**plan.model_dump(), **changes})


def _plain_plan(question: Question, words: Lexicon) -> tuple[QueryPlan, Reading]:
    """The plan of the best reading, and that reading."""
    asked, meant = _meaning(question.text)
    text, pivots = _PIVOT.subn(" ", asked)
    failure: Abstained | None = None
    first: float | None = None
    best: tuple[QueryPlan, Reading] | None = None
    for found in read(text, words):
        if best is not None and found.cost > best[1].cost + CLOSE:
            break
        if first is not None and found.cost > first + FAR:
            break
        try:
            check(found, words)
            first = found.cost if first is None else first
            plan = audited(compose(found, words, question, bool(pivots)), text, words)
        except Abstained as error:
            failure = failure or error
            continue
        if meant and _as_words(plan, words.card) != meant:
            continue
        if best is None:
            best = plan, found
        elif plan != best[0]:
            raise _either(best[0], plan, words.card, question.text)
    if best is None:
        raise failure or Abstained(message("The question is empty."), NEXT_STEP)
    return best


_MEANING = ", meaning "
"""What stands between a question and the one of its readings that is meant."""


def _meaning(text: str) -> tuple[str, str]:
    """The question, and the reading that is meant where it says so."""
    asked, _, meant = text.partition(_MEANING)
    return asked, meant.strip().rstrip("?.")


def _as_words(plan: QueryPlan, card: FrameCard) -> str:
    return described(plan, card).removeprefix("Read as: ").rstrip(".")


def _either(one: QueryPlan, other: QueryPlan, card: FrameCard, text: str) -> Abstained:
    """A question that has two meanings, the likelier one first."""
    meanings = [_as_words(plan, card) for plan in (one, other)]
    plain = text.strip().rstrip("?.! ")
    return Ambiguous(
        message(
            "The question can be read in two ways: {meanings}; or {meanings_2}.",
            meanings=meanings[0],
            meanings_2=meanings[1],
        ),
        message("Say which one you mean."),
        choices=[f"{plain}{_MEANING}{meaning}" for meaning in meanings],
        whole=True,
    )


def check(found: Reading, words: Lexicon) -> None:
    """Abstain where a word has no part in a reading, or one that cannot be meant."""
    if found.skipped:
        raise unplaced([tag.text for tag in found.skipped], words.card)
    if found.refused is not None:
        raise found.refused.error


def unplaced(left: list[str], card: FrameCard, near: Sequence[str] = (), marked: str = "") -> Abstained:
    """What to say of words that have no part in a reading.

    Args:
        left: The words.
        card: The frame.
        near: Columns that may be meant.
        marked: The question with the words marked.
    """
    words = ", ".join(f"“{word}”" for word in dict.fromkeys(left))
    hint = message(" Columns with a similar name: {near}.", near=near) if near else ""
    end = "." if marked[-1:].isalnum() or marked.endswith("]") else ""
    shown = message(" Not understood: {marked}{end}", marked=marked, end=end) if marked else ""
    return Abstained(
        message("The offline planner cannot place {words} in a question about {card}.{hint}{shown}",
                words=words, card=card.name, hint=hint, shown=shown),
        NEXT_STEP,
    )  # fmt: skip


def explained(question: Question, card: FrameCard, error: Abstained) -> Abstained:
    """The reason with exactly the words that were not understood, as they were written, and columns that they may mean.

    Of a question that is made of others, these are the words in its gaps: its form itself is understood.
    """
    text = answer_form(question.text).text
    if FORMS.has(text) or FIRST.has(text):
        return error
    return _misplaced(question, lexicon(card), error)


def _misplaced(question: Question, words: Lexicon, error: Abstained) -> Abstained:
    text = _PIVOT.sub(" ", question.text)
    found = read(text, words)
    if not found or not found[0].skipped:
        return error
    left = [word for tag in found[0].skipped for word in _as_written(tag.text, text)]
    return unplaced(left, words.card, nearest(left, words.card), _marked(left, question.text))


def _marked(words: list[str], text: str) -> str:
    """The question with some of its words in brackets.

    >>> _marked(["profit"], "total profit by region")
    'total [profit] by region'
    """
    for word in dict.fromkeys(words):
        text = re.sub(rf"(?<![\w\[]){re.escape(word)}(?![\w\]])", lambda found: f"[{found[0]}]", text)
    return text.strip()


def _as_written(phrase: str, text: str) -> list[str]:
    """A phrase as it stands in the question; its words alone where something else stands between them."""
    return [phrase] if phrase in text else phrase.split()


def assumed(found: Reading) -> list[str]:
    """The words of a reading that were taken for a name of the rows."""
    parts = [one for part in found.parts for one in (part if isinstance(part, tuple) else (part,))]
    return list(dict.fromkeys(part.tag.text for part in parts if isinstance(part, Rows) and part.assumed))


def nearest(words: Iterable[str], card: FrameCard) -> list[str]:
    """Columns whose names are close to some words."""
    by_part: dict[str, list[str]] = {}
    for column in card.columns:
        words = spoken(column.sql).lower()
        for part in {words, *words.split(), *name_parts(column.sql)}:
            by_part.setdefault(part, []).append(column.sql)
    close = [hit for word in words for hit in difflib.get_close_matches(word.lower(), by_part, n=3, cutoff=0.75)]
    return list(dict.fromkeys(name for part in close for name in by_part[part]))[:6]
