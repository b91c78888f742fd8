"""Maps in a front end that knows nothing of Analyst Magic: Plotly alone draws what a cell's output holds, offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import plotly
import plotly.express as px
import pytest
from playwright.sync_api import Browser

from analyst_magic.results.figure import MIME, Figure
from analyst_magic.results.outlines import path_of
from analyst_magic.sandbox.firewall.plotly import figure as checked

OUTLINED = """() => [...document.querySelectorAll('.geo')].every(map =>
  [...map.querySelectorAll('.layer path')].some(path => path.getAttribute('d')?.length > 500))"""
LENGTH = """() => [...document.querySelectorAll('.geo .layer path')].reduce(
  (sum, path) => sum + (path.getAttribute('d')?.length ?? 0), 0)"""
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
MAPS: dict[str, tuple[Any, int]] = {
    "choropleth of the world": (lambda: px.choropleth(locations=["FRA", "BRA"], color=[1, 2]), 2),
    "points in Europe": (lambda: px.scatter_geo(lat=[38, 62], lon=[-8, 30], scope="europe"), 0),
    "states": (
        lambda: px.choropleth(locations=["CA", "TX"], locationmode="USA-states", color=[1, 2], scope="usa"),
        2,
    ),
    "two parts of the world": (
        lambda: {
            "data": [
                {"type": "choropleth", "locations": ["FRA"], "z": [1], "geo": "geo"},
                {"type": "choropleth", "locations": ["TX"], "locationmode": "USA-states", "z": [1], "geo": "geo2"},
            ],
            "layout": {"geo": {"scope": "europe", "domain": {"x": [0, 0.5]}},
                       "geo2": {"scope": "usa", "domain": {"x": [0.5, 1]}}},
        },
        2,
    ),
}  # fmt: skip


@pytest.mark.skipif(not path_of("world").exists(), reason="The panel is not built: make panel copies the outlines.")
@pytest.mark.parametrize("name", MAPS)
def test_a_map_has_its_outlines_in_any_front_end(browser: Browser, name: str) -> None:
    make, places = MAPS[name]
    made = make()
    content = json.loads(made.to_json()) if hasattr(made, "to_json") else made
    bundle = Figure(checked(content)[0])._repr_mimebundle_()[MIME]
    page = browser.new_page(viewport={"width": 700, "height": 500})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.set_content('<div id="figure" style="width:700px;height:500px"></div>')
        page.add_script_tag(path=PLOTLY)
        page.evaluate("f => Plotly.newPlot('figure', f.data, f.layout, f.config)", bundle)
        page.wait_for_function(OUTLINED)
        drawn = "[...document.querySelectorAll('.choroplethlayer path')].filter(path => path.getAttribute('d')).length"
        assert page.evaluate(drawn) == places
    finally:
        page.close()
    assert [url for url in asked if not url.startswith("data:")] == []


@pytest.mark.skipif(
    not path_of("world", "50m").exists(), reason="The panel is not built: make panel copies the outlines."
)
@pytest.mark.parametrize("scope", ["world", "europe", "oceania", "north america", "usa"])
def test_a_map_that_asks_for_finer_outlines_gets_them(browser: Browser, scope: str) -> None:
    drawn = []
    for geo in ({}, {"resolution": 50}):
        made = px.scatter_geo(lat=[0], lon=[0]).update_geos(scope=scope, fitbounds=False, **geo)
        figure, notes = checked(json.loads(made.to_json()))
        page = browser.new_page(viewport={"width": 700, "height": 500})
        page.route("**/*", lambda route: route.abort())
        try:
            page.set_content('<div id="figure" style="width:700px;height:500px"></div>')
            page.add_script_tag(path=PLOTLY)
            page.evaluate(
                "f => Plotly.newPlot('figure', f.data, f.layout, f.config)", Figure(figure)._repr_mimebundle_()[MIME]
            )
            page.wait_for_function(f"({LENGTH})() > 200")
            drawn.append(page.evaluate(LENGTH))
        finally:
            page.close()
        assert notes == []
    assert drawn[1] > 2 * drawn[0]
