"""The fixed parts of the programs that write documents: plain Python text, the same for every question.

What differs between questions stands above them as constants (``TITLE``, ``HEADINGS``, ``FORMATS``, ``GROUPS``,
``CHART``) and in ``data``, so nothing is ever pasted into these texts.
"""

from __future__ import annotations

SHARED = '''
def missing(value):
    return pd.api.types.is_scalar(value) and pd.isna(value)


def shown(value, style):
    """A value as a reader expects it."""
    if missing(value):
        return ""
    if style.startswith("#,##0") and isinstance(value, (int, float, np.number, Decimal)):
        return f"{value:,.{len(style.partition('.')[2])}f}"
    if hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%d %H:%M" if "hh" in style else "%Y-%m-%d")
    if isinstance(value, (float, np.floating)):
        return f"{value:g}"
    return re.sub(r"[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]", "", str(value))


def summary():
    """One sentence about the answer, with its own figures."""
    if not len(data):
        return "No rows match."
    rows = f"{len(data):,} row" + ("s" if len(data) != 1 else "")
    if GROUPS == len(HEADINGS) or (not GROUPS and len(data) != 1) or MEASURES == 0:
        return f"{rows}, {len(HEADINGS)} column" + ("s." if len(HEADINGS) != 1 else ".")
    if not GROUPS:
        return "; ".join(f"{h}: {shown(v, f)}" for h, v, f in zip(HEADINGS, data.iloc[0], FORMATS)) + "."
    values = pd.to_numeric(data.iloc[:, GROUPS], errors="coerce").dropna()
    if values.empty:
        return f"{rows}."
    names = data.iloc[:, :GROUPS]
    high, low = (
        ", ".join(shown(v, f) or "missing" for v, f in zip(names.loc[place], FORMATS))
        + f" ({shown(values[place], FORMATS[GROUPS])})"
        for place in (values.idxmax(), values.idxmin())
    )
    return f"{rows}. {HEADINGS[GROUPS]} is highest for {high} and lowest for {low}."
'''

XLSX = '''
def cell_value(value):
    """A value that a worksheet can hold: no time zone, no control characters, nothing nested."""
    if missing(value):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if getattr(value, "tzinfo", None) is not None:
        value = value.replace(tzinfo=None)
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime(warn=False)
    if isinstance(value, (bool, int, float, Decimal, datetime.date, datetime.time, datetime.timedelta)):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))[:32_000]


workbook = Workbook()
sheet = workbook.active
sheet.title = "Data"
sheet["A1"] = ILLEGAL_CHARACTERS_RE.sub("", TITLE)
sheet["A1"].data_type = "s"  # text, even where it starts like a formula
sheet["A1"].font = Font(bold=True, size=14)
sheet["A2"] = summary() if len(data) <= ROWS else f"The first {ROWS:,} of {len(data):,} rows."
sheet["A2"].data_type = "s"
sheet["A2"].font = Font(color="666666")
HEADER = 4
for place, heading in enumerate(HEADINGS, start=1):
    cell = sheet.cell(HEADER, place, ILLEGAL_CHARACTERS_RE.sub("", heading))
    cell.data_type = "s"
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor="3B5B92")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
written = data.head(ROWS)
for number, row in enumerate(written.itertuples(index=False, name=None), start=HEADER + 1):
    for place, value in enumerate(row, start=1):
        cell = sheet.cell(number, place, cell_value(value))
        if isinstance(cell.value, str):
            cell.data_type = "s"  # a value such as =A1 is text, not a formula
        elif FORMATS[place - 1] != "General":
            cell.number_format = FORMATS[place - 1]
last = HEADER + max(1, len(written))
for place, heading in enumerate(HEADINGS, start=1):
    texts = [shown(value, FORMATS[place - 1]) for value in written.iloc[:200, place - 1]]
    widest = max([len(text) for text in texts] + [min(len(heading), 24)])
    sheet.column_dimensions[get_column_letter(place)].width = min(48, widest + 3)
sheet.freeze_panes = sheet.cell(HEADER + 1, 1)
if HEADINGS:
    sheet.auto_filter.ref = f"A{HEADER}:{get_column_letter(len(HEADINGS))}{last}"

if CHART and 0 < len(written) <= (5_000 if CHART in ("line", "scatter") else 60):
    chart = {"bar": BarChart, "line": LineChart, "pie": PieChart, "scatter": ScatterChart}[CHART]()
    values = Reference(sheet, min_col=2, min_row=HEADER, max_row=last)
    names = Reference(sheet, min_col=1, min_row=HEADER + 1, max_row=last)
    if CHART == "scatter":
        series = Series(values, names, title_from_data=True)
        series.marker.symbol = "circle"
        series.graphicalProperties.line.noFill = True
        chart.series.append(series)
    else:
        chart.add_data(values, titles_from_data=True)
        chart.set_categories(names)
    chart.title = TITLE
    chart.width, chart.height = 22, 12
    if CHART != "pie":
        chart.legend = None
        chart.x_axis.title, chart.y_axis.title = HEADINGS[0], HEADINGS[1]
        chart.x_axis.delete = chart.y_axis.delete = False
    if CHART == "bar":
        chart.gapWidth = 60
    sheet.add_chart(chart, f"{get_column_letter(len(HEADINGS) + 2)}{HEADER}")
workbook.save(OUTPUT_PATH)
'''

DOCX = """
document = Document()
document.core_properties.title = TITLE[:200]
document.add_heading(TITLE, 0)
document.add_paragraph(summary())
if len(data) > ROWS:
    document.add_paragraph(f"The table shows the first {ROWS:,} of {len(data):,} rows.")
written = data.head(ROWS)
table = document.add_table(rows=1, cols=max(1, len(HEADINGS)), style="Light Grid Accent 1")
for cell, heading in zip(table.rows[0].cells, HEADINGS):
    cell.text = heading
repeat = OxmlElement("w:tblHeader")  # the header row stands on every page
repeat.set(qn("w:val"), "true")
table.rows[0]._tr.get_or_add_trPr().append(repeat)
for row in written.itertuples(index=False, name=None):
    for cell, value, style in zip(table.add_row().cells, row, FORMATS):
        cell.text = shown(value, style)
        if style.startswith("#,##0"):
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
document.save(OUTPUT_PATH)
"""

PDF = """
FONT, BOLD = "Helvetica", "Helvetica-Bold"
try:  # a font with more alphabets than the built-in one, where Matplotlib has brought it along
    import matplotlib

    folder = os.path.join(matplotlib.get_data_path(), "fonts", "ttf")
    pdfmetrics.registerFont(TTFont("DejaVu", os.path.join(folder, "DejaVuSans.ttf")))
    pdfmetrics.registerFont(TTFont("DejaVu-Bold", os.path.join(folder, "DejaVuSans-Bold.ttf")))
    FONT, BOLD = "DejaVu", "DejaVu-Bold"
except (ImportError, OSError, TTFError):
    pass

size = 9 if len(HEADINGS) <= 8 else max(4, 72 // len(HEADINGS))
body = ParagraphStyle("body", fontName=FONT, fontSize=10, leading=14)
small = ParagraphStyle("small", fontName=FONT, fontSize=size, leading=size * 1.25, wordWrap="CJK")
right = ParagraphStyle("right", parent=small, alignment=TA_RIGHT)
head = ParagraphStyle("head", parent=small, fontName=BOLD, textColor=colors.white)
large = ParagraphStyle("large", fontName=BOLD, fontSize=18, leading=24, spaceAfter=8)
paper = A4 if len(HEADINGS) <= 6 else landscape(A4)
width = paper[0] - 36 * mm
written = data.head(ROWS)
story = [Paragraph(escape(TITLE), large), Paragraph(escape(summary()), body), Spacer(1, 5 * mm)]

if CHART and 0 < len(written) <= (ROWS if CHART == "line" else 40):
    drawing = Drawing(width, 75 * mm)
    values = [None if missing(v) else float(v) for v in written.iloc[:, 1]]
    names = [shown(v, FORMATS[0]) or "missing" for v in written.iloc[:, 0]]
    if CHART == "pie":
        chart = Pie()
        chart.data, chart.labels = [v or 0 for v in values], names
        chart.x, chart.y, chart.width, chart.height = width / 2 - 30 * mm, 6 * mm, 60 * mm, 60 * mm
        chart.slices.fontName, chart.sideLabels = FONT, True
    else:
        chart = VerticalBarChart() if CHART == "bar" else HorizontalLineChart()
        chart.data = [[v if v is not None or CHART == "line" else 0 for v in values]]
        chart.x, chart.y, chart.width, chart.height = 16 * mm, 16 * mm, width - 20 * mm, 55 * mm
        step = max(1, len(names) // 20)
        chart.categoryAxis.categoryNames = [n[:14] if i % step == 0 else "" for i, n in enumerate(names)]
        chart.categoryAxis.labels.fontName = chart.valueAxis.labels.fontName = FONT
        chart.categoryAxis.labels.fontSize = chart.valueAxis.labels.fontSize = 7
        chart.valueAxis.gridStrokeColor, chart.valueAxis.visibleGrid = colors.HexColor("#dddddd"), True
        if CHART == "bar":
            chart.bars[0].fillColor, chart.bars[0].strokeColor = colors.HexColor("#3b5b92"), None
            chart.valueAxis.valueMin = min([0] + [v for v in values if v is not None])
        else:
            chart.lines[0].strokeColor, chart.lines[0].strokeWidth = colors.HexColor("#3b5b92"), 1.5
        if max(len(n) for n in names) > 5:
            chart.categoryAxis.labels.angle, chart.categoryAxis.labels.boxAnchor = 40, "ne"
    drawing.add(chart)
    if CHART != "pie":
        drawing.add(String(0, 73 * mm, HEADINGS[1], fontName=FONT, fontSize=8))
    story += [drawing, Spacer(1, 4 * mm)]

if len(data) > ROWS:
    story += [Paragraph(f"The table shows the first {ROWS:,} of {len(data):,} rows.", body), Spacer(1, 2 * mm)]
cells = [[Paragraph(escape(heading), head) for heading in HEADINGS]]
for row in written.itertuples(index=False, name=None):
    cells.append(
        [Paragraph(escape(shown(v, f)[:300]), right if f.startswith("#,##0") else small) for v, f in zip(row, FORMATS)]
    )
if HEADINGS:
    table = Table(cells, colWidths=[width / len(HEADINGS)] * len(HEADINGS), repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#3b5b92")),
                ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, colors.HexColor("#f3f5f9")]),
                ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.HexColor("#cccccc")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    story.append(table)
margins = {"leftMargin": 18 * mm, "rightMargin": 18 * mm, "topMargin": 16 * mm, "bottomMargin": 16 * mm}
SimpleDocTemplate(OUTPUT_PATH, pagesize=paper, title=TITLE, **margins).build(story)
"""

PPTX = """
presentation = Presentation()
presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
cover = presentation.slides.add_slide(presentation.slide_layouts[0])
cover.shapes.title.text = TITLE
cover.placeholders[1].text = summary()
for shape, top, height in ((cover.shapes.title, 2.0, 1.6), (cover.placeholders[1], 3.8, 1.6)):
    shape.left, shape.top, shape.width, shape.height = Inches(1), Inches(top), Inches(11.333), Inches(height)


def add_slide(title):
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    box = slide.shapes.title
    box.left, box.top, box.width, box.height = Inches(0.6), Inches(0.3), Inches(12.1), Inches(0.9)
    box.text = title
    box.text_frame.paragraphs[0].font.size = Pt(26)
    return slide


written = data.head(ROWS)
if CHART and 0 < len(written) and len(data) <= ROWS:
    content = CategoryChartData()
    content.categories = [shown(v, FORMATS[0]) or "missing" for v in written.iloc[:, 0]]
    content.add_series(HEADINGS[1], [None if missing(v) else float(v) for v in written.iloc[:, 1]])
    kinds = {"bar": XL_CHART_TYPE.COLUMN_CLUSTERED, "line": XL_CHART_TYPE.LINE_MARKERS, "pie": XL_CHART_TYPE.PIE}
    area = (Inches(0.6), Inches(1.3), Inches(12.1), Inches(5.8))
    chart = add_slide(TITLE).shapes.add_chart(kinds[CHART], *area, content).chart
    chart.has_title, chart.has_legend = False, CHART == "pie"
    chart.font.size = Pt(12)
    if CHART == "pie":
        chart.legend.include_in_layout = False
    else:
        chart.value_axis.tick_labels.number_format = "#,##0.##" if FORMATS[1] == "General" else FORMATS[1]
        chart.value_axis.tick_labels.number_format_is_linked = False
        chart.value_axis.has_title = chart.category_axis.has_title = True
        chart.value_axis.axis_title.text_frame.text = HEADINGS[1]
        chart.category_axis.axis_title.text_frame.text = HEADINGS[0]
        chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor(0xDD, 0xDD, 0xDD)
else:
    columns = min(10, len(HEADINGS))
    for start in range(0, max(1, len(written)), 12):
        part = written.iloc[start : start + 12]
        slide = add_slide(TITLE if start == 0 else f"{TITLE} (continued)")
        size = (len(part) + 1, max(1, columns), Inches(0.6), Inches(1.3), Inches(12.1), Inches(0.4 * (len(part) + 1)))
        table = slide.shapes.add_table(*size).table
        lines = [HEADINGS[:columns]]
        lines += [[shown(v, f) for v, f in zip(row, FORMATS)] for row in part.iloc[:, :columns].itertuples(index=False)]
        for number, line in enumerate(lines):
            for place, text in enumerate(line):
                table.cell(number, place).text = text
                for paragraph in table.cell(number, place).text_frame.paragraphs:
                    paragraph.font.size = Pt(14 if columns <= 5 else 10)
        left_out = [f"the first {ROWS} of {len(data):,} rows"] if len(data) > ROWS else []
        left_out += [f"the first {columns} of {len(HEADINGS)} columns"] if columns < len(HEADINGS) else []
        if left_out:
            note = slide.shapes.add_textbox(Inches(0.6), Inches(6.9), Inches(12.1), Inches(0.4))
            note.text_frame.text = "Shown: " + " and ".join(left_out) + "."
            note.text_frame.paragraphs[0].font.size = Pt(12)
presentation.save(OUTPUT_PATH)
"""

IMPORTS: dict[str, tuple[str, ...]] = {
    "xlsx": (
        "from openpyxl import Workbook",
        "from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE",
        "from openpyxl.chart import BarChart, LineChart, PieChart, Reference, ScatterChart, Series",
        "from openpyxl.styles import Alignment, Font, PatternFill",
        "from openpyxl.utils import get_column_letter",
    ),
    "docx": (
        "from docx import Document",
        "from docx.enum.text import WD_ALIGN_PARAGRAPH",
        "from docx.oxml import OxmlElement",
        "from docx.oxml.ns import qn",
    ),
    "pdf": (
        "from reportlab.graphics.charts.barcharts import VerticalBarChart",
        "from reportlab.graphics.charts.linecharts import HorizontalLineChart",
        "from reportlab.graphics.charts.piecharts import Pie",
        "from reportlab.graphics.shapes import Drawing, String",
        "from reportlab.lib import colors",
        "from reportlab.lib.enums import TA_RIGHT",
        "from reportlab.lib.pagesizes import A4, landscape",
        "from reportlab.lib.styles import ParagraphStyle",
        "from reportlab.lib.units import mm",
        "from reportlab.pdfbase import pdfmetrics",
        "from reportlab.pdfbase.ttfonts import TTFError, TTFont",
        "from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle",
    ),
    "pptx": (
        "from pptx import Presentation",
        "from pptx.chart.data import CategoryChartData",
        "from pptx.dml.color import RGBColor",
        "from pptx.enum.chart import XL_CHART_TYPE",
        "from pptx.util import Inches, Pt",
    ),
}
STANDARD: dict[str, tuple[str, ...]] = {
    "xlsx": ("import datetime", "import re"),
    "docx": ("import re",),
    "pdf": ("import os", "import re"),
    "pptx": ("import re",),
}
BODIES: dict[str, str] = {"xlsx": XLSX, "docx": DOCX, "pdf": PDF, "pptx": PPTX}
ROWS: dict[str, int] = {"xlsx": 100_000, "docx": 200, "pdf": 300, "pptx": 36}
"""How many rows are written; where there are more, the document says so."""
