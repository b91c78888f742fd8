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
        ("what explains the change in revenue per delay between February and March by region",
         'explain_ratio(sales, "revenue", "delay", "region", "order_date", "2024-02", "2024-03")'),
        ("why did revenue per delay fall from 2022 to 2023 by carrier",
         'explain_ratio(sales, "revenue", "delay", "carrier", "order_date", "2022", "2023")'),
        ("cluster sales by revenue and delay", 'cluster(sales, ["revenue", "delay"])'),
        ("Cluster rows by revenue, delay into 3 groups", 'cluster(sales, ["revenue", "delay"], 3)'),
        ("find 4 clusters of revenue and delay", 'cluster(sales, ["revenue", "delay"], 4)'),
        ("linear regression of revenue on delay and region", 'regress(sales, "revenue", ["delay", "region"])'),
        ("how well do delay, region and carrier explain revenue?",
         'regress(sales, "revenue", ["delay", "region", "carrier"])'),
        ("classify carrier by delay and revenue", 'classify(sales, "carrier", ["delay", "revenue"])'),
        ("predict region from delay", 'classify(sales, "region", ["delay"])'),
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
        "what explains the change in revenue per delay between February and March",
        "cluster planets by revenue and delay",
        "cluster sales by revenue and region",
        "regress revenue on revenue and delay",
        "how well does order_date explain revenue",
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
        ("why did revenue per delay fall from February to March by region", "revenue per delay went from"),
        ("find 2 clusters of revenue and delay", "2 clusters fit best"),
        ("how well does delay explain revenue", "of the variance of revenue"),
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
