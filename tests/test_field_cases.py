"""Kinds of failures that others reported, each with small inputs: the right value, or an honest sentence instead."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Question

TODAY = "2025-11-15"
_READ = pd.DataFrame(
    {
        "ticket": [f"T{i}" for i in range(8)],
        "opened_at": pd.to_datetime(
            [f"2025-{day}" for day in "10-04 10-06 11-01 09-08 10-11 11-03 11-04 11-05".split()]
        ),
        "closed_at": pd.to_datetime(
            ["2025-10-05", None, "2025-11-02", "2025-09-09", None, "2025-11-08", None, "2025-11-06"]
        ),
        "team": ["Web", "Web", "Web", "Web", "Desk", "Desk", "Desk", "Desk"],
        "agent": ["Ana", "Bo", "Bo", "Bo", "Cy", "Cy", "Di", "Di"],
        "hours_to_close": [24.0, None, 30, 20, None, 120, None, 22],
        "urgent": [False, True, True, False, False, False, True, False],
        "stars": [1, 2, 3, 4, 5, 1, 2, 3],
    }
)  # fmt: skip
_SHOWS = pd.DataFrame({"show": ["A", "B", "C"], "rating": [8.1, 9.2, 7.0], "run": [1, 2, 3]})
_STATES = pd.DataFrame(
    {"state_name": ["utah", "iowa", "ohio"], "population": [3, 4, 6], "area": [30, 10, 8], "density": [0.1, 0.4, 0.9],
     "capital": ["slc", "des moines", "columbus"]}
)  # fmt: skip
_BORDERS = pd.DataFrame({"state_name": ["texas", "texas", "ohio", "iowa"], "border": ["ohio", "utah", "iowa", "utah"]})
_MEDALS = pd.DataFrame({"nation": ["N", "E", "C"], "gold": [14, 11, 8], "silver": [9, 12, 6]})
_YEARS = pd.DataFrame({"year": [2020, 2021, 2022], "sales": [10, 12, 14]})
_ODD = pd.DataFrame({"shop": ["a", "b"], "Discount%": [1, 2], "Price $": [3, 4], "x)": [1, 5], "2020": [5, 6]})
_ZIPS = pd.DataFrame({"zip": ["62005", "02134", "62005"], "n": [1, 2, 4]})
_EPISODES = pd.DataFrame(
    {"title": ["a", "b", "c"], "written_by": ["Paul Nash", "Paul Nash", "Mia"], "viewers": [9.0, 8.7, 5.0]}
)
_SALES = pd.DataFrame({"store": [*"aabb"] * 2, "month": [1, 2] * 4, "amount": range(8)})
_TARGETS = pd.DataFrame(
    {"store": [*"aabb"], "month": [1, 2, 1, 2], "target": [5, 5, 9, 1], "level": ["low", "low", "high", "low"]}
)
_TRIPS = pd.DataFrame({"carrier": ["X", "Y", "X"], "plane_id": [1, 2, 2], "delay": [1, 2, 6]})
_AIRLINES = pd.DataFrame({"carrier": ["X", "Y"], "name": ["Xan Air", "Yoyo"]})
_PLANES = pd.DataFrame({"plane_id": [1, 2], "maker": ["Boing", "Airbuzz"]})
_LOANS = pd.DataFrame(
    {
        "loan_no": [701, 702, 703, 704, 705, 706],
        "member": ["Ida", "Ida", "Bo", "Bo", "Bo", "Cy"],
        "title": ["Ferry", "Ferry", "Birds", "Ferry", "Birds", "Bread"],
        "borrowed_on": pd.to_datetime(
            ["2025-05-03", "2025-06-02", "2025-06-14", "2025-07-20", "2025-08-01", "2025-06-07"]
        ),
        "let_on": pd.to_datetime(["2025-05-04", None, "2025-06-15", "2025-06-21", None, "2025-06-30"]),
        "season": ["2024-25", "2024-25", "2024-25", "2025-26", "2025-26", "2025-26"],
        "renewals": [0, 1, 3, 0, 2, 0],
        "wait_sec": [30, 400, 20, 310, 5, 60],
        "solved": [True, False, True, True, False, True],
        "patient_no": [1, 1, 2, 2, 3, 3],
    }
)
FRAMES = {
    "loans": _LOANS,
    "sales": _SALES, "targets": _TARGETS, "trips": _TRIPS, "airlines": _AIRLINES, "planes": _PLANES,
    "tickets": _READ, "shows": _SHOWS, "states": _STATES, "borders": _BORDERS, "medals": _MEDALS, "years": _YEARS,
    "odd": _ODD, "zips": _ZIPS, "episodes": _EPISODES,
}  # fmt: skip


def answered(names: str, question: str) -> list[tuple[Any, ...]]:
    """The rows of the answer of a question about some frames."""
    frames = [to_frame(name, FRAMES[name]) for name in names.split()]
    plan, card = choose_plan(Question(question), tuple(map(profile, frames)), TODAY)
    connection = duckdb.connect()
    for frame in frames:
        connection.register(frame.name, frame.table)
    return connection.sql(to_sql(plan, card)).fetchall()


ANSWERED: list[tuple[str, str, list[tuple[Any, ...]]]] = [
    # what was done, and when: the date of it
    ("tickets", "which agent closed the most tickets", [("Bo", 2)]),
    ("tickets", "tickets opened last month by team", [("Desk", 1), ("Web", 2)]),
    ("tickets", "number of tickets closed since November by team", [("Desk", 2), ("Web", 1)]),
    ("tickets", "number of tickets by weekday they were opened",
     [("Monday", 3), ("Tuesday", 1), ("Wednesday", 1), ("Saturday", 3)]),
    # the slowest takes longest
    ("tickets", "which team is slowest by average hours_to_close", [("Desk", 71.0)]),
    # one of each group
    ("tickets", "for each team, the agent with the most tickets",
     [("Web", "Bo", 3), ("Desk", "Cy", 2), ("Desk", "Di", 2)]),
    ("tickets", "the agent with the highest average stars for each team", [("Desk", "Cy", 3.0), ("Web", "Bo", 3.0)]),
    # yes or no
    ("tickets", "are there any tickets with stars above 4", [(1, "Yes")]),
    ("tickets", "are there any tickets with stars above 5?", [(0, "No")]),
    # a noun that is also a verb
    ("shows", "which show had the highest rating", [("B", 9.2)]),
    ("shows", "show with the lowest rating", [("C", 7.0)]),
    ("shows", "average rating of each show", [("A", 8.1), ("B", 9.2), ("C", 7.0)]),
    ("shows", "which show has the most run", [("C", 3)]),
    # a figure for each of several, and its mean
    ("medals", "average number of gold medals per nation", [(11.0,)]),
    ("medals", "maximum number of silver medals per nation", [(12,)]),
    # the row with the most
    ("episodes", "which episode written by Paul Nash had the fewest viewers", [("b", "Paul Nash", 8.7)]),
    ("episodes", "which episodes had the most viewers", [("a", "Paul Nash", 9.0)]),
    # what follows "by" runs along
    ("years", "scatter of sales by year", [(2020, 10), (2021, 12), (2022, 14)]),
    # names as they are written
    ("odd", "mean Discount% by shop", [("a", 1.0), ("b", 2.0)]),
    ("odd", "total Price $ by shop", [("a", 3), ("b", 4)]),
    ("odd", "total x) by shop", [("a", 1), ("b", 5)]),
    ("odd", "total 2020 by shop", [("a", 5), ("b", 6)]),
    # digits that are text
    ("zips", "total n where zip is 62005", [(5,)]),
    ("zips", "total n for zip 02134", [(2,)]),
    ("zips", "number of rows where zip is not 62005", [(1,)]),
    # dates as they are written
    ("tickets", "number of tickets opened_at after Nov 3, 2025", [(2,)]),
    ("tickets", "number of tickets opened_at between 4 Oct 2025 and 2025-10-31", [(3,)]),
    ("tickets", "number of tickets opened_at since 01-NOV-2025", [(4,)]),
    ("tickets", "number of tickets opened_at before 20251001", [(1,)]),
    # another frame's columns: by a key of two columns, and by its noun
    ("sales targets", "total amount by level", [("high", 8), ("low", 20)]),
    ("sales targets", "total amount where level is high", [(8,)]),
    ("sales targets", "total target by level", [("high", 9), ("low", 11)]),
    ("sales targets", "total amount and total target by store", [("a", 10, 10), ("b", 18, 10)]),
    ("trips airlines", "number of trips by airline name", [("Xan Air", 2), ("Yoyo", 1)]),
    ("trips airlines", "average delay by name", [("Xan Air", 3.5), ("Yoyo", 2.0)]),
    ("trips planes", "total delay by plane maker", [("Airbuzz", 8), ("Boing", 1)]),
    ("trips planes", "number of trips by maker of the plane", [("Airbuzz", 2), ("Boing", 1)]),
    # the worst has the least of what is good, the first is the earliest, and a difference is of the figure asked for
    ("tickets", "difference in average stars between Ana and Di", [(1.0, 2.5, 1.5)]),
    ("tickets", "number of tickets Bo closed each month", [("2025-09-01", 1), ("2025-11-01", 1)]),
    ("tickets", "top 2 agents by number of urgent tickets", [("Bo", 2), ("Di", 1)]),
    ("tickets", "which agent has the most urgent tickets", [("Bo", 2)]),
    ("tickets", "number of tickets with stars 3", [(2,)]),
    ("tickets", "top 1 team by number of agents", [("Desk", 2), ("Web", 2)]),
    # one date by default: that which each row has; what is named by its verb is another
    ("loans", "number of loans by month", [("2025-05-01", 1), ("2025-06-01", 3), ("2025-07-01", 1), ("2025-08-01", 1)]),
    ("loans", "number of loans from June to July", [(4,)]),
    ("loans", "how many loans were let each month", [("2025-05-01", 1), ("2025-06-01", 3)]),
    ("loans", "number of loans not let yet", [(2,)]),
    # what is done most, and rows against the average of all
    ("loans", "most popular title", [("Ferry", 3)]),
    ("loans", "the busiest month", [("2025-06-01", 3)]),
    ("loans", "number of unsolved loans", [(2,)]),
    ("loans", "how many loans waited more than 5 minutes", [(2,)]),
    ("loans", "number of loans in season 2024-25", [(3,)]),
    ("loans", "number of loans neither by Ida nor by Cy", [(3,)]),
    # of a group that shows none, no row shows one
    ("loans", "members with no renewals", [("Cy",)]),
    ("loans", "is the average renewals higher in solved loans", [(0.75, 1.5, "No")]),
    # figures by their names
    ("medals", "variance of gold", [(9.0,)]),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "question", "expected"), ANSWERED, ids=[case[1] for case in ANSWERED])
def test_the_answer_is_right(frame: str, question: str, expected: list[tuple[Any, ...]]) -> None:
    found = answered(frame, question)
    plain = [tuple(value.isoformat() if isinstance(value, dt.date) else value for value in row) for row in found]
    assert sorted(map(str, plain)) == sorted(map(str, expected))


def test_rows_are_compared_with_the_average_of_all() -> None:
    assert [row[0] for row in answered("loans", "loans with more renewals than average")] == [703, 705]
    assert len(answered("loans", "loans with below-average renewals")) == 3


@pytest.mark.parametrize(
    "question",
    ["loans of patients over 2", "average number of loans per member per month", "number of loans by title by wards"],
)
def test_what_is_only_half_said_is_not_answered(question: str) -> None:
    with pytest.raises(Abstained):
        answered("loans", question)


def test_the_first_ones_of_what_was_done_are_the_earliest() -> None:
    found = answered("tickets", "first 3 tickets opened in 2025")
    assert [row[0] for row in found] == ["T3", "T0", "T1"]


def test_newest_first_is_by_the_date() -> None:
    found = answered("tickets", "number of tickets by month of opened_at, newest first")
    assert [(row[0].month, row[1]) for row in found] == [(11, 4), (10, 3), (9, 1)]


def test_the_worst_is_the_lowest_of_what_is_good() -> None:
    assert [row[0] for row in answered("tickets", "which ticket has the worst stars")] == ["T0", "T5"]


NOT_ANSWERED = [
    ("tickets", "are there any unicorns"),
    ("tickets", "who closed the fewest tickets"),
    ("states", "density of the largest state"),
    ("borders", "states that border states that border texas"),
    ("borders", "states border states that border states that border texas"),
    ("tickets", "which team has the worst stars"),
    ("tickets", "stars above 3 by team"),
    ("tickets", "closed_at in November 2025 by team"),
    ("tickets", "highest average stars"),
    ("tickets", "the most tickets"),
]


@pytest.mark.parametrize(("frame", "question"), NOT_ANSWERED, ids=[case[1] for case in NOT_ANSWERED])
def test_what_cannot_be_answered_is_not(frame: str, question: str) -> None:
    with pytest.raises(Abstained):
        answered(frame, question)
