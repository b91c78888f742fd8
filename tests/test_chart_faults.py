"""What makes a chart hard to read is said with it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analyst_magic import Analyst
from analyst_magic.results.chart_faults import chart_faults
from analyst_magic.testing import FakeSandbox, ScriptedModel

NAMES = [f"category {n}" for n in range(31)]


@pytest.mark.parametrize(
    ("data", "layout", "word"),
    [
        ([{"type": "pie", "labels": list("abcdefgh"), "values": [1] * 8}], {}, "8 slices"),
        ([{"type": "pie", "labels": ["a", "b"], "values": [3, -1]}], {}, "negative"),
        ([{"type": "bar", "x": NAMES, "y": [1] * 31}], {}, "31 categories"),
        ([{"type": "bar", "x": [1] * 31, "y": NAMES, "orientation": "h"}], {}, "31 categories"),
        ([{"type": "bar", "x": [name * 6 for name in NAMES[:5]], "y": [1] * 5}], {}, "overlap"),
        ([{"type": "scatter", "name": f"group {n}", "x": [1], "y": [1]} for n in range(13)], {}, "13 groups"),
        ([{"type": "scatter", "y": [1]}, {"type": "scatter", "y": [9], "yaxis": "y2"}],
         {"yaxis2": {"overlaying": "y", "side": "right"}}, "two scales"),
        ([{"type": "bar", "x": ["a"], "y": [95]}], {"yaxis": {"range": [90, 100]}}, "begin at zero"),
        ([{"type": "scatter", "x": [1, 2], "y": [3, 4]}], {"yaxis": {"range": [0, 99]}}, "chart is empty: its values"),
        ([{"type": "scatter", "x": [1, 2], "y": [3, 4]}], {"xaxis": {"range": [10, 20]}}, "holds none of the values"),
        ([{"type": "bar", "x": ["a", "b"], "y": [3, 4]}], {"yaxis": {"range": [0, 100]}}, "chart is empty: its values"),
        ([{"type": "scatter", "x": [1], "y": [1], "marker": {"color": "#fdfdfd"}}], {}, "hardly be seen"),
        ([{"type": "scatter", "x": [1], "y": [1], "line": {"color": "black"}}], {"plot_bgcolor": "#000000"}, "hardly"),
    ],
)  # fmt: skip
def test_a_fault_is_named(data: list[dict[str, Any]], layout: dict[str, Any], word: str) -> None:
    (sentence,) = chart_faults({"data": data, "layout": layout})
    assert word in sentence


@pytest.mark.parametrize(
    ("data", "layout"),
    [
        ([{"type": "pie", "labels": list("abc"), "values": [1, 2, 3]}], {}),
        ([{"type": "bar", "x": [f"2026-01-{n:02}" for n in range(1, 32)], "y": [1] * 31}], {}),
        ([{"type": "bar", "x": NAMES[:30], "y": [1] * 30}], {"yaxis": {"range": [0, 2]}}),
        ([{"type": "scatter", "x": [1], "y": [1], "marker": {"color": "rgba(255,255,255,0.5)"}}], {}),
        ([{"type": "scatter", "y": [1]}, {"type": "scatter", "y": [9], "yaxis": "y2"}], {"yaxis2": {"domain": [0, 1]}}),
        ([{"type": "bar", "x": ["a", "b"], "y": [97, 98]}], {"yaxis": {"range": [0, 100]}}),
        ([{"type": "scatter", "x": [1, 2], "y": [3, 4]}], {"yaxis": {"range": [0, 3], "type": "log"}}),
        ([], {}),
    ],
)
def test_a_chart_that_can_be_read_is_not_noted(data: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    assert chart_faults({"data": data, "layout": layout}) == ()


def test_a_note_stands_with_the_chart_of_a_model() -> None:
    pie = {"data": [{"type": "pie", "labels": list("abcdefghij"), "values": [1] * 10}], "layout": {}}
    code = "```python\nimport plotly.express as px\npx.pie(sales, values='share')\n```"
    sandbox = FakeSandbox(lambda code: pie)
    with ScriptedModel([code]) as model, Analyst(sandbox=sandbox, **model.settings) as analyst:
        turn = analyst.ask("share of each", {"sales": pd.DataFrame({"share": [1.0]})})
    assert turn.error is None
    assert "The pie has 10 slices; bars are easier to compare." in turn.notes
