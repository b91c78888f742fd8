"""Scanned frames of polars: their rows stream by polars' own engine into a DuckDB that holds nothing else.

A scanned frame may be larger than this machine's memory, so it is never collected: polars gives the columns that a
statement names, some rows at a time, and DuckDB keeps what its answer needs. Where a statement reads a frame more than
once, the rows go through a temporary file.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from .catalogue import Catalogue, Column, Table
from .connection import Caps, Connection, QueryFailed, QueryStopped, Rows, Stop, rows_of, why_stopped

if TYPE_CHECKING:
    import duckdb

CHUNK = 100_000
"""Rows that polars gives at once."""
MEMORY = "2GB"
"""What DuckDB may take; what is more goes to a temporary folder."""


class PolarsConnection(Connection):
    """Scanned frames of polars as tables.

    Args:
        frames: The frames by name.
    """

    engine, dialect = "Polars", "duckdb"
    layers = (
        "The statement is one SELECT by DuckDB's own parser, which names only frames in scope and functions that only "
        "compute.",
        "It runs in a DuckDB of its own that holds these frames alone, and can open no file.",
        "A statement ends at its deadline, and when you stop it.",
    )

    def __init__(self, frames: Mapping[str, Any]) -> None:
        super().__init__()
        self._frames = dict(frames)

    def with_frames(self, frames: Mapping[str, Any], *, alone: bool) -> Connection:
        return PolarsConnection(frames)

    def frame_tables(self) -> dict[str, Table]:
        return {name: table for (_, name), table in self.catalogue().tables.items()}

    def _read_catalogue(self) -> Catalogue:
        try:
            tables = [Table("main", name, _columns(frame), "scan") for name, frame in self._frames.items()]
        except Exception as error:
            raise QueryFailed(_message(error)) from error
        return Catalogue.of(tables, ["main"])

    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        import duckdb

        stopping = stop or Stop()
        with tempfile.TemporaryDirectory(prefix="analyst_magic.") as folder, duckdb.connect() as opened:
            try:
                with stopping.cancelling(opened.interrupt, caps.seconds):
                    for name, frame in self._frames.items():
                        self._register(opened, name, frame, text, Path(folder))
                    opened.execute(f"SET memory_limit = '{MEMORY}'")
                    opened.execute(f"SET temp_directory = '{folder}'")
                    opened.execute(f"SET allowed_directories = ['{folder}']")
                    for setting in ("enable_external_access = false", "python_enable_replacements = false"):
                        opened.execute(f"SET {setting}")
                    opened.execute("SET lock_configuration = true")
                    return rows_of(opened.sql(text).to_arrow_reader(CHUNK), caps)
            except duckdb.InterruptException as error:
                raise QueryStopped(why_stopped(stopping, caps)) from error
            except (duckdb.Error, pa.ArrowException, RuntimeError, ValueError, OSError) as error:
                if "INTERRUPT" in str(error):  # in the middle of a result it comes as an error of Arrow's
                    raise QueryStopped(why_stopped(stopping, caps)) from error
                raise QueryFailed(_message(error)) from error

    def _register(self, opened: duckdb.DuckDBPyConnection, name: str, frame: Any, text: str, folder: Path) -> None:
        """Let a statement read a frame, where it names it: the columns that its words can mean."""
        times = len(re.findall(rf"(?i)\b(?:from|join)\s+\"?{re.escape(name)}\b|,\s*\"?{re.escape(name)}\b", text))
        if not re.search(rf"(?i)\b{re.escape(name)}\b", text):
            return
        schema, words = frame.collect_schema(), set(re.findall(r"\w+", text.lower()))
        named = [column for column in schema.names() if set(re.findall(r"\w+", column.lower())) <= words]
        narrow = frame if _reads_all(text) or not named else frame.select(named)
        if times > 1:
            path = folder / f"{len(list(folder.iterdir()))}.parquet"
            narrow.sink_parquet(path)
            opened.read_parquet(str(path)).create_view(name)
        else:
            empty = narrow.limit(0).collect().to_arrow()
            opened.register(name, pa.RecordBatchReader.from_batches(empty.schema, _batches(narrow, empty.schema)))


def _reads_all(text: str) -> bool:
    """Whether a statement may read columns that it does not name: by a star, a pivot, a natural join, a whole row."""
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
    except SqlglotError:
        return True
    rows = {table.alias_or_name.lower() for table in tree.find_all(exp.Table)}
    stars = (node for node in tree.find_all(exp.Star) if not isinstance(node.parent, exp.Count))
    pivots = tree.find_all(exp.Pivot, exp.Columns, exp.Command)
    natural = (node for node in tree.find_all(exp.Join) if "NATURAL" in (node.method or "").upper())
    whole = (node for node in tree.find_all(exp.Column) if not node.table and node.name.lower() in rows)
    return any(True for _ in chain(stars, pivots, natural, whole))


def _batches(frame: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for part in frame.collect_batches(chunk_size=CHUNK, engine="streaming"):
        yield from part.to_arrow().cast(schema).to_batches()


def _columns(frame: Any) -> tuple[Column, ...]:
    empty = frame.limit(0).collect().to_arrow()
    return tuple(Column(field.name, str(field.type).removeprefix("large_")) for field in empty.schema)


def _message(error: Exception) -> str:
    """What polars or DuckDB says of an error, without what would trace it."""
    return (
        str(error).split("\n\nLINE")[0].strip().splitlines()[0][:500].rstrip(".") if str(error).strip() else "it failed"
    )
