"""A last row that is the sum of the others is counted by no figure, and a model is told of it."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from analyst_magic import Analyst
from analyst_magic.context.describe import describe
from analyst_magic.context.privacy import restrict
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Question

regions = pd.DataFrame({"region": ["north", "south", None, "Total"], "amount": [10, 20, 7, 37]})
months = pl.DataFrame({"month": ["Jan", "Feb", "Mar", "GRAND TOTAL:"], "product": ["a", "b", "a", None],
                       "sales": [1.5, 2.5, 3.25, 7.25]})  # fmt: skip
subtotals = pd.DataFrame({
    "region": ["North", "North", "North Total", "South", "Total South", "Grand Total", "Source: the office"],
    "city": ["A", "B", None, "C", None, None, None],
    "sales": [1, 2, 3, 4, 4, 7, None],
})  # fmt: skip
FRAMES = {"regions": regions, "months": months, "subtotals": subtotals}


def answer(question: str, name: str) -> list[tuple[Any, ...]]:
    card = profile(to_frame(name, FRAMES[name]))
    plan, _ = choose_plan(Question(question), [card])
    connection = duckdb.connect()
    connection.register(name, FRAMES[name])
    return connection.sql(to_sql(plan, card)).fetchall()


@pytest.mark.parametrize(
    ("question", "name", "right"),
    [
        ("total amount", "regions", [(37,)]),
        ("mean amount", "regions", [(37 / 3,)]),
        ("how many rows", "regions", [(3,)]),
        ("which region has the highest amount", "regions", [("south", 20)]),
        ("total sales", "months", [(7.25,)]),
        ("total sales by product", "months", [("a", 4.75), ("b", 2.5)]),
        ("average of the total sales by product", "months", [(3.625,)]),
        ("total sales", "subtotals", [(7,)]),
        ("total sales in South", "subtotals", [(4,)]),
        ("which region has the highest total sales", "subtotals", [("South", 4)]),
    ],
)
def test_a_figure_does_not_count_it(question: str, name: str, right: list[tuple[Any, ...]]) -> None:
    assert answer(question, name) == right


def test_rows_are_listed_as_they_stand() -> None:
    assert answer("show all rows", "regions")[-1] == ("Total", 37)


def test_the_answer_says_what_was_left_out() -> None:
    with Analyst(model="offline", sandbox="local") as analyst:
        turn = analyst.ask("total amount", {"regions": regions})
    assert turn.answer == "The total amount where region is not Total is 37."
    assert "The row Total of regions is the sum of those above it; it is left out." in turn.text


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"region": ["north", "south", "Total"], "amount": [10, 20, 31]}),
        pd.DataFrame({"region": ["Total", "north", "south"], "amount": [30, 10, 20]}),
        pd.DataFrame({"region": ["north", "south", "west"], "amount": [10, 20, 30]}),
        pd.DataFrame({"region": ["north", "Total"], "amount": [10, 10]}),
        pd.DataFrame({"region": ["Total Wine", "Best Total", "Lidl"], "amount": [10, 20, 31]}),
        pd.DataFrame({"region": ["north", "north total", "south", "south total"], "amount": [10, 10, 20, 21]}),
    ],
)
def test_a_row_that_is_no_sum_or_is_not_called_so_is_a_row(frame: pd.DataFrame) -> None:
    assert profile(to_frame("regions", frame)).total == ()


def test_at_the_end_of_a_large_table_it_is_found_too() -> None:
    rows = 250_000
    labels = [*(f"shop {i % 900}" for i in range(rows)), "Total", "Source: the office"]
    amounts = [*(float(i % 7) for i in range(rows)), float(sum(i % 7 for i in range(rows))), None]
    large = pd.DataFrame({"shop": labels, "amount": amounts})
    assert profile(to_frame("large", large)).total == ("shop", "Total")


def test_a_model_is_told_where_values_may_be_and_the_column_may_be_seen() -> None:
    card = profile(to_frame("regions", regions))
    assert 'with rows of totals, the sums of those above them, named by "region"' in describe(restrict(card, "stats"))
    assert "rows of totals" not in describe(restrict(card, "schema"))
    assert "rows of totals" not in describe(restrict(card, "rows", frozenset({"regions.region"})))
