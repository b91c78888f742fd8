"""Results that come by the shared file instead of the stream: copied before anyone looks at them."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa

from ...errors import FirewallError
from ...language import message
from ..limits import Limits

READERS = min(4, os.cpu_count() or 1)
CHUNK_BYTES = 16_000_000  # bytes below which more readers are no faster


class SharedResults:
    """The file that one sandbox writes its results to. The guest may change or shrink it at any time.

    Args:
        descriptor: The host's own, opened before the sandbox was there; negative where nothing is shared.
        limits: The caps.
    """

    def __init__(self, descriptor: int, limits: Limits) -> None:
        self._descriptor, self._limits = descriptor, limits
        self._left = limits.max_results_bytes

    def buffers(self, content: Mapping[str, Any], inline: tuple[Any, ...]) -> tuple[Any, ...]:
        """The buffers of a message: its own, or the piece of the file that its content points to.

        Raises:
            FirewallError: It points to what is not there, or to more than the limits allow.
        """
        if inline or "at" not in content:
            return inline
        at, size = content.get("at"), content.get("bytes")
        if type(at) is not int or type(size) is not int or at < 0 or size <= 0:
            raise FirewallError(
                message("A result whose place is not known was dropped."), message("Run the question again.")
            )
        if size > min(self._limits.max_result_bytes, self._left):
            raise FirewallError(
                message(
                    "A result of {size} MB was left in the sandbox: one may have {each} MB, all of a run {all} MB.",
                    size=size // 1000000,
                    each=self._limits.max_result_bytes // 1000000,
                    all=self._limits.max_results_bytes // 1000000,
                ),
                message("Aggregate or select first."),
            )
        data = self._read(at, size)
        if len(data) != size:
            raise FirewallError(message("A result was gone before it was read."), message("Run the question again."))
        self._left -= size
        return (data,)

    def _read(self, at: int, size: int) -> memoryview:
        if self._descriptor < 0 or not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            return memoryview(b"")
        if at + size > os.fstat(self._descriptor).st_size:
            return memoryview(b"")
        view = memoryview(pa.allocate_buffer(size))  # Arrow keeps what it has got of the system's pages
        with ThreadPoolExecutor(READERS) as pool:  # most of the time goes to new pages, and each reader gets its own
            starts = range(0, size, max(CHUNK_BYTES, -(-size // READERS)))
            got = sum(pool.map(lambda start: self._fill(view[start : start + starts.step], at + start), starts))
        return view[:got]

    def _fill(self, view: memoryview, at: int) -> int:
        """Read into a piece; how much of it there was."""
        got = 0
        while got < len(view) and (read := os.preadv(self._descriptor, [view[got:]], at + got)):
            got += read
        return got
