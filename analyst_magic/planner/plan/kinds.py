"""The kinds of operators, functions, times and charts that a plan may name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Operator = Literal[
    "=", "!=", "<", "<=", ">", ">=", "between", "in", "not in",
    "like", "not like", "contains", "not contains", "is null", "is not null",
]  # fmt: skip
TimeBin = Literal[
    "minute", "hour", "day", "week", "month", "quarter", "year", "decade",
    "day of week", "hour of day", "month of year", "quarter of year", "week of year", "day of month", "weekend",
]  # fmt: skip
Part = Literal[
    "year", "quarter", "month", "week", "day", "day of year", "day of week", "hour", "minute", "date",
]  # fmt: skip
Function = Literal[
    "count", "count distinct", "sum", "mean", "median", "min", "max", "std", "share", "correlation", "ratio",
    "variance", "quantile", "mode", "range", "interquartile range", "skewness", "kurtosis", "weighted mean",
    "covariance", "slope", "intercept", "r squared", "first", "last",
]  # fmt: skip
WindowFunction = Literal[
    "running total", "running mean", "running maximum", "moving mean", "moving total", "rank", "dense rank",
    "row number", "previous", "next", "difference", "growth", "share", "running share", "mean", "total", "minimum",
    "maximum", "tile",
]  # fmt: skip
ChartKind = Literal["bar", "line", "scatter", "histogram", "box", "pie", "heatmap", "area", "violin", "treemap", "map"]
About = Literal["columns", "missing", "summary", "duplicates", "correlations"]
Scalar = bool | int | float | str
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]

VALUES: dict[str, int] = {"between": 2, "is null": 0, "is not null": 0}
"""How many values an operator takes, where it is not one; ``in`` and ``contains`` take one or more, of which any."""
PAIRED = frozenset({"correlation", "ratio", "weighted mean", "covariance", "slope", "intercept", "r squared"})
"""Functions of two columns: ``other`` is the weight, the denominator, or what runs across."""
SORTED = frozenset({"first", "last"})
"""Functions that take ``other`` as what sorts the rows; without it their own order does."""


class PlanPart(BaseModel):
    """The base of all parts of a plan: they do not change, and know no other fields than their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")
