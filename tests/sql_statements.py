"""Statements of SQL for the tests, attacks and harmless ones, by the names of their files in ``data/sql``."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "data" / "sql"


def statements(name: str) -> list[str]:
    """The statements of a data file, one a line, where \\n stands for a line's end."""
    path = DATA / f"{name}.sql"
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        line.replace("\\n", "\n").replace("\\t", "\t") for line in lines if line.strip() and not line.startswith("-- #")
    ]
