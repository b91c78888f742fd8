"""What a plan computes from columns, as SQL: expressions, conditions and figures.

A condition is two-valued, as a reader takes it: what is not known to hold does not hold, and what does not hold is
negated to what does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from ...errors import CheckFailed
from ...language import message
from ...turn import NUMBER_TYPES, ColumnCard, FrameCard
from .cards import ROW_POSITION, find, is_iso, is_time
from .nodes import call, column, identifier, literal, moment, number, part_of, text, wrapped
from .schema import (
    AllOf,
    AnyOf,
    Calculation,
    Choice,
    Condition,
    Extract,
    Filter,
    Measure,
    Not,
    Operand,
    Outlier,
    Period,
    Related,
    Rows,
    Scalar,
)  # fmt: skip

UNITS = {"minutes": "minute", "hours": "hour", "days": "day", "weeks": "week", "months": "month", "years": "year"}
SECONDS = {"minutes": 60, "hours": 3_600, "days": 86_400, "weeks": 604_800}
_FUNCTIONS = {"length": "length", "lower": "lower", "upper": "upper", "absolute": "abs", "rounded": "round",
              "logarithm": "ln"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean at one place of a query.

    Attributes:
        columns: Each column's card, and its expression where that is not the column itself.
        rows: All rows that the plan is about, without its conditions: where figures over all rows come from.
        filtered: Those rows with the plan's other conditions.
        others: The cards of other frames.
        frame: The frame's name, for messages.
    """

    columns: Mapping[str, tuple[ColumnCard, exp.Expr | None]]
    rows: exp.Expr
    frame: str
    filtered: tuple[exp.Expr, ...] = ()
    others: tuple[FrameCard, ...] = ()

    def card(self, name: str) -> ColumnCard:
        """The card of a column."""
        return self._found(name)[0]

    def value(self, name: str) -> exp.Expr:
        """The expression of a column."""
        value = self._found(name)[1]
        return value.copy() if value is not None else column(name)

    def _found(self, name: str) -> tuple[ColumnCard, exp.Expr | None]:
        if name in self.columns:
            return self.columns[name]
        raise CheckFailed(
            message("The frame {frame} has no column {name}.", frame=self.frame, name=name),
            message("Its columns: {columns}", columns=[*self.columns][:30]),
        )


def operand(part: Operand, scope: Scope) -> exp.Expr:
    """An expression of a plan."""
    match part:
        case str():
            return scope.value(part)
        case int() | float():
            return number(part)
        case Calculation():
            return _calculated(part, scope)
        case Extract(part=what, of=inner):
            return _extracted(what, operand(inner, scope), _card_of(inner, scope))
        case Choice(when=condition, then=then, otherwise=otherwise):
            case = exp.Case().when(condition_of(condition, scope), literal(then))
            return case.else_(literal(otherwise)) if otherwise is not None else case
    raise CheckFailed(message("The plan has an expression of an unknown kind."))


def _card_of(part: Operand, scope: Scope) -> ColumnCard | None:
    return scope.card(part) if isinstance(part, str) else None


def _calculated(part: Calculation, scope: Scope) -> exp.Expr:
    left, right = (operand(side, scope) for side in (part.left, part.right))
    if part.operator in UNITS:
        return _time_between(part, left, right, scope)
    if part.operator == "/":
        below = right if isinstance(part.right, int | float) and part.right else exp.Nullif(
            this=right, expression=number(0)
        )  # fmt: skip
        return exp.Div(this=wrapped(left), expression=wrapped(below))
    kind = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}[part.operator]
    return kind(this=wrapped(left), expression=wrapped(right))


def _time_between(part: Calculation, left: exp.Expr, right: exp.Expr, scope: Scope) -> exp.Expr:
    """The time from one moment to another: completed months and years, and any part of a shorter unit."""
    cards = [_card_of(side, scope) for side in (part.left, part.right)]
    sides = [
        moment(card, value) if card else exp.cast(value, "TIMESTAMP")
        for card, value in zip(cards, (left, right), strict=True)
    ]
    dates = all(card is not None and card.type == "date" for card in cards)
    if part.operator not in SECONDS or (dates and part.operator == "days"):
        return call("date_sub", text(UNITS[part.operator]), *sides)
    return exp.Div(this=call("date_sub", text("second"), *sides), expression=number(SECONDS[part.operator]))


def _extracted(what: str, value: exp.Expr, card: ColumnCard | None) -> exp.Expr:
    if what in _FUNCTIONS:
        return call(_FUNCTIONS[what], value)
    if what == "first word":
        return call("split_part", call("trim", value), text(" "), number(1))
    return part_of(what, moment(card, value) if card else value)


# Conditions -----------------------------------------------------------------------------------------------------------


def conditions(all_of: Sequence[Condition], scope: Scope) -> list[exp.Expr]:
    """Conditions of which all hold."""
    return [condition_of(condition, scope) for condition in all_of]


def condition_of(condition: Condition, scope: Scope) -> exp.Expr:
    """A condition; it may be unknown, which is as good as false wherever it stands."""
    match condition:
        case Filter():
            return _filter(condition, scope)
        case Period():
            return _period(condition, scope)
        case AllOf(all_of=inner):
            return exp.paren(exp.and_(*conditions(inner, scope)), copy=False)
        case AnyOf(any_of=inner):
            return exp.paren(exp.or_(*conditions(inner, scope)), copy=False)
        case Not(negated=inner):
            return exp.Not(this=_known(condition_of(inner, scope)))
        case Outlier():
            return _outlier(condition, scope)
        case Related():
            return _related(condition, scope)
        case Rows():
            raise CheckFailed(message("A condition on a group's rows stands outside of a group."))
    raise CheckFailed(message("The plan has a condition of an unknown kind."))


def _known(condition: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=condition, expressions=[exp.false()])


def _filter(filter: Filter, scope: Scope) -> exp.Expr:
    """A condition on a column; what is not some value is also what has none."""
    if filter.other is not None:
        return _compared_with(filter, scope)
    condition = _plain_condition(filter, scope)
    negated = filter.operator in {"!=", "not in", "not like", "not contains"}
    if not negated or scope.card(filter.column).nulls == 0:
        return condition
    return exp.Paren(this=exp.or_(condition, exp.Is(this=scope.value(filter.column), expression=exp.null())))


_COMPARISONS = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


def _plain_condition(filter: Filter, scope: Scope) -> exp.Expr:
    this, values = _compared(filter, scope)
    match filter.operator:
        case "is null" | "is not null":
            absent = exp.Is(this=scope.value(filter.column), expression=exp.null())
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
            parts = [call("contains", call("lower", this.copy()), call("lower", value)) for value in values]
            found = exp.or_(*parts) if len(parts) > 1 else parts[0]
            return exp.Paren(this=found) if filter.operator == "contains" else exp.Not(this=exp.Paren(this=found))
    return _COMPARISONS[filter.operator](this=this, expression=values[0])


def _compared(filter: Filter, scope: Scope) -> tuple[exp.Expr, list[exp.Expr]]:
    """Both sides of a condition, in one type: times are compared with times, and by the day where a day is meant."""
    card, value = scope.card(filter.column), scope.value(filter.column)
    if filter.part:
        return part_of(filter.part, moment(card, value)), [literal(value) for value in filter.values]
    if is_moment(card, filter.values):
        return _as_times(card, value, [str(v) for v in filter.values])
    if filter.operator in {"like", "not like", "contains", "not contains"} and card.type != "text":
        return exp.cast(value, "TEXT"), [literal(str(v)) for v in filter.values]
    return wrapped(value), [literal(v) for v in filter.values]


def is_moment(card: ColumnCard, values: Sequence[Scalar]) -> bool:
    """Whether values are compared with a column as times."""
    return is_time(card) and bool(values) and all(isinstance(v, str) and is_iso(v) for v in values)


def _as_times(card: ColumnCard, value: exp.Expr, texts: Sequence[str]) -> tuple[exp.Expr, list[exp.Expr]]:
    whole_days = all(len(value) == 10 for value in texts)
    kind = "DATE" if whole_days else "TIMESTAMP"
    when = moment(card, value)
    if (card.type == "date") != whole_days:
        when = exp.cast(when, kind)
    return when, [exp.cast(text(value), kind) for value in texts]


def _compared_with(filter: Filter, scope: Scope) -> exp.Expr:
    """A comparison with another column, or with a figure over all rows."""
    left = scope.value(filter.column)
    if isinstance(filter.other, Measure):
        figures = exp.select(figure(filter.other, scope)).from_(scope.rows.copy())
        right: exp.Expr = figures.subquery()
    else:
        right = scope.value(filter.other or "")
        cards = scope.card(filter.column), scope.card(filter.other or "")
        if all(is_time(card) for card in cards):
            left, right = moment(cards[0], left), moment(cards[1], right)
    if filter.operator == "!=":
        return exp.NullSafeNEQ(this=wrapped(left), expression=wrapped(right))
    return _COMPARISONS[filter.operator](this=wrapped(left), expression=wrapped(right))


def _period(period: Period, scope: Scope) -> exp.Expr:
    card, value = scope.card(period.column), scope.value(period.column)
    if card.type in NUMBER_TYPES:  # a column of years
        sides = [(kind, number(int(end[:4]))) for kind, end in ((exp.GTE, period.start), (exp.LT, period.end)) if end]
    else:
        value = moment(card, value)
        sides = [(kind, exp.cast(text(end), "DATE" if len(end) == 10 else "TIMESTAMP"))
                 for kind, end in ((exp.GTE, period.start), (exp.LT, period.end)) if end]  # fmt: skip
    holds = [kind(this=value.copy(), expression=end) for kind, end in sides]
    return holds[0] if len(holds) == 1 else exp.paren(exp.and_(*holds), copy=False)


def _outlier(outlier: Outlier, scope: Scope) -> exp.Expr:
    value = scope.value(outlier.column)

    def over_rows(figures: exp.Expr) -> exp.Expr:
        select = exp.select(figures).from_(scope.rows.copy())
        return (select.where(*(f.copy() for f in scope.filtered)) if scope.filtered else select).subquery()

    if outlier.method == "standard deviation":
        low: exp.Expr = exp.Avg(this=value.copy())
        high: exp.Expr = low.copy()
        reach: exp.Expr = exp.StddevSamp(this=value.copy())
    else:
        low, high = (call("quantile_cont", value.copy(), number(fraction)) for fraction in (0.25, 0.75))
        reach = exp.Paren(this=exp.Sub(this=high.copy(), expression=low.copy()))
    by = exp.Mul(this=number(outlier.factor), expression=reach)
    below = exp.LT(this=wrapped(value), expression=over_rows(exp.Sub(this=low, expression=by)))
    above = exp.GT(this=wrapped(value.copy()), expression=over_rows(exp.Add(this=high, expression=by.copy())))
    return exp.paren(exp.or_(below, above), copy=False)


def _related(related: Related, scope: Scope) -> exp.Expr:
    other = next((card for card in scope.others if card.name == related.frame), None)
    if other is None:
        raise CheckFailed(message("There is no frame {frame}.", frame=related.frame))
    find(other, related.other)
    table = exp.Table(this=identifier(related.frame))
    inner = Scope({c.sql: (c, None) for c in other.columns}, table, related.frame, others=scope.others)
    keys = exp.select(column(related.other)).from_(table.copy()).where(*conditions(related.where, inner))
    keys = keys.where(exp.Not(this=exp.Is(this=column(related.other), expression=exp.null())))
    among = exp.In(this=wrapped(scope.value(related.key)), query=keys.subquery())
    return exp.Not(this=_known(among)) if related.none else among


# Figures --------------------------------------------------------------------------------------------------------------

_AGGREGATES = {"count": exp.Count, "sum": exp.Sum, "mean": exp.Avg, "median": exp.Median, "min": exp.Min,
               "max": exp.Max, "std": exp.StddevSamp, "variance": exp.Variance}  # fmt: skip
_REGRESSIONS = {"covariance": "covar_samp", "slope": "regr_slope", "intercept": "regr_intercept",
                "r squared": "regr_r2"}  # fmt: skip


def figure(
    measure: Measure, scope: Scope, groups: Mapping[str, exp.Expr] | None = None, once: exp.Expr | None = None
) -> exp.Expr:
    """A measure.

    Args:
        measure: The figure.
        scope: The columns of the rows.
        groups: The groups of the answer by name, for a share within some of them.
        once: Where rows repeat the values of a joined frame: whether a row is the first with them.
    """
    holds = conditions(measure.where, scope) + ([once] if once is not None else [])
    if measure.function == "share":
        return _share(measure, scope, groups or {}, holds)
    return _filtered(_aggregate(measure, scope), holds)


def _filtered(aggregate: exp.Expr, holds: Sequence[exp.Expr]) -> exp.Expr:
    """An aggregate over the rows where all conditions hold: each aggregate in the expression gets the condition."""
    if not holds:
        return aggregate
    condition = exp.and_(*holds)
    kinds = exp.AggFunc | exp.Anonymous

    def limited(node: exp.Expr) -> exp.Expr:
        if isinstance(node, kinds) and not isinstance(node, exp.Filter) and _is_aggregate(node):
            return exp.Filter(this=node, expression=exp.Where(this=condition.copy()))
        return node

    return _map_aggregates(aggregate, limited)


def _is_aggregate(node: exp.Expr) -> bool:
    return isinstance(node, exp.AggFunc) or (isinstance(node, exp.Anonymous) and str(node.this).lower() in _NAMED)


def _map_aggregates(node: exp.Expr, change: Any) -> exp.Expr:
    if _is_aggregate(node):
        return change(node)
    for name, value in list(node.args.items()):
        if isinstance(value, exp.Expression):
            node.set(name, _map_aggregates(value, change))
    return node


_NAMED = frozenset({"quantile_cont", "mode", "skewness", "kurtosis", "arg_min", "arg_max", *_REGRESSIONS.values()})


def _share(measure: Measure, scope: Scope, groups: Mapping[str, exp.Expr], holds: Sequence[exp.Expr]) -> exp.Expr:
    """The percentage of the group's rows where conditions hold; without conditions, that of all rows in the group."""
    of = scope.value(measure.column) if measure.column is not None else None
    each: exp.Expr = exp.Count(this=exp.Star()) if of is None else exp.Sum(this=of)
    hundred = exp.Literal.number("100.0")
    if measure.where:
        below = exp.Nullif(this=each.copy(), expression=number(0))
        return exp.Div(this=exp.Mul(this=hundred, expression=_filtered(each, holds)), expression=below)
    each = _filtered(each, holds)
    within = [groups[name].copy() for name in measure.within]
    total: exp.Expr = exp.Window(this=exp.Sum(this=each.copy()), **({"partition_by": within} if within else {}))
    if of is not None:
        total = exp.Nullif(this=total, expression=number(0))
    return exp.Div(this=exp.Mul(this=hundred, expression=each), expression=total)


def _aggregate(measure: Measure, scope: Scope) -> exp.Expr:
    if measure.column is None:
        return exp.Count(this=exp.Star())
    of, name = scope.value(measure.column), measure.function
    other = scope.value(measure.other) if measure.other is not None else None
    if name in _AGGREGATES:
        return _AGGREGATES[name](this=of)
    if name == "count distinct":
        return _distinct(of, other)
    if name in {"first", "last"}:
        by = other if other is not None else scope.value(ROW_POSITION)
        return call("arg_min" if name == "first" else "arg_max", of, by)
    if other is not None:
        return _paired(name, of, other)
    if name == "range":
        return exp.Sub(this=exp.Max(this=of), expression=exp.Min(this=of.copy()))
    if name == "quantile":
        return call("quantile_cont", of, number(measure.fraction or 0))
    if name == "interquartile range":
        high, low = (call("quantile_cont", of.copy(), number(fraction)) for fraction in (0.75, 0.25))
        return exp.Sub(this=high, expression=low)
    if name == "mode":
        return call("mode", exp.Order(this=of, expressions=[exp.Ordered(this=of.copy())]))
    return call(name, of)  # skewness, kurtosis


def _distinct(of: exp.Expr, other: exp.Expr | None) -> exp.Expr:
    if other is None:
        return exp.Count(this=exp.Distinct(expressions=[of]))
    pair = exp.Case().when(
        exp.and_(*(exp.Not(this=exp.Is(this=side.copy(), expression=exp.null())) for side in (of, other))),
        call("row", of, other),
    )
    return exp.Count(this=exp.Distinct(expressions=[pair]))


def _paired(name: str, of: exp.Expr, other: exp.Expr) -> exp.Expr:
    if name == "correlation":
        return exp.Corr(this=of, expression=other)
    if name == "ratio":
        below = exp.Nullif(this=exp.Sum(this=other), expression=number(0))
        return exp.Div(this=exp.Sum(this=of), expression=below)
    if name == "weighted mean":
        known = exp.Case().when(exp.Not(this=exp.Is(this=of.copy(), expression=exp.null())), other)
        total = exp.Sum(this=exp.Mul(this=wrapped(of), expression=wrapped(other.copy())))
        return exp.Div(this=total, expression=exp.Nullif(this=exp.Sum(this=known), expression=number(0)))
    return call(_REGRESSIONS[name], of, other)
