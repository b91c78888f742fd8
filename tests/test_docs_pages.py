"""The pages of ``docs`` do what they say: each cell and each command is run, in order, and shows what the page shows.

``python`` and ``ipython`` blocks are cells of one notebook for each page, ``console`` blocks are commands in its
folder, where the notebook so far lies as ``notebook.ipynb``. A ``text`` block holds lines that the block before it
shows. A block that cannot be run here says why in a comment before it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

import analyst_magic
from analyst_magic.history import lock
from analyst_magic.semantics import ossie
from analyst_magic.settings import AnalystSettings

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
REASONS = {
    "fails on purpose",
    "installs",
    "needs a cluster",
    "needs a key",
    "needs a model",
    "needs a notebook with parameters",
    "needs a server",
    "needs a template of yours",
    "needs an answer of yours",
    "needs data of yours",
    "needs a Redis",
    "starts a server",
    "takes minutes",
}
"""Why a block may be left out."""
BLOCK = re.compile(r"(?:^<!-- not run: (?P<reason>[^>]*?) -->\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
CELLS = {"python", "ipython"}
RUN = CELLS | {"console"}
SHOWN = {"text", "toml", "yaml"}
"""What a block shows, or the text of a file: ``toml`` of a package of somebody's own, ``yaml`` of a workflow."""


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    kind: str
    text: str
    reason: str


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found = BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [Block(match["kind"], match["text"].rstrip("\n"), match["reason"] or "") for match in found]


WRITTEN = [page for page in sorted(DOCS.rglob("*.md")) if "_build" not in page.parts]
PAGES = [page for page in WRITTEN if any(block.kind in RUN for block in blocks(page))]


def test_what_is_not_run_has_a_reason_that_holds() -> None:
    reasons = {block.reason for page in PAGES for block in blocks(page) if block.reason}
    assert reasons <= REASONS
    left_out = sum(bool(block.reason) for page in PAGES for block in blocks(page))
    assert left_out < sum(block.kind in RUN for page in PAGES for block in blocks(page)) / 4


def test_each_block_is_of_a_kind_that_a_test_runs_or_that_nothing_can_run() -> None:
    """``sh`` holds requests to a server, which tests/test_tasks.py sends; ``py`` is a configuration file."""
    fences = {
        (page.name, kind)
        for page in WRITTEN
        for kind in re.findall(r"^```(.*)\n(?:.*\n)*?```$", page.read_text(encoding="utf-8"), re.M)
        if not kind.startswith("{")
    }
    assert {(name, kind) for name, kind in fences if kind not in RUN | SHOWN | {"sh", "py"}} == set()
    assert {name for name, kind in fences if kind == "sh"} == {"ask-over-http.md"}


def test_configuration_files_on_the_pages_set_what_there_is() -> None:
    files = [(page.name, block.text) for page in WRITTEN for block in blocks(page) if block.kind == "py"]
    assert len(files) >= 2
    for name, text in files:
        config = Config()
        exec(text, {"c": config})
        unknown = config.AnalystSettings.keys() - AnalystSettings.class_trait_names(config=True)
        assert unknown == set(), name
        locked = config.AnalystSettings.pop("locked")  # counts in an administrator's folder alone
        assert set(locked) <= {*AnalystSettings.class_trait_names(config=True)}, name
        AnalystSettings(config=config)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).with_suffix("").as_posix())
def test_a_page_does_what_it_says(
    page: Path, tmp_path: Path, notebook_environment: Callable[[], dict[str, str]]
) -> None:
    environment = {**notebook_environment(), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    notebook = new_notebook()
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    with client.setup_kernel(env=environment):
        shown = ""
        for block in blocks(page):
            if block.kind == "text":
                missing = [line for line in block.text.splitlines() if line.strip() not in shown]
                assert not missing, f"{page.name} shows {missing}, but what came is:\n{shown[:3000]}"
            elif block.reason:
                shown = ""
            elif block.kind in CELLS:
                notebook.cells.append(new_code_cell(block.text))
                client.execute_cell(notebook.cells[-1], len(notebook.cells) - 1)
                shown = "\n".join(texts(notebook.cells[-1]))
            elif block.kind == "console":
                nbformat.write(notebook, tmp_path / "notebook.ipynb")
                shown = run(block.text, tmp_path, environment)


def run(text: str, folder: Path, environment: dict[str, str]) -> str:
    """What the commands of a ``console`` block print, and the names of the files that are there then.

    Raises:
        AssertionError: A command fails.
    """
    printed = []
    for line in text.splitlines():
        command = line.removeprefix("$ ")
        done = subprocess.run(
            command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=150
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-1500:]}{done.stderr[-1500:]}"
        printed.append(done.stdout + done.stderr)
    return "\n".join([*printed, *sorted(path.name for path in folder.iterdir())])


def texts(cell: Any) -> Iterator[str]:
    """What a cell shows, as text."""
    for output in cell.outputs:
        yield output.get("text", "")
        for mime, data in output.get("data", {}).items():
            if mime in {"text/plain", "text/html", "text/markdown"}:
                yield unescape(re.sub(r"<[^>]+>", " ", data))


def test_the_reference_names_every_command_and_setting() -> None:
    """Pages are generated; what they miss would be missed by every reader."""
    sys.path.insert(0, str(DOCS))
    try:
        import generated
    finally:
        sys.path.remove(str(DOCS))
    from analyst_magic.commands.table import COMMANDS

    pages = {name: write() for name, write in generated.PAGES.items()}
    assert [c.name for c in COMMANDS if c.name not in pages["magics"] + pages["commands"]] == []
    assert [
        name for name in AnalystSettings.class_trait_names(config=True) if f"`{name}`" not in pages["settings"]
    ] == []


def test_the_reference_describes_every_public_class_and_the_versions_of_the_files() -> None:
    page = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    classes = [name for name in analyst_magic.__all__ if name[0].isupper() and name != "AnalystError"]
    assert [name for name in classes if f"analyst_magic.{name}\n" not in page] == []
    assert "automodule:: analyst_magic.errors" in page  # AnalystError and all others
    files = (DOCS / "reference" / "files.md").read_text(encoding="utf-8")
    assert f"`analyst.lock` (TOML, version {lock.VERSION})" in files
    assert f"(Apache Ossie {ossie.VERSION})" in files


WORDS = re.compile(r"^\*\*(.+?)\*\*$", re.M)


def test_troubleshooting_quotes_messages_that_the_code_has() -> None:
    """Each heading of the page is the text of a message, with "…" where the code fills something in."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "analyst_magic").rglob("*.py"))
    source = re.sub(r'"\s*\n\s*f?"', "", source)  # a text over several lines is one
    quoted = [
        part.strip(" *")
        for line in WORDS.findall((DOCS / "troubleshooting.md").read_text(encoding="utf-8"))
        for part in line.split("** · **")
    ]
    assert len(quoted) > 20
    pieces = {words: [piece.strip() for piece in words.split("…") if len(piece.strip()) > 3] for words in quoted}
    assert {
        words: lacking for words, parts in pieces.items() if (lacking := [p for p in parts if p not in source])
    } == {}
