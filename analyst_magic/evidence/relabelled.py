"""A column that the data does not have, shown all the same: another column under its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..errors import CheckFailed, CodeFailed
from ..turn import Attempt, Code
from ..turn.sql_syntax import parse_sql
from ..turn.syntax import all_nodes, parse_python

# What the checks, pandas, polars and DuckDB say of a column that is not there.
_MISSING = (
    re.compile(r"There is no column (.{1,80}?) in "),
    re.compile(r"(?:Columns? not found: |KeyError: )['\"]?([^'\"\n]{1,80})"),
    re.compile(r"Referenced column \"([^\"]{1,80})\" not found"),
    re.compile(r"unable to find column \"([^\"]{1,80})\""),
)
_ARITHMETIC = ast.Add | ast.Sub | ast.Mult | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow


@dataclass(frozen=True, slots=True)
class Relabelled:
    """A label that promises what the data does not have.

    Attributes:
        missing: The column that an earlier attempt named and the data does not have.
        label: The label in the result that holds its name.
        source: The column that stands under it.
    """

    missing: str
    label: str
    source: str


def relabelled(code: Code, earlier: Sequence[Attempt]) -> Relabelled | None:
    """The first label that gives another column the name of one which was missing; None where there is none.

    A label for something that is computed with arithmetic is none: it may be how the missing thing is found.

    Args:
        code: The code.
        earlier: Earlier attempts at the same question.
    """
    missing = list(dict.fromkeys(name for attempt in earlier for name in _missing(attempt)))
    if not missing:
        return None
    pairs = _in_sql(code.text) if code.language == "sql" else _in_python(code.text)
    for label, source in pairs:
        for name in missing:
            wanted = _words(name)
            if wanted and wanted <= _words(label) and not wanted <= _words(source):
                return Relabelled(name, label, source)
    return None


def _missing(attempt: Attempt) -> Iterator[str]:
    if not isinstance(attempt.error, CheckFailed | CodeFailed):
        return
    value = attempt.error.value if isinstance(attempt.error, CodeFailed) else ""
    for text in (attempt.error.message, value):
        for pattern in _MISSING:
            yield from (name.strip() for name in pattern.findall(text[:4_000]))


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).casefold()))


def _in_sql(text: str) -> Iterator[tuple[str, str]]:
    """Each alias with the one column behind it."""
    try:
        tree = parse_sql(text)
    except (SqlglotError, RecursionError, ValueError):
        return
    for alias in tree.find_all(exp.Alias):
        columns = {column.name for column in alias.this.find_all(exp.Column)}
        if len(columns) == 1 and not list(alias.this.find_all(exp.Add, exp.Sub, exp.Mul, exp.Div)):
            yield alias.alias, columns.pop()


def _in_python(text: str) -> Iterator[tuple[str, str]]:
    """Labels that code gives, each with the one column that it can stand for."""
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    if any(isinstance(node, ast.BinOp) and isinstance(node.op, _ARITHMETIC) for node in all_nodes(tree)):
        return
    for node in all_nodes(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Subscript) and (label := _constant(target.slice)):
                    yield from ((label, source) for source in _sources(node.value))
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        method, keywords = node.func.attr, {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        if method in {"reset_index", "to_frame", "rename", "alias"}:
            label = _constant(keywords.get("name", node.args[0] if node.args else None))
            if label:
                yield from ((label, source) for source in _sources(node.func.value))
        if method == "rename":
            mapping = keywords.get("columns", node.args[0] if node.args else None)
            if isinstance(mapping, ast.Dict):
                pairs = zip(mapping.keys, mapping.values, strict=True)
                yield from ((_constant(new), _constant(old)) for old, new in pairs if _constant(old) and _constant(new))
        if method in {"agg", "assign"}:
            for label, value in keywords.items():
                yield from ((label, source) for source in _sources(value))


def _constant(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _sources(node: ast.AST) -> Iterator[str]:
    """The column that is taken last in a chain such as ``df.groupby("x")["y"].mean()``, or named first in an agg."""
    if isinstance(node, ast.Tuple) and node.elts and _constant(node.elts[0]):
        yield _constant(node.elts[0])
        return
    current: ast.AST = node
    while True:
        if isinstance(current, ast.Call):
            current = current.func
        elif isinstance(current, ast.Attribute):
            current = current.value
        elif isinstance(current, ast.Subscript):
            if name := _constant(current.slice):
                yield name
                return
            current = current.value
        else:
            return
