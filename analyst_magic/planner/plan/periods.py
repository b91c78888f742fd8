"""Stretches of time by their names, relative to a stated day: last month, this year, Q2, the last 30 days, since June.

Each gives a condition with the days themselves, so that a pinned answer means the same for good, and with the name, so
that the reading says both.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from .conditions import MONTHS
from .schema import Period

Unit = Literal["day", "week", "month", "quarter", "year"]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def moved(day: dt.date, months: int) -> dt.date:
    """The first day of the month so many months later."""
    place = day.year * 12 + day.month - 1 + months
    return dt.date(place // 12, place % 12 + 1, 1)


def beginning(day: dt.date, unit: Unit) -> dt.date:
    """The first day of the unit that a day lies in; weeks begin on Monday."""
    if unit == "day":
        return day
    if unit == "week":
        return day - dt.timedelta(days=day.weekday())
    return dt.date(day.year, (day.month - 1) // _MONTHS[unit] * _MONTHS[unit] + 1, 1)


def later(day: dt.date, unit: Unit, count: int) -> dt.date:
    """The beginning of a unit moved by so many units."""
    if unit in _MONTHS:
        return moved(day, count * _MONTHS[unit])
    return day + dt.timedelta(days=count * (7 if unit == "week" else 1))


def between(column: str, start: dt.date | None, end: dt.date | None, label: str = "") -> Period:
    """The days from the first on, before the second; either may be open."""
    return Period(
        column=column,
        start=start.isoformat() if start is not None else None,
        end=end.isoformat() if end is not None else None,
        label=label,
    )


def relative(column: str, unit: Unit, offset: int, today: dt.date) -> Period:
    """This unit (0), the one before (-1) or after (1), as on the calendar: last month is the whole month before."""
    start = later(beginning(today, unit), unit, offset)
    if unit == "day":
        label = {0: "today", -1: "yesterday", 1: "tomorrow"}.get(offset, "")
    else:
        label = {0: f"this {unit}", -1: f"last {unit}", 1: f"next {unit}"}.get(offset, "")
    return between(column, start, later(start, unit, 1), label)


def last(column: str, count: int, unit: Unit, today: dt.date) -> Period:
    """The last units: days up to today, today included; of longer units the whole ones before this one."""
    label = f"the last {count} {unit}s" if count > 1 else f"the last {unit}"
    if unit == "day":
        return between(column, today - dt.timedelta(days=count - 1), today + dt.timedelta(days=1), label)
    end = beginning(today, unit)
    return between(column, later(end, unit, -count), end, label)


def so_far(column: str, unit: Unit, today: dt.date) -> Period:
    """This unit up to today, today included: the year to date."""
    return between(column, beginning(today, unit), today + dt.timedelta(days=1), f"the {unit} to date")


def year(column: str, number: int, fiscal: int = 1) -> Period:
    """A year; a fiscal year that begins in another month than January is named by the year in which it ends."""
    if fiscal == 1:
        return between(column, dt.date(number, 1, 1), dt.date(number + 1, 1, 1), str(number))
    start = dt.date(number - 1, fiscal, 1)
    return between(column, start, moved(start, 12), f"the fiscal year {number}")


def quarter(column: str, number: int, of: int, fiscal: int = 1) -> Period:
    """The first to fourth quarter of a year."""
    first = dt.date.fromisoformat(year(column, of, fiscal).start or "")
    start = moved(first, 3 * (number - 1))
    name = f"Q{number} {of}" if fiscal == 1 else f"Q{number} of the fiscal year {of}"
    return between(column, start, moved(start, 3), name)


def month(column: str, number: int, of: int) -> Period:
    """A month of a year."""
    start = dt.date(of, number, 1)
    return between(column, start, moved(start, 1), f"{MONTHS[number - 1]} {of}")


def iso_week(column: str, number: int, of: int) -> Period:
    """A week of a year by ISO 8601."""
    start = dt.date.fromisocalendar(of, number, 1)
    return between(column, start, start + dt.timedelta(days=7), f"week {number} of {of}")


def since(column: str, start: dt.date) -> Period:
    """From a day on."""
    return between(column, start, None)


def until(column: str, last_day: dt.date) -> Period:
    """Up to a day, which is included."""
    return between(column, None, last_day + dt.timedelta(days=1))


def latest(number: int, today: dt.date) -> dt.date:
    """The first day of the latest month with a number that has begun: ``since June`` in March is that of last year."""
    start = dt.date(today.year, number, 1)
    return start if start <= today else dt.date(today.year - 1, number, 1)
