"""A user's data frame as one Arrow table with its labels kept apart.

pandas allows any hashable as a column label, several columns of one label, and an index; Arrow and SQL want unique
text. So a ``Frame`` carries an Arrow table whose columns have unique SQL names, and beside it the labels as they were.
No frame library is imported here before the user has done so.
"""

from __future__ import annotations

import datetime as dt
import json
import keyword
import math
import os
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pyarrow as pa
import xxhash

from .datafiles import DataFile
from .errors import FrameError

KINDS = ("pandas", "polars", "arrow", "duckdb", "file")
FOREIGN = frozenset({"modin", "cudf", "dask", "ibis", "pyspark", "sqlframe"})
MUCH = 16_000_000  # bytes, or values, from which threads are worth their start
THREADS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, ready to be described or sent.

    Attributes:
        name: The variable's name.
        kind: The library that it comes from, one of ``KINDS``.
        table: The data, index columns first. Column names are unique, also when the case of letters is ignored.
        labels: The label of each column as the frame has it; for index columns, the level's name or None.
        index: How many of the leading columns are the pandas index (0 for the default index).
        column_names: Names of the pandas column index's levels, where it has any.
        notes: What had to be changed to make the table, one sentence each.
    """

    name: str
    kind: str
    table: pa.Table
    labels: tuple[Any, ...]
    index: int = 0
    column_names: tuple[Any, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.table.num_rows)

    @property
    def nbytes(self) -> int:
        """Size of the data in bytes."""
        return int(self.table.nbytes)


def frame_kind(value: object) -> str:
    """The library that a frame comes from, or an empty string for anything that is not a frame."""
    if isinstance(value, DataFile):
        return "file"
    for module, kind, names in (
        ("pandas", "pandas", ("DataFrame",)),
        ("polars", "polars", ("DataFrame", "LazyFrame")),
        ("pyarrow", "arrow", ("Table", "RecordBatch")),
        ("duckdb", "duckdb", ("DuckDBPyRelation",)),
    ):
        library = sys.modules.get(module)
        classes = tuple(c for c in (getattr(library, n, None) for n in names) if isinstance(c, type))
        if classes and isinstance(value, classes):
            return kind
    return "arrow" if _streams(value) or _foreign(value) else ""


def _streams(value: object) -> bool:
    """Whether a value gives its rows by the Arrow PyCapsule interface, and can be asked for them again.

    Source: https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
    """
    kind = type(value)
    once = hasattr(kind, "read_next_batch") or hasattr(kind, "__next__")
    column = hasattr(kind, "__arrow_c_array__") or type(value).__name__ in {"Series", "ChunkedArray"}
    return hasattr(kind, "__arrow_c_stream__") and not once and not column


def _foreign(value: object) -> bool:
    """Whether a value is a frame of another library that narwhals knows."""
    return type(value).__module__.partition(".")[0] in FOREIGN and type(value).__name__ in {"DataFrame", "Table"}


def column_labels(value: object) -> list[str]:
    """The names of a frame's columns as text, without a look at its rows."""
    for attribute in ("column_names", "columns"):
        found = getattr(value, attribute, None)
        if found is not None and not callable(found):
            return [label_text(label) for label in found]
    schema = getattr(value, "collect_schema", None)
    return list(schema().names()) if schema is not None else []


def frames_in(namespace: Mapping[str, object]) -> dict[str, object]:
    """The frames of a namespace by name: those that a user would call by a name of their own."""
    return {
        name: value
        for name, value in namespace.items()
        if not name.startswith("_") and name.isidentifier() and frame_kind(value)
    }


def variables(names: Iterable[str]) -> dict[str, str]:
    """The variable that Python code finds each frame under: its name, or the nearest to it that can be a variable.

    SQL writes such a name in quotes: the frame ``Sales 2024`` is ``"Sales 2024"`` there and ``Sales_2024`` here.
    """
    plain = {name: name for name in names if name.isidentifier() and not keyword.iskeyword(name)}
    for name in names:
        if name not in plain:
            base = re.sub(r"\W", "_", name)
            base = base if base.isidentifier() and not keyword.iskeyword(base) else f"frame_{base}"
            taken = set(plain.values())
            free = (f"{base}_{number}" for number in count(2))
            plain[name] = base if base not in taken else next(other for other in free if other not in taken)
    return plain


def to_frame(name: str, value: object) -> Frame:
    """Make a ``Frame`` of a pandas, polars, pyarrow or DuckDB frame, without copying where the library allows it.

    Raises:
        FrameError: The value is not a frame, or holds something that Arrow cannot carry.
    """
    kind = frame_kind(value)
    try:
        if kind == "pandas":
            return _from_pandas(name, value)
        if kind:
            return _from_arrow(name, kind, _arrow_table(kind, value))
    except FrameError:
        raise
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise FrameError(
            f"The frame {name} cannot be read: {str(error).splitlines()[0][:200]}", "Convert the column it names first."
        ) from error
    raise FrameError(
        f"{name} is a {type(value).__name__}, not a data frame.",
        "Use a pandas, polars or pyarrow frame, a DuckDB relation, or what gives its rows as an Arrow stream.",
    )


def schema_text(value: object, name: str = "frame") -> str:
    """Column names and kinds, whatever the library, as ``carrier text, delay number``: what a pinned answer relies on.

    Whole numbers and others are of one kind, as one missing value turns the first into the second.

    Raises:
        FrameError: The value is not a frame.
    """
    if isinstance(value, DataFile):
        pairs = [(column, _plain_kind(kind.lower())) for column, kind in value.schema.items()]
    else:
        frame = to_frame(name, value)
        pairs = [(n, _plain_kind(str(f.type))) for n, f in zip(_spoken(frame), frame.table.schema, strict=True)]
    if any(", " in column for column, _ in pairs):
        return json.dumps(pairs, ensure_ascii=False)
    return ", ".join(f"{column} {kind}" for column, kind in pairs)


def states(frames: Mapping[str, object]) -> str:
    """A text that differs when one of some frames does."""
    parts = []
    for name, value in sorted(frames.items()):
        state = value.state if isinstance(value, DataFile) else fingerprint(to_frame(name, value))
        parts.append(f"{name} {state}")
    return "; ".join(parts)


def _plain_kind(kind: str) -> str:
    """A type of Arrow or DuckDB in one word."""
    for word, begins in (
        ("text", ("string", "large_string", "dictionary", "varchar", "enum", "null")),
        ("number", ("int", "uint", "float", "double", "decimal", "half", "bigint", "hugeint", "smallint", "tinyint",
                    "ubigint", "uinteger", "uhugeint", "usmallint", "utinyint")),
        ("boolean", ("bool",)),
        ("moment", ("timestamp", "datetime")),
        ("date", ("date",)),
        ("time", ("time",)),
        ("duration", ("duration", "interval")),
        ("list", ("list", "large_list", "fixed_size_list")),
        ("struct", ("struct", "map")),
        ("binary", ("binary", "large_binary", "fixed_size_binary", "blob")),
    ):  # fmt: skip
        if kind.startswith(begins):
            return "list" if kind.endswith("[]") else word
    return "other"


def fingerprint(frame: Frame) -> str:
    """128 bits over the frame's schema, labels and every buffer, as hexadecimal text."""
    digest = xxhash.xxh3_128()
    digest.update(repr((frame.kind, frame.labels, frame.index, frame.column_names, frame.rows)).encode())
    digest.update(frame.table.schema.serialize())
    chunks = [chunk for column in frame.table.columns for chunk in column.chunks]
    if frame.nbytes < MUCH:
        parts = [_digest_array(chunk) for chunk in chunks]
    else:  # one core does not read memory as fast as it comes
        with ThreadPoolExecutor(THREADS) as pool:
            parts = list(pool.map(_digest_array, chunks))
    for part in parts:
        digest.update(part)
    return str(digest.hexdigest())


def _digest_array(array: pa.Array) -> bytes:
    digest = xxhash.xxh3_128(f"{array.offset},{len(array)};".encode())
    for buffer in array.buffers():
        digest.update(b"-" if buffer is None else memoryview(buffer))
    if pa.types.is_dictionary(array.type):  # its values are not among its own buffers
        digest.update(_digest_array(array.dictionary))
    return bytes(digest.digest())


def without(frame: Frame, hidden: Collection[str]) -> Frame:
    """The frame without hidden columns, which are named as ``frame.column``."""
    keep = [i for i, name in enumerate(_spoken(frame)) if f"{frame.name}.{name}" not in hidden]
    if len(keep) == len(frame.labels):
        return frame
    index = sum(1 for i in keep if i < frame.index)
    return replace(frame, table=frame.table.select(keep), labels=tuple(frame.labels[i] for i in keep), index=index)


def _spoken(frame: Frame) -> list[str]:
    """The columns' names as a user says them, as ``ColumnCard.name`` has them."""
    pairs = zip(frame.labels, frame.table.column_names, strict=True)
    return [label_text(label) if label is not None else sql for label, sql in pairs]


def sql_names(labels: Iterable[Any]) -> list[str]:
    """Unique column names for SQL, as near to the labels as can be; DuckDB ignores the case of letters."""
    names: list[str] = []
    taken: set[str] = set()
    counts: dict[str, int] = {}  # where thousands are alike, the next number is not looked for from the beginning
    for position, label in enumerate(labels):
        base = label_text(label) or f"column_{position}"
        name = base
        while name.lower() in taken:
            counts[base] = counts.get(base, 0) + 1
            name = f"{base}_{counts[base]}"
        taken.add(name.lower())
        names.append(name)
    return names


def label_text(label: Any) -> str:
    """A column label as text, as a user would say it."""
    if isinstance(label, tuple):
        return "_".join(label_text(part) for part in label if label_text(part))
    return str(label)


def encode_label(label: Any) -> Any:
    """A column label as JSON that ``decode_label`` (here and in the guest) turns back into the same label."""
    if label is None or isinstance(label, str | bool):
        return label
    if isinstance(label, tuple):
        return {"tuple": [encode_label(part) for part in label]}
    if hasattr(label, "item"):  # a numpy scalar
        return encode_label(label.item())
    if isinstance(label, int):
        return label
    if isinstance(label, float):
        return label if math.isfinite(label) else {"float": str(label)}
    if isinstance(label, dt.datetime):
        return {"timestamp": label.isoformat()}
    if isinstance(label, dt.date):
        return {"date": label.isoformat()}
    return str(label)


def decode_label(value: Any) -> Any:
    """The inverse of ``encode_label``; anything unexpected becomes text."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dict) and len(value) == 1:
        ((kind, inner),) = value.items()
        try:
            if kind == "tuple" and isinstance(inner, list):
                return tuple(decode_label(part) for part in inner)
            if kind == "float":
                return float(inner)
            if kind == "date":
                return dt.date.fromisoformat(inner)
            if kind == "timestamp":
                import pandas as pd

                return pd.Timestamp(inner)
        except (TypeError, ValueError, RecursionError):
            pass
    return str(value)[:200]


def _arrow_table(kind: str, value: Any) -> pa.Table:
    if kind == "polars":
        return (value.collect() if hasattr(value, "collect") else value).to_arrow()
    if kind == "duckdb":
        return value.to_arrow_table()
    if isinstance(value, pa.Table):
        return value
    if isinstance(value, pa.RecordBatch):
        return pa.Table.from_batches([value])
    if _streams(value):
        return pa.table(value)
    import narwhals

    frame = narwhals.from_native(value)
    return frame.lazy().collect("pyarrow").to_arrow()


def _from_arrow(name: str, kind: str, table: pa.Table) -> Frame:
    labels = tuple(table.column_names)
    columns = [_plain(column) for column in table.columns]
    table = pa.table(columns, schema=_schema(columns, sql_names(labels)))
    return Frame(name, kind, table.combine_chunks(), labels)


def _from_pandas(name: str, value: Any) -> Frame:
    import pandas as pd

    arrays: list[pa.ChunkedArray] = []
    labels: list[Any] = []
    notes: list[str] = []
    levels = 0
    if not (isinstance(value.index, pd.RangeIndex) and value.index.name is None and value.index.start == 0):
        for level in range(value.index.nlevels):
            arrays.append(_column(pd.Series(value.index.get_level_values(level)), f"index {level}", notes))
            labels.append(value.index.names[level])
            levels += 1
    columns = [value.iloc[:, position] for position in range(value.shape[1])]
    names = [label_text(label) for label in value.columns]
    if len(value) * len(columns) < MUCH:
        arrays += [_column(column, text, notes) for column, text in zip(columns, names, strict=True)]
    else:
        with ThreadPoolExecutor(THREADS) as pool:
            arrays += pool.map(_column, columns, names, [notes] * len(columns))
    labels.extend(value.columns)
    spoken = [
        ("index" if levels == 1 else f"index_{i}") if i < levels and label is None else label
        for i, label in enumerate(labels)
    ]
    table = pa.table(arrays, schema=_schema(arrays, sql_names(spoken)))
    levels_named = tuple(value.columns.names) if any(n is not None for n in value.columns.names) else ()
    return Frame(name, "pandas", table.combine_chunks(), tuple(labels), levels, levels_named, tuple(notes))


def _column(series: Any, name: str, notes: list[str]) -> pa.ChunkedArray:
    """A pandas column as Arrow. What Arrow has no type for becomes text, and a note says so."""
    import pandas as pd

    if isinstance(series.dtype, pd.SparseDtype):
        series = series.sparse.to_dense()
    if isinstance(series.dtype, pd.PeriodDtype | pd.IntervalDtype) or series.dtype.kind == "c":
        notes.append(f"The column {name} ({series.dtype}) was sent as text.")
        series = series.astype("string")
    if not hasattr(series.dtype, "byteorder") and getattr(series.dtype, "kind", "") == "f":
        # A masked float holds anything under its nulls; the guest shares the memory and relies on NaN there.
        series = pd.Series(
            series.to_numpy(dtype="float32" if "32" in str(series.dtype) else "float64", na_value=math.nan)
        )
    try:
        array = pa.array(series.to_numpy()) if _without_nan(series) else pa.Array.from_pandas(series)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        notes.append(f"The column {name} holds values of several types and was sent as text.")
        array = pa.array([None if _missing(v) else str(v) for v in series], pa.string())
    return _plain(array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array]))


def _without_nan(series: Any) -> bool:
    """Whether a column of numpy floats holds no NaN; then Arrow takes its memory as it is, without looking for them.

    NaN passes through a minimum, which numpy finds many times faster than Arrow looks at each value.
    """
    return str(series.dtype) in {"float32", "float64"} and len(series) > 0 and not math.isnan(series.to_numpy().min())


def _missing(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or type(value).__name__ in {"NAType", "NaTType"}
    )


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column in a type that DuckDB, the guest and the firewall all read.

    Views become plain strings, extension types their storage, null columns text, half floats floats; a dictionary
    gets 32-bit indices.
    """
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        storage = [chunk.storage for chunk in column.chunks]
        return _plain(pa.chunked_array(storage, kind.storage_type))
    plain = _plain_type(kind)
    return column if plain == kind else column.cast(plain)


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_null(kind):
        return pa.string()
    if kind == pa.string_view():
        return pa.large_string()
    if kind == pa.binary_view():
        return pa.large_binary()
    if pa.types.is_float16(kind):
        return pa.float32()
    if pa.types.is_run_end_encoded(kind):
        return _plain_type(kind.value_type)
    if pa.types.is_dictionary(kind):
        return pa.dictionary(pa.int32(), _plain_type(kind.value_type), kind.ordered)
    if pa.types.is_large_list(kind):
        return pa.large_list(_plain_type(kind.value_type))
    if pa.types.is_list(kind):
        return pa.list_(_plain_type(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, _plain_type(f.type), f.nullable) for f in kind])
    return kind


def _schema(columns: list[pa.ChunkedArray], names: list[str]) -> pa.Schema:
    return pa.schema([pa.field(name, column.type) for name, column in zip(names, columns, strict=True)])
