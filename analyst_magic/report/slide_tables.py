"""Native tables of slides: the columns that fit, the rows of each slide, and their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pptx.enum.text import PP_ALIGN
from pptx.util import Emu, Pt

from ..wording import count
from .elements import Grid, Run
from .slide_text import BODY_HEIGHT, BODY_WIDTH, INK, LEFT, colour_of, cut, write_runs

MAX_ROWS = 60
"""Rows of a table on all its slides together."""
_RAISED, _WHITE = colour_of("F6F8FA"), colour_of("FFFFFF")


def column_widths(grid: Grid) -> tuple[list[float], float]:
    """The widths in points of the columns that fit a slide, and in which size of type they do."""
    rows = [*grid.head, *grid.rows[:MAX_ROWS]]
    longest = 60 if grid.width <= 3 else 30
    letters = [min(longest, max(3, *(len(row[column]) for row in rows))) for column in range(grid.width)]
    wide = float(BODY_WIDTH.pt)
    if not grid.head and grid.labels == 1 and grid.width == 2:
        return [150.0, wide - 150.0], 11
    for size in (16.0, 14.0, 12.0, 10.0, 9.0):
        widths = [count * size * 0.66 + 20 for count in letters]
        if sum(widths) <= wide:
            return widths, size
    fitting: list[float] = []
    for width in widths:
        if fitting and sum(fitting) + width > wide:
            break
        fitting.append(min(width, wide))
    return fitting, 9.0


def _height(row: Sequence[str], widths: Sequence[float], size: float) -> float:
    """The height in points that a row of a table takes."""
    lines = max(_wrapped(text, width, size) for text, width in zip(row, widths, strict=False))
    return lines * size * 1.25 + 8


def _wrapped(text: str, width: float, size: float) -> int:
    return max(1, -(-len(text) // max(1, int((width - 14) / (size * 0.6)))))


def table_pages(
    grid: Grid, widths: Sequence[float], size: float, above: float = 0.0
) -> Iterator[list[tuple[str, ...]]]:
    """The rows of a table in heaps that fit a slide under its head, the first under what stands above it."""
    head = sum(_height(row, widths, size) for row in grid.head)
    room = float(BODY_HEIGHT.pt) - head - 20
    page: list[tuple[str, ...]] = []
    left = room - above
    for row in grid.rows:
        short = tuple(cell if len(cell) <= 1200 else cut(cell, 1200) for cell in row)
        need = _height(short, widths, size)
        if page and need > left:
            yield page
            page, left = [], room
        page.append(short)
        left -= need
    if page or grid.head:
        yield page


def native_table(
    slide: Any, grid: Grid, rows: Sequence[tuple[str, ...]], widths: Sequence[float], size: float, top: Any
) -> Any:
    """Put a table on a slide and return its height."""
    every = [*grid.head, *rows]
    heights = [int(Pt(_height(row, widths, size))) for row in every]
    total = Pt(int(sum(widths)))
    frame = slide.shapes.add_table(len(every), len(widths), LEFT, Emu(int(top)), total, Emu(sum(heights)))
    head = ", ".join(grid.head[-1]) if grid.head else ""
    said = f"Table of {count(len(grid.rows), 'row')}{': ' if head else ''}{head}"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", said[:500])
    table = frame.table
    table.first_row, table.horz_banding = bool(grid.head), False
    table.first_col = bool(grid.labels)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(int(width))
    right = [grid.numeric(column) and bool(grid.head) for column in range(len(widths))]
    for number, (row, texts, height) in enumerate(zip(table.rows, every, heights, strict=True)):
        row.height = Emu(height)
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=False)):
            _fill(cell, text, size, head=number < len(grid.head), right=right[column])
    return Emu(sum(heights))


def _fill(cell: Any, text: str, size: float, *, head: bool, right: bool) -> None:
    cell.margin_top = cell.margin_bottom = Pt(3)
    cell.margin_left = cell.margin_right = Pt(6)
    cell.fill.solid()
    fill, colour = getattr(text, "fill", ""), getattr(text, "colour", "")
    cell.fill.fore_color.rgb = colour_of(fill) if fill else _RAISED if head else _WHITE
    line = cell.text_frame.paragraphs[0]
    line.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    bold = head or getattr(text, "bold", False)
    pieces = getattr(text, "runs", ()) or [Run(text)]
    write_runs(
        line, (replace(piece, bold=piece.bold or bold) for piece in pieces), size, colour_of(colour) if colour else INK
    )
