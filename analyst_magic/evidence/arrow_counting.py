"""Counts of rows that need no engine: simple conditions and keys over frames, by Arrow's own functions.

They run outside the sandbox while the code runs in it, so that the evidence costs a turn next to nothing. What is not
simple (an expression, a function, a text that is a date) is left to the engine that ran the code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from ..turn.row_steps import Counts
from .row_counting import Counting, uncounted
from .selects import SelectParts

MAX_EXACT = 2**53
"""Whole numbers up to which a float holds each."""
_COMPARED: dict[type[exp.Expression], Callable[..., pa.ChunkedArray]] = {
    exp.EQ: pc.equal, exp.NEQ: pc.not_equal, exp.GT: pc.greater, exp.GTE: pc.greater_equal, exp.LT: pc.less,
    exp.LTE: pc.less_equal,
}  # fmt: skip
Value = int | float | str
Mask = Callable[[], pa.ChunkedArray]


def arrow_counts(counting: Counting, tables: Mapping[str, pa.Table]) -> Callable[[], Counts] | None:
    """What counts the rows without an engine; None where that cannot be done.

    Args:
        counting: What is to be counted.
        tables: The frames' tables, by name.

    Example:
        >>> from .row_counting import countings
        >>> from .selects import TableFacts
        >>> table, facts = pa.table({"a": [1, 2, None], "b": ["x", "y", "x"]}), TableFacts(("a", "b"), 3)
        >>> (asked,) = countings("SELECT sum(a) FROM t WHERE b = 'x'", {"t": facts})
        >>> arrow_counts(asked, {"t": table})()
        ((2, 1), None)
    """
    parts = counting.select
    if not counting.sql:
        return None
    if parts.joined:
        return _joined(parts, tables)
    table = tables.get(parts.source)
    if table is None or parts.units or len(parts.tests) != len(parts.conditions) or not parts.tests:
        return None
    masks = {test: mask for test in parts.tests if (mask := _mask(test, table)) is not None}
    texts = (*parts.keys, *parts.values)
    missing = [column for text in texts if (column := _column(text, table)) is not None]
    if set(masks) != set(parts.tests) or len(missing) < len(texts):
        return None
    return partial(_filtered, counting, masks, missing)


def _filtered(counting: Counting, masks: Mapping[exp.Expression, Mask], missing: list[pa.ChunkedArray]) -> Counts:
    found = {test: mask() for test, mask in masks.items()}
    whole = None
    for mask in found.values():
        whole = mask if whole is None else pc.and_kleene(whole, mask)
    row = [_true(whole), *(_true(pc.and_kleene(whole, column.is_null())) for column in missing)]
    texts = {text for text, _ in uncounted(counting.select)}
    named = zip(counting.select.conditions, counting.select.tests, strict=True)
    each = tuple(_true(found[test]) for (text, _), test in named if text in texts)
    return tuple(row), each if counting.detail and row[0] < counting.below else None


def _true(mask: pa.ChunkedArray) -> int:
    return int(pc.sum(mask).as_py() or 0)


def _mask(test: exp.Expression, table: pa.Table) -> Mask | None:
    """What tells of each row whether a condition holds; None where Arrow and SQL could differ."""
    if isinstance(test, exp.Paren):
        return _mask(test.this, table)
    if isinstance(test, exp.Not) and isinstance(test.this, exp.Is) and isinstance(test.this.expression, exp.Null):
        column = _column_of(test.this.this, table)
        return None if column is None else column.is_valid
    if isinstance(test, exp.In) and not test.args.get("query"):
        column, values = _column_of(test.this, table), [_value(part) for part in test.expressions]
        if column is None or not values or not all(value is not None and _fits(column, value) for value in values):
            return None
        kind = column.type
        if pa.types.is_integer(kind) and not all(isinstance(value, int) for value in values):
            return None
        return partial(_is_in, column, pa.array(values, kind))
    if type(test) not in _COMPARED:
        return None
    column, value = _column_of(test.this, table), _value(test.expression)
    if column is None or value is None or not _fits(column, value):
        return None
    if isinstance(value, str) and type(test) not in {exp.EQ, exp.NEQ}:
        return None
    if pa.types.is_floating(column.type) and type(test) in {exp.GT, exp.GTE, exp.LT, exp.LTE}:
        return partial(_compared, _COMPARED[type(test)], column, value, greater=type(test) in {exp.GT, exp.GTE})
    return partial(_COMPARED[type(test)], column, value)


def _is_in(column: pa.ChunkedArray, values: pa.Array) -> pa.ChunkedArray:
    return pc.if_else(column.is_valid(), pc.is_in(column, values), None)


def _compared(
    compare: Callable[..., pa.ChunkedArray], column: pa.ChunkedArray, value: Value, *, greater: bool
) -> pa.ChunkedArray:
    """A comparison of floats as SQL has it, for which NaN is above every number."""
    mask = compare(column, value)
    return pc.or_kleene(mask, pc.is_nan(column)) if greater else mask


def _column_of(node: exp.Expression, table: pa.Table) -> pa.ChunkedArray | None:
    return _named(node.name, table) if isinstance(node, exp.Column) else None


def _column(text: str, table: pa.Table) -> pa.ChunkedArray | None:
    """The column that a text of SQL names; None for another text."""
    name = text.rpartition(".")[2].strip('"`')
    return _named(name, table) if "(" not in text and " " not in text.strip('"') else None


def _named(name: str, table: pa.Table) -> pa.ChunkedArray | None:
    having = [place for place, known in enumerate(table.column_names) if known.casefold() == name.casefold()]
    return table.column(having[0]) if len(having) == 1 else None


def _value(node: exp.Expression) -> Value | None:
    """A literal; None for anything else."""
    if isinstance(node, exp.Neg):
        value = _value(node.this)
        return -value if isinstance(value, int | float) else None
    if not isinstance(node, exp.Literal):
        return None
    if node.is_string:
        return str(node.this)
    return int(node.this) if node.this.isdigit() else float(node.this)


def _fits(column: pa.ChunkedArray, value: Value) -> bool:
    """Whether Arrow compares a column with a value as SQL does."""
    kind = column.type
    if isinstance(value, str):
        return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
    return bool((pa.types.is_integer(kind) or pa.types.is_float64(kind)) and abs(value) < MAX_EXACT)


def _joined(parts: SelectParts, tables: Mapping[str, pa.Table]) -> Callable[[], Counts] | None:
    """The counts of one join of whole frames by one key, whose right side has each key once."""
    if len(parts.links) != 1 or parts.filtered or parts.keys or parts.values or parts.units:
        return None
    ((link, checks_left),) = parts.checked_links
    left, right = (tables.get(parts.names.get(name, "")) for name in (link.left, link.right))
    if checks_left or left is None or right is None or len(link.left_keys) != 1:
        return None
    mine, theirs = _column(link.left_keys[0], left), _column(link.right_keys[0], right)
    if mine is None or theirs is None or not pa.types.is_integer(mine.type) or mine.type != theirs.type:
        return None
    keys = pc.drop_null(theirs)
    if pc.count_distinct(keys).as_py() < len(keys):
        return None
    return partial(_matched, mine, keys, outer=link.outer)


def _matched(mine: pa.ChunkedArray, keys: pa.ChunkedArray, *, outer: bool) -> Counts:
    matched = int(np.isin(pc.drop_null(mine).to_numpy(), keys.to_numpy()).sum())  # by a table where keys lie close
    return (len(mine) if outer else matched, len(mine) - matched, 0), None
