"""What the methods of a column of pandas give."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .pandas_calls import RESET, RESULT, argument, is_flag
from .values import FrameValue, SeriesValue, Value

if TYPE_CHECKING:
    from .flow import Flow


_SERIES_SAME = frozenset(
    """sort_values sort_index head tail round astype fillna nlargest nsmallest abs clip shift diff cumsum cumprod cummax
    cummin pct_change rank map replace dropna ffill bfill copy where mask isin isna notna isnull notnull between eq ne
    gt ge lt le mul div add sub truediv drop_duplicates sample interpolate duplicated contains startswith endswith lower
    upper strip lstrip rstrip title len slice zfill pad floor ceil normalize to_period to_timestamp tz_localize
    tz_convert strftime day_name month_name total_seconds isocalendar_week match fullmatch capitalize""".split()
)


def of_series(flow: Flow, series: SeriesValue, name: str, node: ast.Call) -> Value:
    """What a method of a column gives."""
    flow.arguments(node)
    if name in _SERIES_SAME:
        return SeriesValue(series.names, series.index)
    if name == "rename":
        texts = flow.texts(argument(node, 0, "index", "name"))
        return (
            SeriesValue(frozenset(str(c.value) for c in texts), series.index)
            if texts
            else SeriesValue(None, series.index)
        )
    if name == "rename_axis":
        texts = flow.texts(argument(node, 0, "mapper", "index"))
        return SeriesValue(series.names, frozenset(str(c.value) for c in texts) if texts else None)
    if name == "value_counts":
        return counts(node, series.names)
    if name in {"to_frame", "reset_index"}:
        return _framed(flow, series, name, node)
    return None


def counts(node: ast.Call, index: frozenset[str] | None) -> Value:
    share = argument(node, None, "normalize") or (
        node.args[0] if node.args and not isinstance(node.args[0], ast.List) else None
    )
    names = frozenset({"count"}) if share is None else frozenset({"count", "proportion"})
    return SeriesValue(names, index)


def _framed(flow: Flow, series: SeriesValue, method: str, node: ast.Call) -> Value:
    part = argument(node, 0, "name") if method == "to_frame" else argument(node, None, "name")
    texts = flow.texts(part)
    names = frozenset(str(constant.value) for constant in texts) if part is not None else series.names
    if names is None or (part is not None and not texts):
        return None
    if method == "to_frame":
        index = set(series.index or ())
        return FrameValue(set(names), f"{RESULT}to_frame()", index, open_index=series.index is None)
    if is_flag(node, "drop", True):
        return SeriesValue(names, frozenset())
    if series.index is None:
        return None
    extra = {str(constant.value) for constant in flow.texts(argument(node, None, "names"))}
    return FrameValue(set(names | series.index | RESET | extra), f"{RESULT}reset_index()")
