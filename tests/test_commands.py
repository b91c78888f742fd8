"""Commands: one table for notebook and shell, from which help, completion and errors come."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from analyst_magic import settings, wording
from analyst_magic.cli import main
from analyst_magic.cli.actions import ACTIONS
from analyst_magic.cli.parser import parse
from analyst_magic.commands import table
from analyst_magic.commands.listing import Listing
from analyst_magic.commands.lock import lock
from analyst_magic.commands.table import COMMANDS, commands_of, complete
from analyst_magic.errors import AnalystError, UnknownOption
from analyst_magic.history.lock import LockFile
from analyst_magic.history.pin import Pin
from analyst_magic.turn import Code


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An IPython with the magics, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANALYST_SPARES", "0")
    monkeypatch.setenv("ANALYST_HISTORY_PATH", str(tmp_path / "history.sqlite3"))
    monkeypatch.setenv("ANALYST_MODEL", "offline")
    found = InteractiveShell()
    found.run_line_magic("load_ext", "analyst_magic")
    yield found
    found.magics_manager.registry["AnalystExtension"].loaded().session.analyst.close()


@pytest.fixture
def say(shell: Any, capsys: pytest.CaptureFixture[str]) -> Callable[[str], str]:
    """Runs ``%analyst`` with some words; what it prints."""

    def run(words: str) -> str:
        capsys.readouterr()
        shell.run_line_magic("analyst", words)
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize("module", [settings, table, wording])
def test_the_examples_of_docstrings_are_right(module: ModuleType) -> None:
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert result.attempted > 0
    assert result.failed == 0


def test_every_command_of_the_table_can_be_called(shell: Any) -> None:
    magics = shell.magics_manager.registry["AnalystExtension"].loaded()
    assert {*magics._commands, *magics._families} == set(commands_of("notebook"))
    assert set(ACTIONS) == set(commands_of("shell"))
    assert {*magics._families} == {name for name, command in commands_of("notebook").items() if command.actions}


def test_help_names_every_command_and_action_in_both_places(say: Callable[[str], str], shell: Any) -> None:
    helped = say("help")
    assert say("") == helped
    for command in commands_of("notebook").values():
        assert all(f"%analyst {command.name} {action.usage}" in helped for action in command.actions_of("notebook"))
        assert f"%analyst {command.name}" in helped
    assert helped.strip() in shell.find_line_magic("analyst").__doc__  # what %%analyst? shows
    top = subprocess.run([sys.executable, "-m", "analyst_magic.cli", "-h"], capture_output=True, text=True).stdout
    for command in commands_of("shell").values():
        assert command.help.split()[0] in top
    words = [sys.executable, "-m", "analyst_magic.cli", "documents", "-h"]
    shown = subprocess.run(words, capture_output=True, text=True).stdout
    for command in COMMANDS:
        if command.name == "documents":
            assert all(action.usage in shown and action.help in shown for action in command.actions)


def test_lists_are_tables_in_a_notebook_and_aligned_in_a_terminal(
    shell: Any, say: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.user_ns["sales"] = pd.DataFrame({"<region>": ["north"] * 12, "revenue": range(12)})
    first, *rest = say("frames").splitlines()
    places = [first.index(head) for head in first.split()]
    assert rest
    assert all(line[place - 2 : place].isspace() for line in rest for place in places[1:] if line[place:])
    shown: list[dict[str, str]] = []
    monkeypatch.setattr("analyst_magic.notebook.magic.display", lambda bundle, **_: shown.append(bundle))
    shell.kernel = object()
    shell.run_line_magic("analyst", "frames")
    (bundle,) = shown
    assert "<table" in bundle["text/html"]
    assert "&lt;region&gt;" in bundle["text/html"]
    assert "<region>" not in bundle["text/html"]


@pytest.mark.parametrize(
    ("words", "message", "step"),
    [
        ("statsu", "There is no command %analyst statsu.", "Did you mean %analyst status?"),
        ("xyzzy", "There is no command %analyst xyzzy.", "`%analyst help` lists the commands."),
        ("history shwo 1", "There is no command %analyst history shwo.", "Did you mean %analyst history show?"),
        ("lock xyzzy", "There is no command %analyst lock xyzzy.", "Use status, verify, update or prune."),
        ("history show", "history show needs a number.", "Give the turn's number: history show 12"),
        ("history good one", "history good needs a number.", "Give the turn's number: history good 12"),
        ("history replay", "history replay needs a number.", "Give the turn's number: history replay 12"),
        ("history prune old", "history prune needs a number of days.", "For example: history prune 30"),
        ("data add", "data add needs something else after it.", "Write it as: data add NAME=FILE [SOURCE]."),
        ("data show nothing", "There is no data file nothing.", "Registered: none."),
        ("documents restore x", "documents restore needs", "Write it as: documents restore NAME N."),
        ("snippets save", "snippets save needs", "Write it as: snippets save NAME."),
        ("snippets save total", "There is no answer yet.", "Ask a question, then save its code."),
        ("thread not-a-name", "not-a-name cannot be a conversation's name.", "Use one word"),
        ("refine", "There is no question to refine yet.", "Ask one in a cell"),
        ("key", "key needs the name of a provider.", "For example: key openai"),
    ],
)
def test_a_wrong_command_says_what_to_write(shell: Any, words: str, message: str, step: str) -> None:
    magics = shell.magics_manager.registry["AnalystExtension"].loaded()
    with pytest.raises(AnalystError) as refused:
        magics.run_magic(words)
    assert message in refused.value.message
    assert step in refused.value.next_step


def test_numbers_agree_with_their_nouns(say: Callable[[str], str], tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("x\n1\n")
    (tmp_path / "two.csv").write_text("x,y\n1,2\n")
    assert "one is one.csv, 1 column; every" in say("data add one.csv")
    assert "sales is two.csv, 2 columns; every" in say("data add sales=two.csv")
    assert "0 MB, 1 column " in say("frames")
    assert "0 pins removed." in say("lock prune")
    assert "0 pinned answers in analyst.lock." in say("lock")
    assert say("history") == "The history is empty.\n"
    assert say("history prune") == "0 turns deleted.\n"
    assert say("jobs") == "Nothing was asked in the background.\n"
    assert "* main  0 questions" in say("thread")


def test_pins_of_one_question_are_told_apart(tmp_path: Path) -> None:
    file = LockFile(tmp_path / "analyst.lock")
    for wants, after in (("", ""), ("figure", ""), ("", "mean revenue")):
        file.put(Pin("by region", wants, "", after, Code("SELECT 1", "sql"), "offline", "", {"s": "a text"}))
    listed = lock(file, "status")
    assert isinstance(listed, Listing)
    for how in ("of s", "as figure, of s", "after “mean revenue”, of s"):
        assert f">{how}</td>" in listed.page
        assert f"({how})" in listed
    assert "></th>" not in listed.page


def test_the_shell_and_the_notebook_do_the_same(
    say: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sales.csv").write_text("x\n1\n")
    assert main(["data", "add", "shop=sales.csv", "from", "the", "till"]) == 0
    added = capsys.readouterr().out
    assert say("data add shop=sales.csv from the till") == added
    for words in ("data list", "data show shop", "history list", "lock status", "documents", "snippets", "models"):
        shown = say(words)
        assert main(words.split()) == 0
        assert capsys.readouterr().out == shown
    assert main(["data", "drop", "shop"]) == 0
    assert main(["data", "drop", "shop"]) == 2
    assert "no data file shop" in capsys.readouterr().err


def test_a_model_whose_address_is_not_known_is_not_called_ready(
    say: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANALYST_BASE_URL", raising=False)
    monkeypatch.setenv("OLLAMA_BASE_URL", "http://127.0.0.1:9/v1")
    said = say("models")
    assert re.search(r"local:MODEL +needs ANALYST_BASE_URL", said)
    assert re.search(r"ollama:MODEL +not running +http://127\.0\.0\.1:9/v1", said)


def test_commands_and_their_actions_are_completed(shell: Any) -> None:
    assert complete([], "hist", "notebook") == ["history"]
    assert complete(["lock"], "", "shell") == ["status", "verify", "update", "prune"]
    assert complete(["thread"], "", "notebook") == ["list", "delete"]
    assert complete(["nonesuch"], "", "notebook") == []
    _, found = shell.complete("", "%analyst history se", 19)
    assert "search" in found


def test_a_wrong_command_of_the_shell_suggests_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docter"]) == 2
    assert "Did you mean analyst doctor?" in capsys.readouterr().err
    assert main(["lock", "verfy"]) == 2
    assert "Did you mean analyst lock verify?" in capsys.readouterr().err
    with pytest.raises(UnknownOption, match="no command analyst refine"):
        parse(["refine"])
