"""The panel and the cells in the language that is chosen in the panel, with numbers as that language writes them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .panel import LOAD, PanelInPage

ORDERS = (
    "import pandas as pd\n"
    "orders = pd.DataFrame({'region': ['Nord', 'Süd', 'שלום עולם'] * 400, 'revenue': [1250.5, 20.25, 3100.75] * 400})\n"
    "print('ready')"
)
ADD_CELL = (
    "source => { const { content } = jupyterapp.shell.currentWidget;"
    "const at = content.widgets.length;"
    "content.model.sharedModel.addCell({cell_type: 'code', source}); content.activeCellIndex = at;"
    "void jupyterapp.commands.execute('notebook:run-cell'); }"
)


def picture(shown: PanelInPage, name: str) -> None:
    """Keep a picture of the page where ``TEST_PICTURES`` names a folder, to be looked at."""
    if folder := os.environ.get("TEST_PICTURES"):
        shown.page.screenshot(path=f"{folder}/{name}.png")


def choose(shown: PanelInPage, language: str) -> None:
    """Choose a language in the panel's settings, whatever language they are in now."""
    gear = shown.panel.locator(".am-Header .am-Bar button").last
    if gear.get_attribute("aria-expanded") != "true":
        gear.click()
    shown.panel.locator(".am-Setting select").first.select_option(language)


def clipped(shown: PanelInPage) -> list[str]:
    """The buttons of the panel whose words do not fit into them, or that reach beyond it."""
    found: list[str] = shown.panel.evaluate(
        "panel => [...panel.querySelectorAll('button, label, summary, legend')].filter(node => node.offsetWidth && "
        "!node.closest('.am-Grid-table') && "
        "(node.scrollWidth > node.clientWidth + 2 && getComputedStyle(node).overflow !== 'visible' || "
        "node.getBoundingClientRect().right > panel.getBoundingClientRect().right + 1)).map(node => node.textContent)"
    )
    return found


@pytest.mark.docker
def test_the_panel_and_a_cell_are_in_german_and_in_chinese(browser: Browser, lab: tuple[str, Path]) -> None:
    shown = PanelInPage(browser, lab, "language.ipynb", [LOAD, ORDERS])
    shown.connected()
    choose(shown, "de")
    expect(shown.panel.get_by_role("button", name="Fragen", exact=True)).to_be_visible(timeout=30_000)
    expect(shown.panel.get_by_text("1.200 × 2")).to_be_visible()
    picture(shown, "german_settings")
    assert clipped(shown) == []
    box = shown.panel.get_by_role("textbox", name="Ihre Frage")
    box.fill("rows of orders")
    box.press("Enter")
    shown.answered(shown.turns.first)
    box.fill("PYTHON: orders.assign(total=orders.revenue * 1000)")
    box.press("Enter")
    table = shown.turns.nth(1)
    shown.answered(table)
    expect(table.locator(".am-Grid-table")).to_contain_text("1.250.500", timeout=30_000)
    expect(table.locator(".am-Grid [role=status]")).to_contain_text("1.200 Zeilen")
    expect(table.locator(".am-Fold.am-mod-code summary")).to_contain_text("1.200 Zeilen von orders")
    table.locator(".am-Grid input").fill("3.100.750")
    assert table.locator(".am-Grid input").evaluate("node => node.offsetWidth") >= 100
    expect(table.locator(".am-Grid [role=status]")).to_contain_text("400 von 1.200 Zeilen")
    picture(shown, "german_panel")
    shown.page.evaluate(ADD_CELL, "%%analyst\nPYTHON:\nfloat(orders.revenue.sum() * 1000)")
    cell = shown.cell(2)
    expect(cell.locator(".analyst-number")).to_contain_text("1.748.600.000", timeout=90_000)
    expect(cell).to_contain_text("1.200 Zeilen von orders")
    assert "1,748,600,000" not in cell.inner_text()
    picture(shown, "german_cell")
    choose(shown, "zh")
    expect(shown.panel.get_by_role("button", name="提问", exact=True)).to_be_visible(timeout=30_000)
    picture(shown, "chinese_settings")
    expect(shown.panel.locator(".am-View")).to_have_attribute("lang", "zh")  # how its letters are drawn
    expect(table.locator(".am-Grid [role=status]")).to_contain_text("1,200 行")
    assert clipped(shown) == []
    expect(shown.panel.locator(".am-Header .am-Bar button").last).to_have_attribute("aria-label", "设置")
    choose(shown, "auto")
    expect(shown.panel.get_by_role("button", name="Ask", exact=True)).to_be_visible(timeout=30_000)
    shown.close()


@pytest.mark.docker
def test_hebrew_and_arabic_run_from_right_to_left(browser: Browser, lab: tuple[str, Path]) -> None:
    shown = PanelInPage(browser, lab, "direction.ipynb", [LOAD, ORDERS])
    shown.connected()
    turn = shown.ask_and_wait("כמה שורות יש בטבלה orders?")
    direction = "node => getComputedStyle(node).direction"
    assert turn.locator(".am-Question").evaluate(direction) == "rtl"
    table = shown.ask_and_wait("PYTHON: orders.drop_duplicates().rename(columns={'revenue': 'הכנסות'})")
    cell = table.get_by_text("שלום עולם").first
    expect(cell).to_be_visible(timeout=30_000)
    assert cell.evaluate(direction) == "rtl"
    assert table.get_by_text("Nord").first.evaluate(direction) == "ltr"
    picture(shown, "right_to_left")
    shown.close()
