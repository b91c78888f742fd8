"""Cells of styled tables: their text with the colours that a style sheet gives them."""

from __future__ import annotations

import re
from typing import Any

_COLOURS = {
    "black": "000000", "white": "FFFFFF", "red": "FF0000", "green": "008000", "blue": "0000FF", "yellow": "FFFF00",
    "orange": "FFA500", "gray": "808080", "grey": "808080", "lightgreen": "90EE90", "lightblue": "ADD8E6",
    "pink": "FFC0CB", "lightgrey": "D3D3D3", "lightgray": "D3D3D3", "purple": "800080", "cyan": "00FFFF",
    "darkgreen": "006400", "darkred": "8B0000", "navy": "000080", "gold": "FFD700", "salmon": "FA8072",
    "lime": "00FF00", "magenta": "FF00FF", "teal": "008080", "darkorange": "FF8C00", "lightyellow": "FFFFE0",
    "lightcoral": "F08080", "tomato": "FF6347", "khaki": "F0E68C", "lavender": "E6E6FA", "coral": "FF7F50",
}  # fmt: skip


class Cell(str):
    """The text of a cell, and how it is coloured.

    Attributes:
        fill, colour: Six hexadecimal digits, or empty.
        bold: Whether it is set in bold.
        runs: Its text in pieces, of type ``elements.Run``, where some of them are formulas; else empty.
    """

    __slots__ = ("bold", "colour", "fill", "runs")
    fill: str
    colour: str
    bold: bool
    runs: tuple[Any, ...]

    def __new__(
        cls, text: str, fill: str = "", colour: str = "", *, bold: bool = False, runs: tuple[Any, ...] = ()
    ) -> Cell:
        """A cell of that text."""
        made = super().__new__(cls, text)
        made.fill, made.colour, made.bold, made.runs = fill, colour, bold, runs
        return made


def coloured_cell(text: str, style: str, runs: tuple[Any, ...] = ()) -> str:
    """A cell's text with the colours of its style, and its pieces where there are any; else plain text.

    >>> coloured_cell("7", "background-color: #fdd; color: darkred").fill
    'FFDDDD'
    """
    if not runs and "color" not in style and "bold" not in style and "background" not in style:
        return text
    said = {name.strip().lower(): value.strip() for name, _, value in (p.partition(":") for p in style.split(";"))}
    weight = said.get("font-weight", "")
    bold = weight in {"bold", "bolder"} or (weight.isdigit() and int(weight) >= 600)
    fill = digits(said.get("background-color", said.get("background", "")))
    return Cell(text, fill, digits(said.get("color", "")), bold=bold, runs=runs)


def digits(colour: str) -> str:
    """A colour of a style sheet as six hexadecimal digits; empty where it is none."""
    colour = colour.lower()
    if found := re.fullmatch(r"#([0-9a-f]{6})(?:[0-9a-f]{2})?", colour):
        return found[1].upper()
    if found := re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", colour):
        return "".join(digit * 2 for digit in found.groups()).upper()
    if found := re.fullmatch(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+[\d.]+%?)?\s*\)", colour):
        return "".join(f"{min(255, int(part)):02X}" for part in found.groups())
    return _COLOURS.get(colour, "")
