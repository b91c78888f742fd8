"""A table as an Arrow stream, for the page that shows it: every row, to scroll, sort and filter without the kernel."""

from __future__ import annotations

import base64
import io
from typing import Any

import pyarrow as pa

from ..turn import TableStyle
from .cells import page_formats
from .style import for_page

MIME = "application/vnd.analyst-magic.table.v1+json"
"""An Arrow stream in base64, with the number of all rows. Where nothing can show it, the static HTML is shown."""

MAX_IN_NOTEBOOK = 2_000_000
"""Bytes of a table's rows that a notebook's file is made to hold."""


_PIECE = 1_000
"""Rows whose nested values are made into text at a time."""


def stream(table: pa.Table) -> bytes:
    """A table as an uncompressed Arrow stream, of types that a page can read."""
    sink = io.BytesIO()
    plain = _plain_table(table)
    with pa.ipc.new_stream(sink, plain.schema) as writer:
        writer.write_table(plain)
    return sink.getvalue()


def fitting(table: pa.Table, max_bytes: int) -> pa.Table:
    """The rows of a table that fit into so many bytes, from the first on."""
    size = table.nbytes
    return table if size <= max_bytes else table.slice(0, int(table.num_rows * max_bytes / size))


def bundled(table: pa.Table, rows: int, note: str, style: TableStyle | None = None) -> dict[str, Any]:
    """What a notebook's output holds of a table.

    Args:
        table: The rows that came.
        rows: How many there are in all.
        note: What was cut or changed on the way.
        style: How the table looks, where the code styled it.
    """
    shown = _first(fitting(table, MAX_IN_NOTEBOOK), MAX_IN_NOTEBOOK)
    formats, rounding = page_formats(table)
    return {
        "arrow": base64.b64encode(stream(shown)).decode("ascii"),
        "rows": rows,
        "sent": shown.num_rows,
        "note": " ".join(filter(None, [note, rounding])),
        "formats": formats,
        **({"style": for_page(style)} if style else {}),
    }


def _plain_table(table: pa.Table) -> pa.Table:
    return pa.table([plain_column(column) for column in table.columns], names=table.column_names)


def _first(table: pa.Table, max_bytes: int) -> pa.Table:
    """The rows in types that a page can read, from the first on, as many as fit into so many bytes."""
    pieces, size = [_plain_table(table.slice(0, _PIECE))], 0
    for start in range(_PIECE, table.num_rows, _PIECE):
        size += pieces[-1].nbytes
        if size > max_bytes:
            break
        pieces.append(_plain_table(table.slice(start, _PIECE)))
    return fitting(pa.concat_tables(pieces).combine_chunks(), max_bytes)


def plain_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dictionaries are decoded; decimals, nested and binary values become text, as the page shows text of them."""
    kind: Any = column.type
    if pa.types.is_dictionary(kind):
        return plain_column(column.cast(kind.value_type))
    if pa.types.is_large_string(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.string())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        texts = [
            None if value is None else str(value)[:500]
            for start in range(0, len(column), _PIECE)
            for value in column.slice(start, _PIECE).to_pylist()
        ]
        return pa.chunked_array([pa.array(texts, pa.string())])
    return column
