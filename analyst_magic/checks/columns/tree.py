"""What the tree of some code tells before it is followed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_NAMES_ASKED = (ast.In, ast.NotIn, ast.Eq, ast.NotEq)


def looked_for(node: ast.AST) -> Iterator[str]:
    """Texts that code asks for before it uses them, as ``"x" in frame``."""
    if isinstance(node, ast.Compare) and any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
        yield from (
            part.value for part in ast.walk(node.left) if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"hasattr", "getattr"}:
        yield from (part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str))


def asks_for_columns(test: ast.AST) -> bool:
    """Whether a condition looks at which columns there are, or at which name a variable has."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in {"columns", "keys"})
        or (isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and isinstance(node.ops[0], _NAMES_ASKED))
        for node in ast.walk(test)
    )


def changed_in(function: ast.AST) -> Iterator[str]:
    """Names whose values a function may change in place."""
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield from (part.id for part in ast.walk(node.value) if isinstance(part, ast.Name))
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and (node.func.attr in {"insert", "pop", "update"} or any(k.arg == "inplace" for k in node.keywords))
        ):
            yield from (part.id for part in ast.walk(node.func.value) if isinstance(part, ast.Name))


def parameters(arguments: ast.arguments) -> list[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [argument.arg for argument in every]


def captured(pattern: ast.pattern) -> Iterator[str]:
    for node in ast.walk(pattern):
        for name in (getattr(node, "name", None), getattr(node, "rest", None)):
            if isinstance(name, str):
                yield name
