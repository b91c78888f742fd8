"""Plotly figures of a notebook -> figures of a page that loads nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ..results.figure import alternative_text
from ..results.figure_language import with_separators
from ..results.html import human_size
from .bundles import TRACES
from .plots import Plot

MAX_FIGURE = 50_000_000
MAX_DRAWN_POINTS = 20_000
"""Points of a figure that are drawn as vectors, as any browser, printer and office program shows them; more than these
are drawn by WebGL."""

_SIDE_CAP = 20_000
_VECTORS = {"scattergl": "scatter", "scatterpolargl": "scatterpolar"}
_ON_TILES = {
    "scattermap": "scattergeo", "scattermapbox": "scattergeo", "densitymap": "scattergeo",
    "densitymapbox": "scattergeo", "choroplethmap": "choropleth", "choroplethmapbox": "choropleth",
}  # fmt: skip
_MAP_ALONE = ("subplot", "below", "cluster", "radius")
_MARKS = ("z", "colorscale", "autocolorscale", "reversescale", "showscale", "colorbar", "coloraxis", "zmin", "zmax")
_BASE = {
    "showland": True, "landcolor": "#eef0f2", "showcountries": True, "countrycolor": "#b6bcc4",
    "coastlinecolor": "#8d96a2", "showsubunits": True, "subunitcolor": "#d0d5db",
}  # fmt: skip
_TILES = "The tiles of its map are on the network; the outlines of countries stand for them."


def figure_html(figure: Mapping[str, Any], picture: Markup) -> Markup:
    """An interactive figure: its data for the page's script, and a picture or words until that has drawn it.

    Of the notebook's figure only data, layout and frames are taken; its configuration could name a server.

    Args:
        figure: Plotly's JSON, of any origin.
        picture: The picture that the notebook holds of it, as HTML; empty where it holds none.
    """
    words = alternative_text(figure)
    parts, remark = _parts(figure)
    try:
        content = script_json(parts)
    except (TypeError, ValueError, RecursionError):
        return left_out("A figure was left out: its data cannot be read.")
    if len(content) > MAX_FIGURE:
        return left_out(f"A figure of {human_size(len(content))} was left out. {words}")
    return canvas_html("plotly", content, words, sorted(_types(parts)), _height(parts), picture, remark)


def _parts(figure: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """What is taken of a figure, with numbers as the language writes them, and a remark on what stands in for what."""
    parts, remark = offline({part: figure[part] for part in ("data", "layout", "frames") if part in figure})
    return dict(with_separators(parts)), remark


def plot_of(figure: Mapping[str, Any]) -> Plot | None:
    """A figure as it is drawn, as a picture is made of it; None where its data cannot be read.

    Args:
        figure: Plotly's JSON, of any origin.
    """
    parts, remark = _parts(figure)
    try:
        content = str(script_json(parts))
    except (TypeError, ValueError, RecursionError):
        return None
    words, traces = alternative_text(figure), tuple(sorted(_types(parts)))
    return Plot(content, "plotly", traces, words, _height(parts), note=remark) if len(content) <= MAX_FIGURE else None


def canvas_html(
    library: str, content: Markup, words: str, parts: Sequence[str], height: int, picture: Markup, remark: str = ""
) -> Markup:
    """A place in the page where a script draws.

    Args:
        library: What draws there: ``plotly``, ``vega`` or ``bokeh``.
        content: What is drawn, as JSON for a script.
        words: What it shows in words.
        parts: Which parts of the library it needs.
        height: Its height in pixels.
        picture: The picture that the notebook holds of it.
        remark: What was changed so that it can be drawn.
    """
    return Markup(
        '<figure class="plot" role="figure" aria-label="{}" data-library="{}" data-traces="{}"><div class="canvas" '
        'style="min-height:{}px">{}</div>\n<script type="application/json">{}</script>{}</figure>'
    ).format(
        words,
        library,
        " ".join(parts),
        height,
        picture or Markup("<p>{}</p>").format(words),
        content,
        Markup("<figcaption>{}</figcaption>").format(remark) if remark else "",
    )


def left_out(sentence: str, kind: str = "figure") -> Markup:
    """A line that stands for something which a report cannot hold.

    Args:
        sentence: What is left out, and why.
        kind: What it is, in a word, to be counted.
    """
    return Markup('<p class="left-out" data-lost="{}">{}</p>').format(kind, sentence)


def offline(parts: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """A figure in a form that needs neither WebGL, where it has few points, nor the network, and what that changed.

    Args:
        parts: ``data``, ``layout`` and ``frames`` of a figure, as they come; they stay as they are.
    """
    made, remark = _sized(dict(parts)), ""
    if any(kind in _VECTORS for kind in _kinds(made)) and _points(made) <= MAX_DRAWN_POINTS:
        made = _each(made, _as_vectors)
        made["layout"] = _with_template(made.get("layout"))
    if any(kind in _ON_TILES for kind in _kinds(made)):
        made, remark = _on_outlines(made), _TILES
    return made, remark


def _traces(parts: Mapping[str, Any]) -> list[Any]:
    found = list(parts["data"]) if isinstance(parts.get("data"), list | tuple) else []
    for frame in parts["frames"] if isinstance(parts.get("frames"), list | tuple) else []:
        if isinstance(frame, Mapping) and isinstance(frame.get("data"), list | tuple):
            found += frame["data"]
    return found


def _kinds(parts: Mapping[str, Any]) -> list[str]:
    return [str(trace.get("type") or "scatter") for trace in _traces(parts) if isinstance(trace, Mapping)]


def _types(parts: Mapping[str, Any]) -> set[str]:
    """The types of trace that can be drawn."""
    return {*_kinds(parts)} & TRACES


def _each(parts: Mapping[str, Any], change: Any) -> dict[str, Any]:
    """A figure whose traces, also those of its frames, are changed."""

    def changed(data: Any) -> Any:
        if not isinstance(data, list | tuple):
            return data
        return [change(dict(trace)) if isinstance(trace, Mapping) else trace for trace in data]

    made = dict(parts)
    if "data" in made:
        made["data"] = changed(made["data"])
    if isinstance(made.get("frames"), list | tuple):
        made["frames"] = [
            {**frame, "data": changed(frame.get("data"))} if isinstance(frame, Mapping) and "data" in frame else frame
            for frame in made["frames"]
        ]
    return made


def _as_vectors(trace: dict[str, Any]) -> dict[str, Any]:
    kind = trace.get("type")
    return {**trace, "type": _VECTORS[kind]} if isinstance(kind, str) and kind in _VECTORS else trace


def _with_template(layout: Any) -> Any:
    """The layout whose template says of vectors what it said of WebGL alone."""
    template = layout.get("template") if isinstance(layout, Mapping) else None
    data = template.get("data") if isinstance(template, Mapping) else None
    if not isinstance(template, Mapping) or not isinstance(data, Mapping):
        return layout
    more = {new: data[old] for old, new in _VECTORS.items() if old in data and new not in data}
    return {**layout, "template": {**template, "data": {**data, **more}}} if more else layout


def _points(parts: Mapping[str, Any]) -> int:
    """How many points the WebGL traces of a figure have."""
    return sum(
        max(_length(trace.get(name)) for name in ("x", "y", "r", "theta"))
        for trace in _traces(parts)
        if isinstance(trace, Mapping) and trace.get("type") in _VECTORS
    )


def _length(values: Any) -> int:
    if isinstance(values, list | tuple):
        return len(values)
    if isinstance(values, Mapping) and isinstance(values.get("bdata"), str):
        digits = "".join(character for character in str(values.get("dtype", "")) if character.isdigit())
        return len(values["bdata"]) * 3 // 4 // max(1, int(digits[:2] or 8))
    return 0


def _on_outlines(parts: Mapping[str, Any]) -> dict[str, Any]:
    """A figure whose maps of tiles are maps of outlines that show the same part of the world."""
    made = _each(parts, _on_outline)
    layout = dict(made["layout"]) if isinstance(made.get("layout"), Mapping) else {}
    traces = [trace for trace in _traces(made) if isinstance(trace, Mapping)]
    used = {str(trace.get("geo", "geo")) for trace in traces if "lat" in trace or trace.get("type") == "choropleth"}
    for name in [name for name in layout if name.startswith("map")]:
        layout.pop(name)
    for name in used:
        number = name.removeprefix("geo")
        old = parts.get("layout", {})
        tiles = (old.get(f"map{number}") or old.get(f"mapbox{number}")) if isinstance(old, Mapping) else None
        domain = {"domain": tiles["domain"]} if isinstance(tiles, Mapping) and "domain" in tiles else {}
        given = layout.get(name)
        layout[name] = {**_BASE, "fitbounds": "locations", **domain, **(given if isinstance(given, Mapping) else {})}
    return {**made, "layout": layout}


def _on_outline(trace: dict[str, Any]) -> dict[str, Any]:
    kind = trace.get("type")
    if not isinstance(kind, str) or kind not in _ON_TILES:
        return trace
    made = {name: value for name, value in trace.items() if name not in _MAP_ALONE}
    made["type"] = _ON_TILES[kind]
    place = str(trace.get("subplot") or "map")
    made["geo"] = "geo" + place.removeprefix("mapbox").removeprefix("map")
    if kind.startswith("density"):
        made = _heat_as_points(made)
    elif kind.startswith("scatter") and isinstance(made.get("marker"), Mapping):
        made["marker"] = {
            name: value for name, value in made["marker"].items() if name not in ("symbol", "allowoverlap")
        }
    return made


def _heat_as_points(trace: dict[str, Any]) -> dict[str, Any]:
    """A heat map of points as the points, in the colours of the heat."""
    renamed = {"z": "color", "zmin": "cmin", "zmax": "cmax"}
    marker = {renamed.get(name, name): trace[name] for name in _MARKS if name in trace}
    others = {name: value for name, value in trace.items() if name not in {*_MARKS, "zmid", "zauto"}}
    return {**others, "mode": "markers", "marker": {"size": 16, "opacity": 0.8, "colorscale": "Plasma", **marker}}


def _sized(parts: dict[str, Any]) -> dict[str, Any]:
    """A figure without a width or height that no page can show or print."""
    if isinstance(layout := parts.get("layout"), Mapping):
        wrong = {side for side in ("width", "height") if side in layout and not _is_side(layout[side])}
        parts["layout"] = {name: value for name, value in layout.items() if name not in wrong}
    return parts


def _is_side(value: Any) -> bool:
    return isinstance(value, int | float) and 10 <= value <= _SIDE_CAP


def _height(parts: Mapping[str, Any]) -> int:
    layout = parts.get("layout")
    height = layout.get("height") if isinstance(layout, Mapping) else None
    return int(height) if isinstance(height, int | float) and 10 <= height <= 5000 else 450


def script_json(value: Any) -> Markup:
    """JSON for a script element: no character in it can end the element, whatever the texts say."""
    try:
        text = json.dumps(value, allow_nan=False)
    except ValueError:  # JSON knows neither NaN nor infinity; Python writes them into notebooks all the same
        text = json.dumps(_finite(value), allow_nan=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - escaped for its place just above


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
