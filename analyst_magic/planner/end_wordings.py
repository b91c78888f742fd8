"""Wordings for the first of things that may have many rows: most expensive product, oldest book, longest route."""

from __future__ import annotations

import re

from .amounts import points_at
from .column_choice import is_number, is_text, numbers_things
from .lexicon import Lexicon
from .linking import columns_called
from .plan.words import name_parts
from .request import is_key
from .tokens import canonical
from .wordings import Wordings
from .year_columns import year_columns

WORDINGS = Wordings()
_ENDS: dict[str, tuple[str, bool]] = {
    "most expensive": ("price", True), "priciest": ("price", True), "dearest": ("price", True),
    "cheapest": ("price", False), "least expensive": ("price", False), "longest": ("length", True),
    "shortest": ("length", False), "heaviest": ("mass", True), "lightest": ("mass", False), "oldest": ("year", False),
    "newest": ("year", True),
}  # fmt: skip
"""What a superlative is of, and whether its highest value is meant."""


_END = "|".join(said.replace(" ", r"\s+") for said in _ENDS)


@WORDINGS.wording(
    rf"^\s*(?:(?:what|which)(?:'s|\s+is|\s+was)\s+|whats\s+)?(?:the\s+|our\s+)?(?P<end>{_END})\s+"
    r"(?P<noun>[a-z]+)(?=\s*[?.!]*$)"
)
def end_of_things(found: re.Match[str], words: Lexicon) -> str | None:
    """``most expensive product``, where each product may have many rows: by the one price, length, weight or year."""
    noun, (hint, high) = columns_called(found["noun"], words), _ENDS[" ".join(found["end"].lower().split())]
    if len(noun) != 1 or canonical(found["noun"].lower()) in words.frame[-1:]:
        return None
    column, named = words.column(noun[0]), _pointed(hint, words)
    things = {canonical(part) for part in name_parts(noun[0])} & _THINGS
    if not things or not is_text(column) or is_key(column, words) or len(named) != 1:
        return None
    return f'which "{noun[0]}" has the {"highest" if high else "lowest"} "{named[0]}"'


_THINGS = frozenset(
    "product item article dish title book film song album drink model course route trail building castle".split()
)
"""What has a price, a length or a year of its own: the cheapest district may be so by its mean."""
_MADE = frozenset("built published founded made released established constructed created opened".split())


def _is_of_works(words: Lexicon) -> bool:
    """Whether a year is that of a work: beside its ``title``."""
    return "title" in words.exact


def _pointed(hint: str, words: Lexicon) -> list[str]:
    """The columns that such a superlative may be of."""
    if hint == "year":
        aged = [c for c in words.card.columns if is_number(c) and "age" in name_parts(c.sql)]
        years = [column.sql for column in year_columns(words)]
        return [] if aged else [name for name in years if _MADE & {*name_parts(name)} or _is_of_works(words)]
    numbers = [c for c in words.card.columns if is_number(c) and not numbers_things(c)]
    pages = [c.sql for c in numbers if hint == "length" and "pages" in name_parts(c.sql)]
    return list(dict.fromkeys([*(c.sql for c in numbers if points_at(hint, c)), *pages]))
