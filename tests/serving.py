"""A real Jupyter server of a test's own, on a free port."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

TOKEN = "secret"


class Server:
    """A server that may be killed and started again over the same folders.

    Args:
        program: ``lab`` or ``server``.
        root: The folder that it serves.
        runtime: The folder of its settings and of what it says of itself.
        log: The file that its log goes to.
        options: More of its options.
        python: The Python that it runs in.
        environment: More of its environment.

    Attributes:
        url: Its address, once it answers there.
        process: Its process.
    """

    def __init__(
        self,
        program: str,
        root: Path,
        runtime: Path,
        log: Path,
        *options: str,
        python: str = sys.executable,
        **environment: str,
    ) -> None:
        self._variables = {**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_CONFIG_DIR": str(runtime),
                           **environment}  # fmt: skip
        self._command = [python, "-m", "jupyter", program, "--no-browser", "--port=0", "--allow-root",
                         f"--ServerApp.root_dir={root}", f"--IdentityProvider.token={TOKEN}", *options]  # fmt: skip
        self._runtime, self._log = runtime, log
        _ask_for_no_news(runtime)
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            AssertionError: It ended, or did not answer within a minute; with the end of its log.
        """
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                self._command, cwd=self._log.parent, env=self._variables, stdout=output, stderr=output
            )
        deadline = time.monotonic() + 60
        while not (url := _address(self._runtime)):
            assert self.process.poll() is None, self._log.read_text()[-2000:]
            assert time.monotonic() < deadline, self._log.read_text()[-2000:]
            time.sleep(0.1)  # nothing tells when the server answers
        self.url = url

    def kill(self) -> None:
        """End it without a word; its kernels notice."""
        self.process.kill()
        self.process.wait()
        for found in self._runtime.glob("jpserver-*"):
            found.unlink()

    def end(self) -> None:
        """End it as Ctrl-C does."""
        self.process.terminate()
        try:
            self.process.wait(8)
        except subprocess.TimeoutExpired:
            self.process.kill()  # its kernels have ended; it waits for a thread of AnyIO's that nobody ends any more
            self.process.wait()


@contextmanager
def jupyter(
    program: str, root: Path, runtime: Path, log: Path, *options: str, python: str = sys.executable, **environment: str
) -> Iterator[str]:
    """Run ``jupyter lab`` or ``jupyter server``; its address, once it answers there. Takes what ``Server`` takes.

    Raises:
        AssertionError: It ended, or did not answer within a minute; with the end of its log.
    """
    server = Server(program, root, runtime, log, *options, python=python, **environment)
    try:
        yield server.url
    finally:
        server.end()


def _ask_for_no_news(settings: Path) -> None:
    """A page without questions and notes that cover what a test looks at."""
    folder = settings / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')


def _address(runtime: Path) -> str:
    """The server's address, or nothing: it is written before the server listens there."""
    for found in runtime.glob("jpserver-*.json"):
        try:
            url = str(json.loads(found.read_text())["url"])
            socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), 5).close()
        except (ValueError, OSError):  # half written, or not yet listening
            continue
        return url
    return ""
