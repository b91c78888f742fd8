"""What all results share: text that is safe to show, sizes, and the choice of MIME types."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Collection
from typing import Any

MUTED = "opacity:0.65"
"""Style of what is said beside the content. No colour of its own, so it suits light and dark themes alike."""

LINE = "1px solid rgba(127,127,127,0.35)"
"""A border that can be seen on white and on black."""

# Direction marks can make a cell, a title or a file name read as something other than it is.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str, keep: str = "\n\t") -> str:
    """The text with control characters, direction marks and lone surrogates turned into something one can see.

    Args:
        text: Any text, however hostile.
        keep: Control characters that stay as they are.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep else _seen(c) for c in text)


def one_line(text: str, cap: int) -> str:
    """The text on one line and at most ``cap`` characters long, with an ellipsis where it was cut."""
    cut = text[: cap + 1]
    line = visible(cut.replace("\r\n", "\n").replace("\n", " ↵ ").replace("\t", " "), keep="")
    return line if len(cut) <= cap else line[:cap].rstrip() + "…"


def escape(text: str) -> str:
    """The text for HTML, also between quotes."""
    return html.escape(text, quote=True)


def human_size(count: int) -> str:
    """A number of bytes as people say it: ``17 bytes``, ``4.2 kB``, ``13 MB``."""
    if count < 1000:
        return f"{count} byte" if count == 1 else f"{count} bytes"
    size = float(count)
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.5 or unit == "GB":
            break
    return f"{size:.1f} {unit}" if size < 9.95 else f"{size:.0f} {unit}"


def select(bundle: dict[str, Any], include: Collection[str] | None, exclude: Collection[str] | None) -> dict[str, Any]:
    """The MIME types of a bundle that IPython asks for."""
    return {
        mime: data
        for mime, data in bundle.items()
        if (not include or mime in include) and not (exclude and mime in exclude)
    }


def _seen(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if character in _BIDI or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
        return f"\\u{code:04x}"
    return character
