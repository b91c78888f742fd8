"""Semantic models of other tools, as definitions: dbt's semantic manifest, and Snowflake's semantic views.

dbt: ``semantic_manifest.json`` of ``dbt parse`` (docs.getdbt.com, "Semantic manifest"). Snowflake: the YAML of a
semantic view (docs.snowflake.com, "YAML specification for semantic views").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..turn.definitions import (
    DIALECT,
    DatasetDefinition,
    Definitions,
    Expression,
    FieldDefinition,
    MetricDefinition,
    Relationship,
)
from .ossie import DefinitionError, Problem

_AGGREGATES = {
    "sum": "SUM({})", "average": "AVG({})", "min": "MIN({})", "max": "MAX({})", "count": "COUNT({})",
    "count_distinct": "COUNT(DISTINCT {})", "median": "MEDIAN({})",
    "sum_boolean": "SUM(CASE WHEN {} THEN 1 ELSE 0 END)",
}  # fmt: skip


def is_snowflake(content: Any) -> bool:
    """Whether the content of a YAML file is a semantic view of Snowflake."""
    return isinstance(content, Mapping) and "tables" in content and "semantic_model" not in content


def read_snowflake(content: Any, file: str) -> Definitions:
    """The definitions of a semantic view.

    Raises:
        DefinitionError: It is not as Snowflake writes it.
    """
    try:
        tables = [_table(entry) for entry in content["tables"]]
        metrics = [
            *(_metric(metric, table["name"]) for table in content["tables"] for metric in table.get("metrics") or ()),
            *(_metric(metric, "") for metric in content.get("metrics") or ()),
        ]
        relationships = tuple(map(_snowflake_relationship, content.get("relationships") or ()))
        instructions = [str(content[name]) for name in ("custom_instructions",) if content.get(name)]
    except (KeyError, TypeError, AttributeError) as error:
        raise DefinitionError([Problem(f"{file}:1", f"This semantic view has no {error} where one belongs.")]) from None
    places = {f"metric {metric.name}": f"{file}:1" for metric in metrics}
    places |= {f"dataset {table.name}": f"{file}:1" for table in tables}
    return Definitions(tuple(tables), relationships, tuple(metrics), tuple(instructions), places)


def _table(entry: Mapping[str, Any]) -> DatasetDefinition:
    base = entry.get("base_table") or {}
    source = ".".join(str(base[part]) for part in ("database", "schema", "table") if base.get(part))
    fields = [
        _snowflake_field(field, is_time=True if kind == "time_dimensions" else None)
        for kind in ("dimensions", "time_dimensions", "facts", "measures")
        for field in entry.get(kind) or ()
    ]
    key = tuple((entry.get("primary_key") or {}).get("columns") or ())
    description, synonyms = str(entry.get("description") or ""), tuple(entry.get("synonyms") or ())
    name = str(entry["name"])
    return DatasetDefinition(name, source or name, key, (), description, synonyms, tuple(fields))


def _snowflake_field(entry: Mapping[str, Any], *, is_time: bool | None) -> FieldDefinition:
    name = str(entry["name"])
    expression = Expression({"SNOWFLAKE": str(entry.get("expr") or name)})
    synonyms = tuple(entry.get("synonyms") or ())
    return FieldDefinition(name, expression, "", str(entry.get("description") or ""), synonyms, is_time)


def _metric(entry: Mapping[str, Any], table: str) -> MetricDefinition:
    formula = str(entry["expr"])
    if table:
        from .formula import qualified

        formula = qualified(formula, table, "snowflake")
    expression = Expression({"SNOWFLAKE": formula})
    return MetricDefinition(
        str(entry["name"]), expression, str(entry.get("description") or ""), tuple(entry.get("synonyms") or ())
    )


def _snowflake_relationship(entry: Mapping[str, Any]) -> Relationship:
    pairs = entry["relationship_columns"]
    return Relationship(
        str(entry.get("name") or f"{entry['left_table']}_to_{entry['right_table']}"),
        str(entry["left_table"]),
        str(entry["right_table"]),
        tuple(str(pair["left_column"]) for pair in pairs),
        tuple(str(pair["right_column"]) for pair in pairs),
    )


def read_dbt(path: Path) -> tuple[Definitions, tuple[Problem, ...]]:
    """The definitions of dbt's ``semantic_manifest.json``, and what of it cannot be used.

    Raises:
        DefinitionError: It cannot be read.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        models = content["semantic_models"]
        return _of_dbt(models, content.get("metrics") or [], path.name)
    except (OSError, ValueError) as error:
        raise DefinitionError([Problem(f"{path.name}:1", f"The file cannot be read: {error}.")]) from None
    except (KeyError, TypeError, AttributeError) as error:
        raise DefinitionError([Problem(f"{path.name}:1", f"This manifest has no {error} where one belongs.")]) from None


def _of_dbt(models: Any, metrics: Any, file: str) -> tuple[Definitions, tuple[Problem, ...]]:
    measures = {m["name"]: _measure(m, model["name"]) for model in models for m in model.get("measures") or ()}
    formulas: dict[str, str] = {}
    problems = []
    waiting = list(metrics)
    while waiting:
        later = []
        for metric in waiting:
            formula = _dbt_formula(metric, measures, formulas)
            if formula:
                formulas[metric["name"]] = formula
            else:
                later.append(metric)
        if len(later) == len(waiting):
            problems += [
                Problem(f"{file}:1", f"The metric {m['name']} is {m['type']}, or has a filter, and is not used.")
                for m in later
            ]
            break
        waiting = later
    described = {metric["name"]: metric for metric in metrics}
    found = tuple(
        MetricDefinition(
            name, Expression({DIALECT: formula}), str(described[name].get("description") or ""), _label(described[name])
        )
        for name, formula in formulas.items()
    )
    places = {f"metric {metric.name}": f"{file}:1" for metric in found}
    return Definitions(tuple(map(_model, models)), tuple(_dbt_relationships(models)), found, (), places), tuple(
        problems
    )


def _label(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The label as another word for it, where it says more than the name."""
    label = str(entry.get("label") or "")
    return (label,) if label and label.casefold() != str(entry["name"]).replace("_", " ").casefold() else ()


def _measure(entry: Mapping[str, Any], model: str) -> str:
    """A measure of dbt as an aggregate; empty where it has none that is known here."""
    from .formula import qualified

    expression = qualified(str(entry.get("expr") or entry["name"]), model)
    if entry["agg"] == "percentile" and (entry.get("agg_params") or {}).get("percentile"):
        return f"QUANTILE_CONT({expression}, {float(entry['agg_params']['percentile'])})"
    return _AGGREGATES[entry["agg"]].format(expression) if entry["agg"] in _AGGREGATES else ""


def _dbt_formula(metric: Mapping[str, Any], measures: Mapping[str, str], known: Mapping[str, str]) -> str:
    """The formula of a metric; empty where it cannot be had (yet)."""
    given = metric.get("type_params") or {}
    if metric.get("filter"):
        return ""
    if metric["type"] == "simple":
        measure = given.get("measure") or {}
        return "" if measure.get("filter") else measures.get(measure.get("name", ""), "")
    if metric["type"] == "ratio":
        sides = [given.get(side) or {} for side in ("numerator", "denominator")]
        formulas = [known.get(side.get("name", ""), "") for side in sides]
        return (
            "" if not all(formulas) or any(side.get("filter") for side in sides) else f"{formulas[0]} / {formulas[1]}"
        )
    if metric["type"] == "derived":
        inputs = given.get("metrics") or ()
        if any(part.get("offset_window") or part.get("offset_to_grain") or part.get("filter") for part in inputs):
            return ""
        names = {part.get("alias") or part["name"]: known.get(part["name"], "") for part in inputs}
        if not names or not all(names.values()):
            return ""
        pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
        return pattern.sub(lambda found: f"({names[found[0]]})", str(given.get("expr") or ""))
    return ""


def _model(entry: Mapping[str, Any]) -> DatasetDefinition:
    relation = entry.get("node_relation") or {}
    parts = [relation.get("schema_name"), relation.get("alias") or entry["name"]]
    entities = entry.get("entities") or ()
    fields = [
        FieldDefinition(
            dimension["name"],
            Expression({DIALECT: str(dimension.get("expr") or dimension["name"])}),
            str(dimension.get("label") or ""),
            str(dimension.get("description") or ""),
            (),
            True if dimension.get("type") == "time" else None,
        )
        for dimension in entry.get("dimensions") or ()
    ]
    keys = {e["type"]: (str(e.get("expr") or e["name"]),) for e in entities if e["type"] in {"primary", "unique"}}
    return DatasetDefinition(
        entry["name"],
        ".".join(str(part) for part in parts if part),
        keys.get("primary", ()),
        (keys["unique"],) if "unique" in keys else (),
        str(entry.get("description") or ""),
        (),
        tuple(fields),
    )


def _dbt_relationships(models: Any) -> Iterator[Relationship]:
    """A foreign entity belongs to the model that has the entity of that name as its key."""
    ones = {
        entity["name"]: (model["name"], str(entity.get("expr") or entity["name"]))
        for model in models
        for entity in model.get("entities") or ()
        if entity["type"] in {"primary", "unique"}
    }
    for model in models:
        for entity in model.get("entities") or ():
            if entity["type"] == "foreign" and entity["name"] in ones and ones[entity["name"]][0] != model["name"]:
                one, column = ones[entity["name"]]
                own = str(entity.get("expr") or entity["name"])
                yield Relationship(f"{model['name']}_to_{one}", model["name"], one, (own,), (column,))
