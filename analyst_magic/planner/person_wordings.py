"""Wordings for rows that are persons: who left in 2024, newest hire, what Greta earns, who works in York."""

from __future__ import annotations

import re

from .column_choice import is_number, is_text
from .lexicon import Lexicon
from .plan.sql import is_time
from .plan.words import name_parts
from .request import is_key
from .wordings import Wordings, rows_are_persons

WORDINGS = Wordings()
_HIRED = frozenset("hired hire joined join started start employed".split())
_LEFT = frozenset("left leave ended end terminated exit quit resigned".split())
_PAY = frozenset("salary wage pay income earnings".split())
_EARN = r"earns?|makes?|gets?\s+paid"


def _are_persons(words: Lexicon) -> bool:
    """Whether each row is a person: by the noun of the rows, or as someone who was hired and has an age or a wage."""
    own = {part for c in words.card.columns for part in name_parts(c.sql)}
    return rows_are_persons(words) or (
        "name" in own and _date(_HIRED, words) is not None and bool({"age", *_PAY} & own)
    )


def _date(named: frozenset[str], words: Lexicon) -> str | None:
    """The one date of such a deed."""
    found = [c.sql for c in words.card.columns if is_time(c) and named & {*name_parts(c.sql)}]
    return found[0] if len(found) == 1 else None


def _person(text: str, words: Lexicon) -> tuple[str, str] | None:
    """The one row that is called so, by the column that names each row; others may name it too, as its manager."""
    low = re.sub(r"['’]s?$", "", text.lower().strip())
    hits = [(c, v) for c, v in words.values.get(tuple(low.split()), ()) if is_key(words.column(c), words)]
    return (hits[0][0], str(hits[0][1])) if len(hits) == 1 and is_text(words.column(hits[0][0])) else None


def _pay(words: Lexicon) -> str | None:
    named = [c.sql for c in words.card.columns if is_number(c) and _PAY & {*name_parts(c.sql)}]
    return named[0] if len(named) == 1 else None


@WORDINGS.wording(
    r"^\s*(?P<many>how\s+many\s+(?:people\s+|rows\s+)?|who\s+)(?:has\s+|have\s+)?(?P<verb>left|joined|started|quit|was\s+hired|were\s+hired)"
    r"(?:\s+us)?(?P<when>\s+(?:in|since|before|after|during)\s+(?:(?:19|20)\d\d|[a-z]+\s+(?:19|20)\d\d))\s*\?*\s*$"
)
def left_when(found: re.Match[str], words: Lexicon) -> str | None:
    """``who left in 2024``: by the date of leaving."""
    verb = found["verb"].lower().split()[-1]
    name = _date(_LEFT if verb in {"left", "quit"} else _HIRED, words)
    if name is None or not _are_persons(words):
        return None
    when = found["when"].strip()
    said = f"is {when}" if when.lower().startswith(("in", "during")) else when
    return f'{"number of rows" if found["many"].lower().startswith("how") else "rows"} where "{name}" {said}'


@WORDINGS.wording(
    r"^\s*(?:what\s+is\s+)?(?:the\s+|our\s+)?current\s+(?:headcount|staff|number\s+of\s+(?:people|staff|employees))(?=\s*\?*\s*$|\s+(?:by|per|in|of)\b)"
)
def current_headcount(found: re.Match[str], words: Lexicon) -> str | None:
    """``current headcount``: those without a date of leaving."""
    name = _date(_LEFT, words)
    if name is None or not words.column(name).nulls or not _are_persons(words):
        return None
    rest = found.string[found.end() :].strip()
    return f'number of rows where "{name}" is missing' if not rest or rest.startswith(("by", "per", "?")) else None


@WORDINGS.wording(
    r"^\s*(?:who\s+is\s+)?(?:the\s+|our\s+)?(?:(?P<long>longest[\s-](?:serving|standing|tenured)|most\s+senior)|newest|latest|most\s+recent)"
    r"\s*(?P<noun>hire|joiner|starter|employee|member|colleague|person|staff(?:\s+member)?)?(?=\s*\?*\s*$)"
)
def newest_hire(found: re.Match[str], words: Lexicon) -> str | None:
    """``longest serving``, ``newest hire``: by the date of joining; who has left no longer serves."""
    name, left = _date(_HIRED, words), _date(_LEFT, words)
    senior = (found["long"] or "").lower() == "most senior"
    if name is None or senior or not _are_persons(words) or not (found["long"] or found["noun"]):
        return None
    here = f' where "{left}" is missing' if found["long"] and left and words.column(left).nulls else ""
    return f'row with the {"earliest" if found["long"] else "latest"} "{name}"{here}'


@WORDINGS.wording(
    rf"^\s*(?:what|how\s+much)\s+(?:does|did|is)\s+(?P<who>[\w'-]+(?:\s[\w'-]+)?)\s+(?:{_EARN}|paid)\s*\?*\s*$"
)
def what_one_earns(found: re.Match[str], words: Lexicon) -> str | None:
    """``what does Greta earn``."""
    who, pay = _person(found["who"], words), _pay(words)
    return f'"{pay}" where "{who[0]}" is "{who[1]}"' if who and pay else None


@WORDINGS.wording(
    rf"^\s*(?:is|does)\s+(?P<one>[\w'-]+(?:\s[\w'-]+)?)\s+(?:paid|{_EARN})\s+(?P<more>more|less|better)\s+than\s+(?P<two>[\w'-]+(?:\s[\w'-]+)?)\s*\?*\s*$"
)
def paid_more(found: re.Match[str], words: Lexicon) -> str | None:
    """``is Eve paid more than Bob``."""
    one, two, pay = _person(found["one"], words), _person(found["two"], words), _pay(words)
    if one is None or two is None or pay is None or one == two:
        return None
    how = "lower" if found["more"].lower() == "less" else "higher"
    return f"does {one[0]} {one[1]} have a {how} {pay} than {two[0]} {two[1]}"


@WORDINGS.wording(
    r"^\s*(?:what\s+is\s+)?(?:the\s+)?(?P<figure>[a-z_]+)\s+(?:difference|gap)\s+between\s+(?P<one>[\w'-]+)\s+and\s+(?P<two>[\w'-]+)\s*\?*\s*$"
)
def gap_of_two(found: re.Match[str], words: Lexicon) -> str | None:
    """``salary difference between Bjorn and Elena``."""
    one, two = _person(found["one"], words), _person(found["two"], words)
    named = [c.sql for c in words.card.columns if is_number(c) and found["figure"].lower() in name_parts(c.sql)]
    if one is None or two is None or len(named) != 1 or one == two:
        return None
    return f"difference in {named[0]} between {one[0]} {one[1]} and {two[0]} {two[1]}"


@WORDINGS.wording(
    r"^\s*(?P<who>who(?:\s+all)?|how\s+many(?:\s+people)?)\s+(?:works?|lives?|plays?|is\s+based|are\s+based|sits?|is|are)\s+(?:in|at|from|for|with)\s+(?:the\s+)?"
    r"(?P<where>[\w'-]+(?:\s[\w'-]+)?)\s*\?*\s*$"
)
def who_is_where(found: re.Match[str], words: Lexicon) -> str | None:
    """``who works in York``: the rows with that place or team."""
    known = words.values.get(tuple(found["where"].lower().split()), ())
    if len(known) != 1 or not _are_persons(words):
        return None
    rows = "number of rows" if found["who"].lower().startswith("how") else "rows"
    return f'{rows} where "{known[0][0]}" is "{known[0][1]}"'


@WORDINGS.wording(r"\b(?:total\s+|our\s+|the\s+)*payroll\b(?=\s*\?*\s*$|\s+(?:by|per|in|of|for)\b)")
def payroll(found: re.Match[str], words: Lexicon) -> str | None:
    """``payroll by team``: the total of the one wage; not where some of the rows have left."""
    pay, left = _pay(words), _date(_LEFT, words)
    if pay is None or left is not None or "payroll" in words.vocabulary or not _are_persons(words):
        return None
    return f'total "{pay}"'
