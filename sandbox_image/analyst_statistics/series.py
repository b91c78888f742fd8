"""Series in time: seasons, change points, and a forecast that is tested on the past before it is believed."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from .result import Assumption, Result, frame_of

SEASONS = {"D": 7, "B": 5, "W": 52, "M": 12, "Q": 4, "Y": 1, "h": 24}
"""Periods of a season, by the step of the series."""
NAMES = {"D": "day", "B": "weekday", "W": "week", "M": "month", "Q": "quarter", "Y": "year", "h": "hour"}


def regular(data: Any, time: str, value: str, step: str = "") -> tuple[pd.Series, str]:
    """A series with one total for each period, and its step; periods without rows within it are zero.

    Args:
        data: A frame.
        time, value: Its columns of moments and of numbers.
        step: ``D``, ``W``, ``M``, ``Q``, ``Y`` or ``h``; found out where it is empty.

    Raises:
        ValueError: There are fewer than 4 periods.
    """
    frame = frame_of(data, time, value).dropna()
    moments = pd.to_datetime(frame[time])
    step = step or _step(moments)
    series = frame[value].astype(float).groupby(moments.dt.to_period(step)).sum().sort_index()
    if len(series) < 4:
        raise ValueError(f"{time} has {len(series)} periods of one {NAMES[step]}; at least 4 are needed.")
    return series.reindex(pd.period_range(series.index[0], series.index[-1], freq=step), fill_value=0.0), step


def _step(moments: pd.Series) -> str:
    days = (moments.max() - moments.min()).days
    distinct = moments.dt.normalize().nunique()
    if days <= 3:
        return "h"
    if distinct <= days / 20:
        return "M" if distinct > days / 80 else "Q" if distinct > days / 200 else "Y"
    return "D" if days <= 400 else "M"


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

    series, step = regular(data, time, value, step)
    season = SEASONS[step]
    if season < 2 or len(series) < 2 * season:
        raise ValueError(f"{len(series)} periods are fewer than two seasons of {season}; a season cannot be seen.")
    parts = STL(series.to_numpy(), period=season, robust=True).fit()
    rest, repeated = np.var(parts.resid), np.var(parts.resid + parts.seasonal)
    strength = max(0.0, float(1 - rest / repeated)) if repeated > 0 else 0.0
    table = pd.DataFrame({
        "period": series.index.astype(str), value: series.to_numpy(), "trend": parts.trend, "season": parts.seasonal,
        "rest": parts.resid,
    })  # fmt: skip
    word = "strong" if strength >= 0.6 else "weak" if strength >= 0.3 else "hardly any"
    sentence = f"{value} has {word} seasonality over {season} {NAMES[step]}s (strength {strength:.2f} of 1)."
    enough = Assumption(
        f"the series covers at least three seasons ({len(series) / season:.1f})", len(series) >= 3 * season
    )
    return Result(sentence, table, "STL (Cleveland and others 1990), strength by Wang and others (2006)", (enough,),
                  {"strength": strength, "season": season})  # fmt: skip


def change_points(data: Any, time: str, value: str, step: str = "", most: int = 5) -> Result:
    """Where the level of a series jumps: binary segmentation with a test by permutation.

    Sources: Scott and Knott, Biometrics 30 (1974), binary segmentation; Taylor (2000), significance by permutations
    of the cumulative sums.

    Args:
        data: A frame.
        time, value, step: As for ``forecast``.
        most: How many change points are looked for.
    """
    series, step = regular(data, time, value, step)
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
        f"The level of {value} changes {len(rows)} times: {changes}."
        if rows
        else f"The level of {value} does not jump."
    )
    lag = float(pd.Series(values).diff().autocorr() or 0.0) if len(values) > 3 else 0.0
    checked = Assumption(
        "periods are independent but for jumps; a trend or a season looks like several jumps", abs(lag) < 0.9
    )
    method = "binary segmentation (Scott and Knott 1974) with permutations (Taylor 2000)"
    return Result(sentence, table, method, (checked,),
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
        time, value: Its columns of moments and of numbers; each period's values are added up.
        periods: How many periods ahead.
        step: ``D``, ``W``, ``M``, ``Q``, ``Y`` or ``h``; found out where it is empty.
        confidence: Of the intervals.

    Raises:
        ValueError: There are too few periods for a test on the past.
    """
    series, step = regular(data, time, value, step)
    last = pd.to_datetime(frame_of(data, time)[time]).max()
    partial = bool(step in "MQY" and last.normalize() < series.index[-1].end_time.normalize() - pd.Timedelta(days=3))
    partial = partial and len(pd.to_datetime(frame_of(data, time)[time]).dt.normalize().unique()) > len(series)
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
    spread = np.sqrt(np.nanmean(errors[best] ** 2, axis=0))
    spread = np.maximum.accumulate(np.where(np.isnan(spread), 0.0, spread))  # errors grow with the distance
    from scipy import stats

    freedom = max(1, tests - 1)
    width = stats.t.ppf(0.5 + confidence / 2, freedom) * spread * np.sqrt(1 + 1 / tests)
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
    )  # fmt: skip
    return Result(sentence, table, f"{best}, chosen by rolling-origin back-test (Hyndman and Athanasopoulos 2021)",
                  assumptions, {"method": best, "error": error, "mase": scaled})  # fmt: skip


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
