"""What is particular to sandboxes of this system's own means, and to the choice between them and Docker."""

from __future__ import annotations

import errno
import importlib.util
import itertools
import json
import os
import platform
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from analyst_magic.errors import EngineUnavailable, NotIsolated
from analyst_magic.sandbox.choose import Automatic, choose
from analyst_magic.sandbox.image import source_directory
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.local import macos
from analyst_magic.sandbox.local.control_group import limit_files
from analyst_magic.sandbox.local.filter import compile_filter
from analyst_magic.sandbox.local.provider import LocalProvider
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import Code

LIMITS = Limits(memory=700_000_000, timeout=20.0, disk=50_000_000, max_frame_bytes=50_000_000)
HERE = Path(__file__).resolve().parent
NUMBERS = {
    name: dict(zip(("x86_64", "aarch64"), numbers, strict=True))
    for name, *numbers in (
        line.split() for line in (HERE / "security" / "syscalls.txt").read_text().splitlines() if line[0] != "#"
    )
}
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, KILL = 0x7FFF0000, 0x80000000


# -- the same tests as an ordinary user --------------------------------------------------------------------------------


# Shows another user the directories that it needs and may not reach, in a mount namespace of its own.
AS_ANOTHER = """
set -e
place=$1; closed=$2; shift 2
number=0
for path in $NEEDED; do number=$((number + 1)); mkdir $place/$number; mount --bind $path $place/$number; done
if [ "$closed" ]; then
  mount -t tmpfs -o mode=755 none "$closed"
  number=0
  for path in $NEEDED; do number=$((number + 1)); mkdir -p $path; mount --bind $place/$number $path; done
fi
exec setpriv --reuid 12345 --regid 12345 --clear-groups "$@"
"""


@pytest.mark.timeout(600)
@pytest.mark.skipif(os.getuid() != 0, reason="the tests run as an ordinary user already")
@pytest.mark.parametrize("tier", ["local", "landlock"])
def test_as_an_ordinary_user_all_holds_too(tmp_path: Path, tier: str) -> None:
    """As root, namespaces need no user namespace, and the weaker tier is not to be had: so again as another user."""
    project = HERE.parent
    needed = list(dict.fromkeys((Path(sys.base_prefix).resolve(), Path(sys.prefix), project)))
    closed = {top for path in needed for top in path.parents if top.stat().st_mode & 0o5 != 0o5}
    top = min(closed, key=lambda path: len(path.parts), default=None)
    below = [path for path in needed if top and path.is_relative_to(top)]
    with tempfile.TemporaryDirectory(dir="/var/tmp") as home:
        os.chmod(home, 0o777)
        environment = {
            "HOME": home, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "CI": "true",
            "TMPDIR": home, "NEEDED": " ".join(map(str, below)),
        }  # fmt: skip
        tests = ["tests/test_sandbox.py", "tests/security/test_escape.py", "-q", "-p", "no:cacheprovider"]
        chosen = ["-m", "not docker", "-k", f"{tier}] or {tier}-", "--timeout", "120"]
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", AS_ANOTHER, "sh", tmp_path, str(top or ""),
             sys.executable, "-m", "pytest", *tests, *chosen],
            cwd=project, env=environment, capture_output=True, text=True,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


# -- the filter --------------------------------------------------------------------------------------------------------


def answer(program: bytes, machine: str, number: int, arguments: tuple[int, ...] = ()) -> int:
    """What the kernel would answer: an interpreter of the few instructions that a filter may hold.

    Source: ``Documentation/networking/filter.rst`` of Linux.
    """
    words = (*arguments, *[0] * 6)[:6]
    data = struct.pack("=iIQ6Q", number, AUDIT[machine], 0, *(word & (1 << 64) - 1 for word in words))
    accumulator = at = 0
    while True:
        code, yes, no, value = struct.unpack_from("HBBI", program, 8 * at)
        at += 1
        if code == 0x20:
            accumulator = struct.unpack_from("=I", data, value)[0]
        elif code == 0x54:
            accumulator &= value
        elif code == 0x15:
            at += yes if accumulator == value else no
        elif code == 0x35:
            at += yes if accumulator >= value else no
        else:
            assert code == 0x06, f"an instruction that filters do not have: {code:#x}"
            return int(value)


@pytest.mark.parametrize("machine", AUDIT)
@pytest.mark.parametrize("shared", [False, True], ids=["namespaces", "landlock"])
def test_the_filter_answers_as_the_profile_says(machine: str, shared: bool) -> None:
    program = compile_filter(source_directory(), machine, shared_system=shared)
    profile = json.loads((source_directory() / "seccomp.json").read_text())
    plain = {name for rule in profile["syscalls"] if not rule["args"] for name in rule["names"]}
    named = {name for rule in profile["syscalls"] for name in rule["names"]}
    numbers = {name: int(of[machine]) for name, of in NUMBERS.items() if of[machine] != "-"}
    answers = {name: answer(program, machine, number) for name, number in numbers.items()}
    named |= {name for name, number in numbers.items() if number in {numbers.get(other) for other in named}}
    refused = {name for name in answers if answers[name] != ALLOW}
    unwatched = {"shmget", "msgget", "semget", "mq_open"}
    assert len(program) // 8 < 4096
    assert {answers[name] for name in answers if name not in named} == {0x50000 | errno.EPERM}
    assert answers["clone3"] == 0x50000 | errno.ENOSYS
    assert unwatched & set(answers) <= refused
    if not shared:
        assert refused & plain == (unwatched | {"clone3", "memfd_create", "openat2"}) & set(answers) & plain
    assert {"chmod", "fchmodat", "setxattr", "utimensat"} & set(answers) & refused == (
        {"chmod", "fchmodat", "setxattr", "utimensat"} & set(answers) if shared else set()
    )


@pytest.mark.parametrize("machine", AUDIT)
def test_the_filter_looks_at_arguments(machine: str) -> None:
    own, shared = (compile_filter(source_directory(), machine, shared_system=shared) for shared in (False, True))
    number = {name: int(of[machine]) for name, of in NUMBERS.items() if of[machine] != "-"}
    for flag in (0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
        assert answer(own, machine, number["clone"], (0x3D0F00 | flag,)) == 0x50000 | errno.EPERM
    assert answer(own, machine, number["clone"], (0x3D0F00,)) == ALLOW
    for family, kind in itertools.product(range(46), (1, 2, 3, 5)):
        opened = answer(own, machine, number["socket"], (family, kind, 0))
        assert (opened == ALLOW) == (family == 1 or (family in {2, 10} and kind in {1, 2})), (family, kind)
        opened = answer(shared, machine, number["socket"], (family, kind | 0x80000, 0))
        assert (opened == ALLOW) == (family == 1 and kind == 1), (family, kind)
    for kind, protocol in itertools.product((1, 2, 1 | 0x80800), (0, 1, 6, 17, 33, 132, 136, 255, 262, 1 << 31)):
        opened = answer(own, machine, number["socket"], (2, kind, protocol))
        assert (opened == ALLOW) == (protocol in {0, 6 if kind & 1 else 17}), (kind, protocol)
    for name, place in {"chmod": 1, "fchmod": 1, "fchmodat": 2, "fchmodat2": 2, "mkdir": 1, "mkdirat": 2}.items():
        for mode in (0o644, 0o1777, 0o100755, 0o4755, 0o2755, 0o6000):
            changed = answer(own, machine, number[name], (*[0] * place, mode)) if name in number else None
            assert changed is None or (changed == ALLOW) == (not mode & 0o6000), (name, oct(mode))
    for name, place in {"open": 1, "openat": 2}.items():
        for flags, mode in itertools.product((0, 0o2, 0o100, 0o20200000), (0o644, 0o4755, 0o2755)):
            opened = answer(own, machine, number[name], (*[0] * place, flags, mode)) if name in number else None
            makes = flags & 0o20000100
            assert opened is None or (opened == ALLOW) == (not makes or not mode & 0o6000), (
                name,
                oct(flags),
                oct(mode),
            )
    assert answer(shared, machine, number["prlimit64"], (0, 7, 0, 0)) == ALLOW
    assert answer(shared, machine, number["prlimit64"], (4711, 7, 0, 0)) != ALLOW


@pytest.mark.skipif(os.getuid() != 0 and sys.platform != "linux", reason="there are no namespaces")
async def test_in_namespaces_what_says_much_of_the_machine_is_empty() -> None:
    sandbox = Sandbox(LocalProvider(LIMITS, tier="namespaces"), LIMITS)
    look = "[len(open(f'/proc/{name}', 'rb').read()) for name in ('cmdline', 'config.gz', 'kallsyms', 'keys')"
    try:
        execution = await sandbox.run(Code(f"import os\n{look} if os.path.exists(f'/proc/{{name}}')]"))
    finally:
        await sandbox.close()
    if isinstance(execution.error, NotIsolated):
        pytest.skip("this system lets nobody make namespaces")
    assert execution.error is None, execution.error
    assert set(json.loads(execution.outputs[0].data)) == {0}


def test_calls_of_another_architecture_or_interface_end_the_process() -> None:
    program = compile_filter(source_directory(), "x86_64", shared_system=False)
    assert answer(program, "aarch64", 63) == KILL
    assert answer(program, "x86_64", 0x40000000 + 1) == KILL


# -- the choice --------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No engine at any of the places where one is looked for."""
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr("analyst_magic.sandbox.docker.SOCKETS", (f"{tmp_path}/docker.sock",))


@pytest.mark.usefixtures("no_engine")
async def test_without_an_engine_the_local_sandbox_runs_and_says_so_once() -> None:
    sandbox = Sandbox(choose("auto", LIMITS), LIMITS)
    try:
        first, second = await sandbox.run(Code("1 + 1")), await sandbox.run(Code("2 + 2"))
    finally:
        await sandbox.close()
    assert [o.data for o in first.outputs + second.outputs] == ["2", "4"]
    assert first.sandbox == second.sandbox == "local"
    (notice,) = first.notes
    assert "No Docker engine answers" in notice
    assert "local sandbox" in notice
    assert "no network" in notice
    assert second.notes == ()


def test_who_asks_for_the_local_sandbox_does_not_load_docker() -> None:
    """Its library takes a third of a second at the first question."""
    code = (
        "import sys; from analyst_magic import Analyst\n"
        "with Analyst(model='offline', sandbox='local', history=False) as analyst:\n"
        "    print(analyst.ask('SQL: select 6 * 7 as answer', {}).ok, 'docker' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["True", "False"], done.stderr


@pytest.mark.usefixtures("no_engine")
async def test_who_asks_for_docker_gets_nothing_weaker() -> None:
    sandbox = Sandbox(choose("docker", LIMITS), LIMITS)
    execution = await sandbox.run(Code("1 + 1"))
    assert isinstance(execution.error, EngineUnavailable)
    assert execution.outputs == ()


async def test_an_engine_that_was_named_and_does_not_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    sandbox = Sandbox(choose("auto", LIMITS), LIMITS)
    execution = await sandbox.run(Code("1 + 1"))
    assert isinstance(execution.error, EngineUnavailable)
    assert execution.outputs == ()


@pytest.mark.docker
async def test_an_engine_that_stops_answering_is_not_replaced_by_something_weaker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    provider = choose("auto", LIMITS)
    assert isinstance(provider, Automatic)
    sandbox = Sandbox(provider, LIMITS)
    try:
        assert (await sandbox.run(Code("1"))).sandbox == "docker"
        await sandbox.reset()
        monkeypatch.setattr(provider.choose(), "_client", None)
        monkeypatch.setattr("analyst_magic.sandbox.docker.SOCKETS", (f"{tmp_path}/docker.sock",))
        assert isinstance((await sandbox.run(Code("1"))).error, EngineUnavailable)
    finally:
        monkeypatch.undo()
        await sandbox.close()


@pytest.mark.usefixtures("no_engine")
async def test_a_system_that_cannot_isolate_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "sparc64")
    sandbox = Sandbox(choose("auto", LIMITS), LIMITS)
    execution = await sandbox.run(Code("1"))
    assert isinstance(execution.error, NotIsolated)
    assert "sparc64" in str(execution.error)
    assert "Docker" in execution.error.next_step
    assert execution.outputs == ()


@pytest.mark.parametrize(
    ("own", "there", "allowed"),
    [
        (
            "0::/user.slice/user-1000.slice/app:x.scope\n",
            ["user.slice/user-1000.slice/app:x.scope/memory.max", "user.slice/memory.max", "cgroup.controllers",
             "user.slice/user-1000.slice/cgroup.procs", "user.slice/user-1001.slice/memory.max",
             "system.slice/cpu.max"],
            ["user.slice/user-1000.slice/app:x.scope/memory.max", "user.slice/memory.max", "cgroup.controllers"],
        ),
        (
            "4:memory:/docker/abc\n1:cpu,cpuacct:/docker/abc\n9:name=systemd:/other\n8:pids:/docker/abc\n",
            ["memory/docker/abc/memory.limit_in_bytes", "memory/docker/abd/memory.limit_in_bytes", "memory/memory.stat",
             "cpu,cpuacct/docker/abc/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us", "systemd/other/cpu.max",
             "pids/docker/abc/pids.max"],
            ["memory/docker/abc/memory.limit_in_bytes", "cpu,cpuacct/docker/abc/cpu.cfs_quota_us",
             "cpu/cpu.cfs_period_us"],
        ),
        ("0::/../../other\n", ["other/memory.max", "memory.max"], ["memory.max"]),
        ("", ["memory.max"], []),
        ("0\n::\n", ["memory.max"], ["memory.max"]),
    ],
)  # fmt: skip
def test_of_control_groups_the_own_limits_alone_may_be_read(
    own: str, there: list[str], allowed: list[str], tmp_path: Path
) -> None:
    (tmp_path / "own").write_text(own)
    for name in there:
        path = tmp_path / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("max")
    found = limit_files(tmp_path / "own", tmp_path / "cgroup")
    assert found == sorted(f"{tmp_path}/cgroup/{name}" for name in allowed)
    assert limit_files(tmp_path / "absent", tmp_path / "cgroup") == []


@pytest.mark.skipif(os.getuid() != 0, reason="an ordinary user can read the Python that runs the tests")
async def test_what_the_system_refuses_is_named() -> None:
    if all(parent.stat().st_mode & 0o5 == 0o5 for parent in Path(sys.base_prefix).resolve().parents):
        pytest.skip("this Python is readable by all, so nothing is refused")
    sandbox = Sandbox(LocalProvider(LIMITS, tier="landlock"), LIMITS)
    execution = await sandbox.run(Code("1"))
    assert isinstance(execution.error, NotIsolated)
    assert "Permission denied" in str(execution.error)


def test_a_system_is_tried_once_for_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    first = LocalProvider(LIMITS).found

    def tried_again(*_: object) -> NoReturn:
        raise AssertionError("a sandbox was made to try the system out")

    monkeypatch.setattr("analyst_magic.sandbox.local.provider._start", tried_again)
    assert LocalProvider(LIMITS).found == first


def test_what_an_installer_has_not_compiled_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or each sandbox would compile it: it may not write."""
    modules = sorted((source_directory() / "guest").glob("*.py"))
    compiled = [Path(importlib.util.cache_from_source(str(path), optimization="")) for path in modules]
    compiled[-1].unlink(missing_ok=True)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    try_out = "from analyst_magic.sandbox.local.provider import *; LocalProvider(Limits()).prepare()"
    subprocess.run([sys.executable, "-c", try_out], check=True, timeout=60)
    assert [path.name for path in compiled if not path.exists()] == []


def test_the_profile_for_macos_denies_all_that_it_does_not_name() -> None:
    text = macos.profile(["/opt/python"], ['/private/tmp/a "b"'])
    assert text.splitlines()[:2] == ["(version 1)", "(deny default)"]
    assert '(allow file-write* (subpath "/private/tmp/a \\"b\\"")' in text
    assert "network*" not in text
