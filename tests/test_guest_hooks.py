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


def test_a_library_that_is_loaded_already_is_set_up_at_once(tmp_path: Path) -> None:
    for name, folder in guest_packages().items():
        (tmp_path / name).symlink_to(folder)
    done = subprocess.run(
        [sys.executable, "-c", f"import colorsys{HOOKED}import colorsys"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "set True\n"
