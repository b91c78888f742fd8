"""Where files from the sandbox are kept: ``analyst_output/`` in the kernel's working directory."""

from __future__ import annotations

import errno
import itertools
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from analyst_magic.errors import AnalystError

from .check import check
from .names import safe_name

FOLDER = "analyst_output"
_TRIES = 10_000

# Errors of link() on file systems that have no hard links (FAT, some network and container mounts).
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES}


def save(name: str, data: bytes, directory: Path | None = None) -> Path:
    """Keep a file and return where it lies. No other file is ever overwritten, and no half file is left.

    The same content under the same name is the same file; other content gets a number: ``report_2.xlsx``.

    Args:
        name: The name that the sandbox gave it, however hostile.
        data: Its bytes.
        directory: The folder to keep it in; by default ``analyst_output`` in the working directory.

    Raises:
        InputError: The name's extension is not one that is kept.
        FirewallError: The bytes are not what the name says.
        AnalystError: The folder cannot be written to.
    """
    name = safe_name(name)
    check(name.rpartition(".")[2], data)
    folder = Path.cwd() / FOLDER if directory is None else Path(directory).absolute()
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        return _place(folder, name, data)
    except OSError as error:
        raise AnalystError(
            f"{name} cannot be saved in {folder}: {error.strerror or error}.",
            "Make room there, or make the folder writable, and ask again.",
        ) from error


def _place(folder: Path, name: str, data: bytes) -> Path:
    """Write under a name that nobody sees, then give the whole file the first name that is free or holds the same."""
    hidden = folder / f".{secrets.token_hex(8)}.part"
    try:
        written = False
        for target in _names(folder, name):
            if _holds(target, data):
                return target
            if os.path.lexists(target):
                continue
            if not written:
                _write(hidden, data)
                written = True
            if _claim(hidden, target) or _holds(target, data):
                return target
        raise OSError(errno.EEXIST, f"{_TRIES:,} files of that name are there already")
    finally:
        hidden.unlink(missing_ok=True)


def _names(folder: Path, name: str) -> Iterator[Path]:
    stem, _, extension = name.rpartition(".")
    numbered = (f"{stem}_{number}.{extension}" for number in range(2, _TRIES))
    return (folder / candidate for candidate in itertools.chain([name], numbered))


def _write(path: Path, data: bytes) -> None:
    # Not tempfile: its files are for the owner alone, and a document is made to be handed on.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _claim(hidden: Path, target: Path) -> bool:
    """Give the file its name, in one step that fails where the name is taken: two notebooks may do this at once."""
    try:
        os.link(hidden, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return _claim_without_links(hidden, target)
    return True


def _claim_without_links(hidden: Path, target: Path) -> bool:
    try:
        target.open("xb").close()
    except FileExistsError:
        return False
    try:
        os.replace(hidden, target)
    except OSError:
        target.unlink(missing_ok=True)
        raise
    return True


def _holds(path: Path, data: bytes) -> bool:
    """Whether the path is a file of its own, not a link to elsewhere, with just this content."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size != len(data):
            return False
        return path.read_bytes() == data
    except OSError:
        return False
