"""The turns that cells of the notebook asked, for those who show the whole conversation."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from ..turn import Turn

MAX_TURNS = 50

Watcher = Callable[[str, Turn], None]


class TurnsInCells:
    """The latest turns that cells asked, each with the name of its cell; used by several threads."""

    def __init__(self) -> None:
        self._turns: deque[tuple[str, Turn]] = deque(maxlen=MAX_TURNS)
        self._watchers: list[Watcher] = []
        self._lock = threading.Lock()

    def add(self, cell: str, turn: Turn) -> None:
        """Take the turn of a cell, and tell who watches.

        Args:
            cell: The cell's id in the notebook; empty where that is not known.
            turn: What it asked, with its answer.
        """
        with self._lock:
            self._turns.append((cell, turn))
            watchers = list(self._watchers)
        for watch in watchers:
            watch(cell, turn)

    def watch(self, watcher: Watcher) -> None:
        """Tell of all turns so far, and of each that follows."""
        with self._lock:
            self._watchers.append(watcher)
            earlier = list(self._turns)
        for cell, turn in earlier:
            watcher(cell, turn)
