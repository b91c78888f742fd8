"""The figures that a notebook and its panel show: kept with their turns, so that their reader can change them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..errors import InputError
from ..turn import Turn
from .chart_edit import ChartEdit
from .figure import Figure

MAX_TURNS = 200

Watcher = Callable[[Turn, int], None]


class ShownFigures:
    """The latest turns that have figures, by their id; used by several threads."""

    def __init__(self) -> None:
        self._turns: OrderedDict[str, Turn] = OrderedDict()
        self._watchers: list[Watcher] = []
        self._changing = threading.Lock()

    def bundle(self, turn: Turn, place: int) -> dict[str, Any]:
        """The MIME bundle of a turn's figure, which can be changed from now on."""
        figure: Figure = turn.results[place]
        if not turn.uid:
            return figure.to_bundle()
        with self._changing:
            self._turns.setdefault(turn.uid, turn)
            while len(self._turns) > MAX_TURNS:
                self._turns.popitem(last=False)
        return figure.to_bundle(f"{turn.uid}:{place}", turn.code, turn.language)

    def watch(self, watcher: Watcher) -> None:
        """Tell of each change, with the turn as it is then and the figure's place in it."""
        self._watchers.append(watcher)

    def knows(self, name: str) -> bool:
        """Whether a figure can be changed."""
        return name.rpartition(":")[0] in self._turns

    def edit(self, name: str, edit: ChartEdit) -> tuple[Turn, int]:
        """Change how a figure is shown; gives the turn as it is then, and the figure's place in it.

        Raises:
            InputError: The figure is not here any more.
        """
        uid, _, number = name.rpartition(":")
        with self._changing:
            turn = self._turns.get(uid)
            place = int(number) if number.isdecimal() else -1
            if turn is None or not 0 <= place < len(turn.results) or not isinstance(turn.results[place], Figure):
                raise InputError("That figure is not in the kernel any more.", "Run its cell again.")
            results = list(turn.results)
            results[place] = results[place].with_edit(edit)
            turn = self._turns[uid] = replace(turn, results=tuple(results))
        for watcher in list(self._watchers):
            watcher(turn, place)
        return turn, place


FIGURES = ShownFigures()
"""Those of this process."""
