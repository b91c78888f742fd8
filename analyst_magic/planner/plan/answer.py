"""A plan's answer in words, as a template that is filled from the result's own values wherever the code runs.

No number is known here. What the words depend on (no rows, nothing known, equal figures, a rise or a fall) are
therefore lines of their own that begin with a condition; the first that holds is the answer. What a template may hold
stands in ``sandbox_image/guest/template.py``.
"""

from __future__ import annotations

from ...turn import FrameCard
from .columns import (
    BINS,
    YEARS,
    Shown,
    can_be_named,
    capitalised,
    find,
    literal,
    measure_words,
    of_column,
    of_groups,
    of_measures,
    reference,
    verb,
)  # fmt: skip
from .describe import as_condition, rows_noun, spoken_list
from .schema import Filter, Measure, Order, QueryPlan
from .sql import dimensions, is_time
from .words import name_parts, plural, singular, spoken


def answer_plan(plan: QueryPlan) -> QueryPlan | None:
    """The plan whose result the sentence speaks of, where a chart's rows do not hold its figures; else None."""
    if plan.chart == "scatter":
        known = tuple(Filter(column=name, operator="is not null") for name in plan.select)
        measures = (
            Measure(function="count"),
            Measure(function="correlation", column=plan.select[0], other=plan.select[1]),
        )
        return QueryPlan(frame=plan.frame, joins=plan.joins, filters=(*plan.filters, *known), measures=measures)
    if plan.chart == "histogram":
        return plan.model_copy(update={"chart": "box", "document": None})
    if plan.chart == "box" and plan.group_by:
        median = (Measure(function="median", column=plan.select[0]),)
        return QueryPlan(
            frame=plan.frame, joins=plan.joins, filters=plan.filters, group_by=plan.group_by, measures=median
        )
    return plan.model_copy(update={"document": None}) if plan.chart == "box" else None


def answer_lines(plan: QueryPlan, card: FrameCard) -> list[str]:
    """The template of a plan's answer, one sentence a line: those with a condition first.

    Args:
        plan: What is asked.
        card: The frame that it is asked of.
    """
    names = [column.name for column in dimensions(plan, card)] + [*plan.select]
    names += [order.column for order in plan.order if order.column and order.function is None]
    if not all(map(can_be_named, names)):
        return []  # a placeholder cannot name such a column
    if plan.chart == "scatter":
        return _correlated(plan, card)
    if plan.chart == "histogram" or (plan.chart == "box" and not plan.group_by):
        return _spread(plan, card)
    if plan.chart == "box":
        return answer_lines(answer_plan(plan) or plan, card)
    if plan.pivot:
        return _turned(plan, card)
    if plan.rows_drawn:
        return _extremes(plan, card, of_column(plan.select[0], card, label=True), of_column(plan.select[1], card))
    if plan.measures:
        return _grouped(plan, card) if plan.group_by else _figures(plan, card)
    return _values(plan, card) if plan.group_by else _listing(plan, card)


def _turned(plan: QueryPlan, card: FrameCard) -> list[str]:
    """What a pivot table has down and across: its figures have no column of their own that a sentence could name."""
    down, across = (literal(spoken(d.column)) if not d.time else d.time for d in plan.group_by)
    figure = capitalised(measure_words(plan.measures[0], plan, card)) + scope(plan)
    some = f"{{rows:,}} {{rows:{singular(down)}|{plural(down)}}}"
    return [_none(plan), f"{figure}, for {some} down and each {singular(across)} across."]


def scope(plan: QueryPlan) -> str:
    """The conditions of a plan: `` where origin is JFK and departure delay is above 60``."""
    if not plan.filters:
        return ""
    return " where " + spoken_list([literal(as_condition(f)) for f in plan.filters])


def _none(plan: QueryPlan) -> str:
    return f"if {{rows}} = 0: There are no {rows_noun(plan.frame)}{scope(plan)}."


def _figures(plan: QueryPlan, card: FrameCard) -> list[str]:
    """The answer without groups: a figure, or several side by side."""
    shown = of_measures(plan, card)
    if len(shown) > 1:
        first = capitalised(shown[0].words) + scope(plan)
        return ["; ".join([f"{first}: {shown[0].at()}", *(f"{s.words}: {s.at()}" for s in shown[1:])]) + "."]
    (measure,), (figure,) = plan.measures, shown
    if measure.function == "count" and measure.column is None:
        return _counted(plan, figure)
    if measure.function == "correlation":
        return _strength(figure, scope(plan))
    if measure.function == "ratio":
        return [f"if {{{figure.name}}} = null: The {figure.words}{scope(plan)} cannot be computed.",
                f"The {figure.words}{scope(plan)} is {figure.at()}."]  # fmt: skip
    if measure.function == "count distinct":
        words = literal(spoken(measure.column or ""))
        many = f"{{{figure.name}:{singular(words)}|{plural(words)}}}"
        return [f"{figure.at()} different {many}{scope(plan)}."]
    return [_unknown(plan, measure, figure), f"The {figure.words}{scope(plan)} {figure.is_} {figure.at()}."]


def _unknown(plan: QueryPlan, measure: Measure, figure: Shown, which: str = "") -> str:
    what = literal(spoken(measure.column or ""))
    place = f"[{which}]" if which else ""
    if measure.function == "std":
        return f"if {{{figure.name}{place}}} = null: There are not two known values of {what}{scope(plan)}."
    return f"if {{{figure.name}{place}}} = null: No {what} {verb(what)} known{scope(plan)}."


def _counted(plan: QueryPlan, figure: Shown) -> list[str]:
    many = rows_noun(plan.frame)
    if len(plan.filters) == 1 and plan.filters[0].operator in {"is null", "is not null"}:
        what = literal(spoken(plan.filters[0].column))
        some = f"{{{figure.name}:{singular(many)} has|{many} have}}"
        if plan.filters[0].operator == "is null":
            return [f"if {{{figure.name}}} = 0: No {singular(many)} lacks {what}.", f"{figure.at()} {some} no {what}."]
        return [f"{figure.at()} {some} a known {what}."]
    return [f"if {{{figure.name}}} = 0: There are no {many}{scope(plan)}.",
            f"{figure.at()} {{{figure.name}:{singular(many)}|{many}}}{scope(plan)}."]  # fmt: skip


def _strength(figure: Shown, where: str) -> list[str]:
    """Pearson's r in words."""
    name, value = f"{{{figure.name}}}", f"{{{figure.name}:.2f}}"
    said = f"The {figure.words}{where} is {value}:"
    return [
        f"if {name} = null: The {figure.words}{where} cannot be computed: it takes two different values of both.",
        f"if {name} >= 0.7: {said} strong, both rise together.",
        f"if {name} >= 0.3: {said} moderate, both tend to rise together.",
        f"if {name} <= -0.7: {said} strong, one falls as the other rises.",
        f"if {name} <= -0.3: {said} moderate, one tends to fall as the other rises.",
        f"{said} weak.",
    ]


def _correlated(plan: QueryPlan, card: FrameCard) -> list[str]:
    pair = answer_plan(plan) or plan
    bare = plan.model_copy(update={"chart": None})
    count, figure = of_measures(pair, card)
    empty = f"if {{{count.name}}} = 0: There are no {rows_noun(plan.frame)} with both values{scope(bare)}."
    return [empty, *_strength(figure, scope(bare))]


def _spread(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Where the middle half of the values lies."""
    value = of_column(plan.select[0], card)
    low, middle, high = (Shown(name, value.words, "" if value.form != ":plain" else ":plain", value.unit)
                         for name in ("q1", "median", "q3"))  # fmt: skip
    return [f"if {{median}} = null: No {value.words} {value.is_} known{scope(plan)}.",
            f"Half of the known values of {value.words}{scope(plan)} lie between {low.at()} and {high.at()}; "
            f"the median is {middle.at()}."]  # fmt: skip


def _grouped(plan: QueryPlan, card: FrameCard) -> list[str]:
    label, figures = of_groups(plan, card), of_measures(plan, card)
    ranks = [(o, m, f) for o in plan.order for m, f in zip(plan.measures, figures, strict=True) if _is_of(o, m)]
    if plan.limit:
        if not ranks:
            many = f"{{rows:{singular(label.words)}|{plural(label.words)}}}"
            return [_none(plan), f"The first {{rows:,}} {many}{scope(plan)}: {label.at('all')}."]
        order, measure, figure = ranks[0]
        rank = _best if plan.limit == 1 else _first
        return rank(plan, label, measure, figure, order.descending)
    lines = _extremes(plan, card, label, figures[0], lowest=bool(ranks) and not ranks[0][0].descending)
    more = [figure for figure in figures[1:] if not figure.nullable]
    extra = [f"{_leader(label, f'max {f.name}')} {f.best()}{scope(plan)}: {f.at(f'max {f.name}')}." for f in more]
    return [*lines, *extra]


def _leader(label: Shown, which: str) -> str:
    """``ORD has``: who is highest or lowest, with its verb."""
    return f"{label.at(which, first=True)} {label.verb(which)}"


def _is_of(order: Order, measure: Measure) -> bool:
    return (order.function, order.column) == (measure.function, measure.column)


def _best(plan: QueryPlan, label: Shown, measure: Measure, figure: Shown, high: bool) -> list[str]:
    """The group with the most, or the groups where several have as much."""
    which = f"{'max' if high else 'min'} {figure.name}"
    lines = [_none(plan), *_null_line(plan, measure, figure, which)]
    return [*lines, f"{_leader(label, which)} {figure.best(high)}{scope(plan)}: {figure.at(which)}."]


def _null_line(plan: QueryPlan, measure: Measure, figure: Shown, which: str) -> list[str]:
    return [_unknown(plan, measure, figure, which)] if figure.nullable else []


def _first(plan: QueryPlan, label: Shown, measure: Measure, figure: Shown, high: bool) -> list[str]:
    """The first groups of an order."""
    begin, end = (f"{side} {figure.name}" for side in (("max", "min") if high else ("min", "max")))
    many = "combinations of " + label.words if len(plan.group_by) > 1 else plural(label.words)
    return [
        _none(plan),
        *_null_line(plan, measure, figure, begin),
        f"if {{rows}} = 1: {_leader(label, begin)} {figure.best(high)}{scope(plan)}: {figure.at()}.",
        f"if {figure.bare(begin)} = {figure.bare(end)}: The {{rows:,}} {many} with {figure.best(high)}"
        f"{scope(plan)}: {figure.at(begin)} each.",
        f"The {{rows:,}} {many} with {figure.best(high)}{scope(plan)}: from {figure.at(begin)} "
        f"({label.at(begin)}) to {figure.at(end)} ({label.at(end)}).",
    ]


def _extremes(plan: QueryPlan, card: FrameCard, label: Shown, figure: Shown, lowest: bool = False) -> list[str]:
    """Who is highest and lowest, in this order or the other; for a stretch of time also how it begins and ends."""
    high, low = f"max {figure.name}", f"min {figure.name}"
    where = scope(plan)
    lines = [_none(plan)]
    if figure.nullable:
        subject = plan.measures[0] if plan.measures else Measure(function="max", column=plan.select[1])
        lines.append(_unknown(plan, subject, figure, high))
    several = len(plan.group_by) > 1
    only = "the only combination" if several else f"the only {label.words}"
    lines.append(f"if {{rows}} = 1: The {figure.words}{where} {figure.is_} {figure.at()} for {label.at()}, {only}.")
    same = f"if {figure.bare(high)} = {figure.bare(low)}: "
    many = "combinations of " + label.words if several else plural(label.words)
    each = "wherever it is known" if figure.nullable else f"for all {{rows:,}} {many}"
    lines.append(f"{same}The {figure.words}{where} {figure.is_} the same {each}: {figure.at(high)}.")
    if not several and (time := _time_words(plan, card)) is not None:
        return [*lines, *_over_time(plan, label, figure, time)]
    first, last = (low, high) if lowest else (high, low)
    short = "the " + figure.best(lowest).split()[1]
    return [
        *lines,
        f"{_leader(label, first)} {figure.best(not lowest)}{where}: {figure.at(first)}; "
        f"{label.at(last)} {short}: {figure.at(last)}.",
    ]


def _time_words(plan: QueryPlan, card: FrameCard) -> str | None:
    """The preposition of a stretch of time; None where the labels are none."""
    if plan.rows_drawn:
        column = find(card, plan.select[0])
        runs = is_time(column) or (YEARS.intersection(name_parts(column.sql)) and column.type == "integer")
        return ("on " if is_time(column) else "in ") if runs and plan.chart == "line" else None
    if plan.limit or len(plan.group_by) != 1:
        return None
    (dimension,) = plan.group_by
    if dimension.time:
        return BINS[dimension.time][0] if dimension.time in BINS else None
    column = find(card, dimension.column)
    if is_time(column):
        return "on "
    return "in " if name_parts(column.sql)[-1:] in {("year",), ("month",)} and column.type == "integer" else None


def _over_time(plan: QueryPlan, label: Shown, figure: Shown, at: str) -> list[str]:
    begin, end = f"min {label.name}", f"max {label.name}"
    high, low = f"max {figure.name}", f"min {figure.name}"
    subject = f"The {figure.words}{scope(plan)}"
    ends = f"from {figure.at(begin)} {at}{label.at(begin)} to {figure.at(end)} {at}{label.at(end)}"
    peaks = f"highest {at}{label.at(high)} ({figure.at(high)}), lowest {at}{label.at(low)} ({figure.at(low)})"
    first, last = figure.bare(begin), figure.bare(end)
    both = f"both {at}{label.at(begin)} and {at}{label.at(end)}"
    return [
        f"if {first} < {last}: {subject} rose {ends}; {peaks}.",
        f"if {first} > {last}: {subject} fell {ends}; {peaks}.",
        f"if {first} = {last}: {subject} {figure.is_} {figure.at(begin)} {both}; {peaks}.",
        f"{subject} {figure.is_} {peaks}.",
    ]


def _values(plan: QueryPlan, card: FrameCard) -> list[str]:
    """How many different values there are, and the first of them."""
    label, where = of_groups(plan, card), scope(plan)
    if len(plan.group_by) > 1:
        return [_none(plan), f"{{rows:,}} {{rows:combination|combinations}} of {label.words}{where}."]
    many = f"{{rows:{singular(label.words)}|{plural(label.words)}}}"
    lines = [_none(plan)]
    said = f"{{rows:,}} {many}{where}: {label.at('all')}."
    if plan.limit:
        return [*lines, f"if {{rows}} < {plan.limit}: {said}", f"The first {said}"]
    if find(card, plan.group_by[0].column).nulls != 0 and not any(order.descending for order in plan.order):
        one_missing = f"{{rows:,}} {many}{where}, of which one is missing: {label.at('all')}."
        lines += [f"if {{rows}} = 1: {said}", f"if {label.bare('-1')} = null: {one_missing}"]
    return [*lines, said]


def _listing(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Rows as they are: how many, and between what they lie where they are ranked."""
    many, where = rows_noun(plan.frame), scope(plan)
    some = f"{{rows:{singular(many)}|{many}}}"
    key = _ranked_by(plan, card)
    if plan.limit and key is not None and plan.order[0].column in (plan.select or [c.sql for c in card.columns]):
        return _ranked(plan, card, key)
    lines = [_none(plan)]
    if len(plan.select) == 1 and plan.filters:
        value = of_column(plan.select[0], card)
        lines += [f"if {{rows}} = 1: The {value.words}{where} {value.is_} {value.at()}."]
    if plan.limit:
        lines.append(f"if {{rows}} < {plan.limit}: {{rows:,}} {some}{where}.")
        return [*lines, f"The first {{rows:,}} {some}{where}."]
    return [*lines, f"{{rows:,}} {some}{where}."]


def _ranked_by(plan: QueryPlan, card: FrameCard) -> Shown | None:
    if not plan.order or plan.order[0].function is not None or plan.order[0].column is None:
        return None
    return of_column(plan.order[0].column, card)


def _ranked(plan: QueryPlan, card: FrameCard, key: Shown) -> list[str]:
    high = plan.order[0].descending
    begin, end = (f"{side} {key.name}" for side in (("max", "min") if high else ("min", "max")))
    dated = is_time(find(card, plan.order[0].column or ""))
    best = {(True, True): "latest", (True, False): "earliest"}.get((dated, high), "highest" if high else "lowest")
    many, where = rows_noun(plan.frame), scope(plan)
    name = _naming(plan, card)
    shown = f"{{rows:,}} {{rows:{singular(many)} is|{many} are}} shown"
    lines = [_none(plan), f"if {key.bare(begin)} = null: No {key.words} {key.is_} known{where}."]
    if plan.limit == 1:
        said = f"{_leader(name, begin)} the {best} {key.words}{where}: {key.at(begin)}." if name else ""
        one = said or f"The {best} {key.words}{where} {key.is_} {key.at(begin)}."
        more = said or f"The {best} {key.words}{where} {key.is_} {key.at(begin)}, in {{rows:,}} {many}."
        return [*lines, f"if {{rows}} = 1: {one}", more]
    first, last = (key.at(side) + (f" ({name.at(side)})" if name else "") for side in (begin, end))
    between = f"The {{rows:,}} {many} with the {best} {key.words}{where}: from {first} to {last}."
    cut = f"The {best} {key.words}{where} {key.is_} {first}; {shown}, and there may be more."
    return [*lines, f"if {{rows}} < {plan.limit}: {between}", f"if {key.bare(begin)} = {key.bare(end)}: {cut}", between]


def _naming(plan: QueryPlan, card: FrameCard) -> Shown | None:
    """The column whose text tells rows apart, where there is one among those that are shown."""
    if not card.exact or plan.joins:
        return None
    columns = [c for c in card.columns if (not plan.select or c.sql in plan.select) and c.type in {"text", "category"}]
    columns = [column for column in columns if can_be_named(column.sql) and not is_time(column)]
    unique = [column for column in columns if column.distinct == card.rows and not column.nulls]
    named = [c for c in unique if {"name", "title"}.intersection(name_parts(c.sql))] or unique
    return Shown(reference(named[0].sql), "") if named else None
