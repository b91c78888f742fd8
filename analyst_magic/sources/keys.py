"""Rows as hashes, by which keys of several columns are compared between two frames without a look at either."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ..turn import ColumnCard
from ..turn.context import RowHashes

MAX_ROWS = 5_000
"""Rows of a frame that are hashed column by column; its key is hashed as a whole."""
MAX_COLUMNS = 30
_KINDS = {"text": "text", "category": "text", "integer": "number", "date": "date", "timestamp": "moment"}
"""Types whose values are hashed; equal values of one kind have the same hash in every frame of this process."""
_STEP = np.uint64(0x9E3779B97F4A7C15)


def row_hashes(table: pa.Table, columns: Sequence[ColumnCard], key: Sequence[str]) -> RowHashes | None:
    """Some rows of a frame, and all of its key, as hashes; None where a value cannot be hashed.

    Args:
        table: The frame, its columns in the order of ``columns``.
        columns: What is known of them.
        key: The SQL names of the columns that together tell its rows apart; empty where none are known.
    """
    kinds = {column.sql: _KINDS[column.type] for column in columns if column.type in _KINDS}
    places = {column.sql: i for i, column in enumerate(columns) if column.sql in kinds}
    if not table.num_rows or not places:
        return None
    complete = table.num_rows <= MAX_ROWS
    some = np.arange(table.num_rows) if complete else np.random.default_rng(0).integers(0, table.num_rows, MAX_ROWS)
    rows = pa.array(np.sort(some))  # by chance, as rows that stand in turn are often alike
    try:
        sample = {
            sql: _hashed(table.column(place).take(rows), kinds[sql])
            for sql, place in list(places.items())[:MAX_COLUMNS]
        }
        whole = [_hashed(table.column(places[sql]), kinds[sql]) for sql in key]
    except (pa.ArrowException, KeyError, ValueError, OverflowError):
        return None
    return RowHashes(sample, kinds, complete, np.sort(together(whole)) if whole else None)


def together(columns: Sequence[Any]) -> Any:
    """The hashes of several columns as one of each row; 0 where one of its values is null."""
    found = np.zeros(len(columns[0]), np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            found = (found ^ column) * _STEP
            found ^= found >> np.uint64(29)
    return np.where(np.logical_and.reduce([column != 0 for column in columns]), found, np.uint64(0))


def _hashed(column: pa.ChunkedArray, kind: str) -> Any:
    """The values of a column as hashes; 0 stands for null."""
    if kind == "text":
        encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
        values = np.array([hash(text) for text in encoded.dictionary.to_pylist()], np.int64).view(
            np.uint64
        ) | np.uint64(1)
        places = encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
        return np.append(values, np.uint64(0))[places]
    if kind == "date":
        column = column.cast(pa.date32()).cast(pa.int32())
    elif kind == "moment":
        column = column.cast(pa.timestamp("us", getattr(column.type, "tz", None)), safe=False)
    numbers = column.cast(pa.int64(), safe=False)
    bits = numbers.fill_null(0).to_numpy().view(np.uint64)
    with np.errstate(over="ignore"):
        mixed = ((bits + np.uint64(1)) * _STEP) | np.uint64(1)
    return np.where(column.is_valid().to_numpy(), mixed, np.uint64(0))
