"""A plan's answer in words, as a template that is filled from the result's own values wherever the code runs.

No number is known here. What the words depend on (no rows, nothing known, equal figures, a rise or a fall) are
therefore lines of their own that begin with a condition; the first that holds is the answer. What a template may hold
stands in ``sandbox_image/guest/template.py``.
"""

from __future__ import annotations

from ...turn import FrameCard
from .cards import dimension_names, find, is_time, measure_name, row_card
from .columns import (
    BINS,
    YEARS,
    Shown,
    can_be_named,
    capitalised,
    literal,
    measure_words,
    of_column,
    of_computed,
    of_groups,
    of_measures,
    reference,
    verb,
)
from .conditions import in_words, spoken_list
from .describe import dimension_noun, figure_words, name_words, noun, ordinal
from .schema import Condition, Filter, Measure, Order, QueryPlan, Rows, Window, walk
from .sql import ANSWER, dimensions
from .words import name_parts, plural, singular, spoken


def answer_plan(plan: QueryPlan) -> QueryPlan | None:
    """The plan whose result the sentence speaks of, where a chart's rows do not hold its figures; else None."""
    if plan.chart == "scatter":
        known = tuple(Filter(column=name, operator="is not null") for name in plan.select)
        measures = (
            Measure(function="count"),
            Measure(function="correlation", column=plan.select[0], other=plan.select[1]),
        )
        return _over_rows(plan).model_copy(update={"filters": (*plan.filters, *known), "measures": measures})
    if plan.chart == "histogram":
        return plan.model_copy(update={"chart": "box", "document": None})
    if plan.chart in _BOXES and plan.group_by:
        median = (Measure(function="median", column=plan.select[0]),)
        return _over_rows(plan).model_copy(update={"group_by": plan.group_by, "measures": median})
    return plan.model_copy(update={"chart": "box", "document": None}) if plan.chart in _BOXES else None


_BOXES = frozenset({"box", "violin"})


def _over_rows(plan: QueryPlan) -> QueryPlan:
    """A plan over the same rows, without anything that is asked of them."""
    return QueryPlan(frame=plan.frame, source=plan.source, joins=plan.joins, derived=plan.derived, filters=plan.filters)


def answer_lines(plan: QueryPlan, card: FrameCard) -> list[str]:
    """The template of a plan's answer, one sentence a line: those with a condition first.

    Args:
        plan: What is asked.
        card: The frame that it is asked of.
    """
    card = row_card(plan, card)
    names = [column.name for column in dimensions(plan, card)] + [*plan.select, *(c.name for c in plan.computed)]
    names += [measure.name for measure in plan.measures if measure.name]
    names += [order.column for order in plan.order if order.column and order.function is None]
    if not all(map(can_be_named, names)):
        return []  # a placeholder cannot name such a column
    return _claimed(plan, card) if plan.claim is not None else _lines(plan, card)


def _lines(plan: QueryPlan, card: FrameCard) -> list[str]:
    if plan.about:
        return _about(plan)
    if plan.chart == "scatter":
        return _correlated(plan, card)
    if plan.chart == "histogram" or (plan.chart in _BOXES and not plan.group_by):
        return _spread(plan, card)
    if plan.chart in _BOXES:
        return answer_lines(answer_plan(plan) or plan, card)
    if plan.pivot:
        return _turned(plan, card)
    if plan.rows_drawn:
        return _extremes(plan, card, of_column(plan.select[0], card, label=True), of_column(plan.select[1], card))
    if plan.measures:
        return _grouped(plan, card) if plan.group_by else _figures(plan, card)
    if plan.group_by:
        return _values(plan, card)
    return _looked_up(plan, card) if plan.wanted else _listing(plan, card)


def _noun(plan: QueryPlan) -> str:
    return literal(noun(plan))


def _turned(plan: QueryPlan, card: FrameCard) -> list[str]:
    """What a pivot table has down and across: its figures have no column of their own that a sentence could name."""
    down, across = (literal(spoken(d.column)) if not d.time else d.time for d in plan.group_by)
    figure = capitalised(measure_words(plan.measures[0], plan, card)) + scope(plan)
    some = f"{{rows:,}} {{rows:{singular(down)}|{plural(down)}}}"
    return [_none(plan), f"{figure}, for {some} down and each {singular(across)} across."]


def scope(plan: QueryPlan, without: Condition | None = None) -> str:
    """The conditions of a plan: `` where origin is JFK and departure delay is above 60``."""
    rows = [*plan.filters, *(plan.source.filters if plan.source else ())]
    said = [_in_words(c, plan, len(rows) > 1) for c in rows if c is not without]
    where = " where " + spoken_list(said) if said else ""
    groups = " and ".join(dimension_noun(d) for d in plan.group_by)
    groups = plural(groups) if len(plan.group_by) == 1 else f"combinations of {groups}"
    return where + (f" among {literal(groups)}{_group_scope(plan)}" if plan.having or plan.kept else "")


def _in_words(condition: Condition, plan: QueryPlan, inside: bool = False) -> str:
    figures = lambda measure: f"the {figure_words(measure, plan)}"  # noqa: E731
    return literal(in_words(condition, "sentence", lambda name: name_words(name, plan), figures, inside))


def _group_scope(plan: QueryPlan) -> str:
    """The conditions on groups: `` that have flights where destination is BOS``, `` whose total is above 3``."""
    return " " + spoken_list([_of_group(condition, plan) for condition in (*plan.having, *plan.kept)])


def _of_group(condition: Condition, plan: QueryPlan) -> str:
    if isinstance(condition, Rows):
        what = {"some": "", "no": "no ", "all": "only "}[condition.which]
        inner = [_in_words(c, plan, len(condition.where) > 1) for c in condition.where]
        return f"that have {what}{_noun(plan)} where {spoken_list(inner)}"
    if any(isinstance(inner, Rows) for inner in walk((condition,))):
        return f"where {_in_words(condition, plan)}"
    return f"whose {_in_words(condition, plan)}"


def _none(plan: QueryPlan) -> str:
    return f"if {{rows}} = 0: There are no {_noun(plan)}{scope(plan)}."


def _figures(plan: QueryPlan, card: FrameCard) -> list[str]:
    """The answer without groups: a figure, or several side by side."""
    shown = [*of_measures(plan, card), *of_computed(plan, card)]
    if len(shown) > 1:
        first = capitalised(shown[0].words) + scope(plan)
        return ["; ".join([f"{first}: {shown[0].at()}", *(f"{s.words}: {s.at()}" for s in shown[1:])]) + "."]
    (measure,), (figure,) = plan.measures, shown
    if measure.function == "count" and measure.column is None and measure.where:
        many = f"{{{figure.name}:{_one(plan)}|{_noun(plan)}}}"
        return [f"{{{figure.name}:There is|There are}} {figure.at()} {many}{_measure_scope(measure, plan)}."]
    if measure.function == "share" and measure.where and measure.column is None:
        where = _measure_scope(measure, plan)
        return [
            f"if {{{figure.name}}} = null: There are no {_noun(plan)}{scope(plan)}.",
            f"{figure.at()} of the {_noun(plan)}{scope(plan)} are those{where}.",
        ]
    if measure.function == "count" and measure.column is None:
        return _counted(plan, figure)
    if measure.function == "correlation":
        return _strength(figure, scope(plan))
    if measure.function == "ratio":
        return [
            f"if {{{figure.name}}} = null: The {figure.words}{scope(plan)} cannot be computed.",
            f"The {figure.words}{scope(plan)} is {figure.at()}.",
        ]
    if measure.function == "count distinct" and measure.other is None and not measure.where:
        words = literal(spoken(measure.column or ""))
        many = f"{{{figure.name}:{singular(words)}|{plural(words)}}}"
        there = f"{{{figure.name}:There is|There are}}"
        return [f"{there} {figure.at()} different {many}{scope(plan)}."]
    return [_unknown(plan, measure, figure), f"The {figure.words}{scope(plan)} {figure.is_} {figure.at()}."]


def _measure_scope(measure: Measure, plan: QueryPlan) -> str:
    """The conditions of a figure, and those of the plan."""
    inner = [_in_words(c, plan, len(measure.where) > 1) for c in measure.where]
    rest = scope(plan)
    return f" where {spoken_list(inner)}" + (rest.replace(" where ", " and ", 1) if measure.function == "count" else "")


def _unknown(plan: QueryPlan, measure: Measure, figure: Shown, which: str = "") -> str:
    what = literal(name_words(measure.column or "", plan)) + (_measure_scope(measure, plan) if measure.where else "")
    place = f"[{which}]" if which else ""
    if measure.function in {"skewness", "kurtosis", "covariance", "slope", "intercept", "r squared"}:
        return f"if {{{figure.name}{place}}} = null: The {figure.words}{scope(plan)} cannot be computed."
    if measure.function in {"std", "variance"}:
        return f"if {{{figure.name}{place}}} = null: There are not two known values of {what}{scope(plan)}."
    known = verb(literal(name_words(measure.column or "", plan)))
    return f"if {{{figure.name}{place}}} = null: No {what} {known} known{scope(plan)}."


def measure_where(plan: QueryPlan) -> bool:
    """Whether the first figure has conditions of its own."""
    return bool(plan.measures and plan.measures[0].where)


def _counted(plan: QueryPlan, figure: Shown) -> list[str]:
    many = _noun(plan)
    only = plan.filters[0] if len(plan.filters) == 1 else None
    if isinstance(only, Filter) and only.operator in {"is null", "is not null"} and not measure_where(plan):
        what = literal(name_words(only.column, plan))
        some = f"{{{figure.name}:{_one(plan)} has|{many} have}}"
        if only.operator == "is null":
            return [f"if {{{figure.name}}} = 0: No {_one(plan)} lacks {what}.", f"{figure.at()} {some} no {what}."]
        return [f"{figure.at()} {some} a known {what}."]
    return [
        f"if {{{figure.name}}} = 0: There are no {many}{scope(plan)}.",
        f"{{{figure.name}:There is|There are}} {figure.at()} {{{figure.name}:{_one(plan)}|{many}}}{scope(plan)}.",
    ]


def _one(plan: QueryPlan) -> str:
    """What one of a plan's rows is called."""
    many = _noun(plan)
    return many.replace("combinations", "combination", 1) if many.startswith("combinations ") else singular(many)


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
    empty = f"if {{{count.name}}} = 0: There are no {_noun(plan)} with both values{scope(bare)}."
    return [empty, *_strength(figure, scope(bare))]


def _spread(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Where the middle half of the values lies."""
    value = of_column(plan.select[0], card)
    low, middle, high = (
        Shown(name, value.words, "" if value.form != ":plain" else ":plain", value.unit)
        for name in ("q1", "median", "q3")
    )
    return [
        f"if {{median}} = null: No {value.words} {value.is_} known{scope(plan)}.",
        f"Half of the known values of {value.words}{scope(plan)} lie between {low.at()} and {high.at()}; "
        f"the median is {middle.at()}.",
    ]


def _grouped(plan: QueryPlan, card: FrameCard) -> list[str]:
    label, figures = of_groups(plan, card), of_measures(plan, card)
    ranks = [(o, m, f) for o in plan.order for m, f in zip(plan.measures, figures, strict=True) if _is_of(o, m)]
    if plan.limit:
        if plan.each:
            return _of_each(plan, label, ranks[0] if ranks else None)
        if not ranks:
            many = f"{{rows:{singular(label.words)}|{plural(label.words)}}}"
            return [_none(plan), f"The first {{rows:,}} {many}{scope(plan)}: {label.at('all')}."]
        order, measure, figure = ranks[0]
        rank = _at_place if plan.offset else _best if plan.limit == 1 else _first
        return rank(plan, label, measure, figure, order.descending)
    if plan.computed:
        return _computed_over_groups(plan, card, label)
    if (pair := _compared(plan)) is not None:
        return _comparison(plan, label, figures[0], pair)
    lines = _extremes(plan, card, label, figures[0], lowest=bool(ranks) and not ranks[0][0].descending)
    more = [figure for figure in figures[1:] if not figure.nullable]
    extra = [f"{_leader(label, f'max {f.name}')} {f.best()}{scope(plan)}: {f.at(f'max {f.name}')}." for f in more]
    return [*lines, *extra]


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
        _none(plan),
        f"if {{rows}} = 1: The {figure.words}{where} {figure.is_} {figure.at()} for {label.at()}; "
        f"there is nothing to compare with.",
        f"if {figure.bare(high)} = null: No {figure.words} {figure.is_} known{where}.",
        f"if {figure.bare(high)} = {figure.bare(low)}: The {figure.words}{where} {figure.is_} the same for "
        f"{label.at(high)}: {figure.at(high)}.",
        f"{_leader(label, high)} {more}{where}: {figure.at(high)} against {figure.at(low)} for {label.at(low)}.",
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
        return [_none(plan), f"The {what}{order} for each {spoken_list(parts)}{scope(plan)}: {label.at('all')}."]
    return [
        _none(plan),
        f"The {plan.limit} {plural(what)}{order} for each {spoken_list(parts)}{scope(plan)}: {label.at('all')}.",
    ]


def _at_place(plan: QueryPlan, label: Shown, measure: Measure, figure: Shown, high: bool) -> list[str]:
    """The group at a place of an order, such as the second."""
    if (plan.limit or 1) > 1:
        return [
            _none(plan),
            f"The {plural(label.words)} from the {_place(plan.offset + 1)} place on{scope(plan)}: {label.at('all')}.",
        ]
    best = figure.best(high)
    words = best.replace("the ", f"the {_place(plan.offset + 1)} ", 1)
    return [
        f"if {{rows}} = 0: There are not so many different values{scope(plan)}.",
        f"{_leader(label, 'all')} {words}{scope(plan)}: {figure.at()}.",
    ]


def _place(number: int) -> str:
    return {2: "second", 3: "third", 4: "fourth", 5: "fifth"}.get(number, ordinal(number))


def _computed_over_groups(plan: QueryPlan, card: FrameCard, label: Shown) -> list[str]:
    """What is computed from the answer: where it ends, or where it is highest and lowest."""
    part, figure = plan.computed[-1], of_computed(plan, card)[-1]
    if isinstance(part, Window) and part.function.startswith("running") and len(plan.group_by) == 1:
        at = _time_words(plan, card) or "at "
        return [
            _none(plan),
            f"if {figure.bare('-1')} = null: The {figure.words}{scope(plan)} is not known at its end.",
            f"The {figure.words}{scope(plan)} reaches {figure.at('-1')} {at}{label.at('-1')}.",
        ]
    if isinstance(part, Window) and part.function in {"rank", "dense rank"}:
        first = f"min {figure.name}"
        return [
            _none(plan),
            f"if {figure.bare(first)} = null: No {figure.words} is known{scope(plan)}.",
            f"{label.at(first, first=True)} {{{label.name}[{first}]:ranks|rank}} first"
            f"{figure.words.removeprefix('rank')}{scope(plan)}.",
        ]
    high, low = f"max {figure.name}", f"min {figure.name}"
    at = (_time_words(plan, card) or "for ") if len(plan.group_by) == 1 else "for "
    return [
        _none(plan),
        f"if {figure.bare(high)} = null: The {figure.words}{scope(plan)} is not known anywhere.",
        f"if {figure.bare(high)} = {figure.bare(low)}: The {figure.words}{scope(plan)} {figure.is_} {figure.at(high)} "
        f"{at}{label.at(high)}.",
        f"The {figure.words}{scope(plan)} {figure.is_} highest {at}{label.at(high)} ({figure.at(high)}) and lowest "
        f"{at}{label.at(low)} ({figure.at(low)}).",
    ]


def _leader(label: Shown, which: str) -> str:
    """``ORD has``: who is highest or lowest, with its verb."""
    return f"{label.at(which, first=True)} {label.verb(which)}"


def _is_of(order: Order, measure: Measure) -> bool:
    if order.function is None:
        return order.column is not None and order.column in {measure.name, measure_name(measure)}
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
    label, bare = of_groups(plan, card), plan.model_copy(update={"having": (), "kept": ()})
    where = (_group_scope(plan) if plan.having or plan.kept else "") + scope(bare)
    where = where.replace("that have ", "that {rows:has|have} ")
    there = "{rows:There is|There are}"
    if len(plan.group_by) > 1:
        return [_none(plan), f"{there} {{rows:,}} {{rows:combination|combinations}} of {label.words}{where}."]
    many = f"{{rows:{singular(label.words)}|{plural(label.words)}}}"
    lines = [f"if {{rows}} = 0: There are no {plural(label.words)}{where}." if plan.having else _none(plan)]
    said = f"{there} {{rows:,}} {many}{where}: {label.at('all')}."
    if plan.limit:
        return [*lines, f"if {{rows}} < {plan.limit}: {said}", f"The first {said.removeprefix(there + ' ')}"]
    if find(card, plan.group_by[0].column).nulls != 0 and not any(order.descending for order in plan.order):
        one_missing = f"{there} {{rows:,}} {many}{where}, of which one is missing: {label.at('all')}."
        lines += [f"if {{rows}} = 1: {said}", f"if {label.bare('-1')} = null: {one_missing}"]
    return [*lines, said]


def _listing(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Rows as they are: how many, and between what they lie where they are ranked."""
    many, where = _noun(plan), scope(plan)
    some, there = f"{{rows:{singular(many)}|{many}}}", "{rows:There is|There are}"
    key = _ranked_by(plan, card)
    if plan.limit and key is not None and plan.order[0].column in (plan.select or [c.sql for c in card.columns]):
        return _ranked(plan, card, key)
    lines = [_none(plan)]
    if len(plan.select) == 1 and plan.filters:
        value = of_column(plan.select[0], card)
        lines += [f"if {{rows}} = 1: The {value.words}{_owner(plan, card) or where} {value.is_} {value.at()}."]
    if 1 < len(plan.select) < 5 and plan.filters and not plan.limit:
        values = [of_column(name, card) for name in plan.select]
        told = spoken_list([f"the {v.words} {v.is_} {v.at()}" for v in values])
        lines += [f"if {{rows}} = 1: {capitalised(where.strip())}, {told}."]
    if plan.limit:
        backwards = bool(plan.order) and plan.order[0].column is None and plan.order[0].function is None
        end = "last" if backwards and plan.order[0].descending else "first"
        lines.append(f"if {{rows}} < {plan.limit}: {there} {{rows:,}} {some}{where}.")
        return [*lines, f"The {end} {{rows:,}} {some}{where}."]
    return [*lines, f"{there} {{rows:,}} {some}{where}."]


def _owner(plan: QueryPlan, card: FrameCard) -> str:
    """`` of Utah``, where one condition names the row by its own name; else nothing."""
    only = plan.filters[0] if len(plan.filters) == 1 else None
    if not isinstance(only, Filter) or only.operator != "=" or only.part or not isinstance(only.values[0], str):
        return ""
    column = find(card, only.column)
    unique = card.exact and column.type in {"text", "category"} and column.distinct == card.rows
    return f" of {literal(only.values[0])}" if unique and not plan.source else ""


def _ranked_by(plan: QueryPlan, card: FrameCard) -> Shown | None:
    if not plan.order or plan.order[0].function is not None or plan.order[0].column is None or plan.computed:
        return None
    return of_column(plan.order[0].column, card)


def _ranked(plan: QueryPlan, card: FrameCard, key: Shown) -> list[str]:
    high = plan.order[0].descending
    if plan.offset:
        return _ranked_place(plan, card, key, high)
    begin, end = (f"{side} {key.name}" for side in (("max", "min") if high else ("min", "max")))
    dated = is_time(find(card, plan.order[0].column or ""))
    best = {(True, True): "latest", (True, False): "earliest"}.get((dated, high), "highest" if high else "lowest")
    many, where = _noun(plan), scope(plan)
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


def _ranked_place(plan: QueryPlan, card: FrameCard, key: Shown, high: bool) -> list[str]:
    """The row at a place of an order, such as the second highest."""
    best = f"{_place(plan.offset + 1)} {'highest' if high else 'lowest'}"
    name = _naming(plan, card)
    owner = f", for {name.at('all')}" if name else ""
    return [
        f"if {{rows}} = 0: There are not so many different values of {key.words}{scope(plan)}.",
        f"The {best} {key.words}{scope(plan)} {key.is_} {key.at()}{owner}.",
    ]


def _looked_up(plan: QueryPlan, card: FrameCard) -> list[str]:
    """An attribute of the rows that are highest or lowest in something, or that come before or after some."""
    made = dict(zip([c.name for c in plan.computed], of_computed(plan, card), strict=True))
    wanted = [made[name] if name in made else of_column(name, card) for name in plan.wanted]
    told = spoken_list([f"the {w.words} {w.is_} {w.at('all')}" for w in wanted])
    conditions = [*plan.filters, *plan.kept]
    where = " where " + spoken_list([_in_words(c, plan, len(conditions) > 1) for c in conditions]) if conditions else ""
    key = _ranked_by(plan, card)
    lines = [f"if {{rows}} = 0: There are no {_noun(plan)}{where}."]
    lines += [f"if {{{w.name}[all]}} = null: The {w.words}{where} is not known." for w in wanted if len(wanted) == 1]
    if key is None or plan.limit != 1:
        return [*lines, f"{capitalised(told)}{where}."]
    high = plan.order[0].descending
    best = f"{_place(plan.offset + 1)} " if plan.offset else ""
    best += "highest" if high else "lowest"
    names = [n for n in plan.select if n not in plan.wanted and n != plan.order[0].column]
    label = of_column(names[0], card, label=True) if names else None
    whose = (
        f"{label.at('all')} {label.verb('all')} the {best} {key.words}, {key.at()}"
        if label
        else (f"the {best} {key.words} {key.is_} {key.at()}")
    )
    return [*lines, f"{capitalised(told)}{where}: {whose}."]


# Yes or no ------------------------------------------------------------------------------------------------------------


def _claimed(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Yes or no, and the figures that it rests on."""
    bare = plan.model_copy(update={"claim": None})
    pair = _pair(plan)
    lines = [_against(plan, card, *pair)] if pair is not None else _lines(bare, card)
    return [_with_answer(line) for line in lines]


def _pair(plan: QueryPlan) -> tuple[Measure, Measure] | None:
    """The two figures that a claim compares with each other."""
    if not isinstance(plan.claim, Filter) or not isinstance(plan.claim.other, str) or plan.group_by:
        return None
    by_name = {name: m for m in plan.measures for name in (m.name, measure_name(m))}
    pair = by_name.get(plan.claim.column), by_name.get(plan.claim.other)
    return (pair[0], pair[1]) if pair[0] is not None and pair[1] is not None else None


def _against(plan: QueryPlan, card: FrameCard, one: Measure, other: Measure) -> str:
    """``The mean delay is 23.8 for UA against 19.0 for AA.``"""
    shown = dict(zip(plan.measures, of_measures(plan, card), strict=True))
    first, second = shown[one], shown[other]
    values = [_only_value(m) for m in (one, other)]
    same = one.model_copy(update={"where": (), "name": None}) == other.model_copy(update={"where": (), "name": None})
    if same and None not in values:
        words = literal(figure_words(one.model_copy(update={"where": ()}), plan))
        return (
            f"The {words}{scope(plan)} {verb(words)} {first.at()} for {values[0]} against {second.at()} for "
            f"{values[1]}."
        )
    return (
        f"The {first.words}{scope(plan)} {first.is_} {first.at()}; the {second.words}{scope(plan)} "
        f"{second.is_} {second.at()}."
    )


def _only_value(measure: Measure) -> str | None:
    """The value that a figure's one condition names."""
    condition = measure.where[0] if len(measure.where) == 1 else None
    if not isinstance(condition, Filter):
        return None
    return literal(str(condition.values[0])) if condition.operator == "=" and not condition.part else None


def _with_answer(line: str) -> str:
    """A line of a template with yes or no before its sentence; where there is nothing, it is no."""
    condition, sentence = "", line
    if line.startswith("if "):
        condition, _, sentence = line.partition(": ")
        condition += ": "
    yes = "No" if condition.startswith("if {rows} = 0") else f"{{{ANSWER}}}"
    small = sentence.startswith(("The ", "There ", "No ", "Half ", "Where ", "{count:There"))
    sentence = sentence[:1].lower() + sentence[1:] if small and sentence[0] != "{" else sentence
    return f"{condition}{yes}: {sentence.replace(':There is|There are}', ':there is|there are}', 1)}"


# The data itself ------------------------------------------------------------------------------------------------------


def _about(plan: QueryPlan) -> list[str]:
    """What a question about the data's quality found."""
    where = scope(plan)
    match plan.about:
        case "missing":
            return [
                f"if {{missing[max missing]}} = 0: No value is missing{where}.",
                "{column_name[max missing]} {column_name[max missing]:has|have} the most missing values"
                f"{where}: {{missing[max missing]:,}} ({{missing_percent[max missing]:.1f}}%).",
            ]
        case "duplicates":
            what = f"the same {literal(spoken_list([spoken(n) for n in plan.select]))}" if plan.select else "the same"
            many = f"No two {_noun(plan)}{where} {'have ' if plan.select else 'are '}{what}."
            kind = "values occur" if plan.select else f"different {_noun(plan)} occur"
            return [
                f"if {{rows}} = 0: {many}",
                f"{{rows:,}} {{rows:{kind.removesuffix('s occur')} occurs|{kind}}} more than once{where}, the most "
                "frequent {copies[max copies]:,} times.",
            ]
        case "correlations":
            return [
                "if {rows} = 0: There are not two columns of numbers to correlate.",
                f"{{first_column}} and {{second_column}} have the strongest correlation{where}: {{correlation:.2f}}.",
            ]
        case "summary":
            return [
                "if {rows} = 0: There are no columns of numbers.",
                f"The summary{where} has {{rows:,}} {{rows:column|columns}} of numbers: {{column_name[all]}}.",
            ]
    return [f"{literal(plan.frame)} has {{rows:,}} {{rows:column|columns}}: {{column_name[all]}}."]
