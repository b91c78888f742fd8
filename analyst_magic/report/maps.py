"""What a page with figures has to know before it draws: their configuration, and the outlines of maps.

Plotly would fetch outlines from a server. A page holds those that its figures use; a part of the world of which there
is no file is cut from those of the world. Where there are no files at all, points are drawn on an empty map. The files
are copied by the build of the side panel (``labextension/outlines.js``).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from ..results.figure import CONFIG, NO_OUTLINES

OUTLINES = Path(__file__).parent / "outlines"
SCOPES = (
    "world", "africa", "antarctica", "asia", "europe", "north america", "oceania", "south america", "usa",
)  # fmt: skip
_ON_A_MAP = re.compile(r'"(?:scattergeo|choropleth)"')


def figure_settings(figures: str) -> str:
    """A script that sets ``FIGURE_CONFIG``, and ``PlotlyGeoAssets`` for figures that are maps.

    Args:
        figures: The JSON of the figures, or text that holds it.
    """
    script = f"globalThis.FIGURE_CONFIG = {json.dumps(CONFIG)};\n"
    if not _ON_A_MAP.search(figures):
        return script
    used = [scope for scope in SCOPES if scope == "world" or f'"{scope}"' in figures]
    files = {scope: OUTLINES / f"{scope.replace(' ', '-')}_110m.json" for scope in used}
    outlines = {scope: json.loads(path.read_text("utf-8")) for scope, path in files.items() if path.exists()}
    return script + (
        "globalThis.PlotlyGeoAssets = {topojson: {}};\n"
        f"(outlines => {{ for (const scope of {json.dumps(SCOPES)}) for (const scale of ['110m', '50m'])\n"
        "  PlotlyGeoAssets.topojson[`${scope.replace(' ', '-')}_${scale}`] = outlines[scope] ?? outlines.world;\n"
        f"}})({json.dumps({'world': NO_OUTLINES, **outlines}, separators=(',', ':'))});\n"
    )
