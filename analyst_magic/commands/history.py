"""What ``%analyst history`` and ``analyst history`` show of the history."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from pathlib import PurePath
from typing import Any, cast

from ..errors import HistoryError, UnknownOption
from ..history.store import Capsule, History
from ..sources.files import files_named
from ..turn import DOCUMENT_FORMATS, Code, Language, Question, join_steps

LATEST = 20


def recall(history: History, command: str, what: str) -> str:
    """What is to be shown.

    Args:
        history: The history.
        command: Empty or ``list`` or a number for the latest turns, ``search``, ``show`` or ``prune``.
        what: The words, the turn's number, or the days.

    Raises:
        HistoryError: The history cannot be read.
        UnknownOption: There is no such command, or it does not take that.
    """
    number = command if command.isdigit() else what if command == "list" and what.isdigit() else ""
    if command in {"", "list"} or command.isdigit():
        return _listed(history.latest(int(number or LATEST))) or "The history is empty."
    if command == "search" and what:
        return _listed(history.search(what)) or f"No turn has the words {what}."
    if command == "show" and what.isdigit():
        return _shown(history.get(int(what)))
    if command == "prune":
        try:
            return f"{history.prune(float(what))} turns are forgotten."
        except ValueError:
            pass
    raise UnknownOption(
        f"The history cannot {command} {what}.".replace(" .", "."), "Use search WORDS, show N or prune DAYS."
    )


def replay(history: History, number: int, taken: Container[str] = ()) -> Question:
    """A turn's question with the whole program that answered it, to be asked again; no model is needed for it.

    Args:
        history: The history.
        number: The turn's number in it.
        taken: The names of the frames in scope.

    Raises:
        HistoryError: The history cannot be read, has no such turn, or the turn has no program that runs by itself.
    """
    entry = history.get(number)
    program = program_of(entry)
    if program is None:
        reason = "its steps are in several languages" if entry.code else "it has no code"
        raise HistoryError(f"Turn {number} cannot be replayed: {reason}.", "Ask its question again.")
    return Question(entry.question, code=program, files=tuple(files_named(entry.question, taken).items()))


def program_of(entry: Capsule) -> Code | None:
    """The program that answered a turn, all its steps together; None where there is none that runs by itself.

    Earlier versions kept the last step alone as the turn's code, and no document format. Both are found again from the
    attempts and the names of the files.
    """
    attempts = [attempt for attempt in entry.rest.get("attempts") or [] if not attempt.get("error")]
    steps = [_step(entry, attempt) for attempt in attempts]
    if steps:
        return join_steps(steps)
    return _step(entry, {"code": entry.code, "language": entry.language}) if entry.code.strip() else None


def _step(entry: Capsule, attempt: Mapping[str, Any]) -> Code:
    language = cast(Language, attempt["language"])
    format = str(attempt.get("format") or (_document_format(entry) if language == "document" else ""))
    return Code(str(attempt["code"]), language, format)


def _document_format(entry: Capsule) -> str:
    """The document format of a turn of an earlier version, by its files, or else by the library that its code uses."""
    endings = [PurePath(name).suffix[1:].lower() for name in entry.rest.get("files") or []]
    libraries = {"docx": "docx", "pptx": "pptx", "reportlab": "pdf"}
    named = [format for library, format in libraries.items() if f"import {library}" in entry.code
             or f"from {library}" in entry.code]  # fmt: skip
    return next((ending for ending in (*endings, *named) if ending in DOCUMENT_FORMATS), "xlsx")


def exported(history: History) -> Sequence[str]:
    """Each turn as one line of JSON."""
    return [json.dumps(_fields(capsule), ensure_ascii=False) for capsule in history.everything()]


def _fields(capsule: Capsule) -> dict[str, object]:
    return {name: getattr(capsule, name) for name in Capsule.__slots__}


def _listed(capsules: Sequence[Capsule]) -> str:
    return "\n".join(
        f"{c.id:5}  {c.at[:16].replace('T', ' ')}  {'good' if c.good else 'ok  ' if c.ok else 'FAIL'}  "
        f"{' '.join(c.question.split())[:80]}  ({c.model})"
        for c in capsules
    )


def _shown(capsule: Capsule) -> str:
    rest = capsule.rest
    lines = [f"turn {capsule.id}, {capsule.at}, in {capsule.folder}", f"question: {capsule.question}"]
    lines += [f"answered by {capsule.model}{', pinned' if capsule.pinned else ''}; privacy {capsule.privacy}"]
    lines += [f"frames: {name}: {schema}" for name, schema in capsule.frames.items()]
    for name in ("error", "seconds", "tokens", "cost", "results", "files", "sandbox", "image", "version", "turn"):
        if rest.get(name):
            lines.append(f"{name}: {rest[name]}")
    for number, attempt in enumerate(rest.get("attempts") or [], 1):
        if attempt.get("error"):
            lines += [f"attempt {number}: {attempt['error']}", attempt.get("code", "")]
    program = program_of(capsule)
    return "\n".join([*lines, "", capsule.code if program is None else program.text])
