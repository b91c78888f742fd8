"""What the planner writes passes every check as it is, in each form of answer: no check rewrites it or finds fault."""

from __future__ import annotations

import asyncio
from typing import Any

import pandas as pd
import pytest

from analyst_magic.checks.run import examine
from analyst_magic.errors import Abstained, CheckFailed
from analyst_magic.planner.planner import OfflinePlanner
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import DOCUMENT_FORMATS, Context, Question

sales = pd.DataFrame(
    {
        "region": ["north", "south", "north", "west"] * 5,
        "product": ["pen", "ink", "pad", "cap", "pen"] * 4,
        "amount": [1.5, 2.0, 3.0, 10.25] * 5,
        "quantity": range(20),
        "day": pd.date_range("2024-01-01", periods=20, freq="9D"),
        "rows": ["a", "b"] * 10,
    }
)
CARD = profile(to_frame("sales", sales))
QUESTIONS = (
    "first 12 sales", "last 3 sales", "number of sales", "total amount by region",
    "average amount by product, highest first",
    "top 2 regions by total amount", "total amount per month", "share of sales by region", "median and maximum amount",
    "which region has the most sales", "sales with an amount above 2", "number of different products by region",
    "regions with more than 4 sales", "running total of amount by month", "growth of sales over the previous month",
    "did north sell more units than south", "correlation between amount and quantity", "missing values per column",
    "number of sales by region and product", "number of sales by rows", "histogram of amount",
)  # fmt: skip
FORMS: tuple[dict[str, Any], ...] = (
    {}, {"language": "python"}, {"wants": "figure"}, {"wants": "table"},
    *({"wants": form} for form in DOCUMENT_FORMATS),
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda form: "-".join(form.values()) or "as it comes")
def test_no_check_changes_or_stops_what_the_planner_writes(form: dict[str, Any]) -> None:
    written = 0
    for question in QUESTIONS:
        try:
            reply = asyncio.run(OfflinePlanner().reply(Context(Question(question, **form), (CARD,))))
        except (Abstained, CheckFailed):  # not every question has every form
            continue
        assert reply.code is not None
        assert examine(reply.code, ["sales"], [CARD]) == (reply.code, ()), question
        written += 1
    assert written > len(QUESTIONS) // 4
