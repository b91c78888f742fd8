"""Starts local sandboxes as forks of one process that has loaded what each of them loads. A script of its own.

Called as ``python -S -s -P fork_server.py CONTROL`` in the environment of a sandbox. The first message on the
descriptor ``CONTROL`` says where the guest's packages lie, here and in the sandbox. Each other one brings five
descriptors: the spec (``launcher.py`` says what it is), one whose end of file means that the host is gone, the relay's
stream, where errors go, and where the number of the watching process and, in
the end, its exit status are written. This process reads no spec and runs no code of others, so a fork holds nothing of
another sandbox. It ends when the host closes ``CONTROL``.

The memory that forks share lies at the same addresses in all of them, as in other fork servers.
"""

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader
from typing import Any

MEMORY = 600_000_000  # bytes in which the libraries have room
HERE = os.path.dirname(os.path.abspath(__file__))


class Loader(SourceFileLoader):
    """Loads a module of the guest from where it lies here, under the name that its file has in the sandbox."""

    places: dict[str, str] = {}  # of each package: its folder inside, and its folder here

    def outside(self, path: str) -> str:
        """Where a file of the sandbox lies here."""
        for inside, here in self.places.items():
            if path.startswith(f"{inside}/"):
                return here + path[len(inside) :]
        return path

    def path_stats(self, path: str) -> Any:
        """The time and size of a file."""
        return super().path_stats(self.outside(path))

    def get_data(self, path: str) -> bytes:
        """The content of a file."""
        return super().get_data(self.outside(path))


class Finder:
    """Finds the guest's packages.

    Args:
        packages: The folder of each, by its name.
        inside: The folder in which they lie in the sandbox; empty where it sees them where they are.
    """

    def __init__(self, packages: dict[str, str], inside: str) -> None:
        self.packages = packages
        self.inside = {name: f"{inside}/{name}" if inside else folder for name, folder in packages.items()}
        Loader.places = {self.inside[name]: folder for name, folder in packages.items()}

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        """The module of a name, if it is the guest's."""
        package, *rest = name.split(".")
        if package not in self.packages:
            return None
        path = "/".join(["", *rest])
        here, inside = self.packages[package] + path, self.inside[package] + path
        if os.path.isdir(here):
            file, folders = f"{inside}/__init__.py", [inside]
        elif os.path.isfile(f"{here}.py"):
            file, folders = f"{inside}.py", None
        else:
            return None
        return importlib.util.spec_from_file_location(
            name, file, loader=Loader(name, file), submodule_search_locations=folders
        )


def load(name: str) -> Any:
    """The module of a script that lies beside this one."""
    spec = importlib.util.spec_from_file_location(f"_{name}", os.path.join(HERE, f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def freeze() -> None:
    """Leave what is loaded out of later searches for garbage, which would copy the memory that forks share."""
    gc.collect()
    gc.freeze()


@contextlib.contextmanager
def little_memory() -> Iterator[None]:
    """No library reserves memory for all that may come: mimalloc's gigabyte would count in each fork's limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def serve(control: socket.socket, launcher: Any, relay: Any, finder: Finder) -> None:
    """Start sandboxes until there is nobody who asks for one.

    Libraries are loaded before the second: the only one of a process need not wait for what it may not use.
    """
    number = 0
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # what has ended is collected at once
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 5)
        if not message:
            return
        number += 1
        if number == 2:
            with little_memory():
                importlib.import_module("analyst_guest.warmup").load(whole=True)
            freeze()
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                start(descriptors, launcher, relay, finder)
            finally:
                os._exit(0)
        for descriptor in descriptors:
            os.close(descriptor)


def start(descriptors: list[int], launcher: Any, relay: Any, finder: Finder) -> None:
    """Be the watcher of one sandbox, to its end."""
    file, life, stream, errors, status = descriptors
    for descriptor, number in ((stream, 0), (stream, 1), (errors, 2)):
        os.dup2(descriptor, number)
    for descriptor in (stream, errors):
        os.close(descriptor)
    os.write(status, b"%d\n" % os.getpid())

    def begin(spec: dict[str, Any]) -> None:
        os.environ.clear()
        os.environ.update(spec["environment"])
        sys.path[:0] = [path for path in spec["environment"]["PYTHONPATH"].split(os.pathsep) if path not in sys.path]
        tempfile.tempdir = None  # it is asked for again
        sys.meta_path.remove(finder)
        Loader.places.clear()  # from here on, the guest lies where its modules say that they are
        sys.argv[:] = [""]
        relay.main()
        os._exit(0)

    with os.fdopen(file) as spec:
        code: int = launcher.run(json.load(spec), life, begin)
    os.write(status, b"%d\n" % code)


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    os.set_inheritable(control.fileno(), False)
    finder = Finder(*json.loads(control.recv(1 << 16)))
    sys.meta_path.insert(0, finder)
    launcher = load("launcher")
    relay, fast_import = map(importlib.import_module, ("analyst_guest.relay", "analyst_guest.fast_import"))
    with fast_import.fewer_modules():
        importlib.import_module("analyst_guest.kernel")
    freeze()
    serve(control, launcher, relay, finder)


if __name__ == "__main__":
    main()
