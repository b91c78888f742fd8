"""polars columns as Arrow columns, and back."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from . import values
from .arrow_columns import Column, chunked, inward
from .types import decode_polars, encode_polars

_WIDE = {"Int128", "UInt128"}
_AS_ARROW = frozenset(
    {"Boolean", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64",
     "String", "Binary", "Date", "Datetime", "Duration", "Time", "Decimal"}
)  # fmt: skip


def encode(series: Any, way: Callable[[Any], Column] = inward) -> Column:
    """A polars column as an Arrow column, with its type where Arrow has not the same.

    Args:
        series: The column.
        way: ``inward`` or ``outward``, of ``arrow_columns``.
    """
    import polars as pl

    dtype, name = series.dtype, series.dtype.base_type().__name__
    if name == "Object":
        return _objects(series)
    try:
        word = encode_polars(dtype)
        carried = series if name in _AS_ARROW else _number(series) if name in _WIDE else series.cast(_carried(dtype))
        plain = way(carried.to_arrow()).plain
    except (TypeError, pa.ArrowException, pl.exceptions.PolarsError):
        return _text(series, f"is of the type {dtype}, and came as text")
    if name in _AS_ARROW:
        return Column(plain)
    form = {"as": "polars", "type": word}
    if not dtype.is_nested() or _restored_type(plain, form) == dtype:
        return Column(plain, form)
    if _restored_type(plain, None) is None:
        return _text(series, f"is of the type {dtype}, and came as text")
    return Column(plain, loss=f"is of the type {dtype}, and came as {plain.type}")


def _restored_type(plain: Any, form: Any) -> Any:
    """The type that a column gets again; None where polars cannot make it."""
    try:
        return decode(plain, form, ()).dtype
    except ValueError:
        return None


def _text(series: Any, loss: str) -> Column:
    texts = [None if value is None else str(value) for value in series.to_list()]
    return Column(chunked(pa.array(texts, pa.string())), loss=loss)


def decode(plain: Any, form: Any, parts: Any) -> Any:
    """The polars column of a plain Arrow column and its form.

    Raises:
        ValueError: The form is not one of ``encode``, or does not fit the values.
    """
    import polars as pl

    try:
        if form is None:
            return _series(plain)
        if form["as"] == "values":
            return pl.Series([values.from_json(text) for text in parts[0].to_pylist()], dtype=pl.Object)
        if form["as"] != "polars":
            return _series(plain)  # of another library: its plain form is what polars can hold
        dtype = decode_polars(form["type"])
        return _series(plain).cast(dtype)
    except (TypeError, LookupError, AttributeError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        raise ValueError("its values do not fit its type") from error


def put_together(
    forms: Sequence[Any], columns: Sequence[Any], parts: Sequence[Any], names: Sequence[str], series: Any = None
) -> Any:
    """A polars frame whose columns have the types that they had, or the series that it stands for.

    Args:
        forms: The form of each column, or None.
        columns: The plain columns.
        parts: The parts of all columns, in order.
        names: The names of the columns.
        series: A list with the name of the series; None for a frame.

    Raises:
        ValueError: A form does not fit its column.
    """
    import polars as pl

    rest, decoded = iter(parts), {}
    for form, column, name in zip(forms, columns, names, strict=True):
        own = list(itertools.islice(rest, form["parts"] if form else 0))
        decoded[name] = decode(column, form, own).alias(name)
    if series is not None and len(decoded) == 1:
        return decoded[names[0]].alias(str(series[0]))
    return pl.DataFrame(decoded)


def _series(plain: Any) -> Any:
    import polars as pl

    return pl.Series(pl.from_arrow(chunked(plain)))


def _objects(series: Any) -> Column:
    """Python objects: each as JSON with its type, in a part."""
    listed = series.to_list()
    texts = chunked(pa.array([None if value is None else str(value) for value in listed], pa.string()))
    try:
        part = pa.array([values.to_json(value) for value in listed], pa.string())
    except values.Unsupported as error:
        return Column(texts, loss=f"holds values of the type {error}, and came as text")
    return Column(texts, {"as": "values", "parts": 1}, (chunked(part),))


def _number(series: Any) -> Any:
    """Integers of 128 bits as decimals, as far as those reach; text where they do not."""
    import polars as pl

    try:
        return series.cast(pl.Decimal(38, 0))
    except pl.exceptions.PolarsError:
        return series.cast(pl.String)


def _carried(dtype: Any) -> Any:
    """The type, with what Arrow cannot hold in it replaced by what it can."""
    import polars as pl

    name = dtype.base_type().__name__
    if name == "List":
        return pl.List(_carried(dtype.inner))
    if name == "Array":
        return pl.Array(_carried(dtype.inner), dtype.size)
    if name == "Struct":
        return pl.Struct([pl.Field(field.name, _carried(field.dtype)) for field in dtype.fields])
    if name in _WIDE:
        return pl.String()
    return pl.Float32() if name == "Float16" else dtype
