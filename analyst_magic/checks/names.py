"""Names that Python code uses and nobody gives: imports that the sandbox lacks, frames that are not there.

Mended without a question: a forgotten import of the usual name, a slip in a frame's name, ``df`` where there is one
frame, lines for pip and notebooks. The rest goes back to the model before anything runs.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Collection, Iterator

from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..language import message, sentences
from ..packages import Packages
from ..turn import Code, Finding
from ..turn.sql_syntax import parse_sql
from ..turn.syntax import all_nodes, parse_python

# Modules of Python that need a network, which there is none of.
NETWORK = frozenset({"requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client", "ftplib", "smtplib",
                     "yfinance", "pandas_datareader", "wget", "boto3"})  # fmt: skip
INSTEAD = {"altair": "plotly", "bokeh": "plotly", "fpdf": "reportlab", "docx2pdf": "reportlab",
           "xlwt": "openpyxl", "pandasql": "duckdb", "kaleido": "plotly's own figures", "geopandas": "plotly",
           "torch": "scikit-learn", "folium": "plotly",
           "tensorflow": "scikit-learn", "prophet": "statsmodels"}  # fmt: skip
USUAL = {
    "pd": "import pandas as pd", "np": "import numpy as np", "px": "import plotly.express as px",
    "go": "import plotly.graph_objects as go", "plt": "import matplotlib.pyplot as plt", "duckdb": "import duckdb",
    "pl": "import polars as pl", "make_subplots": "from plotly.subplots import make_subplots",
    "datetime": "import datetime", "math": "import math", "re": "import re", "json": "import json",
    "os": "import os", "sm": "import statsmodels.api as sm", "stats": "from scipy import stats",
    "pa": "import pyarrow as pa", "itertools": "import itertools",
    "sns": "import seaborn as sns", "nx": "import networkx as nx", "tqdm": "from tqdm import tqdm",
}  # fmt: skip
GENERAL = ("df", "data", "dataframe")
"""What models call a frame whose name they forgot."""

# Lines that are for a notebook or a shell, by what they are. What a program's output is used for is not left out.
_NOTEBOOK_LINES = {
    "an installation": re.compile(
        r"^[ \t]*(?:[!%$]\s*)?(?:pip3?|conda|mamba|uv|python3? -m pip)\s+(?:pip )?install\b.*$"
        r"|^[ \t]*[!%]\s*(?:pip3?|conda|mamba|python3? -m pip)\b.*$",
        re.MULTILINE,
    ),
    "a shell command": re.compile(
        r"^[ \t]*!\s*(?:ls|pwd|whoami|nvidia-smi|date|clear|which|python3? --version)\b(?!.*[|>]).*$", re.MULTILINE
    ),
    "a notebook command": re.compile(
        r"^[ \t]*(?:%%(?:time|capture)\b.*|%(?:matplotlib|load_ext|reload_ext|config|autoreload|autosave|precision"
        r"|store|who|whos|env|reset|pylab|pprint|colors|xmode|pdb)\b.*)$",
        re.MULTILINE,
    ),
    "help in a notebook": re.compile(r"^[ \t]*(?:\?{1,2}[ \t]*[\w.]+|[\w.]+\?{1,2})[ \t]*$", re.MULTILINE),
}
_OTHER_LANGUAGES = re.compile(r"%%(\w+)")
_PROMPT = re.compile(r"^(?:>>>|\.\.\.|In \[\d*\]:)(?: |$)")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " "})
_NEAR = 0.8


def tidy(code: Code) -> tuple[Code, list[Finding]]:
    """Python without lines that are for a notebook alone, and with plain quotes where it only then is Python."""
    findings: list[Finding] = []
    text = code.text
    if code.language == "sql":
        return code, findings
    if not _parses(text) or _PROMPT.match(text.lstrip()):
        text, gone = _without_notebook_lines(text)
        if gone:
            lines = "; ".join(gone[:5]) + (" …" if len(gone) > 5 else "")
            said = message("Left out, as it has no place in the sandbox: {lines}.", lines=lines)
            findings.append(Finding("shell", said, stops=False))
        magic = _OTHER_LANGUAGES.match(text.lstrip())
        if magic and magic[1] not in {"time", "timeit", "prun", "analyst", "capture"}:
            said = message(
                "%%{magic} makes a notebook cell something else than Python, and has no place here.", magic=magic[1]
            )
            sql = "sql" in magic[1]
            advice = message("Write SQL in a block of its own.") if sql else message("Write Python.")
            findings.append(Finding("magic", sentences([said, advice]), 1))
    if not _parses(text) and _parses(text.translate(_QUOTES)):
        text = text.translate(_QUOTES)
        findings.append(Finding("quotes", message("Typographic quotes were written as plain ones."), stops=False))
    return Code(text, code.language, code.format), findings


def _without_notebook_lines(text: str) -> tuple[str, list[str]]:
    """Code without prompts and without lines for a notebook or a shell; and those lines, each with what it is."""
    gone: list[tuple[int, str]] = []

    def leave_out(kind: str, match: re.Match[str]) -> str:
        line = match[0].strip()
        gone.append((text.index(match[0]), line[:60] if line[0] in "!%" else f"{line[:60]} ({kind})"))
        return ""

    lines = text.strip("\n").split("\n")
    if _PROMPT.match(lines[0]):
        prompted = [line for line in lines if _PROMPT.match(line)]
        plain = "\n".join(_PROMPT.sub("", line) for line in prompted) + "\n"
        return (plain, ["prompts, and the results below them"]) if _parses(plain) else (text, [])
    left = text
    for kind, pattern in _NOTEBOOK_LINES.items():
        left = pattern.sub(lambda match, kind=kind: leave_out(kind, match), left)  # type: ignore[misc]
    return (left.strip("\n") + "\n", [line for _, line in sorted(gone)]) if gone else (text, [])


def resolve(
    code: Code, frames: Collection[str], alive: Collection[str] = (), packages: Packages | None = None
) -> tuple[Code, list[Finding]]:
    """Python with the names that are sure corrected, and what is left to find fault with.

    Args:
        code: Code of a model; what is not Python comes back as it is.
        frames: The frames that it was told of.
        alive: Variables that earlier code left.
        packages: What the sandbox can import; None for the image's own.
    """
    if code.language == "sql":
        return _tables(code, frames)
    try:
        tree = parse_python(code.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code, []
    findings = [*_imports(tree, packages or Packages()), *_reaches_out(tree, frames), *_invented(tree, frames)]
    text, fixed = _unknown_names(code.text, tree, frames, alive)
    return Code(text, code.language, code.format), [*findings, *fixed]


def _tables(code: Code, frames: Collection[str]) -> tuple[Code, list[Finding]]:
    """SQL with slips in the names of tables corrected, where one frame alone is near."""
    try:
        tree = parse_sql(code.text)
    except (SqlglotError, RecursionError, ValueError):
        return code, []
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    known = {frame.lower(): frame for frame in frames}
    text, findings = code.text, list[Finding]()
    slips = [t for t in tree.find_all(exp.Table) if isinstance(t.this, exp.Identifier) and not t.args.get("db")]
    for table in sorted(slips, key=lambda t: -t.this.meta.get("start", 0)):
        name, start, end = table.name, table.this.meta.get("start"), table.this.meta.get("end")
        near = difflib.get_close_matches(name.lower(), known, 2, _NEAR)
        if start is None or name.lower() in own or name.lower() in known or len(near) != 1:
            continue
        right = known[near[0]]
        text = f"{text[:start]}{exp.to_identifier(right).sql('duckdb')}{text[end + 1 :]}"
        findings.append(Finding("frame", message("{name} was read as {right}.", name=name, right=right), stops=False))
    return Code(text, "sql"), findings


def _parses(text: str) -> bool:
    try:
        parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _imports(tree: ast.AST, packages: Packages) -> Iterator[Finding]:
    guarded = {id(inner) for node in all_nodes(tree) if isinstance(node, ast.Try) for inner in ast.walk(node)}
    for node in all_nodes(tree):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            wanted = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in wanted:
            root = name.partition(".")[0]
            if name in NETWORK or root in NETWORK:
                said = message("The sandbox has no network, so {name} cannot work.", name=name)
                yield Finding("network", said, node.lineno)
                break
            if packages.lacks(root) and id(node) not in guarded:
                said = message("The sandbox has no module {module}.", module=root)
                instead = [message("Use {module}.", module=INSTEAD[root])] if root in INSTEAD else []
                yield Finding("import", sentences([said, *instead]), node.lineno)
                break


def _reaches_out(tree: ast.AST, frames: Collection[str]) -> Iterator[Finding]:
    """Addresses and files that are not in the sandbox, given to what reads them; programs that are not there."""
    texts = [n.value for n in all_nodes(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    for node in all_nodes(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = getattr(getattr(node.func, "value", None), "id", "")
        first = node.args[0] if node.args else None
        given = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
        if (owner, called) in {("os", "system"), ("os", "popen")} or (owner == "subprocess" and called):
            yield Finding("shell", message("The code starts a program; the sandbox has none to start."), node.lineno)
        elif called.startswith("read_") or called in {"urlopen", "load_dataset"}:
            if re.match(r"(?:https?|s3|gs|ftp)://", given):
                said = message("The sandbox has no network, so {address} cannot be read.", address=given[:80])
                yield Finding("network", said, node.lineno)
            elif owner in {"pd", "pl", "pandas", "polars", "duckdb"} and given and texts.count(given) == 1:
                said = message("There is no file {file} in the sandbox.", file=given[:80])
                known = message("The data is there as {frames}.", frames=sorted(frames)) if frames else ""
                yield Finding("file", sentences([said, known]), node.lineno)


def _invented(tree: ast.AST, frames: Collection[str]) -> Iterator[Finding]:
    """An input frame that is given made-up rows."""
    for node in all_nodes(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        named = [t.id for t in node.targets if isinstance(t, ast.Name) and t.id in frames]
        made = node.value.func
        maker = made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")
        reads = {n.id for part in (*node.value.args, *node.value.keywords) for n in ast.walk(part)
                 if isinstance(n, ast.Name)}  # fmt: skip
        if named and maker in {"DataFrame", "from_dict", "from_records", "table"} and reads <= {"np", "range", "pd"}:
            said = message(
                "The code replaces the frame {frame} by made-up data; it must use the frame as it is.", frame=named[0]
            )
            yield Finding("invented", said, node.lineno)


def _unknown_names(
    text: str, tree: ast.AST, frames: Collection[str], alive: Collection[str]
) -> tuple[str, list[Finding]]:
    if any(isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names) for node in all_nodes(tree)):
        return text, []
    known = _given(tree) | set(frames) | set(alive) | set(dir(builtins)) | _OF_THE_KERNEL
    findings: list[Finding] = []
    imports: list[str] = []
    changes: dict[str, str] = {}
    for node in all_nodes(tree):
        if not isinstance(node, ast.Name) or node.id in known or node.id in changes:
            continue
        near = difflib.get_close_matches(node.id.lower(), [frame.lower() for frame in frames], 2, _NEAR)
        if node.id in USUAL:
            known.add(node.id)
            imports.append(USUAL[node.id])
            said = message("Added: {line}.", line=USUAL[node.id])
            findings.append(Finding("import", said, node.lineno, stops=False))
        elif len(near) == 1 or (node.id in GENERAL and len(frames) == 1):
            right = next(f for f in frames if f.lower() == near[0]) if near else next(iter(frames))
            changes[node.id] = right
            said = message("{name} was read as {right}.", name=node.id, right=right)
            findings.append(Finding("frame", said, node.lineno, stops=False))
        else:
            known.add(node.id)
            scope = message("Frames in scope: {names}.", names=sorted(frames) or message("none"))
            named = sentences([message("Nothing is called {name}.", name=node.id), scope])
            findings.append(Finding("name", named, node.lineno))
    return with_imports(_renamed(text, tree, changes), imports), findings


_OF_THE_KERNEL = frozenset(
    "OUTPUT_PATH TEMPLATE_PATH answer display get_ipython In Out _ __ ___ __name__ exit quit".split()
)


def _given(tree: ast.AST) -> set[str]:
    """Every name that the code itself gives to something, anywhere in it."""
    given: set[str] = set()
    for node in all_nodes(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            given.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            given.add(node.name)
        elif isinstance(node, ast.arg):
            given.add(node.arg)
        elif isinstance(node, ast.alias):
            given.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            given.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            given.add(node.rest)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            given.update(node.names)
    return given


def _renamed(text: str, tree: ast.AST, changes: dict[str, str]) -> str:
    lines = text.split("\n")
    places = [node for node in all_nodes(tree) if isinstance(node, ast.Name) and node.id in changes]
    for node in sorted(places, key=lambda n: (-n.lineno, -n.col_offset)):
        line = lines[node.lineno - 1].encode()
        lines[node.lineno - 1] = (
            line[: node.col_offset] + changes[node.id].encode() + line[node.end_col_offset :]
        ).decode()
    return "\n".join(lines)


def with_imports(text: str, imports: list[str]) -> str:
    """The imports above the first line; ``from __future__`` stays first."""
    if not imports:
        return text
    lines = text.split("\n")
    at = next((i + 1 for i, line in reversed(list(enumerate(lines))) if line.startswith("from __future__")), 0)
    return "\n".join([*lines[:at], *dict.fromkeys(imports), *lines[at:]])
