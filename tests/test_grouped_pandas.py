"""Aggregates of pandas whose source rows are counted by SQL of our own, so that a model may be told its figures."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from analyst_magic.checks.grouped import COUNT, counted
from analyst_magic.checks.grouped_pandas import as_sql

SALES = pd.DataFrame(
    {
        "region": ["north"] * 6 + ["south"] * 4 + ["west", None],
        "price": [1.0, 2.0, 3.0, 4.0, 5.0, None, 7.0, 8.0, None, None, 11.0, 12.0],
        "units": range(12),
        "Total Rev": range(12),
        "mean": range(12),
    }
)
FRAMES = {"sales": list(SALES.columns)}


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("sales.groupby('region').price.mean()", [5, 2, 1]),
        ("sales.groupby(['region'])['price'].sum().reset_index()", [5, 2, 1]),
        ("sales.groupby('region', as_index=False)[['price', 'units']].mean().round(2)", [5, 2, 1]),
        ("sales.groupby('region').size()", [6, 4, 1]),
        ("sales.groupby('region')['price'].agg(['mean', 'count', 'std'])", [5, 2, 1]),
        ("sales.groupby('region')['Total Rev'].agg('sum')", [6, 4, 1]),
        ("import pandas as pd\nsales[sales.price > 2].groupby('region')['units'].sum()", [3, 2, 1]),
        ("sales[(sales['price'] >= 2) & (sales.region != 'west')]['units'].mean()", None),
        ("sales.price.mean()", None),
        ("sales[['price', 'units']].sum()", None),
        ("sales.region.value_counts()", [6, 4, 1]),
    ],
)
def test_the_sql_gives_the_figures_of_pandas_and_counts_their_rows(text: str, counts: list[int] | None) -> None:
    sql = counted(as_sql(text, FRAMES) or "")
    assert sql is not None
    with duckdb.connect() as connection:
        connection.register("sales", SALES)
        got = connection.execute(sql).df()
    expected = eval(text.splitlines()[-1], {"sales": SALES})
    values = pd.DataFrame({"x": [expected]}) if isinstance(expected, float) else pd.DataFrame(expected)
    if counts is None:
        values = values.T
    else:
        assert got[COUNT].tolist() == counts
    figures = values.select_dtypes("number").to_numpy(float)
    got_figures = got.drop(columns=COUNT).select_dtypes("number").round(2).to_numpy(float)
    pd.testing.assert_frame_equal(pd.DataFrame(got_figures), pd.DataFrame(figures).round(2))


@pytest.mark.parametrize(
    "text",
    [
        "sales",
        "sales.price",
        "sales.price.max()",
        "sales.groupby('region').price.first()",
        "sales.groupby('region').price.median()",
        "sales.groupby('region').price.agg(lambda x: x.iloc[0])",
        "sales.groupby('region').apply(len)",
        "sales.groupby(lambda i: i).price.sum()",
        "sales.groupby('region', dropna=False).price.sum()",
        "sales.groupby('region').price.mean(numeric_only=f())",
        "sales[sales.price > sales.units].price.sum()",
        "sales[sales.price.map(ord) > 3].price.sum()",
        "sales[[i == 3 for i in range(12)]].price.sum()",
        "sales = sales.head(1)\nsales.price.mean()",
        "from evil import sales\nsales.price.mean()",
        "other.price.mean()",
        "sales.nothing.mean()",
        "sales.mean.mean.mean()",
        "sales.head(1).price.mean()",
        "(sales.price * 2).sum()",
        "pd.concat([sales] * 5).price.sum()",
        "sales.price.mean(), 5",
        "import sales\nsales.price.mean()",
        "import os as sales\nsales.price.mean()",
        "",
        "not python",
    ],
)
def test_what_could_tell_of_a_single_row_or_is_not_understood_is_not_counted(text: str) -> None:
    assert as_sql(text, FRAMES) is None
