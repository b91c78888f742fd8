"""Data files as sources: DuckDB reads the beginning of one, or a sample, and the rest stays where it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import duckdb

from ..turn import FrameCard
from ..wording import count
from .base import Source, SourceKind
from .csv_files import unreadable
from .files import DataFile
from .frames import Frame, plain_kind, to_frame
from .memory import FrameSource
from .profile import EXACT_ROWS, SAMPLE_ROWS, profile
from .sheets import Sheet

MAX_VALUES = 20_000_000
"""Values that are read at once: a wide file is profiled on fewer rows."""
WHOLE = 1 << 30
"""Bytes up to which the sample is drawn from the whole file, and its rows are counted; beyond, from its beginning."""


@dataclass(frozen=True)
class FileSource(Source):
    """A CSV, Parquet or JSON file.

    Attributes:
        data: Where it lies, and how it is read.
    """

    name: str
    data: DataFile
    kind: str = "file"

    def read(self) -> object:
        """The whole file as a pandas frame."""
        return self.data.to_pandas()

    @property
    def file(self) -> DataFile:
        return self.data

    @property
    def row_count(self) -> int | None:
        return self.data.rows

    @property
    def extent(self) -> str:
        return f"{self.data.path.name}, {self.data.size / 1e6:,.1f} MB, {count(len(self.data.schema), 'column')}"

    def column_types(self) -> list[tuple[str, str]]:
        return [(name, kind.lower()) for name, kind in self.data.schema.items()]

    def column_kinds(self) -> list[tuple[str, str]]:
        return [(name, plain_kind(kind)) for name, kind in self.column_types()]

    def state(self) -> str:
        return self.data.state

    def card(self) -> FrameCard:
        return profile_file(self.name, self.data)

    def hiding(self, hidden: Iterable[str]) -> Source:
        return replace(self, data=self.data.hiding(frozenset(hidden), self.name))


class FileKind(SourceKind):
    """Data files."""

    name = "file"

    def matches(self, value: object) -> bool:
        return isinstance(value, DataFile)

    def open(self, name: str, value: object) -> Source:
        assert isinstance(value, DataFile)
        return FileSource(name, value)


@dataclass(frozen=True)
class SheetSource(FrameSource):
    """A sheet of a workbook: a pandas frame, with what is to be said of how it was read."""

    sheet: Sheet | None = None

    def frame(self) -> Frame:
        found = super().frame()
        return replace(found, notes=(*(self.sheet.remarks if self.sheet else ()), *found.notes))


class SheetKind(SourceKind):
    """Sheets of workbooks."""

    name = "sheet"

    def matches(self, value: object) -> bool:
        return isinstance(value, Sheet)

    def open(self, name: str, value: object) -> Source:
        assert isinstance(value, Sheet)
        return SheetSource(name, "pandas", value.data, value)


def profile_file(name: str, file: DataFile) -> FrameCard:
    """Describe a file: exactly where it is small, else on a sample of its rows with ``exact=False``.

    Raises:
        InputError: The file cannot be read.
    """
    most = max(1_000, min(EXACT_ROWS, MAX_VALUES // max(1, len(file.schema))))
    try:
        with duckdb.connect() as connection:
            head = connection.sql(f"{file.sql} LIMIT {most + 1}").to_arrow_table()
            if head.num_rows <= most:
                return replace(profile(to_frame(name, head)), kind="file")
            rows = _rows(connection, file, head.nbytes / head.num_rows)
            if file.size <= WHOLE:
                count = min(SAMPLE_ROWS, most)
                head = connection.sql(
                    f"SELECT * FROM ({file.sql}) USING SAMPLE reservoir({count} ROWS) REPEATABLE (1)"  # noqa: S608
                ).to_arrow_table()
    except duckdb.Error as error:
        raise unreadable(file.path, error) from error
    return replace(profile(to_frame(name, head)), kind="file", rows=rows, exact=False)


def _rows(connection: duckdb.DuckDBPyConnection, file: DataFile, width: float) -> int:
    """Rows of a file: what Parquet says, a count where that is quick, else its size over a row's."""
    if file.format == "parquet" or file.size <= WHOLE:
        return int(connection.sql(f"SELECT count(*) FROM ({file.sql})").fetchall()[0][0])  # noqa: S608 (quoted)
    return int(file.size / max(1.0, width))
