"""Charts of values of which a few lie far from all others can be read, and say what they leave out."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest
from docx import Document

from analyst_magic import Analyst
from analyst_magic.results.chart_data import unpacked
from analyst_magic.results.chart_edit import ChartEdit, choices
from analyst_magic.results.chart_faults import far_value_note
from analyst_magic.results.figure import Figure

RANDOM = np.random.default_rng(0)
ONE = pd.DataFrame(
    {"amount": np.append(RANDOM.normal(100, 15, 999).round(1), 1_000_000), "w": RANDOM.normal(size=1000)}
)
MANY = pd.DataFrame({"amount": np.append(RANDOM.normal(100, 15, 29_999).round(1), 1_000_000)})
MANY["region"] = RANDOM.choice(list("abc"), len(MANY))
MANY["income"] = RANDOM.lognormal(3, 2.5, len(MANY))
SAID = "1 of 1,000 values lies beyond this axis: 1,000,000."


def drawn(figure: go.Figure, edit: str = "") -> dict[str, Any]:
    shown = dict(Figure(json.loads(figure.to_json()), edit=ChartEdit.read(edit)).shown_json)
    go.Figure({part: shown[part] for part in ("data", "layout")})  # Plotly knows every attribute
    return shown


def subtitle(shown: dict[str, Any]) -> str:
    return str(shown["layout"].get("title", {}).get("subtitle", {}).get("text", ""))


@pytest.mark.parametrize(
    ("make", "side"),
    [
        (lambda: px.histogram(ONE, x="amount", nbins=40), "x"),
        (lambda: px.histogram(ONE, y="amount"), "y"),
        (lambda: px.box(ONE, y="amount"), "y"),
        (lambda: px.violin(ONE, x="amount"), "x"),
        (lambda: px.scatter(ONE, x="w", y="amount"), "y"),
    ],
)
def test_one_value_far_out_does_not_flatten_the_others_and_is_told(make: Any, side: str) -> None:
    shown = drawn(make())
    low, high = shown["layout"][f"{side}axis"]["range"]
    assert 30 < low < 60
    assert 140 < high < 170
    assert subtitle(shown) == SAID
    assert len(make().data[0][side]) == len(ONE)  # and stays in the figure
    assert Figure(json.loads(make().to_json())).alt.endswith(SAID)


def test_a_histogram_has_about_as_many_bars_as_without_the_far_value() -> None:
    bins = drawn(px.histogram(ONE, x="amount", nbins=40))["data"][0]["xbins"]
    assert 15 < (bins["end"] - bins["start"]) / bins["size"] < 45
    counts = pd.DataFrame({"n": [*RANDOM.poisson(3, 500), 9000]})
    assert drawn(px.histogram(counts, x="n"))["data"][0]["xbins"]["size"] == 1  # whole numbers, a bar each


def test_values_beyond_both_ends_are_told() -> None:
    both = pd.DataFrame({"v": [*range(100), 50_000, -70_000.125]})
    assert subtitle(drawn(px.histogram(both, x="v", title="V", subtitle="Of two days"))) == (
        "Of two days. 2 of 102 values lie beyond this axis, from -70,000 to 50,000."
    )


@pytest.mark.parametrize(
    "figure",
    [
        px.histogram(x=RANDOM.normal(size=1000)),
        px.histogram(x=RANDOM.exponential(size=20_000)),
        px.histogram(x=[1, 2, 3, 1000]),  # too few to tell
        px.histogram(x=[0] * 99 + [5]),  # nine of ten are one value
        px.histogram(ONE, x="amount", range_x=[0, 2_000_000]),
        px.histogram(ONE, x="amount", histnorm="percent"),
        px.histogram(ONE, x="amount", cumulative=True),
        px.histogram(x=["a"] * 40 + ["b"]),
        px.box(x=["a"] * 50 + ["b"] * 2, y=[*range(50), 90_000, 90_001]),  # a box of its own is no stray value
        px.bar(x=list("abc"), y=[1, 2, 1000]),
        px.histogram(x=[float("inf"), *range(30)]),
    ],
)
def test_charts_that_need_it_not_are_shown_as_they_are(figure: go.Figure) -> None:
    assert drawn(figure) == json.loads(figure.to_json())


def test_its_reader_has_all_values_on_the_axis_by_a_choice() -> None:
    figure = json.loads(px.histogram(ONE, x="amount").to_json())
    assert dict(choices(figure, ChartEdit()))["axis"] == [
        ("", "Axis as drawn"), ("log", "Logarithmic axis"), ("all", "All values on the axis"),
    ]  # fmt: skip
    assert drawn(px.histogram(ONE, x="amount"), "axis=all") == figure
    assert ChartEdit.read("axis=all").words == "all values on the axis"
    boxes_as_bars = drawn(px.box(ONE, y="amount"), "chart=histogram")
    assert subtitle(boxes_as_bars) == SAID


def test_a_histogram_on_a_logarithmic_axis_has_bars_as_wide_as_each_other_there() -> None:
    """Plotly draws none at all."""
    values = np.append(RANDOM.lognormal(3, 2.5, 5000), [0, -3])
    for figure, edit in ((px.histogram(x=values, log_x=True), ""), (px.histogram(x=values[:-2]), "axis=log")):
        shown = drawn(figure, edit)
        (bars,) = shown["data"]
        starts, widths = np.array(bars["x"]), np.array(bars["width"])
        assert bars["type"] == "bar"
        assert sum(bars["y"]) == 5000
        assert np.ptp(np.log(starts + widths) - np.log(starts)) < 1e-6
        assert shown["layout"]["xaxis"]["type"] == "log"
        sentence = "2 of 5,002 values are not above zero and have no place on this axis."
        assert subtitle(shown) == ("" if edit else sentence)


def test_bars_and_lines_stay_whole_and_a_note_names_the_value_that_hides_the_others() -> None:
    bars = {"data": [{"type": "bar", "x": list("abcde"), "y": [9, 8, 5000, 7, 6]}], "layout": {}}
    assert far_value_note(bars).startswith("c is so far above the others (5,000)")
    assert far_value_note(bars).endswith("a logarithmic axis shows them.")
    assert dict(choices(bars, ChartEdit()))["axis"][1:] == [("log", "Logarithmic axis")]
    assert Figure(bars, edit=ChartEdit(axis="log")).shown_json["layout"]["yaxis"]["type"] == "log"
    below = {"data": [{"type": "bar", "x": list("abcde"), "y": [9, 8, -5000.25, 7, 6]}], "layout": {}}
    assert far_value_note(below) == "c is so far below the others (-5,000.25) that most can hardly be told apart."
    assert far_value_note({**bars, "layout": {"yaxis": {"type": "log"}}}) == ""
    stacked = px.bar(x=list("abcde") * 2, y=[1, 1, 90, 1, 1] * 2, color=list("gh") * 5)
    assert "axis" not in choices(json.loads(stacked.to_json()), ChartEdit())


@pytest.fixture(scope="module")
def analyst() -> Any:
    with Analyst(model="offline", sandbox="local", lock=None, history=False) as analyst:
        yield analyst


@pytest.mark.parametrize("where", ["", " for region a"])
def test_the_planner_bins_many_rows_by_where_nearly_all_lie(analyst: Analyst, where: str) -> None:
    turn = analyst.ask(f"histogram of amount{where}", {"many": MANY})
    shown = turn.figures[0].shown_json
    low, high = shown["layout"]["xaxis"]["range"]
    assert high < 200
    bars = shown["data"][0]
    assert sum(low <= x < high for x in unpacked(bars["x"])) > 15
    assert bars["width"] <= 10
    if not where:
        assert subtitle(dict(shown)) == "1 of 30,000 values lies beyond this axis: about 1,000,000."


def test_values_of_many_sizes_are_told_to_need_a_logarithmic_axis_and_have_one_when_asked(analyst: Analyst) -> None:
    turn = analyst.ask("histogram of income", {"many": MANY})
    assert "Half of the values stand in the first bars; a logarithmic x axis sets them apart." in turn.notes
    turn = analyst.ask("histogram of income with a logarithmic x axis", {"many": MANY})
    figure = turn.figures[0].to_plotly()
    assert figure.layout.xaxis.type == "log"
    counts = unpacked(turn.figures[0].json["data"][0]["y"])
    assert sum(counts) == len(MANY)
    assert max(counts) < len(MANY) / 5


def test_the_planners_bars_and_lines_have_the_note(analyst: Analyst) -> None:
    days = pd.DataFrame(
        {"day": pd.date_range("2025-01-01", periods=30), "visits": [50, 60, 70] * 9 + [500_000, 60, 70]}
    )
    turn = analyst.ask("visits by day as a line chart", {"days": days})
    assert any(note.startswith("2025-01-28 is so far above the others (500,000)") for note in turn.notes)


def test_a_document_has_bands_whose_last_holds_what_lies_far_out(analyst: Analyst) -> None:
    turn = analyst.ask("histogram of amount as a Word document", {"many": MANY})
    rows = [[cell.text for cell in row.cells] for row in Document(str(turn.documents[0].path)).tables[0].rows]
    assert 10 < len(rows) < 30
    assert rows[1][0].startswith("under ")
    assert rows[-1][0].endswith(" and over")
    assert sum(int(row[1].replace(",", "")) for row in rows[1:]) == len(MANY)
