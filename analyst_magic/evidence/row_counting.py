"""SQL that counts the rows which another statement reads, leaves out and multiplies.

The statement's tree says what to count: the rows that each condition leaves, missing values of what is added up and
grouped by, rows without a partner in a join, keys that are there several times, and units. All of one SELECT is one
statement with one row, so that the data is read once more and no oftener.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..turn.row_steps import RowStep
from ..turn.sql_syntax import parse_sql
from .selects import Link, SelectParts, Tables, select_parts

MAX_SELECTS = 3
MAX_TEXT = 80
_PLAIN = re.compile(r"""[\w."`]+""")


@dataclass(frozen=True, slots=True)
class Counting:
    """One statement of counts, and a further one that runs only where a SELECT keeps few of its rows.

    Attributes:
        sql: The statement; it gives one row of whole numbers. Empty where all is known without.
        select: What they are counted for.
        detail: The rows that each condition leaves; empty where there is one condition, or none.
        below: The detail is counted where fewer rows than this are remaining.
    """

    sql: str
    select: SelectParts
    detail: str = ""
    below: int = 0


def countings(sql: str, tables: Tables, dialect: str = "duckdb") -> tuple[Counting, ...]:
    """The counts for a statement; none for what cannot be read, or reads no frame that is known.

    Args:
        sql: The statement.
        tables: The frames or tables that it may read, by name.
        dialect: Of the statement, as sqlglot names it.

    Example:
        >>> from analyst_magic.evidence.selects import TableFacts
        >>> (found,) = countings("SELECT sum(a) FROM t WHERE b > 1", {"t": TableFacts(("a", "b"), rows=10)})
        >>> print(found.sql)
        SELECT COUNT(*), COUNT(CASE WHEN a IS NULL THEN 1 END) FROM t WHERE b > 1
        >>> steps_of(found, [4, 1], None)[0].after
        4
    """
    try:
        tree = parse_sql(sql, dialect)
    except (SqlglotError, RecursionError):
        return ()
    if not isinstance(tree, exp.Query) or tree.find(exp.TableSample, exp.Rand):
        return ()
    known = {name.casefold(): facts for name, facts in tables.items()}
    selects = [select for select in tree.find_all(exp.Select) if _stands_alone(select)]
    found = (_counting(select, tree, known, dialect) for select in selects[:MAX_SELECTS])
    return tuple(counting for counting in found if counting is not None)


def steps_of(counting: Counting, counts: Sequence[int], detail: Sequence[int] | None) -> tuple[RowStep, ...]:
    """What counts say, as the steps of the rows.

    Args:
        counting: What was counted.
        counts: The one row that its statement gave; empty where it had none.
        detail: That of its detail; None where that was not counted.
    """
    return tuple(_steps(counting.select, list(counts), detail))


def _stands_alone(select: exp.Select) -> bool:
    """Whether a SELECT is computed once, and not for each row of another."""
    parent = select.parent
    while isinstance(parent, exp.SetOperation):
        parent = parent.parent
    if isinstance(parent, exp.Subquery):
        return isinstance(parent.parent, exp.From | exp.Join)
    return parent is None or isinstance(parent, exp.CTE)


def _counting(select: exp.Select, tree: exp.Query, tables: Tables, dialect: str) -> Counting | None:
    origin = select.args.get("from_") or select.args.get("from")
    joins = list(select.args.get("joins") or [])
    first = origin.this if origin is not None else None
    if not isinstance(first, exp.Table) or not all(isinstance(join.this, exp.Table | exp.Subquery) for join in joins):
        return None
    inner = {cte.alias.casefold() for cte in tree.find_all(exp.CTE)}
    if first.name.casefold() in inner or first.name.casefold() not in tables:
        return None
    if select.args.get("laterals") or any(join.this.args.get("pivots") for join in [origin, *joins]):
        return None
    assert origin is not None
    nodes = {node.alias_or_name.casefold(): node for node in (first, *(join.this for join in joins))}
    parts = select_parts(select, first, joins, nodes, tables, dialect)
    where = select.args.get("where")
    remaining = where.this.sql(dialect=dialect) if where is not None else ""
    counts = _counts(parts, nodes, remaining, dialect)
    unlisted = uncounted(parts)
    unknown = any(column for _, column in unlisted)
    below = 10**15 if unknown or parts.rows is None else parts.rows // 2 + 1
    if len(counts) == 1 and not parts.filtered and not parts.joined:
        return Counting("", parts, "", below)
    before = _common_tables(select, tree, inner, dialect)
    from_sql = " ".join(part.sql(dialect=dialect) for part in (origin, *joins))
    ending = f" WHERE {remaining}" if remaining and not parts.joined else ""
    each = ", ".join(f"COUNT(CASE WHEN {text} THEN 1 END)" for text, _ in unlisted)
    detail = f"{before}SELECT {each} {from_sql}" if len(parts.conditions) > 1 and unlisted else ""
    return Counting(f"{before}SELECT {', '.join(counts)} {from_sql}{ending}", parts, detail, below)


def _common_tables(select: exp.Select, tree: exp.Query, inner: set[str], dialect: str) -> str:
    """The WITH of a statement, where a SELECT in it reads one of its tables; else an empty text."""
    with_ = tree.args.get("with_") or tree.args.get("with")
    if with_ is None or not any(table.name.casefold() in inner for table in select.find_all(exp.Table)):
        return ""
    return f"{with_.sql(dialect=dialect)} "


def uncounted(parts: SelectParts) -> tuple[tuple[str, str], ...]:
    """The conditions whose rows are not known from the missing values of the column."""
    return tuple(
        (text, column)
        for text, column in parts.conditions
        if not (column and parts.whole and column.casefold() in parts.nulls)
    )


# The statement --------------------------------------------------------------------------------------------------------


def _counts(parts: SelectParts, nodes: Mapping[str, exp.Expression], remaining: str, dialect: str) -> list[str]:
    """What is counted of the rows of a SELECT: without joins of those that it keeps, with joins of all."""
    condition = f"({remaining})" if remaining and parts.joined else ""

    def counted(*conditions: str) -> str:
        whole = " AND ".join(filter(None, conditions))
        return f"COUNT(CASE WHEN {whole} THEN 1 END)" if whole else "COUNT(*)"

    def missing(text: str) -> str:
        return f"{text if _PLAIN.fullmatch(text) else f'({text})'} IS NULL"

    counts = ["COUNT(*)"]
    counts += [counted(condition)] if condition else []
    counts += [counted(condition, missing(text)) for text in (*parts.keys, *parts.values)]
    for column in dict.fromkeys(column for _, column in parts.units):
        counts.append(f"COUNT(DISTINCT {f'CASE WHEN {condition} THEN {column} END' if condition else column})")
    if not parts.joined and parts.rows is None and parts.filtered:
        counts.append(f"(SELECT COUNT(*) FROM {next(iter(nodes.values())).sql(dialect=dialect)})")  # noqa: S608
    if parts.links and parts.rows is None:
        counts.append(f"(SELECT COUNT(*) FROM {next(iter(nodes.values())).sql(dialect=dialect)})")  # noqa: S608
    for link, checks_left in parts.checked_links:
        left, right = (nodes[name].sql(dialect=dialect) for name in (link.left, link.right))
        counts.append(f"(SELECT COUNT(*) FROM {left} WHERE NOT EXISTS (SELECT 1 FROM {right} WHERE {link.on}))")  # noqa: S608
        sides = [(right, link.right_keys), *([(left, link.left_keys)] if checks_left else [])]
        counts += [_repeats(side, keys) for side, keys in sides]
    return counts


def _repeats(side: str, keys: Sequence[str]) -> str:
    """A count of the rows whose key was there before."""
    filled = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    distinct = f"SELECT DISTINCT {', '.join(keys)} FROM {side} WHERE {filled}"  # noqa: S608
    return f"(SELECT COUNT(*) FROM {side} WHERE {filled}) - (SELECT COUNT(*) FROM ({distinct}) AS d)"  # noqa: S608


def _steps(parts: SelectParts, counts: list[int], detail: Sequence[int] | None) -> Iterator[RowStep]:
    take = iter(counts or [parts.rows or 0])
    read = remaining = next(take)
    if parts.filtered and parts.joined:
        remaining = next(take)
    keys = [next(take) for _ in parts.keys]
    values = [next(take) for _ in parts.values]
    unit_columns = list(dict.fromkeys(column for _, column in parts.units))
    units = dict(zip(unit_columns, (next(take) for _ in unit_columns), strict=True))
    source = parts.source
    if not parts.joined:
        read = (next(take) if parts.rows is None and parts.filtered else parts.rows) or read
    elif parts.links:
        first = next(take) if parts.rows is None else parts.rows
        links = [(link, next(take), next(take), next(take) if left else 0) for link, left in parts.checked_links]
        yield from _of_joins(parts, links, first, read)
    yield from _of_conditions(parts, read, remaining, detail)
    for text, missing in zip(parts.keys, keys, strict=True):
        if missing:
            yield RowStep("null group", source, remaining, remaining - missing, _short(text))
    for text, missing in zip(parts.values, values, strict=True):
        if missing:
            yield RowStep("figure", source, remaining, remaining - missing, _short(text))
    for text, column in parts.units:
        if units[column] > 1:
            yield RowStep("units", source, remaining, units[column], _short(text), column.rpartition(".")[2])


def _of_conditions(parts: SelectParts, read: int, remaining: int, detail: Sequence[int] | None) -> Iterator[RowStep]:
    """The rows that the conditions leave: each by itself where that was counted, else all of them together."""
    counted = dict(zip((text for text, _ in uncounted(parts)), detail or (), strict=False))
    others = []
    for text, column in parts.conditions:
        if column and parts.whole and column.casefold() in parts.nulls:
            yield RowStep("nulls", parts.source, read, read - parts.nulls[column.casefold()], column)
        elif len(parts.conditions) == 1 or text in counted:
            rows = counted.get(text, remaining)
            yield RowStep("nulls" if column else "filter", parts.source, read, rows, column or _short(text))
        else:
            others.append(text)
    if others or (not remaining and read and len(parts.conditions) > 1 and all(counted.values())):
        yield RowStep("filter", parts.source, read, remaining, _short(" and ".join(t for t, _ in parts.conditions)))


def _of_joins(
    parts: SelectParts, links: Sequence[tuple[Link, int, int, int]], first: int, joined: int
) -> Iterator[RowStep]:
    """The joins of a SELECT, and its figures over rows that they repeat."""
    whole = joined if len(links) == 1 else 0
    for link, unmatched, right_twice, _ in links:
        left, right = parts.names.get(link.left, link.left), parts.names.get(link.right, link.right)
        after = whole or (first if right_twice == 0 or link.outer else 0)
        rows = first if parts.names.get(link.left) == parts.source else max(first, unmatched)
        yield RowStep("join", left, rows, after or rows, ", ".join(link.left_keys), right, unmatched)
    before = first
    if len(links) == 1:
        link, unmatched, right_twice, left_twice = links[0]
        before = first if link.outer else first - unmatched
        multiplied = joined > before
        links = [(link, unmatched, right_twice if multiplied else 0, left_twice)]
    for text, owners in parts.figures:
        for owner in sorted(owners):
            others = [parts.names.get(name, name) for name in _repeating(owner, links)]
            if others and not any(name in owners for name in _repeating(owner, links)):
                name = parts.names.get(owner, owner)
                yield RowStep("repeated", name, before, joined, _short(text), others[0])
                break


def _repeating(table: str, links: Sequence[tuple[Link, int, int, int]]) -> list[str]:
    """The tables with several rows for one of another, which they therefore repeat."""
    found = []
    for link, _, right_twice, left_twice in links:
        others = [other for other, *_ in links if other is not link]
        if right_twice and table in _side(link.left, others):
            found.append(link.right)
        if left_twice and table in _side(link.right, others):
            found.append(link.left)
    return found


def _side(start: str, links: Sequence[Link]) -> set[str]:
    """The tables that hang together with one by some joins."""
    seen, waiting = {start}, [start]
    while waiting:
        table = waiting.pop()
        for link in links:
            if table in {link.left, link.right}:
                new = {link.left, link.right} - seen
                seen |= new
                waiting += new
    return seen


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"
