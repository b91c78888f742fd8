"""A plan's answer in words, as a template that is filled from the result's own values wherever the code runs.

No number is known here. What the words depend on (no rows, nothing known, equal figures, a rise or a fall) are
therefore lines of their own that begin with a condition; the first that holds is the answer. What a template may hold
stands in ``sandbox_image/guest/template.py``.
"""

from __future__ import annotations

from ...turn import FrameCard
from .answer_plan import BOXES, answer_plan
from .answer_scope import row_noun, scope
from .cards import measure_name, row_card
from .columns import can_be_named, literal, of_column, of_measures, verb
from .conditions import spoken_list
from .core import ANSWER
from .figure_answers import correlation_lines, figure_lines, only_value, spread_lines
from .group_answers import extreme_lines, group_lines, pivot_lines, value_lines
from .nouns import figure_words
from .row_answers import row_lines, wanted_lines
from .schema import Filter, Measure, QueryPlan
from .sql import dimensions
from .words import spoken


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
        return correlation_lines(plan, card)
    if plan.chart == "histogram" and plan.colour:
        return answer_lines(answer_plan(plan) or plan, card)
    if plan.chart == "histogram" or (plan.chart in BOXES and not plan.group_by):
        return spread_lines(plan, card)
    if plan.chart in BOXES:
        return answer_lines(answer_plan(plan) or plan, card)
    if plan.pivot:
        return pivot_lines(plan, card)
    if plan.rows_drawn:
        return extreme_lines(plan, card, of_column(plan.select[0], card, label=True), of_column(plan.select[1], card))
    if plan.measures:
        return group_lines(plan, card) if plan.group_by else figure_lines(plan, card)
    if plan.group_by:
        return value_lines(plan, card)
    return wanted_lines(plan, card) if plan.wanted else row_lines(plan, card)


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
    values = [only_value(m) for m in (one, other)]
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
            many = f"No two {row_noun(plan)}{where} {'have ' if plan.select else 'are '}{what}."
            kind = "values occur" if plan.select else f"different {row_noun(plan)} occur"
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
