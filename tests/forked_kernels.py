"""Kernels, and kernels of no sandbox, that start in a tenth of the time: forks of one process that has imported most.

For tests that start kernels and whose subject is not that start. They are kernels of ipykernel like others; only the
imports are done before. The kernel ``python3`` in ``JUPYTER_PATH`` is this file as a program. It asks the process of
the test's worker for a fork, gives it its environment and outputs, passes signals on, and ends with the kernel; when
the program is killed, so is the kernel. Called as ``forked_kernels.py analyst_guest.relay``, it is the relay of
``unsandboxed.py`` in the same way.
"""

from __future__ import annotations

import importlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SOCKET = "ANALYST_TESTS_FORKS"
GUEST = "analyst_guest.relay"
IMPORTS = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "pandas", "pyarrow.compute", "duckdb", "sqlglot",
    "plotly.graph_objects", "analyst_magic.panel.session", "analyst_magic.notebook.magic",
    "analyst_magic.models.client", "analyst_magic.planner.planner", "analyst_magic.engine.turns",
    "analyst_magic.sandbox.local.provider",
)  # fmt: skip


@contextmanager
def forked_kernels(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of programs whose kernels ``python3`` are forks; they end with this.

    Args:
        folder: An empty folder.
    """
    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-I", "-S", __file__, "-f", "{connection_file}"]
    specification = {"argv": argv, "display_name": "Python 3", "language": "python"}
    kernel.joinpath("kernel.json").write_text(json.dumps(specification))
    path = str(folder / "socket")
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert server.stdin is not None
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    known = os.environ.get("JUPYTER_PATH")
    try:
        yield {SOCKET: path, "JUPYTER_PATH": os.pathsep.join(filter(None, [str(folder), known]))}
    finally:
        server.stdin.close()
        server.wait(30)
        server.stdout.close()


# -- the program of the kernel's specification -------------------------------------------------------------------------


def ask_for_a_fork(arguments: list[str]) -> int:
    """Start a kernel, and pass signals on until it ends; its exit code, or the negative number of what ended it."""
    wanted = json.dumps({"arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)}).encode()
    with socket.socket(socket.AF_UNIX) as asked:
        asked.connect(os.environ[SOCKET])
        socket.send_fds(asked, [len(wanted).to_bytes(4, "big")], [1, 2])
        asked.sendall(wanted)
        answers = asked.makefile("rb")
        pid = int(answers.readline())
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _: os.killpg(pid, number))
        return int(answers.readline() or 1)


# -- the process that forks --------------------------------------------------------------------------------------------


def serve(path: str) -> None:
    """Import, listen, and fork a kernel for each program that asks, until standard input ends."""
    import gc

    os.environ["JPY_PARENT_PID"] = "1"  # read at import: they need not look whether their parent lives
    for name in IMPORTS:
        importlib.import_module(name)
    gc.freeze()  # what the kernels share stays shared
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen(64)
    print("ready", flush=True)
    running: set[int] = set()
    with selectors.DefaultSelector() as selector:
        selector.register(listening, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is sys.stdin:
                    return kill(running)
                if key.fileobj is listening:
                    asking = listening.accept()[0]
                    pid = fork_kernel(asking)
                    if pid is None:
                        asking.close()
                        continue
                    running.add(pid)
                    selector.register(asking, selectors.EVENT_READ, pid)
                    selector.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, asking))
                    with suppress(OSError):  # the program may be gone, and its end is read next
                        asking.sendall(b"%d\n" % pid)
                elif isinstance(key.data, int):  # the program is gone, and its kernel goes too
                    kill({key.data} & running)
                    with suppress(KeyError, ValueError):  # both may have ended at once
                        selector.unregister(key.fileobj)
                else:
                    pid, asking = key.data
                    running.discard(pid)
                    selector.unregister(key.fileobj)
                    os.close(key.fd)
                    with suppress(KeyError):
                        selector.unregister(asking)
                    with asking, suppress(OSError):
                        asking.sendall(b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def kill(kernels: set[int]) -> None:
    """End kernels with all that they started in their process groups."""
    for pid in kernels:
        for end in (os.killpg, os.kill):  # there is no group yet where the fork has just been made
            with suppress(ProcessLookupError):
                end(pid, signal.SIGKILL)


def fork_kernel(asking: socket.socket) -> int | None:
    """Fork a kernel as a program wants it; the number of its process, or None where the program is gone already."""
    try:
        size, outputs, _, _ = socket.recv_fds(asking, 4, 2)
        length = int.from_bytes(size, "big")
        text = asking.recv(length, socket.MSG_WAITALL) if length else b""
    except OSError:
        return None
    if not text or len(text) < length:
        for output in outputs:
            os.close(output)
        return None
    wanted = json.loads(text)
    pid = os.fork()
    if pid:
        for output in outputs:
            os.close(output)
        return pid
    os.setsid()
    guest = wanted["arguments"] == [GUEST]
    os.dup2(outputs[0] if guest else os.open(os.devnull, os.O_RDONLY), 0)
    for number, output in enumerate(outputs, 1):
        os.dup2(output, number)
    os.closerange(3, 4096)
    run_kernel(**wanted, guest=guest)
    os._exit(0)


def run_kernel(arguments: list[str], folder: str, environment: dict[str, str], guest: bool) -> None:
    """Be a kernel until its end, or the kernel of no sandbox."""
    from ipykernel.kernelapp import IPKernelApp

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    if guest:
        time.tzset()
        sys.path[:] = [*environment["PYTHONPATH"].split(os.pathsep), *(p for p in sys.path if "site-packages" not in p)]
        importlib.import_module(GUEST).main()
    else:
        sys.path[:0] = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
        sys.argv = ["ipykernel_launcher.py", *arguments]
        IPKernelApp.launch_instance(arguments)


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        sys.path.pop(0)  # of the tests
        serve(sys.argv[2])
    else:
        sys.exit(ask_for_a_fork(sys.argv[1:]))
