"""Wordings for days and hours: coldest day, rainy days, in the morning, 19th century, between April 10 and April 20."""

from __future__ import annotations

import re

from .column_choice import is_number
from .lexicon import Lexicon
from .phrases import MONTHS
from .plan.words import name_parts
from .request import is_key
from .tokens import canonical
from .wordings import Wordings, amounts_called, date_of_rows
from .year_columns import year_columns

WORDINGS = Wordings()
_WEATHER: dict[str, tuple[tuple[str, ...], bool, str]] = {
    "coldest": (("temperature", "temp"), False, "min"), "hottest": (("temperature", "temp"), True, "max"),
    "warmest": (("temperature", "temp"), True, "max"), "coolest": (("temperature", "temp"), False, "min"),
    "wettest": (("rain", "rainfall", "precipitation"), True, ""),
    "rainiest": (("rain", "rainfall", "precipitation"), True, ""),
    "driest": (("rain", "rainfall", "precipitation"), False, ""), "windiest": (("wind",), True, "max"),
    "snowiest": (("snow", "snowfall"), True, ""), "sunniest": (("sun", "sunshine"), True, ""),
}  # fmt: skip
"""The parts of names that an adjective of weather speaks of, whether the most is meant, and which of two columns."""
_RAIN = ("rain", "rainfall", "precipitation")


def _measured(nouns: tuple[str, ...], end: str, words: Lexicon) -> str | None:
    """The one column of numbers of a noun; of a highest and a lowest one, the one of that end."""
    numbers = [c.sql for c in words.card.columns if is_number(c) and {*nouns} & {*name_parts(c.sql)}]
    if len(numbers) == 1 and end and _OTHER_END[end] & {*name_parts(numbers[0])}:
        return None  # the coldest day, where there is the highest temperature alone
    ended = [name for name in numbers if end and {end, f"{end}imum", _HIGH.get(end, "")} & {*name_parts(name)}]
    named = numbers if len(numbers) == 1 else ended
    return named[0] if len(named) == 1 else None


_HIGH = {"max": "high", "min": "low"}
_OTHER_END = {"max": {"min", "minimum", "low"}, "min": {"max", "maximum", "high"}}


@WORDINGS.wording(
    rf"^\s*(?:(?:what|which|when)(?:'s|\s+is|\s+was)\s+)?(?:the\s+)?(?P<end>{'|'.join(_WEATHER)})\s+(?P<unit>day|week|month|year)"
    r"(?=\s*[?.!]*$|\s+(?:in|at|of|on|since|during|for)\b)"
)
def coldest_day(found: re.Match[str], words: Lexicon) -> str | None:
    """``coldest day at Hill``, ``wettest month``: the lowest temperature of a day, the most rain of a month."""
    nouns, high, end = _WEATHER[found["end"].lower()]
    column, unit = _measured(nouns, end, words), found["unit"].lower()
    if column is None or date_of_rows(words) is None or found["end"].lower() in words.vocabulary:
        return None
    summed = nouns not in {("temperature", "temp"), ("wind",)}
    place = "highest" if high else "lowest"
    if unit == "day":
        return f'which day has the {place} "{column}"' if _is_daily(words) or not summed else None
    if nouns == ("wind",):
        return None  # of the month with the strongest gust, or of that with the highest mean?
    mean = _measured(nouns, "", words) or _measured(nouns, "mean", words) or _measured(nouns, "avg", words)
    figure = f'total "{column}"' if summed else f'average "{mean}"'
    return f"which {unit} has the {place} {figure}" if summed or mean is not None else None


def _is_daily(words: Lexicon) -> bool:
    """Whether each row is another day."""
    name = date_of_rows(words)
    return name is not None and is_key(words.column(name), words)


@WORDINGS.wording(r"\b(?P<how>rainy|wet|dry)\s+days\b")
def rainy_days(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many rainy days``: rows with rain, where each row is a day."""
    column = _measured(_RAIN, "", words)
    if column is None or not _is_daily(words) or found["how"].lower() in words.vocabulary:
        return None
    return f'rows where "{column}" is {"0" if found["how"].lower() == "dry" else "above 0"}'


_HOURS = {
    "morning": "hour of {0} is below 12",
    "afternoon": "hour of {0} is at least 12 and hour of {0} is below 18",
    "evening": "hour of {0} is at least 18",
}
"""The hours of a part of the day, which the answer says."""


@WORDINGS.wording(r"\b(?:in|during)\s+the\s+(?P<part>morning|afternoon|evening)s?\b(?!\s+(?:of|shift|rush))")
def part_of_day(found: re.Match[str], words: Lexicon) -> str | None:
    """``sales in the morning``: by the hours of the one moment that each row has, which the answer says."""
    name, part = date_of_rows(words), found["part"].lower()
    before = found.string[: found.start()]
    if name is None or not _has_hours(name, words) or part in words.vocabulary or re.search(r"\d\s*$", before):
        return None
    if re.search(
        r"\b(?:or|vs\.?|versus|than|and)\s*(?:in\s+the\s+)?$|\b(?:or|vs\.?|versus|than)\b", found.string, re.I
    ):
        return None
    where = "where" if before.strip() else "rows where"
    return f"{where} {_HOURS[part].format(chr(34) + name + chr(34))}"


def _has_hours(name: str, words: Lexicon) -> bool:
    """Whether the moments of a column have times of day."""
    column = words.column(name)
    ends = [str(end)[11:19] for end in (column.minimum, column.maximum) if end is not None]
    return column.type != "date" and any(clock not in {"", "00:00:00"} for clock in ends)


@WORDINGS.wording(
    r"\b(?:in|from|of|during)\s+the\s+(?P<number>1[5-9]|2[01])(?:th|st)\s+century\b|\b(?P<other>1[5-9]|2[01])(?:th|st)[\s-]century\s+(?P<rows>[a-z]+)\b"
)
def century(found: re.Match[str], words: Lexicon) -> str | None:
    """``flats from the 19th century``: built from 1801 to 1900, by the one column of years."""
    years = year_columns(words)
    if len(years) != 1:
        return None
    last = int(found["number"] or found["other"]) * 100
    rows = f"{found['rows']} " if found["rows"] else ""
    begin = "" if rows or found.string[: found.start()].strip() else "rows "
    return f'{begin}{rows}where "{years[0].sql}" is between {last - 99} and {last}'


_MONTH = "|".join(f"{name.lower()}|{name[:3].lower()}" for name in MONTHS)
_DAY = (
    rf"(?:(?P<month{{0}}>{_MONTH})\.?\s+(?P<day{{0}}>\d{{{{1,2}}}})(?:st|nd|rd|th)?"
    rf"|(?P<num{{0}}>\d{{{{1,2}}}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<mon{{0}}>{_MONTH})\.?)"
)


@WORDINGS.wording(
    rf"\b(?:between|from)\s+{_DAY.format(1)}\s+(?:and|to|until|till|through)\s+{_DAY.format(2)}\b(?!,?\s+(?:of\s+)?(?:19|20)\d\d)"
)
def days_between(found: re.Match[str], words: Lexicon) -> str | None:
    """``between April 10 and April 20``: of the one year that the dates are of."""
    name = date_of_rows(words)
    year = _only_year(name, words) if name else None
    one, two = (_month_and_day(found, side) for side in (1, 2))
    if year is None or one is None or two is None or one > two:
        return None
    where = "where" if found.string[: found.start()].strip() else "rows where"
    return f'{where} "{name}" between {year}-{one[0]:02d}-{one[1]:02d} and {year}-{two[0]:02d}-{two[1]:02d}'


def _month_and_day(found: re.Match[str], side: int) -> tuple[int, int] | None:
    said = (found[f"month{side}"] or found[f"mon{side}"]).lower()
    month = next(n for n, name in enumerate(MONTHS, start=1) if name.lower().startswith(said[:3]))
    day = int(found[f"day{side}"] or found[f"num{side}"])
    return (month, day) if 1 <= day <= 31 and not (month == 2 and day > 29) else None


def _only_year(name: str, words: Lexicon) -> int | None:
    """The year that all dates of a column are of."""
    ends = {str(end)[:4] for end in (words.column(name).minimum, words.column(name).maximum) if end is not None}
    return int(ends.pop()) if len(ends) == 1 and all(end.isdigit() for end in ends) else None


@WORDINGS.wording(
    r"^\s*(?:what|which|in\s+what|in\s+which)\s+percentile\s+(?:is|are|of\s+[a-z_]+\s+is)\s+(?:an?\s+|the\s+)?(?P<what>[a-z_]+(?:\s[a-z_]+)?)\s+of\s+"
    r"(?P<number>\d[\d.,]*)(?:\s*(?P<unit>[a-z0-9]+))?\s*\??\s*$"
)
def percentile_of(found: re.Match[str], words: Lexicon) -> str | None:
    """``what percentile is a rent of 1000``: the share of rows with at most so much."""
    named = amounts_called(found["what"], words)
    unit = (found["unit"] or "").lower()
    if len(named) != 1 or (unit and canonical(unit) not in {canonical(p) for p in name_parts(named[0])}):
        return None
    return f'what percent of rows have "{named[0]}" at most {found["number"]}'


@WORDINGS.wording(
    r"\b(?P<than>below|above|under|over)\s+(?:zero|freezing(?:\s+point)?)(?:\s+degrees)?(?=\s*[?.!]*$|\s+(?:in|at|on|by|per|during)\b)"
)
def below_zero(found: re.Match[str], words: Lexicon) -> str | None:
    """``days below zero``: of the one temperature, in degrees Celsius."""
    below = found["than"].lower() in {"below", "under"}
    numbers = [c.sql for c in words.card.columns if is_number(c) and {"temperature", "temp"} & {*name_parts(c.sql)}]
    if len(numbers) != 1 or {"f", "fahrenheit", "k"} & {*name_parts(numbers[0])}:
        return None
    before = re.search(r"([a-z_]+)\s*$", found.string[: found.start()], re.IGNORECASE)
    if before is not None and amounts_called(before[1], words):
        return f"{found['than']} 0"
    return f'where "{numbers[0]}" is {"below" if below else "above"} 0'


@WORDINGS.wording(
    r"^\s*(?P<unit>km|kilomet(?:er|re)s|miles|kwh|litres|liters|kg)\s+(?=(?:per|by|each|for\s+each)\s+[a-z])"
)
def unit_by(found: re.Match[str], words: Lexicon) -> str | None:
    """``km per month``: the total of the one column in that unit."""
    per = re.match(r"(?:per|each)\s+([a-z]+)", found.string[found.end() :], re.IGNORECASE)
    if per and (
        per[1].lower() in {"hour", "second", "litre", "liter"} or canonical(per[1].lower()) in words.frame[-1:]
    ):
        return None  # a speed, or of each row
    return f"total {found['unit']} "


@WORDINGS.wording(
    r"^\s*how\s+far\s+did\s+(?:i|we)\s+(?P<verb>run|ride|cycle|walk|drive|travel|go|swim|hike)(?:\s+(?:in\s+total|altogether|overall))?(?=\s*\?*\s*$|\s+(?:in|on|during|since|last|this)\b)"
)
def how_far(found: re.Match[str], words: Lexicon) -> str | None:
    """``how far did I run in May``: the total of the one distance."""
    named = [c.sql for c in words.card.columns if is_number(c) and "distance" in name_parts(c.sql)]
    return f'total "{named[0]}"' if len(named) == 1 else None
