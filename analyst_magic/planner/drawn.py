"""Charts of rows as they are: histograms, boxes, scatters, and one column against another."""

from __future__ import annotations

from typing import cast

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .asking import total_or_mean
from .column_choice import is_number
from .lexicon import Lexicon
from .orders import orders
from .parts import Key, Sort, Where
from .plan.cards import calendar
from .plan.schema import ChartKind, Dimension, Filter, Order, QueryPlan
from .plan.sql import is_time
from .request import Request, is_key

TIMELIKE = frozenset({"year", "month", "quarter", "week", "day", "hour", "date"})


def choose_chart(groups: tuple[Dimension, ...], words: Lexicon) -> ChartKind:
    """A line where the first group is a stretch of time; else bars."""
    return "line" if runs_on(groups[0], words) else "bar"


def runs_on(dimension: Dimension, words: Lexicon) -> bool:
    """Whether a group is a stretch of time, one after the other."""
    if dimension.time:
        return dimension.time not in {"day of week", "month of year"}
    return timelike(words.column(dimension.column))


def timelike(column: ColumnCard) -> bool:
    """Whether a column is a stretch of time: dates, or numbers that are years or months."""
    return is_time(column) or (is_number(column) and column.sql.lower() in TIMELIKE)


def drawn_rows(request: Request) -> QueryPlan | None:
    """The plan of a chart of rows as they are; None where the question is about something else."""
    kind, columns, groups = request.chart, request.columns, request.groups
    if request.versus and not request.measures and kind in {None, ""} and len(columns) == 2:
        kind = "scatter" if all(is_number(c) or is_time(c) for c in columns) else "box"
    if kind is None or request.extreme or request.rank_by:
        return None
    if kind in {"bar", "line", "pie", "area"}:
        return _against(request, kind)
    if kind == "histogram" and len(columns) + len(groups) == 2 and not request.measures:
        return _against(request, "bar") if _over_a_key(request) else _distribution(request)
    if request.measures:
        if kind in {"scatter", "box", "violin"} and not groups and not columns:
            raise Abstained(
                message("A {kind} chart shows the values themselves, not a figure of them.", kind=kind),
                message("Leave the function out."),
            )
        return None
    if kind == "histogram":
        return _distribution(request)
    if kind in {"scatter", "box", "violin"} or (not groups and columns and any(is_number(c) for c in columns)):
        return _values(request, kind)
    return None


def _against(request: Request, kind: str) -> QueryPlan | None:
    """A bar or line chart of two columns against each other, row by row."""
    columns = [*request.columns]
    if request.measures or kind == "pie":
        return None
    if len(columns) == 1 and len(request.groups) == 1 and is_number(columns[0]) and not request.groups[0].time:
        by = request.words.column(request.groups[0].column)
        if not is_key(by, request.words) and not timelike(by):
            return None
        columns = [by, *columns]
    elif request.groups:
        return None
    if len(columns) == 1 and is_number(columns[0]) and not timelike(columns[0]):
        return _chosen(request, kind, columns[0])
    if len(columns) != 2 or not any(is_number(column) for column in columns):
        return None
    across, up = columns
    if (timelike(up) and not timelike(across)) or (not is_number(up) and is_number(across)):
        across, up = up, across
    refuse_limit(request)
    in_turn = (Order(column=across.sql),) if calendar(across) is not None else ()  # January first, in documents too
    return QueryPlan(
        frame=request.frame,
        select=(across.sql, up.sql),
        filters=request.filters,
        order=_rows_order(request, across, up) or in_turn,
        chart=cast(ChartKind, kind),
        look=request.look,
        document=request.document,
    )


def _chosen(request: Request, kind: str, column: ColumnCard) -> QueryPlan:
    """``bar chart of population of Germany, Italy and France``: a bar for each of the values that are named."""
    chosen = [f for f in request.filters if isinstance(f, Filter) and f.operator == "in" and not f.part]
    if len(chosen) == 1 and is_key(request.words.column(chosen[0].column), request.words):
        return QueryPlan(
            frame=request.frame,
            select=(chosen[0].column, column.sql),
            filters=request.filters,
            order=_rows_order(request, request.words.column(chosen[0].column), column),
            chart=cast(ChartKind, kind),
        )
    raise Abstained(
        message("A {kind} chart of {column} alone: for each of what?", kind=kind, column=column.sql),
        message("Name a group, such as “total {column} by ...”, or ask for a histogram.", column=column.sql),
    )


def _rows_order(request: Request, across: ColumnCard, up: ColumnCard) -> tuple[Order, ...]:
    found = []
    for sort in request.sorts:
        if not isinstance(sort, Sort):
            continue
        for key in sort.keys:
            if key.axis or key == Key():
                column = across.sql if key.axis in {"x", "time"} else up.sql
                found.append(Order(column=column, descending=bool(sort.descending)))
            elif key.measure is not None and key.tag is None:
                found.append(Order(column=up.sql, descending=bool(sort.descending)))
            else:
                return orders(request)
    return tuple(dict.fromkeys(found))


def _over_a_key(request: Request) -> bool:
    """Whether a chart is of one value for each row: ``histogram of population by country``."""
    named = [*request.columns, *(request.words.column(d.column) for d in request.groups)]
    return any(timelike(column) or (is_key(column, request.words) and not is_number(column)) for column in named)


def _distribution(request: Request) -> QueryPlan | None:
    """A histogram of numbers; names are counted in bars instead."""
    numbers = tuple(column for column in request.columns if is_number(column))
    plain = [d.column for d in request.groups if not (d.time or d.width or d.edges)]
    names = [*plain, *(column.sql for column in request.columns if column not in numbers)]
    if len(numbers) == 1 and len(names) == len(request.groups) + len(request.columns) - 1 <= 1:
        refuse_limit(request)
        if names and request.document:
            raise Abstained(
                message("A histogram by groups cannot be put in a document yet."), message("Ask for the chart alone.")
            )
        return QueryPlan(
            frame=request.frame,
            select=(numbers[0].sql,),
            filters=request.filters,
            chart="histogram",
            colour=names[0] if names else None,
            look=request.look,
            document=request.document,
        )
    columns = request.columns
    if not any(is_number(column) for column in columns):
        return None
    raise Abstained(
        message("A histogram shows the values of one column."),
        message("Name one column, such as “histogram of x”, or ask for boxes."),
    )


def _values(request: Request, kind: str) -> QueryPlan:
    """Charts of the values themselves: scatter and box, or what fits the columns where no kind was named."""
    columns, groups, colour = request.columns, request.groups, request.colour
    numbers = tuple(c for c in columns if is_number(c) or (kind == "scatter" and is_time(c)))
    groups = groups + tuple(Dimension(column=c.sql) for c in columns if c not in numbers)
    if kind == "":
        kind = "scatter" if len(numbers) == 2 and not groups else "box" if groups else "histogram"
        if kind == "histogram" and any(isinstance(part, Where) and part.each for part in request.parts):
            name = numbers[0].sql
            raise total_or_mean(name)
    refuse_limit(request)
    if request.document:
        raise Abstained(
            message("A {kind} chart cannot be put in a document yet.", kind=kind),
            message("Ask for the chart alone, or for a table."),
        )
    plain = len(groups) == 1 and not groups[0].time
    if kind == "scatter" and len(numbers) == 2 and plain and colour is None:
        colour, groups = groups[0].column, ()
    if kind == "scatter" and len(numbers) == 1 and plain:
        numbers, groups = (request.words.column(groups[0].column), *numbers), ()
    _refuse_other_columns(kind, len(numbers), groups, colour)
    if kind == "scatter" and request.versus:  # "y against x", "y vs x": what is named first goes up
        numbers = numbers[::-1]
    order = _rows_order(request, numbers[0], numbers[-1]) if request.sorts else ()
    return QueryPlan(
        frame=request.frame,
        select=tuple(column.sql for column in numbers),
        filters=request.filters,
        group_by=groups,
        order=order,
        chart=cast(ChartKind, kind),
        colour=colour,
        look=request.look,
    )


def _refuse_other_columns(kind: str, numbers: int, groups: tuple[Dimension, ...], colour: str | None) -> None:
    """Abstain where a chart of the values cannot show the columns that are named."""
    wanted = 2 if kind == "scatter" else 1
    if (
        numbers != wanted
        or (kind not in {"box", "violin"} and groups)
        or (kind != "scatter" and colour)
        or len(groups) > 2
    ):
        raise Abstained(_what_it_shows(kind), message("Name exactly those."))


def refuse_limit(request: Request) -> None:
    """Abstain where a chart of all values is to be cut."""
    if request.limit is not None or request.top is not None:
        raise Abstained(
            message("A chart of the values shows all of them."),
            message("Use a condition instead, such as “where x is above 10”."),
        )


def _what_it_shows(kind: str) -> str:
    """How many columns a chart of single values is of."""
    if kind == "scatter":
        return message("A scatter chart shows two columns of numbers, and a column to colour by.")
    if kind in {"box", "violin"}:
        return message("A {kind} chart shows one column of numbers, by one or two groups.", kind=kind)
    return message("A {kind} chart shows one column of numbers.", kind=kind)
