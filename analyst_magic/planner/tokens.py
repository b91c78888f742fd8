"""The words, numbers and signs of a question, and the forms in which words are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .plan.words import ABBREVIATIONS
from .synonyms import SAME

_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*"|“[^”]*”|`[^`]*`|(?<!\w)'[^']*'(?!\w))
      | (?P<date>\d{4}-\d\d?-\d\d?(?:[T ]\d\d:\d\d(?::\d\d)?)?(?![\w-]))
      | (?P<number>(?<![\w.])[-−]?\$?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[kKmM](?!\w))?%?(?!\w))
      | (?P<operator><=|>=|!=|<>|==|[<>=≤≥≠&])
      | (?P<word>\w+(?:['’.\-]\w+)*)
      | (?P<comma>[,;])""",
    re.VERBOSE,
)  # fmt: skip
_SKIPPED = frozenset("?!.:()[]{}/…-–—*\"'“”‘’`|~^\\#@")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the question: its text, what sort it is, and for a number its value."""

    text: str
    kind: str
    value: Any = None

    @property
    def low(self) -> str:
        return self.text.lower().replace("’", "'")


def tokens(text: str) -> list[Token]:
    """The question's words, numbers and signs. Punctuation separates them; any other sign is a token of its own."""
    return list(_tokens(text))


@lru_cache(maxsize=2_000)
def _tokens(text: str) -> tuple[Token, ...]:
    found: list[Token] = []
    place = 0
    for match in _TOKEN.finditer(text):
        found += _signs(text[place : match.start()])
        place = match.end()
        kind, piece = match.lastgroup or "word", match.group()
        if kind == "quoted":
            found.append(Token(piece[1:-1], kind))
        elif kind == "number":
            found.append(Token(piece, kind, _number(piece)))
        else:
            found.append(Token(piece, kind))
    return (*found, *_signs(text[place:]))


def _signs(text: str) -> list[Token]:
    """Signs with a meaning that is not known here, such as ``+`` or ``%``; smileys are no part of the question."""
    return [Token(sign, "word") for sign in text if sign in "+%$€£×÷√∑" and sign not in _SKIPPED]


def _number(text: str) -> int | float:
    plain = text.replace(",", "").replace("$", "").replace("−", "-").rstrip("%")
    factor = {"k": 1_000, "m": 1_000_000}.get(plain[-1].lower(), 1)
    number = float(plain.rstrip("kKmM")) * factor
    return int(number) if number.is_integer() else number


def stem(word: str) -> str:
    """A word without its plural ending and possessive."""
    word = word.lower().replace("’", "'").removesuffix("'s").removesuffix("'")
    if len(word) > 4 and word.endswith("ies"):
        return word if word in {"series", "species"} else word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


_IRREGULAR = {
    "begin": ("began", "begun"), "build": ("built",), "buy": ("bought",), "find": ("found",), "hold": ("held",),
    "leave": ("left",), "lose": ("lost",), "make": ("made",), "meet": ("met",), "pay": ("paid",), "sell": ("sold",),
    "send": ("sent",), "spend": ("spent",), "take": ("took", "taken"), "win": ("won",), "write": ("wrote", "written"),
}  # fmt: skip


def past_forms(verb: str) -> tuple[str, ...]:
    """A verb, and the forms that its past may have.

    >>> past_forms("ship")
    ('ship', 'shiped', 'shipd', 'shipped')
    >>> past_forms("pay")
    ('paid', 'pay', 'payed', 'payd', 'payyed')
    """
    low = verb.lower()
    return *_IRREGULAR.get(low, ()), low, f"{low}ed", f"{low}d", f"{low}{low[-1:]}ed"


@lru_cache(maxsize=20_000)
def canonical(word: str) -> str:
    """A word in the form that names and questions are compared in: singular, with abbreviations spelt out."""
    low = word.lower()
    return stem(ABBREVIATIONS.get(low, ABBREVIATIONS.get(stem(low), low)))


def main_synonym(word: str) -> str:
    """The word that represents all its synonyms."""
    return SAME.get(word, word)
