"""A chart's card in a cell and in the panel: chart, table and code as tabs, and changes without a model."""

from __future__ import annotations

from pathlib import Path

import nbformat
from playwright.sync_api import Browser, Locator, expect

from .panel import LOAD, SALES, PanelInPage

QUESTION = "total revenue by region as a bar chart"


def drawn(place: Locator) -> str:
    """What Plotly draws there: the kind of the first trace, and its groups in order."""
    trace = "node => { const t = node.data[0]; return [t.type, t.mode || '', ...(t.x || t.labels || [])].join(' '); }"
    return str(place.locator(".js-plotly-plot").first.evaluate(trace))


def walk_through_tabs(card: Locator) -> None:
    """All three tabs show what they say, by the mouse and by the keyboard."""
    expect(card.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=60_000)
    card.get_by_role("tab", name="Table").click()
    expect(card.get_by_role("cell", name="50")).to_be_visible()
    expect(card.locator(".js-plotly-plot")).to_have_count(0)
    card.get_by_role("tab", name="Table").press("ArrowRight")
    expect(card.get_by_role("tab", name="Code")).to_be_focused()
    expect(card.locator("pre").filter(has_text="revenue").first).to_be_visible()
    card.get_by_role("tab", name="Chart").click()
    expect(card.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=30_000)


def test_a_chart_in_a_cell_is_changed_kept_in_the_file_and_the_lock_and_undone(
    browser: Browser, lab: tuple[str, Path]
) -> None:
    shown = PanelInPage(
        browser, lab, "chart-card.ipynb", cells=(LOAD, SALES, f"%%analyst\n{QUESTION}", "print('ready')")
    )
    _, folder = lab
    card = shown.cell(2).locator(".am-CellFigure")
    walk_through_tabs(card)
    card.get_by_label("Kind of chart").select_option("Lines")
    expect(card.get_by_role("button", name="As drawn")).to_be_visible(timeout=30_000)
    shown.page.wait_for_function("document.querySelector('.am-CellFigure .js-plotly-plot')?.data?.[0]?.mode")
    card.get_by_label("Order").select_option("Lowest first")
    shown.page.wait_for_function(
        "document.querySelector('.am-CellFigure .js-plotly-plot')?.data?.[0]?.x?.[0] == 'south'"
    )
    assert drawn(card) == "scatter lines+markers south north"
    assert 'edits.1 = "chart=line, order=lowest"' in (folder / "analyst.lock").read_text()

    shown.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    expect(shown.page.locator(".jp-mod-dirty")).to_have_count(0)
    outputs = nbformat.read(folder / "chart-card.ipynb", 4).cells[2].outputs
    figures = [o.data["application/vnd.plotly.v1+json"] for o in outputs if "application/vnd.plotly.v1+json" in o.data]
    assert figures[0]["data"][0]["mode"] == "lines+markers"

    shown.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 2")
    shown.command("notebook:run-cell")
    expect(shown.cell(2)).to_contain_text("The chart is shown as it was changed: lines, lowest first.", timeout=60_000)
    shown.page.wait_for_function("document.querySelector('.am-CellFigure .js-plotly-plot')?.data?.[0]?.mode")
    card.get_by_role("button", name="As drawn").click()
    shown.page.wait_for_function("document.querySelector('.am-CellFigure .js-plotly-plot')?.data?.[0]?.type == 'bar'")
    expect(card.get_by_role("button", name="As drawn")).to_have_count(0)
    assert "edits" not in (folder / "analyst.lock").read_text()
    shown.close()


def test_a_chart_in_the_panel_is_changed_and_comes_back_so_after_a_reload(opened: PanelInPage) -> None:
    turn = opened.ask(QUESTION)
    opened.answered(turn)
    walk_through_tabs(turn)
    turn.get_by_label("Kind of chart").select_option("Pie")
    expect(turn.get_by_role("button", name="As drawn")).to_be_visible(timeout=30_000)
    opened.page.wait_for_function("document.querySelector('.am-Turn .js-plotly-plot')?.data?.[0]?.type == 'pie'")
    opened.open()
    opened.connected()
    turn = opened.turns.first
    expect(turn.get_by_label("Kind of chart")).to_have_value("pie", timeout=60_000)
    opened.page.wait_for_function("document.querySelector('.am-Turn .js-plotly-plot')?.data?.[0]?.type == 'pie'")
    turn.get_by_role("button", name="As drawn").click()
    opened.page.wait_for_function("document.querySelector('.am-Turn .js-plotly-plot')?.data?.[0]?.type == 'bar'")


def test_a_table_alone_has_its_chart_and_its_code_as_tabs(browser: Browser, lab: tuple[str, Path]) -> None:
    cells = (
        LOAD,
        SALES,
        "%%analyst\ntotal revenue by region",
        "%%analyst\nSQL: SELECT region FROM sales",
        "print('ready')",
    )
    shown = PanelInPage(browser, lab, "table-card.ipynb", cells=cells)
    _, folder = lab
    for card in (shown.cell(2), shown.ask_and_wait("total revenue by region")):
        expect(card.get_by_role("cell", name="50").first).to_be_visible(timeout=60_000)
        expect(card.get_by_role("tab", name="Table")).to_have_attribute("aria-selected", "true", timeout=30_000)
        grid = card.locator(".am-Grid-scroller")
        if grid.count():  # the panel's, which is narrow
            assert grid.evaluate("node => node.scrollWidth <= node.clientWidth"), "the values are out of sight"
        card.get_by_role("tab", name="Chart").click()
        expect(card.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=60_000)
        assert drawn(card) == "bar  north south"
        card.get_by_role("tab", name="Code").click()
        expect(card.locator("pre").filter(has_text="SUM").first).to_be_visible()
        card.get_by_role("tab", name="Chart").click()
    shown.cell(2).get_by_label("Kind of chart").select_option("Pie")
    shown.page.wait_for_function("document.querySelector('.jp-Notebook .js-plotly-plot')?.data?.[0]?.type == 'pie'")
    assert 'edits.1 = "chart=pie"' in (folder / "analyst.lock").read_text()
    listing = shown.cell(3)
    expect(listing.get_by_role("tab", name="Code")).to_be_visible(timeout=60_000)
    expect(listing.get_by_role("tab", name="Chart")).to_have_count(0)
    shown.close()
