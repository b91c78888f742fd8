"""Data files as frames: read where they lie, by DuckDB inside the sandbox, never loaded into the user's kernel.

An Excel file is the exception: DuckDB reads none without an extension, and a sheet always fits into memory, so it is
read into a pandas frame here (``sheets``).
"""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from ..credentials import without_credentials
from ..errors import InputError
from ..filetypes import DATA_FORMATS, MAYBE_TABLES
from ..language import message, sentences
from ..storage.files import write_atomic
from .contents import DAMAGED, check_contents, damaged
from .csv_columns import quoted
from .csv_files import Reading, read_csv, unreadable
from .file_options import OPTION, FileOptions, split_options
from .json_files import read_json, unreadable_json
from .parquet_files import read_parquet
from .sheets import Sheet, read_sheet

REGISTRY = "analyst_data.json"
_ENDINGS = "|".join(re.escape(ending) for ending in DATA_FORMATS)
_NAMED = re.compile(
    rf"""(?:(?P<mark>["'`])(?P<quoted>[^"'`\n]*\w(?:{_ENDINGS}))(?P=mark)"""
    rf"""|(?<![\w@/.~-])(?P<bare>[\w~./-]*\w(?:{_ENDINGS}))(?!\w|\.\w))(?P<options>(?:{OPTION})*)""",
    re.I,
)
_OTHER = re.compile(r"(?<![\w@/.~-])[\w~./-]*\w\.[a-z]\w{1,8}(?![\w/]|\.\w)", re.I)
_DATABASES = frozenset({".db", ".sqlite", ".sqlite3", ".duckdb"})
_ARCHIVES = frozenset({".zip", ".tar", ".tgz", ".7z", ".rar", ".bz2", ".xz", ".zst", ".gz"})
_WORKBOOKS = frozenset({".xls", ".xlsm", ".xlsb", ".ods", ".numbers"})
_LOADED = frozenset({".feather", ".arrow", ".orc", ".pkl", ".pickle", ".h5", ".hdf5", ".dta", ".sav", ".sas7bdat",
                     ".xml", ".html"})  # fmt: skip
"""Endings of files that a library reads into a frame."""
_READ = re.compile(r"\b(?:in|from|of|read|load|open|use|using|file)\s+(?:(?:the|my|our|this|file)\s+)*$", re.I)
_WRITE = re.compile(r"\b(?:save|write|export|store|create|into|to|as)\b", re.I)
MAX_COUNTED = 32_000_000
"""Bytes up to which a file's rows are counted; Parquet says them at any size."""
MAX_WORDS = 5
"""Words of a file's name that may stand before its last one without quotes."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A CSV, Parquet or JSON file that can be asked about.

    Attributes:
        path: Where it lies, without symbolic links.
        format: ``csv``, ``parquet`` or ``json``.
        without: Columns that are left out.
        options: How its user says that it is to be read.
    """

    path: Path
    format: str
    without: tuple[str, ...] = ()
    options: FileOptions = field(default_factory=FileOptions)

    @property
    def state(self) -> str:
        """Differs when the file does, or the way in which it is read."""
        found = self.stat()
        read = f"{self.without}{self.options}"
        return f"{self.path} {found.st_dev} {found.st_ino} {found.st_mtime_ns} {found.st_size} {read}"

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self.stat().st_size

    def stat(self) -> os.stat_result:
        """What the system knows of it.

        Raises:
            InputError: It is gone.
        """
        try:
            return self.path.stat()
        except OSError as error:
            raise InputError(
                message("The data file {file} is not there any more.", file=self.path.name), message("Check its name.")
            ) from error

    @property
    def rows(self) -> int | None:
        """How many rows it has, counted once while it stays as it is; None for a large file, or an unreadable one."""
        try:
            return _rows(self, self.state)
        except InputError:
            return None

    @property
    def sql(self) -> str:
        """The query that reads it, for a DuckDB of this machine."""
        if not self.without:
            return self.reading.sql
        left_out = ", ".join(quoted(name) for name in self.without)
        return f"SELECT * EXCLUDE ({left_out}) FROM ({self.reading.sql})"  # noqa: S608 (quoted)

    @property
    def reading(self) -> Reading:
        """How it is read, as was found out by a look into it.

        Raises:
            InputError: The file cannot be read.
        """
        return _reading(self, self.state)

    def remarks(self, code: str) -> tuple[str, ...]:
        """What the user of some code should know of how the file was read: of all columns that the code may read."""
        named = {name for name in self.schema if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", code)}
        every = not named or re.search(r"SELECT\s+\*", code, re.I) is not None
        return tuple(r.text for r in self.reading.remarks if not r.column or every or r.column in named)

    @property
    def schema(self) -> dict[str, str]:
        """Column names with DuckDB's types; only the beginning of the file is read.

        Raises:
            InputError: The file cannot be read.
        """
        return dict(_schema(self, self.state))

    def to_pandas(self) -> object:
        """The whole file as a pandas frame, as pandas itself reads it.

        Raises:
            InputError: It cannot be read.
        """
        return _read_by_pandas(self)

    def hiding(self, hidden: frozenset[str], name: str) -> DataFile:
        """The file without the columns that are hidden under a frame's name, as ``frame.column``."""
        concerned = {entry.partition(".")[2] for entry in hidden if entry.partition(".")[0] == name}
        gone = tuple(column for column in self.schema if column in concerned) if concerned else ()
        return replace(self, without=gone) if gone else self


def open_data(text: str | os.PathLike[str], base: Path | None = None) -> object:
    """What a question can be asked about: a ``DataFile``, or for an Excel file a ``Sheet``.

    Args:
        text: The file's name, and behind it how it is to be read, as ``sales.csv dates=mdy``.
        base: The folder that it is looked for in; the working directory unless given.

    Raises:
        InputError: There is no such file, or none that can be read.
    """
    path, options = _place(Path(text), base), FileOptions()
    if not path.is_file():
        text, options = split_options(str(text))
        path = _place(Path(text), base)
    kind = file_format(path.name)
    if not kind:
        raise _unreadable(str(text))
    if not path.is_file():
        raise missing_file(str(text), path.parent)
    check_contents(path, kind)
    if kind == "excel":
        return read_sheet(path, options, path.stat().st_mtime_ns)
    file = DataFile(path, kind, options=options)
    try:
        _ = file.schema  # what cannot be read is told now
    except DAMAGED as error:
        raise damaged(path) from error
    return file


def _place(path: Path, base: Path | None) -> Path:
    return ((base or Path.cwd()) / path.expanduser()).resolve()


def missing_file(text: str, folder: Path) -> InputError:
    """The error over a data file that is not there, with the nearest name that is."""
    try:
        names = [entry.name for entry in folder.iterdir() if file_format(entry.name)]
    except OSError:
        names = []
    near = difflib.get_close_matches(Path(text).name, names, 1)
    step = (
        message("Did you mean {near}?", near=near[0])
        if near
        else message("Check its name; it is looked for beside the notebook.")
    )
    return InputError(message("There is no file {text}.", text=text), step)


def named_file(entry: str) -> tuple[str, str] | None:
    """The frame's name and the file, with its options, of ``NAME=FILE`` or ``FILE``; None where it names a frame.

    >>> named_file("shop=my sales.csv dates=mdy"), named_file("sales.csv"), named_file("sales")
    (('shop', 'my sales.csv dates=mdy'), ('sales', 'sales.csv'), None)
    """
    head, options = split_options(entry)
    name, equals, path = head.partition("=")
    if equals and (name.isidentifier() or not {"/", "\\", "."} & set(name)):  # a name that cannot be one is told
        return name, f"{path}{options}"
    if file_format(head):
        return frame_name(head), f"{head}{options}"
    return (name, path) if equals else None


def file_format(name: str) -> str:
    """The format that a file's name tells, or an empty text."""
    return next((kind for ending, kind in DATA_FORMATS.items() if name.lower().endswith(ending)), "")


def frame_name(path: str | os.PathLike[str]) -> str:
    """The name that a file's frame gets where the user gives none."""
    stem = Path(path).name
    ending = next(
        (ending for ending in sorted(DATA_FORMATS, key=len, reverse=True) if stem.lower().endswith(ending)), ""
    )
    name = re.sub(r"\W", "_", stem[: len(stem) - len(ending)])
    return f"data_{name}" if not name.isidentifier() else name


def files_named(question: str, taken: Container[str] = (), base: Path | None = None) -> dict[str, str]:
    """The data files that a question names: the name of each one's frame, and the path as the question has it.

    Args:
        question: In plain words.
        taken: Names that frames in scope have already.
        base: The folder that files are looked for in; the working directory unless given.

    Raises:
        InputError: Two files would have one name.
    """
    found: dict[str, str] = {}
    for match in _NAMED.finditer(question):
        path = _existing(question, match, base or Path.cwd())
        if not path or not _may_be_data(path, base):
            continue
        name = frame_name(split_options(path)[0])
        name = f"{name}_file" if name in taken else name
        if found.get(name, path) != path:
            raise InputError(
                message("Two data files are called {name}.", name=name), message("Give each a name: -f NAME=FILE.")
            )
        found[name] = path
    return found


def _may_be_data(text: str, base: Path | None) -> bool:
    """Whether a file that a question names can be a table: a text file is one where it is read as one."""
    if not split_options(text)[0].lower().endswith(MAYBE_TABLES):
        return True
    try:
        open_data(text, base)
    except InputError:
        return False
    return True


def _unreadable(text: str) -> InputError:
    """The error of a file of another kind; a database is connected, and an archive unpacked."""
    ending = Path(text).suffix.lower()
    steps = {
        **dict.fromkeys(_DATABASES, message("Connect it as a database: %analyst connect NAME ADDRESS.")),
        **dict.fromkeys(_ARCHIVES, message("Unpack it first.")),
        **dict.fromkeys(_WORKBOOKS, message("Save it as .xlsx.")),
        **dict.fromkeys(_LOADED, message("Load it with pandas, and ask about the frame.")),
    }
    return InputError(
        message("{text} is not a data file that can be read.", text=text),
        steps.get(ending) or message("Use one of: {data_formats}.", data_formats=", ".join(DATA_FORMATS)),
    )


def check_files(question: str, base: Path | None = None) -> None:
    """See that the data files are there that a question is to be answered from.

    Raises:
        InputError: One is not, with the nearest name; or it is of a kind that cannot be read.
    """
    folder = base or Path.cwd()
    for match in _OTHER.finditer(question):
        read = _READ.search(question[: match.start()])
        if read and not file_format(match[0]) and (folder / Path(match[0]).expanduser()).is_file():
            raise _unreadable(match[0])
    for match in _NAMED.finditer(question):
        before = question[: match.start()]
        if _READ.search(before) and not _WRITE.search(before) and not _existing(question, match, folder):
            text = match["quoted"] or match["bare"]
            raise missing_file(text, (folder / Path(text).expanduser()).parent)


def _existing(question: str, match: re.Match[str], folder: Path) -> str:
    """The file that a question names, with its options; empty where there is none. A name may have blanks."""
    text = match["quoted"] or match["bare"]
    words = [] if match["quoted"] else question[: match.start()].split(" ")[:-1]
    for number in range(min(MAX_WORDS, len(words)), -1, -1):
        name = " ".join([*words[len(words) - number :], text])
        if (folder / Path(name).expanduser()).is_file():
            return f"{name}{match['options']}"
    return ""


def with_frame_names(question: str, files: Mapping[str, str]) -> str:
    """A question that names frames as ``@frame`` where the user named data files.

    >>> with_frame_names("Total revenue in sales.csv", {"sales": "sales.csv"})
    'Total revenue in @sales'

    Args:
        question: As the user wrote it.
        files: The name of each file's frame, and the path as the question has it.
    """
    names = {path: name for name, path in files.items()}
    for path in [path for path in names if " " in split_options(path)[0]]:  # its last word alone would be found else
        question = re.sub(rf"""(["'`]?){re.escape(path)}\1""", f"@{names[path]}", question)
    return _NAMED.sub(lambda match: f"@{names[_text(match)]}" if _text(match) in names else match[0], question)


def guessed_frame_names(question: str, ending: str = "") -> dict[str, str]:
    """The names that the frames of a question's data files have, whether or not the files are there.

    Args:
        question: As the user wrote it.
        ending: What follows a name; ``_file`` where the name itself was taken.
    """
    paths = dict.fromkeys(map(_text, _NAMED.finditer(question)))
    return {f"{frame_name(_head(path))}{ending}": path for path in paths}


def _head(path: str) -> str:
    try:
        return split_options(path)[0]
    except InputError:  # of a question that was asked long ago, say
        return path


def _text(match: re.Match[str]) -> str:
    """A file's name in a question, with its options."""
    return f"{match['quoted'] or match['bare']}{match['options']}"


# -- the registry beside the notebook ----------------------------------------------------------------------------------


def registered(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """The registry's entries by name: ``path``, ``source`` and ``schema`` of each file.

    Raises:
        InputError: The registry is not one.
    """
    path = (folder or Path.cwd()) / REGISTRY
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(entries, dict):
            raise ValueError
        for name, entry in entries.items():
            if not (name.isidentifier() and isinstance(entry, dict) and isinstance(entry.get("path"), str)):
                raise ValueError
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as error:
        raise InputError(
            message("{registry} is not a registry of data files.", registry=REGISTRY),
            message("Fix or remove the file."),
        ) from error
    return entries


def register(name: str, text: str, source: str = "", folder: Path | None = None) -> dict[str, Any]:
    """Add a file to the registry, or renew its entry.

    Raises:
        InputError: The name or the file cannot be used.
    """
    if not name.isidentifier():
        raise InputError(
            message("{name} cannot be a frame's name.", name=name),
            message("Use letters, digits and underscores: NAME=FILE."),
        )
    opened = open_data(text, folder)
    assert isinstance(opened, DataFile | Sheet)
    schema = opened.schema
    entry = {"path": text, "source": without_credentials(source), "schema": schema}
    _write({**registered(folder), name: entry}, folder)
    return entry


def unregister(name: str, folder: Path | None = None) -> None:
    """Take a file out of the registry; the file stays.

    Raises:
        InputError: It is not in it.
    """
    entries = registered(folder)
    if name not in entries:
        raise InputError(
            message("There is no data file {name}.", name=name),
            message("Registered: {entries}.", entries=", ".join(entries) or message("none")),
        )
    del entries[name]
    _write(entries, folder)


def open_registered(taken: Mapping[str, object], folder: Path | None = None) -> tuple[dict[str, object], list[str]]:
    """The registered files whose names are not taken, and a sentence for each that is gone or cannot be read."""
    found: dict[str, object] = {}
    missing: list[str] = []
    try:
        entries = registered(folder)
    except InputError as error:  # a question may need none of them
        return {}, [
            message(
                "The registered data files are left out: {error}", error=sentences([error.message, error.next_step])
            )
        ]
    for name, entry in entries.items():
        if name in taken:
            continue
        try:
            found[name] = open_data(entry["path"], folder)
        except InputError as error:
            missing.append(message("The data file {name} is left out: {error}", name=name, error=error.message))
    return found, missing


def _write(entries: Mapping[str, Any], folder: Path | None) -> None:
    path = (folder or Path.cwd()) / REGISTRY
    try:
        write_atomic(path, json.dumps(dict(sorted(entries.items())), indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise InputError(
            message("{registry} cannot be written: {reason}.", registry=REGISTRY, reason=error.strerror),
            message("Check the folder."),
        ) from error


@lru_cache(maxsize=64)
def _reading(file: DataFile, state: str) -> Reading:
    if file.format == "csv":
        return read_csv(file.path, file.options, state)
    if file.format == "json":
        return read_json(file.path, state)
    return read_parquet(file.path)


@lru_cache(maxsize=64)
def _schema(file: DataFile, state: str) -> tuple[tuple[str, str], ...]:
    try:
        with duckdb.connect() as connection:
            found = connection.sql(f"DESCRIBE {file.sql}").fetchall()
    except duckdb.Error as error:
        raise (unreadable_json if file.format == "json" else unreadable)(file.path, error) from error
    return tuple((str(row[0]), str(row[1])) for row in found)


@lru_cache(maxsize=64)
def _rows(file: DataFile, state: str) -> int | None:
    if file.format != "parquet" and file.size > MAX_COUNTED:
        return None
    try:
        with duckdb.connect() as connection:
            return int(connection.sql(f"SELECT count(*) FROM ({file.sql})").fetchall()[0][0])  # noqa: S608 (quoted)
    except duckdb.Error:
        return None


def _read_by_pandas(file: DataFile) -> object:
    import pandas as pd

    text = file.reading.path
    readers: dict[str, Callable[[], pd.DataFrame]] = {
        "csv": lambda: duckdb.sql(file.reading.sql).df(),  # as SQL reads it: codes stay text
        "json": lambda: pd.read_json(text, lines=not text.name.lower().removesuffix(".gz").endswith(".json")),
        "parquet": lambda: pd.read_parquet(file.path),
    }
    try:
        return readers[file.format]().drop(columns=list(file.without))
    except (ValueError, OSError, ImportError, duckdb.Error) as error:
        raise unreadable(file.path, error) from error
