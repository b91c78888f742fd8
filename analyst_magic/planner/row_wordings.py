"""Wordings for rows and conditions: who has left, employee 7, admitted more than once, negative amounts."""

from __future__ import annotations

import re

from ..turn import ColumnCard
from .column_choice import is_number, is_text, numbers_things
from .flags import is_flag_column
from .lexicon import Lexicon
from .linking import columns_called
from .plan.sql import is_time
from .plan.words import name_parts
from .request import is_key
from .tokens import canonical, past_forms, stem, tokens
from .wordings import (
    Wordings,
    amounts_called,
    has_both_signs,
    is_each_row,
    is_known,
    is_plural_key,
    one_value,
    rows_are_persons,
)

WORDINGS = Wordings()


_TIMED = (
    r"\b(?:month|quarter|year|week|day|over\s+time|since|from|growth|change|trend|development)s?\b|\b(?:19|20)\d\d\b"
)


@WORDINGS.wording(r"\bheadcount\b")
def headcount(found: re.Match[str], words: Lexicon) -> str | None:
    """``headcount by department``; at a time it is who was there then, not who came."""
    if re.search(_TIMED, found.string, re.IGNORECASE):
        return None
    return "number of rows" if rows_are_persons(words) and not is_known(found[0], words) else None


@WORDINGS.wording(r"\b(?:everyone|everybody|people|persons)\b(?!\s+(?:per|in)\s+(?:household|room)\b)")
def people(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many people were hired in 2021``, where each row is one of them."""
    return "rows" if rows_are_persons(words) and not is_known(found[0], words) else None


@WORDINGS.wording(
    r"\b(?:have|has|had)?\s*(?:left|quit)\s+(?:the\s+|our\s+)?(?:company|firm|organi[sz]ation|business)\b|\bwho\s+(?:have\s+)?left\b"
)
def have_left(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many people have left the company``."""
    column = words.done.get(("left",))
    return f' where "{column}" is not missing' if column and rows_are_persons(words) else None


@WORDINGS.wording(
    r"\b(?:who\s+)?(?:are\s+|is\s+)?still\s+(?:employed|working(?:\s+here)?|with\s+us|with\s+the\s+company|here)\b"
)
def still_here(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many employees are still employed``."""
    column = words.done.get(("left",))
    return f'where "{column}" is missing' if column and rows_are_persons(words) else None


@WORDINGS.wording(r"\bun(?P<verb>\w{4,})\b")
def not_done(found: re.Match[str], words: Lexicon) -> str | None:
    """``undelivered parcels``, where ``delivered_at`` is not known of them."""
    name = words.done.get((found["verb"].lower(),))
    missing = name is not None and words.column(name).nulls
    return f"not {found['verb']}" if missing and not is_known(found[0], words) else None


UNTIL = {"open": ("closed", "resolved", "paid", "returned"), "outstanding": ("paid", "settled")}
"""What is not done yet to what is in such a state."""


@WORDINGS.wording(
    r"\b(?:(?:still|currently)\s+(?P<state>open|outstanding)|(?P<before>open|outstanding)\s+"
    r"(?P<rows>[\w-]+(?:\s+[\w-]+){0,3}))\b"
)
def not_done_yet(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many tickets are still open``, where ``closed_at`` is not known of them."""
    state, rows = (found["state"] or found["before"]).lower(), found["rows"]
    done = next((verb for verb in UNTIL[state] if (verb,) in words.done), "")
    said_otherwise = state in words.exact or any(state in value for value in words.values)
    if not done or not words.column(words.done[done,]).nulls or said_otherwise:
        return None
    if rows is None:
        return f"not {done}"
    named = rows.split()
    place = next((i for i, word in enumerate(named) if canonical(word.lower()) in words.frame[-1:]), None)
    return None if place is None else " ".join([*named[: place + 1], "not", done, *named[place + 1 :]])


@WORDINGS.wording(r"\b(?P<verb>\w{4,}(?:ed|id|ent|ew|de))\s+(?P<flag>late|early|on\s+time|too\s+late|too\s+early)\b")
def done_late(found: re.Match[str], words: Lexicon) -> str | None:
    """``delivered late``: a column of yes and no says it, of those that were delivered."""
    flag = words.exact.get(found["flag"].lower().replace("too ", "").replace(" ", "_"))
    name = words.done.get((found["verb"].lower(),))
    if flag is None or name is None or not is_flag_column(flag, words):
        return None
    done = f' and "{name}" is not missing' if words.column(name).nulls else ""
    return f'where "{flag}"{done}'


@WORDINGS.wording(r"\b(?P<verb>[a-z]{3,})s\b(?=\s+(?:by|per|in|each|since|for|over|after|before|between)\b|\s*[?.]?$)")
def events_by_date(found: re.Match[str], words: Lexicon) -> str | None:
    """``hires per year``, where each row has a ``hired_on``."""
    verb = found["verb"].lower()
    name = next((words.done[form,] for form in (f"{verb}d", f"{verb}ed") if (form,) in words.done), None)
    times = [c for c in words.card.columns if is_time(c) and not c.nulls]
    only = len(times) == 1 and times[0].sql == name
    return "rows" if only and not is_known(found[0], words) and (verb,) != words.frame else None


_SHARE = r"share|percentage|percent|proportion|fraction"


@WORDINGS.wording(rf"\b(?P<of>(?:{_SHARE})\s+of\s+(?:all\s+|the\s+|our\s+)*)(?P<noun>[a-z_]+)\b")
def share_of_keys(found: re.Match[str], words: Lexicon) -> str | None:
    """``share of employees earning over 60,000``, where each row is another ``employee_id``: of the rows."""
    return f"{found['of']}rows" if is_plural_key(found["noun"], words) else None


@WORDINGS.wording(r"\b(?P<noun>[a-z_]{4,})\b(?!\s+(?:over|under|above|below|between|(?:more|less|fewer)\s+than)\s+\d)")
def numbered_rows(found: re.Match[str], words: Lexicon) -> str | None:
    """``respondents with a score of 5``, where ``respondent`` numbers the rows."""
    name = words.exact.get(stem(found["noun"].lower()))
    numbers = name is not None and is_number(words.column(name)) and words.column(name).type == "integer"
    return "rows" if numbers and is_plural_key(found["noun"], words) else None


_NUMBERED = r"(?P<noun>[a-z]{3,})\s+(?:(?:number|no\.?|id|nr\.?)\s+|#\s*)?(?P<key>\d+|[A-Za-z]{1,4}-?\d+)"


@WORDINGS.wording(rf"\b(?:of\s+)?(?P<the>the\s+)?{_NUMBERED}(?![\w.,%-]*\d)(?!\s*(?:%|percent|or|and|to)\b)")
def numbered(found: re.Match[str], words: Lexicon) -> str | None:
    """``salary of employee 4010``: the row whose ``employee_id`` it is."""
    noun = found["noun"].lower()
    if noun != stem(noun) or _is_own_column(noun, words):
        return None
    keys = [c for c in words.card.columns if is_key(c, words) and not is_time(c) and _names(c.sql, noun, words)]
    if len(keys) != 1 or not _has_shape(found["key"], keys[0]):
        return None
    return (
        f' where "{keys[0].sql}" is "{found["key"]}"'
        if not is_number(keys[0])
        else (f' where "{keys[0].sql}" is {found["key"]}')
    )


def _is_own_column(noun: str, words: Lexicon) -> bool:
    """Whether a column has the noun as its whole name and is none of keys."""
    name = words.exact.get(noun)
    return name is not None and not is_key(words.column(name), words)


def _names(name: str, noun: str, words: Lexicon) -> bool:
    """Whether a column numbers what a noun names: the rows, or its own first words."""
    parts = [canonical(part) for part in name_parts(name)]
    numbers = parts[-1] in {"id", "key", "number", "code", "no", "nr", "num", "sku", "ref"}
    own = canonical(noun) in parts[: -1 if numbers and len(parts) > 1 else None]
    return own or (numbers and words.frame[-1:] == (canonical(noun),))


def _has_shape(key: str, column: ColumnCard) -> bool:
    """Whether a key looks like those of the column."""
    known, least, most = [str(value) for value, _ in column.values], column.minimum, column.maximum
    if isinstance(least, int) and isinstance(most, int):
        return key.isdigit() and least <= int(key) <= most
    return any(re.sub(r"\d", "9", key) == re.sub(r"\d", "9", value) for value in known)


@WORDINGS.wording(r"\b(?:in|during|from|of)\s+the\s+(?:early\s+|late\s+)?(?P<decade>(?:1[89]|20)\d)0['’]?s\b")
def decade(found: re.Match[str], words: Lexicon) -> str | None:
    """``opened in the 1990s``."""
    if re.search(r"\b(?:early|late)\b", found[0], re.IGNORECASE):
        return None
    return f"between {found['decade']}0 and {found['decade']}9"


_TIMES = {"once": 1, "twice": 2, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_SO_OFTEN = (
    r"(?P<than>more\s+than|at\s+least|at\s+most|fewer\s+than|less\s+than|exactly|only|just)\s+"
    r"(?:(?P<word>once|twice)|(?P<count>\d+|two|three|four|five|six|ten)\s+times)"
)
_HAPPEN = (
    "appear|appears|appeared|occur|occurs|occurred|show up|come up|exist|are listed|is listed|are there|were there|"
    "used|seen|mentioned"
)


@WORDINGS.wording(
    rf"\b(?:(?:that|which|who)\s+)?(?:(?:was|were|have|has|had|been|did|do)\s+)*(?P<verb>{_HAPPEN}|\w+(?:ed|ought|ame))\s+{_SO_OFTEN}\b"
)
def so_often(found: re.Match[str], words: Lexicon) -> str | None:
    """``names that appear more than once``, ``patients admitted at least twice``: those with so many rows."""
    verb = found["verb"].lower()
    name = words.done.get((verb,))
    of_rows = (name is not None and not words.column(name).nulls) or verb in past_forms(" ".join(words.frame[-1:]))
    before = re.search(r"(\w+)\s*$", found.string[: found.start()])
    if (not of_rows and not re.fullmatch(_HAPPEN, verb)) or (before and is_each_row(before[1], words)):
        return None
    number = found["word"] or found["count"]
    than = {"only": "exactly", "just": "exactly"}.get(found["than"].lower(), found["than"])
    return f"with {than} {_TIMES.get(number.lower(), number)} rows"


@WORDINGS.wording(
    r"^\s*who\s+(?:has|have|had|got|with)\s+(?=(?:more|fewer|less)\s+than\b|at\s+least\b|at\s+most\b|over\b|under\b|between\b)"
)
def who_has_so_many(found: re.Match[str], words: Lexicon) -> str | None:
    """``who has more than 25 vacation days left``, where each row is a person."""
    return "rows with " if rows_are_persons(words) else None


@WORDINGS.wording(
    r"\b(?P<noun>rows|[a-z]+)\s+(?:(?:that|which|who)\s+(?:are|is|were)\s+)?(?P<than>over|under|above|below)\s+(?P<age>\d{1,3})(?!\s*(?:[\w%,.]*\d|%|percent|[a-z]*\s*(?:eur|usd|gbp|km|kg|days|hours|minutes|points|dollars|euros|pounds)\b))(?=\s*(?:$|[?.,]|in\b|by\b|per\b|and\b|from\b|who\b|with\b|of\b|at\b|for\b|(?:ran|won|passed|failed|joined|finished|bought|paid|visited)\b))"
)
def of_age(found: re.Match[str], words: Lexicon) -> str | None:
    """``employees over 60``, ``women over 40``, where each row is a person and has an age."""
    noun = canonical(found["noun"].lower())
    keys = [c for c in words.card.columns if is_key(c, words)]
    rows = noun == "row" or noun in words.frame[-1:] or any(noun in name_parts(c.sql) for c in keys)
    persons = rows_are_persons(words) or any(noun in name_parts(c.sql) and is_text(c) for c in keys)
    gender = found["noun"].lower() in _GENDERS
    ages = [c.sql for c in words.card.columns if c.sql.lower() == "age" and is_number(c)]
    if not ages or not (gender or (rows and persons)) or int(found["age"]) > 110:
        return None
    named = "rows" if is_plural_key(found["noun"], words) else found["noun"]
    return f'{named} with "{ages[0]}" {found["than"]} {found["age"]}'


_GENDERS = frozenset("women men girls boys females males".split())
_ABOVE = r"above|below|over|under|(?:higher|greater|larger|bigger|more|longer|lower|smaller|less|shorter)\s+than"


@WORDINGS.wording(
    rf"\b(?P<rows>[a-z]+)\s+(?:(?:with|that\s+have|who\s+have)\s+)?(?:an?\s+)?(?:(?P<one>above|below)[\s-](?:the\s+)?average\s+(?P<late>[a-z_]+(?:\s[a-z_]+)?)"
    rf"|(?P<figure>[a-z_]+(?:\s[a-z_]+)?)\s+(?:is\s+)?(?P<than>{_ABOVE})\s+(?:the\s+)?average)\s*(?=\?|$)"
)
def than_average(found: re.Match[str], words: Lexicon) -> str | None:
    """``plants above average capacity``, ``rows with salary above average``: as ``rows with above-average salary``."""
    figure = found["late"] or found["figure"]
    rows = found["rows"].lower() == "rows" or is_each_row(found["rows"], words)
    numbers = amounts_called(figure, words)
    if not rows or len(numbers) != 1:
        return None
    low = re.match(r"below|under|lower|smaller|less|shorter", (found["one"] or found["than"]).lower())
    return f"rows with {'below' if low else 'above'}-average {numbers[0]}"


@WORDINGS.wording(
    r"\b(?P<noun>[a-z]+(?:\s[a-z]+)?)\s+(?P<verb>with|that\s+have|have|having)\s+(?P<than>more\s+than|at\s+least|over)\s+(?P<number>\d+)\s+(?P<what>[a-z-]+)\s+(?P<rows>[a-z]+)\s*(?=\?|$)"
)
def so_many_such(found: re.Match[str], words: Lexicon) -> str | None:
    """``cities with more than 30 late parcels``: the rows are looked at before they are counted."""
    rows = canonical(found["rows"].lower())
    if rows not in {*words.frame[-1:], "row"} or stem(found["rows"].lower()) == found["rows"].lower():
        return None
    what = found["what"].lower()
    name = words.exact.get(what)
    if name is not None and is_flag_column(name, words):
        return f'{found["noun"]} with {found["than"]} {found["number"]} rows where "{name}"'
    values = words.values.get((what,), ())
    if len(values) != 1:
        return None
    ((column, value),) = values
    return f'{found["noun"]} with {found["than"]} {found["number"]} rows where "{column}" is "{value}"'


@WORDINGS.wording(
    r"\b(?P<which>which|what)\s+(?P<noun>[a-z]+(?:\s[a-z]+)?)\s+(?:are|is|were|was)\s+not\s+(?:used|sold|found|present|represented|offered|available)\s+(?P<at>in|by|at|on|for)\s+(?P<value>[A-Z][\w-]*)"
)
def never_there(found: re.Match[str], words: Lexicon) -> str | None:
    """``which fuels are not used in Poland``: those that no row has there."""
    column = columns_called(found["noun"], words) or columns_called(stem(found["noun"].lower()), words)
    values = words.values.get((found["value"].lower(),), ())
    if len(column) != 1 or len(values) != 1 or values[0][0] == column[0]:
        return None
    return f"which {found['noun']} are never {found['at']} {found['value']}"


@WORDINGS.wording(
    r"\b(?P<begin>(?:is|are|was|were)\s+there\s+(?:an?|any)\s+)(?P<what>(?:[\w-]+\s+)?)(?P<rows>[a-z]+)\b"
)
def any_such(found: re.Match[str], words: Lexicon) -> str | None:
    """``is there a solar plant``, where a column names the plants: the rows."""
    noun = canonical(found["rows"].lower())
    if noun not in words.frame[-1:]:
        return None
    values = [value for _, value in words.values.get((found["what"].strip().lower(),), ())]
    if found["what"] and len(values) != 1:
        return None
    what = f'"{values[0]}" ' if found["what"] else ""
    return f"{found['begin']}{what}rows"


@WORDINGS.wording(
    r"\b(?:who\s+|that\s+)?(?:work|works|working)\s+(?P<how>remotely|part[\s-]time|full[\s-]time|from\s+home)\b"
)
def work_so(found: re.Match[str], words: Lexicon) -> str | None:
    """``people who work remotely``, where ``remote`` says yes or no."""
    how = found["how"].lower().replace("-", " ").replace("remotely", "remote").replace(" ", "_")
    name = words.exact.get(how)
    return f'that are "{name}"' if name is not None and is_flag_column(name, words) else None


@WORDINGS.wording(r"\b(?:who\s+|that\s+)?(?:left|gave|wrote|provided)\s+(?P<no>no|an?|any)\s+(?P<noun>[a-z_]+)\b")
def gave_none(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many left a comment``, ``respondents who gave no rating``: whether the column holds something."""
    named = columns_called(found["noun"], words)
    if len(named) != 1 or not words.column(named[0]).nulls:
        return None
    rows = "rows " if re.search(r"\bhow\s+many\s*$", found.string[: found.start()], re.IGNORECASE) else ""
    return f'{rows}where "{named[0]}" is {"" if found["no"].lower() == "no" else "not "}missing'


@WORDINGS.wording(
    r"\b(?:who\s+are\s+)?aged\s+(?P<next>(?:between|over|under|above|below|from|at\s+least|at\s+most)\s+\d|\d\S*)"
)
def aged(found: re.Match[str], words: Lexicon) -> str | None:
    """``women aged 18-29``, where an age group has that name; ``aged over 60``."""
    written = tuple(token.low for token in tokens(found["next"]))
    if any("age" in name_parts(name) for name, _ in words.values.get(written, ())):
        return found["next"]
    name = words.exact.get("age")
    plain = name is not None and is_number(words.column(name)) and not re.match(r"\d+\D", found["next"])
    if not plain:
        return None
    return f'with "{name}" {"of " if found["next"][0].isdigit() else ""}{found["next"]}'


@WORDINGS.wording(
    r"(?P<before>\b(?:how\s+many|number\s+of|count\s+of|share\s+of|percentage\s+of)\s+|\b(?:total|sum|average|mean|median|maximum|minimum)\s+(?:of\s+)?(?:all\s+)?|\b(?:with|have|has)\s+(?:an?\s+)?|^\s*(?:(?:list|show)\s+)?(?:all\s+)?)(?P<sign>negative|positive)\s+(?P<noun>[a-z_]+)"
)
def signed(found: re.Match[str], words: Lexicon) -> str | None:
    """``number of negative amounts``, ``total of all positive amounts``, ``rows with a negative balance``."""
    named = amounts_called(found["noun"], words) or amounts_called(stem(found["noun"].lower()), words)
    if len(named) != 1 or not has_both_signs(words.column(named[0])):
        return None
    condition = f'where "{named[0]}" {"below" if found["sign"].lower() == "negative" else "above"} 0'
    before = found["before"].lower().split()
    if before[:1] and before[0] in {"total", "sum", "average", "mean", "median", "maximum", "minimum"}:
        return f'{before[0]} "{named[0]}" {condition}'
    return condition if before[:1] and before[0] in {"with", "have", "has"} else f"{found['before']}rows {condition}"


@WORDINGS.wording(r"\b(?P<noun>[a-z]+)\s+(?:(?:that|which)\s+)?(?:are|is|were)\s+(?P<sign>negative|positive)\b")
def rows_signed(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many transactions are negative``, where one column of amounts has both signs."""
    signs = [c.sql for c in words.card.columns if is_number(c) and has_both_signs(c) and not numbers_things(c)]
    noun = canonical(found["noun"].lower())
    if len(signs) != 1 or noun not in {*words.frame[-1:], "row"} or noun == "test":
        return None
    return f'rows where "{signs[0]}" {"below" if found["sign"].lower() == "negative" else "above"} 0'


@WORDINGS.wording(r"\s+but\s+(?=(?:have|has|had|with|without|are|is|were|was|fewer|less|more|no|only)\b)")
def but(found: re.Match[str], words: Lexicon) -> str | None:
    """``at least 15 goals but fewer than 5 assists``."""
    return " and "


@WORDINGS.wording(
    r"^\s*(?P<list>(?:(?:list|show)\s+(?:me\s+)?)?(?:all\s+|the\s+)*)(?P<noun>[a-z]+(?:s|men))\s+(?=(?P<next>in|at|from|with|without|who|that|where)\s)"
)
def rows_of_a_kind(found: re.Match[str], words: Lexicon) -> str | None:
    """``buyers in Lund``, where ``job`` has the value *Buyer*."""
    value = one_value(found["noun"], words)
    if value is None:
        return None
    and_ = "and " if found["next"].lower() in {"in", "at", "from", "where"} else ""
    return f'{found["list"]}rows where "{value[0]}" is "{value[1]}" {and_}'


@WORDINGS.wording(
    r"^\s*who\s+(?:is|are|was|were)\s+(?:the\s+|our\s+|an?\s+)*(?P<noun>[a-z]+)\s+(?=(?:in|at|of|for|from)\s)"
)
def who_is_so(found: re.Match[str], words: Lexicon) -> str | None:
    """``who is the director at Vinter``: the names of those rows."""
    value = one_value(found["noun"], words)
    names = [words.exact[name] for name in ("name", "full_name", "person") if name in words.exact]
    return (
        f'show "{names[0]}" where "{value[0]}" is "{value[1]}" and ' if value is not None and len(names) == 1 else None
    )


@WORDINGS.wording(
    r"\b(?P<rows>[a-z]+)\s+(?:who|that|which)\s+(?:had|have|has)\s+(?:no|not\s+any)\s+(?P<noun>[a-z_]+)\b"
)
def rows_that_had_none(found: re.Match[str], words: Lexicon) -> str | None:
    """``applicants who had no interview``."""
    named = columns_called(found["noun"], words)
    rows = found["rows"].lower() == "rows" or is_each_row(found["rows"], words)
    return f"{found['rows']} without {found['noun']}" if rows and len(named) == 1 else None


@WORDINGS.wording(
    r"\b(?P<rows>[a-z]+)\s+with\s+(?:an?|any)\s+(?P<noun>[a-z_]+)(?=\s+(?:by|per|for\s+each|since|over\s+time)\b)"
)
def rows_with_one(found: re.Match[str], words: Lexicon) -> str | None:
    """``orders with a coupon by month``: those for which the column holds something."""
    name = words.exact.get(found["noun"].lower())
    rows = found["rows"].lower() == "rows" or canonical(found["rows"].lower()) in words.frame[-1:]
    nullable = name is not None and words.column(name).nulls and not is_number(words.column(name))
    rows = rows or is_each_row(found["rows"], words)
    return f'{found["rows"]} where "{name}" is not missing' if rows and nullable else None


@WORDINGS.wording(
    r"^\s*(?P<list>(?:which|list|show)\s+)?(?P<who>[a-z]+)\s+(?:without|with\s+no)\s+(?:any\s+)?(?P<what>[a-z-]+)\s+(?P<rows>[a-z]+)\s*\??\s*$"
)
def groups_without_such(found: re.Match[str], words: Lexicon) -> str | None:
    """``customers without disputed invoices``: those of whose rows none is so."""
    rows, who = canonical(found["rows"].lower()), columns_called(stem(found["who"].lower()), words)
    if rows not in {*words.frame[-1:], "row"} or len(who) != 1 or is_each_row(found["who"], words):
        return None
    return f"which {found['who']} have no {found['what']} {found['rows']}"


@WORDINGS.wording(r"\b(?:mentioning|that\s+mentions?|containing\s+the\s+word)\s+(?P<word>\"[^\"]+\"|[a-z]+)\b")
def mentioning(found: re.Match[str], words: Lexicon) -> str | None:
    """``reviews mentioning noisy``: in the one column of free text."""
    named = [words.exact[name] for name in _TEXTS if name in words.exact]
    word = found["word"].strip('"')
    return f'where "{named[0]}" contains "{word}"' if len(named) == 1 else None


_TEXTS = ("text", "comment", "comments", "note", "notes", "description", "message", "body", "review")


@WORDINGS.wording(r"^\s*(?P<noun>[a-z]+(?:s|men))\s+(?=(?:per|by|for\s+each|in\s+each)\s+[a-z])")
def number_of_a_kind(found: re.Match[str], words: Lexicon) -> str | None:
    """``women per arm``, ``nurses by city``: how many."""
    value = one_value(found["noun"], words)
    if any(is_number(c) and {"quantity", "qty", "units", "pieces"} & {*name_parts(c.sql)} for c in words.card.columns):
        return None  # "desserts by waiter": rows, or how many of them?
    return f'number of rows where "{value[0]}" is "{value[1]}" ' if value is not None else None


@WORDINGS.wording(r"\b(?P<flag>[a-z-]+)\s+(?P<noun>results?|cases?|instances|ones)\b")
def cases_that_are_so(found: re.Match[str], words: Lexicon) -> str | None:
    """``share of abnormal results per test``, where ``abnormal`` says yes or no: rows."""
    name = words.exact.get(found["flag"].lower().replace("-", "_"))
    if name is None or not is_flag_column(name, words) or is_known(found["noun"], words):
        return None
    return f"{found['flag']} rows"


_HIGH = {"highest": "highest", "largest": "highest", "biggest": "highest", "lowest": "lowest", "smallest": "lowest"}
_VALUES = frozenset("value reading amount level result measurement measure quantity".split())
"""Names of columns that hold figures of several kinds, which another column names."""


@WORDINGS.wording(
    rf"\b(?P<end>{'|'.join(_HIGH)})\s+(?P<kind>[\w-]+)(?:\s+(?P<noun>[a-z]+))?(?=\s*[?.!]*$|\s+(?:by|per|in|at|of|for|on|with|each|did|has|had|was|is)\b)"
)
def highest_of_a_kind(found: re.Match[str], words: Lexicon) -> str | None:
    """``highest sodium value``, ``which patient had the highest glucose``, where ``test`` says what ``value`` is of."""
    known = words.values.get((found["kind"].lower(),), [])
    numbers = [c.sql for c in words.card.columns if is_number(c) and _VALUES & {*name_parts(c.sql)}]
    if len(known) != 1 or len(numbers) != 1 or columns_called(found["kind"], words):
        return None
    if found["noun"] and list(columns_called(found["noun"], words)) != numbers:
        return None
    end = _HIGH[found["end"].lower()]
    of_a_group = re.search(r"\b(?:has|have|had|with)\s+the\s*$", found.string[: found.start()], re.IGNORECASE)
    figure = end if of_a_group else ("maximum" if end == "highest" else "minimum")
    return f'{figure} "{numbers[0]}" of "{known[0][1]}"'


@WORDINGS.wording(
    r"\b(?:went|travelled|traveled|moved|ran|shipped|sent|drove|sailed)\s+(?=from\s+[A-Z][\w-]*(?:\s[A-Z][\w-]*)*\s+to\s+[A-Z])"
)
def went_from_to(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many parcels went from Lyon to Prague``: the verb adds nothing."""
    return None if is_known(found[0].strip(), words) else ""


@WORDINGS.wording(
    r"\b(?P<verb>pay|pays|paid|hand|handed|gave|given|lend|lent|loaned|rented|hired|carried)\s+out\b(?!\s+of\b)"
)
def paid_out(found: re.Match[str], words: Lexicon) -> str | None:
    """``how much did we pay out``: *out* adds nothing."""
    return None if is_known("out", words) else found["verb"]


@WORDINGS.wording(r"\b(?:have|has|had)\s+(?:an?\s+)?(?P<flag>[a-z_]+)(?=\s*[?.!]*$)")
def have_one(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many houses in Kew have a garage``, where ``garage`` says yes or no."""
    name = words.exact.get(found["flag"].lower())
    return f'where "{name}"' if name is not None and is_flag_column(name, words) else None
