"""What a superlative, *top 5* or *ranked by* makes of a request: groups that are picked from, or an order of rows."""

from __future__ import annotations

from dataclasses import replace

from ..errors import Abstained
from ..language import message
from .column_choice import is_text
from .linking import Tag
from .orders import goes_down, hinted, rank_measure
from .parts import Extreme, Named, Sort
from .parts import Rows as RowsNamed
from .plan.schema import Dimension, Order, QueryPlan
from .plan.sql import dimension_name
from .request import Request, is_key, is_plural, speaks_of_rows


def with_extreme(request: Request) -> Request:
    """The superlative as what it is: a figure of each group, an order of groups, an order of rows, or a figure."""
    extreme = request.extreme
    if extreme is None and request.rank_by is None:
        return _ranked_by_sort(_top_groups(request))
    if (attributes := _attributes(request)) is not None:
        return attributes
    if request.subject:
        return _picked_groups(request)
    if request.rank_by is not None:
        return _top_of_each(request)
    if extreme is not None and request.offset and extreme.measure is None and not request.groups and not request.rows:
        return _second(request)
    assert extreme is not None
    if extreme.measure is not None:
        if not request.groups:
            raise Abstained(
                message("“{extreme}” of which groups?", extreme=extreme.text),
                message("Say of what, such as “which ... has the highest ...”, or “by ...”."),
            )
        order = Order(column=extreme.measure.column, function=extreme.measure.function, descending=extreme.descending)
        request = replace(request, measures=(*request.measures, extreme.measure), extreme=None, sorts=(order,))
        return _one_of_each(request)
    if extreme.tag is not None and not _rows_before(request) and (request.groups or not request.columns):
        return _figure_of(request)
    return request


def _attributes(request: Request) -> Request | None:
    """``the capital of the country with the highest ...``: both columns of the row; else None."""
    extreme = request.extreme
    plain = extreme is not None and extreme.measure is None and extreme.tag and not request.measures
    if not plain or not request.subject or not request.columns:
        return None
    subject = request.words.column(request.subject[0].column)
    of = tuple(c for c in (subject, *request.columns) if is_text(c))
    if len(of) > 1 and all(is_key(c, request.words) for c in of):
        return replace(request, columns=(), subject=(), attributes=of)
    return None


def _picked_groups(request: Request) -> Request:
    """``which carrier has the longest delay``: the groups by a figure, in its order."""
    measure, extreme = rank_measure(request), request.extreme
    if measure is None:
        return request
    one = request.single and request.top is None and (request.rank_by is None or extreme is not None)
    limit = request.limit or (1 if one else None)
    ranked_by = request.words.column(measure.column) if measure.column else None
    order = Order(column=measure.column, function=measure.function, descending=goes_down(request, ranked_by))
    return replace(request, groups=request.subject, measures=(measure, *request.measures), limit=limit,
                   extreme=None, rank_by=None, sorts=request.sorts or (order,), subject=())  # fmt: skip


def _figure_of(request: Request) -> Request:
    """``the longest delay for each carrier``: a figure, of each group where there are some."""
    measure = rank_measure(request)
    assert measure is not None
    request = replace(request, measures=(*request.measures, measure), extreme=None)
    single = _one_of_each(request) if request.groups else request
    if single is request:
        return request
    order = Order(column=measure.column, function=measure.function, descending=measure.function == "max")
    return replace(single, sorts=(order,))


def rows_of_each(request: Request) -> QueryPlan | None:
    """``the heaviest shipment of each customer``, ``top 2 shipments by weight per customer``: rows of each group."""
    groups = request.groups
    ranked = request.extreme is not None or (request.rank_by is not None and request.rank_by.measure is None)
    plain = not (request.measures or request.columns or request.having or request.sets or request.sorts)
    plain = plain and request.chart is None and not any(d.time or d.width or d.edges for d in groups)
    if not (ranked and plain and groups and speaks_of_rows(request)):
        return None
    extreme = request.extreme
    column = hinted(request) if extreme is None or extreme.measure is None else None
    if column is None or (extreme is not None and extreme.rows is None and not _rows_before(request)):
        return None
    return QueryPlan(
        frame=request.frame,
        filters=request.filters,
        order=(Order(column=column.sql, descending=goes_down(request, column)),),
        limit=request.limit or 1,
        offset=request.offset,
        each=tuple(dimension_name(d) for d in groups),
        document=request.document,
    )


def _one_of_each(request: Request) -> Request:
    """``for each team, the agent with the most tickets``: one of each group, or so many as are asked for."""
    named = _before_superlative(request)
    if named is None or request.columns != (request.words.column(named.meaning[0]),) or request.chart is not None:
        return request
    if request.limit is None and is_plural(named):
        return request
    each = tuple(dimension_name(d) for d in request.groups)
    groups = (*request.groups, Dimension(column=request.columns[0].sql))
    return replace(request, groups=groups, columns=(), each=each, limit=request.limit or 1)


def _before_superlative(request: Request) -> Tag | None:
    """The name of what is picked, where it stands before the superlative."""
    named = None
    for part in request.parts:
        if isinstance(part, Extreme):
            return named
        if isinstance(part, Named) and len(part.tag.meaning) == 1:
            named = part.tag
    return None


def _second(request: Request) -> Request:
    """``the second highest salary``: of the different values of a column."""
    column = hinted(request)
    extreme = request.extreme
    if column is None or extreme is None or extreme.rows is not None or request.measures:
        return request
    order = Order(column=column.sql, descending=extreme.descending)
    group = (Dimension(column=column.sql),)
    return replace(request, groups=group, columns=(), extreme=None, sorts=(order,), limit=1, distinct=True)


def _top_groups(request: Request) -> Request:
    """``top 5 carriers`` and a figure of each: the figure ranks them."""
    if request.top is None or not request.subject or not request.measures:
        return request
    measure = request.measures[0]
    order = Order(column=measure.column, function=measure.function, descending=request.top)
    return replace(request, groups=request.subject, sorts=request.sorts or (order,), subject=())


def _top_of_each(request: Request) -> Request:
    """``top 3 products per region by total sales``: so many of each group."""
    measure = request.rank_by.measure if request.rank_by else None
    names = [c for c in request.columns if is_text(c)]
    if measure is None or request.limit is None or not request.groups or len(names) != 1 or len(request.columns) != 1:
        return request
    order = Order(column=measure.column, function=measure.function, descending=request.top is not False)
    each = tuple(dimension_name(d) for d in request.groups)
    groups = (*request.groups, Dimension(column=names[0].sql))
    return replace(request, groups=groups, columns=(), rank_by=None, sorts=(order,), measures=(measure,), each=each)


def _ranked_by_sort(request: Request) -> Request:
    """``carriers ranked by average delay``: the figure that is sorted by is shown."""
    keys = [key for sort in request.sorts if isinstance(sort, Sort) for key in sort.keys if key.measure and not key.tag]
    one = len(request.columns) == 1 and is_text(request.columns[0])
    if (
        len(keys) != 1
        or keys[0].measure is None
        or not one
        or request.measures
        or request.groups
        or request.chart is not None
    ):
        return request
    group = Dimension(column=request.columns[0].sql)
    return replace(request, groups=(group,), columns=(), measures=(keys[0].measure,))


def _rows_before(request: Request) -> bool:
    """``the flight with the longest distance`` is a row; ``the longest distance of a flight`` is a figure."""
    for part in request.parts:
        if isinstance(part, RowsNamed):
            return True
        if isinstance(part, Extreme):
            return part.rows is not None
    return False
