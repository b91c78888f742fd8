"""Frames that lie on an engine: scanned frames of polars are asked by streaming, and never collected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from shop_database import shop

from analyst_magic import Analyst
from analyst_magic.errors import InputError
from analyst_magic.sources.connections.connection import Caps, QueryFailed, QueryStopped
from analyst_magic.sources.connections.lazy import engine_of_frame
from analyst_magic.sources.connections.polars import PolarsConnection
from analyst_magic.sources.connections.tables import ConnectedTable, expanded

QUESTIONS = ["How many orders are there?", "Total amount by status", "Total amount by month as a line chart",
             "Top 5 orders by amount", "Median amount by status", "Share of orders by status"]  # fmt: skip


@pytest.fixture(scope="module")
def offline() -> Iterator[Analyst]:
    with Analyst(model="offline", sandbox="local", spares=0, history=False) as analyst:
        yield analyst


@pytest.fixture
def orders(tmp_path: Path) -> pl.LazyFrame:
    """The orders of the shop, scanned."""
    names = ["id", "customer_id", "product_id", "quantity", "amount", "status", "note", "ordered"]
    frame = pl.DataFrame(shop()["orders"], schema=names, orient="row", infer_schema_length=None)
    frame = frame.with_columns(pl.col("amount").cast(pl.Float64), pl.col("ordered").str.to_date(), note=pl.lit("x"))
    frame.write_parquet(tmp_path / "orders.parquet")
    return pl.scan_parquet(tmp_path / "orders.parquet")


def test_a_scan_is_asked_and_a_lazy_frame_in_memory_is_sent(orders: pl.LazyFrame) -> None:
    assert engine_of_frame(orders.filter(pl.col("id") > 1)) == "Polars"
    assert engine_of_frame(pl.DataFrame({"a": [1]}).lazy()) == ""
    assert isinstance(expanded({"orders": orders})["orders"], ConnectedTable)


def test_the_answers_are_those_of_the_frame_in_memory(
    offline: Analyst, orders: pl.LazyFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = orders.collect()
    collect = pl.LazyFrame.collect

    def small(self: pl.LazyFrame, *args: Any, **options: Any) -> Any:
        found = collect(self, *args, **options)
        assert len(found) == 0, "it was collected"  # type: ignore[arg-type]
        return found

    for question in QUESTIONS:
        expected = offline.ask(question, {"orders": whole})
        with monkeypatch.context() as patched:
            patched.setattr(pl.LazyFrame, "collect", small)
            turn = offline.ask(question, {"orders": orders})
        assert (question, turn.error, turn.answer) == (question, None, expected.answer)
        assert any("(Polars): orders" in note for note in turn.notes)


def test_a_frame_that_is_read_twice_gives_the_same_rows(orders: pl.LazyFrame) -> None:
    text = "SELECT count(*) AS n FROM orders a JOIN orders b ON a.id = b.id WHERE a.amount = b.amount"
    assert PolarsConnection({"orders": orders}).run(text, Caps()).table.to_pylist() == [{"n": 2000}]
    text = "SELECT (SELECT max(id) FROM orders) - count(*) AS n FROM orders"
    assert PolarsConnection({"orders": orders}).run(text, Caps()).table.to_pylist() == [{"n": 0}]


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("FROM orders LIMIT 1", 8),
        ("SELECT o.* FROM orders o LIMIT 1", 8),
        ("SELECT unnest(o), o.id FROM orders o LIMIT 1", 9),
        ("SELECT * EXCLUDE (id) FROM orders LIMIT 1", 7),
        ("SELECT * FROM orders NATURAL JOIN orders b LIMIT 1", 8),
        ("SELECT id, status FROM orders LIMIT 1", 2),
    ],
)
def test_all_columns_that_a_statement_means_are_read(orders: pl.LazyFrame, text: str, width: int) -> None:
    assert PolarsConnection({"orders": orders}).run(text, Caps()).table.num_columns == width


def test_values_keep_their_types_and_a_result_is_cut(orders: pl.LazyFrame) -> None:
    connection = PolarsConnection({"orders": orders})
    found = connection.run("SELECT * FROM orders ORDER BY id", Caps(rows=3))
    assert (found.table.num_rows, found.cut) == (3, True)
    assert isinstance(found.table.to_pylist()[0]["ordered"], dt.date)


@pytest.mark.parametrize("text", ["SELECT * FROM read_csv('/etc/passwd')", "COPY orders TO '/tmp/x.csv'", "SELECT x"])
def test_files_are_out_of_reach_though_no_policy_looks(orders: pl.LazyFrame, text: str) -> None:
    with pytest.raises(QueryFailed):
        PolarsConnection({"orders": orders}).run(text, Caps())


def test_a_statement_ends_at_its_deadline(orders: pl.LazyFrame) -> None:
    text = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range = -1"
    with pytest.raises(QueryStopped, match="more than 1 seconds"):
        PolarsConnection({"orders": orders}).run(text, Caps(seconds=1))


def test_a_file_that_is_gone_is_said(offline: Analyst, orders: pl.LazyFrame, tmp_path: Path) -> None:
    (tmp_path / "orders.parquet").unlink()
    with pytest.raises(InputError, match="orders cannot be asked: No such file"):
        offline.ask("Total amount by status", {"orders": orders})
