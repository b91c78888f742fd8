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
from analyst_magic.errors import InputError
from analyst_magic.history.lock import LockFile
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
                 lock=LockFile(tmp_path / "analyst.lock"), history=History(tmp_path / "history.sqlite3"),
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


def program_of_steps(*steps: Code, in_python: str | None = None) -> Code | None:
    attempts = tuple(Attempt(code, in_python=in_python if code.language == "sql" else None) for code in steps)
    return Turn(Question("q"), attempts=attempts).program


def test_sql_after_a_look_in_python_is_the_program() -> None:
    assert program_of_steps(Code("sales.head()"), Code("SELECT 1", "sql")) == Code("SELECT 1", "sql")


def test_sql_whose_rows_no_later_python_uses_is_no_part_of_the_program() -> None:
    look = Code("SELECT 1 AS n", "sql")
    assert program_of_steps(look, Code("sales.revenue.sum()")) == Code("sales.revenue.sum()")
    assert program_of_steps(look, Code("result = 1\nresult")) == Code("result = 1\nresult")
    twice = program_of_steps(look, Code("SELECT 2 AS n", "sql"), Code("result.n.sum()"))
    assert twice is not None
    assert ("SELECT 2" in twice.text, "SELECT 1" in twice.text) == (True, False)


def test_sql_that_python_cannot_run_as_it_was_makes_no_program_and_that_is_said(tmp_path: Path) -> None:
    attempts = (Attempt(Code("SELECT 1 AS n", "sql"), in_python=""), Attempt(Code("result.n.sum()")))
    turn = Turn(Question("q"), code="result.n.sum()", attempts=attempts)
    assert turn.program is None
    assert code_cell(turn) == ""
    with pytest.raises(InputError, match="several languages"):
        snippets.of_turn(turn)
    assert program_of_steps(Code("sales = sales.head()"), Code("FROM sales", "sql"), Code("result.n")) is None


MIXED = ("```sql-step\nSELECT region, count(*) AS n, sum(units) AS units, min(day) AS first FROM sales GROUP BY 1\n"
         "ORDER BY 1\n```",
         "```python\nanswer(f'{result.region[0]} has {result.units[0]:,} units.')\nresult\n```")  # fmt: skip


def mixed_frames() -> dict[str, pd.DataFrame | pd.Series]:
    base = SALES.assign(units=[1, 2, 3], day=pd.to_datetime(["2026-01-03", "2026-01-02", "2026-01-01"]))
    return {
        "as it is": base,
        "an index": base.set_index("region"),
        "two levels of an index": base.set_index(["region", "day"]),
        "an index and a column of its name": base.set_index(base.region.rename("units2")),
        "columns that are no texts": base.assign(**{"4": 1}).rename(columns={"4": 4}),
        "names alike but for their case": base.assign(Region="x", REVENUE=0.5),
    }


@pytest.mark.parametrize("kind", mixed_frames())
def test_a_look_in_sql_and_an_answer_in_python_are_pinned_and_run_frozen(
    analyst: Analyst, server: ScriptedModel, kind: str
) -> None:
    frames = {"sales": mixed_frames()[kind]}
    for reply in MIXED:
        server.say(reply)
    first = analyst.ask("units by region?", frames)
    assert first.ok, first.error
    assert first.answer == "north has 4 units."
    assert first.program is not None
    asked = len(server.requests)
    analyst.reset()
    frozen = analyst.ask("units by region?", frames, frozen=True)
    assert frozen.ok, frozen.error
    assert frozen.pinned
    assert frozen.answer == first.answer
    assert any("unchanged" in note for note in frozen.notes), frozen.notes
    assert len(server.requests) == asked


@pytest.mark.parametrize("name", ["Sales 2024", "order", "SALES"])
def test_sql_over_frames_of_any_name_is_a_part_of_a_program(analyst: Analyst, server: ScriptedModel, name: str) -> None:
    written = "sales" if name == "SALES" else f'"{name}"'
    server.say(f"```sql-step\nSELECT sum(revenue) AS total FROM {written}\n```")
    server.say("```python\nresult.total[0]\n```")
    first = analyst.ask("total?", {name: SALES})
    assert first.ok, first.error
    analyst.reset()
    again = analyst.ask("total?", {name: SALES}, frozen=True)
    assert again.ok, again.error
    assert any("unchanged" in note for note in again.notes), again.notes


def test_a_description_of_a_frame_is_no_part_of_the_program() -> None:
    attempts = (Attempt(Code("sales", format="describe")), Attempt(Code("SELECT 1", "sql")))
    assert Turn(Question("q"), attempts=attempts).program == Code("SELECT 1", "sql")
    assert Turn(Question("q")).program is None


def old_entry(code: str, language: str, attempts: list[dict[str, Any]], **rest: Any) -> HistoryEntry:
    """A turn as an earlier version kept it: the last step's code, and no format."""
    return HistoryEntry("2026-01-01T00:00:00+00:00", "/", "main", "q", "openai:x", "stats", True, code, language,
                   rest={"attempts": attempts, **rest})  # fmt: skip
