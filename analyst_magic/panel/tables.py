"""The comm target of the tables in a notebook's cells: a page asks for rows in another order, or for a file of them."""

from __future__ import annotations

from typing import Any

from ..errors import AnalystError
from ..results.shown_tables import SHOWN, View

Reply = tuple[dict[str, Any], list[bytes]]


def opened(comm: Any, message: dict[str, Any]) -> None:
    """Called by the comm manager when a page opens the comm."""
    comm.on_msg(lambda received: _answer(comm, received["content"]["data"]))


def _answer(comm: Any, message: dict[str, Any]) -> None:
    """Reply to a message; what fails is told to the page, which else would wait for ever."""
    request = str(message.get("request", ""))
    try:
        value, buffers = reply(message)
    except AnalystError as error:
        comm.send({"request": request, "error": str(error)})
    except Exception as error:  # noqa: BLE001 - as above
        comm.send({"request": request, "error": f"The table cannot be read: {type(error).__name__}."})
    else:
        comm.send({"request": request, "value": value}, buffers=buffers)


def reply(message: dict[str, Any]) -> Reply:
    """What a message of a page is answered with, and the bytes that go with it.

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
    return {"known": SHOWN.knows(name)}, []
