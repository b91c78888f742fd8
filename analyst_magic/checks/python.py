"""Rules for Python code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from ..turn import Code, Finding


def check(code: Code) -> list[Finding]:
    """What is wrong with Python code before it runs."""
    try:
        ast.parse(code.text)
    except SyntaxError as error:
        return [Finding("syntax", f"The code is not valid Python: {error.msg}.", error.lineno or 0)]
    except (ValueError, RecursionError, MemoryError):
        return [Finding("syntax", "The code is not valid Python: it cannot be parsed.")]
    if not code.text.strip():
        return [Finding("empty", "There is no code.")]
    if code.language == "document" and "OUTPUT_PATH" not in code.text:
        return [Finding("document", "The code does not write to OUTPUT_PATH, so it makes no document.")]
    return []


def names(text: str, frames: Iterable[str]) -> set[str]:
    """The frames that Python code names, as variables or inside text (as ``duckdb.sql`` does)."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(re.findall(r"\w+", node.value))
    return found & set(frames)
