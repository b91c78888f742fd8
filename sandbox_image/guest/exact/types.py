"""Arrow's and polars' types as JSON in a closed grammar, and back."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

MAX_DEPTH = 12
_SIMPLE = {
    str(kind): kind
    for kind in (
        pa.null(), pa.bool_(), pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(),
        pa.uint64(), pa.float16(), pa.float32(), pa.float64(), pa.string(), pa.large_string(), pa.string_view(),
        pa.binary(), pa.large_binary(), pa.binary_view(), pa.date32(), pa.date64(), pa.month_day_nano_interval(),
    )
}  # fmt: skip
_LISTS = {"list": pa.list_, "large_list": pa.large_list, "list_view": pa.list_view,
          "large_list_view": pa.large_list_view}  # fmt: skip
_DECIMALS = {"decimal32": pa.decimal32, "decimal64": pa.decimal64, "decimal128": pa.decimal128,
             "decimal256": pa.decimal256}  # fmt: skip
_TIMES = {"time32": pa.time32, "time64": pa.time64, "duration": pa.duration}
_EXTENSIONS = {
    "arrow.uuid": lambda storage: pa.uuid(),
    "arrow.bool8": lambda storage: pa.bool8(),
    "arrow.json": lambda storage: pa.json_(storage),
}
_POLARS = frozenset(
    {"Null", "Boolean", "Int8", "Int16", "Int32", "Int64", "Int128", "UInt8", "UInt16", "UInt32", "UInt64", "UInt128",
     "Float16", "Float32", "Float64", "String", "Binary", "Date", "Time", "Categorical", "Object"}
)  # fmt: skip


def encode_arrow(kind: Any) -> Any:
    """An Arrow type as JSON.

    Raises:
        TypeError: The grammar has no word for it (an extension type of another library, say).
    """
    t = pa.types
    if _SIMPLE.get(str(kind)) == kind:
        return str(kind)
    if isinstance(kind, pa.BaseExtensionType):
        if getattr(kind, "extension_name", "") in _EXTENSIONS:
            return ["extension", kind.extension_name, encode_arrow(kind.storage_type)]
        raise TypeError(str(kind))
    if t.is_timestamp(kind):
        return ["timestamp", kind.unit, kind.tz]
    if t.is_time(kind) or t.is_duration(kind):
        return ["time", "duration" if t.is_duration(kind) else str(kind).partition("[")[0], kind.unit]
    if t.is_decimal(kind):
        return ["decimal", f"decimal{kind.bit_width}", kind.precision, kind.scale]
    if t.is_fixed_size_binary(kind):
        return ["bytes", kind.byte_width]
    if t.is_fixed_size_list(kind):
        return ["array", _encode_field(kind.value_field), kind.list_size]
    if t.is_map(kind):
        return ["map", _encode_field(kind.key_field), _encode_field(kind.item_field), kind.keys_sorted]
    for name, test in (("list", t.is_list), ("large_list", t.is_large_list), ("list_view", t.is_list_view),
                       ("large_list_view", t.is_large_list_view)):  # fmt: skip
        if test(kind):
            return ["list", name, _encode_field(kind.value_field)]
    if t.is_struct(kind):
        return ["struct", [_encode_field(field) for field in kind]]
    if t.is_union(kind):
        return ["union", kind.mode, [_encode_field(field) for field in kind], list(kind.type_codes)]
    if t.is_dictionary(kind):
        return ["dictionary", encode_arrow(kind.index_type), encode_arrow(kind.value_type), kind.ordered]
    if t.is_run_end_encoded(kind):
        return ["runs", encode_arrow(kind.run_end_type), encode_arrow(kind.value_type)]
    raise TypeError(str(kind))


def decode_arrow(value: Any, depth: int = 0) -> Any:
    """The inverse of ``encode_arrow``.

    Raises:
        ValueError: The value is not of the grammar.
    """
    if isinstance(value, str) and value in _SIMPLE:
        return _SIMPLE[value]
    if not isinstance(value, list) or not value or depth > MAX_DEPTH:
        raise ValueError("a type is not one of Arrow")
    try:
        return _build_arrow(value, depth + 1)
    except (TypeError, LookupError, AttributeError, pa.ArrowException) as error:
        raise ValueError("a type is not one of Arrow") from error


def _build_arrow(value: list[Any], depth: int) -> Any:
    match value:
        case ["extension", str() as name, storage]:
            return _EXTENSIONS[name](decode_arrow(storage, depth))
        case ["timestamp", str() as unit, zone]:
            return pa.timestamp(unit, zone)
        case ["time", str() as name, str() as unit]:
            return _TIMES[name](unit)
        case ["decimal", str() as name, int() as precision, int() as scale]:
            return _DECIMALS[name](precision, scale)
        case ["bytes", int() as width]:
            return pa.binary(width)
        case ["array", field, int() as size]:
            return pa.list_(_decode_field(field, depth), size)
        case ["map", key, item, bool() as ordered]:
            return pa.map_(_decode_field(key, depth), _decode_field(item, depth), keys_sorted=ordered)
        case ["list", str() as name, field]:
            return _LISTS[name](_decode_field(field, depth))
        case ["struct", list() as fields]:
            return pa.struct([_decode_field(field, depth) for field in fields])
        case ["union", str() as mode, list() as fields, list() as codes]:
            return pa.union([_decode_field(field, depth) for field in fields], mode, codes)
        case ["dictionary", index, values, bool() as ordered]:
            return pa.dictionary(decode_arrow(index, depth), decode_arrow(values, depth), ordered)
        case ["runs", ends, values]:
            return pa.run_end_encoded(decode_arrow(ends, depth), decode_arrow(values, depth))
    raise ValueError("a type is not one of Arrow")


def _encode_field(field: Any) -> Any:
    return [field.name, encode_arrow(field.type), field.nullable]


def _decode_field(value: Any, depth: int) -> Any:
    name, kind, nullable = value
    return pa.field(name, decode_arrow(kind, depth), bool(nullable))


def encode_polars(kind: Any) -> Any:
    """A polars type as JSON.

    Raises:
        TypeError: The grammar has no word for it.
    """
    name = type(kind).__name__ if not isinstance(kind, type) else kind.__name__
    if name == "List":
        return ["List", encode_polars(kind.inner)]
    if name == "Array":
        return ["Array", encode_polars(kind.inner), kind.size]
    if name == "Struct":
        return ["Struct", [[field.name, encode_polars(field.dtype)] for field in kind.fields]]
    if name == "Enum":
        return ["Enum", kind.categories.to_list()]
    if name == "Decimal":
        return ["Decimal", kind.precision, kind.scale]
    if name == "Datetime":
        return ["Datetime", kind.time_unit, kind.time_zone]
    if name == "Duration":
        return ["Duration", kind.time_unit]
    if name in _POLARS:
        return name
    raise TypeError(str(kind))


def decode_polars(value: Any, depth: int = 0) -> Any:
    """The inverse of ``encode_polars``.

    Raises:
        ValueError: The value is not of the grammar.
    """
    import polars as pl

    if isinstance(value, str) and value in _POLARS:
        return getattr(pl, value)()
    if depth > MAX_DEPTH:
        raise ValueError("a type is not one of polars")
    try:
        match value:
            case ["List", inner]:
                return pl.List(decode_polars(inner, depth + 1))
            case ["Array", inner, int() as size]:
                return pl.Array(decode_polars(inner, depth + 1), size)
            case ["Struct", list() as fields]:
                return pl.Struct([pl.Field(name, decode_polars(kind, depth + 1)) for name, kind in fields])
            case ["Enum", list() as categories]:
                return pl.Enum(categories)
            case ["Decimal", precision, int() as scale]:
                return pl.Decimal(precision, scale)
            case ["Datetime", str() as unit, zone]:
                return pl.Datetime(unit, zone)  # type: ignore[arg-type]
            case ["Duration", str() as unit]:
                return pl.Duration(unit)  # type: ignore[arg-type]
    except (TypeError, pl.exceptions.PolarsError) as error:
        raise ValueError("a type is not one of polars") from error
    raise ValueError("a type is not one of polars")
