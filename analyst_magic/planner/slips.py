"""Slips of spelling and parts of names: what a word that is not understood may mean, offered and never guessed."""

from __future__ import annotations

import difflib
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..errors import Abstained, AnalystError
from ..turn import FrameCard, Question
from .asking import MAX_MEANINGS, Ambiguous, Choose, meanings
from .figures import names_things
from .grammar import read
from .lexicon import Lexicon, lexicon, unknown_words
from .phrases import CHARTS, FUNCTIONS, SUPERLATIVES, TIMES
from .plan.words import spoken
from .tokens import tokens

SIMILAR = 0.79
"""How alike two words have to be, from 0 to 1, for one to be a slip of the other."""
SIMILAR_WORDS = 0.84
"""The same for words of the language, of which there are many."""
MIN_LETTERS = 3
MAX_TRIED = 12
MAX_UNKNOWN = 2
"""Words of a question that may be slips; a question with more is about something else."""
_LANGUAGE = tuple(
    word
    for phrase in (*FUNCTIONS, *SUPERLATIVES, *CHARTS, *TIMES)
    for word in phrase.split()
    if len(word) > MIN_LETTERS
)


def meant(question: Question, frames: tuple[FrameCard, ...], choose: Choose, reason: str = "") -> Ambiguous | None:
    """What to ask back where the words that are not understood are near to names and values; None where they are not.

    Args:
        question: What was asked.
        frames: The frames that it may be about.
        choose: Reads a question; raises an ``AnalystError`` where it cannot.
        reason: Why it is not understood, where that says more than that words are not known.
    """
    asked = question.text.strip().rstrip("?.! ")
    lexicons = [lexicon(card) for card in frames]
    unknown = _unknown(asked, lexicons) if lexicons else ()
    if not 0 < len(unknown) <= MAX_UNKNOWN:
        return None
    found: list[str] = []
    for text in itertools.islice(_corrected(asked, unknown, lexicons), MAX_TRIED):
        found += _answered(replace(question, text=text), frames, choose)
    if not found:
        return None
    left = " and ".join(f"“{word}”" for word in unknown)
    be, it = ("is", "it") if len(unknown) == 1 else ("are", "them")
    these = "this" if len(found) == 1 else "one of these"
    return Ambiguous(
        f"{reason or f'{left} {be} not known here.'} Did you mean {these}?",
        f"Write {it} as the data has {it}.",
        choices=found[:MAX_MEANINGS],
    )


_SIGNS = frozenset({"minus", "plus", "times", "versus", "per"})
"""Words between two columns, which name no rows."""


def rows_meant(question: Question, frames: tuple[FrameCard, ...], choose: Choose) -> Ambiguous | None:
    """What to ask back where one noun that is not known may be that of the rows: ``flats in Linz`` of ``rents``."""
    asked = question.text.strip().rstrip("?.! ")
    unknown = _unknown(asked, [lexicon(card) for card in frames]) if len(frames) == 1 else ()
    if len(unknown) != 1 or not re.fullmatch(r"[a-z]{3,}", unknown[0]) or unknown[0] in _SIGNS:
        return None
    if (done := _done_by_most(question, unknown[0], frames, choose)) is not None:
        return done
    several = names_things(unknown[0])
    ranked = re.search(rf"\b(?:{'|'.join(SUPERLATIVES)})\s+{unknown[0]}\b", asked, re.IGNORECASE)
    if not several and not ranked:
        return None
    rows = "rows" if several else "row"
    offered = _answered(replace(question, text=_put(asked, unknown[0], rows)), frames, choose)
    if not offered:
        return None
    return Ambiguous(
        f"{frames[0].name} has nothing that is called “{unknown[0]}”. Are its rows meant?",
        "Name a column, or say “rows”.",
        choices=offered,
    )


def _done_by_most(question: Question, verb: str, frames: tuple[FrameCard, ...], choose: Choose) -> Ambiguous | None:
    """What to ask back where the unknown word is what someone does most: ``who handles the most samples``."""
    text = re.sub(rf"\b{verb}\s+(?=(?:the\s+)?(?:most|fewest|least)\b)", "has ", question.text)
    offered = _answered(replace(question, text=text), frames, choose) if text != question.text else ()
    if not offered:
        return None
    return Ambiguous(
        f"{frames[0].name} does not say what “{verb}” means. Are all its rows meant?",
        "Say which has the most rows, or name the column that says so.",
        choices=offered,
    )


def _unknown(text: str, lexicons: Sequence[Lexicon]) -> tuple[str, ...]:
    """The stretches of words that no frame knows, or that have no place in a question about the only one."""
    low = frozenset.intersection(*(unknown_words(tokens(text), words) for words in lexicons))
    if not low and len(lexicons) == 1:
        readings = read(text, lexicons[0])
        low = frozenset(tag.text.lower() for tag in readings[0].skipped if tag.kind == "unknown") if readings else low
    found: list[str] = []
    for before, token in itertools.pairwise([None, *tokens(text)]):
        if token is None or token.low not in low:
            continue
        side_by_side = before is not None and before.low in low and f"{found[-1]} {token.text}" in text
        found[-1:] = [f"{found[-1]} {token.text}"] if side_by_side else [*found[-1:], token.text]
    return tuple(dict.fromkeys(found))


def _corrected(text: str, unknown: Sequence[str], lexicons: Sequence[Lexicon]) -> Iterator[str]:
    """Questions with one of the near names in the place of each unknown word."""
    texts = [text]
    for word in unknown:
        near = dict.fromkeys(name for words in lexicons for name in near_names(word, words))
        texts = [_put(one, word, name) for one in texts for name in near]
    yield from texts


def _put(text: str, word: str, name: str) -> str:
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    return text if found is None else text[: found.start()] + name + text[found.end() :]


def near_names(word: str, words: Lexicon) -> Iterator[str]:
    """Values, columns and words of the language that a word is near to or a part of, the nearest first.

    Args:
        word: A word, or some side by side, that are not understood.
        words: The frame's names and values.
    """
    low = word.lower()
    if len(low) < MIN_LETTERS:
        return
    names = _names(words)
    close = [name for name in difflib.get_close_matches(low, names, n=6, cutoff=SIMILAR) if not _opposite(low, name)]
    close += [name for name in names if len(name) > len(low) and name.startswith(low)][:MAX_MEANINGS]
    if not close:
        close = difflib.get_close_matches(low, _LANGUAGE, n=2, cutoff=SIMILAR_WORDS)
    yield from dict.fromkeys(meant for name in close for meant in names.get(name, [name]))


def _opposite(word: str, other: str) -> bool:
    """Whether one word is the other with a prefix that says not: *normal* and *abnormal*."""
    short, long = sorted((word, other), key=len)
    return long.endswith(short) and long.removesuffix(short) in {"ab", "un", "in", "im", "ir", "dis", "non", "de", "a"}


def _names(words: Lexicon) -> dict[str, list[str]]:
    """How columns, values and the frame are written, by their words in lower case and by each part of them."""
    names: dict[str, list[str]] = defaultdict(list)
    names[words.card.name.lower()].append(words.card.name)
    for column in words.card.columns:
        said = spoken(column.sql).lower()
        names[said].append(f'"{column.name}"' if " " in column.name else column.name)
        for part in said.split():
            names[part] = names[part] or [part]
    whole = [value for column in words.card.columns for value, _ in column.values if isinstance(value, str)]
    for value in filter(str.strip, whole):
        names[value.lower()].append(value)
    for value in whole:
        for part in re.findall(r"\w+", value.lower()):
            if part != value.lower() and len(part) >= MIN_LETTERS:
                names[part].append(value)
    return names


def _answered(question: Question, frames: tuple[FrameCard, ...], choose: Choose) -> tuple[str, ...]:
    """The question where it is answered, else its meanings where it has several."""
    try:
        choose(question, frames)
    except Abstained as error:
        return meanings(error, question, frames, choose)
    except AnalystError:
        return ()
    return (question.text,)
