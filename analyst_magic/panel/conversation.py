"""What the panel shows of its questions, kept in the kernel so that a page that comes back finds all of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ..engine.background import BackgroundJob
from ..engine.conversation import Conversation as Thread
from ..turn import Question, Turn
from .channel import Channel, Message

MAX_TURNS = 500
MAX_BYTES = 500_000_000
"""Rows of tables that all turns together hold for pages that come back."""
MAX_CHANNELS = 8


@dataclass
class Entry:
    """One question and what has been sent of it, as messages that can be sent again.

    Attributes:
        id: The panel's name for it; a second question of the same name is the same question.
        words: What the user wrote.
        sent: The messages so far with their buffers; pieces of text are joined.
        job: What stops it, once it is handed over.
        stopped: Whether it was stopped, maybe before that.
        question, turn: As they come to be.
        cell: The notebook's cell that asked; empty for a question of the panel.
        before: The conversation that it was asked in.
        text: What the model has written so far.
        shown, rendered: How much of it was told as prose, and when, in seconds since the question.
    """

    id: str
    words: str
    since: float = field(default_factory=time.monotonic)
    sent: list[tuple[Message, Sequence[bytes]]] = field(default_factory=list)
    job: BackgroundJob | None = None
    stopped: bool = False
    over: bool = False
    question: Question | None = None
    turn: Turn | None = None
    cell: str = ""
    before: Thread | None = None
    text: str = ""
    shown: str = ""
    rendered: float = -1.0

    @property
    def elapsed(self) -> float:
        """Seconds since it was asked."""
        return round(time.monotonic() - self.since, 3)

    @property
    def size(self) -> int:
        """Bytes of the rows that it holds."""
        return sum(len(buffer) for _, buffers in self.sent for buffer in buffers)


class Conversation:
    """The questions of one kernel's panel and the pages that see them; called from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._entries: dict[str, Entry] = {}
        self._channels: list[Channel] = []

    def join(self, channel: Channel, welcome: Message, known: Collection[str] = ()) -> None:
        """Tell a page all that it does not know, and from now on what is new.

        Args:
            channel: The page's.
            welcome: What is sent first; the names of the questions are added.
            known: Questions whose end it has seen.
        """
        with self._lock:
            channel.send({**welcome, "turns": list(self._entries)})
            for entry in self._entries.values():
                if not (entry.over and entry.id in known):
                    for message, buffers in entry.sent:
                        current = message if entry.over else {**message, "elapsed": entry.elapsed}
                        channel.send(current if message["type"] in {"begun", "stage"} else message, buffers)
            if channel not in self._channels:
                self._channels = [*self._channels, channel][-MAX_CHANNELS:]

    def leave(self, channel: Channel) -> None:
        """A page is gone."""
        with self._lock:
            self._channels = [other for other in self._channels if other is not channel]

    def begin(self, name: str, words: str, cell: str = "", *, step: str = "") -> Entry | None:
        """Take up a question; None where it is known already, so that it does not run twice."""
        with self._lock:
            if name in self._entries:
                return None
            while len(self._entries) >= MAX_TURNS or sum(e.size for e in self._entries.values()) > MAX_BYTES:
                oldest = next((entry for entry in self._entries.values() if entry.over), None)
                if oldest is None:
                    break
                del self._entries[oldest.id]
            entry = self._entries[name] = Entry(name, words, cell=cell)
            begun = {"type": "begun", "question": words, "elapsed": 0.0, "cell": cell}
            self.say(entry, {**begun, "step": step} if step else begun)
            return entry

    def forget(self) -> None:
        """Let go of all questions that are answered."""
        with self._lock:
            self._entries = {name: entry for name, entry in self._entries.items() if not entry.over}

    def in_history(self) -> set[int]:
        """The numbers that the turns here have in the history."""
        with self._lock:
            return {entry.turn.id for entry in self._entries.values() if entry.turn is not None}

    def mark(self, entry: Entry, good: bool | None) -> None:
        """Keep whether an answer is right, for pages that come back."""
        with self._lock:
            entry.sent = [
                ({**message, "good": good} if message["type"] == "done" else message, buffers)
                for message, buffers in entry.sent
            ]

    def redraw(self, turn: Turn, place: int, data: Message) -> None:
        """Show a result of a turn in another way, also to pages that come back.

        Args:
            turn: The turn as it is now.
            place: The result's among its results.
            data: Its MIME bundle.
        """
        with self._lock:
            for entry in self._entries.values():
                if entry.turn is None or entry.turn.uid != turn.uid:
                    continue
                entry.turn = turn
                entry.sent = [
                    ({**message, "data": data}, buffers)
                    if (message["type"], message.get("index")) == ("result", place)
                    else (message, buffers)
                    for message, buffers in entry.sent
                ]
                self.tell({"type": "redrawn", "id": entry.id, "index": place, "data": data})

    def find(self, name: str) -> Entry | None:
        """The question of that name."""
        with self._lock:
            return self._entries.get(name)

    def say(self, entry: Entry, message: Message, buffers: Sequence[bytes] = ()) -> None:
        """Tell all pages something of a question, and keep it; after its end nothing more is sent."""
        with self._lock:
            if entry.over:
                return
            message = {**message, "id": entry.id}
            last = entry.sent[-1][0] if entry.sent else {}
            joined = message["type"] in {"delta", "printed"}
            if joined and last.get("type") == message["type"]:
                entry.sent[-1] = ({**last, "text": last["text"] + message["text"]}, ())
            elif message["type"] in {"prose", "plan"}:
                entry.sent = [(old, buffers) for old, buffers in entry.sent if old["type"] != message["type"]]
                entry.sent.append((message, ()))
            elif message["type"] == "stage" and (last.get("type"), last.get("stage")) == ("stage", message["stage"]):
                entry.sent[-1] = (message, ())
            else:
                entry.sent.append((message, buffers))
            entry.over = message["type"] in {"done", "findings"} or message.get("over") is True
            self.tell(message, buffers)

    def tell(self, message: Message, buffers: Sequence[bytes] = ()) -> None:
        """Tell all pages something that is not kept."""
        with self._lock:
            for channel in self._channels:
                channel.send(message, buffers)
