"""Every type of trace that Plotly knows has coloured pixels in every format of report."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser
from pypdf import PdfReader
from sample_notebooks import code, display, markdown, write
from trace_samples import TRACES

from analyst_magic.drawing import bundles
from analyst_magic.drawing.figures import plot_of
from analyst_magic.drawing.page import bare_page
from analyst_magic.report.export import export
from analyst_magic.results import Figure

from .waiting import wait_until


def figures(height: int = 400) -> dict[str, Figure]:
    """A figure of each type, with nothing in colour but its traces, and two whose WebGL cannot be spared."""
    found = {}
    for kind, traces in sorted(TRACES.items()):
        data = [{"type": kind, **trace} for trace in traces]
        found[kind] = Figure({"data": data, "layout": {"template": {}, "height": height, "showlegend": False}})
    many = np.random.default_rng(0).normal(size=(2, 30_000)).round(3).tolist()
    for kind, names in (("scattergl", "xy"), ("scatterpolargl", ("r", "theta"))):
        trace = {"type": kind, "mode": "markers", **dict(zip(names, many, strict=True))}
        found[f"{kind} of 30,000 points"] = Figure({"data": [trace], "layout": {"template": {}, "height": height}})
    return found


def coloured(picture: Image.Image) -> int:
    """How many pixels of a picture are neither white nor grey."""
    channels = np.asarray(picture.convert("RGB")).astype(int)
    return int((channels.max(axis=2) - channels.min(axis=2) > 60).sum())


def notebook(folder: Path, kinds: dict[str, Figure]) -> Path:
    cells = [cell for kind, shown in kinds.items() for cell in (markdown(f"## {kind}"), code("1", display(shown)))]
    return write(folder / "traces.ipynb", *cells)


def test_there_is_a_figure_of_every_type() -> None:
    assert set(TRACES) == {*bundles.TRACES, "scattermap", "choroplethmap", "densitymap"}


@pytest.mark.parametrize("kind", sorted(bundles.TRACES))
def test_a_trace_is_drawn_by_the_script_that_is_made_for_it_alone(kind: str, browser: Browser) -> None:
    plot = plot_of({"data": [{"type": kind, **trace} for trace in TRACES[kind]], "layout": {"template": {}}})
    assert plot is not None
    page = browser.new_page(viewport={"width": 800, "height": 600})
    page.set_content(bare_page([plot]))
    page.evaluate("async figure => { await Plotly.newPlot('canvas', figure); }", json.loads(plot.json))
    assert coloured(Image.open(io.BytesIO(page.locator("#canvas").screenshot()))) >= 60
    page.close()


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
        wait_until(page, f"!('frozen' in document.querySelectorAll('figure.plot')[{number}].dataset)", seconds=90)
        if coloured(Image.open(io.BytesIO(shown.screenshot()))) < 60:
            empty.append(kind)
    page.close()
    assert empty == []


def test_every_trace_is_on_paper(tmp_path: Path, browser: Browser) -> None:
    kinds = figures(height=800)
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
