"""What is offered after an answer in a cell: each is planned before, and asks by itself what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from analyst_magic import Analyst
from analyst_magic.display.asks import ASKS_MIME
from analyst_magic.display.card import footer_bundle, shown
from analyst_magic.evidence.provenance import FOOTER
from analyst_magic.notebook import greeting

FLIGHTS = pd.DataFrame(
    {
        "origin": ["JFK", "LGA", "EWR", "JFK"] * 20,
        "carrier": ["AA", "UA"] * 40,
        "delay": [1.5, 2.5, 3.0, -4.25] * 20,
        "day": pd.date_range("2024-01-01", periods=80),
    }
)


@pytest.fixture(scope="module")
def analyst() -> Analyst:
    return Analyst(model="offline", sandbox="local", spares=0)


@pytest.mark.parametrize(
    "question",
    ["number of flights by origin", "mean delay", "Total delay per month as a line chart", "How many flights?"],
)
def test_every_question_that_is_offered_is_answered_by_itself(analyst: Analyst, question: str) -> None:
    frames = {"flights": FLIGHTS}
    turn = analyst.ask(question, frames)
    offered = footer_bundle(turn)[ASKS_MIME]["questions"]
    assert offered
    for follow_up in offered:
        analyst.reset()  # nothing before it
        answer = analyst.ask(follow_up, frames)
        assert answer.ok, follow_up
        assert answer.text != turn.text


def test_what_is_not_understood_is_answered_with_questions_that_are(analyst: Analyst) -> None:
    turn = analyst.ask("why are flights late?", {"flights": FLIGHTS})
    bundle = footer_bundle(turn)
    assert turn.error is not None
    assert bundle[ASKS_MIME]["questions"]
    assert f"<code>{bundle[ASKS_MIME]['questions'][0]}</code>" in bundle["text/html"]


def test_own_code_offers_no_next_question_and_outputs_are_json(analyst: Analyst) -> None:
    turn = analyst.run("1 + 1")
    assert footer_bundle(turn)[ASKS_MIME]["questions"] == []
    assert all(json.dumps(output.data) for output in shown(turn) if isinstance(output.data, dict))


def test_loading_says_how_to_ask_of_which_frames_and_what(analyst: Analyst, capsys: pytest.CaptureFixture[str]) -> None:
    greeting.greet(SimpleNamespace(kernel=None), lambda: analyst, nullcontext())
    assert [line.partition(" ")[0] for line in capsys.readouterr().out.splitlines()] == ["Ask", "%analyst"]
    shown: list[dict[str, Any]] = []
    handle = SimpleNamespace(update=lambda bundle, **_: shown.append(bundle))
    greeting.name_frames(handle, {"flights": FLIGHTS, "number": 3}, lambda: analyst, nullcontext())
    greeting.name_frames(handle, {}, lambda: analyst, nullcontext())
    named, empty = shown
    assert "Here are: flights (pandas, 80 rows, 4 columns)." in named["text/plain"]
    assert len(named["text/plain"].splitlines()) == 2
    assert all(question in named["text/html"] for question in named[ASKS_MIME]["questions"])
    assert 1 <= len(named[ASKS_MIME]["questions"]) <= 4
    assert empty["text/plain"].startswith("There is no data frame yet")


def test_reports_leave_the_greeting_out() -> None:
    assert greeting.METADATA == FOOTER


TWO_THREADS = """
import sys, threading
from analyst_magic.notebook.greeting import name_frames

came, go = threading.Event(), threading.Event()

class Loading:
    def __enter__(self):
        came.set()
        go.wait()

    def __exit__(self, *error):
        return None

class Handle:
    def update(self, bundle, **more):
        print(bundle["text/plain"])

thread = threading.Thread(target=name_frames, args=(Handle(), {}, None, Loading()))
thread.start()
assert came.wait(60)
early = [name for name in ("planner", "sources", "sandbox", "engine") if f"analyst_magic.{name}" in sys.modules]
go.set()
thread.join()
print(early)
"""


def test_the_greeting_loads_nothing_while_another_thread_does() -> None:
    """Two threads that load a package and a part of it at once used to fail now and then with a deadlock."""
    ran = subprocess.run([sys.executable, "-c", TWO_THREADS], capture_output=True, text=True, timeout=120)
    assert ran.stdout.splitlines()[-1:] == ["[]"], ran.stderr
    assert "There is no data frame yet" in ran.stdout
