"""Engines of SQLAlchemy that are known by their dialect alone: run over servers of other names."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from test_connections import FOREVER

from analyst_magic import Analyst
from analyst_magic.commands.connections import connection_checks
from analyst_magic.errors import InputError
from analyst_magic.sources.connections.connection import Caps, QueryFailed, QueryStopped
from analyst_magic.sources.connections.open import open_connection
from analyst_magic.sources.connections.sqlalchemy import SqlAlchemyConnection


class CalledTrino(SQLiteDialect_pysqlite):
    """SQLite under the name of an engine that is not here."""

    name = "trino"
    supports_statement_cache = True


class Unknown(CalledTrino):
    """An engine that nobody knows."""

    name = "nonsense"


registry.register("trino.file", __name__, "CalledTrino")
registry.register("nonsense.file", __name__, "Unknown")


@pytest.fixture
def trino(sqlite_file: Path) -> Any:
    engine = sqlalchemy.create_engine(f"trino+file:///{sqlite_file}")
    yield engine
    engine.dispose()


@pytest.fixture(params=["postgres_shop", "mysql_shop", "trino"])
def engine(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def test_a_statement_runs_and_what_it_would_change_does_not(engine: Any) -> None:
    connection = SqlAlchemyConnection(engine)
    tables = {name: table for (_, name), table in connection.catalogue().tables.items()}
    assert set(tables) == {"customers", "orders", "products", "secret"}
    assert tables["orders"].key == ("id",)
    assert [column.name for column in tables["customers"].columns] == ["id", "name", "region", "email"]
    cut = connection.run("SELECT * FROM orders", Caps(rows=10))
    assert (cut.table.num_rows, cut.cut) == (10, True)
    found = connection.run("SELECT count(*) AS n FROM customers WHERE name LIKE '%1%' AND name <> ':x'", Caps())
    assert found.table.to_pylist() == [{"n": 14}]
    assert connection.sample("orders", 5, Caps()).table.num_rows == 5
    for text in ("DELETE FROM orders", "SELECT nonsense FROM orders"):
        with pytest.raises(QueryFailed) as failed:
            connection.run(text, Caps())
        assert "127.0.0.1" not in str(failed.value)
    assert connection.run("SELECT count(*) AS n FROM orders", Caps()).table.to_pylist() == [{"n": 2000}]


@pytest.mark.parametrize("kind", ["postgres_shop", "trino"])
def test_a_statement_is_cancelled_at_its_deadline(kind: str, request: pytest.FixtureRequest) -> None:
    connection, begun = SqlAlchemyConnection(request.getfixturevalue(kind)), time.monotonic()
    with pytest.raises(QueryStopped, match=r"more than 0\.5 seconds"):
        connection.run(FOREVER["sqlite" if kind == "trino" else "postgres"], Caps(seconds=0.5))
    assert time.monotonic() - begun < 20


def test_a_question_is_asked_of_an_engine_that_is_known_by_its_dialect_alone(offline: Analyst, trino: Any) -> None:
    turn = offline.ask("How many orders are there?", connections={"shop": trino})
    assert (turn.error, "2,000" in turn.answer) == (None, True)
    assert any("shop (Trino)" in note for note in turn.notes)
    refused = offline.run(
        "```sql connection=shop\nDELETE FROM orders\n```", language="sql", connections={"shop": trino}
    )
    assert refused.error is not None
    (line,) = connection_checks({"shop": trino})
    assert "There is no read-only session" in line.found
    assert "trino" in line.found


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("nonsense+file://", "nonsense by pysqlite"),
        ("postgresql+psycopg_async://me:hunter2@127.0.0.1/shop", "postgresql by asynchronous psycopg"),
    ],
)
def test_an_engine_that_cannot_be_asked_is_named_with_those_that_can(address: str, named: str) -> None:
    with pytest.raises(InputError) as failed:
        open_connection("shop", sqlalchemy.create_engine(address))
    assert f"shop is an engine for {named}" in str(failed.value)
    assert "snowflake" in str(failed.value)
    assert "hunter2" not in str(failed.value)
