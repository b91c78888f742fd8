"""Maps: a figure for each country or state, or a point for each row that has coordinates."""

from __future__ import annotations

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .asking import total_or_mean
from .column_choice import is_number
from .figures import COUNT
from .plan.maps import coordinates, place_kind
from .plan.schema import Dimension, Look, Measure, QueryPlan
from .request import Request, is_key


def on_a_map(request: Request) -> QueryPlan:
    """The plan of a map.

    Raises:
        Abstained: Nothing says where on the map its values belong.
    """
    odd = request.limit or request.extreme or request.rank_by or request.sets or request.having or request.nested
    if odd or len(request.groups) > 1 or len(request.measures) > 1:
        raise Abstained(
            message("A map shows one figure of each place."), message("Ask for one figure by one column of places.")
        )
    place = _place(request)
    return _points(request) if place is None else _areas(request, place)


def _place(request: Request) -> ColumnCard | None:
    """The column of countries or states: the one named, else the frame's only one."""
    words = request.words
    named = [words.column(d.column) for d in request.groups] + [c for c in request.columns if not is_number(c)]
    found = [column for column in named if place_kind(column)]
    if request.groups and not found:
        raise Abstained(
            message(
                "{column} does not name countries or states, so that it cannot be drawn on a map.",
                column=request.groups[0].column,
            ),
            message("Name a column of countries, of states of the USA, or of ISO codes of three letters."),
        )
    if found or named:
        return found[0] if found else None
    every = [column for column in words.card.columns if place_kind(column)]
    if coordinates(words.card.columns) is not None and not request.measures:
        return None
    return every[0] if len(every) == 1 else None


def _areas(request: Request, place: ColumnCard) -> QueryPlan:
    numbers = [column for column in request.columns if is_number(column)]
    if len(numbers) > 1 or (numbers and request.measures):
        raise Abstained(message("A map shows one figure of each place."), message("Name one figure."))
    if numbers and not is_key(place, request.words):
        raise total_or_mean(numbers[0].sql, place.sql)
    measures = request.measures or ((Measure(function="sum", column=numbers[0].sql),) if numbers else (COUNT,))
    return QueryPlan(
        frame=request.frame, filters=request.filters, group_by=(Dimension(column=place.sql),), measures=measures,
        chart="map", document=request.document,
    )  # fmt: skip


def _points(request: Request) -> QueryPlan:
    pair = coordinates(request.words.card.columns)
    if pair is None or request.measures:
        raise Abstained(
            message("{frame} has no column of countries, states or coordinates to draw a map by.", frame=request.frame),
            message("Ask for a bar chart, or name such a column."),
        )
    numbers = [column for column in request.columns if is_number(column) and column not in pair]
    if len(numbers) > 1:
        raise Abstained(message("Points on a map have one size."), message("Name one column of numbers."))
    look = Look(size=numbers[0].sql) if numbers else Look()
    return QueryPlan(
        frame=request.frame, select=tuple(column.sql for column in pair), filters=request.filters, chart="map",
        colour=request.colour, look=look, document=request.document,
    )  # fmt: skip
