"""Several figures of one answer as a grid."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.express as px
import pytest
from fakes import ScriptedModel
from plotly.subplots import make_subplots

from analyst_magic import Analyst
from analyst_magic.errors import Abstained
from analyst_magic.results.dashboard import dashboard
from analyst_magic.results.figure import Figure

TIPS = pd.DataFrame({"day": ["a", "b", "a", "b"] * 3, "tip": range(12), "sex": ["m", "f"] * 6, "bill": range(12)})


def figure(made: Any) -> Figure:
    return Figure(json.loads(made.to_json()))


def two_axes() -> Any:
    made = make_subplots(specs=[[{"secondary_y": True}]])
    made.add_bar(x=[1, 2], y=[3, 1])
    made.add_scatter(x=[1, 2], y=[30, 10], secondary_y=True)
    return made.update_layout(title="two axes")


KINDS: dict[str, Callable[[], Any]] = {
    "bar": lambda: px.bar(TIPS, x="day", y="tip", title="Bar"),
    "pie": lambda: px.pie(TIPS, names="sex", values="tip", title="Pie"),
    "facets": lambda: px.scatter(TIPS, x="bill", y="tip", color="bill", facet_col="sex", title="Facets"),
    "polar": lambda: px.line_polar(TIPS, r="tip", theta="day", title="Polar"),
    "two axes": two_axes,
    "heat": lambda: px.density_heatmap(TIPS, x="day", y="sex", title="Heat"),
    "3d": lambda: px.scatter_3d(TIPS, x="bill", y="tip", z="tip", title="Space"),
    "line": lambda: px.line(TIPS, x="bill", y="tip", title="Line").add_hline(y=5),
    "tree": lambda: px.treemap(TIPS, path=["day", "sex"], values="tip", title="Tree"),
}


def test_every_kind_of_figure_keeps_its_data_and_gets_a_place_of_its_own() -> None:
    made = [build() for build in KINDS.values()]
    grid = dashboard([figure(one) for one in made], "All")
    before = [trace.get("y") for one in made for trace in figure(one).json["data"]]
    assert [trace.get("y") for trace in grid.json["data"]] == before
    whole = grid.to_plotly()
    assert whole.layout.title.text == "All"
    titles = {annotation.text for annotation in whole.layout.annotations}
    assert {f"<b>{one.layout.title.text}</b>" for one in made} <= titles
    # No two charts share a piece of the page, but for the axes that lie over each other by design.
    places = [_place(whole, trace) for trace in whole.data]
    for i, first in enumerate(places):
        for second in places[i + 1 :]:
            assert first == second or _apart(first, second), (first, second)


def _place(whole: Any, trace: Any) -> tuple[float, float, float, float]:
    found = trace.to_plotly_json()
    if "domain" in found:
        return (*found["domain"]["x"], *found["domain"]["y"])
    for key in ("scene", "subplot"):
        if found.get(key):
            domain = whole.layout[found[key]].domain
            return (*domain.x, *domain.y)
    x, y = (whole.layout[f"{letter}axis{found[f'{letter}axis'][1:]}"] for letter in "xy")
    y = whole.layout[f"yaxis{y.overlaying[1:]}"] if y.overlaying else y
    return (*x.domain, *y.domain)


def _apart(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    gap = 1e-9
    across = first[1] <= second[0] + gap or second[1] <= first[0] + gap
    return across or first[3] <= second[2] + gap or second[3] <= first[2] + gap


@pytest.fixture
def analyst(sandboxes: set[str], tmp_path: Path) -> Iterator[Analyst]:
    with Analyst(model="offline", spares=0, output_directory=str(tmp_path)) as made:
        yield made


@pytest.mark.docker
def test_a_dashboard_is_made_without_a_model(analyst: Analyst) -> None:
    turn = analyst.ask("dashboard of total tip by day; mean bill by sex; and histogram of tip", {"tips": TIPS})
    assert turn.ok, turn.error
    (grid,) = turn.figures
    assert [trace.type for trace in grid.to_plotly().data] == ["bar", "bar", "histogram"]
    assert turn.text.count("Read as:") == 3
    assert len(turn.text.splitlines()) == 3, "one line for each figure"
    assert grid.to_plotly().layout.title.text == "Dashboard"
    for wording in ("a dashboard of profits", "dashboard of tip by size"):
        unclear = analyst.ask(wording, {"tips": TIPS})
        assert isinstance(unclear.error, Abstained)
        assert "semicolons" in str(unclear.error)


@pytest.mark.parametrize("wording", ["make a dashboard of tips", "a tips dashboard, please", "dashboard of the data"])
def test_a_dashboard_of_a_frame_has_figures_that_are_chosen_and_said(analyst: Analyst, wording: str) -> None:
    tips = TIPS.assign(tip=[1.5, 2.5, 1.5] * 4, bill=[10.5, 30.25, 10.5, 20.75] * 3)
    turn = analyst.ask(wording, {"tips": tips})
    assert turn.ok, turn.error
    (grid,) = turn.figures
    assert [trace.type for trace in grid.to_plotly().data] == ["bar", "bar", "histogram", "histogram"]
    assert "Your own: dashboard of number of tips by day as a bar chart;" in turn.text
    assert turn.text.count("Read as:") == 4


@pytest.mark.docker
def test_figures_of_a_model_become_a_dashboard_only_where_one_is_asked_for(sandboxes: set[str], tmp_path: Path) -> None:
    code = "display(px.bar(tips, x='day', y='tip'))\ndisplay(px.pie(tips, names='sex'))\ntips.head(2)"
    with ScriptedModel() as server:
        server.say(f"```python\n{code}\n```")
        server.say(f"```python\n{code}\n```")
        with Analyst(model="openai:x", base_url=server.base_url, api_key="k", spares=0) as analyst:
            grid = analyst.ask("a dashboard of tips", {"tips": TIPS})
            plain = analyst.ask("two charts of tips", {"tips": TIPS}, fresh=True)
    assert "display(fig) each" in json.dumps(server.requests[0].body)
    assert (len(grid.figures), len(grid.tables)) == (1, 1)
    assert len(plain.figures) == 2
