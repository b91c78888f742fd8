"""The stream between host and guest on the event loop: bytes in, frames to a callback, frames out."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from ..errors import AnalystError, FirewallError, SandboxLost
from ..language import message
from .codec import FrameDecoder, GuestFrame, encode_frame


class GuestConnection(asyncio.Protocol):
    """One guest's stream. ``closed`` is done when it ends, with the reason.

    Args:
        on_frame: Called on the event loop for each frame; while it works no further bytes are read.
        max_bytes: Size of the largest frame to keep.
        unwrap: Takes the provider's framing off the bytes, as ``Handle.unwrap`` does.
    """

    def __init__(
        self,
        on_frame: Callable[[GuestFrame], None],
        max_bytes: int,
        unwrap: Callable[[bytes], Iterable[memoryview]],
    ) -> None:
        self.closed: asyncio.Future[AnalystError] = asyncio.get_running_loop().create_future()
        self.received = 0  # bytes so far
        self._on_frame = on_frame
        self._unwrap = unwrap
        self._decoder = FrameDecoder(max_bytes)
        self._transport: asyncio.Transport | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        try:
            for piece in self._unwrap(data):
                for frame in self._decoder.feed(piece):
                    self._on_frame(frame)
        except FirewallError as error:
            self._close(error)

    def eof_received(self) -> None:
        # Not left to the transport, which would first wait until all that was written has been taken.
        self._close(SandboxLost(message("The sandbox ended."), message("Ask again: a new one starts by itself.")))

    def connection_lost(self, exc: Exception | None) -> None:
        self._close(SandboxLost(message("The sandbox ended."), message("Ask again: a new one starts by itself.")))

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
                message("The sandbox took no data for {seconds:g} s.", seconds=seconds),
                message("Ask again: a new one starts by itself."),
            ) from None

    def send(self, channel: int, parts: Sequence[bytes]) -> None:
        """Send one frame.

        Raises:
            SandboxLost: The stream has ended.
        """
        if self._transport is None or self.closed.done():
            raise SandboxLost(message("The sandbox has ended."), message("Ask again: a new one starts by itself."))
        self._transport.write(encode_frame(channel, parts))

    def close(self) -> None:
        """End the stream; the guest ends when it sees that."""
        self._close(SandboxLost(message("The sandbox was closed."), message("Ask again: a new one starts by itself.")))

    def _close(self, reason: AnalystError) -> None:
        self._writable.set()
        if not self.closed.done():
            self.closed.set_result(reason)
        if self._transport is not None:
            # Closing is not enough: others hold the socket, and an engine whose flood nobody reads would hang.
            with contextlib.suppress(OSError):
                self._transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            self._transport.abort()
