"""What all charts share: labels, titles, and the lines that put values in their order along an axis."""

from __future__ import annotations

from ...turn import NUMBER_TYPES, ColumnCard, FrameCard
from .cards import calendar, find
from .columns import is_month_number
from .conditions import DAYS, MONTHS
from .describe import title
from .nouns import computed_heading, dimension_heading, measure_heading
from .schema import Dimension, QueryPlan
from .sql import dimensions, measured
from .text import quoted

LABELS = {"day of week": DAYS, "month of year": MONTHS, "quarter of year": ("Q1", "Q2", "Q3", "Q4"),
          "weekend": ("weekday", "weekend")}  # fmt: skip


def is_label(dimension: Dimension, card: FrameCard) -> bool:
    """Whether a dimension's values are labels without a distance between them."""
    if dimension.time:
        return dimension.time in LABELS
    if dimension.edges:
        return True
    return not dimension.width and find(card, dimension.column).type in {"text", "category", "boolean"}


def group_labels(plan: QueryPlan, card: FrameCard) -> str:
    shown = [(s.name, dimension_heading(d)) for d, s in zip(plan.group_by, dimensions(plan, card), strict=True)]
    shown += [(s.name, measure_heading(m, plan)) for m, s in zip(plan.measures, measured(plan, card), strict=True)]
    shown += [(part.name, computed_heading(part, plan)) for part in plan.computed]
    return "labels={" + ", ".join(f"{quoted(name)}: {quoted(words)}" for name, words in shown) + "}"


def figures(plan: QueryPlan, card: FrameCard) -> list[str]:
    """The columns that a chart of groups shows: what is computed from the answer where that is asked for, else the
    figures themselves."""
    named = [*plan.look.lines, *plan.look.right]
    shown = [column.name for column in measured(plan, card)]
    if named:
        return [*(name for name in shown if name not in named), *dict.fromkeys(named)]
    return [part.name for part in plan.computed][-1:] or shown


def heading_of(name: str, plan: QueryPlan, card: FrameCard) -> str:
    """What a figure of a chart is called."""
    for measure, column in zip(plan.measures, measured(plan, card), strict=True):
        if column.name == name:
            return measure_heading(measure, plan)
    return next(computed_heading(part, plan) for part in plan.computed if part.name == name)


def common(plan: QueryPlan, labels: str) -> list[str]:
    return [f"title={quoted(title(plan))}", labels, 'template="plotly_white"']


def named_groups(plan: QueryPlan, card: FrameCard) -> list[str]:
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


def is_axis_time(dimension: Dimension, card: FrameCard) -> bool:
    if dimension.time:
        return dimension.time not in LABELS | _NUMBERED and dimension.fiscal == 1
    return find(card, dimension.column).type in {"date", "timestamp"}


_NUMBERED = {"hour of day": 1, "week of year": 1, "day of month": 1, "decade": 10}


def category_axis(axis: str, name: str) -> str:
    """The line that keeps labels on an axis in the order of the rows; text that looks like a time stays text."""
    order = f"list(dict.fromkeys(data[{quoted(name)}]))"
    reverse = ', autorange="reversed"' if axis == "y" else ""
    return f'fig.update_{axis}axes(type="category", categoryorder="array", categoryarray={order}{reverse})'


def few_integers(column: ColumnCard) -> bool:
    ends = (column.quantiles[0], column.quantiles[4]) if len(column.quantiles) == 5 else None
    ends = (column.minimum, column.maximum) if column.minimum is not None else ends
    return column.type == "integer" and ends is not None and ends[1] - ends[0] <= 31


def is_named_period(dimension: Dimension, card: FrameCard) -> bool:
    """Whether labels are months or weekdays by name, which run along."""
    column = find(card, dimension.column)
    return not dimension.time and (calendar(column) is not None or is_month_number(column))


def is_number(name: str, card: FrameCard) -> bool:
    """Whether a column holds numbers."""
    return find(card, name).type in NUMBER_TYPES
