"""The stream between host and guest on the event loop: bytes in, frames to a callback, frames out."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from ..errors import AnalystError, FirewallError, SandboxLost
from .codec import FrameDecoder, GuestFrame, encode_frame

MOST_STDERR = 8_000


class EngineStream:
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
                    raise FirewallError("The engine's stream cannot be read.", "Restart the engine and ask again.")
                continue
            piece, view = view[: self._left], view[self._left :]
            self._left -= len(piece)
            if self._kind == 2:
                self.stderr = (self.stderr + bytes(piece))[-MOST_STDERR:]
            else:
                yield piece


class Link(asyncio.Protocol):
    """One guest's stream. ``closed`` is done when it ends, with the reason.

    Args:
        on_frame: Called on the event loop for each frame; while it works no further bytes are read.
        most_bytes: Size of the largest frame to keep.
        multiplexed: Whether Docker's framing is around the bytes.
    """

    def __init__(self, on_frame: Callable[[GuestFrame], None], most_bytes: int, *, multiplexed: bool) -> None:
        self.closed: asyncio.Future[AnalystError] = asyncio.get_running_loop().create_future()
        self.received = 0  # bytes so far
        self._on_frame = on_frame
        self._engine = EngineStream() if multiplexed else None
        self._decoder = FrameDecoder(most_bytes)
        self._transport: asyncio.Transport | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    @property
    def stderr(self) -> str:
        """The end of what the guest wrote to standard error, where that comes with the stream."""
        return self._engine.stderr.decode("utf-8", "replace") if self._engine else ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        try:
            for piece in self._engine.feed(data) if self._engine else (memoryview(data),):
                for frame in self._decoder.feed(piece):
                    self._on_frame(frame)
        except FirewallError as error:
            self._close(error)

    def eof_received(self) -> None:
        # Not left to the transport, which would first wait until all that was written has been taken.
        self._close(SandboxLost("The sandbox ended.", "Ask again: a new one starts by itself."))

    def connection_lost(self, exc: Exception | None) -> None:
        self._close(SandboxLost("The sandbox ended.", "Ask again: a new one starts by itself."))

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    async def drain(self, seconds: float) -> None:
        """Wait until what was sent has left this process, but for a little.

        Args:
            seconds: How long that may take.

        Raises:
            SandboxLost: Nobody takes it.
        """
        if self._writable.is_set():
            return
        try:
            await asyncio.wait_for(self._writable.wait(), seconds)
        except TimeoutError:
            raise SandboxLost(
                f"The sandbox took no data for {seconds:g} s.", "Ask again: a new one starts by itself."
            ) from None

    def send(self, channel: int, parts: Sequence[bytes]) -> None:
        """Send one frame.

        Raises:
            SandboxLost: The stream has ended.
        """
        if self._transport is None or self.closed.done():
            raise SandboxLost("The sandbox has ended.", "Ask again: a new one starts by itself.")
        self._transport.write(encode_frame(channel, parts))

    def close(self) -> None:
        """End the stream; the guest ends when it sees that."""
        self._close(SandboxLost("The sandbox was closed.", "Ask again: a new one starts by itself."))

    def _close(self, reason: AnalystError) -> None:
        self._writable.set()
        if not self.closed.done():
            self.closed.set_result(reason)
        if self._transport is not None:
            # Closing is not enough: others hold the socket, and an engine whose flood nobody reads would hang.
            with contextlib.suppress(OSError):
                self._transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            self._transport.abort()
