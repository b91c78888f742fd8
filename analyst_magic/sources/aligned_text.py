"""Text files whose columns are aligned by blanks: found by their lines, and written out as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

MIN_LINES = 3
SURE_LINES = 8
"""So many lines are not aligned by chance; of fewer, a column has to hold numbers alone."""
_SIGNS = ",;\t|"


def column_starts(lines: Sequence[str]) -> tuple[int, ...]:
    """Where the columns of aligned lines begin; empty where the lines are not aligned.

    >>> column_starts(["Name   Amount", "Ann S.    120", "Bob     1,250"])
    (0, 7)

    Args:
        lines: The lines without their ends.
    """
    filled = [line.rstrip() for line in lines if line.strip()]
    if len(filled) < MIN_LINES or any("\t" in line or ";" in line or "|" in line for line in filled):
        return ()
    if sum("," in line for line in filled) == len(filled) or any(line[:1] == " " for line in filled):
        return ()
    width = max(map(len, filled))
    blank = [all(place >= len(line) or line[place] == " " for line in filled) for place in range(width)]
    starts = [0, *(place + 1 for place in range(width - 1) if blank[place] and not blank[place + 1])]
    wide = sum("  " in line for line in filled) >= 0.8 * len(filled)
    rows = [_cells(line, tuple(starts)) for line in filled]
    certain = len(rows) >= SURE_LINES or any(all(map(_is_number, values)) for values in zip(*rows[1:], strict=True))
    return tuple(starts) if len(starts) > 1 and wide and all(rows[0]) and certain else ()


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?[\d.,]*\d%?", text) is not None


def as_csv(text: str) -> str | None:
    """Aligned text as CSV; None where its lines are not aligned.

    >>> as_csv("Name     Amount\\nAnn S.      120\\nBob        1250\\n")
    'Name,Amount\\nAnn S.,120\\nBob,1250\\n'
    """
    lines = text.splitlines()
    starts = column_starts(lines)
    if not starts:
        return None
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerows(_cells(line, starts) for line in lines if line.strip())
    return target.getvalue()


def _cells(line: str, starts: tuple[int, ...]) -> list[str]:
    return [line[start:end].strip() for start, end in zip(starts, (*starts[1:], None), strict=True)]
