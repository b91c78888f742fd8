"""What is offered in place of an answer can be asked: each question is answered by the offline planner."""

from __future__ import annotations

import pandas as pd
import pytest
from unsandboxed import UnsandboxedKernel

from analyst_magic import Analyst
from analyst_magic.display.card import answer_bundle
from analyst_magic.evidence.provenance import read_record, record_of
from analyst_magic.planner.abstaining import MAX_OFFERED
from analyst_magic.planner.offers import askable
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.testing import ScriptedModel

FLIGHTS = pd.DataFrame(
    {
        "carrier": ["UA", "DL", "UA", "B6"] * 10,
        "origin": ["EWR", "JFK", "LGA", "JFK"] * 10,
        "month": [1, 2, 3, 4, 5] * 8,
        "dep_delay": [12.0, -3.0, 40.5, None] * 10,
        "distance": [200, 900, 2400, 1000] * 10,
    }
)
SALES = pd.DataFrame(
    {
        "Product group": ["<b>toys</b>", "games"] * 20,
        "day": pd.date_range("2024-01-01", periods=40),
        "Net revenue": [1.5 * i for i in range(40)],
    }
)
PEOPLE = pd.DataFrame({"name": [f"person {i}" for i in range(9)], "id": range(9)})
FRAMES: dict[str, dict[str, pd.DataFrame]] = {
    "one frame": {"flights": FLIGHTS},
    "names with blanks": {"sales": SALES},
    "several frames": {"flights": FLIGHTS, "sales": SALES, "people": PEOPLE},
    "nothing to group or add up": {"people": PEOPLE},
    "no rows": {"visits": pd.DataFrame({"x": []})},
}


def offered(frames: dict[str, pd.DataFrame], refused: str = "") -> tuple[str, ...]:
    return askable([profile(to_frame(name, frame)) for name, frame in frames.items()], refused)


@pytest.mark.parametrize("frames", FRAMES.values(), ids=FRAMES)
def test_each_offered_question_is_answered(frames: dict[str, pd.DataFrame], unsandboxed: UnsandboxedKernel) -> None:
    questions = offered(frames)
    assert 0 < len(questions) <= MAX_OFFERED
    with Analyst(model="offline", sandbox=unsandboxed, spares=0, history=False) as analyst:
        for question in questions:
            turn = analyst.ask(question, frames)
            assert turn.ok, (question, turn.error)
            assert turn.results


def test_questions_with_words_of_the_refused_one_come_first() -> None:
    assert "distance" in offered({"flights": FLIGHTS}, "What did the distance cost by origin?")[0]
    assert "origin" in offered({"flights": FLIGHTS}, "What did the distance cost by origin?")[0]
    assert offered({}) == ()


def test_numbers_that_measure_nothing_are_not_averaged() -> None:
    assert not [question for question in offered({"flights": FLIGHTS}) if "month" in question]


def test_a_refusal_offers_questions_in_the_cell_and_in_its_record(unsandboxed: UnsandboxedKernel) -> None:
    with ScriptedModel() as model, Analyst(sandbox=unsandboxed, spares=0, history=False, **model.settings) as analyst:
        model.say("Refusal: there are no prices.")
        turn = analyst.ask("What do the toys cost?", {"sales": SALES})
    record = record_of(turn)
    assert record.questions == offered({"sales": SALES}, "What do the toys cost?")
    shown = answer_bundle(turn)
    for question in record.questions:
        assert f"<code>{question}</code>" in shown["text/html"]
        assert f"  {question}" in shown["text/plain"]
    read = read_record(record.metadata())
    assert read is not None
    assert read.questions == record.questions
