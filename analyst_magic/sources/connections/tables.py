"""Connections and their tables as sources: a connection in scope stands for the tables that it holds."""

from __future__ import annotations

import re
import time
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from ...errors import FrameError, InputError
from ...language import message
from ...turn import FrameCard
from ...wording import count
from ..base import Source, SourceKind
from ..frames import plain_kind, to_frame
from ..profile import profile
from . import ibis
from .catalogue import Column, Table
from .connection import Caps, Connection, QueryFailed, QueryStopped
from .lazy import connection_name, engine_of_frame, home_of
from .open import database_of, open_connection

SAMPLE_ROWS = 10_000
MAX_VALUES = 400_000
SAMPLE_SECONDS = 5.0
MAX_PROFILE_SECONDS = 60.0
"""How long a description is good where the engine does not tell whether rows have changed."""
_WORDS = (
    ("text", r"char|text|string|clob|uuid|json|xml|enum|set|inet|cidr|name|citext|bpchar"),
    ("boolean", r"bool|bit\(1\)|^bit$|tinyint\(1\)"),
    ("moment", r"timestamp|datetime"),
    ("duration", r"interval"),
    ("date", r"^date"),
    ("time", r"^time"),
    ("number", r"int|serial|numeric|decimal|number|real|float|double|money|year"),
    ("binary", r"blob|bytea|binary"),
)
"""The kinds of types in one word, as frames have them, each with what stands in an engine's name of such a type."""


@dataclass(frozen=True, eq=False)
class ConnectedTable:
    """A table of a connection, as a value in scope.

    Attributes:
        connection: The database.
        connection_name: What the user calls it.
        table: The table.
        called: What the user calls it, where it is a frame; empty where it goes by its own name.
    """

    connection: Connection
    connection_name: str
    table: Table
    called: str = ""

    @property
    def reference(self) -> str:
        """The table as a statement names it, with quotes where it needs them."""
        schema, name = self.table.schema, self.table.name
        here = self.connection.catalogue().schemas[:1] == (schema,)
        return ".".join(self._word(part) for part in ([name] if here or not schema else [schema, name]))

    @property
    def words(self) -> str:
        """Its name, its comment and those of its columns in small letters, to be searched."""
        columns = " ".join(f"{column.name} {column.comment}" for column in self.table.columns)
        return f"{self.reference} {self.table.comment} {columns}".lower()

    def _word(self, name: str) -> str:
        return (
            name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in _KEYWORDS else self.connection.quoted(name)
        )


_KEYWORDS = frozenset(
    """all and any as asc between by case cast check column create cross current_date default delete desc distinct else
    end except exists false fetch for from full grant group having in index inner insert intersect into is join key left
    like limit not null offset on or order outer primary references right rows select set table then to true union
    unique update user using values view when where window with""".split()
)


@dataclass(frozen=True)
class TableSource(Source):
    """A table of a connection: described by the catalogue and a bounded sample; its rows stay where they are."""

    name: str
    value: ConnectedTable
    hidden: frozenset[str] = frozenset()
    kind: str = "table of a connection"
    travels: bool = False

    def read(self) -> object:
        """Nothing: the table is asked on its engine.

        Raises:
            FrameError: Always.
        """
        of = self.value.connection_name
        raise FrameError(
            message("{name} is a table of the connection {of}, and is not read as a whole.", name=self.name, of=of),
            message("Ask it by SQL: a block with connection={of}, whose result is a frame.", of=of),
        )

    @property
    def labels(self) -> list[str]:
        return [column.name for column in self._columns()]

    @property
    def row_count(self) -> int | None:
        return self.value.table.rows

    @property
    def extent(self) -> str:
        rows = "" if self.row_count is None else f"about {count(self.row_count, 'row')}, "
        return f"{self._about()}, {rows}{count(len(self.labels), 'column')}"

    def column_types(self) -> list[tuple[str, str]]:
        return [(column.name, column.type) for column in self._columns()]

    def column_kinds(self) -> list[tuple[str, str]]:
        return [(name, kind_of_type(kind)) for name, kind in self.column_types()]

    def state(self) -> str:
        """Its schema, when that was looked at, and the version of its rows; the minute where the engine tells none."""
        connection = self.value.connection
        try:
            rows = connection.data_version(self.value.table)
        except (QueryFailed, QueryStopped):
            rows = None
        version = f"minute {time.monotonic() // MAX_PROFILE_SECONDS:.0f}" if rows is None else rows
        return f"{id(connection):x} {connection.looked_at} {version} {self.value.reference} {self.column_types()}"

    def card(self) -> FrameCard:
        """What is known of the table: exactly where it is small, else from some of its rows."""
        most = max(100, min(SAMPLE_ROWS, MAX_VALUES // max(1, len(self.value.table.columns))))
        caps = Caps(rows=most, bytes=50_000_000, seconds=SAMPLE_SECONDS)
        try:
            found = self.value.connection.sample(self.value.reference, most + 1, caps)
        except (
            QueryFailed,
            QueryStopped,
        ):  # nothing may be read, or not in time: names and types are known all the same
            return self.outline()
        card = profile(to_frame(self.name, _known(found.table)))
        whole = not found.cut and found.table.num_rows <= most
        rows = found.table.num_rows if whole else self.value.table.rows or found.table.num_rows
        dtypes = dict(self.column_types())
        columns = tuple(replace(c, dtype=dtypes.get(c.name, c.dtype)) for c in card.columns if c.name in dtypes)
        return replace(card, kind=self._about(), rows=rows, exact=whole, columns=columns)

    def outline(self) -> FrameCard:
        """What the catalogue says of the table: no row is read."""
        types = {name: pa.table({name: pa.array([], _arrow_type(kind))}) for name, kind in self.column_kinds()}
        empty = pa.table({name: table.column(0) for name, table in types.items()})
        card = profile(to_frame(self.name, empty))
        dtypes = dict(self.column_types())
        columns = tuple(replace(column, dtype=dtypes.get(column.name, "")) for column in card.columns)
        return replace(card, kind=self._about(), rows=self.value.table.rows or 0, exact=False, columns=columns)

    def hiding(self, hidden: Iterable[str]) -> Source:
        names = {column for frame, _, column in (entry.partition(".") for entry in hidden) if frame == self.name}
        return replace(self, hidden=self.hidden | names)

    def _columns(self) -> list[Column]:
        return [column for column in self.value.table.columns if column.name not in self.hidden]

    def _about(self) -> str:
        table = self.value.table
        comment = f" ({table.comment[:200]})" if table.comment else ""
        written = "" if self.value.reference == self.name else f" {self.value.reference}"
        return (
            f"{self.value.connection.engine} {table.kind}{written} of connection {self.value.connection_name}{comment}"
        )


class TableKind(SourceKind):
    """Tables of connections."""

    name = "table of a connection"

    def matches(self, value: object) -> bool:
        return isinstance(value, ConnectedTable)

    def open(self, name: str, value: object) -> Source:
        assert isinstance(value, ConnectedTable)
        return TableSource(name, value)


@dataclass(frozen=True)
class ConnectionSource(Source):
    """A connection as a user's list of data shows it; a question sees its tables in its place."""

    name: str
    kind: str
    value: object
    travels: bool = False

    def read(self) -> object:
        """Nothing: its tables are asked.

        Raises:
            FrameError: Always.
        """
        raise FrameError(
            message("{name} is a connection to {kind}, not a frame.", name=self.name, kind=self.kind),
            message("Ask about its tables."),
        )

    @property
    def labels(self) -> list[str]:
        """The names of its tables; none where it cannot be reached."""
        return self._tables() or []

    @property
    def extent(self) -> str:
        tables = self._tables()
        return f"{self.kind}, cannot be reached" if tables is None else f"{self.kind}, {count(len(tables), 'table')}"

    def _tables(self) -> list[str] | None:
        try:
            return [table.table.name for table in connected_tables(self.name, self.value)]
        except InputError:
            return None

    def column_kinds(self) -> list[tuple[str, str]]:
        return [(name, "table") for name in self.labels]

    def state(self) -> str:
        return f"connection {id(self.value):x}"


class ConnectionKind(SourceKind):
    """Connections to databases, and database files."""

    name = "connection"

    def matches(self, value: object) -> bool:
        return bool(database_of(value))

    def open(self, name: str, value: object) -> Source:
        return ConnectionSource(name, database_of(value), value)


class LazyKind(SourceKind):
    """Frames that lie on an engine."""

    name = "frame of an engine"

    def matches(self, value: object) -> bool:
        return bool(engine_of_frame(value))

    def open(self, name: str, value: object) -> Source:
        home, frame = home_of(value)
        (table,) = connected_frames(connection_name(value, {}), home, {name: frame}, alone=True)
        return TableSource(name, table)


def kind_of_type(kind: str) -> str:
    """An engine's type in one word, as ``frames.plain_kind`` gives it.

    >>> kind_of_type("character varying(20)"), kind_of_type("numeric(10,2)"), kind_of_type("integer[]")
    ('text', 'number', 'list')
    """
    kind = kind.lower()
    if kind.endswith("[]") or kind.startswith("array"):
        return "list"
    if kind.startswith(("struct", "map", "row")):
        return "struct"
    return next((word for word, pattern in _WORDS if re.search(pattern, kind)), plain_kind(kind))


def _arrow_type(kind: str) -> pa.DataType:
    known = {"number": pa.float64(), "boolean": pa.bool_(), "moment": pa.timestamp("us"), "date": pa.date32(),
             "time": pa.time64("us"), "duration": pa.duration("us"), "binary": pa.binary()}  # fmt: skip
    return known.get(kind, pa.string())


def _known(table: pa.Table) -> pa.Table:
    """A table whose columns without a type are texts."""
    fields = [pa.field(f.name, pa.string()) if pa.types.is_null(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields))


def expanded(values: Mapping[str, object]) -> dict[str, object]:
    """Sources by name, with the tables of each connection in its place. Called in the caller's thread.

    A table goes by its own name; where two sources would have one name, by that of its schema or connection too. A
    frame that lies on an engine is a table of the connection to it, under the frame's name. A connection that cannot be
    used, as one that is closed, is left out with a warning where there is anything else.

    Raises:
        InputError: No connection can be used, and there is nothing else.
    """
    frames = {name: value for name, value in values.items() if engine_of_frame(value)}
    connections = {name: value for name, value in values.items() if name not in frames and database_of(value)}
    if not connections and not frames:
        return dict(values)
    found = {name: value for name, value in values.items() if name not in connections and name not in frames}
    tables, failures = list[ConnectedTable](), list[InputError]()
    for name, home, of_home, alone in _places(connections, frames):
        try:
            tables += connected_frames(name, home, of_home, alone=alone) if of_home else connected_tables(name, home)
        except InputError as error:
            failures.append(error)
    if failures and not found and not tables:
        raise failures[0]
    for failure in failures:
        warnings.warn(f"Left out: {failure}", stacklevel=2)
    found |= {table.called: table for table in tables if table.called}
    tables = [table for table in tables if not table.called]
    alike = Counter(table.table.name.lower() for table in tables)
    taken = {name.lower() for name in found}
    for table in tables:
        unique = alike[table.table.name.lower()] == 1 and table.table.name.lower() not in taken
        found[_source_name(table, found, unique=unique)] = table
    return found


def _places(
    connections: Mapping[str, object], frames: Mapping[str, object]
) -> list[tuple[str, object, dict[str, Any], bool]]:
    """The engines that are asked: name, connection, its frames by name, and whether these are all of it."""
    homes = {name: home_of(value) for name, value in frames.items()}
    places = list[tuple[str, object, dict[str, Any], bool]]()
    for name, value in connections.items():
        value = (ibis.connection_of(value) or value) if ibis.is_backend(value) else value
        mine = {frame: homes.pop(frame)[1] for frame in list(homes) if homes[frame][0] is value}
        places.append((name, value, mine, False))
    taken = dict(connections)
    while homes:
        home = next(iter(homes.values()))[0]
        name = connection_name(frames[next(iter(homes))], {**taken, **frames})
        places.append((name, home, {f: homes.pop(f)[1] for f in list(homes) if homes[f][0] is home}, True))
        taken[name] = home
    return places


def connected_frames(name: str, home: object, frames: Mapping[str, Any], *, alone: bool) -> list[ConnectedTable]:
    """Frames of one engine as tables of its connection, with the connection's own tables unless they are alone.

    Args:
        name: What the connection is called.
        home: What it is opened from.
        frames: The frames by name.
        alone: Whether statements may read them only.

    Raises:
        InputError: The engine cannot be asked.
    """
    try:
        connection = open_connection(name, home).with_frames(frames, alone=alone)
        tables = connection.current_catalogue().tables.values()
    except QueryFailed as error:
        named = ", ".join(frames)
        raise InputError(
            message("{named} cannot be asked: {error}.", named=named, error=str(error)),
            message("Open the connection anew, and make them again."),
        ) from error
    called = {id(table): given for given, table in connection.frame_tables().items()}
    return [ConnectedTable(connection, name, table, called.get(id(table), "")) for table in tables]


def _source_name(table: ConnectedTable, found: Collection[str], *, unique: bool) -> str:
    plain = table.table.name.replace(".", "_")
    names = [plain, f"{table.table.schema}_{plain}", f"{table.connection_name}_{table.table.schema}_{plain}"]
    names = names if unique else names[1:]
    return next((name for name in names if name not in found), f"{names[-1]}_2")


def connected_tables(name: str, value: object, *, refresh: bool = False) -> list[ConnectedTable]:
    """The tables of a connection.

    Args:
        name: What it is called.
        value: What it is opened from.
        refresh: Whether to look at the database anew, also where nothing seems to have changed.

    Raises:
        InputError: It cannot be used.
    """
    connection = open_connection(name, value)
    try:
        catalogue = connection.catalogue(refresh=True) if refresh else connection.current_catalogue()
    except QueryFailed as error:
        raise InputError(
            message("The connection {name} cannot be asked for its tables: {error}.", name=name, error=str(error)),
            message("Open it anew."),
        ) from error
    return [ConnectedTable(connection, name, table) for table in catalogue.tables.values()]
