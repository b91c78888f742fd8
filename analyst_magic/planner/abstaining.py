"""What helps where the planner abstains: the language that it does not read, and near questions that it answers.

A near question is offered only where the planner itself has a plan for it, so that no advice fails.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ..errors import Abstained, AnalystError
from ..language import message
from ..turn import NUMBER_TYPES, ColumnCard, FrameCard, Question
from .plan.words import name_parts
from .tokens import stem

MAX_OFFERED = 3
MAX_GROUPS = 50
MAX_TRIED = 12
MIN_KEY_ROWS = 10
"""Rows from which values that are all different name rows; fewer may differ by chance."""
SIMILAR = 0.8
"""How alike two words have to be, from 0 to 1, for one to be a slip of the other."""
_PARTS = frozenset(
    "year month day hour minute second week quarter weekday id key code number nr no zip rank index".split()
)
"""Words of columns whose whole numbers measure nothing."""
_TIMES = frozenset({"date", "timestamp"})
_TOTALS = frozenset({"total", "sum", "overall"})
_WORDS: dict[str, str] = {
    "German": "der die das und nach wie viele für jede jeder pro mit welche welcher welches gesamt durchschnitt "
    "durchschnittliche zeige anzahl von ist sind im den dem ein eine größte meisten summe gib wieviele zwischen "
    "durchschnittliches durchschnittlicher durchschnittlichen höchste niedrigste vergleiche art",
    "French": "le la les des du et par pour combien quel quelle quels quelles est sont avec moyenne nombre chaque "
    "montre montrer une un dans plus total de ont sur entre donne",
    "Spanish": "el la los las de del y por para cuántos cuántas cuantos cuál cuáles es son con promedio número cada "
    "muestra mostrar una un en más total media cuanto qué entre dame",
    "Italian": "il lo la i gli le di del della e per quanti quante quale quali è sono con media numero ogni mostra "
    "una un in più totale tra dammi",
    "Portuguese": "o a os as de do da e por para quantos quantas qual quais é são com média número cada mostre uma um "
    "em mais total entre",
    "Dutch": "de het een en per voor hoeveel welke wat is zijn met gemiddelde aantal elke elk toon totaal van tussen",
}  # fmt: skip
_ENGLISH = frozenset(
    "the of and by for how many what which is are with average number each show total per in a an on to from where who "
    "most least do does has have was were that than list count mean all me give as not or more between".split()
)
_SCRIPTS: dict[str, str] = {
    "Japanese": r"[\u3040-\u30ff\u4e00-\u9fff]", "Korean": r"[\uac00-\ud7af]", "Chinese": r"[\u4e00-\u9fff]",
    "Russian": r"[\u0400-\u04ff]", "Arabic": r"[\u0600-\u06ff]", "Greek": r"[\u0370-\u03ff]",
    "Hebrew": r"[\u0590-\u05ff]", "Hindi": r"[\u0900-\u097f]", "Thai": r"[\u0e00-\u0e7f]",
}  # fmt: skip
_KANA = r"[\u3040-\u30ff]"

_HELP = re.compile(
    r"(?:help(?: me)?|hello|hi|what (?:can|could|should|may) (?:i|we|you) (?:ask|do)(?: here| (?:about|with) .*)?"
    r"|how (?:do|can) i (?:use|ask) (?:this|it|you)|how does (?:this|it) work|what is this)[\s?!.]*",
    re.I,
)

Choose = Callable[[Question, tuple[FrameCard, ...]], object]


def foreign_language(text: str, frames: tuple[FrameCard, ...] = ()) -> str | None:
    """The language of a question other than English; None where that is not plain.

    Words of the frames say nothing: a question in English may be about a column ``größe``.
    """
    own = {part for card in frames for column in card.columns for part in name_parts(column.sql)}
    own |= {str(value).lower() for card in frames for column in card.columns for value, _ in column.values}
    for language, letters in _SCRIPTS.items():
        if language == "Japanese" and not re.search(_KANA, text):
            continue
        if len(re.findall(letters, text)) * 2 > len(re.findall(r"[^\W\d_]", text)):
            return language
    words = [word for word in re.findall(r"[^\W\d_]+", text.lower()) if word not in own]
    hits = {language: sum(word in known.split() for word in words) for language, known in _WORDS.items()}
    best = max(hits, key=lambda language: hits[language])
    english = sum(word in _ENGLISH for word in words)
    return best if hits[best] >= 2 and hits[best] > english else None


def asks_for_help(text: str) -> bool:
    """Whether a question is about asking itself.

    >>> [asks_for_help(text) for text in ("help", "What can I ask?", "what can I sell?")]
    [True, True, False]
    """
    return _HELP.fullmatch(text.strip()) is not None


def help_text(frames: Sequence[FrameCard]) -> str:
    """What can be asked, for who asks that."""
    names = ", ".join(card.name for card in frames) or "your data"
    return (
        f"Ask about {names} in plain words: totals, averages and counts, by group or over time, "
        "the highest and the latest, as a table, a chart or a file. `%analyst help` has examples."
    )


def nearest_questions(question: Question, frames: Sequence[FrameCard], choose: Choose) -> tuple[str, ...]:
    """Questions near to one that is not understood, each of which is answered; those first that have words of it.

    Args:
        question: What was asked.
        frames: The frames that it may be about, in full but for hidden columns; the first ones matter most.
        choose: Reads a question; raises an ``AnalystError`` where it cannot.
    """
    words = {stem(word) for word in name_parts(question.text)}
    tried = itertools.islice(dict.fromkeys(_candidates(frames, words)), MAX_TRIED)
    asked = (replace(question, text=text, wants=None, language=None) for text in tried)
    return tuple(itertools.islice((near.text for near in asked if _is_read(near, tuple(frames), choose)), MAX_OFFERED))


def _is_read(question: Question, frames: tuple[FrameCard, ...], choose: Choose) -> bool:
    try:
        choose(question, frames)
    except AnalystError:
        return False
    return True


def _candidates(frames: Sequence[FrameCard], words: set[str]) -> Iterator[str]:
    """Questions by frame, one of each frame in turn; of the frames that the words speak of, where there are any."""
    spoken_of = [card for card in frames if any(_fit(words, column.name) for column in card.columns)] or frames
    by_frame = [_of_frame(card, words, named=len(frames) > 1) for card in spoken_of]
    for row in itertools.zip_longest(*by_frame):
        yield from (question for question in row if question is not None)


def _of_frame(card: FrameCard, words: set[str], *, named: bool) -> Iterator[str]:
    groups, values = groups_and_values(card, words)
    times = times_of(card)
    of = f" of {card.name}" if named else ""
    figure = "Total" if words & _TOTALS else "Mean"
    if values and groups:
        yield f"{figure} {values[0].name}{of} by {groups[0].name}"
    if groups:
        yield f"Number of {card.name} by {groups[0].name}"
    if values and times:
        yield f"Total {values[0].name}{of} by month"
    if len(values) > 1 and groups:
        yield f"Highest {values[1].name}{of} by {groups[0].name}"
    if values:
        yield f"{figure} {values[0].name}{of}"
    yield f"How many rows does {card.name} have?"


def groups_and_values(card: FrameCard, words: set[str]) -> tuple[list[ColumnCard], list[ColumnCard]]:
    """The columns of a frame that make groups, and those that measure something, first those that words speak of."""
    groups = sorted(
        (c for c in card.columns if _is_group(c)), key=lambda c: (-_fit(words, c.name), c.type == "integer")
    )
    values = sorted(
        (c for c in card.columns if _is_value(c) and not _numbers_rows(c, card)),
        key=lambda c: (-_fit(words, c.name), c.type == "integer"),
    )
    return groups, values


def times_of(card: FrameCard) -> list[ColumnCard]:
    """The columns of a frame that say when."""
    return [c for c in card.columns if c.type in _TIMES and (c.distinct or 0) > 1]


def _fit(words: set[str], name: str) -> int:
    """How many of a question's words a column's name has, or nearly has: slips of the fingers count."""
    parts = {stem(part) for part in name_parts(name)}
    return sum(bool(difflib.get_close_matches(part, words, 1, SIMILAR)) for part in parts if len(part) > 1)


def _is_group(column: ColumnCard) -> bool:
    named = column.type in {"text", "category", "boolean"} or (column.type == "integer" and bool(column.code))
    return named and 1 < (column.distinct or 0) <= MAX_GROUPS and not _is_key(column)


def _is_value(column: ColumnCard) -> bool:
    parts = {part.lower() for part in name_parts(column.name)}
    if column.type == "integer" and parts & _PARTS:
        return False
    whole = column.type == "integer" and (column.code or _is_key(column))
    return column.type in NUMBER_TYPES and not whole and (column.distinct or 0) > 1


def _numbers_rows(column: ColumnCard, card: FrameCard) -> bool:
    """Whether whole numbers are the numbers of things or clock times, as ``flight`` of ``flights`` and 1745 are."""
    parts = {stem(part) for part in name_parts(column.name)}
    if stem(card.name) in parts and column.type == "integer":
        return True
    return "time" in parts and bool(column.quantiles) and all(0 <= n < 2400 and n % 100 < 60 for n in column.quantiles)


def _is_key(column: ColumnCard) -> bool:
    return column.unique and column.rows >= MIN_KEY_ROWS


def with_help(error: Abstained, question: Question, frames: tuple[FrameCard, ...], choose: Choose) -> Abstained:
    """The refusal with what can be asked instead.

    Args:
        error: Why the question is not answered.
        question: What was asked.
        frames: The frames that it may be about.
        choose: Reads a question.
    """
    language = foreign_language(question.text, frames)
    near = nearest_questions(question, frames, choose)
    offered = message("You can ask: {near}.", near="; ".join(near)) if near else ""
    if language is not None:
        foreign = message(
            "The question is in {language}, and the offline planner reads English only.", language=language
        )
        return Abstained(foreign, offered or message("Ask in English, or use a model."))
    if error.next_step and offered:
        return Abstained(error.message, message("{step} {offered}", step=error.next_step, offered=offered))
    return Abstained(error.message, error.next_step or offered)
