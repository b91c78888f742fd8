"""What a cell asks is read in one way, whoever reads it: the magic, the lock, the reports and the front end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from analyst_magic import Analyst
from analyst_magic.commands.lock import lock as manage
from analyst_magic.errors import MissingKey, Unpinned
from analyst_magic.history.lock import LockFile, Pin
from analyst_magic.notebook.cell import Cells, asks_alone, questions_in, read_cell
from analyst_magic.turn import Code

CONTRACT = json.loads((Path(__file__).parent / "contract" / "cells.json").read_text("utf-8"))
OLD = Path(__file__).parent / "data" / "notebook_0_1"
SALES = "import pandas as pd\norders = pd.DataFrame({'carrier': ['AA', 'BB', 'AA'], 'delay': [10.0, 20.0, 40.0]})"


@pytest.mark.parametrize("case", CONTRACT, ids=lambda case: case["source"][:40])
def test_a_cell_is_read_as_the_contract_says(case: dict[str, str]) -> None:
    _, before = read_cell("%%analyst\nThe question before", Cells())
    asked, _ = read_cell(case["source"], before)
    question = asked[-1] if asked and asks_alone(case["source"]) else None
    assert (question.text if question and question.is_question else "") == case["question"]
    assert (question.code.language if question and question.code else "") == case["code"]


def test_a_named_thread_remembers_its_language_and_the_first_one_does_not() -> None:
    sources = ["%%analyst --sql\none", "%%analyst\ntwo", "%analyst thread other", "%%analyst\nthree",
               "%%analyst --python\nfour", "%%analyst\nfive", "%analyst thread main", "%%analyst\nsix",
               "%analyst thread other\nx = 1", "%%analyst\nseven"]  # fmt: skip
    languages, cells = {}, Cells()
    for source in sources:
        asked, cells = read_cell(source, cells)
        languages |= {one.text: (one.thread, one.options.language, one.before) for one in asked}
    assert languages == {
        "one": ("main", "sql", ""), "two": ("main", None, "one"), "three": ("other", None, ""),
        "four": ("other", "python", "three"), "five": ("other", "python", "four"), "six": ("main", None, "two"),
        "seven": ("other", "python", "five"),
    }  # fmt: skip


def test_a_deleted_thread_and_a_reset_are_forgotten() -> None:
    cells = Cells()
    for source in ("%analyst thread other", "%%analyst --sql\none", "%analyst thread delete other"):
        _, cells = read_cell(source, cells)
    assert cells.thread == "main"
    (asked,), cells = read_cell("%%analyst\ntwo", cells.in_thread("other"))
    assert (asked.options.language, asked.before) == (None, "")
    _, cells = read_cell("%analyst reset", cells)
    (asked,), _ = read_cell("%%analyst\nonly for AA", cells)
    assert asked.before == ""


def pinned_by(folder: Path, notebook: Any) -> LockFile:
    """The lock file of a notebook that has just run, with the notebook beside it and a pin that nobody asks for."""
    nbformat.write(notebook, folder / "notebook.ipynb")
    lock = LockFile(folder / "analyst.lock")
    lock.put(Pin("of another time", "", "", "", Code("SELECT 1", "sql"), "offline", "", {}))
    return lock


def check_lock(lock: LockFile, number: int) -> None:
    """All pins of the notebook are known as its own: ``verify`` passes, and ``prune`` removes the stranger alone."""
    manage(lock, "verify")
    assert len(lock.pins()) == number + 1
    manage(lock, "prune")
    assert len(lock.pins()) == number
    assert "of another time" not in {pin.question for pin in lock.pins().values()}
    manage(lock, "verify")


def test_the_lock_knows_questions_that_name_a_data_file(execute: Callable[..., Any], tmp_path: Path) -> None:
    shutil.copy(OLD / "sales.csv", tmp_path)
    notebook = execute("%%analyst\nTotal revenue by region in sales.csv", "%%analyst\nTotal revenue in  ./sales.csv\n")
    lock = pinned_by(tmp_path, notebook)
    assert {"Total revenue by region in sales.csv"} < {pin.question for pin in lock.pins().values()}
    check_lock(lock, 2)


def test_the_lock_knows_a_refined_question(execute: Callable[..., Any], tmp_path: Path) -> None:
    cells = (SALES, "%%analyst --as figure\nmean delay by carrier", "%analyst refine only for carrier AA",
             "%%analyst\ntotal delay by carrier", "%analyst refine 'as a bar chart'")  # fmt: skip
    check_lock(pinned_by(tmp_path, execute(*cells)), 4)


def test_the_lock_knows_the_language_that_a_thread_remembers(execute: Callable[..., Any], tmp_path: Path) -> None:
    cells = (SALES, "%%analyst\nmean delay by carrier", "%analyst thread other",
             "%%analyst --python\ntotal delay by carrier", "%%analyst\nas a bar chart",
             "%analyst thread main", "%%analyst\nas a bar chart")  # fmt: skip
    lock = pinned_by(tmp_path, execute(*cells))
    afters = {(pin.question, pin.after, pin.language) for pin in lock.pins().values()}
    assert ("as a bar chart", "total delay by carrier", "python") in afters
    assert ("as a bar chart", "mean delay by carrier", "") in afters
    check_lock(lock, 4)


def test_the_lock_knows_a_question_with_a_template(execute: Callable[..., Any], tmp_path: Path) -> None:
    cells = (SALES, "%%analyst --template memo\nmean delay by carrier as a Word document")
    check_lock(pinned_by(tmp_path, execute(*cells)), 1)


def test_a_lock_of_an_earlier_version_still_answers_and_is_kept(
    execute: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = nbformat.read(OLD / "executed.json", as_version=4)  # type: ignore[no-untyped-call]
    del old.cells[-1]  # made by hand, never asked
    for name in ("analyst.lock", "sales.csv"):
        shutil.copy(OLD / name, tmp_path)
    text = (tmp_path / "analyst.lock").read_text("utf-8")
    monkeypatch.setenv("ANALYST_FROZEN", "1")
    notebook = execute(*(cell.source for cell in old.cells[2:]))
    assert (tmp_path / "analyst.lock").read_text("utf-8") == text
    assert sum("unchanged" in str(cell.outputs) for cell in notebook.cells) == 5
    check_lock(pinned_by(tmp_path, notebook), 5)


def test_a_pinned_question_with_other_white_space_needs_no_key(tmp_path: Path) -> None:
    lock = LockFile(tmp_path / "analyst.lock")
    frames = {"sales": pd.DataFrame({"n": [1, 2]})}
    lock.put(Pin("the  total", "", "", "", Code("sales.n.sum()"), "openai:x", "", {"sales": "n number"}))
    with Analyst(model="openai:x", base_url="http://127.0.0.1:9", spares=0, sandbox="local", lock=lock) as analyst:
        turn = analyst.ask("the\n total ", frames)
        assert turn.ok, turn.error
        assert (turn.pinned, turn.results[0].text) == (True, "3")
        with pytest.raises(MissingKey):
            analyst.ask("the other total", frames)


def test_questions_of_a_dry_run_and_of_a_cell_that_cannot_be_read_are_not_asked_for(tmp_path: Path) -> None:
    cells = ["%%analyst --dry-run\none", "%%analyst --bogus\ntwo", "%%analyst\nthree", "%%bash\n%analyst refine x"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    nbformat.write(notebook, tmp_path / "n.ipynb")
    assert [question.text for question in questions_in(tmp_path)] == ["three"]
    with pytest.raises(Unpinned, match="three"):
        manage(LockFile(tmp_path / "analyst.lock"), "verify")
