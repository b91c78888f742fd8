"""A plan as a Python program that draws one Plotly figure."""

from __future__ import annotations

import math

from ...theme import DEFAULT, Theme
from ...turn import ColumnCard, FrameCard
from .answer import answer_lines
from .answer_plan import answer_plan
from .cards import calendar, find, is_time, row_card
from .chart_parts import category_axis, common, is_axis_time, is_number, named_groups
from .describe import title
from .group_charts import area, bar, heatmap, line, pie, treemap
from .maps import areas, points
from .nouns import dimension_heading
from .schema import Dimension, Filter, Measure, Order, QueryPlan
from .sql import dimensions, measured, query
from .text import answer_call, call, flat_copy, query_lines, quoted
from .words import heading

MANY_ROWS = 20_000
"""Above this, histograms and boxes are computed in SQL: a figure that carries every row is slow to send and show."""
MANY_POINTS = 10_000
SHOWN_POINTS = 5_000


def chart_code(plan: QueryPlan, card: FrameCard, theme: Theme = DEFAULT) -> str:
    """The program: query, figure, and the figure as its last expression."""
    card = row_card(plan, card)
    asked, lines = _drawing(plan, card)
    source, flat = flat_copy(card)
    sql = query(asked, card, source).sql("duckdb", pretty=True)
    imports = ["import duckdb"]
    imports += ["import plotly.express as px"] if any("px." in line for line in lines) else []
    imports += ["import plotly.graph_objects as go"] if any("go." in line for line in lines) else []
    imports += ["from plotly.subplots import make_subplots"] if any("make_subplots" in line for line in lines) else []
    imports += ["import numpy as np"] if any("np." in line for line in lines) else []
    said = answer_code(plan, card, source)
    before, after = _themed(theme, any("px." in line for line in lines))
    return "\n".join([*imports, *before, "", *flat, *query_lines(sql), *said, *lines, *after, "fig"]) + "\n"


def _themed(theme: Theme, express: bool) -> tuple[list[str], list[str]]:
    """The lines that give a figure the colours and fonts of the user's own theme: before it is drawn, and after."""
    if theme == DEFAULT:
        return [], []
    fonts = f"font_family={quoted(theme.css_font(theme.body_font))}"
    fonts += f", title_font_family={quoted(theme.css_font(theme.heading_font))}"
    before = ["px.defaults.color_discrete_sequence = COLOURS"] if express else []
    return ["", f"COLOURS = {theme.colorway!r}", *before], [f"fig.update_layout(colorway=COLOURS, {fonts})"]


def _drawing(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    """The plan of the rows that a chart needs, and the lines that draw it."""
    if plan.rows_drawn:
        return _rows(plan, card)
    of_rows = {"scatter": _scatter, "histogram": _histogram, "box": _box, "violin": _box}
    if plan.chart in of_rows:
        return of_rows[plan.chart](plan, card)
    if plan.chart == "map":
        return plan, areas(plan, card) if plan.group_by else points(plan, card)
    of_groups = {"bar": bar, "line": line, "area": area, "pie": pie, "treemap": treemap, "heatmap": heatmap}
    return plan, of_groups[plan.chart or "bar"](plan, card)


def answer_code(plan: QueryPlan, card: FrameCard, source: str) -> list[str]:
    """The lines that say the answer in words: over the program's data, or over figures that a chart does not hold."""
    figures, template = answer_plan(plan), answer_lines(plan, card)
    if figures is None or not template:
        return answer_call(template)
    sql = query(figures, card, source).sql("duckdb", pretty=True)
    return [*query_lines(sql, "figures"), *answer_call(template, "figures")]


def _rows(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    """A bar or a point of a line for each row, in the order of what runs along the axis."""
    across, up = plan.select
    labels = "labels={" + ", ".join(f"{quoted(name)}: {quoted(heading(name))}" for name in plan.select) + "}"
    arguments = ["data", f"x={quoted(across)}", f"y={quoted(up)}", *common(plan, labels)]
    lines = call("fig", f"px.{plan.chart}", arguments)
    if find(card, across).type in {"text", "category"} and (plan.chart == "bar" or calendar(find(card, across))):
        lines.append(category_axis("x", across))
    ordered = plan if plan.order else plan.model_copy(update={"order": (Order(column=across),)})
    return ordered, lines


def _scatter(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    names = [*plan.select, *(name for name in (plan.colour, plan.look.size) if name and name not in plan.select)]
    labels = "labels={" + ", ".join(f"{quoted(name)}: {quoted(heading(name))}" for name in names) + "}"
    arguments = ["data", f"x={quoted(plan.select[0])}", f"y={quoted(plan.select[1])}"]
    lines = []
    if plan.colour:
        column = find(card, plan.colour)
        arguments.append(f"color={quoted(plan.colour)}")
        if column.nulls != 0 and column.type in {"text", "category"}:
            name = quoted(plan.colour)
            lines.append(f'data[{name}] = data[{name}].astype("object").fillna("missing")')
    if plan.look.size:
        arguments.append(f"size={quoted(plan.look.size)}")
        lines.append(f"data = data[data[{quoted(plan.look.size)}] > 0]  # a point has a size")
    arguments += [f"log_{axis}=True" for axis in plan.look.log]
    trend = _trend(plan) if plan.look.trend and all(is_number(name, card) for name in plan.select) else []
    many = card.rows > MANY_POINTS
    if many:
        lines.append('note = ""')
        lines.append(f"if len(data) > {SHOWN_POINTS}:")
        lines.append(f'    note = f"{SHOWN_POINTS:,} of {{len(data):,}} points, drawn at random"')
        lines.append(f"    data = data.sample({SHOWN_POINTS}, random_state=1)")
        arguments.append("subtitle=note")
    arguments += ["opacity=0.4" if many else "opacity=0.75", *common(plan, labels)]
    fitted = lines[: lines.index('note = ""')] if many else lines
    return plan, [*fitted, *trend[:3], *lines[len(fitted) :], *call("fig", "px.scatter", arguments), *trend[3:]]


def _trend(plan: QueryPlan) -> list[str]:
    """The lines that fit a straight line to all points, and draw it."""
    across, up = map(quoted, plan.select)
    return [
        f"known = data[[{across}, {up}]].astype(float)",
        f"slope, intercept = np.polyfit(known[{across}], known[{up}], 1) if known[{across}].nunique() > 1 else (0, 0)",
        f"ends = np.array([known[{across}].min(), known[{across}].max()])",
        f"if known[{across}].nunique() > 1:",
        '    fig.add_trace(go.Scatter(x=ends, y=slope * ends + intercept, mode="lines", name="Regression line"))',
    ]


def _histogram(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    column = find(card, plan.select[0])
    logarithmic = "x" in plan.look.log
    width = bin_width(column) if card.rows > MANY_ROWS and not logarithmic else None
    words = f"Number of {plan.frame}" if plan.frame.endswith("s") else "Number of rows"
    if logarithmic and card.rows > MANY_ROWS and not plan.colour:
        return plan, _histogram_of_powers(plan, words)
    if width is None:
        labels = f"labels={{{quoted(column.sql)}: {quoted(heading(column.sql))}}}"
        arguments = ["data", f"x={quoted(column.sql)}", "nbins=40", *_overlaid(plan), *common(plan, labels)]
        lines = call("fig", "px.histogram", arguments)
        return plan, [*lines, f"fig.update_layout(yaxis_title={quoted(words)}, bargap=0.03)"]
    binned = histogram_as_bars(plan, width)
    group, value = dimensions(binned, card)[0].name, measured(binned, card)[0].name
    labels = f"labels={{{quoted(group)}: {quoted(heading(column.sql))}, {quoted(value)}: {quoted(words)}}}"
    arguments = ["data", f"x={quoted(group)}", f"y={quoted(value)}", *_overlaid(plan), *common(plan, labels)]
    lines = call("fig", "px.bar", arguments)
    return binned, [*lines, f"fig.update_traces(width={width:g}, offset=0)  # a bar stands on its bin"]


def _histogram_of_powers(plan: QueryPlan, words: str) -> list[str]:
    """The lines that count values in bins as wide as each other on a logarithmic axis."""
    name = quoted(plan.select[0])
    labels = f'labels={{"x": {quoted(heading(plan.select[0]))}, "y": {quoted(words)}}}'
    arguments = ["x=edges[:-1]", "y=counts", *(f"log_{axis}=True" for axis in plan.look.log), "subtitle=note"]
    return [
        f"known = data[{name}][data[{name}] > 0]  # zero has no place on such an axis",
        "left = len(data) - len(known)",
        'note = f"Without {left:,} values that are not above zero" if left else ""',
        "edges = np.geomspace(known.min(), known.max(), 41)",
        "counts, edges = np.histogram(known, edges)",
        *call("fig", "px.bar", [*arguments, *common(plan, labels)]),
        "fig.update_traces(width=np.diff(edges), offset=0)  # a bar stands on its bin",
    ]


def _overlaid(plan: QueryPlan) -> list[str]:
    """The arguments for a histogram of each group, one seen through the other, and for axes by powers of ten."""
    log = [f"log_{axis}=True" for axis in plan.look.log]
    return [f"color={quoted(plan.colour)}", 'barmode="overlay"', "opacity=0.6", *log] if plan.colour else log


def histogram_as_bars(plan: QueryPlan, width: float, edges: tuple[float, ...] = ()) -> QueryPlan:
    """The histogram as a count by numeric bins, or by the bands between edges."""
    column = plan.select[0]
    bins = Dimension(column=column, edges=edges) if edges else Dimension(column=column, width=width)
    return QueryPlan(
        frame=plan.frame,
        source=plan.source,
        joins=plan.joins,
        derived=plan.derived,
        filters=(*plan.filters, Filter(column=column, operator="is not null")),
        group_by=(bins, *([Dimension(column=plan.colour)] if plan.colour else [])),
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
    most, span = _spread(column)
    return _round_width(most / 20 or span / 300, column)


def far_edges(column: ColumnCard) -> tuple[float, ...]:
    """The edges of bands for a column of which a few values lie far from all others, the outer ones open.

    Empty where bins of one width show all. A table of such bins would have one long row of rows, or thousands.
    """
    if len(column.quantiles) != 5 or column.minimum is None:
        return ()
    most, span = _spread(column)
    width = _round_width(most / 12, column)
    if width is None or span <= FAR * most:
        return ()
    first, last = (float(column.quantiles[place]) / width for place in (0, 4))
    return tuple(width * step for step in range(math.floor(first) - 2, math.ceil(last) + 3))


FAR = 8
"""Of how many times the stretch of nine in ten values the whole has to be longer, before some are taken as far out."""


def _spread(column: ColumnCard) -> tuple[float, float]:
    """The lengths of the stretches with nine in ten values, and with all that are known."""
    most = float(column.quantiles[4]) - float(column.quantiles[0])
    return most, most if column.minimum is None else float(column.maximum) - float(column.minimum)


def _round_width(wanted: float, column: ColumnCard) -> float | None:
    """The next width that is easy to read, a whole one for whole numbers."""
    if not math.isfinite(wanted) or wanted <= 0:
        return None
    power = 10.0 ** math.floor(math.log10(wanted))
    width = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= wanted * 0.999)
    return max(1.0, math.ceil(width)) if column.type == "integer" else width


def _box(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    plain = not any(d.time or d.width or d.edges for d in plan.group_by)
    if plan.chart == "violin" or (plain and plan.look.log):
        return _box_of_rows(plan, card)
    if plain and (card.rows <= MANY_ROWS or len(plan.group_by) > 1):
        return _box_of_rows(plan, card)
    named = named_groups(plan, card)
    group = f"x=data[{quoted(dimensions(plan, card)[0].name)}], " if plan.group_by else ""
    marks = ", ".join(f'{key}=data["{name}"]' for key, name in _MARKS)
    value = heading(plan.select[0])
    lines = [*named, f"fig = go.Figure(go.Box({group}{marks}, name={quoted('' if group else value)}))"]
    subtitle = quoted("Whiskers from the 5th to the 95th percentile")
    lines += ["fig.update_layout(", f'    title={{"text": {quoted(title(plan))}, "subtitle": {{"text": {subtitle}}}}},']
    if plan.group_by:
        lines += [f"    xaxis_title={quoted(dimension_heading(plan.group_by[0]))},"]
    lines += [f"    yaxis_title={quoted(value)},", '    template="plotly_white",', ")"]
    if plan.group_by and not is_axis_time(plan.group_by[0], card):
        lines.append('fig.update_xaxes(type="category")')
    return plan, lines


_MARKS = (("q1", "q1"), ("median", "median"), ("q3", "q3"), ("lowerfence", "p5"), ("upperfence", "p95"))


def _sampled(card: FrameCard) -> list[str]:
    """The lines that draw some rows at random where there are very many."""
    if card.rows <= MANY_ROWS:
        return []
    return [
        'note = ""',
        f"if len(data) > {MANY_ROWS}:",
        f'    note = f"{MANY_ROWS:,} of {{len(data):,}} rows, drawn at random"',
        f"    data = data.sample({MANY_ROWS}, random_state=1).sort_index()",
    ]


def _box_of_rows(plan: QueryPlan, card: FrameCard) -> tuple[QueryPlan, list[str]]:
    groups = [d.column for d in plan.group_by]
    value = plan.select[0]
    rows = QueryPlan(
        frame=plan.frame,
        source=plan.source,
        joins=plan.joins,
        derived=plan.derived,
        select=tuple(dict.fromkeys([*groups, value])),
        filters=(*plan.filters, Filter(column=value, operator="is not null")),
        order=tuple(Order(column=group) for group in groups),
    )
    names = [*groups, value]
    labels = "labels={" + ", ".join(f"{quoted(name)}: {quoted(heading(name))}" for name in names) + "}"
    arguments = ["data", *(f"{axis}={quoted(name)}" for axis, name in zip(("x", "color"), groups, strict=False))]
    arguments += [f"y={quoted(value)}", *common(plan, labels)]
    arguments += [f"log_{axis}=True" for axis in plan.look.log]
    arguments += ["box=True"] if plan.chart == "violin" else []
    lines = _sampled(card) if plan.chart == "violin" else []
    lines += named_groups(plan, card) + call("fig", f"px.{plan.chart}", arguments)
    if plan.chart == "violin" and card.rows > MANY_ROWS:
        lines.append("fig.update_layout(title_subtitle_text=note)")
    if groups and not is_time(find(card, groups[0])):
        lines.append(category_axis("x", groups[0]))
    return rows, lines
