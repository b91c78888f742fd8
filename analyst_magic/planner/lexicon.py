"""A frame's names and values, by the words that a question may use for them."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ..turn import ColumnCard, FrameCard
from .nationalities import other_words
from .phrases import PHRASE_WORDS
from .plan.text_numbers import as_number, number_type
from .plan.words import UNIT_WORDS, UNITS, name_parts, unit_of
from .synonyms import RELATED, VERB_FORMS
from .tokens import Token, canonical, main_synonym, past_forms, tokens


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
    done: dict[tuple[str, ...], str] = field(default_factory=dict)
    tagged: dict[tuple[Token, ...], tuple[Any, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    reworded: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

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


_TIME_UNITS = frozenset("s sec secs seconds min mins minutes h hours ms".split())
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
    for column in card.columns:
        for words, score in _names_of(column):
            names[words].append((score, column.sql))
        parts, bare = _parts(column)
        joined["".join(bare)].append(column.sql)
        joined["".join(parts)].append(column.sql)
    values = _values(card, {*names})
    exact = {column.sql.lower(): column.sql for column in card.columns}
    several = (*card.columns[: card.index], *reversed(card.columns[card.index :]))  # of one name the first is meant
    exact |= {column.name: column.sql for column in several}  # Sales and sales may be two
    frame = tuple(canonical(part) for part in name_parts(card.name))
    done = _done(card)
    vocabulary = {word for phrase in (*names, *values, *done) for word in phrase} | set(joined) | set(frame)
    vocabulary |= _units(card)
    vocabulary |= {main_synonym(word) for word in vocabulary} | {canonical(word) for word in vocabulary}
    return Lexicon(
        card,
        exact,
        names,
        joined,
        values,
        {column.sql: column for column in card.columns},
        frame,
        max((len(words) for words in values), default=4),
        frozenset(vocabulary),
        today,
        text_numbers,
        _verbs(card),
        done=done,
    )


def _parts(column: ColumnCard) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a column's name, and those without its unit."""
    parts = tuple(canonical(part) for part in name_parts(column.sql))
    return parts, parts[:-1] if len(parts) > 1 and name_parts(column.sql)[-1] in UNITS else parts


def _names_of(column: ColumnCard) -> Iterable[tuple[tuple[str, ...], int]]:
    """Words that may stand for a column, with how well they fit."""
    parts, bare = _parts(column)
    for words, score in _phrasings(parts, bare):
        if "revenue" not in words or "revenue" in parts or not _NUMBERING & {*parts}:  # a sale_id is no revenue
            yield words, score
    if len(parts) > 1 and name_parts(column.sql)[-1] in _TIME_UNITS:
        yield (*parts[:-1], "time"), 85  # talk time, in minutes
    if len(parts) > 2 and name_parts(column.sql)[0] in _TIME_UNITS | {"days"}:
        yield ("time", *parts[1:]), 85  # time to fix, of hours_to_fix


def _values(card: FrameCard, names: set[tuple[str, ...]]) -> dict[tuple[str, ...], list[tuple[str, Any]]]:
    """By the words for it, each value of the frame with its column."""
    values: dict[tuple[str, ...], list[tuple[str, Any]]] = defaultdict(list)
    called: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for column in card.columns:
        for word, value in _people(column):
            values[(word,)].append((column.sql, value))
        for value, _ in column.values:
            if isinstance(value, str) and (other := other_words(value, tuple(name_parts(column.sql)))):
                called[other].append((column.sql, value))
            if isinstance(value, str) and value.strip():
                values[tuple(token.low for token in tokens(value))].append((column.sql, value))
    for word, pairs in called.items():
        if (word,) not in values and (word,) not in names:  # a value that is written so is meant
            values[(word,)] = pairs
    return values


def _people(column: ColumnCard) -> Iterable[tuple[str, str]]:
    """Words for the values of a column of sexes: *women* for ``F``."""
    known = {value.lower(): value for value, _ in column.values if isinstance(value, str)}
    if not {canonical(part) for part in name_parts(column.sql)} & {"sex", "gender"} or len(known) > 4:
        return
    for codes, words in (
        (("f", "female", "woman"), ("women", "woman", "female", "females", "girl", "girls", "lady", "ladies")),
        (("m", "male", "man"), ("men", "man", "male", "males", "boy", "boys")),
    ):
        value = next((known[code] for code in codes if code in known), None)
        if value is not None:
            yield from ((word, value) for word in words if word != value.lower())


def _units(card: FrameCard) -> set[str]:
    """Words for the units in names of columns: *kilometers* for ``distance_km``; those of times say too little."""
    signs = {unit_of(column.sql) for column in card.columns} - {"", "s", "ms", "min", "%"}
    return {part for words, sign in UNIT_WORDS.items() if sign in signs for part in words.split()} | {
        sign.lower() for sign in signs
    }


def _done(card: FrameCard) -> dict[tuple[str, ...], str]:
    """The columns that say when something was done, such as ``let_on``, ``made_at`` or ``hire_date``, by the verb."""
    named = [(name_parts(column.sql), column.sql) for column in card.columns]
    pairs = [(parts[0], parts[1], name) for parts, name in named if len(parts) == 2]
    found: dict[tuple[str, ...], str] = {}
    for verb, last, name in pairs:
        if last == "date":
            found |= {(form,): name for form in past_forms(verb)[1:]}
    return found | {(verb,): name for verb, last, name in pairs if last in {"on", "at"}}


def _verbs(card: FrameCard) -> dict[str, list[str]]:
    """The columns whose name is a form of a verb, such as ``Written by``, ``Winner`` or ``Opened``, by the verb."""
    found: dict[str, list[str]] = defaultdict(list)
    for column in card.columns:
        parts = [part for part in name_parts(column.sql) if part not in {"by", "date", "year", "in", "of", "at", "on"}]
        if len(parts) == 1 and parts[0] in VERB_FORMS:
            found[VERB_FORMS[parts[0]]].append(column.sql)
    return found


_NO_NOUNS = frozenset("id no nr key number num code at on in by date time is has".split())
"""Parts of names that do not stand before a noun: a ``credit_no`` is no *no credit*."""


_NUMBERING = frozenset({"id", "key", "no", "number", "nr", "num", "code"})


def _phrasings(parts: tuple[str, ...], bare: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], int]]:
    """Words that may stand for a column, with how well they fit."""
    for words, score in ((parts, 90), (bare, 88)):
        yield words, score
        yield tuple(main_synonym(word) for word in words), score - 10
    if len(bare) == 2 and not _NO_NOUNS & {*bare}:
        yield bare[::-1], 70  # recycled tonnes, of tonnes_recycled
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
