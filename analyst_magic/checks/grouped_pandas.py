"""Which pandas gives aggregates whose source rows can be counted: the same question as SQL, which ``grouped`` counts.

Code of a model owns its kernel, so nothing that it says of its groups is believed. Code of a plain form, which is
understood whole, becomes SQL of our own; its figures and its counts both come from a run of that SQL apart. Where a key
is shown as columns (``pivot_table``, ``crosstab``, ``unstack``) the SQL has a row for each pair of keys.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

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

_PARTS_OF_DATES = frozenset({"year", "quarter", "month", "day", "hour"})
"""Parts of a date that SQL calls as pandas does, and counts alike."""


@dataclass(frozen=True, slots=True)
class _Source(Source):
    """A frame and the conditions on its rows, with its groups and the columns chosen of it."""

    keys: tuple[Column, ...] = ()
    chosen: tuple[str, ...] = ()
    sorted: bool = True

    def key(self, column: str) -> Column:
        return Column(self.sql(column), column)

    def grouped(self, keys: tuple[Column, ...], figures: list[Column]) -> Aggregate:
        """The aggregates; pandas leaves groups without a key out."""
        conditions = (*self.conditions, *(f"{key.sql} IS NOT NULL" for key in keys))
        return Aggregate(self.frame, keys, tuple(figures), conditions, sorted=self.sorted)


def as_sql(text: str, frames: Mapping[str, Collection[str]]) -> str | None:
    """SQL for a pandas expression that aggregates a frame; None where the code is anything else.

    Args:
        text: The code of a step.
        frames: The columns of each pandas frame, by the name that the code calls it.

    Example:
        >>> as_sql("sales.groupby('region').price.mean()", {"sales": ["region", "price"]})
        'SELECT "sales"."region" AS "region", avg("sales"."price") AS "price" FROM "sales" WHERE "sales"."region" \
IS NOT NULL GROUP BY "sales"."region" ORDER BY 1'
    """
    try:
        return _aggregate(inlined(text, frames), frames).sql()
    except (NotPlain, SyntaxError, ValueError, LookupError, RecursionError, MemoryError):
        return None


# -- What is done with an aggregate ------------------------------------------------------------------------------------


def _aggregate(node: ast.expr, frames: Mapping[str, Collection[str]]) -> Aggregate:
    if isinstance(node, ast.Subscript):
        return _narrow(_aggregate(node.value, frames)).only(texts(node.slice))
    receiver, name, call = method(node)
    if isinstance(receiver, ast.Name) and receiver.id in {"pd", "pandas"} and receiver.id not in frames:
        return _crosstab(call, frames) if name == "crosstab" else _refused()
    work = _AFTERWARDS.get(name)
    if work is not None and not _is_source(receiver, frames):
        aggregate = _aggregate(receiver, frames)
        return work(aggregate if name == "round" else _narrow(aggregate), call)
    return _figures(_source(receiver, frames), name, call)


def _refused() -> Aggregate:
    raise NotPlain


def _narrow(aggregate: Aggregate) -> Aggregate:
    if aggregate.wide:
        raise NotPlain
    return aggregate


def _is_source(node: ast.expr, frames: Mapping[str, Collection[str]]) -> bool:
    """Whether an expression is a frame, filtered or grouped, and no aggregate yet."""
    try:
        _source(node, frames)
    except NotPlain:
        return False
    return True


def _round(aggregate: Aggregate, call: ast.Call) -> Aggregate:
    given(call, "decimals", places=1)
    return aggregate  # numbers are told to three digits in any case


def _reset_index(aggregate: Aggregate, call: ast.Call) -> Aggregate:
    name = given(call, "name").get("name")
    return aggregate if name is None else _one(aggregate, name)  # keys are columns in any case


def _one(aggregate: Aggregate, name: ast.expr) -> Aggregate:
    """With another name of its one aggregate."""
    (text,) = texts(name)
    if len(aggregate.figures) != 1:
        raise NotPlain
    return replace(aggregate, figures=(replace(aggregate.figures[0], name=text),))


def _rename(aggregate: Aggregate, call: ast.Call) -> Aggregate:
    if call.args:
        return _one(aggregate, given(call, "name", places=1)["name"])
    columns = given(call, "columns").get("columns")
    if not isinstance(columns, ast.Dict):
        raise NotPlain
    names = {texts(key)[0]: texts(value)[0] for key, value in zip(columns.keys, columns.values, strict=True)}
    return aggregate.renamed(names)


def _to_frame(aggregate: Aggregate, call: ast.Call) -> Aggregate:
    name = given(call, "name", places=1).get("name")
    return aggregate if name is None else _one(aggregate, name)


def _sort_values(aggregate: Aggregate, call: ast.Call) -> Aggregate:
    arguments = given(call, "by", "ascending", places=1)
    names = texts(arguments["by"]) if "by" in arguments else [column.name for column in aggregate.figures]
    if "by" not in arguments and len(names) != 1:
        raise NotPlain
    ascending = arguments.get("ascending")
    each = [flag(item, True) for item in ascending.elts] if isinstance(ascending, ast.List) else []
    greatest = [not up for up in each] or [not flag(ascending, True)] * len(names)
    return aggregate.ordered(names, greatest)


def _sort_index(aggregate: Aggregate, call: ast.Call) -> Aggregate:
    greatest = not flag(given(call, "ascending").get("ascending"), True)
    return aggregate.ordered([key.name for key in aggregate.keys], [greatest] * len(aggregate.keys))


def _head(aggregate: Aggregate, call: ast.Call) -> Aggregate:
    count = given(call, "n", places=1).get("n")
    return aggregate.limited(5 if count is None else number(count))


def _largest(greatest: bool) -> Callable[[Aggregate, ast.Call], Aggregate]:
    def work(aggregate: Aggregate, call: ast.Call) -> Aggregate:
        arguments = given(call, "n", "columns", places=2)
        names = texts(arguments["columns"]) if "columns" in arguments else [c.name for c in aggregate.figures]
        if "columns" not in arguments and len(names) != 1:
            raise NotPlain
        count = number(arguments["n"]) if "n" in arguments else 5
        return aggregate.ordered(names, [greatest] * len(names)).limited(count)

    return work


def _unstack(aggregate: Aggregate, call: ast.Call) -> Aggregate:
    arguments = given(call, "fill_value")
    if len(aggregate.keys) < 2 or aggregate.limit or ("fill_value" in arguments and number(arguments["fill_value"])):
        raise NotPlain
    return replace(aggregate, wide=True)


_AFTERWARDS: dict[str, Callable[[Aggregate, ast.Call], Aggregate]] = {
    "round": _round, "reset_index": _reset_index, "rename": _rename, "to_frame": _to_frame, "sort_values": _sort_values,
    "sort_index": _sort_index, "head": _head, "nlargest": _largest(True), "nsmallest": _largest(False),
    "unstack": _unstack,
}  # fmt: skip
"""What may follow an aggregate: it changes names, order and number of the groups, and no figure."""


# -- Aggregates --------------------------------------------------------------------------------------------------------


def _figures(source: _Source, name: str, call: ast.Call) -> Aggregate:
    if name == "value_counts":
        return _value_counts(source, call)
    if name == "pivot_table":
        return _pivot_table(source, call)
    if name in {"agg", "aggregate"}:
        return source.grouped(source.keys, _named(source, call))
    if name == "size":
        given(call)
        if not source.keys:
            raise NotPlain
        return source.grouped(source.keys, [Column("count(*)", "size")])
    flag(given(call, "numeric_only").get("numeric_only"), False)
    return source.grouped(source.keys, [figure(name, source.sql(c), c) for c in _chosen_of(source)])


def _chosen_of(source: _Source) -> tuple[str, ...]:
    if not source.chosen:
        raise NotPlain
    return source.chosen


def _value_counts(source: _Source, call: ast.Call) -> Aggregate:
    arguments = given(call, "subset", "ascending", places=0 if source.chosen else 1)
    names = tuple(texts(arguments["subset"])) if "subset" in arguments else _chosen_of(source)
    keys = (*source.keys, *(source.key(name) for name in names))
    counts = source.grouped(keys, [Column("count(*)", "count")])
    if source.keys:  # most frequent within each group of the keys before
        order = tuple((i + 1, False) for i in range(len(source.keys)))
        return replace(counts, order=(*order, (len(keys) + 1, True)))
    return replace(counts, order=((len(keys) + 1, not flag(arguments.get("ascending"), False)),), sorted=True)


def _named(source: _Source, call: ast.Call) -> list[Column]:
    """The aggregates of ``agg("mean")``, ``agg(["mean"])``, ``agg({"x": "mean"})`` and ``agg(total=("x", "sum"))``."""
    if call.keywords:
        return [_of_keyword(source, keyword) for keyword in call.keywords] if not call.args else _none()
    if len(call.args) != 1:
        raise NotPlain
    functions = call.args[0]
    if isinstance(functions, ast.Dict):
        pairs = [(texts(key)[0], value) for key, value in zip(functions.keys, functions.values, strict=True)]
        if not pairs or (source.chosen and not {column for column, _ in pairs} <= set(source.chosen)):
            raise NotPlain
    else:
        pairs = [(column, functions) for column in _chosen_of(source)]
    several = len(pairs) > 1 or isinstance(functions, ast.Dict)
    return [
        figure(name, source.sql(column), _label(column, name, value, several=several))
        for column, value in pairs
        for name in texts(value)
    ]


def _none() -> list[Column]:
    raise NotPlain


def _label(column: str, function: str, functions: ast.expr, *, several: bool) -> str:
    """The name of an aggregate: its column's, its function's, or both where there are several of each."""
    if not isinstance(functions, ast.List):
        return column
    return f"{column}_{function}" if several else function


def _of_keyword(source: _Source, keyword: ast.keyword) -> Column:
    if keyword.arg is None:
        raise NotPlain
    if isinstance(keyword.value, ast.Tuple) and not source.chosen:
        column, function = (texts(part)[0] for part in keyword.value.elts) if len(keyword.value.elts) == 2 else ("", "")
    elif len(source.chosen) == 1 and isinstance(keyword.value, ast.Constant):
        column, function = source.chosen[0], texts(keyword.value)[0]
    else:
        raise NotPlain
    return figure(function, source.sql(column), keyword.arg)


def _pivot_table(source: _Source, call: ast.Call) -> Aggregate:
    if source.keys or source.chosen:
        raise NotPlain
    arguments = given(call, "values", "index", "columns", "aggfunc", "fill_value", "observed", "sort", places=4)
    keys = [name for part in ("index", "columns") if part in arguments for name in texts(arguments[part])]
    functions = texts(arguments["aggfunc"]) if "aggfunc" in arguments else ["mean"]
    if not keys or "values" not in arguments or len(set(keys)) != len(keys) or len(functions) != 1:
        raise NotPlain
    if "fill_value" in arguments and number(arguments["fill_value"]):
        raise NotPlain
    figures = [figure(functions[0], source.sql(column), column) for column in texts(arguments["values"])]
    return replace(source.grouped(tuple(map(source.key, keys)), figures), wide="columns" in arguments)


def _crosstab(call: ast.Call, frames: Mapping[str, Collection[str]]) -> Aggregate:
    arguments = given(call, "index", "columns", places=2)
    if len(arguments) != 2:
        raise NotPlain
    one, other = (_source(arguments[part], frames) for part in ("index", "columns"))
    plain = not (one.keys or other.keys or one.conditions or other.conditions) and one.frame == other.frame
    if not plain or len(one.chosen) != 1 or len(other.chosen) != 1 or one.chosen == other.chosen:
        raise NotPlain
    keys = (one.key(one.chosen[0]), one.key(other.chosen[0]))
    return replace(one.grouped(keys, [Column("count(*)", "count")]), wide=True)


# -- Frames, filtered and grouped --------------------------------------------------------------------------------------


def _source(node: ast.expr, frames: Mapping[str, Collection[str]]) -> _Source:
    """A frame, filtered, grouped and with columns chosen, in this order."""
    if isinstance(node, ast.Name):
        if node.id not in frames:
            raise NotPlain
        return _Source(node.id, frames[node.id])
    if isinstance(node, ast.Attribute):
        return _chosen(_source(node.value, frames), [node.attr])
    if isinstance(node, ast.Subscript):
        source = _source(node.value, frames)
        if isinstance(node.slice, ast.Constant | ast.List):
            return _chosen(source, texts(node.slice))
        if source.keys or source.chosen:
            raise NotPlain
        return replace(source, conditions=(*source.conditions, _condition(node.slice, source)))
    receiver, name, call = method(node)
    source = _source(receiver, frames)
    if source.keys or source.chosen:
        raise NotPlain
    if name == "dropna":
        columns = texts(given(call, "subset").get("subset"))
        return replace(source, conditions=(*source.conditions, *(f"{source.sql(c)} IS NOT NULL" for c in columns)))
    arguments = given(call, "by", "as_index", "sort", "observed", places=1)
    if name != "groupby" or "by" not in arguments:
        raise NotPlain
    by = arguments["by"]
    keys = tuple(_key(part, source) for part in (by.elts if isinstance(by, ast.List) else [by]))
    if not keys or len({key.sql for key in keys}) != len(keys):
        raise NotPlain
    flag(arguments.get("as_index"), True)
    flag(arguments.get("observed"), True)
    return replace(source, keys=keys, sorted=flag(arguments.get("sort"), True))


def _key(node: ast.expr, source: _Source) -> Column:
    """A column of the frame, by its name or as an expression, or a part of a date in one."""
    if isinstance(node, ast.Constant):
        return source.key(texts(node)[0])
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "dt":
        if node.attr not in _PARTS_OF_DATES:
            raise NotPlain
        column = _column(node.value.value, source)
        return Column(f"{node.attr}({source.sql(column)})", column)
    return source.key(_column(node, source))


def _column(node: ast.expr, source: _Source) -> str:
    """The column of the same frame that an expression is."""
    inner = _source(node, {source.frame: source.columns})
    if len(inner.chosen) != 1 or inner.conditions or inner.keys:
        raise NotPlain
    return inner.chosen[0]


def _chosen(source: _Source, columns: list[str]) -> _Source:
    if source.chosen or not columns or not set(columns) <= set(source.columns):
        raise NotPlain
    return replace(source, chosen=tuple(columns))


def _condition(node: ast.expr, source: _Source) -> str:
    """Comparisons of a column of the same frame with constants, joined by ``&`` and ``|``."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        word = "AND" if isinstance(node.op, ast.BitAnd) else "OR"
        return f"({_condition(node.left, source)} {word} {_condition(node.right, source)})"
    if isinstance(node, ast.Call):
        return _asked(node, source)
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or type(node.ops[0]) not in COMPARISONS:
        raise NotPlain
    column, operator = source.sql(_column(node.left, source)), COMPARISONS[type(node.ops[0])]
    missing = f" OR {column} IS NULL" if operator == "<>" else ""  # pandas counts what is missing as unequal
    return f"({column} {operator} {literal(node.comparators[0])}{missing})"


def _asked(node: ast.Call, source: _Source) -> str:
    """``isin``, ``between``, ``isna`` and ``notna`` of a column."""
    receiver, name, call = method(node)
    column = source.sql(_column(receiver, source))
    if name in {"isna", "isnull", "notna", "notnull"}:
        given(call)
        return f"({column} IS {'NOT ' if name.startswith('not') else ''}NULL)"
    if name == "isin":
        values = given(call, "values", places=1).get("values")
        if not isinstance(values, ast.List) or not values.elts:
            raise NotPlain
        return f"({column} IN ({', '.join(map(literal, values.elts))}))"
    if name == "between":
        arguments = given(call, "left", "right", places=2)
        return f"({column} BETWEEN {literal(arguments['left'])} AND {literal(arguments['right'])})"
    raise NotPlain
