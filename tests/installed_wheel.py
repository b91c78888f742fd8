"""A wheel at work in an environment of its own, without Node: a question is answered, a notebook becomes a report.

``make dist`` runs it on the wheel of a release: ``python tests/installed_wheel.py dist/NAME.whl`` installs that
with its dependencies from the package index. tests/test_packaging.py borrows the dependencies instead.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAX_BYTES = 5_000_000
"""Of a wheel. Half of it are packed scripts that draw figures in reports (Plotly, Vega, Bokeh) and outlines of maps."""

CELLS = (
    "%load_ext analyst_magic\nimport pandas as pd\nsales = pd.read_csv('sales.csv')",
    "%%analyst\ntotal revenue by region, highest first, as a bar chart",
)


class Environment:
    """A virtual environment, with programs of its own alone on the path.

    Args:
        folder: Where it is made; programs that it runs have this as their home.

    Attributes:
        python: Its Python.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "fresh"
        venv.create(self.folder, with_pip=True)
        programs = self.folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = str(programs / "python")
        self._variables = {
            "PATH": str(programs), "HOME": str(folder), "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "ANALYST_SANDBOX": "local", "ANALYST_MODEL": "offline",
            **{name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ},
        }  # fmt: skip
        self._home = folder

    def run(self, *command: str) -> str:
        """What the environment's Python prints for these arguments.

        Raises:
            AssertionError: It failed.
        """
        done = subprocess.run(
            [self.python, *command], capture_output=True, text=True, cwd=self._home, env=self._variables, timeout=200
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-1000:]}{done.stderr[-3000:]}"
        return done.stdout + done.stderr


def main_job(run: Callable[..., str], folder: Path) -> None:
    """Ask a question of a file, and turn a notebook with a question into a report.

    Args:
        run: ``Environment.run``.
        folder: Where the file, the notebook and the report are.

    Raises:
        AssertionError: The answer or the report is not what it should be.
    """
    assert "None" in run("-c", "import shutil; print(shutil.which('node') or shutil.which('jlpm'))")
    (folder / "sales.csv").write_text("region,revenue\nnorth,10\nsouth,30\nnorth,5\n", encoding="utf-8")
    analyst = ("-m", "analyst_magic.cli")
    answer = run(*analyst, "ask", "Total revenue by region, highest first", "--data", "sales.csv")
    assert "south" in answer
    assert "30" in answer
    cells = [
        {"cell_type": "code", "id": f"cell-{number}", "metadata": {}, "source": text, "outputs": [],
         "execution_count": None}
        for number, text in enumerate(CELLS)
    ]  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (folder / "sales.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    run(*analyst, "export", "sales.ipynb", "--to", "html", "--execute", "--no-frozen")
    report = (folder / "sales.html").read_text(encoding="utf-8")
    assert "South has the highest total revenue" in report or "south has the highest total revenue" in report
    assert 'type="application/gzip"' in report, "the report has no script that draws its chart"


def check(wheel: Path) -> None:
    """Install a wheel with its dependencies into an empty environment, and do the main job from there.

    Raises:
        AssertionError: It is too large, does not install, or does not work.
    """
    assert wheel.stat().st_size < MAX_BYTES, f"{wheel.name} has {wheel.stat().st_size:,} bytes"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        environment = Environment(folder)
        install = ["install", "--quiet", "--constraint", str(ROOT / "constraints.txt"), f"{wheel}[reports]"]
        subprocess.run([sys.executable, "-m", "pip", "--python", environment.python, *install], check=True)
        main_job(environment.run, folder)


if __name__ == "__main__":
    check(Path(sys.argv[1]).resolve())
    print("The wheel installs into an empty environment without Node, answers a question and makes a report.")
