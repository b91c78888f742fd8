"""Explain, fix and document the user's own cells: proposals of a model that change nothing unasked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from fakes import ScriptedModel
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analyst_magic import Analyst
from analyst_magic.cli import main
from analyst_magic.commands.history import history as show_history
from analyst_magic.display import own_cells
from analyst_magic.display.own_cells import coloured_diff, edit_box
from analyst_magic.engine.own_cells import is_python
from analyst_magic.errors import Abstained, AnalystError, InputError, UnreadableReply
from analyst_magic.history.store import History
from analyst_magic.turn.own_cells import CellEdit

SALES = pd.DataFrame({"region": ["north", "south"], "revenue": [10.5, 20.0]})
FIXED = "The column is revenue.\n```python\ntotal = sales.revenue.sum()\n```"


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture
def analyst(server: ScriptedModel) -> Iterator[Analyst]:
    with Analyst(**server.settings, history=False, spares=0) as made:
        yield made


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A note, two cells of which the second failed, and one without a note."""
    failed = new_output("error", ename="AttributeError", evalue="'DataFrame' object has no attribute 'revenu'")
    cells = [
        new_markdown_cell("# Sales"), new_code_cell("import pandas as pd\nsales = pd.read_csv('sales.csv')"),
        new_code_cell("total = sales.revenu.sum()", outputs=[failed], execution_count=2), new_code_cell("total"),
    ]  # fmt: skip
    path = tmp_path / "analysis.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def configured(server: ScriptedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the scripted model the one that is configured."""
    monkeypatch.setenv("ANALYST_MODEL", server.settings["model"])
    monkeypatch.setenv("ANALYST_BASE_URL", server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "scripted")


def sources(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def test_a_cell_is_explained_and_only_the_frames_that_it_names_are_told(
    analyst: Analyst, server: ScriptedModel
) -> None:
    server.say("It adds up **revenue**.")
    frames = {"sales": SALES, "people": pd.DataFrame({"salary": [1]})}
    assert analyst.explain("total = sales.revenue.sum()  # api_key='sk-abcdefghij0123456789'", frames) == (
        "It adds up **revenue**."
    )
    assert "total = sales.revenue.sum()" in server.received
    assert "salary" not in server.received
    assert "sk-abcdefghij" not in server.received
    assert "tools" not in server.requests[0].body


def test_a_cell_is_mended_with_its_reason_and_nothing_runs(analyst: Analyst, server: ScriptedModel) -> None:
    server.say(FIXED)
    edit = analyst.fix("total = sales.revenu.sum()", {"sales": SALES}, error=("AttributeError", "no revenu"))
    assert edit.reason == "The column is revenue."
    assert edit.diff == "- total = sales.revenu.sum()\n+ total = sales.revenue.sum()"
    assert "AttributeError" in server.received


def test_an_error_is_told_within_the_privacy_level(analyst: Analyst, server: ScriptedModel) -> None:
    for level in ("stats", "rows"):
        server.say("Nothing is wrong.")
        analyst.fix(
            "float(name)", privacy=level, error=("ValueError", "could not convert string to float: 'Mustermann'")
        )
    told = [json.dumps(request.body) for request in server.requests]
    assert ["Mustermann" in text for text in told] == [False, True]
    assert ["ValueError" in text for text in told] == [True, True]


@pytest.mark.parametrize(("reply", "wrong"), [("```python\ntotal = (\n```", "no Python"), ("  ", "empty"), ("{}", "")])
def test_what_cannot_be_used_is_refused(analyst: Analyst, server: ScriptedModel, reply: str, wrong: str) -> None:
    server.say(reply)
    if wrong:
        with pytest.raises(AnalystError):
            analyst.fix("total")
    else:
        with pytest.raises(UnreadableReply, match="no notes"):
            analyst.document(["total"])


def test_a_cell_with_a_password_is_not_sent_to_be_mended(analyst: Analyst, server: ScriptedModel) -> None:
    with pytest.raises(InputError, match="key or a password"):
        analyst.fix("connect(password='hunter2hunter2')")
    assert server.requests == []


def test_without_a_model_it_is_said_that_one_is_needed() -> None:
    with Analyst(model="offline", spares=0) as analyst, pytest.raises(Abstained, match="Without a model no cell"):
        analyst.explain("1 + 1")


def test_what_is_asked_about_cells_is_in_the_history_without_keys(server: ScriptedModel, tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite3")
    with Analyst(**server.settings, history=history, spares=0) as analyst:
        server.say("It adds up revenue.")
        analyst.explain("total = sales.revenue.sum()  # api_key='sk-abcdefghij0123456789'", {"sales": SALES})
    (entry,) = history.latest()
    assert entry.question.startswith("Explain this cell: total = sales.revenue.sum()")
    assert (entry.text, entry.rest["task"]) == ("It adds up revenue.", "explain")
    assert "sk-abcdefghij" not in json.dumps(dict(entry.rest)) + entry.question
    assert show_history(history, "show", [str(entry.id)]).endswith("It adds up revenue.")
    assert "Explain this cell" in show_history(history, "list", [])


def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(
    notebook: Path, server: ScriptedModel, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(server, monkeypatch)
    before = notebook.read_bytes()
    for words in (["explain", str(notebook), "2"], ["fix", str(notebook), "2"], ["document", str(notebook)]):
        assert main([*words, "--dry-run"]) == 0
        said = capsys.readouterr().out
        assert "total = sales.revenu.sum()" in said
        assert "nothing was sent" in said
    assert server.requests == []
    assert notebook.read_bytes() == before


def test_lines_of_notebooks_are_python_too() -> None:
    assert is_python("%time x = 1\n!ls\nawait f()")
    assert not is_python("def f(:")


def test_the_shell_mends_a_cell_of_a_file_once_it_is_accepted(
    notebook: Path, server: ScriptedModel, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(notebook.parent)
    configured(server, monkeypatch)
    before = notebook.read_bytes()
    assert main(["fix", "analysis.ipynb", "2"]) == 2
    assert "Add --yes" in capsys.readouterr().err
    server.say(FIXED)
    monkeypatch.setattr(own_cells, "typed", lambda question: "n")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert main(["fix", "analysis.ipynb", "2"]) == 0
    assert "- total = sales.revenu.sum()\n+ total = sales.revenue.sum()" in capsys.readouterr().out
    assert notebook.read_bytes() == before
    server.say(FIXED)
    assert main(["fix", "analysis.ipynb", "2", "--yes"]) == 0
    assert "Cell 2 of analysis.ipynb is changed." in capsys.readouterr().out
    assert sources(notebook)[2] == "total = sales.revenue.sum()"
    assert nbformat.read(notebook, as_version=4).cells[2].outputs == []
    assert "AttributeError" in server.received
    assert main(["explain", "analysis.ipynb", "9"]) == 2
    assert "numbered 1 to 3" in capsys.readouterr().err


def test_notes_are_written_above_cells_that_have_none_and_only_those_that_are_accepted(
    notebook: Path, analyst: Analyst, server: ScriptedModel
) -> None:
    notes = [{"cell": n, "text": f"Note {n}."} for n in (1, 2, 3, 7)]
    server.say(json.dumps({"notes": notes}))
    done = own_cells.document(analyst, [str(notebook)], {}, lambda edit: edit.place == 3)
    assert done == "1 note of 2 written into analysis.ipynb."
    assert sources(notebook)[-2:] == ["Note 3.", "total"]
    assert "Note 1." not in sources(notebook)
    server.say(json.dumps({"notes": notes[1:2]}))
    before = notebook.read_bytes()
    assert own_cells.document(analyst, [str(notebook)], {}, lambda edit: False) == "analysis.ipynb is as it was."
    assert notebook.read_bytes() == before


def test_a_file_that_has_changed_meanwhile_is_not_overwritten(
    notebook: Path, analyst: Analyst, server: ScriptedModel
) -> None:
    def accept(edit: CellEdit) -> bool:
        nbformat.write(new_notebook(cells=[new_code_cell("mine")]), notebook)
        return True

    server.say('{"notes": [{"cell": 3, "text": "Note."}]}')
    with pytest.raises(InputError, match="changed meanwhile"):
        own_cells.document(analyst, [str(notebook)], {}, accept)
    assert sources(notebook) == ["mine"]


def test_accept_and_reject_are_buttons_and_no_text_becomes_markup() -> None:
    edit = CellEdit("a = 1", "a = '<img src=x onerror=alert(1)>'", "<script>alert(1)</script>")
    for place, accepted in ((0, True), (1, False)):
        answer: Future[bool] = Future()
        box = edit_box(edit, answer)
        box.children[-1].children[place].click()
        assert answer.result(0) is accepted
    assert "<script" not in box.children[0].value
    assert "<img" not in coloured_diff(edit)


@pytest.mark.kernel
def test_the_last_cell_is_mended_in_a_new_cell_below(
    execute: Callable[..., Any], server: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(server, monkeypatch)
    server.say("It divides by zero.")
    server.say("Divide by one.\n```python\n1 / 1\n```")
    accept = "import analyst_magic.display.own_cells as shown\nshown.ask_accept = lambda edit: True"
    done = execute(accept, "1 / 0", "%analyst explain", "%analyst fix 3", allow_errors=True)
    explained, fixed = done.cells[-2], done.cells[-1]
    assert "divides by zero" in explained.outputs[0]["data"]["text/plain"]
    assert "The corrected cell stands below" in fixed.outputs[0]["text"]
    assert "1 / 0" in server.received
