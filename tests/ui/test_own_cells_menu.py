"""The user's own cells in JupyterLab: explained, fixed and documented from the menu, and never changed unasked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import ScriptedModel
from playwright.sync_api import Browser, Locator, expect

from .panel import LOAD, SALES, PanelInPage

MODEL = "%config AnalystSettings.model = 'openai:scripted-small'"
WRONG, RIGHT = "ratio = 1 / 0", "ratio = 1 / 2"
CELLS = (LOAD, MODEL, SALES)


@pytest.fixture
def shown(
    browser: Browser, lab: tuple[str, Path], model: ScriptedModel, request: pytest.FixtureRequest
) -> Iterator[PanelInPage]:
    """A notebook whose last cell, the fourth, ended in an error."""
    model.clear()
    opened = PanelInPage(browser, lab, f"{request.node.name[:60]}.ipynb", CELLS)
    opened.connected()
    opened.page.evaluate("() => { const { content } = jupyterapp.shell.currentWidget; content.activeCellIndex = 2; }")
    opened.page.evaluate("() => jupyterapp.commands.execute('notebook:insert-cell-below')")
    opened.page.evaluate(
        "text => jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.setSource(text)", WRONG
    )
    opened.command("notebook:run-cell")
    expect(opened.cell(3)).to_contain_text("ZeroDivisionError", timeout=30_000)
    yield opened
    opened.close()


def sources(shown: PanelInPage) -> list[str]:
    """What stands in each cell."""
    found: list[str] = shown.page.evaluate(
        "() => jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.sharedModel.source)"
    )
    return found


def entry(shown: PanelInPage, index: int, label: str) -> Locator:
    """The entry of a cell's context menu."""
    cell = shown.cell(index)
    cell.locator(".jp-InputPrompt").click()
    cell.locator(".jp-InputPrompt").click(button="right")
    return shown.page.locator(".lm-Menu .lm-Menu-item", has_text=label)


def dialog(shown: PanelInPage) -> Locator:
    """The dialog that is open."""
    found = shown.page.locator(".jp-Dialog")
    expect(found).to_be_visible(timeout=60_000)
    return found


def test_a_fix_is_shown_as_a_difference_that_is_rejected_or_accepted(shown: PanelInPage, model: ScriptedModel) -> None:
    model.say(f"It divides by zero.\n```python\n{RIGHT}\n```")
    entry(shown, 3, "Fix This Cell").click()
    asked = dialog(shown)
    for part in ("Change this cell?", "It divides by zero.", f"- {WRONG}", f"+ {RIGHT}"):
        expect(asked).to_contain_text(part)
    assert sources(shown) == [*CELLS, WRONG]
    assert "ZeroDivisionError" in model.received
    asked.get_by_role("button", name="Reject").click()
    expect(shown.page.locator(".jp-Dialog")).to_have_count(0)
    assert sources(shown) == [*CELLS, WRONG]

    model.say(f"It divides by zero.\n```python\n{RIGHT}\n```")
    entry(shown, 3, "Fix This Cell").click()
    dialog(shown).get_by_role("button", name="Accept").click()
    expect(shown.cell(3).locator(".jp-InputArea-editor")).to_contain_text(RIGHT)
    assert sources(shown) == [*CELLS, RIGHT]
    expect(shown.cell(3)).to_contain_text("ZeroDivisionError")  # it was not run


def test_an_explanation_changes_nothing(shown: PanelInPage, model: ScriptedModel) -> None:
    model.say("It divides one by <b>zero</b>.")
    entry(shown, 3, "Explain This Cell").click()
    said = dialog(shown)
    expect(said).to_contain_text("This cell")
    expect(said).to_contain_text("It divides one by")
    expect(said.locator("b")).to_have_count(0)  # a reply is text, and never markup
    said.get_by_role("button", name="Close").click()
    assert sources(shown) == [*CELLS, WRONG]


def test_notes_stand_above_cells_where_each_is_accepted(shown: PanelInPage, model: ScriptedModel) -> None:
    model.say('{"notes": [{"cell": 3, "text": "Sales by region."}, {"cell": 4, "text": "The ratio."}]}')
    entry(shown, 3, "Document This Notebook").click()
    expect(dialog(shown)).to_contain_text("+ Sales by region.")
    assert sources(shown) == [*CELLS, WRONG]
    dialog(shown).get_by_role("button", name="Accept").click()
    expect(dialog(shown)).to_contain_text("+ The ratio.")
    dialog(shown).get_by_role("button", name="Reject").click()
    expect(shown.page.locator(".jp-Dialog")).to_have_count(0)
    assert sources(shown) == [LOAD, MODEL, "Sales by region.", SALES, WRONG]
    kinds = "() => jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.type)"
    assert shown.page.evaluate(kinds) == ["code", "code", "markdown", "code", "code"]


def test_a_cell_that_changed_while_its_difference_was_shown_stays_as_it_is(
    shown: PanelInPage, model: ScriptedModel
) -> None:
    model.say(f"It divides by zero.\n```python\n{RIGHT}\n```")
    entry(shown, 3, "Fix This Cell").click()
    asked = dialog(shown)
    change = "text => jupyterapp.shell.currentWidget.content.widgets[3].model.sharedModel.setSource(text)"
    shown.page.evaluate(change, "ratio = 7")
    asked.get_by_role("button", name="Accept").click()
    expect(dialog(shown)).to_contain_text("The cell has changed meanwhile.")
    dialog(shown).get_by_role("button", name="Close").click()
    assert sources(shown) == [*CELLS, "ratio = 7"]


def test_a_cell_of_questions_is_not_offered_for_it(shown: PanelInPage) -> None:
    change = "text => jupyterapp.shell.currentWidget.content.widgets[3].model.sharedModel.setSource(text)"
    shown.page.evaluate(change, "%%analyst\ntotal revenue")
    for label in ("Explain This Cell", "Fix This Cell"):
        offered = entry(shown, 3, label)
        expect(offered).to_have_attribute("aria-disabled", "true")
        shown.page.keyboard.press("Escape")
