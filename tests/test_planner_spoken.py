"""Questions as people say them: what is read, and what is not answered as it would be of another kind."""

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


towers = pd.DataFrame(
    {
        "tower": ["Ash", "Birch", "Cedar", "Elm"],
        "county": ["North", "North", "South", "South"],
        "built": [1090, 1300, 1420, 1610],
        "visitors_2024": [900, 300, 500, 100],
        "ticket_price": [18.5, 9.0, 12.0, 5.0],
        "height_m": [42, 28, 35, 17],
        "lit": [True, False, True, False],
    }
)
openings = pd.DataFrame(
    {
        "req_id": ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8"],
        "job_title": ["Nurse", "Cook", "Nurse", "Cook", "Nurse", "Cook", "Nurse", "Cook"],
        "recruiter": ["Pia", "Pia", "Raj", "Raj", "Pia", "Raj", "Pia", "Raj"],
        "opened_on": days(*["2025-03-03"] * 3, *["2025-05-01"] * 3, "2024-11-04", "2025-03-05"),
        "filled_on": days("2025-04-01", None, "2025-04-20", "2025-06-01", None, None, "2025-02-03", "2025-06-05"),
        "state": ["filled", "open", "filled", "filled", "open", "withdrawn", "filled", "filled"],
        "applicants": [3, 0, 5, 2, 0, 4, 9, 1],
        "remote": [True, False, True, False, True, False, True, False],
    }
)
catches = pd.DataFrame(
    {
        "angler": ["Abe", "Abe", "Abe", "Bo", "Bo", "Bo", "Cy", "Cy"],
        "lake": ["Blue", "Long", "Blue", "Long", "Blue", "Long", "Long", "Long"],
        "caught_at": pd.to_datetime([f"2025-05-0{day} {hour:02d}:30" for day, hour in enumerate(
            (5, 7, 9, 13, 20, 22, 6, 19), start=1)]),
        "weight_g": [500, 1500, 2500, 800, 900, 1000, 3000, 4000],
        "bait": ["worm", "fly", "worm", "lure", "lure", "worm", "fly", "lure"],
        "released": [True, False, False, False, False, False, True, True],
        "water_temp_c": [8.0, 9.5, 12.0, 15.0, 21.0, 22.0, 11.0, 10.0],
        "guide_name": [None, "Uma", "Vic", "Uma", None, "Vic", "Uma", "Vic"],
    }
)  # fmt: skip
loans = pd.DataFrame(
    {
        "object_no": ["M1", "M2", "M3", "M4", "M5"],
        "kind": ["vase", "painting", "vase", "drawing", "painting"],
        "year_made": [1590, 1720, 1911, 1850, 1490],
        "lent_on": days("2023-01-05", "2023-06-01", "2024-02-01", "2024-03-01", "2023-09-01"),
        "due_back": days("2023-07-05", "2024-01-01", "2024-08-01", "2024-09-01", "2024-01-01"),
        "came_back": days("2023-07-01", "2024-02-01", None, "2024-09-09", "2024-01-01"),
        "renewals": [0, 2, 0, 1, 0],
    }
)
pledges = pd.DataFrame(
    {
        "donor": ["Al Voss", "Al Voss", "Bea Yates", "Bea Yates"],
        "pledged_on": days("2024-01-01", "2025-01-01", "2024-02-01", "2025-03-01"),
        "paid_on": days("2024-01-11", None, "2024-02-21", None),
        "pledged_usd": [100, 300, 50, 150],
        "paid_usd": [100, 0, 25, 0],
    }
)
wards = pd.DataFrame(
    {"ward": ["A", "A", "B"], "discharged": [2, 3, 7], "day": days(*["2025-09-01", "2025-09-02"] * 1, "2025-09-01")}
)
shows = pd.DataFrame(
    {
        "show": ["Dive", "Dive", "Owls", "Owls"],
        "length_min": [30, 50, 90, 20],
        "host": ["Ina", "Kai", "Ina", "Kai"],
        "channel": ["web", "web", "web", "app"],
    }
)
meters = pd.DataFrame({"tenant": ["Ann", "Ann", "Ben", "Ben"], "water_used_l": [90, 10, 80, 70], "plot": [1, 2, 3, 4]})
FRAMES = {
    "meters": meters,
    "towers": towers, "openings": openings, "catches": catches, "loans": loans, "pledges": pledges, "wards": wards,
    "shows": shows,
}  # fmt: skip
CARDS = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}


def answered(frame: str, question: str) -> list[tuple[Any, ...]]:
    """The rows of the answer."""
    plan, card = choose_plan(Question(question), (CARDS[frame],), "2025-11-15")
    connection = duckdb.connect()
    connection.register(frame, FRAMES[frame])
    return connection.execute(to_sql(plan, card)).fetchall()


SILENT = [
    # a year, a date or a yes says neither who nor where
    ("towers", "who built Cedar"),
    ("towers", "where was Cedar built"),
    ("towers", "how was Cedar built"),
    # a column of one year is not another year's
    ("towers", "visitors in 2023"),
    ("towers", "visitors of Ash in 2022"),
    ("towers", "total visitors in 2023"),
    ("towers", "visitors 2025"),
    # no row has the year in the one column of years
    ("towers", "ticket price in 2023"),
    ("towers", "how many towers in 2020"),
    ("towers", "average ticket price in 2025"),
    # a condition behind "no" is of all rows, or of those that there are none of
    ("catches", "anglers with no released catches at Blue"),
    ("catches", "anglers without worm catches in Blue"),
]


@pytest.mark.parametrize(("frame", "question"), SILENT, ids=[case[1] for case in SILENT])
def test_an_answer_of_another_kind_is_not_given(frame: str, question: str) -> None:
    with pytest.raises(Abstained):
        answered(frame, question)


ASKED = [
    # kinds are not the things
    ("openings", "which recruiter filled the most jobs"),
    ("openings", "jobs with no applicants"),
    ("openings", "number of jobs by recruiter"),
    ("openings", "how many jobs did Pia fill"),
    # in total, or in one row
    ("meters", "which tenant used the most water"),
    # in one row, or in none
    ("catches", "anglers with no guide"),
    ("catches", "anglers without a guide"),
]


@pytest.mark.parametrize(("frame", "question"), ASKED, ids=[case[1] for case in ASKED])
def test_what_could_mean_two_things_is_asked(frame: str, question: str) -> None:
    with pytest.raises(Ambiguous):
        answered(frame, question)


READ = [
    ("towers", "when was Cedar built", [(1420,)]),
    ("towers", "how many towers were built after 1400", [(2,)]),
    ("towers", "towers older than 1400", 2),
    ("towers", "towers newer than 1600", 1),
    ("towers", "towers under 10 euros", 2),
    ("towers", "towers over €12 in the North", 1),
    ("towers", "is Ash taller than Elm", [("Ash", 42), ("Elm", 17)]),
    ("towers", "is Ash cheaper than Elm?", [("Ash", 18.5), ("Elm", 5.0)]),
    ("towers", "cheapest tower to visit", 1),
    ("openings", "how many openings are still open", [(2,)]),
    ("openings", "how many openings are still open in 2025", [(2,)]),
    ("openings", "openings opened in March 2025 and filled in April", 2),
    ("openings", "opened in 2024 and filled in 2025", 1),
    ("openings", "openings opened in May 2025 and filled in June 2025", 1),
    ("catches", "total kg caught by angler", [("Abe", 4.5), ("Bo", 2.7), ("Cy", 7.0)]),
    ("catches", "catches before 8 in the morning", 3),
    ("catches", "how many catches after 7 in the evening", [(3,)]),
    ("catches", "average weight when the water is colder than 10 degrees", [(1000.0,)]),
    ("catches", "anglers who never used a lure", [("Abe",)]),
    ("catches", "percent of worm catches among all", [(37.5,)]),
    ("loans", "paintings older than 1600", 1),
    ("loans", "vases made after 1800", 1),
    ("loans", "loans not yet returned", 1),
    ("loans", "how many loans came back late", [(2,)]),
    ("loans", "loans returned on time", 2),
    ("loans", "number of loans never renewed", [(3,)]),
    ("loans", "loans renewed more than once", 1),
    ("loans", "loans lent in 2023 and back in 2024", 2),
    ("pledges", "how much did Al Voss pledge in 2024", [(100,)]),
    ("pledges", "how much did Bea Yates pay in 2024", [(25,)]),
    ("pledges", "how much has Al Voss paid since 2025", [(None,)]),
    ("towers", "second most visited tower", 1),
    ("pledges", "average pledge", [(150.0,)]),
    ("pledges", "largest pledge of each donor", [("Al Voss", 300), ("Bea Yates", 150)]),
    ("pledges", "average days from pledge to payment", [(15.0,)]),
    ("pledges", "pledges still unpaid", 2),
    ("meters", "who used the most water", [("Ben", 150)]),
    ("openings", "who got the most applicants", [("Pia", 12), ("Raj", 12)]),
    ("catches", "who landed the most weight", [("Cy", 7000)]),
    ("wards", "how many patients were discharged per ward", [("A", 5), ("B", 7)]),
    ("shows", "which show has the longest shows on average", [("Owls", 55.0)]),
    ("shows", "shows over an hour", 1),
]


@pytest.mark.parametrize(("frame", "question", "expected"), READ, ids=[case[1] for case in READ])
def test_what_people_say_is_read(frame: str, question: str, expected: object) -> None:
    rows = answered(frame, question)
    assert (len(rows) if isinstance(expected, int) else sorted(rows)) == expected
