"""Files that hold a user's questions and code: readable by their owner alone, whatever the umask or the folder."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

MODE = 0o600
_BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite keeps beside a database: https://www.sqlite.org/tempfiles.html"""


def make_private(path: Path) -> None:
    """Create a file for its owner alone, or take the rights of others away; SQLite's files beside it as well.

    Call it before SQLite opens the path: a write-ahead log is created with the rights that the database has then.

    Raises:
        OSError: The file cannot be created.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), MODE))
    for ending in _BESIDE:
        with contextlib.suppress(FileNotFoundError, PermissionError):  # a file of another user keeps its rights
            name = f"{path}{ending}"
            if os.stat(name).st_mode & 0o077:
                os.chmod(name, MODE)


def write_private(path: Path, text: str) -> None:
    """Write a text in one step. A new file is readable by its owner alone; one that is there keeps its rights.

    Raises:
        OSError: It cannot be written; then the path is as it was.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        mode = MODE
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "w", encoding="utf-8") as file:
            file.write(text)
            if mode != MODE:
                os.chmod(part, mode)
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def append_private(path: Path, text: str) -> None:
    """Append to a file, which is created for its owner alone.

    Raises:
        OSError: It cannot be written.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, MODE), "a", encoding="utf-8") as file:
        file.write(text)
