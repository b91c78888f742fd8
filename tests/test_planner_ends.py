"""The fastest, the oldest, the best rated, where no column is called so; ages and dates of rows."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.following import read_in_turn
from analyst_magic.planner.plan.columns import verb
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, Exchange, Question

results = pd.DataFrame(
    {
        "runner": ["Ada", "Bea", "Cem", "Dov", "Eli"],
        "gender": ["F", "F", "M", "M", "F"],
        "age": [25, 45, 61, 38, 64],
        "race": ["10k", "10k", "marathon", "marathon", "marathon"],
        "time_min": [50.0, 55.0, 240.0, 200.0, 300.0],
    }
)
wines = pd.DataFrame(
    {
        "name": ["Alto", "Bruno", "Cala", "Dia"],
        "country": ["Italy", "Italy", "Chile", "Chile"],
        "vintage": [2012, 2009, 2018, 2015],
        "points": [88, 92, 95, 81],
        "price_usd": [20.0, 60.0, 30.0, 10.0],
        "bottles": [5, 1, 9, 40],
    }
)
loans = pd.DataFrame(
    {
        "member": ["m1", "m1", "m2", "m3"],
        "loaned_on": pd.to_datetime(["2026-01-05", "2026-01-20", "2026-02-02", "2026-02-25"]),
        "due_on": pd.to_datetime(["2026-02-02", "2026-02-17", "2026-03-02", "2026-03-25"]),
    }
)
employees = pd.DataFrame(
    {
        "employee": ["Kim", "Lea", "Max"],
        "hired": [2001, 2010, 1999],
        "score": [3, 5, 4],
    }
)
chats = pd.DataFrame({"agent": ["a", "b", "a"], "wait_seconds": [5, 9, 7], "rating": [4, 5, 3]})
FRAMES = {"results": results, "wines": wines, "loans": loans, "employees": employees, "chats": chats}
CARDS = {name: profile(to_frame(name, data)) for name, data in FRAMES.items()}
CONNECTION = duckdb.connect()
for _name, _data in FRAMES.items():
    CONNECTION.register(_name, _data)
TODAY = "2026-03-01"


def found(question: str, frame: str) -> list[object]:
    """The first column of the answer."""
    (plan, card) = choose_plan(Question(question), (CARDS[frame],), TODAY)
    return [row[0] for row in CONNECTION.sql(to_sql(plan, card)).fetchall()]


@pytest.mark.parametrize(
    ("question", "frame", "answer"),
    [
        ("fastest marathon", "results", ["Dov"]),
        ("slowest marathon", "results", ["Eli"]),
        ("who ran the fastest 10k?", "results", ["Ada"]),
        ("second fastest marathon", "results", ["Cem"]),
        ("average time_min of women in the 10k", "results", [52.5]),
        ("how many women over 40", "results", [2]),
        ("how many runners under 30", "results", [1]),
        ("how many women over 50 ran the marathon", "results", [1]),
        ("oldest wine", "wines", ["Bruno"]),
        ("youngest wine from Italy", "wines", ["Alto"]),
        ("best rated wine", "wines", ["Cala"]),
        ("worst rated wine from Italy", "wines", ["Alto"]),
        ("how many loans in February 2026", "loans", [2]),
    ],
)
def test_the_most_of_what_a_superlative_speaks_of(question: str, frame: str, answer: list[object]) -> None:
    assert found(question, frame) == answer


def test_the_month_of_rows_is_that_of_the_date_which_is_called_after_them() -> None:
    (plan, card) = choose_plan(Question("loans per month"), (CARDS["loans"],), TODAY)
    assert sorted(row[-1] for row in CONNECTION.sql(to_sql(plan, card)).fetchall()) == [2, 2]
    assert plan.group_by[0].column == "loaned_on"


@pytest.mark.parametrize(
    ("question", "frame"),
    [
        ("most expensive bottle per country", "wines"),  # not the highest number of bottles
        ("cheapest bottle", "wines"),
        ("oldest employee", "employees"),  # nothing says how old they are
        ("fastest agent", "chats"),  # a wait is not how fast an agent is
        ("chats over 40", "chats"),
        ("wines over 40", "wines"),  # dollars, points or bottles
    ],
)
def test_what_no_column_tells_is_not_answered_by_another(question: str, frame: str) -> None:
    with pytest.raises(Abstained):
        choose_plan(Question(question), (CARDS[frame],), TODAY)


@pytest.mark.parametrize("question", ["top 5 in the marathon", "highest first", "the top 3"])
def test_of_one_figure_nothing_can_be_picked(question: str) -> None:
    before = (Exchange("how many marathons were under 240 min", Code("", "sql"), "It ran."),)
    with pytest.raises(Abstained):
        read_in_turn(Question(question), (CARDS["results"],), before, lambda q, c: choose_plan(q, c, TODAY), TODAY)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("mean wait in minutes", "is"),
        ("total hours", "are"),
        ("number of items in stock", "is"),
        ("items in stock", "are"),
    ],
)
def test_what_is_said_of_a_figure_goes_with_its_noun(words: str, said: str) -> None:
    assert verb(words) == said


def test_a_column_that_is_called_as_a_period_is_that_column() -> None:
    wide = profile(to_frame("plan", pd.DataFrame({"team": ["a", "b"], "Q1": [1, 2], "Q2": [4, 3], "May": [7, 9]})))
    for question, columns in (("total Q1", ("Q1",)), ("mean Q2 by team", ("Q2",)), ("highest May", ("May",))):
        plan, _ = choose_plan(Question(question), (wide,))
        assert tuple(measure.column for measure in plan.measures) == columns


@pytest.mark.parametrize("amounts", [["$1,200", "$300", "€5"], ["12 %", "3 €", "4 €"]])
def test_amounts_of_several_kinds_are_not_summed_and_rows_are_not_counted_instead(amounts: list[str]) -> None:
    prices = profile(to_frame("prices", pd.DataFrame({"item": ["a", "b", "c"], "price": amounts})))
    with pytest.raises(Abstained, match="price is text"):
        choose_plan(Question("total price"), (prices,))
