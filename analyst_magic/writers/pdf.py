"""Writes an answer as a PDF."""

import datetime
import math
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Line, PolyLine, Rect, String, Wedge
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfbase.ttfonts import shapeStr
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from .answer import (
    Answer,
    ChartData,
    cell_texts,
    chart_data,
    column_blocks,
    column_needs,
    column_widths,
    fitted,
    notes,
    remarks,
    summary,
)
from .column_format import shown
from .scripts import FROM_THE_RIGHT, SHAPED, Fonts, visual

MAX_TEXT, MAX_BARS, MAX_SLICES, LETTER = 300, 24, 8, 0.56  # the width of a letter, in parts of its size
MARGIN = 18 * mm


class Closing(Paragraph):
    """The last line of a document, which notes whether it stands alone on its page."""

    alone = False

    def wrap(self, width: float, height: float) -> Any:
        frame = getattr(self, "_frame", None)
        self.alone = frame is not None and frame._y > frame._y2 - frame._topPadding - 6 * mm
        return super().wrap(width, height)


def colour(digits: str) -> Any:
    return colors.HexColor(f"#{digits}")


def marked_up(text: str, fonts: Fonts, bold: bool) -> str:
    own = fonts.bold if bold else fonts.regular
    pieces = [(font, escape(piece)) for font, piece in fonts.runs(text, bold)]
    return "".join(piece if font == own else f'<font name="{font}">{piece}</font>' for font, piece in pieces)


def paragraph(
    text: str,
    fonts: Fonts,
    style: ParagraphStyle,
    room: float,
    bold: bool = False,
    kind: type[Paragraph] = Paragraph,
) -> Any:
    """Text of any script; one that begins with Arabic or Hebrew runs from the right."""
    if SHAPED.search(text):
        style = ParagraphStyle("shaped", parent=style, shaping=1)
    if not FROM_THE_RIGHT.search(text):
        return kind("<br/>".join(marked_up(line, fonts, bold) for line in text.split("\n")), style)
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in part.split():
            if line and fonts.width(f"{line} {word}", style.fontSize, bold) > room:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        lines.append(line)
    first = next((letter for letter in text if letter.isalpha()), "")
    if FROM_THE_RIGHT.match(first):
        style = ParagraphStyle("right", parent=style, alignment=TA_RIGHT)
    return kind("<br/>".join(marked_up(visual(line), fonts, bold) for line in lines), style)


def put(drawing: Drawing, x: float, y: float, text: str, fonts: Fonts, size: float, anchor: str, fill: Any) -> None:
    """A text in a drawing, at its start, middle or end."""
    text = visual(text)
    x -= fonts.width(text, size) * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
    for font, piece in fonts.runs(text):
        drawing.add(String(x, y, piece, fontName=font, fontSize=size, fillColor=fill))
        x += fonts.width(piece, size)


def ticks(low: float, high: float) -> list[float]:
    """Round numbers along an axis, from below the lowest value to above the highest."""
    span = (high - low) or abs(high) or 1.0
    step = 10.0 ** math.floor(math.log10(span / 4))
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if span / (step * factor) <= 5)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * number for number in range(first, last + 1)]


def axis_text(value: float, answer: Answer) -> str:
    form = answer.forms[answer.groups]
    decimals = max(0, -math.floor(math.log10(abs(value)) - 1)) if value else 0
    return shown(round(value, 10), form._replace(decimals=0 if float(value).is_integer() else min(6, decimals),
                                                 rounded=True, grouped=True))  # fmt: skip


def legend(drawing: Drawing, data: ChartData, answer: Answer, fonts: Fonts, width: float) -> None:
    x = 0.0
    for place, (name, _) in enumerate(data.series):
        name = fonts.fitted(name, 40 * mm, 8)
        drawing.add(Rect(x, 1, 7, 7, fillColor=colour(answer.look.palette[place % 8]), strokeColor=None))
        put(drawing, x + 10, 1, name, fonts, 8, "start", colour(answer.look.ink))
        x += fonts.width(name, 8) + 24
        if x > width - 45 * mm:
            break


def bounds(data: ChartData, answer: Answer) -> list[float]:
    """The ticks of the axis of values; bars begin at zero."""
    rows = [[value or 0 for value in row] for _, row in data.series]
    values = [v for _, row in data.series for v in row if v is not None] or [0.0]
    if data.stacked:
        values = [sum(parts) for parts in zip(*rows, strict=True)]
    low, high = min(values), max(values)
    if answer.chart != "line" or (low >= 0 and low < high / 2):
        low, high = min(low, 0.0), max(high, 0.0)
    return ticks(low, high)


def bars_across(answer: Answer, data: ChartData, width: float, fonts: Fonts) -> Drawing:
    """Bars from the left to the right, each with its name before it and its value at its end."""
    series, count = data.series, len(data.categories)
    line = 15.0 if data.stacked or len(series) == 1 else 8.0 * len(series) + 5
    foot = 14 if len(series) > 1 else 0
    drawing, height = Drawing(width, count * line + 18 + foot), count * line
    names = min(max(fonts.width(name, 8) for name in data.categories) + 6, width * 0.38)
    marks = bounds(data, answer)
    form, last = answer.forms[answer.groups], len(series) == 1
    labels = max((fonts.width(shown(v, form), 8) for _, row in series for v in row), default=0) if last else 10
    scale = (width - names - labels - 8) / ((marks[-1] - marks[0]) or 1)
    for mark in marks:
        x = names + (mark - marks[0]) * scale
        drawing.add(Line(x, foot + 14, x, foot + 14 + height, strokeColor=colour(answer.look.rule), strokeWidth=0.5))
        put(drawing, x, foot + 4, axis_text(mark, answer), fonts, 7, "middle", colour(answer.look.muted))
    for row, name in enumerate(fonts.fitted_names(data.categories, names - 6, 8)):
        y = foot + 14 + height - (row + 1) * line
        put(drawing, names - 5, y + line / 2 - 3, name, fonts, 8, "end", colour(answer.look.ink))
        at = 0.0
        for place, (_, values) in enumerate(series):
            value = values[row] or 0
            x = names + (min(at, at + value) - marks[0]) * scale
            thick = line - 5 if data.stacked or last else 7.0
            above = 2.5 if data.stacked or last else (len(series) - 1 - place) * 8.0 + 2.5
            drawing.add(Rect(x, y + above, abs(value) * scale, thick, strokeColor=None,
                             fillColor=colour(answer.look.palette[place % 8])))  # fmt: skip
            at += value if data.stacked else 0
            if last and values[row] is not None:
                end = x + (abs(value) * scale if value >= 0 else 0) + 3
                put(
                    drawing, end, y + line / 2 - 3, shown(values[row], form), fonts, 8, "start", colour(answer.look.ink)
                )
    if len(series) > 1:
        legend(drawing, data, answer, fonts, width)
    return drawing


def upright(answer: Answer, data: ChartData, width: float, fonts: Fonts) -> Drawing:
    """Columns, or a line, from the left to the right."""
    count, marks = len(data.categories), bounds(data, answer)
    many = len(data.series) > 1
    left = max(fonts.width(axis_text(mark, answer), 7) for mark in marks) + 6
    drawing, bottom, height = Drawing(width, 70 * mm), 26 if many else 14, 54 * mm
    room = (width - left) / max(1, count)
    top = bottom + height
    scale = height / ((marks[-1] - marks[0]) or 1)
    for mark in marks:
        y = bottom + (mark - marks[0]) * scale
        drawing.add(Line(left, y, width, y, strokeColor=colour(answer.look.rule), strokeWidth=0.5))
        put(drawing, left - 4, y - 2.5, axis_text(mark, answer), fonts, 7, "end", colour(answer.look.muted))
    widest = max(fonts.width(name, 7) for name in data.categories) + 6
    step = max(1, math.ceil(min(widest, 90) / room))
    for place in range(0, count, step):
        name = fonts.fitted(data.categories[place], max(room * step - 2, 30), 7)
        put(drawing, left + (place + 0.5) * room, bottom - 10, name, fonts, 7, "middle", colour(answer.look.ink))
    stacks = [0.0] * count
    for number, (_, values) in enumerate(data.series):
        tint = colour(answer.look.palette[number % 8])
        if answer.chart == "line":
            draw_line(drawing, values, tint, lambda n, v: (left + (n + 0.5) * room, bottom + (v - marks[0]) * scale))
            continue
        thick = room * 0.66 / (1 if data.stacked else len(data.series))
        for place, value in enumerate(values):
            x = left + place * room + room * 0.17 + (0 if data.stacked else number * thick)
            at = stacks[place] if data.stacked else 0.0
            y = bottom + (min(at, at + (value or 0)) - marks[0]) * scale
            drawing.add(Rect(x, y, thick, abs(value or 0) * scale, strokeColor=None, fillColor=tint))
            stacks[place] += value or 0
            text = shown(value, answer.forms[answer.groups])
            if not many and fonts.width(text, 7) < room + 2:
                put(drawing, x + thick / 2, y + abs(value or 0) * scale + 2, text, fonts, 7, "middle",
                    colour(answer.look.ink))  # fmt: skip
    if not many:
        put(drawing, 0, top + 8, answer.headings[answer.groups], fonts, 8, "start", colour(answer.look.muted))
    if many:
        legend(drawing, data, answer, fonts, width)
    return drawing


def draw_line(drawing: Drawing, values: list[float | None], tint: Any, at: Any) -> None:
    """A line through the known values, which breaks where one is missing."""
    points: list[float] = []
    for place, value in enumerate([*values, None]):
        if value is not None:
            points += at(place, value)
        elif points:
            if len(points) == 2:
                drawing.add(Rect(points[0] - 1, points[1] - 1, 2, 2, fillColor=tint, strokeColor=None))
            drawing.add(PolyLine(points, strokeColor=tint, strokeWidth=1.6))
            points = []


def slices(answer: Answer, data: ChartData, width: float, fonts: Fonts) -> Drawing:
    """A pie, with the names of its slices and their shares beside it."""
    drawing, radius = Drawing(width, 66 * mm), 30 * mm
    values = [max(0.0, value or 0) for value in data.series[0][1]]
    whole, angle = sum(values) or 1.0, 90.0
    for place, (name, value) in enumerate(zip(data.categories, values, strict=True)):
        tint, turn = colour(answer.look.palette[place % 8]), 360 * value / whole
        if turn:
            drawing.add(
                Wedge(radius + 4, 33 * mm, radius, angle - turn, angle, fillColor=tint, strokeColor=colors.white)
            )
        angle -= turn
        y = 33 * mm + len(values) * 8 - place * 16 - 8
        drawing.add(Rect(2 * radius + 24, y, 8, 8, fillColor=tint, strokeColor=None))
        text = f"{name}: {shown(value, answer.forms[1])} ({value / whole:.0%})"
        put(drawing, 2 * radius + 38, y, fonts.fitted(text, width - 2 * radius - 40, 9), fonts, 9, "start",
            colour(answer.look.ink))  # fmt: skip
    return drawing


def new_drawing(answer: Answer, data: ChartData, width: float, fonts: Fonts) -> Drawing:
    if answer.chart == "pie":
        return slices(answer, data, width, fonts)
    if answer.chart == "bar" and data.sideways:
        return bars_across(answer, data, width, fonts)
    return upright(answer, data, width, fonts)


def new_table(answer: Answer, block: list[int], lines: list[list[str]], width: float, size: float, fonts: Fonts) -> Any:
    """One table of some of the columns, as wide as they need."""
    look = answer.look
    body = ParagraphStyle("cell", fontName=fonts.regular, fontSize=size, leading=size * 1.3, textColor=colour(look.ink))
    head = ParagraphStyle("head", parent=body, fontName=fonts.bold, textColor=colors.white)
    needs = [column_needs(answer, lines)[place] for place in block]
    widths = [letters * size * LETTER for letters in column_widths(needs, width / size / LETTER)]
    styles = [
        [ParagraphStyle(f"{style.name}{place}", parent=style, **({"alignment": TA_RIGHT} if answer.forms[place].numeric
                                                                 else {})) for place in block]
        for style in (head, body)
    ]  # fmt: skip
    cells = []
    for number, line in enumerate([answer.headings, *lines]):
        trio = zip((line[place] for place in block), styles[min(number, 1)], widths, strict=True)
        cells.append([paragraph(text, fonts, style, room - 9, bold=not number) for text, style, room in trio])
    rules = [("BACKGROUND", (0, 0), (-1, 0), colour(look.accent)), ("VALIGN", (0, 0), (-1, -1), "TOP"),
             ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, colour(look.stripe)]),
             ("LINEBELOW", (0, 0), (-1, -1), 0.25, colour(look.rule)), ("LEFTPADDING", (0, 0), (-1, -1), 4),
             ("RIGHTPADDING", (0, 0), (-1, -1), 4), ("TOPPADDING", (0, 0), (-1, -1), 2.5),
             ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]  # fmt: skip
    return Table(cells, colWidths=widths, repeatRows=1, style=rules, hAlign="LEFT")


def numbered(answer: Answer, fonts: Fonts) -> type[Canvas]:
    """A canvas that writes the title, the day and the number of pages on each page, when all are there."""

    class Numbered(Canvas):
        pages: list[dict[str, Any]]

        def showPage(self) -> None:
            self.pages = [*getattr(self, "pages", []), dict(self.__dict__)]
            self._startPage()

        def drawString(self, x: float, y: float, text: str, *args: Any, **options: Any) -> None:
            if SHAPED.search(text) and getattr(getFont(self._fontname), "shapable", False):
                text = shapeStr(text, self._fontname, self._fontsize)
            super().drawString(x, y, text, *args, **options)

        def save(self) -> None:
            pages = getattr(self, "pages", [])
            for number, page in enumerate(pages, start=1):
                self.__dict__.update(page)
                finish_page(self, answer, fonts, number, len(pages))
                super().showPage()
            super().save()

    return Numbered


def finish_page(canvas: Any, answer: Answer, fonts: Fonts, number: int, count: int) -> None:
    wide, high = canvas._pagesize
    canvas.setFillColor(colour(answer.look.muted))
    texts = [(MARGIN, 9 * mm, fonts.fitted(answer.look.footer, wide / 2, 8))]
    texts += [(MARGIN, high - 11 * mm, fonts.fitted(answer.title, wide - 2 * MARGIN, 8))] if number > 1 else []
    for x, y, text in texts:
        for font, piece in fonts.runs(visual(text)):
            canvas.setFont(font, 8)
            canvas.drawString(x, y, piece)
            x += fonts.width(piece, 8)
    if answer.look.logo and number == 1:
        logo = ImageReader(answer.look.logo_file)
        width = 11 * mm * logo.getSize()[0] / logo.getSize()[1]
        canvas.drawImage(logo, wide - MARGIN - width, high - 15 * mm, width, 11 * mm, mask="auto")
    canvas.setFont("Helvetica", 8)  # one of every reader's own, so that the day can be found in the file
    canvas.drawCentredString(wide / 2, 9 * mm, datetime.date.today().isoformat())
    canvas.drawRightString(wide - MARGIN, 9 * mm, f"Page {number} of {count}")


def write_document(answer: Answer, path: str) -> list[str]:
    answer = fitted(answer)
    look, lines, fonts = answer.look, cell_texts(answer, MAX_TEXT), Fonts(answer.look.body_font)
    body = ParagraphStyle("body", fontName=fonts.regular, fontSize=11, leading=15.5, textColor=colour(look.ink))
    large = ParagraphStyle("large", parent=body, fontName=fonts.bold, fontSize=19, leading=24, spaceAfter=8,
                           textColor=colour(look.accent))  # fmt: skip
    grey = ParagraphStyle("grey", parent=body, fontSize=8, leading=11, textColor=colour(look.muted))
    size = 9 if len(answer.headings) <= 8 else 8
    needs = column_needs(answer, lines)
    fits = len(needs) < 7 and sum(least + 2 for least, _ in needs) <= (A4[0] - 2 * MARGIN) / size / LETTER
    paper = A4 if fits else landscape(A4)
    width = paper[0] - 2 * MARGIN
    blocks = column_blocks(needs, int(width / size / LETTER), max(1, answer.groups))
    answer = answer._replace(max_rows=min(answer.max_rows, max(40, answer.max_rows // len(blocks))))
    lines = lines[: answer.max_rows]
    said = notes(answer, answer.max_rows, MAX_TEXT)
    data = chart_data(answer, MAX_SLICES if answer.chart == "pie" else MAX_BARS) if answer.drawn else None
    said = " ".join(filter(None, [data.note if data else "", said, answer.source]))
    margins = {"leftMargin": MARGIN, "rightMargin": MARGIN, "topMargin": MARGIN, "bottomMargin": MARGIN}
    for carried in (0, 2):  # rows that go over to the last page with the line that would stand there alone
        story: list[Any] = [paragraph(answer.title, fonts, large, width, bold=True),
                            paragraph(summary(answer), fonts, body, width), Spacer(1, 5 * mm)]  # fmt: skip
        story += [new_drawing(answer, data, width, fonts), Spacer(1, 5 * mm)] if data else []
        for block in blocks if len(answer.data) else []:
            if len(blocks) > 1:
                first = block[0] if block is blocks[0] else min(set(block) - set(blocks[0]))
                words = f"Columns {first + 1} to {block[-1] + 1} of {len(answer.headings)}"
                story += [CondPageBreak(40 * mm), Spacer(1, 4 * mm), Paragraph(words, grey)]
            kept = lines if block is not blocks[-1] or not carried else lines[:-carried]
            story.append(new_table(answer, block, kept, width, size, fonts))
        if carried:
            story += [PageBreak(), new_table(answer, blocks[-1], lines[-carried:], width, size, fonts)]
        closing = paragraph(said, fonts, grey, width, kind=Closing)
        story += [Spacer(1, 4 * mm), closing]
        document = SimpleDocTemplate(path, pagesize=paper, title=answer.title, **margins)
        document.build(story, canvasmaker=numbered(answer, fonts))
        if not closing.alone or len(lines) < 5:
            break
    return remarks(answer, [])
