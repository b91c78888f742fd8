"""Makes the templates that come along: ``python tests/data/make_templates.py``, after a change of their looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from pptx import Presentation
from pptx.dml.color import RGBColor as Colour
from pptx.oxml import parse_xml
from pptx.util import Inches
from pptx.util import Pt as Points

TARGET = Path(__file__).parent.parent.parent / "analyst_magic" / "documents" / "templates"
GREEN = "1F6F5C"


def memo() -> None:
    """A Word memo: a heading, the sentence, the chart, the table, and a footer with the page."""
    document = Document()
    document.styles["Normal"].font.name = "Calibri"
    for name in ("Title", "Heading 1"):
        document.styles[name].font.color.rgb = RGBColor.from_string(GREEN)
    head = document.sections[0].header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = head.add_run("MEMO")
    run.bold, run.font.size, run.font.color.rgb = True, Pt(9), RGBColor.from_string(GREEN)
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{{ summary }}")
    document.add_paragraph("{{ chart }}")
    document.add_paragraph("{{ table }}")
    note = document.add_paragraph().add_run("{{ source }}")
    note.italic, note.font.size = True, Pt(9)
    foot = document.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)
    document.save(str(TARGET / "memo.docx"))


def briefing() -> None:
    """A dark PowerPoint deck: its master has the colours, its layouts a cover and a title alone."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    fill = (
        '<p:bg xmlns:p="{p}" xmlns:a="{a}"><p:bgPr><a:solidFill><a:srgbClr val="16202C"/></a:solidFill>'
        "<a:effectLst/></p:bgPr></p:bg>"
    )
    spaces = {"p": "http://schemas.openxmlformats.org/presentationml/2006/main",
              "a": "http://schemas.openxmlformats.org/drawingml/2006/main"}  # fmt: skip
    tree = deck.slide_master._element.cSld
    for old in tree.findall(f"{{{spaces['p']}}}bg"):
        tree.remove(old)
    tree.insert(0, parse_xml(fill.format(**spaces)))
    colours = deck.slide_master._element.find(f"{{{spaces['p']}}}clrMap")
    for one, other in (("bg1", "dk1"), ("tx1", "lt1"), ("bg2", "dk2"), ("tx2", "lt2")):
        colours.set(one, other)
    keep = ("Title Slide", "Title Only")
    for layout in list(deck.slide_layouts):
        if layout.name not in keep:
            deck.slide_layouts.remove(layout)
    for layout in deck.slide_layouts:
        for place in list(layout.placeholders):
            kind = place.placeholder_format.idx
            if kind >= 10:
                place._element.getparent().remove(place._element)
            elif layout.name == "Title Slide":
                put(place, 0.9, 2.0 if kind == 0 else 4.0, 11.5, 1.8, 40 if kind == 0 else 20)
            else:
                put(place, 0.6, 0.35, 12.1, 0.9, 28)
    deck.save(str(TARGET / "briefing.pptx"))


def put(place: Any, left: float, top: float, width: float, height: float, size: int) -> None:
    place.left, place.top, place.width, place.height = Inches(left), Inches(top), Inches(width), Inches(height)
    for paragraph in place.text_frame.paragraphs:
        paragraph.font.size = Points(size)
        paragraph.font.color.rgb = Colour(0xFF, 0xFF, 0xFF)


def ledger() -> None:
    """An Excel sheet with a coloured head and the table below it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Ledger"
    sheet.sheet_view.showGridLines = False
    for row in range(1, 4):
        for column in range(1, 13):
            sheet.cell(row, column).fill = PatternFill("solid", fgColor=GREEN)
    sheet["B1"] = "{{ title }}"
    sheet["B1"].font = Font(bold=True, size=18, color="FFFFFF")
    sheet["B2"] = "{{ summary }}"
    sheet["B2"].font = Font(color="FFFFFF")
    sheet["B3"] = "{{ source }}"
    sheet["B3"].font = Font(italic=True, size=9, color="E4F2EE")
    sheet["B5"] = "{{ table }}"
    sheet["B5"].alignment = Alignment(vertical="center")
    sheet.row_dimensions[1].height = 30
    sheet.column_dimensions["A"].width = 3
    book.save(TARGET / "ledger.xlsx")


if __name__ == "__main__":
    memo()
    briefing()
    ledger()
