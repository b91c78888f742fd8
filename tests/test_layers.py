"""Imports go one way, and the public names are the ones that are documented."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

import analyst_magic

PACKAGE = Path(analyst_magic.__file__).parent

# From the lowest layer to the highest; a module imports from layers below its own, and from its own package. A module
# that is named by itself, such as ``notebook.cell``, has a layer of its own.
LAYERS = (
    {"errors", "filetypes", "exact", "credentials", "storage"},
    {"packages", "event_loop_thread", "extras"},
    {"settings", "turn", "sources"},
    {"planner", "notebook.options"},
    {"context", "models", "checks", "sandbox", "results", "documents", "history"},
    {"evidence", "notebook.cell"},
    {"engine"},
    {"telemetry"},
    {"analyst"},
    {"report", "commands"},
    {"display"},
    {"notebook", "serialize", "panel", "server"},
    {"cli"},
)
# What other packages import to bring a model of their own.
EXTENSION_POINTS = {"models": {"Context", "Model", "Provider", "Reply"}}
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def _imports(path: Path) -> set[str]:
    """The parts of our package that a module imports, at its top or inside a function."""
    package = ["analyst_magic", *path.relative_to(PACKAGE).parts[:-1]]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = [*base, *(node.module or "").split(".")] if node.module else base
            names = [module, *([*module, alias.name] for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        else:
            continue
        ours = [name[1:] for name in names if len(name) > 1 and name[0] == "analyst_magic" and name[1] in RANK]
        found |= {_part(name) for name in ours}
    return found


def _part(name: list[str]) -> str:
    """The entry of ``LAYERS`` that a module belongs to."""
    dotted = ".".join(name[:2])
    return dotted if dotted in RANK else name[0]


def test_every_part_of_the_package_has_a_layer() -> None:
    parts = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if not path.name.startswith("_")}
    assert parts - {"sandbox_image", "labextension", "py.typed", "py"} == {name for name in RANK if "." not in name}


def test_imports_go_from_higher_layers_to_lower_ones() -> None:
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        part = _part(list(path.relative_to(PACKAGE).with_suffix("").parts))
        if part in RANK:
            wrong += [
                f"{path.relative_to(PACKAGE)} imports {name}"
                for name in sorted(_imports(path))
                if name != part and RANK[name] >= RANK[part]
            ]
    assert wrong == []


def test_the_public_names_are_there_and_documented() -> None:
    assert sorted(analyst_magic.__all__) == [
        "Analyst",
        "AnalystError",
        "AnalystSettings",
        "Question",
        "Turn",
        "__version__",
        "load_ipython_extension",
    ]
    for name in analyst_magic.__all__:
        value = getattr(analyst_magic, name)
        assert isinstance(value, str) or value.__doc__


@pytest.mark.parametrize(("module", "names"), EXTENSION_POINTS.items())
def test_what_another_package_builds_on_is_public_and_documented(module: str, names: set[str]) -> None:
    found = importlib.import_module(f"analyst_magic.{module}")
    assert names <= set(found.__all__)
    assert all(getattr(found, name).__doc__ for name in names)
    assert ">>>" in (found.__doc__ or "")


def test_no_module_starts_heavy_imports_for_those_who_only_read_a_version() -> None:
    import subprocess
    import sys

    heavy = "{'pandas', 'plotly', 'duckdb', 'openai', 'docker'}"
    code = f"import analyst_magic, sys; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_server_never_brings_the_engine_in() -> None:
    import subprocess
    import sys

    parts = "('engine', 'analyst', 'sandbox', 'context', 'notebook', 'panel', 'sources')"
    code = f"import analyst_magic.server, sys; print([p for p in {parts} if f'analyst_magic.{{p}}' in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
