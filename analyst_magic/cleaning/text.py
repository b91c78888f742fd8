"""Text from the sandbox: terminal escapes, control characters and direction marks are taken out."""

from __future__ import annotations

import re
from collections import deque

# CSI and OSC sequences, and the other escapes of ECMA-48 (sections 5.4 and 5.6).
TERMINAL_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]?|\x9b[0-?]*[ -/]*[@-~]", re.S
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Characters that reorder what is read (Unicode 15, section 23.2), or that nobody sees.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029\ufeff]")
_UNCLEAN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029\ufeff\ud800-\udfff]"
)
_CLEAN_ASCII = bytes(code for code in range(128) if not _UNCLEAN.match(chr(code)))


def clean(text: str, most: int = 1_000_000) -> str:
    """Plain text: no escapes, no control characters but tab and line feed, no marks of direction.

    A carriage return starts its line anew, as progress bars use it.
    """
    text = TERMINAL_ESCAPES.sub("", text[:most]).replace("\r\n", "\n")
    text = _DIRECTIONS.sub("", _CONTROLS.sub("", text))
    if "\r" in text:
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return text.encode("utf-8", "replace").decode()


def clean_label(text: str) -> str:
    """A label without what ``clean`` takes out. A carriage return stays: a label is no stream of text."""
    if is_clean_label(text):
        return text
    text = _DIRECTIONS.sub("", _CONTROLS.sub("", TERMINAL_ESCAPES.sub("", text)))
    return text.encode("utf-8", "replace").decode()


def is_clean_label(text: str) -> bool:
    """Whether ``clean_label`` leaves the text as it is. It takes little time for long texts."""
    if text.isascii():
        return not text.encode().translate(None, _CLEAN_ASCII)
    return text.isprintable() or not _UNCLEAN.search(text)


class HeadTail:
    """Keeps the beginning and the end of a stream of text and counts what is left out between them.

    Args:
        most: Characters to keep, half at each end.
    """

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self._head: list[str] = []
        self._room = self._half
        self._tail: deque[str] = deque()
        self._tail_size = 0
        self.left_out = 0

    def add(self, text: str) -> None:
        """Take the next piece."""
        head = text[: self._room]
        if head:
            self._head.append(head)
            self._room -= len(head)
            text = text[len(head) :]
        if not text:
            return
        if len(text) > self._half:
            self.left_out += len(text) - self._half
            text = text[-self._half :]
        self._tail.append(text)
        self._tail_size += len(text)
        while self._tail_size - len(self._tail[0]) >= self._half:
            gone = len(self._tail.popleft())
            self._tail_size -= gone
            self.left_out += gone

    def text(self) -> str:
        """What was kept, with a line that says how much was not."""
        gap = f"\n… {self.left_out:,} characters left out …\n" if self.left_out else ""
        return "".join(self._head) + gap + "".join(self._tail)
