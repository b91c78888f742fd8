"""What the documents promise is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_every_test_that_the_security_document_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 20
    there = {path: functions(ROOT / path) for path in dict(named) if (ROOT / path).exists()}
    assert [f"{path}::{name}" for path, name in named if path not in there or (name and name not in there[path])] == []


def functions(path: Path) -> set[str]:
    """The names of a module's functions."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
