"""THE table of kinds of sources, and what follows from it: the sources of a namespace, their schemas and states.

To add a kind, write a ``SourceKind`` and its ``Source`` in a file of this package and add its row to ``source_kinds``;
or bring it in a package of your own, as ``help(analyst_magic.sources)`` shows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache

from ..plugins import installed_parts
from .base import Source, SourceKind
from .connections.tables import ConnectionKind, LazyKind, TableKind
from .data_files import FileKind, SheetKind
from .files import open_data
from .frames import EMPTY, LIBRARIES, not_a_frame
from .memory import LibraryKind, StreamKind

GROUP = "analyst_magic.sources"


@cache
def source_kinds() -> tuple[SourceKind, ...]:
    """All kinds; a value is of the first one that matches it. Arrow streams come last, as many things give them."""
    others = [kind for _, kind in installed_parts(GROUP, SourceKind, "data source")]  # type: ignore[type-abstract]
    asked = (TableKind(), ConnectionKind(), LazyKind())
    return (FileKind(), SheetKind(), *asked, *map(LibraryKind, LIBRARIES), *others, StreamKind())


def kind_of(value: object) -> str:
    """The kind of source that a value is, or an empty string where it is none."""
    kind = _kind(value)
    return kind.name if kind is not None else ""


def source_of(name: str, value: object) -> Source:
    """A value of the user's namespace as the source that it is.

    >>> import pandas as pd
    >>> source_of("sales", pd.DataFrame({"region": ["north"], "revenue": [1.5]})).column_kinds()
    [('region', 'text'), ('revenue', 'number')]

    Raises:
        FrameError: It is none.
    """
    kind = _kind(value)
    if kind is None:
        raise not_a_frame(name, value)
    return kind.open(name, value)


def sources_in(namespace: Mapping[str, object]) -> dict[str, object]:
    """The values of a namespace that are sources, by name: those that a user would call by a name of their own."""
    return {
        name: value
        for name, value in namespace.items()
        if not name.startswith("_") and name.isidentifier() and _kind(value) is not None
    }


def load_data(path: str | os.PathLike[str]) -> object:
    """A data file as a pandas frame, as a script or a notebook would have it.

    Raises:
        InputError: It is not there, or cannot be read.
    """
    return source_of("data", open_data(path)).read()


def schema_text(value: object, name: str = "frame") -> str:
    """Column names and kinds, whatever the library, as ``carrier text, delay number``: what a pinned answer relies on.

    Whole numbers and others are of one kind, as one missing value turns the first into the second.

    Raises:
        FrameError: The value is not a frame.
    """
    pairs = [(column, kind if kind != EMPTY else "text") for column, kind in source_of(name, value).column_kinds()]
    if any(", " in column for column, _ in pairs):
        return json.dumps(pairs, ensure_ascii=False)
    return ", ".join(f"{column} {kind}" for column, kind in pairs)


def states(sources: Mapping[str, object]) -> str:
    """A text that differs when one of some sources does.

    Raises:
        FrameError: One cannot be read.
    """
    return "; ".join(f"{name} {source_of(name, value).state()}" for name, value in sorted(sources.items()))


def _kind(value: object) -> SourceKind | None:
    return next((kind for kind in source_kinds() if kind.matches(value)), None)
