"""What an assignment does to a name, to the columns of a frame, or to the items of a loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .pandas_calls import is_attribute
from .parts import LOCATORS
from .values import FrameValue, GroupsValue, RowValue, SeriesValue, TextsValue, Value

if TYPE_CHECKING:
    from .flow import Flow


def store(flow: Flow, target: ast.expr, value: Value, node: ast.expr | None = None) -> None:
    """What an assignment to a target does."""
    if isinstance(target, ast.Name):
        flow.bind(target.id, value)
    elif isinstance(target, ast.Starred):
        store(flow, target.value, None)
    elif isinstance(target, ast.Tuple | ast.List):
        parts = node.elts if isinstance(node, ast.Tuple | ast.List) else []
        pairwise = len(parts) == len(target.elts)
        for place, item in enumerate(target.elts):
            store(flow, item, flow.value(parts[place]) if pairwise else None)
    elif isinstance(target, ast.Subscript):
        _store_item(flow, target, value)
    elif isinstance(target, ast.Attribute):
        _store_attribute(flow, target, value)


def _store_item(flow: Flow, target: ast.Subscript, value: Value) -> None:
    base, part = target.value, target.slice
    if isinstance(base, ast.Attribute) and base.attr in LOCATORS:
        frame = flow.value(base.value)
        flow.value(part)
        if isinstance(frame, FrameValue) and base.attr in {"loc", "at"} and isinstance(part, ast.Tuple):
            _take(flow, frame, part.elts[-1])
        return
    owner = flow.value(base)
    if isinstance(owner, FrameValue):
        _take(flow, owner, part)
    elif not isinstance(owner, SeriesValue | RowValue):
        flow.value(part)
        flow.forget(value)


def _take(flow: Flow, frame: FrameValue, part: ast.expr) -> None:
    """A column, or several, that are set in place; a condition on rows sets none."""
    value = flow.value(part)
    if isinstance(value, TextsValue) and value.known:
        frame.add(value.texts)
    elif not isinstance(value, SeriesValue | FrameValue) and not isinstance(part, ast.Slice | ast.Compare):
        frame.forget()


def _store_attribute(flow: Flow, target: ast.Attribute, value: Value) -> None:
    owner = flow.value(target.value) if not isinstance(target.value, ast.Attribute) else None
    if isinstance(owner, FrameValue):
        if target.attr in {"columns", "index"} or is_attribute(target.attr):
            if target.attr == "columns" and isinstance(value, TextsValue) and value.known:
                owner.add(value.texts)
            else:
                owner.forget()
        else:
            owner.add({target.attr})
        return
    if isinstance(owner, SeriesValue):
        owner.names = owner.index = None
    if isinstance(target.value, ast.Attribute):
        inner = flow.value(target.value.value)
        if isinstance(inner, SeriesValue):
            inner.index = None
        if isinstance(inner, FrameValue) and target.value.attr in {"index", "columns"}:
            names = set(value.texts) if isinstance(value, TextsValue) and value.known else None
            if target.value.attr == "index" and names:
                inner.index |= names
            else:
                inner.forget()
    flow.forget(value)


def items_of(flow: Flow, node: ast.expr) -> Value:
    """What is known of the items of an iterable: the frame of each group, a row, one of some texts."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "iterrows":
        frame = flow.value(node.func.value)
        return RowValue(frame) if isinstance(frame, FrameValue) else None
    value = flow.value(node)
    return value if isinstance(value, GroupsValue | TextsValue) else None


def bind_item(flow: Flow, target: ast.expr, items: Value) -> None:
    inner: Value = None
    if isinstance(items, GroupsValue) and items.frame.library == "pandas" and items.chosen is None:
        inner = items.frame.like("a group")
    elif isinstance(items, RowValue):
        inner = items
    elif isinstance(items, TextsValue) and items.several and items.known and isinstance(target, ast.Name):
        flow.bind(target.id, TextsValue(items.constants))
        return
    if inner is not None and isinstance(target, ast.Tuple) and len(target.elts) == 2:
        store(flow, target.elts[0], None)
        store(flow, target.elts[1], inner)
    else:
        store(flow, target, None)
