"""Wordings for figures: the best average rating, goals per game, a breakdown by gender, how something differs."""

from __future__ import annotations

import re

from .amounts import column_in
from .column_choice import is_number, numbers_things
from .lexicon import Lexicon
from .linking import columns_called
from .plan.words import name_parts
from .said_units import said_unit
from .synonyms import ADJECTIVES, WORSE_HIGH, WORSE_LOW
from .tokens import canonical, stem
from .wordings import Wordings, amounts_called, is_each_row
from .year_columns import is_year_column

WORDINGS = Wordings()


@WORDINGS.wording(r"\b(?P<end>best|worst)\s+(?P<how>(?:average|mean|median)\s+)(?P<figure>[a-z_]+(?:\s[a-z_]+)?)")
def best_figure(found: re.Match[str], words: Lexicon) -> str | None:
    """``the best average rating``, ``the worst mean delay``: high or low, as the noun says."""
    named = next(
        (text for text in (found["figure"], found["figure"].split()[0]) if len(amounts_called(text, words)) == 1), ""
    )
    parts = {canonical(part) for part in name_parts(amounts_called(named, words)[0])} if named else set()
    low, high = parts & {*WORSE_LOW}, parts & {*WORSE_HIGH}
    if bool(low) == bool(high):
        return None
    end = "highest" if (found["end"].lower() == "best") == bool(low) else "lowest"
    return f"{end} {found['how']}{found['figure']}"


@WORDINGS.wording(
    r"^\s*(?P<which>which|what|the)?\s*(?P<noun>\w+)\s+(?P<has>with|has|have|had|got|gets|get)\s+the\s+(?P<end>highest|lowest)"
    r"\s+(?P<figure>[a-z_]*(?:rating|satisfaction|stars|nps|csat)[a-z_]*)\b"
)
def best_rated_group(found: re.Match[str], words: Lexicon) -> str | None:
    """``which team has the lowest satisfaction``: on average, where a group has many; each has a 1 and a 5."""
    group, rated = columns_called(stem(found["noun"].lower()), words), amounts_called(found["figure"], words)
    if len(group) != 1 or len(rated) != 1 or is_each_row(found["noun"], words) or is_number(words.column(group[0])):
        return None
    distinct = words.column(group[0]).distinct
    if distinct is None or distinct * 2 > words.card.rows:
        return None
    return f'{found["which"] or "which"} {found["noun"]} {found["has"]} the {found["end"]} average "{rated[0]}"'


@WORDINGS.wording(
    r"^\s*how\s+(?P<how>\w+)\s+(?:do|does|did|is|are|was|were)\s+(?P<each>each|every|an?|the)?\s*(?P<noun>\w+)(?P<verb>\s+\w+)?\s+on\s+average\b"
)
def how_on_average(found: re.Match[str], words: Lexicon) -> str | None:
    """``how far does each driver drive on average``."""
    nouns = ADJECTIVES.get(found["how"].lower(), ())
    named = list(dict.fromkeys(name for noun in nouns for name in amounts_called(noun, words)))
    column = columns_called(found["noun"], words)
    rows = canonical(found["noun"].lower()) in words.frame[-1:]
    if len(named) != 1 or not (rows or len(column) == 1):
        return None
    grouped = (found["each"] or "").lower() in {"each", "every"} and not rows
    if not rows and not grouped:
        return None
    return f'average "{named[0]}"' + (f' by "{column[0]}"' if grouped else "")


_UNIT_WORDS = (
    r"(?:square\s+)?(?:kilo|milli|centi)?met(?:er|re)s?|hectares?|[km]wh|km|ha|sqm|m2|kg|kilograms?|miles?"
    r"|dollars|euros"
)


@WORDINGS.wording(
    r"\b(?P<figure>total|sum\s+of|average|mean|median|maximum|minimum|most|fewest|least)\s+(?:number\s+of\s+)?"
    rf"(?P<unit>{_UNIT_WORDS})\b(?!\s*(?:per\s+h|/))"
)
def of_unit(found: re.Match[str], words: Lexicon) -> str | None:
    """``total kilometers``: the one column in that unit."""
    column = None if columns_called(found["unit"], words) else column_in(found["unit"], words)
    return f'{found["figure"]} "{column.sql}"' if column is not None else None


_PRICES = frozenset({"price", "rate", "rent", "fee"})


@WORDINGS.wording(rf"\b(?:average\s+)?(?P<figure>[a-z_]+)\s+per\s+(?P<unit>{_UNIT_WORDS})\b")
def per_unit(found: re.Match[str], words: Lexicon) -> str | None:
    """``yield per hectare by crop``: a ratio of totals. A price per unit may be that, or the mean of each row's."""
    amounts = amounts_called(found["figure"], words)
    column = None if columns_called(found["unit"], words) else column_in(found["unit"], words)
    if column is None or len(amounts) != 1 or amounts[0] == column.sql or _PRICES & {*name_parts(amounts[0])}:
        return None
    return f'ratio of "{amounts[0]}" to "{column.sql}"'


@WORDINGS.wording(
    r"^\s*how\s+many\s+(?P<rows>(?:(?!(?:do|does|did)\b)\w+\s+){1,3})(?P<by>per|a|each|every)\s+(?P<time>hour|day|week|month|quarter|year)\s+on\s+average\s*\??$"
)
def mean_of_times(found: re.Match[str], words: Lexicon) -> str:
    """``how many calls per day on average``."""
    return f"average number of {found['rows'].strip()} per {found['time']}"


@WORDINGS.wording(r"\s+in\s+[a-z]+\b(?=\s+(?:by|per|for|of|in)\b|\s*[?.]?$)")
def in_its_unit(found: re.Match[str], words: Lexicon) -> str | None:
    """``total distance by driver in km``, where the column is in km already."""
    unit = said_unit(found.string, words)
    if unit is None or unit.value is not None:
        return None
    return "" if unit.text == found.string[: found.start()] + found.string[found.end() :] else None


@WORDINGS.wording(r"^\s*(?P<one>[\w ]+?)\s+(?:and|vs)\s+(?P<other>[\w ]+?)\s+correlation\s*\??$")
def correlation_last(found: re.Match[str], words: Lexicon) -> str | None:
    """``rain and yield correlation``."""
    named = all(columns_called(found[side], words) for side in ("one", "other"))
    return f"correlation between {found['one']} and {found['other']}" if named else None


@WORDINGS.wording(
    r"^\s*(?:how\s+)?(?:do|does|did)\s+(?:the\s+)?(?P<figure>.+?)\s+(?:differ|vary|varies|compare)\s+(?:between|by|across|among|per|for)\s+(?:the\s+)?(?P<groups>.+?)\s*\??\s*$"
)
def differs(found: re.Match[str], words: Lexicon) -> str | None:
    """``how does the average salary differ between men and women``, ``... by office``: the figure of each."""
    groups = re.sub(r"^(?:the\s+)?(?:different|various|individual)\s+", "", found["groups"], flags=re.IGNORECASE)
    one = len(amounts_called(found["figure"], words)) == 1
    figure = f"{'average ' if one else ''}{found['figure']}"
    if columns_called(groups, words) or columns_called(stem(groups.lower()), words):
        return f"{figure} by {groups}"
    return f"{figure} of {groups}" if re.search(r"\b(?:and|vs)\b", groups) else None


@WORDINGS.wording(
    r"\b(?P<noun>[a-z]+(?:\s[a-z]+)?)\s+(?:are\s+|is\s+|were\s+)?(?P<last>left|sold|played|used|paid|made|scored|lost)\b"
)
def split_name(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many vacation days are left``, where the column is ``vacation_days_left``."""
    for noun in (found["noun"], found["noun"].split()[-1]):
        name = words.exact.get("_".join([*noun.lower().split(), found["last"].lower()]))
        if name is not None and is_number(words.column(name)):
            before = found["noun"][: len(found["noun"]) - len(noun)]
            return f'{before}"{name}"'
    return None


@WORDINGS.wording(r"^\s*how\s+many\s+(?P<name>\"[^\"]+\")(?=\s+(?:in\s+total|overall|altogether)\b|\s*\??\s*$)")
def total_of_named(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many "vacation_days_left" in total``: a column of amounts in the plural is added up."""
    name = words.called(found["name"].strip('"'))
    counted = name is not None and is_number(words.column(name)) and not numbers_things(words.column(name))
    return f"total {found['name']}" if counted and len(name_parts(str(name))) > 1 else None


@WORDINGS.wording(
    r"^\s*(?P<end>top|bottom)\s+(?P<number>\d+\s+)?(?P<noun>\w+)\s+by\s+(?P<what>(?:[\w-]+\s+){1,2})(?P<rows>[a-z]+)\s*(?=\?|$)"
)
def top_by_such_rows(found: re.Match[str], words: Lexicon) -> str | None:
    """``top 3 cities by late parcels``: by their number."""
    rows, first = canonical(found["rows"].lower()), found["what"].split()[0].lower()
    plural = stem(found["rows"].lower()) != found["rows"].lower()
    if rows not in words.frame[-1:] or not plural or first in {"number", "total", "average", "count", "most"}:
        return None
    return f"{found['end']} {found['number'] or ''}{found['noun']} by number of {found['what']}{found['rows']}"


@WORDINGS.wording(
    r"\b(?:share|percentage|percent|proportion|fraction)\s+of\s+(?P<value>[\w-]+(?:\s[\w-]+)?)\s+in\s+(?:the\s+)?(?:total|overall)\s+(?P<figure>[a-z_]+(?:\s[a-z_]+)?)\b"
)
def share_in_total(found: re.Match[str], words: Lexicon) -> str | None:
    """``share of wind in total output``."""
    values, numbers = (
        words.values.get(tuple(found["value"].lower().split()), ()),
        amounts_called(found["figure"], words),
    )
    if len(values) != 1 or len(numbers) != 1:
        return None
    ((column, value),) = values
    return f'share of total "{numbers[0]}" where "{column}" is "{value}"'


@WORDINGS.wording(
    r"\b(?P<share>(?:what|which)\s+(?:share|percentage|percent|proportion|fraction))\s+of\s+(?:the\s+)?(?P<total>total|overall|all)?\s*(?P<figure>[a-z_]+(?:\s[a-z_]+)?)\s+(?:do|does|did)\s+(?:each|every)\s+(?P<noun>[a-z]+)\s+(?:handle|account\s+for|make\s+up|have|produce|generate|bring|bring\s+in|contribute|get|sell|carry|hold|use|deliver|ship|take)s?\s*(?=\?|$)"
)
def share_of_each(found: re.Match[str], words: Lexicon) -> str | None:
    """``what share of the total weight does each depot handle``."""
    numbers, noun = amounts_called(found["figure"], words), columns_called(found["noun"], words)
    rows = canonical(found["figure"].lower()) in words.frame
    if len(noun) != 1 or not (rows or len(numbers) == 1):
        return None
    figure = found["figure"] if rows else f'total "{numbers[0]}"'
    return f'share of {figure} by "{noun[0]}"'


@WORDINGS.wording(
    r"(?P<noun>\"[^\"]+\"|\b[a-z_]+)\s+(?:paid|charged|billed|earned|collected)(?=\s+(?:per|by|to|in|from|for|each|at|on)\b|\s*[?.]?$)"
)
def amount_paid(found: re.Match[str], words: Lexicon) -> str | None:
    """``total bonus paid per department``: the participle adds nothing to the amount."""
    return found["noun"] if len(amounts_called(found["noun"].strip('"'), words)) == 1 else None


@WORDINGS.wording(
    r"\b(?P<end>oldest|earliest|youngest|newest|latest|most\s+recent)\s+(?P<noun>[a-z_]+(?:\s[a-z_]+)?)\b"
)
def oldest_year(found: re.Match[str], words: Lexicon) -> str | None:
    """``oldest vintage``: the earliest of the years, not the highest number."""
    named = columns_called(found["noun"], words)
    if len(named) != 1 or not is_year_column(words.column(named[0])):
        return None
    early = found["end"].lower() in {"oldest", "earliest"}
    return f'{"minimum" if early else "maximum"} "{named[0]}"'


@WORDINGS.wording(r"\b(?P<end>oldest|youngest)\s+first\b")
def by_age(found: re.Match[str], words: Lexicon) -> str | None:
    """``average age per office, oldest first``."""
    if "age" not in words.exact or not re.search(r"\bage\b", found.string[: found.start()], re.IGNORECASE):
        return None
    return "highest first" if found["end"].lower() == "oldest" else "lowest first"


@WORDINGS.wording(
    r"^\s*(?:the\s+)?(?P<group>[a-z_]+(?:\s[a-z_]+)?)\s+(?:breakdown|split|mix)(?:\s+of\s+(?:the\s+|all\s+|our\s+)*(?P<rows>[a-z]+))?(?P<share>\s+(?:in|as|by)\s+(?:percent|percentages?|per\s+cent|%|share))?(?P<rest>\s+(?:in|for|from|by|of|at)\s+.+)?\s*\??\s*$"
)
def breakdown(found: re.Match[str], words: Lexicon) -> str | None:
    """``gender breakdown of employees``, ``gender split in percent``."""
    named = columns_called(found["group"], words)
    rows = found["rows"] is None or found["rows"].lower() == "rows" or is_each_row(found["rows"], words)
    if len(named) != 1 or is_number(words.column(named[0])) or not rows:
        return None
    return f'{"share" if found["share"] else "number"} of rows by "{named[0]}"{found["rest"] or ""}'


@WORDINGS.wording(
    r"^(?P<pivot>\s*(?:cross[\s-]?tab(?:le|ulation)?|pivot(?:\s+table)?)\s+of\s+)(?P<one>[a-z_]+(?:\s[a-z_]+)?)\s+(?:and|by|vs\.?|versus|against)\s+(?P<other>[a-z_]+(?:\s[a-z_]+)?)\s*$"
)
def cross_table(found: re.Match[str], words: Lexicon) -> str | None:
    """``crosstab of region and gender``: the numbers of rows."""
    named = [columns_called(found[side], words) for side in ("one", "other")]
    if any(len(names) != 1 or is_number(words.column(names[0])) for names in named):
        return None
    return f'{found["pivot"]}number of rows by "{named[0][0]}" and "{named[1][0]}"'


@WORDINGS.wording(
    r"\b(?P<how>average|mean|median|total|maximum|minimum|highest|lowest|largest|smallest)\s+(?P<row>[a-z]+)\s+(?P<figure>[a-z_]+)\b"
)
def of_a_row(found: re.Match[str], words: Lexicon) -> str | None:
    """``average transaction amount`` of ``transactions``: the amount."""
    named, both = words.exact.get(found["figure"].lower()), f"{found['row']} {found['figure']}"
    if named is None or canonical(found["row"].lower()) not in words.frame[-1:] or stem(found["row"]) != found["row"]:
        return None
    other = words.called(both) or words.called(both.replace(" ", "_"))
    return f'{found["how"]} "{named}"' if other is None and is_number(words.column(named)) else None


@WORDINGS.wording(
    r"^\s*compare\s+(?P<one>[\w-]+)\s+(?:and|with|to|vs\.?)\s+(?P<other>[\w-]+)\s+(?:by|on|in\s+terms\s+of)\s+(?P<figure>(?:number|total|average|mean|median|share)\b.+?)\s*$"
)
def compare_by(found: re.Match[str], words: Lexicon) -> str | None:
    """``compare 2024 and 2025 by number of orders``."""
    return f"{found['figure']} in {found['one']} and {found['other']}"


@WORDINGS.wording(
    r"^\s*(?P<one>[\w-]+)\s+(?:vs\.?|versus)\s+(?P<other>[\w-]+)\s*[:,]\s*(?P<figure>(?:number|total|average|mean|median|share)\b.+?)\s*$"
)
def figure_after(found: re.Match[str], words: Lexicon) -> str | None:
    """``credit vs debit: number of transactions``."""
    return f"{found['figure']} for {found['one']} and {found['other']}"


@WORDINGS.wording(
    r"(?P<before>^|\b(?:show|list|the|is|of)\s+)(?P<figure>[a-z_0-9]+(?:\s[a-z_]+)?)\s+per\s+(?P<unit>[a-z]+)(?P<by>\s+(?:by|for\s+each|per|of\s+each)\s+[a-z_\s]+)?\s*(?=\?|$)"
)
def per_one(found: re.Match[str], words: Lexicon) -> str | None:
    """``goals per game by team``, where ``games`` counts them: a ratio of totals."""
    amounts, unit = amounts_called(found["figure"], words), found["unit"].lower()
    counts = [c.sql for c in words.card.columns if is_number(c) and _counts(c.sql, unit)]
    if len(amounts) != 1 or len(counts) != 1 or amounts == counts or unit in words.exact:
        return None
    if words.column(amounts[0]).nulls or words.column(counts[0]).nulls:
        return None  # a total of rows of which the other is not known
    return f'{found["before"]}ratio of "{amounts[0]}" to "{counts[0]}"{found["by"] or ""}'


def _counts(name: str, noun: str) -> bool:
    """Whether a column is named after several of what a noun names one of."""
    low = name.lower()
    return stem(low) != low and stem(low) == noun and not low.endswith("ss")


@WORDINGS.wording(r"\b(?:is|are|was|were|has|have)\s+(?:the\s+)?(?P<end>most|least)\s+satisfied\b")
def most_satisfied(found: re.Match[str], words: Lexicon) -> str | None:
    """``which region is the least satisfied``: on average."""
    named = amounts_called("satisfaction", words)
    end = "highest" if found["end"].lower() == "most" else "lowest"
    return f'has the {end} average "{named[0]}"' if len(named) == 1 else None


@WORDINGS.wording(
    r"\b(?P<which>(?:which|what)\s+(?P<noun>[a-z]+)\s+)(?:is|are|was|were)\s+(?:the\s+)?(?P<end>most|least)\s+valuable\b"
)
def most_valuable(found: re.Match[str], words: Lexicon) -> str | None:
    """``which team is the most valuable``: of its players' values the total, or the mean? The grammar asks."""
    end = "highest" if found["end"].lower() == "most" else "lowest"
    return None if is_each_row(found["noun"], words) else f"{found['which']}has the {end} value"


@WORDINGS.wording(
    r"^\s*(?P<figure>[a-z_]+(?:\s[a-z_]+)?)\s+per\s+(?P<row>[a-z]+)(?P<by>\s+(?:by|for\s+each)\s+[a-z_\s]+)\s*\??\s*$"
)
def per_row(found: re.Match[str], words: Lexicon) -> str | None:
    """``visits per member by sex``, where each row is a member: the mean of the rows."""
    amounts, row = amounts_called(found["figure"], words), found["row"].lower()
    if len(amounts) != 1 or not is_each_row(row, words) or stem(row) != row:
        return None
    return f'average "{amounts[0]}"{found["by"]}'


@WORDINGS.wording(
    r"^\s*(?:(?:which|what)\s+(?:is|was)\s+)?(?:the\s+)?(?P<end>best|worst)\s+(?P<noun>[a-z]+)(?P<rest>\s+.+?)?\s+by\s+(?P<figure>[a-z_]+)\s*\??\s*$"
)
def best_by(found: re.Match[str], words: Lexicon) -> str | None:
    """``best farm for rape by yield``: that with the highest total, of what is added up."""
    amounts, noun = amounts_called(found["figure"], words), columns_called(found["noun"], words)
    if len(amounts) != 1 or len(noun) != 1 or is_number(words.column(noun[0])) or is_each_row(found["noun"], words):
        return None
    parts = {canonical(part) for part in name_parts(amounts[0])}
    if not parts & {*WORSE_LOW, "quantity", "amount"} or parts & {
        "rating",
        "score",
        "grade",
        "satisfaction",
        "star",
        "mark",
    }:
        return None
    end = "highest" if found["end"].lower() == "best" else "lowest"
    return f'which "{noun[0]}" has the {end} total "{amounts[0]}"{found["rest"] or ""}'
