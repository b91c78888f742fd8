"""Frames that have not been read and lie on an engine: they are asked there, as tables, and never collected."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from . import ibis

_CLASSES = (
    ("pyspark.sql", "DataFrame", "Spark"),
    ("pyspark.sql.connect.dataframe", "DataFrame", "Spark"),
    ("pyspark.pandas", "DataFrame", "Spark"),
    ("duckdb", "DuckDBPyRelation", "DuckDB"),
)
"""The classes of such frames: the module, the class, and their engine."""


def engine_of_frame(value: object) -> str:
    """The engine that a frame lies on; empty where it is none, or has been read."""
    for module, name, engine in _CLASSES:
        known = getattr(sys.modules.get(module), name, None)
        if isinstance(known, type) and isinstance(value, known):
            return engine if engine != "DuckDB" or _owner(value) is not None else ""
    if engine := ibis.engine_of(value):
        return engine
    lazy = getattr(sys.modules.get("polars"), "LazyFrame", None)
    return "Polars" if isinstance(lazy, type) and isinstance(value, lazy) and _is_scan(value) else ""


def _is_scan(frame: Any) -> bool:
    """Whether a lazy frame of polars reads files or what else lies outside: then it may be larger than the memory."""
    try:
        return " SCAN" in str(frame.explain(optimized=False))
    except Exception:  # noqa: BLE001 - as of a file that is gone; what is wrong is said when it is asked
        return True


class Scans:
    """What scanned frames of polars are opened from: there is no session that they are of."""


SCANS = Scans()


def home_of(value: Any) -> tuple[object, Any]:
    """What a frame's connection is opened from, and the frame as that connection takes it."""
    if engine_of_frame(value) == "Polars":
        return SCANS, value
    if ibis.engine_of(value):
        return ibis.home_of(value)
    if engine_of_frame(value) == "DuckDB":
        return _owner(value), value
    frame = value.to_spark() if hasattr(type(value), "to_spark") else value
    return frame.sparkSession, frame


def _owner(relation: Any) -> Any:
    """The connection that a relation of DuckDB was made on; None where it cannot be told, as before DuckDB 2."""
    import duckdb

    own = getattr(relation, "_con", None)
    if own is not None:
        return own
    default = duckdb.default_connection()
    try:
        default.sql("SELECT 1").cross(relation)  # DuckDB combines relations of one connection only
    except duckdb.Error:
        return None
    return default


def connection_name(value: object, taken: Mapping[str, object]) -> str:
    """What the connection of a frame is called that the user has not named."""
    base = engine_of_frame(value).lower()
    names = (base, *(f"{base}_{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken)
