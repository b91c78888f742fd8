"""What a session shares with its sandboxes: frames in, as Arrow files that they see read-only, and results out.

A frame's file is named by the fingerprint of its content, so an unchanged frame is written once, and a file that a
sandbox maps is never written again: what is out of date is unlinked, and lives on for who still maps it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import FrameTooLarge, SandboxError
from ..frames import Frame, encode_label, fingerprint
from . import owner
from .provider import Mounts

PREFIX = "analyst-"


class FrameStore:
    """The directory that the sandboxes of one session read their frames from.

    Args:
        most_bytes: Size of all frames in it together.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._sizes: dict[str, int] = {}
        self._current: dict[str, str] = {}
        # The outer directory keeps other users out; the inner one is what the sandbox's own user sees.
        self._outer = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{owner.mark()}-", dir=shared_memory()))
        self.path = self._outer / "in"
        self.path.mkdir()
        self.path.chmod(0o755)

    @property
    def files(self) -> set[str]:
        """Names of the files that are there."""
        return set(self._sizes)

    def mounts(self) -> tuple[Mounts, int]:
        """What to share with a new sandbox, and the host's own descriptor of the file for its results."""
        descriptor, name = tempfile.mkstemp(prefix="out-", dir=self._outer)
        os.fchmod(descriptor, 0o666)
        return Mounts(self.path, Path(name)), descriptor

    def put(self, frame: Frame) -> dict[str, Any]:
        """Write a frame unless it is there already.

        Returns:
            What the guest needs to make the frame of the file again.

        Raises:
            FrameTooLarge: The frame does not fit into what is left of the limit, or of the memory.
        """
        name = f"{fingerprint(frame)}.arrow"
        if name not in self._sizes:
            self._forget(frame.name)
            self._room_for(frame)
            self._write(frame, name)
            self._sizes[name] = frame.nbytes
        self._current[frame.name] = name
        return {
            "file": name,
            "kind": frame.kind,
            "labels": [encode_label(label) for label in frame.labels],
            "index": frame.index,
            "column_names": [encode_label(label) for label in frame.column_names],
        }

    def clear(self) -> None:
        """Forget all frames; sandboxes that still map one keep it."""
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

    def _room_for(self, frame: Frame) -> None:
        used = sum(self._sizes.values())
        if used + frame.nbytes > self._most:
            raise FrameTooLarge(
                f"The frame {frame.name} has {frame.nbytes / 1e9:.2f} GB; "
                f"{max(self._most - used, 0) / 1e9:.2f} GB of the limit for frames are left.",
                "Select columns or rows first, run %analyst reset, or raise max_frame_bytes.",
            )
        free = shutil.disk_usage(self.path).free
        if frame.nbytes > 0.9 * free:
            raise FrameTooLarge(
                f"The frame {frame.name} has {frame.nbytes / 1e9:.2f} GB, "
                f"but only {free / 1e9:.2f} GB are free in {self._outer.parent}.",
                "Select columns or rows first, or free memory.",
            )

    def _write(self, frame: Frame, name: str) -> None:
        part = self.path / f"{name}.part"
        try:
            with pa.OSFile(str(part), "wb") as sink, pa.ipc.new_file(sink, frame.table.schema) as writer:
                writer.write_table(frame.table)
            part.chmod(0o644)
            part.rename(self.path / name)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise SandboxError(
                f"The frame {frame.name} could not be written to {self._outer.parent}: {error.strerror or error}.",
                "Free some space there and ask again.",
            ) from error


ENOUGH = 1 << 30


def places() -> list[str]:
    """Where frames may lie: in memory where the system has such a place, else in its folder for temporary files."""
    temporary = tempfile.gettempdir()
    return ["/dev/shm", temporary] if os.access("/dev/shm", os.W_OK) else [temporary]  # noqa: S108


def shared_memory() -> str:
    """The first of them with room; a container's own ``/dev/shm`` often has 64 MB."""
    return next((place for place in places() if shutil.disk_usage(place).free > ENOUGH), places()[0])


def remove_orphans() -> int:
    """Remove directories of processes that are gone; returns their number."""
    removed = 0
    for path in [path for place in places() for path in Path(place).glob(f"{PREFIX}*.*.*-*")]:
        mark = path.name.removeprefix(PREFIX).rpartition("-")[0]
        if mark and path.stat().st_uid == owner.user() and not owner.alive(mark):
            shutil.rmtree(path, ignore_errors=True)
            removed += 1
    return removed
