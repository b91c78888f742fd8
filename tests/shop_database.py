"""A shop as tables of a database, made from a seed."""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

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


@cache
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


def contents_of_shop(connection: sqlite3.Connection) -> None:
    """Fill a database of SQLite with the shop."""
    fill(lambda text, values: connection.execute(text, values), "?")
    connection.commit()
