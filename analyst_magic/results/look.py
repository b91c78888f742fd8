"""The look of charts: one theme for the planner's and for a model's, wherever the code did not choose.

The figure itself stays as the code made it; what is shown gets our template in place of Plotly's defaults. Colours,
sizes and texts that the code set by itself are left alone.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from ..column_format import label_and_unit
from ..errors import InputError
from ..theme import DEFAULT, Theme, load_theme
from .chart_data import unpacked

PLOTLY = ("#636efa", "#ef553b", "#00cc96", "#ab63fa", "#ffa15a", "#19d3f3", "#ff6692", "#b6e880", "#ff97ff", "#fecb52")
"""The colours that Plotly gives where nothing is chosen; Plotly Express writes them into each trace."""
_PLASMA = ("#0d0887", "#f0f921")
_GROUNDS = {"#e5ecf6", "white"}
"""The grounds of Plotly's two light templates, which stand for no choice."""
_MAX_LABELLED = 12
_MAX_LEGEND_ON_TOP = 6
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SEQUENCES = tuple(
    tuple(name[:letters].lower() for name in names) for names in (_MONTHS, _DAYS) for letters in (None, 3)
)
_SEQUENTIAL = ((0.0, 0.85), (0.5, 0.45), (1.0, 0.0))
"""Places on a scale, and how much white each has."""


def current_theme() -> Theme:
    """The theme of the notebook's folder; the house style where its file cannot be used."""
    try:
        return load_theme()
    except InputError:
        return DEFAULT


def themed(figure: Mapping[str, Any], theme: Theme) -> dict[str, Any]:
    """A figure in our look; one whose code chose a template of its own stays as it is.

    Args:
        figure: Plotly's JSON, as it passed the firewall.
        theme: Its colours and fonts.
    """
    layout = dict(figure.get("layout") or {})
    if not _is_default(layout.get("template")):
        return dict(figure)
    data = [_recoloured(trace, theme) for trace in figure.get("data") or [] if isinstance(trace, Mapping)]
    layout["template"] = template(theme)
    if layout.get("margin") == {"t": 60}:  # Plotly Express writes it where the figure has no title
        del layout["margin"]
    axis = layout.get("coloraxis")
    if isinstance(axis, Mapping) and _is_plasma(axis.get("colorscale")):
        layout["coloraxis"] = {**axis, "colorscale": _scale(theme)}
    if not layout.get("title") and "margin" not in layout:
        layout["margin"] = {"t": 16}
    _name_axes(layout)
    _arrange(layout, data)
    return {**figure, "data": data, "layout": layout}


@cache
def template(theme: Theme) -> dict[str, Any]:
    """Our template for Plotly."""
    title = {"side": "right", "font": {"size": 12, "color": f"#{theme.muted}"}}
    bar = {"outlinewidth": 0, "thickness": 12, "title": title}
    return {"layout": _layout(theme, bar), "data": _traces(theme, bar)}


def _layout(theme: Theme, bar: Mapping[str, Any]) -> dict[str, Any]:
    """What holds for every figure; the bar is that of its colours."""
    ink, muted, rule = f"#{theme.ink}", f"#{theme.muted}", f"#{theme.rule}"
    axis = {
        "automargin": True, "gridcolor": rule, "linecolor": rule, "tickcolor": rule, "zerolinecolor": muted,
        "zerolinewidth": 1, "separatethousands": True, "tickfont": {"color": muted, "size": 12},
        "title": {"standoff": 10, "font": {"color": muted, "size": 12}},
    }  # fmt: skip
    scale = _scale(theme)
    bare = {"bgcolor": "white", "angularaxis": {"gridcolor": rule}, "radialaxis": {"gridcolor": rule}}
    return {
        "colorway": theme.colorway, "paper_bgcolor": "white", "plot_bgcolor": "white",
        "font": {"family": theme.css_font(theme.body_font), "size": 13, "color": ink},
        "title": {"x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top",
                  "pad": {"t": 10, "l": 6}, "font": {"size": 16, "color": ink}},
        "margin": {"l": 8, "r": 16, "t": 44, "b": 8},
        "xaxis": {**axis, "showgrid": False, "showline": True, "ticks": "outside", "zeroline": False},
        "yaxis": {**axis, "showgrid": True, "zeroline": True},
        "colorscale": {"sequential": scale, "sequentialminus": scale[::-1],
                       "diverging": [[0, theme.colorway[1]], [0.5, "#f4f4f4"], [1, theme.colorway[0]]]},
        "coloraxis": {"colorbar": bar},
        "hoverlabel": {"align": "left"}, "separators": ".,", "bargap": 0.25, "polar": bare,
        "legend": {"title": {"font": {"size": 12, "color": muted}}},
        "annotationdefaults": {"font": {"color": ink}, "arrowcolor": muted, "arrowhead": 0, "arrowwidth": 1},
        "geo": {"bgcolor": "white", "landcolor": "#f2f2f2", "subunitcolor": "white", "showland": True},
    }  # fmt: skip


def _traces(theme: Theme, bar: Mapping[str, Any]) -> dict[str, Any]:
    """What holds for each kind of trace; the bar is that of its colours."""
    muted, rule, scale = f"#{theme.muted}", f"#{theme.rule}", _scale(theme)
    coloured = ("heatmap", "histogram2d", "contour", "surface", "choropleth")
    return {
        "bar": [{"type": "bar", "marker": {"line": {"width": 0}}}],
        "histogram": [{"type": "histogram", "marker": {"line": {"width": 0}}}],
        "pie": [{"type": "pie", "textinfo": "label+percent", "marker": {"line": {"width": 1, "color": "white"}}}],
        **{kind: [{"type": kind, "colorscale": scale, "colorbar": bar}] for kind in coloured},
        "scatter": [{"type": "scatter", "fillpattern": {"fillmode": "overlay", "size": 10, "solidity": 0.2}}],
        "waterfall": [{"type": "waterfall", "increasing": {"marker": {"color": theme.colorway[0]}},
                       "decreasing": {"marker": {"color": theme.colorway[1]}},
                       "totals": {"marker": {"color": muted}}}],
        "table": [{"type": "table", "header": {"fill": {"color": f"#{theme.stripe}"}, "line": {"color": rule}},
                   "cells": {"fill": {"color": "white"}, "line": {"color": rule}}}],
    }  # fmt: skip


def _is_default(given: Any) -> bool:
    """Whether a template is none, or one that Plotly takes where nothing is chosen."""
    if given in (None, {}, "plotly", "plotly_white"):
        return True
    layout = given.get("layout") if isinstance(given, Mapping) else None
    if not isinstance(layout, Mapping):
        return False
    way = layout.get("colorway")
    first = str(way[0]).lower() if isinstance(way, Sequence) and way else ""
    return first == PLOTLY[0] and str(layout.get("plot_bgcolor", "")).lower() in _GROUNDS


def _is_plasma(scale: Any) -> bool:
    try:
        return (str(scale[0][1]).lower(), str(scale[-1][1]).lower()) == _PLASMA
    except (TypeError, LookupError):
        return False


def _scale(theme: Theme) -> list[list[Any]]:
    """One colour from light to full, which is read alike by all eyes and in print."""
    red, green, blue = (int(theme.accent[at : at + 2], 16) for at in (0, 2, 4))
    parts = [(place, [round(c + (255 - c) * white) for c in (red, green, blue)]) for place, white in _SEQUENTIAL]
    return [[place, "#" + "".join(f"{part:02x}" for part in colour)] for place, colour in parts]


def _recoloured(trace: Mapping[str, Any], theme: Theme) -> dict[str, Any]:
    """A trace with ours in place of the colours that Plotly Express wrote into it."""
    made = dict(trace)
    for part in ("marker", "line"):
        if isinstance(inner := made.get(part), Mapping) and (colour := _ours(inner.get("color"), theme)):
            made[part] = {**inner, "color": colour}
    if colour := _ours(made.get("fillcolor"), theme):
        made["fillcolor"] = colour
    if made.get("type") in {"heatmap", "contour", "surface"} and _is_plasma(made.get("colorscale")):
        made["colorscale"] = _scale(theme)
    return made


def _ours(colour: Any, theme: Theme) -> str:
    place = PLOTLY.index(colour.lower()) if isinstance(colour, str) and colour.lower() in PLOTLY else None
    return "" if place is None else theme.colorway[place % len(theme.colorway)]


def _name_axes(layout: dict[str, Any]) -> None:
    """Axes, legends and scales that are called like a column get words, and the unit that the name speaks of."""
    for key in [key for key in layout if re.fullmatch(r"[xy]axis\d*|legend", key)]:
        if isinstance(layout[key], Mapping):
            layout[key] = _named(layout[key])
    axis = layout.get("coloraxis")
    if isinstance(axis, Mapping) and isinstance(axis.get("colorbar"), Mapping):
        layout["coloraxis"] = {**axis, "colorbar": _named(axis["colorbar"])}


def _named(part: Mapping[str, Any]) -> dict[str, Any]:
    title = part.get("title")
    text = title.get("text") if isinstance(title, Mapping) else title
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z]\w*", text) or not ("_" in text or text.islower()):
        return dict(part)
    label, unit = label_and_unit(text)
    words = f"{label[:1].upper()}{label[1:]}" + (f" ({unit})" if unit else "")
    return {**part, "title": {**(title if isinstance(title, Mapping) else {}), "text": words}}


def _arrange(layout: dict[str, Any], data: list[dict[str, Any]]) -> None:
    """What one figure needs besides: the grid across its bars, labels on few bars, ticks that fit, a legend on top."""
    bars = bool(data) and all(trace.get("type") == "bar" for trace in data)
    if bars and all(trace.get("orientation") == "h" for trace in data):
        _set(layout, "xaxis", showgrid=True, showline=False, zeroline=True)
        _set(layout, "yaxis", showgrid=False, showline=True, separatethousands=False)
    if bars and len(data) == 1:
        _label(data[0])
    if data and all(trace.get("type") == "histogram" for trace in data):
        layout.setdefault("bargap", 0.04)
    for trace in data:
        if trace.get("type") == "funnel" and not {"textinfo", "texttemplate", "text"} & set(trace):
            trace["texttemplate"] = "%{value:,}"
    _name_groups(layout, data)
    _make_room(layout)
    if len(data) == 1 and data[0].get("type") in {"bar", "scatter", None}:
        _order(layout, data[0])
    if data and all(trace.get("type") in {"bar", "scatter", "scattergl", None} for trace in data):
        _tick(layout, data)
    if len(data) == 1 and data[0].get("type") == "pie" and len(unpacked(data[0].get("labels"))) <= _MAX_LABELLED:
        layout.setdefault("showlegend", False)  # its parts are named where they are
    chosen = "margin" in layout and layout["margin"] != {"t": 16}
    _put_legend(layout, data, chosen)
    title = layout.get("title")
    if isinstance(title, Mapping) and title.get("subtitle") and not chosen:
        layout["margin"] = {"t": (layout.get("margin") or {"t": 44})["t"] + (22 if title.get("text") else 0)}


def _put_legend(layout: dict[str, Any], data: Sequence[Mapping[str, Any]], chosen: bool) -> None:
    """A short legend stands above the plots, where the code chose no margin."""
    named = [trace for trace in data if trace.get("name") and trace.get("showlegend") is not False]
    legend = layout.get("legend") or {}
    if 2 <= len(named) <= _MAX_LEGEND_ON_TOP and not {"x", "y", "orientation"} & set(legend):
        short = sum(len(str(trace["name"])) + 5 for trace in named) <= 70
        if short and not chosen and layout.get("showlegend") is not False:
            layout["legend"] = {**legend, "orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
            layout["margin"] = {"t": 78 if layout.get("title") else 40}


def _name_groups(layout: dict[str, Any], data: Sequence[Mapping[str, Any]]) -> None:
    """Names of which some look like numbers are names all the same: Plotly would leave the others out."""
    for side in "xy":
        if any(trace.get("type") not in {"bar", "waterfall", "funnel", "box", "violin"} for trace in data):
            return
        names = [name for trace in data for name in unpacked(trace.get(side))[:1000]]
        numbers = [bool(re.fullmatch(r"\s*[-+]?\d[\d.,]*\s*", str(name))) for name in names]
        if all(isinstance(name, str) for name in names) and any(numbers) and not all(numbers):
            _set(layout, f"{side}axis", type="category")


def _make_room(layout: dict[str, Any]) -> None:
    """What stands above the plots, as the names of facets do, needs its place."""
    notes = layout.get("annotations")
    notes = [note for note in notes if isinstance(note, Mapping)] if isinstance(notes, list) else []
    above = any(note.get("yref") == "paper" and _numbers([note.get("y")]) and note["y"] >= 0.97 for note in notes)
    if above and layout.get("margin") == {"t": 16}:
        layout["margin"] = {"t": 36}


def _set(layout: dict[str, Any], name: str, **values: Any) -> None:
    given = layout.get(name)
    layout[name] = {**values, **(given if isinstance(given, Mapping) else {})}


def _label(trace: dict[str, Any]) -> None:
    """Few bars say their figures themselves."""
    horizontal = trace.get("orientation") == "h"
    values = _numbers(trace.get("x" if horizontal else "y"))
    chosen = any(trace.get(name) is not None for name in ("text", "texttemplate"))
    if not values or len(values) > _MAX_LABELLED or chosen:
        return
    largest = max(map(abs, values))
    whole = all(value == int(value) for value in values)
    decimals = 0 if whole or not largest else min(6, max(0, 2 - math.floor(math.log10(largest))))
    trace["texttemplate"] = f"%{{{'x' if horizontal else 'y'}:,.{decimals}f}}"
    trace["textposition"], trace["cliponaxis"] = "outside", False


def _order(layout: dict[str, Any], trace: Mapping[str, Any]) -> None:
    """Months and days of the week that came in the order of their letters come in that of the calendar."""
    side = "y" if trace.get("orientation") == "h" else "x"
    names = trace.get(side)
    axis = layout.get(f"{side}axis") or {}
    if not isinstance(names, list) or len(set(map(str, names))) < 3 or "categoryorder" in axis:
        return
    lower = [str(name).lower() for name in names]
    if lower != sorted(lower):
        return
    for sequence in _SEQUENCES:
        if set(lower) <= set(sequence):
            by_name = dict(zip(lower, names, strict=True))
            order = [by_name[name] for name in sequence if name in by_name]
            _set(layout, f"{side}axis", categoryorder="array", categoryarray=order[::-1] if side == "y" else order)


def _tick(layout: dict[str, Any], data: Sequence[Mapping[str, Any]]) -> None:
    """One tick a month where there are few months, and whole ticks where few things are counted."""
    chosen = {"dtick", "tickvals", "tickformat", "nticks", "tickmode"}
    xaxis, yaxis = layout.get("xaxis") or {}, layout.get("yaxis") or {}
    months = {month for trace in data for month in _months(trace.get("x"))}
    if 1 < len(months) <= 13 and "" not in months and not chosen & set(xaxis):
        _set(layout, "xaxis", dtick="M1", tickformat="%b\n%Y")
    horizontal = data[0].get("orientation") == "h"
    values = [value for trace in data for value in _numbers(trace.get("x" if horizontal else "y"))]
    counted = bool(values) and all(value == int(value) for value in values) and 0 < max(values) <= 6
    if counted and min(values) >= 0 and not chosen & set(xaxis if horizontal else yaxis):
        _set(layout, "xaxis" if horizontal else "yaxis", dtick=1)


def _months(values: Any) -> list[str]:
    """The months of days that are all the first of one; an empty text for what is no such day."""
    if not isinstance(values, list) or len(values) > 100:
        return [""]
    found = []
    for value in values:
        try:
            moment = dt.datetime.fromisoformat(str(value)[:26])
        except ValueError:
            return [""]
        found.append(f"{moment:%Y-%m}" if (moment.day, moment.hour, moment.minute) == (1, 0, 0) else "")
    return found


def _numbers(values: Any) -> list[float]:
    """The numbers of a trace; none where something else is among them, or they are many."""
    known = unpacked(values)
    if len(known) > 10_000:
        return []
    known = [value for value in known if value is not None]
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        return []
    return [float(value) for value in known if math.isfinite(value)]
