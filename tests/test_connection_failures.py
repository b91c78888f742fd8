"""What goes wrong with a database: one sentence, the next step, nothing lost, and a password nowhere."""

from __future__ import annotations

import contextlib
import io
import logging
import socket
import threading
import traceback
import warnings
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi
import psycopg
import pymysql
import pytest
import sqlalchemy
from database_servers import mariadb, postgres, replica
from shop_engines import need

from analyst_magic import Analyst, extras
from analyst_magic.commands.connections import connect, connection_checks, read_connections, tables
from analyst_magic.errors import AnalystError, InputError, MissingExtra
from analyst_magic.history.lock import LockFile
from analyst_magic.history.store import History
from analyst_magic.sources.connections.connection import Caps, QueryFailed
from analyst_magic.sources.connections.open import open_connection
from analyst_magic.sources.connections.registry import opened, register
from analyst_magic.testing import ScriptedModel

SECRET = "hunter2-Zq9x"
SCHEMES = ("postgresql", "mysql")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def addresses(scheme: str, server: Any) -> dict[str, str]:
    """Addresses with the password that cannot be used, by what is wrong with each."""
    here = f"{server.host}:{server.port}/{server.database}"
    return {
        "wrong host": f"{scheme}://me:{SECRET}@nowhere.invalid/shop",
        "nobody listens": f"{scheme}://me:{SECRET}@127.0.0.1:{free_port()}/shop",
        "wrong password": f"{scheme}://locked:{SECRET}@{here}",
        "no such user": f"{scheme}://nobody:{SECRET}@{here}",
        "wrong option": f"{scheme}://{server.user}:{SECRET}@{here}?nonsense=1",
        "no such database": f"{scheme}://{server.user}:{SECRET}@{server.host}:{server.port}/none",
        "wrong port": f"{scheme}://me:{SECRET}@127.0.0.1:port/shop",
        "password as an option": f"{scheme}://me@127.0.0.1:{free_port()}/shop?password={SECRET}",
    }


@pytest.fixture(params=SCHEMES)
def locked_server(request: pytest.FixtureRequest) -> Any:
    """A server, by the scheme of its addresses, with a user who needs a password."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        where = f"host={server.host} port={server.port} user={server.user} dbname={server.database}"
        with psycopg.connect(where, autocommit=True) as raw:
            raw.execute("DROP ROLE IF EXISTS locked")
            raw.execute("CREATE ROLE locked LOGIN PASSWORD 'right'")
    else:
        server = request.getfixturevalue("mariadb_server")
        with pymysql.connect(host=server.host, port=server.port, user=server.user) as raw, raw.cursor() as cursor:
            cursor.execute("CREATE OR REPLACE USER locked@'%' IDENTIFIED BY 'right'")
    return request.param, server


WRONG = ("wrong host", "nobody listens", "wrong password", "no such user", "wrong option", "no such database",
         "wrong port", "password as an option")  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_a_password_is_nowhere_whatever_is_wrong_with_an_address(
    wrong: str, locked_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    scheme, server = locked_server
    address = addresses(scheme, server)[wrong]
    said, output = list[str](), io.StringIO()

    def attempt(work: Any) -> None:
        try:
            said.append(repr(work()))
        except AnalystError as error:
            said.extend([str(error), repr(error), error.message, error.next_step or ""])
            said.append("".join(traceback.format_exception(error)))

    history = History(tmp_path / "history.sqlite3")
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        warnings.catch_warnings(record=True) as caught,
        Analyst(
            model="offline", sandbox="local", spares=0, history=history, lock=LockFile(tmp_path / "analyst.lock"),
            log_path=str(tmp_path / "log.jsonl"),
        ) as analyst,
    ):  # fmt: skip
        warnings.simplefilter("always")
        attempt(lambda: connect(["shop", address], lambda prompt: ""))
        attempt(lambda: register("shop", address))
        attempt(lambda: opened("shop", address))
        attempt(lambda: read_connections([f"shop={address}"]))
        value = read_connections([f"shop={address}"]) if wrong != "wrong port" else {}
        attempt(lambda: tables(["shop"], value))
        attempt(lambda: list(connection_checks(value)))
        attempt(lambda: analyst.ask("How many orders are there?", connections=value))
        said.append(repr(value))
    history.close()
    said += [output.getvalue(), caplog.text, *(str(warning.message) for warning in caught)]
    assert any(line.strip() for line in said)
    shown = [line for line in said if SECRET in line]
    assert shown == []
    files = [path for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert files == []


@pytest.mark.parametrize("wrong", ["wrong host", "nobody listens", "wrong password"])
def test_a_password_of_an_engine_of_the_notebook_is_in_no_error(wrong: str, locked_server: Any) -> None:
    scheme, server = locked_server
    driver = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}[scheme]
    engine = sqlalchemy.create_engine(addresses(scheme, server)[wrong].replace(scheme, driver, 1))
    with pytest.raises(InputError) as failed:
        tables(["shop"], {"shop": engine})
    text = "".join(traceback.format_exception(failed.value))
    assert SECRET not in text
    assert "127.0.0.1" not in str(failed.value)
    assert "nowhere.invalid" not in str(failed.value)
    assert str(failed.value).startswith("The connection shop cannot")


@pytest.mark.parametrize(
    ("scheme", "module", "extra"), [("postgresql", "psycopg", "postgres"), ("mysql", "pymysql", "mysql")]
)
def test_a_missing_driver_names_the_extra_and_no_password(
    scheme: str, module: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(extras, "installed", lambda name: name != module)
    with pytest.raises(MissingExtra) as failed:
        connect(["shop", f"{scheme}://me:{SECRET}@127.0.0.1/shop"], lambda prompt: "")
    assert f'pip install "analyst-magic[{extra}]"' in str(failed.value)
    assert SECRET not in "".join(traceback.format_exception(failed.value))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["spark", "sc"])
@pytest.mark.parametrize(
    ("there", "says"),
    [(False, 'pip install "analyst-magic[spark]"'), (True, "Make one with SparkSession.builder")],
)
def test_an_address_of_spark_says_what_to_do(
    scheme: str, there: bool, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(extras, "installed", lambda name: there or name != "pyspark")
    with pytest.raises(InputError) as failed:
        connect(["shop", f"{scheme}://me:{SECRET}@127.0.0.1:7077"], lambda prompt: "")
    assert says in str(failed.value)
    assert SECRET not in str(failed.value)
    assert list(tmp_path.iterdir()) == []


def test_a_model_never_gets_a_password_from_an_error(
    analyst: Analyst, model: ScriptedModel, postgres_shop: Any
) -> None:
    engine = sqlalchemy.create_engine(postgres_shop.url.set(password=SECRET))
    model.say("```sql connection=shop\nSELECT nonsense FROM orders\n```")
    model.say("```sql connection=shop\nSELECT count(*) AS n FROM orders\n```")
    assert analyst.ask("How many orders?", connections={"shop": engine}).error is None
    assert not any(SECRET in str(request) for request in model.requests)
    engine.dispose()


# -- servers that change under a question ------------------------------------------------------------------------------


def test_a_read_replica_is_asked_and_stays_as_it_is() -> None:
    need("postgres")
    with replica() as (primary, standby):
        where = f"host={primary.host} port={primary.port} user={primary.user} dbname={primary.database}"
        with psycopg.connect(where, autocommit=True) as raw:
            raw.execute("CREATE TABLE orders AS SELECT i AS id, i * 1.5 AS amount FROM generate_series(1, 100) g (i)")
            (written,) = raw.execute("SELECT pg_current_wal_lsn()::text").fetchone() or ("",)
        address = f"{standby.user}@{standby.host}:{standby.port}/{standby.database}"
        engine = sqlalchemy.create_engine(f"postgresql+psycopg://{address}")
        with engine.connect() as held:  # until the standby has what was written
            held.exec_driver_sql("SET statement_timeout = '30s'")
            loop = f"WHILE pg_last_wal_replay_lsn() < '{written}' LOOP PERFORM pg_sleep(0.05); END LOOP"
            held.exec_driver_sql(f"DO $$ BEGIN {loop}; END $$")
        with Analyst(model="offline", sandbox="local", spares=0, history=False) as analyst:
            turn = analyst.ask("Total amount of orders", connections={"shop": engine})
        assert turn.error is None
        assert "7,575" in turn.answer
        with pytest.raises(QueryFailed):
            open_connection("shop", engine).run("DELETE FROM orders", Caps())
        with adbc_driver_postgresql.dbapi.connect(f"postgresql://{address}") as raw_adbc:
            found = open_connection("shop", raw_adbc).run("SELECT count(*) AS n FROM orders", Caps()).table
            assert found.to_pylist() == [{"n": 100}]
        engine.dispose()


@pytest.mark.parametrize("kind", ["postgres", "mariadbd"])
def test_a_server_that_stops_in_mid_query_is_said_in_one_sentence(kind: str) -> None:
    need(kind)
    start, driver, forever = {
        "postgres": (postgres, "postgresql+psycopg", "SELECT pg_sleep(60)"),
        "mariadbd": (mariadb, "mysql+pymysql", "SELECT sleep(60)"),
    }[kind]
    failures = list[Exception]()
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(start())
        engine = sqlalchemy.create_engine(f"{driver}://{server.user}@{server.host}:{server.port}/{server.database}")
        connection = open_connection("shop", engine)
        assert connection.run("SELECT 1 AS n", Caps()).table.num_rows == 1

        def run() -> None:
            try:
                connection.run(forever, Caps(seconds=50))
            except QueryFailed as error:
                failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(1.5)
        assert thread.is_alive()
        stack.close()
        thread.join(30)
    (failure,) = failures
    assert "127.0.0.1" not in str(failure)
    assert "\n" not in str(failure)
    with pytest.raises(QueryFailed) as failed:
        connection.catalogue(refresh=True)
    assert "127.0.0.1" not in str(failed.value)
    engine.dispose()


def test_a_table_that_is_dropped_between_a_question_and_its_rerun_is_said(
    analyst: Analyst, model: ScriptedModel, database: Any
) -> None:
    model.say("```sql connection=shop\nSELECT count(*) AS n FROM products\n```")
    first = analyst.ask("How many products are there?", connections={"shop": database})
    assert (first.error, first.tables[0].to_arrow().to_pylist()) == (None, [{"n": 20}])
    execute(database, "DROP TABLE products")
    again = analyst.ask("How many products are there?", connections={"shop": database}, frozen=True)
    assert again.error is not None
    assert "products" in str(again.error)


def test_one_table_that_may_not_be_read_leaves_the_others(mysql_shop: Any) -> None:
    with mysql_shop.begin() as held:
        held.exec_driver_sql("CREATE OR REPLACE USER reader@'%%'")
        held.exec_driver_sql("GRANT SELECT ON shop.orders TO reader@'%%'")
        held.exec_driver_sql("GRANT SELECT (id) ON shop.customers TO reader@'%%'")
    connection = open_connection("shop", sqlalchemy.create_engine(mysql_shop.url.set(username="reader")))
    assert {name for _, name in connection.catalogue().tables} == {"customers", "orders"}
    with pytest.raises(QueryFailed, match="denied"):
        connection.run("SELECT * FROM products", Caps())
    assert connection.run("SELECT count(*) AS n FROM orders", Caps()).table.to_pylist() == [{"n": 2000}]


def execute(database: Any, text: str) -> None:
    """Run a statement as the user of a connection would."""
    if hasattr(database, "begin") and hasattr(database, "dispose"):
        with database.begin() as held:
            held.exec_driver_sql(text)
    else:
        database.execute(text)
        with contextlib.suppress(Exception):
            database.commit()
