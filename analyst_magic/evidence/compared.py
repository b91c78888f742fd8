"""Values that code looks for in columns, held against what the cards tell of those columns.

A result without rows mostly has one cause: a value that is written otherwise in the data. Where a card holds all values
of the column, that is certain and can be said: ``0 of 336,776 rows of flights have origin "LaGuardia"``. The values
that a sentence names are those of the card: cut down to the privacy level where the sentence is for a model.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..context.text import value_text
from ..facts.spellings import same
from ..language import message, messages
from ..turn import NUMBER_TYPES, Code, ColumnCard, FrameCard
from ..turn.sql_syntax import parse_sql
from ..turn.syntax import all_nodes, parse_python

MAX_SHOWN = 12
"""Values of a column that a sentence names."""
MAX_SENTENCES = 3
MAX_NODES = 20_000
"""Nodes of the code's tree that are looked at."""
_TEXTS = frozenset({"text", "category"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column and the values of which a row must have one.

    Attributes:
        frame: The name that the column is taken from; empty where that is no plain name.
        column: The column's name.
        values: The values.
    """

    frame: str
    column: str
    values: tuple[Any, ...]


def comparisons(code: Code, *, alternatives: bool = False) -> tuple[Comparison, ...]:
    """What code demands of columns, in the order of its text; negations are no demands.

    >>> comparisons(Code('flights[flights["origin"] == "LGA"]'))
    (Comparison(frame='flights', column='origin', values=('LGA',)),)
    >>> comparisons(Code("SELECT 1 FROM flights WHERE month IN (6, 7)", "sql"))
    (Comparison(frame='flights', column='month', values=(6, 7)),)

    Args:
        code: The code.
        alternatives: Whether to take what stands in an alternative (``or``), which no row has to have.
    """
    pairs = _in_sql(code.text, alternatives) if code.language == "sql" else _in_python(code.text, alternatives)
    return tuple(dict.fromkeys(pairs))


def absent_values(code: Code, cards: Iterable[FrameCard]) -> tuple[str, ...]:
    """Sentences on values that code demands and no row has, so that it finds no rows; empty where none is certain.

    Args:
        code: Code that ran.
        cards: What is known of its frames; the sentences tell of it.
    """
    return _sentences(comparisons(code), code, tuple(cards))


def absent_among_present(code: Code, cards: Iterable[FrameCard]) -> tuple[str, ...]:
    """The same of each single value that code looks for, also where others of its list or alternatives are there."""
    single = [replace(one, values=(value,)) for one in comparisons(code, alternatives=True) for value in one.values]
    return _sentences(single, code, tuple(cards))


def _sentences(items: Iterable[Comparison], code: Code, cards: Sequence[FrameCard]) -> tuple[str, ...]:
    sentences = (_absent(comparison, cards, code.language == "sql") for comparison in items)
    return tuple(dict.fromkeys(sentence for sentence in sentences if sentence))[:MAX_SENTENCES]


def _absent(comparison: Comparison, cards: Sequence[FrameCard], sql: bool) -> str:
    """What is wrong with a comparison, if every column that it can mean lacks its values."""
    columns = [(card, column) for card in cards for column in card.columns if _is_named(column, comparison, sql)]
    own = [(card, column) for card, column in columns if card.name.casefold() == comparison.frame.casefold()]
    sentences = [_lacking(comparison, card, column, sql) for card, column in own or columns]
    return sentences[0] if sentences and all(sentences) else ""


def _is_named(column: ColumnCard, comparison: Comparison, sql: bool) -> bool:
    return column.sql.casefold() == comparison.column.casefold() if sql else column.name == comparison.column


def _lacking(comparison: Comparison, card: FrameCard, column: ColumnCard, sql: bool) -> str:
    wanted = " or ".join(value_text(value) for value in comparison.values[:MAX_SHOWN])
    if not sql and (mismatch := _other_type(comparison, column)):
        return message(
            "{column} of {card} is {type}, and the code compares it with the {mismatch} {wanted}.",
            column=column.name,
            card=card.name,
            type=column.type,
            mismatch=mismatch,
            wanted=wanted,
        )
    if column.type not in NUMBER_TYPES | _TEXTS or _other_type(comparison, column):
        return ""  # SQL reads '7' as a number
    values = _all_values(card, column)
    if values is None or any(value in values for value in comparison.values):
        return ""
    common = [value for value, _ in column.values]
    near = _near(comparison.values, [*common, *(values if column.withheld is None else ())])
    meant = f" Is {value_text(near)} meant?" if near else ""
    return message(
        "0 of {counted} of {card} have {column} {wanted}{shown}.{meant}",
        counted=messages("{number} row", "{number} rows", card.rows),
        card=card.name,
        column=column.name,
        wanted=wanted,
        shown=_shown(column),
        meant=meant,
    )


def _all_values(card: FrameCard, column: ColumnCard) -> Collection[Any] | None:
    """All values of a column where they are known; they stay here."""
    if not card.exact or not column.distinct:
        return None
    if len(column.values) == column.distinct:
        return [value for value, _ in column.values]
    sketch = column.sketch
    return frozenset(sketch.texts) if sketch is not None and sketch.texts and sketch.complete else None


def _shown(column: ColumnCard) -> str:
    """The values as a part of a sentence; of many none, as the nearest says more."""
    values = sorted((value for value, _ in column.values), key=_order)
    if not values or len(values) < (column.distinct or 0):
        return ""
    more = f" and {len(values) - MAX_SHOWN} more" if len(values) > MAX_SHOWN else ""
    return f"; values: {', '.join(map(value_text, values[:MAX_SHOWN]))}{more}"


def _other_type(comparison: Comparison, column: ColumnCard) -> str:
    """``text`` or ``number``, where values of that type can never be in the column."""
    if column.type in NUMBER_TYPES and all(isinstance(value, str) for value in comparison.values):
        return "text"
    texts = all(isinstance(value, str) for value, _ in column.values)
    numbers = all(isinstance(value, int | float) for value in comparison.values)
    return "number" if column.type == "text" and texts and numbers else ""


def _order(value: Any) -> tuple[bool, Any]:
    return (True, value) if isinstance(value, int | float) else (False, str(value))


def _near(wanted: Sequence[Any], values: Sequence[Any]) -> str:
    """A value that differs from a wanted one in capitals, spaces or a letter."""
    plain = {same(value): value for value in values if isinstance(value, str)}
    for text in (same(value) for value in wanted if isinstance(value, str)):
        close = difflib.get_close_matches(text[:200], list(plain), n=1, cutoff=0.8)
        if close:
            return plain[close[0]]
    return ""


# -- Python ------------------------------------------------------------------------------------------------------------


def _in_python(text: str, alternatives: bool) -> Iterator[Comparison]:
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    made = _names_made(tree)
    for node in _demands(tree, alternatives):
        comparison = _asked(node, names=False) if isinstance(node, ast.Compare) else _called(node, alternatives)
        yield from (one for one in comparison if one.column not in made)


def _demands(tree: ast.AST, alternatives: bool) -> Iterator[ast.AST]:
    """Comparisons and calls that are not within a negation, or an alternative, in the order of the text."""
    waiting: list[ast.AST] = [tree]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = waiting.pop()
        either = isinstance(node, ast.BoolOp | ast.BinOp) and isinstance(node.op, ast.Or | ast.BitOr)
        if either and not alternatives:
            continue
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
            continue
        if isinstance(node, ast.Compare | ast.Call):
            yield node
        waiting += reversed(list(ast.iter_child_nodes(node)))


def _called(node: ast.AST, alternatives: bool) -> Iterator[Comparison]:
    """What ``df.x.isin([...])``, ``df.x.eq("a")`` and ``df.query("x == 'a'")`` demand."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
        return
    method, first = node.func.attr, node.args[0]
    if method in {"isin", "is_in", "eq"}:
        column, values = _column(node.func.value, names=False), _literals(first)
        if column is not None and values:
            yield Comparison(*column, values)
    elif method == "query" and isinstance(first, ast.Constant) and isinstance(first.value, str):
        frame = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
        try:
            tree = ast.parse(first.value.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        for part in _demands(tree, alternatives):
            for one in _asked(part, names=True):
                yield Comparison(frame, one.column, one.values)


def _asked(node: ast.AST, *, names: bool) -> Iterator[Comparison]:
    """What ``column == value`` and ``column in values`` demand; with ``names`` a bare name is a column."""
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return
    left, right = node.left, node.comparators[0]
    if isinstance(node.ops[0], ast.Eq):
        pairs = ((left, right), (right, left))
    elif isinstance(node.ops[0], ast.In):
        pairs = ((left, right),)  # type: ignore[assignment]
    else:
        return
    for one, other in pairs:
        column, values = _column(one, names=names), _literals(other)
        if column is not None and values:
            yield Comparison(*column, values)


def _column(node: ast.AST, *, names: bool) -> tuple[str, str] | None:
    """The frame and the column that a piece of code stands for."""
    if names and isinstance(node, ast.Name):
        return "", node.id
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return (node.value.id if isinstance(node.value, ast.Name) else ""), node.slice.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return ("", node.attr) if node.value.id in {"pl", "polars"} else (node.value.id, node.attr)
    if isinstance(node, ast.Call) and len(node.args) == 1:  # polars: pl.col("x")
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        argument = node.args[0]
        if name == "col" and isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return "", argument.value
    return None


def _literals(node: ast.AST) -> tuple[Any, ...]:
    """The value, or the values of a list, where they are all written down; else nothing."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        values = [_literals(item) for item in node.elts]
        return tuple(value for one in values for value in one) if all(len(one) == 1 for one in values) else ()
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node, sign = node.operand, -1
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return ()
    if isinstance(node.value, int | float):
        return (sign * node.value,)
    return (node.value,) if isinstance(node.value, str) and sign == 1 else ()


def _names_made(tree: ast.AST) -> set[str]:
    """Names of columns that the code itself makes or gives: of those the cards say nothing."""
    made: set[str] = set()
    for node in all_nodes(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.slice, ast.Constant):
            made.add(str(node.slice.value))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            made.add(node.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in {"assign", "with_columns", "agg", "mutate", "select"}:
                made |= {keyword.arg for keyword in node.keywords if keyword.arg}
            elif node.func.attr in {"rename", "alias", "reset_index", "insert", "melt", "rename_axis", "to_frame"}:
                constants = (part for argument in (*node.args, *(k.value for k in node.keywords))
                             for part in ast.walk(argument) if isinstance(part, ast.Constant))  # fmt: skip
                made |= {constant.value for constant in constants if isinstance(constant.value, str)}
    return made


# -- SQL ---------------------------------------------------------------------------------------------------------------


def _in_sql(text: str, alternatives: bool) -> Iterator[Comparison]:
    try:
        tree = parse_sql(text)
    except (SqlglotError, RecursionError, ValueError):
        return
    tables = {table.alias_or_name.casefold(): table.name for table in tree.find_all(exp.Table)}
    made = {alias.alias.casefold() for alias in tree.find_all(exp.Alias)}
    for node in tree.find_all(exp.EQ, exp.In, bfs=False):
        if node.find_ancestor(*((exp.Not,) if alternatives else (exp.Or, exp.Not))) is not None:
            continue
        sides = [(node.this, node.expression), (node.expression, node.this)] if isinstance(node, exp.EQ) else []
        pairs = sides or [(node.this, exp.Tuple(expressions=node.expressions))]
        for column, other in pairs:
            values = _sql_literals(other)
            if isinstance(column, exp.Column) and values and column.name.casefold() not in made:
                yield Comparison(_table_of(column, tables), column.name, values)


def _table_of(column: exp.Column, tables: dict[str, str]) -> str:
    if column.table:
        return tables.get(column.table.casefold(), "")
    return next(iter(tables.values())) if len(tables) == 1 else ""


def _sql_literals(node: exp.Expression | None) -> tuple[Any, ...]:
    if isinstance(node, exp.Tuple):
        values = [_sql_literals(item) for item in node.expressions]
        return tuple(value for one in values for value in one) if all(len(one) == 1 for one in values) else ()
    sign = 1
    if isinstance(node, exp.Neg):
        node, sign = node.this, -1
    if not isinstance(node, exp.Literal):
        return ()
    if node.is_string:
        return (node.this,)
    number = float(node.this)
    return (sign * (int(number) if number.is_integer() else number),)
