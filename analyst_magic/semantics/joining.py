"""Datasets that a metric needs and a SELECT does not read: joined by their relationships, from many rows to one.

Such a join brings at most one row for each, so that no figure of the SELECT changes. What could only be reached from
one row to many would multiply rows, and is refused.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.tokens import Token, TokenType

from ..turn.definitions import Definitions, Relationship
from .formula import Columns, FormulaError

_AFTER_FROM = frozenset(
    TokenType[name]
    for name in (
        "WHERE GROUP_BY HAVING ORDER_BY LIMIT QUALIFY WINDOW UNION EXCEPT INTERSECT FETCH OFFSET SEMICOLON".split()
    )
)


@dataclass(frozen=True, slots=True)
class AddedJoin:
    """A join that a SELECT gets.

    Attributes:
        dataset: The dataset that it brings.
        called: What the SELECT calls it.
        sql: The join.
    """

    dataset: str
    called: str
    sql: str


def added_joins(
    wanted: str,
    called: Mapping[str, str],
    definitions: Definitions,
    columns: Columns,
    sources: Mapping[str, str],
    dialect: str = "duckdb",
) -> tuple[AddedJoin, ...]:
    """The joins by which a SELECT reads one more dataset.

    Args:
        wanted: The dataset.
        called: What the SELECT calls the datasets that it reads.
        definitions: How datasets belong together.
        columns: The columns of those at hand.
        sources: What SQL calls the source of each of those, by the dataset's name in small letters.
        dialect: Of the SQL.

    Raises:
        FormulaError: There is no way from many rows to one, or more than one.
    """
    ways = list(_ways(wanted, called, definitions))
    if not ways:
        raise FormulaError(_why_not(wanted, called, definitions), f"Read {_source(wanted, definitions)} there, once.")
    if len(ways) > 1:
        raise FormulaError(
            f"it is computed from {wanted}, which the SELECT that names it does not read, and {ways[0][-1].name} and "
            f"{ways[1][-1].name} both lead there.",
            f"Join {_source(wanted, definitions)} there, once.",
        )
    names, found = dict(called), []
    for step in ways[0]:
        if not _are_there(step, columns) or step.one.casefold() not in sources:
            raise FormulaError(
                f"it is computed from {wanted}, which the SELECT that names it does not read.",
                f"Read {_source(wanted, definitions)} there, once.",
            )
        alias = _free(step.one, names.values())
        on = " AND ".join(
            f"{_table(names[step.many], dialect)}.{_column(many, dialect)} = "
            f"{_table(alias, dialect)}.{_column(one, dialect)}"
            for many, one in zip(step.many_columns, step.one_columns, strict=True)
        )
        source = sources[step.one.casefold()]
        named = source if source == alias else f"{source} AS {_table(alias, dialect)}"
        found.append(AddedJoin(step.one, alias, f"LEFT JOIN {named} ON {on}"))
        names[step.one] = alias
    return tuple(found)


def _ways(wanted: str, called: Collection[str], definitions: Definitions) -> Iterator[tuple[Relationship, ...]]:
    """The shortest ways from what a SELECT reads to a dataset, each from many rows to one."""
    waiting: deque[tuple[str, tuple[Relationship, ...]]] = deque((name, ()) for name in called)
    shortest = len(definitions.relationships) + 1
    while waiting:
        name, way = waiting.popleft()
        if len(way) >= shortest:
            return
        for step in definitions.relationships:
            if step.many != name or step.one in called or step in way:
                continue
            if step.one == wanted:
                shortest = len(way) + 1
                yield (*way, step)
            else:
                waiting.append((step.one, (*way, step)))


def _why_not(wanted: str, called: Collection[str], definitions: Definitions) -> str:
    """Why no join from many rows to one brings a dataset."""
    begun = f"it is computed from {wanted}, which the SELECT that names it does not read"
    several = [name for name in called if next(_ways(name, [wanted], definitions), None)]
    return f"{begun}: {wanted} has several rows for one of {several[0]}." if several else f"{begun}."


def _are_there(step: Relationship, columns: Columns) -> bool:
    """Whether both sides of a relationship are columns of the data."""
    if len(step.many_columns) != len(step.one_columns):
        return False
    sides = ((step.many, step.many_columns), (step.one, step.one_columns))
    return all(
        {name.casefold() for name in wanted} <= {name.casefold() for name in columns.get(dataset.casefold(), ())}
        for dataset, wanted in sides
    )


def _source(dataset: str, definitions: Definitions) -> str:
    known = definitions.dataset(dataset)
    return known.source if known is not None else dataset


def _free(name: str, taken: Collection[str]) -> str:
    used = {other.casefold() for other in taken}
    return name if name.casefold() not in used else f"{name}_joined"


def _table(name: str, dialect: str) -> str:
    return str(exp.to_identifier(name).sql(dialect=dialect))


def _column(name: str, dialect: str) -> str:
    """A column's name, in quotes where an engine could fold it."""
    return str(exp.to_identifier(name, quoted=not re.fullmatch(r"[a-z_][a-z0-9_]*", name)).sql(dialect=dialect))


def require_clear(select: exp.Select, joined: str, columns: Columns, others: Collection[str]) -> None:
    """Refuse a join whose columns have names that the SELECT uses without a table.

    Raises:
        FormulaError: There is such a name.
    """
    new = {name.casefold() for name in columns.get(joined.casefold(), ())}
    old = {name.casefold() for other in others for name in columns.get(other.casefold(), ())}
    bare = [column.name for column in select.find_all(exp.Column) if not column.table]
    bare += [part.name for join in select.args.get("joins") or () for part in join.args.get("using") or ()]
    for name in bare:
        if name.casefold() in new & old:
            raise FormulaError(
                f"it is computed from {joined}, which has a column {name} too, as what the SELECT reads has.",
                "Write the table before each column there.",
            )


def end_of_from(tokens: Sequence[Token], start: int) -> int:
    """Where further joins can stand in the SELECT around a place of a text; -1 where that cannot be told.

    >>> text = "SELECT a, MEASURE(x) FROM t WHERE b = 1"
    >>> import sqlglot
    >>> text[: end_of_from(sqlglot.tokenize(text), text.index("MEASURE"))]
    'SELECT a, MEASURE(x) FROM t'
    """
    depths, depth = list[int](), 0
    for token in tokens:
        depth -= token.token_type == TokenType.R_PAREN
        depths.append(depth)
        depth += token.token_type == TokenType.L_PAREN
    at = next((index for index, token in enumerate(tokens) if token.start == start), -1)
    select = _before(tokens, depths, at)
    if select < 0:
        return -1
    level, begun = depths[select], False
    for index in range(select + 1, len(tokens)):
        kind, here = tokens[index].token_type, depths[index]
        if begun and (here < level or (here == level and kind in _AFTER_FROM)):
            return int(tokens[index - 1].end) + 1
        if here < level or (begun and here == level and kind == TokenType.COMMA):
            return -1
        is_from = kind == TokenType.FROM and here == level
        begun = begun or (is_from and tokens[index - 1].token_type != TokenType.DISTINCT)
    return int(tokens[-1].end) + 1 if begun else -1


def _before(tokens: Sequence[Token], depths: Sequence[int], at: int) -> int:
    """The SELECT that a token belongs to; -1 where there is none before it."""
    lowest = depths[at] if at >= 0 else 0
    for index in range(at, -1, -1):
        lowest = min(lowest, depths[index])
        if tokens[index].token_type == TokenType.SELECT and depths[index] <= lowest:
            return index
    return -1
