"""What a page asks about the notebook's own cells, and about data before any question."""

from __future__ import annotations

from ..analyst import Analyst
from ..cleaning.markdown import plain
from ..profiling.page import whole_page
from .channel import Message

Scope = dict[str, object]


def explained(analyst: Analyst, message: Message, scope: Scope) -> Message:
    """What a cell does, in words.

    Raises:
        AnalystError: There is no model, or no usable answer.
    """
    return {"text": plain(analyst.explain(str(message["code"]), scope))}


def fixed(analyst: Analyst, message: Message, scope: Scope) -> Message:
    """A corrected cell, to be accepted or rejected: ``changes`` says whether it is another one.

    Raises:
        AnalystError: There is no model, or no usable answer.
    """
    given = message.get("error")
    error = (str(given["name"]), str(given["text"])) if given else None
    edit = analyst.fix(str(message["code"]), scope, error=error)
    return {"after": edit.after, "reason": plain(edit.reason), "diff": edit.diff, "changes": edit.changes}


def documented(analyst: Analyst, message: Message, scope: Scope) -> Message:
    """Notes for the cells of a notebook, each to be accepted or rejected.

    Raises:
        AnalystError: There is no model, or no usable answer.
    """
    noted = [int(number) for number in message["noted"]]
    notes = analyst.document(list(map(str, message["cells"])), scope, noted=noted)
    return {"notes": [{"place": note.place, "text": note.after} for note in notes]}


def profiled(analyst: Analyst, message: Message, scope: Scope) -> Message:
    """The profile of a frame or of a table of a connection, as a page that loads nothing and runs nothing.

    Raises:
        AnalystError: There is no such data, or it cannot be read.
    """
    return {"html": whole_page(analyst.profile(str(message["frame"]), scope))}
