"""Follow-ups: "only for 2024", "as a line chart", "by carrier instead", "the median instead", "top 5".

A follow-up is no question of its own: it names a condition, a group, a form, an order or another figure, and the rest
is that of the question before. That one is read again from its words, so nothing but the conversation need be kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from ..errors import Abstained
from ..language import message
from ..turn import DOCUMENT_FORMATS, Exchange, FrameCard, Question
from .after_rows import as_rows, of_those, rows_in_order, speaks_of_those, with_row
from .asking import Ambiguous, total_or_mean
from .column_choice import is_number
from .drawn import choose_chart, runs_on
from .figures import NEXT_STEP, numbers_rows, says_which
from .flags import is_flag_column
from .grammar import read
from .lexicon import Lexicon, lexicon
from .linking import columns_called
from .parts import Key, OtherFunction, Sort, Times
from .plan.schema import Dimension, Filter, Function, Measure, Order, QueryPlan, columns_of
from .plan.sql import is_time
from .planning import check
from .request import Request, is_key, request_of

_TALK = re.compile(
    r"\b(?:instead|now|then|again|and now|what about|how about|same|the same|but|please|just|only|"
    r"make (?:it|that|this)|turn (?:it|that) into|"
    r"show (?:it|that|this|them)|do (?:it|that)|change (?:it|that) to|split (?:it )?(?=by\b)|"
    r"break (?:it )?down (?=by\b)|too|as well|also|additionally)\b",
    re.I,
)
_HOW_MANY = re.compile(
    r"\s*(?:and\s+)?how\s+many(?:\s+(?:are|were)\s+(?:there|they|those|these|that))?(?:\s+(?:of\s+them|in\s+total))?\s*[?.!]*\s*",
    re.I,
)
"""A question for the number of what was just listed."""
_FIRST_FEW = re.compile(
    r"\s*(?:and\s+)?(?:show\s+(?:me\s+)?|give\s+me\s+)?(?:(?:only|just)\s+)?(?:the\s+)?(?:first|last|top|bottom)\s+\d+\s*[?.!]*\s*",
    re.I,
)
"""So many of what was just shown."""
_MORE = re.compile(r"^\s*(?:and|also|as well as)\b|\b(?:also|too|as well|split|additionally)\b", re.I)

_TABLE = re.compile(r"\b(?:as|in|into) an? table\b", re.I)
_BEGINS = re.compile(
    r"^\s*(?:as|only|just|by|and|but|now|same|the same|what about|how about|instead|split|break|make it|turn it|"
    r"show (?:it|that|this|them))\b|\binstead\b",
    re.I,
)
_WHOLE = re.compile(
    r"^\s*(?:(?:who|whose|whom|did|does|do)\b|(?:when|where|why)\s+(?:is|are|was|were|did|does|do|has|have)\b|"
    r"(?!(?:what|that|how|let|here|there|it)['’])[\w-]+['’]s\s+\w)",
    re.I,
)
"""How a question of its own begins; ``where age is above 30`` and ``what's the median`` may go on from another."""
_POINTS_BACK = re.compile(
    r"\b(?:them|those|these|this|that|they|it|he|she|his|her|their|there|ones?|same|instead|again|too)\b", re.I
)
"""Words for what was spoken of before."""

Choose = Callable[[Question, tuple[FrameCard, ...]], tuple[QueryPlan, FrameCard]]


def read_in_turn(
    question: Question, frames: tuple[FrameCard, ...], before: Sequence[Exchange], choose: Choose, today: str = ""
) -> tuple[QueryPlan, FrameCard]:
    """The plan of a question, read as a follow-up to those before it or on its own, whichever its first words suggest.

    Raises:
        Abstained: It is neither.
    """

    def going_on() -> tuple[QueryPlan, FrameCard]:
        return follow(question, frames, before, choose, today)

    def whole() -> tuple[QueryPlan, FrameCard]:
        return choose(question, frames)

    if before and (_HOW_MANY.fullmatch(question.text) or _FIRST_FEW.fullmatch(question.text)):
        return going_on()
    if before and speaks_of_those(question.text):
        return going_on()
    first, second = (going_on, whole) if before and _BEGINS.search(question.text) else (whole, going_on)
    try:
        return first()
    except Abstained as one:
        if first is whole and isinstance(one, Ambiguous):
            raise  # a question of its own that could mean several things
        if first is going_on and one.message.startswith("That does not go"):
            raise  # "and from 2022 to 2023?" is no question of its own
        try:
            return second()
        except Abstained as other:
            following, alone = (one, other) if first is going_on else (other, one)
            raise following if following.message.startswith("That does not go") else alone from None


def follow(
    question: Question, frames: tuple[FrameCard, ...], conversation: Sequence[Exchange], choose: Choose, today: str = ""
) -> tuple[QueryPlan, FrameCard]:
    """The plan of a follow-up.

    Args:
        question: What is asked now.
        frames: The frames in scope.
        conversation: The questions before, oldest first.
        choose: Reads a whole question.
        today: The date as ISO text.

    Raises:
        Abstained: There is no question before, it cannot be read, or this is no follow-up to it.
    """
    if not conversation:
        raise Abstained(message("There is no question before that this one could go on from."), NEXT_STEP)
    # The last one alone: to go on from an older one would lose what was said since.
    base, card = read_in_turn(Question(conversation[-1].question), frames, conversation[:-1], choose, today)
    if _HOW_MANY.fullmatch(question.text):
        return _number_of(base), card
    if speaks_of_those(question.text):
        return of_those(as_rows(base, lexicon(card, today)), question, card, choose), card
    return _changed(base, card, question, today), card


def _number_of(base: QueryPlan) -> QueryPlan:
    """How many rows the question before lists.

    Raises:
        Abstained: It lists none, or only the first of them.
    """
    if not base.lists_rows or base.limit is not None or base.qualify or base.source is not None:
        raise Abstained(
            message("How many of what? The answer before is no plain list of rows."), message("Say “number of ...”.")
        )
    count = (Measure(function="count"),)
    changes = {"select": (), "order": (), "chart": None, "document": None, "measures": count, "title": ""}
    return QueryPlan.model_validate({**base.model_dump(), **changes})


def _changed(base: QueryPlan, card: FrameCard, question: Question, today: str) -> QueryPlan:
    """The previous plan with the parts that the follow-up names replaced."""
    if _WHOLE.search(question.text) and not _POINTS_BACK.search(question.text):  # "who left", after the team of Fay
        raise Abstained(message("This is no follow-up."), NEXT_STEP)
    words = _with_date_of(base, lexicon(card, today))
    text = _TALK.sub(" ", question.text)
    listed = as_rows(base, words)
    asked = _asked(with_row(text) if listed.lists_rows else text, words)
    if not _BEGINS.search(question.text) and not _MORE.search(question.text):
        _refuse_whole(asked)
    if (other := _another_column(base, asked, words) or rows_in_order(listed, asked)) is not None:
        return other
    function, column = _figure(asked)
    if column is not None and numbers_rows(words.column(column), words):
        raise says_which(question.text.strip(), words.column(column))
    own = {name for found in asked.filters for name in found.columns}
    if any(own & {*columns_of(m.where)} for m in base.measures):
        return _other_rows_counted(base, asked, own, question.text)
    changes = _changes(base, asked, question)
    if function is not None or column is not None:
        changes["measures"] = _figures_changed(base, function, column)
    tabled = question.wants == "table" or bool(_TABLE.search(question.text))
    if not changes and asked.chart is None and not asked.sorts and question.wants is None and not tabled:
        raise Abstained(message("It is not clear what is to change."), NEXT_STEP)
    plan = {**base.model_dump(), **changes, "title": ""}
    picked = asked.limit is not None or asked.top is not None or bool(asked.sorts)
    if picked and plan["measures"] and not plan["group_by"]:
        raise Abstained(message("That does not go with the question before: its answer is one figure."), NEXT_STEP)
    plan["chart"] = None if tabled else _chart(asked, base, plan, card, question)
    plan["order"] = _order(asked, base, plan, words)
    return _valid(plan)


def _changes(base: QueryPlan, asked: Request, question: Question) -> dict[str, Any]:
    """The conditions, groups, limit and document of a follow-up, in place of those of the question before.

    Raises:
        Abstained: So many rows are asked for that have no order.
    """
    changes: dict[str, Any] = {}
    if asked.filters:
        own = {name for found in asked.filters for name in found.columns}
        changes["filters"] = (*(f for f in base.filters if own.isdisjoint(f.columns)), *asked.filters)
    if asked.groups:
        earlier = base.group_by if _MORE.search(question.text) else ()
        changes["group_by"] = tuple(dict.fromkeys((*earlier, *asked.groups)))
    if asked.document or question.wants in DOCUMENT_FORMATS:
        changes["document"] = asked.document or question.wants
    if asked.top is not None and base.lists_rows and not base.order:
        raise Abstained(message("It is not clear what to rank by."), NEXT_STEP)
    if asked.limit is not None or asked.top is not None or asked.groups:
        changes["limit"] = asked.limit
    return changes


def _valid(plan: dict[str, Any]) -> QueryPlan:
    """The plan as such.

    Raises:
        Abstained: Its parts do not go together.
    """
    if plan["document"] and len(plan["group_by"]) > 1 and plan["chart"] != "bar":
        plan["chart"] = None  # of two groups a document holds bars alone
    try:
        return QueryPlan.model_validate(plan)
    except ValidationError as error:
        detail = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise Abstained(
            message("That does not go with the question before: {detail}.", detail=detail), NEXT_STEP
        ) from error


def _with_date_of(base: QueryPlan, words: Lexicon) -> Lexicon:
    """The names with the date that the question before is about: ``and in 2024?`` speaks of the same one."""
    named = {*columns_of(base.filters), *(d.column for d in base.group_by if d.time)}
    dates = [name for name in named if name in words.columns and is_time(words.column(name))]
    return replace(words, default_time=dates[0]) if len(dates) == 1 else words


def _another_column(base: QueryPlan, asked: Request, words: Lexicon) -> QueryPlan | None:
    """``and the phone?`` after a look-up of the email of one row; None where it is none, or more is named."""
    own = [c.column for c in base.filters if isinstance(c, Filter) and c.operator == "=" and c.column in words.columns]
    if not any(is_key(words.column(name), words) for name in own):
        return None
    rest = asked.filters or asked.groups or asked.measures or asked.rows or asked.chart or asked.limit or asked.sorts
    if rest or asked.extreme or base.measures or len(asked.columns) != 1 or base.having or base.limit:
        return None
    column = asked.columns[0].sql
    if len(base.select) == 1:
        return base.model_copy(update={"select": (column,), "order": (), "title": ""})
    plain = len(base.group_by) == 1 and base.filters and not base.group_by[0].time
    if not plain:
        return None
    return base.model_copy(update={"group_by": (Dimension(column=column),), "order": (), "title": ""})


def _other_rows_counted(base: QueryPlan, asked: Request, own: set[str], text: str) -> QueryPlan:
    """``and men?`` after a share of women: the share of the others.

    Raises:
        Abstained: It could be a condition on all rows instead.
    """
    figure = base.measures[0]
    more = asked.groups or asked.measures or asked.columns or asked.chart or asked.limit
    if len(base.measures) != 1 or more or not re.match(r"\s*(?:and|what\s+about|how\s+about)\b", text, re.I):
        raise Abstained(
            message(
                "That does not go with the question before: {own} says there what is counted.",
                own=", ".join(sorted(own)),
            ),
            message("Ask the whole question again."),
        )
    where = (*(c for c in figure.where if own.isdisjoint(c.columns)), *asked.filters)
    return base.model_copy(update={"measures": (figure.model_copy(update={"where": where}),), "title": ""})


def _figures_changed(base: QueryPlan, function: Function | None, column: str | None) -> tuple[Measure, ...]:
    """The figures of the question before with another function or column.

    Raises:
        Abstained: Rows were counted, and it is not said what to compute of the column.
    """
    if column is not None and function is None and any(old.column is None for old in base.measures):
        asked = total_or_mean(column)
        raise Abstained(asked.message, asked.next_step)
    try:
        return tuple(Measure(function=function or old.function, column=column or old.column) for old in base.measures)
    except ValidationError as error:
        raise Abstained(message("This is no follow-up."), NEXT_STEP) from error


def _refuse_whole(asked: Request) -> None:
    """A question that names its rows, or a figure with more than that, is read on its own or not at all.

    Raises:
        Abstained: It is such a question.
    """
    figure = asked.measures or asked.columns or any(isinstance(part, OtherFunction) for part in asked.parts)
    if asked.rows or (figure and (asked.filters or asked.groups or asked.chart)) or (asked.filters and asked.chart):
        raise Abstained(message("This is no follow-up."), NEXT_STEP)


def _asked(text: str, words: Lexicon) -> Request:
    """The parts of a follow-up."""
    failure: Abstained | None = None
    named = columns_called(text.strip(" ?.!"), words)
    flag = len(named) == 1 and is_flag_column(named[0], words)
    for found in read(f'where "{named[0]}"' if flag else text, words, follow_up=True):  # "only furnished"
        try:
            check(found, words)
            return request_of(found, words)
        except Abstained as error:
            failure = failure or error
    raise failure or Abstained(message("It is not clear what is to change."), NEXT_STEP)


def _figure(asked: Request) -> tuple[Function | None, str | None]:
    """Another function or numeric column for the previous measure; any other word means that this is no follow-up."""
    functions = [part.function for part in asked.parts if isinstance(part, OtherFunction)]
    keyed = any(isinstance(sort, Sort) and sort.keys != (Key(),) for sort in asked.sorts)
    of_rows = bool(asked.rows) and any(measure.column is not None for measure in asked.measures)
    timed = any(isinstance(part, Times) for part in asked.parts)  # "hours with temperature over 25"
    odd = asked.extreme or asked.common or asked.nested or asked.rank_by or asked.subject or asked.colour
    if keyed or odd or of_rows or timed or len(functions) + len(asked.measures) > 1 or len(asked.columns) > 1:
        raise Abstained(message("This is no follow-up."), NEXT_STEP)
    if asked.measures:
        (measure,) = asked.measures
        if asked.columns or measure.column is None or measure.other is not None:
            raise Abstained(message("This is no follow-up."), NEXT_STEP)
        return measure.function, measure.column
    column = asked.columns[0] if asked.columns else None
    if column is not None and not is_number(column):
        raise Abstained(message("{column} holds no numbers to compute with.", column=column.sql), NEXT_STEP)
    return (functions[0] if functions else None), (column.sql if column else None)


def _chart(asked: Request, base: QueryPlan, plan: dict[str, Any], card: FrameCard, question: Question) -> str | None:
    if asked.chart:
        return asked.chart
    groups = tuple(plan["group_by"])
    if (asked.chart == "" or question.wants == "figure") and base.chart is None and base.group_by:
        return choose_chart(base.group_by if not asked.groups else asked.groups, lexicon(card))
    return base.chart if groups or base.chart not in {"bar", "line", "pie"} or base.rows_drawn else None


def _order(asked: Request, base: QueryPlan, plan: dict[str, Any], words: Lexicon) -> tuple[Order, ...]:
    """The order that is asked for, or the previous one where the answer still has its columns."""
    figures = [Measure.model_validate(m) for m in plan["measures"]]
    said = next((sort.descending for sort in asked.sorts), None)
    descending = said if said is not None else asked.top
    if asked.limit is not None and descending is None and not base.order:
        descending = True
    if descending is not None and figures:
        return (Order(column=figures[0].column, function=figures[0].function, descending=descending),)
    columns = {getattr(group, "column", None) or group["column"] for group in plan["group_by"]} | set(base.select)
    if base.lists_rows and not plan["group_by"] and not plan["measures"]:
        columns |= {order.column for order in base.order if order.column}  # rows keep theirs: "top 3"
    orders = []
    own_order = asked.groups and (plan["chart"] == "line" or runs_on(asked.groups[0], words))
    for order in base.order if not own_order else ():
        if order.function is not None and figures:
            orders.append(Order(column=figures[0].column, function=figures[0].function, descending=order.descending))
        elif order.function is None and order.column in columns:
            orders.append(order)
    return tuple(orders)
