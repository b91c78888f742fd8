"""What an answer is sorted by."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .amounts import points_at, refuse_participle, takes_time
from .asking import total_or_mean
from .column_choice import is_number, one_column, only_amount
from .lexicon import Lexicon
from .parts import Extreme, Key, Named, Sort
from .plan.schema import Measure, Order
from .plan.sql import is_time
from .plan.words import name_parts
from .request import Request, is_key
from .synonyms import WORSE_HIGH, WORSE_LOW
from .tokens import canonical
from .year_columns import is_year_column


def orders(request: Request) -> tuple[Order, ...]:
    """The sort keys of an answer.

    Raises:
        Abstained: The answer does not have what it is to be sorted by.
    """
    if len(request.sorts) > 2:
        raise Abstained(message("The question asks for more than one order."), message("Ask for one order."))
    directions = {s.descending for s in request.sorts if isinstance(s, Sort) and s.descending is not None}
    if len(directions) > 1:
        raise Abstained(
            message("The question asks for two orders that contradict each other."), message("Ask for one order.")
        )
    keyed = [s for s in request.sorts if isinstance(s, Sort) and s.keys != (Key(),)]
    sorts = keyed or request.sorts
    if len(sorts) > 1:
        raise Abstained(message("The question asks for more than one order."), message("Ask for one order."))
    if sorts:
        (sort,) = sorts
        if isinstance(sort, Order):
            return (sort,)
        descending = sort.descending if sort.descending is not None else next(iter(directions), None)
        if sort.worst is not None:
            descending = _judged(request) == sort.worst
        return tuple(_order(key, descending, request) for key in sort.keys)
    if request.top is not None and request.groups and request.measures:
        measure = request.measures[0]
        return (Order(column=measure.column, function=measure.function, descending=request.top),)
    return ()


def _order(key: Key, descending: bool | None, request: Request) -> Order:
    down = bool(descending)
    measures, groups = request.measures, request.groups
    first = measures[0] if measures else None
    if key.axis == "time":
        return Order(column=_time_name(request), descending=down)
    if key.axis == "x" and groups:
        return Order(column=_group_name(request), descending=down)
    if key.axis == "y" and first:
        return Order(column=first.column, function=first.function, descending=down)
    if key.measure is not None:
        if key.measure in measures:
            return Order(column=key.measure.column, function=key.measure.function, descending=down)
        counts = first is not None and (first.function.startswith("count") or first.function == "share")
        if first is not None and key.measure.column is None and (counts or request.chart is not None):
            return Order(column=first.column, function=first.function, descending=down)  # whatever the figure is
        if groups and not key.tag:
            return Order(column=key.measure.column, function=key.measure.function, descending=down)
        if key.tag is None or not groups:
            raise Abstained(
                message("The answer has no such figure to sort by."), message("Sort by one of its groups or figures.")
            )
    if key.tag is not None:
        return _by_column(key, down, request)
    if first is not None and groups:
        return Order(column=first.column, function=first.function, descending=down)
    if groups:
        return Order(column=_group_name(request), descending=down)
    if len(request.columns) == 1:
        return Order(column=request.columns[0].sql, descending=down)
    raise Abstained(message("It is not clear what to sort by."), message("Say “sorted by” with a column."))


def _time_name(request: Request) -> str:
    """What *newest first* sorts by: the date of the groups, or the only one of the rows.

    Raises:
        Abstained: There is none, or rows may be old in several ways.
    """
    card = request.words.card
    dated = [d.column for d in request.groups if d.time or is_time(request.words.column(d.column))]
    years = [d.column for d in request.groups if is_year_column(request.words.column(d.column))]
    times = [column.sql for column in card.columns if is_time(column)]
    aged = any("age" in name_parts(column.sql) for column in card.columns)
    found = dated or years if request.groups else [] if aged else times
    if len(found) != 1:
        raise Abstained(
            message("It is not clear which date the order is of."), message("Say “sorted by” with a column.")
        )
    return found[0]


def _group_name(request: Request) -> str:
    return request.groups[0].column


def _by_column(key: Key, down: bool, request: Request) -> Order:
    assert key.tag is not None
    shown = {d.column for d in request.groups} | {m.column for m in request.measures}
    names = [name for name in key.tag.meaning if name in shown]
    column = names[0] if len(names) == 1 else one_column(key.tag, request.words).sql
    same = [m for m in request.measures if m.column == column]
    if column in {d.column for d in request.groups}:
        return Order(column=column, descending=down)
    if same:
        return Order(column=column, function=same[0].function, descending=down)
    if request.groups and key.tag.text.lower() in {"name", "names"}:
        return Order(column=_group_name(request), descending=down)
    if request.groups or request.measures:
        raise Abstained(
            message("The answer has no {column} to sort by.", column=column),
            message("Sort by one of its groups or figures."),
        )
    return Order(column=column, descending=down)


def _judged(request: Request) -> bool:
    """Whether the worst is the highest."""
    measures = request.measures
    return _worst_is_high(measures[0].column if measures and measures[0].column else request.frame)


def _worst_is_high(name: str) -> bool:
    """Whether the worst has the most of what a name says.

    Raises:
        Abstained: The name does not say so.
    """
    parts = {canonical(part) for part in name_parts(name)}
    if parts & {canonical(word) for word in WORSE_HIGH}:
        return True
    if parts & {canonical(word) for word in WORSE_LOW}:
        return False
    raise Abstained(
        message("It is not clear whether high or low {name} is worse.", name=name),
        message("Say “highest first” or “lowest first”."),
    )


def rank_measure(request: Request) -> Measure | None:
    """What the picked groups are ranked by; None where rows are ranked instead."""
    extreme, rank = request.extreme, request.rank_by
    if rank is not None and rank.measure is not None:
        return rank.measure
    if extreme is not None and extreme.measure is not None:
        return extreme.measure
    column = hinted(request)
    if column is None:
        words = extreme.text if extreme else "top"
        raise Abstained(
            message("“{words}” of what? No column to compute it of is named.", words=words),
            message(
                "Name a column of {frame}: {columns}.",
                frame=request.frame,
                columns=[c.sql for c in request.words.card.columns[:12]],
            ),
        )
    if rank is not None and request.subject:
        subject = request.words.column(request.subject[0].column)
        if subject.distinct == request.words.card.rows:
            return None
        raise total_or_mean(
            column.sql,
            subject.sql,
            message("Say for example “by total {column}” or “by average {column}”.", column=column.sql),
        )
    assert extreme is not None
    picked = request.words.column(request.subject[0].column) if request.subject else None
    if extreme.hint == "worse" and (picked is None or not is_key(picked, request.words)):
        raise total_or_mean(
            column.sql, picked.sql if picked else "", message("Say “worst average {column}”.", column=column.sql)
        )
    return Measure(function="max" if goes_down(request, column) else "min", column=column.sql)


def goes_down(request: Request, column: ColumnCard | None) -> bool:
    """Whether a superlative or *top* wants the highest first; the slowest is the one that takes longest."""
    extreme = request.extreme
    if extreme is None:
        return request.top is not False
    if extreme.hint == "worse" and column is not None:
        return _worst_is_high(column.sql)
    return extreme.descending != (extreme.hint == "speed" and column is not None and takes_time(column))


def hinted(request: Request) -> ColumnCard | None:
    """The column of a superlative: the one named, the one numeric column named beside it, or what the word hints at."""
    extreme, rank, words = request.extreme, request.rank_by, request.words
    tag = rank.tag if rank is not None else extreme.tag if extreme is not None else None
    if tag is not None:
        column = one_column(tag, words, is_number)
        if not is_number(column) and not is_time(column):
            raise Abstained(
                message("{column} has no highest or lowest: it holds no numbers.", column=column.sql),
                message("Name a column of numbers."),
            )
        return column
    if len(request.columns) == 1 and is_number(request.columns[0]) and not _of_the_picked(request):
        if extreme is not None:
            refuse_participle(extreme.text, extreme.hint, request.columns[0])
        return request.columns[0]
    hint = extreme.hint if extreme else ""
    found = [column for column in words.card.columns if hint and is_number(column) and points_at(hint, column)]
    if extreme is not None and not found and extreme.rows is not None and extreme.text.lower() in _SIZES:
        return only_amount(words)
    if extreme is not None and not found:
        found = _hinted_otherwise(hint, extreme, words)
    if extreme is not None and hint == "length" and found and sum(map(is_time, words.card.columns)) > 1:
        _refuse_two_lengths(extreme.text, found, words)
    return found[0] if len(found) == 1 else None


def _hinted_otherwise(hint: str, extreme: Extreme, words: Lexicon) -> list[ColumnCard]:
    """What a superlative is of where no column has its name: points for the best rated, a time for the fastest."""
    parts = {column.sql: {canonical(part) for part in name_parts(column.sql)} for column in words.card.columns}
    columns = [column for column in words.card.columns if is_number(column)]
    if hint == "speed":
        return [c for c in columns if takes_time(c) and parts[c.sql] & _RACED and not parts[c.sql] & _WAITED]
    if hint == "rating" and extreme.rows is not None:
        return [column for column in columns if parts[column.sql] & _SCORES]
    return []


_RACED = frozenset({"time", "duration", "finish", "elapsed", "runtime"})
_WAITED = frozenset({"wait", "delay", "latency", "start", "response"})
_SCORES = frozenset({"point", "score", "star", "grade", "mark"})
_SIZES = frozenset({"largest", "biggest", "smallest", "highest", "lowest"})


def _refuse_two_lengths(text: str, found: Sequence[ColumnCard], words: Lexicon) -> None:
    """A project with 90 hours of work and two dates may be the longest by either.

    Raises:
        Abstained: The column is of hours or days and is not named as a duration.
    """
    if all({"duration", "length", "runtime"} & {*name_parts(column.sql)} for column in found):
        return
    times = " to ".join(column.sql for column in words.card.columns if is_time(column))
    raise Abstained(
        message("“{text}”: by {sql}, or by the time from {times}?", text=text, sql=found[0].sql, times=times),
        message("Say “the highest {sql}”, or “the most days between” two dates.", sql=found[0].sql),
    )


def _of_the_picked(request: Request) -> bool:
    """``population density of the largest state``: the column is of what is picked, and says not by what."""
    extreme = request.extreme
    if extreme is None or extreme.rows is None or extreme.rows.kind != "frame":
        return False
    for part in request.parts:
        if isinstance(part, Named):
            return True
        if isinstance(part, Extreme):
            return False
    return False
