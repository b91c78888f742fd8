"""What a reader changes of a figure without a model: its kind, its colours, the order and the number of its groups.

An edit is a few words, kept in the lock file beside the answer; the figure itself stays as the code drew it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from ..theme import Theme
from .chart_data import ChartData, Group, chart_data
from .far_values import AXES, axis_choices, readable

CHARTS = {
    "bar": "Bars",
    "horizontal": "Horizontal bars",
    "stacked": "Bars, stacked",
    "line": "Lines",
    "area": "Areas",
    "points": "Points",
    "pie": "Pie",
    "heat": "Heat map",
    "histogram": "Histogram",
    "box": "Box plot",
    "violin": "Violins",
}
ORDERS = {"highest": "Highest first", "lowest": "Lowest first", "name": "By name", "reverse": "By name, backwards"}
COLOURS = {"one": "One colour", "group": "By group", "value": "By value", "swap": "Groups as series"}
_TOPS = (3, 5, 10, 20, 50)
_MAX_COLOURED = 12
_DISTRIBUTIONS = ("histogram", "box", "violin")


@dataclass(frozen=True, slots=True)
class ChartEdit:
    """What is changed of one figure; an empty value leaves it as it is drawn.

    Attributes:
        chart: A key of ``CHARTS``.
        colour: A key of ``COLOURS``.
        order: A key of ``ORDERS``.
        top: How many groups are shown, the largest; 0 for all.
        axis: A key of ``AXES``.
    """

    chart: str = ""
    colour: str = ""
    order: str = ""
    top: int = 0
    axis: str = ""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> ChartEdit:
        """An edit from what a page or a file says.

        Raises:
            ValueError: It says something else.
        """
        known = {"chart": CHARTS, "colour": COLOURS, "order": ORDERS, "axis": AXES}
        unknown = set(values) - {field.name for field in fields(cls)}
        chosen = {name: str(values.get(name) or "") for name in known}
        top = int(values.get("top") or 0)
        if unknown or not 0 <= top <= 1000 or any(value and value not in known[name] for name, value in chosen.items()):
            raise ValueError("a chart cannot be changed in that way")
        return cls(**chosen, top=top)

    @classmethod
    def read(cls, text: str) -> ChartEdit:
        """An edit as ``str`` writes it.

        >>> ChartEdit.read("chart=line, top=5")
        ChartEdit(chart='line', colour='', order='', top=5, axis='')

        Raises:
            ValueError: The text is none.
        """
        parts = [part.partition("=") for part in text.split(",") if part.strip()]
        if not all(sign for _, sign, _ in parts):
            raise ValueError("a chart cannot be changed in that way")
        return cls.of({name.strip(): value.strip() for name, _, value in parts})

    def __str__(self) -> str:
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return ", ".join(f"{name}={value}" for name, value in values if value)

    def __bool__(self) -> bool:
        return self != AS_DRAWN

    @property
    def words(self) -> str:
        """The edit for its reader: ``lines, top 5, highest first``."""
        said = [CHARTS.get(self.chart, ""), f"top {self.top}" if self.top else "", ORDERS.get(self.order, "")]
        said += [f"coloured {COLOURS[self.colour].lower()}" if self.colour in {"group", "value"} else
                 COLOURS.get(self.colour, ""), AXES.get(self.axis, "")]  # fmt: skip
        return ", ".join(part.lower() for part in said if part)


AS_DRAWN = ChartEdit()


def choices(figure: Mapping[str, Any], edit: ChartEdit) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen for each part of an edit, as values with their words; the first of each is as drawn.

    Empty where the figure's data allow no change.
    """
    data = chart_data(figure)
    if data is None:
        return _choices_of_values(figure, edit)
    several = len(data.series) > 1
    kinds = ("bar", "horizontal", *(("stacked",) if several else ()), "line", "area", "points",
             *(("heat",) if several else ("pie",) if _has_shares(data) else ()))  # fmt: skip
    found = {"chart": [("", "As drawn"), *((kind, CHARTS[kind]) for kind in kinds)]}
    colours = _colours(data, edit.chart or _kind(figure))
    if colours:
        found["colour"] = [("", "Colours as drawn"), *colours]
    if len(data.groups) > 1:
        names = {"name": "In order", "reverse": "In order, backwards"} if _in_order(data.groups) else {}
        found["order"] = [("", "Order as drawn"), *((name, names.get(name, words)) for name, words in ORDERS.items())]
    shown = len(data.swapped().groups if edit.colour == "swap" else data.groups)
    tops = [top for top in _TOPS if top < shown]
    if tops:
        found["top"] = [("", "All"), *((str(top), f"Top {top}") for top in tops)]
    axes = axis_choices(figure) if edit.chart in {"", "bar", "horizontal", "line", "points"} else []
    return {**found, "axis": axes} if axes else found


def _choices_of_values(figure: Mapping[str, Any], edit: ChartEdit) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen of a figure that shows raw values."""
    found = {}
    if _distribution(figure):
        found["chart"] = [("", "As drawn"), *((kind, CHARTS[kind]) for kind in _DISTRIBUTIONS)]
        figure = _redistributed(figure, edit.chart) if edit.chart in _DISTRIBUTIONS else figure
    axes = axis_choices(figure)
    return {**found, "axis": axes} if axes else found


def edited(figure: Mapping[str, Any], edit: ChartEdit, theme: Theme) -> Mapping[str, Any]:
    """A figure as its reader wants it, on an axis that can be read; the same one where nothing is changed."""
    return readable(_redrawn(figure, replace(edit, axis=""), theme), edit.axis)


def _redrawn(figure: Mapping[str, Any], edit: ChartEdit, theme: Theme) -> Mapping[str, Any]:
    """A figure with another kind, colours, order or number of groups, where its data allow that."""
    data = chart_data(figure)
    if not edit:
        return figure
    if data is None:
        trace = _distribution(figure)
        return figure if trace is None or edit.chart not in _DISTRIBUTIONS else _redistributed(figure, edit.chart)
    several = len(data.series) > 1
    data = data.swapped() if edit.colour == "swap" and several and len(data.groups) <= _MAX_COLOURED else data
    total = len(data.groups)
    data = _arranged(data, edit)
    kind = _kind(figure) if edit.chart in {"", *_DISTRIBUTIONS} else edit.chart
    if kind == "pie" and not _has_shares(data):
        kind = "bar"
    layout = figure.get("layout")
    layout = layout if isinstance(layout, Mapping) else {}
    title = f"top {len(data.groups)} of {total}" if len(data.groups) < total else ""
    traces = _traces(data, kind, edit, theme, figure)
    return {"data": traces, "layout": _layout(layout, data, kind, edit, title)}


def _arranged(data: ChartData, edit: ChartEdit) -> ChartData:
    """The largest groups alone where only some are wanted, and in the order that is wanted."""
    sums = data.sums
    lowest = edit.order == "lowest"
    ranked = sorted(data.groups, key=lambda group: sums[group] if lowest else -sums[group])
    wanted = set(ranked[: edit.top] if edit.top else ranked)
    order: list[Group] = list(data.groups)
    if edit.order in {"highest", "lowest"}:
        order = ranked
    elif edit.order:
        order = sorted(data.groups, key=_natural, reverse=edit.order == "reverse")
    return data.of([group for group in order if group in wanted])


def _natural(group: Group) -> tuple[Any, ...]:
    """Numbers by their size, also within names."""
    if not isinstance(group, str):
        return ((0, group, ""),)
    parts = re.split(r"(\d+)", group.lower())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def _in_order(groups: tuple[Group, ...]) -> bool:
    """Whether groups are numbers or moments, which have an order of their own."""
    return all(not isinstance(group, str) or _is_moment(group) for group in groups)


def _is_moment(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text[:26])
    except ValueError:
        return False
    return True


def _colours(data: ChartData, kind: str) -> list[tuple[str, str]]:
    group = data.group_title or "group"
    if len(data.series) > 1:
        swap = f"By {group}" + (f" (groups: {data.series_title})" if data.series_title else "")
        return [("swap", swap)] if len(data.groups) <= _MAX_COLOURED else []
    if kind not in {"bar", "horizontal", "points"}:
        return []
    found = [("one", COLOURS["one"])]
    found += [("group", f"By {group}")] if len(data.groups) <= _MAX_COLOURED else []
    return [*found, ("value", COLOURS["value"])]


def _has_shares(data: ChartData) -> bool:
    """Whether the values can be parts of a whole."""
    values = data.series[0][1]
    return len(data.series) == 1 and all(value is not None and value >= 0 for value in values) and any(values)


def _kind(figure: Mapping[str, Any]) -> str:
    """The kind of chart that a figure with groups is."""
    trace, layout = figure["data"][0], figure.get("layout") or {}
    if trace.get("type") == "pie":
        return "pie"
    if trace.get("type") == "heatmap":
        return "heat"
    if trace.get("type") == "bar":
        if len(figure["data"]) > 1 and layout.get("barmode") in {"stack", "relative", None}:
            return "stacked"
        return "horizontal" if trace.get("orientation") == "h" else "bar"
    if trace.get("stackgroup") or trace.get("fill") not in (None, "none"):
        return "area"
    return "points" if trace.get("mode") == "markers" else "line"


def _traces(
    data: ChartData, kind: str, edit: ChartEdit, theme: Theme, figure: Mapping[str, Any]
) -> list[dict[str, Any]]:
    groups = list(data.groups)
    if kind == "pie":
        return [{"type": "pie", "labels": groups, "values": list(data.series[0][1]), "sort": False,
                 "direction": "clockwise"}]  # fmt: skip
    if kind == "heat":
        return [{"type": "heatmap", "x": groups, "y": [name for name, _ in data.series],
                 "z": [list(values) for _, values in data.series],
                 "colorbar": {"title": {"text": data.value_title}}}]  # fmt: skip
    looks: dict[str, dict[str, Any]] = {
        "bar": {"type": "bar"},
        "stacked": {"type": "bar"},
        "horizontal": {"type": "bar", "orientation": "h"},
        "line": {"type": "scatter", "mode": "lines+markers" if len(groups) <= 60 else "lines"},
        "area": {"type": "scatter", "mode": "lines", "stackgroup": "all"},
        "points": {"type": "scatter", "mode": "markers", "marker": {"size": 9}},
    }
    chosen = _colours_of(figure) if edit.colour != "swap" and kind != "pie" else {}
    made = []
    for place, (name, values) in enumerate(data.series):
        colour = chosen.get(name) or theme.colorway[place % len(theme.colorway)]
        trace = {**looks[kind], "name": name, "showlegend": len(data.series) > 1}
        trace["x"], trace["y"] = (list(values), groups) if kind == "horizontal" else (groups, list(values))
        trace["marker"] = {**trace.get("marker", {}), "color": _marker_colour(data, edit, colour, theme)}
        if kind == "points" or kind in {"bar", "horizontal"}:
            trace["marker"] |= _scale(edit, theme, data.value_title)
        if kind in {"line", "area"}:
            trace["line"], trace["marker"] = {"color": colour}, {"color": colour}
        made.append(trace)
    return made


def _colours_of(figure: Mapping[str, Any]) -> dict[str, str]:
    """The colour that the code chose for each series."""
    found = {}
    for trace in figure["data"]:
        for part in ("marker", "line"):
            inner = trace.get(part)
            if isinstance(inner, Mapping) and isinstance(inner.get("color"), str):
                found[str(trace.get("name") or "")] = inner["color"]
                break
    return found


def _marker_colour(data: ChartData, edit: ChartEdit, colour: str, theme: Theme) -> Any:
    if len(data.series) == 1 and edit.colour == "group":
        return [theme.colorway[place % len(theme.colorway)] for place in range(len(data.groups))]
    if len(data.series) == 1 and edit.colour == "value":
        return [value or 0.0 for value in data.series[0][1]]
    return theme.colorway[0] if edit.colour == "one" else colour


def _scale(edit: ChartEdit, theme: Theme, title: str) -> dict[str, Any]:
    if edit.colour != "value":
        return {}
    return {"colorscale": [[0, "#c9d6e5"], [1, theme.colorway[0]]], "showscale": False}


def _layout(layout: Mapping[str, Any], data: ChartData, kind: str, edit: ChartEdit, remark: str) -> dict[str, Any]:
    """The figure's layout, with axes for what is drawn now."""
    new_layout = {name: value for name, value in layout.items()
            if name in {"title", "template", "font", "legend", "separators", "paper_bgcolor", "plot_bgcolor",
                        "colorway", "hovermode"}}  # fmt: skip
    if remark:
        new_layout["title"] = _with_remark(layout.get("title"), remark)
    if kind == "pie":
        return new_layout
    legend = new_layout.get("legend")
    if len(data.series) > 1:
        new_layout["legend"] = {**(legend if isinstance(legend, Mapping) else {}), "title": {"text": data.series_title}}
    groups: dict[str, Any] = {"title": {"text": data.group_title}}
    numbers = all(not isinstance(group, str) for group in data.groups)
    if edit.order or edit.top or kind == "horizontal" or not (numbers or _in_order(data.groups)):
        groups |= {"type": "category", "categoryorder": "array", "categoryarray": list(data.groups)}
    if kind == "heat":
        down = {"title": {"text": data.series_title}, "type": "category"}
        return {**new_layout, "xaxis": {**groups, "type": "category"}, "yaxis": down}
    given = data.value_axis or {}
    formats = {name: given[name] for name in ("tickformat", "tickprefix", "ticksuffix", "hoverformat") if name in given}
    values = {"title": {"text": data.value_title}, **formats}
    if kind == "horizontal":
        height = {"height": max(400, 110 + 22 * len(data.groups) * (1 if len(data.series) == 1 else 2))}
        new_layout |= {"xaxis": values, "yaxis": {**groups, "autorange": "reversed"}, **height, "barmode": "group"}
        return new_layout
    if kind in {"bar", "stacked"}:
        new_layout["barmode"] = "relative" if kind == "stacked" else "group"
    return {**new_layout, "xaxis": groups, "yaxis": values}


def _with_remark(title: Any, remark: str) -> dict[str, Any]:
    given = dict(title) if isinstance(title, Mapping) else {"text": title} if isinstance(title, str) else {}
    text = str(given.get("text") or "")
    return {**given, "text": f"{text} ({remark})" if text else remark[:1].upper() + remark[1:]}


def _distribution(figure: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    """The traces of a figure that shows how raw values are spread; None where it is another one."""
    data, layout = figure.get("data"), figure.get("layout") or {}
    traces = [trace for trace in data if isinstance(trace, Mapping)] if isinstance(data, list) else []
    if not traces or any(re.fullmatch(r"[xy]axis\d+", str(name)) for name in layout) or figure.get("frames"):
        return None
    if not all(trace.get("type") in _DISTRIBUTIONS for trace in traces):
        return None
    for trace in traces:
        sides = [side for side in "xy" if trace.get(side) is not None]
        if len(sides) != 1:  # groups along the other side, or quartiles that are given
            return None
        if trace.get("histfunc") not in (None, "count") or trace.get("q1") is not None:
            return None
    return traces


def _redistributed(figure: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The same values as a histogram, as boxes or as violins."""
    layout = dict(figure.get("layout") or {})
    traces = _distribution(figure) or []
    side = next(side for side in "xy" if traces[0].get(side) is not None)
    title = (layout.get(f"{side}axis") or {}).get("title") if isinstance(layout.get(f"{side}axis"), Mapping) else None
    made = []
    for trace in traces:
        values = next(trace[side] for side in "xy" if trace.get(side) is not None)
        new_trace = {name: trace[name] for name in ("name", "marker", "showlegend", "legendgroup") if name in trace}
        new_trace["type"] = kind
        if isinstance(new_trace.get("marker"), Mapping):
            new_trace["marker"] = {name: value for name, value in new_trace["marker"].items() if name == "color"}
        new_trace["x"] = values
        if kind == "histogram" and len(traces) > 1:
            new_trace["opacity"] = 0.6
        made.append(new_trace)
    layout = {name: value for name, value in layout.items() if name not in {"xaxis", "yaxis", "barmode", "shapes"}}
    layout["xaxis"] = {"title": title} if title else {}
    layout["yaxis"] = {"title": {"text": "Count"}} if kind == "histogram" else {"showticklabels": len(traces) > 1}
    if kind == "histogram":
        layout["barmode"] = "overlay"
    return {"data": made, "layout": layout}
