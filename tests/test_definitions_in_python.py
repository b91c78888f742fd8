"""Metrics in Python code: computed by the metric's own formula, in pandas and in polars."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from test_definitions import COLUMNS, MODEL

from analyst_magic import Analyst
from analyst_magic.semantics.expand import changed_since, definitions_used
from analyst_magic.semantics.expand_python import expanded_python
from analyst_magic.semantics.files import read_definitions
from analyst_magic.turn import Code
from analyst_magic.turn.definitions import Definitions

LINES = {
    "id": list(range(6)), "order_id": [1, 1, 2, 2, 3, 3], "region": list("aabbcc"), "quantity": [1, 2, 3, 4, 5, 6],
    "unit_price": [10.0] * 6, "discount": [0.0, 0.5, 0.0, 0.0, 0.1, 0.0], "cost": [5, 6, 7, 8, 9, 1],
}  # fmt: skip
SOURCES = {"lines": "order_lines", "orders": "orders", "customers": "customers"}
COUNTED = """\
      - name: orders_counted
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(orders.id)}]}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("python")
    (folder / "analyst.yaml").write_text(MODEL + COUNTED)
    return folder


@pytest.fixture(scope="module")
def known(folder: Path) -> Definitions:
    return read_definitions(folder).definitions


@pytest.fixture(scope="module")
def analyst(folder: Path) -> Iterator[Analyst]:
    with Analyst(sandbox="local", model="offline", folder=folder, history=False) as analyst:
        yield analyst


def test_a_metric_is_computed_as_defined_over_any_frame_that_has_its_columns(analyst: Analyst) -> None:
    lines = pd.DataFrame(LINES)
    turn = analyst.run(
        "measure('revenue', order_lines[order_lines.quantity > 1], by='region')", frames={"order_lines": lines}
    )
    assert turn.ok, turn.error
    assert turn.tables[0].to_pandas().to_numpy().tolist() == [["a", 10.0], ["b", 70.0], ["c", 105.0]]
    assert "Computed as defined: revenue (analyst.yaml:24)." in turn.notes
    text = "import polars as pl\nprint(measure('Revenue', order_lines.filter(pl.col('region') != 'c')))"
    turn = analyst.run(text, frames={"order_lines": pl.DataFrame(LINES)})
    assert turn.ok, turn.error
    assert turn.results[0].to_text().strip() == "90.0"
    text = "import duckdb\nprint('ü'); duckdb.sql('''SELECT MEASURE(revenue) AS r\nFROM order_lines''').df()"
    turn = analyst.run(text, frames={"order_lines": lines})
    assert turn.ok, turn.error
    assert turn.tables[0].to_pandas().to_numpy().tolist() == [[195.0]]


def test_the_code_says_which_definition_it_holds(known: Definitions) -> None:
    code, findings = expanded_python(Code("x = measure('margin', order_lines)"), known, COLUMNS, SOURCES)
    assert findings == ()
    assert list(definitions_used(code.text)) == ["margin"]
    assert changed_since(code.text, known, COLUMNS) == []
    assert expanded_python(code, known, COLUMNS, SOURCES)[0].text == code.text


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("measure('profit', order_lines)", "No metric profit is defined; defined are: revenue"),
        ("measure(name, order_lines)", "measure needs the name of a metric as a text"),
        ("measure('per_order', order_lines)", "takes id of orders, and lines has such a column too"),
        ("measure('orders_counted', order_lines)", "takes id of orders, and"),
        ("duckdb.sql('SELECT MEASURE(profit) FROM order_lines')", "No metric profit is defined"),
        ("duckdb.sql('SELECT MEASURE(revenue) FROM orders')", "lines has several rows for one of orders"),
    ],
)
def test_a_metric_that_does_not_fit_is_told(known: Definitions, code: str, problem: str) -> None:
    _, findings = expanded_python(Code(code), known, COLUMNS, SOURCES)
    assert [problem in finding.message and finding.stops for finding in findings] == [True], findings


@pytest.mark.parametrize(
    "code",
    [
        "measure = 3\nmeasure", "def measure(a):\n    return a\nmeasure('revenue')",
        "from x import measure\nmeasure('revenue')",
        "x = 'MEASURE(revenue)'", "print('measure')", "measure(", "measure('orders_counted', orders)",
    ],
)  # fmt: skip
def test_what_names_no_metric_stays(known: Definitions, code: str) -> None:
    found, findings = expanded_python(Code(code), known, COLUMNS, SOURCES)
    assert findings == ()
    assert (found.text == code) is ("orders_counted" not in code)
