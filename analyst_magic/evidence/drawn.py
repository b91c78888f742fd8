"""Whether a figure draws anything: its traces as plotly's JSON, after the firewall."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import numpy as np

MAX_ITEMS = 20_000
"""Values of one array that are looked at; a longer one that begins with as many nulls counts as having values."""

# The arrays without which a trace of a type draws nothing, by type; "x|y" means one of them.
_NEEDS: dict[str, tuple[str, ...]] = {
    "": ("x", "y"),  # scatter, line, bar and their like
    "histogram": ("x|y",),
    "box": ("x|y",),
    "violin": ("x|y",),
    "bar": ("x|y",),
    "histogram2d": ("x", "y"),
    "histogram2dcontour": ("x", "y"),
    "heatmap": ("z",),
    "contour": ("z",),
    "surface": ("z",),
    "scatter": ("x|y",),
    "scattergl": ("x|y",),
    "scatter3d": ("x", "y", "z"),
    "pie": ("values|labels",),
    "funnelarea": ("values|labels",),
    "sunburst": ("labels|ids",),
    "treemap": ("labels|ids",),
    "icicle": ("labels|ids",),
    "funnel": ("x|y",),
    "waterfall": ("y|x",),
    "scatterpolar": ("r|theta",),
    "barpolar": ("r|theta",),
    "choropleth": ("z", "locations"),
    "choroplethmap": ("z", "locations"),
    "scattergeo": ("lat|locations",),
    "scattermap": ("lat",),
    "densitymap": ("lat",),
    "candlestick": ("close",),
    "ohlc": ("close",),
}
# Where the positions are there and the values are all null, nothing can be seen either.
_VALUES = {"scatter": ("x", "y"), "scattergl": ("x", "y"), "bar": ("x", "y")}


def points(figure: Any) -> Literal["", "empty", "null"]:
    """What is wrong with what a figure draws: ``empty`` without any point, ``null`` where all values are null.

    Args:
        figure: Plotly's JSON.

    Example:
        >>> points({"data": [{"type": "scatter", "x": [], "y": []}]})
        'empty'
    """
    if not isinstance(figure, Mapping):
        return ""
    traces = [_trace(trace) for trace in _traces(figure)]
    if not all(traces):
        return ""
    layout = figure.get("layout")
    drawn = isinstance(layout, Mapping) and (layout.get("shapes") or layout.get("images"))
    if not traces and drawn:
        return ""
    return "null" if traces and all(trace == "null" for trace in traces) else "empty"


def _traces(figure: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The traces of a figure and of the frames of its animation."""
    parts = [figure, *(part for part in figure.get("frames") or () if isinstance(part, Mapping))]
    for part in parts:
        yield from (trace for trace in part.get("data") or () if isinstance(trace, Mapping))


def _trace(trace: Mapping[str, Any]) -> Literal["", "empty", "null"]:
    kind = str(trace.get("type") or "scatter")
    if kind == "indicator":
        return "null" if _state([trace.get("value")]) == "null" else ""
    needs = _NEEDS.get(kind)
    if needs is None:
        return ""
    states = [_best(_state(trace.get(name)) for name in need.split("|")) for need in needs]
    # A bar or a line needs both of its arrays where both are given.
    states += [state for name in _VALUES.get(kind, ()) if name in trace and (state := _state(trace[name]))]
    return "empty" if "empty" in states else "null" if "null" in states else ""


def _best(states: Iterator[Literal["", "empty", "null"]]) -> Literal["", "empty", "null"]:
    seen = list(states)
    return "" if "" in seen else "null" if "null" in seen else "empty"


def _state(values: Any) -> Literal["", "empty", "null"]:
    """Whether an array has no items, or none but nulls."""
    if values is None:
        return "empty"
    if isinstance(values, Mapping):
        return _typed(values)
    if not isinstance(values, list | tuple):
        return ""
    if values and all(isinstance(item, list | tuple | Mapping) for item in values[:MAX_ITEMS]):
        return _best(_state(item) for item in values[:MAX_ITEMS])
    if not values:
        return "empty"
    return "null" if len(values) <= MAX_ITEMS and all(map(_is_null, values)) else ""


def _is_null(value: Any) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _typed(values: Mapping[str, Any]) -> Literal["", "empty", "null"]:
    """The same of an array in plotly's binary form."""
    data, dtype = values.get("bdata"), str(values.get("dtype", ""))
    if not isinstance(data, str):
        return ""
    if not data:
        return "empty"
    if not dtype.startswith("f") or len(data) > 16 * MAX_ITEMS:
        return ""
    try:
        numbers = np.frombuffer(base64.b64decode(data), dtype=dtype)
    except (ValueError, TypeError):
        return ""
    return "" if np.isfinite(numbers).any() else "null"
