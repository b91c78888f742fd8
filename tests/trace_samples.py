"""Data with which a trace of each type that Plotly knows draws something."""

from __future__ import annotations

from typing import Any

XY = {"x": [1, 2, 3, 4], "y": [2, 4, 1, 3]}
GRID: dict[str, Any] = {"z": [[1, 5, 3], [4, 2, 6], [3, 1, 5]]}
WORDS = {"labels": ["a", "b", "c"], "parents": ["", "a", "a"], "values": [3, 1, 2]}
SPACE = {"x": [0, 1, 2, 0], "y": [0, 0, 1, 2], "z": [0, 2, 0, 1]}
FLOW = {"x": [0, 1, 2], "y": [0, 1, 0], "z": [0, 1, 2], "u": [1, 2, 1], "v": [1, 0, 1], "w": [1, 1, 2]}
CUBE: dict[str, Any] = {
    "x": [0, 0, 0, 0, 1, 1, 1, 1], "y": [0, 0, 1, 1, 0, 0, 1, 1], "z": [0, 1] * 4, "value": [1, 2, 3, 4, 5, 6, 7, 8],
}  # fmt: skip
STOCK = {"x": ["2026-01-01", "2026-01-02"], "open": [1, 2], "high": [4, 5], "low": [0, 1], "close": [3, 1]}
CARPET = {"a": [4, 4, 4, 5, 5, 5, 6, 6, 6], "b": [1, 2, 3] * 3, "y": [2, 3, 4, 3, 4, 5, 5, 6, 7], "color": "#d62728"}
AREA = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "id": "a", "properties": {}, "geometry": {
        "type": "Polygon", "coordinates": [[[10, 50], [10, 45], [5, 45], [5, 50], [10, 50]]]}}],
}  # fmt: skip
DIMENSIONS: dict[str, Any] = {"dimensions": [{"label": "a", "values": [1, 2, 3]}, {"label": "b", "values": [3, 1, 2]}]}
RED = {"marker": {"color": "#d62728", "size": 14}}
TRACES: dict[str, list[dict[str, Any]]] = {
    **{kind: [{**XY, **RED}] for kind in ("scatter", "scattergl")},
    **{kind: [{**XY}] for kind in ("bar", "box", "violin", "histogram", "histogram2d", "histogram2dcontour")},
    **{kind: [GRID] for kind in ("heatmap", "contour", "surface")},
    **{kind: [WORDS] for kind in ("pie", "sunburst", "treemap", "icicle", "funnelarea")},
    **{kind: [{"r": [1, 2, 3], "theta": [10, 120, 240], **RED}] for kind in ("scatterpolar", "scatterpolargl")},
    **{kind: [FLOW] for kind in ("cone", "streamtube", "quiver")},
    **{kind: [CUBE] for kind in ("isosurface", "volume")},
    **{kind: [STOCK] for kind in ("ohlc", "candlestick")},
    **{kind: [{"lat": [48, 52], "lon": [16, 13], **RED}] for kind in ("scattergeo", "scattermap")},
    **{kind: [{**DIMENSIONS, "line": {"color": "#d62728"}}] for kind in ("parcoords", "parcats")},
    "barpolar": [{"r": [1, 2, 3], "theta": [10, 120, 240]}],
    "carpet": [CARPET],
    "choropleth": [{"locations": ["FRA", "BRA"], "z": [1, 2]}],
    "choroplethmap": [{"geojson": AREA, "locations": ["a"], "z": [1]}],
    "contourcarpet": [{**CARPET, "type": "carpet"}, {"a": [4, 4, 6, 6], "b": [1, 3] * 2, "z": [1, 2, 3, 4]}],
    "densitymap": [{"lat": [48, 52], "lon": [16, 13], "z": [1, 2]}],
    "funnel": [{"x": [3, 2], "y": ["a", "b"]}],
    "image": [{"z": [[[200, 30, 30], [30, 30, 200]]]}],
    "indicator": [{"mode": "gauge+number", "value": 7, "gauge": {"bar": {"color": "#d62728"}}}],
    "mesh3d": [{**SPACE, "color": "#d62728"}],
    "sankey": [{"node": {"label": ["a", "b"], "color": "red"}, "link": {"source": [0], "target": [1], "value": [1]}}],
    "scatter3d": [{**SPACE, **RED, "mode": "markers"}],
    "scattercarpet": [{**CARPET, "type": "carpet"}, {"a": [4.5, 5], "b": [2, 2], **RED}],
    "scattersmith": [{"real": [0.5, 1], "imag": [0.5, 1], **RED}],
    "scatterternary": [{"a": [1, 2], "b": [2, 1], "c": [1, 1], "mode": "markers", **RED}],
    "splom": [{**DIMENSIONS, **RED}],
    "table": [{"header": {"values": ["a"], "fill": {"color": "#d62728"}}, "cells": {"values": [["x"]]}}],
    "waterfall": [{"x": ["a", "b"], "y": [3, -1]}],
}  # fmt: skip
