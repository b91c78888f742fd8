"""Late and overdue rows, limits, times of day, rates of deeds, nationalities, and who did what."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.asking import Ambiguous
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Question

loans = pd.DataFrame(
    {
        "member": ["m1", "m1", "m2", "m3", "m3", "m2"],
        "title": ["Dune", "Emma", "Dune", "Emma", "Emma", "Ulysses"],
        "branch": ["Hill", "Hill", "Quay", "Quay", "Hill", "Hill"],
        "book_type": ["novel", "novel", "comic", "novel", "comic", "novel"],
        "loaned_at": pd.to_datetime(
            ["2026-01-05 09:00", "2026-01-20 19:30", "2026-02-02 18:00", "2026-01-10 08:15", "2026-02-20 12:00",
             "2026-02-10 10:00"]
        ),
        "due_at": pd.to_datetime(
            ["2026-02-02 09:00", "2026-02-17 19:00", "2026-03-02 18:00", "2026-02-07 08:00", "2026-03-20 12:00",
             "2026-02-28 10:00"]
        ),
        "returned_at": pd.to_datetime(
            ["2026-01-30 10:00", "2026-02-19 10:00", None, "2026-02-10 08:00", None, None]
        ),
        "damaged": [True, False, False, False, True, False],
        "rating": [3, 5, 4, 2, 4, 5],
    }
)  # fmt: skip
invoices = pd.DataFrame(
    {
        "invoice_no": ["A1", "A2", "A3", "A4", "A5"],
        "client": ["Nord", "Nord", "Sole", "Sole", "Rio"],
        "country": ["Sweden", "Sweden", "Italy", "Italy", "Spain"],
        "issued_on": pd.to_datetime(["2026-01-01", "2026-01-15", "2026-02-01", "2026-02-10", "2026-02-20"]),
        "due_on": pd.to_datetime(["2026-01-31", "2026-02-14", "2026-03-03", "2026-02-20", "2026-03-22"]),
        "paid_on": pd.to_datetime(["2026-02-05", None, "2026-02-15", None, None]),
        "amount": [100.0, 300.0, 200.0, 150.0, 250.0],
    }
)
samples = pd.DataFrame(
    {
        "sample": ["s1", "s2", "s3", "s4"],
        "site": ["mill", "mill", "dock", "dock"],
        "result": [12.0, 3.0, 8.0, 55.0],
        "limit": [10.0, 10.0, 10.0, 50.0],
        "analyst": ["Mei", "Otto", "Mei", "Otto"],
        "turnaround_hours": [10, 30, 20, 50],
        "repeated": [True, False, False, False],
    }
)
phone_calls = pd.DataFrame(
    {
        "agent": ["Ana", "Bram", "Ana", "Bram", "Ana", "Bram"],
        "language": ["de", "fr", "de", "en", "en", "de"],
        "called_at": pd.to_datetime([f"2026-02-0{day} {hour}:10" for day, hour in enumerate((8, 17, 18, 9, 20, 7), 1)]),
        "wait_seconds": [301, 20, 700, 300, 10, 5],
        "solved": [True, True, False, True, False, False],
        "transfers": [0, 1, 0, 2, 0, 0],
        "rating": [5, 4, 1, 5, 2, 5],
    }
)
FRAMES = {"loans": loans, "invoices": invoices, "samples": samples, "phone_calls": phone_calls}
CARDS = {name: profile(to_frame(name, data)) for name, data in FRAMES.items()}
CONNECTION = duckdb.connect()
for _name, _data in FRAMES.items():
    CONNECTION.register(_name, _data)
TODAY = "2026-03-05"


def found(question: str, frame: str) -> list[tuple[object, ...]]:
    """The rows of the answer."""
    plan, card = choose_plan(Question(question), (CARDS[frame],), TODAY)
    return CONNECTION.sql(to_sql(plan, card)).fetchall()


@pytest.mark.parametrize(
    ("question", "frame", "answer"),
    [
        ("late returns by branch", "loans", [("Hill", 1), ("Quay", 1)]),
        ("late payments by client", "invoices", [("Nord", 1)]),
        ("how many books are still out", "loans", [(3,)]),
        ("how many overdue loans", "loans", [(2,)]),
        ("total amount of overdue invoices", "invoices", [(450.0,)]),
        ("which client has the most open invoices", "invoices", [("Nord", 1), ("Rio", 1), ("Sole", 1)]),
        ("how many samples exceeded the limit by site", "samples", [("dock", 1), ("mill", 1)]),
        ("share of samples above the limit", "samples", [(50.0,)]),
        ("how many loans started after 6 pm", "loans", [(2,)]),
        ("how many calls before 9 am", "phone_calls", [(2,)]),
        ("damage rate by branch", "loans", [("Hill", 50.0), ("Quay", 0.0)]),
        ("solution rate", "phone_calls", [(50.0,)]),
        ("repeat rate by site", "samples", [("dock", 0.0), ("mill", 50.0)]),
        ("total amount of italian clients", "invoices", [(350.0,)]),
        ("total amount of Spanish clients", "invoices", [(250.0,)]),
        ("how many German calls", "phone_calls", [(3,)]),
        ("share of amount from Sweden", "invoices", [(40.0,)]),
        ("how many callers waited longer than 5 minutes", "phone_calls", [(2,)]),
        ("how many calls did Bram take", "phone_calls", [(3,)]),
        ("how many calls did bram solve", "phone_calls", [(2,)]),
        ("members who borrowed Dune and Emma", "loans", [("m1",)]),
        ("members who borrowed both Dune and Ulysses", "loans", [("m2",)]),
    ],
)
def test_events_are_read(question: str, frame: str, answer: list[tuple[object, ...]]) -> None:
    assert found(question, frame) == answer


@pytest.mark.parametrize(
    ("question", "frame", "answer"),
    [
        ("who has the best rating", "phone_calls", "Bram"),
        ("which branch has the worst average rating", "loans", "Quay"),
        ("best rated branch", "loans", "Hill"),
        ("which branch is the busiest", "loans", "Hill"),
        ("which branch lends the most", "loans", "Hill"),
        ("who is the fastest analyst", "samples", "Mei"),
        ("largest unpaid invoice", "invoices", "A2"),
    ],
)
def test_the_first_of_a_group_is_named(question: str, frame: str, answer: str) -> None:
    rows = found(question, frame)
    assert len(rows) == 1
    assert rows[0][0] == answer


@pytest.mark.parametrize(
    ("question", "frame"),
    [
        ("late loans", "loans"),  # returned late, or not returned?
        ("late returns in march", "loans"),  # returned, due or loaned in March?
        ("loans due after 6 pm", "loans"),
        ("unpaid invoices due in march", "invoices"),
    ],
)
def test_a_date_that_is_not_clear_is_no_other_one(question: str, frame: str) -> None:
    with pytest.raises(Abstained):
        found(question, frame)


@pytest.mark.parametrize("question", ["how many books by branch", "books returned after 8 am"])
def test_kinds_are_not_counted_as_things(question: str) -> None:
    with pytest.raises(Ambiguous, match="holds kinds"):
        found(question, "loans")
