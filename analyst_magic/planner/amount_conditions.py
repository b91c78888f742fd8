"""Conditions with numbers, units and dates: a column above, below or between amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..turn import ColumnCard
from .amounts import SCALES, column_of, converted, unit_named
from .column_choice import is_number, numbers_things, one_column
from .filters import Read, among, filter_of, is_a_year, kind_at, operator_of, opposite, skip_kinds
from .lexicon import Lexicon
from .linking import Tag
from .plan.schema import Filter
from .plan.sql import is_time
from .plan.words import name_parts
from .synonyms import COMPARED
from .tokens import stem
from .value_conditions import holds_digits, named_values


def compared(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``dep_delay above 60``, ``origin is not JFK``, ``distance between 10 and 20``, ``name contains "Air"``."""
    if kind_at(tags, place) != "column":
        return None
    start = skip_kinds(tags, place + 1, "is")
    if kind_at(tags, start) in {"between", "from"}:
        return range_of(tags, place, start, lexicon)
    explicit = start > place + 1
    operator: str = "="
    if kind_at(tags, start) == "not":
        explicit = explicit or tags[start].text.lower().split()[0] in {"is", "isn't", "are", "aren't", "wasn't"}
        explicit = explicit or _is_left_out(tags, place, start)
        operator, start = "!=", start + 1
    if kind_at(tags, start) == "operator":
        operator, start, explicit = tags[start].meaning, start + 1, True
        if tags[start - 2].kind == "not":
            operator = opposite(operator)
    if not explicit:
        return None
    return _against(tags, place, start, operator, lexicon)


def _is_left_out(tags: Sequence[Tag], place: int, start: int) -> bool:
    """``all buildings except the depot``: a value of the column that was named is left out."""
    following = tags[start + 1] if start + 1 < len(tags) else None
    if following is None or following.kind != "value" or tags[start].text.lower() == "not":
        return False
    return any(name in tags[place].meaning for name, _ in following.meaning)


def _against(tags: Sequence[Tag], place: int, start: int, operator: str, lexicon: Lexicon) -> Read:
    kind = kind_at(tags, start)
    if kind == "number" and operator in {"=", "!="} and holds_digits(tags[place], lexicon):
        return named_values(tags, place, start, operator, lexicon)
    if kind == "number" and not _belongs_to_next(tags, start):
        column = one_column(tags[place], lexicon, is_number)
        if operator not in {"=", "!="} and tags[place].partial and numbers_things(column):
            return None  # "patients over 80" is not about the patient's number
        if not is_number(column):
            return _year(column, tags[start], operator, start + 1 - place)
        if operator in {"=", "!="} and kind_at(tags, start + 1) == "or" and kind_at(tags, start + 2) == "number":
            several = [converted(tags[start], None, column), converted(tags[start + 2], None, column)]
            return start + 3 - place, [among(column.sql, operator, several)]
        unit = unit_at(tags, start + 1)
        value = converted(tags[start], unit, column)
        return start + 1 + (unit is not None) - place, [filter_of(column.sql, operator, value)]
    if kind == "date":
        column = one_column(tags[place], lexicon, is_time)
        return (start + 1 - place, [filter_of(column.sql, operator, tags[start].meaning)]) if is_time(column) else None
    if kind in {"value", "literal", "unknown"}:
        return named_values(tags, place, start, operator, lexicon)
    return None


def _belongs_to_next(tags: Sequence[Tag], place: int) -> bool:
    """Whether the number at ``place`` is followed by its own column, as in ``more than 100 seats``."""
    if unit_at(tags, place + 1) is not None:
        return False
    return kind_at(tags, place + 1) == "column" and kind_at(tags, place - 2) in {"where", ""}


def range_of(tags: Sequence[Tag], place: int, start: int, lexicon: Lexicon) -> Read:
    ends = (start + 1, start + 3)
    joined = kind_at(tags, start + 2) in {"and", "to"}
    kinds = {kind_at(tags, end) for end in ends}
    if not joined or len(kinds) != 1 or kinds.isdisjoint({"number", "date"}):
        return None
    dated = [lexicon.column(name) for name in tags[place].meaning if is_time(lexicon.column(name))]
    in_years = kinds == {"number"} and all(is_a_year(tags[end]) for end in ends)
    if in_years and len(dated) == len(tags[place].meaning) == 1:
        years = tuple(tags[end].meaning for end in ends)
        return start + 4 - place, [Filter(column=dated[0].sql, operator="between", values=years, part="year")]
    column = one_column(tags[place], lexicon, is_number if kinds == {"number"} else is_time)
    if not (is_number(column) if kinds == {"number"} else is_time(column)):
        return None
    unit = unit_at(tags, start + 4) if kinds == {"number"} else None
    signs = ["%" in tags[end].text for end in ends]
    if kinds == {"date"}:
        values = tuple(tags[end].meaning for end in ends)
    elif any(signs) and not all(signs):  # "between 5 and 20%"
        values = tuple(
            converted(replace(tags[end], text=tags[end].text.rstrip("%") + "%"), unit, column) for end in ends
        )
    else:
        values = tuple(converted(tags[end], unit, column) for end in ends)
    return start + 4 + (unit is not None) - place, [Filter(column=column.sql, operator="between", values=values)]


def unit_at(tags: Sequence[Tag], place: int) -> Tag | None:
    """The unit behind a number."""
    if kind_at(tags, place) == "unit" or (kind_at(tags, place) == "time" and tags[place].text.lower() in _TIME_UNITS):
        return tags[place]
    low = tags[place].text.lower() if place < len(tags) else ""
    return tags[place] if low in _UNIT_WORDS or is_scale(tags, place) else None


def is_scale(tags: Sequence[Tag], place: int) -> bool:
    """Whether a word multiplies the number before it: ``9 million``."""
    return place < len(tags) and unit_named(tags[place]) in SCALES and kind_at(tags, place - 1) == "number"


_UNIT_WORDS = frozenset({"percent", "hour", "hours", "minutes", "days", "m", "ft", "lb", "foot", "metre", "meter"})
_TIME_UNITS = frozenset({"hour", "hours", "day", "days", "week", "weeks"})


def amount_first(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``more than 100 seats``, ``between 2 and 4 engines``."""
    if kind_at(tags, place) == "operator":
        operator, numbers, end = tags[place].meaning, [place + 1], place + 2
    elif kind_at(tags, place) == "between" and kind_at(tags, place + 2) in {"and", "to"}:
        operator, numbers, end = "between", [place + 1, place + 3], place + 4
    else:
        return None
    unit = unit_at(tags, end) if kind_at(tags, end) != "column" or is_scale(tags, end) else None
    end += unit is not None
    if any(kind_at(tags, number) != "number" for number in numbers) or kind_at(tags, end) != "column":
        return None
    if kind_at(tags, place - 1) in {"column", "is"} and unit_at(tags, end) is not None:
        return None  # "dep_delay above 1 hour", where there is a column of hours too
    column = one_column(tags[end], lexicon, is_number)
    if not is_number(column) or (tags[end].partial and tags[end].text.lower() in {"unit", "units", "points"}):
        return None
    values = tuple(converted(tags[number], unit, column) for number in numbers)
    return end + 1 - place, [Filter(column=column.sql, operator=operator, values=values)]


def having_so_many(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``planes that have 4 engines``, ``employees with a score of 5``."""
    if kind_at(tags, place) == "number" and kind_at(tags, place + 1) == "column":
        has = {"have", "has", "had"} & set(tags[place].lead.split()) or kind_at(tags, place - 1) == "where"
        number, column = tags[place], tags[place + 1]
    elif kind_at(tags, place) == "column" and kind_at(tags, place + 1) == "number":
        lead = tags[place + 1].lead.split()
        has = lead[-1:] == ["of"] and kind_at(tags, place - 1) in {"where", "rows", "frame", "verb"}
        has = has or (not lead and kind_at(tags, place - 1) == "where")  # bookings with guest rating 10
        number, column = tags[place + 1], tags[place]
    else:
        return None
    if not has or kind_at(tags, place + 2) in {"unit", "and", "to"}:
        return None
    one = one_column(column, lexicon, is_number)
    if not is_number(one) or (column.partial and (numbers_things(one) or not _in_range(number, one))):
        return None
    return 2, [Filter(column=one.sql, operator="=", values=(converted(number, None, one),))]


def _in_range(number: Tag, column: ColumnCard) -> bool:
    """Whether a column that is named in part has room for a number."""
    ends = column.minimum, column.maximum
    return all(isinstance(end, int | float) for end in ends) and ends[0] <= number.meaning <= ends[1]


def columns_compared(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``math score is higher than reading score``, ``home_goals > away_goals``: a column against another."""
    start = skip_kinds(tags, place + 1, "is", "where")
    if kind_at(tags, place) != "column" or kind_at(tags, start) != "operator" or kind_at(tags, start + 1) != "column":
        return None
    operator = tags[start].meaning
    if tags[start].text.lower() == "over":
        return None  # "sales over year": a chart
    if operator not in {"<", "<=", ">", ">=", "=", "!="} or kind_at(tags, start + 2) in {"operator", "value", "is"}:
        return None
    one, other = one_column(tags[place], lexicon, is_number), one_column(tags[start + 1], lexicon, is_number)
    same = (is_number(one) and is_number(other)) or (is_time(one) and is_time(other))
    if not same or one.sql == other.sql:
        return None
    return start + 2 - place, [Filter(column=one.sql, operator=operator_of(operator), other=other.sql)]


def unnamed(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``longer than 2000 miles``, ``above 4 kg``: the word or the unit says of which column."""
    if kind_at(tags, place) == "between":
        return _unnamed_range(tags, place, lexicon)
    if (
        kind_at(tags, place) != "operator"
        or kind_at(tags, place + 1) != "number"
        or _compares_a_column(tags, place, lexicon)
    ):
        return None
    unit = unit_at(tags, place + 2)
    column = column_of(COMPARED.get(tags[place].text.lower().removesuffix(" than"), ""), unit, lexicon)
    if column is None:
        return None
    value = converted(tags[place + 1], unit, column)
    return 2 + (unit is not None), [filter_of(column.sql, tags[place].meaning, value)]


def _unnamed_range(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``between 5 and 10 kg``: the unit says of which column."""
    numbers = [kind_at(tags, place + 1), kind_at(tags, place + 3)] == ["number", "number"]
    unit = unit_at(tags, place + 4)
    if not numbers or unit is None or kind_at(tags, place + 2) != "and" or _compares_a_column(tags, place, lexicon):
        return None
    column = column_of("", unit, lexicon)
    if column is None:
        return None
    values = tuple(converted(tags[number], unit, column) for number in (place + 1, place + 3))
    return 5, [Filter(column=column.sql, operator="between", values=values)]


def _compares_a_column(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> bool:
    """Whether a column of numbers stands before an operator: ``dep_delay is above 1 hour``."""
    before = place - 1 - (kind_at(tags, place - 1) == "is")
    return kind_at(tags, before) == "column" and any(is_number(lexicon.column(n)) for n in tags[before].meaning)


def _year(column: ColumnCard, tag: Tag, operator: str, taken: int) -> Read:
    """``order_date after 2013``: a bare year against a date."""
    if not is_time(column) or not is_a_year(tag):
        return None
    return taken, [Filter(column=column.sql, operator=operator_of(operator), values=(tag.meaning,), part="year")]


def dated(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``hired before 2002-06-21``: the verb says which date is meant."""
    if kind_at(tags, place) != "unknown" or kind_at(tags, place + 1) not in {"operator", "between"}:
        return None
    times = [column for column in lexicon.card.columns if is_time(column)]
    verb = stem(tags[place].text.lower())
    fitting = [c for c in times if any(len(p) > 2 and verb.startswith(p[:5]) for p in name_parts(c.sql))]
    column = (
        fitting[0] if len(fitting) == 1 else times[0] if len(times) == 1 and verb.endswith(("ed", "n", "t")) else None
    )
    if column is None:
        return None
    found = compared([Tag("column", column.sql, (column.sql,)), *tags[place + 1 :]], 0, lexicon)
    return found if found and kind_at(tags, place + 2) == "date" else None
