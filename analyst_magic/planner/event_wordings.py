"""Wordings for how far a row has come and what it did: late returns, still out, over the limit, started after 6 pm."""

from __future__ import annotations

import re

from .column_choice import PLANNED, is_kind_column, is_number, is_text
from .flags import is_flag_column
from .lexicon import Lexicon
from .linking import columns_called
from .plan.sql import is_time
from .plan.words import name_parts
from .share_wordings import is_noun_of_deed
from .tokens import canonical, past_forms, stem
from .wordings import Wordings, amounts_called, is_each_row, is_known

WORDINGS = Wordings()
_DUE = PLANNED
_OUT = ("returned",)
_DONE = frozenset("returned paid delivered closed completed resolved submitted finished settled repaid".split())
_DATED = (
    r"\b(?:month|quarter|year|week|day|since|last|this|trend|over\s+time|q[1-4]|january|february|march|april|may|june|july|"
    r"august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|(?:19|20)\d\d)"
    r"(?:s|ly)?\b"
)
"""What follows a deed that has several dates, and leaves open which of them is meant."""
_END = r"(?=\s*[?.]?$|\s+(?:by|per|in|at|from|for|of|on|with|since|over|each)\b)"


def _due(words: Lexicon) -> str | None:
    """The one column that says until when something is to be done."""
    found = [c.sql for c in words.card.columns if is_time(c) and _DUE & {*name_parts(c.sql)}]
    return found[0] if len(found) == 1 else None


def _says_late(words: Lexicon) -> bool:
    """Whether a column or a value of the frame says itself what is late."""
    return any(word in words.vocabulary for word in ("late", "overdue", "delayed"))


@WORDINGS.wording(rf"\blate\s+(?P<noun>[a-z]+s)\b{_END}")
def late_deeds(found: re.Match[str], words: Lexicon) -> str | None:
    """``late returns by branch``, ``late payments``: those done after the day when they were due."""
    due, noun = _due(words), canonical(found["noun"].lower())
    if due is None or _says_late(words) or is_known(found["noun"], words) or noun in words.frame:
        return None
    if re.search(_DATED, found.string[found.end() :], re.IGNORECASE):
        return None  # "late returns in March": done, due or begun in March?
    ends = {verb: name for (verb,), name in words.done.items() if verb in _DONE}
    done = {name for verb, name in ends.items() if is_noun_of_deed(noun, (verb,))}
    done |= {name for verb, name in ends.items() if verb in past_forms(noun.removesuffix("ment"))}
    return f'rows where "{done.pop()}" is after "{due}"' if len(done) == 1 else None


@WORDINGS.wording(
    r"(?:\b(?P<many>how\s+many\s+)(?P<noun>[a-z]+)\s+)?\b(?:who\s+|that\s+|which\s+)?(?:are\s+|is\s+)?"
    r"(?:still\s+out|not\s+(?:yet\s+)?back(?:\s+yet)?)\b(?!\s+of\b)"
)
def still_out(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many books are still out``: not returned yet."""
    name = next((words.done[verb,] for verb in _OUT if (verb,) in words.done), None)
    if name is None or not words.column(name).nulls:
        return None
    things = columns_called(found["noun"], words) if found["many"] else []
    rows = "rows " if found["many"] and all(is_kind_column(thing) for thing in things) else f"{found['noun'] or ''} "
    return f'{found["many"] or ""}{rows.strip()} where "{name}" is missing'


@WORDINGS.wording(
    r"\b(?:overdue\s+(?P<rows>[a-z]+s)\b|(?P<are>(?:(?:that|which|who)\s+)?(?:(?:is|are|was|were)\s+)?(?:still\s+|now\s+)?)overdue\b)"
    r"(?=\s*[?.]?$|\s+(?:by|per|in|at|from|for|of|with|each)\b)"
)
def overdue(found: re.Match[str], words: Lexicon) -> str | None:
    """``overdue loans``: not returned, and due before today."""
    due = _due(words)
    open_ones = [c.sql for c in words.card.columns if is_time(c) and c.nulls and _DONE & {*name_parts(c.sql)}]
    if due is None or len(open_ones) != 1 or open_ones[0] == due or _says_late(words):
        return None
    if re.search(_DATED, found.string[found.end() :], re.IGNORECASE):
        return None
    if found["rows"] and canonical(found["rows"].lower()) not in words.frame[-1:] and found["rows"] != "rows":
        return None
    rows = "rows " if found["rows"] else ""
    return f'{rows}where "{open_ones[0]}" is missing and "{due}" is before {words.date.isoformat()}'


_LIMITS = frozenset("limit threshold target budget quota capacity maximum".split())
_MEASURED = frozenset("result value reading measurement level concentration actual measured".split())


@WORDINGS.wording(
    r"\b(?:(?:that|which|who)\s+)?(?:are\s+|is\s+|were\s+|was\s+)?(?P<how>above|over|below|under|exceed(?:s|ed|ing)?)\s+"
    rf"(?:the\s+|its\s+|their\s+)?(?P<limit>{'|'.join(sorted(_LIMITS))})s?\b(?!\s+of\b)"
)
def over_the_limit(found: re.Match[str], words: Lexicon) -> str | None:
    """``samples above the limit``: of the one column of what was measured."""
    limit = words.exact.get(found["limit"].lower())
    measured = [c.sql for c in words.card.columns if is_number(c) and _MEASURED & {*name_parts(c.sql)}]
    before = found.string[: found.start()]
    if limit is None or not is_number(words.column(limit)) or len(measured) != 1 or measured[0] == limit:
        return None
    if columns_called((before.split() or [""])[-1].strip('"'), words) == tuple(measured):
        return None  # "result above the limit" names it
    than = "below" if found["how"].lower() in {"below", "under"} else "above"
    return f'where "{measured[0]}" is {than} "{limit}"'


@WORDINGS.wording(
    r"^\s*(?P<which>which|what)\s+(?P<noun>[a-z]+)\s+(?P<has>where\s+\"[^\"]+\"\s+is\s+(?:above|below)\s+\"[^\"]+\")\s+(?:the\s+)?most\s+often\s*\??\s*$"
)
def over_it_most_often(found: re.Match[str], words: Lexicon) -> str | None:
    """``which analyte exceeds its limit most often``: that of most such rows."""
    return f"{found['which']} {found['noun']} has the most rows {found['has']}"


@WORDINGS.wording(
    r"^\s*(?P<which>which|what)\s+(?P<noun>[a-z]+(?:\s[a-z]+)?)\s+(?:is|was)\s+(?:the\s+)?(?:(?P<most>busiest)|quietest)(?P<rest>\s+(?:in|on|at|during|since)\s+.+?)?\s*\??\s*$"
)
def busiest_group(found: re.Match[str], words: Lexicon) -> str | None:
    """``which gym is the busiest``: that of most rows."""
    named = columns_called(found["noun"], words)
    if len(named) != 1 or not is_text(words.column(named[0])) or is_each_row(found["noun"], words):
        return None
    return f'{found["which"]} "{named[0]}" has the {"most" if found["most"] else "fewest"} rows{found["rest"] or ""}'


_GOOD = frozenset("rating satisfaction score stars star review grade points".split())


@WORDINGS.wording(
    r"^\s*(?:who|which\s+(?P<noun>[a-z]+))\s+(?:has|had|got|gets)\s+(?:the\s+)?(?P<end>best|worst|highest|lowest)\s+(?:average\s+)?(?P<figure>[a-z_]+)(?P<rest>\s+(?:in|at|for|on|among|since)\s+.+?)?\s*\??\s*$"
)
def best_score(found: re.Match[str], words: Lexicon) -> str | None:
    """``who has the best rating``: on average, by the one column of people; of a team it may be one row's as well."""
    noun = found["noun"]
    if noun and stem(noun.lower()) not in _PEOPLE and "average" not in found[0].lower():
        return None
    scores = amounts_called(found["figure"], words)
    if len(scores) != 1 or not _GOOD & {*name_parts(scores[0])}:
        return None
    group = _named_group(noun, words) if noun else _person(words)
    return _best_of(group, scores[0], found["end"], found["rest"])


@WORDINGS.wording(
    r"^\s*(?:(?:which|what)\s+(?:is|was)\s+)?(?:the\s+)?(?P<end>best|worst|highest|lowest)[\s-]rated\s+(?P<noun>[a-z]+)(?P<rest>\s+(?:in|at|for|on|among|since)\s+.+?)?\s*\??\s*$"
)
def best_rated(found: re.Match[str], words: Lexicon) -> str | None:
    """``best rated station``, where the rows are rated: on average."""
    scores = [c.sql for c in words.card.columns if is_number(c) and {"rating", "score", "stars"} & {*name_parts(c.sql)}]
    return (
        _best_of(_named_group(found["noun"], words), scores[0], found["end"], found["rest"])
        if len(scores) == 1
        else None
    )


@WORDINGS.wording(
    r"^\s*(?:(?:which|what)\s+(?:is|was)\s+)?(?:the\s+)?(?P<end>best|worst)\s+(?P<noun>[a-z]+)\s+by\s+(?:average\s+|mean\s+)?(?P<figure>[a-z_]+)\s*\??\s*$"
)
def best_by_score(found: re.Match[str], words: Lexicon) -> str | None:
    """``best hotel by score``: on average, where it has many rows."""
    scores = amounts_called(found["figure"], words)
    if len(scores) != 1 or not _GOOD & {*name_parts(scores[0])}:
        return None
    return _best_of(_named_group(found["noun"], words), scores[0], found["end"], None)


def _best_of(group: str | None, score: str, end: str, rest: str | None) -> str | None:
    if group is None:
        return None
    high = end.lower() in {"best", "highest"}
    return f'which "{group}" has the {"highest" if high else "lowest"} average "{score}"{rest or ""}'


def _named_group(noun: str, words: Lexicon) -> str | None:
    """The one column of names that a noun in the singular means, where a name has several rows."""
    named = columns_called(noun, words)
    if len(named) != 1 or stem(noun.lower()) != noun.lower() or not is_text(words.column(named[0])):
        return None
    distinct = words.column(named[0]).distinct
    return named[0] if distinct is not None and distinct * 2 <= words.card.rows else None


_PEOPLE = frozenset(
    "agent employee staff author driver player rep seller salesperson doctor nurse teacher surgeon consultant operator "
    "worker assignee officer waiter manager trainer clerk tutor technician engineer analyst".split()
)
"""Nouns of columns of people who are rated: those who rate are customers."""


def _person(words: Lexicon) -> str | None:
    people = [c.sql for c in words.card.columns if is_text(c) and _PEOPLE & {*name_parts(c.sql)}]
    return _named_group(people[0], words) if len(people) == 1 else None


@WORDINGS.wording(
    r"\b(?P<noun>[a-z]+(?:\s[a-z]+)?)\s+(?:lends|lent|rents|rented|sells|sold|ships|shipped|handles|handled)(?:\s+out)?\s+(?:the\s+)?most\s*\??\s*$"
)
def lends_most(found: re.Match[str], words: Lexicon) -> str | None:
    """``which branch lends the most``: the most rows, where they are loans and nothing is said of an amount."""
    verb = re.search(r"(lend|lent|rent|ship|handl)", found[0], re.IGNORECASE)
    deeds = {"lend": "loan", "lent": "loan", "rent": "rental", "ship": "shipment", "handl": ""}
    which = re.match(r"\s*(?:which|what)\s+(.+)$", found["noun"], re.IGNORECASE)
    if verb is None or which is None or words.frame[-1:] != (deeds[verb[1].lower()],):
        return None
    named = columns_called(which[1], words)
    amounts = [c for c in words.card.columns if is_number(c) and {"amount", "quantity", "units"} & {*name_parts(c.sql)}]
    return f'which "{named[0]}" has the most rows' if len(named) == 1 and not amounts else None


_WAITS = {
    "waited": ("wait", "waiting", "hold", "queue"), "wait": ("wait", "waiting", "hold", "queue"),
    "talked": ("talk", "talking"), "stayed": ("stay",), "slept": ("sleep",), "played": ("play",),
}  # fmt: skip
_THAN = r"longer\s+than|more\s+than|over|less\s+than|under|at\s+least|at\s+most"
_TIMES = r"seconds?|secs?|minutes?|mins?|hours?|hrs?|days?"


@WORDINGS.wording(
    rf"\b(?P<noun>[a-z]+s)?\s*(?:(?:that|who|which)\s+)?(?P<verb>{'|'.join(_WAITS)})\s+(?:for\s+)?(?P<than>{_THAN})\s+(?P<number>\d+(?:\.\d+)?)\s+(?P<unit>{_TIMES})\b"
)
def waited_longer(found: re.Match[str], words: Lexicon) -> str | None:
    """``waited longer than 5 minutes``, where ``wait_seconds`` says how long."""
    nouns = {*_WAITS[found["verb"].lower()]}
    named = [c.sql for c in words.card.columns if is_number(c) and nouns & {*name_parts(c.sql)}]
    if len(named) != 1:
        return None
    noun = found["noun"] or ""
    rows = "rows" if _are_rows(noun, words) else noun
    than = re.sub(r"longer", "more", found["than"], flags=re.IGNORECASE)
    return f'{rows} where "{named[0]}" is {than} {found["number"]} {found["unit"]}'


def _are_rows(noun: str, words: Lexicon) -> bool:
    """Whether a noun is of those who do what each row is: *callers* of calls."""
    plain = stem(noun.lower())
    return bool(words.frame) and plain in {f"{words.frame[-1]}er", f"{words.frame[-1]}r"} and not is_known(noun, words)


@WORDINGS.wording(
    r"\b(?:how\s+many\s+(?P<rows>[a-z]+)|number\s+of\s+(?P<some>[a-z]+))\s+(?:did|has|have)\s+(?P<who>[A-Za-z][\w-]+)\s+(?P<verb>[a-z]{3,})\b(?P<rest>.*)$"
)
def how_many_did(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many chats did Joon resolve``: of the rows with that name, those where ``resolved`` says yes."""
    rows, verb = (found["rows"] or found["some"]).lower(), found["verb"].lower()
    values = words.values.get((found["who"].lower(),), ())
    if len(values) != 1 or not (canonical(rows) in words.frame[-1:] or rows == "rows") or verb in words.exact:
        return None
    ((column, value),) = values
    flags = [
        c.sql for c in words.card.columns if {*name_parts(c.sql)} & {*past_forms(verb)} and is_flag_column(c.sql, words)
    ]
    own = canonical(verb) == canonical(column) or verb.rstrip("es") in column.lower()
    if len(flags) == 1 and not own:
        return f'number of rows where "{flags[0]}" and "{column}" is "{value}"{found["rest"]}'
    return f'number of rows where "{column}" is "{value}"{found["rest"]}' if own and not flags else None


@WORDINGS.wording(
    r"\b(?:(?:that|which|who)\s+)?(?:(?:was|were|is|are)\s+)?(?:(?P<verb>[a-z]+(?:ed|en|ade|ook|ame|ent))\s+)?(?P<how>after|before)\s+"
    r"(?:(?P<hour>1?\d)\s*(?P<half>am|pm|a\.m\.|p\.m\.|(?:o'?clock\s+)?in\s+the\s+(?:morning|afternoon|evening)|at\s+night)|(?P<clock>[012]?\d):00)(?![\w:])"
)
def time_of_day(found: re.Match[str], words: Lexicon) -> str | None:
    """``rentals started after 6 pm``: by the hour of the moment that each row has."""
    before = re.search(r"([a-z_]+)\s*$", found.string[: found.start()], re.IGNORECASE)
    if before is not None and any(is_time(words.column(name)) for name in columns_called(before[1], words)):
        return None  # "due after 6 pm"
    name = _moment_of(found["verb"], words)
    hour = int(found["hour"] or found["clock"])
    if found["half"]:
        hour = hour % 12 + (12 if _is_late_half(found["half"].lower()) else 0) if 1 <= hour <= 12 else 24
    if name is None or not 0 < hour < 24:
        return None
    late = found["how"].lower() == "after"
    where = "where" if found.string[: found.start()].strip() else "rows where"
    return f'{where} hour of "{name}" is {"at least" if late else "below"} {hour}'


def _is_late_half(half: str) -> bool:
    """Whether an hour is of the second half of the day."""
    return half.startswith("p") or half.endswith(("afternoon", "evening", "night"))


def _moment_of(verb: str | None, words: Lexicon) -> str | None:
    """The column of moments that a verb names; that of the rows for a verb of beginning, or for none."""
    named = words.done.get((verb.lower(),)) if verb else None
    moments = [c for c in words.card.columns if is_time(c) and c.type != "date"]
    if named is None and (verb is None or verb.lower() in _BEGAN):
        own = [c.sql for c in moments if not c.nulls and not _DUE & {*name_parts(c.sql)}]
        named = own[0] if len(own) == 1 else None
    elif named is None:
        parts = [c.sql for c in moments if verb and verb.lower() in name_parts(c.sql)]
        named = parts[0] if len(parts) == 1 else None
    return named if named is not None and words.column(named).type != "date" else None


_BEGAN = frozenset("started begun began made happened came occurred visited arrived".split())
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"


@WORDINGS.wording(
    rf"\b(?:that\s+|who\s+)?(?P<verb>came|happened|visited|came\s+in)\s+(?P<when>(?:in|on|during|since|after|before)\s+(?:{_MONTHS}|(?:19|20)\d\d)\b)"
)
def came_when(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many members came in September``: by the one date that a row has."""
    times = [c.sql for c in words.card.columns if is_time(c)]
    return found["when"] if len(times) == 1 and not is_known(found["verb"], words) else None


@WORDINGS.wording(r"\b(?:who|that|which)\s+(?P<verb>[a-z]+)\s+(?P<set>both|only|never\s+an?|an?)\s+(?=[a-z])")
def did_both(found: re.Match[str], words: Lexicon) -> str | None:
    """``members who borrowed both Dune and Emma``: those with rows of both."""
    verb, kind = found["verb"].lower(), found["set"].lower()
    if not _is_deed(verb, words) or kind in {"a", "an"}:
        return None
    return f"with {kind} "


@WORDINGS.wording(
    r"\b(?:who|that|which)\s+never\s+(?P<verb>[a-z]+)\s+(?:an?\s+)?(?P<value>[\w-]+)(?:\s+(?P<noun>[a-z]+))?\s*\??\s*$"
)
def never_did_such(found: re.Match[str], words: Lexicon) -> str | None:
    """``customers who never rented an electric bike``: those without a row of that value."""
    values = words.values.get((found["value"].lower(),), ())
    if len(values) != 1 or not _is_deed(found["verb"].lower(), words):
        return None
    noun = found["noun"]
    if noun and canonical(noun.lower()) not in {canonical(part) for part in name_parts(values[0][0])}:
        return None
    return f'who never had "{values[0][1]}"'


_DEEDS_OF = {
    "loan": ("borrowed",), "rental": ("rented",), "booking": ("booked",), "purchase": ("bought", "purchased"),
    "order": ("bought",), "visit": ("visited",), "trip": ("travelled",),
}  # fmt: skip
"""What those did whose rows they are."""


def _is_deed(verb: str, words: Lexicon) -> bool:
    """Whether each row says that somebody did this: *rented* of rentals with a ``rented_at``."""
    dated = words.done.get((verb,))
    rows = "".join(words.frame[-1:])
    if verb in {"used", "tried", "chose", "picked"} and verb not in words.exact:
        return True
    of_rows = bool(rows) and verb in (*past_forms(rows), *_DEEDS_OF.get(rows, ()))
    return (of_rows or (dated is not None and not words.column(dated).nulls)) and verb not in words.exact


@WORDINGS.wording(r"\boutside\s+(?P<value>[a-z]{3,})\b(?=\s*[?.]?$|\s+(?:by|per|in|with|since)\b)")
def outside_of(found: re.Match[str], words: Lexicon) -> str | None:
    """``clients outside sweden``."""
    return f"not in {found['value']}" if len(words.values.get((found["value"].lower(),), ())) == 1 else None


@WORDINGS.wording(
    r"^\s*(?:(?:what|which)\s+(?:is|was)\s+)?(?:the\s+)?(?P<end>biggest|largest|smallest)\s+un(?P<verb>[a-z]{4,})\s+(?P<noun>[a-z]+)(?P<rest>\s+(?:in|from|of|by)\s+.+)?\s*\??\s*$"
)
def largest_not_done(found: re.Match[str], words: Lexicon) -> str | None:
    """``largest unpaid bill``: the row with the highest amount of those without the date."""
    dated = words.done.get((found["verb"].lower(),))
    named = [c.sql for c in words.card.columns if is_number(c) and c.sql.lower() in {"amount", "total", "value"}]
    rows = canonical(found["noun"].lower()) in words.frame[-1:] and stem(found["noun"].lower()) == found["noun"].lower()
    if dated is None or not words.column(dated).nulls or len(named) != 1 or not rows:
        return None
    end = "lowest" if found["end"].lower() == "smallest" else "highest"
    return f'row with the {end} "{named[0]}" where "{dated}" is missing{found["rest"] or ""}'


@WORDINGS.wording(
    r"^(?P<share>\s*(?:what\s+)?(?:share|percentage|proportion)\s+of\s+(?:all\s+|the\s+)?)(?P<rows>[a-z]+)\s+(?:is\s+|are\s+|was\s+|were\s+)?(?:made\s+)?by\s+(?P<noun>[a-z]+s)\s*\??\s*$"
)
def share_by_such(found: re.Match[str], words: Lexicon) -> str | None:
    """``share of visits by guests``, where ``guest`` says yes or no: of the visits of guests."""
    flag = words.exact.get(stem(found["noun"].lower()))
    rows = canonical(found["rows"].lower()) in words.frame[-1:] or found["rows"] == "rows"
    if flag is None or not rows or found["noun"].lower() in words.exact or not is_flag_column(flag, words):
        return None
    return f'{found["share"]}rows where "{flag}"'


@WORDINGS.wording(
    r"^(?P<what>\s*(?:(?:what(?:'s|\s+is|\s+was)|show)\s+)?(?:the\s+)?)(?P<noun>[a-z]+)\s+rate(?P<rest>\s+(?:by|per|for|in|of|over|on|at|among)\s+.+?)?\s*\??\s*$"
)
def rate_of_deed(found: re.Match[str], words: Lexicon) -> str | None:
    """``damage rate by bike type``, where ``damaged`` says yes or no and ``rating`` is another column."""
    noun = found["noun"].lower()
    flags = [c.sql for c in words.card.columns if is_flag_column(c.sql, words)]
    named = [name for name in flags if is_noun_of_deed(noun, tuple(name_parts(name))) and len(name_parts(name)) == 1]
    known = f"{noun}_rate" in words.exact or (noun,) in words.values or noun in words.exact
    return f'share of rows where "{named[0]}"{found["rest"] or ""}' if len(named) == 1 and not known else None


@WORDINGS.wording(
    r"^\s*(?:(?:who|which|what)\s+(?:is|was)\s+)?(?:the\s+|our\s+)?(?P<end>fastest|slowest)\s+(?P<noun>[a-z]+)(?P<rest>\s+(?:in|at|for|on|among|since)\s+.+?)?\s*\??\s*$"
)
def fastest_of_many(found: re.Match[str], words: Lexicon) -> str | None:
    """``who is the fastest analyst``: by the mean of the one time that the rows took."""
    group = _named_group(found["noun"], words)
    times = [c.sql for c in words.card.columns if is_number(c) and _TOOK & {*name_parts(c.sql)}]
    if group is None or len(times) != 1 or not _PEOPLE & {*name_parts(group)}:
        return None
    end = "lowest" if found["end"].lower() == "fastest" else "highest"
    return f'which "{group}" has the {end} average "{times[0]}"{found["rest"] or ""}'


_TOOK = frozenset("turnaround duration time elapsed took handling resolution response".split())


@WORDINGS.wording(r"\b(?:who|that)\s+(?P<verb>[a-z]+)\s+(?P<one>[\w-]+)\s+and\s+(?P<other>[\w-]+)(?=\s*[?.]?$)")
def did_this_and_that(found: re.Match[str], words: Lexicon) -> str | None:
    """``members who borrowed Dune and Emma``: both, as a row has one of them alone."""
    sides = [value for side in ("one", "other") for value in words.values.get((found[side].lower(),), ())]
    if len(sides) != 2 or sides[0][0] != sides[1][0]:
        return None
    if not _is_deed(found["verb"].lower(), words):
        return None
    return f'with both "{sides[0][1]}" and "{sides[1][1]}"'
