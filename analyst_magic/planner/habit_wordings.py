"""Wordings for what was done and how often: did Ben ever buy a muffin, repeat customers, what Dee usually orders."""

from __future__ import annotations

import re

from .column_choice import is_number, is_text, numbers_things
from .flags import is_flag_column
from .lexicon import Lexicon
from .linking import columns_called
from .plan.words import name_parts
from .request import is_key
from .tokens import canonical, stem
from .wordings import Wordings, is_each_row, is_plural_key, value_called

WORDINGS = Wordings()


def _value(text: str, words: Lexicon) -> tuple[str, str] | None:
    """The one value of the data that some words are, also in the plural, with its column."""
    low = text.lower().strip()
    return value_called(low if tuple(low.split()) in words.values else stem(low), words)


@WORDINGS.wording(
    r"\b(?:(?P<many>how\s+many|number\s+of)\s+)?(?:repeat|repeated|recurring)\s+(?P<noun>[a-z]+s)(?=\s*[?.!]*$)"
    r"|\b(?:(?P<count>how\s+many|number\s+of)\s+)?(?P<who>[a-z]+s)\s+(?:that|who)\s+(?:came|come|bought|ordered|visited|returned)\s+"
    r"(?:back|again|more\s+than\s+once)(?=\s*[?.!]*$)"
)
def repeat_customers(found: re.Match[str], words: Lexicon) -> str | None:
    """``repeat customers``: those with more than one row."""
    noun = (found["noun"] or found["who"]).lower()
    named = columns_called(noun, words) or columns_called(stem(noun), words)
    if len(named) != 1 or is_each_row(noun, words) or any("repeat" in name_parts(c.sql) for c in words.card.columns):
        return None
    column = words.column(named[0])
    if not (is_text(column) or numbers_things(column)) or is_key(column, words):
        return None
    if found["many"] or found["count"]:
        return f'number of different "{named[0]}" with more than 1 row'
    return f'which "{named[0]}" has more than 1 row'


@WORDINGS.wording(
    r"^\s*(?:did|has|have)\s+(?P<who>[\w'-]+(?:\s[\w'-]+)?)\s+(?:ever|already|once)\s+(?:[a-z]+)\s+(?:with\s+|in\s+|at\s+|to\s+|on\s+)?(?:an?\s+|any\s+|the\s+)?"
    r"(?P<what>[\w'-]+(?:\s[\w'-]+)?)\s*\?*\s*$"
)
def did_ever(found: re.Match[str], words: Lexicon) -> str | None:
    """``did Ben ever buy a muffin``: whether there is a row with both."""
    who, what = _value(found["who"], words), _value(found["what"], words)
    if who is None or what is None or who[0] == what[0]:
        return None
    return f'is there a row where "{who[0]}" is "{who[1]}" and "{what[0]}" is "{what[1]}"'


@WORDINGS.wording(
    r"^\s*(?:what|which)\s+(?:(?P<noun>[a-z]+)\s+)?(?:does|did|do)\s+(?P<who>[\w'-]+)\s+(?:usually|normally|mostly|typically)\s+(?P<verb>[a-z]+)"
    r"(?=\s*\?*\s*$)"
    r"|^\s*what\s+(?:does|did)\s+(?P<whom>[\w'-]+)\s+(?P<did>[a-z]+)\s+(?:most\s+often|the\s+most|most)\s*(?=\?*\s*$)"
)
def usually(found: re.Match[str], words: Lexicon) -> str | None:
    """``what does Lena usually buy``: the product of most of her rows."""
    who, verb = _value(found["who"] or found["whom"], words), (found["verb"] or found["did"]).lower()
    if who is None or verb not in _TAKEN:
        return None
    nouns = {canonical(found["noun"].lower())} if found["noun"] else _GOODS
    goods = [c.sql for c in words.card.columns if is_text(c) and nouns & {canonical(p) for p in name_parts(c.sql)}]
    if len(goods) != 1 or goods[0] == who[0]:
        return None
    return f'which "{goods[0]}" has the most rows where "{who[0]}" is "{who[1]}"'


_TAKEN = frozenset("buy buys order orders get take borrow read eat drink purchase rent hire choose pick".split())
_GOODS = frozenset("product item article dish title book drink model".split())


@WORDINGS.wording(r"\b(?P<number>\d{1,2}|one|two|three|four|five|six)[\s-](?P<noun>[a-z]{3,})\s+(?P<rows>[a-z]+s?)\b")
def so_many_each(found: re.Match[str], words: Lexicon) -> str | None:
    """``3 room flats``: those whose ``rooms`` are three."""
    noun, rows = found["noun"].lower(), found["rows"].lower()
    name = words.exact.get(f"{noun}s") or words.exact.get(f"number_of_{noun}s") or words.exact.get(f"{noun}_count")
    if stem(noun) != noun or name is None or words.column(name).type != "integer" or not is_number(words.column(name)):
        return None
    if rows != "rows" and canonical(rows) not in words.frame[-1:]:
        return None
    return f'{found["rows"]} where "{name}" is {_NUMBERS.get(found["number"].lower(), found["number"])}'


_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}


@WORDINGS.wording(
    r"\bhow\s+many\s+(?P<what>[\w-]+(?:\s[\w-]+)?)\s+(?P<rows>[a-z]+)\s+(?:did|has|have)\s+(?P<who>[\w'-]+)\s+(?P<verb>do|done|make|made|have|had|get|got|handle|handled)(?=\s*[?.!]*$)"
)
def how_many_such_did(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many warranty jobs did Stan do``."""
    who, rows = _value(found["who"], words), found["rows"].lower()
    named = columns_called(stem(rows), words)
    if who is None or stem(rows) == rows or any(not is_key(words.column(name), words) for name in named):
        return None
    if named:
        rows = "rows"
        return f'how many {found["what"]} {rows} where "{who[0]}" is "{who[1]}"'
    return f'how many {found["what"]} {found["rows"]} where "{who[0]}" is "{who[1]}"'


@WORDINGS.wording(r"\bhow\s+many\s+(?P<flag>[a-z]+)\s+(?P<rows>[a-z]+s)\b(?!\s+(?:have|has|had)\b)")
def how_many_such(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many warranty jobs``, where ``warranty`` says yes or no and ``job_no`` numbers the rows."""
    name = words.exact.get(found["flag"].lower())
    if name is None or not is_flag_column(name, words) or not is_plural_key(found["rows"], words):
        return None
    return f'how many rows where "{name}"'


@WORDINGS.wording(
    r"^\s*(?P<which>(?:which|what)\s+[a-z]+\s+(?:did|does|had|has|made|handled|got)\s+the\s+)(?P<end>most|fewest|least)\s+(?P<value>[\w-]+(?:\s[\w-]+)?)(?=\s*\?*\s*$)"
)
def most_of_value(found: re.Match[str], words: Lexicon) -> str | None:
    """``which mechanic did the most brakes``: of the rows with that value."""
    value = _value(found["value"], words)
    if value is None or columns_called(found["value"], words):
        return None
    if any(is_number(c) and _COUNTS & {*name_parts(c.sql)} for c in words.card.columns):
        return None  # the rows of apples, or the apples of the rows?
    noun = found["which"].split()[1].lower()
    end = "most" if found["end"].lower() == "most" else "fewest"
    return f'which {noun} has the {end} rows where "{value[0]}" is "{value[1]}"'


_COUNTS = frozenset("quantity qty units pieces count number total amount votes".split())


@WORDINGS.wording(
    r"^(?P<which>\s*which\s+[a-z]+\s+(?:has|have|had|gets?|got))\s+(?P<more>more|fewer|less)\s+(?P<what>[a-z]+)\s*\?*\s*$"
)
def which_has_more(found: re.Match[str], words: Lexicon) -> str | None:
    """``which shoes have more km``: the most."""
    return f"{found['which']} the {'most' if found['more'].lower() == 'more' else 'fewest'} {found['what']}"


@WORDINGS.wording(
    r"^\s*(?:(?:what|which)\s+is\s+)?(?:the\s+|my\s+|our\s+)?(?:favou?rite|most\s+used)\s+(?P<noun>[a-z]+)(?=\s*\?*\s*$)"
)
def favourite(found: re.Match[str], words: Lexicon) -> str | None:
    """``favourite route``: that of the most rows, where no rating says more."""
    named = columns_called(found["noun"], words)
    rated = {"rating", "score", "stars", "rank", "favorite", "favourite"}
    if any(rated & {*name_parts(c.sql)} for c in words.card.columns) or len(named) != 1:
        return None
    column = words.column(named[0])
    return f'which "{named[0]}" has the most rows' if is_text(column) and not is_key(column, words) else None


@WORDINGS.wording(r"\b(?:(?:that|which|who)\s+)?(?:allow|allows|allowing|accept|accepts)\s+(?P<noun>[a-z]+)\b")
def allows(found: re.Match[str], words: Lexicon) -> str | None:
    """``flats that allow pets``, where ``pets_allowed`` says yes or no."""
    noun = found["noun"].lower()
    named = [words.exact.get(f"{n}_{verb}") for n in {noun, stem(noun), f"{noun}s"} for verb in ("allowed", "accepted")]
    flags = [name for name in named if name is not None and is_flag_column(name, words)]
    rows = (
        ""
        if re.search(r"[a-z]\s*$", found.string[: found.start()])
        and not _HOW_MANY.search(found.string[: found.start()])
        else "rows "
    )
    return f'{rows}where "{flags[0]}"' if len(flags) == 1 else None


_HOW_MANY = re.compile(r"\bhow\s+many\s*$", re.IGNORECASE)


@WORDINGS.wording(
    r"^\s*who\s+(?P<verb>[a-z]+s)\s+(?:(?:the\s+)?(?P<end>most(?:\s+often)?|least(?:\s+often)?))(?=\s*\?*\s*$)"
)
def who_does_most(found: re.Match[str], words: Lexicon) -> str | None:
    """``who borrows the most``, of ``loans``: the person of the most rows."""
    verb = found["verb"].lower().removesuffix("s")
    people = [c for c in words.card.columns if is_text(c) and _PERSONS & {canonical(p) for p in name_parts(c.sql)}]
    if len(people) != 1 or is_key(people[0], words) or not {*words.frame[-1:]} & {verb, *_OF_VERBS.get(verb, ())}:
        return None
    if any(is_number(c) and {"quantity", "qty", "units", "pieces"} & {*name_parts(c.sql)} for c in words.card.columns):
        return None
    return f'which "{people[0].sql}" has the {"most" if found["end"].lower().startswith("m") else "fewest"} rows'


_PERSONS = frozenset(
    "customer client member pupil student guest visitor patient tenant donor runner player user borrower reader owner "
    "passenger driver caller person subscriber employee".split()
)
_OF_VERBS = {
    "borrow": ("loan", "borrowing", "lending"), "order": ("order",), "buy": ("purchase", "sale", "order"),
    "come": ("visit", "appointment"), "visit": ("visit",), "call": ("call",), "book": ("booking", "reservation"),
    "rent": ("rental", "hire"), "donate": ("donation",), "train": ("training", "workout", "visit"), "run": ("run",),
    "complain": ("complaint",), "ride": ("ride",), "travel": ("trip",),
}  # fmt: skip
"""The nouns of rows that say that someone did so."""


@WORDINGS.wording(r"(?<![\w-])(?P<noun>books?|films?|movies?|songs?)\b(?!-)")
def by_its_title(found: re.Match[str], words: Lexicon) -> str | None:
    """``books by Dahl``, where each row is a loan of a ``title``."""
    noun, makers = stem(found["noun"].lower()), _MAKERS[stem(found["noun"].lower())]
    parts = {canonical(part) for c in words.card.columns for part in name_parts(c.sql)}
    named = [c for c in words.card.columns if is_text(c) and [*name_parts(c.sql)] == ["title"]]
    if len(named) != 1 or not makers & parts or noun in words.frame[-1:] or is_key(named[0], words):
        return None
    if noun in parts or canonical(noun) in words.exact or (found["noun"].lower(),) in words.values:
        return None
    return "titles" if found["noun"].lower().endswith("s") else "title"


_MAKERS = {
    "book": {"author", "page", "writer", "publisher"}, "film": {"director", "studio"}, "movie": {"director", "studio"},
    "song": {"artist", "singer", "band"},
}  # fmt: skip


@WORDINGS.wording(
    r"^\s*(?:(?:what|which)(?:'s|\s+is|\s+was)\s+)?(?:the\s+|our\s+)?(?P<end>most|least)\s+(?P<verb>borrowed|lent|ordered|rented|visited|booked|watched|bought)\s+(?P<noun>[a-z]+)(?=\s*[?.!]*$|\s+(?:in|of|by|at|since|during)\b)"
)
def most_taken(found: re.Match[str], words: Lexicon) -> str | None:
    """``most borrowed title`` of ``loans``: that of the most rows, where no column counts how often."""
    root = found["verb"].lower().removesuffix("ed")
    named = columns_called(found["noun"], words)
    counted = any(is_number(c) and any(p.startswith(root) for p in name_parts(c.sql)) for c in words.card.columns)
    if len(named) != 1 or counted or not {*words.frame[-1:]} & {root, *_OF_VERBS.get(root, ())}:
        return None
    column = words.column(named[0])
    if not is_text(column) or is_key(column, words) or (found["verb"].lower(),) in words.done:
        return None
    return f'which "{named[0]}" has the {"most" if found["end"].lower() == "most" else "fewest"} rows'


@WORDINGS.wording(
    r"^(?P<which>\s*which\s+(?P<noun>[a-z]+))\s+(?:came|comes|come|appears?|appeared|visits?|visited|was\s+(?:seen|here|used|chosen)|is\s+(?:used|chosen))"
    r"\s+(?:the\s+)?(?P<end>most|least)(?:\s+often|\s+frequently)?(?=\s*\?*\s*$|\s+(?:in|on|since|during|last|this)\b)"
)
def came_most_often(found: re.Match[str], words: Lexicon) -> str | None:
    """``which pet came most often``: that of the most rows."""
    named = columns_called(found["noun"], words)
    column = words.column(named[0]) if len(named) == 1 else None
    if column is None or not is_text(column) or is_key(column, words):
        return None
    numbers = [c for c in words.card.columns if is_number(c) and not numbers_things(c)]
    if any({"visit", "use"} & {canonical(part) for part in name_parts(c.sql)} for c in numbers):
        return None  # a column counts how often
    return f"{found['which']} has the {'most' if found['end'].lower() == 'most' else 'fewest'} rows"
