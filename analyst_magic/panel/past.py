"""The questions of earlier kernels of the same notebook, as the history has them."""

from __future__ import annotations

import os
from collections.abc import Collection

from ..cleaning.markdown import markdown
from ..engine.record import NOTEBOOK
from ..errors import HistoryError
from ..history.store import History, HistoryEntry
from .channel import Message

MAX_PAST = 100
MAX_CODE = 20_000


def earlier_turns(history: History | None, ours: Collection[int], number: int = MAX_PAST) -> list[Message]:
    """The latest questions of this notebook that this kernel did not answer, oldest first.

    Args:
        history: The history; None where none is kept.
        ours: The numbers of the turns that are told anyway.
        number: How many at the most.
    """
    notebook = os.environ.get(NOTEBOOK, "")
    if history is None or not notebook:
        return []
    try:
        entries = history.latest(5 * number, os.getcwd())
    except HistoryError:  # told where a turn cannot be kept
        return []
    found = [
        entry for entry in entries
        if entry.rest.get("notebook") == notebook and entry.id not in ours and "task" not in entry.rest
    ]  # fmt: skip
    return [_message(entry) for entry in reversed(found[:number])]


def _message(entry: HistoryEntry) -> Message:
    return {
        "history": entry.id,
        "question": entry.question,
        "at": entry.at,
        "ok": entry.ok,
        "code": entry.code[:MAX_CODE],
        "language": entry.language,
        "model": entry.model,
        "good": entry.good,
        "answer_html": markdown(str(entry.rest.get("answer") or "")),
    }
