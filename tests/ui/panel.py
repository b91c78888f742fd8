"""The side panel in a real page: opens a notebook and the panel beside it, asks, and waits as a user does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Locator, Page, expect

SALES = (
    "import pandas as pd\n"
    "sales = pd.DataFrame({'region': ['north', 'south', 'north'], 'revenue': [10.0, 20.0, 40.0]})\n"
    "print('ready')"
)
LOAD = "%load_ext analyst_magic"

# JupyterLab takes seconds to load: pages whose notebook was closed, with the errors of their scripts, by their server.
PAGES: dict[str, tuple[Page, list[str]]] = {}
OPEN_IN_PAGE = """async path => {
    await window.jupyterapp.commands.execute('docmanager:open', { path, factory: 'Notebook' });
}"""
LEAVE = """async () => {
    for (const widget of [...window.jupyterapp.shell.widgets('main')]) {
        if (widget.context) {
            widget.context.model.dirty = false;  // else it asks whether to save
        }
        const gone = new Promise(resolve => widget.disposed.connect(resolve));
        widget.close();
        await gone;
    }
    localStorage.clear();
}"""


def new_page(browser: Browser) -> tuple[Page, list[str]]:
    """An empty page, and the list to which errors of its scripts go."""
    page, errors = browser.new_page(), []  # type: Page, list[str]
    page.on("pageerror", lambda error: errors.append(f"{error}\n{error.stack}"))
    return page, errors


class PanelInPage:
    """A notebook with the panel open beside it.

    Args:
        browser: Chromium.
        address: JupyterLab's, with its folder.
        name: The notebook's file.
        cells: Its cells; they are run.
        kernel: The kernel's name.
        fresh: Whether JupyterLab is loaded for it.
        width: The page's, in pixels.
        place: The address below which notebooks open: ``lab/tree``, or ``notebooks`` of Notebook 7.
    """

    def __init__(
        self,
        browser: Browser,
        address: tuple[str, Path],
        name: str,
        cells: Sequence[str] = (LOAD, SALES),
        kernel: str = "python3",
        width: int = 1400,
        place: str = "lab/tree",
        fresh: bool = False,
    ) -> None:
        self.url, self.folder = address
        self.place = place
        self.name = name
        metadata = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
        nbformat.write(new_notebook(cells=[new_code_cell(c) for c in cells], metadata=metadata), self.folder / name)
        loaded = PAGES.pop(self.url, None) if place == "lab/tree" and not fresh else None
        self.page, self.errors = loaded or new_page(browser)
        self.page.set_viewport_size({"width": width, "height": 1000})
        if loaded:
            self.page.evaluate(OPEN_IN_PAGE, name)
            self.ready()
        else:
            self.open()
        if cells:
            self.command("notebook:run-all-cells")
            output = self.cell(len(cells) - 1).locator(".jp-OutputArea-output")
            expect(output).to_contain_text("ready", timeout=60_000)

    def open(self) -> None:
        """Load the page, with the notebook in front and the panel open."""
        self.page.goto(f"{self.url}{self.place}/{self.name}?token=secret&reset")
        self.ready()

    def ready(self) -> None:
        """Wait for the notebook's kernel, and open the panel."""
        self.page.wait_for_function(
            "window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel", timeout=60_000
        )
        self.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.ready")
        self.command("analyst-magic:open")
        expect(self.panel).to_be_visible(timeout=30_000)

    def command(self, name: str) -> None:
        """Run a command of JupyterLab without waiting for its end."""
        self.page.evaluate("name => void window.jupyterapp.commands.execute(name)", name)

    @property
    def panel(self) -> Locator:
        return self.page.locator("#analyst-magic-panel")

    def cell(self, index: int) -> Locator:
        """A cell of the notebook."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def source(self, index: int) -> str:
        """What stands in a cell."""
        cells = "jupyterapp.shell.currentWidget.content.widgets"
        return str(self.page.evaluate(f"index => {cells}[index].model.sharedModel.source", index))

    def connected(self) -> None:
        """Wait until the kernel has answered the panel."""
        view = self.panel.locator(".am-View")
        expect(view).to_have_attribute("data-connection", "connected", timeout=60_000)

    @property
    def composer(self) -> Locator:
        return self.panel.get_by_role("textbox", name="Your question")

    def ask(self, text: str) -> Locator:
        """Ask; returns the question's place in the panel."""
        number = self.turns.count()
        self.composer.fill(text)
        self.composer.press("Enter")
        expect(self.turns).to_have_count(number + 1)
        return self.turns.nth(number)

    def ask_and_wait(self, text: str) -> Locator:
        """Ask, and wait for the end of the answer."""
        turn = self.ask(text)
        self.answered(turn)
        return turn

    @property
    def turns(self) -> Locator:
        return self.panel.locator(".am-Turn")

    @staticmethod
    def answered(turn: Locator, timeout: float = 90_000) -> None:
        """Wait for the end of an answer."""
        expect(turn).to_have_attribute("data-status", "done", timeout=timeout)

    def close(self) -> None:
        """Close the notebook and end the kernel; no script of the page may have failed. The next opens in it.

        Notebook 7.6 fails once at each start, with the panel and without it: there only ours count.
        """
        raised = [*self.errors]  # what the end of the kernel cancels is no fault of the page
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget?.sessionContext?.shutdown()")
        errors = [error for error in raised if self.place == "lab/tree" or "analyst-magic-lab" in error]
        assert not errors, errors
        if self.place != "lab/tree" or self.url in PAGES or raised:
            self.page.close()
            return
        self.page.unroute_all()
        self.page.evaluate(LEAVE)
        self.errors.clear()
        PAGES[self.url] = self.page, self.errors
