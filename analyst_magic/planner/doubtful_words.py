"""Words of a question that its plan passed over or took for something near: asked back rather than answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .asking import Ambiguous
from .column_choice import PLANNED, is_number, numbers_things, written_none
from .lexicon import Lexicon
from .linking import Tag
from .plan.schema import Calculation, Filter, Measure, QueryPlan, walk
from .plan.sql import is_time
from .plan.words import name_parts, spoken
from .request import is_key
from .running import adds_up
from .tokens import canonical
from .year_columns import is_year_column


def asked_what_is_meant(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """Nothing, where each word has its place in the plan.

    Raises:
        Ambiguous, Abstained: A word has none, or stands for something else than the plan takes it for.
    """
    _rows_with(plan, found, text, words)
    _rate_of_a_value(plan, found, text, words)
    _total_of_what_does_not_add_up(plan, text, words)
    _a_second_question(plan, text)
    _counted_dates(plan, found, text, words)
    _for_each_row(plan, found, words)
    _condition_without_a_value(plan, found, text)
    _of_every_row(plan, found, text)
    _level_of_a_group(plan, text, words)
    _two_most_common(plan, text)
    _grouped_by_an_amount(plan, text, words)
    _a_word_before_the_rows(found, text, words)
    _from_a_year(plan, text, words)
    _last_by_which_date(plan, text, words)


def _last_by_which_date(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``last parcel``, where each has several dates: the latest by one of them, not the last row of the frame."""
    last = re.search(r"\b(?:the\s+)?(?:very\s+)?last\s+(?P<noun>[a-z]+)\b", text, re.I)
    dates = [c.sql for c in words.card.columns if is_time(c) and not PLANNED & {*name_parts(c.sql)}]
    in_order = [order.column for order in plan.order] == [None] and plan.limit == 1
    if last is None or not in_order or len(dates) < 2 or canonical(last["noun"].lower()) in _ROWS:
        return
    raise Ambiguous(
        message("“{words}”: by which date?", words=last[0]),
        message("Say “row with the latest {column}”.", column=dates[0]),
        choices=tuple(f'{text[: last.start()]}row with the latest "{name}"{text[last.end() :]}' for name in dates),
    )


_ROWS = frozenset("row record line entry observation".split())


def _a_word_before_the_rows(found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``sold wines``, ``live listings``: in other places such words say nothing, here they are a condition."""
    rows = [tag for tag in found if tag.kind in {"rows", "frame"} or (tag.kind == "column" and _names_rows(tag, words))]
    nouns = "|".join(re.escape(tag.text) for tag in rows)
    before = re.search(rf"\b({'|'.join(_ADJECTIVES)})\s+(?:{nouns})\b", text, re.I) if nouns else None
    said = before[1].lower() if before else ""
    used = any(said in tag.text.lower().split() for tag in found)
    if said and not used and not _SALES & {*words.frame}:
        raise Abstained(
            message("“{word}” is a condition on the rows here, and no column tells it.", word=said),
            message("Say which rows are meant by the name of a column: “where ... is ...”."),
        )


def _names_rows(tag: Tag, words: Lexicon) -> bool:
    return any(is_key(words.column(name), words) for name in tag.meaning)


_ADJECTIVES = ("sold", "live", "living", "found", "taken", "used")
_SALES = frozenset({"sale", "order", "purchase", "transaction", "receipt", "invoice", "booking"})


def _from_a_year(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``wines from 2019``, where there are later ones: those of that year, or of it and those after it?"""
    said = re.search(
        rf"\bfrom\s+((?:1\d|20)\d\d)\b(?!\s*[-–/.]\s*\d|\s+(?:{_ON})\b|.*\b(?:to|until|till|through)\b)", text, re.I
    )
    if said is None:
        return
    year = int(said[1])
    since = [f for f in walk(plan.filters) if isinstance(f, Filter) and f.operator == ">=" and f.values == (year,)]
    if not since or not _goes_on_after(year, words.columns.get(since[0].column)):
        return
    choices = [text[: said.start()] + f"{word} {year}" + text[said.end() :] for word in ("in", "since")]
    raise Ambiguous(
        message("“{words}”: of that year alone, or also of the years after it?", words=said[0]),
        message("Say “in {year}” or “since {year}”.", year=str(year)),
        choices=choices,
    )


_ON = "on|onwards?|and|up|forward|forwards|or"


def _goes_on_after(year: int, column: ColumnCard | None) -> bool:
    """Whether a column of dates or of years has later ones; where nothing tells, it has."""
    last = re.match(r"\d{4}", str(column.maximum)) if column is not None else None
    return last is None or int(last[0]) > year


def _grouped_by_an_amount(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``biggest borrower by amount``: what is ranked by is no group."""
    ranked = re.search(r"\b(?:top|bottom|best|worst|biggest|largest|smallest|highest|lowest)\b.*\bby\b", text, re.I)
    for dimension in plan.group_by if ranked and plan.chart is None else ():
        column = words.columns.get(dimension.column)
        plain = not (dimension.time or dimension.width or dimension.edges)
        if column is None or not plain or not is_number(column) or numbers_things(column) or is_year_column(column):
            continue
        if (column.distinct or 0) > 20 and adds_up(column.sql):
            raise Abstained(
                message("It is not clear what to rank by {column}.", column=column.sql),
                message("Say for example “row with the highest {column}”.", column=column.sql),
            )


def _level_of_a_group(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``which faculty has the lowest attendance``: on average, or the lowest of one row?"""
    ends = [m for m in plan.measures if isinstance(m, Measure) and m.function in {"min", "max"} and m.column]
    if plan.limit != 1 or len(ends) != 1 or not plan.group_by or plan.source is not None:
        return
    column = str(ends[0].column)
    if not _LEVELS & {*name_parts(column)} or re.search(r"\b(?:single|max|maximum|min|minimum)\b", text, re.I):
        return
    said = re.search(rf"\b({'|'.join(_ENDS_SAID)})\s+(?=\w)", text, re.I)
    choices = (f"{text[: said.end()]}average {text[said.end() :]}",) if said else ()
    raise Ambiguous(
        message(
            "Of {column}, the average of each {column_2}, or the one row with the {function}imum?",
            column=column,
            column_2=plan.group_by[0].column,
            function=ends[0].function,
        ),
        f"Say “{'highest' if ends[0].function == 'max' else 'lowest'} average {column}”.",
        choices=choices,
    )


_LEVELS = frozenset("pct percent percentage attendance occupancy utilisation utilization share".split())
_ENDS_SAID = ("highest", "lowest", "best", "worst", "greatest", "smallest", "largest")


def _two_most_common(plan: QueryPlan, text: str) -> None:
    """``most common treatment of patients``: of all, or for each?"""
    common = re.search(r"\bmost\s+(?:common|frequent|popular)\b", text, re.I)
    if common is None or len(plan.group_by) < 2 or re.search(r"\b(?:by|per|each|every|and|with)\b", text, re.I):
        return
    names = " and ".join(d.column for d in plan.group_by)
    raise Abstained(
        message("It is not clear whether {names} are looked at together.", names=names),
        message("Say “by ...” for groups."),
    )


def _rows_with(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``bookings with children``: those that have some, or all of them beside that column?"""
    shown = {*plan.select} if plan.lists_rows and len(plan.select) == 1 else set()
    judged = {part.column for part in walk(plan.filters) if isinstance(part, Filter)}
    shown |= {column for column in _measured(plan) if column is not None and column not in judged}
    for rows, tag in pairwise(tag for tag in found if tag.text.lower() not in _WITH):
        have = rf"\s+({'|'.join(_WITH)})\s+(?:an?\s+)?"
        if tag.kind == "column" and tag.meaning and name_parts(tag.meaning[0])[0] == "in":
            have = r"\s+"  # "wines in stock", with in_stock
        phrase = re.search(rf"\b{re.escape(rows.text)}{have}{re.escape(tag.text)}", text, re.I)
        if rows.kind not in {"frame", "rows"} or phrase is None or tag.kind != "column":
            continue
        if not tag.meaning or not {*tag.meaning} <= shown:
            continue
        column = words.column(tag.meaning[0])
        some = f'where "{column.name}" is ' + ("not missing" if column.nulls else "above 0")
        nothing = written_none(column)
        if nothing is not None:
            some = f'where "{column.name}" is not "{nothing}"'
        elif not column.nulls and not (is_number(column) and column.minimum == 0):
            continue  # each row has one
        raise Ambiguous(
            message(
                "“{phrase}” could mean those that have some, or all of them with {column} beside them.",
                phrase=phrase[0],
                column=column.name,
            ),
            message("Say “{rows} {some}”, or “{column} of all {rows}”.", rows=rows.text, some=some, column=column.name),
            choices=(text.replace(phrase[0], f"{rows.text} {some}", 1),),
        )


def _rate_of_a_value(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``highest default rate``, where *default* is a status: the share of its rows, or ``interest_rate`` in them?"""
    for value, rate in pairwise(found):
        phrase = f"{value.text} {rate.text}"
        if value.kind != "value" or rate.kind != "column" or canonical(rate.text) not in _SHARES or phrase not in text:
            continue
        column = next((c for c in rate.meaning if c in _measured(plan)), "")
        picked = next((f for f in plan.filters if isinstance(f, Filter) and len(f.values) == 1), None)
        if not column or picked is None or spoken(column).lower() == rate.text.lower():
            continue
        where = f'where {picked.column} is "{picked.values[0]}"'
        raise Ambiguous(
            message(
                "“{phrase}” could be the share of rows {where}, or {column} of those rows.",
                phrase=phrase,
                where=where,
                column=column,
            ),
            message("Say “share of rows {where}”, or “{column} {where}”.", where=where, column=column),
            choices=(text.replace(phrase, f"{column} {where}", 1),),
        )


def _total_of_what_does_not_add_up(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``how much interest``, ``which building has the most voltage``: of rates and levels there is no total."""
    said = {canonical(part) for part in name_parts(text)}
    products = {one.name for one in plan.derived if isinstance(one.value, Calculation) and one.value.operator == "*"}
    for measure in plan.measures:
        column = measure.column if isinstance(measure, Measure) and measure.function == "sum" else None
        if column is None or column in products:  # quantity times price adds up
            continue
        named = {canonical(part) for part in name_parts(spoken(column))} <= said
        if adds_up(column) or (named and {"total", "sum"} & said):
            continue
        raise Ambiguous(
            message("{column} does not add up: a total of it says nothing.", column=column),
            message("Ask for its average or its maximum, or say “sum of {column}”.", column=column),
            choices=tuple(_in_place_of_total(text, figure) for figure in ("average", "maximum")),
        )


def _in_place_of_total(text: str, figure: str) -> str:
    """The question with another figure: *the most* becomes *the highest average*."""
    most = re.sub(r"\bthe\s+(most|least)\b", lambda m: f"the {_ENDS[m[1].lower()]} {figure}", text, count=1, flags=re.I)
    return most if most != text else re.sub(r"\b(how much|total|sum of)\b", figure, text, count=1, flags=re.I)


def _a_second_question(plan: QueryPlan, text: str) -> None:
    """``lowest voltage and when it was``: whole rows show it; a figure alone leaves the second part out."""
    also = re.search(
        r"\band\s+(?:also\s+)?(when|where|who|whom|whose|why|how|for whom|by whom)\b(?!\s+(?:many|much)\b)", text, re.I
    )
    if also is not None and not (plan.lists_rows and not plan.select):
        raise Abstained(
            message("“and {also}” asks for a second thing, which this answer would not show.", also=also[1]),
            message("Ask one after the other, or for the whole row: “row with the lowest ...”."),
        )


def _counted_dates(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``how many closed bugs``, where ``closed_at`` is a date: rows that have one, not how many different ones."""
    counted = {m.column for m in plan.measures if isinstance(m, Measure) and m.function == "count distinct"}
    if {"different", "distinct", "unique"} & {*text.lower().split()}:
        return
    for tag in found:
        name = tag.meaning[0] if tag.kind == "column" and len(tag.meaning) == 1 else None
        if name is None or name not in counted or not is_time(words.column(name)) or _names_a_date(tag.text):
            continue
        rest = re.sub(rf"\b{re.escape(tag.text)}\s*", "", text, count=1).strip().rstrip("?")
        raise Ambiguous(
            message(
                "“{tag}” is not clear here: {name} holds dates. Are the rows meant that have one?",
                tag=tag.text,
                name=name,
            ),
            message("Say “where {name} is not missing”, or “different values of {name}”.", name=name),
            choices=(f"{rest} where {name} is not missing",) if words.column(name).nulls else (),
        )


def _names_a_date(said: str) -> bool:
    return canonical(said.split()[-1]) in {"date", "day", "time", "month", "year", "week", "hour", "timestamp"}


def _for_each_row(plan: QueryPlan, found: Sequence[Tag], words: Lexicon) -> None:
    """``total goals per match`` of ``matches``, which has a ``match_date``: a row is a match, and no day."""
    grouped = {dimension.column for dimension in plan.group_by}
    for tag in found:
        of_rows = canonical(tag.text) == canonical(words.card.name) and tag.kind == "column"
        column = next((name for name in tag.meaning if name in grouped), None) if of_rows else None
        if column is not None and is_time(words.column(column)) and spoken(column).lower() != tag.text.lower():
            raise Abstained(
                message("Each row is one {tag}, so there is nothing to group.", tag=tag.text),
                message("Ask for the average, or say “by {column}”.", column=column),
            )


def _condition_without_a_value(plan: QueryPlan, found: Sequence[Tag], text: str) -> None:
    """``average fine when fined``: a condition on a column of numbers needs a value."""
    judged = {part.column for part in walk(plan.filters) if isinstance(part, Filter)}
    for tag in found:
        condition = rf"{_CONDITION}{re.escape(tag.text)}\b"
        said = re.search(condition, text, re.I) if tag.kind == "column" and not judged & {*tag.meaning} else None
        if said is not None and said.start() > 0:
            raise Abstained(
                message("“{said}” is not clear as a condition.", said=said[0]),
                message("Say for example “where {meaning} is above 0”.", meaning=tag.meaning[0]),
            )


def _of_every_row(plan: QueryPlan, found: Sequence[Tag], text: str) -> None:
    """``restaurants with grade A in every inspection``: those that have it in one are others."""
    nouns = "|".join(re.escape(tag.text) for tag in found if tag.kind in {"rows", "frame"})
    every = re.search(rf"\b(?:in|at|on|for|with)\s+(?:every|each|all)\s+(?:of\s+\w+\s+)?(?:{nouns})\b", text, re.I)
    if (
        nouns
        and every is not None
        and (plan.select or plan.group_by)
        and plan.filters
        and not plan.measures
        and not plan.having
    ):
        raise Abstained(
            message("“{every}” is not understood here.", every=every[0]),
            message("Say for example “restaurants with only grade A”, or write SQL."),
        )


def is_measured(column: ColumnCard) -> bool:
    """Whether numbers are measured or are a unit that others are divided by, so that nobody groups by them."""
    least, most = column.minimum, column.maximum
    broken = any(isinstance(end, float) and not end.is_integer() for end in (least, most))
    return broken or bool(_UNITS & {*name_parts(column.sql)})


def _measured(plan: QueryPlan) -> set[str | None]:
    return {measure.column for measure in plan.measures if isinstance(measure, Measure)}


_WITH = ("with", "having", "that have", "that had", "who have", "who had", "which have", "which had",
         "have", "had", "has")  # fmt: skip
_CONDITION = r"(?<!\band\s)\b(?:when|where|if)\s+(?:it\s+|they\s+)?(?:was\s+|were\s+|is\s+|are\s+)?"
_SHARES = frozenset({"rate", "ratio"})
_ENDS = {"most": "highest", "least": "lowest"}
_UNITS = frozenset("teu unit km mile tonne ton kg hour minute litre liter kwh sqm head capita passenger seat".split())
