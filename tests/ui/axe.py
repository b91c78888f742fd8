"""What axe finds on a page that keeps somebody from using it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"


def findings(page: Page, place: str = "html") -> list[str]:
    """What is serious or critical.

    Args:
        page: The page.
        place: The part of it that is looked at, as a selector of CSS.
    """
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make panel")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))  # not a tag, which a report's policy forbids
    found: Any = page.evaluate("place => axe.run(place, {resultTypes: ['violations']})", place)
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]
