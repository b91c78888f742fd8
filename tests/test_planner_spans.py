"""How long a row lasts, from one of its dates to the other, as people ask for it."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pytest

from analyst_magic import Analyst
from analyst_magic.errors import Abstained
from analyst_magic.planner.following import read_in_turn
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, Exchange, Question


def days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


rentals = pd.DataFrame(
    {
        "rental": [1, 2, 3, 4],
        "car": ["Fiat", "Volvo", "Fiat", "Seat"],
        "pickup": days("2025-01-01", "2025-01-03", "2025-02-01", "2025-03-05"),
        "dropoff": days("2025-01-05", "2025-01-04", "2025-02-11", "2025-03-06"),
        "price_eur": [100.0, 40.0, 250.0, 60.0],
    }
)
stays = pd.DataFrame(
    {
        "guest": ["Ada", "Ben", "Cleo"],
        "check_in": days("2025-01-01", "2025-01-03", "2025-02-01"),
        "check_out": days("2025-01-05", "2025-01-04", "2025-02-11"),
        "room": ["Oak", "Elm", "Oak"],
    }
)
tickets = pd.DataFrame(
    {
        "ticket": [1, 2, 3],
        "team": ["web", "app", "web"],
        "opened_at": days("2025-01-01 10:00", "2025-01-03 12:00", "2025-02-01 08:00"),
        "closed_at": days("2025-01-01 12:00", "2025-01-03 18:00", None),
    }
)
projects = pd.DataFrame(
    {
        "project": ["Dam", "Pier"],
        "start_date": days("2025-01-01", "2025-01-03"),
        "end_date": days("2025-01-31", "2025-01-10"),
        "hours": [10, 90],
    }
)
flights = pd.DataFrame(
    {"flight": ["A1", "B2"], "departure": days("2025-01-01", "2025-01-02"), "arrival": days("2025-01-02", "2025-01-03")}
)
FRAMES = {"rentals": rentals, "stays": stays, "tickets": tickets, "projects": projects, "flights": flights}


def answer(question: str, name: str) -> list[tuple[Any, ...]]:
    """The rows of a question's answer, as a direct run of its SQL gives them."""
    frame = FRAMES[name]
    plan, card = choose_plan(Question(question), (profile(to_frame(name, frame)),))
    with duckdb.connect() as connection:
        connection.register(name, frame)
        return connection.execute(to_sql(plan, card)).fetchall()


@pytest.mark.parametrize(
    ("question", "name", "rows"),
    [
        ("average rental length", "rentals", [(4.0,)]),
        ("How long is a rental on average?", "rentals", [(4.0,)]),
        ("how long do rentals last", "rentals", [(4.0,)]),
        ("total rental length of Fiat", "rentals", [(14.0,)]),
        ("median duration of a rental", "rentals", [(2.5,)]),
        ("average length of stay", "stays", [(5.0,)]),
        ("how long do guests stay on average", "stays", [(5.0,)]),
        ("maximum length of stay", "stays", [(10.0,)]),
        ("median resolution time", "tickets", [(4.0,)]),
        ("average handling time of app", "tickets", [(6.0,)]),
        ("average project duration", "projects", [(18.5,)]),
        ("how many rentals lasted more than 3 days", "rentals", [(2,)]),
        ("number of rentals longer than a week", "rentals", [(1,)]),
        ("how many stays of more than 3 nights", "stays", [(2,)]),
        ("how many tickets took longer than 3 hours", "tickets", [(1,)]),
    ],
)
def test_one_figure_of_how_long_rows_last(question: str, name: str, rows: list[tuple[Any, ...]]) -> None:
    assert answer(question, name) == rows


@pytest.mark.parametrize(
    ("question", "name", "groups"),
    [
        ("average rental duration by car", "rentals", {"Fiat": 7.0, "Volvo": 1.0, "Seat": 1.0}),
        ("how long are rentals per car", "rentals", {"Fiat": 7.0, "Volvo": 1.0, "Seat": 1.0}),
        ("average stay by room", "stays", {"Oak": 7.0, "Elm": 1.0}),
        ("resolution time by team", "tickets", {"web": 2.0, "app": 6.0}),
    ],
)
def test_how_long_they_last_in_groups(question: str, name: str, groups: dict[str, float]) -> None:
    assert {row[0]: row[-1] for row in answer(question, name)} == groups


@pytest.mark.parametrize(
    ("question", "name", "first"),
    [
        ("longest rental", "rentals", 3),
        ("What was the longest rental of Fiat?", "rentals", 3),
        ("slowest ticket", "tickets", 2),
        ("fastest ticket", "tickets", 1),
        ("which car has the longest rentals on average", "rentals", "Fiat"),
    ],
)
def test_which_row_or_group_lasts_longest(question: str, name: str, first: object) -> None:
    (row,) = answer(question, name)
    assert row[0] == first


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("longest project", "projects"),  # by its hours of work, or by its dates
        ("average flight duration", "flights"),  # a flight departs and arrives, a guest arrives and departs
        ("average ticket", "tickets"),  # a number that tells tickets apart
        ("mean rental", "rentals"),
        ("total rental by car", "rentals"),
    ],
)
def test_what_is_not_clear_is_not_answered(question: str, name: str) -> None:
    with pytest.raises(Abstained):
        answer(question, name)


def test_an_amount_that_is_called_as_the_rows_are_is_an_amount() -> None:
    tips = pd.DataFrame({"tip": [5, 9, 2], "day": ["Mo", "Tu", "Mo"]})
    plan, card = choose_plan(Question("total tip"), (profile(to_frame("tips", tips)),))
    with duckdb.connect() as connection:
        connection.register("tips", tips)
        assert connection.execute(to_sql(plan, card)).fetchall() == [(16,)]


def test_a_follow_up_takes_no_mean_of_numbers_that_tell_rows_apart() -> None:
    card = profile(to_frame("rentals", rentals))
    before = (Exchange("mean price by car", Code("", "sql"), "It ran."),)
    with pytest.raises(Abstained, match="says which one it is"):
        read_in_turn(Question("mean rental"), (card,), before, choose_plan, "2025-06-01")


# -- a question of its own after another, and sentences ----------------------------------------------------------------

staff = pd.DataFrame(
    {
        "employee": ["Ann", "Bob", "Cat", "Dan", "Eve", "Fay"],
        "manager": ["Fay", "Ann", "Fay", "Cat", "Fay", None],
        "salary": [70_000, 52_000, 48_000, 45_000, 51_000, 90_000],
        "bonus": [5_000, 0, 1_000, None, 7_000, 12_000],
        "hired": days("2015-02-01", "2019-07-15", "2021-01-10", "2023-03-01", "2018-09-01", "2010-05-05"),
    }
)
orders = pd.DataFrame(
    {
        "ordered_at": pd.date_range("2025-03-03 09:00", periods=20, freq="D").append(
            pd.DatetimeIndex(["2025-03-10 10:00", "2025-03-17 10:00"])
        ),
        "customer": ["Ana"] * 12 + ["Ben"] * 7 + ["Cy"] * 3,
    }
)


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("median salary", "who got no bonus"),  # was the median of those without a bonus
        ("number of rows where manager is Fay", "who left"),
        ("mean salary", "did it rise for Bob's team"),
    ],
)
def test_a_question_of_its_own_takes_nothing_from_the_one_before(before: str, question: str) -> None:
    card = profile(to_frame("staff", staff))
    conversation = (Exchange(before, Code("", "sql"), "It ran."),)
    with pytest.raises(Abstained):
        read_in_turn(Question(question), (card,), conversation, choose_plan, "2025-06-01")


@pytest.mark.parametrize("question", ["only where bonus is above 500", "what's the median?", "do the same by employee"])
def test_what_goes_on_from_the_question_before_still_does(question: str) -> None:
    card = profile(to_frame("staff", staff))
    before = (Exchange("mean salary by manager", Code("", "sql"), "It ran."),)
    plan, _ = read_in_turn(Question(question), (card,), before, choose_plan, "2025-06-01")
    assert plan.group_by
    assert plan.measures[0].column == "salary"


@pytest.mark.parametrize(
    ("question", "name", "sentence"),
    [
        ("second highest salary", "staff", "The second highest salary is 70,000."),
        ("third lowest salary", "staff", "The third lowest salary is 51,000."),
        ("second latest hired", "staff", "The second latest hired is 2021-01-10."),
        ("how many customers ordered more than 5 times", "orders",
         "There are 2 customers whose number of orders is above 5."),
        ("busiest day of the week", "orders", "Monday has the most orders: 5."),
    ],
)  # fmt: skip
def test_what_the_answer_says(offline: Analyst, question: str, name: str, sentence: str) -> None:
    turn = offline.ask(question, {name: {"staff": staff, "orders": orders}[name]})
    assert turn.answer == sentence, turn.error
