"""What makes sandboxes, and what a running one gives the host: the seam that every provider implements.

Example of a provider, which a ``SandboxKind`` makes:

    >>> class MyProvider:
    ...     name, image, packages, notice = "mine", "", Packages(local=True), ""
    ...     isolation = "a virtual machine of its own, without network"
    ...     def prepare(self):
    ...         "Raise a SandboxError where this machine has no such virtual machines."
    ...     async def launch(self, mounts):
    ...         return await start_machine(mounts)  # a Handle
    >>> provider: SandboxProvider = MyProvider()
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from ..packages import Packages

ExitReason = Literal["", "memory", "disk", "life", "evicted", "unreachable"]
"""Why the host's side ended a sandbox: it passed its limit of memory, disk or lifetime, its cluster needed the room, or
who runs it does not answer; empty where nothing of that is known."""


@dataclass(frozen=True, slots=True)
class Mounts:
    """What the host shares with one sandbox.

    Attributes:
        frames: Directory of Arrow files; the sandbox may read them and nothing else.
        results: The one file that the sandbox may write to. The host reads it by its own descriptor, never by name.
        files: Data files of the user by the names that they have inside, read-only.

    Example:
        >>> mounts = Mounts(Path("/dev/shm/analyst/in"), Path("/dev/shm/analyst/out"))
        >>> sorted(mounts.files)
        []
    """

    frames: Path
    results: Path
    files: Mapping[str, Path] = field(default_factory=dict)


class Handle(Protocol):
    """A running sandbox, as the host holds it.

    Example:
        The commonest two answers, for a process that reads and writes the socket itself and has no framing of its own:

        >>> class Process:
        ...     shared = True
        ...     def unwrap(self, data):
        ...         return [memoryview(data)]
        >>> [bytes(part) for part in Process().unwrap(b"frame")]
        [b'frame']
    """

    @property
    def id(self) -> str:
        """What its provider calls it."""
        ...

    @property
    def socket(self) -> socket.socket:
        """A connected socket to the standard input and output of the relay inside."""
        ...

    @property
    def shared(self) -> bool:
        """Whether the sandbox sees the mounts; else frames are streamed."""
        ...

    def unwrap(self, data: bytes) -> Iterable[memoryview]:
        """The relay's own bytes in what came out of the socket, for providers that put a framing around them.

        Called with everything that is read from the socket, in order; others return ``data`` as it is.

        Raises:
            FirewallError: The framing cannot be read.
        """
        ...

    def stderr(self) -> str:
        """The end of what the sandbox wrote to standard error so far."""
        ...

    def exit_reason(self) -> ExitReason:
        """Why the host's side ended the sandbox, where it did. Called when the stream has ended without a word from
        inside; it may wait a second."""
        ...

    def remove(self) -> None:
        """Kill all that runs in it and remove it; nothing happens where it is gone already.

        Raises:
            SandboxError: It cannot be removed.
        """
        ...


class SandboxProvider(Protocol):
    """A maker of sandboxes of one kind, with limits that it was made with.

    Example:
        A provider can be given as an object; ``help(analyst_magic.sandbox.SandboxKind)`` shows how one gets a name.

        >>> from analyst_magic import Analyst
        >>> from analyst_magic.testing import FakeSandbox
        >>> with Analyst(sandbox=FakeSandbox({}), model="offline") as analyst:
        ...     analyst.running
        False
    """

    @property
    def name(self) -> str:
        """What a turn calls it."""
        ...

    @property
    def image(self) -> str:
        """What its sandboxes are made from, by a name that tells the version; empty where that is this Python."""
        ...

    @property
    def packages(self) -> Packages:
        """What code can import there; asking starts nothing."""
        ...

    @property
    def isolation(self) -> str:
        """What its sandboxes isolate and what they do not, in a sentence or two."""
        ...

    @property
    def notice(self) -> str:
        """What the user has to know once about where the code runs; empty where there is nothing."""
        ...

    def prepare(self) -> None:
        """Find out whether sandboxes can be made here, without making one. Called once, before ``auto`` chooses.

        Raises:
            SandboxError: They cannot, with the next step.
        """
        ...

    async def launch(self, mounts: Mounts) -> Handle:
        """Start a sandbox.

        Raises:
            SandboxError: It does not start, or would be weaker than asked for.
        """
        ...
