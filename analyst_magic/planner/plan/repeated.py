"""Values that a join repeats, so that each is counted once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from ...errors import CheckFailed
from ...language import message
from .nodes import column, identifier, number
from .outputs import OutputColumn
from .schema import Measure, QueryPlan


def check_shares(plan: QueryPlan, repeated: Mapping[Measure, tuple[str, ...]]) -> None:
    """Refuse shares of what can be in several groups: they would not add up to a hundred."""
    brought = {name for join in plan.joins for name in join.brings}
    apart = [d.column for d in plan.group_by if d.column not in brought]
    shares = [measure for measure in repeated if measure.function == "share" and not measure.where]
    if shares and apart:
        raise CheckFailed(
            message(
                "One value of {column} can belong to several values of {apart}, so its shares would not "
                "add up to 100%.",
                column=shares[0].column,
                apart=apart[0],
            ),
            message("Ask for the total of {column} by {apart}.", column=shares[0].column, apart=apart[0]),
        )


def counted_once(
    repeated: Mapping[Measure, tuple[str, ...]],
    groups: Sequence[OutputColumn],
    table: exp.Expr,
    filters: Sequence[exp.Expr],
) -> tuple[exp.Expr, dict[Measure, str]]:
    """The rows with a mark of the first one with each joined row in each group, and the name of each measure's mark."""
    marks = {keys: f"first_{place + 1}" for place, keys in enumerate(dict.fromkeys(repeated.values()))}
    columns: list[exp.Expr] = [exp.Star()]
    for keys, name in marks.items():
        parts = [*(group.value.copy() for group in groups), *map(column, keys)]
        number_of = exp.Window(this=exp.Anonymous(this="ROW_NUMBER"), partition_by=parts)
        columns.append(exp.Alias(this=exp.EQ(this=number_of, expression=number(1)), alias=identifier(name)))
    select = exp.select(*columns).from_(table)
    select = select.where(*(f.copy() for f in filters)) if filters else select
    return select.subquery(identifier("each_once")), {measure: marks[keys] for measure, keys in repeated.items()}
