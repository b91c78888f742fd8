"""A group-by over many rows on a cluster of Spark, as a question, against collecting the rows first.

    .spark/bin/python benchmarks/spark.py [MILLIONS]

One master and two workers run on this machine. The rows are made by Spark from a seed, and written as Parquet.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(ROOT), str(ROOT / "tests")]  # not this folder, whose profile.py hides Python's own

from spark_cluster import SETTINGS, cluster  # noqa: E402

from analyst_magic import Analyst  # noqa: E402

QUESTION = "Total amount by region"
COLLECTED = 5_000_000
"""Rows up to which all are collected; of more, that many, and the time is scaled."""


def timed(what: Callable[[], object]) -> float:
    """Seconds of a call, the better of two."""
    seconds = []
    for _ in range(2):
        begun = time.perf_counter()
        what()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def main(millions: int) -> None:
    """Measure, and print a line for each way."""
    from pyspark.sql import SparkSession

    rows = millions * 1_000_000
    with tempfile.TemporaryDirectory() as folder, cluster(Path(folder)) as made:
        builder = SparkSession.builder.master(made.address)
        for name, value in {**SETTINGS, "spark.driver.memory": "4g", "spark.driver.maxResultSize": "3g"}.items():
            builder = builder.config(name, value)
        spark = builder.getOrCreate()
        path = f"{folder}/orders"
        draws = ["concat('region ', cast(rand(1) * 20 AS INT)) AS region", "round(rand(2) * 500, 2) AS amount"]
        spark.range(0, rows, 1, 8).selectExpr("id", *draws).write.parquet(path)
        orders = spark.read.parquet(path)
        by_hand = timed(lambda: orders.groupBy("region").agg({"amount": "sum"}).toArrow())
        with Analyst(model="offline", sandbox="local", history=False) as analyst:
            asked = timed(lambda: analyst.ask(QUESTION, {"orders": orders}).tables[0])
        some = orders.limit(COLLECTED) if rows > COLLECTED else orders
        collected = timed(lambda: some.toArrow().group_by("region").aggregate([("amount", "sum")]))
        collected *= max(1.0, rows / COLLECTED)
        spark.stop()
    print(f"{millions} million rows: by hand on Spark {by_hand:.1f} s, as a question {asked:.1f} s, ", end="")
    print(f"collected first {collected:.1f} s{' (scaled)' if rows > COLLECTED else ''}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
