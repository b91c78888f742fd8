"""A frame's card as text for a model. Values from the data are quoted as JSON, so that none reads as an instruction."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..sources.frames import variables
from ..turn import ColumnCard, FrameCard
from ..turn.tokens import estimate_tokens

MAX_VALUES = 12
_LONGEST_COLUMN = 200
"""Tokens that one column may take beyond the budget, so that a narrow budget still shows something."""


def describe(card: FrameCard) -> str:
    """One heading line and one line for each column."""
    about = "" if card.exact else ", figures from a sample"
    (variable,) = variables([card.name]).values()
    about += f", in Python {variable}" if variable != card.name else ""
    head = f"{_quoted(card.name)}: {_KINDS.get(card.kind, card.kind)}, {card.rows:,} rows{about}"
    lines = [head, *(_column(column, i < card.index) for i, column in enumerate(card.columns))]
    if card.sample:
        lines.append("  sample rows:")
        lines += ["  " + json_text([_value(value) for value in row]) for row in card.sample]
    return "\n".join(lines)


def fit(question: str, cards: Sequence[FrameCard], budget: int) -> tuple[tuple[FrameCard, ...], tuple[str, ...]]:
    """Cut cards down to a number of tokens: columns that share words with the question stay first.

    Returns:
        The cards, their columns in their own order, and a line for each that lost some.
    """
    if sum(estimate_tokens(describe(card)) for card in cards) <= budget:
        return tuple(cards), ()
    words = _words(question)
    kept, notes, left = [], [], budget
    for position, card in enumerate(cards):
        share = left // (len(cards) - position)
        cut = _cut(card, words, share)
        left -= estimate_tokens(describe(cut))
        kept.append(cut)
        if len(cut.columns) < len(card.columns):
            notes.append(f"{card.name}: {len(card.columns) - len(cut.columns):,} more columns are not listed.")
    return tuple(kept), tuple(notes)


def _cut(card: FrameCard, words: set[str], budget: int) -> FrameCard:
    order = sorted(range(len(card.columns)), key=lambda i: (-len(words & _words(card.columns[i].name)), i))
    keep: set[int] = set()
    used = estimate_tokens(describe(replace(card, columns=(), sample=(), index=0)))
    for i in order:
        cost = estimate_tokens(_column(card.columns[i], False)) + 1
        if used + cost > budget and (keep or cost > _LONGEST_COLUMN):
            continue
        used += cost
        keep.add(i)
    index = sum(1 for i in range(card.index) if i in keep)
    return replace(card, columns=tuple(card.columns[i] for i in sorted(keep)), sample=(), index=index)


def _column(column: ColumnCard, index: bool) -> str:
    facts = [
        f"  - {label_code(column.label, column.name)} {column.type}" + (f" in {column.zone}" if column.zone else "")
    ]
    if index:
        facts.append("is the index")
    if column.sql != column.name:
        facts.append(f"in SQL {_quoted(column.sql)}")
    if column.nulls:
        facts.append(f"{column.nulls:,} nulls")
    if column.distinct is not None:
        facts.append(f"{column.distinct:,} distinct")
    if column.minimum is not None:
        facts.append(f"{value_text(column.minimum)} to {value_text(column.maximum)}")
    if column.quantiles:
        facts.append("5/25/50/75/95% " + " ".join(value_text(value) for value in column.quantiles))
    if column.mean is not None:
        facts.append(f"mean {value_text(column.mean)}")
    if column.values:
        shown = column.values[:MAX_VALUES]
        facts.append(
            "values "
            + ", ".join(value_text(value) for value, _ in shown)
            + (" …" if len(column.values) > len(shown) else "")
        )
    return ", ".join(facts)


def _words(text: str) -> set[str]:
    parts = re.findall(r"[A-Za-z][a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_]+", text)
    return {part.lower().rstrip("s") for part in parts}


def label_code(label: Any, name: str) -> str:
    """A column's label as Python code: numbers and tuples as they are, for their text would find no column."""
    if isinstance(label, tuple):
        return "(" + ", ".join(_quoted(part) for part in label) + ")"
    return _quoted(label if isinstance(label, int | float) and not isinstance(label, bool) else name)


def _quoted(name: Any) -> str:
    return json_text(name if isinstance(name, int | float) else str(name))


def json_text(value: Any) -> str:
    """JSON on one line: what could break the line or turn its direction is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(character if character.isprintable() else json.dumps(character)[1:-1] for character in text)


def value_text(value: Any) -> str:
    """A value of the data as JSON, numbers to six digits, at most 80 characters of text."""
    return json_text(_value(value))


def _value(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else str(value)
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)[:80]


_KINDS = {
    "pandas": "pandas.DataFrame",
    "series": "pandas.Series (SQL sees a table with its index and its values as columns)",
    "polars": "polars.DataFrame",
    "polars series": "polars.Series (SQL sees a table with its values as the one column)",
    "arrow": "pyarrow.Table",
    "duckdb": "DuckDB relation",
    "file": "file, as a DuckDB relation (use duckdb.sql(...) over it; it may be larger than memory)",
}
