"""Values far from the others."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import skew

from .result import Assumption, Result, frame_of, left_out, numbers_of

CUT = 3.5
"""Modified z score from which a value is an outlier (Iglewicz and Hoaglin)."""


def outliers(data: Any, value: str) -> Result:
    """Values far from the median, in units of the median deviation from it; of positive skewed data, of logarithms.

    Source: Iglewicz and Hoaglin, *How to Detect and Handle Outliers* (1993): modified z score over 3.5.

    Args:
        data: A frame; its other columns are shown beside the outliers.
        value: The column of numbers.

    Raises:
        TypeError: They are no numbers.
        ValueError: There are fewer than 8 values.
    """
    frame = frame_of(data)
    found = numbers_of(frame_of(frame, value)[value])
    present, numbers = frame[found.notna()], found.dropna().to_numpy()
    if len(numbers) < 8:
        raise ValueError(f"{value} has {len(numbers)} values; at least 8 are needed.")
    logarithms = bool((numbers > 0).all() and float(skew(numbers)) > 1)
    scores = modified_z(np.log(numbers) if logarithms else numbers)
    chosen = np.abs(scores) > CUT
    table = present[chosen].assign(score=scores[chosen])
    table = table.reindex(table["score"].abs().sort_values(ascending=False, kind="stable").index)
    share = chosen.mean()
    sentence = f"{int(chosen.sum()):,} of {len(numbers):,} values of {value} are outliers ({share:.1%})."
    if len(table):
        sentence += f" The farthest is {table[value].iloc[0]:,.6g}; the median is {np.median(numbers):,.6g}."
    scale = "logarithms, as the values are positive and skewed" if logarithms else "the values themselves"
    return Result(
        sentence, table, f"modified z score over {CUT} of {scale} (Iglewicz and Hoaglin 1993)",
        (Assumption(f"outliers are few ({share:.1%} of the values)", bool(share <= 0.05)),
         *left_out(frame[frame[value].notna()], present, f"a finite {value}")),
        {"count": int(chosen.sum())},
    )  # fmt: skip


def modified_z(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """0.6745 times the distance from the median by the median distance; by the mean one where that is zero."""
    distance = values - np.median(values)
    spread = float(np.median(np.abs(distance)))
    if spread > 0:
        return np.asarray(0.6745 * distance / spread)
    mean = float(np.mean(np.abs(distance)))
    return np.asarray(distance / (1.253314 * mean)) if mean > 0 else np.zeros(len(values))
