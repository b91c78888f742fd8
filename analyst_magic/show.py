"""How a turn looks in a notebook: a line with the code folded under it, then the results.

All HTML here is static and escaped, so that it survives a reload without trust, nbconvert and GitHub.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable
from typing import Any

from IPython.display import HTML, display

from .engine import Event
from .errors import CodeFailed
from .turn import Attempt, Turn

_STAGES = {"context": "reading the frames", "checks": "checking the code", "sandbox": "running in the sandbox"}
_PRE = "margin:4px 0;padding:8px;overflow-x:auto;border:1px solid rgba(128,128,128,.35);border-radius:4px"
_SMALL = "font-size:90%;opacity:.85"


PROGRESS_MIME = "application/vnd.analyst-magic.progress.v1+json"
"""JupyterLab's and Notebook's sign for a cell that waits: they show the HTML beside it, and a Stop button."""


class Progress:
    """One line that says what the engine is at and shows the code as it streams; it ends as the turn's summary.

    Args:
        waited_for: Whether the cell waits, so that interrupting the kernel stops the question.
    """

    def __init__(self, *, waited_for: bool = True) -> None:
        self._waited_for = waited_for
        self._model = ""
        self._text = ""
        self._failed: list[str] = []
        self._said, self._since = "starting", time.monotonic()
        self._handle: Any = display(HTML(_line("starting …")), display_id=True)

    def __call__(self, event: Event) -> None:
        """Take an event of the engine."""
        if event.stage == "model":
            self._model, self._text = event.text, ""
            self._show(f"{self._model} is writing …")
        elif event.stage == "text":
            self._text += event.text
            self._show(f"{self._model} is writing …")
        elif event.stage == "repair":
            self._failed.append(event.text)
            self._show("mending the code …")
        elif event.stage == "transfer":
            self._show(f"{event.text} …")
        elif event.stage == "tick":
            self._show(self._said)
        elif event.stage in _STAGES:
            self._text = event.text or self._text
            self._show(f"{_STAGES[event.stage]} …")

    def finish(self, turn: Turn) -> None:
        """Replace the line by the turn's summary."""
        self._handle.update(HTML(summary(turn)), metadata={"analyst": {"turn": turn.uid}})

    def stop(self) -> None:
        """Replace the line by a word that nothing came of it."""
        self._handle.update(HTML(_line("stopped")))

    def _show(self, text: str) -> None:
        self._said = text
        elapsed = time.monotonic() - self._since
        long = elapsed >= 1
        line = html.escape(f"{text} {elapsed:.0f} s" if long else text)
        if long and self._waited_for:
            line += '<span class="analyst-how"> (to stop, interrupt the kernel)</span>'
        shown = "".join(_line(f"attempt failed: {said}") for said in self._failed)
        shown += f'<div style="{_SMALL}">{line}</div>'
        if self._text:
            shown += f'<pre style="{_PRE}"><code>{html.escape(self._text[-8000:])}</code></pre>'
        stoppable: dict[str, Any] = {PROGRESS_MIME: {}} if long and self._waited_for else {}
        self._handle.update({"text/html": shown, "text/plain": text, **stoppable}, raw=True)


def show(turn: Turn) -> None:
    """Display a turn's results and what is to be said about them."""
    for result in turn.results:
        display(result)
    for note in turn.notes:
        display(HTML(_line(note)))


SLOTS = 8
"""Results that a cell which does not wait keeps room for: what comes later can only replace what is there."""


class Background:
    """The outputs of a cell that does not wait: they stand empty and are filled in from another thread.

    Args:
        stop: Stops the question.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self._progress = Progress(waited_for=False)
        self._control: Any = display(button("Stop", stop) or HTML(""), display_id=True)
        self._slots: list[Any] = [display(HTML(""), display_id=True) for _ in range(SLOTS)]

    def __call__(self, event: Event) -> None:
        """Take an event of the engine; code that waits for a word gets buttons."""
        if event.answer is not None:
            self._control.update(asked(event))
        else:
            self._progress(event)

    def finish(self, turn: Turn | None, error: BaseException | None) -> None:
        """Show the answer, or why there is none."""
        self._control.update(HTML(""))
        if turn is None:
            self._slots[0].update(HTML(_line(str(error) if error else "stopped")))
            self._progress.stop()
            return
        self._progress.finish(turn)
        shown: list[Any] = [*turn.results, *(HTML(_line(note)) for note in turn.notes)]
        if turn.error is not None:
            shown.append(HTML(_line(str(turn.error))))
        if len(shown) > SLOTS:
            shown[SLOTS - 1 :] = [HTML(_line(f"{len(shown) - SLOTS + 1} more are in _analyst.turn.results."))]
        for slot, result in zip(self._slots, shown, strict=False):
            slot.update(result)


def button(text: str, pressed: Callable[[], None]) -> Any:
    """A button, where ipywidgets is installed; else None."""
    try:
        import ipywidgets  # type: ignore[import-untyped]
    except ImportError:
        return None
    made = ipywidgets.Button(description=text)
    made.on_click(lambda _: pressed())
    return made


def asked(event: Event) -> Any:
    """The code with Run and Cancel; what stands in the box when Run is pressed is what runs."""
    import ipywidgets

    assert event.answer is not None
    answer = event.answer
    rows = min(20, event.text.count("\n") + 2)
    code = ipywidgets.Textarea(event.text, rows=rows, layout=ipywidgets.Layout(width="100%"))

    def say(text: Callable[[], str | None]) -> Callable[[], None]:
        return lambda: None if answer.done() else answer.set_result(text())

    buttons = [button("Run", say(lambda: str(code.value))), button("Cancel", say(lambda: None))]
    told = ipywidgets.HTML(_line(f"This code would run in the sandbox, with {frames_said(event)}. You may edit it."))
    return ipywidgets.VBox([told, code, ipywidgets.HBox(buttons)])


def frames_said(event: Event) -> str:
    """The frames that the code would get."""
    names = ", ".join(event.frames)
    return f"the frame{'s' if len(event.frames) > 1 else ''} {names}" if names else "no frame"


def summary(turn: Turn) -> str:
    """How the question was understood, and a line with model, time and place that unfolds to the code."""
    parts = [f'<div style="margin:2px 0">{html.escape(turn.text)}</div>'] if turn.text else []
    parts += [_folded(f"Attempt {i + 1} failed" if a.error else f"Step {i + 1}", a)
              for i, a in enumerate(turn.attempts[:-1])]  # fmt: skip
    if turn.code:
        body = f'<pre style="{_PRE}"><code>{html.escape(turn.code)}</code></pre>' + _traceback(turn.error)
        parts.append(_details(" · ".join(_facts(turn)), body))
    else:
        parts.append(_line(" · ".join(_facts(turn))))
    return f'<div class="analyst-turn">{"".join(parts)}</div>'


def _facts(turn: Turn) -> list[str]:
    language = {"sql": "SQL", "python": "Python", "document": "Python for a document"}[turn.language]
    facts = [language] if turn.code else []
    pinned = "pinned, " if turn.pinned else ""
    facts.append(f"{pinned}written by {turn.model}" if turn.code else f"asked {turn.model}")
    facts.append(f"{turn.seconds.get('total', 0.0):.2f} s")
    if turn.sandbox:
        facts.append(f"ran in {turn.sandbox}")
    if turn.model not in {"you", "offline"} and not turn.pinned:
        facts.append(f"saw {turn.privacy}")
    if turn.tokens is not None:
        facts.append(f"{turn.tokens.prompt + turn.tokens.completion:,} tokens")
    if turn.cost is not None:
        facts.append(f"${turn.cost:.4f}")
    return facts


def _folded(title: str, attempt: Attempt) -> str:
    said = html.escape(str(attempt.error or ""))
    code = f'<pre style="{_PRE}"><code>{html.escape(attempt.code.text)}</code></pre>' if attempt.code.text else ""
    return _details(title, f"<div>{said}</div>{code}")


def _traceback(error: Exception | None) -> str:
    if not isinstance(error, CodeFailed) or not error.traceback:
        return ""
    return _details("Traceback", f'<pre style="{_PRE}">{html.escape(error.traceback)}</pre>')


def _details(title: str, body: str) -> str:
    return f'<details><summary style="{_SMALL}">{html.escape(title)}</summary>{body}</details>'


def _line(text: str) -> str:
    return f'<div style="{_SMALL}">{html.escape(text)}</div>'
