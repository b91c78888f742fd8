"""Questions that could mean two things: the planner asks which, and each meaning that it offers is answered."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan, questions_back
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Question

work = pd.DataFrame(
    {
        "employee": ["Ann", "Ann", "Bob", "Bob", "Cy", "Cy"],
        "client": ["Globex", "Initech", "Globex", "Globex", "Initech", "Globex"],
        "day": pd.to_datetime(["2025-03-03", "2025-03-03", "2025-03-03", "2025-03-04", "2025-03-04", "2025-03-05"]),
        "hours": [3.0, 5.0, 2.0, 9.0, 1.0, 4.0],
        "billable": [True, False, True, True, False, True],
    }
)
parcels = pd.DataFrame(
    {
        "sent_on": pd.to_datetime(["2025-01-01", "2025-01-02", "2025-01-03"]),
        "arrived_on": pd.to_datetime(["2025-01-09", "2025-01-04", "2025-01-05"]),
        "promised_days": [3, 8, 9],
        "city": ["Graz", "Linz", "Graz"],
        "area": [4, 9, 7],
    }
)
CARDS = {name: profile(to_frame(name, frame)) for name, frame in (("work", work), ("parcels", parcels))}

CASES = [
    # of one row or of all rows of a thing
    ("work", "clients with more than 8 hours", {
        "clients with total hours more than 8": [("Globex", 18.0)],
        "clients where hours more than 8": [("Globex",)],
    }),
    ("work", "which employees have fewer than 6 hours", {
        "which employees with total hours fewer than 6": [("Cy", 5.0)],
        "which employees where hours fewer than 6": [("Ann",), ("Bob",), ("Cy",)],
    }),
    # the mean of the rows of each day, or of the totals of the days
    ("work", "average hours per day for each employee", {
        "average total hours per day for each employee": [("Ann", 8.0), ("Bob", 5.5), ("Cy", 2.5)],
        "average hours by day for each employee": 5,
    }),
    # a column of days that has another name, beside two dates
    ("parcels", "how many parcels took longer than 7 days?", {
        "how many parcels with promised_days above 7 days?": [(2,)],
    }),
    ("parcels", "how many parcels took more than 1 week", {
        "how many parcels with promised_days above 1 week": [(2,)],
    }),
    ("parcels", "parcels that took at least 8 days", {"parcels with promised_days at least 8 days": 2}),
    # a noun that may be that of the rows
    ("parcels", "crates in Graz", {"rows in Graz": 2}),
    ("parcels", "largest crate in each city", {"largest row in each city": 2}),
    # what to compute of two sides
    ("work", "billable vs non-billable hours", {
        "billable vs non-billable total hours": [(False, 6.0), (True, 18.0)],
        "billable vs non-billable average hours": [(False, 3.0), (True, 4.5)],
    }),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "question", "meant"), CASES, ids=[question for _, question, _ in CASES])
def test_each_meaning_is_offered_and_answered(frame: str, question: str, meant: dict[str, object]) -> None:
    cards = (CARDS[frame],)
    with pytest.raises(Abstained) as caught:
        choose_plan(Question(question), cards)
    _, offered = questions_back(caught.value, Question(question), cards, choose_plan)
    assert set(offered) == set(meant)
    connection = duckdb.connect()
    connection.register(frame, {"work": work, "parcels": parcels}[frame])
    for text, expected in meant.items():
        plan, card = choose_plan(Question(text), cards)
        rows = connection.execute(to_sql(plan, card)).fetchall()
        assert (len(rows) if isinstance(expected, int) else sorted(rows)) == expected, text
