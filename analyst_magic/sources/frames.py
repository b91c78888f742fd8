"""A user's data frame as one Arrow table with its labels kept apart.

pandas allows any hashable as a column label, several columns of one label, and an index; Arrow and SQL want unique
text. So a ``Frame`` carries an Arrow table whose columns have unique SQL names, and beside it the labels as they were,
and the description from which the original is made again (``exact``). No frame library is imported here before the user
has done so.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import keyword
import math
import os
import re
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from ..errors import FrameError
from ..exact.arrow_columns import Column, inward
from ..language import message

LIBRARIES = {
    "pandas": ("pandas", ("DataFrame", "Series")),
    "polars": ("polars", ("DataFrame", "LazyFrame", "Series")),
    "arrow": ("pyarrow", ("Table", "RecordBatch")),
    "duckdb": ("duckdb", ("DuckDBPyRelation",)),
}
"""The libraries whose frames are read: the module of each and its classes."""
STREAM = "arrow"
"""What a frame of any other library is read as."""
FOREIGN = frozenset({"modin", "cudf", "dask", "ibis", "pyspark", "sqlframe"})
EMPTY = "empty"
"""The kind of a column that has no value, and so no type of its own."""
MIN_THREADED_BYTES = 16_000_000  # bytes from which threads are worth their start
THREADS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, ready to be described or sent.

    Attributes:
        name: The variable's name.
        kind: The library that it comes from, a key of ``LIBRARIES``.
        table: The data, index columns first. Column names are unique, also when the case of letters is ignored.
        labels: The label of each column as the frame has it; for index columns, the level's name or None.
        index: How many of the leading columns are the pandas index (0 for the default index).
        notes: What had to be changed to make the table, one sentence each.
        description: How the original is made again, as JSON; None where the table says it all.
        parts: The columns with exact values that the description refers to.
        columns: The pandas column index.
    """

    name: str
    kind: str
    table: pa.Table
    labels: tuple[Any, ...]
    index: int = 0
    notes: tuple[str, ...] = ()
    description: Mapping[str, Any] | None = None
    parts: tuple[pa.ChunkedArray, ...] = ()
    columns: Any = field(default=None, repr=False, compare=False)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.table.num_rows)

    @property
    def nbytes(self) -> int:
        """Size of the data in bytes."""
        return int(self.table.nbytes + sum(part.nbytes for part in self.parts))

    @property
    def is_series(self) -> bool:
        """Whether it stands for a pandas or polars series."""
        return self.description is not None and self.description.get("series") is not None


def frame_kind(value: object) -> str:
    """The library that a frame or series in memory comes from, or an empty string for anything else."""
    return library_of(value) or (STREAM if is_stream(value) else "")


def library_of(value: object) -> str:
    """The key of ``LIBRARIES`` that a frame or series is of; a library that nobody has imported has none."""
    for kind, (module, names) in LIBRARIES.items():
        library = sys.modules.get(module)
        classes = tuple(c for c in (getattr(library, n, None) for n in names) if isinstance(c, type))
        if classes and isinstance(value, classes):
            return kind
    return ""


def is_stream(value: object) -> bool:
    """Whether a value of no library that is known by name can be read as an Arrow stream, or by narwhals."""
    return _streams(value) or _foreign(value)


def is_series(value: object) -> bool:
    """Whether a value is a pandas or polars series."""
    libraries = (sys.modules.get("pandas"), sys.modules.get("polars"))
    classes = tuple(c for c in (getattr(library, "Series", None) for library in libraries) if isinstance(c, type))
    return isinstance(value, classes)


def _series_label(series: Any) -> Any:
    """What a series' only column is called: its name, or ``value`` where it has none."""
    return "value" if series.name is None or series.name == "" else series.name


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
    """The names of a frame's columns as text, without a look at its rows; of a series its name."""
    if is_series(value):
        return [label_text(_series_label(value))]
    schema = getattr(value, "collect_schema", None)
    if schema is not None:  # a lazy frame of polars warns where it is asked for its columns
        return list(schema().names())
    for attribute in ("column_names", "columns"):
        found = getattr(value, attribute, None)
        if found is not None and not callable(found):
            return [label_text(label) for label in found]
    return []


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
        if kind == "polars":
            return _from_polars(name, value)
        if kind:
            return _from_arrow(name, kind, _arrow_table(kind, value))
    except FrameError:
        raise
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise FrameError(
            message(
                "The frame {name} cannot be read: {error}",
                name=name,
                error=(str(error).splitlines() or [repr(error)])[0][:200],
            ),
            message("Convert the column it names first."),
        ) from error
    raise not_a_frame(name, value)


def not_a_frame(name: str, value: object) -> FrameError:
    """The error over a value that is no frame."""
    return FrameError(
        message("{name} is a {kind}, not a data frame.", name=name, kind=type(value).__name__),
        message(
            "Use a pandas or polars frame or series, an Arrow table, a DuckDB relation, or what gives an Arrow stream."
        ),
    )


def column_kinds(frame: Frame) -> list[tuple[str, str]]:
    """The columns of a frame, index levels first, each with its kind in one word; ``EMPTY`` where it has no value."""
    return [(n, plain_kind(str(f.type))) for n, f in zip(_spoken(frame), frame.table.schema, strict=True)]


def plain_kind(kind: str) -> str:
    """A type of Arrow or DuckDB in one word."""
    for word, begins in (
        ("text", ("string", "large_string", "dictionary", "varchar", "enum")),
        (EMPTY, ("null", '"null"')),
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
    digest.update(repr((frame.kind, frame.labels, frame.index, frame.rows)).encode())
    digest.update(json.dumps(frame.description, ensure_ascii=True).encode())
    digest.update(frame.table.schema.serialize())
    chunks = [chunk for column in (*frame.table.columns, *frame.parts) for chunk in column.chunks]
    if frame.nbytes < MIN_THREADED_BYTES:
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
    table, labels = frame.table.select(keep), tuple(frame.labels[i] for i in keep)
    if frame.description is None:
        return replace(frame, table=table, labels=labels, index=index)
    description, parts = _without_columns(frame, keep)
    return replace(frame, table=table, labels=labels, index=index, description=description, parts=parts)


def _without_columns(frame: Frame, keep: list[int]) -> tuple[dict[str, Any], tuple[pa.ChunkedArray, ...]]:
    """The description and the parts of some of a frame's columns, with no word of the others."""
    assert frame.description is not None
    forms, rest = frame.description["forms"], iter(frame.parts)
    groups = [list(itertools.islice(rest, (form or {}).get("parts", 0))) for form in forms]
    description = {**frame.description, "forms": [forms[i] for i in keep]}
    if frame.kind == "pandas":
        from ..exact import pandas_frames

        levels = [i for i in keep if i < frame.index]
        columns = frame.columns[[i - frame.index for i in keep if i >= frame.index]]
        description["index"] = pandas_frames.index_without(description["index"], levels)
        description["header"] = pandas_frames.header(columns)[0]
    return description, tuple(part for i in keep for part in groups[i])


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


def alike(labels: Sequence[Any]) -> tuple[str, ...]:
    """A sentence on columns whose names differ in case or blanks only, which SQL and a reader take for each other.

    >>> alike(["Sales", "sales", "region"])
    ('The columns Sales and sales differ in case or blanks only; SQL calls them Sales and sales_1.',)
    """
    names = [label_text(label) for label in labels]
    groups: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        groups.setdefault(" ".join(name.split()).lower(), []).append(position)
    several = [group for group in groups.values() if len({names[i] for i in group}) > 1]
    called = sql_names(labels)
    same = next((group for group in groups.values() if len(group) > len({names[i] for i in group})), None)
    if same and not several:
        return (same_name(names[same[0]], [called[i] for i in same]),)
    if not several:
        return ()
    shown = [names[i] if names[i] == " ".join(names[i].split()) else f"“{names[i]}”" for i in several[0]]
    sql = [f"“{called[i]}”" if called[i] != called[i].strip() else called[i] for i in several[0]]
    return (
        message(
            "The columns {columns} differ in case or blanks only; SQL calls them {names}.",
            columns=" and ".join(shown), names=" and ".join(sql),
        ),
    )  # fmt: skip


def same_name(name: str, called: Sequence[str]) -> str:
    """A sentence on columns of one name, and what they are called here."""
    return message(
        "Several columns are called {name}: here they are {called}.", name=name, called=", ".join(called[:4])
    )


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
    return _of_columns(name, kind, table.column_names, [inward(column) for column in table.columns])


def _from_polars(name: str, value: Any) -> Frame:
    from ..exact import polars_frames

    frame = value.collect() if hasattr(value, "collect") else value
    series = [frame.name] if is_series(value) else None
    columns = [frame] if series else frame.get_columns()
    labels = [_series_label(value)] if series else frame.columns
    return _of_columns(name, "polars", labels, [polars_frames.encode(column) for column in columns], series)


def _of_columns(
    name: str, kind: str, labels: Iterable[str], columns: Sequence[Column], series: list[Any] | None = None
) -> Frame:
    """A polars or Arrow frame of its columns."""
    labels = tuple(labels)
    forms = [column.form for column in columns]
    described = series or any(form is not None for form in forms)
    return Frame(
        name,
        kind,
        _table_of(columns, labels),
        labels,
        notes=(
            *(f"The column {label} {c.loss}." for label, c in zip(labels, columns, strict=True) if c.loss),
            *alike(labels),
        ),
        description={"kind": kind, "forms": forms, "series": series} if described else None,
        parts=_parts_of(columns),
    )


def _from_pandas(name: str, value: Any) -> Frame:
    from ..exact import pandas_frames

    series = [value.name] if is_series(value) else None
    frame = value.to_frame(_series_label(value)) if series else value
    parted = pandas_frames.take_apart(frame, inward, THREADS)
    description, more = pandas_frames.describe(parted, frame.columns, frame.attrs, len(frame), series)
    levels = parted.levels
    spoken = [
        ("index" if levels == 1 else f"index_{i}") if i < levels and label is None else label
        for i, label in enumerate(parted.labels)
    ]
    table = _table_of(parted.columns, spoken)
    return Frame(
        name,
        "pandas",
        table,
        parted.labels,
        levels,
        notes=(*parted.losses, *more, *alike(spoken), *_merged(spoken, parted.columns)),
        description=description,
        parts=_parts_of(parted.columns),
        columns=frame.columns,
    )


def _merged(labels: Sequence[Any], columns: Sequence[Column]) -> list[str]:
    """A sentence on each column whose values of several types are one text, as 1 and "1" are."""
    said: list[str] = []
    for label, column in zip(labels, columns, strict=True):
        if (column.form or {}).get("as") != "values" or not pa.types.is_string(column.plain.type):
            continue
        known = pc.is_valid(column.plain)
        exact, texts = (pc.count_distinct(part.filter(known)).as_py() for part in (column.parts[0], column.plain))
        if exact > texts:
            said.append(
                message(
                    "The column {name} holds values of several types that read alike: SQL takes them for one.",
                    name=label_text(label),
                )
            )
    return said


def _table_of(columns: Sequence[Column], labels: Iterable[Any]) -> pa.Table:
    """The plain columns as a table under unique names, in one piece."""
    return pa.table([column.plain for column in columns], names=sql_names(labels)).combine_chunks()


def _parts_of(columns: Sequence[Column]) -> tuple[pa.ChunkedArray, ...]:
    return tuple(part for column in columns for part in column.parts)
