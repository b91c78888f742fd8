"""Arrow columns as short texts to show.

Every type on the firewall's list has a text, whatever its values: dates that Python's calendar does not know, integers
beyond 64 bits as decimals, bytes that are no UTF-8. Numbers of one column share their decimals, so that they can be
compared by eye, but a number that is not zero never shows as zero.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..column_format import is_name
from ..exact.values import from_json
from .html import one_line

MAX_CELL = 200
_SAMPLE = 1_000
"""Values of a column that are looked at for the decimals that they need."""
_MAX_NESTED = 8
_MAX_OBJECT_CHARACTERS = 10_000
_MAX_DEPTH = 4
_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_EPOCH = dt.datetime(1970, 1, 1)


def cell_texts(array: pa.Array, label: str = "", depth: int = 0) -> list[str | None]:
    """One text for each value of a short array; None stands for null.

    Args:
        array: The values; cut them to what is shown first.
        label: The column's label, which tells numbers that are names.
        depth: How deep in a nested column the array lies.
    """
    kind = array.type
    if pa.types.is_dictionary(kind):
        return cell_texts(array.dictionary_decode(), label, depth)
    if pa.types.is_integer(kind):
        return _integers(array.to_pylist(), plain=is_name(label))
    if pa.types.is_floating(kind):
        return _floats([None if v is None else float(v) for v in array.to_pylist()])
    if pa.types.is_decimal(kind):
        return _each(array.to_pylist(), _decimal)
    if pa.types.is_temporal(kind):
        return _temporal(array)
    if pa.types.is_nested(kind):
        return _nested(array, depth)
    return _plain(array)


def number_formats(table: pa.Table) -> list[dict[str, Any] | None]:
    """How a page writes the numbers of each column, as ``cell_texts`` does: decimals, and whether by thousands.

    >>> number_formats(pa.table({"revenue": [12000.5, 3.25], "year": [2013, 20134], "name": ["a", "b"]}))
    [{'decimals': 2, 'grouped': True}, {'decimals': 0, 'grouped': False}, None]
    """
    return [_number_format(column, name) for name, column in zip(table.column_names, table.columns, strict=True)]


def _number_format(column: pa.ChunkedArray, label: str) -> dict[str, Any] | None:
    kind = column.type
    if pa.types.is_integer(kind):
        ends = pc.min_max(column).as_py()
        large = max((abs(value) for value in ends.values() if value is not None), default=0) >= 10_000
        return {"decimals": 0, "grouped": large and not is_name(label)}
    if not pa.types.is_floating(kind):
        return None
    values = column.cast(pa.float64()).to_numpy()
    values = np.abs(values[np.isfinite(values)])
    usual = values[values < 1e15]
    largest = float(usual.max()) if usual.size else 0.0
    sample = [largest, *usual[:_SAMPLE].tolist()]
    return {"decimals": _decimals(sample), "grouped": bool(values.size and values.max() >= 10_000)}


def is_number(kind: pa.DataType) -> bool:
    """Whether values of the type stand to the right of their column."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def object_texts(exact: Sequence[Any], plain: Sequence[str | None]) -> list[str | None]:
    """Texts of Python objects (tuples, sets), as Python prints them.

    Args:
        exact: The objects, as ``exact.values.to_json`` writes them.
        plain: What stands for those that are too long to be read, or are damaged.
    """
    texts: list[str | None] = []
    for source, text in zip(exact, plain, strict=True):
        try:
            value = from_json(source) if source is not None and len(source) <= _MAX_OBJECT_CHARACTERS else None
            texts.append(text if value is None else one_line(str(value), MAX_CELL))
        except (ValueError, RecursionError):
            texts.append(text)
    return texts


def _each(values: Sequence[Any], text: Callable[[Any], str]) -> list[str | None]:
    return [None if value is None else text(value) for value in values]


def _plain(array: pa.Array) -> list[str | None]:
    if pa.types.is_binary(array.type) or pa.types.is_large_binary(array.type):
        return _each(array.to_pylist(), _binary)
    if pa.types.is_fixed_size_binary(array.type):
        return _each(array.to_pylist(), _binary)
    try:
        values = array.to_pylist()
    except UnicodeDecodeError:  # text in name only
        values = [None if v is None else v.decode("utf-8", "replace") for v in array.cast(pa.binary()).to_pylist()]
    return _each(values, lambda value: one_line(str(value), MAX_CELL))


def _binary(value: bytes) -> str:
    head = value[:12].hex()
    return f"0x{head}" if len(value) <= 12 else f"0x{head}… ({len(value):,} bytes)"


def _integers(values: Sequence[int | None], plain: bool) -> list[str | None]:
    grouped = not plain and max((abs(v) for v in values if v is not None), default=0) >= 10_000
    return _each(values, lambda value: f"{value:,}" if grouped else str(value))


def _decimal(value: Decimal) -> str:
    return f"{value:,f}" if value.is_finite() and abs(value) >= 10_000 else f"{value:f}"


def _floats(values: Sequence[float | None]) -> list[str | None]:
    finite = [value for value in values if value is not None and math.isfinite(value)]
    decimals = _decimals([value for value in finite if abs(value) < 1e15])
    grouped = max(map(abs, finite), default=0.0) >= 10_000

    def text(value: float) -> str:
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else ("∞" if value > 0 else "-∞")
        if abs(value) >= 1e15 or abs(round(value, decimals) - value) > abs(value) / 100:
            return f"{value:.6g}"  # the column's decimals would hide what the number is
        return f"{value:,.{decimals}f}" if grouped else f"{value:.{decimals}f}"

    return _each(values, text)


def _decimals(values: Sequence[float]) -> int:
    """The decimals of a column: six significant digits of its largest value, but at least two, and none for nothing."""
    largest = max(map(abs, values), default=0.0)
    allowed = min(6, max(2, 5 - math.floor(math.log10(largest)))) if largest else 1
    return max([1, *(len(f"{value:.{allowed}f}".rstrip("0").partition(".")[2]) for value in values)])


def _temporal(array: pa.Array) -> list[str | None]:
    kind = array.type
    if pa.types.is_date32(kind):
        return _each(array.cast(pa.int32()).to_pylist(), _date)
    if pa.types.is_date64(kind):
        return _each(array.cast(pa.int64()).to_pylist(), lambda value: _date(value // 86_400_000))
    if pa.types.is_time32(kind):
        return _each(array.cast(pa.int32()).to_pylist(), lambda value: _clock(value, kind.unit))
    if pa.types.is_time64(kind):
        return _each(array.cast(pa.int64()).to_pylist(), lambda value: _clock(value, kind.unit))
    if pa.types.is_duration(kind):
        return _each(array.cast(pa.int64()).to_pylist(), lambda value: _duration(value, kind.unit))
    if pa.types.is_timestamp(kind):
        return _timestamps(array.cast(pa.int64()).to_pylist(), kind.unit, kind.tz)
    return _each(array.to_pylist(), str)  # intervals of months, days and nanoseconds


def _date(days: int) -> str:
    try:
        return (_EPOCH + dt.timedelta(days=days)).date().isoformat()
    except OverflowError:
        return f"day {days:,} from 1970"


def _clock(value: int, unit: str) -> str:
    seconds, part = divmod(value, _UNITS[unit])
    hours, rest = divmod(seconds, 3600)
    return f"{hours:02}:{rest // 60:02}:{rest % 60:02}{_fraction(part, unit)}"


def _duration(value: int, unit: str) -> str:
    days, rest = divmod(abs(value), 86_400 * _UNITS[unit])
    sign, day = "-" if value < 0 else "", f"{days:,} {'day' if days == 1 else 'days'} " if days else ""
    return f"{sign}{day}{_clock(rest, unit)}"


def _fraction(part: int, unit: str) -> str:
    digits = len(str(_UNITS[unit])) - 1
    return f".{part:0{digits}}".rstrip("0") if part else ""


def _timestamps(values: Sequence[int | None], unit: str, zone: str | None) -> list[str | None]:
    """ISO 8601, as dates where every time of day is midnight and no zone is named."""
    days = zone is None and all(value % (86_400 * _UNITS[unit]) == 0 for value in values if value is not None)
    place = _zone(zone) if zone else None

    def text(value: int) -> str:
        seconds, part = divmod(value, _UNITS[unit])
        if days:
            return _date(seconds // 86_400)
        try:
            moment = _EPOCH + dt.timedelta(seconds=seconds)
            if place is not None:
                moment = moment.replace(tzinfo=dt.UTC).astimezone(place)
        except OverflowError:
            return f"{seconds:,} s from 1970"
        clock = moment.replace(tzinfo=None).isoformat(sep=" ")
        offset = moment.isoformat()[19:] if place is not None else ""
        return f"{clock}{_fraction(part, unit)}{offset}"

    return _each(values, text)


def _zone(name: str) -> dt.tzinfo:
    """The time zone of a column; UTC for one that this machine does not know."""
    offset = re.fullmatch(r"([+-])(\d\d):?(\d\d)", name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return dt.timezone(dt.timedelta(minutes=min(minutes, 1439) * (-1 if offset[1] == "-" else 1)))
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError on top of these in no version we support
        return dt.UTC
    except KeyError:
        return dt.UTC


def _nested(array: pa.Array, depth: int) -> list[str | None]:
    if depth >= _MAX_DEPTH:
        return ["…" if valid else None for valid in array.is_valid().to_pylist()]
    if pa.types.is_struct(array.type):
        names = [array.type.field(i).name for i in range(array.type.num_fields)][:_MAX_NESTED]
        parts = [cell_texts(field, name, depth + 1) for field, name in zip(array.flatten(), names, strict=False)]
        more = ", …" if array.type.num_fields > _MAX_NESTED else ""
        rows = list(zip(*parts, strict=True)) if parts else [()] * len(array)
        texts = ["{" + ", ".join(f"{n}: {_or_null(v)}" for n, v in zip(names, row, strict=True)) + more + "}"
                 for row in rows]  # fmt: skip
        return [one_line(text, MAX_CELL) if valid else None
                for text, valid in zip(texts, array.is_valid().to_pylist(), strict=True)]  # fmt: skip
    return [_items(scalar.values, depth) if scalar.is_valid else None for scalar in array]


def _items(values: pa.Array, depth: int) -> str:
    texts = [_or_null(text) for text in cell_texts(values.slice(0, _MAX_NESTED), depth=depth + 1)]
    rest = len(values) - len(texts)
    return one_line("[" + ", ".join([*texts, f"… {rest:,} more"] if rest else texts) + "]", MAX_CELL)


def _or_null(text: str | None) -> str:
    return "null" if text is None else text
