"""Turns with a language model: real HTTP to a scripted server, and the sandbox's real kernel.

Their subject is the engine, so the kernel runs as a plain process: no Docker and no namespaces are needed. What checks
the sandbox is in ``test_sandbox`` and ``security``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from unsandboxed import UnsandboxedKernel

from analyst_magic import Analyst
from analyst_magic.engine.job import Clock, Event
from analyst_magic.evidence.trace import UNCHECKED
from analyst_magic.testing import ScriptedModel
from analyst_magic.turn import Question

SALES = pd.DataFrame({"region": ["north", "south", "north", "east"], "revenue": [10.0, 20.0, 40.0, 5.0]})


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture
def ask(
    server: ScriptedModel, unsandboxed: UnsandboxedKernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Any]]:
    monkeypatch.chdir(tmp_path)
    with Analyst(
        model="openai:test", base_url=server.base_url, api_key="sk-planted-key", sandbox=unsandboxed, spares=0
    ) as analyst:

        def work(question: str | Question, frames: dict[str, object] | None = None, **options: Any) -> Any:
            return analyst.ask(question, {"sales": SALES} if frames is None else frames, **options)

        yield work


def told(server: ScriptedModel) -> str:
    """Everything that the server was sent."""
    return json.dumps([request.body for request in server.requests], ensure_ascii=False)


def test_a_streamed_answer_runs_and_gives_its_figure(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    server.say(
        "Revenue by region.\n```python\nimport plotly.express as px\n"
        "px.bar(sales.groupby('region', as_index=False).revenue.sum(), x='region', y='revenue', title='Revenue')\n```"
    )
    events: list[Event] = []
    turn = ask("revenue by region as a bar chart", listen=events.append)
    assert turn.ok, turn.error
    assert (turn.model, turn.language, turn.text) == ("openai:test", "python", "Revenue by region.")
    (bars,) = turn.figures[0].to_plotly().data
    assert list(bars.x) == ["east", "north", "south"]
    assert [event.stage for event in events if event.stage not in {"text", "tick"}] == [
        "context",
        "model",
        "sent",
        "checks",
        "sandbox",
    ]
    assert "px.bar" in "".join(event.text for event in events if event.stage == "text")


def test_a_wrong_answer_goes_back_with_the_evidence_and_is_mended(
    server: ScriptedModel, ask: Callable[..., Any]
) -> None:
    server.say("```python\nsales.revenue.sum() / 'x'\n```")
    server.say("```sql\nselect region, sum(revenue) as revenue from sales group by region order by revenue desc\n```")
    turn = ask("revenue by region")
    assert turn.ok, turn.error
    assert turn.tables[0].to_pandas().values.tolist() == [["north", 50.0], ["south", 20.0], ["east", 5.0]]
    assert [attempt.error is None for attempt in turn.attempts] == [False, True]
    last = server.requests[-1].body["messages"]
    assert "TypeError" in last[-1]["content"]
    assert "/ 'x'" in last[-2]["content"]


def test_a_column_that_is_not_there_goes_back_before_anything_runs(
    server: ScriptedModel, ask: Callable[..., Any]
) -> None:
    server.say("```python\nsales.groupby('customer').revenue.sum()\n```")
    server.say("```python\nsales.groupby('region').revenue.sum()\n```")
    turn = ask("revenue by customer")
    assert turn.ok, turn.error
    assert turn.attempts[0].execution is None  # nothing ran
    evidence = server.requests[-1].body["messages"][-1]["content"]
    assert "There is no column customer in sales. It has: region, revenue." in evidence


def test_a_slip_in_a_columns_name_is_mended_without_asking_again(
    server: ScriptedModel, ask: Callable[..., Any]
) -> None:
    server.say("```python\nsales.groupby('Regoin').revenue.sum()\n```")
    turn = ask("revenue by region")
    assert turn.ok, turn.error
    assert len(server.requests) == 1
    assert "groupby('region')" in turn.code
    assert "The column Regoin was read as region, which sales has." in turn.notes


def test_repairs_end_at_their_limit_with_one_clear_error_and_the_last_code(
    server: ScriptedModel, ask: Callable[..., Any]
) -> None:
    for code in ("sum(x / 0 for x in [1, 2, 3])", "len(sales) % 0", "2 / 0"):
        server.say(f"```python\n{code}\n```")
    turn = ask("anything", max_repairs=2)
    assert len(turn.attempts) == len(server.requests) == 3
    assert turn.error.name == "ZeroDivisionError"
    assert turn.code == "2 / 0"


def test_the_same_wrong_answer_twice_is_not_asked_for_again(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    for _ in range(3):
        server.say("```python\n1 / 0\n```")
    turn = ask("anything", max_repairs=5)
    assert not turn.ok
    assert len(server.requests) == 2


def test_prose_is_an_answer_that_nothing_is_repaired_of(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    server.say("The data cannot tell: no row is later than 2025.")
    turn = ask("what will revenue be in 2030?")
    assert turn.ok, turn.error
    assert turn.kind == "explanation"
    assert turn.answer == f"The data cannot tell: no row is later than 2025{UNCHECKED}."
    assert (turn.text, turn.code, turn.results) == ("", "", ())
    assert len(server.requests) == 1


def test_prose_after_a_failure_is_the_answer_and_the_failure_is_kept_beside_it(
    server: ScriptedModel, ask: Callable[..., Any]
) -> None:
    server.say("```python\nsales.profit.sum()\n```")
    server.say("The frames hold no profit.")
    turn = ask("total profit")
    assert turn.ok, turn.error
    assert turn.answer == "The frames hold no profit."
    assert (turn.code, turn.results) == ("", ())
    assert [attempt.error is None for attempt in turn.attempts] == [False, True]


def test_what_was_said_in_prose_is_part_of_the_conversation(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    server.say("Do you mean gross or net revenue?")
    server.say("```python\nsales.revenue.sum()\n```")
    ask("total revenue")
    turn = ask("net")
    assert turn.ok, turn.error
    assert "Do you mean gross or net revenue?" in [part["content"] for part in server.requests[-1].body["messages"]]


def test_an_empty_answer_is_asked_for_again_and_then_named(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    server.say("")
    server.say(" ")
    turn = ask("total revenue", max_repairs=1)
    assert turn.error.kind == "NoCode"


def test_a_document_comes_back_as_a_file_that_opens(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    server.say(
        "```python-doc\nimport openpyxl\nbook = openpyxl.Workbook()\n"
        "book.active.append(['total', float(sales.revenue.sum())])\nbook.save(OUTPUT_PATH)\n```"
    )
    turn = ask("total revenue as an Excel file")
    assert turn.ok, turn.error
    (document,) = turn.documents
    assert document.path.parent.name == "analyst_output"
    assert list(openpyxl.load_workbook(document.path).active.values) == [("total", 75)]


def test_a_document_that_is_none_goes_back_with_the_reason(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    server.say("```python-doc\nprint(OUTPUT_PATH)\n```")
    server.say("```python-doc\nsales.to_excel(OUTPUT_PATH)\n```")
    turn = ask(Question("sales as a workbook", wants="xlsx"))
    assert turn.ok, turn.error
    assert "no file at OUTPUT_PATH" in told(server)


def test_what_fails_on_the_way_to_the_model_is_in_the_turn_and_the_next_question_works(
    server: ScriptedModel, ask: Callable[..., Any]
) -> None:
    server.fail(401)
    assert ask("anything").error.kind == "ModelRefused"
    server.say("```sql\nselect count(*) as n from sales\n```")
    assert ask("how many?").tables[0].to_pandas().values.tolist() == [[4]]


def test_no_key_and_no_cell_that_few_rows_share_leaves_with_a_failure(
    server: ScriptedModel, ask: Callable[..., Any]
) -> None:
    people = pd.DataFrame({"name": ["Ada Lovelace", "Alan Turing"], "born": ["1815-12-10", "1912-06-23"]})
    server.say("```python\npeople.name.astype(float)\n```")
    server.say("```python\nraise ValueError('bad: ' + people.name[1])\n```")
    server.say("```sql\nselect count(*) as n from people\n```")
    turn = ask("how many?", {"people": people})
    assert turn.ok, turn.error
    sent = told(server)
    for secret in ("Lovelace", "Turing", "1815", "1912", "sk-planted-key"):
        assert secret not in sent
    assert "sk-planted-key" not in repr(turn)


def test_hidden_columns_are_neither_told_nor_there(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    server.say("```python\nlist(sales.columns)\n```")
    turn = ask("columns?", hidden=["sales.revenue"])
    assert turn.results[0].text == "region"
    assert "revenue" not in told(server)


def test_the_next_question_knows_the_last_one_and_what_it_left(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    server.say("```python\ntop = sales.nlargest(1, 'revenue')\ntop\n```")
    server.say("```python\ntop.region.iloc[0]\n```")
    ask("the best sale")
    turn = ask("only its region")
    assert turn.results[0].text == "north"
    assert "top: DataFrame" in server.requests[-1].body["messages"][-1]["content"]
    assert "the best sale" in told(server)


def test_only_the_frames_that_the_code_names_are_sent(
    server: ScriptedModel, ask: Callable[..., Any], unsandboxed: UnsandboxedKernel
) -> None:
    server.say("```python\n'other' in globals(), 'sales' in globals()\n```")
    turn = ask("which?", {"sales": SALES, "other": SALES})
    assert turn.results[0].text == "True\nTrue"  # both names stand in the code's text
    server.say(
        "```python\nnames = [name for name in list(globals()) if name in {'sal' + 'es', 'oth' + 'er'}]\n"
        "f'{names} {len(sales)}'\n```"
    )
    with Analyst(model="openai:test", base_url=server.base_url, api_key="k", sandbox=unsandboxed, spares=0) as fresh:
        assert fresh.ask("which?", {"sales": SALES, "other": SALES}).results[0].text == "['sales'] 4"


async def test_the_async_way_gives_the_same(server: ScriptedModel, unsandboxed: UnsandboxedKernel) -> None:
    server.say("```sql\nselect 1 as one\n```")
    with Analyst(model="openai:test", base_url=server.base_url, api_key="k", sandbox=unsandboxed, spares=0) as analyst:
        turn = await analyst.aask("one?", frames={"sales": SALES})
    assert turn.ok, turn.error
    assert turn.tables[0].to_pandas().values.tolist() == [[1]]


def test_a_key_that_was_changed_is_used_and_a_typed_one_is_asked_for_once(
    server: ScriptedModel, monkeypatch: pytest.MonkeyPatch, unsandboxed: UnsandboxedKernel
) -> None:
    prompts: list[str] = []

    def ask_key(prompt: str) -> str:
        prompts.append(prompt)
        return "sk-typed"

    with Analyst(
        model="openai:test", base_url=server.base_url, ask_key=ask_key, sandbox=unsandboxed, spares=0
    ) as analyst:
        for key in ("", "", "sk-first", "sk-second"):
            monkeypatch.setenv("OPENAI_API_KEY", key)
            server.say("```sql\nselect 1\n```")
            assert analyst.ask("anything", {"sales": SALES}).ok
    sent = [request.headers["authorization"] for request in server.requests]
    assert sent == ["Bearer sk-typed", "Bearer sk-typed", "Bearer sk-first", "Bearer sk-second"]
    assert len(prompts) == 1


def test_a_model_may_answer_with_a_plan_which_is_compiled_here(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    plan = {
        "frame": "sales",
        "group_by": [{"column": "region"}],
        "measures": [{"function": "sum", "column": "revenue"}],
    }
    server.say(f"```json\n{json.dumps(plan)}\n```")
    turn = ask("revenue by region")
    assert turn.ok, turn.error
    assert turn.language == "sql"
    assert turn.tables[0].to_pandas()["total_revenue"].tolist() == [5.0, 50.0, 20.0]
    server.say(json.dumps({**plan, "chart": "bar"}))
    assert ask("revenue by region as bars").figures


def test_a_plan_that_cannot_be_used_goes_back_with_its_fault(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    server.say(json.dumps({"frame": "sales", "measures": [{"function": "sum", "column": "revenues"}]}))
    server.say(json.dumps({"frame": "sales", "measures": [{"function": "total", "column": "revenue"}]}))
    server.say(json.dumps({"frame": "sales", "measures": [{"function": "sum", "column": "revenue"}]}))
    turn = ask("total revenue")
    assert turn.ok, turn.error
    assert "no column revenues" in json.dumps(server.requests[1].body)
    assert "measures.0.function" in json.dumps(server.requests[2].body)


def test_a_frame_joined_in_a_plan_is_joined(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    places = pd.DataFrame({"region": ["north", "south", "east"], "boss": ["Ann", "Bo", "Ann"]})
    plan = {"frame": "sales", "joins": [{"frame": "places", "key": "region", "other": "region"}],
            "group_by": [{"column": "boss"}], "measures": [{"function": "sum", "column": "revenue"}]}  # fmt: skip
    server.say(json.dumps(plan))
    turn = ask("revenue by boss", {"sales": SALES, "places": places})
    assert turn.ok, turn.error
    assert turn.tables[0].to_pandas().to_numpy().tolist() == [["Ann", 55.0], ["Bo", 20.0]]


def test_the_same_failure_of_other_code_asks_for_another_approach(
    server: ScriptedModel, ask: Callable[..., Any]
) -> None:
    server.say("```python\nsales['revenue'].nope()\n```")
    server.say("```python\nby_region = sales.groupby('region').sum(numeric_only=True)\nby_region.revenue.nope()\n```")
    server.say("```python\nsales['revenue'].sum()\n```")
    assert ask("total revenue").ok
    assert "another approach" not in json.dumps(server.requests[1].body["messages"][-1])
    assert "This is the same failure as before: take another approach" in json.dumps(server.requests[2].body)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("sales['revenue'].nope()", "x = 1\nsales['revenue'].nope()"),
        ("total = sales.revenue.nope()\ntotal", "result = sales.revenue.nope()\nresult"),
        ("sales.groupby('region').revenue.nope()  # the mean", "sales.groupby('region').revenue.nope()"),
    ],
    ids=["a line more", "another name", "a comment less"],
)
def test_the_same_failure_of_much_the_same_code_ends_the_turn_and_says_so(
    server: ScriptedModel, ask: Callable[..., Any], first: str, second: str
) -> None:
    server.say(f"```python\n{first}\n```")
    server.say(f"```python\n{second}\n```")
    turn = ask("total revenue", max_repairs=5)
    assert turn.error is not None
    assert "nope" in str(turn.error)
    assert len(server.requests) == 2
    assert any("repeated itself: its code failed in the same way again" in note for note in turn.notes)


def test_a_turn_stops_at_its_budget_of_tokens(server: ScriptedModel, ask: Callable[..., Any]) -> None:
    server.say("```python\nsales.nope()\n```", usage=(900, 200))
    turn = ask("total revenue", turn_tokens=1_000, max_repairs=5)
    assert turn.error is not None
    assert len(turn.attempts) == 1


def test_what_a_user_takes_to_decide_is_counted_nowhere() -> None:
    clock = Clock()
    with clock.stage("checks"), clock.waiting():
        time.sleep(0.3)
    assert clock.seconds()["checks"] < 0.2
    assert clock.total < 0.2
