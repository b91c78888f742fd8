"""The figure of an answer as a metric: what can be saved as a definition for later questions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from ..turn import Code, Turn
from .channel import Message


def metric_of(turn: Turn) -> Message | None:
    """The name and the formula of the one figure that an answer's SQL computes; None where it computes another number.

    Only a figure over all rows of one table is such: a condition would be lost in the formula.
    """
    code = turn.program
    if code is None or not turn.ok or turn.kind != "result":
        return None
    found = list(filter(None, map(_figure, _queries(code))))
    return found[0] if len(found) == 1 else None


def _queries(code: Code) -> Iterator[str]:
    """The SQL of a program: its text, or what its Python hands to DuckDB."""
    if code.language == "sql":
        yield code.text
    elif code.language == "python":
        try:
            tree = ast.parse(code.text)
        except (SyntaxError, ValueError):
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sql":
                yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


def _figure(query: str) -> Message | None:
    """The figure of a query.

    >>> _figure("SELECT region, SUM(price * units) AS revenue FROM sales GROUP BY region")
    {'name': 'revenue', 'formula': 'SUM(sales.price * sales.units)'}
    >>> _figure("SELECT SUM(price) FROM sales WHERE region = 'north'") is None
    True
    """
    try:
        select = sqlglot.parse_one(query, dialect="duckdb")
    except sqlglot.errors.SqlglotError:
        return None
    if not isinstance(select, exp.Select) or any(
        select.args.get(part) for part in ("joins", "where", "having", "with_")
    ):
        return None
    tables = list(select.find_all(exp.Table))
    figures = [shown for shown in select.expressions if shown.find(exp.AggFunc)]
    if len(tables) != 1 or len(figures) != 1 or select.find(exp.Window, exp.Subquery):
        return None
    formula = figures[0].unalias().copy()
    if not any(True for _ in formula.find_all(exp.Column)):
        return None  # a count of rows belongs to no column, by which its table would be known
    for column in formula.find_all(exp.Column):
        column.set("table", exp.to_identifier(tables[0].name))
    return {"name": figures[0].alias or "", "formula": formula.sql(dialect="duckdb")}
