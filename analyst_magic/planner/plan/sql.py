"""A plan as SQL, built as an expression tree: no value and no name is ever pasted into text."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

import duckdb
from sqlglot import exp

from ...errors import CheckFailed
from ...turn import ColumnCard, FrameCard
from .schema import Dimension, Filter, Measure, Order, QueryPlan, Scalar
from .words import name_parts

PREFIXES = {"sum": "total", "count distinct": "distinct", "share": "share_of"}
PARTS = {"day of week": "isodow"}
LABELLED = {"day of week": ("dayname", "isodow"), "month of year": ("monthname", "month")}
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """One column of the answer: its name, its expression, and the expression to sort it by."""

    name: str
    value: exp.Expr
    key: exp.Expr | None = None


def to_sql(plan: QueryPlan, card: FrameCard) -> str:
    """The plan as one pretty-printed SELECT in DuckDB's dialect.

    Raises:
        CheckFailed: The plan names a frame or column that is not there.
    """
    return str(query(plan, card).sql("duckdb", pretty=True))


def query(plan: QueryPlan, card: FrameCard, source: str | None = None) -> exp.Select:
    """The plan as an expression; ``source`` is the table's name where it is not the frame's own."""
    if plan.frame != card.name:
        raise CheckFailed(
            f"The plan is for the frame {plan.frame}, not {card.name}.", "Name the frame in the question."
        )
    groups, measures = dimensions(plan, card), measured(plan, card)
    if plan.chart == "box":
        return _boxes(plan, card, groups, source)
    if plan.lists_rows:
        select = exp.select(*_listed(plan, card))
    else:
        select = exp.select(*(_aliased(shown) for shown in groups + measures))
    select = select.from_(_source(plan, card, source))
    select = _filtered(select, plan, card)
    if plan.chart in {"scatter", "histogram", "box"}:
        select = select.where(*(_column(_card(card, name)).is_(exp.null()).not_() for name in plan.select))
    keys = [expression for shown in groups for expression in _keys(shown)]
    if groups:
        select = select.group_by(*keys)
    ordering = _ordering(plan, card, groups, measures)
    select = select.order_by(*ordering) if ordering else select
    if plan.pivot:
        return _pivoted(select, groups, measures)
    if not plan.limit:
        return select
    if keeps_ties(plan):
        rank = exp.Window(this=exp.Anonymous(this="RANK"), order=exp.Order(expressions=[ordering[0].copy()]))
        return select.qualify(exp.LTE(this=rank, expression=_number(plan.limit)))
    return select.limit(plan.limit)


def keeps_ties(plan: QueryPlan) -> bool:
    """Whether all that are equal to the last one are in the answer: groups by a figure, and the one highest row."""
    if not plan.limit or not plan.order:
        return False
    figure = plan.order[0].function is not None
    return figure if plan.group_by else plan.limit == 1 and not figure and plan.lists_rows


def _pivoted(select: exp.Select, groups: tuple[OutputColumn, ...], measures: tuple[OutputColumn, ...]) -> exp.Select:
    """The answer with the values of its second group as columns."""
    down, across, figure = (exp.Column(this=identifier(shown.name)) for shown in (*groups, *measures))
    select.set("order", None)
    turned = exp.Pivot(
        this=select.subquery(),
        expressions=[across],
        using=[exp.First(this=figure)],
        group=exp.Group(expressions=[down]),
        unpivot=False,
    )
    return exp.select(exp.Star()).from_(exp.Subquery(this=turned)).order_by(down.copy())


def _source(plan: QueryPlan, card: FrameCard, source: str | None) -> exp.Expr:
    """The table to read: the frame's own, or with the columns of another that the plan names beside it."""
    table = exp.Table(this=identifier(source or card.name))
    if not plan.joins:
        return table
    (join,) = plan.joins
    own = [column.sql for column in card.columns if column.sql not in join.brings]
    wanted = [name for name in plan.columns if name in join.brings]
    first = [exp.Column(this=identifier(name), table=identifier(card.name)) for name in own if name in plan.columns]
    second = [exp.Column(this=identifier(name), table=identifier(join.frame)) for name in wanted]
    condition = exp.EQ(
        this=exp.Column(this=identifier(join.key), table=identifier(card.name)),
        expression=exp.Column(this=identifier(join.other), table=identifier(join.frame)),
    )
    if plan.lists_rows and not plan.select:
        first = [exp.Column(this=exp.Star(), table=identifier(card.name))]
    rows = exp.select(*first, *second).from_(table)
    rows = rows.join(exp.Table(this=identifier(join.frame)), on=condition, join_type="left")
    return rows.subquery(identifier(f"{card.name}_and_{join.frame}"))


def _listed(plan: QueryPlan, card: FrameCard) -> list[exp.Expr]:
    """The columns of a listing; charts and documents have no time zones, so they get local times."""
    wanted = [*plan.select, *([plan.colour] if plan.colour and plan.colour not in plan.select else [])]
    local = bool(plan.chart or plan.document) and any(column.zone for column in card.columns)
    if not wanted and not local:
        return [exp.Star()]
    columns = [_card(card, name) for name in wanted] or list(card.columns)
    return [_aliased(OutputColumn(c.sql, _moment(c) if local and c.zone else _column(c))) for c in columns]


def dimensions(plan: QueryPlan, card: FrameCard) -> tuple[OutputColumn, ...]:
    """The answer's columns that name the groups."""
    taken = {column.sql.lower() for column in card.columns}
    return tuple(_dimension(dimension, card, taken) for dimension in plan.group_by)


def measured(plan: QueryPlan, card: FrameCard) -> tuple[OutputColumn, ...]:
    """The answer's columns that hold figures."""
    taken = {column.sql.lower() for column in card.columns} | {d.name.lower() for d in dimensions(plan, card)}
    shown = []
    for measure in plan.measures:
        name = _free(measure_name(measure), taken)
        taken.add(name.lower())
        shown.append(OutputColumn(name, _measure(measure, card)))
    return tuple(shown)


def is_time(column: ColumnCard) -> bool:
    """Whether a column holds dates or moments, be it as ISO text: how a date comes out of most CSV files."""
    if column.type in {"date", "timestamp"}:
        return True
    texts = [value for value, _ in column.values if isinstance(value, str)]
    return column.type == "text" and bool(texts) and all(_ISO.fullmatch(text) for text in texts)


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


def _card(card: FrameCard, name: str) -> ColumnCard:
    for column in card.columns:
        if column.sql == name:
            return column
    raise CheckFailed(
        f"The frame {card.name} has no column {name}.", "Its columns: " + ", ".join(c.sql for c in card.columns[:30])
    )


def _column(column: ColumnCard) -> exp.Expr:
    return exp.Column(this=identifier(column.sql))


def _moment(column: ColumnCard) -> exp.Expr:
    """A time as the clock on its own wall shows it; text is read as a timestamp."""
    if column.type == "timestamp" and column.zone:
        return exp.AtTimeZone(this=_column(column), zone=exp.Literal.string(column.zone))
    return _column(column) if column.type in {"date", "timestamp"} else exp.cast(_column(column), "TIMESTAMP")


def _aliased(shown: OutputColumn) -> exp.Expr:
    if isinstance(shown.value, exp.Column) and shown.value.name == shown.name:
        return shown.value
    return exp.Alias(this=shown.value, alias=identifier(shown.name))


def _keys(shown: OutputColumn) -> list[exp.Expr]:
    return [shown.value] if shown.key is None else [shown.value, shown.key]


def _free(name: str, taken: set[str]) -> str:
    free, count = name, 1
    while free.lower() in taken:
        count += 1
        free = f"{name}_{count}"
    return free


def _dimension(dimension: Dimension, card: FrameCard, taken: set[str]) -> OutputColumn:
    column = _card(card, dimension.column)
    if dimension.width:
        width = _number(dimension.width)
        value = exp.Mul(this=exp.Floor(this=exp.Div(this=_column(column), expression=width)), expression=width)
        return OutputColumn(_free(f"{column.sql}_from", taken), value)
    if not dimension.time:
        return OutputColumn(column.sql, _column(column))
    name = _free(f"{column.sql}_{dimension.time.replace(' ', '_')}", taken)
    if dimension.time in LABELLED:
        text, number = LABELLED[dimension.time]
        return OutputColumn(name, _call(text, _moment(column)), _call(number, _moment(column)))
    if dimension.time == "hour of day":
        return OutputColumn(name, _call("hour", _moment(column)))
    binned = _call("date_trunc", exp.Literal.string(dimension.time), _moment(column))
    return OutputColumn(name, binned if dimension.time == "hour" else exp.cast(binned, "DATE"))


def measure_name(measure: Measure) -> str:
    """The name of a measure's column, before it is made unique."""
    if measure.column is None:
        return "share_percent" if measure.function == "share" else "count"
    if measure.other is not None:
        names = ["_".join(name_parts(name)) for name in (measure.column, measure.other)]
        return "correlation" if measure.function == "correlation" else f"{names[0]}_per_{names[1]}"
    prefix = PREFIXES.get(measure.function, measure.function)
    return f"{prefix}_{'_'.join(name_parts(measure.column)) or 'value'}"


def _measure(measure: Measure, card: FrameCard) -> exp.Expr:
    column = _column(_card(card, measure.column)) if measure.column is not None else None
    if column is None or measure.function == "share":
        each = exp.Count(this=exp.Star()) if column is None else exp.Sum(this=column)
        if measure.function == "count":
            return each
        total = exp.Window(this=exp.Sum(this=each.copy()))
        return exp.Div(this=exp.Mul(this=exp.Literal.number("100.0"), expression=each), expression=total)
    if measure.other is not None:
        other = _column(_card(card, measure.other))
        if measure.function == "correlation":
            return exp.Corr(this=column, expression=other)
        below = exp.Nullif(this=exp.Sum(this=other), expression=_number(0))
        return exp.Div(this=exp.Sum(this=column), expression=below)
    if measure.function == "count distinct":
        return exp.Count(this=exp.Distinct(expressions=[column]))
    function = {"count": exp.Count, "sum": exp.Sum, "mean": exp.Avg, "median": exp.Median,
                "min": exp.Min, "max": exp.Max, "std": exp.StddevSamp}[measure.function]  # fmt: skip
    return function(this=column)


def _ordering(
    plan: QueryPlan, card: FrameCard, groups: tuple[OutputColumn, ...], measures: tuple[OutputColumn, ...]
) -> list[exp.Ordered]:
    """The sort keys asked for, then the groups, so that ties fall the same way every time."""
    keys = [
        exp.Ordered(this=_order_key(order, plan, card, groups, measures), desc=order.descending) for order in plan.order
    ]
    named = {order.column for order in plan.order if order.function is None}
    for dimension, shown in zip(plan.group_by, groups, strict=True):
        if dimension.column not in named:
            keys.append(exp.Ordered(this=_group_key(shown), desc=False))
    return keys


def _group_key(shown: OutputColumn) -> exp.Expr:
    return shown.key if shown.key is not None else exp.Column(this=identifier(shown.name))


def _order_key(
    order: Order, plan: QueryPlan, card: FrameCard, groups: tuple[OutputColumn, ...], measures: tuple[OutputColumn, ...]
) -> exp.Expr:
    if order.function is not None:
        wanted = _ordered(order, plan)
        for measure, shown in zip(plan.measures, measures, strict=True):
            if measure == wanted:
                return exp.Column(this=identifier(shown.name))
        return _measure(wanted, card)
    for dimension, shown in zip(plan.group_by, groups, strict=True):
        if dimension.column == order.column:
            return _group_key(shown)
    return _column(_card(card, order.column or ""))


def _ordered(order: Order, plan: QueryPlan) -> Measure:
    """The measure that an order names; of a correlation it names the first column alone."""
    for measure in plan.measures:
        if (measure.function, measure.column) == (order.function, order.column):
            return measure
    return Measure(function=order.function or "count", column=order.column)


def _filtered(select: exp.Select, plan: QueryPlan, card: FrameCard) -> exp.Select:
    return select.where(*(_condition(f, _card(card, f.column)) for f in plan.filters))


def _condition(filter: Filter, column: ColumnCard) -> exp.Expr:
    """A condition; what is not some value is also what has none."""
    condition = _plain_condition(filter, column)
    negated = filter.operator in {"!=", "not in", "not like", "not contains"}
    if not negated or column.nulls == 0:
        return condition
    return exp.Paren(this=exp.or_(condition, exp.Is(this=_column(column), expression=exp.null())))


def _plain_condition(filter: Filter, column: ColumnCard) -> exp.Expr:
    this, values = _compared(filter, column)
    match filter.operator:
        case "is null" | "is not null":
            absent = exp.Is(this=_column(column), expression=exp.null())
            return absent if filter.operator == "is null" else exp.Not(this=absent)
        case "between":
            return exp.Between(this=this, low=values[0], high=values[1])
        case "in" | "not in":
            among = exp.In(this=this, expressions=values)
            return among if filter.operator == "in" else exp.Not(this=among)
        case "like" | "not like":
            alike = exp.ILike(this=this, expression=values[0])
            return alike if filter.operator == "like" else exp.Not(this=alike)
        case "contains" | "not contains":
            parts = [_call("contains", _call("lower", this.copy()), _call("lower", value)) for value in values]
            found = exp.or_(*parts) if len(parts) > 1 else parts[0]
            return exp.Paren(this=found) if filter.operator == "contains" else exp.Not(this=exp.Paren(this=found))
    comparison = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
    return comparison[filter.operator](this=this, expression=values[0])


def _compared(filter: Filter, column: ColumnCard) -> tuple[exp.Expr, list[exp.Expr]]:
    """Both sides of a condition, in one type: times are compared with times, and by the day where a day is meant."""
    if filter.part:
        part = _call(PARTS.get(filter.part, filter.part), _moment(column))
        return part, [_literal(value) for value in filter.values]
    if is_time(column) and filter.values and all(isinstance(v, str) and _ISO.fullmatch(v) for v in filter.values):
        whole_days = all(len(str(value)) == 10 for value in filter.values)
        kind = "DATE" if whole_days else "TIMESTAMP"
        moment = _moment(column)
        if (column.type == "date") != whole_days:
            moment = exp.cast(moment, kind)
        return moment, [exp.cast(exp.Literal.string(str(value)), kind) for value in filter.values]
    if filter.operator in {"like", "not like", "contains", "not contains"} and column.type != "text":
        return exp.cast(_column(column), "TEXT"), [_literal(str(value)) for value in filter.values]
    return _column(column), [_literal(value) for value in filter.values]


def _literal(value: Scalar | dt.date) -> exp.Expr:
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    return _number(value) if isinstance(value, int | float) else exp.Literal.string(str(value))


def _number(value: float) -> exp.Expr:
    text = repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
    negative = text.startswith("-")
    number = exp.Literal.number(text.lstrip("-"))
    return exp.Neg(this=number) if negative else number


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _boxes(plan: QueryPlan, card: FrameCard, groups: tuple[OutputColumn, ...], source: str | None) -> exp.Select:
    """Five figures for each box: what a box plot shows, without sending every row to the reader's browser."""
    value = _column(_card(card, plan.select[0]))
    marks = ((0.05, "p5"), (0.25, "q1"), (0.5, "median"), (0.75, "q3"), (0.95, "p95"))
    columns = [_aliased(shown) for shown in groups]
    columns += [
        exp.Alias(this=_call("quantile_cont", value.copy(), exp.Literal.number(str(mark))), alias=identifier(name))
        for mark, name in marks
    ]
    select = exp.select(*columns).from_(_source(plan, card, source))
    select = _filtered(select, plan, card).where(exp.Not(this=exp.Is(this=value.copy(), expression=exp.null())))
    keys = [expression for shown in groups for expression in _keys(shown)]
    if groups:
        select = select.group_by(*keys).order_by(*_ordering(plan, card, groups, ()))
    return select
