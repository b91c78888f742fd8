"""Conditions in a question: tags -> filters, and the tags that are left.

Each reader looks at the tags from one place on and answers how many it took and the filters that they mean, or None.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import Abstained
from .amount_conditions import (
    amount_first,
    columns_compared,
    compared,
    dated,
    having_so_many,
    unnamed,
)
from .column_choice import is_number, one_column, written_none
from .filters import Read, kind_at, skip_kinds
from .flags import truth
from .lexicon import Lexicon
from .linking import Tag
from .name_conditions import letters, name_with_letter, part_of_name
from .plan.schema import AnyOf, Condition, Filter
from .value_conditions import digits, named_row, neither, values_at


def conditions_at(
    tags: Sequence[Tag], place: int, lexicon: Lexicon
) -> Iterator[tuple[int, Sequence[Condition] | Abstained]]:
    """What each reader makes of the tags from one place on: how many it takes, and the filters, or why none."""
    for reader in _READERS:
        try:
            found = reader(tags, place, lexicon)
        except Abstained as error:
            yield 1, error
            continue
        if found is not None:
            yield found


def _absent(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``missing sex``, ``sex is missing``, ``without dep_delay``, ``sex is not missing``."""
    kind, after = kind_at(tags, place), kind_at(tags, place + 1)
    no = kind == "not" and tags[place].text.lower() in {"no", "without"}
    if kind == "not" and after == "column" and {"have", "has", "had"} & set(tags[place + 1].lead.split()):
        no = True  # "do not have a bonus"
    if (kind in {"missing", "present"} or no) and after == "column":
        if kind_at(tags, place + 2) in {"operator", "between", "value"}:
            return None
        column = one_column(tags[place + 1], lexicon)
        if no and is_number(column) and not column.nulls:
            return 2, [Filter(column=column.sql, operator="=", values=(0,), label="none")]
        if no and truth(column) is not None and not column.nulls:
            return None  # "without collateral", where it is Y or N: those with an N
        name = column.sql
        nothing = written_none(column) if no else None
        if nothing is not None:
            none = Filter(column=name, operator="=", values=(nothing,), label="none")
            return 2, [none] if not column.nulls else [AnyOf(any_of=(none, Filter(column=name, operator="is null")))]
        return 2, [Filter(column=name, operator="is not null" if kind == "present" else "is null")]
    if kind != "column":
        return None
    end = skip_kinds(tags, place + 1, "is", "where")
    negated = kind_at(tags, end) == "not"
    if kind_at(tags, end + negated) not in {"missing", "present"}:
        return None
    absent = (kind_at(tags, end + negated) == "missing") != negated
    name = one_column(tags[place], lexicon).sql
    return end + negated + 1 - place, [Filter(column=name, operator="is null" if absent else "is not null")]


def _each_compared(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``with math, reading and science above 80``, ``both of them over 5``: a condition on each column."""
    start = place + (kind_at(tags, place) == "both")
    columns, end = [], start
    joined: set[str] = set()
    while kind_at(tags, end) == "column":
        columns.append(tags[end])
        following = skip_kinds(tags, end + 1, "comma", "and", "or")
        joined |= {tag.kind for tag in tags[end + 1 : following]}
        end = following
    said = kind_at(tags, place - 1) == "where" or start > place or "all" in _lead(tags, end)
    if len(columns) < 2 or not said or kind_at(tags, end) not in {"operator", "is", "between", "missing", "present"}:
        return None
    read = [compared(own, 0, lexicon) or _absent(own, 0, lexicon) for own in ([c, *tags[end:]] for c in columns)]
    found = [one for one in read if one is not None]
    if len(found) < len(columns) or len({taken for taken, _ in found}) > 1:
        return None
    each = [condition for _, conditions in found for condition in conditions]
    if len({condition.columns for condition in each}) < len(columns):
        return None
    return end - place + found[0][0] - 1, [AnyOf(any_of=tuple(each))] if "or" in joined else each


def _lead(tags: Sequence[Tag], place: int) -> list[str]:
    return tags[place].lead.split() if place < len(tags) else []


_READERS = (
    having_so_many,
    part_of_name,
    letters,
    name_with_letter,
    dated,
    _absent,
    compared,
    columns_compared,
    _each_compared,
    digits,
    amount_first,
    unnamed,
    neither,
    values_at,
    named_row,
)
