"""What an answer in words says of the rows and groups that it is about."""

from __future__ import annotations

from .columns import Shown, literal, verb
from .conditions import in_words, spoken_list
from .nouns import dimension_noun, figure_words, name_words, noun, ordinal
from .schema import Condition, Filter, Measure, QueryPlan, Rows, walk
from .words import plural, singular


def scope(plan: QueryPlan, without: Condition | None = None) -> str:
    """The conditions of a plan: `` where origin is JFK and departure delay is above 60``."""
    rows = [*plan.filters, *(_stated(plan.source) if plan.source else ())]
    said = [condition_words(c, plan, len(rows) > 1) for c in rows if c is not without]
    where = " where " + spoken_list(said) if said else ""
    groups = " and ".join(dimension_noun(d) for d in plan.group_by)
    groups = plural(groups) if len(plan.group_by) == 1 else f"combinations of {groups}"
    if plan.source is not None and (plan.source.having or plan.source.qualify):
        where += group_scope(plan.source)
    return where + (f" among {literal(groups)}{group_scope(plan)}" if plan.having or plan.qualify else "")


def _stated(source: QueryPlan) -> list[Condition]:
    """The conditions on the rows of a plan's source, without the one that its groups are known."""
    known = {dimension.column for dimension in source.group_by}
    return [
        c for c in source.filters
        if not (isinstance(c, Filter) and c.operator == "is not null" and c.column in known and source.having)
    ]  # fmt: skip


def condition_words(condition: Condition, plan: QueryPlan, inside: bool = False) -> str:
    """A condition in words."""
    figures = lambda measure: f"the {figure_words(measure, plan)}"  # noqa: E731
    return literal(in_words(condition, "sentence", lambda name: name_words(name, plan), figures, inside))


def group_scope(plan: QueryPlan) -> str:
    """The conditions on groups: `` that have flights where destination is BOS``, `` whose total is above 3``."""
    return " " + spoken_list([_of_group(condition, plan) for condition in (*plan.having, *plan.qualify)])


def _of_group(condition: Condition, plan: QueryPlan) -> str:
    if isinstance(condition, Rows):
        what = {"some": "", "no": "no ", "all": "only "}[condition.which]
        inner = [condition_words(c, plan, len(condition.where) > 1) for c in condition.where]
        return f"that have {what}{row_noun(plan)} where {spoken_list(inner)}"
    if any(isinstance(inner, Rows) for inner in walk((condition,))):
        return f"where {condition_words(condition, plan)}"
    return f"whose {condition_words(condition, plan)}"


def measure_scope(measure: Measure, plan: QueryPlan) -> str:
    """The conditions of a figure, and those of the plan."""
    inner = [condition_words(c, plan, len(measure.where) > 1) for c in measure.where]
    rest = scope(plan)
    return f" where {spoken_list(inner)}" + (rest.replace(" where ", " and ", 1) if measure.function == "count" else "")


def row_noun(plan: QueryPlan) -> str:
    """What a plan's rows are called."""
    return literal(noun(plan))


def one_row(plan: QueryPlan) -> str:
    """What one of a plan's rows is called."""
    many = row_noun(plan)
    return many.replace("combinations", "combination", 1) if many.startswith("combinations ") else singular(many)


def no_rows(plan: QueryPlan) -> str:
    """The line for an answer without rows."""
    return f"if {{rows}} = 0: There are no {row_noun(plan)}{scope(plan)}."


def unknown(plan: QueryPlan, measure: Measure, figure: Shown, which: str = "") -> str:
    """The line for a figure that is null."""
    what = literal(name_words(measure.column or "", plan)) + (measure_scope(measure, plan) if measure.where else "")
    place = f"[{which}]" if which else ""
    if measure.function in {"skewness", "kurtosis", "covariance", "slope", "intercept", "r squared"}:
        return f"if {{{figure.name}{place}}} = null: The {figure.words}{scope(plan)} cannot be computed."
    if measure.function in {"std", "variance"}:
        return f"if {{{figure.name}{place}}} = null: There are not two known values of {what}{scope(plan)}."
    known = verb(literal(name_words(measure.column or "", plan)))
    return f"if {{{figure.name}{place}}} = null: No {what} {known} known{scope(plan)}."


def leader(label: Shown, which: str) -> str:
    """``ORD has``: who is highest or lowest, with its verb."""
    return f"{label.at(which, first=True)} {label.verb(which)}"


def nth(number: int) -> str:
    """``second``, ``11th``."""
    return {2: "second", 3: "third", 4: "fourth", 5: "fifth"}.get(number, ordinal(number))
