"""The side panel as a page: tables of many rows, files, two notebooks, the keyboard, themes and accessibility."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from playwright.sync_api import Browser, expect

from .axe import findings
from .panel import LOAD, SALES, PanelInPage

MANY = "PYTHON: import pandas as pd\npd.DataFrame({'n': range(100_000), 'name': [f'row {i}' for i in range(100_000)]})"


WATCH = """panel => { window.said = new Set();
  new MutationObserver(() => window.said.add(panel.innerText.slice(0, 300))).observe(
    panel, { subtree: true, childList: true, characterData: true }); }"""


def test_a_hundred_thousand_rows_scroll_sort_filter_and_download(opened: PanelInPage) -> None:
    turn = opened.ask(MANY)
    opened.answered(turn)
    grid = turn.locator(".am-Grid")
    expect(grid).to_contain_text("100,000 rows")
    assert grid.locator("td").count() < 200
    scroller = grid.locator(".am-Grid-scroller")
    frames = opened.page.evaluate(
        """node => new Promise(done => { const times = []; let at = 0, last = performance.now();
        const step = now => { times.push(now - last); last = now; at += 1; node.scrollTop = at * 20000;
          at < 60 ? requestAnimationFrame(step) : done(times.sort((a, b) => a - b)); };
        requestAnimationFrame(step); })""",
        scroller.element_handle(),
    )
    assert frames[len(frames) // 2] < 50, f"half of the frames took {frames[len(frames) // 2]:.0f} ms or more"
    scroller.evaluate("node => { node.scrollTop = node.scrollHeight; }")
    expect(grid.get_by_role("cell", name="row 99999", exact=True)).to_be_visible()
    scroller.evaluate("node => { node.scrollTop = 0; }")
    head = grid.get_by_role("columnheader", name="n", exact=True)
    for order in ("ascending", "descending"):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", order)
    expect(grid.locator("tbody tr[aria-rowindex='2'] td").nth(1)).to_have_text("99,999")
    grid.get_by_role("searchbox").fill("row 4242")
    expect(grid).to_contain_text("11 of 100,000 rows")
    with opened.page.expect_download() as chosen:
        grid.get_by_role("button", name="CSV").click()
    lines = Path(chosen.value.path()).read_text().splitlines()
    assert (lines[0], len(lines)) == ("n,name", 12)
    with opened.page.expect_download() as whole:
        grid.get_by_role("button", name="Parquet").click()
    assert parquet.read_table(io.BytesIO(Path(whole.value.path()).read_bytes())).num_rows == 100_000
    turn.get_by_role("button", name="Insert", exact=True).click()
    opened.command("notebook:run-cell")
    output = opened.page.locator(".jp-Notebook .jp-OutputArea .am-Grid")
    expect(output).to_contain_text("100,000 rows", timeout=60_000)
    expect(output.get_by_role("cell", name="row 3", exact=True)).to_be_visible()


def test_a_document_is_downloaded_from_its_card(opened: PanelInPage) -> None:
    turn = opened.ask("total revenue by region as an Excel file")
    opened.answered(turn)
    card = turn.locator(".am-Document")
    expect(card).to_contain_text("Excel workbook")
    with opened.page.expect_download() as chosen:
        card.get_by_role("link", name="Download").click()
    assert Path(chosen.value.path()).read_bytes()[:2] == b"PK"


def test_two_notebooks_have_two_conversations(browser: Browser, lab: tuple[str, Path]) -> None:
    one = PanelInPage(browser, lab, "one.ipynb")
    two = PanelInPage(browser, lab, "two.ipynb")
    one.connected()
    two.connected()
    asked = [one.ask("total revenue by region"), two.ask("mean revenue")]
    for shown, turn in zip((one, two), asked, strict=True):
        shown.answered(turn)
        expect(shown.turns).to_have_count(1)
    one.page.evaluate("() => void jupyterapp.commands.execute('docmanager:open', {path: 'two.ipynb'})")
    expect(one.panel.locator(".am-Question")).to_have_text("mean revenue", timeout=30_000)
    one.page.evaluate("() => void jupyterapp.commands.execute('docmanager:open', {path: 'one.ipynb'})")
    expect(one.panel.locator(".am-Question")).to_have_text("total revenue by region")
    two.page.close()
    one.close()


def test_the_keyboard_alone_asks_opens_the_code_and_stops(opened: PanelInPage) -> None:
    page = opened.page
    opened.cell(1).locator(".jp-OutputArea").click()
    page.keyboard.press("Alt+a")
    expect(opened.composer).to_be_focused()
    page.keyboard.type("total revenue by region")
    page.keyboard.press("Enter")
    opened.answered(opened.turns.first)
    reached = []
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        reached.append(page.evaluate("() => (document.activeElement.ariaLabel || document.activeElement.textContent)"))
        if "3 rows of sales" in str(reached[-1]):
            break
    assert "Insert" in reached
    page.keyboard.press("Enter")
    expect(opened.turns.first.locator("details.am-mod-code")).to_have_attribute("open", "")
    page.keyboard.press("Alt+a")
    page.keyboard.type("PYTHON: import time; time.sleep(600)")
    page.keyboard.press("Enter")
    expect(opened.turns.nth(1).locator(".am-Stage")).to_contain_text("Running", timeout=60_000)
    page.keyboard.press("Alt+Shift+A")
    opened.answered(opened.turns.nth(1))


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_serious_in_either_theme(opened: PanelInPage, theme: str) -> None:
    opened.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    light = theme.endswith("Light")
    expect(opened.page.locator("body")).to_have_attribute("data-jp-theme-light", "true" if light else "false")
    for question in ("total revenue by region", "total happiness by planet", "revenue by region as a bar chart"):
        opened.answered(opened.ask(question))
    opened.panel.locator(".am-Chip", has_text="sales").click()
    opened.turns.first.locator("details.am-mod-code summary").click()
    colour = opened.panel.evaluate("node => getComputedStyle(node).backgroundColor")
    assert (colour == "rgb(255, 255, 255)") == light
    assert findings(opened.page, "#analyst-magic-panel") == []


def test_a_data_file_is_asked_about_from_the_file_browser(browser: Browser, lab: tuple[str, Path]) -> None:
    (lab[1] / "harvest 2025.csv").write_text("fruit,tons\napple,12\npear,30\n")
    shown = PanelInPage(browser, lab, "start.ipynb", [LOAD, "print('ready')"])
    item = shown.page.locator(".jp-DirListing-item", has_text="harvest 2025.csv")
    item.click(button="right")
    shown.page.evaluate(WATCH, shown.panel.element_handle())
    shown.page.get_by_role("menuitem", name="Ask about This File").click()
    expect(shown.panel.locator(".am-Chip", has_text="harvest_2025")).to_contain_text("2 × 2", timeout=90_000)
    said = " ".join(shown.page.evaluate("[...window.said]"))
    assert "Looking at" in said
    for wrong in ("No kernel runs", "The kernel is away", "not loaded"):
        assert wrong not in said
    turn = shown.ask("total tons")
    shown.answered(turn)
    expect(turn.locator(".am-Number-text", has_text="42")).to_be_visible()
    shown.close()


def test_the_cell_of_a_question_is_prose_and_has_a_button_that_brings_it_to_the_panel(
    browser: Browser, lab: tuple[str, Path]
) -> None:
    question = "%%analyst\ntotal revenue for each region"
    shown = PanelInPage(browser, lab, "question.ipynb", [LOAD, SALES, question, "print('ready')"])
    cell, other = shown.cell(2), shown.cell(3)
    expect(cell.locator(".cm-line")).to_have_count(2)
    assert cell.locator(".cm-line span").count() == 0, "a question is coloured as Python"
    cell.locator(".cm-content").click()
    cell.get_by_role("button", name="Ask this question in the panel").click()
    expect(shown.composer).to_have_value("total revenue for each region")
    other.locator(".cm-content").click()
    expect(other.get_by_role("button", name="Ask this question in the panel")).to_have_count(0)
    shown.close()
