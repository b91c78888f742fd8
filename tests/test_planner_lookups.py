"""Look-ups over small tables, numbers that are held as text, and questions that the planner asks back."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import OfflinePlanner, choose_plan, remarks
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, Context, Exchange, Question

medals = pd.DataFrame(
    {
        "Rank": [1, 2, 3, 4],
        "Nation": ["Norvania", "Estmark", "Calderia", "Pelonia"],
        "Gold": [14, 11, 8, 0],
        "Silver": [9, 12, 6, 6],
    }
)
towns = pd.DataFrame(
    {
        "Town": ["Brackwater", "Stonehollow", "Fairmont", "Millbrook"],
        "County": ["Elm", "Elm", "Ash", "Ash"],
        "Population": ["48,210 (est.)", "12,905", "103,776", "-"],
        "Founded": [1702, 1688, 1755, 1811],
    }
)
sales = pd.DataFrame(
    {
        "region": ["North", "South", "North", "South"],
        "customer": ["Ann", "Bob", "Cy", "Ann"],
        "product": ["Desk", "Lamp", "Desk", "Lamp"],
        "price": ["$1,250.50", "$20.00", "$5", "$7.25"],
        "zip": ["62005", "02134", "10001", "62005"],
        "quantity": [1, 5, 2, 3],
        "unit_price": [10.0, 2.0, 4.0, 1.0],
        "returned": [True, False, False, False],
        "sex": ["F", "M", "F", "F"],
        "day": pd.to_datetime(["2024-01-05", "2024-02-10", "2024-03-01", "2024-04-01"]),
    }
)
FRAMES = {"medals": medals, "towns": towns, "sales": sales}
CARDS = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}


def rows(frame: str, question: str) -> list[tuple[Any, ...]]:
    """What the plan of a question gives."""
    plan, card = choose_plan(Question(question), (CARDS[frame],))
    with duckdb.connect() as connection:
        connection.register(frame, to_frame(frame, FRAMES[frame]).table)
        found: list[tuple[Any, ...]] = connection.sql(to_sql(plan, card)).fetchall()
        return found


@pytest.mark.parametrize(
    ("frame", "question", "value"),
    [
        ("medals", "Which nation won the most gold medals?", "Norvania"),
        ("medals", "How many silver medals did Pelonia win?", 6),
        ("medals", "Which nation comes after Estmark?", "Calderia"),
        ("medals", "who came before Pelonia", "Calderia"),
        ("medals", "what is the last nation listed?", "Pelonia"),
        ("medals", "Which nation is ranked third?", "Calderia"),
        ("medals", "How many more gold medals did Norvania win than Calderia?", 6),
        ("medals", "difference in silver between Norvania and Estmark", 3),
        ("medals", "Which nations did not win any gold medals?", "Pelonia"),
        ("medals", "which nation has the same number of silver medals as Pelonia", "Calderia"),
        ("medals", "how many nations won at least 5 gold medals?", 3),
        ("towns", "Which town has the largest population?", "Fairmont"),
        ("towns", "what is the total population of Elm county?", 61115),
        ("towns", "how many towns have a population over 30,000?", 2),
        ("towns", "which town was founded first?", "Stonehollow"),
        ("towns", "when was Millbrook founded", 1811),
        ("sales", "total price", 1282.75),
        ("sales", "best selling product", "Lamp"),
        ("sales", "which customers never returned anything", "Bob"),
        ("sales", "how many sales were to women", 3),
        ("sales", "total of quantity times unit_price", 31.0),
        ("sales", "90th percentile of quantity", 4.4),
        ("sales", "how many units did Ann buy", 4),
        ("sales", "number of rows with 3 or more units", 2),
        ("sales", "which lamp had the most units", 5),
        ("sales", "customers who bought in North and in South", "Ann"),
    ],
)
def test_a_look_up_finds_its_row(frame: str, question: str, value: object) -> None:
    assert value in [cell for row in rows(frame, question) for cell in row]


def test_codes_are_no_numbers() -> None:
    with pytest.raises(Abstained):
        rows("sales", "average zip by region")


def test_numbers_in_text_are_counted_as_numbers_and_the_answer_says_so() -> None:
    plan, card = choose_plan(Question("total price by region"), (CARDS["sales"],))
    assert plan.numbers == ("price",)
    assert any("read as numbers" in remark for remark in remarks(plan, card))
    assert dict(rows("sales", "total price by region")) == {"North": 1255.5, "South": 27.25}


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (["(12.50)", "3.00"], True),
        (["12%", "8.5%"], True),
        (["340 m", "12 m"], True),
        (["1,234", "n/a"], True),
        (["9", "8", "100"], True),
        (["1.234", "5.678"], False),
        (["1.234,56", "2,00"], False),
        (["$1", "€2"], False),
        (["2:31:10", "2:29:45"], False),
        (["007", "012"], False),
        (["1", "two"], False),
        (["5 m", "3 km"], False),
    ],
)
def test_texts_are_numbers_only_where_there_is_one_way_to_read_them(values: list[str], read: bool) -> None:
    card = profile(to_frame("t", pd.DataFrame({"k": ["a", "b", "c"][: len(values)], "v": values})))
    if read:
        assert choose_plan(Question("total v"), (card,))[0].numbers == ("v",)
    else:
        with pytest.raises(Abstained):
            choose_plan(Question("total v"), (card,))


@pytest.mark.parametrize(
    ("question", "chart"),
    [
        ("running total of quantity by month as a line chart", "line"),
        ("plot the running total of quantity by month", "line"),
        ("growth of quantity by month as a bar chart", "bar"),
    ],
)
def test_figures_over_other_rows_are_drawn_as_asked(question: str, chart: str) -> None:
    plan, _ = choose_plan(Question(question), (CARDS["sales"],))
    assert plan.chart == chart
    assert plan.computed


async def test_a_question_with_two_meanings_is_asked_back_and_each_meaning_is_answered() -> None:
    reply = await OfflinePlanner().reply(Context(Question("quantity by region"), (CARDS["sales"],)))
    assert reply.kind == "question"
    assert reply.code is None
    offered = [line.removeprefix("- ") for line in reply.text.splitlines() if line.startswith("- ")]
    assert offered == ["Total quantity by region", "Average quantity by region"]
    for text in offered:
        choose_plan(Question(text), (CARDS["sales"],))


async def test_the_answer_to_a_question_back_picks_a_meaning() -> None:
    before = (Exchange("quantity by region", Code(""), ""),)
    reply = await OfflinePlanner().reply(Context(Question("the average"), (CARDS["sales"],), conversation=before))
    assert reply.code is not None
    assert "AVG(quantity)" in reply.code.text
