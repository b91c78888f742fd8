"""What a team has agreed on: read with its places, used in answers, held against code, found stale."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from analyst_magic import Analyst, Turn
from analyst_magic.commands.definitions import define, definitions
from analyst_magic.errors import CheckFailed, InputError, Unpinned
from analyst_magic.planner.planner import OfflinePlanner
from analyst_magic.semantics.check import check_definitions
from analyst_magic.semantics.double_counting import double_counting
from analyst_magic.semantics.expand import expanded, named_metrics
from analyst_magic.semantics.files import read_definitions
from analyst_magic.semantics.formula import Formula, FormulaError, parse
from analyst_magic.semantics.otherwise import computed_otherwise
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.testing import ScriptedModel
from analyst_magic.turn import Code, ColumnCard, Context, FrameCard, Question
from analyst_magic.turn.definitions import Definitions

MODEL = """\
version: "0.2.0.dev0"
semantic_model:
  - name: shop
    ai_context: {instructions: Revenue is always net of discounts.}
    datasets:
      - name: lines
        source: order_lines
        primary_key: [id]
        fields:
          - name: net
            expression: {dialects: [{dialect: ANSI_SQL, expression: quantity * unit_price * (1 - discount)}]}
          - name: region
            expression: {dialects: [{dialect: ANSI_SQL, expression: region}]}
            label: Sales area
            ai_context: {synonyms: [territory]}
      - name: orders
        source: orders
        primary_key: [id]
      - {name: customers, source: customers, primary_key: [id]}
    relationships:
      - {name: lines_to_orders, from: lines, to: orders, from_columns: [order_id], to_columns: [id]}
      - {name: orders_to_customers, from: orders, to: customers, from_columns: [customer_id], to_columns: [id]}
    metrics:
      - name: revenue
        expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(lines.net)}]}
        description: Net of discounts
        ai_context: {synonyms: [net sales, turnover]}
        custom_extensions: [{vendor_name: ACME, data: '{"owner": "finance"}'}]
      - name: margin
        expression:
          dialects:
            - dialect: ANSI_SQL
              expression: 100 * SUM(quantity * (unit_price - cost)) / NULLIF(SUM(quantity * unit_price), 0)
      - name: per_order
        expression: {dialects: [{dialect: ANSI_SQL, expression: revenue / COUNT(DISTINCT orders.id)}]}
"""
RANKED = """\
version: "0.2.0.dev0"
semantic_model:
  - name: ranked
    datasets:
      - {name: sold, source: sold, primary_key: [line]}
      - {name: categories, source: categories, primary_key: [category_id]}
    relationships:
      - {name: sold_to_categories, from: sold, to: categories, from_columns: [category_id], to_columns: [category_id]}
    metrics:
      - {name: takings, expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(sold.amount)}]}}
"""
COLUMNS = {
    "lines": frozenset({"id", "order_id", "region", "quantity", "unit_price", "discount", "cost"}),
    "orders": frozenset({"id", "customer_id", "freight", "placed"}),
    "customers": frozenset({"id", "country"}),
}


@pytest.fixture(scope="module")
def frames() -> dict[str, object]:
    lines = pd.DataFrame(
        {
            "id": range(6),
            "order_id": [1, 1, 2, 2, 3, 3],
            "region": list("aabbcc"),
            "quantity": [1, 2, 3, 4, 5, 6],
            "unit_price": [10.0] * 6,
            "discount": [0, 0.5, 0, 0, 0.1, 0],
            "cost": [5, 6, 7, 8, 9, 1],
        }
    )
    placed = pd.to_datetime(["2025-01-03", "2025-02-03", "2025-02-05"])
    orders = pd.DataFrame({"id": [1, 2, 3], "customer_id": [7, 8, 7], "placed": placed, "freight": [1, 2, 3]})
    customers = pd.DataFrame({"id": [7, 8], "country": ["Chile", "Peru"]})
    return {"order_lines": lines, "orders": orders, "customers": customers}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "analyst.yaml").write_text(MODEL)
    return tmp_path


@pytest.fixture
def known(folder: Path) -> Definitions:
    found = read_definitions(folder)
    assert found.problems == ()
    return found.definitions


@pytest.fixture(scope="module")
def ask(frames: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Turn]]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "analyst.yaml").write_text(MODEL)
    with Analyst(sandbox="local", model="offline", folder=folder) as analyst:
        yield lambda question: analyst.ask(question, frames, fresh=True)


# Reading --------------------------------------------------------------------------------------------------------------


def test_a_model_is_read_with_the_line_of_each_definition(known: Definitions) -> None:
    assert [metric.name for metric in known.metrics] == ["revenue", "margin", "per_order"]
    assert known.place("metric", "revenue") == "analyst.yaml:24"
    assert known.place("field", "lines.region") == "analyst.yaml:12"
    assert known.metrics[0].synonyms == ("net sales", "turnover")
    assert check_definitions(known) == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("source: order_lines", "sorce: order_lines", "analyst.yaml:6: source is missing."),
        ('"0.2.0.dev0"', '"0.9"', 'analyst.yaml:1: The version that is read is "0.2.0.dev0".'),
        ("from: lines,", "from: lines, kind: left,", "analyst.yaml:21: kind is not known here."),
        ("dialect: ANSI_SQL, expression: region", "dialect: KLINGON, expression: region", "dialect is one of"),
        ("primary_key: [id]\n        fields", "primary_key: [id\n        fields", "This is no YAML"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line_and_the_rest_of_the_answer_stays(
    folder: Path, old: str, new: str, problem: str, frames: dict[str, object]
) -> None:
    (folder / "analyst.yaml").write_text(MODEL.replace(old, new, 1))
    assert any(problem in str(found) for found in read_definitions(folder).problems)
    with Analyst(sandbox="local", model="offline", folder=folder) as analyst:
        turn = analyst.ask("SQL: SELECT 1 AS n", frames)
    assert turn.ok
    assert any("analyst.yaml" in note for note in turn.notes)


@pytest.mark.parametrize(
    ("formula", "problem"),
    [
        ("SUM(lines.quantty)", "lines has no column quantty"),
        ("SUM(nothing.net)", "There is no dataset nothing"),
        ("SUM(id)", "id is in lines, orders, customers"),
        ("SUM(", "is no formula in SQL"),
        ("lines.quantity * 2", "it is a field"),
        ("SUM(lines.net) FROM order_lines", "is not one formula"),
        ("(SELECT MAX(id) FROM orders)", "is not a formula alone"),
        ("margin + revenue_2", "There is no field or column revenue_2"),
    ],
)
def test_a_formula_that_cannot_be_is_told_where_it_stands(folder: Path, formula: str, problem: str) -> None:
    path = folder / "analyst.yaml"
    path.write_text(MODEL.replace("expression: SUM(lines.net)", f"expression: {json.dumps(formula)}"))
    cards = [
        FrameCard(source, "pandas", 3, tuple(ColumnCard(c, c, c, "float") for c in sorted(COLUMNS[name])))
        for name, source in (("lines", "order_lines"), ("orders", "orders"), ("customers", "customers"))
    ]
    found = check_definitions(read_definitions(folder).definitions, cards)
    assert any(
        str(wrong).startswith("analyst.yaml:24: The metric revenue") and problem in str(wrong) for wrong in found
    )


def test_formulas_that_name_each_other_end(known: Definitions, folder: Path) -> None:
    path = folder / "analyst.yaml"
    path.write_text(MODEL.replace("SUM(lines.net)", "SUM(per_order)"))
    assert any("per_order" in str(wrong) for wrong in check_definitions(read_definitions(folder).definitions))


def test_two_files_may_not_disagree(folder: Path) -> None:
    (folder / "semantics").mkdir()
    (folder / "semantics" / "more.yaml").write_text(MODEL.replace("SUM(lines.net)", "SUM(lines.quantity)"))
    found = read_definitions(folder)
    assert found.definitions.metrics[0].expression.text() == "SUM(lines.net)"
    (problem,) = found.problems
    assert str(problem).startswith("semantics/more.yaml:24: The metric revenue is defined otherwise in analyst.yaml:24")


def test_a_word_that_means_two_metrics_is_told(folder: Path) -> None:
    (folder / "analyst.yaml").write_text(MODEL.replace("[net sales, turnover]", "[margin]"))
    assert any("“margin” means" in str(wrong) for wrong in check_definitions(read_definitions(folder).definitions))


def test_a_setting_names_the_file_and_a_wrong_name_is_told(folder: Path, frames: dict[str, object]) -> None:
    (folder / "analyst.yaml").rename(folder / "metrics.yaml")
    assert not read_definitions(folder).definitions
    assert read_definitions(folder, "metrics.yaml").definitions.metric("revenue")
    assert "no such file" in str(read_definitions(folder, "gone.yaml").problems[0])


def test_dbt_metrics_are_read_and_those_that_cannot_be_are_named(tmp_path: Path) -> None:
    measure = {"name": "net_amount", "agg": "sum", "expr": "quantity * unit_price"}
    manifest = {
        "semantic_models": [
            {
                "name": "order_lines",
                "node_relation": {"alias": "order_lines", "schema_name": "shop"},
                "entities": [
                    {"name": "line", "type": "primary", "expr": "id"},
                    {"name": "order", "type": "foreign", "expr": "order_id"},
                ],
                "dimensions": [{"name": "placed", "type": "time", "expr": "placed"}],
                "measures": [measure, {"name": "orders", "agg": "count_distinct", "expr": "order_id"}],
            },
            {
                "name": "orders",
                "node_relation": {"alias": "orders", "schema_name": "shop"},
                "entities": [{"name": "order", "type": "primary", "expr": "id"}],
            },
        ],
        "metrics": [
            {"name": "per_order", "type": "ratio", "type_params": {"numerator": {"name": "revenue"},
                                                                  "denominator": {"name": "orders"}}},
            {"name": "revenue", "label": "Turnover", "type": "simple",
             "type_params": {"measure": {"name": "net_amount"}}},
            {"name": "orders", "type": "simple", "type_params": {"measure": {"name": "orders"}}},
            {"name": "doubled", "type": "derived", "type_params": {"expr": "r * 2", "metrics": [
                {"name": "revenue", "alias": "r"}]}},
            {"name": "so_far", "type": "cumulative", "type_params": {"measure": {"name": "net_amount"}}},
        ],
    }  # fmt: skip
    (tmp_path / "semantics").mkdir()
    (tmp_path / "semantics" / "semantic_manifest.json").write_text(json.dumps(manifest))
    found = read_definitions(tmp_path)
    texts = {metric.name: metric.expression.text() for metric in found.definitions.metrics}
    revenue = "SUM(order_lines.quantity * order_lines.unit_price)"
    assert texts == {
        "revenue": revenue,
        "orders": "COUNT(DISTINCT order_lines.order_id)",
        "per_order": f"{revenue} / COUNT(DISTINCT order_lines.order_id)",
        "doubled": f"({revenue}) * 2",
    }
    assert found.definitions.metric("revenue").synonyms == ("Turnover",)  # type: ignore[union-attr]
    (relationship,) = found.definitions.relationships
    assert (relationship.many, relationship.one, relationship.many_columns) == ("order_lines", "orders", ("order_id",))
    assert "so_far is cumulative" in str(found.problems[0])


def test_a_semantic_view_of_snowflake_is_read(tmp_path: Path) -> None:
    (tmp_path / "analyst.yaml").write_text(
        """
name: shop
tables:
  - name: order_lines
    base_table: {database: PROD, schema: SHOP, table: ORDER_LINES}
    primary_key: {columns: [id]}
    dimensions: [{name: area, expr: region, synonyms: [territory]}]
    time_dimensions: [{name: placed, expr: placed}]
    facts: [{name: net, expr: quantity * unit_price}]
    metrics: [{name: revenue, expr: SUM(net)}]
  - name: orders
    base_table: {database: PROD, schema: SHOP, table: ORDERS}
relationships:
  - name: r
    left_table: order_lines
    right_table: orders
    relationship_columns: [{left_column: order_id, right_column: id}]
"""
    )
    found = read_definitions(tmp_path)
    assert found.problems == ()
    known = found.definitions
    assert known.metrics[0].expression.text() == "SUM(order_lines.net)"
    assert known.datasets[0].source == "PROD.SHOP.ORDER_LINES"
    assert known.datasets[0].fields[1].is_time is True
    assert known.relationships[0].one_columns == ("id",)


# In SQL ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        (
            "SELECT region, MEASURE(revenue) AS r FROM order_lines GROUP BY 1",
            "SUM(order_lines.quantity * order_lines.unit_price * (1 - order_lines.discount)) AS r FROM",
        ),
        ("SELECT measure( per_order ) FROM order_lines l JOIN orders o ON l.order_id = o.id", "COUNT(DISTINCT o.id)"),
        ("SELECT MEASURE(revenue) * 2 FROM shop.order_lines", "(1 - order_lines.discount)) * 2"),
        ("SELECT 'MEASURE(revenue)', metric(revenue) FROM order_lines x", "'MEASURE(revenue)', SUM(x.quantity"),
        ("WITH a AS (SELECT MEASURE(revenue) r FROM order_lines) SELECT r FROM a", "WITH a AS (SELECT SUM("),
    ],
)
def test_a_metric_in_sql_becomes_its_formula(known: Definitions, sql: str, text: str) -> None:
    code, findings = expanded(Code(sql, "sql"), known, COLUMNS)
    assert findings == ()
    assert text in code.text
    assert not named_metrics(code.text.replace("'MEASURE(revenue)'", ""))


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("SELECT MEASURE(profit) FROM order_lines", "No metric profit is defined; defined are: revenue"),
        ("SELECT MEASURE(per_order) FROM order_lines", "computed from orders, which the SELECT that names it does not"),
        ("SELECT MEASURE(revenue) FROM order_lines a JOIN order_lines b ON a.id = b.id", "reads twice"),
        ("WITH order_lines AS (SELECT 1 AS n) SELECT MEASURE(revenue) FROM order_lines", "does not read"),
    ],
)
def test_a_metric_that_does_not_fit_is_told(known: Definitions, sql: str, problem: str) -> None:
    _, findings = expanded(Code(sql, "sql"), known, COLUMNS)
    assert [problem in finding.message and finding.stops for finding in findings] == [True]


@pytest.mark.parametrize("text", ["sum(", "select 1", "a, b", "sum(x) as y", "1; drop table x", "sum(x) from t", "*"])
def test_only_a_formula_is_one(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text)


@pytest.mark.parametrize(
    ("sql", "counted_twice"),
    [
        ("SELECT SUM(o.freight) FROM orders o JOIN order_lines l ON l.order_id = o.id", "orders"),
        ("SELECT SUM(freight), SUM(quantity) FROM orders o JOIN order_lines l ON l.order_id = o.id", "orders"),
        ("SELECT AVG(o.freight) FROM order_lines l JOIN orders o ON l.order_id = o.id", "orders"),
        ("SELECT COUNT(c.id) FROM customers c JOIN orders o ON o.customer_id = c.id", "customers"),
        ("SELECT SUM(o.freight) FROM orders o LEFT JOIN order_lines USING (id) GROUP BY o.id", "orders"),
        ("SELECT COUNT(DISTINCT o.id), MAX(o.freight) FROM orders o JOIN order_lines l ON l.order_id = o.id", ""),
        ("SELECT SUM(l.quantity) FROM order_lines l JOIN orders o ON l.order_id = o.id", ""),
        ("SELECT SUM(l.quantity) FROM order_lines l JOIN orders o ON 1=1 JOIN customers c ON 1=1", ""),
        ("SELECT SUM(o.freight) FROM orders o JOIN customers c ON c.id = o.customer_id", ""),
        ("SELECT SUM(o.freight) FROM orders o JOIN (SELECT order_id FROM order_lines GROUP BY 1) l ON 1 = 1", ""),
        ("WITH l AS (SELECT order_id FROM order_lines) SELECT SUM(o.freight) FROM orders o JOIN l ON 1 = 1", ""),
        ("SELECT COUNT(*) FROM orders o JOIN order_lines l ON l.order_id = o.id", ""),
        ("SELECT SUM(o.freight) FROM orders o WHERE id IN (SELECT order_id FROM order_lines)", ""),
    ],
)
def test_sums_over_a_join_that_multiplies_their_rows_are_found(
    known: Definitions, sql: str, counted_twice: str
) -> None:
    findings = double_counting(sql, known, COLUMNS)
    assert bool(findings) == bool(counted_twice)
    assert all(f"rows of {counted_twice} several times" in finding.message for finding in findings)


RIGHT = "quantity * unit_price * (1 - discount)"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("SELECT SUM(quantity * unit_price) AS revenue FROM order_lines", "leaves discount out"),
        (f"SELECT SUM({RIGHT}) AS revenue FROM order_lines", ""),
        (f"SELECT AVG({RIGHT}) AS net_sales FROM order_lines", "takes the avg, not the sum"),
        (f"WITH a AS (SELECT {RIGHT} AS v FROM order_lines) SELECT SUM(v) AS revenue FROM a", ""),
        ("WITH a AS (SELECT quantity * unit_price AS v FROM order_lines) SELECT SUM(v) AS revenue FROM a", "discount"),
        ("SELECT SUM(quantity) AS units FROM order_lines", ""),
        ("d = order_lines.assign(v=lambda x: x.quantity * x.unit_price)\nrevenue = d.v.sum()", "leaves discount out"),
        (
            "order_lines['v'] = order_lines['quantity'] * order_lines['unit_price'] * (1 - order_lines['discount'])\n"
            "order_lines.groupby('region').agg(revenue=('v', 'sum'))",
            "",
        ),
        ("order_lines.groupby('region').agg(turnover=('unit_price', 'sum'))", "leaves discount, quantity out"),
        ("order_lines.with_columns((pl.col('quantity') * pl.col('unit_price')).alias('revenue'))", "discount"),
        ("revenue = 3", ""),
        ("total = order_lines.quantity.sum()", ""),
    ],
)
def test_a_formula_of_its_own_for_a_metric_is_found(known: Definitions, code: str, reason: str) -> None:
    language = "sql" if code.startswith(("SELECT", "WITH")) else "python"
    found = computed_otherwise(Code(code, language), known, COLUMNS)  # type: ignore[arg-type]
    assert (reason in found and "analyst.yaml:24" in found) if reason else found == ""


# In answers -----------------------------------------------------------------------------------------------------------


def test_a_model_is_told_the_definitions_and_its_metric_runs_as_defined(
    folder: Path, frames: dict[str, object]
) -> None:
    reply = "```sql\nSELECT region, MEASURE(revenue) AS revenue FROM order_lines GROUP BY 1 ORDER BY 1\n```"
    with (
        ScriptedModel([reply]) as model,
        Analyst(sandbox="local", folder=folder, **model.settings) as analyst,
    ):
        turn = analyst.ask("Net sales by region", frames)
        told = str(model.requests[0])
    assert turn.error is None
    assert turn.tables[0].to_pandas()["revenue"].tolist() == [20.0, 70.0, 105.0]
    assert "Computed as defined: revenue (analyst.yaml:24)." in turn.notes
    assert "metric revenue = SUM(order_lines.quantity * order_lines.unit_price * (1 - order_lines.discount))" in told
    assert "Revenue is always net of discounts." in told
    assert "many order_lines to one orders: order_lines.order_id = orders.id" in told


def test_another_formula_is_sent_back_once_and_then_said(folder: Path, frames: dict[str, object]) -> None:
    other = "```sql\nSELECT SUM(quantity * unit_price) AS revenue FROM order_lines\n```"
    again = "```sql\nSELECT SUM(unit_price * quantity) AS revenue FROM order_lines WHERE 1 = 1\n```"
    right = "```sql\nSELECT MEASURE(revenue) AS revenue FROM order_lines\n```"
    with ScriptedModel([other, right]) as model, Analyst(sandbox="local", folder=folder, **model.settings) as analyst:
        turn = analyst.ask("Total revenue", frames)
        assert "otherwise than its definition (analyst.yaml:24)" in str(model.requests[1])
    assert turn.tables[0].to_pandas().iat[0, 0] == 195.0
    with (
        ScriptedModel([other, again]) as model,
        Analyst(sandbox="local", folder=folder, lock=folder / "analyst.lock", **model.settings) as analyst,
    ):
        turn = analyst.ask("Total revenue", frames)
    assert turn.ok
    assert any("otherwise than its definition" in note for note in turn.notes)
    assert any("not pinned, as it is in doubt" in note for note in turn.notes)


def test_a_sum_over_multiplied_rows_does_not_run(folder: Path, frames: dict[str, object]) -> None:
    twice = "```sql\nSELECT SUM(o.freight) AS f FROM orders o JOIN order_lines l ON l.order_id = o.id\n```"
    once = "```sql\nSELECT SUM(freight) AS f FROM orders\n```"
    with ScriptedModel([twice, once]) as model, Analyst(sandbox="local", folder=folder, **model.settings) as analyst:
        turn = analyst.ask("Total freight", frames)
        assert "counts rows of orders several times" in str(model.requests[1])
    assert turn.tables[0].to_pandas().iat[0, 0] == 6
    assert isinstance(turn.attempts[0].error, CheckFailed)


def test_own_sql_may_name_a_metric_and_is_warned_of_double_counting(folder: Path, frames: dict[str, object]) -> None:
    with Analyst(sandbox="local", model="offline", folder=folder) as analyst:
        turn = analyst.ask("SQL: SELECT MEASURE(revenue) AS r FROM order_lines", frames)
        assert turn.tables[0].to_pandas().iat[0, 0] == 195.0
        turn = analyst.ask(
            "SQL: SELECT SUM(o.freight) AS f FROM orders o JOIN order_lines l ON l.order_id = o.id", frames
        )
    assert turn.tables[0].to_pandas().iat[0, 0] == 12
    assert any("counts rows of orders several times" in note for note in turn.notes)


def test_the_keys_that_a_database_declares_tell_what_a_join_multiplies(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as database:
        database.executescript(
            """CREATE TABLE orders (id INTEGER PRIMARY KEY, freight REAL);
            CREATE TABLE order_lines (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), quantity REAL);
            INSERT INTO orders VALUES (1, 1.5), (2, 2.5);
            INSERT INTO order_lines VALUES (1, 1, 2), (2, 1, 3), (3, 2, 1);"""
        )
    join = "FROM orders o JOIN order_lines l ON l.order_id = o.id"
    twice = f"```sql connection=shop\nSELECT SUM(o.freight) AS f {join}\n```"
    right = f"```sql connection=shop\nSELECT SUM(l.quantity) AS q, COUNT(DISTINCT o.id) AS n {join}\n```"
    with ScriptedModel([twice, right]) as model, Analyst(sandbox="local", **model.settings) as analyst:
        turn = analyst.ask("Total freight and lines", connections={"shop": path})
        assert "counts rows of orders several times" in str(model.requests[1])
    assert turn.error is None
    assert turn.tables[0].to_pandas().to_numpy().tolist() == [[6, 2]]


def test_a_pin_ends_with_its_definition(folder: Path, frames: dict[str, object]) -> None:
    lock, path = folder / "analyst.lock", folder / "analyst.yaml"
    reply = "```sql\nSELECT MEASURE(revenue) AS revenue FROM order_lines\n```"
    with (
        ScriptedModel([reply, reply]) as model,
        Analyst(sandbox="local", folder=folder, lock=lock, **model.settings) as analyst,
    ):
        analyst.ask("Total revenue", frames)
        path.write_text(MODEL.replace("description: Net of discounts", "description: Without discounts"))
        assert "unchanged" in str(analyst.ask("Total revenue", frames).notes)
        path.write_text(MODEL.replace("(1 - discount)", "1"))
        frozen = analyst.ask("Total revenue", frames, frozen=True)
        assert isinstance(frozen.error, Unpinned)
        assert "the definition of revenue is another now" in str(frozen.error)
        turn = analyst.ask("Total revenue", frames)
    assert turn.tables[0].to_pandas().iat[0, 0] == 210.0
    assert any("Asked again, as the definition of revenue is another now." in note for note in turn.notes)


def test_a_definition_over_a_hidden_column_is_not_told(folder: Path, frames: dict[str, object]) -> None:
    with (
        ScriptedModel(["Refusal: no."]) as model,
        Analyst(sandbox="local", folder=folder, hidden=["order_lines.cost"], **model.settings) as analyst,
    ):
        analyst.ask("Margin by region", frames)
        told = str(model.requests[0])
    assert "metric revenue" in told
    assert "cost" not in told


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("revenue by region", [["a", 20.0], ["b", 70.0], ["c", 105.0]]),
        ("Net sales by territory, highest first", [["c", 105.0], ["b", 70.0], ["a", 20.0]]),
        ("total turnover", [[195.0]]),
        ("which sales area has the highest revenue?", [["c", 105.0]]),
        ("regions with revenue over 50", [["b", 70.0], ["c", 105.0]]),
        ("revenue by country", [["Chile", 125.0], ["Peru", 70.0]]),
        ("revenue in Peru", [[70.0]]),
        ("revenue in February 2025", [[175.0]]),
        ("margin by country", [["Chile", 100 * 72 / 140], ["Peru", 100 * 17 / 70]]),
        ("country with the highest margin", [["Chile", 100 * 72 / 140]]),
        ("average net by region", [["a", 10.0], ["b", 35.0], ["c", 52.5]]),
    ],
)
def test_the_planner_answers_in_the_words_of_definitions(
    ask: Callable[[str], Turn], question: str, rows: list[list[object]]
) -> None:
    turn = ask(question)
    assert turn.error is None
    found = turn.tables[0].to_pandas().to_numpy().tolist()
    assert [row[0] for row in found] == [row[0] if isinstance(row[0], str) else pytest.approx(row[0]) for row in rows]
    assert [row[-1] for row in found] == [
        row[-1] if isinstance(row[-1], str) else pytest.approx(row[-1]) for row in rows
    ]


def test_a_rank_is_of_the_things_that_a_question_names_and_not_of_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "analyst.yaml").write_text(RANKED)
    lines = pd.DataFrame({"line": [1, 2, 3], "category_id": [7, 8, 7], "amount": [1.0, 9.0, 3.0]})
    categories = pd.DataFrame({"category_id": [7, 8], "category": ["Desks", "Lamps"]})
    cards = tuple(profile(to_frame(name, data)) for name, data in (("sold", lines), ("categories", categories)))
    known = read_definitions(tmp_path).definitions
    context = Context(Question("Top 2 categories by takings", language="sql"), cards, definitions=known)
    reply = asyncio.run(OfflinePlanner().reply(context))
    found = _connected(sold=lines, categories=categories).execute(reply.code.text).fetchall()
    assert found == [("Lamps", 9.0), ("Desks", 4.0)]


def _connected(**frames: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name, frame in frames.items():
        connection.register(name, frame)
    return connection


def test_the_planner_says_which_definition_it_used(ask: Callable[[str], Turn]) -> None:
    text = ask("margin by region").text
    assert "margin is 100 * SUM(quantity * (unit_price - cost)) / NULLIF(SUM(quantity * unit_price), 0), as " in text
    assert "analyst.yaml:29 defines it" in text


def test_a_chart_of_a_defined_quotient_has_its_name(ask: Callable[[str], Turn]) -> None:
    code = ask("margin by region as a bar chart").code
    assert 'title="Margin by region"' in code
    assert '"margin": "Margin"' in code


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("average revenue by region", "revenue is defined as a total"),
        ("per_order by country", "which the offline planner cannot compute by groups"),
        ("running total of margin by month", "margin is a quotient"),
        ("revenue by region where revenue is over 50", "revenue is a total"),
    ],
)
def test_what_a_definition_does_not_say_is_not_guessed(ask: Callable[[str], Turn], question: str, why: str) -> None:
    turn = ask(question)
    assert turn.error is not None
    assert why in str(turn.error)


# Commands -------------------------------------------------------------------------------------------------------------


RELATIONSHIP = """\
    relationships:
      - {name: lines_to_orders, from: order_lines, to: orders, from_columns: [order_id], to_columns: [id]}
"""


def test_definitions_are_written_changed_listed_and_taken_out(tmp_path: Path, frames: dict[str, object]) -> None:
    text = "revenue = sum(quantity * unit_price) -- Gross (also: turnover, sales)"
    assert define(text, tmp_path, "", frames) == "The metric revenue is sum(quantity * unit_price), in analyst.yaml."
    path = tmp_path / "analyst.yaml"
    path.write_text("# What finance agreed on\n" + path.read_text())
    assert "field order_lines.net" in define("net = quantity * unit_price * (1 - discount)", tmp_path, "", frames)
    assert "It was sum(quantity * unit_price)." in define("revenue = sum(net)", tmp_path, "", frames)
    define("per_order = revenue / count(distinct orders.id)", tmp_path, "", frames)
    assert path.read_text().startswith("# What finance agreed on\n")
    found = read_definitions(tmp_path)
    assert found.problems == ()
    assert [metric.name for metric in found.definitions.metrics] == ["revenue", "per_order"]
    assert found.definitions.metrics[0].synonyms == ("turnover", "sales")
    listed = definitions("list", [], tmp_path, "", frames)
    assert "revenue / count(distinct orders.id)" in listed
    assert "computed as SUM(order_lines.quantity" in definitions("show", ["revenue"], tmp_path, "", frames)
    problems = definitions("check", [], tmp_path, "", frames)
    assert "per_order is computed from order_lines and orders, which no relationships join" in problems
    path.write_text(path.read_text() + RELATIONSHIP)
    assert "2 metrics, 2 datasets" in definitions("check", [], tmp_path, "", frames)
    definitions("forget", ["per_order"], tmp_path, "", frames)
    assert "per_order" not in path.read_text()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("revenue", "A definition has a name and a formula."),
        ("revenue = sum(qty)", "There is no field or column qty."),
        ("x = id * 2", "have the columns id"),
        ("x = sum(", "is no formula in SQL"),
        ("revenue == 3", "A definition has a name and a formula."),
    ],
)
def test_what_cannot_be_defined_is_said_and_nothing_is_written(
    tmp_path: Path, frames: dict[str, object], text: str, why: str
) -> None:
    with pytest.raises(InputError, match=why):
        define(text, tmp_path, "", frames)
    assert not (tmp_path / "analyst.yaml").exists()


def test_a_draft_has_keys_and_joins_of_the_data_and_can_be_read(tmp_path: Path, frames: dict[str, object]) -> None:
    said = definitions("draft", [], tmp_path, "", frames)
    assert "3 datasets and" in said
    found = read_definitions(tmp_path)
    assert found.problems == ()
    assert check_definitions(found.definitions) == ()
    assert found.definitions.dataset("orders").primary_key == ("id",)  # type: ignore[union-attr]
    ways = {(known.many, known.many_columns, known.one) for known in found.definitions.relationships}
    assert ways == {("order_lines", ("order_id",), "orders"), ("orders", ("customer_id",), "customers")}
    again = definitions("draft", [], tmp_path, "", frames)
    assert again.startswith("analyst.draft.yaml")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("max(date '2024-02-29'::varchar)", "MAX(CAST(CAST('2024-02-29' AS DATE) AS TEXT))"),
        ("min(TIMESTAMP '2024-01-01 10:00'::date)", "MIN(CAST(CAST('2024-01-01 10:00' AS TIMESTAMP) AS DATE))"),
        ("max('2024-02-29'::date)", "MAX(CAST('2024-02-29' AS DATE))"),
        ("count(*) FILTER (WHERE day > date '2024-02-29')", ""),
        ("sum(len(list_transform(l, lambda q: q + 1)))", "SUM(LENGTH(LIST_TRANSFORM(l, LAMBDA q : q + 1)))"),
        ("max((j->'k'))", "MAX(j -> '$.k')"),
    ],
)
def test_a_formula_keeps_its_meaning_where_it_is_written_anew(text: str, written: str) -> None:
    found = Formula(parse(text), frozenset()).sql()
    assert not written or found == written
    engine = duckdb.connect()
    engine.execute("CREATE TABLE t AS SELECT DATE '2024-03-01' AS day, [1, 2] AS l, '{\"k\": 3}'::JSON AS j")
    assert engine.sql(f"SELECT {text} FROM t").fetchall() == engine.sql(f"SELECT {found} FROM t").fetchall()


def test_a_formula_that_would_lose_a_part_or_can_be_read_in_two_ways_is_refused() -> None:
    with pytest.raises(FormulaError, match="two ways"):
        parse("max(coalesce(j->'k', s))")
    lost = Formula(parse("max(day) - INTERVAL (n) DAY"), frozenset())
    assert lost.sql() == "MAX(day) - INTERVAL (n) DAY"
    with pytest.raises(FormulaError, match="no form in postgres"):
        lost.sql("postgres")
