"""Rows that are called by their date: ``2024-03`` is March 2024 in a sentence, and March where there is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_TIME = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?(?:[ T]00:00:00(?:\.0+)?)?")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def times_named(columns: Sequence[Sequence[str | None]]) -> dict[str, frozenset[int]]:
    """The rows by what sentences call their years, months and days.

    >>> sorted(times_named([["2024-03-01", "2024-04-01"]]))[:4]
    ['2024-03', '2024-03-01', '2024-04', '2024-04-01']

    Args:
        columns: For each column of dates or texts, the text of each row.
    """
    rows: dict[str, set[int]] = {}
    for texts in columns:
        times = [_TIME.fullmatch(text) if text else None for text in texts]
        if not all(time or not text for time, text in zip(times, texts, strict=True)):
            continue
        monthly = all(time["day"] in {None, "01"} for time in times if time)
        for row, time in enumerate(times):
            for name in _called(time, monthly=monthly) if time else ():
                rows.setdefault(name, set()).add(row)
    return {name: frozenset(of) for name, of in rows.items()}


def _called(time: re.Match[str], *, monthly: bool) -> Iterator[str]:
    """What a date is called, the day of it where not all are the first of their months."""
    year, day = time["year"], int(time["day"] or 1)
    if time["month"] is None:
        yield year
        return
    if not 1 <= int(time["month"]) <= 12:
        return
    month = _MONTHS[int(time["month"]) - 1]
    if time["day"]:
        yield f"{year}-{time['month']}-{time['day']}"
    if monthly:
        yield from (f"{year}-{time['month']}", f"{month} {year}", f"{month[:3]} {year}", month)
    else:
        yield from (f"{month} {day}, {year}", f"{day} {month} {year}", f"{month} {day}", f"{day} {month}")
