"""Listings: rows as they are, the values of a column, and what is known of the data itself."""

from __future__ import annotations

from dataclasses import replace

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .asking import total_or_mean
from .column_choice import is_number, is_text, tells_apart
from .figures import NEXT_STEP
from .flags import truth
from .lexicon import Lexicon
from .linking import columns_called
from .orders import goes_down, hinted, orders
from .parts import Extreme, Filler, Named
from .parts import Rows as RowsNamed
from .plan.schema import Condition, Dimension, Filter, Order, QueryPlan, Rows
from .plan.sql import is_time
from .plan.words import spoken
from .request import Request, is_key, is_plural, speaks_of_rows
from .tokens import stem

_COMPARED = frozenset({"<", "<=", ">", ">=", "between", "contains"})
LISTED_ROWS = 1_000
"""Rows of a plain listing for which no number was named; the reading says so."""


_CONTRARY = {"!=": "=", "not in": "in", "=": "!=", "is null": "is not null"}


def _says_none(condition: Filter) -> bool:
    """Whether a condition says what rows are not, or have none of."""
    return condition.operator in {"!=", "not in"} or (
        condition.operator in {"=", "is null"} and condition.label == "none"
    )


def _contrary(found: Filter, words: Lexicon) -> Filter:
    """The condition that holds where another one does not."""
    flag = truth(words.column(found.column))
    if found.operator == "=" and flag is not None:
        return found.model_copy(update={"values": tuple(v for v in flag if v not in found.values), "label": ""})
    return found.model_copy(update={"operator": _CONTRARY[found.operator], "label": ""})


def values_of(request: Request, groups: tuple[Dimension, ...]) -> QueryPlan:
    """``which carriers fly to MIA``, ``list the species by island``: what is distinct."""
    by = bool(request.groups) and not request.subject and not speaks_of_rows(request)
    if not request.seeks and not request.distinct and (by or not request.filters):
        raise Abstained(
            message("The question names groups but no figure."),
            message("Say what to compute: a number, a total, an average."),
        )
    refuse_colour(request)
    own = {d.column for d in groups}
    missing = [f for f in request.filters if isinstance(f, Filter) and f.column not in own and _says_none(f)]
    if missing:  # "which carriers do not fly to BOS", "referees who showed no red card": none of their rows does
        rest = tuple(f for f in request.filters if f not in missing)
        turned = [_contrary(f, request.words) for f in missing]
        having = tuple(Rows(which="no", where=(f,)) for f in turned)
        return QueryPlan(frame=request.frame, filters=rest, group_by=groups, having=having,
                         order=orders(replace(request, groups=groups)), limit=request.limit,
                         document=request.document)  # fmt: skip
    return QueryPlan(
        frame=request.frame,
        filters=request.filters,
        group_by=groups,
        order=orders(replace(request, groups=groups)),
        limit=request.limit,
        offset=request.offset if request.limit else 0,
        document=request.document,
    )


def listing(request: Request) -> QueryPlan:
    """Rows as they are, or the distinct values of one column of names."""
    refuse_colour(request)
    columns, words = request.columns, request.words
    rows = speaks_of_rows(request)
    if request.chart is not None:
        raise Abstained(
            message("It is not clear what the chart should show."), message("Name a figure and a group, or a column.")
        )
    looked_up = bool(columns) and any(_names_a_row(f, words) for f in request.filters)
    things = len(columns) == 1 and _are_things(columns[0], request)
    figure = bool(columns) and is_number(columns[0]) and not things
    if request.filters and not looked_up and not request.seeks and not rows and figure:
        raise total_or_mean(columns[0].sql)
    _refuse_without_a_wish(request, rows)
    ranked = request.extreme is not None or request.rank_by is not None or request.top is not None
    if (
        len(columns) == 1
        and (((is_text(columns[0]) or things) and not rows) or _before_rows(columns[0], request))
        and not ranked
    ):
        return values_of(_none_of_theirs(request) if rows else request, (Dimension(column=columns[0].sql),))
    _refuse_nothing_to_show(request, rows)
    order, select, limit = _ranking(request) if ranked else _in_order(request, rows, looked_up)
    if limit is None and not request.document and words.card.rows > LISTED_ROWS:
        limit = LISTED_ROWS
    return QueryPlan(
        frame=request.frame,
        select=select,
        filters=request.filters,
        order=order,
        limit=limit,
        offset=request.offset if ranked and limit else 0,
        document=request.document,
    )


def _refuse_without_a_wish(request: Request, rows: bool) -> None:
    """Abstain where columns alone are named, and nothing says what to do with them."""
    columns = request.columns
    plain = not request.seeks and not rows and request.limit is None and not request.distinct
    compared = any(isinstance(f, Filter) and f.operator in _COMPARED for f in request.filters) and not columns
    if plain and not (request.filters and columns) and not request.attributes and not compared:
        raise Abstained(
            "It is not clear what to do with " + (", ".join(c.sql for c in columns) or "this question") + ".", NEXT_STEP
        )


def _refuse_nothing_to_show(request: Request, rows: bool) -> None:
    """Abstain where no columns are named, or rows are to be different."""
    if not request.columns and not rows and request.limit is None and not request.filters and not request.attributes:
        raise Abstained(message("The question names nothing to show."), message("Name columns, or say “rows”."))
    if request.distinct:
        raise Abstained(
            message("Rows are not compared for being different."),
            message("Say “number of different ...” with a column."),
        )


def _in_order(request: Request, rows: bool, looked_up: bool) -> tuple[tuple[Order, ...], tuple[str, ...], int | None]:
    """How rows that are not ranked are sorted, which columns of them are shown, and how many rows."""
    select = tuple(column.sql for column in request.columns)
    if select and looked_up:  # several rows are told apart by their names
        names = [f.column for f in request.filters if isinstance(f, Filter) and f.operator == "in"]
        select = (*(name for name in names if name not in select), *select)
    order = (Order(descending=True),) if request.last else orders(request) or _by_date(request)
    if len(order) > 0 and rows and select == tuple(o.column for o in order):
        select = ()
    if rows and select and _only_judged(request):
        select = ()
    if select and request.filters and _says_what_was_done(request):
        select = ()
    return order, select, request.limit


def _are_things(column: ColumnCard, request: Request) -> bool:
    """Whether a plural names things that a number tells apart, each with several rows: *customers*."""
    named = [part.tag for part in request.parts if isinstance(part, Named)]
    repeated = column.distinct is not None and column.distinct < request.words.card.rows
    return tells_apart(column) and repeated and any(is_plural(tag) and tag.partial for tag in named)


def _none_of_theirs(request: Request) -> Request:
    """``accounts without cancelled subscriptions``: none of their rows is, rather than one that is not."""
    without = tuple(
        f.model_copy(update={"label": "none"}) if isinstance(f, Filter) and f.operator == "is null" else f
        for f in request.filters
    )
    return replace(request, filters=without)


def _before_rows(column: ColumnCard, request: Request) -> bool:
    """Whether things are asked for by what their rows are: ``customers with overdue invoices``."""
    kinds = [type(part) for part in request.parts if isinstance(part, Named | RowsNamed)]
    named = [part.tag for part in request.parts if isinstance(part, Named)]
    repeated = column.distinct is not None and column.distinct < request.words.card.rows
    things = is_text(column) or tells_apart(column)
    return kinds == [Named, RowsNamed] and things and repeated and is_plural(named[0]) and bool(request.filters)


def _only_judged(request: Request) -> bool:
    """Whether the columns are named for a condition alone: ``loans due this week``, with ``due_date``."""
    judged = {name for condition in request.filters for name in condition.columns}
    named = [part.tag for part in request.parts if isinstance(part, Named)]
    return all(tag.partial and judged.issuperset(tag.meaning) for tag in named)


def _says_what_was_done(request: Request) -> bool:
    """Whether the one column is a date that each row has, named by a participle: ``lamps returned in York``.

    Raises:
        Abstained: Some rows have no such date; whether they are meant is not said.
    """
    named = [part.tag for part in request.parts if isinstance(part, Named)]
    done = len(named) == 1 and named[0].text.lower().endswith(("ed", "en", "lt", "nt"))
    done = done and named[0].text.lower() not in {spoken(name).lower() for name in named[0].meaning}
    dates = [request.words.column(name) for name in named[0].meaning] if done else []
    if len(dates) != 1 or not is_time(dates[0]):
        return False
    if dates[0].nulls:
        raise Abstained(
            message("“{text}” is not clear here: {sql} holds dates.", text=named[0].text, sql=dates[0].sql),
            message("Say “where {sql} is not missing”, or “{sql_2} of ...”.", sql=dates[0].sql, sql_2=dates[0].sql),
        )
    return True


def _by_date(request: Request) -> tuple[Order, ...]:
    """``the first 5 tickets opened in 2025``: in the order of the date that the verb names."""
    verbs = [part.text for part in request.parts if isinstance(part, Filler) and part.text]
    names = {name for verb in verbs for name in columns_called(verb, request.words)}
    dates = [name for name in names if is_time(request.words.column(name))]
    return (Order(column=dates[0]),) if request.limit is not None and len(dates) == 1 else ()


def _names_a_row(condition: Condition, words: Lexicon) -> bool:
    """Whether a condition says which rows are meant, by their name."""
    named = isinstance(condition, Filter) and condition.operator in {"=", "in"} and not condition.part
    return named and is_key(words.column(condition.column), words)  # type: ignore[union-attr]


def _ranking(request: Request) -> tuple[tuple[Order, ...], tuple[str, ...], int | None]:
    """Rows by a column: ``the 5 heaviest penguins``, ``rows with the lowest x``, ``top 10 flights by distance``."""
    extreme = request.extreme
    column = hinted(request)
    if request.attributes and column is not None and extreme is not None:
        order = (Order(column=column.sql, descending=goes_down(request, column)),)
        return order, tuple(c.sql for c in (*request.attributes, column)), request.limit or 1
    if column is None or not (speaks_of_rows(request) or request.subject):
        raise Abstained(
            message("It is not clear what to rank by."), message("Say for example “top 5 ... by total ...”.")
        )
    limit = request.limit
    if limit is None and extreme is not None and request.top is None and _one_row(request):
        limit = 1
    return (Order(column=column.sql, descending=goes_down(request, column)),), (), limit


def _one_row(request: Request) -> bool:
    """Whether one row, or those that share its value, are meant: the heaviest penguin, rows with the lowest x."""
    if "which" in request.seeks:
        return True
    for part in request.parts:
        if isinstance(part, Extreme):
            break
        if isinstance(part, Filler) and part.text.lower() in {"with", "having", "that have", "that has", "that had"}:
            return True
    extreme = request.extreme
    nouns = [rows.tag.text.lower() for rows in request.rows]
    nouns += [extreme.rows.text.lower()] if extreme and extreme.rows else []
    return all(stem(noun) == noun for noun in nouns)


def refuse_colour(request: Request) -> None:
    """Abstain where something else than a scatter chart is coloured."""
    if request.colour is not None:
        raise Abstained(
            message("Only scatter charts are coloured by a column."), message("Say “by ... and ...” for two groups.")
        )


def about_the_data(request: Request) -> QueryPlan:
    """What columns there are, what is missing, what is double."""
    assert request.about is not None
    odd = request.measures or request.groups or request.limit or request.extreme or request.sorts or request.chart
    if odd or request.common or request.sets or request.having:
        raise Abstained(
            message("It is not clear what else is asked about the data."), message("Ask for one thing at a time.")
        )
    return QueryPlan(
        frame=request.frame,
        select=tuple(column.sql for column in request.columns),
        filters=request.filters,
        about=request.about.what,  # type: ignore[arg-type]
        document=request.document,
    )
