"""Starts one local sandbox on Linux and stays outside of it to watch it. A script: standard library, no import of ours.

``fork_server.py`` calls ``run`` in a fork of itself. To try out a system, it is called as
``python -I -S launcher.py SPEC LIFE`` with two inherited descriptors: one to read the spec from, and one
whose end of file means that the host is gone. Standard input and output are the relay's. The spec is JSON of the
provider's making (``local/provider.py``). What the kernel refuses ends the launch: nothing runs in a weaker sandbox.

Sources: unshare(2), pivot_root(2), mount_setattr(2), landlock(7), seccomp(2), proc(5) of the Linux man-pages project.
"""

import base64
import ctypes
import errno
import fcntl
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
NEW = CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1,
    2,
    4,
    8,
    32,
    4096,
    16384,
    1 << 18,
)
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV, ATTR_NOEXEC = 1, 2, 4, 8
AT_RECURSIVE, MNT_DETACH = 0x8000, 2
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 1, 22, 38, 36
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 24, 47, 4
# The same on all architectures since they came in Linux 5.12 and 5.13.
SYS_MOUNT_SETATTR, SYS_LANDLOCK_CREATE, SYS_LANDLOCK_ADD, SYS_LANDLOCK_RESTRICT = 442, 444, 445, 446
SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}.get(os.uname().machine, -1)
# Rights of Landlock: execute, write, read, read a directory; all that there were at each version.
EXECUTE, WRITE, READ, LIST, TRUNCATE = 1, 2, 4, 8, 1 << 14
ALL = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
ON_FILES = EXECUTE | WRITE | READ | TRUNCATE | 1 << 15
DEVICES = ("null", "zero", "full", "random", "urandom")
# What says much of the machine and nothing that analysis needs; engines mask most of these as well.
MASKED_FILES = ("cmdline", "config.gz", "kallsyms", "kcore", "keys", "key-users", "kmsg", "latency_stats", "modules",
                "sched_debug", "timer_list", "vmallocinfo", "pagetypeinfo", "slabinfo")  # fmt: skip
MASKED_FOLDERS = ("acpi", "asound", "bus", "dynamic_debug", "irq", "scsi")
MEMORY, DISK, LIFE, FAILED = 100, 101, 102, 103  # exit statuses: what the watcher killed the sandbox for
MAX_FILES = 20_000
RELAY = 32_000_000  # bytes of memory that do not count as the code's: those of the first process

Spec = dict[str, Any]
libc = ctypes.CDLL(None, use_errno=True)


class Refused(Exception):
    """The system does not do what a sandbox needs."""


def call(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise Refused(f"{what}: {os.strerror(number)}")
    return result


def write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


# -- namespaces and the file system ------------------------------------------------------------------------------------


def enter_namespaces() -> None:
    """New namespaces for the next child; an ordinary user becomes the same user in a user namespace of its own."""
    uid, gid = os.getuid(), os.getgid()
    call(libc.unshare(NEW if uid == 0 else NEW | CLONE_NEWUSER), "new namespaces")
    if uid != 0:
        write("/proc/self/setgroups", "deny")
        write("/proc/self/uid_map", f"{uid} {uid} 1")
        write("/proc/self/gid_map", f"{gid} {gid} 1")
    libc.sethostname(b"sandbox", 7)
    with socket.socket() as probe:  # the kernel inside binds to the loopback device of its own
        fcntl.ioctl(probe, 0x8914, struct.pack("16sH14x", b"lo", 0x49))


def mount(source: str | None, target: str, kind: str | None = None, flags: int = 0, data: str | None = None) -> None:
    texts = [text.encode() if text else None for text in (source, target, kind, data)]
    call(libc.mount(*texts[:3], ctypes.c_ulong(flags), texts[3]), f"mount {target}")


def restrict(path: str, attributes: int) -> None:
    """Set attributes of a mount and of all mounts below it."""
    attr = struct.pack("QQQQ", attributes, 0, 0, 0)
    call(
        libc.syscall(SYS_MOUNT_SETATTR, -100, path.encode(), AT_RECURSIVE, attr, len(attr)),
        f"attributes of {path}",
    )


def bind(root: str, source: str, target: str, attributes: int) -> None:
    """Make a file or directory of the host appear below the new root; one that is not there is left out."""
    if not os.path.exists(source):
        return
    place = root + target
    if os.path.isdir(source):
        os.makedirs(place, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.close(os.open(place, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))
    mount(source, place, flags=MS_BIND | MS_REC)
    restrict(place, attributes)


def build_root(spec: Spec) -> None:
    """A root of the paths in the spec alone, on memory, read-only but for its folder, ``/tmp`` and the results."""
    mount(None, "/", flags=MS_REC | MS_PRIVATE)
    root = spec["root"]
    mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=4m,nr_inodes=4000")
    for path in spec["links"]:
        os.makedirs(os.path.dirname(root + path), exist_ok=True)
        os.symlink(os.readlink(path), root + path)
    bind(root, spec["frames"], "/in", ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC)
    bind(root, spec["results"], "/out", ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC)
    for name in DEVICES:
        bind(root, f"/dev/{name}", f"/dev/{name}", ATTR_NOSUID | ATTR_NOEXEC)
    for path, size in ((spec["work"], spec["disk"]), ("/tmp", 256_000_000), ("/dev/shm", 64_000_000)):
        os.makedirs(root + path, exist_ok=True)
        options = f"mode=1777,size={size},nr_inodes={MAX_FILES}"
        mount("tmpfs", root + path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options)
    for source, target in spec["binds"]:  # after the above, as a Python may well lie below /tmp
        bind(root, source, target, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV)
    os.makedirs(root + "/proc")
    mount("proc", root + "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    mask(root + "/proc")
    os.chdir(root)
    call(libc.syscall(SYS_PIVOT_ROOT, b".", b"."), "pivot_root")
    call(libc.umount2(b".", MNT_DETACH), "leaving the old root")
    os.chdir("/")
    mount(None, "/", flags=MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)


def mask(proc: str) -> None:
    """Empty what a process may well do without."""
    for name in MASKED_FILES:
        if os.path.exists(f"{proc}/{name}"):
            mount("/dev/null", f"{proc}/{name}", flags=MS_BIND)
    for name in MASKED_FOLDERS:
        if os.path.isdir(f"{proc}/{name}"):
            mount(
                "tmpfs", f"{proc}/{name}", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0,nr_inodes=1"
            )


# -- what the process may do -------------------------------------------------------------------------------------------


def landlock(spec: Spec) -> None:
    """Allow files by an exact list; from version 6 on, no signals and no abstract sockets out of the sandbox."""
    version = min(call(libc.syscall(SYS_LANDLOCK_CREATE, None, 0, 1), "Landlock"), spec["landlock"])
    handled = ALL.get(version, (1 << 16) - 1)
    attr = struct.pack("QQQ", handled, 0, 3)[: 24 if version >= 6 else 8]
    ruleset = call(libc.syscall(SYS_LANDLOCK_CREATE, attr, len(attr), 0), "Landlock")
    for paths, rights in (
        (spec["readable"], EXECUTE | READ | LIST),
        (["/"] if spec["namespaces"] else [], LIST),  # which holds nothing else there
        (spec["writable"], handled & ~EXECUTE),
        ([f"/dev/{name}" for name in DEVICES], READ | WRITE),
    ):
        for path in paths:
            try:
                descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            granted = rights & handled if os.path.isdir(path) else rights & handled & ON_FILES
            rule = struct.pack("=Qi", granted, descriptor)
            call(libc.syscall(SYS_LANDLOCK_ADD, ruleset, 1, rule, 0), f"Landlock for {path}")
            os.close(descriptor)
    call(libc.syscall(SYS_LANDLOCK_RESTRICT, ruleset, 0), "Landlock")
    os.close(ruleset)


def loaded() -> int:
    """Bytes of data of this process: what there is before the sandbox's own, where it begins as a fork."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[5]) * resource.getpagesize()


def limit(spec: Spec) -> None:
    memory = spec["memory"] + loaded()
    for kind, soft, hard in (
        (resource.RLIMIT_DATA, memory, memory + spec["most_frames"]),
        (resource.RLIMIT_NPROC, spec["processes"], spec["processes"]),
        (resource.RLIMIT_FSIZE, spec["disk"], spec["disk"]),
        (resource.RLIMIT_NOFILE, 1024, 1024),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        most = resource.getrlimit(kind)[1]
        soft, hard = (value if most == resource.RLIM_INFINITY else min(value, most) for value in (soft, hard))
        resource.setrlimit(kind, (soft, hard))


def drop_capabilities() -> None:
    """No program that is started from here on gets a right, whatever its file says."""
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    number = 0
    while libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) == 0:  # until there is no such number
        number += 1
    if ctypes.get_errno() != errno.EINVAL:
        raise Refused(f"dropping capabilities: {os.strerror(ctypes.get_errno())}")


def give_up_capabilities() -> None:
    """Have none from here on: a fork keeps those of its user namespace, which a program that is executed loses."""
    nobody, none = struct.pack("=Ii", 0x20080522, 0), bytes(24)  # version 3, this process; effective, permitted, ...
    call(libc.capset(nobody, none), "giving up capabilities")


def become(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def filter_calls(program: str) -> None:
    code = base64.b64decode(program)
    buffer = ctypes.create_string_buffer(code, len(code))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer)))
    call(libc.prctl(PR_SET_SECCOMP, 2, head, 0, 0), "seccomp")


def confine(spec: Spec) -> None:
    """In the child: give up everything."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # when the watcher goes
    if spec["namespaces"]:
        call(libc.unshare(CLONE_NEWNS), "a namespace for mounts")  # here, so that the watcher keeps its own /proc
        build_root(spec)
    limit(spec)
    if spec["namespaces"] or spec["uid"]:  # else an ordinary user, who has none and may not drop any
        drop_capabilities()
    if spec["uid"]:
        become(spec["uid"])
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # changing the user cleared it
    give_up_capabilities()
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # its own files in /proc are its own again, as after an execve
    call(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    landlock(spec)
    os.chdir(spec["work"])
    os.closerange(3, 4096)
    filter_calls(spec["filter"])


# -- the watcher -------------------------------------------------------------------------------------------------------


def tree(pid: int) -> list[int]:
    """All processes below one, itself included."""
    found: list[int] = []
    todo = [pid]
    while todo:
        pid = todo.pop()
        found.append(pid)
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children") as file:
                    todo += map(int, file.read().split())
        except OSError:
            continue
    return found


def resident(pid: int) -> int:
    """Bytes in memory, shared ones counted in full; never more than a few microseconds' work."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return 0


def proportional(pid: int) -> int:
    """Bytes in memory without programs' files, shared ones counted in part; all of a process that hides them."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            sizes = {
                name: int(rest.split()[0]) << 10
                for name, _, rest in (line.partition(":") for line in file)
                if name.startswith("Pss")
            }
        return sizes.get("Pss_Anon", sizes["Pss"]) + sizes.get("Pss_Shmem", 0)
    except (OSError, KeyError):
        return resident(pid)


def size_of(directories: list[str]) -> tuple[int, int]:
    """Bytes and number of the files in directories."""
    used = number = 0
    for directory in directories:
        for folder, _, names in os.walk(directory):
            number += len(names)
            for name in names:
                try:
                    used += os.lstat(os.path.join(folder, name)).st_blocks * 512
                except OSError:
                    continue
    return used, number


def verdict(pid: int, spec: Spec, before: int) -> int:
    """Why the sandbox has to go, as an exit status; 0 while it may stay.

    Args:
        pid: Its first process.
        spec: Its limits.
        before: Bytes of memory that were there before it, and that its processes share.
    """
    processes = tree(pid)
    most = spec["memory"] + RELAY + before + size_of([spec["frames"]])[0]
    if sum(map(resident, processes)) > most and sum(map(proportional, processes)) > most:
        return MEMORY
    if not spec["namespaces"]:  # no file system of its own that would stop at its size
        used, number = size_of(spec["scratch"])
        if used > spec["disk"] + 256_000_000 or number > MAX_FILES:
            return DISK
    return 0


def watch(child: int, life: int, spec: Spec) -> int:
    """Wait for the end of the sandbox, or make it; returns the exit status."""
    end, before = time.monotonic() + spec["life"], resident(os.getpid())
    ended = os.pidfd_open(child)
    poller = select.poll()
    poller.register(life, select.POLLIN)
    poller.register(ended, select.POLLIN)
    status = 0
    while not status:
        ready = [descriptor for descriptor, _ in poller.poll(100)]
        if ended in ready:
            break
        status = LIFE if life in ready or time.monotonic() > end else verdict(child, spec, before)
    return kill(child, status)


def kill_below(pid: int) -> None:
    """Kill all processes below one.

    All are stopped before any is killed: one that is killed leaves its place to the next one that is forked, and a
    program that forks without end would go on for ever.
    """
    stopped: set[int] = set()
    while new := set(tree(pid)[1:]) - stopped:
        for one in new:
            send(one, signal.SIGSTOP)
        stopped |= new
    for one in stopped:
        send(one, signal.SIGKILL)


def send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        return  # it has ended


def kill(child: int, status: int) -> int:
    """Kill all that is left; orphans are this process's children by now, or went with their namespace."""
    own, pause = 0, 0.002
    while True:
        kill_below(os.getpid())
        try:
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] == child:
                    own = os.waitstatus_to_exitcode(ended[1])
        except ChildProcessError:
            return status or (own if own >= 0 else 128 - own)
        time.sleep(pause)
        pause = min(2 * pause, 0.1)


def run(spec: Spec, life: int, begin: Callable[[Spec], None]) -> int:
    """Make the sandbox, and watch it until it has ended; returns the exit status.

    Args:
        spec: What it is, and what it may do.
        life: A descriptor that comes to its end when the host is gone.
        begin: What the confined process does.
    """
    os.setsid()
    try:
        if spec["namespaces"]:
            enter_namespaces()
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
        child = os.fork()
        if child == 0:
            try:
                confine(spec)
                begin(spec)
            except (Refused, OSError) as error:
                os.write(2, f"The system refuses a sandbox: {error}\n".encode())
            finally:
                os._exit(FAILED)
    except (Refused, OSError) as error:
        os.write(2, f"The system refuses a sandbox: {error}\n".encode())
        return FAILED
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)  # so that each end of the stream notices when the other one closes
    os.dup2(nothing, 1)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    return watch(child, life, spec)


def execute(spec: Spec) -> None:
    """Become the program that the spec names."""
    os.execve(spec["command"][0], spec["command"], spec["environment"])


def main() -> None:
    with os.fdopen(int(sys.argv[1])) as file:
        spec = json.load(file)
    life = int(sys.argv[2])
    os.set_inheritable(life, False)
    os._exit(run(spec, life, execute))


if __name__ == "__main__":
    main()
