"""An answer that was built in steps is one program: as a snippet, as a cell of the panel, and when it is replayed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fakes import ScriptedModel

from analyst_magic import Analyst, Question, Turn
from analyst_magic.commands import snippets
from analyst_magic.commands.history import history as show_history
from analyst_magic.commands.history import program_of, replay
from analyst_magic.errors import HistoryError, InputError
from analyst_magic.history.lock import Lock
from analyst_magic.history.snippets import Snippets
from analyst_magic.history.store import History, HistoryEntry
from analyst_magic.notebook.cell import read_question
from analyst_magic.panel.messages import code_cell
from analyst_magic.turn import Attempt, Code

SALES = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10.0, 20.0, 41.5]})
STEPS = ("```python-step\nwide = sales.assign(double=sales.revenue * 2)\nwide.shape\n```",
         "```python\nwide.double.sum()\n```")  # fmt: skip


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture
def analyst(server: ScriptedModel, tmp_path: Path) -> Iterator[Analyst]:
    with Analyst(model="openai:x", base_url=server.base_url, api_key="k", spares=0, sandbox="local",
                 lock=Lock(tmp_path / "analyst.lock"), history=History(tmp_path / "history.sqlite3"),
                 output_directory=str(tmp_path / "out")) as made:  # fmt: skip
        yield made


def stepped(analyst: Analyst, server: ScriptedModel) -> Turn:
    """An answer of two steps; the sandbox that holds what the first one left is thrown away."""
    for reply in STEPS:
        server.say(reply)
    turn = analyst.ask("double the total", {"sales": SALES})
    assert turn.ok, turn.error
    assert turn.results[0].text == "143.0"
    analyst.reset()
    return turn


def test_a_snippet_of_an_answer_in_steps_runs_by_itself(
    analyst: Analyst, server: ScriptedModel, tmp_path: Path
) -> None:
    kept = Snippets(tmp_path)
    kept.save("double", snippets.of_turn(stepped(analyst, server)))
    (check,) = snippets.try_all(analyst, kept, {"sales": SALES}, [])
    assert (check.ok, check.message) == (True, "gives what it should")
    assert snippets.run(analyst, kept.get("double"), {"sales": SALES}).results[0].text == "143.0"


def test_the_code_that_the_panel_inserts_for_an_answer_in_steps_runs_by_itself(
    analyst: Analyst, server: ScriptedModel
) -> None:
    line, _, body = code_cell(stepped(analyst, server)).partition("\n")
    assert line == "%%analyst"
    turn = analyst.ask(read_question(body), {"sales": SALES})
    assert turn.results[0].text == "143.0", turn.error


def test_a_replay_of_an_answer_in_steps_runs_by_itself(analyst: Analyst, server: ScriptedModel, tmp_path: Path) -> None:
    number = stepped(analyst, server).id
    history = History(tmp_path / "history.sqlite3")
    again = analyst.ask(replay(history, number), {"sales": SALES})
    assert again.results[0].text == "143.0", again.error
    assert "wide = sales.assign" in show_history(history, "show", [str(number)])


def test_a_replay_needs_no_model_and_a_failed_attempt_is_no_part_of_it(
    analyst: Analyst, server: ScriptedModel, tmp_path: Path
) -> None:
    server.say("```python\nsales.revenue.totally()\n```")
    server.say("```python\nsales.revenue.sum()\n```")
    turn = analyst.ask("the total", {"sales": SALES})
    asked = len(server.requests)
    again = analyst.ask(replay(History(tmp_path / "history.sqlite3"), turn.id), {"sales": SALES})
    assert again.results[0].text == "71.5", again.error
    assert len(server.requests) == asked


@pytest.mark.parametrize("format", ["xlsx", "docx", "pdf", "pptx"])
def test_a_document_of_every_format_is_replayed(format: str, tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite3")
    with Analyst(model="offline", spares=0, sandbox="local", history=history,
                 output_directory=str(tmp_path / "out")) as analyst:  # fmt: skip
        turn = analyst.ask(Question("total revenue by region", wants=format), {"sales": SALES})
        assert turn.ok, turn.error
        again = analyst.ask(replay(history, turn.id), {"sales": SALES})
        assert again.ok, again.error
        assert [document.path.suffix for document in again.documents] == [f".{format}"]


@pytest.mark.parametrize(
    ("code", "files", "format"),
    [
        ("import openpyxl", ["total.xlsx"], "xlsx"),
        ("from docx import Document", ["total.docx"], "docx"),
        ("from reportlab.platypus import Paragraph", [], "pdf"),
        ("from pptx import Presentation", [], "pptx"),
    ],
)
def test_the_format_of_a_document_of_an_earlier_version_is_found_again(
    code: str, files: list[str], format: str
) -> None:
    entry = old_entry(code, "document", [{"language": "document", "code": code}], files=files)
    assert program_of(entry) == Code(code, "document", format)


def test_a_turn_in_steps_of_an_earlier_version_is_replayed_as_a_whole(tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite3")
    attempts = [{"language": "python", "code": "wide = sales * 2"},
                {"language": "python", "code": "wide.totally()", "error": "no"},
                {"language": "python", "code": "wide.sum()"}]  # fmt: skip
    number = history.add(old_entry("wide.sum()", "python", attempts))
    assert replay(history, number).code == Code("wide = sales * 2\n\nwide.sum()")


def test_steps_in_several_languages_are_no_single_program_and_that_is_said(tmp_path: Path) -> None:
    attempts = (Attempt(Code("top = sales.max()")), Attempt(Code("SELECT 1", "sql")))
    turn = Turn(Question("q"), code="SELECT 1", language="sql", attempts=attempts)
    assert turn.program is None
    assert code_cell(turn) == ""
    with pytest.raises(InputError, match="several languages"):
        snippets.of_turn(turn)
    history = History(tmp_path / "history.sqlite3")
    number = history.add(old_entry("SELECT 1", "sql", [{"language": a.code.language, "code": a.code.text}
                                                       for a in attempts]))  # fmt: skip
    with pytest.raises(HistoryError, match="several languages"):
        replay(history, number)


def test_a_description_of_a_frame_is_no_part_of_the_program() -> None:
    attempts = (Attempt(Code("sales", format="describe")), Attempt(Code("SELECT 1", "sql")))
    assert Turn(Question("q"), attempts=attempts).program == Code("SELECT 1", "sql")
    assert Turn(Question("q")).program is None


def old_entry(code: str, language: str, attempts: list[dict[str, Any]], **rest: Any) -> HistoryEntry:
    """A turn as an earlier version kept it: the last step's code, and no format."""
    return HistoryEntry("2026-01-01T00:00:00+00:00", "/", "main", "q", "openai:x", "stats", True, code, language,
                   rest={"attempts": attempts, **rest})  # fmt: skip
