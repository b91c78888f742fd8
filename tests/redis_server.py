"""A real Redis on loopback, for tests and benchmarks."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator

WHY_MISSING = "" if shutil.which("redis-server") else "there is no redis-server: `apt-get install redis-server`"
SECONDS_TO_START = 20.0


class Redis:
    """A server of which nothing outlives it. It may be killed and started again.

    Attributes:
        url: Its address.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self._port = int(found.getsockname()[1])
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        command = [
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--port",
            str(self._port),
            "--save",
            "",
            "--dir",
            self._folder,
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return
            time.sleep(0.02)
        raise AssertionError("redis-server does not start")

    def kill(self) -> None:
        """End it without a word, with all that it holds."""
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def redis() -> Iterator[Redis]:
    """A server while the block runs."""
    if WHY_MISSING and os.environ.get("CI"):
        raise AssertionError(WHY_MISSING)
    with tempfile.TemporaryDirectory() as folder:
        server = Redis(folder)
        try:
            yield server
        finally:
            server.kill()
