"""A table of many rows in a cell: what is counted, sorted and saved is the whole, or it is said to be a part."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from .panel import PanelInPage

ROWS = 60_000
LARGE = (
    "import pandas as pd\n%load_ext analyst_magic\n"
    f"big = pd.DataFrame({{'airport': ['JFK', 'LGA', 'EWR'] * {ROWS // 3}, 'n': range({ROWS}), 'text': 'x' * 90}})"
)


def test_a_large_table_in_a_cell_is_filtered_sorted_and_saved_as_a_whole(
    browser: Browser, lab: tuple[str, Path]
) -> None:
    shown = PanelInPage(browser, lab, "large-table.ipynb", cells=(LARGE, "%%analyst\nPYTHON: big", "print('ready')"))
    cell = shown.cell(1)
    said = cell.locator(".am-Grid").get_by_role("status")
    expect(said).to_have_text(f"{ROWS:,} rows", timeout=90_000)
    expect(cell.get_by_role("button", name="Parquet")).to_be_visible(timeout=30_000)
    cell.get_by_role("searchbox").fill("jfk")
    expect(said).to_have_text(f"{ROWS // 3:,} of {ROWS:,} rows")
    for _ in range(2):
        cell.get_by_role("button", name="n", exact=True).click()
    expect(cell.locator(".am-Grid-table tbody")).to_contain_text(f"{ROWS - 3:,}")
    with shown.page.expect_download() as download:
        cell.get_by_role("button", name="CSV").click()
    assert sum(1 for _ in download.value.path().open()) == ROWS // 3 + 1
    shown.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    cell.get_by_role("searchbox").fill("lga")
    expect(said).to_contain_text("of the first", timeout=30_000)
    expect(said).to_contain_text(f"the table has {ROWS:,}: run the cell again")
    shown.close()
