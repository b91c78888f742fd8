"""Figures computed from other rows of an answer, as SQL: running totals, moving means, ranks, shares, growth.

Growth and differences compare with the period before on the calendar, not with the row before: where a month has no
rows, the growth of the next one is not known.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ...errors import CheckFailed
from ...language import message
from .cards import ROW_POSITION
from .expressions import Scope
from .nodes import call, interval, number, wrapped
from .schema import Dimension, QueryPlan, Window

_STEPS: dict[str, tuple[int, str]] = {
    "minute": (1, "minute"), "hour": (1, "hour"), "day": (1, "day"), "week": (7, "day"), "month": (1, "month"),
    "quarter": (3, "month"), "year": (1, "year"),
}  # fmt: skip
_RANKS = {"rank": "RANK", "dense rank": "DENSE_RANK", "row number": "ROW_NUMBER"}
_RUNNING = {"running total": exp.Sum, "running mean": exp.Avg, "running maximum": exp.Max}
_WHOLE = {"mean": exp.Avg, "total": exp.Sum, "minimum": exp.Min, "maximum": exp.Max}


def window(
    part: Window, plan: QueryPlan, scope: Scope, names: dict[str, Dimension], keys: dict[str, exp.Expr]
) -> exp.Expr:
    """A window's expression over the answer.

    Args:
        part: The window.
        plan: The plan that it belongs to.
        scope: The columns of the answer.
        names: The groups of the answer by the names of their columns.
        keys: What sorts the groups, by the same names.
    """
    along = _along(part, plan, names)
    within = [scope.value(name) for name in _within(part, along, names)]
    of = scope.value(part.of) if part.of is not None else None

    def over(this: exp.Expr, order: exp.Expr | None = None, descending: bool = False, spec: Any = None) -> exp.Expr:
        ordered = exp.Order(expressions=[exp.Ordered(this=order, desc=descending)]) if order is not None else None
        return exp.Window(this=this, partition_by=[w.copy() for w in within], order=ordered, spec=spec)

    line = keys[along].copy() if along in keys else scope.value(along)
    if part.function in _RANKS:
        return _ranked(part, of, within, line)
    if of is None:
        raise CheckFailed(message("The figure {part} is of nothing.", part=part.name))
    if part.function in _WHOLE:
        return over(_WHOLE[part.function](this=of))
    if part.function == "share":
        return _percent(of, over(exp.Sum(this=of.copy())))
    if part.function == "running share":
        running = over(exp.Sum(this=of), line, spec=_rows(None))
        return _percent(running, over(exp.Sum(this=of.copy())))
    if part.function in _RUNNING:
        return over(_RUNNING[part.function](this=of), line, spec=_rows(None))
    if part.function in {"moving mean", "moving total"}:
        frame = _rows((part.size or 1) - 1)
        kind = exp.Avg if part.function == "moving mean" else exp.Sum
        full = exp.EQ(
            this=over(exp.Count(this=of.copy()), line.copy(), spec=frame.copy()), expression=number(part.size or 1)
        )
        return exp.Case().when(full, over(kind(this=of), line, spec=frame))
    if part.function == "tile":
        tile = over(call("ntile", number(part.size or 4)), of, part.descending)
        return exp.Case().when(exp.Not(this=exp.Is(this=of.copy(), expression=exp.null())), tile)
    return _stepped(part, of, over, line, names.get(along), scope, along)


def _ranked(part: Window, of: exp.Expr | None, within: list[exp.Expr], line: exp.Expr) -> exp.Expr:
    """A rank; what has no value has none."""
    order = exp.Order(
        expressions=[exp.Ordered(this=of if of is not None else line, desc=of is not None and part.descending)]
    )
    ranks = exp.Window(this=exp.Anonymous(this=_RANKS[part.function]), partition_by=within, order=order)
    if of is None:
        return ranks
    return exp.Case().when(exp.Not(this=exp.Is(this=of.copy(), expression=exp.null())), ranks)


def _percent(part: exp.Expr, whole: exp.Expr) -> exp.Expr:
    hundred = exp.Mul(this=exp.Literal.number("100.0"), expression=wrapped(part))
    return exp.Div(this=hundred, expression=exp.Nullif(this=whole, expression=number(0)))


def _rows(before: int | None) -> exp.WindowSpec:
    start = "UNBOUNDED" if before is None else number(before)
    return exp.WindowSpec(kind="ROWS", start=start, start_side="PRECEDING", end="CURRENT ROW")


def _stepped(
    part: Window, of: exp.Expr, over: Any, line: exp.Expr, group: Dimension | None, scope: Scope, along: str
) -> exp.Expr:
    """The value some periods before or after, or the change since then."""
    after = part.function == "next"
    step = _step(part, group, scope, along)
    if step is None:
        before = over(call("lead" if after else "lag", of.copy(), number(part.steps)), line)
    else:
        side = "FOLLOWING" if after else "PRECEDING"
        spec = exp.WindowSpec(kind="RANGE", start=step, start_side=side, end=step.copy(), end_side=side)
        before = over(exp.Max(this=of.copy()), line, spec=spec)
    if part.function in {"previous", "next"}:
        return before
    change = exp.Sub(this=wrapped(of), expression=before)
    if part.function == "difference":
        return change
    below = exp.Nullif(this=call("abs", before.copy()), expression=number(0))
    return exp.Div(this=exp.Mul(this=exp.Literal.number("100.0"), expression=exp.Paren(this=change)), expression=below)


def _step(part: Window, group: Dimension | None, scope: Scope, along: str) -> exp.Expr | None:
    """How far the periods before are on the calendar; None where rows are counted."""
    unit = part.period or (group.time if group is not None else None)
    if unit in _STEPS and group is not None and group.time in _STEPS and group.fiscal == 1:
        count, name = _STEPS[unit]
        return interval(count * part.steps, name)
    if group is None or group.time or group.edges:
        return None
    card = scope.card(along)
    if card.type == "date" and not part.period:
        return interval(part.steps, "day")
    if card.type in {"date", "timestamp"}:
        return (
            interval(_STEPS[part.period or "day"][0] * part.steps, _STEPS[part.period or "day"][1])
            if part.period
            else None
        )
    whole = card.type == "integer" and part.period in {None, along.lower()}
    return number(part.steps) if whole else None


def _along(part: Window, plan: QueryPlan, names: dict[str, Dimension]) -> str:
    """The column along which rows run."""
    if part.along is not None:
        return part.along
    timed = [name for name, dimension in names.items() if dimension.time]
    return next(iter([*timed, *names]), ROW_POSITION)


def _within(part: Window, along: str, names: dict[str, Dimension]) -> list[str]:
    """Where a figure begins anew: as asked, and for what runs along one of several groups in each of the others."""
    runs = part.function not in {*_RANKS, *_WHOLE, "share", "tile"}
    others = [name for name in names if name != along and name not in part.within] if runs else []
    return [*part.within, *others]
