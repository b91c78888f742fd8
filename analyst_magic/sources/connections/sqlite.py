"""SQLite: a file that is opened once more, read only, or a copy of what is in memory.

The authorizer of the session lets a statement select, read and call functions: nothing else, whatever the statement
says of it. Source: https://www.sqlite.org/c3ref/set_authorizer.html
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from .catalogue import Catalogue, Column, Table
from .connection import CHUNK, Caps, Connection, QueryFailed, QueryStopped, Rows, Stop, collect, why_stopped
from .ibis import QueryConnection
from .sqlite_functions import add_functions

MAX_VALUE = 100_000_000
"""Bytes of one value."""
STEPS = 10_000
"""Instructions of SQLite's machine between two looks at the clock."""
_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_FORBIDDEN = frozenset({"load_extension", "fts3_tokenizer", "edit", "writefile", "readfile"})
_DATES = re.compile(r"date(?:time)?|timestamp", re.I)
_BOOLEANS = re.compile(r"bool(?:ean)?$", re.I)


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
        try:
            add_functions(opened)
        except sqlite3.Error as error:
            opened.close()
            raise QueryFailed(str(error)) from error
        return opened

    def with_frames(self, frames: Mapping[str, Any], *, alone: bool) -> Connection:
        return QueryConnection(self, frames, catalogued=not alone)

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

    def schema_version(self) -> str | None:
        """The state of the file, as one file may take the place of another."""
        if self._path is None:
            return None
        files = (self._path, self._path.with_name(f"{self._path.name}-wal"))
        facts = [path.stat() for path in files if path.exists()]
        return " ".join(f"{fact.st_ino} {fact.st_size} {fact.st_mtime_ns}" for fact in facts)

    def data_version(self, table: Table) -> str | None:
        return self.schema_version()

    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        stopping = stop or Stop()
        with closing(self._open()) as opened:
            opened.set_authorizer(_allow)
            begun = time.monotonic()
            opened.set_progress_handler(lambda: bool(caps.seconds) and time.monotonic() - begun > caps.seconds, STEPS)
            try:
                with stopping.cancelling(opened.interrupt):
                    cursor = opened.execute(text)
                    names = [entry[0] for entry in cursor.description or ()]
                    found = collect(names, [None] * len(names), _chunks(cursor), caps)
            except sqlite3.OperationalError as error:
                if "interrupted" in str(error):
                    raise QueryStopped(why_stopped(stopping, caps)) from error
                raise QueryFailed(str(error)) from error
            except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
                raise QueryFailed(str(error)) from error
        return Rows(self._typed(found.table), found.cut, found.notes)

    def _typed(self, table: pa.Table) -> pa.Table:
        """A result with its texts as dates, and its numbers as booleans, where their columns are declared so.

        A column of the result is one of those that it is called after, where every value of it is a date or a boolean:
        ``ordered`` and ``ordered_month`` are called after ``ordered``.
        """
        declared = {
            column.name.lower(): column.type
            for entry in self.catalogue().tables.values()
            for column in entry.columns
            if _DATES.match(column.type) or _BOOLEANS.match(column.type)
        }
        for place, field in enumerate(table.schema):
            name = field.name.lower()
            found: pa.ChunkedArray | None = None
            if _BOOLEANS.match(declared.get(name, "")):
                found = _as_booleans(table.column(place))
            elif field.type == pa.string():
                kind = next((t for known, t in declared.items() if name.startswith(known) and _DATES.match(t)), "")
                found = _as_dates(table.column(place)) if kind else None
            table = table if found is None else table.set_column(place, field.name, found)
        return table


def _allow(action: int, first: str | None, second: str | None, *_: Any) -> int:
    """SQLite asks this for each thing that a statement would do."""
    if action in _READS:
        return sqlite3.SQLITE_OK
    function = action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in _FORBIDDEN
    return sqlite3.SQLITE_OK if function else sqlite3.SQLITE_DENY


def _chunks(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while chunk := cursor.fetchmany(CHUNK):
        yield chunk


def _as_booleans(values: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Zeros and ones as booleans; None where one of them is something else."""
    if not pa.types.is_integer(values.type):
        return None
    other = pc.and_(pc.not_equal(values, 0), pc.not_equal(values, 1))
    return None if pc.any(other).as_py() else pc.not_equal(values, 0)


def _as_dates(values: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Texts in ISO's form as dates, or as times where one of them has a time of the day; None where one is neither."""
    dates = _parsed(values, "%Y-%m-%d")
    if dates is not None:
        return dates.cast(pa.date32())
    return _parsed(pc.replace_substring(values, "T", " "), "%Y-%m-%d %H:%M:%S")


def _parsed(values: pa.ChunkedArray, form: str) -> pa.ChunkedArray | None:
    """Texts as times, where each of them is one in a form, and is all that the text says but parts of a second."""
    try:
        moments = pc.strptime(pc.utf8_slice_codeunits(values, 0, 19), format=form, unit="us")
    except pa.ArrowException:
        return None
    back = pc.utf8_slice_codeunits(pc.strftime(moments, format=form), 0, 19)
    rest = pc.utf8_slice_codeunits(values, 19)
    fractions = pc.match_substring_regex(rest, r"^(\.\d{1,6})?$")
    if pc.any(pc.not_equal(back, pc.utf8_slice_codeunits(values, 0, 19))).as_py() or pc.all(fractions).as_py() is False:
        return None
    if not pc.any(pc.not_equal(rest, "")).as_py():
        return moments
    parts = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.utf8_slice_codeunits(rest, 1), 6, "0"), 0, 6)
    micros = parts.cast(pa.int64()).cast(pa.duration("us"))
    return pc.add(moments, micros)


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
