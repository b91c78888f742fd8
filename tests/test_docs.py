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


def test_the_pictures_that_pages_show_are_there_and_small() -> None:
    for page in ("charts.md", "states.md"):
        pictures = re.findall(
            r"\]\(((?:charts|states)/[\w.-]+\.png)\)", (ROOT / "docs" / page).read_text(encoding="utf-8")
        )
        assert len(pictures) >= (30 if page == "charts.md" else 15)
        assert [name for name in pictures if (ROOT / "docs" / name).stat().st_size > 60_000] == []


def test_the_panel_is_small() -> None:
    """What a page loads at once: not what reads Arrow, the grid, the outlines of maps, or what asks for tables."""
    static = ROOT / "analyst_magic" / "labextension" / "static"
    later = (b"RecordBatch", b"Topology", b"aria-rowcount", b"analyst_magic_tables")
    loaded = [file for file in static.glob("*.js") if not any(mark in file.read_bytes() for mark in later)]
    assert sum(file.stat().st_size for file in loaded) < 110_000
