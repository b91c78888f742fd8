"""A hostile guest: speaks the sandbox's transport over a real socket, and lies wherever its script says.

    async with hostile(lambda guest: guest.say("text")) as sandbox:
        execution = await sandbox.run(Code("1"))

The script runs once for each request, in a thread; afterwards the guest answers as an honest one would, unless the
script closed the stream. The next guest of the same sandbox is honest, so a test can ask whether the session goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from analyst_magic.packages import Packages
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.provider import ExitReason, Mounts
from analyst_magic.sandbox.session import Sandbox

CONTROL, SHELL, IOPUB = 0, 1, 2
DELIMITER = b"<IDS|MSG>"
LIMITS = Limits(timeout=3.0, interrupt_timeout=0.3, start_timeout=5.0)
Script = Callable[["Guest"], None]


class Guest:
    """The guest's end of the stream."""

    def __init__(self, stream: socket.socket, results: Path, script: Script) -> None:
        self.stream, self.results, self._script = stream, results, script
        self.parent: dict[str, Any] = {}
        self.parents: list[dict[str, Any]] = []
        self.answers = True
        self._buffer = b""

    # -- what a script says

    def raw(self, data: bytes) -> None:
        """Bytes as they are; where the host has hung up, the script ends."""
        self.stream.sendall(data)

    def frame(self, channel: int, parts: Sequence[bytes]) -> None:
        lengths = struct.pack(f"<{len(parts)}I", *(len(part) for part in parts))
        size = 4 + len(lengths) + sum(map(len, parts))
        self.raw(struct.pack("<IBBH", size, channel, len(parts), 0) + lengths + b"".join(parts))

    def message(
        self,
        kind: Any,
        content: Any,
        *,
        channel: int = IOPUB,
        parent: Any = None,
        buffers: Iterable[bytes] = (),
    ) -> None:
        header = {"msg_id": "x", "msg_type": kind, "session": "guest", "username": "", "version": "5.4"}
        fields = (header, self.parent if parent is None else parent, {}, content)
        self.frame(channel, [DELIMITER, b"", *(json.dumps(field).encode() for field in fields), *buffers])

    def display(self, data: Any, *, buffers: Iterable[bytes] = (), **more: Any) -> None:
        self.message("display_data", {"data": data, "metadata": {}, "transient": {}}, buffers=buffers, **more)

    def say(self, text: Any, stream: Any = "stdout", **more: Any) -> None:
        self.message("stream", {"name": stream, "text": text}, **more)

    def status(self, state: Any = "idle", **more: Any) -> None:
        self.message("status", {"execution_state": state}, **more)

    def reply(self, content: Any = None, **more: Any) -> None:
        said = {"status": "ok", "execution_count": 1} if content is None else content
        self.message("execute_reply", said, channel=SHELL, **more)

    def wait(self) -> None:
        """Say nothing more until the host hangs up."""
        self.answers = False
        while self.stream.recv(1 << 16):
            pass

    def close(self) -> None:
        self.answers = False
        with contextlib.suppress(OSError):
            self.stream.shutdown(socket.SHUT_RDWR)

    # -- the rest of it

    def serve(self) -> None:
        with self.stream, contextlib.suppress(OSError):
            self.message("iopub_welcome", {})
            while (parts := self._receive()) is not None:
                if len(parts) < 6:
                    continue  # a word of the host's to the relay
                self.parent = json.loads(parts[2])
                self.parents.append(self.parent)
                self._script(self)
                if self.answers:
                    self.reply()
                    self.status()

    def _receive(self) -> list[bytes] | None:
        while True:
            if len(self._buffer) >= 8:
                size, _, count, _ = struct.unpack_from("<IBBH", self._buffer)
                if len(self._buffer) >= 4 + size:
                    lengths = struct.unpack_from(f"<{count}I", self._buffer, 8)
                    body, self._buffer = self._buffer[8 + 4 * count : 4 + size], self._buffer[4 + size :]
                    parts = []
                    for length in lengths:
                        parts.append(body[:length])
                        body = body[length:]
                    return parts
            data = self.stream.recv(1 << 16)
            if not data:
                return None
            self._buffer += data


class Handle:
    """One hostile guest, as the host holds it."""

    shared = True

    def __init__(self, near: socket.socket, thread: threading.Thread) -> None:
        self.socket, self._thread, self.id = near, thread, str(id(near))

    def stderr(self) -> str:
        return ""

    def unwrap(self, data: bytes) -> Iterable[memoryview]:
        return (memoryview(data),)

    def exit_reason(self) -> ExitReason:
        return ""

    def remove(self) -> None:
        self._thread.join(5)
        assert not self._thread.is_alive(), "the host did not hang up"


class HostileProvider:
    """Makes one guest with a script, and honest ones afterwards."""

    image = ""
    name, isolation, notice = "hostile", "", ""
    packages = Packages()

    def __init__(self, script: Script) -> None:
        self._script = script
        self.guests: list[Guest] = []

    def prepare(self) -> None:
        """It is always ready."""

    async def launch(self, mounts: Mounts) -> Handle:
        near, far = socket.socketpair()
        guest = Guest(far, mounts.results, (lambda guest: guest.say("honest")) if self.guests else self._script)
        self.guests.append(guest)
        thread = threading.Thread(target=guest.serve, daemon=True)
        thread.start()
        return Handle(near, thread)


@contextlib.asynccontextmanager
async def hostile(script: Script, limits: Limits = LIMITS) -> AsyncIterator[Sandbox]:
    """A sandbox whose first guest follows a script."""
    sandbox = Sandbox(HostileProvider(script), limits)
    try:
        yield sandbox
    finally:
        await sandbox.close()


def endless(work: Callable[[], object], seconds: float = 8.0) -> None:
    """Do something again and again, for longer than any limit of ``LIMITS``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        work()


def sparse(path: Path, size: int) -> None:
    """Make a file large without writing into it."""
    os.truncate(path, size)
