"""Rows that come twice, counted over all rows without comparing all of their values.

Rows that are alike are alike in every column. So the columns that tell most rows apart are hashed first, and only rows
that share their hash are compared in all columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .source import Data, plain

MIN_DISTINCT_SHARE = 0.999
"""Share of the sample's rows that a hash tells apart, from which no further column is hashed."""
MAX_HASHED = 8
MAX_COMPARED = 2_000_000


def duplicates(data: Data) -> int | None:
    """How many rows repeat an earlier one; None where not all rows are here, or too many look alike.

    Args:
        data: The frame.
    """
    if data.duplicates is not None:
        return data.duplicates
    table = data.whole
    if table is None or table.num_rows < 2 or not table.num_columns:
        return None if table is None else 0
    chosen = _telling_apart(table)
    if any(_rises(table.column(position)) for position in chosen):
        return 0
    rows = _repeated(_hash(table, chosen))
    if not len(rows):
        return 0
    if len(rows) > MAX_COMPARED:
        return None
    taken = plain(table.take(pa.array(rows)))
    return len(rows) - _distinct_rows(taken)


def total_row(data: Data) -> str:
    """The column of which the last row is the sum of all others; empty where there is none."""
    table = data.whole
    if table is None or data.is_sampled or table.num_rows < 6:
        return ""
    for name, column in zip(data.names, table.columns, strict=True):
        if are_sums(column, (table.num_rows - 1,)):
            return name
    return ""


def are_sums(column: pa.ChunkedArray, places: Sequence[int]) -> bool:
    """Whether each of some rows is a sum of numbers above it: of all, or of those since the last such row.

    Args:
        column: Numbers; of other types the answer is no.
        places: The rows, in their order. They are not counted themselves.
    """
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return False
    values = np.nan_to_num(column.cast(pa.float64(), safe=False).fill_null(0.0).to_numpy())
    counted = values.copy()
    counted[list(places)] = 0.0
    above = np.cumsum(counted)[list(places)]
    since = np.diff(above, prepend=0.0)
    sums = values[list(places)]
    alike = np.isclose(sums, above, rtol=1e-9, atol=0.0) | np.isclose(sums, since, rtol=1e-9, atol=0.0)
    return bool(alike.all() and sums[-1] and len(np.unique(values)) > 2)


def _telling_apart(table: pa.Table) -> list[int]:
    """The columns to hash, those that are cheap and tell most rows apart first, until few rows are alike."""
    head = table.slice(0, 20_000)
    order = sorted(range(head.num_columns), key=lambda i: (-_distinct(head.column(i)), _is_text(head.column(i))))
    chosen: list[int] = []
    for position in order[:MAX_HASHED]:
        chosen.append(position)
        if len(np.unique(_hash(head, chosen))) >= MIN_DISTINCT_SHARE * head.num_rows:
            break
    return chosen


def _rises(column: pa.ChunkedArray) -> bool:
    """Whether whole numbers or moments rise from row to row, so that no two are alike."""
    kind = column.type
    if column.null_count or not (pa.types.is_integer(kind) or pa.types.is_timestamp(kind)):
        return False
    values = _numpy(column)
    return bool(values[0] < values[-1] and np.all(values[1:] > values[:-1]))


def _is_text(column: pa.ChunkedArray) -> bool:
    return "string" in str(column.type)


def _distinct(column: pa.ChunkedArray) -> int:
    """Distinct values, to two digits, so that of columns which tell as much apart a cheap one comes first."""
    try:
        number = pc.count_distinct(column).as_py()
    except pa.ArrowNotImplementedError:
        return 0
    return int(round(number, -max(0, len(str(number)) - 2)))


def _hash(table: pa.Table, positions: list[int]) -> np.ndarray[Any, Any]:
    """One number a row, the same for rows that are alike in the columns."""
    found = np.zeros(table.num_rows, np.uint64)
    for position in positions:
        found = found * np.uint64(0x9E3779B97F4A7C15) + _codes(table.column(position))
        found ^= found >> np.uint64(29)
    return found


def _codes(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """64 bits a value, alike for equal values."""
    kind = column.type
    if pa.types.is_floating(kind):
        return _numpy(column.cast(pa.float64())).view(np.uint64)
    if pa.types.is_integer(kind):
        return _numpy(column.cast(pa.int64(), safe=False)).view(np.uint64)
    if pa.types.is_temporal(kind) and kind.bit_width == 64:
        return _numpy(column.view(pa.int64()) if hasattr(column, "view") else column.cast(pa.int64())).view(np.uint64)
    encoded = column.dictionary_encode(null_encoding="encode").unify_dictionaries()
    parts = [chunk.indices.to_numpy(zero_copy_only=False) for chunk in encoded.chunks]
    return np.concatenate(parts).astype(np.uint64) if parts else np.zeros(0, np.uint64)


def _numpy(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    if column.null_count:
        column = pc.fill_null(column, pa.scalar(-7_777_777, column.type))
    chunks = column.chunks
    return np.ascontiguousarray(chunks[0].to_numpy() if len(chunks) == 1 else column.to_numpy())


def _repeated(hashes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The rows whose hash comes more than once."""
    ordered = np.sort(hashes)
    again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(again):
        return again.astype(np.int64)
    return np.flatnonzero(np.isin(hashes, again))


def _distinct_rows(table: pa.Table) -> int:
    import duckdb

    with duckdb.connect() as connection:
        names = [f"c{i}" for i in range(table.num_columns)]
        connection.register("taken", table.rename_columns(names))
        return int(connection.sql("SELECT count(*) FROM (SELECT DISTINCT * FROM taken)").fetchall()[0][0])
