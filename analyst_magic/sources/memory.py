"""Frames in memory as sources: pandas, polars, Arrow, DuckDB, and what gives Arrow streams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..language import message, messages
from ..turn import FrameCard
from .base import Source, SourceKind
from .frames import STREAM, column_labels, is_series, is_stream, library_of


@dataclass(frozen=True)
class FrameSource(Source):
    """A frame or series of a library.

    Attributes:
        value: The frame.
    """

    name: str
    kind: str
    value: Any

    def read(self) -> object:
        return self.value

    @property
    def labels(self) -> list[str]:
        return column_labels(self.value)

    @property
    def row_count(self) -> int | None:
        shape = getattr(self.value, "shape", None)
        return int(shape[0]) if isinstance(shape, tuple) and shape and isinstance(shape[0], int) else None

    @property
    def extent(self) -> str:
        library = type(self.value).__module__.partition(".")[0]
        shape = getattr(self.value, "shape", None)
        width = shape[1] if shape and len(shape) > 1 else 1
        rows, columns = (messages("{number} row", "{number} rows", shape[0]) if shape else "",
                         messages("{number} column", "{number} columns", width))  # fmt: skip
        return (
            message("{library}, {rows}, {columns}", library=library, rows=rows, columns=columns) if shape else library
        )

    def card(self) -> FrameCard:
        """All that is known of the frame, with the exact types that its library has."""
        card, types = super().card(), [kind for _, kind in self.column_types()]
        if len(types) != len(card.columns) - card.index:
            return card
        typed = (replace(c, dtype=kind) for c, kind in zip(card.columns[card.index :], types, strict=True))
        return replace(card, columns=(*card.columns[: card.index], *typed))

    def column_types(self) -> list[tuple[str, str]]:
        """Its columns with the library's own types; the type is empty where it does not tell."""
        labels, value = self.labels, self.value
        if is_series(value):
            return [(labels[0], str(value.dtype))]
        if hasattr(value, "collect_schema"):
            return [(name, str(kind)) for name, kind in value.collect_schema().items()]
        schema = getattr(value, "schema", None)
        for types in (getattr(value, "dtypes", None), getattr(schema, "types", None), getattr(value, "types", None)):
            if types is not None and not callable(types) and len(types) == len(labels):
                return list(zip(labels, map(str, list(types)), strict=True))
        return [(label, "") for label in labels]


@dataclass(frozen=True)
class LibraryKind(SourceKind):
    """Frames of one library."""

    name: str

    def matches(self, value: object) -> bool:
        return library_of(value) == self.name

    def open(self, name: str, value: object) -> Source:
        return FrameSource(name, self.name, value)


class StreamKind(SourceKind):
    """Anything else that gives its rows as an Arrow stream, or that narwhals knows."""

    name = STREAM

    def matches(self, value: object) -> bool:
        return is_stream(value)

    def open(self, name: str, value: object) -> Source:
        return FrameSource(name, self.name, value)
