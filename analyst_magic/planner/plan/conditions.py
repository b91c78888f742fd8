"""Conditions in words: for titles, for the sentence that says how a question was read, and for answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Literal

from ...column_format import column_format, shown
from .schema import AllOf, AnyOf, Condition, Filter, Measure, Not, Outlier, Period, Related, Rows
from .words import spoken, unit_of

Style = Literal["title", "reading", "sentence"]
"""``title`` is short, ``reading`` has the columns' own names, ``sentence`` is plain English."""
Naming = Callable[[str], str]
FigureWords = Callable[[Measure], str]

OPERATORS: dict[str, str] = {
    "between": "between", "in": "one of", "not in": "none of", "is null": "missing", "is not null": "not missing",
}  # fmt: skip
_SAID: dict[str, str] = {
    "=": "is", "in": "is", "!=": "is not", "not in": "is not", "<": "is below", "<=": "is at most", ">": "is above",
    ">=": "is at least", "between": "is between", "contains": "contains", "not contains": "does not contain",
    "like": "is like", "not like": "is not like",
}  # fmt: skip
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKEND = {"in": {(6, 7): "at the weekend", (1, 2, 3, 4, 5): "on a working day"}}


def spoken_list(words: Sequence[str], last: str = "and") -> str:
    """Words as a spoken list."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def in_words(
    condition: Condition, style: Style, names: Naming = spoken, figures: FigureWords | None = None, inside: bool = False
) -> str:
    """A condition in words.

    Args:
        condition: The condition.
        style: Who reads it.
        names: What a column is called.
        figures: What a figure over all rows is called.
        inside: Whether it stands among others.
    """

    def each(conditions: Sequence[Condition], last: str, nested: bool) -> str:
        return spoken_list([in_words(c, style, names, figures, nested) for c in conditions], last)

    match condition:
        case Filter():
            return _filter(condition, style, names, figures)
        case Period():
            return _period(condition, names)
        case Outlier():
            return f"{names(condition.column)} is far from the others ({outlier_words(condition)})"
        case Related():
            return _related(condition, style)
        case Rows(which=which, where=where):
            quantity = {"some": "some rows have", "no": "no rows have", "all": "all rows have"}[which]
            return f"{quantity} {each(where, 'and', True)}"
        case AllOf(all_of=(one,)) | AnyOf(any_of=(one,)):
            return in_words(one, style, names, figures, inside)
        case AllOf(all_of=inner):
            text = each(inner, "and", True)
            return f"({text})" if inside else text
        case AnyOf(any_of=inner):
            text = each(inner, "or", True)
            return f"({text})" if inside else text
        case Not(negated=Not(negated=inner)):
            return in_words(inner, style, names, figures, inside)
        case Not(negated=inner):
            return _negated(inner, style, names, figures)
    raise ValueError("a condition of an unknown kind")


_CONTRARY = {"=": "!=", "!=": "=", "in": "not in", "not in": "in", "like": "not like", "contains": "not contains",
             "is null": "is not null", "is not null": "is null"}  # fmt: skip


def _negated(inner: Condition, style: Style, names: Naming, figures: FigureWords | None) -> str:
    if isinstance(inner, Filter) and inner.operator in _CONTRARY and inner.other is None:
        contrary = inner.model_copy(update={"operator": _CONTRARY[inner.operator]})
        return _filter(contrary, style, names, figures)
    words = in_words(inner, style, names, figures, inside=False)
    return f"not ({words})"


def outlier_words(outlier: Outlier) -> str:
    """What makes a value an outlier."""
    if outlier.method == "standard deviation":
        return f"more than {outlier.factor:g} standard deviations from the mean"
    return f"more than {outlier.factor:g} interquartile ranges beyond the quartiles"


def _period(period: Period, names: Naming) -> str:
    last = _last_day(period.end) if period.end else ""
    if period.start and period.end:
        span = f"on {period.start}" if period.start == last else f"from {period.start} to {last}"
    else:
        span = f"from {period.start} on" if period.start else f"until {last}"
    if period.label:
        inside = "" if period.label in {"today", "yesterday", "tomorrow"} else "in "
        return f"{names(period.column)} is {inside}{period.label} ({span})"
    return f"{names(period.column)} is {span}"


def _last_day(end: str) -> str:
    """The last day of a period that ends before a day; a moment stays as it is."""
    if len(end) != 10:
        return f"before {end}"
    return (dt.date.fromisoformat(end) - dt.timedelta(days=1)).isoformat()


def _related(related: Related, style: Style) -> str:
    if style == "reading":
        no = "no row" if related.none else "a row"
        where = f" where {spoken_list([in_words(c, style, str) for c in related.where])}" if related.where else ""
        return f"{related.key} is the {related.other} of {no} of {related.frame}{where}"
    words = spoken(related.frame)
    where = f" where {spoken_list([in_words(c, 'sentence') for c in related.where])}" if related.where else ""
    return f"there {'are no' if related.none else 'are'} {words} of it{where}"


def _filter(filter: Filter, style: Style, names: Naming, figures: FigureWords | None) -> str:
    if filter.label and style != "reading":
        return f"{names(filter.column)} is {filter.label}"
    if filter.other is not None:
        return _compared(filter, style, names, figures)
    words = _as_sentence(filter, names) if style == "sentence" else _short(filter, style == "title", names)
    return f"{words} ({filter.label})" if filter.label else words


def _compared(filter: Filter, style: Style, names: Naming, figures: FigureWords | None) -> str:
    if isinstance(filter.other, Measure):
        measure = figures(filter.other) if figures else f"{filter.other.function} of {filter.other.column}"
        other = f"{measure} over all rows"
    else:
        other = names(filter.other or "")
    said = _SAID[filter.operator] if style == "sentence" else filter.operator
    return f"{names(filter.column)} {said} {other}"


def _short(filter: Filter, plain: bool, names: Naming) -> str:
    name = names(filter.column)
    if filter.part == "day of week" and filter.values in _WEEKEND.get(filter.operator, {}):
        return f"{name} is {_WEEKEND[filter.operator][filter.values]}"  # type: ignore[index]
    if filter.part:
        name = f"{filter.part} of {name}"
    if filter.operator in {"is null", "is not null"}:
        return f"{name} is {OPERATORS[filter.operator]}"
    values = [_figure(filter, v) if plain else repr(v) if isinstance(v, str) else str(v) for v in filter.values]
    word = OPERATORS.get(filter.operator, filter.operator)
    if plain and filter.operator in {"=", "in"}:
        return f"{name} {spoken_list(values, 'or')}"
    joined = spoken_list(values, "and" if filter.operator == "between" else "or")
    return f"{name} {'is ' if filter.operator in OPERATORS else ''}{word} {joined}"


def _as_sentence(filter: Filter, names: Naming) -> str:
    """``departure delay is above 60``, ``order date is in March``."""
    name = names(filter.column)
    if filter.operator in {"is null", "is not null"}:
        return f"{name} is {OPERATORS[filter.operator]}"
    if filter.part == "day of week" and filter.values in _WEEKEND.get(filter.operator, {}):
        return f"{name} is {_WEEKEND[filter.operator][filter.values]}"  # type: ignore[index]
    values = [_part_value(filter, value) for value in filter.values]
    joined = spoken_list(values, "and" if filter.operator == "between" else "or")
    said = _SAID[filter.operator]
    if filter.part:
        named = filter.part in {"month", "day of week", "year"} and filter.operator in {"=", "in", "!=", "not in"}
        preposition = "on a" if filter.part == "day of week" else "in"
        return f"{name} {said} {preposition} {joined}" if named else f"{filter.part} of {name} {said} {joined}"
    unit = unit_of(filter.column) if all(isinstance(v, int | float) for v in filter.values) else ""
    behind = unit if unit == "%" else f" {unit}" if unit else ""
    return f"{name} {said} {joined}{behind}"


def _part_value(filter: Filter, value: object) -> str:
    named = {"month": MONTHS, "day of week": DAYS}.get(filter.part or "")
    if named is not None and isinstance(value, int) and 1 <= value <= len(named):
        return named[value - 1]
    return _figure(filter, value)


def _figure(filter: Filter, value: object) -> str:
    """A value of a condition; an amount or a large number has thousands, the number of a thing has none.

    >>> _figure(Filter(column="net_amount", operator=">", values=(5000,)), 5000)
    '5,000'
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    form = column_format(filter.column, [value])
    return str(value) if form.kind == "percent" else shown(value, form._replace(unit=""))
