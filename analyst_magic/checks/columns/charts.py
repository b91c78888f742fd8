"""Which arguments of Plotly Express, seaborn and the plots of pandas name columns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .values import FrameValue, Value

if TYPE_CHECKING:
    from .flow import Flow

# Arguments of Plotly Express that name columns of its frame.
_DRAWN = frozenset(
    """x y z a b c r theta color size symbol names values text hover_name hover_data custom_data facet_row facet_col
    animation_frame animation_group line_group line_dash pattern_shape dimensions path parents ids lat lon locations
    error_x error_x_minus error_y error_y_minus error_z base x_start x_end""".split()
)
_WIDE = frozenset({"variable", "value", "index", "_value_", "count"})
"""Names that Plotly Express gives to columns itself where it is given several."""
_NO_COLUMNS = frozenset({"imshow", "set_mapbox_access_token", "get_trendline_results", "parallel_coordinates"})
_SEABORN = frozenset("x y hue col row style size units weights".split())
_SEABORN_LISTS = frozenset({"vars", "x_vars", "y_vars"})
_MATRICES = frozenset({"heatmap", "clustermap"})
# Kinds of plots in which the first two arguments are the ones for x and y.
_BY_POSITION = frozenset(
    "bar line scatter area histogram box violin strip ecdf density_heatmap density_contour funnel".split()
)


def express(flow: Flow, name: str, node: ast.Call) -> Value:
    """The columns that a function of Plotly Express draws."""
    flow.arguments(node)
    frame_part = next((k.value for k in node.keywords if k.arg == "data_frame"), node.args[0] if node.args else None)
    frame = flow.value(frame_part)
    if not isinstance(frame, FrameValue) or frame.library == "other" or name in _NO_COLUMNS:
        return None
    parts = [keyword.value for keyword in node.keywords if keyword.arg in _DRAWN]
    parts += node.args[1:3] if name in _BY_POSITION else []
    for part in parts:
        for item in part.keys if isinstance(part, ast.Dict) else [part]:
            if item is not None and not _is_data(part, item):
                _check(flow, frame, item)
    return None


def _is_data(part: ast.expr, key: ast.expr) -> bool:
    """Whether ``hover_data`` gives a new column by its values, as ``{"x": values}`` or ``{"x": (":.1f", values)}``."""
    if not isinstance(part, ast.Dict):
        return False
    value = part.values[part.keys.index(key)]
    return not (isinstance(value, ast.Constant) and isinstance(value.value, bool | str))


def _check(flow: Flow, frame: FrameValue, part: ast.expr) -> None:
    texts = {str(constant.value) for constant in flow.texts(part)}
    if not texts & _WIDE:
        flow.check(frame, part)


def seaborn(flow: Flow, name: str, node: ast.Call) -> Value:
    """The columns that a function of seaborn draws; it takes levels of the index too."""
    flow.arguments(node)
    first = node.args[0] if node.args else None
    frame = flow.value(next((k.value for k in node.keywords if k.arg == "data"), first))
    if not isinstance(frame, FrameValue) or name in _MATRICES or frame.library == "other":
        return None
    for keyword in node.keywords:
        if keyword.arg in _SEABORN | _SEABORN_LISTS:
            flow.check(frame, keyword.value, index=True)
    return None


def plotted(flow: Flow, frame: FrameValue, node: ast.Call) -> None:
    """The columns of ``frame.plot(x=…, y=…)``, ``frame.plot.bar(…)``, ``frame.hist`` and ``frame.boxplot``."""
    flow.arguments(node)
    for keyword in node.keywords:
        if keyword.arg in {"x", "y", "by", "column"}:
            flow.check(frame, keyword.value)
