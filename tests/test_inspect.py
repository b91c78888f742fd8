"""What is no answer: nothing, null, no rows, caught failures and the text of objects. What looks like it and is one."""

from __future__ import annotations

import base64
import gc
import json
import random
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyst_magic.context.privacy import restrict
from analyst_magic.errors import CheckFailed, CodeFailed
from analyst_magic.evidence.compared import absent_among_present, absent_values, comparisons
from analyst_magic.evidence.drawn import points
from analyst_magic.evidence.inspect import Inspection, inspect, sentence
from analyst_magic.evidence.relabelled import relabelled
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Attempt, Code, FrameCard, Output, Privacy

FLIGHTS = pd.DataFrame(
    {
        "origin": ["EWR", "JFK", "LGA"] * 100,
        "month": [*range(1, 13)] * 25,
        "dest": [f"D{i:03}" for i in range(300)],
        "delay": np.arange(300) / 7,
        "private": ["Marmaduke", *(["known"] * 299)],
    }
)


@cache
def card(level: Privacy = "stats") -> FrameCard:
    return restrict(profile(to_frame("flights", FLIGHTS)), level)


def numbered(value: object) -> str:
    """No name: those of outputs would fill pages, so that pytest numbers them."""
    return "outputs"


def table(**columns: Sequence[Any]) -> Output:
    return Output("table", pa.table(dict(columns)), labels=tuple(columns))


def text(value: str, stream: str = "result") -> Output:
    return Output("text", value, stream=stream)


def answer(value: str) -> Output:
    return Output("answer", value)


def figure(made: go.Figure) -> Output:
    return Output("figure", as_json(made))


def as_json(made: go.Figure) -> Any:
    return json.loads(made.to_json())


def severity(*outputs: Output, code: Code | str = "flights.shape", earlier: Sequence[Attempt] = ()) -> str:
    code = Code(code) if isinstance(code, str) else code
    found = inspect(code, outputs, [card()], earlier)
    return found.severity if found is not None else ""


TABLE = table(origin=["EWR", "JFK"], delay=[15.1, 12.1])
FULL = pd.DataFrame(
    {"x": [1, 2, 3], "y": [1.5, None, 2.5], "z": [1, 2, 3], "name": ["a", "b", "c"], "iso": ["FRA"] * 3}
)
NO_ROWS = table(origin=pa.array([], pa.string()), delay=pa.array([], pa.float64()))
PNG = Output("image", b"\x89PNG")


# -- nothing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("result = flights.shape", "its last line only gives a value to result."),
        ("a, b = 1, 2", "its last line only gives a value to (a, b)."),
        ("flights['x']: int = 1", "its last line only gives a value to flights['x']."),
        ("n = 1\nn += 1", "its last line only gives a value to n."),
        ("def f():\n    return 1", "it defines f and does not call it."),
        ("flights.to_parquet('x')", "its last line calls to_parquet(), which shows nothing."),
        ("None", ""),
        ("if True:\n    flights", ""),
        ("a syntax error", ""),
        ("", ""),
    ],
)
def test_code_that_shows_nothing_is_told_what_its_last_line_does(code: str, why: str) -> None:
    found = inspect(Code(code), [])
    assert found is not None
    assert found.severity == "nothing"
    assert found.reason == ("The code ran and showed nothing" + (f": {why}" if why else "."))
    assert "last expression" in found.evidence


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        [text("")],
        [text(" \n\t", "stdout"), text("''")],
        [text("FutureWarning: it changes", "stderr")],
        [answer(" ")],
    ],
    ids=numbered,
)
def test_empty_text_and_warnings_alone_are_nothing(outputs: list[Output]) -> None:
    assert severity(*outputs) == "nothing"
    assert severity(*outputs, code=Code("SELECT 1", "sql")) == "nothing"


@pytest.mark.parametrize(
    "outputs",
    [
        [TABLE], [PNG], [text("12.6")], [text("0")], [text("False")], [text("364\n", "stdout")],
        [answer("EWR has the longest delay: 15.1 minutes.")], [Output("file", b"PK", name="x.xlsx")],
        [figure(px.bar(x=["a"], y=[1]))], [TABLE, NO_ROWS], [PNG, text("Text(0.5, 1.0, 'Delays')")],
        [TABLE, text("<Axes: >")], [text("x"), text("a warning", "stderr")],
        [text("12\nnan\n13", "stdout")], [text("None of the airlines is late.", "stdout")],
        [text("MeanSquaredError: 3.2", "stdout")], [text("Standard error: 0.5")], [text("Error rate: 12 %")],
        [text("Failed: 12 of 90")], [answer("The null hypothesis is rejected (p = 0.01).")],
        [answer("None of the 3 airports is on time.")], [answer("Nan Goldin sold 3 pictures.")],
        [answer("No flight was late.")], [answer("Infinity Air has 12 flights.")],
    ],
    ids=numbered,
)  # fmt: skip
def test_what_shows_something_is_an_answer(outputs: list[Output]) -> None:
    assert severity(*outputs) == ""


# -- null --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outputs",
    [
        [text("nan")], [text("None", "stdout")], [text("NaT")], [text("<NA>")], [text("np.float64(nan)")],
        [text("inf")], [text("-inf")], [text("nan%")], [text("Mean delay: nan", "stdout")],
        [table(abandonment_rate=[None])], [table(abandonment_rate=[float("nan")])], [table(x=pa.nulls(3))],
        [table(origin=["EWR", "JFK"], delay=[None, None])], [table(origin=["EWR"], delay=[float("nan")])],
        [TABLE, answer("The mean delay is nan minutes.")], [answer("The mean is NaN.")], [answer("It fell by nan %.")],
        [answer("The best is None.")], [answer("The best: None (inf minutes)")], [answer("mean: inf")],
        [answer("The latest is NaT.")], [answer("It is <NA>.")],
        [figure(px.line(x=[1, 2], y=[None, None]))], [figure(px.bar(x=["a", "b"], y=[float("nan")] * 2))],
        [figure(go.Figure(go.Indicator(value=float("nan"))))],
    ],
    ids=numbered,
)  # fmt: skip
def test_a_value_that_is_missing_is_no_answer(outputs: list[Output]) -> None:
    assert severity(*outputs) == "null"


def test_nulls_that_were_asked_for_are_an_answer() -> None:
    found = table(tailnum=["N1", "N2"], year=pa.nulls(2, pa.float64()))
    assert severity(found) == "null"
    assert severity(found, code="planes[planes.year.isna()][['tailnum', 'year']]") == ""
    assert severity(found, code=Code("SELECT tailnum, year FROM planes WHERE year IS NULL", "sql")) == ""
    assert severity(table(x=pa.nulls(2)), code="planes[planes.year.isna()][['year']]") == "null"


def test_a_placeholder_of_sql_that_holds_no_value_is_seen() -> None:
    sql = "SELECT avg(delay) AS d FROM flights -- answer: The mean is {d:.1f}."
    assert severity(TABLE, answer("The mean is no value."), code=Code(sql, "sql")) == "null"
    worded = "SELECT 1 -- answer: There is no value in it."
    assert severity(TABLE, answer("There is no value in it."), code=Code(worded, "sql")) == ""


# -- no rows -----------------------------------------------------------------------------------------------------------

LAGUARDIA = 'lga = flights[flights["origin"] == "LaGuardia"]\nlga.groupby("month").delay.mean()'
CAUSE = '0 of 300 rows of flights have origin "LaGuardia"; values: "EWR", "JFK", "LGA".'


@pytest.mark.parametrize(
    "outputs",
    [
        [NO_ROWS], [NO_ROWS, text("", "stdout")], [text("Empty DataFrame\nColumns: [a]\nIndex: []", "stdout")],
        [text("Series([], dtype: float64)")], [text("[]")], [text("{}")], [text("Index([])")],
        [text("set()", "stdout")], [text("shape: (0, 2)")],
        [figure(px.line(FULL[:0], x="x", y="y"))], [figure(go.Figure())],
        [figure(px.line(FULL[:0], x="x", y="y")), TABLE],
        [figure(px.histogram(FULL[:0], x="x"))], [figure(px.pie(FULL[:0], values="x", names="name"))],
        [figure(go.Figure(go.Heatmap(z=[])))],
        [figure(px.scatter(FULL[:0], x="x", y="y", color="name"))],
    ],
    ids=numbered,
)  # fmt: skip
def test_no_rows_and_no_points_are_no_answer_and_the_cause_is_named(outputs: list[Output]) -> None:
    found = inspect(Code(LAGUARDIA), outputs, [card()])
    assert found is not None
    assert found.severity == "empty"
    assert found.reason.endswith(f": {CAUSE}")
    assert CAUSE in found.evidence
    assert sentence(found) == f"No rows: {CAUSE}"


def test_an_answer_that_says_itself_that_there_are_none_is_fine_unless_its_cause_is_a_slip() -> None:
    july = 'flights[(flights.origin == "LGA") & (flights.delay > 1e6)]'
    for words in (
        "No flight was that late.",
        "There are none.",
        "0 flights.",
        "Keine Flüge.",
        "Aucun vol.",
        "Ninguno.",
    ):
        assert severity(NO_ROWS, answer(words), code=july) == ""
    assert severity(NO_ROWS, answer("These flights were late."), code=july) == "empty"
    assert severity(NO_ROWS, answer("10 flights, 2.05 minutes"), code=july) == "empty"
    assert severity(NO_ROWS, answer("No flight was that late."), code=LAGUARDIA) == "empty"


@pytest.mark.parametrize(
    "output",
    [
        text("0"),
        text("0.0"),
        table(n=[0]),
        table(n=[0], mean=pa.array([None], pa.float64())),
        answer("0 flights left."),
    ],
    ids=numbered,
)
def test_a_count_of_no_rows_is_no_answer_where_the_value_is_written_otherwise(output: Output) -> None:
    assert severity(output, code='(flights.origin == "LaGuardia").sum()') == "empty"
    assert severity(output, code='(flights.origin == "LGA").sum()') in {"", "null"}


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ('flights[flights["origin"] == "lga"]', 'Is "LGA" meant?'),
        ('flights[flights["origin"] == "LGA "]', 'origin "LGA "'),
        ("flights[flights.origin == 'LaGuardia']", CAUSE),
        ("flights['LaGuardia' == flights.origin]", CAUSE),
        ("flights[flights.origin.isin(['LaGuardia', 'Newark'])]", 'origin "LaGuardia" or "Newark"'),
        ("flights.query(\"origin == 'LaGuardia' and month == 7\")", CAUSE),
        ("flights.query('origin in [\"LaGuardia\"]')", CAUSE),
        ("flights.filter(pl.col('origin') == 'LaGuardia')", CAUSE),
        ("f = flights.copy()\nf[f.origin == 'LaGuardia']", CAUSE),
        ("flights[(flights.month == 7) & (flights.origin == 'LaGuardia')]", CAUSE),
        ("flights[flights.month == 13]", "have month 13; values: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12."),
        ("flights[flights.month == -1]", "month -1"),
        ("flights[flights.month == '7']", 'month of flights is integer, and the code compares it with the text "7".'),
        ("flights[flights.origin == 1]", "origin of flights is text, and the code compares it with the number 1."),
        ("flights.loc[lambda d: d['origin'] == 'LaGuardia']", CAUSE),
    ],
)
def test_the_cause_is_read_from_the_codes_tree(code: str, cause: str) -> None:
    assert cause in " ".join(absent_values(Code(code), [card()]))


@pytest.mark.parametrize(
    ("sql", "cause"),
    [
        ("SELECT * FROM flights WHERE origin = 'LaGuardia'", CAUSE),
        ("SELECT * FROM flights f WHERE f.Origin = 'LaGuardia' AND month = 7", CAUSE),
        ("SELECT * FROM flights WHERE origin IN ('LaGuardia')", CAUSE),
        ("WITH x AS (SELECT * FROM flights) SELECT * FROM x WHERE origin = 'LaGuardia'", CAUSE),
        ("SELECT * FROM flights WHERE month = 13", "month 13"),
        ("SELECT count(*) FILTER (WHERE origin = 'LaGuardia') FROM flights", CAUSE),
    ],
)
def test_the_cause_is_read_from_sql(sql: str, cause: str) -> None:
    assert cause in " ".join(absent_values(Code(sql, "sql"), [card()]))


@pytest.mark.parametrize(
    "code",
    [
        "flights[flights.origin == 'LGA']",
        "flights[(flights.origin == 'LaGuardia') | (flights.origin == 'LGA')]",
        "flights[flights.origin.isin(['LaGuardia', 'LGA'])]",
        "flights[~(flights.origin == 'LaGuardia')]",
        "flights[flights.origin != 'LaGuardia']",
        "flights.query(\"origin == 'LGA' or origin == 'LaGuardia'\")",
        "flights.query('not a [ query')",
        "flights[flights.delay == 4.123]",
        "flights['origin'] = flights.origin.map(names)\nflights[flights.origin == 'LaGuardia']",
        "f = flights.assign(origin=names)\nf[f.origin == 'LaGuardia']",
        "f = flights.rename(columns={'a': 'origin'})\nf[f.origin == 'LaGuardia']",
        "flights[flights.nothing == 'LaGuardia']",
        "flights[flights.origin == name]",
        "flights[flights.month == 7.0]",
        "kind == 'LaGuardia'",
    ],
)
def test_no_cause_is_made_up(code: str) -> None:
    assert absent_values(Code(code), [card()]) == ()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("flights[flights.origin.isin(['LaGuardia', 'LGA'])]", '0 of 300 rows of flights have origin "LaGuardia"'),
        ("flights[flights.origin.isin(['lga', 'JFK'])]", 'Is "LGA" meant?'),
        ("flights[(flights.origin == 'LGA') | (flights.origin == 'jfk')]", 'Is "JFK" meant?'),
        ('flights.query(\'origin in ["EWR", "Newark"]\')', 'origin "Newark"; values: "EWR", "JFK", "LGA"'),
        ("flights.filter(pl.col('origin').is_in(['EWR', 'ewr ']))", 'Is "EWR" meant?'),
        ("flights.filter((pl.col('origin') == 'EWR') | (pl.col('origin') == 'Newark'))", 'origin "Newark"'),
        ("flights[flights.month.isin([12, 13])]", "month 13"),
        ("flights[flights.dest.isin(['D001', 'd002'])]", 'have dest "d002". Is "D002" meant?'),
    ],
)
def test_a_value_that_no_row_has_is_said_beside_others_that_are_there(code: str, said: str) -> None:
    assert said in " ".join(absent_among_present(Code(code), [card("rows")]))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FROM flights WHERE origin IN ('LGA', 'LaGuardia')", 'origin "LaGuardia"; values: "EWR"'),
        ("SELECT * FROM flights WHERE origin = 'LGA' OR origin = 'jfk'", 'Is "JFK" meant?'),
        ("SELECT * FROM flights f WHERE f.dest IN ('D001', 'D1234')", 'dest "D1234"'),
    ],
)
def test_a_value_that_no_row_has_is_said_of_sql_too(sql: str, said: str) -> None:
    assert said in " ".join(absent_among_present(Code(sql, "sql"), [card("rows")]))


@pytest.mark.parametrize(
    "code",
    [
        "flights[flights.origin.isin(['EWR', 'LGA'])]",
        "flights[~flights.origin.isin(['EWR', 'Newark'])]",
        "flights[flights.dest.isin(['D001', 'D002'])]",
    ],
)
def test_values_that_are_all_there_need_no_word(code: str) -> None:
    assert absent_among_present(Code(code), [card("rows")]) == ()


def test_the_nearest_of_many_values_is_named_only_where_it_may_be() -> None:
    code = Code("flights[flights.dest == 'd002']")
    assert 'Is "D002" meant?' in absent_values(code, [card("rows")])[0]
    (told,) = absent_values(code, [card("stats")])
    assert "D002" not in told
    assert told == '0 of 300 rows of flights have dest "d002".'


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM flights WHERE origin = 'LGA'",
        "SELECT * FROM flights WHERE origin = 'LaGuardia' OR origin = 'LGA'",
        "SELECT * FROM flights WHERE NOT origin = 'LaGuardia'",
        "SELECT * FROM flights WHERE month = '7'",
        "SELECT 'x' AS origin FROM flights WHERE origin = 'LaGuardia'",
        "SELECT * FROM flights WHERE delay = 4.123",
        "not even SQL (",
    ],
)
def test_no_cause_is_made_up_of_sql(sql: str) -> None:
    assert absent_values(Code(sql, "sql"), [card()]) == ()


@pytest.mark.parametrize("level", ["schema", "stats", "masked", "rows"])
def test_a_cause_tells_no_more_than_the_privacy_level(level: Privacy) -> None:
    found = inspect(Code(LAGUARDIA), [NO_ROWS], [card(level)])
    assert found is not None
    assert ("EWR" in found.evidence) == (level != "schema")
    private = inspect(Code("flights[flights.private == 'x']"), [NO_ROWS], [card(level)])
    assert private is not None
    assert ("Marmaduke" in private.evidence + private.reason) == (level == "rows")
    hidden = restrict(profile(to_frame("flights", FLIGHTS)), level, frozenset({"flights.origin"}))
    unseen = inspect(Code(LAGUARDIA), [NO_ROWS], [hidden])
    assert unseen is not None
    assert "EWR" not in unseen.evidence + unseen.reason


def test_evidence_quotes_no_output() -> None:
    outputs = [
        [text("Error: Marmaduke lives at 12 Elm Street")],
        [text("Traceback (most recent call last):\nValueError: Marmaduke")],
        [text("Figure({'data': ['Marmaduke']})")],
        [answer("Marmaduke earns nan")],
        [answer("ValueError: Marmaduke")],
        [table(Marmaduke=[None])],
        [Output("table", pa.table({"Marmaduke": pa.array([], pa.string())}))],
    ]
    for shown in outputs:
        found = inspect(Code("flights.shape"), shown)
        assert found is not None
        assert "Marmaduke" not in found.evidence + found.reason


# -- failures inside ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outputs",
    [
        [text("Error: could not convert string to float", "stdout")], [text("ValueError: bad date", "stdout")],
        [text("An error occurred: KeyError('taxi')", "stdout")], [text("KeyError: 'taxi_time'")],
        [text("KeyError('taxi_time')")], [text("Failed to parse the dates: bad", "stdout")],
        [text("pandas.errors.ParserError: no", "stdout")], [text("❌ Error: no", "stdout")],
        [text("Traceback (most recent call last):\n  File x\nKeyError: 'a'", "stdout"), TABLE],
        [text("Traceback (most recent call last):\n  File x\nKeyError: 'a'", "stderr"), TABLE],
        [answer("Error: no such column")], [TABLE, answer("KeyError: 'a'")],
    ],
    ids=numbered,
)  # fmt: skip
def test_a_caught_failure_is_no_answer(outputs: list[Output]) -> None:
    assert severity(*outputs) == "failed_inside"


MISSING = (
    CheckFailed("The code was not run. There is no column taxi_time in flights. It has: air_time."),
    CodeFailed("KeyError", name="KeyError", value="'Column not found: taxi_time'"),
    CodeFailed("KeyError: 'taxi_time'"),
    CodeFailed("x", name="BinderException", value='Binder Error: Referenced column "taxi_time" not found in FROM'),
)


@pytest.mark.parametrize("error", MISSING, ids=str)
@pytest.mark.parametrize(
    "code",
    [
        'flights.groupby("origin")["air_time"].mean().reset_index(name="mean_taxi_time")',
        'flights.rename(columns={"air_time": "taxi_time"}).groupby("origin").taxi_time.mean()',
        'flights["taxi_time"] = flights["air_time"]\nflights.taxi_time.mean()',
        'flights.groupby("origin").agg(mean_taxi_time=("air_time", "mean"))',
        'flights.assign(taxi_time=flights["air_time"]).taxi_time.mean()',
        Code("SELECT origin, avg(air_time) AS mean_taxi_time FROM flights GROUP BY origin", "sql"),
    ],
    ids=str,
)
def test_another_column_under_a_missing_ones_name_is_no_answer(code: Code | str, error: Exception) -> None:
    earlier = [Attempt(Code("flights.taxi_time"), error=error)]  # type: ignore[arg-type]
    code = Code(code) if isinstance(code, str) else code
    slip = relabelled(code, earlier)
    assert slip is not None
    assert slip.source == "air_time"
    found = inspect(code, [TABLE], [], earlier)
    assert found is not None
    assert found.severity == "failed_inside"
    assert "the data has no taxi_time" in found.reason
    assert "Refusal:" in found.evidence


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ("taxi_time", 'flights.groupby("origin")["air_time"].mean().reset_index(name="mean_air_time")'),
        ("delay", 'flights.groupby("origin")["dep_delay"].mean().reset_index(name="mean_delay")'),
        ("speed", 'flights.assign(speed=flights["distance"] / flights["air_time"]).speed.mean()'),
        ("Dep_Delay", 'flights.groupby("origin")["dep_delay"].mean().reset_index(name="Dep_Delay")'),
        ("taxi_time", "flights.shape"),
        ("taxi_time", "not code ("),
    ],
)
def test_a_mended_name_is_an_answer(missing: str, code: str) -> None:
    error = CheckFailed(f"The code was not run. There is no column {missing} in flights.")
    assert severity(TABLE, code=code, earlier=[Attempt(Code("x"), error=error)]) == ""


# -- objects -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outputs",
    [
        [text("(Figure({'data': []}),    carrier  speed)")], [text("Figure({'data': []})"), TABLE],
        [text("<pandas.api.typing.DataFrameGroupBy object at 0x7f>")], [text("<Axes: xlabel='x'>")],
        [text("<generator object f at 0x7f3>")], [text("<function f at 0x7f3>")],
        [text("<bound method DataFrame.head of")],
        [text("[<matplotlib.lines.Line2D object at 0x7f>]")], [text("data:image/png;base64,iVBORw0KGgo=")],
        [text(base64.b64encode(random.Random(0).randbytes(900)).decode())],
        [text("naive plan: (run LazyFrame.explain())")],
        [answer("The result is <pandas.core.groupby object at 0x7f>.")],
        [TABLE, answer("0    1.5\nName: x, dtype: float64")],
        [answer("The means are (np.float64(1.5), np.float64(2.5)).")],
    ],
    ids=numbered,
)  # fmt: skip
def test_the_text_of_an_object_is_no_answer(outputs: list[Output]) -> None:
    assert severity(*outputs) == "container"


# -- figures -----------------------------------------------------------------------------------------------------------

DRAWN: dict[str, Callable[[], go.Figure]] = {
    "line": lambda: px.line(FULL, x="x", y="y"),
    "scatter": lambda: px.scatter(FULL, x="x", y="y", trendline=None),
    "bar": lambda: px.bar(FULL, x="name", y="y"),
    "histogram": lambda: px.histogram(FULL, x="y"),
    "box": lambda: px.box(FULL, y="y"),
    "violin": lambda: px.violin(FULL, y="y"),
    "pie": lambda: px.pie(FULL, values="x", names="name"),
    "treemap": lambda: px.treemap(FULL, path=["name"], values="x"),
    "sunburst": lambda: px.sunburst(FULL, path=["name"], values="x"),
    "heatmap": lambda: px.imshow([[1, 2], [3, None]]),
    "3d": lambda: px.scatter_3d(FULL, x="x", y="y", z="z"),
    "map": lambda: px.choropleth(FULL, locations="iso", color="x"),
    "points": lambda: px.scatter_map(FULL, lat="x", lon="y"),
    "polar": lambda: px.scatter_polar(FULL, r="x", theta="z"),
    "density": lambda: px.density_heatmap(FULL, x="x", y="z"),
    "matrix": lambda: px.scatter_matrix(FULL[["x", "z"]]),
    "parallel": lambda: px.parallel_coordinates(FULL[["x", "z"]]),
    "funnel": lambda: px.funnel(FULL, x="x", y="name"),
    "table": lambda: go.Figure(go.Table(cells={"values": [[1]]})),
    "indicator": lambda: go.Figure(go.Indicator(value=3)),
    "sankey": lambda: go.Figure(go.Sankey(link={"source": [0], "target": [1], "value": [1]})),
    "candles": lambda: go.Figure(go.Candlestick(x=[1], open=[1], high=[2], low=[1], close=[2])),
    "surface": lambda: go.Figure(go.Surface(z=[[1, 2], [3, 4]])),
    "area": lambda: px.area(FULL, x="x", y="z"),
    "animation": lambda: px.scatter(FULL, x="x", y="z", animation_frame="name"),
    "plain": lambda: go.Figure(go.Bar(y=[1])),
    "shapes": lambda: go.Figure().add_shape(type="rect", x0=0, x1=1, y0=0, y1=1),
    "waterfall": lambda: go.Figure(go.Waterfall(y=[1, 2])),
    "two, one of them empty": lambda: go.Figure([go.Scatter(x=[], y=[]), go.Scatter(x=[1], y=[1])]),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_with_points_is_an_answer(name: str) -> None:
    assert points(as_json(DRAWN[name]())) == ""


@pytest.mark.parametrize("figure", [None, 3, {}, {"data": None}, {"data": [3]}, {"data": [{"type": "unheard of"}]}])
def test_any_json_can_be_looked_at(figure: Any) -> None:
    assert points(figure) in {"", "empty"}


def test_binary_arrays_are_read() -> None:
    drawn = go.Figure(go.Scatter(x=np.arange(5), y=np.full(5, np.nan)))
    assert points(as_json(drawn)) == "null"
    assert points({"data": [{"y": {"dtype": "f8", "bdata": ""}}]}) == "empty"
    assert points({"data": [{"y": {"dtype": "f8", "bdata": "not base64"}}]}) == ""
    assert points({"data": [{"y": {"dtype": "i1", "bdata": "AAA="}}]}) == ""


# -- any table ---------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(allow_infinity=False)), max_size=20), st.booleans())
def test_a_table_is_an_answer_just_if_it_has_a_value(cells: list[float | None], labelled: bool) -> None:
    columns: dict[str, Any] = {"value": pa.array(cells, pa.float64())}
    if labelled:
        columns = {"name": pa.array([f"n{i}" for i in range(len(cells))], pa.string()), **columns}
    has_value = any(cell is not None and cell == cell for cell in cells)
    expected = "" if has_value else "null" if cells else "empty"
    assert severity(Output("table", pa.table(columns))) == expected


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_looked_at(shown: str) -> None:
    for output in (text(shown), answer(shown)):
        found = inspect(Code(shown), [output], [card()])
        assert found is None or found.evidence
        assert comparisons(Code(shown)) == () or shown
        assert isinstance(comparisons(Code(shown, "sql")), tuple)


def test_a_large_table_takes_no_time() -> None:
    floats = pa.table({f"c{i}": np.full(1_000_000, np.nan) for i in range(13)})  # 104 MB
    nulls = pa.table({"c": pa.nulls(10_000_000, pa.float64())})
    long_text = text("x" * 5_000_000)
    gc.freeze()  # what other tests have left is not searched for garbage meanwhile
    try:
        begun = time.process_time()
        assert sum(number * number for number in range(10_000_000))
        count = time.process_time() - begun
        begun = time.process_time()
        assert severity(Output("table", floats)) == ""
        assert severity(Output("table", nulls)) == "null"
        assert severity(long_text) == ""
        assert severity(TABLE, code="\n".join(f"flights[flights.origin == 'x{i}']" for i in range(2_000))) == ""
        assert time.process_time() - begun < count, "it takes longer than to count to ten million"
    finally:
        gc.unfreeze()


def test_an_empty_result_has_a_sentence_of_its_own() -> None:
    assert sentence(Inspection("empty", "The result has no rows.", "")) == (
        "No rows: nothing in the data fits the question as it was read."
    )
