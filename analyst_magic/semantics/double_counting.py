"""Sums over a join that multiplies their rows, found from keys and relationships before anything runs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..language import message
from ..turn import Finding
from ..turn.definitions import Definitions
from .expand import reads, tables_read
from .formula import Columns, Formula

_SAFE = (exp.Min, exp.Max, exp.ApproxDistinct, exp.AnyValue, exp.LogicalOr, exp.LogicalAnd)
"""Figures that are the same however often a row is there."""


def double_counting(
    sql: str, definitions: Definitions, columns: Columns, dialect: str = "duckdb"
) -> tuple[Finding, ...]:
    """What a statement counts several times, as a join makes several rows of one.

    Args:
        sql: The statement.
        definitions: The datasets with their keys, and how they belong together.
        columns: The columns of the datasets at hand.
        dialect: Of the statement.
    """
    if not definitions.relationships:
        return ()
    try:
        tree = sqlglot.parse_one(sql, read=dialect)
    except SqlglotError:
        return ()
    found = [finding for select in tree.find_all(exp.Select) for finding in _in(select, definitions, columns)]
    return tuple(dict.fromkeys(found))


def _in(select: exp.Select, definitions: Definitions, columns: Columns) -> Iterator[Finding]:
    called = {}
    for table in tables_read(select):
        dataset = next((known for known in definitions.datasets if reads(table, known)), None)
        if dataset is not None:
            called[table.alias_or_name.casefold()] = dataset.name
    if len(called) < 2:
        return
    for figure in select.find_all(exp.AggFunc):
        if figure.parent_select is not select or isinstance(figure, _SAFE) or _is_distinct(figure):
            continue
        owners = {owner for column in figure.find_all(exp.Column) if (owner := _owner(column, called, columns))}
        for owner in sorted(owners):
            others = set(called.values()) - {owner}
            many = [other for other in sorted(others) if multiplies(other, owner, definitions)]
            # A formula over both sides, as quantity * price, is a figure of the rows of the many side.
            if many and not owners & set(many):
                yield Finding("double counting", _message(figure, owner, many[0]))
                break


def repeated_in(formula: Formula, definitions: Definitions) -> tuple[str, str, str]:
    """A figure of a metric whose rows another dataset of the metric repeats: it, its dataset and that other one.

    Three empty texts where there is none.
    """
    for figure in formula.tree.find_all(exp.AggFunc):
        if isinstance(figure, _SAFE) or _is_distinct(figure):
            continue
        owners = {column.table for column in figure.find_all(exp.Column)}
        for owner in sorted(owners):
            many = [o for o in sorted(formula.datasets - {owner}) if multiplies(o, owner, definitions)]
            if many and not owners & set(many):
                return figure.sql(dialect="duckdb"), owner, many[0]
    return "", "", ""


def _message(figure: exp.Expression, owner: str, many: str) -> str:
    text = figure.sql(dialect="duckdb")
    text = text if len(text) <= 80 else f"{text[:79]}…"
    return message(
        "{figure} counts rows of {owner} several times: the join with {many} makes several rows of one. Aggregate "
        "{many} to one row for each row of {owner} first, in a CTE, and join that.",
        figure=text, owner=owner, many=many,
    )  # fmt: skip


def _is_distinct(figure: exp.Expression) -> bool:
    return figure.find(exp.Distinct) is not None


def _owner(column: exp.Column, called: dict[str, str], columns: Columns) -> str:
    """The dataset that a column belongs to; empty where that cannot be told."""
    if column.table:
        return called.get(column.table.casefold(), "")
    name = column.name.casefold()
    having = [d for d in called.values() if name in {known.casefold() for known in columns.get(d.casefold(), ())}]
    return having[0] if len(having) == 1 else ""


def multiplies(other: str, dataset: str, definitions: Definitions) -> bool:
    """Whether a join with another dataset makes several rows of one: it lies on the many side, perhaps beyond others.

    A dataset that is reached from many to one alone brings at most one row each.
    """
    to_one: dict[str, list[str]] = {}
    linked: dict[str, set[str]] = {}
    for known in definitions.relationships:
        if not _one_to_one(known.many, known.many_columns, definitions):
            to_one.setdefault(known.many, []).append(known.one)
        else:
            to_one.setdefault(known.many, []).append(known.one)
            to_one.setdefault(known.one, []).append(known.many)
        linked.setdefault(known.many, set()).add(known.one)
        linked.setdefault(known.one, set()).add(known.many)
    return other in _reached(dataset, linked) and other not in _reached(dataset, to_one)


def _one_to_one(dataset: str, columns: tuple[str, ...], definitions: Definitions) -> bool:
    """Whether the columns of the many side tell its rows apart, so that there is one at most for each."""
    found = definitions.dataset(dataset)
    return found is not None and any(key <= frozenset(columns) for key in found.keys)


def _reached(start: str, ways: dict[str, list[str]] | dict[str, set[str]]) -> set[str]:
    seen, waiting = {start}, deque([start])
    while waiting:
        for name in ways.get(waiting.popleft(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen - {start}
