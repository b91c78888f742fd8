"""What analysts ask in their own words: of states, shares, two columns, times, nouns, units and changes."""

from __future__ import annotations

from functools import partial

import duckdb
import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.following import read_in_turn
from analyst_magic.planner.plan.describe import reading
from analyst_magic.planner.plan.schema import QueryPlan
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, Exchange, Question

day = pd.Timestamp
clubs = pd.DataFrame(
    {
        "member_no": [1, 2, 3, 4, 5, 6],
        "name": ["Ann Ek", "Bo Dahl", "Cy Ek", "Di Falk", "Ed Berg", "Flo Lind"],
        "sex": ["f", "m", "m", "f", "m", "f"],
        "plan": ["gold", "gold", "silver", "silver", "silver", "gold"],
        "birth_year": [1955, 1980, 1990, 1958, 2001, 1970],
        "joined_on": pd.to_datetime(
            ["2022-03-01", "2023-04-05", "2024-01-09", "2024-02-11", "2024-06-30", "2021-12-24"]
        ),
        "churned": [True, False, True, False, False, True],
        "churned_on": [day("2025-02-01"), None, day("2024-12-01"), None, None, day("2025-07-04")],
        "smoker": ["yes", "no", "no", "yes", "no", "no"],
        "visits": [12, 0, 5, 7, 0, 30],
        "last_visit": [day("2025-11-01"), None, day("2025-06-01"), day("2025-10-20"), None, day("2025-08-01")],
        "fees": ["paid", "unpaid", "paid", "paid", "unpaid", "paid"],
        "newsletter": [True, True, False, False, True, False],
    }
)
builds = pd.DataFrame(
    {
        "build": ["Dam", "Port", "Mill", "Gate", "Lock"],
        "manager": ["Ida", "Ida", "Jon", "Jon", "Kai"],
        "region": ["North", "South", "North", "South", "North"],
        "budget": [4_000, 2_000, 3_000, 1_000, 6_000],
        "actual_cost": [5_000, 1_500, 3_000, 1_200, 9_000],
        "started_on": pd.to_datetime(["2024-01-02", "2024-03-04", "2024-03-20", "2025-01-05", "2025-03-01"]),
        "due_on": pd.to_datetime(["2024-06-01", "2024-07-01", "2024-08-01", "2025-05-01", "2025-09-01"]),
        "finished_on": [day("2024-06-10"), day("2024-07-01"), None, day("2025-04-01"), day("2025-10-01")],
        "reopened": [0, 2, 1, 3, 0],
    }
)
menu = pd.DataFrame(
    {
        "line": [1, 2, 3, 4, 5, 6],
        "dish": ["Soup", "Tart", "Tart", "Flan", "Soup", "Flan"],
        "course": ["starter", "dessert", "dessert", "dessert", "starter", "dessert"],
        "waiter": ["Gia", "Gia", "Hal", "Hal", "Gia", "Hal"],
        "quantity": [2, 1, 3, 1, 4, 2],
        "unit_price": [5.0, 6.0, 6.0, 4.0, 5.0, 4.0],
        "served_at": pd.to_datetime(
            ["2025-01-04 12:00", "2025-02-03 13:00", "2025-02-08 19:00", "2025-03-09 20:00", "2025-03-11 12:30",
             "2025-09-01 12:15"]
        ),
        "duration_min": [30, 60, 90, 120, 30, 30],
    }
)  # fmt: skip
credit = pd.DataFrame(
    {
        "credit_no": ["C1", "C2", "C3", "C4", "C5", "C6"],
        "branch": ["Lyon", "Lyon", "Lille", "Lille", "Lille", "Brest"],
        "officer": ["Petit", "Roche", "Petit", "Petit", "Roche", "Faure"],
        "status": ["defaulted", "running", "running", "defaulted", "repaid", "repaid"],
        "amount": [9_000, 20_000, 5_000, 150_000, 4_000, 70_000],
        "score": [600, None, 710, 480, None, 650],
        "collateral": ["Y", "N", "N", "Y", "Y", "N"],
        "issued_on": pd.to_datetime(
            ["2023-01-05", "2023-06-01", "2024-02-02", "2024-05-05", "2024-07-07", "2024-08-08"]
        ),
    }
)
stock = pd.DataFrame(
    {
        "sku": ["K1", "K2", "K3", "K4"],
        "warehouse": ["Gent", "Gent", "Lille", "Lille"],
        "on_hand": [0, 40, 7, 90],
        "reorder_level": [20, 20, 20, 50],
        "unit_cost": [1.0, 2.0, 3.0, 4.0],
        "tonnes_recycled": [3, 5, 7, 9],
    }
)
FRAMES = {"clubs": clubs, "builds": builds, "menu": menu, "credits": credit, "stock": stock}
CARDS = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}
CONNECTION = duckdb.connect()
for _name, _frame in FRAMES.items():
    CONNECTION.register(_name, _frame)


def planned(question: str, frame: str) -> QueryPlan:
    return choose_plan(Question(question), (CARDS[frame],), "2025-11-15")[0]


def rows(question: str, frame: str) -> list[tuple[object, ...]]:
    return CONNECTION.sql(to_sql(planned(question, frame), CARDS[frame])).fetchall()


ANSWERS: list[tuple[str, str, list[object]]] = [
    # what has happened to rows
    ("how many members churned in 2025", "clubs", [(2,)]),
    ("how many members churned since march 2025", "clubs", [(1,)]),
    ("churned in 2025", "clubs", [1, 6]),
    ("members that churned in gold", "clubs", [1, 6]),
    ("median visits of churned members", "clubs", [(12.0,)]),
    ("how many joined in 2024", "clubs", [(3,)]),
    ("members born before 1960", "clubs", [1, 4]),
    ("members who have never visited", "clubs", [2, 5]),
    ("men who never visited", "clubs", [2, 5]),
    ("how many members haven't paid", "clubs", [(2,)]),
    ("members that did not pay", "clubs", [2, 5]),
    ("members whose last visit was more than 90 days ago", "clubs", [3, 6]),
    ("visited more than 6 times", "clubs", [1, 4, 6]),
    ("mean visits of non-smokers", "clubs", [(8.75,)]),
    ("how many non-smokers by plan", "clubs", [("gold", 2), ("silver", 2)]),
    ("smokers by plan", "clubs", [("gold", 1), ("silver", 1)]),
    ("women who get the newsletter", "clubs", [1]),
    ("women by plan", "clubs", [("gold", 2), ("silver", 1)]),
    ("reopened at least twice", "builds", ["Port", "Gate"]),
    ("builds starting in march 2024", "builds", ["Port", "Mill"]),
    ("builds started since feb 2025", "builds", ["Lock"]),
    ("unfinished builds", "builds", ["Mill"]),
    ("how many have no score", "credits", [(2,)]),
    ("credits without collateral", "credits", ["C2", "C3", "C6"]),
    ("which officers have no defaulted credits", "credits", [("Faure",), ("Roche",)]),
    ("officers without defaulted credits", "credits", [("Faure",), ("Roche",)]),
    ("out of stock items", "stock", ["K1"]),
    ("how many items are in stock in gent", "stock", [(1,)]),
    # shares and rates
    ("churn rate by plan", "clubs", [("gold", 200 / 3), ("silver", 100 / 3)]),
    ("churned share by sex", "clubs", [("f", 200 / 3), ("m", 100 / 3)]),
    ("unpaid share by plan", "clubs", [("gold", 100 / 3), ("silver", 100 / 3)]),
    ("share of women in each plan", "clubs", [("gold", 200 / 3), ("silver", 100 / 3)]),
    ("proportion of smokers per plan", "clubs", [("gold", 100 / 3), ("silver", 100 / 3)]),
    ("what percentage gets the newsletter", "clubs", [(50.0,)]),
    ("% of women", "clubs", [(50.0,)]),
    ("default rate by branch", "credits", [("Brest", 0.0), ("Lille", 100 / 3), ("Lyon", 50.0)]),
    ("default rate by branch as a percentage", "credits", [("Brest", 0.0), ("Lille", 100 / 3), ("Lyon", 50.0)]),
    ("default rate by branch in 2023", "credits", [("Lyon", 50.0)]),
    ("share of builds over budget by region", "builds", [("North", 200 / 3), ("South", 50.0)]),
    # two columns of a row
    ("builds over budget", "builds", ["Dam", "Gate", "Lock"]),
    ("how many builds went over budget by region", "builds", [("North", 2), ("South", 1)]),
    ("builds which exceeded their budget", "builds", ["Dam", "Gate", "Lock"]),
    ("builds under budget", "builds", ["Port"]),
    ("builds finished late", "builds", ["Dam", "Lock"]),
    ("how many builds were finished on time", "builds", [(2,)]),
    ("average overrun per manager", "builds", [("Ida", 250.0), ("Jon", 100.0), ("Kai", 3_000.0)]),
    ("items below reorder level", "stock", ["K1", "K3"]),
    # nouns for a figure, or for the rows
    ("longest serving member", "clubs", [6]),
    ("newest member", "clubs", [5]),
    ("visits per member by sex", "clubs", [("f", 49 / 3), ("m", 5 / 3)]),
    ("top member by visits", "clubs", [6]),
    ("most ordered dessert", "menu", [("Tart", 4)]),
    ("most popular starter", "menu", [("Soup", 2)]),
    ("soups in march", "menu", [5]),
    ("biggest credit", "credits", ["C4"]),
    ("biggest credit in each branch", "credits", [("Brest", 70_000), ("Lille", 150_000), ("Lyon", 20_000)]),
    ("credits above 10k", "credits", ["C2", "C4", "C6"]),
    ("how many loans per branch", "credits", [("Brest", 1), ("Lille", 3), ("Lyon", 2)]),
    ("who handled the most running credits", "credits", [("Petit", 1), ("Roche", 1)]),
    ("total recycled tonnes by warehouse", "stock", [("Gent", 8), ("Lille", 16)]),
    # figures that are computed
    ("revenue per waiter", "menu", [("Gia", 36.0), ("Hal", 30.0)]),
    ("best seller", "menu", [("Soup", 6)]),  # by the quantity, as the answer says
    ("which dish has the highest revenue", "menu", [("Soup", 30.0)]),
    ("total revenue in thousands", "menu", [(0.066,)]),
    ("total duration in hours by waiter", "menu", [("Gia", 2.0), ("Hal", 4.0)]),
    ("average duration in seconds", "menu", [(3_600.0,)]),
    ("total budget in thousands by region", "builds", [("North", 13.0), ("South", 3.0)]),
    ("growth in number of credits from 2023 to 2024", "credits", [(2, 4, 2, 100.0)]),
    ("change in revenue from february to march", "menu", [(24.0, 24.0, 0.0, 0.0)]),
    ("growth in total quantity from feb to mar by course", "menu",
     [("dessert", 4, 1, -3, -75.0), ("starter", None, 4, None, None)]),
    ("rank officers by number of credits within each branch", "credits",
     [("Brest", "Faure", 1, 1), ("Lille", "Petit", 2, 1), ("Lille", "Roche", 1, 2), ("Lyon", "Petit", 1, 1),
      ("Lyon", "Roche", 1, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "frame", "right"), ANSWERS, ids=[text for text, _, _ in ANSWERS])
def test_an_analysts_question_is_answered(question: str, frame: str, right: list[object]) -> None:
    """The rows are those computed by hand; a row of the frame is told by its first column."""
    found: list[object] = [
        row[0]
        if len(row) == len(FRAMES[frame].columns)
        else tuple(round(v, 6) if isinstance(v, float) else v for v in row)
        for row in rows(question, frame)
    ]
    wanted = [
        tuple(round(v, 6) if isinstance(v, float) else v for v in r) if isinstance(r, tuple) else r for r in right
    ]
    assert found == wanted


@pytest.mark.parametrize(
    ("question", "frame"),
    [
        ("churned members in 2025", "clubs"),  # churned then, or joined then?
        ("members who never smiled", "clubs"),
        ("non-members by plan", "clubs"),
        ("share of gold in 2024 by sex", "clubs"),  # of the rows of 2024, or of all?
        ("builds in h2 2025", "builds"),  # begun, due or finished?
        ("builds over region", "builds"),  # it was the number of builds for each region
        ("builds above target", "builds"),  # no column is a target
        ("builds over budget by 500", "builds"),
        ("average budget in hours", "builds"),
        ("average overrun of desserts", "menu"),
        ("how many soups were sold", "menu"),  # lines, or the quantity?
        ("desserts by waiter", "menu"),
        ("average revenue per day", "menu"),  # of the lines of a day, or of the days?
        ("average quantity in kg", "menu"),  # in which unit it is, is not known
        ("change in waiter from february to march", "menu"),
        ("credits above 3", "credits"),  # no amount is as low
        ("top borrower", "credits"),  # it was the officer with the highest amount
        ("biggest borrower by amount", "credits"),
        ("share of credits in lyon by status", "credits"),
        ("items over capacity", "stock"),
        ("revenue by warehouse", "stock"),  # a cost is no price
    ],
)
def test_what_the_frame_does_not_bear_out_is_not_answered(question: str, frame: str) -> None:
    with pytest.raises(Abstained):
        planned(question, frame)


def test_the_answer_says_what_a_word_was_taken_for() -> None:
    said = reading(planned("revenue per waiter", "menu"), CARDS["menu"])
    assert "revenue = quantity * unit_price" in said
    said = reading(planned("builds over budget", "builds"), CARDS["builds"])
    assert "actual_cost > budget" in said


def followed(frame: str, *questions: str) -> QueryPlan:
    """The plan of the last question of a conversation."""
    before = tuple(Exchange(question, Code("", "sql"), "It ran.") for question in questions[:-1])
    choose = partial(choose_plan, today="2025-11-15")
    return read_in_turn(Question(questions[-1]), (CARDS[frame],), before, choose, "2025-11-15")[0]


def followed_rows(frame: str, *questions: str) -> list[tuple[object, ...]]:
    return CONNECTION.sql(to_sql(followed(frame, *questions), CARDS[frame])).fetchall()


FOLLOWED: list[tuple[str, tuple[str, ...], list[tuple[object, ...]]]] = [
    ("clubs", ("how many members churned in 2025", "and in 2024?"), [(1,)]),
    ("clubs", ("how many members churned in 2025", "by plan"), [("gold", 2)]),
    ("clubs", ("members who have never visited", "how many?"), [(2,)]),
    ("clubs", ("members who have never visited", "how many are there?", "by plan"), [("gold", 1), ("silver", 1)]),
    ("clubs", ("share of women in each plan", "and men?"), [("gold", 100 / 3), ("silver", 200 / 3)]),
    ("builds", ("builds over budget", "how many?", "only the north"), [(2,)]),
    ("builds", ("how many builds over budget by region", "and under budget?"), [("South", 1)]),
    ("menu", ("revenue per waiter", "only desserts"), [("Gia", 6.0), ("Hal", 30.0)]),
    ("menu", ("change in revenue from february to march", "by waiter"),
     [("Gia", 6.0, 20.0, 14.0, 700 / 3), ("Hal", 18.0, 4.0, -14.0, -700 / 9)]),
    ("credits", ("default rate by branch", "by officer instead"),
     [("Faure", 0.0), ("Petit", 200 / 3), ("Roche", 0.0)]),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "questions", "right"), FOLLOWED, ids=[" | ".join(q) for _, q, _ in FOLLOWED])
def test_a_follow_up_goes_on_from_the_answer_before(
    frame: str, questions: tuple[str, ...], right: list[tuple[object, ...]]
) -> None:
    found = followed_rows(frame, *questions)
    assert [tuple(round(v, 6) if isinstance(v, float) else v for v in row) for row in found] == [
        tuple(round(v, 6) if isinstance(v, float) else v for v in row) for row in right
    ]


@pytest.mark.parametrize(
    ("frame", "questions"),
    [
        ("credits", ("growth in number of credits from 2023 to 2024", "and 2022?")),
        ("credits", ("growth in number of credits from 2023 to 2024", "and from 2022 to 2023?")),
        ("menu", ("revenue per waiter", "how many?")),  # waiters, or lines?
    ],
)
def test_a_follow_up_that_does_not_go_with_the_answer_before_is_not_answered(
    frame: str, questions: tuple[str, ...]
) -> None:
    with pytest.raises(Abstained):
        followed(frame, *questions)
