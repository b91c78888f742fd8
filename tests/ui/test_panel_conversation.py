"""The panel over a long conversation, and what it keeps: drafts, cells, the questions of earlier kernels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fakes import ScriptedModel
from playwright.sync_api import Browser, Locator, expect

from .axe import findings
from .panel import LOAD, SALES, PanelInPage
from .test_panel import use_model

MANY = (
    "from IPython.utils.io import capture_output\n"
    "with capture_output():\n"
    "    for n in range(200):\n"
    '        what = (\'PYTHON: import plotly.express as px; px.bar(sales, x="region", y="revenue")\'\n'
    "                if n % 4 == 0 else f'SQL: SELECT region, revenue + {n} AS more FROM sales')\n"
    "        get_ipython().run_cell_magic('analyst', '', what)\n"
    "print('ready')"
)
IN_VIEW = """node => { const view = node.closest('.am-Transcript').getBoundingClientRect();
  const box = node.getBoundingClientRect(); return box.top >= view.top - 2 && box.top < view.bottom - 20; }"""


def in_view(turn: Locator) -> bool:
    """Whether the question of a turn can be read."""
    return bool(turn.evaluate(IN_VIEW))


def scroll(shown: PanelInPage) -> Any:
    return shown.panel.locator(".am-Transcript").evaluate("n => [n.scrollTop, n.scrollHeight, n.clientHeight]")


def widen(shown: PanelInPage, by: int) -> None:
    """Drag the panel's edge to the left."""
    box = shown.page.locator(".lm-SplitPanel-handle:visible").last.bounding_box()
    assert box is not None
    shown.page.mouse.move(box["x"] + 1, box["y"] + 300)
    shown.page.mouse.down()
    shown.page.mouse.move(box["x"] - by, box["y"] + 300, steps=5)
    shown.page.mouse.up()


def test_two_hundred_answers_are_followed_resized_and_streamed_into(
    browser: Browser, lab: tuple[str, Path], model: ScriptedModel
) -> None:
    shown = PanelInPage(browser, lab, "long.ipynb", [LOAD, SALES])
    shown.connected()
    shown.page.evaluate(
        "source => { const { content } = jupyterapp.shell.currentWidget;"
        "content.model.sharedModel.addCell({cell_type: 'code', source}); content.activeCellIndex = 2;"
        "void jupyterapp.commands.execute('notebook:run-cell'); }",
        MANY,
    )
    expect(shown.turns).to_have_count(200, timeout=300_000)
    shown.page.wait_for_timeout(1000)
    assert in_view(shown.turns.last)
    drawn = shown.panel.locator(".js-plotly-plot").count()
    assert drawn < 40, f"{drawn} figures are drawn, most of them far away"
    use_model(shown)
    model.stall("First **the north**.\n\n" + "It sells more than the south in each month. " * 8)
    turn = shown.ask("revenue of the north")
    expect(turn).to_contain_text("in each month", timeout=60_000)
    expect(turn.locator("strong", has_text="the north")).to_be_visible()
    assert in_view(turn)
    widen(shown, 200)
    shown.page.wait_for_timeout(600)
    assert in_view(turn)
    turn.get_by_role("button", name="Stop").click()
    shown.answered(turn)
    expect(turn).to_contain_text("You stopped this question")
    expect(turn).to_contain_text("in each month")
    shown.panel.locator(".am-Transcript").hover()
    shown.page.mouse.wheel(0, -3000)
    shown.page.wait_for_timeout(600)
    before = scroll(shown)
    shown.page.evaluate("() => { for (const n of document.querySelectorAll('.am-Fold')) n.open = true; }")
    assert not in_view(turn), "who has scrolled away is left there"
    assert scroll(shown)[0] >= before[0] - 5
    shown.panel.get_by_role("button", name="To the newest answer").click()
    assert in_view(turn)
    shown.open()
    shown.connected()
    expect(shown.turns).to_have_count(201, timeout=60_000)
    shown.page.wait_for_timeout(1500)
    assert in_view(shown.turns.last), scroll(shown)
    assert findings(shown.page, "#analyst-magic-panel") == []
    shown.close()


def test_a_cell_is_part_of_the_conversation_and_found_from_there(browser: Browser, lab: tuple[str, Path]) -> None:
    cells = [LOAD, SALES, "%%analyst\ntotal revenue by region", *["1"] * 12, "print('ready')"]
    shown = PanelInPage(browser, lab, "cells.ipynb", cells)
    shown.connected()
    turn = shown.turns.first
    expect(turn).to_contain_text("Asked in a cell", timeout=60_000)
    expect(turn.locator(".am-Answer")).to_contain_text("north has the highest")
    turn.get_by_role("button", name="Go to the cell").click()
    expect(shown.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")).to_contain_text("total revenue by region")
    follow = shown.ask("as a bar chart")
    shown.answered(follow)
    figure = follow.locator(".js-plotly-plot .main-svg").first
    expect(figure).to_be_visible(timeout=30_000)
    follow.get_by_role("button", name="Ask again").click()
    shown.answered(shown.turns.nth(2))
    expect(shown.turns.nth(2).get_by_role("alert")).to_have_count(0)
    for by in (150, -120):
        widen(shown, by)
        shown.page.wait_for_timeout(700)
        box, place = figure.bounding_box(), follow.locator(".am-Result").bounding_box()
        assert box is not None
        assert place is not None
        assert box["width"] <= place["width"] + 1
        assert box["height"] <= place["height"] + 1
    shown.composer.fill("half a question")
    two = shown.page
    at_first = "() => jupyterapp.shell.currentWidget?.context?.path === 'cells.ipynb'"
    two.evaluate("() => void jupyterapp.commands.execute('notebook:create-new', {kernelName: 'python3'})")
    two.wait_for_function(f"() => !({at_first})()", timeout=60_000)
    expect(shown.composer).to_have_value("", timeout=60_000)
    two.evaluate("() => void jupyterapp.commands.execute('docmanager:open', {path: 'cells.ipynb'})")
    two.wait_for_function(at_first, timeout=60_000)
    expect(shown.composer).to_have_value("half a question", timeout=30_000)
    shown.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    shown.page.evaluate("() => { jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart(); }")
    expect(shown.panel).to_contain_text("The kernel is away", timeout=30_000)
    shown.open()
    load = shown.panel.get_by_role("button", name="Load it")
    went = shown.turns.first.get_by_text("the results went with that kernel")
    expect(load.or_(went)).to_be_visible(timeout=90_000)  # it connects again by itself where it still knows the kernel
    if load.is_visible():
        load.click()
    expect(went).to_be_visible(timeout=60_000)
    expect(shown.turns).to_have_count(3)
    shown.close()


def test_a_notebook_without_data_leads_to_a_first_answer_by_two_clicks(browser: Browser, lab: tuple[str, Path]) -> None:
    (lab[1] / "fruit.csv").write_text(
        "fruit,tons\n" + "".join(f"{'apple' if n % 3 else 'pear'},{n % 7}\n" for n in range(40))
    )
    shown = PanelInPage(browser, lab, "empty.ipynb", [LOAD, "print('ready')"])
    shown.connected()
    shown.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    expect(shown.panel.get_by_role("button", name="Start a kernel")).to_be_visible(timeout=30_000)
    shown.composer.fill("total tons")
    shown.composer.press("Enter")
    expect(shown.panel.get_by_role("alert")).to_contain_text("The kernel is new and has no data yet", timeout=60_000)
    expect(shown.composer).to_have_value("total tons")
    expect(shown.turns).to_have_count(0)
    expect(shown.panel.get_by_role("button", name="Run all cells")).to_be_visible()
    shown.panel.get_by_role("button", name="fruit.csv", exact=True).click()
    expect(shown.panel.locator(".am-Chip", has_text="fruit")).to_contain_text("40 × 2", timeout=60_000)
    expect(shown.panel.get_by_role("alert")).to_have_count(0)
    shown.composer.fill("")
    offered = shown.panel.locator(".am-Suggestion", has_text="tons").first
    offered.click(timeout=60_000)
    shown.answered(shown.turns.first)
    expect(shown.turns.first.get_by_role("alert")).to_have_count(0)
    shown.turns.first.locator(".am-Suggestion").first.click()
    shown.answered(shown.turns.nth(1))
    shown.composer.fill("@fr")
    expect(shown.panel.get_by_role("listbox").get_by_role("option").first).to_contain_text("fruit")
    assert findings(shown.page, "#analyst-magic-panel") == []
    shown.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    expect(shown.panel.get_by_role("button", name="Start a kernel")).to_be_visible(timeout=30_000)
    asked = shown.turns.count()
    shown.composer.fill("/xlsx total tons")
    shown.composer.press("Enter")
    expect(shown.panel.get_by_role("alert")).to_contain_text("it knows fruit alone", timeout=60_000)
    expect(shown.composer).to_have_value("/xlsx total tons")
    expect(shown.turns).to_have_count(asked)
    shown.panel.get_by_role("button", name="Run all cells").click()
    cell = shown.page.locator(".jp-Notebook .jp-CodeCell").nth(1)
    expect(cell.locator(".jp-OutputArea-output", has_text="ready")).to_be_visible(timeout=60_000)
    shown.close()
