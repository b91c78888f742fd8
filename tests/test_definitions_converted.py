"""Semantic models of other tools with odd parts: Snowflake's own functions, names that collide, dbt's newer forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyst_magic.semantics.check import check_definitions
from analyst_magic.semantics.files import LoadedDefinitions, read_definitions
from analyst_magic.semantics.formula import FormulaError, formula_of
from analyst_magic.turn.definitions import Definitions, Expression, MetricDefinition

SNOWFLAKE = """\
name: sales
tables:
  - name: ORDERS
    base_table: {database: DB, schema: PUBLIC, table: ORDERS}
    primary_key: {columns: [ORDER_ID]}
    dimensions:
      - {name: STATUS, expr: STATUS, is_enum: true, sample_values: [a, b], synonyms: null}
    facts:
      - {name: AMOUNT, expr: AMOUNT, access_modifier: public_access}
      - {name: "Net Amount", expr: "ZEROIFNULL(AMOUNT) - NVL(DISCOUNT, 0)"}
    metrics:
      - {name: total_amount, expr: SUM(AMOUNT)}
      - {name: AMOUNT, expr: SUM(AMOUNT)}
      - {name: big, expr: "SUM(IFF(AMOUNT > 100, 1, 0))"}
      - {name: net, expr: 'SUM("Net Amount")'}
      - {name: safe, expr: "DIV0(SUM(AMOUNT), COUNT(DISCOUNT))"}
      - {name: rows_counted, expr: COUNT(*)}
  - name: CUSTOMERS
    base_table: {table: CUSTOMERS}
    dimensions: [{name: ID, expr: ID}]
metrics:
  - {name: per_customer, expr: orders.total_amount / COUNT(DISTINCT customers.id)}
relationships:
  - {name: r, left_table: ORDERS, right_table: CUSTOMERS, join_type: left_outer, relationship_type: many_to_one,
     relationship_columns: [{left_column: CUSTOMER_ID, right_column: ID}]}
verified_queries: [{name: q, question: How much?, sql: "SELECT SUM(amount) FROM __orders"}]
module_custom_instructions: {sql_generation: Round to two digits.}
"""
COLUMNS = {
    "orders": frozenset({"order_id", "status", "amount", "discount", "customer_id"}),
    "customers": frozenset({"id"}),
}


def written(folder: Path, name: str, text: str) -> LoadedDefinitions:
    (folder / "semantics").mkdir(exist_ok=True)
    (folder / "semantics" / name).write_text(text)
    return read_definitions(folder)


@pytest.fixture
def orders() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE orders AS SELECT * FROM (VALUES (1, 'a', 150.0, 10.0, 7), (2, 'b', NULL, NULL, 7),"
        " (3, 'b', 50.0, NULL, 8)) AS t (order_id, status, amount, discount, customer_id)"
    )
    return connection


@pytest.mark.parametrize(
    ("metric", "value"),
    [("total_amount", 200), ("AMOUNT", 200), ("big", 1), ("net", 190), ("safe", 200), ("rows_counted", 3)],
)
def test_snowflakes_formulas_mean_the_same_in_another_engine(
    tmp_path: Path, orders: duckdb.DuckDBPyConnection, metric: str, value: float
) -> None:
    found = written(tmp_path, "snow.yaml", SNOWFLAKE)
    assert found.problems == ()
    known = found.definitions.metric(metric)
    assert known is not None
    formula = formula_of(known, found.definitions, COLUMNS, "duckdb")
    assert formula.datasets == {"ORDERS"}
    assert orders.sql(f"SELECT {formula.sql()} FROM orders").fetchall() == [(value,)]


def test_a_metric_of_a_view_names_those_of_its_tables_and_each_has_its_line(tmp_path: Path) -> None:
    known = written(tmp_path, "snow.yaml", SNOWFLAKE).definitions
    per_customer = known.metric("per_customer")
    assert per_customer is not None
    assert formula_of(per_customer, known, COLUMNS).sql() == "SUM(ORDERS.amount) / COUNT(DISTINCT CUSTOMERS.id)"
    assert known.place("metric", "total_amount") == "semantics/snow.yaml:12"
    assert known.place("metric", "per_customer") == "semantics/snow.yaml:22"
    assert known.place("field", "ORDERS.Net Amount") == "semantics/snow.yaml:10"
    assert known.instructions == ("Round to two digits.",)
    assert check_definitions(known) == ()


def manifest(*metrics: dict[str, Any], **measure: Any) -> str:
    measures = [
        {"name": "earned", "agg": "sum", "expr": "amount"}, {"name": "spent", "agg": "sum", "expr": "discount"},
        {"name": "placed", "agg": "sum", "expr": "1"}, *([measure] if measure else []),
    ]  # fmt: skip
    entities = [{"name": "order", "type": "primary", "expr": "order_id"}]
    model = {"name": "orders", "node_relation": {"alias": "orders"}, "entities": entities, "measures": measures}
    return json.dumps({"semantic_models": [model], "metrics": list(metrics)})


def simple(name: str, measure: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "simple", "type_params": {"measure": {"name": measure, "filter": None}}, **more}


PROFIT = {
    "name": "profit", "type": "derived",
    "type_params": {"expr": "earned - spent", "metrics": [{"name": "earned"}, {"name": "spent"}]},
}  # fmt: skip
MARGIN = {
    "name": "margin", "type": "ratio",
    "type_params": {"numerator": {"name": "profit"}, "denominator": {"name": "earned"}},
}  # fmt: skip
NEWER = {
    "name": "average_amount", "type": "simple",
    "type_params": {"metric_aggregation_params": {"semantic_model": "orders", "agg": "average"}, "expr": "amount"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("metric", "value"), [("margin", 0.95), ("counted", 3), ("average_amount", 100), ("unfiltered", 200)]
)
def test_dbts_metrics_mean_what_dbt_means(
    tmp_path: Path, orders: duckdb.DuckDBPyConnection, metric: str, value: float
) -> None:
    metrics = (simple("earned", "earned"), simple("spent", "spent"), PROFIT, MARGIN, NEWER, simple("counted", "placed"),
               simple("unfiltered", "earned", filter={"where_filters": []}))  # fmt: skip
    found = written(tmp_path, "semantic_manifest.json", manifest(*metrics))
    assert found.problems == ()
    known = found.definitions.metric(metric)
    assert known is not None
    formula = formula_of(known, found.definitions, COLUMNS)
    assert formula.datasets == {"orders"}
    assert orders.sql(f"SELECT {formula.sql()} FROM orders").fetchall() == [(pytest.approx(value),)]


def test_a_balance_and_a_condition_are_told_and_not_used(tmp_path: Path) -> None:
    filtered = simple("paid", "earned", filter={"where_filters": [{"where_sql_template": "status = 'paid'"}]})
    balance = {"name": "balance", "agg": "sum", "expr": "amount", "non_additive_dimension": {"name": "day"}}
    found = written(tmp_path, "semantic_manifest.json", manifest(filtered, simple("balance", "balance"), **balance))
    assert found.definitions.metrics == ()
    assert sorted(problem.message for problem in found.problems) == [
        "The metric balance rests on a measure or a metric that cannot be had (a balance, an offset, another figure), "
        "and is not used.",
        "The metric paid has a filter, and is not used.",
    ]


def test_a_formula_in_no_sql_is_told_and_one_in_sql_beside_it_is_used() -> None:
    metric = MetricDefinition("sales", Expression({"MDX": "[Measures].[Sales]"}))
    with pytest.raises(FormulaError, match="is MDX, which is no SQL"):
        formula_of(metric, Definitions(metrics=(metric,)), {})
    both = Expression({"TABLEAU": "SUM([Amount])", "SNOWFLAKE": "SUM(ZEROIFNULL(amount))"})
    assert both.chosen("postgres") == ("SUM(ZEROIFNULL(amount))", "snowflake")


def test_a_count_of_rows_that_names_no_dataset_is_told(tmp_path: Path) -> None:
    found = written(tmp_path, "snow.yaml", SNOWFLAKE)
    counted = MetricDefinition("how_many", Expression({"ANSI_SQL": "COUNT(*)"}))
    known = Definitions(found.definitions.datasets, metrics=(counted,))
    assert "how_many says not whose rows it counts" in check_definitions(known, ())[0].message
