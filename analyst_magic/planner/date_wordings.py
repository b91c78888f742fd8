"""Wordings for stretches of time: from January to March 2025, the first half of 2024, H1, between May and July."""

from __future__ import annotations

import re

from .lexicon import Lexicon
from .phrases import MONTHS
from .plan.sql import is_time
from .wordings import Wordings

WORDINGS = Wordings()
_NUMBERS = {name[:length]: number for number, name in enumerate(MONTHS, start=1) for length in range(3, len(name) + 1)}
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"


_COMPARES = re.compile(
    r"\b(?:change|difference|growth|grow|increase|decrease|drop|decline|rise|fall|gap)d?\b", re.IGNORECASE
)
"""Words that set the one month against the other."""


@WORDINGS.wording(
    rf"\b(?P<lead>from|between)\s+(?P<one>{_MONTH})(?:\s+(?P<first>(?:19|20)\d\d))?\s+(?:and|to|until|till|through)\s+"
    rf"(?P<other>{_MONTH})(?:\s+(?P<last>(?:19|20)\d\d))?\b"
)
def months_between(found: re.Match[str], words: Lexicon) -> str | None:
    """``from January to March 2025``: the first day of the one to the last of the other."""
    one, other = (_NUMBERS.get(found[side].lower()) for side in ("one", "other"))
    if one is None or other is None or not _has_dates(words) or _COMPARES.search(found.string[: found.start()]):
        return None
    if found["last"] is None:
        return _of_any_year(one, other) if found["first"] is None and one < other else None
    last = int(found["last"])
    first = int(found["first"]) if found["first"] else last
    if (first, one) > (last, other):
        return None
    return f"between {first}-{one:02d}-01 and {_month_end(last, other)}"


def _of_any_year(one: int, other: int) -> str:
    return f"in {MONTHS[one - 1].title()} to {MONTHS[other - 1].title()}"


def _month_end(year: int, month: int) -> str:
    days = (31, 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return f"{year}-{month:02d}-{days[month - 1]}"


@WORDINGS.wording(
    r"\b(?:(?:in|during|of|for)\s+)?(?:(?:the\s+)?(?P<half>first|second|1st|2nd)\s+half\s+(?:of|in)\s+|h(?P<number>[12])\s+(?:of\s+)?)(?P<year>(?:19|20)\d\d)\b"
)
def half_of_year(found: re.Match[str], words: Lexicon) -> str | None:
    """``in the first half of 2025``, ``in H1 2025``."""
    if not _has_dates(words):
        return None
    first = found["number"] == "1" or (found["half"] or "").lower() in {"first", "1st"}
    year = found["year"]
    return f"between {year}-01-01 and {year}-06-30" if first else f"between {year}-07-01 and {year}-12-31"


def _has_dates(words: Lexicon) -> bool:
    return any(is_time(column) for column in words.card.columns)


_SHORT = r"jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec|march|may"
_LEAD = r"in|since|before|after|until|during|for|vs\.?|versus|to|from|between|of|compared\s+(?:to|with)"


@WORDINGS.wording(
    rf"(?:\b(?P<lead>(?:{_LEAD})\s+)(?P<month>{_SHORT})\b\.?(?!\s+(?:be|have|not)\b)|\b(?P<alone>{_SHORT})\b\.?(?=\s+(?:19|20)\d\d\b))"
)
def short_month(found: re.Match[str], words: Lexicon) -> str | None:
    """``since feb``, ``in sept 2024``, ``after march``: the month by its name."""
    said = (found["month"] or found["alone"]).lower()
    if (said,) in words.values or said in words.exact or not _has_dates(words):
        return None
    return f"{found['lead'] or ''}{MONTHS[_NUMBERS[said[:3]] - 1].title()}"
