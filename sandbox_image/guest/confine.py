"""What the kernel gives up by itself, before any code of others, where it shares the system with its host.

The relay must signal the kernel, so this cannot be closed for both: the kernel signals no one but itself. And of
``/proc`` it reads what is about itself alone, in a directory whose number nobody knows before; not even there what is
about the machine (``net``, which threads have as well, and ``mountinfo``).
Needed without namespaces alone. Sources: landlock(7), seccomp(2), ``linux/filter.h``.
"""

from __future__ import annotations

import ctypes
import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 38, 22
ALLOW, EPERM = 0x7FFF0000, 0x00050001
# kill and tgkill to oneself are allowed; tkill, rt_sigqueueinfo and rt_tgsigqueueinfo are not.
NUMBERS = {
    "x86_64": ((62, 234), (200, 129, 297)),
    "aarch64": ((129, 131), (130, 138, 240)),
}

LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
READ, LIST = 4, 8
OWN = """auxv cgroup cmdline comm environ fd fdinfo io limits maps oom_score oom_score_adj personality sched schedstat
smaps smaps_rollup stat statm status wchan""".split()
libc = ctypes.CDLL(None, use_errno=True)


def check(result: int, what: str) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{what} was refused")
    return result


def op(code: int, value: int, when_true: int = 0, when_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, when_true, when_false, value)


def install(readable: Iterable[str]) -> None:
    """Restrict this process and all that it starts; raises ``OSError`` where the system refuses.

    Args:
        readable: The paths that may still be read, besides what is about this process in ``/proc``.
    """
    check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    read_only(readable)
    filter_calls()


def read_only(paths: Iterable[str]) -> None:
    ruleset = check(libc.syscall(LANDLOCK_CREATE, struct.pack("Q", READ | LIST), 8, 0), "Landlock")
    own = [f"/proc/{os.getpid()}/{name}" for name in OWN]
    for path in (*paths, *own):
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        rule = struct.pack("=Qi", READ | LIST if os.path.isdir(path) else READ, descriptor)
        check(libc.syscall(LANDLOCK_ADD, ruleset, 1, rule, 0), f"Landlock for {path}")
        if path not in own:  # the system forgets these when nobody holds them, and a rule holds for what it has seen
            os.close(descriptor)
    check(libc.syscall(LANDLOCK_RESTRICT, ruleset, 0), "Landlock")
    os.close(ruleset)


def filter_calls() -> None:
    own, never = NUMBERS[os.uname().machine]
    program = [op(0x20, 0)]
    for number in own:
        program += [op(0x15, number, 0, 5), op(0x20, 16), op(0x15, os.getpid(), 1, 0)]
        program += [op(0x15, 0, 0, 1), op(0x06, ALLOW), op(0x06, EPERM)]
    for number in never:
        program += [op(0x15, number, 0, 1), op(0x06, EPERM)]
    code = b"".join([*program, op(0x06, ALLOW)])
    buffer = ctypes.create_string_buffer(code, len(code))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer)))
    check(libc.prctl(PR_SET_SECCOMP, 2, head, 0, 0), "the second filter")
