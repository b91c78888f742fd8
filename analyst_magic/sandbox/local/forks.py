"""The host's end of ``fork_server.py``: sandboxes that start as forks of a process which has loaded what they use."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...packages import guest_packages

SCRIPT = Path(__file__).with_name("fork_server.py")
GUEST = "/opt/guest"
SECONDS_TO_START = 60.0  # that a fork may take, with the libraries that are loaded before it
# What is read when a sandbox has started, so that sandboxes of one server may differ in it, besides ANALYST_*.
_OWN = ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR", "PYTHONPATH")
_SERVERS: dict[str, ForkServer] = {}
_LOCK = threading.Lock()


class Fork:
    """The process that watches one sandbox, as far as its host uses a ``subprocess.Popen``.

    Args:
        status: What the process writes its number and, in the end, its exit status to.
        errors: What it and its sandbox write errors to.

    Raises:
        OSError: It did not start.
    """

    def __init__(self, status: int, errors: int) -> None:
        self._status = os.fdopen(status, "rb")
        self.stderr = os.fdopen(errors, "rb", 0)
        self._code: int | None = None
        self._reading = threading.Lock()
        self._process = -1
        try:
            answered = select.poll()
            answered.register(status, select.POLLIN)
            if not answered.poll(1000 * SECONDS_TO_START):
                raise OSError("the process that starts sandboxes does not answer")
            number = self._status.readline()
            if not number.endswith(b"\n"):
                raise OSError("the process that starts sandboxes has ended")
            self.pid = int(number)
            self._process = os.pidfd_open(self.pid)
        except ProcessLookupError:  # it has ended already
            pass
        except BaseException:
            self._status.close()
            self.stderr.close()
            raise

    def wait(self, timeout: float) -> int:
        """The exit status, once it has ended.

        Raises:
            subprocess.TimeoutExpired: It has not within so many seconds.
        """
        if self._process >= 0:
            ended = select.poll()
            ended.register(self._process, select.POLLIN)
            if not ended.poll(1000 * timeout):
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
        with self._reading:  # two may wait for it
            if self._code is None:
                self._code = int(self._status.read() or -signal.SIGKILL)
                self._status.close()
        return self._code

    def kill(self) -> None:
        """Kill it, if it is still there."""
        if self._process >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def __del__(self) -> None:
        if self._process >= 0:
            os.close(self._process)


class ForkServer:
    """One process that starts sandboxes for this one.

    Args:
        python: The Python that they run.
        environment: What is the same in the environments of all of them.
        guest: Where the guest's packages lie in them; empty where they see them where they are.
    """

    def __init__(self, python: str, environment: Mapping[str, str], guest: str) -> None:
        self._control, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with far:
            self._process = subprocess.Popen(
                [python, "-S", "-s", "-P", str(SCRIPT), str(far.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(far.fileno(),),
                env=dict(environment),
                cwd="/",
                start_new_session=True,
            )
        packages = {name: str(path.resolve()) for name, path in guest_packages().items()}
        self._control.send(json.dumps([packages, guest]).encode())

    def start(self, spec: Mapping[str, Any], stream: socket.socket) -> tuple[Fork, int]:
        """Start a sandbox.

        Returns:
            Its watcher, and the descriptor that keeps it alive.

        Raises:
            OSError: The process has ended.
        """
        status, status_end = os.pipe()
        errors, errors_end = os.pipe()
        ends, life = os.pipe()
        try:
            with tempfile.TemporaryFile() as file:
                file.write(json.dumps(spec).encode())
                file.seek(0)
                given = [file.fileno(), ends, stream.fileno(), errors_end, status_end]
                socket.send_fds(self._control, [b"start"], given)
        except BaseException:
            for descriptor in (status, errors, life):
                os.close(descriptor)
            raise
        finally:
            for descriptor in (status_end, errors_end, ends):
                os.close(descriptor)
        os.set_blocking(errors, False)
        try:
            return Fork(status, errors), life
        except BaseException:
            os.close(life)
            raise

    def close(self) -> None:
        """End it; sandboxes that it has started go on."""
        self._control.close()
        self._process.kill()  # a fork of this process may hold the other end
        self._process.wait()


def start(spec: Mapping[str, Any], stream: socket.socket) -> tuple[Fork, int]:
    """Start a sandbox by the process that serves sandboxes like it; a process that has ended is replaced once.

    Args:
        spec: What the launcher reads; its command is not used.
        stream: The relay's end of the stream.

    Returns:
        The process that watches it, and the descriptor that keeps it alive.

    Raises:
        OSError: It does not start.
    """
    python, guest = spec["command"][0], GUEST if spec["namespaces"] else ""
    environment = {name: value for name, value in spec["environment"].items() if not _is_own(name)}
    environment["PYTHONPATH"] = os.pathsep.join(spec["packages"])
    key = json.dumps([os.getpid(), python, environment, guest], sort_keys=True)
    with _LOCK:
        server = _SERVERS.get(key) or _SERVERS.setdefault(key, ForkServer(python, environment, guest))
        try:
            return server.start(spec, stream)
        except OSError:
            server.close()
            _SERVERS[key] = server = ForkServer(python, environment, guest)
            return server.start(spec, stream)


def _is_own(name: str) -> bool:
    return name in _OWN or name.startswith("ANALYST_")


@atexit.register
def _close_all() -> None:
    while _SERVERS:
        key, server = _SERVERS.popitem()
        if json.loads(key)[0] == os.getpid():
            server.close()
