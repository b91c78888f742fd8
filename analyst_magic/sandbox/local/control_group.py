"""The files in which this process's control group says its limits: what libraries read to use no more than there is.

Where a sandbox has no file system of its own these alone may be read: the others tell of every service, container and
user of the machine. DuckDB ends the process where one is there and may not be read. Sources: cgroups(7),
``cgroup-v1/memory.rst`` and ``cgroup-v2.rst`` of Linux.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
LIMITS = ("cgroup.controllers", "memory.max", "memory.high", "memory.limit_in_bytes", "memory.soft_limit_in_bytes",
          "cpu.max", "cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.shares", "cpu.weight", "cpuset.cpus",
          "cpuset.cpus.effective")  # fmt: skip
_CONTROLLERS = ("memory", "cpu", "cpuacct", "cpuset", "unified", "")


def limit_files(own: Path = OWN, root: Path = ROOT) -> list[str]:
    """Paths of the limits of this process's control groups and of those above them, as far as they are there."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        return []
    files = {file for line in lines for folder in _folders(line, root) for file in map(folder.joinpath, LIMITS)}
    return sorted(str(file) for file in files if file.is_file())


def _folders(line: str, root: Path) -> Iterator[Path]:
    """Where a line of ``/proc/self/cgroup`` (number, controllers, path) leads to, from the group upwards."""
    _, controllers, path = [*line.split(":", 2), "", ""][:3]
    names = [name for name in (*controllers.split(","), controllers) if name.split(",")[0] in _CONTROLLERS]
    group = PurePosixPath(path.lstrip("/"))
    if ".." in group.parts:  # above what this process may see
        group = PurePosixPath()
    for hierarchy in {root / name for name in names} | ({root, root / "unified"} if not controllers else set()):
        yield from (hierarchy / folder for folder in (group, *group.parents))
