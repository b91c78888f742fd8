"""Investigations: plans of models that are good, vague, looping or wrong; budgets, stops, restarts, and the lock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from analyst_magic import Analyst, Budget, Investigation, Plan, Step
from analyst_magic.engine.investigation import InvestigationEvent
from analyst_magic.errors import Abstained, ModelError, Unpinned, UnreadablePlan
from analyst_magic.history.store import History
from analyst_magic.models.investigation import read_findings, read_plan, read_revision
from analyst_magic.testing import FakeSandbox, ScriptedModel
from analyst_magic.turn import Code, Output

WHY = "Why did revenue fall in March?"
ORDERS = pd.DataFrame(
    {
        "day": pd.to_datetime(["2026-02-03", "2026-02-10", "2026-03-05", "2026-03-06"] * 10),
        "region": ["West", "East", "West", "East"] * 10,
        "revenue": [50.0, 40.0, 20.0, 44.0] * 10,
    }
)
TOTALS = pa.table({"month": ["February", "March"], "revenue": [900.0, 640.0]})
REGIONS = pa.table({"region": ["West", "East"], "change": [-300.0, 40.0]})
PLAN = {
    "steps": [
        {"question": "Total revenue by month", "data": ["orders"], "confirms": "March is lower"},
        {"question": "Change of revenue by region", "method": "March less February"},
    ]
}
KEEP = '{"keep": true}'
FOUND = {
    "summary": "West sold less.",
    "claims": [{"claim": "Revenue of West fell by 300.", "steps": [2], "confidence": "high"}],
    "not_examined": ["Prices of competitors."],
}


def computed(code: Code) -> object:
    """What the sandbox gives: totals, else the regions."""
    return [
        Output("table", TOTALS if "total" in code.text else REGIONS),
        Output("answer", f"Found by {code.text[:30]}"),
    ]


def sql(text: str) -> str:
    return f"```python\n{text}\n```"


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


class Bench:
    """What a kernel has: a lock, a history and a sandbox; ``restart`` gives it new ones over the same files."""

    def __init__(self, server: ScriptedModel, folder: Path) -> None:
        self.server, self.folder, self.sandbox = server, folder, FakeSandbox(computed)

    def analyst(self, **options: Any) -> Analyst:
        self.sandbox = FakeSandbox(computed)
        settings = {**self.server.settings, "lock": self.folder / "analyst.lock", "max_repairs": 0, **options}
        return Analyst(sandbox=self.sandbox, history=History(self.folder / "history.sqlite3"), **settings)

    def investigate(self, question: str = WHY, **options: Any) -> Investigation:
        with self.analyst(**options.pop("settings", {})) as analyst:
            return analyst.investigate(question, {"orders": ORDERS}, privacy=options.pop("privacy", "rows"), **options)

    def sent(self) -> list[str]:
        return [json.dumps(request.body["messages"], ensure_ascii=False) for request in self.server.requests]


@pytest.fixture
def bench(server: ScriptedModel, tmp_path: Path) -> Bench:
    return Bench(server, tmp_path)


def say_all(server: ScriptedModel, *replies: object) -> None:
    for reply in replies:
        server.say(reply if isinstance(reply, str) else json.dumps(reply), usage=(90, 10))


GOOD = (PLAN, sql("orders.total()"), KEEP, sql("orders.change()"), FOUND)


# -- reading what models reply -----------------------------------------------------------------------------------------

TWO = ("Revenue by month", "Revenue by region")


@pytest.mark.parametrize(
    "text",
    [
        '{"steps": ["Revenue by month", {"question": "Revenue by region"}]}',
        'Sure! Here it is:\n```json\n{"steps": [{"title": "Revenue by month"}, {"task": "Revenue by region"},]}\n```',
        '[{"step": 1, "question": "Revenue by month"}, {"step": 2, "question": "Revenue by region"}]',
        "{'plan': ['Revenue by month', 'Revenue by region']}",
        "1. **Revenue by month**\n   - Method: sums\n   - Data: orders\n2. **Revenue by region**",
        "Step 1: Revenue by month\nStep 2: Revenue by region\n",
        "- Revenue by month\n- Revenue by region\n- revenue by  month",
        '{"plan": {"step_1": {"description": "Revenue by month"}, "step_2": {"description": "Revenue by region"}}}',
    ],
)
def test_a_plan_is_read_however_a_model_writes_it(text: str) -> None:
    assert tuple(step.question.casefold() for step in read_plan(text)) == tuple(q.casefold() for q in TWO)


def test_the_parts_of_a_step_are_read_from_a_list() -> None:
    text = "1. Revenue by month\n   Method: sums of revenue\n   **Data**: orders, customers\n   Refuted if: equal"
    (step,) = read_plan(text)
    assert (step.method, step.data, step.refutes) == ("sums of revenue", ("orders", "customers"), "equal")


@pytest.mark.parametrize(
    "text", ["", "I would look at the data first.", '{"steps": []}', "{{{", '{"steps": [1, null]}']
)
def test_what_holds_no_plan_is_refused(text: str) -> None:
    if text == '{"steps": [1, null]}':
        assert [step.question for step in read_plan(text)] == ["1"]
        return
    with pytest.raises(UnreadablePlan):
        read_plan(text)


def test_a_revision_keeps_changes_or_ends_the_plan() -> None:
    assert read_revision("Keep the plan.").steps is None
    assert read_revision('```\n{"keep": true}\n```').steps is None
    assert read_revision('{"steps": []}').steps == ()
    changed = read_revision('{"reason": "West alone fell", "steps": ["Revenue of West by product"]}')
    assert changed.steps is not None
    assert changed.steps[0].question == "Revenue of West by product"
    assert changed.reason == "West alone fell"


def test_findings_are_read_from_an_object_or_a_list() -> None:
    found = read_findings(json.dumps(FOUND), 2)
    assert found.claims[0].steps == (2,)
    assert found.not_examined == ("Prices of competitors.",)
    found = read_findings("It was West.\n\n1. West fell (steps 1-2). Confidence: high\n2. East rose, see step 9.", 2)
    assert [claim.steps for claim in found.claims] == [(1, 2), ()]
    assert found.claims[0].confidence == "high"
    assert found.summary == "It was West."


# -- investigations ----------------------------------------------------------------------------------------------------


def test_a_good_plan_becomes_turns_and_findings_that_name_their_steps(bench: Bench) -> None:
    say_all(bench.server, *GOOD)
    stages: list[str] = []
    done = bench.investigate(listen=lambda event: stages.append(event.stage))
    assert done.ok
    assert not done.steps
    assert [turn.question.text for turn in done.turns] == [
        "Total revenue by month",
        "Change of revenue by region\nMethod: March less February",
    ]
    (claim,) = done.claims
    assert (claim.text, claim.steps, claim.confidence, claim.support) == (
        "Revenue of West fell by 300.",
        (2,),
        "high",
        "supported",
    )
    assert done.findings is not None
    assert done.findings.not_examined == ("Prices of competitors.",)
    assert done.spent.steps == 2
    assert done.spent.tokens == 500
    assert [stage for stage in stages if stage != "progress"] == ["plan", "step", "turn", "step", "turn", "findings"]


def test_a_later_step_is_told_of_the_earlier_ones(bench: Bench) -> None:
    say_all(bench.server, *GOOD)
    bench.investigate()
    assert "Total revenue by month" in bench.sent()[3]
    assert "640" in bench.sent()[3]
    assert "Step 1 (taken): Total revenue by month" in bench.sent()[4]


def test_no_tools_are_offered_where_a_plan_is_asked_for(bench: Bench) -> None:
    say_all(bench.server, *GOOD)
    bench.investigate()
    assert ["tools" in request.body for request in bench.server.requests] == [False, True, False, True, False]


def test_a_vague_reply_is_asked_for_once_more_and_then_refused(bench: Bench) -> None:
    say_all(bench.server, "I would look at the data first.", *GOOD)
    assert bench.investigate().ok
    assert "could not be read as a plan" in bench.sent()[1]
    say_all(bench.server, "Let me think.", "Let me think more.")
    with pytest.raises(UnreadablePlan):
        bench.investigate(fresh=True)


def test_a_looping_plan_takes_no_step_twice(bench: Bench) -> None:
    again = {"reason": "to be sure", "steps": ["Total revenue by month?", *PLAN["steps"]]}
    say_all(bench.server, PLAN, sql("orders.total()"), again, sql("orders.change()"), FOUND)
    done = bench.investigate()
    assert [step.question for step in done.plan.steps] == ["Total revenue by month", "Change of revenue by region"]
    assert any("had been taken already" in note for note in done.notes)


def test_a_revision_is_shown_with_its_reason(bench: Bench) -> None:
    revised = {"reason": "West alone fell", "steps": [{"question": "Change of revenue of West by product"}]}
    say_all(bench.server, PLAN, sql("orders.total()"), revised, sql("orders.change()"), FOUND)
    events: list[InvestigationEvent] = []
    done = bench.investigate(listen=events.append)
    assert done.plan.steps[1].question == "Change of revenue of West by product"
    assert "The plan was revised after step 1: West alone fell" in done.notes
    assert "revised" in [event.stage for event in events]


def test_a_step_that_is_refused_supports_no_claim(bench: Bench) -> None:
    found = {"claims": [{"claim": "Prices fell.", "steps": [1]}, {"claim": "It rained.", "steps": []}]}
    say_all(bench.server, PLAN, "Refusal: no frame holds prices.", KEEP, sql("orders.change()"), found)
    done = bench.investigate()
    assert done.results[0].failure == "no frame holds prices."
    assert [claim.support for claim in done.claims] == ["unsupported", "unsupported"]
    assert done.claims[0].remark == "Step 1 gave no result."
    assert done.findings is not None
    assert "Step 1 gave no result: Total revenue by month" in done.findings.not_examined
    assert "The investigation is not pinned, as a step gave no result." in done.notes


@pytest.mark.parametrize(
    ("claim", "support", "text"),
    [
        ("West fell by 300.", "supported", "West fell by 300."),
        ("West fell by 777.", "unsupported", "West fell by 777 [not found in a result]."),
        ("East has a change of 300.", "contradicted", "East has a change of 300 [not found in a result]."),
        ("West rose in March.", "contradicted", "West rose in March."),
        ("West fell while East rose.", "supported", "West fell while East rose."),
    ],
)
def test_a_claim_is_held_against_the_results_of_its_steps(bench: Bench, claim: str, support: str, text: str) -> None:
    say_all(bench.server, *GOOD[:-1], {"claims": [{"claim": claim, "steps": [2]}]})
    (made,) = bench.investigate().claims
    assert (made.support, made.text) == (support, text)


def test_a_number_that_another_step_holds_says_which(bench: Bench) -> None:
    say_all(bench.server, *GOOD[:-1], {"claims": [{"claim": "Revenue was 640 in March.", "steps": [2]}]})
    assert "Step 1 holds them." in bench.investigate().claims[0].remark


def test_a_model_is_told_what_is_withheld_and_no_value_of_a_row(bench: Bench) -> None:
    claims = [{"claim": "West matters most.", "steps": [2]}, {"claim": "West sold less.", "steps": [2]}]
    say_all(bench.server, *GOOD[:-1], {"claims": claims})
    done = bench.investigate(privacy="stats")
    last = bench.sent()[-1]
    assert "withheld from you" in last
    assert "-300" not in last
    assert "640" not in last
    guess, sign = done.claims
    assert guess.support == "unsupported"
    assert "withheld from the model" in guess.remark
    assert sign.support == "supported"  # the result's change of West is below zero


def test_without_findings_of_the_model_the_answers_of_the_steps_stand(bench: Bench) -> None:
    say_all(bench.server, *GOOD[:-1])
    bench.server.fail(400, "no")
    done = bench.investigate()
    assert done.ok
    assert [claim.steps for claim in done.claims] == [(1,), (2,)]
    assert any("the model gave none" in note for note in done.notes)


# -- approval and budgets ----------------------------------------------------------------------------------------------


def test_the_user_reorders_cuts_and_edits_the_plan(bench: Bench) -> None:
    say_all(bench.server, PLAN, sql("orders.change()"), FOUND)
    done = bench.investigate(approve=lambda made: Plan((Step("Only the regions"),)))
    assert [turn.question.text for turn in done.turns] == ["Only the regions"]
    assert "The plan was changed before it was approved." in done.notes


def test_a_plan_that_is_not_approved_runs_nothing(bench: Bench) -> None:
    say_all(bench.server, PLAN)
    done = bench.investigate(approve=lambda made: None)
    assert done.status == "cancelled"
    assert not done.results
    assert not bench.sandbox.codes


def test_a_plan_of_ones_own_asks_no_model_for_one(bench: Bench) -> None:
    say_all(bench.server, sql("orders.total()"), sql("orders.change()"), FOUND)
    done = bench.investigate(plan=["Total revenue by month", "Change of revenue by region"])
    assert done.ok
    assert len(bench.server.requests) == 3


def test_the_budget_of_steps_ends_an_investigation_that_says_what_it_did_not_do(bench: Bench) -> None:
    say_all(bench.server, sql("orders.total()"), FOUND)
    steps = Plan((Step("Total revenue by month"), Step("Change of revenue by region")))
    done = bench.investigate(plan=steps, budget=Budget(steps=1))
    assert done.ok
    assert len(done.results) == 1
    assert "The budget of 1 steps is used up; 1 step not taken." in done.notes
    assert done.findings is not None
    assert "Not taken: Change of revenue by region" in done.findings.not_examined


def test_no_model_is_asked_beyond_the_budget_of_tokens(bench: Bench) -> None:
    say_all(bench.server, PLAN, sql("orders.total()"))
    done = bench.investigate(budget=Budget(tokens=100))
    assert done.ok
    assert not done.results
    assert len(bench.server.requests) == 1
    assert any("budget of tokens" in note for note in done.notes)


def test_a_budget_of_cost_ends_an_investigation_that_keeps_its_steps_and_says_what_was_spent(bench: Bench) -> None:
    for reply in (json.dumps(PLAN), sql("orders.total()"), KEEP):
        bench.server.say(reply, usage=(90, 10), cost=0.02)
    done = bench.investigate(budget=Budget(cost=0.05))
    assert done.ok
    assert [result.step.question for result in done.results] == ["Total revenue by month"]
    assert len(bench.server.requests) == 3  # none for findings, which would have cost more
    assert [claim.text for claim in done.claims] == ["Found by orders.total()"]
    assert "The budget of $0.05 ($0.0600 spent) is used up; 1 step not taken." in done.notes
    assert str(done.spent).endswith("300 tokens · $0.0600")
    again = [part for part in done.findings.not_examined if part.startswith("Not taken")] if done.findings else []
    assert again == ["Not taken: Change of revenue by region"]


def test_a_step_is_not_repaired_beyond_the_budget_of_cost(bench: Bench) -> None:
    bench.server.say(sql("import prophet"), usage=(90, 10), cost=0.05)
    done = bench.investigate(plan=["Total revenue by month"], budget=Budget(cost=0.05), settings={"max_repairs": 2})
    assert len(bench.server.requests) == 1
    assert done.results[0].failure


def test_a_budget_of_cost_says_where_the_prices_are_unknown(bench: Bench) -> None:
    say_all(bench.server, *GOOD)
    done = bench.investigate(budget=Budget(cost=0.01))
    assert done.ok
    assert len(done.results) == 2
    (note,) = (note for note in done.notes if "does not say what" in note)
    assert note == (
        f"{done.model} does not say what 500 tokens cost, so the budget of $0.01 does not count them; "
        "a budget of tokens holds in any case."
    )


def test_without_a_budget_of_cost_nothing_is_said_of_prices(bench: Bench) -> None:
    say_all(bench.server, *GOOD)
    assert not [note for note in bench.investigate().notes if "cost" in note]


def test_a_plan_is_cut_to_the_budget(bench: Bench) -> None:
    say_all(bench.server, {"steps": [f"Question {n}" for n in range(9)]}, sql("orders.total()"), FOUND)
    done = bench.investigate(budget=Budget(steps=1))
    assert "The plan is cut to the budget of 1 step." in done.notes
    assert len(done.plan.steps) == 1


# -- stops and restarts ------------------------------------------------------------------------------------------------


def test_a_lost_connection_is_resumed_where_it_was_and_nothing_runs_twice(bench: Bench) -> None:
    say_all(bench.server, PLAN, sql("orders.total()"), KEEP)
    bench.server.disconnect("It is")
    stopped = bench.investigate()
    assert stopped.status == "interrupted"
    assert stopped.error is not None
    assert len(stopped.results) == 1
    say_all(bench.server, sql("orders.change()"), FOUND)
    done = bench.investigate()
    assert done.ok
    assert [code.text for code in bench.sandbox.codes] == ["orders.change()"]
    assert done.results[0].resumed
    assert done.results[0].turn.tables[0].to_pandas().revenue.tolist() == [900.0, 640.0]
    assert "Resumed: 1 step had been taken before and did not run again." in done.notes
    assert "Total revenue by month" in bench.sent()[-2]  # the step that follows knows of it
    assert done.claims[0].support == "supported"


@pytest.mark.parametrize(("stage", "taken"), [("plan", 0), ("step", 0), ("turn", 1)])
def test_an_end_at_any_point_is_resumed_and_takes_no_step_again(bench: Bench, stage: str, taken: int) -> None:
    def die(event: InvestigationEvent) -> None:
        if event.stage == stage:
            raise ConnectionAbortedError  # in the engine's own thread: nothing runs after it

    codes = ["orders.total()", "orders.change()"]
    say_all(bench.server, *GOOD[: 1 + taken])
    with bench.analyst() as analyst, pytest.raises(ConnectionAbortedError):
        asyncio.run(analyst.ainvestigate(WHY, {"orders": ORDERS}, privacy="rows", listen=die))
    rest = [sql(codes[0]), KEEP, sql(codes[1]), FOUND] if taken == 0 else [sql(codes[1]), FOUND]
    say_all(bench.server, *rest)
    done = bench.investigate()
    assert done.ok, done.error
    assert [code.text for code in bench.sandbox.codes] == codes[taken:]
    assert len(done.results) == 2


@pytest.mark.parametrize(
    ("stage", "replies", "rest"),
    [
        ("revised", [*GOOD[:2], {"steps": ["Revenue of West by product"], "reason": "West fell"}], GOOD[3:]),
        ("findings", GOOD, (FOUND,)),
    ],
)
def test_an_end_in_a_revision_or_in_the_findings_is_resumed_without_them(
    bench: Bench, stage: str, replies: Sequence[object], rest: Sequence[object]
) -> None:
    def die(event: InvestigationEvent) -> None:
        if event.stage == stage:
            raise ConnectionAbortedError

    say_all(bench.server, *replies)
    with bench.analyst() as analyst, pytest.raises(ConnectionAbortedError):
        asyncio.run(analyst.ainvestigate(WHY, {"orders": ORDERS}, privacy="rows", listen=die))
    say_all(bench.server, *rest)
    done = bench.investigate()
    assert done.ok, done.error
    assert [code.text for code in bench.sandbox.codes] == (["orders.change()"] if stage == "revised" else [])
    assert [turn.question.text.partition("\n")[0] for turn in done.turns] == [
        "Total revenue by month",
        "Change of revenue by region",
    ]
    assert done.claims[0].support == "supported"


def test_a_connection_that_is_lost_in_a_revision_leaves_the_plan_as_it_was(bench: Bench) -> None:
    say_all(bench.server, PLAN, sql("orders.total()"))
    bench.server.disconnect("{")
    say_all(bench.server, sql("orders.change()"), FOUND)
    done = bench.investigate()
    assert done.ok, done.error
    assert len(done.results) == 2
    assert any(note.startswith("The plan was not looked at again after step 1.") for note in done.notes)


def test_a_connection_that_is_lost_in_the_findings_leaves_the_answers_of_the_steps(bench: Bench) -> None:
    say_all(bench.server, *GOOD[:4])
    bench.server.disconnect("{")
    done = bench.investigate()
    assert done.ok, done.error
    assert len(done.results) == 2
    assert done.claims
    assert any(
        note.startswith("The findings are the answers of the steps, as the model gave none.") for note in done.notes
    )


def test_other_columns_begin_anew(bench: Bench) -> None:
    say_all(bench.server, PLAN, sql("orders.total()"), KEEP)
    bench.server.disconnect("It is")
    bench.investigate(settings={"lock": None})
    say_all(bench.server, *GOOD)
    with bench.analyst(lock=None) as analyst:
        done = analyst.investigate(WHY, {"orders": ORDERS.rename(columns={"region": "area"})}, privacy="rows")
    assert done.ok
    assert len(bench.sandbox.codes) == 2


def test_the_results_of_a_finished_investigation_are_not_in_the_history(bench: Bench) -> None:
    say_all(bench.server, *GOOD)
    bench.investigate(privacy="stats")
    (stored,) = History(bench.folder / "history.sqlite3").investigations(str(Path.cwd()))
    assert stored.status == "finished"
    assert stored.outputs == "{}"
    assert "-300" not in json.dumps(stored.state["results"])


# -- the lock ----------------------------------------------------------------------------------------------------------


def test_a_finished_investigation_runs_again_with_no_model(bench: Bench) -> None:
    say_all(bench.server, *GOOD)
    bench.investigate()
    asked = len(bench.server.requests)
    done = bench.investigate(settings={"frozen": True})
    assert done.ok
    assert done.pinned
    assert len(bench.server.requests) == asked
    assert [code.text for code in bench.sandbox.codes] == ["orders.total()", "orders.change()"]
    assert done.claims[0].support == "supported"
    assert all(turn.pinned for turn in done.turns)


def test_other_data_contradicts_the_pinned_findings(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    say_all(bench.server, *GOOD)
    bench.investigate()
    monkeypatch.setitem(globals(), "REGIONS", pa.table({"region": ["West", "East"], "change": [300.0, 40.0]}))
    (claim,) = bench.investigate().claims
    assert claim.support == "contradicted"
    assert "change of West is 300" in claim.remark


def test_frozen_without_a_pin_says_so(bench: Bench) -> None:
    with pytest.raises(Unpinned, match=r"is not in analyst\.lock"):
        bench.investigate(settings={"frozen": True})


# -- without a model ---------------------------------------------------------------------------------------------------


def test_the_offline_planner_explains_a_change_by_each_category(tmp_path: Path) -> None:
    seen: list[str] = []

    def run(code: Code) -> object:
        seen.append(code.text)
        return [Output("table", REGIONS), Output("answer", "West accounts for most.")]

    with Analyst(model="offline", sandbox=FakeSandbox(run)) as analyst:
        done = analyst.investigate(WHY, {"orders": ORDERS})
    assert [step.question for step in done.plan.steps] == [
        "How revenue changed from February 2026 to March 2026",
        "How revenue changed from February 2026 to March 2026, by region",
    ]
    assert "DATE '2026-03-01'" in seen[0]
    assert "by_rate" in seen[1]
    assert [claim.support for claim in done.claims] == ["supported", "supported"]


@pytest.mark.parametrize(
    "question", ["What is interesting here?", "Why are customers unhappy?", "Why did revenue fall?"]
)
def test_the_offline_planner_says_that_a_model_is_needed(question: str) -> None:
    with Analyst(model="offline", sandbox=FakeSandbox({})) as analyst, pytest.raises(Abstained, match="model"):
        analyst.investigate(question, {"orders": ORDERS})


def test_a_model_error_while_planning_is_raised(bench: Bench) -> None:
    bench.server.fail(401, "no key")
    with pytest.raises(ModelError):
        bench.investigate()
