"""``analyst eval``: answers are judged by their values, whatever form they come in."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from fakes import ScriptedModel

from analyst_magic.cli import main
from analyst_magic.commands.evaluate import Item, judge, read_questions
from analyst_magic.errors import Abstained, CodeFailed, InputError
from analyst_magic.results.figure import Figure
from analyst_magic.results.table import Table
from analyst_magic.results.text import Text
from analyst_magic.turn import Question, Turn

EXAMPLE = Path(__file__).parents[1] / "notebooks" / "evaluation" / "questions.jsonl"


def turn(*results: Any, error: Any = None) -> Turn:
    return Turn(Question("q"), results=results, error=error)


ROWS = Table(pa.table({"k": ["b", "a"], "v": [2.0000000001, 1.0]}))
BARS = Figure({"data": [{"type": "bar", "x": [1, 2], "y": ["a", "b"], "orientation": "h"}], "layout": {}})


@pytest.mark.parametrize(
    ("expect", "given", "outcome"),
    [
        ([["a", 1], ["b", 2]], turn(ROWS), "correct"), ([["a", 1], ["b", 3]], turn(ROWS), "wrong"),
        ([["a", 1], ["b", 2]], turn(BARS), "correct"), ([["a", 1]], turn(ROWS), "wrong"),
        (3, turn(Text("3.0")), "correct"), ("North", turn(Text("'north'")), "correct"), (3, turn(Text("4")), "wrong"),
        (3, turn(Table(pa.table({"region": ["x"], "n": [3]}))), "correct"), (3, turn(), "wrong"),
        (None, turn(error=Abstained("?")), "correct"), (3, turn(error=Abstained("?")), "abstained"),
        (None, turn(Text("3")), "wrong"), (3, turn(error=CodeFailed("no")), "failed"),
        ({"mean": "3.5"}, turn(Text("so\n@mean[3.50] @n[2]")), "correct"),
        ({"mean": "3.5"}, turn(Text("3.5")), "wrong"),
    ],
)  # fmt: skip
def test_an_answer_is_judged_by_its_values(expect: Any, given: Turn, outcome: str) -> None:
    assert judge(Item("q", {}, expect), given) == outcome


def test_rows_must_come_in_their_order_where_that_is_asked() -> None:
    assert judge(Item("q", {}, [["a", 1], ["b", 2]], ordered=True), turn(ROWS)) == "wrong"
    assert judge(Item("q", {}, [["b", 2], ["a", 1]], ordered=True), turn(ROWS)) == "correct"


@pytest.mark.docker
def test_the_example_set_is_answered_by_the_offline_planner(
    sandboxes: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", str(EXAMPLE), "-m", "offline", "--at-least", "100"]) == 0
    said = capsys.readouterr().out
    assert "9 questions of offline" in said
    assert "correct        9  100.0 %" in said


@pytest.mark.docker
def test_a_models_mistakes_are_counted_and_the_command_fails_below_what_is_asked(
    sandboxes: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    with ScriptedModel() as server:
        server.say("```python\norders.revenue.nope()\n```", usage=(10, 5))
        server.say("```python\norders.revenue.sum()\n```", usage=(10, 5))
        server.say("```python\norders\n```", usage=(10, 5))
        arguments = ["eval", str(EXAMPLE), "-m", "openai:x", "--limit", "2", "--at-least", "60", "--json"]
        assert main([*arguments, "--set", f"base_url={server.base_url}"]) == 1
    shown = capsys.readouterr()
    assert [json.loads(line)["outcome"] for line in shown.out.splitlines()] == ["correct", "wrong"]
    assert "1 repair, 45 tokens" in shown.err


def test_public_sets_are_read_in_their_own_form(tmp_path: Path) -> None:
    bench = tmp_path / "dabench"
    (bench / "da-dev-tables").mkdir(parents=True)
    pd.DataFrame({"a": [1, 2]}).to_csv(bench / "da-dev-tables" / "t.csv", index=False)
    question = {"id": 0, "question": "Mean of a?", "constraints": "None.", "format": "@mean[x]", "file_name": "t.csv"}
    (bench / "da-dev-questions.jsonl").write_text(json.dumps(question))
    (bench / "da-dev-labels.jsonl").write_text(json.dumps({"id": 0, "common_answers": [["mean", "1.5"]]}))
    (item,) = read_questions(bench)
    assert item.expect == {"mean": "1.5"}
    assert "@mean[x]" in item.question

    spider = tmp_path / "spider"
    (spider / "database" / "shop").mkdir(parents=True)
    with sqlite3.connect(spider / "database" / "shop" / "shop.sqlite") as connection:
        connection.execute("CREATE TABLE sales (n INTEGER)")
        connection.execute("INSERT INTO sales VALUES (2), (1)")
    entry = {"db_id": "shop", "question": "All, in order?", "query": "SELECT n FROM sales ORDER BY n"}
    (spider / "dev.json").write_text(json.dumps([entry, {**entry, "db_id": "missing"}]))
    (item,) = read_questions(spider)
    assert (item.expect, item.ordered, list(item.frames)) == ([[1], [2]], True, ["sales"])

    with pytest.raises(InputError, match="no questions"):
        list(read_questions(tmp_path))
    (tmp_path / "bad.jsonl").write_text('{"question": "x"}')
    with pytest.raises(InputError, match=r"Line 1 of bad\.jsonl"):
        list(read_questions(tmp_path / "bad.jsonl"))
