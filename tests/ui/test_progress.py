"""A cell that waits, in a real page: for its answer, with stage, time and a Stop button, or for a word of the user.

The kernels are the usual one and one without subshells, which hears no widget while a cell runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import run_all

LOAD = (
    "%load_ext analyst_magic\nimport pandas as pd\nsales = pd.DataFrame({'region': ['a', 'b'], 'revenue': [1.0, 2.0]})"
)
ENDLESS = "%%analyst\nPYTHON:\nwhile True: pass"
CONFIRMED = "%%analyst --confirm\ntotal revenue by region as a bar chart"


@pytest.fixture
def run(browser: Browser, lab: tuple[str, Path]) -> Iterator[Callable[[str, str, str], tuple[Page, Locator]]]:
    """Runs a cell in a notebook of its own; gives the page, and the cell."""
    address, folder = lab
    page = browser.new_page(viewport={"width": 1200, "height": 900})

    def run(name: str, kernel: str, source: str) -> tuple[Page, Locator]:
        metadata = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
        cells = [new_code_cell(LOAD), new_code_cell(source)]
        nbformat.write(new_notebook(cells=cells, metadata=metadata), folder / name)
        page.goto(f"{address}lab/tree/{name}?token=secret&reset")
        run_all(page)
        return page, page.locator(".jp-Notebook .jp-Cell").nth(1)

    yield run
    page.evaluate("() => window.jupyterapp.shell.currentWidget?.sessionContext?.shutdown()")
    page.close()


def _kept(page: Page, path: Path) -> list[nbformat.NotebookNode]:
    """The outputs of the second cell, as the notebook's file has them."""
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    return nbformat.read(path, 4).cells[1].outputs  # type: ignore[no-any-return]


@pytest.mark.parametrize("kernel", ["python3", "older"])
def test_a_cell_that_runs_says_so_and_has_a_button_that_stops_it(
    run: Callable[..., tuple[Page, Locator]], lab: tuple[str, Path], kernel: str
) -> None:
    page, cell = run(f"progress-{kernel}.ipynb", kernel, ENDLESS)
    stop = cell.get_by_role("button", name="Stop")
    expect(stop).to_be_visible(timeout=60_000)
    said = cell.locator(".am-Progress")
    expect(said).to_contain_text(re.compile(r"running in the sandbox … \d+ s"))
    expect(said).to_contain_text("while True: pass")
    expect(said.get_by_text("interrupt the kernel")).to_be_hidden()
    page.screenshot(path=lab[1] / f"progress-{kernel}.png")
    stop.click()
    expect(cell).to_contain_text("Stopped after", timeout=30_000)
    expect(cell).to_contain_text("while True: pass")  # what was written is kept
    expect(stop).to_have_count(0)
    (line,) = _kept(page, lab[1] / f"progress-{kernel}.ipynb")  # and nothing red
    assert set(line.data) == {"text/html", "text/plain"}


def test_code_is_confirmed_by_a_button_while_its_cell_waits(
    run: Callable[..., tuple[Page, Locator]], lab: tuple[str, Path]
) -> None:
    page, cell = run("confirmed.ipynb", "python3", CONFIRMED)
    code = cell.locator("textarea")
    expect(cell.locator(".analyst-code")).to_contain_text("SUM(revenue)", timeout=60_000)
    expect(cell).to_contain_text("waiting for you")
    cell.get_by_role("button", name="Edit").click()
    expect(code).to_be_visible()
    assert "SUM(revenue)" in code.input_value()
    expect(cell).to_contain_text("with the frame sales")
    page.screenshot(path=lab[1] / "confirmed.png")
    code.fill(code.input_value().replace("Total revenue by region", "As it was edited"))
    code.press("Control+Enter")
    expect(cell.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=60_000)
    expect(cell).to_contain_text("As it was edited")
    expect(cell.get_by_role("button", name="Run")).to_have_count(0)
    assert not [output for output in _kept(page, lab[1] / "confirmed.ipynb") if "widget" in str(output)]


def test_the_time_of_an_answer_is_without_the_time_that_its_user_took_to_read_the_code(
    run: Callable[..., tuple[Page, Locator]],
) -> None:
    page, cell = run("read.ipynb", "python3", CONFIRMED)
    button = cell.get_by_role("button", name="Run")
    expect(button).to_be_visible(timeout=60_000)
    begun = page.evaluate("performance.now()")
    page.wait_for_function("begun => performance.now() - begun > 6000", arg=begun)
    said = cell.locator(".am-Progress, .analyst-progress").first
    if said.count():
        assert not re.search(r"\b[6-9] s", said.inner_text())
    button.click()
    expect(cell.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=60_000)
    seconds = re.search(r"([\d.]+) s\b", cell.locator(".jp-OutputArea").inner_text())
    assert seconds is not None
    assert float(seconds[1]) < 6


def test_code_that_is_cancelled_does_not_run(run: Callable[..., tuple[Page, Locator]]) -> None:
    _, cell = run("cancelled.ipynb", "python3", CONFIRMED)
    cell.get_by_role("button", name="Cancel").click(timeout=60_000)
    expect(cell).to_contain_text("not run", timeout=30_000)
    expect(cell.locator(".js-plotly-plot")).to_have_count(0)


def test_where_no_button_would_be_heard_there_is_a_prompt(run: Callable[..., tuple[Page, Locator]]) -> None:
    _, cell = run("prompted.ipynb", "older", CONFIRMED)
    prompt = cell.locator("input.jp-Stdin-input")
    expect(prompt).to_be_visible(timeout=60_000)
    expect(cell).to_contain_text("SUM(revenue)")
    prompt.fill("y")
    prompt.press("Enter")
    expect(cell.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=60_000)
