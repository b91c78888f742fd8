"""Columns that a question defines itself: ``revenue = quantity * unit_price``, ``quantity times unit_price``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .column_choice import is_number
from .lexicon import Lexicon, lexicon
from .linking import columns_called
from .plan.cards import is_time
from .plan.schema import Calculation, Derived, QueryPlan
from .said_units import said_unit
from .tokens import canonical

_SIGNS = {"*": "*", "×": "*", "times": "*", "x": "*", "multiplied by": "*", "-": "-", "−": "-", "minus": "-", "+": "+",
          "plus": "+", "/": "/", "÷": "/", "divided by": "/"}  # fmt: skip
_SIGN = r"\*|×|times|multiplied\s+by|-|−|minus|\+|plus|/|÷|divided\s+by"
_DAYS = re.compile(
    r"(?:number\s+of\s+)?(?P<unit>days?|weeks?|months?|hours?|minutes?|years?)\s+(?:between|from)\s+"
    r"(?P<left>[\w ]+?)\s+(?:and|to|until)\s+(?P<right>\w+)",
    re.I,
)
_SIGNED = re.compile(_SIGN, re.I)
_NAMED = re.compile(
    rf"[,\s]+(?:where|with|when|if|assuming|using|and)\s+(?P<name>[A-Za-z]\w*)\s*(?:=|is|equals|being|as)\s*"
    rf"(?P<left>[\w ]+?)\s*(?P<sign>{_SIGN})\s*(?P<right>[\w ]+?)\s*[?.!]*$",
    re.I,
)
_BRACKETED = re.compile(
    rf"(?P<name>[A-Za-z]\w*)\s*\((?P<left>[\w ]+?)\s*(?P<sign>{_SIGN})\s*(?P<right>[\w ]+?)\)", re.I
)
_INLINE = re.compile(
    r"\b(?P<left>\w+)\s*(?P<sign>\*|×|\btimes\b|\bmultiplied\s+by\b|\bminus\b|\s-\s)\s*(?P<right>\w+)\b", re.I
)
_OF_TWO_WORDS = tuple(
    re.compile(rf"\b(?P<left>{left})\s+(?P<sign>times|multiplied\s+by|minus)\s+(?P<right>{right})\b", re.I)
    for left, right in ((r"\w+\s\w+", r"\w+\s\w+"), (r"\w+\s\w+", r"\w+"), (r"\w+", r"\w+\s\w+"))
)
"""``home goals minus away goals``: names of two words on both sides, or on one."""


@dataclass(frozen=True, slots=True)
class Defined:
    """A question with a column of its own.

    Attributes:
        text: The question as one about that column.
        words: The frame's names with it.
        column: How it is computed.
    """

    text: str
    words: Lexicon
    column: Derived


def defined(text: str, words: Lexicon) -> Defined | None:
    """The column that a question defines; None where it defines none of two columns of numbers.

    Raises:
        Abstained: Its name is that of a column.
    """
    if (apart := _between_dates(text, words)) is not None:
        return apart
    if (unit := said_unit(text, words)) is not None and unit.value is not None:
        return _with_column(unit.text, words, unit.name, unit.value)
    if (earned := _revenue(text, words)) is not None:
        return earned
    if not _SIGNED.search(text):
        return None
    named = _NAMED.search(text)
    bracketed = None if named else _BRACKETED.search(text)
    found = named or bracketed or _of_two_words(text, words) or _INLINE.search(text)
    if found is None:
        return None
    sides = [_number(found[side], words) for side in ("left", "right")]
    if None in sides or sides[0] == sides[1]:
        return None
    left, right = (str(side) for side in sides)
    sign = _SIGNS[" ".join(found["sign"].lower().split())]
    if bracketed:
        name, text = bracketed["name"], text[: bracketed.end("name")] + text[bracketed.end() :]
    elif named:
        name, text = named["name"], text[: named.start()]
        text = re.sub(rf"^\s*{name}\b", f"total {name}", text, flags=re.I)
    else:
        spelt = {"*": "times", "-": "minus", "+": "plus", "/": "by"}[sign]
        name = f"{left}_{spelt}_{right}".replace(" ", "_")
        text = f'{text[: found.start()]} "{name}" {text[found.end() :]}'
    if name.lower() in {column.sql.lower() for column in words.card.columns}:
        raise Abstained(
            message("{frame} has a column {name} already.", frame=words.card.name, name=name),
            message("Give what you define another name."),
        )
    value = Calculation(operator=sign, left=left, right=right)  # type: ignore[arg-type]
    return _with_column(text, words, name, value)


def _of_two_words(text: str, words: Lexicon) -> re.Match[str] | None:
    for pattern in _OF_TWO_WORDS:
        found = pattern.search(text)
        if found is not None and all(_number(found[side], words) for side in ("left", "right")):
            return found
    return None


_REVENUE = re.compile(
    r"\b(?P<before>(?:total|sum\s+of|average|mean|median|highest|lowest|most|least|by|max|maximum|min|minimum)\s+(?:the\s+)?)?"
    r"(?P<noun>revenue|turnover|sales|takings)\b(?!\s+(?:rep|agent|channel|person|team|date|id)s?\b)",
    re.I,
)


def _revenue(text: str, words: Lexicon) -> Defined | None:
    """``revenue per waiter``, where each row has a ``unit_price`` and a ``quantity``, and nothing lowers it."""
    found = _REVENUE.search(text)
    numbers = {c.sql.lower(): c.sql for c in words.card.columns if is_number(c)}
    prices = [numbers[name] for name in ("unit_price", "price_per_unit", "price_each") if name in numbers]
    amounts = [numbers[name] for name in ("quantity", "qty", "units") if name in numbers]
    lowered = any(word in name for name in numbers for word in ("discount", "tax", "refund", "rebate", "vat"))
    rows = found is not None and (
        canonical(found["noun"].lower()) in words.frame
        or re.search(r"\b(?:how\s+many|number\s+of|count\s+of)\s+$", text[: found.start()], re.I)
    )
    if found is None or rows or len(prices) != 1 or len(amounts) != 1 or lowered:
        return None
    if columns_called(found["noun"], words) and not _is_a_price(found["noun"], prices[0], words):
        return None
    before = (found["before"] or "").lower()
    if before.startswith(("average", "mean", "median")) and re.match(
        r"\s+(?:per|by|a|each|every)\b", text[found.end() :], re.I
    ):
        return None  # the mean of the rows of a day, or of the totals of the days?
    ends = before.startswith(("highest", "lowest", "most", "least", "by"))
    end = {"most": "highest ", "least": "lowest "}.get(before.split()[0] if before else "", before)
    said = f'{end}total "revenue"' if ends or not before else f'{before}"revenue"'
    value = Calculation(operator="*", left=amounts[0], right=prices[0])
    return _with_column(text[: found.start()] + said + text[found.end() :], words, "revenue", value)


def _is_a_price(noun: str, price: str, words: Lexicon) -> bool:
    return columns_called(noun, words) == (price,)


def _between_dates(text: str, words: Lexicon) -> Defined | None:
    """``average days between order_date and shipped``."""
    found = _DAYS.search(text)
    if found is None:
        return None
    sides = [_time(found[side], words) for side in ("left", "right")]
    if None in sides or sides[0] == sides[1]:
        return None
    left, right = (str(side) for side in sides)
    unit = found["unit"].lower().rstrip("s") + "s"
    name = f"{unit}_from_{left}_to_{right}".replace(" ", "_")
    value = Calculation(operator=unit, left=left, right=right)  # type: ignore[arg-type]
    rest = f'{text[: found.start()]} "{name}" {text[found.end() :]}'
    return _with_column(rest, words, name, value)


def _with_column(text: str, words: Lexicon, name: str, value: Calculation) -> Defined:
    """The question as one about a frame that has the column."""
    card = replace(
        words.card, columns=(*words.card.columns, ColumnCard(name, name, name, "float", rows=words.card.rows))
    )
    own = replace(lexicon(card, words.today), text_numbers=words.text_numbers)
    return Defined(text, own, Derived(name=name, value=value))


def _time(text: str, words: Lexicon) -> str | None:
    names = [name for name in columns_called(text.strip(), words) if is_time(words.column(name))]
    return names[0] if len(names) == 1 else None


def with_definition(plan: QueryPlan, column: Derived) -> QueryPlan:
    """A plan that names a defined column, with how it is computed.

    Raises:
        Abstained: It does not name it.
    """
    if plan.source is not None:
        return plan.model_copy(update={"source": with_definition(plan.source, column)})
    if column.name not in plan.columns:
        raise Abstained(
            message("It is not clear what to do with {column} here.", column=column.name),
            message("Say for example “total revenue by ...”."),
        )
    return plan.model_copy(update={"derived": (column, *plan.derived)})  # others may be computed from it


def _number(text: str, words: Lexicon) -> str | None:
    names = [name for name in columns_called(text.strip(), words) if is_number(words.column(name))]
    return names[0] if len(names) == 1 else None
