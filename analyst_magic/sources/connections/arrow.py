"""Rows of a driver as Arrow columns, typed without loss: whole numbers stay whole, decimals exact, times in their zone.

Values come in chunks. A column's type is what the driver says, else what its values are; where the values of one column
have several types that no Arrow type holds, they become text, and that is said.
"""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
import uuid
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from ...language import message

MAX_EXACT = 2**53
"""Whole numbers up to which a float holds each exactly."""
_INTEGERS = {pa.int16(): "h", pa.int32(): "i", pa.int64(): "q"}
"""Whole numbers as Python's own arrays call them."""
_SCALARS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "float"),
    (decimal.Decimal, "decimal"),
    (str, "text"),
    (bytes, "binary"),
    (bytearray, "binary"),
    (memoryview, "binary"),
    (dt.datetime, "timestamp"),
    (dt.date, "date"),
    (dt.time, "time"),
    (dt.timedelta, "duration"),
    (uuid.UUID, "uuid"),
    (pa.MonthDayNano, "interval"),
    (list, "list"),
    (tuple, "list"),
    (dict, "json"),
)


def column(values: Sequence[Any], name: str, wanted: pa.DataType | None = None) -> tuple[pa.Array, str]:
    """One column as Arrow, and a remark where its values could not keep their types; empty where they did.

    >>> column([1, None, 2.5], "x")[0].type, column([2**70], "x")[0].type
    (DataType(double), Decimal128Type(decimal128(38, 0)))

    Args:
        values: Python's own values, None for null.
        name: The column's name, for the remark.
        wanted: The type that the driver gives; another where the values do not fit it.
    """
    if wanted is not None and (plain := _plain(values, wanted)) is not None:
        return plain, ""
    if wanted == pa.bool_() and all(value in (0, 1, None) for value in values):
        values = [None if value is None else bool(value) for value in values]  # MariaDB has them as numbers
    types = set(map(type, values))
    if wanted is not None and _holds(wanted, types):
        try:
            return pa.array(values, wanted), ""
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            pass
    present = [value for value in values if value is not None] if type(None) in types else values
    kinds = {_kind(known) for known in types - {type(None)}}
    if not kinds:
        return pa.nulls(len(values), wanted or pa.null()), ""
    try:
        return _of_kinds(values, present, kinds), ""
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        texts = [None if value is None else _text(value) for value in values]
        return pa.array(texts, pa.string()), message(
            "{name} holds values of several types, and is text here.", name=name
        )


def guessed(array: pa.Array) -> pa.DataType | None:
    """The type that the values after these have too, as far as it is quick to see whether they do; None elsewhere.

    >>> guessed(pa.array([1, 2])), guessed(pa.array([decimal.Decimal("1.5")]))
    (DataType(int64), None)
    """
    return array.type if array.type in (pa.int64(), pa.float64(), pa.string()) else None


def _plain(values: Sequence[Any], wanted: pa.DataType) -> pa.Array | None:
    """Values of one plain type without a null, by what is the quickest to refuse any other; None where one is other."""
    try:
        if letter := _INTEGERS.get(wanted):
            return pa.Array.from_buffers(wanted, len(values), [None, pa.py_buffer(array(letter, values))])
        if wanted == pa.float64():
            return pa.array(values, wanted)
        if wanted == pa.string():
            "".join(values)
            return pa.array(values, wanted)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        pass
    return None


def whole(parts: Sequence[pa.Array], name: str) -> tuple[pa.ChunkedArray, str]:
    """The parts of a column as one, in the type that holds the values of all, and a remark as of ``column``.

    >>> whole([pa.nulls(1), pa.array([1]), pa.array([2.5])], "x")[0].to_pylist()
    [None, 1.0, 2.5]

    Args:
        parts: Parts of a column, one at least.
        name: The column's name, for the remark.
    """
    kinds = {part.type for part in parts if not pa.types.is_null(part.type)}
    if len(kinds) > 1 and all(pa.types.is_decimal(kind) for kind in kinds):
        scale = max(kind.scale for kind in kinds)
        digits = max(kind.precision - kind.scale for kind in kinds) + scale
        kinds = (
            {pa.decimal128(digits, scale) if digits <= 38 else pa.decimal256(digits, scale)} if digits <= 76 else kinds
        )
    if len(kinds) <= 1:
        kind = next(iter(kinds), parts[0].type)
        return pa.chunked_array([part if part.type == kind else part.cast(kind) for part in parts], kind), ""
    array, note = column([value for part in parts for value in part.to_pylist()], name)
    return pa.chunked_array([array]), note


def _holds(wanted: pa.DataType, types: set[type]) -> bool:
    """Whether a type may hold values of some types: Arrow itself would cut fractions off, and take bytes for text."""
    if pa.types.is_integer(wanted):
        return not types & {float, decimal.Decimal}
    return bytes not in types if pa.types.is_string(wanted) else True


def _kind(type_of_values: type) -> str:
    return next((kind for known, kind in _SCALARS if issubclass(type_of_values, known)), "other")


def _of_kinds(values: Sequence[Any], present: Sequence[Any], kinds: set[str]) -> pa.Array:
    if kinds == {"integer"}:
        return _integers(values, present)
    if kinds == {"decimal"} or kinds == {"decimal", "integer"}:
        return _decimals(values, present)
    if kinds == {"float", "integer"}:
        if any(isinstance(value, int) and abs(value) > MAX_EXACT for value in present):
            raise ValueError("no float holds these whole numbers")
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    if kinds == {"timestamp"}:
        zones = {value.tzinfo is not None for value in present}
        if len(zones) > 1:
            raise ValueError("times with and without a zone")
        return pa.array(values, pa.timestamp("us", "UTC" if zones == {True} else None))
    if kinds == {"binary"}:
        return pa.array([None if value is None else bytes(value) for value in values], pa.binary())
    if kinds == {"uuid"}:
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    if kinds == {"json"} or kinds == {"json", "list"}:
        return pa.array([None if value is None else _text(value) for value in values], pa.string())
    simple = {"boolean": pa.bool_(), "float": pa.float64(), "text": pa.string(), "date": pa.date32(),
              "time": pa.time64("us"), "duration": pa.duration("us")}  # fmt: skip
    if len(kinds) == 1 and (kind := next(iter(kinds))) in simple:
        return pa.array(values, simple[kind])
    if "interval" in kinds and kinds <= {"interval", "duration"}:
        return pa.array([None if value is None else _interval(value) for value in values], pa.month_day_nano_interval())
    if kinds == {"list"}:
        return pa.array([None if value is None else list(value) for value in values])
    raise ValueError("values of several types")


def _interval(value: Any) -> pa.MonthDayNano:
    if isinstance(value, dt.timedelta):
        return pa.MonthDayNano([0, value.days, (value.seconds * 1_000_000 + value.microseconds) * 1_000])
    return value


def _integers(values: Sequence[Any], present: Iterable[int]) -> pa.Array:
    low, high = min(present), max(present)
    if low >= -(2**63) and high < 2**63:
        return pa.array(values, pa.int64())
    return pa.array([None if value is None else decimal.Decimal(value) for value in values], _width(low, high))


def _width(*numbers: int) -> pa.DataType:
    digits = max(len(str(abs(number))) for number in numbers)
    return pa.decimal128(38, 0) if digits <= 38 else pa.decimal256(76, 0)


def _decimals(values: Sequence[Any], present: Iterable[Any]) -> pa.Array:
    """Decimals with as many digits as they need; as floats where one of them is no number."""
    numbers = [decimal.Decimal(value) for value in present]
    if not all(number.is_finite() for number in numbers):
        if any(number.is_finite() and decimal.Decimal(float(number)) != number for number in numbers):
            raise ValueError("decimals beside NaN or infinity")
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    scale = max(max(0, -int(number.as_tuple().exponent)) for number in numbers)
    whole = max(max(0, number.adjusted() + 1) for number in numbers)
    if whole + scale > 76:
        raise ValueError("more digits than Arrow holds")
    kind = pa.decimal128(max(whole + scale, 1), scale) if whole + scale <= 38 else pa.decimal256(whole + scale, scale)
    return pa.array([None if value is None else decimal.Decimal(value) for value in values], kind)


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else str(value)


def unique_names(names: Iterable[str]) -> list[str]:
    """The names of a result's columns, those that come again with a number behind.

    >>> unique_names(["id", "name", "id", ""])
    ['id', 'name', 'id_2', 'column_4']
    """
    found: list[str] = []
    for place, name in enumerate(names, 1):
        name, number = name or f"column_{place}", 2
        while name.lower() in map(str.lower, found):
            name, number = f"{names_base(name, number)}_{number}", number + 1
        found.append(name)
    return found


def names_base(name: str, number: int) -> str:
    """A name without the number that it was tried with before."""
    return name.removesuffix(f"_{number - 1}") if number > 2 else name
