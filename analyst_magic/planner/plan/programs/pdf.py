"""Writes an answer as a PDF."""

import os
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.charts.piecharts import Pie
from reportlab.graphics.shapes import Drawing, String
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from .answer import ACCENT, PALETTE, Answer, as_text, fitted, is_missing, is_numeric, summary

TINT, GREY = colors.HexColor(f"#{ACCENT}"), colors.HexColor("#666666")


def fonts() -> tuple[str, str]:
    """A font with more alphabets than the built-in one, and its bold face, where Matplotlib has brought it along."""
    try:
        import matplotlib

        folder = os.path.join(matplotlib.get_data_path(), "fonts", "ttf")
        pdfmetrics.registerFont(TTFont("DejaVu", os.path.join(folder, "DejaVuSans.ttf")))
        pdfmetrics.registerFont(TTFont("DejaVu-Bold", os.path.join(folder, "DejaVuSans-Bold.ttf")))
    except (ImportError, OSError, TTFError):
        return "Helvetica", "Helvetica-Bold"
    return "DejaVu", "DejaVu-Bold"


def new_pie(values: list[float | None], names: list[str], width: float, font: str) -> Any:
    chart = Pie()
    chart.data, chart.labels = [v or 0 for v in values], names
    chart.x, chart.y, chart.width, chart.height = width / 2 - 30 * mm, 6 * mm, 60 * mm, 60 * mm
    chart.slices.fontName, chart.sideLabels = font, True
    chart.slices.fontSize, chart.slices.strokeColor = 8, colors.white
    for place in range(len(values)):
        chart.slices[place].fillColor = colors.HexColor(f"#{PALETTE[place % len(PALETTE)]}")
    return chart


def new_chart(answer: Answer, values: list[float | None], names: list[str], width: float, font: str) -> Any:
    chart = VerticalBarChart() if answer.chart == "bar" else HorizontalLineChart()
    chart.data = [[v if v is not None or answer.chart == "line" else 0 for v in values]]
    chart.x, chart.y, chart.width, chart.height = 16 * mm, 16 * mm, width - 20 * mm, 55 * mm
    step = max(1, len(names) // 20)
    chart.categoryAxis.categoryNames = [n[:14] if i % step == 0 else "" for i, n in enumerate(names)]
    chart.categoryAxis.labels.fontName = chart.valueAxis.labels.fontName = font
    chart.categoryAxis.labels.fontSize = chart.valueAxis.labels.fontSize = 7
    chart.valueAxis.gridStrokeColor, chart.valueAxis.visibleGrid = colors.HexColor("#e3e6eb"), True
    chart.valueAxis.labelTextFormat = lambda value: f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"
    chart.valueAxis.strokeColor = chart.categoryAxis.strokeColor = colors.HexColor("#9aa3ad")
    if answer.chart == "bar":
        chart.bars[0].fillColor, chart.bars[0].strokeColor = TINT, None
        chart.valueAxis.valueMin = min([0, *(v for v in values if v is not None)])
    if answer.chart == "line":
        chart.lines[0].strokeColor, chart.lines[0].strokeWidth = TINT, 1.5
    if max(len(n) for n in names) > 5:
        chart.categoryAxis.labels.angle, chart.categoryAxis.labels.boxAnchor = 40, "ne"
    return chart


def new_drawing(answer: Answer, width: float, font: str) -> Any:
    values = [None if is_missing(v) else float(v) for v in answer.rows.iloc[:, 1]]
    names = [as_text(v, answer.formats[0]) or "missing" for v in answer.rows.iloc[:, 0]]
    drawing = Drawing(width, 75 * mm)
    if answer.chart == "pie":
        drawing.add(new_pie(values, names, width, font))
    if answer.chart != "pie":
        drawing.add(new_chart(answer, values, names, width, font))
        drawing.add(String(0, 73 * mm, answer.headings[1], fontName=font, fontSize=8))
    return drawing


def new_table(answer: Answer, width: float, font: str, bold: str) -> Any:
    size = 9 if len(answer.headings) <= 8 else max(4, 72 // len(answer.headings))
    small = ParagraphStyle("small", fontName=font, fontSize=size, leading=size * 1.25, wordWrap="CJK")
    head = ParagraphStyle("head", parent=small, fontName=bold, textColor=colors.white)
    sides = [{"alignment": TA_RIGHT} if is_numeric(style) else {} for style in answer.formats]
    heads = [ParagraphStyle(f"head{place}", parent=head, **side) for place, side in enumerate(sides)]
    bodies = [ParagraphStyle(f"body{place}", parent=small, **side) for place, side in enumerate(sides)]
    cells = [[Paragraph(escape(text), style) for text, style in zip(answer.headings, heads, strict=False)]]
    for row in answer.rows.itertuples(index=False, name=None):
        texts = [as_text(value, style)[:300] for value, style in zip(row, answer.formats, strict=False)]
        cells.append([Paragraph(escape(text), style) for text, style in zip(texts, bodies, strict=False)])
    stripes = [colors.white, colors.HexColor("#f3f5f9")]
    fills = [("BACKGROUND", (0, 0), (-1, 0), TINT), ("ROWBACKGROUNDS", (0, 1), (-1, -1), stripes)]
    lines = [("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.HexColor("#cccccc")), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    widths = [width / len(answer.headings)] * len(answer.headings)
    return Table(cells, colWidths=widths, repeatRows=1, style=[*fills, *lines])


def write_document(answer: Answer, path: str) -> None:
    answer = fitted(answer)
    font, bold = fonts()
    body = ParagraphStyle("body", fontName=font, fontSize=10, leading=14)
    large = ParagraphStyle("large", fontName=bold, fontSize=18, leading=24, spaceAfter=8, textColor=TINT)
    grey = ParagraphStyle("grey", fontName=font, fontSize=8, leading=11, textColor=GREY)
    paper = A4 if len(answer.headings) <= 6 else landscape(A4)
    width, count, most = paper[0] - 36 * mm, len(answer.data), answer.max_rows
    story = [Paragraph(escape(answer.title), large), Paragraph(escape(summary(answer)), body), Spacer(1, 5 * mm)]
    if answer.chart and 0 < len(answer.data) <= answer.max_drawn:
        story += [new_drawing(answer, width, font), Spacer(1, 4 * mm)]
    if count > most:
        story += [Paragraph(f"The table shows the first {most:,} of {count:,} rows.", body), Spacer(1, 2 * mm)]
    if answer.headings:
        story.append(new_table(answer, width, font, bold))
    story += [Spacer(1, 4 * mm), Paragraph(escape(answer.source), grey)]

    def number_page(canvas: Any, page: Any) -> None:
        canvas.setFont(font, 8)
        canvas.setFillColor(GREY)
        canvas.drawRightString(paper[0] - 18 * mm, 9 * mm, str(page.page))

    margins = {"leftMargin": 18 * mm, "rightMargin": 18 * mm, "topMargin": 16 * mm, "bottomMargin": 16 * mm}
    document = SimpleDocTemplate(path, pagesize=paper, title=answer.title, **margins)
    document.build(story, onFirstPage=number_page, onLaterPages=number_page)
