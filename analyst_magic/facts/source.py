"""Frames of any library as Arrow tables, whole and as a sample."""

from __future__ import annotations

import datetime
import json
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

EXACT_ROWS = 500_000
"""Rows up to which everything is computed from all of them."""
SAMPLE_ROWS = 50_000
MAX_BYTES = 1_500_000_000
"""Size of a file's rows, roughly, up to which they are all loaded."""
CELL_BYTES = 12


@dataclass(slots=True)
class Data:
    """A frame as it is looked at.

    Attributes:
        name: What it is called.
        names: Names of the columns.
        rows: Number of rows of all of it.
        sample: The rows that everything is computed from that needs all values at once.
        whole: All rows, in the types that they came in where ``sample`` is not all; None where they are not here.
        counted: By column what was counted over all rows elsewhere: ``missing``, ``distinct``, ``minimum``,
            ``maximum``, ``mean`` and, of dates, the ``days`` that have rows.
        notes: What the reader must know, such as that something comes from a sample.
        duplicates: Repeated rows, where all rows were looked at elsewhere; None where that is not known.
        size: Bytes in memory, where the rows are elsewhere.
    """

    name: str
    names: list[str]
    rows: int
    sample: pa.Table
    whole: pa.Table | None = None
    counted: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    duplicates: int | None = None
    size: int | None = None

    @property
    def is_sampled(self) -> bool:
        """Whether the sample is not all of it."""
        return bool(self.sample.num_rows < self.rows)

    @property
    def bytes(self) -> int | None:
        """Size in memory; None where that is not known."""
        return int(self.whole.nbytes) if self.whole is not None else self.size


def read(name: str, frame: Any, facts: object = None, *, whole: bool = False) -> Data:
    """A frame of any library as it is looked at.

    Args:
        name: What it is called.
        frame: A frame of pandas, polars, Arrow or DuckDB.
        facts: What was counted over all rows elsewhere, where the frame is a sample: by a database a row of it, or as
            ``counts.count_rows`` writes it.
        whole: Whether all rows are needed, however many.

    Raises:
        TypeError: It is no frame.
    """
    if hasattr(frame, "fetchall") and not whole:
        rows = frame.aggregate("count(*)").fetchall()[0][0]
        if rows * len(frame.columns) * CELL_BYTES > MAX_BYTES:
            return _large(name, frame, rows)
    table = _table(frame)
    if isinstance(facts, str):
        return _counted_before(name, table, json.loads(facts))
    if facts is not None:
        return _counted(name, plain(table), facts)
    if whole or table.num_rows <= EXACT_ROWS:
        table = plain(table)
        return Data(name, table.column_names, table.num_rows, table, table)
    sample = plain(_sample(table))
    table = table.rename_columns(sample.column_names)
    return Data(name, table.column_names, table.num_rows, sample, table, notes=[_sampled_note(sample.num_rows)])


def _sampled_note(rows: int) -> str:
    return f"Missing values, ranges and means are of all rows; the rest is from a sample of {rows:,} rows."


def _counted_before(name: str, sample: pa.Table, counts: dict[str, Any]) -> Data:
    """A sample with what ``counts.count_rows`` counted over all rows where they lie."""
    sample = plain(sample)
    counted = dict(zip(sample.column_names, counts["columns"], strict=True))
    return Data(
        name, sample.column_names, counts["rows"], sample, None, counted, [_sampled_note(sample.num_rows)],
        counts["duplicates"], counts["bytes"],
    )  # fmt: skip


def _table(frame: Any) -> pa.Table:
    if isinstance(frame, pa.Table):
        return frame
    if hasattr(frame, "fetchall"):
        table = frame.to_arrow_table()
        return table if isinstance(table, pa.Table) else table.read_all()
    if hasattr(frame, "to_frame") and getattr(frame, "ndim", 0) == 1:
        frame = frame.to_frame()
    if hasattr(frame, "iloc"):
        return _from_pandas(frame)
    if hasattr(frame, "to_arrow"):
        frame = frame.to_frame() if not hasattr(frame, "columns") else frame
        return frame.to_arrow()
    raise TypeError(f"A profile takes a data frame, and was given a {type(frame).__name__}.")


def _from_pandas(frame: Any) -> pa.Table:
    """Columns one by one, so that one which Arrow cannot hold becomes text and costs none of the others."""
    if frame.index.names != [None] or not _is_range(frame.index):
        frame = frame.reset_index(names=[n if n is not None else f"index_{i}" for i, n in enumerate(frame.index.names)])
    arrays = []
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        try:
            plain_numbers = getattr(column.dtype, "kind", "") in "iuf" and isinstance(column.dtype, np.dtype)
            array = pa.array(column.to_numpy() if plain_numbers else column, from_pandas=not plain_numbers)
            if "extension" in str(array.type):  # intervals and periods, which people read as they are written
                raise TypeError
        except (pa.ArrowException, TypeError, ValueError):
            texts = [None if missing else str(value) for value, missing in zip(column, column.isna(), strict=True)]
            array = pa.array(texts, pa.string())
        arrays.append(array)
    return pa.table(dict(zip(_distinct_names(frame.columns), arrays, strict=True)))


def _is_range(index: Any) -> bool:
    return type(index).__name__ == "RangeIndex"


def _distinct_names(labels: Any) -> list[str]:
    names: list[str] = []
    for label in labels:
        text = " / ".join(map(str, label)) if isinstance(label, tuple) else str(label)
        number, name = 2, text
        while name in names:
            name, number = f"{text} ({number})", number + 1
        names.append(name)
    return names


def plain(table: pa.Table) -> pa.Table:
    """The table with the types that are looked at: numbers as they are, texts as texts, moments without a zone."""
    columns = []
    for column in table.columns:
        kind = column.type
        if isinstance(kind, pa.ExtensionType):
            column = pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type)
            kind = column.type
        if pa.types.is_dictionary(kind):
            known = _is_known(kind.value_type) or "string" in str(kind.value_type)
            column = column.cast(kind.value_type) if known else _as_text(column)
            kind = column.type
        if pa.types.is_decimal(kind) or (pa.types.is_timestamp(kind) and kind.tz):
            column = plain_numbers(column)
        elif "string" in str(kind):
            column = column.cast(pa.large_string())
        elif not _is_known(kind):
            column = _as_text(column)
        columns.append(column)
    return pa.table(columns, names=_distinct_names(table.column_names))


def plain_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Decimals as floats, moments without their zone, any other column as it is: nothing of that copies texts."""
    if pa.types.is_decimal(column.type):
        return column.cast(pa.float64())
    zoned = pa.types.is_timestamp(column.type) and column.type.tz
    return column.cast(pa.timestamp(column.type.unit)) if zoned else column


def _is_known(kind: pa.DataType) -> bool:
    return any(
        test(kind) for test in (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_temporal)
    )


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_null(column.type):
        return column.cast(pa.large_string())
    return pa.chunked_array([pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.large_string())])


def _sample(table: pa.Table) -> pa.Table:
    """The same rows at each call, in their order."""
    rows = np.unique(np.random.default_rng(0).integers(0, table.num_rows, SAMPLE_ROWS))
    columns = [_taken(column, rows) for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _taken(column: pa.ChunkedArray, rows: np.ndarray[Any, Any]) -> pa.Array:
    chunk = column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
    return chunk.take(pa.array(rows))


def _large(name: str, relation: Any, rows: int) -> Data:
    """A file too large to load: DuckDB counts over all rows, and samples them."""
    import duckdb

    parts = []
    for column in relation.columns:
        quoted = '"' + column.replace('"', '""') + '"'
        parts += [f"count({quoted})", f"approx_count_distinct({quoted})", f"min({quoted})", f"max({quoted})"]
    found = relation.aggregate(", ".join(parts)).fetchall()[0]
    sample = duckdb.sql(f"SELECT * FROM relation USING SAMPLE reservoir({SAMPLE_ROWS} ROWS) REPEATABLE (0)")
    table = plain(_table(sample))
    counted = {}
    for position, column in enumerate(table.column_names):
        present, distinct, low, high = found[4 * position : 4 * position + 4]
        counted[column] = {
            "missing": rows - present, "distinct": distinct, "minimum": value(low), "maximum": value(high)
        }  # fmt: skip
    note = f"Missing values and ranges are of all rows; the rest is from a sample of {table.num_rows:,} rows."
    return Data(name, table.column_names, rows, table, None, counted, [note])


def _counted(name: str, sample: pa.Table, facts: Any) -> Data:
    """A sample of a table with a row of aggregates: ``row_count``, and ``n0``, ``d0``, ``a0``, ``z0`` by position."""
    first = {key.lower(): values[0] for key, values in _table(facts).to_pydict().items()}
    rows = int(first["row_count"])
    counted: dict[str, dict[str, Any]] = {}
    for position, column in enumerate(sample.column_names):
        if f"n{position}" in first:
            counted[column] = {"missing": rows - int(first[f"n{position}"])}
            for letter, what in (("d", "distinct"), ("a", "minimum"), ("z", "maximum")):
                if first.get(f"{letter}{position}") is not None:
                    counted[column][what] = value(first[f"{letter}{position}"])
    note = f"Missing values, distinct values and ranges were counted by the database over all {rows:,} rows"
    more = f"; the rest is from {sample.num_rows:,} rows of it." if sample.num_rows < rows else "."
    return Data(name, sample.column_names, max(rows, sample.num_rows), sample, None, counted, [note + more])


def value(given: Any) -> Any:
    """A value as JSON has it: numbers as numbers, moments and all else as text."""
    if given is None or isinstance(given, (bool, int, str)):
        return given
    if hasattr(given, "item"):
        return value(given.item())
    if isinstance(given, float):
        return given if math.isfinite(given) else str(given)
    if isinstance(given, (datetime.date, datetime.datetime, datetime.time)):
        return given.isoformat()
    if hasattr(given, "as_tuple"):
        return float(given)
    return str(given)


def numbers(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """The finite values of a column of numbers, as floats."""
    present = column.drop_null().cast(pa.float64(), safe=False)
    values = present.chunk(0).to_numpy() if present.num_chunks == 1 else present.to_numpy()
    return np.asarray(values[np.isfinite(values)])


def counted_values(column: pa.ChunkedArray, most: int | None = None) -> tuple[list[Any], np.ndarray[Any, Any]]:
    """The values that are there, each once, the commonest first, with the number of rows of each.

    Args:
        column: The column.
        most: How many values are needed; the numbers are of all.
    """
    found = pc.value_counts(column.drop_null())
    values, counts = found.field("values"), found.field("counts").to_numpy()
    order = np.argsort(-counts, kind="stable")
    return values.take(pa.array(order[:most])).to_pylist(), counts[order]
