"""What explains a change between two periods: the segments, and of a ratio their shares (mix) and their rates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .result import Assumption, Result, frame_of, left_out, numbers_of

NO_SEGMENT = "(none)"
"""The segment of rows that have none."""
_PERIOD = re.compile(r"\d{4}(?:-\d{1,2}(?:-\d{1,2})?)?|\d{4}-?Q[1-4]|Q[1-4][- ]?\d{4}", re.I)
FORMS = "2024, 2024Q1, 2024-03 or 2024-03-31"


def explain_change(data: Any, value: str, by: str | Sequence[str], period: str, before: Any, after: Any) -> Result:
    """Which segments explain the change of a total between two periods, by size and by rate.

    A total is rows times mean. Of each segment's change, the part by size is the change of its number of rows at the
    average of the two means, and the part by rate the change of its mean per row at the average of the two numbers;
    both add up exactly (two factors at the average of both periods, Das Gupta, Standardization and Decomposition of
    Rates, 1993). A segment that is in one period alone changed by size. Rows without a value are left out, a missing
    segment is one too, and moments with a time zone are taken as the clock there shows them. Investigations without a
    model follow the same rules in SQL.

    Args:
        data: A frame.
        value: The number whose total has changed.
        by: The column of segments, or several.
        period: The column of periods; of dates, a period may be ``2024-03``, ``2024Q1``, ``2024`` or a day.
        before, after: The two periods.

    Raises:
        TypeError: The value is no number.
        ValueError: A period has no rows with a value, or is none.
    """
    names = [by] if isinstance(by, str) else list(by)
    frame = frame_of(data, *dict.fromkeys((value, period, *names)))
    numbers = numbers_of(frame[value])
    whole = frame[numbers.notna()]
    if value not in names and value != period:
        whole = whole.assign(**{value: numbers[numbers.notna()]})
    old, new = _periods(whole, period, before, after)
    change = float(new[value].sum()) - float(old[value].sum())
    found = _ordered(pd.concat([_segments(old, new, value, name) for name in names], ignore_index=True), change)
    found["share_of_change"] = found["change"] / change if change else float("nan")
    offset = bool((found["change"] > 0).any() and (found["change"] < 0).any())
    moved = "some segments rose and others fell" if offset else "all segments moved the same way"
    totals = {"before": float(old[value].sum()), "after": float(new[value].sum()), "change": change}
    return Result(
        _change_sentence(value, before, after, totals, found.iloc[0]), found,
        "contribution of segments, by size (number of rows) and by rate (mean per row) (Das Gupta 1993)",
        (Assumption("segments of one dimension add up to the change", _adds_up(found, change)),
         Assumption(moved, not offset),
         *left_out(frame, whole, value)),
        totals,
    )  # fmt: skip


def _segments(old: pd.DataFrame, new: pd.DataFrame, value: str, name: str) -> pd.DataFrame:
    """The segments of one column, each with its totals, its change, and the parts of that by size and by rate."""
    # A missing segment is one too: left out, the parts would not add up.
    parts = [part.groupby(name, dropna=False, observed=True)[value].agg(["sum", "count"]) for part in (old, new)]
    both = parts[0].add_suffix("_0").join(parts[1].add_suffix("_1"), how="outer").astype(float).fillna(0.0)
    means = [both[f"sum_{i}"] / both[f"count_{i}"].where(both[f"count_{i}"] > 0) for i in (0, 1)]
    first, last = means[0].fillna(means[1]).fillna(0.0), means[1].fillna(means[0]).fillna(0.0)
    labels = [NO_SEGMENT if pd.isna(label) else str(label) for label in both.index]
    table = pd.DataFrame({
        "dimension": name, "segment": labels, "before": both["sum_0"].to_numpy(), "after": both["sum_1"].to_numpy(),
    })  # fmt: skip
    table["change"] = table["after"] - table["before"]
    table["by_size"] = ((both["count_1"] - both["count_0"]) * (first + last) / 2).to_numpy()
    table["by_rate"] = ((last - first) * (both["count_0"] + both["count_1"]) / 2).to_numpy()
    return table


def _ordered(found: pd.DataFrame, change: float) -> pd.DataFrame:
    """What moved most in the direction of the whole first; of a whole that stands still, what moved most."""
    toward = found["change"] * float(np.sign(change))
    keys = found.assign(toward=-toward, amount=-found["change"].abs())
    return found.loc[keys.sort_values(["toward", "amount", "segment"], kind="stable").index].reset_index(drop=True)


def _change_sentence(value: str, before: Any, after: Any, totals: Mapping[str, float], top: pd.Series) -> str:
    if not totals["change"]:
        same = f"{value} did not change: {totals['before']:,.6g} in {before} and in {after}."
        if not top["change"]:
            return f"{same} No segment changed."
        return f"{same} What moved most is {top['dimension']} {top['segment']}: {top['change']:+,.6g}."
    verb = "fell" if totals["change"] < 0 else "rose"
    how = "the number of rows" if abs(top["by_size"]) >= abs(top["by_rate"]) else "the mean per row"
    return (
        f"{value} {verb} from {totals['before']:,.6g} ({before}) to {totals['after']:,.6g} ({after}), by "
        f"{totals['change']:+,.6g}. The largest part is {top['dimension']} {top['segment']}: {top['change']:+,.6g}, "
        f"mostly by {how}."
    )


def explain_ratio(data: Any, numerator: str, denominator: str, by: str, period: str, before: Any, after: Any) -> Result:
    """Whether a ratio moved because the segments' own rates moved, or because their shares did (Simpson's paradox).

    Rate part: the change of a segment's rate at the mean of its two shares. Mix part: the change of its share at the
    mean of its two rates, less the overall mean. Source: Kitagawa, JASA 50 (1955).

    Args:
        data: A frame.
        numerator, denominator: The ratio is the sum of one by the sum of the other.
        by: The column of segments.
        period, before, after: As for ``explain_change``.

    Raises:
        TypeError: The numerator or the denominator is no number.
        ValueError: A period has no rows, or its denominator is zero.
    """
    given = frame_of(data, *dict.fromkeys((numerator, denominator, by, period)))
    numbers = {name: numbers_of(given[name]) for name in (numerator, denominator)}
    frame = given.assign(**numbers).dropna(subset=list(numbers))  # half a ratio would be counted as zero
    parts = _periods(frame, period, before, after)
    sums = [part.groupby(by, dropna=False, observed=True)[[numerator, denominator]].sum() for part in parts]
    index = sums[0].index.union(sums[1].index, sort=False)
    sums = [each.reindex(index).fillna(0.0) for each in sums]
    totals = [each.sum() for each in sums]
    if any(total[denominator] == 0 for total in totals):
        raise ValueError(f"{denominator} is zero in a period, so the ratio has no value.")
    overall = [float(total[numerator] / total[denominator]) for total in totals]
    shares = [each[denominator] / total[denominator] for each, total in zip(sums, totals, strict=True)]
    rates = [each[numerator] / each[denominator].where(each[denominator] != 0) for each in sums]
    rates = [rates[0].fillna(rates[1]).fillna(0.0), rates[1].fillna(rates[0]).fillna(0.0)]
    middle = sum(overall) / 2
    table = pd.DataFrame({
        by: index.map(str), "share_before": shares[0].to_numpy(), "share_after": shares[1].to_numpy(),
        "rate_before": rates[0].to_numpy(), "rate_after": rates[1].to_numpy(),
        "by_rate": ((rates[1] - rates[0]) * (shares[0] + shares[1]) / 2).to_numpy(),
        "by_mix": ((shares[1] - shares[0]) * ((rates[0] + rates[1]) / 2 - middle)).to_numpy(),
    })  # fmt: skip
    change, by_rate, by_mix = overall[1] - overall[0], float(table["by_rate"].sum()), float(table["by_mix"].sum())
    least = 1e-9 * max(map(abs, overall))
    paradox = by_rate * change < 0 and by_mix * change > 0 and abs(by_rate) > least and abs(change) > least
    what = f"{numerator} per {denominator}"
    sentence = f"{what} did not change: {overall[0]:.4g}."
    if abs(change) > least:
        sentence = _ratio_sentence(what, overall, by_rate, by_mix, paradox=paradox)
    return Result(
        sentence, table, "decomposition into rate and mix (Kitagawa 1955)",
        (Assumption("no segment moves against the whole (Simpson's paradox)", not paradox),
         *left_out(given, frame, f"{numerator} or {denominator}")),
        {"change": change, "by_rate": by_rate, "by_mix": by_mix, "paradox": paradox},
    )  # fmt: skip


def _ratio_sentence(what: str, overall: Sequence[float], by_rate: float, by_mix: float, *, paradox: bool) -> str:
    """How a ratio changed, and mostly by what."""
    cause = "the rates of the segments" if abs(by_rate) >= abs(by_mix) else "the mix of the segments"
    return (
        f"{what} went from {overall[0]:.4g} to {overall[1]:.4g} ({overall[1] - overall[0]:+.4g}): "
        f"{by_rate:+.4g} by rates and {by_mix:+.4g} by mix. Mostly {cause} changed."
        + (" The rates moved against the whole: Simpson's paradox." if paradox else "")
    )


def _periods(frame: pd.DataFrame, period: str, before: Any, after: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    column = _local(frame[period], (before, after))
    parts = []
    for wanted in (before, after):
        if pd.api.types.is_datetime64_any_dtype(column):
            span = _span(wanted)
            inside = (column >= span.start_time) & (column <= span.end_time)
        elif pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            inside = column == pd.to_numeric(wanted, errors="coerce")
        else:
            inside = column.astype(str) == str(wanted)
        if not inside.any():
            raise ValueError(f"{period} has no rows for {wanted}.")
        parts.append(frame[inside])
    return parts[0], parts[1]


def _span(wanted: Any) -> pd.Period:
    """A period of the calendar as people write it.

    Raises:
        ValueError: It is none.
    """
    text = str(wanted).strip().removesuffix(" 00:00:00")
    if not _PERIOD.fullmatch(text):
        raise ValueError(f"{wanted} is no period of dates: write it as {FORMS}.")
    return pd.Period(re.sub(r"(?i)^(Q[1-4])[- ]?(\d{4})$", r"\2\1", text).replace("-Q", "Q"))


def _local(column: pd.Series, wanted: tuple[Any, Any]) -> pd.Series:
    """Dates as moments, also those that are texts, and those with a time zone as the clock there shows them."""
    if pd.api.types.is_string_dtype(column.dtype) and not column.isin(list(map(str, wanted))).any():
        read = pd.to_datetime(column, errors="coerce", format="ISO8601")
        column = read if bool((read.notna() == column.notna()).all()) else column
    if column.dtype == object and isinstance(column.dropna().iloc[0] if column.notna().any() else None, dt.date):
        column = pd.to_datetime(column)
    return column.dt.tz_localize(None) if isinstance(column.dtype, pd.DatetimeTZDtype) else column


def _adds_up(table: pd.DataFrame, change: float) -> bool:
    sums = table.groupby("dimension")["change"].sum()
    return bool(((sums - change).abs() <= 1e-9 * max(1.0, abs(change))).all())
