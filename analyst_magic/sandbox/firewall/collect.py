"""The messages of one run as they arrive: counted against the caps, and kept until the run is over."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..limits import Limits
from ..messages import Message
from .text import HeadTail

MOST_DISPLAYS = 200


@dataclass
class Collected:
    """What a run sent, unchecked, in order of appearance.

    Attributes:
        items: Displays and errors as messages; ``"stdout"`` and ``"stderr"`` stand where a stream first appeared.
        streams: The text of those streams.
        dropped: Messages of kinds that a sandbox has no business to send, by kind.
        oversize: Number of messages over the size limit.
    """

    items: list[Message | str] = field(default_factory=list)
    streams: dict[str, HeadTail] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    oversize: int = 0


class Collector:
    """Takes a run's messages. ``full`` turns true when a cap is passed; from then on nothing more is kept.

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

    def add(self, message: Message) -> None:
        """Take one message."""
        self._count(message.size)
        if message.type == "stream":
            self._stream(message)
        elif self.full:
            return
        elif message.type in {"display_data", "execute_result", "error"}:
            if len(self.collected.items) < MOST_DISPLAYS:
                self.collected.items.append(message)
            else:
                self._drop("display_data")
        elif message.type not in {"status", "execute_input", "iopub_welcome"}:
            self._drop(message.type[:40])

    def skip(self, size: int) -> None:
        """Count a message that was too large to be read."""
        self.collected.oversize += 1
        self._count(size)

    def _count(self, size: int) -> None:
        self._bytes += size
        self._messages += 1
        self.full = self.full or self._bytes > self._limits.flood or self._messages > self._limits.messages

    def _drop(self, kind: str) -> None:
        if kind in self.collected.dropped or len(self.collected.dropped) < 20:
            self.collected.dropped[kind] = self.collected.dropped.get(kind, 0) + 1

    def _stream(self, message: Message) -> None:
        name, text = message.content.get("name"), message.content.get("text")
        if name not in {"stdout", "stderr"} or not isinstance(text, str):
            return
        if name not in self.collected.streams:
            self.collected.streams[name] = HeadTail(self._limits.text)
            self.collected.items.append(name)
        self._printed += len(text)
        self.full = self.full or self._printed > self._limits.printed
        self.collected.streams[name].add(text)
