"""Which pandas gives aggregates whose source rows can be counted: the same question as SQL, which ``grouped`` counts.

Code of a model owns its kernel, so nothing that it says of its groups is believed. One expression of a plain form,
which is understood whole, becomes SQL of our own; its figures and its counts both come from a run of that SQL apart.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

FUNCTIONS = {"mean": "avg", "sum": "sum", "count": "count", "std": "stddev_samp", "var": "var_samp"}
"""Aggregates that no single row decides, in pandas and in SQL."""
COUNTED = 'count(*) AS "count"'
_COMPARISONS = {ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


class _NotPlain(ValueError):
    """The code has another form."""


@dataclass(frozen=True)
class _Source:
    """A frame, and the conditions on its rows."""

    frame: str
    columns: Collection[str]
    conditions: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    chosen: tuple[str, ...] = field(default=())

    def sql(self, column: str) -> str:
        if column not in self.columns:
            raise _NotPlain
        return f"{_quoted(self.frame)}.{_quoted(column)}"


def as_sql(text: str, frames: Mapping[str, Collection[str]]) -> str | None:
    """SQL for a pandas expression that aggregates a frame; None where the code is anything else.

    Args:
        text: The code of a step.
        frames: The columns of each pandas frame, by the name that the code calls it.

    Example:
        >>> as_sql("sales.groupby('region').price.mean()", {"sales": ["region", "price"]})
        'SELECT "sales"."region", avg("sales"."price") AS "price" FROM "sales" WHERE "sales"."region" IS NOT NULL \
GROUP BY "sales"."region" ORDER BY 1'
    """
    try:
        whole = ast.parse(text).body
        body = [node for node in whole if not isinstance(node, ast.Import)]
        imported = {
            alias.asname or alias.name for node in whole if isinstance(node, ast.Import) for alias in node.names
        }
        if not imported.isdisjoint(frames):
            return None
        if len(body) != 1 or not isinstance(body[0], ast.Expr):
            return None
        return _statement(body[0].value, frames)
    except (_NotPlain, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _statement(node: ast.expr, frames: Mapping[str, Collection[str]]) -> str:
    receiver, method, call = _call(node)
    if method in {"round", "reset_index"} and not call.keywords:
        return _statement(receiver, frames)  # numbers are told to three digits, and keys are columns, in any case
    if call.args[1:] or call.keywords:
        raise _NotPlain
    source = _source(receiver, frames)
    if method == "value_counts" and not call.args and len(source.chosen) == 1 and not source.keys:
        key = source.sql(source.chosen[0])
        return f"{_select(source, [key, COUNTED], [key])} GROUP BY {key} ORDER BY 2 DESC"
    if method == "size" and not call.args and source.keys and not source.chosen:
        return _grouped(source, ['count(*) AS "size"'])
    if not source.chosen:
        raise _NotPlain
    names = _functions(method, call)
    several = len(names) > 1
    figures = [
        f"{FUNCTIONS[name]}({source.sql(column)}) AS {_quoted(name if several else column)}"
        for column in source.chosen
        for name in names
    ]
    return _grouped(source, figures)


def _functions(method: str, call: ast.Call) -> list[str]:
    """The aggregates of ``mean()``, ``agg("mean")`` and ``agg(["mean", "sum"])``."""
    if method in FUNCTIONS and not call.args:
        return [method]
    if method not in {"agg", "aggregate"} or len(call.args) != 1:
        raise _NotPlain
    names = _texts(call.args[0])
    if not names or not set(names) <= FUNCTIONS.keys():
        raise _NotPlain
    return names


def _grouped(source: _Source, figures: list[str]) -> str:
    keys = [source.sql(key) for key in source.keys]
    by = f" GROUP BY {', '.join(keys)} ORDER BY {', '.join(str(i + 1) for i in range(len(keys)))}" if keys else ""
    return _select(source, [*keys, *figures], keys) + by


def _select(source: _Source, items: list[str], keys: Collection[str]) -> str:
    """The statement up to its groups; every name in it is quoted, and every constant is a literal of our own."""
    return f"SELECT {', '.join(items)} FROM {_quoted(source.frame)}{_where(source, keys)}"  # noqa: S608


def _where(source: _Source, keys: Collection[str]) -> str:
    """The conditions on the rows; pandas leaves groups without a key out."""
    conditions = [*source.conditions, *(f"{key} IS NOT NULL" for key in keys)]
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _source(node: ast.expr, frames: Mapping[str, Collection[str]]) -> _Source:
    """A frame, filtered, grouped and with columns chosen, in this order."""
    if isinstance(node, ast.Name):
        if node.id not in frames:
            raise _NotPlain
        return _Source(node.id, frames[node.id])
    if isinstance(node, ast.Attribute):
        return _chosen(_source(node.value, frames), [node.attr])
    if isinstance(node, ast.Subscript):
        source = _source(node.value, frames)
        if isinstance(node.slice, ast.Constant | ast.List):
            return _chosen(source, _texts(node.slice))
        if source.keys or source.chosen:
            raise _NotPlain
        return _Source(source.frame, source.columns, (*source.conditions, _condition(node.slice, source)))
    receiver, method, call = _call(node)
    source = _source(receiver, frames)
    flags = {keyword.arg for keyword in call.keywords}
    if method != "groupby" or len(call.args) != 1 or not flags <= {"as_index", "sort", "observed"}:
        raise _NotPlain
    if source.keys or source.chosen:
        raise _NotPlain
    return _Source(source.frame, source.columns, source.conditions, tuple(_texts(call.args[0])))


def _chosen(source: _Source, columns: list[str]) -> _Source:
    if source.chosen or not columns or not set(columns) <= set(source.columns):
        raise _NotPlain
    return _Source(source.frame, source.columns, source.conditions, source.keys, tuple(columns))


def _condition(node: ast.expr, source: _Source) -> str:
    """Comparisons of a column of the same frame with a constant, joined by ``&`` and ``|``."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        word = "AND" if isinstance(node.op, ast.BitAnd) else "OR"
        return f"({_condition(node.left, source)} {word} {_condition(node.right, source)})"
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or type(node.ops[0]) not in _COMPARISONS:
        raise _NotPlain
    inner = _source(node.left, {source.frame: source.columns})
    if len(inner.chosen) != 1 or inner.conditions or inner.keys:
        raise _NotPlain
    column, operator = inner.sql(inner.chosen[0]), _COMPARISONS[type(node.ops[0])]
    missing = f" OR {column} IS NULL" if operator == "<>" else ""  # pandas counts what is missing as unequal
    return f"({column} {operator} {_constant(node.comparators[0])}{missing})"


def _constant(node: ast.expr) -> str:
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float) and abs(value) < 1e15:
        return repr(value)
    raise _NotPlain


def _texts(node: ast.expr) -> list[str]:
    """The texts of a constant or a list of constants."""
    parts = node.elts if isinstance(node, ast.List) else [node]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if len(texts) != len(parts) or len(set(texts)) != len(texts):
        raise _NotPlain
    return texts


def _call(node: ast.expr) -> tuple[ast.expr, str, ast.Call]:
    """The receiver, the name and the call of a method."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        raise _NotPlain
    return node.func.value, node.func.attr, node


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
