"""Figures with a hostile string in every attribute that Plotly has, in a real browser: none asks a host or runs code.

Plotly alone draws what a cell's output holds, on a page that counts what it asks for. Without the firewall the same
figures ask many times: else this test would prove nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route
from plotly_schema import IN_SPACE
from schema_figures import VALUES, SchemaFigures
from trace_samples import TRACES

from analyst_magic.results.figure import CONFIG, MIME, Figure
from analyst_magic.sandbox.firewall.plotly import figure as checked

from .test_maps_elsewhere import PLOTLY

HOST = "http://canary.test"
ON_CANVAS = (*IN_SPACE, "parcoords", "scattergl", "scatterpolargl", "splom")
"""Types of trace that WebGL draws, which takes a second each where there is no graphics card."""
SUBPLOTS = ("scatter", "scattergeo", "scatterpolar", "scattersmith", "scatterternary")
"""Types of trace that together have all that is flat in a layout."""
HTML = "<!doctype html><meta charset=utf-8><body>"
DRAW = """async figure => {
  const node = document.createElement('div');
  node.id = 'figure';
  node.style = 'width:240px;height:180px';
  document.body.replaceChildren(node);
  const ticks = async n => { for (; n; n--) await new Promise(done => requestAnimationFrame(done)); };
  try { await Plotly.newPlot(node, figure.data, figure.layout, figure.config); } catch (error) { return false; }
  if (figure.frames) await Plotly.addFrames(node, figure.frames);
  await ticks(2);
  for (let point = 0; point < 2; point++) {
    try { Plotly.Fx.hover(node, [{ curveNumber: 0, pointNumber: point }]); } catch {}
  }
  await ticks(1);
  const buttons = node.querySelectorAll('.updatemenu-button').length;
  const drawn = node.querySelectorAll('.trace, .point, canvas, .slice, .main-svg path').length > 0;
  const targets = '.updatemenu-button, .annotation, .annotation-text-g, #figure a, .legendtoggle, .slice, .nsewdrag';
  const press = target => {
    for (const type of ['mouseover', 'mousemove', 'mousedown', 'mouseup', 'click']) {
      const where = { clientX: 120, clientY: 90, view: window };
      target.dispatchEvent(new MouseEvent(type, { ...where, bubbles: true, cancelable: true }));
    }
  };
  node.querySelectorAll(targets).forEach(press);
  for (let button = 0; button < buttons; button++) {
    const found = node.querySelectorAll('.updatemenu-button')[button];
    if (found) press(found);
    await ticks(1);
  }
  await ticks(2);
  node.querySelectorAll('#figure a').forEach(press);
  try { Plotly.purge(node); } catch {}
  return drawn;
}"""


@dataclass
class Counting:
    """A page that draws figures, and what it asked for.

    Attributes:
        asked: The addresses.
        drawn: How many figures were drawn; the others Plotly gave up.
    """

    page: Page
    asked: list[str] = field(default_factory=list)
    drawn: int = 0

    def answer(self, route: Route) -> None:
        """The page itself, and nothing else."""
        if route.request.url == f"{HOST}/page/":
            route.fulfill(body=HTML, content_type="text/html")
        else:
            self.asked.append(route.request.url)
            route.fulfill(status=204)  # a page that is left would show no other figure

    def open(self) -> None:
        """Open the page."""
        self.page.context.route("**/*", self.answer)
        self.page.context.on("page", lambda opened: self.asked.append(opened.url))
        self.page.goto(f"{HOST}/page/")
        self.page.add_script_tag(path=PLOTLY)

    def draw(self, figure: dict[str, Any]) -> None:
        """Draw a figure, point at it, click on all that can be clicked, and take it away."""
        self.drawn += self.page.evaluate(DRAW, figure)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Counting]:
    context = browser.new_context(viewport={"width": 300, "height": 200})
    found = Counting(context.new_page())
    found.open()
    yield found
    context.close()


@pytest.fixture
def counting(page: Counting) -> Counting:
    page.asked.clear()
    page.drawn = 0
    page.page.evaluate("delete window.hacked")
    return page


def as_a_cell_shows_it(figure: dict[str, Any]) -> dict[str, Any]:
    return Figure(checked(json.loads(json.dumps(figure)))[0])._repr_mimebundle_()[MIME]


def test_no_string_in_any_attribute_of_a_trace_asks_a_host_or_runs_code(counting: Counting) -> None:
    made = SchemaFigures(HOST)
    for at, kind in enumerate(sorted(TRACES)):
        for closed in (False, True) if kind not in ON_CANVAS else (False,):
            counting.draw(as_a_cell_shows_it(made.of_trace(kind, at + 24 * closed, closed=closed)))
    assert counting.asked == []
    assert counting.page.evaluate("window.hacked") is None
    assert counting.drawn > 0.8 * len(TRACES)


def test_no_string_in_any_attribute_of_a_layout_asks_a_host_or_runs_code(counting: Counting) -> None:
    made = SchemaFigures(HOST)
    starts = range(0, len(VALUES), 16)
    for start in starts:
        for template in (False, True):
            counting.draw(as_a_cell_shows_it(made.of_layout(SUBPLOTS, start + 8 * template, template=template)))
    for kind in ("scatter3d", "scattermap"):
        counting.draw(as_a_cell_shows_it(made.of_layout([kind], 5)))
    assert counting.asked == []
    assert counting.page.evaluate("window.hacked") is None
    assert counting.drawn > len(starts)


def test_without_the_firewall_the_same_figures_ask(counting: Counting) -> None:
    made = SchemaFigures(HOST)
    for start in range(0, len(VALUES), 16):
        counting.draw({**made.of_trace("scatter", start, closed=False), "config": CONFIG})
        for template in (False, True):
            counting.draw({**made.of_layout(["scatter"], start, template=template), "config": CONFIG})
    assert len(set(counting.asked)) > 10
