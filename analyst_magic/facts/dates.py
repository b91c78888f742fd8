"""Dates and moments: their range, how regular they are, and the gaps in them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BINS = 20
MIN_DAYS = 10
MIN_COVERAGE = 0.6
"""Share of the days, weekdays or months between first and last from which a column is held for regular."""
CHANCE = 0.001
"""How probable a gap may be by chance, given the other days without rows, to be none."""
SHOWN = 3


def facts(sample: pa.ChunkedArray, whole: pa.ChunkedArray, days: list[int] | None = None) -> dict[str, Any]:
    """Range, histogram, step and gaps.

    Args:
        sample: The values that are looked at.
        whole: All values that are here.
        days: The days that have rows, where those were found before, as ``whole_facts`` finds them.
    """
    extremes = pc.min_max(whole)
    step, gaps = find_gaps(np.array(days, np.int64) if days is not None else unique_days(whole))
    return {
        "minimum": text(extremes["min"]), "maximum": text(extremes["max"]), "histogram": histogram(sample),
        "step": step, "gaps": gaps,
    }  # fmt: skip


def whole_facts(whole: pa.ChunkedArray) -> dict[str, Any]:
    """The range of all values of a column, and the days that have rows."""
    extremes = pc.min_max(whole)
    days = [int(day) for day in unique_days(whole)]
    return {"minimum": text(extremes["min"]), "maximum": text(extremes["max"]), "days": days}


def text(moment: pa.Scalar) -> str:
    """A date or moment as ISO text, also beyond Python's calendar."""
    written = str(moment.cast(pa.string()).as_py())
    return written.partition(".000")[0].removesuffix(" 00:00:00")


def unique_days(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """The days that have rows, in order, as days since 1970."""
    days = column.cast(pa.date32(), safe=False) if not pa.types.is_date32(column.type) else column
    return np.sort(pc.unique(days.drop_null()).cast(pa.int32()).to_numpy())


def counted_days(column: pa.ChunkedArray) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The days that have rows, as days since 1970, and the number of rows of each."""
    days = column.cast(pa.date32(), safe=False) if not pa.types.is_date32(column.type) else column
    return np.unique(days.drop_null().cast(pa.int32()).to_numpy().astype(np.int64), return_counts=True)


def find_gaps(days: np.ndarray[Any, Any]) -> tuple[str, list[dict[str, Any]]]:
    """The step of regular dates (``day``, ``weekday`` or ``month``; empty where they are not), and their gaps."""
    if len(days) < MIN_DAYS:
        return "", []
    months = _months(days)
    if len(days) == len(np.unique(months)):
        return _gaps_of("month", months)
    weekdays = days[(days + 3) % 7 < 5]
    if len(weekdays) == len(days):
        return _gaps_of("weekday", _business_days(days))
    return _gaps_of("day", days)


def _gaps_of(step: str, numbers: np.ndarray[Any, Any]) -> tuple[str, list[dict[str, Any]]]:
    """Runs of missing numbers that are longer than chance would have them."""
    span = int(numbers[-1] - numbers[0]) + 1
    lacking = np.diff(numbers) - 1
    longest = int(lacking.max(initial=0))
    coverage = len(numbers) / max(1, span - longest)
    if coverage < MIN_COVERAGE:
        return "", []
    gaps = []
    for place in np.argsort(-lacking, kind="stable"):
        length = int(lacking[place])
        share = max(0.0, 1 - len(numbers) / (span - length))  # of days without rows, this run not counted
        if length < 1 or (share and span * share**length > CHANCE):
            break
        gaps.append({"after": _iso(step, int(numbers[place])), "before": _iso(step, int(numbers[place + 1])),
                     "missing": length})  # fmt: skip
        if len(gaps) == SHOWN:
            break
    return step, gaps


def _months(days: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.asarray(days.astype("M8[D]").astype("M8[M]").astype(np.int64), np.int64)


def _business_days(days: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Days that are no weekend, numbered without a hole at weekends."""
    shifted = days.astype(np.int64) + 3  # 1970-01-01 was a Thursday; Monday is 0 of its week
    return np.asarray(shifted // 7 * 5 + np.minimum(shifted % 7, 5), np.int64)


def _iso(step: str, number: int) -> str:
    if step == "month":
        return str(np.datetime64(number, "M"))
    if step == "weekday":
        number = number // 5 * 7 + number % 5 - 3
    return (dt.date(1970, 1, 1) + dt.timedelta(days=number)).isoformat()


def histogram(column: pa.ChunkedArray) -> dict[str, Any]:
    """Rows by stretches of time of one length."""
    unit = pa.timestamp("s")
    seconds = column.drop_null().cast(unit, safe=False).cast(pa.int64()).to_numpy()
    low, high = int(seconds.min()), int(seconds.max())
    counts, edges = np.histogram(seconds, BINS, (low, high if high > low else low + 86_400))
    return {"edges": [str(np.datetime64(int(edge), "s")) for edge in edges], "counts": [int(n) for n in counts],
            "discrete": False}  # fmt: skip
