"""How a Parquet file is read, and what DuckDB does not say of it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from ..language import message
from .csv_columns import Remark
from .csv_files import Reading
from .frames import alike

_UNITS = {"s": "s", "ms": "ms", "us": "µs", "ns": "ns"}


def read_parquet(path: Path) -> Reading:
    """How a Parquet file is read.

    Two columns of one name get two names, and a duration is a number of its unit, as DuckDB knows neither; both are
    said.

    Args:
        path: The file.
    """
    reading = Reading("SELECT * FROM read_parquet(", ")", path)
    try:
        from pyarrow import parquet

        schema = parquet.read_schema(path)
    except (pa.ArrowException, OSError):  # DuckDB says why, where it cannot read the file either
        return reading
    said = [Remark(text) for text in alike(schema.names)]
    said += [
        Remark(
            message(
                "{name} holds durations in {unit}, and is read as numbers.", name=one.name, unit=_UNITS[one.type.unit]
            ),
            one.name,
        )
        for one in schema
        if pa.types.is_duration(one.type)
    ]
    return Reading(reading.before, reading.after, path, tuple(said))
