"""SQL over the frames of a run, on a DuckDB that can reach nothing else."""

from __future__ import annotations

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
        prepare(connection, tables, files, threads, memory)
        result = relation.Reader(connection.sql(query))
        return result.labels, *result.read(max_rows), counted_on(connection, counts)
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
) -> None:
    """Give a connection the tables and files under their names, and let it reach nothing else."""
    for name, table in tables.items():
        connection.register(name, table)
    for name, (_, source) in files.items():
        connection.execute(f"CREATE VIEW {relation.quoted(name)} AS {source}")
    connection.execute(f"SET allowed_paths = {[path for path, _ in files.values()]}")
    for name, value in {**LOCKED, "threads": threads, "memory_limit": f"{memory // 1_000_000}MB"}.items():
        connection.execute(f"SET {name} = {value!r}" if isinstance(value, str) else f"SET {name} = {value}")
    connection.execute("SET lock_configuration = true")


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
