"""Numbers with units and per cent signs, in the unit of their column."""

from __future__ import annotations

import re
from typing import Any

from ..errors import Abstained
from ..language import message
from ..turn import NUMBER_TYPES, ColumnCard
from .lexicon import Lexicon
from .linking import Tag
from .plan.words import UNIT_WORDS, UNITS, name_parts, unit_of
from .synonyms import RELATED, VERB_FORMS
from .tokens import canonical, main_synonym

_FACTORS: dict[str, tuple[str, float]] = {
    "mm": ("length", 0.001), "cm": ("length", 0.01), "m": ("length", 1.0), "km": ("length", 1000.0),
    "ft": ("length", 0.3048), "mi": ("length", 1609.344), "g": ("mass", 0.001), "kg": ("mass", 1.0),
    "lb": ("mass", 0.45359237), "ms": ("time", 0.001), "s": ("time", 1.0), "min": ("time", 60.0),
    "h": ("time", 3600.0), "d": ("time", 86400.0), "wk": ("time", 604800.0), "USD": ("dollars", 1.0),
    "EUR": ("euros", 1.0), "GBP": ("pounds", 1.0), "%": ("share", 1.0),
    "ha": ("area", 10_000.0), "m²": ("area", 1.0), "kWh": ("energy", 1.0), "MWh": ("energy", 1000.0),
    "°C": ("celsius", 1.0), "°F": ("fahrenheit", 1.0),
    "mph": ("speed", 1.0), "thousand": ("number", 1e3), "million": ("number", 1e6), "billion": ("number", 1e9),
    "trillion": ("number", 1e12),
}  # fmt: skip
_USUAL = frozenset({"min", "mi", "USD", "EUR", "ft", "m", "mm", "g", "s", "mph", "km", "degrees"})
"""Units that a column without one in its name is taken to have; of others it is not clear what they are in it."""


_DEGREES = frozenset({"degree", "degrees"})
SCALES = frozenset({"thousand", "million", "billion", "trillion"})
"""Words behind a number that multiply it."""


def unit_named(tag: Tag) -> str:
    """The unit that a word names, as its sign."""
    low = tag.text.lower()
    return UNIT_WORDS.get(low, low)


def column_in(unit: str, words: Lexicon) -> ColumnCard | None:
    """The one column of numbers whose name has a unit: ``distance_km`` for *kilometers*.

    Args:
        unit: The unit as a question writes it; times and scales are no names of columns.
        words: The frame's.
    """
    sign = UNIT_WORDS.get(unit.lower(), unit.lower())
    if _FACTORS.get(sign, ("time", 1.0))[0] in {"time", "number", "share"}:
        return None
    found = [column for column in words.card.columns if column.type in NUMBER_TYPES and _unit(column) == sign]
    return found[0] if len(found) == 1 else None


def converted(number: Tag, unit: Tag | None, column: ColumnCard) -> Any:
    """A number in the unit of the column that it is compared with.

    Raises:
        Abstained: The column has another kind of unit, or it is not known in which unit it is.
    """
    value = number.meaning
    if "%" in number.text or (unit is not None and unit_named(unit) == "%"):
        return _share(value, column)
    if unit is None:
        return value
    own, asked = _unit(column), unit_named(unit)
    if asked in SCALES:
        return _scaled(value, asked, column)
    if not own:
        if asked in _USUAL:
            return value
        raise Abstained(
            message("It is not known in which unit {column} is.", column=column.sql),
            message("Write the number in its own unit, without “{unit}”.", unit=unit.text),
        )
    if asked in _DEGREES and own in {"°C", "°F"}:
        return value
    kind, factor = _FACTORS.get(own, (own, 1.0))
    other, times = _FACTORS.get(asked, (asked, 1.0))
    if kind != other:
        raise Abstained(
            message("{column} is in {own}, not in {unit}.", column=column.sql, own=own, unit=unit.text),
            message("Write the number in {own}.", own=own),
        )
    exact = round(value * times / factor, 9)
    return int(exact) if float(exact).is_integer() else exact


def _scaled(value: float, scale: str, column: ColumnCard) -> Any:
    """``9 million`` in the column's own scale: of ``viewers (millions)`` 9, of ``viewers`` 9,000,000."""
    own = next(filter(None, map(_scale_of, name_parts(column.sql))), "")
    exact = round(value * _FACTORS[scale][1] / (_FACTORS[own][1] if own else 1), 9)
    return int(exact) if float(exact).is_integer() else exact


def _scale_of(part: str) -> str:
    """The scale that a part of a name says: ``millions``, ``musd``, ``keur``."""
    word = UNIT_WORDS.get(part, part)
    money = re.fullmatch(r"(k|t|m|mm|mn|mio|bn|b)(?:usd|eur|gbp|chf|jpy|cad|aud|cny|inr)", part)
    return word if word in SCALES else _OF_MONEY[money[1]] if money else ""


_OF_MONEY = {"k": "thousand", "t": "thousand", "bn": "billion", "b": "billion"} | dict.fromkeys(
    ("m", "mm", "mn", "mio"), "million"
)


def factor_between(column: ColumnCard, unit: str) -> float | None:
    """How many of a column's units one of another unit is: 60 for a column of minutes and *hours*.

    None where the column's unit is not in its name, or is one of something else.
    """
    low = unit.lower()
    asked = UNIT_WORDS.get(low, UNIT_WORDS.get(f"{low}s", low))
    own = _unit(column) or _first_unit(column)
    kind, factor = _FACTORS.get(own, ("", 1.0))
    other, times = _FACTORS.get(asked, ("other", 1.0))
    return times / factor if kind == other else None


def _first_unit(column: ColumnCard) -> str:
    """The unit of time that a name begins with: ``hours_to_fix``."""
    return {"minutes": "min", "hours": "h", "days": "d", "seconds": "s", "weeks": "wk"}.get(
        next(iter(name_parts(column.sql)), ""), ""
    )


def has_scale(column: ColumnCard) -> bool:
    """Whether a column's name says that its numbers are thousands or millions."""
    return any(map(_scale_of, name_parts(column.sql)))


def column_of(hint: str, unit: Tag | None, words: Lexicon) -> ColumnCard | None:
    """The one column of numbers that a word such as *longer* points at, or that has such a unit."""
    numbers = [column for column in words.card.columns if column.type in NUMBER_TYPES]
    kind = _FACTORS.get(unit_named(unit), ("", 1.0))[0] if unit is not None else ""
    fitting = [c for c in numbers if kind and _FACTORS.get(_unit(c), ("", 1.0))[0] == kind]
    if len(fitting) == 1:
        return fitting[0]
    pointed = [column for column in numbers if points_at(hint, column)]
    return pointed[0] if len(pointed) == 1 else None


def points_at(hint: str, column: ColumnCard) -> bool:
    """Whether a word such as *length* may mean a column, by its name; a length may be told in minutes."""
    wanted = {hint, *RELATED.get(hint, ())} - {""}
    parts = name_parts(column.sql)
    if hint == "length" and _PRICES & {*parts}:
        return False  # price_night is not how long
    timed = hint == "length" and bool(_LASTS & {*parts})
    return timed or bool(wanted & {main_synonym(canonical(part)) for part in parts})


def refuse_participle(text: str, hint: str, column: ColumnCard) -> None:
    """Refuse ``highest paid`` for a column of anything but pay: what was paid is not said by it.

    Args:
        text: The superlative with its participle.
        hint: The column that it points at, such as *salary*.
        column: The column that it would be taken for.

    Raises:
        Abstained: The participle would be left unused.
    """
    participle = text.lower().split()[-1]
    if participle not in {"paid", "rated"} or points_at(hint, column):
        return
    if VERB_FORMS[participle] not in {VERB_FORMS.get(part, part) for part in name_parts(column.sql)}:
        raise Abstained(
            message("It is not clear what “{participle}” says of {column}.", participle=participle, column=column.sql),
            message("Say it as a condition on a column, or leave it out."),
        )


_LASTS = frozenset("minutes mins min hours days nights weeks".split())
"""Units in the names of columns that say how long something lasted."""
_PRICES = frozenset("price rate cost fee fare rent eur usd gbp amount".split())
_TAKEN = frozenset(
    "time hours hour minutes min mins seconds sec secs days ms duration delay latency wait elapsed runtime".split()
)


def takes_time(column: ColumnCard) -> bool:
    """Whether a column says how long something took, so that the slowest has the most of it."""
    return column.type == "duration" or bool(_TAKEN & {*name_parts(column.sql)})


def _unit(column: ColumnCard) -> str:
    parts = name_parts(column.sql)
    last = parts[-1] if parts else ""
    return unit_of(column.sql) or {"minutes": "min", "min": "min", "hours": "h", "hrs": "h", "days": "d", "mins": "min",
                                   "seconds": "s", "miles": "mi"}.get(last, "") or UNITS.get("", "")  # fmt: skip


def _share(value: float, column: ColumnCard) -> float:
    """Per cent, as a fraction where the column holds fractions of one."""
    try:
        fractions = float(column.maximum) <= 1 and float(column.minimum) >= -1
    except (TypeError, ValueError):
        if unit_of(column.sql) == "%":
            return value
        raise Abstained(
            message("It is not known whether {column} is in per cent.", column=column.sql),
            message("Write the number as the column has it."),
        ) from None
    if fractions:
        return round(value / 100, 12)
    return value
