"""Figures in another unit than their column's: total duration in hours, budget in thousands, distance in miles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..turn import ColumnCard
from .amounts import factor_between, has_scale
from .column_choice import is_number, numbers_things
from .lexicon import Lexicon
from .linking import Tag, tags
from .plan.schema import Calculation
from .plan.words import name_parts
from .tokens import tokens

_SCALES = {
    "thousands": 1_000,
    "thousand": 1_000,
    "k": 1_000,
    "millions": 1_000_000,
    "million": 1_000_000,
    "m": 1_000_000,
}
_UNIT = (
    r"seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|kilomet(?:er|re)s?|met(?:er|re)s?|miles?|feet|km|cm|mm"
    r"|kilograms?|kilos?|kg|grams?|pounds|lbs?|tonnes?|hectares?|ha|kwh|mwh"
)
_IN = re.compile(
    rf"\s+(?:expressed\s+|measured\s+|given\s+|shown\s+)?in\s+(?:(?P<scale>thousands?|millions?|k)(?:\s+of\s+(?:euros?|dollars?|pounds?))?|(?P<unit>{_UNIT}))\b"
    r"(?!\s+(?:of|to|between|after|before|from)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SaidUnit:
    """A question about a column in another unit.

    Attributes:
        text: The question with the name of the converted column, without the unit.
        name: The name of that column; that of a real column where nothing is to be computed.
        value: How it is computed; None where the column is in the unit already.
    """

    text: str
    name: str
    value: Calculation | None


def said_unit(text: str, words: Lexicon) -> SaidUnit | None:
    """What a question with ``in hours`` or ``in thousands`` asks for; None where no one column can be meant."""
    found = _IN.search(text)
    if found is None or len(_IN.findall(text)) > 1:
        return None
    rest = text[: found.start()] + text[found.end() :]
    named = _amounts(tags(tokens(rest), words), words)
    if len(named) != 1:
        return None
    ((name, tag),) = named.items()
    column = words.column(name)
    divisor = _divisor(found, column)
    if divisor is None:
        return None
    if divisor == 1:
        return SaidUnit(rest, name, None)
    unit = (found["scale"] or found["unit"]).lower()
    made = f"{_plain(name)}_in_{'thousands' if unit == 'k' else unit}"
    mention = re.compile(r"\s+".join(map(re.escape, tag.text.split())), re.IGNORECASE)
    asked = mention.sub(f'"{made}"', rest.replace(f'"{tag.text}"', tag.text), count=1)
    operator, by = ("*", round(1 / divisor, 9)) if divisor < 1 else ("/", round(divisor, 9))
    by = int(by) if float(by).is_integer() else by
    return SaidUnit(asked, made, Calculation(operator=operator, left=name, right=by))  # type: ignore[arg-type]


def _amounts(found: list[Tag], words: Lexicon) -> dict[str, Tag]:
    """The columns of amounts that a question names outside of its conditions, by name."""
    named: dict[str, Tag] = {}
    for tag, after in zip(found, [*found[1:], Tag("end", "")], strict=True):
        names: tuple[str, ...] = tag.meaning if tag.kind == "column" else ()
        amount = len(names) == 1 and is_number(words.column(names[0])) and not numbers_things(words.column(names[0]))
        if amount and after.kind not in {"operator", "is", "between", "number"}:
            named.setdefault(names[0], tag)
    return named


def _divisor(found: re.Match[str], column: ColumnCard) -> float | None:
    """By what the values of a column are divided; None where it is not known in which unit they are."""
    if found["scale"]:
        return None if has_scale(column) else float(_SCALES[found["scale"].lower()])
    return factor_between(column, found["unit"])


def _plain(name: str) -> str:
    """The name of a column without its unit."""
    parts = name.split("_")
    unit = {
        "min",
        "mins",
        "minutes",
        "h",
        "hours",
        "s",
        "sec",
        "seconds",
        "days",
        "km",
        "kg",
        "g",
        "m",
        "cm",
        "mi",
        "miles",
    }
    return "_".join(parts[:-1]) if len(parts) > 1 and parts[-1].lower() in unit else "_".join(name_parts(name))
