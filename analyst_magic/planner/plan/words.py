"""Column names as words: split, spelt out, and put back together for titles and axes."""

from __future__ import annotations

import re
from functools import lru_cache

ABBREVIATIONS: dict[str, str] = {
    "acct": "account", "addr": "address", "alt": "altitude", "amt": "amount", "arr": "arrival", "avg": "average",
    "cat": "category", "cnt": "count", "csat": "satisfaction", "cust": "customer", "dept": "department",
    "dep": "departure",
    "desc": "description", "dest": "destination", "dewp": "dewpoint", "dist": "distance", "dob": "birthday",
    "dur": "duration", "emp": "employee", "freq": "frequency", "hr": "hour", "hrs": "hours", "humid": "humidity",
    "id": "id", "lat": "latitude", "len": "length", "lon": "longitude", "lng": "longitude", "max": "maximum",
    "mfr": "manufacturer", "min": "minimum", "mo": "month", "mth": "month", "num": "number", "org": "organisation",
    "orig": "origin", "pct": "percent", "pop": "population", "precip": "precipitation", "prod": "product",
    "qtr": "quarter", "qty": "quantity", "reg": "region", "rev": "revenue", "sched": "scheduled", "spd": "speed",
    "std": "std", "tailnum": "tailnumber", "temp": "temperature", "tz": "timezone", "tzone": "timezone",
    "val": "value", "visib": "visibility", "wt": "weight", "yr": "year",
}  # fmt: skip

UNITS: dict[str, str] = {
    "mm": "mm", "cm": "cm", "m": "m", "km": "km", "mi": "mi", "ft": "ft", "g": "g", "kg": "kg", "lb": "lb",
    "ms": "ms", "s": "s", "sec": "s", "usd": "USD", "eur": "EUR", "gbp": "GBP", "pct": "%", "percent": "%",
    "c": "°C", "f": "°F", "ha": "ha", "kwh": "kWh", "mwh": "MWh", "sqm": "m²",
    "mb": "MB", "gb": "GB",
}  # fmt: skip

UNIT_WORDS: dict[str, str] = {
    "minute": "min", "minutes": "min", "mins": "min", "mile": "mi", "miles": "mi", "kilometres": "km",
    "kilometers": "km", "millimetres": "mm", "millimeters": "mm", "grams": "g", "gram": "g", "kilograms": "kg",
    "dollars": "USD", "euros": "EUR", "usd": "USD", "eur": "EUR", "feet": "ft", "metres": "m", "meters": "m",
    "seconds": "s", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "wk", "weeks": "wk", "pct": "%",
    "percent": "%", "pounds": "lb", "bn": "billion", "millions": "million", "billions": "billion", "mln": "million",
    "thousands": "thousand", "mn": "million", "metre": "m", "meter": "m", "foot": "ft",
    "hectare": "ha", "hectares": "ha", "sqm": "m²", "m2": "m²", "square meter": "m²", "square meters": "m²",
    "square metre": "m²", "square metres": "m²", "kilometre": "km", "kilometer": "km", "kwh": "kWh", "mwh": "MWh",
}  # fmt: skip
"""How questions write the units."""

_TIMES = frozenset({"delay", "duration", "dur", "time", "wait", "waiting", "elapsed", "runtime", "travel", "late"})

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+|[^\W_]+")


@lru_cache(maxsize=20_000)
def name_parts(name: str) -> tuple[str, ...]:
    """A name's parts in lower case: ``bill_length_mm`` and ``BillLengthMM`` both give bill, length, mm."""
    return tuple(part.lower() for part in _PART.findall(name))


def unit_of(name: str) -> str:
    """The unit that a name ends in, as it is written, or an empty string.

    >>> unit_of("dep_delay_min"), unit_of("temp_min")
    ('min', '')
    """
    parts = name_parts(name)
    if len(parts) > 1 and parts[-1] == "min" and _TIMES & set(parts[:-1]):
        return "min"  # minutes, where others mean the minimum
    return UNITS.get(parts[-1], "") if len(parts) > 1 else ""


def written_parts(name: str) -> list[str]:
    """A name's parts with its capitals; capitals alone are a way to write any name, as in some databases.

    >>> written_parts("Net revenue"), written_parts("EU_revenue"), written_parts("ARR_DELAY")
    (['Net', 'revenue'], ['EU', 'revenue'], ['arr', 'delay'])
    """
    parts = _PART.findall(name)
    small = name.isupper() and len("".join(parts)) > MAX_INITIALS
    return [part.lower() for part in parts] if small else parts


@lru_cache(maxsize=20_000)
def spoken(name: str) -> str:
    """A name as words, abbreviations spelt out, without its unit, with the capitals that it is written with.

    >>> spoken("dep_delay"), spoken("EU_revenue"), spoken("Kunde"), spoken("ARR_DELAY")
    ('departure delay', 'EU revenue', 'Kunde', 'arrival delay')
    """
    parts = written_parts(name)
    if unit_of(name):
        parts = parts[:-1]
    return " ".join(map(_spelt_out, parts)) or name


MAX_INITIALS = 5
"""Letters of a name in capitals alone, as ``GDP``, up to which they are taken for initials."""


def _spelt_out(part: str) -> str:
    """A part of a name, or the word that it is short for."""
    word = ABBREVIATIONS.get(part.lower(), part)
    if word == part.lower():
        return part
    return capital(word) if part.istitle() else word


def heading(name: str) -> str:
    """A name as an axis title: ``bill_length_mm`` gives ``Bill length (mm)``."""
    unit = unit_of(name)
    return capital(spoken(name)) + (f" ({unit})" if unit else "")


def capital(text: str) -> str:
    """The text with its first letter in upper case and the rest as it is."""
    return text[:1].upper() + text[1:]


def singular(words: str) -> str:
    """Words for one thing: ``flights`` gives ``flight``."""
    low = words.lower()
    if len(words) < 4 or low.endswith(("ss", "us", "is", "series", "species")):
        return words
    if low.endswith("ies"):
        return words[:-3] + "y"
    if low.endswith(("sses", "xes", "ches", "shes")):
        return words[:-2]
    return words.removesuffix("s")


def plural(words: str) -> str:
    """Words for several things: ``carrier`` gives ``carriers``."""
    low = words.lower()
    if low.endswith(("series", "species")) or (low.endswith("s") and singular(words) != words):
        return words
    if low.endswith("y") and low[-2:-1] not in "aeiou":
        return words[:-1] + "ies"
    return words + ("es" if low.endswith(("s", "x", "ch", "sh")) else "s")
