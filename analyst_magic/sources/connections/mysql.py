"""MariaDB and MySQL by pymysql: a session of its own that is read only, with a limit on the time of a statement.

A session that is read only for all its transactions stops what changes data, also definitions and temporary tables, and
procedures that commit; it does not stop files that the server writes, so a role without FILE is the last layer.
Source: https://mariadb.com/kb/en/set-transaction/
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pyarrow as pa

from .catalogue import Catalogue, Column, Table
from .connection import CHUNK, Caps, Connection, QueryFailed, QueryStopped, Rows, Stop, collect, why_stopped
from .postgres import plain_error

_STOPPED = frozenset({1317, 1969, 3024})
"""Errors of a statement that was killed, or ran too long."""
_TINY = 1
_SYSTEM = "('mysql', 'information_schema', 'performance_schema', 'sys')"
_TYPES: dict[int, pa.DataType] = {
    1: pa.int64(), 2: pa.int64(), 3: pa.int64(), 9: pa.int64(), 4: pa.float32(), 5: pa.float64(), 13: pa.int64(),
    10: pa.date32(), 11: pa.duration("us"), 7: pa.timestamp("us"), 12: pa.timestamp("us"),
}  # fmt: skip


_SCHEMA_VERSION = (
    "SHOW GLOBAL STATUS WHERE Variable_name REGEXP "
    "'^Com_((create|alter|drop|rename)_(table|view|index|db|sequence)|grant|revoke|revoke_all|grant_role|revoke_role)$'"
)
"""How often the server was told to change a definition, or what an account may see."""


class MysqlConnection(Connection):
    """A MariaDB or MySQL database.

    Args:
        value: An engine of SQLAlchemy, which gives each statement a connection of its own; or a connection.
    """

    engine, dialect = "MariaDB", "mysql"
    layers = (
        "The session is read only: no data, no table and no definition changes; not in a transaction of yours.",
        "The server ends a statement at its deadline, and when you stop it.",
        "The driver sends one statement at a time.",
    )

    def __init__(self, value: Any) -> None:
        super().__init__()
        self._value = value

    @classmethod
    def of(cls, value: Any) -> MysqlConnection:
        """The database of an engine or a connection."""
        return cls(value)

    def quoted(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    @contextmanager
    def _raw(self) -> Iterator[tuple[Any, bool]]:
        """A connection of pymysql, and whether it is nobody else's."""
        import pymysql

        try:
            plain = isinstance(self._value, pymysql.connections.Connection)
            if hasattr(self._value, "connect") and not plain:
                with _connected(self._value) as connection:
                    yield connection.connection.driver_connection, True
            else:
                with self._one_at_a_time:
                    yield (self._value if plain else self._value.connection.driver_connection), False
        except (QueryFailed, QueryStopped):
            raise
        except Exception as error:
            cause = getattr(error, "orig", None) or error
            if isinstance(cause, pymysql.Error) or type(error).__module__.startswith("sqlalchemy"):
                number = cause.args[0] if cause.args else 0
                if number in _STOPPED:
                    raise QueryStopped("the server ended it") from error
                raise QueryFailed(_message(cause)) from error
            raise

    @contextmanager
    def _session(self, seconds: float) -> Iterator[Any]:
        """A connection that only reads, and is as it was afterwards; an open transaction of the user's is left so."""
        with self._raw() as (raw, own), raw.cursor() as cursor:
            if not own and _in_transaction(cursor):
                yield raw
                return
            cursor.execute("SELECT @@session.max_statement_time, @@session.tx_read_only")
            before, read_only = cursor.fetchone()
            cursor.execute(f"SET SESSION max_statement_time = {seconds:f}")
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            try:
                cursor.execute("START TRANSACTION READ ONLY")
                yield raw
            finally:
                with suppress(Exception):  # a lost connection cannot be given back in order
                    raw.rollback()
                    cursor.execute(f"SET SESSION max_statement_time = {before}")
                    cursor.execute(f"SET SESSION TRANSACTION READ {'ONLY' if read_only else 'WRITE'}")

    def _read_catalogue(self) -> Catalogue:
        with self._session(30) as raw, raw.cursor() as cursor:
            cursor.execute("SELECT database()")
            (database,) = cursor.fetchone()
            place = "= database()" if database else f"NOT IN {_SYSTEM}"
            listed = _rows(
                cursor,
                "SELECT table_schema, table_name, table_type, table_rows, table_comment "  # noqa: S608
                f"FROM information_schema.tables WHERE table_schema {place} ORDER BY 1, 2",
            )
            columns, keys = _columns(cursor, place)
            references = _references(cursor, place)
        tables = [
            _table(row, tuple(columns.get(row[:2], ())), tuple(keys.get(row[:2], ())), references.get(row[:2], {}))
            for row in listed
        ]
        return Catalogue.of(tables, [database] if database else sorted({table.schema for table in tables}))

    def schema_version(self) -> str | None:
        with self._session(30) as raw, raw.cursor() as cursor:
            cursor.execute(_SCHEMA_VERSION)
            return repr(sorted(cursor.fetchall()))

    def data_version(self, table: Table) -> str | None:
        """When MariaDB last changed a row, in whole seconds, so that a change of just now tells nothing."""
        if table.kind != "table":
            return None
        with self._session(10) as raw, raw.cursor() as cursor:
            cursor.execute(
                "SELECT update_time, update_time < now() - INTERVAL 1 SECOND, now(6), version() "
                "FROM information_schema.tables WHERE table_schema = %s AND table_name = %s", (table.schema, table.name)
            )  # fmt: skip
            changed, past, now, version = cursor.fetchone() or (None, None, None, "")
        if changed is None or "maria" not in version.lower():  # MySQL tells of a change a day late
            return None
        return str(changed if past else now)

    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        import pymysql

        stopping, begun = stop or Stop(), time.monotonic()
        try:
            with self._session(caps.seconds) as raw:
                number = raw.thread_id()
                with stopping.cancelling(lambda: self._kill(number), caps.seconds + 1):
                    cursor = raw.cursor(pymysql.cursors.SSCursor)
                    try:
                        cursor.execute(text)
                        described = cursor.description or ()
                        names = [entry[0] for entry in described]
                        found = collect(names, [_type(entry) for entry in described], _chunks(cursor), caps)
                    finally:
                        self._end(cursor, number)
                late = bool(caps.seconds) and time.monotonic() - begun > caps.seconds
                if stopping.set_by_user or late:  # some functions end early without an error when they are killed
                    raise QueryStopped("it was stopped")
                return found
        except QueryStopped:
            raise QueryStopped(why_stopped(stopping, caps)) from None

    def _kill(self, number: int) -> None:
        """End the statement of a connection, from another one."""
        with suppress(Exception), self._beside() as other, other.cursor() as cursor:
            cursor.execute(f"KILL QUERY {number}")

    @contextmanager
    def _beside(self) -> Iterator[Any]:
        """A second connection to the same server."""
        import pymysql

        engine = getattr(self._value, "engine", None)
        if (
            hasattr(self._value, "connect")
            and engine is not None
            and not isinstance(self._value, pymysql.connections.Connection)
        ):
            raw = engine.dialect.connect(*engine.dialect.create_connect_args(engine.url)[0],
                                         **engine.dialect.create_connect_args(engine.url)[1])  # fmt: skip
        else:
            held = self._value
            raw = pymysql.connect(
                host=held.host, port=held.port, user=held.user, password=held.password, unix_socket=held.unix_socket
            )
        try:
            yield raw
        finally:
            raw.close()

    def _end(self, cursor: Any, number: int) -> None:
        """Close a cursor without reading what is left of a large result."""
        if getattr(cursor, "_result", None) is not None and cursor._result.unbuffered_active:
            self._kill(number)
        with suppress(Exception):
            cursor.close()

    def estimate(self, text: str) -> float | None:
        with self._session(10) as raw, raw.cursor() as cursor:
            cursor.execute(f"EXPLAIN FORMAT=JSON {text}")
            (plan,) = cursor.fetchone()
        return max(_products(json.loads(plan)), default=None)


def _by_letter(collation: str, letters: str, pads_not: bool) -> str:
    """The collation that tells the texts of a column apart letter by letter; empty where its own does."""
    if not collation or collation.endswith("_bin"):
        return ""
    return f"{letters}_nopad_bin" if pads_not else f"{letters}_bin"


def _connected(engine: Any) -> Any:
    """A connection of an engine.

    Raises:
        QueryFailed: Its address has an option that the driver does not know.
    """
    try:
        return engine.connect()
    except TypeError as error:
        option = re.search(r"argument '(\w+)'", str(error))
        raise QueryFailed(
            f"its address has an option that pymysql does not know: {option[1] if option else 'one'}"
        ) from None


def _in_transaction(cursor: Any) -> bool:
    cursor.execute("SELECT @@in_transaction")
    return bool(cursor.fetchone()[0])


def _message(error: BaseException) -> str:
    text = error.args[1] if len(error.args) > 1 else error
    return plain_error(ValueError(str(text)))


def _products(plan: Any) -> Iterator[float]:
    """The rows of each nested loop of a plan, multiplied."""
    if isinstance(plan, list):
        for inner in plan:
            yield from _products(inner)
    elif isinstance(plan, dict):
        loops = plan.get("nested_loop", [plan] if "table" in plan else [])
        product = 1.0
        for loop in loops:
            for table in _tables(loop):
                product *= max(1.0, float(table.get("rows", 1)) * float(table.get("filtered", 100)) / 100)
        if loops:
            yield product
        for inner in plan.values():
            yield from _products(inner)


def _tables(plan: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plan, dict):
        if isinstance(plan.get("table"), dict):
            yield plan["table"]
        for name, inner in plan.items():
            if name != "table":
                yield from _tables(inner)


def _chunks(cursor: Any) -> Iterator[list[Any]]:
    while chunk := cursor.fetchmany(CHUNK):
        yield list(chunk)


def _type(described: Any) -> pa.DataType | None:
    _, kind, _, width = described[:4]
    return pa.bool_() if (kind, width) == (_TINY, 1) else _TYPES.get(kind)  # what BOOLEAN makes is TINYINT(1)


_Name = tuple[str, str]
"""A table's schema and its name."""


def _rows(cursor: Any, query: str) -> list[tuple[Any, ...]]:
    cursor.execute(query)
    return list(cursor.fetchall())


def _columns(cursor: Any, place: str) -> tuple[dict[_Name, list[Column]], dict[_Name, list[str]]]:
    """The columns of each table, and those of its primary key."""
    columns: dict[_Name, list[Column]] = {}
    keys: dict[_Name, list[str]] = {}
    for schema, name, column, kind, comment, key, collation, letters, version in _rows(
        cursor,
        "SELECT table_schema, table_name, column_name, column_type, column_comment, column_key, "  # noqa: S608
        "collation_name, character_set_name, version() "
        f"FROM information_schema.columns WHERE table_schema {place} "
        "ORDER BY table_schema, table_name, ordinal_position",
    ):
        sorts = _by_letter(collation or "", letters or "", "maria" in version.lower())
        columns.setdefault((schema, name), []).append(Column(column, kind, comment or "", sorts))
        if key == "PRI":
            keys.setdefault((schema, name), []).append(column)
    return columns, keys


def _references(cursor: Any, place: str) -> dict[_Name, dict[str, list[Any]]]:
    """The columns of each table that refer to others, by the name of the constraint."""
    references: dict[_Name, dict[str, list[Any]]] = {}
    for schema, name, constraint, *rest in _rows(
        cursor,
        "SELECT table_schema, table_name, constraint_name, column_name, referenced_table_schema, "  # noqa: S608
        "referenced_table_name, referenced_column_name FROM information_schema.key_column_usage "
        f"WHERE table_schema {place} AND referenced_table_name IS NOT NULL ORDER BY 1, 2, 3, ordinal_position",
    ):
        references.setdefault((schema, name), {}).setdefault(constraint, []).append(rest)
    return references


def _table(
    row: Sequence[Any], columns: tuple[Column, ...], key: tuple[str, ...], references: Mapping[str, Sequence[Any]]
) -> Table:
    """A table of the catalogue: its row in the list of tables, and what belongs to it."""
    schema, name, kind, rows, comment = row
    view = "VIEW" in kind
    refers = tuple(
        (tuple(row[0] for row in found), (found[0][1], found[0][2]), tuple(row[3] for row in found))
        for found in references.values()
    )
    estimate = None if rows is None else int(rows)
    return Table(
        schema, name, columns, "view" if view else "table", "" if view else comment or "", estimate, key, refers
    )
