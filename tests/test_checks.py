"""What is stopped before it runs, and which frames code is taken to need."""

from __future__ import annotations

import pytest

from analyst_magic.checks.run import check, frames_named
from analyst_magic.turn import Code


@pytest.mark.parametrize(
    "query",
    [
        "select 1 union all select 2",
        "from flights select carrier limit 3",
        "pivot flights on carrier using count(*)",
        "unpivot flights on a, b into name n value v",
        "summarize flights",
        "describe flights",
        "with a as (select 1) select * from a",
        "select * exclude (x) from flights",
        "select * from range(10)",
        "select count(*) filter (where x > 1) from flights qualify row_number() over () = 1",
        "values (1), (2)",
    ],
)
def test_queries_that_only_read_are_let_through(query: str) -> None:
    assert check(Code(query, "sql")) == ()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("drop table flights", "DROP"),
        ("copy flights to 'x.csv'", "COPY"),
        ("attach 'x.db'", "ATTACH"),
        ("select 1; select 2", "2 SQL statements"),
        ("set memory_limit = '1GB'", "SET"),
        ("pragma database_list", "PRAGMA"),
        ("install httpfs", "INSTALL"),
        ("create table a as select 1", "CREATE"),
        ("with x as (delete from flights returning *) select * from x", "DELETE"),
        ("select * from read_csv('/etc/passwd')", "read_csv"),
        ("select * from glob('/*')", "glob"),
        ("   ", "no SQL"),
    ],
)
def test_sql_that_does_more_than_read_is_refused_and_the_construct_named(
    query: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (finding, *_) = check(Code(query, "sql"))
    assert finding.stops
    assert said in finding.message
    assert capfd.readouterr() == ("", "")


def test_python_that_cannot_run_is_refused() -> None:
    assert check(Code("print(1)", "document"))[0].rule == "document"
    assert check(Code(" "))[0].rule == "empty"
    assert check(Code("x = 1")) == ()


def test_the_frames_that_code_needs_are_found_in_names_and_in_sql_inside_python() -> None:
    frames = ["flights", "planes", "airlines"]
    assert frames_named(Code("flights.head()"), frames) == {"flights"}
    assert frames_named(Code("import duckdb\nduckdb.sql('select * from planes')"), frames) == {"planes"}
    assert frames_named(Code('select * from "Flights" f join airlines using (carrier)', "sql"), frames) == {
        "flights",
        "airlines",
    }
