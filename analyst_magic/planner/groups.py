"""Rules for groups: *by*, *per*, *for each*, *monthly*."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .column_choice import is_number, one_column, time_column
from .conditions import conditions_at
from .lexicon import Lexicon
from .linking import Tag
from .parts import EachOne, Groups, Times, Where
from .plan.schema import Dimension, Filter, TimeBin
from .plan.sql import is_time
from .rules import Grammar, Span
from .year_columns import year_columns

RULES = Grammar()
_ITEM = "(column time|time column|column column|time|column)"


@RULES.rule(f"(from|to)? by+ (distinct|from|to|by)* {_ITEM} ((and|comma)+ (by|distinct)* {_ITEM})*")
def by(span: Span) -> Groups | None:
    """``by carrier and month``, ``per day of week``, ``from each origin``."""
    tags, place, role = span.tags[: span.end], span.start, ""
    found: list[Dimension] = []
    while place < span.end:
        kind = tags[place].kind
        if kind in {"from", "to"}:
            role = kind
        if kind in {"column", "time"}:
            if found and tags[place - 1].kind in {"column", "time"}:
                return None  # two nouns side by side are two things
            if found and {"its", "their"} & set(tags[place].lead.split()):
                return None  # "each type and its amount": the amount is no group
            if found and "the" in tags[place].lead.split() and span.after.kind in {"where", "most", "superlative"}:
                return None  # "for each team, the agent with the most tickets"
            dimension, length = dimension_at(tags, place, span.words, role)
            if dimension is None:
                return None
            found += whole_day(tags[place], dimension, span.words)
            place += length
        else:
            place += 1
    return Groups(_of_the_day(dict.fromkeys(found)), within=span.own[0].text.lower().startswith("within"))


def _of_the_day(found: Iterable[Dimension]) -> tuple[Dimension, ...]:
    """The dimensions; *weekday and hour* are hours of the day, not those that follow one another."""
    recurring = {d.column for d in found if d.time == "day of week"}
    return tuple(
        d.model_copy(update={"time": "hour of day"}) if d.time == "hour" and d.column in recurring else d for d in found
    )


@RULES.rule("by value", cost=0.7)
def made_by(span: Span) -> Where | None:
    """``films by Mira Holt``: whose they are."""
    if span.own[0].text.lower() != "by" or span.after.kind in {"and", "comma", "or"}:
        return None
    for length, found in conditions_at(span.own, 1, span.words):
        if length == 1 and not isinstance(found, Abstained):
            return Where(tuple(found))
    return None


@RULES.rule("operator column", cost=1.5)
def over(span: Span) -> Groups | None:
    """``the average price over the region``."""
    if span.own[0].text.lower() != "over":
        return None
    if span.before.kind in {"is", "verb"}:
        raise Abstained(
            message("“over {text}”: it is not clear what is compared with it.", text=span.own[1].text),
            message("Say both columns, such as “where ... is above {text}”.", text=span.own[1].text),
        )
    dimension, _ = dimension_at(span.own, 1, span.words)
    return Groups((dimension,)) if dimension else None


@RULES.rule("(from|to)? by", cost=3.0)
def each_one(span: Span) -> EachOne | None:
    """``for each``, with nothing behind it: of what was named before."""
    word = span.own[-1].text.lower()
    return EachOne() if "each" in word or "every" in word else None


@RULES.rule("every")
def every(span: Span) -> Groups:
    """``monthly``, ``over time``."""
    return Groups((_every(span.own[0], span.words),))


@RULES.rule("column by time", cost=1.8)
def done_per(span: Span) -> tuple[Groups, ...] | tuple[Groups, Where] | None:
    """``employees hired per year``: by the date that the verb names."""
    column = _time_among(span.own[0], span.words)
    low = span.own[0].text.lower()
    verb = low.endswith(("ed", "en", "lt", "nt")) or (low,) in span.words.done
    if column is None or not verb:
        return None
    return _when(column, span.own[2], done=True)


@RULES.rule("by time is? column", cost=0.8)
def when_done(span: Span) -> tuple[Groups, ...] | tuple[Groups, Where] | None:
    """``by weekday they were opened``, ``by the month of order_date``."""
    column = _time_among(span.own[-1], span.words)
    return _when(column, span.own[1], bool(span.of("is"))) if column is not None else None


def _when(column: ColumnCard, unit: Tag, done: bool) -> tuple[Groups, ...] | tuple[Groups, Where]:
    """Groups by a date; what was not done has none, and is no group of it."""
    groups = Groups((Dimension(column=column.sql, time=unit.meaning),))
    if not done or not column.nulls:
        return (groups,)
    return groups, Where((Filter(column=column.sql, operator="is not null"),))


@RULES.rule("bin column (by? time|every)")
def bins(span: Span) -> Groups:
    """``bin hire_date by weekday``."""
    column = one_column(span.of("column")[0], span.words, is_time)
    return Groups((Dimension(column=column.sql, time=span.own[-1].meaning),))


@RULES.rule("time", cost=1.5)
def time(span: Span) -> Times:
    """``which month``: a unit of time that is picked from."""
    return Times(span.own[0])


def whole_day(tag: Tag, dimension: Dimension, words: Lexicon) -> list[Dimension]:
    """A day where its column alone is a number from 1 to 31: with its month and year."""
    own, month, year = dimension.column, words.exact.get("month"), words.exact.get("year")
    if tag.text.lower() not in {"day", "days", "date"} or own.lower() != "day" or dimension.time or month is None:
        return [dimension]
    years = [Dimension(column=year)] if year is not None and (words.column(year).distinct or 2) > 1 else []
    return [*years, Dimension(column=month), dimension]


def dimension_at(tags: Sequence[Tag], place: int, lexicon: Lexicon, role: str = "") -> tuple[Dimension | None, int]:
    """The dimension that the tags at ``place`` name, and how many tags it takes."""
    if place >= len(tags):
        return None, 0
    tag, after = tags[place], tags[place + 1] if place + 1 < len(tags) else Tag("end", "")
    if tag.kind == "time":
        if after.kind == "column" and (column := _time_among(after, lexicon)) is not None:
            return Dimension(column=column.sql, time=tag.meaning), 2
        return _time_dimension(tag.meaning, tag.text, lexicon), 1
    if tag.kind != "column":
        return None, 0
    if after.kind in {"time", "column"} and after.text.lower() in _BINS and (column := _time_among(tag, lexicon)):
        return Dimension(column=column.sql, time=_BINS[after.text.lower()]), 2
    if after.kind == "column" and tag.text.lower() in _BINS and (column := _time_among(after, lexicon)):
        return Dimension(column=column.sql, time=_BINS[tag.text.lower()]), 2
    column = one_column(tag, lexicon, lambda c: not is_number(c) or (c.distinct or 0) <= 50, role)
    return Dimension(column=column.sql), 1


_BINS: dict[str, TimeBin] = {
    "hour": "hour", "day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year",
    "weekday": "day of week",
}  # fmt: skip


def _time_among(tag: Tag, lexicon: Lexicon) -> ColumnCard | None:
    found = [lexicon.column(name) for name in tag.meaning if is_time(lexicon.column(name))]
    return found[0] if len(found) == 1 else None


def _time_dimension(bin: TimeBin, text: str, lexicon: Lexicon) -> Dimension:
    if bin == "decade" and not any(is_time(column) for column in lexicon.card.columns):
        years = year_columns(lexicon)
        if len(years) == 1:
            return Dimension(column=years[0].sql, width=10)
    own = lexicon.exact.get(bin.removesuffix(" of day").removesuffix(" of year"))
    if own is not None and bin in {"hour of day", "month of year"} and is_number(lexicon.column(own)):
        return Dimension(column=own)
    column = time_column(lexicon, text)
    if column.type == "date" and bin in {"hour", "hour of day"}:
        raise Abstained(
            message("{column} holds dates without a time of day.", column=column.sql),
            message("Ask by day, week, month or year."),
        )
    return Dimension(column=column.sql, time=bin)


def _every(tag: Tag, lexicon: Lexicon) -> Dimension:
    """``monthly``, ``over time``: a column of that name where one stands for it, else the column of dates."""
    bin: str = tag.meaning
    own = lexicon.exact.get(bin)
    years = lexicon.exact.get("year")
    one_year = years is None or (lexicon.column(years).distinct or 0) <= 1
    if own is not None and is_number(lexicon.column(own)) and (bin == "year" or (bin == "month" and one_year)):
        return Dimension(column=own)
    if bin:
        return _time_dimension(cast(TimeBin, bin), tag.text, lexicon)
    times = [column for column in lexicon.card.columns if is_time(column)]
    if not times and years is not None and not one_year:
        return Dimension(column=years)
    column = time_column(lexicon, tag.text)
    return Dimension(column=column.sql, time=_fitting_bin(column))


def _fitting_bin(column: ColumnCard) -> TimeBin:
    """Bins that give a line some twenty to a hundred points; months where the range is not known."""
    try:
        days = (column.maximum - column.minimum).days
    except (TypeError, AttributeError):
        return "month"
    for bin, least in (("year", 365 * 15), ("month", 200), ("week", 90), ("day", 4)):
        if days >= least:
            return cast(TimeBin, bin)
    return "day" if column.type == "date" else "hour"
