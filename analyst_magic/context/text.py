"""Names and values of the data as text for a model: quoted as JSON, so that none reads as an instruction."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from ..turn import ColumnCard
from .rounding import tidy

MAX_TEXT = 80
_TYPE = re.compile(r"[A-Za-z][\w\[\]:, /+-]{0,40}")
"""Types in a library's words that hold no values, as those of enumerations do."""


def type_text(column: ColumnCard) -> str:
    """A column's type: in its library's words where those say it all."""
    if column.dtype == "object":
        return f"object {column.type}"
    if _TYPE.fullmatch(column.dtype):
        return column.dtype
    return column.type + (f" in {column.zone}" if column.zone else "")


def label_code(label: Any, name: str) -> str:
    """A column's label as Python code: numbers and tuples as they are, for their text would find no column."""
    if isinstance(label, tuple):
        return "(" + ", ".join(quoted(part) for part in label) + ")"
    return quoted(label if isinstance(label, int | float) and not isinstance(label, bool) else name)


def quoted(name: Any) -> str:
    """A name as JSON; numbers stay numbers."""
    return json_text(name if isinstance(name, int | float) else str(name))


def json_text(value: Any) -> str:
    """JSON on one line: what could break the line or turn its direction is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(character if character.isprintable() else json.dumps(character)[1:-1] for character in text)


def value_text(value: Any) -> str:
    """A value of the data as JSON, numbers to six digits, at most 80 characters of text."""
    return json_text(plain_value(value))


def plain_value(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, float):
        return tidy(float(f"{value:.6g}")) if math.isfinite(value) else str(value)
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)[:MAX_TEXT]
