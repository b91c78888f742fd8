"""Native tables of a Word file: how wide their columns are, and their cells with the look of their values."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from ..wording import count
from .elements import Grid, Run
from .mathematics import omml
from .word_styles import LINK, MONO, shade

_MAX_CELL = 2000
"""Characters of a cell."""


def _letters(grid: Grid) -> list[int]:
    """How many letters each column is wide."""
    rows = [*grid.head, *grid.rows[:60]]
    return [min(40, max(3, *(len(row[column]) for row in rows))) for column in range(grid.width)]


def column_widths(grid: Grid, wide: float) -> tuple[list[float], float]:
    """The widths of the columns in points, and the size of type in which they fit the paper."""
    letters = _letters(grid)
    for size in (9.0, 8.0, 7.0):
        widths = [count * size * 0.68 + 13 for count in letters]
        if sum(widths) <= wide:
            return widths, size
    scale = wide / sum(widths)  # long texts, which wrap
    return [width * scale for width in widths], 8.0


def parts_of(grid: Grid, wide: float) -> list[Grid]:
    """A table that is too wide for the paper as several under each other, with the labels of its rows in each."""
    letters = _letters(grid)
    widths = [min(count, 24) * 8.0 * 0.68 + 13 for count in letters]
    if sum(count * 7.0 * 0.68 + 13 for count in letters) <= wide or grid.width < 6:
        return [grid]
    labels = list(range(grid.labels if grid.labels < 4 else 0))
    groups: list[list[int]] = [list(labels)]
    for column in range(len(labels), grid.width):
        if len(groups[-1]) > len(labels) and sum(widths[one] for one in groups[-1]) + widths[column] > wide:
            groups.append(list(labels))
        groups[-1].append(column)
    return [
        replace(
            grid,
            head=tuple(tuple(row[one] for one in group) for row in grid.head),
            rows=tuple(tuple(row[one] for one in group) for row in grid.rows),
        )
        for group in groups
    ]


def native_table(document: Any, grid: Grid, widths: Sequence[float], size: float, *, facts: bool) -> Any:
    """A table of Word. Its rows are made as XML: python-docx looks through the whole table for each cell."""
    table = document.add_table(rows=0, cols=grid.width, style="Report Table")
    table.autofit = False
    twips = [int(width * 20) for width in widths]
    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), twips, strict=True):
        column.set(qn("w:w"), str(width))
    measure = table._tbl.tblPr.find(qn("w:tblW"))
    measure.set(qn("w:type"), "dxa")
    measure.set(qn("w:w"), str(sum(twips)))
    right = [not facts and grid.numeric(column) for column in range(grid.width)]
    for number, cells in enumerate((*grid.head, *grid.rows)):
        head = number < len(grid.head)
        row = OxmlElement("w:tr")
        properties = OxmlElement("w:trPr")
        properties.append(OxmlElement("w:cantSplit"))
        if head:
            properties.append(OxmlElement("w:tblHeader"))
        row.append(properties)
        for column, text in enumerate(cells):
            bold = head or (column < grid.labels and not facts)
            row.append(_cell(text, size, document.part, bold=bold, right=right[column], width=twips[column]))
        table._tbl.append(row)
    return table


def _cell(text: str, size: float, part: Any, *, bold: bool, right: bool, width: int) -> Any:
    """A cell with its text; a text of a styled table brings its own colours, weight and runs."""
    cell, line = OxmlElement("w:tc"), OxmlElement("w:p")
    cell.append(_cell_properties(width, getattr(text, "fill", "")))
    line.append(_cell_paragraph(right=right))
    look = _cell_look(size, getattr(text, "colour", ""), bold=bold or getattr(text, "bold", False))
    pieces = list(getattr(text, "runs", ())) or [Run(text)]
    for piece in pieces:
        if piece.math and (formula := omml(piece.math)) is not None:
            line.append(formula)
        else:
            line.append(_linked(_cell_run(piece, look), piece.link, part))
    cell.append(line)
    return cell


def _cell_properties(width: int, fill: str) -> Any:
    """A cell's width in twentieths of a point, and the colour behind its text."""
    properties, measure = OxmlElement("w:tcPr"), OxmlElement("w:tcW")
    measure.set(qn("w:w"), str(width))
    measure.set(qn("w:type"), "dxa")
    properties.append(measure)
    if fill:
        properties.append(shade(fill))
    return properties


def _cell_paragraph(*, right: bool) -> Any:
    """The style of a cell's paragraph, and its side."""
    properties, name = OxmlElement("w:pPr"), OxmlElement("w:pStyle")
    name.set(qn("w:val"), "TableText")
    properties.append(name)
    if right:
        align = OxmlElement("w:jc")
        align.set(qn("w:val"), "right")
        properties.append(align)
    return properties


def _cell_look(size: float, colour: str, *, bold: bool) -> Any:
    """The look that all of a cell's text has."""
    look, points = OxmlElement("w:rPr"), OxmlElement("w:sz")
    if bold:
        look.append(OxmlElement("w:b"))
    if colour:
        ink = OxmlElement("w:color")
        ink.set(qn("w:val"), colour)
        look.append(ink)
    points.set(qn("w:val"), str(int(size * 2)))
    look.append(points)
    return look


def _cell_run(piece: Run, look: Any) -> Any:
    """A piece of a cell's text; one that is too long for a cell ends with an ellipsis."""
    run, words = OxmlElement("w:r"), OxmlElement("w:t")
    look = copy.deepcopy(look)
    for place, name in enumerate(name for name, is_so in (("b", piece.bold), ("i", piece.italic)) if is_so):
        if look.find(qn(f"w:{name}")) is None:
            look.insert(place, OxmlElement(f"w:{name}"))
    if piece.strike:
        look.insert(len(look.findall(qn("w:b"))) + len(look.findall(qn("w:i"))), OxmlElement("w:strike"))
    if piece.code:
        fonts = OxmlElement("w:rFonts")
        fonts.set(qn("w:ascii"), MONO)
        fonts.set(qn("w:hAnsi"), MONO)
        look.insert(0, fonts)
    if piece.raised:
        raised = OxmlElement("w:vertAlign")
        raised.set(qn("w:val"), "superscript" if piece.raised == "sup" else "subscript")
        look.append(raised)
    run.append(look)
    words.text = piece.text if len(piece.text) <= _MAX_CELL else f"{piece.text[:_MAX_CELL].rstrip()} …"
    words.set(qn("xml:space"), "preserve")
    run.append(words)
    return run


def _linked(run: Any, target: str, part: Any) -> Any:
    """A piece of a cell that leads to the web; any other as it is."""
    if not target or target.startswith("#"):
        return run
    look = run.find(qn("w:rPr"))
    ink = look.find(qn("w:color"))
    if ink is None:
        ink = OxmlElement("w:color")
        look.insert(list(look).index(look.find(qn("w:sz"))), ink)
    ink.set(qn("w:val"), str(LINK))
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    link.append(run)
    return link


def description_of(grid: Grid) -> Any:
    """The table's alternative text."""
    described = OxmlElement("w:tblDescription")
    head = ", ".join(grid.head[-1]) if grid.head else ""
    described.set(qn("w:val"), f"Table of {count(len(grid.rows), 'row')}{': ' if head else ''}{head}"[:500])
    return described
