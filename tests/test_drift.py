"""Code for older versions, rewritten; and what it was rewritten to runs in the versions of the sandbox."""

from __future__ import annotations

import ast

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest

from analyst_magic.checks.drift import FREQUENCIES, NAMES, renew
from analyst_magic.turn import Code

OLD = [
    ("df.applymap(str)", "df.map(str)"),
    ("df[['a']].applymap(lambda v: v + 1).applymap(str)", "df[['a']].map(lambda v: v + 1).map(str)"),
    ("df.resample('M').sum()", "df.resample('ME').sum()"),
    ("df.resample(rule='2Q-DEC').sum()", "df.resample(rule='2QE-DEC').sum()"),
    ("pd.date_range('2024', periods=3, freq='H')", "pd.date_range('2024', periods=3, freq='h')"),
    ("df.groupby(pd.Grouper(key='t', freq='A')).sum()", "df.groupby(pd.Grouper(key='t', freq='YE')).sum()"),
    ("s.dt.floor('H')", "s.dt.floor('h')"),
    ("px.scatter_mapbox(df, lat='a', lon='b')", "px.scatter_map(df, lat='a', lon='b')"),
    ("fig = go.Figure(go.Scattermapbox())\nfig.update_layout(mapbox_style='open-street-map')",
     "fig = go.Figure(go.Scattermap())\nfig.update_layout(map_style='open-street-map')"),
    ("x = 'ä'; y = df.applymap(len)", "x = 'ä'; y = df.map(len)"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), OLD, ids=[old[:40] for old, _ in OLD])
def test_names_of_older_versions_are_replaced_and_said(old: str, new: str) -> None:
    code, findings = renew(Code(old))
    assert code.text == new
    ast.parse(code.text)
    assert findings
    assert not any(finding.stops for finding in findings)


@pytest.mark.parametrize(
    "text",
    [
        "df.map(str)",
        "df.resample('ME').sum()",
        "s.dt.to_period('M')",
        "pd.period_range('2024', periods=2, freq='M')",
        "s.dt.round('D')",
        "title = 'applymap of the M'",
        "choice.scatter_mapbox()",
        "not python (",
    ],
)
def test_what_is_right_or_not_understood_is_left_alone(text: str) -> None:
    assert renew(Code(text)) == (Code(text), [])


def test_the_new_names_are_there_in_the_versions_at_hand() -> None:
    assert hasattr(pd.DataFrame, "map")
    owners = (px, go)
    assert all(any(hasattr(o, new) for o in owners) for old, (new, _) in NAMES.items() if old != "applymap")
    for new in set(FREQUENCIES.values()):
        assert len(pd.date_range("2024-01-01", periods=3, freq=new)) == 3
