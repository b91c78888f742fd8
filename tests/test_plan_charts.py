"""Charts as they are asked for: the figures that the programs draw, read as a user sees them."""

from __future__ import annotations

import ast
from typing import Any

import pandas as pd
import pytest
from palmerpenguins import load_penguins

from analyst_magic.planner.plan.compile import to_code
from analyst_magic.planner.plan.describe import reading
from analyst_magic.planner.plan.schema import (
    Calculation,
    Derived,
    Dimension,
    Filter,
    Look,
    Measure,
    QueryPlan,
    Window,
)
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile

MONTHS = ["apr", "feb", "jan", "mar", "dec"]
sales = pd.DataFrame(
    {
        "month_name": MONTHS * 2,
        "weekday": ["Fri", "Mon", "Sun", "Tue", "Wed"] * 2,
        "text_day": ["31/12/2023", "01/02/2024", "05/01/2024", "02/02/2024", "03/03/2024"] * 2,
        "period": ["Jan-24", "Mar-24", "Feb-24", "Dec-23", "Apr-24"] * 2,
        "region": ["n"] * 5 + ["s"] * 5,
        "year": [2019, 2020, 2021, 2022, 2023] * 2,
        "day": pd.to_datetime(["2024-04-01", "2024-02-01", "2024-01-01", "2024-03-01", "2024-12-01"] * 2),
        "units": range(10),
        "price": [1.0, 10.0, 100.0, 1000.0, 5.0] * 2,
    }
)
FRAMES: dict[str, Any] = {"sales": sales, "penguins": load_penguins()}
CARDS = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}
UNITS = Measure(function="sum", column="units", name="total_units")
PRICE = Measure(function="mean", column="price", name="mean_price")


def draw(plan: QueryPlan) -> Any:
    """The figure of a plan's program."""
    code = to_code(plan, CARDS[plan.frame])
    assert code.language == "python"
    tree = ast.parse(code.text)
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    space: dict[str, Any] = {"__name__": "cell", "answer": lambda text, rows: None, **FRAMES}
    exec(compile(tree, "generated", "exec"), space)
    return eval(compile(ast.Expression(last.value), "generated", "eval"), space)


def chart(
    kind: Any, *groups: str, look: Look | None = None, measures: tuple[Measure, ...] = (UNITS,), **more: Any
) -> Any:
    return draw(
        QueryPlan(
            frame="sales",
            group_by=tuple(Dimension(column=group) for group in groups),
            measures=measures,
            chart=kind,
            look=look or Look(),
            **more,
        )
    )


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ("month_name", ["jan", "feb", "mar", "apr", "dec"]),
        ("weekday", ["Mon", "Tue", "Wed", "Fri", "Sun"]),
        ("text_day", ["31/12/2023", "05/01/2024", "01/02/2024", "02/02/2024", "03/03/2024"]),
        ("period", ["Dec-23", "Jan-24", "Feb-24", "Mar-24", "Apr-24"]),
    ],
)
@pytest.mark.parametrize("kind", ["line", "bar", "area"])
def test_time_as_text_runs_along_the_calendar(kind: str, column: str, order: list[str]) -> None:
    fig = chart(kind, column)
    along = list(fig.data[0].y if fig.data[0].orientation == "h" and kind == "bar" else fig.data[0].x)
    assert along == order
    coloured = chart(kind, column, "region")
    assert list(coloured.layout.xaxis.categoryarray or coloured.layout.yaxis.categoryarray) == order


def test_a_line_of_rows_runs_along_the_calendar() -> None:
    fig = draw(
        QueryPlan(
            frame="sales",
            select=("month_name", "units"),
            chart="line",
            filters=(Filter(column="region", operator="=", values=("n",)),),
        )
    )
    assert list(fig.data[0].x) == ["jan", "feb", "mar", "apr", "dec"]


def test_bars_are_stacked_or_side_by_side() -> None:
    assert chart("bar", "weekday", "region").layout.barmode == "group"
    stacked = chart("bar", "weekday", "region", look=Look(stacked=True))
    assert (stacked.layout.barmode, len(stacked.data)) == ("stack", 2)
    assert chart("bar", "weekday", "region", look=Look(percent=True)).layout.barnorm == "percent"


@pytest.mark.parametrize("wanted", [True, False])
def test_bars_lie_or_stand_as_asked(wanted: bool) -> None:
    fig = chart("bar", "region", look=Look(horizontal=wanted))
    assert (fig.data[0].orientation == "h") is wanted
    assert list(fig.data[0].y if wanted else fig.data[0].x) == ["n", "s"]


def test_areas_logarithms_and_facets() -> None:
    area = chart("area", "day", "region")
    assert {trace.stackgroup for trace in area.data} == {"1"}
    assert chart("line", "day", look=Look(log=("y",))).layout.yaxis.type == "log"
    facets = chart("bar", "weekday", "region", look=Look(facet="region"))
    assert [a.text for a in facets.layout.annotations] == ["Region=n", "Region=s"]


def test_two_figures_have_an_axis_each() -> None:
    fig = chart("bar", "day", measures=(UNITS, PRICE), look=Look(lines=("mean_price",), right=("mean_price",)))
    assert [(trace.type, trace.yaxis) for trace in fig.data] == [("bar", "y"), ("scatter", "y2")]
    assert fig.layout.yaxis2.title.text == "Mean price"
    lines = chart("line", "day", measures=(UNITS, PRICE), look=Look(right=("mean_price",)))
    assert [(trace.type, trace.yaxis) for trace in lines.data] == [("scatter", "y"), ("scatter", "y2")]


def test_several_figures_have_names_of_their_own() -> None:
    fig = chart("bar", "region", measures=(UNITS, PRICE))
    assert [trace.name for trace in fig.data] == ["Total units", "Mean price"]


def test_what_is_computed_is_drawn() -> None:
    fig = chart("line", "year", computed=(Window(name="so_far", function="running total", of="total_units"),))
    assert list(fig.data[0].y) == [5, 12, 21, 32, 45]
    assert list(fig.data[0].x) == [2019, 2020, 2021, 2022, 2023]
    assert fig.layout.yaxis.title.text == "Running total of units"


def test_violins_treemaps_and_sizes() -> None:
    violin = draw(
        QueryPlan(frame="penguins", select=("body_mass_g",), group_by=(Dimension(column="species"),), chart="violin")
    )
    assert violin.data[0].type == "violin"
    assert len(violin.data[0].y) == load_penguins().body_mass_g.notna().sum()
    tree = chart("treemap", "region", "weekday")
    assert tree.data[0].type == "treemap"
    assert set(tree.data[0].labels) >= {"n", "s", "Mon"}
    sized = draw(
        QueryPlan(
            frame="penguins",
            select=("flipper_length_mm", "body_mass_g"),
            chart="scatter",
            look=Look(size="bill_length_mm"),
        )
    )
    assert len(sized.data[0].marker.size) == len(sized.data[0].x) == load_penguins().bill_length_mm.notna().sum()


def test_a_regression_line_is_that_of_all_points() -> None:
    fig = draw(
        QueryPlan(frame="penguins", select=("flipper_length_mm", "body_mass_g"), chart="scatter", look=Look(trend=True))
    )
    line = fig.data[-1]
    slope = (line.y[1] - line.y[0]) / (line.x[1] - line.x[0])
    known = load_penguins().dropna(subset=["flipper_length_mm", "body_mass_g"])
    expected = known.flipper_length_mm.cov(known.body_mass_g) / known.flipper_length_mm.var()
    assert slope == pytest.approx(expected)


def test_derived_columns_and_sources_are_drawn() -> None:
    revenue = Derived(name="revenue", value=Calculation(operator="*", left="units", right="price"))
    points = draw(QueryPlan(frame="sales", derived=(revenue,), select=("units", "revenue"), chart="scatter"))
    assert sorted(points.data[0].y) == sorted(sales.units * sales.price)
    counts = QueryPlan(frame="sales", group_by=(Dimension(column="weekday"),), measures=(UNITS,))
    spread = draw(QueryPlan(frame="sales", source=counts, select=("total_units",), chart="histogram"))
    assert sorted(spread.data[0].x) == sorted(sales.groupby("weekday").units.sum())


def test_bands_and_months_keep_their_order() -> None:
    fig = draw(
        QueryPlan(frame="sales", group_by=(Dimension(column="price", edges=(10, 100)),), measures=(UNITS,), chart="bar")
    )
    assert list(fig.data[0].x) == ["under 10", "10 to under 100", "100 and over"]
    months = draw(
        QueryPlan(
            frame="sales", group_by=(Dimension(column="day", time="month of year"),), measures=(UNITS,), chart="line"
        )
    )
    assert list(months.data[0].x) == ["January", "February", "March", "April", "December"]


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (Look(stacked=True), "as a stacked bar chart"),
        (Look(percent=True), "as a stacked bar chart to 100%"),
        (Look(horizontal=True), "as a horizontal bar chart"),
        (Look(log=("y",)), "on a logarithmic y axis"),
        (Look(facet="region"), "one for each region"),
        (Look(lines=("total_units",)), "with the total of units as a line"),
    ],
)
def test_the_reading_says_how_it_is_drawn(look: Look, words: str) -> None:
    plan = QueryPlan(
        frame="sales",
        group_by=(Dimension(column="weekday"), Dimension(column="region")),
        measures=(UNITS,),
        chart="bar",
        look=look,
    )
    assert words in reading(plan, CARDS["sales"])


MANY = pd.DataFrame({"name": [f"n{place}" for place in range(70)], "v": range(70)})


@pytest.mark.parametrize(("format", "limit"), [("xlsx", 60), ("docx", 40), ("pdf", 40), ("pptx", 36)])
@pytest.mark.parametrize("rows", [30, 70])
def test_a_document_says_that_its_chart_is_left_out(format: Any, limit: int, rows: int, tmp_path: Any) -> None:
    plan = QueryPlan(
        frame="many",
        group_by=(Dimension(column="name"),),
        measures=(Measure(function="sum", column="v"),),
        chart="bar",
        document=format,
    )
    many = MANY.head(rows)
    said: list[str] = []
    code = to_code(plan, profile(to_frame("many", many)))
    space = {"answer": lambda text, rows=None: said.append(text), "many": many, "OUTPUT_PATH": str(tmp_path / "file")}
    exec(compile(code.text, "generated", "exec"), {"__name__": "cell", **space})
    left_out = [text for text in said if text.startswith("The bar chart is left out")]
    assert len(left_out) == (rows > limit)
    assert all(f"{limit} are the most" in text for text in left_out)


def test_a_document_says_which_chart_it_cannot_hold(tmp_path: Any) -> None:
    plan = QueryPlan(
        frame="sales",
        group_by=(Dimension(column="region"), Dimension(column="weekday")),
        measures=(UNITS,),
        chart="bar",
        look=Look(stacked=True),
        document="docx",
    )
    said: list[str] = []
    space = {"answer": lambda text, rows=None: said.append(text), "sales": sales, "OUTPUT_PATH": str(tmp_path / "file")}
    exec(compile(to_code(plan, CARDS["sales"]).text, "generated", "exec"), {"__name__": "cell", **space})
    assert said[-1].startswith("The bar chart is left out, as a Word document cannot hold it")
