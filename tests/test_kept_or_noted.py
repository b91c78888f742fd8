"""An answer is given also where nothing can be kept: what is not kept is said in a note."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fakes import ScriptedModel

from analyst_magic import Analyst
from analyst_magic.cli import main
from analyst_magic.commands.history import history as exported
from analyst_magic.errors import InputError, LockUnreadable
from analyst_magic.history.lock import LockFile
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


@pytest.fixture(params=["below a file", "full disk", "read-only disk"])
def unwritable(request: pytest.FixtureRequest, file: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder where nothing can be written, for one of the reasons that there are."""
    if request.param == "below a file":
        yield file
        return
    folder = tmp_path / "disk"
    folder.mkdir()
    options = "size=16k" if request.param == "full disk" else "size=16k,ro"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("file systems cannot be mounted here")
    try:
        if request.param == "full disk":
            with contextlib.suppress(OSError):
                (folder / "filled").write_bytes(bytes(1_000_000))
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


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
def test_counts_and_logs_that_cannot_be_written_cost_one_note(unwritable: Path, tmp_path: Path, setting: str) -> None:
    options = {"metrics": True, "history_path": str(unwritable / "h.sqlite3")} if setting == "metrics" else {}
    options |= {"log_path": str(unwritable / "log.jsonl")} if setting == "log" else {}
    with analyst_with(output_directory=str(tmp_path), history=History(tmp_path / "h.sqlite3"), **options) as analyst:
        first, second = (analyst.ask(QUESTION, FRAMES) for _ in range(2))
    assert first.ok
    assert second.ok
    assert sum("The answer is not affected." in note and str(unwritable) in note for note in first.notes) == 1
    assert not any("not affected" in note for note in second.notes)


def test_a_handler_of_logs_that_fails_costs_a_note(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise ValueError("no such index")

    handler, logger = Broken(), logging.getLogger("analyst_magic")
    logger.addHandler(handler)
    try:
        with caplog.at_level(logging.INFO, "analyst_magic"), analyst_with(output_directory=str(tmp_path)) as analyst:
            turn = analyst.ask(QUESTION, FRAMES)
    finally:
        logger.removeHandler(handler)
    assert turn.ok
    assert any("the log of this process: no such index" in note for note in turn.notes)


def test_whatever_of_an_analyst_lies_in_a_folder_without_room_costs_notes_alone(unwritable: Path) -> None:
    """The lock file, the history, the counts, the log and the documents, all at once."""
    history = History(unwritable / "history.sqlite3")
    places = {"lock": unwritable / "analyst.lock", "log_path": str(unwritable / "log"), "history": history}
    with analyst_with(output_directory=str(unwritable / "out"), metrics=True, **places) as analyst:
        turn = analyst.ask(QUESTION, FRAMES)
        document = analyst.ask(f"{QUESTION} as an Excel file", FRAMES)
    assert turn.ok, turn.error
    assert turn.tables[0].to_pandas().iloc[:, 1].tolist() == [50.0, 20.0]
    assert document.ok, document.error
    assert document.documents[0].path.stat().st_size > 0
    for words in ("The answer is not pinned", "The turn is not in the history", "are not in the log"):
        assert any(words in note for note in turn.notes), words


@pytest.mark.parametrize(("name", "as_json"), [("out.csv", False), ("out.xlsx", True)])
def test_a_file_of_the_command_line_that_cannot_be_written_costs_a_note(
    unwritable: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    name: str, as_json: bool,
) -> None:  # fmt: skip
    for variable, value in (("MODEL", "offline"), ("SANDBOX", "local"), ("SPARES", "0")):
        monkeypatch.setenv(f"ANALYST_{variable}", value)
    monkeypatch.chdir(tmp_path)
    SALES.to_csv("sales.csv", index=False)
    target = unwritable / name
    words = ["ask", QUESTION, "--data", "sales.csv", "-o", str(target), *(["--json"] if as_json else [])]
    assert main(words) == 2
    shown = capsys.readouterr().out
    assert f"{target} cannot be written" in shown
    assert "north" in shown
    if as_json:
        assert json.loads(shown)["ok"] is True
    assert not target.exists()


def test_a_file_that_cannot_be_replaced_stays_as_it_was(unwritable: Path, tmp_path: Path) -> None:
    history = History(tmp_path / "h.sqlite3")
    with analyst_with(output_directory=str(tmp_path), history=history) as analyst:
        analyst.run("1", "python", {})
    with pytest.raises(InputError, match="cannot be written"):
        exported(history, "export", [str(unwritable / "turns.jsonl")])
    assert not (unwritable / "turns.jsonl").exists()


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
from analyst_magic.history.lock import LockFile
from analyst_magic.turn import Attempt, Code, Execution, Question, Turn
code = Code("sales.revenue.sum()")
turn = Turn(Question("total"), code.text, attempts=(Attempt(code, execution=Execution()),))
frames = {"sales": pd.DataFrame({"revenue": [1.0]})}
os.setgid(65534), os.setuid(65534)  # now, as that user may not be able to read this Python
os.chdir(sys.argv[1])
print(remember(LockFile(Path("analyst.lock").absolute()), turn, None, "", frames, "").notes)
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
    assert LockFile(tmp_path / "missing" / "analyst.lock").pins() == {}
