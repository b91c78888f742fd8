"""The planner's SQL as PostgreSQL has it."""

from __future__ import annotations

from sqlglot import exp

from .translate_parts import SECONDS, of, with_floats

_PARTS = {exp.Hour: "HOUR", exp.Minute: "MINUTE", exp.Quarter: "QUARTER", exp.Week: "WEEK", exp.Year: "YEAR",
          exp.Month: "MONTH", exp.Day: "DAY", exp.DayOfWeekIso: "ISODOW", exp.DayOfYear: "DOY"}  # fmt: skip
_BINARY = {"contains": "STRPOS(:x, :y) > 0", "isoyear": "CAST(EXTRACT(ISOYEAR FROM :x) AS INT)"}


def prepare(tree: exp.Expression) -> None:
    """Nothing is to be done to the statement as a whole."""


def change(node: exp.Expression) -> exp.Expression:
    """A node of the tree: numbers that are rounded to digits are decimals, parts of times whole numbers."""
    if type(node) in _PARTS:
        return of(f"CAST(EXTRACT({_PARTS[type(node)]} FROM :x) AS INT)", "postgres", x=node.this)
    if isinstance(node, exp.Second):
        return of("CAST(FLOOR(EXTRACT(SECOND FROM :x)) AS INT)", "postgres", x=node.this)
    if isinstance(node, exp.Round) and node.args.get("decimals") is not None:
        node.set("this", exp.cast(node.this.copy(), "DECIMAL"))
        return node
    if isinstance(node, exp.Dayname | exp.Monthname):
        mark = "FMDay" if isinstance(node, exp.Dayname) else "FMMonth"
        return of(f"TO_CHAR(:x, '{mark}')", "postgres", x=node.this)
    if isinstance(node, exp.Contains):
        return of("STRPOS(:x, :y) > 0", "postgres", x=node.this, y=node.expression)
    if isinstance(node, exp.Mode):
        return of("MODE() WITHIN GROUP (ORDER BY :x)", "postgres", x=_ordered(node))
    if isinstance(node, exp.ArgMin | exp.ArgMax):
        return _at_end(node)
    if isinstance(node, exp.Anonymous):
        return _named(node)
    return with_floats(node)


def _ordered(node: exp.Expression) -> exp.Expression:
    return node.this.this if isinstance(node.this, exp.Order) else node.this


def _at_end(node: exp.Expression) -> exp.Expression:
    """The value in the row where another one is least or greatest."""
    order = "ASC" if isinstance(node, exp.ArgMin) else "DESC"
    known = "NOT :x IS NULL AND NOT :y IS NULL"
    text = f"(ARRAY_AGG(:x ORDER BY :y {order}) FILTER (WHERE {known}))[1]"
    return of(text, "postgres", x=node.this, y=node.expression)


def _named(node: exp.Anonymous) -> exp.Expression:
    name = str(node.this).lower()
    if name == "isoyear":
        return of(_BINARY["isoyear"], "postgres", x=node.expressions[0])
    if name != "date_sub":
        return node
    unit, start, end = node.expressions
    if (size := SECONDS.get(unit.name.upper())) is not None:
        text = f"CAST(TRUNC(EXTRACT(EPOCH FROM CAST(:y AS TIMESTAMP) - CAST(:x AS TIMESTAMP)) / {size}) AS BIGINT)"
        return of(text, "postgres", x=start, y=end)
    text = "CAST(EXTRACT(YEAR FROM AGE(:y, :x)) AS INT)"
    if unit.name.upper() == "MONTH":
        text = f"12 * {text} + CAST(EXTRACT(MONTH FROM AGE(:y, :x)) AS INT)"
    return of(text, "postgres", x=start, y=end)
