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

from sqlglot import exp

from ..turn.definitions import (
    DIALECT,
    DatasetDefinition,
    Definitions,
    Expression,
    FieldDefinition,
    MetricDefinition,
    Relationship,
)
from .formula import FormulaError, parse, qualified
from .ossie import DefinitionError, Problem, line_of

_AGGREGATES = {
    "sum": "SUM({})", "average": "AVG({})", "min": "MIN({})", "max": "MAX({})", "count": "COUNT({})",
    "count_distinct": "COUNT(DISTINCT {})", "median": "MEDIAN({})",
    "sum_boolean": "SUM(CASE WHEN {} THEN 1 ELSE 0 END)",
}  # fmt: skip


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
        tables = [_table(entry) for entry in content["tables"]]
        metrics = [
            *(
                _metric(metric, table["name"], key)
                for table, key in _keyed(content)
                for metric in table.get("metrics") or ()
            ),
            *(_metric(metric, "", "") for metric in content.get("metrics") or ()),
        ]
        relationships = tuple(map(_snowflake_relationship, content.get("relationships") or ()))
        more = content.get("module_custom_instructions") or {}
        instructions = [str(text) for text in (content.get("custom_instructions"), *more.values()) if text]
    except (KeyError, TypeError, AttributeError) as error:
        raise DefinitionError([Problem(f"{file}:1", f"This semantic view has no {error} where one belongs.")]) from None
    return Definitions(tuple(tables), relationships, tuple(metrics), tuple(instructions), dict(_places(content, file)))


def _keyed(content: Any) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The tables, each with a column that has a value in each row, as its key has; empty where it has no key."""
    for table in content["tables"]:
        columns = (table.get("primary_key") or {}).get("columns") or [""]
        yield table, str(columns[0])


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


def _table(entry: Mapping[str, Any]) -> DatasetDefinition:
    base = entry.get("base_table") or {}
    source = ".".join(str(base[part]) for part in ("database", "schema", "table") if base.get(part))
    fields = [
        _snowflake_field(field, is_time=True if kind == "time_dimensions" else None)
        for kind in _FIELDS
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


def _metric(entry: Mapping[str, Any], table: str, key: str) -> MetricDefinition:
    formula = str(entry["expr"])
    if table:
        formula = _of_rows(qualified(formula, table, "snowflake"), table, key, "snowflake")
    expression = Expression({"SNOWFLAKE": formula})
    return MetricDefinition(
        str(entry["name"]), expression, str(entry.get("description") or ""), tuple(entry.get("synonyms") or ())
    )


def _of_rows(formula: str, table: str, key: str, dialect: str = "duckdb") -> str:
    """A count of rows as that of the table's key, so that it says whose rows it counts; other formulas as they are."""
    try:
        tree = parse(formula, dialect)
    except FormulaError:
        return formula
    rows = isinstance(tree, exp.Count | exp.Sum) and isinstance(tree.this, exp.Star | exp.Literal)
    is_one = isinstance(tree.this, exp.Star) or (isinstance(tree.this, exp.Literal) and tree.this.this == "1")
    return f"COUNT({table}.{key})" if key and rows and is_one else formula


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
    keys = {model["name"]: _plain_key(model) for model in models}
    measures = {
        m["name"]: _measure(m, model["name"], keys[model["name"]])
        for model in models
        for m in model.get("measures") or ()
    }
    formulas: dict[str, str] = {}
    problems = []
    waiting = list(metrics)
    while waiting:
        later = []
        for metric in waiting:
            formula = _dbt_formula(metric, measures, formulas, keys)
            if formula:
                formulas[metric["name"]] = formula
            else:
                later.append(metric)
        if len(later) == len(waiting):
            problems += [Problem(f"{file}:1", f"The metric {m['name']} {_why_not(m)}, and is not used.") for m in later]
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


def _measure(entry: Mapping[str, Any], model: str, key: str) -> str:
    """A measure of dbt as an aggregate; empty where it has none that is known here."""
    if entry.get("non_additive_dimension"):
        return ""  # a balance, of which each day has the whole
    expression = qualified(str(entry.get("expr") or entry["name"]), model)
    if entry["agg"] == "percentile" and (entry.get("agg_params") or {}).get("percentile"):
        return f"QUANTILE_CONT({expression}, {float(entry['agg_params']['percentile'])})"
    if entry["agg"] not in _AGGREGATES:
        return ""
    return _of_rows(_AGGREGATES[entry["agg"]].format(expression), model, key)


def _dbt_formula(
    metric: Mapping[str, Any], measures: Mapping[str, str], known: Mapping[str, str], keys: Mapping[str, str]
) -> str:
    """The formula of a metric; empty where it cannot be had (yet)."""
    given = metric.get("type_params") or {}
    if _filtered(metric):
        return ""
    if metric["type"] == "simple":
        if own := given.get("metric_aggregation_params"):  # since dbt 1.12 there need be no measure
            entry = {**own, "name": metric["name"], "expr": given.get("expr") or own.get("expr")}
            return _measure(entry, own["semantic_model"], keys.get(own["semantic_model"], ""))
        measure = given.get("measure") or {}
        return "" if _filtered(measure) else measures.get(measure.get("name", ""), "")
    if metric["type"] == "ratio":
        sides = [given.get(side) or {} for side in ("numerator", "denominator")]
        formulas = [known.get(side.get("name", ""), "") for side in sides]
        return "" if not all(formulas) or any(map(_filtered, sides)) else " / ".join(map(_side, formulas))
    if metric["type"] == "derived":
        inputs = given.get("metrics") or ()
        if any(part.get("offset_window") or part.get("offset_to_grain") or _filtered(part) for part in inputs):
            return ""
        names = {part.get("alias") or part["name"]: known.get(part["name"], "") for part in inputs}
        if not names or not all(names.values()):
            return ""
        pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
        return pattern.sub(lambda found: f"({names[found[0]]})", str(given.get("expr") or ""))
    return ""


def _side(formula: str) -> str:
    """A formula as one side of a quotient."""
    return f"({formula})" if isinstance(parse(formula), exp.Binary) else formula


def _why_not(metric: Mapping[str, Any]) -> str:
    """Why a metric of dbt has no formula here."""
    given = metric.get("type_params") or {}
    parts = [given.get(name) or {} for name in ("measure", "numerator", "denominator")]
    if any(map(_filtered, (metric, *parts, *(given.get("metrics") or ())))):
        return "has a filter"
    if metric["type"] not in {"simple", "ratio", "derived"}:
        return f"is {metric['type']}"
    return "rests on a measure or a metric that cannot be had (a balance, an offset, another figure)"


def _filtered(entry: Mapping[str, Any]) -> bool:
    """Whether a metric or a measure has a condition of its own."""
    found = entry.get("filter")
    return bool(found.get("where_filters") if isinstance(found, Mapping) else found)


def _plain_key(model: Mapping[str, Any]) -> str:
    """The column of a model's primary entity; empty where it is none, or more than a column."""
    keys = [str(e.get("expr") or e["name"]) for e in model.get("entities") or () if e["type"] == "primary"]
    return keys[0] if keys and re.fullmatch(r"\w+", keys[0]) else ""


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
