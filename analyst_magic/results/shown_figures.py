"""The figures and tables that a notebook and its panel show as a chart, a table and code.

They stay with their turns, so that their reader can change the chart.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..errors import InputError
from ..language import message
from ..turn import Turn
from .chart_edit import ChartEdit
from .figure import CELL_MIME, MIME, Figure
from .table import Table
from .table_chart import chart_of

MAX_TURNS = 200

Watcher = Callable[[Turn, int], None]


class ShownFigures:
    """The latest turns that have figures or tables, by their id; used by several threads."""

    def __init__(self) -> None:
        self._turns: OrderedDict[str, Turn] = OrderedDict()
        self._watchers: list[Watcher] = []
        self._changing = threading.Lock()

    def bundle(self, turn: Turn, place: int, *, rows: bool = True) -> dict[str, Any]:
        """The MIME bundle of a turn's figure or table, whose chart can be changed from now on.

        Args:
            turn: The turn.
            place: The result's among its results.
            rows: Whether the rows for a grid come along.
        """
        result = turn.results[place]
        chart = chart_of(result) if isinstance(result, Table) else result
        name = f"{turn.uid}:{place}" if turn.uid else ""
        if name and chart is not None:  # a table without a chart is not kept here: it may be large
            self._keep(turn)
        if isinstance(result, Figure):
            return result.to_bundle(name, turn.code, turn.language) if name else result.to_bundle()
        bundle: dict[str, Any] = result.to_bundle(name if not result.fits_page else "", rows=rows)
        return {CELL_MIME: _table_card(result, chart, name, turn), **bundle} if name else bundle

    def _keep(self, turn: Turn) -> None:
        with self._changing:
            self._turns.setdefault(turn.uid, turn)
            while len(self._turns) > MAX_TURNS:
                self._turns.popitem(last=False)

    def watch(self, watcher: Watcher) -> None:
        """Tell of each change, with the turn as it is then and the figure's place in it."""
        self._watchers.append(watcher)

    def knows(self, name: str) -> bool:
        """Whether a figure can be changed."""
        return name.rpartition(":")[0] in self._turns

    def edit(self, name: str, edit: ChartEdit) -> tuple[Turn, int]:
        """Change how a figure, or the chart of a table, is shown; gives the turn as it is then, and its place in it.

        Raises:
            InputError: It is not here any more.
        """
        uid, _, number = name.rpartition(":")
        with self._changing:
            turn = self._turns.get(uid)
            place = int(number) if number.isdecimal() else -1
            found = turn.results[place] if turn is not None and 0 <= place < len(turn.results) else None
            if turn is None or not isinstance(found, Figure | Table):
                raise InputError(message("That figure is not in the kernel any more."), message("Run its cell again."))
            results = list(turn.results)
            results[place] = found.with_edit(edit)
            turn = self._turns[uid] = replace(turn, results=tuple(results))
        for watcher in list(self._watchers):
            watcher(turn, place)
        return turn, place


def _table_card(table: Table, chart: Figure | None, name: str, turn: Turn) -> dict[str, Any]:
    """What stands beside a table: its chart, where it has one, and the code that made it."""
    card = {"id": name, "code": turn.code, "language": turn.language}
    if chart is None:
        return card
    shown = chart.with_edit(table.edit).to_bundle(name)
    changes = {part: shown[CELL_MIME][part] for part in ("choices", "edit")}
    return {**card, "chart": shown[MIME], "alt": shown["text/plain"], **changes}


FIGURES = ShownFigures()
"""Those of this process."""
