"""The local provider: sandboxes of this system's own means, for machines where no engine answers."""

from __future__ import annotations

import asyncio
import base64
import compileall
import contextlib
import json
import os
import platform
import random
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ...errors import NotIsolated, SandboxLost
from ...language import message
from ...packages import Packages, guest_packages, source_directory
from ..limits import Limits, guest_environment
from ..provider import ExitReason, Mounts
from . import forks, macos
from .control_group import limit_files
from .filter import ARCHITECTURES, compile_filter

LAUNCHER = Path(__file__).with_name("launcher.py")
EXIT_REASONS: dict[int, ExitReason] = {100: "memory", 101: "disk", 102: "life"}
SECONDS_TO_END = 15.0
NEWEST_LANDLOCK = 99
# What Python and its packages need of the system, besides themselves.
SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime")
SYSTEM_DATA = ("/usr/share/zoneinfo", "/usr/share/fonts", "/etc/fonts")
# Without a /proc of its own, what libraries read about the machine; DuckDB ends the process where it may not.
SYSTEM_FILES = ("/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/sys/vm", "/sys/devices/system/cpu")
# What a try has found here, by system, kind of processor, and what was tried: once for a process.
_FOUND: dict[tuple[str, str, Tier | None, int], Isolation] = {}
NEXT_STEP = message(
    "Install and start Docker, or another engine with its interface; then sandbox=docker runs everywhere."
)

Tier = Literal["namespaces", "landlock", "sandbox-exec"]


@dataclass(frozen=True, slots=True)
class Isolation:
    """What this system can do.

    Attributes:
        tier: How sandboxes are made.
        refused: Why it is not a stronger one; empty for the strongest.
    """

    tier: Tier
    refused: str = ""

    @property
    def text(self) -> str:
        """What is isolated and what is not."""
        if self.tier == "namespaces":
            return (
                "namespaces, Landlock and seccomp of this system: own file system with Python and its packages "
                "read-only, no network, no view of other processes; memory is watched, not reserved; it shares this "
                "machine's kernel and reads the installed packages"
            )
        if self.tier == "landlock":
            return (
                "Landlock and seccomp of this system: reads Python and its packages, writes its own folder alone, no "
                "network, no other process within reach; it can ask whether a file exists and how large it is; memory "
                "and disk are watched, not reserved; it shares this machine's kernel"
            )
        return "sandbox-exec of macOS (untested): files, network and processes by a profile; no limit on memory"


class Process:
    """A started sandbox: the launcher that watches it, and the ends of its streams."""

    shared = True

    def __init__(self, process: subprocess.Popen[bytes] | forks.Fork, stream: socket.socket, life: int) -> None:
        self.socket = stream
        self._process, self._life = process, life

    @property
    def id(self) -> str:
        """The launcher's process number."""
        return str(self._process.pid)

    def stderr(self) -> str:
        """The beginning of what the launcher and the relay wrote to standard error."""
        assert self._process.stderr is not None
        with contextlib.suppress(OSError, ValueError):
            return os.read(self._process.stderr.fileno(), 64_000).decode("utf-8", "replace")
        return ""

    def unwrap(self, data: bytes) -> Iterable[memoryview]:
        """The data as it is: nothing is around it."""
        return (memoryview(data),)

    def exit_reason(self) -> ExitReason:
        """What the watcher ended it for, if it did; waits a moment for it to finish."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return EXIT_REASONS.get(self._process.wait(1.0), "")
        return ""

    def remove(self) -> None:
        """Let go of the sandbox: the watcher kills all that is in it and ends."""
        with contextlib.suppress(OSError):  # closed already, by the link
            self.socket.shutdown(socket.SHUT_RDWR)
        if self._life >= 0:
            os.close(self._life)
            self._life = -1
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            if sys.platform == "linux":
                from .launcher import kill_below

                kill_below(self._process.pid)  # the watcher may have been stopped; what is below it goes first
            self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(SECONDS_TO_END)
        finally:
            assert self._process.stderr is not None
            self._process.stderr.close()


class LocalProvider:
    """Makes sandboxes with namespaces, Landlock and seccomp (Linux), or with ``sandbox-exec`` (macOS, untested).

    The kernel inside runs this process's Python and its packages, read-only, and the guest of the image.

    Args:
        limits: Limits of each sandbox.
        tier: A weaker way to make them than the system's best, for tests.
        landlock: The newest version of Landlock to make use of, for tests.
    """

    name = "local"
    image = ""
    packages = Packages(local=True)

    def __init__(self, limits: Limits, *, tier: Tier | None = None, landlock: int = NEWEST_LANDLOCK) -> None:
        self._limits, self._tier, self._landlock = limits, tier, landlock

    @property
    def found(self) -> Isolation:
        """How sandboxes are made here; tried out at the first call of a process.

        Raises:
            NotIsolated: This system cannot isolate files, network and processes.
        """
        tried = sys.platform, platform.machine(), self._tier, self._landlock
        if tried not in _FOUND:
            _compile_guest()
            _FOUND[tried] = self._probe()
        return _FOUND[tried]

    @property
    def isolation(self) -> str:
        """What its sandboxes isolate and what they do not."""
        return self.found.text

    @property
    def notice(self) -> str:
        """What the local sandbox is, for its first use."""
        return message("The code ran in the local sandbox: {isolation}.", isolation=self.isolation)

    def prepare(self) -> None:
        """Try out what this system can do.

        Raises:
            NotIsolated: This system cannot isolate files, network and processes.
        """
        self.found  # noqa: B018

    async def launch(self, mounts: Mounts) -> Process:
        """Start a sandbox.

        Raises:
            NotIsolated: This system cannot isolate files, network and processes.
            SandboxLost: It does not start.
        """
        return await asyncio.to_thread(self._launch, mounts)

    def _launch(self, mounts: Mounts) -> Process:
        tier = self.found.tier
        near, far = socket.socketpair()
        with far:
            try:
                spec = self._spec(mounts, tier)
                process, life = _start(spec, far) if sys.platform == "darwin" else forks.start(spec, far)
            except OSError as error:
                near.close()
                raise SandboxLost(
                    message("The sandbox did not start: {error}.", error=str(error)), message("Run `analyst doctor`.")
                ) from error
        return Process(process, near, life)

    def _probe(self) -> Isolation:
        """Make a sandbox of each kind, strongest first, with no more in it than a Python that imports."""
        if sys.platform == "darwin":
            return Isolation("sandbox-exec")
        if sys.platform != "linux" or platform.machine() not in ARCHITECTURES:
            raise NotIsolated(
                message(
                    "There is no local sandbox for {platform} {platform_2}.",
                    platform=platform.system(),
                    platform_2=platform.machine(),
                ),
                NEXT_STEP,
            )
        tiers: list[Tier] = [self._tier] if self._tier else ["namespaces", "landlock"]
        refused = ""
        for tier in tiers:
            reason = self._try(tier)
            if reason is None:
                return Isolation(tier, refused)
            refused = reason
        raise NotIsolated(
            message(
                "This system lets no sandbox be made that isolates files, network and processes, so no code "
                "was run. {refused}",
                refused=refused,
            ),
            NEXT_STEP,
        )

    def _try(self, tier: Tier) -> str | None:
        """Why a sandbox of that kind cannot be made, or None."""
        with tempfile.TemporaryDirectory(prefix="analyst-probe-") as folder:
            frames, results = Path(folder) / "in", Path(folder) / "out"
            frames.mkdir()
            results.touch()
            spec = self._spec(Mounts(frames, results), tier)
            spec["command"] = [*spec["command"][:-2], "-c", "import analyst_guest.relay, traitlets"]
            process, life = _start(spec, None)
            reason = b"It takes too long."
            try:
                _, reason = process.communicate(timeout=SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                process.kill()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(SECONDS_TO_END)
            finally:
                os.close(life)
        return None if process.returncode == 0 else reason.decode("utf-8", "replace").strip()[-300:]

    def _spec(self, mounts: Mounts, tier: Tier) -> dict[str, Any]:
        """All that the launcher needs to know; what it may do is decided here, once."""
        limits, alone = self._limits, tier == "namespaces"
        folders = _Folders.make(mounts)
        uid = 0 if os.getuid() else unused_uid()
        if uid and not alone:
            folders.give_to(uid, mounts)
        python, packages, readable = installation()
        frames, results, work, temporary = paths = folders.paths(mounts, alone=alone)
        inside = [frames, work, temporary, *folders.shared(mounts, alone=alone)]
        groups = [] if alone else limit_files()
        guarded = [*readable, *inside, results, *SYSTEM_FILES, *groups, "/dev"]
        seccomp = compile_filter(source_directory(), platform.machine(), shared_system=not alone)
        path = [forks.GUEST if alone else str(folders.guest), *packages]
        return {
            "namespaces": alone,
            "root": str(folders.root),
            "links": [path for path in SYSTEM if os.path.islink(path)],
            "binds": [*((path, path) for path in readable), *folders.binds(mounts)],
            "frames": str(mounts.frames),
            "results": str(mounts.results),
            "scratch": [str(folders.scratch)],
            "work": work,
            "readable": [*readable, *inside, *([] if alone else ["/proc", *groups, SYSTEM_FILES[-1]])],
            "writable": [*paths[1:], *(["/dev/shm"] if alone else [])],
            "landlock": self._landlock,
            "filter": base64.b64encode(seccomp).decode(),
            "uid": uid,
            "memory": limits.memory,
            "most_frames": limits.max_frame_bytes,
            "processes": limits.pids if alone or uid else limits.pids + processes_of_user(),
            "disk": limits.disk,
            "life": limits.max_lifetime,
            "packages": packages,
            "command": [python, "-S", "-s", "-P", "-m", "analyst_guest.relay"],
            "environment": environment(limits, path, temporary)
            | {"ANALYST_IN": frames, "ANALYST_OUT": results, "ANALYST_WORK": work}
            | ({} if alone else {"ANALYST_DATA": str(folders.data), "ANALYST_GUARD": "\n".join(guarded)}),
        }


@dataclass(frozen=True, slots=True)
class _Folders:
    """The folders of one sandbox on the host.

    Attributes:
        root: Empty; the root of its file system where it has namespaces.
        guest: Links to the guest's packages, and to the data files in ``data``.
        scratch: What it may write, in ``work`` and ``tmp``.
        code: The guest's packages: their names, and where they lie.
    """

    root: Path
    guest: Path
    scratch: Path
    code: dict[str, str]

    @classmethod
    def make(cls, mounts: Mounts) -> _Folders:
        root, guest, scratch = (
            Path(tempfile.mkdtemp(prefix=f"{name}-", dir=mounts.frames.parent)) for name in ("root", "guest", "own")
        )
        folders = cls(root, guest, scratch, {name: str(path.resolve()) for name, path in guest_packages().items()})
        for path in (folders.work, folders.temporary, folders.data):
            path.mkdir()
        for name, target in mounts.files.items():
            (folders.data / name).symlink_to(target)
        for name, code in folders.code.items():
            (guest / name).symlink_to(code)
        return folders

    @property
    def work(self) -> Path:
        return self.scratch / "work"

    @property
    def temporary(self) -> Path:
        return self.scratch / "tmp"

    @property
    def data(self) -> Path:
        return self.guest / "data"

    def give_to(self, uid: int, mounts: Mounts) -> None:
        """Make another user the owner of what the sandbox works in."""
        own = (self.scratch, self.work, self.temporary)
        for path in (mounts.frames.parent, mounts.frames, mounts.results, *own):
            os.chown(path, uid, -1)

    def paths(self, mounts: Mounts, *, alone: bool) -> tuple[str, str, str, str]:
        """The frames, the results, the working and the temporary folder, as code inside names them.

        Args:
            mounts: What is shared with the host.
            alone: Whether it has a file system of its own.
        """
        if alone:
            return "/in", "/out", "/sandbox", "/tmp"
        return str(mounts.frames), str(mounts.results), str(self.work), str(self.temporary)

    def shared(self, mounts: Mounts, *, alone: bool) -> list[str]:
        """What else of this sandbox code inside can read: the guest's packages and the data files."""
        if alone:
            return [forks.GUEST, "/proc", "/dev/shm", *(f"/data/{name}" for name in mounts.files)]
        return [*self.code.values(), str(self.guest), *map(str, mounts.files.values())]

    def binds(self, mounts: Mounts) -> list[tuple[str, str]]:
        """What is mounted in a file system of its own: each path of the host, and where."""
        code = [(folder, f"{forks.GUEST}/{name}") for name, folder in self.code.items()]
        return [*code, *((str(path), f"/data/{name}") for name, path in mounts.files.items())]


def _compile_guest() -> None:
    """Compile the guest's modules, where an installer has not: a sandbox may not write, and would do so each time."""
    if not sys.dont_write_bytecode:
        for folder in guest_packages().values():
            compileall.compile_dir(folder, quiet=2)


def environment(limits: Limits, path: list[str], temporary: str) -> dict[str, str]:
    """The environment inside; nothing is inherited. The same as the image's, but for the paths."""
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(path),
        "HOME": temporary,
        "TMPDIR": temporary,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONHASHSEED": "0",
        "MALLOC_ARENA_MAX": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{temporary}/matplotlib",
        "IPYTHONDIR": f"{temporary}/ipython",
        "ANALYST_MEMORY": str(limits.memory),
        **guest_environment(limits),
    }


def installation() -> tuple[str, list[str], list[str]]:
    """This Python: its executable, the directories of its packages, and all that must be readable to run it."""
    python = os.path.realpath(sys.executable)
    places = [path for path in sys.path if os.path.basename(path) in {"site-packages", "dist-packages"}]
    packages = list(dict.fromkeys(os.path.realpath(path) for path in places if os.path.isdir(path)))
    library = sysconfig.get_config_var("LIBDIR") or ""
    own = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), library, os.path.dirname(os.__file__)]
    own.append(os.path.join(os.path.dirname(python), os.pardir, "lib"))
    needed = [python, *packages, *(os.path.realpath(path) for path in own if path), *SYSTEM, *SYSTEM_DATA]
    if python.startswith("/nix/"):
        needed.append("/nix/store")
    found = [path for path in dict.fromkeys(needed) if os.path.exists(path) and not os.path.islink(path)]
    return python, packages, [p for p in found if not any(p != o and p.startswith(f"{o}/") for o in found)]


def unused_uid() -> int:
    """A user number that nobody has and nothing runs as, so that root's sandboxes are strangers to all and each other.

    Taken from the range that systemd keeps for such users (https://systemd.io/UIDS-GIDS/).
    """
    import pwd  # not on every system

    taken = {found.pw_uid for found in pwd.getpwall()}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            taken.add(path.stat().st_uid)
    return random.SystemRandom().choice([uid for uid in range(61184, 65520) if uid not in taken])


def processes_of_user() -> int:
    """Processes and threads that the user has already; without a user namespace they count against the limit."""
    number = 0
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if path.stat().st_uid == os.getuid():
                number += len(os.listdir(path / "task"))
    return number


def _start(spec: Mapping[str, Any], stream: socket.socket | None) -> tuple[subprocess.Popen[bytes], int]:
    """Start the launcher; the descriptor that is returned keeps it alive."""
    ends, life = os.pipe()
    try:
        with tempfile.TemporaryFile() as file:  # and no pipe, which somebody would have to empty
            file.write(json.dumps(spec).encode())
            file.seek(0)
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(LAUNCHER), str(file.fileno()), str(ends)]
                if sys.platform != "darwin"
                else macos.command(spec),
                stdin=stream.fileno() if stream else subprocess.DEVNULL,
                stdout=stream.fileno() if stream else subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(file.fileno(), ends),
                env={},
                cwd="/",
            )
    except BaseException:
        os.close(life)
        raise
    finally:
        os.close(ends)
    assert process.stderr is not None
    os.set_blocking(process.stderr.fileno(), False)
    return process, life
