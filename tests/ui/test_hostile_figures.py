"""Hostile figures in JupyterLab, in a real browser, beside a server that counts who asks it: nobody does.

Without the firewall the same figures ask it many times: else this test would prove nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nbformat
import pytest
from installed_package import install
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Page

from .conftest import run_all

SECURITY = Path(__file__).resolve().parents[1] / "security"
SETUP = f"""
import sys
sys.path[:0] = [{str(SECURITY)!r}, PACKAGE]
from hostile_figures import aim, show
aim(HOST)
%env ANALYST_SANDBOX=hostile
%env ANALYST_SPARES=0
%load_ext analyst_magic
"""
CELLS = 3
FIGURES = 36
PLOTS = ".jp-OutputArea .js-plotly-plot"
"""The figures of the notebook: beside it Plotly holds copies while it takes pictures of them."""
CLICKS = """() => {
  const targets = '.updatemenu-button, .slider-rail-touch-rect, .annotation, .jp-OutputArea a, .legendtoggle, .slice';
  for (const node of document.querySelectorAll(targets)) {
    for (const type of ['mouseover', 'mousedown', 'mouseup', 'click']) {
      node.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, view: window }));
    }
  }
}"""

BOXES = """() => [...document.querySelectorAll('.js-plotly-plot')].map(node => {
  const box = node.getBoundingClientRect();
  return [box.left, box.top, box.width, box.height];
})"""


@dataclass
class Canary:
    """A server that nobody is to ask.

    Attributes:
        host: Its address.
        asked: The paths that it was asked for.
    """

    host: str = ""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def canary() -> Iterator[Canary]:
    seen = Canary()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen.host = f"http://127.0.0.1:{server.server_port}"
    yield seen
    server.shutdown()
    server.server_close()


def visit(browser: Browser, lab: tuple[str, Path], canary: Canary, firewall: bool) -> tuple[list[str], int]:
    """Open a notebook in JupyterLab, run it, point at its figures and click on them.

    Returns:
        What its page asked for that is not JupyterLab's own, and how many figures it drew.
    """
    address, folder = lab
    place = folder / f"figures-{firewall}"
    place.mkdir()
    package = install(place / "package", "sandboxes", hostile="hostile_figures:HostileKind")
    setup = SETUP.replace("HOST", repr(canary.host)).replace("PACKAGE", repr(str(package)))
    texts = (setup, *["%%analyst\nPYTHON: 1" if firewall else "show()"] * CELLS, "open('done', 'w').close()")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=list(map(new_code_cell, texts)), metadata=kernel), place / "figures.ipynb")
    asked: list[str] = []
    page = browser.new_page(viewport={"width": 1200, "height": 24_000})
    page.on("request", lambda request: asked.append(request.url))
    page.context.on("page", lambda opened: asked.append(opened.url))
    try:
        page.goto(f"{address}lab/workspaces/{place.name}/tree/{place.name}/figures.ipynb?token=secret")
        run_all(page)
        drawn = _drawn(page, place / "done", FIGURES if firewall else 21)
        if firewall:
            _use(page)
    finally:
        page.close()
    strange = [url for url in asked if not url.startswith((address, "data:", "blob:", "about:")) or "canary" in url]
    return strange, drawn


def _drawn(page: Page, done: Path, expected: int) -> int:
    """Wait until all cells have run, so many figures are drawn and the page is quiet; the number of figures on it."""
    deadline = time.monotonic() + 90
    while not done.exists():
        assert time.monotonic() < deadline, "the notebook does not run to its end"
        page.wait_for_timeout(100)  # JupyterLab shows what is in view alone, so its page does not tell
    page.wait_for_function(
        "([plots, expected]) => document.querySelectorAll(plots).length >= expected",
        arg=[PLOTS, expected],
        timeout=60_000,
    )
    page.wait_for_load_state("networkidle")
    return page.locator(PLOTS).count()


def _use(page: Page) -> None:
    """Point at each figure, click on all that can be clicked, and let it do what it does."""
    for left, top, width, height in page.evaluate(BOXES):
        page.mouse.move(left + width / 2, top + height / 2)
        page.mouse.move(left + 0.85 * width, top + height / 4)
    for _ in range(2):
        page.evaluate(CLICKS)
        page.wait_for_timeout(1_500)  # what a click has begun is not told
    page.wait_for_load_state("networkidle")


def test_no_figure_asks_a_host_when_shown_pointed_at_or_clicked(
    browser: Browser, lab: tuple[str, Path], canary: Canary
) -> None:
    asked, drawn = visit(browser, lab, canary, firewall=True)
    assert canary.asked == []
    assert asked == []
    assert drawn == FIGURES


def test_with_the_firewall_off_the_same_figures_ask_many_times(
    browser: Browser, lab: tuple[str, Path], canary: Canary
) -> None:
    asked, _ = visit(browser, lab, canary, firewall=False)
    assert len(set(canary.asked)) > 20
    assert any("cdn.plot.ly" in url for url in asked)
    assert any("canary/relative" in url for url in asked)
