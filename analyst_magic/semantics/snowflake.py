"""Semantic views of Snowflake, as definitions.

Their YAML is that of docs.snowflake.com, "YAML specification for semantic views".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from ..turn.definitions import (
    DatasetDefinition,
    Definitions,
    Expression,
    FieldDefinition,
    MetricDefinition,
    Relationship,
)
from .content import DefinitionError, Text, line_of, problems_of
from .formula import count_of_rows, qualified

_T = TypeVar("_T")
_Many = Annotated[list[_T], BeforeValidator(lambda value: [] if value is None else value)]
_Words = Annotated[Text, BeforeValidator(lambda value: "" if value is None else value)]


class _Key(BaseModel):
    columns: _Many[Text] = []


class _BaseTable(BaseModel):
    database: _Words = ""
    schema_: _Words = Field("", alias="schema")
    table: _Words = ""


class _Column(BaseModel):
    name: Text
    expr: _Words = ""
    description: _Words = ""
    synonyms: _Many[Text] = []


class _Metric(_Column):
    expr: Text


class _Table(BaseModel):
    name: Text
    base_table: _BaseTable | None = None
    primary_key: _Key | None = None
    description: _Words = ""
    synonyms: _Many[Text] = []
    dimensions: _Many[_Column] = []
    time_dimensions: _Many[_Column] = []
    facts: _Many[_Column] = []
    measures: _Many[_Column] = []
    metrics: _Many[_Metric] = []


class _Pair(BaseModel):
    left_column: Text
    right_column: Text


class _Joined(BaseModel):
    name: _Words = ""
    left_table: Text
    right_table: Text
    relationship_columns: list[_Pair]


class _View(BaseModel):
    tables: list[_Table]
    metrics: _Many[_Metric] = []
    relationships: _Many[_Joined] = []
    custom_instructions: _Words = ""
    module_custom_instructions: dict[str, _Words] | None = None


_FIELDS = ("dimensions", "time_dimensions", "facts", "measures")
"""What of a table of Snowflake's is a field."""


def is_snowflake(content: Any) -> bool:
    """Whether the content of a YAML file is a semantic view of Snowflake."""
    return isinstance(content, Mapping) and "tables" in content and "semantic_model" not in content


def read_snowflake(content: Any, file: str) -> Definitions:
    """The definitions of a semantic view.

    Raises:
        DefinitionError: It is not as Snowflake writes it.
    """
    try:
        view = _View.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(problems_of(error, content, file)) from None
    metrics = [_metric(metric, table.name, _key(table)) for table in view.tables for metric in table.metrics]
    metrics += [_metric(metric, "", "") for metric in view.metrics]
    more = (view.module_custom_instructions or {}).values()
    return Definitions(
        tuple(map(_dataset, view.tables)),
        tuple(map(_relationship, view.relationships)),
        tuple(metrics),
        tuple(text for text in (view.custom_instructions, *more) if text),
        dict(_places(content, file)),
    )


def _key(table: _Table) -> str:
    """A column of a table's key, which has a value in each row; empty where the table has no key."""
    return table.primary_key.columns[0] if table.primary_key and table.primary_key.columns else ""


def _places(content: Any, file: str) -> Iterator[tuple[str, str]]:
    """Where each definition begins, by its kind and name."""
    for number, table in enumerate(content["tables"]):
        yield f"dataset {table['name']}", f"{file}:{line_of(content, ['tables', number])}"
        for part in (*_FIELDS, "metrics"):
            for index, entry in enumerate(table.get(part) or ()):
                name = f"metric {entry['name']}" if part == "metrics" else f"field {table['name']}.{entry['name']}"
                yield name, f"{file}:{line_of(content, ['tables', number, part, index])}"
    for part, kind in (("metrics", "metric"), ("relationships", "relationship")):
        for index, entry in enumerate(content.get(part) or ()):
            yield f"{kind} {entry.get('name', '')}", f"{file}:{line_of(content, [part, index])}"


def _dataset(table: _Table) -> DatasetDefinition:
    base = table.base_table
    source = ".".join(filter(None, (base.database, base.schema_, base.table))) if base else ""
    fields = [
        _field(column, is_time=True if kind == "time_dimensions" else None)
        for kind in _FIELDS
        for column in getattr(table, kind)
    ]
    key = tuple(table.primary_key.columns) if table.primary_key else ()
    return DatasetDefinition(
        table.name, source or table.name, key, (), table.description, tuple(table.synonyms), tuple(fields)
    )


def _field(column: _Column, *, is_time: bool | None) -> FieldDefinition:
    expression = Expression({"SNOWFLAKE": column.expr or column.name})
    return FieldDefinition(column.name, expression, "", column.description, tuple(column.synonyms), is_time)


def _metric(metric: _Metric, table: str, key: str) -> MetricDefinition:
    formula = metric.expr
    if table:
        formula = count_of_rows(qualified(formula, table, "snowflake"), table, key, "snowflake")
    expression = Expression({"SNOWFLAKE": formula})
    return MetricDefinition(metric.name, expression, metric.description, tuple(metric.synonyms))


def _relationship(joined: _Joined) -> Relationship:
    pairs = joined.relationship_columns
    return Relationship(
        joined.name or f"{joined.left_table}_to_{joined.right_table}",
        joined.left_table,
        joined.right_table,
        tuple(pair.left_column for pair in pairs),
        tuple(pair.right_column for pair in pairs),
    )
