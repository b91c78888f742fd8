"""Wordings for shares: the proportion of women in each arm, the takeaway share, what percentage gets the newsletter."""

from __future__ import annotations

import re

from .flags import is_flag_column
from .lexicon import Lexicon
from .linking import columns_called
from .tokens import canonical, past_forms, stem
from .wordings import Wordings, is_each_row

WORDINGS = Wordings()
_SHARE = r"share|percentage|percent|proportion|fraction"


@WORDINGS.wording(r"(?:^\s*|\b(?P<which>what|which)\s+)%\s+(?=of\b)")
def sign(found: re.Match[str], words: Lexicon) -> str:
    """``% of English reviews``."""
    return f"{found['which'] or ''} percentage ".lstrip()


_GROUPS = r"by|per|in\s+each|for\s+each|of\s+each|at\s+each|for\s+every|in\s+every|within\s+each"


@WORDINGS.wording(
    rf"\b(?P<share>{_SHARE})\s+of\s+(?:the\s+|all\s+)?(?P<what>[\w-]+(?:\s[\w-]+)?)(?=\s+(?:{_GROUPS})\s+[a-z])"
)
def share_of_such(found: re.Match[str], words: Lexicon) -> str | None:
    """``proportion of women in each arm``: of the rows of each arm."""
    condition = such(found["what"], words)
    return None if condition is None else f"{found['share']} of rows where {condition}"


@WORDINGS.wording(
    rf"^\s*(?:what(?:'s|\s+is)\s+)?(?:the\s+)?(?P<what>[\w-]+(?:\s[\w-]+)?)\s+(?:{_SHARE})(?P<rest>\s+(?:by|per|in|for|on|at|over|of|among|each)\s+.+)?\s*\??\s*$"
)
def such_a_share(found: re.Match[str], words: Lexicon) -> str | None:
    """``takeaway share by dish``, ``unresolved share by team``, ``cash share on weekends``."""
    condition = such(found["what"], words)
    rest = found["rest"] or ""
    of_column = re.match(r"\s+of\s+(?!all\b|the\s+rows\b)", rest, re.IGNORECASE)
    return None if condition is None or of_column else f"share of rows where {condition}{rest}"


@WORDINGS.wording(
    r"\s+(?:as\s+an?\s+(?:percentage|percent)|in\s+(?:percent|percentages|per\s+cent|%)|as\s+percentages?)(?=\s*[?.]?$|\s+(?:by|per|for)\b)"
)
def in_per_cent(found: re.Match[str], words: Lexicon) -> str | None:
    """``churn rate by plan as a percentage``: shares are given in per cent."""
    share = re.search(rf"\b(?:rate|{_SHARE})\b", found.string[: found.start()], re.IGNORECASE)
    return "" if share else None


@WORDINGS.wording(
    rf"\b(?:what|which)\s+(?P<share>{_SHARE})\s+(?:of\s+(?:them|people|rows|us|(?P<rows>[a-z]+))\s+)?"
    r"(?:gets?|has|have|receives?|uses?|is|are|was|were|took|takes?|wants?)\s+(?:an?\s+|the\s+|on\s+)?(?P<flag>[a-z_]+)\b(?=\s*\??$|\s+(?:by|per|in|for)\b)"
)
def what_share_has(found: re.Match[str], words: Lexicon) -> str | None:
    """``what percentage gets the newsletter``, where ``newsletter`` says yes or no."""
    name = words.exact.get(found["flag"].lower())
    if name is None or not is_flag_column(name, words):
        return None
    of_rows = found["rows"] is None or is_each_row(found["rows"], words)
    return f'{found["share"]} of rows where "{name}"' if of_rows else None


def such(text: str, words: Lexicon) -> str | None:
    """The condition that some words are: one value, a column of yes and no, or not the one.

    >>> such("women", words)  # doctest: +SKIP
    '"sex" is "female"'
    """
    low = text.lower()
    parts = low.split()
    if len(parts) > 1 and (canonical(parts[-1]) in words.frame[-1:] or parts[-1] == "rows"):
        return such(" ".join(parts[:-1]), words)
    values = words.values.get(tuple(parts)) or words.values.get(tuple(map(stem, parts))) or []
    flag = _flag(low, words)
    if flag is not None:
        return f'"{flag}"'
    if len(values) == 1 and not columns_called(low, words):
        return f'"{values[0][0]}" is "{values[0][1]}"'
    contrary = re.fullmatch(r"(?:un|non-?)(\w{4,})", low)
    if contrary is None or values:
        return None
    return _not_so(contrary[1], words)


def _flag(low: str, words: Lexicon) -> str | None:
    name = words.exact.get(low.replace(" ", "_")) or words.exact.get(stem(low))
    return name if name is not None and is_flag_column(name, words) else None


def _not_so(verb: str, words: Lexicon) -> str | None:
    """``unresolved``: not ``resolved``, or without a ``resolved_at``."""
    flag = _flag(verb, words)
    if flag is not None:
        return f'not "{flag}"'
    dated = words.done.get((verb,))
    return f'"{dated}" is missing' if dated is not None and words.column(dated).nulls else None


_IRREGULAR_DEEDS = {
    "solution": "solved", "decision": "decided", "loss": "lost", "win": "won", "sale": "sold", "theft": "stolen",
    "success": "succeeded", "breakage": "broken", "division": "divided", "attendance": "attended",
}  # fmt: skip
"""Nouns of deeds that do not begin as their verb does, or not for long."""


def is_noun_of_deed(noun: str, parts: tuple[str, ...]) -> bool:
    """Whether a noun is that of a verb's form: *failure* of ``failed``, *dropout* of ``dropped_out``.

    >>> is_noun_of_deed("dropout", ("dropped", "out")), is_noun_of_deed("delivery", ("late",))
    (True, False)
    """
    done = parts[0]
    if _IRREGULAR_DEEDS.get(noun) == done:
        return True
    if len(parts) == 2 and parts[1] in {"out", "off", "up", "in", "over", "back", "down"}:
        plain = noun.replace("-", "")
        return plain.endswith(parts[1]) and done in past_forms(plain.removesuffix(parts[1]))
    if done in past_forms(noun):
        return True
    root = done.removesuffix("ed")
    shared = next((i for i, (one, other) in enumerate(zip(noun, root, strict=False)) if one != other), len(root))
    ends = noun.endswith(("ion", "al", "ance", "ence", "ure", "ment", "se", "y", "age"))
    return done.endswith("ed") and ends and shared >= max(4, len(root) - 2)
