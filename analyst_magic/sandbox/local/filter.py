"""The image's seccomp profile as a program for the kernel, for sandboxes that no engine starts.

One profile serves both providers: ``sandbox_image/seccomp.json``, in the engine's format, is compiled to classic BPF.
Sources: seccomp(2); ``linux/seccomp.h``, ``linux/filter.h``; the numbers in ``syscalls.json`` are those of
``asm/unistd_64.h`` (x86-64) and ``asm-generic/unistd.h`` (arm64).
"""

from __future__ import annotations

import errno
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}  # AUDIT_ARCH_*, column of the table
_LOAD, _EQUAL, _GREATER_EQUAL, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X32 = 0x40000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

Condition = tuple[int, int, int]  # argument, mask, value: holds where argument & mask == value

# Memory that no process maps escapes the watcher, so what can hold such memory is closed.
UNWATCHED = dict.fromkeys(("shmget", "msgget", "semget", "mq_open"), errno.ENOSYS)
# Without a mount namespace, what Landlock does not handle: attributes of the user's files are not changed (0: the call
# says that it worked and does nothing, as libraries that copy files expect), and other processes are left alone.
SHARED_SYSTEM = {
    **dict.fromkeys(("chmod", "fchmod", "fchmodat", "fchmodat2"), 0),
    **dict.fromkeys(("utime", "utimes", "utimensat", "futimesat"), 0),
    **dict.fromkeys(("setxattr", "lsetxattr", "fsetxattr"), errno.EPERM),
    **dict.fromkeys(("removexattr", "lremovexattr", "fremovexattr"), errno.EPERM),
    **dict.fromkeys(("setpriority", "sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler"), 0),
    **dict.fromkeys(("truncate", "pidfd_send_signal", "mbind", "set_mempolicy", "connect"), errno.EPERM),
}


def compile_filter(directory: Path, architecture: str, *, shared_system: bool) -> bytes:
    """The program for one architecture.

    Args:
        directory: Where ``seccomp.json`` and ``syscalls.json`` lie.
        architecture: The processor's, as ``uname -m`` says it.
        shared_system: Whether the sandbox sees the host's file system and processes (no namespaces); then sockets are
            local streams that reach nobody else, and attributes of files and other processes are out of reach.

    Returns:
        Instructions of 8 bytes each (``struct sock_filter``).

    Raises:
        KeyError: The architecture is not one of ``ARCHITECTURES``.
    """
    audit, column = ARCHITECTURES[architecture]
    profile = json.loads((directory / "seccomp.json").read_text())
    numbers = json.loads((directory / "syscalls.json").read_text())
    program = [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_EQUAL, audit, 1, 0),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _NUMBER),
    ]
    if architecture == "x86_64":
        program += [_instruction(_GREATER_EQUAL, _X32, 0, 1), _instruction(_RETURN, _KILL)]
    for names, conditions, answer in _rules(profile, shared_system=shared_system):
        for name in names:
            number = numbers[name][column]
            if number is not None:
                program += _rule(number, conditions, answer)
    return b"".join([*program, _instruction(_RETURN, _ERRNO | profile["defaultErrnoRet"])])


def _rules(
    profile: Mapping[str, Any], *, shared_system: bool
) -> Iterable[tuple[Sequence[str], Sequence[Condition], int]]:
    closed = {**UNWATCHED, **(SHARED_SYSTEM if shared_system else {})}
    for name, number in closed.items():
        yield [name], (), _ERRNO | number
    if shared_system:
        stream = (1, 0xF, 1)
        yield ["socket", "socketpair"], ((0, 0xFFFFFFFF, 1), stream), _ALLOW
        yield ["socket", "socketpair"], (), _ERRNO | errno.EINVAL
        yield ["prlimit64"], ((0, 0xFFFFFFFF, 0),), _ALLOW
        yield ["prlimit64"], (), _ERRNO | errno.EPERM
    for rule in profile["syscalls"]:
        answer = _ALLOW if rule["action"] == "SCMP_ACT_ALLOW" else _ERRNO | rule["errnoRet"]
        yield rule["names"], [_condition(argument) for argument in rule.get("args") or []], answer


def _condition(argument: Mapping[str, Any]) -> Condition:
    if argument["op"] == "SCMP_CMP_MASKED_EQ":
        return argument["index"], argument["value"], argument["valueTwo"]
    assert argument["op"] == "SCMP_CMP_EQ", argument
    return argument["index"], 0xFFFFFFFF, argument["value"]


def _rule(number: int, conditions: Sequence[Condition], answer: int) -> list[bytes]:
    """Answer a call whose conditions all hold; afterwards the call's number is loaded again for the next rule."""
    body: list[bytes] = []
    checks = [
        (_instruction(_LOAD, _ARGUMENTS + 8 * index), _instruction(_AND, mask), value)
        for index, mask, value in conditions
    ]
    for place, (load, mask, value) in enumerate(checks):
        to_end = 3 * (len(checks) - place - 1) + 1  # past the other checks and the answer
        body += [load, mask, _instruction(_EQUAL, value, 0, to_end)]
    body.append(_instruction(_RETURN, answer))
    if conditions:
        body.append(_instruction(_LOAD, _NUMBER))
    return [_instruction(_EQUAL, number, 0, len(body)), *body]


def _instruction(code: int, value: int, when_true: int = 0, when_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, when_true, when_false, value)
