"""A plan as SQL, built as an expression tree: no value and no name is ever pasted into text.

A plan is one SELECT where that can hold it. What is computed from the answer, such as a running total, stands in a
SELECT around it, and so do the conditions on that.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from ...errors import CheckFailed
from ...language import message
from ...turn import ColumnCard, FrameCard
from .cards import ROW_POSITION, RowCard, dimension_name, find, free_name, is_time, measure_name, row_card
from .core import Core
from .expressions import Scope, conditions, operand
from .limits import needs_position
from .nodes import aliased, call, column, identifier
from .outputs import OutputColumn, output_dimensions, output_measures
from .quality import quality_query
from .schema import Join, Outlier, QueryPlan, names_in
from .text_numbers import number_value

__all__ = ["dimension_name", "dimensions", "identifier", "is_time", "measure_name", "measured", "query", "to_sql"]
_MARKS = ((0.05, "p5"), (0.25, "q1"), (0.5, "median"), (0.75, "q3"), (0.95, "p95"))


def to_sql(plan: QueryPlan, card: FrameCard, others: Sequence[FrameCard] = ()) -> str:
    """The plan as one pretty-printed SELECT in DuckDB's dialect.

    Raises:
        CheckFailed: The plan names a frame or column that is not there.
    """
    return str(query(plan, row_card(plan, card, others)).sql("duckdb", pretty=True))


def query(plan: QueryPlan, card: FrameCard, source: str | None = None) -> exp.Select:
    """The plan as an expression; ``source`` is the table's name where it is not the frame's own."""
    if plan.frame != card.name:
        raise CheckFailed(
            message("The plan is for the frame {frame}, not {other}.", frame=plan.frame, other=card.name),
            message("Name the frame in the question."),
        )
    rows = row_card(plan, card)
    table = _rows(plan, rows, source)
    scope = _scope(plan, rows, table)
    if plan.about:
        return quality_query(plan, rows, scope, table, conditions(plan.filters, scope))
    if plan.chart in {"box", "violin"}:
        return _boxes(plan, rows, scope, table)
    core = Core.of(plan, rows, scope, table)
    return core.layered() if core.needs_layers else core.flat()


def dimensions(plan: QueryPlan, card: FrameCard) -> tuple[OutputColumn, ...]:
    """The answer's columns that name the groups."""
    rows = row_card(plan, card)
    return output_dimensions(plan, rows, _scope(plan, rows, exp.Table(this=identifier(plan.frame))))


def measured(plan: QueryPlan, card: FrameCard) -> tuple[OutputColumn, ...]:
    """The answer's columns that hold figures, also those that are computed from others."""
    rows = row_card(plan, card)
    scope = _scope(plan, rows, exp.Table(this=identifier(plan.frame)))
    return output_measures(plan, rows, scope, output_dimensions(plan, rows, scope), {})


def _rows(plan: QueryPlan, rows: RowCard, source: str | None) -> exp.Expr:
    """What the plan reads: the frame's table, the answer of its source, or either with the columns of others."""
    table: exp.Expr = exp.Table(this=identifier(source or plan.frame))
    if plan.source is not None:
        inner = query(plan.source, row_card(plan.source, rows.base or rows, rows.others), source)
        table = inner.subquery(identifier(f"{plan.frame}_answer"))
    if plan.numbers:
        table = _with_numbers(plan, rows.base or rows, table)
    if plan.source is None and (nans := with_nans(plan, rows.base or rows)):
        table = _without_nans(plan, nans, table)
    if plan.joins:
        table = _joined(plan, rows, table)
    if needs_position(plan):
        numbered = exp.Window(this=exp.Anonymous(this="ROW_NUMBER"))
        select = exp.select(exp.Star(), exp.Alias(this=numbered, alias=identifier(ROW_POSITION))).from_(table)
        table = select.subquery(identifier(f"{plan.frame}_in_order"))
    return table


def _with_numbers(plan: QueryPlan, card: FrameCard, table: exp.Expr) -> exp.Expr:
    """The frame's table with the numbers of some columns of text in place of it."""
    values = [
        exp.Alias(this=number_value(column(name), find(card, name)), alias=identifier(name)) for name in plan.numbers
    ]
    return exp.select(exp.Star(replace=values)).from_(table).subquery(identifier(plan.frame))


def with_nans(plan: QueryPlan, card: FrameCard) -> list[str]:
    """The columns of a plan that hold values that are not a number (NaN), which count as missing."""
    if plan.source is not None:
        return with_nans(plan.source, card)
    named = {*plan.columns, *(name for derived in plan.derived for name in names_in(derived))}
    return [found.sql for found in card.columns if found.nans and found.sql in named]


def _without_nans(plan: QueryPlan, names: Sequence[str], table: exp.Expr) -> exp.Expr:
    """The frame's table with nulls for NaN: to DuckDB they are numbers above all others, and their total is NaN.

    It is not asked by ``isnan``, which DuckDB 2 takes from the least and the greatest value that a Parquet file states;
    those leave NaN out.
    """
    values = []
    for name in names:
        number = exp.or_(call("isfinite", column(name)), call("isinf", column(name)))
        values.append(exp.Alias(this=exp.Case().when(number, column(name)), alias=identifier(name)))
    return exp.select(exp.Star(replace=values)).from_(table).subquery(identifier(plan.frame))


def _joined(plan: QueryPlan, rows: RowCard, table: exp.Expr) -> exp.Expr:
    """The columns of the first table that the plan names, beside those that joins bring."""
    own = table.alias_or_name
    brought = {name: join for join in plan.joins for name in join.brings}
    made = {derived.name for derived in plan.derived}
    wanted = set(plan.columns) | {name for derived in plan.derived for name in names_in(derived)}
    names = [c.sql for c in rows.columns if c.sql not in brought and c.sql not in made and c.sql != ROW_POSITION]
    every = plan.lists_rows and not plan.select
    first = [column(name, own) for name in names if name in wanted]
    if every:
        first = [exp.Column(this=exp.Star(), table=identifier(own))]
    aliases = _aliases(plan.joins, own)
    second = [column(name, aliases[join]) for name, join in brought.items() if name in wanted]
    select = exp.select(*first, *second).from_(table)
    for join in plan.joins:
        pairs = [(join.key, join.other), *join.more]
        on = exp.and_(*(exp.EQ(this=column(mine, aliases[brought[mine]] if mine in brought else own),
                               expression=column(theirs, aliases[join])) for mine, theirs in pairs))  # fmt: skip
        select = select.join(_other(join, rows, aliases[join]), on=on, join_type="inner" if join.inner else "left")
    return select.subquery(identifier("_and_".join([plan.frame, *(join.frame for join in plan.joins)])))


def _aliases(joins: Sequence[Join], own: str) -> dict[Join, str]:
    """A name for each joined frame; one that is joined twice, or with itself, gets a number."""
    aliases: dict[Join, str] = {}
    for join in joins:
        aliases[join] = free_name(join.frame, {own.lower(), *(alias.lower() for alias in aliases.values())})
    return aliases


def _other(join: Join, rows: RowCard, alias: str) -> exp.Expr:
    if join.plan is not None:
        other = next(card for card in rows.others if card.name == join.frame)
        return query(join.plan, row_card(join.plan, other, rows.others)).subquery(identifier(alias))
    return exp.Table(this=identifier(join.frame), alias=identifier(alias) if alias != join.frame else None)


def _scope(plan: QueryPlan, rows: RowCard, table: exp.Expr) -> Scope:
    """The columns of the rows; what is derived stands for its expression."""
    known: dict[str, tuple[ColumnCard, exp.Expr | None]] = {c.sql: (c, None) for c in rows.columns}
    position = ColumnCard(ROW_POSITION, ROW_POSITION, ROW_POSITION, "integer", nulls=0)
    known.setdefault(ROW_POSITION, (position, None))
    scope = Scope(known, table, plan.frame, others=rows.others)
    for derived in plan.derived:
        value = operand(derived.value, scope)
        known[derived.name] = (find(rows, derived.name), exp.Paren(this=value) if _is_compound(value) else value)
    plain = tuple(condition for condition in plan.filters if not isinstance(condition, Outlier))
    filtered = tuple(conditions(plain, scope)) if len(plain) < len(plan.filters) else ()
    return Scope(known, table, plan.frame, filtered, rows.others)


def _is_compound(value: exp.Expr) -> bool:
    return isinstance(value, exp.Binary | exp.Neg | exp.Case)


def _boxes(plan: QueryPlan, rows: RowCard, scope: Scope, table: exp.Expr) -> exp.Select:
    """Five figures for each box: what a box plot shows, without sending every row to the reader's browser."""
    value = scope.value(plan.select[0])
    groups = output_dimensions(plan, rows, scope)
    columns = [aliased(shown.name, shown.value) for shown in groups]
    columns += [
        exp.Alias(this=call("quantile_cont", value.copy(), exp.Literal.number(str(mark))), alias=identifier(name))
        for mark, name in _MARKS
    ]
    known = exp.Not(this=exp.Is(this=value.copy(), expression=exp.null()))
    filters = (*conditions(plan.filters, scope), known)
    core = Core(plan, rows, scope, table, groups, (), filters)
    select, keys = core.select(columns), core.order_keys()
    return select.order_by(*keys) if groups and keys else select
