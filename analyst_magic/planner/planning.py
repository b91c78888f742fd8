"""Turns a parsed question into a query plan: its groups, measures, order, chart and document."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import cast

from pydantic import ValidationError

from ..errors import Abstained
from ..turn import DOCUMENT_FORMATS, ColumnCard, FrameCard, Question
from .charting import plan_chart
from .conditions import check_filters, is_number, is_text
from .grammar import ParsedQuestion, read
from .linking import Lexicon, lexicon, stem, tags, tokens
from .plan.schema import ChartKind, Dimension, Measure, Order, QueryPlan
from .plan.sql import is_time
from .reading import COUNT, NEXT_STEP, Core, read_core, sort_order, worse_is_high

LISTED_ROWS = 1_000
"""Rows of a plain listing for which no number was named; the reading says so."""
_PIVOT = re.compile(
    r"\b(?:(?:as|in|into)\s+an?\s+)?(?:pivot(?:ed)?(?:\s+table)?|cross[ -]?tab(?:le|ulation)?)\b(?:\s+of)?", re.I
)
TIMELIKE = frozenset({"year", "month", "quarter", "week", "day", "hour", "date"})


def plan_question(question: Question, card: FrameCard) -> QueryPlan:
    """The plan of a question about one frame.

    Raises:
        Abstained: The question is not understood to the last word.
    """
    try:
        return plan_exactly(question, card)
    except Abstained as exact:
        if question.wants is not None or question.language is not None:
            raise
        try:
            text, pivots = _PIVOT.subn(" ", question.text)
            plan = plan_chart(text, card)
            return _as_pivot(plan.model_copy(update={"chart": None})) if pivots else plan
        except (Abstained, ValidationError):
            raise exact from None


def plan_exactly(question: Question, card: FrameCard) -> QueryPlan:
    """The plan of a question; abstains where a word of it has no part in the plan."""
    words = lexicon(card)
    text, pivots = _PIVOT.subn(" ", question.text)
    asked = read(tags(tokens(text), words), words)
    core = read_core(asked, words)
    if question.wants in DOCUMENT_FORMATS:
        asked = _replaced(asked, document=question.wants)
    elif question.wants == "table":
        asked = _replaced(asked, chart=None)
    elif question.wants == "figure":
        asked = _replaced(asked, document=None, chart=asked.chart or "")
    if question.language == "sql" and (asked.chart is not None or asked.document):
        raise Abstained(
            "SQL alone gives a table, not a chart or a document.", "Ask for a table, or leave out the option --sql."
        )
    try:
        plan = _plan(asked, core, words)
        return _as_pivot(plan) if pivots else plan
    except ValidationError as error:
        detail = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise Abstained(f"The question does not make a whole: {detail}.", NEXT_STEP) from error


def _as_pivot(plan: QueryPlan) -> QueryPlan:
    return QueryPlan.model_validate({**plan.model_dump(), "pivot": True, "order": (), "limit": None})


def _replaced(asked: ParsedQuestion, **changes: object) -> ParsedQuestion:
    return replace(asked, **changes)  # type: ignore[arg-type]


def _plan(asked: ParsedQuestion, core: Core, words: Lexicon) -> QueryPlan:
    groups = asked.groups + core.picks
    check_filters(asked.filters)
    kind = asked.chart
    if core.versus and not core.measures and kind in {None, ""}:
        kind = _versus_chart(core.columns)
    if kind == "histogram" and len(core.columns) + len(groups) == 1 and not core.measures:
        return _distribution(asked, core, groups, words)
    if kind in {"scatter", "box"} or (kind == "" and not core.measures and not groups and not core.counts_rows):
        return _raw_chart(asked, core, groups, kind, words)
    if kind == "histogram":
        raise Abstained("A histogram shows the values of one column.", "Name one column, such as “histogram of x”.")
    measures, groups = _figures(asked, core, groups)
    named = {dimension.column for dimension in groups}
    measures = tuple(COUNT if m.function == "count distinct" and m.column in named else m for m in measures)
    if not measures and not groups:
        return _listing(asked, core, words)
    if not measures and kind is None and not core.columns:
        return _values_of(asked, groups, words)
    return _grouped(asked, core, groups, measures, kind, words)


def _figures(
    asked: ParsedQuestion, core: Core, groups: tuple[Dimension, ...]
) -> tuple[tuple[Measure, ...], tuple[Dimension, ...]]:
    """The measures, and the groups with those that a bare column stands for."""
    if core.measures:
        if core.columns and core.versus and len(core.columns) == 1 and not is_number(core.columns[0]):
            return core.measures, (*groups, Dimension(column=core.columns[0].sql))
        _refuse_extra(core.columns)
        return core.measures, groups
    numbers = [column for column in core.columns if is_number(column)]
    if groups and numbers:
        column, by = numbers[0].sql, " and ".join(dimension.time or dimension.column for dimension in groups)
        raise Abstained(
            f"What of {column} for each {by}: the total, the average, or something else?",
            f"Say for example “total {column} by {by}” or “average {column} by {by}”.",
        )
    if groups and core.counts_rows and not core.columns:
        return (COUNT,), groups
    if asked.chart is not None and core.columns and not numbers and not core.versus:  # a chart of names counts them
        return (COUNT,), (*groups, *(Dimension(column=column.sql) for column in core.columns))
    if asked.chart is not None and groups and not core.columns:
        return (COUNT,), groups
    if groups and core.columns:
        _refuse_extra(core.columns)
    return (), groups


def _refuse_extra(columns: tuple[ColumnCard, ...]) -> None:
    if columns:
        names = ", ".join(column.sql for column in columns)
        raise Abstained(f"It is not clear what to do with {names} here.", "Say “by ...” to group, or name a function.")


def _grouped(
    asked: ParsedQuestion,
    core: Core,
    groups: tuple[Dimension, ...],
    measures: tuple[Measure, ...],
    kind: str | None,
    words: Lexicon,
) -> QueryPlan:
    if any(measure.function == "share" for measure in measures) and (asked.filters or not groups):
        raise Abstained(
            "A share is understood by groups of all rows only, such as “share of rows by species”.", NEXT_STEP
        )
    if not measures:
        raise Abstained(
            "The question names groups but no figure.", "Say what to compute: a number, a total, an average."
        )
    _refuse_colour(asked)
    if asked.limit is not None and not groups:
        raise Abstained(f"A single figure has no first {asked.limit}.", "Say what to rank, such as “top 5 ... by ...”.")
    if kind is not None and not groups:
        raise Abstained("A single figure makes no chart.", "Add a group, such as “by month”, or ask for a table.")
    if kind in {"", "line"} and len(groups) == 2 and runs_on(groups[1], words) and not runs_on(groups[0], words):
        groups = groups[::-1]  # time runs along the axis, and what it is split by gets the colours
    chart = kind if kind != "" else choose_chart(groups, words)
    order, limit = _order(asked, core, groups, measures, words), asked.limit
    if not order and chart in {"bar", "pie"} and not _has_own_order(groups[0], words):
        order = (Order(column=measures[0].column, function=measures[0].function, descending=True),)
    if core.picks and core.single and limit is None and asked.top is None:
        limit = 1
    _check_chart(chart, asked, groups, measures)
    return QueryPlan(
        frame=words.card.name,
        filters=asked.filters,
        group_by=groups,
        measures=measures,
        order=order,
        limit=limit,
        chart=cast("ChartKind | None", chart),
        document=asked.document,
    )


def _check_chart(
    chart: str | None, asked: ParsedQuestion, groups: tuple[Dimension, ...], measures: tuple[Measure, ...]
) -> None:
    if chart is None:
        return
    if len(measures) > 1:
        raise Abstained("A chart shows one figure at a time.", "Ask for one figure, or for a table.")
    most = 1 if chart == "pie" else 2
    if len(groups) > most or (chart == "heatmap" and len(groups) != 2):
        wanted = "two groups" if chart == "heatmap" else "one group" if most == 1 else "at most two groups"
        raise Abstained(f"A {chart} chart takes {wanted}.", "Change the groups after “by”, or ask for a table.")
    if asked.document and (chart == "heatmap" or len(groups) > 1):
        raise Abstained(
            "Documents hold bar, line and pie charts of one group.",
            "Ask for the document without a chart, or the chart alone.",
        )


def choose_chart(groups: tuple[Dimension, ...], words: Lexicon) -> ChartKind:
    """A line where the first group is a stretch of time; else bars."""
    return "line" if runs_on(groups[0], words) else "bar"


def runs_on(dimension: Dimension, words: Lexicon) -> bool:
    """Whether a group is a stretch of time, one after the other."""
    if dimension.time:
        return dimension.time not in {"day of week", "month of year"}
    column = words.column(dimension.column)
    return is_time(column) or (is_number(column) and dimension.column.lower() in TIMELIKE)


def _has_own_order(dimension: Dimension, words: Lexicon) -> bool:
    return bool(dimension.time or dimension.width) or not is_text(words.column(dimension.column))


def _order(
    asked: ParsedQuestion, core: Core, groups: tuple[Dimension, ...], measures: tuple[Measure, ...], words: Lexicon
) -> tuple[Order, ...]:
    descending = asked.descending
    if asked.sort is not None:
        said = asked.sort.descending if asked.sort.descending is not None else descending
        return (sort_order(asked.sort, bool(said), words, groups, measures),)
    if not groups and not measures:
        return ()
    if descending is None and asked.worst is not None:
        descending = _judged(measures, words) == asked.worst
    if descending is None and core.ranks is not None and groups:
        descending = core.ranks
    if descending is None or not groups:
        return ()
    if not measures:
        return (Order(column=groups[0].column, descending=descending),)
    return (Order(column=measures[0].column, function=measures[0].function, descending=descending),)


def _judged(measures: tuple[Measure, ...], words: Lexicon) -> bool:
    """Whether the worst is the highest."""
    name = measures[0].column if measures and measures[0].column else words.card.name
    high = worse_is_high(name)
    if high is None:
        raise Abstained(
            f"It is not clear whether high or low {name} is worse.", "Say “highest first” or “lowest first”."
        )
    return high


def _values_of(asked: ParsedQuestion, groups: tuple[Dimension, ...], words: Lexicon) -> QueryPlan:
    """``which carriers fly to MIA``, ``list the species by island``: what is distinct."""
    if not any(tag.kind in {"list", "which", "distinct"} for tag in asked.rest) and not asked.filters:
        raise Abstained(
            "The question names groups but no figure.", "Say what to compute: a number, a total, an average."
        )
    order = _order(asked, Core(), groups, (), words)
    return QueryPlan(
        frame=words.card.name,
        filters=asked.filters,
        group_by=groups,
        order=order,
        limit=asked.limit,
        document=asked.document,
    )


def _listing(asked: ParsedQuestion, core: Core, words: Lexicon) -> QueryPlan:
    """Rows as they are, or the distinct values of one column of names."""
    _refuse_colour(asked)
    if asked.chart is not None:
        raise Abstained("It is not clear what the chart should show.", "Name a figure and a group, or a column.")
    seeks = {tag.kind for tag in asked.rest} & {"list", "which", "distinct", "rows", "frame"}
    if not seeks and asked.limit is None:
        raise Abstained(
            "It is not clear what to do with " + (", ".join(c.sql for c in core.columns) or "this question") + ".",
            NEXT_STEP,
        )
    columns = core.columns
    ranked = asked.top is not None or core.ranks is not None or any(tag.kind == "rank" for tag in asked.rest)
    if len(columns) == 1 and is_text(columns[0]) and not core.counts_rows and not ranked:
        return _values_of(asked, (Dimension(column=columns[0].sql),), words)
    if not columns and not core.counts_rows and asked.limit is None and not asked.filters:
        raise Abstained("The question names nothing to show.", "Name columns, or say “rows”.")
    if "distinct" in seeks:
        raise Abstained("Rows are not compared for being different.", "Say “number of different ...” with a column.")
    order = _order(asked, core, (), (), words)
    select = tuple(column.sql for column in columns)
    if ranked:
        order, select = _ranking(asked, core), ()
    elif asked.descending is not None and not order:
        order, select = _ranking(asked, core, asked.descending), select
    limit = asked.limit
    if ranked and limit is None and _one_row(asked):
        limit = 1
    if limit is None and not asked.document and words.card.rows > LISTED_ROWS:
        limit = LISTED_ROWS
    return QueryPlan(
        frame=words.card.name,
        select=select,
        filters=asked.filters,
        order=order,
        limit=limit,
        document=asked.document,
    )


def _one_row(asked: ParsedQuestion) -> bool:
    """Whether one row, or those that share its value, are meant: the heaviest penguin, rows with the lowest x."""
    kinds = [tag.kind for tag in asked.rest]
    if "superlative" in kinds and "where" in kinds[: kinds.index("superlative")]:
        return True
    nouns = [tag.text.lower() for tag in asked.rest if tag.kind in {"frame", "rows"}]
    return any(tag.kind == "superlative" for tag in asked.rest) and all(stem(noun) == noun for noun in nouns)


def _ranking(asked: ParsedQuestion, core: Core, descending: bool | None = None) -> tuple[Order, ...]:
    if len(core.columns) != 1 or not core.counts_rows:
        raise Abstained("It is not clear what to rank by.", "Say for example “top 5 ... by total ...”.")
    if descending is None:
        descending = core.ranks if core.ranks is not None else True
    return (Order(column=core.columns[0].sql, descending=descending),)


def _refuse_limit(asked: ParsedQuestion) -> None:
    if asked.limit is not None or asked.top is not None:
        raise Abstained(
            "A chart of the values shows all of them.", "Use a condition instead, such as “where x is above 10”."
        )


def _refuse_colour(asked: ParsedQuestion) -> None:
    if asked.colour is not None:
        raise Abstained("Only scatter charts are coloured by a column.", "Say “by ... and ...” for two groups.")


def _versus_chart(columns: tuple[ColumnCard, ...]) -> str:
    return "scatter" if all(is_number(column) or is_time(column) for column in columns) else "box"


def _distribution(asked: ParsedQuestion, core: Core, groups: tuple[Dimension, ...], words: Lexicon) -> QueryPlan:
    """A histogram of numbers; names are counted in bars instead."""
    column = core.columns[0] if core.columns else words.column(groups[0].column)
    if is_number(column) and core.columns:
        _refuse_colour(asked)
        _refuse_limit(asked)
        return QueryPlan(
            frame=words.card.name,
            select=(column.sql,),
            filters=asked.filters,
            chart="histogram",
            document=asked.document,
        )
    by = groups if groups else (Dimension(column=column.sql),)
    return _grouped(asked, core, by, (COUNT,), "bar" if by[0].time is None else "", words)


def _raw_chart(
    asked: ParsedQuestion, core: Core, groups: tuple[Dimension, ...], kind: str | None, words: Lexicon
) -> QueryPlan:
    """Charts of the values themselves: scatter and box, or what fits the columns where no kind was named."""
    numbers = tuple(column for column in core.columns if is_number(column) or (kind == "scatter" and is_time(column)))
    names = tuple(Dimension(column=column.sql) for column in core.columns if column not in numbers)
    groups = groups + names
    if kind == "":
        if not numbers:
            measures, groups = _figures(asked, core, ())
            return _grouped(asked, core, groups, measures, "", words)
        kind = "scatter" if len(numbers) == 2 and not groups else "box" if groups else "histogram"
    _refuse_limit(asked)
    if asked.document:
        raise Abstained(f"A {kind} chart cannot be put in a document yet.", "Ask for the chart alone, or for a table.")
    if core.measures:
        raise Abstained(f"A {kind} chart shows the values themselves, not a figure of them.", "Leave the function out.")
    colour = asked.colour
    if (
        kind == "scatter"
        and groups
        and len(numbers) == 2
        and len(groups) == 1
        and not groups[0].time
        and colour is None
    ):
        colour, groups = groups[0].column, ()
    if kind == "scatter" and len(numbers) == 1 and len(groups) == 1 and not groups[0].time:
        numbers, groups = (*numbers, words.column(groups[0].column)), ()
    wanted = 2 if kind == "scatter" else 1
    if len(numbers) != wanted or (kind != "box" and groups) or (kind != "scatter" and colour) or len(groups) > 2:
        raise Abstained(
            f"A {kind} chart shows {'two columns' if wanted == 2 else 'one column'} of numbers"
            + (
                ", and a column to colour by."
                if kind == "scatter"
                else ", by one or two groups."
                if kind == "box"
                else "."
            ),
            "Name exactly those.",
        )
    if kind == "scatter" and core.versus:  # "y against x", "y vs x": what is named first goes up
        numbers = numbers[::-1]
    return QueryPlan(
        frame=words.card.name,
        select=tuple(column.sql for column in numbers),
        filters=asked.filters,
        group_by=groups,
        chart=cast(ChartKind, kind),
        colour=colour,
    )
