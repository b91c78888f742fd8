"""What changes beside a question: tables and rows, the user's own transactions, a connection that drops."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pymysql
import pytest
import sqlalchemy
from test_connection_failures import execute

from analyst_magic import Analyst
from analyst_magic.commands.connections import tables
from analyst_magic.sources.connections import duckdb as duckdb_module
from analyst_magic.sources.connections import tables as tables_module
from analyst_magic.sources.connections.connection import Caps, Connection, QueryFailed, QueryStopped
from analyst_magic.sources.connections.open import open_connection
from analyst_magic.sources.connections.tables import connected_tables

COUNT = "SELECT count(*) AS n FROM orders"
SLOW = {"postgres": "SELECT pg_sleep(9)", "mysql": "SELECT sleep(9)"}


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often a catalogue was read, and rows of a table for its description."""
    found = {"catalogue": 0, "rows": 0}
    look, sample = Connection._look, Connection.sample

    def counted_look(self: Connection, *options: Any) -> Any:
        found["catalogue"] += 1
        return look(self, *options)

    def counted_sample(self: Connection, *options: Any) -> Any:
        found["rows"] += 1
        return sample(self, *options)

    monkeypatch.setattr(Connection, "_look", counted_look)
    monkeypatch.setattr(Connection, "sample", counted_sample)
    return found


def names(database: Any) -> set[str]:
    return {table.table.name for table in connected_tables("shop", database)}


def test_a_catalogue_is_read_once_and_again_when_the_schema_has_changed(database: Any, looks: dict[str, int]) -> None:
    assert names(database) == names(database) == {"customers", "orders", "products", "secret"}
    assert looks["catalogue"] == 1
    for change, expected in (
        ("CREATE TABLE visits (id INTEGER)", {"visits"}),
        ("ALTER TABLE visits ADD COLUMN page VARCHAR(9)", {"visits"}),
        ("ALTER TABLE visits RENAME COLUMN page TO path", {"visits"}),
        ("DROP TABLE visits", set[str]()),
    ):
        execute(database, change)
        assert names(database) & {"visits"} == expected, change
        known = next((t for t in connected_tables("shop", database) if t.table.name == "visits"), None)
        if known is not None and "ALTER" in change:
            assert known.table.columns[1].name == ("path" if "RENAME" in change else "page")
    assert looks["catalogue"] == 5
    assert "customers" in tables(["shop", "email", "--refresh"], {"shop": database})
    assert looks["catalogue"] == 6


def test_thousands_of_tables_of_duckdb_are_not_looked_at_for_each_question(
    looks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_module, "MAX_VERSIONED", 1)
    with duckdb.connect() as opened:
        opened.execute("CREATE TABLE a (id INTEGER); CREATE TABLE b (id INTEGER)")
        assert names(opened) == names(opened) == {"a", "b"}
    assert looks["catalogue"] == 1


def test_a_table_is_described_once_and_again_when_its_rows_have_changed(
    offline: Analyst, database: Any, looks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables_module, "MAX_PROFILE_SECONDS", 1e9)  # no minute begins between the two questions
    connection = open_connection("shop", database)
    settle(connection, database)
    question = "Total amount by status"
    turns = [offline.ask(question, connections={"shop": database}) for _ in range(2)]
    first = looks["rows"]
    assert [turn.error for turn in turns] == [None, None]
    assert 0 < first <= 4  # each of the four tables once
    execute(database, "INSERT INTO orders (id, amount, status) VALUES (9999, 1, 'lost')")
    settle(connection, database)
    assert "2,001 rows" in offline.context(question, connections={"shop": database}).description
    assert looks["rows"] > first


def settle(connection: Connection, database: Any) -> None:
    """Wait until the engine tells which rows have changed: PostgreSQL when it has counted, MariaDB after a second.

    Each table is waited for: the last one of the shop was filled after the others.
    """
    if connection.dialect == "postgres":
        execute(database, "SELECT pg_stat_force_next_flush()")
    end = time.monotonic() + 30
    for table in connection.catalogue().tables.values():
        while connection.dialect == "mysql" and connection.data_version(table) != connection.data_version(table):
            assert time.monotonic() < end


def test_a_description_is_made_anew_each_minute_where_the_engine_tells_no_version(
    offline: Analyst, duckdb_shop: Any, looks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    offline.context("Total amount by status", connections={"shop": duckdb_shop})
    first = looks["rows"]
    duckdb_shop.execute("UPDATE orders SET status = 'lost'")
    monkeypatch.setattr(tables_module, "MAX_PROFILE_SECONDS", 1e-9)
    assert "lost" in offline.context("Total amount by status", connections={"shop": duckdb_shop}).description
    assert looks["rows"] > first


def test_another_file_in_the_place_of_a_database_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "some.sqlite"
    for name in ("first", "second"):
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as made:
            made.execute(f"CREATE TABLE {name} (id INTEGER)")
        made.close()
        assert names(path) == {name}


# -- what the user's own connection is in the middle of ----------------------------------------------------------------


@pytest.fixture
def raw(database: Any) -> Iterator[Any]:
    """A connection of the driver's own to the shop."""
    if not isinstance(database, sqlalchemy.Engine):
        yield database
        return
    url = database.url
    if database.dialect.name == "postgresql":
        opened: Any = psycopg.connect(host=url.host, port=url.port, user=url.username, dbname=url.database)
    else:
        opened = pymysql.connect(host=url.host, port=url.port, user=url.username, database=url.database)
    with closing(opened):  # else the next test waits for its lock
        yield opened


def writing(raw: Any) -> Callable[[str], object]:
    """What runs a statement on a connection."""
    return raw.cursor().execute if isinstance(raw, pymysql.connections.Connection) else raw.execute


def rows_of(raw: Any, text: str) -> list[Any]:
    cursor = raw.cursor()
    if isinstance(raw, duckdb.DuckDBPyConnection):
        cursor = raw  # a cursor is a connection of its own there
    cursor.execute(text)
    return [tuple(row) for row in cursor.fetchall()]


def test_a_transaction_of_the_users_own_stays_open_and_writable(raw: Any) -> None:
    begin = writing(raw)
    begin("BEGIN")
    begin("INSERT INTO orders (id, status) VALUES (9999, 'new')")
    connection = open_connection("shop", raw)
    sees_its_own = connection.dialect in {"postgres", "mysql"}
    seen = connection.run(COUNT, Caps()).table.to_pylist()
    assert seen == [{"n": 2001 if sees_its_own else 2000}]
    with pytest.raises(QueryFailed):
        connection.run("SELECT nonsense FROM orders", Caps())
    if connection.dialect in SLOW:
        with pytest.raises(QueryStopped, match="more than"):
            connection.run(SLOW[connection.dialect], Caps(seconds=0.3))
    begin("UPDATE orders SET status = 'newer' WHERE id = 9999")
    assert rows_of(raw, "SELECT status FROM orders WHERE id = 9999") == [("newer",)]
    raw.rollback()
    assert rows_of(raw, COUNT) == [(2000,)]


def test_a_connection_that_commits_by_itself_is_given_back_as_it_was(raw: Any) -> None:
    if isinstance(raw, sqlite3.Connection):
        raw.isolation_level = None
    elif isinstance(raw, psycopg.Connection):
        raw.autocommit = True
    elif isinstance(raw, pymysql.connections.Connection):
        raw.autocommit(True)
    connection = open_connection("shop", raw)
    assert connection.run(COUNT, Caps()).table.to_pylist() == [{"n": 2000}]
    writing(raw)("INSERT INTO orders (id) VALUES (9999)")
    if not isinstance(raw, duckdb.DuckDBPyConnection):
        raw.rollback()
    assert rows_of(raw, COUNT) == [(2001,)]
    assert connection.run(COUNT, Caps()).table.to_pylist() == [{"n": 2001}]


@pytest.mark.parametrize("kind", ["postgres", "mysql"])
def test_a_connection_that_drops_is_said_and_the_next_question_gets_a_new_one(
    kind: str, request: pytest.FixtureRequest
) -> None:
    shop = request.getfixturevalue(f"{kind}_shop")
    engine = sqlalchemy.create_engine(shop.url, pool_size=1)
    connection = open_connection("shop", engine)
    assert connection.run("SELECT 1 AS n", Caps()).table.num_rows == 1
    with shop.connect() as other:
        if kind == "postgres":
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            other.exec_driver_sql(f"{end} AND pid <> pg_backend_pid()")
        else:
            listed = other.exec_driver_sql("SELECT id FROM information_schema.processlist WHERE id <> connection_id()")
            for (number,) in listed.fetchall():
                other.exec_driver_sql(f"KILL {number}")
    with pytest.raises(QueryFailed) as failed:
        connection.run("SELECT 1 AS n", Caps())
    assert "127.0.0.1" not in str(failed.value)
    assert connection.run("SELECT 1 AS n", Caps()).table.num_rows == 1
    engine.dispose()
