"""The history: every turn as an entry of one SQLite file, which many kernels write to at once.

An entry holds what was asked, which code answered it and what that cost; never a key, and of results no more than their
digests. The table is called ``capsule``, as files of version 0.1 have it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import math
import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from jupyter_core.paths import jupyter_data_dir

from ..credentials import without_credentials
from ..errors import HistoryError
from ..language import message
from ..storage.sqlite import NewerDatabase, Schema, open_database
from ..turn import PRIVACY_LEVELS, Privacy

NAME = "history.sqlite3"
MAX_EXAMPLES_READ = 1_000
"""How many right answers are searched for examples, the latest first."""
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE capsule (
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, folder TEXT NOT NULL, thread TEXT NOT NULL,
            question TEXT NOT NULL, model TEXT NOT NULL, privacy TEXT NOT NULL, ok INTEGER NOT NULL,
            code TEXT NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL, pinned INTEGER NOT NULL,
            good INTEGER NOT NULL DEFAULT 0, frames TEXT NOT NULL, rest TEXT NOT NULL)""",
        "CREATE INDEX capsule_at ON capsule (at)",
        "CREATE INDEX capsule_right ON capsule (id) WHERE good = 1 OR pinned = 1",
        "CREATE VIRTUAL TABLE words USING fts5 (question, code, text, content='capsule', content_rowid='id')",
        """CREATE TRIGGER capsule_in AFTER INSERT ON capsule BEGIN
            INSERT INTO words (rowid, question, code, text) VALUES (new.id, new.question, new.code, new.text); END""",
        """CREATE TRIGGER capsule_out AFTER DELETE ON capsule BEGIN
            INSERT INTO words (words, rowid, question, code, text)
            VALUES ('delete', old.id, old.question, old.code, old.text); END""",
    ),
    (
        """CREATE TABLE investigation (
            uid TEXT PRIMARY KEY, at TEXT NOT NULL, folder TEXT NOT NULL, question TEXT NOT NULL,
            status TEXT NOT NULL, state TEXT NOT NULL, outputs TEXT NOT NULL DEFAULT '{}')""",
    ),
)
SCHEMA = Schema(MIGRATIONS)
_MARKS = {True: 1, False: -1, None: 0}
"""How the file has the user's mark: programs of earlier versions know 1 and 0."""
_COLUMNS = ("at", "folder", "thread", "question", "model", "privacy", "ok", "code", "language", "text", "pinned",
            "good", "frames")  # fmt: skip


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One turn in the history.

    Attributes:
        at: When, in ISO 8601 and UTC.
        folder: The kernel's working directory.
        thread: The conversation.
        question, model, privacy: As asked.
        ok: Whether it was answered.
        code, language: What answered it.
        text: The model's prose.
        pinned: Whether the code came from the lock file.
        good: Whether the user has marked it as right (True) or as not right (False); None where there is no mark.
        frames: The schema of each frame that the code uses.
        rest: Attempts, error, tokens, cost, seconds by stage, digests of results, names of files, image, versions.
        id: Its number in the history; 0 before it is there.
    """

    at: str
    folder: str
    thread: str
    question: str
    model: str
    privacy: str
    ok: bool
    code: str
    language: str
    text: str = ""
    pinned: bool = False
    good: bool | None = None
    frames: Mapping[str, str] = field(default_factory=dict)
    rest: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0

    @property
    def code_privacy(self) -> Privacy:
        """The privacy level at which the code was written; ``rows``, the most, where that is not known."""
        level = self.rest.get("code_privacy")
        if level is None and ":" in self.model and not self.pinned:  # of a program that did not note it
            level = self.privacy
        return cast(Privacy, level) if level in PRIVACY_LEVELS else "rows"


@dataclass(frozen=True, slots=True)
class StoredInvestigation:
    """How far an investigation is.

    Attributes:
        uid: Its name.
        folder: The kernel's working directory.
        question: What is investigated.
        status: ``planned``, ``approved``, ``interrupted``, ``finished`` or ``cancelled``.
        state: Its plan, steps, what it has spent, and its findings.
        outputs: Results of its steps as JSON, for as long as it can be resumed; then ``{}``.
        at: When it was written, in ISO 8601 and UTC.
    """

    uid: str
    folder: str
    question: str
    status: str
    state: Mapping[str, Any]
    outputs: str = "{}"
    at: str = ""


class History:
    """One history file; it is made at the first write.

    Args:
        path: The file; its folder is made too.
        days: After how many days a turn is deleted, unless it was marked as right; 0 for never.
    """

    def __init__(self, path: Path, days: float = 0.0) -> None:
        self.path, self._days = path, days
        self.notice = ""
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def add(self, entry: HistoryEntry) -> int:
        """Add a turn, and return its number.

        Raises:
            HistoryError: The file cannot be written.
        """
        values = asdict(entry)
        row = [_plain(_MARKS[entry.good] if name == "good" else values[name]) for name in _COLUMNS]
        marks = ", ".join("?" * (len(_COLUMNS) + 1))
        insert = f"INSERT INTO capsule ({', '.join(_COLUMNS)}, rest) VALUES ({marks})"  # noqa: S608 (names of ours)
        with self._opened() as connection:
            cursor = connection.execute(insert, [*row, _plain(entry.rest)])
            return int(cursor.lastrowid or 0)

    def latest(self, number: int = 20, folder: str = "") -> list[HistoryEntry]:
        """The latest turns, the last one first; those of one folder alone where it is named."""
        where, values = ("WHERE folder = ?", [folder]) if folder else ("", [])
        query = f"SELECT * FROM capsule {where} ORDER BY id DESC LIMIT ?"  # noqa: S608 (of two texts of ours)
        return self._read(query, [*values, number])

    def get(self, number: int) -> HistoryEntry:
        """One turn.

        Raises:
            HistoryError: There is none of that number.
        """
        entries = self._read("SELECT * FROM capsule WHERE id = ?", [number])
        if not entries:
            raise HistoryError(
                message("The history has no turn {place}.", place=str(number)),
                message("`%analyst history` lists them."),
            )
        return entries[0]

    def search(self, words: str, number: int = 20) -> list[HistoryEntry]:
        """Turns with all of these words, or their beginnings, in question, code or prose; the last one first."""
        wanted = " ".join(f'"{word}"*' for word in re.findall(r"\w+", words))
        if not wanted:
            return []
        matching = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
        query = f"SELECT * FROM capsule WHERE id IN ({matching}) ORDER BY id DESC"  # noqa: S608 (of a text of ours)
        return self._read(query, [wanted, number])

    def examples(self, question: str, fits: Callable[[HistoryEntry], bool], number: int = 3) -> list[HistoryEntry]:
        """Turns that were marked as right and fit the frames in scope, the most alike first. One that ran is none.

        Args:
            question: What is asked.
            fits: Whether a turn's code fits the frames in scope; asked of the most alike ones until there are enough.
            number: How many at the most.

        Alike are questions that share words; a word counts for less the more of the questions have it (the inverse
        document frequency of Sparck Jones, 1972).
        """
        query = "SELECT * FROM capsule WHERE good = 1 AND ok = 1 ORDER BY id DESC LIMIT ?"
        texts = [(" ".join(entry.question.lower().split()), entry)
                 for entry in self._read(query, [MAX_EXAMPLES_READ]) if entry.frames]  # fmt: skip
        words = {text: set(re.findall(r"\w{3,}", text)) for text, _ in texts}
        counts = Counter(word for of_text in words.values() for word in of_text)
        wanted = set(re.findall(r"\w{3,}", question.lower()))
        weight = {word: math.log(1 + len(words) / count) for word, count in counts.items()}
        score = {text: sum(weight[word] for word in of_text & wanted) for text, of_text in words.items()}
        alike: dict[str, HistoryEntry] = {}
        for text, entry in sorted(texts, key=lambda pair: (-score[pair[0]], -pair[1].id)):
            if score[text] <= 0 or len(alike) == number:
                break
            if text not in alike and fits(entry):
                alike[text] = entry
        return list(alike.values())

    def mark(self, number: int, good: bool | None) -> None:
        """Mark a turn as right, or as not right, which is never an example; None takes the mark away.

        Raises:
            HistoryError: There is none of that number.
        """
        self.get(number)
        with self._opened() as connection:
            connection.execute("UPDATE capsule SET good = ? WHERE id = ?", [_MARKS[good], number])

    def prune(self, days: float) -> int:
        """Delete older turns, but for those that were marked as right; returns how many."""
        with self._opened() as connection:
            return _delete_older(connection, days)

    def everything(self) -> Iterator[HistoryEntry]:
        """All turns, oldest first."""
        last = 0
        while entries := self._read("SELECT * FROM capsule WHERE id > ? ORDER BY id LIMIT 500", [last]):
            yield from entries
            last = entries[-1].id

    def put_investigation(self, stored: StoredInvestigation) -> None:
        """Write how far an investigation is, in place of what was written before.

        Raises:
            HistoryError: The file cannot be written.
        """
        row = (stored.uid, _now(), stored.folder, _plain(stored.question), stored.status, _plain(stored.state),
               stored.outputs)  # fmt: skip
        with self._opened() as connection:
            connection.execute("INSERT OR REPLACE INTO investigation VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def investigations(self, folder: str) -> list[StoredInvestigation]:
        """The investigations of a folder, the last one first.

        Raises:
            HistoryError: The file cannot be read.
        """
        query = "SELECT * FROM investigation WHERE folder = ? ORDER BY at DESC, rowid DESC"
        with self._opened() as connection:
            rows = [dict(row) for row in connection.execute(query, [folder]).fetchall()]
        return [StoredInvestigation(**{**row, "state": json.loads(row["state"])}) for row in rows]

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _read(self, query: str, values: Sequence[Any]) -> list[HistoryEntry]:
        with self._opened() as connection:
            return [_entry(row) for row in connection.execute(query, values).fetchall()]

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The open file; an error of SQLite becomes one of ours."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._open()
                yield self._connection
            except (sqlite3.Error, OSError) as error:
                self._connection = None
                raise HistoryError(
                    message("The history {path} cannot be used: {error}.", path=self.path, error=str(error)),
                    message("Move it away, or set history=False."),
                ) from error

    def _open(self) -> sqlite3.Connection:
        try:
            connection, aside = open_database(self.path, SCHEMA)
        except NewerDatabase as newer:
            other = self.path.with_name(f"history-v{len(MIGRATIONS)}.sqlite3")
            self.notice = message(
                "The history {path} is of a newer version: {newer}. Turns go to {other}.",
                path=self.path,
                newer=str(newer),
                other=other,
            )
            connection, aside = open_database(other, SCHEMA)
        if aside is not None:
            self.notice = message(
                "The history was damaged. It is set aside as {aside}, and a new one is begun.", aside=aside
            )
        connection.row_factory = sqlite3.Row
        if self._days:
            _delete_older(connection, self._days)
        return connection


def _delete_older(connection: sqlite3.Connection, days: float) -> int:
    before = (dt.datetime.now(dt.UTC) - dt.timedelta(days=days)).isoformat(timespec="seconds")
    connection.execute("DELETE FROM investigation WHERE at <= ?", [before])
    return connection.execute("DELETE FROM capsule WHERE at <= ? AND good <= 0", [before]).rowcount


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _plain(value: Any) -> Any:
    """A value as a column holds it, without the keys and passwords that a user may have typed."""
    if isinstance(value, int):
        return int(value)
    value = _clean(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return without_credentials(value)
    if isinstance(value, Mapping):
        return {str(name): _clean(inner) for name, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list | tuple) else value


def _entry(row: sqlite3.Row) -> HistoryEntry:
    values = dict(row)
    for name in ("frames", "rest"):
        values[name] = json.loads(values[name])
    for name in ("ok", "pinned"):
        values[name] = bool(values[name])
    values["good"] = {1: True, -1: False}.get(values["good"])
    return HistoryEntry(**values)


def history_path(given: str) -> Path:
    """The history's file: the one given, or that of this user's Jupyter."""
    return Path(given).expanduser() if given else Path(jupyter_data_dir()) / "analyst_magic" / NAME
