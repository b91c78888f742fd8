"""What an attribute or brackets take of a frame: a column, several, or rows."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .pandas_calls import NO_SERIES, is_attribute
from .values import FrameValue, GroupsValue, ModuleValue, RowValue, SeriesValue, TextsValue, Value

if TYPE_CHECKING:
    from .flow import Flow


REMOVED = frozenset({"append", "applymap", "ix", "iteritems", "lookup", "mad", "tshift", "slice_shift", "swapaxes"})
"""What were methods of a pandas frame once."""
LOCATORS = frozenset({"loc", "iloc", "at", "iat"})


def attribute(flow: Flow, node: ast.Attribute) -> Value:
    """What an attribute stands for; a column where the frame has it."""
    owner = flow.value(node.value)
    if isinstance(owner, ModuleValue):
        return ModuleValue(f"{owner.name}.{node.attr}")
    if isinstance(owner, SeriesValue):
        return None if node.attr in NO_SERIES else SeriesValue(owner.names, owner.index)
    frame = owner.frame if isinstance(owner, GroupsValue) else owner
    if not isinstance(frame, FrameValue) or frame.library != "pandas" or is_attribute(node.attr):
        return None
    if node.attr in frame.columns:
        return _chosen(flow, owner, [node.attr], one=True)
    if node.attr not in REMOVED and not node.attr.startswith("_"):
        line, end = node.end_lineno or node.lineno, node.end_col_offset or 0
        start = end - len(node.attr.encode()) - 1
        flow.miss(frame, node.attr, line, start, end, attribute=True)
    return None


def _chosen(flow: Flow, owner: Value, names: Sequence[str], *, one: bool) -> Value:
    """One column or several of a frame or of its groups."""
    if isinstance(owner, GroupsValue):
        return GroupsValue(owner.frame, owner.keys, tuple(names), one, owner.as_index)
    if not isinstance(owner, FrameValue):
        return None
    if one:
        return SeriesValue(frozenset(names), frozenset(owner.index) if owner.known and not owner.open_index else None)
    return owner.like(owner.label, names)


def subscript(flow: Flow, node: ast.Subscript) -> Value:
    """What ``owner[part]`` stands for."""
    base, part = node.value, node.slice
    if isinstance(base, ast.Attribute) and base.attr in LOCATORS:
        return _located(flow, base, part)
    owner = flow.value(base)
    chosen = flow.value(part)
    if isinstance(owner, RowValue):
        _check_part(flow, owner.frame, part, chosen)
        return None
    if isinstance(owner, SeriesValue):
        return owner if isinstance(part, ast.Slice) or isinstance(chosen, SeriesValue) else None
    frame = owner.frame if isinstance(owner, GroupsValue) else owner
    if not isinstance(frame, FrameValue):
        return None
    if isinstance(chosen, TextsValue) and not isinstance(part, ast.Tuple):
        if not chosen.known:
            return None
        names = _check_part(flow, frame, part, chosen)
        return _chosen(flow, owner, names, one=not chosen.several) if frame.library != "other" else None
    is_rows = isinstance(part, ast.Slice) or isinstance(chosen, SeriesValue | FrameValue)
    return owner.like(owner.label) if isinstance(owner, FrameValue) and is_rows else None


def _check_part(flow: Flow, frame: FrameValue, part: ast.expr, chosen: Value) -> list[str]:
    """The columns that stand in brackets; those of a name may be any of them."""
    if not isinstance(chosen, TextsValue) or isinstance(part, ast.Tuple):
        return []
    return flow.check(frame, part) if chosen.known else []


def _located(flow: Flow, base: ast.Attribute, part: ast.expr) -> Value:
    """What ``frame.loc[rows, columns]`` and its like stand for."""
    owner = flow.value(base.value)
    if not isinstance(owner, FrameValue) or owner.library != "pandas":
        chosen = flow.value(part)
        is_rows = isinstance(part, ast.Slice) or isinstance(chosen, SeriesValue)
        return owner if isinstance(owner, SeriesValue) and is_rows else None
    if not isinstance(part, ast.Tuple):
        if isinstance(part, ast.Lambda):
            flow.call_lambda(part, owner)
        rows = flow.value(part) if not isinstance(part, ast.Lambda) else SeriesValue()
        several = isinstance(part, ast.Slice | ast.List | ast.Lambda) or isinstance(rows, SeriesValue)
        return owner.like(owner.label) if several else RowValue(owner)
    if len(part.elts) != 2 or base.attr in {"iloc", "iat"}:
        flow.value(part)
        return None
    rows_part, columns_part = part.elts
    rows = flow.call_lambda(rows_part, owner) if isinstance(rows_part, ast.Lambda) else flow.value(rows_part)
    # With several levels of an index, loc["a", "b"] can be a row.
    all_rows = isinstance(rows_part, ast.Slice | ast.Tuple | ast.Lambda) or isinstance(rows, SeriesValue)
    if not all_rows and (len(owner.index) > 1 or owner.open_index):
        flow.value(columns_part)
        return None
    if isinstance(columns_part, ast.Slice):
        flow.check(owner, columns_part.lower)
        flow.check(owner, columns_part.upper)
        return owner.like(owner.label)
    chosen = flow.value(columns_part)
    if not isinstance(chosen, TextsValue) or not chosen.known:
        return None
    names = flow.check(owner, columns_part)
    return _chosen(flow, owner, names, one=not chosen.several) if all_rows else None
