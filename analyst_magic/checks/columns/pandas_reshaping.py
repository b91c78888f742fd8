"""Pivots, melts and joins of pandas frames."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .pandas_calls import RESULT, argument
from .values import FrameValue, SeriesValue, TextsValue, Value

if TYPE_CHECKING:
    from .flow import Flow


def pivot_table(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    for position, name in enumerate(("values", "index", "columns")):
        flow.check(frame, argument(node, position, name), index=True)
    functions = argument(node, 3, "aggfunc")
    for key in functions.keys if isinstance(functions, ast.Dict) else []:
        flow.check(frame, key)
    return None


def pivot(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    for name in ("values", "index", "columns"):
        flow.check(frame, argument(node, None, name), index=True)
    return None


def melt(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    flow.arguments(node)
    identifiers = argument(node, 0, "id_vars")
    names = set(flow.check(frame, identifiers))
    flow.check(frame, argument(node, 1, "value_vars"))
    if identifiers is not None and not isinstance(flow.value(identifiers), TextsValue):
        return None
    variable, value = argument(node, 2, "var_name"), argument(node, 3, "value_name")
    columns = names | {"variable", "value"} | {str(c.value) for c in (*flow.texts(variable), *flow.texts(value))}
    given = [part for part in (variable, value) if part is not None]
    result = frame.like(f"{RESULT}melt()", columns, ())
    result.known = frame.known and all(isinstance(flow.value(part), TextsValue) for part in given)
    return result


def merge(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    return merged(flow, frame, argument(node, 0, "right"), node, 1)


def merged(flow: Flow, left: Value, right_part: ast.expr | None, node: ast.Call, first: int) -> Value:
    """What two frames give that are merged.

    Args:
        flow: Where names are looked up.
        left: The first frame.
        right_part: The second.
        node: The call.
        first: The position of ``how`` among its arguments.
    """
    right = flow.value(right_part)
    for keyword in node.keywords:
        if keyword.value is not right_part:
            flow.value(keyword.value)
    if isinstance(right, SeriesValue):
        known = right.names is not None and right.index is not None
        right = FrameValue(set(right.names or ()), "the column", set(right.index or ()), known=known)
    sides = [side if isinstance(side, FrameValue) else None for side in (left, right)]
    keys: set[str] | None = set()
    for position, name, looked_at in (
        (first + 1, "on", (0, 1)), (first + 2, "left_on", (0,)), (first + 3, "right_on", (1,))
    ):  # fmt: skip
        part = argument(node, position, name)
        if part is not None:
            keys = keys | {str(c.value) for c in flow.texts(part)} if keys is not None and flow.texts(part) else None
        for side in looked_at:
            frame = sides[side]
            if part is not None and frame is not None:
                names = flow.check(frame, part, index=True)
                keys = keys | set(names) if keys is not None else None
    one, other = sides
    if one is None or other is None:
        return None
    suffixes = argument(node, None, "suffixes")
    ends = [str(c.value) for c in flow.texts(suffixes)] if suffixes is not None else ["_x", "_y"]
    if len(ends) < 1 or (isinstance(suffixes, ast.expr) and not isinstance(suffixes, ast.Tuple | ast.List)):
        return None
    both = one.columns & other.columns
    columns = one.columns | other.columns | {f"{name}{end}" for name in both for end in ends} | {"_merge", "key_0"}
    if keys and all(ends):
        columns -= both - keys
    columns |= {str(constant.value) for constant in flow.texts(argument(node, None, "indicator"))}
    columns |= one.index | other.index  # as "on" may name levels of an index
    result = FrameValue(columns, f"{RESULT}merge()", one.index | other.index)
    result.known, result.open_index = one.known and other.known, one.open_index or other.open_index
    return result


def join(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    part = argument(node, 0, "other")
    flow.check(frame, argument(node, 1, "on"), index=True)
    other = flow.value(part)
    if not isinstance(other, FrameValue):
        return None
    ends = [str(c.value) for name in ("lsuffix", "rsuffix") for c in flow.texts(argument(node, None, name))]
    both = frame.columns & other.columns
    result = frame.like(f"{RESULT}join()", frame.columns | other.columns | {f"{n}{end}" for n in both for end in ends})
    result.index |= other.index
    result.known, result.open_index = frame.known and other.known, True
    return result
