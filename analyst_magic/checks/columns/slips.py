"""Names that are a slip of another: in case, separators or a letter."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

NEAR = 0.8
_DIFFERENT = frozenset({frozenset({"county", "country"}), frozenset({"product", "produce"})})
"""Words that a slip could turn into each other, and that are columns of their own."""


def meant(name: str, names: Collection[str]) -> str:
    """The one name that another is a slip of: in case, separators or a letter; empty where that is not sure.

    Example:
        >>> meant("Dep_Delay", ["dep_delay", "arr_delay"])
        'dep_delay'
        >>> meant("temperature_min", ["temperature_max"])
        ''
    """
    plain = [other for other in names if _plain(other) == _plain(name)]
    exact = [other for other in plain if other.casefold() == name.casefold()]
    candidates = exact or plain or [other for other in names if _is_slip(name, other)]
    return candidates[0] if len(candidates) == 1 else ""


def near_names(name: str, names: Collection[str]) -> list[str]:
    """Up to three names that look like another, for a message."""
    plain = {other: _plain(other) for other in names}
    close = difflib.get_close_matches(_plain(name), plain.values(), n=3, cutoff=NEAR)
    return [other for other, text in plain.items() if text in close]


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold()) or name


def _is_slip(name: str, other: str) -> bool:
    """Whether each word of one name is that of the other, or a letter away from it."""
    words, others = _words(name), _words(other)
    if len(words) != len(others):
        return _letter_away(_plain(name), _plain(other)) and min(len(_plain(name)), len(_plain(other))) >= 8
    return all(one == two or _letter_away(one, two) for one, two in zip(words, others, strict=True))


def _words(name: str) -> list[str]:
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return [word for word in re.split(r"[\W_]+", split.casefold()) if word]


def _letter_away(one: str, other: str) -> bool:
    """One letter added, left out, changed or swapped with the next, in words long enough; digits are no letters."""
    short, long = sorted((one, other), key=len)
    if short + "s" == long and len(short) > 2:
        return True
    if len(short) < 5 or short[0] != long[0] or frozenset({one, other}) in _DIFFERENT:
        return False
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if re.search(r"\d", short[at : at + 2] + long[at : at + 2]):
        return False
    swapped = short[at : at + 2][::-1] == long[at : at + 2] and short[at + 2 :] == long[at + 2 :]
    changed = len(short) == len(long) and short[at + 1 :] == long[at + 1 :]
    return (
        changed
        or (swapped and len(short) == len(long))
        or (len(short) + 1 == len(long) and short[at:] == long[at + 1 :])
    )
