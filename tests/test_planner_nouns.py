"""What a noun stands for: rows, things with several rows each, a value, or a column of yes and no."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan, questions_back
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Question

FRAMES = {
    "invoices": pd.DataFrame(
        {
            "customer_id": [7, 7, 8, 9, 9],
            "country": ["France", "France", "Spain", "France", "France"],
            "net": [10.0, 20.0, 5.0, 40.0, 1.5],
            "overdue": [True, False, True, False, False],
            "invoice_date": pd.to_datetime(["2025-01-05", "2025-02-05", "2025-02-06", "2025-02-07", "2025-02-08"]),
            "fraud_flag": [0, 1, 0, 0, 1],
            "handling": ["none", "gift", "none", "gift", "gift"],
        }
    ),
    "order_lines": pd.DataFrame(
        {
            "order_id": [1, 1, 2, 2],
            "ordered_at": pd.to_datetime(["2025-03-03 10:15"] * 2 + ["2025-03-10 10:30"] * 2),
            "delivery": [True, True, False, False],
            "comment": ["late", None, None, None],
            "ip": ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"],
        }
    ),
    "visits": pd.DataFrame(
        {
            "visit_id": [1, 2, 3, 4, 5],
            "patient_id": [4, 4, 5, 6, 6],
            "sex": ["F", "F", "M", "M", "M"],
            "smoker": ["yes", "yes", "no", "unknown", "no"],
            "ward": ["A", "B", "A", "B", "A"],
            "fee": [0, 20, 0, 5, 5],
            "repeated": ["Yes", "No", "Yes", "No", "No"],
            "day": pd.to_datetime(["2025-01-05", "2025-02-05", "2025-02-06", "2025-02-07", "2025-02-08"]),
        }
    ),
    "fields": pd.DataFrame(
        {
            "crop": ["wheat", "wheat", "rye", "rye"],
            "organic": ["organic", "conventional", "organic", "organic"],
            "hectares": [1.0, 2.0, 3.0, 4.0],
        }
    ),
    "staff": pd.DataFrame(
        {
            "name": ["Ann", "Bob", "Cy"],
            "dept": ["People", "Legal", "Legal"],
            "hire_date": pd.to_datetime(["2014-01-05", "2016-02-05", "2013-02-06"]),
            "left_on": pd.to_datetime([None, None, "2015-02-06"]),
            "salary": [10, 20, 30],
        }
    ),
}  # fmt: skip
FRAMES |= {
    "posts": pd.DataFrame(
        {
            "writer": ["Ada", "Bob", "Ada", "Cy"],
            "stage": ["published", "published", "draft", "draft"],
            "city": ["Rome", "Oslo", "Rome", "Oslo"],
            "live": [True, False, True, True],
            "price_night": [1, 2, 3, 4],
            "retracted_on": pd.to_datetime(["2025-05-05", "2025-05-05", None, None]),
            "sent_date": pd.to_datetime(["2025-03-05", "2025-04-05", "2025-05-05", "2025-06-05"]),
            "result": ["win", "loss", "win", "loss"],
            "fault_code": ["E1", "E1", None, None],
        }
    ),
    "returns": pd.DataFrame({"return_no": [1, 2], "reason": ["late", "torn"]}),
}
CARDS = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}


def answered(frame: str, question: str) -> list[tuple[Any, ...]]:
    """The rows of the answer."""
    plan, card = choose_plan(Question(question), (CARDS[frame],))
    connection = duckdb.connect()
    connection.register(frame, FRAMES[frame])
    return connection.execute(to_sql(plan, card)).fetchall()


@pytest.mark.parametrize(
    ("frame", "question", "expected"),
    [
        # a number that is repeated tells things apart, not rows
        ("invoices", "number of customers per country", [("France", 2), ("Spain", 1)]),
        ("invoices", "how many customers", [(3,)]),
        ("invoices", "number of invoices", [(5,)]),
        ("invoices", "customers from France", [(7,), (9,)]),
        ("invoices", "customers with overdue invoices", [(7,), (8,)]),
        ("order_lines", "number of orders", [(2,)]),
        ("order_lines", "how many orders were delivered", [(1,)]),
        ("order_lines", "number of lines", [(4,)]),
        ("order_lines", "orders per hour of day", [(10, 2)]),
        # what is written for none
        ("invoices", "how many invoices without handling", [(2,)]),
        # lines are rows here, no line chart
        ("order_lines", "lines with a comment", 1),
        # weekdays and hours come again
        ("order_lines", "number of lines by weekday and hour", 1),
        # a value that is also a word of the language, or the name of its column
        ("visits", "how many unknown smokers are there", [(1,)]),
        ("visits", "visits by ward where smoker is unknown", [("B", 1)]),
        ("fields", "how many organic fields", [(3,)]),
        ("fields", "total hectares of organic wheat", [(1.0,)]),
        ("fields", "total hectares by organic", [("conventional", 2.0), ("organic", 8.0)]),
        ("staff", "how many people have a salary above 15", [(2,)]),
        ("staff", "how many people are in People", [(1,)]),
        ("staff", "staff hired before 2015 who are still here", 1),
        # a verb of the language that is a value, and a share of those before "are"
        ("posts", "how many posts were published", [(2,)]),
        ("posts", "what share of published posts are by Ada", [(50.0,)]),
        ("posts", "writers without a retracted post", [("Cy",)]),
        ("posts", "posts sent to Rome", 2),
        ("returns", "returns by reason", [("late", 1), ("torn", 1)]),
    ],
)
def test_a_noun_stands_for_what_it_names(frame: str, question: str, expected: object) -> None:
    rows = answered(frame, question)
    assert (len(rows) if isinstance(expected, int) else sorted(rows)) == expected


@pytest.mark.parametrize(
    ("frame", "question", "meant"),
    [
        ("visits", "how many women", {
            'how many rows where sex is "F"': [(2,)],
            'number of different patient_id where sex is "F"': [(1,)],
        }),
        ("visits", "number of men by ward", {
            'number of rows where sex is "M" by ward': [("A", 2), ("B", 1)],
            'number of different patient_id where sex is "M" by ward': [("A", 2), ("B", 1)],
        }),
        ("visits", "how many smokers", {'how many rows where smoker is "yes"': [(2,)]}),
        ("visits", "average fee of visits with fees", {'average fee of visits where "fee" is above 0': [(10.0,)]}),
        ("visits", "visits repeated in February", {"visits where repeated and day is in February": 1}),
        ("visits", "share of fee by sex for each ward", {
            "share of fee by sex within each ward": 4,
            "share of fee by sex and ward": 4,
        }),
        ("visits", "difference in fee between A and B", {
            "difference in total fee between A and B": [(5, 25, 20)],
            "difference in average fee between A and B": 1,
        }),
        ("invoices", "share of fraud by country", {
            "average fraud_flag by country": [("France", 0.5), ("Spain", 0.0)],
            "total fraud_flag by country": [("France", 2), ("Spain", 0)],
        }),
        ("invoices", "invoices with handling", {'invoices where "handling" is not "none"': 3}),
    ],
)  # fmt: skip
def test_each_meaning_of_a_noun_is_offered(frame: str, question: str, meant: dict[str, object]) -> None:
    with pytest.raises(Abstained) as caught:
        answered(frame, question)
    _, offered = questions_back(caught.value, Question(question), (CARDS[frame],), choose_plan)
    assert set(offered) == set(meant)
    for text, expected in meant.items():
        rows = answered(frame, text)
        assert (len(rows) if isinstance(expected, int) else sorted(rows)) == expected, text


@pytest.mark.parametrize(
    ("frame", "question", "why"),
    [
        ("order_lines", "number of lines per day in MB", "MB"),
        ("visits", "highest fee per visit by ward", "of its own"),
        ("fields", "organic vs conventional hectares per crop", "total, the average"),
        ("posts", "posts last month vs this month", "at once"),
        ("posts", "share of published posts in Rome", "of which rows"),
        ("posts", "which writer won the most posts", "won"),
        ("posts", "posts published in March", "does not say when"),
        ("posts", "posts live in Rome", "a condition, or shown"),
        ("posts", "number of faults by city", "different ones"),
        ("posts", "longest post", "."),
    ],
)
def test_words_that_no_plan_holds_are_told(frame: str, question: str, why: str) -> None:
    with pytest.raises(Abstained, match=why):
        answered(frame, question)
