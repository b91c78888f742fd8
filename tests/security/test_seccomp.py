"""The system-call filter of the sandbox, call by call, in real containers.

A refusal proves nothing about the filter where missing rights refuse the same call. So the denied calls are made as
root with the rights they ask for: with the filter, and once more without it. Where the kernel alone answers otherwise,
the refusal was the filter's. The arguments are such that a call does nothing when it is let through.
"""

from __future__ import annotations

import asyncio
import errno
import json
import re
import signal
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from analyst_magic.sandbox import docker, owner
from analyst_magic.sandbox.image import IMAGE, source_directory
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import Code

PROFILE = json.loads((source_directory() / "seccomp.json").read_text())
TABLE = (Path(__file__).parent / "syscalls.txt").read_text()
ARCHITECTURES = ("amd64", "arm64")

# name -> (number for amd64, number for arm64), None where there is none
NUMBERS = {
    name: tuple(None if number == "-" else int(number) for number in numbers)
    for name, *numbers in (line.split() for line in TABLE.splitlines() if not line.startswith("#"))
}

# The rights that the kernel asks for before it looks at the arguments of these calls.
RIGHTS = """DAC_READ_SEARCH IPC_LOCK IPC_OWNER NET_ADMIN SYSLOG SYS_ADMIN SYS_BOOT SYS_MODULE SYS_NICE SYS_PACCT
SYS_PTRACE SYS_RAWIO SYS_TIME SYS_TTY_CONFIG""".split()

BAD = -1  # an address, a descriptor, a process or flags that no kernel takes

# What the design denies, each with arguments that do nothing where the call is let through.
DENIED: dict[str, tuple[int, ...]] = {
    # asynchronous calls that a filter does not see
    "io_uring_setup": (0, 0),
    "io_uring_enter": (BAD, 0, 0, 0, 0, 0),
    "io_uring_register": (BAD, BAD, 0, 0),
    "io_setup": (0, 0),
    # programs in the kernel, and what exploits of the kernel are built with
    "bpf": (BAD, 0, 0),
    "userfaultfd": (BAD,),
    "perf_event_open": (0, 0, BAD, BAD, 0),
    "memfd_secret": (BAD,),
    "uselib": (0,),
    # keys, which namespaces do not part
    "keyctl": (BAD, 0, 0, 0, 0),
    "add_key": (0, 0, 0, 0, 0),
    "request_key": (0, 0, 0, 0),
    # other processes
    "ptrace": (BAD, BAD, 0, 0),
    "process_vm_readv": (BAD, 0, 0, 0, 0, BAD),
    "process_vm_writev": (BAD, 0, 0, 0, 0, BAD),
    "process_madvise": (BAD, 0, 0, 0, BAD),
    "process_mrelease": (BAD, BAD),
    "pidfd_getfd": (BAD, BAD, BAD),
    "kcmp": (BAD, BAD, 0, 0, 0),
    "migrate_pages": (BAD, 0, 0, 0),
    "move_pages": (BAD, 0, 0, 0, 0, BAD),
    # namespaces and mounts
    "unshare": (0,),
    "setns": (BAD, 0),
    "mount": (0, 0, 0, 0, 0),
    "umount2": (0, 0),
    "pivot_root": (0, 0),
    "chroot": (0,),
    "move_mount": (BAD, 0, BAD, 0, BAD),
    "open_tree": (BAD, 0, BAD),
    "fsopen": (0, BAD),
    "fsconfig": (BAD, BAD, 0, 0, 0),
    "fsmount": (BAD, BAD, BAD),
    "fspick": (BAD, 0, BAD),
    "mount_setattr": (BAD, 0, BAD, 0, 0),
    "sethostname": (0, BAD),
    "setdomainname": (0, BAD),
    # files by handle, devices, owners, and watching other people's files
    "open_by_handle_at": (BAD, 0, 0),
    "name_to_handle_at": (BAD, 0, 0, 0, BAD),
    "mknod": (0, 0, 0),
    "mknodat": (BAD, 0, 0, 0),
    "fchown": (BAD, 0, 0),
    "fchownat": (BAD, 0, 0, 0, BAD),
    "fanotify_init": (BAD, BAD),
    "fanotify_mark": (BAD, BAD, 0, BAD, 0),
    # the machine
    "kexec_load": (0, BAD, 0, BAD),
    "kexec_file_load": (BAD, BAD, 0, 0, BAD),
    "init_module": (0, 0, 0),
    "finit_module": (BAD, 0, BAD),
    "delete_module": (0, 0),
    "reboot": (0, 0, 0, 0),
    "swapon": (0, 0),
    "swapoff": (0,),
    "quotactl": (BAD, 0, 0, 0),
    "quotactl_fd": (BAD, BAD, 0, 0),
    "acct": (1,),
    "settimeofday": (1, 0),
    "clock_settime": (0, 0),
    "clock_adjtime": (0, 0),
    "adjtimex": (0,),
    "syslog": (10, 0, 0),
    "vhangup": (),
    "iopl": (0,),
    "ioperm": (0, 1, 0),
    "modify_ldt": (0, 0, 0),
    "lookup_dcookie": (0, 0, 0),
    "nfsservctl": (0, 0, 0),
    "_sysctl": (0,),
    "sysfs": (3,),
}

# Every clone below asks for a thread without its parent's signal handlers, which the kernel refuses as EINVAL.
THREAD = 0x10000
NAMESPACES = {
    "NEWNS": 0x00020000,
    "NEWCGROUP": 0x02000000,
    "NEWUTS": 0x04000000,
    "NEWIPC": 0x08000000,
    "NEWUSER": 0x10000000,
    "NEWPID": 0x20000000,
    "NEWNET": 0x40000000,
}
# And every socket is of a kind that there is not, so that no module gets loaded: EINVAL again.
NO_KIND = 15
FAMILIES = {
    "AX25": 3,
    "KEY": 15,
    "PACKET": 17,
    "RDS": 21,
    "CAN": 29,
    "TIPC": 30,
    "BLUETOOTH": 31,
    "ALG": 38,
    "NFC": 39,
    "VSOCK": 40,
    "SMC": 43,
    "XDP": 44,
}
# Calls that are let through with some arguments only: name -> (call, arguments, the filter's answer).
BY_ARGUMENT: dict[str, tuple[str, tuple[int, ...], int]] = {
    **{f"clone {name}": ("clone", (THREAD | flag, 0, 0, 0, 0), errno.EPERM) for name, flag in NAMESPACES.items()},
    "clone3": ("clone3", (0, 0), errno.ENOSYS),
    **{f"socket AF_{name}": ("socket", (family, NO_KIND, 0), errno.EPERM) for name, family in FAMILIES.items()},
    "socket AF_NETLINK": ("socket", (16, 3, 0), errno.EINVAL),
    "socket AF_INET with more bits": ("socket", (2 + (1 << 32), NO_KIND, 0), errno.EPERM),
    "socket AF_INET of MPTCP": ("socket", (2, 1, 262), errno.EPERM),
    "socket AF_INET6 of MPTCP": ("socket", (10, 1, 262), errno.EPERM),
    "socket AF_INET of UDP-Lite": ("socket", (2, 2, 136), errno.EPERM),
    "socket AF_INET for pings": ("socket", (2, 2, 1), errno.EPERM),
    "raw socket": ("socket", (2, 3, 255), errno.EPERM),
    "chmod set-user-ID": ("chmod", (0, 0o4755), errno.EPERM),
    "fchmod set-group-ID": ("fchmod", (BAD, 0o2755), errno.EPERM),
    "fchmodat set-user-ID": ("fchmodat", (BAD, 0, 0o4755), errno.EPERM),
    "fchmodat2 set-user-ID": ("fchmodat2", (BAD, 0, 0o4755, 0), errno.EPERM),
    "creat set-user-ID": ("creat", (0, 0o4755), errno.EPERM),
    "open set-user-ID": ("open", (0, 0o101, 0o4755), errno.EPERM),
    "openat set-group-ID": ("openat", (BAD, 0, 0o101, 0o2755), errno.EPERM),
    "openat of a nameless file, set-user-ID": ("openat", (BAD, 0, 0o20200002, 0o4755), errno.EPERM),
    "mkdir set-group-ID": ("mkdir", (0, 0o2755), errno.EPERM),
    "mkdirat set-group-ID": ("mkdirat", (BAD, 0, 0o2755), errno.EPERM),
    "openat2": ("openat2", (BAD, 0, 0, 0), errno.ENOSYS),
    "memfd_create": ("memfd_create", (0, 0), errno.ENOSYS),
    "personality without randomised addresses": ("personality", (0x0040000,), errno.EPERM),
    "personality of 32 bits": ("personality", (8,), errno.EPERM),
}
REFUSED = {**{name: (name, arguments, errno.EPERM) for name, arguments in DENIED.items()}, **BY_ARGUMENT}

# Makes each call in a child of its own; prints what came of them, and how the kernel describes the process.
PROBE = """
import ctypes, json, os, signal, sys
call = ctypes.CDLL(None, use_errno=True).syscall
call.restype = ctypes.c_long
def attempt(number, arguments):
    source, sink = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(5)
        ctypes.set_errno(0)
        done = call(ctypes.c_long(number), *map(ctypes.c_long, arguments))
        os.write(sink, str(ctypes.get_errno() if done == -1 else 0).encode())
        os._exit(0)
    os.close(sink)
    status = os.waitpid(child, 0)[1]
    said = os.read(source, 16)
    os.close(source)
    return int(said) if said else -status
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
found = {name: attempt(number, arguments) for name, (number, arguments) in json.load(sys.stdin).items()}
print(json.dumps({"mode": status["Seccomp"].strip(), "rights": status["CapEff"].strip(), "found": found}))
"""


def allowed() -> list[str]:
    """Names that the profile lets through with any arguments."""
    rules = [rule for rule in PROFILE["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" and not rule["args"]]
    return [name for rule in rules for name in rule["names"]]


def as_root(program: str, seccomp: str) -> str:
    """What a Python program prints as root with rights, under a profile or ``unconfined``."""
    client = docker.connect()
    host = client.create_host_config(
        network_mode="none", cap_add=RIGHTS, security_opt=[f"seccomp={seccomp}"], mem_limit=500_000_000
    )
    labels = {docker.LABEL: "sandbox", f"{docker.LABEL}.owner": owner.process_token()}
    container = client.create_container(IMAGE, ["python", "-c", program], user="0:0", host_config=host, labels=labels)
    try:
        client.start(container)
        ended = client.wait(container, timeout=100)
        said: str = client.logs(container).decode()
    finally:
        client.remove_container(container, force=True)
    assert ended["StatusCode"] == 0, said
    return said


def probe(calls: Mapping[str, tuple[int, Iterable[int]]], seccomp: str) -> dict[str, Any]:
    """Make calls (name -> number, arguments), each in a process of its own."""
    program = f"import io, sys; sys.stdin = io.StringIO({json.dumps(calls)!r})\n{PROBE}"
    answer: dict[str, Any] = json.loads(as_root(program, seccomp))
    return answer


@pytest.fixture(scope="module")
def architecture() -> int:
    """Which of the two columns of numbers the engine's machine has."""
    return ARCHITECTURES.index(docker.connect().version()["Arch"])


@pytest.fixture(scope="module")
def refused(architecture: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same calls with the filter, and without it."""
    calls = {
        case: (number, arguments)
        for case, (name, arguments, _) in REFUSED.items()
        if (number := NUMBERS[name][architecture]) is not None
    }
    return probe(calls, json.dumps(PROFILE)), probe(calls, "unconfined")


@pytest.mark.docker
def test_one_probe_has_the_filter_and_the_other_has_not_and_both_have_rights(
    refused: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    filtered, free = refused
    assert (filtered["mode"], free["mode"]) == ("2", "0")
    assert filtered["rights"] == free["rights"]
    assert int(free["rights"], 16) >> 21 & 1, "not even the unfiltered probe has the right SYS_ADMIN"


@pytest.mark.docker
@pytest.mark.parametrize("case", REFUSED)
def test_the_filter_refuses(case: str, refused: tuple[dict[str, Any], dict[str, Any]]) -> None:
    filtered, free = refused
    if case not in filtered["found"]:
        pytest.skip("there is no such call on this kind of machine")
    expected = REFUSED[case][2]
    assert filtered["found"][case] == expected
    if free["found"][case] == expected:
        pytest.skip("this machine's kernel refuses it by itself, in the same way")


def other_numbers(architecture: int) -> dict[str, tuple[int, tuple[int, ...]]]:
    """Every call that the profile does not name, with arguments that no kernel takes."""
    named = {name for rule in PROFILE["syscalls"] for name in rule["names"]}
    # The kernel answers uretprobe before any filter: with a signal, unless it planted the call itself.
    numbers = {n: of[architecture] for n, of in NUMBERS.items() if n not in named | {"uretprobe"}}
    return {name: (number, (BAD,) * 6) for name, number in numbers.items() if number is not None}


@pytest.mark.docker
def test_the_filter_refuses_every_call_that_the_profile_does_not_name(architecture: int) -> None:
    calls = other_numbers(architecture)
    found = probe(calls, json.dumps(PROFILE))["found"]
    # To calls that are newer than all of the profile, runtimes answer that they do not exist: programs take that well.
    newest = max(NUMBERS[name][architecture] or 0 for name in allowed())
    late = {name for name, (number, _) in calls.items() if number > newest}
    assert len(found) > 70
    assert {name for name, answer in found.items() if answer != errno.EPERM} <= late
    assert {found[name] for name in late} <= {errno.EPERM, errno.ENOSYS}


BY_ANOTHER_DOOR = """
import ctypes, mmap, os, signal
def attempt(work):
    child = os.fork()
    if not child:
        signal.alarm(5)
        os._exit(work() <= 0)
    return os.waitpid(child, 0)[1]
def of_32_bits():
    memory = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
    memory[:8] = bytes.fromhex("b814000000cd80c3")  # mov eax, 20 (getpid); int 0x80; ret
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()
print(attempt(of_32_bits), attempt(lambda: ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 + 39))))
"""


@pytest.mark.docker
def test_calls_by_the_numbers_of_other_interfaces_end_the_process(architecture: int) -> None:
    if ARCHITECTURES[architecture] != "amd64":
        pytest.skip("only amd64 has these interfaces")
    killed = int(signal.SIGSYS)
    assert as_root(BY_ANOTHER_DOOR, json.dumps(PROFILE)).split() == [str(killed), str(killed)]


@pytest.mark.docker
@pytest.mark.parametrize("family", ["VSOCK", "ALG", "TIPC"])
def test_the_filter_refuses_pairs_of_sockets_of_families_that_it_refuses(family: str, architecture: int) -> None:
    # The kernel makes the two sockets, and loads their module, before it finds that the family knows no pairs.
    number = NUMBERS["socketpair"][architecture]
    assert number is not None
    calls = {family: (number, (FAMILIES[family], NO_KIND, 0, 0))}
    assert probe(calls, json.dumps(PROFILE))["found"][family] == errno.EPERM


def test_nothing_denied_is_on_the_list_of_what_is_allowed() -> None:
    assert set(allowed()) & {name for name, _, _ in REFUSED.values()} == set()
    assert PROFILE["defaultAction"] == "SCMP_ACT_ERRNO"


def test_the_profile_names_only_calls_that_exist_and_each_once() -> None:
    # An engine passes over a name that it does not know, so a slip of the pen would go unnoticed.
    names = [name for rule in PROFILE["syscalls"] for name in rule["names"]]
    assert set(names) - set(NUMBERS) == set()
    assert sorted(allowed()) == sorted(set(allowed()))
    assert set(DENIED) <= set(NUMBERS)


# -- what data analysis needs ------------------------------------------------------------------------------------------

NEEDS = (Path(__file__).parent / "needs.py").read_text()
NAMES = re.findall(r"^def (\w+)", NEEDS, re.MULTILINE)
ANSWERS = f"""
import json
found = {{}}
for name in {NAMES!r}:
    try:
        found[name] = globals()[name]()
    except Exception as error:
        found[name] = repr(error)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def needed() -> dict[str, Any]:
    """What each function of ``needs.py`` says in a sandbox as it is."""

    async def run() -> dict[str, Any]:
        limits = Limits(memory=1_500_000_000, timeout=60.0, disk=50_000_000)
        sandbox = Sandbox(docker.DockerProvider(limits), limits)
        try:
            execution = await sandbox.run(Code(NEEDS + ANSWERS))
        finally:
            await sandbox.close()
        assert execution.error is None, execution.error
        lines = [line for output in execution.outputs for line in str(output.data).splitlines()]
        answer: dict[str, Any] = json.loads(next(line for line in lines if line.startswith("{")))
        return answer

    return asyncio.run(run())


@pytest.mark.docker
@pytest.mark.parametrize("need", NAMES)
def test_analysis_gets(need: str, needed: dict[str, Any]) -> None:
    assert needed[need] is True
