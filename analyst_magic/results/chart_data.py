"""The values that a figure draws, read back from its traces: as groups with their values, and as a table."""

from __future__ import annotations

import base64
import html
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

MAX_GROUPS = 2_000
MAX_SERIES = 30
MAX_ROWS = 500
"""Rows of the table beside a figure."""
_ARRAYS = ("labels", "names", "parents", "locations", "ids", "theta", "lon", "lat", "x", "y", "z", "open", "high",
           "low", "close", "r", "a", "b", "c", "values", "size")  # fmt: skip
_MORE_AXES = re.compile(r"(?:[xy]axis\d+|polar\d*|scene\d*|geo\d*|map\d*|ternary\d*)$")

Group = str | int | float
Value = float | None


@dataclass(frozen=True, slots=True)
class ChartData:
    """Groups along one axis, with one value of each series.

    Attributes:
        groups: In the order in which they are drawn.
        series: The name of each series with its values, in the order of the groups; None where it has none.
        group_title, series_title, value_title: What these are called; empty where the figure does not say.
        value_axis: What the figure says of the axis of values: its number format and the like.
    """

    groups: tuple[Group, ...]
    series: tuple[tuple[str, tuple[Value, ...]], ...]
    group_title: str = ""
    series_title: str = ""
    value_title: str = ""
    value_axis: Mapping[str, Any] | None = None

    @property
    def sums(self) -> dict[Group, float]:
        """Each group's values of all series together."""
        return {group: sum(values[place] or 0 for _, values in self.series) for place, group in enumerate(self.groups)}

    def swapped(self) -> ChartData:
        """The groups as the series, and the series as the groups."""
        series = tuple(
            (str(group), tuple(values[place] for _, values in self.series)) for place, group in enumerate(self.groups)
        )
        names = tuple(name for name, _ in self.series)
        return ChartData(names, series, self.series_title, self.group_title, self.value_title, self.value_axis)

    def of(self, groups: Sequence[Group]) -> ChartData:
        """These groups alone, in this order."""
        at = {group: place for place, group in enumerate(self.groups)}
        series = tuple((name, tuple(values[at[group]] for group in groups)) for name, values in self.series)
        return ChartData(tuple(groups), series, self.group_title, self.series_title, self.value_title, self.value_axis)


def chart_data(figure: Mapping[str, Any]) -> ChartData | None:
    """The groups of a figure with their values; None where its traces are something else.

    Bars, lines, areas and single points of each group are such; so are the parts of a pie and the cells of a heat map.

    >>> chart_data({"data": [{"type": "bar", "x": ["a", "b"], "y": [1, 2]}]}).sums
    {'a': 1.0, 'b': 2.0}
    """
    data, layout = figure.get("data"), figure.get("layout")
    layout = layout if isinstance(layout, Mapping) else {}
    traces = [trace for trace in data if isinstance(trace, Mapping)] if isinstance(data, list) else []
    if not traces or len(traces) > MAX_SERIES or has_more_axes(layout):
        return None
    if figure.get("frames"):
        return None
    if len(traces) == 1 and traces[0].get("type") == "pie":
        return _of_pie(traces[0])
    if len(traces) == 1 and traces[0].get("type") == "heatmap":
        return _of_heatmap(traces[0], layout)
    horizontal = traces[0].get("orientation") == "h"
    read = [_of_trace(trace, horizontal) for trace in traces]
    known = [one for one in read if one is not None]
    if len(known) != len(read):
        return None
    names = [text_of(trace.get("name")) for trace in traces]
    if len(traces) > 1 and (len(set(names)) != len(names) or not all(names)):
        return None
    groups = tuple(dict.fromkeys(group for one in known for group in one))
    series = tuple((name, tuple(one.get(group) for group in groups)) for name, one in zip(names, known, strict=True))
    axes = ("yaxis", "xaxis") if horizontal else ("xaxis", "yaxis")
    legend = layout.get("legend")
    value_axis = layout.get(axes[1])
    return ChartData(
        groups, series, _title(layout.get(axes[0])), _title(legend) if len(series) > 1 else "",
        _title(value_axis), value_axis if isinstance(value_axis, Mapping) else None,
    )  # fmt: skip


def data_table(figure: Mapping[str, Any]) -> tuple[pa.Table, int] | None:
    """What a figure draws as a table of at most ``MAX_ROWS`` rows, and how many rows it has; None where it has none."""
    known = chart_data(figure)
    if known is not None:
        names = [known.group_title or "group"]
        names += [name or known.value_title or "value" for name, _ in known.series]
        columns: list[list[Any]] = [list(known.groups), *(list(values) for _, values in known.series)]
        return _table(names, columns, len(known.groups))
    layout = figure.get("layout")
    layout = layout if isinstance(layout, Mapping) else {}
    data = figure.get("data")
    parts = [_rows_of(trace) for trace in data if isinstance(trace, Mapping)] if isinstance(data, list) else []
    parts = [part for part in parts if part]
    if not parts:
        return None
    keys = list(dict.fromkeys(key for part in parts for key in part))
    total = sum(len(next(iter(part.values()))) for part in parts)
    merged: dict[str, list[Any]] = {key: [] for key in keys}
    for part in parts:
        room = MAX_ROWS - len(merged[keys[0]])
        length = min(len(next(iter(part.values()))), room)
        for key in keys:
            values = part.get(key)
            merged[key] += values[:length] if values is not None else [None] * length
    titles = {axis: _title(layout.get(f"{axis}axis")) for axis in "xy"}
    return _table([titles.get(key) or key for key in keys], list(merged.values()), total)


def has_more_axes(layout: Any) -> bool:
    """Whether a layout has other axes than one pair of x and y."""
    return isinstance(layout, Mapping) and any(_MORE_AXES.match(str(name)) for name in layout)


def unpacked(values: Any) -> list[Any]:
    """A trace's values as a list; Plotly packs numbers as bytes in base64."""
    if isinstance(values, Mapping) and "shape" not in values:
        try:
            data = base64.b64decode(str(values.get("bdata")), validate=True)
            found: list[Any] = np.frombuffer(data, np.dtype(f"<{values.get('dtype')}")).tolist()
        except (ValueError, TypeError):
            return []
        return found
    return list(values) if isinstance(values, list | tuple) else []


def _of_trace(trace: Mapping[str, Any], horizontal: bool) -> dict[Group, Value] | None:
    """The value of each group of bars, a line or points; None where a group has several, or there is more to see."""
    kind = trace.get("type", "scatter")
    if kind not in {"bar", "scatter", "scattergl"} or (trace.get("orientation") == "h") != horizontal:
        return None
    if kind != "bar" and str(trace.get("mode", "lines")) in {"text", "none"}:
        return None
    if any(trace.get(name) is not None for name in ("error_x", "error_y", "base")):
        return None
    groups, values = unpacked(trace.get("y" if horizontal else "x")), unpacked(trace.get("x" if horizontal else "y"))
    return _paired(groups, values)


def _paired(groups: list[Any], values: list[Any]) -> dict[Group, Value] | None:
    if not groups or len(groups) != len(values) or len(groups) > MAX_GROUPS:
        return None
    keys = [group if _is_number(group) or isinstance(group, str) else text_of(group) for group in groups]
    if len(set(keys)) != len(keys) or not all(value is None or _is_number(value) for value in values):
        return None
    numbers = [None if value is None or not math.isfinite(value) else float(value) for value in values]
    return dict(zip(keys, numbers, strict=True))


def _of_pie(trace: Mapping[str, Any]) -> ChartData | None:
    paired = _paired(unpacked(trace.get("labels")), unpacked(trace.get("values")))
    if paired is None:
        return None
    hover = str(trace.get("hovertemplate") or "")
    titles = re.match(r"(?P<group>[^=<%]{1,60})=%\{label\}<br>(?P<value>[^=<]{1,60})=%\{value\}", hover)
    names = (titles["group"], titles["value"]) if titles else ("", "")
    values = tuple(paired.values())
    return ChartData(tuple(paired), (("", values),), names[0], "", names[1])


def _of_heatmap(trace: Mapping[str, Any], layout: Mapping[str, Any]) -> ChartData | None:
    across, down = unpacked(trace.get("x")), unpacked(trace.get("y"))
    rows = _matrix(trace.get("z"))
    if not across or not rows or len(rows) != len(down) or len(down) > MAX_SERIES:
        return None
    if any(len(row) != len(across) for row in rows):
        return None
    paired = [_paired(across, row) for row in rows]
    names = [text_of(name) for name in down]
    if len(set(names)) != len(names) or any(one is None for one in paired):
        return None
    series = tuple((name, tuple(one.values())) for name, one in zip(names, paired, strict=True) if one is not None)
    bar = trace.get("colorbar")
    scale = layout.get("coloraxis")
    if not isinstance(bar, Mapping) and isinstance(scale, Mapping):
        bar = scale.get("colorbar")
    axes = _title(layout.get("xaxis")), _title(layout.get("yaxis"))
    first = paired[0]
    return ChartData(tuple(first or ()), series, axes[0], axes[1], _title(bar))


def _matrix(values: Any) -> list[list[Any]]:
    if isinstance(values, Mapping) and "shape" in values:
        try:
            rows, columns = (int(part) for part in str(values["shape"]).split(","))
            flat = unpacked({name: value for name, value in values.items() if name != "shape"})
        except ValueError:
            return []
        return [flat[row * columns : (row + 1) * columns] for row in range(rows)] if rows * columns == len(flat) else []
    return [unpacked(row) for row in values] if isinstance(values, list | tuple) else []


def _rows_of(trace: Mapping[str, Any]) -> dict[str, list[Any]]:
    """A trace's values, all of one length, with its name before them."""
    arrays = {name: unpacked(trace.get(name)) for name in _ARRAYS}
    marker = trace.get("marker")
    if isinstance(marker, Mapping) and not isinstance(marker.get("color"), str):
        arrays["colour"] = unpacked(marker.get("color"))
    flat = {name: values for name, values in arrays.items() if values and not isinstance(values[0], list | tuple)}
    longest = max((len(values) for values in flat.values()), default=0)
    full_columns = {name: values for name, values in flat.items() if len(values) == longest}
    name = text_of(trace.get("name"))
    return {**({"series": [name] * longest} if name and full_columns else {}), **full_columns}


def _table(names: Sequence[str], columns: Sequence[list[Any]], total: int) -> tuple[pa.Table, int]:
    used: list[str] = []
    for name in names:
        short = name[:80] or "value"
        used.append(short if short not in used else f"{short} ({len(used)})")
    arrays = [_column(column[:MAX_ROWS]) for column in columns]
    return pa.table(dict(zip(used, arrays, strict=True))), total


def _column(values: list[Any]) -> pa.Array:
    """Whole numbers, numbers, or texts."""
    given = [value for value in values if value is not None]
    if given and all(_is_number(value) for value in given):
        whole = all(float(value).is_integer() and abs(value) < 2**53 for value in given if math.isfinite(value))
        if whole and all(math.isfinite(value) for value in given):
            return pa.array([None if value is None else int(value) for value in values], pa.int64())
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    return pa.array([None if value is None else text_of(value) for value in values], pa.string())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _title(part: Any) -> str:
    title = part.get("title") if isinstance(part, Mapping) else None
    text = title.get("text") if isinstance(title, Mapping) else title
    return text_of(text) if isinstance(text, str) else ""


def text_of(value: Any) -> str:
    """A label as one line without markup."""
    if value is None:
        return ""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", str(value)[:2000])).split())[:200]
