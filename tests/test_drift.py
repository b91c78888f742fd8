"""Code for older versions, rewritten; and what it was rewritten to runs in the versions of the sandbox."""

from __future__ import annotations

import ast
import io
import warnings
from typing import Any

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import polars as pl
import pytest

from analyst_magic.checks.drift import FREQUENCIES, GONE, NUMPY, PANDAS, PLOTLY, POLARS, POLARS_TEXT, renew
from analyst_magic.turn import Code

# Old and new; the new runs, and the old does not, over the names of ``scope``.
OLD = [
    ("df.applymap(str)", "df.map(str)"),
    ("df[['a']].applymap(lambda v: v + 1).applymap(str)", "df[['a']].map(lambda v: v + 1).map(str)"),
    ("df.style.applymap(lambda v: '')", "df.style.map(lambda v: '')"),
    ("df.set_index('t').resample('M').sum()", "df.set_index('t').resample('ME').sum()"),
    ("df.set_index('t').a.resample(rule='2Q-DEC').sum()", "df.set_index('t').a.resample(rule='2QE-DEC').sum()"),
    ("pd.date_range('2024', periods=3, freq='H')", "pd.date_range('2024', periods=3, freq='h')"),
    ("df.groupby(pd.Grouper(key='t', freq='A')).a.sum()", "df.groupby(pd.Grouper(key='t', freq='YE')).a.sum()"),
    ("df.t.dt.floor('H')", "df.t.dt.floor('h')"),
    ("px.scatter_mapbox(df, lat='a', lon='b')", "px.scatter_map(df, lat='a', lon='b')"),
    ("fig = go.Figure(go.Scattermapbox())\nfig.update_layout(mapbox_style='open-street-map', mapbox_zoom=3)",
     "fig = go.Figure(go.Scattermap())\nfig.update_layout(map_style='open-street-map', map_zoom=3)"),
    ("x = 'ä'; y = df.applymap(str)", "x = 'ä'; y = df.map(str)"),
    ("df.assign(w=pd.to_datetime(df['t']).dt.weekday_name).groupby('w').size()",
     "df.assign(w=pd.to_datetime(df['t']).dt.day_name()).groupby('w').size()"),
    ("df.t.dt.weekday_name", "df.t.dt.day_name()"),
    ("df.t.dt.week", "df.t.dt.isocalendar().week"),
    ("df.t.dt.weekofyear.max()", "df.t.dt.isocalendar().week.max()"),
    ("both = df.append(df2)", "import pandas as pd\nboth = pd.concat([df, df2])"),
    ("import pandas as pd\nboth = df.append(df2, ignore_index=True).a.sum()",
     "import pandas as pd\nboth = pd.concat([df, df2], ignore_index=True).a.sum()"),
    ("import pandas as pd\ndf = df.append({'a': 1, 'b': 2}, ignore_index=True)",
     "import pandas as pd\ndf = pd.concat([df, pd.DataFrame([{'a': 1, 'b': 2}])], ignore_index=True)"),
    ("import pandas as pd\nx = df.append([df2, df])", "import pandas as pd\nx = pd.concat([df, *[df2, df]])"),
    ("for k, v in df.iteritems(): pass", "for k, v in df.items(): pass"),
    ("df.a.is_monotonic", "df.a.is_monotonic_increasing"),
    ("df.fillna(method='ffill')", "df.ffill()"),
    ("df.a.fillna(method='pad', limit=1)", "df.a.ffill(limit=1)"),
    ("df.fillna(limit=2, method=\"bfill\")", "df.bfill(limit=2)"),
    ("df.drop('a', 1)", "df.drop('a', axis=1)"),
    ("df.pivot('a', 's', 'b')", "df.pivot(index='a', columns='s', values='b')"),
    ("df.to_dict('r')", "df.to_dict(\"records\")"),
    ("df.style.hide_index()", "df.style.hide()"),
    ("df.style.render()", "df.style.to_html()"),
    ("pd.read_csv(file, delim_whitespace=True)", "pd.read_csv(file, sep=r\"\\s+\")"),
    ("pd.read_csv(file, error_bad_lines=False)", "pd.read_csv(file, on_bad_lines=\"skip\")"),
    ("pd.read_csv(file, infer_datetime_format=True, sep='x')", "pd.read_csv(file, sep='x')"),
    ("pd.read_csv(file, infer_datetime_format=True)", "pd.read_csv(file)"),
    ("df.to_csv(line_terminator='\\n')", "df.to_csv(lineterminator='\\n')"),
    ("np.float(3)", "float(3)"),
    ("df.a.astype(np.int)", "df.a.astype(int)"),
    ("np.where(df.a > 1, np.NaN, np.Inf)", "np.where(df.a > 1, np.nan, np.inf)"),
    ("np.trapz([1, 2])", "np.trapezoid([1, 2])"),
    ("pt.groupby('b').agg(pl.col('a').sum())", "pt.group_by('b').agg(pl.col('a').sum())"),
    ("pt.with_column(pl.col('a').cumsum())", "pt.with_columns(pl.col('a').cum_sum())"),
    ("pt.select(pl.col('b').str.strip())", "pt.select(pl.col('b').str.strip_chars())"),
    ("pt.select(pl.col('a').suffix('_x'))", "pt.select(pl.col('a').name.suffix('_x'))"),
    ("pt.select(pl.col('a').apply(lambda v: v, return_dtype=pl.Int64))",
     "pt.select(pl.col('a').map_elements(lambda v: v, return_dtype=pl.Int64))"),
]  # fmt: skip


def scope() -> dict[str, Any]:
    df = pd.DataFrame({"a": [1, 2], "b": [1, 2], "s": ["x", "y"], "t": pd.to_datetime(["2024-01-01", "2024-02-01"])})
    pt = pl.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    return {"df": df, "df2": df.copy(), "pt": pt, "pd": pd, "np": np, "px": px, "go": go, "pl": pl,
            "file": io.StringIO("u v\n1 2")}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), OLD, ids=[old[:60] for old, _ in OLD])
def test_names_of_older_versions_are_replaced_and_said(old: str, new: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(Exception):  # noqa: B017, PT011
            exec(old, scope())
    code, findings = renew(Code(old), ["pt"])
    assert code.text == new
    if "style" not in new:  # needs jinja2
        exec(new, scope())
    assert findings
    assert not any(finding.stops for finding in findings)
    assert all(finding.line >= 1 and finding.message for finding in findings)


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
        "rows = []\nrows.append(df)",
        "[rows.append(1) for _ in range(0)] or rows.append(*x)",
        "row = {'a': 1}\ndf = df.append(row, ignore_index=True)",
        "row = pd.Series([1])\ndf = df.append(row)",
        "week = df.week\ndf.dt_week.week",
        "df.groupby('b').a.sum()",
        "frame.cumsum()",
        "df.a.str.strip()",
        "names.sort(reverse=True)",
        "df.fillna(0)",
        "df.fillna(value=0, method=m)",
        "df.drop(['a', 'b'])",
        "items.drop(3, 4)",
        "np.bool",
        "np.float64(3)",
        "x.float",
        "df.product()",
        "df.where(df.a > 1)",
        "df.take([0])",
        "df.apply(str)",
        "pd.read_csv('x', delim_whitespace=False)",
    ],
)
def test_what_is_right_or_not_understood_is_left_alone(text: str) -> None:
    assert renew(Code(text)) == (Code(text), [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("df.ix[0]", "Use loc"),
        ("x = 1\npd.Panel({})", "no pd.Panel"),
        ("pd.np.mean([1])", "import numpy as np"),
        ("import plotly.figure_factory as ff\nff.create_distplot([[1]], ['a'])", "px.histogram"),
    ],
)
def test_what_is_gone_stops_with_what_to_do_instead(text: str, words: str) -> None:
    with pytest.raises((AttributeError, NameError)):
        exec(text, scope())
    code, (finding,) = renew(Code(text))
    assert code.text == text
    assert finding.stops
    assert words in finding.message
    assert finding.line == 1 + text.count("\n")


def test_the_new_names_are_there_and_the_old_are_gone_in_the_versions_at_hand() -> None:
    assert all(any(hasattr(o, new) for o in (px, go)) for new in PLOTLY.values())
    assert not any(hasattr(o, old) for o in (px, go) for old in PLOTLY)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert all(hasattr(np, new) for new in NUMPY.values())
        assert not any(hasattr(np, old) for old in NUMPY)
    assert all(hasattr(pd, new) and not hasattr(pd, old) for old, new in PANDAS.items())
    for new in set(FREQUENCIES.values()):
        assert len(pd.date_range("2024-01-01", periods=3, freq=new)) == 3
    column = pl.col("x")
    for names, owner in ((POLARS, column), (POLARS_TEXT, column.str)):
        for old, new in names.items():
            inner: object = owner
            for part in new.split("."):
                inner = getattr(inner, part)
            assert callable(inner)
            assert not hasattr(owner, old) or "removed" in (getattr(owner, old).__doc__ or ""), old
    for name in GONE:
        owner_name, _, attribute = name.partition(".")
        assert owner_name == "ff" or not hasattr({"pd": pd, "px": px}[owner_name], attribute)


def test_what_becomes_of_code_is_python() -> None:
    for old, _ in OLD:
        ast.parse(renew(Code(old), ["pt"])[0].text)
