"""The user's own cells: a change that waits for the user's word."""

from __future__ import annotations

import difflib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellEdit:
    """A change of a cell that is proposed; nothing is changed by it.

    Attributes:
        before: The cell as it is; empty for a new one.
        after: The cell as it would be.
        reason: Why.
        place: The number of the cell in its notebook, counted from 1; 0 where it is not known.

    Example:
        >>> edit = CellEdit("total = sales.sum()", "total = sales.revenue.sum()", "Only revenue is a number.")
        >>> print(edit.diff)
        - total = sales.sum()
        + total = sales.revenue.sum()
        >>> edit.changes
        True
    """

    before: str
    after: str
    reason: str = ""
    place: int = 0

    @property
    def changes(self) -> bool:
        """Whether the cell would be another."""
        return self.before.strip() != self.after.strip()

    @property
    def diff(self) -> str:
        """The lines that go, with ``-``, those that come, with ``+``, and those that stay."""
        lines = difflib.ndiff(self.before.splitlines(), self.after.splitlines())
        return "\n".join(line.rstrip() for line in lines if not line.startswith("?"))
