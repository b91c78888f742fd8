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
FRAMES = {"regions": regions, "months": months}


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
    ],
)
def test_a_row_that_is_no_sum_or_is_not_called_so_is_a_row(frame: pd.DataFrame) -> None:
    assert profile(to_frame("regions", frame)).total == ()


def test_a_model_is_told_where_values_may_be_and_the_column_may_be_seen() -> None:
    card = profile(to_frame("regions", regions))
    assert 'a row of totals is the sum of those above it, as "region" says' in describe(restrict(card, "stats"))
    assert "row of totals" not in describe(restrict(card, "schema"))
    assert "row of totals" not in describe(restrict(card, "rows", frozenset({"regions.region"})))
