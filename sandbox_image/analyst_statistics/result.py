"""What a statistic gives: a sentence, a table, and the assumptions that were checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
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
        ValueError: Two columns have the same name.
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
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise ValueError(f"The name {twice[0]} comes twice: name columns that differ.")
    return frame


def numbers_of(column: pd.Series) -> pd.Series:
    """A column of numbers as floats, in which infinite values are missing.

    Raises:
        TypeError: It holds no numbers.
    """
    kind = column.dtype
    exact = (
        pd.api.types.is_object_dtype(kind)
        and column.dropna().map(lambda value: isinstance(value, (int, float, Decimal))).all()
    )
    if not (pd.api.types.is_numeric_dtype(kind) or exact):
        further = f" Use {column.name}.dt.total_seconds()." if pd.api.types.is_timedelta64_dtype(kind) else ""
        raise TypeError(f"{column.name} holds no numbers, but {kind}.{further}")
    values = column.to_numpy(np.float64, na_value=np.nan)
    return pd.Series(np.where(np.isinf(values), np.nan, values), column.index, name=column.name)


def left_out(frame: pd.DataFrame, whole: pd.DataFrame, what: str) -> tuple[Assumption, ...]:
    """That rows without a usable value were left out; nothing where none were.

    Args:
        frame: All rows.
        whole: Those that are used.
        what: The column that the others have no value of.
    """
    number = len(frame) - len(whole)
    rows = "1 row" if number == 1 else f"{number:,} rows"
    verb = "was" if number == 1 else "were"
    return (Assumption(f"{rows} without {what} {verb} left out", False),) if number else ()


def p_text(p: float) -> str:
    """A p value as people write it: ``p = 0.03``, ``p < 0.001``."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
