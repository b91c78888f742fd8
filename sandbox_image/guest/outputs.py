"""Tables and files of the code, as messages with binary buffers.

A table is one ``display_data`` message with the type ``TABLE`` and an Arrow stream as its buffer; a file is one with
the type ``FILE`` and its bytes. All other output is what the kernel makes of it.
"""

import json
import os

from analyst_guest import display

TABLE = "application/vnd.analyst.table+json"
FILE = "application/vnd.analyst.file+json"
PLOTLY = "application/vnd.plotly.v1+json"
WORK = os.environ.get("ANALYST_WORK", "/work")
RESULTS = os.environ.get("ANALYST_OUT", "/out")
LARGE = 200_000  # bytes from which a result goes by the shared file
MOST_KEPT = 128_000_000  # bytes of that file that stay for the next run, as new pages cost more than used ones
EXTENSIONS = (".xlsx", ".docx", ".pdf", ".pptx", ".csv", ".parquet", ".png", ".jpg", ".json", ".txt", ".md")
MOST_FILES = 20


class Publisher:
    """Sends tables and files of the run under way, within the limits that the host named for it."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.most_rows = 100_000
        self.most_bytes = 64_000_000
        self.results = None
        self.end = 0
        self.metadata = {}

    def begin(self, most_rows, most_bytes):
        """A run begins: its limits; what the last one left in the shared file has been read."""
        self.most_rows, self.most_bytes = most_rows, most_bytes
        self.end = 0
        if self.results is None and os.path.isfile(RESULTS) and os.access(RESULTS, os.W_OK):
            self.results = os.open(RESULTS, os.O_WRONLY | os.O_CLOEXEC)
        if self.results is not None and os.fstat(self.results).st_size > MOST_KEPT:
            os.ftruncate(self.results, 0)

    def install(self, shell):
        """Show frames of every library by ``table``; by name, so that nothing is imported for it."""
        formatter = shell.display_formatter.ipython_display_formatter
        for module, name, flatten in (
            ("pandas", "DataFrame", from_pandas),
            ("pandas", "Series", from_series),
            ("polars.dataframe.frame", "DataFrame", from_polars),
            ("polars.lazyframe.frame", "LazyFrame", from_polars),
            ("polars.series.series", "Series", from_polars),
            ("pyarrow.lib", "Table", from_arrow),
            ("pyarrow.lib", "RecordBatch", from_arrow),
            ("duckdb._relation", "DuckDBPyRelation", from_duckdb),
        ):
            formatter.for_type_by_name(module, name, lambda value, flatten=flatten: self.show(value, flatten))
        formatter.for_type_by_name("pandas.io.formats.style", "Styler", self.styled)
        for name in ("Figure", "FigureWidget"):
            formatter.for_type_by_name(f"plotly.graph_objs._{name.lower()}", name, self.figure)
        plain = shell.display_formatter.formatters["text/plain"]
        for name in ("float64", "float32", "int64", "int32", "bool", "bool_", "str_"):  # 70.0, not np.float64(70.0)
            plain.for_type_by_name("numpy", name, lambda value, printer, cycle: printer.text(repr(value.item())))

    def figure(self, figure):
        self.send({PLOTLY: json.loads(figure.to_json())}, [])

    def styled(self, styler):
        """Show the data of a styled frame: its colours and formats are HTML, which the host is told of."""
        self.metadata = {display.NOTES: {"styled": True}}
        try:
            self.show(styler.data, from_pandas)
        finally:
            self.metadata = {}

    def show(self, value, flatten):
        data, labels, rows = flatten(value, self.most_rows)
        self.table(data, labels, rows)

    def table(self, data, labels, rows):
        """Send one table; cut to the limits, with the true number of rows said beside it."""
        import pyarrow as pa

        if data.nbytes > self.most_bytes:
            keep = max(1, int(data.num_rows * self.most_bytes / data.nbytes))
            data = pa.Table.from_batches(data.slice(0, keep).to_batches(), data.schema)
        data = data.rename_columns([f"c{i}" for i in range(data.num_columns)]).replace_schema_metadata(None)
        data = plain(data, pa)
        content = {"rows": rows, "labels": [encode(label) for label in labels]}
        if self.results is not None and data.nbytes > LARGE:
            with os.fdopen(os.dup(self.results), "wb", buffering=0) as sink:
                sink.seek(self.end)
                with pa.ipc.new_stream(pa.PythonFile(sink, "w"), data.schema) as writer:
                    writer.write_table(data)
                self.point(TABLE, content, sink.tell())
            return
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, data.schema) as writer:
            writer.write_table(data)
        self.send({TABLE: content}, [sink.getvalue()])

    def point(self, kind, content, end):
        """Send where in the shared file a result lies, which ends at ``end``."""
        self.send({kind: {**content, "at": self.end, "bytes": end - self.end}}, [])
        self.end = end

    def file(self, path):
        """Send one file, or its size alone where it is over the limit."""
        size = os.path.getsize(path)
        content = {"name": os.path.relpath(path, WORK), "size": size}
        if size > self.most_bytes:
            self.send({FILE: content}, [])
            return
        from analyst_guest import preview

        content["preview"] = preview.of(path)
        with open(path, "rb") as file:
            if self.results is None or size <= LARGE:
                self.send({FILE: content}, [file.read()])
                return
            os.lseek(self.results, self.end, os.SEEK_SET)
            while data := file.read(1 << 20):
                os.write(self.results, data)
            self.point(FILE, content, os.lseek(self.results, 0, os.SEEK_CUR))

    def send(self, data, buffers):
        transient, update = display.identity()
        content = {"data": data, "metadata": self.metadata, "transient": transient}
        self.kernel.publish("update_display_data" if update else "display_data", content, buffers)


def encode(label):
    from analyst_guest.frames import encode_label

    return encode_label(label)


def from_pandas(frame, most):
    """A pandas frame as an Arrow table, its index (where it carries data) as the first columns."""
    import pandas as pd
    import pyarrow as pa

    rows = len(frame)
    frame = frame.iloc[:most]
    columns, labels = [], []
    if not (isinstance(frame.index, pd.RangeIndex) and frame.index.name is None):
        for level in range(frame.index.nlevels):
            name = frame.index.names[level]
            columns.append(pd.Series(frame.index.get_level_values(level)))
            labels.append(name if name is not None else "index" if frame.index.nlevels == 1 else f"index_{level}")
    for position, label in enumerate(frame.columns):
        columns.append(frame.iloc[:, position])
        labels.append(label)
    arrays = [array(column, pd, pa) for column in columns]
    return pa.table(arrays, names=[f"c{i}" for i in range(len(arrays))]), labels, rows


def array(column, pd, pa):
    if isinstance(column.dtype, (pd.PeriodDtype, pd.IntervalDtype)) or column.dtype.kind == "c":
        column = column.astype("string")
    try:
        return pa.Array.from_pandas(column)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return pa.array([None if v is None or v != v else str(v) for v in column], pa.string())


def from_series(series, most):
    return from_pandas(series.to_frame(series.name if series.name is not None else "value"), most)


def from_polars(frame, most):
    frame = frame.to_frame() if hasattr(frame, "to_frame") else frame
    frame = frame.collect() if hasattr(frame, "collect") else frame
    return (*from_arrow(frame.head(most).to_arrow(), most)[:2], frame.height)


def from_arrow(table, most):
    import pyarrow as pa

    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    return table.slice(0, most), list(table.column_names), table.num_rows


def from_duckdb(relation, most):
    table = relation.limit(most + 1).to_arrow_table()
    rows = table.num_rows if table.num_rows <= most else relation.aggregate("count(*)").fetchone()[0]
    return (*from_arrow(table, most)[:2], rows)


def plain(data, pa):
    """The same data in types that the host's firewall admits."""

    def kind(t):
        if isinstance(t, pa.BaseExtensionType):
            return kind(t.storage_type)
        if pa.types.is_dictionary(t):
            return kind(t.value_type)
        if pa.types.is_null(t):
            return pa.string()
        if t == pa.string_view():
            return pa.large_string()
        if t == pa.binary_view():
            return pa.large_binary()
        if pa.types.is_float16(t):
            return pa.float32()
        if pa.types.is_map(t) or pa.types.is_union(t) or pa.types.is_run_end_encoded(t):
            return pa.string()
        if pa.types.is_list(t) or pa.types.is_large_list(t) or pa.types.is_fixed_size_list(t):
            return pa.large_list(kind(t.value_type))
        if pa.types.is_struct(t):
            return pa.struct([pa.field(f.name, kind(f.type)) for f in t])
        return t

    for i, field in enumerate(data.schema):
        target = kind(field.type)
        if target != field.type:
            column = data.column(i)
            try:
                column = column.cast(target)
            except (pa.ArrowException, TypeError):
                column = pa.chunked_array(
                    [pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())]
                )
            data = data.set_column(i, field.name, column)
    return data


def snapshot():
    """The files in the working directory that may become results: path -> (size, time of change)."""
    found = {}
    for directory, folders, files in os.walk(WORK):
        folders[:] = sorted(f for f in folders if not f.startswith("."))[:50]
        if directory.count("/") > 4:
            folders[:] = []
        for name in sorted(files)[:500]:
            path = os.path.join(directory, name)
            if name.lower().endswith(EXTENSIONS) and os.path.isfile(path) and not os.path.islink(path):
                status = os.stat(path)
                found[path] = (status.st_size, status.st_mtime_ns)
    return found
