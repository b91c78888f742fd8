"""SQL over the frames of a run, on a DuckDB that can reach nothing else."""

from __future__ import annotations

import re
import threading

import duckdb

from . import relation, seeds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from analyst_magic.sandbox.request import CountRequest

LOCKED = {
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    "allow_persistent_secrets": False,
    "max_temp_directory_size": "0KB",
}


OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
MAX_SECONDS = 2.0
"""Seconds that the counts of an answer may take."""


def run(
    query: str,
    tables: Mapping[str, Any],
    files: Mapping[str, tuple[str, str]],
    threads: int,
    memory: int,
    max_rows: int,
    counts: Sequence[CountRequest] = (),
) -> tuple[list[str], Any, bool, list[str], list[Any]]:
    """Run one query.

    Args:
        query: The SQL, read only (the host has checked it).
        tables: Arrow tables by the name that the query calls them.
        files: For each data file, by that name: where it lies, and SQL that reads it.
        threads: Number of threads that DuckDB may use.
        memory: Bytes of memory that DuckDB may use.
        max_rows: Rows to fetch at the most.
        counts: Rows to be counted as well.

    Returns:
        The labels of its columns, the result as an Arrow table, whether rows were left out, what was changed, and the
        counts.
    """
    draws = seeds.DRAWN_ELSEWHERE.search(query)
    connection = (duckdb.connect if draws else duckdb.connect.__wrapped__)(":memory:")
    try:
        zone_notes = prepare(connection, tables, files, threads, memory)
        result = relation.Reader(connection.sql(query))
        rows, more, notes = result.read(max_rows)
        return result.labels, rows, more, [*notes, *zone_notes], counted_on(connection, counts)
    finally:
        connection.close()


def counted(
    counts: Sequence[CountRequest],
    tables: Mapping[str, Any],
    files: Mapping[str, tuple[str, str]],
    threads: int,
    memory: int,
) -> list[Any]:
    """The counts alone, for code that asks DuckDB itself; the arguments are those of ``run``."""
    connection = duckdb.connect.__wrapped__(":memory:")
    try:
        prepare(connection, tables, files, threads, memory)
        return counted_on(connection, counts)
    finally:
        connection.close()


def prepare(
    connection: Any, tables: Mapping[str, Any], files: Mapping[str, tuple[str, str]], threads: int, memory: int
) -> list[str]:
    """Give a connection the tables and files under their names, and let it reach nothing else; returns notes."""
    for name, table in tables.items():
        connection.register(name, table)
    for name, (_, source) in files.items():
        connection.execute(f"CREATE VIEW {relation.quoted(name)} AS {source}")
    notes = set_time_zone(connection, tables)
    connection.execute(f"SET allowed_paths = {[path for path, _ in files.values()]}")
    for name, value in {**LOCKED, "threads": threads, "memory_limit": f"{memory // 1_000_000}MB"}.items():
        connection.execute(f"SET {name} = {value!r}" if isinstance(value, str) else f"SET {name} = {value}")
    connection.execute("SET lock_configuration = true")
    return notes


def set_time_zone(connection: Any, tables: Mapping[str, Any]) -> list[str]:
    """Let days and hours of moments be those of the zone in which the tables have them, as in pandas; else of UTC."""
    zones = sorted({zone for table in tables.values() for zone in map(zone_of, table.schema.types) if zone})
    if not zones:
        return []
    used = duckdb_zone(zones[0]) if len(zones) == 1 else ""
    try:
        connection.execute(f"SET TimeZone = {relation.literal(used or 'UTC')}")
    except duckdb.Error:
        used = ""
        connection.execute("SET TimeZone = 'UTC'")
    return (
        [] if used else [f"Days and hours of moments are those of UTC here. The data has them in {', '.join(zones)}."]
    )


def zone_of(kind: Any) -> str:
    """The time zone of a type of Arrow's; empty where it has none."""
    return getattr(kind, "tz", None) or ""


def duckdb_zone(zone: str) -> str:
    """The name that DuckDB has for a zone, or nothing. Of offsets it knows whole hours, with POSIX's turned sign."""
    offset = OFFSET.fullmatch(zone)
    if not offset:
        return zone
    sign, hours, minutes = offset.groups()
    if minutes != "00":
        return ""
    return f"Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}" if int(hours) else "UTC"


def counted_on(connection: Any, counts: Sequence[CountRequest]) -> list[Any]:
    """The counts, each with its detail or None; None for one that fails or takes too long."""
    found: list[Any] = []
    for request in counts:
        timer = threading.Timer(MAX_SECONDS, connection.interrupt)
        timer.start()
        try:
            row = list(connection.execute(request["sql"]).fetchone()) if request["sql"] else []
            detailed = request["detail"] and (not row or row[0] < request["below"])
            found.append([row, list(connection.execute(request["detail"]).fetchone()) if detailed else None])
        except duckdb.Error:
            found.append(None)
        finally:
            timer.cancel()
    return found


def in_pandas(table: Any) -> Any:
    """A result as a pandas frame; times of day with nanoseconds, which Python has not, stay Arrow's."""
    import pyarrow as pa

    try:
        return table.to_pandas()
    except pa.ArrowInvalid:
        import pandas as pd

        return table.to_pandas(types_mapper={pa.time64("ns"): pd.ArrowDtype(pa.time64("ns"))}.get)
