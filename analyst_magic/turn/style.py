"""How a table looks that the code has styled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellStyle:
    """How one cell of a table looks.

    Attributes:
        color: The colour of its text as ``#rrggbb``; empty where the code chose none.
        background: The colour behind it, in the same form.
        bold: Whether its text is bold.
        italic: Whether its text is italic.
    """

    color: str = ""
    background: str = ""
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class TableStyle:
    """How a table looks, where the code styled it (``DataFrame.style``). Its data do not depend on it.

    Attributes:
        styles: The looks that cells have; the first is that of a cell without one.
        cells: For each column, the number of each cell's look from the first row on; columns can be shorter.
        texts: For each column, the text of each cell in the format that the code chose; None where it chose none.
        hidden: Positions of the columns that are not shown.
        caption: The table's caption.
    """

    styles: tuple[CellStyle, ...] = (CellStyle(),)
    cells: tuple[tuple[int, ...], ...] = ()
    texts: tuple[tuple[str | None, ...], ...] = ()
    hidden: frozenset[int] = frozenset()
    caption: str = ""
