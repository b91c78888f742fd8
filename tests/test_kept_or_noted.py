"""An answer is given also where nothing can be kept: what is not kept is said in a note."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fakes import ScriptedModel

from analyst_magic import Analyst
from analyst_magic.errors import LockUnreadable
from analyst_magic.history.lock import Lock
from analyst_magic.history.store import History
from analyst_magic.sources.files import REGISTRY, open_registered
from analyst_magic.sources.kinds import schema_text

SALES = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10.0, 20.0, 40.0]})
FRAMES: dict[str, object] = {"sales": SALES}
QUESTION = "total revenue by region"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file where a folder is expected: nothing can be written below it, whoever the user is."""
    path = tmp_path / "file"
    path.write_text("")
    return path


def analyst_with(**options: Any) -> Analyst:
    return Analyst(**{"model": "offline", "sandbox": "local", "spares": 0, **options})


def test_a_lock_file_that_cannot_be_written_costs_a_note(file: Path, tmp_path: Path) -> None:
    with analyst_with(lock=file / "analyst.lock", output_directory=str(tmp_path)) as analyst:
        turn = analyst.ask(QUESTION, FRAMES)
        assert turn.ok, turn.error
        assert len(turn.tables) == 1
        assert any("The answer is not pinned." in note for note in turn.notes)


def test_a_lock_file_that_cannot_be_read_costs_a_note_unless_only_it_may_answer(tmp_path: Path) -> None:
    (tmp_path / "analyst.lock").mkdir()
    with analyst_with(lock=tmp_path / "analyst.lock", output_directory=str(tmp_path)) as analyst:
        turn = analyst.ask(QUESTION, FRAMES)
        assert turn.ok, turn.error
        assert turn.notes[0].startswith("Asked without the lock file: analyst.lock cannot be read")
        assert isinstance(analyst.ask(QUESTION, FRAMES, frozen=True).error, LockUnreadable)


def test_a_history_that_cannot_be_written_costs_a_note(file: Path, tmp_path: Path) -> None:
    history = History(file / "history.sqlite3")
    with analyst_with(history=history, output_directory=str(tmp_path)) as analyst:
        turn = analyst.ask(QUESTION, FRAMES)
        assert turn.ok, turn.error
        assert turn.id == 0
        assert any("The turn is not in the history." in note for note in turn.notes)


@pytest.mark.parametrize("setting", ["metrics", "log"])
def test_counts_and_logs_that_cannot_be_written_cost_no_answer(file: Path, tmp_path: Path, setting: str) -> None:
    options = {"metrics": True, "history_path": str(file / "h.sqlite3")} if setting == "metrics" else {}
    options |= {"log_path": str(file / "log.jsonl")} if setting == "log" else {}
    with analyst_with(output_directory=str(tmp_path), **options) as analyst:
        assert analyst.ask(QUESTION, FRAMES).ok


def test_a_document_is_made_also_where_its_folder_cannot_be_written(file: Path, tmp_path: Path) -> None:
    with ScriptedModel() as server:
        server.say("```python-doc\nsales.to_excel(OUTPUT_PATH, index=False)\n```")
        with analyst_with(model="openai:x", base_url=server.base_url, api_key="k",
                          output_directory=str(file / "out")) as analyst:  # fmt: skip
            turn = analyst.ask("an Excel file of the sales", FRAMES)
    assert turn.ok, turn.error
    assert pd.read_excel(turn.documents[0].path).revenue.sum() == 70
    assert any("cannot be saved" in note and str(turn.documents[0].path.parent) in note for note in turn.notes)


READ_ONLY = """
import os, sys
from pathlib import Path
import pandas as pd
from analyst_magic.engine.pins import remember
from analyst_magic.history.lock import Lock
from analyst_magic.turn import Attempt, Code, Execution, Question, Turn
code = Code("sales.revenue.sum()")
turn = Turn(Question("total"), code.text, attempts=(Attempt(code, execution=Execution()),))
frames = {"sales": pd.DataFrame({"revenue": [1.0]})}
os.setgid(65534), os.setuid(65534)  # now, as that user may not be able to read this Python
os.chdir(sys.argv[1])
print(remember(Lock(Path("analyst.lock").absolute()), turn, None, "", frames, "").notes)
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_folder_of_another_user_costs_a_note() -> None:
    with tempfile.TemporaryDirectory() as folder:  # one of pytest's lies in folders that only their owner may enter
        os.chmod(folder, 0o555)
        command = [sys.executable, "-c", READ_ONLY, folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "The answer is not pinned. analyst.lock cannot be written: Permission denied." in done.stdout, done.stderr


def test_a_result_is_bound_in_a_folder_that_cannot_be_written(
    execute: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANALYST_SANDBOX", "local")
    monkeypatch.setenv("ANALYST_SPARES", "0")
    monkeypatch.setenv("ANALYST_MODEL", "offline")
    (tmp_path / "analyst.lock").mkdir()
    notebook = execute(
        "import pandas as pd\nsales = pd.DataFrame({'region': ['n', 's'], 'revenue': [1.0, 2.0]})",
        "%%analyst -o totals\ntotal revenue by region",
        "print(totals.shape)",
    )
    assert notebook.cells[-1].outputs[0].text == "(2, 2)\n"
    assert "Asked without the lock file" in str(notebook.cells[-2].outputs)


def test_a_registry_that_cannot_be_read_leaves_its_files_out_and_says_so(tmp_path: Path) -> None:
    (tmp_path / REGISTRY).mkdir()
    frames, notes = open_registered({}, tmp_path)
    assert frames == {}
    assert "data files are left out" in notes[0]


def test_schemas_are_read_from_the_lock_as_they_are_written(tmp_path: Path) -> None:
    assert schema_text(SALES) == "region text, revenue number"
    assert Lock(tmp_path / "missing" / "analyst.lock").pins() == {}
