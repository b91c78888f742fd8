"""``data``: the files that every question of a folder can use; and what a question can see."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InputError
from ..language import message
from ..sources.file_options import is_option, with_options
from ..sources.files import frame_name, named_file, open_data, register, registered, unregister
from ..sources.kinds import load_data, source_of
from ..wording import count
from .listing import Listing
from .table import wrong_arguments

MAX_NAMED = 8
"""Columns of a frame that a list names."""


def data(action: str, words: Sequence[str]) -> str:
    """Do what was asked with the registry of the current folder, and say what was done.

    Args:
        action: ``list``, ``add``, ``show`` or ``drop``.
        words: What follows it.

    Raises:
        InputError: The file or its name cannot be used, or the registry cannot be read or written.
        UnknownOption: The action needs something else after it.
    """
    match action, list(words):
        case "list", []:
            rows = [(n, str(e["path"]), str(e.get("source") or "")) for n, e in registered().items()]
            empty = "No data file is registered. Add one with: data add NAME=FILE"
            return Listing.of(rows, ("name", "file", "source")) if rows else empty
        case "add", [first, *source]:
            options = list(itertools.takewhile(is_option, source))
            name, file = named_file(with_options([first, *options])) or (frame_name(first), first)
            entry = register(name, file, " ".join(source[len(options) :]))
            return message(
                "{name} is {file}, {schema}; every question here can use it.",
                name=name,
                file=file,
                schema=count(len(entry["schema"]), "column"),
            )
        case "show", [name]:
            return _shown(name, registered())
        case "drop", [name]:
            unregister(name)
            return message("{name} is not registered any more; the file stays.", name=name)
    raise wrong_arguments("data", action)


def list_frames(frames: Mapping[str, object]) -> str:
    """One line for each frame or file that questions can use."""
    rows = [(name, source_of(name, value).extent, _columns_named(name, value)) for name, value in frames.items()]
    return Listing.of(rows, ("name", "size", "columns")) if rows else message("There is no data frame in scope.")


def _columns_named(name: str, value: object) -> str:
    """The first columns of a frame; empty where they cannot be told, as of a file that changed."""
    try:
        labels = [label for label, _ in source_of(name, value).column_types()]
    except Exception:  # noqa: BLE001 - a frame of any library, of which nothing hangs on it
        return ""
    more = f" and {len(labels) - MAX_NAMED} more" if len(labels) > MAX_NAMED else ""
    return ", ".join(labels[:MAX_NAMED]) + more


def read_data(texts: Sequence[str], *, loaded: bool = False) -> dict[str, object]:
    """The data files of ``--data``, by name.

    Args:
        texts: Each ``FILE`` or ``NAME=FILE``, with options behind it, as ``sales.csv dates=mdy``.
        loaded: Whether to load them as pandas frames, as a script expects them.

    Raises:
        InputError: A file is not there or cannot be read, or two have one name.
    """
    frames: dict[str, object] = {}
    for text in texts:
        name, path = named_file(text) or (frame_name(text), text)
        if not name.isidentifier():
            raise InputError(
                message("{name} cannot be a frame's name.", name=name),
                message("Use letters, digits and underscores: --data sales=FILE."),
            )
        if name in frames:
            raise InputError(
                message("Two data files are called {name}.", name=name),
                message("Give each its name: --data NAME=FILE."),
            )
        frames[name] = load_data(path) if loaded else open_data(path)
    return frames


def _shown(name: str, entries: Mapping[str, Mapping[str, Any]]) -> str:
    if name not in entries:
        raise InputError(
            message("There is no data file {name}.", name=name),
            message("Registered: {entries}.", entries=", ".join(entries) or message("none")),
        )
    entry = entries[name]
    source = f"  from {entry['source']}" if entry.get("source") else ""
    columns = [f"  {column}  {kind}" for column, kind in dict(entry.get("schema") or {}).items()]
    return "\n".join([f"{name}  {entry['path']}{source}", *columns])
