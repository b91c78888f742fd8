"""A real browser for the tests of what appears on a page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import serving
from fakes import ScriptedModel
from playwright.sync_api import Browser, Page, sync_playwright

import analyst_magic

from . import kernels
from .panel import PanelInPage

PANEL = Path(analyst_magic.__file__).parent / "labextension"
# The one without a window takes half the work of a page.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a skip that says what is missing; in CI it has to be there."""
    if CHROMIUM is None:
        message = "No Chromium on the PATH: install it (Debian: apt-get install chromium) to test in a browser."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    """The endpoint that the kernels' questions go to, where they name the model ``openai:scripted-small``."""
    with ScriptedModel() as server:
        yield server


@pytest.fixture(scope="module")
def lab(
    tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel, forks: dict[str, str]
) -> Iterator[tuple[str, Path]]:
    """JupyterLab on a free port: its address with the token, and the folder that it shows."""
    folder = tmp_path_factory.mktemp("lab")
    runtime = tmp_path_factory.mktemp("runtime")
    environment = {"ANALYST_SPARES": "0", "OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "k-test",
                   "ANALYST_MODEL": "offline", **forks}  # fmt: skip
    environment["JUPYTER_PATH"] = os.pathsep.join([str(runtime / "share"), forks["JUPYTER_PATH"]])
    kernels.install(runtime / "share")
    if (PANEL / "package.json").exists():  # of this checkout, wherever the environment has another
        (runtime / "share" / "labextensions").mkdir()
        (runtime / "share" / "labextensions" / "analyst-magic-lab").symlink_to(PANEL)
    exposed = "--LabApp.expose_app_in_browser=True"
    with serving.jupyter("lab", folder, runtime, folder / "server.log", exposed, **environment) as url:
        yield url, folder


@pytest.fixture
def opened(browser: Browser, lab: tuple[str, Path], request: pytest.FixtureRequest) -> Iterator[PanelInPage]:
    """A notebook with a frame and the panel, connected."""
    shown = PanelInPage(browser, lab, f"{request.node.name[:60]}.ipynb")
    shown.connected()
    yield shown
    shown.close()


def run_all(page: Page) -> None:
    """Wait for the notebook's kernel, and run all cells."""
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel", timeout=60_000)
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.ready")
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
