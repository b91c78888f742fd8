"""Two frames as one, where exactly one key joins them: of one column, or of several that tell rows apart together.

A key is evident where a column of the one frame is named as a column of the other (or ``customer_id`` as the ``id`` of
``customers``), has the same type there, and is different in every row there, so that no row of the first is doubled.
"""

from __future__ import annotations

from dataclasses import replace

from ...turn import ColumnCard, FrameCard
from .schema import Join
from .text import needs_flat_copy

KEY_TYPES = {"integer": "number", "text": "text", "category": "text", "date": "date", "decimal": "number"}


def join_between(left: FrameCard, right: FrameCard) -> Join | None:
    """How rows of ``right`` are found for those of ``left``; None where there is no key, or more than one."""
    if needs_flat_copy(left) or needs_flat_copy(right) or not right.exact:
        return None
    found = [(mine.sql, other.sql) for other in right.columns if _is_key(other, right) for mine in left.columns
             if _refers(mine, other, right)]  # fmt: skip
    found = found or _several(left, right)
    if not found or (len(found) != 1 and found != _several(left, right)):
        return None
    taken = {column.sql.lower() for column in left.columns}
    brings = tuple(c.sql for c in right.columns if c.sql.lower() not in taken and c.sql != found[0][1])
    return Join(frame=right.name, key=found[0][0], other=found[0][1], more=tuple(found[1:]), brings=brings)


def _several(left: FrameCard, right: FrameCard) -> list[tuple[str, str]]:
    """The columns that only together tell the rows of ``right`` apart, where ``left`` has all of them."""
    mine = {column.sql.lower(): column for column in left.columns}
    theirs = {column.sql: column for column in right.columns}
    pairs = [(mine[name.lower()], theirs[name]) for name in right.key if name.lower() in mine and name in theirs]
    fits = len(pairs) == len(right.key) and all(one.type == other.type for one, other in pairs)
    return [(one.sql, other.sql) for one, other in pairs] if fits else []


def joined(left: FrameCard, right: FrameCard, join: Join) -> FrameCard:
    """The card of both together: all columns of the first, and those of the second that it has no name for."""
    more = [column for column in right.columns if column.sql in join.brings]
    return replace(left, columns=(*left.columns, *more), sample=(), exact=left.exact and right.exact)


def _is_key(column: ColumnCard, card: FrameCard) -> bool:
    return column.type in KEY_TYPES and card.rows > 1 and column.distinct == card.rows and not column.nulls


def _refers(mine: ColumnCard, other: ColumnCard, right: FrameCard) -> bool:
    if KEY_TYPES.get(mine.type) != KEY_TYPES[other.type]:
        return False
    name, wanted = mine.sql.lower(), other.sql.lower()
    one = right.name.lower().removesuffix("s")
    return name == wanted != "id" or (wanted in {"id", "key", "code"} and name in {f"{one}_{wanted}", f"{one}{wanted}"})
