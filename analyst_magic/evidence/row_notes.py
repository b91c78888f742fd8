"""What became of the rows, in words: notes on what may have gone wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from ..language import message, messages
from ..turn.row_steps import RowStep

MAX_NOTES = 4
LARGE_SHARE = 0.5
"""The share of the rows that a step may leave out without a note."""
_TIME = re.compile(
    r"\b(?:last|this|past|previous|current|since|before|after|between|until|from|in|during|year|quarter|month|week|day|"
    r"today|yesterday|q[1-4]|h[12]|recent|latest|\d{4})\b",
    re.I,
)
_DATE = re.compile(r"date|year|month|day|quarter|week|time|\d{4}-\d{2}", re.I)


def row_notes(steps: Sequence[RowStep], question: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Sentences on steps that may make an answer wrong.

    Args:
        steps: The steps.
        question: What was asked: a condition that it speaks of is meant.
        known: The notes that the answer has already.
    """
    found = dict.fromkeys(text for step in steps for text in _notes(step, question))
    said = " ".join(known)
    return tuple(text for text in found if not _is_said(text, said))[:MAX_NOTES]


def _is_said(note: str, said: str) -> bool:
    """Whether a note on a join, or on no rows, is among other notes in other words."""
    joined = re.search(r"have no partner in \S+|\S+ counts rows of \S+ several times", note)
    return bool(joined and joined[0].rstrip(".") in said) or (note.startswith("No row") and "0 of" in said)


def _notes(step: RowStep, question: str) -> Iterator[str]:
    source = step.source or message("the frame")
    half = step.before and step.lost / step.before > LARGE_SHARE
    match step.kind:
        case "filter" if step.before and not step.after:
            yield message("No row of {source} fits {what}: it matches nothing.",
                          source=source, what=step.what or message("a filter of the code"))  # fmt: skip
        case "filter" if half and step.what and not _is_asked(step.what, question):
            yield messages(
                "{what} leaves out {lost} of {number} row of {source}, more than half, and the question does not ask "
                "for it.",
                "{what} leaves out {lost} of {number} rows of {source}, more than half, and the question does not ask "
                "for it.",
                step.before, what=step.what, lost=step.lost, source=source,
            )  # fmt: skip
        case "nulls" | "figure" | "group" if half:
            yield messages(
                "{lost} of {number} row of {source} have no {what} and are left out: more than half.",
                "{lost} of {number} rows of {source} have no {what} and are left out: more than half.",
                step.before, lost=step.lost, source=source, what=step.what or message("value everywhere"),
            )  # fmt: skip
        case "group" if step.lost:
            yield messages(
                "{number} row of {source} has no {what}; the groups leave them out.",
                "{number} rows of {source} have no {what}; the groups leave them out.",
                step.lost, source=source, what=step.what,
            )  # fmt: skip
        case "null group" if step.lost:
            yield messages(
                "{number} row of {source} has no {what}, which is a group of its own in the result.",
                "{number} rows of {source} have no {what}, which is a group of its own in the result.",
                step.lost, source=source, what=step.what,
            )  # fmt: skip
        case _:
            yield from _join_notes(step, source)


def _join_notes(step: RowStep, source: str) -> Iterator[str]:
    other = step.other or message("the other frame")
    match step.kind:
        case "join" if step.before and step.unmatched / step.before > LARGE_SHARE:
            yield messages(
                "{unmatched} of {number} row of {source} have no partner in {other}: more than half.",
                "{unmatched} of {number} rows of {source} have no partner in {other}: more than half.",
                step.before, unmatched=step.unmatched, source=source, other=other,
            )  # fmt: skip
        case "repeated":
            yield messages(
                "{what} counts rows of {source} several times: {other} has several rows for one, and the join makes "
                "{number} row of {before}.",
                "{what} counts rows of {source} several times: {other} has several rows for one, and the join makes "
                "{number} rows of {before}.",
                step.after, what=step.what, source=source, other=other, before=step.before,
            )  # fmt: skip
        case "units":
            yield message("{what} adds up {values} different values of {other}: the figure mixes them.",
                          what=step.what, values=step.after, other=step.other)  # fmt: skip


def _is_asked(condition: str, question: str) -> bool:
    """Whether a question speaks of a condition: of one of its values or columns, or of a time."""
    asked = question.casefold()
    if _DATE.search(condition) and _TIME.search(asked):
        return True
    words = [word for word in re.findall(r"[^\W_]+", condition.casefold()) if word not in _SIGNS]
    return any(word.removesuffix("s") in asked for word in words if len(word) > 1 or word.isdigit())


_SIGNS = frozenset("is not null and or in like between lower upper trim cast as varchar date true false the".split())
