"""Code that computes a defined metric by a formula of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..turn import Code
from ..turn.definitions import Definitions, MetricDefinition
from .expand import definitions_used
from .formula import Columns, Formula
from .scope import formulas, words_of

_KINDS = {
    "sum": "sum", "mean": "avg", "average": "avg", "avg": "avg", "median": "median", "min": "min", "max": "max",
    "count": "count", "nunique": "count", "n_unique": "count", "size": "count",
}  # fmt: skip
MAX_DEPTH = 8


def computed_otherwise(code: Code, definitions: Definitions, columns: Columns, dialect: str = "duckdb") -> str:
    """A sentence on the first metric that code calls by its name and computes from other columns, or by another figure.

    Args:
        code: What ran.
        definitions: What is defined.
        columns: The columns of the datasets at hand.
        dialect: Of SQL.

    Returns:
        The sentence, with the definition and where it stands; empty where nothing differs.
    """
    known = formulas(definitions, columns)
    if not known:
        return ""
    used = definitions_used(code.text)
    named = _in_sql(code.text, dialect) if code.language == "sql" else _in_python(code.text)
    everything = {name.casefold() for names in columns.values() for name in names}
    for name, parts, kinds in named:
        metric = _called(name, definitions)
        if metric is None or metric.name in used or metric.name not in known:
            continue
        if reason := _differs(known[metric.name], parts & everything, kinds):
            place = definitions.place("metric", metric.name)
            where = f" ({place})" if place else ""
            return (
                f"The answer computes {metric.name} otherwise than its definition{where}, "
                f"{metric.name} = {known[metric.name].sql()}: {reason}."
            )
    return ""


def _called(name: str, definitions: Definitions) -> MetricDefinition | None:
    wanted = words_of(name.replace("_", " "))
    for metric in definitions.metrics:
        if wanted and wanted in {words_of(n.replace("_", " ")) for n in (metric.name, *metric.synonyms)}:
            return metric
    return None


def _differs(formula: Formula, parts: set[str], kinds: set[str]) -> str:
    """What a computation leaves out or does otherwise; empty where it may well be the formula."""
    own = {column.casefold() for _, column in formula.columns}
    if not parts:
        return ""
    if missing := sorted(own - parts):
        return f"it leaves {', '.join(missing)} out"
    figures = {figure for node in formula.tree.find_all(exp.AggFunc) if (figure := _figure(node))}
    if kinds and figures and not kinds & figures:
        return f"it takes the {' and '.join(sorted(kinds))}, not the {' and '.join(sorted(figures))}"
    return ""


def _figure(node: exp.Expression) -> str:
    return _KINDS.get(node.key, "") if isinstance(node, exp.AggFunc) else ""


# In SQL ---------------------------------------------------------------------------------------------------------------


def _in_sql(text: str, dialect: str) -> Iterator[tuple[str, set[str], set[str]]]:
    """The named results of a statement: the name, all columns that it comes from, and its figures."""
    try:
        tree = sqlglot.parse_one(text, read=dialect)
    except SqlglotError:
        return
    inner = _projections(tree)
    for alias in tree.find_all(exp.Alias):
        if isinstance(alias.parent, exp.Select):
            columns, kinds = _comes_from(alias.this, inner, 0)
            yield alias.alias, columns, kinds


def _projections(tree: exp.Expression) -> dict[str, exp.Expression]:
    """What is computed under a name inside CTEs and subqueries."""
    inside = [node.this for node in tree.find_all(exp.CTE, exp.Subquery) if isinstance(node.this, exp.Select)]
    return {
        part.alias.casefold(): part.this
        for select in inside
        for part in select.expressions
        if isinstance(part, exp.Alias)
    }


def _comes_from(node: exp.Expression, inner: Mapping[str, exp.Expression], depth: int) -> tuple[set[str], set[str]]:
    kinds = {kind for figure in node.find_all(exp.AggFunc) if (kind := _figure(figure))}
    columns: set[str] = set()
    for column in node.find_all(exp.Column):
        name = column.name.casefold()
        further = inner.get(name)
        if further is not None and depth < MAX_DEPTH and further is not node and not _is_itself(further, name):
            more, figures = _comes_from(further, inner, depth + 1)
            columns |= more
            kinds |= figures
        else:
            columns.add(name)
    return columns, kinds


def _is_itself(node: exp.Expression, name: str) -> bool:
    return isinstance(node, exp.Column) and node.name.casefold() == name


# In Python ------------------------------------------------------------------------------------------------------------


def _in_python(text: str) -> Iterator[tuple[str, set[str], set[str]]]:
    """The named results of a program, in its order: columns that are assigned, keywords of ``agg``, variables."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    made: dict[str, set[str]] = {}
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            name = target.id if isinstance(target, ast.Name) else _constant_key(target)
            if name:
                yield from _named(name, statement.value, made)
        elif isinstance(statement, ast.Call) and isinstance(statement.func, ast.Attribute):
            if statement.func.attr in {"assign", "agg", "aggregate", "with_columns", "select"}:
                for keyword in statement.keywords:
                    if keyword.arg:
                        yield from _named(keyword.arg, keyword.value, made)
            elif statement.func.attr == "alias" and statement.args and isinstance(statement.args[0], ast.Constant):
                yield from _named(str(statement.args[0].value), statement.func.value, made)


def _named(name: str, value: ast.expr, made: dict[str, set[str]]) -> Iterator[tuple[str, set[str], set[str]]]:
    parts, kinds = _parts(value)
    columns = {column for part in parts for column in made.get(part, {part})}
    if name.casefold() not in parts:
        made[name.casefold()] = columns
        yield name, columns, kinds


def _parts(value: ast.expr) -> tuple[set[str], set[str]]:
    """The names and texts in an expression, and the figures that it takes."""
    parts: set[str] = set()
    kinds: set[str] = set()
    for node in ast.walk(value):
        if isinstance(node, ast.Attribute):
            parts.add(node.attr.casefold())
            if isinstance(getattr(node, "ctx", None), ast.Load) and node.attr in _KINDS:
                kinds.add(_KINDS[node.attr])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            parts.add(node.value.casefold())
            kinds |= {_KINDS[node.value]} if node.value in _KINDS else set()
        elif isinstance(node, ast.Name):
            parts.add(node.id.casefold())
    return parts, kinds


def _constant_key(target: ast.expr) -> str:
    """The column that ``frame["column"] = ...`` sets; empty for another target."""
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return ""
