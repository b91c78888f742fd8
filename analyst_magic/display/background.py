"""The outputs of a cell that does not wait for its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from IPython.display import display

from ..engine.job import Event
from ..errors import AnalystError
from ..language import message, messages, tr
from ..turn import Turn
from .card import Shown, is_quiet, shown, words
from .confirm import asked, button
from .progress import Progress

NOTHING = {"text/html": ""}
SLOTS = 8
"""Results that a cell which does not wait keeps room for: what comes later can only replace what is there."""


def _said(error: BaseException | None) -> str:
    if error is None:
        return tr("stopped")
    return error.localized if isinstance(error, AnalystError) else str(error)


class Background:
    """The outputs of a cell that does not wait: they stand empty and are filled in from another thread.

    Args:
        stop: Stops the question.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self._progress = Progress(waited_for=False)
        stops = button(tr("Stop"), stop)
        self._control: Any = display(stops or NOTHING, raw=stops is None, display_id=True)
        self._slots: list[Any] = [display(NOTHING, raw=True, display_id=True) for _ in range(SLOTS)]
        self._footer: Any = display(NOTHING, raw=True, display_id=True)

    def __call__(self, event: Event) -> None:
        """Take an event of the engine; code that waits for a word gets buttons."""
        if event.answer is not None:
            self._control.update(asked(event))
        else:
            self._progress(event)

    def finish(self, turn: Turn | None, error: BaseException | None) -> None:
        """Show the answer, or why there is none."""
        self._control.update(NOTHING, raw=True)
        if turn is None:
            self._slots[0].update(words(_said(error)), raw=True)
            self._progress.stop(error if isinstance(error, AnalystError) else AnalystError(message("Stopped.")))
            return
        self._progress.finish(turn)
        *outputs, footer = shown(turn)
        rest = outputs[1:]
        if turn.error is not None and not is_quiet(turn.error):
            rest.append(Shown(words(_said(turn.error)), {}))
        if len(rest) > SLOTS:
            more = messages("{number} more result: see {where}.", "{number} more results: see {where}.",
                            len(rest) - SLOTS + 1, where="_analyst.turn.results")  # fmt: skip
            rest[SLOTS - 1 :] = [Shown(words(more), {})]
        for slot, output in zip(self._slots, rest, strict=False):
            slot.update(output.data, **output.display_arguments)
        if outputs:
            self._footer.update(footer.data, **footer.display_arguments)
