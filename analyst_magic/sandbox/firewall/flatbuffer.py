"""A reader of flatbuffers, for headers that are not to be trusted: it makes no object that the bytes do not hold.

Format: https://flatbuffers.dev/internals/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A table in a buffer. Reading beyond the buffer raises ``struct.error``; absent fields have their default.

    Attributes:
        buffer: The bytes.
        at: Where the table lies in them.
    """

    buffer: bytes
    at: int

    @classmethod
    def root(cls, buffer: bytes) -> Table:
        """The table that a buffer begins with."""
        return cls(buffer, struct.unpack_from("<I", buffer, 0)[0])

    def has(self, index: int) -> bool:
        """Whether a field is there."""
        return self._where(index) > 0

    def number(self, index: int, form: str, default: int = 0) -> int:
        """A number, its form as the module ``struct`` names it."""
        where = self._where(index)
        return int(struct.unpack_from(f"<{form}", self.buffer, where)[0]) if where else default

    def table(self, index: int) -> Table:
        """The table that a field points to; where there is none, one without fields."""
        where = self._where(index)
        return Table(self.buffer, self._follow(where)) if where else _EMPTY

    def count(self, index: int) -> int:
        """The number of elements of a vector."""
        where = self._where(index)
        return int(struct.unpack_from("<I", self.buffer, self._follow(where))[0]) if where else 0

    def tables(self, index: int) -> Iterator[Table]:
        """The tables of a vector of tables; several of them may be one and the same."""
        count = self.count(index)
        start = self._elements(index, count, 4)
        for position in range(start, start + 4 * count, 4):
            yield Table(self.buffer, self._follow(position))

    def pairs(self, index: int) -> Iterator[tuple[int, int]]:
        """The elements of a vector of structs of two 64-bit numbers."""
        count = self.count(index)
        start = self._elements(index, count, 16)
        return struct.iter_unpack("<qq", memoryview(self.buffer)[start : start + 16 * count])

    def text_size(self, index: int) -> int:
        """The number of bytes of a text."""
        return self.count(index)

    def text(self, index: int, max_bytes: int) -> bytes:
        """The bytes of a text, one more than the limit, so that a longer one is seen to be longer."""
        size = min(self.count(index), max_bytes + 1)
        start = self._elements(index, size, 1)
        return self.buffer[start : start + size]

    def _elements(self, index: int, count: int, size: int) -> int:
        """Where the elements of a vector begin."""
        where = self._where(index)
        start = self._follow(where) + 4 if where else 0
        if start + count * size > len(self.buffer):
            raise struct.error("a vector beyond its buffer")
        return start

    def _where(self, index: int) -> int:
        """Where a field lies, or 0 where it is absent."""
        vtable = self.at - struct.unpack_from("<i", self.buffer, self.at)[0]
        if vtable < 0:
            raise struct.error("a table before its buffer")
        (size,) = struct.unpack_from("<H", self.buffer, vtable)
        at = 4 + 2 * index
        offset = struct.unpack_from("<H", self.buffer, vtable + at)[0] if at + 2 <= size else 0
        return self.at + offset if offset else 0

    def _follow(self, at: int) -> int:
        return at + int(struct.unpack_from("<I", self.buffer, at)[0])


_EMPTY = Table(struct.pack("<Hxxi", 4, 4), 4)
"""A table without fields: its list of fields, and the table that points back to it."""
