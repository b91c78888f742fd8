"""Which frames and columns a question speaks of: the words that it shares with their names and values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..turn import FrameCard

FRAME_WEIGHT, COLUMN_WEIGHT, VALUE_WEIGHT = 3, 2, 2
MIN_PREFIX = 3
"""Letters from which the beginning of a word stands for it: ``temp`` for temperature, ``dep`` for departure."""
MAX_LABELS = 2_000
COMMON = frozenset(
    """a an and are as at be by did do does for from has have how in is it its many me most much no not of on or per
    show than that the their them there these this to was were what when where which who why with all any each
    """.split()
)
"""Words that say nothing about what a question is about."""


def words(text: str) -> frozenset[str]:
    """The words of a text or a name, in lower case and without a plural's s; numbers without leading zeros.

    >>> sorted(words("depDelay_042 of flights"))
    ['42', 'delay', 'dep', 'flight', 'of']
    """
    parts = re.findall(r"[A-Za-z][a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_]+", text)
    return frozenset((part.lstrip("0") or "0") if part.isdecimal() else _stem(part.lower()) for part in parts)


def shared(question: frozenset[str], name: str) -> int:
    """How many words of a name a question has, or has the beginning of, or begins.

    >>> shared(words("mean temperature of sensor 42"), "temp_042")
    2
    """
    asked = question - COMMON
    return sum(any(_alike(word, other) for other in asked) for word in words(name) - COMMON)


def frame_score(question: frozenset[str], name: str, labels: Sequence[str]) -> int:
    """How much a question speaks of a frame, by its name and the names of its columns alone."""
    columns = {word for label in labels[:MAX_LABELS] for word in words(label)} - COMMON
    asked = question - COMMON
    return FRAME_WEIGHT * shared(question, name) + COLUMN_WEIGHT * sum(
        any(_alike(word, other) for other in columns) for word in asked
    )


def value_score(question: str, card: FrameCard) -> int:
    """How much a question speaks of a frame by values that many of its rows have."""
    padded = f" {_spaced(question)} "
    return VALUE_WEIGHT * sum(column_has_value(padded, values) for values in _texts(card))


def column_has_value(padded: str, values: Iterable[str]) -> bool:
    """Whether a question, its words between single spaces, has one of some values in it."""
    return any(f" {value} " in padded for value in values)


def _texts(card: FrameCard) -> Iterable[list[str]]:
    for column in card.columns:
        texts = (_spaced(value) for value, _ in column.values if isinstance(value, str))
        yield [text for text in texts if len(text) > 1]


def _spaced(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > MIN_PREFIX else word


def _alike(word: str, other: str) -> bool:
    if word == other:
        return True
    short, long = sorted((word, other), key=len)
    return len(short) >= MIN_PREFIX and short.isalpha() and long.startswith(short)
