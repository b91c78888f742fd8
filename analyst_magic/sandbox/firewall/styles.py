"""How a styled table looks, as the sandbox says it: colours as numbers, bold, italic, and texts; no other CSS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...cleaning.text import clean
from ...language import message
from ...turn import CellStyle, TableStyle
from .colours import opaque

MAX_CELLS = 20_000
"""Cells of a table that can have a look."""
MAX_DECLARATIONS = 20
MAX_VALUE = 100
MAX_TEXT = 200
"""Characters of a cell's text."""

_BOLD = {"bold", "bolder", "600", "700", "800", "900"}
_ITALIC = {"italic", "oblique"}
_NOTHING = {"", "none", "normal", "inherit", "initial", "unset", "auto", "currentcolor", "lighter", "400"}
_KINDS = {
    "border": "borders", "outline": "borders", "width": "sizes", "height": "sizes", "min": "sizes", "max": "sizes",
    "padding": "sizes", "margin": "sizes", "font": "fonts", "letter": "fonts", "word": "fonts", "line": "fonts",
    "text": "alignment and lines of text", "vertical": "alignment and lines of text", "opacity": "transparency",
    "display": "hidden cells", "visibility": "hidden cells",
}  # fmt: skip
_OTHERS = {
    "tooltips": "tooltips",
    "headings": "looks of headings",
    "sheet": "styles of the whole table",
    "hidden rows": "hidden rows, which are shown,",
    "joined": "rows joined to it",
}


def table_style(given: Any, rows: int, columns: int) -> tuple[TableStyle | None, list[str]]:
    """Rebuild the look of a table.

    Args:
        given: What the sandbox says.
        rows: Rows of the table.
        columns: Columns of the table.

    Returns:
        The look, or None where there is none; and what of it is not shown, a sentence each.
    """
    if given is None:
        return None, []
    if not isinstance(given, Mapping) or columns == 0:
        return None, [message("The table's style was damaged, and was left out.")]
    left_out: dict[str, None] = {}
    shown = min(rows, MAX_CELLS // columns)
    styles = tuple(_cell_style(declared, left_out) for declared in _list(given, "styles")[: MAX_CELLS + 1])
    styles = styles or (CellStyle(),)
    cells = tuple(_numbers(column, shown, len(styles)) for column in _columns(given, "cells", columns))
    texts = tuple(_texts(column, shown) for column in _columns(given, "texts", columns))
    hidden = frozenset(at for at in _list(given, "hidden") if type(at) is int and 0 <= at < columns)
    hidden = hidden if len(hidden) < columns else frozenset()
    left_out |= {_OTHERS[word]: None for word in _list(given, "others") if isinstance(word, str) and word in _OTHERS}
    return TableStyle(styles, cells, texts, hidden, _text(given.get("caption")) or ""), _notes(left_out, shown, rows)


def _cell_style(declared: Any, left_out: dict[str, None]) -> CellStyle:
    color = background = ""
    bold = italic = False
    for pair in declared[:MAX_DECLARATIONS] if isinstance(declared, list) else []:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            continue
        name = pair[0].strip().lower()
        value = pair[1][:MAX_VALUE].lower().replace("!important", "").strip()
        found = opaque(value) if name in {"color", "background-color", "background"} else None
        if name == "color" and found is not None:
            color = found
        elif name.startswith("background") and found is not None:
            background = found
        elif name == "font-weight" and value in _BOLD | _NOTHING:
            bold = value in _BOLD
        elif name == "font-style" and value in _ITALIC | _NOTHING:
            italic = value in _ITALIC
        elif value not in _NOTHING:
            left_out[_kind(name, value)] = None
    return CellStyle(color, background, bold, italic)


def _kind(name: str, value: str) -> str:
    """What a declaration that is not shown would have brought, in a word."""
    if name in {"color", "background-color"}:
        return "colours that are neither names nor numbers"
    if name.startswith("background"):
        return "bars (gradients)" if "gradient" in value else "pictures behind cells"
    return _KINDS.get(name.partition("-")[0], "other properties of cells")


def _notes(left_out: Mapping[str, None], shown: int, rows: int) -> list[str]:
    *first, last = left_out or [""]
    named = f"{', '.join(first)} and {last}" if first else last
    notes: list[str] = [message("Not shown of the table's style: {value}.", value=named.rstrip(","))] if named else []
    return [*notes, message("Its style is shown in the first {shown} rows.", shown=shown)] if shown < rows else notes


def _list(given: Mapping[str, Any], name: str) -> list[Any]:
    value = given.get(name)
    return value if isinstance(value, list) else []


def _columns(given: Mapping[str, Any], name: str, columns: int) -> list[Any]:
    return [column if isinstance(column, list) else [] for column in _list(given, name)[:columns]]


def _numbers(column: list[Any], rows: int, styles: int) -> tuple[int, ...]:
    return tuple(number if type(number) is int and 0 <= number < styles else 0 for number in column[:rows])


def _texts(column: list[Any], rows: int) -> tuple[str | None, ...]:
    return tuple(map(_text, column[:rows]))


def _text(value: Any) -> str | None:
    return " ".join(clean(value, 4 * MAX_TEXT).split())[:MAX_TEXT] if isinstance(value, str) else None
