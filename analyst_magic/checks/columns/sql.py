"""Columns that SQL names and none of its tables has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from ...turn.sql_syntax import parse_sql


@dataclass(frozen=True, slots=True)
class Missing:
    """A column that no table of its query has.

    Attributes:
        name: The name.
        frames: Where it was looked for.
        start, length: Where the name stands in the text, without quotes; a length of 0 where that is not known.
        quoted: Whether it stands in quotes.
    """

    name: str
    frames: tuple[str, ...]
    start: int
    length: int
    quoted: bool


def missing_in_sql(text: str, known: Mapping[str, Collection[str]]) -> Iterator[Missing]:
    """The columns that a statement names and none of the tables has that they can be of.

    Args:
        text: The statement; where it cannot be read, nothing is found.
        known: The columns of each table; of others nothing is known.
    """
    try:
        scopes = traverse_scope(parse_sql(text))
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
                yield _placed(*named, column.this)


def columns_of_result(text: str) -> frozenset[str] | None:
    """The names of a statement's columns, where it says all of them."""
    try:
        names = parse_sql(text).named_selects
    except (SqlglotError, RecursionError, ValueError, AttributeError):
        return None
    return frozenset(names) if names and "*" not in names and all(names) else None


def _table(source: object) -> str:
    """The name of a source that is a plain table, else an empty text."""
    return source.name.lower() if isinstance(source, exp.Table) and not source.args.get("db") else ""


def _missing(
    column: exp.Column, scope: Scope, sources: Mapping[str, str | None], known: Mapping[str, Collection[str]]
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
    aliases = {alias.alias.lower() for alias in query.find_all(exp.Alias)}
    aliases |= {column.name.lower() for alias in query.find_all(exp.TableAlias) for column in alias.columns}
    aliases |= {argument.name.lower() for function in query.find_all(exp.Lambda) for argument in function.expressions}
    return aliases | {"rowid"}


def _placed(name: str, frames: tuple[str, ...], identifier: exp.Identifier) -> Missing:
    start, end = identifier.meta.get("start"), identifier.meta.get("end")
    if start is None or end is None:
        return Missing(name, frames, 0, 0, False)
    quoted = bool(identifier.args.get("quoted"))
    return Missing(name, frames, start + quoted, end + 1 - start - 2 * quoted, quoted)
