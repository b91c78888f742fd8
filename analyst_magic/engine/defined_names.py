"""The imports, functions and classes that code defines, so that they can be defined again elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..turn import Attempt
from ..turn.syntax import parse_python


def definitions_in(attempts: Sequence[Attempt]) -> dict[str, str]:
    """The imports, functions and classes at the top level of code that ran, each under the name that it gives.

    >>> from analyst_magic.turn import Code
    >>> definitions_in([Attempt(Code("import math\\ndef twice(x):\\n    return 2 * x"))])
    {'math': 'import math', 'twice': 'def twice(x):\\n    return 2 * x'}
    """
    found: dict[str, str] = {}
    for attempt in attempts:
        if attempt.error is not None or attempt.code.language != "python" or attempt.code.is_lookup:
            continue
        try:
            tree = parse_python(attempt.code.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for statement in tree.body:
            names = _defined(statement)
            found |= dict.fromkeys(names, ast.unparse(statement)) if names else {}
    return found


def _defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in statement.names]
    return []
