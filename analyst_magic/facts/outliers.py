"""Values far from the others: beyond Tukey's outer fences, of the values and of the logarithms of positive ones.

Both, so that a long tail, as of incomes or waiting times, is none. Source: Tukey, *Exploratory Data Analysis* (1977),
outer fences at three interquartile ranges beyond the quartiles.
"""

from __future__ import annotations

from typing import Any

import numpy as np

MIN_VALUES = 8
REACH = 3.0
MAX_SHARE = 0.02
"""Share of the values beyond the fences above which they are a part of the distribution, and no outliers."""
SHOWN = 5


def find(values: np.ndarray[Any, Any]) -> dict[str, Any] | None:
    """How many outliers there are, the fences, and the farthest of them; None where there are none.

    Args:
        values: Finite numbers.
    """
    if len(values) < MIN_VALUES:
        return None
    low, high = fences(values)
    beyond = values[(values < low) | (values > high)]
    if not len(beyond) or len(beyond) > max(1, MAX_SHARE * len(values)):
        return None
    middle = float(np.median(values))
    farthest = sorted(map(float, np.unique(beyond)), key=lambda value: -abs(value - middle))[:SHOWN]
    return {"count": len(beyond), "low": _finite(low), "high": _finite(high), "values": farthest}


def fences(values: np.ndarray[Any, Any]) -> tuple[float, float]:
    """The lowest and highest value that is no outlier."""
    low, high = _tukey(values)
    positive, counted = values[values > 0], values[values >= 0]
    most = max(MIN_VALUES, (1 - MAX_SHARE) * len(values))
    if len(positive) >= most:
        log_low, log_high = _tukey(np.log(positive))
        lowest = float(np.exp(log_low)) if log_low > -700 else 0.0
        highest = float(np.exp(log_high)) if log_high < 700 else float("inf")
        return min(low, lowest) if low > 0 else low, max(high, highest)
    if len(counted) >= most:  # counts, with zeros among them
        return low, max(high, float(np.expm1(min(700.0, _tukey(np.log1p(counted))[1]))))
    return low, high


def range_without(values: np.ndarray[Any, Any], outlying: dict[str, Any] | None) -> tuple[float, float]:
    """The least and the greatest value but for outliers, as ``find`` gave them."""
    if outlying is None:
        return float(values.min()), float(values.max())
    low = -np.inf if outlying["low"] is None else outlying["low"]
    high = np.inf if outlying["high"] is None else outlying["high"]
    inside = values[(values >= low) & (values <= high)]
    return float(inside.min()), float(inside.max())


def _tukey(values: np.ndarray[Any, Any]) -> tuple[float, float]:
    first, third = np.quantile(values, (0.25, 0.75))
    spread = third - first
    if spread > 0:
        return float(first - REACH * spread), float(third + REACH * spread)
    low, high = np.quantile(values, (0.01, 0.99))  # half of the values are the same one
    spread = max(high - low, abs(first), 1.0)
    return float(low - 10 * spread), float(high + 10 * spread)


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
