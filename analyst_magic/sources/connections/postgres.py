"""PostgreSQL by psycopg 3: a sealed read-only transaction with a statement timeout, a named cursor, a cancel request.

A transaction is sealed once it has read something: from then on no statement makes it writable again. Where the user's
own connection is in the middle of a transaction, a savepoint takes its place, and all is as it was afterwards.
Source: https://www.postgresql.org/docs/current/sql-set-transaction.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from .catalogue import Catalogue, Column, Table
from .connection import CHUNK, Caps, Connection, QueryFailed, QueryStopped, Rows, Stop, collect, why_stopped
from .ibis import QueryConnection

_TYPES: dict[int, pa.DataType] = {
    16: pa.bool_(), 17: pa.binary(), 20: pa.int64(), 21: pa.int16(), 23: pa.int32(), 25: pa.string(), 26: pa.int64(),
    114: pa.string(), 700: pa.float32(), 701: pa.float64(), 1042: pa.string(), 1043: pa.string(), 1082: pa.date32(),
    1083: pa.time64("us"), 1114: pa.timestamp("us"), 1184: pa.timestamp("us", "UTC"), 2950: pa.string(),
    3802: pa.string(),
}  # fmt: skip
"""Arrow's types by the numbers of the server's own."""
_NUMERIC = 1700
_DAY = 86_400_000_000
"""Microseconds."""


class _Count(NamedTuple):
    """How the server counts dates or times.

    Attributes:
        type: The type of its numbers.
        shift: How far its first moment, in 2000, is from Arrow's, in 1970.
        begin, end: The numbers that Python has a date or time for, without the last.
    """

    type: pa.DataType
    shift: int
    begin: int
    end: int


_COUNTED = {
    1082: _Count(pa.int32(), 10_957, -730_119, 2_921_940),
    1083: _Count(pa.int64(), 0, 0, _DAY),
    1114: _Count(pa.int64(), 10_957 * _DAY, -730_119 * _DAY, 2_921_940 * _DAY),
    1184: _Count(pa.int64(), 10_957 * _DAY, -730_119 * _DAY, 2_921_940 * _DAY),
}
"""Dates, times of the day, timestamps without and with a zone."""
_BINARY = frozenset({16, 17, 20, 21, 23, 25, 26, 114, 700, 701, 1042, 1043, _NUMERIC, *_COUNTED})
"""Types of which the server's own form is read."""
_SYSTEM = "('pg_catalog', 'information_schema', 'pg_toast')"
_TABLES = f"""
    SELECT c.oid, n.nspname, c.relname, c.relkind::text, c.reltuples::bigint, obj_description(c.oid, 'pg_class')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN {_SYSTEM} AND n.nspname NOT LIKE 'pg\\_t%'
      AND NOT c.relispartition AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
    ORDER BY 2, 3"""  # noqa: S608
_COLUMNS = f"""
    SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), col_description(a.attrelid, a.attnum),
           CASE WHEN l.oid IS NULL THEN NULL WHEN l.collname <> 'default' THEN l.collname::text
                WHEN to_jsonb(d) ->> 'datlocprovider' = 'i' THEN 'icu' ELSE d.datcollate::text END
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_database d ON d.datname = current_database() LEFT JOIN pg_collation l ON l.oid = a.attcollation
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND n.nspname NOT IN {_SYSTEM} AND n.nspname NOT LIKE 'pg\\_t%' ORDER BY a.attrelid, a.attnum"""  # noqa: S608
_KEYS = """
    SELECT k.conrelid, k.contype::text, n.nspname, f.relname,
           (SELECT array_agg(a.attname::text ORDER BY x.place)
            FROM unnest(k.conkey) WITH ORDINALITY AS x (number, place)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.number),
           (SELECT array_agg(a.attname::text ORDER BY x.place)
            FROM unnest(k.confkey) WITH ORDINALITY AS x (number, place)
            JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = x.number)
    FROM pg_constraint k LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace n ON n.oid = f.relnamespace
    WHERE k.contype IN ('p', 'f')"""
_SCHEMA_VERSION = """
    SELECT concat_ws(' ', current_schemas(false)::text,
      (SELECT concat_ws(' ', count(*), age('3'::xid) - min(age(xmin)), sum(reltuples)) FROM pg_class
       WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relpersistence <> 't'),
      (SELECT concat_ws(' ', count(*), age('3'::xid) - min(age(xmin))) FROM pg_attribute WHERE attnum > 0),
      (SELECT concat_ws(' ', count(*), age('3'::xid) - min(age(xmin))) FROM pg_constraint),
      (SELECT concat_ws(' ', count(*), age('3'::xid) - min(age(xmin))) FROM pg_description),
      (SELECT concat_ws(' ', count(*), age('3'::xid) - min(age(xmin))) FROM pg_namespace))"""
"""How many entries the system tables have, and the newest transaction that wrote one."""
_DATA_VERSION = """
    WITH parts AS (SELECT to_regclass({name})::oid AS oid
                   UNION SELECT relid::oid FROM pg_partition_tree(to_regclass({name})))
    SELECT CASE WHEN bool_and(c.relkind IN ('r', 'p', 'm')) AND NOT pg_is_in_recovery()
                     AND current_setting('track_counts')::boolean
           THEN concat_ws(' ', count(*), sum(c.relfilenode::bigint), sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del)) END
    FROM parts JOIN pg_class c ON c.oid = parts.oid LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid"""
"""What the server counts of a table and its partitions; it is behind by some seconds at most."""
_BY_LETTER = re.compile(r"C|POSIX|ucs_basic|C\.utf-?8|pg_c_utf8", re.IGNORECASE)
"""Collations that sort letter by letter, by their codes."""
_ISO = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>-?\d+)Y)?(?:(?P<months>-?\d+)M)?(?:(?P<days>-?\d+)D)?"
    r"(?:T(?:(?P<hours>-?\d+)H)?(?:(?P<minutes>-?\d+)M)?(?:(?P<seconds>-?[\d.]+)S)?)?"
)


class PostgresConnection(Connection):
    """A PostgreSQL database.

    Args:
        value: An engine or a connection of SQLAlchemy, or a connection of psycopg. An engine gives each statement a
            connection of its own.
    """

    engine, dialect = "PostgreSQL", "postgres"
    layers = (
        "The transaction is read only and sealed; in a transaction of yours, a savepoint takes its place.",
        "The server ends a statement at its deadline, and when you stop it.",
        "A named cursor runs one SELECT, and nothing else.",
    )

    def __init__(self, value: Any) -> None:
        super().__init__()
        self._value = value

    @contextmanager
    def _raw(self) -> Iterator[Any]:
        """A connection of psycopg."""
        import psycopg

        try:
            if hasattr(self._value, "connect") and not isinstance(self._value, psycopg.Connection):
                with self._value.connect() as connection:
                    yield connection.connection.driver_connection
            else:
                with self._one_at_a_time:
                    own = isinstance(self._value, psycopg.Connection)
                    yield self._value if own else self._value.connection.driver_connection
        except (QueryFailed, QueryStopped):
            raise
        except psycopg.errors.QueryCanceled as error:
            raise QueryStopped("the server ended it") from error
        except Exception as error:
            if isinstance(error, psycopg.Error) or type(error).__module__.startswith("sqlalchemy"):
                raise QueryFailed(_message(getattr(error, "orig", None) or error)) from error
            raise

    @contextmanager
    def _session(self, seconds: float) -> Iterator[Any]:
        """A connection of psycopg in a sealed read-only transaction, which leaves the connection as it was."""
        from psycopg.pq import TransactionStatus
        from psycopg.rows import tuple_row

        with self._raw() as raw:
            status = raw.info.transaction_status
            if status == TransactionStatus.INERROR:
                raise QueryFailed("its transaction has failed, and has to be rolled back first")
            held = status == TransactionStatus.INTRANS
            with raw.cursor(row_factory=tuple_row) as cursor:
                if held:
                    cursor.execute("SAVEPOINT analyst_magic")
                elif raw.autocommit:
                    cursor.execute("BEGIN")
                try:
                    cursor.execute("SET TRANSACTION READ ONLY")
                    cursor.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
                    cursor.execute("SET LOCAL intervalstyle = 'iso_8601'")
                    cursor.execute("SELECT 1")  # seals it
                    yield raw
                finally:
                    with suppress(Exception):  # a lost connection cannot be given back in order
                        cursor.execute("ROLLBACK TO analyst_magic" if held else "ROLLBACK")
                        if held:
                            cursor.execute("RELEASE analyst_magic")

    def with_frames(self, frames: Mapping[str, Any], *, alone: bool) -> Connection:
        return QueryConnection(self, frames, catalogued=not alone)

    def _read_catalogue(self) -> Catalogue:
        with self._session(30) as raw, raw.cursor() as cursor:
            listed = cursor.execute(_TABLES).fetchall()
            columns: dict[int, list[Column]] = {}
            for number, name, kind, comment, collation in cursor.execute(_COLUMNS).fetchall():
                sorts = '"C"' if collation is not None and not _BY_LETTER.fullmatch(collation) else ""
                columns.setdefault(number, []).append(Column(name, kind, comment or "", sorts))
            keys: dict[int, tuple[str, ...]] = {}
            references: dict[int, list[Any]] = {}
            for number, kind, schema, table, mine, theirs in cursor.execute(_KEYS).fetchall():
                if kind == "p":
                    keys[number] = tuple(mine)
                else:
                    references.setdefault(number, []).append((tuple(mine), (schema, table), tuple(theirs or ())))
            database, path = cursor.execute(
                "SELECT current_database()::text, current_schemas(false)::text[]"
            ).fetchone()
        tables = [
            Table(
                schema, name, tuple(columns.get(number, ())), "view" if kind in "vm" else "table", comment or "",
                int(rows) if rows >= 0 and kind != "v" else None, keys.get(number, ()),
                tuple(references.get(number, ())),
            )
            for number, schema, name, kind, rows, comment in listed
        ]  # fmt: skip
        return Catalogue.of(tables, list(path) or ["public"], database)

    def schema_version(self) -> str | None:
        with self._session(30) as raw, raw.cursor() as cursor:
            return str(cursor.execute(_SCHEMA_VERSION).fetchone()[0])

    def data_version(self, table: Table) -> str | None:
        name = ".".join(map(self.quoted, (table.schema, table.name)))
        if table.kind != "table" or "\\" in name:
            return None
        literal = "'" + name.replace("'", "''") + "'"
        with self._session(10) as raw, raw.cursor() as cursor:
            (version,) = cursor.execute(_DATA_VERSION.format(name=literal)).fetchone()
        return None if version is None else str(version)

    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        stopping = stop or Stop()
        try:
            with self._session(caps.seconds) as raw, stopping.cancelling(raw.cancel, caps.seconds + 1):
                found = _read_binary(raw, text, caps)
                return _read_text(raw, text, caps) if found is None else found
        except QueryStopped:
            raise QueryStopped(why_stopped(stopping, caps)) from None

    def estimate(self, text: str) -> float | None:
        with self._session(10) as raw, raw.cursor() as cursor:
            plan = self._explain(cursor, text)
        plan = json.loads(plan) if isinstance(plan, str | bytes) else plan
        return max(_plan_rows(plan[0]["Plan"]), default=None)

    def _explain(self, cursor: Any, text: str) -> Any:
        """The plan of a statement, which goes to the server in the way that takes one statement only."""
        return cursor.execute(f"EXPLAIN (FORMAT JSON) {text}", binary=True).fetchone()[0]


def _message(error: Any) -> str:
    """What the server says of an error, with its hint; without the statement, which has been wrapped."""
    details = getattr(error, "diag", None)
    parts = [details.message_primary, details.message_hint] if details is not None else []
    return ". ".join(part.rstrip(".") for part in parts if part) or plain_error(error)


def plain_error(error: BaseException) -> str:
    """What a driver says, without the address that it was told of.

    >>> plain_error(ValueError('connection to server at "10.0.0.1", port 5432 failed: FATAL:  no such user'))
    'no such user'
    """
    text = " ".join(str(error).split()) or type(error).__name__
    text = re.sub(r"connection (?:to server )?(?:at|on) .*?failed: ", "", text)
    text = re.sub(r"\w[\w+]*://\S+", "an address", text)
    text = re.sub(r"\bhost(?: name)? (['\"])[^'\"]*\1", "the host", text)
    text = re.sub(r"(?<= server) on '[^']*'|(?<=')@'[^']*'", "", text)  # as MariaDB says it
    return re.sub(r"^(?:FATAL|ERROR): +", "", text)[:500].rstrip(".")


def _plan_rows(plan: dict[str, Any]) -> Iterator[float]:
    yield float(plan.get("Plan Rows", 0))
    for inner in plan.get("Plans", ()):
        yield from _plan_rows(inner)


def _read_binary(raw: Any, text: str, caps: Caps) -> Rows | None:
    """The rows of a statement in the server's own form, which is read in half the time; None where text is needed.

    Dates and times come as the server counts them, in days and microseconds, and are no objects of Python on their way.
    """
    from psycopg.rows import tuple_row
    from psycopg.types.numeric import Int4BinaryLoader, Int8BinaryLoader

    with raw.cursor("analyst_magic", row_factory=tuple_row) as cursor:
        for name, loader in (("date", Int4BinaryLoader), ("timestamp", Int8BinaryLoader),
                             ("timestamptz", Int8BinaryLoader), ("time", Int8BinaryLoader)):  # fmt: skip
            cursor.adapters.register_loader(name, loader)
        cursor.execute(text, binary=True)
        described = cursor.description or ()
        if any(entry.type_code not in _BINARY for entry in described):
            return None
        types = [_COUNTED[entry.type_code].type if entry.type_code in _COUNTED else _type(entry) for entry in described]
        found = collect([entry.name for entry in described], types, _chunks(cursor), caps)
    columns = [_counted(column, entry.type_code) for column, entry in zip(found.table.columns, described, strict=True)]
    if any(column is None for column in columns):
        return None
    return Rows(pa.table(columns, names=found.table.column_names), found.cut, found.notes)


def _read_text(raw: Any, text: str, caps: Caps) -> Rows:
    """The rows of a statement in the server's words, which tell values apart that have no form of their own."""
    from psycopg.rows import tuple_row

    with raw.cursor("analyst_magic", row_factory=tuple_row) as cursor:
        _without_loss(cursor)
        cursor.execute(text)
        described = cursor.description or ()
        return collect([entry.name for entry in described], [_type(e) for e in described], _chunks(cursor), caps)


def _counted(column: pa.ChunkedArray, number: int) -> pa.ChunkedArray | None:
    """A column of what the server counts as dates or times; None where one is infinite, or Python has no such year."""
    if (count := _COUNTED.get(number)) is None:
        return column
    bounds = pc.min_max(column)
    if bounds["min"].is_valid and not count.begin <= bounds["min"].as_py() <= bounds["max"].as_py() < count.end:
        return None
    return pc.add(column, pa.scalar(count.shift, count.type)).cast(_TYPES[number])


def _chunks(cursor: Any) -> Iterator[list[Any]]:
    while chunk := cursor.fetchmany(CHUNK):
        yield chunk


def _type(described: Any) -> pa.DataType | None:
    if described.type_code == _NUMERIC and described.precision and described.scale is not None:
        precision, scale = described.precision, described.scale
        return pa.decimal128(precision, scale) if precision <= 38 and 0 <= scale <= precision else None
    return _TYPES.get(described.type_code)


def _without_loss(cursor: Any) -> None:
    """Let a cursor give what Python's types cannot hold: JSON as text, intervals with months, times out of range."""
    from psycopg.adapt import Loader
    from psycopg.types.datetime import DateLoader, TimeLoader, TimestampLoader, TimestamptzLoader

    class Text(Loader):
        def load(self, data: Any) -> str:
            return bytes(data).decode()

    class Interval(Loader):
        def load(self, data: Any) -> Any:
            return interval(bytes(data).decode())

    def lenient(kind: type[Any]) -> type[Any]:
        def load(self: Any, data: Any) -> Any:
            try:
                return kind.load(self, data)
            except Exception:  # noqa: BLE001 - infinity, or a year that Python does not have
                return bytes(data).decode()

        return type(kind.__name__, (kind,), {"load": load})

    for name in ("json", "jsonb", "uuid", "timetz", "inet", "cidr", "money", "macaddr", "xml"):
        cursor.adapters.register_loader(name, Text)
    cursor.adapters.register_loader("interval", Interval)
    for name, kind in (("date", DateLoader), ("time", TimeLoader), ("timestamp", TimestampLoader),
                       ("timestamptz", TimestamptzLoader)):  # fmt: skip
        cursor.adapters.register_loader(name, lenient(kind))


def interval(text: str) -> Any:
    """An interval in ISO's form: as a duration where it has no months, else as months, days and nanoseconds.

    >>> interval("P1DT2H"), interval("P1Y2M")
    (datetime.timedelta(days=1, seconds=7200), MonthDayNano(months=14, days=0, nanoseconds=0))
    """
    import datetime as dt
    from decimal import Decimal

    match = _ISO.fullmatch(text)
    if match is None:
        return text
    part = {name: Decimal(value or 0) for name, value in match.groupdict().items() if name != "sign"}
    months = int(part["years"]) * 12 + int(part["months"])
    seconds = part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"]
    if not months:
        return dt.timedelta(days=int(part["days"]), microseconds=int(seconds * 1_000_000))
    return pa.MonthDayNano([months, int(part["days"]), int(seconds * 1_000_000_000)])
