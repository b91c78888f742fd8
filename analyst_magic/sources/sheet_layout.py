"""Where the table of a sheet stands: below its titles, under one or two rows of headings, above its notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..language import message, messages

Row = Sequence[Any]
Spans = Mapping[int, Sequence[tuple[int, int]]]
YEARS = range(1900, 2101)
MAX_QUOTED = 60


@dataclass(frozen=True)
class Layout:
    """The table of a sheet.

    Attributes:
        header: What stands above each column; None where nothing does.
        rows: The rows below that have a value.
        remarks: What of the sheet is not read, and what is read otherwise than it stands.
    """

    header: Row
    rows: list[Row]
    remarks: list[str]


def find_table(cells: Sequence[Row], spans: Spans, *, header: bool = True) -> Layout | None:
    """The table of a sheet; None where the sheet is empty.

    Args:
        cells: The values of all cells, row by row; None where there is none.
        spans: By row, the first and the last column of each cell that is merged across columns.
        header: Whether the table has one.

    Example:
        >>> table = [["region", "amount"], ["north", 10]]
        >>> cells = [["Sales 2025", None], [None, None], *table, [None, None], ["Draft", None]]
        >>> found = find_table(cells, {})
        >>> found.header, found.rows
        (['region', 'amount'], [['north', 10]])
        >>> found.remarks
        ['“Sales 2025” stands above the table, and is not read.', '“Draft” stands below the table, and is not read.']
    """
    filled = [i for i, row in enumerate(cells) if _filled(row)]
    if not filled:
        return None
    start = _start(cells, filled)
    end = _end(cells, start)
    above = [value for row in cells[:start] for value in row if value is not None]
    below = [value for row in cells[end:] for value in row if value is not None]
    remarks = [_above(above)] if above else []
    remarks += [_below(below)] if below else []
    if not header:
        return Layout([None] * len(cells[start]), [row for row in cells[start:end] if _filled(row)], remarks)
    names, taken = _headings(cells[start:end], spans.get(start, ()))
    if taken == 2:
        example = next(name for name in names if name is not None and name not in cells[start])
        remarks.append(message("Two rows of headings are read as one: {example}.", example=example))
    return Layout(names, [row for row in cells[start + taken : end] if _filled(row)], remarks)


def _filled(row: Row) -> int:
    """How many cells of a row have a value."""
    return sum(value is not None for value in row)


def _start(cells: Sequence[Row], filled: Sequence[int]) -> int:
    """The row in which the table begins.

    Texts that stand alone in their rows are above it where the first row with several cells can be a header: names, or
    periods, each of them once.
    """
    wide = next((i for i in filled if _filled(cells[i]) > 1), filled[0])
    header = [value for value in cells[wide] if value is not None]
    alone = [value for i in filled if i < wide for value in cells[i] if value is not None]
    names = all(map(_is_name, header)) and len(set(map(str, header))) == len(header)
    return wide if names and all(isinstance(value, str) for value in alone) else filled[0]


def _is_name(value: Any) -> bool:
    period = isinstance(value, dt.date) or (isinstance(value, int) and value in YEARS and not isinstance(value, bool))
    return isinstance(value, str) or period


def _end(cells: Sequence[Row], start: int) -> int:
    """The row after the table: an empty one with nothing below but texts that stand alone, or the end of the sheet."""
    end = len(cells)
    while end > start + 1 and _filled(cells[end - 1]) < 2:
        end -= 1
    below = [value for row in cells[end:] for value in row if value is not None]
    notes = _filled(cells[start]) > 1 and end < len(cells) and not _filled(cells[end])
    return end if notes and all(isinstance(value, str) for value in below) else len(cells)


def _above(texts: Sequence[str]) -> str:
    """A sentence on what stands above a table."""
    return messages(
        "{texts} stands above the table, and is not read.",
        "{texts} stand above the table, and are not read.",
        len(texts), texts=_quoted(texts),
    )  # fmt: skip


def _below(texts: Sequence[str]) -> str:
    """A sentence on what stands below a table."""
    return messages(
        "{texts} stands below the table, and is not read.",
        "{texts} stand below the table, and are not read.",
        len(texts), texts=_quoted(texts),
    )  # fmt: skip


def _quoted(texts: Sequence[str]) -> str:
    """Two of some texts, and how many there are more."""
    shown = [f"“{text.strip()[:MAX_QUOTED]}”" for text in texts[:2]]
    if len(texts) == 1:
        return shown[0]
    quoted = message("{one} and {other}", one=shown[0], other=shown[1])
    if len(texts) == 2:
        return quoted
    lines = messages("{number} more line", "{number} more lines", len(texts) - 2)
    return message("{quoted}, and {lines},", quoted=quoted, lines=lines)


def _headings(cells: Sequence[Row], spans: Sequence[tuple[int, int]]) -> tuple[Row, int]:
    """What stands above each column, and how many rows it stands in: two where cells of the first are merged across
    columns that have names of their own below."""
    first, second = cells[0], cells[1] if len(cells) > 2 else ()
    covered = {i: left for left, right in spans for i in range(left, right + 1)}
    if not covered or not second or not all(isinstance(second[i], str) for i in covered):
        return first, 1
    if not all(map(_is_name, filter(None, second))):
        return first, 1
    names = []
    for i, below in enumerate(second):
        parts = [first[covered.get(i, i)], below]
        said = list(dict.fromkeys(str(part).strip() for part in parts if part is not None))
        names.append(" ".join(said) or None)
    return names, 2
