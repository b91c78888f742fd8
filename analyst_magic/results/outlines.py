"""Outlines of maps, as TopoJSON, which Plotly would fetch from a server.

The files are copied by the build of the side panel (``labextension/outlines.js``), at the scales of 1:110 and 1:50
million. A part of the world of which there is no file is cut from those of the world. Where there are no files at all,
points are drawn on an empty map.
"""

from __future__ import annotations

import base64
import json
import lzma
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "report" / "outlines"
SCOPES = (
    "world", "africa", "antarctica", "asia", "europe", "north america", "oceania", "south america", "usa",
)  # fmt: skip
TRACES = ("scattergeo", "choropleth")
"""The types of trace that are drawn on outlines."""

_LAYERS = ("coastlines", "countries", "lakes", "land", "ocean", "rivers", "subunits")
NO_OUTLINES = {
    "type": "Topology",
    "arcs": [],
    "objects": {layer: {"type": "GeometryCollection", "geometries": []} for layer in _LAYERS},
}
"""Outlines on which there is nothing."""

_SCOPE = re.compile(rf'"({"|".join(SCOPES)})"')
_FINE = re.compile(r'resolution"[:,]\s*"?50\b')  # also as an argument of a button: "geo.resolution", 50


def path_of(scope: str, scale: str = "110m") -> Path:
    """The file of a part of the world; it can be missing.

    Args:
        scope: The part of the world, as Plotly names it.
        scale: ``110m`` for 1:110 million, ``50m`` for 1:50 million.
    """
    return FOLDER / f"{scope.replace(' ', '-')}_{scale}.json.xz"


def outlines_of(scope: str, scale: str = "110m") -> bytes | None:
    """The outlines of a part of the world, as JSON; None where there is no file of them.

    Args:
        scope, scale: As for ``path_of``.
    """
    path = path_of(scope, scale)
    return lzma.decompress(path.read_bytes()) if path.exists() else None


def scale_of(figures: str) -> str:
    """The scale of the outlines that maps ask for: the finer one, where one of them asks for it.

    Args:
        figures: The JSON of the figures, or text that holds it.

    Example:
        >>> scale_of('{"layout": {"geo": {"resolution": 50}}}'), scale_of('{"layout": {}}')
        ('50m', '110m')
    """
    return "50m" if _FINE.search(figures) and path_of("world", "50m").exists() else "110m"


def address(figure: Mapping[str, Any]) -> str:
    """Where Plotly gets the outlines of a figure: an address that holds them, so that no host is asked.

    Plotly appends the name of a file to it, which the ``#`` at its end makes meaningless. So there is one file for all
    maps of the figure: that of the one part of the world that it shows, else that of the world.

    Args:
        figure: Plotly JSON that has passed the firewall.
    """
    if not _has_outlines(figure):
        return _held("", "")
    shown = json.dumps([figure.get("layout"), figure.get("frames")]).replace("albers usa", "usa")
    scopes, scale = set(_SCOPE.findall(shown)), scale_of(shown)
    scope = scopes.pop() if len(scopes) == 1 else "world"
    return _held(scope if path_of(scope, scale).exists() else "world", scale)


def _has_outlines(figure: Mapping[str, Any]) -> bool:
    parts = [figure, *(figure.get("frames") or [])]
    return any(trace.get("type") in TRACES for part in parts for trace in part.get("data") or [])


@cache
def _held(scope: str, scale: str) -> str:
    data = (outlines_of(scope, scale) if scope else None) or json.dumps(NO_OUTLINES).encode()
    return f"data:application/json;base64,{base64.b64encode(data).decode('ascii')}#"
