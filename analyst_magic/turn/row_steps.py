"""What became of the rows of the data on their way to an answer, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RowStepKind = Literal["filter", "nulls", "join", "group", "null group", "figure", "repeated", "units"]

Counts = tuple[tuple[int, ...], tuple[int, ...] | None]
"""One row of counts, and that of their detail where that was counted."""


@dataclass(frozen=True, slots=True)
class RowStep:
    """One step that reads rows, and how many of them it leaves.

    Attributes:
        kind: ``filter`` (a condition), ``nulls`` (rows that are left out as a value is missing), ``join``, ``group``
            (rows without a key are left out), ``null group`` (they are a group of their own), ``figure`` (a figure that
            leaves rows without a value out), ``repeated`` (a figure over rows that a join has multiplied) or ``units``
            (a total over several units or currencies).
        source: The frame or table that the rows are of; empty where it has no name.
        before, after: The rows before and after the step. Of ``units`` the rows and the number of units.
        what: The condition, or the names of the columns.
        other: For a join, what is joined.
        unmatched: For a join, the rows of the source that have no partner.
        left_twice, right_twice: For a join, whether a key is there several times on a side.
        reported: Whether the sandbox's code told it, which could tell anything, and nothing outside counted.
    """

    kind: RowStepKind
    source: str
    before: int
    after: int
    what: str = ""
    other: str = ""
    unmatched: int = 0
    reported: bool = False
    left_twice: bool = False
    right_twice: bool = False

    @property
    def lost(self) -> int:
        """The rows that it leaves out."""
        return max(0, self.before - self.after)
