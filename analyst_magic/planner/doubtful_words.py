"""Words of a question that its plan passed over or took for something near: asked back rather than answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ..errors import Abstained
from ..turn import ColumnCard
from .asking import Ambiguous
from .column_choice import is_number
from .lexicon import Lexicon
from .linking import Tag
from .plan.schema import Filter, Measure, QueryPlan
from .plan.words import name_parts, spoken
from .running import adds_up
from .tokens import canonical


def asked_what_is_meant(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """Nothing, where each word has its place in the plan.

    Raises:
        Ambiguous, Abstained: A word has none, or stands for something else than the plan takes it for.
    """
    _rows_with(plan, found, text, words)
    _rate_of_a_value(plan, found, text, words)
    _total_of_what_does_not_add_up(plan, text, words)
    _a_second_question(plan, text)


def _rows_with(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``bookings with children``: those that have some, or all of them beside that column?"""
    shown = {*plan.select} if plan.lists_rows and len(plan.select) == 1 else set()
    for rows, tag in pairwise(tag for tag in found if tag.text.lower() not in _WITH):
        phrase = re.search(rf"\b{re.escape(rows.text)}\s+({'|'.join(_WITH)})\s+{re.escape(tag.text)}", text, re.I)
        if rows.kind not in {"frame", "rows"} or phrase is None or tag.kind != "column" or {*tag.meaning} != shown:
            continue
        column = words.column(tag.meaning[0])
        some = f'where "{column.name}" is ' + ("not missing" if column.nulls else "above 0")
        if not column.nulls and not (is_number(column) and column.minimum == 0):
            continue  # each row has one
        raise Ambiguous(
            f"“{phrase[0]}” could mean those that have some, or all of them with {column.name} beside them.",
            f"Say “{rows.text} {some}”, or “{column.name} of all {rows.text}”.",
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
            f"“{phrase}” could be the share of rows {where}, or {column} of those rows.",
            f"Say “share of rows {where}”, or “{column} {where}”.",
            choices=(text.replace(phrase, f"{column} {where}", 1),),
        )


def _total_of_what_does_not_add_up(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``how much interest``, ``which building has the most voltage``: of rates and levels there is no total."""
    said = {canonical(part) for part in name_parts(text)}
    for measure in plan.measures:
        column = measure.column if isinstance(measure, Measure) and measure.function == "sum" else None
        if column is None or column not in {known.sql for known in words.card.columns}:  # a product of two adds up
            continue
        named = {canonical(part) for part in name_parts(spoken(column))} <= said
        if adds_up(column) or (named and {"total", "sum"} & said):
            continue
        raise Ambiguous(
            f"{column} does not add up: a total of it says nothing.",
            f"Ask for its average or its maximum, or say “sum of {column}”.",
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
            f"“and {also[1]}” asks for a second thing, which this answer would not show.",
            "Ask one after the other, or for the whole row: “row with the lowest ...”.",
        )


def is_measured(column: ColumnCard) -> bool:
    """Whether numbers are measured or are a unit that others are divided by, so that nobody groups by them."""
    least, most = column.minimum, column.maximum
    broken = any(isinstance(end, float) and not end.is_integer() for end in (least, most))
    return broken or bool(_UNITS & {*name_parts(column.sql)})


def _measured(plan: QueryPlan) -> set[str | None]:
    return {measure.column for measure in plan.measures if isinstance(measure, Measure)}


_WITH = ("with", "having", "that have", "that had", "who have", "who had", "which have", "which had")
_SHARES = frozenset({"rate", "ratio"})
_ENDS = {"most": "highest", "least": "lowest"}
_UNITS = frozenset("teu unit km mile tonne ton kg hour minute litre liter kwh sqm head capita passenger seat".split())
