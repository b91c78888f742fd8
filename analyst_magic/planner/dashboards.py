"""The questions whose figures a dashboard shows: those that were written, or those that say most of a frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ..errors import Abstained, AnalystError
from ..language import message
from ..turn import FrameCard, Question
from .abstaining import groups_and_values, times_of
from .following import Choose
from .plan.compile import to_code
from .plan.words import name_parts

MAX_CHOSEN = 4
"""Figures of a dashboard whose question names none."""
_BEGIN = re.compile(r"^.*?\bdashboard\b\s*(?:of|with|showing|that shows|for|about|on|from)?\s*[:,]?\s*", re.I | re.S)
_FILLERS = frozenset("a an the my our this these all whole data frame table of in everything please".split())


def dashboard_parts(question: Question, frames: tuple[FrameCard, ...], choose: Choose) -> tuple[list[str], str]:
    """The questions of ``a dashboard of A; B; and C``, and what is to be said of them; none where none is asked for.

    Of ``a dashboard of orders``, which names no figures, they are chosen.

    Args:
        question: What was asked.
        frames: The frames that it may be about.
        choose: Reads a question.

    Raises:
        Abstained: It is not said what the figures are, nor of which frame.
    """
    if not question.dashboard:
        return [], ""
    parts = re.split(r"[;\n]", _BEGIN.sub("", question.text))
    parts = [text for part in parts if (text := re.sub(r"^\s*(?:and\s+)?", "", part).strip(" .?!"))]
    if len(parts) > 1:
        return parts, ""
    card = _meant(" ".join(parts), question.text, frames)
    chosen = _chosen(card, question, frames, choose) if card is not None else []
    if card is None or len(chosen) < 2:
        raise Abstained(
            message("It is not clear what the figures of the dashboard are."),
            message("Put semicolons between them: dashboard of total x by y; mean z by month."),
        )
    return chosen, message(
        "The question names no figures: these were chosen. Your own: dashboard of {chosen}.",
        chosen="; ".join(chosen[:2]),
    )


def _meant(part: str, text: str, frames: tuple[FrameCard, ...]) -> FrameCard | None:
    """The frame that a dashboard without figures is of: the one that is named alone, or the only one."""
    words = [word for word in name_parts(part) if word not in _FILLERS]
    named = [card for card in frames if words == list(name_parts(card.name))]
    if words or named:
        return named[0] if named else None
    before = name_parts(text.lower().partition("dashboard")[0])
    spoken = [card for card in frames if before[-len(name_parts(card.name)) :] == name_parts(card.name)]
    return spoken[0] if spoken else frames[0] if len(frames) == 1 else None


def _chosen(card: FrameCard, question: Question, frames: tuple[FrameCard, ...], choose: Choose) -> list[str]:
    """Questions that the planner answers by a figure."""
    of = f" of {card.name}" if len(frames) > 1 else ""
    readable = (text for text in dict.fromkeys(_figures(card, of)) if _is_drawn(text, question, frames, choose))
    return list(islice(readable, MAX_CHOSEN))


def _figures(card: FrameCard, of: str) -> Iterator[str]:
    groups, values = groups_and_values(card, set())
    if values and times_of(card):
        yield f"total {values[0].name}{of} by month as a line chart"
    elif times_of(card):
        yield f"number of {card.name} by month as a line chart"
    if groups:
        yield f"number of {card.name} by {groups[0].name} as a bar chart"
    if groups and values:
        yield f"mean {values[0].name}{of} by {groups[-1].name} as a bar chart"
    yield from (f"number of {card.name} by {group.name} as a bar chart" for group in groups[1:2] if not values)
    yield from (f"distribution of {value.name}{of} as a histogram" for value in values[:2])
    if len(values) > 1:
        yield f"{values[1].name} against {values[0].name}{of} as a scatter plot"


def _is_drawn(text: str, question: Question, frames: tuple[FrameCard, ...], choose: Choose) -> bool:
    try:
        plan, card = choose(Question(text, wants="figure", language=question.language), frames)
        to_code(plan, card)
    except AnalystError:
        return False
    return plan.chart is not None
