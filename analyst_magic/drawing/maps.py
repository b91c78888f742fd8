"""What a page with figures has to know before it draws: their configuration, and the outlines of the maps on it."""

from __future__ import annotations

import json
import re

from ..results.figure import CONFIG
from ..results.figure_language import language_config
from ..results.outlines import NO_OUTLINES, SCOPES, TRACES, outlines_of, scale_of

_ON_A_MAP = re.compile(rf'"(?:{"|".join(TRACES)})"')


def figure_settings(figures: str) -> str:
    """A script that sets ``FIGURE_CONFIG``, and ``PlotlyGeoAssets`` for figures that are maps.

    Args:
        figures: The JSON of the figures, or text that holds it.
    """
    script = f"globalThis.FIGURE_CONFIG = {json.dumps({**CONFIG, **language_config()})};\n"
    if not _ON_A_MAP.search(figures):
        return script
    used, scale = [scope for scope in SCOPES if scope == "world" or f'"{scope}"' in figures], scale_of(figures)
    files = {scope: outlines_of(scope, scale) for scope in used}
    outlines = {scope: json.loads(data) for scope, data in files.items() if data is not None}
    return script + (
        "globalThis.PlotlyGeoAssets = {topojson: {}};\n"
        f"(outlines => {{ for (const scope of {json.dumps(SCOPES)}) for (const scale of ['110m', '50m'])\n"
        "  PlotlyGeoAssets.topojson[`${scope.replace(' ', '-')}_${scale}`] = outlines[scope] ?? outlines.world;\n"
        f"}})({json.dumps({'world': NO_OUTLINES, **outlines}, separators=(',', ':'))});\n"
    )
