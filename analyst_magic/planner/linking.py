"""Splits a question into tags: each links some words to a column, a value, a number or a known phrase."""

from __future__ import annotations

import datetime as dt
import re
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from ..turn import NUMBER_TYPES, ColumnCard, FrameCard
from .phrases import LONGEST, NOUN_FILLERS, PHRASE_WORDS, PHRASES, RELATED, SAME, SUPERLATIVES, VERB_FORMS
from .plan.text_numbers import as_number, number_type
from .plan.words import ABBREVIATIONS, UNITS, name_parts

_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*"|“[^”]*”|`[^`]*`|(?<!\w)'[^']*'(?!\w))
      | (?P<date>\d{4}-\d\d?-\d\d?(?:[T ]\d\d:\d\d(?::\d\d)?)?(?![\w-]))
      | (?P<number>(?<![\w.])[-−]?\$?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[kKmM](?!\w))?%?(?!\w))
      | (?P<operator><=|>=|!=|<>|==|[<>=≤≥≠&])
      | (?P<word>\w+(?:['’.\-]\w+)*)
      | (?P<comma>[,;])""",
    re.VERBOSE,
)  # fmt: skip
_SKIPPED = frozenset("?!.:()[]{}/…-–—*\"'“”‘’`|~^\\#@")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the question: its text, what sort it is, and for a number its value."""

    text: str
    kind: str
    value: Any = None

    @property
    def low(self) -> str:
        return self.text.lower().replace("’", "'")


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


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A frame's names and values, by the words that a question may use for them."""

    card: FrameCard
    exact: dict[str, str]
    names: dict[tuple[str, ...], list[tuple[int, str]]]
    joined: dict[str, list[str]]
    values: dict[tuple[str, ...], list[tuple[str, Any]]]
    columns: dict[str, ColumnCard]
    frame: tuple[str, ...] = ()
    longest: int = field(default=4)
    vocabulary: frozenset[str] = frozenset()
    today: str = ""
    text_numbers: frozenset[str] = frozenset()
    verbs: dict[str, list[str]] = field(default_factory=dict)
    default_time: str = ""

    @property
    def date(self) -> dt.date:
        """Today, as the question was asked."""
        return dt.date.fromisoformat(self.today) if self.today else dt.date.today()

    def called(self, text: str) -> str | None:
        """The column of exactly this name, else the one whose name differs in case only."""
        return self.exact.get(text, self.exact.get(text.lower()))

    def column(self, name: str) -> ColumnCard:
        """The card of a column by its SQL name."""
        return self.columns[name]


def tokens(text: str) -> list[Token]:
    """The question's words, numbers and signs. Punctuation separates them; any other sign is a token of its own."""
    return list(_tokens(text))


@lru_cache(maxsize=2_000)
def _tokens(text: str) -> tuple[Token, ...]:
    found: list[Token] = []
    place = 0
    for match in _TOKEN.finditer(text):
        found += _signs(text[place : match.start()])
        place = match.end()
        kind, piece = match.lastgroup or "word", match.group()
        if kind == "quoted":
            found.append(Token(piece[1:-1], kind))
        elif kind == "number":
            found.append(Token(piece, kind, _number(piece)))
        else:
            found.append(Token(piece, kind))
    return (*found, *_signs(text[place:]))


def _signs(text: str) -> list[Token]:
    """Signs with a meaning that is not known here, such as ``+`` or ``%``; smileys are no part of the question."""
    return [Token(sign, "word") for sign in text if sign in "+%$€£×÷√∑" and sign not in _SKIPPED]


def _number(text: str) -> int | float:
    plain = text.replace(",", "").replace("$", "").replace("−", "-").rstrip("%")
    factor = {"k": 1_000, "m": 1_000_000}.get(plain[-1].lower(), 1)
    number = float(plain.rstrip("kKmM")) * factor
    return int(number) if number.is_integer() else number


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


def stem(word: str) -> str:
    """A word without its plural ending and possessive."""
    word = word.lower().replace("’", "'").removesuffix("'s").removesuffix("'")
    if len(word) > 4 and word.endswith("ies"):
        return word if word in {"series", "species"} else word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@lru_cache(maxsize=20_000)
def canonical(word: str) -> str:
    """A word in the form that names and questions are compared in: singular, with abbreviations spelt out."""
    low = word.lower()
    return stem(ABBREVIATIONS.get(low, ABBREVIATIONS.get(stem(low), low)))


def main_synonym(word: str) -> str:
    """The word that represents all its synonyms."""
    return SAME.get(word, word)


_LEXICONS: OrderedDict[tuple[int, str], tuple[FrameCard, Lexicon]] = OrderedDict()
_MAX_LEXICONS = 200


def lexicon(card: FrameCard, today: str = "") -> Lexicon:
    """The lexicon of one frame; those of the last frames are kept, as one question looks at them several times."""
    cached = _LEXICONS.get((id(card), today))
    if cached is not None and cached[0] is card:
        return cached[1]
    words = _lexicon(card, today)
    _LEXICONS[id(card), today] = card, words
    if len(_LEXICONS) > _MAX_LEXICONS:
        _LEXICONS.popitem(last=False)
    return words


def _with_text_numbers(card: FrameCard) -> tuple[FrameCard, frozenset[str]]:
    """The card with its columns of numbers that are held as text as columns of numbers, and their names."""
    names = frozenset(column.sql for column in card.columns if number_type(column) is not None)
    columns = (as_number(column) if column.sql in names else column for column in card.columns)
    return (replace(card, columns=tuple(columns)) if names else card), names


def _lexicon(card: FrameCard, today: str) -> Lexicon:
    card, text_numbers = _with_text_numbers(card)
    names: dict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
    joined: dict[str, list[str]] = defaultdict(list)
    values: dict[tuple[str, ...], list[tuple[str, Any]]] = defaultdict(list)
    for column in card.columns:
        parts = tuple(canonical(part) for part in name_parts(column.sql))
        bare = parts[:-1] if len(parts) > 1 and name_parts(column.sql)[-1] in UNITS else parts
        for words, score in _phrasings(parts, bare):
            names[words].append((score, column.sql))
        joined["".join(bare)].append(column.sql)
        joined["".join(parts)].append(column.sql)
        for word, value in _people(column):
            values[(word,)].append((column.sql, value))
        for value, _ in column.values:
            if isinstance(value, str) and value.strip():
                values[tuple(token.low for token in tokens(value))].append((column.sql, value))
    exact = {column.sql.lower(): column.sql for column in card.columns}
    exact |= {column.name: column.sql for column in card.columns}  # Sales and sales may be two
    frame = tuple(canonical(part) for part in name_parts(card.name))
    columns = {column.sql: column for column in card.columns}
    vocabulary = {word for phrase in (*names, *values) for word in phrase} | set(joined) | set(frame)
    vocabulary |= {main_synonym(word) for word in vocabulary} | {canonical(word) for word in vocabulary}
    return Lexicon(
        card,
        exact,
        names,
        joined,
        values,
        columns,
        frame,
        max((len(words) for words in values), default=4),
        frozenset(vocabulary),
        today,
        text_numbers,
        _verbs(card),
    )


def _people(column: ColumnCard) -> Iterable[tuple[str, str]]:
    """Words for the values of a column of sexes: *women* for ``F``."""
    known = {value.lower(): value for value, _ in column.values if isinstance(value, str)}
    if not {canonical(part) for part in name_parts(column.sql)} & {"sex", "gender"} or len(known) > 4:
        return
    for codes, words in (
        (("f", "female", "woman"), ("women", "woman", "female", "females")),
        (("m", "male", "man"), ("men", "man", "male", "males")),
    ):
        value = next((known[code] for code in codes if code in known), None)
        if value is not None:
            yield from ((word, value) for word in words if word != value.lower())


def _verbs(card: FrameCard) -> dict[str, list[str]]:
    """The columns whose name is a form of a verb, such as ``Written by``, ``Winner`` or ``Opened``, by the verb."""
    found: dict[str, list[str]] = defaultdict(list)
    for column in card.columns:
        parts = [part for part in name_parts(column.sql) if part not in {"by", "date", "year", "in", "of", "at", "on"}]
        if len(parts) == 1 and parts[0] in VERB_FORMS:
            found[VERB_FORMS[parts[0]]].append(column.sql)
    return found


def _phrasings(parts: tuple[str, ...], bare: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], int]]:
    """Words that may stand for a column, with how well they fit."""
    for words, score in ((parts, 90), (bare, 88)):
        yield words, score
        yield tuple(main_synonym(word) for word in words), score - 10
    for length in range(1, len(bare)):
        for start in range(len(bare) - length + 1):
            some = bare[start : start + length]
            yield some, 50
            yield tuple(main_synonym(word) for word in some), 45


def unknown_words(question: list[Token], lexicon: Lexicon) -> frozenset[str]:
    """Words that are neither of the language that the planner knows nor of the frame."""
    found = set()
    for token in question:
        if token.kind != "word" or token.low in PHRASE_WORDS or token.low in lexicon.exact:
            continue
        parts = [canonical(part) for part in name_parts(token.text)] or [token.low]
        if not all(_known(part, lexicon) for part in (*parts,)) and canonical(token.low) not in lexicon.vocabulary:
            found.add(token.low)
    return frozenset(found)


def _known(part: str, lexicon: Lexicon) -> bool:
    known = lexicon.vocabulary
    if part in known or main_synonym(part) in known or any(other in known for other in RELATED.get(part, ())):
        return True
    return len(part) >= 6 and any(len(word) >= 5 and part.startswith(word) for word in known)


def tags(question: list[Token], lexicon: Lexicon) -> list[Tag]:
    """The question's tags; where several fit, the longest."""
    found: list[Tag] = []
    place = 0
    while place < len(question):
        length, tag = _tag_at(question, place, lexicon, found)
        found.append(tag)
        place += length
    return found


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
    if token.kind in {"number", "date"}:
        column = lexicon.called(token.text)
        if column is not None and (not found or found[-1].kind in {"function", "by", "superlative", "sort"}):
            return 1, Tag("column", token.text, (column,))  # "total 2020", where a column has that name
        return 1, _literal_tag(token)
    if token.kind == "comma":
        return 1, Tag("comma", token.text)
    if len(token.text) == 1 and token.text.isalpha() and _after_letters(found):
        return 1, Tag("literal", token.text, token.text)
    if _begins_as_noun(question, place, lexicon):
        return 1, Tag("column", token.text, (lexicon.exact[token.low],))
    for length in range(min(len(question) - place, max(LONGEST, lexicon.longest)), 0, -1):
        piece = question[place : place + length]
        if any(t.kind in {"quoted", "comma"} for t in piece):
            continue
        tag = _best(piece, lexicon, found)
        if tag is not None:
            return length, tag
    return 1, Tag("unknown", token.text)


def _begins_as_noun(question: list[Token], place: int, lexicon: Lexicon) -> bool:
    """``show with the highest rating``, where a column is called ``show``: a verb is not followed by *with*."""
    token, after = question[place], question[place + 1].low if place + 1 < len(question) else ""
    verb = PHRASES.get((token.low,), ("",))[0] == "list"
    return verb and token.low in lexicon.exact and after in {"with", "that", "which", "whose", "having", "has", "had"}


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
    phrase = PHRASES.get(words)
    if phrase is not None and phrase[0] == "list" and _is_a_noun(words, lexicon, before):
        phrase = None  # "which show", "the rating of each show"
    noun = words[0] if words in {("amount", "of"), ("number", "of")} else words[-1]
    if phrase is not None and noun in {*NOUN_FILLERS, "amount"} and (canonical(noun),) in lexicon.names:
        phrase = None  # "the result" where there is a column of results
    exact = lexicon.called(text)
    if len(words) > 1 and words[0] in SUPERLATIVES and any(tag.kind in {"which", "who"} for tag in before):
        return _phrase_tag(piece, phrase, before) if phrase is not None else None  # no column lowest_elevation is meant
    counts = bool(before) and before[-1].kind in {"function", "most", "fewest", "top", "superlative"}
    frame = _is_frame(words, lexicon)
    counts = counts and not (exact is not None and _adds_up(exact, text, lexicon, before))
    if exact is not None and phrase is None and not (frame and counts):  # the longest flight is no flight number
        return Tag("column", text, (exact,))
    after_function = bool(before) and before[-1].kind == "function"
    if exact is not None and phrase is not None and phrase[0] == "sort":
        awaited = bool(before) and before[-1].kind in {
            "by",
            "function",
            "distinct",
            "sort",
            "which",
            "unknown",
            "frame",
        }
        return Tag("column", text, (exact,)) if awaited else _phrase_tag(piece, phrase, before)
    if exact is not None and phrase is not None and _meant_as_column(phrase[0], exact, after_function):
        return Tag("column", text, (exact,))
    least = {"verb": 1, "chart": 45 if words == ("area",) else 75}.get(phrase[0]) if phrase is not None else None
    if least is not None and len(words) == 1 and _columns(words, lexicon)[1] >= least:
        phrase = None  # "who won" where there is a column of winners, "area" where there is one in km²
    value = _value(piece, words, lexicon, plain=phrase is None)
    if phrase is not None and phrase[0] == "stop" and len(text) <= 3 and text.islower() and not _awaited(value, before):
        value = ()  # "as a chart" is not about region a
    if phrase is not None and phrase[0] == "sort" and frame and counts:
        return Tag("frame", text, lexicon.card.name)  # "the latest order"
    if phrase is not None and not (value and phrase[0] in {"unit", "month", "stop", "or", "no"}):
        return _phrase_tag(piece, phrase, before)
    if frame and (counts or text.lower() == lexicon.card.name.lower()):
        return Tag("frame", text, lexicon.card.name)
    columns, score = _columns(words, lexicon)
    if columns:
        return Tag("column", text, columns, partial=40 < score < 60)
    if value:
        return Tag("value", text, value)
    return Tag("frame", text, lexicon.card.name) if frame else None


def _adds_up(exact: str, text: str, lexicon: Lexicon, before: list[Tag]) -> bool:
    """Whether a figure is of a column that is called as one row is: ``total target`` of the frame ``targets``."""
    figure = before[-1].kind == "function" and before[-1].meaning not in {"count", "share"}
    number = lexicon.column(exact).type in NUMBER_TYPES
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
