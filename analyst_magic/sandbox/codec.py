"""Frames between the host and the relay in the sandbox; the guest's end is ``sandbox_image/guest/wire.py``.

A frame is ``<u32 bytes that follow> <u8 channel> <u8 parts> <u16 zero> <u32 length>*parts <part>*parts``, little
endian. The decoder reads bytes from code that may be hostile: it never holds more than one frame of the allowed size.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..errors import FirewallError
from ..language import message

CONTROL, SHELL, IOPUB = range(3)
MAX_PARTS = 64
_HEAD = struct.Struct("<IBBH")


@dataclass(frozen=True, slots=True)
class GuestFrame:
    """A frame from the guest. ``dropped`` is the size of one that was over the limit; then it has no parts."""

    channel: int
    parts: tuple[bytes, ...]
    dropped: int = 0


def encode_frame(channel: int, parts: Sequence[bytes]) -> bytes:
    """The bytes of one frame."""
    lengths = struct.pack(f"<{len(parts)}I", *(len(part) for part in parts))
    size = 4 + len(lengths) + sum(len(part) for part in parts)
    return b"".join((_HEAD.pack(size, channel, len(parts), 0), lengths, *parts))


class FrameDecoder:
    """Turns a stream of bytes, cut anywhere, into frames.

    Args:
        max_bytes: Size of the largest frame to keep. A larger one is skipped and reported by its size alone.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._buffer = bytearray()
        self._skip = 0

    def feed(self, data: bytes | memoryview) -> Iterator[GuestFrame]:
        """Take the next bytes and give the frames that they complete.

        Raises:
            FirewallError: The bytes are not frames; nothing after them can be read.
        """
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        self._buffer += data[skipped:]
        while len(self._buffer) >= _HEAD.size:
            size, channel, count, zero = _HEAD.unpack_from(self._buffer)
            if size < 4 or count > MAX_PARTS or channel > IOPUB or zero or size < 4 + 4 * count:
                raise FirewallError(
                    message("The sandbox sent bytes that are not a message."), message("Run the question again.")
                )
            if size > self._max_bytes:
                yield GuestFrame(channel, (), dropped=size)
                held = min(4 + size, len(self._buffer))
                del self._buffer[:held]
                self._skip = 4 + size - held
                if self._skip:
                    return
                continue
            if len(self._buffer) < 4 + size:
                return
            yield GuestFrame(channel, self._parts(size, count))
            del self._buffer[: 4 + size]

    def _parts(self, size: int, count: int) -> tuple[bytes, ...]:
        lengths = struct.unpack_from(f"<{count}I", self._buffer, _HEAD.size)
        if sum(lengths) != size - 4 - 4 * count:
            raise FirewallError(
                message("The sandbox sent a message whose parts do not add up."), message("Run the question again.")
            )
        parts, at = [], _HEAD.size + 4 * count
        with memoryview(self._buffer) as view:
            for length in lengths:
                parts.append(bytes(view[at : at + length]))
                at += length
        return tuple(parts)
