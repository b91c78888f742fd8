"""Ibis: its back ends are the connections below them, and its tables are the SQL that Ibis writes of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .catalogue import Catalogue, Column, Table
from .connection import Caps, Connection, Rows, Stop

ENGINES = {"duckdb": "DuckDB", "sqlite": "SQLite", "postgres": "PostgreSQL", "pyspark": "Spark"}
"""The back ends whose tables can be asked, and their engines."""
LAZY_FRAME = "lazy frame"
_WITH = re.compile(r"(?is)\s*with(\s+recursive)?\b")


def engine_of(value: object) -> str:
    """The engine that a table of Ibis lies on; empty for what is none, is in memory, or lies on another engine."""
    table = getattr(sys.modules.get("ibis.expr.types"), "Table", None)
    if not isinstance(table, type) or not isinstance(value, table):
        return ""
    try:
        return ENGINES.get(value.get_backend().name, "")  # type: ignore[attr-defined]
    except sys.modules["ibis"].common.exceptions.IbisError:  # a table that is in memory, or bound to none
        return ""


def is_backend(value: object) -> bool:
    """Whether a value is a back end of Ibis."""
    kind = getattr(sys.modules.get("ibis.backends"), "BaseBackend", None)
    return isinstance(kind, type) and isinstance(value, kind)


def connection_of(backend: Any) -> Any:
    """The connection below a back end; None where questions cannot be asked of it."""
    if backend.name not in ENGINES:
        return None
    return backend._session if backend.name == "pyspark" else backend.con


def home_of(table: Any) -> tuple[object, Any]:
    """The connection below a table, and the table as that connection takes it."""
    backend = table.get_backend()
    connection, text = connection_of(backend), str(sys.modules["ibis"].to_sql(table))
    if backend.name == "pyspark":
        return connection, connection.sql(text)
    columns = tuple(Column(name, str(kind).removeprefix("!")) for name, kind in table.schema().items())
    return connection, Query(text, columns)


@dataclass(frozen=True)
class Query:
    """A table that is the result of a statement.

    Attributes:
        text: The statement, in the engine's dialect.
        columns: Its columns.
    """

    text: str
    columns: tuple[Column, ...]


class QueryConnection(Connection):
    """A database with results of statements as further tables: what a statement reads of them stands before it by WITH.

    Args:
        base: The database.
        queries: The statements, by what the user calls their results.
        catalogued: Whether the tables of the database can be read too.
    """

    def __init__(self, base: Connection, queries: Mapping[str, Query], *, catalogued: bool) -> None:
        super().__init__()
        self.engine, self.dialect, self.layers = base.engine, base.dialect, base.layers
        self._base, self._given, self._catalogued = base, dict(queries), catalogued
        self._names: dict[str, str] = {}

    def quoted(self, name: str) -> str:
        return self._base.quoted(name)

    def frame_tables(self) -> dict[str, Table]:
        found = self.catalogue()
        return {given: found.tables[found.schemas[0], name] for given, name in self._names.items()}

    def _read_catalogue(self) -> Catalogue:
        found = self._base.current_catalogue()
        self._names = free_names(self._given, found)
        here = found.schemas[0]
        added = [Table(here, self._names[given], query.columns, LAZY_FRAME) for given, query in self._given.items()]
        return Catalogue.of(
            [*(found.tables.values() if self._catalogued else ()), *added], found.schemas, found.database
        )

    def schema_version(self) -> str | None:
        return self._base.schema_version()

    def data_version(self, table: Table) -> str | None:
        return None if table.kind == LAZY_FRAME else self._base.data_version(table)

    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        return self._base.run(self._whole(text), caps, stop)

    def estimate(self, text: str) -> float | None:
        return self._base.estimate(self._whole(text))

    def _whole(self, text: str) -> str:
        """A statement with the queries that it names before it."""
        self.catalogue()
        parts = [
            f"{self.quoted(name)} AS ({self._given[given].text}\n)"
            for given, name in self._names.items()
            if self._given[given].text and re.search(rf"(?i)\b{re.escape(name)}\b", text)
        ]
        if not parts:
            return text
        own = _WITH.match(text)
        rest = f", {text[own.end() :]}" if own else f" {text}"
        return f"WITH{own[1] or '' if own else ''} {', '.join(parts)}{rest}"


def free_names(given: Mapping[str, Any], found: Catalogue) -> dict[str, str]:
    """What each frame is called in statements: its name, or one that no table of the database has."""
    taken, names = {name.lower() for _, name in found.tables}, dict[str, str]()
    for name in given:
        others = (name, *(f"{name}_frame{number}" for number in ("", *range(2, 100))))
        names[name] = next(other for other in others if other.lower() not in taken)
        taken.add(names[name].lower())
    return names
