"""Wordings for a column whose values name other rows, such as a manager: who reports to Fay, Ann's manager."""

from __future__ import annotations

import re

from ..turn import ColumnCard
from .column_choice import is_number, is_text
from .lexicon import Lexicon
from .plan.words import name_parts
from .request import is_key
from .tokens import canonical, stem
from .wordings import Wordings

WORDINGS = Wordings()
_LEADERS = frozenset("manager boss supervisor lead leader superior head captain mentor chief".split())
_MOST = 30
"""So many others may be named in a condition."""
_AT_END = r"(?=\s*[?.!]*$)"


def relation(words: Lexicon) -> tuple[str, str] | None:
    """The column that names each row, and the one that names another row of the same frame; None without them."""
    keys = [c for c in words.card.columns if is_text(c) and is_key(c, words) and len(c.values) == c.distinct]
    if len(keys) != 1:
        return None
    names = {value for value, _ in keys[0].values}
    others = [c for c in words.card.columns if is_text(c) and c.sql != keys[0].sql and _within(c, names)]
    return (keys[0].sql, others[0].sql) if len(others) == 1 else None


def _within(column: ColumnCard, names: set[object]) -> bool:
    """Whether all values of a column are known, and are names of rows."""
    own = {value for value, _ in column.values}
    return bool(own) and len(own) == column.distinct and own <= names


def _leads(words: Lexicon) -> tuple[str, str] | None:
    found = relation(words)
    return found if found and _LEADERS & {canonical(part) for part in name_parts(found[1])} else None


def _named(text: str, column: str, words: Lexicon) -> str | None:
    """The value of a column that some words are, also with its possessive s."""
    low = text.lower().replace("’", "'").strip()
    for said in dict.fromkeys((low, low.removesuffix("'s"), low.removesuffix("'"), stem(low))):
        hits = [value for name, value in words.values.get(tuple(said.split()), ()) if name == column]
        if len(hits) == 1:
            return str(hits[0])
    return None


@WORDINGS.wording(
    rf"^\s*(?:who\s*(?:'s|\s+is|\s+was)\s+|what\s+is\s+)?(?P<whose>[\w-]+(?:['’]s?)?)\s+(?P<noun>[a-z]+){_AT_END}"
)
@WORDINGS.wording(
    rf"^\s*(?:who\s*(?:'s|\s+is|\s+was)\s+)?(?:the\s+)?(?P<noun>[a-z]+)\s+of\s+(?P<whose>[\w-]+){_AT_END}"
)
@WORDINGS.wording(rf"^\s*who\s+(?P<noun>manages|supervises|leads)\s+(?P<whose>[\w-]+){_AT_END}")
def whose_leader(found: re.Match[str], words: Lexicon) -> str | None:
    """``Ann's manager``, ``who is the boss of Ann``, ``who manages Ann``."""
    pair, noun = relation(words), found["noun"].lower()
    if pair is None:
        return None
    key, other = pair
    verb = noun in {"manages", "supervises", "leads"} and _leads(words) is not None
    who = _named(found["whose"], key, words)
    if who is None or not (verb or canonical(noun) in {canonical(part) for part in name_parts(other)}):
        return None
    return f'"{other}" where "{key}" is "{who}"'


_UNDER = (
    r"(?:(?:reports?|reporting)\s+(?:directly\s+)?to|works?\s+(?:for|under)|(?:is|are)\s+(?:managed|led|supervised)\s+by"
    r"|(?:is|are)\s+under)"
)


@WORDINGS.wording(rf"^\s*(?P<many>how\s+many\s+(?:people\s+)?)?(?:who\s+)?{_UNDER}\s+(?P<who>[\w-]+){_AT_END}")
@WORDINGS.wording(
    rf"^\s*(?:who(?:m)?|(?P<many>how\s+many(?:\s+[a-z]+)?))\s+does\s+(?P<who>[\w-]+)\s+(?:manage|supervise|lead){_AT_END}"
)
@WORDINGS.wording(rf"^\s*(?P<many>how\s+many\s+(?:direct\s+)?reports)\s+does\s+(?P<who>[\w-]+)\s+have{_AT_END}")
@WORDINGS.wording(rf"^\s*(?:(?:direct\s+)?reports\s+of\s+)(?P<who>[\w-]+){_AT_END}")
def under_whom(found: re.Match[str], words: Lexicon) -> str | None:
    """``who reports to Fay``, ``how many people does Fay manage``."""
    pair = _leads(words)
    who = _named(found["who"], pair[0], words) if pair else None
    if pair is None or who is None:
        return None
    if _named(who, pair[1], words) is None:  # nobody does
        return None
    return f'{"number of rows" if _many(found) else chr(34) + pair[0] + chr(34)} where "{pair[1]}" is "{who}"'


def _many(found: re.Match[str]) -> bool:
    return "many" in found.groupdict() and found["many"] is not None


@WORDINGS.wording(
    rf"^\s*(?:who|(?P<many>how\s+many(?:\s+people)?))\s+(?:has|have|is|are)\s+(?:no|without\s+(?:an?\s+)?)\s*(?P<noun>[a-z]+){_AT_END}"
)
def without_leader(found: re.Match[str], words: Lexicon) -> str | None:
    """``who has no manager``: those without a name there."""
    pair = relation(words)
    if pair is None or canonical(found["noun"].lower()) not in {canonical(part) for part in name_parts(pair[1])}:
        return None
    what = "number of rows" if found["many"] else f'"{pair[0]}"'
    return f'{what} where "{pair[1]}" is missing' if words.column(pair[1]).nulls else None


@WORDINGS.wording(
    rf"^\s*(?:who\s+is\s+)?(?:the\s+)?(?P<end>youngest|oldest|best\s+paid|highest\s+paid|lowest\s+paid)\s+(?P<noun>[a-z]+){_AT_END}"
)
@WORDINGS.wording(
    rf"^\s*(?P<end>average|mean|median)\s+(?P<what>[a-z_]+)\s+of\s+(?:the\s+|all\s+)?(?P<noun>[a-z]+){_AT_END}"
)
def end_of_leaders(found: re.Match[str], words: Lexicon) -> str | None:
    """``youngest manager``: of the rows whose name stands in the other column."""
    pair, noun = relation(words), found["noun"].lower()
    if pair is None or canonical(noun) not in {canonical(part) for part in name_parts(pair[1])}:
        return None
    leaders = [str(value) for value, _ in words.column(pair[1]).values]
    if not 1 < len(leaders) <= _MOST:
        return None
    those = f'where "{pair[0]}" is ' + " or ".join(f'"{name}"' for name in sorted(leaders))
    if "what" in found.groupdict():
        return f"{found['end']} {found['what']} of rows {those}" if stem(noun) != noun else None
    column = _of_end(found["end"].lower(), words)
    return None if stem(noun) != noun or column is None else f"row with the {column} {those}"


def _of_end(end: str, words: Lexicon) -> str | None:
    """``lowest age``: the figure that a superlative of persons is of, where the frame has one."""
    nouns = {"age"} if end in {"youngest", "oldest"} else {"salary", "wage", "pay"}
    named = [c.sql for c in words.card.columns if is_number(c) and nouns & {*name_parts(c.sql)}]
    if len(named) != 1:
        return None
    return f'{"lowest" if end in {"youngest", "lowest paid"} else "highest"} "{named[0]}"'
