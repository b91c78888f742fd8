"""The shapes of texts: how dates, money, times and identifiers are written, without a letter or digit of the data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

MAX_LENGTH = 40
MAX_SHAPES = 12
COVERED = 0.6
"""Share of the rows that the three commonest shapes must have; else lengths of words and numbers are left out."""
_RUNS = ((r"9+", "9…"), (r"X+", "X…"), (r"x+", "x…"), (r"X…x…", "Xx…"), (r"Xx…(?: Xx…)+", "Xx… Xx…"))


class _Mask(dict[int, str]):
    """The mark of each character, found when it first comes."""

    def __missing__(self, code: int) -> str:
        self[code] = mark = _mark(chr(code))
        return mark


def _mark(character: str) -> str:
    if character.isalpha():  # first, as newer versions of Unicode count some letters as numbers too
        return "X" if character.isupper() else "x"
    if character.isnumeric():
        return "9"
    return character if character.isascii() else "?"


_MASK = _Mask()


def masked(text: str) -> str:
    """The shape of a text: letters become ``x`` or ``X``, digits ``9``, other signs beyond ASCII ``?``.

    >>> masked("€ 1,250.00 on 3 May")
    '? 9,999.99 xx 9 Xxx'
    """
    return text.translate(_MASK)


def text_shapes(values: Sequence[str], counts: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """The commonest shapes of some texts, as ``99/99/9999``, each with the number of rows that have it.

    >>> text_shapes(["03/04/2024", "05/06/2025", "n/a"], [3, 4, 2])
    (('99/99/9999', 7), ('x/x', 2))

    Args:
        values: Distinct texts.
        counts: The rows that have each.
    """
    exact = [masked(value[:MAX_LENGTH]) for value in values]
    common = _counted(exact, counts)
    if sum(number for _, number in common[:3]) < COVERED * sum(counts):
        common = _counted([_without_lengths(shape) for shape in exact], counts)
    return tuple(common[:MAX_SHAPES])


def _without_lengths(shape: str) -> str:
    for run, mark in _RUNS:
        shape = re.sub(run, mark, shape)
    return shape


def _counted(shapes: Sequence[str], counts: Sequence[int]) -> list[tuple[str, int]]:
    found: Counter[str] = Counter()
    for shape, number in zip(shapes, counts, strict=True):
        found[shape] += number
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
