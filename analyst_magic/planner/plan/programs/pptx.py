"""Writes an answer as a PowerPoint presentation."""

from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.shapes import PP_PLACEHOLDER as PLACE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from .answer import ACCENT, Answer, as_text, fitted, is_numeric, summary
from .office_chart import add_office_chart

INK, GREY, WHITE = RGBColor(0x33, 0x3B, 0x46), RGBColor(0x66, 0x66, 0x66), RGBColor(0xFF, 0xFF, 0xFF)
TINT, STRIPE, RULE = RGBColor.from_string(ACCENT), RGBColor(0xF3, 0xF5, 0xF9), RGBColor(0xD0, 0xD6, 0xDE)
SMALL_PARTS = (PLACE.TITLE, PLACE.DATE, PLACE.FOOTER, PLACE.SLIDE_NUMBER)
MAX_COLUMNS, ROWS_ON_A_SLIDE = 10, 12


def remove_slides(presentation: Any) -> None:
    """A template's own slides are samples."""
    for slide in list(presentation.slides._sldIdLst):
        presentation.part.drop_rel(slide.rId)
        presentation.slides._sldIdLst.remove(slide)


def title_only(presentation: Any) -> Any:
    """The layout that has a title and nothing else, or the one that comes nearest."""
    layouts = list(presentation.slide_layouts)
    kinds = [[p.placeholder_format.type for p in layout.placeholders] for layout in layouts]
    titled = [layout for layout, has in zip(layouts, kinds, strict=True) if PLACE.TITLE in has]
    plain = [x for x, has in zip(layouts, kinds, strict=True) if PLACE.TITLE in has and set(has) <= set(SMALL_PARTS)]
    return (plain or titled or layouts)[0]


def write(frame: Any, text: str, size: int, color: RGBColor | None, bold: bool = False) -> None:
    frame.text, frame.word_wrap = text, True
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.size, paragraph.font.bold = Pt(size), bold
        if color is not None:  # else the template's
            paragraph.font.color.rgb = color


def put(shape: Any, left: float, top: float, width: float, height: float) -> None:  # in inches
    shape.left, shape.top, shape.width, shape.height = map(Inches, (left, top, width, height))


def add_cover(presentation: Any, answer: Answer) -> None:
    wide, high = presentation.slide_width, presentation.slide_height
    cover = presentation.slides.add_slide(presentation.slide_layouts[0])
    second = [p for p in cover.placeholders if p.placeholder_format.idx > 0 and p.has_text_frame][:1]
    if answer.template:
        cover.shapes.title.text = answer.title
        for place in second:
            place.text = summary(answer)
    if not answer.template:
        band = cover.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(0.45), high)
        band.fill.solid()
        band.fill.fore_color.rgb = TINT
        band.line.fill.background()
        put(cover.shapes.title, 1.1, 1.9, 11.3, 1.7)
        write(cover.shapes.title.text_frame, answer.title, 40 if len(answer.title) < 60 else 28, TINT, bold=True)
        cover.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
        for place in second:
            put(place, 1.1, 3.8, 11.3, 1.6)
            write(place.text_frame, summary(answer), 20, INK)
    note = cover.shapes.add_textbox(int(wide * 0.0825), int(high * 0.9), int(wide * 0.85), Inches(0.4))
    write(note.text_frame, answer.source, 12, None if answer.template else GREY)


def add_slide(presentation: Any, answer: Answer, title: str) -> Any:
    if answer.template:
        slide = presentation.slides.add_slide(title_only(presentation))
        if slide.shapes.title is not None:
            slide.shapes.title.text = title
    if not answer.template:
        slide = presentation.slides.add_slide(presentation.slide_layouts.get_by_name("Title Only"))
        put(slide.shapes.title, 0.6, 0.35, 12.1, 0.9)
        write(slide.shapes.title.text_frame, title, 26 if len(title) < 75 else 20, TINT, bold=True)
        rule = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *map(Inches, (0.6, 1.25, 12.7, 1.25)))
        rule.line.color.rgb, rule.line.width = RULE, Pt(1)
    return slide


def add_chart(slide: Any, area: tuple[int, ...], answer: Answer) -> None:
    accent = None if answer.template else ACCENT
    chart = add_office_chart(slide.shapes, area, answer, accent, Pt(12), "LINE_MARKERS")
    chart.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    if answer.chart != "pie":
        chart.value_axis.major_gridlines.format.line.width = Pt(0.75)
    if answer.chart == "pie":
        chart.plots[0].has_data_labels = True
        labels = chart.plots[0].data_labels
        labels.show_percentage, labels.show_value, labels.number_format = True, False, "0%"
        labels.number_format_is_linked = False


def add_table(slide: Any, area: tuple[int, ...], height: int, answer: Answer, start: int) -> None:
    columns = min(MAX_COLUMNS, len(answer.headings))
    part = answer.rows.iloc[start : start + ROWS_ON_A_SLIDE, :columns]
    table = slide.shapes.add_table(len(part) + 1, max(1, columns), *area[:3], height * (len(part) + 1)).table
    rows = part.itertuples(index=False)
    lines = [[as_text(v, f) for v, f in zip(row, answer.formats, strict=False)] for row in rows]
    for number, line in enumerate([answer.headings[:columns], *lines]):
        for place, text in enumerate(line):
            cell = table.cell(number, place)
            cell.text = text if len(text) <= 60 else text[:59] + "…"
            cell.margin_top = cell.margin_bottom = Pt(3)
            if not answer.template:
                cell.fill.solid()
                cell.fill.fore_color.rgb = TINT if number == 0 else (STRIPE, WHITE)[number % 2]
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(14 if columns <= 5 else 10)
                paragraph.alignment = PP_ALIGN.RIGHT if is_numeric(answer.formats[place]) else PP_ALIGN.LEFT
                if not answer.template:
                    paragraph.font.color.rgb = WHITE if number == 0 else INK


def left_out(answer: Answer) -> str:
    """What the tables do not show, as a sentence; empty where they show all."""
    rows, columns, most = len(answer.data), len(answer.headings), answer.max_rows
    parts = [f"the first {most} of {rows:,} rows"] if rows > most else []
    parts += [f"the first {MAX_COLUMNS} of {columns} columns"] if columns > MAX_COLUMNS else []
    return "Shown: " + " and ".join(parts) + "." if parts else ""


def write_document(answer: Answer, path: str) -> None:
    answer = fitted(answer)
    presentation: Any = Presentation(answer.template)
    if answer.template:
        remove_slides(presentation)
    if not answer.template:
        presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
    wide, high = presentation.slide_width, presentation.slide_height
    area = (int(wide * 0.045), int(high * 0.2), int(wide * 0.91), int(high * 0.74))
    add_cover(presentation, answer)
    if answer.chart and 0 < len(answer.data) <= answer.max_drawn:
        add_chart(add_slide(presentation, answer, answer.title), area, answer)
    for start in range(0, max(1, len(answer.rows)), ROWS_ON_A_SLIDE):
        slide = add_slide(presentation, answer, answer.title if start == 0 else f"{answer.title} (continued)")
        add_table(slide, area, int(high * 0.053), answer, start)
        if left_out(answer):
            note = slide.shapes.add_textbox(area[0], int(high * 0.93), area[2], Inches(0.4))
            write(note.text_frame, left_out(answer), 12, None if answer.template else GREY)
    presentation.core_properties.title = answer.title[:200]
    presentation.save(path)
