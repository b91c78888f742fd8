"""Each engine by its own: what it holds, what its session keeps from happening, how a statement ends."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sql_statements import statements

from analyst_magic.query.policy import Scope, check, statement
from analyst_magic.sources.connections.connection import Caps, QueryFailed, QueryStopped, Stop
from analyst_magic.sources.connections.open import database_of, open_connection

DATA = Path(__file__).parent / "data" / "sql"
LEFT_OUT = ("SHUTDOWN", "BENCHMARK", "ADVISORY", "000000000", "OUTFILE", "DUMPFILE", "SLEEP", "GET_LOCK", "GLOBAL")
FOREVER = {
    "sqlite": "WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
    "duckdb": "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range = -1",
    "postgres": "SELECT pg_sleep(60)",
    "mysql": "SELECT sleep(60)",
}


def test_the_catalogue_has_tables_columns_and_keys(database: Any) -> None:
    found = open_connection("shop", database).catalogue()
    tables = {name: table for (_, name), table in found.tables.items()}
    assert set(tables) == {"customers", "orders", "products", "secret"}
    assert [column.name for column in tables["customers"].columns] == ["id", "name", "region", "email"]
    assert tables["orders"].key == ("id",)
    assert found.schemas[0] in {schema for schema, _ in found.tables}


def test_a_result_has_the_values_and_the_types(database: Any) -> None:
    connection = open_connection("shop", database)
    found = connection.run("SELECT id, amount, ordered, note FROM orders WHERE id <= 2 ORDER BY id", Caps())
    assert not found.cut
    assert [row["id"] for row in found.table.to_pylist()] == [1, 2]
    assert isinstance(found.table.to_pylist()[0]["ordered"], dt.date)
    if connection.dialect != "sqlite":
        assert pa.types.is_decimal(found.table.schema.field("amount").type)
        assert found.table.to_pylist()[0]["amount"].as_tuple().exponent == -2


def test_no_rows_are_a_result_with_columns(database: Any) -> None:
    found = open_connection("shop", database).run("SELECT id, name FROM customers WHERE id < 0", Caps())
    assert (found.table.num_rows, found.table.column_names) == (0, ["id", "name"])


def test_columns_of_one_name_are_told_apart(database: Any) -> None:
    found = open_connection("shop", database).run(
        "SELECT o.id, c.id FROM orders o JOIN customers c ON c.id = o.customer_id", Caps()
    )
    assert found.table.column_names == ["id", "id_2"]


def test_a_result_is_cut_at_the_cap_and_says_so(database: Any) -> None:
    found = open_connection("shop", database).run("SELECT * FROM orders", Caps(rows=10))
    assert (found.table.num_rows, found.cut) == (10, True)


def test_a_statement_ends_at_its_deadline(database: Any) -> None:
    connection, begun = open_connection("shop", database), time.monotonic()
    with pytest.raises(QueryStopped, match=r"more than 0\.5 seconds"):
        connection.run(FOREVER[connection.dialect], Caps(seconds=0.5))
    assert time.monotonic() - begun < 10


def test_a_statement_ends_when_it_is_stopped(database: Any) -> None:
    connection, stop, begun = open_connection("shop", database), Stop(), time.monotonic()
    threading.Timer(0.5, stop.set).start()
    with pytest.raises(QueryStopped, match="stopped"):
        connection.run(FOREVER[connection.dialect], Caps(), stop)
    assert time.monotonic() - begun < 10


def test_what_is_stopped_before_it_begins_does_not_run(database: Any) -> None:
    stop = Stop()
    stop.set()
    with pytest.raises(QueryStopped):
        open_connection("shop", database).run("SELECT 1", Caps(), stop)


def test_an_error_is_the_engines_own_and_the_next_statement_runs(database: Any) -> None:
    connection = open_connection("shop", database)
    with pytest.raises(QueryFailed, match="nonsense"):
        connection.run("SELECT nonsense FROM orders", Caps())
    assert connection.run("SELECT count(*) AS n FROM orders", Caps()).table.to_pylist() == [{"n": 2000}]


def contents(connection: Any) -> list[Any]:
    """All that the shop holds."""
    tables = sorted(name for _, name in connection.catalogue(refresh=True).tables)
    return [
        tables,
        *(connection.run(f"SELECT * FROM {table} ORDER BY id", Caps()).table.to_pylist() for table in tables),
    ]


def test_no_attack_changes_anything_though_no_policy_looks(database: Any, tmp_path: Path) -> None:
    connection = open_connection("shop", database)
    before = contents(connection)
    names = ("attacks_common", f"attacks_{connection.dialect}")
    lines = [line for name in names for line in (DATA / f"{name}.sql").read_text().splitlines()]
    # the others take long, or are stopped by the policy or a role alone
    attacks = [line for line in lines if not any(word in line.upper() for word in LEFT_OUT)]
    assert len(attacks) >= 160
    for attack in attacks:
        try:
            connection.run(attack.replace("/tmp/", f"{tmp_path}/none/"), Caps(rows=10, seconds=1))
        except (QueryFailed, QueryStopped):
            continue
    assert contents(connection) == before


def test_two_hundred_harmless_statements_run_the_whole_way(database: Any) -> None:
    connection = open_connection("shop", database)
    found = connection.catalogue()
    scope = Scope(set(found.tables), found.schemas, found.database)
    names = ("harmless_common", "harmless_engines", f"harmless_{connection.dialect}")
    texts = dict.fromkeys(text for name in names for text in statements(name))
    refused, ran = {}, 0
    for text in texts:
        if any(column in text for column in ("details", "tags")):
            continue  # columns that the shop does not have
        try:
            assert check(text, connection.dialect, scope) == []
            connection.run(statement(text, connection.dialect), Caps(seconds=60))
            ran += 1
        except (QueryFailed, QueryStopped, AssertionError) as error:
            refused[text] = str(error)
    assert refused == {}
    assert ran >= 200


def test_an_open_transaction_of_the_user_stays_as_it_is(postgres_shop: Any) -> None:
    import psycopg

    with postgres_shop.connect() as held:
        raw = held.connection.driver_connection
        raw.execute("INSERT INTO orders (id, status) VALUES (9999, 'new')")
        connection = open_connection("shop", raw)
        assert connection.run("SELECT count(*) AS n FROM orders", Caps()).table.to_pylist() == [{"n": 2001}]
        with pytest.raises(QueryFailed):
            connection.run("SELECT 1 / 0", Caps())
        with pytest.raises(QueryStopped):
            connection.run("SELECT pg_sleep(9)", Caps(seconds=0.3))
        raw.execute("UPDATE orders SET status = 'newer' WHERE id = 9999")  # still open, still writable
        assert raw.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
        raw.rollback()


def test_an_autocommit_connection_is_given_back_as_it_was(postgres_shop: Any) -> None:
    engine = postgres_shop.execution_options(isolation_level="AUTOCOMMIT")
    connection = open_connection("shop", engine)
    assert connection.run("SELECT count(*) AS n FROM orders", Caps()).table.to_pylist() == [{"n": 2000}]
    with engine.connect() as held:
        held.exec_driver_sql("INSERT INTO orders (id) VALUES (9999)")
    assert connection.run("SELECT count(*) AS n FROM orders", Caps()).table.to_pylist() == [{"n": 2001}]


def test_types_of_postgresql_come_without_loss(postgres_shop: Any) -> None:
    found = (
        open_connection("shop", postgres_shop)
        .run(
            "SELECT 12345678901234567890.123456789::numeric AS n, 'NaN'::float8 AS f, 'infinity'::date AS d, "
            "timestamptz '2024-01-31 10:00+02' AS t, ARRAY['a', 'b'] AS l, '{\"a\": 1}'::jsonb AS j, "
            "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid AS u, interval '1 day 2 hours' AS i, "
            "interval '14 months' AS m, "
            "9223372036854775807::bigint AS b, '\\x01'::bytea AS y, 'NaN'::numeric AS q",
            Caps(),
        )
        .table
    )
    (row,) = found.to_pylist()
    assert row["n"] == Decimal("12345678901234567890.123456789")
    assert row["f"] != row["f"]
    assert row["q"] != row["q"]
    assert (row["d"], row["l"], row["j"]) == ("infinity", ["a", "b"], '{"a": 1}')
    assert row["t"].astimezone(dt.UTC) == dt.datetime(2024, 1, 31, 8, tzinfo=dt.UTC)
    assert row["i"] == dt.timedelta(days=1, hours=2)
    assert row["m"].months == 14
    assert (row["b"], row["y"]) == (2**63 - 1, b"\x01")


def test_types_of_mariadb_come_without_loss(mysql_shop: Any) -> None:
    found = (
        open_connection("shop", mysql_shop)
        .run(
            "SELECT CAST(18446744073709551615 AS UNSIGNED) AS b, CAST('1.50' AS DECIMAL(30, 2)) AS d, "
            "TIME '26:00:00' AS t, TIMESTAMP '2024-01-31 10:00:00.5' AS m",
            Caps(),
        )
        .table
    )
    (row,) = found.to_pylist()
    assert (row["b"], row["d"]) == (2**64 - 1, Decimal("1.50"))
    assert row["t"] == dt.timedelta(hours=26)
    assert row["m"] == dt.datetime(2024, 1, 31, 10, 0, 0, 500_000)


def test_a_database_in_memory_is_asked_with_what_is_not_committed() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a)")
    connection.execute("INSERT INTO t VALUES (1)")
    assert open_connection("m", connection).run("SELECT * FROM t", Caps()).table.to_pylist() == [{"a": 1}]
    assert connection.in_transaction


def test_an_error_never_tells_the_password(postgres_server: Any) -> None:
    import sqlalchemy

    engine = sqlalchemy.create_engine(f"postgresql+psycopg://nobody:hunter2@127.0.0.1:{postgres_server.port}/none")
    with pytest.raises(QueryFailed) as failed:
        open_connection("shop", engine).catalogue()
    assert "hunter2" not in str(failed.value)
    assert "127.0.0.1" not in str(failed.value)


def test_what_is_no_connection_is_none() -> None:
    assert [database_of(value) for value in (1, "x", None, object(), Path("a.csv"))] == [""] * 5


def test_ten_million_rows_are_cut_and_the_hosts_memory_is_bounded(database: Any) -> None:
    import resource

    made = {
        "sqlite": "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000) SELECT i FROM n",
        "duckdb": "SELECT i FROM range(10000000) r (i)",
        "postgres": "SELECT i FROM generate_series(1, 10000000) g (i)",
        "mysql": "SELECT seq AS i FROM seq_1_to_10000000",
    }
    connection = open_connection("shop", database)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = connection.run(made[connection.dialect], Caps(rows=200_000))
    assert (found.table.num_rows, found.cut) == (200_000, True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


def test_two_questions_at_once_on_one_connection_both_have_their_rows(database: Any) -> None:
    connection = open_connection("shop", database)
    texts = [f"SELECT id, amount FROM orders WHERE id <= {n} ORDER BY id" for n in (500, 1500)]
    found: dict[int, int] = {}

    def run(place: int) -> None:
        found[place] = connection.run(texts[place], Caps()).table.num_rows

    threads = [threading.Thread(target=run, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {0: 500, 1: 1500}


def test_a_table_that_the_account_may_not_read_is_said(postgres_shop: Any) -> None:
    import sqlalchemy

    with postgres_shop.begin() as held:
        held.exec_driver_sql("DROP ROLE IF EXISTS reader")
        held.exec_driver_sql("CREATE ROLE reader LOGIN")
        held.exec_driver_sql("GRANT USAGE ON SCHEMA public TO reader")
        held.exec_driver_sql("GRANT SELECT ON orders, customers TO reader")
    connection = open_connection("shop", sqlalchemy.create_engine(postgres_shop.url.set(username="reader")))
    assert {name for _, name in connection.catalogue().tables} == {"customers", "orders"}
    with pytest.raises(QueryFailed, match="permission denied for table products"):
        connection.run("SELECT * FROM products", Caps())
    assert connection.run("SELECT count(*) AS n FROM orders", Caps()).table.to_pylist() == [{"n": 2000}]


def test_a_stopped_statement_runs_no_longer_on_the_server(postgres_shop: Any) -> None:
    connection, stop = open_connection("shop", postgres_shop), Stop()
    failures: list[Exception] = []

    def run() -> None:
        try:
            connection.run("SELECT pg_sleep(60) ", Caps(), stop)
        except QueryStopped as error:
            failures.append(error)

    def running() -> int:
        with postgres_shop.connect() as other:
            text = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'FETCH %%'"
            return int(other.exec_driver_sql(text).scalar_one())

    thread = threading.Thread(target=run)
    thread.start()
    end = time.monotonic() + 30
    while not running():
        assert time.monotonic() < end
    stop.set()
    thread.join(30)
    assert (len(failures), running()) == (1, 0)
