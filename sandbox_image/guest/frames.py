"""Arrow files of the host -> data frames, without a copy where the type allows one.

The file is mapped privately: the frame is writable, the file is not, and memory is used only for pages that the code
writes to.
"""

from __future__ import annotations

import datetime
import math
import mmap
import os

from . import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import pyarrow as pa

    from analyst_magic.sandbox.request import FrameSpec

READERS = {"csv": "read_csv", "parquet": "read_parquet", "json": "read_json"}


def table(file: str) -> tuple[pa.Table, mmap.mmap]:
    """The Arrow table in a file of the shared directory, and the mapping that it lives in."""
    import pyarrow as pa  # here, as a kernel that has to come up fast does not need it

    with open(unpacked(file), "rb") as source:
        mapping = mmap.mmap(source.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    return pa.ipc.open_file(pa.py_buffer(mapping)).read_all(), mapping


def unpacked(file: str) -> str:
    """The path of a file of the shared directory. One that the host sent compressed is unpacked first."""
    path = f"{places.frames()}/{file}"
    if not os.path.exists(f"{path}.zst"):
        return path
    import shutil

    import pyarrow as pa

    with pa.CompressedInputStream(pa.OSFile(f"{path}.zst"), "zstd") as source, open(f"{path}.part", "wb") as sink:
        shutil.copyfileobj(source, sink, 1 << 20)
    os.rename(f"{path}.part", path)
    os.unlink(f"{path}.zst")  # last, as an interrupt leaves it for the next run
    return path


def path_of(spec: FrameSpec) -> str:
    """Where a data file lies."""
    return f"{places.data()}/{spec['file']}" if spec["mounted"] else unpacked(spec["file"])


def query(spec: FrameSpec) -> str:
    """SQL that reads a data file. Its name is the host's, of letters, digits and dots, and so is how it is read."""
    around = spec.get("around")
    if around:
        return f"'{path_of(spec)}'".join(around)
    return f"SELECT * FROM {READERS[spec['format']]}('{path_of(spec)}')"


def plain_table(spec: FrameSpec) -> pa.Table:
    """The Arrow table of a spec without the parts, as SQL reads it."""
    return table(spec["file"])[0].select(range(len(spec["labels"])))


def load(spec: FrameSpec) -> Any:
    """The frame that a spec of the host describes, as the library that it came from would hold it."""
    if spec["kind"] == "file":
        import duckdb

        return duckdb.sql(query(spec))
    data, mapping = table(spec["file"])
    count = len(spec["labels"])
    columns, parts = data.columns[:count], data.columns[count:]
    from analyst_exact import arrow_columns, description

    described = spec["description"] and description.read(spec["description"], count, stream)[0]
    if spec["kind"] == "pandas":
        return to_pandas(columns, parts, mapping, described, spec)
    names = [str(label) for label in spec["labels"]]
    if spec["kind"] == "polars":
        return to_polars(columns, parts, described, names)
    data = arrow_columns.to_table(described, columns, parts, names) if described else data.rename_columns(names)
    if spec["kind"] == "duckdb":
        import duckdb

        return duckdb.from_arrow(data)
    return data


def stream(data: bytes) -> pa.Table:
    """The Arrow table in a stream of the host."""
    import pyarrow as pa

    return pa.ipc.open_stream(pa.py_buffer(data)).read_all()


def to_pandas(columns: Sequence[Any], parts: Sequence[Any], mapping: mmap.mmap, described: Any, spec: FrameSpec) -> Any:
    """A pandas frame or series as it was on the host."""
    from analyst_exact import pandas_frames

    labels = [label(value) for value in spec["labels"]]
    return pandas_frames.put_together(
        described, columns, parts, labels, series=True, default=lambda column: to_series(column, mapping)
    )


def to_polars(columns: Sequence[Any], parts: Sequence[Any], described: Any, names: Sequence[str]) -> Any:
    """A polars frame or series as it was on the host."""
    from analyst_exact import polars_frames

    forms = described["forms"] if described else [None] * len(columns)
    return polars_frames.put_together(forms, columns, parts, names, described and described["series"])


def to_series(column: Any, mapping: mmap.mmap) -> Any:
    """One column without a form. Numbers and timestamps without a zone share the mapping's memory, text Arrow's."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from analyst_exact import pandas_columns

    kind = column.type
    if column.num_chunks == 1 and shares_memory(kind, column.null_count):
        chunk = column.chunk(0)
        dtype = np.dtype(f"M8[{kind.unit}]") if pa.types.is_timestamp(kind) else np.dtype(kind.to_pandas_dtype())
        # Through the mapping itself, because a view of Arrow's buffer would be read-only.
        at = chunk.buffers()[1].address - pa.py_buffer(mapping).address
        values = np.frombuffer(mapping, dtype, len(chunk), at + chunk.offset * dtype.itemsize)
        return pd.Series(values, copy=False)
    return pandas_columns.default(column)


def shares_memory(kind: Any, nulls: int) -> bool:
    """Whether pandas holds the type as Arrow does. The host writes NaN and NaT under the nulls of these."""
    import pyarrow as pa

    if pa.types.is_integer(kind):
        return not nulls
    return pa.types.is_float32(kind) or pa.types.is_float64(kind) or (pa.types.is_timestamp(kind) and kind.tz is None)


def label(value: Any) -> Any:
    """A column label from the JSON that the host made of it."""
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "tuple":
        return tuple(label(part) for part in inner)
    if kind == "float":
        return float(inner)
    if kind == "date":
        return datetime.date.fromisoformat(inner)
    import pandas as pd

    return pd.Timestamp(inner)


def encode_label(value: Any) -> Any:
    """A column label as JSON; what JSON cannot say becomes text."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, tuple):
        return {"tuple": [encode_label(part) for part in value]}
    if hasattr(value, "item"):
        return encode_label(value.item())
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, datetime.datetime):
        return {"timestamp": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    return str(value)
