"""SQL over the frames of a run, on a DuckDB that can reach nothing else."""

from __future__ import annotations

import duckdb

from . import relation, seeds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

LOCKED = {
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    "allow_persistent_secrets": False,
    "max_temp_directory_size": "0KB",
}


def run(
    query: str,
    tables: Mapping[str, Any],
    files: Mapping[str, tuple[str, str]],
    threads: int,
    memory: int,
    max_rows: int,
) -> tuple[list[str], Any, bool, list[str]]:
    """Run one query.

    Args:
        query: The SQL, read only (the host has checked it).
        tables: Arrow tables by the name that the query calls them.
        files: For each data file, by that name: where it lies, and SQL that reads it.
        threads: Number of threads that DuckDB may use.
        memory: Bytes of memory that DuckDB may use.
        max_rows: Rows to fetch at the most.

    Returns:
        The labels of its columns, the result as an Arrow table, whether rows were left out, and what was changed.
    """
    draws = seeds.DRAWN_ELSEWHERE.search(query)
    connection = (duckdb.connect if draws else duckdb.connect.__wrapped__)(":memory:")
    try:
        for name, table in tables.items():
            connection.register(name, table)
        for name, (_, source) in files.items():
            connection.execute(f"CREATE VIEW {relation.quoted(name)} AS {source}")
        connection.execute(f"SET allowed_paths = {[path for path, _ in files.values()]}")
        for name, value in {**LOCKED, "threads": threads, "memory_limit": f"{memory // 1_000_000}MB"}.items():
            connection.execute(f"SET {name} = {value!r}" if isinstance(value, str) else f"SET {name} = {value}")
        connection.execute("SET lock_configuration = true")
        result = relation.Reader(connection.sql(query))
        return result.labels, *result.read(max_rows)
    finally:
        connection.close()
