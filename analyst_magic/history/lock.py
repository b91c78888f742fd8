"""``analyst.lock``: which code answers which question, so that a notebook runs again with no model.

The file is TOML, made to be read in a review and merged: one table for each question, in the order of their keys, with
the code in full lines. Where one question is asked of frames with other columns, as by two notebooks of one folder, its
answers stand side by side: the first under the question's key, the others under the key and a digest of the columns.

A pinned answer holds for every frame that has the columns which its program uses, each of the same family of types:
number, text, time, truth value. Other columns, the order of columns, the kind of index, the library and the width of
types do not matter.

The file is also text from a stranger: what it holds is data, its code is checked and sandboxed like a model's, and
nothing in it names a path, an image to run or a setting.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..errors import LockConflict, LockDamaged, LockError, LockUnreadable
from ..language import message
from ..storage.files import write_atomic
from .columns import families, misfit
from .pin import Pin, follows, key, keys, normalized, older_texts, question_keys, read_pin, written

__all__ = [
    "NAME",
    "LockFile",
    "Pin",
    "families",
    "follows",
    "key",
    "keys",
    "misfit",
    "normalized",
    "question_keys",
    "read_pin",
    "written",
]

NAME = "analyst.lock"
VERSION = 1
MAX_BYTES = 20_000_000
MAX_SECONDS_FOR_OTHERS = 30.0  # for other writers of the file
_HEAD = """\
# Pinned answers of %%analyst questions: with this file the notebook runs again with no model.
# Commit it. `%analyst lock` shows, checks and cleans it; `%%analyst --fresh` asks a question again.
"""


class LockFile:
    """One lock file. It is read at each use, as another notebook may have written it.

    Args:
        path: Where it lies, or will.

    Example:
        >>> LockFile(Path("no folder") / NAME).pins()
        {}
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._last: tuple[tuple[int, int, int], dict[str, Pin]] | None = None

    def pins(self) -> dict[str, Pin]:
        """All pins by their key; the file is read again when it has changed.

        Raises:
            LockDamaged: The file is not a lock file.
            LockConflict: A merge left two answers to one question.
        """
        try:
            status = self.path.stat()
            state = (status.st_mtime_ns, status.st_size, status.st_ino)
            if self._last is not None and self._last[0] == state:
                return dict(self._last[1])
            data = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except NotADirectoryError:
            return {}
        except OSError as error:
            raise LockUnreadable(
                message("{file} cannot be read: {reason}.", file=self.path.name, reason=error.strerror),
                message("Check the file."),
            ) from error
        if len(data) > MAX_BYTES:
            raise LockDamaged(
                message("{file} has more than {max_bytes:,} bytes.", file=self.path.name, max_bytes=MAX_BYTES),
                message("Move it away."),
            )
        text = data.decode("utf-8", "replace").replace("\r\n", "\n")
        pins = self._merged(text) if re.search(r"^<{7}", text, re.M) else self._read(text)
        self._last = (state, pins)
        return dict(pins)

    def find(self, *wanted: str) -> Pin | None:
        """The first pin of the first of these keys that has one."""
        return next(iter(self.find_all(*wanted)), None)

    def find_all(self, *wanted: str) -> list[Pin]:
        """All pins of these keys, those of the first key first; each is for other columns."""
        pins = self.pins().values()
        return [pin for name in wanted for pin in pins if pin.key == name]

    def knows(self, question: str) -> bool:
        """Whether any pin has a question's words, whatever its options are and whatever was asked before it."""
        words = {normalized(text) for text in (question, *older_texts(question))}
        return any(normalized(pin.question) in words for pin in self.pins().values())

    def put(self, pin: Pin) -> None:
        """Pin an answer, in place of the last one to the same question over the same columns.

        Raises:
            LockDamaged: The file cannot be written, or is no lock file.
            LockError: Another program does not stop writing to it.
        """
        pin = pin.sealed().redacted()
        with self._alone():
            pins = self.pins()
            same = [name for name, other in pins.items() if (other.key, other.variant) == (pin.key, pin.variant)]
            if not (same and pins[same[0]] == pin):
                self._write({**pins, (same[0] if same else _free_name(pin, pins)): pin})

    def edit(self, question: str, code: str, place: int, edit: str) -> bool:
        """Keep what a reader changed of how a result is shown; an empty text takes it back.

        Args:
            question, code: Those of the answer.
            place: The result's, the first is 1.
            edit: The change in words.

        Returns:
            Whether the answer is pinned here.

        Raises:
            LockDamaged: The file cannot be written, or is no lock file.
            LockError: Another program does not stop writing to it.
        """
        with self._alone():
            pins = self.pins()
            changed = {}
            for name, pin in pins.items():
                if normalized(pin.question) == normalized(question) and pin.code.text.strip() == code.strip():
                    others = {where: text for where, text in pin.edits.items() if where != str(place)}
                    changed[name] = replace(pin, edits=others | ({str(place): edit} if edit else {}))
            if changed:
                self._write({**pins, **changed})
        return bool(changed)

    def replace_all(self, wanted: Mapping[str, Pin]) -> None:
        """Write these pins and no others."""
        with self._alone():
            self._write(wanted)

    def _merged(self, text: str) -> dict[str, Pin]:
        """Both sides of a merge together, where no question has two answers."""
        ours = re.sub(r"^(?:\|{7}.*?\n)?={7}\n.*?^>{7}[^\n]*\n", "", text, flags=re.M | re.S)
        theirs = re.sub(r"^<{7}[^\n]*\n.*?^={7}\n", "", text, flags=re.M | re.S)
        first = self._read(re.sub(r"^<{7}[^\n]*\n", "", ours, flags=re.M))
        second = self._read(re.sub(r"^>{7}[^\n]*\n", "", theirs, flags=re.M))
        theirs_by_columns = {(pin.key, pin.variant): pin for pin in second.values()}
        twice = [p.question for p in first.values() if theirs_by_columns.get((p.key, p.variant), p) != p]
        if twice:
            questions = "; ".join(f"“{question[:80]}”" for question in twice)
            raise LockConflict(
                message(
                    "A merge left two answers in {file} to: {questions}.", file=self.path.name, questions=questions
                ),
                message("Keep one side of each, or delete both and ask again."),
            )
        return _by_name({(pin.key, pin.variant): pin for pin in (*first.values(), *second.values())}.values())

    def _read(self, text: str) -> dict[str, Pin]:
        try:
            document = tomllib.loads(text)
            if document.get("version", VERSION) != VERSION:
                raise LockDamaged(
                    message(
                        "{file} is of version {document}; this program reads {version}.",
                        file=self.path.name,
                        document=str(document["version"]),
                        version=VERSION,
                    ),
                    message("Update analyst-magic, or move the file away."),
                )
            pins = [read_pin(entry) for entry in document.get("pin", {}).values()]
        except (tomllib.TOMLDecodeError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            reason = str(error).splitlines()[0][:150] if str(error) else type(error).__name__
            raise LockDamaged(
                message("{file} is not a lock file: {reason}.", file=self.path.name, reason=reason),
                message("Restore it, or move it away and ask again."),
            ) from error
        return _by_name(pins)

    def _write(self, pins: Mapping[str, Pin]) -> None:
        clean = {name: pin.redacted() for name, pin in pins.items()}  # an older program kept them
        text = "\n".join([f"{_HEAD}version = {VERSION}\n", *(written(name, clean[name]) for name in sorted(clean))])
        try:
            write_atomic(self.path, text)
        except OSError as error:
            raise LockDamaged(
                message("{file} cannot be written: {reason}.", file=self.path.name, reason=error.strerror),
                message("Check the folder, or turn the lock off."),
            ) from error

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps other writers of this folder out; where the system has no such means, the last one wins.

        Raises:
            LockError: Another writer does not come to an end.
        """
        try:
            import fcntl  # noqa: F401

            descriptor = os.open(self.path.parent, os.O_RDONLY)
        except (ImportError, OSError):
            yield
            return
        try:
            deadline = time.monotonic() + MAX_SECONDS_FOR_OTHERS
            with contextlib.suppress(OSError):  # a file system without such locks
                while not _locked(descriptor):
                    if time.monotonic() > deadline:
                        raise LockError(
                            message(
                                "Another program has been writing to {file} for {max_seconds_for_others:g} s.",
                                file=self.path.name,
                                max_seconds_for_others=MAX_SECONDS_FOR_OTHERS,
                            ),
                            message("End it if it hangs, and ask again."),
                        )
                    time.sleep(0.01)  # there is no wait for a lock with a limit
            yield
        finally:
            os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Lock a folder, unless somebody else has done so."""
    import fcntl  # not on every system

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _by_name(pins: Iterable[Pin]) -> dict[str, Pin]:
    """Pins by the names of their tables in the file."""
    named: dict[str, Pin] = {}
    for pin in pins:
        named[_free_name(pin, named)] = pin
    return named


def _free_name(pin: Pin, pins: Mapping[str, Pin]) -> str:
    """The question's key, or where another answer has it, the key with a digest of the columns."""
    other = pins.get(pin.key)
    return pin.key if other is None or other.variant == pin.variant else f"{pin.key}-{pin.variant}"
