"""What asking a database costs beside its driver's own fetch and pandas, the first look at a large one, its context.

    python benchmarks/databases.py [--rows 1 100000 2000000] [--tables 5000] [--only rows|catalogue|tokens]

Ratios are of one run on one machine. PostgreSQL and MariaDB take part where they are installed.
"""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import sqlalchemy

from analyst_magic import Analyst
from analyst_magic.sources.connections.connection import Caps
from analyst_magic.sources.connections.open import open_connection
from analyst_magic.turn.tokens import count_tokens

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from database_servers import mariadb, postgres, why_missing

ROUNDS = 5
COLUMNS = "id INTEGER PRIMARY KEY, customer INTEGER, status VARCHAR(10), amount DOUBLE PRECISION"
ROW = "SELECT {i} AS id, {i} % 977 AS customer, 'paid' AS status, {i} / 7.0 AS amount"


def made(rows: int) -> dict[str, str]:
    """The statements that fill a table with rows, by dialect."""
    series = {
        "sqlite": f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) {{row}} FROM n",
        "duckdb": f"{{row}} FROM range(1, {rows + 1}) n (i)",
        "postgres": f"{{row}} FROM generate_series(1, {rows}) n (i)",
        "mysql": f"{{row}} FROM (SELECT seq AS i FROM seq_1_to_{rows}) n",
    }
    return {name: "INSERT INTO sold " + text.format(row=ROW.format(i="i")) for name, text in series.items()}


@contextlib.contextmanager
def engines() -> Iterator[dict[str, Any]]:
    """Connections of SQLAlchemy, and of DuckDB, by dialect."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        found: dict[str, Any] = {"sqlite": sqlalchemy.create_engine(f"sqlite:///{folder}/b.sqlite"),
                                 "duckdb": stack.enter_context(duckdb.connect())}  # fmt: skip
        if not why_missing("postgres"):
            server = stack.enter_context(postgres())
            found["postgres"] = sqlalchemy.create_engine(
                f"postgresql+psycopg://{server.user}@{server.host}:{server.port}/{server.database}"
            )
        if not why_missing("mariadbd"):
            server = stack.enter_context(mariadb())
            root = f"mysql+pymysql://{server.user}@{server.host}:{server.port}"
            with sqlalchemy.create_engine(root).begin() as connection:
                connection.exec_driver_sql("CREATE DATABASE bench")
            found["mysql"] = sqlalchemy.create_engine(f"{root}/bench")
        yield found
        for engine in found.values():
            if hasattr(engine, "dispose"):
                engine.dispose()


def execute(engine: Any, *texts: str) -> None:
    """Run statements, and keep what they do."""
    if isinstance(engine, duckdb.DuckDBPyConnection):
        for text in texts:
            engine.execute(text)
        return
    with engine.begin() as connection:
        for text in texts:
            connection.exec_driver_sql(text.replace("%", "%%") if engine.dialect.name != "sqlite" else text)


def fetched(engine: Any, text: str) -> int:
    """The rows that the driver itself gives, as it gives them."""
    if isinstance(engine, duckdb.DuckDBPyConnection):
        return int(engine.sql(text).to_arrow_table().num_rows)
    if engine.dialect.name == "sqlite":
        with contextlib.closing(sqlite3.connect(engine.url.database)) as connection:
            return len(connection.execute(text).fetchall())
    with engine.connect() as connection:
        cursor = connection.connection.driver_connection.cursor()
        cursor.execute(text)
        return len(cursor.fetchall())


def read_by_pandas(engine: Any, text: str) -> int:
    """The rows as a user reads them without this package."""
    if isinstance(engine, duckdb.DuckDBPyConnection):
        return len(engine.sql(text).df())
    with engine.connect() as connection:
        return len(pd.read_sql(sqlalchemy.text(text), connection))


def seconds(works: list[Callable[[], object]], rounds: int) -> list[tuple[float, float]]:
    """The least wall time of each, and of this process's own work, over rounds by turns after one not counted."""
    taken: list[list[tuple[float, float]]] = [[] for _ in works]
    for number in range(rounds + 1):
        for work, times in zip(works, taken, strict=True):
            begun, own = time.perf_counter(), time.process_time()
            work()
            if number:
                times.append((time.perf_counter() - begun, time.process_time() - own))
    return [(min(wall for wall, _ in times), min(own for _, own in times)) for times in taken]


def overhead(found: dict[str, Any], sizes: list[int]) -> None:
    """Time of a statement against the driver's own fetch of the same rows."""
    for name, engine in found.items():
        execute(engine, f"CREATE TABLE sold ({COLUMNS})", made(max(sizes))[name])
        connection = open_connection("bench", Path(engine.url.database) if name == "sqlite" else engine)
        connection.catalogue()
        for rows in sizes:
            text = f"SELECT * FROM sold WHERE id <= {rows}"
            rounds = ROUNDS if rows < 1_000_000 else 2
            works: list[Callable[[], object]] = [
                lambda e=engine, t=text: fetched(e, t),
                lambda c=connection, t=text: c.run(t, Caps(rows=10_000_000)),
                lambda e=engine, t=text: read_by_pandas(e, t),
            ]
            (driver, own_driver), (ours, own), (pandas, _) = seconds(works, rounds)
            print(f"{name:9} {rows:>9,} rows: driver {1000 * driver:9.1f} ms, ours {1000 * ours:9.1f} ms, "
                  f"{1000 * (ours - driver):+9.1f} ms, {ours / driver:.2f} times, "
                  f"{own / own_driver:.2f} in this process; pd.read_sql {pandas / driver:.2f} times")  # fmt: skip


def catalogue(found: dict[str, Any], tables: int) -> None:
    """The first look at many tables of 20 columns, and the next."""
    columns = ", ".join(f"column_{number} INTEGER" for number in range(20))
    for name, engine in found.items():
        where = " ENGINE=MEMORY" if name == "mysql" else ""  # a file for each takes minutes
        for start in range(0, tables, 500):
            several = [f"CREATE TABLE table_{n} ({columns}){where}" for n in range(start, min(start + 500, tables))]
            execute(engine, *several)
        connection = open_connection("bench", Path(engine.url.database) if name == "sqlite" else engine)
        times = list[tuple[float, float]]()
        for look in (connection.current_catalogue,) * 2:
            begun, own = time.perf_counter(), time.process_time()
            look()
            times.append((time.perf_counter() - begun, time.process_time() - own))
        (first, own_first), (then, own_then) = times
        print(f"{name:9} {tables:,} tables: first look {first:.2f} s ({own_first:.2f} in this process), "
              f"then {1000 * then:.1f} ms ({1000 * own_then:.1f})")  # fmt: skip


def tokens(sizes: list[int]) -> None:
    """Tokens of the context of one question over a database of so many tables, within the usual budget."""
    with Analyst(model="offline", sandbox="local", spares=0, history=False) as analyst:
        for tables in sizes:
            with duckdb.connect() as connection:
                for start in range(0, tables, 500):
                    connection.execute(";".join(
                        f"CREATE TABLE {_name(n)} (id INTEGER, customer_id INTEGER, amount DOUBLE, status VARCHAR, "
                        f"{', '.join(f'field_{i} INTEGER' for i in range(16))})"
                        for n in range(start, min(start + 500, tables))
                    ))  # fmt: skip
                context = analyst.context("Total amount of orders by status", connections={"shop": connection})
                print(f"{tables:>5,} tables: {count_tokens(context.description)[0]:,} tokens of context")


def _name(number: int) -> str:
    return "orders" if number == 3 else f"table_{number}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1, 100_000, 2_000_000])
    parser.add_argument("--tables", type=int, default=5_000)
    parser.add_argument("--only", choices=["rows", "catalogue", "tokens"])
    options = parser.parse_args()
    if options.only != "tokens":
        with engines() as opened:
            if options.only != "catalogue":
                overhead(opened, options.rows)
            if options.only != "rows":
                catalogue(opened, options.tables)
    if options.only in {None, "tokens"}:
        tokens(sorted({10, 200, options.tables}))
