"""What a program may ask of ``/analyst/tasks``: the body of a request, checked."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..filetypes import DATA_FORMATS
from ..turn import FORMS, PRIVACY_LEVELS
from .task_store import PRIORITIES

MAX_TEXT = 100_000
MAX_SOURCES = 50
MAX_UPLOAD = 10_000_000
LANGUAGES = ("python", "sql")
THREAD = re.compile(r"[A-Za-z0-9_.-]{1,64}")
RESULT_FORMATS = ("json", "arrow")
MAX_LISTED = 500
MAX_TABLE = 1000
WAYS_TO_ASK = ("question", "code")
UPLOADS = ("content", "base64")
WAYS_TO_GIVE = ("path", *UPLOADS, "connection")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_FIELDS = frozenset({*WAYS_TO_ASK, "language", "form", "thread", "priority", "sources", "options"})
_SOURCE_FIELDS = frozenset({"name", "file", *WAYS_TO_GIVE})


def checked_request(body: object, root: Path) -> dict[str, Any]:
    """A request as a task holds it.

    Args:
        body: The body of a request, as JSON has it.
        root: The server's root; files lie below it.

    Raises:
        InputError: It is not one.

    Example:
        >>> checked_request({"question": "1 + 1?"}, Path("."))["question"]
        '1 + 1?'
        >>> checked_request({"question": 7}, Path("."))
        Traceback (most recent call last):
        ...
        analyst_magic.errors.InputError: question is a text of 1 to 100,000 characters.
    """
    fields = _object(body, _FIELDS, "The body")
    request: dict[str, Any] = {}
    given = _one_way(fields, WAYS_TO_ASK, "The body")
    request[given] = _text(fields, given, MAX_TEXT)
    language = _one_of(fields, "language", LANGUAGES)
    if given == "code":
        request["language"] = language or "python"
    elif language is not None:
        raise InputError("language is the language of code; this is a question.", "Leave out language.")
    request["form"] = _one_of(fields, "form", FORMS)
    if "thread" in fields:
        thread = fields["thread"]
        if not isinstance(thread, str) or not THREAD.fullmatch(thread):
            raise InputError("thread is a name of letters, digits, dots, dashes and underscores.")
        request["thread"] = thread
    if priority := _one_of(fields, "priority", tuple(PRIORITIES)):
        request["priority"] = priority
    request["sources"] = checked_sources(fields.get("sources", []), root)
    request["options"] = _options(fields.get("options", {}))
    return request


def checked_sources(given: object, root: Path) -> list[dict[str, Any]]:
    """Sources by path, upload or connection.

    Raises:
        InputError: One is none of these.
    """
    if not isinstance(given, list) or len(given) > MAX_SOURCES:
        raise InputError(f"sources is a list of at most {MAX_SOURCES}.")
    sources = [_source(entry, root) for entry in given]
    names = [source["name"] for source in sources]
    if len(set(names)) < len(names):
        raise InputError("Two sources have one name.", "Give each its own.")
    return sources


def data_ending(name: str) -> str:
    """The ending by which a file holds data, with its dot; empty where it does not.

    >>> data_ending("Sales.CSV"), data_ending("sales.exe")
    ('.csv', '')
    """
    return next((ending for ending in DATA_FORMATS if name.lower().endswith(ending)), "")


def file_below(root: Path, path: object) -> Path:
    """A data file below the server's root, that no link leads out to.

    Raises:
        InputError: It is not there, or is none.
    """
    if not isinstance(path, str) or not path or "\x00" in path:
        raise InputError("path is the path of a file below the server's root.")
    root = root.resolve()
    try:
        found = (root / path).resolve()
        inside = found.relative_to(root)
        fine = found.is_file() and not any(part.startswith(".") for part in inside.parts)
    except (OSError, ValueError):
        fine = False
    if not fine or not data_ending(path):
        raise InputError(f"There is no data file {path[:200]} here.", "GET datasets lists them.")
    return found


def _source(entry: object, root: Path) -> dict[str, Any]:
    fields = _object(entry, _SOURCE_FIELDS, "A source")
    way = _one_way(fields, WAYS_TO_GIVE, "A source")
    if "file" in fields and way not in UPLOADS:
        raise InputError(f"file names an upload; this source has {way}.", f"Leave out file or {way}.")
    name = fields.get("name", fields.get("connection"))
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise InputError("A source has a name of letters, digits and underscores.")
    if way == "connection":
        connection = _text(fields, "connection", 64)
        if not NAME.fullmatch(connection):
            raise InputError("connection is the name of a registered connection.", "Add one: %analyst connect")
        return {"name": name, "connection": connection}
    if way == "path":
        return {"name": name, "path": str(file_below(root, fields["path"]))}
    read = _content if way == "content" else _encoded
    return {"name": name, "file": _upload_name(name, fields), way: read(fields[way])}


def _upload_name(name: str, fields: Mapping[str, Any]) -> str:
    """The name that an upload is written under: the source's own, with the ending of its file."""
    file = fields.get("file", "data.csv")
    ending = data_ending(file) if isinstance(file, str) else ""
    if not ending:
        raise InputError("file is the name of a data file, such as sales.csv.")
    return f"{name}{ending}"


def _content(given: object) -> str:
    if not isinstance(given, str) or len(given.encode("utf-8", "replace")) > MAX_UPLOAD:
        raise InputError(f"content is a text of at most {MAX_UPLOAD:,} bytes.")
    return given


def _encoded(given: object) -> str:
    """The bytes of an upload as Base64, checked."""
    try:
        size = len(b64decode(given, validate=True)) if isinstance(given, str) else MAX_UPLOAD + 1
    except ValueError:
        size = MAX_UPLOAD + 1
    if not isinstance(given, str) or size > MAX_UPLOAD:
        raise InputError(f"base64 is a file of at most {MAX_UPLOAD:,} bytes in Base64.")
    return given


def _options(given: object) -> dict[str, Any]:
    fields = _object(given, frozenset({"model", "privacy", "timeout"}), "options")
    options: dict[str, Any] = {}
    if "model" in fields:
        options["model"] = _text(fields, "model", 200)
    if privacy := _one_of(fields, "privacy", PRIVACY_LEVELS):
        options["privacy"] = privacy
    if "timeout" in fields:
        timeout = fields["timeout"]
        if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0.1 <= timeout <= 3600:
            raise InputError("timeout is a number of seconds from 0.1 to 3600.")
        options["timeout"] = timeout
    return options


def _object(given: object, known: frozenset[str], what: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise InputError(f"{what} is a JSON object.")
    if unknown := sorted(set(given) - known):
        raise InputError(f"There is no field {str(unknown[0])[:60]}.", f"Fields: {', '.join(sorted(known))}.")
    if empty := [name for name, value in given.items() if value is None]:
        raise InputError(f"{empty[0]} is null.", "Leave out what is not given.")
    return given


def _one_way(fields: Mapping[str, Any], ways: tuple[str, ...], what: str) -> str:
    """The one field of these that is there: what is given twice is not chosen from without a word."""
    given = [way for way in ways if way in fields]
    if len(given) != 1:
        listed = ", ".join(ways[:-1]) + f" or {ways[-1]}"
        raise InputError(
            f"{what} has one of {listed}; this one has {' and '.join(given) or 'none'}.", "See openapi.json."
        )
    return given[0]


def _text(fields: Mapping[str, Any], name: str, most: int) -> str:
    value = fields[name]
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise InputError(f"{name} is a text of 1 to {most:,} characters.")
    return value


def _one_of(fields: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str | None:
    if name not in fields:
        return None
    value = fields[name]
    if not isinstance(value, str) or value not in known:
        raise InputError(f"{name} is one of: {', '.join(known)}.")
    return value
