"""Forms of questions for the change from one stretch of time to another: growth in orders from Q1 to Q2, by region."""

from __future__ import annotations

import re

from .column_choice import is_number
from .forms import Asking, Forms, unclear
from .lexicon import Lexicon
from .linking import columns_called, tags
from .plan.schema import Calculation, Condition, Derived, Measure, QueryPlan
from .running import adds_up
from .tokens import canonical, tokens

FIRST = Forms()
"""Forms that come before the grammar, which would take *change* for a line chart."""
_MOVES = r"change|growth|increase|decrease|drop|decline|rise|fall"
_MOVED = r"change|changed|grow|grown|grew|increase|increased|decrease|decreased|drop|dropped|fall|fallen|rise|risen"
_LEVELS = frozenset("salary age price rating height temperature".split())
_BY = r"(?P<by>\s+(?:by|per|for\s+each|in\s+each)\s+.+)?"


@FIRST.form(
    rf"(?P<percent>percentage\s+|percent\s+|relative\s+)?(?:{_MOVES})\s+(?:in|of)\s+(?:the\s+)?(?P<figure>.+?)\s+"
    rf"(?:from|between)\s+(?P<one>.+?)\s+(?:to|and)\s+(?P<other>.+?){_BY}"
)
@FIRST.form(
    rf"how\s+much\s+(?:did|has|have)\s+(?:the\s+)?(?P<figure>.+?)\s+(?:{_MOVED})\s+(?:from|between)\s+(?P<one>.+?)\s+(?:to|and)\s+"
    rf"(?P<other>.+?){_BY}"
)
def change(asking: Asking) -> QueryPlan:
    """``change in wheat yield from 2023 to 2024 by county``: the later figure less the earlier one, and in per cent."""
    gaps = asking.gaps
    figure = _figure(gaps["figure"], asking.words)
    one, other = (asking.ask(f"{figure} {_during(gaps[side])} {gaps['by']}") for side in ("one", "other"))
    names = [" ".join(gaps[side].split()) for side in ("one", "other")]
    mine, its = _own(one, other), _own(other, one)
    (measure,) = one.measures
    measures = tuple(
        measure.model_copy(update={"where": where, "name": name})
        for where, name in zip((mine, its), names, strict=True)
    )
    gap = Calculation(operator="-", left=names[1], right=names[0])
    share = Calculation(operator="/", left=Calculation(operator="*", left=100, right="change"), right=names[0])
    shared = tuple(f for f in one.filters if f in other.filters)
    computed = (Derived(name="change", value=gap), Derived(name="change_percent", value=share, unit="%"))
    wanted = () if one.group_by else ("change", "change_percent")
    return QueryPlan(frame=one.frame, filters=shared, group_by=one.group_by, measures=measures, computed=computed,
                     wanted=wanted)  # fmt: skip


def _during(text: str) -> str:
    return text if re.match(r"(?:last|this|previous|the\s+last)\b", text, re.IGNORECASE) else f"in {text}"


def _figure(text: str, words: Lexicon) -> str:
    """A figure in words: rows are counted, and an amount alone is added up where that says something."""
    found = tags(tokens(text), words)
    if any(tag.kind == "function" for tag in found):
        return text
    last = found[-1] if found else None
    if last is not None and (last.kind in {"rows", "frame"} or canonical(last.text) in words.frame):
        return f"number of {text}"
    names: tuple[str, ...] = columns_called(last.text, words) if last is not None and last.kind == "column" else ()
    if len(names) != 1 or not is_number(words.column(names[0])):
        raise unclear()
    if not adds_up(names[0]) or _LEVELS & {canonical(part) for part in names[0].lower().split("_")}:
        return f"average {text}"
    return f"total {text}"


def _own(one: QueryPlan, other: QueryPlan) -> tuple[Condition, ...]:
    """The conditions that one side alone has, which say when.

    Raises:
        Abstained: The sides differ in more than that, or are more than one figure of groups.
    """
    odd = one.having or one.limit or one.chart or one.document or one.source or one.computed or one.select
    plain = len(one.measures) == 1 and isinstance(one.measures[0], Measure) and not one.measures[0].where
    own = tuple(f for f in one.filters if f not in other.filters)
    same = one.measures == other.measures and one.group_by == other.group_by and one.joins == other.joins == ()
    if odd or not plain or not own or not same or one.measures[0].function == "share":
        raise unclear()
    return own
