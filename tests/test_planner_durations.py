"""Questions about the time between two dates of a row: exact to its parts, and asked in everyday words."""

from __future__ import annotations

import datetime as dt

import duckdb
import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Question

tickets = pd.DataFrame(
    {
        "ticket_id": [1, 2, 3, 4],
        "opened_at": pd.to_datetime(["2025-01-01 10:00", "2025-01-02 23:00", "2025-01-05 00:30", "2025-02-01 08:00"]),
        "closed_at": pd.to_datetime(["2025-01-02 09:00", "2025-01-03 01:00", "2025-01-08 12:30", None]),
        "team": ["a", "a", "b", "b"],
        "satisfaction": [1, 5, 1, 5],
        "cost": [10.0, 20.0, 30.0, 40.0],
    }
)
tickets = pd.concat([tickets, tickets.assign(ticket_id=tickets.ticket_id + 4, satisfaction=[2, 1, 5, 5])])
parcels = pd.DataFrame(
    {
        "parcel_id": [1, 2, 3],
        "order_date": [dt.date(2025, 1, 1), dt.date(2025, 1, 31), dt.date(2025, 3, 1)],
        "shipped": [dt.date(2025, 1, 4), dt.date(2025, 2, 10), None],
        "paid_at": [dt.date(2025, 1, 2), None, None],
        "country": ["DE", "DE", "FR"],
    }
)
visits = pd.DataFrame({"arrived": [dt.date(2025, 1, 1)] * 3, "left_on": [dt.date(2025, 1, 9)] * 3, "nights": [8, 8, 8]})
states = parcels.assign(state=["open", "closed", "open"], closed_at=[dt.date(2025, 2, 1), None, None])
FRAMES = {"tickets": tickets, "parcels": parcels, "visits": visits, "states": states}
CARDS = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}
CONNECTION = duckdb.connect()
for _name, _frame in FRAMES.items():
    CONNECTION.register(_name, _frame)

MEAN_DAYS = (23 + 2 + 84) / 3 / 24
ANSWERS: list[tuple[str, str, list[tuple[object, ...]]]] = [
    ("average days between opened_at and closed_at", "tickets", [(MEAN_DAYS,)]),
    ("average weeks between opened_at and closed_at", "tickets", [(MEAN_DAYS / 7,)]),
    ("average minutes between opened_at and closed_at by team", "tickets", [("a", 750.0), ("b", 5_040.0)]),
    ("average time to close", "tickets", [(MEAN_DAYS * 24,)]),
    ("average time between opened_at and closed_at by team", "tickets", [("a", 12.5), ("b", 84.0)]),
    ("how long does it take to close a ticket on average?", "tickets", [(MEAN_DAYS * 24,)]),
    ("how many days does it take on average to close a ticket", "tickets", [(MEAN_DAYS,)]),
    ("median hours to close by team", "tickets", [("a", 12.5), ("b", 84.0)]),
    ("how many tickets were closed within 1 day?", "tickets", [(4,)]),
    ("number of tickets closed in under 3 hours", "tickets", [(2,)]),
    ("number of tickets closed after more than 3 days", "tickets", [(2,)]),
    ("percentage of tickets closed within 24 hours by team", "tickets", [("a", 100.0), ("b", 0.0)]),
    ("longest hours between opened_at and closed_at", "tickets", [(84.0,)]),
    ("how many tickets are still open?", "tickets", [(2,)]),
    ("number of open tickets by team", "tickets", [("b", 2)]),
    ("which team has the lowest satisfaction?", "tickets", [("a", 2.25)]),
    ("team with the highest satisfaction", "tickets", [("b", 4.0)]),
    ("average time to ship by country", "parcels", [("DE", 6.5), ("FR", None)]),
    ("average days between order_date and shipped", "parcels", [(6.5,)]),
    ("average weeks between order_date and shipped", "parcels", [(6.5 / 7,)]),
    ("number of parcels shipped within 3 days", "parcels", [(1,)]),
    ("number of outstanding parcels", "parcels", [(2,)]),
]


@pytest.mark.parametrize(("question", "frame", "right"), ANSWERS, ids=[text for text, _, _ in ANSWERS])
def test_a_question_about_the_time_between_dates_is_answered(
    question: str, frame: str, right: list[tuple[object, ...]]
) -> None:
    """The rows are those computed by hand; days used to be cut to whole ones before their mean was taken."""
    plan = choose_plan(Question(question), (CARDS[frame],), "2025-11-15")[0]
    found = CONNECTION.sql(to_sql(plan, CARDS[frame])).fetchall()
    assert [tuple(round(v, 6) if isinstance(v, float) else v for v in row) for row in found] == [
        tuple(round(v, 6) if isinstance(v, float) else v for v in row) for row in right
    ]


@pytest.mark.parametrize(
    ("question", "frame"),
    [
        ("average time to pack by country", "parcels"),  # no column says when
        ("average time to leave", "visits"),  # two verbs of coming and going, none of a beginning
        ("number of parcels packed within 3 days", "parcels"),
        ("how long does it take to ship a pallet", "parcels"),
        ("which team has the worst satisfaction", "tickets"),  # in one row, or on average
    ],
)
def test_what_no_two_dates_tell_is_not_answered(question: str, frame: str) -> None:
    with pytest.raises(Abstained):
        choose_plan(Question(question), (CARDS[frame],), "2025-11-15")


def test_a_state_of_that_name_is_meant_where_there_is_one() -> None:
    plan = choose_plan(Question("number of open states"), (CARDS["states"],), "2025-11-15")[0]
    assert CONNECTION.sql(to_sql(plan, CARDS["states"])).fetchall() == [(2,)]
