"""Rows that are counted without an engine: the same counts as the engine's own, or none."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from analyst_magic.engine.row_counts import _facts
from analyst_magic.evidence.arrow_counting import arrow_counts
from analyst_magic.evidence.row_counting import countings
from analyst_magic.sources.frames import to_frame

ROWS = 3_000
DRAW = np.random.default_rng(3)


def some(values: list[object], share: float = 0.1) -> list[object]:
    """Values at random, some of them missing."""
    return [None if DRAW.random() < share else values[DRAW.integers(len(values))] for _ in range(ROWS)]


TABLE = pa.table(
    {
        "kind": some(["a", "b", "B", ""]),
        "Year": some([2022, 2023, 2024]),
        "amount": some([-1.5, 0.0, 0.1, 99.5, float("nan"), float("inf")]),
        "flag": some([True, False]),
        "day": pa.array(some(["2024-01-01", "2024-02-01"]), pa.string()),
        "customer": some(list(range(5, 40))),
    }
)
CUSTOMERS = pa.table({"id": pa.array([*range(10, 30), None], pa.int64()), "name": ["x"] * 21})
TWICE = pa.table({"id": [1, 1, 2]})
TABLES = {"sales": TABLE, "customers": CUSTOMERS, "twice": TWICE}


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name, table in TABLES.items():
        connection.register(name, table)
    return connection


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM sales WHERE kind = 'b'",
        "SELECT count(*) FROM sales WHERE kind <> 'b' AND year = 2024",
        "SELECT sum(amount) FROM sales WHERE year IN (2022, 2024) AND kind IN ('a', 'B') AND amount IS NOT NULL",
        "SELECT kind, avg(amount) FROM sales s WHERE s.year >= 2023 AND s.amount > 0.1 GROUP BY kind",
        "SELECT kind, avg(amount) FROM sales WHERE amount <= -1.5 OR kind = 'a' AND amount < 99.5 GROUP BY kind",
        "SELECT avg(amount) FROM sales WHERE amount >= 99.5",
        "SELECT avg(amount) FROM sales WHERE amount <> 0.1 AND year < 2024.5",
        "SELECT kind, flag, sum(amount) FROM sales WHERE year = 1999 AND kind = 'a' GROUP BY ALL",
        "SELECT count(*) FROM sales WHERE year NOT IN (2022) AND day > '2024-01-15'",
        "SELECT count(*) FROM sales WHERE lower(kind) = 'b' AND year = 2022 + 1",
        "SELECT count(*) FROM sales WHERE flag AND kind = 'a' AND nowhere = 1",
        "SELECT sum(amount) FROM sales s JOIN customers c ON s.customer = c.id",
        "SELECT count(*) FROM sales s LEFT JOIN customers c ON s.customer = c.id",
        "SELECT count(*) FROM sales s JOIN twice t ON s.customer = t.id",
        "SELECT count(*) FROM sales s JOIN customers c ON s.customer = c.id WHERE s.year = 2024",
        "SELECT count(*) FROM customers c JOIN sales s ON s.customer = c.id",
    ],
)
def test_counts_are_those_of_the_engine_or_left_to_it(engine: duckdb.DuckDBPyConnection, sql: str) -> None:
    facts = {name: _facts(to_frame(name, table)) for name, table in TABLES.items()}
    for counting in countings(sql, facts):
        count = arrow_counts(counting, TABLES)
        if count is None:
            continue
        row, detail = count()
        assert row == engine.execute(counting.sql).fetchone()
        if counting.detail and row[0] < counting.below:
            assert detail == engine.execute(counting.detail).fetchone()
        else:
            assert detail is None


@pytest.mark.parametrize(
    ("sql", "here"),
    [
        ("SELECT avg(amount) FROM sales WHERE kind = 'a' AND amount > 1", True),
        ("SELECT count(*) FROM sales s JOIN customers c ON s.customer = c.id", True),
        ("SELECT count(*) FROM sales s JOIN twice t ON s.customer = t.id", False),
        ("SELECT count(*) FROM sales WHERE kind > 'a'", False),
        ("SELECT count(*) FROM sales WHERE day = '2024-01-01' OR year = 2024", False),
        ("SELECT count(*) FROM sales WHERE kind = 3", False),
    ],
)
def test_what_is_simple_is_counted_here(sql: str, here: bool) -> None:
    facts = {name: _facts(to_frame(name, table)) for name, table in TABLES.items()}
    assert [arrow_counts(counting, TABLES) is not None for counting in countings(sql, facts)] == [here]


def test_a_frames_missing_numbers_are_missing_and_not_above_all(engine: duckdb.DuckDBPyConnection) -> None:
    table = to_frame("t", pd.DataFrame({"x": [1.0, np.nan, 3.0], "y": ["a", None, "b"]})).table
    (counting,) = countings("SELECT sum(x) FROM t WHERE x > 2 AND y <> 'c'", {"t": _facts(to_frame("t", table))})
    count = arrow_counts(counting, {"t": table})
    assert count is not None
    assert count()[0][0] == 1
