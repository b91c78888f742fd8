"""Questions with several meanings: the planner asks back, and offers each meaning as a question that it answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ..errors import Abstained, AnalystError
from ..language import message
from ..turn import FrameCard, Question
from .plan.words import spoken

Choose = Callable[[Question, tuple[FrameCard, ...]], object]
MAX_MEANINGS = 4


class Ambiguous(Abstained):
    """Some words of a question can mean several things.

    Args:
        word: The words, or the SQL name of the column that they name; empty where it is the whole question.
        choices: What can stand in their place; ``{}`` in it is the word as it is written in the question.
        whole: Whether each choice is a whole reading of the question, the likeliest first.
    """

    def __init__(
        self, message: str, next_step: str = "", *, word: str = "", choices: Sequence[str] = (), whole: bool = False
    ) -> None:
        super().__init__(message, next_step)
        self.word = word
        self.choices = tuple(choices)
        self.whole = whole


def total_or_mean(column: str, by: str = "", next_step: str = "") -> Ambiguous:
    """What is asked where a column of numbers is named without what to compute of it."""
    each = f" for each {by}" if by else ""
    return Ambiguous(
        message("What of {column}{each}: the total, the average, or something else?", column=column, each=each),
        next_step
        or message("Say for example “total {column}” or “average {column_2}”.", column=column, column_2=column),
        word=column,
        choices=("total {}", "average {}"),
    )


def meanings(error: Abstained, question: Question, frames: tuple[FrameCard, ...], choose: Choose) -> tuple[str, ...]:
    """The questions that an ambiguous one can mean, each of which is answered; none where it is not ambiguous.

    Args:
        error: Why the question is not answered.
        question: What was asked.
        frames: The frames that it may be about.
        choose: Reads a question; raises an ``AnalystError`` where it cannot.
    """
    if not isinstance(error, Ambiguous):
        return ()
    plain = question.text.strip().rstrip("?.! ")
    texts = error.choices if not error.word else _replaced(plain, error)
    found = [text for text in dict.fromkeys(texts) if _is_answered(replace(question, text=text), frames, choose)]
    alone = not error.word or len(error.choices) == 1
    return tuple(found[:MAX_MEANINGS]) if len(found) > 1 or alone else ()


def _replaced(text: str, error: Ambiguous) -> list[str]:
    said = spoken(error.word)
    for word in (error.word, said, said.rsplit(" ", 1)[0], said.split()[-1]):
        found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
        if found:
            return [text[: found.start()] + c.replace("{}", found[0]) + text[found.end() :] for c in error.choices]
    return []


def _is_answered(question: Question, frames: tuple[FrameCard, ...], choose: Choose) -> bool:
    try:
        choose(question, frames)
    except AnalystError:
        return False
    return True


def asked_back(error: Abstained, offered: Sequence[str]) -> str:
    """The question back as Markdown: what is not clear, and the questions that can be asked instead."""
    lines = "\n".join(f"- {text[:1].upper()}{text[1:]}" for text in offered)
    return f"{error.message}\n\n{lines}"


def choices_in(text: str) -> tuple[str, ...]:
    """The questions that a question back offers.

    >>> choices_in("What of price: the total, the average, or something else?\\n\\n- Total price\\n- Average price")
    ('Total price', 'Average price')
    """
    return tuple(line.removeprefix("- ") for line in text.splitlines() if line.startswith("- "))


def picked(reply: str, offered: Sequence[str]) -> str | None:
    """The offered question that an answer such as ``the average`` or ``dep_delay`` picks; None where it is not one."""
    if len(offered) == 1 and re.fullmatch(r"\s*(?:yes|yep|yeah|ok|okay|sure|right)\W*", reply, re.IGNORECASE):
        return offered[0]
    words = set(re.findall(r"\w+", reply.lower())) - {"the", "a", "please", "i", "mean", "meant", "one", "of", "its"}
    if not words or len(words) > 6:
        return None
    fitting = [text for text in offered if words <= set(re.findall(r"\w+", text.lower()))]
    return fitting[0] if len(fitting) == 1 else None
