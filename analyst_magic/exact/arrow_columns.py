"""Arrow columns in plain types, and back in their own.

Two ways of being plain. *Inward*, what DuckDB in the sandbox reads: dictionaries, maps and unions stay. *Outward*, what
the firewall admits: neither dictionaries nor anything that is not a number, a text, a moment, a list or a struct.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .types import decode_arrow, encode_arrow

_INTERVAL = pa.struct([("months", pa.int32()), ("days", pa.int32()), ("nanoseconds", pa.int64())])
_INTERVAL_LAYOUT = np.dtype([("months", "<i4"), ("days", "<i4"), ("nanoseconds", "<i8")])


@dataclass(frozen=True)
class Column:
    """One column on its way.

    Attributes:
        plain: The values in a plain type.
        form: How the original is made of them, as JSON; None where the plain type says it all.
        parts: Columns of the same length with the exact values, where the plain ones do not hold them.
        loss: What could not be carried, as part of a sentence; empty where all could.
    """

    plain: Any
    form: dict[str, Any] | None = None
    parts: tuple[Any, ...] = ()
    loss: str = ""


def chunked(array: Any) -> Any:
    """An array as a chunked one."""
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def inward(column: Any) -> Column:
    """A column in a type that DuckDB reads."""
    column = chunked(column)
    if pa.types.is_union(column.type) and not _is_read_union(column.type):
        return _union(column)
    if pa.types.is_date64(column.type) and _has_time_of_day(column):
        return Column(
            column.cast(pa.int64()).cast(pa.timestamp("ms")), loss="holds times of day, and came as timestamps"
        )
    if pa.types.is_map(column.type) and _has_a_key_twice(column):
        texts = [None if value is None else str(value) for value in column.to_pylist()]
        return Column(
            pa.chunked_array([pa.array(texts, pa.string())]), loss="has a key twice in a map, and came as text"
        )
    return _converted(chunked(column), _uuid_as_text(_inward_type))


_DAY = 86_400_000
"""Milliseconds of a day."""


def _has_time_of_day(column: Any) -> bool:
    """Whether dates in milliseconds are not all whole days, which is more than a date can hold."""
    stamps = column.cast(pa.int64())
    days = pc.multiply(pc.divide(stamps, _DAY), _DAY)
    return bool(pc.any(pc.not_equal(stamps, days)).as_py())


def _has_a_key_twice(column: Any) -> bool:
    """Whether a map of the column has a key more than once, which DuckDB does not read."""
    for chunk in column.chunks:
        offsets = chunk.offsets.to_numpy()
        keys = chunk.keys.slice(offsets[0], offsets[-1] - offsets[0])
        rows = np.repeat(np.arange(len(chunk)), np.diff(offsets))
        pairs = pa.table({"row": rows, "key": keys})
        if pairs.group_by(["row", "key"]).aggregate([]).num_rows < pairs.num_rows:
            return True
    return False


def outward(column: Any) -> Column:
    """A column in a type that the firewall admits."""
    column = chunked(column)
    if pa.types.is_union(column.type):
        return _union(column)
    return _converted(column, _uuid_as_text(_outward_type))


def _uuid_as_text(plain_type: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda kind: pa.string() if getattr(kind, "extension_name", "") == "arrow.uuid" else plain_type(kind)


def _converted(column: Any, plain_type: Callable[[Any], Any]) -> Column:
    kind = column.type
    target = plain_type(kind)
    if target == kind:
        return Column(column)
    try:
        plain = convert(column, target)
    except (pa.ArrowException, TypeError, ValueError):
        texts = [None if value is None else str(value) for value in column.to_pylist()]
        return Column(pa.chunked_array([pa.array(texts, pa.string())]), loss=f"is of the type {kind}, and came as text")
    try:
        form = {"as": "arrow", "type": encode_arrow(kind)}
        if pa.types.is_nested(kind) or pa.types.is_dictionary(kind):
            restore(plain, form)  # not every nested type can be made again
        return Column(plain, form)
    except (TypeError, ValueError):
        return Column(plain, loss=f"is of the type {kind}, and came as {target}")


def convert(column: Any, target: Any) -> Any:
    """A column in another type that holds the same values.

    Raises:
        pa.ArrowException: The type cannot hold them.
    """
    column, kind = chunked(column), column.type
    if kind == target:
        return column
    if isinstance(kind, pa.BaseExtensionType):
        if getattr(kind, "extension_name", "") == "arrow.uuid" and target == pa.string():
            texts = [None if v is None else str(v) for v in column.to_pylist()]
            return pa.chunked_array([pa.array(texts, pa.string())])
        return convert(pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type), target)
    if pa.types.is_run_end_encoded(kind):
        runs = [pc.run_end_decode(chunk) for chunk in column.chunks]
        return convert(pa.chunked_array(runs, kind.value_type), target)
    if pa.types.is_dictionary(kind) and not pa.types.is_dictionary(target):
        values = [convert(chunk.dictionary, target).take(chunk.indices) for chunk in column.chunks]
        return pa.chunked_array([piece for value in values for piece in value.chunks], target)
    if pa.types.is_dictionary(kind):
        return pa.chunked_array([_recoded(chunk, target) for chunk in column.chunks], target)
    if kind == pa.month_day_nano_interval() and target == _INTERVAL:
        return pa.chunked_array([_interval_parts(chunk) for chunk in column.chunks], target)
    try:
        if "list_view" in f"{kind} {target}":  # Arrow's cast of these gives arrays that are not valid
            raise pa.ArrowNotImplementedError("list_view")
        return column.cast(target)
    except (pa.ArrowNotImplementedError, pa.ArrowTypeError):  # nested types that no cast knows
        return pa.chunked_array([pa.array(_values(column, target), target)])


def _values(column: Any, target: Any) -> list[Any]:
    """Values as Python has them, in the form that ``pa.array`` takes for the type."""
    values: list[Any] = column.to_pylist()
    if pa.types.is_string(target):
        return [None if value is None else str(value) for value in values]
    return values


def _recoded(array: Any, target: Any) -> Any:
    """A dictionary array with other types of index and value."""
    values = convert(array.dictionary, target.value_type).combine_chunks()
    values = values if isinstance(values, pa.Array) else pa.concat_arrays(values.chunks)
    indices = array.indices.cast(target.index_type)
    return pa.DictionaryArray.from_arrays(indices, values, ordered=target.ordered)


def _interval_parts(array: Any) -> Any:
    """Intervals of months, days and nanoseconds as a struct of the three."""
    buffer = array.buffers()[1]
    records = np.frombuffer(buffer, _INTERVAL_LAYOUT, len(array), array.offset * _INTERVAL_LAYOUT.itemsize)
    fields = [pa.array(np.ascontiguousarray(records[name])) for name in _INTERVAL_LAYOUT.names or ()]
    return pa.StructArray.from_arrays(fields, fields=list(_INTERVAL), mask=array.is_null())


def restore(plain: Any, form: Any, parts: Sequence[Any] = ()) -> Any:
    """The column in the type that it had.

    Args:
        plain: The column in its plain type.
        form: The form, of ``Column.form``.
        parts: The parts that belong to it.

    Raises:
        ValueError: The form does not fit the values.
    """
    try:
        kind = decode_arrow(form["type"])
        if pa.types.is_union(kind):
            return _to_union(parts[0], kind)
        return _restored(chunked(plain), kind)
    except (pa.ArrowException, TypeError, LookupError, AttributeError) as error:
        raise ValueError("its values do not fit its type") from error


def to_table(description: Any, columns: Sequence[Any], parts: Sequence[Any], names: Sequence[str]) -> Any:
    """An Arrow table whose columns have the types that they had.

    Args:
        description: The description, whose forms are of this module; None where the columns are as they were.
        columns: The plain columns.
        parts: The parts of all columns, in order.
        names: The names of the columns.

    Raises:
        ValueError: A form does not fit its column.
    """
    rest, restored = iter(parts), []
    for form, column in zip(description["forms"], columns, strict=True):
        own = list(itertools.islice(rest, form["parts"] if form else 0))
        restored.append(restore(column, form, own) if form else column)
    return pa.table(restored, names=list(names))


def _restored(column: Any, kind: Any) -> Any:
    if column.type == kind:
        return column
    if isinstance(kind, pa.BaseExtensionType):
        if kind == pa.uuid() and pa.types.is_string(column.type):
            raw = [None if text is None else uuid.UUID(text).bytes for text in column.to_pylist()]
            column = pa.chunked_array([pa.array(raw, pa.binary(16))])
        storage = _restored(column, kind.storage_type)
        return pa.chunked_array([kind.wrap_array(chunk) for chunk in storage.chunks], kind)
    if pa.types.is_run_end_encoded(kind):
        values = _restored(column, kind.value_type)
        return pa.chunked_array([pc.run_end_encode(chunk, kind.run_end_type) for chunk in values.chunks], kind)
    if pa.types.is_dictionary(kind):
        return pa.chunked_array([_encoded(chunk, kind) for chunk in column.chunks], kind)
    if kind == pa.month_day_nano_interval():
        return pa.chunked_array([_to_interval(chunk) for chunk in column.chunks], kind)
    return convert(column, kind)


def _encoded(array: Any, kind: Any) -> Any:
    """An array as a dictionary array; one whose values cannot be compared has an entry for each row."""
    if pa.types.is_dictionary(array.type):
        indices, values = array.indices, array.dictionary
    else:
        try:
            coded = array.dictionary_encode()
            indices, values = coded.indices, coded.dictionary
        except (pa.ArrowException, AttributeError):
            positions = pa.array(np.arange(len(array), dtype=np.int64), mask=np.asarray(array.is_null()))
            indices, values = positions, array
    restored = _restored(chunked(values), kind.value_type).combine_chunks()
    restored = restored if isinstance(restored, pa.Array) else pa.array([], kind.value_type)
    return pa.DictionaryArray.from_arrays(indices.cast(kind.index_type), restored, ordered=kind.ordered)


def _to_interval(array: Any) -> Any:
    records = np.zeros(len(array), _INTERVAL_LAYOUT)
    for name in _INTERVAL_LAYOUT.names or ():
        records[name] = pc.fill_null(pc.struct_field(array, name), 0).to_numpy(zero_copy_only=False)
    valid = pa.array(np.asarray(array.is_valid())).buffers()[1]
    return pa.Array.from_buffers(pa.month_day_nano_interval(), len(array), [valid, pa.py_buffer(records)])


def _union(column: Any) -> Column:
    """A union as the text of its values, with its types and children as a struct beside."""
    kind = column.type
    texts = [None if value is None else str(value) for value in column.to_pylist()]
    plain = pa.chunked_array([pa.array(texts, pa.string())])
    try:
        form = {"as": "arrow", "type": encode_arrow(kind), "parts": 1}
    except TypeError as error:
        return Column(plain, loss=f"is of the type {error}, and came as text")
    parts = [_union_parts(chunk, kind) for chunk in column.chunks]
    if any(part is None for part in parts):
        return Column(plain, loss="is a union of nested types, and came as text")
    none = pa.chunked_array([], pa.struct([("f0", pa.int8())]))
    part = pa.chunked_array(parts) if parts else none
    try:
        restore(plain, form, [part])
    except ValueError:
        return Column(plain, loss="is a union that cannot be made again, and came as text")
    return Column(plain, form, (part,))


def _union_parts(array: Any, kind: Any) -> Any:
    at, end = array.offset, array.offset + len(array)
    codes = np.frombuffer(array.buffers()[1] or b"", np.int8)[at:end]
    fields: list[Any] = [pa.array(codes, pa.int8())]
    for position, code in enumerate(kind.type_codes):
        column = outward(array.field(position))
        if column.parts or column.loss:
            return None
        child = pa.concat_arrays(column.plain.chunks)
        if kind.mode == "dense":
            offsets = pa.array(np.frombuffer(array.buffers()[2] or b"", np.int32)[at:end], mask=codes != code)
            child = child.take(offsets)
        fields.append(child)
    return pa.StructArray.from_arrays(fields, names=[f"f{i}" for i in range(len(fields))])


def _to_union(column: Any, kind: Any) -> Any:
    chunks = [_one_union(chunk, kind) for chunk in chunked(column).chunks]
    return pa.chunked_array(chunks, kind)


def _one_union(struct: Any, kind: Any) -> Any:
    types, *plain = struct.flatten()
    names, codes = [kind.field(i).name for i in range(kind.num_fields)], list(kind.type_codes)
    if kind.mode == "sparse":
        return pa.UnionArray.from_sparse(types, _children(plain, kind), names, codes)
    numbers = np.asarray(types)
    offsets = np.zeros(len(numbers), np.int32)
    for position, code in enumerate(codes):
        mask = numbers == code
        offsets[mask] = np.arange(mask.sum(), dtype=np.int32)
        plain[position] = plain[position].filter(pa.array(mask))
    return pa.UnionArray.from_dense(types, pa.array(offsets), _children(plain, kind), names, codes)


def _children(plain: Sequence[Any], kind: Any) -> list[Any]:
    """The columns of a union in the types that they had."""
    restored = [_restored(chunked(child), kind.field(i).type) for i, child in enumerate(plain)]
    return [pa.concat_arrays(child.chunks) for child in restored]


def _inward_type(kind: Any) -> Any:
    if isinstance(kind, pa.BaseExtensionType):
        return _inward_type(kind.storage_type)
    if pa.types.is_run_end_encoded(kind):
        return _inward_type(kind.value_type)
    if pa.types.is_dictionary(kind):
        values = _inward_type(_undressed(kind.value_type))
        return values if pa.types.is_nested(values) else pa.dictionary(pa.int32(), values, kind.ordered)
    if pa.types.is_decimal256(kind):
        return pa.decimal128(38, kind.scale) if 0 <= kind.scale <= 38 else pa.string()
    if pa.types.is_union(kind) and not _is_read_union(kind):
        return pa.string()
    if pa.types.is_map(kind):
        return kind if _is_plain(kind.key_type) and _is_plain(kind.item_type) else _map_list(kind, _inward_type)
    return _nested_type(kind, _inward_type)


def _is_read_union(kind: Any) -> bool:
    """Whether DuckDB reads a union: of the sparse kind, and of plain types."""
    return kind.mode == "sparse" and all(_is_plain(kind.field(i).type) for i in range(kind.num_fields))


def _undressed(kind: Any) -> Any:
    """A type without dictionaries around it, as those of dictionaries are read by nobody."""
    return _undressed(kind.value_type) if pa.types.is_dictionary(kind) else kind


def _is_plain(kind: Any) -> bool:
    return bool(_inward_type(kind) == kind)


def _outward_type(kind: Any) -> Any:
    if isinstance(kind, pa.BaseExtensionType):
        return _outward_type(kind.storage_type)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return _outward_type(kind.value_type)
    if pa.types.is_map(kind):
        return _map_list(kind, _outward_type)
    if pa.types.is_union(kind):
        return pa.string()
    if pa.types.is_fixed_size_binary(kind):
        return pa.large_binary()
    if kind == pa.month_day_nano_interval():
        return _INTERVAL
    if pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind):
        return pa.large_list(_outward_type(kind.value_type))
    if pa.types.is_struct(kind) and not kind.num_fields:
        return pa.string()
    return _nested_type(kind, _outward_type)


def _nested_type(kind: Any, inner: Any) -> Any:
    t = pa.types
    if t.is_null(kind):
        return pa.string()
    if kind == pa.string_view():
        return pa.large_string()
    if kind == pa.binary_view():
        return pa.large_binary()
    if t.is_float16(kind):
        return pa.float32()
    if t.is_list(kind):
        return pa.list_(inner(kind.value_type))
    if t.is_large_list(kind) or t.is_list_view(kind) or t.is_large_list_view(kind):
        return pa.large_list(inner(kind.value_type))
    if t.is_fixed_size_list(kind):
        return pa.list_(inner(kind.value_type), kind.list_size)
    if t.is_struct(kind):
        return pa.struct([pa.field(field.name, inner(field.type), field.nullable) for field in kind])
    return kind


def _map_list(kind: Any, inner: Any) -> Any:
    fields = [pa.field("key", inner(kind.key_type), False), pa.field("value", inner(kind.item_type))]
    return pa.large_list(pa.struct(fields))
