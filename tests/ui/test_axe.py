"""Axe finds nothing serious on pages of the site, reports and cells, in both themes and at twice the size."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .axe import findings
from .panel import LOAD, SALES, PanelInPage
from .test_report_access import report

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("index", "tutorial", "reference/commands", "reference/routes", "gallery")
LOOKS = [("light", 2), ("dark", 1)]
"""Theme, and how many times its usual size: a page at 200% has half as many pixels of its own. Colours are those of the
theme at any size."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, without the reports of the gallery."""
    source, built = tmp_path_factory.mktemp("source") / "docs", tmp_path_factory.mktemp("site")
    folders = ["-d", str(source), str(ROOT / "docs"), str(built)]
    pages = [str(ROOT / "docs" / f"{name}.md") for name in PAGES]
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", *folders, *pages]
    done = subprocess.run(command, capture_output=True, text=True, timeout=170)
    assert done.returncode == 0, done.stderr[-2000:]
    return built


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]} at {look[1]}00%")
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page with a look."""
    scheme, times = request.param
    size: Any = {"width": 1280 // times, "height": 900 // times}
    page = browser.new_page(viewport=size, device_scale_factor=times, color_scheme=scheme)
    yield page
    page.close()


def test_pages_of_the_site(page: Page, site: Path) -> None:
    found = {}
    for name in PAGES:
        page.goto((site / f"{name}.html").as_uri())
        found[name] = findings(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert found == {name: [] for name in PAGES}


def test_a_report(page: Page, tmp_path: Path) -> None:
    page.goto(report(tmp_path).as_uri())
    page.wait_for_selector("figure.plot:not([data-drawn])", state="detached")
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    assert findings(page) == []
    page.evaluate("document.querySelector('h1').style.opacity = 0.3")
    assert [line.partition(" ")[0] for line in findings(page)] == ["color-contrast"]  # it would have been seen


QUESTIONS = (
    "%%analyst\ntotal revenue by region",
    "%%analyst\ntotal revenue by region as a bar chart",
    "%%analyst\ntotal happiness by planet",
    "%%analyst\nPYTHON: 1 / 0",
    "%analyst status",
    "%analyst frames",
)
ADD_AND_RUN = """async source => { const { content } = jupyterapp.shell.currentWidget;
  content.activeCellIndex = content.widgets.length - 1;
  await jupyterapp.commands.execute('notebook:insert-cell-below');
  content.activeCell.model.sharedModel.setSource(source);
  await jupyterapp.commands.execute('notebook:run-cell'); }"""
THEME = "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})"


def test_cells(browser: Browser, lab: tuple[str, Path]) -> None:
    shown = PanelInPage(browser, lab, "axe.ipynb", cells=(SALES, LOAD, "print('ready')"))
    for question in QUESTIONS:
        shown.page.evaluate(ADD_AND_RUN, question)
    expect(shown.cell(4).get_by_label("Kind of chart")).to_be_visible(timeout=60_000)
    for theme in ("Light", "Dark"):
        shown.page.evaluate(THEME, f"JupyterLab {theme}")
        light = "true" if theme == "Light" else "false"
        expect(shown.page.locator("body")).to_have_attribute("data-jp-theme-light", light)
        for cell in shown.page.locator(".jp-Notebook .jp-Cell").all():
            cell.evaluate("cell => cell.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        assert findings(shown.page, ".jp-Notebook .jp-OutputArea-output") == []
    shown.close()
