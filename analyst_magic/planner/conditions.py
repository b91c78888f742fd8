"""Conditions in a question: tags -> filters, and the tags that are left.

Each reader looks at the tags from one place on and answers how many it took and the filters that they mean, or None.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import Abstained
from .amount_conditions import amount_first, compared, dated, having_so_many, unnamed
from .column_choice import is_number, one_column
from .filters import Read, kind_at, skip_kinds
from .lexicon import Lexicon
from .linking import Tag
from .name_conditions import letters, name_with_letter, part_of_name
from .plan.schema import Condition, Filter
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
        name = column.sql
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


_READERS = (
    having_so_many,
    part_of_name,
    letters,
    name_with_letter,
    dated,
    _absent,
    compared,
    digits,
    amount_first,
    unnamed,
    neither,
    values_at,
    named_row,
)
