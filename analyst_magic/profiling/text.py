"""A profile for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from ..column_format import column_format, shown
from ..language import message
from ..results.html import one_line
from ..wording import count
from .record import ColumnProfile, Drift, ProfileRecord

BARS = "▁▂▃▄▅▆▇█"
MAX_NAME = 40
MAX_CELL = 48
MIDNIGHT = " 00:00:00"


def profile_text(profile: ProfileRecord) -> str:
    """The page as plain text."""
    parts = [headline(profile), *profile.notes]
    if profile.findings:
        numbered = [f"  {n}. {finding.message}" for n, finding in enumerate(profile.findings, 1)]
        parts += ["", "Look first at", *numbered]
    if profile.columns:
        rows = [("column", "type", "missing", "distinct", "values", ""), *map(_row, profile.columns)]
        parts += ["", *_aligned(rows)]
    for title, lines in sections(profile):
        parts += ["", title, *(f"  {line}" for line in lines)]
    return "\n".join(parts)


def headline(profile: ProfileRecord) -> str:
    """What the data is, in one line."""
    facts = [count(profile.rows, "row"), count(len(profile.columns), "column")]
    if profile.duplicates:
        facts.append(count(profile.duplicates, "duplicate row"))
    return f"{profile.name}: {', '.join(facts)}"


def sections(profile: ProfileRecord) -> list[tuple[str, list[str]]]:
    """What follows the columns: keys, dependencies, joins, drift; each with its title and its lines."""
    found = [
        ("Keys", [", ".join(profile.keys)] if profile.keys else []),
        ("Columns that depend on each other", list(map(str, profile.pairs))),
        ("Joins", list(map(str, profile.joins))),
    ]
    if profile.baseline is not None:
        moved = [drift_line(change) for change in profile.drift if change.status != "same"]
        found.append(
            (message("Compared with {baseline}", baseline=profile.baseline), moved or [message("No column has moved.")])
        )
    return [(title, lines) for title, lines in found if lines]


def drift_line(change: Drift) -> str:
    """One line on a column that has moved, with the measure."""
    line = change.message
    if change.statistic is not None and change.p_value is not None:
        line += f" {change.measure} {change.statistic:.3f}, p = {change.p_value:.2g}."
    if change.new_values:
        line += f" New: {', '.join(change.new_values)}."
    if change.lost_values:
        line += f" Gone: {', '.join(change.lost_values)}."
    return line


def _row(column: ColumnProfile) -> tuple[str, ...]:
    missing = f"{column.missing_share:.1%}" if column.missing else ""
    distinct = f"{column.distinct:,}" + ("" if column.distinct_is_exact else "+")
    return (one_line(column.name, MAX_NAME), column.kind, missing, distinct, values_text(column), sparkline(column))


def values_text(column: ColumnProfile) -> str:
    """The range of a column, or its commonest values."""
    if column.minimum is not None and column.maximum is not None:
        low, high = (number_text(column.name, value) for value in (column.minimum, column.maximum))
        if low.endswith(MIDNIGHT) and high.endswith(MIDNIGHT):
            low, high = low.removesuffix(MIDNIGHT), high.removesuffix(MIDNIGHT)
        mean = f", mean {number_text('', round(column.mean, 4))}" if column.mean is not None else ""
        return one_line(f"{low} to {high}{mean}", MAX_CELL)
    if column.top and not column.personal:
        return one_line(", ".join(str(value) for value, _ in column.top[:4]), MAX_CELL)
    if column.personal:
        return column.personal
    return f"{column.shortest} to {column.longest} characters" if column.longest is not None else ""


def number_text(label: str, value: object) -> str:
    """A value as cells show it."""
    return shown(value, column_format(label, [value]))


def sparkline(column: ColumnProfile) -> str:
    """The distribution in one line of blocks."""
    if column.histogram is None or not column.histogram.counts:
        return ""
    most = max(column.histogram.counts) or 1
    return "".join(BARS[min(7, round(7 * n / most))] if n else " " for n in column.histogram.counts)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, texts)) for texts in zip(*rows, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
