"""The facts of one column: type, missing and distinct values, range, quantiles, distribution, outliers, gaps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import dates, outliers, texts
from .source import Data, counted_values, numbers, plain_numbers, value

BINS = 20
TOP = 10
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BLOCK = 1 << 16
"""Values that are looked at together: few enough to stay near the processor."""
FEW_VALUES = 20
"""Distinct whole numbers up to which each has a bar of its own."""


@dataclass(slots=True)
class Column:
    """A column with what is known of it.

    Attributes:
        name: Its name.
        kind: ``number``, ``integer``, ``text``, ``date``, ``moment``, ``boolean`` or ``other``.
        sample: The values that are looked at.
        whole: All values; None where they are not here.
        record: Its facts, as the host reads them.
        values, counts: Its distinct values, the commonest first, with the number of rows of each; of the sample. Of
            moments and numbers that are not whole, the ``FEW_VALUES`` commonest alone, and the numbers of all.
        numbers: Of a number, the finite values of the sample.
    """

    name: str
    kind: str
    sample: pa.ChunkedArray
    whole: pa.ChunkedArray | None
    record: dict[str, Any]
    values: list[Any]
    counts: np.ndarray[Any, Any]
    numbers: np.ndarray[Any, Any]

    @property
    def present(self) -> int:
        """Rows of the sample that have a value."""
        return int(len(self.sample) - self.sample.null_count)

    @property
    def is_numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.kind in ("number", "integer")

    @property
    def is_time(self) -> bool:
        """Whether it holds dates or moments."""
        return self.kind in ("date", "moment")

    @property
    def is_unique(self) -> bool:
        """Whether no value of the sample comes twice."""
        return self.present > 1 and len(self.counts) == self.present


def describe(data: Data, position: int) -> Column:
    """The facts of the column at a position."""
    name, sample = data.names[position], data.sample.column(position)
    whole = plain_numbers(data.whole.column(position)) if data.whole is not None else None
    if pa.types.is_floating(sample.type):  # NaN is what pandas has for a missing number
        sample = _without_nan(sample)
    kind = kind_of(sample.type)
    most = FEW_VALUES if kind in ("number", "moment") else None
    values, counts = counted_values(sample, most) if kind != "other" else ([], np.array([], np.int64))
    column = Column(name, kind, sample, whole, {}, values, counts, np.array([]))
    known = data.counted.get(name, {})
    missing = known.get("missing", _missing(whole) if whole is not None else sample.null_count)
    column.record = {
        "name": name, "type": str(sample.type).replace("large_string", "text"), "kind": kind, "rows": data.rows,
        "missing": missing, "distinct": known.get("distinct", len(counts)),
        "distinct_is_exact": not data.is_sampled or "distinct" in known, "unique": column.is_unique,
    }  # fmt: skip
    if column.is_numeric:
        column.numbers = numbers(sample)
        column.record |= _number_facts(column)
    elif column.is_time and values:
        column.record |= dates.facts(sample, whole if whole is not None else sample, known.get("days"))
    elif kind == "text":
        column.record |= texts.facts(values, counts)
    column.record |= {key: known[key] for key in ("minimum", "maximum", "mean") if key in known}
    if kind in ("text", "boolean") or 0 < len(counts) <= FEW_VALUES:
        top = zip(values[:TOP], counts[:TOP], strict=True)
        column.record["top"] = [[value(each), int(number)] for each, number in top]
    return column


def whole_facts(whole: pa.ChunkedArray) -> dict[str, Any]:
    """What is counted over all values of a column, as ``Data.counted`` has it."""
    facts: dict[str, Any] = {"missing": whole.null_count}
    kind = kind_of(whole.type)
    if kind == "number":
        low, high, mean, missing = _of_floats(whole)
        facts["missing"] += missing
        if not math.isfinite(low):  # no value is a number
            return facts
        return facts | {"minimum": low, "maximum": high} | ({"mean": mean} if math.isfinite(mean) else {})
    if kind == "integer" and facts["missing"] < len(whole):
        extremes = pc.min_max(whole).as_py()
        return facts | {"minimum": extremes["min"], "maximum": extremes["max"], "mean": pc.mean(whole).as_py()}
    if kind in ("date", "moment") and facts["missing"] < len(whole):
        return facts | dates.whole_facts(whole)
    return facts


def kind_of(kind: pa.DataType) -> str:
    """What a type is, as ``Column.kind`` names it."""
    for name, test in (
        ("boolean", pa.types.is_boolean), ("integer", pa.types.is_integer), ("number", pa.types.is_floating),
        ("date", pa.types.is_date), ("moment", pa.types.is_timestamp), ("text", pa.types.is_large_string),
    ):  # fmt: skip
        if test(kind):
            return name
    return "other"


def _without_nan(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)


def _missing(column: pa.ChunkedArray) -> int:
    if not pa.types.is_floating(column.type) or np.isfinite(pc.sum(column).as_py() or 0.0):
        return int(column.null_count)
    return int(column.null_count + (pc.sum(pc.is_nan(column)).as_py() or 0))


def _number_facts(column: Column) -> dict[str, Any]:
    found, whole = column.numbers, column.whole
    present = column.present
    facts: dict[str, Any] = {"infinite": int(present - len(found))}
    if not len(found):
        return facts
    low, high, mean = _range_and_mean(whole, found)
    outlying = outliers.find(found)
    integer = column.kind == "integer"
    facts |= {
        "minimum": int(low) if integer else low, "maximum": int(high) if integer else high, "mean": mean,
        "deviation": float(np.std(found, ddof=1)) if len(found) > 1 else 0.0,
        "quantiles": [float(q) for q in np.quantile(found, QUANTILES)],
        "zeros": int(np.sum(found == 0)), "negative": int(np.sum(found < 0)),
        "histogram": _histogram(found, column, outlying), "outliers": outlying,
    }  # fmt: skip
    return facts


def _range_and_mean(whole: pa.ChunkedArray | None, found: np.ndarray[Any, Any]) -> tuple[float, float, float]:
    """Of all rows where they are here, else of the sample."""
    if whole is None or len(whole) == len(found):
        return float(found.min()), float(found.max()), float(found.mean())
    if pa.types.is_floating(whole.type):
        return _of_floats(whole)[:3]
    extremes = pc.min_max(whole).as_py()
    return extremes["min"], extremes["max"], pc.mean(whole).as_py()


def _of_floats(whole: pa.ChunkedArray) -> tuple[float, float, float, int]:
    """The range and the mean of the finite values, and how many are NaN.

    Block by block, so that each is read from memory once; NaN and infinite values cost more only where there are any.
    """
    low, high, totals, number, missing = np.inf, -np.inf, list[float](), 0, 0
    for chunk in whole.chunks:
        values = (chunk if not chunk.null_count else chunk.drop_null()).to_numpy()
        for start in range(0, len(values), BLOCK):
            block = values[start : start + BLOCK]
            summed = float(block.sum(dtype=np.float64))
            if not math.isfinite(summed):
                missing += int(np.isnan(block).sum())
                block = block[np.isfinite(block)]
                summed = float(block.sum(dtype=np.float64))
            if len(block):
                low, high = min(low, float(block.min())), max(high, float(block.max()))
                totals.append(summed)
                number += len(block)
    return low, high, sum(totals) / max(1, number), missing


def _with_room(low: float, high: float) -> tuple[float, float]:
    """A range with room for the bars: floats near its ends must differ, and its width must be one."""
    if not math.isfinite(high - low):
        return low / 2, high / 2
    least = max(abs(low), abs(high)) * 1e-9
    return (low, high) if high - low > least else (low, low + max(1.0, least))


def _histogram(found: np.ndarray[Any, Any], column: Column, outlying: dict[str, Any] | None) -> dict[str, Any]:
    """Bars between the outermost values that are no outliers; what lies beyond is counted with the last bar."""
    if column.kind == "integer" and len(column.values) <= FEW_VALUES:
        values, counts = np.unique(found, return_counts=True)
        return {"edges": [float(v) for v in values], "counts": [int(n) for n in counts], "discrete": True}
    low, high = _with_room(*outliers.range_without(found, outlying))
    counts, edges = np.histogram(np.clip(found, low, high), BINS, (low, high))
    return {"edges": [float(edge) for edge in edges], "counts": [int(n) for n in counts], "discrete": False}
