"""Rules for conditions on dates: days, months, years, quarters, weekends, and stretches of time relative to today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from .column_choice import is_number, time_column
from .lexicon import Lexicon
from .linking import Tag
from .parts import Filler, Where
from .plan import periods
from .plan.schema import Condition, Filter, Operator, Part
from .plan.sql import is_time
from .rules import Grammar, Span
from .synonyms import VERB_FORMS
from .year_columns import is_year_column, year_columns

RULES = Grammar()
_TAKES_NUMBER = frozenset({"operator", "top", "bottom", "first", "between", "which", "is", "list", "relative"})


@RULES.rule("(between|from) date (and|to) date", cost=0.8)
def between_dates(span: Span) -> Where:
    """``between 2013-06-01 and 2013-06-30``."""
    values = tuple(tag.meaning for tag in span.of("date"))
    name = time_column(span.words, span.of("date")[0].text).sql
    return Where((Filter(column=name, operator="between", values=values),))


@RULES.rule("(operator|from)? date", cost=0.8)
def at_date(span: Span) -> Where:
    """``after 2013-06-01``, ``on 2013-06-01``."""
    first, date = span.own[0], span.own[-1]
    operator: Operator = first.meaning if first.kind == "operator" else ">=" if first.kind == "from" else "="
    name = time_column(span.words, date.text).sql
    return Where((Filter(column=name, operator=operator, values=(date.meaning,)),))


@RULES.rule("column is?", cost=0.4)
def dated_by(span: Span) -> Filler | None:
    """``where order_date is in March``, ``tickets opened last month``: the date that what follows is about."""
    if _time_named(span) is None:
        return None
    if (
        not span.of("is")
        and not {"in", "on", "during"} & set(span.after.lead.split())
        and not is_done_at(span.own[0], span.words)
    ):
        return None
    dated = span.after.kind in {"month", "quarter", "weekday", "weekend", "relative", "today"}
    return Filler(span.own[0].text) if dated or is_year(span.tags, span.end) else None


@RULES.rule("column", cost=0.6)
def done_at_all(span: Span) -> Where | Filler | None:
    """``which agent closed the most tickets``, ``how many accounts churned``: those with the date of what was done."""
    name = _time_named(span)
    if name is None or not is_done_at(span.own[0], span.words):
        return None
    alone = span.after.kind in {"end", "by"} and (_says_who(span) or span.before.kind in {"rows", "frame", "is"})
    if not alone and span.after.kind not in {"most", "fewest", "superlative"}:
        return None
    if span.before.kind in {"by", "which", "function", "and", "comma", "sort", "start"}:
        return None
    if not span.words.column(name).nulls:
        return Filler(span.own[0].text)
    return Where((Filter(column=name, operator="is not null"),))


def _says_who(span: Span) -> bool:
    return bool({"that", "who", "which"} & set(span.own[0].lead.split()))


@RULES.rule("not column", cost=0.6)
def not_done(span: Span) -> Where | None:
    """``loans that are not returned yet``: those without the date of what was done."""
    done = Span(span.tags, span.start + 1, span.end, span.words)
    name = _time_named(done)
    if name is None or not is_done_at(done.own[0], span.words) or not span.words.column(name).nulls:
        return None
    if span.after.kind in {"operator", "date", "month", "number", "relative", "value", "is", "from", "between"}:
        return None
    return Where((Filter(column=name, operator="is null"),))


def is_done_at(tag: Tag, words: Lexicon) -> bool:
    """Whether a word says what was done: *opened*, or *let* where there is a column ``let_on``."""
    return is_done(tag) or (tag.text.lower(),) in words.done


def _time_named(span: Span) -> str | None:
    """The column of dates that the first word names."""
    names = span.own[0].meaning
    return names[0] if len(names) == 1 and is_time(span.words.column(names[0])) else None


def is_done(tag: Tag) -> bool:
    """Whether a word says what was done, such as *opened* or *shipped*."""
    return tag.text.lower().endswith("ed") or tag.text.lower() in VERB_FORMS


@RULES.rule("time column is (month|number)", cost=0.6)
def part_is(span: Span) -> Where | None:
    """``month of order_date is March``, ``year of shipped is 2024``."""
    unit, value = span.own[0].meaning, span.own[-1]
    columns = [span.words.column(name) for name in span.own[1].meaning if is_time(span.words.column(name))]
    fits = (unit, value.kind) == ("month", "month") or (unit == "year" and is_year(span.tags, span.end - 1))
    if len(columns) != 1 or not fits:
        return None
    part: Part = "month" if unit == "month" else "year"
    return Where((Filter(column=columns[0].sql, operator="=", values=(value.meaning,), part=part),))


@RULES.rule("time column is operator number", cost=0.6)
def hour_compared(span: Span) -> Where | None:
    """``hour of rented_at is at least 18``: by the time of day."""
    unit, column, operator, number = span.own[0].meaning, *span.own[1:2], *span.own[-2:]
    columns = [span.words.column(name) for name in column.meaning if is_time(span.words.column(name))]
    if unit != "hour" or len(columns) != 1 or not isinstance(number.meaning, int) or not 0 <= number.meaning <= 24:
        return None
    return Where((Filter(column=columns[0].sql, operator=operator.meaning, values=(number.meaning,), part="hour"),))


@RULES.rule("month number?", cost=0.8)
def month(span: Span) -> Where | None:
    """``in January``, ``in March 2013``, ``January 10 flights``."""
    found = [_part("month", span.own[0], span.words)]
    if len(span.own) == 2:
        number = span.own[1]
        if is_year(span.tags, span.start + 1):
            found.append(_part("year", number, span.words))
        elif isinstance(number.meaning, int) and 1 <= number.meaning <= 31 and number.text.isdigit():
            found.append(_part("day", number, span.words))
        else:
            return None
    return Where(tuple(found))


@RULES.rule("number month number?", cost=0.7)
def day_first(span: Span) -> Where | None:
    """``on 5 March 2025``, ``5 March``."""
    first, name = span.own[0], span.own[1]
    if not isinstance(first.meaning, int) or not 1 <= first.meaning <= 31 or not first.text.isdigit():
        return None
    if len(span.own) == 3 and not is_year(span.tags, span.end - 1):
        return None
    found = [_part("month", name, span.words), _part("day", first, span.words)]
    found += [_part("year", tag, span.words) for tag in span.own[2:]]
    return Where(tuple(found))


@RULES.rule("column operator month number?", cost=0.7)
def since_then(span: Span) -> Where | None:
    """``hired before March 2015``: of the date that is named."""
    columns = [span.words.column(name) for name in span.own[0].meaning if is_time(span.words.column(name))]
    if len(columns) != 1:
        return None
    named = Span((span.own[1], *span.own[2:]), 0, len(span.own) - 1, span.words)
    return _since(named, columns[0].sql)


@RULES.rule("month number comma? number", cost=0.8)
def day(span: Span) -> Where | None:
    """``January 10, 2013``."""
    first, number, year = span.own[0], *span.of("number")
    fits = isinstance(number.meaning, int) and 1 <= number.meaning <= 31
    if not fits or not is_year(span.tags, span.end - 1):
        return None
    try:
        date = dt.date(year.meaning, first.meaning, number.meaning).isoformat()
    except ValueError:
        return None
    return Where((Filter(column=time_column(span.words, first.text).sql, operator="=", values=(date,)),))


@RULES.rule("from? month (and|or|to|comma)+ month number?", cost=0.8)
def months(span: Span) -> Where | None:
    """``February and April``, ``January to March``."""
    if span.own[-1].kind == "number" and not is_year(span.tags, span.end - 1):
        return None
    first, second = (_part("month", tag, span.words) for tag in span.of("month"))
    year = [_part("year", tag, span.words) for tag in span.of("number")]
    (one,), (two,) = first.values, second.values
    if span.of("to"):
        return Where((first.model_copy(update={"operator": "between", "values": (one, two)}), *year))
    return Where((first.model_copy(update={"operator": "in", "values": (one, two)}), *year), each=not span.of("or"))


@RULES.rule("weekday ((and|or|comma)+ weekday)*", cost=0.8)
def weekdays(span: Span) -> Where:
    """``on Mondays``, ``Saturday and Sunday``."""
    found = [_part("day of week", tag, span.words) for tag in span.of("weekday")]
    values = tuple(value for one in found for value in one.values)
    if len(values) > 1:
        return Where((found[0].model_copy(update={"operator": "in", "values": values}),), each=not span.of("or"))
    return Where((found[0],))


@RULES.rule("time", cost=0.7)
def working_days(span: Span) -> Where | None:
    """``on weekdays``: Monday to Friday."""
    tag = span.own[0]
    if tag.text.lower() != "weekdays" or not {"on", "during"} & set(tag.lead.split()):
        return None
    name = time_column(span.words, "weekdays").sql
    return Where((Filter(column=name, operator="in", values=(1, 2, 3, 4, 5), part="day of week"),))


@RULES.rule("weekend", cost=0.8)
def weekends(span: Span) -> Where:
    """``on weekends``."""
    name = time_column(span.words, span.own[0].text).sql
    days: tuple[int, ...] = (6, 7) if span.own[0].meaning else (1, 2, 3, 4, 5)
    return Where((Filter(column=name, operator="in", values=days, part="day of week"),))


@RULES.rule("(operator|from)? number", cost=0.8)
def year(span: Span) -> Where | None:
    """``in 2013``, ``since 2013``, ``2025 orders``."""
    number = span.own[-1]
    if not is_year(span.tags, span.end - 1):
        return None
    if span.own[0].kind == "number":
        if span.before.kind in _TAKES_NUMBER - {"which", "list"} or span.before.kind in {"from", "to", "month"}:
            return None
        return Where((_part("year", number, span.words),))
    if span.own[0].text.lower() not in {"after", "before", "since", "until", "from", "later than", "earlier than"}:
        return None
    operator = ">=" if span.own[0].kind == "from" else span.own[0].meaning
    return Where((_part("year", number, span.words).model_copy(update={"operator": operator}),))


@RULES.rule("(between|from) number (and|to) number", cost=0.8)
def years(span: Span) -> Where | None:
    """``from 2019 to 2021``."""
    places = [i for i in range(span.start, span.end) if span.tags[i].kind == "number"]
    if not all(is_year(span.tags, place) for place in places):
        return None
    found = _part("year", span.tags[places[0]], span.words)
    values = tuple(span.tags[place].meaning for place in places)
    return Where((found.model_copy(update={"operator": "between", "values": values}),))


@RULES.rule("number (and|or|comma)+ number ((and|or|comma)+ number)*", cost=0.8)
def some_years(span: Span) -> Where | None:
    """``in 2020 and 2022``, ``2020 or 2021``."""
    places = [i for i in range(span.start, span.end) if span.tags[i].kind == "number"]
    if span.before.kind in _TAKES_NUMBER | {"from"} or not all(is_year(span.tags, place) for place in places):
        return None
    found = _part("year", span.tags[places[0]], span.words)
    values = tuple(dict.fromkeys(span.tags[place].meaning for place in places))
    each = not span.of("or")
    return Where((found.model_copy(update={"operator": "in", "values": values}),), each=each)


@RULES.rule("quarter number?", cost=0.8)
def quarter(span: Span) -> Where | None:
    """``in Q2``, ``Q2 2024``."""
    column, number = time_column(span.words, span.own[0].text).sql, span.own[0].meaning
    if len(span.own) == 1:
        return Where((Filter(column=column, operator="=", values=(number,), part="quarter"),))
    return Where((periods.quarter(column, number, span.own[1].meaning),)) if is_year(span.tags, span.end - 1) else None


@RULES.rule("(relative|first) time number", cost=0.6)
def end_of_year(span: Span) -> Where | None:
    """``the last quarter of 2023``, ``the first month of 2024``."""
    word, unit = span.own[0].text.lower().split()[-1], span.own[1].meaning
    parts: dict[str, tuple[Part, int]] = {"quarter": ("quarter", 4), "month": ("month", 12)}
    if unit not in parts or word not in {"last", "first"} or not is_year(span.tags, span.end - 1):
        return None
    part, last = parts[unit]
    column = time_column(span.words, span.own[1].text).sql
    ending = Filter(column=column, operator="=", values=(last if word == "last" else 1,), part=part)
    return Where((ending, _part("year", span.own[2], span.words)))


@RULES.rule("from? relative number? time", cost=0.7)
def relative(span: Span) -> Where | None:
    """``last month``, ``this year``, ``the last 30 days``."""
    word, unit = span.of("relative")[0].text.lower(), span.own[-1].meaning
    if is_year(span.tags, span.end):
        return None  # "the last week of 2024" is no week of this year
    if span.after.kind in {"month", "quarter", "relative", "time"} and "of" in span.after.lead.split():
        return None  # "the last day of March"
    if unit not in {"day", "week", "month", "quarter", "year"}:
        return None
    column = time_column(span.words, f"{word} {span.own[-1].text}").sql
    today = span.words.date
    numbers = span.of("number")
    word = word.split()[-1]
    if numbers:
        if word in {"this", "current", "next"} or not isinstance(numbers[0].meaning, int):
            return None
        return Where((periods.last(column, numbers[0].meaning, unit, today),))
    offset = {"this": 0, "current": 0, "next": 1}.get(word, -1)
    return Where((periods.relative(column, unit, offset, today),))


@RULES.rule("today", cost=0.7)
def today(span: Span) -> Where:
    """``today``, ``yesterday``, ``year to date``."""
    unit, offset = span.own[0].meaning
    column = time_column(span.words, span.own[0].text).sql
    if offset is None:
        return Where((periods.so_far(column, unit, span.words.date),))
    return Where((periods.relative(column, unit, offset, span.words.date),))


@RULES.rule("operator month number?", cost=0.7)
def since(span: Span) -> Where | None:
    """``since June``, ``before March 2024``."""
    if span.own[0].text.lower() not in {"since", "after", "before", "until"}:
        return None
    return _since(span, time_column(span.words, span.own[1].text).sql)


def _since(span: Span, column: str) -> Where | None:
    word = span.own[0].text.lower()
    if word not in {"since", "after", "before", "until"}:
        return None
    if len(span.own) == 3 and not is_year(span.tags, span.end - 1):
        return None
    number = span.own[1].meaning
    start = dt.date(span.own[2].meaning, number, 1) if len(span.own) == 3 else periods.latest(number, span.words.date)
    following = periods.moved(start, 1)
    period: Condition = {
        "since": lambda: periods.between(column, start, None),
        "after": lambda: periods.between(column, following, None),
        "before": lambda: periods.between(column, None, start),
        "until": lambda: periods.between(column, None, following),
    }[word]()
    return Where((period,))


def is_year(tags: Sequence[Tag], place: int) -> bool:
    """Whether a number says a year, not how many rows or units."""
    if place >= len(tags) or tags[place].kind != "number":
        return False
    if place + 1 < len(tags) and tags[place + 1].kind in {"rows", "unit", "column"}:
        return False
    value = tags[place].meaning
    return isinstance(value, int) and 1900 <= value <= 2100 and tags[place].text.isdigit()


def _part(part: Part, tag: Tag, lexicon: Lexicon) -> Filter:
    """A condition on a part of a date: on a column of that name where there is one, else on the column of dates."""
    own = lexicon.exact.get(part)
    if own is not None and is_number(lexicon.column(own)):
        return Filter(column=own, operator="=", values=(tag.meaning,))
    if part == "year" and not any(is_time(column) for column in lexicon.card.columns):
        years = year_columns(lexicon)
        if len(years) == 1:
            return Filter(column=years[0].sql, operator="=", values=(tag.meaning,))
    return Filter(column=time_column(lexicon, tag.text).sql, operator="=", values=(tag.meaning,), part=part)


def has_years(words: Lexicon) -> bool:
    """Whether the frame has a year to compare with."""
    return any(is_time(column) or is_year_column(column) for column in words.card.columns) or "year" in words.exact
