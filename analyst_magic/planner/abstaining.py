"""What helps where the planner abstains: the language that it does not read, and near questions that it answers.

A near question is offered only where the planner itself has a plan for it, so that no advice fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from ..errors import Abstained
from ..turn import NUMBER_TYPES, ColumnCard, FrameCard, Question
from .plan.cards import is_time
from .plan.words import name_parts, spoken

MAX_OFFERED = 3
MAX_TRIED = 12
_WORDS: dict[str, str] = {
    "German": "der die das und nach wie viele für jede jeder pro mit welche welcher welches gesamt durchschnitt "
    "durchschnittliche zeige anzahl von ist sind im den dem ein eine größte meisten summe gib wieviele zwischen",
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


def nearest_questions(question: Question, frames: tuple[FrameCard, ...], choose: Choose) -> tuple[str, ...]:
    """Questions near to one that is not understood, each of which the planner answers.

    Args:
        question: What was asked.
        frames: The frames that it may be about.
        choose: Reads a question; raises ``Abstained`` where it cannot.
    """
    found: list[str] = []
    words = {_stem(word) for word in re.findall(r"\w+", question.text.lower())}
    tried = 0
    for card in sorted(frames, key=lambda card: -_shared(words, card)):
        if frames[1:] and not _shared(words, card):
            break
        for text in dict.fromkeys(_candidates(words, card)):
            tried += 1
            if len(found) == MAX_OFFERED or tried > MAX_TRIED:
                return tuple(found)
            if _is_answered(replace(question, text=text, wants=None, language=None), (card,), choose):
                found.append(text)
    return tuple(found)


def _is_answered(question: Question, frames: tuple[FrameCard, ...], choose: Choose) -> bool:
    try:
        choose(question, frames)
    except Abstained:
        return False
    return True


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _names(column: ColumnCard) -> set[str]:
    return {_stem(part) for part in (*name_parts(column.sql), *spoken(column.sql).split())}


def _shared(words: set[str], card: FrameCard) -> int:
    """How many words of a question a frame explains."""
    own = {_stem(part) for part in name_parts(card.name)}
    return len(words & own.union(*map(_names, card.columns)))


def _candidates(words: set[str], card: FrameCard) -> Iterator[str]:
    """Questions of the planner's own kind about the columns that are named, and then about those that suit them."""
    columns = [c for c in card.columns if re.fullmatch(r"[^\W\d_]\w*", c.sql)]
    named = [c for c in columns if words & _names(c)]
    figures = [c for c in named if c.type in NUMBER_TYPES] or (
        [] if named else [c for c in columns if c.type in NUMBER_TYPES]
    )
    labels = [c for c in named if _is_label(c)] or [c for c in columns if _is_label(c)]
    times = [c for c in named if is_time(c)]
    for figure in figures[:2]:
        for label in labels[:2]:
            yield f"total {figure.sql} by {label.sql}"
            yield f"average {figure.sql} by {label.sql}"
        for time in times[:1]:
            yield f"total {figure.sql} by month of {time.sql}"
        yield f"average {figure.sql}"
    for label in labels[:2]:
        yield f"number of rows by {label.sql}"
    yield "number of rows"


def _is_label(column: ColumnCard) -> bool:
    few = column.distinct is not None and 1 < column.distinct <= 50
    return few and column.type in {"text", "category", "boolean"} and not is_time(column)


def with_help(error: Abstained, question: Question, frames: tuple[FrameCard, ...], choose: Choose) -> Abstained:
    """The refusal with what can be asked instead.

    Args:
        error: Why the question is not answered.
        question: What was asked.
        frames: The frames that it may be about.
        choose: Reads a question.
    """
    language = foreign_language(question.text, frames)
    near = nearest_questions(question, frames, choose) if frames else ()
    offered = f"You can ask: {'; '.join(near)}." if near else ""
    if language is not None:
        message = f"The question is in {language}, and the offline planner reads English only."
        return Abstained(message, offered or "Ask in English, or use a model.")
    return Abstained(error.message, " ".join(part for part in (error.next_step, offered) if part))
