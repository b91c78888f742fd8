"""What ``%analyst history`` and ``analyst history`` show of the history."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..errors import UnknownOption
from ..history.store import Capsule, History

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
    for i, attempt in enumerate(rest.get("attempts", [])[:-1]):
        lines += [f"attempt {i + 1}: {attempt.get('error', 'a step')}", attempt.get("code", "")]
    return "\n".join([*lines, "", capsule.code])
