"""Numbers that a column holds as text: ``1,182,000``, ``$1,250.50``, ``48,210 (est.)``, ``28.1%``, ``(12.50)``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from ...errors import CheckFailed
from ...language import message
from ...turn import NUMBER_TYPES, ColumnCard
from .nodes import call, text

_NUMBER = re.compile(
    r"(?P<open>\()?\s*[-−+]?\s*(?P<currency>[$€£¥])?\s*[-−+]?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<rest>\.\d+)?\s*"
    r"(?P<unit>%|[€£¥]|[a-zA-Z²]{1,4}|million|billion)?\s*(?P<close>\))?\s*(?:\([^()]*\)|\[[^\[\]]*\])*\s*[*†‡]*"
)
_ABSENT = frozenset({"", "-", "–", "—", "?", "x", "n/a", "na", "none", "null", "unknown", "n.a.", "tba", "tbd"})
_DIGITS = r"[-+]?[0-9][0-9,]*([.][0-9]+)?"
_MASK = re.compile(r"[-+$?]*9+…?(,9+…?)*(\.9+…?)?%?( ?\([^()]*\)| ?\[[^\[\]]*\])*")
MAX_DIGITS = 18
"""Digits of a whole number that 64 bits hold, whichever they are."""
MAX_LONG_DIGITS = 38
"""Digits that 128 bits hold; a column of longer ones stays text."""
MIN_SHARE = 0.5
"""Share of the distinct texts that must be numbers; the others are signs for a missing value."""


def number_type(column: ColumnCard) -> str | None:
    """``integer`` or ``float`` where all that a column of text holds are numbers, else None.

    Codes are none: ``02134``, and whole numbers of one length without any sign, such as ``62005``.
    """
    if column.type not in {"text", "category"} or not column.distinct:
        return None
    texts = [value.strip() for value, _ in column.values if isinstance(value, str)]
    if len(texts) < column.distinct:
        return _type_of_shapes(column)
    found = [text for text in texts if text.lower() not in _ABSENT]
    parts = [_NUMBER.fullmatch(text) for text in found]
    if not found or len(found) < MIN_SHARE * len(texts) or not all(parts):
        return None
    return _type([part for part in parts if part is not None])


def _type(parts: Sequence[re.Match[str]]) -> str | None:
    signs = {(part["currency"] or part["unit"] or "").lower() for part in parts}
    digits = [part["digits"] for part in parts]
    rests = [part["rest"] or "" for part in parts]
    plain = all(part.group().strip().isdigit() for part in parts)
    if len(signs) > 1 or any((part["open"] is None) != (part["close"] is None) for part in parts):
        return None
    if any((len(text) > 1 and text.startswith("0")) or len(text) > MAX_LONG_DIGITS for text in digits):
        return None
    if plain and (len({len(text) for text in digits}) == 1 or len(parts) < 2):
        return None
    if all(len(rest) == 4 for rest in rests) and not any("," in text for text in digits):
        return None  # 1.234 may be a thousand and more
    return "float" if any(rests) else "integer"


def _type_of_shapes(column: ColumnCard) -> str | None:
    shapes = [shape for shape, _ in column.shapes]
    known = sum(number for _, number in column.shapes)
    if not shapes or known < column.rows - (column.nulls or 0) or not all(_MASK.fullmatch(shape) for shape in shapes):
        return None
    return "float" if any("," in shape or "$" in shape or "%" in shape for shape in shapes) else None


def as_number(column: ColumnCard) -> ColumnCard:
    """The card of a column of such texts as that of the numbers in it.

    Raises:
        CheckFailed: Its texts are no numbers.
    """
    if column.type in NUMBER_TYPES:
        return column
    kind = number_type(column)
    if kind is None:
        raise CheckFailed(
            message("The texts of the column {column} are not all numbers.", column=column.sql),
            message("Convert it to numbers first."),
        )
    texts = [value for value, _ in column.values if isinstance(value, str) and value.strip().lower() not in _ABSENT]
    known = [_value(text) for text in texts] if len(column.values) == column.distinct else []
    return replace(column, type=kind, values=(), shapes=(), minimum=min(known, default=None),
                   maximum=max(known, default=None), nulls=None)  # fmt: skip


def _value(text: str) -> float:
    found = re.search(_DIGITS, text.replace("−", "-"))
    assert found is not None
    number = float(found[0].replace(",", ""))
    return -number if text.strip().startswith("(") else number


def number_value(value: exp.Expr, column: ColumnCard) -> exp.Expr:
    """The number in a text, in SQL; null where there is none."""
    texts = [known.strip() for known, _ in column.values if isinstance(known, str)]
    marked = value.copy()
    for sign, plain in (("−", "-"), ("$", ""), ("€", ""), ("£", "")):
        if any(re.match(r"\(?[-−+]?\s*" + re.escape(sign), known) for known in texts):
            marked = call("replace", marked, text(sign), text(plain))
    digits = call("replace", call("regexp_extract", marked, text(_DIGITS)), text(","), text(""))
    kind = "DOUBLE"
    if number_type(column) == "integer":
        longest = max((sum(map(str.isdigit, known)) for known in texts), default=0)
        kind = "BIGINT" if longest <= MAX_DIGITS else "HUGEINT"
    number = exp.TryCast(this=digits, to=exp.DataType.build(kind, dialect="duckdb"))
    if not any(known.startswith("(") for known in texts):
        return number
    negative = call("starts_with", value.copy(), text("("))
    return exp.Case().when(negative, exp.Neg(this=number.copy())).else_(number)
