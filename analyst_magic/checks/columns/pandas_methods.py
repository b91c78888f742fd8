"""Which arguments of a pandas frame's methods name columns, and which columns a frame has after each method.

Checked against pandas 3 in the tests. A method that is not here gives a value of which nothing is known.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from .charts import plotted
from .pandas_calls import RESET, RESULT, argument, is_flag, levels
from .pandas_groups import aggregated, groupby, resample, rolling
from .pandas_reshaping import join, melt, merge, pivot, pivot_table
from .pandas_series import counts
from .queries import in_eval, in_query
from .values import FrameValue, RowValue, SeriesValue, TextsValue, Value

if TYPE_CHECKING:
    from .flow import Flow


_SAME = frozenset(
    """head tail sample copy sort_index fillna ffill bfill interpolate round abs clip replace convert_dtypes
    infer_objects where mask isna notna isnull notnull isin diff shift cumsum cumprod cummax cummin pct_change rank map
    truncate between_time at_time tz_localize tz_convert select_dtypes describe corr cov swaplevel droplevel
    reorder_levels add sub mul div truediv""".split()
)
# Method -> position and name of the argument that names columns, and whether a name of the index will do.
_NAMES_ARGUMENT: dict[str, tuple[int, str, bool]] = {
    "sort_values": (0, "by", True),
    "drop_duplicates": (0, "subset", False),
    "nlargest": (1, "columns", False),
    "nsmallest": (1, "columns", False),
    "explode": (0, "column", False),
}


def call(flow: Flow, frame: FrameValue, name: str, node: ast.Call) -> Value:
    """What a method of a frame gives; its arguments are looked up."""
    in_place = any(keyword.arg == "inplace" and not is_flag(node, "inplace", False) for keyword in node.keywords)
    work = FRAME_METHODS.get(name)
    if work is not None:
        result = work(flow, frame, node)
    elif name in _NAMES_ARGUMENT:
        position, keyword, index = _NAMES_ARGUMENT[name]
        rows_by_columns = argument(node, None, "axis") is not None
        flow.arguments(node)
        if not rows_by_columns:
            flow.check(frame, argument(node, position, keyword), index=index)
        result = frame.like(f"{RESULT}{name}()")
        if is_flag(node, "ignore_index", True):
            result.index = set()
    elif name in _SAME:
        flow.arguments(node)
        result = frame.like(f"{RESULT}{name}()")
    elif name in {"pipe", "apply"}:
        result = _applied(flow, frame, node, pipe=name == "pipe")
    else:
        flow.arguments(node, escape=False)
        result = None
        if in_place:
            frame.forget()
    if in_place:
        if isinstance(result, FrameValue):
            frame.add(result.columns)
            frame.index |= result.index
        return None
    return result


def _applied(flow: Flow, frame: FrameValue, node: ast.Call, *, pipe: bool) -> Value:
    function = argument(node, 0, "func")
    if not isinstance(function, ast.Lambda):
        flow.arguments(node)
        if pipe:
            frame.forget()
        return None
    by_row = is_flag(node, "axis", 1) or is_flag(node, "axis", "columns")
    value = flow.call_lambda(function, frame if pipe else RowValue(frame) if by_row else None)
    return value if pipe else None


def _assign(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    result = frame.like(f"{RESULT}assign()")
    for keyword in node.keywords:
        if isinstance(keyword.value, ast.Lambda):
            flow.call_lambda(keyword.value, result)
        else:
            flow.value(keyword.value)
        if keyword.arg is not None:
            result.add({keyword.arg})
        elif isinstance(keyword.value, ast.Dict) and (
            names := flow.texts(ast.List([k for k in keyword.value.keys if k]))
        ):
            result.add(str(constant.value) for constant in names)
        else:
            result.known = False
    return result


def _dropna(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    if argument(node, None, "axis") is None and not node.args:
        flow.check(frame, argument(node, None, "subset"))
    return frame.like(f"{RESULT}dropna()")


def _drop(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    axis = argument(node, 1, "axis")
    by_axis = isinstance(axis, ast.Constant) and axis.value in {1, "columns"}
    part = argument(node, None, "columns") or (argument(node, 0, "labels") if by_axis else None)
    result = frame.like(f"{RESULT}drop()")
    if part is None:
        return result
    names = [str(c.value) for c in flow.texts(part)] if is_flag(node, "errors", "ignore") else flow.check(frame, part)
    if not is_flag(node, "inplace", True):
        result.columns -= set(names)
    return result


def _rename(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    axis = argument(node, None, "axis")
    by_axis = isinstance(axis, ast.Constant) and axis.value in {1, "columns"}
    part = argument(node, None, "columns") or (argument(node, 0, "mapper") if by_axis else None)
    result = frame.like(f"{RESULT}rename()")
    if part is None:
        return result if argument(node, None, "index") is not None else None
    if not isinstance(part, ast.Dict) or any(key is None for key in part.keys):
        return None
    old: set[str] = set()
    new: set[str] = set()
    for key, value in zip(part.keys, part.values, strict=True):
        left, right = flow.texts(key), flow.texts(value)
        if len(left) != 1 or len(right) != 1:
            result.known = False
            continue
        name, other = str(left[0].value), str(right[0].value)
        # A name that the frame has by now may be renamed once more to be safe; one of a reset index may not be there.
        if name not in RESET and other not in frame.columns:
            flow.check(frame, key)
        old.add(name)
        # What is missing may be a slip, which is corrected: then the new name is there.
        new.add(other)
    if not is_flag(node, "inplace", True):
        result.columns -= old
    result.add(new)
    return result


def _value_counts(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    part = argument(node, 0, "subset")
    names = flow.check(frame, part, index=True)
    return counts(node, frozenset(names or frame.columns))


def _set_index(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    part = argument(node, 0, "keys")
    names = set(flow.check(frame, part))
    result = frame.like(
        f"{RESULT}set_index()", index=names | (frame.index if argument(node, None, "append") else set())
    )
    result.open_index = not isinstance(flow.value(part), TextsValue)
    if argument(node, None, "drop") is None and not is_flag(node, "inplace", True):
        result.columns -= names
    return result


def _reset_index(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    result = frame.like(f"{RESULT}reset_index()", index=())
    result.open_index = False
    if is_flag(node, "drop", True):
        return result
    result.known = frame.known and not frame.open_index
    result.columns |= (
        frame.index | RESET | {str(constant.value) for constant in flow.texts(argument(node, None, "names"))}
    )
    if node.args or argument(node, None, "level") is not None:
        result.index = set(frame.index)
    return result


def _rename_axis(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    result = frame.like(f"{RESULT}rename_axis()")
    names = flow.texts(argument(node, 0, "mapper", "index"))
    result.index |= {str(constant.value) for constant in names}
    result.open_index = result.open_index or not names
    return result


def _astype(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    part = argument(node, 0, "dtype")
    if isinstance(part, ast.Dict) and not is_flag(node, "errors", "ignore"):
        for key in part.keys:
            flow.check(frame, key)
    return frame.like(f"{RESULT}astype()")


def _filter(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    return frame.like(f"{RESULT}filter()")


def _reindex(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    part = argument(node, None, "columns")
    result = frame.like(f"{RESULT}reindex()")
    result.known = frame.known and (part is None or isinstance(flow.value(part), TextsValue))
    result.add(str(constant.value) for constant in flow.texts(part))
    return result


def _insert(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    names = flow.texts(argument(node, 1, "column"))
    frame.add(str(constant.value) for constant in names)
    if not names:
        frame.forget()
    return None


def _pop(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    return SeriesValue(frozenset(flow.check(frame, argument(node, 0, "item"))), levels(frame))


def _to_file(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    flow.check(frame, argument(node, None, "columns"))
    return None


def _plot(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    plotted(flow, frame, node)
    return None


def _added(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    ends = [str(constant.value) for constant in flow.texts(argument(node, 0, "prefix", "suffix"))]
    if len(ends) != 1:
        return None
    return frame.like(
        f"{RESULT}add_prefix()", {f"{ends[0]}{n}" for n in frame.columns} | {f"{n}{ends[0]}" for n in frame.columns}
    )


def _duplicated(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    flow.check(frame, argument(node, 0, "subset"))
    return SeriesValue(frozenset(), levels(frame))


def _squeezed(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    return None


FRAME_METHODS: dict[str, Callable[[Flow, FrameValue, ast.Call], Value]] = {
    "assign": _assign, "dropna": _dropna, "drop": _drop, "rename": _rename, "groupby": groupby, "resample": resample,
    "rolling": rolling, "agg": aggregated, "aggregate": aggregated, "transform": aggregated,
    "value_counts": _value_counts, "set_index": _set_index, "reset_index": _reset_index, "rename_axis": _rename_axis,
    "astype": _astype, "pivot_table": pivot_table, "pivot": pivot, "melt": melt, "merge": merge, "join": join,
    "filter": _filter, "reindex": _reindex, "insert": _insert, "pop": _pop, "to_csv": _to_file, "to_excel": _to_file,
    "to_html": _to_file, "to_string": _to_file, "plot": _plot, "hist": _plot, "boxplot": _plot, "add_prefix": _added,
    "add_suffix": _added, "duplicated": _duplicated, "squeeze": _squeezed, "query": in_query, "eval": in_eval,
}  # fmt: skip
