"""Charts as they are asked for: the figures that the programs draw, read as a user sees them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from docx import Document
from openpyxl import load_workbook
from palmerpenguins import load_penguins
from pptx import Presentation
from pypdf import PdfReader

from analyst_magic.errors import Abstained
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
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Question

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


def test_a_histogram_by_groups_has_a_colour_for_each() -> None:
    fig = draw(QueryPlan(frame="sales", select=("units",), chart="histogram", colour="weekday"))
    assert fig.layout.barmode == "overlay"
    drawn = {trace.name: sorted(trace.x) for trace in fig.data}
    assert drawn == {day: sorted(rows.units) for day, rows in sales.groupby("weekday")}


@pytest.mark.parametrize(
    ("question", "axis"),
    [
        ("bar chart of total units by weekday on a log scale", "yaxis"),
        ("histogram of price with a log y axis", "yaxis"),
        ("scatter of units against price, x axis logarithmic", "xaxis"),
    ],
)
def test_axes_by_powers_of_ten_are_drawn_as_asked(question: str, axis: str) -> None:
    plan, _ = choose_plan(Question(question), (CARDS["sales"],))
    assert draw(plan).layout[axis].type == "log"


@pytest.mark.parametrize(
    "question", ["pie chart of total units by weekday, log scale", "total units by weekday, log scale"]
)
def test_a_look_that_nothing_can_have_is_not_dropped(question: str) -> None:
    with pytest.raises(Abstained):
        choose_plan(Question(question), (CARDS["sales"],))


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


def written_document(plan: QueryPlan, frame: pd.DataFrame, folder: Path) -> tuple[str, list[str]]:
    """The words of a plan's document, and what its program says in the answer."""
    path, said = folder / f"file.{plan.document}", list[str]()
    code = to_code(plan, profile(to_frame(plan.frame, frame)))
    answer = lambda text, rows=None: said.append(text)  # noqa: E731
    space = {"answer": answer, plan.frame: frame, "OUTPUT_PATH": str(path)}
    exec(compile(code.text, "generated", "exec"), {"__name__": "cell", **space})
    match plan.document:
        case "xlsx":
            cells = [str(value) for row in load_workbook(path).active.iter_rows(values_only=True) for value in row]
            return "\n".join(cells), said
        case "docx":
            return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs), said
        case "pdf":
            return "\n".join(" ".join(page.extract_text().split()) for page in PdfReader(path).pages), said
        case _:
            slides = Presentation(str(path)).slides
            return "\n".join(s.text_frame.text for slide in slides for s in slide.shapes if s.has_text_frame), said


@pytest.mark.parametrize(("format", "limit"), [("xlsx", 25), ("docx", 20), ("pdf", 24), ("pptx", 20)])
@pytest.mark.parametrize("rows", [15, 70])
def test_a_document_says_which_groups_its_chart_adds_up(format: Any, limit: int, rows: int, tmp_path: Path) -> None:
    plan = QueryPlan(
        frame="many",
        group_by=(Dimension(column="name"),),
        measures=(Measure(function="sum", column="v"),),
        chart="bar",
        document=format,
    )
    words, _ = written_document(plan, MANY.head(rows), tmp_path)
    assert (f"The chart shows the {limit - 1} largest of 70 groups; the others are added up." in words) == (rows == 70)


def test_a_document_says_which_series_its_chart_leaves_out(tmp_path: Path) -> None:
    frame = pd.DataFrame({"shop": ["a", "b"] * 12, "item": [f"i{place // 2}" for place in range(24)], "v": range(24)})
    plan = QueryPlan(
        frame="shops",
        group_by=(Dimension(column="shop"), Dimension(column="item")),
        measures=(Measure(function="sum", column="v"),),
        document="docx",
    )
    assert "Of 12 values of Item it shows the 8 largest." in written_document(plan, frame, tmp_path)[0]


@pytest.mark.parametrize(("function", "said"), [("sum", False), ("mean", True)])
def test_a_document_says_which_chart_it_cannot_hold(function: Any, said: bool, tmp_path: Path) -> None:
    """Bars that add up are stacked; means cannot be."""
    plan = QueryPlan(
        frame="sales",
        group_by=(Dimension(column="region"), Dimension(column="weekday")),
        measures=(Measure(function=function, column="units"),),
        chart="bar",
        look=Look(stacked=True),
        document="docx",
    )
    _, notes = written_document(plan, sales, tmp_path)
    plain = "The chart in a Word document is a plain bar chart of the first figure."
    assert (plain in notes) == said
