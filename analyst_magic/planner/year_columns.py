"""Columns of whole numbers that are years, whatever they are called."""

from __future__ import annotations

import re

from ..turn import ColumnCard
from .lexicon import Lexicon

_NAMES = re.compile(
    r"year|season|founded|built|opened|launched|established|completed|released|elected|born|died|started|begun|ended|"
    r"ascent|debut|opening|closed|constructed|first_?flight|inaugurated|installed|commissioned|appointed|introduced|published|premiere|term|vintage|manufactured|printed|"
    r"since|from|to|until|start|end",
    re.I,
)


def is_year_column(column: ColumnCard) -> bool:
    """Whether a column holds years: its numbers look like some, and its name speaks of a time."""
    if column.type not in {"integer", "float"}:
        return False
    if column.code == "year":
        return True
    try:
        fits = float(column.minimum) >= 1000 and float(column.maximum) <= 2100
    except (TypeError, ValueError):
        return False
    return fits and _NAMES.search(column.sql) is not None


def year_columns(words: Lexicon) -> list[ColumnCard]:
    """The columns of years of a frame."""
    return [column for column in words.card.columns if is_year_column(column)]
