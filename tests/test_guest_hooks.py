"""What the sandbox's kernel sets in a library at its import: it is set once, however the code comes to the library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from analyst_magic.packages import guest_packages

HOOKED = """
from analyst_guest import import_hooks
import_hooks.install({"colorsys": lambda module: print("set", module.ONE_THIRD > 0)})
"""


@pytest.mark.parametrize(
    "code",
    [
        "import colorsys",
        "import importlib.util; importlib.util.find_spec('colorsys'); import colorsys",
        "import importlib; importlib.import_module('colorsys')",
        "import colorsys, importlib; importlib.reload(colorsys)",
        "import colorsys; import colorsys",
    ],
)
def test_a_library_is_set_up_once_also_where_code_looks_whether_it_is_there(code: str, tmp_path: Path) -> None:
    for name, folder in guest_packages().items():
        (tmp_path / name).symlink_to(folder)
    check = "\nassert type(colorsys.__spec__.loader).__name__ == 'SourceFileLoader'"
    code = code.replace("importlib.import_module(", "colorsys = importlib.import_module(")
    done = subprocess.run(
        [sys.executable, "-c", HOOKED + code + check], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("set True\n", "")


PRINTED_LATE = """
import os, select, sys, time
from analyst_guest import relay, wire
host, requests, messages, output, wake = (os.pipe() for _ in range(5))
os.write(output[1], b"printed")
wire.write(messages[1], wire.frame(wire.IOPUB, wire.message("display_data", "", {"data": {}})))
looked_at = select.select
def select_before_it_was_printed(*sources):  # as it is where the text comes after the stream was looked at
    ready, free, _ = looked_at(*sources)
    return [one for one in ready if one != output[0]], free, []
select.select = select_before_it_was_printed
passing = relay.Relay(os.getpid(), (host[0], 1), requests[1], messages[0], {"stdout": output[0]})
passing.carry(wake[0], time.monotonic() + 0.5)
"""


def test_what_was_printed_before_a_message_goes_before_it(tmp_path: Path) -> None:
    for name, folder in guest_packages().items():
        (tmp_path / name).symlink_to(folder)
    done = subprocess.run([sys.executable, "-c", PRINTED_LATE], cwd=tmp_path, capture_output=True, check=True)
    assert 0 < done.stdout.index(b"printed") < done.stdout.index(b"display_data")


def test_a_library_that_is_loaded_already_is_set_up_at_once(tmp_path: Path) -> None:
    for name, folder in guest_packages().items():
        (tmp_path / name).symlink_to(folder)
    done = subprocess.run(
        [sys.executable, "-c", f"import colorsys{HOOKED}import colorsys"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "set True\n"
