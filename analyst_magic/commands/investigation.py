"""``investigation``: the last investigations of a folder, from the history."""

from __future__ import annotations

import os

from ..history.store import History
from ..language import message
from ..wording import count
from .listing import Listing


def list_investigations(history: History) -> str:
    """The investigations of this folder, the last one first.

    Raises:
        HistoryError: The history cannot be read.
    """
    rows = []
    for stored in history.investigations(os.getcwd()):
        taken, left = len(stored.state["results"]), len(stored.state["steps"])
        rows.append((stored.at[:16].replace("T", " "), stored.status, f"{taken} of {taken + left}", stored.question))
    if not rows:
        return message(
            "Nothing has been investigated in this folder. A cell that begins with %%analyst --investigate does."
        )
    title = message("{rows} of this folder.", rows=count(len(rows), "investigation"))
    text = "\n".join(
        [title, *(f"  {at}  {status:11}  {steps:8}  {question[:80]}" for at, status, steps, question in rows)]
    )
    return Listing.of(rows, ("at (UTC)", "status", "steps", "question"), title=title, text=text)
