"""Conditions on a part of a name: its letters, how it begins, a word in it."""

from __future__ import annotations

from collections.abc import Sequence

from .column_choice import is_text, one_column
from .filters import Read, kind_at, skip_kinds
from .lexicon import Lexicon
from .linking import Tag
from .plan.schema import Filter


def letters(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``the letters D or S in their first name``."""
    start = skip_kinds(tags, place, "where", "operator")
    if kind_at(tags, start) != "letters":
        return None
    letters, end = _letters_at(tags, start + 1)
    if not letters or kind_at(tags, end) != "column" or not is_text(one_column(tags[end], lexicon)):
        return None
    return end + 1 - place, [Filter(column=one_column(tags[end], lexicon).sql, operator="contains", values=letters)]


def name_with_letter(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``whose first name does not contain the letter M``, ``name starts with the letter A``."""
    if kind_at(tags, place) != "column":
        return None
    start = skip_kinds(tags, place + 1, "is")
    negated = kind_at(tags, start) == "not"
    start += negated
    if kind_at(tags, start) not in {"operator", "edge"}:
        return None
    word, start = tags[start], skip_kinds(tags, start + 1, "letters")
    letters, end = _letters_at(tags, start)
    spelt = kind_at(tags, start - 1) == "letters" or word.kind == "edge"
    if not letters or not spelt or (word.kind == "operator" and word.meaning != "contains"):
        return None
    column = one_column(tags[place], lexicon).sql
    if word.kind == "edge":
        pattern = f"{letters[0]}%" if word.meaning == "start" else f"%{letters[0]}"
        return end - place, [Filter(column=column, operator="not like" if negated else "like", values=(pattern,))]
    return end - place, [Filter(column=column, operator="not contains" if negated else "contains", values=letters)]


def _letters_at(tags: Sequence[Tag], place: int) -> tuple[tuple[str, ...], int]:
    letters: list[str] = []
    while kind_at(tags, place) in {"unknown", "literal", "value", "column", "axis"} and len(tags[place].text) == 1:
        letters.append(tags[place].text)
        following = skip_kinds(tags, place + 1, "or", "comma")
        place = following if kind_at(tags, following) in {"unknown", "literal"} else place + 1
    return tuple(letters), place


def part_of_name(tags: Sequence[Tag], place: int, lexicon: Lexicon) -> Read:
    """``films with Winter in the title``: a part of the values of a column of text."""
    start = skip_kinds(tags, place, "where", "operator")
    operator = tags[start - 1] if start > place and tags[start - 1].kind == "operator" else None
    if start == place or (operator is not None and operator.meaning != "contains"):
        return None
    words: list[str] = []
    end = start
    while kind_at(tags, end) in {"unknown", "literal", "value"} and len(words) < 4:
        words.append(tags[end].text)
        end += 1
    if not words or kind_at(tags, end) != "column" or "in" not in tags[end].lead.split():
        return None
    column = one_column(tags[end], lexicon, is_text)
    if not is_text(column):
        return None
    return end + 1 - place, [Filter(column=column.sql, operator="contains", values=(" ".join(words),))]
