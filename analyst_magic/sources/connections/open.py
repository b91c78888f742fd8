"""Which values are databases, and the ``Connection`` of each. A value can only be of a library that is imported."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import weakref
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...language import message
from . import ibis
from .connection import Connection, QueryFailed
from .duckdb import DuckDBConnection
from .lazy import SCANS
from .polars import PolarsConnection
from .postgres import plain_error
from .sqlalchemy import DIALECTS, SqlAlchemyConnection
from .sqlite import SqliteConnection

SUFFIXES = {".duckdb": "duckdb", ".ddb": "duckdb", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": ""}
"""Files that are databases; of ``.db`` the first bytes tell which."""
_files: dict[Path, SqliteConnection] = {}
"""Files of SQLite that were asked, each of which is opened for a statement and closed again."""
_known: weakref.WeakKeyDictionary[Any, Connection] = weakref.WeakKeyDictionary()
_SQLITE_MARK = b"SQLite format 3\0"
_CLASSES = (
    ("duckdb", "DuckDBPyConnection", "DuckDB"),
    ("sqlite3", "Connection", "SQLite"),
    ("psycopg", "Connection", "PostgreSQL"),
    ("pymysql.connections", "Connection", "MariaDB"),
    ("pyspark.sql", "SparkSession", "Spark"),
    ("pyspark.sql.connect.session", "SparkSession", "Spark"),
    ("adbc_driver_manager.dbapi", "Connection", "ADBC"),
    ("ibis.backends", "BaseBackend", "Ibis"),
    ("sqlalchemy.engine", "Engine", "SQLAlchemy"),
    ("sqlalchemy.engine", "Connection", "SQLAlchemy"),
)
"""The classes of connections: the module, the class, and what it is of."""


def database_of(value: object) -> str:
    """What a value is a connection to, in a word; empty where it is none.

    >>> import sqlite3
    >>> database_of(sqlite3.connect(":memory:")), database_of(1)
    ('SQLite', '')
    """
    if isinstance(value, Connection):
        return value.engine
    if isinstance(value, Path):
        return "a database file" if is_database_file(value) else ""
    for module, name, what in _CLASSES:
        known = getattr(sys.modules.get(module), name, None)
        if isinstance(known, type) and isinstance(value, known):
            return what
    return ""


def is_database_file(path: Path) -> bool:
    """Whether a path is that of a database file, by its ending."""
    return path.suffix.lower() in SUFFIXES


def open_connection(name: str, value: Any) -> Connection:
    """The database that a value is a connection to. Called in the thread that the value belongs to.

    Raises:
        InputError: It is none, or cannot be used.
    """
    if isinstance(value, Connection):
        return value
    if value is SCANS:
        return PolarsConnection({})
    known = _opened(value)
    if known is None:
        known = _open(name, value)
        if not isinstance(known, SqliteConnection):  # of a database in memory each is a copy of what it is now
            with contextlib.suppress(TypeError):
                _known[value] = known
    return known


def _opened(value: Any) -> Connection | None:
    """The connection that was opened for a value before, so that its catalogue is not read for each question."""
    try:
        return _known.get(value)
    except TypeError:
        return None


def _open(name: str, value: Any) -> Connection:
    what = database_of(value)
    try:
        if isinstance(value, Path):
            return _file(value)
        if what == "DuckDB":
            return DuckDBConnection(value)
        if what == "SQLite":
            return _sqlite(value)
        if what == "PostgreSQL":
            from .postgres import PostgresConnection

            return PostgresConnection(value)
        if what == "MariaDB":
            from .mysql import MysqlConnection

            return MysqlConnection.of(value)
        if what == "Spark":
            from .spark import SparkConnection

            return SparkConnection(value)
        if what == "ADBC":
            return _of_adbc(name, value)
        if what == "Ibis":
            return _of_ibis(name, value)
        if what == "SQLAlchemy":
            return _of_sqlalchemy(name, value)
    except (QueryFailed, sqlite3.Error) as error:
        raise InputError(
            message("The connection {name} cannot be used: {error}.", name=name, error=str(error)),
            message("Open it anew."),
        ) from error
    raise InputError(
        message("{name} is a {kind}, not a connection to a database.", name=name, kind=type(value).__name__),
        message(
            "Use a connection of sqlite3, DuckDB, psycopg, pymysql or ADBC, an engine of SQLAlchemy, a back "
            "end of Ibis, "
            "or a session of Spark."
        ),
    )


def _file(path: Path) -> Connection:
    if not path.exists():
        raise InputError(message("There is no file {file}.", file=path.name), message("Check its path."))
    kind = SUFFIXES[path.suffix.lower()]
    if not kind:
        with path.open("rb") as file:
            kind = "sqlite" if file.read(len(_SQLITE_MARK)) == _SQLITE_MARK else "duckdb"
    return _sqlite_file(path) if kind == "sqlite" else DuckDBConnection.file(path)


def _sqlite_file(path: Path) -> SqliteConnection:
    """The connection to a file, the same one for each question."""
    return _files.setdefault(path.resolve(), SqliteConnection(path.resolve()))


def _sqlite(opened: sqlite3.Connection) -> SqliteConnection:
    """The database of the user's own connection, which stays as it is. Called in the thread that it belongs to."""
    paths = {name: path for _, name, path in opened.execute("PRAGMA database_list")}
    return _sqlite_file(Path(paths["main"])) if paths.get("main") else SqliteConnection(None, opened.serialize())


def _of_adbc(name: str, value: Any) -> Connection:
    """The database of a connection of ADBC, by what its driver says that it is."""
    try:
        vendor = str(value.adbc_get_info().get("vendor_name", ""))
        if vendor == "SQLite":
            return _file_of_adbc(name, value)
    except sys.modules["adbc_driver_manager"].Error as error:
        raise QueryFailed(plain_error(error)) from error
    if vendor == "PostgreSQL":
        from .adbc import AdbcPostgresConnection

        return AdbcPostgresConnection(value)
    raise InputError(
        message(
            "{name} is a connection of ADBC to {vendor}, which questions cannot be asked of yet.",
            name=name,
            vendor=vendor or "an unknown engine",
        ),
        message("PostgreSQL and files of SQLite can be."),
    )


def _file_of_adbc(name: str, value: Any) -> Connection:
    """The file of a connection of ADBC to SQLite: its statements run on a connection that has an authorizer."""
    with value.cursor() as cursor:
        paths = {str(row[1]): str(row[2]) for row in cursor.execute("PRAGMA database_list").fetchall()}
    if not paths.get("main"):
        raise InputError(
            message("{name} is a connection of ADBC to a database in memory, which cannot be asked.", name=name),
            message("Keep it in a file, or use a connection of sqlite3."),
        )
    return _sqlite_file(Path(paths["main"]))


def _of_ibis(name: str, value: Any) -> Connection:
    connection = ibis.connection_of(value)
    if connection is None:
        known = ", ".join(ibis.ENGINES.values())
        raise InputError(
            message(
                "{name} is a back end of Ibis for {value}, which cannot be asked yet.", name=name, value=value.name
            ),
            message("Known: {known}.", known=known),
        )
    return open_connection(name, connection)


def _of_sqlalchemy(name: str, value: Any) -> Connection:
    """The database of an engine or a connection of SQLAlchemy, by the name of its dialect."""
    engine = getattr(value, "engine", value)
    dialect, driver, asynchronous = str(engine.dialect.name), str(engine.dialect.driver), engine.dialect.is_async
    if dialect == "sqlite":
        held = value if value is not engine else None
        path = engine.url.database
        if path and path != ":memory:" and held is None and not str(path).startswith("file:"):
            return _sqlite_file(Path(path))
        raw = held.connection.driver_connection if held is not None else engine.raw_connection().driver_connection
        return _sqlite(raw)
    if dialect == "postgresql" and driver == "psycopg" and not asynchronous:
        from .postgres import PostgresConnection

        return PostgresConnection(value)
    if dialect in {"mysql", "mariadb"} and driver == "pymysql":
        from .mysql import MysqlConnection

        return MysqlConnection.of(value)
    if dialect in DIALECTS and not asynchronous:
        return SqlAlchemyConnection(engine)
    driver = f"asynchronous {driver}" if asynchronous else driver
    known = ", ".join(sorted({*DIALECTS, "sqlite"}))
    raise InputError(
        message(
            "{name} is an engine for {dialect} by {driver}, which questions cannot be asked of yet.",
            name=name,
            dialect=dialect,
            driver=driver,
        ),
        message(
            "Known are engines of drivers that are not asynchronous, for {known}; DuckDB by its own connection.",
            known=known,
        ),
    )
