"""Tables and files of the code, as messages with binary buffers.

A table is one ``display_data`` message with the type ``TABLE`` and an Arrow stream as its buffer; a file is one with
the type ``FILE`` and its bytes. All other output is what the kernel makes of it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile

from . import display, pictures, places, row_numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    import pyarrow as pa

    from . import kernel, shell

    Flat = tuple[pa.Table, Sequence[Any], int, Any, Sequence[str]]
    Snapshot = dict[str, tuple[int, int]]

TABLE = "application/vnd.analyst.table+json"
FILE = "application/vnd.analyst.file+json"
PLOTLY = "application/vnd.plotly.v1+json"
SHARED_FILE_BYTES = 200_000  # bytes from which a result goes by the shared file
MAX_RETAINED_BYTES = 128_000_000  # bytes of that file that stay for the next run, as new pages cost more than used ones
MAX_FILES = 20
MAX_LOSSES = 10
MAX_LISTED = 25_000  # files of the working directory that are looked at; its file system has room for 20,000
MAX_NAMED = 200


class Publisher:
    """Sends tables and files of the run under way, within the limits that the host named for it."""

    def __init__(self, kernel: kernel.Kernel) -> None:
        self.kernel = kernel
        self.max_rows = 100_000
        self.max_bytes = 64_000_000
        self.results: int | None = None
        self.end = 0
        self.provenance = row_numbers.Provenance()

    def begin(self, max_rows: int, max_bytes: int) -> None:
        """A run begins: its limits; what the last one left in the shared file has been read."""
        self.max_rows, self.max_bytes = max_rows, max_bytes
        self.end = 0
        if self.results is None and os.path.isfile(places.results()) and os.access(places.results(), os.W_OK):
            self.results = os.open(places.results(), os.O_WRONLY | os.O_CLOEXEC)
        if self.results is not None and os.fstat(self.results).st_size > MAX_RETAINED_BYTES:
            os.ftruncate(self.results, 0)

    def install(self, shell: shell.ZMQInteractiveShell) -> None:
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
        if "numpy" in sys.modules:  # then IPython has put in a way of its own, which goes first
            plain.type_printers.pop(sys.modules["numpy"].float64, None)

    def figure(self, figure: Any) -> None:
        text = figure.to_json()
        content = json.loads(text)
        self.send({PLOTLY: pictures.as_png(content) if "data:image" in text else content}, [])

    def styled(self, styler: Any) -> None:
        """Show a styled frame: its data, and how its cells look."""
        from . import styling

        data, labels, rows, described, losses = from_pandas(styler.data, self.max_rows)
        look = styling.describe(styler, len(labels) - len(styler.data.columns), data.num_rows)
        self.table(data, labels, rows, described, losses, look)

    def show(self, value: Any, flatten: Callable[[Any, int], Flat]) -> None:
        leftover = "pandas" in sys.modules and self.provenance.leftover(value)
        self.table(*flatten(value, self.max_rows), row_numbers=int(leftover))

    def table(
        self,
        data: pa.Table,
        labels: Sequence[Any],
        rows: int,
        described: Any = None,
        losses: Sequence[str] = (),
        look: Mapping[str, Any] | None = None,
        row_numbers: int = 0,
    ) -> None:
        """Send one table; cut to the limits, with the true number of rows said beside it.

        Args:
            data: An Arrow table of any types; with a description, one of plain types: the columns, and behind them
                the parts that the description refers to.
            labels: The labels of the columns.
            rows: Number of rows that there are; -1 where that is not known.
            described: How the original is made of it (``exact``).
            losses: What could not be carried, one sentence each.
            look: How its cells look (``styling``).
            row_numbers: How many of the leading columns are numbers of rows that are not to be shown.
        """
        import pyarrow as pa
        from analyst_exact import arrow_columns

        if described is None:
            columns = [arrow_columns.outward(column) for column in data.columns]
            data, labels, rows, described, losses = described_columns("arrow", columns, labels, rows)
        if data.nbytes > self.max_bytes:
            keep = max(1, int(data.num_rows * self.max_bytes / data.nbytes))
            data = pa.Table.from_batches(data.slice(0, keep).to_batches(), data.schema)
        data = data.rename_columns([f"c{i}" for i in range(data.num_columns)]).replace_schema_metadata(None)
        content = {"rows": rows, "labels": [encode(label) for label in labels], "losses": list(losses)[:MAX_LOSSES],
                   "description": described, "look": look, "row_numbers": row_numbers}  # fmt: skip
        if self.results is not None and data.nbytes > SHARED_FILE_BYTES:
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

    def point(self, kind: str, content: Mapping[str, Any], end: int) -> None:
        """Send where in the shared file a result lies, which ends at ``end``."""
        self.send({kind: {**content, "at": self.end, "bytes": end - self.end}}, [])
        self.end = end

    def file(self, path: str) -> None:
        """Send one file, or its size alone where it is over the limit."""
        size = os.path.getsize(path)
        content = {"name": os.path.relpath(path, places.work()), "size": size}
        if size > self.max_bytes:
            self.send({FILE: content}, [])
            return
        from . import preview

        content["preview"] = preview.preview(path)
        with open(path, "rb") as file:
            if self.results is None or size <= SHARED_FILE_BYTES:
                self.send({FILE: content}, [file.read()])
                return
            os.lseek(self.results, self.end, os.SEEK_SET)
            while data := file.read(1 << 20):
                os.write(self.results, data)
            self.point(FILE, content, os.lseek(self.results, 0, os.SEEK_CUR))

    def stay(self, paths: Sequence[str]) -> None:
        """Name the files that do not come back, in one message."""
        names = [os.path.relpath(path, places.work())[-200:] for path in paths[:MAX_NAMED]]
        self.send({FILE: {"stay": names, "more": len(paths) - len(names)}}, [])

    def send(self, data: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        transient, update = display.identity()
        content = {"data": data, "metadata": {}, "transient": transient}
        self.kernel.publish("update_display_data" if update else "display_data", content, buffers)


def encode(label: Any) -> Any:
    from .frames import encode_label

    return encode_label(label)


def from_pandas(frame: Any, max_rows: int, series: list[Any] | None = None) -> Flat:
    """A pandas frame as Arrow columns, its index (where it is not the default one) as the first."""
    from analyst_exact import arrow_columns, pandas_frames

    rows = len(frame)
    frame = frame.iloc[:max_rows]
    parted = pandas_frames.take_apart(frame, arrow_columns.outward)
    described, losses = pandas_frames.describe(parted, frame.columns, frame.attrs, len(frame), series)
    labels = [
        ("index" if parted.levels == 1 else f"index_{i}") if i < parted.levels and label is None else label
        for i, label in enumerate(parted.labels)
    ]
    return joined(parted.columns), labels, rows, described, (*parted.losses, *losses)


def joined(columns: Sequence[Any]) -> pa.Table:
    """One Arrow table of columns and, behind them, their parts."""
    import pyarrow as pa

    arrays = [*(column.plain for column in columns), *(part for column in columns for part in column.parts)]
    return pa.table(arrays, names=[f"c{i}" for i in range(len(arrays))])


def from_series(series: Any, max_rows: int) -> Flat:
    frame = series.to_frame("value" if series.name is None else series.name)
    return from_pandas(frame, max_rows, [series.name])


def from_polars(frame: Any, max_rows: int) -> Flat:
    from analyst_exact import arrow_columns, polars_frames

    series = [frame.name] if hasattr(frame, "to_frame") else None
    frame = frame.to_frame() if series else frame
    frame = frame.collect() if hasattr(frame, "collect") else frame
    columns = [polars_frames.encode(column, arrow_columns.outward) for column in frame.head(max_rows).get_columns()]
    labels = [series[0] or "value"] if series else frame.columns
    return described_columns("polars", columns, labels, frame.height, series)


def from_arrow(table: pa.Table | pa.RecordBatch, max_rows: int) -> Flat:
    import pyarrow as pa

    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    return table.slice(0, max_rows), list(table.column_names), table.num_rows, None, ()


def described_columns(
    kind: str, columns: Sequence[Any], labels: Sequence[Any], rows: int, series: list[Any] | None = None
) -> Flat:
    """What ``Publisher.table`` takes, of columns of polars or Arrow."""
    forms = [column.form for column in columns]
    losses = [f"The column {label} {c.loss}." for label, c in zip(labels, columns, strict=True) if c.loss]
    return joined(columns), list(labels), rows, {"kind": kind, "forms": forms, "series": series}, losses


def from_duckdb(relation: Any, max_rows: int) -> Flat:
    from .relation import Reader

    reader = Reader(relation.limit(max_rows + 1))
    table, more, notes = reader.read(max_rows)
    for note in notes:
        print(note, file=sys.stderr)
    rows = relation.aggregate("count(*)").fetchone()[0] if more else table.num_rows
    return table, reader.labels, rows, None, ()


def elsewhere() -> Snapshot:
    """The files that code may have left in the folder for temporary ones, where libraries keep their own as well."""
    folder = tempfile.gettempdir()
    found: Snapshot = {}
    if os.path.realpath(folder) == os.path.realpath(places.work()):
        return found
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        named = "." in entry.name and not entry.name.startswith((".", "tmp"))
        if named and entry.is_file(follow_symlinks=False):
            status = entry.stat()
            found[entry.path] = (status.st_size, status.st_mtime_ns)
    return found


def snapshot() -> Snapshot:
    """The files in the working directory, but for hidden ones and caches: path -> (size, time of change)."""
    found: Snapshot = {}
    for directory, folders, files in os.walk(places.work()):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "__pycache__")
        for name in sorted(files):
            path = os.path.join(directory, name)
            if name.startswith(".") or os.path.islink(path) or not os.path.isfile(path):
                continue
            if len(found) >= MAX_LISTED:
                return found
            status = os.stat(path)
            found[path] = (status.st_size, status.st_mtime_ns)
    return found
