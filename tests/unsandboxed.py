"""The sandbox's own kernel without a sandbox around it, for tests whose code the test itself wrote."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import forked_kernels

from analyst_magic.packages import Packages, guest_packages
from analyst_magic.sandbox import SandboxKind, SandboxOptions
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.local.provider import environment, installation
from analyst_magic.sandbox.provider import ExitReason, Mounts

SECONDS_TO_END = 10.0


class UnsandboxedKernel:
    """A provider that runs code in a plain process, with NOTHING between that code and this machine.

    It is here, and not in the package: an unsandboxed run does not exist in the product. Tests whose subject is not
    the sandbox use it for code that they wrote themselves, as it needs neither Docker nor namespaces. What comes out
    passes the same firewall.

    Args:
        limits: Limits of time and of results; memory, processes and disk are not limited.
    """

    name, image, notice = "unsandboxed", "", ""
    packages = Packages(local=True)
    isolation = "nothing at all: code of a test runs as a plain process of this machine"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()

    def prepare(self) -> None:
        """Nothing is needed."""

    async def launch(self, mounts: Mounts) -> UnsandboxedProcess:
        """Start the kernel."""
        return await asyncio.to_thread(self._launch, mounts)

    def _launch(self, mounts: Mounts) -> UnsandboxedProcess:
        folder = Path(tempfile.mkdtemp(prefix="unsandboxed-"))
        guest, work = folder / "guest", folder / "work"
        (guest / "data").mkdir(parents=True)
        work.mkdir()
        links = guest_packages() | {f"data/{name}": path for name, path in mounts.files.items()}
        for name, path in links.items():
            (guest / name).symlink_to(path.resolve())
        python, packages, _ = installation()
        places = {"ANALYST_IN": mounts.frames, "ANALYST_OUT": mounts.results, "ANALYST_WORK": work}
        places["ANALYST_DATA"] = guest / "data"
        near, far = socket.socketpair()
        variables = environment(self._limits, [str(guest), *packages], str(folder))
        command = [python, "-S", "-s", "-P", "-m", forked_kernels.GUEST]
        if forks := os.environ.get(forked_kernels.SOCKET):
            variables[forked_kernels.SOCKET] = forks
            command = [python, "-I", "-S", forked_kernels.__file__, forked_kernels.GUEST]
        with far:
            process = subprocess.Popen(
                command,
                stdin=far.fileno(),
                stdout=far.fileno(),
                stderr=subprocess.PIPE,
                env=variables | {name: str(path) for name, path in places.items()},
                cwd=work,
                start_new_session=True,
            )
        return UnsandboxedProcess(process, near, folder)


class UnsandboxedKind(SandboxKind):
    """The same for the setting ``sandbox`` of another process, as a package brings it."""

    name = "unsandboxed"

    def make(self, options: SandboxOptions) -> UnsandboxedKernel:
        """A provider with those limits."""
        return UnsandboxedKernel(options.limits)


class UnsandboxedProcess:
    """A kernel that runs as a plain process.

    Args:
        process: Its relay, which leads a process group of its own.
        stream: The near end of its standard input and output.
        folder: Where its files are.
    """

    shared = True

    def __init__(self, process: subprocess.Popen[bytes], stream: socket.socket, folder: Path) -> None:
        self.socket, self.id = stream, str(process.pid)
        self._process, self._folder = process, folder

    def unwrap(self, data: bytes) -> Iterable[memoryview]:
        """The data as it is."""
        return (memoryview(data),)

    def stderr(self) -> str:
        """What it complained about before it ended."""
        assert self._process.stderr is not None
        os.set_blocking(self._process.stderr.fileno(), False)
        with contextlib.suppress(OSError):
            return os.read(self._process.stderr.fileno(), 64_000).decode("utf-8", "replace")
        return ""

    def exit_reason(self) -> ExitReason:
        """Always empty: nobody watches it from outside."""
        return ""

    def remove(self) -> None:
        """Kill its process group and remove its files."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(SECONDS_TO_END)
        assert self._process.stderr is not None
        self._process.stderr.close()
        shutil.rmtree(self._folder, ignore_errors=True)
