"""Results that can hardly be meant: a share over 100 per cent, an average of averages, an axis that begins late."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..language import message
from ..turn import Code, Output
from ..turn.sql_syntax import parse_sql
from ..turn.syntax import all_nodes, parse_python

_SHARE = re.compile(r"share|percent(?:age)?|(?:^|[_\s(])pct(?:$|[_\s)])|%", re.I)
_MAY_EXCEED = re.compile(r"change|growth|increase|decrease|diff|yoy|mom|qoq|vs|against|markup|return|rise|drop", re.I)
_SAID_SHARE = re.compile(r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)\s?(?:%|per ?cent)\**\s+of\b", re.I)
_MEANS = frozenset({"mean", "avg", "average"})
TOLERANCE = 0.05


def odd_results(code: Code, outputs: Sequence[Output]) -> tuple[str, ...]:
    """Sentences on results that can hardly be meant; none blocks them.

    Args:
        code: What ran.
        outputs: What it gave.

    Example:
        >>> odd_results(Code(""), [Output("answer", "Chile has 130% of the revenue.")])
        ('The answer speaks of 130% of a whole: a share over 100% counts something twice, or the wrong whole.',)
    """
    found = [*_shares(outputs), *_average_of_averages(code), *_late_axes(outputs)]
    return tuple(dict.fromkeys(found))


def _shares(outputs: Sequence[Output]) -> Iterator[str]:
    for output in outputs:
        if output.kind == "table":
            yield from _share_columns(output)
        elif output.kind == "answer":
            for found in _SAID_SHARE.finditer(str(output.data)):
                if float(found[1].replace(",", "")) > 100 + TOLERANCE:
                    yield (
                        message(
                            "The answer speaks of {found}% of a whole: a share over 100% counts something "
                            "twice, or the "
                            "wrong whole.",
                            found=found[1],
                        )
                    )


def _share_columns(output: Output) -> Iterator[str]:
    labels = output.labels or output.data.column_names
    for label, column in zip(labels, output.data.columns[-len(labels) :], strict=False):
        name = str(label)
        if not _SHARE.search(name) or _MAY_EXCEED.search(name) or not _is_number(column.type):
            continue
        most = pc.max(column).as_py()
        if most is not None and float(most) > 100 + TOLERANCE and float(most) < float("inf"):
            yield message(
                "{name} goes up to {value:,.4g}: a share over 100% counts something twice, or the wrong whole.",
                name=name,
                value=float(most),
            )


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


# An average of averages -----------------------------------------------------------------------------------------------


def _average_of_averages(code: Code) -> Iterator[str]:
    found = _in_sql(code.text) if code.language == "sql" else _in_python(code.text)
    if found:
        yield (
            message(
                "{found} is an average of averages: each group counts the same, however many rows it has. "
                "Average the rows themselves for the average of all.",
                found=str(found),
            )
        )


def _in_sql(text: str) -> str:
    if text.casefold().count("avg") + text.casefold().count("mean") < 2:
        return ""
    try:
        tree = parse_sql(text)
    except (SqlglotError, RecursionError):
        return ""
    inner = {
        part.alias.casefold()
        for select in tree.find_all(exp.Select)
        if select.parent is not None
        for part in select.expressions
        if isinstance(part, exp.Alias) and isinstance(part.this.unnest(), exp.Avg)
    }
    for figure in tree.find_all(exp.Avg):
        column = figure.this.unnest()
        if isinstance(column, exp.Column) and column.name.casefold() in inner and not figure.find_ancestor(exp.Window):
            own = figure.find_ancestor(exp.Alias)
            if own is None or own.alias.casefold() not in inner or figure.parent_select.parent is None:
                return str(figure.sql(dialect="duckdb"))
    return ""


def _in_python(text: str) -> str:
    """The text of a mean of what a mean by groups gave; empty where there is none."""
    try:
        nodes = all_nodes(parse_python(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    grouped = {
        node.targets[0].id
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_grouped_mean(node.value)
    }
    for node in nodes:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MEANS):
            continue
        value = node.func.value
        while isinstance(value, ast.Subscript | ast.Attribute):
            value = value.value
        if (isinstance(value, ast.Name) and value.id in grouped) or _is_grouped_mean(value):
            return ast.unparse(node)[:120]
    return ""


def _is_grouped_mean(node: ast.expr) -> bool:
    """Whether an expression is ``frame.groupby(...)["x"].mean()``, a part or another form of it."""
    while True:
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in {"mean", "agg"} and _is_of_groups(node):
                return "mean" in ast.unparse(node)
            if node.func.attr not in {"reset_index", "rename", "round", "sort_values", "to_frame"}:
                return False
            node = node.func.value
        else:
            return False


def _is_of_groups(node: ast.Call) -> bool:
    inner = node.func
    while isinstance(inner, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(inner, ast.Attribute) and inner.attr in {"groupby", "group_by"}:
            return True
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    return False


# An axis that begins late ---------------------------------------------------------------------------------------------


def _late_axes(outputs: Sequence[Output]) -> Iterator[str]:
    for output in outputs:
        if output.kind != "figure" or not isinstance(output.data, Mapping):
            continue
        for trace in output.data.get("data") or ():
            if not isinstance(trace, Mapping) or trace.get("type") != "bar":
                continue
            letter = "x" if trace.get("orientation") == "h" else "y"
            number = str(trace.get(f"{letter}axis") or letter).removeprefix(letter)
            start = _start(output.data.get("layout"), f"{letter}axis{number}")
            if start is not None:
                yield (
                    message(
                        "The bars' axis begins at {start:,.6g}, not at 0: their lengths do not show how large the "
                        "values are.",
                        start=start,
                    )
                )


def _start(layout: Any, axis: str) -> float | None:
    """Where an axis of bars begins, if that is above zero; None where it begins at zero or is left to Plotly."""
    found = layout.get(axis) if isinstance(layout, Mapping) else None
    span = found.get("range") if isinstance(found, Mapping) else None
    if not isinstance(span, Sequence) or len(span) != 2 or found.get("type") == "log":  # type: ignore[union-attr]
        return None
    ends = [end for end in span if isinstance(end, int | float) and not isinstance(end, bool)]
    return float(min(ends)) if len(ends) == 2 and min(ends) > 0 else None
