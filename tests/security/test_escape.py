"""What hostile code tries from inside, in each provider: all of it must fail, and leave no trace outside."""

from __future__ import annotations

import ast
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import make_provider, until

from analyst_magic.packages import guest_packages
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.local.provider import installation
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import Code

LIMITS = Limits(memory=700_000_000, timeout=60.0, disk=50_000_000, max_frame_bytes=50_000_000)

# Run inside before the attempts. `call` is a system call by number that raises what the kernel answered.
PROLOGUE = """
import ctypes, os, socket, struct, subprocess, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
def connect(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as s:
        s.settimeout(3)
        s.connect(address)
        return "connected"
def send(family, address):
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        return s.sendto(b"x", address)
def seen(text):
    whose = ("self", "thread-self", "1", f"self/task/{threading.get_native_id()}", str(os.getppid()))
    for path in (f"/proc/{who}/net/{name}" for who in whose for name in ("tcp", "tcp6", "unix", "netstat")):
        try:
            if text in open(path).read():
                return path
        except OSError:
            pass
    raise LookupError(text)
def special(path):
    mode = os.stat(path).st_mode
    if mode & 0o6000:
        return oct(mode)
    raise LookupError(path)
def attempt(code):
    try:
        return True, repr(eval(code))
    except BaseException as error:
        return False, type(error).__name__
"""

# name -> an expression that raises when the sandbox holds. Names in braces are filled in by the host.
ATTEMPTS = {
    # files of the host
    "read a secret in a home": "open({secret!r}).read()",
    "read it by a symbolic link": "[os.symlink({secret!r}, 'ln'), open('ln').read()]",
    "read it by a hard link": "[os.link({secret!r}, 'hard'), open('hard').read()]",
    "read it by /proc/1/root": "open('/proc/1/root' + {secret!r}).read()",
    "read it by the relay's descriptors": "open(f'/proc/{{os.getppid()}}/cwd/../../../..' + {secret!r}).read()",
    "list the home": "os.listdir({home!r})",
    "read the users": "open('/etc/shadow').read()",
    "write into the home": "open({home!r} + '/planted', 'w').write('x')",
    "overwrite the secret": "open({secret!r}, 'w').write('x')",
    "cut the secret": "os.truncate({secret!r}, 0)",
    "rename the secret": "os.rename({secret!r}, {secret!r} + '.gone')",
    "remove the secret": "os.remove({secret!r})",
    "write into /etc": "open('/etc/planted', 'w').write('x')",
    "write into /usr/lib": "open('/usr/lib/planted', 'w').write('x')",
    "write into the packages": "open(os.path.dirname(os.__file__) + '/planted.py', 'w').write('x')",
    "write into the guest's code": "open(sys.modules['analyst_guest'].__path__[0] + '/planted.py', 'w').write('x')",
    "write into the frames": "open(os.environ.get('ANALYST_IN', '/in') + '/planted', 'w').write('x')",
    "raw disk": "open('/dev/vda', 'rb').read(1) or open('/dev/sda', 'rb').read(1)",
    "kernel memory": "open('/dev/mem', 'rb').read(1)",
    "kernel settings": "open('/proc/sys/kernel/core_pattern', 'w').write('|/x')",
    "sysrq": "open('/proc/sysrq-trigger', 'w').write('h')",
    "a device of its own": "[os.mknod('disk', 0o60600, os.makedev(8, 0)), open('disk', 'rb').read(1)]",
    # processes of the host
    "signal a process": "os.kill({victim}, 0)",
    "kill a process": "os.kill({victim}, 9)",
    "read its environment": "open('/proc/{victim}/environ').read()",
    "read its command line": "open('/proc/{victim}/cmdline').read()[0]",
    "signal the user's kernel": "os.kill({host}, 0)",
    "read the user's kernel's environment": "open('/proc/{host}/environ').read()",
    "change the limits of a process": "__import__('resource').prlimit({victim}, 7, (1, 1))",
    "take over the relay": "open(f'/proc/{{os.getppid()}}/mem', 'r+b').read(1)",
    "read the relay's descriptors": "os.listdir(f'/proc/{{os.getppid()}}/fd')",
    # network
    "a server of the host": "connect(socket.AF_INET, ('127.0.0.1', {port}))",
    "the host by its own name": "connect(socket.AF_INET, (socket.gethostbyname('localhost'), {port}))",
    "the same by IPv6": "connect(socket.AF_INET6, ('::1', {port}))",
    "an address outside": "connect(socket.AF_INET, ('1.1.1.1', 443))",
    "the metadata address": "connect(socket.AF_INET, ('169.254.169.254', 80))",
    "a name server": "send(socket.AF_INET, ('1.1.1.1', 53))",
    "a name": "socket.getaddrinfo('example.com', 80)",
    "the Docker socket": "connect(socket.AF_UNIX, '/var/run/docker.sock')",
    "a socket file of the host": "connect(socket.AF_UNIX, {path!r})",
    "a datagram socket file of the host": "send(socket.AF_UNIX, {datagram!r})",
    "a pair's end to a socket file": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0]"
    ".sendto(b'x', {datagram!r})",
    "an abstract socket of the host": "connect(socket.AF_UNIX, {abstract!r})",
    "see a server of the host": "seen(':{port:04X} ')",
    "see a socket file of the host": "seen({path!r})",
    "see an abstract socket of the host": "seen({abstract!r}[1:])",
    "an MPTCP socket": "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)",
    "an MPTCP socket by IPv6": "socket.socket(socket.AF_INET6, socket.SOCK_STREAM, 262)",
    "a UDP-Lite socket": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 136)",
    "an SCTP socket": "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)",
    "a DCCP socket": "socket.socket(socket.AF_INET, 6, 33)",
    "a socket for pings": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 1)",
    "a raw socket": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "a packet socket": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "a netlink socket": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "a vsock": "socket.socket(40, socket.SOCK_STREAM)",
    "kernel crypto": "socket.socket(38, socket.SOCK_SEQPACKET)",
    # rights
    "become root": "os.setuid(0)",
    "change its root": "os.chroot('/tmp')",
    "sudo": "subprocess.run(['sudo', '-n', 'id'], check=True)",
    "run a file that it wrote": "[open('run', 'w').write('#!/bin/sh\\nid'), os.chmod('run', 0o755), "
    "subprocess.run(['./run'], check=True)]",
    "run a file in memory": "[m := os.memfd_create('m'), os.write(m, b'#!/bin/sh\\nexit 0'), "
    "subprocess.run([f'/proc/self/fd/{{m}}'], pass_fds=[m], check=True)]",
    "set-user-ID by chmod": "[open('u1', 'w').close(), os.chmod('u1', 0o4755), special('u1')]",
    "set-group-ID by fchmod": "[open('u2', 'w').close(), os.chmod(os.open('u2', 0), 0o2755), special('u2')]",
    "set-user-ID of what the host shares": "[os.chmod(out := os.environ.get('ANALYST_OUT', '/out'), 0o4777), "
    "special(out)]",
    "set-user-ID of a new file": "[os.close(os.open('u3', os.O_CREAT | os.O_WRONLY, 0o4755)), special('u3')]",
    "set-user-ID of a nameless file": "special(os.open('.', os.O_TMPFILE | os.O_RDWR, 0o4755))",
    "set-group-ID of a directory": "[os.mkdir('u4', 0o2755), os.chmod('u4', 0o2755), special('u4')]",
    "a terminal's input": "call(16, 0, 0x5412, b'x')",
}
# What x86-64 calls by these numbers; each would widen what the code can do.
CALLS = {
    "ptrace": (101, 16, 1, 0, 0), "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
    "mount": (165, 0, b"/tmp", b"tmpfs", 0, 0), "umount": (166, b"/tmp", 2),
    "pivot_root": (155, b".", b"."), "unshare users": (272, 0x10000000),
    "unshare mounts": (272, 0x20000), "setns": (308, 0, 0), "keyctl": (250, 0, -3, 0),
    "add_key": (248, b"user", b"x", b"x", 1, -3),
    "io_uring": (425, 8, b"\0" * 256), "bpf": (321, 0, b"\0" * 128, 128), "perf": (298, b"\0" * 128, 0, -1, -1, 0),
    "userfaultfd": (323, 0), "kexec": (246, 0, 0, 0, 0), "module": (175, b"", 0, b""), "swapon": (167, b"/x", 0),
    "reboot": (169, 0, 0, 0), "settimeofday": (164, b"\0" * 16, 0), "open_by_handle_at": (304, -100, b"\0" * 16, 0),
    "pidfd_getfd": (438, 3, 0, 0), "fsopen": (430, b"tmpfs", 0), "open_tree": (428, -100, b"/", 1), "acct": (163, 0),
    "iopl": (172, 3), "quotactl": (179, 0, b"/", 0, 0), "memfd": (319, b"m", 0),
    "openat2": (437, -100, b"u7", b"\x41" + b"\0" * 7 + b"\xed\x09" + b"\0" * 14, 24), "creat": (85, b"u6", 0o4755),
    "open": (2, b"u5", 0o101, 0o4755), "clone3": (435, b"\0" * 88, 88), "kcmp": (312, 1, 1, 0, 0, 0),
}  # fmt: skip


@dataclass
class Victims:
    """What there is on the host to get at."""

    home: Path
    secret: Path
    process: subprocess.Popen[bytes]
    listeners: list[socket.socket] = field(default_factory=list)

    def names(self) -> dict[str, object]:
        tcp, path, datagram, abstract = (listener.getsockname() for listener in self.listeners)
        names = {"secret": str(self.secret), "home": str(self.home), "victim": self.process.pid, "host": os.getpid()}
        return names | {"port": tcp[1], "path": path, "datagram": datagram, "abstract": abstract.decode()}


@pytest.fixture
def victims(monkeypatch: pytest.MonkeyPatch) -> Iterator[Victims]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-secret")
    with tempfile.TemporaryDirectory(prefix="home-", dir="/var/tmp") as home:
        secret = Path(home) / "secret"
        secret.write_text("TOP SECRET")
        os.utime(secret, (1_000_000_000, 1_000_000_000))
        process = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, env={"A_SECRET": "planted"}
        )
        found = Victims(Path(home), secret, process)
        for family, kind, address in (
            (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            (socket.AF_UNIX, socket.SOCK_STREAM, f"{home}/stream"),
            (socket.AF_UNIX, socket.SOCK_DGRAM, f"{home}/datagram"),
            (socket.AF_UNIX, socket.SOCK_STREAM, f"\0analyst-test-{os.getpid()}"),
        ):
            listener = socket.socket(family, kind)
            listener.bind(address)
            if kind == socket.SOCK_STREAM:
                listener.listen()
            listener.setblocking(False)
            if isinstance(address, str) and address.startswith("/"):
                os.chmod(address, 0o777)
            found.listeners.append(listener)
        for path in (secret, Path(home)):  # rights must not be what saves us
            path.chmod(0o777)
        yield found
        for listener in found.listeners:
            listener.close()
        process.kill()
        process.communicate()


async def attempts(sandbox: Sandbox, codes: dict[str, str]) -> dict[str, str]:
    """Those that worked, with what they gave."""
    body = PROLOGUE + f"codes = {codes!r}\n{{name: attempt(code) for name, code in codes.items()}}"
    execution = await sandbox.run(Code(body))
    assert execution.error is None, execution.error
    said = ast.literal_eval(next(o.data for o in reversed(execution.outputs) if o.stream == "result"))
    assert len(said) == len(codes)
    return {name: value for name, (worked, value) in said.items() if worked}


async def test_nothing_gets_out(provider: str, victims: Victims) -> None:
    sandbox = Sandbox(make_provider(provider, LIMITS), LIMITS)
    try:
        escaped = await attempts(sandbox, {n: code.format(**victims.names()) for n, code in ATTEMPTS.items()})
        if platform.machine() == "x86_64":
            escaped |= await attempts(sandbox, {n: f"call{arguments!r}" for n, arguments in CALLS.items()})
    finally:
        await sandbox.close()
    assert escaped == {}


async def test_what_is_tried_leaves_no_trace_outside(provider: str, victims: Victims) -> None:
    """Some calls are answered as if they had worked, so that libraries go on; nothing may come of them."""
    sandbox = Sandbox(make_provider(provider, LIMITS), LIMITS)
    before = victims.secret.stat()
    changes = ("chmod", "0"), ("utime", "(1, 1)"), ("chown", "1, 1"), ("lchown", "1, 1"), ("setxattr", "'user.x', b'x'")
    tries = {what: f"os.{what}({str(victims.secret)!r}, {arguments})" for what, arguments in changes}
    try:
        await attempts(sandbox, tries)
        await attempts(sandbox, {name: code.format(**victims.names()) for name, code in ATTEMPTS.items()})
    finally:
        await sandbox.close()
    after = victims.secret.stat()
    assert victims.secret.read_text() == "TOP SECRET"
    assert (after.st_mode, after.st_mtime, after.st_uid, after.st_nlink) == (
        before.st_mode, before.st_mtime, before.st_uid, 1
    )  # fmt: skip
    assert os.listxattr(victims.secret) == []
    assert sorted(path.name for path in victims.home.iterdir()) == ["datagram", "secret", "stream"]
    assert victims.process.poll() is None
    for listener in victims.listeners:
        with pytest.raises(BlockingIOError):
            listener.recv(1) if listener.type == socket.SOCK_DGRAM else listener.accept()


async def test_the_process_has_no_rights_and_no_environment_of_the_host(provider: str, victims: Victims) -> None:
    sandbox = Sandbox(make_provider(provider, LIMITS), LIMITS)
    probe = """
import os
status = {name: value.strip() for name, value in (line.split(":", 1) for line in open("/proc/self/status"))}
rights = [status[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Amb", "Bnd")]
[rights, status["NoNewPrivs"], status["Seccomp"], os.getuid() != 0, "planted" in str(dict(os.environ)),
 [name for name in os.environ if "KEY" in name], sorted(int(n) for n in os.listdir("/proc/self/fd"))[:3]]
"""
    try:
        execution = await sandbox.run(Code(probe))
        assert execution.error is None, execution.error
        rights, *rest = ast.literal_eval(execution.outputs[0].data)
        assert rights[:4] == ["0" * 16] * 4
        assert provider == "landlock" or rights[4] == "0" * 16  # an ordinary user has nothing to drop it with
        assert rest == ["1", "2", True, False, [], [0, 1, 2]]
    finally:
        await sandbox.close()


async def test_of_the_host_no_more_is_told_than_where_the_shared_folders_lie(provider: str, victims: Victims) -> None:
    """What is mounted names paths of the host; control groups name services, containers and users."""
    sandbox = Sandbox(make_provider(provider, LIMITS), LIMITS)
    lists = [f"{who}/{name}" for who in ("self", "thread-self") for name in ("mountinfo", "mounts", "mountstats")]
    tries = {path: f"open('/proc/{path}').read()" for path in lists}
    folders = "[folder for folder, _, _ in os.walk('/sys/fs/cgroup')]"
    tries |= {"groups": folders, "members": f"[open(f'{{at}}/cgroup.procs').read() for at in {folders}]"}
    tries["of a child"] = (
        "subprocess.run([sys.executable, '-S', '-c', 'print(open(\"/proc/self/mountinfo\").read())'],"
        " capture_output=True, text=True, check=True).stdout"
    )
    try:
        told = await attempts(sandbox, tries)
    finally:
        await sandbox.close()
    text = "".join(told.values())
    assert "home-" not in text
    assert str(victims.secret) not in text
    if provider == "landlock":
        assert {name: value for name, value in told.items() if value not in {"[]", "''"}} == {}
    elif provider == "local":
        _, _, readable = installation()
        shown = [*readable, *map(str, guest_packages().values())]
        for line in ast.literal_eval(told["self/mountinfo"]).splitlines():
            root, target = line.split()[3:5]
            assert (
                root == "/" or root in shown or target in {"/in", "/out"} or target.startswith(("/dev/", "/proc/"))
            ), line


async def test_one_sandbox_does_not_see_another(provider: str) -> None:
    first, second = (Sandbox(make_provider(provider, LIMITS), LIMITS) for _ in range(2))
    plant = """
import os
for folder in (os.getcwd(), os.environ.get("TMPDIR", "/tmp"), "/dev/shm"):
    try:
        open(f"{folder}/planted", "w").write("of the first")
    except OSError:
        pass
os.getcwd(), os.environ.get("TMPDIR", "/tmp"), os.getpid()
"""
    try:
        work, temporary, pid = ast.literal_eval((await first.run(Code(plant))).outputs[0].data)
        tries = {path: f"open('{path}/planted').read()" for path in (work, temporary, "/dev/shm")}
        if provider == "landlock":  # elsewhere the number means another process
            tries |= {"signal": f"os.kill({pid}, 0)", "read": f"open('/proc/{pid}/cmdline').read()[0]"}
        else:
            tries["processes"] = "[] if len([n for n in os.listdir('/proc') if n.isdigit()]) < 5 else {}[0]"
        seen = await attempts(second, tries)
        assert {name: value for name, value in seen.items() if name != "processes"} == {}
        assert provider == "landlock" or seen["processes"] == "[]"
    finally:
        await first.close()
        await second.close()


async def test_a_process_that_detaches_itself_does_not_outlive_the_sandbox(provider: str) -> None:
    sandbox = Sandbox(make_provider(provider, LIMITS), LIMITS)
    mark = f"detached{os.getpid()}"
    detach = f"""
import os, subprocess, sys
if os.fork() == 0:
    os.setsid()
    subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(300)  # {mark}"], start_new_session=True)
    os._exit(0)
os.wait()
"""
    try:
        assert (await sandbox.run(Code(detach))).error is None
        assert running(mark)
    finally:
        await sandbox.close()
    assert not running(mark)


def running(mark: str) -> bool:
    """Whether a process of that command line runs on this machine."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes() and path.parent.name != str(os.getpid()):
                return True
        except OSError:
            continue
    return False


async def test_a_launcher_that_is_killed_takes_all_with_it(provider: str) -> None:
    if provider == "docker":
        pytest.skip("there is no launcher: see test_docker")
    sandbox = Sandbox(make_provider(provider, LIMITS), LIMITS)
    mark = f"orphan{os.getpid()}"
    start = f"import subprocess, sys; subprocess.Popen([sys.executable, '-S', '-c', 'input()  # {mark}'], stdin=-1)"
    try:
        await sandbox.run(Code(start))
        await until(lambda: running(mark), 10, "the process that the code started does not run")
        os.kill(int(sandbox.id), signal.SIGKILL)
        await until(lambda: not sandbox.running, 10, "the end of the launcher is not noticed")
        assert (await sandbox.run(Code("1"))).outputs[0].data == "1"  # a new one
    finally:
        await sandbox.close()
    assert provider == "landlock" or not running(mark)
