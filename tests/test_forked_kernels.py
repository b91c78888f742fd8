"""The process that forks kernels for tests goes on, whatever becomes of those who asked and of their kernels."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import forked_kernels
import pytest
from conftest import children

RELAY = """
import os, signal
def main():
    print(os.getpid(), flush=True)
    if 'wait' in os.environ:
        signal.pause()
"""


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """That of programs that ask for a kernel of no sandbox: one that says its number, and waits where it is told to."""
    package = tmp_path / "package" / "analyst_guest"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "relay.py").write_text(RELAY)
    with forked_kernels.forked_kernels(tmp_path) as variables:
        yield {**os.environ, **variables, "PYTHONPATH": str(package.parent)}


def program(environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-I", "-S", forked_kernels.__file__, forked_kernels.GUEST]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def runs(environment: dict[str, str]) -> bool:
    """Whether the next one is forked, and ends as it should."""
    with program(environment) as asked:
        said, _ = asked.communicate(timeout=60)
    return said.strip().isdigit() and asked.returncode == 0


def server(environment: dict[str, str]) -> int:
    """The number of the process that forks, which is this one's child."""
    (found,) = children(environment[forked_kernels.SOCKET].encode(), os.getpid())
    return found


def test_programs_that_are_gone_before_they_have_asked_end_nothing(environment: dict[str, str]) -> None:
    for sent in (b"", b"\x00\x00", b"\x00\x00\x01\x00{"):
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(environment[forked_kernels.SOCKET])
            asking.sendall(sent)
    assert runs(environment)


def test_programs_that_end_with_their_kernels_at_once_end_nothing(environment: dict[str, str]) -> None:
    asked = [program({**environment, "wait": "1"}) for _ in range(6)]
    kernels = [int(one.stdout.readline()) for one in asked if one.stdout is not None]
    forks = server(environment)
    os.kill(forks, signal.SIGSTOP)
    for number in (*kernels, *(one.pid for one in asked)):
        os.kill(number, signal.SIGKILL)
    for one in asked:
        one.communicate(timeout=60)
    os.kill(forks, signal.SIGCONT)
    assert runs(environment)
