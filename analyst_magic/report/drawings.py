"""Charts of Vega, Vega-Lite (Altair) and Bokeh in a notebook, drawn by their own scripts without the network."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..drawing.figures import MAX_FIGURE, canvas_html, left_out, script_json
from ..results.html import human_size, one_line
from .plain import text_of

_VEGA = re.compile(r"application/vnd\.(vega|vegalite)\.v\d+(?:\.\d+)?\+json")
_ALTAIR = re.compile(r"vegaEmbed|vega-lite|vega-embed")
_SPECIFICATION = re.compile(r"(?:\}\)\(|\bspec\s*=\s*)(?=\{)")
_BOKEH = re.compile(r"docs_json\s*=\s*(?=[{'])")
_MAX_SCRIPT = 60_000_000
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart.

    Attributes:
        library: ``vega`` or ``bokeh``.
        parts: Which parts of it draw the chart.
        content: Its specification.
    """

    library: str
    parts: tuple[str, ...]
    content: Mapping[str, Any]


def drawing_of(data: Mapping[str, Any]) -> Drawing | None:
    """The chart of an output; None where it holds none."""
    for mime, value in data.items():
        found = _VEGA.fullmatch(str(mime))
        if found and isinstance(value, Mapping):
            return _vega(value)
    for mime in ("text/html", "application/javascript", "application/vnd.bokehjs_exec.v0+json"):
        source = text_of(data.get(mime) or "")
        if not source or len(source) > _MAX_SCRIPT:
            continue
        if _ALTAIR.search(source) and (spec := _object_after(source, _SPECIFICATION)) is not None:
            return _vega(spec)
        if (docs := _object_after(source, _BOKEH)) is not None:
            return Drawing("bokeh", ("bokeh", "bokeh-widgets", "bokeh-tables"), docs)
    return None


def drawing_html(drawing: Drawing, picture: Markup) -> Markup:
    """A chart in the page, drawn by the page's script.

    Args:
        drawing: The chart.
        picture: The picture that the notebook holds of it.
    """
    name = "Vega" if drawing.library == "vega" else "Bokeh"
    if drawing.library == "vega" and (address := _elsewhere(drawing.content)):
        return picture or left_out(f"A chart was left out: its data are elsewhere ({address}).")
    words = f"Chart of {name}{f': {title}' if (title := _title(drawing.content)) else ''}."
    try:
        content = script_json(drawing.content)
    except (TypeError, ValueError, RecursionError):
        return left_out("A chart was left out: its data cannot be read.")
    if len(content) > MAX_FIGURE:
        return left_out(f"A chart of {human_size(len(content))} was left out.")
    return canvas_html(drawing.library, content, words, drawing.parts, 300, picture)


def _vega(spec: Mapping[str, Any]) -> Drawing:
    whole = "vega-lite" in str(spec.get("$schema", "")) or not isinstance(spec.get("marks"), list)
    return Drawing("vega", ("vega", "vega-lite" if whole else "vega", "vega-interpreter"), spec)


def _elsewhere(spec: Any, depth: int = 0) -> str:
    """Where a chart would load its data from; empty where it holds them itself."""
    parts = list(spec.items()) if isinstance(spec, Mapping) else [("", part) for part in spec]
    for name, part in parts:
        for data in part if isinstance(part, list) else [part]:
            url = data.get("url") if name == "data" and isinstance(data, Mapping) else None
            if isinstance(url, str) and not url.startswith("data:"):
                return one_line(url, 120)
        known = name in {"values", "datasets"} or depth > _MAX_DEPTH
        if isinstance(part, Mapping | list) and not known and (found := _elsewhere(part, depth + 1)):
            return found
    return ""


def _object_after(source: str, mark: re.Pattern[str]) -> Mapping[str, Any] | None:
    """The JSON object that stands in a script behind a mark."""
    for match in mark.finditer(source):
        try:
            found, _ = json.JSONDecoder().raw_decode(source, match.end())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, Mapping) and found:
            return found
    return None


def _title(spec: Mapping[str, Any]) -> str:
    title = spec.get("title")
    title = title.get("text") if isinstance(title, Mapping) else title
    title = " ".join(map(str, title)) if isinstance(title, list) else title
    return one_line(title, 200) if isinstance(title, str) else ""
