"""Imports go one way, and the public names are the ones that are documented."""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import analyst_magic

PACKAGE = Path(analyst_magic.__file__).parent

# From the lowest layer to the highest; a module imports from layers below its own, and from its own package. A module
# that is named by itself, such as ``notebook.cell``, has a layer of its own.
LAYERS = (
    {"language"},
    {"errors", "filetypes", "exact", "facts", "credentials", "plugins", "storage", "wording", "writers"},
    {
        "remote",
        "packages",
        "report_formats",
        "sandbox_names",
        "event_loop_thread",
        "turn",
        "cleaning",
        "extras",
        "config_files",
        "theme",
        "column_format",
    },
    {"administrator", "cluster", "lab_settings", "result_kinds", "sources", "semantics", "task_broker"},
    {"settings"},
    {"planner", "notebook.options", "settings_schema"},
    {"context", "models", "checks", "sandbox", "results", "documents", "history", "tool_servers"},
    {"drawing", "evidence", "notebook.cell", "profiling", "query"},
    {"engine"},
    {"telemetry"},
    {"api"},
    {"analyst"},
    {"report", "commands", "testing"},
    {"mcp"},
    {"commands.mcp", "display"},
    {"notebook", "serialize", "panel", "scheduler", "server"},
    {"worker"},
    {"task_worker"},
    {"cli"},
)
# What other packages import to bring a model, a kind of result, a sandbox or a data source of their own.
EXTENSION_POINTS = {
    "models": {"Context", "Model", "Provider", "Reply"},
    "results": {"Result", "ResultKind"},
    "sandbox": {
        "Check",
        "Handle",
        "Limits",
        "Mounts",
        "RunningSandbox",
        "SandboxKind",
        "SandboxOptions",
        "SandboxProvider",
    },
    "sources": {"Source", "SourceKind"},
}
FOLDERS = ("analyst_magic", "sandbox_image", "docs")
MAX_LINES = 40
"""Lines that a function of these folders may have beside its docstring."""
PARTS = {name.partition(".")[0] for names in LAYERS for name in names}
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _nodes(path: Path) -> list[ast.Import | ast.ImportFrom]:
    """The imports of a module, at its top or inside a function, but not those for types alone."""
    found: list[ast.Import | ast.ImportFrom] = []
    waiting: list[ast.AST] = [_tree(path)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append(node)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            waiting += ast.iter_child_nodes(node)
    return found


def _targets(path: Path, node: ast.ImportFrom) -> list[list[str]]:
    """What a relative import may name, each as the parts of a dotted name below the package."""
    base = list(path.relative_to(PACKAGE).parts[:-1])
    base = base[: len(base) - node.level + 1] + ((node.module or "").split(".") if node.module else [])
    return [base, *([*base, alias.name] for alias in node.names)]


def _imports(path: Path) -> set[str]:
    """The parts of our package that a module imports, types included."""
    relative = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.ImportFrom) and node.level]
    names = [name for node in relative for name in _targets(path, node) if name and name[0] in PARTS]
    return {_part(name) for name in names}


def _part(name: list[str]) -> str:
    """The entry of ``LAYERS`` that a module belongs to."""
    dotted = ".".join(name[:2])
    return dotted if dotted in RANK else name[0]


def test_every_part_of_the_package_has_a_layer() -> None:
    parts = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if not path.name.startswith("_")}
    others = {"sandbox_image", "labextension", "locale", "py.typed", "py"}
    assert parts - others == {name for name in RANK if "." not in name}


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


def test_the_package_imports_itself_by_relative_imports() -> None:
    absolute = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(_tree(path))
        if (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "analyst_magic" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").startswith("analyst_magic"))
    ]
    assert absolute == []


def test_no_module_imports_itself_over_others() -> None:
    modules = {path.relative_to(PACKAGE).with_suffix("").parts: path for path in PACKAGE.rglob("*.py")}
    known = {parts[:-1] if parts[-1] == "__init__" else parts: path for parts, path in modules.items()}
    graph = {}
    for parts, path in known.items():
        nodes = [node for node in _nodes(path) if isinstance(node, ast.ImportFrom) and node.level]
        full = {tuple(name) for node in nodes for name in _targets(path, node)[1:]}
        around = {tuple(_targets(path, node)[0]) for node in nodes}
        graph[parts] = {name for name in full | around if name in known and name != parts[: len(name)]}
    assert list(TopologicalSorter(graph).static_order())  # raises CycleError with the modules of the circle


def _at_its_top(path: Path) -> list[tuple[list[str], list[list[str]]]]:
    """What a module imports of the package when it loads: where from, and the modules that this may load."""
    nodes = [node for node in _tree(path).body if isinstance(node, ast.ImportFrom) and node.level]
    return [(_targets(path, node)[0], _targets(path, node)) for node in nodes]


def _loaded_by(path: Path, files: dict[tuple[str, ...], Path]) -> set[Path]:
    """The modules that load when a module loads."""
    found, waiting = set[Path](), [path]
    while waiting:
        targets = {tuple(name) for _, names in _at_its_top(waiting.pop()) for name in names}
        more = {files[name] for name in targets if name in files} - found
        found, waiting = found | more, [*waiting, *more]
    return found


def test_no_module_waits_for_its_package_while_that_loads_it() -> None:
    """Two threads that load a package and a module of it would wait for each other; one then finds half a module."""
    paths = {path.relative_to(PACKAGE).with_suffix("").parts: path for path in PACKAGE.rglob("*.py")}
    files = {parts[:-1] if parts[-1] == "__init__" else parts: path for parts, path in paths.items()}
    waiting = []
    for package, init in files.items():
        if init.name != "__init__.py":
            continue
        for path in _loaded_by(init, files) - {init}:
            if any(base == list(package) for base, _ in _at_its_top(path)):
                waiting.append(f"{path.relative_to(PACKAGE)} imports from {init.parent.name}, which loads it")
    assert waiting == []


def _lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines a function has beside its docstring."""
    first = function.body[0]
    text = first.value if isinstance(first, ast.Expr) else None
    documented = isinstance(text, ast.Constant) and isinstance(text.value, str)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{path.relative_to(PACKAGE.parent)}: {node.name} has {_lines_of(node)} lines"
        for folder in FOLDERS
        for path in sorted((PACKAGE.parent / folder).rglob("*.py"))
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _lines_of(node) > MAX_LINES
    ]
    assert long == []


def listing() -> str:
    """The layers as CONTRIBUTING.md lists them; ``python tests/test_layers.py`` prints it."""
    return "\n".join(f"{rank}. {', '.join(sorted(names))}" for rank, names in enumerate(LAYERS, start=1))


def test_the_list_in_contributing_is_that_table() -> None:
    assert listing() in (PACKAGE.parent / "CONTRIBUTING.md").read_text()


def test_the_public_names_are_there_and_documented() -> None:
    assert sorted(analyst_magic.__all__) == [
        "Analyst",
        "AnalystError",
        "AnalystSettings",
        "Budget",
        "Investigation",
        "Plan",
        "Question",
        "Step",
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
    heavy = "{'pandas', 'plotly', 'duckdb', 'openai', 'docker'}"
    code = f"import analyst_magic, sys; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_loading_the_extension_loads_nothing_heavy_before_the_first_question() -> None:
    heavy = {"duckdb", "docker", "jsonschema", "nbformat", "openai", "pandas", "plotly", "pyarrow", "pydantic",
             "rfc3987_syntax", "sklearn", "sqlglot"}  # fmt: skip
    code = (
        "import sys\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.run_line_magic('load_ext', 'analyst_magic')\n"
        "shell.run_line_magic('config', 'AnalystSettings.timeout = 7')\n"
        f"print(sorted({heavy} & set(sys.modules)))\n"
        "shell.run_line_magic('analyst', 'models')\n"
        "print(shell.magics_manager.magics['cell']['analyst'].__self__.analyst_of_shell().settings.timeout)\n"
    )
    environment = {**os.environ, "ANALYST_SPARES": "0"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=120)
    how, more, first, *listed, timeout = done.stdout.splitlines()
    assert "%%analyst" in how
    assert "%analyst help" in more
    assert first == "[]"
    assert any(line.startswith("offline") for line in listed)
    assert timeout == "7.0"


def test_what_the_first_question_needs_loads_while_the_user_types() -> None:
    code = (
        "import sys, threading\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.run_line_magic('load_ext', 'analyst_magic')\n"
        "[thread.join() for thread in threading.enumerate() if thread.name == 'analyst-warm-up']\n"
        "print('duckdb' in sys.modules)\n"
    )
    environment = {**os.environ, "ANALYST_SPARES": "1", "ANALYST_SANDBOX": "local"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=120)
    assert (done.stdout.splitlines()[-1], done.stderr) == ("True", "")


def test_the_server_never_brings_the_engine_in() -> None:
    parts = "('engine', 'analyst', 'sandbox', 'context', 'notebook', 'panel', 'sources')"
    code = f"import analyst_magic.server, sys; print([p for p in {parts} if f'analyst_magic.{{p}}' in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


if __name__ == "__main__":
    print(listing())
