"""pandas columns as Arrow columns, and back."""

from __future__ import annotations

import base64
import re
import uuid
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from . import values
from .arrow_columns import Column, chunked, inward, outward, restore

MAX_CATEGORIES_BYTES = 8_000_000
"""Size of the categories of a column, which travel in its description. Those of a larger column are not carried."""
_MASKED = re.compile(r"U?Int(?:8|16|32|64)|Float(?:32|64)|boolean")
_NUMPY = re.compile(r"[<>][iuf][248]|float16")
_STRINGS = {"python": ("python", False), "pyarrow": ("pyarrow", False), "str-python": ("python", True)}
_CLOSED = frozenset({"left", "right", "both", "neither"})
_PLAIN_FORM: dict[str, Any] = {"as": "plain"}


def encode(series: Any, way: Callable[[Any], Column] = inward) -> Column:
    """A pandas column as an Arrow column, with a description where Arrow alone does not say what it was.

    Args:
        series: The column.
        way: ``inward`` or ``outward``.
    """
    import pandas as pd

    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        return _numpy(series, way)
    if isinstance(dtype, pd.CategoricalDtype):
        return _category(series, way)
    if isinstance(dtype, pd.SparseDtype):
        dense = encode(pd.Series(series.array.to_dense(), dtype=dtype.subtype), way)
        if dense.form is None and not dense.loss:
            dense = Column(dense.plain, _PLAIN_FORM)
        fill = values.encode(dtype.fill_value)
        return _wrapped(dense, {"as": "sparse", "fill": fill, "subtype": dtype.subtype.str, "of": dense.form})
    if isinstance(dtype, pd.PeriodDtype):
        return _period(series)
    if isinstance(dtype, pd.IntervalDtype):
        return _interval(series, way)
    if isinstance(dtype, pd.StringDtype):
        return _string(series, way)
    if isinstance(dtype, pd.ArrowDtype):
        column = way(pa.chunked_array(series.array.__arrow_array__()))
        form = {**(column.form or {"as": "arrow", "type": _arrow_word(column.plain.type)}), "as": "arrow series"}
        return column if column.loss else _wrapped(column, form)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return _zoned(series)
    if _MASKED.fullmatch(str(dtype)):
        return Column(chunked(pa.array(series.array)), {"as": "masked", "dtype": str(dtype)})
    return _text(series, f"is of the type {dtype}, and came as text")


def decode(plain: Any, form: Any, parts: Sequence[Any]) -> Any:
    """The pandas column that ``encode`` was given.

    Args:
        plain: The column in its plain type.
        form: The form, of ``Column.form``, in which tables stand in for the text of ``pack``.
        parts: The parts that belong to it.

    Raises:
        ValueError: The form is not one of ``encode``, or does not fit the values.
    """
    import pandas as pd

    decoder = _DECODERS.get(form.get("as")) if isinstance(form, dict) else None
    if decoder is None:
        raise ValueError("its form is not known")
    try:
        result = decoder(pd, chunked(plain), form, parts)
    except (TypeError, LookupError, AttributeError, ArithmeticError, pa.ArrowException) as error:
        raise ValueError("its values do not fit its form") from error
    if len(result) != len(plain):
        raise ValueError("its form is of another length")
    return result


def default(plain: Any) -> Any:
    """The pandas column that a plain Arrow column stands for where there is no form."""
    import pandas as pd

    plain = chunked(plain)
    if pa.types.is_dictionary(plain.type):
        return _dictionary(pd, plain)
    if pa.types.is_string(plain.type) or pa.types.is_large_string(plain.type):
        return pd.Series(pd.array(plain, dtype="str"), copy=False)
    if plain.null_count and pa.types.is_integer(plain.type):
        name = str(plain.type).replace("uint", "UInt").replace("int", "Int")
        return _masked(pd, plain, name)
    if plain.null_count and pa.types.is_boolean(plain.type):
        return _masked(pd, plain, "boolean")
    series = plain.to_pandas()
    utc = pa.types.is_timestamp(plain.type) and plain.type.tz == "UTC"
    return series.dt.tz_convert("UTC") if utc else series  # as pandas has it; Arrow takes another object for UTC


def _dictionary(pd: Any, plain: Any) -> Any:
    try:
        return plain.to_pandas()
    except (ValueError, pa.ArrowException):  # categories that are null or not unique
        return default(plain.cast(plain.type.value_type))


def pack(columns: Sequence[Column]) -> dict[str, Any]:
    """Columns that belong to a description, as text of an Arrow stream in base64, and their forms."""
    plain = [array for column in columns for array in (column.plain, *column.parts)]
    table = pa.table(plain, names=[f"c{i}" for i in range(len(plain))])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    data = base64.b64encode(sink.getvalue()).decode("ascii")
    return {"stream": data, "forms": [column.form for column in columns]}


def unpack(packed: Any) -> list[Any]:
    """The pandas columns of ``pack``, whose stream has been read."""
    arrays = iter(packed["table"].columns)
    return [decode_next(form, arrays) for form in packed["forms"]]


def decode_next(form: Any, arrays: Any, plainly: Callable[[Any], Any] = default) -> Any:
    """The pandas column whose plain values and parts come next in an iterator of Arrow columns."""
    plain = next(arrays)
    if form is None:
        return plainly(plain)
    return decode(plain, form, [next(arrays) for _ in range(parts_of(form))])


def parts_of(form: Any) -> int:
    """The number of parts that a form announces."""
    return int(form.get("parts", 0)) if form else 0


def _wrapped(column: Column, form: dict[str, Any]) -> Column:
    if column.loss:
        return column
    return Column(column.plain, {**form, "parts": len(column.parts)}, column.parts)


def _arrow_word(kind: Any) -> Any:
    from .types import encode_arrow

    return encode_arrow(kind)


def _numpy(series: Any, way: Callable[[Any], Column]) -> Column:
    dtype, array = series.dtype, series.to_numpy()
    if dtype.kind == "O":
        return _objects(series, way)
    if dtype.kind == "c" and dtype.itemsize <= 16:
        parts = tuple(chunked(pa.array(np.ascontiguousarray(part).astype("f8"))) for part in (array.real, array.imag))
        return Column(_texts(series.astype("string")), {"as": "complex", "bits": 8 * dtype.itemsize, "parts": 2}, parts)
    if dtype == np.float16:
        return Column(_from_pandas(array.astype("f4")), {"as": "numpy", "dtype": "float16"})
    if not dtype.isnative and _NUMPY.fullmatch(dtype.str):
        return Column(_from_pandas(array.astype(dtype.newbyteorder("="))), {"as": "numpy", "dtype": dtype.str})
    try:
        return Column(_from_pandas(array))
    except (pa.ArrowException, TypeError, ValueError):
        return _text(series, f"is of the type {dtype}, and came as text")


def _from_pandas(array: Any) -> Any:
    """A numpy array as Arrow, NaN as null. One without NaN is taken as it is, without a look for them.

    NaN passes through a minimum, which numpy finds many times faster than Arrow looks at each value.
    """
    whole = array.dtype.kind == "f" and len(array) > 0 and array.dtype.isnative and not np.isnan(array.min())
    return chunked(pa.array(array, from_pandas=not whole))


def _texts(series: Any) -> Any:
    return chunked(pa.array([_text_of(value) for value in series], pa.string()))


def _text_of(value: Any) -> str | None:
    """A value as text; None where it is missing."""
    if values.missing(value):
        return None
    try:
        return str(value).encode("utf-8", "replace").decode()
    except ValueError:  # Python writes no integer of more than some thousand digits
        return hex(value)


def _text(series: Any, loss: str) -> Column:
    return Column(_texts(series), loss=loss)


def _string(series: Any, way: Callable[[Any], Column]) -> Column:
    dtype = series.dtype
    column = way(pa.array(series.array))
    numpy = dtype.na_value is not None and isinstance(dtype.na_value, float)
    if numpy and dtype.storage == "pyarrow":
        return Column(column.plain)
    return Column(column.plain, {"as": "string", "storage": "str-python" if numpy else dtype.storage})


def _zoned(series: Any) -> Column:
    """Moments in a zone. Zones of other libraries (dateutil) have no name for Arrow; the moments stay what they are."""
    try:
        column = Column(chunked(pa.array(series.array)))
        if column.plain[:0].to_pandas().dtype == series.dtype:
            return column
    except (pa.ArrowException, TypeError, ValueError, LookupError, AttributeError):
        pass
    moments = chunked(pa.array(series.dt.tz_convert("UTC").array))
    return Column(moments, loss=f"is of the type {series.dtype}, whose time zone has no name, and came in UTC")


def _period(series: Any) -> Column:
    dtype = series.dtype
    try:
        form = {"as": "period", "freq": values.frequency(str(dtype)[len("period[") : -1]), "parts": 1}
    except ValueError:
        return _text(series, f"is of the type {dtype}, and came as text")
    ordinals = pa.array(series.array.asi8, mask=np.asarray(series.isna()))
    return Column(_texts(series.astype("string")), form, (chunked(ordinals),))


def _interval(series: Any, way: Callable[[Any], Column]) -> Column:
    import pandas as pd

    array = series.array
    sides = [encode(pd.Series(side), way) for side in (array.left, array.right)]
    text = _texts(series.astype("string"))
    if any(side.parts or side.loss for side in sides):
        return Column(text, loss=f"is of the type {series.dtype}, and came as text")
    form = {"as": "interval", "closed": array.closed, "of": sides[0].form, "parts": 2}
    return Column(text, form, tuple(side.plain for side in sides))


def _category(series: Any, way: Callable[[Any], Column]) -> Column:
    """A categorical. Its codes are the dictionary's indices, or a part where dictionaries are not admitted."""
    import pandas as pd

    categories = encode(pd.Series(series.cat.categories), outward)
    codes = np.asarray(series.cat.codes)
    indices = pa.array(codes.astype("i4"), mask=codes < 0)
    labels = categories.plain.combine_chunks()
    labels = labels if isinstance(labels, pa.Array) else pa.array([], labels.type)
    natural = categories.form is None and not _is_nested_or_duration(labels.type)
    if way is inward and not natural and not _is_text(labels):  # SQL groups by texts, but not by lists
        labels = _texts(series.cat.categories).combine_chunks()
    ordered = bool(series.cat.ordered)
    form: dict[str, Any] = {"as": "category", "ordered": ordered}
    distinct = natural or (_is_text(labels) and len(set(labels.to_pylist())) == len(labels))
    loss = categories.loss and f"is categorical; its categories are {categories.loss.removeprefix('is ')}"
    if way is inward and distinct:
        plain = chunked(pa.DictionaryArray.from_arrays(indices, labels, ordered=ordered))
        if loss or (natural and _is_text(labels)):
            return Column(plain, form, loss=loss)
        return Column(plain, {**form, "categories": pack([categories])})
    plain = chunked(labels.take(indices))
    if loss:
        return Column(plain, loss=loss)
    size = sum(array.nbytes for array in (categories.plain, *categories.parts))
    if size > MAX_CATEGORIES_BYTES:
        return Column(plain, loss=f"has {len(labels):,} categories, and came as its values alone")
    part = chunked(pa.array(codes, mask=codes < 0))
    return Column(plain, {**form, "categories": pack([categories]), "parts": 1}, (part,))


def _is_nested_or_duration(kind: Any) -> bool:
    return bool(pa.types.is_nested(kind) or pa.types.is_duration(kind) or pa.types.is_binary(kind))


def _is_text(array: Any) -> bool:
    return bool(pa.types.is_string(array.type) or pa.types.is_large_string(array.type))


def _objects(series: Any, way: Callable[[Any], Column]) -> Column:
    """A column of Python objects: of one kind that Arrow has as well, or each value with its type."""
    array = series.to_numpy()
    absent = np.asarray(series.isna())
    sorts = {values.missing(value) for value in array[absent]}
    sort = sorts.pop() if len(sorts) == 1 else "None"
    if sorts or "" in {sort}:
        return _tagged(series, way, array)
    form = {"as": "object", "null": sort}
    kinds = set(map(type, array[~absent]))
    if kinds == {str} and (column := _object_texts(array, absent)) is not None:
        return Column(column, form)
    if kinds == {uuid.UUID}:
        return Column(_texts(series), {"as": "uuid", "null": sort})
    natural = _natural(array, way)
    if natural is not None and not natural.form and not natural.loss:
        found = _listed(natural.plain, sort)
        if all(map(values.same, array, found)):
            return Column(natural.plain, form)
    return _tagged(series, way, array, natural)


def _object_texts(array: Any, absent: Any) -> Any:
    try:
        return chunked(pa.array(array, pa.string(), mask=absent))
    except (pa.ArrowException, UnicodeError):  # half a surrogate pair; more than 2 GB
        return None


def _natural(array: Any, way: Callable[[Any], Column]) -> Column | None:
    """What Arrow makes of objects, where it makes something of them."""
    try:
        return way(pa.array(array, from_pandas=True))
    except (pa.ArrowException, TypeError, ValueError, OverflowError, UnicodeError):
        return None


def _listed(plain: Any, sort: str) -> list[Any]:
    try:
        listed: list[Any] = plain.to_pylist()
    except (ValueError, OverflowError):
        return []
    if sort != "None":
        null = values.missing_value(sort)
        listed = [null if value is None else value for value in listed]
    return listed


def _tagged(series: Any, way: Callable[[Any], Column], array: Any, natural: Column | None = None) -> Column:
    """Values of several types: each as JSON with its type, in a part; the plain column is to look at."""
    plain = natural.plain if natural is not None and _readable(natural.plain.type, array) else _texts(array)
    try:
        part = pa.array([values.to_json(value) for value in array], pa.string())
    except values.Unsupported as error:
        loss = f"holds values of the type {error}, and came as text"
        return Column(_texts(array), {"as": "object", "null": "None"}, loss=loss)
    return Column(plain, {"as": "values", "parts": 1}, (chunked(part),))


def _readable(kind: Any, array: Any) -> bool:
    """Whether the plain type shows values for what they are: no key of another row, no zone that was not there."""
    t = pa.types
    if t.is_temporal(kind):
        return len({(type(v), str(getattr(v, "tzinfo", ""))) for v in array if not values.missing(v)}) == 1
    if t.is_list(kind) or t.is_large_list(kind):
        return "struct" not in str(kind)
    return bool(t.is_integer(kind) or t.is_floating(kind) or t.is_decimal(kind) or t.is_string(kind))


def _object_series(pd: Any, listed: Sequence[Any]) -> Any:
    array = np.empty(len(listed), dtype=object)
    for position, value in enumerate(listed):  # numpy would make a second dimension of lists of one length
        array[position] = value
    return pd.Series(array, dtype=object, copy=False)


def _to_objects(pd: Any, plain: Any, form: Any, parts: Any) -> Any:
    if _is_text(plain) and not plain.null_count:
        return pd.Series(plain.to_numpy(), dtype=object, copy=False)
    return _object_series(pd, _listed(plain, form["null"]))


def _to_values(pd: Any, plain: Any, form: Any, parts: Any) -> Any:
    return _object_series(pd, [values.from_json(text) for text in parts[0].to_pylist()])


def _to_uuids(pd: Any, plain: Any, form: Any, parts: Any) -> Any:
    null = values.missing_value(form["null"])
    return _object_series(pd, [null if text is None else uuid.UUID(text) for text in plain.to_pylist()])


def _to_category(pd: Any, plain: Any, form: Any, parts: Any) -> Any:
    if pa.types.is_dictionary(plain.type):
        plain = plain.unify_dictionaries().combine_chunks()
        plain = plain if isinstance(plain, pa.Array) else plain.chunk(0)
        codes, categories = plain.indices, default(plain.dictionary)
    else:
        codes, categories = parts[0], None
    if "categories" in form:
        (categories,) = unpack(form["categories"])
    codes = np.asarray(codes.fill_null(-1).to_numpy(zero_copy_only=False) if isinstance(codes, pa.Array)
                       else codes.fill_null(-1).to_numpy())  # fmt: skip
    if categories.isna().any() or not categories.is_unique:
        raise ValueError("its categories are not unique")
    index = pd.Index(categories.array, dtype=categories.dtype, copy=False, tupleize_cols=False)
    return pd.Series(pd.Categorical.from_codes(codes, categories=index, ordered=form["ordered"] is True), copy=False)


def _to_period(pd: Any, plain: Any, form: Any, parts: Any) -> Any:
    freq = values.frequency(form["freq"])
    absent = np.asarray(parts[0].is_null())
    with warnings.catch_warnings():  # of a frequency that pandas will drop: whoever made the column has been warned
        warnings.simplefilter("ignore", FutureWarning)
        index = pd.PeriodIndex.from_ordinals(parts[0].fill_null(0).to_numpy(), freq=freq)
        if absent.any():
            index = index.where(~absent)
    return pd.Series(index, copy=False)


def _to_interval(pd: Any, plain: Any, form: Any, parts: Any) -> Any:
    if form["closed"] not in _CLOSED:
        raise ValueError("its form is not known")
    left, right = (default(part) if form["of"] is None else decode(part, form["of"], ()) for part in parts)
    return pd.Series(pd.arrays.IntervalArray.from_arrays(left.array, right.array, closed=form["closed"]), copy=False)


def _to_sparse(pd: Any, plain: Any, form: Any, parts: Any) -> Any:
    dense = decode(plain, form["of"], parts)
    subtype = _subtype(form["subtype"])
    return dense.astype(subtype).astype(pd.SparseDtype(subtype, values.decode(form["fill"])))


def _subtype(name: Any) -> Any:
    if isinstance(name, str) and re.fullmatch(r"[<>|][biufcmM](?:1|2|4|8|16)(?:\[\w{1,2}\])?|\|O", name):
        return np.dtype(name)
    raise ValueError("its form is not known")


def _to_complex(pd: Any, plain: Any, form: Any, parts: Any) -> Any:
    result = np.empty(len(plain), np.complex64 if form["bits"] == 64 else np.complex128)
    result.real, result.imag = (part.to_numpy() for part in parts)
    return pd.Series(result, copy=False)


def _to_numpy(pd: Any, plain: Any, form: Any, parts: Any) -> Any:
    if not _NUMPY.fullmatch(form["dtype"]):
        raise ValueError("its form is not known")
    return pd.Series(plain.to_numpy().astype(form["dtype"]), copy=False)


def _to_masked(pd: Any, plain: Any, form: Any, parts: Any) -> Any:
    if not _MASKED.fullmatch(form["dtype"]):
        raise ValueError("its form is not known")
    return _masked(pd, plain, form["dtype"])


def _masked(pd: Any, plain: Any, name: str) -> Any:
    return pd.Series(pd.api.types.pandas_dtype(name).__from_arrow__(plain), copy=False)


def _to_string(pd: Any, plain: Any, form: Any, parts: Any) -> Any:
    storage, numpy = _STRINGS[form["storage"]]
    return pd.Series(pd.StringDtype(storage, np.nan if numpy else pd.NA).__from_arrow__(plain), copy=False)


def _to_arrow(pd: Any, plain: Any, form: Any, parts: Any) -> Any:
    return pd.Series(pd.arrays.ArrowExtensionArray(restore(plain, form, parts)), copy=False)


_DECODERS: dict[Any, Callable[[Any, Any, Any, Any], Any]] = {
    "plain": lambda pd, plain, form, parts: default(plain),
    "object": _to_objects,
    "values": _to_values,
    "uuid": _to_uuids,
    "category": _to_category,
    "period": _to_period,
    "interval": _to_interval,
    "sparse": _to_sparse,
    "complex": _to_complex,
    "numpy": _to_numpy,
    "masked": _to_masked,
    "string": _to_string,
    "arrow series": _to_arrow,
}
