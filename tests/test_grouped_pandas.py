"""Aggregates of pandas whose source rows are counted by SQL of our own, so that a model may be told its figures."""

from __future__ import annotations

import ast
from typing import Any

import duckdb
import numpy as np
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
        "kind": ["a", "b"] * 6,
        "day": pd.date_range("2024-01-28", periods=12),
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
        ("sales.groupby('region')['units'].nunique()", [6, 4, 1]),
        ("sales.groupby('region').agg(total=('price', 'sum'), n=('price', 'count'))", [5, 2, 1]),
        ("sales.groupby('region').agg({'price': 'mean', 'units': 'sum'}).round(2).reset_index()", [5, 2, 1]),
        ("sales.groupby('region').agg({'price': ['mean', 'std'], 'units': ['sum']})", [5, 2, 1]),
        ("sales.groupby('region')['price'].agg(average='mean', n='size')", [5, 2, 1]),
        ("sales.groupby('region').price.mean().sort_values(ascending=False)", [1, 2, 5]),
        ("sales.groupby('region').price.mean().sort_values(ascending=False).head(2)", [1, 2]),
        ("sales.groupby('region').price.sum().nlargest(2)", [5, 2]),
        ("sales.groupby('region').size().reset_index(name='n').sort_values('n').head(1)", [1]),
        ("sales.groupby('region').size().rename('n').reset_index().nlargest(2, 'n')", [6, 4]),
        ("sales.groupby('region').price.mean().rename('m').to_frame().sort_values('m').head()", [5, 2, 1]),
        (
            "sales.groupby('region').agg(m=('price', 'mean')).rename(columns={'m': 'x'}).sort_values(by=['x'])",
            [5, 2, 1],
        ),
        (
            "t = sales.groupby('region').agg(m=('price', 'mean'), n=('units', 'sum'))\n"
            "t = t.sort_values('n')\nt.head(2)",
            [1, 5],
        ),
        ("sales.groupby(['region', 'kind']).units.sum()", [3, 3, 2, 2, 1]),
        ("sales.groupby(['region', 'kind']).agg(n=('units', 'sum'))[['n']].reset_index()", [3, 3, 2, 2, 1]),
        ("sales.groupby('region').kind.value_counts()", [3, 3, 2, 2, 1]),
        ("sales.value_counts('region')", [6, 4, 1]),
        ("sales.dropna(subset=['price']).groupby('region').units.sum()", [5, 2, 1]),
        ("sales[sales.region.isin(['north', 'south']) & sales.units.between(2, 8)].units.sum()", None),
        ("sales[sales.price.notna() & (sales.price > -1)].groupby('region').units.mean()", [5, 2, 1]),
        ("sales.groupby(sales.day.dt.month)['units'].sum()", [4, 8]),
        ("sales.pivot_table(index='region', values='units', aggfunc='sum')", [6, 4, 1]),
    ],
)
def test_the_sql_gives_the_figures_of_pandas_and_counts_their_rows(text: str, counts: list[int] | None) -> None:
    sql = counted(as_sql(text, FRAMES) or "")
    assert sql is not None
    with duckdb.connect() as connection:
        connection.register("sales", SALES)
        got = connection.execute(sql).df()
    expected = _shown(text)
    values = pd.DataFrame({"x": [expected]}) if np.isscalar(expected) else pd.DataFrame(expected)
    if counts is None:
        values = values.T
    else:
        assert got[COUNT].tolist() == counts
    figures = values.select_dtypes("number").to_numpy(float)
    got_figures = got.drop(columns=COUNT).select_dtypes("number").round(2).to_numpy(float)
    got_figures = got_figures[:, -figures.shape[1] :]  # without keys, which are an index in pandas
    pd.testing.assert_frame_equal(pd.DataFrame(got_figures), pd.DataFrame(figures).round(2))


def _shown(text: str) -> Any:
    """What the last expression of code gives."""
    *before, last = ast.parse(text).body
    names: dict[str, Any] = {"sales": SALES, "pd": pd}
    exec(compile(ast.Module(before, []), "step", "exec"), names)
    assert isinstance(last, ast.Expr)
    return eval(compile(ast.Expression(last.value), "step", "eval"), names)


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("sales.pivot_table(index='region', columns='kind', values='units', aggfunc='sum')", True),
        ("pd.crosstab(sales['region'], sales['kind'])", True),
        ("sales.groupby(['region', 'kind']).units.sum().unstack(fill_value=0)", True),
        ("print(sales.groupby('region').units.mean().round(1))", False),
        ("t = sales[sales.units > 1]\nby = t.groupby('region')\nby['price'].mean()", False),
    ],
)
def test_what_is_shown_in_another_form_is_told_as_a_row_for_each_group(text: str, wide: bool) -> None:
    sql = counted(as_sql(text, FRAMES) or "")
    assert sql is not None
    with duckdb.connect() as connection:
        connection.register("sales", SALES)
        got = connection.execute(sql).df()
    assert len(got) == (5 if wide else 3)
    assert got[COUNT].max() < 10


def test_a_key_of_its_own_for_each_row_leaves_one_row_behind_each_figure() -> None:
    for text in ("sales.groupby('units').price.mean()", "sales[sales.units == 3].price.mean()"):
        with duckdb.connect() as connection:
            connection.register("sales", SALES)
            assert connection.execute(counted(as_sql(text, FRAMES) or "") or "").df()[COUNT].max() <= 1


@pytest.mark.parametrize(
    "text",
    [
        "sales",
        "sales.price",
        "sales.price.max()",
        "sales.groupby('region').price.first()",
        "sales.groupby('region').price.min()",
        "sales.groupby('region').price.nlargest(3)",
        "sales.groupby('region').price.head(2)",
        "sales.groupby('region').price.agg('first')",
        "sales.groupby('region').price.agg(list)",
        "sales.groupby('region').price.agg(['mean', 'max'])",
        "sales.groupby('region').price.agg(['mean', lambda s: s.iloc[0]])",
        "sales.groupby('region').agg({'price': 'max'})",
        "sales.groupby('region').agg({'price': max})",
        "sales.groupby('region').agg(x=('price', 'median'))",
        "sales.groupby('region').agg(x=('price', lambda s: s.iloc[0]))",
        "sales.groupby('region').agg(**{'x': ('price', 'mean')})",
        "sales.groupby('region').agg(x='price')",
        "sales.groupby('region').agg(x=('other', 'mean'))",
        "sales.groupby('region').agg()",
        "sales.groupby('region')[['price']].agg({'units': 'sum'})",
        "sales.groupby('region').price.idxmax()",
        "sales.groupby('region').price.mode()",
        "sales.groupby('region').price.unique()",
        "sales.groupby('region').price.quantile(0.5)",
        "sales.groupby('region').price.transform('mean')",
        "sales.groupby('region').price.describe()",
        "sales.groupby('region').price.cumsum()",
        "sales.groupby('region').price.mean().head(2).sort_values()",
        "sales.groupby('region').price.mean().head(2).head(1)",
        "sales.groupby('region').price.mean().head(-1)",
        "sales.groupby('region').price.mean().head(n)",
        "sales.groupby('region').price.mean().tail(1)",
        "sales.groupby('region').price.mean().iloc[0]",
        "sales.groupby('region').price.mean().map(f)",
        "sales.groupby('region').price.mean() * 2",
        "sales.groupby('region', sort=False).price.mean().head(1)",
        "sales.groupby('region').price.mean().sort_values(key=f)",
        "sales.groupby('region').price.mean().sort_values('units')",
        "sales.groupby('region').price.mean().rename(columns=str.upper)",
        "sales.groupby('region').price.mean().unstack()",
        "sales.groupby(['region', 'units']).price.mean().unstack().head(1)",
        "sales.groupby(sales.price * 2).units.sum()",
        "sales.groupby(other.region).units.sum()",
        "sales.groupby(sales.region.str[0]).units.sum()",
        "sales.groupby(['region', 'region']).units.sum()",
        "sales.nlargest(1, 'price').units.sum()",
        "sales.head(6).groupby('region').units.sum()",
        "sales.sample(6).groupby('region').units.sum()",
        "sales.sort_values('price').groupby('region').units.sum()",
        "sales.value_counts(normalize=True)",
        "sales.region.value_counts(normalize=True)",
        "sales.pivot_table(index='region', values='price', aggfunc='max')",
        "sales.pivot_table(index='region', values='price', aggfunc=['mean', 'max'])",
        "sales.pivot_table(index='region', values='price', aggfunc=list)",
        "sales.pivot_table(index='region', values='price', margins=True)",
        "sales.pivot_table(index='region', columns='units', values='price').head(1)",
        "sales.pivot_table(index='region', values='price', aggfunc={'price': 'max'})",
        "pd.crosstab(sales.region, sales.units, normalize=True)",
        "pd.crosstab(sales.region, sales.units, values=sales.price, aggfunc='max')",
        "pd.crosstab(sales.region, other.units)",
        "pd = f\npd.crosstab(sales.region, sales.units)",
        "sales.dropna().groupby('region').units.sum()",
        "sales.dropna(subset=f()).groupby('region').units.sum()",
        "sales[sales.region.isin(other)].units.sum()",
        "sales[sales.price.between(1)].units.sum()",
        "sales[sales.price.between(1, sales.units)].units.sum()",
        "sales[~sales.price.isna()].units.sum()",
        "t = sales.head(1)\nt.price.mean()",
        "t = sales\nt['price'] = 5\nt.price.mean()",
        "t = sales.groupby('region').price.mean()\nf(t)\nt",
        "t, u = 1, 2\nsales.price.mean()",
        "print = f\nprint(sales.price.mean())",
        "print(sales.price.mean(), sales)",
        "a = [1] * 1\n" + "".join(f"a{i + 1} = [a{i}, a{i}]\n" for i in range(60)) + "sales.price.mean()",
        "import evil as pd\nsales.price.mean()",
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
