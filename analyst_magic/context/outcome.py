"""What a model is told of a step's result, and of earlier answers.

At the level ``rows``: the result. Below it: its form, that is which of the known columns it has, their types, about
how many rows, and values that the model has been told of a frame already. The model wrote the code, so the code decides
what stands in its result, and no number of equal rows in there says that as many rows of the data are behind it. So the
figures of a result are told only where the rows behind them were counted (see ``aggregates``), and what is told comes
in one fixed order, with little room for anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import FrameError
from ..result_kinds import installed_kinds
from ..sources.frames import Frame, label_text, to_frame
from ..sources.profile import column_type, profile
from ..turn import Output
from ..wording import count
from .aggregates import COUNTED_LEVELS, aggregates
from .describe import MAX_VALUES, describe
from .privacy import SHARED_BY
from .text import json_text, label_code, value_text
from .vocabulary import Vocabulary

MAX_ROWS = 30
"""Rows of a small result that are told whole, at the level ``rows`` alone."""
MAX_TEXT = 4_000
COUNTED = " Those of an sql-step that aggregates whole columns of one frame (no join, CASE, min or max) are."
"""How a model gets to figures that it may be told."""
MAX_BRIEF = 600
"""Characters of what later questions are told of an answer."""
MAX_COLUMNS = 20
_BUILT_IN = ("figure", "image", "file", "text")
"""Kinds of outputs beside tables, in the order in which they are told."""
MAX_RESULT_VALUES = 12
"""Values of all columns of a result together."""


def outcome(outputs: Sequence[Output], known: Vocabulary) -> str:
    """The results of a step as text for the model that wrote it.

    Args:
        outputs: What came through the firewall.
        known: What the model has been sent.
    """
    outputs = [without_row_numbers(output) for output in outputs]
    if known.level == "rows":
        parts = [_whole(output) for output in outputs]
        return "\n\n".join(parts)[: 5 * MAX_TEXT] or "It ran, and showed nothing."
    described = [str(output.data) for output in outputs if output.stream == "described"]  # by us, at the level already
    if described:
        return "\n\n".join(described)
    tables = [output for output in outputs if output.kind == "table"]
    if tables and tables[0].behind and known.level in COUNTED_LEVELS:
        return aggregates(tables[0], known)
    parts = [_form(tables[0], known)] if tables else []
    parts += ["Further tables are not described: show one in a step."] if len(tables) > 1 else []
    kinds = {output.kind for output in outputs}
    parts += [_other(kind) for kind in (*_BUILT_IN, *sorted(installed_kinds())) if kind in kinds]
    return "\n".join(parts) or "It ran, and showed nothing."


def brief_outcome(outputs: Sequence[Output], known: Vocabulary) -> str:
    """What an answer gave, for the questions that follow it: as much as of a step's result, but shorter.

    Args:
        outputs: What came through the firewall.
        known: What the model had been sent.
    """
    visible = [output for output in outputs if output.stream not in {"described", "warnings", "stderr"}]
    outputs = [without_row_numbers(output) for output in visible]
    if known.level == "rows":
        text = "\n".join(_brief(output) for output in outputs)
    else:
        text = outcome([output for output in outputs if output.kind != "answer"], known) if outputs else ""
    if len(text) <= MAX_BRIEF:
        return text
    return text[:MAX_BRIEF].rpartition("\n" if "\n" in text[:MAX_BRIEF] else " ")[0] + "\n…"


def without_row_numbers(output: Output) -> Output:
    """A table without the numbers of rows that sorting left over: its user does not see them either, and code that
    names them as a column ``index`` fails."""
    hidden = output.origin.row_numbers if output.kind == "table" and output.origin and output.style is None else 0
    if not hidden:
        return output
    columns = output.data.select(range(hidden, output.data.num_columns))
    return replace(output, data=columns, labels=output.labels[hidden:], origin=None)


def _brief(output: Output) -> str:
    """An output at the level ``rows``, its rows before anything else of a table."""
    if output.kind in {"text", "answer"}:
        return str(output.data)[:MAX_BRIEF]
    if output.kind != "table":
        return _showed(output.kind)
    labels = output.labels if len(output.labels) == output.data.num_columns else output.data.column_names
    lines = [f"A table, {count(output.rows or output.data.num_rows, 'row')}; the first ones:"]
    lines.append("  columns: " + ", ".join(json_text(label_text(label)) for label in labels[:MAX_COLUMNS]))
    first = output.data.slice(0, MAX_ROWS)
    rows = zip(*(column.to_pylist() for column in first.columns[:MAX_COLUMNS]), strict=True)
    return "\n".join([*lines, *(f"  [{', '.join(map(value_text, row))}]" for row in rows)])


def _other(kind: str) -> str:
    if kind == "text":
        return "It showed text or a single value, which is not told at this privacy level."
    return _showed(kind)


def _showed(kind: str) -> str:
    if "/" in kind:
        return f"It showed an output of the kind {kind}."
    return f"It showed {'an' if kind == 'image' else 'a'} {kind}."


def _form(output: Output, known: Vocabulary) -> str:
    """A table's form: known columns by name, in the order of their names; the others by number and types."""
    try:
        frame = to_frame("result", output.data)
    except FrameError:
        return "A table that cannot be described."
    labels = output.labels if len(output.labels) == len(frame.labels) else frame.labels
    held = [i for i, label in enumerate(labels) if known.holds(label)]
    named = {label_text(labels[i]): i for i in reversed(held)}  # of several of one name the first
    listed = [named[name] for name in sorted(named)[:MAX_COLUMNS]]
    how = COUNTED if known.level in COUNTED_LEVELS else ""
    lines = [f"A table, {_about(frame.rows)} rows; its figures are not told at this privacy level.{how}"]
    left = MAX_RESULT_VALUES
    for position in listed:
        line, values = _column(labels[position], frame, position, known, left)
        lines.append(line)
        left -= values
    lines += _rest([i for i in held if i not in listed], frame, "not listed here")
    return "\n".join(lines + _rest(sorted(set(range(len(labels))) - set(held)), frame, "whose names are data"))


def _rest(positions: Sequence[int], frame: Frame, why: str) -> list[str]:
    """A line on columns that are not named: how many, and of which types."""
    if not positions:
        return []
    types = sorted({column_type(frame.table.schema.field(i).type) for i in positions})
    return [f"  - {_about(len(positions))} further column{'s' if len(positions) > 1 else ''} {why}: {', '.join(types)}"]


def _column(label: Any, frame: Frame, position: int, known: Vocabulary, left: int) -> tuple[str, int]:
    """A known column's line, and how many values it tells, at most ``left``."""
    column, name = frame.table.column(position), label_text(label)
    form = f"  - {label_code(label, name)} {column_type(column.type)}"
    if known.level == "schema" or frame.rows < SHARED_BY:  # a fact about so few rows is one about each of them
        return form, 0
    nulls = "" if not column.null_count else ", all null" if column.null_count == frame.rows else ", some nulls"
    values = _shared(name, column, known)[:left]
    return form + nulls + (", values " + ", ".join(map(value_text, values)) if values else ""), len(values)


def _shared(name: str, column: pa.ChunkedArray, known: Vocabulary) -> list[Any]:
    """Values that a card has told of a column of this name, and that five rows of the result have.

    A card's value has at least five rows of the frame; they were counted here, from the frame as it was sent.
    """
    values = [value for card in known.cards for c in card.columns if c.name == name
            for value, count in c.values[:MAX_VALUES] if count >= SHARED_BY]  # fmt: skip
    if not values:
        return []
    try:
        counted = pc.value_counts(column.combine_chunks())
        often = counted.filter(pc.greater_equal(counted.field("counts"), SHARED_BY))
        if len(often) > 10 * MAX_VALUES:
            return []
        here = set(often.field("values").to_pylist())
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return []
    return [value for value in dict.fromkeys(values) if value in here]


def _about(number: int) -> str:
    """A count to one digit, as an exact one of many rows would have room for a value."""
    if number < 10:
        return str(number)
    unit = 10 ** (len(str(number)) - 1)
    return f"about {number // unit * unit:,}"


def _whole(output: Output) -> str:
    """An output at the level ``rows``."""
    if output.kind in {"text", "answer"}:
        return str(output.data)[: MAX_TEXT if output.stream != "described" else None]
    if output.kind != "table":
        return _showed(output.kind)
    try:
        frame = to_frame("result", output.data)
    except FrameError:
        return "A table that cannot be described."
    card = profile(frame)
    if frame.rows <= MAX_ROWS:
        rows = tuple(zip(*(column.to_pylist() for column in frame.table.columns), strict=True))
        card = replace(card, sample=rows)
    return describe(card)
