"""Splits a question into tags: each links some words to a column, a value, a number or a known phrase."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ..turn import NUMBER_TYPES
from .lexicon import Lexicon
from .phrases import LONGEST, NOUN_FILLERS, PHRASES, SUPERLATIVES
from .plan.sql import is_time
from .plan.words import name_parts
from .synonyms import RELATED, VERB_FORMS
from .tokens import Token, canonical, main_synonym, stem, tokens

MAX_TAGGED = 200
"""Texts whose tags a lexicon remembers."""
_AMOUNT = re.compile(r"[$€£¥%]\s*[-+(]?\d|\d\s*[$€£¥%]")


@dataclass(frozen=True, slots=True)
class Tag:
    """Some words of the question and what they stand for.

    Attributes:
        kind: ``column``, ``value``, ``literal``, ``number``, ``date``, ``frame``, ``comma``, ``unknown`` or a kind of
            ``phrases.PHRASES``.
        text: The stretch as the user wrote it.
        meaning: Candidate columns of a column; (column, value) pairs of a value; else by kind.
        partial: Whether it is only a part of the name of a column.
        lead: The fillers before it, such as *of the*.
    """

    kind: str
    text: str
    meaning: Any = None
    partial: bool = False
    lead: str = ""


def with_quoted_names(text: str, lexicon: Lexicon) -> str:
    """The question with the names of columns that hold signs, such as ``Discount%``, in quotes."""
    for name in sorted(lexicon.exact.values(), key=len, reverse=True):
        if re.fullmatch(r"[\w\s.'’-]+", name) or '"' in name or name.lower() not in text.lower():
            continue
        begin = r"(?<!\w)" if name[0].isalnum() else r"(?<!\S)"
        end = r"(?!\w)" if not name[-1].isspace() else ""
        parts = re.split(r'("[^"]*"|`[^`]*`)', text)
        pattern = re.compile(begin + re.escape(name) + end, re.IGNORECASE)
        parts[::2] = [pattern.sub(lambda found: f'"{found[0]}"', part) for part in parts[::2]]
        text = "".join(parts)
    return text


def tags(question: list[Token], lexicon: Lexicon) -> list[Tag]:
    """The question's tags; where several fit, the longest. One reply asks for those of the same text several times."""
    key = tuple(question)
    if key not in lexicon.tagged:
        if len(lexicon.tagged) >= MAX_TAGGED:
            lexicon.tagged.clear()
        lexicon.tagged[key] = tuple(_tags(question, lexicon))
    return list(lexicon.tagged[key])


def _tags(question: list[Token], lexicon: Lexicon) -> list[Tag]:
    found: list[Tag] = []
    place = 0
    while place < len(question):
        length, tag = _tag_at(question, place, lexicon, found)
        found.append(tag)
        place += length
    return [_as_value(found, place, lexicon) for place in range(len(found))]


def _as_value(found: list[Tag], place: int, lexicon: Lexicon) -> Tag:
    """A column's name that is one of its values too, where the value is meant.

    ``organic and conventional wheat``, ``organic yields``, ``fields that are organic``: a value of the same column
    stands beside it, or it says what the rows are.
    """
    tag = found[place]
    if tag.kind != "column" or len(tag.meaning) != 1 or tag.text.lower() != tag.meaning[0].lower():
        return tag
    column = lexicon.column(tag.meaning[0])
    known = [value for value, _ in column.values if isinstance(value, str) and canonical(value) == canonical(tag.text)]
    if not known or column.distinct is None or column.distinct < 2:
        return tag
    before = found[place - 1] if place else Tag("start", "")
    after = found[place + 1] if place + 1 < len(found) else Tag("end", "")
    beside = [found[i] for i in (place - 2, place + 2) if 0 <= i < len(found)]
    joined = {found[i].kind for i in (place - 1, place + 1) if 0 <= i < len(found)} & {"and", "or", "versus", "comma"}
    listed = bool(joined) and any(t.kind == "value" and (column.sql, t.meaning[0][1]) in t.meaning for t in beside)
    said = before.kind == "is" and after.kind in {"end", "by", "and"}
    if not listed and not said and not (before.kind not in _NAMING and after.kind in {"rows", "frame", "value"}):
        return tag
    return Tag("value", tag.text, ((column.sql, known[0]),), lead=tag.lead)


_NAMING = frozenset(
    {"by", "which", "distinct", "sort", "colour", "and", "comma", "not", "missing", "present", "versus"}
)
"""What stands before the name of a column as such."""


def without_fillers(found: Iterable[Tag]) -> tuple[Tag, ...]:
    """The tags but those of the closed list of words that change nothing; each knows the fillers before it."""
    tags: list[Tag] = []
    lead: list[str] = []
    for tag in found:
        if tag.kind == "stop":
            lead.append(tag.text.lower())
        else:
            tags.append(replace(tag, lead=" ".join(lead)))
            lead = []
    return tuple(tags)


def _tag_at(question: list[Token], place: int, lexicon: Lexicon, found: list[Tag]) -> tuple[int, Tag]:
    token = question[place]
    if token.kind == "quoted":
        return 1, _quoted_tag(token.text, lexicon)
    if token.kind in {"number", "date"} and (whole := _value_in_digits(question, place, lexicon)) is not None:
        return whole
    if token.kind in {"number", "date"}:
        column = lexicon.called(token.text)
        if column is not None and (not found or found[-1].kind in {"function", "by", "superlative", "sort"}):
            return 1, Tag("column", token.text, (column,))  # "total 2020", where a column has that name
        return 1, _literal_tag(token)
    if token.kind == "comma":
        return 1, Tag("comma", token.text)
    if len(token.text) == 1 and token.text.isalpha() and _after_letters(found):
        return 1, Tag("literal", token.text, token.text)
    if token.low == "lines" and (lines := _lines_of_data(question, place, lexicon, found)) is not None:
        return 1, lines
    if _begins_as_noun(question, place, lexicon):
        return 1, Tag("column", token.text, (lexicon.exact.get(token.low) or lexicon.exact[stem(token.low)],))
    for length in range(min(len(question) - place, max(LONGEST, lexicon.longest)), 0, -1):
        piece = question[place : place + length]
        if any(t.kind in {"quoted", "comma"} for t in piece):
            continue
        tag = _best(piece, lexicon, found)
        if tag is not None:
            return length, tag
    return 1, Tag("unknown", token.text)


def _value_in_digits(question: list[Token], place: int, lexicon: Lexicon) -> tuple[int, Tag] | None:
    """A value that begins with a number and goes on, such as the season ``2024-25`` or the race ``10k``."""
    least = 1 if any(map(str.isalpha, question[place].text)) else 2
    for length in range(min(len(question) - place, lexicon.longest), least - 1, -1):
        piece = question[place : place + length]
        known = lexicon.values.get(tuple(token.low for token in piece))
        if known:
            return length, Tag("value", " ".join(token.text for token in piece), tuple(known))
    return None


def _begins_as_noun(question: list[Token], place: int, lexicon: Lexicon) -> bool:
    """``show with the highest rating``, where a column is called ``show``: a verb is not followed by *with*."""
    token, after = question[place], _word_at(question, place + 1)
    verb = PHRASES.get((token.low,), ("",))[0] == "list"
    if verb and place == 0 and token.low.endswith("s") and stem(token.low) in lexicon.exact:  # "shows without sponsors"
        return after in {*_SAID_OF_ROWS, "without", "by", "in"}
    return verb and token.low in lexicon.exact and after in _SAID_OF_ROWS


def _lines_of_data(question: list[Token], place: int, lexicon: Lexicon, found: list[Tag]) -> Tag | None:
    """``lines with a comment``: rows, or what is not known; no line chart."""
    text, after = question[place].text, _word_at(question, place + 1)
    said = after in {*_SAID_OF_ROWS, "where", "without"}
    counted = bool(found) and found[-1].kind == "function"
    if lexicon.frame[-1:] == ("line",) and (said or counted or after == "by"):
        return Tag("frame", text, lexicon.card.name)
    numbered = counted and found[-1].meaning == "count" and after != "chart"
    return Tag("unknown", text) if numbered or (said and not found) else None


def _word_at(question: list[Token], place: int) -> str:
    return question[place].low if place < len(question) else ""


_SAID_OF_ROWS = frozenset({"with", "that", "which", "whose", "having", "has", "had"})
"""What stands behind a noun of rows, not behind a verb."""


def _after_letters(found: list[Tag]) -> bool:
    """Whether single letters are listed: *the letters D or S*."""
    kinds = [tag.kind for tag in found if tag.kind not in {"or", "comma", "literal"}]
    return bool(kinds) and kinds[-1] in {"letters", "edge"}


def _literal_tag(token: Token) -> Tag:
    if token.kind == "number":
        return Tag("number", token.text, token.value)
    try:
        day, _, clock = token.text.replace("T", " ").partition(" ")
        plain = dt.date(*(int(part) for part in day.split("-"))).isoformat()
    except ValueError:
        return Tag("unknown", token.text)
    return Tag("date", token.text, f"{plain} {clock}".strip())


def _quoted_tag(text: str, lexicon: Lexicon) -> Tag:
    if (column := lexicon.called(text)) is not None:
        return Tag("column", text, (column,))
    known = lexicon.values.get(tuple(token.low for token in tokens(text)))
    return Tag("value", text, tuple(known)) if known else Tag("literal", text, text)


def _best(piece: list[Token], lexicon: Lexicon, before: list[Tag]) -> Tag | None:
    """What so many words stand for; names and values of the data take precedence over phrases of the language."""
    text = " ".join(token.text for token in piece)
    words = tuple(token.low for token in piece)
    phrase, exact = _phrase(words, text, lexicon, before), lexicon.called(text)
    if len(words) > 1 and words[0] in SUPERLATIVES and any(tag.kind in {"which", "who"} for tag in before):
        return _phrase_tag(piece, phrase, before) if phrase is not None else None  # no column lowest_elevation is meant
    counts = bool(before) and before[-1].kind in {"function", "most", "fewest", "top", "superlative", "first"}
    frame = _is_frame(words, lexicon)
    counts = counts and not (exact is not None and _adds_up(exact, text, lexicon, before))
    if exact is not None and phrase is None and not (frame and counts):  # the longest flight is no flight number
        return Tag("column", text, (exact,))
    if exact is not None and phrase is not None and phrase[0] == "sort":
        return Tag("column", text, (exact,)) if _is_awaited(before) else _phrase_tag(piece, phrase, before)
    after_function = bool(before) and before[-1].kind == "function"
    if exact is not None and phrase is not None and _meant_as_column(phrase[0], exact, after_function):
        return Tag("column", text, (exact,))
    if phrase is not None and phrase[0] in {"stop", "verb"} and words in lexicon.done:
        return Tag("column", text, (lexicon.done[words],))  # "flats that were let", where there is let_on
    if phrase is not None and phrase[0] == "unit" and _is_counted(words, lexicon, before):
        phrase = None  # "number of meters", where there is a column of meters
    if phrase is None and len(words) == 1 and _did(words[0], lexicon, before):
        return Tag("verb", text, "done")  # "did each member borrow", where there is borrowed_on
    least = {"verb": 1, "chart": 45 if words == ("area",) else 75}.get(phrase[0]) if phrase is not None else None
    if least is not None and len(words) == 1 and _columns(words, lexicon)[1] >= least:
        phrase = None  # "who won" where there is a column of winners, "area" where there is one in km²
    value = () if _are_people(text, before) else _value(piece, words, lexicon, plain=phrase is None)
    if phrase is not None and phrase[0] == "stop" and len(text) <= 3 and text.islower() and not _awaited(value, before):
        value = ()  # "as a chart" is not about region a
    if phrase is not None and phrase[0] == "sort" and frame and counts:
        return Tag("frame", text, lexicon.card.name)  # "the latest order"
    if phrase is not None and not (
        value and phrase[0] in {"unit", "month", "stop", "or", "no", "missing", "present", "verb"}
    ):
        return _phrase_tag(piece, phrase, before)
    if frame and (amount := _amount_of(words, text, lexicon, before)):
        return Tag("column", text, amount)
    return _name(words, text, value, lexicon, frame=frame, counts=counts)


def _phrase(words: tuple[str, ...], text: str, lexicon: Lexicon, before: list[Tag]) -> tuple[str, Any] | None:
    """The phrase of the language that so many words are, where they are no noun of the data."""
    phrase = PHRASES.get(words)
    if phrase is None:
        return None
    if phrase[0] == "list" and _is_a_noun(words, lexicon, before):
        return None  # "which show", "the rating of each show"
    if phrase[0] == "list" and text.endswith("s") and text.lower() == lexicon.card.name.lower():
        return None  # "returns by reason", of a frame of returns
    noun = words[0] if words in {("amount", "of"), ("number", "of")} else words[-1]
    if noun in {*NOUN_FILLERS, "amount"} and (canonical(noun),) in lexicon.names:
        return None  # "the result" where there is a column of results
    return phrase


def _is_awaited(before: list[Tag]) -> bool:
    """Whether what stands before awaits a column, so that a word of sorting is one."""
    kinds = {"by", "function", "distinct", "sort", "which", "unknown", "frame"}
    return bool(before) and before[-1].kind in kinds


def _name(words: tuple[str, ...], text: str, value: Any, lexicon: Lexicon, *, frame: bool, counts: bool) -> Tag | None:
    """What words that are no phrase name: the frame, columns, or a value."""
    if frame and (counts or text.lower() == lexicon.card.name.lower()):
        return Tag("frame", text, lexicon.card.name)
    columns, score = _columns(words, lexicon)
    if columns and score <= 60 and _names_events(text, columns, lexicon):
        return Tag("frame", text, lexicon.card.name)
    if columns:
        return Tag("column", text, columns, partial=40 < score < 60)
    if value:
        return Tag("value", text, value)
    if words in lexicon.done:
        return Tag("column", text, (lexicon.done[words],))  # "people hired in 2020", where there is hire_date
    return Tag("frame", text, lexicon.card.name) if frame else None


def _are_people(text: str, before: list[Tag]) -> bool:
    """Whether ``people`` is everybody, not the department ``People``: at the begin, or behind *how many*."""
    last = before[-1] if before else None
    everybody = last is None or last.kind in {"function", "list", "which"} or last.text.lower() in {"of", "the", "all"}
    return text in {"people", "persons", "staff"} and everybody


def _is_counted(words: tuple[str, ...], lexicon: Lexicon, before: list[Tag]) -> bool:
    """Whether a unit is the name of things that are counted, not behind a number."""
    counted = bool(before) and before[-1].kind == "function" and before[-1].meaning == "count"
    return counted and not _is_frame(words, lexicon) and _columns(words, lexicon)[1] >= 88


def _did(word: str, lexicon: Lexicon, before: list[Tag]) -> bool:
    """Whether a word is the verb of a column that says when something was done, behind *did*."""
    asked = any(tag.kind == "stop" and tag.text.lower() in {"did", "do", "does"} for tag in before)
    return asked and bool({(f"{word}ed",), (f"{word}d",)} & set(lexicon.done))


def _amount_of(words: tuple[str, ...], text: str, lexicon: Lexicon, before: list[Tag]) -> tuple[str, ...]:
    """The column of amounts that a figure is of, though the rows are called so too: *average rent* in ``rents``."""
    figure = bool(before) and before[-1].kind == "function" and before[-1].meaning not in {"count", "share"}
    if not figure or text.lower() == lexicon.card.name.lower():
        return ()
    columns, score = _columns(words, lexicon)
    return columns if score >= 80 and all(lexicon.column(n).type in NUMBER_TYPES for n in columns) else ()


def _names_events(text: str, columns: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether a plural is that of what each row's date is of: *readings*, with ``reading_date``."""
    plural = text.lower() != canonical(text) and text.lower().endswith("s") and canonical(text) != "snapshot"
    dated = [lexicon.column(name) for name in columns]
    return plural and len(dated) == 1 and is_time(dated[0]) and not dated[0].nulls


def _adds_up(exact: str, text: str, lexicon: Lexicon, before: list[Tag]) -> bool:
    """Whether a figure is of a column that is called as one row is: ``total target`` of the frame ``targets``.

    Amounts in several currencies are a column's too: they cannot be summed, and rows are not what is asked for.
    """
    figure = before[-1].kind == "function" and before[-1].meaning not in {"count", "share"}
    column = lexicon.column(exact)
    amounts = [str(value) for value, _ in column.values]
    number = column.type in NUMBER_TYPES or (bool(amounts) and all(_AMOUNT.search(amount) for amount in amounts))
    return figure and number and text.lower() != lexicon.card.name.lower()


def _is_a_noun(words: tuple[str, ...], lexicon: Lexicon, before: list[Tag]) -> bool:
    """Whether a word that is also a verb names something here: after *which*, or as a column within a question."""
    if before and before[-1].kind == "which":
        return True
    named = len(words) == 1 and (words[0] in lexicon.exact or _columns(words, lexicon)[1] >= 75)
    return named and any(tag.kind not in {"stop", "list", "and", "comma"} for tag in before)


def _awaited(value: tuple[tuple[str, Any], ...], before: list[Tag]) -> bool:
    """Whether the value's column has just been named: ``region a``, ``where region is not a``."""
    last = next((tag for tag in reversed(before) if tag.kind not in {"is", "operator", "not"}), None)
    return last is not None and last.kind == "column" and any(column in last.meaning for column, _ in value)


def _meant_as_column(kind: str, exact: str, after_function: bool) -> bool:
    """Whether a word that is both a column and a phrase is the column: times are, and ``total`` in *average total*."""
    if kind == "function":
        return after_function
    if kind in {"by", "letters", "axis", "look"}:
        return True
    if kind in {"quarter", "month"}:
        return True  # a column Q1 or May of a table that has its periods side by side
    return kind in {"time", "unit", "file", "stop", "chart", "number"} and (kind != "stop" or len(exact) > 2)


def _phrase_tag(piece: list[Token], phrase: tuple[str, Any], before: list[Tag]) -> Tag | None:
    kind, meaning = phrase
    text = " ".join(token.text for token in piece)
    if kind == "month" and piece[0].low in {"may", "march"} and piece[0].text.islower():
        return (
            None
            if not before or before[-1].text.lower() not in {"in", "during", "of", "for", "since"}
            else Tag(kind, text, meaning)
        )
    return Tag(kind, text, meaning)


def _is_frame(words: tuple[str, ...], lexicon: Lexicon) -> bool:
    parts = tuple(canonical(part) for word in words for part in name_parts(word))
    return bool(parts) and parts == lexicon.frame and all(name_parts(word) for word in words)


def _value(piece: list[Token], words: tuple[str, ...], lexicon: Lexicon, plain: bool) -> tuple[tuple[str, Any], ...]:
    """Values that the stretch names; short ones, and those that are also words of the language, in their own case."""
    found = lexicon.values.get(words) or (lexicon.values.get(tuple(stem(w) for w in words)) if plain else None) or []
    text = " ".join(token.text for token in piece)
    strict = not plain or len(text) <= 2
    return tuple((column, value) for column, value in found if not strict or text == value)


def _columns(words: tuple[str, ...], lexicon: Lexicon) -> tuple[tuple[str, ...], int]:
    """Columns that a stretch fits best, several where it fits several as well; and how well it fits."""
    words = tuple(word.replace("’", "'").removesuffix("'s") for word in words)
    parts = tuple(canonical(part) for word in words for part in name_parts(word))
    if not parts or not all(name_parts(word) for word in words):
        return (), 0
    if parts == ("unit",) and "units" not in lexicon.exact and "unit" not in lexicon.exact:
        amounts = [name for noun in ("quantity", "units_sold") for _, name in lexicon.names.get((noun,), [])]
        if len(set(amounts)) == 1:
            return (amounts[0],), 60
    ranked = list(lexicon.names.get(parts, []))
    ranked += [(score - 10, name) for score, name in lexicon.names.get(tuple(main_synonym(p) for p in parts), [])]
    ranked += [(85, name) for name in lexicon.joined.get("".join(parts), [])]
    if len(words) == 1 and not ranked and words[0] in VERB_FORMS:
        ranked += [(38, name) for name in lexicon.verbs.get(VERB_FORMS[words[0]], [])]
    elif len(words) == 1 and not ranked:
        ranked += [(38, name) for name in lexicon.verbs.get(words[0], [])]
    if len(words) == 1 and not ranked and words[0].endswith("ed"):  # calls that waited more than 5 minutes
        verbs = {words[0][:-2], words[0][:-1]}
        named = {name for verb in verbs for score, name in lexicon.names.get((verb,), []) if score >= 80}
        ranked += [(38, name) for name in sorted(named) if lexicon.column(name).type in NUMBER_TYPES]
    if len(parts) == 1 and not ranked:
        for other in RELATED.get(parts[0], ()):
            ranked += [(40, name) for score, name in lexicon.names.get((other,), []) if score >= 80]
        if not ranked and len(parts[0]) >= 6:  # an abbreviation that is cut off: visib for visibility
            ranked += [
                (35, name)
                for key, hits in lexicon.names.items()
                for score, name in hits
                if len(key) == 1 and score >= 80 and len(key[0]) >= 5 and parts[0].startswith(key[0])
            ]
    best = max((score for score, _ in ranked), default=0)
    return tuple(dict.fromkeys(name for score, name in ranked if score == best)), best


def columns_called(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The columns that some words name, also where they are words of the language: *area*."""
    exact = lexicon.called(text)
    return (exact,) if exact is not None else _columns(tuple(text.lower().split()), lexicon)[0]
