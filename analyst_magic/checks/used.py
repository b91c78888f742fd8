"""Which columns of the frames in scope code uses: what a pinned answer relies on.

Of Python a column counts as used where its name is an attribute that is not called, a keyword, a constant, or a word
of a longer text (``query`` and ``duckdb.sql`` take such texts). Of SQL it counts where the name stands as a column in
the query's tree, of the frame that it is qualified with. Code that no parser here reads uses every column whose name
stands in its text. So a column may count that is not used, but none that is used by its name is missed. Code that
takes a frame as a whole, as ``SELECT *`` or ``describe()`` do, uses no column by its name: it needs the frame alone.
"""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Collection, Iterable, Mapping

from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..turn import Code
from ..turn.sql_syntax import parse_sql
from ..turn.syntax import all_nodes, parse_python


def columns_used(code: Code, frames: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """The columns that code uses, by frame.

    Args:
        code: The code.
        frames: The columns of each frame, by the frame's name in the code.

    Example:
        >>> used = columns_used(Code("sales.groupby('region').revenue.sum()"), {"sales": ["region", "revenue", "year"]})
        >>> sorted(used["sales"])
        ['region', 'revenue']
    """
    if code.language == "sql":
        try:
            return _in_sql(parse_sql(code.text), frames)
        except (SqlglotError, RecursionError, ValueError):
            names: set[str] = set()
            texts = [code.text]
    else:
        names, texts = _in_python(code.text)
    return {frame: _named(columns, names, texts) for frame, columns in frames.items()}


def is_named(code: Code, frame: str) -> bool:
    """Whether code names a frame: as a table of SQL, or as a word of Python or of a text that cannot be parsed.

    Example:
        >>> is_named(Code("SELECT count(*) AS orders FROM lines", "sql"), "orders")
        False
    """
    if code.language == "sql":
        with contextlib.suppress(SqlglotError, RecursionError, ValueError):
            return frame.lower() in {table.name.lower() for table in parse_sql(code.text).find_all(exp.Table)}
    return re.search(rf"(?<!\w){re.escape(frame)}(?!\w)", code.text) is not None


def _in_python(text: str) -> tuple[set[str], list[str]]:
    """Names that can be columns', and texts whose words can be."""
    try:
        nodes = list(all_nodes(parse_python(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(), [text]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute) and id(node) not in called}
    names |= {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    texts = [value for value in constants if isinstance(value, str)]
    names |= {str(value) for value in constants if isinstance(value, str | int | float)}
    return names, texts


def _named(columns: Collection[str], names: Collection[str], texts: Iterable[str]) -> set[str]:
    text = "\n".join(texts).casefold()
    words = set(re.findall(r"\w+", text))
    return {column for column in columns if column in names or _stands_in(column.casefold(), text, words)}


def _stands_in(column: str, text: str, words: Collection[str]) -> bool:
    if re.fullmatch(r"\w+", column):
        return column in words
    return bool(column) and bool(re.search(rf"(?<!\w){re.escape(column)}(?!\w)", text))


def _in_sql(tree: exp.Expression, frames: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    tables = {table.alias_or_name.lower(): table.name.lower() for table in tree.find_all(exp.Table)}
    known = {column.lower(): column for columns in frames.values() for column in columns}
    used: dict[str, set[str]] = {frame: set() for frame in frames}
    for identifier in tree.find_all(exp.Identifier):
        name, column = identifier.name.lower(), identifier.parent
        if name not in known or isinstance(column, exp.Alias | exp.TableAlias | exp.Table):
            continue
        qualified = isinstance(column, exp.Column) and identifier is column.this and column.table.lower()
        if isinstance(column, exp.Column) and identifier is not column.this and name in tables:
            continue  # the table that a column is qualified with
        owner = tables.get(qualified or "", "")
        for frame, columns in frames.items():
            if owner in {"", frame.lower()} or owner not in {other.lower() for other in frames}:
                used[frame] |= {column for column in columns if column.lower() == name}
    return used
