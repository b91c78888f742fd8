"""Questions about the data itself, as SQL: its columns, missing values, duplicates, a summary, correlations."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from ...turn import NUMBER_TYPES, ColumnCard, FrameCard
from .cards import find
from .expressions import Scope
from .nodes import call, column, identifier, number, text
from .schema import QueryPlan

MAX_COLUMNS = 200
"""Columns that a summary has; the others are left out, and said."""


def quality_columns(plan: QueryPlan, rows: FrameCard) -> list[ColumnCard]:
    """The columns that such a question is about, as many as an answer has."""
    columns = _all_columns(plan, rows)
    return columns if plan.about == "duplicates" else columns[:MAX_COLUMNS]


def left_out(plan: QueryPlan, rows: FrameCard) -> int:
    """How many columns a question about the data leaves out, as they are too many."""
    return len(_all_columns(plan, rows)) - len(quality_columns(plan, rows))


def _all_columns(plan: QueryPlan, rows: FrameCard) -> list[ColumnCard]:
    columns = [find(rows, name) for name in plan.select] or list(rows.columns)
    return [c for c in columns if c.type in NUMBER_TYPES] if plan.about in {"summary", "correlations"} else columns


def quality_query(
    plan: QueryPlan, rows: FrameCard, scope: Scope, table: exp.Expr, filters: Sequence[exp.Expr]
) -> exp.Select:
    """The query of a question about the data; a row for each column, or the rows that there are several of."""
    columns = quality_columns(plan, rows)

    def from_rows(*shown: exp.Expr) -> exp.Select:
        select = exp.select(*shown).from_(table.copy())
        return select.where(*(f.copy() for f in filters)) if filters else select

    if plan.about == "duplicates":
        keys = [scope.value(c.sql) for c in columns]
        names = [exp.Alias(this=key, alias=identifier(c.sql)) if not isinstance(key, exp.Column) else key
                 for key, c in zip(keys, columns, strict=True)]  # fmt: skip
        count = exp.Alias(this=exp.Count(this=exp.Star()), alias=identifier("copies"))
        select = from_rows(*names, count).group_by(*(key.copy() for key in keys))
        select = select.having(exp.GT(this=exp.Count(this=exp.Star()), expression=number(1)))
        return select.order_by(exp.Ordered(this=column("copies"), desc=True), *(key.copy() for key in keys))
    if plan.about == "correlations":
        pairs = [(a, b) for place, a in enumerate(columns) for b in columns[place + 1 :]]
        return _stacked([from_rows(*_correlation(a, b, scope)) for a, b in pairs], "correlation")
    describe = {"columns": _column, "missing": _missing, "summary": _summary}[plan.about or "columns"]
    return _stacked([from_rows(*describe(place, c, scope)) for place, c in enumerate(columns)], None)


def _stacked(selects: Sequence[exp.Select], by: str | None) -> exp.Select:
    """The rows of all, in the order of the columns, or the strongest correlation first."""
    if not selects:
        return exp.select(exp.Alias(this=exp.null(), alias=identifier("column_name"))).where(exp.false())
    whole: exp.Expr = selects[0]
    for select in selects[1:]:
        whole = exp.union(whole, select, distinct=False, copy=False)
    table = exp.Subquery(this=whole, alias=exp.TableAlias(this=identifier("described")))
    if by is not None:
        key = exp.Ordered(this=call("abs", column(by)), desc=True)
        return exp.select(exp.Star()).from_(table).order_by(key, column("first_column"), column("second_column"))
    shown = exp.Star(except_=[column("place")])
    return exp.select(shown).from_(table).order_by(column("place"))


def _named(value: exp.Expr, name: str) -> exp.Expr:
    return exp.Alias(this=value, alias=identifier(name))


def _start(place: int, card: ColumnCard) -> list[exp.Expr]:
    return [_named(number(place), "place"), _named(text(card.sql), "column_name")]


def _column(place: int, card: ColumnCard, scope: Scope) -> list[exp.Expr]:
    value = scope.value(card.sql)
    distinct = exp.Count(this=exp.Distinct(expressions=[value.copy()]))
    return [*_start(place, card), _named(text(card.type), "type"), _named(exp.Count(this=value), "known"),
            _named(distinct, "different")]  # fmt: skip


def _missing(place: int, card: ColumnCard, scope: Scope) -> list[exp.Expr]:
    every = exp.Count(this=exp.Star())
    missing = exp.Sub(this=every, expression=exp.Count(this=scope.value(card.sql)))
    share = exp.Div(this=exp.Mul(this=exp.Literal.number("100.0"), expression=exp.Paren(this=missing.copy())),
                    expression=exp.Nullif(this=every.copy(), expression=number(0)))  # fmt: skip
    return [*_start(place, card), _named(missing, "missing"), _named(share, "missing_percent")]


def _summary(place: int, card: ColumnCard, scope: Scope) -> list[exp.Expr]:
    value = exp.cast(scope.value(card.sql), "DOUBLE")
    figures = [("known", exp.Count(this=value)), ("mean", exp.Avg(this=value.copy())),
               ("std", exp.StddevSamp(this=value.copy())), ("minimum", exp.Min(this=value.copy()))]  # fmt: skip
    figures += [(name, call("quantile_cont", value.copy(), number(at)))
                for at, name in ((0.25, "q1"), (0.5, "median"), (0.75, "q3"))]  # fmt: skip
    figures.append(("maximum", exp.Max(this=value.copy())))
    return [*_start(place, card), *(_named(figure, name) for name, figure in figures)]


def _correlation(one: ColumnCard, other: ColumnCard, scope: Scope) -> list[exp.Expr]:
    value = exp.Corr(this=scope.value(one.sql), expression=scope.value(other.sql))
    return [_named(text(one.sql), "first_column"), _named(text(other.sql), "second_column"),
            _named(value, "correlation")]  # fmt: skip
