"""What a join loses or multiplies, known from samples of both keys before anybody counts rows."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..language import message
from ..turn import Code, ColumnCard, FrameCard
from ..turn.sql_syntax import parse_sql
from ..turn.syntax import all_nodes, parse_python

MIN_LOST = 0.01
"""Share of rows without a partner from which a join is worth a word."""
MIN_GROWTH = 1.01
MAX_NOTES = 2
_SAME_ROWS = frozenset(
    {"copy", "assign", "query", "dropna", "head", "tail", "sort_values", "filter", "astype", "sample"}
)
"""Methods after which a frame has the same keys, or some of them."""
_ASKS = ("indicator", "isna", "isnull", "notna", "is_null", "anti", "ANTI", "semi", "SEMI", "EXISTS")
"""Words of code that looks for rows without a partner itself."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A join of two frames on one column of each."""

    left: str
    right: str
    left_column: str
    right_column: str


def joins(code: Code) -> tuple[Joined, ...]:
    """The joins of code over one column, of frames as they are or filtered; in the order of its text.

    >>> joins(Code("flights.merge(planes[['tailnum', 'year']], on='tailnum')"))
    (Joined(left='flights', right='planes', left_column='tailnum', right_column='tailnum'),)
    """
    pairs = _in_sql(code.text) if code.language == "sql" else _in_python(code.text)
    return tuple(dict.fromkeys(pairs))


def join_notes(code: Code, cards: Iterable[FrameCard]) -> tuple[str, ...]:
    """Sentences on joins that leave rows without a partner, or make several rows of one.

    Args:
        code: Code that ran.
        cards: What is known of its frames.
    """
    if any(word in code.text for word in _ASKS) or " IS NULL" in code.text.upper():
        return ()
    known = {card.name.casefold(): card for card in cards}
    notes = [note for joined in joins(code) for note in _notes(joined, known, code.language == "sql")]
    return tuple(dict.fromkeys(notes))[:MAX_NOTES]


def _notes(joined: Joined, cards: Mapping[str, FrameCard], sql: bool) -> Iterator[str]:
    left, right = cards.get(joined.left.casefold()), cards.get(joined.right.casefold())
    if left is None or right is None or not (left.exact and right.exact):
        return
    mine, theirs = _column(left, joined.left_column, sql), _column(right, joined.right_column, sql)
    if mine is None or theirs is None or mine.sketch is None or theirs.sketch is None:
        return
    if mine.sketch.family != theirs.sketch.family:
        return
    match, growth = _partners(mine, theirs)
    lost = 1.0 - match * (1.0 - (mine.nulls or 0) / max(1, mine.rows))
    if lost >= MIN_LOST:
        about = "" if mine.sketch.complete else message("about ")
        yield message("{about}{share} of the rows of {left} have no partner in {right} by {column}.", about=about,
                      share=_percent(lost), left=left.name, right=right.name, column=joined.left_column)  # fmt: skip
    if growth >= MIN_GROWTH and not mine.unique:
        yield message(
            "The join makes about {growth:,.1f} rows of one of {left}, as {right} has several rows for one {column}.",
            growth=growth, left=left.name, right=right.name, column=joined.right_column,
        )  # fmt: skip


def _column(card: FrameCard, name: str, sql: bool) -> ColumnCard | None:
    columns = (c for c in card.columns if (c.sql.casefold() == name.casefold() if sql else c.name == name))
    return next(columns, None)


def _partners(left: ColumnCard, right: ColumnCard) -> tuple[float, float]:
    """The share of the left's filled rows that have a partner, and how many partners such a row has on average."""
    mine, theirs = left.sketch, right.sketch
    assert mine is not None
    assert theirs is not None
    known: Any = mine.hashes <= np.uint64(min(mine.threshold, theirs.threshold))
    hashes, rows = mine.hashes[known], mine.counts[known]
    places = np.minimum(np.searchsorted(theirs.hashes, hashes), len(theirs.hashes) - 1)
    here = theirs.hashes[places] == hashes
    if not len(rows) or not here.any():
        return 0.0, 0.0
    matched = rows[here].sum()
    return float(matched / rows.sum()), float((rows[here] * theirs.counts[places][here]).sum() / matched)


def _percent(share: float) -> str:
    """Whole per cent, one digit more below ten; all only where it is all."""
    if share < 1.0 and round(100 * share) == 100:
        return "over 99%"
    return f"{100 * share:.1f}%" if share < 0.1 else f"{round(100 * share)}%"


# -- Python ------------------------------------------------------------------------------------------------------------


def _in_python(text: str) -> Iterator[Joined]:
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    made = {node.id for node in all_nodes(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in all_nodes(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        module = isinstance(node.func.value, ast.Name) and node.func.value.id in {"pd", "pandas"}
        sides = node.args[:2] if module else [node.func.value, *node.args[:1]]
        if node.func.attr not in {"merge", "join"} or len(sides) != 2:
            continue
        left, right = map(_frame, sides)
        given = {keyword.arg: _text(keyword.value) for keyword in node.keywords}
        both = given.get("on", "")
        mine, theirs = given.get("left_on", both), given.get("right_on", both)
        known = left and right and mine and theirs and not {left, right} & made
        if known and given.get("how") not in {"right", "cross"}:
            yield Joined(left, right, mine, theirs)


def _frame(node: ast.AST) -> str:
    """The frame that an expression takes rows of, such as ``flights[["a"]].dropna()``."""
    while True:
        if isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr == "loc"):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SAME_ROWS:
            node = node.func.value
        else:
            return node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.AST) -> str:
    """A column's name, also where it is the only one of a list."""
    if isinstance(node, ast.List) and len(node.elts) == 1:
        node = node.elts[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


# -- SQL ---------------------------------------------------------------------------------------------------------------


def _in_sql(text: str) -> Iterator[Joined]:
    try:
        tree = parse_sql(text)
    except (SqlglotError, RecursionError, ValueError):
        return
    for select in tree.find_all(exp.Select):
        source = select.args.get("from_") or select.args.get("from")
        first = source.this if source is not None else None
        if not isinstance(first, exp.Table):
            continue
        names = {first.alias_or_name.casefold(): first.name}
        for join in select.args.get("joins") or ():
            if not isinstance(join.this, exp.Table):
                continue
            names[join.this.alias_or_name.casefold()] = join.this.name
            yield from _pair(join, first.name, names)


def _pair(join: exp.Join, first: str, names: Mapping[str, str]) -> Iterator[Joined]:
    right = join.this.name
    using, on = list(join.args.get("using") or []), join.args.get("on")
    if join.side == "RIGHT" or join.kind == "CROSS":
        return
    if len(using) == 1:
        yield Joined(first, right, using[0].name, using[0].name)
    if isinstance(on, exp.EQ) and isinstance(on.this, exp.Column) and isinstance(on.expression, exp.Column):
        sides = [(names.get(side.table.casefold(), ""), side.name) for side in (on.this, on.expression)]
        mine = next((column for table, column in sides if table and table != right), "")
        theirs = next((column for table, column in sides if table == right), "")
        left = next((table for table, _ in sides if table and table != right), "")
        if mine and theirs:
            yield Joined(left, right, mine, theirs)
