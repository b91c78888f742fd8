"""Every type of DuckDB comes back from the sandbox with the value that it had there, by SQL and by Python alike."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from conftest import make_provider

from analyst_magic.analyst import Analyst
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sources.frames import to_frame, variables
from analyst_magic.turn import Code, Execution

LIMITS = Limits(memory=1_000_000_000, timeout=60.0)

VALUES: dict[str, Any] = {
    "INTERVAL 1 DAY": dt.timedelta(days=1),
    "TIMESTAMP '2024-03-01' - TIMESTAMP '2024-01-15 12:00:00'": dt.timedelta(days=45, hours=12),
    "INTERVAL '-5 microseconds'": dt.timedelta(microseconds=-5),
    "INTERVAL '1 month 2 days 3 microseconds'": "1 month 2 days 00:00:00.000003",
    "INTERVAL '2147483647 days'": "2147483647 days",
    "[INTERVAL 1 MONTH, NULL]": ["1 month", None],
    "{'a': INTERVAL 1 DAY}": {"a": "1 day"},
    "MAP {'a': 1, 'b': NULL}": [{"key": "a", "value": 1}, {"key": "b", "value": None}],
    "MAP {'a': MAP {1: [2]}}": [{"key": "a", "value": [{"key": 1, "value": [2]}]}],
    "{'m': MAP {1: 2}}": {"m": [{"key": 1, "value": 2}]},
    "[MAP {1: 2}, NULL]": [[{"key": 1, "value": 2}], None],
    "histogram(1)": [{"key": 1, "value": 1}],
    "union_value(num := 3)": 3,
    "union_value(str := 'x')::UNION(num INT, str VARCHAR)": {"num": None, "str": "x"},
    "TIMETZ '12:34:56.789+05:30'": "12:34:56.789+05:30",
    "TIMETZ '23:59:59-15:59'": "23:59:59-15:59",
    "TIME '12:00:00.000001'": dt.time(12, 0, 0, 1),
    "TIME '24:00:00'": "24:00:00",
    "170141183460469231731687303715884105727::HUGEINT": Decimal(2**127 - 1),
    "(-170141183460469231731687303715884105728)::HUGEINT": Decimal(-(2**127)),
    "[170141183460469231731687303715884105727::HUGEINT]": [Decimal(2**127 - 1)],
    "340282366920938463463374607431768211455::UHUGEINT": Decimal(2**128 - 1),
    "5::UHUGEINT": 5,
    "sum(5)": 5,
    "[5::HUGEINT]": [5],
    "sum(1.5::DECIMAL(38, 2))": Decimal("1.50"),
    "99999999999999999999999999999999999999::DECIMAL(38, 0)": Decimal("9" * 38),
    "18446744073709551615::UBIGINT": 2**64 - 1,
    "'10101'::BIT": "10101",
    "['1'::BIT]": ["1"],
    "123456789012345678901234567890123456789012345678::BIGNUM": "123456789012345678901234567890123456789012345678",
    "UUID '00000000-0000-0000-0000-000000000001'": "00000000-0000-0000-0000-000000000001",
    "'a'::ENUM('a', 'b')": "a",
    "['a'::ENUM('a', 'b')]": ["a"],
    """'{"a": 1}'::JSON""": '{"a": 1}',
    "[1, 2]::INT[2]": [1, 2],
    "1::VARIANT": "1",
    "'\\xAA'::BLOB": b"\xaa",
    "{'a b': 1, 'c': [1.5]}": {"a b": 1, "c": [Decimal("1.5")]},
    "DATE '2024-01-01'": dt.date(2024, 1, 1),
    "TIMESTAMP_NS '2024-01-01 00:00:00.000000001'": pd.Timestamp("2024-01-01 00:00:00.000000001"),
    "NULL": None,
}  # fmt: skip


async def results(*codes: Code) -> list[Execution]:
    sandbox = Sandbox(make_provider("local", LIMITS), LIMITS)
    try:
        return [await sandbox.run(code, [to_frame("t", pd.DataFrame({"n": [1, 2]}))]) for code in codes]
    finally:
        await sandbox.close()


def tables(execution: Execution) -> list[Any]:
    assert execution.error is None, execution.error
    return [output.data for output in execution.outputs if output.kind == "table"]


@pytest.mark.parametrize("language", ["sql", "python"])
async def test_every_type_comes_back_as_it_was_with_a_null_beside_it(language: str) -> None:
    queries = [f"SELECT {value} AS x UNION ALL SELECT NULL" for value in VALUES]
    if language == "python":
        queries = [f"import duckdb\nduckdb.sql({query!r})" for query in queries]
    executions = await results(*(Code(query, language) for query in queries))
    got = {value: tables(execution)[0].column(0) for value, execution in zip(VALUES, executions, strict=True)}
    plain = {value: column.to_pylist() for value, column in got.items()}
    assert plain == {value: [expected, None] for value, expected in VALUES.items()}


async def test_what_comes_as_text_is_said_with_the_column_and_the_reason() -> None:
    (execution,) = await results(
        Code("SELECT INTERVAL 1 MONTH AS span, INTERVAL 1 DAY AS day, n AS span FROM t", "sql")
    )
    (said,) = (str(output.data) for output in execution.outputs if output.kind == "text")
    assert "span" in said
    assert "months" in said
    assert "day:" not in said


async def test_columns_of_one_name_and_the_order_of_rows_survive_the_conversion() -> None:
    query = "SELECT n, n * INTERVAL 1 DAY AS n, -n AS n FROM t ORDER BY 1 DESC"
    (execution,) = await results(Code(query, "sql"))
    (output,) = (output for output in execution.outputs if output.kind == "table")
    assert output.labels == ("n", "n", "n")
    assert output.data.column(1).to_pylist() == [dt.timedelta(days=2), dt.timedelta(days=1)]


def test_a_frame_whose_name_is_no_word_is_there_for_sql_and_for_python() -> None:
    frames = {"Sales 2024": pd.DataFrame({"n": [1, 2]}), "t": pd.DataFrame({"n": [5]})}
    with Analyst(model="offline", sandbox="local") as analyst:
        by_sql = analyst.run('SELECT sum(n) AS s FROM "Sales 2024"', language="sql", frames=frames)
        by_python = analyst.run("Sales_2024.n.sum()", frames=frames)
        listed = analyst.run("SHOW TABLES", language="sql", frames=frames)
        macro = analyst.run("CREATE MACRO f(a) AS a + 1; SELECT f(n) AS m FROM t", language="sql", frames=frames)
    assert by_sql.tables[0].data.to_pydict() == {"s": [3]}
    assert by_python.results[0].text == "3"
    assert 'The frame "Sales 2024" is Sales_2024 in Python.' in by_python.notes
    assert listed.tables[0].data.to_pydict() == {"name": ["Sales 2024", "t"]}
    assert macro.tables[0].data.to_pydict() == {"m": [6]}


def test_two_frames_never_get_one_variable() -> None:
    assert variables(["Sales 2024", "Sales_2024", "Sales-2024", "class", "2024"]) == {
        "Sales_2024": "Sales_2024",
        "Sales 2024": "Sales_2024_2",
        "Sales-2024": "Sales_2024_3",
        "class": "frame_class",
        "2024": "frame_2024",
    }
