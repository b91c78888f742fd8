"""Stretches of time by their names: the days that they mean."""

from __future__ import annotations

import datetime as dt

import pytest

from analyst_magic.planner.plan import periods
from analyst_magic.planner.plan.conditions import in_words
from analyst_magic.planner.plan.schema import Period

TODAY = dt.date(2026, 3, 1)  # a Sunday


@pytest.mark.parametrize(
    ("period", "start", "end", "label"),
    [
        (periods.relative("d", "month", -1, TODAY), "2026-02-01", "2026-03-01", "last month"),
        (periods.relative("d", "month", -1, dt.date(2026, 1, 31)), "2025-12-01", "2026-01-01", "last month"),
        (periods.relative("d", "year", 0, TODAY), "2026-01-01", "2027-01-01", "this year"),
        (periods.relative("d", "quarter", -1, TODAY), "2025-10-01", "2026-01-01", "last quarter"),
        (periods.relative("d", "week", 0, TODAY), "2026-02-23", "2026-03-02", "this week"),
        (periods.relative("d", "day", -1, TODAY), "2026-02-28", "2026-03-01", "yesterday"),
        (periods.last("d", 30, "day", TODAY), "2026-01-31", "2026-03-02", "the last 30 days"),
        (periods.last("d", 3, "month", TODAY), "2025-12-01", "2026-03-01", "the last 3 months"),
        (periods.so_far("d", "year", TODAY), "2026-01-01", "2026-03-02", "the year to date"),
        (periods.quarter("d", 2, 2025), "2025-04-01", "2025-07-01", "Q2 2025"),
        (periods.quarter("d", 1, 2026, fiscal=10), "2025-10-01", "2026-01-01", "Q1 of the fiscal year 2026"),
        (periods.year("d", 2025, fiscal=7), "2024-07-01", "2025-07-01", "the fiscal year 2025"),
        (periods.month("d", 12, 2025), "2025-12-01", "2026-01-01", "December 2025"),
        (periods.iso_week("d", 1, 2026), "2025-12-29", "2026-01-05", "week 1 of 2026"),
        (periods.since("d", periods.latest(6, TODAY)), "2025-06-01", None, ""),
        (periods.until("d", TODAY), None, "2026-03-02", ""),
    ],
)  # fmt: skip
def test_a_name_means_days(period: Period, start: str | None, end: str | None, label: str) -> None:
    assert (period.start, period.end, period.label) == (start, end, label)


def test_the_reading_has_the_name_and_the_days() -> None:
    last_month = periods.relative("order_date", "month", -1, TODAY)
    assert in_words(last_month, "sentence") == "order date is in last month (from 2026-02-01 to 2026-02-28)"
    assert in_words(periods.since("d", TODAY), "reading", str) == "d is from 2026-03-01 on"
    assert in_words(periods.relative("d", "day", 0, TODAY), "reading", str) == "d is today (on 2026-03-01)"
