"""Conditions in a question: tags -> filters, and the tags that are left.

Each reader looks at the tags from one place on and answers how many it took and the filters that they mean, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from ..errors import Abstained
from ..turn import ColumnCard
from .linking import GAP, Lexicon, Tag, canonical
from .phrases import ROLES
from .plan.schema import Filter, Operator, Part, Scalar
from .plan.sql import is_time

NUMBERS = frozenset({"integer", "float", "decimal"})
TEXTS = frozenset({"text", "category"})
Read = tuple[int, list[Filter]] | None


def is_number(column: ColumnCard) -> bool:
    """Whether a column can be added up and compared with numbers."""
    return column.type in NUMBERS


def is_text(column: ColumnCard) -> bool:
    """Whether a column holds names of things."""
    return column.type in TEXTS and not is_time(column)


def one_column(
    tag: Tag, lexicon: Lexicon, wanted: Callable[[ColumnCard], bool] | None = None, role: str = ""
) -> ColumnCard:
    """The one column that a tag can mean here.

    Raises:
        Abstained: It could be any of several.
    """
    columns = [lexicon.column(name) for name in tag.meaning]
    for fits in (wanted, (lambda c: _has_role(c, role)) if role else None):
        narrowed = [column for column in columns if fits is None or fits(column)]
        columns = narrowed or columns
    if len(columns) > 1:
        names = ", ".join(column.sql for column in columns[:8])
        raise Abstained(
            f"“{tag.text}” could mean several columns of {lexicon.card.name}: {names}.",
            "Name the column that you mean.",
        )
    return columns[0]


def time_column(lexicon: Lexicon, what: str) -> ColumnCard:
    """The frame's one column of dates or times.

    Raises:
        Abstained: There is none, or more than one.
    """
    times = [column for column in lexicon.card.columns if is_time(column)]
    if len(times) == 1:
        return times[0]
    if not times:
        raise Abstained(
            f"“{what}” needs a column of dates or times, and {lexicon.card.name} has none.", "Name the column to use."
        )
    names = ", ".join(column.sql for column in times)
    raise Abstained(
        f"“{what}” could be read from several columns of {lexicon.card.name}: {names}.",
        f"Name the one that you mean, such as “by month of {times[0].sql}”.",
    )


def read_conditions(tags: list[Tag], lexicon: Lexicon) -> tuple[tuple[Filter, ...], list[Tag]]:
    """The filters of a question, and its tags with gaps in place of what was read."""
    filters: list[Filter] = []
    rest: list[Tag] = []
    place = 0
    while place < len(tags):
        taken = next((found for reader in _READERS if (found := reader(tags, place, lexicon)) is not None), None)
        if taken is None:
            rest.append(tags[place])
            place += 1
        else:
            filters += taken[1]
            rest.append(GAP)
            place += taken[0]
    return tuple(dict.fromkeys(filters)), rest


def check_filters(filters: Iterable[Filter]) -> None:
    """Abstain where one column would need two values at once."""
    seen: set[tuple[str, str | None]] = set()
    for found in filters:
        if found.operator in {"=", "in"}:
            if (found.column, found.part) in seen:
                raise Abstained(
                    f"{found.column} cannot have two values at once.", "Write them side by side, such as “for A or B”."
                )
            seen.add((found.column, found.part))


def _kind(tags: list[Tag], place: int) -> str:
    return tags[place].kind if 0 <= place < len(tags) else ""


def _skip(tags: list[Tag], place: int, *kinds: str) -> int:
    while _kind(tags, place) in kinds:
        place += 1
    return place


def _absent(tags: list[Tag], place: int, lexicon: Lexicon) -> Read:
    """``missing sex``, ``sex is missing``, ``without dep_delay``, ``sex is not missing``."""
    kind, after = _kind(tags, place), _kind(tags, place + 1)
    no = kind == "not" and tags[place].text.lower() in {"no", "without"}
    if (kind in {"missing", "present"} or no) and after == "column":
        if _kind(tags, place + 2) in {"operator", "between", "value"}:
            return None
        name = one_column(tags[place + 1], lexicon).sql
        return 2, [Filter(column=name, operator="is not null" if kind == "present" else "is null")]
    if kind != "column":
        return None
    end = _skip(tags, place + 1, "is", "where")
    negated = _kind(tags, end) == "not"
    if _kind(tags, end + negated) not in {"missing", "present"}:
        return None
    absent = (_kind(tags, end + negated) == "missing") != negated
    name = one_column(tags[place], lexicon).sql
    return end + negated + 1 - place, [Filter(column=name, operator="is null" if absent else "is not null")]


def _compared(tags: list[Tag], place: int, lexicon: Lexicon) -> Read:
    """``dep_delay above 60``, ``origin is not JFK``, ``distance between 10 and 20``, ``name contains "Air"``."""
    if _kind(tags, place) != "column":
        return None
    start = _skip(tags, place + 1, "is")
    if _kind(tags, start) in {"between", "from"}:
        return _range(tags, place, start, lexicon)
    explicit = start > place + 1
    operator: str = "="
    if _kind(tags, start) == "not":
        explicit = explicit or tags[start].text.lower().split()[0] in {"is", "isn't", "are", "aren't", "wasn't"}
        operator, start = "!=", start + 1
    if _kind(tags, start) == "operator":
        operator, start, explicit = tags[start].meaning, start + 1, True
        if tags[start - 2].kind == "not":
            operator = _opposite(operator)
    if not explicit:
        return None
    return _against(tags, place, start, operator, lexicon)


def _against(tags: list[Tag], place: int, start: int, operator: str, lexicon: Lexicon) -> Read:
    kind = _kind(tags, start)
    if kind == "number" and not _belongs_to_next(tags, start):
        column = one_column(tags[place], lexicon, is_number)
        if not is_number(column):
            return _year(column, tags[start], operator, start + 1 - place)
        end = _skip(tags, start + 1, "unit")
        return end - place, [_filter(column.sql, operator, tags[start].meaning)]
    if kind == "date":
        column = one_column(tags[place], lexicon, is_time)
        return (start + 1 - place, [_filter(column.sql, operator, tags[start].meaning)]) if is_time(column) else None
    if kind in {"value", "literal", "unknown"}:
        return _named_values(tags, place, start, operator, lexicon)
    return None


def _belongs_to_next(tags: list[Tag], place: int) -> bool:
    """Whether the number at ``place`` is followed by its own column, as in ``more than 100 seats``."""
    return _kind(tags, place + 1) == "column" and _kind(tags, place - 2) in {"where", ""}


def _named_values(tags: list[Tag], place: int, start: int, operator: str, lexicon: Lexicon) -> Read:
    """Values of a named column, spelt as in the data; unknown values only where the card does not list them all."""
    column = one_column(tags[place], lexicon, lambda c: not is_number(c))
    if operator in {"contains", "like"}:
        return start + 1 - place, [_filter(column.sql, operator, tags[start].text)]
    if operator not in {"=", "!="}:
        return None
    values: list[Scalar] = []
    end = start
    while _kind(tags, end) in {"value", "literal", "unknown"}:
        values.append(_value_of(column, tags[end], lexicon))
        following = _skip(tags, end + 1, "comma", "and", "or")
        end = following if following > end + 1 and _is_value_of(tags, following, column) else end + 1
        if end != following:
            break
    return end - place, [_among(column.sql, operator, values)]


def _is_value_of(tags: list[Tag], place: int, column: ColumnCard) -> bool:
    if _kind(tags, place) == "value":
        return any(name == column.sql for name, _ in tags[place].meaning)
    return _kind(tags, place) == "literal"


def _value_of(column: ColumnCard, tag: Tag, lexicon: Lexicon) -> Scalar:
    if tag.kind == "value":
        own = [value for name, value in tag.meaning if name == column.sql]
        if own:
            return str(own[0])
    if column.type == "boolean" and tag.text.lower() in {"true", "false", "yes", "no"}:
        return tag.text.lower() in {"true", "yes"}
    known = [str(value) for value, _ in column.values]
    if column.distinct is not None and column.distinct <= len(known):
        raise Abstained(
            f"The column {column.sql} of {lexicon.card.name} has no value “{tag.text}”.",
            "Its values: " + ", ".join(known[:12]) + ("." if len(known) <= 12 else " and more."),
        )
    if column.type not in TEXTS:
        raise Abstained(f"“{tag.text}” is not a value that {column.sql} can have.", "Rephrase the condition.")
    return tag.text


def _range(tags: list[Tag], place: int, start: int, lexicon: Lexicon) -> Read:
    ends = (start + 1, start + 3)
    joined = _kind(tags, start + 2) in {"and", "to"}
    kinds = {_kind(tags, end) for end in ends}
    if not joined or len(kinds) != 1 or kinds.isdisjoint({"number", "date"}):
        return None
    column = one_column(tags[place], lexicon, is_number if kinds == {"number"} else is_time)
    if not (is_number(column) if kinds == {"number"} else is_time(column)):
        return None
    values = tuple(tags[end].meaning for end in ends)
    end = _skip(tags, start + 4, "unit")
    return end - place, [Filter(column=column.sql, operator="between", values=values)]


def _amount_first(tags: list[Tag], place: int, lexicon: Lexicon) -> Read:
    """``more than 100 seats``, ``between 2 and 4 engines``."""
    if _kind(tags, place) == "operator":
        operator, numbers, end = tags[place].meaning, [place + 1], place + 2
    elif _kind(tags, place) == "between" and _kind(tags, place + 2) in {"and", "to"}:
        operator, numbers, end = "between", [place + 1, place + 3], place + 4
    else:
        return None
    end = _skip(tags, end, "unit")
    if any(_kind(tags, number) != "number" for number in numbers) or _kind(tags, end) != "column":
        return None
    column = one_column(tags[end], lexicon, is_number)
    if not is_number(column):
        return None
    values = tuple(tags[number].meaning for number in numbers)
    return end + 1 - place, [Filter(column=column.sql, operator=operator, values=values)]


def _values(tags: list[Tag], place: int, lexicon: Lexicon) -> Read:
    """``from JFK``, ``for Adelie and Gentoo penguins``, ``not UA``, ``origin JFK``."""
    start, role, operator = place, "", "="
    if _kind(tags, start) == "not":
        operator, role, start = "!=", _role_in(tags[start].text), start + 1
    if _kind(tags, start) in {"from", "to"}:
        role, start = tags[start].kind, start + 1
    if _kind(tags, start) == "not":
        operator, start = "!=", start + 1
    if role and _kind(tags, start) in {"unknown", "literal"}:
        return _unlisted(tags, place, start, role, operator, lexicon)
    named = _kind(tags, start) == "column" and _kind(tags, start + 1) == "value"
    first = start + named
    if _kind(tags, first) != "value":
        return None
    if named and not any(name in tags[start].meaning for name, _ in tags[first].meaning):
        return None
    if named and _kind(tags, place - 1) == "by":
        return None
    hint = tags[start].meaning if named else tags[first + 1].meaning if _kind(tags, first + 1) == "column" else ()
    column = _column_of_value(tags[first], lexicon, role, hint)
    values: list[Scalar] = [_value_of(column, tags[first], lexicon)]
    end = first + 1
    while True:
        following = _skip(tags, end, "comma", "and", "or")
        if following == end or _kind(tags, following) != "value" or not _is_value_of(tags, following, column):
            break
        values.append(_value_of(column, tags[following], lexicon))
        end = following + 1
    if _kind(tags, end) == "column" and column.sql in tags[end].meaning and _kind(tags, end - 1) == "value":
        end += 1
    return end - place, [_among(column.sql, operator, values)]


def _role_in(text: str) -> str:
    last = text.lower().split()[-1]
    return last if last in ROLES else ""


def _has_role(column: ColumnCard, role: str) -> bool:
    return any(canonical(part) in ROLES.get(role, ()) for part in column.sql.lower().split("_"))


def _role_columns(lexicon: Lexicon, role: str) -> list[ColumnCard]:
    return [column for column in lexicon.card.columns if is_text(column) and _has_role(column, role)]


def _column_of_value(tag: Tag, lexicon: Lexicon, role: str, hint: Iterable[str]) -> ColumnCard:
    """The column that a value belongs to; *from* and *to* can choose among columns that share it."""
    names = list(dict.fromkeys(name for name, _ in tag.meaning))
    names = [name for name in names if name in hint] or names
    if role:
        pointed = [column.sql for column in _role_columns(lexicon, role)]
        other = {column.sql for column in _role_columns(lexicon, "to" if role == "from" else "from")}
        if len(pointed) == 1 and (pointed[0] in names or other.intersection(names)):
            return lexicon.column(pointed[0])
    if len(names) > 1:
        raise Abstained(
            f"“{tag.text}” is a value of several columns of {lexicon.card.name}: {', '.join(names)}.",
            f"Say which, such as “{names[0]} is {tag.text}”.",
        )
    return lexicon.column(names[0])


def _unlisted(tags: list[Tag], place: int, start: int, role: str, operator: str, lexicon: Lexicon) -> Read:
    """``to ANC``: a code that is not among the most frequent values, where only one column can be meant."""
    columns = _role_columns(lexicon, role)
    code = tags[start].kind == "literal" or (tags[start].text.isupper() and len(tags[start].text) > 1)
    if len(columns) != 1 or not code:
        return None
    return start + 1 - place, [_among(columns[0].sql, operator, [_value_of(columns[0], tags[start], lexicon)])]


def _dates(tags: list[Tag], place: int, lexicon: Lexicon) -> Read:
    """``after 2013-06-01``, ``on 2013-06-01``, ``between 2013-06-01 and 2013-06-30``."""
    if _kind(tags, place) in {"between", "from"} and _kind(tags, place + 2) in {"and", "to"}:
        if _kind(tags, place + 1) == _kind(tags, place + 3) == "date":
            values = (tags[place + 1].meaning, tags[place + 3].meaning)
            name = time_column(lexicon, tags[place + 1].text).sql
            return 4, [Filter(column=name, operator="between", values=values)]
        return None
    operator, start = "=", place
    if _kind(tags, place) == "operator":
        operator, start = tags[place].meaning, place + 1
    elif _kind(tags, place) == "from":
        operator, start = ">=", place + 1
    if _kind(tags, start) != "date":
        return None
    name = time_column(lexicon, tags[start].text).sql
    return start + 1 - place, [_filter(name, operator, tags[start].meaning)]


def _calendar(tags: list[Tag], place: int, lexicon: Lexicon) -> Read:
    """``in January``, ``in March 2013``, ``on Mondays``, ``in 2013``."""
    kind = _kind(tags, place)
    if kind in {"month", "weekday"}:
        found = [_part("month" if kind == "month" else "day of week", tags[place], lexicon)]
        if kind == "month" and _is_year(tags, place + 1):
            return 2, [*found, _part("year", tags[place + 1], lexicon)]
        return 1, found
    before = _kind(tags, place - 1)
    return (1, [_part("year", tags[place], lexicon)]) if _is_year(tags, place) and before not in _TAKES_NUMBER else None


_TAKES_NUMBER = frozenset({"operator", "top", "bottom", "first", "between", "which", "is", "list"})


def _is_year(tags: list[Tag], place: int) -> bool:
    if _kind(tags, place) != "number" or _kind(tags, place + 1) in {"rows", "frame", "unit", "column"}:
        return False
    value = tags[place].meaning
    return isinstance(value, int) and 1900 <= value <= 2100 and tags[place].text.isdigit()


def _part(part: Part, tag: Tag, lexicon: Lexicon) -> Filter:
    """A condition on a part of a date: on a column of that name where there is one, else on the column of dates."""
    own = lexicon.exact.get(part)
    if own is not None and is_number(lexicon.column(own)):
        return Filter(column=own, operator="=", values=(tag.meaning,))
    return Filter(column=time_column(lexicon, tag.text).sql, operator="=", values=(tag.meaning,), part=part)


def _year(column: ColumnCard, tag: Tag, operator: str, taken: int) -> Read:
    """``order_date after 2013``: a bare year against a date."""
    if not is_time(column) or not _is_year([tag], 0):
        return None
    return taken, [Filter(column=column.sql, operator=_operator(operator), values=(tag.meaning,), part="year")]


def _among(column: str, operator: str, values: list[Scalar]) -> Filter:
    values = list(dict.fromkeys(values))
    if len(values) == 1:
        return _filter(column, operator, values[0])
    return Filter(column=column, operator="in" if operator == "=" else "not in", values=tuple(values))


def _filter(column: str, operator: str, value: Any) -> Filter:
    return Filter(column=column, operator=_operator(operator), values=(value,))


def _operator(text: str) -> Operator:
    return cast(Operator, text)  # phrases.OPERATORS holds nothing else


def _opposite(operator: str) -> str:
    pairs = {"=": "!=", "<": ">=", ">": "<=", "<=": ">", ">=": "<", "contains": "not contains", "like": "not like"}
    return pairs.get(operator, operator)


_READERS = (_absent, _compared, _amount_first, _dates, _values, _calendar)
