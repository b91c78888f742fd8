"""Figures that SQLite lacks, as functions of a session: medians, percentiles, spreads, correlations.

They are called as SQLite's own extensions call them (``median``, ``percentile_cont``), else as in other engines.
Source: https://www.sqlite.org/percentile.html
"""

from __future__ import annotations

import math
import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable
from typing import Any


class _Values:
    """An aggregate of numbers; what is no number has no part in it."""

    def __init__(self) -> None:
        self.values = array("d")

    def step(self, value: Any) -> None:
        if isinstance(value, int | float):
            self.values.append(value)


class _Median(_Values):
    def finalize(self) -> float | None:
        return quantile(self.values, 0.5)


class _Percentile(_Values):
    fraction = 0.5

    def step(self, value: Any, fraction: float) -> None:  # type: ignore[override]
        super().step(value)
        self.fraction = fraction

    def finalize(self) -> float | None:
        return quantile(self.values, self.fraction)


def quantile(values: array[float], fraction: float) -> float | None:
    """The value at a fraction of the values in their order, between two where it falls between them.

    >>> quantile(array("d", [4, 1, 2]), 0.5), quantile(array("d", [1, 2]), 0.25), quantile(array("d"), 0.5)
    (2.0, 1.25, None)
    """
    if not values or not 0 <= fraction <= 1:
        return None
    ordered = sorted(values)
    place = fraction * (len(ordered) - 1)
    low = math.floor(place)
    above = ordered[min(low + 1, len(ordered) - 1)]
    return ordered[low] + (above - ordered[low]) * (place - low)


def _spread(of: Callable[[array[float]], float | None]) -> type[_Values]:
    return type("Spread", (_Values,), {"finalize": lambda self: of(self.values)})


def _variance(values: array[float], less: int) -> float | None:
    if len(values) <= less:
        return None
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - less)


def _root(value: float | None) -> float | None:
    return None if value is None else math.sqrt(value)


def _moment(values: array[float], power: int) -> float | None:
    """Skewness and kurtosis of a sample, as DuckDB has them."""
    n = len(values)
    if n < power or not (second := _variance(values, 0)):
        return None
    mean = math.fsum(values) / n
    ratio = math.fsum((value - mean) ** power for value in values) / n / second ** (power / 2)
    if power == 3:
        return float(ratio * math.sqrt(n * (n - 1)) / (n - 2))
    return float((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * ratio - 3 * (n - 1)))


class _Pairs:
    """An aggregate of two columns, over the rows in which both are known."""

    def __init__(self) -> None:
        self.ys, self.xs = array("d"), array("d")

    def step(self, y: Any, x: Any) -> None:
        if isinstance(y, int | float) and isinstance(x, int | float):
            self.ys.append(y)
            self.xs.append(x)

    def sums(self) -> tuple[float, float, float, float, float]:
        """The means of y and x, and the sums of their products around them: yy, xx, xy."""
        n = len(self.ys) or 1
        mean_y, mean_x = math.fsum(self.ys) / n, math.fsum(self.xs) / n
        ys, xs = [y - mean_y for y in self.ys], [x - mean_x for x in self.xs]
        products = math.fsum(y * x for y, x in zip(ys, xs, strict=True))
        return mean_y, mean_x, math.fsum(y * y for y in ys), math.fsum(x * x for x in xs), products


def _pair(of: Callable[[int, tuple[float, float, float, float, float]], float | None]) -> type[_Pairs]:
    return type("Pair", (_Pairs,), {"finalize": lambda self: of(len(self.ys), self.sums())})


class _Mode:
    """The most frequent value, of several the least."""

    def __init__(self) -> None:
        self.counts: Counter[Any] = Counter()

    def step(self, value: Any) -> None:
        if value is not None:
            self.counts[value] += 1

    def finalize(self) -> Any:
        most = max(self.counts.values(), default=0)
        return min((v for v, count in self.counts.items() if count == most), default=None, key=_order)


def _order(value: Any) -> tuple[bool, Any]:
    return isinstance(value, str | bytes), value


class _AtLeast:
    """The value of the row in which another one is least."""

    sign = 1

    def __init__(self) -> None:
        self.best: Any = None

    def step(self, value: Any, by: Any) -> None:
        if value is None or by is None:
            return
        found = _order(by)
        if self.best is None or (found < self.best[0] if self.sign > 0 else found > self.best[0]):
            self.best = (found, value)

    def finalize(self) -> Any:
        return self.best[1] if self.best is not None else None


class _AtMost(_AtLeast):
    sign = -1


def _ratio(above: float, below: float) -> float | None:
    return above / below if below else None


_AGGREGATES: dict[tuple[str, int], type[Any]] = {
    ("median", 1): _Median,
    ("percentile_cont", 2): _Percentile,
    ("stddev_samp", 1): _spread(lambda v: _root(_variance(v, 1))),
    ("stddev", 1): _spread(lambda v: _root(_variance(v, 1))),
    ("stddev_pop", 1): _spread(lambda v: _root(_variance(v, 0))),
    ("variance", 1): _spread(lambda v: _variance(v, 1)),
    ("var_samp", 1): _spread(lambda v: _variance(v, 1)),
    ("var_pop", 1): _spread(lambda v: _variance(v, 0)),
    ("skewness", 1): _spread(lambda v: _moment(v, 3)),
    ("kurtosis", 1): _spread(lambda v: _moment(v, 4)),
    ("corr", 2): _pair(lambda n, s: _ratio(s[4], math.sqrt(s[2] * s[3])) if n else None),
    ("covar_samp", 2): _pair(lambda n, s: s[4] / (n - 1) if n > 1 else None),
    ("covar_pop", 2): _pair(lambda n, s: s[4] / n if n else None),
    ("regr_slope", 2): _pair(lambda n, s: _ratio(s[4], s[3]) if n else None),
    ("regr_intercept", 2): _pair(lambda n, s: s[0] - s[1] * s[4] / s[3] if n and s[3] else None),
    ("regr_r2", 2): _pair(lambda n, s: _ratio(s[4] ** 2, s[2] * s[3]) if n else None),
    ("mode", 1): _Mode,
    ("arg_min", 2): _AtLeast,
    ("arg_max", 2): _AtMost,
}


def _or_null(of: Callable[..., Any]) -> Callable[..., Any]:
    def call(*values: Any) -> Any:
        try:
            return None if None in values else of(*values)
        except (ValueError, OverflowError, TypeError, ZeroDivisionError):
            return None

    return call


_SCALARS: dict[tuple[str, int], Callable[..., Any]] = {
    ("sqrt", 1): math.sqrt, ("exp", 1): math.exp, ("ln", 1): math.log, ("log10", 1): math.log10, ("pow", 2): math.pow,
    ("power", 2): math.pow, ("floor", 1): math.floor, ("ceil", 1): math.ceil, ("ceiling", 1): math.ceil,
}  # fmt: skip
"""Functions that SQLite has only where it was built with them."""
_LETTERS: dict[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper}


def add_functions(opened: sqlite3.Connection) -> None:
    """Give a session the figures that its SQLite lacks, and upper and lower case for letters beyond ASCII."""
    there = {(name, n) for name, n in opened.execute("SELECT name, narg FROM pragma_function_list")}
    for (name, n), kind in _AGGREGATES.items():
        if (name, n) not in there:
            opened.create_aggregate(name, n, kind)
    for (name, n), function in _SCALARS.items():
        if (name, n) not in there:
            opened.create_function(name, n, _or_null(function), deterministic=True)
    indexed = "SELECT count(*) FROM sqlite_master WHERE sql LIKE '%lower(%' OR sql LIKE '%upper(%'"
    if not opened.execute(indexed).fetchone()[0]:  # an index over them was made with SQLite's own
        for name, letters in _LETTERS.items():
            opened.create_function(name, 1, _or_null(lambda text, f=letters: f(str(text))), deterministic=True)
