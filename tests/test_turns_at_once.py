"""Turns that run at the same time in one ``Analyst``: none touches another's thread, options or sandbox."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pandas as pd
import pytest
from conftest import launchers
from fakes import ScriptedModel

from analyst_magic import Analyst
from analyst_magic.engine.job import Event

SALES = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10.0, 20.0, 40.0]})
FRAMES: dict[str, object] = {"sales": SALES}
SECONDS = 60


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture
def analyst(server: ScriptedModel, tmp_path: Path) -> Iterator[Analyst]:
    before = launchers()
    with Analyst(model="openai:x", base_url=server.base_url, api_key="k", spares=0, sandbox="local",
                 output_directory=str(tmp_path / "out")) as made:  # fmt: skip
        yield made
    assert launchers() <= before, "a sandbox was left behind"


class Approvals:
    """Holds a background question at each piece of code that it wants to run."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Future[str | None]] = queue.Queue()
        self._code: queue.Queue[str] = queue.Queue()

    def __call__(self, event: Event) -> None:
        if event.answer is not None:
            self._code.put(event.text)
            self._waiting.put(event.answer)

    def next(self) -> Future[str | None]:
        """Wait for the next piece of code; its future lets it run."""
        return self._waiting.get(timeout=SECONDS)

    def approve(self) -> None:
        """Wait for the next piece of code, and let it run as it is."""
        self.next().set_result(self._code.get(timeout=SECONDS))


def test_questions_in_the_background_stay_in_the_thread_that_they_were_asked_in(analyst: Analyst) -> None:
    approvals = Approvals()
    first = analyst.submit("total revenue by region", FRAMES, model="offline", confirm=True, listen=approvals)
    second = analyst.submit("mean revenue", FRAMES, model="offline")
    held = approvals.next()
    analyst.thread = "other"
    third = analyst.submit("maximum revenue", FRAMES, model="offline")
    held.set_result("SELECT 1 AS one")
    assert first.wait(SECONDS).ok
    assert second.wait(SECONDS).ok
    assert third.wait(SECONDS).ok
    assert analyst.threads() == {"main": 2, "other": 1}


def test_a_thread_that_is_dropped_while_its_question_runs_stays_dropped(analyst: Analyst) -> None:
    approvals = Approvals()
    analyst.thread = "other"
    job = analyst.submit("total revenue", FRAMES, model="offline", confirm=True, listen=approvals)
    held = approvals.next()
    analyst.drop_thread("other")
    held.set_result("SELECT 1 AS one")
    assert job.wait(SECONDS).ok
    assert analyst.threads() == {"main": 0}


def test_other_limits_leave_the_sandbox_of_a_turn_in_steps_alone(analyst: Analyst, server: ScriptedModel) -> None:
    before, approvals = launchers(), Approvals()
    server.say("```python-step\nhalf = sales.revenue.sum() / 2\nhalf\n```")
    server.say("```python\nhalf * 2\n```")
    job = analyst.submit("twice half of the total", FRAMES, confirm=True, listen=approvals)
    approvals.approve()
    last_step = approvals.next()
    other = analyst.run("'half' in globals()", memory="1GB")
    assert other.ok, other.error
    assert other.results[0].text == "False"
    assert len(launchers() - before) == 2
    last_step.set_result("half * 2")
    turn = job.wait(SECONDS)
    assert turn.ok, turn.error
    assert turn.results[0].text == "70.0"
    assert analyst.run("1 + 1", memory="1GB").ok
    deadline = time.monotonic() + 20
    while len(launchers() - before) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)  # it ends in the background
    assert len(launchers() - before) == 1, "the earlier sandbox ends with the last turn that uses it"


def test_turns_in_two_sandboxes_run_at_once_each_with_its_own_options_and_thread(
    analyst: Analyst, server: ScriptedModel
) -> None:
    one, two = Approvals(), Approvals()
    server.say("```python\nsales.revenue.sum()\n```")
    first = analyst.submit("total", FRAMES, privacy="schema", confirm=True, listen=one)
    held_first = one.next()
    analyst.thread = "other"
    server.say("```python\nsales.revenue.max()\n```")
    second = analyst.submit("maximum", FRAMES, privacy="rows", memory="1GB", confirm=True, listen=two)
    held_second = two.next()
    assert (first.status, second.status) == ("running", "running")
    held_second.set_result("made = 2\nmade")
    assert second.wait(SECONDS).results[0].text == "2"
    held_first.set_result("'made' in globals()")
    assert first.wait(SECONDS).results[0].text == "False"
    assert (first.wait().privacy, second.wait().privacy) == ("schema", "rows")
    assert analyst.threads() == {"main": 1, "other": 1}


def test_turns_in_one_sandbox_follow_each_other_so_that_no_code_runs_between_anothers_steps(
    analyst: Analyst, server: ScriptedModel
) -> None:
    approvals = Approvals()
    server.say("```python-step\nshared = 1\nshared\n```")
    server.say("```python\nshared\n```")
    first = analyst.submit("one", FRAMES, confirm=True, listen=approvals)
    second = analyst.submit("PYTHON: shared = 2\nshared")
    approvals.approve()
    approvals.next().set_result("shared")
    assert second.wait(SECONDS).results[0].text == "2"
    assert first.wait(SECONDS).results[0].text == "1"
    assert second.wait().seconds["queue"] > 0


def test_asking_where_code_would_run_or_what_would_be_sent_replaces_no_sandbox(analyst: Analyst) -> None:
    assert analyst.run("alive = 1").ok
    analyst.isolation(memory="1GB")
    analyst.context("total revenue", FRAMES, memory="1GB")
    assert analyst.run("alive").ok
