"""Wordings for what has happened to rows: churned in 2025, haven't paid, never visited, non-smokers, joined in May."""

from __future__ import annotations

import re

from .column_choice import is_number
from .flags import is_flag_column
from .lexicon import Lexicon
from .plan.sql import is_time
from .plan.words import name_parts
from .share_wordings import is_noun_of_deed
from .tokens import canonical, past_forms, stem
from .wordings import Wordings, is_each_row, one_value, rows_are_persons

WORDINGS = Wordings()
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = (
    rf"(?:the\s+)?(?:(?:19|20)\d\d|\d{{4}}-\d|q[1-4]|h[12]|(?:{_MONTHS})[a-z]*|(?:last|this|past|previous|current)\s+"
    r"(?:\d+\s+)?(?:day|week|month|quarter|year)s?)\b"
)
_WHEN = (
    rf"(?P<when>(?:in|on|during)\s+(?:early\s+|late\s+)?{_DATE}|since|before|after|until|last|this|yesterday|today"
    rf"|between\s+{_DATE})"
)


def _dated(name: str, found: re.Match[str]) -> str:
    """The column of dates as the grammar reads it before what follows: with *is* before a stretch of time."""
    is_ = "" if re.match(r"since|before|after|until|between", found["when"], re.IGNORECASE) else "is "
    return f'"{name}" {is_}'


@WORDINGS.wording(r"\b(?P<verb>have|has|had|do|does|did|is|are|was|were)n['’]?t\b")
def not_apart(found: re.Match[str], words: Lexicon) -> str | None:
    """``haven't paid`` as ``have not paid``."""
    return None if found["verb"].lower() in {"is", "are", "was", "were"} else f"{found['verb']} not"


@WORDINGS.wording(rf"\b(?P<verb>[a-z]{{4,}})\s+(?={_WHEN})")
def done_when(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many accounts churned in 2025``, where ``churned`` says whether and ``churned_on`` when."""
    verb = found["verb"].lower()
    flag, dated = words.exact.get(verb), words.done.get((verb,))
    if flag is None or dated is None or flag == dated or not is_flag_column(flag, words):
        return None
    rows = "" if found.string[: found.start()].strip() else "rows "
    return f'{rows}where "{flag}" and {_dated(dated, found)}'


@WORDINGS.wording(r"^\s*(?P<flag>[a-z]{3,}(?:ed|en|nt|ew)(?:\s(?:out|off|up|over))?)\s+(?=(?:in|at|from|with|since)\s)")
def so_at_the_start(found: re.Match[str], words: Lexicon) -> str | None:
    """``churned in Germany``: the rows that did."""
    flag = words.exact.get(found["flag"].lower().replace(" ", "_"))
    return f'rows where "{flag}" ' if flag is not None and is_flag_column(flag, words) else None


@WORDINGS.wording(rf"^(?P<many>\s*how\s+many\s+)(?P<verb>[a-z]{{4,}})\s+(?={_WHEN})")
def how_many_did(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many joined in 2024``, where each row is one that did."""
    verb = found["verb"].lower()
    dated = words.done.get((verb,))
    if dated is None or verb in words.exact:
        return None
    return f"{found['many']}rows where {_dated(dated, found)}"


@WORDINGS.wording(
    r"\b(?:(?:who|that|which)\s+)?(?:have|has|had|did|do|does)\s+not\s+(?:yet\s+|been\s+)?(?P<verb>[a-z]{3,})\b(?!\s+(?:an?|any|the)\b)"
)
def has_not(found: re.Match[str], words: Lexicon) -> str | None:
    """``members who have not paid``, where one of two values says that they have."""
    values = {pair for form in past_forms(found["verb"]) for pair in words.values.get((form,), ())}
    if len(values) != 1:
        return None
    ((name, value),) = values
    return f'where "{name}" is not "{value}"' if words.column(name).distinct == 2 else None


@WORDINGS.wording(
    r"\b(?P<rows>[a-z]+)\s+(?:(?:that|who|which)\s+)?(?:have\s+|has\s+|had\s+|was\s+|were\s+|is\s+|are\s+)?never\s+(?:been\s+)?(?P<verb>[a-z]{3,})"
    r"(?:\s+(?:an?|any)\s+(?P<noun>[a-z]+))?(?P<end>\s*(?=\?|$|by\b|per\b))"
)
def never_did(found: re.Match[str], words: Lexicon) -> str | None:
    """``members who have never visited``, ``accounts that never raised a ticket``: by a column that says so of rows."""
    rows = found["rows"].lower()
    if rows != "rows" and not is_each_row(rows, words) and one_value(rows, words) is None:
        return None
    condition = _never(found["verb"].lower(), found["noun"], words)
    if condition is None:
        return None
    value = None if rows == "rows" or is_each_row(rows, words) else one_value(rows, words)
    of_kind = f'rows where "{value[0]}" is "{value[1]}" and' if value is not None else f"{found['rows']} where"
    return f"{of_kind} {condition}{found['end']}"


def _never(verb: str, noun: str | None, words: Lexicon) -> str | None:
    """The condition that a row never did something; None where it is not clear which column tells it."""
    wanted = {canonical(verb)} if noun is None else {canonical(noun.lower()), verb}
    found = []
    for column in words.card.columns:
        parts = name_parts(column.sql)
        said = {canonical(part) for part in parts}
        forms = {form for part in said for form in (*past_forms(part), *past_forms(part.removesuffix("er")))}
        if is_number(column) and column.minimum == 0 and not column.nulls:
            deed = verb in forms or any(is_noun_of_deed(part, (verb,)) for part in said)
            fits = deed and len(parts) == 1 if noun is None else {canonical(noun.lower())} <= said
            fits = fits and (len(parts) == 1 or noun is None or verb in forms)
            found += [f'"{column.sql}" is 0'] if fits else []
        elif noun is None and is_flag_column(column.sql, words) and [verb] == [*parts]:
            return f'not "{column.sql}"'
    if not found and noun is None:
        found = _never_dated(verb, words)
    return found[0] if len(found) == 1 and wanted else None


def _never_dated(verb: str, words: Lexicon) -> list[str]:
    times = [column for column in words.card.columns if is_time(column) and column.nulls]
    own = [c for c in times if verb in {form for part in name_parts(c.sql) for form in past_forms(part)}]
    return [f'"{column.sql}" is missing' for column in own]


@WORDINGS.wording(
    r"\b(?:who|that|which)\s+(?P<verb>get|gets|got|have|has|had|receive|receives|received|want|use|need|do\s+not\s+(?:get|have|receive|want|use))\s+"
    r"(?:an?\s+|any\s+|the\s+)?(?P<flag>[a-z_]+)\b(?=\s*[?.]?$|\s+(?:in|by|and|from|at|per|with)\b)"
)
def who_get(found: re.Match[str], words: Lexicon) -> str | None:
    """``engineers who get the newsletter``, where ``newsletter`` says yes or no."""
    flag = words.exact.get(found["flag"].lower())
    if flag is None or not is_flag_column(flag, words):
        return None
    return f'where {"not " if "not" in found["verb"] else ""}"{flag}"'


@WORDINGS.wording(r"\bnon-?(?P<noun>[a-z]{4,})s\b(?!\s+(?:vs\.?|versus)\b)")
def non_plural(found: re.Match[str], words: Lexicon) -> str | None:
    """``mean age of non-smokers``, where ``smoker`` says yes or no, or is one of the values."""
    noun = stem(f"{found['noun'].lower()}s")
    if (found[0].lower(),) in words.values or (noun := noun.lower()) in {"", "s"}:
        return None
    flag = words.exact.get(noun)
    if flag is not None and is_flag_column(flag, words):
        return f'rows where not "{flag}"'
    values = words.values.get((noun,), ())
    return f'rows where "{values[0][0]}" is not "{values[0][1]}"' if len(values) == 1 else None


_BEGINS = {
    "starting": "start", "beginning": "begin", "ending": "end", "opening": "open", "closing": "close",
    "finishing": "finish", "joining": "join", "expiring": "expire", "leaving": "leave", "launching": "launch",
}  # fmt: skip


@WORDINGS.wording(rf"\b(?:that\s+are\s+|which\s+are\s+)?(?P<verb>{'|'.join(_BEGINS)})\s+(?={_WHEN})")
def beginning_when(found: re.Match[str], words: Lexicon) -> str | None:
    """``projects starting in March 2024``, of the date when they started."""
    forms = {*past_forms(_BEGINS[found["verb"].lower()]), _BEGINS[found["verb"].lower()]}
    times = [c.sql for c in words.card.columns if is_time(c) and forms & {*name_parts(c.sql)}]
    return f"where {_dated(times[0], found)}" if len(times) == 1 else None


@WORDINGS.wording(r"\b(?P<how>starting|ending|beginning|closing|opening)\s+(?P<noun>[a-z]+)\b")
def at_the_start(found: re.Match[str], words: Lexicon) -> str | None:
    """``starting weight``, where there are ``weight_start`` and ``weight_end``."""
    verb, noun = _BEGINS[found["how"].lower()], canonical(found["noun"].lower())
    named = [c.sql for c in words.card.columns if {canonical(p) for p in name_parts(c.sql)} == {verb, noun}]
    return f'"{named[0]}"' if len(named) == 1 else None


_OF_EVENTS = r"(?:l?ments?|ations?|ions?|als?|ances?|ups)"


@WORDINGS.wording(
    rf"\b(?P<noun>[a-z]{{4,}}{_OF_EVENTS})\b(?=\s+(?:by|per|in|each|since|for|over|after|before|between|from)\b|\s*[?.]?$)"
)
def events_named(found: re.Match[str], words: Lexicon) -> str | None:
    """``enrolment by month``, where each row has an ``enrolled_on``."""
    noun = found["noun"].lower()
    dated = [name for (verb,), name in words.done.items() if verb.endswith("ed") and _is_noun_of(noun, verb)]
    times = [c.sql for c in words.card.columns if is_time(c) and not c.nulls]
    known = noun in words.exact or (noun,) in words.values or (canonical(noun),) in words.names
    return "number of rows" if len({*dated}) == 1 and times == [dated[0]] and not known else None


def _is_noun_of(noun: str, verb: str) -> bool:
    """Whether a noun is that of a verb: *enrolment* and *enrolled*, *registrations* and *registered*."""
    root = verb.removesuffix("ed")
    shared = next((i for i, (one, other) in enumerate(zip(noun, root, strict=False)) if one != other), len(root))
    return shared >= max(4, len(root) - 2)


_COUNTED = (
    r"(?P<than>more\s+than|at\s+least|at\s+most|fewer\s+than|less\s+than|exactly)\s+(?P<times>once|twice|\d+\s+times)"
)


@WORDINGS.wording(rf"\b(?P<verb>[a-z]{{4,}})\s+{_COUNTED}\b")
def so_many_times(found: re.Match[str], words: Lexicon) -> str | None:
    """``reopened at least twice``, ``visited more than 3 times``, where a column counts how often."""
    verb = found["verb"].lower()
    named = [
        c.sql
        for c in words.card.columns
        if is_number(c)
        and (
            c.sql.lower() == verb
            or verb in past_forms(canonical(c.sql.lower()))
            or is_noun_of_deed(canonical(c.sql.lower()), (verb,))
        )
    ]
    if len(named) != 1 or words.column(named[0]).type != "integer":
        return None
    number = {"once": "1", "twice": "2"}.get(found["times"].lower(), found["times"].split()[0])
    before = found.string[: found.start()].strip().lower()
    rows = "rows " if before in {"", "how many", "number of", "list", "show"} else ""
    return f'{rows}where "{named[0]}" {found["than"]} {number}'


@WORDINGS.wording(
    r"\b(?P<than>more|less|fewer|over|longer)\s+(?:than\s+)?(?P<number>\d+)\s+(?P<unit>day|week|month|year)s?\s+ago\b"
)
def so_long_ago(found: re.Match[str], words: Lexicon) -> str | None:
    """``whose last visit was more than 90 days ago``: before that day."""
    number, unit = int(found["number"]), found["unit"].lower()
    if found["than"].lower() in {"less", "fewer"}:
        return f"in the last {number} {unit}s"
    days = {"day": 1, "week": 7}.get(unit)
    return f"before {words.date.fromordinal(words.date.toordinal() - number * days)}" if days else None


@WORDINGS.wording(r"\b(?P<verb>born)\s+(?P<than>before|after|since|in|between|until)\s+(?=(?:19|20)\d\d)")
def born_when(found: re.Match[str], words: Lexicon) -> str | None:
    """``members born before 1960``, where there is a ``birth_year``."""
    name = words.exact.get("birth_year") or words.exact.get("year_of_birth")
    return f'where "{name}" {found["than"]} ' if name is not None and rows_are_persons(words) else None


@WORDINGS.wording(r"^\s*(?P<noun>[a-z]+(?:-[a-z]+)*s)\s+(?P<next>in|at|from|on|since|by|per|for\s+each)\s")
def those_so(found: re.Match[str], words: Lexicon) -> str | None:
    """``no-shows in March``, ``no-shows by dentist``, where ``no_show`` says yes or no."""
    flag = words.exact.get(stem(found["noun"].lower().replace("-", "_")))
    if flag is None or not is_flag_column(flag, words) or words.called(found["noun"]) is not None:
        return None
    grouped = found["next"].lower() in {"by", "per"} or " " in found["next"]
    rest = found["next"]
    return f'number of rows where "{flag}" {rest} ' if grouped else f'rows where "{flag}" and {rest} '


@WORDINGS.wording(r"\b(?P<verb>[a-z]{2,}(?:ed|id|nt|lt|en|ew))\s+(?P<rows>[a-z]+s)\b")
def those_done(found: re.Match[str], words: Lexicon) -> str | None:
    """``average amount of paid invoices``, where ``paid_on`` is not known of all."""
    verb = found["verb"].lower()
    name = words.done.get((verb,))
    rows = canonical(found["rows"].lower()) in words.frame[-1:]
    if name is None or not rows or not words.column(name).nulls or verb in words.exact or (verb,) in words.values:
        return None
    before, behind = found.string[: found.start()], found.string[found.end() :]
    dated = re.search(rf"\b(?:{_TIMES})s?\b|\b(?:19|20)\d\d\b|\b(?:{_MONTHS})[a-z]*\b", behind, re.IGNORECASE)
    negated = re.search(r"\b(?:not|never|no|without|un)\W*$", before, re.IGNORECASE)
    return None if dated or negated else f'{found["rows"]} where "{name}" is not missing'


_TIMES = "day|week|month|quarter|year|daily|weekly|monthly|today|yesterday|since|before|after|hour|time|trend"
