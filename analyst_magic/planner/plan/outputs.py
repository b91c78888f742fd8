"""The columns of a plan's answer: those that name its groups, and its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from ...turn import FrameCard
from .cards import RowCard, dimension_names, measure_names
from .expressions import Scope, figure
from .groups import group_of
from .nodes import column
from .schema import Measure, QueryPlan


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """One column of the answer: its name, its expression, and the expression to sort it by."""

    name: str
    value: exp.Expr
    key: exp.Expr | None = None


def output_dimensions(plan: QueryPlan, rows: RowCard, scope: Scope) -> tuple[OutputColumn, ...]:
    names = dimension_names(plan, _taken(rows))
    return tuple(OutputColumn(name, *group_of(d, scope)) for d, name in zip(plan.group_by, names, strict=True))


def output_measures(
    plan: QueryPlan, rows: RowCard, scope: Scope, groups: Sequence[OutputColumn], once: Mapping[Measure, str]
) -> tuple[OutputColumn, ...]:
    by_name = {group.name: group.value for group in groups}
    names = measure_names(plan, _taken(rows))
    return tuple(
        OutputColumn(name, figure(measure, scope, by_name, column(once[measure]) if measure in once else None))
        for measure, name in zip(plan.measures, names, strict=True)
    )


def _taken(rows: FrameCard) -> set[str]:
    return {column.sql.lower() for column in rows.columns}
