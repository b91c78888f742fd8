"""Investigations in the panel: what a page is told of plan, steps and findings, and what Approve and Stop do."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from panel_page import TO_KERNEL, TO_PANEL
from test_investigation import GOOD, ORDERS, PLAN, WHY, computed, say_all
from unsandboxed import UnsandboxedKernel

from analyst_magic import Analyst
from analyst_magic.engine.in_cells import TurnsInCells
from analyst_magic.history.store import History
from analyst_magic.panel.session import PanelSession
from analyst_magic.testing import FakeSandbox, ScriptedModel


class Comm:
    """A page's comm, whose messages are checked against the contract."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self._new: queue.Queue[dict[str, Any]] = queue.Queue()

    def send(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        TO_PANEL.validate(message)
        self.said.append(message)
        self._new.put(message)

    def on_msg(self, handler: Callable[[dict[str, Any]], None]) -> None:
        self._handler = handler

    def on_close(self, handler: Callable[[object], None]) -> None:
        pass

    def say(self, **message: Any) -> None:
        TO_KERNEL.validate(message)
        self._handler({"content": {"data": message}})

    def until(self, found: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while not found(message := self._new.get(timeout=60)):
            pass
        return message

    def plan(self, **wanted: bool) -> dict[str, Any]:
        """The next message of a plan of which this holds."""
        return self.until(lambda m: m["type"] == "plan" and all(m[key] == value for key, value in wanted.items()))


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture
def page(server: ScriptedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Comm]:
    monkeypatch.chdir(tmp_path)
    settings = {**server.settings, "max_repairs": 0, "privacy": "rows"}
    history = History(tmp_path / "history.sqlite3")
    with Analyst(sandbox=FakeSandbox(computed), lock=False, history=history, **settings) as analyst:
        yield _opened(analyst, {"orders": ORDERS})


def _opened(analyst: Analyst, namespace: dict[str, object]) -> Comm:
    comm = Comm()
    PanelSession(namespace, analyst, TurnsInCells()).opened(comm, {"content": {"data": {"known": []}}})
    return comm


def test_a_plan_is_changed_and_approved_and_its_steps_and_findings_follow(page: Comm, server: ScriptedModel) -> None:
    say_all(server, *GOOD)
    page.say(type="investigate", id="q", text=WHY)
    plan = page.plan(waiting=True)
    assert [step["question"] for step in plan["steps"]] == [step["question"] for step in PLAN["steps"]]
    assert plan["steps"][0]["about"] == "confirms: March is lower"
    assert "at most 8 steps" in plan["spent"]
    page.say(type="approve", id="q", steps=[{"place": 0, "question": "Total revenue of each month"},
                                            {"place": 1, "question": PLAN["steps"][1]["question"]}])  # fmt: skip
    found = page.until(lambda m: m["type"] == "findings")
    begun = [m for m in page.said if m["type"] == "begun" and m.get("step")]
    assert [(m["id"], m["step"], m["question"].splitlines()[0]) for m in begun] == [
        ("q-step-1", "Step 1 of 2", "Total revenue of each month"),
        ("q-step-2", "Step 2 of 2", "Change of revenue by region"),
    ]
    assert {m["id"] for m in page.said if m["type"] == "result"} == {"q-step-1", "q-step-2"}
    last = [m for m in page.said if m["type"] == "plan"][-1]
    assert (last["over"], [step["state"] for step in last["steps"]]) == (True, ["done", "done"])
    assert last["spent"].startswith("2 steps")
    assert "The plan was changed before it was approved." in last["notes"]
    assert found["claims"][0]["steps"] == [{"number": 2, "turn": "q-step-2"}]
    assert (found["claims"][0]["support"], found["not_examined"]) == ("supported", ["Prices of competitors."])

    again = len(page.said)
    page.say(type="sync", known=["q-step-1"])  # a page that comes back finds all of it
    page.until(lambda m: m["type"] == "findings")
    replayed = [(m["type"], m.get("id")) for m in page.said[again:] if m["type"] in {"plan", "findings"}]
    assert replayed == [("plan", "q"), ("findings", "q-findings")]


def test_a_plan_that_is_not_approved_takes_no_step(page: Comm, server: ScriptedModel) -> None:
    say_all(server, PLAN)
    page.say(type="investigate", id="q", text=WHY)
    page.plan(waiting=True)
    page.say(type="approve", id="q", steps=None)
    assert page.plan(over=True)["notes"] == ["The plan was not approved."]
    assert not [m for m in page.said if m.get("step")]
    page.say(type="approve", id="q", steps=None)
    refused = page.until(lambda m: m["type"] == "refused")
    assert refused["error"]["message"] == "That plan does not wait any more."


def test_stop_keeps_what_is_done_and_the_same_question_goes_on_from_there(page: Comm, server: ScriptedModel) -> None:
    say_all(server, PLAN, GOOD[1], '{"keep": true}')
    server.stall("half of a reply")
    page.say(type="investigate", id="q", text=WHY)
    page.plan(waiting=True)
    page.say(
        type="approve", id="q", steps=[{"place": n, "question": s["question"]} for n, s in enumerate(PLAN["steps"])]
    )
    page.until(lambda m: m["type"] == "delta" and m["id"] == "q-step-2")
    page.say(type="stop", id="q-step-2")
    stopped = page.plan(over=True)
    assert [step["state"] for step in stopped["steps"]] == ["done", "planned"]
    assert "what is done is kept" in stopped["notes"][-1]
    end = next(m for m in page.said if m["type"] == "done" and m["id"] == "q-step-2")
    assert end["stopped"]

    say_all(server, GOOD[3], GOOD[4])
    before = len(server.requests)
    page.say(type="investigate", id="again", text=WHY)
    page.until(lambda m: m["type"] == "findings")
    last = [m for m in page.said if m["type"] == "plan"][-1]
    assert "1 step had been taken before" in " ".join(last["notes"])
    assert len(server.requests) - before == 2  # the second step, and the findings


def test_what_cannot_be_planned_is_said_as_the_end_of_the_question(tmp_path: Path) -> None:
    with Analyst(model="offline", sandbox=FakeSandbox(), lock=False, history=False) as analyst:
        page = _opened(analyst, {"sales": pd.DataFrame({"region": ["north"], "revenue": [1.0]})})
        page.say(type="investigate", id="q", text="Why are cats grey?")
        end = page.until(lambda m: m["type"] == "done")
        assert (end["id"], end["ok"]) == ("q", False)
        assert end["error"]["message"]


def test_the_own_cells_of_a_notebook_are_explained_fixed_and_documented(page: Comm, server: ScriptedModel) -> None:
    def reply(**asked: Any) -> dict[str, Any]:
        page.say(request="r", **asked)
        return page.until(lambda m: m["type"] in ("reply", "refused") and m["request"] == "r")

    server.say("It adds **revenue**.")
    assert reply(type="explain", code="orders.revenue.sum()")["value"] == {"text": "It adds revenue."}
    server.say("It divides by zero.\n```python\n1 / 1\n```")
    fixed = reply(type="fix", code="1 / 0", error={"name": "ZeroDivisionError", "text": "division by zero"})
    assert fixed["value"] == {
        "after": "1 / 1", "reason": "It divides by zero.", "diff": "- 1 / 0\n+ 1 / 1", "changes": True
    }  # fmt: skip
    server.say('{"notes": [{"cell": 1, "text": "Note."}, {"cell": 2, "text": "Sums."}]}')
    noted = reply(type="document", cells=["a = 1", "a + 1"], noted=[1])
    assert noted["value"] == {"notes": [{"place": 2, "text": "Sums."}]}
    assert reply(type="explain", code=" ")["error"]["message"] == "The cell is empty."


def test_a_profile_comes_as_a_page_that_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Analyst(sandbox=UnsandboxedKernel(), model="offline", spares=0, history=False) as analyst:
        page = _opened(analyst, {"orders": ORDERS})
        page.say(type="profile", request="r1", frame="orders")
        found = page.until(lambda m: m["type"] == "reply")["value"]["html"]
        assert "revenue" in found
        assert "<script" not in found
        page.say(type="profile", request="r2", frame="nothing")
        assert "no data nothing" in page.until(lambda m: m["type"] == "refused")["error"]["message"]
