"""Relations of DuckDB, tables of Ibis and connections of ADBC: asked where their rows lie, and never collected."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi
import adbc_driver_sqlite.dbapi
import duckdb
import ibis
import pandas as pd
import psycopg
import pytest
from sql_statements import statements

from analyst_magic import Analyst
from analyst_magic.errors import InputError
from analyst_magic.sources.connections.connection import Caps, QueryFailed, QueryStopped, Stop
from analyst_magic.sources.connections.open import database_of, open_connection
from analyst_magic.sources.connections.tables import expanded

FOREVER = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range = -1"


def totals(turn: Any) -> dict[str, float]:
    """What a question for totals by status gives."""
    assert turn.error is None
    return {row["status"]: float(row["total_amount"]) for row in turn.tables[0].to_arrow().to_pylist()}


def expected(shop: duckdb.DuckDBPyConnection) -> dict[str, float]:
    return {k: float(v) for k, v in shop.execute("SELECT status, sum(amount) FROM orders GROUP BY 1").fetchall()}


# -- relations of DuckDB -----------------------------------------------------------------------------------------------


def test_a_relation_is_asked_on_its_connection(offline: Analyst, duckdb_shop: duckdb.DuckDBPyConnection) -> None:
    sales = duckdb_shop.sql("SELECT status, amount FROM orders")
    turn = offline.ask("Total amount by status", {"sales": sales})
    assert totals(turn) == expected(duckdb_shop)
    assert any(note.startswith("Asked of duckdb (DuckDB): sales") for note in turn.notes)
    assert duckdb_shop.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchall() == [(0,)]


def test_a_relation_may_be_larger_than_the_memory(duckdb_shop: duckdb.DuckDBPyConnection) -> None:
    rows = duckdb_shop.sql("SELECT range AS id, range % 3 AS kind FROM range(100000000000)")
    (table,) = expanded({"rows": rows}).values()
    found = table.connection.run("SELECT kind FROM rows LIMIT 3", Caps(rows=10))
    assert found.table.to_pylist() == [{"kind": 0}, {"kind": 1}, {"kind": 2}]


def test_relations_and_tables_of_one_connection_are_joined_there(duckdb_shop: duckdb.DuckDBPyConnection) -> None:
    large, people = (
        duckdb_shop.sql("FROM orders WHERE amount > 300"),
        duckdb_shop.sql("SELECT id, region FROM customers"),
    )
    scope = expanded({"large": large, "people": people, "shop": duckdb_shop})
    text = "SELECT count(*) AS n FROM large JOIN people p ON p.id = customer_id JOIN products q ON q.id = product_id"
    (row,) = scope["large"].connection.run(text, Caps()).table.to_pylist()
    assert row["n"] == duckdb_shop.execute("SELECT count(*) FROM orders WHERE amount > 300").fetchall()[0][0]


def test_a_relation_has_a_name_that_no_table_has(offline: Analyst, duckdb_shop: duckdb.DuckDBPyConnection) -> None:
    orders = duckdb_shop.sql("SELECT status, amount * 2 AS amount FROM orders")
    turn = offline.ask("Total amount by status", {"orders": orders})
    assert totals(turn) == {status: 2 * total for status, total in expected(duckdb_shop).items()}


def test_relations_of_frames_and_of_the_default_connection_are_asked(offline: Analyst) -> None:
    frame = pd.DataFrame({"status": ["a", "b", "a"], "amount": [1.0, 2.0, 3.0]})
    turn = offline.ask("Total amount by status", {"sales": duckdb.sql("SELECT * FROM frame WHERE amount < 3")})
    assert totals(turn) == {"a": 1.0, "b": 2.0}
    assert len(frame) == 3


def test_a_relation_sees_what_only_its_connection_does_and_the_transaction_stays_open(
    duckdb_shop: duckdb.DuckDBPyConnection,
) -> None:
    duckdb_shop.execute("CREATE TEMP TABLE mine AS SELECT 1 AS n")
    duckdb_shop.execute("BEGIN")
    duckdb_shop.execute("INSERT INTO mine VALUES (2)")
    (table,) = expanded({"mine_too": duckdb_shop.sql("FROM mine")}).values()
    assert table.connection.run("SELECT count(*) AS n FROM mine_too", Caps()).table.to_pylist() == [{"n": 2}]
    duckdb_shop.execute("ROLLBACK")
    assert duckdb_shop.execute("SELECT count(*) FROM mine").fetchall() == [(1,)]
    assert table.connection.run("SELECT count(*) AS n FROM mine_too", Caps()).table.to_pylist() == [{"n": 1}]
    duckdb_shop.execute("INSERT INTO mine VALUES (3)")  # it can write as before


def test_no_attack_on_a_relation_changes_anything_though_no_policy_looks(
    duckdb_shop: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    (table,) = expanded({"sales": duckdb_shop.sql("FROM orders")}).values()
    names = "SELECT table_name, estimated_size FROM duckdb_tables() ORDER BY 1"
    before = duckdb_shop.execute(names).fetchall(), duckdb_shop.execute("SELECT sum(amount) FROM orders").fetchall()
    for attack in [*statements("attacks_common"), *statements("attacks_duckdb")]:
        if "000000000" in attack:
            continue
        try:
            table.connection.run(attack.replace("/tmp/", f"{tmp_path}/none/"), Caps(rows=10, seconds=1))
        except (QueryFailed, QueryStopped):
            continue
    after = duckdb_shop.execute(names).fetchall(), duckdb_shop.execute("SELECT sum(amount) FROM orders").fetchall()
    assert after == before
    assert list(tmp_path.iterdir()) == []


def test_a_question_to_a_relation_ends_at_its_deadline_and_when_it_is_stopped(
    duckdb_shop: duckdb.DuckDBPyConnection,
) -> None:
    (table,) = expanded({"sales": duckdb_shop.sql("FROM orders")}).values()
    with pytest.raises(QueryStopped, match=r"more than 0\.5 seconds"):
        table.connection.run(FOREVER, Caps(seconds=0.5))
    stop = Stop()
    threading.Timer(0.5, stop.set).start()
    with pytest.raises(QueryStopped, match="it was stopped"):
        table.connection.run(FOREVER, Caps(), stop)
    assert duckdb_shop.execute("SELECT 1").fetchall() == [(1,)]


def test_a_relation_of_a_closed_connection_or_beside_an_unread_result_is_said() -> None:
    with duckdb.connect() as connection:
        sales = connection.sql("SELECT 1 AS amount")
        (table,) = expanded({"sales": sales}).values()
        connection.execute("SELECT * FROM range(10000000)").fetchone()
        with pytest.raises(QueryFailed, match="unfinished result"):
            table.connection.run("SELECT * FROM sales", Caps())
    with pytest.raises(InputError, match="closed"):
        expanded({"sales": sales})


# -- tables of Ibis ----------------------------------------------------------------------------------------------------


@pytest.fixture(params=["duckdb", "sqlite", "postgres"])
def backend(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A back end of Ibis over the shop, of each kind in turn."""
    if request.param == "duckdb":
        yield ibis.duckdb.from_connection(request.getfixturevalue("duckdb_shop"))
    elif request.param == "sqlite":
        opened = ibis.sqlite.connect(request.getfixturevalue("sqlite_file"))
        yield opened
        opened.disconnect()
    else:
        url = request.getfixturevalue("postgres_shop").url
        with psycopg.connect(host=url.host, port=url.port, user=url.username, dbname=url.database) as raw:
            yield ibis.postgres.from_connection(raw)


def test_a_back_end_of_ibis_is_a_connection(offline: Analyst, backend: Any, duckdb_shop: Any) -> None:
    assert database_of(backend) == "Ibis"
    turn = offline.ask("Total amount by status", connections={"shop": backend})
    assert totals(turn) == pytest.approx(expected(duckdb_shop))


def test_a_table_of_ibis_is_asked_on_its_engine(offline: Analyst, backend: Any, duckdb_shop: Any) -> None:
    orders = backend.table("orders")
    large = orders.filter(orders.amount > 300).select("status", "amount", "customer_id")
    turn = offline.ask("Total amount by status", {"large": large})
    wanted = duckdb_shop.execute("SELECT status, sum(amount) FROM orders WHERE amount > 300 GROUP BY 1").fetchall()
    assert totals(turn) == pytest.approx({status: float(total) for status, total in wanted})
    assert any(": large" in note for note in turn.notes if note.startswith("Asked of "))


def test_a_table_of_ibis_with_the_name_of_a_table_is_itself(backend: Any) -> None:
    orders = backend.table("orders").limit(5)
    scope = expanded({"orders": orders, "shop": backend})
    table = scope["orders"]
    texts = [
        f"SELECT count(*) AS n FROM {table.reference}",
        f"WITH x AS (SELECT * FROM {table.reference}) SELECT count(*) AS n FROM x",
        f"WITH RECURSIVE x (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM x WHERE i < 3) "
        f"SELECT count(*) AS n FROM x CROSS JOIN {table.reference}",
    ]
    assert [table.connection.run(text, Caps()).table.to_pylist()[0]["n"] for text in texts] == [5, 5, 15]
    if table.reference != "orders":
        assert table.connection.run("SELECT count(*) AS n FROM orders", Caps()).table.to_pylist() == [{"n": 2000}]


def test_a_back_end_that_cannot_be_asked_is_named() -> None:
    class Backend(ibis.backends.BaseBackend):
        name = "trino"

    Backend.__abstractmethods__ = frozenset()
    with pytest.raises(InputError, match="shop is a back end of Ibis for trino"):
        open_connection("shop", Backend())


# -- connections of ADBC -----------------------------------------------------------------------------------------------


@pytest.fixture
def adbc_shop(postgres_shop: Any) -> Iterator[Any]:
    url = postgres_shop.url.set(drivername="postgresql").render_as_string()
    with adbc_driver_postgresql.dbapi.connect(url) as connection:
        yield connection


def test_a_connection_of_adbc_is_asked(offline: Analyst, adbc_shop: Any, duckdb_shop: Any) -> None:
    assert database_of(adbc_shop) == "ADBC"
    turn = offline.ask("Total amount by status", connections={"shop": adbc_shop})
    assert totals(turn) == pytest.approx(expected(duckdb_shop))


def test_types_of_postgresql_come_without_loss_by_adbc(adbc_shop: Any) -> None:
    text = (
        "SELECT 1.50::numeric(10, 2) AS p, 12345678901234567890.123456789::numeric AS n, 'NaN'::numeric AS q, "
        "timestamptz '2024-01-31 10:00+02' AS t, ARRAY['a', 'b'] AS l, '{\"a\": 1}'::jsonb AS j, "
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid AS u, interval '14 months' AS m, 9223372036854775807 AS b"
    )
    (row,) = open_connection("shop", adbc_shop).run(text, Caps()).table.to_pylist()
    assert (row["p"], row["n"]) == (Decimal("1.50"), Decimal("12345678901234567890.123456789"))
    assert row["q"] != row["q"]
    assert row["t"].astimezone(dt.UTC) == dt.datetime(2024, 1, 31, 8, tzinfo=dt.UTC)
    assert (row["l"], row["j"], row["u"]) == (["a", "b"], '{"a": 1}', "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")
    assert (row["m"].months, row["b"]) == (14, 2**63 - 1)


@pytest.mark.parametrize("value", ["12.34::money", "'10.0.0.1'::inet", "'infinity'::date", "'4711-01-01 BC'::date"])
def test_what_adbc_does_not_give_whole_is_said(adbc_shop: Any, value: str) -> None:
    with pytest.raises(QueryFailed, match=r"value .*: cast it to text"):
        open_connection("shop", adbc_shop).run(f"SELECT {value} AS value", Caps())


def test_adbc_leaves_the_users_transaction_alone_and_ends_what_is_stopped(adbc_shop: Any) -> None:
    connection = open_connection("shop", adbc_shop)
    with adbc_shop.cursor() as cursor:
        cursor.execute("INSERT INTO orders (id, status) VALUES (9999, 'new')")
        for text, failure in (("SELECT nonsense", QueryFailed), ("SELECT pg_sleep(9)", QueryStopped)):
            with pytest.raises(failure):
                connection.run(text, Caps(seconds=0.5))
        stop = Stop()
        threading.Timer(0.5, stop.set).start()
        with pytest.raises(QueryStopped, match="it was stopped"):
            connection.run("SELECT pg_sleep(9)", Caps(), stop)
        assert connection.run("SELECT count(*) AS n FROM orders", Caps()).table.to_pylist() == [{"n": 2000}]
        cursor.execute("SELECT count(*) FROM orders")
        assert cursor.fetchall() == [(2001,)]
        adbc_shop.rollback()


def test_no_attack_by_adbc_changes_anything_though_no_policy_looks(adbc_shop: Any, tmp_path: Path) -> None:
    connection = open_connection("shop", adbc_shop)

    def contents() -> list[Any]:
        tables = sorted(name for _, name in connection.catalogue(refresh=True).tables)
        return [tables, connection.run("SELECT * FROM orders ORDER BY id", Caps()).table.to_pylist()]

    before, ran = contents(), 0
    for attack in [*statements("attacks_common"), *statements("attacks_postgres")]:
        if any(word in attack.upper() for word in ("ADVISORY", "000000000", "SLEEP")):
            continue
        try:
            connection.run(attack.replace("/tmp/", f"{tmp_path}/none/"), Caps(rows=10, seconds=1))
        except (QueryFailed, QueryStopped):
            ran += 1
    assert contents() == before
    assert ran > 80


def test_a_large_result_by_adbc_is_cut(adbc_shop: Any) -> None:
    found = open_connection("shop", adbc_shop).run("SELECT i FROM generate_series(1, 3000000) g (i)", Caps(rows=70_000))
    assert (found.table.num_rows, found.cut) == (70_000, True)


def test_a_file_of_sqlite_by_adbc_is_asked_and_what_is_in_memory_is_said(offline: Analyst, sqlite_file: Path) -> None:
    with adbc_driver_sqlite.dbapi.connect(str(sqlite_file)) as connection:
        turn = offline.ask("How many orders are there?", connections={"shop": connection})
        assert "2,000" in turn.answer
    with adbc_driver_sqlite.dbapi.connect() as connection, pytest.raises(InputError, match="in memory"):
        open_connection("shop", connection)


def test_two_questions_at_once_on_one_raw_connection_both_have_their_rows(postgres_shop: Any) -> None:
    url = postgres_shop.url
    with psycopg.connect(host=url.host, port=url.port, user=url.username, dbname=url.database) as raw:
        connection = open_connection("shop", raw)
        found = list[int]()

        def run(rows: int) -> None:
            found.append(connection.run(f"SELECT * FROM orders WHERE id <= {rows}", Caps()).table.num_rows)

        threads = [threading.Thread(target=run, args=(rows,)) for rows in (500, 1500, 700, 900)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(found) == [500, 700, 900, 1500]


def test_sqlite_columns_of_mixed_values_are_never_cut_to_whole_numbers() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a, b, c)")
    connection.executemany("INSERT INTO t VALUES (?, ?, ?)", [(i, float(i), "x") for i in range(10_000)])
    connection.execute("INSERT INTO t VALUES (2.5, 9007199254740993, x'ff')")
    found = open_connection("shop", connection).run("SELECT * FROM t", Caps()).table
    last = found.slice(10_000).to_pylist()[0]
    assert last["a"] == 2.5
    assert str(last["b"]) == "9007199254740993"
    assert last["c"] == "ff"
