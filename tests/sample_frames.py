"""Frames of every kind: each dtype of pandas, each index, and what Arrow and polars have besides."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
import zoneinfo
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

UUID = uuid.UUID("12345678-1234-5678-1234-567812345678")
DAY, MOMENT = dt.date(2024, 1, 1), dt.datetime(2024, 1, 1, 2, 3)


def objects(values: Sequence[Any]) -> pd.Series[Any]:
    """A column of Python objects, just as they are."""
    array = np.empty(len(values), dtype=object)
    for position, value in enumerate(values):
        array[position] = value
    return pd.Series(array, dtype=object)


def _numbers() -> dict[str, Any]:
    plain = ("int8", "int16", "int32", "int64", "uint8", "uint64", "float16", "float32", "float64", "bool", "complex64",
             "complex128", ">i8", "Int8", "Int64", "UInt32", "Float32", "Float64", "boolean")  # fmt: skip
    found: dict[str, Any] = {name: pd.Series([1, 0, 1]).astype(name) for name in plain}
    for name in ("Int8", "Int64", "UInt64", "Float32", "Float64", "boolean"):
        found[f"{name} with nulls"] = pd.Series([1, None, 0], dtype=name)
    found["Int64 over 2**53"] = pd.Series([2**60 + 1, None], dtype="Int64")
    return found | {"floats with nulls": pd.Series([1.5, None]), "complex nan": pd.Series([1 + 2j, complex("nan+1j")])}


def _texts() -> dict[str, Any]:
    kinds = {"str": "str", "string": "string", "string[python]": "string[python]", "string[pyarrow]": "string[pyarrow]",
             "str of Python": pd.StringDtype("python", np.nan)}  # fmt: skip
    return {name: pd.Series(["a", None, ""], dtype=kind) for name, kind in kinds.items()}


def _times() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for unit in ("s", "ms", "us", "ns"):
        moments = pd.Series(["2024-01-01", None]).astype(f"datetime64[{unit}]")
        found |= {f"moments {unit}": moments, f"zoned {unit}": moments.dt.tz_localize("Europe/Paris")}
        found[f"spans {unit}"] = pd.Series(pd.to_timedelta([5, None], unit="s")).astype(f"timedelta64[{unit}]")
    for zone in ("UTC", dt.timezone(dt.timedelta(hours=5, minutes=30))):
        found[f"zone {zone}"] = pd.Series(pd.date_range("2024", periods=2, tz=zone))
    for freq in ("M", "D", "W-TUE", "Q-NOV", "Y", "h", "s", "ns", "3M", "15min"):
        found[f"periods {freq}"] = pd.Series(pd.period_range("2024-01-01", periods=3, freq=freq))
    return found | {"periods with nulls": pd.Series(pd.PeriodIndex(["2024-01", None], freq="M"))}


def _intervals() -> dict[str, Any]:
    found: dict[str, Any] = {
        f"intervals {closed}": pd.Series(pd.arrays.IntervalArray.from_breaks([0, 1, 2], closed=closed))
        for closed in ("left", "right", "both", "neither")
    }
    for name, start in (("moments", pd.Timestamp("2024")), ("zoned", pd.Timestamp("2024", tz="Asia/Tokyo")),
                        ("spans", pd.Timedelta(0))):  # fmt: skip
        found[f"intervals of {name}"] = pd.Series(pd.interval_range(start, periods=3))
    return found | {"intervals with nulls": pd.Series(pd.arrays.IntervalArray.from_tuples([(0.5, 1), None]))}


def _categories() -> dict[str, Any]:
    kinds: dict[str, Any] = {
        "texts": ["b", "a"],
        "whole": [3, 1],
        "floats": [1.5, 0.5],
        "moments": pd.to_datetime(["2024", "2023"]),
        "zoned": pd.to_datetime(["2024", "2023"]).tz_localize("Asia/Tokyo"),
        "spans": pd.to_timedelta([2, 1], unit="h"),
        "periods": pd.period_range("2024", periods=2, freq="M"),
        "intervals": pd.interval_range(0, 2, closed="left"),
        "booleans": [True, False],
        "dates": [DAY, dt.date(2023, 1, 1)],
        "mixed": [1, "1"],
        "tuples": [(1, 2), (3, 4)],
        "Int64": pd.array([1, 2], "Int64"),
        "objects": np.array(["x", "y"], dtype=object),
        "many": [f"c{i}" for i in range(300)],
    }
    found: dict[str, Any] = {"none": pd.Series(pd.Categorical.from_codes([-1], categories=[]))}
    for name, values in kinds.items():
        index = pd.Index(values, tupleize_cols=False)
        for ordered in (True, False):
            column = pd.Categorical.from_codes([0, -1, 1], categories=index, ordered=ordered)
            found[f"categories of {name}{' in order' * ordered}"] = pd.Series(column)
    cut = pd.cut(np.array([1, 5, 9, np.nan]), [0, 3, 6, 9], right=False)
    return found | {"cut": pd.Series(cut), "qcut": pd.Series(pd.qcut([1, 5, 9], 2))}


def _sparse() -> dict[str, Any]:
    values = {"floats": [np.nan, 1.0, np.nan], "whole": [0, 0, 5], "booleans": [False, True], "complex": [1j, 0, 0]}
    found: dict[str, Any] = {f"sparse {name}": pd.Series(pd.arrays.SparseArray(v)) for name, v in values.items()}
    return found | {"sparse with a fill": pd.Series(pd.arrays.SparseArray([1, 1, 2], fill_value=1))}


def _of_arrow() -> dict[str, Any]:
    arrays = {name: arrow()[name] for name in ("int64", "string", "zoned us", "date32", "list", "decimal128", "struct",
                                               "dictionary", "map", "binary", "duration us", "bool")}  # fmt: skip
    return {f"Arrow's {name}": pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([array])))
            for name, array in arrays.items()}  # fmt: skip


def _objects() -> dict[str, Any]:
    zoned = MOMENT.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Paris"))
    kinds: dict[str, Sequence[Any]] = {
        "whole and text": [1, "x"],
        "all that is missing": [1, "x", None, float("nan"), pd.NA, pd.NaT],
        "over 64 bits": [2**70, -1],
        "over 64 bits and floats": [2**63, 1.5],
        "whole and floats": [1, 2.5],
        "booleans and whole": [True, 1],
        "texts": ["a", "b"],
        "texts and None": ["a", None],
        "texts and nan": ["a", float("nan")],
        "texts and NA": ["a", pd.NA],
        "only None": [None, None],
        "dates": [DAY, None],
        "times": [dt.time(1, 2, 3), None],
        "moments": [MOMENT, dt.datetime(2025, 1, 1)],
        "naive and zoned": [MOMENT, MOMENT.replace(tzinfo=dt.UTC), zoned],
        "spans": [dt.timedelta(1), None],
        "timestamps": [pd.Timestamp("2024"), pd.NaT, "x"],
        "decimals": [decimal.Decimal("1.10"), decimal.Decimal("1.1")],
        "bytes": [b"a", b"\xff\0", None],
        "lists": [[1, 2], [3]],
        "mixed lists": [[1, "a"], []],
        "tuples": [(1, 2), (3, 4)],
        "sets": [{1}, frozenset([2])],
        "dicts of other keys": [{"a": 1}, {"b": 2}],
        "dicts": [{"a": 1}, {"a": 2}],
        "uuids": [UUID, None],
        "numpy": [np.int64(1), np.float32(2.5), np.str_("s"), np.datetime64("2024-01-01")],
        "periods": [pd.Period("2024-01", "M"), pd.Period("2024", "Y")],
        "intervals": [pd.Interval(0, 1), pd.Interval(0, 1, "left")],
        "booleans and None": [True, None],
        "whole and None": [1, None],
        "complex": [1 + 2j, None],
        "half a character": ["\ud800"],
        "nested": [{"a": {"b": [1, (2,)]}}],
        "infinite": [float("inf"), "x"],
    }
    return {f"objects: {name}": objects(values) for name, values in kinds.items()} | {"no objects": objects([])}


def indexes() -> dict[str, Any]:
    """Indexes of three labels, of every kind."""
    return {
        "tail": pd.RangeIndex(5, 8),
        "steps": pd.RangeIndex(0, 6, 2),
        "backwards": pd.RangeIndex(5, 2, -1),
        "named range": pd.RangeIndex(3, name="n"),
        "days": pd.date_range("2024", periods=3, freq="D"),
        "zoned hours": pd.date_range("2024", periods=3, freq="2h", tz="Europe/Paris", name="t"),
        "business days": pd.bdate_range("2024", periods=3),
        "weeks": pd.date_range("2024", periods=3, freq="W-TUE"),
        "month ends": pd.date_range("2024", periods=3, freq="ME"),
        "spans": pd.timedelta_range("1h", periods=3, freq="h"),
        "periods": pd.period_range("2024", periods=3, freq="Q"),
        "intervals": pd.interval_range(0, 3),
        "categories": pd.CategoricalIndex(["a", "b", "a"], categories=["b", "a", "z"], ordered=True),
        "pairs": pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["x", None]),
        "pairs of others": pd.MultiIndex.from_arrays(
            [pd.Categorical(["a", "b", "a"]), pd.date_range("2024", periods=3)]
        ),
        "pairs with nulls": pd.MultiIndex.from_arrays([["a", None, "b"], [1.5, np.nan, 2]]),
        "one level": pd.MultiIndex.from_arrays([[1, 2, 3]]),
        "texts": pd.Index(["a", "b", None]),
        "objects": pd.Index([1, "a", None], dtype=object),
        "texts as objects": pd.Index(["a", "b", "c"], dtype=object),
        "floats": pd.Index([1.5, np.nan, 2]),
        "booleans": pd.Index([True, False, True]),
        "alike": pd.Index([1, 1, 1]),
        "small": pd.Index([1, 2, 3], dtype="int8"),
        "nullable": pd.Index([1, 2, None], dtype="Int64"),
        "tuples": pd.Index([(1, 2), (3,), (4,)], tupleize_cols=False),
        "named by a tuple": pd.Index([1, 2, 3], name=("a", 1)),
    }  # fmt: skip


def pandas_frames() -> dict[str, pd.DataFrame]:
    """Frames of pandas, by what is special about them."""
    columns = _numbers() | _texts() | _times() | _intervals() | _categories() | _sparse() | _of_arrow() | _objects()
    found = {name: column.to_frame("x") for name, column in columns.items()}
    found |= {f"index: {name}": pd.DataFrame({"v": [1.5, 2, 3]}, index=index) for name, index in indexes().items()}
    found |= {f"labels: {name}": pd.DataFrame([[1, 2.5, "x"]], columns=index) for name, index in indexes().items()}
    sales = pd.DataFrame({"a": [1, 2, 2], "b": ["x", "y", "y"], "t": pd.date_range("2024", periods=3)})
    with_attrs = pd.DataFrame({"a": [1]})
    with_attrs.attrs = {"source": "x", "parts": [1, {"b": None}]}
    return found | {
        "nothing": pd.DataFrame(),
        "no rows": pd.DataFrame({"a": pd.Series([], dtype="int64"), "b": pd.Series([], dtype="category")}),
        "no columns": pd.DataFrame(index=pd.RangeIndex(4)),
        "no columns but an index": pd.DataFrame(index=pd.Index(["a", "b"])),
        "labels alike": pd.DataFrame([[1, 2]], columns=["a", "a"]),
        "a tuple among labels": pd.DataFrame([[1, 2]], columns=pd.Index([("a", 1), "b"], tupleize_cols=False)),
        "labels with a name": pd.DataFrame([[1, 2]], columns=pd.Index(["a", "b"], name="k")),
        "attrs": with_attrs,
        "describe": sales.describe(include="all"),
        "pivot": sales.assign(t=sales.t.dt.to_period("M")).pivot_table(index="a", columns="t", aggfunc="count"),
        "crosstab": pd.crosstab(pd.cut(sales.a, [0, 1, 3]), sales.b),
        "aggregates": sales.groupby("b").agg({"a": ["mean", "sum"]}),
    }


def arrow() -> dict[str, Any]:
    """Arrays of Arrow, by type."""
    kinds = (pa.int8(), pa.int64(), pa.uint64(), pa.float16(), pa.float32(), pa.float64())
    found: dict[str, Any] = {str(kind): pa.array([1, None, 3], kind) for kind in kinds}
    found |= {str(kind): pa.array(["a", None, ""], kind) for kind in (pa.string(), pa.large_string(), pa.string_view())}
    found |= {str(kind): pa.array([b"ab", None], kind)
              for kind in (pa.binary(), pa.large_binary(), pa.binary_view(), pa.binary(2))}  # fmt: skip
    for unit in ("s", "ms", "us", "ns"):
        found |= {f"moment {unit}": pa.array([0, None], pa.timestamp(unit)),
                  f"duration {unit}": pa.array([7, None], pa.duration(unit)),
                  f"zoned {unit}": pa.array([0, None], pa.timestamp(unit, "Europe/Paris"))}  # fmt: skip
    for make in (pa.decimal32, pa.decimal64, pa.decimal128, pa.decimal256):
        found[make.__name__] = pa.array([decimal.Decimal("1.10"), None], make(5, 2))
    numbers = pa.int64()
    for name, make in (("list", pa.list_), ("large list", pa.large_list), ("list view", pa.list_view),
                       ("large list view", pa.large_list_view)):  # fmt: skip
        found[name] = pa.array([[1, None], None, []], make(numbers))
    for name, values in (("dictionary", ["a", "b", "a", None]), ("dictionary of whole", [1, 2, 1]),
                         ("dictionary of bytes", [b"a", b"b"]), ("dictionary of dates", [DAY, DAY])):  # fmt: skip
        coded = pa.array(values).dictionary_encode()
        for index in (pa.int8(), pa.uint32()):
            found[f"{name} {index}"] = pa.DictionaryArray.from_arrays(coded.indices.cast(index), coded.dictionary)
    codes = pa.array([0, 1, 0], pa.int8())
    for name, inner in (("lists", pa.array([[1], [2]])), ("structs", pa.array([{"a": 1}, {"a": 2}])),
                        ("views", pa.array(["a", "b"], pa.string_view())),
                        ("dictionaries", pa.array(["a", "b"]).dictionary_encode())):  # fmt: skip
        found[f"dictionary of {name}"] = pa.DictionaryArray.from_arrays(codes, inner)
    types, children = pa.array([0, 1, 0], pa.int8()), [pa.array([1, 2, 3]), pa.array(["a", "b", "c"])]
    map_type = pa.map_(pa.string(), numbers)
    return found | {
        "bool": pa.array([True, None]),
        "null": pa.nulls(2),
        "date32": pa.array([DAY, None]),
        "date64": pa.array([DAY, None], pa.date64()),
        "time32": pa.array([1, None], pa.time32("s")),
        "time64": pa.array([1000, None], pa.time64("ns")),
        "interval": pa.array([pa.MonthDayNano([1, 2, 3]), None], pa.month_day_nano_interval()),
        "fixed list": pa.array([[1, 2], None], pa.list_(numbers, 2)),
        "struct": pa.array([{"a": 1, "b": "x"}, None], pa.struct([("a", pa.int8()), ("b", pa.string())])),
        "struct of views": pa.array([{"b": "x"}, None], pa.struct([("b", pa.string_view())])),
        "map": pa.array([[("a", 1)], None, []], map_type),
        "map of maps": pa.array([[("a", [("b", 1)])], None], pa.map_(pa.string(), map_type)),
        "dictionary": pa.array(["a", "b", "a", None]).dictionary_encode(),
        "dictionary in order": pa.array(["a", "b"], pa.dictionary(pa.int16(), pa.string(), True)),
        "list of dictionaries": pa.array([["a"], None], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        "runs": pc.run_end_encode(pa.array([1, 1, None, 2]), pa.int16()),
        "uuid": pa.array([UUID.bytes, None], pa.uuid()),
        "json": pa.ExtensionArray.from_storage(pa.json_(pa.string()), pa.array(['{"a":1}', None])),
        "bool8": pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0, None], pa.int8())),
        "list of uuids": pa.ListArray.from_arrays([0, 1], pa.array([UUID.bytes], pa.uuid())),
        "sparse union": pa.UnionArray.from_sparse(types, children, ["i", "s"]),
        "dense union": pa.UnionArray.from_dense(pa.array([5, 7, 5], pa.int8()), pa.array([0, 0, 1], pa.int32()),
                                                children, ["i", "s"], [5, 7]),
    }  # fmt: skip


def polars() -> dict[str, pl.Series]:
    """Columns of polars, by type."""
    kinds = (pl.Int8, pl.Int64, pl.Int128, pl.UInt64, pl.UInt128, pl.Float16, pl.Float32, pl.Float64)
    found: dict[str, Any] = {str(kind): pl.Series([1, None, 3], dtype=kind) for kind in kinds}
    for unit in ("ms", "us", "ns"):
        moments = pl.Series([MOMENT, None], dtype=pl.Datetime(unit))  # type: ignore[arg-type]
        found |= {f"moments {unit}": moments, f"zoned {unit}": moments.dt.replace_time_zone("Europe/Paris")}
    wide: Any = {"a": pl.Int128}
    found |= {
        "booleans": pl.Series([True, None]),
        "texts": pl.Series(["a", None]),
        "bytes": pl.Series([b"a", None]),
        "nulls": pl.Series([None, None]),
        "dates": pl.Series([DAY, None]),
        "times": pl.Series([dt.time(1, 2, 3), None]),
        "spans": pl.Series([dt.timedelta(1), None], dtype=pl.Duration("ms")),
        "decimals": pl.Series([decimal.Decimal("1.10"), None], dtype=pl.Decimal(10, 2)),
        "enum": pl.Series(["b", "a", None], dtype=pl.Enum(["b", "a", "c"])),
        "categories": pl.Series(["b", "a", "b"], dtype=pl.Categorical),
        "lists": pl.Series([[1, 2], None, []]),
        "arrays": pl.Series([[[1, 2], [3, 4]], None], dtype=pl.Array(pl.Int8, (2, 2))),
        "structs": pl.Series([{"a": 1, "b": "x"}, None]),
        "lists of an enum": pl.Series([["a"], None], dtype=pl.List(pl.Enum(["a", "b"]))),
        "structs of wide numbers": pl.Series([{"a": 2**100}], dtype=pl.Struct(wide)),
        "lists of structs": pl.Series([[{"a": [1]}], None]),
        "objects": pl.Series([{1, 2}, None, "x"], dtype=pl.Object),
        "the widest": pl.Series([2**126, None], dtype=pl.Int128),
    }
    return found | {f"no {name}": column[:0] for name, column in found.items()}
