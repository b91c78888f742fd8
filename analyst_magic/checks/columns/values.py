"""What the check knows of a value in code: a frame and the columns that it may have, a column, groups, texts.

A value of which nothing is known is None. The columns of a frame are all that it may have, and perhaps some more: so
a column that is not among them is missing for certain.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class FrameValue:
    """A data frame.

    Attributes:
        columns: The names that its columns may have.
        label: What a message calls it.
        index: The names that the levels of its index may have.
        library: ``pandas``, ``polars``, or another one of which only ``frame["column"]`` is looked at.
        known: False once something was done to it that is not understood.
        open_index: Whether its index may have other names.
        parents: Frames that it may be the same object as.
    """

    columns: set[str]
    label: str
    index: set[str] = field(default_factory=set)
    library: str = "pandas"
    known: bool = True
    open_index: bool = False
    parents: tuple[FrameValue, ...] = ()

    def like(self, label: str, columns: Iterable[str] | None = None, index: Iterable[str] | None = None) -> FrameValue:
        """Another frame of the same library, with the same columns and index where none are given."""
        return FrameValue(
            set(self.columns if columns is None else columns),
            label,
            set(self.index if index is None else index),
            self.library,
            self.known,
            self.open_index,
        )

    def add(self, names: Iterable[str]) -> None:
        """Take columns that code gives it in place."""
        new = set(names)
        for value in self._same():
            value.columns |= new

    def forget(self) -> None:
        """Know no more of it, as something else may change it."""
        for value in self._same():
            value.known = False

    def _same(self) -> list[FrameValue]:
        """This value, and all that it may be the same object as."""
        frames: dict[int, FrameValue] = {}
        left = [self]
        while left:
            value = left.pop()
            if id(value) not in frames:
                frames[id(value)] = value
                left += value.parents
        return list(frames.values())


@dataclass(eq=False, slots=True)
class SeriesValue:
    """A column, or what was computed of columns.

    Attributes:
        names: The names that it may have; None where that is not known.
        index: The names that the levels of its index may have; None where that is not known.
    """

    names: frozenset[str] | None = None
    index: frozenset[str] | None = None


@dataclass(eq=False, slots=True)
class RowValue:
    """A row of a frame, which has its columns as labels."""

    frame: FrameValue


@dataclass(eq=False, slots=True)
class GroupsValue:
    """A frame in groups.

    Attributes:
        frame: The frame.
        keys: The names of the keys; None where one is not known.
        chosen: The columns that were chosen; None for all.
        one: Whether one column was chosen, so that its aggregates are columns.
        as_index: Whether the keys become the index of an aggregate.
    """

    frame: FrameValue
    keys: frozenset[str] | None
    chosen: tuple[str, ...] | None = None
    one: bool = False
    as_index: bool = True


@dataclass(eq=False, slots=True)
class TextsValue:
    """A text, or a list of texts, that stands in the code.

    Attributes:
        constants: The texts with their places.
        several: Whether it is a list.
        known: False once the list may have been changed.
    """

    constants: tuple[ast.Constant, ...]
    several: bool = False
    known: bool = True

    @property
    def texts(self) -> list[str]:
        return [str(constant.value) for constant in self.constants]


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module that the code imports, by its full name."""

    name: str


@dataclass(frozen=True, slots=True)
class RelationValue:
    """A result or a connection of DuckDB; of a result, the columns where they are known."""

    columns: frozenset[str] | None = None


Value = FrameValue | SeriesValue | RowValue | GroupsValue | TextsValue | ModuleValue | RelationValue | None


def joined(one: Value, other: Value) -> Value:
    """What is known of a value that may be either."""
    if one is other or one == other:
        return one
    if isinstance(one, FrameValue) and isinstance(other, FrameValue) and one.library == other.library:
        known = one.known and other.known
        columns, index, open_index = (
            one.columns | other.columns,
            one.index | other.index,
            one.open_index or other.open_index,
        )
        return FrameValue(columns, one.label, index, one.library, known, open_index, (one, other))
    if isinstance(one, SeriesValue) and isinstance(other, SeriesValue):
        return SeriesValue()
    return None
