"""Arrow files of the host -> data frames, without a copy where the type allows one.

The file is mapped privately: the frame is writable, the file is not, and memory is used only for pages that the code
writes to.
"""

import datetime
import math
import mmap
import os

DIRECTORY = os.environ.get("ANALYST_IN", "/in")
DATA = os.environ.get("ANALYST_DATA", "/data")
READERS = {"csv": "read_csv", "parquet": "read_parquet", "json": "read_json"}


def table(file):
    """The Arrow table in a file of the shared directory, and the mapping that it lives in."""
    import pyarrow as pa  # here, as a kernel that has to come up fast does not need it

    with open(f"{DIRECTORY}/{file}", "rb") as source:
        mapping = mmap.mmap(source.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    return pa.ipc.open_file(pa.py_buffer(mapping)).read_all(), mapping


def place(spec):
    """Where a data file lies."""
    return f"{DATA if spec['mounted'] else DIRECTORY}/{spec['file']}"


def query(spec):
    """SQL that reads a data file. Its name is the host's, of letters, digits and dots."""
    return f"SELECT * FROM {READERS[spec['format']]}('{place(spec)}')"


def load(spec):
    """The frame that a spec of the host describes, as the library that it came from would hold it."""
    if spec["kind"] == "file":
        import duckdb

        return duckdb.sql(query(spec))
    data, mapping = table(spec["file"])
    kind = spec["kind"]
    if kind == "pandas":
        return to_pandas(data, mapping, spec)
    data = data.rename_columns([str(label) for label in spec["labels"]])
    if kind == "polars":
        import polars

        return polars.from_arrow(data)
    if kind == "duckdb":
        import duckdb

        return duckdb.from_arrow(data)
    return data


def to_pandas(data, mapping, spec):
    """A pandas frame with the labels and index that it had on the host."""
    import pandas as pd

    columns = {i: to_series(column, mapping, pd) for i, column in enumerate(data.columns)}
    frame = pd.DataFrame(columns, copy=False)
    labels = [label(value) for value in spec["labels"]]
    levels = spec["index"]
    if levels:
        index = [frame[i] for i in range(levels)]
        frame = frame.iloc[:, levels:]
        frame.index = pd.Index(index[0]) if levels == 1 else pd.MultiIndex.from_arrays(index)
        frame.index.names = labels[:levels]
    labels = labels[levels:]
    if spec["column_names"] and labels and isinstance(labels[0], tuple):
        frame.columns = pd.MultiIndex.from_tuples(labels, names=[label(n) for n in spec["column_names"]])
    else:
        frame.columns = pd.Index(labels, tupleize_cols=True) if labels else frame.columns
        if spec["column_names"]:
            frame.columns.name = label(spec["column_names"][0])
    return frame


def to_series(column, mapping, pd):
    """One column. Numbers and timestamps without a zone share the mapping's memory, text shares Arrow's."""
    import numpy as np
    import pyarrow as pa

    kind = column.type
    if column.num_chunks == 1 and shares_memory(kind, column.null_count):
        chunk = column.chunk(0)
        dtype = np.dtype(f"M8[{kind.unit}]") if pa.types.is_timestamp(kind) else np.dtype(kind.to_pandas_dtype())
        # Through the mapping itself, because a view of Arrow's buffer would be read-only.
        at = chunk.buffers()[1].address - pa.py_buffer(mapping).address
        values = np.frombuffer(mapping, dtype, len(chunk), at + chunk.offset * dtype.itemsize)
        return pd.Series(values, copy=False)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pd.Series(pd.array(column, dtype="str"), copy=False)
    if column.null_count and pa.types.is_integer(kind):
        return column.to_pandas(
            types_mapper=lambda t: getattr(pd, str(t).replace("i", "I").replace("uI", "UI") + "Dtype")()
        )
    if column.null_count and pa.types.is_boolean(kind):
        return column.to_pandas(types_mapper=lambda t: pd.BooleanDtype())
    return column.to_pandas()


def shares_memory(kind, nulls):
    """Whether pandas holds the type as Arrow does. The host writes NaN and NaT under the nulls of these."""
    import pyarrow as pa

    if pa.types.is_integer(kind):
        return not nulls
    return pa.types.is_float32(kind) or pa.types.is_float64(kind) or (pa.types.is_timestamp(kind) and kind.tz is None)


def label(value):
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


def encode_label(value):
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
