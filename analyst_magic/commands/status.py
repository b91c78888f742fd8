"""``status``: the model, the privacy level, usage, the lock, the history and the sandbox at a glance."""

from __future__ import annotations

import textwrap

from ..analyst import Analyst
from ..errors import AnalystError
from ..history.lock import LockFile
from ..history.store import History
from ..wording import count, size
from .listing import Listing


def status(analyst: Analyst, lock: LockFile, history: History) -> str:
    """Where things stand, one subject a line."""
    settings = analyst.settings
    hidden = f", hidden {', '.join(settings.hidden)}" if settings.hidden else ""
    content = "with" if settings.trace_content else "without"
    pinned = f"{count(len(lock.pins()), 'answer')} in {lock.path.name}" if settings.lock else "off"
    lines = {
        "model": analyst.model_name(),
        "privacy": f"{settings.privacy}{hidden}",
        "asked": str(analyst.tally),
        "lock": pinned,
        "history": str(history.path) if settings.history else "off",
        "traces": f"{settings.tracing}, {content} content" if settings.tracing else "off",
        "sandbox": _sandbox(analyst),
    }
    rows = [(name, " ".join(text.replace("\n", "; ", 1).split())) for name, text in lines.items()]
    return Listing.of(rows, text="\n".join(f"{name:8} {text}" for name, text in lines.items()))


def _sandbox(analyst: Analyst) -> str:
    """What code runs in, its limits, and what it isolates."""
    try:
        name, isolation = analyst.isolation()
    except AnalystError as error:
        return f"none: {error}"
    settings = analyst.settings
    state = "is up" if analyst.running else "starts with the next question"
    limits = f"{size(settings.memory)} of memory, {settings.timeout:g} s a run"
    return f"{name}, {state}; {limits}\n" + textwrap.fill(
        isolation, 110, initial_indent=" " * 9, subsequent_indent=" " * 9
    )
