"""Words that say of which rows a figure is: total overdue amount, average remote salary, alarms per sensor."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.following import read_in_turn
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, Exchange, Question

DAYS = pd.to_datetime(["2025-01-01", "2025-01-11", "2025-02-01", "2025-02-01", "2025-03-01", "2025-03-05"])
invoices = pd.DataFrame(
    {
        "invoice_no": [f"INV-{number}" for number in range(6)],
        "customer": ["Acme", "Bolt", "Acme", "Bolt", "Acme", "Acme"],
        "issued_on": DAYS,
        "paid_on": [DAYS[0] + pd.Timedelta(days=10), DAYS[1] + pd.Timedelta(days=20), *[pd.NaT] * 3, DAYS[5]],
        "amount": [100.0, 200.0, 400.0, 800.0, 1600.0, 50.0],
        "status": ["paid", "paid", "open", "overdue", "overdue", "paid"],
    }
)
employees = pd.DataFrame(
    {
        "employee_id": range(4),
        "department": ["Sales", "Sales", "Legal", "Legal"],
        "salary": [10.0, 30.0, 50.0, 90.0],
        "remote": [True, False, True, True],
        "gender": ["F", "M", "F", "M"],
    }
)
students = pd.DataFrame(
    {
        "name": ["Ana", "Bo", "Cy", "Di", "Ed"],
        "class": ["7a", "7a", "7b", "7b", "7b"],
        "points": [10.0, 20.0, 30.0, 40.0, 50.0],
        "passed": [False, True, True, None, True],
    }
)
readings = pd.DataFrame(
    {
        "sensor": ["s1", "s1", "s2", "s2"],
        "measured_at": pd.to_datetime(["2025-10-01 01:00", "2025-10-01 02:00", "2025-10-02 01:00", "2025-11-09 05:00"]),
        "temperature": [20.0, 26.0, 24.0, 28.0],
        "alarm": [False, True, True, True],
    }
)
donations = pd.DataFrame(
    {
        "donor": ["a", "b", "b", "c"],
        "given_on": pd.to_datetime(["2025-01-01", "2025-01-02", "2025-02-03", "2025-02-04"]),
        "amount": [10.0, 20.0, 40.0, 90.0],
        "method": ["card", "cash", "card", "cash"],
    }
)
projects = pd.DataFrame(
    {
        "project": ["P1", "P2", "P3", "P4"],
        "manager": ["Ida", "Ida", "Jon", "Jon"],
        "start_date": pd.to_datetime(["2025-01-05", "2025-04-01", "2025-02-01", "2026-01-01"]),
        "end_date": pd.to_datetime(["2025-03-05", "2025-12-01", None, None]),
        "budget": [100, 200, 300, 400],
        "spent": [150, 150, 150, 500],
        "hours": [900, 30, 20, 10],
        "status": ["done", "cancelled", "cancelled", "cancelled"],
    }
)
listings = pd.DataFrame({"listing": [7, 8, 9], "rent": [900, 700, 800], "balcony": [True, False, True]})
patients = pd.DataFrame(
    {"name": ["a", "b", "c"], "age": [40, 60, 20], "ward": ["A", "A", "B"], "smoker": ["yes", "yes", "no"]}
)
trips = pd.DataFrame(
    {
        "trip": [1, 2, 3, 4],
        "driver": ["Max", "Max", "Nia", "Nia"],
        "from_city": ["Bonn", "Kiel", "Bonn", "Ulm"],
        "to_city": ["Kiel", "Bonn", "Ulm", "Kiel"],
        "departed": pd.to_datetime(["2025-06-01", "2025-06-01", "2025-06-02", "2025-07-03"]),
        "distance_km": [10.0, 20.0, 30.0, 80.0],
        "area_ha": [1.0, 2.0, 3.0, 4.0],
        "on_time": [True, False, True, True],
        "csat": [1, 2, 4, 5],
        "price": [1.0, 2.0, 3.0, 4.0],
    }
)
calls = pd.DataFrame(
    {
        "call": [1, 2, 3],
        "topic": ["billing", "billing", "delivery"],
        "resolved": pd.to_datetime([None, None, "2025-01-01"]),
    }
)
stock = pd.DataFrame({"sku": ["a", "b", "c"], "warehouse": ["North", "North", "South"], "on_hand": [5, 7, 9]})
FRAMES = {
    "invoices": invoices, "employees": employees, "students": students, "readings": readings, "stock": stock,
    "donations": donations, "projects": projects, "listings": listings, "patients": patients, "trips": trips,
    "calls": calls,
}  # fmt: skip
CARDS = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}
CONNECTION = duckdb.connect()
for _name, _frame in FRAMES.items():
    CONNECTION.register(_name, _frame)
TODAY = "2025-11-15"

ANSWERS: list[tuple[str, str, list[tuple[object, ...]]]] = [
    ("total overdue amount", "invoices", [(2400.0,)]),
    ("total overdue amount by customer", "invoices", [("Acme", 1600.0), ("Bolt", 800.0)]),
    ("what is the average open amount", "invoices", [(400.0,)]),
    ("maximum overdue amount", "invoices", [(1600.0,)]),
    ("total paid amount", "invoices", [(350.0,)]),
    ("total paid amount by customer", "invoices", [("Acme", 150.0), ("Bolt", 200.0)]),
    ("how many paid invoices", "invoices", [(3,)]),
    ("number of paid invoices by customer", "invoices", [("Acme", 2), ("Bolt", 1)]),
    ("how many invoices were paid in January 2025", "invoices", [(2,)]),
    ("how many invoices were paid in March 2025", "invoices", [(1,)]),
    ("total amount that was paid in 2025", "invoices", [(350.0,)]),
    ("average days to payment by customer", "invoices", [("Acme", 5.0), ("Bolt", 20.0)]),
    ("total revenue by customer", "invoices", [("Acme", 2150.0), ("Bolt", 1000.0)]),
    ("average remote salary", "employees", [(50.0,)]),
    ("mean female salary", "employees", [(30.0,)]),
    ("average remote salary by department", "employees", [("Legal", 70.0), ("Sales", 10.0)]),
    ("how many students failed", "students", [(1,)]),
    ("average points of students who failed", "students", [(10.0,)]),
    ("how many students passed by class", "students", [("7a", 1), ("7b", 2)]),
    ("how many passed", "students", [(3,)]),
    ("how many alarms", "readings", [(3,)]),
    ("alarms per sensor", "readings", [("s1", 1), ("s2", 2)]),
    ("number of alarms in October", "readings", [(2,)]),
    ("average donation", "donations", [(40.0,)]),
    ("median donation by method", "donations", [("card", 25.0), ("cash", 55.0)]),
    ("biggest donation", "donations", [("c", pd.Timestamp("2025-02-04"), 90.0, "cash")]),
    ("number of donations", "donations", [(4,)]),
    ("which manager has the most cancelled projects", "projects", [("Jon", 2)]),
    ("number of projects started in Q1 2025", "projects", [(2,)]),
    ("number of projects where spent is above budget", "projects", [(2,)]),
    ("cheapest listing with a balcony", "listings", [(9, 800, True)]),
    ("average age of smokers", "patients", [(50.0,)]),
    ("average age of smokers by ward", "patients", [("A", 50.0)]),
    ("number of unresolved calls", "calls", [(2,)]),
    ("unresolved calls by topic", "calls", [("billing", 2)]),
    ("how many trips per day on average", "trips", [(4 / 3,)]),
    ("number of trips from Bonn", "trips", [(2,)]),
    ("number of trips from Bonn to Kiel", "trips", [(1,)]),
    ("percentage of trips on time by driver", "trips", [("Max", 50.0), ("Nia", 100.0)]),
    ("total kilometers by driver", "trips", [("Max", 30.0), ("Nia", 110.0)]),
    ("driver with the most kilometers", "trips", [("Nia", 110.0)]),
    ("distance per hectare by driver", "trips", [("Max", 10.0), ("Nia", 110 / 7)]),
    ("which driver has the lowest satisfaction", "trips", [("Max", 1.5)]),
    ("highest paid employee in Sales", "employees", [(1, "Sales", 30.0, False, "M")]),
]


def rows(question: str, frame: str) -> list[tuple[object, ...]]:
    plan = choose_plan(Question(question), (CARDS[frame],), TODAY)[0]
    return sorted(CONNECTION.sql(to_sql(plan, CARDS[frame])).fetchall())


@pytest.mark.parametrize(("question", "frame", "right"), ANSWERS, ids=[text for text, _, _ in ANSWERS])
def test_the_word_between_says_of_which_rows(question: str, frame: str, right: list[tuple[object, ...]]) -> None:
    assert rows(question, frame) == right


@pytest.mark.parametrize(
    ("question", "frame"),
    [
        ("highest paid invoice amount", "invoices"),  # not the highest amount: it may be open
        ("lowest paid amount", "invoices"),
        ("best rated salary", "employees"),
        ("total cancelled amount", "invoices"),
        ("average junior salary", "employees"),
        ("value of stock by warehouse", "stock"),  # not the number of rows
        ("how much stock do we have in the north warehouse", "stock"),
        ("how many alarm values", "readings"),
        ("price per hectare", "trips"),  # of the totals, or the mean of each row's
        ("how many trips does each driver make per day on average", "trips"),
        ("most popular project", "projects"),  # each has one row
        ("longest project", "projects"),  # by hours, or from its start to its end
        ("total donations", "donations"),  # their number, or the money
    ],
)
def test_a_word_that_nothing_in_the_data_explains_is_not_left_unused(question: str, frame: str) -> None:
    with pytest.raises(Abstained):
        choose_plan(Question(question), (CARDS[frame],), TODAY)


def followed(question: str, before: str) -> list[tuple[object, ...]]:
    conversation = (Exchange(before, Code("", "sql"), "It ran."),)
    plan, card = read_in_turn(Question(question), tuple(CARDS.values()), conversation, choose_plan, TODAY)
    return sorted(CONNECTION.sql(to_sql(plan, card)).fetchall())


def test_a_question_of_its_own_after_another_is_no_follow_up() -> None:
    assert followed("how many paid invoices", "average days to payment by customer") == [(3,)]


@pytest.mark.parametrize(
    ("question", "before"),
    [
        ("hours with temperature over 25", "daily average temperature of s1"),
        ("trend of readings", "average temperature by sensor"),
        ("change in temperature from 20 to 24", "average temperature by sensor"),
        ("temperature by month", "highest temperature"),  # its maximum, its mean: nobody said
    ],
)
def test_what_could_be_a_question_of_its_own_takes_nothing_from_the_one_before(question: str, before: str) -> None:
    with pytest.raises(Abstained):
        followed(question, before)


def test_a_total_of_nothing_after_a_count_is_not_understood() -> None:
    """It used to end in an internal error."""
    with pytest.raises(Abstained):
        followed("what is Bolt's total", "number of invoices by status")
