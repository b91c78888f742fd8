"""The answer in words of a plan with groups: the first, the highest and lowest, two compared, a course in time."""

from __future__ import annotations

from ...turn import FrameCard
from .answer_scope import group_scope, leader, no_rows, nth, scope, unknown
from .cards import dimension_names, find, is_time, measure_name
from .columns import (
    BINS,
    YEARS,
    Shown,
    capitalised,
    literal,
    measure_words,
    of_column,
    of_computed,
    of_groups,
    of_measures,
)
from .conditions import spoken_list
from .nouns import dimension_noun
from .schema import Filter, Measure, Order, QueryPlan, Window
from .words import name_parts, plural, singular, spoken


def group_lines(plan: QueryPlan, card: FrameCard) -> list[str]:
    label, figures = of_groups(plan, card), of_measures(plan, card)
    ranks = [(o, m, f) for o in plan.order for m, f in zip(plan.measures, figures, strict=True) if _is_of(o, m)]
    if plan.limit:
        if plan.each:
            return _of_each(plan, label, ranks[0] if ranks else None)
        if not ranks:
            many = f"{{rows:{singular(label.words)}|{plural(label.words)}}}"
            return [no_rows(plan), f"The first {{rows:,}} {many}{scope(plan)}: {label.at('all')}."]
        order, measure, figure = ranks[0]
        rank = _at_place if plan.offset else _best if plan.limit == 1 else _first
        return rank(plan, label, measure, figure, order.descending)
    if plan.computed:
        return _computed_over_groups(plan, card, label)
    if (pair := _compared(plan)) is not None:
        return _comparison(plan, label, figures[0], pair)
    lines = extreme_lines(plan, card, label, figures[0], lowest=bool(ranks) and not ranks[0][0].descending)
    more = [figure for figure in figures[1:] if not figure.nullable]
    extra = [f"{leader(label, f'max {f.name}')} {f.best()}{scope(plan)}: {f.at(f'max {f.name}')}." for f in more]
    return [*lines, *extra]


def pivot_lines(plan: QueryPlan, card: FrameCard) -> list[str]:
    """What a pivot table has down and across: its figures have no column of their own that a sentence could name."""
    down, across = (literal(spoken(d.column)) if not d.time else d.time for d in plan.group_by)
    figure = capitalised(measure_words(plan.measures[0], plan, card)) + scope(plan)
    some = f"{{rows:,}} {{rows:{singular(down)}|{plural(down)}}}"
    return [no_rows(plan), f"{figure}, for {some} down and each {singular(across)} across."]


def _compared(plan: QueryPlan) -> Filter | None:
    """The condition by which two groups are compared with each other, where there is one."""
    if len(plan.group_by) != 1 or plan.group_by[0].time or plan.group_by[0].width or plan.group_by[0].edges:
        return None
    for condition in plan.filters:
        if isinstance(condition, Filter) and condition.column == plan.group_by[0].column and not condition.part:
            return condition if condition.operator == "in" and len(set(condition.values)) == 2 else None
    return None


def _comparison(plan: QueryPlan, label: Shown, figure: Shown, pair: Filter) -> list[str]:
    """Which of two groups has more, and how much both have."""
    high, low, where = f"max {figure.name}", f"min {figure.name}", scope(plan, without=pair)
    more = figure.best().replace("the most ", "more ", 1).replace("the highest ", "the higher ", 1)
    return [
        no_rows(plan),
        f"if {{rows}} = 1: The {figure.words}{where} {figure.is_} {figure.at()} for {label.at()}; "
        f"there is nothing to compare with.",
        f"if {figure.bare(high)} = null: No {figure.words} {figure.is_} known{where}.",
        f"if {figure.bare(high)} = {figure.bare(low)}: The {figure.words}{where} {figure.is_} the same for "
        f"{label.at(high)}: {figure.at(high)}.",
        f"{leader(label, high)} {more}{where}: {figure.at(high)} against {figure.at(low)} for {label.at(low)}.",
    ]


def _of_each(plan: QueryPlan, label: Shown, rank: tuple[Order, Measure, Shown] | None) -> list[str]:
    """The first of each of some groups."""
    nouns = dict(zip(dimension_names(plan, ()), map(dimension_noun, plan.group_by), strict=True))
    parts = [literal(nouns.get(name, spoken(name))) for name in plan.each]
    others = [
        literal(dimension_noun(d))
        for d, c in zip(plan.group_by, label.name.split(", "), strict=False)
        if c.strip('"') not in plan.each
    ]
    what = spoken_list(others) or label.words
    order = f" with {rank[2].best(rank[0].descending)}" if rank else ""
    if plan.limit == 1:
        return [no_rows(plan), f"The {what}{order} for each {spoken_list(parts)}{scope(plan)}: {label.at('all')}."]
    return [
        no_rows(plan),
        f"The {plan.limit} {plural(what)}{order} for each {spoken_list(parts)}{scope(plan)}: {label.at('all')}.",
    ]


def _at_place(plan: QueryPlan, label: Shown, measure: Measure, figure: Shown, high: bool) -> list[str]:
    """The group at a place of an order, such as the second."""
    if (plan.limit or 1) > 1:
        return [
            no_rows(plan),
            f"The {plural(label.words)} from the {nth(plan.offset + 1)} place on{scope(plan)}: {label.at('all')}.",
        ]
    best = figure.best(high)
    words = best.replace("the ", f"the {nth(plan.offset + 1)} ", 1)
    return [
        f"if {{rows}} = 0: There are not so many different values{scope(plan)}.",
        f"{leader(label, 'all')} {words}{scope(plan)}: {figure.at()}.",
    ]


def _computed_over_groups(plan: QueryPlan, card: FrameCard, label: Shown) -> list[str]:
    """What is computed from the answer: where it ends, or where it is highest and lowest."""
    part, figure = plan.computed[-1], of_computed(plan, card)[-1]
    if isinstance(part, Window) and part.function.startswith("running") and len(plan.group_by) == 1:
        at = _time_words(plan, card) or "at "
        return [
            no_rows(plan),
            f"if {figure.bare('-1')} = null: The {figure.words}{scope(plan)} is not known at its end.",
            f"The {figure.words}{scope(plan)} reaches {figure.at('-1')} {at}{label.at('-1')}.",
        ]
    if isinstance(part, Window) and part.function in {"rank", "dense rank"}:
        first = f"min {figure.name}"
        return [
            no_rows(plan),
            f"if {figure.bare(first)} = null: No {figure.words} is known{scope(plan)}.",
            f"{label.at(first, first=True)} {{{label.name}[{first}]:ranks|rank}} first"
            f"{figure.words.removeprefix('rank')}{scope(plan)}.",
        ]
    high, low = f"max {figure.name}", f"min {figure.name}"
    at = (_time_words(plan, card) or "for ") if len(plan.group_by) == 1 else "for "
    return [
        no_rows(plan),
        f"if {figure.bare(high)} = null: The {figure.words}{scope(plan)} is not known anywhere.",
        f"if {figure.bare(high)} = {figure.bare(low)}: The {figure.words}{scope(plan)} {figure.is_} {figure.at(high)} "
        f"{at}{label.at(high)}.",
        f"The {figure.words}{scope(plan)} {figure.is_} highest {at}{label.at(high)} ({figure.at(high)}) and lowest "
        f"{at}{label.at(low)} ({figure.at(low)}).",
    ]


def _is_of(order: Order, measure: Measure) -> bool:
    if order.function is None:
        return order.column is not None and order.column in {measure.name, measure_name(measure)}
    return (order.function, order.column) == (measure.function, measure.column)


def _best(plan: QueryPlan, label: Shown, measure: Measure, figure: Shown, high: bool) -> list[str]:
    """The group with the most, or the groups where several have as much."""
    which = f"{'max' if high else 'min'} {figure.name}"
    lines = [no_rows(plan), *_null_line(plan, measure, figure, which)]
    return [*lines, f"{leader(label, which)} {figure.best(high)}{scope(plan)}: {figure.at(which)}."]


def _null_line(plan: QueryPlan, measure: Measure, figure: Shown, which: str) -> list[str]:
    return [unknown(plan, measure, figure, which)] if figure.nullable else []


def _first(plan: QueryPlan, label: Shown, measure: Measure, figure: Shown, high: bool) -> list[str]:
    """The first groups of an order."""
    begin, end = (f"{side} {figure.name}" for side in (("max", "min") if high else ("min", "max")))
    many = "combinations of " + label.words if len(plan.group_by) > 1 else plural(label.words)
    return [
        no_rows(plan),
        *_null_line(plan, measure, figure, begin),
        f"if {{rows}} = 1: {leader(label, begin)} {figure.best(high)}{scope(plan)}: {figure.at()}.",
        *_tied(
            plan,
            f"The {{rows:,}} {many} with {figure.best(high)}{scope(plan)}, as several tie for the last place: "
            f"from {figure.at(begin)} ({label.at(begin)}) to {figure.at(end)} ({label.at(end)}).",
        ),
        f"if {figure.bare(begin)} = {figure.bare(end)}: The {{rows:,}} {many} with {figure.best(high)}"
        f"{scope(plan)}: {figure.at(begin)} each.",
        f"The {{rows:,}} {many} with {figure.best(high)}{scope(plan)}: from {figure.at(begin)} "
        f"({label.at(begin)}) to {figure.at(end)} ({label.at(end)}).",
    ]


def _tied(plan: QueryPlan, sentence: str) -> list[str]:
    """The sentence of an answer that has more rows than were asked for, as the last ones are equal."""
    return [f"if {{rows}} > {plan.limit}: {sentence}"]


def extreme_lines(plan: QueryPlan, card: FrameCard, label: Shown, figure: Shown, lowest: bool = False) -> list[str]:
    """Who is highest and lowest, in this order or the other; for a stretch of time also how it begins and ends."""
    high, low = f"max {figure.name}", f"min {figure.name}"
    where = scope(plan)
    lines = [no_rows(plan)]
    if figure.nullable:
        subject = plan.measures[0] if plan.measures else Measure(function="max", column=plan.select[1])
        lines.append(unknown(plan, subject, figure, high))
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
        f"{leader(label, first)} {figure.best(not lowest)}{where}: {figure.at(first)}; "
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


def _value_at_place(plan: QueryPlan, card: FrameCard) -> list[str]:
    """``The second highest salary is 70,000.``"""
    name = plan.group_by[0].column
    value = of_column(name, card)
    ends = ("latest", "earliest") if is_time(find(card, name)) else ("highest", "lowest")
    which = f"{nth(plan.offset + 1)} {ends[0] if plan.order[0].descending else ends[1]}"
    return [
        f"if {{rows}} = 0: There are not so many different values{scope(plan)}.",
        f"The {which} {value.words}{scope(plan)} {value.is_} {value.at()}.",
    ]


def value_lines(plan: QueryPlan, card: FrameCard) -> list[str]:
    """How many different values there are, and the first of them; or the one at a place of their order."""
    if plan.limit == 1 and plan.offset and len(plan.group_by) == 1 and plan.order:
        return _value_at_place(plan, card)
    label, bare = of_groups(plan, card), plan.model_copy(update={"having": (), "qualify": ()})
    where = (group_scope(plan) if plan.having or plan.qualify else "") + scope(bare)
    where = where.replace("that have ", "that {rows:has|have} ")
    there = "{rows:There is|There are}"
    if len(plan.group_by) > 1:
        return [no_rows(plan), f"{there} {{rows:,}} {{rows:combination|combinations}} of {label.words}{where}."]
    many = f"{{rows:{singular(label.words)}|{plural(label.words)}}}"
    lines = [f"if {{rows}} = 0: There are no {plural(label.words)}{where}." if plan.having else no_rows(plan)]
    said = f"{there} {{rows:,}} {many}{where}: {label.at('all')}."
    if plan.limit:
        return [*lines, f"if {{rows}} < {plan.limit}: {said}", f"The first {said.removeprefix(there + ' ')}"]
    if find(card, plan.group_by[0].column).nulls != 0 and not any(order.descending for order in plan.order):
        one_missing = f"{there} {{rows:,}} {many}{where}, of which one is missing: {label.at('all')}."
        lines += [f"if {{rows}} = 1: {said}", f"if {label.bare('-1')} = null: {one_missing}"]
    return [*lines, said]
