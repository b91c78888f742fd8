"""Help where the planner abstains: every question that it offers is one that it answers."""

from __future__ import annotations

import asyncio
import re

import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.abstaining import foreign_language, nearest_questions, with_help
from analyst_magic.planner.planner import OfflinePlanner, choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Context, Question

sales = pd.DataFrame(
    {
        "region": ["north", "south", "north"],
        "product": ["pen", "ink", "pad"],
        "amount": [1.5, 2.0, 3.0],
        "order_date": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]),
        "größe": [1, 2, 3],
    }
)
staff = pd.DataFrame({"name": ["Ann", "Bo"], "salary": [10, 20], "team": ["a", "b"]})
CARDS = (profile(to_frame("sales", sales)), profile(to_frame("staff", staff)))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie viele Bestellungen gibt es pro Region?", "German"),
        ("Durchschnittliche amount für jede region", "German"),
        ("Durchschnittliches Gewicht pro Art", "German"),
        ("Quelle est la moyenne de amount par region ?", "French"),
        ("¿Cuántos pedidos hay por región?", "Spanish"),
        ("Quanti ordini per ogni regione", "Italian"),
        ("各地区的总销售额是多少", "Chinese"),
        ("地域ごとの売上の合計は", "Japanese"),
        ("средняя сумма по регионам", "Russian"),
        ("How many orders are there in each region?", None),
        ("average größe by region", None),
        ("total amount", None),
        ("which region has the most orders in la Paz or el Paso", None),
        ("amount", None),
        ("", None),
    ],
)
def test_a_language_other_than_english_is_named(text: str, language: str | None) -> None:
    assert foreign_language(text, CARDS) == language


@pytest.mark.parametrize(
    "text",
    [
        "frobnicate the amount by region", "amount squared over region somehow", "xyzzy", "salary wibble per team",
        "Wie hoch ist der amount pro region", "the amount of every order_date, zigzag",
    ],
)  # fmt: skip
def test_every_question_that_is_offered_is_answered(text: str) -> None:
    offered = nearest_questions(Question(text), CARDS[:1] if "salary" not in text else CARDS, choose_plan)
    assert offered
    for question in offered:
        assert any(_is_answered(question, (card,)) for card in CARDS)


def _is_answered(text: str, cards: tuple[object, ...]) -> bool:
    try:
        choose_plan(Question(text), cards)  # type: ignore[arg-type]
    except Abstained:
        return False
    return True


def test_the_offer_is_about_what_was_named() -> None:
    offered = nearest_questions(Question("salary wibble per team"), CARDS, choose_plan)
    assert offered[0] == "Mean salary of staff by team"


def test_an_offer_corrects_a_slip_and_adds_up_no_keys_and_no_years() -> None:
    orders = pd.DataFrame(
        {
            "order_id": range(40), "year": [2024, 2025] * 20, "region": ["n", "s", "e", "w"] * 10,
            "quantity": [1, 5, 9, 2, 7] * 8,
        }
    )  # fmt: skip
    cards = (profile(to_frame("orders", orders)),)
    assert nearest_questions(Question("total quanttiy per regoin"), cards, choose_plan)[0] == "Total quantity by region"
    offered = nearest_questions(Question("xyzzy"), cards, choose_plan)
    assert offered[0] == "Mean quantity by region"
    assert not any("order_id" in text or "year" in text.lower() for text in offered)


def test_the_help_is_part_of_the_refusal() -> None:
    refused = Abstained("The offline planner cannot place “frobnicate”.", "Leave it out.")
    helped = with_help(refused, Question("frobnicate the amount by region"), CARDS[:1], choose_plan)
    assert helped.message == refused.message
    assert re.match(r"Leave it out\. You can ask: Mean amount by region; ", helped.next_step)
    german = with_help(refused, Question("Wie viele Regionen sind das"), CARDS[:1], choose_plan)
    assert german.message == "The question is in German, and the offline planner reads English only."


def test_the_planner_gives_the_help_itself() -> None:
    context = Context(Question("frobnicate the amount by region"), CARDS[:1])
    with pytest.raises(Abstained) as caught:
        asyncio.run(OfflinePlanner().reply(context))
    assert "You can ask: Mean amount by region" in caught.value.next_step


@pytest.mark.parametrize("text", ["help", "What can I ask?", "how does this work"])
def test_who_asks_for_help_is_told_what_can_be_asked(text: str) -> None:
    reply = asyncio.run(OfflinePlanner().reply(Context(Question(text), CARDS)))
    assert (reply.kind, reply.code) == ("refusal", None)
    assert "totals, averages and counts" in reply.text
    with pytest.raises(Abstained):
        asyncio.run(OfflinePlanner().reply(Context(Question("what can I frobnicate"), CARDS)))


def test_numbers_of_things_and_clock_times_are_not_offered_as_figures() -> None:
    rows = range(400)
    flights = pd.DataFrame(
        {
            "flight": [1000 + n % 300 for n in rows],
            "dep_time": [float(100 * (5 + n % 18) + n % 60) for n in rows],
            "air_time": [30.0 + n % 90 for n in rows],
            "carrier": ["UA", "DL", "AA", "B6"] * 100,
        }
    )  # fmt: skip
    cards = (profile(to_frame("flights", flights)),)
    offered = nearest_questions(Question("why are flights late?"), cards, choose_plan)
    assert "Mean air_time by carrier" in offered
    assert not any("flight by" in text or "dep_time" in text for text in offered)
