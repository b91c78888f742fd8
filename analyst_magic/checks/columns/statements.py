"""What each statement of Python does to the frames."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from .parts import subscript
from .targets import bind_item, items_of, store
from .tree import asks_for_columns, captured
from .values import FrameValue, ModuleValue, RelationValue, TextsValue

if TYPE_CHECKING:
    from .flow import Flow


def _assign(flow: Flow, node: ast.Assign) -> None:
    value = flow.value(node.value)
    for target in node.targets:
        store(flow, target, value, node.value)


def _annotated(flow: Flow, node: ast.AnnAssign) -> None:
    if node.value is not None:
        store(flow, node.target, flow.value(node.value), node.value)


def _augmented(flow: Flow, node: ast.AugAssign) -> None:
    flow.value(node.value)
    if isinstance(node.target, ast.Name):
        value = flow.scope.get(node.target.id)
        if isinstance(value, TextsValue):
            value.known = False
        flow.bind(node.target.id, value if isinstance(value, FrameValue) else None)
    elif isinstance(node.target, ast.Subscript):
        subscript(flow, node.target)


def _if(flow: Flow, node: ast.If) -> None:
    flow.value(node.test)
    quiet = asks_for_columns(node.test)
    before = dict(flow.scope)
    flow.quiet += quiet
    flow.block(node.body)
    flow.quiet -= quiet
    after, flow.scope = flow.scope, before
    flow.quiet += quiet
    flow.block(node.orelse)
    flow.quiet -= quiet
    flow.join(after)


def _for(flow: Flow, node: ast.For | ast.AsyncFor) -> None:
    items = items_of(flow, node.iter)
    _loop(flow, node, lambda: bind_item(flow, node.target, items))


def _while(flow: Flow, node: ast.While) -> None:
    _loop(flow, node, lambda: flow.value(node.test))


def _loop(flow: Flow, node: ast.For | ast.AsyncFor | ast.While, start: Callable[[], object]) -> None:
    """The body twice without findings, so that what one turn changes is known in the next."""
    before = dict(flow.scope)
    flow.quiet += 1
    for _ in range(2):
        start()
        flow.block(node.body)
        flow.join(before)
        before = dict(flow.scope)
    flow.quiet -= 1
    start()
    flow.block(node.body)
    flow.join(before)
    flow.block(node.orelse)


def _try(flow: Flow, node: ast.Try) -> None:
    before = dict(flow.scope)
    flow.quiet += bool(node.handlers)
    flow.block(node.body)
    flow.block(node.orelse)
    flow.quiet -= bool(node.handlers)
    flow.join(before)
    after = dict(flow.scope)
    for handler in node.handlers:
        flow.scope = dict(after)
        if handler.name:
            flow.bind(handler.name, None)
        flow.quiet += 1
        flow.block(handler.body)
        flow.quiet -= 1
        flow.join(after)
        after = dict(flow.scope)
    flow.scope = after
    flow.block(node.finalbody)


def _with(flow: Flow, node: ast.With | ast.AsyncWith) -> None:
    for item in node.items:
        value = flow.value(item.context_expr)
        if item.optional_vars is not None:
            store(flow, item.optional_vars, value if isinstance(value, RelationValue) else None)
    flow.block(node.body)


def _match(flow: Flow, node: ast.Match) -> None:
    flow.value(node.subject)
    before = dict(flow.scope)
    for case in node.cases:
        flow.scope = dict(before)
        for name in captured(case.pattern):
            flow.bind(name, None)
        flow.block(case.body)
        flow.join(before)
        before = dict(flow.scope)


def _function(flow: Flow, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    flow.bind(node.name, None)
    for default in (*node.args.defaults, *node.args.kw_defaults):
        flow.forget(flow.value(default))
    if not flow.deferred:
        flow.later.append(node)


def _class(flow: Flow, node: ast.ClassDef) -> None:
    flow.bind(node.name, None)


def _import(flow: Flow, node: ast.Import) -> None:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        flow.bind(name, ModuleValue(alias.name if alias.asname else name))


def _import_from(flow: Flow, node: ast.ImportFrom) -> None:
    for alias in node.names:
        flow.bind(alias.asname or alias.name, ModuleValue(f"{node.module}.{alias.name}"))


def _delete(flow: Flow, node: ast.Delete) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name):
            flow.bind(target.id, None)


STATEMENTS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Match: _match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Delete: _delete,
}
