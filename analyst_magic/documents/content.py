"""What is in a document: a digest that knows nothing of dates, and its text line by line."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from ..turn import OFFICE_FORMATS

MAX_LINES = 100_000
_WRITTEN = re.compile(rb"/(?:CreationDate|ModDate)\s*\([^)]*\)|/ID\s*\[[^\]]*\]|^%[^\n]*ReportLab[^\n]*$", re.MULTILINE)
_DAY = re.compile(rb"(?<=[>(])\d{4}-\d\d-\d\d(?=[<)\t]|&#9;)|(?<=>)([^<>]{1,200}  \xc2\xb7  )\d{4}-\d\d-\d\d(?=[<\t])")
_HEADS_AND_FEET = re.compile(r"word/(?:header|footer)\d*\.xml|ppt/slideLayouts/[^/]+\.xml")
"""Parts that say on which day the document was written."""


def content_digest(format: str, data: bytes) -> str:
    """A digest that is the same for the same content, whenever it was written.

    Args:
        format: The extension without its dot.
        data: A file that has been checked.
    """
    found = hashlib.sha256(format.encode())
    if format in OFFICE_FORMATS:
        _add_parts(found, data)
    elif format == "pdf":
        _add_pages(found, data)
    else:
        found.update(data)
    return found.hexdigest()


def _add_parts(found: Any, data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith("docProps/"):  # who wrote it and when
                continue
            found.update(name.encode())
            part = archive.read(name)
            if name.endswith(".xlsx"):
                _add_parts(found, part)
            else:
                found.update(_DAY.sub(b"", part) if _HEADS_AND_FEET.fullmatch(name) else part)


def _add_pages(found: Any, data: bytes) -> None:
    """The parts of a PDF without its dates: those about the file, and the day at the foot of each page."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            for item in document.objects:
                if isinstance(item, pikepdf.Stream):
                    found.update(_DAY.sub(b"", item.read_bytes()))
                elif isinstance(item, pikepdf.Dictionary):
                    found.update(_WRITTEN.sub(b"", item.unparse()))
    except (pikepdf.PdfError, ValueError, RuntimeError):
        found.update(_WRITTEN.sub(b"", data))


def text_lines(format: str, data: bytes) -> list[str]:
    """The text of a document, one line for each cell, paragraph or line of a page; empty where it has none.

    Args:
        format: The extension without its dot.
        data: A file that has been checked.
    """
    read = _READERS.get(format)
    return list(islice(read(data), MAX_LINES)) if read is not None else []


def _workbook(data: bytes) -> Iterator[str]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from (f"{sheet.title}!{c.coordinate}  {c.value}" for c in row if c.value is not None)


def _word(data: bytes) -> Iterator[str]:
    from docx import Document

    document = Document(io.BytesIO(data))
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            yield from (" | ".join(cell.text for cell in row.cells) for row in block.rows)
        elif block.text.strip():
            yield block.text


def _slides(data: bytes) -> Iterator[str]:
    from pptx import Presentation

    for number, slide in enumerate(Presentation(io.BytesIO(data)).slides, start=1):
        yield f"--- slide {number}"
        yield from _shapes(slide.shapes)


def _shapes(shapes: Iterable[Any]) -> Iterator[str]:
    for shape in shapes:
        if shape.has_text_frame:
            yield from (p.text for p in shape.text_frame.paragraphs if p.text.strip())
        elif getattr(shape, "has_table", False) and shape.has_table:
            yield from (" | ".join(cell.text for cell in row.cells) for row in shape.table.rows)
        elif getattr(shape, "has_chart", False) and shape.has_chart:
            for plot in shape.chart.plots:
                for series in plot.series:
                    named = zip(plot.categories, series.values, strict=False)
                    yield from (f"chart {series.name}: {name} {value}" for name, value in named)


def _pdf(data: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    for number, page in enumerate(PdfReader(io.BytesIO(data)).pages, start=1):
        yield f"--- page {number}"
        yield from page.extract_text().splitlines()


def _text(data: bytes) -> Iterator[str]:
    yield from data.decode("utf-8-sig", "replace").splitlines()


_READERS: dict[str, Callable[[bytes], Iterator[str]]] = {
    "xlsx": _workbook,
    "docx": _word,
    "pptx": _slides,
    "pdf": _pdf,
    **dict.fromkeys(("csv", "tsv", "json", "jsonl", "geojson", "xml", "yaml", "txt", "log", "sql", "md"), _text),
}
