"""Figures in the panel: on a dark page, in another width, and after the browser took their WebGL context."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Locator, expect

from .panel import PanelInPage

POINTS = (
    "PYTHON: import numpy as np, plotly.graph_objects as go\n"
    "x = np.arange(20_000); go.Figure(go.Scattergl(x=x, y=np.sin(x / 900), mode='markers', marker_color='#d62728'))"
)
LOSE = """figure => { for (const canvas of figure.querySelectorAll('canvas'))
  canvas.getContext('webgl')?.getExtension('WEBGL_lose_context')?.loseContext(); }"""


def picture(locator: Locator) -> Image.Image:
    """What is on the screen there."""
    return Image.open(io.BytesIO(locator.screenshot()))


def brightness(locator: Locator) -> float:
    """The median brightness of what is on the screen there, from 0 (black) to 255."""
    values = sorted(picture(locator).convert("L").get_flattened_data())
    return float(values[len(values) // 2])


def use_theme(shown: PanelInPage, name: str) -> None:
    shown.page.evaluate(
        "async theme => { await jupyterapp.commands.execute('apputils:change-theme', {theme}); }", f"JupyterLab {name}"
    )
    expect(shown.page.locator("body")).to_have_attribute("data-jp-theme-light", "true" if name == "Light" else "false")
    expect(shown.page.locator("#jupyterlab-splash")).to_have_count(0)  # it covers the page while a theme changes


def test_a_figure_goes_dark_with_the_page_and_its_letters_can_be_read(opened: PanelInPage) -> None:
    turn = opened.ask("total revenue by region as a bar chart")
    opened.answered(turn)
    figure = turn.locator(".js-plotly-plot .main-svg").first
    letters = turn.locator(".js-plotly-plot .xtick text").first
    expect(letters).to_be_visible(timeout=30_000)
    assert brightness(figure) > 230
    use_theme(opened, "Dark")
    expect(letters).to_have_css("fill", "rgb(255, 255, 255)")
    assert brightness(figure) < 60
    use_theme(opened, "Light")
    expect(letters).not_to_have_css("fill", "rgb(255, 255, 255)")
    assert brightness(figure) > 230


def test_a_figure_takes_the_width_that_the_panel_gets_and_its_legend_covers_nothing(opened: PanelInPage) -> None:
    turn = opened.ask("PYTHON: import plotly.express as px; px.bar(sales, x='region', y='revenue', color='region')")
    opened.answered(turn)
    figure = turn.locator(".js-plotly-plot .main-svg").first
    expect(figure).to_be_visible(timeout=30_000)
    narrow = figure.bounding_box()["width"]
    box = opened.page.locator(".lm-SplitPanel-handle:visible").last.bounding_box()
    opened.page.mouse.move(box["x"] + 1, box["y"] + 300)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] - 250, box["y"] + 300, steps=5)
    opened.page.mouse.up()
    opened.page.wait_for_function(
        "least => document.querySelector('#analyst-magic-panel .main-svg').getBoundingClientRect().width > least",
        arg=narrow + 200,
    )
    place = turn.locator(".am-Result").first.bounding_box()
    assert figure.bounding_box()["width"] <= place["width"]
    legend, name = (turn.locator(part).first.bounding_box() for part in (".legend", ".g-xtitle"))
    assert name["y"] + name["height"] <= legend["y"]
    assert legend["y"] + legend["height"] <= place["y"] + place["height"] + 1


def test_a_figure_whose_graphics_the_browser_took_is_drawn_again(opened: PanelInPage) -> None:
    turn = opened.ask(POINTS)
    opened.answered(turn)
    figure = turn.locator(".js-plotly-plot")
    expect(figure.locator("canvas").first).to_be_visible(timeout=30_000)
    assert _red(figure) > 200
    figure.evaluate("node => { node.dataset.first = 'yes'; }")
    figure.evaluate(LOSE)
    expect(turn.locator(".js-plotly-plot:not([data-first]) canvas").first).to_be_visible(timeout=30_000)
    assert _red(turn.locator(".js-plotly-plot")) > 200


def _red(figure: Locator) -> int:
    """How many pixels have the colour of the points."""
    pixels = picture(figure).convert("RGB").get_flattened_data()
    return sum(abs(r - 214) < 40 and abs(g - 39) < 40 and abs(b - 40) < 40 for r, g, b in pixels)
