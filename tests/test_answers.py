"""What becomes of good replies: a sentence with its number, or prose, with one call. Slips are in ``test_recorded``.

Each reply goes through the whole of the product: a scripted endpoint on loopback, the checks, a real sandbox, the
firewall, the inspection. Right values are computed with pandas here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from analyst_magic import Analyst
from analyst_magic.history.lock import LockFile
from analyst_magic.testing import ScriptedModel
from analyst_magic.turn import Turn

FLIGHTS = pd.DataFrame(
    {
        "carrier": ["UA", "DL", "UA", "B6", "UA", "DL"] * 10,
        "origin": ["EWR", "JFK", "LGA", "JFK", "EWR", "LGA"] * 10,
        "dep_delay": [12.0, -3.0, 40.5, None, 7.0, 0.0] * 10,
        "sched": ["Apr 13  2017 8:00:00 AM", "Apr 14  2017 9:30:00 PM"] * 30,
    }
)
Ask = Callable[..., Turn]


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture
def ask(model: ScriptedModel, tmp_path: Path) -> Iterator[Ask]:
    """Ask a question whose replies are given, oldest first."""
    lock = LockFile(tmp_path / "analyst.lock")
    with Analyst(sandbox="local", spares=0, history=False, lock=lock, **model.settings) as analyst:

        def work(question: str, *replies: str) -> Turn:
            for reply in replies:
                model.say(reply)
            turn = analyst.ask(question, {"flights": FLIGHTS})
            pinned = {pin.question for pin in lock.pins().values()}
            assert (question in pinned) == (turn.ok and turn.kind == "result" and not turn.attempts[-1].doubt)
            return turn

        yield work


def python(code: str, words: str = "") -> str:
    return f"{words}\n```python\n{code}\n```"


MEAN = FLIGHTS.groupby("carrier").dep_delay.mean()

GOOD = {
    "a sentence with the number of the code": (
        "Which carrier is latest on average?",
        python(
            "mean = flights.groupby('carrier').dep_delay.mean().sort_values(ascending=False)\n"
            "answer(f'**{mean.index[0]}** is latest: {mean.iloc[0]:.1f} minutes on average.')\nmean"
        ),
        f"**UA** is latest: {MEAN['UA']:.1f} minutes on average.",
    ),
    "a sentence in a comment of SQL": (
        "Who flies most?",
        "```sql\nSELECT carrier, count(*) AS n FROM flights GROUP BY 1 ORDER BY n DESC\n"
        "-- answer: {carrier} flies most: {n:,} flights.\n```",
        f"UA flies most: {(FLIGHTS.carrier == 'UA').sum()} flights.",
    ),
    "yes or no": (
        "Did UA fly more than DL?",
        python(
            "n = flights.carrier.value_counts()\n"
            "answer(f\"{'Yes' if n['UA'] > n['DL'] else 'No'}: {n['UA']} against {n['DL']}.\")\nn"
        ),
        "Yes: 30 against 20.",
    ),
    "nothing found, said by the code": (
        "Which flights are two days late?",
        python(
            "late = flights[flights.dep_delay > 2880]\n"
            "answer('No flight is two days late.' if late.empty else f'{len(late)} are.')\nlate"
        ),
        "No flight is two days late.",
    ),
}


@pytest.mark.parametrize(("question", "reply", "answer"), GOOD.values(), ids=GOOD)
def test_a_good_reply_is_said_in_words_with_one_call(
    model: ScriptedModel, ask: Ask, question: str, reply: str, answer: str
) -> None:
    turn = ask(question, reply)
    assert turn.ok, turn.error
    assert turn.answer == answer
    assert len(model.requests) == 1


PROSE = {
    "a refusal": (
        "Refusal: no prices are in these frames. Ask for delays.",
        "refusal",
        "no prices are in these frames",
    ),
    "a question back": ("By mean delay, or by share of late flights?", "question", "By mean delay"),
    "an explanation": ("dep_delay is in minutes; early departures are negative.", "explanation", "dep_delay is in"),
}


@pytest.mark.parametrize(("reply", "kind", "words"), PROSE.values(), ids=PROSE)
def test_prose_is_an_answer_with_one_call(model: ScriptedModel, ask: Ask, reply: str, kind: str, words: str) -> None:
    turn = ask("What does a ticket cost?", reply)
    assert turn.ok, turn.error
    assert (turn.kind, turn.results, turn.code) == (kind, (), "")
    assert words in turn.answer
    assert len(model.requests) == 1


def test_the_answer_to_a_question_back_is_asked_with_it(model: ScriptedModel, ask: Ask) -> None:
    ask("Who is best?", "By mean delay, or by share of late flights?")
    turn = ask("by mean delay", python("flights.groupby('carrier').dep_delay.mean()"))
    assert turn.ok, turn.error
    sent = [message["content"] for message in model.requests[-1].body["messages"]]
    assert any("Who is best?" in text for text in sent)
    assert any("share of late flights?" in text for text in sent)
