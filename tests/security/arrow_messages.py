"""A writer of Arrow streams that no honest writer makes: headers of any fields, lengths and offsets.

Objects that several others refer to are written once, so that a header of a few bytes can announce as much as it likes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

INT, FLOAT, BINARY, UTF8, BOOL, DECIMAL, TIMESTAMP, LIST, STRUCT, FIXED_BINARY, FIXED_LIST = (
    2, 3, 4, 5, 6, 7, 10, 12, 13, 15, 16
)  # fmt: skip
NULL, RUN_END_ENCODED, VIEW, UNION = 1, 22, 24, 14


@dataclass(eq=False)
class Record:
    """A table of flatbuffers: its fields by position, each a number with its form, or what it refers to."""

    fields: dict[int, Any]


@dataclass(eq=False)
class Items:
    """A vector of what it refers to."""

    items: list[Any]


@dataclass(eq=False)
class Raw:
    """A vector of elements that are written as they are; a text is one of bytes."""

    count: int
    data: bytes


def number(form: str, value: int) -> tuple[str, int]:
    return form, value


def text(value: bytes) -> Raw:
    return Raw(len(value), value + b"\0")


def pairs(values: list[tuple[int, int]]) -> Raw:
    return Raw(len(values), b"".join(struct.pack("<qq", *pair) for pair in values))


def described(kind: int, **extra: int) -> Record:
    """The parameters of a type."""
    if kind == INT:
        return Record({0: number("i", extra.get("width", 8)), 1: number("B", 1)})
    if kind == FLOAT:
        return Record({0: number("h", 2)})
    if kind == DECIMAL:
        return Record({0: number("i", extra.get("precision", 5)), 1: number("i", extra.get("scale", 0))})
    if kind in {FIXED_BINARY, FIXED_LIST}:
        return Record({0: number("i", extra.get("size", 0))})
    return Record({})


def field_of(kind: int, name: Raw | None = None, children: list[Record] | None = None, **extra: Any) -> Record:
    """A column, or a field in one."""
    fields: dict[int, Any] = {0: name or text(b"x"), 1: number("B", 1), 2: number("B", kind)}
    fields[3] = extra.pop("described", None) or described(kind, **{k: v for k, v in extra.items() if k != "metadata"})
    fields[5] = Items(list(children or []))
    if "metadata" in extra:
        fields[6] = extra["metadata"]
    return Record(fields)


def schema(columns: list[Record], metadata: Any = None) -> bytes:
    fields: dict[int, Any] = {1: Items(list(columns))}
    return message(1, Record(fields | ({2: metadata} if metadata else {})), b"")


def batch(rows: int, nodes: list[tuple[int, int]], buffers: list[tuple[int, int]], body: bytes, **extra: Any) -> bytes:
    header = Record({0: number("q", rows), 1: pairs(nodes), 2: pairs(buffers)})
    return message(3, header, body, **extra)


def message(kind: int, header: Record, body: bytes, metadata: Any = None) -> bytes:
    fields = {0: number("h", 4), 1: number("B", kind), 2: header, 3: number("q", len(body))}
    data = _written(Record(fields | ({4: metadata} if metadata else {})))
    data += bytes(-len(data) % 8)
    return struct.pack("<Ii", 0xFFFFFFFF, len(data)) + data + body


END = struct.pack("<Ii", 0xFFFFFFFF, 0)


def _written(root: Record) -> bytes:
    """A buffer in which each object stands behind all that refer to it."""
    order, state = list[Any](), dict[int, int]()

    def visit(item: Any) -> None:
        if id(item) in state:
            return
        state[id(item)] = 1
        for inner in reversed(_references(item)):
            visit(inner)
        order.append(item)

    visit(root)
    data, places, waiting = bytearray(8), dict[int, int](), list[tuple[int, Any]]()
    waiting.append((0, root))
    for item in reversed(order):
        data += bytes(-len(data) % 8 + 4 if not isinstance(item, Record) else -len(data) % 8)
        _write(item, data, places, waiting)
    for at, item in waiting:
        struct.pack_into("<I", data, at, places[id(item)] - at)
    return bytes(data)


def _references(item: Any) -> list[Any]:
    if isinstance(item, Record):
        return [value for value in item.fields.values() if not isinstance(value, tuple)]
    return item.items if isinstance(item, Items) else []


def _write(item: Any, data: bytearray, places: dict[int, int], waiting: list[tuple[int, Any]]) -> None:
    if isinstance(item, Record):
        _write_record(item, data, places, waiting)
        return
    places[id(item)] = len(data)
    if isinstance(item, Raw):
        data += struct.pack("<I", item.count) + item.data
        return
    data += struct.pack("<I", len(item.items))
    for inner in item.items:
        waiting.append((len(data), inner))
        data += bytes(4)


def _write_record(item: Record, data: bytearray, places: dict[int, int], waiting: list[tuple[int, Any]]) -> None:
    """A list of where the fields are, then the fields, each of eight bytes, so that all are aligned."""
    count = max(item.fields, default=-1) + 1
    size = 4 + 2 * count
    lead = size + -size % 8
    table = len(data) + lead
    offsets = [0] * count
    body = bytearray(8)  # the first four bytes point back to the list of fields
    for index, value in sorted(item.fields.items()):
        offsets[index] = len(body)
        if isinstance(value, tuple):
            body += struct.pack(f"<{value[0]}", value[1]).ljust(8, b"\0")
        else:
            waiting.append((table + len(body), value))
            body += bytes(8)
    struct.pack_into("<i", body, 0, lead)
    places[id(item)] = table
    data += struct.pack(f"<HH{count}H", size, len(body), *offsets).ljust(lead, b"\0") + body


@dataclass
class Body:
    """Buffers of a batch, one behind the other."""

    data: bytearray = field(default_factory=bytearray)
    buffers: list[tuple[int, int]] = field(default_factory=list)

    def add(self, content: bytes) -> None:
        self.data += bytes(-len(self.data) % 8)
        self.buffers.append((len(self.data), len(content)))
        self.data += content
