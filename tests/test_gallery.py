"""The notebooks of the gallery run from their lock, with no model and no network of their own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
LICENCE = re.compile(r"\(CC0\)|in the public domain")
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))


def test_there_are_some_and_the_site_names_each() -> None:
    page = (FOLDER.parent / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert len(NOTEBOOKS) >= 6
    assert [name for name in NOTEBOOKS if name.replace(".ipynb", ".html") not in page] == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_says_where_its_data_are_from_and_that_they_are_free(name: str) -> None:
    cells = nbformat.read(FOLDER / name, as_version=4).cells
    prose = " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert LICENCE.search(prose)
    page = (FOLDER.parent / "docs" / "gallery.md").read_text(encoding="utf-8")
    line = next(line for line in page.splitlines() if name.replace(".ipynb", ".html") in line)
    assert LICENCE.search(line)


@pytest.mark.kernel
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_becomes_a_report_from_its_lock_alone(
    name: str, tmp_path: Path, notebook_environment: Callable[[], dict[str, str]]
) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "notebooks", ignore=shutil.ignore_patterns("analyst_output", "*.html"))
    command = [sys.executable, "-m", "analyst_magic.cli", "export", name, "--to", "html", "--execute", "--json"]
    environment = {**notebook_environment(), "ANALYST_FROZEN": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=170)
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    told = json.loads(done.stdout.splitlines()[-1])
    page = Path(folder, name.replace(".ipynb", ".html")).read_text(encoding="utf-8")
    assert len(page) < 3_000_000
    asked = [cell for cell in nbformat.read(folder / name, as_version=4).cells if re.match(r"%%analyst", cell.source)]
    assert len(asked) >= 3
    assert (told["failed_cells"], told["changed_answers"]) == ([], []), told
