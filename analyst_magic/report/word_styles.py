"""The paper, the styles and the foot of a Word file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from .plain import xml_text
from .reading import Report

MARGIN = Cm(2)
MONO = "Consolas"
CALLOUT_FILL = "EEF3FB"
_INK, _SOFT, LINK, _BAD = (RGBColor.from_string(c) for c in ("1F2328", "57606A", "0969DA", "B3261E"))


def add_field(line: Any, code: str, parts: Iterable[str]) -> None:
    """The marks of a field; between ``separate`` and ``end`` stands what it last gave."""
    for part in parts:
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), part)
        line.add_run()._r.append(mark)
        if part == "begin":
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {code} "
            line.add_run()._r.append(instruction)


def set_up(document: Any, report: Report) -> None:
    """Paper, styles, properties and the line at the foot of each page."""
    section = document.sections[0]
    width, height = report.options.sheet
    section.page_width, section.page_height = Cm(width), Cm(height)
    if width > height:
        section.orientation = WD_ORIENT.LANDSCAPE
    if report.options.header:
        section.header.paragraphs[0].text = xml_text(report.options.header)
        section.header.paragraphs[0].style = document.styles["Header"]
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = MARGIN
    properties = document.core_properties
    properties.title, properties.author = xml_text(report.title)[:255], "Analyst Magic"
    properties.comments, properties.language = "", report.language
    _text_styles(document, report.language)
    _block_styles(document.styles)
    _contents_styles(document.styles)
    _table_style(document.styles)
    foot = section.footer.paragraphs[0]
    foot.style = document.styles["Facts"]
    foot.alignment = WD_ALIGN_PARAGRAPH.LEFT
    foot.add_run(f"{xml_text(report.source)} · page ")
    add_field(foot, "PAGE", ("begin", "separate"))
    foot.add_run("1")
    add_field(foot, "", ("end",))


def _text_styles(document: Any, language: str) -> None:
    """Running text and headings."""
    styles = document.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = "Calibri", Pt(10.5), _INK
    normal.paragraph_format.space_after = Pt(6)
    defaults = styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}")
    if defaults is not None:
        defaults.set(qn("w:val"), language)
    for name in ("Title", *(f"Heading {level}" for level in range(1, 7))):
        style = styles[name]
        style.font.color.rgb, style.font.italic = _INK, None
        for fonts in style.element.findall(f".//{qn('w:rFonts')}"):
            for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{kind}"), None)
        style.font.name = "Calibri"
    styles["Title"].font.size = Pt(24)
    for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    for level, size in enumerate((16, 13, 11.5, 11, 10.5, 10.5), 1):
        styles[f"Heading {level}"].font.size = Pt(size)


def _block_styles(styles: Any) -> None:
    """What an answer, its remarks, its code and its tables are written in."""
    _add(styles, "Facts", 8.5, _SOFT)
    styles["Facts"].paragraph_format.space_before = Pt(2)
    answer = _add(styles, "Answer", 14, _INK)
    answer.paragraph_format.space_before = answer.paragraph_format.space_after = Pt(4)
    _add(styles, "Error", 10.5, _BAD)
    _add(styles, "Notice", 10.5, RGBColor.from_string("7A4D00"))
    callout = _add(styles, "Callout", 10.5, _INK)
    callout.paragraph_format.left_indent = Cm(0.4)
    callout.element.get_or_add_pPr().append(shade(CALLOUT_FILL))
    _add(styles, "Figure", 10.5, _INK)
    table_text = _add(styles, "Table Text", 9, _INK)
    table_text.element.set(qn("w:styleId"), "TableText")
    table_text.paragraph_format.space_after = table_text.paragraph_format.space_before = Pt(1)
    code = _add(styles, "Code", 8, _INK)
    code.font.name = MONO
    code.paragraph_format.line_spacing = 1.0
    code.element.get_or_add_pPr().append(shade("F6F8FA"))


def _contents_styles(styles: Any) -> None:
    """The entries of the table of contents."""
    for level in range(1, 4):
        entry = _add(styles, f"TOC {level}", 10, _INK)
        entry.paragraph_format.left_indent = Cm(0.6 * (level - 1))
        entry.paragraph_format.space_after = Pt(2)
    _add(styles, "TOC Heading", 12, _SOFT)


def shade(fill: str) -> Any:
    """A colour behind a paragraph or a cell."""
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{name}"), value)
    return shade


def _add(styles: Any, name: str, size: float, colour: RGBColor) -> Any:
    found = [style for style in styles if style.name == name]
    style = found[0] if found else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles["Normal"]
    style.font.size, style.font.color.rgb = Pt(size), colour
    return style


def _table_style(styles: Any) -> None:
    """Lines under rows and nothing else, as on the page."""
    style = styles.add_style("Report Table", WD_STYLE_TYPE.TABLE)
    style.base_style = styles["Normal Table"]
    properties = OxmlElement("w:tblPr")
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "D0D7DE")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties.append(borders)
    style.element.append(properties)
