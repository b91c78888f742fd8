"""The turn in the history: what is recorded of it, at its privacy level."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from ..checks.run import frames_named
from ..context.privacy import redact
from ..errors import AnalystError, CodeFailed, FrameError, HistoryError
from ..history.store import History, HistoryEntry
from ..language import message
from ..results.digest import digest
from ..sources.kinds import schema_text
from ..turn import Attempt, Turn
from .job import Job

NOTEBOOK = "JPY_SESSION_NAME"
"""The variable in which a Jupyter server tells a kernel the path of its notebook."""


async def record(job: Job, turn: Turn) -> Turn:
    """Put a turn into the history; where that fails, a remark in the notes says so."""
    if job.options.history is None:
        return turn
    image, thread = job.session.sandbox.provider.image, job.conversation.thread
    return await asyncio.to_thread(_recorded, job.options.history, turn, job.sources, thread, image)


def _recorded(history: History, turn: Turn, frames: Mapping[str, object], thread: str, image: str) -> Turn:
    try:
        number = history.add(history_entry(turn, frames, thread, image))
    except (HistoryError, OSError, sqlite3.Error) as error:
        return replace(turn, notes=(*turn.notes, message("The turn is not in the history. {error}", error=str(error))))
    notice, history.notice = history.notice, ""
    return replace(turn, id=number, notes=(*turn.notes, *([notice] if notice else [])))


def history_entry(turn: Turn, frames: Mapping[str, object], thread: str, image: str) -> HistoryEntry:
    """A turn as an entry of the history.

    Args:
        turn: The turn.
        frames: The frames in scope.
        thread: The conversation that it belongs to.
        image: What the sandbox was made from.
    """
    program = turn.program or (turn.attempts[-1].code if turn.attempts else None)
    used = frames_named(program, frames) if program is not None else set()
    return HistoryEntry(
        at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        folder=os.getcwd(),
        thread=thread,
        question=turn.question.text,
        model=turn.model,
        privacy=turn.privacy,
        ok=turn.ok,
        code=program.text if program is not None else "",
        language=program.language if program is not None else turn.language,
        text=turn.text,
        pinned=turn.pinned,
        frames={name: _schema(name, frames[name]) for name in sorted(used)},
        rest={
            "context": turn.context,
            "kind": turn.kind,
            # A line that code filled in holds figures of the data.
            "answer": turn.answer if turn.kind != "result" or turn.privacy == "rows" else "",
            "code_privacy": turn.code_privacy,
            "error": _message(turn, turn.error) if turn.error else "",
            "attempts": [_attempt(turn, attempt) for attempt in turn.attempts],
            "tokens": [turn.tokens.prompt, turn.tokens.completion] if turn.tokens else None,
            "cost": turn.cost,
            "pictures": sum(len(stage.context.pictures) for stage in turn.stages if stage.context is not None),
            "seconds": {stage: round(seconds, 4) for stage, seconds in turn.seconds.items()},
            "results": [digest(result) for result in turn.results],
            "files": [document.path.name for document in turn.documents],
            "sandbox": turn.sandbox,
            "image": image,
            "version": version("analyst-magic"),
            "turn": turn.uid,
            "notebook": os.environ.get(NOTEBOOK, ""),
        },
    )


def _message(turn: Turn, error: AnalystError) -> str:
    """An error's text; what code raised may quote the data, and is cut to what the privacy level allows."""
    if not isinstance(error, CodeFailed) or turn.privacy == "rows":
        return str(error)
    return f"{error.name}: {redact(error.value, (turn.code, turn.question.text), turn.privacy)}"


def _attempt(turn: Turn, attempt: Attempt) -> dict[str, Any]:
    entry: dict[str, Any] = {"language": attempt.code.language, "code": attempt.code.text}
    if attempt.code.format:
        entry["format"] = attempt.code.format
    if attempt.findings:
        entry["findings"] = [finding.message for finding in attempt.findings]
    if attempt.error is not None:
        entry["error"] = _message(turn, attempt.error)
    return entry


def _schema(name: str, value: object) -> str:
    try:
        return schema_text(value, name)
    except FrameError:
        return ""
