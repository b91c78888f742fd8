"""What became of the rows, in words: notes on what may have gone wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from ..turn.row_steps import RowStep
from ..wording import count

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
    source = step.source or "the frame"
    half = step.before and step.lost / step.before > LARGE_SHARE
    match step.kind:
        case "filter" if step.before and not step.after:
            yield f"No row of {source} fits {step.what or 'a filter of the code'}: it matches nothing."
        case "filter" if half and step.what and not _is_asked(step.what, question):
            yield (
                f"{step.what} leaves out {step.lost:,} of {count(step.before, 'row')} of {source}, more than half, and "
                "the question does not ask for it."
            )
        case "nulls" | "figure" | "group" if half:
            yield (
                f"{step.lost:,} of {count(step.before, 'row')} of {source} have no {step.what or 'value everywhere'} "
                "and are left out: more than half."
            )
        case "group" if step.lost:
            yield f"{_rows(step.lost)} of {source} {_have(step.lost)} no {step.what}; the groups leave them out."
        case "null group" if step.lost:
            yield (
                f"{_rows(step.lost)} of {source} {_have(step.lost)} no {step.what}, which is a group of its own in the "
                "result."
            )
        case "join" if step.before and step.unmatched / step.before > LARGE_SHARE:
            yield (
                f"{step.unmatched:,} of {count(step.before, 'row')} of {source} have no partner in "
                f"{step.other or 'the other frame'}: more than half."
            )
        case "repeated":
            yield (
                f"{step.what} counts rows of {source} several times: {step.other or 'the other frame'} has several "
                f"rows for one, and the join makes {count(step.after, 'row')} of {step.before:,}."
            )
        case "units":
            yield f"{step.what} adds up {step.after:,} different values of {step.other}: the figure mixes them."


def _rows(number: int) -> str:
    return count(number, "row")


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


def _is_asked(condition: str, question: str) -> bool:
    """Whether a question speaks of a condition: of one of its values or columns, or of a time."""
    asked = question.casefold()
    if _DATE.search(condition) and _TIME.search(asked):
        return True
    words = [word for word in re.findall(r"[^\W_]+", condition.casefold()) if word not in _SIGNS]
    return any(word.removesuffix("s") in asked for word in words if len(word) > 1 or word.isdigit())


_SIGNS = frozenset("is not null and or in like between lower upper trim cast as varchar date true false the".split())
