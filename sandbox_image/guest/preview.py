"""A first look at a file that code has written: the first page as a picture, the first rows as texts."""

from __future__ import annotations

import contextlib
import datetime
import math
import re

from . import thumbnail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

PAGES, ROWS, COLUMNS, CHARACTERS = 3, 8, 8, 60
LINE = 200
# What a format holds beside digits: a currency, colours and conditions, words, a letter, a blank of its width, filling.
BESIDE = re.compile(r'\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|"([^"]*)"|\\(.)|_.|\*.')
DIGITS = re.compile(r"([^#0?]*)([#0?,]*[#0?])(?:\.([0#?]+))?(,*)(E\+0+)?([^#0?]*)")


def preview(path: str) -> dict[str, Any]:
    """What can be shown of a file; nothing where it cannot be read, as that is no reason to lose the file."""
    read = READERS.get(path.rpartition(".")[2].lower())
    if read is None:
        return {}
    try:
        return read(path)
    except Exception:
        return {}


def text(value: Any, most: int = CHARACTERS) -> str:
    """One line of a value, cut with an ellipsis."""
    words = "" if value is None else f"{value:.10g}" if isinstance(value, float) else " ".join(str(value).split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def row_of(values: Sequence[Any]) -> list[str]:
    """A row's texts; what stands alone in it may be longer."""
    filled = [value for value in values if value is not None]
    return [text(filled[0], LINE)] if len(filled) == 1 and values[0] is not None else [text(value) for value in values]


def shown(value: Any, form: str | None) -> Any:
    """A number as its worksheet shows it, a day without its midnight; other values as they are."""
    if (
        isinstance(value, datetime.datetime)
        and value.time() == datetime.time()
        and not re.search("h", form or "", re.I)
    ):
        return value.date()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    positive, *others = (form or "").split(";")
    negative = others[0] if others and value < 0 else ""
    section = negative or positive
    bare = BESIDE.sub("", section)
    found = DIGITS.fullmatch(BESIDE.sub(lambda part: part[1] or part[2] or part[3] or "", section))
    if found is None or re.search("[a-df-z]", bare, re.I) or not math.isfinite(value):
        return value
    before, whole, decimals, thousands, power, after = found.groups(default="")
    sign = "-" if value < 0 and not negative else ""
    return f"{sign}{before}{digits(abs(value), whole, decimals, thousands, power, '%' in bare)}{after}".strip()


def digits(value: float, whole: str, decimals: str, thousands: str, power: str, percent: bool) -> str:
    """The digits of a number that is not negative, by the parts of its format."""
    from decimal import ROUND_HALF_UP, Context, Decimal

    if power:
        return f"{value:.{len(decimals)}E}"
    number = Decimal(repr(value)).scaleb(2 * percent - 3 * len(thousands))
    # Halves go up, as in spreadsheets.
    number = number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP, Context(prec=400))
    first, point, rest = f"{number:{',' if ',' in whole else ''}f}".partition(".")
    fewest = len(decimals.rstrip("#?"))
    rest = rest[:fewest] + rest[fewest:].rstrip("0")
    return f"{first.zfill(whole.count('0'))}{point if rest else ''}{rest}"


def workbook(path: str) -> dict[str, Any]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    pages = []
    for sheet in book.worksheets[:PAGES]:
        rows = [
            [shown(c.value, c.number_format) for c in row] for row in sheet.iter_rows(max_row=ROWS, max_col=COLUMNS)
        ]
        pages.append([sheet.title, [row_of(row) for row in rows if any(v is not None for v in row)]])
    return {"pages": pages}


def word(path: str) -> dict[str, Any]:
    from docx import Document

    title, document = "", Document(path)
    rows: list[list[str]] = []
    for block in document.iter_inner_content():
        if len(rows) >= ROWS:
            break
        if hasattr(block, "rows"):
            rows += [[text(cell.text) for cell in row.cells[:COLUMNS]] for row in list(block.rows)[: ROWS - len(rows)]]
        elif block.text.strip() and not title and is_heading(block):
            title = text(block.text)
        elif block.text.strip():
            rows.append([text(block.text, LINE)])
    return with_thumbnail({"pages": [[title, rows]]}, thumbnail.page, document)


def is_heading(paragraph: Any) -> bool:
    return paragraph.style is not None and paragraph.style.name.startswith(("Title", "Heading"))


def slides(path: str) -> dict[str, Any]:
    from pptx import Presentation

    pages, presentation = [], Presentation(path)
    for slide in list(presentation.slides)[:PAGES]:
        title = slide.shapes.title
        rows = []
        for shape in slide.shapes:
            if shape.has_text_frame and (title is None or shape.shape_id != title.shape_id):
                rows += [[text(p.text, LINE)] for p in shape.text_frame.paragraphs if p.text.strip()]
            elif getattr(shape, "has_table", False) and shape.has_table:
                rows += [[text(cell.text) for cell in row.cells] for row in list(shape.table.rows)[:ROWS]]
            elif getattr(shape, "has_chart", False) and shape.has_chart:
                names = ", ".join(series.name for plot in shape.chart.plots for series in plot.series)
                rows.append([f"Chart: {names}"])
        pages.append([text(title.text) if title is not None else "", [row[:COLUMNS] for row in rows[:ROWS]]])
    return with_thumbnail({"pages": pages}, thumbnail.slide, presentation)


def pdf(path: str) -> dict[str, Any]:
    return {"image": thumbnail.picture(path)}


def with_thumbnail(found: dict[str, Any], draw: Callable[[Any], bytes], document: Any) -> dict[str, Any]:
    """A preview with a picture where one can be drawn."""
    with contextlib.suppress(Exception):  # then its words are shown
        found["image"] = thumbnail.picture(draw(document))
    return found


def comma(path: str) -> dict[str, Any]:
    import csv
    from itertools import islice

    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = [[text(cell) for cell in row[:COLUMNS]] for row in islice(csv.reader(file), ROWS)]
    return {"pages": [["", rows]]}


READERS = {"xlsx": workbook, "docx": word, "pptx": slides, "pdf": pdf, "csv": comma}
