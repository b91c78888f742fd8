"""A frame's facts, column by column: types, nulls, distinct values, ranges, quantiles and top values.

DuckDB reads the frame's Arrow table in place. Columns are renamed by position first, so a label can be anything. What
is found here is complete and stays local: what a model may be told of it is decided elsewhere.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..exact.arrow_columns import convert
from ..facts.rows import are_sums
from ..turn import NUMBER_TYPES, ColumnCard, FrameCard
from ..turn.context import Sketch
from .codes import code_of
from .frames import THREADS, Frame, label_text
from .keys import row_hashes
from .shapes import text_shapes

EXACT_ROWS = 1_000_000
SAMPLE_ROWS = 200_000
SAMPLE_VALUES = 1_500_000
"""Values of a sample, over all columns."""
MIN_SAMPLE_ROWS = 20_000
SAMPLE_SHOWN = 5
MIN_THREADED_CELLS = 1_000_000
MIN_SORTED_ROWS = 10_000
SORTED = frozenset({"integer", "float", "date", "timestamp", "time", "duration"})
"""Types of as many bits for each value, whose order is that of the bits."""
TOP_VALUES = 50
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

RANGED = NUMBER_TYPES | {"date", "timestamp", "time", "duration"}
LISTED = frozenset({"text", "category", "boolean"})
COUNTED = RANGED | LISTED
FAMILIES = {"text": "text", "category": "text", "integer": "number", "float": "number", "date": "date"}
"""Types whose values can be keys; those of one family are compared with each other."""
KEY_TYPES = frozenset({"text", "category", "integer", "date", "timestamp"})
MAX_SKETCH = 4_096
"""Hashes that are kept of a column."""
MIN_TOTALLED = 3
MAX_NOTES = 5
"""Rows from the end among which one of totals is looked for."""
MAX_SUBTOTALED = 200_000
"""Texts of a table up to which totals are looked for among all rows."""
_SUM = r"(?:grand\s+|sub)?totals?|sum|overall|gesamt|summe|insgesamt|suma|总计|合计"
TOTAL = re.compile(rf"\W*(?:{_SUM})\W*|(?:sub)?total\s+\S.*|.*\S\s+(?:(?:sub)?total|gesamt|summe)", re.I)
"""What a row of totals is called."""
MAX_KEY_COLUMNS = 8
MAX_KEY_ROWS = 100_000
MAX_KEY_SECONDS = 0.1
KEY_SAMPLE_ROWS = 5_000


def profile(frame: Frame) -> FrameCard:
    """Describe a frame: exactly up to a million rows, beyond that on a sample of its rows with ``exact=False``."""
    exact = frame.rows <= EXACT_ROWS
    table = _plain(frame.table if exact else _sample(frame.table))
    types = [column_type(field.type) for field in frame.table.schema]
    names = [
        label_text(label) if label is not None else sql
        for label, sql in zip(frame.labels, frame.table.column_names, strict=True)
    ]
    facts = _facts(table, types, names)
    columns = tuple(
        ColumnCard(
            name=names[position],
            label=label,
            sql=sql,
            type=kind,
            zone=_zone(frame.table.schema.field(position).type),
            rows=table.num_rows,
            nulls=table.column(position).null_count,
            nans=_nans(table.column(position)) if frame.kind != "pandas" and kind == "float" else 0,
            **facts[position],
        )
        for position, (label, sql, kind) in enumerate(zip(frame.labels, frame.table.column_names, types, strict=True))
    )
    key = _key(table, columns) if exact else ()
    sample = tuple(zip(*(_shown(column) for column in frame.table.slice(0, SAMPLE_SHOWN).columns), strict=True))
    kind = {"pandas": "series", "polars": "polars series"}[frame.kind] if frame.is_series else frame.kind
    return FrameCard(
        frame.name, kind, frame.rows, columns, index=frame.index, sample=sample, exact=exact, key=key,
        hashes=row_hashes(table, columns, key), total=_total(frame.table) if exact else (),
    )  # fmt: skip


def _nans(column: pa.ChunkedArray) -> int:
    """How many values of a column of floats are not a number."""
    return int(pc.sum(pc.is_nan(column)).as_py() or 0)


def _total(table: pa.Table) -> tuple[str, ...]:
    """The column that calls some rows totals, and what stands there; only where they are sums of the rows above them.

    In a large table they are looked for at its end alone, where there may be notes below them.
    """
    texts = [name for name, field in zip(table.column_names, table.schema, strict=True)
             if column_type(field.type) in {"text", "category"}]  # fmt: skip
    whole = table.num_rows * len(texts) <= MAX_SUBTOTALED
    first = 0 if whole else max(0, table.num_rows - MAX_NOTES)
    for name in texts:
        labels = enumerate(table.column(name).slice(first).to_pylist(), first)
        found = {row: text for row, text in labels if isinstance(text, str) and TOTAL.fullmatch(text)}
        if found and max(found) >= MIN_TOTALLED - 1:
            return (name, *dict.fromkeys(found.values())) if _are_sums(table, list(found)) else ()
    return ()


def _are_sums(table: pa.Table, rows: Sequence[int]) -> bool:
    return any(are_sums(column, rows) for column in table.columns)


def column_type(kind: pa.DataType) -> str:
    """The name by which a ``ColumnCard`` calls an Arrow type."""
    for name, test in (
        ("boolean", pa.types.is_boolean),
        ("integer", pa.types.is_integer),
        ("float", pa.types.is_floating),
        ("decimal", pa.types.is_decimal),
        ("text", lambda t: pa.types.is_string(t) or pa.types.is_large_string(t)),
        ("category", pa.types.is_dictionary),
        ("date", pa.types.is_date),
        ("timestamp", pa.types.is_timestamp),
        ("time", pa.types.is_time),
        ("duration", pa.types.is_duration),
        ("binary", lambda t: pa.types.is_binary(t) or pa.types.is_large_binary(t) or pa.types.is_fixed_size_binary(t)),
        ("list", lambda t: pa.types.is_list(t) or pa.types.is_large_list(t) or pa.types.is_fixed_size_list(t)),
        ("struct", pa.types.is_struct),
    ):
        if test(kind):
            return name
    return "other"


def _zone(kind: pa.DataType) -> str:
    return (kind.tz or "") if pa.types.is_timestamp(kind) else ""


def _shown(column: pa.ChunkedArray) -> list[Any]:
    """The values as Python has them; text where it has no such value, as for moments beyond its calendar."""
    try:
        values: list[Any] = column.to_pylist()
    except (OverflowError, ValueError):
        values = column.cast(pa.string()).to_pylist()
    return values


def _sample(table: pa.Table) -> pa.Table:
    """Some of the rows, in their order, the same ones each time: a question asked twice gets the same facts."""
    size = max(MIN_SAMPLE_ROWS, min(SAMPLE_ROWS, SAMPLE_VALUES // max(1, table.num_columns)))
    rows = np.random.default_rng(0).integers(0, table.num_rows, size)
    return table.take(pa.array(np.unique(rows)))


def _plain(table: pa.Table) -> pa.Table:
    """The table with columns named by position, in types that DuckDB compares and Python can hold."""
    columns = []
    for column in table.columns:
        if pa.types.is_dictionary(column.type) and not pa.types.is_string(column.type.value_type):
            column = convert(column, column.type.value_type)
        if pa.types.is_duration(column.type):  # DuckDB's interval has months, which a duration has not
            column = column.cast(pa.duration("us"), safe=False).cast(pa.int64())
        elif pa.types.is_decimal(column.type) and not pa.types.is_decimal128(column.type):
            column = column.cast(pa.float64()) if pa.types.is_decimal256(column.type) else _wider(column)
        columns.append(column)
    return pa.table(columns, names=[f"c{position}" for position in range(len(columns))])


def _wider(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Decimals in the type that Arrow can do all with."""
    return column.cast(pa.decimal128(column.type.precision, column.type.scale))


def _facts(table: pa.Table, types: Sequence[str], names: Sequence[str]) -> list[dict[str, Any]]:
    """Facts by column, as keyword arguments of ``ColumnCard``."""
    facts: list[dict[str, Any]] = [{} for _ in types]
    wanted = [position for position, kind in enumerate(types) if kind in COUNTED]
    if not table.num_rows or not wanted:
        for position in wanted:
            facts[position] = {"distinct": 0}
        return facts

    def count(position: int) -> pa.Table | None:
        try:
            return _counted(table.column(position), types[position])
        except (pa.ArrowException, ValueError):
            return None  # of a type that Arrow does not count: the column is then known by its type alone

    def finish(position: int) -> None:
        try:
            facts[position] = _column_facts(hashed[position], types[position], names[position])
        except (pa.ArrowException, ValueError, OverflowError):
            facts[position] = {}  # a value beyond Python's calendar, say

    if table.num_rows * len(wanted) < MIN_THREADED_CELLS:
        counted = {position: found for position in wanted if (found := count(position)) is not None}
        hashed = _hashed(counted, types)
        for position in counted:
            finish(position)
        return facts
    with ThreadPoolExecutor(THREADS) as pool:
        found_all = zip(wanted, pool.map(count, wanted), strict=True)
        hashed = _hashed({position: found for position, found in found_all if found is not None}, types)
        list(pool.map(finish, hashed))
    return facts


def _counted(column: pa.ChunkedArray, kind: str) -> pa.Table:
    """The values of a column that are there, each once, with the number of rows of each."""
    values = column.drop_null()
    if kind == "float":
        missing = pc.is_nan(values)
        values = values.filter(pc.invert(missing)) if pc.any(missing).as_py() else values
        values = pc.add(values, pa.scalar(0, values.type))  # -0.0 is 0.0
    if pa.types.is_dictionary(values.type):
        values = convert(values, values.type.value_type)
    if kind in SORTED and len(values) >= MIN_SORTED_ROWS:
        return _runs(values)
    counts = pc.value_counts(values)
    return pa.table([counts.field("values"), counts.field("counts")], names=["value", "n"])


def _runs(values: pa.ChunkedArray) -> pa.Table:
    """The same of numbers and moments, from least to greatest: sorting them is far faster than hashing each."""
    flat = values.combine_chunks() if values.num_chunks != 1 else values.chunk(0)
    whole = pa.types.is_integer(flat.type) or pa.types.is_floating(flat.type)
    bits = flat if whole else flat.view(f"int{flat.type.bit_width}")
    ordered = np.sort(bits.to_numpy(zero_copy_only=False))
    starts = np.concatenate(([0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1))
    counts = np.append(starts[1:], len(ordered)) - starts
    first = pa.array(ordered[starts])
    return pa.table([first if whole else first.view(flat.type), pa.array(counts)], names=["value", "n"])


def _hashed(counted: Mapping[int, pa.Table], types: Sequence[str]) -> dict[int, pa.Table]:
    """Counted values with the hashes of texts and dates, which one query finds for all columns of a family."""
    found = dict(counted)
    hashed: dict[str, dict[int, pa.ChunkedArray]] = {}
    for family, target in (("text", pa.large_string()), ("date", pa.date32())):
        concerned = [p for p in counted if FAMILIES.get(types[p]) == family and counted[p].num_rows > 1]
        hashed[family] = {p: counted[p].column("value").cast(target) for p in concerned if _can_be(counted[p], target)}
    if not any(hashed.values()):
        return found  # opening DuckDB costs more than profiling a small frame
    with duckdb.connect() as connection:
        for columns in filter(None, hashed.values()):
            chunks = [chunk for column in columns.values() for chunk in column.chunks]
            connection.register("hashed", pa.table([pa.chunked_array(chunks, chunks[0].type)], names=["v"]))
            hashes = connection.sql("SELECT hash(v) AS h FROM hashed").to_arrow_table().column("h").combine_chunks()
            hashes = hashes if isinstance(hashes, pa.Array) else pa.concat_arrays(hashes.chunks)
            start = 0
            for position in columns:
                rows = counted[position].num_rows
                found[position] = counted[position].append_column("h", hashes.slice(start, rows))
                start += rows
    return found


def _can_be(counted: pa.Table, target: pa.DataType) -> bool:
    """Whether counted values can be taken for texts, or for dates."""
    kind = counted.column("value").type
    plain = pa.types.is_primitive(kind) and not pa.types.is_interval(kind) and not pa.types.is_duration(kind)
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or plain


def _column_facts(counted: pa.Table, kind: str, name: str) -> dict[str, Any]:
    """One column's facts, all read from one count of its values: far less work than a pass for each fact."""
    facts: dict[str, Any] = {"distinct": counted.num_rows}
    if kind in RANGED:
        extremes = pc.min_max(counted.column("value")).as_py()
        facts |= {"minimum": _python(extremes["min"], kind), "maximum": _python(extremes["max"], kind)}
    if kind in NUMBER_TYPES and counted.num_rows:
        facts |= _number_facts(name, counted)
    if kind in LISTED or (kind == "integer" and counted.num_rows <= TOP_VALUES):
        facts["values"] = _top(counted)
    hashed = FAMILIES.get(kind) == "number" or "h" in counted.column_names
    if kind in FAMILIES and counted.num_rows > 1 and hashed and (kind != "float" or _whole(counted)):
        facts["sketch"] = sketch = _sketch(FAMILIES[kind], counted)
        if FAMILIES[kind] == "text":
            texts, counts = _sampled(counted, sketch)
            facts["shapes"] = text_shapes(texts, counts)
            facts["sketch"] = replace(sketch, texts=tuple(texts))
    return facts


def _sketch(family: str, counted: pa.Table) -> Sketch:
    """The counted values with the smallest hashes: of every column the same values, whichever of them it has."""
    hashes = counted.column("h").to_numpy() if "h" in counted.column_names else _mixed(counted.column("value"))
    order, threshold = np.argsort(hashes, kind="stable"), 2**64 - 1
    if len(order) > MAX_SKETCH:
        order = order[:MAX_SKETCH]
        threshold = int(hashes[order[-1]])
    counts = counted.column("n").to_numpy()[order].astype(np.int64)
    return Sketch(family, threshold, hashes[order], counts)


def _sampled(counted: pa.Table, sketch: Sketch) -> tuple[list[str], list[int]]:
    """The texts of a sketch, with the number of rows of each."""
    chosen = counted.filter(pc.less_equal(counted.column("h"), pa.scalar(sketch.threshold, pa.uint64())))
    return list(map(str, chosen.column("value").to_pylist())), chosen.column("n").to_pylist()


def _mixed(values: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Whole numbers as 64 bits that are spread evenly, the same for all types (the finaliser of SplitMix64)."""
    with np.errstate(over="ignore"):
        bits = values.cast(pa.float64(), safe=False).to_numpy().view(np.uint64)
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed: np.ndarray[Any, Any] = bits ^ (bits >> np.uint64(31))
    return mixed


def _whole(counted: pa.Table) -> bool:
    """Whether floats are all whole numbers, as keys are that have gaps."""
    values = counted.column("value").cast(pa.float64(), safe=False).to_numpy()
    return bool(np.isfinite(values).all() and (values == np.floor(values)).all())


def _key(table: pa.Table, columns: Sequence[ColumnCard]) -> tuple[str, ...]:
    """Two or three columns that together tell all rows apart, where none does so alone; the first such of few tried."""
    rows = table.num_rows
    if not 1 < rows <= MAX_KEY_ROWS or any(column.unique for column in columns):
        return ()
    usable = [
        i for i, c in enumerate(columns)
        if c.type in KEY_TYPES and not c.nulls and (c.distinct or 0) > 1
    ][:MAX_KEY_COLUMNS]  # fmt: skip
    sets = [s for size in (2, 3) for s in combinations(usable, size)
            if math.prod(columns[i].distinct or 1 for i in s) >= rows]  # fmt: skip
    if not sets:
        return ()
    stop = time.monotonic() + MAX_KEY_SECONDS
    first = table.slice(0, KEY_SAMPLE_ROWS)
    for chosen in sets:
        if time.monotonic() > stop:
            return ()
        if _tells_apart(first, chosen) and _tells_apart(table, chosen):
            return tuple(columns[i].sql for i in chosen)
    return ()


def _tells_apart(table: pa.Table, columns: Sequence[int]) -> bool:
    groups = table.select(columns).group_by([f"c{i}" for i in columns], use_threads=False).aggregate([])
    return bool(groups.num_rows == table.num_rows)


def _number_facts(name: str, counted: pa.Table) -> dict[str, Any]:
    """The mean and the quantiles (interpolated, as pandas and ``quantile_cont`` do) of counted values."""
    values = counted.column("value").cast(pa.float64(), safe=False).to_numpy()
    counts = counted.column("n").to_numpy()
    if (values[1:] < values[:-1]).any():
        order = np.argsort(values)
        values, counts = values[order], counts[order]
    ends = np.cumsum(counts)
    with np.errstate(invalid="ignore", over="ignore"):
        mean = float(np.dot(values, counts) / ends[-1])
    places = [mark * (int(ends[-1]) - 1) for mark in QUANTILES]
    rows = [*map(math.floor, places), *map(math.ceil, places)]
    near = values[np.searchsorted(ends, rows, side="right")].tolist()
    quantiles = [
        low if low == high else low + (high - low) * (place - math.floor(place))
        for place, low, high in zip(places, near[: len(places)], near[len(places) :], strict=True)
    ]
    return {
        "mean": mean if math.isfinite(mean) else None, "quantiles": tuple(quantiles), "code": code_of(name, values)
    }  # fmt: skip


def _top(counted: pa.Table) -> tuple[tuple[Any, int], ...]:
    """The most frequent values; those of one frequency in the order of the values, so that the list never varies."""
    value = counted.column("value")
    if pa.types.is_dictionary(value.type):
        counted = counted.set_column(0, "value", convert(value, value.type.value_type))
    kind = counted.column("value").type
    if not (column_type(kind) in COUNTED and not pa.types.is_float16(kind)):
        return ()  # Arrow ends the process when it has to sort values of a type that it cannot sort
    best = pc.select_k_unstable(
        counted, min(TOP_VALUES, counted.num_rows), sort_keys=[("n", "descending"), ("value", "ascending")]
    )
    most = counted.take(best)
    return tuple(zip(most.column("value").to_pylist(), most.column("n").to_pylist(), strict=True))


def _python(value: Any, kind: str) -> Any:
    return dt.timedelta(microseconds=value) if kind == "duration" and value is not None else value
