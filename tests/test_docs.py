"""What the documents promise is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_every_test_that_the_security_document_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 20
    missing = []
    for path, name in named:
        found = ROOT / path
        tree = ast.parse(found.read_text(encoding="utf-8")) if found.exists() else ast.Module([], [])
        functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        if not found.exists() or (name and name not in functions):
            missing.append(f"{path}::{name}")
    assert missing == []
