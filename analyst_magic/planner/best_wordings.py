"""Wordings that judge without a column: best student, worst subject, fastest carrier, did Ada do better than Ben.

They are read where one column alone can tell: one of scores, one of costs, or the two dates between which a row lies.
"""

from __future__ import annotations

import re

from .column_choice import is_number, is_text, numbers_things
from .duration_wordings import between
from .lexicon import Lexicon
from .linking import columns_called
from .plan.words import name_parts
from .span_wordings import span
from .tokens import canonical, stem
from .wordings import Wordings, is_known

WORDINGS = Wordings()
_SCORES = frozenset("score rating point mark star".split())
_COSTS = frozenset("cost price fee fare".split())
_REST = r"(?=\s*[?.!]*$|\s+(?:in|at|for|of|from|to|on|with|since|during|overall)\b)"
_JUDGED = {
    "best": ("score", "highest"), "worst": ("score", "lowest"), "strongest": ("score", "highest"),
    "weakest": ("score", "lowest"), "cheapest": ("cost", "lowest"), "most expensive": ("cost", "highest"),
    "priciest": ("cost", "highest"), "fastest": ("time", "lowest"), "quickest": ("time", "lowest"),
    "slowest": ("time", "highest"),
}  # fmt: skip
_WORDS = "best|worst|strongest|weakest|cheapest|most\\s+expensive|priciest|fastest|quickest|slowest"


@WORDINGS.wording(
    rf"(?P<before>^\s*(?:(?:who|what|which)\s+(?:is|was)\s+|(?:show|find|name)\s+)?(?:the\s+|our\s+)?)(?P<how>{_WORDS})[\s-](?:performing\s+|scoring\s+)?"
    rf"(?P<noun>[a-z_]+)(?:\s+(?:overall|on\s+average))?{_REST}"
)
def best_group(found: re.Match[str], words: Lexicon) -> str | None:
    """``who is the best student``, ``worst subject``, ``fastest carrier to Oslo``: on average."""
    scored = _JUDGED[" ".join(found["how"].lower().split())][0] == "score"
    if scored and re.match(r"\s+(?:in|at|for|of|from)\b", found.string[found.end() :], re.IGNORECASE):
        return None  # of one row there, or on average?
    return _group_at_the_end(found["noun"], found["how"], words)


@WORDINGS.wording(
    rf"^\s*(?:which|what)\s+(?P<noun>[a-z_]+)\s+(?:is|was|does|did|are|were|scores?|scored|performs?|performed|delivers?|works?)\s+(?:the\s+)?"
    rf"(?P<how>{_WORDS})(?:\s+on\s+average)?{_REST}"
)
def which_is_best(found: re.Match[str], words: Lexicon) -> str | None:
    """``which class is best``, ``which grape scores best``, ``which carrier is the fastest``."""
    return _group_at_the_end(found["noun"], found["how"], words)


@WORDINGS.wording(
    r"^\s*(?:show\s+|list\s+)?(?:the\s+)?(?P<top>(?:top|bottom)\s+\d+|(?:best|worst)\s+\d+|\d+\s+(?:best|worst))\s+(?P<noun>[a-z_]+)(?=\s*[?.!]*$|\s+in\b)"
)
def top_groups(found: re.Match[str], words: Lexicon) -> str | None:
    """``top 3 students``: by their average score."""
    group, score = _group(found["noun"], words), _one_of(_SCORES, words)
    if group is None or score is None:
        return None
    low = found["top"].lower()
    many = re.search(r"\d+", low)
    end = "bottom" if "bottom" in low or "worst" in low else "top"
    return f'{end} {many[0] if many else 1} {found["noun"]} by average "{score}"'


@WORDINGS.wording(
    r"^\s*(?:did|does|has|is|was)\s+(?P<one>[\w' .-]+?)\s+(?:(?:do|doing|done|perform|performed|score|scored)\s+)?"
    r"(?P<how>better|worse)\s+"
    r"(?:in\s+(?P<at>[\w' -]+?)\s+)?than\s+(?P<two>[\w' .-]+?)(?:\s+in\s+(?P<place>[\w' -]+?))?\s*\?*\s*$"
)
def did_better(found: re.Match[str], words: Lexicon) -> str | None:
    """``did Ada do better than Ben``: whose average score is higher."""
    score = _one_of(_SCORES, words)
    one, two = (words.values.get(tuple(found[side].lower().split()), ()) for side in ("one", "two"))
    if score is None or len(one) != 1 or len(two) != 1 or one[0][0] != two[0][0]:
        return None
    end = "higher" if found["how"].lower() == "better" else "lower"
    at = found["at"] or found["place"]
    place = f" in {at}" if at else ""
    return f'is the average "{score}" of {found["one"]}{place} {end} than that of {found["two"]}{place}'


@WORDINGS.wording(
    r"\b(?P<noun>[a-z_]+)\s+(?P<have>with|who\s+have|that\s+have|having)\s+(?:an?\s+)?average\s+(?P<than>above|over|below|under|of\s+at\s+least|of\s+more\s+than|of\s+less\s+than)\s+(?=\d)"
)
def average_above(found: re.Match[str], words: Lexicon) -> str | None:
    """``students with an average above 60``."""
    group, score = _group(found["noun"], words), _one_of(_SCORES, words)
    if group is None or score is None:
        return None
    return f'{found["noun"]} with an average "{score}" {found["than"].lower().removeprefix("of ")} '


@WORDINGS.wording(
    r"^\s*(?:what\s+is\s+|what's\s+)?(?P<who>[\w' .-]+?)(?:['’]s?)?\s+(?P<figure>average|mean|median)\s*[?.!]*\s*$"
)
def average_of(found: re.Match[str], words: Lexicon) -> str | None:
    """``Ada's average``, ``Mr Hill average``."""
    score = _one_of(_SCORES, words)
    known = words.values.get(tuple(found["who"].lower().split()), ())
    return f'{found["figure"]} "{score}" of {found["who"]}' if score is not None and len(known) == 1 else None


def _group_at_the_end(noun: str, how: str, words: Lexicon) -> str | None:
    """The group whose average is the highest or the lowest of what a word judges."""
    kind, end = _JUDGED[" ".join(how.lower().split())]
    group = _group(noun, words)
    if group is None or is_known(how, words):
        return None
    if kind == "time":
        ends = span(words)
        said = between("time", *ends, words) if ends is not None else None
        return f"{noun} with the {end} average {said}" if said is not None else None
    judged = _one_of(_SCORES if kind == "score" else _COSTS, words)
    return f'{noun} with the {end} average "{judged}"' if judged is not None else None


def _group(noun: str, words: Lexicon) -> str | None:
    """The one column of texts that a noun names, whose values each stand in several rows."""
    named = columns_called(noun, words) or columns_called(stem(noun.lower()), words)
    column = words.column(named[0]) if len(named) == 1 else None
    if column is None or not is_text(column) or canonical(noun) in words.frame[-1:]:
        return None
    return column.sql if (column.distinct or 0) * 2 <= words.card.rows else None


def _one_of(nouns: frozenset[str], words: Lexicon) -> str | None:
    """The one column of numbers that is called by one of these nouns."""
    numbers = [c for c in words.card.columns if is_number(c) and not numbers_things(c)]
    named = [c.sql for c in numbers if nouns & {canonical(part) for part in name_parts(c.sql)}]
    return named[0] if len(named) == 1 else None
