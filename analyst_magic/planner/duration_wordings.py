"""Wordings for the time between two dates of a row: time to close, how long it takes to ship, closed within 2 days."""

from __future__ import annotations

import re

from ..turn import ColumnCard
from .lexicon import Lexicon
from .linking import columns_called
from .plan.sql import is_time
from .plan.words import name_parts
from .tokens import canonical, past_forms
from .wordings import Wordings, is_each_row

WORDINGS = Wordings()
_STARTS = frozenset(
    "open create order place receive start begin submit request report register admit book file issue".split()
)
"""Verbs of what stands at the beginning of a row's life."""
_DEEDS = {
    "approval": "approve", "arrival": "arrive", "closing": "close", "closure": "close", "completion": "complete",
    "delivery": "deliver", "dispatch": "dispatch", "payment": "pay", "resolution": "resolve", "shipment": "ship",
    "shipping": "ship",
}  # fmt: skip
"""Verbs of nouns for what is done at the end: *time to payment*."""
_UNIT = r"minutes?|hours?|days?|weeks?|months?|years?"
_TIME = rf"(?P<unit>{_UNIT}|time|duration)"


@WORDINGS.wording(
    r"\b(?P<unit>time|duration|delay|gap)\s+(?:between|from)\s+(?P<left>[\w ]+?)\s+(?:and|to|until)\s+(?P<right>\w+)"
)
def time_between(found: re.Match[str], words: Lexicon) -> str | None:
    """``average time between opened_at and closed_at``: in days where both are dates, else in hours."""
    left, right = (_moment(found[side], words) for side in ("left", "right"))
    if columns_called(found["unit"], words) or left is None or right is None or left == right:
        return None
    return between("time", left, right, words)


@WORDINGS.wording(
    rf"\bhow\s+(?:long|many\s+(?P<unit>{_UNIT}))\s+(?:does|did|do)\s+(?:it\s+take|we\s+take)(?P<mean>\s+on\s+average)?"
    r"\s+to\s+(?P<verb>[a-z]+)(?:\s+(?:an?|the|each|every)\s+(?P<rows>[a-z]+))?(?P<end>\s+on\s+average)?\b"
)
def how_long_it_takes(found: re.Match[str], words: Lexicon) -> str | None:
    """``how long does it take to close a ticket``: on average, as no row is named."""
    if found["rows"] and not is_each_row(found["rows"], words):
        return None
    said = _until_done(found["verb"], found["unit"] or "time", words)
    return said and f"average {said}"


@WORDINGS.wording(rf"\b{_TIME}\s+(?:(?:taken|needed|it\s+takes)\s+)?to\s+(?P<verb>[a-z]+)\b")
def time_to(found: re.Match[str], words: Lexicon) -> str | None:
    """``median days to ship by country``, ``average days to payment``."""
    return None if columns_called(found[0], words) else _until_done(found["verb"], found["unit"], words)


@WORDINGS.wording(
    rf"\b(?:(?:were|was|are|is|that|which)\s+)*(?P<verb>[a-z]+)\s+(?P<how>within|in\s+(?:less\s+than|under)|after\s+more\s+than)"
    rf"\s+(?P<number>\d+(?:\.\d+)?)\s+(?P<unit>{_UNIT})\b(?!\s+(?:of|before|after|from))"
)
def done_within(found: re.Match[str], words: Lexicon) -> str | None:
    """``tickets closed within 24 hours``: of opening."""
    said = _until_done(found["verb"], found["unit"], words)
    bound = {"w": "at most", "i": "below", "a": "above"}[found["how"][0].lower()]
    return said and f"where {said} {bound} {found['number']}"


def _until_done(verb: str, unit: str, words: Lexicon) -> str | None:
    """The time from the one beginning of a row's life to when something was done; None where they are not clear."""
    end = when_done(verb, words)
    times = [column.sql for column in words.card.columns if is_time(column) and column.sql != end]
    starts = [name for name in times if {canonical(part) for part in name_parts(name)} & _BEGUN]
    starts = starts or [name for name in times if {*name_parts(name)} & _SENT]
    if end is None or end in starts or len(starts) != 1:
        return None
    return between(unit, starts[0], end, words)


def when_done(verb: str, words: Lexicon) -> str | None:
    """The column of when something was done: ``closed_at``, or ``closed`` alone."""
    for form in past_forms(_DEEDS.get(verb.lower(), verb)):
        name = words.done.get((form,)) or words.exact.get(form)
        if name is not None and is_time(words.column(name)):
            return name
    return None


_SENT = frozenset("sent shipped dispatched taken collected sampled".split())
"""Parts of names of dates that begin a row's life where no other does."""
_BEGUN = frozenset(canonical(form) for verb in _STARTS for form in past_forms(verb)) | {"begun", "began", "start"}


def between(unit: str, left: str, right: str, words: Lexicon) -> str | None:
    """The time between two columns as the grammar reads it; None where their names are no single words."""
    if not all(re.fullmatch(r"\w+", name) for name in (left, right)):
        return None
    if unit.lower() in {"time", "duration"}:
        unit = "days" if all(_is_date(words.column(name)) for name in (left, right)) else "hours"
    return f"{unit} between {left} and {right}"


def _is_date(column: ColumnCard) -> bool:
    """Whether a column has days without a time of day, as far as its ends tell."""
    ends = [end for end in (column.minimum, column.maximum) if end is not None]
    return column.type == "date" or all(str(end)[11:19] in {"", "00:00:00"} for end in ends)


def _moment(text: str, words: Lexicon) -> str | None:
    names = [name for name in columns_called(text.strip(), words) if is_time(words.column(name))]
    return names[0] if len(names) == 1 else None
