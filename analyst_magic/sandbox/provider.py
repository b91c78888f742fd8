"""What makes sandboxes, and what a made one gives the host: the same for every provider."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from ..packages import Packages

Fate = Literal["", "memory", "disk", "life"]


@dataclass(frozen=True, slots=True)
class Mounts:
    """What the host shares with one sandbox.

    Attributes:
        frames: Directory of Arrow files; the sandbox may read them and nothing else.
        results: The one file that the sandbox may write to. The host reads it by its own descriptor, never by name.
        files: Data files of the user by the names that they have inside, read-only.
    """

    frames: Path
    results: Path
    files: Mapping[str, Path] = field(default_factory=dict)


class Handle(Protocol):
    """A started sandbox, as the host holds it."""

    @property
    def id(self) -> str:
        """What its provider calls it."""
        ...

    @property
    def socket(self) -> socket.socket:
        """A connected socket to the standard input and output of the relay inside."""
        ...

    @property
    def multiplexed(self) -> bool:
        """Whether what comes out of the socket has Docker's framing around it."""
        ...

    @property
    def shared(self) -> bool:
        """Whether the sandbox sees the mounts; else frames are streamed."""
        ...

    def stderr(self) -> str:
        """What the sandbox wrote to standard error, where that does not come with the stream."""
        ...

    def fate(self) -> Fate:
        """What the host's side ended the sandbox for, where it did."""
        ...

    def remove(self) -> None:
        """Kill all that runs in it and remove it; nothing happens where it is gone already.

        Raises:
            SandboxError: It cannot be removed.
        """
        ...


class Provider(Protocol):
    """A maker of sandboxes."""

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

    async def launch(self, mounts: Mounts) -> Handle:
        """Start a sandbox.

        Raises:
            SandboxError: It does not start, or would be weaker than asked for.
        """
        ...
