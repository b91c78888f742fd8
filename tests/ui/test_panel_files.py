"""Where data come into the panel and notebooks begin: files that are dropped, the launcher, a cell that loads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .panel import LOAD, SALES, PanelInPage
from .waiting import wait_until

DROP = """([node, name, text]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], name));
    const send = type => node.dispatchEvent(new DragEvent(type, {dataTransfer, bubbles: true, cancelable: true}));
    return [send('dragover'), send('drop')];
}"""


def test_a_file_of_this_machine_that_is_dropped_on_the_panel_is_asked_about(opened: PanelInPage) -> None:
    dropped = opened.page.evaluate(
        DROP, [opened.panel.element_handle(), "harvest.csv", "fruit,tons\napple,12\npear,30\n"]
    )
    assert dropped == [False, False], "the browser would open the file in place of the page"
    expect(opened.panel.locator(".am-Chip", has_text="harvest")).to_be_visible(timeout=60_000)
    turn = opened.ask_and_wait("total tons in harvest")
    expect(turn.locator(".am-Number-text", has_text="42")).to_be_visible()
    assert (opened.folder / "harvest.csv").exists()


def test_what_cannot_be_read_is_told(opened: PanelInPage) -> None:
    opened.page.evaluate(DROP, [opened.panel.element_handle(), "notes.xyz", "nothing"])
    expect(opened.panel.get_by_role("alert")).to_contain_text("notes.xyz", timeout=60_000)


def test_a_file_is_dragged_from_the_file_browser_to_the_panel(browser: Browser, lab: tuple[str, Path]) -> None:
    (lab[1] / "orchard.csv").write_text("tree,apples\na,12\nb,30\n")
    shown = PanelInPage(browser, lab, "dragged.ipynb", [LOAD, SALES])
    shown.connected()
    item = shown.page.locator(".jp-DirListing-item", has_text="orchard.csv").bounding_box()
    panel = shown.panel.bounding_box()
    assert item is not None
    assert panel is not None
    mouse = shown.page.mouse
    mouse.move(item["x"] + 40, item["y"] + 8)
    mouse.down()
    mouse.move(item["x"] + 90, item["y"] + 40, steps=5)
    mouse.move(panel["x"] + 80, panel["y"] + 300, steps=10)
    mouse.up()
    expect(shown.panel.locator(".am-Chip", has_text="orchard")).to_be_visible(timeout=60_000)
    shown.close()


def test_the_launchers_card_opens_a_notebook_with_the_panel_beside_it(browser: Browser, lab: tuple[str, Path]) -> None:
    shown = PanelInPage(browser, lab, "launched-from.ipynb", ["print('ready')"], fresh=True)
    shown.command("application:toggle-right-area")
    expect(shown.panel).to_be_hidden()
    shown.page.evaluate("() => void jupyterapp.commands.execute('launcher:create')")
    card = shown.page.locator(".jp-LauncherCard", has_text="Analyst notebook")
    card.click(timeout=30_000)
    expect(shown.page.locator(".jp-Notebook:visible .jp-Cell").first).to_contain_text(LOAD, timeout=60_000)
    expect(shown.panel).to_be_visible(timeout=60_000)
    shown.connected()
    expect(shown.composer).to_be_focused()
    shown.close()


@pytest.mark.parametrize("kernel", ["python3", "older"])
def test_while_a_cell_loads_the_extension_nobody_is_asked_to_load_it(
    browser: Browser, lab: tuple[str, Path], kernel: str
) -> None:
    """The cell waits for its user, so that the panel is seen meanwhile."""
    shown = PanelInPage(browser, lab, f"loading-{kernel}.ipynb", [], kernel=kernel)
    expect(shown.panel.get_by_role("button", name="Load it")).to_be_visible(timeout=60_000)
    shown.page.evaluate(
        "source => jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.setSource(source)",
        f"input('wait')\n{LOAD}",
    )
    shown.command("notebook:run-cell")
    expect(shown.panel.locator(".am-Connection")).to_contain_text("A cell is loading Analyst Magic")
    expect(shown.panel.get_by_role("button", name="Load it")).to_have_count(0)
    prompt = shown.page.locator("input.jp-Stdin-input")
    prompt.fill("go")
    prompt.press("Enter")
    shown.connected()
    shown.close()


def test_a_search_in_a_large_table_asks_the_kernel_once_and_not_for_each_letter(
    browser: Browser, lab: tuple[str, Path]
) -> None:
    rows = 60_000
    made = f"big = pd.DataFrame({{'airport': ['JFK', 'LGA'] * {rows // 2}, 'text': 'x' * 90}})"
    large = f"import pandas as pd\n{LOAD}\n{made}"
    shown = PanelInPage(browser, lab, "searched.ipynb", cells=(large, "%%analyst\nPYTHON: big", "print('ready')"))
    cell = shown.cell(1)
    said = cell.locator(".am-Grid").get_by_role("status")
    expect(said).to_have_text(f"{rows:,} rows", timeout=90_000)
    expect(cell.get_by_role("button", name="Parquet")).to_be_visible(timeout=30_000)
    shown.page.evaluate(
        """() => {
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            window.searched = [];
            kernel.anyMessage.connect((_, { msg, direction }) => {
                if (direction === 'send' && msg.content?.data?.words) window.searched.push(msg.content.data.words);
            });
        }"""
    )
    cell.get_by_role("searchbox").press_sequentially("jfk", delay=40)
    expect(said).to_have_text(f"{rows // 2:,} of {rows:,} rows")
    wait_until(shown.page, "window.searched.length > 0")
    assert set(shown.page.evaluate("window.searched")) == {"jfk"}
    shown.close()
