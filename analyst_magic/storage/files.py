"""Writing files: in one step, so that a reader meets the old content or the new one, never half of it.

A writer that is killed, and a disk that is full, leave the file as it was. Files that hold a user's questions and code
are readable by their owner alone, whatever the umask or the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
from pathlib import Path

PRIVATE = 0o600
"""Rights of files that hold a user's questions and code."""
SHARED = 0o666
"""Rights of files that are made to be handed on: the user's umask takes away what it always does."""


def write_atomic(path: Path, content: str | bytes, *, mode: int = PRIVATE) -> None:
    """Write a whole file in one step; a file that is there is replaced, and its rights stay.

    Args:
        path: The file. Its folder must exist.
        content: All that it is to hold; text is written as UTF-8.
        mode: The rights of a file that is new, ``PRIVATE`` or ``SHARED``.

    Raises:
        OSError: It cannot be written; then the path is as it was.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "notes.txt"
        >>> write_atomic(path, "first")
        >>> write_atomic(path, "second")
        >>> path.read_text(), [entry.name for entry in path.parent.iterdir()]
        ('second', ['notes.txt'])
    """
    part = _part_of(path)
    try:
        _write_part(part, content, mode)
        with contextlib.suppress(FileNotFoundError):
            rights = stat.S_IMODE(path.stat().st_mode)
            if rights != stat.S_IMODE(part.stat().st_mode):
                os.chmod(part, rights)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_if_unchanged(path: Path, content: bytes, known: str | None, *, mode: int = SHARED) -> bool:
    """Write a whole file in one step, unless somebody else has changed it or taken its name meanwhile.

    Args:
        path: The file. Its folder must exist.
        content: All that it is to hold.
        known: The digest of the content that may be replaced; None where the name must be free.
        mode: The file's rights.

    Returns:
        Whether the file was written.

    Raises:
        OSError: It cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "report.txt"
        >>> write_if_unchanged(path, b"first", None), write_if_unchanged(path, b"second", None)
        (True, False)
        >>> write_if_unchanged(path, b"second", file_digest(path)), path.read_text()
        (True, 'second')
    """
    part, aside = _part_of(path), _part_of(path)
    try:
        _write_part(part, content, mode)
        if known is not None:
            os.rename(path, aside)  # moved first, so that what is replaced is exactly what is compared
            if file_digest(aside) != known:
                if _claim(aside, path):
                    aside.unlink(missing_ok=True)
                return False
        return _claim(part, path)
    finally:
        part.unlink(missing_ok=True)
        if file_digest(aside) == known:
            aside.unlink(missing_ok=True)


def append_private(path: Path, text: str) -> None:
    """Append to a file, which is created for its owner alone.

    Raises:
        OSError: It cannot be written.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE), "a", encoding="utf-8") as file:
        file.write(text)


def make_private(path: Path) -> None:
    """Create a file for its owner alone where there is none, and take the rights of others away where there is one.

    A file of another user keeps its rights.

    Raises:
        OSError: The file cannot be created.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), PRIVATE))
    close_to_others(path)


def close_to_others(path: str | os.PathLike[str]) -> None:
    """Take the rights of others away from a file, where it is there and belongs to this user."""
    with contextlib.suppress(FileNotFoundError, PermissionError):
        if os.stat(path).st_mode & 0o077:
            os.chmod(path, PRIVATE)


def file_digest(path: Path) -> str | None:
    """The SHA-256 of a file's content; None for a file that is not there, a folder, and a symbolic link."""
    try:
        if path.is_symlink() or not path.is_file():
            return None
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _part_of(path: Path) -> Path:
    """A hidden name beside a file: in the same folder, and so on the same disk."""
    return path.with_name(f".{secrets.token_hex(8)}.part")


def _write_part(part: Path, content: str | bytes, mode: int) -> None:
    data = content.encode("utf-8") if isinstance(content, str) else content
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # else a power failure could leave an empty file under the new name


def _claim(part: Path, path: Path) -> bool:
    """Give a file its name, in one step that fails where the name is taken: two notebooks may do this at once."""
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    except OSError:  # no hard links here (FAT, some network and container mounts), or something worse, met below
        return _claim_without_links(part, path)
    return True


def _claim_without_links(part: Path, path: Path) -> bool:
    try:
        path.open("xb").close()
    except FileExistsError:
        return False
    try:
        os.replace(part, path)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return True
