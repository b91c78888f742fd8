"""SQLite: a file that is opened once more, read only, or a copy of what is in memory.

The authorizer of the session lets a statement select, read and call functions: nothing else, whatever the statement
says of it. Source: https://www.sqlite.org/c3ref/set_authorizer.html
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from .catalogue import Catalogue, Column, Table
from .connection import CHUNK, Caps, Connection, QueryFailed, QueryStopped, Rows, Stop, collect

MAX_VALUE = 100_000_000
"""Bytes of one value."""
STEPS = 10_000
"""Instructions of SQLite's machine between two looks at the clock."""
_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_FORBIDDEN = frozenset({"load_extension", "fts3_tokenizer", "edit", "writefile", "readfile"})
_DATES = re.compile(r"date(?:time)?|timestamp", re.I)


class SqliteConnection(Connection):
    """A SQLite database.

    Args:
        path: Its file; None where it is in memory.
        data: Its content where it is in memory.
    """

    engine, dialect = "SQLite", "sqlite"
    layers = (
        "The file is opened read only, or what is in memory is copied.",
        "An authorizer lets a statement select, read and call functions, and nothing else.",
        "A statement ends at its deadline, and when you stop it.",
    )

    def __init__(self, path: Path | None, data: bytes = b"") -> None:
        super().__init__()
        self._path, self._data = path, data

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> SqliteConnection:
        """The database of the user's own connection, which stays as it is. Called in the thread that it belongs to."""
        paths = {name: path for _, name, path in connection.execute("PRAGMA database_list")}
        if paths.get("main"):
            return cls(Path(paths["main"]))
        return cls(None, connection.serialize())

    def _open(self) -> sqlite3.Connection:
        try:
            if self._path is None:
                opened = sqlite3.connect(":memory:", check_same_thread=False)
                opened.deserialize(self._data)
            else:
                if not self._path.exists():
                    raise QueryFailed(f"there is no file {self._path.name}")
                address = f"file:{quote(str(self._path.resolve()))}?mode=ro"
                opened = sqlite3.connect(address, uri=True, check_same_thread=False, timeout=5)
        except sqlite3.Error as error:
            raise QueryFailed(str(error)) from error
        opened.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        opened.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
        return opened

    def _read_catalogue(self) -> Catalogue:
        with closing(self._open()) as opened:
            try:
                listed = opened.execute(
                    "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') "
                    "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
                ).fetchall()
                return Catalogue.of([_table(opened, name, kind) for name, kind in listed], ["main"])
            except sqlite3.Error as error:
                raise QueryFailed(str(error)) from error

    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        with closing(self._open()) as opened:
            opened.set_authorizer(_allow)
            begun = time.monotonic()
            opened.set_progress_handler(lambda: bool(caps.seconds) and time.monotonic() - begun > caps.seconds, STEPS)
            try:
                with (stop or Stop()).cancelling(opened.interrupt):
                    cursor = opened.execute(text)
                    names = [entry[0] for entry in cursor.description or ()]
                    found = collect(names, [None] * len(names), _chunks(cursor), caps)
            except sqlite3.OperationalError as error:
                if "interrupted" in str(error):
                    raise QueryStopped(_why(stop, caps)) from error
                raise QueryFailed(str(error)) from error
            except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
                raise QueryFailed(str(error)) from error
        return Rows(self._dated(found.table), found.cut, found.notes)

    def _dated(self, table: pa.Table) -> pa.Table:
        """A result with texts as dates, where a column is called after one that is declared so and every value is one.

        ``ordered`` and ``ordered_month`` are called after ``ordered``.
        """
        declared = {
            column.name.lower(): column.type
            for entry in self.catalogue().tables.values()
            for column in entry.columns
            if _DATES.match(column.type)
        }
        for place, field in enumerate(table.schema):
            kind = next((t for name, t in declared.items() if field.name.lower().startswith(name)), "")
            if kind and field.type == pa.string():
                dates = _as_dates(table.column(place), whole=kind.lower() == "date")
                table = table if dates is None else table.set_column(place, field.name, dates)
        return table


def _why(stop: Stop | None, caps: Caps) -> str:
    return "it was stopped" if stop is not None and stop.set_by_user else f"it took more than {caps.seconds:g} seconds"


def _allow(action: int, first: str | None, second: str | None, *_: Any) -> int:
    """SQLite asks this for each thing that a statement would do."""
    if action in _READS:
        return sqlite3.SQLITE_OK
    function = action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in _FORBIDDEN
    return sqlite3.SQLITE_OK if function else sqlite3.SQLITE_DENY


def _chunks(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while chunk := cursor.fetchmany(CHUNK):
        yield chunk


def _as_dates(values: pa.ChunkedArray, *, whole: bool) -> pa.ChunkedArray | None:
    """Texts in ISO's form as dates or times; None where one of them is not."""
    try:
        moments = pc.strptime(pc.replace_substring(pc.utf8_slice_codeunits(values, 0, 19), "T", " "),
                              format="%Y-%m-%d" if whole else "%Y-%m-%d %H:%M:%S", unit="us")  # fmt: skip
    except pa.ArrowException:
        return None
    back = pc.strftime(moments, format="%Y-%m-%d" if whole else "%Y-%m-%d %H:%M:%S")
    if whole and pc.all(pc.equal(back, values)).as_py() is not False:
        return moments.cast(pa.date32())
    plain = pc.replace_substring(values, "T", " ")
    exact = not whole and pc.all(pc.equal(pc.utf8_slice_codeunits(back, 0, 19), plain)).as_py() is not False
    return moments if exact else None


def _table(opened: sqlite3.Connection, name: str, kind: str) -> Table:
    quoted = '"' + name.replace('"', '""') + '"'
    try:
        described = opened.execute(f"PRAGMA table_xinfo({quoted})").fetchall()
        keys = opened.execute(f"PRAGMA foreign_key_list({quoted})").fetchall()
    except sqlite3.Error:  # a view of a table that is gone, or a virtual table whose module is missing
        return Table("main", name, (), kind)
    columns = tuple(Column(row[1], (row[2] or "").lower()) for row in described if row[6] != 1)
    key = tuple(row[1] for row in sorted(described, key=lambda row: row[5]) if row[5])
    groups: dict[int, list[Any]] = {}
    for row in keys:
        groups.setdefault(row[0], []).append(row)
    references = tuple(
        (tuple(row[3] for row in rows), ("main", rows[0][2]), tuple(row[4] or "" for row in rows))
        for rows in groups.values()
    )
    return Table("main", name, columns, kind, key=key, references=references)
