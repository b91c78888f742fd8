"""Series in time: seasons, change points, and a forecast that is tested on the past before it is believed."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from .result import Assumption, Result, frame_of, numbers_of

SEASONS = {"D": 7, "W": 52, "M": 12, "Q": 4, "Y": 1, "h": 24}
"""Periods of a season, by the step of the series."""
DEPENDENT = 0.5
"""Correlation of a period with the one before from which a series drifts rather than jumps."""
NAMES = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year", "h": "hour"}


def regular(data: Any, time: str, value: str, step: str = "") -> tuple[pd.Series, str, tuple[Assumption, ...]]:
    """A series with one total for each period, its step, and what was filled in.

    A period without rows is zero, as a day without an order is; one whose rows have no value lies between its
    neighbours.

    Args:
        data: A frame.
        time, value: Its columns of moments (or years) and of numbers.
        step: ``D``, ``W``, ``M``, ``Q``, ``Y`` or ``h``; found out where it is empty.

    Raises:
        TypeError: The value is no number, or the time no date.
        ValueError: There are fewer than 4 periods, or no such step.
    """
    frame = frame_of(data, time, value)
    moments, numbers = moments_of(frame[time]), numbers_of(frame[value])
    if not (moments.notna() & numbers.notna()).any():
        raise ValueError(f"No row has both {time} and {value}.")
    step = step or _step(moments.dropna())
    if step not in SEASONS:
        raise ValueError(f"There is no step {step}: use {', '.join(SEASONS)}.")
    known = moments.notna()
    totals = numbers[known].groupby(moments[known].dt.to_period(step)).sum(min_count=1).sort_index()
    totals = totals.loc[totals.first_valid_index() : totals.last_valid_index()]
    if len(totals) < 4:
        unit = NAMES[step] if len(totals) == 1 else f"{NAMES[step]}s"
        raise ValueError(f"{time} has {len(totals)} {unit} with rows; at least 4 are needed.")
    whole = totals.reindex(pd.period_range(totals.index[0], totals.index[-1], freq=step), fill_value=0.0)
    filled = pd.Series(np.interp(np.arange(len(whole)), np.flatnonzero(whole.notna()), whole.dropna()), whole.index)
    return filled, step, _filled(step, len(whole) - len(totals), int(whole.isna().sum()))


def _filled(step: str, absent: int, unknown: int) -> tuple[Assumption, ...]:
    """What was filled in; nothing where every period has rows with a value."""

    def counted(number: int) -> str:
        return f"1 {NAMES[step]}" if number == 1 else f"{number:,} {NAMES[step]}s"

    found = []
    if absent:
        verb = "counts" if absent == 1 else "count"
        found.append(Assumption(f"every {NAMES[step]} has rows ({counted(absent)} without any {verb} as zero)", False))
    if unknown:
        text = f"every {NAMES[step]} has a value ({counted(unknown)} without one: taken as between its neighbours)"
        found.append(Assumption(text, False))
    return tuple(found)


def moments_of(column: pd.Series) -> pd.Series:
    """A column of dates, moments, periods, texts of them, or years, as moments of the clock that they were written by.

    Raises:
        TypeError: It holds numbers that are no years.
        ValueError: A text is no date.
    """
    if isinstance(column.dtype, pd.PeriodDtype):
        column = column.dt.to_timestamp()
    elif pd.api.types.is_numeric_dtype(column.dtype):
        years = numbers_of(column)
        if not years.dropna().between(1500, 2500).all() or (years.dropna() % 1 != 0).any():
            raise TypeError(f"{column.name} holds numbers that are no dates and no years.")
        texts = years.map(lambda year: f"{year:04.0f}", na_action="ignore")
        column = pd.to_datetime(texts, format="%Y")
    else:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of texts of no known form, which the error names
                column = pd.to_datetime(column)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{column.name} holds texts that are no dates, or are of several forms: {error}") from None
    return column.dt.tz_localize(None) if isinstance(column.dtype, pd.DatetimeTZDtype) else column


def _step(moments: pd.Series) -> str:
    span = (moments.max() - moments.min()).days
    days = np.unique(moments.dt.normalize().to_numpy().astype("M8[D]").astype(np.int64))
    if span <= 3 and (moments != moments.dt.normalize()).any():
        return "h"
    if len(days) > 3 and (np.diff(days) % 7 == 0).mean() >= 0.9:
        return "W"
    if len(days) <= span / 20:
        return "M" if len(days) > span / 80 else "Q" if len(days) > span / 200 else "Y"
    return "D" if span <= 400 else "M"


def seasonality(data: Any, time: str, value: str, step: str = "") -> Result:
    """Whether a series repeats itself, and how strongly: trend, season and rest by STL.

    Sources: Cleveland and others, J. Official Statistics 6 (1990), STL; Wang, Smith and Hyndman, Data Mining and
    Knowledge Discovery 13 (2006), the strength of a season: 1 - Var(rest) / Var(season + rest).

    Args:
        data: A frame.
        time, value, step: As for ``forecast``.

    Raises:
        ValueError: There are fewer than two seasons.
    """
    from statsmodels.tsa.seasonal import STL

    series, step, filled = regular(data, time, value, step)
    season = SEASONS[step]
    if season < 2 or len(series) < 2 * season:
        raise ValueError(f"{len(series)} periods are fewer than two seasons of {season}; a season cannot be seen.")
    parts = STL(series.to_numpy(), period=season, robust=True).fit()
    rest, repeated = np.var(parts.resid), np.var(parts.resid + parts.seasonal)
    noise = 1e-20 * float(np.mean(series.to_numpy() ** 2))  # what rounding leaves of a series that stands still
    strength = max(0.0, float(1 - rest / repeated)) if repeated > noise else 0.0
    table = pd.DataFrame({
        "period": series.index.astype(str), value: series.to_numpy(), "trend": parts.trend, "season": parts.seasonal,
        "rest": parts.resid,
    })  # fmt: skip
    word = "strong" if strength >= 0.6 else "weak" if strength >= 0.3 else "hardly any"
    sentence = f"{value} has {word} seasonality over {season} {NAMES[step]}s (strength {strength:.2f} of 1)."
    enough = Assumption(
        f"the series covers at least three seasons ({len(series) / season:.1f})", len(series) >= 3 * season
    )
    return Result(sentence, table, "STL (Cleveland and others 1990), strength by Wang and others (2006)",
                  (enough, *filled), {"strength": strength, "season": season})  # fmt: skip


def change_points(data: Any, time: str, value: str, step: str = "", most: int = 5) -> Result:
    """Where the level of a series jumps: binary segmentation with a test by permutation.

    Sources: Scott and Knott, Biometrics 30 (1974), binary segmentation; Taylor (2000), significance by permutations
    of the cumulative sums.

    Args:
        data: A frame.
        time, value, step: As for ``forecast``.
        most: How many change points are looked for.
    """
    series, step, filled = regular(data, time, value, step)
    values = series.to_numpy()
    found = sorted(_segments(values, 0, len(values), most, np.random.default_rng(0)))
    edges = [0, *[place for place, _ in found], len(values)]
    rows = []
    for number, (place, p) in enumerate(found, 1):
        before, after = values[edges[number - 1] : place].mean(), values[place : edges[number + 1]].mean()
        rows.append({"period": str(series.index[place]), "before": before, "after": after, "change": after - before,
                     "p_value": p})  # fmt: skip
    table = pd.DataFrame(rows, columns=["period", "before", "after", "change", "p_value"])
    changes = "; ".join(f"{r['period']} from {r['before']:,.6g} to {r['after']:,.6g}" for r in rows[:3])
    sentence = (
        f"The level of {value} changes {'once' if len(rows) == 1 else f'{len(rows)} times'}: {changes}."
        if rows
        else f"The level of {value} does not jump."
    )
    levels = np.concatenate([np.full(b - a, values[a:b].mean()) for a, b in pairwise(edges)])
    lag = _lag(values - levels)
    checked = Assumption(
        f"periods are independent but for jumps (correlation with the one before: {lag:.2f}); a trend or a season "
        "looks like several jumps", abs(lag) < DEPENDENT,
    )  # fmt: skip
    method = "binary segmentation (Scott and Knott 1974) with permutations (Taylor 2000)"
    return Result(sentence, table, method, (checked, *filled),
                  {"points": [r["period"] for r in rows]})  # fmt: skip


def _segments(
    values: np.ndarray[Any, Any], start: int, end: int, most: int, random: np.random.Generator
) -> list[tuple[int, float]]:
    if end - start < 8 or most < 1:
        return []
    part = values[start:end]
    place, height = _split(part)
    shuffled = [_split(random.permutation(part))[1] for _ in range(199)]
    p = (1 + sum(other >= height for other in shuffled)) / 200
    if p > 0.01:
        return []
    at = start + place
    left = _segments(values, start, at, most - 1, random)
    return [*left, (at, p), *_segments(values, at, end, most - 1 - len(left), random)]


def _lag(rest: np.ndarray[Any, Any]) -> float:
    """The correlation of each value with the one before."""
    spread = float((rest**2).sum())
    return float((rest[1:] * rest[:-1]).sum() / spread) if spread > 0 else 0.0


def _split(part: np.ndarray[Any, Any]) -> tuple[int, float]:
    """The split with the greatest difference of means, in units of its standard error."""
    number = len(part)
    places = np.arange(3, number - 2)
    sums = np.cumsum(part)[places - 1]
    difference = sums / places - (part.sum() - sums) / (number - places)
    weight = np.abs(difference) * np.sqrt(places * (number - places) / number)
    best = int(np.argmax(weight))
    return int(places[best]), float(weight[best])


def forecast(data: Any, time: str, value: str, periods: int = 3, step: str = "", confidence: float = 0.9) -> Result:
    """The next periods of a series, with intervals, by the method that did best on the past.

    Exponential smoothing with trend and, where two seasons are there, season is held against the last value and the
    value one season ago. Each forecasts the last periods from those before them, several times (rolling origin); the
    one with the smallest absolute error is taken, and the intervals are as wide as its errors there, so that they
    promise no more than the past has shown. A period that has only begun is left out.

    Sources: Hyndman and Athanasopoulos, *Forecasting: Principles and Practice* (3rd ed. 2021), sections 5.2, 5.8, 5.10
    and 8; Hyndman and Koehler, Int. J. Forecasting 22 (2006), the scaled error MASE.

    Args:
        data: A frame.
        time, value: Its columns of moments (or years) and of numbers; each period's values are added up.
        periods: How many periods ahead.
        step: ``D``, ``W``, ``M``, ``Q``, ``Y`` or ``h``; found out where it is empty.
        confidence: Of the intervals.

    Raises:
        TypeError: The value is no number, or the time no date.
        ValueError: There are too few periods for a test on the past.
    """
    if periods < 1:
        raise ValueError("A forecast is of 1 period or more.")
    series, step, filled = regular(data, time, value, step)
    partial = _has_only_begun(moments_of(frame_of(data, time)[time]), series, step)
    series = series.iloc[:-1] if partial else series
    values, season = series.to_numpy(), SEASONS[step]
    tests = min(6, len(values) - max(6, periods))
    if tests < 2:
        raise ValueError(f"{len(values)} whole periods are too few to test a forecast of {periods} on the past.")
    methods = {"last value": _naive, "exponential smoothing": _smoothing}
    if season > 1 and len(values) - tests - periods >= 2 * season:
        methods |= {"value one season ago": _seasonal, "seasonal smoothing": _seasonal_smoothing}
    errors = {name: _errors(values, periods, tests, season, method) for name, method in methods.items()}
    best = min(errors, key=lambda name: float(np.nanmean(np.abs(errors[name]))))
    ahead = methods[best](values, periods, season)
    width = _width(errors[best], tests, confidence)
    index = pd.period_range(series.index[-1] + 1, periods=periods, freq=step)
    table = pd.DataFrame({"period": index.astype(str), "forecast": ahead, "low": ahead - width, "high": ahead + width})
    error = float(np.nanmean(np.abs(errors[best])))
    naive = float(np.mean(np.abs(np.diff(values)))) or 1.0
    first = table.iloc[0]
    sentence = (
        f"{value} is forecast at {first['forecast']:,.6g} for {first['period']} ({confidence:.0%} interval "
        f"{first['low']:,.6g} to {first['high']:,.6g}); on the past, {best} was off by {error:,.6g} on average."
    )
    scaled = error / naive
    whole = (
        f"the last {NAMES[step]} had only begun, and was left out" if partial else f"the last {NAMES[step]} is whole"
    )
    assumptions = (
        Assumption(f"tested on {tests} earlier forecasts; the scaled error (MASE) is {scaled:.2f}", scaled <= 1.5),
        Assumption("there are at least two seasons" if season > 1 else "no season is expected",
                   season < 2 or len(values) >= 2 * season),
        Assumption(whole, not partial),
        *filled,
    )  # fmt: skip
    return Result(sentence, table, f"{best}, chosen by rolling-origin back-test (Hyndman and Athanasopoulos 2021)",
                  assumptions, {"method": best, "error": error, "mase": scaled})  # fmt: skip


def _has_only_begun(moments: pd.Series, series: pd.Series, step: str) -> bool:
    """Whether the last period of a series lacks more than its last three days, though days are known one by one."""
    last = moments.max().normalize()
    begun = bool(step in "MQY" and last < series.index[-1].end_time.normalize() - pd.Timedelta(days=3))
    return begun and moments.dt.normalize().nunique() > len(series)


def _width(errors: np.ndarray[Any, Any], tests: int, confidence: float) -> np.ndarray[Any, Any]:
    """Half the interval of each period ahead, as wide as the errors on the past."""
    from scipy import stats

    spread = np.sqrt(np.nanmean(errors**2, axis=0))
    spread = np.maximum.accumulate(np.where(np.isnan(spread), 0.0, spread))  # errors grow with the distance
    width: np.ndarray[Any, Any] = stats.t.ppf(0.5 + confidence / 2, max(1, tests - 1)) * spread * np.sqrt(1 + 1 / tests)
    return width


def _errors(values: np.ndarray[Any, Any], periods: int, tests: int, season: int, method: Any) -> np.ndarray[Any, Any]:
    """Errors of earlier forecasts by distance: a row for each origin; what has not come yet is missing."""
    found = np.full((tests, periods), np.nan)
    for row in range(tests):
        origin = len(values) - tests + row
        ahead = method(values[:origin], periods, season)
        known = values[origin : origin + periods]
        found[row, : len(known)] = known - ahead[: len(known)]
    return found


def _naive(values: np.ndarray[Any, Any], periods: int, season: int) -> np.ndarray[Any, Any]:
    return np.full(periods, values[-1])


def _seasonal(values: np.ndarray[Any, Any], periods: int, season: int) -> np.ndarray[Any, Any]:
    return np.resize(values[-season:], periods)


def _smoothing(values: np.ndarray[Any, Any], periods: int, season: int) -> np.ndarray[Any, Any]:
    return _fitted(values, periods, trend="add", damped_trend=True)


def _seasonal_smoothing(values: np.ndarray[Any, Any], periods: int, season: int) -> np.ndarray[Any, Any]:
    return _fitted(values, periods, trend="add", damped_trend=True, seasonal="add", seasonal_periods=season)


def _fitted(values: np.ndarray[Any, Any], periods: int, **options: Any) -> np.ndarray[Any, Any]:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that does not converge shows itself in its errors on the past
        fitted = ExponentialSmoothing(values, initialization_method="estimated", **options).fit()
        return np.asarray(fitted.forecast(periods))
