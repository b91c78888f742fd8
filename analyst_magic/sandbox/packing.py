"""Whether a file is compressed on its way to a sandbox that it is streamed to: only where that is faster, as measured.

A piece of it is compressed first. How fast that went, how small it became and how fast the stream is say which way the
whole is there sooner. The sandbox unpacks it (``sandbox_image/guest/frames.py``).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

ENDING = ".zst"
"""What the name of a file that is sent compressed ends with."""
ASSUMED_RATE = 50e6
"""Bytes a second of a stream that was not measured yet: what an attached stream has at best (48 to 91 MB/s were
measured without a network in between), so that only what pays on a fast one is compressed."""
WRITE_RATE = 1e9
"""Bytes a second at which the sandbox writes what it has unpacked to memory."""
WORTHWHILE = 0.9
"""Part of the time that compressing has to leave."""
MIN_BYTES = 1 << 20
MEASURED_BYTES = 16_000_000
"""Bytes that have to be sent before their time says something of the stream; fewer fit into the buffers on the way."""
PIECES, PIECE_BYTES = 16, 1 << 16
CLOCK = 0.001
"""Seconds that the clock of a thread can tell apart everywhere but on Windows."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What compressing a piece of a file has shown. Rates in bytes of the file a second.

    Attributes:
        ratio: Size of what is compressed, in parts of the whole.
        pack_rate: How fast it was compressed.
        unpack_rate: How fast it was unpacked again.
    """

    ratio: float
    pack_rate: float
    unpack_rate: float

    def pays(self, link_rate: float) -> bool:
        """Whether the file is there sooner compressed. A piece is compressed while the one before is on its way.

        >>> Sample(ratio=0.3, pack_rate=200e6, unpack_rate=1e9).pays(link_rate=50e6)
        True
        >>> Sample(ratio=0.3, pack_rate=200e6, unpack_rate=1e9).pays(link_rate=1e9)
        False
        """
        packed = max(1 / self.pack_rate, self.ratio / link_rate) + 1 / self.unpack_rate + 1 / WRITE_RATE
        return packed < WORTHWHILE / link_rate


class LinkRate:
    """Speed of one stream, as far as it is known."""

    def __init__(self) -> None:
        self.value = ASSUMED_RATE

    def note(self, sent: int, seconds: float) -> None:
        """Take in how long bytes took, the time to compress them left out."""
        if sent >= MEASURED_BYTES and seconds > 0:
            self.value = sent / seconds


def pack(data: bytes) -> bytes:
    """Data as one frame of Zstandard; several behind each other are a stream of it."""
    return bytes(pa.Codec("zstd", compression_level=1).compress(data, asbytes=True))


def pays(path: Path, link_rate: float) -> bool:
    """Whether a file is to be sent compressed."""
    return path.stat().st_size >= MIN_BYTES and sample(path).pays(link_rate)


def sample(path: Path) -> Sample:
    """Compress pieces from all over a file: the columns of a frame lie behind each other and are unlike."""
    step = max(path.stat().st_size // PIECES, PIECE_BYTES)
    with path.open("rb") as file:
        pieces = []
        for number in range(PIECES):
            file.seek(number * step)
            pieces.append(file.read(PIECE_BYTES))
    data = b"".join(pieces)
    began = time.thread_time()  # what others do on this machine slows down the stream as well
    packed = pack(data)
    middle = time.thread_time()
    pa.Codec("zstd").decompress(packed, len(data))
    end = time.thread_time()
    packing, unpacking = (max(seconds, CLOCK) for seconds in (middle - began, end - middle))
    return Sample(len(packed) / len(data), len(data) / packing, len(data) / unpacking)
