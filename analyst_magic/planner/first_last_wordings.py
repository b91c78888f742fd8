"""Wordings for what was when: last order of Ann, date of the first claim, first delivery, paid in January."""

from __future__ import annotations

import re

from .column_choice import PLANNED, is_number
from .duration_wordings import when_done
from .lexicon import Lexicon
from .linking import columns_called
from .phrases import MONTHS
from .plan.sql import is_time
from .plan.words import name_parts
from .tokens import stem
from .wordings import Wordings, date_of_rows, is_each_row, value_called

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


@WORDINGS.wording(
    r"^\s*(?:(?:when|what)\s+was\s+)?(?:the\s+|our\s+|my\s+)?(?P<end>last|latest|first|most\s+recent|earliest)\s+(?P<rows>[a-z]+)\s+(?:of|by|from|for|with)\s+"
    r"(?P<who>[\w'-]+(?:\s[\w'-]+)?)\s*\?*\s*$"
)
def last_of(found: re.Match[str], words: Lexicon) -> str | None:
    """``last match of Lopez``: the row with the latest date of those."""
    who, dated = value_called(found["who"], words), date_of_rows(words)
    if who is None or dated is None or not _is_one_row(found["rows"], words):
        return None
    return f'row with the {_end(found["end"])} "{dated}" where "{who[0]}" is "{who[1]}"'


@WORDINGS.wording(
    r"^\s*(?:(?:when|what)\s+was\s+)?(?:the\s+|our\s+|my\s+)?(?P<end>last|latest|first|most\s+recent|earliest)\s+(?P<rows>[a-z]+)\s+(?P<than>over|under|above|below|longer\s+than|shorter\s+than|of\s+more\s+than)\s+"
    r"(?P<number>\d[\d.,]*)\s*(?P<unit>km|miles|kg|hours|minutes|kwh|litres|liters|eur|euros|usd|dollars)\s*\?*\s*$"
)
def first_over(found: re.Match[str], words: Lexicon) -> str | None:
    """``first run over 20 km``: by the one column in that unit."""
    dated = date_of_rows(words)
    sign = _UNIT_SIGNS.get(found["unit"].lower(), found["unit"].lower())
    named = [
        c.sql for c in words.card.columns if is_number(c) and name_parts(c.sql)[-1] in {sign, found["unit"].lower()}
    ]
    if dated is None or len(named) != 1 or not _is_one_row(found["rows"], words):
        return None
    than = "below" if found["than"].lower().split()[0] in {"under", "below", "shorter"} else "above"
    return f'row with the {_end(found["end"])} "{dated}" where "{named[0]}" is {than} {found["number"]}'


_UNIT_SIGNS = {"euros": "eur", "dollars": "usd"}


@WORDINGS.wording(rf"{_ALONE}\b(?:the\s+)?(?:very\s+)?(?P<end>first|last)\s+(?P<noun>[a-z_]+)(?:\s+date)?\b")
def first_of_a_date(found: re.Match[str], words: Lexicon) -> str | None:
    """``last delivered``, ``first delivery``: the earliest and the latest date, not the first and the last row's."""
    whole = f"{found['end']} {found['noun']}"
    named = [] if columns_called(whole, words) else columns_called(found["noun"], words)
    if len(named) != 1 or not is_time(words.column(named[0])):
        return None
    return f'{_end(found["end"])} "{named[0]}"'


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


def _end(said: str) -> str:
    return "earliest" if said.lower() in {"first", "earliest"} else "latest"


def _figure(end: str) -> str:
    return "minimum" if end.lower() in {"first", "earliest"} else "maximum"


def _dates(words: Lexicon) -> list[str]:
    """The dates that say when something was, not when it is to be."""
    return [c.sql for c in words.card.columns if is_time(c) and not PLANNED & {*name_parts(c.sql)}]


def _is_one_row(noun: str, words: Lexicon) -> bool:
    """Whether a noun in the singular names one of the rows."""
    return stem(noun.lower()) == noun.lower() and is_each_row(noun, words) and not columns_called(f"last {noun}", words)
