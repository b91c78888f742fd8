"""What a team has agreed on: datasets with their fields, how they belong together, and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DIALECT = "ANSI_SQL"
"""The dialect of an expression that names none."""
NOT_SQL = frozenset({"MDX", "TABLEAU", "MAQL"})
"""Dialects whose formulas are no SQL, and are kept but not used."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula in SQL, in one dialect or in several.

    >>> Expression({"ANSI_SQL": "SUM(x)", "SNOWFLAKE": "SUM(x::FLOAT)"}).text("snowflake")
    'SUM(x::FLOAT)'

    Attributes:
        dialects: The formula by the dialect's name, in capitals.
    """

    dialects: Mapping[str, str]

    def text(self, dialect: str = "") -> str:
        """The formula in a dialect; where there is none in it, the standard one, else the first."""
        return self.chosen(dialect)[0]

    def chosen(self, dialect: str = "") -> tuple[str, str]:
        """The same with the dialect that it is written in, in small letters; the standard one is that of DuckDB.

        >>> Expression({"SNOWFLAKE": "SUM(ZEROIFNULL(x))"}).chosen("postgres")
        ('SUM(ZEROIFNULL(x))', 'snowflake')
        """
        names = [name for name in (dialect.upper(), DIALECT) if self.dialects.get(name)]
        names += sorted(self.dialects, key=lambda name: name in NOT_SQL)
        return self.dialects[names[0]], "duckdb" if names[0] == DIALECT else names[0].lower()


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """A column of a dataset, or one that is computed from its columns.

    Attributes:
        name: Its name.
        expression: The column's name, or a formula for each row.
        label, description: Its heading, and what it means.
        synonyms: Other words for it.
        is_time: Whether it is the time of a row; None where the file does not say.
    """

    name: str
    expression: Expression
    label: str = ""
    description: str = ""
    synonyms: tuple[str, ...] = ()
    is_time: bool | None = None


@dataclass(frozen=True, slots=True)
class DatasetDefinition:
    """A frame, a file or a table, with what is known of it.

    Attributes:
        name: Its name.
        source: The frame's or the table's name, with the connection or the schema before it where it has one.
        primary_key: The columns that tell each row from all others.
        unique_keys: Further such groups of columns.
        description, synonyms: What it holds, and other words for it.
        fields: Its columns, and what is computed from them.
    """

    name: str
    source: str
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    description: str = ""
    synonyms: tuple[str, ...] = ()
    fields: tuple[FieldDefinition, ...] = ()

    @property
    def keys(self) -> tuple[frozenset[str], ...]:
        """Each group of columns that tells the rows apart."""
        return tuple(frozenset(key) for key in (self.primary_key, *self.unique_keys) if key)

    def field(self, name: str) -> FieldDefinition | None:
        """The field of a name, whatever the case of its letters."""
        return next((known for known in self.fields if known.name.casefold() == name.casefold()), None)


@dataclass(frozen=True, slots=True)
class Relationship:
    """How rows of one dataset belong to a row of another.

    Attributes:
        name: Its name.
        many, one: The dataset with several rows for one of the other, and that other.
        many_columns, one_columns: Their columns, in the same order.
    """

    name: str
    many: str
    one: str
    many_columns: tuple[str, ...]
    one_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MetricDefinition:
    """A figure, and how it is computed.

    Attributes:
        name: Its name.
        expression: An aggregate over fields: ``SUM(order_lines.quantity * order_lines.unit_price)``.
        description, synonyms: What it measures, and other words for it.
    """

    name: str
    expression: Expression
    description: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definitions:
    """All that is defined for a notebook; later files do not change what earlier ones say.

    Attributes:
        datasets, relationships, metrics: By the order of the files.
        instructions: What the files say of how to use them.
        places: Where a definition stands, as ``analyst.yaml:12``, by ``kind name`` such as ``metric revenue``.
    """

    datasets: tuple[DatasetDefinition, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    metrics: tuple[MetricDefinition, ...] = ()
    instructions: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __bool__(self) -> bool:
        return bool(self.datasets or self.metrics or self.relationships)

    def metric(self, name: str) -> MetricDefinition | None:
        """The metric of a name, whatever the case of its letters."""
        return next((known for known in self.metrics if known.name.casefold() == name.casefold()), None)

    def dataset(self, name: str) -> DatasetDefinition | None:
        """The dataset of a name, whatever the case of its letters."""
        return next((known for known in self.datasets if known.name.casefold() == name.casefold()), None)

    def place(self, kind: str, name: str) -> str:
        """Where a definition stands: ``analyst.yaml:12``; empty where that is not known."""
        return self.places.get(f"{kind} {name}", "")
