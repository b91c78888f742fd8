"""What makes a chart hard to read, found by rules over the figure. The theme mends margins and labels already.

The limits are those of the usual advice on charts: few slices (Cleveland and McGill, Graphical Perception, 1984), one
scale where lines are compared (Isenberg et al., A Study on Dual-Scale Data Charts, 2011), and a contrast of at least
1.3 between a mark and its ground, well below the 3 that WCAG 2.2 asks of graphical objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from ..column_format import column_format, shown
from ..language import message
from .chart_data import chart_data, unpacked
from .far_values import are_bins, is_crowded

MAX_CATEGORIES = 30
MAX_SLICES = 7
MAX_GROUPS = 12
"""Colours that a reader can tell apart in a legend."""
MAX_LABEL = 40
"""Characters of a category's name before it is cut or turned."""
MIN_CONTRAST = 1.3
MIN_FILLED = 0.2
"""Share of a set range that the values fill, below which most of the chart is empty."""
MIN_COMPARED = 5
HIDDEN = 100
"""How many times the largest value is as large as three quarters of all, where these can hardly be seen."""
_RGB = re.compile(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*([\d.]+)\s*)?\)")
_NAMED = {"white": (255, 255, 255), "snow": (255, 250, 250), "ivory": (255, 255, 240), "black": (0, 0, 0)}


def chart_faults(figure: Mapping[str, Any]) -> tuple[str, ...]:
    """What makes a figure hard to read, one sentence each; empty where nothing does.

    Args:
        figure: Plotly JSON with ``data`` and ``layout``.

    Example:
        >>> chart_faults({"data": [{"type": "pie", "labels": list("abcdefghij"), "values": [1] * 10}]})
        ('The pie has 10 slices; bars are easier to compare.',)
    """
    traces = [trace for trace in figure.get("data") or () if isinstance(trace, Mapping)]
    layout = figure.get("layout") or {}
    found = [
        *_pies(traces),
        *_categories(traces),
        *_groups(traces),
        *_scales(traces, layout),
        *_empty_area(traces, layout),
        *_colours(traces, layout),
    ]
    return tuple(dict.fromkeys(found))


def far_value_note(figure: Mapping[str, Any]) -> str:
    """What is to be said of a chart of which some values hide the others; an empty text where none do.

    One large bar is mostly what was asked for, so that the chart stays as it is: a bar that is cut off would lie.

    Args:
        figure: Plotly JSON with ``data`` and ``layout``.

    Example:
        >>> far_value_note({"data": [{"type": "bar", "x": list("abcde"), "y": [9, 8, 5000, 7, 6]}], "layout": {}})
        'c is so far above the others (5,000) that most can hardly be told apart; a logarithmic axis shows them.'
    """
    data, traces = chart_data(figure), [trace for trace in figure.get("data") or () if isinstance(trace, Mapping)]
    if is_crowded(figure):
        return message("Half of the values stand in the first bars; a logarithmic x axis sets them apart.")
    layout = figure.get("layout") or {}
    log = any(isinstance(axis, Mapping) and axis.get("type") == "log" for axis in layout.values())
    lines = any(trace.get("type") == "bar" or "lines" in str(trace.get("mode", "lines")) for trace in traces)
    if data is None or log or not lines or are_bins(traces) or traces[0].get("type") in {"pie", "heatmap"}:
        return ""
    known = [(value, group) for _, values in data.series for group, value in zip(data.groups, values, strict=True)
             if value is not None]  # fmt: skip
    sizes = sorted(abs(value) for value, _ in known)
    if len(sizes) < MIN_COMPARED or sizes[(3 * len(sizes)) // 4] * HIDDEN > sizes[-1]:
        return ""
    value, group = max(known, key=lambda pair: abs(pair[0]))
    amount = shown(value, column_format("", [value], decimals=2 if value % 1 else None, counts=True))
    side = "above" if value > 0 else "below"
    way = "; a logarithmic axis shows them" if min(value for value, _ in known) > 0 else ""
    name = re.sub(r"T00:00:00(\.0+)?$", "", str(group))
    return message(
        "{name} is so far {side} the others ({amount}) that most can hardly be told apart{way}.",
        name=name,
        side=side,
        amount=amount,
        way=way,
    )


def _pies(traces: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for trace in traces:
        slices = len(set(map(str, _values(trace, "labels"))))
        if trace.get("type") == "pie" and slices > MAX_SLICES:
            yield message("The pie has {slices} slices; bars are easier to compare.", slices=slices)
        if trace.get("type") == "pie" and any(isinstance(v, int | float) and v < 0 for v in _values(trace, "values")):
            yield message("The pie has a negative part, which it cannot show.")


def _categories(traces: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    bars = [trace for trace in traces if trace.get("type") == "bar"]
    for horizontal in (False, True):
        axis = "y" if horizontal else "x"
        chosen = [trace for trace in bars if (trace.get("orientation") == "h") == horizontal]
        names = {value for trace in chosen for value in _values(trace, axis) if isinstance(value, str)}
        names = {name for name in names if not re.fullmatch(r"[\d:T .Z+-]+", name)}  # dates have an axis of their own
        if len(names) > MAX_CATEGORIES:
            yield message(
                "The chart has {names} categories, more than can be read; ask for the top ones.", names=len(names)
            )
        elif not horizontal and len(names) > 3 and any(len(name) > MAX_LABEL for name in names):
            yield message("Names of categories are long, and overlap below upright bars; ask for horizontal bars.")


def _groups(traces: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    named = {str(trace["name"]) for trace in traces if trace.get("name") and trace.get("showlegend") is not False}
    if len(named) > MAX_GROUPS:
        yield message(
            "The chart has {named} groups, more than colours can tell apart; ask for the largest ones.",
            named=len(named),
        )


def _scales(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> Iterator[str]:
    second = {
        str(name).removeprefix("yaxis")
        for name, axis in layout.items()
        if str(name).startswith("yaxis") and isinstance(axis, Mapping) and axis.get("overlaying")
    }
    if second and len({trace.get("yaxis") or "y" for trace in traces}) > 1:
        yield message("The chart has two scales beside each other; where lines cross on it means nothing.")
    axis = layout.get("yaxis")
    ends = axis.get("range") if isinstance(axis, Mapping) else None
    upright = any(trace.get("type") == "bar" and trace.get("orientation") != "h" for trace in traces)
    is_range = isinstance(ends, list | tuple) and len(ends) == 2 and all(isinstance(end, int | float) for end in ends)
    if upright and is_range and min(ends) > 0:  # type: ignore[arg-type]
        yield message("The bars do not begin at zero, so that differences look larger than they are.")


def _empty_area(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> Iterator[str]:
    """Axes whose range was set far wider than the values, or past them; Plotly's own range fits."""
    for letter in "xy":
        axis = layout.get(f"{letter}axis")
        ends = axis.get("range") if isinstance(axis, Mapping) and axis.get("type") != "log" else None
        if not _are_numbers(ends) or len(ends) != 2 or ends[0] == ends[1]:
            continue
        own = [trace for trace in traces if (trace.get(f"{letter}axis") or letter) == letter]
        values = [value for trace in own for value in _values(trace, letter)]
        values += [0] if any(_grows_along(trace, letter) for trace in own) else []
        if not values or not _are_numbers(values):
            continue
        low, high = sorted(ends)
        shown = [value for value in values if low <= value <= high]
        if not shown:
            yield message(
                "The range of the {letter} axis holds none of the values, so the chart is empty.", letter=letter
            )
        elif len(shown) > 1 and (max(shown) - min(shown)) < MIN_FILLED * (high - low):
            yield message(
                "Most of the chart is empty: its values fill little of the range that the {letter} axis has.",
                letter=letter,
            )


def _are_numbers(values: Any) -> TypeGuard[Sequence[float]]:
    return isinstance(values, list | tuple) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in values
    )


def _grows_along(trace: Mapping[str, Any], letter: str) -> bool:
    """Whether a trace is drawn from zero along an axis: its bars or its filled area."""
    if trace.get("type") == "bar":
        return (trace.get("orientation") == "h") == (letter == "x")
    return letter == "y" and trace.get("fill") in {"tozeroy", "tonexty"}


def _colours(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> Iterator[str]:
    ground = _rgb(layout.get("plot_bgcolor")) or (255, 255, 255)
    for trace in traces:
        colours = [part.get("color") for part in (trace.get("marker"), trace.get("line")) if isinstance(part, Mapping)]
        for colour in map(_rgb, colours):
            if colour is not None and _contrast(colour, ground) < MIN_CONTRAST:
                yield message("A colour of the chart can hardly be seen on its ground.")


def _values(trace: Mapping[str, Any], name: str) -> list[Any]:
    return unpacked(trace.get(name))


def _rgb(colour: Any) -> tuple[int, int, int] | None:
    """A colour's parts; None where it is not a plain colour, or lets the ground through."""
    if not isinstance(colour, str):
        return None
    text = colour.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{6}", text):
        return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
    match = _RGB.fullmatch(text)
    if match is not None and float(match[4] or 1) == 1:
        return int(match[1]), int(match[2]), int(match[3])
    return _NAMED.get(text)


def _contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, int, int]) -> float:
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
