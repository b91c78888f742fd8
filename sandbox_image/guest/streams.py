"""The code's output streams."""

from __future__ import annotations

import io
import os
import re
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_PENDING = 1 << 20  # characters of one message: what became a huge one would be dropped, beginning and all
FLUSH_SECONDS = 0.1  # seconds between messages of a stream that goes on; a line is sent whole


MAX_WARNINGS = 50
MAX_WARNING = 2_000
MAX_BLOCKS = 100
"""Columns from which pandas warns that a frame is fragmented."""
PATH = re.compile(r"<ipython-input-[^>]*>(?::\d+)?|(?:/[\w.@+-]+)+/([\w.-]+\.py)(?::\d+)?")


class Warnings:
    """Sends the warnings of Python as a stream of their own: each once, without the place of the code.

    Args:
        publish: Sends a message of a type with a content.
    """

    def __init__(self, publish: Callable[..., None]) -> None:
        self.publish = publish
        self.seen: set[str] = set()
        self.wide = False

    def begin(self, columns: int) -> None:
        """A run begins, which gets frames of up to this many columns."""
        self.seen = set()
        self.wide = self.wide or columns > MAX_BLOCKS

    def show(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: Any = None,
        line: str | None = None,
    ) -> None:
        """Stands in for ``warnings.showwarning``."""
        text = PATH.sub(lambda match: match[1] or "the code", str(message).strip()[:MAX_WARNING])
        if text in self.seen or len(self.seen) >= MAX_WARNINGS or (self.wide and "highly fragmented" in text):
            return  # frames of the host have a block for each column: that is not the code's doing
        self.seen.add(text)
        self.publish("stream", {"name": "warnings", "text": f"{category.__name__}: {text}\n"})


class Bytes(io.RawIOBase):
    """A stream for code that writes bytes of text."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    def fileno(self) -> int:
        return self.stream.fileno()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.stream.write(bytes(data).decode("utf-8", "replace"))
        return len(data)


class Stream(io.TextIOBase):
    """Sends what was printed, in messages that are neither many nor huge.

    Args:
        name: ``stdout`` or ``stderr``.
        publish: Sends a message of a type with a content.
        descriptor: Where programs print, and processes that the code forks.
    """

    encoding, errors = "utf-8", "replace"

    def __init__(self, name: str, publish: Callable[..., None], descriptor: int) -> None:
        self.name, self.publish, self.descriptor = name, publish, descriptor
        self.process = os.getpid()
        self.lock = threading.RLock()
        self.pending: list[str] = []
        self.size, self.sent = 0, 0.0

    @property
    def buffer(self) -> Bytes:
        return Bytes(self)

    def fileno(self) -> int:
        return self.descriptor

    def writable(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing: there is no other one."""
        self.flush()

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if os.getpid() != self.process:
            os.write(self.descriptor, text.encode("utf-8", "replace"))
            return len(text)
        for start in range(0, len(text), MAX_PENDING):
            piece = text[start : start + MAX_PENDING]
            with self.lock:
                self.pending.append(piece)
                self.size += len(piece)
                ended = text.endswith("\n") and time.monotonic() - self.sent > FLUSH_SECONDS
                due = ended or self.size >= MAX_PENDING
            if due:
                self.flush()
        return len(text)

    def flush(self) -> None:
        if os.getpid() != self.process:
            return
        with self.lock:
            if self.pending:
                text = "".join(self.pending)
                self.pending, self.size, self.sent = [], 0, time.monotonic()
                self.publish("stream", {"name": self.name, "text": text})
