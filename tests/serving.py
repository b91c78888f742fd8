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


@contextmanager
def jupyter(
    program: str, root: Path, runtime: Path, log: Path, *options: str, python: str = sys.executable, **environment: str
) -> Iterator[str]:
    """Run ``jupyter lab`` or ``jupyter server``; its address, once it answers there.

    Args:
        program: ``lab`` or ``server``.
        root: The folder that it serves.
        runtime: The folder of its settings and of what it says of itself.
        log: The file that its log goes to.
        options: More of its options.
        python: The Python that it runs in.
        environment: More of its environment.

    Raises:
        AssertionError: It ended, or did not answer within a minute; with the end of its log.
    """
    variables = {**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_CONFIG_DIR": str(runtime), **environment}
    command = [python, "-m", "jupyter", program, "--no-browser", "--port=0", "--allow-root",
               f"--ServerApp.root_dir={root}", f"--IdentityProvider.token={TOKEN}", *options]  # fmt: skip
    _ask_for_no_news(runtime)
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=log.parent, env=variables, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 60
        while not (url := _address(runtime)):
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline, log.read_text()[-2000:]
            time.sleep(0.1)  # nothing tells when the server answers
        yield url
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()  # its kernels have ended; it waits for a thread of AnyIO's that nobody ends any more
            process.wait()


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
