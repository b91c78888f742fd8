"""Jobs of jupyter-scheduler, in a real Jupyter Server with the real extension: they write our reports.

It needs older packages, and lives in an environment of its own: `make scheduler`. All else there is ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell
from sample_notebooks import markdown, write

from analyst_magic.drawing.browser import find_browser
from analyst_magic.report.execute import execute
from analyst_magic.report.export import read_notebook
from analyst_magic.report_formats import REPORT_FORMATS

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".scheduler" / "bin" / "python"
SPEC = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
DATA = "import pandas as pd\nsales = pd.DataFrame({'region': list('nnswe'), 'revenue': [1, 2, 3, 4, 5]})"
SECONDS = 150
TOKEN = "of-a-test"


class Server:
    """A running Jupyter Server, asked by its REST API."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def ask(self, path: str, body: Any = None) -> Any:
        """What it answers; a body is posted."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/{path}", data, headers), timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text.strip() else None

    def until(self, wanted: Callable[[], Any], seconds: float = SECONDS) -> Any:
        """What is wanted, as soon as it is there."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if found := wanted():
                    return found
            except urllib.error.HTTPError:
                raise
            except (urllib.error.URLError, ConnectionError):
                pass  # it is not up yet
            time.sleep(0.2)
        pytest.fail("It did not come in time.")

    def run(self, notebook: Path, formats: list[str]) -> tuple[dict[str, Any], dict[str, Path]]:
        """Run a job to its end; its record and its files, by format."""
        asked = {"input_uri": str(notebook.relative_to(self.folder)), "name": notebook.stem, "output_formats": formats}
        job = self.ask("scheduler/jobs", {**asked, "runtime_environment_name": "here"})["job_id"]

        def ended() -> Any:
            record = self.ask(f"scheduler/jobs/{job}")
            return record if record["status"] in {"COMPLETED", "FAILED"} else None

        self.until(ended)
        self.ask(f"scheduler/jobs/{job}/download_files")

        def downloaded() -> Any:
            record = self.ask(f"scheduler/jobs/{job}")
            return record if all(file["file_path"] for file in record["job_files"]) else None

        record = self.until(downloaded)
        return record, {file["file_format"]: self.folder / file["file_path"] for file in record["job_files"]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, free_tcp_port_factory: Callable[[], int]) -> Iterator[Server]:
    if not PYTHON.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("make scheduler")
    ours = sysconfig.get_path("purelib")
    for folder in (ROOT / ".scheduler" / "lib").glob("python*/site-packages"):
        (folder / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    home = tmp_path_factory.mktemp("scheduler")
    folder = home / "work"
    folder.mkdir()
    (home / "data").mkdir()
    port = free_tcp_port_factory()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JUPYTER_CONFIG_PATH": str(ROOT / "labextension" / "scheduler-config"),
        "JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter"),  # nbconvert's own templates
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "ANALYST_MODEL": "offline",
        "ANALYST_SANDBOX": "local",
        "ANALYST_SPARES": "0",
    }
    options = [f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}", "--ServerApp.open_browser=False"]
    options += ["--allow-root", f"--ServerApp.root_dir={folder}"]
    with (home / "log").open("w+") as log:
        process = subprocess.Popen(
            [PYTHON, "-m", "jupyter_server", *options], cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            found = Server(f"http://127.0.0.1:{port}", folder)
            found.until(lambda: found.ask("scheduler/runtime_environments"), 90)
            yield found
        finally:
            process.terminate()
            process.wait(30)


def asked(folder: Path, question: str = "total revenue by region", data: str = DATA) -> Path:
    """A notebook that asks one question, and the lock file that answers it."""
    folder.mkdir()
    load = new_code_cell(f"%load_ext analyst_magic\n{data}")
    return write(folder / "sales.ipynb", markdown("# Sales"), load, new_code_cell(f"%%analyst\n{question}"), **SPEC)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SANDBOX", "local"), ("SPARES", "0"), ("MODEL", "offline")):
        monkeypatch.setenv(f"ANALYST_{name}", value)


def text(path: Path) -> str:
    return path.read_text("utf-8")


def test_our_formats_are_choices_of_every_environment(server: Server) -> None:
    wanted = {f"analyst_{form}" for form in REPORT_FORMATS}
    for environment in server.ask("scheduler/runtime_environments"):
        offered = {form["name"]: form["label"] for form in environment["output_formats"]}
        assert offered.keys() >= wanted | {"ipynb", "html"}
        assert offered["analyst_pdf"] == "Analyst report (PDF)"


@pytest.mark.timeout(400)
@pytest.mark.skipif(find_browser() is None, reason="there is no Chromium here")
def test_a_job_runs_a_notebook_from_its_lock_and_writes_reports(server: Server, here: None) -> None:
    notebook = asked(server.folder / "locked")
    (notebook.parent / "report.toml").write_text('header = "ACME monthly"')
    execute(read_notebook(notebook), notebook.parent, frozen=False)
    job, files = server.run(notebook, ["analyst_html", "analyst_pdf", "analyst_docx", "html", "ipynb"])
    assert (job["status"], job["status_message"]) == ("COMPLETED", None)
    assert files["analyst_html"].name.endswith("-report.html")
    assert "the result is unchanged" in text(files["analyst_html"])
    assert "ACME monthly" in text(files["analyst_html"])
    assert files["analyst_pdf"].read_bytes().startswith(b"%PDF")
    assert files["analyst_docx"].read_bytes().startswith(b"PK")
    assert files["html"].name.endswith(".html")
    assert "the result is unchanged" in text(files["ipynb"])


@pytest.mark.timeout(400)
def test_an_answer_that_changed_is_told_in_the_job_and_in_its_report(server: Server, here: None) -> None:
    notebook = asked(server.folder / "changed")
    execute(read_notebook(notebook), notebook.parent, frozen=False)
    notebook.write_text(text(notebook).replace("[1, 2, 3, 4, 5]", "[1, 2, 3, 4, 60]"))
    job, files = server.run(notebook, ["analyst_html"])
    assert job["status"] == "COMPLETED"
    assert "The answer to “total revenue by region” is no longer what was pinned" in job["status_message"]
    assert "One answer is no longer what was pinned in analyst.lock" in text(files["analyst_html"])


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("name", "cell", "said"),
    [
        ("unpinned", "%%analyst\nhow many regions", "Run the notebook once so that analyst.lock holds its answers"),
        ("broken", "1/0", "Cell 3 (“1/0”) failed: ZeroDivisionError: division by zero"),
    ],
)
def test_a_job_that_fails_says_why_and_still_has_its_report(
    name: str, cell: str, said: str, server: Server, here: None
) -> None:
    folder = server.folder / name
    folder.mkdir()
    load = new_code_cell(f"%load_ext analyst_magic\n{DATA}")
    notebook = write(folder / "sales.ipynb", markdown("# Sales"), load, new_code_cell(cell), **SPEC)
    job, files = server.run(notebook, ["analyst_html"])
    assert job["status"] == "FAILED"
    assert said in job["status_message"]
    assert "One cell of this notebook failed." in text(files["analyst_html"])
