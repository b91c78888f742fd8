"""The tables that a notebook shows, whole: its outputs hold as many rows as a file should, the kernel has the rest."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

import pyarrow as pa

from ..errors import InputError
from ..language import message, messages
from .arranged import FORMATS, arranged, saved
from .stream import stream
from .table import Table

MAX_BYTES = 512_000_000
"""Bytes of tables that are kept to be sorted and saved; the newest one stays, however large."""
MAX_WINDOW = 2_000
"""Rows that one answer to a page holds."""
MAX_FILE = 400_000_000
MAX_CLIPBOARD = 20_000_000

View = tuple[str, int, bool]
"""What a reader asks for: words, the column to sort by, and whether downwards."""


class ShownTables:
    """Tables by the id of their turn and their place in it, the newest last."""

    def __init__(self) -> None:
        self._tables: OrderedDict[str, Table] = OrderedDict()
        self._views: dict[str, tuple[View, pa.Array | None]] = {}
        self._changing = threading.Lock()

    def add(self, name: str, table: Table) -> None:
        """Keep a table; the oldest ones go where there is no room."""
        with self._changing:
            self._tables.pop(name, None)
            self._views.pop(name, None)
            self._tables[name] = table
            while len(self._tables) > 1 and sum(one.data.nbytes for one in self._tables.values()) > MAX_BYTES:
                oldest, _ = self._tables.popitem(last=False)
                self._views.pop(oldest, None)

    def knows(self, name: str) -> bool:
        """Whether a table is still here."""
        return name in self._tables

    def window(self, name: str, view: View, start: int, rows: int) -> tuple[dict[str, Any], bytes]:
        """Some rows of a view, with how many the view has, and their numbers in the table.

        Raises:
            InputError: The table is not here any more.
        """
        data, order = self._view(name, view)
        total = data.num_rows if order is None else len(order)
        start, rows = max(0, min(start, total)), max(0, min(rows, MAX_WINDOW))
        if order is None:
            part, numbers = data.slice(start, rows), list(range(start, min(start + rows, total)))
        else:
            wanted = order.slice(start, rows)
            part, numbers = data.take(wanted), wanted.to_pylist()
        return {"length": total, "start": start, "at": numbers}, stream(part.combine_chunks())

    def file(self, name: str, view: View, form: str) -> tuple[dict[str, Any], bytes]:
        """A view as a file: its name, how many rows it has, and its bytes.

        Raises:
            InputError: The table is not here any more, or is too large for a page.
        """
        if form not in FORMATS:
            raise InputError(
                message("A table is not saved as {form}.", form=form[:20]),
                message("Use {formats}.", formats=", ".join(FORMATS)),
            )
        data, order = self._view(name, view)
        part = data if order is None else data.take(order)
        limit = MAX_CLIPBOARD if form == "tsv" else MAX_FILE
        if part.nbytes > limit:
            step = (
                message("Bind it by `-o NAME`, and save that frame.")
                if form != "tsv"
                else message("Save it as CSV or Parquet.")
            )
            raise InputError(
                message(
                    "{counted} are too many for this page.",
                    counted=messages("{number} row", "{number} rows", part.num_rows),
                ),
                step,
            )
        return {"name": f"table.{FORMATS[form]}", "rows": part.num_rows}, saved(part, form)

    def _view(self, name: str, view: View) -> tuple[pa.Table, pa.Array | None]:
        table = self._tables.get(name)
        if table is None:
            raise InputError(message("That table is not in the kernel any more."), message("Run its cell again."))
        data = table.shown_data()
        last = self._views.get(name)
        if last is not None and last[0] == view:
            return data, last[1]
        hidden = table.style.hidden if table.style else frozenset()
        words, column, descending = view
        order = arranged(data, words, column, descending, hidden)
        self._views[name] = (view, order)
        return data, order


SHOWN = ShownTables()
"""Those of this process."""
