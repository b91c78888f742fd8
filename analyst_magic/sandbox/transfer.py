"""Frames on their way into the sandbox: Arrow files in a private directory that the sandbox sees read-only.

A file's name is the fingerprint of its content, so an unchanged frame is written once, and a file that a sandbox maps
is never written again.
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

PREFIX = "analyst-"


class FrameStore:
    """The directory that one sandbox reads its frames from.

    Args:
        most_bytes: Size of all frames in it together.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._used = 0
        self._files: set[str] = set()
        # The outer directory keeps other users out; the inner one is what the sandbox's own user sees.
        self._outer = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{owner.mark()}-", dir=shared_memory()))
        self.path = self._outer / "in"
        self.path.mkdir()
        self.path.chmod(0o755)

    def put(self, frame: Frame) -> dict[str, Any]:
        """Write a frame unless it is there already.

        Returns:
            What the guest needs to make the frame of the file again.

        Raises:
            FrameTooLarge: The frame does not fit into what is left of the limit, or of the memory.
        """
        name = f"{fingerprint(frame)}.arrow"
        if name not in self._files:
            self._room_for(frame)
            self._write(frame, name)
            self._files.add(name)
            self._used += frame.nbytes
        return {
            "file": name,
            "kind": frame.kind,
            "labels": [encode_label(label) for label in frame.labels],
            "index": frame.index,
            "column_names": [encode_label(label) for label in frame.column_names],
        }

    def close(self) -> None:
        """Remove the directory and all frames in it."""
        shutil.rmtree(self._outer, ignore_errors=True)

    def _room_for(self, frame: Frame) -> None:
        if self._used + frame.nbytes > self._most:
            raise FrameTooLarge(
                f"The frame {frame.name} has {frame.nbytes / 1e9:.2f} GB; "
                f"{max(self._most - self._used, 0) / 1e9:.2f} GB of the limit for frames are left.",
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


def shared_memory() -> str:
    """The directory for frames: in memory where the system has such a place."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()  # noqa: S108


def remove_orphans() -> int:
    """Remove directories of processes that are gone; returns their number."""
    removed = 0
    for path in Path(shared_memory()).glob(f"{PREFIX}*"):
        mark = path.name.removeprefix(PREFIX).rpartition("-")[0]
        if mark and path.stat().st_uid == owner.user() and not owner.alive(mark):
            shutil.rmtree(path, ignore_errors=True)
            removed += 1
    return removed
