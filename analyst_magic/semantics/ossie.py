"""Semantic models in the format of Apache Ossie, read from YAML with the line of each definition.

The format is that of the core specification, version 0.2.0.dev0 (github.com/apache/ossie, ``core-spec/spec.md`` and
``osi-schema.json``): a list of semantic models, each with datasets, relationships and metrics. What a vendor adds under
``custom_extensions`` is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..turn.definitions import (
    DIALECT,
    DatasetDefinition,
    Definitions,
    Expression,
    FieldDefinition,
    MetricDefinition,
    Relationship,
)
from .content import DefinitionError, Text, line_of, problems_of

VERSION = "0.2.0.dev0"
DIALECTS = ("ANSI_SQL", "SNOWFLAKE", "MDX", "TABLEAU", "DATABRICKS", "MAQL", "BIGQUERY")
_TIMES = frozenset({"Date", "Time", "DateTime", "DateTimeTz"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Extension(_Part):
    vendor_name: str
    data: str


class _Hints(BaseModel):
    model_config = ConfigDict(extra="allow")
    instructions: str = ""
    synonyms: list[Text] = []
    examples: list[Text] = []


class _Dialect(_Part):
    dialect: Literal[DIALECTS]  # type: ignore[valid-type]
    expression: Text


class _Expression(_Part):
    dialects: list[_Dialect] = Field(min_length=1)


class _Dimension(_Part):
    is_time: bool | None = None


_DataType = Literal[
    "String", "Integer", "Decimal", "Float", "Boolean", "Date", "Time", "DateTime", "DateTimeTz", "Opaque"
]


class _Described(_Part):
    name: Text = Field(min_length=1)
    description: str = ""
    ai_context: str | _Hints = ""
    custom_extensions: list[_Extension] = []

    @property
    def synonyms(self) -> tuple[str, ...]:
        return tuple(self.ai_context.synonyms) if isinstance(self.ai_context, _Hints) else ()

    @property
    def instructions(self) -> str:
        return self.ai_context if isinstance(self.ai_context, str) else self.ai_context.instructions


class _Field(_Described):
    expression: _Expression
    dimension: _Dimension | None = None
    label: str = ""
    datatype: _DataType | None = None


class _Dataset(_Described):
    source: Text
    primary_key: list[Text] = []
    unique_keys: list[list[Text]] = []
    fields: list[_Field] = []


class _Relationship(_Part):
    name: Text
    many: Text = Field(alias="from")
    one: Text = Field(alias="to")
    from_columns: list[Text] = Field(min_length=1)
    to_columns: list[Text] = Field(min_length=1)
    ai_context: str | _Hints = ""
    custom_extensions: list[_Extension] = []


class _Metric(_Described):
    expression: _Expression
    datatype: _DataType | None = None


class _SemanticModel(_Described):
    datasets: list[_Dataset] = Field(min_length=1)
    relationships: list[_Relationship] = []
    metrics: list[_Metric] = []


class _File(_Part):
    version: Literal["0.2.0.dev0"]
    semantic_model: list[_SemanticModel]


def read_ossie(content: Any, file: str) -> Definitions:
    """The definitions of a file.

    Args:
        content: What ``load`` gave.
        file: The file's name, for the places of what it defines.

    Raises:
        DefinitionError: It is not as the specification says; each problem has its line.
    """
    try:
        given = _File.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(problems_of(error, content, file, VERSION)) from None
    models = given.semantic_model
    places = dict(_places(content, file))
    return Definitions(
        tuple(_dataset(entry) for model in models for entry in model.datasets),
        tuple(_relationship(entry) for model in models for entry in model.relationships),
        tuple(
            MetricDefinition(entry.name, _expression(entry.expression), entry.description, entry.synonyms)
            for model in models
            for entry in model.metrics
        ),
        tuple(model.instructions for model in models if model.instructions),
        places,
    )


def _dataset(entry: _Dataset) -> DatasetDefinition:
    return DatasetDefinition(
        entry.name,
        entry.source,
        tuple(entry.primary_key),
        tuple(tuple(key) for key in entry.unique_keys),
        entry.description,
        entry.synonyms,
        tuple(map(_field, entry.fields)),
    )


def _field(entry: _Field) -> FieldDefinition:
    is_time = entry.dimension.is_time if entry.dimension is not None else None
    is_time = True if is_time is None and entry.datatype in _TIMES else is_time
    return FieldDefinition(
        entry.name, _expression(entry.expression), entry.label, entry.description, entry.synonyms, is_time
    )


def _relationship(entry: _Relationship) -> Relationship:
    return Relationship(entry.name, entry.many, entry.one, tuple(entry.from_columns), tuple(entry.to_columns))


def _expression(entry: _Expression) -> Expression:
    return Expression({part.dialect or DIALECT: part.expression for part in entry.dialects})


def _places(content: Any, file: str) -> Iterator[tuple[str, str]]:
    """Where each definition begins, by its kind and name."""
    for number, model in enumerate(content["semantic_model"]):
        for part, kind in (("datasets", "dataset"), ("relationships", "relationship"), ("metrics", "metric")):
            for index, entry in enumerate(model.get(part) or []):
                at: list[str | int] = ["semantic_model", number, part, index]
                yield f"{kind} {entry['name']}", f"{file}:{line_of(content, at)}"
                for position, field in enumerate(entry.get("fields") or [] if kind == "dataset" else []):
                    line = line_of(content, [*at, "fields", position])
                    yield f"field {entry['name']}.{field['name']}", f"{file}:{line}"
