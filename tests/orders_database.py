"""A wholesaler's orders as tables of a database, made from a seed: nine tables with keys, up to millions of lines.

``python tests/orders_database.py`` says how many rows each table has.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

COLUMNS = {
    "countries": ("code CHAR(2) PRIMARY KEY", "country VARCHAR(30) NOT NULL", "continent VARCHAR(20)"),
    "customers": (
        "customer_id INTEGER PRIMARY KEY", "customer VARCHAR(40)", "code CHAR(2) REFERENCES countries (code)",
        "segment VARCHAR(20)", "email VARCHAR(60)", "active BOOLEAN", "registered TIMESTAMP NULL",
        "credit DOUBLE PRECISION",
    ),
    "categories": ("category_id INTEGER PRIMARY KEY", "category VARCHAR(30)"),
    "suppliers": ("supplier_id INTEGER PRIMARY KEY", "supplier VARCHAR(40)", "city VARCHAR(30)"),
    "products": (
        "product_id INTEGER PRIMARY KEY", "product VARCHAR(40)",
        "category_id INTEGER REFERENCES categories (category_id)",
        "supplier_id INTEGER REFERENCES suppliers (supplier_id)", "price DECIMAL(10, 2)", "weight DOUBLE PRECISION",
        "discontinued BOOLEAN",
    ),
    "employees": ("employee_id INTEGER PRIMARY KEY", "employee VARCHAR(40)", "title VARCHAR(30)", "hired DATE",
                  "salary DECIMAL(10, 2)"),
    "orders": (
        "order_id INTEGER PRIMARY KEY", "customer_id INTEGER REFERENCES customers (customer_id)",
        "employee_id INTEGER REFERENCES employees (employee_id)", "order_date DATE", "shipped TIMESTAMP NULL",
        "status VARCHAR(12)", "channel VARCHAR(12)", "freight DECIMAL(8, 2)", "priority INTEGER", "gift BOOLEAN",
    ),
    "order_lines": (
        "order_id INTEGER NOT NULL REFERENCES orders (order_id)", "line INTEGER NOT NULL",
        "product_id INTEGER REFERENCES products (product_id)", "quantity INTEGER", "unit_price DECIMAL(10, 2)",
        "discount DOUBLE PRECISION", "PRIMARY KEY (order_id, line)",
    ),
    "payments": (
        "payment_id INTEGER PRIMARY KEY", "order_id INTEGER REFERENCES orders (order_id)", "method VARCHAR(12)",
        "amount DECIMAL(12, 2)", "paid_at TIMESTAMP NULL",
    ),
}  # fmt: skip
"""The columns of each table, in an order in which foreign keys find what they refer to."""
_COUNTRIES = [
    ("DE", "Germany", "Europe"), ("FR", "France", "Europe"), ("IT", "Italy", "Europe"), ("US", "USA", "America"),
    ("BR", "Brazil", "America"), ("JP", "Japan", "Asia"), ("IN", "India", "Asia"), ("AT", "Österreich", "Europe"),
]  # fmt: skip
_CATEGORIES = ["Beverages", "Confections", "Dairy", "Grains", "Meat", "Produce"]
_CITIES = ["Berlin", "Lyon", "Osaka", "Boston"]


def orders_tables(lines: int = 3_000, seed: int = 22) -> dict[str, pa.Table]:
    """The tables by name.

    Args:
        lines: About how many order lines there are; all else follows.
        seed: Of all that is drawn.
    """
    draw = np.random.default_rng(seed)
    orders, customers, products, employees = max(20, lines // 3), max(12, lines // 40), 40, 9
    found = {
        "countries": pa.table({name: list(v) for name, v in zip(("code", "country", "continent"),
                                                                zip(*_COUNTRIES, strict=True), strict=True)}),
        "customers": _customers(draw, customers),
        "categories": pa.table({"category_id": range(1, 7), "category": _CATEGORIES}),
        "suppliers": pa.table({"supplier_id": range(1, 9), "supplier": [f"Supplier {c}" for c in "ABCDEFGH"],
                               "city": [_CITIES[i % 4] for i in range(8)]}),
        "products": _products(draw, products),
        "employees": pa.table({
            "employee_id": range(1, employees + 1), "employee": [f"Employee {i}" for i in range(1, employees + 1)],
            "title": [("Manager", "Clerk", "Sales Rep")[i % 3] for i in range(employees)],
            "hired": [dt.date(2015 + i % 6, 1 + i, 10 + i) for i in range(employees)],
            "salary": _cents(draw.integers(2_500_00, 9_000_00, employees), 10),
        }),
        "orders": _orders(draw, orders, customers, employees),
    }  # fmt: skip
    each = draw.integers(1, 6, orders)
    order_ids = np.repeat(np.arange(1, orders + 1), each)
    line = np.arange(len(order_ids)) - np.repeat(np.cumsum(each) - each, each) + 1
    product = draw.integers(1, products + 1, len(order_ids))
    quantity = draw.integers(1, 21, len(order_ids))
    cents = np.array([int(value * 100) for value in found["products"]["price"].to_pylist()])[product - 1]
    discount = draw.choice([0.0, 0.0, 0.05, 0.1, 0.25], len(order_ids))
    found["order_lines"] = pa.table({
        "order_id": order_ids.astype("int32"), "line": line.astype("int32"), "product_id": product.astype("int32"),
        "quantity": quantity.astype("int32"), "unit_price": _cents(cents, 10), "discount": discount,
    })  # fmt: skip
    total = np.bincount(order_ids, quantity * cents, orders + 1)[1:].astype("int64")
    method = draw.choice(["card", "Card", "transfer", "cash"], orders)
    moments = np.datetime64("2023-01-02T08:00:00", "us") + draw.integers(0, 700 * 86_400, orders).astype("m8[s]")
    found["payments"] = pa.table({
        "payment_id": np.arange(1, orders + 1, dtype="int32"), "order_id": np.arange(1, orders + 1, dtype="int32"),
        "method": method, "amount": pa.array(_cents(total, 12).to_pylist(), pa.decimal128(12, 2),
                                             mask=draw.random(orders) < 0.05),
        "paid_at": pa.array(moments),
    })  # fmt: skip
    return found


def _cents(values: Any, precision: int) -> pa.Array:
    """Whole cents as decimals."""
    texts = [f"{int(value) // 100}.{int(value) % 100:02d}" for value in values]
    return pa.array(texts).cast(pa.decimal128(precision, 2))


def _customers(draw: Any, count: int) -> pa.Table:
    segments = np.array(["Consumer", "consumer", "Corporate", "Home Office"])
    days = draw.integers(0, 1_500 * 86_400, count)
    credit = np.round(draw.normal(1_000, 400, count), 2)
    return pa.table({
        "customer_id": np.arange(1, count + 1, dtype="int32"),
        "customer": [f"Customer {i:04d}" for i in range(1, count + 1)],
        "code": [_COUNTRIES[i][0] for i in draw.integers(0, len(_COUNTRIES), count)],
        "segment": pa.array(segments[draw.integers(0, 4, count)]),
        "email": pa.array([f"c{i}@example.org" for i in range(count)], mask=draw.random(count) < 0.2),
        "active": draw.random(count) < 0.7,
        "registered": pa.array(np.datetime64("2020-01-01T00:00:00", "us") + days.astype("m8[s]")),
        "credit": pa.array(credit, mask=draw.random(count) < 0.1),
    })  # fmt: skip


def _products(draw: Any, count: int) -> pa.Table:
    return pa.table({
        "product_id": np.arange(1, count + 1, dtype="int32"),
        "product": [f"Product {i:02d}" for i in range(1, count + 1)],
        "category_id": draw.integers(1, 7, count).astype("int32"),
        "supplier_id": draw.integers(1, 9, count).astype("int32"),
        "price": _cents(draw.integers(150, 9_900, count), 10),
        "weight": pa.array(np.round(draw.uniform(0.1, 30, count), 3), mask=draw.random(count) < 0.1),
        "discontinued": draw.random(count) < 0.2,
    })  # fmt: skip


def _orders(draw: Any, count: int, customers: int, employees: int) -> pa.Table:
    day = draw.integers(0, 730, count)
    ordered = np.datetime64("2023-01-01") + day
    shipped = ordered.astype("M8[us]") + draw.integers(3_600, 15 * 86_400, count).astype("m8[s]")
    channels = np.array(["web", "Web", "phone", "store"])
    return pa.table({
        "order_id": np.arange(1, count + 1, dtype="int32"),
        "customer_id": draw.integers(1, customers + 1, count).astype("int32"),
        "employee_id": draw.integers(1, employees + 1, count).astype("int32"), "order_date": pa.array(ordered),
        "shipped": pa.array(shipped, mask=draw.random(count) < 0.15),
        "status": draw.choice(["open", "shipped", "returned", "cancelled"], count, p=[0.1, 0.7, 0.15, 0.05]),
        "channel": pa.array(channels[draw.integers(0, 4, count)], mask=draw.random(count) < 0.1),
        "freight": _cents(draw.integers(0, 12_000, count), 8), "priority": draw.integers(1, 6, count).astype("int32"),
        "gift": draw.random(count) < 0.3,
    })  # fmt: skip


def definitions(dialect: str) -> list[str]:
    """The statements that make the tables."""
    moment = "DATETIME" if dialect == "mysql" else "TIMESTAMP"
    return [
        f"CREATE TABLE {name} ({', '.join(columns).replace('TIMESTAMP', moment)})" for name, columns in COLUMNS.items()
    ]


def load_duckdb(connection: Any, tables: dict[str, pa.Table]) -> None:
    """Fill a database of DuckDB."""
    for statement in definitions("duckdb"):
        connection.execute(statement)
    for name, table in tables.items():
        connection.register("loading", table)
        connection.execute(f"INSERT INTO {name} SELECT * FROM loading")
        connection.unregister("loading")


def load_sqlite(connection: sqlite3.Connection, tables: dict[str, pa.Table]) -> None:
    """Fill a database of SQLite: dates and times as texts in ISO's form, decimals as numbers."""
    for statement in definitions("sqlite"):
        connection.execute(statement)
    for name, table in tables.items():
        marks = ", ".join("?" for _ in table.column_names)
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", _rows(table, _for_sqlite))
    connection.commit()


def load_postgres(connection: Any, tables: dict[str, pa.Table]) -> None:
    """Fill a database of PostgreSQL.

    Args:
        connection: A connection of psycopg.
        tables: The tables.
    """
    with connection.cursor() as cursor:
        for statement in definitions("postgres"):
            cursor.execute(statement)
        for name, table in tables.items():
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in _rows(table):
                    copy.write_row(row)
        cursor.execute("ANALYZE")


def load_mysql(connection: Any, tables: dict[str, pa.Table]) -> None:
    """Fill a database of MariaDB.

    Args:
        connection: A connection of pymysql.
        tables: The tables.
    """
    with connection.cursor() as cursor:
        for statement in definitions("mysql"):
            cursor.execute(statement)
        for name, table in tables.items():
            marks = ", ".join("%s" for _ in table.column_names)
            cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", list(_rows(table)))
    connection.commit()


def _rows(table: pa.Table, change: Any = None) -> Sequence[tuple[Any, ...]]:
    columns = [column.to_pylist() for column in table.columns]
    if change is not None:
        columns = [[change(value) for value in column] for column in columns]
    return list(zip(*columns, strict=True))


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if type(value).__name__ == "Decimal" else value


if __name__ == "__main__":
    print({name: table.num_rows for name, table in orders_tables(1_000_000).items()})
