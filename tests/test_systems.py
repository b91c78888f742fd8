"""On macOS and Windows everything that does not need Linux can be imported and used.

No such machine is at hand: the test takes away from Python what those systems lack, and then imports every module of
the package, plans a question and starts the local sandbox. Other packages are imported before; what they do there is
their own affair.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

PROGRAM = """
import importlib, json, os, pkgutil, platform, signal, sys

import analyst_magic

SYSTEM, NAME = sys.argv[1:]
NAMES = [m.name for m in pkgutil.walk_packages(analyst_magic.__path__, "analyst_magic.")]
# The second is made for a server of its own, the third is the first program of a local sandbox.
LEFT_OUT = ("__main__", "analyst_magic.scheduler", ".local.launcher", ".local.fork_server")
NAMES = [n for n in NAMES if not n.endswith(LEFT_OUT) and ".sandbox_image" not in n]
ONLY_UNIX = ["fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog"]
ONLY_LINUX = {os: ["memfd_create", "sched_getaffinity", "O_PATH", "MFD_CLOEXEC", "pidfd_open", "setns",
                   "unshare", "posix_fadvise", "CLONE_NEWUSER"]}
NOT_ON_WINDOWS = {os: ["fork", "getuid", "geteuid", "getgid", "getegid", "getgroups", "setsid", "killpg", "getpgid",
                       "mkfifo", "chown", "fchown", "O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC", "uname",
                       "WNOHANG", "getloadavg", "sysconf", "wait3", "fchmod", "posix_spawn", "POSIX_SPAWN_OPEN",
                       "POSIX_SPAWN_DUP2"],
                  signal: ["SIGKILL", "SIGUSR1", "SIGUSR2", "SIGCHLD", "SIGHUP", "SIGALRM", "SIGSTOP", "SIGCONT",
                           "pthread_sigmask", "setitimer"]}

def take_away(names):
    for module, attributes in names.items():
        for attribute in attributes:
            if hasattr(module, attribute):
                delattr(module, attribute)

for name in NAMES:
    importlib.import_module(name)  # so that all packages that it uses are there
for name in [n for n in sys.modules if n.partition(".")[0] == "analyst_magic"]:
    del sys.modules[name]
sys.platform, platform.system = SYSTEM, lambda: NAME
take_away(ONLY_LINUX)
if SYSTEM == "win32":
    take_away(NOT_ON_WINDOWS)
    sys.modules.update(dict.fromkeys(ONLY_UNIX))

seen = {"failed": {}}
for name in NAMES:
    try:
        importlib.import_module(name)
    except BaseException as error:
        seen["failed"][name] = repr(error)

import pathlib, tempfile
import pandas as pd
from analyst_magic import Analyst
from analyst_magic.testing import FakeSandbox

sales = pd.DataFrame({"region": ["north", "south"], "revenue": [10, 20]})
question = {"question": "Total revenue", "frames": {"sales": sales}}
folder = pathlib.Path(tempfile.mkdtemp())
with Analyst(model="offline", sandbox=FakeSandbox({}), lock=folder / "analyst.lock", history=False) as analyst:
    planned = analyst.ask(**question)
result = {planned.code: pd.DataFrame({"total_revenue": [30]})}
with Analyst(model="offline", sandbox=FakeSandbox(result), lock=folder / "analyst.lock", history=False) as analyst:
    seen["answer"] = analyst.ask(**question).tables[0].to_pandas().iloc[0, 0].item()
seen["pinned"] = "Total revenue" in (folder / "analyst.lock").read_text(encoding="utf-8")
if SYSTEM == "win32":  # macOS has `sandbox-exec`
    with Analyst(model="offline", sandbox="local", history=False) as analyst:
        error = analyst.run("1 + 1").error
        seen["local"] = f"{type(error).__name__}: {error}"
print(json.dumps(seen))
"""


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("system", "name"), [("darwin", "Darwin"), ("win32", "Windows")])
def test_what_does_not_need_linux_works_without_it(system: str, name: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, system, name], capture_output=True, text=True, timeout=350)
    assert done.returncode == 0, done.stderr[-3000:]
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert seen["failed"] == {}
    assert seen["answer"] == 30
    assert seen["pinned"]
    if system == "win32":
        assert seen["local"].startswith("NotIsolated: There is no local sandbox for Windows")
