"""Days, moments and times of Arrow as texts, also those that Python's calendar does not know."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import partial
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from ..column_format import PERIODS, ColumnFormat, clock_text, date_text, period_kind

_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_EPOCH = dt.datetime(1970, 1, 1)
_DAYS = frozenset({"date", "month", "year"})


def time_form(column: pa.Array | pa.ChunkedArray, label: str = "") -> ColumnFormat:
    """How a column of days, moments or times is shown: moments that are all midnight at their clock are days.

    >>> firsts = pa.array([dt.date(2013, 1, 1), dt.date(2013, 2, 1)])
    >>> time_form(firsts).kind, time_form(firsts, "order_date_month").kind
    ('date', 'month')
    """
    kind = column.type
    if pa.types.is_date(kind):
        return ColumnFormat(_period(column, label))
    if pa.types.is_time(kind) or pa.types.is_timestamp(kind):
        counted = column.cast(pa.int32() if pa.types.is_time32(kind) else pa.int64())
        second = _UNITS[kind.unit]
        if pa.types.is_timestamp(kind) and _midnights(column, second * 86_400):
            return ColumnFormat(_period(column, label))
        return ColumnFormat("moment" if pa.types.is_timestamp(kind) else "time", _second_digits(counted, second))
    return ColumnFormat("duration" if pa.types.is_duration(kind) else "text")


def _midnights(column: pa.Array | pa.ChunkedArray, day: int) -> bool:
    """Whether all moments of a column are midnight at the clock of its zone."""
    if column.type.tz is None:
        return whole(column.cast(pa.int64()), day)
    try:
        return whole(pc.local_timestamp(column).cast(pa.int64()), day)
    except (pa.ArrowInvalid, OverflowError):  # a zone that this machine does not know
        return False


def _period(column: pa.Array | pa.ChunkedArray, label: str) -> str:
    """``date``, or ``month`` or ``year`` for days that are all the first of what the label ends in."""
    if not PERIODS.search(label):
        return "date"
    clock = column if pa.types.is_date(column.type) or column.type.tz is None else pc.local_timestamp(column)
    try:
        return period_kind(label, (day for day in pc.unique(clock).to_pylist() if day is not None))
    except (OverflowError, ValueError):  # beyond the calendar of Python
        return "date"


def time_texts(array: pa.Array, form: ColumnFormat) -> list[str | None]:
    """One text for each value, in the form of the column; None stands for null."""
    kind = array.type
    if pa.types.is_date32(kind):
        return _each(array.cast(pa.int32()).to_pylist(), partial(_date, form=form))
    if pa.types.is_date64(kind):
        return _each(array.cast(pa.int64()).to_pylist(), lambda value: _date(value // 86_400_000, form))
    if pa.types.is_time(kind):
        counted = array.cast(pa.int32() if pa.types.is_time32(kind) else pa.int64())
        return _each(counted.to_pylist(), lambda value: clock_text(_clock(value, kind.unit), form.decimals))
    if pa.types.is_duration(kind):
        return _each(array.cast(pa.int64()).to_pylist(), lambda value: _duration(value, kind.unit))
    if pa.types.is_timestamp(kind):
        return _timestamps(array.cast(pa.int64()).to_pylist(), kind.unit, kind.tz, form)
    return _each(array.to_pylist(), str)  # intervals of months, days and nanoseconds


def whole(counted: pa.Array | pa.ChunkedArray, step: int) -> bool:
    """Whether all numbers are multiples of a step."""
    rest = pc.subtract(counted, pc.multiply(pc.divide(counted, step), step))
    return bool(pc.all(pc.equal(rest, 0)).as_py() is not False)


def _second_digits(counted: pa.Array | pa.ChunkedArray, second: int) -> int:
    """The digits that the seconds of a column have; -1 where all are whole minutes."""
    if whole(counted, second * 60):
        return -1
    digits, step = 0, second
    while step > 1 and not whole(counted, step):
        digits, step = digits + 1, step // 10
    return digits


def _each(values: Sequence[int | None], text: Callable[[int], str]) -> list[str | None]:
    return [None if value is None else text(value) for value in values]


def _date(days: int, form: ColumnFormat) -> str:
    try:
        return date_text((_EPOCH + dt.timedelta(days=days)).date(), form)
    except OverflowError:
        return f"day {days:,} from 1970"


def _clock(value: int, unit: str) -> str:
    seconds, part = divmod(value, _UNITS[unit])
    hours, rest = divmod(seconds, 3600)
    return f"{hours:02}:{rest // 60:02}:{rest % 60:02}{_fraction(part, unit)}"


def _duration(value: int, unit: str) -> str:
    days, rest = divmod(abs(value), 86_400 * _UNITS[unit])
    sign, day = "-" if value < 0 else "", f"{days:,} {'day' if days == 1 else 'days'} " if days else ""
    return f"{sign}{day}{_clock(rest, unit)}"


def _fraction(part: int, unit: str) -> str:
    digits = len(str(_UNITS[unit])) - 1
    return f".{part:0{digits}}".rstrip("0") if part else ""


def _timestamps(values: Sequence[int | None], unit: str, zone: str | None, form: ColumnFormat) -> list[str | None]:
    place = _zone(zone) if zone else None

    def text(value: int) -> str:
        seconds, part = divmod(value, _UNITS[unit])
        if form.kind in _DAYS and place is None:
            return _date(seconds // 86_400, form)
        try:
            moment = _EPOCH + dt.timedelta(seconds=seconds)
            if place is not None:
                moment = moment.replace(tzinfo=dt.UTC).astimezone(place)
        except OverflowError:
            return f"{seconds:,} s from 1970"
        if form.kind in _DAYS:
            return date_text(moment, form)
        day, _, clock = moment.replace(tzinfo=None).isoformat().partition("T")
        offset = moment.isoformat()[19:] if place is not None else ""
        return f"{day} {clock_text(f'{clock}{_fraction(part, unit)}', form.decimals)}{offset}"

    return _each(values, text)


def _zone(name: str) -> dt.tzinfo:
    """The time zone of a column; UTC for one that this machine does not know."""
    offset = re.fullmatch(r"([+-])(\d\d):?(\d\d)", name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return dt.timezone(dt.timedelta(minutes=min(minutes, 1439) * (-1 if offset[1] == "-" else 1)))
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError on top of these in no version we support
        return dt.UTC
    except KeyError:
        return dt.UTC
