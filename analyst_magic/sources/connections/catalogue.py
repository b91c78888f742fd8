"""What a database holds: its tables and views with their columns, keys, comments and sizes, without a look at rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: Its name.
        type: Its type in the engine's words.
        comment: What its owner says of it; empty where nothing.
        collation: As a statement writes it, the collation that tells its texts apart and sorts them letter by letter;
            empty where its own does so.
    """

    name: str
    type: str
    comment: str = ""
    collation: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view.

    Attributes:
        schema: The schema that it is in.
        name: Its name.
        columns: Its columns in order.
        kind: ``table`` or ``view``.
        comment: What its owner says of it.
        rows: How many rows the engine takes it to have; None where it does not know.
        key: The columns of its primary key.
        references: Its foreign keys: columns, the table that they refer to as schema and name, and its columns.
    """

    schema: str
    name: str
    columns: tuple[Column, ...]
    kind: str = "table"
    comment: str = ""
    rows: int | None = None
    key: tuple[str, ...] = ()
    references: tuple[tuple[tuple[str, ...], tuple[str, str], tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All tables that can be read on a connection.

    Attributes:
        tables: The tables, by schema and name.
        schemas: The schemas in which a name without one is looked for, in order.
        database: What a name of three parts may begin with; empty where it may not have three.
    """

    tables: dict[tuple[str, str], Table] = field(default_factory=dict)
    schemas: tuple[str, ...] = ("",)
    database: str = ""

    @classmethod
    def of(cls, tables: Iterable[Table], schemas: Iterable[str], database: str = "") -> Catalogue:
        """A catalogue of some tables."""
        return cls({(table.schema, table.name): table for table in tables}, tuple(schemas), database)
