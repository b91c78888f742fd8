"""The comm target of what answers show: a page asks for a table's rows in another order, for a file of them, or for
a figure to be drawn in another way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..engine.pins import keep_edit
from ..errors import AnalystError, InputError
from ..history.lock import LockFile
from ..language import message
from ..results.chart_edit import ChartEdit
from ..results.shown_figures import FIGURES
from ..results.shown_tables import SHOWN, View

Reply = tuple[dict[str, Any], list[bytes]]
GetLock = Callable[[], LockFile | None]


def opened(comm: Any, lock: GetLock) -> None:
    """Called when a page has opened the comm.

    Args:
        comm: The comm.
        lock: Gives the lock file that changes of figures are kept in.
    """
    comm.on_msg(lambda received: _answer(comm, received["content"]["data"], lock))


def _answer(comm: Any, message: dict[str, Any], lock: GetLock) -> None:
    """Reply to a message; what fails is told to the page, which else would wait for ever."""
    request = str(message.get("request", ""))
    try:
        value, buffers = reply(message, lock)
    except AnalystError as error:
        comm.send({"request": request, "error": str(error)})
    except Exception as error:  # noqa: BLE001 - as above
        comm.send({"request": request, "error": f"The table cannot be read: {type(error).__name__}."})
    else:
        comm.send({"request": request, "value": value}, buffers=buffers)


def reply(message: dict[str, Any], lock: GetLock = lambda: None) -> Reply:
    """What a message of a page is answered with, and the bytes that go with it.

    Args:
        message: The message.
        lock: Gives the lock file that changes of figures are kept in.

    Raises:
        AnalystError: The table is not here any more, or too large.
    """
    name = str(message.get("id", ""))
    view: View = (str(message.get("words", ""))[:1000], int(message.get("column", -1)), bool(message.get("descending")))
    match message.get("type"):
        case "window":
            value, rows = SHOWN.window(name, view, int(message.get("start", 0)), int(message.get("rows", 0)))
            return value, [rows]
        case "file":
            value, rows = SHOWN.file(name, view, str(message.get("format", "")))
            return value, [rows]
        case "edit":
            return _edit(name, message.get("edit"), lock), []
    return {"known": SHOWN.knows(name) or FIGURES.knows(name)}, []


def _edit(name: str, wanted: Any, lock: GetLock) -> dict[str, Any]:
    """Change how a figure is shown, and keep that; gives its bundle, and what its reader is to know."""
    try:
        edit = ChartEdit.of(wanted if isinstance(wanted, dict) else {})
    except (ValueError, TypeError) as error:
        raise InputError(message("A chart cannot be changed in that way."), message("Reload the page.")) from error
    turn, place = FIGURES.edit(name, edit)
    return {"bundle": FIGURES.bundle(turn, place), "note": keep_edit(lock(), turn, place, edit)}
