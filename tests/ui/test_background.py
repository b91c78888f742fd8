"""Questions in the background, in JupyterLab: the cell is over at once, has buttons, and fills in."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, expect

from .conftest import run_all

CELLS = (
    "%load_ext analyst_magic\nimport pandas as pd\n"
    "sales = pd.DataFrame({'region': ['north', 'south'], 'revenue': [10.0, 20.0]})",
    "%%analyst --background --confirm\ntotal revenue by region as a bar chart",
    "print('the cell after it has run')",
)


def test_code_is_confirmed_by_a_button_and_the_chart_appears_in_the_cell_that_asked(
    browser: Browser, lab: tuple[str, Path]
) -> None:
    address, folder = lab
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = new_notebook(cells=list(map(new_code_cell, CELLS)), metadata=kernel)
    nbformat.write(notebook, folder / "background.ipynb")
    page = browser.new_page(viewport={"width": 1200, "height": 1400})
    try:
        page.goto(f"{address}lab/tree/background.ipynb?token=secret")
        run_all(page)
        cells = page.locator(".jp-Notebook .jp-Cell")
        expect(cells.nth(2)).to_contain_text("the cell after it has run", timeout=60_000)
        expect(cells.nth(1)).to_contain_text("SUM(revenue)", timeout=60_000)
        cells.nth(1).get_by_role("button", name="Edit").click()
        code = cells.nth(1).locator("textarea")
        expect(code).to_be_visible()
        assert "SUM(revenue)" in code.input_value()
        assert cells.nth(1).locator(".js-plotly-plot").count() == 0
        code.fill(code.input_value().replace("Total revenue by region", "As it was edited"))
        page.screenshot(path=folder / "confirm.png")
        cells.nth(1).get_by_role("button", name="Run").click()
        expect(cells.nth(1).locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=60_000)
        expect(cells.nth(1)).to_contain_text("As it was edited")
        expect(cells.nth(1).get_by_role("button", name="Run")).to_have_count(0)
        page.screenshot(path=folder / "answered.png")
    finally:
        page.close()
