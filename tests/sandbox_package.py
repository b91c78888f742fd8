"""A package that brings sandboxes of its own, as pip leaves it."""

from __future__ import annotations

from pathlib import Path


def install(folder: Path, **kinds: str) -> Path:
    """Write what tells Python of an installed package with sandboxes.

    Args:
        folder: Where ``sys.path`` finds it; it may be there or not.
        kinds: The ``SandboxKind`` of each sandbox by its name, as ``module:Class``.

    Returns:
        The folder.
    """
    facts = folder / "acme_sandbox-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-sandbox\nVersion: 1.0\n")
    points = "".join(f"{name} = {kind}\n" for name, kind in kinds.items())
    (facts / "entry_points.txt").write_text(f"[analyst_magic.sandboxes]\n{points}")
    return folder
