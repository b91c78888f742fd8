"""Semantic models in the format of Apache Ossie, read from YAML with the line of each definition.

The format is that of the core specification, version 0.2.0.dev0 (github.com/apache/ossie, ``core-spec/spec.md`` and
``osi-schema.json``): a list of semantic models, each with datasets, relationships and metrics. What a vendor adds under
``custom_extensions`` is left as it is.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ..errors import InputError
from ..turn.definitions import (
    DIALECT,
    DatasetDefinition,
    Definitions,
    Expression,
    FieldDefinition,
    MetricDefinition,
    Relationship,
)

VERSION = "0.2.0.dev0"
DIALECTS = ("ANSI_SQL", "SNOWFLAKE", "MDX", "TABLEAU", "DATABRICKS", "MAQL", "BIGQUERY")
MAX_BYTES = 5_000_000
_TIMES = frozenset({"Date", "Time", "DateTime", "DateTimeTz"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file of definitions that cannot be as it is.

    Attributes:
        place: The file and line, as ``analyst.yaml:12``.
        message: What is wrong, and what to write.
    """

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class DefinitionError(InputError):
    """A file of definitions cannot be read.

    Attributes:
        problems: What is wrong in it.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}", "See all of them: analyst definitions check")
        self.problems = tuple(problems)


Text = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value)]


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


def yaml() -> YAML:
    """A reader and writer of YAML that keeps comments, quotes and order."""
    made = YAML(typ="rt")
    made.preserve_quotes = True
    made.width = 4096
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def load(path: Path) -> Any:
    """The content of a YAML file, with its lines and comments.

    Raises:
        DefinitionError: It cannot be read, or is no YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if len(text) > MAX_BYTES:
            raise DefinitionError([Problem(f"{path.name}:1", f"The file is over {MAX_BYTES // 1_000_000} MB.")])
        return yaml().load(io.StringIO(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise DefinitionError([Problem(f"{path.name}:{line}", f"This is no YAML: {error.problem}.")]) from None
    except (OSError, UnicodeDecodeError, YAMLError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no YAML in UTF-8"
        raise DefinitionError([Problem(f"{path.name}:1", f"The file cannot be read: {reason}.")]) from None


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
        raise DefinitionError([_problem(entry, content, file) for entry in error.errors()]) from None
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


def line_of(content: Any, path: Sequence[str | int]) -> int:
    """The line, from 1, of the entry that a path of names and positions leads to, or of the last that is there."""
    line, node = 1, content
    mark: Any
    for step in path:
        try:
            mark = node.lc.item(step) if isinstance(step, int) else node.lc.key(step)
            line, node = mark[0] + 1, node[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def _problem(entry: Any, content: Any, file: str) -> Problem:
    where = [step for step in entry["loc"] if step not in {"str", "_Hints"}]
    name = next((step for step in reversed(where) if isinstance(step, str)), "the file")
    kind = entry["type"]
    if kind == "missing":
        message = f"{name} is missing."
    elif kind == "extra_forbidden":
        message = f"{name} is not known here. What is your own goes under custom_extensions."
    elif name == "version":
        message = f'The version that is read is "{VERSION}".'
    elif kind == "literal_error":
        message = f"{name} is one of {entry['ctx']['expected']}."
    else:
        message = f"{name}: {entry['msg']}."
    return Problem(f"{file}:{line_of(content, where)}", message)


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
