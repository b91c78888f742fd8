"""Semantic models and metrics of dbt, as definitions.

They stand in ``semantic_manifest.json``, which ``dbt parse`` writes (docs.getdbt.com, "Semantic manifest").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
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
from .content import DefinitionError, Problem, Text, problems_of, text_of
from .formula import count_of_rows, parse, qualified

MAX_BYTES = 50_000_000

_AGGREGATES = {
    "sum": "SUM({})", "average": "AVG({})", "min": "MIN({})", "max": "MAX({})", "count": "COUNT({})",
    "count_distinct": "COUNT(DISTINCT {})", "median": "MEDIAN({})",
    "sum_boolean": "SUM(CASE WHEN {} THEN 1 ELSE 0 END)",
}  # fmt: skip


class _Part(BaseModel):
    """A part of the manifest, with what is read of it; the rest stays as it is."""

    model_config = ConfigDict(extra="allow")


class _Named(_Part):
    name: Text


class _Entity(_Named):
    type: str
    expr: Text | None = None


class _Aggregate(_Part):
    agg: str
    expr: Text | None = None
    agg_params: dict[str, Any] | None = None


class _Measure(_Named, _Aggregate):
    pass


class _MetricAggregate(_Aggregate):
    semantic_model: Text


class _Model(_Named):
    node_relation: dict[str, Any] | None = None
    entities: list[_Entity] | None = None
    dimensions: list[_Entity] | None = None
    measures: list[_Measure] | None = None


class _Parameters(_Part):
    measure: _Named | None = None
    numerator: _Named | None = None
    denominator: _Named | None = None
    metrics: list[_Named] | None = None
    metric_aggregation_params: _MetricAggregate | None = None
    expr: Text | None = None


class _Metric(_Named):
    type: str
    type_params: _Parameters | None = None


class _Manifest(_Part):
    semantic_models: list[_Model]
    metrics: Annotated[list[_Metric], BeforeValidator(lambda value: value or [])] = []


def read_dbt(path: Path) -> tuple[Definitions, tuple[Problem, ...]]:
    """The definitions of dbt's ``semantic_manifest.json``, and what of it cannot be used.

    Raises:
        DefinitionError: It cannot be read.
    """
    try:
        content = json.loads(text_of(path, MAX_BYTES))
        manifest = _Manifest.model_validate(content).model_dump()
    except ValidationError as error:
        raise DefinitionError(problems_of(error, content, path.name)) from None
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else error
        raise DefinitionError([Problem(f"{path.name}:1", f"The file cannot be read: {reason}.")]) from None
    return _of_dbt(manifest["semantic_models"], manifest["metrics"], path.name)


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
            formula = _formula(metric, measures, formulas, keys)
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
    return Definitions(tuple(map(_dataset, models)), tuple(_relationships(models)), found, (), places), tuple(problems)


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
    return count_of_rows(_AGGREGATES[entry["agg"]].format(expression), model, key)


def _formula(
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


def _dataset(entry: Mapping[str, Any]) -> DatasetDefinition:
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


def _relationships(models: Any) -> Iterator[Relationship]:
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
