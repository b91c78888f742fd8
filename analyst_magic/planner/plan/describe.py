"""A plan in plain words: the titles of charts and documents, and the sentence that says how a question was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...turn import DOCUMENTS, FrameCard
from ...wording import count
from .cards import band_names, dimension_names, measure_name, repeated_by_joins, row_card
from .conditions import MONTHS, in_words, spoken_list
from .nouns import (
    FUNCTIONS,
    PERCENT,
    WINDOWS,
    column_words,
    line_words,
    name_words,
    noun,
    ordinal,
    rows_noun,
    title_words,
)
from .quality import MAX_COLUMNS, left_out
from .schema import (
    Calculation,
    Choice,
    Condition,
    Derived,
    Dimension,
    Extract,
    Join,
    Measure,
    Operand,
    Order,
    QueryPlan,
    Window,
)
from .words import capital, spoken

CHARTS: dict[str, str] = {
    "bar": "a bar chart", "line": "a line chart", "scatter": "a scatter chart", "histogram": "a histogram",
    "box": "a box plot", "pie": "a pie chart", "heatmap": "a heatmap",
    "area": "an area chart", "violin": "a violin plot", "treemap": "a treemap", "map": "a map",
}  # fmt: skip
ABOUT: dict[str, str] = {
    "columns": "the columns", "missing": "the missing values of each column",
    "summary": "the summary of each column of numbers",
    "duplicates": "the rows that occur more than once", "correlations": "the correlations of all pairs of numbers",
}  # fmt: skip


def title(plan: QueryPlan) -> str:
    """The plan's own title, or one made of its parts: ``Mean departure delay by carrier``."""
    if plan.title:
        return plan.title
    subject = _subject(plan)
    if plan.group_by and plan.measures:
        subject += " by " + spoken_list([spoken(d.column) if not d.time else d.time for d in plan.group_by])
    return capital(subject) + _title_conditions(plan)


def _title_conditions(plan: QueryPlan) -> str:
    all_of = [*plan.filters, *(plan.source.filters if plan.source else ())]
    groups = [*plan.having, *plan.qualify]
    several = len(all_of) + len(groups) > 1
    parts = [in_words(c, "title", lambda n: column_words(n, plan), inside=several) for c in all_of]
    parts += [in_words(c, "title", lambda n: name_words(n, plan), inside=several) for c in groups]
    return f", {spoken_list(parts)}" if parts else ""


def _subject(plan: QueryPlan) -> str:
    if plan.about:
        return f"{ABOUT[plan.about].removeprefix('the ')} in {rows_noun(plan.frame)}"
    if plan.chart == "scatter" or plan.rows_drawn:
        return f"{column_words(plan.select[1], plan)} against {column_words(plan.select[0], plan)}"
    if plan.chart == "histogram":
        return f"distribution of {column_words(plan.select[0], plan)}"
    if plan.chart in {"box", "violin"}:
        groups = " by " + spoken_list([spoken(d.column) for d in plan.group_by]) if plan.group_by else ""
        return column_words(plan.select[0], plan) + groups
    if plan.measures:
        return spoken_list([title_words(figure, plan) for figure in (*plan.measures, *plan.computed)])
    if plan.group_by:
        return "different values of " + spoken_list([spoken(d.column) for d in plan.group_by])
    return noun(plan)


def reading(plan: QueryPlan, card: FrameCard) -> str:
    """One sentence that says, with the columns' own names, what the plan computes."""
    return f"Read as: {_clauses(plan)}{_presentation(plan)}{_left_out(plan, card)}."


def _left_out(plan: QueryPlan, card: FrameCard) -> str:
    """What a question about the data leaves out of a wide frame."""
    number = left_out(plan, row_card(plan, card)) if plan.about else 0
    return f", the first {MAX_COLUMNS} only, without {count(number, 'further column')}" if number else ""


def _clauses(plan: QueryPlan) -> str:
    """What a plan computes, without how it is shown."""
    if beside := _beside(plan):
        return beside
    parts = [_what(plan)]
    parts += [_join(join, plan) for join in plan.joins]
    parts += [f", with {d.name} = {operand_words(d.value)}" for d in plan.derived]
    if plan.filters:
        parts.append(" where " + _all_of(plan.filters, str))
    if plan.group_by and (plan.measures or plan.chart in {"box", "violin"}):
        parts.append(", for each " + spoken_list([_dimension(d) for d in plan.group_by]))
    if plan.joins and (repeated := repeated_by_joins(plan)):
        frames = dict.fromkeys(j.frame for j in plan.joins if any(m.column in j.brings for m in repeated))
        each = " in each group" if plan.group_by else ""
        parts.append(f", counting each row of {spoken_list([*frames] or [plan.joins[0].frame])} once{each}")
    if plan.having:
        parts.append(", only groups where " + spoken_list([_of_group(c, plan) for c in plan.having]))
    parts += [f", with {_computed(part, plan)}" for part in plan.computed]
    if plan.qualify:
        parts.append(", of which those where " + _all_of(plan.qualify, lambda name: _name(name, plan)))
    if plan.pivot:
        parts.append(f", with {_dimension(plan.group_by[1])} across")
    if plan.order and not _natural(plan):
        parts.append(", " + spoken_list([_order(order, plan) for order in plan.order]))
    parts.append(_limit(plan))
    if plan.claim is not None:
        parts.append(f", and whether {in_words(plan.claim, 'reading', lambda name: _name(name, plan))}")
    if plan.source is not None:
        parts.append(f"; each row is {_clauses(plan.source)}")
    return "".join(parts)


def _beside(plan: QueryPlan) -> str:
    """The row before or after one that a condition names, or what two figures differ by."""
    part = plan.computed[0] if len(plan.computed) == 1 and not plan.group_by and not plan.filters else None
    if (
        isinstance(part, Window)
        and part.function in {"next", "previous"}
        and part.of
        and plan.qualify
        and not plan.order
    ):
        side = "after" if part.function == "next" else "before"
        where = _all_of(plan.qualify, str)
        return f"{part.of} of the row {side} the one where {where}, in the rows' order in {plan.frame}"
    if isinstance(part, Derived) and plan.wanted == (part.name,) and len(plan.measures) == 2:
        return f"the difference between {spoken_list([_measure(m) for m in plan.measures])} in {plan.frame}"
    return ""


def _all_of(conditions: Sequence[Condition], names: Callable[[str], str]) -> str:
    """Conditions that all hold, with the columns' own names; one that is an "or" stands in brackets."""
    several = len(conditions) > 1
    return spoken_list([in_words(c, "reading", names, _measure, inside=several) for c in conditions])


def _join(join: Join, plan: QueryPlan) -> str:
    first = f"{plan.frame}." if not any(join.key in j.brings for j in plan.joins) else ""
    keys = [f"{join.frame}.{join.other} is {first}{join.key}"]
    keys += [f"{join.frame}.{other} is {first}{mine}" for mine, other in join.more]
    of = f" ({_clauses(join.plan)})" if join.plan else ""
    return f", with {join.frame}{of} where {spoken_list(keys)}" + (", only where there is one" if join.inner else "")


def _limit(plan: QueryPlan) -> str:
    if not plan.limit:
        return ""
    each = f" for each {spoken_list(list(plan.each))}" if plan.each else ""
    backwards = bool(plan.order) and plan.order[0].column is None and plan.order[0].function is None
    end = "last" if backwards and plan.order[0].descending else "first"
    if plan.offset:
        places = [ordinal(place) for place in range(plan.offset + 1, plan.offset + plan.limit + 1)]
        return f", the {spoken_list(places) if len(places) < 4 else f'{places[0]} to {places[-1]}'} only{each}"
    ties = " with ties" if plan.ties else ""
    return f", the {end} {plan.limit:,} only{each}{ties}" if plan.limit > 1 else f", the {end} one only{each}{ties}"


def _presentation(plan: QueryPlan) -> str:
    parts = []
    if plan.chart:
        parts.append(f", as {_chart(plan)}")
        if plan.colour:
            parts.append(f" coloured by {plan.colour}")
        parts.append(_look(plan))
    if plan.document:
        parts.append(f", as {DOCUMENTS[plan.document].label}")
    return "".join(parts)


def _chart(plan: QueryPlan) -> str:
    words = CHARTS[plan.chart or "bar"]
    kind = words.partition(" ")[2]
    if plan.look.percent or plan.look.stacked:
        kind = f"stacked {kind}"
    if plan.look.horizontal:
        kind = f"horizontal {kind}"
    article = "an" if kind[0] in "aeiou" else "a"
    return f"{article} {kind}" + (" to 100%" if plan.look.percent else "")


def _look(plan: QueryPlan) -> str:
    look, parts = plan.look, []
    if look.size:
        parts.append(f"with {look.size} as size")
    if look.trend:
        parts.append("with a regression line")
    if look.lines:
        parts.append(f"with {spoken_list([_name(n, plan) for n in look.lines])} as a line")
    if look.right:
        parts.append(f"with {spoken_list([_name(n, plan) for n in look.right])} on the right axis")
    if look.log:
        parts.append(f"on a logarithmic {spoken_list(list(look.log))} axis")
    if look.facet:
        parts.append(f"one for each {look.facet}")
    return "".join(f", {part}" for part in parts)


def _natural(plan: QueryPlan) -> bool:
    """Whether the order is that of the groups themselves, which goes without saying."""
    groups = {d.column for d in plan.group_by} | set(dimension_names(plan, ()))
    return all(o.function is None and not o.descending and o.column in groups for o in plan.order) and bool(
        plan.measures
    )


def _what(plan: QueryPlan) -> str:
    if plan.about:
        columns = f" ({spoken_list(list(plan.select))})" if plan.select else ""
        return f"{ABOUT[plan.about]} in {plan.frame}{columns}"
    where = f"in {plan.frame}" if plan.source is None else "of these rows"
    if plan.chart == "scatter" or plan.rows_drawn:
        return f"{plan.select[1]} (upwards) against {plan.select[0]} (across) {where}"
    if plan.chart in {"histogram", "box", "violin"}:
        return f"the values of {plan.select[0]} {where}"
    if plan.measures:
        return f"{spoken_list([_measure(m) for m in plan.measures])} {where}"
    if plan.group_by:
        return f"the different values of {spoken_list([_dimension(d) for d in plan.group_by])} {where}"
    shown = [*plan.select]
    columns = spoken_list(shown) if shown else "all columns"
    return f"{columns} of the rows in {plan.frame}" if plan.source is None else f"{columns} {where}"


def _name(name: str, plan: QueryPlan) -> str:
    """A name of the answer with the columns' own names: a figure stands for what it is."""
    for measure in plan.measures:
        if name in {measure.name, measure_name(measure)}:
            return _measure(measure)
    for part in plan.computed:
        if name == part.name and isinstance(part, Window):
            return f"the {_window(part, plan)}"
    return name


def _of_group(condition: Condition, plan: QueryPlan) -> str:
    return in_words(condition, "reading", lambda name: _name(name, plan), _measure, inside=len(plan.having) > 1)


def operand_words(operand: Operand) -> str:
    """An expression as a person writes it."""
    match operand:
        case Calculation(operator=operator, left=left, right=right) if operator in "+-*/":
            sides = [f"({operand_words(s)})" if isinstance(s, Calculation) else operand_words(s) for s in (left, right)]
            return f"{sides[0]} {operator} {sides[1]}"
        case Calculation(operator=operator, left=left, right=right):
            return f"the {operator} from {operand_words(left)} to {operand_words(right)}"
        case Extract(part=part, of=inner):
            return f"{part} of {operand_words(inner)}"
        case Choice(when=condition, then=then, otherwise=otherwise):
            other = f", else {otherwise!r}" if otherwise is not None else ""
            return f"{then!r} where {in_words(condition, 'reading', str)}{other}"
    return f"{operand:g}" if isinstance(operand, int | float) else str(operand)


def _computed(part: Window | Derived, plan: QueryPlan) -> str:
    if isinstance(part, Derived):
        return f"{part.name} = {operand_words(part.value)}"
    return f"the {_window(part, plan)} as {part.name}"


def _window(part: Window, plan: QueryPlan) -> str:
    of = _name(part.of, plan) if part.of else ""
    if part.function in {"running total", "moving total"}:
        of = of.removeprefix("the total of ")
    size = f" over {part.size} rows" if part.function.startswith("moving") else ""
    size = f" in {part.size} parts" if part.function == "tile" else size
    before = (
        f" over the {part.period or line_words(part, plan)} before" if part.function in {"growth", "difference"} else ""
    )
    before = before.replace("the ", f"{part.steps} ", 1) if before and part.steps > 1 else before
    percent = " in per cent" if part.function in PERCENT else ""
    lowest = ", 1 is the lowest" if part.function in {"rank", "dense rank"} and not part.descending else ""
    within = f", anew for each {spoken_list(list(part.within))}" if part.within else ""
    return f"{WINDOWS[part.function]} {of}".strip() + f"{percent}{size}{before}{lowest}{within}"


def _measure(measure: Measure) -> str:
    where = f" where {_all_of(measure.where, str)}" if measure.where else ""
    return _measure_alone(measure) + where


def _measure_alone(measure: Measure) -> str:
    within = f" within each {spoken_list(list(measure.within))}" if measure.within else ""
    if measure.column is None:
        return "the number of rows" if measure.function == "count" else f"the share of rows in per cent{within}"
    if measure.function == "count":
        return f"the number of rows with {measure.column}"
    if measure.function == "count distinct" and measure.other:
        return f"the number of different pairs of {measure.column} and {measure.other}"
    words = FUNCTIONS[measure.function]
    match measure.function:
        case "ratio":
            called = f"{measure.name}, " if measure.name else ""
            return f"{called}the total of {measure.column} over the total of {measure.other}"
        case "correlation":
            return f"the {words} {measure.column} and {measure.other} (Pearson's r)"
        case "covariance":
            return f"the {words} {measure.column} and {measure.other}"
        case "weighted mean":
            return f"the mean of {measure.column} weighted by {measure.other}"
        case "slope" | "intercept" | "r squared":
            return f"the {words} the least-squares line of {measure.column} over {measure.other}"
        case "quantile":
            return f"the {ordinal((measure.fraction or 0) * 100)} percentile of {measure.column}"
        case "first" | "last":
            by = f"when sorted by {measure.other}" if measure.other else "in the order of the rows"
            return f"the {measure.function} known {measure.column} {by}"
        case "mode":
            return f"the most frequent value of {measure.column} (the lowest of several)"
    joined = (
        f"the {words} {measure.column}" if words.endswith(("of", "different")) else f"the {words} of {measure.column}"
    )
    return joined + (" in per cent" + within if measure.function == "share" and within else "")


def _dimension(dimension: Dimension) -> str:
    if dimension.time:
        fiscal = ""
        if dimension.fiscal > 1:
            fiscal = f" (fiscal years begin in {MONTHS[dimension.fiscal - 1]} and are named by their end)"
        return f"{dimension.time} of {dimension.column}{fiscal}"
    if dimension.edges:
        return f"{dimension.column} in the bands {', '.join(band_names(dimension.edges))}"
    return f"{dimension.column} in steps of {dimension.width:g}" if dimension.width else dimension.column


def _order(order: Order, plan: QueryPlan) -> str:
    if order.function is None and order.column is None:
        return "in the order of the rows"
    direction = "highest first" if order.descending else "lowest first"
    if order.function is None:
        words = _name(order.column or "", plan)
        if words != order.column:
            return direction if len(plan.measures) == 1 and not plan.computed else f"{direction} by {words}"
        return f"sorted by {order.column}{', highest first' if order.descending else ''}"
    if [(order.function, order.column)] == [(m.function, m.column) for m in plan.measures]:
        return direction
    wanted = next((m for m in plan.measures if (m.function, m.column) == (order.function, order.column)), None)
    return f"{direction} by {_measure(wanted or Measure(function=order.function, column=order.column))}"
