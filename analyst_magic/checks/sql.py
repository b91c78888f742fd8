"""Rules for SQL: one statement that only reads the frames."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

import sqlglot
from sqlglot import exp

from ..turn import Code, Finding

# It warns of statements that it does not parse; those are refused below, in words of ours.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

# Statements and clauses that change, configure or leave the engine, wherever in the tree they stand.
_REFUSED_NAMES = """
Alter Analyze Attach Cache Command Comment Commit Copy Create Delete Detach Drop Execute Export Grant Insert Install
Into Kill LoadData Lock Merge Pragma Revoke Rollback Set Transaction TruncateTable Uncache Update Use
"""
_REFUSED: tuple[type[exp.Expression], ...] = tuple(
    getattr(exp, name) for name in _REFUSED_NAMES.split() if hasattr(exp, name)
)
_FILE = re.compile(r"read_|scan|glob|sniff_|parquet_|getenv|duckdb_|pragma_|query", re.I)


def check(code: Code) -> list[Finding]:
    """What is wrong with SQL before it runs. What cannot be parsed here is left to the locked DuckDB's own parser."""
    if not code.text.strip():
        return [Finding("empty", "There is no SQL.")]
    try:
        trees = [tree for tree in sqlglot.parse(code.text, read="duckdb") if tree is not None]
    except (sqlglot.errors.SqlglotError, RecursionError):
        return []
    if len(trees) != 1:
        return [Finding("one statement", f"There are {len(trees)} SQL statements; one can run.")]
    return [*_statement(trees[0]), *_functions(trees[0])]


def _statement(tree: exp.Expression) -> list[Finding]:
    refused = next((node for node in tree.walk() if isinstance(node, _REFUSED)), None)
    if refused is None:
        return []
    return [Finding("read only", f"The SQL holds {refused.key.upper()}; only queries that read the frames can run.")]


def _functions(tree: exp.Expression) -> list[Finding]:
    for table in tree.find_all(exp.Table):
        function = table.this if isinstance(table.this, exp.Func) else None
        name = "" if function is None else function.name if _unknown(function) else function.sql_name()
        if name and _FILE.search(name):
            return [Finding("no files", f"The SQL calls {name.lower()}; only the frames in scope can be read.")]
    return []


def _unknown(function: exp.Expression) -> bool:
    """Whether sqlglot has no class for a function, and knows it by the name in the SQL."""
    return isinstance(function, exp.Anonymous)


def names(text: str, frames: Iterable[str]) -> set[str]:
    """The frames that SQL names; too many rather than too few, as a frame too many costs little."""
    words = {word.lower() for word in re.findall(r"\w+", text)}
    return {frame for frame in frames if frame.lower() in words}
