"""Puts the parts of a reading together to a plan; nothing that was asked is left out of it."""

from __future__ import annotations

from dataclasses import replace

from pydantic import ValidationError

from ..errors import Abstained
from ..language import message
from ..turn import DOCUMENT_FORMATS, Question
from .asking import Ambiguous
from .drawn import drawn_rows
from .figures import NEXT_STEP, THINGS
from .grouped import common_values, figure_of_figures, grouped, having, with_groups
from .lexicon import Lexicon
from .listed import about_the_data, listing, values_of
from .mapped import on_a_map
from .orders import orders
from .parser import Reading
from .parts import EachOne, Times
from .picks import rows_of_each, with_extreme
from .plan.schema import Dimension, Filter, Look, QueryPlan, Rows
from .request import Request, request_of
from .tokens import stem


def compose(reading: Reading, words: Lexicon, question: Question, pivot: bool = False) -> QueryPlan:
    """The plan of a reading.

    Raises:
        Abstained: The parts do not make a whole.
    """
    request = _as_wanted(request_of(reading, words), question)
    try:
        plan = _without_missing(_plan(request), request)
        _check_complete(request, plan)
        if pivot:
            plan = QueryPlan.model_validate(
                {**plan.model_dump(), "pivot": True, "order": (), "limit": None, "chart": None}
            )
        return plan
    except ValidationError as error:
        detail = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise Abstained(message("The question does not make a whole: {detail}.", detail=detail), NEXT_STEP) from error


def _check_complete(request: Request, plan: QueryPlan) -> None:
    """Abstain where a part of the reading is not in the plan: nothing that was asked is dropped in silence."""
    source = plan.source
    named = {*plan.columns, *(source.columns if source else ())}
    named |= {name for c in plan.having if isinstance(c, Rows) for name in c.columns}
    rows_only = plan.lists_rows and not plan.select
    lost = [c.sql for c in request.columns if c.sql not in named and not rows_only]
    lost += [d.column for d in request.groups if d.column not in named]
    lost += [name for f in request.filters for name in f.columns if name not in named]
    lost += [f"the first {request.limit}"] if request.limit and plan.limit != request.limit else []
    lost += ["the second highest"] if request.offset and plan.offset != request.offset else []
    lost += ["the colour"] if request.colour and plan.colour != request.colour else []
    lost += ["the order"] if (request.sorts or request.top is not None) and not plan.order else []
    lost += ["the chart"] if request.chart and plan.chart is None else []
    lost += ["the document"] if request.document and plan.document is None else []
    lost += ["the look of the chart"] if request.look != Look() and not _is_drawn(request.look, plan) else []
    if lost:
        raise Abstained(
            message("It is not clear what to do with {lost} here.", lost=list(dict.fromkeys(lost))), NEXT_STEP
        )


def _without_missing(plan: QueryPlan, request: Request) -> QueryPlan:
    """The plan that picks among the groups that are known: what is missing is not the most common one."""
    picks = plan.limit is not None and plan.order and (request.subject or request.common or request.rank_by)
    if not picks or plan.source is not None or any(getattr(m, "function", "") == "share" for m in plan.measures):
        return plan
    columns = [request.words.columns.get(d.column) for d in plan.group_by if d.column not in plan.each]
    known = [Filter(column=c.sql, operator="is not null") for c in columns if c is not None and c.nulls]
    return plan.model_copy(update={"filters": (*plan.filters, *(f for f in known if f not in plan.filters))})


_LOG_CHARTS = frozenset({"bar", "line", "area", "scatter", "histogram", "box", "violin"})


def _is_drawn(look: Look, plan: QueryPlan) -> bool:
    """Whether a chart of this kind can look as it was asked for."""
    fits = not look.log or plan.chart in _LOG_CHARTS
    fits = fits and (not look.stacked or plan.chart in {"bar", "area"})
    return fits and plan.look == look and plan.chart is not None


def _as_wanted(request: Request, question: Question) -> Request:
    """The form that the options ask for decides over the words."""
    if question.wants in DOCUMENT_FORMATS:
        request = replace(request, document=question.wants)
    elif question.wants == "table":
        request = replace(request, chart=None)
    elif question.wants == "figure":
        request = replace(request, document=None, chart=request.chart or "")
    if question.language == "sql" and (request.chart is not None or request.document):
        raise Abstained(
            message("SQL alone gives a table, not a chart or a document."),
            message("Ask for a table, or leave out the option --sql."),
        )
    return request


def _plan(request: Request) -> QueryPlan:
    _check_used(request)
    _check_counted(request)
    if request.about is not None:
        return about_the_data(request)
    if request.chart == "map":
        return on_a_map(request)
    if request.nested is not None:
        return figure_of_figures(request)
    if request.common is not None:
        return common_values(request)
    if (plan := rows_of_each(request)) is not None:
        return plan
    request = with_extreme(_scattered(request))
    if (drawn := drawn_rows(request)) is not None:
        return drawn
    if request.sets:
        return _sets(request)
    if request.having:
        return having(request)
    request = with_groups(request)
    if request.measures:
        return grouped(request)
    if request.groups:
        return values_of(request, request.groups)
    return listing(request)


def _scattered(request: Request) -> Request:
    """A correlation that a scatter chart is to show is one column against another."""
    if request.chart != "scatter" or len(request.measures) != 1 or request.measures[0].function != "correlation":
        return request
    measure = request.measures[0]
    columns = tuple(request.words.column(name) for name in (measure.column, measure.other) if name)
    return replace(request, measures=(), columns=columns)


def _check_counted(request: Request) -> None:
    """Ask back where a noun that is neither the frame's nor a word for its rows would mean all of them."""
    things = [rows.tag for rows in request.rows if rows.assumed and stem(rows.tag.text.lower()) not in THINGS]
    if things:
        raise Ambiguous(
            message(
                "{frame} has nothing that is called “{text}”. Are its rows meant?",
                frame=request.frame,
                text=things[0].text,
            ),
            message("Name a column, or say “rows”."),
            word=things[0].text,
            choices=("rows",),
        )


def _check_used(request: Request) -> None:
    """Abstain where a part of the reading has nothing that it belongs to."""
    picked = {dimension.time or dimension.column for dimension in request.subject}
    for part in request.parts:
        if isinstance(part, Times) and not request.subject and part.tag.meaning not in picked:
            word = part.tag.text
            raise Abstained(
                message("It is not clear what “{word}” is to do here.", word=word),
                message("Say “by {word}” to group by it.", word=word),
            )
        if isinstance(part, EachOne) and not request.columns:
            raise Abstained(message("For each of what? No column is named."), message("Say “by” with a column."))


def _sets(request: Request) -> QueryPlan:
    """``which carriers fly to both BOS and MIA``, ``products only sold in East``."""
    groups = request.subject or request.groups or tuple(Dimension(column=c.sql) for c in request.columns)
    if request.measures or request.extreme or request.limit or request.chart is not None:
        plain = tuple(s.condition for s in request.sets)
        if any(s.kind == "never" for s in request.sets) or any(
            m.function == "count distinct" for m in request.measures
        ):
            raise Abstained(
                message("It is not clear whether rows or groups are meant."), message("Ask which ones they are.")
            )
        both = [Dimension(column=s.condition.column) for s in request.sets if s.kind == "both"]
        added = tuple(d for d in both if not request.groups and request.measures)
        return _plan(replace(request, sets=(), filters=(*request.filters, *plain), groups=(*request.groups, *added)))
    if len(groups) != 1:
        plain = tuple(s.condition for s in request.sets)
        if groups or any(s.kind != "only" for s in request.sets):
            raise Abstained(
                message("It is not clear which ones are meant."),
                message("Say for example “which carriers fly to both ...”."),
            )
        return _plan(replace(request, sets=(), filters=(*request.filters, *plain)))
    having: list[Rows] = []
    for one in request.sets:
        if one.kind == "both":
            each = [one.condition.model_copy(update={"operator": "=", "values": (v,)}) for v in one.condition.values]
            having += [Rows(which="some", where=(condition,)) for condition in each]
        else:
            having.append(Rows(which="all" if one.kind == "only" else "no", where=(one.condition,)))
    return QueryPlan(frame=request.frame, filters=request.filters, group_by=groups, having=tuple(having),
                     order=orders(replace(request, groups=groups)), document=request.document)  # fmt: skip
