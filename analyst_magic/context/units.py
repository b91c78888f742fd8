"""Units that the end of a column's name gives, where it gives them in letters that can be read in several ways."""

from __future__ import annotations

import re

UNITS = {
    "min": "minutes", "mins": "minutes", "s": "seconds", "sec": "seconds", "secs": "seconds", "ms": "milliseconds",
    "h": "hours", "hr": "hours", "hrs": "hours", "pct": "%", "perc": "%", "mi": "miles", "m": "metres", "g": "grams",
    "lb": "pounds", "lbs": "pounds", "ft": "feet", "in": "inches",
}  # fmt: skip
"""Units that stand in full, such as ``(km)`` and ``_usd``, need no word more."""
_END = re.compile(r"(?<=[^\W_])[_ ]([a-z]+)$|\(([a-z]+)\)$|\[([a-z]+)\]$", re.I)


def unit(name: str, others: frozenset[str] = frozenset()) -> str:
    """The unit of a column of numbers, or an empty text.

    >>> unit("taxi_min"), unit("price_usd"), unit("temp_min", frozenset({"temp_min", "temp_max"}))
    ('minutes', '', '')

    Args:
        name: The column's name.
        others: The names of all columns of its frame: beside a maximum, ``min`` is a minimum.
    """
    end = _END.search(name)
    if end is None:
        return ""
    measure = UNITS.get(next(filter(None, end.groups())).lower(), "")
    lower = {other.lower() for other in others}
    opposite = any(re.sub(r"min$", word, name.lower()) in lower for word in ("max", "mean", "avg"))
    return "" if measure == "minutes" and opposite else measure
