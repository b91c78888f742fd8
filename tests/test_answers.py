"""What becomes of good replies and of the slips of small models: nothing that is wrong or empty passes silently.

Each reply goes through the whole of the product: a scripted endpoint on loopback, the checks, a real sandbox, the
firewall, the inspection. Right values are computed with pandas here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from analyst_magic import Analyst
from analyst_magic.evidence.trace import MARK
from analyst_magic.history.lock import Lock
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
    lock = Lock(tmp_path / "analyst.lock")
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


RIGHT = python("answer(f'{len(flights)} flights.')\nlen(flights)")
SLIPS = {
    "None": "None",
    "print of nothing": "print()",
    "NaN": "float('nan')",
    "a text timestamp read with the wrong format": (
        "t = pd.to_datetime(flights.sched, format='%Y-%m-%d', errors='coerce')\n"
        "flights[t == pd.Timestamp('2017-04-13 08:00')].dep_delay.mean()"
    ),
    "NaN in a sentence": "answer(f\"{flights[flights.carrier == 'ZZ'].dep_delay.mean():.1f} minutes\")",
    "a table of nulls": "flights[['dep_delay']].where(flights.dep_delay > 1e9).head(3)",
    "no rows, by a value that is not there": "flights[flights.origin == 'LaGuardia']",
    "no rows, by case": "flights[flights.carrier == 'ua']",
    "no rows, by a blank": "flights[flights.carrier == 'UA ']",
    "an empty chart": (
        "import plotly.express as px\npx.bar(flights[flights.origin == 'LaGuardia'], x='carrier', y='dep_delay')"
    ),
    "a caught failure": "try:\n    flights.taxi_time.mean()\nexcept Exception as error:\n    print('Error:', error)",
    "an object's text": "print(flights.groupby('carrier'))",
}


@pytest.mark.parametrize("code", SLIPS.values(), ids=SLIPS)
def test_a_slip_goes_back_with_the_reason_and_what_is_mended_is_the_answer(
    model: ScriptedModel, ask: Ask, code: str
) -> None:
    turn = ask("How many flights?", python(code), RIGHT)
    assert turn.ok, turn.error
    assert turn.answer == "There are 60 flights."
    assert len(model.requests) == 2
    assert turn.attempts[0].error is not None
    assert turn.attempts[0].error.kind in {"NoResult", "CheckFailed", "CodeFailed"}


def test_an_invented_number_beside_a_right_result_is_marked(model: ScriptedModel, ask: Ask) -> None:
    code = "flights.carrier.value_counts().head(2).reset_index()"
    turn = ask("Who flies most?", python(code, "Delta flies most: 91,234 flights, 27.1 % of all. The top 2 are shown."))
    assert turn.ok, turn.error
    assert turn.text.count(MARK) == 2
    assert f"91,234{MARK}" in turn.text
    assert "2 numbers in the text are in no result and marked as such." in turn.notes


def test_numbers_of_the_code_and_of_the_results_are_not_marked(model: ScriptedModel, ask: Ask) -> None:
    code = "late = flights[flights.dep_delay > 15]\nround(len(late) / len(flights), 3)"
    turn = ask("How many are late?", python(code, "Late means over 15 minutes, rounded to 3 digits: 0.167 of 60."))
    assert turn.ok, turn.error
    assert turn.text.count(MARK) == 1  # 60 stands nowhere


NOTHING = ["None", "float('nan')", "print(flights.groupby('carrier'))"]


@pytest.mark.parametrize("code", NOTHING)
def test_nothing_again_is_an_error_and_never_an_answer(model: ScriptedModel, ask: Ask, code: str) -> None:
    turn = ask("How many flights?", python(code), python(f"# once more\n{code}"))
    assert turn.error is not None
    assert turn.error.kind == "NoResult"
    assert turn.error.next_step


def test_no_rows_again_is_said_with_the_values_that_there_are(model: ScriptedModel, ask: Ask) -> None:
    code = "flights[flights.origin == 'LaGuardia']"
    turn = ask("Flights from LaGuardia?", python(code), python(f"{code}.head(5)"))
    assert turn.ok, turn.error
    assert turn.answer.startswith("No rows")
    assert "LaGuardia" in turn.answer
    assert "not pinned" in " ".join(turn.notes)


def test_the_same_code_again_ends_the_turn_and_says_so(model: ScriptedModel, ask: Ask) -> None:
    turn = ask("How many flights?", *[python("flights.nothing.sum()")] * 3)
    assert turn.error is not None
    assert len(model.requests) == 2
    assert "repeated itself" in " ".join(turn.notes)


def test_the_same_step_again_ends_the_turn_and_is_no_answer(model: ScriptedModel, ask: Ask) -> None:
    turn = ask("How many flights?", *["```python-step\nflights.head()\n```"] * 7)
    assert turn.error is not None
    assert "repeated itself" in str(turn.error)
    assert len(model.requests) == 2


SHOWN = {
    "a tuple of numbers": ("flights.dep_delay.mean(), flights.dep_delay.std()", ["text"]),
    "a figure and a table": (
        "import plotly.express as px\ntable = flights.carrier.value_counts().reset_index()\n"
        "fig = px.bar(table, x='carrier', y='count')\nfig, table",
        ["figure", "table"],
    ),
    "a result that is only assigned": ("result = flights.carrier.value_counts().reset_index()", ["table"]),
    "a text": ("'There are ' + str(len(flights)) + ' flights'", ["text"]),
}


@pytest.mark.parametrize(("code", "kinds"), SHOWN.values(), ids=SHOWN)
def test_what_the_code_means_is_shown(model: ScriptedModel, ask: Ask, code: str, kinds: list[str]) -> None:
    turn = ask("What is there?", python(code))
    assert turn.ok, turn.error
    assert [result.kind for result in turn.results] == kinds
    assert len(model.requests) == 1
    assert "Figure(" not in " ".join(result.to_text() for result in turn.results)
    assert "'" not in "".join(result.to_text() for result in turn.results if result.kind == "text")
