"""The messages of one run as they arrive: counted against the caps, and kept until the run is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...cleaning.text import HeadTail
from ..limits import Limits
from ..messages import Message

MAX_DISPLAYS = 200
FILE = "application/vnd.analyst.file+json"
"""The type of a file that the code wrote; files are sent when the code is over, and are no part of what it shows."""
STREAMS = ("stdout", "stderr", "warnings")
"""What the code printed, what it and its libraries complained of, and the warnings of Python."""
_LEAST_TEXT = 2_000
"""Characters that a piece of a stream may have at least, however much came before it."""


@dataclass(frozen=True)
class Printed:
    """What was printed on one stream between two displays.

    Attributes:
        stream: One of ``STREAMS``.
        text: Its text.
    """

    stream: str
    text: HeadTail


@dataclass
class Collected:
    """What a run sent, unchecked, in order of appearance.

    Attributes:
        items: Displays and errors as messages, and what was printed between them.
        dropped: Messages of kinds that a sandbox has no business to send, by kind.
        oversize: Number of messages over the size limit.
    """

    items: list[Message | Printed] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    oversize: int = 0


class Collector:
    """Takes a run's messages. ``full`` turns true when a cap is passed; from then on nothing more is kept.

    ``clear_output`` and ``update_display`` are honoured within the run, as a notebook honours them.

    Args:
        limits: The caps.
    """

    def __init__(self, limits: Limits) -> None:
        self.collected = Collected()
        self.full = False
        self._limits = limits
        self._bytes = 0
        self._printed = 0
        self._messages = 0
        self._clears = False
        self._stored_chars: dict[str, int] = {}

    def add(self, message: Message) -> None:
        """Take one message."""
        self._count(message.size)
        if message.type == "stream":
            self._stream(message)
        elif self.full:
            return
        elif message.type in {"display_data", "execute_result", "error"}:
            self._display(message)
        elif message.type == "update_display_data":
            self._update(message)
        elif message.type == "clear_output":
            self._clears = True  # with the next output, where the code wants to wait for it
            if message.content.get("wait") is not True:
                self._clear()
        elif message.type not in {"status", "execute_input", "iopub_welcome"}:
            self._drop(message.type[:40])

    def skip(self, size: int) -> None:
        """Count a message that was too large to be read."""
        self.collected.oversize += 1
        self._count(size)

    def _count(self, size: int) -> None:
        self._bytes += size
        self._messages += 1
        self.full = (
            self.full or self._bytes > self._limits.max_output_bytes or self._messages > self._limits.max_messages
        )

    def _drop(self, kind: str) -> None:
        if kind in self.collected.dropped or len(self.collected.dropped) < 20:
            self.collected.dropped[kind] = self.collected.dropped.get(kind, 0) + 1

    def _clear(self) -> None:
        """Forget what is shown so far, where the code asked for it."""
        if self._clears:
            self._clears = False
            self.collected.items = [item for item in self.collected.items if _is_file(item)]
            self._stored_chars.clear()

    def _display(self, message: Message) -> None:
        if not _is_file(message):
            self._clear()
        if len(self.collected.items) < MAX_DISPLAYS:
            self.collected.items.append(message)
        else:
            self._drop("display_data")

    def _update(self, message: Message) -> None:
        """Put new content in place of the displays of the same identity."""
        items, identity = self.collected.items, _identity(message)
        found = [at for at, item in enumerate(items) if identity and _identity(item) == identity]
        for at in found:
            items[at] = Message("display_data", message.parent, message.content, message.buffers, message.size)
        if not found:
            self._drop(message.type)

    def _stream(self, message: Message) -> None:
        name, text = message.content.get("name"), message.content.get("text")
        if name not in STREAMS or not isinstance(text, str):
            return
        self._printed += len(text)
        self.full = self.full or self._printed > self._limits.max_printed_bytes
        self._clear()
        printed = self._piece(name)
        if printed is not None:
            printed.text.add(text)
            self._stored_chars[name] = self._stored_chars.get(name, 0) + len(text)

    def _piece(self, name: str) -> Printed | None:
        """Where a stream's text goes on: after the last display; behind too many, to the stream's last piece."""
        items = self.collected.items
        for item in reversed(items):
            if isinstance(item, Printed) and item.stream == name:
                return item
            if isinstance(item, Message) and len(items) < MAX_DISPLAYS:
                break
        if len(items) > MAX_DISPLAYS:
            return None
        room = max(
            self._limits.max_stream_bytes - self._stored_chars.get(name, 0),
            min(_LEAST_TEXT, self._limits.max_stream_bytes),
        )
        printed = Printed(name, HeadTail(room))
        items.append(printed)
        return printed


def _identity(item: Message | Printed) -> str:
    """The identity that a display was given; empty where it has none."""
    transient = item.content.get("transient") if isinstance(item, Message) else None
    identity = transient.get("display_id") if isinstance(transient, Mapping) else None
    return identity[:200] if isinstance(identity, str) else ""


def _is_file(item: Message | Printed) -> bool:
    data: Any = item.content.get("data") if isinstance(item, Message) else None
    return isinstance(data, Mapping) and FILE in data
