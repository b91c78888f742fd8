"""Where code runs, and what comes out of there: providers of sandboxes, one session over each, and the firewall.

Another package brings a sandbox of its own with a ``SandboxKind`` and an entry point of the group
``analyst_magic.sandboxes``:

    >>> from analyst_magic.sandbox import SandboxKind, SandboxOptions, SandboxProvider
    >>> class RemoteKind(SandboxKind):
    ...     name = "remote"
    ...     def make(self, options: SandboxOptions) -> SandboxProvider:
    ...         return RemoteProvider(options.limits)

``SandboxProvider`` and ``Handle`` say what such a provider implements.
"""

from .kinds import Check, RunningSandbox, SandboxKind, SandboxOptions
from .limits import Limits
from .provider import Handle, Mounts, SandboxProvider

__all__ = [
    "Check",
    "Handle",
    "Limits",
    "Mounts",
    "RunningSandbox",
    "SandboxKind",
    "SandboxOptions",
    "SandboxProvider",
]
