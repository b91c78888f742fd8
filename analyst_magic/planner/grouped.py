"""Figures, of all rows or of each group."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .asking import total_or_mean
from .column_choice import is_number, is_text, numbers_things, tells_apart
from .drawn import choose_chart, runs_on
from .figures import COUNT, NEXT_STEP
from .flags import truth
from .lexicon import Lexicon
from .listed import refuse_colour
from .orders import orders
from .parts import Chart, Figure, Filler, Groups, Named, Rows, Where
from .plan.cards import calendar
from .plan.nouns import rows_noun
from .plan.schema import ChartKind, Condition, Dimension, Filter, Measure, Order, QueryPlan
from .plan.sql import dimension_name, measure_name
from .plan.words import name_parts
from .request import Request, speaks_of_rows
from .year_columns import is_year_column


def with_groups(request: Request) -> Request:
    """The groups with those that a bare column stands for, and the count that a chart of names shows."""
    groups, columns, measures, words = request.groups, request.columns, request.measures, request.words
    compared = [d.column for d in groups if _is_amount(words.column(d.column)) and not (d.time or d.width or d.edges)]
    if not measures and compared and any(isinstance(part, Chart) and part.compares for part in request.parts):
        raise total_or_mean(compared[0])  # "compare Anna and Boris by hours"
    if not measures and groups and not columns and (speaks_of_rows(request) or request.chart is not None):
        return _same_counted(replace(request, measures=(COUNT,)))
    names = tuple(c for c in columns if not is_number(c) or (groups and c.sql in {d.column for d in groups}))
    numbers = tuple(c for c in columns if c not in names)
    picked = request.extreme is not None or request.rank_by is not None or request.limit is not None
    if (
        not measures and groups and not picked and len(columns) == 1 and tells_apart(columns[0])
    ):  # "orders per day", by order_id
        counted = Measure(function="count distinct", column=columns[0].sql)
        return _same_counted(replace(request, measures=(counted,), columns=()))
    if not measures and groups and numbers:
        _ask_what(numbers[0], groups)
    if not measures and request.chart is not None and len(merged(groups, names)) > 1:
        raise Abstained(
            message("The question names groups but no figure."),
            message("Say what to compute: a number, a total, an average."),
        )
    if not measures and request.chart is not None and columns and not numbers and not request.versus:
        return replace(request, measures=(COUNT,), groups=merged(groups, names), columns=())
    if measures and columns:
        own = {m.column for m in measures}
        by = tuple(c for c in columns if c.sql not in own or is_text(c))
        if request.chart is None and (any(truth(c) is not None for c in by) or not _named_first(request)):
            _refuse_extra(by)  # "how many orders have a discount" has no groups
        if len(by) > 1 or (by and is_number(by[0]) and not _can_group(by[0], request)):
            _refuse_extra(by)
        request = replace(request, groups=merged(groups, by), columns=())
    return _same_counted(request)


def _is_amount(column: ColumnCard) -> bool:
    return is_number(column) and not numbers_things(column) and not is_year_column(column)


def _same_counted(request: Request) -> Request:
    """A count of a group's own entries is that of its rows; ``how many carriers`` in a chart counts for each."""
    named = {d.column for d in request.groups}
    counted = request.counted
    if counted is not None and not request.groups and request.chart not in {None, "histogram"}:
        request = replace(request, groups=(Dimension(column=counted.sql),))
        named = {counted.sql}
    measures = tuple(COUNT if m.function == "count distinct" and m.column in named else m for m in request.measures)
    return replace(request, measures=tuple(dict.fromkeys(measures)))


def _named_first(request: Request) -> bool:
    """Whether bare columns stand before the figure, or are called different: ``countries and the number of each``."""
    for part in request.parts:
        if isinstance(part, Figure):
            return request.distinct
        if isinstance(part, Named):
            return True
    return request.versus


def _can_group(column: ColumnCard, request: Request) -> bool:
    return request.chart is not None or (column.distinct is not None and column.distinct <= 50)


def merged(groups: tuple[Dimension, ...], columns: tuple[ColumnCard, ...]) -> tuple[Dimension, ...]:
    named = {d.column for d in groups}
    return (*groups, *(Dimension(column=c.sql) for c in columns if c.sql not in named))


def _ask_what(column: ColumnCard, groups: tuple[Dimension, ...]) -> None:
    by = " and ".join(dimension.time or dimension.column for dimension in groups)
    raise total_or_mean(
        column.sql,
        by,
        message("Say for example “total {column} by {by}” or “average {column} by {by}”.", column=column.sql, by=by),
    )


def _refuse_extra(columns: tuple[ColumnCard, ...]) -> None:
    if columns:
        names = ", ".join(column.sql for column in columns)
        raise Abstained(
            message("It is not clear what to do with {names} here.", names=names),
            message("Say “by ...” to group, or name a function."),
        )


def grouped(request: Request) -> QueryPlan:
    """Figures, of all rows or of each group."""
    request = _with_share(request)
    groups, measures, words, kind = request.groups, request.measures, request.words, request.chart
    refuse_colour(request)
    _refuse_of_one_figure(request)
    if kind in {"", "line"} and len(groups) == 2 and runs_on(groups[1], words) and not runs_on(groups[0], words):
        groups = groups[::-1]  # time runs along the axis, and what it is split by gets the colours
    chart = kind if kind != "" else choose_chart(groups, words)
    chart = "bar" if chart in {"histogram", "scatter", "box"} else chart
    order = orders(replace(request, groups=groups))
    if not order and chart in {"bar", "pie"} and not has_own_order(groups[0], words):
        order = (Order(column=measures[0].column, function=measures[0].function, descending=True),)
    check_chart(chart, request, groups, measures)
    return QueryPlan(
        frame=request.frame,
        filters=request.filters,
        group_by=groups,
        measures=measures,
        order=order,
        limit=request.limit,
        each=request.each,
        offset=request.offset if request.limit else 0,
        chart=cast("ChartKind | None", chart),
        look=request.look,
        document=request.document,
    )


def _with_share(request: Request) -> Request:
    """The request with its share of what it is: of rows that meet conditions, of a column, within a group.

    Raises:
        Abstained: It is not understood of what it is.
    """
    groups, measures = request.groups, request.measures
    if [m.function for m in measures] == ["share"] and measures[0].column is None and request.filters:
        request, measures = _share_of(request)
    if _is_share_of_one(measures, request):
        measures = (measures[0].model_copy(update={"where": request.filters}),)  # "share of bottles from France"
        request = replace(request, filters=(), measures=measures)
    if request.within:
        names = tuple(dimension_name(d) for d in request.within)
        if [m.function for m in measures] != ["share"]:
            raise Abstained(message("Only a share is within something."), message("Say “by” for groups."))
        measures = (measures[0].model_copy(update={"within": names}),)
        groups = (*request.within, *(d for d in groups if d not in request.within))
        request = replace(request, groups=groups, measures=measures)
    if any(measure.function == "share" and not measure.where for measure in measures) and (
        request.filters or not groups
    ):
        raise Abstained(
            message("A share is understood by groups of all rows only, such as “share of rows by species”."), NEXT_STEP
        )
    return replace(request, groups=groups, measures=measures)


def _refuse_of_one_figure(request: Request) -> None:
    """Abstain where something is ranked, and on an order, a number of rows or a chart of a single figure."""
    groups = request.groups
    if request.rank_by is not None or request.extreme is not None:
        raise Abstained(message("It is not clear what to rank."), message("Say for example “top 5 ... by total ...”."))
    if request.sorts and not groups:
        raise Abstained(message("A single figure has no order."), message("Say for each of what it is, with “by ...”."))
    if request.limit is not None and not groups:
        raise Abstained(
            message("A single figure has no first {limit}.", limit=request.limit),
            message("Say what to rank, such as “top 5 ... by ...”."),
        )
    if request.chart is not None and not groups:
        raise Abstained(
            message("A single figure makes no chart."), message("Add a group, such as “by month”, or ask for a table.")
        )


def _is_share_of_one(measures: tuple[Measure, ...], request: Request) -> bool:
    """Whether a share is that of one condition in the total of a column, which no column gives already."""
    given = any(
        {"percent", "percentage", "share", "pct"} & {*name_parts(c.sql)} or "%" in c.name
        for c in request.words.card.columns
    )
    plain = [m.function for m in measures] == ["share"] and len(request.filters) == 1
    return plain and not (request.groups or measures[0].where or given)


def _share_of(request: Request) -> tuple[Request, tuple[Measure, ...]]:
    """``share of flights that are late``: of all rows, or of those of each group."""
    if request.groups and (split := _said_with_where(request)):
        whole, part = split
        return replace(request, filters=whole, measures=()), (Measure(function="share", where=part),)
    about = [part for part in request.parts if isinstance(part, Where)]
    if request.groups and not all(part.about for part in about) and not _amount_before_groups(request):
        raise Abstained(
            message("It is not clear what the share is of."),
            message("Say “share of rows by ...”, without a condition."),
        )
    whole, part = _of_which(request)
    if whole:  # "what share of sold cars is red"
        return replace(request, filters=whole, measures=()), (Measure(function="share", where=part),)
    measure = Measure(function="share", where=request.filters)
    return replace(request, filters=(), measures=(measure,)), (measure,)


def _said_with_where(request: Request) -> tuple[tuple[Condition, ...], tuple[Condition, ...]] | None:
    """``share of rows where status is late by city in 2024``: the rows that the share is of, and those counted.

    None where the conditions do not stand directly behind *share of rows where*.
    """
    parts = [part for part in request.parts if not isinstance(part, Rows)]
    place = next((i for i, part in enumerate(parts) if isinstance(part, Figure)), len(parts))
    behind = parts[place + 1 : place + 3]
    said = len(behind) == 2 and isinstance(behind[0], Filler) and behind[0].text.lower() == "where"
    if not said or not isinstance(behind[1], Where):
        return None
    part = behind[1].conditions
    others = [one for one in parts if isinstance(one, Where) and one is not behind[1]]
    joined = [one for one in parts[place + 3 :] if isinstance(one, Filler) and one.text.lower() in {"and", "or", ","}]
    if joined or {*part} & {c for one in others for c in one.conditions}:
        return None
    return tuple(c for c in request.filters if c not in part), part


def _amount_before_groups(request: Request) -> bool:
    """``share of loans with a fine over 5 by branch``: an amount behind the rows says of which the share is."""
    kinds = [type(part) for part in request.parts if isinstance(part, Where | Groups)]
    conditions = [c for part in request.parts if isinstance(part, Where) for c in part.conditions]
    one = conditions[0] if len(conditions) == 1 else None
    amount = isinstance(one, Filter) and one.column in request.words.columns and not one.part and not one.other
    return kinds[:1] == [Where] and isinstance(one, Filter) and amount and is_number(request.words.column(one.column))


def _of_which(request: Request) -> tuple[tuple[Condition, ...], tuple[Condition, ...]]:
    """The conditions on the rows that a share is of, and those on what is counted of them: before and after *is*."""
    parts = request.parts
    place = next((i for i, part in enumerate(parts) if isinstance(part, Filler) and part.text.lower() in _IS), None)
    if place is None:
        return (), ()
    before = tuple(c for part in parts[:place] if isinstance(part, Where) for c in part.conditions)
    after = tuple(c for part in parts[place:] if isinstance(part, Where) for c in part.conditions)
    known = {*request.filters}
    return (before, after) if before and after and {*before, *after} == known else ((), ())


_IS = frozenset({"is", "are", "was", "were"})


def check_chart(
    chart: str | None, request: Request, groups: tuple[Dimension, ...], measures: tuple[Measure, ...]
) -> None:
    """Abstain where a chart cannot hold what is asked for."""
    if chart is None:
        return
    if len(measures) > 1:
        raise Abstained(message("A chart shows one figure at a time."), message("Ask for one figure, or for a table."))
    most = 1 if chart == "pie" else 2
    if len(groups) > most or (chart == "heatmap" and len(groups) != 2):
        wanted = "two groups" if chart == "heatmap" else "one group" if most == 1 else "at most two groups"
        raise Abstained(
            message("A {chart} chart takes {wanted}.", chart=chart, wanted=wanted),
            message("Change the groups after “by”, or ask for a table."),
        )
    if request.document and (chart == "heatmap" or (len(groups) > 1 and chart != "bar")):
        raise Abstained(
            message("Documents hold bar charts of one or two groups, and line and pie charts of one."),
            message("Ask for the document without a chart, or the chart alone."),
        )


def has_own_order(dimension: Dimension, words: Lexicon) -> bool:
    """Whether a group's values are sorted by themselves, as times, numbers and names of months and weekdays are."""
    column = words.column(dimension.column)
    return bool(dimension.time or dimension.width) or not is_text(column) or calendar(column) is not None


def having(request: Request) -> QueryPlan:
    """``carriers with more than 1,000 flights``, and how many they are."""
    if [m.function for m in request.measures] == ["count distinct"] and not request.groups:
        return _number_of_groups(request)
    groups = request.subject or request.groups or tuple(Dimension(column=c.sql) for c in request.columns)
    if not groups or request.chart is not None or request.extreme or len(groups) > 2:
        raise Abstained(
            message("It is not clear of which groups the figure is."),
            message("Say for example “carriers with more than ...”."),
        )
    figures = tuple(dict.fromkeys((*request.measures, *(h.measure for h in request.having))))
    named = tuple(m.model_copy(update={"name": measure_name(m)}) for m in figures)
    having = tuple(
        Filter(column=measure_name(h.measure), operator=h.operator, values=(h.value,))  # type: ignore[arg-type]
        for h in request.having
    )
    order = orders(replace(request, groups=groups, measures=figures))
    return QueryPlan(frame=request.frame, filters=request.filters, group_by=groups, measures=named, having=having,
                     order=order, limit=request.limit, document=request.document)  # fmt: skip


def _number_of_groups(request: Request) -> QueryPlan:
    """``how many carriers have more than 1,000 flights``."""
    column = str(request.measures[0].column)
    filters = (*request.filters, Filter(column=column, operator="is not null"))
    groups = (Dimension(column=column),)
    source = having(replace(request, filters=filters, measures=(), subject=groups, document=None))
    return QueryPlan(frame=request.frame, source=source, measures=(COUNT,), document=request.document)


def common_values(request: Request) -> QueryPlan:
    """``the most common destination``: the value of most rows."""
    assert request.common is not None
    if request.measures or request.columns or len(request.groups) > 1 or request.chart is not None:
        raise Abstained(message("It is not clear what to do with the most common value here."), NEXT_STEP)
    column = Dimension(column=request.common.column.sql)
    return QueryPlan(
        frame=request.frame,
        filters=request.filters,
        group_by=(*request.groups, column),
        measures=(COUNT,),
        order=(Order(function="count", descending=request.common.descending),),
        limit=request.limit or 1,
        each=tuple(dimension_name(d) for d in request.groups),
        document=request.document,
    )


def figure_of_figures(request: Request) -> QueryPlan:
    """``the average number of flights per day by carrier``: a figure of each day's figure."""
    nested = request.nested
    assert nested is not None
    if request.measures or request.columns or request.limit or request.sorts or request.extreme:
        raise Abstained(
            message("It is not clear what to do beside a figure of figures."), message("Ask for one at a time.")
        )
    name = rows_noun(request.frame) if nested.inner.column is None else f"{nested.inner.function}_{nested.inner.column}"
    source = QueryPlan(
        frame=request.frame,
        filters=request.filters,
        group_by=(*request.groups, *nested.unit),
        measures=(nested.inner.model_copy(update={"name": name}),),
    )
    return QueryPlan(
        frame=request.frame,
        source=source,
        group_by=tuple(Dimension(column=dimension_name(d)) for d in request.groups),
        measures=(Measure(function=nested.outer, column=name),),  # type: ignore[arg-type]
        chart=cast("ChartKind | None", ("bar" if request.chart == "" else request.chart) if request.groups else None),
        document=request.document,
    )
