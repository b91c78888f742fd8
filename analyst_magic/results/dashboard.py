"""Several figures as one: a grid in which each keeps its axes, its colours and its title.

Everything that places a part of a figure on the page (domains of axes and of charts without axes, annotations, shapes)
is moved into the figure's cell, and every name of an axis gets a number of its own.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .figure import Figure

GAP = 0.11
HEIGHT, BETWEEN, ABOVE = 320, 110, 84
"""Pixels of one row of the grid, of the room between two, and of that above the first, for its titles."""
_AXIS = re.compile(r"^([xy])axis(\d*)$")
_PLACE = re.compile(r"^(scene|geo|polar|map|mapbox|ternary|smith)(\d*)$")
_REFERENCE = re.compile(r"^([xy])(\d*)( domain)?$")


def dashboard(figures: Sequence[Figure], title: str = "") -> Figure:
    """One figure that holds others in a grid of two columns, or one column for two wide ones.

    Args:
        figures: Two or more, in the order of reading.
        title: The title above all.
    """
    columns = 1 if len(figures) < 2 else 2
    rows = math.ceil(len(figures) / columns)
    data: list[Any] = []
    page = HEIGHT * rows + BETWEEN * (rows - 1)
    layout: dict[str, Any] = {"annotations": [], "shapes": [], "height": page + 190, "showlegend": True}
    numbers = {"x": 0, "y": 0, "place": 0, "colour": 0}
    template = next((f.json["layout"]["template"] for f in figures if "template" in f.json.get("layout", {})), None)
    for position, figure in enumerate(figures):
        row, column = divmod(position, columns)
        wide = position == len(figures) - 1 and column == 0  # the last of an odd number takes the whole row
        cell = _cell(row, column, rows, 1 if wide else columns)
        _add(copy.deepcopy(figure.json), cell, numbers, data, layout, _legend(position))
    if title:
        layout["title"] = {"text": title}
        layout["margin"] = {"t": ABOVE}
    if template is not None:
        layout["template"] = template
    return Figure({"data": data, "layout": {name: value for name, value in layout.items() if value != []}})


def title_of(question: str) -> str:
    """What a dashboard is called, by the question that asked for it.

    >>> title_of("make a dashboard of orders, please"), title_of("dashboard of total x by y; mean z")
    ('Dashboard of orders', 'Dashboard')
    """
    found = re.search(r"\bdashboard\s+(?:of|for|about|on)\s+@?([\w ]{1,60})", question, re.I)
    return "Dashboard" if found is None or ";" in question else f"Dashboard of {found[1].strip()}"


def _cell(row: int, column: int, rows: int, columns: int) -> tuple[float, float, float, float]:
    """Left, bottom, width and height of a cell, as shares of the page; above each is room for a title."""
    page = HEIGHT * rows + BETWEEN * (rows - 1)
    width, height = (1 - GAP * (columns - 1)) / columns, HEIGHT / page
    return column * (width + GAP), max(0.0, 1 - (row + 1) * height - row * BETWEEN / page), width, height


def _legend(position: int) -> str:
    return f"group{position}"


def _add(
    json: Mapping[str, Any],
    cell: tuple[float, float, float, float],
    numbers: dict[str, int],
    data: list[Any],
    layout: dict[str, Any],
    group: str,
) -> None:
    """Add a figure to the page.

    Args:
        json: The figure.
        cell: Where it goes.
        numbers: How many axes and other parts the page has so far; counted on.
        data, layout: The page, which gets the figure's traces and parts.
        group: The name of its legend.
    """
    own = json.get("layout", {})
    names = _new_names(json, numbers)
    data += [_moved_trace(trace, names, cell, group) for trace in json.get("data", [])]
    layout.update(_moved_parts(own, names, cell))
    for key in ("barmode", "bargap", "boxmode", "hovermode", "colorway"):
        if key in own:
            layout.setdefault(key, own[key])
    layout["annotations"] += [_moved_mark(mark, names, cell) for mark in own.get("annotations", [])]
    layout["annotations"] += _heading(_title(own), cell)
    layout["shapes"] += [_moved_mark(mark, names, cell) for mark in own.get("shapes", [])]


def _new_names(json: Mapping[str, Any], numbers: dict[str, int]) -> dict[str, str]:
    """What the axes, places and colour axes of a figure are called on the page, by their names in the figure."""
    own = json.get("layout", {})
    names: dict[str, str] = {}
    for key in sorted(own, key=_order):
        if match := _AXIS.match(key):
            names[f"{match[1]}{match[2]}"] = _next_axis(match[1], numbers)
        elif place := _PLACE.match(key):
            numbers["place"] += 1
            names[key] = f"{place[1]}{numbers['place'] + 1}"
        elif key.startswith("coloraxis"):
            numbers["colour"] += 1
            names[key] = f"coloraxis{numbers['colour'] + 1}"
    for letter in "xy":  # figures that leave their axes unsaid have the first
        if letter not in names and any(_has_axes(trace) for trace in json.get("data", [])):
            names[letter] = _next_axis(letter, numbers)
    return names


def _next_axis(letter: str, numbers: dict[str, int]) -> str:
    numbers[letter] += 1
    return f"{letter}{numbers[letter] if numbers[letter] > 1 else ''}"


def _moved_parts(
    own: Mapping[str, Any], names: Mapping[str, str], cell: tuple[float, float, float, float]
) -> Iterator[tuple[str, Any]]:
    """The axes, places and colour axes of a figure's layout, in its cell and under their new names."""
    left, bottom, width, height = cell
    for key, value in own.items():
        if axis := _AXIS.match(key):
            moved = names[f"{axis[1]}{axis[2]}"]
            yield f"{axis[1]}axis{moved[1:]}", _moved_axis(axis[1], value, names, cell)
        elif _PLACE.match(key):
            yield names[key], {**value, "domain": _domain(value.get("domain"), cell)}
        elif key.startswith("coloraxis"):
            bar = {"len": height, "y": bottom + height / 2, "x": left + width, "thickness": 10}
            yield names[key], {**value, "colorbar": {**value.get("colorbar", {}), **bar}}
    for letter in "xy":
        if letter in names and f"{letter}axis" not in own:
            yield f"{letter}axis{names[letter][1:]}", _moved_axis(letter, {}, names, cell)


def _heading(text: str, cell: tuple[float, float, float, float]) -> list[dict[str, Any]]:
    """A figure's title as an annotation above its cell; none where it has no title."""
    left, bottom, _, height = cell
    return [
        {"text": f"<b>{text}</b>", "x": left, "y": bottom + height, "xref": "paper", "yref": "paper",
         "xanchor": "left", "yanchor": "bottom", "yshift": 18, "showarrow": False}
    ] if text else []  # fmt: skip


def _order(key: str) -> tuple[str, int]:
    digits = re.sub(r"\D", "", key)
    return re.sub(r"\d", "", key), int(digits or 1)


_ALONE = frozenset({"pie", "sunburst", "treemap", "icicle", "table", "indicator", "sankey", "parcoords", "parcats",
                    "funnelarea"})  # fmt: skip
"""Charts that have a domain of their own."""
_ELSEWHERE = ("3d", "geo", "polar", "map", "mapbox", "ternary", "smith")
_SCENES = frozenset({"surface", "mesh3d", "choropleth", "cone", "volume", "isosurface", "streamtube"})


def _has_axes(trace: Mapping[str, Any]) -> bool:
    kind = str(trace.get("type", "scatter"))
    flat = not kind.endswith(_ELSEWHERE) or kind == "heatmap"
    return flat and kind not in _ALONE | _SCENES


def _moved_trace(
    trace: dict[str, Any], names: Mapping[str, str], cell: tuple[float, float, float, float], group: str
) -> dict[str, Any]:
    moved = dict(trace)
    if _has_axes(trace):
        moved["xaxis"] = names[str(trace.get("xaxis", "x"))]
        moved["yaxis"] = names[str(trace.get("yaxis", "y"))]
    for key in ("scene", "geo", "subplot"):
        if moved.get(key) in names:
            moved[key] = names[moved[key]]
    if "domain" in trace or trace.get("type") in _ALONE:
        moved["domain"] = _domain(trace.get("domain"), cell)
    for holder in (moved, moved.get("marker"), moved.get("line")):
        if isinstance(holder, dict) and holder.get("coloraxis") in names:
            holder["coloraxis"] = names[holder["coloraxis"]]
    if trace.get("legendgroup") or trace.get("showlegend"):
        moved["legendgroup"] = f"{group} {trace.get('legendgroup', '')}"
    return moved


def _moved_axis(
    letter: str, axis: Mapping[str, Any], names: Mapping[str, str], cell: tuple[float, float, float, float]
) -> dict[str, Any]:
    left, bottom, width, height = cell
    start, size = (left, width) if letter == "x" else (bottom, height)
    low, high = axis.get("domain", (0.0, 1.0))
    moved = {**axis, "domain": [start + low * size, min(1.0, start + high * size)]}
    moved["anchor"] = names.get(str(axis.get("anchor", "y" if letter == "x" else "x")), axis.get("anchor", "free"))
    for key in ("matches", "overlaying", "scaleanchor"):
        if key in axis:
            moved[key] = names.get(str(axis[key]), axis[key])
    if "position" in axis:
        moved["position"] = start + float(axis["position"]) * size
    return moved


def _moved_mark(
    mark: Mapping[str, Any], names: Mapping[str, str], cell: tuple[float, float, float, float]
) -> dict[str, Any]:
    """An annotation or a shape: places on the page move into the cell, places on an axis go with the axis."""
    moved = dict(mark)
    for letter, start, size in (("x", cell[0], cell[2]), ("y", cell[1], cell[3])):
        reference = str(mark.get(f"{letter}ref", "paper" if "showarrow" in mark or "type" in mark else letter))
        if match := _REFERENCE.match(reference):
            moved[f"{letter}ref"] = names.get(f"{match[1]}{match[2]}", reference) + (match[3] or "")
            continue
        moved[f"{letter}ref"] = "paper"
        for key in (letter, f"{letter}0", f"{letter}1"):
            if isinstance(mark.get(key), int | float):
                moved[key] = start + mark[key] * size
    return moved


def _domain(domain: Any, cell: tuple[float, float, float, float]) -> dict[str, list[float]]:
    left, bottom, width, height = cell
    own = domain if isinstance(domain, Mapping) else {}
    across, up = own.get("x", (0.0, 1.0)), own.get("y", (0.0, 1.0))
    return {
        "x": [left + across[0] * width, min(1.0, left + across[1] * width)],
        "y": [bottom + up[0] * height, min(1.0, bottom + up[1] * height)],
    }


def _title(layout: Mapping[str, Any]) -> str:
    title = layout.get("title")
    text = title.get("text") if isinstance(title, Mapping) else title
    return str(text) if text else ""
