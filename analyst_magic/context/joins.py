"""Which columns of two frames belong together, by samples of their values as hashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np

from ..sources.keys import together
from ..turn import ColumnCard, FrameCard
from ..turn.context import Sketch
from .match import shared, words

MIN_MATCH = 0.5
"""Share of the rows on the left that have to have a partner on the right."""
MIN_VALUES = 3
MAX_COLUMNS = 60
MAX_JOINS = 12


@dataclass(frozen=True, slots=True)
class Join:
    """Two columns that seem to belong together.

    Attributes:
        left, right: The names of the frames.
        left_columns, right_columns: The columns' names in SQL.
        match: Share of the left's rows that have a partner on the right.
        unique: Whether no value comes twice on the right, so that a join makes no more rows.
        exact: False where the share comes from some of the rows.
    """

    left: str
    right: str
    left_columns: tuple[str, ...]
    right_columns: tuple[str, ...]
    match: float
    unique: bool
    exact: bool = True


def join_candidates(cards: Sequence[FrameCard]) -> list[Join]:
    """The likely joins between frames, the surest first.

    Text and dates are joined on the right's unique column by their values; numbers, which are often alike by chance,
    only where the columns' names share a word too. Where the right has no unique column but a key of several, that
    key is offered where the left has columns of the same names.
    """
    candidates: list[Join] = []
    for left, right in permutations(cards, 2):
        single = _single(left, right)
        candidates += single or _several(left, right)
    candidates.sort(key=lambda join: -join.match)
    return candidates[:MAX_JOINS]


def join_text(join: Join) -> str:
    """A join in one line: ``flights.tailnum -> planes.tailnum: 84% match, unique on the right``.

    >>> join_text(Join("flights", "planes", ("tailnum",), ("tailnum",), 0.8436, True))
    'flights.tailnum -> planes.tailnum: 84% match, unique on the right'
    """
    facts = [f"{'' if join.exact else 'about '}{_percent(join.match, join.exact)} match"]
    facts += ["unique on the right"] if join.unique else []
    return f"{_side(join.left, join.left_columns)} -> {_side(join.right, join.right_columns)}: {', '.join(facts)}"


def _percent(share: float, exact: bool) -> str:
    """Whole per cent; all is told only of all."""
    if share < 1.0 and round(100 * share) == 100:
        return "over 99%" if exact else "99%"
    return f"{round(100 * share)}%"


def _side(frame: str, columns: Sequence[str]) -> str:
    return f"{frame}.{columns[0]}" if len(columns) == 1 else f"{frame}.({', '.join(columns)})"


def _single(left: FrameCard, right: FrameCard) -> list[Join]:
    """The best partner of each column of the left among the unique columns of the right."""
    keys = [column for column in right.columns[:MAX_COLUMNS] if column.unique and column.sketch is not None]
    candidates = []
    for column in left.columns[:MAX_COLUMNS]:
        if column.sketch is None or not keys:
            continue
        rated = [(match, key) for key in keys if (match := _match(left, column, right, key)) is not None]
        if rated:
            match, key = max(rated, key=lambda pair: (pair[0], pair[1].name == column.name))
            candidates.append(Join(left.name, right.name, (column.sql,), (key.sql,), match, unique=True))
    return candidates


def _match(left: FrameCard, column: ColumnCard, right: FrameCard, key: ColumnCard) -> float | None:
    """The share of rows with a partner, where the two columns can belong together at all."""
    assert column.sketch is not None
    assert key.sketch is not None
    if column.sketch.family != key.sketch.family:
        return None
    alike = shared(words(f"{column.name} {left.name}"), f"{key.name}") and shared(
        words(column.name), f"{key.name} {right.name}"
    )
    if column.sketch.family != "text" and not alike:
        return None
    if column.unique and not alike:
        return None
    share, values = _overlap(column.sketch, key.sketch)
    least = min(MIN_VALUES, len(key.sketch.hashes))
    return share if share >= MIN_MATCH and values >= least else None


def _overlap(left: Sketch, right: Sketch) -> tuple[float, int]:
    """The share of the left's rows whose values the right has, and how many different ones, as far as both know."""
    threshold = min(left.threshold, right.threshold)
    known: Any = left.hashes <= np.uint64(threshold)
    here = np.isin(left.hashes[known], right.hashes)
    rows = left.counts[known]
    return (float(rows[here].sum() / rows.sum()) if len(rows) else 0.0), int(here.sum())


def _several(left: FrameCard, right: FrameCard) -> Iterable[Join]:
    """A join over the right's key of several columns, where the left has columns of the same names and kinds."""
    mine, theirs = left.hashes, right.hashes
    if not right.key or mine is None or theirs is None or theirs.key is None:
        return
    names = {column.sql for column in left.columns}
    if not all(name in names and name in mine.columns and mine.kinds[name] == theirs.kinds[name] for name in right.key):
        return
    rows = together([mine.columns[name] for name in right.key])
    rows = rows[rows != 0]
    near = np.minimum(np.searchsorted(theirs.key, rows), len(theirs.key) - 1)
    match = float((theirs.key[near] == rows).mean()) if len(rows) else 0.0
    if match >= MIN_MATCH:
        yield Join(left.name, right.name, right.key, right.key, match, unique=True, exact=mine.complete)
