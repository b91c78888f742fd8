"""The line of a cell whose answer is not there yet."""

from __future__ import annotations

import time
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

from ..engine.job import Event
from ..errors import AnalystError, Stopped
from ..language import localize, message, tr
from ..turn import Turn
from .card import folded, line, shown, source, words

_STAGES = {
    "context": message("reading the frames"),
    "checks": message("checking the code"),
    "confirm": message("waiting for you"),
    "sandbox": message("running in the sandbox"),
}
PROGRESS_MIME = "application/vnd.analyst-magic.progress.v1+json"
"""Marks the output of a waiting cell: JupyterLab and Notebook show the HTML beside it, and a Stop button."""


class Progress:
    """A line that shows the stage of a running question and the code as it streams; it ends as the turn's first output.

    Args:
        waited_for: Whether the cell waits, so that interrupting the kernel stops the question.
    """

    def __init__(self, *, waited_for: bool = True) -> None:
        self._waited_for = waited_for
        self._model = ""
        self._text = ""
        self._failed: list[str] = []
        self._printed = ""
        self._message, self._since = tr("starting"), time.monotonic()
        self._handle: Any = display(words(tr("starting …")), raw=True, display_id=True)
        # A terminal writes one line below the other.
        self._terminal = getattr(get_ipython(), "kernel", None) is None

    def __call__(self, event: Event) -> None:
        """Show an event of the engine."""
        if event.stage == "model":
            self._model, self._text = event.text, ""
            self._show(tr("{model} is writing …", model=self._model))
        elif event.stage == "text":
            self._text += event.text
            self._show(tr("{model} is writing …", model=self._model))
        elif event.stage == "repair":
            self._failed.append(event.text)
            self._show(tr("correcting the code …"))
        elif event.stage == "transfer":
            self._show(f"{localize(event.text)} …")
        elif event.stage == "tool":
            self._show(tr("asking {who} …", who=event.text))
        elif event.stage == "print":
            self._printed += event.text
        elif event.stage == "tick":
            self._show(self._message)
        elif event.stage in _STAGES:
            self._text = event.text or self._text
            self._show(f"{localize(_STAGES[event.stage])} …")

    def finish(self, turn: Turn) -> None:
        """Replace the line by the turn's first output, which is the answer in words where there is one."""
        first = shown(turn)[0]
        self._handle.update(first.data, **first.display_arguments)

    def clear(self) -> None:
        """Take the line away."""
        self._handle.update({"text/html": "", "text/plain": ""}, raw=True)

    def stop(self, error: AnalystError) -> None:
        """Replace the line by how the question ended before its answer, above what was written and printed by then."""
        if not isinstance(error, Stopped):
            self._handle.update(words(tr("stopped")), raw=True)
            return
        said = tr("Stopped after {seconds:.0f} s.", seconds=time.monotonic() - self._since)
        said = f"{said} {localize(error.next_step)}".strip()
        written = [text for text in (self._text, self._printed) if text.strip()]
        page = line(said) + "".join(source(text) for text in written)
        self._handle.update({"text/html": page, "text/plain": "\n\n".join([said, *written])}, raw=True)
        error.displayed = True

    def _show(self, text: str) -> None:
        if self._terminal and text == self._message:
            return
        self._message = text
        elapsed = time.monotonic() - self._since
        long = elapsed >= 1
        stops = long and self._waited_for
        page = "".join(line(tr("attempt failed: {error}", error=error)) for error in self._failed)
        page += line(
            f"{text} {elapsed:.0f} s" if long else text, tr("(to stop, interrupt the kernel)") if stops else ""
        )
        page += source(self._printed[-2000:]) if self._printed else ""
        page += folded(tr("what is written so far"), source(self._text[-8000:])) if self._text else ""  # it would jump
        stoppable: dict[str, Any] = {PROGRESS_MIME: {}} if stops else {}
        self._handle.update({"text/html": page, "text/plain": text, **stoppable}, raw=True)
