"""Code waits for a word before it runs: buttons where a front end has them, else a prompt."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextvars import copy_context
from importlib.util import find_spec
from typing import Any, TypeVar

from IPython.core.error import StdinNotImplementedError
from IPython.core.getipython import get_ipython
from IPython.display import display

from ..engine.job import Event
from ..errors import InputError
from ..language import Message, message, tr
from .card import line

SECONDS_FOR_A_SUBSHELL = 2.0
T = TypeVar("T")


def confirm(code: str, frames: tuple[str, ...]) -> str | None:
    """Show code and ask whether to run it; the cell waits.

    A button that is pressed while a cell runs is heard on a subshell of the kernel alone, which JupyterLab from 4.4 and
    Notebook from 7.4 start for the comm of a widget. Where none is started, there is a prompt.

    Args:
        code: What would run.
        frames: Names of the frames that it would get.

    Returns:
        The code to run, or None to run none.

    Raises:
        InputError: Nobody can be asked, as when a notebook is executed by a program.
    """
    answer: Future[str | None] = Future()
    event = Event("confirm", code, frames, answer)
    return answered(answer, lambda: asked(event), lambda: prompt(event))


def answered(answer: Future[T], box: Callable[[], Any], otherwise: Callable[[], T]) -> T:
    """What the user says by the buttons of a box, or by a prompt where no button can be heard; the cell waits.

    Args:
        answer: Takes what the buttons say.
        box: Makes the box.
        otherwise: Asks by a prompt.

    Raises:
        InputError: Nobody can be asked.
    """
    kernel = getattr(get_ipython(), "kernel", None)
    subshells = getattr(getattr(kernel, "shell_channel_thread", None), "manager", None)  # of ipykernel 7 and later
    somebody = getattr(kernel, "_allow_stdin", False)  # a program that runs a notebook answers nothing
    if subshells is None or not somebody or not find_spec("ipywidgets"):
        return otherwise()
    shown_box = box()
    subshell = _subshell(subshells)
    if subshell is None:
        shown_box.close()
        return otherwise()
    copy_context().run(_hear, kernel, subshell, shown_box)
    shown: Any = display(shown_box, display_id=True)
    try:
        return answer.result()
    finally:
        shown.update({"text/html": ""}, raw=True)
        shown_box.close()


def _subshell(manager: Any) -> str | None:
    """The front end's subshell, once it has started one; nothing tells of that, so that it is looked for."""
    until = time.monotonic() + SECONDS_FOR_A_SUBSHELL
    while time.monotonic() < until:
        if found := manager.list_subshell():
            return str(found[-1])
        time.sleep(0.02)
    return None


def _hear(kernel: Any, subshell: str, widget: Any) -> None:
    """Let what is done to a widget come on a subshell: that of the request which last sent its state, to ipykernel."""
    parent = kernel.get_parent()
    kernel.set_parent([], {**parent, "header": {**parent["header"], "subshell_id": subshell}})
    for part in _inside(widget):
        part.send_state()


def _inside(widget: Any) -> Iterator[Any]:
    """All widgets in a box, at any depth."""
    for child in getattr(widget, "children", ()):
        yield child
        yield from _inside(child)


def prompt(event: Event) -> str | None:
    """Ask by a plain prompt.

    Raises:
        InputError: Nobody can be asked.
    """
    print(f"{event.text}\n\n{_asks(event)}")
    said = typed(tr("Run it? [y]es, [n]o, or [e]dit: ")).lower()
    if not said.startswith("e"):
        return event.text if said.startswith("y") else None
    print(tr("Write the new code; an empty line ends it."))
    return "\n".join(iter(lambda: typed("", strip=False), "")) or None


def typed(question: str, *, strip: bool = True) -> str:
    """What the user types after a question.

    Raises:
        InputError: Nobody can be asked.
    """
    try:
        said = input(question)
    except (StdinNotImplementedError, EOFError):
        raise InputError(
            message("--confirm needs someone to ask."), message("Leave it out where a program runs the notebook.")
        ) from None
    return said.strip() if strip else said


def button(text: str, pressed: Callable[[], None]) -> Any:
    """A button, where ipywidgets is installed; else None."""
    try:
        import ipywidgets  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return None
    made = ipywidgets.Button(description=text)
    made.on_click(lambda _: pressed())
    return made


def asked(event: Event) -> Any:
    """The code with Run, Edit and Cancel; what stands in the box when Run is pressed is what runs.

    In JupyterLab, Ctrl-Enter in the box is Run.
    """
    import ipywidgets

    assert event.answer is not None
    answer = event.answer
    rows = min(24, event.text.count("\n") + 2)
    code = ipywidgets.Textarea(event.text, rows=rows, layout=ipywidgets.Layout(width="auto", display="none"))
    shown = ipywidgets.HTML(coloured(event.text))

    def say(text: Callable[[], str | None]) -> Callable[[], None]:
        return lambda: None if answer.done() else answer.set_result(text())

    def edit() -> None:
        shown.layout.display, code.layout.display = "none", "flex"

    buttons = [
        button(tr("Run"), say(lambda: str(code.value))),
        button(tr("Edit"), edit),
        button(tr("Cancel"), say(lambda: None)),
    ]
    buttons[0].button_style = "primary"
    notice = ipywidgets.HTML(line(_asks(event)))
    box = ipywidgets.VBox([notice, shown, code, ipywidgets.HBox(buttons)])
    box.add_class("analyst-confirm")
    return box


def coloured(code: str) -> str:
    """Code as HTML with colours that can be read on light and on dark pages."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer, SqlLexer

    lexer = SqlLexer() if re.match(r"\s*(--|select|with|from)\b", code, re.IGNORECASE) else PythonLexer()
    look = "margin:4px 0;padding:8px;overflow:auto;max-height:420px;line-height:1.4;border-radius:4px;background:none"
    border = "border:1px solid rgba(128,128,128,.35)"
    formatter = HtmlFormatter(noclasses=True, nobackground=True, style="friendly")
    page = highlight(code, lexer, formatter)
    return f'<div class="analyst-code" style="{look};{border}">{page}</div>'


def _asks(event: Event) -> str:
    return tr("This code would run in the sandbox, with {frames}.", frames=frames_said(event))


def frames_said(event: Event) -> Message:
    """The frames that the code would get."""
    if not event.frames:
        return message("no frame")
    one = message("the frame {names}", names=event.frames)
    return one if len(event.frames) == 1 else message("the frames {names}", names=event.frames)
