"""The answer in words of a plan without groups: figures, counts, correlations and spreads."""

from __future__ import annotations

from dataclasses import replace

from ...turn import FrameCard
from .answer_plan import answer_plan
from .answer_scope import measure_scope, one_row, row_noun, scope, unknown
from .columns import Shown, capitalised, literal, of_column, of_computed, of_measures
from .nouns import figure_words, name_words
from .schema import Filter, Measure, QueryPlan
from .words import plural, singular, spoken

DIFFERENCE = "difference"
"""The name of what two figures differ by, where that alone is wanted."""


def figure_lines(plan: QueryPlan, card: FrameCard) -> list[str]:
    """The answer without groups: a figure, or several side by side."""
    shown = [*of_measures(plan, card), *of_computed(plan, card)]
    if plan.wanted == (DIFFERENCE,) and len(plan.measures) == 2:
        return _apart(plan, shown)
    if len(shown) > 1:
        first = capitalised(shown[0].words) + scope(plan)
        return ["; ".join([f"{first}: {shown[0].at()}", *(f"{s.words}: {s.at()}" for s in shown[1:])]) + "."]
    (measure,), (figure,) = plan.measures, shown
    if measure.function == "count" and measure.column is None and measure.where:
        many = f"{{{figure.name}:{one_row(plan)}|{row_noun(plan)}}}"
        return [f"{{{figure.name}:There is|There are}} {figure.at()} {many}{measure_scope(measure, plan)}."]
    if measure.function == "share" and measure.where and measure.column is None:
        where = measure_scope(measure, plan)
        return [
            f"if {{{figure.name}}} = null: There are no {row_noun(plan)}{scope(plan)}.",
            f"{figure.at()} of the {row_noun(plan)}{scope(plan)} are those{where}.",
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
    return [unknown(plan, measure, figure), f"The {figure.words}{scope(plan)} {figure.is_} {figure.at()}."]


def _apart(plan: QueryPlan, shown: list[Shown]) -> list[str]:
    """``The difference in total gold is 6: 14 for Norvania, 8 for Calderia.``"""
    one, other = shown[:2]
    values = [only_value(measure) for measure in plan.measures]
    words = literal(figure_words(plan.measures[0].model_copy(update={"where": ()}), plan))
    gap = replace(one, name=DIFFERENCE)
    sides = f"{one.at()} for {values[0]}, {other.at()} for {values[1]}"
    unknown = f"if {{{DIFFERENCE}}} = null: The {words} is not known for both{scope(plan)}."
    return [unknown, f"The difference in {words}{scope(plan)} is {gap.at()}: {sides}."]


def only_value(measure: Measure) -> str | None:
    """The value that a figure's one condition names."""
    condition = measure.where[0] if len(measure.where) == 1 else None
    if not isinstance(condition, Filter):
        return None
    return literal(str(condition.values[0])) if condition.operator == "=" and not condition.part else None


def measure_where(plan: QueryPlan) -> bool:
    """Whether the first figure has conditions of its own."""
    return bool(plan.measures and plan.measures[0].where)


def _counted(plan: QueryPlan, figure: Shown) -> list[str]:
    many = row_noun(plan)
    only = plan.filters[0] if len(plan.filters) == 1 else None
    if isinstance(only, Filter) and only.operator in {"is null", "is not null"} and not measure_where(plan):
        what = literal(name_words(only.column, plan))
        some = f"{{{figure.name}:{one_row(plan)} has|{many} have}}"
        if only.operator == "is null":
            return [f"if {{{figure.name}}} = 0: No {one_row(plan)} lacks {what}.", f"{figure.at()} {some} no {what}."]
        return [f"{figure.at()} {some} a known {what}."]
    return [
        f"if {{{figure.name}}} = 0: There are no {many}{scope(plan)}.",
        f"{{{figure.name}:There is|There are}} {figure.at()} {{{figure.name}:{one_row(plan)}|{many}}}{scope(plan)}.",
    ]


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


def correlation_lines(plan: QueryPlan, card: FrameCard) -> list[str]:
    pair = answer_plan(plan) or plan
    bare = plan.model_copy(update={"chart": None})
    count, figure = of_measures(pair, card)
    empty = f"if {{{count.name}}} = 0: There are no {row_noun(plan)} with both values{scope(bare)}."
    return [empty, *_strength(figure, scope(bare))]


def spread_lines(plan: QueryPlan, card: FrameCard) -> list[str]:
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
