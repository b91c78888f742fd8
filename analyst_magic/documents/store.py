"""Stores files from the sandbox: ``analyst_output/`` beside the notebook, with every version of each.

A file is there under a readable name. Every version is stored under its digest in ``.versions``, with an index in
SQLite. A file that was not put there by us, or was changed since, is never overwritten: the new one gets a number.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import difflib
import hashlib
import itertools
import json
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..cleaning.names import safe_name
from ..errors import AnalystError, InputError
from ..filetypes import OUTPUT_FOLDER
from ..language import message
from ..storage.files import file_digest, write_if_unchanged
from ..storage.sqlite import Schema, open_database, transaction
from ..turn import Preview
from .check import Checked, check
from .content import content_digest, text_lines

VERSIONS = ".versions"
INDEX = "index.sqlite3"
NO_PREVIEW = Preview()
MAX_NAMES = 10_000
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE IF NOT EXISTS version (
            name TEXT NOT NULL, number INTEGER NOT NULL, digest TEXT NOT NULL, content TEXT NOT NULL, key TEXT NOT NULL,
            size INTEGER NOT NULL, extent TEXT NOT NULL, at TEXT NOT NULL, preview TEXT NOT NULL,
            PRIMARY KEY (name, number))""",
        "CREATE TABLE IF NOT EXISTS made (request TEXT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)",
    ),
    ("ALTER TABLE made ADD COLUMN answers TEXT NOT NULL DEFAULT '[]'",),  # what the code said with the document
)
"""``IF NOT EXISTS``, as an index of version 0.1 has the tables and no number of a version."""
SCHEMA = Schema(MIGRATIONS, journal="DELETE", synchronous="FULL")
"""No write-ahead log: the notebook's folder may be on a network drive, where SQLite cannot use one."""


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """One version of a document in the store.

    Attributes:
        path: The file that holds the latest version.
        version: Its number, from 1.
        size: Its size in bytes.
        extent: How much there is of it, such as ``3 slides``; empty where that is not known.
        note: What was changed before it was saved, in one sentence; empty where nothing was.
        unchanged: Whether the same content was there already.
        at: When it was made, in ISO 8601.
    """

    path: Path
    version: int
    size: int
    extent: str = ""
    note: str = ""
    unchanged: bool = False
    at: str = ""


class Store:
    """The documents of one folder. Several notebooks may use it at once.

    Args:
        folder: The folder; by default ``analyst_output`` in the working directory. It is made when first needed.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path.cwd() / OUTPUT_FOLDER if folder is None else Path(folder).absolute()
        self.notice = ""  # what happened to the index, for the note of the next document

    def save(self, name: str, data: bytes, key: str = "", preview: Preview = NO_PREVIEW) -> DocumentVersion:
        """Save a file. The same content is the same version, whenever it was written; no half file is ever left.

        Args:
            name: The name that the sandbox gave it, however hostile.
            data: Its bytes.
            key: What it answers; another question gets a file of its own, though it may ask for the same name.
            preview: A first look at it.

        Raises:
            InputError: The name's extension is not one of ``FILE_TYPES``.
            FirewallError: The bytes are not what the name says, or would run.
            AnalystError: The folder cannot be written to.
        """
        name = safe_name(name)
        format = name.rpartition(".")[2]
        checked = check(format, data, name)
        digest, content = hashlib.sha256(checked.data).hexdigest(), content_digest(format, checked.data)
        try:
            with self._index() as index:
                target, number, unchanged = self._save(index, name, checked, digest, content, key, preview)
        except (OSError, sqlite3.Error) as error:
            raise AnalystError(
                message(
                    "{name} cannot be saved in {folder}: {reason}.",
                    name=name,
                    folder=self.folder,
                    reason=getattr(error, "strerror", None) or error,
                ),
                message("Make room there, or make the folder writable, and ask again."),
            ) from error
        notes, self.notice = (checked.note, self.notice), ""
        note = " ".join(filter(None, notes))
        return DocumentVersion(target, number, len(checked.data), checked.extent, note, unchanged)

    def _save(
        self,
        index: sqlite3.Connection,
        name: str,
        checked: Checked,
        digest: str,
        content: str,
        key: str,
        preview: Preview,
    ) -> tuple[Path, int, bool]:
        """The file's path, its version, and whether its content was there already."""
        for target in self._names(name):
            rows = index.execute(
                "SELECT number, digest, content, key FROM version WHERE name = ? ORDER BY number", (target.name,)
            ).fetchall()
            there = file_digest(target)
            if (rows and rows[-1][3] != key) or (there is None and os.path.lexists(target)):
                continue  # another question's, or a folder, or a link to elsewhere
            if there not in {None, digest, *(row[1] for row in rows)}:
                continue  # the user's own, or changed by the user
            same = bool(rows) and rows[-1][2] == content
            if same and there == rows[-1][1]:
                return target, rows[-1][0], True
            if same and there is None:  # deleted since
                write_if_unchanged(target, self._blob(rows[-1][1], target).read_bytes(), None)
                return target, rows[-1][0], True
            blob = self._blob(digest, target)
            if not blob.exists():
                write_if_unchanged(blob, checked.data, None)
            if there != digest and not write_if_unchanged(target, checked.data, there):
                continue  # somebody else took the name in this moment
            number = rows[-1][0] + 1 if rows else 1
            row = (target.name, number, digest, content, key, len(checked.data), checked.extent, _now(), _pack(preview))
            index.execute("INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            return target, number, False
        raise OSError(f"{MAX_NAMES:,} files of that name are there already")

    def find(self, request: str) -> tuple[bytes, Preview, tuple[str, ...]] | None:
        """The bytes, the preview and the sentences that a request gave before; None where it was not made, or is gone.

        Args:
            request: A digest of all that the document depends on.
        """
        if not (self.folder / VERSIONS / INDEX).exists():
            return None
        with contextlib.suppress(OSError, sqlite3.Error), self._index() as index:
            row = index.execute(
                "SELECT name, digest, preview, answers FROM made JOIN version USING (name, digest) WHERE request = ?",
                (request,),
            ).fetchone()
            if row is not None:
                data = self._blob(row[1], Path(row[0])).read_bytes()
                found = (data, _unpack(row[2]), tuple(map(str, json.loads(row[3]))))
                return found if hashlib.sha256(data).hexdigest() == row[1] else None
        return None

    def remember(self, request: str, version: DocumentVersion, answers: Sequence[str] = ()) -> None:
        """Note which document a request gave, and what was said with it, for ``find``."""
        with contextlib.suppress(OSError, sqlite3.Error), self._index() as index:
            index.execute(
                "INSERT OR REPLACE INTO made SELECT ?, name, digest, ? FROM version WHERE name = ? AND number = ?",
                (request, json.dumps(list(answers)), version.path.name, version.version),
            )

    def documents(self) -> list[DocumentVersion]:
        """The latest version of every document, by name."""
        return [versions[-1] for versions in self._all().values()]

    def versions(self, name: str) -> list[DocumentVersion]:
        """All versions of a document, oldest first.

        Raises:
            InputError: There is no such document.
        """
        found = self._all()
        if name not in found:
            raise InputError(
                message("There is no document {name} in {folder}.", name=name, folder=self.folder.name),
                message("There are: {found}.", found=", ".join(found))
                if found
                else message("None has been made here yet."),
            )
        return found[name]

    def restore(self, name: str, version: int) -> Path:
        """Make an earlier version the latest again, as a version of its own, and return its path.

        Raises:
            InputError: There is no such document or version.
            AnalystError: It cannot be written.
        """
        data = self.read(name, version)
        with self._readable() as index:
            (key,) = index.execute("SELECT key FROM version WHERE name = ? AND number = ?", (name, version)).fetchone()
        return self.save(name, data, key).path

    def read(self, name: str, version: int) -> bytes:
        """The bytes of a version.

        Raises:
            InputError: There is no such document or version.
        """
        numbers = [known.version for known in self.versions(name)]
        if version not in numbers:
            raise InputError(
                message("{name} has no version {version}.", name=name, version=str(version)),
                message("It has {numbers}.", numbers=", ".join(map(str, numbers))),
            )
        with self._readable() as index:
            (digest,) = index.execute(
                "SELECT digest FROM version WHERE name = ? AND number = ?", (name, version)
            ).fetchone()
        data = self._blob(digest, Path(name)).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise InputError(
                message("Version {version} of {name} was changed in the store.", version=str(version), name=name),
                message("Make the document again."),
            )
        return data

    def difference(self, name: str, first: int, second: int) -> str:
        """How the text of two versions differs, as a unified diff; empty where it does not.

        Raises:
            InputError: There is no such document or version.
        """
        format = name.rpartition(".")[2]
        one, two = (text_lines(format, self.read(name, number)) for number in (first, second))
        return "\n".join(
            difflib.unified_diff(one, two, f"{name} version {first}", f"{name} version {second}", lineterm="", n=1)
        )

    def prune(self, days: float | None = None, versions: int | None = None, size: int | None = None) -> int:
        """Delete earlier versions. The latest of each document stays, and any that an output of a notebook names.

        Args:
            days: Those older than this.
            versions: Those beyond so many of a document, the latest included.
            size: The oldest, until all versions together have no more bytes.

        Returns:
            How many were deleted.
        """
        named, documents, gone = self._named(), self._all(), list[tuple[str, int]]()
        oldest_first = sorted(
            (earlier.at, name, earlier) for name, all_of in documents.items() for earlier in all_of[:-1]
        )
        total = sum(version.size for all_of in documents.values() for version in all_of)
        before = _now(-days) if days is not None else ""
        for at, name, earlier in oldest_first:
            rank = len(documents[name]) - documents[name].index(earlier)
            over = (at < before) or (versions is not None and rank > versions) or (size is not None and total > size)
            if over and f"{name} version {earlier.version}" not in named:
                gone.append((name, earlier.version))
                total -= earlier.size
        with self._readable() as index:
            for name, number in gone:
                index.execute("DELETE FROM version WHERE name = ? AND number = ?", (name, number))
            index.execute("DELETE FROM made WHERE digest NOT IN (SELECT digest FROM version)")
            needed = {row[0] for row in index.execute("SELECT digest FROM version")}
            for blob in (self.folder / VERSIONS).iterdir():
                if re.fullmatch(r"[0-9a-f]{64}", blob.stem) and blob.stem not in needed:
                    blob.unlink(missing_ok=True)
        return len(gone)

    def _named(self) -> set[str]:
        """The versions that outputs of the notebooks beside the folder name, as ``report.xlsx version 2``."""
        found: set[str] = set()
        for notebook in self.folder.parent.glob("*.ipynb"):
            with contextlib.suppress(OSError):
                text = notebook.read_text("utf-8", errors="replace")
                found |= {match[0].strip() for match in re.finditer(r"[\w\-. ()]+ version \d+", text)}
        return found

    def _all(self) -> dict[str, list[DocumentVersion]]:
        if not (self.folder / VERSIONS / INDEX).exists():
            return {}
        found: dict[str, list[DocumentVersion]] = {}
        with self._readable() as index:
            for name, number, size, extent, at in index.execute(
                "SELECT name, number, size, extent, at FROM version ORDER BY name, number"
            ):
                found.setdefault(name, []).append(DocumentVersion(self.folder / name, number, size, extent, at=at))
        return found

    @contextlib.contextmanager
    def _index(self) -> Iterator[sqlite3.Connection]:
        """The index, for this process alone until it is closed."""
        folder = self.folder / VERSIONS
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        index, aside = open_database(folder / INDEX, SCHEMA)
        if aside is not None:
            self.notice = message(
                "The index of versions was damaged. It is set aside as {aside}, and a new one is begun.",
                aside=aside.name,
            )
        with contextlib.closing(index), transaction(index):
            yield index

    @contextlib.contextmanager
    def _readable(self) -> Iterator[sqlite3.Connection]:
        """The index; an error of SQLite becomes one of ours."""
        try:
            with self._index() as index:
                yield index
        except (sqlite3.Error, OSError) as error:
            raise AnalystError(
                message(
                    "The versions of documents in {folder} cannot be used: {error}.",
                    folder=self.folder,
                    error=str(error),
                ),
                message(
                    "Check the folder, or move {folder}/{versions} away: the documents themselves stay.",
                    folder=self.folder.name,
                    versions=VERSIONS,
                ),
            ) from error

    def _names(self, name: str) -> Iterator[Path]:
        stem, _, extension = name.rpartition(".")
        numbered = (f"{stem}_{number}.{extension}" for number in range(2, MAX_NAMES))
        return (self.folder / candidate for candidate in itertools.chain([name], numbered))

    def _blob(self, digest: str, target: Path) -> Path:
        return self.folder / VERSIONS / f"{digest}{target.suffix}"


def _pack(preview: Preview) -> str:
    return json.dumps([base64.b64encode(preview.image).decode("ascii"), preview.pages])


def _unpack(text: str) -> Preview:
    image, pages = json.loads(text)
    return Preview(base64.b64decode(image), tuple((title, tuple(tuple(row) for row in rows)) for title, rows in pages))


def _now(days: float = 0.0) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(days=days)).isoformat(timespec="milliseconds")
