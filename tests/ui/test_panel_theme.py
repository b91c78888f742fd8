"""Figures of the panel on a dark page."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, expect

from .panel import PanelInPage


def brightness(locator: Locator) -> float:
    """The median brightness of what is on the screen there, from 0 (black) to 255."""
    values = sorted(Image.open(io.BytesIO(locator.screenshot())).convert("L").get_flattened_data())
    return float(values[len(values) // 2])


def use_theme(shown: PanelInPage, name: str) -> None:
    shown.page.evaluate(
        "theme => void jupyterapp.commands.execute('apputils:change-theme', {theme})", f"JupyterLab {name}"
    )
    expect(shown.page.locator("body")).to_have_attribute("data-jp-theme-light", "true" if name == "Light" else "false")


def test_a_figure_goes_dark_with_the_page_and_its_letters_can_be_read(browser: Browser, lab: tuple[str, Path]) -> None:
    shown = PanelInPage(browser, lab, "dark.ipynb")
    shown.connected()
    turn = shown.ask("total revenue by region as a bar chart")
    shown.answered(turn)
    figure = turn.locator(".js-plotly-plot .main-svg").first
    letters = turn.locator(".js-plotly-plot .xtick text").first
    expect(letters).to_be_visible(timeout=30_000)
    assert brightness(figure) > 230
    use_theme(shown, "Dark")
    expect(letters).to_have_css("fill", "rgb(255, 255, 255)")
    assert brightness(figure) < 60
    use_theme(shown, "Light")
    expect(letters).not_to_have_css("fill", "rgb(255, 255, 255)")
    assert brightness(figure) > 230
    shown.close()
