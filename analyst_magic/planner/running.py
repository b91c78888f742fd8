"""Forms of questions for figures computed from other rows of the answer: running totals, growth, ranks, shares."""

from __future__ import annotations

import re
from typing import Literal, cast

from ..errors import Abstained
from ..language import message
from .column_choice import is_number
from .forms import Asking, Forms, unclear
from .lexicon import Lexicon
from .linking import columns_called, tags
from .plan.schema import Dimension, Filter, Measure, Order, QueryPlan, Window, WindowFunction
from .plan.sql import dimension_name, measure_name
from .plan.words import name_parts
from .request import is_key
from .tokens import canonical, tokens

FORMS = Forms()
FIRST = Forms()
"""Forms that come before the grammar, which would take their words for something else."""
Unit = Literal["year", "quarter", "month", "week", "day"]
_UNIT = r"year|quarter|month|week|day"
_RUNS = frozenset({"year", "quarter", "month", "week", "day", "hour"})
_BEFORE = {"yoy": "year", "mom": "month", "qoq": "quarter", "wow": "week"}
_NO_SUMS = frozenset(
    "temperature temp price humidity pressure speed rate rating score age visibility wind percent percentage ratio "
    "level latitude longitude voltage volt density grade gpa bmi ph frequency".split()
)
"""Nouns of amounts that are not added up: their figure for a day is their mean."""


def adds_up(column: str) -> bool:
    """Whether a total of a column says something: not of temperatures."""
    parts = {*name_parts(column)}
    return bool(parts & {"total", "sum", "amount"}) or not _NO_SUMS & parts


@FORMS.form(
    r"(?:running|cumulative)\s+(?:(?P<kind>total|sum|count|number)\s+(?:of\s+)?)?(?:the\s+)?(?P<figure>.+?)\s+(?P<by>(?:by|per|for\s+each|over\s+the)\s+.+)"
)
def running_total(asking: Asking) -> QueryPlan:
    """``running total of quantity by month``, ``cumulative number of orders by year``."""
    gaps = asking.gaps
    counted = (gaps["kind"] or "").lower() in {"count", "number"}
    figure = f"number of {gaps['figure']}" if counted else _figure(gaps["figure"], asking.words, "total")
    plan = asking.ask(f"{figure} {gaps['by']}")
    if plan.measures and plan.measures[0].function not in {"sum", "count"}:
        raise Abstained(
            message("Only totals and counts run up."), message("Ask for the running total of a column, or of rows.")
        )
    return _with_window(plan, asking, "running_total", "running total")


@FIRST.form(
    rf"growth\s+(?:rate\s+)?(?:of|in)\s+(?:the\s+)?(?P<figure>.+?)\s+(?:over|from|on|compared\s+(?:to|with)|versus|vs\.?"
    rf"|relative\s+to)\s+(?:the\s+)?(?:previous|prior|preceding)\s+(?P<unit>{_UNIT})"
)
def growth_over(asking: Asking) -> QueryPlan:
    """``growth of orders over the previous year``."""
    return _growth(asking, asking.gaps["unit"], "")


@FIRST.form(
    rf"(?P<unit>{_UNIT})[\s-](?:over|on)[\s-](?P<again>{_UNIT})\s+growth\s+(?:rate\s+)?(?:of|in)\s+(?:the\s+)?"
    r"(?P<figure>.+?)(?P<by>\s+(?:by|per)\s+.+)?"
)
def unit_over_unit(asking: Asking) -> QueryPlan:
    """``year over year growth of total quantity``, also ``by month``: over the same month of the year before."""
    if asking.gaps["unit"].lower() != asking.gaps["again"].lower():
        raise unclear()
    return _growth(asking, asking.gaps["unit"], asking.gaps["by"])


@FIRST.form(
    r"(?:are|is|were|was)\s+there\s+(?:any|an?|some)\s+(?!(?:other|more|fewer|less|correlation|relation|relationship|difference|trend)\b)(?P<rows>(?:(?!\s+than\s+(?:in|for|on|at)\b).)+?)"
    r"(?:\s+at\s+all)?"
)
def any_rows(asking: Asking) -> QueryPlan:
    """``are there any orders with a discount above 20%``: yes or no, and how many."""
    rows = asking.gaps["rows"]
    if any(tag.kind == "unknown" for tag in tags(tokens(rows), asking.words)):
        raise unclear()  # "are there any unicorns": an unknown noun is not the rows
    plan = asking.ask(f"number of {rows}")
    if plan.group_by or plan.chart or plan.document or [m.function for m in plan.measures] != ["count"]:
        raise unclear()
    (count,) = plan.measures
    return plan.model_copy(
        update={
            "measures": (count.model_copy(update={"name": "n"}),),
            "claim": Filter(column="n", operator=">", values=(0,)),
        }
    )


@FORMS.form(
    r"(?P<short>yoy|mom|qoq|wow)\s+growth\s+(?:rate\s+)?(?:of|in)\s+(?:the\s+)?(?P<figure>.+?)(?P<by>\s+(?:by|per)\s+.+)?"
)
def growth_in_short(asking: Asking) -> QueryPlan:
    """``yoy growth of total quantity``."""
    return _growth(asking, _BEFORE[asking.gaps["short"].lower()], asking.gaps["by"])


@FORMS.form(
    r"(?:(?P<every>yearly|annual|monthly|quarterly|weekly|daily)\s+)?growth\s+(?:rate\s+)?(?:of|in)\s+(?:the\s+)?"
    rf"(?P<figure>.+?)(?:\s+(?:by|per)\s+(?P<unit>{_UNIT}))?"
)
def growth_by(asking: Asking) -> QueryPlan:
    """``growth of total quantity by year``, ``monthly growth of orders``: over the one before."""
    every = {"yearly": "year", "annual": "year", "monthly": "month", "quarterly": "quarter", "weekly": "week"}
    units = {asking.gaps["unit"], every.get(asking.gaps["every"].lower(), "day" if asking.gaps["every"] else "")} - {""}
    if len(units) != 1:
        raise Abstained(message("Growth from when to when?"), message("Say for example “growth of ... by year”."))
    return _growth(asking, units.pop(), "")


@FORMS.form(
    rf"(?P<size>\d{{1,3}})[\s-](?P<unit>{_UNIT})s?[\s-](?:moving|rolling)\s+(?:average|mean)\s+(?:of|for)\s+(?:the\s+)?"
    rf"(?P<figure>.+?)(?:\s+(?:by|per)\s+(?P<again>{_UNIT}))?"
)
def moving_mean(asking: Asking) -> QueryPlan:
    """``7 day moving average of temperature``: of the figure of each day."""
    gaps = asking.gaps
    if gaps["again"] and gaps["again"].lower() != gaps["unit"].lower():
        raise unclear()
    plan = asking.ask(f"{_figure(gaps['figure'], asking.words, '')} by {gaps['unit']}")
    size = int(gaps["size"])
    if size < 2:
        raise unclear()
    return _with_window(plan, asking, "moving_mean", "moving mean", size=size)


@FIRST.form(
    r"rank(?:ing)?\s+(?:of\s+)?(?:(?:the|each|all)\s+)?(?P<noun>\w+)\s+by\s+(?:the\s+)?(?P<figure>.+?)\s+(?:within|in|for)\s+(?:each|every)\s+(?P<group>\w+)"
)
def ranked_within(asking: Asking) -> QueryPlan:
    """``rank teams by number of incidents within each service``."""
    gaps = asking.gaps
    plan = asking.ask(f"{gaps['figure']} by {gaps['group']} and {gaps['noun']}")
    _check_plain(plan)
    if len(plan.group_by) != 2 or any(dimension.time for dimension in plan.group_by):
        raise unclear()
    (measure,) = plan.measures
    named, first = measure.model_copy(update={"name": measure_name(measure)}), dimension_name(plan.group_by[0])
    rank = Window(name="rank", function="rank", of=measure_name(measure), within=(first,), descending=True)
    order = (
        Order(column=plan.group_by[0].column),
        Order(column=measure.column, function=measure.function, descending=True),
    )
    return plan.model_copy(update={"measures": (named,), "computed": (rank,), "order": order})


@FORMS.form(r"rank(?:ing)?\s+(?:of\s+)?(?:(?:the|each|all)\s+)?(?P<noun>\w+)\s+by\s+(?:the\s+)?(?P<figure>.+)")
def ranked(asking: Asking) -> QueryPlan:
    """``rank departments by average salary``, ``rank countries by population``."""
    noun, figure = asking.gaps["noun"], asking.gaps["figure"]
    numbers = _numbers(figure, asking.words)
    if numbers:
        return _ranked_rows(noun, numbers, asking)
    plan = asking.ask(f"{figure} by {noun}")
    _check_plain(plan)
    if len(plan.group_by) != 1 or len(plan.order) > 1:
        raise unclear()
    (measure,) = plan.measures
    down = plan.order[0].descending if plan.order else True
    named = measure.model_copy(update={"name": measure_name(measure)})
    rank = Window(name="rank", function="rank", of=measure_name(measure), descending=down)
    order = (Order(column=measure.column, function=measure.function, descending=down),)
    return plan.model_copy(update={"measures": (named,), "computed": (rank,), "order": order})


@FORMS.form(
    r"(?:percentage\s+|percent\s+)?share\s+of\s+(?:each|every)\s+(?P<noun>\w+)\s+(?:in|of)\s+(?:the\s+)?(?:total\s+)?"
    r"(?P<figure>.+)"
)
def share_of_each(asking: Asking) -> QueryPlan:
    """``share of each product in total quantity``."""
    plan = asking.ask(f"share of {asking.gaps['figure']} by {asking.gaps['noun']}")
    if [measure.function for measure in plan.measures] != ["share"] or plan.measures[0].where:
        raise unclear()
    return plan


@FIRST.form(r"(?:each|every)\s+(?P<noun>\w+?)(?:'s|’s)\s+share\s+(?:in|of)\s+(?:the\s+)?(?:total\s+)?(?P<figure>.+)")
def ones_share(asking: Asking) -> QueryPlan:
    """``each product's share of total quantity``."""
    return share_of_each(asking)


@FIRST.form(
    r"(?P<before>(?:[\w\s]*?\s+)?)(?P<number>\d{1,2}(?:\.\d+)?)(?:st|nd|rd|th)\s+percentile\s+(?:of\s+|for\s+)?(?P<rest>.+)"
)
def percentile(asking: Asking) -> QueryPlan:
    """``90th percentile of quantity by region``: read as a median, which is the 50th."""
    fraction = float(asking.gaps["number"]) / 100
    return _with_function(asking.ask(f"{asking.gaps['before']} median {asking.gaps['rest']}"), "median",
                          {"function": "quantile", "fraction": fraction})  # fmt: skip


@FIRST.form(r"(?P<figure>(?:average|mean)\s+.+?)\s*,?\s+weighted\s+by\s+(?P<weight>\w+)(?P<rest>\s+.+)?")
def weighted(asking: Asking) -> QueryPlan:
    """``average price weighted by quantity``."""
    weights = _numbers(asking.gaps["weight"], asking.words)
    if len(weights) != 1:
        raise unclear()
    plan = asking.ask(f"{asking.gaps['figure']} {asking.gaps['rest']}")
    return _with_function(plan, "mean", {"function": "weighted mean", "other": weights[0]})


@FIRST.form(
    r"difference\s+between\s+(?:the\s+)?(?:highest|largest|biggest|maximum|max)\s+and\s+(?:the\s+)?"
    r"(?:lowest|smallest|minimum|min)\s+(?P<rest>.+)"
)
def spread(asking: Asking) -> QueryPlan:
    """``difference between the highest and lowest salary``."""
    return _with_function(asking.ask(f"maximum {asking.gaps['rest']}"), "max", {"function": "range"})


def _with_function(plan: QueryPlan, old: str, changes: dict[str, object]) -> QueryPlan:
    """The plan with its one figure computed otherwise."""
    if len(plan.measures) != 1 or plan.measures[0].function != old or plan.source or plan.order or plan.having:
        raise unclear()
    measure = Measure.model_validate({**plan.measures[0].model_dump(), **changes})
    return plan.model_copy(update={"measures": (measure,)})


@FIRST.form(
    r"(?P<part>[\w\s]+?)\s+as\s+(?:a\s+)?(?P<kind>share|proportion|fraction|percentage|percent)\s+of\s+(?P<whole>\w+)"
    r"(?P<by>\s+(?:by|per|for\s+each)\s+.+)?"
)
def part_of_whole(asking: Asking) -> QueryPlan:
    """``bonus as a share of salary by department``: the total of the one over the total of the other."""
    gaps = asking.gaps
    if gaps["kind"].lower().startswith("percent"):
        raise Abstained(
            message("A ratio of two columns is not given in per cent."), message("Say “ratio of ... to ...”.")
        )
    columns = [_numbers(gaps[name], asking.words) for name in ("part", "whole")]
    if not all(len(found) == 1 for found in columns):
        raise unclear()
    plan = asking.ask(f'ratio of "{columns[0][0]}" to "{columns[1][0]}" {gaps["by"]}')
    _check_plain(plan)
    return plan


def _figure(text: str, words: Lexicon, function: str) -> str:
    """What a gap for a figure stands for as the words of a plain question.

    Args:
        text: A figure such as ``total quantity``, the name of the rows, or a column alone.
        words: The frame's names.
        function: That of a column alone; empty for a mean, where the column holds what is not added up.
    """
    low = text.lower()
    rows = {"row", "record", "entry"}
    if canonical(low) in rows or canonical(low) in words.frame:
        return f"number of {text}"
    numbers = _numbers(text, words)
    if not numbers:
        return text
    if len(numbers) > 1:
        raise Abstained(
            message("“{text}” could mean several columns: {numbers}.", text=text, numbers=numbers),
            message("Name the one that you mean."),
        )
    if function:
        return f'{function} "{numbers[0]}"'
    if not {canonical(part) for part in name_parts(numbers[0])} & _NO_SUMS:
        raise Abstained(
            message("What of {numbers}: its total or its mean?", numbers=numbers[0]),
            message("Say “of total {numbers}”.", numbers=numbers[0]),
        )
    return f'average "{numbers[0]}"'


def _numbers(text: str, words: Lexicon) -> list[str]:
    """The columns of numbers that some words name; units alone are no part of a unit price."""
    if canonical(text) == "unit" and words.called(text) is None:
        return []
    return [name for name in columns_called(text, words) if is_number(words.column(name))]


def _growth(asking: Asking, unit: str, by: str) -> QueryPlan:
    unit = unit.lower()
    figure = _figure(asking.gaps["figure"], asking.words, "total")
    finer = re.search(rf"\b({_UNIT})\b", by.lower())
    plan = asking.ask(f"{figure} {by}" if finer else f"{figure} by {unit} {by}")
    period = cast(Unit, unit) if finer and finer[0] != unit else None
    return _with_window(plan, asking, "growth", "growth", period=period, unit=finer[0] if finer else unit)


def _with_window(
    plan: QueryPlan,
    asking: Asking,
    name: str,
    function: WindowFunction,
    size: int | None = None,
    period: Unit | None = None,
    unit: str = "",
) -> QueryPlan:
    """The plan with a figure that is computed along its one group of time, anew for each of the other groups."""
    _check_plain(plan)
    times = [d for d in plan.group_by if _runs(d, asking.words)]
    if len(times) != 1 or any(d.time and d not in times for d in plan.group_by) or plan.order:
        raise Abstained(message("It is not clear along which dates it runs."), message("Say for example “by month”."))
    if unit and times[0].time not in {unit, None}:
        raise unclear()
    if period and not (times[0].time in _RUNS and _finer(str(times[0].time), period)):
        raise unclear()
    (measure,) = plan.measures
    named = measure.model_copy(update={"name": measure_name(measure)})
    within = tuple(dimension_name(d) for d in plan.group_by if d not in times)
    window = Window(name=name, function=function, of=measure_name(measure), along=dimension_name(times[0]),
                    within=within, size=size, period=period)  # fmt: skip
    return plan.model_copy(update={"measures": (named,), "computed": (window,)})


def _finer(one: str, other: str) -> bool:
    units = ["day", "month", "quarter", "year"]
    return one in units and other in units and units.index(one) < units.index(other)


def _runs(dimension: Dimension, words: Lexicon) -> bool:
    """Whether the values of a group follow each other on the calendar: months of a year, not months of any year."""
    if dimension.time:
        return dimension.time in _RUNS
    return list(name_parts(dimension.column))[-1:] == ["year"] and words.column(dimension.column).type == "integer"


def _check_plain(plan: QueryPlan) -> None:
    """Abstain where a plan is more than one figure of groups."""
    odd = plan.having or plan.limit or plan.chart or plan.document or plan.source or plan.computed or plan.pivot
    if odd or plan.claim or plan.about or len(plan.measures) != 1 or plan.measures[0].function == "share":
        raise unclear()


def _ranked_rows(noun: str, numbers: list[str], asking: Asking) -> QueryPlan:
    """Rows that are named by a column, and the rank of each by another."""
    words = asking.words
    keys = [name for name in columns_called(noun, words) if is_key(words.column(name), words)]
    if len(keys) != 1 or len(numbers) != 1 or keys == numbers:
        raise unclear()
    rank = Window(name="rank", function="rank", of=numbers[0])
    return QueryPlan(
        frame=words.card.name,
        select=(keys[0], numbers[0]),
        computed=(rank,),
        order=(Order(column=numbers[0], descending=True),),
    )
