"""Wordings for how long a row lasts, from one of its dates to the other: average rental length, stays over 3 nights."""

from __future__ import annotations

import re

from .column_choice import PLANNED, is_number
from .duration_wordings import between, when_done
from .lexicon import Lexicon
from .plan.sql import is_time
from .plan.words import name_parts
from .tokens import canonical
from .wordings import Wordings, is_each_row, is_known

WORDINGS = Wordings()
_STARTS = frozenset("""start started begin began begun from pickup picked checkin check_in opened open issued admitted
    admission borrowed lent loaned hired received ordered placed requested reported submitted created departed entry
    joined moved_in sent shipped dispatched taken collected sampled drawn""".split())  # fmt: skip
_ENDS = frozenset("""end ended finish finished to until dropoff dropped checkout check_out closed returned back
    discharged discharge resolved completed delivered arrived paid exit left moved_out""".split())  # fmt: skip
_TAKEN = frozenset("sent taken collected sampled drawn".split())
_FOUND = frozenset("reported received analysed analyzed tested".split())
"""What is found out of a sample that was taken ends its row; an incident begins with it."""
_OPENED = {"drop": "dropoff", "pick": "pickup"}
"""First parts of names that other authors write in two: ``drop_off``."""
_FIGURE = (
    r"(?:(?:the\s+)?(?P<figure>average|mean|median|typical|avg|longest|shortest|maximum|minimum|max|min|total)\s+)?"
)
_LENGTH = r"(?:lengths?|durations?)"
_FIGURES = {"typical": "median", "avg": "average", "longest": "maximum", "shortest": "minimum", "max": "maximum",
            "min": "minimum"}  # fmt: skip
_UNIT = r"(?:minutes?|hours?|days?|nights?|weeks?|months?|years?)"
_RESOLVED = {"resolution": ("resolve", "close"), "closing": ("close", "resolve"), "completion": ("complete", "finish"),
             "fulfilment": ("deliver", "ship"), "fulfillment": ("deliver", "ship"), "delivery": ("deliver", "arrive"),
             "transit": ("deliver", "arrive"), "reporting": ("report",)}  # fmt: skip
_WHOLE = frozenset("handling processing turnaround cycle lead".split())


def span(words: Lexicon) -> tuple[str, str] | None:
    """The two dates between which each row lies: its only ones, of which one begins it and the other ends it."""
    times = [c.sql for c in words.card.columns if is_time(c) and not PLANNED & {*name_parts(c.sql)}]
    if len(times) != 2:
        return None
    for start, end in (times, times[::-1]):
        ends = _is_one_of(end, _ENDS) or (_is_one_of(start, _TAKEN) and _is_one_of(end, _FOUND))
        if _is_one_of(start, _STARTS) and ends and not _is_one_of(start, _ENDS):
            return _in_time(start, end, words)
    return None


def _in_time(start: str, end: str, words: Lexicon) -> tuple[str, str] | None:
    """The two dates in the order in which they come: what is dropped off at a repair shop is picked up after that."""
    first, last = words.column(start), words.column(end)
    if any(bound is None for bound in (first.minimum, first.maximum, last.minimum, last.maximum)):
        return start, end
    early = str(first.minimum) <= str(last.minimum) and str(first.maximum) <= str(last.maximum)
    late = str(first.minimum) >= str(last.minimum) and str(first.maximum) >= str(last.maximum)
    if early or (last.nulls and not late):
        return start, end
    return (end, start) if late else None


def begins_a_row(name: str) -> bool:
    """Whether a date is called by what begins a row, and by nothing that ends it."""
    return _is_one_of(name, _STARTS) and not _is_one_of(name, _ENDS)


def _is_one_of(name: str, known: frozenset[str]) -> bool:
    parts = [part.lower() for part in name_parts(name)]
    whole = {"_".join(parts[:2]), "".join(parts[:2]), _OPENED.get(parts[0], "")} if parts else set()
    return bool(known & {*parts, *whole})


def _lasted(noun: str, words: Lexicon) -> tuple[str, str] | None:
    """The span of the rows, where a noun names them, or says in itself that it is a span."""
    of_rows = noun.lower() == "rows" or canonical(noun.lower()) in words.frame[-1:] or is_each_row(noun, words)
    return span(words) if of_rows or canonical(noun.lower()) in _SPANS else None


_SPANS = frozenset("stay visit rental loan trip session stint".split())


@WORDINGS.wording(rf"\b{_FIGURE}(?:(?P<noun>[a-z]+)\s+{_LENGTH}|{_LENGTH}\s+of\s+(?:an?\s+|the\s+)?(?P<of>[a-z]+))\b")
def length_of_rows(found: re.Match[str], words: Lexicon) -> str | None:
    """``average rental length``, ``length of stay``: in days where both are dates, else in hours."""
    noun = found["noun"] or found["of"]
    ends = _lasted(noun, words)
    if ends is None or is_known("length", words) or is_known("duration", words):
        return None
    return _figure(found["figure"], ends, words)


@WORDINGS.wording(
    r"\b(?P<figure>average|mean|median|typical|longest|shortest)\s+(?P<noun>[a-z]+)\s+time\b(?!\s+(?:to|between|from)\b)"
)
def time_of_rows(found: re.Match[str], words: Lexicon) -> str | None:
    """``average repair time``, where each row is a repair and has two dates alone."""
    noun = found["noun"].lower()
    of_rows = canonical(noun) in words.frame[-1:] or is_each_row(noun, words)
    ends = span(words) if of_rows and not is_known("time", words) else None
    if ends is None or time_by_dates(ends, words) is None:
        return None
    return _figure(found["figure"], ends, words)


@WORDINGS.wording(r"\b(?P<figure>average|mean|median|typical)\s+(?P<noun>stay)\b(?!\s+in\b)")
def average_stay(found: re.Match[str], words: Lexicon) -> str | None:
    """``average stay by room``."""
    ends = None if is_known("stay", words) else span(words)
    return ends and _figure(found["figure"], ends, words)


def _figure(figure: str | None, ends: tuple[str, str], words: Lexicon) -> str | None:
    said = between("time", *ends, words)
    how = (figure or "average").lower()
    return said and f"{_FIGURES.get(how, how)} {said}"


@WORDINGS.wording(
    r"\bhow\s+long\s+(?:is|was|are|were|does|do|did)\s+(?:an?\s+|the\s+|each\s+)?(?P<before>(?:average|typical)\s+)?"
    r"(?P<noun>[a-z]+)(?:\s+(?:last|take|go\s+on|run))?(?P<after>\s+on\s+average)?(?=\s*\?*$|\s+(?:by|per|in|for|of)\b)"
)
def how_long_are_rows(found: re.Match[str], words: Lexicon) -> str | None:
    """``how long is a rental on average``, ``how long do loans last``: on average, as no row is named."""
    ends = _lasted(found["noun"], words)
    return ends and _figure("average", ends, words)


@WORDINGS.wording(
    r"\bhow\s+long\s+(?:do|did|does)\s+(?:an?\s+|the\s+|our\s+)?[a-z]+\s+(?P<verb>stay|rent|last|borrow)"
    r"(?:\s+(?P<what>them|it|for|with\s+us))?(?P<after>\s+on\s+average)?(?=\s*\?*$|\s+(?:by|per|in)\b)"
)
def how_long_they_stay(found: re.Match[str], words: Lexicon) -> str | None:
    """``how long do guests stay on average``."""
    ends = span(words)
    return ends and _figure("average", ends, words)


@WORDINGS.wording(
    rf"(?P<before>^|\s)(?P<rows>[a-z]+?s)\s+(?:(?:that|which)\s+)?(?:(?:were|are|was|have|had)\s+)?"
    rf"(?:(?:lasted|lasting|took|taking|of|ran)\s+)?(?P<than>longer\s+than|shorter\s+than|more\s+than|less\s+than|over|"
    rf"under|at\s+least|at\s+most)\s+(?:(?P<number>\d+(?:\.\d+)?)|an?)\s+(?P<unit>{_UNIT})(?:\s+long)?"
    rf"(?!\s+(?:ago|before|after|late|early|of|old|from)\b)"
)
def rows_that_lasted(found: re.Match[str], words: Lexicon) -> str | None:
    """``rentals longer than a week``, ``stays of more than 3 nights``."""
    ends = _lasted(found["rows"], words)
    unit = re.sub(r"^night", "day", found["unit"].lower())
    if ends is None or is_known(unit, words) or _other_lengths(unit, words):
        return None
    than = {"longer": "above", "more": "above", "over": "above", "shorter": "below", "less": "below", "under": "below"}
    how = than.get(found["than"].split()[0].lower(), " ".join(found["than"].lower().split()))
    plural = unit if unit.endswith("s") else f"{unit}s"
    said = between(plural, *ends, words)
    return said and f"{found['before']}{found['rows']} where {said} {how} {found['number'] or 1}"


def _other_lengths(unit: str, words: Lexicon) -> bool:
    """Whether a column of numbers may hold such an amount of time as well: hours of work beside two dates."""
    own = {canonical(unit), "duration", "length", "time", *(["day"] if canonical(unit) in {"week", "month"} else [])}
    return any(is_number(c) and own & {canonical(p) for p in name_parts(c.sql)} for c in words.card.columns)


def time_by_dates(ends: tuple[str, str] | None, words: Lexicon) -> str | None:
    """The time between two dates, where no column of numbers may say how long a row lasts as well."""
    if ends is None or any(_other_lengths(unit, words) for unit in ("hours", "days", "minutes")):
        return None
    return between("time", *ends, words)


@WORDINGS.wording(
    r"^\s*(?P<lead>(?:(?:what|which)(?:\s+is|\s+was)?|show|find|list|the|our|me)\s+)*(?P<end>longest|shortest|slowest|fastest|"
    r"quickest)\s+(?P<noun>[a-z]+)(?P<rest>\s+(?:in|at|for|of|from|by)\s+.+?)?\s*\??\s*$"
)
def longest_row(found: re.Match[str], words: Lexicon) -> str | None:
    """``longest rental``, ``slowest ticket``: the row with the most time between its dates."""
    noun = found["noun"]
    ends = span(words) if is_each_row(noun, words) else None
    said = time_by_dates(ends, words)
    most = "most" if found["end"].lower() in {"longest", "slowest"} else "fewest"
    return said and f"which {noun} has the {most} {said}{found['rest'] or ''}"


@WORDINGS.wording(
    r"\bwhich\s+(?P<group>[a-z_]+)\s+(?P<has>has|have|had)\s+the\s+(?P<end>longest|shortest)\s+(?P<rows>[a-z]+s)"
    r"(?P<mean>\s+on\s+average)?(?=\s*\?*$)"
)
def group_with_the_longest(found: re.Match[str], words: Lexicon) -> str | None:
    """``which car has the longest rentals``: on average, as a group has many."""
    ends = _lasted(found["rows"], words)
    said = time_by_dates(ends, words)
    end = "highest" if found["end"].lower() == "longest" else "lowest"
    return said and f"which {found['group']} {found['has']} the {end} average {said}"


@WORDINGS.wording(rf"\b(?P<noun>{'|'.join([*_RESOLVED, *sorted(_WHOLE)])})\s+times?\b")
def time_of_deed(found: re.Match[str], words: Lexicon) -> str | None:
    """``median resolution time``, where the rows have ``opened_at`` and ``closed_at``."""
    noun, ends = found["noun"].lower(), span(words)
    if ends is None or is_known(f"{noun} time", words) or is_known("time", words):
        return None
    if noun not in _WHOLE and ends[1] not in {when_done(verb, words) for verb in _RESOLVED[noun]}:
        return None
    figure = re.search(r"\b(?:average|mean|median|typical|longest|shortest|max(?:imum)?|min(?:imum)?|total)\s*$",
                       found.string[: found.start()], re.IGNORECASE)  # fmt: skip
    said = between("time", *ends, words)
    return said if figure else said and f"average {said}"
