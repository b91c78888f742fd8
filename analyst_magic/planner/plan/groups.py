"""What rows are grouped by, as SQL: a column, a bin of a time, a band of numbers."""

from __future__ import annotations

from sqlglot import exp

from ...turn import ColumnCard
from .cards import band_names, calendar
from .conditions import DAYS, MONTHS
from .expressions import Scope
from .nodes import call, interval, moment, number, shifted, text, wrapped
from .schema import Dimension

LABELLED: dict[str, tuple[str, str]] = {
    "day of week": ("dayname", "isodow"),
    "month of year": ("monthname", "month"),
    "quarter of year": ("quarter", "quarter"),
    "weekend": ("isodow", "isodow"),
}
_NUMBERED = {"hour of day": "hour", "week of year": "week", "day of month": "day"}


def group_of(dimension: Dimension, scope: Scope) -> tuple[exp.Expr, exp.Expr | None]:
    """What names a group, and what sorts it where that is something else."""
    value = scope.value(dimension.column)
    if dimension.width:
        width = number(dimension.width)
        return exp.Mul(
            this=exp.Floor(this=exp.Div(this=wrapped(value), expression=width)), expression=width.copy()
        ), None
    if dimension.edges:
        return _banded(value, dimension.edges)
    if not dimension.time:
        return value, calendar_key(scope.card(dimension.column), value)
    return _binned(dimension, moment(scope.card(dimension.column), value))


def calendar_key(card: ColumnCard, value: exp.Expr) -> exp.Expr | None:
    """What sorts texts that are times: names of months and weekdays, dates in other forms; None for other texts."""
    kind = calendar(card)
    if kind is None:
        return None
    if kind in {"months", "days"}:
        names = MONTHS if kind == "months" else DAYS
        short = exp.Array(expressions=[text(name[:3].lower()) for name in names])
        return call("list_position", short, call("lower", call("left", call("trim", value.copy()), number(3))))
    plain = value.copy()
    if kind == "%b-%y":
        plain = call("regexp_replace", plain, text("[ ']"), text("-"))
    if kind == "%b-%Y":
        plain = call("replace", plain, text(" "), text("-"))
    return call("try_strptime", call("trim", plain), text(kind))


def _binned(dimension: Dimension, when: exp.Expr) -> tuple[exp.Expr, exp.Expr | None]:
    unit, own = dimension.time or "", shifted(when, dimension.fiscal)
    if unit == "weekend":
        late = exp.GTE(this=call("isodow", when), expression=number(6))
        return exp.Case().when(late, text("weekend")).when(exp.LT(**late.copy().args), text("weekday")), None
    if unit == "quarter of year":
        quarter = call("quarter", own)
        return exp.DPipe(this=text("Q"), expression=quarter), None
    if unit in LABELLED:
        name, order = LABELLED[unit]
        return call(name, when), call(order, when.copy())
    if unit in _NUMBERED:
        return call(_NUMBERED[unit], when), None
    if unit == "decade":
        return exp.Mul(this=call("decade", when), expression=number(10)), None
    if dimension.fiscal > 1 and unit == "year":
        return call("year", own), None
    binned = call("date_trunc", text(unit), own)
    if dimension.fiscal > 1:
        binned = exp.Sub(this=binned, expression=interval((13 - dimension.fiscal) % 12, "month"))
    return (binned if unit in {"hour", "minute"} else exp.cast(binned, "DATE")), None


def _banded(value: exp.Expr, edges: tuple[float, ...]) -> tuple[exp.Expr, exp.Expr]:
    case, order = exp.Case(), exp.Case()
    for place, (edge, name) in enumerate(zip((*edges, None), band_names(edges), strict=True)):
        holds = (
            exp.LT(this=value.copy(), expression=number(edge))
            if edge is not None
            else exp.GTE(this=value.copy(), expression=number(edges[-1]))
        )
        case, order = case.when(holds, text(name)), order.when(holds.copy(), number(place))
    return case, order
