"""Writes an answer as a PowerPoint presentation."""

import datetime
import re
from typing import Any, NamedTuple

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE, MSO_SHAPE_TYPE
from pptx.enum.shapes import PP_PLACEHOLDER as PLACE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.text.text import Font
from pptx.util import Inches, Pt

from .answer import (
    PLACEHOLDER,
    Answer,
    cell_texts,
    column_blocks,
    column_needs,
    column_widths,
    filled_text,
    fitted,
    notes,
    remarks,
    summary,
    text_width,
)
from .office_chart import add_office_chart, chart_note, filled_chart

WHITE, SMALL_PARTS = RGBColor(0xFF, 0xFF, 0xFF), (PLACE.TITLE, PLACE.DATE, PLACE.FOOTER, PLACE.SLIDE_NUMBER)
MAX_TEXT, LETTER, MAX_BLOCKS = 90, 0.56, 4  # of a cell; the width of a letter, in parts of its size; of columns
RIGHT = re.compile(r"[\W\d_]*[\u0590-\u08ff\ufb1d-\ufefc]")


def rgb(digits: str) -> Any:
    return RGBColor.from_string(digits)


def remove_slides(presentation: Any) -> None:
    """A template's own slides are samples."""
    for slide in list(presentation.slides._sldIdLst):
        presentation.part.drop_rel(slide.rId)
        presentation.slides._sldIdLst.remove(slide)


def title_only(presentation: Any) -> Any:
    """The layout that has a title and nothing else, or one with nothing, or the one that comes nearest."""
    layouts = list(presentation.slide_layouts)
    kinds = [[p.placeholder_format.type for p in layout.placeholders] for layout in layouts]
    plain = [x for x, has in zip(layouts, kinds, strict=True) if PLACE.TITLE in has and set(has) <= set(SMALL_PARTS)]
    empty = [x for x, has in zip(layouts, kinds, strict=True) if set(has) <= set(SMALL_PARTS[1:])]
    titled = [layout for layout, has in zip(layouts, kinds, strict=True) if PLACE.TITLE in has]
    return (plain or empty or titled or layouts)[0]


def fonts(paragraph: Any) -> list[Any]:
    """The fonts of a paragraph's letters; of an empty one that of its end, which makes its height.

    A size on the paragraph itself looks the same, but springs back when a reader changes it in PowerPoint.
    """
    return [run.font for run in paragraph.runs] or [Font(paragraph._p.get_or_add_endParaRPr())]


def write(frame: Any, text: str, size: float, color: RGBColor | None, font: str = "", bold: bool = False) -> None:
    frame.text, frame.word_wrap = text, True
    for paragraph in frame.paragraphs:
        from_right = RIGHT.match(text) is not None
        paragraph.alignment = PP_ALIGN.RIGHT if from_right else PP_ALIGN.LEFT
        if from_right:
            paragraph._p.get_or_add_pPr().set("rtl", "1")
        for letters in fonts(paragraph):
            letters.size, letters.bold = Pt(size), bold
            if font:
                letters.name = font
            if color is not None:  # else the template's
                letters.color.rgb = color


def resize(frame: Any, size: float) -> None:
    for letters in fonts(frame.paragraphs[0]):
        letters.size = Pt(size)


def put(shape: Any, left: float, top: float, width: float, height: float) -> None:  # in inches
    shape.left, shape.top, shape.width, shape.height = map(Inches, (left, top, width, height))


def title_size(text: str, most: int, letters: int) -> int:
    """The size of a title, smaller where it is long, so that it stays above what is below it."""
    return (
        most if text_width(text) <= letters else round(most * 0.77) if text_width(text) <= letters * 2.4 else most // 2
    )


def add_cover(presentation: Any, answer: Answer) -> None:
    wide, high, look = presentation.slide_width, presentation.slide_height, answer.look
    cover = presentation.slides.add_slide(presentation.slide_layouts[0])
    second = [p for p in cover.placeholders if p.placeholder_format.idx > 0 and p.has_text_frame][:1]
    if answer.template:
        if cover.shapes.title is not None:
            cover.shapes.title.text = answer.title
        for place in second:
            place.text = summary(answer)
            if text_width(place.text) > 90:
                resize(place.text_frame, 18)
    if not answer.template:
        band = cover.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(0.45), high)
        band.fill.solid()
        band.fill.fore_color.rgb = rgb(look.accent)
        band.line.fill.background()
        put(cover.shapes.title, 1.1, 1.5, 11.3, 1.9)
        size = title_size(answer.title, 40, 42)
        write(cover.shapes.title.text_frame, answer.title, size, rgb(look.accent), look.heading_font, bold=True)
        cover.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
        for place in second:
            put(place, 1.1, 3.6, 11.3, 2.4)
            write(place.text_frame, summary(answer), 20, rgb(look.ink), look.body_font)
    note = cover.shapes.add_textbox(int(wide * 0.0825), int(high * 0.88), int(wide * 0.85), Inches(0.4))
    write(note.text_frame, answer.source, 12, None if answer.template else rgb(look.muted), look.body_font)


def set_up_layout(presentation: Any, answer: Answer) -> None:
    """The foot of every slide: the footer or the title, the day, and the slide's number, on the layout itself."""
    layout, look = presentation.slide_layouts.get_by_name("Title Only"), answer.look
    for place in list(layout.placeholders):
        if place.placeholder_format.type in SMALL_PARTS[1:]:
            place._element.getparent().remove(place._element)
    tree = layout.shapes._spTree
    plain = f"<a:r>{font_xml(answer)}<a:t/></a:r>"
    texts = [(0.6, 8.5, "l", plain), (9.2, 2.0, "r", plain),
             (11.4, 1.3, "r", f'<a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">{font_xml(answer)}'
                              "<a:t>‹#›</a:t></a:fld>")]  # fmt: skip
    words = [look.footer or answer.source, datetime.date.today().isoformat()]
    for number, (left, width, side, run) in enumerate(texts):
        box = (f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="{900 + number}" name="Foot {number}"/>'
               '<p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm>'
               f'<a:off x="{int(Inches(left))}" y="{int(Inches(7.02))}"/>'
               f'<a:ext cx="{int(Inches(width))}" cy="{int(Inches(0.32))}"/>'
               '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr wrap="square"/>'
               f'<a:p><a:pPr algn="{side}"/>{run}</a:p></p:txBody></p:sp>')  # fmt: skip
        shape = parse_xml(box)
        for text, word in zip(shape.iter(qn("a:t")), words[number : number + 1], strict=False):
            text.text = word if len(word) <= 110 else word[:109] + "…"
        tree.append(shape)


def font_xml(answer: Answer) -> str:
    fill = f'<a:solidFill><a:srgbClr val="{answer.look.muted}"/></a:solidFill>'
    return f'<a:rPr lang="en-US" sz="1000">{fill}<a:latin typeface="{answer.look.body_font}"/></a:rPr>'


def add_slide(presentation: Any, answer: Answer, title: str) -> Any:
    look = answer.look
    if answer.template:
        slide = presentation.slides.add_slide(title_only(presentation))
        if slide.shapes.title is not None:
            slide.shapes.title.text = title
            room, letters = (slide.shapes.title.width or presentation.slide_width) / 12700, text_width(title)
            if letters * 44 * LETTER > room:
                resize(slide.shapes.title.text_frame, max(12, min(28, int(room / letters / LETTER))))
        else:
            box = slide.shapes.add_textbox(int(presentation.slide_width * 0.045), int(presentation.slide_height * 0.05),
                                           int(presentation.slide_width * 0.91), Inches(0.8))  # fmt: skip
            write(box.text_frame, title, title_size(title, 28, 60), None, bold=True)
    if not answer.template:
        slide = presentation.slides.add_slide(presentation.slide_layouts.get_by_name("Title Only"))
        put(slide.shapes.title, 0.6, 0.3, 12.1, 0.9)
        write(
            slide.shapes.title.text_frame,
            title,
            title_size(title, 26, 70),
            rgb(look.accent),
            look.heading_font,
            bold=True,
        )
        slide.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
        rule = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *map(Inches, (0.6, 1.25, 12.7, 1.25)))
        rule.line.color.rgb, rule.line.width = rgb(look.rule), Pt(1)
    return slide


def room_below(slide: Any, presentation: Any, answer: Answer) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is free below the title."""
    wide, high, title = presentation.slide_width, presentation.slide_height, slide.shapes.title
    top = int(high * 0.2)
    if answer.template and title is not None and title.top is not None:
        below = title.top + title.height
        top = max(int(high * 0.12), below) if below < high * 0.4 else top
        if below >= high * 0.4:  # a title in the middle of the slide gives way
            title.left, title.top, title.width, title.height = (
                int(wide * 0.045),
                int(high * 0.04),
                int(wide * 0.91),
                int(high * 0.13),
            )
    top += int(high * 0.01)
    return int(wide * 0.045), top, int(wide * 0.91), int(high * 0.925) - top


def add_chart(slide: Any, area: tuple[int, ...], answer: Answer) -> None:
    look = None if answer.template else answer.look
    chart = add_office_chart(slide.shapes, area, answer, look, Pt(12), "LINE_MARKERS")
    if look is None:
        chart.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    if answer.chart != "pie" and chart.value_axis.has_major_gridlines:
        chart.value_axis.major_gridlines.format.line.width = Pt(0.75)


def row_lines(line: list[str], block: list[int], widths: list[float]) -> int:
    """How many lines the fullest cell of a row takes."""
    return (
        max(-(-text_width(line[place]) // max(1, int(width - 1.5))) for place, width in zip(block, widths, strict=True))
        or 1
    )


def add_table(
    slide: Any,
    area: tuple[int, ...],
    answer: Answer,
    block: list[int],
    lines: list[list[str]],
    size: float,
    widths: list[float],
) -> None:
    look, height = answer.look, int(Pt(size * 1.25 + 6))
    table = slide.shapes.add_table(len(lines) + 1, len(block), *area[:3], height * (len(lines) + 1)).table
    for column, width in zip(table.columns, widths, strict=True):
        column.width = int(Pt(width * size * LETTER))
    for number, line in enumerate([answer.headings, *lines]):
        table.rows[number].height = height
        for cell, place in zip(table.rows[number].cells, block, strict=True):
            cell.text = line[place]
            cell.margin_top = cell.margin_bottom = Pt(3)
            cell.margin_left = cell.margin_right = Pt(5)
            if not answer.template:
                cell.fill.solid()
                cell.fill.fore_color.rgb = rgb(look.accent) if number == 0 else (rgb(look.stripe), WHITE)[number % 2]
            for paragraph in cell.text_frame.paragraphs:
                right = answer.forms[place].numeric or RIGHT.match(line[place])
                paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
                if RIGHT.match(line[place]):
                    paragraph._p.get_or_add_pPr().set("rtl", "1")
                for letters in fonts(paragraph):
                    letters.size = Pt(size)
                    if not answer.template:
                        letters.name = look.body_font
                        letters.color.rgb = WHITE if number == 0 else rgb(look.ink)


def add_note(slide: Any, area: tuple[int, ...], answer: Answer, text: str) -> None:
    if text:
        note = slide.shapes.add_textbox(area[0], area[1] + area[3] - int(Pt(16)), area[2], Pt(18))
        write(note.text_frame, text, 11, None if answer.template else rgb(answer.look.muted))


class Page(NamedTuple):
    """What stands on one slide of a table."""

    block: list[int]
    lines: list[list[str]]
    widths: list[float]


def pages(answer: Answer, lines: list[list[str]], size: float, room: float, height: float) -> tuple[list[Page], str]:
    """The slides of the table: as many rows as fit, and columns in blocks; and what is said of what they leave out."""
    needs = column_needs(answer, lines)
    blocks = column_blocks(needs, int(room), max(1, answer.groups))[:MAX_BLOCKS]
    most = answer.max_rows if len(blocks) == 1 else max(12, answer.max_rows // len(blocks))
    left = len(needs) - len({place for block in blocks for place in block})
    said = notes(answer, min(most, len(lines)), MAX_TEXT)
    said = f"{said} {left} more columns are in an Excel workbook.".strip() if left else said
    found = []
    for block in blocks:
        widths, waiting = column_widths([needs[place] for place in block], room), lines[:most]
        while waiting:
            page, used = [waiting.pop(0)], row_lines(answer.headings, block, widths) * size * 1.25 + 8
            used += row_lines(page[0], block, widths) * size * 1.25 + 6.5
            while waiting and used + row_lines(waiting[0], block, widths) * size * 1.25 + 6.5 <= height - 20 * bool(
                said
            ):
                used += row_lines(waiting[0], block, widths) * size * 1.25 + 6.5
                page.append(waiting.pop(0))
            found.append(Page(block, page, widths))
    return found, said


def filled_shapes(shapes: Any, texts: dict[str, str], unknown: list[str], places: list[tuple[str, Any]]) -> None:
    """Fill the placeholders of shapes, of tables and of groups; those of a table and a chart are places."""
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            filled_shapes(shape.shapes, texts, unknown, places)
        if getattr(shape, "has_chart", False) and shape.has_chart:
            part = shape.chart.part
            part._element = parse_xml(filled_chart(part.blob, texts))
        for text in [text for text in shape._element.iter(qn("a:p")) if "{" in "".join(text.itertext())]:
            pieces = list(text.iter(qn("a:t")))
            whole = "".join(piece.text or "" for piece in pieces)
            only = re.fullmatch(r"\s*{{ *(table|chart) *}}\s*", whole, re.I)
            if only and shape.has_text_frame:
                places.append((only[1].lower(), shape))
            elif pieces and PLACEHOLDER.search(whole):
                pieces[0].text = filled_text(whole, texts, unknown)
                for piece in pieces[1:]:
                    piece.text = ""


def fill_slides(presentation: Any, answer: Answer, tables: list[Page], size: float, said: str) -> list[str] | None:
    """Fill the slides of a template that have placeholders; None where none has, and the slides are samples."""
    if not any(PLACEHOLDER.search(t) for s in presentation.slides for t in ["".join(s._element.itertext())]):
        return None
    texts = {"title": answer.title, "summary": summary(answer), "source": answer.source, "notes": said,
             "date": datetime.date.today().isoformat(), "rows": f"{len(answer.data):,}"}  # fmt: skip
    unknown, waiting = list[str](), list(tables)
    for master in presentation.slide_masters:
        for behind in (master, *master.slide_layouts):
            filled_shapes(behind.shapes, texts, unknown, [])
    for slide in list(presentation.slides):
        places: list[tuple[str, Any]] = []
        filled_shapes(slide.shapes, texts, unknown, places)
        if slide.has_notes_slide:
            filled_shapes(slide.notes_slide.shapes, texts, unknown, [])
        for name, shape in places:
            area = shape.left, shape.top, shape.width, shape.height
            shape._element.getparent().remove(shape._element)
            if name == "chart" and answer.drawn:
                add_chart(slide, area, answer)
            elif name == "table" and (waiting or len(tables) == 1):
                page = waiting.pop(0) if waiting else tables[0]
                shrink = min(1.0, area[2] / 12700 / (sum(page.widths) * size * LETTER))
                add_table(slide, area, answer, page.block, page.lines, size * shrink, page.widths)
            else:
                unknown.append(name)
    if len(waiting) < len(tables):
        add_table_slides(presentation, answer, waiting, size, said)
    return unknown


def add_table_slides(presentation: Any, answer: Answer, tables: list[Page], size: float, said: str) -> None:
    """Further slides for what did not fit in the place of a table."""
    for page in tables:
        slide = add_slide(presentation, answer, f"{answer.title} (continued)")
        area = room_below(slide, presentation, answer)
        add_table(slide, area, answer, page.block, page.lines, size, page.widths)
        add_note(slide, area, answer, said)


def write_document(answer: Answer, path: str) -> list[str]:
    answer = fitted(answer)
    presentation: Any = Presentation(answer.template)
    if not answer.template:
        presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
        set_up_layout(presentation, answer)
    size = 14 if len(answer.headings) <= 5 else 12 if len(answer.headings) <= 8 else 11
    room = presentation.slide_width * 0.91 / 12700 / size / LETTER
    tables, said = pages(answer, cell_texts(answer, MAX_TEXT), size, room, presentation.slide_height * 0.70 / 12700)
    drawn, lead = answer.drawn, summary(answer)
    if answer.template:
        unknown = fill_slides(presentation, answer, tables, size, said)
        if unknown is not None:
            presentation.core_properties.title = answer.title[:200]
            presentation.save(path)
            return remarks(answer, unknown)
        remove_slides(presentation)
    if answer.template or len(tables) + drawn > 3 or not tables:
        add_cover(presentation, answer)
        lead = ""
    if drawn:
        slide = add_slide(presentation, answer, answer.title)
        area = add_lead(slide, room_below(slide, presentation, answer), answer, lead)
        lead = ""
        add_chart(slide, (*area[:3], area[3] - int(Pt(20)) * bool(chart_note(answer))), answer)
        add_note(slide, area, answer, chart_note(answer))
    for number, page in enumerate(tables):
        slide = add_slide(presentation, answer, f"{answer.title} (continued)" if number else answer.title)
        area = add_lead(slide, room_below(slide, presentation, answer), answer, lead)
        lead = ""
        add_table(slide, area, answer, page.block, page.lines, size, page.widths)
        add_note(slide, area, answer, said)
    if answer.look.logo and not answer.template:
        picture = presentation.slides[0].shapes.add_picture(answer.look.logo_file, 0, Inches(0.35), height=Inches(0.55))
        picture.left = presentation.slide_width - picture.width - Inches(0.6)
    presentation.core_properties.title = answer.title[:200]
    presentation.save(path)
    return remarks(answer, [])


def add_lead(slide: Any, area: tuple[int, ...], answer: Answer, text: str) -> tuple[int, ...]:
    """The sentences above the first chart or table, where no cover says them; returns what is free below."""
    if not text:
        return area
    height = int(Pt(24 * max(1, -(-text_width(text) // 105)) + 8))
    box = slide.shapes.add_textbox(*area[:3], height)
    write(box.text_frame, text, 16, rgb(answer.look.ink), answer.look.body_font)
    return (area[0], area[1] + height, area[2], area[3] - height)
