"""Nodes of a tree of SQL: names, values and times. Nothing is ever pasted into text."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

import duckdb
from sqlglot import exp

from ...turn import ColumnCard
from .schema import Scalar

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PARTS: dict[str, str] = {"day of week": "isodow", "day of year": "dayofyear"}


def identifier(name: str) -> exp.Identifier:
    """A name, quoted only where DuckDB or a reader of SQL needs it."""
    return exp.to_identifier(name, quoted=not _PLAIN.fullmatch(name) or name.lower() in _reserved())


@lru_cache(maxsize=1)
def _reserved() -> frozenset[str]:
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"
        ).fetchall()
    return frozenset(name for (name,) in rows)


def column(name: str, table: str | None = None) -> exp.Column:
    """A column by its name."""
    return exp.Column(this=identifier(name), table=identifier(table) if table else None)


def aliased(name: str, value: exp.Expr) -> exp.Expr:
    """An expression with its name; a column that has it already stays bare."""
    if isinstance(value, exp.Column) and value.name == name and not value.table:
        return value
    return exp.Alias(this=value, alias=identifier(name))


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A call of a function."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def literal(value: Scalar | dt.date) -> exp.Expr:
    """A value."""
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    return number(value) if isinstance(value, int | float) else text(str(value))


def text(value: str) -> exp.Expr:
    """A text."""
    return exp.Literal.string(value)


def number(value: float) -> exp.Expr:
    """A number."""
    digits = repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
    negative = digits.startswith("-")
    literal = exp.Literal.number(digits.lstrip("-"))
    return exp.Neg(this=literal) if negative else literal


def interval(count: int, unit: str) -> exp.Interval:
    """A stretch of time."""
    return exp.Interval(this=text(str(count)), unit=exp.Var(this=unit.upper()))


def wrapped(value: exp.Expr) -> exp.Expr:
    """An expression that may stand beside any operator."""
    return exp.Paren(this=value) if isinstance(value, exp.Binary | exp.Case | exp.Neg) else value


def moment(card: ColumnCard, value: exp.Expr) -> exp.Expr:
    """A time as the clock on its own wall shows it; text is read as a timestamp."""
    if card.type == "timestamp" and card.zone:
        return exp.AtTimeZone(this=value, zone=text(card.zone))
    return value if card.type in {"date", "timestamp"} else exp.cast(value, "TIMESTAMP")


def part_of(what: str, when: exp.Expr) -> exp.Expr:
    """A part of a time: its year, its weekday as a number."""
    if what == "date":
        return exp.cast(when, "DATE")
    return call(_PARTS.get(what, what), when)


def shifted(when: exp.Expr, fiscal: int) -> exp.Expr:
    """A time moved so that years which begin in a month begin in January; they are named by the year of their end."""
    months = (13 - fiscal) % 12
    return exp.Add(this=when, expression=interval(months, "month")) if months else when
