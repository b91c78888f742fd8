"""One shop in five kinds of databases: the same tables, made from a seed, and a connection to each."""

from __future__ import annotations

import datetime as dt
import os
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from database_servers import Server, mariadb, postgres, why_missing

ENGINES = ("sqlite", "duckdb", "postgres", "mysql")
TABLES = {
    "customers": ("id INTEGER PRIMARY KEY", "name VARCHAR(40)", "region VARCHAR(10)", "email VARCHAR(60)"),
    "products": ("id INTEGER PRIMARY KEY", "name VARCHAR(40)", "category VARCHAR(20)", "price DECIMAL(10, 2)"),
    "orders": (
        "id INTEGER PRIMARY KEY", "customer_id INTEGER", "product_id INTEGER", "quantity INTEGER",
        "amount DECIMAL(10, 2)",
        "status VARCHAR(10)", "note VARCHAR(40)", "ordered DATE",
    ),
    "secret": ("id INTEGER", "password VARCHAR(20)"),
}  # fmt: skip
ORDERS = 2_000


def shop() -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the shop, by table."""
    draw = random.Random(22)
    regions, categories = ("north", "south", "east", "west"), ("tea", "books", "tools")
    customers = [(i, f"Customer {i}", draw.choice(regions), f"c{i}@example.org") for i in range(1, 51)]
    products = [
        (i, f"Product {i}", draw.choice(categories), f"{draw.randint(100, 9_999) / 100:.2f}") for i in range(1, 21)
    ]
    orders = []
    for i in range(1, ORDERS + 1):
        product, quantity = draw.choice(products), draw.randint(1, 9)
        day = dt.date(2024, 1, 1) + dt.timedelta(days=draw.randint(0, 730))
        amount = f"{quantity * round(float(product[3]) * 100) / 100:.2f}"
        status = draw.choice(("paid", "sent", "returned"))
        orders.append((i, draw.randint(1, 50), product[0], quantity, amount, status, None, day.isoformat()))
    return {"customers": customers, "products": products, "orders": orders, "secret": [(1, "hunter2")]}


def fill(execute: Callable[[str, Sequence[Any]], object], mark: str) -> None:
    """Make the tables of the shop."""
    for table, columns in TABLES.items():
        execute(f"CREATE TABLE {table} ({', '.join(columns)})", ())
        for rows in (shop()[table][i : i + 200] for i in range(0, ORDERS, 200)):
            if rows:
                places = ", ".join("(" + ", ".join(mark for _ in columns) + ")" for _ in rows)
                execute(f"INSERT INTO {table} VALUES {places}", [value for row in rows for value in row])


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
    fill(lambda text, values: connection.execute(text, values), "?")
    connection.commit()
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
        connection.exec_driver_sql("CREATE DATABASE shop")
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
