"""Plans made at random: each compiles, runs, and says in words what it is and what it found."""

from __future__ import annotations

from random import Random
from typing import Any

import pandas as pd
import pytest
from answers import run
from pydantic import ValidationError

from analyst_magic.planner.plan.cards import dimension_name
from analyst_magic.planner.plan.compile import to_code
from analyst_magic.planner.plan.describe import reading, title
from analyst_magic.planner.plan.schema import (
    AllOf,
    AnyOf,
    Calculation,
    Condition,
    Derived,
    Dimension,
    Filter,
    Look,
    Measure,
    Not,
    Order,
    Period,
    QueryPlan,
    Rows,
    Window,
)
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile

sales = pd.DataFrame(
    {
        "day": pd.to_datetime(["2023-01-05", "2023-02-01", "2023-02-11", "2023-04-01", "2024-01-09", "2024-02-02"]),
        "shop": ["Rome", "Oslo", "Rome", "Oslo", "Rome", None],
        "product": ["pen", "ink", "pen", "pad", "pad", "ink"],
        "units": [4, 2, 3, 10, 6, 3],
        "price": [1.5, 2.0, 1.25, 4.0, 3.0, None],
    }
)
CARD = profile(to_frame("sales", sales))
REVENUE = Derived(name="revenue", value=Calculation(operator="*", left="units", right="price"))
TEXTS, NUMBERS = ["shop", "product"], ["units", "price", "revenue"]
FUNCTIONS = [
    "count", "sum", "mean", "median", "min", "max", "std", "share", "correlation", "ratio", "variance", "quantile",
    "mode", "range", "interquartile range", "weighted mean", "slope", "first", "last", "count distinct",
]  # fmt: skip
TIMES = ["month", "year", "quarter", "week", "day of week", "month of year", "quarter of year", "weekend", "decade"]
WINDOWS = ["running total", "moving mean", "rank", "growth", "difference", "share", "running share", "previous", "tile"]


def a_condition(random: Random, depth: int = 2) -> Condition:
    if depth and random.random() < 0.4:
        inner = (a_condition(random, depth - 1), a_condition(random, depth - 1))
        return random.choice([Not(negated=inner[0]), AllOf(all_of=inner), AnyOf(any_of=inner)])
    return random.choice(
        [
            Filter(column=random.choice(TEXTS), operator="=", values=(random.choice(["Rome", "pen"]),)),
            Filter(column=random.choice(NUMBERS), operator=random.choice([">", "<=", "!="]), values=(3,)),
            Filter(column=random.choice(TEXTS), operator=random.choice(["is null", "is not null"])),
            Filter(column="day", part="month", operator="in", values=(1, 2)),
            Filter(
                column="units", operator=">", other=random.choice(["price", Measure(function="mean", column="units")])
            ),
            Period(column="day", start="2023-02-01", end=random.choice([None, "2024-01-01"])),
        ]
    )


def a_group(random: Random) -> Dimension:
    time: Any = random.choice(TIMES)
    return random.choice(
        [
            Dimension(column=random.choice(TEXTS)),
            Dimension(column="day", time=time),
            Dimension(column="day", time="year", fiscal=4),
            Dimension(column="units", width=2),
            Dimension(column="units", edges=(3, 5)),
        ]
    )


def a_figure(random: Random, place: int) -> Measure:
    function: Any = random.choice(FUNCTIONS)
    bare = function in {"count", "share"} and random.random() < 0.6
    paired = function in {"correlation", "ratio", "weighted mean", "slope"}
    return Measure(
        function=function,
        column=None if bare else random.choice(NUMBERS),
        other="units" if paired else None,
        fraction=0.9 if function == "quantile" else None,
        where=(a_condition(random, 0),) if random.random() < 0.25 else (),
        name=f"figure_{place}",
    )


def a_plan(random: Random) -> QueryPlan:
    parts: dict[str, Any] = {"frame": "sales", "derived": (REVENUE,)}
    chance = random.random
    if chance() < 0.5:
        parts["filters"] = tuple(a_condition(random) for _ in range(random.choice([1, 2])))
    if chance() < 0.15:
        return QueryPlan(**parts, select=("shop", "units"), order=(Order(column="units", descending=True),), limit=2)
    parts["measures"] = tuple(a_figure(random, place) for place in range(random.choice([1, 1, 2])))
    if chance() < 0.75:
        groups = [a_group(random), a_group(random)][: random.choice([1, 1, 2])]
        parts["group_by"] = tuple({group.column: group for group in groups}.values())
        figure: Any = random.choice(WINDOWS)
        if chance() < 0.3:
            parts["having"] = (Rows(which="some", where=(a_condition(random, 1),)),)
        if chance() < 0.3:
            size = 2 if figure in {"moving mean", "tile"} else None
            parts["computed"] = (Window(name="made", function=figure, of="figure_0", size=size),)
        if chance() < 0.4:
            parts |= {"order": (Order(column="figure_0", descending=True),), "limit": random.choice([1, 2, 3])}
            parts["offset"] = int(chance() < 0.3)
            parts["each"] = (dimension_name(parts["group_by"][0]),) if len(parts["group_by"]) > 1 else ()
        elif chance() < 0.4:
            parts["chart"] = random.choice(["bar", "line", "area", "pie", "treemap"])
            parts["look"] = random.choice([Look(), Look(stacked=True), Look(percent=True), Look(log=("y",))])
            parts["document"] = random.choice([None, None, "xlsx", "docx"])
    if chance() < 0.2:
        parts["claim"] = Filter(column="figure_0", operator=">", values=(2,))
    plan = QueryPlan(**parts)
    if plan.group_by and not plan.chart and not plan.claim and chance() < 0.3:
        return QueryPlan(frame="sales", source=plan, measures=(Measure(function="mean", column="figure_0"),))
    return plan


@pytest.mark.parametrize("seed", range(60))
def test_any_plan_compiles_runs_and_speaks(seed: int) -> None:
    try:
        plan = a_plan(Random(seed))
    except ValidationError:
        return
    said = run(to_code(plan, CARD), {"sales": sales})
    assert said.strip().endswith(".")
    assert "{" not in said
    assert reading(plan, CARD).startswith("Read as: ")
    assert title(plan)
    assert QueryPlan.model_validate_json(plan.model_dump_json()) == plan
