"""What the panel lists and hides: connections with their tables, and the figure of an answer that can be a metric."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from fakes import ScriptedModel

from analyst_magic import Analyst
from analyst_magic.errors import UnknownFrame
from analyst_magic.panel.metric import metric_of
from analyst_magic.panel.scope import MAX_TABLES, Scope
from analyst_magic.panel.served import Served
from analyst_magic.results.table import Table
from analyst_magic.results.table_chart import chart_of
from analyst_magic.settings import AnalystSettings
from analyst_magic.sources.files import open_data
from analyst_magic.testing import FakeSandbox
from analyst_magic.turn import Attempt, Code, Execution, Question, Turn


@pytest.fixture
def shop() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE orders (id INTEGER, amount REAL); CREATE TABLE customers (id INTEGER, email TEXT);"
        "INSERT INTO orders VALUES (1, 10.5), (2, 20.0);"
    )
    yield connection
    connection.close()


def test_a_connection_is_one_chip_whose_tables_are_searched_and_hidden(shop: sqlite3.Connection) -> None:
    settings = AnalystSettings()
    scope = Scope({"shop": shop, "sales": pd.DataFrame({"region": ["north"]})}, settings)
    chips = {chip["name"]: chip for chip in scope.described()}
    assert (chips["shop"]["connection"], chips["shop"]["kind"]) == (True, "SQLite, 2 tables")
    assert not chips["sales"]["connection"]

    listed = scope.tables("shop", "")
    assert {table["name"] for table in listed["tables"]} == {"orders", "customers"}
    assert [table["name"] for table in scope.tables("shop", "amount")["tables"]] == ["orders"]
    assert scope.tables("shop", "nothing of that") == {"tables": [], "total": 0}

    scope.hide("customers", "email", True)
    scope.hide("orders", "*", True)
    assert sorted(settings.hidden) == ["customers.email", "orders.*"]
    tables = {table["name"]: table for table in scope.tables("shop", "")["tables"]}
    assert tables["orders"]["hidden"]
    assert [column["hidden"] for column in tables["customers"]["columns"]] == [False, True]
    scope.hide("orders", "*", False)
    assert settings.hidden == ["customers.email"]
    with pytest.raises(UnknownFrame, match="no column nope"):
        scope.hide("orders", "nope", True)
    with pytest.raises(UnknownFrame, match="elsewhere"):
        scope.tables("elsewhere", "")


def test_a_frame_that_a_question_names_and_that_was_dropped_is_known() -> None:
    frames = {name: pd.DataFrame({"carrier": ["UA"]}) for name in ("flights", "airlines")}
    scope = Scope(frames, AnalystSettings())
    assert scope.left_out("number of Flights by carrier") == []
    scope.drop("flights", True)
    assert scope.left_out("number of Flights by carrier") == ["flights"]
    assert scope.left_out("number of airlines") == []


def test_a_refusal_names_the_hidden_columns_of_its_question() -> None:
    with Analyst(model="offline", sandbox=FakeSandbox(), hidden=["flights.tailnum", "flights.pay"]) as analyst:
        turn = analyst.ask("mean delay by tailnum", {"flights": pd.DataFrame({"tailnum": ["a", "b"], "delay": [1, 2]})})
    assert "flights.tailnum is hidden by your settings." in str(turn.error)
    assert "flights.pay" not in str(turn.error)


def test_a_small_file_says_how_many_rows_it_has_and_one_that_is_gone_says_none(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("region,amount\n" + "north,1\n" * 60)
    scope = Scope({"orders": open_data(path)}, AnalystSettings())
    assert [(chip["rows"], chip["width"]) for chip in scope.described()] == [(60, 2)]
    path.write_text("region,amount\n" + "north,1\n" * 61)
    assert scope.described()[0]["rows"] == 61
    path.unlink()
    assert scope.described()[0]["rows"] is None


def test_of_many_tables_the_first_are_listed_and_the_others_counted(shop: sqlite3.Connection) -> None:
    shop.executescript(";".join(f"CREATE TABLE t{number} (x INTEGER)" for number in range(MAX_TABLES)))
    found = Scope({"shop": shop}, AnalystSettings()).tables("shop", "")
    assert (len(found["tables"]), found["total"]) == (MAX_TABLES, MAX_TABLES + 2)


def test_a_hidden_table_is_told_to_no_model_and_not_asked(shop: sqlite3.Connection) -> None:
    with ScriptedModel(["```sql\nSELECT COUNT(*) AS n FROM customers\n```"] * 5) as model:
        options = {**model.settings, "sandbox": FakeSandbox(), "hidden": ["customers.*"], "privacy": "schema"}
        with Analyst(**options) as analyst:
            turn = analyst.ask("How many rows?", connections={"shop": shop})
    assert "email" not in model.received
    assert not turn.ok


def answered(code: str, language: str = "sql") -> Turn:
    program = Code(code, language)  # type: ignore[arg-type]
    return Turn(
        Question("total"), attempts=(Attempt(program, execution=Execution()),), results=(Table(pa.table({"a": [1]})),)
    )


@pytest.mark.parametrize(
    ("code", "formula"),
    [
        ("SELECT region, SUM(price * units) AS revenue FROM sales GROUP BY 1", "SUM(sales.price * sales.units)"),
        ("SELECT AVG(price) FROM sales", "AVG(sales.price)"),
        ("SELECT SUM(price) FROM sales WHERE region = 'north'", None),
        ("SELECT SUM(price), AVG(price) FROM sales", None),
        ("SELECT COUNT(*) FROM sales", None),
        ("SELECT price FROM sales", None),
        ("SELECT SUM(s.price) FROM sales s JOIN regions USING (region)", None),
        ("SELECT SUM(x) FROM (SELECT SUM(price) AS x FROM sales GROUP BY region)", None),
        ("SELECT SUM(SUM(price)) OVER () FROM sales", None),
        ("this is no SQL (", None),
    ],
)
def test_the_one_figure_of_an_answer_can_be_saved_as_a_metric(code: str, formula: str | None) -> None:
    found = metric_of(answered(code))
    assert (found or {}).get("formula") == formula


def test_the_figure_is_found_in_the_sql_of_python_too() -> None:
    code = 'import duckdb\ndata = duckdb.sql("""SELECT region, SUM(price) AS total FROM sales GROUP BY 1""").df()'
    assert metric_of(answered(code, "python")) == {"name": "total", "formula": "SUM(sales.price)"}


def test_the_picker_says_size_and_price_where_the_endpoint_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k-test")
    facts = {
        "small": {"context_length": 128_000, "pricing": {"prompt": "0.00000015", "completion": "0.0000006"}},
        "large": {"max_model_len": 1_048_576},
        "odd": {"context_length": "many", "pricing": {"prompt": "free", "completion": None}},
    }
    with ScriptedModel(models=tuple(facts), facts=facts) as model, Analyst(**model.settings) as analyst:
        served = next(one for one in Served(analyst).listed() if one["name"] == "openai")
    assert served["models"] == ["openai:large", "openai:odd", "openai:small"]
    assert served["facts"] == {
        "openai:large": "1.05M tokens",
        "openai:small": "128k tokens · $0.15 in, $0.6 out a million tokens",
    }


def test_the_picker_takes_no_name_that_can_never_be_asked_and_says_what_helps_in_the_panels_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    with Analyst(model="offline", sandbox=FakeSandbox()) as analyst:
        served = Served(analyst)
        for name in ("foo:bar", "gpt-5.5", "ollama:"):
            assert not served.tried(name)["possible"], name
        keyless, away = served.tried("anthropic:claude"), served.tried("ollama:small")
        problem = next(one["problem"] for one in served.listed() if one["name"] == "vllm")
    assert keyless["possible"]
    assert keyless["message"].endswith("Keep one below, or set ANTHROPIC_API_KEY before the kernel starts.")
    assert away["possible"]
    for text in (away["message"], problem):
        assert "cannot be reached" in text
        assert ":any" not in text


@pytest.mark.parametrize(
    ("columns", "alt"),
    [
        ({"region": ["n", "s"], "revenue": [5.0, 2.0]}, "Bar chart. x: region, y: revenue."),
        ({"month": pd.to_datetime(["2025-01-01", "2025-02-01"]), "sum": [5, 2]}, "Line chart. x: month, y: sum."),
        ({"year": [2024, 2024, 2025], "region": ["n", "s", "n"], "revenue": [1, 2, 3]},
         "Bar chart. x: year, y: revenue. 2 series: n, s."),
        ({"code": ["a", "b"], "name": ["A", "B"], "rows": [3, 4]}, "Bar chart. x: code, y: rows."),
        ({"region": ["n", "s"], "mean": [5.0, 2.0], "median": [4.0, 3.0], "rows": [9_000, 12_000]},
         "Bar chart. x: region. 2 series: mean, median."),
        ({"region": ["n", "n"], "revenue": [5.0, 2.0]}, None),
        ({"region": ["n", "s"], "name": ["a", "b"]}, None),
        ({"region": ["n"], "revenue": [1]}, None),
        ({"region": [f"r{n}" for n in range(80)], "revenue": list(range(80))}, None),
    ],
)  # fmt: skip
def test_a_table_of_groups_with_numbers_has_a_chart(columns: dict[str, list[object]], alt: str | None) -> None:
    figure = chart_of(Table(pa.Table.from_pandas(pd.DataFrame(columns), preserve_index=False)))
    assert (figure.alt if figure else None) == alt
