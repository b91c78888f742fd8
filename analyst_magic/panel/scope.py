"""What the panel asks about: the frames and connections of the notebook and its registries, less what was dropped."""

from __future__ import annotations

import contextlib
import re
import sys
import warnings
from collections.abc import Mapping

from ..commands.connections import password_of
from ..errors import AnalystError, UnknownFrame
from ..language import message
from ..settings import AnalystSettings
from ..sources.connections.registry import open_registered_connections
from ..sources.connections.tables import ConnectedTable, ConnectionSource, expanded
from ..sources.files import open_registered
from ..sources.kinds import source_of, sources_in
from .channel import Message

MAX_COLUMNS = 200
MAX_FRAMES = 100
MAX_TABLES = 50
WHOLE = "*"
"""In the place of a column: all of a frame or table."""


class Scope:
    """Which frames a question of the panel may use.

    Args:
        namespace: The notebook's.
        settings: Where the hidden columns stand; they are hidden from the magic too.
    """

    def __init__(self, namespace: Mapping[str, object], settings: AnalystSettings) -> None:
        self._namespace, self._settings = namespace, settings
        self._pinned: set[str] = set()
        self._dropped: set[str] = set()

    def frames(self) -> dict[str, object]:
        """The frames in scope: the pinned ones alone where any is pinned, never a dropped one."""
        found = self._all()
        chosen = {name for name in found if name in self._pinned} or set(found) - self._dropped
        return {name: value for name, value in found.items() if name in chosen}

    @property
    def pinned(self) -> list[str]:
        """Names of the pinned frames that are there."""
        return [name for name in self._all() if name in self._pinned]

    def left_out(self, question: str) -> list[str]:
        """Names of the frames that a question names and that are out of scope, dropped or behind pinned ones."""
        inside = self.frames()
        words = {word.lower() for word in re.findall(r"\w+", question)}
        return [name for name in self._all() if name not in inside and name.lower() in words]

    def described(self) -> list[Message]:
        """Each frame with its size, its columns and what is hidden of it."""
        found = list(self._all().items())[:MAX_FRAMES]
        return [self._described(name, value) for name, value in found]

    def pin(self, name: str, pinned: bool) -> None:
        """Ask about this frame and the other pinned ones alone, or take that back."""
        self._known(name)
        self._dropped.discard(name)
        (self._pinned.add if pinned else self._pinned.discard)(name)

    def drop(self, name: str, dropped: bool) -> None:
        """Leave a frame out, or take it in again."""
        self._known(name)
        self._pinned.discard(name)
        (self._dropped.add if dropped else self._dropped.discard)(name)

    def hide(self, name: str, column: str, hidden: bool) -> None:
        """Hide a column, or with ``*`` all columns, from models and their code, or show it again.

        Args:
            name: A frame's, or a table's of a connection.
            column: The column's.
            hidden: Whether it is hidden from now on.

        Raises:
            UnknownFrame: There is no such frame, table or column.
        """
        tables = {} if name in self._all() else self._tables()
        value = tables[name] if name in tables else self._known(name)
        if column != WHOLE and column not in source_of(name, value).labels:
            raise UnknownFrame(
                message("{name} has no column {column}.", name=name, column=column), message("Look at the data again.")
            )
        others = [known for known in self._settings.hidden if known != f"{name}.{column}"]
        self._settings.hidden = [*others, f"{name}.{column}"] if hidden else others

    def tables(self, connection: str, words: str) -> Message:
        """The tables of a connection that have all the words in their name, comment or columns.

        Args:
            connection: Its name.
            words: What is searched for.

        Raises:
            UnknownFrame: There is no such connection.
            InputError: It cannot be asked.
        """
        self._known(connection)
        wanted = words.lower().split()
        found = [
            (name, table)
            for name, table in self._tables().items()
            if table.connection_name == connection and all(word in table.words for word in wanted)
        ]
        return {"tables": [self._described(name, table) for name, table in found[:MAX_TABLES]], "total": len(found)}

    def _tables(self) -> dict[str, ConnectedTable]:
        """The tables of all connections, by the names that questions use."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a connection that cannot be used; its chip says so
            values = expanded(self._all())
        return {name: value for name, value in values.items() if isinstance(value, ConnectedTable)}

    def _known(self, name: str) -> object:
        found = self._all()
        if name not in found:
            raise UnknownFrame(
                message("There is no frame {name} in scope.", name=name), message("Run the cell that makes it.")
            )
        return found[name]

    def _all(self) -> dict[str, object]:
        _wait_for_imports()
        frames = sources_in(dict(self._namespace))
        with contextlib.suppress(AnalystError):  # a registry that cannot be read is told by `%analyst data`
            frames |= open_registered(frames)[0]
            frames |= open_registered_connections(frames, password_of)[0]
        return frames

    def _described(self, name: str, value: object) -> Message:
        source = source_of(name, value)
        connected = isinstance(source, ConnectionSource)
        try:
            columns = source.column_types()
            kind = source.extent if connected else source.kind
        except Exception:  # noqa: BLE001 - a frame of any library, which a cell may be changing right now
            columns, kind = [], source.kind
        shown = [
            {"name": label, "type": kind, "hidden": f"{name}.{label}" in self._settings.hidden}
            for label, kind in columns[:MAX_COLUMNS]
        ]
        return {"name": name, "kind": kind, "rows": source.row_count, "columns": shown, "width": len(columns),
                "pinned": name in self._pinned, "dropped": name in self._dropped,
                "connection": connected,
                "hidden": f"{name}.{WHOLE}" in self._settings.hidden}  # fmt: skip


def _wait_for_imports() -> None:
    """A cell may be in the middle of importing pandas, and who uses a half-made module breaks that cell."""
    if "pandas" in sys.modules:
        import pandas  # noqa: F401
