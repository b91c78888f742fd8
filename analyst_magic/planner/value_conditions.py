"""Conditions by values of the data: from JFK, for Adelie and Gentoo penguins, not UA."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .asking import Ambiguous
from .column_choice import TEXTS, is_key_name, is_number, is_text, one_column, role_columns, role_in
from .filters import Read, among, filter_of, kind_at, skip_kinds
from .lexicon import Lexicon
from .linking import Tag
from .plan.schema import AllOf, Filter, Not, Scalar


def holds_digits(tag: Tag, lexicon: Lexicon) -> bool:
    """Whether a column holds text that is made of digits, such as postal codes."""
    columns = [lexicon.column(name) for name in tag.meaning]
    known = [str(value) for column in columns for value, _ in column.values]
    return len(columns) == 1 and is_text(columns[0]) and any(value.isdigit() for value in known)


def digits(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``zip 62005``, ``codes 01 and 07``."""
    if kind_at(tags, place) != "column" or kind_at(tags, place + 1) != "number" or kind_at(tags, place - 1) == "by":
        return None
    return named_values(tags, place, place + 1, "=", lexicon) if holds_digits(tags[place], lexicon) else None


def named_values(tags: Sequence[Tag], place: int, start: int, operator: str, lexicon: Lexicon) -> Read:
    """Values of a named column, spelt as in the data; unknown values only where the card does not list them all."""
    column = one_column(tags[place], lexicon, lambda c: not is_number(c))
    if operator in {"contains", "like"}:
        return start + 1 - place, [filter_of(column.sql, operator, tags[start].text)]
    if operator not in {"=", "!="}:
        return None
    asked = kind_at(tags, place - 1) == "which" and tags[start].kind == "value"
    if asked and all(name != column.sql for name, _ in tags[start].meaning):
        return None  # "what country is Tigist Bekele from": the value is another column's
    values: list[Scalar] = []
    end = start
    while kind_at(tags, end) in {"value", "literal", "unknown", "number"}:
        values.append(value_of(column, tags[end], lexicon))
        following = skip_kinds(tags, end + 1, "comma", "and", "or")
        end = following if following > end + 1 and is_value_of(tags, following, column) else end + 1
        if end != following:
            break
    return end - place, [among(column.sql, operator, values)]


def is_value_of(tags: Sequence[Tag], place: int, column: ColumnCard) -> bool:
    if kind_at(tags, place) == "value":
        return any(name == column.sql for name, _ in tags[place].meaning)
    digits = is_text(column) and kind_at(tags, place) == "number" and tags[place].text.isdigit()
    return digits or kind_at(tags, place) == "literal"


def value_of(column: ColumnCard, tag: Tag, lexicon: Lexicon) -> Scalar:
    if tag.kind == "value":
        own = [value for name, value in tag.meaning if name == column.sql]
        if own:
            return tag.text if tag.text in own else str(own[0])
    if column.type == "boolean" and tag.text.lower() in {"true", "false", "yes", "no"}:
        return tag.text.lower() in {"true", "yes"}
    known = [str(value) for value, _ in column.values]
    if tag.text in known:
        return tag.text
    if column.distinct is not None and column.distinct <= len(known):
        raise Abstained(
            message(
                "The column {column} of {card} has no value “{tag}”.",
                column=column.sql,
                card=lexicon.card.name,
                tag=tag.text,
            ),
            "Its values: " + ", ".join(known[:12]) + ("." if len(known) <= 12 else " and more."),
        )
    if column.type not in TEXTS:
        raise Abstained(
            message("“{tag}” is not a value that {column} can have.", tag=tag.text, column=column.sql),
            message("Rephrase the condition."),
        )
    if tag.kind == "unknown" and tag.text.islower():
        raise Abstained(
            message("It is not known whether “{tag}” is a value of {column}.", tag=tag.text, column=column.sql),
            message("Put the value in quotes."),
        )
    return tag.text


def values_at(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``from JFK``, ``for Adelie and Gentoo penguins``, ``not UA``, ``origin JFK``."""
    start, role, operator = place, "", "="
    if kind_at(tags, start) == "not":
        operator, role, start = "!=", role_in(tags[start].text), start + 1
    if kind_at(tags, start) in {"from", "to"}:
        role, start = tags[start].kind, start + 1
    if kind_at(tags, start) == "not":
        operator, start = "!=", start + 1
    if role and kind_at(tags, start) in {"unknown", "literal"}:
        return _unlisted(tags, place, start, role, operator, lexicon)
    named = kind_at(tags, start) == "column" and kind_at(tags, start + 1) == "value"
    first = start + named
    if kind_at(tags, first) != "value":
        return None
    if named and not any(name in tags[start].meaning for name, _ in tags[first].meaning):
        return None
    if named and kind_at(tags, place - 1) == "by":
        return None
    hint = tags[start].meaning if named else tags[first + 1].meaning if kind_at(tags, first + 1) == "column" else ()
    looked_up = not any(tag.kind in {"function", "by", "most", "fewest"} for tag in tags)
    if looked_up and not hint and not role:
        hint = tuple(name for name, _ in tags[first].meaning if is_key_name(lexicon.column(name), lexicon))
    column = column_of_value(tags[first], lexicon, role, hint)
    values: list[Scalar] = [value_of(column, tags[first], lexicon)]
    end = first + 1
    while True:
        following = skip_kinds(tags, end, "comma", "and", "or")
        if following == end or kind_at(tags, following) != "value" or not is_value_of(tags, following, column):
            break
        values.append(value_of(column, tags[following], lexicon))
        end = following + 1
    if kind_at(tags, end) == "column" and column.sql in tags[end].meaning and kind_at(tags, end - 1) == "value":
        end += 1
    return end - place, [among(column.sql, operator, values)]


def neither(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``not from JFK to LAX``: flights of that connection are left out, not all of either end."""
    start = place
    if kind_at(tags, start) != "not":
        return None
    negation = tags[start]
    start += 1
    first = (
        Tag("from", "from") if role_in(negation.text) == "from" else Tag("to", "to") if role_in(negation.text) else None
    )
    rest = [*([first] if first else []), *tags[start:]]
    one = values_at(rest, 0, lexicon) if kind_at(rest, 0) in {"from", "to"} else None
    if one is None:
        return None
    two = values_at(rest, one[0], lexicon) if kind_at(rest, one[0]) in {"from", "to"} else None
    if two is None:
        return None
    taken = one[0] + two[0] - (first is not None) + 1
    return taken, [Not(negated=AllOf(all_of=(*one[1], *two[1])))]


def column_of_value(tag: Tag, lexicon: Lexicon, role: str, hint: Iterable[str]) -> ColumnCard:
    """The column that a value belongs to; *from* and *to* can choose among columns that share it."""
    names = list(dict.fromkeys(name for name, _ in tag.meaning))
    names = [name for name in names if name in hint] or names
    if role:
        pointed = [column.sql for column in role_columns(lexicon, role)]
        other = {column.sql for column in role_columns(lexicon, "to" if role == "from" else "from")}
        if len(pointed) == 1 and (pointed[0] in names or other.intersection(names)):
            return lexicon.column(pointed[0])
    if len(names) > 1:
        raise Ambiguous(
            message(
                "“{tag}” is a value of several columns of {card}: {names}.",
                tag=tag.text,
                card=lexicon.card.name,
                names=", ".join(names),
            ),
            message("Say which, such as “{names} is {tag}”.", names=names[0], tag=tag.text),
            word=tag.text,
            choices=[f'"{name}" {{}}' if " " in name else f"{name} {{}}" for name in names],
        )
    return lexicon.column(names[0])


def _unlisted(tags: Sequence[Tag], place: int, start: int, role: str, operator: str, lexicon: Lexicon) -> Read:
    """``to ANC``: a code that is not among the most frequent values, where only one column can be meant."""
    columns = role_columns(lexicon, role)
    code = tags[start].kind == "literal" or (tags[start].text.isupper() and len(tags[start].text) > 1)
    if len(columns) != 1 or not code:
        return None
    return start + 1 - place, [among(columns[0].sql, operator, [value_of(columns[0], tags[start], lexicon)])]


def named_row(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``Silent River``: a name in capitals among no known values, where one column of names has more than are known."""
    if kind_at(tags, place) != "unknown" or kind_at(tags, place - 1) in {"unknown", "by", "function"}:
        return None
    end = place
    while kind_at(tags, end) == "unknown" and tags[end].text[:1].isupper():
        end += 1
    columns = [column for column in lexicon.card.columns if is_key_name(column, lexicon)]
    one = end == place + 1 and kind_at(tags, place - 1) in {"where", "start", ""}
    if end == place or one or len(columns) != 1 or len(columns[0].values) == columns[0].distinct:
        return None
    if not any(_shape(tag.text) == _shape(word) for tag in tags[place:end] for word in _known_words(columns[0])):
        return None  # "bytes per day in MB" is about no address
    words = [word for i, tag in enumerate(tags[place:end]) for word in (tag.lead if i else "", tag.text) if word]
    return end - place, [Filter(column=columns[0].sql, operator="=", values=(" ".join(words),))]


def _known_words(column: ColumnCard) -> Iterable[str]:
    """The words of the values that are known of a column."""
    return (word for value, _ in column.values for word in str(value).split())


def _shape(word: str) -> tuple[bool, bool, bool]:
    """Whether a word has digits, begins with a capital letter, and is a code of capitals."""
    return any(sign.isdigit() for sign in word), word[:1].isupper(), len(word) > 1 and word.isupper()
