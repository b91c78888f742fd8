"""Writes an answer as a Word document."""

import datetime
import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Inches, Mm, Pt
from docx.shared import RGBColor as FontColor
from docx.text.paragraph import Paragraph
from lxml import etree
from pptx import Presentation

from .answer import (
    PLACEHOLDER,
    Answer,
    cell_texts,
    column_blocks,
    column_needs,
    column_widths,
    fitted,
    notes,
    placeholder_name,
    remarks,
    summary,
)
from .office_chart import add_office_chart, chart_note, filled_chart

MAX_TEXT, LETTER = 300, 5.7  # of a cell; the width of a letter of ten points, in points
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
INLINE = (
    '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<wp:inline><wp:extent cx="{width}" cy="{height}"/><wp:docPr id="1" name="Chart 1" descr={alt}/>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{relation}"/>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing>"
)


def element(name: str, **attributes: str) -> Any:
    made = OxmlElement(f"w:{name}")
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), value)
    return made


def set_font(style: Any, name: str) -> None:
    """A font for every script, in place of the theme's."""
    style.font.name = name
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)
        fonts.attrib.pop(qn(f"w:{script}Theme"), None)


def set_up_page(document: Any, answer: Answer, wide: bool) -> None:
    """A4, upright or across, in the fonts and colours of the look."""
    section, look = document.sections[0], answer.look
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    set_font(document.styles["Normal"], look.body_font)
    document.styles["Normal"].font.size = Pt(10.5)
    document.styles["Normal"].font.color.rgb = FontColor.from_string(look.ink)
    title = document.styles["Title"]
    set_font(title, look.heading_font)
    title.font.size, title.font.bold, title.font.color.rgb = Pt(20), True, FontColor.from_string(look.accent)
    for border in title.element.xpath("w:pPr/w:pBdr"):
        border.getparent().remove(border)


def add_head_and_foot(document: Any, answer: Answer) -> None:
    """The title above every page but the first; below, the footer, the date, and the number of the page."""
    section, look = document.sections[0], answer.look
    section.different_first_page_header_footer = True
    small_text(section.header.paragraphs[0], answer, answer.title)
    today = datetime.date.today().isoformat()
    right = section.page_width - section.left_margin - section.right_margin
    if look.logo:
        paragraph = section.first_page_header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.add_run().add_picture(look.logo_file, height=Mm(11))
    for foot in (section.first_page_footer, section.footer):
        paragraph = foot.paragraphs[0]
        paragraph.style = document.styles["Normal"]  # that of footers has tabulators of its own
        paragraph.paragraph_format.tab_stops.add_tab_stop(right, WD_TAB_ALIGNMENT.RIGHT)
        small_text(paragraph, answer, f"{look.footer}  ·  {today}\t" if look.footer else f"{today}\t")
        for text, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
            small_text(paragraph, answer, text)
            simple = element("fldSimple", instr=f" {field} ")
            simple.append(small_text(paragraph, answer, "1")._r)
            paragraph._p.append(simple)


def small_text(paragraph: Any, answer: Answer, text: str) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(8.5), FontColor.from_string(answer.look.muted)
    return run


def add_table(document: Any, answer: Answer, block: list[int], lines: list[list[str]], room: float) -> Any:
    """One table of some of the columns, as wide as they need."""
    size = 10 if len(block) <= 6 else 9
    needs = [column_needs(answer, lines)[place] for place in block]
    widths = [width * LETTER * size / 10 for width in column_widths(needs, room / LETTER * 10 / size)]
    table = document.add_table(rows=1, cols=max(1, len(block)))
    table.style, table.autofit = None, False  # no grid: lines between the rows are drawn below
    table.rows[0]._tr.get_or_add_trPr().append(element("tblHeader", val="true"))  # stands on every page
    for grid, width in zip(table.columns, widths, strict=False):
        grid.width = Pt(width)
    heads = [answer.headings[place] for place in block]
    for number, line in enumerate([heads, *([line[place] for place in block] for line in lines)]):
        row = table.add_row() if number else table.rows[0]
        row._tr.get_or_add_trPr().append(element("cantSplit", val="true"))
        for cell, text, place, width in zip(row.cells, line, block, widths, strict=False):
            cell.width = Pt(width)
            fill_cell(cell, text, answer, place, size, number)
    table._tbl.tblPr.append(element("bidiVisual", val="0"))
    borders, margins = element("tblBorders"), element("tblCellMar")
    for side in ("top", "bottom", "insideH"):
        borders.append(element(side, val="single", sz="4", color=answer.look.rule))
    for side in ("left", "right"):
        margins.append(element(side, w="80", type="dxa"))
    table._tbl.tblPr.append(borders)
    table._tbl.tblPr.append(margins)
    return table


def fill_cell(cell: Any, text: str, answer: Answer, place: int, size: float, number: int) -> None:
    paragraph, fill = cell.paragraphs[0], "" if number % 2 else answer.look.stripe
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    if number == 0:
        run.bold, run.font.color.rgb, fill = True, FontColor(0xFF, 0xFF, 0xFF), answer.look.accent
    if fill:
        cell._tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=fill))
    if answer.forms[place].numeric:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    right_to_left(paragraph, run, text)
    paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(2)


def right_to_left(paragraph: Any, run: Any, text: str) -> None:
    """Arabic and Hebrew run from the right."""
    if re.search(r"[\u0590-\u08ff\ufb1d-\ufefc]", text):
        run._r.get_or_add_rPr().append(element("rtl"))
        if re.match(r"[\W\d_]*[\u0590-\u08ff\ufb1d-\ufefc]", text):
            paragraph._p.get_or_add_pPr().append(element("bidi"))


def add_chart(document: Any, paragraph: Any, answer: Answer, width: float) -> None:
    """A chart of Word's own: made on a slide, and moved into the document with its data."""
    slides = Presentation()
    shapes = slides.slides.add_slide(slides.slide_layouts[6]).shapes
    chart = add_office_chart(shapes, (0, 0, 10, 10), answer, answer.look, Pt(9), "LINE")
    made, package, holder = chart.part, document.part.package, paragraph.part
    name = package.next_partname("/word/charts/chart%d.xml")
    book_name = package.next_partname("/word/embeddings/chart%d.xlsx")
    book = Part(book_name, XLSX_TYPE, made.chart_workbook.xlsx_part.blob, package)
    part = Part(name, CHART_TYPE, b"", package)
    inside = part.relate_to(book, RT.PACKAGE)
    made._element.xpath("c:externalData")[0].set(qn("r:id"), inside)
    part._blob = etree.tostring(made._element, xml_declaration=True, encoding="UTF-8", standalone=True)
    bars = len(list(chart.plots[0].categories))
    height = min(Inches(5.2), max(Inches(2.6), Inches(0.9) + bars * Inches(0.21)))
    size = {"width": int(Pt(width)), "height": int(height)}
    drawing = INLINE.format(relation=holder.relate_to(part, RT.CHART), alt=quoteattr(answer.title), **size)
    paragraph.add_run()._r.append(parse_xml(drawing))


def stories(document: Any) -> Iterator[tuple[Any, Any]]:
    """The parts that hold text, each with its tree: the body with its text boxes, headers, footers, notes, comments."""
    yield document.part, document.part.element
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/header", "/footer", "/footnotes", "/endnotes", "/comments")):
            part = relation.target_part
            tree = getattr(part, "element", None)
            if tree is not None:
                yield part, tree
                continue
            tree = parse_xml(part.blob)
            yield part, tree
            part._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def room_at(place: Any, room: float) -> float:
    """The width in points of what holds a paragraph: a cell of a table, or the page."""
    cell = place._p.getparent()
    width = cell.width if cell.tag == qn("w:tc") else None
    return min(room, width / 12700 - 11) if width else room


def fill_template(document: Any, texts: dict[str, str]) -> tuple[dict[str, list[Any]], list[str]]:
    """Replace the template's placeholders, each in the style of its first letter.

    Returns where each was, and those for which there is nothing.
    """
    places: dict[str, list[Any]] = {}
    unknown: list[str] = []
    for part, tree in stories(document):
        for paragraph in list(tree.iter(qn("w:p"))):
            pieces = [t for t in paragraph.iter(qn("w:t")) if next(t.iterancestors(qn("w:p"))) is paragraph]
            begin = 0
            while found := PLACEHOLDER.search("".join(piece.text or "" for piece in pieces), begin):
                name = placeholder_name(found)
                begin = found.start() + len(texts.get(name, ""))
                places.setdefault(name, []).append(Paragraph(paragraph, part))
                unknown += [name] if name not in texts else []
                replace_text(pieces, found.start(), found.end(), texts.get(name, ""))
    for relation in document.part.rels.values():
        if relation.reltype == RT.CHART and b"{{" in relation.target_part.blob:
            relation.target_part._blob = filled_chart(relation.target_part.blob, texts)
    return places, list(dict.fromkeys(unknown))


def replace_text(pieces: list[Any], start: int, end: int, text: str) -> None:
    """Put a text in place of some letters of a paragraph; the letters around it keep their look."""
    position = 0
    for piece in pieces:
        own, begin = piece.text or "", position
        position += len(own)
        if position <= start or begin >= end:
            continue
        left, right = max(0, start - begin), min(len(own), end - begin)
        piece.text = own[:left] + (text if begin <= start else "") + own[right:]
        piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def table_parts(answer: Answer, room: float) -> tuple[list[list[int]], list[list[str]], str]:
    """The blocks of columns, the rows as texts, and what is said about both."""
    letters = int(room / LETTER * (1 if len(answer.headings) <= 6 else 10 / 9))
    blocks = column_blocks(column_needs(answer, cell_texts(answer, MAX_TEXT)), letters, max(1, answer.groups))
    answer = answer._replace(max_rows=min(answer.max_rows, max(40, answer.max_rows // len(blocks))))
    return blocks, cell_texts(answer, MAX_TEXT), notes(answer, answer.max_rows, MAX_TEXT)


def add_tables(
    document: Any, answer: Answer, room: float, blocks: list[list[int]], lines: list[list[str]]
) -> list[Any]:
    """The table, in blocks of columns where they do not fit beside each other; returns the new elements."""
    made = []
    for block in blocks:
        if len(blocks) > 1:
            words = f"Columns {block[0] + 1 if block is blocks[0] else min(set(block) - set(blocks[0])) + 1}"
            caption = document.add_paragraph()
            caption.paragraph_format.space_before, caption.paragraph_format.keep_with_next = Pt(10), True
            small_text(caption, answer, f"{words} to {block[-1] + 1} of {len(answer.headings)}")
            made.append(caption._p)
        table = add_table(document, answer, block, lines, room)
        made.append(table._tbl)
    for cell in (cell for row in table.rows[-2:] for cell in row.cells):
        cell.paragraphs[0].paragraph_format.keep_with_next = True  # the source never stands alone on a page
    return made


def fill_places(document: Any, answer: Answer, places: dict[str, list[Any]], room: float, said: str) -> list[str]:
    """Put the table and the chart wherever the template has a place for them; returns those that there is no place for.

    Args:
        document: The template.
        answer: What is written.
        places: The paragraphs of the placeholders, by their names.
        room: The width of a page, in points.
        said: What is said below the table.
    """
    for place in places.get("table", []) if len(answer.data) else ():
        add_tables_below(document, answer, place, room_at(place, room), said)
    holders = [place for place in places.get("chart", []) if answer.drawn and hasattr(place._parent, "element")]
    for place in holders:
        add_chart(document, place, answer, room_at(place, room))
    empty = {"table": not len(answer.data), "chart": len(holders) < len(places.get("chart", []))}
    return [name for name, is_empty in empty.items() if is_empty and name in places]


def add_tables_below(document: Any, answer: Answer, place: Any, room: float, said: str) -> None:
    """The table below a paragraph, and what is said of it."""
    below = place._p
    blocks, lines, _ = table_parts(answer, room)
    for new in add_tables(document, answer, room, blocks, lines):
        below.addnext(new)
        below = new
    if below.getnext() is None and below.getparent().tag == qn("w:tc"):
        below.addnext(element("p"))  # a cell ends with a paragraph
    if said:
        note = document.add_paragraph()
        small_text(note, answer, said)
        below.addnext(note._p)


def is_wide(answer: Answer) -> bool:
    needs = column_needs(answer, cell_texts(answer, MAX_TEXT))
    return len(needs) >= 7 or sum(least + 2 for least, _ in needs) > 85


def write_document(answer: Answer, path: str) -> list[str]:
    answer = fitted(answer)
    document = Document(answer.template)
    document.core_properties.title = answer.title[:200]
    if not answer.template:
        set_up_page(document, answer, is_wide(answer))
        add_head_and_foot(document, answer)
    section: Any = document.sections[0]
    room = (section.page_width - section.left_margin - section.right_margin) / 12700
    blocks, lines, said = table_parts(answer, room)
    said = " ".join(filter(None, [chart_note(answer), said]))
    if answer.template:
        style: Any = document.styles["Title"]
        tint = answer.look.accent if style.font.color.rgb is None else str(style.font.color.rgb)
        answer = answer._replace(look=answer.look._replace(palette=[tint, *answer.look.palette[1:]]))
        texts = {"title": answer.title, "summary": summary(answer), "source": answer.source, "notes": said,
                 "date": datetime.date.today().isoformat(), "rows": f"{len(answer.data):,}"}  # fmt: skip
        places, unknown = fill_template(document, {**texts, "table": "", "chart": ""})
        unknown += fill_places(document, answer, places, room, "" if "notes" in places else said)
        if places:
            document.save(path)
            return remarks(answer, unknown)
    document.add_heading(answer.title, 0)
    lead = document.add_paragraph()
    lead.add_run(summary(answer)).font.size = Pt(12)
    right_to_left(lead, lead.runs[0], lead.text)
    if answer.drawn:
        add_chart(document, document.add_paragraph(), answer, room)
    if len(answer.data):
        add_tables(document, answer, room, blocks, lines)
    note = document.add_paragraph()
    note.paragraph_format.space_before = Pt(8)
    small_text(note, answer, " ".join(filter(None, [said, answer.source])))
    document.save(path)
    return remarks(answer, [])
