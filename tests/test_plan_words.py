"""What plans are said to mean, and what their answers say: read for their English, and true of the data."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from answers import run
from palmerpenguins import load_penguins

from analyst_magic.errors import CheckFailed
from analyst_magic.planner.plan.compile import to_code
from analyst_magic.planner.plan.describe import reading
from analyst_magic.planner.plan.quality import MAX_COLUMNS
from analyst_magic.planner.plan.schema import (
    AllOf,
    AnyOf,
    Calculation,
    Derived,
    Dimension,
    Filter,
    Join,
    Measure,
    Not,
    Order,
    Outlier,
    Period,
    QueryPlan,
    Rows,
    Window,
)
from analyst_magic.planner.plan.words import heading, spoken
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile

sales = pd.DataFrame(
    {
        "day": pd.to_datetime(["2023-01-05", "2023-02-01", "2023-02-11", "2023-04-01", "2024-01-09", "2024-02-02"]),
        "shop": ["Rome", "Oslo", "Rome", "Oslo", "Rome", "Bern"],
        "product": ["pen", "ink", "pen", "pad", "pad", "ink"],
        "units": [4, 2, 3, 10, 6, 3],
        "price": [1.5, 2.0, 1.25, 4.0, 3.0, None],
        "status": ["Shipped", "On Hold", None, "Shipped", "Shipped", "Returned"],
    }
)
states = pd.DataFrame(
    {
        "state": ["Utah", "Alaska", "Ohio"],
        "capital": ["Salt Lake City", "Juneau", "Columbus"],
        "area": [84899, 665384, 44825],
        "population": [3271616, 733391, 11799448],
    }
)
trips = pd.DataFrame(
    {
        "carrier": ["UA", "AA", "UA", "DL"],
        "dest": ["BOS", "BOS", "MIA", "BOS"],
        "delay": [23.8, 19.0, 23.8, 5.0],
        "month": [7, 7, 1, 12],
    }
)

FRAMES: dict[str, Any] = {"sales": sales, "states": states, "trips": trips, "penguins": load_penguins()}
CARDS = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}


def eq(column: str, value: Any) -> Filter:
    return Filter(column=column, operator="=", values=(value,))


def D(column: str, **more: Any) -> Dimension:
    return Dimension(column=column, **more)


def M(function: Any, column: str | None = None, **more: Any) -> Measure:
    return Measure(function=function, column=column, **more)


def W(name: str, function: Any, of: str, **more: Any) -> Window:
    return Window(name=name, function=function, of=of, **more)


Q = QueryPlan
month = D("day", time="month")
units = M("sum", "units", name="total")
rev = Derived(name="revenue", value=Calculation(operator="*", left="units", right="price"))
daily = Q(frame="sales", group_by=(D("shop"),), measures=(M("count", name="n"),))
PLANS: dict[str, QueryPlan] = {
    "count": Q(frame="sales", measures=(M("count"),)),
    "count1": Q(frame="sales", measures=(M("count"),), filters=(eq("product", "pad"), eq("shop", "Rome"))),
    "or": Q(
        frame="sales",
        measures=(M("count"),),
        filters=(
            AnyOf(
                any_of=(
                    eq("shop", "Rome"),
                    AllOf(
                        all_of=(Filter(column="units", operator=">", values=(5,)), Not(negated=eq("status", "Shipped")))
                    ),
                )
            ),
        ),
    ),
    "not": Q(
        frame="sales",
        measures=(units,),
        filters=(Not(negated=AllOf(all_of=(eq("shop", "Rome"), eq("product", "pen")))),),
    ),
    "period": Q(
        frame="sales",
        measures=(units,),
        filters=(Period(column="day", start="2023-02-01", end="2023-03-01", label="last month"),),
    ),
    "since": Q(frame="sales", measures=(units,), filters=(Period(column="day", start="2023-02-01"),)),
    "having": Q(
        frame="sales",
        group_by=(D("shop"),),
        measures=(M("count", name="n"),),
        having=(Filter(column="n", operator=">", values=(1,)),),
    ),
    "both": Q(
        frame="trips",
        group_by=(D("carrier"),),
        having=(Rows(which="some", where=(eq("dest", "BOS"),)), Rows(which="some", where=(eq("dest", "MIA"),))),
    ),
    "only": Q(frame="trips", group_by=(D("carrier"),), having=(Rows(which="all", where=(eq("dest", "BOS"),)),)),
    "never": Q(frame="trips", group_by=(D("carrier"),), having=(Rows(which="no", where=(eq("dest", "BOS"),)),)),
    "nested": Q(frame="sales", source=daily, measures=(M("mean", "n"),)),
    "nested2": Q(
        frame="sales",
        source=Q(frame="sales", group_by=(month,), measures=(units,), filters=(eq("shop", "Rome"),)),
        measures=(M("max", "total"), M("mean", "total")),
    ),
    "nestedcount": Q(
        frame="sales", source=daily, filters=(Filter(column="n", operator=">", values=(1,)),), measures=(M("count"),)
    ),
    "derived": Q(
        frame="sales",
        derived=(rev,),
        group_by=(D("shop"),),
        measures=(M("sum", "revenue"),),
        order=(Order(function="sum", column="revenue", descending=True),),
    ),
    "running": Q(
        frame="sales",
        group_by=(month,),
        measures=(units,),
        computed=(W("running_total", "running total", "total"),),
        chart="line",
    ),
    "moving": Q(
        frame="sales", group_by=(month,), measures=(units,), computed=(W("ma", "moving mean", "total", size=2),)
    ),
    "growth": Q(frame="sales", group_by=(month,), measures=(units,), computed=(W("growth", "growth", "total"),)),
    "yoy": Q(
        frame="sales", group_by=(month,), measures=(units,), computed=(W("growth", "growth", "total", period="year"),)
    ),
    "rank": Q(frame="sales", group_by=(D("shop"),), measures=(units,), computed=(W("rank", "rank", "total"),)),
    "topper": Q(
        frame="sales",
        group_by=(D("shop"), D("product")),
        measures=(units,),
        order=(Order(column="total", descending=True),),
        limit=1,
        each=("shop",),
    ),
    "second": Q(
        frame="sales",
        group_by=(D("shop"),),
        measures=(units,),
        order=(Order(column="total", descending=True),),
        limit=1,
        offset=1,
    ),
    "p90": Q(frame="sales", measures=(M("quantile", "units", fraction=0.9),)),
    "many": Q(
        frame="sales", measures=(M("std", "units"), M("variance", "units"), M("mode", "units"), M("range", "units"))
    ),
    "weighted": Q(frame="sales", measures=(M("weighted mean", "price", other="units"),)),
    "pairs": Q(frame="sales", measures=(M("count distinct", "shop", other="product"),)),
    "sharewhere": Q(frame="sales", measures=(M("share", where=(eq("status", "Shipped"),)),)),
    "sharewhereby": Q(frame="sales", group_by=(D("shop"),), measures=(M("share", where=(eq("status", "Shipped"),)),)),
    "sharewithin": Q(frame="sales", group_by=(D("shop"), D("product")), measures=(M("share", within=("shop",)),)),
    "compare": Q(
        frame="trips",
        group_by=(D("carrier"),),
        measures=(M("mean", "delay"),),
        filters=(Filter(column="carrier", operator="in", values=("UA", "AA")),),
    ),
    "comparecount": Q(
        frame="trips",
        group_by=(D("carrier"),),
        measures=(M("count"),),
        filters=(Filter(column="carrier", operator="in", values=("UA", "AA")),),
    ),
    "diff": Q(
        frame="trips",
        measures=(
            M("mean", "delay", where=(eq("carrier", "UA"),), name="ua"),
            M("mean", "delay", where=(eq("carrier", "AA"),), name="aa"),
        ),
        computed=(Derived(name="difference", value=Calculation(operator="-", left="ua", right="aa")),),
    ),
    "yes": Q(
        frame="trips",
        measures=(
            M("mean", "delay", where=(eq("carrier", "UA"),), name="ua"),
            M("mean", "delay", where=(eq("carrier", "AA"),), name="aa"),
        ),
        claim=Filter(column="ua", operator=">", other="aa"),
    ),
    "any": Q(
        frame="trips",
        filters=(Filter(column="delay", operator=">", values=(1000,)),),
        measures=(M("count", name="n"),),
        claim=Filter(column="n", operator=">", values=(0,)),
    ),
    "any2": Q(
        frame="trips",
        filters=(Filter(column="delay", operator=">", values=(20,)),),
        measures=(M("count", name="n"),),
        claim=Filter(column="n", operator=">", values=(0,)),
    ),
    "isbest": Q(
        frame="trips",
        group_by=(D("carrier"),),
        measures=(M("count", name="n"),),
        order=(Order(column="n", descending=True),),
        limit=1,
        claim=eq("carrier", "AA"),
    ),
    "all": Q(
        frame="sales",
        measures=(M("count", where=(Filter(column="price", operator="is null"),), name="without"),),
        claim=Filter(column="without", operator="=", values=(0,)),
    ),
    "isabove": Q(
        frame="trips", measures=(M("mean", "delay", name="m"),), claim=Filter(column="m", operator=">", values=(10,))
    ),
    "lookup": Q(frame="states", select=("population",), filters=(eq("state", "Utah"),)),
    "lookup2": Q(frame="states", select=("population", "area"), filters=(eq("state", "Utah"),)),
    "capital": Q(
        frame="states",
        select=("capital", "state", "area"),
        order=(Order(column="area", descending=True),),
        limit=1,
        wanted=("capital",),
    ),
    "capital2": Q(
        frame="states",
        select=("capital", "state", "area"),
        order=(Order(column="area", descending=True),),
        limit=1,
        offset=1,
        wanted=("capital",),
    ),
    "secondrow": Q(frame="states", order=(Order(column="area", descending=True),), limit=1, offset=1),
    "before": Q(
        frame="states", computed=(W("before", "previous", "state"),), qualify=(eq("state", "Ohio"),), wanted=("before",)
    ),
    "last": Q(frame="states", order=(Order(descending=True),), limit=2),
    "missing": Q(frame="sales", about="missing"),
    "summary": Q(frame="sales", about="summary"),
    "columns": Q(frame="sales", about="columns"),
    "dups": Q(frame="sales", about="duplicates"),
    "dups2": Q(frame="sales", about="duplicates", select=("shop",)),
    "corr": Q(frame="penguins", about="correlations"),
    "outlier": Q(frame="sales", filters=(Outlier(column="units"),)),
    "slope": Q(
        frame="penguins",
        measures=(
            M("slope", "body_mass_g", other="flipper_length_mm"),
            M("r squared", "body_mass_g", other="flipper_length_mm"),
        ),
    ),
    "monthint": Q(frame="trips", group_by=(D("month"),), measures=(M("count"),)),
    "monthline": Q(frame="trips", group_by=(D("month"),), measures=(M("count"),), chart="line"),
    "fiscal": Q(frame="sales", group_by=(D("day", time="year", fiscal=4),), measures=(units,)),
    "bands": Q(frame="sales", group_by=(D("units", edges=(3, 5)),), measures=(M("count"),)),
    "weekday": Q(frame="sales", group_by=(D("day", time="day of week"),), measures=(M("count"),)),
    "weekend": Q(
        frame="sales",
        filters=(Filter(column="day", part="day of week", operator="in", values=(6, 7)),),
        measures=(M("count"),),
    ),
    "abovemean": Q(
        frame="sales", filters=(Filter(column="units", operator=">", other=M("mean", "units")),), measures=(M("count"),)
    ),
    "qualify": Q(
        frame="sales",
        group_by=(D("shop"),),
        measures=(units,),
        computed=(W("part", "share", "total"),),
        qualify=(Filter(column="part", operator=">", values=(40,)),),
    ),
}

WORDS: dict[str, tuple[str, str]] = {
    "count": ("Read as: the number of rows in sales.", "There are 6 sales."),
    "count1": (
        "Read as: the number of rows in sales where product = 'pad' and shop = 'Rome'.",
        "There is 1 sale where product is pad and shop is Rome.",
    ),
    "or": (
        "Read as: the number of rows in sales where shop = 'Rome' or (units > 5 and status != 'Shipped').",
        "There are 3 sales where shop is Rome or (units is above 5 and status is not Shipped).",
    ),
    "not": (
        "Read as: the total of units in sales where not (shop = 'Rome' and product = 'pen').",
        "The total units where not (shop is Rome and product is pen) are 21.",
    ),
    "period": (
        "Read as: the total of units in sales where day is in last month (from 2023-02-01 to 2023-02-28).",
        "The total units where day is in last month (from 2023-02-01 to 2023-02-28) are 5.",
    ),
    "since": (
        "Read as: the total of units in sales where day is from 2023-02-01 on.",
        "The total units where day is from 2023-02-01 on are 24.",
    ),
    "having": (
        "Read as: the number of rows in sales, for each shop, only groups where the number of rows > 1.",
        "Rome has the most sales among shops whose number of sales is above 1: 3; Oslo the fewest: 2.",
    ),
    "both": (
        (
            "Read as: the different values of carrier in trips, only groups where some rows have dest = 'BOS'"
            " and some rows have dest = 'MIA'."
        ),
        ("There is 1 carrier that has trips where destination is BOS and that has trips where destination is MIA: UA."),
    ),
    "only": (
        "Read as: the different values of carrier in trips, only groups where all rows have dest = 'BOS'.",
        "There are 2 carriers that have only trips where destination is BOS: AA and DL.",
    ),
    "never": (
        "Read as: the different values of carrier in trips, only groups where no rows have dest = 'BOS'.",
        "There are no carriers that have no trips where destination is BOS.",
    ),
    "nested": (
        "Read as: the mean of n of these rows; each row is the number of rows in sales, for each shop.",
        "The mean number of sales per shop is 2.",
    ),
    "nested2": (
        (
            "Read as: the maximum of total and the mean of total of these rows; each row is the total of "
            "units in sales where shop = 'Rome', for each month of day."
        ),
        "Maximum total units per month where shop is Rome: 6; mean total units per month: 4.33.",
    ),
    "nestedcount": (
        (
            "Read as: the number of rows of these rows where n > 1; each row is the number of rows in sales, "
            "for each shop."
        ),
        "There are 2 shops where number of sales is above 1.",
    ),
    "derived": (
        ("Read as: the total of revenue in sales, with revenue = units * price, for each shop, highest first."),
        "Oslo has the highest total revenue: 44.00; Rome the lowest: 27.75.",
    ),
    "running": (
        (
            "Read as: the total of units in sales, for each month of day, with the running total of units"
            " as running_total, as a line chart."
        ),
        "The running total of units reaches 28 in February 2024.",
    ),
    "moving": (
        (
            "Read as: the total of units in sales, for each month of day, with the moving mean of the total "
            "of units over 2 rows as ma."
        ),
        (
            "The moving mean over 2 months of total units is highest in January 2024 (8) and lowest in "
            "February 2023 and February 2024 (4.50)."
        ),
    ),
    "growth": (
        (
            "Read as: the total of units in sales, for each month of day, with the growth of the total of "
            "units in per cent over the month before as growth."
        ),
        (
            "The growth of total units over the month before is highest in February 2023 (25%) and lowest in "
            "February 2024 (-50%)."
        ),
    ),
    "yoy": (
        (
            "Read as: the total of units in sales, for each month of day, with the growth of the total of "
            "units in per cent over the year before as growth."
        ),
        (
            "The growth of total units over the year before is highest in January 2024 (50%) and lowest in "
            "February 2024 (-40%)."
        ),
    ),
    "rank": (
        ("Read as: the total of units in sales, for each shop, with the rank by the total of units as rank."),
        "Rome ranks first by total units.",
    ),
    "topper": (
        (
            "Read as: the total of units in sales, for each shop and product, highest first, the first one "
            "only for each shop."
        ),
        "The product with the highest total units for each shop: Oslo / pad, Rome / pen and Bern / ink.",
    ),
    "second": (
        "Read as: the total of units in sales, for each shop, highest first, the 2nd only.",
        "Oslo has the second highest total units: 12.",
    ),
    "p90": ("Read as: the 90th percentile of units in sales.", "The 90th percentile of units is 8."),
    "many": (
        (
            "Read as: the standard deviation of units, the variance of units, the most frequent value of "
            "units (the lowest of several) and the range of units in sales."
        ),
        ("Standard deviation of units: 2.94; variance of units: 8.67; most frequent units: 3; range of units: 8."),
    ),
    "weighted": ("Read as: the mean of price weighted by units in sales.", "The mean price weighted by units is 2.87."),
    "pairs": (
        "Read as: the number of different pairs of shop and product in sales.",
        "The number of different pairs of shop and product is 5.",
    ),
    "sharewhere": (
        "Read as: the share of rows in per cent where status = 'Shipped' in sales.",
        "50% of the sales are those where status is Shipped.",
    ),
    "sharewhereby": (
        "Read as: the share of rows in per cent where status = 'Shipped' in sales, for each shop.",
        "Rome has the highest share of sales where status is Shipped: 66.7%; Bern the lowest: 0%.",
    ),
    "sharewithin": (
        "Read as: the share of rows in per cent within each shop in sales, for each shop and product.",
        "Bern / ink has the highest share of sales within each shop: 100%; Rome / pad the lowest: 33.3%.",
    ),
    "compare": (
        "Read as: the mean of delay in trips where carrier is one of 'UA' or 'AA', for each carrier.",
        "UA has the higher mean delay: 23.8 against 19 for AA.",
    ),
    "comparecount": (
        "Read as: the number of rows in trips where carrier is one of 'UA' or 'AA', for each carrier.",
        "UA has more trips: 2 against 1 for AA.",
    ),
    "diff": (
        (
            "Read as: the mean of delay where carrier = 'UA' and the mean of delay where carrier = 'AA' in "
            "trips, with difference = ua - aa."
        ),
        "Mean delay where carrier is UA: 23.8; mean delay where carrier is AA: 19; difference: 4.80.",
    ),
    "yes": (
        (
            "Read as: the mean of delay where carrier = 'UA' and the mean of delay where carrier = 'AA' in "
            "trips, and whether the mean of delay where carrier = 'UA' > the mean of delay where carrier = "
            "'AA'."
        ),
        "Yes: the mean delay is 23.8 for UA against 19 for AA.",
    ),
    "any": (
        "Read as: the number of rows in trips where delay > 1000, and whether the number of rows > 0.",
        "No: there are no trips where delay is above 1000.",
    ),
    "any2": (
        "Read as: the number of rows in trips where delay > 20, and whether the number of rows > 0.",
        "Yes: there are 2 trips where delay is above 20.",
    ),
    "isbest": (
        (
            "Read as: the number of rows in trips, for each carrier, highest first, the first one only, and "
            "whether carrier = 'AA'."
        ),
        "No: UA has the most trips: 2.",
    ),
    "all": (
        (
            "Read as: the number of rows where price is missing in sales, and whether the number of rows "
            "where price is missing = 0."
        ),
        "No: there is 1 sale where price is missing.",
    ),
    "isabove": (
        "Read as: the mean of delay in trips, and whether the mean of delay > 10.",
        "Yes: the mean delay is 17.9.",
    ),
    "lookup": (
        "Read as: population of the rows in states where state = 'Utah'.",
        "The population of Utah is 3,271,616.",
    ),
    "lookup2": (
        "Read as: population and area of the rows in states where state = 'Utah'.",
        "Where state is Utah, the population is 3,271,616 and the area is 84,899.",
    ),
    "capital": (
        ("Read as: capital, state and area of the rows in states, sorted by area, highest first, the first one only."),
        "The capital is Juneau: Alaska has the highest area, 665,384.",
    ),
    "capital2": (
        ("Read as: capital, state and area of the rows in states, sorted by area, highest first, the 2nd only."),
        "The capital is Salt Lake City: Utah has the second highest area, 84,899.",
    ),
    "secondrow": (
        "Read as: all columns of the rows in states, sorted by area, highest first, the 2nd only.",
        "The second highest area is 84,899, for Utah.",
    ),
    "before": (
        "Read as: state of the row before the one where state = 'Ohio', in the rows' order in states.",
        "The state before Ohio is Alaska.",
    ),
    "last": (
        "Read as: all columns of the rows in states, in the order of the rows, the last 2 only.",
        "The last 2 states.",
    ),
    "missing": (
        "Read as: the missing values of each column in sales.",
        "price and status have the most missing values: 1 (16.7%).",
    ),
    "summary": (
        "Read as: the summary of each column of numbers in sales.",
        "The summary has 2 columns of numbers: units and price.",
    ),
    "columns": ("Read as: the columns in sales.", "sales has 6 columns: day, shop, product and 3 more."),
    "dups": ("Read as: the rows that occur more than once in sales.", "No two sales are the same."),
    "dups2": (
        "Read as: the rows that occur more than once in sales (shop).",
        "2 values occur more than once, the most frequent 3 times.",
    ),
    "corr": (
        "Read as: the correlations of all pairs of numbers in penguins.",
        "flipper_length_mm and body_mass_g have the strongest correlation: 0.87.",
    ),
    "outlier": (
        (
            "Read as: all columns of the rows in sales where units is far from the others (more than 1.5 "
            "interquartile ranges beyond the quartiles)."
        ),
        (
            "There is 1 sale where units is far from the others (more than 1.5 interquartile ranges beyond "
            "the quartiles)."
        ),
    ),
    "slope": (
        (
            "Read as: the slope of the least-squares line of body_mass_g over flipper_length_mm and the R² of"
            " the least-squares line of body_mass_g over flipper_length_mm in penguins."
        ),
        (
            "Slope of the line of body mass over flipper length: 49.7; R² of the line of body mass over "
            "flipper length: 0.759."
        ),
    ),
    "monthint": (
        "Read as: the number of rows in trips, for each month.",
        (
            "The number of trips is 1 both in January and in December; highest in July (2), lowest in January"
            " and December (1)."
        ),
    ),
    "monthline": (
        "Read as: the number of rows in trips, for each month, as a line chart.",
        (
            "The number of trips is 1 both in January and in December; highest in July (2), lowest in January"
            " and December (1)."
        ),
    ),
    "fiscal": (
        (
            "Read as: the total of units in sales, for each year of day (fiscal years begin in April and are "
            "named by their end)."
        ),
        (
            "The total units rose from 9 in fiscal year 2023 to 19 in fiscal year 2024; highest in fiscal "
            "year 2024 (19), lowest in fiscal year 2023 (9)."
        ),
    ),
    "bands": (
        ("Read as: the number of rows in sales, for each units in the bands under 3, 3 to under 5, 5 and over."),
        "3 to under 5 has the most sales: 3; under 3 the fewest: 1.",
    ),
    "weekday": (
        "Read as: the number of rows in sales, for each day of week of day.",
        "Saturday has the most sales: 2; Tuesday, Wednesday, Thursday and Friday the fewest: 1.",
    ),
    "weekend": (
        "Read as: the number of rows in sales where day is at the weekend.",
        "There are 2 sales where day is at the weekend.",
    ),
    "abovemean": (
        "Read as: the number of rows in sales where units > the mean of units over all rows.",
        "There are 2 sales where units is above the mean units over all rows.",
    ),
    "qualify": (
        (
            "Read as: the total of units in sales, for each shop, with the share of the total of units in per"
            " cent as part, of which those where the share of the total of units in per cent > 40."
        ),
        (
            "The share of total units among shops whose share of total units is above 40 is highest for Rome "
            "(46.4%) and lowest for Oslo (42.9%)."
        ),
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_the_reading_and_the_answer(name: str) -> None:
    plan = PLANS[name]
    read, said = WORDS[name]
    assert reading(plan, CARDS[plan.frame]) == read
    assert run(to_code(plan, CARDS[plan.frame], others=[*CARDS.values()]), FRAMES) == said


def test_a_plan_over_several_frames_says_what_it_counts_once() -> None:
    prices = pd.DataFrame({"product": ["pen", "ink", "pad"], "weight": [10, 20, 30]})
    cards = [CARDS["sales"], profile(to_frame("prices", prices))]
    join = Join(frame="prices", key="product", other="product", brings=("weight",))
    plan = Q(frame="sales", joins=(join,), group_by=(D("shop"),), measures=(M("sum", "weight"),))
    assert reading(plan, cards[0]) == (
        "Read as: the total of weight in sales, with prices where prices.product is sales.product, for each shop, "
        "counting each row of prices once in each group."
    )
    said = run(to_code(plan, cards[0], others=cards), {**FRAMES, "prices": prices})
    assert said == "Oslo has the highest total weight: 50; Bern the lowest: 20."
    share = plan.model_copy(update={"measures": (M("share", "weight"),)})
    with pytest.raises(CheckFailed, match="shares would not add up"):
        to_code(share, cards[0], others=cards)


@pytest.mark.parametrize("about", ["summary", "columns", "missing", "correlations"])
def test_a_question_about_a_wide_frame_says_how_many_columns_it_leaves_out(about: Any) -> None:
    names = ["label", *(f"c{i}" for i in range(MAX_COLUMNS + 12))]
    wide = profile(to_frame("wide", pd.DataFrame({name: [1.5, 2.5] for name in names}).assign(label=["a", "b"])))
    number = 12 if about in {"summary", "correlations"} else 13
    said = reading(Q(frame="wide", about=about), wide)
    assert said.endswith(f" in wide, the first {MAX_COLUMNS} only, without {number} further columns.")
    one_more = tuple(names[1 : MAX_COLUMNS + 2])
    assert "without 1 further column." in reading(Q(frame="wide", about=about, select=one_more), wide)
    assert "further" not in reading(Q(frame="wide", about=about, select=one_more[1:]), wide)
    assert "further" not in reading(Q(frame="wide", about="duplicates"), wide)


def test_ties_are_said() -> None:
    top = Q(
        frame="trips",
        group_by=(D("dest"), D("carrier")),
        measures=(M("count", name="n"),),
        order=(Order(column="n", descending=True),),
        limit=3,
    )
    assert run(to_code(top, CARDS["trips"]), FRAMES).startswith("The 4 combinations of destination and carrier")


@pytest.mark.parametrize(
    ("name", "words", "axis"),
    [
        ("EU_revenue", "EU revenue", "EU revenue"),
        ("Kunde", "Kunde", "Kunde"),
        ("GDP_usd", "GDP", "GDP (USD)"),
        ("customer_ID", "customer ID", "Customer ID"),
        ("Order Date", "Order Date", "Order Date"),
        ("Dep Delay", "Departure Delay", "Departure Delay"),
        ("dep_delay", "departure delay", "Departure delay"),
        ("ARR_DELAY", "arrival delay", "Arrival delay"),
    ],
)
def test_a_name_keeps_the_capitals_that_it_is_written_with(name: str, words: str, axis: str) -> None:
    assert spoken(name) == words
    assert heading(name) == axis
