"""Texts of a notebook file as plain text."""

from __future__ import annotations

import re
from typing import Any

from ..cleaning.text import TERMINAL_ESCAPES
from ..results.html import visible


def text_of(value: Any) -> str:
    """The text of a notebook's field, which may be a list of lines, without lone surrogates."""
    text = "".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text.encode("utf-8", "replace").decode("utf-8")


def plain_text(value: Any) -> str:
    """Text of a terminal as it would stand there: no escapes, and of a progress bar only its last state."""
    lines = TERMINAL_ESCAPES.sub("", text_of(value)).replace("\r\n", "\n").split("\n")
    return visible("\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines))


# What XML 1.0 cannot hold at all, in whatever way it is written.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """The text without what no XML file may hold: control characters, lone surrogates and the like."""
    return _NOT_XML.sub("", text)
