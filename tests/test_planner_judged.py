"""Questions that judge without naming a column, and the first and the last by time, as people ask for them."""

from __future__ import annotations

from typing import Any

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


def days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


exams = pd.DataFrame(
    {
        "student": ["Ada", "Ada", "Ben", "Ben", "Cleo", "Cleo"],
        "group": ["7A", "7A", "7A", "7A", "7B", "7B"],
        "subject": ["maths", "art", "maths", "art", "maths", "art"],
        "score": [90, 40, 70, 80, 30, 60],
        "teacher": ["Mr Hill", "Ms Ray"] * 3,
    }
)
wines = pd.DataFrame(
    {
        "wine": ["Riesling A", "Riesling B", "Malbec A", "Malbec B"],
        "grape": ["Riesling", "Riesling", "Malbec", "Malbec"],
        "vintage": [2019, 2021, 2018, 2019],
        "price_eur": [12.0, 20.0, 9.0, 11.0],
        "points": [90, 84, 95, 91],
        "bottles_left": [0, 6, 3, 0],
    }
)
parcels = pd.DataFrame(
    {
        "parcel": ["P1", "P2", "P3", "P4"],
        "carrier": ["UPS", "DHL", "UPS", "DHL"],
        "origin": ["Lyon", "Turin", "Lyon", "Lyon"],
        "destination": ["Oslo", "Prague", "Prague", "Oslo"],
        "cost": [5.0, 9.0, 7.0, 10.0],
        "sent": days("2025-05-09", "2025-05-02", "2025-05-03", "2025-05-01"),
        "promised": days("2025-05-12", "2025-05-04", "2025-05-05", "2025-05-06"),
        "delivered": days("2025-05-11", "2025-05-08", "2025-05-06", None),
    }
)
claims = pd.DataFrame(
    {
        "claim_no": [7, 8, 9, 10],
        "policyholder": ["Costa", "Diaz", "Costa", "Egger"],
        "type": ["fire", "water", "fire", "water"],
        "claimed": [100.0, 300.0, 50.0, 80.0],
        "filed": days("2025-03-01", "2026-02-01", "2025-01-05", "2024-12-24"),
    }
)
lab = pd.DataFrame(
    {
        "sample": ["S1", "S2", "S3", "S4", "S5", "S6"],
        "patient": ["Ann", "Ann", "Bob", "Bob", "Bob", "Ann"],
        "test": ["glucose", "sodium", "glucose", "sodium", "glucose", "glucose"],
        "value": [90.0, 140.0, 110.0, 138.0, 80.0, 95.0],
        "ward": ["ICU", "ICU", "ICU", "Eye", "Eye", "Eye"],
        "abnormal": [False, True, True, False, False, True],
        "taken_at": days("2025-05-04 08:00", "2025-05-02 08:00", "2025-05-03 09:00", "2025-05-01 07:00",
                         "2025-05-02 10:00", "2025-05-01 06:00"),
        "reported_at": days("2025-05-04 10:00", "2025-05-02 12:00", "2025-05-03 10:00", "2025-05-01 08:00",
                            "2025-05-02 12:00", "2025-05-01 12:00"),
    }
)  # fmt: skip
repairs = pd.DataFrame(
    {
        "job": [1, 2, 3, 4],
        "mechanic": ["Sam", "Sam", "Toni", "Toni"],
        "dropped_off": days("2025-05-01", "2025-05-02", "2025-05-02", "2025-05-03"),
        "picked_up": days("2025-05-09", "2025-05-04", "2025-05-03", "2025-05-07"),
    }
)
players = pd.DataFrame(
    {
        "player": ["Ann", "Bea", "Cyn", "Dot"],
        "team": ["Reds", "Reds", "Blues", "Blues"],
        "position": ["defender", "defender", "forward", "forward"],
        "age": [20, 30, 35, 21],
        "height_cm": [180, 170, 165, 190],
        "minutes": [10, 900, 800, 700],
        "salary_keur": [100, 200, 50, 500],
    }
)
houses = pd.DataFrame(
    {
        "house": ["Elm 1", "Elm 2", "Oak 3"],
        "suburb": ["Kew", "Kew", "Kew"],
        "bedrooms": [3, 2, 3],
        "built": [1950, 2010, 1990],
        "garage": [True, False, True],
        "listed_on": days("2025-03-01", "2025-01-01", "2025-02-01"),
    }
)
subs = pd.DataFrame(
    {
        "customer": ["C1", "C2", "C3"],
        "started": days("2024-01-03", "2024-05-05", "2023-02-02"),
        "cancelled": days("2024-11-01", "2025-01-05", None),
        "fee": [9.0, 19.0, 9.0],
    }
)
sales = pd.DataFrame({"product": ["Lamp", "Lamp", "Rug"], "unit_price": [50.0, 20.0, 40.0], "shop": ["A", "B", "A"]})
FRAMES = {
    "sales": sales,
    "subs": subs,
    "repairs": repairs,
    "players": players,
    "houses": houses,
    "exams": exams,
    "wines": wines,
    "parcels": parcels,
    "claims": claims,
    "lab": lab,
}


def answer(question: str, name: str) -> list[tuple[Any, ...]]:
    """The rows of a question's answer, as a direct run of its SQL gives them."""
    frame = FRAMES[name]
    plan, card = choose_plan(Question(question), (profile(to_frame(name, frame)),))
    with duckdb.connect() as connection:
        connection.register(name, frame)
        return connection.execute(to_sql(plan, card)).fetchall()


@pytest.mark.parametrize(
    ("question", "name", "first"),
    [
        # the group whose average is the best, where one column alone can tell
        ("who is the best student", "exams", ("Ben", 75.0)),
        ("worst student", "exams", ("Cleo", 45.0)),
        ("which group is best", "exams", ("7A", 70.0)),
        ("best subject", "exams", ("maths", 190 / 3)),
        ("which grape scores best", "wines", ("Malbec", 93.0)),
        ("cheapest grape", "wines", ("Malbec", 10.0)),
        ("cheapest carrier", "parcels", ("UPS", 6.0)),
        (
            "most expensive product",
            "sales",
            ("Lamp",),
        ),  # a product has a price; a carrier costs what it costs on average
        ("most expensive destination", "parcels", ("Prague", 8.0)),
        ("which carrier is fastest", "parcels", ("UPS", 2.5)),
        ("slowest carrier", "parcels", ("DHL", 6.0)),
        ("slowest ward", "lab", ("Eye", 3.0)),
        ("top 2 students", "exams", ("Ben", 75.0)),
        ("did Ada do better than Ben", "exams", (65.0, 75.0, "No")),
        ("did Ada score better than Ben in maths", "exams", (90.0, 70.0, "Yes")),
        ("students with an average above 60", "exams", ("Ada", 65.0)),
        ("Mr Hill's average", "exams", (190 / 3,)),
        ("which mechanic is faster", "repairs", ("Toni", 2.5)),  # picked up after it was dropped off, and not before
        ("is Sam faster than Toni", "repairs", (5.0, 2.5, "No")),
        ("average repair time", "repairs", (15 / 4,)),
        ("best paid team", "players", ("Blues", 275.0)),
        ("oldest team on average", "players", ("Blues", 28.0)),
        # of persons the height, not the minutes
        ("shortest defender", "players", ("Bea",)),
        ("newest house", "houses", ("Elm 2",)),  # by its year, not by the day of its listing
        ("how many 3 bedroom houses are there", "houses", (2,)),
        ("how many houses have a garage", "houses", (2,)),
        # by time
        ("last claim of Costa", "claims", (7,)),
        ("last fire claim", "claims", (7,)),
        ("last claim", "claims", (8,)),
        ("date of the last claim", "claims", (pd.Timestamp("2026-02-01"),)),
        ("date of the first fire claim", "claims", (pd.Timestamp("2025-01-05"),)),
        ("last filed", "claims", (pd.Timestamp("2026-02-01"),)),
        ("first delivery", "parcels", (pd.Timestamp("2025-05-06"),)),
        ("when was the last parcel sent", "parcels", (pd.Timestamp("2025-05-09"),)),
        ("when was the first sodium sample taken", "lab", (pd.Timestamp("2025-05-01 07:00"),)),
        ("who filed the most claims", "claims", ("Costa", 2)),
        ("oldest vintage", "wines", (2018,)),
        ("newest vintage", "wines", (2021,)),
        ("customers who started and cancelled in 2024", "subs", ("C1",)),  # was: those who started then
        # late and in time
        ("on time rate", "parcels", (100 / 3,)),
        ("how many parcels arrived late", "parcels", (2,)),
        ("average delay of late parcels", "parcels", (2.5,)),
        ("longest delay", "parcels", (4,)),
        ("average delivery time", "parcels", (11 / 3,)),
        ("average turnaround time", "lab", (16 / 6,)),
        ("how many parcels went from Lyon to Prague", "parcels", (1,)),
        # cases that are so, and figures of several kinds in one column
        ("how many abnormal results are there", "lab", (3,)),
        ("which ward has the most abnormal results", "lab", ("ICU", 2)),
        ("share of abnormal cases per ward", "lab", ("Eye", 100 / 3)),
        ("highest sodium value", "lab", (140.0,)),
        ("lowest glucose in ICU", "lab", (90.0,)),
        ("which patient had the highest glucose", "lab", ("Bob", 110.0)),
        # those of which none is left
        ("sold out wines", "wines", ("Riesling A",)),
        ("how many wines are sold out", "wines", (2,)),
        ("wines since 2019", "wines", ("Riesling A",)),
    ],
)
def test_the_answer_is_that_of_the_column_that_can_tell(question: str, name: str, first: tuple[Any, ...]) -> None:
    found = answer(question, name)[0][: len(first)]
    assert found == tuple(pytest.approx(value) if isinstance(value, float) else value for value in first)


@pytest.mark.parametrize(
    ("question", "name", "choices"),
    [
        ("wines from 2019", "wines", ("wines in 2019", "wines since 2019")),  # there is one of 2021
        ("total claimed from 2025", "claims", ("total claimed in 2025", "total claimed since 2025")),
        ("number of tests per patient", "lab", ("number of rows per patient", "number of different test per patient")),
        ("last parcel", "parcels", ('row with the latest "sent"', 'row with the latest "delivered"')),
    ],
)
def test_what_has_two_meanings_is_asked_and_each_is_answered(
    question: str, name: str, choices: tuple[str, ...]
) -> None:
    with pytest.raises(Ambiguous) as asked:
        answer(question, name)
    assert asked.value.choices == choices
    assert all(answer(choice, name) for choice in choices)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("sold wines", "wines"),  # no column tells which were sold
        ("wines drunk out", "wines"),
        ("best student in maths", "exams"),  # of one row there, or on average?
        ("late parcels", "parcels"),  # also those that have not come yet?
        ("best parcel", "parcels"),
        ("what did Costa claim for", "claims"),  # claim_no numbers the rows
        ("average delay", "parcels"),  # of all, or of the late ones?
    ],
)
def test_what_no_column_can_tell_is_refused(question: str, name: str) -> None:
    with pytest.raises(Abstained):
        answer(question, name)


@pytest.mark.parametrize("question", ["wines from 2021", "wines from 2019 on", "wines from 2019 to 2020"])
def test_a_year_that_leaves_no_doubt_is_not_asked_about(question: str) -> None:
    assert answer(question, "wines")
