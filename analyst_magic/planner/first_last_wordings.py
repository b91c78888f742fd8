"""Wordings for what was when: last order of Ann, date of the first claim, first delivery, paid in January."""

from __future__ import annotations

import re

from .column_choice import PLANNED
from .duration_wordings import when_done
from .lexicon import Lexicon
from .linking import columns_called
from .phrases import MONTHS
from .plan.sql import is_time
from .plan.words import name_parts
from .tokens import stem
from .wordings import Wordings, is_each_row

WORDINGS = Wordings()
_ALONE = r"(?<!second\s)(?<!third\s)(?<!to\s)(?<!nd\s)(?<!rd\s)"
"""Not behind *second last*, *second to last*, *3rd last*."""
_END = r"(?P<end>first|earliest|last|latest|most\s+recent)"


@WORDINGS.wording(
    rf"\b(?:the\s+)?(?:date|day|time)\s+of\s+(?:the\s+|his\s+|her\s+|our\s+)?(?:very\s+)?{_END}\s+(?P<kind>[\w-]+\s+)?(?P<rows>[a-z]+)\b"
)
def date_of_first(found: re.Match[str], words: Lexicon) -> str | None:
    """``date of the first fire claim``, where each claim has one date."""
    dates = _dates(words)
    kind = (found["kind"] or "").strip().lower()
    known = words.values.get((kind,), [])
    if len(dates) != 1 or not _is_one_row(found["rows"], words) or (kind and len(known) != 1):
        return None
    where = "".join(f' where "{column}" is "{value}"' for column, value in known) if kind else ""
    return f'{_figure(found["end"])} "{dates[0]}"{where}'


@WORDINGS.wording(rf"{_ALONE}\b(?:the\s+)?(?:very\s+)?(?P<end>first|last)\s+(?P<noun>[a-z_]+)(?:\s+date)?\b")
def first_of_a_date(found: re.Match[str], words: Lexicon) -> str | None:
    """``last delivered``, ``first delivery``: the earliest and the latest date, not the first and the last row's."""
    whole = f"{found['end']} {found['noun']}"
    named = [] if columns_called(whole, words) else columns_called(found["noun"], words)
    if len(named) != 1 or not is_time(words.column(named[0])):
        return None
    return f'{"earliest" if found["end"].lower() == "first" else "latest"} "{named[0]}"'


@WORDINGS.wording(rf"{_ALONE}\b(?:the\s+)?(?:very\s+)?last\s+(?P<one>[\w-]+)\b(?:\s+(?P<two>[a-z]+)\b)?")
def last_row(found: re.Match[str], words: Lexicon) -> str | None:
    """``last order of Ann``, ``last fire claim``: the latest, where each row has one date."""
    if len(_dates(words)) != 1:
        return None
    if _is_one_row(found["one"], words):
        return f"latest {found['one']}{' ' + found['two'] if found['two'] else ''}"
    of_a_kind = found["two"] and (found["one"].lower(),) in words.values and _is_one_row(found["two"], words)
    return f"latest {found['one']} {found['two']}" if of_a_kind else None


@WORDINGS.wording(
    rf"^\s*when\s+(?:was|were|is|did)\s+(?:the\s+|our\s+)?(?:very\s+)?{_END}\s+(?P<kind>[\w-]+\s+)?(?P<rows>[a-z]+)\s+(?P<verb>[a-z]+)(?=\s*\?*$|\s+(?:to|in|from|by|for|of|at)\b)"
)
def when_first(found: re.Match[str], words: Lexicon) -> str | None:
    """``when was the last parcel sent``, where each parcel has several dates: that of the verb."""
    date, kind = when_done(found["verb"], words), (found["kind"] or "").strip()
    if date is None or not _is_one_row(found["rows"], words) or (kind and (kind.lower(),) not in words.values):
        return None
    return f'{_figure(found["end"])} "{date}" of {kind or "all"} rows'


@WORDINGS.wording(
    rf"\b(?:(?:that|which|who)\s+)?(?:were|was|got|has\s+been|have\s+been)\s+(?P<verb>[a-z]+)\s+in\s+(?=(?:{'|'.join(MONTHS)}|(?:19|20)\d\d)\b)"
)
def done_in(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many invoices were paid in January``: by ``paid_on``, also where a status says *paid*."""
    date = when_done(found["verb"], words)
    return f'where "{date}" is in ' if date is not None and (found["verb"].lower(),) in words.values else None


def _figure(end: str) -> str:
    return "minimum" if end.lower() in {"first", "earliest"} else "maximum"


def _dates(words: Lexicon) -> list[str]:
    """The dates that say when something was, not when it is to be."""
    return [c.sql for c in words.card.columns if is_time(c) and not PLANNED & {*name_parts(c.sql)}]


def _is_one_row(noun: str, words: Lexicon) -> bool:
    """Whether a noun in the singular names one of the rows."""
    return stem(noun.lower()) == noun.lower() and is_each_row(noun, words) and not columns_called(f"last {noun}", words)
