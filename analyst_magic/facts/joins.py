"""Keys that lead to other sources in scope, and how many rows find their match there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from . import source
from .columns import kind_of
from .findings import finding

if TYPE_CHECKING:
    from .columns import Column
    from .source import Data

MIN_MATCHED = 0.5
"""Share of distinct values with a match from which two columns of different names are held for a join."""
MIN_DISTINCT = 3
FAMILIES = {"integer": "number", "number": "number", "text": "text", "date": "date", "moment": "date"}


@dataclass(slots=True)
class Matched:
    """What was found.

    Attributes:
        joins: Records of joins.
        findings: What of it deserves a look.
    """

    joins: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)


def find(data: Data, columns: list[Column], others: dict[str, object]) -> Matched:
    """The joins from a frame to other sources.

    Args:
        data: The frame.
        columns: Its columns.
        others: The other sources, by name.
    """
    matched = Matched()
    for name, frame in others.items():
        other = source.read(name, frame)
        for position, label in enumerate(other.names):
            keys = _all_keys(other, position)
            kind = kind_of(keys.type)
            if kind not in FAMILIES or len(keys) < 2:
                continue
            distinct = pc.unique(keys)
            for column in columns:
                if _may_join(column, label, kind, name):
                    _match(column, name, label, keys, distinct, matched)
    return matched


def _all_keys(other: Data, position: int) -> pa.ChunkedArray:
    """The values of a column, of all rows where they are here: in a sample, keys would seem to be missing."""
    column = other.sample.column(position)
    if other.whole is not None and other.is_sampled and kind_of(column.type) in FAMILIES:
        column = source.plain(pa.table([other.whole.column(position)], ["key"])).column(0)
    return column.drop_null()


def _may_join(column: Column, label: str, kind: str, other: str) -> bool:
    """Whether two columns can be a join: of one family, and keys by their names or their values."""
    if FAMILIES.get(column.kind) != FAMILIES[kind] or column.is_time or len(column.counts) < MIN_DISTINCT:
        return False
    return column.kind != "number" or column.name == label


def _same_name(column: str, label: str, other: str) -> bool:
    def words(text: str) -> str:
        return re.sub(r"[\W_]", "", text).casefold()

    own = words(column)
    return own == words(label) or own == words(other).removesuffix("s") + words(label)


def _match(column: Column, other: str, label: str, keys: pa.ChunkedArray, distinct: pa.Array, matched: Matched) -> None:
    unique = len(distinct) == len(keys)
    named = _same_name(column.name, label, other)
    if not unique and not named:
        return
    values = column.sample.drop_null()
    hits = pc.is_in(values, value_set=distinct.cast(values.type, safe=False))
    rows = int(pc.sum(hits).as_py() or 0)
    own = pc.unique(values)
    found = int(pc.sum(pc.is_in(own, value_set=distinct.cast(own.type, safe=False))).as_py() or 0)
    rate = found / max(1, len(own))
    by_chance = column.kind == "integer" and not named  # 1, 2, 3 are the numbers of many things
    if rate < MIN_MATCHED or by_chance or (not named and rate < 0.9):
        return
    matched.joins.append({
        "column": column.name, "source": other, "other": label, "unique": unique, "matched_values": found,
        "distinct": len(own), "matched_rows": rows, "rows": len(values),
    })  # fmt: skip
    lost = len(values) - rows
    if lost:
        message = f"{lost:,} of {len(values):,} rows have a {column.name} that {other} does not have ({label})."
        matched.findings.append(finding(column.name, "join", message, 1, lost / len(values)))
    if not unique and len(distinct) > 0.9 * len(keys):
        message = f"{label} of {other} has {len(keys) - len(distinct):,} repeated values: a join doubles rows."
        matched.findings.append(finding(column.name, "repeated key", message, 1))
