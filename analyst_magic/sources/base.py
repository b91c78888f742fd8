"""``Source``: data that questions can be asked about; ``SourceKind``: a row of the table of its kinds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from ..turn import FrameCard
    from .files import DataFile
    from .frames import Frame


@runtime_checkable
class Source(Protocol):
    """Something that questions can be asked about, under the name that they call it by.

    Derive from it: then ``name``, ``kind`` and ``read`` are all that you have to write. What reads all of the data by
    default (``card``, ``state``, ``labels``, ``column_kinds``, ``column_types``) is worth overriding where the data is
    large, or lies elsewhere and can be asked for it.

    Attributes:
        name: What the user calls it.
        kind: The name of its kind.

    Example:
        >>> import pandas as pd
        >>> class Ledger(Source):
        ...     kind = "ledger"
        ...     def __init__(self, name, entries):
        ...         self.name, self._entries = name, entries
        ...     def read(self):
        ...         return pd.DataFrame(self._entries, columns=["account", "amount"])
        >>> books = Ledger("books", [("rent", 900.0), ("tea", 4.5)])
        >>> books.labels, books.column_kinds(), books.card().rows
        (['account', 'amount'], [('account', 'text'), ('amount', 'number')], 2)
        >>> books.hiding({"books.amount"}).labels
        ['account']
    """

    name: str
    kind: str

    @abstractmethod
    def read(self) -> object:
        """The data as a frame of pandas, polars or Arrow.

        Raises:
            AnalystError: It cannot be read, with the next step.
        """
        ...

    def frame(self) -> Frame:
        """What code in the sandbox gets, unless there is a ``file``.

        Raises:
            FrameError: It holds something that cannot be carried there.
        """
        from .frames import to_frame

        return to_frame(self.name, self.read())

    @property
    def file(self) -> DataFile | None:
        """The file that code in the sandbox reads where it lies; None where it gets the ``frame``."""
        return None

    @property
    def labels(self) -> list[str]:
        """Names of its columns as text."""
        return [name for name, _ in self.column_types()]

    @property
    def row_count(self) -> int | None:
        """Number of rows where that is known, or found, at once."""
        return None

    @property
    def travels(self) -> bool:
        """Whether its value can be sent to another machine, or names a file that may be seen from there."""
        return True

    @property
    def extent(self) -> str:
        """What it is and how large, for a list that a person reads."""
        return self.kind

    def column_types(self) -> list[tuple[str, str]]:
        """Its columns with their types in the words of where they come from."""
        return self.column_kinds()

    def column_kinds(self) -> list[tuple[str, str]]:
        """Its columns, index levels first, each with its kind in one word, as ``frames.plain_kind`` gives it.

        Raises:
            FrameError: It cannot be read.
        """
        from .frames import column_kinds

        return column_kinds(self.frame())

    def state(self) -> str:
        """A text that differs when the data does.

        Raises:
            FrameError: It cannot be read.
        """
        from .frames import fingerprint

        return fingerprint(self.frame())

    def card(self) -> FrameCard:
        """All that is known of it, for the context: types, ranges, frequent values.

        Raises:
            FrameError: It cannot be read.
        """
        from .profile import profile

        return profile(self.frame())

    def hiding(self, hidden: Iterable[str]) -> Source:
        """The source without some columns, which are named as ``source.column``: what a model's code may get."""
        names = frozenset(entry for entry in hidden if entry.partition(".")[0] == self.name)
        return _Narrowed(self.name, self.kind, self, names) if names else self


@dataclass(frozen=True)
class _Narrowed(Source):
    """A source without some of its columns."""

    name: str
    kind: str
    whole: Source
    hidden: frozenset[str]

    def read(self) -> object:
        return self.frame().table

    def frame(self) -> Frame:
        from .frames import without

        return without(self.whole.frame(), self.hidden)

    @property
    def labels(self) -> list[str]:
        return [name for name, _ in self.column_kinds()]


class SourceKind(ABC):
    """One row of the table of kinds of sources.

    Another package offers a kind by an entry point::

        [project.entry-points."analyst_magic.sources"]
        ledger = "my_package:LedgerKind"

    Its module is loaded when the first question is asked. It has to be light: a value can only be of a library that
    its user has imported already, so look for that in ``sys.modules``.

    Attributes:
        name: What lists call it.

    Example:
        >>> import pandas as pd
        >>> from analyst_magic.sources.memory import FrameSource
        >>> class ListKind(SourceKind):
        ...     name = "list of records"
        ...     def matches(self, value):
        ...         return isinstance(value, list)
        ...     def open(self, name, value):
        ...         return FrameSource(name, self.name, pd.DataFrame(value))
        >>> ListKind().matches([{"a": 1}]), ListKind().matches(1), ListKind().open("steps", [{"a": 1}]).labels
        (True, False, ['a'])
    """

    name = ""

    @abstractmethod
    def matches(self, value: object) -> bool:
        """Whether a value of the user's namespace is of this kind. Called with every value that is there."""

    @abstractmethod
    def open(self, name: str, value: object) -> Source:
        """The source that stands for such a value; this reads nothing yet."""
