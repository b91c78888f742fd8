"""How a styled frame looks: what pandas' ``Styler`` says of its cells, as short texts that the host judges.

Source: ``pandas/io/formats/style_render.py``. A style function of the code runs over the whole frame, as it does in a
direct run; sent is what it says of the first cells.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Look = tuple[tuple[str, str], ...]

MAX_CELLS = 20_000
MAX_STYLES = 20
MAX_VALUE = 100
MAX_TEXT = 200


def describe(styler: Any, levels: int, rows: int) -> dict[str, Any]:
    """The look of a styled frame.

    Args:
        styler: The ``Styler``.
        levels: How many columns of the table hold levels of the index; those of the frame follow them.
        rows: Rows of the table.

    Returns:
        Each look once, as CSS declarations; by column the numbers of its cells' looks, and texts where the code chose
        a format; positions of columns that are hidden; the caption; and what else there is, by a word each.
    """
    styler._compute()
    width = len(styler.data.columns)
    rows = min(rows, MAX_CELLS // max(1, levels + width))
    numbers: dict[Look, int] = {(): 0}
    index = [styler.index.get_level_values(level)[:rows] for level in range(styler.index.nlevels)] if levels else []
    data = [styler.data.iloc[:rows, column] for column in range(width)]
    columns = [
        *((level, values, styler.ctx_index, styler._display_funcs_index) for level, values in enumerate(index)),
        *((column, values, styler.ctx, styler._display_funcs) for column, values in enumerate(data)),
    ]
    cells = [looks(at, rows, context, numbers) for at, _, context, _ in columns]
    texts = [formatted(at, values, formats) for at, values, _, formats in columns]
    hidden = [level for level in range(levels) if styler.hide_index_[level]]
    caption = styler.caption[0] if isinstance(styler.caption, (tuple, list)) and styler.caption else styler.caption
    return {
        "styles": list(numbers),
        "cells": cells,
        "texts": texts,
        "rows": rows,
        "hidden": [*hidden, *(levels + int(column) for column in styler.hidden_columns)],
        "caption": plain(str(caption or "")),
        "others": others(styler),
    }


def looks(at: int, rows: int, context: Mapping[Any, Any], numbers: dict[Look, int]) -> list[int]:
    """The numbers of a column's looks; empty where no cell of it has one."""
    found = []
    for row in range(rows):
        declared = context.get((row, at), ())[:MAX_STYLES]
        look = tuple((str(name)[:MAX_VALUE], str(value)[:MAX_VALUE]) for name, value in declared)
        found.append(numbers.setdefault(look, len(numbers)))
    return found if any(found) else []


def formatted(at: int, values: Any, formats: Mapping[Any, Any]) -> list[str | None]:
    """The texts of a column; None for a cell for which the code chose no format, empty where there is no other."""
    texts = [
        plain(str(formats[row, at](value)))[:MAX_TEXT] if (row, at) in formats else None
        for row, value in enumerate(values)
    ]
    return texts if any(text is not None for text in texts) else []


def plain(text: str) -> str:
    """The text of what pandas would take for HTML."""
    if "<" not in text and "&" not in text:
        return text
    from .html_text import html_to_text

    return html_to_text(text)


def others(styler: Any) -> list[str]:
    """What a styled table has besides the looks of its cells, by a word each."""
    parts = {
        "tooltips": styler.tooltips is not None,
        "headings": any(styler.ctx_columns.values()) or bool(styler._display_funcs_columns),
        "sheet": bool(styler.table_styles),
        "hidden rows": len(styler.hidden_rows) > 0,
        "joined": bool(styler.concatenated),
    }
    return [word for word, there in parts.items() if there]
