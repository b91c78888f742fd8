"""What rows, columns, figures and groups are called, in sentences and as headings."""

from __future__ import annotations

from .cards import dimension_name, dimension_names, measure_name
from .conditions import in_words, spoken_list
from .schema import Derived, Dimension, Measure, QueryPlan, Window
from .words import capital, heading, plural, spoken, unit_of

FUNCTIONS: dict[str, str] = {
    "count": "number", "count distinct": "number of different", "sum": "total", "mean": "mean", "median": "median",
    "min": "minimum", "max": "maximum", "std": "standard deviation of", "share": "share of",
    "correlation": "correlation of", "ratio": "ratio of", "variance": "variance of", "quantile": "quantile of",
    "mode": "most frequent", "range": "range of", "interquartile range": "interquartile range of",
    "skewness": "skewness of", "kurtosis": "excess kurtosis of", "weighted mean": "weighted mean of",
    "covariance": "covariance of", "slope": "slope of", "intercept": "intercept of", "r squared": "R² of",
    "first": "first", "last": "last",
}  # fmt: skip
WINDOWS: dict[str, str] = {
    "running total": "running total of", "running mean": "running mean of", "running maximum": "running maximum of",
    "moving mean": "moving mean of", "moving total": "moving total of", "rank": "rank by", "dense rank": "rank by",
    "row number": "place", "previous": "previous", "next": "next", "difference": "change in", "growth": "growth of",
    "share": "share of", "running share": "running share of", "mean": "mean of", "total": "total of",
    "minimum": "minimum of", "maximum": "maximum of", "tile": "part by",
}  # fmt: skip
PERCENT = frozenset({"growth", "share", "running share"})


def rows_noun(frame: str) -> str:
    """What a frame's rows are called: a frame named ``flights`` has flights, one named ``df`` has rows."""
    words = spoken(frame)
    return words if words.endswith("s") and len(words) > 3 else "rows"


def noun(plan: QueryPlan) -> str:
    """What a plan's rows are called: those of its frame, or the groups of its source, such as days."""
    if plan.source is None:
        return rows_noun(plan.frame)
    if not plan.source.group_by:
        return noun(plan.source)
    words = [dimension_noun(d) for d in plan.source.group_by]
    if set(words) >= {"month", "day"} and words[-1] == "day":
        return "days"
    if words[-1] == "month" and set(words) <= {"year", "month"}:
        return "months"
    return plural(words[0]) if len(words) == 1 else "combinations of " + spoken_list(words)


def dimension_noun(dimension: Dimension) -> str:
    """What one group is called: ``carrier``, ``weekday``, ``month``."""
    if dimension.time:
        words = {"day of week": "weekday", "hour of day": "hour", "month of year": "month",
                 "quarter of year": "quarter", "week of year": "week", "day of month": "day of the month",
                 "weekend": "part of the week"}.get(dimension.time, dimension.time)  # fmt: skip
        return f"fiscal {words}" if dimension.fiscal > 1 else words
    return f"{spoken(dimension.column)} band" if dimension.edges else spoken(dimension.column)


def name_words(name: str, plan: QueryPlan) -> str:
    """What a name of a plan stands for, in words: a figure that it or its source computes, or a column."""
    for measure in plan.measures:
        if name in {measure.name, measure_name(measure)} and name != measure.column:
            return figure_words(measure, plan)
    for part in plan.computed:
        if name == part.name and isinstance(part, Window):
            return window_words(part, plan)
    return column_words(name, plan)


def column_words(name: str, plan: QueryPlan) -> str:
    """A column of a plan's rows in words."""
    if plan.source is None or name in {d.name for d in plan.derived}:
        return spoken(name)
    if name in dimension_names(plan.source, ()):
        return spoken(name)
    return name_words(name, plan.source)


def where_words(measure: Measure, plan: QueryPlan) -> str:
    """The conditions of a figure alone: `` where origin is JFK``."""
    if not measure.where:
        return ""
    several = len(measure.where) > 1
    names = lambda name: column_words(name, plan)  # noqa: E731
    return " where " + spoken_list([in_words(c, "sentence", names, inside=several) for c in measure.where])


def ordinal(number: float) -> str:
    """``90th``, ``92.5th``."""
    text = f"{number:g}"
    teens = text[-2:] in {"11", "12", "13"}
    return text + (
        "th" if teens else {"1": "st", "2": "nd", "3": "rd"}.get(text[-1], "th") if "." not in text else "th"
    )


def figure_words(measure: Measure, plan: QueryPlan) -> str:
    """A figure in plain words: ``mean departure delay``, ``number of flights where origin is JFK``."""
    where = where_words(measure, plan)
    if measure.column is None:
        if measure.function == "count":
            return f"number of {noun(plan)}{where}"
        within = f" within each {spoken_list([spoken(n) for n in measure.within])}" if measure.within else ""
        return f"share of {noun(plan)}{where}{within}"
    name = column_words(measure.column, plan)
    other = column_words(measure.other, plan) if measure.other else ""
    per = ""
    if plan.source is not None and plan.source.group_by and measure.column not in dimension_names(plan.source, ()):
        per = f" per {noun(plan).removesuffix('s') if not noun(plan).startswith('comb') else noun(plan)[16:]}"
    match measure.function:
        case "count":
            return f"number of {noun(plan)} with a known {name}{where}"
        case "count distinct" if other:
            return f"number of different pairs of {name} and {other}{where}"
        case "count distinct":
            return f"number of different {plural(name)}{where}"
        case "ratio" if measure.name:
            return f"{spoken(measure.name)}{where}"
        case "ratio":
            return f"total {name} over the total {other}{where}"
        case "quantile":
            return f"{ordinal((measure.fraction or 0) * 100)} percentile of {name}{per}{where}"
        case "weighted mean":
            return f"mean {name} weighted by {other}{where}"
        case "slope" | "intercept" | "r squared":
            word = {"slope": "slope", "intercept": "intercept", "r squared": "R²"}[measure.function]
            return f"{word} of the line of {name} over {other}{where}"
        case "correlation" | "covariance":
            return f"{measure.function} of {name} and {other}{where}"
        case "share":
            within = f" within each {spoken_list([spoken(n) for n in measure.within])}" if measure.within else ""
            return f"share of {name}{per}{where}{within}"
        case "std" | "variance" | "range" | "interquartile range" | "skewness" | "kurtosis":
            return f"{FUNCTIONS[measure.function]} {name}{per}{where}"
        case "first" | "last" if other:
            return f"{measure.function} {name} by {other}{where}"
    return f"{FUNCTIONS[measure.function]} {name}{per}{where}"


def window_words(part: Window, plan: QueryPlan) -> str:
    """A figure computed from the answer, in plain words: ``running total of sales``."""
    of = name_words(part.of, plan) if part.of else ""
    if part.function in {"running total", "moving total"}:
        of = of.removeprefix("total ")  # a running total of totals is one of what they are of
    within = f" within each {spoken_list([name_words(n, plan) for n in part.within])}" if part.within else ""
    if part.function in {"moving mean", "moving total"}:
        return f"{part.function} over {part.size} {plural(line_words(part, plan))} of {of}{within}"
    if part.function == "tile":
        return f"place in {part.size} equal parts by {of}{within}"
    if part.function in {"growth", "difference"}:
        before = part.period or line_words(part, plan)
        steps = f"{part.steps} {plural(before)}" if part.steps > 1 else before
        return f"{WINDOWS[part.function]} {of} over the {steps} before{within}"
    return f"{WINDOWS[part.function]} {of}".strip() + within


def line_words(part: Window, plan: QueryPlan) -> str:
    """What a figure runs along: ``month``."""
    if part.along is not None:
        group = next((d for d in plan.group_by if d.time and dimension_name(d) == part.along), None)
        return dimension_noun(group) if group is not None else name_words(part.along, plan)
    timed = [d for d in plan.group_by if d.time]
    return next((dimension_noun(d) for d in [*timed, *plan.group_by]), "row")


def measure_heading(measure: Measure, plan: QueryPlan) -> str:
    """A measure as an axis title: ``Mean departure delay``."""
    words = capital(title_words(measure, plan))
    if measure.function == "count" and measure.column is not None:
        return words
    unit = "" if measure.column is None or "count" in measure.function else unit_of(measure.column)
    if measure.function in {"variance", "skewness", "kurtosis", "correlation", "covariance", "slope", "r squared",
                            "ratio"}:  # fmt: skip
        unit = ""
    unit = "%" if measure.function == "share" else unit
    return f"{words} ({unit})" if unit else words


def title_words(measure: Measure | Window | Derived, plan: QueryPlan) -> str:
    """A figure as a part of a title, without its unit: ``mean departure delay``."""
    if isinstance(measure, Derived):
        return spoken(measure.name)
    if isinstance(measure, Window):
        return window_words(measure, plan)
    if measure.function == "count" and measure.column is not None:
        return f"number of filled in {spoken(measure.column)}{where_words(measure, plan)}"
    if measure.function == "ratio" and measure.name:
        return spoken(measure.name)
    if measure.function == "ratio":
        return f"ratio of {spoken(measure.column or '')} to {spoken(measure.other or '')}"
    if measure.function in {"count distinct"} and measure.column and not measure.other:
        return f"number of different {spoken(measure.column)}{where_words(measure, plan)}"
    return figure_words(measure, plan)


def computed_heading(part: Window | Derived, plan: QueryPlan) -> str:
    """What is computed from the answer, as an axis title."""
    words = capital(title_words(part, plan))
    if isinstance(part, Derived):
        return words + (f" ({part.unit})" if part.unit else "")
    return words + (" (%)" if part.function in PERCENT else "")


def dimension_heading(dimension: Dimension) -> str:
    """A dimension as an axis title: ``Carrier``, ``Order date (month)``."""
    if dimension.time:
        fiscal = "fiscal " if dimension.fiscal > 1 else ""
        return f"{capital(spoken(dimension.column))} ({fiscal}{dimension.time})"
    return heading(dimension.column)
