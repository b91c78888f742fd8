"""Charts of groups as Python: bars, lines, areas, pies, treemaps, heatmaps, and combinations of them."""

from __future__ import annotations

import math

from ...turn import FrameCard
from .cards import find
from .chart_parts import (
    LABELS,
    category_axis,
    common,
    few_integers,
    figures,
    group_labels,
    heading_of,
    is_axis_time,
    is_label,
    named_groups,
)  # fmt: skip
from .describe import title
from .nouns import dimension_heading
from .schema import Dimension, QueryPlan
from .sql import dimensions
from .text import call, quoted

LONG_LABEL = 12
BAR_LETTERS = 55
"""Roughly how many letters fit below the bars of a figure."""


def draws_combination(plan: QueryPlan) -> bool:
    """Whether a chart has figures of two kinds, or on two axes."""
    return bool(plan.look.lines or plan.look.right)


def _axes(plan: QueryPlan, card: FrameCard) -> tuple[Dimension, str, str | None]:
    """What runs along the chart, its column, and the column of the colours; facets take a group for themselves."""
    named = [(d, c.name) for d, c in zip(plan.group_by, dimensions(plan, card), strict=True)]
    rest = [pair for pair in named if pair[1] != plan.look.facet] or named
    return rest[0][0], rest[0][1], rest[1][1] if len(rest) > 1 else None


def _drawn(plan: QueryPlan, card: FrameCard, kind: str, more: list[str], flat: bool = False) -> list[str]:
    """A call of Plotly Express with what all charts of groups have."""
    _, along, colour = _axes(plan, card)
    shown = figures(plan, card)
    several = len(shown) > 1 and colour is None
    value = "[" + ", ".join(map(quoted, shown)) + "]" if several else quoted(shown[0])
    arguments = [
        "data",
        *(f"{axis}={name}" for axis, name in zip("yx" if flat else "xy", (quoted(along), value), strict=True)),
    ]
    arguments += [f"color={quoted(colour)}"] if colour else []
    arguments += [f"facet_col={quoted(plan.look.facet)}", "facet_col_wrap=3"] if plan.look.facet else []
    swap = {"x": "y", "y": "x"} if flat else {"x": "x", "y": "y"}
    arguments += [f"log_{swap[axis]}=True" for axis in plan.look.log]
    lines = named_groups(plan, card) + call(
        "fig", f"px.{kind}", arguments + more + common(plan, group_labels(plan, card))
    )
    return lines + (_named_traces(shown, plan, card, "x" if flat else "y") if several else [])


def _named_traces(shown: list[str], plan: QueryPlan, card: FrameCard, axis: str) -> list[str]:
    """The lines that call several figures by their names."""
    names = ", ".join(f"{quoted(name)}: {quoted(heading_of(name, plan, card))}" for name in shown)
    return [
        f"names = {{{names}}}",
        "for trace in fig.data:",
        "    trace.update(name=names[trace.name], legendgroup=names[trace.name], hovertemplate=None)",
        f'fig.update_layout(legend_title_text="", {axis}axis_title="")',
    ]


def bar(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Bars: side by side or stacked, upright or horizontal."""
    if draws_combination(plan):
        return combination(plan, card)
    first, along, colour = _axes(plan, card)
    flat = plan.look.horizontal if plan.look.horizontal is not None else _horizontal(first, card, plan.limit)
    stacked = plan.look.stacked or plan.look.percent
    several = colour is not None or len(figures(plan, card)) > 1
    more = [f'barmode="{"stack" if stacked else "group"}"'] if several else []
    if flat:
        more += ['orientation="h"', "height=max(450, 24 * len(data) + 150)"]
    lines = _drawn(plan, card, "bar", more, flat)
    if plan.look.percent:
        lines.append(f'fig.update_layout(barnorm="percent", {"x" if flat else "y"}axis_title="Share (%)")')
    if flat:
        lines.append(category_axis("y", along) + "  # the first row on top")
    elif not first.width and not is_axis_time(first, card):
        lines.append(category_axis("x", along))
    return lines


def _horizontal(dimension: Dimension, card: FrameCard, limit: int | None) -> bool:
    """Whether bars are drawn horizontally: long or many labels are easier to read beside them."""
    if dimension.time or dimension.width:
        return False
    column = find(card, dimension.column)
    if column.type not in {"text", "category"}:
        return False
    shown = min(limit or math.inf, column.distinct or 0)
    longest = max((len(str(value)) for value, _ in column.values), default=0)
    return shown * min(longest, LONG_LABEL) > BAR_LETTERS or (longest > LONG_LABEL and shown > 3)


def line(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Lines along what runs."""
    if draws_combination(plan):
        return combination(plan, card)
    first, _, _ = _axes(plan, card)
    more = [] if first.time in {"day", "hour", "minute"} else ["markers=True"]
    return _drawn(plan, card, "line", more) + _along(plan, card)


def area(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Areas, one on top of the other."""
    more = ['groupnorm="percent"'] if plan.look.percent else []
    lines = _drawn(plan, card, "area", more) + _along(plan, card)
    return [*lines, 'fig.update_yaxes(title="Share (%)")'] if plan.look.percent else lines


def _along(plan: QueryPlan, card: FrameCard) -> list[str]:
    first, along, _ = _axes(plan, card)
    if is_label(first, card):
        return [category_axis("x", along)]
    hours = first.time == "hour of day"
    return ["fig.update_xaxes(dtick=1)"] if hours or (not first.time and few_integers(find(card, first.column))) else []


def combination(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Bars and lines in one chart, on one axis or on two."""
    first, along, _ = _axes(plan, card)
    lines = named_groups(plan, card)
    second = bool(plan.look.right)
    lines.append(f'fig = make_subplots(specs=[[{{"secondary_y": {second}}}]])')
    for name in figures(plan, card):
        drawn = "Scatter" if plan.chart == "line" or name in plan.look.lines else "Bar"
        right = f", secondary_y={name in plan.look.right}" if second else ""
        words = quoted(heading_of(name, plan, card))
        lines.append(f"fig.add_trace(go.{drawn}(x=data[{quoted(along)}], y=data[{quoted(name)}], name={words}){right})")
        if second:
            lines.append(f"fig.update_yaxes(title_text={words}, secondary_y={name in plan.look.right})")
    lines.append(
        f"fig.update_layout(title={quoted(title(plan))}, xaxis_title={quoted(dimension_heading(first))}, "
        'template="plotly_white")'
    )
    for axis in plan.look.log:
        lines.append(f'fig.update_{axis}axes(type="log")')
    if not first.width and not is_axis_time(first, card):
        lines.append(category_axis("x", along))
    return lines


def pie(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Shares of a whole, in the order of the answer."""
    group, value = dimensions(plan, card)[0].name, figures(plan, card)[0]
    arguments = ["data", f"names={quoted(group)}", f"values={quoted(value)}"]
    lines = named_groups(plan, card) + call("fig", "px.pie", arguments + common(plan, group_labels(plan, card)))
    return [*lines, 'fig.update_traces(sort=False, direction="clockwise", textinfo="percent+label")']


def treemap(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Areas as large as a figure, groups inside of groups."""
    names, value = [column.name for column in dimensions(plan, card)], figures(plan, card)[0]
    path = ", ".join(map(quoted, names))
    lines = [f"data = data[data[{quoted(value)}] > 0]  # an area has a size"]
    for name in names:
        lines.append(f'data[{quoted(name)}] = data[{quoted(name)}].astype("string").fillna("missing").astype("object")')
    arguments = ["data", f"path=[{path}]", f"values={quoted(value)}", *common(plan, group_labels(plan, card))]
    return [*lines, *call("fig", "px.treemap", arguments)]


def heatmap(plan: QueryPlan, card: FrameCard) -> list[str]:
    """A figure over two groups as colours."""
    across, up = dimensions(plan, card)
    value = figures(plan, card)[0]
    pivot = f"grid = data.pivot(index={quoted(up.name)}, columns={quoted(across.name)}, values={quoted(value)})"
    lines = [*named_groups(plan.model_copy(update={"group_by": plan.group_by[:1]}), card), pivot]
    for axis, dimension in zip(("columns", "index"), plan.group_by, strict=True):
        if dimension.time in LABELS:
            lines.append(
                f"grid = grid.reindex({axis}=[day for day in {list(LABELS[dimension.time])} if day in grid.{axis}])"
            )
    labels = "labels={" + ", ".join(
        f'"{key}": {quoted(words)}'
        for key, words in (
            ("x", dimension_heading(plan.group_by[0])),
            ("y", dimension_heading(plan.group_by[1])),
            ("color", heading_of(value, plan, card)),
        )
    ) + "}"  # fmt: skip
    lines += call(
        "fig", "px.imshow", ["grid", 'aspect="auto"', 'color_continuous_scale="Blues"', *common(plan, labels)]
    )
    for axis, dimension in zip("xy", plan.group_by, strict=True):
        if not is_axis_time(dimension, card) and not dimension.width:
            lines.append(f'fig.update_{axis}axes(type="category")')
    return lines
