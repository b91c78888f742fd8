"""Every type of trace that Plotly knows has coloured pixels in every format of report."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser
from pypdf import PdfReader
from sample_notebooks import code, display, markdown, write

from analyst_magic.report.bundles import PLOTLY
from analyst_magic.report.export import export
from analyst_magic.results import Figure

from .waiting import wait_until

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


def figures() -> dict[str, Figure]:
    """A figure of each type, with nothing in colour but its traces, and two whose WebGL cannot be spared."""
    found = {}
    for kind, traces in sorted(TRACES.items()):
        data = [{"type": kind, **trace} for trace in traces]
        found[kind] = Figure({"data": data, "layout": {"template": {}, "height": 800, "showlegend": False}})
    many = np.random.default_rng(0).normal(size=(2, 30_000)).round(3).tolist()
    for kind, names in (("scattergl", "xy"), ("scatterpolargl", ("r", "theta"))):
        trace = {"type": kind, "mode": "markers", **dict(zip(names, many, strict=True))}
        found[f"{kind} of 30,000 points"] = Figure({"data": [trace], "layout": {"template": {}, "height": 800}})
    return found


def coloured(picture: Image.Image) -> int:
    """How many pixels of a picture are neither white nor grey."""
    channels = np.asarray(picture.convert("RGB")).astype(int)
    return int((channels.max(axis=2) - channels.min(axis=2) > 60).sum())


def notebook(folder: Path, kinds: dict[str, Figure]) -> Path:
    cells = [cell for kind, shown in kinds.items() for cell in (markdown(f"## {kind}"), code("1", display(shown)))]
    return write(folder / "traces.ipynb", *cells)


def test_there_is_a_figure_of_every_type() -> None:
    assert set(TRACES) == PLOTLY["plotly-strict"]


def test_every_trace_is_on_the_page(tmp_path: Path, browser: Browser) -> None:
    kinds = figures()
    report = export(notebook(tmp_path, kinds))
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto(report.as_uri())
    page.wait_for_selector("figure.plot:not([data-drawn])", state="detached", timeout=300_000)
    empty = []
    for number, kind in enumerate(kinds):
        shown = page.locator("figure.plot").nth(number)
        shown.scroll_into_view_if_needed()
        wait_until(page, f"!('frozen' in document.querySelectorAll('figure.plot')[{number}].dataset)")
        if coloured(Image.open(io.BytesIO(shown.screenshot()))) < 60:
            empty.append(kind)
    page.close()
    assert empty == []


def test_every_trace_is_on_paper(tmp_path: Path, browser: Browser) -> None:
    kinds = figures()
    report = export(notebook(tmp_path, kinds), "pdf")
    if shutil.which("pdftoppm") is None:
        pytest.skip("poppler-utils (pdftoppm) are needed to look at the pages.")
    subprocess.run(["pdftoppm", "-r", "60", "-png", str(report), str(tmp_path / "page")], check=True, timeout=300)
    pages = [coloured(Image.open(page)) for page in sorted(tmp_path.glob("page*.png"))]
    texts = [page.extract_text() for page in PdfReader(report).pages]
    drawn = {  # a figure of that height has a page of its own, below its heading
        text.partition("\n")[0]
        for text, pixels in zip(texts, pages, strict=True)
        if pixels > 40 and "\nContents\n" not in text
    }
    assert set(kinds) - drawn == set()


@pytest.mark.parametrize("to", ["docx", "pptx"])
def test_every_trace_is_in_an_office_file(to: str, tmp_path: Path, browser: Browser) -> None:
    kinds = figures()
    with zipfile.ZipFile(export(notebook(tmp_path, kinds), to)) as parts:
        pictures = {name: Image.open(io.BytesIO(parts.read(name))) for name in parts.namelist() if "/media/" in name}
        bodies = [name for name in parts.namelist() if re.fullmatch(r"word/document.xml|ppt/slides/slide\d+.xml", name)]
        shown = sum(parts.read(name).count(b"<a:blip ") for name in bodies)
    assert [name for name, picture in pictures.items() if coloured(picture) <= 150] == []
    assert shown == len(kinds)  # two that look the same share a picture
