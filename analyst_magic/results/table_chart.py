"""A table as a chart: its groups along one axis and its numbers along the other, drawn without a model."""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from .cells import column_form, is_number
from .figure import Figure
from .table import Table, head_text

MAX_BARS = 60
MAX_POINTS = 500
MAX_SERIES = 12
_LONG_NAME = 12
_SAME_SCALE = 20.0
"""How many times larger one column's numbers may be than another's on the same axis."""

Values = list[Any]


def chart_of(table: Table) -> Figure | None:
    """The chart of a table; None where it has no groups with a number each, or more than can be read.

    Times along the first column give lines, other groups bars. A second column of groups gives a series for each
    of its values, unless the first tells all rows apart; several columns of numbers give one each, as far as they share
    a scale.

    >>> table = Table(pa.table({"region": ["north", "south"], "revenue": [50.0, 20.0]}))
    >>> figure = chart_of(table)
    >>> figure.alt
    'Bar chart. x: region, y: revenue.'
    >>> chart_of(Table(pa.table({"region": ["north", "north"], "revenue": [50.0, 20.0]}))) is None
    True
    """
    if not 2 <= table.data.num_rows <= MAX_POINTS or table.rows != table.data.num_rows:
        return None
    names, columns = _shown(table)
    numeric = [place for place, column in enumerate(columns) if place and is_number(column.type)]
    others = [place for place in range(len(columns)) if place not in numeric]
    if not numeric or others not in ([0], [0, 1]) or not _groups(columns[0].type):
        return None
    groups = _labels(columns[0])
    times = pa.types.is_temporal(columns[0].type)
    distinct = list(dict.fromkeys(groups))
    paired = len(others) == 2 and len(distinct) < len(groups)
    series = _by_second(groups, columns, numeric) if paired else _by_column(groups, names, columns, numeric)
    if not series or len(distinct) < 2 or len(distinct) > (MAX_POINTS if times else MAX_BARS):
        return None
    value = names[numeric[0]] if paired or len(series) == 1 else ""
    legend = names[1] if paired else ""
    return Figure(_figure(distinct, series, times, names[0], value, legend))


def _shown(table: Table) -> tuple[list[str], list[pa.ChunkedArray]]:
    """The columns that a reader sees, with their heads."""
    data = table.shown_data()
    heads = table.columns[len(table.columns) - data.num_columns :]
    hidden = table.style.hidden if table.style else frozenset()
    places = [place for place in range(data.num_columns) if place not in hidden]
    return [head_text(heads[place]) for place in places], [data.column(place) for place in places]


def _groups(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    dates = pa.types.is_date(kind) or pa.types.is_timestamp(kind)
    return bool(text or dates or pa.types.is_integer(kind) or pa.types.is_boolean(kind))


def _labels(column: pa.ChunkedArray) -> Values:
    """The groups as a chart writes them: dates without a time that all of them lack."""
    values = column.to_pylist()
    times = [value for value in values if isinstance(value, dt.datetime)]
    if times and all(value.time() == dt.time() for value in times):
        values = [value.date() if isinstance(value, dt.datetime) else value for value in values]
    return [_label(value) for value in values]


def _label(value: Any) -> Any:
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return "–" if value is None else str(value)[:80]


def _number(value: Any) -> float | None:
    if value is None or not isinstance(value, int | float | Decimal):
        return None
    return float(value) if math.isfinite(value) else None


def _by_second(groups: Values, columns: Sequence[pa.ChunkedArray], numeric: Sequence[int]) -> dict[str, Values]:
    """The first numbers, in one series for each value of the second column."""
    if not _groups(columns[1].type):
        return {}
    pairs = list(zip(groups, map(str, _labels(columns[1])), strict=True))
    names = list(dict.fromkeys(name for _, name in pairs))
    if len(set(pairs)) != len(pairs) or len(names) > MAX_SERIES:
        return {}
    found = dict(zip(pairs, map(_number, columns[numeric[0]].to_pylist()), strict=True))
    distinct = list(dict.fromkeys(groups))
    return {name: [found.get((group, name)) for group in distinct] for name in names}


def _by_column(
    groups: Values, names: Sequence[str], columns: Sequence[pa.ChunkedArray], numeric: Sequence[int]
) -> dict[str, Values]:
    """A series for each column of numbers that shares the scale and the unit of the first."""
    if len(set(groups)) != len(groups):
        return {}
    return {names[place]: list(map(_number, columns[place].to_pylist())) for place in _alike(columns, names, numeric)}


def _alike(columns: Sequence[pa.ChunkedArray], names: Sequence[str], numeric: Sequence[int]) -> Iterator[int]:
    first = numeric[0]
    form, size = column_form(columns[first], names[first]), _size(columns[first])
    for place in numeric[:MAX_SERIES]:
        other = column_form(columns[place], names[place])
        like = size and _size(columns[place]) and 1 / _SAME_SCALE <= _size(columns[place]) / size <= _SAME_SCALE
        if place == first or (like and (form.kind, form.unit) == (other.kind, other.unit)):
            yield place


def _size(column: pa.ChunkedArray) -> float:
    return max((abs(number) for value in column.to_pylist() if (number := _number(value)) is not None), default=0.0)


def _figure(
    groups: Values, series: dict[str, Values], times: bool, group_title: str, value_title: str, legend: str
) -> dict[str, Any]:
    horizontal = not times and (len(groups) > MAX_SERIES or any(len(str(group)) > _LONG_NAME for group in groups))
    look: dict[str, Any] = {"type": "scatter", "mode": "lines+markers"} if times else {"type": "bar"}
    look |= {"orientation": "h"} if horizontal else {}
    sides = ("y", "x") if horizontal else ("x", "y")
    several = len(series) > 1
    data = [
        {**look, "name": name if several else "", "showlegend": several, sides[0]: groups, sides[1]: values}
        for name, values in series.items()
    ]
    axis: dict[str, Any] = {"title": {"text": group_title}} | ({} if times else {"type": "category"})
    axis |= {"autorange": "reversed"} if horizontal else {}
    layout: dict[str, Any] = {f"{sides[0]}axis": axis, f"{sides[1]}axis": {"title": {"text": value_title}}}
    layout |= {"barmode": "group", "legend": {"title": {"text": legend}}} if several else {}
    layout |= {"height": max(400, 110 + 22 * len(groups) * (2 if several else 1))} if horizontal else {}
    return {"data": data, "layout": layout}
