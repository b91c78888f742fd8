"""A question in the form that the grammar reads: its amounts and dates, and everyday wordings."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from . import (
    best_wordings,
    count_wordings,
    date_wordings,
    day_wordings,
    duration_wordings,
    end_wordings,
    event_wordings,
    figure_wordings,
    first_last_wordings,
    habit_wordings,
    noun_wordings,
    pair_wordings,
    person_wordings,
    relation_wordings,
    row_wordings,
    sale_wordings,
    share_wordings,
    span_wordings,
    spoken_wordings,
    state_wordings,
)
from .lexicon import Lexicon

_TABLES = (
    relation_wordings,
    person_wordings,
    habit_wordings,
    first_last_wordings,
    end_wordings,
    best_wordings,
    day_wordings,
    spoken_wordings,
    sale_wordings,
    date_wordings,
    pair_wordings,
    noun_wordings,
    span_wordings,
    event_wordings,
    duration_wordings,
    state_wordings,
    share_wordings,
    row_wordings,
    figure_wordings,
    count_wordings,
)
"""The tables of wordings, in the order in which they are tried."""
MAX_REWORDED = 200
"""Texts whose plain wording a lexicon remembers."""
_OR_MORE = (
    (
        re.compile(r"(\b\d[\d,.]*%?)\s+(?:or|and)\s+(?:more|above|higher|over|greater|up)\b(?!\s+than)", re.I),
        r"at least \1",
    ),
    (re.compile(r"(\b\d[\d,.]*%?)\s+(?:or|and)\s+(?:less|fewer|below|lower|under)\b(?!\s+than)", re.I), r"at most \1"),
    (
        re.compile(
            r"\b(more than|fewer than|less than|over|under|at least|at most)\s+([\d,.]+)\s+(\w+)\s+"
            r"(?:in total|altogether|overall)\b",
            re.I,
        ),
        r"with total \3 \1 \2",
    ),
    (re.compile(r"\b(highest|lowest|most|fewest|least)\s+(\w+)\s+(?:in total|altogether)\b", re.I), r"\1 total \2"),
    (
        re.compile(
            r"\bneither\s+(?:(?:of|by|with)\s+)?((?:in|from|to|at|on)\s+)?([\w-]+)\s+nor\s+(?:(?:in|from|to|at|on|of|by|with)\s+)?([\w-]+)",
            re.I,
        ),
        r"not \1\2 or \3",
    ),
    (re.compile(r"\b(?:in|from|since)\s+((?:19|20)\d\d)\s+or\s+(?:later|after|newer)\b", re.I), r"since \1"),
    (re.compile(r"\bin\s+or\s+after\s+((?:19|20)\d\d)\b", re.I), r"since \1"),
    (re.compile(r"\b(?:most\s+recent|latest|newest)\s+(\d+)\s+(?=[a-z])", re.I), r"\1 latest "),
    (re.compile(r"\b(\d+)\s+best\s+(?=\w+\s+by\b)|\bbest\s+(\d+)\s+(?=\w+\s+by\b)", re.I), r"top \1\2 "),
    (re.compile(r"\boutside\s+(?!of\b)(?=[A-Z])"), "outside of "),
    (re.compile(r"\b(?:earliest|oldest)\s+(\d+)\s+(?=[a-z])", re.I), r"\1 earliest "),
    (re.compile(r"\bbetween\s+(\d+)\s+and\s+(\d+)\s+years?\s+old\b", re.I), r"with age between \1 and \2"),
    (re.compile(r"\b(over|under|above|below|at least|at most)\s+(\d+)\s+years?\s+old\b", re.I), r"with age \1 \2"),
)
"""Ways to say an amount, and the way that the grammar reads."""
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_WHEN = r"(?P<lead>\b(?:between|and|after|before|since|until|from|to|through|on|or|than)\s+)"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_WHEN}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
        rf"{_WHEN}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})\b",
        rf"(?P<lead>\b)(?P<day>\d{{1,2}})-{_MONTH}-(?P<year>\d{{4}})\b",
        rf"{_WHEN}(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)\b",
    )
)
"""Dates that are written in full, where a date can stand."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@lru_cache(maxsize=1_000)
def reworded(text: str) -> str:
    """The question with its amounts and dates as the grammar reads them.

    >>> reworded("orders since 31-OCT-2023")
    'orders since 2023-10-31'
    """
    for pattern, said in _OR_MORE:
        text = pattern.sub(said, text)
    for pattern in _DATES:
        text = pattern.sub(_as_date, text)
    return text


def with_plain_wordings(text: str, words: Lexicon) -> str:
    """The question with everyday wordings in the words that the grammar reads, where the frame leaves no doubt."""
    if text not in words.reworded:
        if len(words.reworded) >= MAX_REWORDED:
            words.reworded.clear()
        plain = text
        for module in _TABLES:
            plain = module.WORDINGS.apply(plain, words)
        words.reworded[text] = plain
    return words.reworded[text]


def _as_date(found: re.Match[str]) -> str:
    month = found["month"].lower().rstrip(".")
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    try:
        return found["lead"] + dt.date(int(found["year"]), number, int(found["day"])).isoformat()
    except ValueError:
        return found[0]
