"""Tables from the sandbox: Arrow streams that are measured (``arrow_size``) before Arrow reads a byte of them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from ...errors import FirewallError
from ...language import message
from ...sources.frames import decode_label, sql_names
from .arrow_size import measure


def table(data: bytes, labels: Any, max_rows: int) -> tuple[pa.Table, tuple[Any, ...]]:
    """Read a table.

    Args:
        data: An Arrow stream.
        labels: The labels of the columns, as JSON.
        max_rows: Rows to accept.

    Returns:
        The table, its columns named uniquely after the labels, and the labels.

    Raises:
        FirewallError: It is malformed, over a limit, or of a type that is not admitted.
    """
    measure(data, max_rows)
    try:
        with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
            schema = reader.schema
            for field in schema:
                _check_type(field.type)
            result = reader.read_all()
        result.validate(full=True)
    except (pa.ArrowException, ValueError, OSError, MemoryError) as error:
        raise FirewallError(
            message("A table that came back is damaged."), message("Run the question again.")
        ) from error
    if result.num_rows > max_rows:
        raise FirewallError(
            message("A table has more than {max_rows:,} rows.", max_rows=max_rows),
            message("Aggregate or limit the rows first."),
        )
    if not isinstance(labels, list) or len(labels) != result.num_columns:
        labels = list(result.column_names)
    decoded = tuple(decode_label(label) for label in labels)
    return result.rename_columns(sql_names(decoded)).replace_schema_metadata(None), decoded


def _check_type(kind: pa.DataType, depth: int = 0) -> None:
    t = pa.types
    if depth > 8:
        raise FirewallError(message("A table is nested too deeply."), message("Flatten its columns first."))
    if t.is_list(kind) or t.is_large_list(kind):
        _check_type(kind.value_type, depth + 1)
    elif t.is_struct(kind):
        for field in kind:
            field.name.encode()  # one that is no text ends in a ValueError here, and not later where it is shown
            _check_type(field.type, depth + 1)
    elif not (
        t.is_boolean(kind) or t.is_integer(kind) or t.is_float32(kind) or t.is_float64(kind) or t.is_decimal(kind)
        or t.is_string(kind) or t.is_large_string(kind) or t.is_binary(kind) or t.is_large_binary(kind)
        or t.is_date(kind) or t.is_time(kind) or t.is_timestamp(kind) or t.is_duration(kind)
    ):  # fmt: skip
        raise FirewallError(
            message("A table has a column of the type {kind}.", kind=str(kind)[:60]),
            message("Convert it to a plain type first."),
        )
    elif t.is_timestamp(kind) and kind.tz:
        _check_zone(kind.tz)


def _check_zone(name: str) -> None:
    """Refuse a time zone that nothing here knows, as its values could be shown nowhere."""
    try:
        pa.lib.string_to_tzinfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise FirewallError(
            message("A table has a time zone that is not known here."), message("Convert its column to UTC.")
        ) from error
