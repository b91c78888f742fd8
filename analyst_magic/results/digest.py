"""A result's digest: the same for the same answer on another machine, in another order of rows, to ten digits."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import decimal
import hashlib
import math
import re
import struct
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..filetypes import ending_of
from ..turn import OFFICE_FORMATS, Result

DIGITS = 10
MAX_ROWS = 200_000
"""Rows of a table that are put in order; of a larger one the number, the columns and their sums are compared."""
MIN_OBJECTS, MAX_OBJECTS, EXPANSION = 256_000_000, 2_000_000_000, 32
"""Bytes that a table's values may take while they are put in order: the first for any table, the second for none, and
between them so many for each of its own."""
_FIRST_DAY, _LAST_DAY = (day.toordinal() - dt.date(1970, 1, 1).toordinal() for day in (dt.date.min, dt.date.max))
"""The days that Python's calendar has, counted from 1970."""
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


def digest(result: Result) -> str:
    """A result as ``kind digest``; pictures and PDFs, which differ from machine to machine, by their kind alone."""
    content = result.comparable()
    if content == "":
        return result.kind
    return f"{result.kind} {hashlib.sha256(repr(content).encode()).hexdigest()[:16]}"


def comparable_text(text: str) -> str:
    """A text without the addresses of objects, which differ in each run."""
    return _ADDRESS.sub("0x", text)


def comparable_table(table: pa.Table) -> Any:
    """Names, number of rows, and the rows in order; of a large table the sums of its columns."""
    head = tuple(table.column_names), table.num_rows
    if table.num_rows > MAX_ROWS or _too_large(table):
        sums = [_canonical(pc.sum(c).as_py()) if pa.types.is_floating(c.type) or pa.types.is_integer(c.type) else ""
                for c in table.columns]  # fmt: skip
        return head, sums
    columns = [[repr(_canonical(value)) for value in column.to_pylist()] for column in _dated(table).columns]
    return head, sorted(zip(*columns, strict=True))


def _too_large(table: pa.Table) -> bool:
    """Whether a table's values take too much memory as objects of Python."""
    objects = sum(_objects(chunk) for column in table.columns for chunk in column.chunks)
    return bool(objects > min(MAX_OBJECTS, max(MIN_OBJECTS, EXPANSION * table.nbytes)))


def _objects(array: pa.Array) -> int:
    """Bytes that an array's values take as objects, as canonical objects, and as text; measured on CPython 3.11."""
    kind: Any = array.type
    if pa.types.is_struct(kind):
        keys = sum(200 + 3 * len(field.name) for field in kind)
        return (600 + keys) * len(array) + sum(_objects(array.field(i)) for i in range(kind.num_fields))
    if pa.types.is_map(kind):
        return 400 * len(array) + 400 * len(array.keys) + _objects(array.keys) + _objects(array.items)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return 300 * len(array) + _objects(array.values)
    if pa.types.is_dictionary(kind):
        return _objects(array.indices) + len(array) * 6 * int(array.dictionary.nbytes)
    return 130 * len(array) + (0 if pa.types.is_primitive(kind) else 6 * int(array.nbytes))


def _dated(table: pa.Table) -> pa.Table:
    """Moments as numbers, and dates beyond Python's calendar."""
    for i, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            column = table.column(i).cast(pa.timestamp("us", field.type.tz), safe=False).cast(pa.int64())
            table = table.set_column(i, field.name, column)
        elif pa.types.is_date32(field.type):
            days = table.column(i).cast(pa.int32())
            extremes = pc.min_max(days).as_py()
            if days.null_count < len(days) and (extremes["min"] < _FIRST_DAY or extremes["max"] > _LAST_DAY):
                table = table.set_column(i, field.name, days)
    return table


def comparable_figure(figure: Mapping[str, Any]) -> Any:
    """Traces with their points in order, and the texts of the layout; colours and sizes are the template's matter."""
    return [_trace(trace) for trace in figure.get("data", [])], _texts(figure.get("layout", {}))


def _trace(trace: Mapping[str, Any]) -> Any:
    values = {name: _array(value) for name, value in trace.items() if name not in {"uid", "hovertemplate", "marker"}}
    long = {name: v for name, v in values.items() if isinstance(v, list) and len(v) > 1}
    length = len(next(iter(long.values()), []))
    points = sorted(long) if len({len(v) for v in long.values()}) == 1 else []
    rows = sorted(zip(*([repr(v) for v in long[name]] for name in points), strict=True)) if points else []
    rest = {name: repr(value) for name, value in values.items() if name not in points}
    return sorted(rest.items()), points, length, rows


def _texts(layout: Any) -> Any:
    title = layout.get("title", {}) if isinstance(layout, Mapping) else {}
    return str(title.get("text", "") if isinstance(title, Mapping) else title)


def _array(value: Any) -> Any:
    """Plotly's arrays, written as base64 or as lists, as lists of canonical values."""
    if isinstance(value, Mapping) and set(value) >= {"dtype", "bdata"}:
        kinds = {"f8": "d", "f4": "f", "i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q"}
        kind = kinds.get(str(value["dtype"]))
        with contextlib.suppress(ValueError, struct.error):
            data = base64.b64decode(value["bdata"])
            return [_canonical(v[0]) for v in struct.iter_unpack(f"<{kind}", data)] if kind else ""
    if isinstance(value, Mapping):
        return {str(name): _array(inner) for name, inner in sorted(value.items())}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_array(inner) for inner in value]
    return _canonical(value)


def _canonical(value: Any) -> Any:
    """Numbers to ten digits, whole ones as integers, moments as text."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, decimal.Decimal):
        value = float(value)
    if isinstance(value, int):
        return value if abs(value) < 10**DIGITS else float(f"{value:.{DIGITS}g}")
    if isinstance(value, float):
        if math.isnan(value):
            return None
        rounded = float(f"{value:.{DIGITS}g}")
        return int(rounded) if rounded.is_integer() and abs(rounded) < 10**DIGITS else rounded
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _canonical(inner) for name, inner in value.items()}
    return [_canonical(inner) for inner in value] if isinstance(value, list | tuple) else str(value)


def comparable_document(path: Path) -> Any:
    """The texts of an Office file, without the dates and names that differ each time; of others nothing."""
    if ending_of(path.name) not in OFFICE_FORMATS:
        return ""
    try:
        with zipfile.ZipFile(BytesIO(path.read_bytes())) as archive:
            parts = [name for name in sorted(archive.namelist()) if re.match(r"(?:xl/(?:worksheets|sharedStrings)|"
                     r"word/document|ppt/slides/slide)", name) and name.endswith(".xml")]  # fmt: skip
            texts = [re.sub(r"<[^>]+>", "|", archive.read(name).decode("utf-8", "replace")) for name in parts]
    except (OSError, zipfile.BadZipFile, KeyError):
        return ""
    return [re.sub(r"\|+", "|", text) for text in texts]
