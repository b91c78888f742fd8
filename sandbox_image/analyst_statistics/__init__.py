"""Statistics for code in the sandbox: each function checks its assumptions, and returns a result that shows itself.

Import them by name: ``from analyst_statistics import compare_groups``. A result has ``sentence`` (for ``answer``),
``table`` (a pandas frame), ``assumptions`` and ``method``. Frames may be of pandas, polars, Arrow or DuckDB.
"""

from .change import explain_change, explain_ratio
from .clusters import cluster
from .groups import adjust_p_values, compare_groups
from .models import classify, regress
from .result import Assumption, Result
from .series import change_points, forecast, seasonality
from .unusual import outliers

__all__ = [
    "Assumption",
    "Result",
    "adjust_p_values",
    "change_points",
    "classify",
    "cluster",
    "compare_groups",
    "explain_change",
    "explain_ratio",
    "forecast",
    "outliers",
    "regress",
    "seasonality",
]
