"""When two texts are one value that is written in two ways: the one owner of that, for the host and the sandbox.

There are two strengths. What differs in case and blanks alone, ``North`` and ``north ``, is the same: a question for
one means the other. What differs in accents, or in marks between letters, too, as ``Müller`` and ``Muller`` do, may be
two people: that is worth a look, and nothing is taken for the other by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable

_MARKS = re.compile(r"(?<=[^\W\d])[-_./'’,]+(?=[^\W\d]|$)")
"""Marks between letters, or after the last one."""


def same(text: str) -> str:
    """A text without case and blanks, by which two that are the same are found.

    Example:
        >>> same("North  Sea ") == same("north sea"), same("Müller") == same("Muller")
        (True, False)
    """
    return " ".join(text.casefold().split())


def alike(text: str) -> str:
    """A text without case, blanks, accents, and marks between letters, by which two that may be the same are found.

    Example:
        >>> alike("Müller-Lüdenscheid") == alike("muller ludenscheid")
        True
    """
    letters = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(_MARKS.sub(" ", letters).split())


def in_several_ways(texts: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    """The texts that are written in several ways, by what is common to them.

    Args:
        texts: Different texts.
        key: ``same`` or ``alike``.

    Example:
        >>> in_several_ways(["North", "north ", "south"], same)
        {'north': ['North', 'north ']}
    """
    ways: defaultdict[str, list[str]] = defaultdict(list)
    for text in texts:
        ways[key(text)].append(text)
    return {common: found for common, found in ways.items() if len(found) > 1 and common}
