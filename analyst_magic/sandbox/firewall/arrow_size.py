"""What an Arrow stream would take once it is read, by arithmetic over its headers before a byte of data is looked at.

A few bytes can announce gigabytes: a field that a thousand others share, a list of elements that have no width, a
struct's key of a megabyte that every row repeats. So the schema is walked with caps on fields and bytes, each batch's
lengths are compared with the buffers that have to hold them, and what Python's objects would take is added up.

Format: https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc, and
``format/Schema.fbs``, ``format/Message.fbs`` of Apache Arrow.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ...errors import FirewallError
from ...language import message
from .flatbuffer import Table

MAX_COLUMNS = 5_000
MAX_FIELDS = 20_000
"""Columns, and the fields in them, of one table."""
MAX_DEPTH = 8
MAX_WORDS = 4_000_000
"""Bytes of all names, time zones and metadata of a schema; what several fields share counts for each."""
MAX_KEY = 1_000
"""Bytes of the name of a struct's field, which each of its values repeats as a Python dictionary."""
MAX_BATCHES = 20_000
MIN_OBJECTS = 512_000_000
"""Bytes of Python objects that any table may become."""
MAX_OBJECTS = 4_000_000_000
"""Bytes of Python objects that no table may become."""
EXPANSION = 32
"""Bytes of Python objects that a table may become for each byte that came, between these two."""

SCHEMA, DICTIONARY, BATCH = 1, 2, 3  # MessageHeader
_LITTLE_ENDIAN = 0
_VERSION_5 = 4  # MetadataVersion; in earlier ones unions have another layout
# Type
_INT, _FLOAT, _BINARY, _UTF8, _BOOL, _DECIMAL, _DATE, _TIME, _TIMESTAMP, _INTERVAL, _LIST, _STRUCT, _UNION, \
    _FIXED_BINARY, _FIXED_LIST, _MAP, _DURATION, _LARGE_BINARY, _LARGE_UTF8, _LARGE_LIST = range(2, 22)  # fmt: skip
_OFFSETS = {_BINARY: 4, _UTF8: 4, _LIST: 4, _MAP: 4, _LARGE_BINARY: 8, _LARGE_UTF8: 8, _LARGE_LIST: 8}
_LISTS = frozenset({_LIST, _LARGE_LIST, _MAP})
_BYTES = frozenset({_BINARY, _UTF8, _LARGE_BINARY, _LARGE_UTF8})
_UNIT_WIDTHS = {_DATE: (32, 64), _INTERVAL: (32, 64, 128)}
_EXTENSION = b"ARROW:extension:"
"""Where a field's metadata begin with this, Arrow would let a class that somebody registered here read them."""
_ZONE = re.compile(rb"[A-Za-z0-9_+\-/:]{1,64}")

# Bytes that one value takes in pandas or as an object of CPython 3.11 to 3.14, its reference included: from
# sys.getsizeof, and for arrays of numpy and dictionaries as measured on tables of a million rows.
_OBJECT = {_INT: 40, _FLOAT: 32, _BOOL: 8, _DECIMAL: 112, _DATE: 40, _TIME: 48, _TIMESTAMP: 72, _DURATION: 72,
           _INTERVAL: 72}  # fmt: skip
_TEXT, _ARRAY, _DICT, _KEY, _CHUNK = 64, 128, 200, 64, 300
_AS_OBJECTS = frozenset({_DECIMAL, _DATE, _TIME, _INTERVAL})
"""Types that pandas holds as objects also where they are a column of their own."""


@dataclass(frozen=True, slots=True)
class Field:
    """The layout of a column, or of a field in one.

    Attributes:
        kind: Its type, by its number in ``Type`` of Schema.fbs.
        width: Bits of one value of a fixed width; 0 for others.
        size: Elements of each value of a list of fixed size.
        key: Bytes of its name.
        children: The fields in it.
    """

    kind: int
    width: int = 0
    size: int = 0
    key: int = 0
    children: tuple[Field, ...] = ()


@dataclass(slots=True)
class _Budget:
    """What is left of the caps on a schema."""

    fields: int = MAX_FIELDS
    words: int = MAX_WORDS

    def spend(self, fields: int = 0, words: int = 0) -> None:
        self.fields -= fields
        self.words -= words
        if self.fields < 0:
            raise FirewallError(
                message("A table has more than {most} fields.", most=MAX_FIELDS), message("Select columns first.")
            )
        if self.words < 0:
            raise FirewallError(
                message("The names and metadata of a table's columns are too long."), message("Rename them first.")
            )


@dataclass(slots=True)
class Sizes:
    """What the batches of a stream take so far.

    Attributes:
        columns: The layout of each column.
        rows: Rows of all batches.
        batches: Number of batches.
        objects: Bytes of Python objects that they would become.
    """

    columns: tuple[Field, ...]
    rows: int = 0
    batches: int = 0
    objects: int = 0

    def add(self, piece: Table, body: int) -> None:
        """Count a batch.

        Args:
            piece: The ``RecordBatch`` of its header.
            body: Bytes that follow the header.

        Raises:
            FirewallError: Its lengths do not fit its buffers, or it is over a limit.
        """
        if piece.has(3) or piece.has(4):
            raise FirewallError(
                message("A table came back compressed, or with views."), message("Send it uncompressed.")
            )
        rows = piece.number(0, "q")
        if rows < 0:
            damaged()
        walk = _Walk(piece.pairs(1), piece.pairs(2), body)
        self.batches += 1
        if self.batches > MAX_BATCHES:
            raise FirewallError(
                message("A table came in more than {most} pieces.", most=MAX_BATCHES),
                message("Combine its chunks first."),
            )
        for column in self.columns:
            self.objects += walk.field(column, rows)
        walk.end()
        self.rows += rows

    def check(self, size: int) -> None:
        """Refuse a table whose objects would take too much.

        Args:
            size: Bytes that came.

        Raises:
            FirewallError: They would.
        """
        if self.objects > min(MAX_OBJECTS, max(MIN_OBJECTS, EXPANSION * size)):
            raise FirewallError(
                message(
                    "A table of {size:,.1f} MB would take {memory:,.1f} GB of memory in Python.",
                    size=size / 1e6,
                    memory=self.objects / 1e9,
                ),
                message("Aggregate it, or select fewer rows and nested columns first."),
            )


@dataclass(slots=True)
class _Walk:
    """Goes through a batch's nodes and buffers in the order of the schema's fields."""

    nodes: Iterator[tuple[int, int]]
    buffers: Iterator[tuple[int, int]]
    body: int
    _at: int = field(default=0, init=False)

    def field(self, column: Field, expected: int | None, alone: bool = True) -> int:
        """Check one field and what is in it.

        Args:
            column: Its layout.
            expected: The length that it must have; None where its parent leaves that open.
            alone: Whether pandas may hold it as an array; a struct's fields become objects.

        Returns:
            Bytes that its values would take.
        """
        length, nulls = next(self.nodes, (-1, 0))
        if not 0 <= nulls <= length or (expected is not None and length != expected):
            damaged()
        if column.kind == _UNION:
            self._buffer(length)
        else:
            self._buffer(-(-length // 8) if nulls else 0)
        if column.width:
            self._buffer(-(-length * column.width // 8))
        elif column.kind in _OFFSETS:
            self._buffer((length + 1) * _OFFSETS[column.kind] if length else 0)
        data = self._buffer(0) if column.kind in _BYTES else 0
        return _CHUNK + self._values(column, length, data, alone)

    def _values(self, column: Field, length: int, data: int, alone: bool) -> int:
        kind = column.kind
        if kind in _BYTES:
            return _TEXT * length + 4 * data  # one character beyond the others' range makes each take four bytes
        if kind in _LISTS:
            return _ARRAY * length + self.field(column.children[0], None, alone=kind != _MAP)
        if kind == _FIXED_LIST:
            return _ARRAY * length + self.field(column.children[0], length * column.size)
        if kind in {_STRUCT, _UNION}:
            keys = sum(_KEY + child.key for child in column.children) if kind == _STRUCT else 0
            return (_DICT + keys) * length + sum(self.field(c, length, alone=False) for c in column.children)
        if kind == _FIXED_BINARY:
            return (_TEXT + column.width // 8) * length
        return length * (-(-column.width // 8) + 1 if alone and kind not in _AS_OBJECTS else _OBJECT[kind])

    def _buffer(self, needed: int) -> int:
        """Bytes of the next buffer, which lies behind those before it and holds at least what is needed."""
        offset, length = next(self.buffers, (-1, -1))
        if length < needed or offset < 0 or length < 0 or offset + length > self.body:
            damaged()
        if length:
            if offset < self._at:
                damaged()
            self._at = offset + length
        return length

    def end(self) -> None:
        """Refuse a batch that has more nodes or buffers than the schema has use for."""
        if next(self.nodes, None) is not None or next(self.buffers, None) is not None:
            damaged()


def columns(piece: Table, schema: Table) -> tuple[Field, ...]:
    """The layout of a table's columns.

    Args:
        piece: The first piece's header.
        schema: The ``Schema`` in it.

    Raises:
        FirewallError: It is malformed, too large, or has a type that is not admitted.
    """
    if piece.number(0, "h") != _VERSION_5 or schema.number(0, "h") != _LITTLE_ENDIAN:
        raise FirewallError(
            message("A table came back in another form of Arrow."), message("Send it as pyarrow writes it.")
        )
    budget = _Budget()
    _metadata(schema, 2, budget)
    count = schema.count(1)
    if count > MAX_COLUMNS:
        raise FirewallError(
            message("A table has more than {most} columns.", most=MAX_COLUMNS), message("Select columns first.")
        )
    return tuple(_field(table, budget, 0) for table in schema.tables(1))


def _field(table: Table, budget: _Budget, depth: int) -> Field:
    if depth > MAX_DEPTH:
        raise FirewallError(message("A table is nested too deeply."), message("Flatten its columns first."))
    key = table.text_size(0)
    budget.spend(1, key)
    _metadata(table, 6, budget)
    if any(pair.text(0, len(_EXTENSION)).startswith(_EXTENSION) for pair in table.tables(6)):
        raise FirewallError(
            message("A table has a column of a type of another library."), message("Convert it to a plain type first.")
        )
    if table.has(4):
        raise FirewallError(
            message("A table has a dictionary-encoded column."), message("Convert it to a plain type first.")
        )
    kind, described = table.number(2, "B"), table.table(3)
    if table.count(5) > budget.fields:
        budget.spend(table.count(5))
    children = tuple(_field(child, budget, depth + 1) for child in table.tables(5))
    width, size = _fixed(kind, described, budget)
    if len(children) != {_LIST: 1, _LARGE_LIST: 1, _FIXED_LIST: 1, _MAP: 1}.get(kind, len(children)):
        damaged()
    if children and kind not in {_LIST, _LARGE_LIST, _FIXED_LIST, _MAP, _STRUCT, _UNION}:
        damaged()
    if kind in {_STRUCT, _UNION} and not children:
        raise FirewallError(message("A table has a struct without fields."), message("Leave that column out."))
    if kind == _STRUCT and any(child.key > MAX_KEY for child in children):
        raise FirewallError(message("A field of a struct has a name that is too long."), message("Rename it first."))
    return Field(kind, width, size, key, children)


def _fixed(kind: int, described: Table, budget: _Budget) -> tuple[int, int]:
    """Bits of a value of fixed width, and elements of a list of fixed size; both 0 for other types."""
    width = size = 0
    if kind == _INT:
        width = described.number(0, "i")
    elif kind == _FLOAT:
        width = {0: 16, 1: 32, 2: 64}.get(described.number(0, "h"), 0)
    elif kind == _BOOL:
        width = 1
    elif kind == _DECIMAL:
        width = described.number(2, "i", 128)
        if abs(described.number(1, "i")) > 76:  # one value could be written with two thousand million zeros
            raise FirewallError(
                message("A table has a decimal of too many places."), message("Convert it to a plain type first.")
            )
    elif kind in _UNIT_WIDTHS:  # the defaults are days of 32 bits for intervals, milliseconds for dates
        units = _UNIT_WIDTHS[kind]
        unit = described.number(0, "h", 1 if kind == _DATE else 0)
        width = units[unit] if 0 <= unit < len(units) else 0
    elif kind == _TIME:
        width = described.number(1, "i", 32)
    elif kind in {_TIMESTAMP, _DURATION}:
        width = 64
        _zone(described, budget) if kind == _TIMESTAMP else None
    elif kind == _FIXED_BINARY:
        width = 8 * described.number(0, "i")
    elif kind == _FIXED_LIST:
        size = described.number(0, "i")
    elif kind == _UNION:
        if described.number(0, "h") != 0:  # its rows may share one value
            raise FirewallError(message("A table has a dense union."), message("Convert it to a plain type first."))
    elif kind not in _OFFSETS and kind != _STRUCT:
        raise FirewallError(
            message("A table has a column of a type that is not admitted."),
            message("Convert it to a plain type first."),
        )
    if width < 0 or size < 0 or (width == 0 and kind not in _OFFSETS and kind not in {_STRUCT, _UNION} and not size):
        raise FirewallError(
            message("A table has a column whose values have no width."), message("Leave that column out.")
        )
    return width, size


def _zone(described: Table, budget: _Budget) -> None:
    zone = described.text(1, 64) if described.has(1) else b"UTC"
    budget.spend(words=len(zone))
    if not _ZONE.fullmatch(zone):
        raise FirewallError(
            message("A table has a time zone of no usual name."), message("Convert its column to UTC first.")
        )


def _metadata(table: Table, index: int, budget: _Budget) -> None:
    """Count a table's metadata; what it says is not used."""
    budget.spend(words=16 * table.count(index))
    for pair in table.tables(index):
        budget.spend(words=pair.text_size(0) + pair.text_size(1))


def damaged() -> NoReturn:
    """Refuse a stream that contradicts itself.

    Raises:
        FirewallError: Always.
    """
    raise FirewallError(message("A table that came back is damaged."), message("Run the question again."))


def measure(data: Any, max_rows: int) -> Sizes:
    """Walk the messages of a stream: lengths within the bytes at hand, no compression, no more than the limits allow.

    Args:
        data: The stream.
        max_rows: Rows to accept.

    Raises:
        FirewallError: It is malformed or over a limit.
    """
    sizes: Sizes | None = None
    try:
        for piece, body in _messages(data):
            kind, header = piece.number(1, "B"), piece.table(2)
            if piece.has(4):
                raise FirewallError(message("A piece of a table has metadata."), message("Send it without."))
            if sizes is None:
                if kind != SCHEMA or body:
                    damaged()
                sizes = Sizes(columns(piece, header))
                continue
            if kind == DICTIONARY:
                raise FirewallError(
                    message("A table has a dictionary-encoded column."), message("Convert it to a plain type first.")
                )
            if kind != BATCH:
                damaged()
            sizes.add(header, body)
            if sizes.rows > max_rows:
                raise FirewallError(
                    message("A table has more than {most} rows.", most=max_rows),
                    message("Aggregate or limit the rows first."),
                )
            sizes.check(len(data))
    except (struct.error, IndexError, RecursionError):
        damaged()
    if sizes is None:
        damaged()
    return sizes


def _messages(data: Any) -> Iterator[tuple[Table, int]]:
    """The header of each message, and the bytes of its body."""
    at = 0
    while at < len(data):
        mark, size = struct.unpack_from("<Ii", data, at)
        if mark != 0xFFFFFFFF or size < 0 or at + 8 + size > len(data):
            damaged()
        if size == 0:
            return
        message = Table.root(bytes(data[at + 8 : at + 8 + size]))
        body = message.number(3, "q")
        if body < 0 or at + 8 + size + body > len(data):
            damaged()
        yield message, body
        at += 8 + size + body
