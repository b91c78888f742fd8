"""A cell that waits for its answer, in a real page: the stage, the time, and a Stop button."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Locator, expect

from .conftest import run_all

CELLS = ("%load_ext analyst_magic", "%%analyst\nPYTHON:\nwhile True: pass", "print('the cell after it')")


@pytest.mark.parametrize("kernel", ["python3", "older"])
def test_a_cell_that_runs_says_so_and_has_a_button_that_stops_it(
    browser: Browser, lab: tuple[str, Path], kernel: str
) -> None:
    address, folder = lab
    name = f"progress-{kernel}.ipynb"
    metadata = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
    nbformat.write(new_notebook(cells=list(map(new_code_cell, CELLS)), metadata=metadata), folder / name)
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    try:
        page.goto(f"{address}lab/tree/{name}?token=secret&reset")
        run_all(page)
        cell: Locator = page.locator(".jp-Notebook .jp-Cell").nth(1)
        stop = cell.get_by_role("button", name="Stop")
        expect(stop).to_be_visible(timeout=60_000)
        said = cell.locator(".am-Progress")
        expect(said).to_contain_text(re.compile(r"running in the sandbox … \d+ s"))
        expect(said).to_contain_text("while True: pass")
        expect(said.get_by_text("interrupt the kernel")).to_be_hidden()
        page.screenshot(path=folder / f"progress-{kernel}.png")
        stop.click()
        expect(cell).to_contain_text("Stopped.", timeout=30_000)
        expect(stop).to_have_count(0)
        page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
        kept = nbformat.read(folder / name, 4).cells[1].outputs
        assert [set(output.get("data", {})) for output in kept] == [{"text/html", "text/plain"}, set()]
        assert kept[1].ename == "Stopped"
    finally:
        page.close()
