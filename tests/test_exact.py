"""Frames become plain Arrow columns with a description, and come back as they were; without a sandbox."""

from __future__ import annotations

import decimal
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_frames import arrow, objects, pandas_frames, polars

from analyst_magic.errors import FirewallError, InputError
from analyst_magic.exact import arrow_columns, polars_frames, values
from analyst_magic.exact import pandas_frames as codec
from analyst_magic.exact.arrow_columns import inward, outward
from analyst_magic.exact.description import Origin, read
from analyst_magic.results.table import Table
from analyst_magic.sources.frames import to_frame, without
from analyst_magic.sources.profile import profile

WAYS = [inward, outward]


def _stream(data: bytes) -> pa.Table:
    return pa.ipc.open_stream(pa.py_buffer(data)).read_all()


def _trip(frame: pd.DataFrame, way: Callable[[Any], Any] = outward) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A frame as the other side would make it, and what could not be carried."""
    parted = codec.take_apart(frame, way)
    described, more = codec.describe(parted, frame.columns, frame.attrs, len(frame))
    parts = [part for column in parted.columns for part in column.parts]
    checked, count = read(json.loads(json.dumps(described)), len(parted.columns), _stream)
    assert count == len(parts)
    return codec.put_together(checked, [c.plain for c in parted.columns], parts, parted.labels), parted.losses + more


def assert_same(back: pd.DataFrame, frame: pd.DataFrame) -> None:
    """That two frames are alike to the last type, also those of Python objects in them."""
    pd.testing.assert_frame_equal(back, frame, check_freq=True, check_index_type=True, check_column_type=True)
    assert (type(back.index), type(back.columns), back.attrs) == (type(frame.index), type(frame.columns), frame.attrs)
    assert list(back.columns.names) == list(frame.columns.names)
    assert str(back) == str(frame)
    for position in range(frame.shape[1]):
        if pd.api.types.is_object_dtype(frame.dtypes.iloc[position]):
            assert all(map(values.same, back.iloc[:, position], frame.iloc[:, position]))


@pytest.mark.parametrize("way", WAYS)
def test_every_pandas_frame_is_made_again(way: Callable[[Any], Any]) -> None:
    for name, frame in pandas_frames().items():
        back, losses = _trip(frame, way)
        assert losses == (), name
        assert_same(back, frame)


@pytest.mark.parametrize("way", WAYS)
def test_every_arrow_column_is_made_again(way: Callable[[Any], Any]) -> None:
    for name, array in arrow().items():
        for chunks in ([array], [array.slice(1)], [array, array], []):
            whole = pa.chunked_array(chunks, array.type)
            column = way(whole)
            assert column.loss == "", name
            back = arrow_columns.restore(column.plain, column.form, column.parts) if column.form else column.plain
            assert back.type == whole.type
            assert str(back.to_pylist()) == str(whole.to_pylist())
            back.validate(full=True)


@pytest.mark.parametrize("way", WAYS)
def test_every_polars_column_is_made_again(way: Callable[[Any], Any]) -> None:
    for name, series in polars().items():
        column = polars_frames.encode(series, way)
        assert column.loss == "", name
        back = polars_frames.decode(column.plain, column.form, column.parts)
        assert (back.dtype, back.to_list()) == (series.dtype, series.to_list())


def test_the_firewall_gets_no_type_that_it_would_refuse() -> None:
    from analyst_magic.sandbox.firewall.arrow import _check_type

    columns = [outward(array) for array in arrow().values()]
    columns += [column for frame in pandas_frames().values() for column in codec.take_apart(frame, outward).columns]
    columns += [polars_frames.encode(series, outward) for series in polars().values()]
    for column in columns:
        for array in (column.plain, *column.parts):
            _check_type(array.type)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (objects([object(), 1]), "builtins.object"),
        (objects([bytearray(b"x")]), "bytearray"),
        (objects([range(3)]), "range"),
        (pd.Series(pd.date_range("2024", periods=2, tz="dateutil/Europe/Paris")), "came in UTC"),
    ],
)
def test_what_cannot_be_carried_is_named_with_its_column(column: Any, words: str) -> None:
    _, losses = _trip(pd.DataFrame({"fine": [1] * len(column), "odd": column}))
    assert len(losses) == 1
    assert losses[0].startswith("The column odd ")
    assert words in losses[0]
    assert losses[0] in to_frame("f", pd.DataFrame({"odd": column})).notes


@pytest.mark.parametrize(
    ("column", "kind", "words"),
    [
        (pa.array([0, 1], pa.date64()), pa.timestamp("ms"), "times of day"),
        (pa.array([[("k", 1), ("k", 2)], None], pa.map_(pa.string(), pa.int64())), pa.string(), "a key twice"),
    ],
    ids=["dates with a time", "a map with a key twice"],
)
def test_what_duckdb_does_not_read_comes_in_another_type_and_is_named(column: Any, kind: Any, words: str) -> None:
    taken = inward(column)
    assert taken.plain.type == kind
    assert words in taken.loss


def test_whole_days_and_maps_stay_what_they_are() -> None:
    days = pa.array([0, -86_400_000, None], pa.date64())
    maps = pa.array([[("k", 1), ("l", 2)], [("k", 1)], None], pa.map_(pa.string(), pa.int64())).slice(1)
    assert [inward(column).plain.type for column in (days, maps)] == [days.type, maps.type]


def test_a_frequency_of_own_holidays_and_odd_attrs_are_named() -> None:
    holidays = pd.offsets.CustomBusinessDay(holidays=["2024-01-02"])
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.date_range("2024", periods=2, freq=holidays))
    frame.attrs = {1: object()}
    back, losses = _trip(frame)
    assert [words.split(" could")[0] for words in losses] == ["The frequency of the index", "The attrs of the frame"]
    pd.testing.assert_frame_equal(back, frame, check_freq=False)


_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.decimals(), st.uuids(),
    st.dates(), st.times(), st.datetimes(), st.timedeltas(), st.complex_numbers(),
    st.datetimes(timezones=st.timezones()), st.just(pd.NaT), st.just(pd.NA), st.builds(np.int16, st.integers(0, 99)),
)  # fmt: skip
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.tuples(inner, inner), st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_VALUES)
def test_any_value_is_its_own_after_json(value: Any) -> None:
    back = values.from_json(values.to_json(value))
    assert type(back) is type(value)
    assert repr(back) == repr(value)


@given(st.lists(_VALUES, max_size=6))
def test_any_column_of_objects_is_made_again(cells: list[Any]) -> None:
    frame = objects(cells).to_frame("x")
    back, losses = _trip(frame)
    assert losses == ()
    assert list(map(repr, back["x"])) == list(map(repr, frame["x"]))


_WORDS = ["as", "parts", "of", "type", "categories", "stream", "forms", "freq", "closed", "null", "dtype", "int"]
_KINDS = ["object", "values", "uuid", "category", "period", "interval", "sparse", "complex", "numpy", "masked",
          "string", "arrow series", "arrow", "polars"]  # fmt: skip
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(_WORDS), inner)),
)  # fmt: skip
_FORMS = st.one_of(
    _JSON,
    st.builds(lambda kind, rest: {**(rest if isinstance(rest, dict) else {}), "as": kind},
              st.sampled_from(_KINDS), _JSON),
)  # fmt: skip


@given(_FORMS, st.sampled_from(["pandas", "polars", "arrow"]), _JSON)
def test_a_forged_description_is_an_error_and_never_more(form: Any, kind: str, other: Any) -> None:
    forged = {"kind": kind, "rows": 1, "index": other, "forms": [form], "header": None, "attrs": "", "series": None}
    data = pa.table({"c": ["x"]})
    try:
        checked, parts = read(forged, 1, _stream)
    except (ValueError, RecursionError, pa.ArrowException):
        return
    table = Table(data, ("c",), origin=Origin(checked, tuple(data.columns * parts)))
    for give in (table.to_pandas, table.to_polars, table.to_arrow, table.to_series, table.to_html, table.to_text):
        try:
            give()
        except (FirewallError, InputError):
            continue


@pytest.mark.parametrize(
    "change",
    [
        {"attrs": "[1]"},
        {"attrs": "{"},
        {"header": {"range": [0, 9, 1], "name": None}},
        {"header": {"range": [0, 1, 1], "name": ["x"]}},
        {"series": [{"dict": 1}]},
    ],
)
def test_a_description_that_does_not_fit_is_an_error_with_a_way_out(change: dict[str, Any]) -> None:
    whole = {"kind": "pandas", "rows": 1, "index": None, "forms": [None], "header": None, "attrs": "", "series": None}
    checked, _ = read({**whole, **change}, 1, _stream)
    table = Table(pa.table({"c": ["x"]}), ("c",), origin=Origin(checked))
    with pytest.raises(FirewallError, match="to_flat_pandas"):
        (table.to_series if "series" in change else table.to_pandas)()
    assert table.to_flat_pandas()["c"].tolist() == ["x"]


@pytest.mark.parametrize("word", [["bytes", 2**31 - 1], ["array", ["item", "int8", True], 2**31 - 1],
                                  ["list", "list", ["item", ["bytes", 2**30], True]]])  # fmt: skip
def test_a_few_nulls_never_become_gigabytes(word: Any) -> None:
    from analyst_magic.sandbox.firewall.described import table

    sink = pa.BufferOutputStream()
    data = pa.table({"c0": pa.nulls(100, pa.large_list(pa.int8()))})
    with pa.ipc.new_stream(sink, data.schema) as writer:
        writer.write_table(data)
    form = {"as": "arrow", "type": word}
    content = {"labels": ["c"], "description": {"kind": "arrow", "forms": [form], "series": None}}
    with pytest.raises(FirewallError, match="too large a type"):
        table(sink.getvalue().to_pybytes(), content, 1000)


@pytest.mark.parametrize("text", ["D; import os", "", "__class__", "D" * 20, "2h\n", "W-SUNDAYS", 3, None, ["D"]])
def test_only_what_has_the_form_of_a_frequency_reaches_pandas(text: Any) -> None:
    with pytest.raises(ValueError, match="frequency"):
        values.frequency(text)


def test_plain_columns_are_what_they_were_before_there_were_descriptions() -> None:
    frame = pd.DataFrame({"n": [1.5, None], "i": [1, 2], "s": ["a", None], "t": pd.to_datetime(["2024", None])})
    sent = to_frame("f", frame)
    assert [str(kind) for kind in sent.table.schema.types] == ["double", "int64", "large_string", "timestamp[us]"]
    assert sent.parts == ()
    assert sent.description is not None
    assert sent.description["forms"] == [None] * 4
    whole = pd.DataFrame({"x": np.arange(4.0)})
    assert to_frame("f", whole).table["x"].chunk(0).buffers()[1].address == whole["x"].to_numpy().ctypes.data


def test_a_hidden_column_leaves_no_trace_in_the_description() -> None:
    frame = pd.DataFrame({("a", 1): [1], ("secret", 2): [pd.Period("2024", "Y")]})
    frame.index = pd.MultiIndex.from_arrays([["x"], ["y"]], names=["k", "hidden"])
    left = without(to_frame("f", frame), {"f.secret_2", "f.hidden"})
    assert left.labels == ("k", ("a", 1))
    assert left.parts == ()
    assert left.description is not None
    checked, _ = read(json.loads(json.dumps(left.description)), 2, _stream)
    back = codec.put_together(checked, left.table.columns, left.parts, left.labels)
    expected = frame[[("a", 1)]].droplevel("hidden")
    assert list(back.index) == list(expected.index.get_level_values(0))
    assert list(back.columns) == [("a", 1)]


@pytest.mark.parametrize("kind", ["spans", "intervals", "periods", "tuples", "zoned", "dates", "booleans"])
def test_categories_of_anything_can_be_described(kind: str) -> None:
    frame = pandas_frames()[f"categories of {kind}"]
    doubled = pd.concat([frame, frame], ignore_index=True)
    (card,) = profile(to_frame("f", doubled)).columns
    assert card.distinct == 2
    assert [count for _, count in card.values] == [2, 2]


def test_polars_frames_that_it_cannot_hold_are_refused_by_name() -> None:
    table = Table(pa.table({"wide": pa.array([1], pa.decimal256(50, 0))}), ("wide",))
    with pytest.raises(InputError, match="wide"):
        table.to_polars()
    assert isinstance(table.to_arrow(), pa.Table)
    assert isinstance(pl.DataFrame(), pl.DataFrame)


def test_every_arrow_type_goes_all_the_way_and_ends_no_process() -> None:
    done = subprocess.run(
        [sys.executable, Path(__file__).parent / "arrow_types.py", "10"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"the process ended over {done.stderr.splitlines()[-1:]}"
    found = json.loads(done.stdout)
    assert found["failures"] == []
    assert found["types"] > 300


@pytest.mark.parametrize("kind", [pa.decimal256(50, 2), pa.decimal32(5, 2)])
def test_a_decimal_that_duckdb_does_not_know_stays_a_number(kind: pa.DataType) -> None:
    frame = to_frame("f", pa.table({"amount": pa.array([decimal.Decimal("1.50")], kind)}))
    assert pa.types.is_decimal(frame.table.schema.field(0).type)
    assert frame.notes == ()
    assert profile(frame).columns[0].maximum == decimal.Decimal("1.50")
