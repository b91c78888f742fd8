"""Text that Plotly draws letter by letter looks, in a real browser, as it does without the firewall."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import plotly
import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from analyst_magic.sandbox.firewall.plotly import figure as checked

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
LABELS = ["<a x", "under <b and c", "i < j", "R&D"]
POINTS = {"x": [1, 2, 3, 4], "y": [1, 2, 3, 4], "text": LABELS, "mode": "markers+text", "textposition": "top center"}
AXIS = {"title": {"text": "grade <a or b"}, "tickvals": [1, 4], "ticktext": ["<b x", "<sub y"], "range": [0, 5]}
SCENE = {"xaxis": AXIS, "yaxis": {**AXIS, "tickprefix": "<i ", "ticktext": None}, "zaxis": {"title": {"text": "z"}}}
FIGURES = {
    "scatter3d": {"data": [{**POINTS, "type": "scatter3d", "z": [1, 2, 1, 2]}], "layout": {"scene": SCENE}},
    "scattergl": {"data": [{**POINTS, "type": "scattergl"}], "layout": {"xaxis": {"range": [0, 5]}}},
    "parcats": {"data": [{"type": "parcats", "dimensions": [{"label": "<a x", "values": ["<a y", "c", "c"]}]}]},
}


def drawn(browser: Browser, figure: dict[str, Any]) -> Image.Image:
    """The picture of a figure."""
    page = browser.new_page(viewport={"width": 700, "height": 500})
    try:
        page.set_content('<div id="figure" style="width:700px;height:500px"></div>')
        page.add_script_tag(path=PLOTLY)
        layout = {"width": 700, "height": 500, "margin": {"l": 60, "r": 10, "t": 30, "b": 40}, **figure["layout"]}
        config = {"displayModeBar": False}
        page.evaluate(
            f"Plotly.newPlot('figure', {json.dumps(figure['data'])}, {json.dumps(layout)}, {json.dumps(config)})"
        )
        page.wait_for_function("document.querySelectorAll('#figure .main-svg').length")
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    finally:
        page.close()


@pytest.mark.parametrize("name", FIGURES)
def test_text_that_is_drawn_letter_by_letter_looks_as_in_a_direct_run(browser: Browser, name: str) -> None:
    figure = {"layout": {}, **FIGURES[name]}
    direct = drawn(browser, figure)
    shown = drawn(browser, checked(json.loads(json.dumps(figure)))[0])
    assert len(set(direct.get_flattened_data())) > 20  # something is drawn
    difference = ImageChops.difference(direct, shown)
    changed = sum(pixel != (0, 0, 0) for pixel in difference.get_flattened_data())
    assert changed < 50
