"""What ``%load_ext analyst_magic`` says: how to ask, and, once its cell has run, of which frames and what."""

from __future__ import annotations

import contextlib
import html
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from IPython.display import display

from ..language import localize, message, tr

if TYPE_CHECKING:
    from ..analyst import Analyst

HOW = message("Ask about your data in a cell that begins with %%analyst, in plain words.")
MORE = message("%analyst help has examples; in JupyterLab, Alt+A opens the panel.")
MORE_ELSEWHERE = message("%analyst help has examples.")
FILES = message(
    "There is no data frame yet: make one, or ask about a file by its path, as in: rows by month in orders.csv"
)
MAX_NAMED = 5
METADATA = {"analyst": {"version": 1, "part": "footer"}}
"""That of an output which says nothing of the data: reports leave it out. What owns it takes a while to load."""


def greet(shell: Any, analyst: Callable[[], Analyst], loading: AbstractContextManager[Any]) -> None:
    """Say how to ask; in a notebook the frames and questions about them follow when the cell has ended.

    Nothing is loaded for it: the frames are looked at in a thread, when the cell that loads the extension has made
    them. A shell that is no notebook says two lines.

    Args:
        shell: The shell.
        analyst: Gives who would answer.
        loading: Held by the thread that loads modules.
    """
    if getattr(shell, "kernel", None) is None:
        print(f"{localize(HOW)}\n{localize(MORE_ELSEWHERE)}")
        return
    handle: Any = display(_bundle([HOW, MORE]), raw=True, metadata=METADATA, display_id=True)

    def ended(*_: object) -> None:
        shell.events.unregister("post_run_cell", ended)
        names = dict(shell.user_ns)
        given = (handle, names, analyst, loading)
        threading.Thread(target=name_frames, args=given, name="analyst-greeting").start()

    shell.events.register("post_run_cell", ended)


def name_frames(
    handle: Any, namespace: dict[str, object], analyst: Callable[[], Analyst], loading: AbstractContextManager[Any]
) -> None:
    """Add the frames, and questions that the planner answers. What fails is left out: nobody asked for it."""
    with contextlib.suppress(Exception):
        with loading:
            from ..display.asks import listed, with_asks
            from ..planner.offers import askable
            from ..sources.kinds import source_of, sources_in

        frames = sources_in(namespace)
        if not frames:
            handle.update(_bundle([FILES, MORE]), raw=True, metadata=METADATA)
            return
        named = [f"{name} ({localize(source_of(name, value).extent)})" for name, value in frames.items()][:MAX_NAMED]
        left = len(frames) - MAX_NAMED
        here = tr("Here are: {names} and {count} more.", names=named, count=left)
        here = here if left > 0 else tr("Here are: {names}.", names=named)
        context = analyst().context("(what can be asked?)", frames, privacy="rows")
        questions = askable(context.frames)
        bundle = _bundle([f"{localize(HOW)} {here}", MORE], listed(questions, tr("For example:")))
        handle.update(with_asks(bundle, questions, tr("For example:")), raw=True, metadata=METADATA)


def _bundle(lines: list[str], page: str = "") -> dict[str, str]:
    lines = list(map(localize, lines))
    text = "<br>".join(html.escape(line).replace("%%analyst,", "<code>%%analyst</code>,") for line in lines)
    text = text.replace("%analyst help", "<code>%analyst help</code>")
    body = f'<div class="mathjax_ignore tex2jax_ignore" style="font-size:90%;opacity:.85">{text}</div>{page}'
    return {"text/html": body, "text/plain": "\n".join(lines)}
