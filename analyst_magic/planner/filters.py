"""What readers of conditions share: looking at tags from one place on, and making filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any, cast

from ..errors import Abstained
from ..language import message
from .linking import Tag
from .plan.schema import Condition, Filter, Operator, Period, Scalar

Read = tuple[int, Sequence[Condition]] | None


def check_filters(filters: Iterable[Condition]) -> None:
    """Abstain where one column would need two values at once."""
    filters = tuple(filters)
    seen: set[tuple[str, str | None]] = set()
    periods = [found for found in filters if isinstance(found, Period)]
    for one, other in combinations(periods, 2):
        if one.column == other.column and not _overlap(one, other):
            raise Abstained(
                message(
                    "{column} cannot be in {label} and in {label_2} at once.",
                    column=one.column,
                    label=one.label or "both",
                    label_2=other.label or "both",
                ),
                message("Ask for one after the other."),
            )
    for found in filters:
        if isinstance(found, Filter) and found.operator in {"=", "in"}:
            if (found.column, found.part) in seen:
                raise Abstained(
                    message("{column} cannot have two values at once.", column=found.column),
                    message("Write them side by side, such as “for A or B”."),
                )
            seen.add((found.column, found.part))


def _overlap(one: Period, other: Period) -> bool:
    """Whether two stretches of time have a moment in common."""
    return (one.start or "") < (other.end or "9999") and (other.start or "") < (one.end or "9999")


def kind_at(tags: Sequence[Tag], place: int) -> str:
    return tags[place].kind if 0 <= place < len(tags) else ""


def skip_kinds(tags: Sequence[Tag], place: int, *kinds: str) -> int:
    while kind_at(tags, place) in kinds:
        place += 1
    return place


def is_a_year(tag: Tag) -> bool:
    """Whether a number looks like a year."""
    return isinstance(tag.meaning, int) and 1900 <= tag.meaning <= 2100 and tag.text.isdigit()


def among(column: str, operator: str, values: list[Scalar]) -> Filter:
    values = list(dict.fromkeys(values))
    if len(values) == 1:
        return filter_of(column, operator, values[0])
    return Filter(column=column, operator="in" if operator == "=" else "not in", values=tuple(values))


def filter_of(column: str, operator: str, value: Any) -> Filter:
    return Filter(column=column, operator=operator_of(operator), values=(value,))


def operator_of(text: str) -> Operator:
    return cast(Operator, text)  # phrases.OPERATORS holds nothing else


def opposite(operator: str) -> str:
    pairs = {"=": "!=", "<": ">=", ">": "<=", "<=": ">", ">=": "<", "contains": "not contains", "like": "not like"}
    return pairs.get(operator, operator)
