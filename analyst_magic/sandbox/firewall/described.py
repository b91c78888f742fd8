"""Tables with a description of what they were: the plain columns apart from the parts that the description needs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from ...cleaning.text import clean
from ...errors import FirewallError
from ...exact.description import Origin, read
from ...language import message
from ...sources.frames import decode_label, sql_names
from . import arrow

MAX_LOSSES = 10
MAX_VALUES = 2**28
"""Values, or bytes, of a column in its own type."""


def table(data: bytes, content: Mapping[str, Any], max_rows: int) -> tuple[pa.Table, tuple[Any, ...], Origin | None]:
    """Read a table.

    Args:
        data: An Arrow stream: the columns, and behind them the parts that the description refers to.
        content: The message's content, of which ``labels`` and ``description`` are used.
        max_rows: Rows to accept.

    Returns:
        The columns as a table that is named uniquely after the labels, the labels, and what the table was where it came
        from; None where the message says nothing of that.

    Raises:
        FirewallError: It is malformed, over a limit, or of a type that is not admitted.
    """
    labels, description = content.get("labels"), content.get("description")
    if description is None or not isinstance(labels, list):
        return (*arrow.table(data, labels, max_rows), None)
    whole, _ = arrow.table(data, None, max_rows)
    try:
        checked, parts = read(description, len(labels), lambda stream: arrow.table(stream, None, max_rows)[0])
    except (ValueError, RecursionError) as error:
        raise FirewallError(
            message("A table came back with a damaged description."), message("Run the question again.")
        ) from error
    if whole.num_columns != len(labels) + parts:
        raise FirewallError(
            message("A table came back with a damaged description."), message("Run the question again.")
        )
    for form, column in zip(checked["forms"], whole.columns, strict=False):
        _check_expansion(form, column)
    decoded = tuple(decode_label(label) for label in labels)
    columns = whole.select(range(len(labels))).rename_columns(sql_names(decoded))
    numbers = _row_numbers(content.get("row_numbers"), checked, columns)
    return columns, decoded, Origin(checked, tuple(whole.columns[len(labels) :]), numbers)


def _row_numbers(given: Any, description: Mapping[str, Any], columns: pa.Table) -> int:
    """1 where the sandbox says that the index holds numbers of rows alone, and it can: one level of whole numbers."""
    index = description.get("index")
    fits = given == 1 and type(given) is int and index is not None and index["levels"] == 1 and not index["multi"]
    return int(fits and columns.num_columns > 1 and pa.types.is_integer(columns.schema.types[0]))


def _check_expansion(form: Any, column: pa.ChunkedArray) -> None:
    """Refuse a type of fixed size that would make gigabytes of a few nulls.

    Raises:
        FirewallError: The column would have more values than ``MAX_VALUES``.
    """
    word = form.get("type") if form else None
    variable = any(name in str(word) for name in ("list", "List", "map"))
    count = column.nbytes + len(column) if variable else len(column)
    if count * _fixed_sizes(word) > MAX_VALUES:
        raise FirewallError(
            message("A table has a column of too large a type."), message("Select fewer rows, or convert it first.")
        )


def _fixed_sizes(word: Any) -> int:
    """The product of all sizes in a type of ``exact.types``, or an upper bound of it."""
    if not isinstance(word, list):
        return 1
    own = word[-1] if word[:1] in (["array"], ["Array"], ["bytes"]) and type(word[-1]) is int else 1
    return max(1, own) * math.prod(_fixed_sizes(part) for part in word)


def losses(given: Any) -> list[str]:
    """What the sandbox says that it could not carry: its own words, so only short plain texts are taken."""
    if not isinstance(given, list):
        return []
    return [" ".join(clean(text, 300).split()) for text in given[:MAX_LOSSES] if isinstance(text, str)]
