"""The look of charts: ours where the code chose none, and the code's own where it chose."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest

from analyst_magic.results.figure import Figure
from analyst_magic.results.look import themed
from analyst_magic.theme import DEFAULT, STYLES, Theme

FRAME = pd.DataFrame(
    {"weekday": ["Friday", "Monday", "Saturday"], "dep_delay_min": [12.5, 8.25, 14.0], "kind": list("aba")}
)


def shown(figure: Any, theme: Theme = DEFAULT) -> dict[str, Any]:
    look = themed(json.loads(figure.to_json()), theme)
    go.Figure({"data": look["data"], "layout": look["layout"]})  # Plotly knows every attribute
    return look


def test_a_chart_that_chose_nothing_has_our_colours_units_order_and_labels() -> None:
    look = shown(px.bar(FRAME, x="weekday", y="dep_delay_min"))
    (bar,) = look["data"]
    assert bar["marker"]["color"] == f"#{DEFAULT.accent}"
    assert look["layout"]["template"]["layout"]["font"]["color"] == f"#{DEFAULT.ink}"
    assert look["layout"]["yaxis"]["title"]["text"] == "Dep delay (min)"
    assert look["layout"]["xaxis"]["categoryarray"] == ["Monday", "Friday", "Saturday"]
    assert bar["texttemplate"] == "%{y:,.1f}"


def test_series_get_the_colours_of_the_theme_in_order_and_the_legend_stands_above() -> None:
    theme = STYLES["modern"]
    look = shown(px.line(FRAME, x="weekday", y="dep_delay_min", color="kind"), theme)
    assert [trace["line"]["color"] for trace in look["data"]] == theme.colorway[:2]
    assert look["layout"]["legend"]["orientation"] == "h"
    scaled = shown(px.scatter(FRAME, x="weekday", y="dep_delay_min", color="dep_delay_min"), theme)
    assert scaled["layout"]["coloraxis"]["colorscale"][-1][1] == theme.colorway[0].lower()


@pytest.mark.parametrize("template", ["plotly_dark", "ggplot2", "seaborn", "simple_white"])
def test_a_template_that_the_code_chose_stays(template: str) -> None:
    figure = json.loads(px.bar(FRAME, x="weekday", y="dep_delay_min", template=template).to_json())
    assert themed(figure, DEFAULT) == figure


def test_colours_texts_order_and_margins_that_the_code_chose_stay() -> None:
    figure = px.bar(FRAME, x="weekday", y="dep_delay_min", color_discrete_sequence=["crimson"], text="kind")
    figure.update_layout(margin={"l": 200}, xaxis={"categoryorder": "total ascending", "title": "Day_of_week"})
    look = shown(figure)
    assert look["data"][0]["marker"]["color"] == "crimson"
    assert look["data"][0].get("texttemplate") in (None, "%{text}")
    assert look["layout"]["margin"]["l"] == 200
    assert look["layout"]["xaxis"]["categoryorder"] == "total ascending"
    sorted_by_value = FRAME.sort_values("dep_delay_min")  # on purpose: not by name
    assert "categoryarray" not in shown(px.bar(sorted_by_value, x="weekday", y="dep_delay_min"))["layout"]["xaxis"]


def test_two_months_have_two_ticks_and_three_orders_have_whole_ones() -> None:
    months = px.line(x=pd.to_datetime(["2024-01-01", "2024-02-01"]), y=[1, 3])
    look = shown(months)
    assert look["layout"]["xaxis"]["dtick"] == "M1"
    assert look["layout"]["yaxis"]["dtick"] == 1


@pytest.mark.parametrize(
    "figure",
    [
        {},
        {"data": None, "layout": None},
        {"data": [{"type": "bar", "x": None, "y": "abc"}], "layout": {"xaxis": None, "legend": None, "title": 3}},
        {
            "data": [{"type": "bar", "y": {"dtype": "f9", "bdata": "!"}}],
            "layout": {"coloraxis": {"colorscale": "Reds"}},
        },
        {"data": [{"x": [float("nan"), None, True], "y": [[1], {}]}], "layout": {"template": {"layout": 3}}},
    ],
)
def test_odd_figures_are_shown_as_they_are(figure: dict[str, Any]) -> None:
    assert isinstance(themed(figure, DEFAULT), dict)


def test_the_figure_itself_stays_as_the_code_made_it() -> None:
    made = json.loads(px.bar(FRAME, x="weekday", y="dep_delay_min").to_json())
    figure = Figure(made)
    bundle = figure._repr_mimebundle_()
    assert figure.to_plotly().data[0].marker.color == "#636efa"
    assert bundle["application/vnd.plotly.v1+json"]["data"][0]["marker"]["color"] == f"#{DEFAULT.accent}"


def test_names_of_which_some_are_numbers_are_all_drawn_and_facets_have_room_for_their_names() -> None:
    waterfall = go.Figure(go.Waterfall(x=["2024", "new routes", "2025"], y=[1, 2, 3]))
    assert shown(waterfall)["layout"]["xaxis"]["type"] == "category"
    assert "type" not in (shown(px.bar(x=["2024", "2025"], y=[1, 2]))["layout"].get("xaxis") or {})
    facets = shown(px.histogram(FRAME, x="dep_delay_min", facet_col="kind"))
    assert facets["layout"]["margin"]["t"] > 30
    assert facets["layout"]["bargap"] < 0.1
    funnel = shown(go.Figure(go.Funnel(y=["a"], x=[5400])))
    assert funnel["data"][0]["texttemplate"] == "%{value:,}"
