"""Questions for a statistic in plain words: the offline planner calls it, and the answer is a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from unsandboxed import UnsandboxedKernel

from analyst_magic import Analyst
from analyst_magic.planner.analyses import find_analysis
from analyst_magic.sources.kinds import source_of

RNG = np.random.default_rng(0)
SALES = pd.DataFrame({
    "order_date": pd.date_range("2022-01-01", "2024-03-31"),
    "region": ["north", "south", "south", "north"] * 205 + ["north"],
    "carrier": ["AA", "AA", "BB", "BB"] * 205 + ["AA"],
    "revenue": RNG.normal(100, 5, 821),
})  # fmt: skip
SALES["delay"] = np.where(SALES["carrier"] == "AA", 10.0, 14.0) + RNG.normal(0, 3, 821)
SALES.loc[(SALES["order_date"] >= "2024-03-01") & (SALES["region"] == "north"), "revenue"] -= 60
SALES.loc[5, "revenue"] = 900.0


@pytest.fixture(scope="module")
def analyst() -> Iterator[Analyst]:
    with Analyst(model="offline", sandbox=UnsandboxedKernel(), spares=0, history=False) as found:
        yield found


@pytest.mark.parametrize(
    ("question", "call"),
    [
        ("What explains the change in revenue between February and March?",
         'explain_change(sales, "revenue", ["region", "carrier"], "order_date", "2024-02", "2024-03")'),
        ("why did revenue fall from February 2024 to March 2024 by region",
         'explain_change(sales, "revenue", ["region"], "order_date", "2024-02", "2024-03")'),
        ("what drove the drop in total revenue from 2022 to 2023",
         'explain_change(sales, "revenue", ["region", "carrier"], "order_date", "2022", "2023")'),
        ("Is the difference in delay between carriers significant?", 'compare_groups(sales, "delay", "carrier")'),
        ("does delay differ significantly between carriers", 'compare_groups(sales, "delay", "carrier")'),
        ("Forecast revenue for the next 3 months", 'forecast(sales, "order_date", "revenue", 3, "M")'),
        ("predict revenue for the next week", 'forecast(sales, "order_date", "revenue", 1, "W")'),
        ("outliers in revenue", 'outliers(sales, "revenue")'),
        ("is there seasonality in revenue?", 'seasonality(sales, "order_date", "revenue")'),
        ("find change points in revenue", 'change_points(sales, "order_date", "revenue")'),
    ],
)  # fmt: skip
def test_a_question_is_read_as_a_statistic(question: str, call: str) -> None:
    found = find_analysis(question, [source_of("sales", SALES).card()])
    assert found is not None
    assert f"result = {call}" in found.code.text


@pytest.mark.parametrize(
    "question",
    [
        "what explains the change in profit between February and March",
        "what explains the change in revenue between Febtober and March",
        "is the difference in delay between planets significant",
        "forecast revenue for the next 900 months",
        "outliers in region",
        "total revenue by region",
    ],
)
def test_what_the_frame_does_not_have_is_left_to_the_grammar(question: str) -> None:
    assert find_analysis(question, [source_of("sales", SALES).card()]) is None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("what explains the change in revenue between February and March", "The largest part is region north"),
        ("is the difference in delay between carriers significant", "delay differs significantly between AA and BB"),
        ("forecast revenue for the next 3 months", "revenue is forecast at"),
        ("outliers in revenue", "The farthest is 900"),
    ],
)
def test_the_answer_is_a_sentence_with_its_table_and_its_assumptions(
    analyst: Analyst, question: str, answer: str
) -> None:
    turn = analyst.ask(question, {"sales": SALES})
    assert turn.ok, turn.error
    assert answer in turn.answer
    assert len(turn.tables) == 1
    assert any("Method: " in result.to_text() for result in turn.results if result.kind == "text")
