"""The row ``local`` of the table of sandboxes. Its sandboxes end with the process that started them."""

from __future__ import annotations

from ..kinds import SandboxKind, SandboxOptions
from .provider import LocalProvider


class LocalKind(SandboxKind):
    """Sandboxes of this system's own means."""

    name = "local"

    def make(self, options: SandboxOptions) -> LocalProvider:
        """A provider with the limits; image, runtime and packages mean nothing to it."""
        return LocalProvider(options.limits)
