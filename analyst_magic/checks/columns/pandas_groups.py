"""Groups of pandas frames: what makes them, and what their methods give."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .pandas_calls import RESULT, argument, is_flag, levels
from .pandas_series import counts
from .values import FrameValue, GroupsValue, SeriesValue, TextsValue, Value

if TYPE_CHECKING:
    from .flow import Flow


_AGGREGATES = frozenset(
    """mean sum median min max count nunique std var sem prod first last size quantile idxmax idxmin any all skew nth
    kurt""".split()
)


def groupby(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    part = argument(node, 0, "by")
    names = set(flow.check(frame, part, index=True))
    level = argument(node, None, "level")
    keys: frozenset[str] | None = frozenset(names)
    for item in part.elts if isinstance(part, ast.List | ast.Tuple) else [part] if part is not None else []:
        value = flow.value(item)
        if isinstance(value, SeriesValue) and value.names is not None:
            keys = keys | value.names if keys is not None else None
        elif isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute) and item.func.attr == "Grouper":
            key = argument(item, 0, "key")
            grouped = flow.check(frame, key, index=True) if key is not None else []
            keys = keys | set(grouped) | frame.index if keys is not None else None
        elif not isinstance(value, TextsValue):
            keys = None
    if level is not None:
        keys = levels(frame)
        keys = keys and keys | {str(constant.value) for constant in flow.texts(level)}
    as_index = argument(node, None, "as_index")
    if as_index is not None and not isinstance(as_index, ast.Constant):
        keys = None
    return GroupsValue(frame, keys, as_index=not is_flag(node, "as_index", False))


def resample(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    on = argument(node, None, "on")
    names = flow.check(frame, on) if on is not None else []
    keys = frozenset(names) if on is not None else levels(frame)
    return GroupsValue(frame, keys)


def rolling(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    flow.check(frame, argument(node, None, "on"))
    return None


def aggregated(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    _check_functions(flow, frame, node)
    return None


def _check_functions(flow: Flow, frame: FrameValue, node: ast.Call) -> None:
    """The columns in ``agg({"x": "mean"})`` and ``agg(total=("x", "sum"))``."""
    part = argument(node, 0, "func")
    if isinstance(part, ast.Dict):
        for key in part.keys:
            flow.check(frame, key)
    for keyword in node.keywords:
        if keyword.arg is None and isinstance(keyword.value, ast.Dict):
            for value in keyword.value.values:
                _check_pair(flow, frame, value)
        else:
            _check_pair(flow, frame, keyword.value)


def _check_pair(flow: Flow, frame: FrameValue, value: ast.expr) -> None:
    if isinstance(value, ast.Tuple) and len(value.elts) == 2:
        flow.check(frame, value.elts[0])
    elif isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "NamedAgg":
        flow.check(frame, argument(value, 0, "column"))


def of_groups(flow: Flow, groups: GroupsValue, name: str, node: ast.Call) -> Value:
    """What a method of groups gives."""
    frame = groups.frame
    if name == "apply" and isinstance(function := argument(node, 0, "func"), ast.Lambda):
        flow.call_lambda(function, frame if groups.chosen is None else None)
        return None
    if name == "filter" and isinstance(function := argument(node, 0, "func"), ast.Lambda):
        flow.call_lambda(function, frame if groups.chosen is None else None)
        return frame.like(f"{RESULT}filter()") if groups.chosen is None else None
    flow.arguments(node, escape=name == "pipe")
    if name in {"agg", "aggregate"}:
        return _aggregated_groups(flow, groups, node)
    if name == "size":
        return _of_size(groups)
    if name in _AGGREGATES:
        return _figures(groups, f"{RESULT}{name}()")
    if name == "value_counts" and groups.one and groups.chosen:
        index = None if groups.keys is None else groups.keys | set(groups.chosen)
        return counts(node, index) if groups.as_index else None
    if name in {"head", "tail", "sample"} and groups.chosen is None:
        return frame.like(f"{RESULT}{name}()")
    if name in {"cumcount", "ngroup"}:
        return SeriesValue(frozenset(), levels(frame))
    if name in {"transform", "rank", "shift", "diff", "cumsum", "pct_change", "ffill", "bfill", "fillna", "cummax"}:
        index = levels(frame)
        return SeriesValue(frozenset(groups.chosen or ()), index) if groups.one else None
    return None


def _of_size(groups: GroupsValue) -> Value:
    if groups.keys is None:
        return None
    if groups.as_index:
        return SeriesValue(frozenset(), groups.keys)
    return groups.frame.like(f"{RESULT}size()", groups.keys | {"size"}, ())


def _figures(groups: GroupsValue, label: str, columns: Iterable[str] | None = None) -> Value:
    """An aggregate of each column that was chosen, or of these instead; the keys are its index, or columns too."""
    if groups.keys is None:
        return None
    if groups.one and columns is None and groups.as_index:
        return SeriesValue(frozenset(groups.chosen or ()), groups.keys)
    names = set(columns) if columns is not None else set(groups.chosen or groups.frame.columns)
    index: Iterable[str] = groups.keys if groups.as_index else ()
    result = groups.frame.like(label, names if groups.as_index else names | groups.keys, index)
    result.open_index = False
    return result


def _aggregated_groups(flow: Flow, groups: GroupsValue, node: ast.Call) -> Value:
    label = f"{RESULT}agg()"
    looked_at = groups.frame if groups.chosen is None else groups.frame.like(groups.frame.label, groups.chosen)
    if not groups.one:
        _check_functions(flow, looked_at, node)
    names = {keyword.arg for keyword in node.keywords if keyword.arg not in {None, "func", "engine", "engine_kwargs"}}
    spread = [keyword.value for keyword in node.keywords if keyword.arg is None]
    function = argument(node, 0, "func")
    if function is None:
        for part in spread:
            keys = flow.texts(ast.List([key for key in part.keys if key])) if isinstance(part, ast.Dict) else []
            if not keys or not isinstance(part, ast.Dict) or len(keys) != len(part.keys):
                return None
            names |= {str(constant.value) for constant in keys}
        return _figures(groups, label, {name for name in names if name})
    if isinstance(function, ast.Dict):
        simple = all(isinstance(value, ast.Constant | ast.Lambda | ast.Attribute) for value in function.values)
        keys = flow.texts(ast.List([key for key in function.keys if key]))
        if not simple or len(keys) != len(function.keys):
            return None
        return _figures(groups, label, {str(constant.value) for constant in keys})
    if isinstance(function, ast.List | ast.Tuple):
        texts = flow.texts(function)
        if groups.one and len(texts) == len(function.elts):
            return _figures(groups, label, {str(constant.value) for constant in texts})
        return None
    if isinstance(function, ast.Constant | ast.Lambda):
        return _figures(groups, label)
    return None
