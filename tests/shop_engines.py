"""One shop, and a wholesaler's orders, in four kinds of databases: the same tables, and a connection to each."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from database_servers import Server, mariadb, postgres, why_missing
from orders_database import load_duckdb, load_mysql, load_postgres, load_sqlite, orders_tables
from shop_database import contents_of_shop, fill

from analyst_magic import Analyst
from analyst_magic.history.lock import LockFile
from analyst_magic.testing import ScriptedModel

ENGINES = ("sqlite", "duckdb", "postgres", "mysql")


def need(program: str) -> None:
    """Skip by name where a server is missing; in CI that is a failure."""
    if missing := why_missing(program):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    need("postgres")
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Server]:
    need("mariadbd")
    with mariadb() as server:
        yield server


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.sqlite"
    connection = sqlite3.connect(path)
    contents_of_shop(connection)
    connection.close()
    return path


@pytest.fixture
def duckdb_shop() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        fill(lambda text, values: connection.execute(text, values), "?")
        yield connection


@pytest.fixture
def postgres_shop(postgres_server: Server) -> Iterator[Any]:
    """An engine of SQLAlchemy over a schema that is new for the test."""
    import sqlalchemy

    where = f"{postgres_server.user}@{postgres_server.host}:{postgres_server.port}/{postgres_server.database}"
    engine = sqlalchemy.create_engine(f"postgresql+psycopg://{where}")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
        raw = connection.connection.driver_connection
        fill(lambda text, values: raw.execute(text, values or None), "%s")
    yield engine
    engine.dispose()


@pytest.fixture
def mysql_shop(mariadb_server: Server) -> Iterator[Any]:
    """An engine of SQLAlchemy over a database that is new for the test."""
    import sqlalchemy

    where = f"{mariadb_server.user}@{mariadb_server.host}:{mariadb_server.port}"
    with sqlalchemy.create_engine(f"mysql+pymysql://{where}").begin() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS shop")
        connection.exec_driver_sql("CREATE DATABASE shop CHARACTER SET utf8mb4")
    engine = sqlalchemy.create_engine(f"mysql+pymysql://{where}/shop")
    with engine.begin() as connection, connection.connection.driver_connection.cursor() as cursor:
        fill(lambda text, values: cursor.execute(text, values or None), "%s")
    yield engine
    engine.dispose()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> Any:
    """What a notebook has of the shop: a connection or an engine, of each kind in turn."""
    if request.param == "sqlite":
        return sqlite3.connect(request.getfixturevalue("sqlite_file"))
    return request.getfixturevalue(f"{request.param}_shop")


@pytest.fixture(scope="session")
def orders_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("orders") / "orders.sqlite"
    connection = sqlite3.connect(path)
    load_sqlite(connection, orders_tables())
    connection.close()
    return path


@pytest.fixture(scope="session")
def orders_duckdb() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        load_duckdb(connection, orders_tables())
        yield connection


@pytest.fixture(scope="session")
def orders_postgres(postgres_server: Server) -> Iterator[Any]:
    """A database that sorts as people do, not letter by letter."""
    import sqlalchemy

    where = f"{postgres_server.user}@{postgres_server.host}:{postgres_server.port}"
    sorts = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
    with sqlalchemy.create_engine(f"postgresql+psycopg://{where}/postgres").connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(f"CREATE DATABASE orders {sorts}")
    engine = sqlalchemy.create_engine(f"postgresql+psycopg://{where}/orders")
    with engine.begin() as connection:
        load_postgres(connection.connection.driver_connection, orders_tables())
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def orders_mysql(mariadb_server: Server) -> Iterator[Any]:
    """A database to which texts are the same that differ by case alone."""
    import sqlalchemy

    where = f"{mariadb_server.user}@{mariadb_server.host}:{mariadb_server.port}"
    with sqlalchemy.create_engine(f"mysql+pymysql://{where}").begin() as connection:
        connection.exec_driver_sql("CREATE DATABASE orders CHARACTER SET utf8mb4")
    engine = sqlalchemy.create_engine(f"mysql+pymysql://{where}/orders")
    with engine.begin() as connection:
        load_mysql(connection.connection.driver_connection, orders_tables())
    yield engine
    engine.dispose()


@pytest.fixture(params=ENGINES)
def orders(request: pytest.FixtureRequest) -> Any:
    """What a notebook has of the wholesaler's orders, of each kind in turn."""
    return request.getfixturevalue(f"orders_{request.param}")


@pytest.fixture(scope="module")
def offline() -> Iterator[Analyst]:
    with Analyst(model="offline", sandbox="local", spares=0, history=False) as analyst:
        yield analyst


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture
def analyst(model: ScriptedModel, tmp_path: Path) -> Iterator[Analyst]:
    lock = LockFile(tmp_path / "analyst.lock")
    with Analyst(sandbox="local", spares=0, history=False, lock=lock, **model.settings) as made:
        yield made
