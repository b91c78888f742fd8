"""A plan as a Python program that draws one Plotly figure."""

from __future__ import annotations

import math

from ...turn import ColumnCard, FrameCard
from .answer import answer_lines, answer_plan
from .cards import find, is_time
from .describe import dimension_heading, measure_heading, title
from .schema import Dimension, Filter, Measure, Order, QueryPlan
from .sql import dimensions, measured, query
from .text import answer_call, call, flat_copy, query_lines, quoted
from .words import heading

MANY_ROWS = 20_000
"""Above this, histograms and boxes are computed in SQL: a figure that carries every row is slow to send and show."""
MANY_POINTS = 10_000
SHOWN_POINTS = 5_000
LONG_LABEL = 12
BAR_LETTERS = 55
"""Roughly how many letters fit below the bars of a figure."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
LABELS = {"day of week": DAYS, "month of year": MONTHS}


def chart_code(plan: QueryPlan, card: FrameCard) -> str:
    """The program: query, figure, and the figure as its last expression."""
    draw = {
        "bar": _bar,
        "line": _line,
        "pie": _pie,
        "heatmap": _heatmap,
        "scatter": _scatter,
        "histogram": _histogram,
        "box": _box,
    }[plan.chart or "bar"]
    asked, lines = (_rows if plan.rows_drawn else draw)(plan, card)
    source, flat = flat_copy(card)
    sql = query(asked, card, source).sql("duckdb", pretty=True)
    imports = ["import duckdb"]
    imports += ["import plotly.express as px"] if any("px." in line for line in lines) else []
    imports += ["import plotly.graph_objects as go"] if any("go." in line for line in lines) else []
    said = answer_code(plan, card, source)
    return "\n".join([*imports, "", *flat, *query_lines(sql), *said, *lines, "fig"]) + "\n"


def answer_code(plan: QueryPlan, card: FrameCard, source: str) -> list[str]:
    """The lines that say the answer in words: over the program's data, or over figures that a chart does not hold."""
    figures, template = answer_plan(plan), answer_lines(plan, card)
    if figures is None or not template:
        return answer_call(template)
    sql = query(figures, card, source).sql("duckdb", pretty=True)
    return [*query_lines(sql, "figures"), *answer_call(template, "figures")]


def is_label(dimension: Dimension, card: FrameCard) -> bool:
    """Whether a dimension's values are labels without a distance between them."""
    if dimension.time:
        return dimension.time in LABELS
    return not dimension.width and find(card, dimension.column).type in {"text", "category", "boolean"}


def _labels(plan: QueryPlan, card: FrameCard) -> str:
    shown = [(s.name, dimension_heading(d)) for d, s in zip(plan.group_by, dimensions(plan, card), strict=True)]
    shown += [(s.name, measure_heading(m, plan)) for m, s in zip(plan.measures, measured(plan, card), strict=True)]
    return "labels={" + ", ".join(f"{quoted(name)}: {quoted(words)}" for name, words in shown) + "}"


def _common(plan: QueryPlan, labels: str) -> list[str]:
    return [f"title={quoted(title(plan))}", labels, 'template="plotly_white"']


def _named_groups(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Lines that give missing groups a name and make labels of the numbers that only tell groups apart."""
    lines = []
    for place, (dimension, shown) in enumerate(zip(plan.group_by, dimensions(plan, card), strict=True)):
        column, name = find(card, dimension.column), quoted(shown.name)
        if is_label(dimension, card) and not dimension.time:
            if column.type == "boolean":
                lines.append(f'data[{name}] = data[{name}].astype("string").fillna("missing").astype("object")')
            elif column.nulls != 0:
                lines.append(f'data[{name}] = data[{name}].astype("object").fillna("missing")')
        elif place == 1 and not is_label(dimension, card):
            lines.append(f'data[{name}] = data[{name}].astype("string").astype("object")  # one colour for each value')
    return lines


def _bar(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    first, group, value = plan.group_by[0], dimensions(plan, card), measured(plan, card)[0].name
    flat = _horizontal(first, card, plan.limit)
    arguments = [
        "data",
        f"x={quoted(value if flat else group[0].name)}",
        f"y={quoted(group[0].name if flat else value)}",
    ]
    if len(group) > 1:
        arguments += [f"color={quoted(group[1].name)}", 'barmode="group"']
    if flat:
        arguments += ['orientation="h"', "height=max(450, 24 * len(data) + 150)"]
    lines = _named_groups(plan, card) + call("fig", "px.bar", arguments + _common(plan, _labels(plan, card)))
    if flat:
        lines.append('fig.update_yaxes(type="category", autorange="reversed")  # the first row on top')
    elif not first.width and not _is_axis_time(first, card):
        lines.append('fig.update_xaxes(type="category")')
    return plan, lines


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


def _is_axis_time(dimension: Dimension, card: FrameCard) -> bool:
    if dimension.time:
        return dimension.time not in LABELS and dimension.time != "hour of day"
    return find(card, dimension.column).type in {"date", "timestamp"}


def _line(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    first, group, value = plan.group_by[0], dimensions(plan, card), measured(plan, card)[0].name
    arguments = ["data", f"x={quoted(group[0].name)}", f"y={quoted(value)}"]
    if len(group) > 1:
        arguments.append(f"color={quoted(group[1].name)}")
    if first.time not in {"day", "hour"}:
        arguments.append("markers=True")
    lines = _named_groups(plan, card) + call("fig", "px.line", arguments + _common(plan, _labels(plan, card)))
    if first.time == "hour of day" or (not first.time and _few_integers(find(card, first.column))):
        lines.append("fig.update_xaxes(dtick=1)")
    return plan, lines


def _few_integers(column: ColumnCard) -> bool:
    ends = (column.quantiles[0], column.quantiles[4]) if len(column.quantiles) == 5 else None
    ends = (column.minimum, column.maximum) if column.minimum is not None else ends
    return column.type == "integer" and ends is not None and ends[1] - ends[0] <= 31


def _pie(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    group, value = dimensions(plan, card)[0].name, measured(plan, card)[0].name
    arguments = ["data", f"names={quoted(group)}", f"values={quoted(value)}"]
    lines = _named_groups(plan, card) + call("fig", "px.pie", arguments + _common(plan, _labels(plan, card)))
    return plan, [*lines, 'fig.update_traces(sort=False, direction="clockwise", textinfo="percent+label")']


def _heatmap(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    across, up = dimensions(plan, card)
    value = measured(plan, card)[0].name
    pivot = f"grid = data.pivot(index={quoted(up.name)}, columns={quoted(across.name)}, values={quoted(value)})"
    lines = [*_named_groups(plan.model_copy(update={"group_by": plan.group_by[:1]}), card), pivot]
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
            ("color", measure_heading(plan.measures[0], plan)),
        )
    ) + "}"  # fmt: skip
    lines += call(
        "fig", "px.imshow", ["grid", 'aspect="auto"', 'color_continuous_scale="Blues"', *_common(plan, labels)]
    )
    for axis, dimension in zip("xy", plan.group_by, strict=True):
        if not _is_axis_time(dimension, card) and not dimension.width:
            lines.append(f'fig.update_{axis}axes(type="category")')
    return plan, lines


def _rows(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    """A bar or a point of a line for each row, in the order of what runs along the axis."""
    across, up = plan.select
    labels = "labels={" + ", ".join(f"{quoted(name)}: {quoted(heading(name))}" for name in plan.select) + "}"
    arguments = ["data", f"x={quoted(across)}", f"y={quoted(up)}", *_common(plan, labels)]
    lines = call("fig", f"px.{plan.chart}", arguments)
    if plan.chart == "bar" and find(card, across).type in {"text", "category"}:
        lines.append('fig.update_xaxes(type="category")')
    ordered = plan if plan.order else plan.model_copy(update={"order": (Order(column=across),)})
    return ordered, lines


def _scatter(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    names = [*plan.select, *([plan.colour] if plan.colour else [])]
    labels = "labels={" + ", ".join(f"{quoted(name)}: {quoted(heading(name))}" for name in names) + "}"
    arguments = ["data", f"x={quoted(plan.select[0])}", f"y={quoted(plan.select[1])}"]
    lines = []
    if plan.colour:
        column = find(card, plan.colour)
        arguments.append(f"color={quoted(plan.colour)}")
        if column.nulls != 0 and column.type in {"text", "category"}:
            name = quoted(plan.colour)
            lines.append(f'data[{name}] = data[{name}].astype("object").fillna("missing")')
    many = card.rows > MANY_POINTS
    if many:
        lines.append('note = ""')
        lines.append(f"if len(data) > {SHOWN_POINTS}:")
        lines.append(f'    note = f"{SHOWN_POINTS:,} of {{len(data):,}} points, drawn at random"')
        lines.append(f"    data = data.sample({SHOWN_POINTS}, random_state=1)")
        arguments.append("subtitle=note")
    arguments += ["opacity=0.4" if many else "opacity=0.75", *_common(plan, labels)]
    return plan, lines + call("fig", "px.scatter", arguments)


def _histogram(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    column = find(card, plan.select[0])
    width = bin_width(column) if card.rows > MANY_ROWS else None
    words = f"Number of {plan.frame}" if plan.frame.endswith("s") else "Number of rows"
    if width is None:
        labels = f"labels={{{quoted(column.sql)}: {quoted(heading(column.sql))}}}"
        lines = call("fig", "px.histogram", ["data", f"x={quoted(column.sql)}", "nbins=40", *_common(plan, labels)])
        return plan, [*lines, f"fig.update_layout(yaxis_title={quoted(words)}, bargap=0.03)"]
    binned = histogram_as_bars(plan, width)
    group, value = dimensions(binned, card)[0].name, measured(binned, card)[0].name
    labels = f"labels={{{quoted(group)}: {quoted(heading(column.sql))}, {quoted(value)}: {quoted(words)}}}"
    lines = call("fig", "px.bar", ["data", f"x={quoted(group)}", f"y={quoted(value)}", *_common(plan, labels)])
    return binned, [*lines, f"fig.update_traces(width={width:g}, offset=0)  # a bar stands on its bin"]


def histogram_as_bars(plan: QueryPlan, width: float) -> QueryPlan:
    """The histogram as a count by numeric bins."""
    column = plan.select[0]
    return QueryPlan(
        frame=plan.frame,
        joins=plan.joins,
        filters=(*plan.filters, Filter(column=column, operator="is not null")),
        group_by=(Dimension(column=column, width=width),),
        measures=(Measure(function="count"),),
        chart="bar",
        document=plan.document,
        title=title(plan),
    )


def bin_width(column: ColumnCard) -> float | None:
    """A round width that puts about twenty bins where most values lie; None where the column's range is not known.

    Below the privacy level ``rows`` the extremes may be hidden and the quantiles known; those are enough.
    """
    if len(column.quantiles) != 5:
        return None
    most = float(column.quantiles[4]) - float(column.quantiles[0])
    span = most if column.minimum is None else float(column.maximum) - float(column.minimum)
    wanted = max(most / 20, span / 300)
    if not math.isfinite(wanted) or wanted <= 0:
        return None
    power = 10.0 ** math.floor(math.log10(wanted))
    width = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= wanted * 0.999)
    return max(1.0, math.ceil(width)) if column.type == "integer" else width


def _box(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    plain = not any(d.time or d.width for d in plan.group_by)
    if plain and (card.rows <= MANY_ROWS or len(plan.group_by) > 1):
        return _box_of_rows(plan, card)
    named = _named_groups(plan, card)
    group = f"x=data[{quoted(dimensions(plan, card)[0].name)}], " if plan.group_by else ""
    marks = ", ".join(f'{key}=data["{name}"]' for key, name in _MARKS)
    value = heading(plan.select[0])
    lines = [*named, f"fig = go.Figure(go.Box({group}{marks}, name={quoted('' if group else value)}))"]
    subtitle = quoted("Whiskers from the 5th to the 95th percentile")
    lines += ["fig.update_layout(", f'    title={{"text": {quoted(title(plan))}, "subtitle": {{"text": {subtitle}}}}},']
    if plan.group_by:
        lines += [f"    xaxis_title={quoted(dimension_heading(plan.group_by[0]))},"]
    lines += [f"    yaxis_title={quoted(value)},", '    template="plotly_white",', ")"]
    if plan.group_by and not _is_axis_time(plan.group_by[0], card):
        lines.append('fig.update_xaxes(type="category")')
    return plan, lines


_MARKS = (("q1", "q1"), ("median", "median"), ("q3", "q3"), ("lowerfence", "p5"), ("upperfence", "p95"))


def _box_of_rows(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    groups = [d.column for d in plan.group_by]
    value = plan.select[0]
    rows = QueryPlan(
        frame=plan.frame,
        joins=plan.joins,
        select=tuple(dict.fromkeys([*groups, value])),
        filters=(*plan.filters, Filter(column=value, operator="is not null")),
        order=tuple(Order(column=group) for group in groups),
    )
    names = [*groups, value]
    labels = "labels={" + ", ".join(f"{quoted(name)}: {quoted(heading(name))}" for name in names) + "}"
    arguments = ["data", *(f"{axis}={quoted(name)}" for axis, name in zip(("x", "color"), groups, strict=False))]
    arguments += [f"y={quoted(value)}", *_common(plan, labels)]
    lines = _named_groups(plan, card) + call("fig", "px.box", arguments)
    if groups and not is_time(find(card, groups[0])):
        lines.append('fig.update_xaxes(type="category")')
    return rows, lines
