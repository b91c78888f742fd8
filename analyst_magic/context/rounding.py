"""Figures as they may be told below ``rows``: ranges rounded outward, quantiles rounded so that rows stand together."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

DIGITS = 3
"""Digits of the spread that a quantile keeps."""
ROWS_IN_A_STEP = 10
"""About so many rows lie between a rounded quantile and the next number that it could have been."""
MONTHS_OF_YEARS = 10
"""Years from which a range of dates is told in years alone."""
RANGE_STEPS = 4
"""Steps of a range within the spread of the data, at least: with one more at each end it is half as wide again."""
NICE = (1, 2, 5, 10)


def number_range(low: Any, high: Any, shared: Collection[Any] = ()) -> tuple[Any, Any] | None:
    """Two numbers with all of the data between them: each bound a multiple of about a quarter of the spread.

    A bound that is the lowest or highest value itself goes one step further, unless many rows have it: those are told
    as they are. Zero stays, as it stands for any low value of the first step.

    >>> number_range(-43, 1301), number_range(1, 23), number_range(983.8, 1042.1)
    ((-200, 1400), (0, 25), (980, 1050))
    >>> number_range(0, 60, shared={60}), number_range(2013, 2013, shared={2013})
    ((0, 60), (2013, 2013))

    Args:
        low, high: The lowest and the highest value.
        shared: Values that many rows have.

    Returns:
        None where there are no finite numbers.
    """
    try:
        if not (math.isfinite(low) and math.isfinite(high)):
            return None
        step = _range_step(_decimal(high) - _decimal(low), whole=isinstance(low, int))
        bounds = (
            low if low in shared else _bound(low, ROUND_FLOOR, step),
            high if high in shared else _bound(high, ROUND_CEILING, step),
        )
    except (TypeError, ValueError, OverflowError, ArithmeticError):
        return None
    return (_short(bounds[0]), _short(bounds[1])) if all(map(math.isfinite, bounds)) else None


def _range_step(spread: Decimal, *, whole: bool) -> Decimal:
    """The largest of 1, 2 and 5 times a power of ten that is within a quarter of the spread."""
    most = spread / RANGE_STEPS
    if not most:
        return Decimal(1)
    unit = Decimal(1).scaleb(most.adjusted())
    step = max(unit * nice for nice in NICE if unit * nice <= most)
    return max(Decimal(1), step) if whole else step


def _bound(value: Any, rounding: str, step: Decimal) -> Any:
    """The next multiple of a step that is away from the data, further where it cannot be bound from the value."""
    if not value:
        return 0
    exact = _decimal(value)
    while True:
        multiple = (exact / step).to_integral_value(rounding) * step
        if multiple == exact:
            multiple += step if rounding == ROUND_CEILING else -step
        bound = int(multiple) if isinstance(value, int) else float(multiple)
        if bound != value:
            return bound
        step *= 10


def _short(value: Any) -> Any:
    """A whole number without its ``.0``; no digit is lost."""
    return int(value) if -(2**53) < value < 2**53 and value == int(value) else value


def _decimal(value: Any) -> Decimal:
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def date_range(low: Any, high: Any) -> tuple[str, str] | None:
    """The months that dates lie in, or the years where there are many; of times of the day the hours.

    >>> date_range(dt.date(2013, 1, 5), dt.datetime(2013, 12, 30, 23, 1))
    ('2013-01', '2013-12')
    >>> date_range(dt.date(1931, 7, 13), dt.date(1998, 3, 2))
    ('1931', '1998')
    """
    if isinstance(low, dt.time) and isinstance(high, dt.time):
        return f"{low.hour:02}:00", f"{high.hour:02}:59"
    if not (isinstance(low, dt.date) and isinstance(high, dt.date)):
        return None
    if high.year - low.year >= MONTHS_OF_YEARS:
        return f"{low.year:04}", f"{high.year:04}"
    return f"{low.year:04}-{low.month:02}", f"{high.year:04}-{high.month:02}"


def code_range(code: str, low: Any, high: Any) -> tuple[str, str] | None:
    """The range of numbers that stand for years, or for days as 20240131; none for times of the day.

    >>> code_range("yyyymmdd", 20130105, 20131230), code_range("year", 1956.0, 2013.0)
    (('2013-01', '2013-12'), ('1950s', '2010s'))
    """
    if code == "yyyymmdd":
        return (
            f"{int(low) // 10_000:04}-{int(low) // 100 % 100:02}",
            f"{int(high) // 10_000:04}-{int(high) // 100 % 100:02}",
        )
    if code == "year":
        return f"{int(low) // 10 * 10}s", f"{int(high) // 10 * 10}s"
    return None


def rounded_quantiles(
    values: Sequence[Any], low: Any, high: Any, rows: int, shared: Collection[Any]
) -> tuple[Any, ...]:
    """Quantiles rounded by the spread of the data: in order, never outside of the data, whole where the data is.

    >>> rounded_quantiles([2010, 2012, 2014, 2015, 2017], 2010, 2017, 856, ())
    (2010, 2012, 2014, 2015, 2017)
    >>> rounded_quantiles([100043.7, 100213.9, 100427.0, 100641.2, 100812.1], 100_000, 100_855, 856, ())
    (100040, 100210, 100430, 100640, 100810)

    Args:
        values: The quantiles, lowest first.
        low, high: The lowest and the highest value.
        rows: How many rows there are.
        shared: Values that many rows have: they stay as they are.

    Returns:
        Nothing where no number to this precision lies within the data.
    """
    step = rounding_step(values[-1] - values[0] or high - low, rows, whole=isinstance(low, int))
    if not step:
        return tuple(map(tidy, values)) if values and values[0] in shared else ()
    multiples: list[Any] = []
    for value in values:
        number = value if value in shared else _within(value, low, high, step)
        if number is None:
            return ()
        multiples.append(tidy(max(number, multiples[-1]) if multiples else number))
    return tuple(multiples)


def rounding_step(spread: float, rows: int, *, whole: bool = False) -> float:
    """What a figure is rounded to: three digits of the spread, coarser for few rows; 0 where nothing differs."""
    if not (spread > 0 and math.isfinite(spread)):
        return 0.0
    fine = 10.0 ** (math.floor(math.log10(spread)) - DIGITS + 1)
    coarse = spread * (ROWS_IN_A_STEP / max(rows, 1))
    if not (fine and coarse and math.isfinite(coarse)):
        return 0.0  # at the ends of what floats can say
    unit = 10.0 ** math.floor(math.log10(coarse))
    step = max(fine, next(unit * nice for nice in NICE if unit * nice >= coarse * (1 - 1e-9)))
    return max(1.0, step) if whole else step


def rounded(value: float, step: float) -> Any:
    """A number as a multiple of a step."""
    return tidy(_multiple(round(value / step), step)) if step else tidy(value)


def tidy(value: Any) -> Any:
    """A whole number without its ``.0``; other numbers to six digits."""
    if isinstance(value, float) and math.isfinite(value):
        short = float(f"{value:.6g}") if abs(value) < 1e6 else value
        return int(short) if short == int(short) and abs(short) < 2**53 else short
    return value


def _within(value: float, low: float, high: float, step: float) -> float | None:
    """The nearest multiple of a step that is within the data."""
    place = value / step
    for multiple in sorted({round(place), math.floor(place), math.ceil(place)}, key=lambda m: abs(m - place)):
        if low <= _multiple(multiple, step) <= high:
            return _multiple(multiple, step)
    return None


def _multiple(number: int, step: float) -> float:
    """A multiple without the noise of binary fractions."""
    digits = max(0, -math.floor(math.log10(step)))
    return round(number * step, digits + 1)
