"""Values that differ in case and blanks alone are one thing to who asks for it, and the answer says so."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pytest

from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan, remarks
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Question

sales = pd.DataFrame({"region": ["North", "north", "NORTH ", "south", "West"], "amount": [1, 2, 3, 4, 5]})
CARD = profile(to_frame("sales", sales))


def answer(question: str) -> tuple[list[tuple[Any, ...]], str]:
    """The rows of the answer, and what is said with it."""
    plan, card = choose_plan(Question(question), (CARD,))
    connection = duckdb.connect()
    connection.register("sales", sales)
    return connection.sql(to_sql(plan, card)).fetchall(), " ".join(remarks(plan, card))


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("total amount in north", [(6,)]),
        ("total amount for North", [(6,)]),
        ("how many rows where region is not north", [(2,)]),
        ("share of north", [(60.0,)]),
        ("total amount in north or south", [(10,)]),
    ],
)
def test_a_condition_takes_each_way(question: str, rows: list[tuple[Any, ...]]) -> None:
    found, said = answer(question)
    assert found == rows
    assert "region writes a value in several ways: “NORTH ”, “North”, “north”; all are taken." in said


def test_a_value_in_quotes_is_taken_as_it_stands() -> None:
    found, said = answer('total amount where region is "north"')
    assert found == [(2,)]
    assert "several ways" not in said


def test_groups_stay_apart_and_it_is_said() -> None:
    found, said = answer("total amount by region")
    assert len(found) == 5
    assert "“NORTH ”, “North”, “north”; each is taken for itself." in said


def test_nothing_is_said_where_no_such_value_is_asked_for() -> None:
    assert answer("total amount in the west") == ([(5,)], "")
