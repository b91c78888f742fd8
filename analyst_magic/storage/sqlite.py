"""Opening SQLite: numbered migrations, a damaged file set aside, a newer one left alone, and private files.

The history, the index of documents and the counts of what happened all open their files here. Several processes may do
so at once.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from .files import close_to_others, make_private

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database: https://www.sqlite.org/tempfiles.html"""
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@dataclass(frozen=True, slots=True)
class Schema:
    """What a database holds, and how it is used.

    Attributes:
        migrations: Statements by version: those of the first entry make version 1 of an empty file. An entry that has
            been released never changes; a new version is a new entry.
        wait: How many seconds to wait for another process that writes.
        journal: ``WAL`` lets others read while one writes, but only works on a disk of this machine; ``DELETE`` works
            wherever the notebook lies.
        synchronous: ``FULL`` survives a power failure, ``NORMAL`` may lose the last writes then, ``OFF`` more of them.
    """

    migrations: tuple[tuple[str, ...], ...]
    wait: float = 30.0
    journal: Literal["WAL", "DELETE"] = "WAL"
    synchronous: Literal["FULL", "NORMAL", "OFF"] = "NORMAL"


class Opened(NamedTuple):
    """An open database.

    Attributes:
        connection: In autocommit mode, for any thread; see ``transaction``.
        set_aside: Where a damaged file was moved to, which happened just now; None where none was damaged.
    """

    connection: sqlite3.Connection
    set_aside: Path | None


class NewerDatabase(sqlite3.OperationalError):
    """The file was written by a newer version of analyst-magic, and is left as it is."""


def open_database(path: Path, schema: Schema) -> Opened:
    """Open a database, which is made where there is none and brought up to date where it is older.

    A damaged file is moved aside, with what SQLite keeps beside it, and a new one is begun.

    Args:
        path: The file; its folder is made.
        schema: What it holds.

    Raises:
        NewerDatabase: A newer version wrote the file; it is left as it is.
        sqlite3.Error: The file is locked for too long, cannot be written, or the disk is full.
        OSError: The folder or the file cannot be made.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "notes.sqlite3"
        >>> notes = Schema((("CREATE TABLE note (text TEXT)",),))
        >>> opened = open_database(path, notes)
        >>> with transaction(opened.connection):
        ...     _ = opened.connection.execute("INSERT INTO note VALUES ('first')")
        >>> opened.connection.execute("SELECT text FROM note").fetchall()
        [('first',)]
    """
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return Opened(_open(path, schema), None)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGE:
            raise  # locked, newer, or a disk that is full: no damage
        aside = _set_aside(path)
        return Opened(_open(path, schema), aside)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All statements inside, or none of them; other processes that want to write wait.

    Raises:
        sqlite3.OperationalError: Another process writes for too long.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _open(path: Path, schema: Schema) -> sqlite3.Connection:
    _keep_private(path)  # before SQLite makes a write-ahead log, which gets the rights that the file has then
    connection = sqlite3.connect(path, timeout=schema.wait, isolation_level=None, check_same_thread=False)
    try:
        version = _version(connection)
        if version > len(schema.migrations):
            raise NewerDatabase(
                f"it is of version {version}, and this analyst-magic reads versions up to {len(schema.migrations)}"
            )
        connection.execute(f"PRAGMA journal_mode = {schema.journal}")
        connection.execute(f"PRAGMA synchronous = {schema.synchronous}")
        if version < len(schema.migrations):
            _migrate(connection, schema)
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection, schema: Schema) -> None:
    with transaction(connection):
        version = _version(connection)  # again, as another process may have migrated the file meanwhile
        for number, statements in enumerate(schema.migrations[version:], start=version + 1):
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _keep_private(path: Path) -> None:
    make_private(path)
    for ending in _BESIDE:
        close_to_others(f"{path}{ending}")


def _set_aside(path: Path) -> Path:
    """Move a database and what SQLite keeps beside it to the first free name ``NAME.damaged-N.sqlite3``."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    path.rename(aside)
    for ending in _BESIDE:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    return aside
