"""The SQL of an aggregate, put together from pandas or polars: its names are quoted, its constants literals of our own.

What reads the code says what is grouped and aggregated; ``grouped`` counts the rows behind each group of the SQL.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

FUNCTIONS = {
    "mean": "avg({})",
    "sum": "sum({})",
    "count": "count({})",
    "std": "stddev_samp({})",
    "var": "var_samp({})",
    "nunique": "count(DISTINCT {})",
    "size": "count(*)",
}
"""Aggregates that no single row decides, as pandas calls them, and in SQL. Least, greatest, first, median and quantiles
are the value of one row, and never among them."""
COMPARISONS = {ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
MAX_LIMIT = 1_000_000
_IMPORTS = {(name, called) for name, short in (("pandas", "pd"), ("polars", "pl"), ("numpy", "np"))
            for called in (name, short)}  # fmt: skip
"""Imports that a step may have, with what they are called."""


class NotPlain(ValueError):
    """The code has another form, so that nothing of its result may be told."""


@dataclass(frozen=True, slots=True)
class Source:
    """A frame and the conditions on its rows."""

    frame: str
    columns: Collection[str]
    conditions: tuple[str, ...] = ()

    def sql(self, column: str) -> str:
        """A column as SQL names it.

        Raises:
            NotPlain: The frame has no such column.
        """
        if column not in self.columns:
            raise NotPlain
        return f"{quoted(self.frame)}.{quoted(column)}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the result: SQL for it, and its name."""

    sql: str
    name: str


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Aggregates over the groups of a frame.

    Attributes:
        frame: The name of the frame.
        keys: What its rows are grouped by.
        figures: The aggregates.
        conditions: Conditions on its rows, as SQL.
        order: Positions of columns of the result, counted from 1, each with whether the greatest comes first.
        limit: How many rows of the result are kept; 0 for all.
        sorted: Whether the groups are in the order of their keys where no other is asked for.
        wide: Whether the code shows one key as columns, so that no more can be done with it here.
    """

    frame: str
    keys: tuple[Column, ...]
    figures: tuple[Column, ...]
    conditions: tuple[str, ...] = ()
    order: tuple[tuple[int, bool], ...] = ()
    limit: int = 0
    sorted: bool = True
    wide: bool = False

    def sql(self) -> str:
        """The statement."""
        items = ", ".join(f"{column.sql} AS {quoted(column.name)}" for column in (*self.keys, *self.figures))
        text = f"SELECT {items} FROM {quoted(self.frame)}"  # noqa: S608
        if self.conditions:
            text += f" WHERE {' AND '.join(self.conditions)}"
        if not self.keys:
            return text
        text += f" GROUP BY {', '.join(column.sql for column in self.keys)}"
        # What is equal comes in the order of the keys, as in pandas.
        given = {position for position, _ in self.order}
        keys = [(i + 1, False) for i in range(len(self.keys)) if i + 1 not in given]
        text += f" ORDER BY {', '.join(f'{i} DESC' if greatest else str(i) for i, greatest in (*self.order, *keys))}"
        return f"{text} LIMIT {self.limit}" if self.limit else text

    def position(self, name: str) -> int:
        """Where a column stands in the result, counted from 1."""
        names = [column.name for column in (*self.keys, *self.figures)]
        if names.count(name) != 1:
            raise NotPlain
        return names.index(name) + 1

    def ordered(self, names: Sequence[str], greatest: Sequence[bool]) -> Aggregate:
        """In the order of these columns; not after some rows were taken, as those stay the same."""
        if self.limit or len(names) != len(greatest) or not names:
            raise NotPlain
        order = tuple((self.position(name), first) for name, first in zip(names, greatest, strict=True))
        return replace(self, order=order, sorted=True)

    def limited(self, count: int) -> Aggregate:
        """The first rows."""
        if not (self.keys and self.sorted) or self.limit or not 0 < count <= MAX_LIMIT:
            raise NotPlain
        return replace(self, limit=count)

    def renamed(self, names: dict[str, str]) -> Aggregate:
        """With other names of columns."""
        keys, figures = (
            tuple(Column(column.sql, names.get(column.name, column.name)) for column in columns)
            for columns in (self.keys, self.figures)
        )
        return replace(self, keys=keys, figures=figures)

    def only(self, names: Sequence[str]) -> Aggregate:
        """With these aggregates alone; the keys stay."""
        figures = tuple(column for column in self.figures if column.name in names)
        known = {column.name for column in (*self.keys, *self.figures)}
        if not figures or self.order or not set(names) <= known or len(set(names)) != len(names):
            raise NotPlain
        return replace(self, figures=figures)


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def figure(function: str, column: str, name: str) -> Column:
    """An aggregate of a column, which is given as SQL."""
    if function not in FUNCTIONS:
        raise NotPlain
    return Column(FUNCTIONS[function].format(column), name)


def literal(node: ast.expr) -> str:
    """A constant of the code as a literal of our own."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"-{literal(node.operand)}"
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float) and abs(value) < 1e15:
        return repr(value)
    raise NotPlain


def texts(node: ast.expr | None) -> list[str]:
    """The texts of a constant, or of a list of different constants."""
    parts = node.elts if isinstance(node, ast.List) else [node]
    values = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if len(values) != len(parts) or len(set(values)) != len(values):
        raise NotPlain
    return values


def number(node: ast.expr | None) -> int:
    """A whole number that stands in the code."""
    if not isinstance(node, ast.Constant) or type(node.value) is not int:
        raise NotPlain
    return node.value


def flag(node: ast.expr | None, default: bool) -> bool:
    """True or False as it stands in the code."""
    if node is None:
        return default
    if not isinstance(node, ast.Constant) or not isinstance(node.value, bool):
        raise NotPlain
    return node.value


def method(node: ast.expr) -> tuple[ast.expr, str, ast.Call]:
    """The receiver, the name and the call of a method."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        raise NotPlain
    return node.func.value, node.func.attr, node


def given(call: ast.Call, *names: str, places: int = 0) -> dict[str, ast.expr]:
    """The arguments of a call by their names; other arguments, and spread ones, are not plain.

    Args:
        call: The call.
        names: The names that it may have; the first ones also by place.
        places: How many of them may be given by place.
    """
    if len(call.args) > places or any(isinstance(part, ast.Starred) for part in call.args):
        raise NotPlain
    arguments = dict(zip(names, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg not in names or keyword.arg in arguments:
            raise NotPlain
        arguments[keyword.arg] = keyword.value
    return arguments


def inlined(text: str, frames: Collection[str]) -> ast.expr:
    """The last expression of a step, with what was assigned before put in place of the names.

    Raises:
        NotPlain: The code does anything but import, assign new names and show one expression.
        SyntaxError: It is no Python.
    """
    values: dict[str, ast.expr] = {}
    statements = ast.parse(text).body
    if not statements or not isinstance(statements[-1], ast.Expr):
        raise NotPlain
    for statement in statements[:-1]:
        if isinstance(statement, ast.Import):
            if not {(alias.name, alias.asname or alias.name) for alias in statement.names} <= _IMPORTS:
                raise NotPlain
            if any((alias.asname or alias.name) in frames for alias in statement.names):
                raise NotPlain
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if not isinstance(target, ast.Name) or target.id in {*frames, "pd", "pl", "print", "display"}:
                raise NotPlain
            values[target.id] = _Inline(values).visit(statement.value)
        else:
            raise NotPlain
    last = statements[-1].value
    if isinstance(last, ast.Call) and isinstance(last.func, ast.Name) and last.func.id in {"print", "display"}:
        if len(last.args) != 1 or last.keywords:
            raise NotPlain
        last = last.args[0]
    result = _Inline(values).visit(last)
    if not isinstance(result, ast.expr) or sum(1 for _ in ast.walk(result)) > MAX_NODES:
        raise NotPlain
    return result


MAX_NODES = 500


class _Inline(ast.NodeTransformer):
    """Puts the values of names in their place."""

    def __init__(self, values: dict[str, ast.expr]) -> None:
        self._values = dict(values)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self._values.get(node.id, node)
        if sum(1 for _ in ast.walk(value)) > MAX_NODES:
            raise NotPlain
        return value
