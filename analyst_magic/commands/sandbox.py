"""``sandbox``: the sandboxes that run code on this machine, and what was left behind."""

from __future__ import annotations

from ..language import message
from ..sandbox import transfer
from ..sandbox.kinds import all_kinds
from ..wording import count, size


def list_sandboxes() -> str:
    """One line for each sandbox that outlives a process of its own, of every kind.

    Raises:
        SandboxError: Those of a kind cannot be listed, as no engine answers.
    """
    lines = [
        f"{sandbox.id[:12]}  {sandbox.state:10} {sandbox.owner:24} session {sandbox.session or '-'}"
        for kind in all_kinds()
        for sandbox in kind.running()
    ]
    return "\n".join(lines) or message("There are no sandboxes on this engine.")


def prune(everything: bool = False) -> str:
    """Remove sandboxes whose notebook is gone, frames that were left behind, and old images.

    Args:
        everything: Whether to remove sandboxes that are in use too.

    Raises:
        SandboxError: Those of a kind cannot be removed, as no engine answers.
    """
    kinds = all_kinds()
    removed = count(sum(kind.remove_orphans(everything=everything) for kind in kinds), "sandbox")
    folders = count(transfer.remove_orphans(), "folder")
    images, freed = (sum(numbers) for numbers in zip(*(kind.remove_old_images() for kind in kinds), strict=True))
    return message(
        "Removed {removed}, {folders} of frames and {images} ({freed}).",
        removed=removed,
        folders=folders,
        images=count(images, "old image"),
        freed=size(freed),
    )
