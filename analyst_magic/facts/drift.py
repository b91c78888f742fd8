"""How far data has moved from an earlier state: columns, missing values, and distributions by a named measure.

Numbers and dates by the two-sample statistic of Kolmogorov and Smirnov (Smirnov 1939; its asymptotic p value by
Kolmogorov's distribution) and by the population stability index over tenths of the earlier values; categories by that
index over their values. Source of the index and of its limits 0.1 and 0.25: Siddiqi, *Credit Risk Scorecards* (2006).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .columns import kind_of
from .source import Data, numbers

FLOOR = 0.0001
"""What an empty bin counts as, so that the index stays finite."""
MAX_CATEGORIES = 50
SLIGHT_SHIFT, LARGE_SHIFT = 0.1, 0.25


def compare(now: Data, before: Data, name: str) -> list[dict[str, Any]]:
    """One record for each column of either state.

    Args:
        now: The data.
        before: Its earlier state.
        name: What that is called.
    """
    records = [_of_column(now, before, column) for column in now.names if column in before.names]
    records += [_schema(column, "added", f"{column} is new: {name} has no such column.") for column in now.names
                if column not in before.names]  # fmt: skip
    records += [_schema(column, "removed", f"{column} is gone: {name} has it.") for column in before.names
                if column not in now.names]  # fmt: skip
    return records


def _schema(column: str, status: str, message: str) -> dict[str, Any]:
    return {"column": column, "status": status, "message": message}


def _of_column(now: Data, before: Data, name: str) -> dict[str, Any]:
    new, old = (data.sample.column(data.names.index(name)) for data in (now, before))
    record: dict[str, Any] = {
        "column": name, "status": "same", "message": "", "missing_before": _missing_share(old),
        "missing_now": _missing_share(new),
    }  # fmt: skip
    kinds = [kind_of(old.type), kind_of(new.type)]
    if kinds[0] != kinds[1]:
        return record | {"status": "type", "message": f"{name} was {kinds[0]} and is {kinds[1]}."}
    measured = _distribution(old, new, kinds[0])
    record |= measured
    moved = abs(record["missing_now"] - record["missing_before"])
    index = measured.get("psi", 0.0)
    significant = measured.get("p_value", 0.0) < 0.01
    if index >= LARGE_SHIFT and significant:
        record |= {"status": "much", "message": f"{name} is distributed otherwise (PSI {index:.2f})."}
    elif index >= SLIGHT_SHIFT and significant:
        record |= {"status": "some", "message": f"{name} has moved somewhat (PSI {index:.2f})."}
    if moved >= 0.05:
        said = f"{name} was missing in {record['missing_before']:.1%} of the rows, now in {record['missing_now']:.1%}."
        record |= {"status": "much", "message": f"{record['message']} {said}".strip()}
    return record


def _missing_share(column: pa.ChunkedArray) -> float:
    nan = pc.sum(pc.is_nan(column)).as_py() or 0 if pa.types.is_floating(column.type) else 0
    return float((column.null_count + nan) / max(1, len(column)))


def _distribution(old: pa.ChunkedArray, new: pa.ChunkedArray, kind: str) -> dict[str, Any]:
    if kind in ("date", "moment"):
        old, new = (c.cast(pa.timestamp("s"), safe=False).cast(pa.int64()) for c in (old, new))
        kind = "integer"
    if kind in ("integer", "number"):
        a, b = numbers(old), numbers(new)
        if len(a) < 2 or len(b) < 2:
            return {}
        statistic = kolmogorov_smirnov(a, b)
        return {"measure": "Kolmogorov-Smirnov", "statistic": statistic, "p_value": p_value(statistic, len(a), len(b)),
                "psi": index_of_numbers(a, b)}  # fmt: skip
    if kind in ("text", "boolean"):
        return _of_categories(old, new)
    return {}


def kolmogorov_smirnov(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> float:
    """The greatest distance of two empirical distribution functions."""
    a, b = np.sort(a), np.sort(b)
    both = np.concatenate([a, b])
    distance = np.searchsorted(a, both, side="right") / len(a) - np.searchsorted(b, both, side="right") / len(b)
    return float(np.abs(distance).max())


def p_value(statistic: float, first: int, second: int) -> float:
    """How probable so great a distance is where nothing has moved, for many values (Kolmogorov's distribution)."""
    scaled = statistic * math.sqrt(first * second / (first + second))
    if scaled < 0.2:
        return 1.0
    total = 2 * math.fsum((-1) ** (k - 1) * math.exp(-2 * k * k * scaled * scaled) for k in range(1, 101))
    return min(1.0, max(0.0, total))


def index_of_numbers(before: np.ndarray[Any, Any], now: np.ndarray[Any, Any]) -> float:
    """The population stability index over tenths of the earlier values."""
    edges = np.unique(np.quantile(before, np.linspace(0.1, 0.9, 9)))
    return index(*(np.bincount(np.searchsorted(edges, values), minlength=len(edges) + 1) for values in (before, now)))


def index(before: np.ndarray[Any, Any], now: np.ndarray[Any, Any]) -> float:
    """The population stability index of two counts over the same bins."""
    p, q = (np.maximum(counts / max(1, counts.sum()), FLOOR) for counts in (before, now))
    return float(((q - p) * np.log(q / p)).sum())


def _of_categories(old: pa.ChunkedArray, new: pa.ChunkedArray) -> dict[str, Any]:
    counts = [_counts(column) for column in (old, new)]
    if len(counts[0]) > MAX_CATEGORIES or not counts[0] or not counts[1]:
        return {}
    values = sorted({*counts[0], *counts[1]}, key=str)
    p, q = (np.array([found.get(value, 0) for value in values], float) for found in counts)
    came, gone = ([str(v) for v in values if not one.get(v)][:5] for one in counts)
    return {"measure": "PSI", "psi": index(p, q), "p_value": 0.0 if min(p.sum(), q.sum()) >= 100 else 1.0,
            "new_values": came, "lost_values": gone}  # fmt: skip


def _counts(column: pa.ChunkedArray) -> dict[Any, int]:
    found = pc.value_counts(column.drop_null())
    return dict(zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True))
