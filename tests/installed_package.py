"""A package that brings a part of its own, as pip leaves it."""

from __future__ import annotations

from pathlib import Path


def install(folder: Path, group: str, **points: str) -> Path:
    """Write what tells Python of an installed package with entry points.

    Args:
        folder: Where ``sys.path`` finds it; it may be there or not.
        group: The last word of the group of its entry points, as ``sandboxes``.
        points: What each names, as ``module:Class``.

    Returns:
        The folder.
    """
    facts = folder / "acme-1.0.dist-info"
    facts.mkdir(parents=True, exist_ok=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    lines = "".join(f"{name} = {target}\n" for name, target in points.items())
    (facts / "entry_points.txt").write_text(f"[analyst_magic.{group}]\n{lines}")
    return folder
