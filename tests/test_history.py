"""The history: what is kept of a turn, by many kernels at once, and what comes of it later."""

from __future__ import annotations

import json
import multiprocessing
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cell_text import cell_text
from fakes import ScriptedModel

from analyst_magic import Analyst
from analyst_magic.cli import main
from analyst_magic.commands.history import history as run_history
from analyst_magic.engine.fitting import why_unfit
from analyst_magic.errors import HistoryError
from analyst_magic.history.lock import families
from analyst_magic.history.store import MIGRATIONS, History, HistoryEntry
from analyst_magic.turn import Code

SALES = pd.DataFrame({"region": ["planted-north", "south"], "revenue": [10.0, 20.0]})
SCHEMA = {"sales": "region text, revenue number"}


def made(question: str = "total revenue by region", **more: Any) -> HistoryEntry:
    first = HistoryEntry("2026-01-02T03:04:05+00:00", "/x", "main", question, "offline", "stats", True,
                    "SELECT sum(revenue) FROM sales", "sql", frames=SCHEMA, rest={"results": ["table ab"]})  # fmt: skip
    return replace(first, **more)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    kept = History(tmp_path / "deep" / "history.sqlite3")
    yield kept
    kept.close()


def test_a_turn_comes_back_as_it_was_and_is_found_by_its_words(history: History) -> None:
    number = history.add(made())
    history.add(made("mean delay by carrier", code="SELECT avg(delay)", ok=False))
    assert history.get(number) == made(id=number)
    assert [capsule.question for capsule in history.latest()] == ["mean delay by carrier", "total revenue by region"]
    assert [capsule.id for capsule in history.search("reven REGION")] == [number]
    assert history.search('"; DROP TABLE capsule --') == []
    assert history.search("...") == []
    with pytest.raises(HistoryError, match="no turn 99"):
        history.get(99)
    assert history.path.stat().st_mode & 0o077 == 0


def test_a_key_is_never_kept(history: History) -> None:
    number = history.add(made("why does sk-abcdefghijklmnop1234 fail?", code="x = 'hf_abcdefghijklmnop1234'"))
    everything = history.path.read_bytes() + Path(f"{history.path}-wal").read_bytes()
    assert b"abcdefghijklmnop" not in everything
    assert history.get(number).question == "why does … fail?"


def over(schemas: dict[str, str]) -> Callable[[HistoryEntry], bool]:
    kinds = {name: families(schema) for name, schema in schemas.items()}
    return lambda entry: not why_unfit(Code(entry.code, entry.language), entry.frames, kinds)


def test_right_answers_over_the_same_frames_are_examples_the_most_alike_first(history: History) -> None:
    asked = ("total revenue by region", "mean revenue by month", "number of orders", "total revenue by region")
    numbers = [history.add(made(text)) for text in asked]
    other = history.add(made("total revenue by shop", frames={"shops": "a text"}))
    for number in (*numbers, other):
        history.mark(number, True)
    history.mark(numbers[2], False)
    found = history.examples("total revenue for each region", over(SCHEMA))
    assert [capsule.question for capsule in found] == ["total revenue by region", "mean revenue by month"]
    assert history.examples("total revenue", over({"sales": "region text"})) == []
    history.add(made("revenue per region, pinned", pinned=True))  # it ran, and nobody has looked at it
    assert "revenue per region, pinned" not in [c.question for c in history.examples("revenue", over(SCHEMA))]


EXAMPLE = made("revenue of each region", code="SELECT region, sum(revenue) FROM sales GROUP BY region",
               rest={"code_privacy": "schema"})  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "is_example"),
    [
        ("region text, revenue number", True),
        ("revenue number, region text", True),
        ("region text, revenue number, shop text", True),
        ("index_0 number, region text, revenue number", True),
        ("revenue number", False),
        ("region text, revenue text", False),
        ("region time, revenue number", False),
        ("sales text", False),
    ],
)
def test_an_example_fits_frames_that_have_the_columns_it_uses(history: History, schema: str, is_example: bool) -> None:
    history.mark(history.add(EXAMPLE), True)
    assert bool(history.examples("total revenue of a region", over({"sales": schema}))) == is_example
    assert history.examples("total revenue of a region", over({"shops": schema})) == []


def test_an_older_answer_is_the_example_where_the_newest_one_fits_other_frames(history: History) -> None:
    first = history.add(EXAMPLE)
    second = history.add(replace(EXAMPLE, frames={"sales": "region text, revenue text"}))
    for number in (first, second):
        history.mark(number, True)
    assert [entry.id for entry in history.examples("revenue of each region", over(SCHEMA))] == [first]


def test_a_model_sees_an_example_over_a_frame_with_another_column_more(history: History) -> None:
    history.mark(history.add(EXAMPLE), True)
    wider = pd.DataFrame({"shop": ["a"], "revenue": [1], "region": ["n"]})  # whole numbers, in another order
    with Analyst(model="offline", history=history, lock=False) as analyst:
        shown = analyst.context("total revenue of each region", {"sales": wider})
        other = analyst.context("total revenue of each region", {"sales": wider.drop(columns="revenue")})
    assert [example.question for example in shown.examples] == [EXAMPLE.question]
    assert other.examples == ()


def test_old_turns_are_forgotten_but_for_the_good_ones(history: History) -> None:
    past = "2020-01-01T00:00:00+00:00"
    old, good = history.add(made(at=past)), history.add(made("kept", at=past))
    new = history.add(made("new", at="2999-01-01T00:00:00+00:00"))
    history.mark(good, True)
    assert history.prune(30) == 1
    assert {capsule.id for capsule in history.everything()} == {good, new}
    assert history.search("total") == []
    with pytest.raises(HistoryError, match=f"no turn {old}"):
        history.get(old)
    again = History(history.path, days=30)
    again.mark(good, False)
    again.close()
    assert [c.id for c in History(history.path, days=30).latest()] == [new]


def test_an_answer_that_is_not_right_is_kept_as_such_and_is_never_an_example(history: History) -> None:
    wrong = history.add(made("total revenue by region", pinned=True))
    assert history.get(wrong).good is None
    history.mark(wrong, True)
    assert [entry.id for entry in history.examples("total revenue", lambda entry: True)] == [wrong]
    history.mark(wrong, False)
    assert history.get(wrong).good is False
    assert history.examples("total revenue", lambda entry: True) == []
    assert run_history(history, "list", []).count("not right") == 1
    history.mark(wrong, None)
    assert history.get(wrong).good is None
    assert history.examples("total revenue", lambda entry: True) == []
    assert "not right" in run_history(history, "not-good", [str(wrong)])
    assert "no mark" in run_history(history, "unmark", [str(wrong)])
    assert "not right" not in run_history(history, "list", [])


def _write(path: str, start: int) -> None:
    kept = History(Path(path))
    for i in range(start, start + 40):
        kept.add(made(f"question {i}"))
    kept.close()


def test_many_kernels_write_at_once_without_loss(history: History) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(str(history.path), i * 40)) for i in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert {capsule.question for capsule in history.everything()} == {f"question {i}" for i in range(120)}


def test_a_damaged_history_is_set_aside_and_said(history: History) -> None:
    for _ in range(2):
        history.close()
        history.path.parent.mkdir(exist_ok=True)
        history.path.write_bytes(b"no database at all" * 100)
        history.add(made())
        assert "set aside" in history.notice
    aside = sorted(path.name for path in history.path.parent.glob("*.damaged*"))
    assert len(aside) == 2
    assert len(history.latest()) == 1


def test_a_newer_history_is_left_as_it_is(history: History) -> None:
    history.path.parent.mkdir()
    with sqlite3.connect(history.path) as connection:
        connection.execute("CREATE TABLE future (a)")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = history.path.read_bytes()
    history.add(made())
    assert "newer version" in history.notice
    assert history.path.read_bytes() == before
    assert len(history.latest()) == 1


def test_a_full_disk_is_an_error_that_names_the_history(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="cannot be used"):
        History(Path("/dev/full/history.sqlite3")).add(made())


@pytest.mark.docker
def test_what_is_kept_of_a_turn_and_what_is_not(sandboxes: set[str], tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite3")
    with ScriptedModel() as server:
        server.say("Sum.\n```python\nsales.set_index('region').loc['nowhere']\n```", usage=(100, 20))
        server.say("Sum.\n```python\nsales.revenue.sum()\n```", usage=(100, 20))
        server.say("```python\nraise KeyError(sales.region[0])\n```")
        with Analyst(model="openai:x", base_url=server.base_url, api_key="sk-planted-key-planted", spares=0,
                     history=history) as analyst:  # fmt: skip
            turn = analyst.ask("total revenue", {"sales": SALES})
            failed = analyst.ask("fail", {"sales": SALES}, max_repairs=0)
            analyst.ask("PYTHON: 1 + 1", history=False)
    kept = history.get(turn.id)
    assert (kept.question, kept.model, kept.ok, kept.code) == ("total revenue", "openai:x", True, "sales.revenue.sum()")
    assert kept.frames == SCHEMA
    assert kept.rest["tokens"] == [200, 40]
    assert len(kept.rest["attempts"]) == 2
    assert kept.rest["attempts"][0]["error"].startswith("KeyError")
    assert kept.rest["results"][0].startswith("text ")
    assert kept.rest["context"] == turn.context != ""
    assert history.get(failed.id).rest["error"] == "KeyError: '…'"
    assert len(history.latest()) == 2
    history.close()
    assert b"planted" not in history.path.read_bytes()


def test_a_notebook_remembers_replays_and_learns(
    execute: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "analyst.md").write_text("revenue is in euros. Never show cents.")
    with ScriptedModel() as server:
        for _ in range(2):
            server.say("```sql\nSELECT region, sum(revenue) AS total FROM sales GROUP BY region\n```")
        monkeypatch.setenv("ANALYST_MODEL", "openai:first")
        monkeypatch.setenv("ANALYST_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "k")
        notebook = execute(
            "import pandas as pd\nsales = pd.DataFrame({'region': ['n', 's'], 'revenue': [1.0, 2.0]})",
            "%%analyst\ntotal revenue by region",
            "%analyst history good 1",
            "%analyst history",
            "%analyst history search revenue",
            "%analyst history show 1",
            "%analyst history replay 1",
            "%%analyst --fresh\nrevenue of each region in total",
            "%%analyst --no-history\nSQL: select 1 as one",
            "%analyst history prune 0",
        )
    said = [cell_text(cell) for cell in notebook.cells[1:]]
    assert re.search(r"good +total revenue by region +.*openai:first", said[3])
    assert "total revenue by region" in said[4]
    assert "frames: sales: region text, revenue number" in said[5]
    assert re.search(r"seconds: queue \d+\.\d\d, context ", said[5])
    assert re.search(r"results: table [0-9a-f]+\n", said[5])
    assert any("<table" in output.get("data", {}).get("text/html", "") for output in notebook.cells[7].outputs)
    first, second = (json.dumps(request.body["messages"]) for request in server.requests)
    assert "Never show cents" in first
    assert "found right" not in first
    assert "Earlier answers that the user found right" in second
    assert "total revenue by region" in second
    assert "2 turns deleted" in said[9]
    assert main(["history", "list"]) == 0
    assert re.search("good +total revenue", capsys.readouterr().out)
    assert main(["history", "export", str(tmp_path / "turns.jsonl")]) == 0
    (line,) = (tmp_path / "turns.jsonl").read_text().splitlines()
    assert json.loads(line)["question"] == "total revenue by region"
    assert main(["history", "show", "9"]) == 1
