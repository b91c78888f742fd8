"""``history``: earlier questions and their answers."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, cast

from ..errors import HistoryError, UnknownOption
from ..history.store import History, HistoryEntry
from ..language import message
from ..sources.files import files_named
from ..storage.files import PRIVATE
from ..turn import DOCUMENT_FORMATS, Code, Language, Question, join_steps
from ..wording import count
from .listing import Listing
from .results import write_file
from .table import wrong_arguments

LATEST = 20
_MARKS: dict[str, tuple[bool | None, str]] = {
    "good": (True, "is an example for questions over the same frames"),
    "not-good": (False, "is kept as not right, and is never an example. To ask its question anew: %%analyst --fresh"),
    "unmark": (None, "has no mark any more"),
}
_STATES: dict[bool | None, str] = {True: "good", False: "not right"}


def history(store: History, action: str, words: Sequence[str], days: float = 365.0) -> str:
    """Do what was asked with the history, and return what to show.

    Args:
        store: The history.
        action: ``list``, ``search``, ``show``, ``good``, ``not-good``, ``unmark``, ``export`` or ``prune``.
        words: What follows it.
        days: The age beyond which ``prune`` deletes where it is followed by no number.

    Raises:
        HistoryError: The history cannot be read or written, or has no such turn.
        UnknownOption: The action needs something else after it.
    """
    match action, list(words):
        case "list", [] | [_]:
            return _listed(store.latest(turn_number(action, words) if words else LATEST)) or message(
                "The history is empty."
            )
        case "search", [_, *_]:
            return _listed(store.search(" ".join(words))) or message("No turn contains {words}.", words=" ".join(words))
        case "show", _:
            return _shown(store.get(turn_number(action, words)))
        case (("good" | "not-good" | "unmark"), _):
            number = turn_number(action, words)
            good, state = _MARKS[action]
            store.mark(number, good)
            return f"Turn {number} {state}."
        case "export", [] | [_]:
            return _exported(store, words[0] if words else "")
        case "prune", [] | [_]:
            return f"{count(store.prune(_days(words[0]) if words else days), 'turn')} deleted."
    raise wrong_arguments("history", action)


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
        raise HistoryError(
            message("Turn {place} cannot be replayed: {reason}.", place=str(number), reason=reason),
            message("Ask its question again."),
        )
    return Question(entry.question, code=program, files=tuple(files_named(entry.question, taken).items()))


def program_of(entry: HistoryEntry) -> Code | None:
    """The program that answered a turn, all its steps together; None where there is none that runs by itself.

    Earlier versions kept the last step alone as the turn's code, and no document format. Both are found again from the
    attempts and the names of the files.
    """
    attempts = [attempt for attempt in entry.rest.get("attempts") or [] if not attempt.get("error")]
    steps = [_step(entry, attempt) for attempt in attempts]
    if steps:
        return join_steps(steps)
    return _step(entry, {"code": entry.code, "language": entry.language}) if entry.code.strip() else None


def _step(entry: HistoryEntry, attempt: Mapping[str, Any]) -> Code:
    language = cast(Language, attempt["language"])
    format = str(attempt.get("format") or (_document_format(entry) if language == "document" else ""))
    return Code(str(attempt["code"]), language, format)


def _document_format(entry: HistoryEntry) -> str:
    """The document format of a turn of an earlier version, by its files, or else by the library that its code uses."""
    endings = [PurePath(name).suffix[1:].lower() for name in entry.rest.get("files") or []]
    libraries = {"docx": "docx", "pptx": "pptx", "reportlab": "pdf"}
    named = [format for library, format in libraries.items() if f"import {library}" in entry.code
             or f"from {library}" in entry.code]  # fmt: skip
    return next((ending for ending in (*endings, *named) if ending in DOCUMENT_FORMATS), "xlsx")


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
        raise UnknownOption(
            message("history {action} needs a number.", action=action),
            message("Give the turn's number: history {action} 12", action=action),
        )
    return int(words[0])


def _state(entry: HistoryEntry) -> str:
    """The user's mark, or else whether it was answered."""
    return _STATES.get(entry.good) or ("ok" if entry.ok else "failed")


def _days(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UnknownOption(
            message("history prune needs a number of days."), message("For example: history prune 30")
        ) from None


def _exported(store: History, file: str) -> str:
    lines = list(export_lines(store))
    if not file:
        return "\n".join(lines)
    write_file(Path(file), "".join(f"{line}\n" for line in lines), mode=PRIVATE)
    return message("{lines} written to {file}.", lines=count(len(lines), "turn"), file=file)


def _listed(entries: Sequence[HistoryEntry]) -> str:
    lines = [
        f"{e.id:5}  {_moment(e)}  {_state(e):9}  {' '.join(e.question.split())[:80]}  ({e.model})" for e in entries
    ]
    rows = [
        (str(e.id), _moment(e), _state(e),
         " ".join(e.question.split())[:200], e.model)
        for e in entries
    ]  # fmt: skip
    return Listing.of(rows, ("turn", "asked", "", "question", "answered by"), text="\n".join(lines)) if rows else ""


def _shown(entry: HistoryEntry) -> str:
    rest = entry.rest
    lines = [f"turn {entry.id}, {_moment(entry)}, in {entry.folder}", f"question: {entry.question}"]
    lines += [f"answered by {entry.model}{', pinned' if entry.pinned else ''}; privacy {entry.privacy}"]
    lines += [f"frames: {name}: {schema}" for name, schema in entry.frames.items()]
    for name in ("error", "seconds", "tokens", "cost", "results", "files", "sandbox", "image", "version", "turn"):
        if rest.get(name):
            lines.append(f"{name}: {_plain(name, rest[name])}")
    for number, attempt in enumerate(rest.get("attempts") or [], 1):
        if attempt.get("error"):
            lines += [f"attempt {number}: {attempt['error']}", attempt.get("code", "")]
    if "task" in rest:  # of the user's own cells: what was asked about, and the reply
        return "\n".join([*lines, "", *map(str, rest.get("cells") or []), "", entry.text])
    program = program_of(entry)
    return "\n".join([*lines, "", entry.code if program is None else program.text])


def _moment(entry: HistoryEntry) -> str:
    """When it was asked, by this machine's clock."""
    return datetime.fromisoformat(entry.at).astimezone().strftime("%Y-%m-%d %H:%M")


def _plain(name: str, value: Any) -> str:
    """A value of a turn as people read it.

    >>> _plain("seconds", {"model": 0.71, "total": 1.9}), _plain("cost", 0.0012), _plain("files", ["a.xlsx", "b.pdf"])
    ('model 0.71, total 1.90', '$0.0012', 'a.xlsx, b.pdf')
    """
    if isinstance(value, Mapping):
        pairs = value.items()
        return ", ".join(f"{key} {item:.2f}" if isinstance(item, float) else f"{key} {item}" for key, item in pairs)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"${value:.4f}" if name == "cost" and isinstance(value, float) else str(value)
