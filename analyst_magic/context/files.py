"""A data file's card: DuckDB reads its beginning, or a sample, and the rest stays where it is."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from ..errors import InputError
from ..sources.files import DataFile
from ..sources.frames import to_frame
from ..turn import FrameCard
from .profile import EXACT_ROWS, SAMPLE_ROWS, profile

MAX_VALUES = 20_000_000
"""Values that are read at once: a wide file is profiled on fewer rows."""
WHOLE = 1 << 30
"""Bytes up to which the sample is drawn from the whole file, and its rows are counted; beyond, from its beginning."""


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
        said = str(error).splitlines()[0][:200]
        raise InputError(f"{file.path.name} cannot be read: {said}.", "Check its content.") from error
    return replace(profile(to_frame(name, head)), kind="file", rows=rows, exact=False)


def _rows(connection: duckdb.DuckDBPyConnection, file: DataFile, width: float) -> int:
    """Rows of a file: what Parquet says, a count where that is quick, else its size over a row's."""
    if file.format == "parquet" or file.size <= WHOLE:
        return int(connection.sql(f"SELECT count(*) FROM ({file.sql})").fetchall()[0][0])  # noqa: S608 (quoted)
    return int(file.size / max(1.0, width))
