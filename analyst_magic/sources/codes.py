"""Numbers that are no quantities, as a year or the date 20240131 is none: no mean or quantile of them says anything."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

YEARS = (1700, 2200)
MIN_VALUES = 2
_YEAR = re.compile(r"(?:^|[^a-z])(?:year|yr|fy|jahr|année|año)s?(?![a-z])|[a-z]Year", re.I)
_TIME = re.compile(r"time|hour|clock|hhmm", re.I)


def code_of(name: str, values: np.ndarray[Any, Any]) -> str:
    """What some distinct whole numbers stand for: ``year``, ``yyyymmdd``, ``hhmm``, or an empty text.

    >>> code_of("day", np.array([20240131.0, 20240201.0])), code_of("dep_time", np.array([5.0, 755.0, 1459.0]))
    ('yyyymmdd', 'hhmm')
    >>> code_of("price", np.array([1999.0, 2010.0]))
    ''

    Args:
        name: The column's; that numbers look like years or times of the day is no proof.
        values: Distinct values, sorted.
    """
    if len(values) < MIN_VALUES or not np.isfinite(values).all() or not (values == np.floor(values)).all():
        return ""
    low, high = values[0], values[-1]
    if YEARS[0] <= low and high <= YEARS[1]:
        return "year" if _YEAR.search(name) else ""
    if low >= YEARS[0] * 10_000 and high <= YEARS[1] * 10_000 + 1_231:
        days, months = values % 100, values // 100 % 100
        return "yyyymmdd" if ((days >= 1) & (days <= 31) & (months >= 1) & (months <= 12)).all() else ""
    if low >= 0 and 1_200 <= high <= 2_400 and _TIME.search(name):
        return "hhmm" if (values % 100 < 60).all() else ""
    return ""
