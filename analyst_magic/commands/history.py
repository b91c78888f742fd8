"""``history``: earlier questions and their answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from ..errors import UnknownOption
from ..history.store import History, HistoryEntry
from ..storage.files import write_atomic
from ..turn import Code, Language, Question
from ..wording import count
from .table import wrong_arguments

LATEST = 20


def history(store: History, action: str, words: Sequence[str], days: float = 365.0) -> str:
    """Do what was asked with the history, and return what to show.

    Args:
        store: The history.
        action: ``list``, ``search``, ``show``, ``good``, ``not-good``, ``export`` or ``prune``.
        words: What follows it.
        days: The age beyond which ``prune`` deletes where it is followed by no number.

    Raises:
        HistoryError: The history cannot be read or written, or has no such turn.
        UnknownOption: The action needs something else after it.
    """
    match action, list(words):
        case "list", [] | [_]:
            return _listed(store.latest(turn_number(action, words) if words else LATEST)) or "The history is empty."
        case "search", [_, *_]:
            return _listed(store.search(" ".join(words))) or f"No turn contains {' '.join(words)}."
        case "show", _:
            return _shown(store.get(turn_number(action, words)))
        case (("good" | "not-good"), _):
            number = turn_number(action, words)
            store.mark(number, action == "good")
            state = "is an example for questions over the same frames" if action == "good" else "is not an example"
            return f"Turn {number} {state}."
        case "export", [] | [_]:
            return _exported(store, words[0] if words else "")
        case "prune", [] | [_]:
            return f"{count(store.prune(_days(words[0]) if words else days), 'turn')} deleted."
    raise wrong_arguments("history", action)


def replay(store: History, number: int) -> Question:
    """The question of an earlier turn with its code, which runs again without a model.

    Raises:
        HistoryError: There is no such turn.
    """
    entry = store.get(number)
    code = Code(entry.code, cast(Language, entry.language), "xlsx" if entry.language == "document" else "")
    return Question(entry.question, code=code)


def export_lines(store: History) -> Iterator[str]:
    """Each turn as one line of JSON."""
    for entry in store.everything():
        yield json.dumps({name: getattr(entry, name) for name in HistoryEntry.__slots__}, ensure_ascii=False)


def turn_number(action: str, words: Sequence[str]) -> int:
    """The number of a turn that follows an action.

    Raises:
        UnknownOption: There is none.
    """
    if len(words) != 1 or not words[0].isascii() or not words[0].isdigit():
        raise UnknownOption(f"history {action} needs a number.", f"Give the turn's number: history {action} 12")
    return int(words[0])


def _days(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UnknownOption("history prune needs a number of days.", "For example: history prune 30") from None


def _exported(store: History, file: str) -> str:
    lines = list(export_lines(store))
    if not file:
        return "\n".join(lines)
    write_atomic(Path(file), "".join(f"{line}\n" for line in lines))
    return f"{count(len(lines), 'turn')} written to {file}."


def _listed(entries: Sequence[HistoryEntry]) -> str:
    return "\n".join(
        f"{e.id:5}  {e.at[:16].replace('T', ' ')}  {'good' if e.good else 'ok  ' if e.ok else 'FAIL'}  "
        f"{' '.join(e.question.split())[:80]}  ({e.model})"
        for e in entries
    )


def _shown(entry: HistoryEntry) -> str:
    rest = entry.rest
    lines = [f"turn {entry.id}, {entry.at}, in {entry.folder}", f"question: {entry.question}"]
    lines += [f"answered by {entry.model}{', pinned' if entry.pinned else ''}; privacy {entry.privacy}"]
    lines += [f"frames: {name}: {schema}" for name, schema in entry.frames.items()]
    for name in ("error", "seconds", "tokens", "cost", "results", "files", "sandbox", "image", "version", "turn"):
        if rest.get(name):
            lines.append(f"{name}: {rest[name]}")
    for i, attempt in enumerate(rest.get("attempts", [])[:-1]):
        lines += [f"attempt {i + 1}: {attempt.get('error', 'a step')}", attempt.get("code", "")]
    return "\n".join([*lines, "", entry.code])
