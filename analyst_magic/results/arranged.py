"""A table's rows in another order and selection, as its reader asks for them: all rows, not those of a page alone."""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from .cells import column_form
from .stream import plain_column
from .times import whole

FORMATS = {"csv": "csv", "tsv": "txt", "parquet": "parquet"}
"""Files that a table is saved as, with their endings."""
_FORMULA = r"^[=+@\t\r]"
_NUMERIC = re.compile(r"[-+\d.,:einfatd \u2212%$€£¥]*", re.IGNORECASE)
"""What a text of a number or of a moment may hold."""
_SIGNS = re.compile("[,$€£¥%]")
"""What stands in a number's text beside its digits."""


def arranged(
    table: pa.Table,
    words: str = "",
    column: int = -1,
    descending: bool = False,
    hidden: Collection[int] = (),
) -> pa.Array | None:
    """The numbers of the rows that have some text, in the order of one column; None for all rows as they came.

    >>> arranged(pa.table({"a": ["x", "Yes", "y"], "b": [3, 1, 2]}), "y", 1).to_pylist()
    [1, 2]

    Args:
        table: The rows.
        words: What one of a row's cells has to hold, whatever the case of its letters.
        column: The column to sort by; -1 for the order in which they came. Missing values come last.
        hidden: Columns whose texts are not looked at.
    """
    words = words.strip()
    rows = None
    if words:
        columns = enumerate(zip(table.column_names, table.columns, strict=True))
        masks = [_holds(part, str(name), words) for at, (name, part) in columns if at not in hidden]
        found = pa.array([False] * table.num_rows) if not masks else masks[0]
        for mask in masks[1:]:
            found = pc.or_(found, mask)
        rows = pc.indices_nonzero(found)
    if not 0 <= column < table.num_columns:
        return rows
    keys = _sortable(table.column(column))
    order = _order(keys if rows is None else keys.take(rows), "descending" if descending else "ascending")
    return order if rows is None else rows.take(order)


def saved(table: pa.Table, form: str) -> bytes:
    """A table as the bytes of a file. In text formats nothing is taken for a formula, and missing values are empty.

    >>> saved(pa.table({"a": ["=1+1", None], "b": [1, 2]}), "csv")
    b'a,b\\r\\n"\\'=1+1",1\\r\\n,2\\r\\n'

    Args:
        form: One of ``FORMATS``.
    """
    sink = io.BytesIO()
    if form == "parquet":
        try:
            parquet.write_table(table, sink)
        except pa.ArrowNotImplementedError:  # of types that these files do not have
            sink = io.BytesIO()
            parquet.write_table(pa.table(list(map(_written, table.columns)), names=table.column_names), sink)
        return sink.getvalue()
    columns = [_written(column) for column in table.columns]
    names = [re.sub(_FORMULA, lambda found: "'" + found[0], name) for name in table.column_names]
    if form == "tsv":
        columns = [_without_breaks(column) for column in columns]
        names = [re.sub(r"[\t\r\n]+", " ", name) for name in names]
    separator = "\t" if form == "tsv" else ","
    lines = [separator.join(names if form == "tsv" else map(_quoted, names))]
    options = arrow_csv.WriteOptions(
        include_header=False, delimiter=separator, quoting_style="none" if form == "tsv" else "needed", eol="\r\n"
    )
    sink.write(f"{lines[0]}\r\n".encode())
    arrow_csv.write_csv(pa.table(columns, names=[str(n) for n in range(len(columns))]), sink, options)
    return sink.getvalue()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if re.search(r'[",\r\n]', name) else name


def _written(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as a text file has it."""
    plain = plain_column(column)
    if pa.types.is_temporal(plain.type):
        plain = _text(plain)
    if pa.types.is_string(plain.type) and not pa.types.is_decimal(column.type):
        risky = pc.match_substring_regex(plain, _FORMULA)
        plain = pc.if_else(risky, pc.binary_join_element_wise("'", plain, ""), plain)
    return plain


def _without_breaks(column: pa.ChunkedArray) -> pa.ChunkedArray:
    text = _text(column)
    return pc.replace_substring_regex(pc.replace_substring_regex(text, r"[\t\r\n]+", " "), '"', "”")


def _order(keys: pa.ChunkedArray, way: str) -> pa.Array:
    try:
        return pc.sort_indices(keys, sort_keys=[("", way, "at_end")])
    except (ValueError, TypeError):  # pyarrow before 25 takes it beside the keys
        return pc.sort_indices(keys, sort_keys=[("", way)], null_placement="at_end")


def _holds(column: pa.ChunkedArray, label: str, words: str) -> Any:
    """Which values hold the words, as they are shown or in full."""
    kind = column.type
    counts = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if (counts or pa.types.is_temporal(kind)) and not _NUMERIC.fullmatch(words):
        return pa.array([False] * len(column))
    if not counts:
        return _contains(column, words)
    sought = _SIGNS.sub("", words)
    column = column.cast(pa.float32()) if pa.types.is_float16(kind) else column
    shown = column_form(column, label)
    if not sought or not pa.types.is_floating(kind) or len(sought.partition(".")[2]) > shown.decimals:
        return _contains(column, sought or words)
    if shown.kind == "percent":
        percents = _contains(pc.round(pc.multiply(column, 100), ndigits=shown.decimals), sought)
        return percents if "%" in words else pc.or_(percents, _contains(column, sought))
    return _contains(pc.round(column, ndigits=shown.decimals), sought)


def _contains(column: pa.ChunkedArray, words: str) -> Any:
    return pc.fill_null(pc.match_substring(_text(column), words, ignore_case=True), False).combine_chunks()


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values as texts: moments without their zone, and as exact as one of the column needs it."""
    plain = plain_column(column)
    if pa.types.is_timestamp(plain.type):
        return _moments(plain)
    if pa.types.is_string(plain.type):
        return plain
    try:
        return pc.cast(plain, pa.string())
    except pa.ArrowNotImplementedError:
        texts = [None if value is None else str(value) for value in plain.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])


def _moments(column: pa.ChunkedArray) -> pa.ChunkedArray:
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
    counted = column.cast(pa.int64())
    naive = counted.cast(pa.timestamp(column.type.unit))
    if not whole(counted, per_second):
        return pc.cast(naive, pa.string())
    text = pc.cast(naive.cast(pa.timestamp("s")), pa.string())
    letters = 10 if whole(counted, per_second * 86_400) else 16 if whole(counted, per_second * 60) else 19
    return pc.utf8_slice_codeunits(text, 0, letters) if letters < 19 else text


def _sortable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """What a column is sorted by: its values, or their texts where Arrow knows no order of them."""
    kind: Any = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_boolean(kind):
        return column.cast(pa.uint8())
    if pa.types.is_float16(kind):
        return column.cast(pa.float32())
    ordered = pa.types.is_primitive(kind) or pa.types.is_decimal(kind) or pa.types.is_string(kind)
    return column if ordered and not pa.types.is_interval(kind) else _text(column)
