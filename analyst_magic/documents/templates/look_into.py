"""A look into a template before it is used: what will be filled, what there is nothing for, and what would be lost."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...wording import count

_PARTS = {
    r"word/document\.xml": "the text", r"word/header\d*\.xml": "a header", r"word/footer\d*\.xml": "a footer",
    r"(?:word|ppt|xl)/charts/chart\d*\.xml": "a chart", r"ppt/slides/slide(\d+)\.xml": "slide {}",
    r"ppt/notesSlides/notesSlide\d+\.xml": "a slide's notes", r"xl/drawings/drawing\d+\.xml": "a text box",
    r"ppt/slideLayouts/slideLayout(\d+)\.xml": "layout {}", r"ppt/slideMasters/slideMaster\d+\.xml": "the master",
    r"word/(?:footnotes|endnotes|comments)\.xml": "a note or a comment",
}  # fmt: skip
_NOT_FILLED = ("a text box",)
"""Where placeholders are found, and nothing fills them."""


def look_into(path: Path) -> list[str]:
    """What becomes of a template, a sentence for each thing.

    Args:
        path: A template that ``find`` has found.
    """
    from ...writers.answer import FILLED

    places = list(dict.fromkeys(_placeholders(path)))
    held = {name for name, place in places if name in FILLED and _is_filled(place)}
    again = _filled_once(path, places)
    lines = [f"{_written(name)} in {place} is filled." for name, place in places
             if name in held and _is_filled(place) and (name, place) not in again]  # fmt: skip
    lines += [f"{_written(name)} in {place} stays empty: rows and charts come into one place of a workbook."
              for name, place in again]  # fmt: skip
    lines += [f"{_written(name)} in {place} stays empty: there is nothing of that name."
              for name, place in places if name not in FILLED]  # fmt: skip
    lines += [f"{_written(name)} in {place} is not filled there." for name, place in places
              if name in FILLED and not _is_filled(place)]  # fmt: skip
    if any(name not in FILLED for name, _ in places):
        lines.append(f"There are {', '.join(map(_written, FILLED))}.")
    return lines + list(_of_format(path, held)) or ["It has no placeholders."]


def _filled_once(path: Path, places: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The further places of the table and of the chart in a workbook, which stay empty."""
    if path.suffix.lower() != ".xlsx":
        return []
    return [place for name in ("table", "chart") for place in [one for one in places if one[0] == name][1:]]


def _written(name: str) -> str:
    return name if name.startswith("{") else f"{{{{ {name} }}}}"


def _is_filled(place: str) -> bool:
    return not place.startswith(_NOT_FILLED)


def _of_format(path: Path, held: set[str]) -> Iterator[str]:
    """What is missing, and what a format cannot keep."""
    ending = path.suffix.lower()
    if ending == ".xlsx":
        from ...writers.xlsx import lost_parts

        for part in lost_parts(str(path)):
            yield f"Its {part} will be lost."
        if "table" not in held:
            yield "It has no {{ table }}: the table gets a sheet of its own."
    if ending == ".docx" and "table" not in held:
        yield "It has no {{ table }}: " + ("the table is left out." if held else "the answer comes after its text.")
    if ending == ".pptx" and not held:
        from pptx import Presentation

        layouts = len(Presentation(str(path)).slide_layouts)
        yield f"Its slides have no placeholders, so they are samples; new ones use its {count(layouts, 'layout')}."
    if held and "chart" not in held:
        yield "It has no {{ chart }}: a chart " + ("gets a sheet of its own." if ending == ".xlsx" else "is left out.")


def _placeholders(path: Path) -> Iterator[tuple[str, str]]:
    """Each placeholder with where it stands."""
    from ...writers.answer import PLACEHOLDER, placeholder_name

    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            for pattern, words in _PARTS.items():
                if match := re.fullmatch(pattern, part):
                    for text in _paragraphs(archive.read(part)):
                        for found in PLACEHOLDER.finditer(text):
                            yield placeholder_name(found), words.format(*match.groups())
    if path.suffix.lower() == ".xlsx":
        yield from _in_cells(path, PLACEHOLDER, placeholder_name)


def _in_cells(path: Path, pattern: re.Pattern[str], name: Any) -> Iterator[tuple[str, str]]:
    from openpyxl import load_workbook

    for sheet in load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    yield from ((name(f), f"{sheet.title}!{cell.coordinate}") for f in pattern.finditer(cell.value))
                said = cell.comment.text if cell.comment is not None else ""
                where = f"the comment of {sheet.title}!{cell.coordinate}"
                yield from ((name(f), where) for f in pattern.finditer(said))
        for part in (sheet.oddHeader, sheet.oddFooter):
            for place in (part.left, part.center, part.right):
                yield from ((name(f), f"the head or foot of {sheet.title}") for f in pattern.finditer(place.text or ""))


def _paragraphs(data: bytes) -> Iterator[str]:
    """The text of each paragraph, put together from its pieces."""
    from lxml import etree

    tree = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    for paragraph in tree.iter("{*}p"):
        pieces = [t for t in paragraph.iter("{*}t") if next(t.iterancestors("{*}p"), None) is paragraph]
        yield "".join(piece.text or "" for piece in pieces)
