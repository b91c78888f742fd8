"""What the translations of the planner's SQL share: how a tree is changed, and the nodes that stand in its places."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

Change = Callable[[exp.Expression], exp.Expression]
"""Gives what stands in place of a node, whose inner nodes have been changed already; the node itself to leave it."""

AGGREGATES = (exp.AggFunc, exp.Anonymous)
SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3_600, "DAY": 86_400, "WEEK": 604_800}
DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split()
MONTHS = "January February March April May June July August September October November December".split()


def changed(tree: exp.Expression, change: Change) -> exp.Expression:
    """A tree with its nodes changed, inner ones first."""
    for node in reversed(list(tree.walk())):
        new = change(node)
        if new is not node:
            if node.parent is None:
                tree = new
            else:
                node.replace(new)
    return tree


def collate(tree: exp.Expression, collations: Mapping[str, str], *, everywhere: bool) -> None:
    """Let columns of text be told apart and sorted letter by letter.

    Args:
        tree: The statement.
        collations: As for ``translated``.
        everywhere: Whether texts that are not the same are equal to the engine; else it only sorts them in another way.
    """
    for column in list(tree.find_all(exp.Column)):
        collation = collations.get(column.name.lower())
        if collation is None or not isinstance(column.this, exp.Identifier):
            continue
        if _is_only_shown(column) if everywhere else not _is_sorted(column):
            continue
        quoted = collation.startswith('"')
        name = exp.to_identifier(collation.strip('"'), quoted=True) if quoted else exp.var(collation)
        collated = exp.Collate(this=column.copy(), expression=name)
        column.replace(exp.alias_(collated, column.name) if isinstance(column.parent, exp.Select) else collated)


def _is_only_shown(column: exp.Column) -> bool:
    """Whether a column stands where its collation changes nothing: in what a query without groups shows, or IS NULL."""
    parent, place = column.parent, column.arg_key
    if isinstance(parent, exp.Alias):
        parent, place = parent.parent, parent.arg_key
    if isinstance(parent, exp.Select) and place == "expressions":
        return parent.args.get("group") is None and not parent.args.get("distinct")
    return isinstance(parent, exp.Is)


def _is_sorted(column: exp.Column) -> bool:
    """Whether a column stands where values are put in order."""
    select = column.find_ancestor(exp.Select)
    sorted_by = isinstance(column.parent, exp.Ordered) and not (select is not None and select.args.get("distinct"))
    return sorted_by or isinstance(column.parent, exp.Min | exp.Max | exp.LT | exp.LTE | exp.GT | exp.GTE | exp.Between)


def of(text: str, dialect: str, **nodes: exp.Expression) -> exp.Expression:
    """An expression from a text of a dialect, in which ``:name`` stands for a node."""
    tree = sqlglot.parse_one(text, read=dialect)
    inner = {name: exp.paren(node.copy(), copy=False) if isinstance(node, exp.Binary | exp.Not | exp.Case)
             else node.copy() for name, node in nodes.items()}  # fmt: skip
    return exp.replace_placeholders(tree, **inner)


def double(value: exp.Expression) -> exp.Expression:
    """A number as a float."""
    kind = exp.DataType.build("DOUBLE")
    return value if isinstance(value, exp.Cast) and value.to == kind else exp.Cast(this=value.copy(), to=kind)


def unit_of(node: exp.Expression) -> str:
    """The unit that a time is cut to."""
    return str(node.args["unit"].name if node.args.get("unit") is not None else "").upper()


def count_of(interval: exp.Interval) -> tuple[int, str]:
    """How much of which unit an interval is."""
    words = str(interval.this.name).split()
    unit = interval.args["unit"].name if interval.args.get("unit") is not None else words[1]
    return int(words[0]), str(unit).upper().rstrip("S")


def with_floats(node: exp.Expression) -> exp.Expression:
    """Means, spreads and quotients as floats, as DuckDB has them, and not with as many digits as the engine likes."""
    spreads = (exp.Avg, exp.StddevSamp, exp.StddevPop, exp.Stddev, exp.Variance, exp.VariancePop)
    spread = isinstance(node, spreads) and not isinstance(node.this, exp.Distinct)
    if spread or isinstance(node, exp.Div):
        node.set("this", double(node.this))
    return node


def without_filters(node: exp.Expression) -> exp.Expression:
    """An aggregate over some rows as one over all of them, of a value that the others do not have."""
    if not isinstance(node, exp.Filter):
        return node
    inner, condition = node.this, node.expression.this
    value = exp.Literal.number(1) if isinstance(inner.this, exp.Star) else inner.this
    if isinstance(value, exp.Distinct):
        for place, entry in enumerate(list(value.expressions)):
            value.expressions[place].replace(exp.Case().when(condition.copy(), entry.copy()))
        return inner
    inner.set("this", exp.Case().when(condition.copy(), value.copy()))
    return inner


def steps_in_numbers(node: exp.Expression, months: Change, seconds: Change) -> exp.Expression:
    """A window over a stretch of the calendar as one over numbers, for engines without such windows.

    Args:
        node: Any node.
        months: Gives the number of a time's month.
        seconds: Gives the number of its second.
    """
    if not isinstance(node, exp.Window) or not isinstance(spec := node.args.get("spec"), exp.WindowSpec):
        return node
    ends = [spec.args.get(name) for name in ("start", "end")]
    if not any(isinstance(end, exp.Interval) for end in ends):
        return node
    key = node.args["order"].expressions[0]
    for name, end in zip(("start", "end"), ends, strict=True):
        if isinstance(end, exp.Interval):
            count, unit = count_of(end)
            monthly = unit in {"MONTH", "YEAR", "QUARTER"}
            size = count * ({"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit] if monthly else SECONDS[unit])
            spec.set(name, exp.Literal.number(size))
            number = months if monthly else seconds
    key.set("this", number(key.this))
    return node


def first_word(node: exp.SplitPart, text: str, dialect: str) -> exp.Expression:
    """The part of a text before a mark.

    Raises:
        SqlglotError: Another part is wanted.
    """
    if node.args["part_index"].name != "1":
        raise SqlglotError("only the first part of a text can be had")
    return of(text, dialect, x=node.this, mark=node.args["delimiter"])


def first_names(sql: str, dialect: str, value: exp.Expression, names: list[str], first: int) -> exp.Expression:
    """A CASE that gives names for numbers as text."""
    cases = " ".join(f"WHEN '{number:0{first}d}' THEN '{name}'" for number, name in enumerate(names, first - 1))
    return of(f"CASE {sql} {cases} END", dialect, x=value)
