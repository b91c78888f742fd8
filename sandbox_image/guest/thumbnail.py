"""A thumbnail of a slide or of a page: shapes where they stand, texts in their sizes, charts drawn anew.

What draws a document exactly is an office suite; a thumbnail says at a glance what is in it.
"""

from __future__ import annotations

import base64
import io

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

WIDTH = 480
POINTS = 12700  # English Metric Units in a point
COLOURS = ("#2F5D8C", "#E08E2B", "#4C9A6A", "#B5476B", "#7A68A6", "#5FA8C4")


def picture(pdf: str | bytes) -> str:
    """The first page of a PDF as the preview's image."""
    import pypdfium2

    page = pypdfium2.PdfDocument(pdf)[0]
    sink = io.BytesIO()
    page.render(scale=WIDTH / max(page.get_size())).to_pil().save(sink, "PNG", optimize=True)
    return base64.b64encode(sink.getvalue()).decode("ascii")


def slide(presentation: Any) -> bytes:
    """The first slide with something on it as a PDF."""
    from reportlab.pdfgen.canvas import Canvas

    sink = io.BytesIO()
    width, height = presentation.slide_width / POINTS, presentation.slide_height / POINTS
    canvas = Canvas(sink, (width, height))
    first = presentation.slides[0]
    dark = background(first)
    if dark:
        canvas.setFillColor(dark)
        canvas.rect(0, 0, width, height, stroke=0, fill=1)
    ink = "#FFFFFF" if dark and luminance(dark) < 0.5 else "#222222"
    for shape in first.shapes:
        if shape.width and shape.height:
            box = [shape.left / POINTS, height - (shape.top + shape.height) / POINTS, shape.width / POINTS,
                   shape.height / POINTS]  # fmt: skip
            draw(canvas, shape, box, ink)
    canvas.save()
    return sink.getvalue()


def background(part: Any) -> str | None:
    """The colour behind a slide where it is a plain one: its own, its layout's or its master's; None for white."""
    for place in (part, part.slide_layout, part.slide_layout.slide_master):
        found = place._element.xpath("p:cSld/p:bg/p:bgPr/a:solidFill/a:srgbClr/@val")
        if found:
            return f"#{found[0]}"
    return None


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.3 * red + 0.6 * green + 0.1 * blue


def draw(canvas: Any, shape: Any, box: Sequence[float], ink: str) -> None:
    from reportlab.lib.utils import ImageReader

    left, bottom, width, height = box
    fill = solid(shape)
    if fill:
        canvas.setFillColor(fill)
        canvas.rect(*box, stroke=0, fill=1)
    if getattr(shape, "has_chart", False) and shape.has_chart:
        chart(canvas, shape.chart, box, ink)
    elif getattr(shape, "has_table", False) and shape.has_table:
        rows = [[cell.text for cell in row.cells] for row in list(shape.table.rows)[:20]]
        table(canvas, rows, box, ink)
    elif hasattr(shape, "image"):
        canvas.drawImage(ImageReader(io.BytesIO(shape.image.blob)), left, bottom, width, height)
    elif shape.has_text_frame and shape.text_frame.text.strip():
        texts(canvas, shape.text_frame, box, ink, centred="Title" in shape.name and not sized(shape.text_frame))


def solid(shape: Any) -> str | None:
    try:
        return f"#{shape.fill.fore_color.rgb}" if shape.fill.type == 1 else None
    except (AttributeError, TypeError, NotImplementedError):
        return None


def sized(frame: Any) -> bool:
    return any(p.font.size or any(run.font.size for run in p.runs) for p in frame.paragraphs)


def texts(canvas: Any, frame: Any, box: Sequence[float], ink: str, centred: bool) -> None:
    from xml.sax.saxutils import escape

    from reportlab.lib.enums import TA_CENTER, TA_LEFT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    left, bottom, width, height = box
    made = []
    for paragraph in frame.paragraphs:
        runs = [run.font for run in paragraph.runs]
        size = next((f.size.pt for f in [paragraph.font, *runs] if f.size), 32 if centred else 18)
        colour = next((f"#{f.color.rgb}" for f in [paragraph.font, *runs] if plain(f)), ink)
        bold = any(f.bold for f in [paragraph.font, *runs])
        style = ParagraphStyle("p", fontName="Helvetica-Bold" if bold else "Helvetica", fontSize=size, textColor=colour,
                               leading=size * 1.2, alignment=TA_CENTER if centred else TA_LEFT)  # fmt: skip
        made.append(Paragraph(escape(paragraph.text), style))
    heights = [paragraph.wrap(max(10, width - 14), height)[1] for paragraph in made]
    top = bottom + (height + sum(heights)) / 2 if centred else bottom + height - 4
    for paragraph, tall in zip(made, heights, strict=True):
        top -= tall
        paragraph.drawOn(canvas, left + 7, top)


def plain(font: Any) -> bool:
    try:
        return font.color is not None and font.color.type is not None and font.color.rgb is not None
    except AttributeError:
        return False


def table(canvas: Any, rows: Sequence[Sequence[str]], box: Sequence[float], ink: str) -> None:
    from reportlab.platypus import Table

    left, bottom, width, height = box
    columns = max(map(len, rows))
    everywhere = ((0, 0), (-1, -1))
    style = [("FONTSIZE", *everywhere, 10), ("TEXTCOLOR", *everywhere, ink), ("LINEBELOW", *everywhere, 0.3, ink)]
    style.append(("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"))
    drawn = Table([[text[:40] for text in row] for row in rows], [width / columns] * columns, style=style)
    drawn.wrap(width, height)
    drawn.drawOn(canvas, left, bottom + height - drawn._height)


def chart(canvas: Any, found: Any, box: Sequence[float], ink: str) -> None:
    from reportlab.graphics.charts.barcharts import VerticalBarChart
    from reportlab.graphics.charts.linecharts import HorizontalLineChart
    from reportlab.graphics.charts.piecharts import Pie
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib.colors import HexColor

    left, bottom, width, height = box
    plot = found.plots[0]
    values = [[value or 0 for value in series.values][:60] for series in plot.series][:6]
    names = [str(name)[:12] for name in plot.categories][:60]
    drawing = Drawing(width, height)
    kind = type(plot).__name__
    if kind in {"PiePlot", "DoughnutPlot"}:
        side = min(width, height) * 0.8
        made = Pie()
        made.x, made.y, made.width, made.height = (width - side) / 2, height * 0.1, side, side
        made.data, made.labels = values[0], names
        for at in range(len(values[0])):
            made.slices[at].fillColor = HexColor(COLOURS[at % len(COLOURS)])
    else:
        made = HorizontalLineChart() if kind == "LinePlot" else VerticalBarChart()
        made.x, made.y, made.width, made.height = 50, 30, width - 60, height - 45
        made.data = values
        step = max(1, len(names) // 12)
        made.categoryAxis.categoryNames = [name if at % step == 0 else "" for at, name in enumerate(names)]
        for axis in (made.categoryAxis, made.valueAxis):
            axis.labels.fillColor = axis.strokeColor = HexColor(ink)
        made.valueAxis.labelTextFormat = lambda value: f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"
        lowest = min([0, *(value for row in values for value in row)])
        if kind != "LinePlot":
            made.valueAxis.valueMin = lowest
        for at in range(len(values)):
            line = made.lines[at] if kind == "LinePlot" else made.bars[at]
            colour = HexColor(COLOURS[at % len(COLOURS)])
            line.strokeColor = colour
            if kind != "LinePlot":
                line.fillColor = colour
    drawing.add(made)
    drawing.drawOn(canvas, left, bottom)


def page(document: Any) -> bytes:
    """The beginning of a Word document as a PDF of one page."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    sink = io.BytesIO()
    canvas, top, width = Canvas(sink, A4), A4[1] - 70, A4[0] - 140
    for block in document.iter_inner_content():
        if top < 90:
            break
        if hasattr(block, "rows"):
            rows = [[cell.text for cell in row.cells][:8] for row in list(block.rows)[: int((top - 60) // 18)]]
            if rows:
                table(canvas, rows, [70, 0, width, top], "#222222")
                top -= 18 * len(rows) + 10
            continue
        top = paragraph(canvas, document, block, top, width)
    canvas.save()
    return sink.getvalue()


def paragraph(canvas: Any, document: Any, block: Any, top: float, width: float) -> float:
    """Draw one paragraph with its pictures and charts; returns where the next begins."""
    from xml.sax.saxutils import escape

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Paragraph

    name = block.style.name
    size = {"Title": 24, "Heading 1": 17, "Heading 2": 14}.get(name, 12 if name.startswith("Heading") else 10.5)
    if block.text.strip():
        font = "Helvetica-Bold" if size > 11 else "Helvetica"
        colour = block.style.font.color.rgb if plain(block.style.font) else None
        style = ParagraphStyle(
            "p", fontName=font, fontSize=size, leading=size * 1.3, textColor=f"#{colour or '222222'}"
        )
        made = Paragraph(escape(block.text), style)
        tall = made.wrap(width, top)[1]
        made.drawOn(canvas, 70, top - tall)
        top -= tall + 8
    for drawing in block._p.xpath(".//w:drawing//wp:inline"):
        wide, high = (int(drawing.xpath("wp:extent/@" + side)[0]) / POINTS for side in ("cx", "cy"))
        scale = min(1, width / wide)
        box = [70, top - high * scale, wide * scale, high * scale]
        for relation in drawing.xpath(".//a:blip/@r:embed"):
            canvas.drawImage(ImageReader(io.BytesIO(document.part.related_parts[relation].blob)), *box)
        for relation in drawing.xpath(".//*[local-name()='chart']/@r:id"):
            chart(canvas, read_chart(document.part.related_parts[relation].blob), box, "#222222")
        top -= high * scale + 8
    return top


def read_chart(blob: bytes) -> Any:
    """A chart's part, read by the library that knows charts."""
    from pptx.chart.chart import Chart
    from pptx.oxml import parse_xml

    read: Any = Chart
    return read(parse_xml(blob), None)
