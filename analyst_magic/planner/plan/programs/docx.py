"""Writes an answer as a Word document."""

import re
from typing import Any
from xml.sax.saxutils import quoteattr

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Inches, Pt
from docx.shared import RGBColor as FontColor
from lxml import etree
from pptx import Presentation

from .answer import ACCENT, Answer, as_text, fitted, is_numeric, summary
from .office_chart import add_office_chart

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


def add_table(document: Any, answer: Answer, accent: str) -> Any:
    table = document.add_table(rows=1, cols=max(1, len(answer.headings)))
    table.style = None  # no grid: lines between the rows are drawn below
    table.rows[0]._tr.get_or_add_trPr().append(element("tblHeader", val="true"))  # stands on every page
    rows = answer.rows.itertuples(index=False)
    lines = [[as_text(v, f) for v, f in zip(row, answer.formats, strict=False)] for row in rows]
    for number, line in enumerate([answer.headings, *lines]):
        cells = (table.add_row() if number else table.rows[0]).cells
        for cell, text, style in zip(cells, line, answer.formats, strict=False):
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(text)
            if number == 0:
                run.bold, run.font.color.rgb = True, FontColor(0xFF, 0xFF, 0xFF)
                cell._tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=accent))
            if is_numeric(style):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(2)
    borders = element("tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(element(side, val="single", sz="4", color="D0D6DE"))
    table._tbl.tblPr.append(borders)
    return table


def add_chart(document: Any, paragraph: Any, answer: Answer, accent: str) -> None:
    """A chart of Word's own: made on a slide, and moved into the document with its data."""
    slides = Presentation()
    shapes = slides.slides.add_slide(slides.slide_layouts[6]).shapes
    made = add_office_chart(shapes, (0, 0, 10, 10), answer, accent, Pt(9), "LINE").part
    package = document.part.package
    book = Part(PackURI("/word/embeddings/chart1.xlsx"), XLSX_TYPE, made.chart_workbook.xlsx_part.blob, package)
    chart = Part(PackURI("/word/charts/chart1.xml"), CHART_TYPE, b"", package)
    inside = chart.relate_to(book, RT.PACKAGE)
    made._element.xpath("c:externalData")[0].set(qn("r:id"), inside)
    chart._blob = etree.tostring(made._element, xml_declaration=True, encoding="UTF-8", standalone=True)
    size = {"width": int(Inches(6)), "height": int(Inches(3.2))}
    drawing = INLINE.format(relation=document.part.relate_to(chart, RT.CHART), alt=quoteattr(answer.title), **size)
    paragraph.add_run()._r.append(parse_xml(drawing))


def fill_template(document: Any, texts: dict[str, str]) -> dict[str, Any]:
    """Replace the template's placeholders, in the style of their paragraph's first run; returns where each was."""
    places = {}
    for paragraph in document.paragraphs:
        names = re.findall(r"{{ *(\w+) *}}", paragraph.text)
        if names:
            places.update(dict.fromkeys(names, paragraph))
            text = re.sub(r"{{ *(\w+) *}}", lambda m: texts.get(m[1], m[0]), paragraph.text)
            for run in paragraph.runs[1:]:
                run.text = ""
            paragraph.runs[0].text = text
    return places


def write_document(answer: Answer, path: str) -> None:
    answer = fitted(answer)
    document, accent, count, most = Document(answer.template), ACCENT, len(answer.data), answer.max_rows
    document.core_properties.title = answer.title[:200]
    more = f" The table shows the first {most:,} of {count:,} rows." if count > most else ""
    drawn = 0 < len(answer.data) <= answer.max_drawn
    if answer.template:
        style: Any = document.styles["Title"]
        accent = ACCENT if style.font.color.rgb is None else str(style.font.color.rgb)
        texts = {"title": answer.title, "summary": summary(answer) + more, "source": answer.source}
        places = fill_template(document, {**texts, "table": "", "chart": ""})
        if "table" in places:
            places["table"]._p.addnext(add_table(document, answer, accent)._tbl)
        if answer.chart and drawn and "chart" in places:
            add_chart(document, places["chart"], answer, accent)
        if places:
            document.save(path)
            return
    if not answer.template:
        for name in ("Title", "Heading 1"):
            style = document.styles[name]
            style.font.color.rgb = FontColor.from_string(accent)
    document.add_heading(answer.title, 0)
    document.add_paragraph(summary(answer) + more)
    if answer.chart and drawn:
        add_chart(document, document.add_paragraph(), answer, accent)
    add_table(document, answer, accent)
    note = document.add_paragraph()
    note.paragraph_format.space_before = Pt(8)
    run = note.add_run(answer.source)
    run.italic, run.font.size, run.font.color.rgb = True, Pt(9), FontColor(0x66, 0x66, 0x66)
    document.save(path)
