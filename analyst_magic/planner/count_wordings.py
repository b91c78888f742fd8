"""Wordings for how many rows there are, by their noun: how many tickets did Vega write."""

from __future__ import annotations

import re

from .column_choice import is_number, is_text, numbers_things
from .flags import is_flag_column
from .lexicon import Lexicon
from .linking import columns_called
from .plan.words import name_parts
from .tokens import canonical, stem
from .wordings import Wordings, date_of_rows, is_plural_key, one_value, rows_are_persons

WORDINGS = Wordings()


@WORDINGS.wording(
    r"\b(?P<verb>brings?(?:\s+in)?|brought(?:\s+in)?|sends?|generates?|gets?|got|receives?|received)\s+(?:us\s+)?the\s+(?P<end>most|fewest)\s+(?P<noun>[a-z]+s)(?=\s*\?*\s*$)"
)
def brings_most(found: re.Match[str], words: Lexicon) -> str | None:
    """``which source brings the most subscribers``: the most rows of them."""
    which = re.match(r"\s*which\s+[a-z]+(?:\s[a-z]+)?\s*$", found.string[: found.start()], re.IGNORECASE)
    if which is None or not _are_the_rows(found["noun"], words):
        return None
    return f"has the {found['end']} rows"


def _are_the_rows(noun: str, words: Lexicon) -> bool:
    """Whether a plural is of the rows: by the frame, or by the column that is another one in each row."""
    low = noun.lower()
    if stem(low) == low or low in words.exact:
        return False
    named = [name for name in columns_called(stem(low), words) if is_number(words.column(name))]
    if any(not numbers_things(words.column(name)) for name in named):
        return False
    return is_plural_key(low, words) or (canonical(low) in words.frame[-1:] and not columns_called(low, words))


@WORDINGS.wording(
    r"\b(?P<how>how\s+many|number\s+of|the\s+most|the\s+fewest)\s+(?P<what>(?:[\w-]+\s+)?)(?P<noun>[a-z]+s)\b"
    r"(?!\s+(?:over|under|above|below|between|(?:more|less|fewer)\s+than|have|has|had|with)\b)"
)
def numbered(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many tickets``, where ``ticket_no`` numbers the rows; ``how many Spanish dishes``, of one row each."""
    what, noun = found["what"].strip().lower(), found["noun"].lower()
    if not is_plural_key(noun, words) or noun in words.exact or noun == "rows":
        return None
    key = words.column(columns_called(stem(noun), words)[0])
    flag = words.exact.get(what)
    if what and one_value(what, words) is None and not (flag is not None and is_flag_column(flag, words)):
        return None
    if not (numbers_things(key) if is_number(key) else is_text(key) and what):
        return None
    return f"{found['how']} {found['what']}rows"


@WORDINGS.wording(
    r"\b(?:how\s+many|number\s+of)\s+(?P<rows>[a-z]+)\s+(?:did|has|have|does)\s+(?P<who>[\w-]+)\s+(?P<verb>make|made|do|done|write|written|handle|handled|take|taken|have|get|got|issue|issued|sell|sold)(?P<rest>(?:\s+(?:in|on|since|during|last|this)\s+.+)?)$"
)
def how_many_did(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many tickets did Vega write``: those with the name."""
    rows, who = found["rows"].lower(), words.values.get((found["who"].lower(),), ())
    if len(who) != 1 or not (rows == "rows" or _are_the_rows(rows, words)):
        return None
    if rows != "rows" and any(is_number(c) and _COUNTED & {*name_parts(c.sql)} for c in words.card.columns):
        return None  # the rows, or how many of them?
    return f'number of rows where "{who[0][0]}" is "{who[0][1]}"{found["rest"].rstrip("? ")}'


_COUNTED = frozenset({"quantity", "qty", "units", "pieces"})


@WORDINGS.wording(r"\bnew\s+(?P<noun>[a-z]+s)\s+(?=(?:per|by|each|every)\s+(?:day|week|month|quarter|year)\b)")
def new_ones(found: re.Match[str], words: Lexicon) -> str | None:
    """``new subscribers per month``: by the date on which each row began."""
    rows = _are_the_rows(found["noun"], words) and rows_are_persons(words)
    return "number of rows " if rows and date_of_rows(words) is not None and "new" not in words.vocabulary else None


@WORDINGS.wording(
    r"^\s*(?:(?:what|which)\s+is\s+)?(?:the\s+)?(?P<end>(?:highest|best|top|lowest|worst)[\s-]rated)\s*\?*\s*$"
)
def rated_alone(found: re.Match[str], words: Lexicon) -> str:
    """``highest rated``: the row."""
    return f"{found['end'].replace('-', ' ')} row"


@WORDINGS.wording(r"^\s*(?P<top>(?:top|bottom)\s+\d+)\s+(?=by\s+[a-z])")
def top_by(found: re.Match[str], words: Lexicon) -> str | None:
    """``top 5 by opens``: rows."""
    column = columns_called(re.sub(r"^\s*by\s+|\s*[?.!]*\s*$", "", found.string[found.end() :]), words)
    return f"{found['top']} rows " if len(column) == 1 and is_number(words.column(column[0])) else None


@WORDINGS.wording(r"\bhas\s+the\s+(?P<end>best|worst)\s+(?P<noun>ratings?|scores?|reviews?|grades?)(?=\s*\?*\s*$)")
def best_ratings(found: re.Match[str], words: Lexicon) -> str | None:
    """``which cuisine has the best ratings``: on average."""
    noun = "rating" if found["noun"].lower().startswith("review") else stem(found["noun"].lower())
    named = [c.sql for c in words.card.columns if is_number(c) and noun in {canonical(p) for p in name_parts(c.sql)}]
    if len(named) != 1:
        return None
    return f'has the {"highest" if found["end"].lower() == "best" else "lowest"} average "{named[0]}"'


@WORDINGS.wording(r"\b(?:unrated|not\s+rated(?:\s+yet)?)\b(?P<rows>\s+[a-z]+s\b)?")
def unrated(found: re.Match[str], words: Lexicon) -> str | None:
    """``unrated dishes``: those without a rating."""
    named = [c for c in words.card.columns if is_number(c) and "rating" in name_parts(c.sql)]
    if len(named) != 1 or not named[0].nulls or "unrated" in words.vocabulary:
        return None
    rows = (found["rows"] or "").strip()
    if rows and not _are_the_rows(rows, words):
        return None
    return f'{"rows " if rows or not found.string[: found.start()].strip() else ""}where "{named[0].sql}" is missing'


@WORDINGS.wording(
    r"^\s*(?P<flag>[a-z_]+)\s+and\s+(?=(?:over|under|above|below|more\s+than|less\s+than|at\s+least|at\s+most|cheaper\s+than|in|from|with|by)\b)"
)
def flag_and(found: re.Match[str], words: Lexicon) -> str | None:
    """``freezable and under 7 euros``: a condition, not what is shown."""
    name = words.exact.get(found["flag"].lower())
    return f'rows where "{name}" and ' if name is not None and is_flag_column(name, words) else None
