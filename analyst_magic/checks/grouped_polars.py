"""Which polars gives aggregates whose source rows can be counted: the same question as SQL, as for pandas."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import replace

from .grouped_query import (
    COMPARISONS,
    Aggregate,
    Column,
    NotPlain,
    Source,
    figure,
    flag,
    given,
    inlined,
    literal,
    method,
    number,
    texts,
)

_FUNCTIONS = frozenset({"mean", "sum", "count", "std", "var"})


def as_sql(text: str, frames: Mapping[str, Collection[str]]) -> str | None:
    """SQL for a polars expression that aggregates a frame; None where the code is anything else.

    Args:
        text: The code of a step.
        frames: The columns of each polars frame, by the name that the code calls it.

    Example:
        >>> as_sql("trips.group_by('city').agg(pl.col('fare').mean())", {"trips": ["city", "fare"]})
        'SELECT "trips"."city" AS "city", avg("trips"."fare") AS "fare" FROM "trips" GROUP BY "trips"."city" ORDER BY 1'
    """
    try:
        return _aggregate(inlined(text, frames), frames).sql()
    except (NotPlain, SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        return None


def _aggregate(node: ast.expr, frames: Mapping[str, Collection[str]]) -> Aggregate:
    receiver, name, call = method(node)
    if name == "agg":
        return _grouped(receiver, [*_named(call)], frames)
    if name == "len" and not call.args and not call.keywords:
        return _grouped(receiver, [("len", None)], frames)
    if name == "select":
        source = _source(receiver, frames)
        return Aggregate(source.frame, (), tuple(_figure(part, alias, source) for alias, part in _named(call)),
                         source.conditions)  # fmt: skip
    aggregate = _aggregate(receiver, frames)
    if name == "sort":
        arguments = given(call, "by", "descending", places=1)
        names = texts(arguments["by"])
        return aggregate.ordered(names, [flag(arguments.get("descending"), False)] * len(names))
    if name in {"head", "limit"}:
        count = given(call, "n", places=1).get("n")
        return aggregate.limited(5 if count is None else number(count))
    if name == "rename":
        names_part = given(call, "mapping", places=1)["mapping"]
        if not isinstance(names_part, ast.Dict):
            raise NotPlain
        pairs = zip(names_part.keys, names_part.values, strict=True)
        return aggregate.renamed({texts(key)[0]: texts(value)[0] for key, value in pairs})
    raise NotPlain


def _named(call: ast.Call) -> list[tuple[str, ast.expr]]:
    """The expressions of a call, each with the name that a keyword gives it."""
    named: list[tuple[str, ast.expr]] = []
    for part in call.args:
        named += [("", item) for item in (part.elts if isinstance(part, ast.List) else [part])]
    for keyword in call.keywords:
        if keyword.arg is None:
            raise NotPlain
        named.append((keyword.arg, keyword.value))
    if not named:
        raise NotPlain
    return named


def _grouped(
    groups: ast.expr, parts: list[tuple[str, ast.expr | None]], frames: Mapping[str, Collection[str]]
) -> Aggregate:
    receiver, name, call = method(groups)
    keywords = [keyword for keyword in call.keywords if keyword.arg == "maintain_order"]
    if name != "group_by" or len(keywords) != len(call.keywords):
        raise NotPlain
    source = _source(receiver, frames)
    names = [_column(item) for part in call.args for item in (part.elts if isinstance(part, ast.List) else [part])]
    if not names or len(set(names)) != len(names):
        raise NotPlain
    keys = tuple(Column(source.sql(column), column) for column in names)
    figures = tuple(_figure(part, name, source) for name, part in parts)
    return Aggregate(source.frame, keys, figures, source.conditions, sorted=False)


def _figure(node: ast.expr | None, name: str, source: Source) -> Column:
    """``pl.col("x").mean()``, ``pl.mean("x")`` or ``pl.len()``, perhaps with an alias."""
    if node is None:
        return Column("count(*)", name)
    receiver, called, call = method(node)
    if called == "alias":
        return replace(_figure(receiver, "", source), name=texts(given(call, "name", places=1)["name"])[0])
    if called == "round":
        given(call, "decimals", places=1)
        return _figure(receiver, name, source)
    if _is_polars(receiver):
        if called == "len" and not call.args and not call.keywords:
            return Column("count(*)", name or "len")
        column = texts(given(call, "columns", places=1)["columns"])
    else:
        given(call)
        column = [_column(receiver, plain=False)]
    if called not in _FUNCTIONS or len(column) != 1:
        raise NotPlain
    return figure(called, source.sql(column[0]), name or column[0])


def _is_polars(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"pl", "polars"}


def _column(node: ast.expr, *, plain: bool = True) -> str:
    """The column that ``pl.col("x")`` names, or a text where that will do."""
    if plain and isinstance(node, ast.Constant):
        return texts(node)[0]
    receiver, name, call = method(node)
    if name != "col" or not _is_polars(receiver):
        raise NotPlain
    (column,) = texts(given(call, "name", places=1)["name"])
    return column


def _source(node: ast.expr, frames: Mapping[str, Collection[str]]) -> Source:
    if isinstance(node, ast.Name):
        if node.id not in frames:
            raise NotPlain
        return Source(node.id, frames[node.id])
    receiver, name, call = method(node)
    source = _source(receiver, frames)
    if name == "filter" and call.args and not call.keywords:
        conditions = tuple(_condition(part, source) for part in call.args)
    elif name == "drop_nulls":
        conditions = tuple(f"{source.sql(c)} IS NOT NULL" for c in texts(given(call, "subset", places=1)["subset"]))
    else:
        raise NotPlain
    return replace(source, conditions=(*source.conditions, *conditions))


def _condition(node: ast.expr, source: Source) -> str:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        word = "AND" if isinstance(node.op, ast.BitAnd) else "OR"
        return f"({_condition(node.left, source)} {word} {_condition(node.right, source)})"
    if isinstance(node, ast.Call):
        receiver, name, call = method(node)
        column = source.sql(_column(receiver, plain=False))
        if name in {"is_null", "is_not_null"}:
            given(call)
            return f"({column} IS {'NOT ' if name == 'is_not_null' else ''}NULL)"
        values = given(call, "other", places=1).get("other") if name == "is_in" else None
        if not isinstance(values, ast.List) or not values.elts:
            raise NotPlain
        return f"({column} IN ({', '.join(map(literal, values.elts))}))"
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or type(node.ops[0]) not in COMPARISONS:
        raise NotPlain
    column = source.sql(_column(node.left, plain=False))
    return f"({column} {COMPARISONS[type(node.ops[0])]} {literal(node.comparators[0])})"
