"""Words of messages that depend on a number or a size."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable

_UNITS = (("TB", 1000**4), ("GB", 1000**3), ("MB", 1000**2), ("kB", 1000))
_WORD = re.compile(r"\s+|[⺀-￿][，。；：、！？）”]*|[^\s⺀-￿]+")


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun in the right form.

    Args:
        number: How many there are.
        noun: The noun, or a phrase that ends with it, in the singular.
        plural: The plural, where it does not follow the rule.

    Example:
        >>> count(1, "pin"), count(2, "pin"), count(0, "edited pin"), count(1234, "query")
        ('1 pin', '2 pins', '0 edited pins', '1,234 queries')
    """
    return f"{number:,} {noun if number == 1 else plural or pluralize(noun)}"


def pluralize(noun: str) -> str:
    """The regular plural of a noun, or of a phrase that ends with it.

    Example:
        >>> pluralize("sandbox"), pluralize("day"), pluralize("query")
        ('sandboxes', 'days', 'queries')
    """
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def size(number: int) -> str:
    """A number of bytes as people write it, in powers of ten.

    Example:
        >>> size(4_000_000_000), size(512_000_000), size(999), size(2 * 1024**3)
        ('4 GB', '512 MB', '999 bytes', '2.15 GB')
    """
    for unit, factor in _UNITS:
        if number >= factor:
            return f"{number / factor:.3g} {unit}"
    return count(number, "byte")


def wrap(text: str, width: int) -> list[str]:
    """Lines of a text that are no wider than a number of letters; a Chinese sign is as wide as two.

    Example:
        >>> wrap("one two three", 8), wrap("列出模型，以及表。", 10)
        (['one two', 'three'], ['列出模型，', '以及表。'])
    """
    text = " ".join(text.split())
    if _width(text) == len(text):
        return textwrap.wrap(text, width)
    lines = [""]
    for word in _WORD.findall(text):
        if lines[-1] and _width(lines[-1] + word) > width:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return [line.rstrip() for line in lines if line.strip()]


def fill(text: str, width: int = 70) -> str:
    """A text in lines."""
    return "\n".join(wrap(text, width))


def _width(text: Iterable[str]) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
