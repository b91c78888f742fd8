"""Data that a model made up: code whose numbers stand in it, and that uses nothing of what is in scope."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection

from ..language import message, messages
from ..turn import Code, Finding
from ..turn.syntax import all_nodes, parse_python
from .python import names

RULE = "made_up"
MIN_NUMBERS = 3
"""Numbers of a list or a dictionary that make it data; fewer may be limits or sizes."""
_GIVEN = frozenset({*dir(builtins), "answer", "display", "OUTPUT_PATH", "TEMPLATE_PATH"})


def made_up(code: Code, frames: Collection[str]) -> tuple[Finding, ...]:
    """A remark on code that writes its own data, or draws it, and uses none of the frames in scope.

    Names that the code uses and does not define are variables of earlier code, which used the data.

    >>> [found.message for found in made_up(Code("import pandas as pd; pd.Series([52, 41, 39])"), ["orders"])]
    ['This answer uses none of the data (orders): its numbers are made up in the code.']
    >>> made_up(Code("orders.amount.isin([52, 41, 39]).sum()"), ["orders"])
    ()
    """
    if code.language == "sql" or not frames or names(code.text, frames):
        return ()
    try:
        nodes = list(all_nodes(parse_python(code.text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    if _from_outside(nodes) or not any(map(_is_data, nodes)):
        return ()
    known = list(frames) if len(frames) <= 3 else messages("{number} frame", "{number} frames", len(frames))
    return (
        Finding(
            RULE,
            message("This answer uses none of the data ({known}): its numbers are made up in the code.", known=known),
            0,
            False,
        ),
    )


def _from_outside(nodes: Collection[ast.AST]) -> set[str]:
    """Names that code uses and does not define."""
    used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    defined = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    defined |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    defined |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    imports = [alias for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names]
    defined |= {(alias.asname or alias.name).partition(".")[0] for alias in imports}
    return used - defined - _GIVEN


def _is_data(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):  # of a size or a seed; a single number may be what was asked for
        drawn = any(isinstance(n, ast.Attribute) and n.attr in {"default_rng", "random"} for n in ast.walk(node.func))
        return drawn and bool(node.args or node.keywords)
    if not isinstance(node, ast.List | ast.Tuple | ast.Dict):
        return False
    parts = (part for part in ast.walk(node) if isinstance(part, ast.Constant))
    return (
        sum(isinstance(part.value, int | float) and not isinstance(part.value, bool) for part in parts) >= MIN_NUMBERS
    )
