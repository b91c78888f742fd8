"""Charts of values of which a few lie far from all others: their axis ends before those, and they say so.

One value of a million among a thousand of about a hundred puts a histogram into one bar, a box on a line and a cloud
of points on a spot. Where the code chose no range, the axis ends where nearly all values lie, and the chart says how
many lie beyond it and how far out; they stay in the figure. A histogram on a logarithmic axis gets bins of equal width
on that axis: with Plotly's own it is empty.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..column_format import column_format, shown
from .chart_data import has_more_axes, text_of, unpacked

AXES = {"log": "Logarithmic axis", "all": "All values on the axis"}
"""What the reader of a figure can choose for the axis of its values."""
MIN_VALUES = 20
"""Fewer values are all drawn: which of them are far is then a matter of taste."""
BINS = 40
MANY_TIMES = 30
"""A logarithmic axis is offered where the largest value is so many times the one in the middle."""

CROWDED = 0.04
"""Share of a histogram's axis in which half of its values lie, where the rest of it is nearly empty."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AxisPart:
    """The part of an axis where nearly all values lie.

    Attributes:
        low, high: Its ends.
        far: How many values lie beyond them.
        total: How many values there are in all.
        smallest, largest: The outermost of those beyond.
    """

    low: float
    high: float
    far: int
    total: int
    smallest: float
    largest: float

    @property
    def words(self) -> str:
        """What lies beyond: ``3 of 1,000 values lie beyond this axis, up to 1,000,000.``"""
        short = [_short(self.smallest), _short(self.largest)]
        ends = [shown(end, column_format("", [end], counts=True)) for end in short]
        if self.far == 1:
            return f"1 of {self.total:,} values lies beyond this axis: {ends[0]}."
        said = f"{self.far:,} of {self.total:,} values lie beyond this axis"
        if self.smallest >= self.low:
            return f"{said}, up to {ends[1]}."
        return f"{said}, down to {ends[0]}." if self.largest <= self.high else f"{said}, from {ends[0]} to {ends[1]}."


def readable(figure: Mapping[str, Any], axis: str = "") -> Mapping[str, Any]:
    """A figure whose axis of values can be read; the same one where nothing is in the way.

    Args:
        figure: Plotly's JSON.
        axis: What its reader chose: a key of ``AXES``, or nothing.

    Example:
        >>> values = [*range(100, 130), 1_000_000]
        >>> made = readable({"data": [{"type": "histogram", "x": values}], "layout": {}})
        >>> made["layout"]["title"]["subtitle"]["text"]
        '1 of 31 values lies beyond this axis: 1,000,000.'
    """
    traces = _traces(figure)
    if axis == "log":
        figure = _on_log_axis(figure, traces)
    kind = str(traces[0].get("type") or "scatter") if traces else ""
    side = _value_side(traces)
    if kind == "histogram" and _axis(figure, side).get("type") == "log" and _counts(traces):
        return _log_bins(figure, traces, side)
    if axis == "all" or not traces:
        return figure
    if kind == "histogram" and _counts(traces):
        return _short_histogram(figure, traces, side)
    if kind == "bar" and are_bins(traces):
        return _short_bins(figure, traces)
    if kind in {"box", "violin"} and side:
        return _short_axis(figure, traces, side, _boxes(traces, side))
    if kind in {"scatter", "scattergl"} and all(trace.get("mode") == "markers" for trace in traces):
        for side in "xy":
            figure = _short_axis(figure, traces, side, _points(traces, side))
    return figure


def axis_choices(figure: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The keys of ``AXES`` that change a figure, with their words; the first is as drawn. Empty where none does."""
    traces = _traces(figure)
    side = _value_side(traces)
    if not traces or _axis(figure, side).get("type") == "log":
        return []
    known = _all_numbers(traces, side) if side else np.empty(0)
    wide = len(known) > 1 and known.min() > 0 and known.max() > MANY_TIMES * float(np.median(known))
    found = ["log"] if wide and not _adds_up(figure, traces) else []
    found += ["all"] if readable(figure) is not figure else []
    return [("", "Axis as drawn"), *((name, AXES[name]) for name in found)] if found else []


def _adds_up(figure: Mapping[str, Any], traces: Sequence[Mapping[str, Any]]) -> bool:
    """Whether traces stand on each other, which they cannot on a logarithmic axis."""
    stacked = (figure.get("layout") or {}).get("barmode") in (None, "stack", "relative")
    several = len(traces) > 1 and traces[0].get("type") in {"bar", "histogram"}
    return (several and stacked) or any(trace.get("stackgroup") for trace in traces)


def is_crowded(figure: Mapping[str, Any]) -> bool:
    """Whether half of the values of a histogram stand in its first bars, which a logarithmic axis would set apart."""
    traces = _traces(figure)
    side = _value_side(traces)
    if traces and traces[0].get("type") == "histogram" and side:
        known = _all_numbers(traces, side)
        counts = np.ones(len(known))
    elif traces and traces[0].get("type") == "bar" and are_bins(traces):
        side = "x"
        known, counts = (np.concatenate([_numbers(trace.get(axis)) for trace in traces]) for axis in "xy")
    else:
        return False
    if len(known) != len(counts) or counts.sum() < MIN_VALUES or known.min() < 0 or not _is_free(_axis(figure, side)):
        return False
    order = np.argsort(known, kind="stable")
    middle = known[order][np.searchsorted(counts[order].cumsum(), counts.sum() / 2)]
    ends = _axis(readable(figure), side).get("range") or (known.min(), known.max())
    return bool(middle - ends[0] < CROWDED * (ends[1] - ends[0]))


def _traces(figure: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The traces of a figure with one pair of axes and one kind of trace; none where it is another one."""
    data, layout = figure.get("data"), figure.get("layout")
    traces = [trace for trace in data if isinstance(trace, Mapping)] if isinstance(data, list) else []
    if has_more_axes(layout) or figure.get("frames") or len({trace.get("type") or "scatter" for trace in traces}) != 1:
        return []
    return traces


def _value_side(traces: Sequence[Mapping[str, Any]]) -> str:
    """The axis along which raw values lie: ``x`` or ``y``; empty where that differs, or groups have the figures."""
    sides = set()
    for trace in traces:
        given = [side for side in "xy" if trace.get(side) is not None]
        along = "x" if trace.get("orientation") == "h" else "y"
        sides.add(given[0] if len(given) == 1 else along if given and trace.get("type") != "histogram" else "")
    return sides.pop() if len(sides) == 1 else ""


def _counts(traces: Sequence[Mapping[str, Any]]) -> bool:
    """Whether histograms count raw values, in bins that the code left to Plotly."""
    plain = not any(trace.get("histnorm") or (trace.get("cumulative") or {}).get("enabled") for trace in traces)
    own = any(trace.get(name) for trace in traces for name in ("xbins", "ybins"))
    return plain and not own and all(trace.get("histfunc") in (None, "count") for trace in traces)


def _axis(figure: Mapping[str, Any], side: str) -> Mapping[str, Any]:
    layout = figure.get("layout")
    axis = layout.get(f"{side}axis") if isinstance(layout, Mapping) else None
    return axis if isinstance(axis, Mapping) else {}


def _is_free(axis: Mapping[str, Any]) -> bool:
    """Whether the code left an axis to Plotly."""
    chosen = {"range", "matches", "minallowed", "maxallowed", "rangebreaks", "tickvals"}
    return axis.get("type") in (None, "-", "linear") and not any(axis.get(name) for name in chosen)


def _numbers(values: Any) -> Values:
    """The finite numbers among values; none where others are texts, dates or the like."""
    known = [value for value in unpacked(values) if value is not None]
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        return np.empty(0)
    numbers: Values = np.asarray(known, dtype=float)
    finite: Values = numbers[np.isfinite(numbers)]
    return finite


def _part_to_draw(known: Values, low: float, high: float, flat: float, reach: float) -> AxisPart | None:
    """The part of an axis to draw; None for all of it.

    Args:
        known: The values.
        low, high: Where most of them lie.
        flat: Of how many such stretches the whole has to be longer before any value is far.
        reach: How many of them are drawn on each side.
    """
    span = high - low
    if len(known) < MIN_VALUES or span <= 0 or known.max() - known.min() <= flat * span:
        return None
    is_far = (known < low - reach * span) | (known > high + reach * span)
    if not is_far.any():
        return None
    near, far = known[~is_far], known[is_far]
    return AxisPart(float(near.min()), float(near.max()), len(far), len(known), float(far.min()), float(far.max()))


def _most(known: Values) -> tuple[float, float]:
    """Where nine of ten values lie; among few, never as far as the last one."""
    if not len(known):
        return 0.0, 0.0
    return float(np.quantile(known, 0.05, method="higher")), float(np.quantile(known, 0.95, method="lower"))


def _short_histogram(figure: Mapping[str, Any], traces: Sequence[Mapping[str, Any]], side: str) -> Mapping[str, Any]:
    known = _all_numbers(traces, side)
    part = _part_to_draw(known, *_most(known), flat=8, reach=3)
    if part is None or not _is_free(_axis(figure, side)):
        return figure
    wanted = next((trace[f"nbins{side}"] for trace in traces if trace.get(f"nbins{side}")), BINS)
    width = _round_width((part.high - part.low) / max(1, wanted), whole=bool((known == np.floor(known)).all()))
    start, end = math.floor(part.low / width) * width, math.ceil(part.high / width) * width
    end = end if end > part.high else end + width  # a bin holds its lower end alone
    bins = {f"{side}bins": {"start": start, "end": end, "size": width}, f"autobin{side}": False}
    data = [{**trace, **bins} for trace in traces]
    made = {**figure, "data": data, "layout": _with_range(figure, side, (start, end))}
    return _with_words(made, part.words)


def are_bins(traces: Sequence[Mapping[str, Any]]) -> bool:
    """Whether bars are counts in bins of one width, each on its bin."""
    widths = {trace.get("width") for trace in traces if not isinstance(trace.get("width"), list | dict)}
    return len(widths) == 1 and None not in widths and all(trace.get("offset") == 0 for trace in traces)


def _short_bins(figure: Mapping[str, Any], traces: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """As a histogram of the values would be: by the bins, as far as they tell."""
    starts, counts = (np.concatenate([_numbers(trace.get(side)) for trace in traces]) for side in "xy")
    total, width = float(counts.sum()), float(traces[0]["width"])
    if len(starts) != len(counts) or total < MIN_VALUES or not _is_free(_axis(figure, "x")):
        return figure
    order = np.argsort(starts, kind="stable")
    starts, counts = starts[order], counts[order]
    low, high = starts[np.searchsorted(counts.cumsum(), (0.05 * total, 0.95 * total))] + (0, width)
    span = high - low
    is_far = (starts < low - 3 * span) | (starts > high + 3 * span)
    if starts[-1] + width - starts[0] <= 8 * span or not is_far.any():
        return figure
    near, far = starts[~is_far], starts[is_far]
    part = AxisPart(float(near[0]), float(near[-1] + width), int(counts[is_far].sum()), int(total), far[0], far[-1])
    made = {**figure, "layout": _with_range(figure, "x", (part.low, part.high))}
    return _with_words(made, part.words.replace(", up to ", ", up to about ").replace("axis: ", "axis: about "))


def _boxes(traces: Sequence[Mapping[str, Any]], side: str) -> AxisPart | None:
    """By the quarters of all boxes: the values of a small group are none that lie far out."""
    if any(trace.get("q1") is not None for trace in traces):
        return None
    quarters = [np.quantile(group, (0.25, 0.75)) for trace in traces for group in _groups(trace, side)]
    if not quarters:
        return None
    low, high = min(q[0] for q in quarters), max(q[1] for q in quarters)
    return _part_to_draw(_all_numbers(traces, side), float(low), float(high), flat=20, reach=5)


def _groups(trace: Mapping[str, Any], side: str) -> Iterable[Values]:
    """The values of each box of a trace."""
    values, names = unpacked(trace.get(side)), unpacked(trace.get("y" if side == "x" else "x"))
    if len(names) != len(values):
        found = [_numbers(values)]
    else:
        by_name: dict[str, list[Any]] = {}
        for name, value in zip(names, values, strict=True):
            by_name.setdefault(str(name), []).append(value)
        found = [_numbers(group) for group in by_name.values()]
    return [group for group in found if len(group)]


def _points(traces: Sequence[Mapping[str, Any]], side: str) -> AxisPart | None:
    """By nine of ten points; a point is more often what is looked for, so that one has to lie very far out."""
    known = _all_numbers(traces, side)
    return _part_to_draw(known, *_most(known), flat=50, reach=10)


def _all_numbers(traces: Sequence[Mapping[str, Any]], side: str) -> Values:
    parts = [_numbers(trace.get(side)) for trace in traces]
    return np.concatenate(parts) if parts else np.empty(0)


def _short_axis(
    figure: Mapping[str, Any], traces: Sequence[Mapping[str, Any]], side: str, part: AxisPart | None
) -> Mapping[str, Any]:
    """The figure with an axis that ends before the far values; a double click shows all."""
    if part is None or not _is_free(_axis(figure, side)):
        return figure
    room = 0.04 * (part.high - part.low)
    ends = (part.low - room, part.high + room)
    made = {**figure, "layout": _with_range(figure, side, ends)}
    if traces[0].get("type") == "violin":  # Plotly would smooth its curve as wide as the far values lie
        near = [group[(group >= ends[0]) & (group <= ends[1])] for trace in traces for group in _groups(trace, side)]
        wide = [float(group.std()) * len(group) ** -0.2 for group in near if len(group) > 1]
        curve = {"spanmode": "manual", "span": list(ends)} | ({"bandwidth": float(np.mean(wide))} if any(wide) else {})
        made["data"] = [{**trace, **curve} for trace in traces]
    return _with_words(made, part.words)


def _on_log_axis(figure: Mapping[str, Any], traces: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    side = _value_side(traces)
    layout = figure.get("layout") or {}
    axis = {name: value for name, value in _axis(figure, side).items() if name not in {"range", "dtick", "tickvals"}}
    return {**figure, "layout": {**layout, f"{side}axis": {**axis, "type": "log"}}} if side else figure


def _log_bins(figure: Mapping[str, Any], traces: Sequence[Mapping[str, Any]], side: str) -> Mapping[str, Any]:
    """Histograms as bars whose bins are equally wide on a logarithmic axis."""
    known = _all_numbers(traces, side)
    drawn = known[known > 0]
    if not len(drawn):
        return figure
    edges = np.geomspace(drawn.min(), drawn.max(), BINS + 1) if drawn.min() < drawn.max() else drawn[0] * np.r_[1, 1.1]
    edges[[0, -1]] = min(edges[0], drawn.min()), max(edges[-1], drawn.max())  # rounding may leave the ends out
    left = {"nbinsx", "nbinsy", "bingroup", "histfunc", "hovertemplate", "autobinx", "autobiny", "x", "y"}
    other = "y" if side == "x" else "x"
    data = []
    for trace in traces:
        counts, _ = np.histogram(_numbers(trace.get(side)), edges)
        bar = {name: value for name, value in trace.items() if name not in left}
        bar |= {"type": "bar", side: edges[:-1].tolist(), other: counts.tolist(), "offset": 0,
                "width": np.diff(edges).tolist(), "texttemplate": "",
                "hovertemplate": f"from %{{{side}:,.4~g}}<br>%{{{other}:,}}<extra></extra>"}  # fmt: skip
        data.append(bar | ({"orientation": "h"} if side == "y" else {}))
    layout = {**(figure.get("layout") or {}), "bargap": 0}
    axis = {name: value for name, value in _axis(figure, side).items() if name != "range"}
    made = {**figure, "data": data, "layout": {**layout, f"{side}axis": axis}}
    below = len(known) - len(drawn)
    are = "is not above zero and has" if below == 1 else "are not above zero and have"
    return _with_words(made, f"{below:,} of {len(known):,} values {are} no place on this axis.") if below else made


def _with_range(figure: Mapping[str, Any], side: str, ends: tuple[float, float]) -> dict[str, Any]:
    return {**(figure.get("layout") or {}), f"{side}axis": {**_axis(figure, side), "range": list(ends)}}


def _with_words(figure: Mapping[str, Any], words: str) -> dict[str, Any]:
    """The figure with a sentence below its title."""
    layout = dict(figure.get("layout") or {})
    title = layout.get("title")
    title = {"text": title} if isinstance(title, str) else dict(title) if isinstance(title, Mapping) else {}
    given = title.get("subtitle")
    given = given if isinstance(given, Mapping) else {}
    before = text_of(given.get("text"))
    joined = words if not before else f"{before}{'' if before.endswith('.') else '.'} {words}"
    layout["title"] = {**title, "subtitle": {**given, "text": joined}}
    return {**figure, "layout": layout}


def _round_width(wanted: float, whole: bool) -> float:
    """The next width of bins that is easy to read; one of whole numbers for such."""
    power = 10.0 ** math.floor(math.log10(wanted))
    width = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= wanted * 0.999)
    return max(1.0, float(math.ceil(width))) if whole else width


def _short(value: float) -> float:
    """A value to four digits: how far out it lies is wanted, not what it is."""
    return value if value == round(value) and abs(value) < 1e15 else float(f"{value:.4g}")
