"""The figures of a step that a model may be told below the level ``rows``: aggregates whose rows were counted."""

from __future__ import annotations

import decimal
import math
from typing import Any

import pyarrow as pa

from ..sources.frames import label_text
from ..turn import Output, Privacy
from .privacy import SHARED_BY
from .text import json_text, value_text
from .vocabulary import Vocabulary

COUNTED_LEVELS: tuple[Privacy, ...] = ("stats", "masked")
"""The levels at which aggregates may be told, and not rows."""
MAX_ROWS = 20
MAX_COLUMNS = 6
DIGITS = 3
"""Significant digits of a number: enough to go on with, and too few to carry a value of the data in the rest."""


def aggregates(output: Output, known: Vocabulary) -> str:
    """A table of aggregates as text: the rows that stand for at least five rows of the data, numbers to three digits.

    Args:
        output: The table, with the rows of the data behind each of its rows.
        known: What the model has been sent; it decides which columns may be named.
    """
    labels, rows = output.labels[:MAX_COLUMNS], row_texts(output)
    shared = [row for row, behind in enumerate(output.behind) if behind >= SHARED_BY]
    lines = [
        f"A table of aggregates; each number has {DIGITS} significant digits here, and all of them in the sandbox."
    ]
    lines.append("  columns: " + ", ".join(_name(label, i, known) for i, label in enumerate(labels)))
    lines += [f"  {rows[row]}" for row in shared[:MAX_ROWS]]
    if len(shared) > MAX_ROWS:
        lines.append("  … and further rows.")
    if len(output.labels) > MAX_COLUMNS:
        lines.append("  … and further columns.")
    if len(shared) < len(output.behind):
        lines.append(f"Rows that stand for fewer than {SHARED_BY} rows of the data are withheld.")
    return "\n".join(lines)


def row_texts(output: Output) -> list[str]:
    """The rows of a table of aggregates as the model gets them, each on a line."""
    columns = [column.to_pylist() for column in output.data.columns[:MAX_COLUMNS]]
    return [f"[{', '.join(map(_cell, row))}]" for row in zip(*columns, strict=True)]


def rounded_table(output: Output) -> pa.Table:
    """A table of aggregates with its numbers as the model gets them: to three digits.

    Args:
        output: The table, all of which the model gets.
    """
    columns = [pa.array([_rounded(value) for value in column.to_pylist()]) for column in output.data.columns]
    return pa.table(columns, names=[label_text(label) for label in output.labels])


def _rounded(value: Any) -> Any:
    """A number as it is told; any other value as it is."""
    if isinstance(value, float | decimal.Decimal):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**DIGITS:
        return int(float(f"{value:.{DIGITS}g}"))
    return value


def _name(label: Any, position: int, known: Vocabulary) -> str:
    return json_text(label_text(label)) if known.holds(label) else f"column {position + 1}"


def _cell(value: Any) -> str:
    value = _rounded(value)
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value_text(value)
