"""Outputs of a hostile guest in JupyterLab, in a real browser: they run no script, reach no host, do not move the page.

The same outputs are then shown without the firewall, and do all of that: else this test would prove nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from installed_package import install
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Route

from .conftest import run_all

SECURITY = Path(__file__).resolve().parents[1] / "security"

SETUP = f"""
import sys
sys.path[:0] = [{str(SECURITY)!r}, PACKAGE]
from hostile_page import show
%env ANALYST_SANDBOX=hostile
%env ANALYST_SPARES=0
%load_ext analyst_magic
"""


@dataclass
class Visit:
    """What a visit to the notebook came to."""

    hacked: object = None
    asked: list[str] = field(default_factory=list)
    title: str = ""
    links: list[str] = field(default_factory=list)
    visible: bool = True


def visit(browser: Browser, lab: tuple[str, Path], firewall: bool) -> Visit:
    """Open a notebook in JupyterLab, run it, and see what its outputs did."""
    address, folder = lab
    place = folder / f"firewall-{firewall}"
    place.mkdir()
    package = install(place / "package", "sandboxes", hostile="hostile_page:HostileKind")
    setup = SETUP.replace("PACKAGE", repr(str(package)))
    texts = (setup, "%%analyst\nPYTHON: 1" if firewall else "show()", "open('done', 'w').close()")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=list(map(new_code_cell, texts)), metadata=kernel), place / "hostile.ipynb")
    seen = Visit()

    def route(route: Route) -> None:
        if "evil.example" in route.request.url:
            seen.asked.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page = browser.new_page(viewport={"width": 1200, "height": 1600})
    try:
        page.route("**/*", route)
        page.goto(f"{address}lab/workspaces/{place.name}/tree/{place.name}/hostile.ipynb?token=secret")
        run_all(page)
        deadline = time.monotonic() + 60
        while not (place / "done").exists():
            assert time.monotonic() < deadline, "the notebook does not run to its end"
            page.wait_for_timeout(100)  # JupyterLab shows what is in view alone, so its page does not tell
        page.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length > 0", timeout=30_000)
        page.wait_for_load_state("networkidle")
        seen.hacked = page.evaluate("window.hacked === undefined ? null : window.hacked")
        seen.title = page.title()
        targets = "a => a.getAttribute('href') + a.getAttribute('xlink:href')"
        seen.links = page.evaluate(f"[...document.querySelectorAll('.jp-OutputArea a')].map({targets})")
        seen.visible = page.evaluate("getComputedStyle(document.body).display !== 'none'")
    finally:
        page.screenshot(path=folder / f"{place.name}.png")
        page.close()
    return seen


def test_hostile_outputs_do_nothing_in_the_page(browser: Browser, lab: tuple[str, Path]) -> None:
    seen = visit(browser, lab, firewall=True)
    assert seen.hacked is None
    assert seen.asked == []
    assert "taken over" not in seen.title
    assert seen.visible
    assert not [link for link in seen.links if "javascript" in link or "evil.example" in link]


def test_with_the_firewall_off_the_same_outputs_take_the_page_over(browser: Browser, lab: tuple[str, Path]) -> None:
    seen = visit(browser, lab, firewall=False)
    assert seen.hacked
    assert any("html.png" in url for url in seen.asked)
    assert any("plotly.png" in url for url in seen.asked)
    assert not seen.visible
