"""Docker's framing of an attached stream."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ..errors import FirewallError
from ..language import message

MAX_STDERR = 8_000


class DockerStream:
    """Takes Docker's framing off an attached stream: standard output is passed on, the end of standard error kept.

    Source: "Stream format" of https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
    """

    def __init__(self) -> None:
        self.stderr = b""
        self._head = b""
        self._left = 0
        self._kind = 0

    def feed(self, data: bytes) -> Iterator[memoryview]:
        """Give the pieces of standard output in ``data``."""
        view = memoryview(data)
        while view:
            if not self._left:
                need = 8 - len(self._head)
                self._head += bytes(view[:need])
                view = view[need:]
                if len(self._head) < 8:
                    return
                self._kind, self._left = struct.unpack(">B3xI", self._head)
                self._head = b""
                if self._kind > 2:
                    raise FirewallError(
                        message("The engine's stream cannot be read."), message("Restart the engine and ask again.")
                    )
                continue
            piece, view = view[: self._left], view[self._left :]
            self._left -= len(piece)
            if self._kind == 2:
                self.stderr = (self.stderr + bytes(piece))[-MAX_STDERR:]
            else:
                yield piece
