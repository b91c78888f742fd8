"""What cells of a notebook print."""

from __future__ import annotations

from typing import Any


def printed(output: Any) -> str:
    """An output as text: what was printed, or the text beside a table."""
    return str(output.get("text", "") or output.get("data", {}).get("text/plain", ""))


def cell_text(cell: Any) -> str:
    """All that a cell prints."""
    return "".join(map(printed, cell.outputs))
