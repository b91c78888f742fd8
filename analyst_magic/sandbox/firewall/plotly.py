"""Plotly figures from the sandbox: JSON of the expected shape, without anything that reaches out of the page."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping
from typing import Any

from ...errors import FirewallError
from .text import clean

MOST_DEPTH = 40
MOST_TRACES = 2_000
MOST_TEXT = 50_000
_TYPES = {"i1", "i2", "i4", "u1", "u2", "u4", "f4", "f8", "int8", "int16", "int32", "uint8", "uint16", "uint32",
          "float32", "float64", "uint8c", "u1c"}  # fmt: skip
_LINKS = re.compile(r"</?\s*a\b[^>]*>?|javascript:|data:text", re.I)
_REMOTE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//|^\s*(?:https?|ftp|file|blob|javascript|mapbox):", re.I)
_OWN_IMAGE = re.compile(r"^data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]*$")
# Attributes whose values are addresses: https://plotly.com/javascript/reference/
_ADDRESSES = {"source", "url", "sourceattribution", "topojsonURL", "accesstoken", "href", "src", "link"}
_MAPS = re.compile(r"^(?:map|mapbox)\d*$")


def figure(value: Any) -> tuple[dict[str, Any], list[str]]:
    """Rebuild a figure from checked parts.

    Returns:
        The figure with ``data``, ``layout`` and, where it has them, ``frames``; and what was left out of it.

    Raises:
        FirewallError: It is not a figure.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("data"), list):
        raise FirewallError("A figure is not the plotly JSON that it claims to be.", "Show a plotly figure.")
    if len(value["data"]) > MOST_TRACES or not all(isinstance(trace, Mapping) for trace in value["data"]):
        raise FirewallError(f"A figure has more than {MOST_TRACES:,} traces, or malformed ones.", "Draw fewer traces.")
    notes: set[str] = set()
    rebuilt: dict[str, Any] = {"data": _walk(value["data"], "data", notes, 0)}
    layout = value.get("layout")
    rebuilt["layout"] = _walk(layout, "layout", notes, 0) if isinstance(layout, Mapping) else {}
    frames = value.get("frames")
    if isinstance(frames, list) and frames:
        rebuilt["frames"] = _walk(frames[:MOST_TRACES], "frames", notes, 0)
    return rebuilt, sorted(notes)


def _walk(value: Any, key: str, notes: set[str], depth: int) -> Any:
    if depth > MOST_DEPTH:
        raise FirewallError("A figure is nested too deeply.", "Show a simpler figure.")
    if isinstance(value, Mapping):
        return _mapping(value, key, notes, depth)
    if isinstance(value, list):
        return [_walk(item, key, notes, depth + 1) for item in value]
    if isinstance(value, str):
        return _text(value, key, notes)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    raise FirewallError("A figure holds a value that JSON does not have.", "Show a plotly figure.")


def _mapping(value: Mapping[Any, Any], key: str, notes: set[str], depth: int) -> dict[str, Any]:
    if "bdata" in value:
        return _typed_array(value)
    rebuilt: dict[str, Any] = {}
    for name, item in value.items():
        if not isinstance(name, str) or name.startswith("__") or name in {"constructor", "prototype", "config"}:
            continue
        if _MAPS.match(name) and isinstance(item, Mapping):
            item = _without_tiles(item, notes)
        rebuilt[clean(name, 500)] = _walk(item, name, notes, depth + 1)
    return rebuilt


def _without_tiles(layout: Mapping[str, Any], notes: set[str]) -> dict[str, Any]:
    """Map tiles come from the network, and what is asked for says what is looked at."""
    notes.add("The background of a map was left out: it would be fetched from the network.")
    kept = {name: item for name, item in layout.items() if name not in {"layers", "accesstoken"}}
    return {**kept, "style": "white-bg"}


def _text(value: str, key: str, notes: set[str]) -> str:
    if key in _ADDRESSES:
        if _OWN_IMAGE.match(value):
            return value
        if _REMOTE.match(value) or value.lstrip().startswith("data:"):
            notes.add("An address in a figure was left out: it would be fetched from the network.")
            return ""
    text = clean(value, MOST_TEXT)
    if _LINKS.search(text):
        notes.add("Links in a figure's text were left out.")
        text = _LINKS.sub("", text)
    return text


def _typed_array(value: Mapping[Any, Any]) -> dict[str, Any]:
    """An array as plotly encodes it: base64 of the numbers, their type, and a shape for more than one dimension."""
    kind, data, shape = value.get("dtype"), value.get("bdata"), value.get("shape")
    if kind not in _TYPES or not isinstance(data, str):
        raise FirewallError("A figure holds an array of an unknown type.", "Convert the values to numbers first.")
    try:
        base64.b64decode(data, validate=True)
    except ValueError:
        raise FirewallError("A figure holds an array that cannot be decoded.", "Show the figure again.") from None
    if shape is None:
        return {"dtype": kind, "bdata": data}
    if not isinstance(shape, str) or not re.fullmatch(r"\s*\d{1,9}\s*(,\s*\d{1,9}\s*){0,2}", shape):
        raise FirewallError("A figure holds an array of an unknown shape.", "Show the figure again.")
    return {"dtype": kind, "bdata": data, "shape": shape}
