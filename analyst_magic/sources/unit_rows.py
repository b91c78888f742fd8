"""A row of units below the names of columns, as measuring devices write it: ``s``, ``kg``, ``m/s``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MAX_UNIT = 12
"""Letters of a unit."""
MIN_ROWS = 2
_NOTHING = frozenset({"", "-", "–", "—"})


def units_of(rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """The units of the first row; none where it is a row like the others.

    Each cell of it is short text over a column that is otherwise one of numbers, or empty, and there are two units or
    one beside empty cells alone.

    Args:
        rows: The first rows below the names; None or empty text where there is no value.

    Example:
        >>> units_of([["s", "kg"], ["1", "10.5"], ["2", ""]])
        ('s', 'kg')
        >>> units_of([["north", "n/a"], ["south", "10.5"], ["east", "3"]])
        ()
    """
    if len(rows) <= MIN_ROWS:
        return ()
    units = []
    for place, cell in enumerate(rows[0]):
        text = "" if cell is None else str(cell).strip()
        if text in _NOTHING:
            continue
        below = [row[place] for row in rows[1:] if place < len(row)]
        if isinstance(cell, bool | int | float) or not _is_unit(text) or not _are_numbers(below):
            return ()
        units.append(text)
    return tuple(units) if len(units) > 1 or (units and len(rows[0]) > 1) else ()


def _is_unit(text: str) -> bool:
    return (
        len(text) <= MAX_UNIT and not _is_number(text) and text.lower() not in {"na", "n/a", "nan", "null", "none", "?"}
    )


def _are_numbers(values: Sequence[Any]) -> bool:
    texts = ["" if value is None else str(value).strip() for value in values]
    known = [text for text in texts if text not in _NOTHING]
    return bool(known) and all(map(_is_number, known))


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
