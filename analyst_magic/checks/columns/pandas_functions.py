"""What the functions of pandas itself give, such as ``pd.concat``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .pandas_calls import RESULT, argument
from .pandas_methods import FRAME_METHODS
from .pandas_reshaping import merged
from .values import FrameValue, SeriesValue, Value

if TYPE_CHECKING:
    from .flow import Flow


def of_module(flow: Flow, name: str, node: ast.Call) -> Value:
    """What a function of pandas gives."""
    first = node.args[0] if node.args else None
    if name == "merge":
        left = flow.value(argument(node, 0, "left"))
        return merged(flow, left, argument(node, 1, "right"), node, 2)
    if name == "concat":
        return _concatenated(flow, node)
    if name == "DataFrame":
        return _made(flow, node)
    if name in {"melt", "pivot_table", "pivot"} and isinstance(frame := flow.value(first), FrameValue):
        rest = ast.Call(node.func, node.args[1:], node.keywords)
        return FRAME_METHODS[name](flow, frame, rest)
    if name == "get_dummies" and isinstance(frame := flow.value(first), FrameValue):
        flow.check(frame, argument(node, None, "columns"))
        return None
    values = flow.arguments(node)
    if name in {"to_datetime", "to_numeric", "to_timedelta", "isna", "notna", "cut", "qcut"} and values:
        return values[0] if isinstance(values[0], SeriesValue) else None
    return None


def _concatenated(flow: Flow, node: ast.Call) -> Value:
    part = argument(node, 0, "objs")
    if not isinstance(part, ast.List | ast.Tuple):
        flow.arguments(node, escape=True)
        return None
    values = [flow.value(item) for item in part.elts]
    axis = argument(node, 1, "axis")
    columns: set[str] = set()
    index: set[str] = {str(c.value) for c in flow.texts(argument(node, None, "names"))}
    if argument(node, None, "keys") is not None and axis is not None:
        return None
    known, open_index = True, argument(node, None, "keys") is not None
    for value in values:
        if isinstance(value, FrameValue) and value.library == "pandas":
            columns |= value.columns
            index |= value.index
            known, open_index = known and value.known, open_index or value.open_index
        elif isinstance(value, SeriesValue) and axis is not None and value.names is not None:
            columns |= value.names
            index |= value.index or set()
            open_index = open_index or value.index is None
        else:
            return None
    return FrameValue(columns, f"{RESULT}concat()", index, known=known, open_index=open_index)


def _made(flow: Flow, node: ast.Call) -> Value:
    """``DataFrame`` of a literal, or of a frame."""
    part = argument(node, 0, "data")
    columns = flow.texts(argument(node, None, "columns"))
    if isinstance(part, ast.Dict):
        for inner in part.values:
            flow.value(inner)
        keys = flow.texts(ast.List([key for key in part.keys if key]))
        if len(keys) == len(part.keys):
            return FrameValue({str(c.value) for c in keys}, "the new frame", open_index=True)
        return None
    value = flow.value(part)
    if isinstance(value, FrameValue) and value.library == "pandas" and len(node.args) + len(node.keywords) == 1:
        return value.like("the new frame")
    if columns and isinstance(argument(node, None, "columns"), ast.List):
        return FrameValue({str(c.value) for c in columns}, "the new frame", open_index=True)
    return None
