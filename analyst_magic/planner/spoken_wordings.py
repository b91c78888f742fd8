"""Wordings of talk: still open, over an hour, older than 1600, under 12 euros, opened in March and filled in April."""

from __future__ import annotations

import calendar
import re

from .amounts import factor_between, points_at
from .column_choice import PLANNED, is_number, is_text, numbers_things
from .duration_wordings import when_done
from .lexicon import Lexicon
from .linking import columns_called
from .phrases import MONTHS
from .plan.sql import is_time
from .plan.words import name_parts
from .request import is_key
from .running import adds_up
from .synonyms import COMPARED
from .tokens import canonical, past_forms, stem
from .wordings import Wordings, amounts_called, is_each_row, is_known, rows_are_persons, value_called
from .year_columns import year_columns

WORDINGS = Wordings()
_THAN = r"over|under|above|below|more\s+than|less\s+than|longer\s+than|shorter\s+than|at\s+least|at\s+most|within"
_END = r"(?=\s*[?.!]*$|\s+(?:by|per|in|at|for|of|from|on|with|since|each|during)\b)"


@WORDINGS.wording(
    rf"\b(?P<than>{_THAN})\s+(?P<half>half\s+)?an?\s+(?P<unit>hour|minute|day|week|month|year|hundred|thousand|million)\b"
    r"(?!\s+(?:and|or)\b)"
)
def one_of_unit(found: re.Match[str], words: Lexicon) -> str | None:
    """``episodes over an hour``, ``worth more than half a million``."""
    unit = found["unit"].lower()
    if unit in _COUNTS:
        number = _COUNTS[unit] // (2 if found["half"] else 1)
        return f"{found['than']} {number}"
    if found["half"]:
        return f"{found['than']} 30 minutes" if unit == "hour" else None
    return f"{found['than']} 1 {unit}"


_COUNTS = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}


@WORDINGS.wording(r"\s+(?:among|amongst|out\s+of)\s+(?:them\s+)?all(?:\s+of\s+them)?\s*(?P<end>\?|\.|$)")
def among_all(found: re.Match[str], words: Lexicon) -> str | None:
    """``percent of web hires among all``: shares are of all."""
    share = re.match(
        r"\s*(?:what\s+|which\s+|the\s+)*(?:share|percentage|percent|proportion|%)", found.string, re.IGNORECASE
    )
    return found["end"] if share else None


@WORDINGS.wording(
    rf"\b(?P<rows>[a-z]+)\s+(?:(?:that|which|who)\s+)?(?:are|is|were|was)\s+(?P<still>still\s+|currently\s+|now\s+)?(?P<value>[a-z]{{3,}}){_END}"
)
def still_so(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many vacancies are still open``, where ``state`` has the value ``open``."""
    value = found["value"].lower()
    known = words.values.get((value,), ())
    rows = found["rows"].lower()
    of_rows = rows == "rows" or canonical(rows) in words.frame[-1:]
    if len(known) != 1 or not of_rows or value in words.exact or not (found["still"] or columns_called(value, words)):
        return None
    return f'"{known[0][1]}" {found["rows"]}'


@WORDINGS.wording(r"\bstill\s+(?=(?:un[a-z]{2,}(?:ed|id)|not)\b)")
def still_not(found: re.Match[str], words: Lexicon) -> str:
    """``pledges still unpaid``: *still* adds nothing."""
    return ""


@WORDINGS.wording(
    r"\b(?:(?:are|is|were|was)\s+(?=not\s+ready\b))?(?:not\s+yet\s+(?P<verb>[a-z]{3,})|not\s+(?P<other>[a-z]{3,})\s+yet)\b"
)
def not_yet(found: re.Match[str], words: Lexicon) -> str | None:
    """``objects not yet returned``: those without the date."""
    verb = (found["verb"] or found["other"]).lower()
    own = words.exact.get(verb)
    if own is not None and is_time(words.column(own)) and words.column(own).nulls and found["other"]:
        return f'{"" if found.string[: found.start()].strip() else "rows "}where "{own}" is missing'
    dated = words.done.get((verb,)) or _came_back(verb, words)
    if dated is None or not words.column(dated).nulls or verb in words.exact or (verb,) in words.values:
        return None
    rows = "" if found.string[: found.start()].strip() else "rows "
    return f'{rows}where "{dated}" is missing'


def _came_back(verb: str, words: Lexicon) -> str | None:
    """The one date of coming back, for *returned* and *back*: ``came_back``, ``back_on``."""
    if verb not in {"returned", "back"} or (verb,) in words.done:
        return None
    times = [c.sql for c in words.card.columns if is_time(c)]
    named = [name for name in times if "back" in name_parts(name) and not PLANNED & {*name_parts(name)}]
    return named[0] if len(named) == 1 else None


@WORDINGS.wording(
    rf"\b(?:(?:that|which)\s+)?(?:(?:came|come|were\s+brought|was\s+brought)\s+back|(?:(?:were|was)\s+)?returned)\s+(?P<how>too\s+late|late|early|on\s+time){_END}"
)
def came_back_late(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many loans came back late``: after the day when they were due."""
    back = words.done.get(("returned",)) or _came_back("returned", words)
    due = [c.sql for c in words.card.columns if is_time(c) and PLANNED & {*name_parts(c.sql)}]
    if back is None or len(due) != 1 or due[0] == back or "late" in words.vocabulary:
        return None
    than = {"early": "<", "on time": "<="}.get(" ".join(found["how"].lower().split()), ">")
    return f'where "{back}" {than} "{due[0]}"'


@WORDINGS.wording(
    r"\b(?:(?:that|which|who)\s+(?:are|is|were|was)\s+)?(?P<than>older|newer|younger|earlier|later|(?P<made>made|built|produced|created|founded|published|manufactured)\s+(?:before|after))\s+(?:than\s+)?(?P<year>1\d{3}|20\d\d)\b(?!\s*[-/.]\d)"
)
def older_than(found: re.Match[str], words: Lexicon) -> str | None:
    """``paintings older than 1600``, ``cars older than 2012``: by the one column of years."""
    years = year_columns(words)
    if len(years) != 1 or (found["made"] and found["made"].lower() in words.exact):
        return None
    low = found["than"].lower()
    early = low in {"older", "earlier"} or low.endswith("before")
    return f'where "{years[0].sql}" {"below" if early else "above"} {found["year"]}'


_MONEY = r"eur|euros?|usd|dollars?|gbp|pounds?"
_PRICES = frozenset("price cost fee fare amount rent value budget balance premium".split())


@WORDINGS.wording(
    rf"(?P<before>\b[a-z_]+\s+)?\b(?P<than>over|under|above|below|more\s+than|less\s+than|at\s+least|at\s+most|up\s+to)\s+(?P<sign>[$€£])?(?P<number>\d[\d,.]*)(?:\s+(?P<unit>{_MONEY})\b)?(?![\d%.,]*\d|%)(?!\s+(?:million|thousand|k\b))"
)
def under_so_much(found: re.Match[str], words: Lexicon) -> str | None:
    """``castles open in winter under 12 euros``: of the one price, where no column says its currency."""
    if not (found["sign"] or found["unit"]) or (found["before"] and amounts_called(found["before"].strip(), words)):
        return None
    numbers = [c for c in words.card.columns if is_number(c)]
    money = [c.sql for c in numbers if {*name_parts(c.sql)} & (_PRICES | _CURRENCIES)]
    if len(money) != 1 or _CURRENCIES & {*name_parts(money[0])}:
        return None
    than = "at most" if found["than"].lower().startswith("up") else found["than"]
    return f'{found["before"] or ""}with "{money[0]}" {than} {found["number"]}'


_CURRENCIES = frozenset("eur euro euros usd dollar dollars gbp pound pounds chf jpy keur kusd".split())
_MONTH = "|".join(name.lower() for name in MONTHS)
_WHEN = rf"in\s+(?:(?P<month{{0}}>{_MONTH})(?:\s+(?P<of{{0}}>(?:19|20)\d\d))?|(?P<year{{0}}>(?:19|20)\d\d))"


@WORDINGS.wording(
    rf"\b(?:(?:that|which|who)\s+)?(?:(?:was|were|are|is)\s+)?(?P<one>[a-z]+)\s+{_WHEN.format(1)}\s+(?:and|but|then)\s+(?:only\s+)?(?:(?:was|were|came|due)\s+)?(?P<two>[a-z]+)\s+{_WHEN.format(2)}\b"
)
def two_dates(found: re.Match[str], words: Lexicon) -> str | None:
    """``opened in March 2025 and filled in April``: each deed has its own date."""
    one, two = (_date_of(found[side].lower(), words) for side in ("one", "two"))
    first, last = _stretch(found, 1), _stretch(found, 2)
    if " due " in found[0].lower() or one is None or two is None or one == two or first is None or last is None:
        return None
    rows = "" if found.string[: found.start()].strip() else "rows "
    return f'{rows}where "{one}" {first} and "{two}" {last}'


@WORDINGS.wording(
    r"(?P<before>^\s*|\b[a-z]+s\s+(?:(?:that|which|who)\s+)?(?:(?:were|was|are|have|had)\s+)?)(?P<one>[a-z]+)\s+and\s+(?:(?:then|also|were|was)\s+)?(?P<two>[a-z]+)\s+in\s+(?P<year>(?:19|20)\d\d)\b"
)
def two_dates_in_a_year(found: re.Match[str], words: Lexicon) -> str | None:
    """``started and cancelled in 2024``: both in that year."""
    one, two = (when_done(found[side], words) for side in ("one", "two"))
    if one is None or two is None or one == two:
        return None
    before = found["before"] if found["before"].strip() else "rows "
    return f'{before}where "{one}" is in {found["year"]} and "{two}" is in {found["year"]}'


def _date_of(verb: str, words: Lexicon) -> str | None:
    return words.done.get((verb,)) or _came_back(verb, words)


def _stretch(found: re.Match[str], side: int) -> str | None:
    """A month of a year, or a year, as the grammar reads it behind a column; the later month may share the year."""
    if found[f"year{side}"]:
        return f"is in {found[f'year{side}']}"
    month = [name.lower() for name in MONTHS].index(found[f"month{side}"].lower()) + 1
    year = found[f"of{side}"]
    if year is None and side == 2 and found["of1"]:
        first = [name.lower() for name in MONTHS].index(found["month1"].lower()) + 1
        year = found["of1"] if month >= first else None
    if year is None:
        return None
    last = calendar.monthrange(int(year), month)[1]
    return f"between {year}-{month:02d}-01 and {year}-{month:02d}-{last}"


@WORDINGS.wording(
    r"\bhow\s+much(?:\s+money)?\s+(?:did|has|have|does)\s+(?P<who>[\w'-]+(?:\s[\w'-]+){0,2}?)\s+(?P<verb>[a-z]{3,})(?=\s*\?*$|\s+(?:in|on|for|since|during|last|this|to|at)\b)"
)
def how_much_did(found: re.Match[str], words: Lexicon) -> str | None:
    """``how much did Bruno Wynn pledge in 2024``, where ``pledged_usd`` says how much."""
    known = words.values.get(tuple(found["who"].lower().split()), ())
    forms = {*past_forms(stem(found["verb"].lower())), *past_forms(found["verb"].lower())}
    named = [c.sql for c in words.card.columns if is_number(c) and forms & {*name_parts(c.sql)} and adds_up(c.sql)]
    if len(known) != 1 or len(named) != 1 or numbers_things(words.column(named[0])):
        return None
    dated = next((words.done[form,] for form in sorted(forms) if (form,) in words.done), None)
    when = re.match(r"\s+(in|during|since|last|this|on)\s", found.string[found.end() :], re.IGNORECASE)
    own = f' where "{dated}"{"" if when[1].lower() == "since" else " is"}' if dated and when else ""
    return f'total "{named[0]}" of "{known[0][1]}"{own}'


@WORDINGS.wording(
    r"\bhow\s+many\s+(?P<noun>[a-z]+)\s+(?:were|was|got|have\s+been|has\s+been)\s+(?P<verb>[a-z]+(?:ed|en|old|ent))\b"
)
def how_many_were(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many patients were discharged per ward``, where ``discharged`` is their number."""
    noun, name = found["noun"].lower(), words.exact.get(found["verb"].lower())
    if name is None or not is_number(words.column(name)) or not adds_up(name) or words.column(name).type != "integer":
        return None
    if is_known(noun, words) or canonical(noun) in words.frame or noun == "rows":
        return None
    ends = words.column(name).minimum, words.column(name).maximum
    return None if ends in {(0, 1), (1, 1), (0, 0)} else f'total "{name}"'


@WORDINGS.wording(
    r"\b(?P<which>which\s+(?P<noun>[a-z]+)\s+(?:has|have|had)\s+the\s+)(?P<end>longest|shortest|heaviest|lightest|cheapest|tallest)\s+(?P<rows>[a-z]+s)\s+on\s+average\b"
)
def longest_on_average(found: re.Match[str], words: Lexicon) -> str | None:
    """``which show has the longest episodes on average``."""
    hint, high = _ENDS[found["end"].lower()]
    named = _pointed(hint, words)
    if len(named) != 1 or canonical(found["rows"].lower()) not in words.frame[-1:]:
        return None
    return f'{found["which"]}{"highest" if high else "lowest"} average "{named[0]}"'


_ENDS = {
    "longest": ("length", True), "shortest": ("length", False), "heaviest": ("mass", True), "tallest": ("height", True),
    "lightest": ("mass", False), "cheapest": ("price", False),
}  # fmt: skip


def _pointed(hint: str, words: Lexicon) -> list[str]:
    """The columns of numbers that a word such as *length* points at."""
    numbers = [c for c in words.card.columns if is_number(c) and not numbers_things(c)]
    return [c.sql for c in numbers if hint and points_at(hint, c)]


_MORE = (
    r"(?:taller|higher|heavier|lighter|longer|shorter|older|younger|newer|deeper|warmer|hotter|colder|cheaper"
    r"|more\s+expensive)"
)


@WORDINGS.wording(
    rf"^\s*(?P<much>how\s+much\s+)?(?:(?P<first>{_MORE})\s+)?(?:is|was)\s+(?:the\s+)?(?P<one>[\w' -]+?)\s+"
    rf"(?:(?P<than>{_MORE})\s+)?than\s+(?:the\s+)?(?P<two>[\w' -]+?)\s*\?*\s*$"
)
def compared_rows(found: re.Match[str], words: Lexicon) -> str | None:
    """``is Dunmere taller than Eskdale``, ``how much higher is Alnmoor than Brackwell``, where each has one row."""
    adjective = " ".join((found["first"] or found["than"] or "").lower().split())
    one, two = (value_called(found[side], words) for side in ("one", "two"))
    if bool(found["first"]) == bool(found["than"]) or bool(found["first"]) != bool(found["much"]):
        return None
    if one is None or two is None or one[0] != two[0]:
        return None
    named = _compared(adjective, words)
    if len(named) != 1 or not is_key(words.column(one[0]), words):
        return None
    both = f'"{one[1]}" and "{two[1]}"'
    apart = found["much"] and adds_up(named[0])
    return f'difference in "{named[0]}" between {both}' if apart else f'"{named[0]}" of {both}'


def _compared(adjective: str, words: Lexicon) -> list[str]:
    """The columns of numbers, or of years, that two are compared by."""
    hints = ["length", "height"] if adjective == "shorter" else [COMPARED.get(adjective, "")]
    named = [name for hint in hints for name in _pointed(hint, words)]
    years = year_columns(words) if adjective in {"older", "younger", "newer"} and not named else []
    return named or [column.sql for column in years]


@WORDINGS.wording(
    r"\b(?P<place>second|third|2nd|3rd|fourth)\s+(?P<end>most|least)\s+(?P<verb>[a-z]+ed)\s+(?P<noun>[a-z]+)\b"
)
def second_most(found: re.Match[str], words: Lexicon) -> str | None:
    """``second most visited castle``, where there is one column of visitors."""
    root = found["verb"].lower().removesuffix("ed")
    named = [
        c.sql
        for c in words.card.columns
        if is_number(c) and any(part.startswith(root) and len(root) > 3 for part in name_parts(c.sql))
    ]
    if len(named) != 1 or (found["verb"].lower(),) in words.done or not is_each_row(found["noun"], words):
        return None
    high = "highest" if found["end"].lower() == "most" else "lowest"
    return f'{found["noun"]} with the {found["place"]} {high} "{named[0]}"'


_UNIT = "kg|kilos?|kilograms?|tonnes?|grams?|km|kilomet(?:er|re)s?|miles?|hours?|minutes?|days?|kwh|mwh"


@WORDINGS.wording(
    rf"\b(?P<figure>total|average|mean|median)\s+(?:number\s+of\s+|of\s+)?(?P<unit>{_UNIT})\s+(?:(?P<verb>[a-z]+(?:ed|ght|en|un|ove))\s+)?(?=(?:by|per|in|for|at|of|on)\b)"
)
def total_of_unit(found: re.Match[str], words: Lexicon) -> str | None:
    """``total kg caught by angler``, where the one weight is in grams."""
    said, verb = found["unit"].lower(), (found["verb"] or "").lower()
    unit = "kg" if said.startswith("kilo") and not said.startswith("kilom") else said
    numbers = [c for c in words.card.columns if is_number(c) and not numbers_things(c)]
    named = [(c.sql, factor_between(c, unit)) for c in numbers if factor_between(c, unit) is not None]
    if (
        is_known(said, words)
        or len(named) != 1
        or (verb and verb not in name_parts(named[0][0]) and not _all(verb, words))
    ):
        return None
    ((name, factor),) = named
    return f'{found["figure"]} "{name}" ' + ("" if factor == 1 else f"in {unit} ")


def _all(verb: str, words: Lexicon) -> bool:
    """Whether all rows have the date of a deed."""
    name = words.done.get((verb,))
    return name is not None and not words.column(name).nulls


@WORDINGS.wording(
    r"\b(?P<end>cheapest|best|priciest|most\s+expensive|least\s+expensive)\s+(?P<noun>[a-z]+)\s+to\s+(?:visit|buy|rent|book|hire|get|stay\s+at|see)(?=\s*\?*$|\s+in\b)"
)
def best_to_get(found: re.Match[str], words: Lexicon) -> str | None:
    """``cheapest castle to visit``."""
    return f"{found['end']} {found['noun']}"


@WORDINGS.wording(r"\b(?P<unit>days|hours)\s+from\s+(?P<one>[a-z]+)\s+(?:to|until)\s+(?P<two>[a-z]+)\b")
def days_from_to(found: re.Match[str], words: Lexicon) -> str | None:
    """``average days from pledge to payment``: between the dates of the two deeds."""
    one, two = (_date_of_deed(found[side].lower(), words) for side in ("one", "two"))
    if one is None or two is None or one == two or is_known(found[0], words):
        return None
    return f"{found['unit']} between {one} and {two}"


def _date_of_deed(noun: str, words: Lexicon) -> str | None:
    """The date of a deed by its noun: ``paid_on`` for *payment*."""
    forms = {*past_forms(noun), *past_forms(noun.removesuffix("ment")), *past_forms(noun.removesuffix("ing"))}
    forms |= {f"{noun.removesuffix('al')}ed", f"{noun.removesuffix('ery')}ered", f"{noun.removesuffix('ion')}ed"}
    named = {name for (verb,), name in words.done.items() if verb in forms}
    return named.pop() if len(named) == 1 else None


@WORDINGS.wording(rf"\b(?P<figure>average|mean|median|largest|biggest|smallest)\s+(?P<noun>[a-z]{{4,}}){_END}")
def average_of_rows(found: re.Match[str], words: Lexicon) -> str | None:
    """``average pledge``, where each pledge has a ``pledged_usd``."""
    noun = found["noun"].lower()
    named = [c.sql for c in words.card.columns if is_number(c) and name_parts(c.sql)[0] in past_forms(noun)[1:]]
    if canonical(noun) not in words.frame[-1:] or stem(noun) != noun or noun in words.exact or len(named) != 1:
        return None
    figure = {"largest": "highest", "biggest": "highest", "smallest": "lowest"}.get(found["figure"].lower())
    return f'{figure or found["figure"]} "{named[0]}"'


_PERSONS = frozenset(
    "tenant donor customer client member driver captain host author recruiter seller buyer agent employee patient "
    "angler player guest student teacher nurse doctor borrower operator manager rider runner "
    "volunteer farmer passenger policyholder claimant payer member clerk technician barista".split()
)


@WORDINGS.wording(
    r"^\s*who\s+(?:has\s+|have\s+)?(?P<did>[a-z]+)\s+the\s+(?P<end>most|least|fewest)\s+(?P<what>[a-z]+)\b"
)
def who_most(found: re.Match[str], words: Lexicon) -> str | None:
    """``who pays the most rent``, where each tenant may have many rows: by the one column of persons."""
    people = [c for c in words.card.columns if is_text(c) and _PERSONS & {*name_parts(c.sql)}]
    amounts = [name for name in amounts_called(found["what"], words) if adds_up(name)]
    if rows_are_persons(words) or len(people) != 1 or len(amounts) != 1 or is_key(people[0], words):
        return None
    did = found["did"].lower()
    if (is_known(did, words) or (did,) in words.done) and did not in name_parts(amounts[0]):
        return None
    end = "highest" if found["end"].lower() == "most" else "lowest"
    return f'which "{people[0].sql}" has the {end} total "{amounts[0]}"'


@WORDINGS.wording(r"^\s*who\s+(?:has\s+|have\s+)?(?P<verb>[a-z]+)\s+the\s+(?P<end>most|fewest)\s+(?P<rows>[a-z]+s)\b")
def who_did_most(found: re.Match[str], words: Lexicon) -> str | None:
    """``who filed the most claims``: by the number of rows of the one column of persons."""
    people = [c for c in words.card.columns if is_text(c) and _PERSONS & {*name_parts(c.sql)}]
    if rows_are_persons(words) or len(people) != 1 or is_key(people[0], words):
        return None
    own = canonical(found["rows"].lower()) in words.frame[-1:]
    dated = when_done(found["verb"], words)
    if not own or dated is None or words.column(dated).nulls:
        return None
    return f'which "{people[0].sql}" has the {found["end"].lower()} rows'
