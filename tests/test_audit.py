"""The audit of a plan: a word that changes an answer has left its mark in the plan, or the question is not answered."""

from __future__ import annotations

import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.audit import audited
from analyst_magic.planner.lexicon import lexicon
from analyst_magic.planner.plan.schema import Dimension, Filter, Measure, Order, QueryPlan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile

STAYS = pd.DataFrame(
    {
        "stay_id": [f"S{i}" for i in range(6)],
        "ward": ["Surgery", "Heart", "Heart", "Surgery", "Eyes", "Eyes"],
        "admitted": pd.to_datetime(
            ["2025-01-03", "2025-02-01", "2025-02-10", "2025-03-05", "2025-03-09", "2025-07-07"]
        ),
        "nights": [1, 2, 3, 4, 5, 9],
        "cost": [10.0, 20, 30, 40, 50, 60],
        "emergency": [True, False, False, True, False, False],
    }
)
WORDS = lexicon(profile(to_frame("stays", STAYS)))
COUNT = Measure(function="count")
SURGERY = Filter(column="ward", operator="=", values=("Surgery",))
BY_WARD = (Dimension(column="ward"),)
MEAN = Measure(function="mean", column="cost")

LOST = [
    ("number of stays not in Surgery", QueryPlan(frame="stays", filters=(SURGERY,), measures=(COUNT,)), "not"),
    ("average cost in Surgery", QueryPlan(frame="stays", measures=(MEAN,)), "Surgery"),
    ("average cost above 4 nights", QueryPlan(frame="stays", measures=(MEAN,)), "above"),
    ("average cost by ward", QueryPlan(frame="stays", measures=(MEAN,)), "ward"),
    ("average cost per ward", QueryPlan(frame="stays", select=("ward", "cost")), "average"),
    ("median cost", QueryPlan(frame="stays", measures=(Measure(function="sum", column="cost"),)), "median"),
    ("total cost and nights", QueryPlan(frame="stays", measures=(Measure(function="sum", column="cost"),)), "nights"),
    ("stays each month", QueryPlan(frame="stays"), "each"),
    ("cost above 20 by ward", QueryPlan(frame="stays", group_by=BY_WARD,
     filters=(Filter(column="cost", operator=">", values=(20,)),)), "by"),
    ("number of different wards", QueryPlan(frame="stays", measures=(COUNT,)), "different"),
    ("the 3 stays with the highest cost",
     QueryPlan(frame="stays", order=(Order(column="cost", descending=True),), limit=1), "3"),
    ("ward with the lowest average cost",
     QueryPlan(frame="stays", group_by=BY_WARD, measures=(MEAN,), limit=1,
               order=(Order(column="cost", function="mean", descending=True),)), "lowest"),
    ("share of emergency stays by ward", QueryPlan(frame="stays", group_by=BY_WARD, measures=(COUNT,)), "share"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "plan", "word"), LOST, ids=[question for question, _, _ in LOST])
def test_a_plan_that_lost_a_word_is_no_answer(question: str, plan: QueryPlan, word: str) -> None:
    with pytest.raises(Abstained) as caught:
        audited(plan, question, WORDS)
    assert f"“{word}" in caught.value.message


WHOLE = [
    ("number of stays not in Surgery", QueryPlan(frame="stays", measures=(COUNT,),
     filters=(Filter(column="ward", operator="!=", values=("Surgery",)),))),
    ("number of stays that are not an emergency", QueryPlan(frame="stays", measures=(COUNT,),
     filters=(Filter(column="emergency", operator="=", values=(False,)),))),
    ("ward with the lowest average cost", QueryPlan(frame="stays", group_by=BY_WARD, measures=(MEAN,), limit=1,
     order=(Order(column="cost", function="mean"),))),
    ("average cost of stays longer than 2 nights by ward", QueryPlan(frame="stays", group_by=BY_WARD, measures=(MEAN,),
     filters=(Filter(column="nights", operator=">", values=(2,)),))),
    ("how many stays per month", QueryPlan(frame="stays", group_by=(Dimension(column="admitted", time="month"),),
     measures=(COUNT,))),
]  # fmt: skip


@pytest.mark.parametrize(("question", "plan"), WHOLE, ids=[question for question, _ in WHOLE])
def test_a_plan_with_all_that_was_asked_stays(question: str, plan: QueryPlan) -> None:
    assert audited(plan, question, WORDS) is plan
