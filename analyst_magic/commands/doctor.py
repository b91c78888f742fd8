"""``analyst doctor``: whether all that a question needs is there, and whether the sandbox holds, tried from inside."""

from __future__ import annotations

import ast
import json
import os
import platform
import socket
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from .. import __version__
from ..analyst import Analyst
from ..errors import AnalystError, SandboxError
from ..language import message
from ..models.providers import parse_model
from ..packages import parse_packages
from ..sandbox.kinds import Check, SandboxOptions, built_in_kinds, load_kind
from ..sandbox.limits import Limits
from ..sandbox_names import AUTO
from ..wording import count, size


def examine(analyst: Analyst) -> Iterator[Check]:
    """Look at everything, in the order in which a question needs it.

    Args:
        analyst: With the settings to look at. It is used: a sandbox starts, and code runs in it.

    Returns:
        The checks, as they are done.
    """
    yield Check("version", "pass", f"analyst-magic {__version__}, Python {platform.python_version()}, {_system()}")
    settings = analyst.settings
    options = SandboxOptions(Limits(), settings.image, settings.runtime, parse_packages(settings.packages))
    automatic = settings.sandbox == AUTO
    for kind in built_in_kinds() if automatic else [load_kind(settings.sandbox)]:
        yield from kind.checks(options, automatic=automatic)
    provider = _tried("provider", lambda: ": ".join(analyst.isolation()))
    yield provider
    yield from _host(settings.memory)
    if provider.state == "pass":
        yield from _sandbox(analyst)
    yield _model(analyst)


def failed(checks: list[Check]) -> bool:
    """Whether any of the checks failed."""
    return any(check.state == "fail" for check in checks)


def line(check: Check, width: int = 110) -> str:
    """One check as text: its state, its name, what was found, and the next step below."""
    left = f"{check.state:5} {check.name:22} "
    rows = textwrap.wrap(check.found, width - len(left)) or [""]
    rows += textwrap.wrap(f"-> {check.next_step}", width - len(left)) if check.next_step else []
    return "\n".join((left if number == 0 else " " * len(left)) + row for number, row in enumerate(rows))


def _tried(name: str, look: Callable[[], str]) -> Check:
    """A check that passes with what ``look`` returns, and fails with the error that it raises."""
    try:
        return Check(name, "pass", look())
    except AnalystError as error:
        return Check(name, "fail", error.message, error.next_step)


def _system() -> str:
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def _host(memory: int) -> Iterator[Check]:
    cores = os.cpu_count() or 1
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return
    facts = f"{count(cores, 'core')}, {total / 1e9:.1f} GB of memory; a sandbox may use {size(memory)}"
    step = message("Lower the setting memory to {total:.0f}GB or less.", total=total * 0.6 / 1000000000.0)
    yield Check("limits", "warn" if memory > total else "pass", facts, step if memory > total else "")


def _sandbox(analyst: Analyst) -> Iterator[Check]:
    started = time.perf_counter()
    first = analyst.run("1 + 1")
    if first.error is not None:
        yield Check("start", "fail", first.error.message, first.error.next_step)
        return
    cold = time.perf_counter() - started
    started = time.perf_counter()
    analyst.run("1 + 1")
    warm = time.perf_counter() - started
    yield Check("start", "pass", f"{cold * 1e3:,.0f} ms to the first result, {warm * 1e3:,.0f} ms to the next")
    yield _frames(analyst)
    yield from _posture(analyst)


def _frames(analyst: Analyst) -> Check:
    """Whether a frame arrives as it is, and comes back as it was."""
    frame = pd.DataFrame({"number": range(100_000), "text": ["grün", None] * 50_000})
    turn = analyst.run("probe", frames={"probe": frame})
    if turn.error is not None:
        return Check("data", "fail", turn.error.message, turn.error.next_step)
    back = turn.tables[0].to_pandas() if turn.tables else pd.DataFrame()
    same = len(back) == len(frame) and back.number.tolist() == frame.number.tolist()
    same = same and back.text.fillna("").tolist() == frame.text.fillna("").tolist()
    if not same:
        return Check("data", "fail", "a frame of 100,000 rows came back changed", "Report this, please.")
    return Check("data", "pass", "a frame of 100,000 rows came back as it was")


# Run inside; the last line's value is a dict of plain values. What is not to be had there is None.
PROBE = """
import json, os, resource, socket
def read(path):
    try:
        with open(path) as file:
            return file.read()
    except (OSError, ValueError):
        return None
def attempt(work):
    try:
        work()
        return True
    except OSError:
        return False
def reach(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        probe.connect(address)
def write(path):
    with open(path, "w"):
        os.unlink(path)
status = {name: value.strip() for name, value in (row.split(":", 1) for row in read("/proc/self/status").splitlines())}
processes = [int(name) for name in os.listdir("/proc") if name.isdigit()] if attempt(lambda: os.listdir("/proc")) else []
json.dumps({
    "uid": os.getuid(), "capabilities": sorted({status[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Amb")}),
    "new_privileges": status["NoNewPrivs"], "seccomp": status["Seccomp"], "processes": len(processes),
    "interfaces": sorted(name for _, name in socket.if_nameindex()) if attempt(socket.if_nameindex) else [],
    "secret": attempt(lambda: open(SECRET).read()), "neighbour": attempt(lambda: os.kill(HOST, 0)),
    "environment": any("KEY" in name or "TOKEN" in name for name in os.environ),
    "outside": attempt(lambda: reach(socket.AF_INET, ("1.1.1.1", 53))),
    "metadata": attempt(lambda: reach(socket.AF_INET, ("169.254.169.254", 80))),
    "host_port": attempt(lambda: reach(socket.AF_INET, ("127.0.0.1", PORT))),
    "engine": any(attempt(lambda: reach(socket.AF_UNIX, path)) for path in ("/var/run/docker.sock", "/run/docker.sock")),
    "root": any(attempt(lambda: write(f"{place}/probe")) for place in ("/etc", "/usr", "/opt", "/home", "/root", "/var")),
    "frames": attempt(lambda: write(os.environ.get("ANALYST_IN", "/in") + "/probe")),
    "devices": attempt(lambda: open("/dev/mem", "rb")) or attempt(lambda: open("/dev/kmsg", "rb")),
    "hostname": socket.gethostname(), "memory": int(
        read("/sys/fs/cgroup/memory.max") or read("/sys/fs/cgroup/memory/memory.limit_in_bytes") or 0)
        if (read("/sys/fs/cgroup/memory.max") or "0").strip().isdigit() else 0,
    "data": resource.getrlimit(resource.RLIMIT_DATA)[0], "core": resource.getrlimit(resource.RLIMIT_CORE)[1],
    "tasks": read("/sys/fs/cgroup/pids.max") or read("/sys/fs/cgroup/pids/pids.max"),
    "nproc": resource.getrlimit(resource.RLIMIT_NPROC)[1],
})
"""  # noqa: E501


def _posture(analyst: Analyst) -> Iterator[Check]:
    """What code in the sandbox can see and do; the equivalents of section 5 of docker-bench-security."""
    with (
        tempfile.NamedTemporaryFile("w", prefix="analyst-secret-", encoding="utf-8") as secret,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        secret.write("a secret of the host")
        secret.flush()
        facts = {"SECRET": secret.name, "HOST": os.getpid(), "PORT": listener.getsockname()[1]}
        turn = analyst.run("".join(f"{name} = {value!r}\n" for name, value in facts.items()) + PROBE)
    texts = [result.text for result in turn.results if result.kind == "text"]
    try:
        report = json.loads(ast.literal_eval(texts[-1]))
    except (IndexError, ValueError, SyntaxError):
        error = turn.error or SandboxError(message("The probe in the sandbox gave no answer."), message("Report it."))
        yield Check("posture", "fail", error.message, error.next_step)
        return
    for name, holds, said in _judge(report, analyst.settings.memory):
        yield Check(name, "pass" if holds else "fail", said, "" if holds else "Do not use it; report this, please.")


def _judge(report: Mapping[str, Any], memory: int) -> Iterator[tuple[str, bool, str]]:
    """Name, whether it holds, and what it means, for each fact of the probe. Numbers: section 5 of docker-bench."""
    yield "user", report["uid"] != 0, f"code runs as user {report['uid']}, not as root (4.1)"
    none = set(report["capabilities"]) == {"0" * 16}
    yield "capabilities", none, "no capabilities (5.3, 5.4)" if none else f"capabilities: {report['capabilities']}"
    yield "new privileges", report["new_privileges"] == "1", "set-user-id programs give no rights (5.25)"
    yield "system calls", report["seccomp"] == "2", "filtered (5.21)"
    yield "host files", not report["secret"], "a file of the host cannot be read (5.5)"
    yield "read-only root", not report["root"] and not report["frames"], "nothing but its own folder is writable (5.12)"
    yield "devices", not report["devices"], "none of the host's (5.17)"
    yield "processes", not report["neighbour"], "the user's kernel is out of reach (5.15)"
    outside = [name for name in ("outside", "metadata", "host_port") if report[name]]
    yield "network", not outside, "no address can be reached" if not outside else f"reached: {', '.join(outside)}"
    yield "engine's socket", not report["engine"], "out of reach (5.31)"
    yield "environment", not report["environment"], "no keys of the host in it"
    limit = min(value for value in (report["memory"] or 1 << 62, report["data"] if report["data"] > 0 else 1 << 62))
    yield "memory limit", 0 < limit <= memory * 1.05, f"{size(limit)} (5.10)"
    tasks = str(report["tasks"] or "").strip()
    most = int(tasks) if tasks.isdigit() else report["nproc"]
    yield "process limit", 0 < most < 100_000, f"{most:,} (5.28)"
    yield "core files", report["core"] == 0, "none are written (5.18)"


def _model(analyst: Analyst) -> Check:
    """Whether the model's endpoint answers; nothing about any data is sent."""
    try:
        name = analyst.model_name()
        provider, _ = parse_model(name)
        if not provider.remote:
            step = message("For free questions, set a key such as OPENAI_API_KEY, or `-m ollama:NAME`.")
            return Check("model", "pass", f"{name}: {provider.about}; no key is set", step)
        offered = analyst.list_models()
    except AnalystError as error:
        return Check("model", "fail", error.message, error.next_step)
    wanted = name.partition(":")[2]
    if offered and wanted not in offered:
        return Check("model", "warn", f"{name}: the endpoint answers and does not list it", "`%analyst models` lists.")
    return Check("model", "pass", f"{name}: the endpoint answers")
