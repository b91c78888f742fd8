"""Frames: how messages travel between the host, the relay and the kernel.

A frame is ``<u32 bytes that follow> <u8 channel> <u8 parts> <u16 zero> <u32 length>*parts <part>*parts``, all little
endian. Channel 0 carries one JSON part between host and relay; the others carry the parts of a Jupyter message from
its delimiter on: https://jupyter-client.readthedocs.io/en/stable/messaging.html#wire-protocol (without a signature:
whatever runs in here would own the key).
"""

from __future__ import annotations

import json
import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    Buffer = bytes | memoryview

CONTROL, SHELL, IOPUB = range(3)
DELIMITER = b"<IDS|MSG>"
HEAD = struct.Struct("<IBBH")
MAX_PIECES = 64  # that one call may write


def frame(channel: int, parts: Sequence[Buffer]) -> list[Buffer]:
    """The pieces of a frame, which are not copied together."""
    lengths = struct.pack(f"<{len(parts)}I", *(len(part) for part in parts))
    head = HEAD.pack(4 + len(lengths) + sum(len(part) for part in parts), channel, len(parts), 0) + lengths
    return [head, *(part for part in parts if len(part))]


def message(kind: str, parent: str, content: Mapping[str, Any], buffers: Sequence[Any] = ()) -> list[Buffer]:
    """The parts of a Jupyter message.

    Args:
        kind: Its type, such as ``stream``.
        parent: Identity of the request that it belongs to.
        content: What it says; what JSON does not know becomes text.
        buffers: Binary parts.
    """
    body = json.dumps(content, ensure_ascii=False, default=plain).encode("utf-8", "replace")
    return [
        DELIMITER,
        b"",
        b'{"msg_type":"%s"}' % kind.encode(),
        json.dumps({"msg_id": parent}).encode(),
        b"{}",
        body,
    ] + [memoryview(buffer).cast("B") for buffer in buffers]


def plain(value: Any) -> Any:
    """A value as JSON may hold it."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        import base64

        return base64.b64encode(value).decode()
    if hasattr(value, "tolist"):  # numpy's scalars and arrays
        return value.tolist()
    return list(value) if isinstance(value, (set, frozenset, tuple)) else str(value)


def write(descriptor: int, pieces: Iterable[Buffer]) -> None:
    """Write all pieces, in order."""
    queue = [memoryview(piece) for piece in pieces]
    while queue:
        written = os.writev(descriptor, queue[:MAX_PIECES])
        while queue and written >= len(queue[0]):
            written -= len(queue.pop(0))
        if written:
            queue[0] = queue[0][written:]


class Reader:
    """Frames from bytes that come in pieces. For a source that is trusted: it holds what is not whole yet."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor, self.buffer = descriptor, bytearray()

    def frames(self) -> list[tuple[int, list[bytes]]] | None:
        """Read once; the frames that are whole, as (channel, parts), or None at the end."""
        data = os.read(self.descriptor, 1 << 20)
        if not data:
            return None
        self.buffer += data
        frames = []
        while len(self.buffer) >= HEAD.size:
            length, channel, count, _ = HEAD.unpack_from(self.buffer)
            if len(self.buffer) < 4 + length:
                break
            at, parts = HEAD.size + 4 * count, []
            for size in struct.unpack_from(f"<{count}I", self.buffer, HEAD.size):
                parts.append(bytes(self.buffer[at : at + size]))
                at += size
            del self.buffer[: 4 + length]
            frames.append((channel, parts))
        return frames
