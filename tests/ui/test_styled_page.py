"""A styled table in a real JupyterLab: in a cell's output and in the panel, on a light page and on a dark one."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from .panel import LOAD, SALES, PanelInPage
from .test_panel_figure import use_theme

STYLED = (
    "PYTHON: import pandas as pd\n"
    "df = pd.DataFrame({'region': ['north', 'south', 'east'], 'growth': [0.125, -0.5, 0.25], 'n': [1, 2, 3]})\n"
    "(df.style.map(lambda v: 'color: red' if v < 0 else 'color: black', subset=['growth'])\n"
    " .background_gradient(subset=['n'], cmap='Blues').format('{:.1%}', subset=['growth']))"
)


def brightness(cell: Locator) -> float:
    """The brightness of a cell's text, from 0 to 255."""
    found = cell.evaluate("cell => getComputedStyle(cell).color.match(/[0-9]+/g).slice(0, 3).map(Number)")
    return float(sum(found) / 3)


@pytest.mark.docker
def test_a_styled_table_has_its_colours_in_a_cell_and_in_the_panel(browser: Browser, lab: tuple[str, Path]) -> None:
    shown = PanelInPage(browser, lab, "styled.ipynb", (LOAD, f"%%analyst\n{STYLED}", SALES))
    shown.connected()
    turn = shown.ask(STYLED)
    shown.answered(turn)
    for theme in ("Light", "Dark"):
        use_theme(shown, theme)
        for table in (shown.cell(1).locator(".jp-OutputArea-output table"), turn.locator(".am-Grid-table")):
            expect(table.locator("td").filter(has_text="-50.0%")).to_have_css("color", "rgb(255, 0, 0)")
            lightest = table.locator("tr").filter(has_text="north").locator("td:not(.am-mod-place)").nth(2)
            expect(lightest).to_have_css("background-color", "rgb(247, 251, 255)")
            expect(lightest).to_have_css("color", "rgb(0, 0, 0)")
            black = brightness(
                table.locator("td").filter(has_text="12.5%")
            )  # the code's black is the page's own colour
            assert black < 60 if theme == "Light" else black > 200
    shown.close()
