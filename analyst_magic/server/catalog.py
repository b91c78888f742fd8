"""What the panel lets its user choose from, with words for people: every list as its owner has it."""

from __future__ import annotations

from typing import Any

from ..filetypes import DATA_FORMATS
from ..sandbox_names import sandbox_names
from ..turn import ANSWER_FORMS, PRIVACY_LEVELS, Privacy

PRIVACY: dict[Privacy, tuple[str, str]] = {
    "schema": ("names and types", "the columns' names and types, and nothing of what is in them"),
    "stats": ("names and statistics", "also ranges, counts, and values that at least five rows share"),
    "masked": ("masked sample rows", "also a few rows in which each value is masked"),
    "rows": ("sample rows", "also a few rows as they are"),
}
"""Of each privacy level a name and what a model may see."""
SANDBOXES: dict[str, str] = {
    "auto": "in a pod inside a cluster, in a Docker container where an engine answers, else by this system’s own means",
    "kubernetes": "in a pod of a Kubernetes cluster, without network",
    "docker": "in a container without network",
    "local": "in a process of its own, with this system’s own means of isolation",
}
"""Of the sandboxes that are built in, where code runs."""


def catalog() -> dict[str, Any]:
    """Privacy levels, sandboxes, forms of answers and endings of data files."""
    return {
        "privacy": [_choice(level, *PRIVACY[level]) for level in PRIVACY_LEVELS],
        "sandboxes": [_choice(name, name, SANDBOXES.get(name, "")) for name in sandbox_names()],
        "forms": [_choice(form.name, form.name, f"as {form.label}") for form in ANSWER_FORMS],
        "endings": list(DATA_FORMATS),
    }


def _choice(name: str, label: str, about: str) -> dict[str, str]:
    return {"name": name, "label": label, "about": about}
