"""What a session shares with its sandboxes: frames in, as Arrow files that they see read-only, and results out.

A frame's file is named by the fingerprint of its content, so an unchanged frame is written once, and a file that a
sandbox maps is never written again: what is out of date is unlinked, and lives on for who still maps it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
import xxhash

from ..errors import FrameTooLarge, SandboxError
from ..language import message
from ..sources.files import DataFile
from ..sources.frames import Frame, encode_label, fingerprint
from . import owner
from .provider import Mounts
from .request import FrameSpec

PREFIX = "analyst-"


class FrameStore:
    """The directory that the sandboxes of one session read their frames from.

    Args:
        max_bytes: Size of all frames in it together.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._sizes: dict[str, int] = {}
        self._current: dict[str, str] = {}
        self._shared: dict[str, Path] = {}
        # The outer directory keeps other users out; the inner one is what the sandbox's own user sees.
        self._outer = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{owner.process_token()}-", dir=shared_memory()))
        self.path = self._outer / "in"
        self.path.mkdir()
        self.path.chmod(0o755)

    @property
    def files(self) -> set[str]:
        """Names of the files that are there, or that sandboxes see where they lie."""
        return {*self._sizes, *self._shared}

    def path_of(self, name: str) -> Path:
        """Where the file of a name lies."""
        return self._shared.get(name, self.path / name)

    @property
    def shared(self) -> frozenset[str]:
        """Names of the data files that a sandbox which starts now sees where they lie."""
        return frozenset(self._shared)

    def mounts(self) -> tuple[Mounts, int]:
        """What to share with a new sandbox, and the host's own descriptor of the file for its results."""
        descriptor, name = tempfile.mkstemp(prefix="out-", dir=self._outer)
        Path(name).chmod(0o666)
        return Mounts(self.path, Path(name), dict(self._shared)), descriptor

    def put(self, frame: Frame) -> FrameSpec:
        """Write a frame unless it is there already.

        Returns:
            What the guest needs to make the frame of the file again.

        Raises:
            FrameTooLarge: The frame does not fit into what is left of the limit, or of the memory.
        """
        name = f"{fingerprint(frame)}.arrow"
        if name not in self._sizes:
            self._forget(frame.name)
            self._check_room(f"The frame {frame.name}", frame.nbytes)
            self._write(frame, name)
            self._sizes[name] = frame.nbytes
        self._current[frame.name] = name
        return {
            "file": name,
            "kind": frame.kind,
            "labels": [encode_label(label) for label in frame.labels],
            "description": frame.description,
        }

    def offer(self, file: DataFile) -> str:
        """Let sandboxes that start from now on see a data file where it lies, if all may read it and it is whole.

        Returns:
            The name that it has inside; empty where it has to be copied instead.
        """
        found = file.stat()
        if file.without or file.reading.path != file.path or not found.st_mode & stat.S_IROTH:
            return ""
        identity = f"{file.path} {found.st_dev} {found.st_ino}"
        name = xxhash.xxh3_128_hexdigest(identity.encode()) + _ending(file)
        self._shared[name] = file.path
        return name

    def put_file(self, name: str, file: DataFile) -> FrameSpec:
        """Make a data file known, as a copy where a sandbox may not see it as it is.

        Returns:
            What the guest needs to read it.

        Raises:
            FrameTooLarge: It has to be copied and does not fit.
        """
        inside = self.offer(file)
        copy, kind = (inside, file.format) if inside else self._copy(name, file)
        around = [file.reading.before, file.reading.after] if kind == file.format else None
        return {"kind": "file", "format": kind, "file": copy, "mounted": bool(inside), "around": around}

    def _copy(self, frame: str, file: DataFile) -> tuple[str, str]:
        """Name and format of a copy that the sandbox may read; without the columns that it must not, as Parquet."""
        inside = xxhash.xxh3_128_hexdigest(file.state.encode()) + (".parquet" if file.without else _ending(file))
        if inside not in self._sizes:
            self._forget(frame)
            self._check_room(f"The file {file.path.name}", file.size)
            part = self.path / f"{inside}.part"
            try:
                if file.without:
                    with duckdb.connect() as connection:
                        connection.execute(f"COPY ({file.sql}) TO '{part}' (FORMAT parquet)")
                else:
                    shutil.copyfile(file.reading.path, part)
                part.chmod(0o644)
                part.rename(self.path / inside)
            except (OSError, duckdb.Error) as error:
                part.unlink(missing_ok=True)
                raise SandboxError(
                    message(
                        "The file {file} could not be copied to {parent}: {error}.",
                        file=file.path.name,
                        parent=self._outer.parent,
                        error=str(error),
                    ),
                    message("Free some space there and ask again."),
                ) from error
            self._sizes[inside] = (self.path / inside).stat().st_size
        self._current[frame] = inside
        return inside, "parquet" if file.without else file.format

    def clear(self) -> None:
        """Forget all frames and files; sandboxes that still map one keep it."""
        self._shared.clear()
        for name in self._sizes:
            (self.path / name).unlink(missing_ok=True)
        self._sizes.clear()
        self._current.clear()

    def close(self) -> None:
        """Remove the directory and all that is in it."""
        shutil.rmtree(self._outer, ignore_errors=True)

    def _forget(self, frame: str) -> None:
        """Unlink the last version of a frame, unless another name has the same content."""
        name = self._current.pop(frame, None)
        if name is not None and name not in self._current.values():
            (self.path / name).unlink(missing_ok=True)
            del self._sizes[name]

    def _check_room(self, what: str, size: int) -> None:
        used = sum(self._sizes.values())
        if used + size > self._max_bytes:
            raise FrameTooLarge(
                message(
                    "{what} has {size:.2f} GB; {max:.2f} GB of the limit for frames are left.",
                    what=what,
                    size=size / 1000000000.0,
                    max=max(self._max_bytes - used, 0) / 1000000000.0,
                ),
                message("Select columns or rows first, run %analyst reset, or raise max_frame_bytes."),
            )
        free = shutil.disk_usage(self.path).free
        if size > 0.9 * free:
            raise FrameTooLarge(
                message(
                    "{what} has {size:.2f} GB, but only {free:.2f} GB are free in {parent}.",
                    what=what,
                    size=size / 1000000000.0,
                    free=free / 1000000000.0,
                    parent=self._outer.parent,
                ),
                message("Select columns or rows first, or free memory."),
            )

    def _write(self, frame: Frame, name: str) -> None:
        part = self.path / f"{name}.part"
        try:
            table = frame.table
            for position, exact in enumerate(frame.parts):
                table = table.append_column(f"part {position}", exact)  # after the columns, whatever they are called
            with pa.OSFile(str(part), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table.combine_chunks() if frame.parts else table)
            part.chmod(0o644)
            part.rename(self.path / name)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise SandboxError(
                message(
                    "The frame {frame} could not be written to {parent}: {reason}.",
                    frame=frame.name,
                    parent=self._outer.parent,
                    reason=error.strerror or error,
                ),
                message("Free some space there and ask again."),
            ) from error


def _ending(file: DataFile) -> str:
    """The ending of a data file's name inside, by which DuckDB knows how it is packed."""
    return f".{file.format}.gz" if file.reading.path.suffix.lower() == ".gz" else f".{file.format}"


MIN_FREE_BYTES = 1 << 30


def frame_folders() -> list[str]:
    """Where frames may lie: in memory where the system has such a folder, else in its folder for temporary files."""
    temporary = tempfile.gettempdir()
    return ["/dev/shm", temporary] if os.access("/dev/shm", os.W_OK) else [temporary]  # noqa: S108


def shared_memory() -> str:
    """The first of them with room; a container's own ``/dev/shm`` often has 64 MB."""
    return next(
        (folder for folder in frame_folders() if shutil.disk_usage(folder).free > MIN_FREE_BYTES), frame_folders()[0]
    )


def remove_orphans() -> int:
    """Remove directories of processes that are gone; returns their number."""
    removed = 0
    for path in [path for folder in frame_folders() for path in Path(folder).glob(f"{PREFIX}*.*.*-*")]:
        token = path.name.removeprefix(PREFIX).rpartition("-")[0]
        with contextlib.suppress(FileNotFoundError):  # its owner has just removed it
            if token and path.stat().st_uid == owner.user() and not owner.alive(token):
                shutil.rmtree(path, ignore_errors=True)
                removed += 1
    return removed
