"""The process that forks kernels for tests goes on when a program that asked for one is gone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import forked_kernels


def test_programs_that_are_gone_before_they_have_asked_end_nothing(tmp_path: Path) -> None:
    with forked_kernels.forked_kernels(tmp_path) as environment:
        for sent in (b"", b"\x00\x00", b"\x00\x00\x01\x00{"):
            with socket.socket(socket.AF_UNIX) as asking:
                asking.connect(environment[forked_kernels.SOCKET])
                asking.sendall(sent)
        guest = [sys.executable, "-I", "-S", forked_kernels.__file__, forked_kernels.GUEST]
        package = tmp_path / "package"
        package.mkdir()
        (package / "analyst_guest").mkdir()
        (package / "analyst_guest" / "__init__.py").write_text("")
        (package / "analyst_guest" / "relay.py").write_text("def main(): print('it runs', flush=True)\n")
        done = subprocess.run(
            guest, capture_output=True, text=True, timeout=60,
            env={**os.environ, **environment, "PYTHONPATH": str(package)},
        )  # fmt: skip
    assert done.stdout == "it runs\n"
    assert done.returncode == 0
