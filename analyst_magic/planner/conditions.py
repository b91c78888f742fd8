"""Conditions in a question: tags -> filters, and the tags that are left.

Each reader looks at the tags from one place on and answers how many it took and the filters that they mean, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from ..errors import Abstained
from ..turn import NUMBER_TYPES, ColumnCard
from .amounts import SCALES, column_of, converted, unit_named
from .asking import Ambiguous
from .linking import Lexicon, Tag, canonical, stem
from .phrases import COMPARED, ROLES
from .plan.schema import AllOf, Condition, Filter, Not, Operator, Scalar
from .plan.sql import is_time
from .plan.words import name_parts

TEXTS = frozenset({"text", "category"})
Read = tuple[int, Sequence[Condition]] | None


def is_number(column: ColumnCard) -> bool:
    """Whether a column can be added up and compared with numbers."""
    return column.type in NUMBER_TYPES


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
        raise Ambiguous(
            f"“{tag.text}” could mean several columns of {lexicon.card.name}: {names}.",
            "Name the column that you mean.",
            word=tag.text,
            choices=[f'"{column.sql}"' if " " in column.sql else column.sql for column in columns[:8]],
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
    if lexicon.default_time:
        return lexicon.column(lexicon.default_time)
    if not times:
        raise Abstained(
            f"“{what}” needs a column of dates or times, and {lexicon.card.name} has none.", "Name the column to use."
        )
    names = ", ".join(column.sql for column in times)
    grouped = what.startswith("by ")
    raise Ambiguous(
        f"“{what}” could be read from several columns of {lexicon.card.name}: {names}.",
        f"Name the one that you mean, such as “by month of {times[0].sql}”.",
        word=what if grouped else f"in {what}",
        choices=[f"{what} of {c.sql}" if grouped else f"where {c.sql} is in {what}" for c in times[:4]],
    )


def conditions_at(
    tags: Sequence[Tag], place: int, lexicon: Lexicon
) -> Iterator[tuple[int, Sequence[Condition] | Abstained]]:
    """What each reader makes of the tags from one place on: how many it takes, and the filters, or why none."""
    for reader in _READERS:
        try:
            found = reader(tags, place, lexicon)
        except Abstained as error:
            yield 1, error
            continue
        if found is not None:
            yield found


def check_filters(filters: Iterable[Condition]) -> None:
    """Abstain where one column would need two values at once."""
    seen: set[tuple[str, str | None]] = set()
    for found in filters:
        if isinstance(found, Filter) and found.operator in {"=", "in"}:
            if (found.column, found.part) in seen:
                raise Abstained(
                    f"{found.column} cannot have two values at once.", "Write them side by side, such as “for A or B”."
                )
            seen.add((found.column, found.part))


def _kind(tags: Sequence[Tag], place: int) -> str:
    return tags[place].kind if 0 <= place < len(tags) else ""


def _skip(tags: Sequence[Tag], place: int, *kinds: str) -> int:
    while _kind(tags, place) in kinds:
        place += 1
    return place


def _absent(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``missing sex``, ``sex is missing``, ``without dep_delay``, ``sex is not missing``."""
    kind, after = _kind(tags, place), _kind(tags, place + 1)
    no = kind == "not" and tags[place].text.lower() in {"no", "without"}
    if kind == "not" and after == "column" and {"have", "has", "had"} & set(tags[place + 1].lead.split()):
        no = True  # "do not have a bonus"
    if (kind in {"missing", "present"} or no) and after == "column":
        if _kind(tags, place + 2) in {"operator", "between", "value"}:
            return None
        column = one_column(tags[place + 1], lexicon)
        if no and is_number(column) and not column.nulls:
            return 2, [Filter(column=column.sql, operator="=", values=(0,))]
        name = column.sql
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


def _compared(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
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


def _against(tags: Sequence[Tag], place: int, start: int, operator: str, lexicon: Lexicon) -> Read:
    kind = _kind(tags, start)
    if kind == "number" and operator in {"=", "!="} and _holds_digits(tags[place], lexicon):
        return _named_values(tags, place, start, operator, lexicon)
    if kind == "number" and not _belongs_to_next(tags, start):
        column = one_column(tags[place], lexicon, is_number)
        if not is_number(column):
            return _year(column, tags[start], operator, start + 1 - place)
        if operator in {"=", "!="} and _kind(tags, start + 1) == "or" and _kind(tags, start + 2) == "number":
            several = [converted(tags[start], None, column), converted(tags[start + 2], None, column)]
            return start + 3 - place, [_among(column.sql, operator, several)]
        unit = _unit_at(tags, start + 1)
        value = converted(tags[start], unit, column)
        return start + 1 + (unit is not None) - place, [_filter(column.sql, operator, value)]
    if kind == "date":
        column = one_column(tags[place], lexicon, is_time)
        return (start + 1 - place, [_filter(column.sql, operator, tags[start].meaning)]) if is_time(column) else None
    if kind in {"value", "literal", "unknown"}:
        return _named_values(tags, place, start, operator, lexicon)
    return None


def _holds_digits(tag: Tag, lexicon: Lexicon) -> bool:
    """Whether a column holds text that is made of digits, such as postal codes."""
    columns = [lexicon.column(name) for name in tag.meaning]
    known = [str(value) for column in columns for value, _ in column.values]
    return len(columns) == 1 and is_text(columns[0]) and any(value.isdigit() for value in known)


def _digits(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``zip 62005``, ``codes 01 and 07``."""
    if _kind(tags, place) != "column" or _kind(tags, place + 1) != "number" or _kind(tags, place - 1) == "by":
        return None
    return _named_values(tags, place, place + 1, "=", lexicon) if _holds_digits(tags[place], lexicon) else None


def _belongs_to_next(tags: Sequence[Tag], place: int) -> bool:
    """Whether the number at ``place`` is followed by its own column, as in ``more than 100 seats``."""
    if _unit_at(tags, place + 1) is not None:
        return False
    return _kind(tags, place + 1) == "column" and _kind(tags, place - 2) in {"where", ""}


def _named_values(tags: Sequence[Tag], place: int, start: int, operator: str, lexicon: Lexicon) -> Read:
    """Values of a named column, spelt as in the data; unknown values only where the card does not list them all."""
    column = one_column(tags[place], lexicon, lambda c: not is_number(c))
    if operator in {"contains", "like"}:
        return start + 1 - place, [_filter(column.sql, operator, tags[start].text)]
    if operator not in {"=", "!="}:
        return None
    asked = _kind(tags, place - 1) == "which" and tags[start].kind == "value"
    if asked and all(name != column.sql for name, _ in tags[start].meaning):
        return None  # "what country is Tigist Bekele from": the value is another column's
    values: list[Scalar] = []
    end = start
    while _kind(tags, end) in {"value", "literal", "unknown", "number"}:
        values.append(_value_of(column, tags[end], lexicon))
        following = _skip(tags, end + 1, "comma", "and", "or")
        end = following if following > end + 1 and _is_value_of(tags, following, column) else end + 1
        if end != following:
            break
    return end - place, [_among(column.sql, operator, values)]


def _is_value_of(tags: Sequence[Tag], place: int, column: ColumnCard) -> bool:
    if _kind(tags, place) == "value":
        return any(name == column.sql for name, _ in tags[place].meaning)
    digits = is_text(column) and _kind(tags, place) == "number" and tags[place].text.isdigit()
    return digits or _kind(tags, place) == "literal"


def _value_of(column: ColumnCard, tag: Tag, lexicon: Lexicon) -> Scalar:
    if tag.kind == "value":
        own = [value for name, value in tag.meaning if name == column.sql]
        if own:
            return str(own[0])
    if column.type == "boolean" and tag.text.lower() in {"true", "false", "yes", "no"}:
        return tag.text.lower() in {"true", "yes"}
    known = [str(value) for value, _ in column.values]
    if tag.text in known:
        return tag.text
    if column.distinct is not None and column.distinct <= len(known):
        raise Abstained(
            f"The column {column.sql} of {lexicon.card.name} has no value “{tag.text}”.",
            "Its values: " + ", ".join(known[:12]) + ("." if len(known) <= 12 else " and more."),
        )
    if column.type not in TEXTS:
        raise Abstained(f"“{tag.text}” is not a value that {column.sql} can have.", "Rephrase the condition.")
    if tag.kind == "unknown" and tag.text.islower():
        raise Abstained(f"It is not known whether “{tag.text}” is a value of {column.sql}.", "Put the value in quotes.")
    return tag.text


def _range(tags: Sequence[Tag], place: int, start: int, lexicon: Lexicon) -> Read:
    ends = (start + 1, start + 3)
    joined = _kind(tags, start + 2) in {"and", "to"}
    kinds = {_kind(tags, end) for end in ends}
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
    unit = _unit_at(tags, start + 4) if kinds == {"number"} else None
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


def _unit_at(tags: Sequence[Tag], place: int) -> Tag | None:
    """The unit behind a number."""
    if _kind(tags, place) == "unit" or (_kind(tags, place) == "time" and tags[place].text.lower() in _TIME_UNITS):
        return tags[place]
    low = tags[place].text.lower() if place < len(tags) else ""
    return tags[place] if low in _UNIT_WORDS or is_scale(tags, place) else None


def is_scale(tags: Sequence[Tag], place: int) -> bool:
    """Whether a word multiplies the number before it: ``9 million``."""
    return place < len(tags) and unit_named(tags[place]) in SCALES and _kind(tags, place - 1) == "number"


_UNIT_WORDS = frozenset({"percent", "hour", "hours", "minutes", "days", "m", "ft", "lb", "foot", "metre", "meter"})
_TIME_UNITS = frozenset({"hour", "hours", "day", "days", "week", "weeks"})


def _amount_first(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``more than 100 seats``, ``between 2 and 4 engines``."""
    if _kind(tags, place) == "operator":
        operator, numbers, end = tags[place].meaning, [place + 1], place + 2
    elif _kind(tags, place) == "between" and _kind(tags, place + 2) in {"and", "to"}:
        operator, numbers, end = "between", [place + 1, place + 3], place + 4
    else:
        return None
    unit = _unit_at(tags, end) if _kind(tags, end) != "column" or is_scale(tags, end) else None
    end += unit is not None
    if any(_kind(tags, number) != "number" for number in numbers) or _kind(tags, end) != "column":
        return None
    if _kind(tags, place - 1) in {"column", "is"} and _unit_at(tags, end) is not None:
        return None  # "dep_delay above 1 hour", where there is a column of hours too
    column = one_column(tags[end], lexicon, is_number)
    if not is_number(column) or (tags[end].partial and tags[end].text.lower() in {"unit", "units", "points"}):
        return None
    values = tuple(converted(tags[number], unit, column) for number in numbers)
    return end + 1 - place, [Filter(column=column.sql, operator=operator, values=values)]


def _having_so_many(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``planes that have 4 engines``, ``employees with a score of 5``."""
    if _kind(tags, place) == "number" and _kind(tags, place + 1) == "column":
        has = {"have", "has", "had"} & set(tags[place].lead.split()) or _kind(tags, place - 1) == "where"
        number, column = tags[place], tags[place + 1]
    elif _kind(tags, place) == "column" and _kind(tags, place + 1) == "number":
        lead = tags[place + 1].lead.split()
        has = lead[-1:] == ["of"] and _kind(tags, place - 1) in {"where", "rows", "frame"}
        has = has or (not lead and _kind(tags, place - 1) == "where")  # bookings with guest rating 10
        number, column = tags[place + 1], tags[place]
    else:
        return None
    if not has or _kind(tags, place + 2) in {"unit", "and", "to"}:
        return None
    one = one_column(column, lexicon, is_number)
    if not is_number(one) or column.partial:
        return None
    return 2, [Filter(column=one.sql, operator="=", values=(converted(number, None, one),))]


def _values(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
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
    looked_up = not any(tag.kind in {"function", "by", "most", "fewest"} for tag in tags)
    if looked_up and not hint and not role:
        hint = tuple(name for name, _ in tags[first].meaning if is_key_name(lexicon.column(name), lexicon))
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


def _neither(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``not from JFK to LAX``: flights of that connection are left out, not all of either end."""
    start = place
    if _kind(tags, start) != "not":
        return None
    negation = tags[start]
    start += 1
    first = (
        Tag("from", "from")
        if _role_in(negation.text) == "from"
        else Tag("to", "to")
        if _role_in(negation.text)
        else None
    )
    rest = [*([first] if first else []), *tags[start:]]
    one = _values(rest, 0, lexicon) if _kind(rest, 0) in {"from", "to"} else None
    if one is None:
        return None
    two = _values(rest, one[0], lexicon) if _kind(rest, one[0]) in {"from", "to"} else None
    if two is None:
        return None
    taken = one[0] + two[0] - (first is not None) + 1
    return taken, [Not(negated=AllOf(all_of=(*one[1], *two[1])))]


def _unnamed(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``longer than 2000 miles``, ``above 4 kg``: the word or the unit says of which column."""
    if (
        _kind(tags, place) != "operator"
        or _kind(tags, place + 1) != "number"
        or _compares_a_column(tags, place, lexicon)
    ):
        return None
    unit = _unit_at(tags, place + 2)
    column = column_of(COMPARED.get(tags[place].text.lower().removesuffix(" than"), ""), unit, lexicon)
    if column is None:
        return None
    value = converted(tags[place + 1], unit, column)
    return 2 + (unit is not None), [_filter(column.sql, tags[place].meaning, value)]


def _compares_a_column(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> bool:
    """Whether a column of numbers stands before an operator: ``dep_delay is above 1 hour``."""
    before = place - 1 - (_kind(tags, place - 1) == "is")
    return _kind(tags, before) == "column" and any(is_number(lexicon.column(n)) for n in tags[before].meaning)


def _role_in(text: str) -> str:
    last = text.lower().split()[-1]
    return last if last in ROLES else ""


def _has_role(column: ColumnCard, role: str) -> bool:
    return any(canonical(part) in ROLES.get(role, ()) for part in column.sql.lower().split("_"))


def _role_columns(lexicon: Lexicon, role: str) -> list[ColumnCard]:
    return [column for column in lexicon.card.columns if is_text(column) and _has_role(column, role)]


def is_key_name(column: ColumnCard, lexicon: Lexicon) -> bool:
    """Whether a column names each row."""
    return is_text(column) and column.distinct == lexicon.card.rows and not column.nulls


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
        raise Ambiguous(
            f"“{tag.text}” is a value of several columns of {lexicon.card.name}: {', '.join(names)}.",
            f"Say which, such as “{names[0]} is {tag.text}”.",
            word=tag.text,
            choices=[f'"{name}" {{}}' if " " in name else f"{name} {{}}" for name in names],
        )
    return lexicon.column(names[0])


def _unlisted(tags: Sequence[Tag], place: int, start: int, role: str, operator: str, lexicon: Lexicon) -> Read:
    """``to ANC``: a code that is not among the most frequent values, where only one column can be meant."""
    columns = _role_columns(lexicon, role)
    code = tags[start].kind == "literal" or (tags[start].text.isupper() and len(tags[start].text) > 1)
    if len(columns) != 1 or not code:
        return None
    return start + 1 - place, [_among(columns[0].sql, operator, [_value_of(columns[0], tags[start], lexicon)])]


def _year(column: ColumnCard, tag: Tag, operator: str, taken: int) -> Read:
    """``order_date after 2013``: a bare year against a date."""
    if not is_time(column) or not is_a_year(tag):
        return None
    return taken, [Filter(column=column.sql, operator=_operator(operator), values=(tag.meaning,), part="year")]


def is_a_year(tag: Tag) -> bool:
    """Whether a number looks like a year."""
    return isinstance(tag.meaning, int) and 1900 <= tag.meaning <= 2100 and tag.text.isdigit()


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


def _dated(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``hired before 2002-06-21``: the verb says which date is meant."""
    if _kind(tags, place) != "unknown" or _kind(tags, place + 1) not in {"operator", "between"}:
        return None
    times = [column for column in lexicon.card.columns if is_time(column)]
    verb = stem(tags[place].text.lower())
    fitting = [c for c in times if any(len(p) > 2 and verb.startswith(p[:5]) for p in name_parts(c.sql))]
    column = (
        fitting[0] if len(fitting) == 1 else times[0] if len(times) == 1 and verb.endswith(("ed", "n", "t")) else None
    )
    if column is None:
        return None
    found = _compared([Tag("column", column.sql, (column.sql,)), *tags[place + 1 :]], 0, lexicon)
    return found if found and _kind(tags, place + 2) == "date" else None


def _letters(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``the letters D or S in their first name``."""
    start = _skip(tags, place, "where", "operator")
    if _kind(tags, start) != "letters":
        return None
    letters, end = _letters_at(tags, start + 1)
    if not letters or _kind(tags, end) != "column" or not is_text(one_column(tags[end], lexicon)):
        return None
    return end + 1 - place, [Filter(column=one_column(tags[end], lexicon).sql, operator="contains", values=letters)]


def _name_with_letter(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``whose first name does not contain the letter M``, ``name starts with the letter A``."""
    if _kind(tags, place) != "column":
        return None
    start = _skip(tags, place + 1, "is")
    negated = _kind(tags, start) == "not"
    start += negated
    if _kind(tags, start) not in {"operator", "edge"}:
        return None
    word, start = tags[start], _skip(tags, start + 1, "letters")
    letters, end = _letters_at(tags, start)
    spelt = _kind(tags, start - 1) == "letters" or word.kind == "edge"
    if not letters or not spelt or (word.kind == "operator" and word.meaning != "contains"):
        return None
    column = one_column(tags[place], lexicon).sql
    if word.kind == "edge":
        pattern = f"{letters[0]}%" if word.meaning == "start" else f"%{letters[0]}"
        return end - place, [Filter(column=column, operator="not like" if negated else "like", values=(pattern,))]
    return end - place, [Filter(column=column, operator="not contains" if negated else "contains", values=letters)]


def _letters_at(tags: Sequence[Tag], place: int) -> tuple[tuple[str, ...], int]:
    letters: list[str] = []
    while _kind(tags, place) in {"unknown", "literal", "value", "column", "axis"} and len(tags[place].text) == 1:
        letters.append(tags[place].text)
        following = _skip(tags, place + 1, "or", "comma")
        place = following if _kind(tags, following) in {"unknown", "literal"} else place + 1
    return tuple(letters), place


def _part_of_name(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``films with Winter in the title``: a part of the values of a column of text."""
    start = _skip(tags, place, "where", "operator")
    operator = tags[start - 1] if start > place and tags[start - 1].kind == "operator" else None
    if start == place or (operator is not None and operator.meaning != "contains"):
        return None
    words: list[str] = []
    end = start
    while _kind(tags, end) in {"unknown", "literal", "value"} and len(words) < 4:
        words.append(tags[end].text)
        end += 1
    if not words or _kind(tags, end) != "column" or "in" not in tags[end].lead.split():
        return None
    column = one_column(tags[end], lexicon, is_text)
    if not is_text(column):
        return None
    return end + 1 - place, [Filter(column=column.sql, operator="contains", values=(" ".join(words),))]


def _named_row(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``Silent River``: a name in capitals among no known values, where one column of names has more than are known."""
    if _kind(tags, place) != "unknown" or _kind(tags, place - 1) in {"unknown", "by", "function"}:
        return None
    end = place
    while _kind(tags, end) == "unknown" and tags[end].text[:1].isupper():
        end += 1
    columns = [column for column in lexicon.card.columns if is_key_name(column, lexicon)]
    one = end == place + 1 and _kind(tags, place - 1) in {"where", "start", ""}
    if end == place or one or len(columns) != 1 or len(columns[0].values) == columns[0].distinct:
        return None
    words = [word for i, tag in enumerate(tags[place:end]) for word in (tag.lead if i else "", tag.text) if word]
    return end - place, [Filter(column=columns[0].sql, operator="=", values=(" ".join(words),))]


_READERS = (
    _having_so_many,
    _part_of_name,
    _letters,
    _name_with_letter,
    _dated,
    _absent,
    _compared,
    _digits,
    _amount_first,
    _unnamed,
    _neither,
    _values,
    _named_row,
)
