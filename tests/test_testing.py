"""``analyst_magic.testing``, and the engine on it: HTTP to a scripted model is real, and no code runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analyst_magic import Analyst
from analyst_magic.errors import Abstained, CodeFailed, EngineUnavailable, SandboxError, Stopped, UnknownOption
from analyst_magic.sandbox_names import sandbox_names
from analyst_magic.testing import FakeSandbox, ScriptedModel
from analyst_magic.turn import Code, Execution, Output

SALES = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10.0, 20.0, 40.0]})
BY_REGION = pd.DataFrame({"region": ["north", "south"], "revenue": [50.0, 20.0]})
BY_REGION_SQL = "select region, sum(revenue) as revenue from sales group by region order by region"


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture
def sandbox() -> FakeSandbox:
    return FakeSandbox({BY_REGION_SQL: BY_REGION, "sales.revenue.sum()": "70.0"})


@pytest.fixture
def analyst(model: ScriptedModel, sandbox: FakeSandbox, tmp_path: Path) -> Iterator[Analyst]:
    with Analyst(sandbox=sandbox, lock=tmp_path / "analyst.lock", output_directory=str(tmp_path / "out"),
                 **model.settings) as made:  # fmt: skip
        yield made


def sql(text: str) -> str:
    return f"```sql\n{text}\n```"


def python(text: str) -> str:
    return f"```python\n{text}\n```"


def last_message(model: ScriptedModel, number: int = -1) -> Any:
    return model.requests[number].body["messages"][-1]["content"]


def test_the_result_that_the_test_names_is_the_answer_and_names_its_sandbox(
    analyst: Analyst, model: ScriptedModel, sandbox: FakeSandbox
) -> None:
    model.say(f"Revenue by region.\n{sql(BY_REGION_SQL)}")
    turn = analyst.ask("revenue by region", {"sales": SALES, "other": SALES})
    assert turn.ok, turn.error
    assert (turn.text, turn.sandbox) == ("Revenue by region.", "fake")
    pd.testing.assert_frame_equal(turn.tables[0].to_pandas(), BY_REGION)
    assert [code.text for code in sandbox.codes] == [turn.code]
    assert sandbox.frames == [("sales",)]  # the code does not name the other


def test_code_that_the_test_did_not_foresee_fails_and_names_itself(model: ScriptedModel, analyst: Analyst) -> None:
    turn = analyst.run("40 + 2")
    assert isinstance(turn.error, SandboxError)
    assert turn.error.message == "FakeSandbox has no result for the code '40 + 2'."


def test_results_may_come_from_a_function(model: ScriptedModel) -> None:
    with Analyst(sandbox=FakeSandbox(lambda code: [code.language, BY_REGION]), **model.settings) as analyst:
        turn = analyst.run("select 1", language="sql")
    assert turn.ok, turn.error
    assert turn.results[0].text == "sql"
    assert turn.tables[0].to_pandas().shape == (2, 2)


def test_no_setting_names_the_fake(model: ScriptedModel) -> None:
    assert "fake" not in sandbox_names()
    with pytest.raises(UnknownOption):
        Analyst(sandbox="fake", **model.settings)


def test_a_failure_goes_back_to_the_model_with_the_evidence_and_is_repaired(
    analyst: Analyst, model: ScriptedModel, sandbox: FakeSandbox
) -> None:
    error = CodeFailed("The code failed.", name="TypeError", value="unsupported operand")
    sandbox.results["sales.revenue / 'x'"] = error
    model.say(python("sales.revenue / 'x'"))
    model.say(sql(BY_REGION_SQL))
    turn = analyst.ask("revenue by region", {"sales": SALES})
    assert turn.ok, turn.error
    assert [attempt.error for attempt in turn.attempts] == [error, None]
    assert "unsupported operand" in last_message(model)
    assert turn.tables[0].to_pandas().revenue.tolist() == [50.0, 20.0]


def test_repairs_end_at_their_limit_with_the_last_error_and_the_last_code(model: ScriptedModel) -> None:
    error = CodeFailed("The code failed.", name="KeyError", value="'x'")
    for code in ("sales.revenue.sum()", "len(sales)", "2 + 1"):
        model.say(python(code))
    with Analyst(sandbox=FakeSandbox(lambda code: error), max_repairs=2, **model.settings) as analyst:
        turn = analyst.ask("anything", {"sales": SALES})
    assert turn.error == error
    assert turn.code == "2 + 1"
    assert len(turn.attempts) == len(model.requests) == 3


def test_a_sandbox_that_cannot_start_is_no_matter_for_the_model(model: ScriptedModel) -> None:
    error = EngineUnavailable("No engine answers.", "Start it.")
    model.say(python("1 + 1"))
    with Analyst(sandbox=FakeSandbox(lambda code: error), max_repairs=2, **model.settings) as analyst:
        turn = analyst.ask("anything", {"sales": SALES})
    assert turn.error == error
    assert len(model.requests) == 1


def test_the_same_wrong_answer_twice_is_not_asked_for_again(model: ScriptedModel) -> None:
    for _ in range(3):
        model.say(python("1 / 0"))
    failing = FakeSandbox({"1 / 0": CodeFailed("The code failed.", name="ZeroDivisionError", value="division by zero")})
    with Analyst(sandbox=failing, max_repairs=5, **model.settings) as analyst:
        assert not analyst.ask("anything", {"sales": SALES}).ok
    assert len(model.requests) == 2


def test_a_column_that_is_not_there_is_found_before_anything_runs(
    analyst: Analyst, model: ScriptedModel, sandbox: FakeSandbox
) -> None:
    model.say(python("sales.groupby('customer').revenue.sum()"))
    model.say(python("sales.revenue.sum()"))
    turn = analyst.ask("total", {"sales": SALES})
    assert turn.ok, turn.error
    assert [code.text for code in sandbox.codes] == ["sales.revenue.sum()"]
    assert "customer" in last_message(model)


def test_a_refusal_is_an_answer_of_its_own_and_runs_nothing(model: ScriptedModel, sandbox: FakeSandbox) -> None:
    with Analyst(model="offline", sandbox=sandbox) as analyst:
        turn = analyst.ask("what will the weather be?", {"sales": SALES})
    assert isinstance(turn.error, Abstained)
    assert sandbox.codes == []


def test_a_model_that_answers_in_prose_is_quoted(analyst: Analyst, model: ScriptedModel) -> None:
    model.say("The data cannot tell.")
    turn = analyst.ask("what will revenue be in 2030?", {"sales": SALES})
    assert turn.ok
    assert (turn.kind, turn.answer) == ("explanation", "The data cannot tell.")


def test_a_step_is_answered_and_the_program_of_all_steps_is_pinned(
    analyst: Analyst, model: ScriptedModel, sandbox: FakeSandbox
) -> None:
    first = Execution((Output("text", "(3, 3)", stream="result"),), variables=("wide: DataFrame",))
    sandbox.results["wide = sales.assign(double=sales.revenue * 2)\nwide.shape"] = first
    sandbox.results["wide.double.sum()"] = "140.0"
    model.say("```python-step\nwide = sales.assign(double=sales.revenue * 2)\nwide.shape\n```")
    model.say(python("wide.double.sum()"))
    turn = analyst.ask("double the total", {"sales": SALES})
    assert turn.ok, turn.error
    assert turn.results[0].text == "140.0"
    sandbox.results[turn.program.text] = "140.0"
    again = analyst.ask("double the total", {"sales": SALES})
    assert again.ok, again.error
    assert again.pinned
    assert len(model.requests) == 2
    assert "wide = sales.assign" in sandbox.codes[-1].text
    assert "wide.double.sum()" in sandbox.codes[-1].text


def test_words_about_results_are_pinned_and_are_no_answer_to_other_data(
    analyst: Analyst, model: ScriptedModel, sandbox: FakeSandbox
) -> None:
    sandbox.results["sales.revenue.sum()"] = "70.0"
    model.say("```python-step\nsales.revenue.sum()\n```")
    model.say("In total 70.0, most of it in the north.")
    turn = analyst.ask("what was sold?", {"sales": SALES})
    assert (turn.kind, turn.answer) == ("result", "In total 70.0, most of it in the north.")
    again = analyst.ask("what was sold?", {"sales": SALES})
    assert (again.pinned, again.answer, again.text) == (True, "In total 70.0, most of it in the north.", "")
    sandbox.results["sales.revenue.sum()"] = "99.0"
    other = analyst.ask("what was sold?", {"sales": SALES})
    assert (other.pinned, other.answer) == (True, "")
    assert other.text == "Written when the result was another: In total 70.0, most of it in the north."
    assert len(model.requests) == 2


def test_an_answer_that_the_code_fills_in_is_compared_with_the_pinned_one(
    analyst: Analyst, model: ScriptedModel, sandbox: FakeSandbox
) -> None:
    def answered(text: str) -> Execution:
        return Execution((Output("answer", text), Output("text", "shown", stream="result")))

    code = 'answer(f"Total: {sales.revenue.sum():,.0f}")'
    sandbox.results[code] = answered("Total: 70")
    model.say(f"Adds up 3 rows.\n{python(code)}")
    turn = analyst.ask("total", {"sales": SALES})
    assert turn.ok, turn.error
    assert (turn.answer, [result.kind for result in turn.results]) == ("Total: 70", ["text"])
    assert "unchanged" in " ".join(analyst.ask("total", {"sales": SALES}).notes)
    sandbox.results[code] = answered("Total: 99")
    other = analyst.ask("total", {"sales": SALES})
    assert (other.pinned, other.answer) == (True, "Total: 99")
    assert "changed since it was pinned: answer." in other.notes[-1]
    assert other.text.startswith("Written when the result was another:")


@pytest.mark.parametrize("prose", ["Refusal: no prices are in these frames.", "Which of the two?", "It is a table."])
def test_prose_is_never_pinned(analyst: Analyst, model: ScriptedModel, prose: str) -> None:
    for _ in range(2):
        model.say(prose)
        assert analyst.ask("what does it cost?", {"sales": SALES}).ok
    assert len(model.requests) == 2


def test_the_code_of_a_step_beyond_the_budget_is_the_answer(model: ScriptedModel) -> None:
    for number in range(9):
        model.say(f"```python-step\n{number} + 1\n```")
    with Analyst(sandbox=FakeSandbox(lambda code: "1"), max_steps=2, max_repairs=0, **model.settings) as analyst:
        turn = analyst.ask("on and on", {"sales": SALES})
    assert (turn.ok, turn.code) == (True, "2 + 1")
    assert len(model.requests) == 3


def test_a_pinned_question_asks_no_model_and_one_over_other_columns_does(
    analyst: Analyst, model: ScriptedModel, sandbox: FakeSandbox
) -> None:
    model.say(sql(BY_REGION_SQL))
    assert analyst.ask("revenue by region", {"sales": SALES}).ok
    wider = SALES.assign(unused=1)[["unused", "revenue", "region"]]
    pinned = analyst.ask("revenue  by region", {"sales": wider}, frozen=True)
    assert pinned.ok, pinned.error
    assert pinned.pinned
    assert len(model.requests) == 1
    gone = analyst.ask("revenue by region", {"sales": SALES.drop(columns="region")}, frozen=True)
    assert gone.error is not None
    assert "region is gone" in str(gone.error)


def test_a_pin_whose_result_changed_says_so(analyst: Analyst, model: ScriptedModel, sandbox: FakeSandbox) -> None:
    model.say(sql(BY_REGION_SQL))
    assert analyst.ask("revenue by region", {"sales": SALES}).ok
    sandbox.results[BY_REGION_SQL] = BY_REGION.assign(revenue=[51.0, 20.0])
    turn = analyst.ask("revenue by region", {"sales": SALES})
    assert turn.pinned
    assert any("changed" in note or "differs" in note for note in turn.notes), turn.notes


def test_results_of_the_fake_pass_the_privacy_level_like_any_others(
    analyst: Analyst, model: ScriptedModel, sandbox: FakeSandbox
) -> None:
    sandbox.results["sales.head()"] = SALES.assign(region="planted-north")
    model.say("```python-step\nsales.head()\n```")
    model.say(python("sales.revenue.sum()"))
    assert analyst.ask("total", {"sales": SALES}).ok
    assert "planted-north" not in model.received


def test_a_job_that_is_cancelled_stops_while_the_model_answers(analyst: Analyst, model: ScriptedModel) -> None:
    model.stall("Let me think")
    speaking = threading.Event()
    job = analyst.submit("total", {"sales": SALES}, listen=lambda e: speaking.set() if e.stage == "text" else None)
    assert speaking.wait(30)
    job.cancel()
    with pytest.raises(Stopped):
        job.wait(30)
    assert job.status == "cancelled"
    assert model.left.wait(30)


def test_one_fake_serves_several_turns_with_other_limits(
    analyst: Analyst, model: ScriptedModel, sandbox: FakeSandbox
) -> None:
    for _ in range(2):
        model.say(python("sales.revenue.sum()"))
    assert analyst.ask("total", {"sales": SALES}).ok
    assert analyst.ask("the total", {"sales": SALES}, memory="1GB").ok
    assert sandbox.codes == [Code("sales.revenue.sum()"), Code("sales.revenue.sum()")]
