"""The names of many columns in few words: ``"S001"…"S300" (300, float64)``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..turn import ColumnCard
from ..turn.tokens import estimate_tokens
from .text import json_text, label_code, type_text

MIN_GROUP = 4
"""Columns from which names that differ in a number alone are told as a range."""
MAX_NAME = 100
"""Characters of a name that is told here."""
_NUMBERED = re.compile(r"^(.*?)(\d+)(\D*)$", re.S)


def compact_names(columns: Sequence[ColumnCard], budget: int) -> tuple[str, int]:
    """The names of columns with their types, as far as they fit.

    Args:
        columns: The columns, in their order.
        budget: Tokens.

    Returns:
        The names by type, and how many columns had no room.
    """
    parts: dict[str, list[str]] = {}
    left, missing = budget, 0
    for text, kind, number, long in _groups(columns):
        cost = estimate_tokens(text) + 1
        if long or cost > left:
            missing += number
            continue
        left -= cost
        parts.setdefault(kind, []).append(text)
    return "; ".join(f"{kind}: {', '.join(names)}" for kind, names in parts.items()), missing


def numbered(columns: Sequence[ColumnCard]) -> list[list[ColumnCard]]:
    """The groups of columns of one type whose names differ in their last number alone."""
    groups: dict[tuple[str, str, str], list[ColumnCard]] = {}
    for column in columns:
        match = _NUMBERED.match(column.name) if isinstance(column.label, str) else None
        if match is not None:
            groups.setdefault((match[1], match[3], type_text(column)), []).append(column)
    return [group for group in groups.values() if len(group) >= MIN_GROUP]


def group_text(group: Sequence[ColumnCard]) -> str:
    """A group of such columns as text: its first and last name, and how many there are."""
    return f"{json_text(group[0].name)}…{json_text(group[-1].name)} ({len(group)})"


def _groups(columns: Sequence[ColumnCard]) -> list[tuple[str, str, int, bool]]:
    """Each name, or range of names, with its type, how many columns it stands for, and whether it is too long."""
    group_of = {id(column): group for group in numbered(columns) for column in group}
    groups, done = [], set()
    for column in columns:
        group = group_of.get(id(column), [column])
        if id(group[0]) in done:
            continue
        done.add(id(group[0]))
        text = group_text(group) if len(group) > 1 else label_code(column.label, column.name)
        groups.append((text, type_text(column), len(group), len(column.name) > MAX_NAME))
    return groups
