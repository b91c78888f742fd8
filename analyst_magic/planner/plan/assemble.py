"""The modules in ``programs/`` as one text for the sandbox, with no more of them than a question needs.

A program that draws bars has no code for pies, and one without a template none that reads a template. Nothing of a
question is ever pasted into these texts: what differs between questions stands above them as constants.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ...turn import DocumentFormat

MAX_ROWS: dict[DocumentFormat, int] = {"xlsx": 100_000, "docx": 200, "pdf": 300, "pptx": 36}
"""How many rows are written; where there are more, the document says so."""
MAX_DRAWN: dict[DocumentFormat, tuple[int, int]] = {"xlsx": (60, 5_000), "docx": (40, 200), "pdf": (40, 300),
                                                    "pptx": (36, 36)}  # fmt: skip
"""How many values a document's chart has at most: bars and slices, and points of a line."""
MODULES: dict[DocumentFormat, tuple[str, ...]] = {
    "xlsx": ("answer", "xlsx"),
    "docx": ("answer", "office_chart", "docx"),
    "pdf": ("answer", "pdf"),
    "pptx": ("answer", "office_chart", "pptx"),
}
"""The modules that a program is made of, in their order; the last one has ``write_document(answer, path)``."""
Known = Mapping[str, str | None]
"""Attributes of the answer that are known before the program runs."""


@dataclass(frozen=True, slots=True)
class Program:
    """The fixed part of a program.

    Attributes:
        standard: Its imports from the standard library, one a line.
        imports: Its other imports.
        body: Its functions, the last of which is ``write_document``.
    """

    standard: tuple[str, ...]
    imports: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A statement at the top of a module: the names that it binds, those that it uses, and its text."""

    binds: frozenset[str]
    uses: frozenset[str]
    text: str


@cache
def document_program(format: DocumentFormat, chart: str | None = None, template: bool = False) -> Program:
    """The program that writes a document.

    Args:
        format: The document's format.
        chart: The kind of its chart; None where it has none.
        template: Whether it is to look like a template.

    Example:
        >>> program = document_program("pdf", "bar")
        >>> program.standard[0], "new_chart" in program.body, "new_pie" in program.body
        ('import os', True, False)
    """
    known = {"chart": chart, "template": "a file" if template else None}
    texts = [_specialised(_source(module), known) for module in MODULES[format]]
    parts = [part for text in texts for part in _parts(text)]
    used = _used_from("write_document", parts)
    imports = {line for text in texts for line, name in _imports(text) if name in used}
    standard, others = ([line for line in imports if _is_standard(line) is wanted] for wanted in (True, False))
    body = _joined([part.text for part in parts if part.binds & used])
    return Program(_sorted(standard), _sorted(others), body)


def _source(module: str) -> str:
    return files(__package__).joinpath("programs", f"{module}.py").read_text(encoding="utf-8")


def _specialised(text: str, known: Known) -> str:
    """The text without the ``if`` statements whose condition is known; one with an ``else`` stays."""
    while decided := _first_decided(text, known):
        node, holds = decided
        lines, last = text.splitlines(), node.end_lineno or 0
        body = [line.removeprefix("    ") for line in lines[node.body[0].lineno - 1 : last]] if holds else []
        text = "\n".join([*lines[: node.lineno - 1], *body, *lines[last:]])
    return text


def _first_decided(text: str, known: Known) -> tuple[ast.If, bool] | None:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.If) and not node.orelse:
            holds = _truth(node.test, known)
            if holds is not None:
                return node, holds
    return None


def _truth(test: ast.expr, known: Known) -> bool | None:
    """Whether a condition on ``answer`` holds; None where that is not known before the program runs."""
    match test:
        case ast.Attribute(ast.Name("answer"), name) if name in known:
            return bool(known[name])
        case ast.Compare(ast.Attribute(ast.Name("answer"), name), [ast.Eq()], [ast.Constant(value)]) if name in known:
            return known[name] == value
        case ast.Compare(ast.Attribute(ast.Name("answer"), name), [ast.NotEq()], [ast.Constant(value)]) if (
            name in known
        ):
            return known[name] != value
        case ast.UnaryOp(ast.Not(), inner):
            truth = _truth(inner, known)
            return None if truth is None else not truth
        case ast.BoolOp(ast.And(), values):
            return False if any(_truth(value, known) is False for value in values) else None
    return None


def _parts(text: str) -> Iterator[_Part]:
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            binds = frozenset({node.name})
        elif isinstance(node, ast.Assign):
            first = node.lineno
            binds = frozenset(n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name))
        else:
            continue
        uses = frozenset(inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
        yield _Part(binds, uses, "\n".join(lines[first - 1 : node.end_lineno]))


def _used_from(start: str, parts: Iterable[_Part]) -> set[str]:
    """All names that a program needs when it calls one of its functions."""
    parts, used, names = list(parts), {start}, {start}
    while names:
        names = {name for part in parts if part.binds & names for name in part.uses} - used
        used |= names
    return used


def _imports(text: str) -> Iterator[tuple[str, str]]:
    """Each import of a module, but for those of its neighbours, with the name that it binds."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import):
            yield from ((f"import {ast.unparse(alias)}", alias.asname or alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                yield f"from {node.module} import {ast.unparse(alias)}", alias.asname or alias.name


def _is_standard(line: str) -> bool:
    return line.split()[1].partition(".")[0] in sys.stdlib_module_names


def _sorted(lines: Iterable[str]) -> tuple[str, ...]:
    """Imports as a person sorts them: plain ones first, and all names of a module on one line."""
    names: dict[str, list[str]] = {}
    for line in sorted(lines, key=lambda line: (line.startswith("from "), line)):
        module, _, name = line.partition(" import ")
        names.setdefault(module, []).extend([name] if name else [])
    return tuple(f"{module} import {', '.join(found)}" if found else module for module, found in names.items())


def _joined(texts: Iterable[str]) -> str:
    """The parts one below the other, with an empty line around functions and classes."""
    found: list[str] = []
    for text in texts:
        spaced = found and ("\n" in text or "\n" in found[-1])
        found += ["", text] if spaced else [text]
    return "\n".join(found)
