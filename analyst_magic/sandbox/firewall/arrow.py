"""Tables from the sandbox: Arrow streams whose metadata is read before a byte of data is.

A few bytes can announce gigabytes (columns of type null, run-end encoding, compressed buffers), so each message's
header is walked first. Format: https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
and ``format/Message.fbs`` of Apache Arrow.
"""

from __future__ import annotations

import struct
from typing import Any

import pyarrow as pa

from ...errors import FirewallError
from ...frames import decode_label, sql_names

MOST_COLUMNS = 5_000
_SCHEMA, _DICTIONARY, _BATCH = 1, 2, 3


def table(data: bytes, labels: Any, most_rows: int) -> tuple[pa.Table, tuple[Any, ...]]:
    """Read a table.

    Args:
        data: An Arrow stream.
        labels: The labels of the columns, as JSON.
        most_rows: Rows to accept.

    Returns:
        The table, its columns named uniquely after the labels, and the labels.

    Raises:
        FirewallError: It is malformed, over a limit, or of a type that is not admitted.
    """
    _check_messages(data, most_rows)
    try:
        with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
            schema = reader.schema
            if len(schema) > MOST_COLUMNS:
                raise FirewallError(f"A table has more than {MOST_COLUMNS:,} columns.", "Select columns first.")
            for field in schema:
                _check_type(field.type)
            result = reader.read_all()
        result.validate(full=True)
    except (pa.ArrowException, ValueError, OSError, MemoryError) as error:
        raise FirewallError("A table that came back is damaged.", "Run the question again.") from error
    if result.num_rows > most_rows:
        raise FirewallError(f"A table has more than {most_rows:,} rows.", "Aggregate or limit the rows first.")
    if not isinstance(labels, list) or len(labels) != result.num_columns:
        labels = list(result.column_names)
    decoded = tuple(decode_label(label) for label in labels)
    return result.rename_columns(sql_names(decoded)).replace_schema_metadata(None), decoded


def _check_type(kind: pa.DataType, depth: int = 0) -> None:
    t = pa.types
    if depth > 8:
        raise FirewallError("A table is nested too deeply.", "Flatten its columns first.")
    if t.is_list(kind) or t.is_large_list(kind):
        _check_type(kind.value_type, depth + 1)
    elif t.is_struct(kind):
        for field in kind:
            _check_type(field.type, depth + 1)
    elif not (
        t.is_boolean(kind) or t.is_integer(kind) or t.is_float32(kind) or t.is_float64(kind) or t.is_decimal(kind)
        or t.is_string(kind) or t.is_large_string(kind) or t.is_binary(kind) or t.is_large_binary(kind)
        or t.is_date(kind) or t.is_time(kind) or t.is_timestamp(kind) or t.is_duration(kind)
    ):  # fmt: skip
        raise FirewallError(f"A table has a column of the type {str(kind)[:60]}.", "Convert it to a plain type first.")


def _check_messages(data: bytes, most_rows: int) -> None:
    """Walk the stream's messages: lengths within the bytes at hand, no compression, no more rows than allowed."""
    at, rows = 0, 0
    try:
        while at < len(data):
            mark, size = struct.unpack_from("<Ii", data, at)
            if mark != 0xFFFFFFFF or size < 0 or at + 8 + size > len(data):
                raise FirewallError("A table that came back is damaged.", "Run the question again.")
            if size == 0:
                return
            kind, length, body = _header(data[at + 8 : at + 8 + size])
            rows += length if kind == _BATCH else 0
            if body < 0 or rows > most_rows or length > most_rows:
                raise FirewallError(f"A table has more than {most_rows:,} rows.", "Aggregate or limit the rows first.")
            at += 8 + size + body
    except (struct.error, IndexError):
        raise FirewallError("A table that came back is damaged.", "Run the question again.") from None


def _header(message: bytes) -> tuple[int, int, int]:
    """Kind of a message, rows of its batch, and length of its body; refuses compression and unknown kinds."""
    root = struct.unpack_from("<I", message, 0)[0]
    kind_at, header_at, body_at = (_field(message, root, i) for i in (1, 2, 3))
    kind = message[kind_at] if kind_at else 0
    body = struct.unpack_from("<q", message, body_at)[0] if body_at else 0
    if kind == _SCHEMA:
        return kind, 0, body
    if kind not in {_DICTIONARY, _BATCH} or not header_at:
        raise FirewallError("A table that came back is damaged.", "Run the question again.")
    batch = _follow(message, header_at)
    if kind == _DICTIONARY:
        raise FirewallError("A table has a dictionary-encoded column.", "Convert it to a plain type first.")
    if _field(message, batch, 3):
        raise FirewallError("A table came back compressed.", "Send it uncompressed.")
    length_at = _field(message, batch, 0)
    length = struct.unpack_from("<q", message, length_at)[0] if length_at else 0
    if length < 0:
        raise FirewallError("A table that came back is damaged.", "Run the question again.")
    return kind, length, body


def _field(message: bytes, table: int, index: int) -> int:
    """Where a field of a flatbuffers table lies, or 0 where it is absent."""
    vtable = table - struct.unpack_from("<i", message, table)[0]
    if vtable < 0:
        raise struct.error
    (size,) = struct.unpack_from("<H", message, vtable)
    at = 4 + 2 * index
    offset = struct.unpack_from("<H", message, vtable + at)[0] if at + 2 <= size else 0
    return table + offset if offset else 0


def _follow(message: bytes, at: int) -> int:
    return at + int(struct.unpack_from("<I", message, at)[0])
