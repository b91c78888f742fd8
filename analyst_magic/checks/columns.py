"""Columns that code names and no frame has, found in the code's tree before anything runs.

Only what is certain is found: a column of a name that is a frame and nothing else in the code, in the places where
pandas, Plotly and SQL take the names of columns. A slip with one near name is mended; the rest goes back to the model.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from ..turn import Code, Finding, FrameCard

NEAR = 0.8
# Methods of a frame whose arguments are names of its columns: all of them, or those of one keyword.
_TAKE_COLUMNS = frozenset({"groupby", "sort_values", "drop_duplicates", "dropna", "nlargest", "nsmallest", "set_index",
                           "value_counts", "explode"})  # fmt: skip
_KEYWORDS = frozenset({"by", "subset", "columns", "keys", "index", "values"})
# Arguments of Plotly Express that name columns of its first argument.
_DRAWN = frozenset(
    """x y z color size symbol names values text hover_name facet_row facet_col animation_frame animation_group
    line_group line_dash pattern_shape dimensions path parents ids lat lon locations r theta error_x error_y""".split()
)


@dataclass(frozen=True, slots=True)
class Named:
    """A column as code names it: where the name stands, and in which frames it was looked for."""

    name: str
    line: int
    start: int
    end: int
    frames: tuple[str, ...]


def mend(code: Code, cards: Iterable[FrameCard]) -> tuple[Code, list[Finding]]:
    """Code with its slips in column names mended, and what is left to find fault with.

    Args:
        code: Python or SQL that parses.
        cards: The frames that it may name; of others nothing is known.

    Returns:
        The code, mended where one known name alone is near; findings that stop it, and those that say what was mended.
    """
    known = {card.name: _known(card, code.language == "sql") for card in cards}
    findings: list[Finding] = []
    changes: list[tuple[Named, str]] = []
    for named in _unknown(code, known):
        names = sorted({name for frame in named.frames for name in known[frame]})
        near = _near(named.name, names)
        where = " or ".join(named.frames)
        if len(near) == 1:
            changes.append((named, near[0]))
            message = f"The column {named.name} was read as {near[0]}, which {where} has."
            findings.append(Finding("column", message, named.line, stops=False))
        else:
            hint = f" Near: {', '.join(near)}." if near else f" It has: {', '.join(names[:30])}."
            findings.append(Finding("column", f"There is no column {named.name} in {where}.{hint}", named.line))
    return Code(_changed(code.text, changes), code.language, code.format), list(dict.fromkeys(findings))


def _known(card: FrameCard, sql: bool) -> frozenset[str]:
    return frozenset(column.sql if sql else column.name for column in card.columns)


def _near(name: str, names: list[str]) -> list[str]:
    wanted = name.casefold().replace(" ", "_")
    plain = {other: other.casefold().replace(" ", "_") for other in names}
    same = [other for other, text in plain.items() if text == wanted]
    close = difflib.get_close_matches(wanted, plain.values(), n=3, cutoff=NEAR)
    return same or [other for other, text in plain.items() if text in close]


def _changed(text: str, changes: list[tuple[Named, str]]) -> str:
    """The text with names replaced, from its end on so that places stay true."""
    lines = text.split("\n")
    for named, right in sorted(changes, key=lambda change: (-change[0].line, -change[0].start)):
        line = lines[named.line - 1].encode()
        piece = line[named.start : named.end].decode().replace(named.name, right)
        lines[named.line - 1] = (line[: named.start] + piece.encode() + line[named.end :]).decode()
    return "\n".join(lines)


def _unknown(code: Code, known: Mapping[str, frozenset[str]]) -> Iterator[Named]:
    found = _in_sql(code.text, known) if code.language == "sql" else _in_python(code.text, known)
    seen: set[tuple[int, int]] = set()
    for named in found:
        if (named.line, named.start) not in seen:
            seen.add((named.line, named.start))
            yield named


# -- Python ------------------------------------------------------------------------------------------------------------


def _in_python(text: str, known: Mapping[str, frozenset[str]]) -> Iterator[Named]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    rebound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    rebound |= {argument.arg for node in ast.walk(tree) if isinstance(node, ast.arguments) for argument in _all(node)}
    usable = {name: columns | _made(tree, name) for name, columns in known.items() if name not in rebound}
    for node in ast.walk(tree):
        frame, constants = _named_by(node, usable)
        for text_at in constants:
            name = str(text_at.value)
            if frame and name not in usable[frame] and text_at.end_lineno == text_at.lineno:
                yield Named(name, text_at.lineno, text_at.col_offset, text_at.end_col_offset or 0, (frame,))


def _all(arguments: ast.arguments) -> list[ast.arg]:
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _made(tree: ast.AST, frame: str) -> frozenset[str]:
    """Columns that the code itself gives a frame."""
    made: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load) and _is(node.value, frame):
            made |= {str(constant.value) for constant in _texts(node.slice)}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is(node.func.value, frame):
            if node.func.attr == "insert":
                made |= {str(constant.value) for argument in node.args for constant in _texts(argument)}
            if any(k.arg == "inplace" for k in node.keywords):
                made |= {str(text.value) for text in ast.walk(node) if isinstance(text, ast.Constant)}
    return frozenset(made)


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _texts(node: ast.AST | None) -> list[ast.Constant]:
    """A text, or the texts of a list or tuple."""
    if isinstance(node, ast.List | ast.Tuple):
        return [item for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return [node] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _named_by(node: ast.AST, frames: Mapping[str, frozenset[str]]) -> tuple[str, list[ast.Constant]]:
    """The frame that a piece of code takes columns of, and the texts that name them."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and isinstance(node.ctx, ast.Load):
        return (node.value.id, _texts(node.slice)) if node.value.id in frames else ("", [])
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return "", []
    owner, method = node.func.value, node.func.attr
    if isinstance(owner, ast.Name) and owner.id in frames and method in _TAKE_COLUMNS:
        found = [text for argument in node.args for text in _texts(argument)]
        found += [text for keyword in node.keywords if keyword.arg in _KEYWORDS for text in _texts(keyword.value)]
        return owner.id, found
    if isinstance(owner, ast.Name) and owner.id == "px" and node.args and isinstance(node.args[0], ast.Name):
        frame = node.args[0].id
        if frame in frames:
            return frame, [t for keyword in node.keywords if keyword.arg in _DRAWN for t in _texts(keyword.value)]
    return "", []


# -- SQL ---------------------------------------------------------------------------------------------------------------


def _in_sql(text: str, known: Mapping[str, frozenset[str]]) -> Iterator[Named]:
    try:
        scopes = traverse_scope(sqlglot.parse_one(text, read="duckdb"))
    except (SqlglotError, RecursionError, ValueError):
        return
    names = {name.lower(): name for name in known}
    for scope in scopes:
        sources = {alias: names.get(_table(source)) for alias, source in scope.sources.items()}
        for column in scope.columns:
            if column.find_ancestor(exp.Select) is not scope.expression:
                continue  # of a subquery, and looked at there
            named = _missing(column, scope, sources, known)
            if named is not None:
                yield from _placed(named, column.this, text)


def _table(source: object) -> str:
    """The name of a source that is a plain table, else an empty text."""
    return source.name.lower() if isinstance(source, exp.Table) and not source.args.get("db") else ""


def _missing(
    column: exp.Column, scope: Scope, sources: Mapping[str, str | None], known: Mapping[str, frozenset[str]]
) -> tuple[str, tuple[str, ...]] | None:
    """The name of a column that none of the frames it can be of has, and those frames."""
    if not isinstance(column.this, exp.Identifier):
        return None
    frames: tuple[str, ...]
    if column.table:
        frame = next((name for alias, name in sources.items() if alias.lower() == column.table.lower()), None)
        frames = (frame,) if frame else ()
    else:
        # A column in a subquery may be one of the query around it.
        certain = not scope.is_subquery and all(sources.values())
        frames = tuple(name for name in sources.values() if name) if certain else ()
        if column.name.lower() in _aliases(scope) | {name.lower() for name in sources}:
            return None
    if not frames or any(column.name.lower() in {c.lower() for c in known[frame]} for frame in frames):
        return None
    return column.name, tuple(dict.fromkeys(frames))


def _aliases(scope: Scope) -> set[str]:
    """Names that the query gives itself; DuckDB lets almost every clause use them."""
    query = scope.expression
    found = {alias.alias.lower() for alias in query.find_all(exp.Alias)}
    found |= {column.name.lower() for alias in query.find_all(exp.TableAlias) for column in alias.columns}
    found |= {argument.name.lower() for function in query.find_all(exp.Lambda) for argument in function.expressions}
    return found | {"rowid"}


def _placed(named: tuple[str, tuple[str, ...]], identifier: exp.Identifier, text: str) -> Iterator[Named]:
    """Where the name stands, as line and bytes."""
    start, end = identifier.meta.get("start"), identifier.meta.get("end")
    if start is None or end is None:
        return
    before = text[:start]
    line_start = before.rfind("\n") + 1
    first = len(text[line_start:start].encode())
    yield Named(named[0], before.count("\n") + 1, first, first + len(text[start : end + 1].encode()), named[1])
