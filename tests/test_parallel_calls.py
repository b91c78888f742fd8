"""Several tool calls in one reply, or several blocks: all are taken, in order, and none is dropped without a word."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from unsandboxed import UnsandboxedKernel

from analyst_magic import Analyst
from analyst_magic.history.lock import LockFile
from analyst_magic.models.several import one_program
from analyst_magic.models.toolcall import MAX_CALLS
from analyst_magic.testing import ScriptedModel
from analyst_magic.turn import Code, Turn

SALES = pd.DataFrame({"region": ["north", "south", "north"] * 5, "revenue": [10.0, 20.0, 41.5] * 5})
STAFF = pd.DataFrame({"region": ["north", "south"], "people": [4, 7]})
Ask = Callable[..., Turn]


def python(code: str) -> str:
    return json.dumps({"language": "python", "code": code})


def sql(code: str) -> str:
    return json.dumps({"language": "sql", "code": code})


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture
def ask(server: ScriptedModel, unsandboxed: UnsandboxedKernel, tmp_path: Path) -> Iterator[Ask]:
    lock = LockFile(tmp_path / "analyst.lock")
    with Analyst(sandbox=unsandboxed, spares=0, history=False, lock=lock, **server.settings) as analyst:
        yield lambda question, **options: analyst.ask(question, {"sales": SALES, "staff": STAFF}, **options)


def last_messages(server: ScriptedModel, number: int) -> list[str]:
    return [message["content"] for message in server.requests[-1].body["messages"][-number:]]


@pytest.mark.parametrize("index", [True, False], ids=["by their index", "by their id"])
def test_two_steps_in_one_reply_run_in_one_round_and_each_has_its_result(
    server: ScriptedModel, ask: Ask, index: bool
) -> None:
    steps = python("sales.shape[0] * 1000"), python("staff.people.sum() * 1000")
    server.call(*steps, name="run_step", index=index)
    server.call(python("answer(f'{sales.revenue.sum() / staff.people.sum():.1f} each.')\nstaff"))
    turn = ask("revenue per head?", privacy="rows")
    assert turn.ok, turn.error
    assert turn.answer == "32.5 each."
    assert len(server.requests) == 2
    asked, *results = server.requests[-1].body["messages"][-3:]
    assert [call["function"]["name"] for call in asked["tool_calls"]] == ["run_code", "run_code"]
    assert ["sales.shape" in asked["tool_calls"][0]["function"]["arguments"],
            "staff.people" in asked["tool_calls"][1]["function"]["arguments"]] == [True, True]  # fmt: skip
    assert [(m["role"], m["tool_call_id"]) for m in results] == [("tool", c["id"]) for c in asked["tool_calls"]]
    result, other_result = (message["content"] for message in results)
    assert ("15000" in result, "11000" in other_result) == (True, True)
    assert "5 left" in result
    assert "4 left" in other_result


def test_steps_and_descriptions_come_by_the_one_tool_that_is_offered(server: ScriptedModel, ask: Ask) -> None:
    offered = ("describe-step", "staff"), ("sql-step", "SELECT sum(people) AS n FROM staff"), ("python", "staff")
    for language, code in offered:
        server.call(json.dumps({"language": language, "code": code}))
    turn = ask("who?", privacy="rows")
    assert turn.ok, turn.error
    assert len(server.requests[0].body["tools"]) == 1
    assert [(a.code.language, a.code.format) for a in turn.attempts] == [
        ("python", "describe"), ("sql", ""), ("python", "")]  # fmt: skip


def test_a_step_of_several_may_fail_and_the_others_run(server: ScriptedModel, ask: Ask) -> None:
    names = "run_step", "describe_frame", "run_step"
    server.call(python("sales.nothing"), json.dumps({"code": "staff"}), python("staff.people.sum() * 1000"), name=names)
    server.call(python("staff"))
    turn = ask("who?", privacy="rows")
    assert turn.ok, turn.error
    told = last_messages(server, 3)
    assert "nothing" in told[0]
    assert "people" in told[1]
    assert "11000" in told[2]
    assert [attempt.error is None for attempt in turn.attempts] == [False, True, True, True]


def test_a_step_and_the_answer_in_one_reply_both_run(server: ScriptedModel, ask: Ask) -> None:
    server.call(python("half = sales.revenue / 2"), python("half.sum()"), name=("run_step", "run_code"))
    turn = ask("half of it?")
    assert turn.ok, turn.error
    assert [result.to_text() for result in turn.results] == ["178.75"]
    assert len(server.requests) == 1
    assert [attempt.code.text for attempt in turn.attempts] == ["half = sales.revenue / 2", "half.sum()"]


def test_steps_in_blocks_are_all_taken_too(server: ScriptedModel, ask: Ask) -> None:
    server.say("```python-step\nsales.shape[0] * 1000\n```\nand\n```python-step\nstaff.people.sum() * 1000\n```")
    server.say("```python\nstaff\n```")
    assert ask("who?", privacy="rows").ok
    told = last_messages(server, 4)
    assert "15000" in told[1]
    assert "11000" in told[3]


def shown(turn: Turn) -> list[str]:
    return [result.kind for result in turn.results]


def test_programs_of_several_calls_are_one_that_is_pinned_and_runs_again(server: ScriptedModel, ask: Ask) -> None:
    server.call(
        python("by_region = sales.groupby('region').revenue.sum()\nby_region"),
        python("import plotly.express as px\nanswer(f'{by_region.idxmax()} leads.')\npx.bar(by_region)"),
    )
    turn = ask("revenue by region, with a chart?")
    assert turn.ok, turn.error
    assert (shown(turn), turn.answer) == (["table", "figure"], "north leads.")
    assert len(turn.attempts) == 1
    again = ask("revenue by region, with a chart?")
    assert (again.pinned, shown(again)) == (True, ["table", "figure"])
    assert any("unchanged" in note for note in again.notes)
    assert len(server.requests) == 1


def test_a_number_that_the_first_of_two_calls_ends_with_is_shown(server: ScriptedModel, ask: Ask) -> None:
    server.call(python("sales.revenue.sum()"), python("staff.people.sum()"))
    turn = ask("revenue and people?")
    assert turn.ok, turn.error
    assert [result.to_text() for result in turn.results] == ["357.5", "11"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["SQL first", "SQL last"])
def test_sql_beside_python_is_one_program_that_is_pinned(
    server: ScriptedModel, ask: Ask, order: tuple[int, int]
) -> None:
    query = "SELECT region, sum(revenue) AS total FROM sales GROUP BY 1 ORDER BY 2 DESC"
    calls = [sql(f"{query}\n-- answer: {{region}} sells most: {{total:,.1f}}."), python("staff.people.sum()")]
    server.call(*(calls[at] for at in order))
    turn = ask("who sells most, and how many people?")
    assert turn.ok, turn.error
    assert turn.answer == "north sells most: 257.5."
    assert sorted(shown(turn)) == ["table", "text"]
    assert turn.program is not None
    again = ask("who sells most, and how many people?")
    assert again.pinned
    assert again.answer == "north sells most: 257.5."
    assert any("unchanged" in note for note in again.notes)


def test_two_queries_are_two_tables(server: ScriptedModel, ask: Ask) -> None:
    server.call(sql("SELECT count(*) AS n FROM sales"), sql("SELECT sum(people) AS n FROM staff"))
    turn = ask("how many?")
    assert turn.ok, turn.error
    assert [table.data.column(0).to_pylist() for table in turn.tables] == [[15], [11]]


def test_what_cannot_be_joined_read_or_taken_is_said(server: ScriptedModel, ask: Ask) -> None:
    codes = [Code('SELECT count(*) FROM "my sales"', "sql"), Code("1 + 1")]
    code, note = one_program(codes, [], ["my sales"])
    assert code == codes[-1]
    assert "Only the last was run" in note
    server.call("not json", python("staff"), name=("run_step", "run_code"))
    assert "1 tool call of the model could not be read, and nothing ran for it." in ask("who?").notes
    many = [python(f"staff.people.sum() + {number}") for number in range(MAX_CALLS + 2)]
    server.call(*many, name="run_step")
    server.call(python("staff"))
    turn = ask("who then?", max_steps=3)
    assert turn.ok, turn.error
    assert "2 tool calls too many in one reply: not run." in turn.notes
    assert any("more steps at once than were left" in note for note in turn.notes)
    assert "No step is left" in last_messages(server, 1)[0]
    assert len(turn.attempts) == 4


def test_a_call_that_is_sent_twice_runs_once(server: ScriptedModel, ask: Ask) -> None:
    server.call(python("staff"), python("staff"))
    assert shown(ask("who?")) == ["table"]
    server.call(python("staff.head(1)"), python("staff.head(1)"), name="run_step")
    server.call(python("staff"))
    assert ask("who is there?").ok


def fences(*blocks: str) -> str:
    """A reply of blocks, each as ``python: code`` or ``sql: code``."""
    pairs = (block.split(": ", 1) for block in blocks)
    return "\n\nThen:\n\n".join(f"```{tag}\n{code}\n```" for tag, code in pairs)


QUERY = "SELECT region, sum(people) AS people FROM staff GROUP BY 1 ORDER BY 2 DESC"
CHART = "import plotly.express as px\npx.bar(result, x='region', y='people')"


@pytest.mark.parametrize(
    ("blocks", "kinds", "answer"),
    [
        ((f"sql: {QUERY}\n-- answer: {{region}} has {{people:,}}.", f"python: {CHART}"), ["table", "figure"],
         "south has 7."),
        ((f"sql: {QUERY}", "python: answer(f'{result.people.sum()} in all.')\nresult"), ["table"], "11 in all."),
        ((f"sql: {QUERY}", f"sql: {QUERY} LIMIT 1"), ["table", "table"], ""),
        ((f"sql: {QUERY}", "sql: SELECT 1 AS n", "python: int(result.n[0]) + 1"), ["table", "table", "text"], ""),
        (("python: people = staff.people.sum()\npeople", "python: answer(f'{people}.')\nstaff"), ["table"], "11."),
        (("python: staff.people.sum()", f"sql: {QUERY}"), ["text", "table"], ""),
    ],
    ids=["SQL and its chart", "SQL that Python shows", "two of SQL", "two of SQL and Python", "two of Python",
         "Python and SQL"],
)  # fmt: skip
def test_all_blocks_of_a_reply_run_in_order_as_one_program_that_is_pinned(
    server: ScriptedModel, ask: Ask, blocks: tuple[str, ...], kinds: list[str], answer: str
) -> None:
    server.say(fences(*blocks))
    turn = ask("how many people?")
    assert turn.ok, turn.error
    assert (shown(turn), turn.answer) == (kinds, answer)
    again = ask("how many people?", frozen=True)
    assert (shown(again), again.answer) == (kinds, answer)
    assert any("unchanged" in note for note in again.notes), again.notes


def test_a_block_beside_a_tool_call_runs_before_it(server: ScriptedModel, ask: Ask) -> None:
    server.call(python("answer(f'{int(result.people.sum())} people.')\nresult"), text=fences(f"sql: {QUERY}"))
    turn = ask("how many people?")
    assert turn.ok, turn.error
    assert (shown(turn), turn.answer) == (["table"], "11 people.")


def test_of_blocks_that_are_alternatives_one_runs(server: ScriptedModel, ask: Ask) -> None:
    server.say(fences(f"sql: {QUERY}", "python: staff").replace("Then:", "Alternatively, in pandas:"))
    turn = ask("how many people?")
    assert turn.ok, turn.error
    assert len(turn.tables) == 1


def roles(server: ScriptedModel, number: int = -1) -> list[str]:
    return [message["role"] for message in server.requests[number].body["messages"]]


def test_a_failed_call_is_told_by_its_id_too_and_the_next_reply_follows_it(server: ScriptedModel, ask: Ask) -> None:
    server.call(python("staff.nothing_like_it.sum()"))
    server.call(python("staff.people.max()"), name="run_step")
    server.call(python("staff"))
    assert ask("who?", privacy="rows").ok
    assert roles(server) == ["system", "user", "assistant", "tool", "assistant", "tool"]
    asked = [message for message in server.requests[-1].body["messages"] if message["role"] == "assistant"]
    calls = [call["function"] for message in asked for call in message["tool_calls"]]
    assert [call["name"] for call in calls] == ["run_code", "run_code"]
    assert [json.loads(call["arguments"])["language"] for call in calls] == ["python", "python-step"]


def test_code_in_text_is_answered_in_text_though_tools_are_offered(server: ScriptedModel, ask: Ask) -> None:
    call = json.dumps({"name": "run_step", "arguments": {"language": "python", "code": "staff.people.max()"}})
    server.say(f"<tool_call>{call}</tool_call>")
    server.say("```python-step\nstaff.people.min()\n```")
    server.call(python("staff"))
    assert ask("who?", privacy="rows").ok
    assert roles(server) == ["system", "user", "assistant", "user", "assistant", "user"]


def test_an_endpoint_that_takes_no_results_of_calls_gets_them_as_text(server: ScriptedModel, ask: Ask) -> None:
    server.call(python("staff.people.max()"), name="run_step")
    server.fail(400, "messages[3].role: must be one of system, user, assistant; got 'tool'")
    server.call(python("staff.people.min()"), name="run_step")
    server.call(python("staff"))
    turn = ask("who?", privacy="rows")
    assert turn.ok, turn.error
    assert roles(server, 1)[2:] == ["assistant", "tool"]
    assert roles(server, 2)[2:] == ["assistant", "user"]
    assert roles(server, 3)[2:] == ["assistant", "user", "assistant", "user"]
    assert "tools" in server.requests[3].body
