"""Everyday questions about sales, staff, weather and loans: what is read, what goes on, and what stays silent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.asking import Ambiguous
from analyst_magic.planner.following import read_in_turn
from analyst_magic.planner.plan.schema import QueryPlan
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, Exchange, FrameCard, Question

TODAY = "2025-11-15"


def days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


sales = pd.DataFrame(
    {
        "sale_id": [1, 2, 3, 4, 5, 6],
        "sold_at": pd.to_datetime(
            ["2025-04-02 08:30", "2025-04-11 12:10", "2025-04-20 18:45", "2025-05-01 09:00", "2025-05-02 13:00",
             "2025-05-03 19:30"]
        ),
        "customer": ["Ivo", "Jana", "Ivo", "Jana", "Ivo", "Lena"],
        "product": ["eggs", "honey", "eggs", "jam", "eggs", "jam"],
        "quantity": [2, 1, 4, 2, 1, 3],
        "unit_price": [3.0, 8.0, 3.0, 4.0, 3.0, 4.0],
        "clerk": ["Pat", "Pat", "Rex", "Rex", "Pat", "Rex"],
    }
)  # fmt: skip
team = pd.DataFrame(
    {
        "name": ["Ann", "Bob", "Cat", "Dan", "Eve"],
        "boss": [None, "Ann", "Ann", "Cat", "Cat"],
        "unit": ["Board", "Shop", "Lab", "Lab", "Lab"],
        "salary": [90, 60, 70, 40, 50],
        "joined": days("2010-01-01", "2015-05-01", "2012-03-01", "2021-01-01", "2019-07-01"),
        "left_on": days(None, "2024-06-30", None, None, "2025-02-01"),
        "age": [50, 40, 45, 25, 30],
    }
)
weather = pd.DataFrame(
    {
        "date": pd.date_range("2025-01-30", periods=5),
        "temp_min": [-4.0, -1.0, 2.0, 3.0, 1.0],
        "temp_max": [1.0, 3.0, 9.0, 8.0, 5.0],
        "rain_mm": [0.0, 2.0, 0.0, 5.0, 1.0],
    }
)
lendings = pd.DataFrame(
    {
        "loan_no": [1, 2, 3, 4, 5],
        "pupil": ["Ada", "Ben", "Ada", "Cy", "Ada"],
        "title": ["Momo", "Heidi", "Heidi", "Momo", "Heidi"],
        "author": ["Ende", "Spyri", "Spyri", "Ende", "Spyri"],
        "published": [1973, 1881, 1881, 1973, 1881],
        "pages": [304, 352, 352, 304, 352],
        "lent_on": days("2025-01-02", "2025-01-05", "2025-02-01", "2025-02-03", "2025-03-01"),
        "due_on": days("2025-02-02", "2025-02-05", "2025-03-01", "2025-03-03", "2025-04-01"),
        "fine_eur": [0.0, 1.0, 2.0, 4.0, 3.0],
        "damaged": [True, False, False, True, False],
    }
)
runs = pd.DataFrame(
    {
        "run_on": pd.date_range("2025-01-02", periods=4, freq="10D"),
        "route": ["river", "hills", "river", "track"],
        "distance_km": [8.0, 21.0, 5.0, 25.0],
        "minutes": [44.0, 130.0, 25.0, 140.0],
    }
)
lets = pd.DataFrame(
    {
        "ref": ["F1", "F2", "F3", "F4", "F5"],
        "district": ["Quay", "Hill", "Quay", "Hill", "Quay"],
        "rooms": [1, 2, 2, 3, 4],
        "rent_eur": [500, 700, 900, 1100, 1600],
        "built": [1890, 1899, 1950, 2001, 2010],
        "furnished": [True, False, True, False, False],
        "pets_allowed": ["yes", "no", "yes", "no", "no"],
    }
)
twice = pd.concat([lendings, lendings.assign(loan_no=lendings["loan_no"] + 5)], ignore_index=True)
FRAMES = {
    "twice": twice,
    "sales": sales,
    "team": team,
    "weather": weather,
    "book_loans": lendings,
    "runs": runs,
    "flats": lets,
}
CARDS = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}


def rows_of(plan: QueryPlan, card: FrameCard) -> list[tuple[Any, ...]]:
    connection = duckdb.connect()
    connection.register(card.name, FRAMES[card.name])
    return connection.execute(to_sql(plan, card)).fetchall()


def answered(frame: str, question: str) -> list[tuple[Any, ...]]:
    """The rows of the answer."""
    return rows_of(*choose_plan(Question(question), (CARDS[frame],), TODAY))


def followed(frame: str, *questions: str) -> list[tuple[Any, ...]]:
    """The rows of the answer to the last question, asked after the others."""
    before = [Exchange(text, Code(""), "") for text in questions[:-1]]
    plan, card = read_in_turn(
        Question(questions[-1]), (CARDS[frame],), before, lambda q, c: choose_plan(q, c, TODAY), TODAY
    )
    return rows_of(plan, card)


READ: list[tuple[str, str, object]] = [
    # what a sale amounts to
    ("sales", "who spends the most", [("Ivo", 21.0)]),
    ("sales", "how much did Jana spend", [(16.0,)]),
    ("sales", "how much did Jana spend in May?", [(8.0,)]),
    ("sales", "total revenue", [(49.0,)]),
    ("sales", "average order value", [(49.0 / 6,)]),
    ("sales", "which product sells best", [("eggs", 7)]),
    ("sales", "best seller", [("eggs", 7)]),
    ("sales", "most expensive product", [("honey", 8.0)]),
    ("sales", "biggest sale", 2),
    # what was done, and how often
    ("sales", "repeat customers", [("Ivo", 3), ("Jana", 2)]),
    ("sales", "did Jana ever buy eggs", [(0, "No")]),
    ("sales", "did Jana ever buy jam?", [(1, "Yes")]),
    ("sales", "what does Ivo usually buy", [("eggs", 3)]),
    ("sales", "how many sales did Pat make", [(3,)]),
    ("sales", "last sale of Ivo", 1),
    # parts of the day, and dates without a year
    ("sales", "sales in the morning", 2),
    ("sales", "sales in the afternoon", 2),
    ("sales", "how many sales in the evening", [(2,)]),
    ("sales", "sales between april 10 and april 20", 2),
    # a column that names other rows
    ("team", "Dan's boss", [("Cat",)]),
    ("team", "who is the boss of Bob", [("Ann",)]),
    ("team", "who reports to Cat", [("Dan",), ("Eve",)]),
    ("team", "how many people does Cat manage", [(2,)]),
    ("team", "who has no boss", [("Ann",)]),
    ("team", "youngest boss", 1),
    # one row against others
    ("team", "who earns more than Bob", 2),
    ("team", "how many people earn less than Bob", [(2,)]),
    ("team", "who is older than Bob", 2),
    ("team", "who joined after Eve", 1),
    ("team", "who joined before Bob", 2),
    ("team", "is Dan paid more than Eve", [(40, 50, "No")]),
    ("team", "salary difference between Ann and Bob", [(90, 60, 30)]),
    ("team", "what does Cat earn", [(70,)]),
    ("team", "who left in 2024", 1),
    ("team", "current headcount", [(3,)]),
    ("team", "longest serving", 1),
    ("team", "newest hire", 1),
    ("team", "who works in Lab", 3),
    ("sales", "which product was chosen most often", [("eggs", 3)]),
    # days and their weather
    ("weather", "hottest day", [(pd.Timestamp("2025-02-01").date(), 9.0)]),
    ("weather", "coldest day", [(pd.Timestamp("2025-01-30").date(), -4.0)]),
    ("weather", "wettest month", [(pd.Timestamp("2025-02-01").date(), 6.0)]),
    ("weather", "how many rainy days", [(3,)]),
    ("weather", "how many dry days", [(2,)]),
    # books of which each may have many rows
    ("book_loans", "oldest book", [("Heidi", 1881)]),
    ("book_loans", "longest book", [("Heidi", 352)]),
    ("book_loans", "most borrowed book", [("Heidi", 3)]),
    ("book_loans", "who borrows the most", [("Ada", 3)]),
    ("book_loans", "books from the 19th century", [("Heidi",)]),
    ("book_loans", "last loan of Ada", 1),
    ("book_loans", "how many damaged loans", [(2,)]),
    # superlatives of rows that a date is called after
    ("runs", "first run over 20 km", 1),
    ("runs", "km per month", [(pd.Timestamp("2025-01-01").date(), 34.0), (pd.Timestamp("2025-02-01").date(), 25.0)]),
    ("runs", "how far did I run in total", [(59.0,)]),
    ("runs", "favourite route", [("river", 2)]),
    # conditions on rows
    ("flats", "2 room flats", 2),
    ("flats", "how many flats from the 19th century", [(2,)]),
    ("flats", "how many allow pets", [(2,)]),
    ("flats", "what percentile is a rent of 900", [(60.0,)]),
    ("flats", "furnished and under 800 euros", 1),
    ("flats", "flats cheaper than F3", 2),
]


@pytest.mark.parametrize(("frame", "question", "expected"), READ, ids=[case[1] for case in READ])
def test_an_everyday_question_is_read(frame: str, question: str, expected: object) -> None:
    rows = answered(frame, question)
    assert (len(rows) if isinstance(expected, int) else sorted(rows)) == expected


SILENT = [
    # a date is not long, fast or heavy
    ("runs", "longest run"),
    ("runs", "fastest run"),
    ("runs", "heaviest run"),
    # a sale_id is no revenue, and what is paid has no column
    ("book_loans", "total revenue"),
    ("team", "who spends the most"),
    # nobody reports to them: the column of another person is not meant
    ("team", "who does Bob manage"),
    ("team", "people whose boss is Bob"),
    # which of several, or none
    ("flats", "cheapest district"),
    ("book_loans", "oldest author"),
    ("sales", "sales in the morning vs in the evening"),
]


@pytest.mark.parametrize(("frame", "question"), SILENT, ids=[case[1] for case in SILENT])
def test_what_the_frame_does_not_say_is_not_answered(frame: str, question: str) -> None:
    with pytest.raises(Abstained):
        answered(frame, question)


def test_the_highest_of_several_is_asked_back() -> None:
    with pytest.raises(Ambiguous) as caught:
        answered("twice", "which pupil has the highest fines")
    assert caught.value.choices[0] == "which pupil has the highest total fines"
    assert answered("twice", caught.value.choices[0]) == [("Ada", 10.0)]


FOLLOWED: list[tuple[str, Sequence[str], object]] = [
    ("flats", ("flats in Quay", "how many of those are furnished"), [(2,)]),
    ("flats", ("how many flats in Quay", "which of them are furnished"), 2),
    ("flats", ("flats in Quay", "what share of those have pets_allowed yes"), [(200 / 3,)]),
    ("flats", ("flats in Quay", "the cheapest one"), 1),
    ("flats", ("flats in Quay", "which one is the cheapest?"), 1),
    ("flats", ("average rent by district", "only furnished"), [("Quay", 700.0)]),
    ("team", ("names with age above 26", "oldest one"), 1),
    ("team", ("names with age above 26", "how many of them have boss Cat"), [(1,)]),
]


@pytest.mark.parametrize(("frame", "questions", "expected"), FOLLOWED, ids=[case[1][-1] for case in FOLLOWED])
def test_a_question_about_the_rows_before_keeps_their_conditions(
    frame: str, questions: Sequence[str], expected: object
) -> None:
    rows = followed(frame, *questions)
    assert (len(rows) if isinstance(expected, int) else sorted(rows)) == expected


def test_what_to_compute_of_another_column_is_not_guessed() -> None:
    with pytest.raises(Abstained):  # was the number of rents
        followed("flats", "number of flats by district", "rent instead")


def test_the_first_few_are_those_of_the_list_before() -> None:
    assert [row[0] for row in followed("flats", "flats in Quay", "first 2")] == ["F1", "F3"]


def test_rows_in_an_order_keep_it_when_fewer_are_asked_for() -> None:
    listed = ("flats in Quay", "sort by rent descending")
    assert [row[0] for row in followed("flats", *listed)] == ["F5", "F3", "F1"]
    assert [row[0] for row in followed("flats", *listed, "top 2")] == ["F5", "F3"]


def test_those_of_groups_are_not_guessed() -> None:
    with pytest.raises(Abstained):
        followed("flats", "number of flats by district", "how many of those are furnished")
    with pytest.raises(Abstained):
        followed("flats", "flats in Quay", "top 2")
