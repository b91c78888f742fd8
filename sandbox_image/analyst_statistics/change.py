"""What explains a change between two periods: the segments, and of a ratio their shares (mix) and their rates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from .result import Assumption, Result, frame_of


def explain_change(data: Any, value: str, by: str | Sequence[str], period: str, before: Any, after: Any) -> Result:
    """Which segments explain the change of a total between two periods, and whether by rows or by value a row.

    A total is rows times mean. Of each segment's change, the part by number is the change of its rows at the mean of
    the two means, and the part by size the change of its mean at the mean of the two numbers; both add up exactly
    (Shapley's values of two factors; Sun, Energy Economics 20, 1998, complete decomposition).

    Args:
        data: A frame.
        value: The number whose total has changed.
        by: The column of segments, or several.
        period: The column of periods; of dates, a period may be ``2024-03``, ``2024`` or a day.
        before, after: The two periods.

    Raises:
        ValueError: A period has no rows.
    """
    names = [by] if isinstance(by, str) else list(by)
    frame = frame_of(data, value, period, *names)
    old, new = _periods(frame, period, before, after)
    tables = []
    for name in names:
        # A missing segment is one too: left out, the parts would not add up.
        parts = [part.groupby(name, dropna=False, observed=True)[value].agg(["sum", "count"]) for part in (old, new)]
        both = parts[0].add_suffix("_0").join(parts[1].add_suffix("_1"), how="outer").fillna(0.0)
        means = [both[f"sum_{i}"] / both[f"count_{i}"].where(both[f"count_{i}"] > 0) for i in (0, 1)]
        first, last = means[0].fillna(means[1]).fillna(0.0), means[1].fillna(means[0]).fillna(0.0)
        table = pd.DataFrame({
            "dimension": name, "segment": both.index.map(str), "before": both["sum_0"].to_numpy(),
            "after": both["sum_1"].to_numpy(),
        })  # fmt: skip
        table["change"] = table["after"] - table["before"]
        table["by_number"] = ((both["count_1"] - both["count_0"]) * (first + last) / 2).to_numpy()
        table["by_size"] = ((last - first) * (both["count_0"] + both["count_1"]) / 2).to_numpy()
        tables.append(table)
    total_before, total_after = float(old[value].sum()), float(new[value].sum())
    change = total_after - total_before
    found = pd.concat(tables, ignore_index=True)
    found["share_of_change"] = found["change"] / change if change else float("nan")
    order = found["change"].abs().sort_values(ascending=False, kind="stable").index
    found = found.loc[order].reset_index(drop=True)
    top = found.iloc[0]
    how = "the number of rows" if abs(top["by_number"]) >= abs(top["by_size"]) else "the size of a row"
    verb = "fell" if change < 0 else "rose" if change > 0 else "did not change"
    sentence = (
        f"{value} {verb} from {total_before:,.6g} ({before}) to {total_after:,.6g} ({after}), by {change:+,.6g}. "
        f"The largest part is {top['dimension']} {top['segment']}: {top['change']:+,.6g}, mostly by {how}."
    )
    offset = bool((found["change"] > 0).any() and (found["change"] < 0).any())
    moved = "some segments rose and others fell" if offset else "all segments moved the same way"
    return Result(
        sentence, found, "contribution of segments, by number and by size (complete decomposition, Sun 1998)",
        (Assumption("segments of one dimension add up to the change", _adds_up(found, change)),
         Assumption(moved, not offset)),
        {"before": total_before, "after": total_after, "change": change},
    )  # fmt: skip


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
        ValueError: A period has no rows, or its denominator is zero.
    """
    frame = frame_of(data, *dict.fromkeys((numerator, denominator, by, period)))
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
    paradox = by_rate * change < 0 and by_mix * change > 0
    cause = "the rates of the segments" if abs(by_rate) >= abs(by_mix) else "the mix of the segments"
    sentence = (
        f"{numerator} per {denominator} went from {overall[0]:.4g} to {overall[1]:.4g} ({change:+.4g}): "
        f"{by_rate:+.4g} by rates and {by_mix:+.4g} by mix. Mostly {cause} changed."
        + (" The rates moved against the whole: Simpson's paradox." if paradox else "")
    )
    return Result(
        sentence, table, "decomposition into rate and mix (Kitagawa 1955)",
        (Assumption("no segment moves against the whole (Simpson's paradox)", not paradox),),
        {"change": change, "by_rate": by_rate, "by_mix": by_mix, "paradox": paradox},
    )  # fmt: skip


def _periods(frame: pd.DataFrame, period: str, before: Any, after: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    column = frame[period]
    if column.dtype == object and isinstance(column.dropna().iloc[0] if column.notna().any() else None, dt.date):
        column = pd.to_datetime(column)
    parts = []
    for wanted in (before, after):
        if pd.api.types.is_datetime64_any_dtype(column):
            span = pd.Period(str(wanted))
            inside = (column >= span.start_time) & (column <= span.end_time)
        else:
            inside = column.astype(str) == str(wanted) if column.dtype == object else column == wanted
        if not inside.any():
            raise ValueError(f"{period} has no rows for {wanted}.")
        parts.append(frame[inside])
    return parts[0], parts[1]


def _adds_up(table: pd.DataFrame, change: float) -> bool:
    sums = table.groupby("dimension")["change"].sum()
    return bool(((sums - change).abs() <= 1e-9 * max(1.0, abs(change))).all())
