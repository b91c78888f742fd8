"""Wordings that judge without a column: best student, worst subject, fastest carrier, did Ada do better than Ben.

They are read where one column alone can tell: one of scores, one of costs, or the two dates between which a row lies.
"""

from __future__ import annotations

import re

from .amounts import points_at
from .column_choice import is_number, is_text, numbers_things
from .lexicon import Lexicon
from .linking import columns_called
from .plan.words import name_parts
from .span_wordings import span, time_by_dates
from .tokens import canonical, stem
from .wordings import Wordings, is_each_row, is_known, one_value, rows_are_persons
from .year_columns import year_columns

WORDINGS = Wordings()
_SCORES = frozenset("score rating point mark star".split())
_COSTS = frozenset("cost price fee fare".split())
_REST = r"(?=\s*[?.!]*$|\s+(?:in|at|for|of|from|to|on|with|since|during|overall)\b)"
_JUDGED = {
    "best": ("score", "highest"), "worst": ("score", "lowest"), "strongest": ("score", "highest"),
    "weakest": ("score", "lowest"), "cheapest": ("cost", "lowest"), "most expensive": ("cost", "highest"),
    "priciest": ("cost", "highest"), "fastest": ("time", "lowest"), "quickest": ("time", "lowest"),
    "slowest": ("time", "highest"), "best paid": ("pay", "highest"), "highest paid": ("pay", "highest"),
    "worst paid": ("pay", "lowest"), "lowest paid": ("pay", "lowest"), "better": ("score", "highest"),
    "worse": ("score", "lowest"), "faster": ("time", "lowest"), "quicker": ("time", "lowest"),
    "slower": ("time", "highest"), "cheaper": ("cost", "lowest"), "more expensive": ("cost", "highest"),
}  # fmt: skip
_PAY = frozenset("salary wage pay income".split())
_WORDS = (
    r"(?:best|worst|highest|lowest)\s+paid|best|worst|strongest|weakest|cheapest|most\s+expensive|priciest|fastest"
    r"|quickest|slowest"
)


@WORDINGS.wording(
    rf"^\s*(?:(?:who|what|which)\s+(?:is|was)\s+|(?:show|find|name)\s+)?(?:the\s+|our\s+)?(?P<how>{_WORDS})[\s-](?:performing\s+|scoring\s+)?"
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
    rf"(?P<how>{_WORDS}|better|worse|faster|quicker|slower|cheaper|more\s+expensive)(?:\s+on\s+average)?{_REST}"
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
    r"(?P<how>better|worse|faster|quicker|slower)\s+"
    r"(?:in\s+(?P<at>[\w' -]+?)\s+)?than\s+(?P<two>[\w' .-]+?)(?:\s+in\s+(?P<place>[\w' -]+?))?\s*\?*\s*$"
)
def did_better(found: re.Match[str], words: Lexicon) -> str | None:
    """``did Ada do better than Ben``, ``is Sam faster than Toni``: whose average is higher."""
    kind, ends = _JUDGED[found["how"].lower()]
    judged = _judged(kind, words)
    one, two = (words.values.get(tuple(found[side].lower().split()), ()) for side in ("one", "two"))
    if judged is None or len(one) != 1 or len(two) != 1 or one[0][0] != two[0][0]:
        return None
    end = "higher" if ends == "highest" else "lower"
    at = found["at"] or found["place"]
    place = f" in {at}" if at else ""
    return f"is the average {judged} of {found['one']}{place} {end} than that of {found['two']}{place}"


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
    judged = _judged(kind, words)
    return f"{noun} with the {end} average {judged}" if judged is not None else None


def _judged(kind: str, words: Lexicon) -> str | None:
    """The one thing that can tell: a column of scores, of costs or of pay, or the time between two dates."""
    if kind == "time":
        return time_by_dates(span(words), words)
    named = _one_of({"score": _SCORES, "cost": _COSTS, "pay": _PAY}[kind], words)
    return f'"{named}"' if named is not None else None


@WORDINGS.wording(r"\b(?P<end>oldest|youngest|tallest|shortest|heaviest|lightest)\s+(?P<noun>[a-z_]+)\s+on\s+average\b")
def oldest_on_average(found: re.Match[str], words: Lexicon) -> str | None:
    """``oldest team on average``."""
    hint, end = _MEASURED[found["end"].lower()]
    named = [c.sql for c in words.card.columns if is_number(c) and points_at(hint, c)]
    if _group(found["noun"], words) is None or len(named) != 1:
        return None
    return f'{found["noun"]} with the {end} average "{named[0]}"'


_MEASURED = {
    "oldest": ("age", "highest"), "youngest": ("age", "lowest"), "tallest": ("height", "highest"),
    "shortest": ("height", "lowest"), "heaviest": ("mass", "highest"), "lightest": ("mass", "lowest"),
}  # fmt: skip


@WORDINGS.wording(r"\b(?P<end>shortest|longest)\s+(?P<noun>[a-z]+)\b")
def shortest_person(found: re.Match[str], words: Lexicon) -> str | None:
    """``shortest defender``: a person has a height, beside the minutes that were played."""
    heights = [c.sql for c in words.card.columns if is_number(c) and points_at("height", c)]
    person = is_each_row(found["noun"], words) or one_value(found["noun"], words) is not None
    if len(heights) != 1 or not person or not rows_are_persons(words) or found["end"].lower() == "longest":
        return None
    value = one_value(found["noun"], words)
    what = found["noun"] if value is None else f'row where "{value[0]}" is "{value[1]}"'
    return f'{what} with the lowest "{heights[0]}"'


@WORDINGS.wording(r"\b(?P<end>newest|youngest|most\s+modern)\s+(?P<noun>[a-z]+)\b")
def newest_built(found: re.Match[str], words: Lexicon) -> str | None:
    """``newest house``, where each was built in a year: not the one that was listed last."""
    years = [c for c in year_columns(words) if _MADE & {*name_parts(c.sql)}]
    if len(years) != 1 or not is_each_row(found["noun"], words):
        return None
    return f'{found["noun"]} with the highest "{years[0].sql}"'


_MADE = frozenset("built founded constructed made manufactured vintage model established".split())


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
