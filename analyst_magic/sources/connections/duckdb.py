"""DuckDB: the user's own instance through a cursor of its own, or a database file.

DuckDB cannot be told to leave files alone on one connection without telling all of them, so the first layer, the policy
that reads a statement by DuckDB's own parser, is what keeps files and settings out of reach; the transaction of the
session is read only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from .catalogue import Catalogue, Column, Table
from .connection import Caps, Connection, QueryFailed, QueryStopped, Rows, Stop, rows_of, why_stopped
from .ibis import Query, QueryConnection

if TYPE_CHECKING:
    import duckdb

BATCH = 100_000
MAX_VERSIONED = 1_000
"""Tables up to which a question asks whether their definitions have changed."""
_SCHEMA_VERSION = """
    SELECT current_database(), current_schema(),
      (SELECT (count(*), sum(hash(sql, comment, estimated_size))) FROM duckdb_tables() WHERE NOT internal),
      (SELECT (count(*), sum(hash(sql, comment))) FROM duckdb_views() WHERE NOT internal)"""
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

    def with_frames(self, frames: Mapping[str, Any], *, alone: bool) -> Connection:
        import duckdb

        try:
            return RelationConnection(self, self._opened, frames, catalogued=not alone)
        except duckdb.Error as error:
            raise QueryFailed(_message(error)) from error

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

    def schema_version(self) -> str | None:
        """The definitions of its tables and how many rows they have; of thousands of tables that takes too long."""
        import duckdb

        if self._catalogue is not None and len(self._catalogue.tables) > MAX_VERSIONED:
            return None
        try:
            with self._opened.cursor() as cursor:
                return str(cursor.execute(_SCHEMA_VERSION).fetchall()[0])
        except duckdb.Error as error:
            raise QueryFailed(_message(error)) from error

    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        cursor = self._opened.cursor()
        try:
            _check_select(cursor, text)
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            return _asked(cursor, lambda: cursor.sql(text), caps, stop or Stop())
        finally:
            cursor.close()


class RelationConnection(QueryConnection):
    """A DuckDB database with relations of the user's connection, which can be read on that connection alone.

    Args:
        base: The database.
        opened: The user's connection.
        frames: Relations, or statements whose results are tables, by what the user calls them.
        catalogued: Whether the tables of the database can be read too.
    """

    def __init__(
        self, base: Connection, opened: duckdb.DuckDBPyConnection, frames: Mapping[str, Any], *, catalogued: bool
    ) -> None:
        super().__init__(base, {name: _frame(opened, frame) for name, frame in frames.items()}, catalogued=catalogued)
        self._opened, self._one_at_a_time = opened, base._one_at_a_time

    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        whole = self._whole(text)
        variables = {
            name: frame.relation
            for given, name in self._names.items()
            if isinstance(frame := self._given[given], _Relation)
        }
        with self._one_at_a_time, self._reading() as connection:
            return _asked(connection, lambda: _with_variables(connection, whole, variables), caps, stop or Stop())

    def estimate(self, text: str) -> float | None:
        return None

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The user's connection in a transaction that only reads; where the user has one open, in that one."""
        import duckdb

        connection = self._opened
        try:
            numbers = {connection.sql("SELECT txid_current()").fetchall()[0][0] for _ in range(2)}
            own = len(numbers) > 1  # within one transaction the number stays
            if own:
                connection.execute("BEGIN TRANSACTION READ ONLY")
        except duckdb.Error as error:
            raise QueryFailed(_message(error)) from error
        try:
            yield connection
        finally:
            if own:
                with suppress(duckdb.Error):  # the connection was closed meanwhile
                    connection.execute("ROLLBACK")


def _with_variables(connection: duckdb.DuckDBPyConnection, text: str, scope: Mapping[str, Any]) -> Any:
    """A statement in which names mean relations, as DuckDB finds them among the variables of who asks it.

    DuckDB has no argument for them: it looks at the names that the calling code can see, which are these alone.
    """
    _check_select(connection, text)
    ask = "__analyst_connection.sql(__analyst_text)"
    return eval(ask, {**scope, "__analyst_connection": connection, "__analyst_text": text})  # noqa: S307 - fixed code


def _check_select(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    import duckdb

    try:
        types = [statement.type.name for statement in connection.extract_statements(text)]
    except duckdb.Error as error:
        raise QueryFailed(_message(error)) from error
    except ValueError:  # of a type for which DuckDB's Python has no name, such as UPDATE EXTENSIONS
        types = []
    if types not in (["SELECT"], ["SELECT_STATEMENT"]):
        raise QueryFailed("it is not one SELECT")


def _asked(connection: duckdb.DuckDBPyConnection, ask: Callable[[], Any], caps: Caps, stop: Stop) -> Rows:
    """The rows of a relation that asks a connection, until a cap is reached.

    Raises:
        QueryFailed: DuckDB refuses it, or cannot finish it.
        QueryStopped: It took too long, or was stopped.
    """
    import duckdb

    try:
        with stop.cancelling(connection.interrupt, caps.seconds):
            return rows_of(ask().to_arrow_reader(BATCH), caps)
    except duckdb.InterruptException as error:
        raise QueryStopped(why_stopped(stop, caps)) from error
    except (duckdb.Error, pa.ArrowException, OSError, RuntimeError, ValueError) as error:
        if "INTERRUPT" in str(error):  # in the middle of a result it comes as an error of Arrow's
            raise QueryStopped(why_stopped(stop, caps)) from error
        raise QueryFailed(_message(error)) from error


def _message(error: Exception) -> str:
    """What DuckDB says of an error, without the statement."""
    return str(error).split("\n\nLINE")[0]


@dataclass(frozen=True)
class _Relation(Query):
    """A relation that a statement finds as a variable, so that it has no text to stand before the statement."""

    relation: Any = None


def _frame(opened: duckdb.DuckDBPyConnection, frame: Any) -> Query:
    """A relation as a table; where the connection does not look for variables, by the statement that it stands for."""
    if isinstance(frame, Query):
        return frame
    columns = tuple(Column(str(name), str(kind).lower()) for name, kind in zip(frame.columns, frame.types, strict=True))
    ((looks,),) = opened.sql("SELECT current_setting('python_enable_replacements')").fetchall()
    return _Relation("", columns, frame) if looks else Query(frame.sql_query(), columns)
