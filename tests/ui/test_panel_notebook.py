"""The side panel in Notebook 7."""

from __future__ import annotations

from pathlib import Path

import serving
from playwright.sync_api import Browser, expect

from .panel import PanelInPage


def test_the_panel_answers_in_notebook_7_and_its_answer_becomes_a_cell_that_stops(
    browser: Browser, tmp_path: Path
) -> None:
    folder, runtime = tmp_path / "root", tmp_path / "runtime"
    folder.mkdir()
    runtime.mkdir()
    options = "--JupyterNotebookApp.expose_app_in_browser=True"
    environment = {"ANALYST_SPARES": "0", "ANALYST_MODEL": "offline"}
    with serving.jupyter("notebook", folder, runtime, tmp_path / "server.log", options, **environment) as url:
        shown = PanelInPage(browser, (url, folder), "seven.ipynb", place="notebooks")
        shown.connected()
        expect(shown.page.locator(".jp-NotebookPanel-toolbar [data-command='analyst-magic:open']")).to_be_visible()
        turn = shown.ask("total revenue by region as a bar chart")
        shown.answered(turn)
        expect(turn.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=30_000)
        turn.get_by_role("button", name="Insert", exact=True).click()
        expect(shown.cell(2)).to_contain_text("total revenue by region")
        shown.page.evaluate(
            "() => { const { content } = jupyterapp.shell.currentWidget;"
            "content.activeCell.model.sharedModel.setSource('%%analyst\\nPYTHON:\\nwhile True: pass'); }"
        )
        shown.command("notebook:run-cell")
        shown.cell(2).get_by_role("button", name="Stop").click(timeout=60_000)
        expect(shown.cell(2)).to_contain_text("Stopped after", timeout=30_000)
        shown.close()
