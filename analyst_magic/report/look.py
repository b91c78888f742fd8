"""The user's theme in reports as Word and PowerPoint files: fonts, colours, logo and the line at the foot."""

from __future__ import annotations

import io
import re
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm
from docx.shared import RGBColor as DocxColour
from pptx.dml.color import RGBColor
from pptx.util import Inches

from ..theme import Theme
from .plain import xml_text
from .reading import Report


def dress_document(document: Any, report: Report) -> None:
    """Give a Word document the theme of its report; one without a theme stays as it is."""
    theme = report.theme
    if theme is None:
        return
    styles = document.styles
    styles["Normal"].font.name = theme.body_font
    styles["Normal"].font.color.rgb = DocxColour.from_string(theme.ink)
    for name in ("Title", *(f"Heading {level}" for level in range(1, 7))):
        styles[name].font.name = theme.heading_font
        styles[name].font.color.rgb = DocxColour.from_string(theme.accent)
    section = document.sections[0]
    if theme.footer:
        section.footer.paragraphs[0].add_run(f" · {xml_text(theme.footer)}")
    if report.logo:
        line = section.header.paragraphs[0]
        line = section.header.add_paragraph() if line.text else line
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.add_run().add_picture(io.BytesIO(report.logo), height=Mm(11))


def dress_deck(deck: Any, report: Report) -> None:
    """Give a presentation the theme of its report: its fonts and colours, and the logo on the first slide."""
    theme = report.theme
    if theme is None:
        return
    for relation in deck.slide_master.part.rels.values():
        if relation.reltype.endswith("/theme"):
            part = relation.target_part
            part._blob = _themed(part.blob.decode("utf-8"), theme).encode("utf-8")
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.name == "Accent":
                shape.fill.fore_color.rgb = RGBColor.from_string(theme.accent)  # type: ignore[no-untyped-call]
    if report.logo and len(deck.slides):
        shown = deck.slides[0].shapes.add_picture(io.BytesIO(report.logo), 0, Inches(0.35), height=Inches(0.55))
        shown.left, shown.name = deck.slide_width - shown.width - Inches(0.45), "Logo"


def _themed(xml: str, theme: Theme) -> str:
    """The theme part of a deck with these fonts and colours."""
    for kind, font in (("major", theme.heading_font), ("minor", theme.body_font)):
        xml = re.sub(rf'(<a:{kind}Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{font}", xml)
    for number, colour in enumerate(theme.palette[:6], 1):
        shade = f'<a:accent{number}><a:srgbClr val="{colour}"/></a:accent{number}>'
        xml = re.sub(rf"<a:accent{number}>.*?</a:accent{number}>", shade, xml, flags=re.DOTALL)
    return xml
