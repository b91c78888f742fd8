"""What a reader changes of a figure without a model: what can be chosen, what is drawn then, and that it stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest

from analyst_magic import Analyst
from analyst_magic.engine.pins import keep_edit
from analyst_magic.errors import InputError
from analyst_magic.history.lock import LockFile
from analyst_magic.panel.tables import reply
from analyst_magic.results.chart_data import chart_data, data_table
from analyst_magic.results.chart_edit import AS_DRAWN, CHARTS, COLOURS, ORDERS, ChartEdit, choices, edited
from analyst_magic.results.figure import CELL_MIME, MIME, Figure
from analyst_magic.results.shown_figures import FIGURES
from analyst_magic.theme import DEFAULT

SALES = pd.DataFrame(
    {
        "region": ["north", "south", "west", "east"] * 2,
        "year": ["2020"] * 4 + ["2021"] * 4,
        "revenue": [10.0, 20, 40, 5, 12, 18, 41, 7],
    }
)
ONE = SALES.iloc[:4]
MONTHS = pd.DataFrame({"month": pd.date_range("2024-01-01", periods=14, freq="MS"), "orders": range(14)})
FIGURES_OF: dict[str, Callable[[], go.Figure]] = {
    "bars": lambda: px.bar(ONE, x="region", y="revenue"),
    "bars that lie": lambda: px.bar(ONE, y="region", x="revenue", orientation="h"),
    "grouped bars": lambda: px.bar(SALES, x="region", y="revenue", color="year", barmode="group"),
    "stacked bars": lambda: px.bar(SALES, x="region", y="revenue", color="year"),
    "a line": lambda: px.line(MONTHS, x="month", y="orders"),
    "areas": lambda: px.area(SALES, x="region", y="revenue", color="year"),
    "points": lambda: px.scatter(ONE, x="region", y="revenue"),
    "a pie": lambda: px.pie(ONE, names="region", values="revenue"),
    "a heat map": lambda: px.imshow(SALES.pivot(index="year", columns="region", values="revenue")),
    "numbers along x": lambda: px.bar(x=[1, 2, 3], y=[3, None, 1]),
    "a histogram": lambda: px.histogram(SALES, x="revenue"),
    "boxes": lambda: px.box(SALES, y="revenue", color="year"),
}


def plain(figure: go.Figure) -> dict[str, Any]:
    return json.loads(figure.to_json())


def drawn(figure: dict[str, Any], **edit: Any) -> dict[str, Any]:
    made = edited(figure, ChartEdit.of(edit), DEFAULT)
    go.Figure({"data": made["data"], "layout": made["layout"]})  # Plotly knows every attribute
    return dict(made)


@pytest.mark.parametrize("name", FIGURES_OF)
def test_all_that_is_offered_can_be_drawn_and_read_back(name: str) -> None:
    figure = plain(FIGURES_OF[name]())
    offered = choices(figure, AS_DRAWN)
    assert offered["chart"][0] == ("", "As drawn")
    for part, values in offered.items():
        for value, words in values[1:]:
            made = drawn(figure, **{part: value})
            assert made["data"], (part, value)
            assert words
            again = chart_data(made)
            before = chart_data(figure)
            if before is not None and part != "top" and again is not None:
                assert sorted(again.sums.values()) == pytest.approx(sorted(before.sums.values())) or value == "swap"


@pytest.mark.parametrize("name", FIGURES_OF)
def test_every_mix_of_choices_is_a_figure_that_plotly_knows(name: str) -> None:
    figure = plain(FIGURES_OF[name]())
    kinds: dict[str, Any] = {}
    for chart in ("", *CHARTS):
        for colour in ("", *COLOURS):
            made = edited(figure, ChartEdit(chart, colour, "highest" if colour else "", 2 if colour else 0), DEFAULT)
            kinds.setdefault(json.dumps(made), made)
    for order in ORDERS:
        made = edited(figure, ChartEdit("", "", order, 3), DEFAULT)
        kinds.setdefault(json.dumps(made), made)
    for made in kinds.values():
        go.Figure({"data": made["data"], "layout": made["layout"]})


@pytest.mark.parametrize("name", FIGURES_OF)
def test_nothing_chosen_is_the_figure_as_it_was_drawn(name: str) -> None:
    figure = plain(FIGURES_OF[name]())
    assert edited(figure, AS_DRAWN, DEFAULT) is figure


def test_the_largest_groups_are_shown_with_how_many_there_are() -> None:
    made = drawn(plain(px.bar(ONE, x="region", y="revenue", title="Revenue")), top=3, order="highest")
    assert made["data"][0]["x"] == ["west", "south", "north"]
    assert made["layout"]["title"]["text"] == "Revenue (top 3 of 4)"
    assert made["layout"]["xaxis"]["title"]["text"] == "region"


def test_groups_come_in_their_natural_order_and_series_and_groups_change_places() -> None:
    figure = plain(px.bar(x=["Q10", "Q2", "Q1"], y=[1, 2, 3]))
    assert drawn(figure, order="name")["data"][0]["x"] == ["Q1", "Q2", "Q10"]
    swapped = drawn(plain(FIGURES_OF["grouped bars"]()), colour="swap")
    assert [trace["name"] for trace in swapped["data"]] == ["north", "south", "west", "east"]
    assert swapped["data"][0]["x"] == ["2020", "2021"]
    assert swapped["layout"]["legend"]["title"]["text"] == "region"


@pytest.mark.parametrize(
    "figure",
    [
        px.scatter(SALES, x="revenue", y="revenue", size="revenue", facet_col="year"),
        go.Figure(go.Bar(x=["a", "b"], y=[1, 2], error_y={"array": [1, 1]})),
        go.Figure([go.Bar(x=["a"], y=[1]), go.Bar(x=["a"], y=[2])]),
        go.Figure(go.Scatter(x=[1, 1], y=[2, 3])),
        go.Figure(go.Waterfall(x=["a"], y=[1])),
        go.Figure(go.Box(x=["a", "a", "b"], y=[1, 2, 3])),
        px.scatter(SALES, x="region", y="revenue", animation_frame="year"),
        go.Figure(),
    ],
)  # fmt: skip
def test_figures_that_hold_more_than_groups_are_left_alone(figure: go.Figure) -> None:
    assert choices(plain(figure), AS_DRAWN) == {}
    assert edited(plain(figure), ChartEdit(chart="line"), DEFAULT) == plain(figure)


@pytest.mark.parametrize("damaged", [
    {"data": [{"type": "bar", "x": {"bdata": "!!", "dtype": "f8"}, "y": [1]}]},
    {"data": [{"type": "bar", "x": ["a"], "y": ["many"]}], "layout": "none"},
    {"data": "text"}, {"data": [None, 3]}, {}, {"data": [{"type": "pie", "labels": ["a", "a"], "values": [1, 2]}]},
    {"data": [{"type": "heatmap", "x": [1], "y": [1], "z": {"bdata": "AA==", "dtype": "i1", "shape": "9,9"}}]},
])  # fmt: skip
def test_a_figure_of_any_shape_is_read_without_a_failure(damaged: dict[str, Any]) -> None:
    assert choices(damaged, AS_DRAWN) == {}
    data_table(damaged)


def test_the_table_beside_a_figure_has_its_names_and_says_what_is_left_out() -> None:
    table, total = data_table(plain(FIGURES_OF["grouped bars"]()))
    assert (table.column_names, total) == (["region", "2020", "2021"], 4)
    table, total = data_table(plain(px.scatter(x=range(900), y=range(900))))
    assert (table.num_rows, total, table.column_names) == (500, 900, ["x", "y"])
    card = Figure(plain(px.scatter(x=range(900), y=range(900)))).to_bundle("t:0")[CELL_MIME]
    assert "900" in card["table"]


@pytest.mark.parametrize(
    "text", ["chart=pie chart", "top=-1", "top=many", "colour", "other=1", "chart=line;order=name"]
)
def test_an_edit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        ChartEdit.read(text)


def test_an_edit_is_kept_in_the_lock_comes_back_without_a_model_and_is_undone(tmp_path: Path) -> None:
    lock = LockFile(tmp_path / "analyst.lock")
    question = "total revenue by region as a bar chart"
    with Analyst(model="offline", sandbox="local", lock=lock, history=False) as analyst:
        turn = analyst.ask(question, {"sales": SALES})
        bundle = FIGURES.bundle(turn, 0)
        assert bundle[CELL_MIME]["code"] == turn.code
        name = bundle[CELL_MIME]["id"]
        wanted = {"chart": "line", "top": 3}
        value, _ = reply({"type": "edit", "id": name, "edit": wanted}, lambda: analyst.lock)
        assert value["note"] == ""
        assert value["bundle"][MIME]["data"][0]["mode"] == "lines+markers"
        assert 'edits.1 = "chart=line, top=3"' in lock.path.read_text()

        again = analyst.ask(question, {"sales": SALES})
        assert (again.pinned, again.figures[0].to_plotly().data[0].type) == (True, "scatter")
        assert any("unchanged" in note for note in again.notes)
        assert "The chart is shown as it was changed: lines, top 3." in again.notes
        assert "top 3 of 4" in again.figures[0].alt

        undone, _ = reply({"type": "edit", "id": name, "edit": {}}, lambda: analyst.lock)
        assert undone["bundle"][MIME]["data"][0]["type"] == "bar"
        assert "edits" not in lock.path.read_text()
        assert analyst.ask(question, {"sales": SALES}).figures[0].edit == AS_DRAWN

        with pytest.raises(InputError, match="cannot be changed"):
            reply({"type": "edit", "id": name, "edit": {"chart": "<script>"}})
        with pytest.raises(InputError, match="not in the kernel"):
            reply({"type": "edit", "id": "gone:0", "edit": {}})


def test_words_of_a_stranger_in_the_lock_are_left_out_with_a_remark(tmp_path: Path) -> None:
    lock = LockFile(tmp_path / "analyst.lock")
    with Analyst(model="offline", sandbox="local", lock=lock, history=False) as analyst:
        turn = analyst.ask("total revenue by region as a bar chart", {"sales": SALES})
        assert keep_edit(lock, turn, 0, ChartEdit(chart="pie")) == ""
        lock.path.write_text(lock.path.read_text().replace("chart=pie", "chart=evil"))
        again = analyst.ask("total revenue by region as a bar chart", {"sales": SALES})
    assert (again.ok, again.figures[0].edit) == (True, AS_DRAWN)
    assert any("cannot be read" in note for note in again.notes)


def test_a_change_that_cannot_be_kept_says_so(tmp_path: Path) -> None:
    with Analyst(model="offline", sandbox="local", lock=None, history=False) as analyst:
        turn = analyst.ask("total revenue by region as a bar chart", {"sales": SALES})
        assert "not kept" in keep_edit(analyst.lock, turn, 0, ChartEdit(chart="pie"))
