"""Questions back: slips of spelling, parts of names, two readings that are as good; each choice is answered."""

from __future__ import annotations

import pandas as pd
import pytest

from analyst_magic import Analyst
from analyst_magic.display.card import answer_bundle
from analyst_magic.evidence.provenance import record_of
from analyst_magic.planner import planning
from analyst_magic.planner.asking import choices_in
from analyst_magic.planner.planner import OfflinePlanner
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.testing import FakeSandbox
from analyst_magic.turn import Code, Context, Exchange, FrameCard, Question, Reply

FLIGHTS = pd.DataFrame(
    {
        "origin": ["Atlanta", "Boston", "Chicago", "Atlanta"],
        "dest": ["Boston", "Chicago", "Atlanta", "Salt Lake City"],
        "seats": [10, 20, 30, 40],
        "month": ["Jan", "Feb", "Mar", "Apr"],
    }
)
CARDS: tuple[FrameCard, ...] = (profile(to_frame("flights", FLIGHTS)),)


async def asked(text: str, *before: str, asks_back: bool = True) -> Reply:
    conversation = tuple(Exchange(one, Code("", "sql"), "") for one in before)
    return await OfflinePlanner().reply(Context(Question(text), CARDS, conversation=conversation, asks_back=asks_back))


SLIPS = [
    ("flights from Atlanat", "Flights from Atlanta"),
    ("number of flights from Bosten", "Number of flights from Boston"),
    ("number of flights to Salt Lake", "Number of flights to Salt Lake City"),
    ("total seets by origin", "Total seats by origin"),
    ("total seats by orgin", "Total seats by origin"),
    ("averge seats by origin", "Average seats by origin"),
    ("total seats for Chicgo", "Total seats for origin Chicago"),
]


@pytest.mark.parametrize(("text", "offered"), SLIPS, ids=[text for text, _ in SLIPS])
async def test_a_slip_is_offered_and_not_guessed(text: str, offered: str) -> None:
    reply = await asked(text)
    assert reply.kind == "question"
    assert reply.code is None
    assert offered in choices_in(reply.text)
    for choice in choices_in(reply.text):
        assert (await asked(choice)).code is not None
    if len(choices_in(reply.text)) == 1:
        assert (await asked("yes", text)).text == (await asked(offered)).text


async def test_a_noun_that_is_not_there_is_asked_about_and_not_counted() -> None:
    reply = await asked("how many unicorns by origin")
    assert reply.kind == "question"
    assert choices_in(reply.text) == ("How many rows by origin",)


TWO = "top 2 flights by seats"
"""Read as a listing; as groups of equal seats it costs a little more."""


async def test_two_readings_that_are_as_good_are_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await asked(TWO)).code is not None
    monkeypatch.setattr(planning, "CLOSE", 1.0)
    reply = await asked(TWO)
    assert reply.kind == "question"
    first, second = choices_in(reply.text)
    one, other = await asked(first), await asked(second)
    assert one.code is not None
    assert other.code is not None
    assert one.code != other.code
    assert one.text.removeprefix("Read as: ").rstrip(".") in first


async def test_where_nobody_can_be_asked_the_first_reading_is_taken_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    likeliest = (await asked(TWO)).code
    monkeypatch.setattr(planning, "CLOSE", 1.0)
    reply = await asked(TWO, asks_back=False)
    assert reply.code == likeliest
    assert "two ways" in reply.text
    with Analyst(model="offline", sandbox=FakeSandbox({"flights": "rows"})) as analyst:
        alone = analyst.ask(TWO, frames={"flights": FLIGHTS})
        (turn,) = analyst.map([TWO], frames={"flights": FLIGHTS})
    assert alone.kind == "question"
    assert turn.kind == "result"


def test_what_is_offered_can_be_clicked() -> None:
    with Analyst(model="offline", sandbox=FakeSandbox({})) as analyst:
        turn = analyst.ask("flights from Atlanat", frames={"flights": FLIGHTS})
    assert turn.ok
    assert record_of(turn).questions == ("Flights from Atlanta",)
    assert "Flights from Atlanta" in answer_bundle(turn)["text/plain"]
    assert any("Flights from Atlanta" in str(part) for kind, part in answer_bundle(turn).items() if "json" in kind)


async def test_which_of_several_frames_is_meant_is_asked_back() -> None:
    cards = (*CARDS, profile(to_frame("trips", FLIGHTS)))
    reply = await OfflinePlanner().reply(Context(Question("total seats by origin"), cards, asks_back=True))
    assert reply.kind == "question"
    assert choices_in(reply.text) == ("Total seats by origin in flights", "Total seats by origin in trips")
    answer = await OfflinePlanner().reply(Context(Question("Total seats by origin in trips"), cards, asks_back=True))
    assert answer.code is not None
    assert "in trips" in answer.text


NUMBERED = pd.DataFrame(
    {"flight": [1, 2, 2, 3, 9], "carrier": ["AA", "AA", "UA", "UA", "UA"], "delay": [5.0, 3.0, 1.0, 0.0, 2.0]}
)
MINE: tuple[FrameCard, ...] = (profile(to_frame("mine", NUMBERED)),)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Which carrier has the most flights?", "Which carrier has the most rows"),
        ("Which 2 carriers have the most flights?", "Which 2 carriers have the most rows"),
        ("carrier with the fewest flights", "Carrier with the fewest rows"),
        ("total flights by carrier", "Number of rows by carrier"),
        ("how many flights by carrier", "Number of rows by carrier"),
    ],
)
async def test_a_plural_is_not_the_sum_of_a_column_that_numbers_the_rows(text: str, offered: str) -> None:
    """``flight`` holds each flight's number: the most flights are the most rows, and no total of these numbers."""
    reply = await OfflinePlanner().reply(Context(Question(text), MINE, asks_back=True))
    assert reply.kind == "question"
    assert reply.code is None
    assert choices_in(reply.text)[0] == offered
    answer = await OfflinePlanner().reply(Context(Question(offered), MINE))
    assert answer.code is not None
    assert "COUNT(*)" in answer.code.text.upper()
