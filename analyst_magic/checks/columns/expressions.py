"""What each expression of Python stands for."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from .calls import call
from .pandas_calls import RESULT
from .parts import attribute, subscript
from .targets import bind_item, items_of
from .tree import asks_for_columns
from .values import FrameValue, SeriesValue, TextsValue, Value, joined

if TYPE_CHECKING:
    from .flow import Flow


def _name(flow: Flow, node: ast.Name) -> Value:
    return flow.scope.get(node.id)


def _constant(flow: Flow, node: ast.Constant) -> Value:
    return TextsValue((node,)) if isinstance(node.value, str) else None


def _list(flow: Flow, node: ast.List | ast.Tuple | ast.Set) -> Value:
    values = [flow.value(item.value if isinstance(item, ast.Starred) else item) for item in node.elts]
    for value in values:
        flow.forget(value)
    texts = [value for value in values if isinstance(value, TextsValue) and value.known]
    if len(texts) < len(values) or not values:
        return None
    return TextsValue(tuple(constant for value in texts for constant in value.constants), several=True)


def _dict(flow: Flow, node: ast.Dict) -> Value:
    for part in (*node.keys, *node.values):
        flow.forget(flow.value(part))
    return None


def _conditional(flow: Flow, node: ast.IfExp) -> Value:
    flow.value(node.test)
    quiet = asks_for_columns(node.test)
    flow.quiet += quiet
    value = joined(flow.value(node.body), flow.value(node.orelse))
    flow.quiet -= quiet
    return value


def _operation(flow: Flow, node: ast.BinOp | ast.Compare | ast.UnaryOp) -> Value:
    values = [flow.value(part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
    texts = [value for value in values if isinstance(value, TextsValue) and value.known]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and len(texts) == len(values):
        several = all(value.several for value in texts)
        return TextsValue(tuple(c for value in texts for c in value.constants), True) if several else None
    frames = [value for value in values if isinstance(value, FrameValue)]
    if frames:
        value = frames[0].like(f"{RESULT}an operation")
        for other in frames[1:]:
            value.columns |= other.columns
            value.known = value.known and other.known
        return value
    series = [value for value in values if isinstance(value, SeriesValue)]
    if not series:
        return None
    if any(value.names is None for value in series):
        return SeriesValue(None, series[0].index)
    return SeriesValue(frozenset(name for value in series for name in value.names or ()), series[0].index)


def _lambda(flow: Flow, node: ast.Lambda) -> Value:
    if not flow.deferred:
        flow.later.append(node)
    return None


def _comprehension(flow: Flow, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
    before = dict(flow.scope)
    quiet = any(asks_for_columns(test) for generator in node.generators for test in generator.ifs)
    flow.quiet += quiet
    for generator in node.generators:
        bind_item(flow, generator.target, items_of(flow, generator.iter))
        for test in generator.ifs:
            flow.value(test)
    parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    for part in parts:
        flow.forget(flow.value(part))
    flow.quiet -= quiet
    flow.scope = before
    return None


def _named(flow: Flow, node: ast.NamedExpr) -> Value:
    value = flow.value(node.value)
    flow.bind(node.target.id, value)
    return value


EXPRESSIONS: dict[type[ast.AST], Callable[..., Value]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Set: _list,
    ast.Dict: _dict,
    ast.IfExp: _conditional,
    ast.BinOp: _operation,
    ast.Compare: _operation,
    ast.UnaryOp: _operation,
    ast.Lambda: _lambda,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.NamedExpr: _named,
    ast.Attribute: attribute,
    ast.Subscript: subscript,
    ast.Call: call,
}
