"""DuckDB: the user's own instance through a cursor of its own, or a database file.

DuckDB cannot be told to leave files alone on one connection without telling all of them, so the first layer, the policy
that reads a statement by DuckDB's own parser, is what keeps files and settings out of reach; the transaction of the
session is read only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from .arrow import unique_names
from .catalogue import Catalogue, Column, Table
from .connection import Caps, Connection, QueryFailed, QueryStopped, Rows, Stop

if TYPE_CHECKING:
    import duckdb

BATCH = 100_000
_INTERNAL = frozenset({"information_schema", "pg_catalog"})


class DuckDBConnection(Connection):
    """A DuckDB database.

    Args:
        opened: A connection to it; each statement gets a cursor of its own, which sees what is committed.
    """

    engine, dialect = "DuckDB", "duckdb"
    layers = (
        "The statement is one SELECT by DuckDB's own parser, which names only tables in scope and functions that only "
        "compute.",
        "Its transaction is read only.",
        "A statement ends at its deadline, and when you stop it.",
    )

    def __init__(self, opened: duckdb.DuckDBPyConnection) -> None:
        super().__init__()
        self._opened = opened

    @classmethod
    def file(cls, path: Path) -> DuckDBConnection:
        """A database file, opened read only.

        Raises:
            QueryFailed: It cannot be opened.
        """
        import duckdb

        try:
            return cls(duckdb.connect(str(path), read_only=True))
        except duckdb.Error as error:
            raise QueryFailed(str(error).splitlines()[0]) from error

    def _read_catalogue(self) -> Catalogue:
        with self._opened.cursor() as cursor:
            database, schema = cursor.execute("SELECT current_database(), current_schema()").fetchall()[0]
            columns: dict[tuple[str, str], list[Column]] = {}
            for place, name, column, kind, comment in cursor.execute(
                "SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() "
                "WHERE database_name = ? AND NOT internal ORDER BY schema_name, table_name, column_index",
                [database],
            ).fetchall():
                columns.setdefault((place, name), []).append(Column(column, kind.lower(), comment or ""))
            keys = {
                (place, name): tuple(key)
                for place, name, key in cursor.execute(
                    "SELECT schema_name, table_name, constraint_column_names FROM duckdb_constraints() "
                    "WHERE database_name = ? AND constraint_type = 'PRIMARY KEY'",
                    [database],
                ).fetchall()
            }
            listed = cursor.execute(
                "SELECT schema_name, table_name, 'table', comment, estimated_size FROM duckdb_tables() "
                "WHERE database_name = ? AND NOT internal UNION ALL "
                "SELECT schema_name, view_name, 'view', comment, NULL FROM duckdb_views() "
                "WHERE database_name = ? AND NOT internal ORDER BY 1, 2",
                [database, database],
            ).fetchall()
        tables = [
            Table(
                place,
                name,
                tuple(columns.get((place, name), ())),
                kind,
                comment or "",
                rows,
                keys.get((place, name), ()),
            )
            for place, name, kind, comment, rows in listed
            if place not in _INTERNAL
        ]
        return Catalogue.of(tables, [schema, *([] if schema == "main" else ["main"])], database)

    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        import duckdb

        cursor = self._opened.cursor()
        stopping = stop or Stop()
        try:
            statements = cursor.extract_statements(text)
            if len(statements) != 1 or statements[0].type.name not in {"SELECT", "SELECT_STATEMENT"}:
                raise QueryFailed("it is not one SELECT")
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            with stopping.cancelling(cursor.interrupt, caps.seconds):
                reader = cursor.sql(text).to_arrow_reader(BATCH)
                return rows_of(reader, caps)
        except duckdb.InterruptException as error:
            raise QueryStopped(why_stopped(stopping, caps)) from error
        except (duckdb.Error, pa.ArrowException, OSError, RuntimeError, ValueError) as error:
            if "INTERRUPT" in str(error):  # in the middle of a result it comes as an error of Arrow's
                raise QueryStopped(why_stopped(stopping, caps)) from error
            raise QueryFailed(str(error).split("\n\nLINE")[0]) from error
        finally:
            cursor.close()


def why_stopped(stop: Stop, caps: Caps) -> str:
    return "it was stopped" if stop.set_by_user else f"it took more than {caps.seconds:g} seconds"


def rows_of(reader: Any, caps: Caps) -> Rows:
    """Batches of Arrow until a cap is reached."""
    batches, count, size = list[pa.RecordBatch](), 0, 0
    for batch in reader:
        batches.append(batch)
        count, size = count + batch.num_rows, size + batch.nbytes
        if count > caps.rows or size > caps.bytes:
            break
    table = pa.Table.from_batches(batches, reader.schema).rename_columns(unique_names(reader.schema.names))
    return Rows(table.slice(0, caps.rows), count > caps.rows or size > caps.bytes)
