"""The report in a real browser: figures are drawn, code unfolds, no request leaves and no stranger's script runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from nbformat.v4 import new_output
from playwright.sync_api import Browser, Page, Route
from sample_notebooks import bundle, code, display, markdown, write

from analyst_magic.report.export import export
from analyst_magic.results import Document, Figure, Table, Text
from analyst_magic.sandbox.firewall import plotly

from .waiting import wait_until

PLANTED = """
<script>window.hacked = "script"</script><img src=x onerror="window.hacked = 'onerror'">
<svg onload="window.hacked = 'svg'"><script>window.hacked = 'svg script'</script></svg>
<a class=evil href="javascript:window.hacked='link'">click</a>
<iframe srcdoc="<script>parent.hacked = 'frame'</script>"></iframe>
<details ontoggle="window.hacked='toggle'" open><summary>s</summary>x</details>
<div style="background:url(https://evil.example/pixel)">styled</div><img src="https://evil.example/pixel.png">
"""


class Reader:
    """Someone who opens a report: what they see, what their browser asked for, and what it complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.route("**/*", self._route)

    def open(self, report: Path) -> None:
        self.page.goto(report.as_uri())
        self.page.wait_for_selector("figure.plot:not([data-drawn])", state="detached", timeout=120_000)

    def sizes(self, selector: str) -> list[Any]:
        found = self.page.locator(selector)
        return [found.nth(number).bounding_box() for number in range(found.count())]

    def _route(self, route: Route) -> None:
        self.requests.append(route.request.url)
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            route.abort()


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    yield Reader(context.new_page())
    context.close()


def bars(title: str = "Delay by carrier", **layout: Any) -> Figure:
    trace = {
        "type": "bar",
        "x": ["UA", "AA", "DL"],
        "y": [3, 1, 2],
        "text": ["<script>window.hacked='text'</script>"] * 3,
    }
    return Figure({"data": [trace], "layout": {"title": {"text": title}, **layout}})


def test_a_figure_is_drawn_with_no_network_and_without_complaint(reader: Reader, tmp_path: Path) -> None:
    report = export(write(tmp_path / "nb.ipynb", markdown("# Hi"), code("%%analyst\nDelay?", display(bars()))))
    reader.open(report)
    drawn = reader.sizes("figure.plot svg .barlayer .point path")
    assert len(drawn) == 3
    assert all(box["width"] > 20 and box["height"] > 20 for box in drawn)
    assert drawn[0]["height"] > drawn[1]["height"]
    assert reader.page.get_by_role("figure", name="Bar chart: Delay by carrier.").is_visible()
    assert reader.requests == [report.as_uri()]
    assert reader.complaints == []


def test_a_figure_answers_the_pointer_and_can_be_saved_as_a_picture(reader: Reader, tmp_path: Path) -> None:
    reader.open(export(write(tmp_path / "nb.ipynb", code("1", display(bars())))))
    bar = reader.sizes("figure.plot svg .barlayer .point path")[0]
    reader.page.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    reader.page.wait_for_selector("figure.plot .hoverlayer .hovertext")
    with reader.page.expect_download() as download:
        reader.page.locator(".modebar-btn[data-title*='png' i]").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
    assert reader.complaints == []


def test_no_button_of_a_figure_sends_anything(reader: Reader, tmp_path: Path) -> None:
    traces = [
        {"type": "scattergl", "y": [1, 2, 3]},
        {"type": "surface", "z": [[1, 2], [2, 3]]},
        {"type": "scattermap", "lat": [48], "lon": [16]},
    ]
    asks = {
        "config": {
            "showSendToCloud": True,
            "plotlyServerURL": "https://evil.example",
            "modeBarButtons": [["sendDataToCloud"]],
        }
    }
    outputs = []
    for trace in traces:
        output = display(
            Figure({"data": [trace], "layout": {"modebar": {"add": ["sendChartToCloud", "togglespikelines"]}}})
        )
        output["data"]["application/vnd.plotly.v1+json"].update(asks)
        outputs.append(output)
    report = export(write(tmp_path / "nb.ipynb", code("1", *outputs)))
    reader.open(report)
    buttons = reader.page.locator(".modebar-btn")
    assert buttons.count() > 3 * 4
    for number in range(buttons.count()):
        buttons.nth(number).evaluate("button => button.click()")
    reader.page.wait_for_timeout(500)
    assert reader.requests == [report.as_uri()]
    assert reader.page.context.pages == [reader.page]
    words = " ".join(button.get_attribute("data-title") or "" for button in buttons.all()).lower()
    assert not any(word in words for word in ("share", "cloud", "edit", "studio"))


def test_many_figures_of_webgl_stay_drawn(reader: Reader, tmp_path: Path) -> None:
    figures = [display(Figure({"data": [{"type": "surface", "z": [[1, 2], [2, 3]]}], "layout": {}})) for _ in range(16)]
    reader.open(export(write(tmp_path / "nb.ipynb", code("1", *figures))))
    wait_until(reader.page, "document.querySelectorAll('figure.plot[data-frozen] img').length >= 4", seconds=90)
    first = reader.page.locator("figure.plot").first
    first.scroll_into_view_if_needed()
    first.locator(".gl-canvas canvas, canvas").first.wait_for()


def test_figures_of_other_kinds_are_drawn_too(reader: Reader, tmp_path: Path) -> None:
    traces: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "lines", "y": [1, 3, 2]},
        {"type": "pie", "labels": ["a", "b"], "values": [1, 2]},
        {"type": "heatmap", "z": [[1, 2], [3, 4]]},
        {"type": "sunburst", "labels": ["a", "b"], "parents": ["", "a"], "values": [2, 1]},
        {"type": "histogram", "x": {"dtype": "i1", "bdata": "AQIDAwM="}},
        {"type": "box", "y": [1, 2, 9]},
        {"type": "table", "header": {"values": ["a"]}, "cells": {"values": [["x"]]}},
    ]
    figures = [display(Figure({"data": [trace], "layout": {}})) for trace in traces]
    reader.open(export(write(tmp_path / "nb.ipynb", code("1", *figures))))
    drawn = reader.page.evaluate("[...document.querySelectorAll('figure.plot')].map(f => f.dataset.drawn)")
    assert drawn == ["light"] * len(traces)
    assert reader.complaints == []


@pytest.mark.parametrize(
    ("scope", "countries", "lat", "lon"),
    [("world", ["FRA", "ITA"], 45, 5), ("europe", ["FRA", "ITA"], 45, 5), ("oceania", ["AUS", "NZL"], -25, 135)],
)
def test_a_map_is_drawn_with_no_network(
    reader: Reader, tmp_path: Path, scope: str, countries: list[str], lat: float, lon: float
) -> None:
    trace = {"type": "choropleth", "locations": countries, "z": [1, 2]}
    points = {"type": "scattergeo", "lat": [lat], "lon": [lon]}
    figure = Figure({"data": [trace, points], "layout": {"geo": {"scope": scope}}})
    reader.open(export(write(tmp_path / "nb.ipynb", code("1", display(figure)))))
    assert reader.page.locator("figure.plot[data-drawn=light]").count() == 1
    assert reader.page.locator("figure.plot .choroplethlayer path[d^=M]").count() == 2
    assert [url for url in reader.requests if not url.startswith("file:")] == []


def test_a_report_has_the_finer_outlines_that_its_map_asks_for(reader: Reader, tmp_path: Path) -> None:
    drawn = []
    for geo in ({}, {"resolution": 50}):
        trace = {"type": "scattergeo", "lat": [45], "lon": [5]}
        figure = Figure({"data": [trace], "layout": {"geo": {"scope": "europe", "fitbounds": False, **geo}}})
        reader.open(export(write(tmp_path / "nb.ipynb", code("1", display(figure)))))
        paths = reader.page.locator("figure.plot .geo .coastlines path, figure.plot .geo .layer path")
        drawn.append(sum(len(path.get_attribute("d") or "") for path in paths.all()))
    assert drawn[1] > 2 * drawn[0] > 0
    assert [url for url in reader.requests if not url.startswith("file:")] == []


def test_labels_are_shown_as_they_are(reader: Reader, tmp_path: Path) -> None:
    labels = ["<A", "grade < a or b", "JavaScript: The Good Parts", "<script>", "<18", "a > b", "<a b>", "<"]
    figure, notes = plotly.figure({"data": [{"type": "bar", "x": labels, "y": [1] * len(labels), "name": "<A"}],
                                   "layout": {"title": {"text": "<A"}, "width": 1000, "showlegend": True}})  # fmt: skip
    reader.open(export(write(tmp_path / "nb.ipynb", code("1", display(Figure(figure))))))
    assert reader.page.locator("figure.plot .xtick text").all_text_contents() == labels
    assert reader.page.locator("figure.plot .gtitle").text_content() == "<A"
    assert reader.page.locator("figure.plot .legendtext").text_content() == "<A"
    reader.page.hover("figure.plot .barlayer .point path >> nth=0", force=True)
    reader.page.wait_for_selector("figure.plot .hoverlayer .hovertext")
    assert "<A" in (reader.page.locator("figure.plot .hoverlayer").text_content() or "")
    assert notes == []


def test_planted_scripts_do_not_run_and_nothing_is_requested(reader: Reader, tmp_path: Path) -> None:
    title = "</script><script>window.hacked='title'</script><!--<script>"
    images = [{"source": "https://evil.example/logo.png", "x": 0, "y": 1, "sizex": 1, "sizey": 1}]
    outputs = [
        display(bars(title, images=images)),
        display(bars("<a href=\"javascript:window.hacked='plot'\">click</a>")),
        bundle(text_html=PLANTED),
        display(Text(PLANTED)),
        display(Table(pa.table({"a": [PLANTED]}))),
        new_output(
            "display_data", data={"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='hacked=1'/>"}
        ),
        new_output("display_data", data={"application/javascript": "window.hacked = 'javascript'"}),
        new_output("error", ename=PLANTED, evalue=PLANTED, traceback=[PLANTED]),
    ]
    report = export(
        write(tmp_path / "nb.ipynb", markdown(f"# Hi\n\n{PLANTED}"), code(PLANTED, *outputs), title=PLANTED)
    )
    reader.open(report)
    for link in reader.page.locator("a").all():
        link.dispatch_event("click")
    for summary in reader.page.locator("summary").all():
        summary.click()
    assert reader.page.evaluate("window.hacked") is None
    assert reader.page.url.partition("#")[0] == report.as_uri()
    assert [url for url in reader.requests if not url.startswith("file:")] == []
    assert reader.page.locator("figure.plot[data-drawn=light]").count() == 2
    refused = [line for line in reader.complaints if "evil.example" not in line]
    assert refused == []


def test_a_script_that_slipped_in_would_still_not_run(reader: Reader, tmp_path: Path) -> None:
    report = export(write(tmp_path / "nb.ipynb", code("1", display(bars()))))
    text = report.read_text("utf-8")
    report.write_text(
        text.replace("</main>", "<script>window.hacked = 1</script><img src=x onerror='hacked = 2'></main>")
    )
    reader.open(report)
    assert reader.page.evaluate("window.hacked") is None
    assert any("Content Security Policy" in line for line in reader.complaints)
    assert reader.page.locator("figure.plot[data-drawn=light]").count() == 1


def test_code_is_folded_and_unfolds_on_a_click(reader: Reader, tmp_path: Path) -> None:
    reader.open(export(write(tmp_path / "nb.ipynb", code("secret_sauce = 1", display(Text("shown"))))))
    source = reader.page.get_by_text("secret_sauce")
    assert not source.is_visible()
    assert reader.page.get_by_text("shown").is_visible()
    reader.page.get_by_text("Code").click()
    assert source.is_visible()


def test_wide_tables_scroll_in_their_own_box(reader: Reader, tmp_path: Path) -> None:
    table = Table(pa.table({f"a_rather_long_name_{i}": list(range(100)) for i in range(40)}))
    reader.open(export(write(tmp_path / "nb.ipynb", code("1", display(table)))))
    assert reader.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert reader.page.evaluate("(box => box.scrollWidth > box.clientWidth)(document.querySelector('.output.html'))")


def test_an_embedded_document_is_downloaded_under_its_name(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "analyst_output" / "sales 1.csv"
    path.parent.mkdir()
    path.write_bytes(b"a,b\n1,2\n")
    report = export(write(tmp_path / "nb.ipynb", code("1", display(Document(path, 8)))))
    path.unlink()  # the report has it inside
    reader.open(report)
    with reader.page.expect_download() as download:
        reader.page.get_by_role("link", name="sales 1.csv").click()
    assert download.value.suggested_filename == "sales 1.csv"
    assert Path(download.value.path()).read_bytes() == b"a,b\n1,2\n"


def test_figures_follow_the_theme_of_the_reader(reader: Reader, tmp_path: Path) -> None:
    own = bars("Own colours", paper_bgcolor="#ffeeee")
    reader.open(export(write(tmp_path / "nb.ipynb", code("1", display(bars()), display(own)))))
    paper = "[...document.querySelectorAll('.main-svg:first-child')].map(s => s.style.background)"
    light = reader.page.evaluate(paper)
    reader.page.emulate_media(color_scheme="dark")
    reader.page.wait_for_selector("figure.plot[data-drawn=light]", state="detached")
    dark = reader.page.evaluate(paper)
    assert dark[0] != light[0]
    assert dark[1] == light[1] == "rgb(255, 238, 238)"
