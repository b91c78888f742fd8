"""What the evidence costs: a turn in SQL over 1,000,000 rows, with the rows counted and without.

Usage: python benchmarks/evidence.py [--sandbox local|docker] [--repeat 15]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd

from analyst_magic import Analyst
from analyst_magic.engine import attempt

ROWS = 1_000_000
STATEMENTS = {
    "a total by a key": "SELECT region, sum(amount) AS total FROM sales GROUP BY region",
    "a filter": "SELECT region, sum(amount) AS total FROM sales WHERE year = 2024 AND kind <> 'b' GROUP BY region",
    "values that are missing": "SELECT avg(delay) AS mean FROM sales WHERE delay IS NOT NULL",
    "currencies": "SELECT sum(price) AS total FROM priced",
    "a join of 1,000,000 rows to 2,000": (
        "SELECT c.country, sum(s.amount) AS total FROM sales s JOIN customers c ON c.id = s.customer GROUP BY 1"
    ),
}


def frames() -> dict[str, object]:
    """The data: sales with a missing value in 3 of 100 rows, customers, and prices in one currency."""
    draw = np.random.default_rng(0)
    sales = pd.DataFrame(
        {
            "region": draw.choice(["north", "south", "east", "west"], ROWS),
            "kind": draw.choice(["a", "b", "c"], ROWS),
            "year": draw.integers(2020, 2026, ROWS),
            "customer": draw.integers(0, 2_000, ROWS),
            "amount": draw.random(ROWS),
            "delay": np.where(draw.random(ROWS) < 0.03, np.nan, draw.random(ROWS)),
        }
    )
    customers = pd.DataFrame({"id": range(2_000), "country": draw.choice(["Chile", "Peru"], 2_000)})
    priced = pd.DataFrame({"price": draw.random(ROWS), "currency": ["EUR"] * ROWS})
    return {"sales": sales, "customers": customers, "priced": priced}


def seconds(analyst: Analyst, sql: str, data: dict[str, object], repeat: int) -> tuple[float, float]:
    """The median seconds of a turn with the rows counted, and without, asked in turns."""
    taken: dict[bool, list[float]] = {True: [], False: []}
    nothing = mock.patch.object(attempt, "counted_with", return_value=())
    for number in range(2 * repeat + 2):
        counted = number % 2 == 0
        with mock.patch.object(attempt, "counted_with", attempt.counted_with) if counted else nothing:
            since = time.perf_counter()
            turn = analyst.run(sql, language="sql", frames=data)
            taken[counted].append(time.perf_counter() - since)
            assert turn.ok, turn.error
    return tuple(statistics.median(taken[counted][1:]) for counted in (True, False))  # type: ignore[return-value]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sandbox", default="local")
    options.add_argument("--repeat", type=int, default=15)
    given = options.parse_args()
    data = frames()
    print(f"| statement over {ROWS:,} rows | counted | not counted | more |\n| --- | --- | --- | --- |")
    with (
        tempfile.TemporaryDirectory() as folder,
        Analyst(model="offline", sandbox=given.sandbox, folder=Path(folder), history=False) as analyst,
    ):
        for what, sql in STATEMENTS.items():
            counted, plain = (1000 * s for s in seconds(analyst, sql, data, given.repeat))
            print(f"| {what} | {counted:.1f} ms | {plain:.1f} ms | {counted - plain:.1f} ms |", flush=True)


if __name__ == "__main__":
    main()
