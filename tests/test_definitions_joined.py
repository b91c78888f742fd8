"""Metrics over several datasets: joined from many rows to one, and refused where rows would multiply."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from test_definitions import COLUMNS, MODEL

from analyst_magic.errors import Abstained
from analyst_magic.planner.planner import OfflinePlanner
from analyst_magic.semantics.double_counting import double_counting
from analyst_magic.semantics.expand import expanded
from analyst_magic.semantics.files import read_definitions
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, Context, Question
from analyst_magic.turn.definitions import Definitions

METRIC = "      - name: {}\n        expression: {{dialects: [{{dialect: ANSI_SQL, expression: {}}}]}}\n"
METRICS = {
    "landed": "SUM(lines.net * orders.rate)",
    "weighed": "SUM(lines.net * customers.weight)",
    "per_weight": "SUM(lines.net * orders.rate) / SUM(lines.quantity * customers.weight)",
    "per_country": "revenue / COUNT(DISTINCT customers.country)",
    "per_freight": "revenue / SUM(orders.freight)",
    "numbered": "SUM(lines.net * orders.id)",
}
KNOWN_COLUMNS = {
    **COLUMNS,
    "orders": COLUMNS["orders"] | {"rate"},
    "customers": COLUMNS["customers"] | {"weight"},
}
SOURCES = {"lines": "order_lines", "orders": "orders", "customers": "customers"}
ORDERS = "LEFT JOIN orders ON order_lines.order_id = orders.id"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Definitions:
    folder = tmp_path_factory.mktemp("joined")
    (folder / "analyst.yaml").write_text(MODEL + "".join(METRIC.format(*entry) for entry in METRICS.items()))
    found = read_definitions(folder)
    assert found.problems == ()
    return found.definitions


@pytest.fixture(scope="module")
def tables(shop: dict[str, pd.DataFrame]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name, frame in shop.items():
        connection.register(name, frame)
    return connection


@pytest.fixture(scope="module")
def shop() -> dict[str, pd.DataFrame]:
    lines = pd.DataFrame(
        {
            "id": range(6), "order_id": [1, 1, 2, 2, 3, 3], "region": list("aabbcc"), "quantity": range(1, 7),
            "unit_price": [10.0] * 6, "discount": [0, 0.5, 0, 0, 0.1, 0], "cost": [5, 6, 7, 8, 9, 1],
        }
    )  # fmt: skip
    placed = pd.to_datetime(["2025-01-03", "2025-02-03", "2025-02-05"])
    orders = pd.DataFrame(
        {"id": [1, 2, 3], "customer_id": [7, 8, 7], "placed": placed, "freight": [1, 2, 3], "rate": [1.0, 2.0, 3.0]}
    )
    customers = pd.DataFrame({"id": [7, 8], "country": ["Chile", "Peru"], "weight": [10, 100]})
    return {"order_lines": lines, "orders": orders, "customers": customers}


@pytest.mark.parametrize(
    ("sql", "part", "rows"),
    [
        ("SELECT MEASURE(landed) FROM order_lines", f"FROM order_lines {ORDERS}", [(475.0,)]),
        ("SELECT region, ROUND(MEASURE(per_country), 1) AS p, MEASURE(weighed) FROM order_lines l WHERE region <> 'a' "
         "GROUP BY region ORDER BY MEASURE(landed) DESC LIMIT 1",
         "LEFT JOIN orders ON l.order_id = orders.id LEFT JOIN customers ON orders.customer_id = customers.id WHERE",
         [("c", 105.0, 1050.0)]),
        ("WITH a AS (SELECT region, MEASURE(landed) AS x FROM order_lines GROUP BY ALL) SELECT sum(x) FROM a",
         f"FROM order_lines {ORDERS} GROUP BY ALL)", [(475.0,)]),
        ("SELECT 0 UNION ALL SELECT MEASURE(landed) FROM order_lines /* all */ -- of them\nWHERE region = 'a'",
         f"{ORDERS} /* all */", [(0.0,), (20.0,)]),
        ("SELECT o.id, MEASURE(per_country) FROM orders o JOIN order_lines x ON o.id = x.order_id "
         "WHERE o.freight IS NOT DISTINCT FROM 3 GROUP BY o.id",
         "LEFT JOIN customers ON o.customer_id = customers.id WHERE", [(3, 105.0)]),
    ],
)  # fmt: skip
def test_a_dataset_that_a_metric_needs_is_joined(
    known: Definitions, tables: duckdb.DuckDBPyConnection, sql: str, part: str, rows: list[Any]
) -> None:
    code, findings = expanded(Code(sql, "sql"), known, KNOWN_COLUMNS, sources=SOURCES)
    assert findings == ()
    assert part in code.text
    assert double_counting(code.text, known, KNOWN_COLUMNS) == ()
    assert tables.sql(code.text).fetchall() == rows


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("SELECT MEASURE(revenue) FROM orders", "lines has several rows for one of orders"),
        ("SELECT id, MEASURE(landed) FROM order_lines GROUP BY id", "orders, which has a column id too"),
        ("FROM order_lines SELECT MEASURE(landed)", "orders, which cannot be joined there"),
        ("SELECT MEASURE(landed) FROM order_lines, customers AS c", "orders, which cannot be joined there"),
    ],
)
def test_a_dataset_that_cannot_be_joined_is_told(known: Definitions, sql: str, problem: str) -> None:
    code, findings = expanded(Code(sql, "sql"), known, KNOWN_COLUMNS, sources=SOURCES)
    assert [problem in finding.message and finding.stops for finding in findings] == [True], findings
    assert code.text == sql


def test_two_ways_to_a_dataset_are_told(known: Definitions, tmp_path: Path) -> None:
    refunds = "{name: lines_to_refunds, from: lines, to: orders, from_columns: [id], to_columns: [id]}"
    twice = MODEL.replace("    metrics:", f"      - {refunds}\n    metrics:")
    (tmp_path / "analyst.yaml").write_text(twice)
    two = read_definitions(tmp_path).definitions
    _, findings = expanded(Code("SELECT MEASURE(per_order) FROM order_lines", "sql"), two, COLUMNS, sources=SOURCES)
    assert "lines_to_orders and lines_to_refunds both lead there" in findings[0].message


def test_a_total_of_the_one_side_is_found_once_its_metric_is_joined(known: Definitions) -> None:
    sql = "SELECT MEASURE(per_freight) FROM order_lines"
    code, findings = expanded(Code(sql, "sql"), known, KNOWN_COLUMNS, sources=SOURCES)
    assert findings == ()
    assert "rows of orders several times" in double_counting(code.text, known, KNOWN_COLUMNS)[0].message


async def planned(question: str, known: Definitions, shop: dict[str, pd.DataFrame]) -> str:
    cards = tuple(profile(to_frame(name, frame)) for name, frame in shop.items())
    context = Context(Question(question, language="sql"), cards, definitions=known, today="2025-03-01")
    reply = await OfflinePlanner().reply(context)
    assert reply.code is not None, reply.text
    return reply.code.text


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("total landed", [(475.0,)]),
        ("landed by region", [("a", 20.0), ("b", 140.0), ("c", 315.0)]),
        ("weighed by country, highest first", [("Peru", 7000.0), ("Chile", 1250.0)]),
        ("landed in Peru", [(140.0,)]),
        ("weighed in February 2025", [(8050.0,)]),
        ("per weight by region", [("a", 20 / 30), ("b", 140 / 700), ("c", 315 / 110)]),
    ],
)
async def test_the_planner_answers_with_metrics_over_several_datasets(
    known: Definitions, shop: dict[str, pd.DataFrame], tables: duckdb.DuckDBPyConnection, question: str, rows: list[Any]
) -> None:
    found = tables.sql(await planned(question, known, shop)).fetchall()
    assert found == [
        pytest.approx(row) if isinstance(row[0], float) else (row[0], pytest.approx(row[1])) for row in rows
    ]


@pytest.mark.parametrize("metric", ["per_freight", "numbered"])
async def test_the_planner_takes_no_value_for_another_and_none_several_times(
    known: Definitions, shop: dict[str, pd.DataFrame], metric: str
) -> None:
    with pytest.raises(Abstained, match="which the offline planner cannot compute by groups"):
        await planned(f"{metric} by region", known, shop)
