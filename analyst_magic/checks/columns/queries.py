"""Columns in the texts that ``query``, ``eval`` and DuckDB take inside Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...turn.syntax import all_nodes
from .sql import columns_of_result, missing_in_sql
from .values import FrameValue, RelationValue, Value

if TYPE_CHECKING:
    from .flow import Flow

_GIVEN = re.compile(r"`[^`]*`|@\s*\w+(?:\.\w+)*")
_WORDS = frozenset({"index", "columns", "True", "False", "None", "nan", "inf"})
_RUNS_SQL = frozenset({"sql", "query", "execute", "from_query"})
_RESULTS = {"df": "pandas", "fetchdf": "pandas", "to_df": "pandas", "fetch_df": "pandas", "pl": "polars"}


def in_query(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    """``frame.query("x > 1")``."""
    flow.arguments(node)
    _look_up(flow, frame, node, set())
    return frame.like("the result of query()")


def in_eval(flow: Flow, frame: FrameValue, node: ast.Call) -> Value:
    """``frame.eval("z = x + y")``; what it assigns become columns."""
    flow.arguments(node)
    assigned = _look_up(flow, frame, node, set())
    if not assigned:
        return None
    result = frame.like("the result of eval()")
    result.add(assigned)
    return result


def _look_up(flow: Flow, frame: FrameValue, node: ast.Call, assigned: set[str]) -> set[str]:
    """Check the names of an expression; gives those that it assigns."""
    constants = flow.texts(node.args[0] if node.args else None)
    if len(constants) != 1:
        return assigned
    constant = constants[0]
    text = str(constant.value)
    known = frame.columns | frame.index | _WORDS
    for match in _GIVEN.finditer(text):
        name = match[0][1:-1]
        if match[0].startswith("`") and name not in known:
            flow.miss(frame, name, *flow.places.inside(constant, match.start() + 1, len(name)))
    plain = _GIVEN.sub(lambda match: "_" * len(match[0]), text)
    try:
        tree = ast.parse(plain.lstrip("\n "), mode="exec")
    except SyntaxError:
        return assigned
    shift = len(plain) - len(plain.lstrip("\n "))
    starts = _line_starts(plain.lstrip("\n "))
    assigned |= {n.id for n in all_nodes(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for name_node in _columns_in(tree):
        if name_node.id not in known | assigned and set(name_node.id) != {"_"}:
            at = shift + starts[name_node.lineno - 1] + name_node.col_offset
            place = flow.places.inside(constant, at, len(name_node.id)) if plain.isascii() else (constant.lineno, 0, 0)
            flow.miss(frame, name_node.id, *place, word=True, quote="`")
    return assigned


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _columns_in(tree: ast.AST) -> Iterator[ast.Name]:
    called = {id(node.func) for node in all_nodes(tree) if isinstance(node, ast.Call)}
    for node in all_nodes(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called:
            yield node


def in_relation(flow: Flow, relation: RelationValue, name: str, node: ast.Call) -> Value:
    """A method of DuckDB, of a connection or of a result."""
    values = flow.arguments(node)
    if name in _RUNS_SQL:
        constants = flow.texts(node.args[0] if node.args else None)
        if len(constants) != 1:
            return RelationValue()
        return RelationValue(_look_up_sql(flow, constants[0]))
    if name in _RESULTS and relation.columns is not None:
        return FrameValue(set(relation.columns), "the result of SQL", library=_RESULTS[name])
    if name in {"connect", "cursor", "register", "fetchdf", "df"}:
        return RelationValue() if name != "df" or values else None
    return None


def _look_up_sql(flow: Flow, constant: ast.Constant) -> frozenset[str] | None:
    text = str(constant.value)
    frames = {name: value for name, value in flow.scope.items() if isinstance(value, FrameValue) and value.known}
    if re.search(r"\b(?:create|attach|register)\b", text, re.IGNORECASE) or flow.makes_tables:
        return None
    for missing in missing_in_sql(text, {name: value.columns for name, value in frames.items()}):
        start = constant.lineno, 0, 0
        place = flow.places.inside(constant, missing.start, missing.length) if missing.length else start
        every = {column for name in missing.frames for column in frames[name].columns}
        where = FrameValue(every, " or ".join(missing.frames))
        flow.miss(where, missing.name, *place, word=not missing.quoted)
    return columns_of_result(text)
