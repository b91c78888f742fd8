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
import hashlib
import json
import os
import re
import time
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

from ..credentials import without_credentials
from ..errors import LockConflict, LockDamaged, LockError, LockUnreadable
from ..sources.files import guessed_frame_names, with_frame_names
from ..storage.files import write_atomic
from ..turn import DOCUMENT_FORMATS, PRIVACY_LEVELS, Code, Language, Privacy, Question

NAME = "analyst.lock"
VERSION = 1
MAX_BYTES = 20_000_000
MAX_SECONDS_FOR_OTHERS = 30.0  # for other writers of the file
_HEAD = """\
# Pinned answers of %%analyst questions: with this file the notebook runs again with no model.
# Commit it. `%analyst lock` shows, checks and cleans it; `%%analyst --fresh` asks a question again.
"""
_FOLLOWS = re.compile(
    r"^\s*(?:as|only|just|by|and|but|now|same|what about|how about|instead|split|break|make|turn|show (?:it|that|this)|"
    r"also|then|sort|without|exclude|do (?:it|that)|change)\b|\b(?:instead|it|that|them|those)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Pin:
    """The pinned answer of one question.

    Attributes:
        question: Its text.
        wants, language: The form and the language that were asked for; empty where none was.
        after: For a follow-up, the question before it; else empty.
        code: What answers it.
        model: Who wrote that.
        text: What they wrote beside it.
        frames: The schema of each frame that the code uses, as ``column type, ...``.
        results: A digest of each result, as ``kind digest``.
        image: The sandbox's image at the time; told, never used.
        seal: A digest of question and code as they were pinned; an edited pin has another.
        privacy: The privacy level at which the code was written; empty where the file does not say.
        answer: The answer in words where a model wrote it about results that it had seen; else empty, as the code
            fills the answer in at each run.
    """

    question: str
    wants: str
    language: str
    after: str
    code: Code
    model: str
    text: str
    frames: Mapping[str, str]
    results: tuple[str, ...] = ()
    image: str = ""
    seal: str = ""
    privacy: Privacy | Literal[""] = ""
    answer: str = ""

    @property
    def key(self) -> str:
        """What the question is found by."""
        return key(self.question, self.wants, self.language, self.after)

    @property
    def variant(self) -> str:
        """A digest of its frames' columns and their families: tells it from other answers to the same question."""
        frames = {name: sorted(families(schema).items()) for name, schema in self.frames.items()}
        return hashlib.sha256(json.dumps(frames, sort_keys=True).encode()).hexdigest()[:8]

    @property
    def edited(self) -> bool:
        """Whether someone has changed it by hand since."""
        return self.seal != _seal(self)

    def sealed(self) -> Pin:
        """The pin as what stands in it now is accepted."""
        return replace(self, seal=_seal(self))

    def redacted(self) -> Pin:
        """The pin without the keys and passwords that a user typed into a question; its code stays as it runs."""
        question, after, text, answer = map(without_credentials, (self.question, self.after, self.text, self.answer))
        clean = replace(self, question=question, after=after, text=text, answer=answer)
        return clean if self.edited else clean.sealed()


def key(question: str, wants: str, language: str, after: str) -> str:
    """What a question is found by: its words and the options that shape the answer, never the model or the data."""
    parts = (normalized(question), wants, language, normalized(after))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def normalized(question: str) -> str:
    """The words of a question as its key has them: one blank between two, and no keys or passwords.

    >>> normalized("total  revenue\\nby region ")
    'total revenue by region'
    """
    return " ".join(without_credentials(question).split())


def keys(question: str, wants: str, language: str, before: str) -> tuple[str, ...]:
    """The keys that the pin of a question may have, the one that a new pin gets first.

    A question that names a data file has several: earlier versions pinned it with the name of the file's frame in
    place of the path.

    Args:
        question: Its text, as the user wrote it.
        wants, language: As in ``Pin``.
        before: The question before it in its thread.
    """
    texts = [(question, before), *zip(_older_texts(question), _older_texts(before), strict=True)]
    return tuple(dict.fromkeys(key(text, wants, language, follows(text, earlier)) for text, earlier in texts))


def question_keys(question: Question, before: str) -> tuple[str, ...]:
    """The keys that the pin of a question may have, as it is asked after another."""
    return keys(question.text, question.form, question.language or "", before)


def _older_texts(question: str) -> list[str]:
    return [with_frame_names(question, guessed_frame_names(question, ending)) for ending in ("", "_file")]


def follows(question: str, before: str) -> str:
    """The question before, where this one cannot be understood without it."""
    return before if before and _FOLLOWS.search(question) else ""


class Lock:
    """One lock file. It is read at each use, as another notebook may have written it.

    Args:
        path: Where it lies, or will.
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
            found = self.path.stat()
            state = (found.st_mtime_ns, found.st_size, found.st_ino)
            if self._last is not None and self._last[0] == state:
                return dict(self._last[1])
            data = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except NotADirectoryError:
            return {}
        except OSError as error:
            raise LockUnreadable(f"{self.path.name} cannot be read: {error.strerror}.", "Check the file.") from error
        if len(data) > MAX_BYTES:
            raise LockDamaged(f"{self.path.name} has more than {MAX_BYTES:,} bytes.", "Move it away.")
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
        words = {normalized(text) for text in (question, *_older_texts(question))}
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
                f"A merge left two answers in {self.path.name} to: {questions}.",
                "Keep one side of each, or delete both and ask again.",
            )
        return _by_name({(pin.key, pin.variant): pin for pin in (*first.values(), *second.values())}.values())

    def _read(self, text: str) -> dict[str, Pin]:
        try:
            found = tomllib.loads(text)
            if found.get("version", VERSION) != VERSION:
                raise LockDamaged(
                    f"{self.path.name} is of version {found['version']}; this program reads {VERSION}.",
                    "Update analyst-magic, or move the file away.",
                )
            pins = [read_pin(entry) for entry in found.get("pin", {}).values()]
        except (tomllib.TOMLDecodeError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            reason = str(error).splitlines()[0][:150] if str(error) else type(error).__name__
            raise LockDamaged(
                f"{self.path.name} is not a lock file: {reason}.", "Restore it, or move it away and ask again."
            ) from error
        return _by_name(pins)

    def _write(self, pins: Mapping[str, Pin]) -> None:
        clean = {name: pin.redacted() for name, pin in pins.items()}  # an older program kept them
        text = "\n".join([f"{_HEAD}version = {VERSION}\n", *(written(name, clean[name]) for name in sorted(clean))])
        try:
            write_atomic(self.path, text)
        except OSError as error:
            raise LockDamaged(
                f"{self.path.name} cannot be written: {error.strerror}.", "Check the folder, or turn the lock off."
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
                            f"Another program has been writing to {self.path.name} for {MAX_SECONDS_FOR_OTHERS:g} s.",
                            "End it if it hangs, and ask again.",
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


FAMILIES = {"moment": "time", "date": "time", "boolean": "truth value"}
"""Kinds of columns that are of a wider family; every other kind is a family of its own."""
_UNNAMED = re.compile(r"index(_\d+)?")


def families(schema: str) -> dict[str, str]:
    """The columns of a schema with the families of their types.

    What pandas calls an index that has no name is left out: whether there is one depends on the rows.
    """
    found = {name: FAMILIES.get(kind, kind) for name, kind in _columns(schema).items()}
    return {name: family for name, family in found.items() if not _UNNAMED.fullmatch(name)}


def misfit(schema: str, used: Collection[str], now: Mapping[str, str]) -> str:
    """Why a frame does not have the columns that a program needs; empty where it has them.

    Args:
        schema: The frame's schema when the program was written.
        used: The columns that the program uses.
        now: The columns that the frame has, each with the kind of its type; ``empty`` fits every kind.
    """
    reasons = []
    for name, then in families(schema).items():
        if name in used and name not in now:
            reasons.append(f"{name} is gone")
        elif name in used and now[name] != "empty" and (family := FAMILIES.get(now[name], now[name])) != then:
            reasons.append(f"{name} is {family} and was {then}")
    return ", ".join(reasons[:5]) + (" …" if len(reasons) > 5 else "")


def _columns(schema: str) -> dict[str, str]:
    with contextlib.suppress(ValueError):
        found = json.loads(schema)
        if isinstance(found, list):
            return {str(pair[0]): str(pair[1]) for pair in found if isinstance(pair, list) and len(pair) == 2}
    return {name: kind for name, _, kind in (part.rpartition(" ") for part in schema.split(", "))}


def _seal(pin: Pin) -> str:
    parts = (pin.question, pin.wants, pin.language, pin.after, pin.code.text, pin.code.language, pin.code.format)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


_TEXTS = ("question", "wants", "asked_in", "after", "model", "text", "image", "seal", "privacy", "answer")


def read_pin(entry: Mapping[str, Any]) -> Pin:
    """A table of the file as a pin; anything that is not of the right kind is refused."""
    texts = {name: entry.get(name, "") for name in _TEXTS}
    language, form = entry.get("language"), entry.get("format", "")
    frames, results = entry.get("frames", {}), entry.get("results", [])
    if not all(isinstance(text, str) for text in (*texts.values(), entry["code"], *frames.values(), *results)):
        raise ValueError("a text is something else")
    if language not in {"python", "sql", "document"} or (language == "document" and form not in DOCUMENT_FORMATS):
        raise ValueError(f"the language {str(language)[:30]} does not exist")
    if texts["privacy"] not in {"", *PRIVACY_LEVELS}:
        raise ValueError(f"the privacy level {texts['privacy'][:30]} does not exist")
    code = Code(entry["code"].removesuffix("\n"), cast(Language, language), form if language == "document" else "")
    return Pin(
        texts["question"], texts["wants"], texts["asked_in"], texts["after"], code, texts["model"], texts["text"],
        dict(frames), tuple(results), texts["image"], texts["seal"], cast(Privacy, texts["privacy"]), texts["answer"],
    )  # fmt: skip


def written(name: str, pin: Pin, section: str = "pin") -> str:
    """A pin as a table of a TOML file."""
    lines = [f"[{section}.{name}]", f"question = {_text(pin.question)}"]
    for label, value in (("wants", pin.wants), ("asked_in", pin.language), ("after", pin.after)):
        lines += [f"{label} = {_text(value)}"] if value else []
    lines += [f"model = {_text(pin.model)}"] + ([f"text = {_text(pin.text)}"] if pin.text else [])
    lines += [f"answer = {_text(pin.answer)}"] if pin.answer else []
    lines += [f"language = {_text(pin.code.language)}"]
    lines += [f"format = {_text(pin.code.format)}"] if pin.code.format else []
    lines += [f"code = {_block(pin.code.text)}"]
    bare = {frame: frame if re.fullmatch(r"[A-Za-z0-9_]+", frame) else _text(frame) for frame in pin.frames}
    lines += [f"frames.{bare[frame]} = {_text(pin.frames[frame])}" for frame in sorted(pin.frames)]
    lines += ["results = [", *(f"  {_text(result)}," for result in pin.results), "]"] if pin.results else []
    lines += [f"image = {_text(pin.image)}"] if pin.image else []
    lines += [f"privacy = {_text(pin.privacy)}"] if pin.privacy else []
    return "\n".join([*lines, f"seal = {_text(pin.seal)}", ""])


def _text(value: str) -> str:
    """A TOML string on one line, which is JSON's, with the one sign that TOML wants escaped besides."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _block(text: str) -> str:
    """Code in full lines; where a literal block cannot hold it, with escapes."""
    plain = all(c.isprintable() or c in "\n\t" for c in text)
    if plain and "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}\n'''"
    escaped = json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f").replace("\\n", "\n")
    return f'"""\n{escaped}\n"""'
