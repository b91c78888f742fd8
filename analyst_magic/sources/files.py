"""Data files as frames: read where they lie, by DuckDB inside the sandbox, never loaded into the user's kernel.

An Excel file is the exception: DuckDB reads none without an extension, and a sheet always fits into memory, so it is
read into a pandas frame here.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from ..credentials import without_credentials
from ..errors import InputError
from ..filetypes import DATA_FORMATS
from ..storage.files import write_atomic

READERS = {"csv": "read_csv", "parquet": "read_parquet", "json": "read_json"}
REGISTRY = "analyst_data.json"
_ENDINGS = "|".join(re.escape(ending) for ending in DATA_FORMATS)
_NAMED = re.compile(rf"""(?<![\w@/.~-])([\w~./-]*\w(?:{_ENDINGS}))(?!\w|\.\w)""", re.I)


@dataclass(frozen=True, slots=True)
class DataFile:
    """A CSV, Parquet or JSON file that can be asked about.

    Attributes:
        path: Where it lies, without symbolic links.
        format: ``csv``, ``parquet`` or ``json``.
        without: Columns that are left out.
    """

    path: Path
    format: str
    without: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Differs when the file does."""
        found = self.stat()
        return f"{self.path} {found.st_dev} {found.st_ino} {found.st_mtime_ns} {found.st_size} {self.without}"

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
            raise InputError(f"The data file {self.path.name} is not there any more.", "Check its name.") from error

    @property
    def sql(self) -> str:
        """The query that reads it, for a DuckDB of this machine."""
        kept = f" EXCLUDE ({', '.join(_quoted(name) for name in self.without)})" if self.without else ""
        path = str(self.path).replace("'", "''")
        return f"SELECT *{kept} FROM {READERS[self.format]}('{path}')"  # noqa: S608 (quoted)

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
    """What a question can be asked about: a ``DataFile``, or for an Excel file a pandas frame of its first sheet.

    Raises:
        InputError: There is no such file, or none that can be read.
    """
    path = ((base or Path.cwd()) / Path(text).expanduser()).resolve()
    kind = file_format(path.name)
    if not kind:
        raise InputError(f"{text} is not a data file that can be read.", f"Use one of: {', '.join(DATA_FORMATS)}.")
    if not path.is_file():
        raise InputError(f"There is no file {text}.", "Check its name; it is looked for beside the notebook.")
    if kind == "excel":
        return _sheet(path, path.stat().st_mtime_ns)
    file = DataFile(path, kind)
    _ = file.schema  # what cannot be read is told now
    return file


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
    for path in _paths_in(question):
        if not ((base or Path.cwd()) / Path(path).expanduser()).is_file():
            continue
        name = frame_name(path)
        name = f"{name}_file" if name in taken else name
        if name in found:
            raise InputError(f"Two data files are called {name}.", "Give each a name: -f NAME=FILE.")
        found[name] = path
    return found


def with_frame_names(question: str, files: Mapping[str, str]) -> str:
    """A question that names frames as ``@frame`` where the user named data files.

    >>> with_frame_names("Total revenue in sales.csv", {"sales": "sales.csv"})
    'Total revenue in @sales'

    Args:
        question: As the user wrote it.
        files: The name of each file's frame, and the path as the question has it.
    """
    names = {path: name for name, path in files.items()}
    return _NAMED.sub(lambda match: f"@{names[match[1]]}" if match[1] in names else match[0], question)


def guessed_frame_names(question: str, ending: str = "") -> dict[str, str]:
    """The names that the frames of a question's data files have, whether or not the files are there.

    Args:
        question: As the user wrote it.
        ending: What follows a name; ``_file`` where the name itself was taken.
    """
    return {f"{frame_name(path)}{ending}": path for path in _paths_in(question)}


def _paths_in(question: str) -> list[str]:
    return list(dict.fromkeys(_NAMED.findall(question)))


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
        raise InputError(f"{REGISTRY} is not a registry of data files.", "Fix or remove the file.") from error
    return entries


def register(name: str, text: str, source: str = "", folder: Path | None = None) -> dict[str, Any]:
    """Add a file to the registry, or renew its entry.

    Raises:
        InputError: The name or the file cannot be used.
    """
    if not name.isidentifier():
        raise InputError(f"{name} cannot be a frame's name.", "Use letters, digits and underscores: NAME=FILE.")
    opened = open_data(text, folder)
    if isinstance(opened, DataFile):
        schema = opened.schema
    else:
        schema = {str(label): str(kind) for label, kind in opened.dtypes.items()}  # type: ignore[attr-defined]
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
        raise InputError(f"There is no data file {name}.", f"Registered: {', '.join(entries) or 'none'}.")
    del entries[name]
    _write(entries, folder)


def open_registered(taken: Mapping[str, object], folder: Path | None = None) -> tuple[dict[str, object], list[str]]:
    """The registered files whose names are not taken, and a sentence for each that is gone or cannot be read."""
    found: dict[str, object] = {}
    missing = []
    try:
        entries = registered(folder)
    except InputError as error:  # a question may need none of them
        return {}, [f"The registered data files are left out: {error}"]
    for name, entry in entries.items():
        if name in taken:
            continue
        try:
            found[name] = open_data(entry["path"], folder)
        except InputError as error:
            missing.append(f"The data file {name} is left out: {error.message}")
    return found, missing


def _write(entries: Mapping[str, Any], folder: Path | None) -> None:
    path = (folder or Path.cwd()) / REGISTRY
    try:
        write_atomic(path, json.dumps(dict(sorted(entries.items())), indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise InputError(f"{REGISTRY} cannot be written: {error.strerror}.", "Check the folder.") from error


@lru_cache(maxsize=64)
def _schema(file: DataFile, state: str) -> tuple[tuple[str, str], ...]:
    try:
        with duckdb.connect() as connection:
            found = connection.sql(f"DESCRIBE {file.sql}").fetchall()
    except duckdb.Error as error:
        said = str(error).splitlines()[0][:200]
        raise InputError(f"{file.path.name} cannot be read: {said}.", "Check its content.") from error
    return tuple((str(row[0]), str(row[1])) for row in found)


@lru_cache(maxsize=8)
def _sheet(path: Path, changed: int) -> object:
    import pandas as pd

    try:
        return pd.read_excel(path)
    except Exception as error:  # openpyxl and zipfile raise what they like over a damaged file
        said = (str(error) or type(error).__name__).splitlines()[0][:200]
        raise InputError(f"{path.name} cannot be read: {said}.", "Check its content.") from error


def _read_by_pandas(file: DataFile) -> object:
    import pandas as pd

    name = file.path.name.lower().removesuffix(".gz")
    readers: dict[str, Callable[[], pd.DataFrame]] = {
        "csv": lambda: pd.read_csv(file.path, sep="\t" if name.endswith(".tsv") else ","),
        "json": lambda: pd.read_json(file.path, lines=not name.endswith(".json")),
        "parquet": lambda: pd.read_parquet(file.path),
    }
    try:
        return readers[file.format]().drop(columns=list(file.without))
    except (ValueError, OSError, ImportError) as error:
        said = str(error).splitlines()[0][:200]
        raise InputError(f"{file.path} cannot be read: {said}.", "Check its content.") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
