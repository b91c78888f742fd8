"""The report for everyone: contrast in both themes, small screens, and the keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from nbformat.v4 import new_output
from playwright.sync_api import Browser
from sample_notebooks import answered, code, display, markdown, write

from analyst_magic.report.export import export
from analyst_magic.results import Figure, Table, Text

from .waiting import wait_until

CONTRAST = (Path(__file__).parent / "contrast.js").read_text("utf-8")


def report(folder: Path) -> Path:
    """A page that has everything on it that has a colour of its own."""
    bars = Figure({"data": [{"type": "bar", "x": ["UA"], "y": [3]}], "layout": {"title": {"text": "Delay"}}})
    wide = Table(pa.table({f"column {n}": [1.5, 2.5] for n in range(20)}))
    error = new_output("error", ename="ValueError", evalue="no", traceback=["line 1"])
    python = (
        "import re  # why\n\n@cached\ndef f(x: int = 0x1f) -> str:\n    '''Doc.'''\n"
        "    return rf'a{x!r}\\n' if x else None\n"
    )
    hidden = code("1", display(Text("x")))
    hidden["metadata"]["collapsed"] = True
    cells = [
        markdown("# Title\n\nWords, `code`, a [link](https://example.org).\n\n> quote\n\n```python\nx = 1\n```"),
        markdown("## Section"),
        answered(
            "A question that has an answer?", bars, wide, answer=python, language="python", failed="no such thing"
        ),
        code(python, error, new_output("stream", name="stderr", text="warning")),
        hidden,
    ]
    return export(write(folder / "nb.ipynb", *cells), code="shown")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1100), ("dark", 1100), ("light", 360)])
def test_every_text_has_contrast_and_nothing_makes_the_page_too_wide(
    scheme: Any, width: int, tmp_path: Path, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(report(tmp_path).as_uri())
    page.wait_for_selector("figure.plot:not([data-drawn])", state="detached")
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    assert page.evaluate(CONTRAST) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelector('h1').style.opacity = 0.3")
    assert [name.partition(".")[0] for name in page.evaluate(CONTRAST)] == ["H1"]  # it would have been seen
    page.close()


def test_the_first_key_offers_a_way_past_the_contents(tmp_path: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(report(tmp_path).as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "report"
    page.close()


def test_contents_stand_beside_the_text_where_there_is_room_and_a_reader_chooses_the_colours(
    tmp_path: Path, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 1500, "height": 800}, color_scheme="light")
    page.goto(report(tmp_path).as_uri())
    contents, text = page.locator("nav.contents"), page.locator("main h2").first
    beside, body = contents.bounding_box(), text.bounding_box()
    assert beside is not None
    assert body is not None
    assert beside["x"] + beside["width"] <= body["x"] or beside["x"] >= body["x"] + body["width"]
    page.mouse.wheel(0, 600)
    wait_until(page, "window.scrollY > 0")
    assert contents.bounding_box() == beside  # it stays in sight
    page.set_viewport_size({"width": 900, "height": 800})
    above, body = contents.bounding_box(), text.bounding_box()
    assert above is not None
    assert body is not None
    assert above["y"] + above["height"] <= body["y"]

    def ground() -> int:
        return sum(map(int, page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g)")[:3]))

    assert ground() > 600
    page.get_by_title("Dark").click()
    assert ground() < 200
    page.emulate_media(media="print")
    assert ground() > 600
    assert not page.locator("fieldset.theme").is_visible()
    page.close()
