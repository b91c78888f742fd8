"""``sandbox``: the containers that run code, and what was left behind."""

from __future__ import annotations

from ..sandbox import docker, image, transfer
from ..wording import count, size


def list_sandboxes() -> str:
    """One line for each container on the engine.

    Raises:
        SandboxError: No engine answers.
    """
    lines = [
        f"{sandbox.id[:12]}  {sandbox.state:10} {sandbox.owner:24} session {sandbox.session or '-'}"
        for sandbox in docker.sandboxes(docker.connect())
    ]
    return "\n".join(lines) or "There are no sandboxes on this engine."


def prune(everything: bool = False) -> str:
    """Remove sandboxes whose notebook is gone, frames that were left behind, and old images.

    Args:
        everything: Whether to remove sandboxes that are in use too.

    Raises:
        SandboxError: No engine answers.
    """
    client = docker.connect()
    containers = count(docker.remove_orphans(client, everything=everything), "sandbox")
    folders = count(transfer.remove_orphans(), "folder")
    images, freed = image.remove_old(client)
    return f"Removed {containers}, {folders} of frames and {count(images, 'old image')} ({size(freed)})."
