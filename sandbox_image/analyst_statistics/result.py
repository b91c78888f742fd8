"""What a statistic gives: a sentence, a table, and the assumptions that were checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Assumption:
    """Something that a method takes for granted.

    Attributes:
        text: What was checked, and what was seen.
        holds: Whether it holds.
    """

    text: str
    holds: bool

    def __str__(self) -> str:
        return f"{'ok' if self.holds else 'NOT MET'}: {self.text}"


@dataclass(frozen=True)
class Result:
    """The outcome of a statistic.

    Attributes:
        sentence: The result in words, with its numbers.
        table: The figures behind it.
        method: How it was computed, and by whose method.
        assumptions: What was checked.
        values: Single figures by name, such as ``p_value``.
    """

    sentence: str
    table: pd.DataFrame
    method: str
    assumptions: tuple[Assumption, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return "\n".join([self.sentence, f"Method: {self.method}", *map(str, self.assumptions)])

    def _ipython_display_(self) -> None:
        """Show the table, and below it the method with its assumptions."""
        from IPython.display import display

        display(self.table)
        print(self)


def frame_of(data: Any, *columns: str) -> pd.DataFrame:
    """Columns of a frame of any library, as pandas has them; other columns are left out.

    Raises:
        KeyError: There is no such column.
        TypeError: It is no frame.
    """
    if not isinstance(data, pd.DataFrame):
        for method in ("to_pandas", "df"):
            if hasattr(data, method):
                data = getattr(data, method)()
                break
        else:
            raise TypeError(f"A data frame is needed, not a {type(data).__name__}.")
    missing = [column for column in columns if column not in data.columns]
    if missing:
        raise KeyError(f"There is no column {', '.join(missing)}; there are: {', '.join(map(str, data.columns))}.")
    frame: pd.DataFrame = data[list(columns)] if columns else data
    return frame


def p_text(p: float) -> str:
    """A p value as people write it: ``p = 0.03``, ``p < 0.001``."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
