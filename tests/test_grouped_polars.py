"""Aggregates of polars whose source rows are counted by SQL of our own, so that a model may be told its figures."""

from __future__ import annotations

import ast
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from analyst_magic.checks.grouped import COUNT, counted
from analyst_magic.checks.grouped_polars import as_sql

SALES = pl.DataFrame(
    {
        "region": ["north"] * 6 + ["south"] * 4 + ["west"] * 2,
        "price": [1.0, 2.0, 3.0, 4.0, 5.0, None, 7.0, 8.0, None, None, 11.0, 12.0],
        "units": list(range(12)),
    }
)
FRAMES = {"sales": SALES.columns}


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("sales.group_by('region').agg(pl.col('price').mean()).sort('region')", [5, 2, 2]),
        ("sales.group_by('region').agg(pl.col('price').sum().alias('total'), pl.len()).sort('len')", [2, 2, 5]),
        ("sales.group_by(pl.col('region')).agg([pl.mean('units'), pl.std('units').round(2).alias('s')]).sort('units')",
         [6, 4, 2]),
        ("sales.group_by('region').agg(n=pl.len()).sort('n', descending=True).head(2)", [6, 4]),
        ("sales.group_by('region', maintain_order=True).len().sort('region')", [6, 4, 2]),
        ("sales.filter(pl.col('units') > 2).group_by('region').agg(pl.sum('units')).sort('region')", [3, 4, 2]),
        ("sales.filter((pl.col('units') != 2) & pl.col('region').is_in(['north'])).select(pl.mean('units'))", [5]),
        ("sales.filter(pl.col('price').is_not_null()).group_by('region').len().sort('region')", [5, 2, 2]),
        ("sales.drop_nulls(['price']).select(pl.col('units').mean().alias('m'), pl.col('price').sum())", [9]),
        ("import polars as pl\nt = sales.group_by('region').len()\nt.sort('region').rename({'len': 'n'})", [6, 4, 2]),
    ],
)  # fmt: skip
def test_the_sql_gives_the_figures_of_polars_and_counts_their_rows(text: str, counts: list[int]) -> None:
    sql = counted(as_sql(text, FRAMES) or "")
    assert sql is not None
    with duckdb.connect() as connection:
        connection.register("sales", SALES.to_arrow())
        got = pl.DataFrame(connection.sql(sql).to_arrow_table())
    assert got[COUNT].to_list() == counts
    *before, last = ast.parse(text).body
    names: dict[str, Any] = {"sales": SALES, "pl": pl}
    exec(compile(ast.Module(before, []), "step", "exec"), names)
    assert isinstance(last, ast.Expr)
    expected = eval(compile(ast.Expression(last.value), "step", "eval"), names)
    assert_frame_equal(got.drop(COUNT), expected, check_dtypes=False, rel_tol=0.01)


@pytest.mark.parametrize(
    "text",
    [
        "sales",
        "sales['price']",
        "sales.select('price')",
        "sales.select(pl.col('price'))",
        "sales.select(pl.col('price').max())",
        "sales.select(pl.all().mean())",
        "sales.group_by('region').agg('price')",
        "sales.group_by('region').agg(pl.col('price'))",
        "sales.group_by('region').agg(pl.col('price').first())",
        "sales.group_by('region').agg(pl.col('price').median())",
        "sales.group_by('region').agg(pl.col('price').min().mean())",
        "sales.group_by('region').agg(pl.col('price').filter(pl.col('units') == 3).sum())",
        "sales.group_by('region').agg((pl.col('price') * 2).sum())",
        "sales.group_by('region').agg(pl.col('price').head(1).sum())",
        "sales.group_by('region').agg(pl.col('price').sort_by('units').mean())",
        "sales.group_by('region').agg(pl.col('price').mean().over('units'))",
        "sales.group_by('region').agg(pl.len()).head(1)",
        "sales.group_by('region').agg(pl.len()).sort('len').head(1).sort('region')",
        "sales.group_by('region').agg()",
        "sales.group_by().agg(pl.len())",
        "sales.group_by(pl.col('units') % 5).agg(pl.len())",
        "sales.group_by('region').map_groups(f)",
        "sales.group_by('other').len()",
        "sales.group_by(*keys).len()",
        "sales.head(1).group_by('region').len()",
        "sales.sample(1).select(pl.col('price').mean())",
        "sales.filter(pl.col('price') > pl.col('units')).select(pl.col('price').mean())",
        "sales.filter(pl.col('region').is_in(f())).select(pl.col('price').mean())",
        "sales.filter(mask).select(pl.col('price').mean())",
        "sales = sales.head(1)\nsales.select(pl.col('price').mean())",
        "pl = f\nsales.select(pl.col('price').mean())",
        "import evil as pl\nsales.select(pl.col('price').mean())",
        "sales.join(sales, on='region').select(pl.col('price').mean())",
        "sales.with_columns(price=1).select(pl.col('price').mean())",
        "other.select(pl.col('price').mean())",
        "sales.sql('select 1')",
        "not python",
    ],
)
def test_what_could_tell_of_a_single_row_or_is_not_understood_is_not_counted(text: str) -> None:
    assert as_sql(text, FRAMES) is None
