"""Arrow columns as short texts to show.

Every type on the firewall's list has a text, whatever its values: dates that Python's calendar does not know, integers
beyond 64 bits as decimals, bytes that are no UTF-8. Numbers of one column share their decimals, so that they can be
compared by eye, but a number that is not zero never shows as zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..column_format import ColumnFormat, column_format, currency_sign, rounding_note, shown
from ..exact.values import from_json
from .html import one_line
from .times import time_form, time_texts

MAX_CELL = 200
_SAMPLE = 1_000
"""Values at the head of a column, and as many of all of it, that are looked at for the decimals that they need."""
_MAX_NESTED = 8
_MAX_OBJECT_CHARACTERS = 10_000
_MAX_DEPTH = 4


def cell_texts(array: pa.Array, label: str = "", depth: int = 0, form: ColumnFormat | None = None) -> list[str | None]:
    """One text for each value of a short array; None stands for null.

    Args:
        array: The values; cut them to what is shown first.
        label: The column's label, which tells rates, units and numbers that are names.
        depth: How deep in a nested column the array lies.
        form: How the values are shown; by default what these values alone ask for.
    """
    kind = array.type
    if pa.types.is_dictionary(kind):
        return cell_texts(array.dictionary_decode(), label, depth, form)
    if is_number(kind):
        values = _numbers(array)
        chosen = form or column_format(label, values)
        return _each(values, lambda value: "NaN" if value != value else shown(value, chosen))
    if pa.types.is_temporal(kind):
        return time_texts(array, form or time_form(array, label))
    if pa.types.is_nested(kind):
        return _nested(array, depth)
    return _plain(array)


def column_form(column: pa.Array | pa.ChunkedArray, label: str = "") -> ColumnFormat:
    """How a whole column is shown, however long it is: from its extremes and a sample of it.

    >>> column_form(pa.array([12000.5, 3.25]), "revenue_usd")
    ColumnFormat(kind='number', decimals=2, grouped=True, unit='USD', rounded=False)
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return column_form(column.cast(kind.value_type), label)
    if is_number(kind):
        return column_format(label, _numbers(_sample(column)))
    if pa.types.is_temporal(kind):
        return time_form(column, label)
    return ColumnFormat("text")


def page_formats(table: pa.Table) -> tuple[list[dict[str, Any] | None], str]:
    """How a page writes the numbers and times of each column, as ``cell_texts`` does, and what that rounds in words.

    ``before`` and ``after`` are the signs of a currency and of per cent; columns of other kinds have no format.

    >>> page_formats(pa.table({"revenue": [12000.5, 3.25], "name": ["a", "b"]}))[0][0]["decimals"]
    2
    """
    names = list(map(str, table.column_names))
    forms = [column_form(column, name) for name, column in zip(names, table.columns, strict=True)]
    formats = [_page_format(form) if form.kind not in ("text", "duration") else None for form in forms]
    return formats, rounding_note(names, forms)


def _page_format(form: ColumnFormat) -> dict[str, Any]:
    after = "%" if form.kind == "percent" or form.unit == "%" else ""
    return {
        "kind": form.kind, "decimals": form.decimals, "grouped": form.grouped, "rounded": form.rounded,
        "before": currency_sign(form.unit), "after": after,
    }  # fmt: skip


def _sample(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Values that stand for a column of numbers: its ends, its first ones, and some of all of it."""
    if len(column) > 2 * _SAMPLE:
        ends = pc.min_max(pc.filter(column, pc.is_finite(column)) if _is_float(column.type) else column)
        places = [*range(_SAMPLE), *range(_SAMPLE, len(column), len(column) // _SAMPLE)]
        values = column.take(pa.array(places))
        parts = [pa.array([ends[name].as_py() for name in ("min", "max")], column.type)]
        return pa.concat_arrays([*parts, *(values.chunks if isinstance(values, pa.ChunkedArray) else [values])])
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _numbers(array: pa.Array | pa.ChunkedArray) -> list[Any]:
    """The values as Python's own; those of short floats with the digits that they have."""
    values = array.to_pylist()
    short = pa.types.is_float16(array.type) or pa.types.is_float32(array.type)
    kind = np.float16 if pa.types.is_float16(array.type) else np.float32
    return _each(values, lambda value: float(str(kind(value)))) if short else values


def _is_float(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) and not pa.types.is_float16(kind))


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


def _each(values: Sequence[Any], text: Callable[[Any], Any]) -> list[Any]:
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
