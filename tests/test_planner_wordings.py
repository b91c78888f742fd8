"""Everyday wordings: right where the frame leaves no doubt, and not answered where it does."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.plan.schema import QueryPlan
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Question

day = pd.Timestamp
staff = pd.DataFrame(
    {
        "employee_id": [4001, 4002, 4003, 4004, 4005],
        "name": ["Ada", "Ben", "Ada", "Dev", "Eva"],
        "department": ["Sales", "Sales", "HR", "HR", "HR"],
        "hired_on": [day("2021-02-01"), day("2021-05-01"), day("2022-01-03"), day("2024-03-01"), day("2025-01-02")],
        "left_on": [None, day("2023-01-01"), None, None, day("2025-08-01")],
        "salary": [70_000, 52_000, 61_000, 48_000, 66_000],
        "bonus": [None, 500, 1_000, None, 2_000],
        "age": [61, 30, 44, 27, 63],
        "gender": ["female", "male", "female", "male", "female"],
        "remote": [True, False, True, True, False],
        "vacation_days_left": [3, 26, 28, 0, 10],
    }
)
bookings = pd.DataFrame(
    {
        "txn_id": [11, 12, 13, 14, 15],
        "merchant": [None, None, None, "Lidl", "Ikea"],
        "card": ["debit", "debit", "credit", "debit", "credit"],
        "amount": [900.0, 800.0, 700.0, -20.0, -50.0],
        "shops": [1, 2, 1, 4, 2],
        "weight_kg": [4.0, 7.0, 12.0, 5.0, 30.0],
        "rating": [2, 5, None, 5, 1],
        "sent_at": pd.to_datetime(["2024-01-05", "2024-02-06", "2025-02-07", "2025-03-08", "2025-03-09"]),
        "delivered_at": [day("2024-01-06"), None, day("2025-02-09"), day("2025-03-09"), None],
        "late": [True, True, False, True, False],
    }
)
FRAMES = {"staff": staff, "bookings": bookings}
CARDS = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}
CONNECTION = duckdb.connect()
for _name, _frame in FRAMES.items():
    CONNECTION.register(_name, _frame)


def planned(question: str, frame: str) -> QueryPlan:
    return choose_plan(Question(question), (CARDS[frame],), "2025-11-15")[0]


def rows(question: str, frame: str) -> list[tuple[object, ...]]:
    return CONNECTION.sql(to_sql(planned(question, frame), CARDS[frame])).fetchall()


ANSWERS: list[tuple[str, str, list[tuple[object, ...]]]] = [
    ("headcount by department", "staff", [("HR", 3), ("Sales", 2)]),
    ("how many people were hired in 2021?", "staff", [(2,)]),
    ("how many people have left the company", "staff", [(2,)]),
    ("how many employees are still employed", "staff", [(3,)]),
    ("how many employees earn less than 60k?", "staff", [(2,)]),
    ("share of employees earning over 60,000 per department", "staff", [("HR", 200 / 3), ("Sales", 50.0)]),
    ("what share of people work remotely in each department", "staff", [("HR", 200 / 3), ("Sales", 50.0)]),
    ("average age per department, oldest first", "staff", [("Sales", 45.5), ("HR", 134 / 3)]),
    ("names that appear more than once", "staff", [("Ada", 2)]),
    ("how many names appear exactly once?", "staff", [(3,)]),
    ("what is the salary of employee 4003?", "staff", [(61_000,)]),
    ("how many employees over 60", "staff", [(2,)]),
    ("how does the average salary differ between men and women?", "staff", [("female", 197_000 / 3), ("male", 50_000)]),
    ("total bonus paid per department", "staff", [("HR", 3_000), ("Sales", 500)]),
    ("how many vacation days are left in total?", "staff", [(67,)]),
    ("gender breakdown of employees in percent", "staff", [("female", 60.0), ("male", 40.0)]),
    ("number of employees with salary above average", "staff", [(3,)]),
    ("most common merchant", "bookings", [("Ikea", 1), ("Lidl", 1)]),
    ("how many bookings are negative?", "bookings", [(2,)]),
    ("number of negative amounts", "bookings", [(2,)]),
    ("total of all positive amounts per card", "bookings", [("credit", 700), ("debit", 1_700)]),
    ("number of bookings between 5 and 12 kg", "bookings", [(3,)]),
    ("number of undelivered bookings", "bookings", [(2,)]),
    ("how many bookings were delivered late?", "bookings", [(2,)]),
    ("what fraction of bookings got a rating of 5?", "bookings", [(40.0,)]),
    ("which card has the best average rating?", "bookings", [("debit", 4.0)]),
    ("credit vs debit: number of bookings", "bookings", [("credit", 2), ("debit", 3)]),
    ("cards with more than 1 late bookings", "bookings", [("debit", 3)]),
    ("amount per shop by card", "bookings", [("credit", 650 / 3), ("debit", 1_680 / 7)]),
]


@pytest.mark.parametrize(("question", "frame", "right"), ANSWERS, ids=[text for text, _, _ in ANSWERS])
def test_an_everyday_wording_is_answered(question: str, frame: str, right: list[tuple[object, ...]]) -> None:
    """The rows are those computed by hand."""
    found = [tuple(round(v, 6) if isinstance(v, float) else v for v in row) for row in rows(question, frame)]
    assert found == [tuple(round(v, 6) if isinstance(v, float) else v for v in row) for row in right]


@pytest.mark.parametrize(
    ("question", "frame"),
    [
        ("headcount by card", "bookings"),  # its rows are no persons
        ("headcount by year", "staff"),  # who was there then, not who was hired
        ("change in headcount from 2021 to 2022", "staff"),
        ("top spender", "bookings"),  # what is spent may be below zero
        ("how many people have left the company", "bookings"),
        ("which employees were hired more than once?", "staff"),  # each has one row
        ("names that complained more than once", "staff"),
        ("employees opened in the early 1990s", "staff"),
        ("salary of employee 9", "staff"),  # no such number
        ("which category does booking 13 belong to?", "bookings"),  # there is no such column
        ("bookings at Lidl but not at Ikea", "bookings"),
        ("rating per shop by card", "bookings"),  # of some rows the rating is not known
        ("bookings paid late", "bookings"),  # no column says when they were paid
        ("number of negative ratings", "bookings"),  # none can be below zero
    ],
)
def test_a_wording_that_the_frame_does_not_bear_out_is_not_answered(question: str, frame: str) -> None:
    with pytest.raises(Abstained):
        planned(question, frame)
