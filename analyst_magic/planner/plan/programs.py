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
        return value.strftime(DATES.get(style, "%Y-%m-%d"))
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


DATES = {"yyyy": "%Y", "yyyy-mm": "%Y-%m", "yyyy-mm-dd hh:mm": "%Y-%m-%d %H:%M"}


def numeric(style):
    return style.startswith("#,##0")


ACCENT = "2F5D8C"
PALETTE = [ACCENT, "E08E2B", "4C9A6A", "B5476B", "7A68A6", "5FA8C4", "9A8F5A", "6B6B6B"]
TEMPLATE = globals().get("TEMPLATE_PATH") or None
'''

XLSX = """
def clean(text):
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:32_000]


def cell_value(value):
    \"\"\"A value that a worksheet can hold: no time zone, no control characters, nothing nested.\"\"\"
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
    return clean(str(value))


def put(cell, text, **font):
    \"\"\"Text, even where it starts like a formula.\"\"\"
    cell.value, cell.data_type = clean(text), "s"
    if font:
        cell.font = Font(**font)


written = data.head(ROWS)
summed = summary() if len(data) <= ROWS else f"The first {ROWS:,} of {len(data):,} rows."
texts = {"title": TITLE, "summary": summed, "source": SOURCE}
start = None
if TEMPLATE:
    workbook = load_workbook(TEMPLATE)
    for sheet in workbook.worksheets:
        for cell in [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]:
            if re.fullmatch(r"\\s*{{ *table *}}\\s*", cell.value):
                start = (sheet, cell.row, cell.column)
            elif "{{" in cell.value:
                if "title" in cell.value and cell.fill.fill_type == "solid" and isinstance(cell.fill.fgColor.rgb, str):
                    ACCENT = cell.fill.fgColor.rgb[-6:]
                put(cell, re.sub(r"{{ *(title|summary|source) *}}", lambda m: texts[m[1]], cell.value))
    if start is None:
        start = (workbook.create_sheet("Data"), 1, 1)
else:
    workbook = Workbook()
    start = (workbook.active, 5, 1)
    workbook.active.title = "Data"
    workbook.active.sheet_view.showGridLines = False
    put(workbook.active["A1"], TITLE, bold=True, size=16, color=ACCENT)
    put(workbook.active["A2"], summed)
    put(workbook.active["A3"], SOURCE, italic=True, size=9, color="666666")
workbook.properties.title = clean(TITLE)
sheet, HEADER, LEFT = start
thin = Side(style="thin", color="D9DEE5")
for place, heading in enumerate(HEADINGS):
    cell = sheet.cell(HEADER, LEFT + place)
    put(cell, heading, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor=ACCENT)
    side = "right" if numeric(FORMATS[place]) else None
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal=side)
for number, row in enumerate(written.itertuples(index=False, name=None), start=HEADER + 1):
    for place, value in enumerate(row):
        cell = sheet.cell(number, LEFT + place, cell_value(value))
        if isinstance(cell.value, str):
            cell.data_type = "s"  # a value such as =A1 is text, not a formula
        elif FORMATS[place] != "General":
            cell.number_format = FORMATS[place]
            if not numeric(FORMATS[place]):
                cell.alignment = Alignment(horizontal="left")
        if len(written) <= 2_000:
            cell.border = Border(bottom=thin)
last = HEADER + max(1, len(written))
for place, heading in enumerate(HEADINGS):
    lengths = [len(shown(value, FORMATS[place])) for value in written.iloc[:200, place]]
    sheet.column_dimensions[get_column_letter(LEFT + place)].width = min(48, max([*lengths, min(len(heading), 24)]) + 4)
sheet.freeze_panes = sheet.cell(HEADER + 1, 1)
if HEADINGS:
    corner = sheet.cell(last, LEFT + len(HEADINGS) - 1).coordinate
    sheet.auto_filter.ref = f"{sheet.cell(HEADER, LEFT).coordinate}:{corner}"
sheet.print_title_rows = f"{HEADER}:{HEADER}"
sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
sheet.oddFooter.right.text = "&P / &N"

if CHART and 0 < len(written) <= (5_000 if CHART in ("line", "scatter") else 60):
    sheet.page_setup.orientation = "landscape"
    chart = {"bar": BarChart, "line": LineChart, "pie": PieChart, "scatter": ScatterChart}[CHART]()
    values = Reference(sheet, min_col=LEFT + 1, min_row=HEADER, max_row=last)
    names = Reference(sheet, min_col=LEFT, min_row=HEADER + 1, max_row=last)
    if CHART == "scatter":
        series = Series(values, names, title_from_data=True)
        series.marker.symbol = "circle"
        series.marker.graphicalProperties.solidFill = ACCENT
        series.graphicalProperties.line.noFill = True
        chart.series.append(series)
    else:
        chart.add_data(values, titles_from_data=True)
        chart.set_categories(names)
    chart.title = TITLE
    chart.width, chart.height = 22, 12
    if CHART == "pie":
        for place in range(min(len(written), 60)):
            point = DataPoint(idx=place)
            point.graphicalProperties.solidFill = PALETTE[place % len(PALETTE)]
            chart.series[0].dPt.append(point)
        chart.dataLabels = DataLabelList(showPercent=True, showVal=False, showSerName=False, showCatName=False,
                                         showLegendKey=False)
    else:
        chart.legend = None
        chart.x_axis.title, chart.y_axis.title = HEADINGS[0], HEADINGS[1]
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.y_axis.number_format = FORMATS[1].partition(".")[0] if numeric(FORMATS[1]) else "General"
        chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E3E6EB"))
        if CHART == "line":
            chart.x_axis.number_format = FORMATS[0]
            chart.series[0].smooth = False
            chart.series[0].graphicalProperties.line.solidFill = ACCENT
    if CHART == "bar":
        chart.gapWidth = 60
        chart.series[0].graphicalProperties.solidFill = ACCENT
        if pd.to_numeric(written.iloc[:, 1], errors="coerce").min() >= 0:
            chart.y_axis.scaling.min = 0  # a bar's length is its value only from zero
    sheet.add_chart(chart, f"{get_column_letter(LEFT + len(HEADINGS) + 1)}{HEADER}")
workbook.save(OUTPUT_PATH)
"""

DOCX = """
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


def fill(paragraph, texts):
    \"\"\"Replace the placeholders of a template's paragraph, in the style of its first run.\"\"\"
    text = re.sub(r"{{ *(\\w+) *}}", lambda m: texts.get(m[1], m[0]), paragraph.text)
    for run in paragraph.runs[1:]:
        run.text = ""
    paragraph.runs[0].text = text


def table_in(document):
    table = document.add_table(rows=1, cols=max(1, len(HEADINGS)))
    table.style = None  # no grid: lines between the rows are drawn below
    for cell, heading, style in zip(table.rows[0].cells, HEADINGS, FORMATS):
        cell.text = heading
        run = cell.paragraphs[0].runs[0] if heading else cell.paragraphs[0].add_run()
        run.bold, run.font.color.rgb = True, RGBColor(0xFF, 0xFF, 0xFF)
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", ACCENT)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)
        if numeric(style):
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    repeat = OxmlElement("w:tblHeader")  # the header row stands on every page
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in written.itertuples(index=False, name=None):
        for cell, value, style in zip(table.add_row().cells, row, FORMATS):
            cell.text = shown(value, style)
            if numeric(style):
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", "D0D6DE")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)
    for cell in (cell for row in table.rows for cell in row.cells):
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(2)
    return table


def add_chart(paragraph):
    \"\"\"A chart of Word's own, with its data, that a reader can edit.\"\"\"
    content = CategoryChartData(number_format=FORMATS[1])
    content.categories = [shown(v, FORMATS[0]) or "missing" for v in written.iloc[:, 0]]
    content.add_series(HEADINGS[1], [None if missing(v) else float(v) for v in written.iloc[:, 1]])
    kinds = {"bar": XL_CHART_TYPE.COLUMN_CLUSTERED, "line": XL_CHART_TYPE.LINE, "pie": XL_CHART_TYPE.PIE}
    slides = Presentation()
    shape = slides.slides.add_slide(slides.slide_layouts[6]).shapes.add_chart(kinds[CHART], 0, 0, 10, 10, content)
    style_chart(shape.chart)
    package = document.part.package
    blob = shape.chart.part.chart_workbook.xlsx_part.blob
    book = Part(PackURI("/word/embeddings/chart1.xlsx"), XLSX_TYPE, blob, package)
    chart = Part(PackURI("/word/charts/chart1.xml"), CHART_TYPE, b"", package)
    inside = chart.relate_to(book, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/package")
    shape.chart.part.chart_workbook._chartSpace.xpath("c:externalData")[0].set(qn("r:id"), inside)
    chart._blob = etree.tostring(shape.chart._chartSpace, xml_declaration=True, encoding="UTF-8", standalone=True)
    relation = document.part.relate_to(chart, RT.CHART)
    size = {"width": int(Inches(6)), "height": int(Inches(3.2))}
    drawing = INLINE.format(relation=relation, alt=quoteattr(TITLE), **size)
    paragraph.add_run()._r.append(parse_xml(drawing))


def style_chart(chart):
    chart.has_title, chart.has_legend = False, CHART == "pie"
    chart.font.size = Pt(9)
    series = chart.plots[0].series[0]
    if CHART == "pie":
        chart.legend.include_in_layout = False
        for place in range(len(written)):
            point = series.points[place].format.fill
            point.solid()
            point.fore_color.rgb = PptColor.from_string(PALETTE[place % len(PALETTE)])
        return
    axis = chart.value_axis
    axis.tick_labels.number_format = FORMATS[1].partition(".")[0] if numeric(FORMATS[1]) else "#,##0.##"
    axis.tick_labels.number_format_is_linked = False
    axis.has_title = chart.category_axis.has_title = True
    axis.axis_title.text_frame.text, chart.category_axis.axis_title.text_frame.text = HEADINGS[1], HEADINGS[0]
    axis.major_gridlines.format.line.color.rgb = PptColor.from_string("E3E6EB")
    if CHART == "bar":
        chart.plots[0].gap_width = 60
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = PptColor.from_string(ACCENT)
        if pd.to_numeric(written.iloc[:, 1], errors="coerce").min() >= 0:
            axis.minimum_scale = 0  # a bar's length is its value only from zero
    else:
        series.smooth = False
        series.format.line.color.rgb = PptColor.from_string(ACCENT)


document = Document(TEMPLATE)
if TEMPLATE and document.styles["Title"].font.color.rgb is not None:
    ACCENT = str(document.styles["Title"].font.color.rgb)
document.core_properties.title = TITLE[:200]
written = data.head(ROWS)
more = f" The table shows the first {ROWS:,} of {len(data):,} rows." if len(data) > ROWS else ""
texts = {"title": TITLE, "summary": summary() + more, "source": SOURCE, "table": "", "chart": ""}
places = {}
for paragraph in list(document.paragraphs) if TEMPLATE else []:
    for name in re.findall(r"{{ *(\\w+) *}}", paragraph.text):
        places[name] = paragraph
drawn = CHART and 0 < len(written) <= (ROWS if CHART == "line" else 40)
if places:
    for paragraph in set(places.values()):
        fill(paragraph, texts)
    if "table" in places:
        places["table"]._p.addnext(table_in(document)._tbl)
    if drawn and "chart" in places:
        add_chart(places["chart"])
else:
    for style in () if TEMPLATE else ("Title", "Heading 1"):
        document.styles[style].font.color.rgb = RGBColor.from_string(ACCENT)
    document.add_heading(TITLE, 0)
    document.add_paragraph(texts["summary"])
    if drawn:
        add_chart(document.add_paragraph())
    table_in(document)
    note = document.add_paragraph()
    note.paragraph_format.space_before = Pt(8)
    note = note.add_run(SOURCE)
    note.italic, note.font.size, note.font.color.rgb = True, Pt(9), RGBColor(0x66, 0x66, 0x66)
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
tint = colors.HexColor(f"#{ACCENT}")
large = ParagraphStyle("large", fontName=BOLD, fontSize=18, leading=24, spaceAfter=8, textColor=tint)
grey = ParagraphStyle("grey", fontName=FONT, fontSize=8, leading=11, textColor=colors.HexColor("#666666"))
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
        chart.slices.fontSize, chart.slices.strokeColor = 8, colors.white
        for place in range(len(values)):
            chart.slices[place].fillColor = colors.HexColor(f"#{PALETTE[place % len(PALETTE)]}")
    else:
        chart = VerticalBarChart() if CHART == "bar" else HorizontalLineChart()
        chart.data = [[v if v is not None or CHART == "line" else 0 for v in values]]
        chart.x, chart.y, chart.width, chart.height = 16 * mm, 16 * mm, width - 20 * mm, 55 * mm
        step = max(1, len(names) // 20)
        chart.categoryAxis.categoryNames = [n[:14] if i % step == 0 else "" for i, n in enumerate(names)]
        chart.categoryAxis.labels.fontName = chart.valueAxis.labels.fontName = FONT
        chart.categoryAxis.labels.fontSize = chart.valueAxis.labels.fontSize = 7
        chart.valueAxis.gridStrokeColor, chart.valueAxis.visibleGrid = colors.HexColor("#e3e6eb"), True
        chart.valueAxis.labelTextFormat = lambda value: f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"
        chart.valueAxis.strokeColor = chart.categoryAxis.strokeColor = colors.HexColor("#9aa3ad")
        if CHART == "bar":
            chart.bars[0].fillColor, chart.bars[0].strokeColor = tint, None
            chart.valueAxis.valueMin = min([0] + [v for v in values if v is not None])
        else:
            chart.lines[0].strokeColor, chart.lines[0].strokeWidth = tint, 1.5
        if max(len(n) for n in names) > 5:
            chart.categoryAxis.labels.angle, chart.categoryAxis.labels.boxAnchor = 40, "ne"
    drawing.add(chart)
    if CHART != "pie":
        drawing.add(String(0, 73 * mm, HEADINGS[1], fontName=FONT, fontSize=8))
    story += [drawing, Spacer(1, 4 * mm)]

if len(data) > ROWS:
    story += [Paragraph(f"The table shows the first {ROWS:,} of {len(data):,} rows.", body), Spacer(1, 2 * mm)]
heads = [ParagraphStyle("r", parent=head, alignment=TA_RIGHT) if numeric(style) else head for style in FORMATS]
cells = [[Paragraph(escape(heading), style) for heading, style in zip(HEADINGS, heads)]]
for row in written.itertuples(index=False, name=None):
    cells.append(
        [Paragraph(escape(shown(v, f)[:300]), right if f.startswith("#,##0") else small) for v, f in zip(row, FORMATS)]
    )
if HEADINGS:
    table = Table(cells, colWidths=[width / len(HEADINGS)] * len(HEADINGS), repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), tint),
                ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, colors.HexColor("#f3f5f9")]),
                ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.HexColor("#cccccc")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    story.append(table)
story += [Spacer(1, 4 * mm), Paragraph(escape(SOURCE), grey)]


def footer(canvas, page):
    canvas.setFont(FONT, 8)
    canvas.setFillColor(colors.HexColor("#666666"))
    canvas.drawRightString(paper[0] - 18 * mm, 9 * mm, str(page.page))


margins = {"leftMargin": 18 * mm, "rightMargin": 18 * mm, "topMargin": 16 * mm, "bottomMargin": 16 * mm}
SimpleDocTemplate(OUTPUT_PATH, pagesize=paper, title=TITLE, **margins).build(
    story, onFirstPage=footer, onLaterPages=footer
)
"""

PPTX = """
ink, tint = RGBColor(0x33, 0x3B, 0x46), RGBColor.from_string(ACCENT)
presentation = Presentation(TEMPLATE)
for slide in list(presentation.slides._sldIdLst):  # a template's own slides are samples
    presentation.part.drop_rel(slide.rId)
    presentation.slides._sldIdLst.remove(slide)
if not TEMPLATE:
    presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
wide, high = presentation.slide_width, presentation.slide_height
layouts = list(presentation.slide_layouts)
KEPT = (PLACE.TITLE, PLACE.DATE, PLACE.FOOTER, PLACE.SLIDE_NUMBER)
titled = [layout for layout in layouts if any(p.placeholder_format.type == PLACE.TITLE for p in layout.placeholders)]
plain = [layout for layout in titled if all(p.placeholder_format.type in KEPT for p in layout.placeholders)]
only_title = (plain or titled or layouts)[0]


def write(frame, text, size, color, bold=False):
    frame.text, frame.word_wrap = text, True
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.size, paragraph.font.bold = Pt(size), bold
        if not TEMPLATE:
            paragraph.font.color.rgb = color


def put(shape, left, top, width, height):
    shape.left, shape.top, shape.width, shape.height = int(left), int(top), int(width), int(height)


cover = presentation.slides.add_slide(layouts[0])
second = [p for p in cover.placeholders if p.placeholder_format.idx > 0 and p.has_text_frame][:1]
cover.shapes.title.text = TITLE
for place in second:
    place.text = summary()
if not TEMPLATE:
    band = cover.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(0.45), high)
    band.fill.solid()
    band.fill.fore_color.rgb = tint
    band.line.fill.background()
    put(cover.shapes.title, Inches(1.1), Inches(1.9), Inches(11.3), Inches(1.7))
    write(cover.shapes.title.text_frame, TITLE, 40 if len(TITLE) < 60 else 28, tint, bold=True)
    cover.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    for place in second:
        put(place, Inches(1.1), Inches(3.8), Inches(11.3), Inches(1.6))
        write(place.text_frame, summary(), 20, ink)
note = cover.shapes.add_textbox(int(wide * 0.0825), int(high * 0.9), int(wide * 0.85), Inches(0.4))
write(note.text_frame, SOURCE, 12, RGBColor(0x66, 0x66, 0x66))


def add_slide(title):
    slide = presentation.slides.add_slide(only_title)
    if not TEMPLATE:
        put(slide.shapes.title, Inches(0.6), Inches(0.35), Inches(12.1), Inches(0.9))
        write(slide.shapes.title.text_frame, title, 26 if len(title) < 75 else 20, tint, bold=True)
        rule = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, Inches(0.6), Inches(1.25), Inches(12.7), Inches(1.25))
        rule.line.color.rgb, rule.line.width = RGBColor(0xD0, 0xD6, 0xDE), Pt(1)
    elif slide.shapes.title is not None:
        slide.shapes.title.text = title
    return slide


written = data.head(ROWS)
area = (int(wide * 0.045), int(high * 0.2), int(wide * 0.91), int(high * 0.74))
if CHART and 0 < len(written) and len(data) <= ROWS:
    content = CategoryChartData()
    content.categories = [shown(v, FORMATS[0]) or "missing" for v in written.iloc[:, 0]]
    content.add_series(HEADINGS[1], [None if missing(v) else float(v) for v in written.iloc[:, 1]])
    kinds = {"bar": XL_CHART_TYPE.COLUMN_CLUSTERED, "line": XL_CHART_TYPE.LINE_MARKERS, "pie": XL_CHART_TYPE.PIE}
    chart = add_slide(TITLE).shapes.add_chart(kinds[CHART], *area, content).chart
    chart.has_title, chart.has_legend = False, CHART == "pie"
    chart.font.size, chart.font.color.theme_color = Pt(12), MSO_THEME_COLOR.TEXT_1
    series = chart.plots[0].series[0]
    if CHART == "pie":
        chart.legend.include_in_layout = False
        chart.plots[0].has_data_labels = True
        labels = chart.plots[0].data_labels
        labels.show_percentage, labels.show_value, labels.number_format = True, False, "0%"
        labels.number_format_is_linked = False
        for place in range(len(written) if not TEMPLATE else 0):
            point = series.points[place].format.fill
            point.solid()
            point.fore_color.rgb = RGBColor.from_string(PALETTE[place % len(PALETTE)])
    else:
        style = FORMATS[1].partition(".")[0] if numeric(FORMATS[1]) else "#,##0.##"
        chart.value_axis.tick_labels.number_format = style
        chart.value_axis.tick_labels.number_format_is_linked = False
        chart.value_axis.has_title = chart.category_axis.has_title = True
        chart.value_axis.axis_title.text_frame.text = HEADINGS[1]
        chart.category_axis.axis_title.text_frame.text = HEADINGS[0]
        lines = chart.value_axis.major_gridlines.format.line
        lines.color.rgb, lines.width = RGBColor.from_string("5B6673" if TEMPLATE else "E3E6EB"), Pt(0.75)
        if CHART == "bar":
            chart.plots[0].gap_width = 60
            if pd.to_numeric(written.iloc[:, 1], errors="coerce").min() >= 0:
                chart.value_axis.minimum_scale = 0  # a bar's length is its value only from zero
        else:
            series.smooth = False
        if not TEMPLATE and CHART == "bar":
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = tint
        elif not TEMPLATE:
            series.format.line.color.rgb = tint
columns = min(10, len(HEADINGS))
size = 14 if columns <= 5 else 10
stripes = (RGBColor(0xF3, 0xF5, 0xF9), RGBColor(0xFF, 0xFF, 0xFF))
for start in range(0, max(1, len(written)), 12):
    part = written.iloc[start : start + 12]
    slide = add_slide(TITLE if start == 0 else f"{TITLE} (continued)")
    place = (len(part) + 1, max(1, columns), *area[:3], int(high * 0.053) * (len(part) + 1))
    table = slide.shapes.add_table(*place).table
    lines = [HEADINGS[:columns]]
    lines += [[shown(v, f) for v, f in zip(row, FORMATS)] for row in part.iloc[:, :columns].itertuples(index=False)]
    for number, line in enumerate(lines):
        for place, text in enumerate(line):
            cell = table.cell(number, place)
            cell.text = text if len(text) <= 60 else text[:59] + "…"
            cell.margin_top = cell.margin_bottom = Pt(3)
            if not TEMPLATE:
                cell.fill.solid()
                cell.fill.fore_color.rgb = tint if number == 0 else stripes[number % 2]
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(size)
                paragraph.alignment = PP_ALIGN.RIGHT if numeric(FORMATS[place]) else PP_ALIGN.LEFT
                if not TEMPLATE:
                    paragraph.font.color.rgb = RGBColor(255, 255, 255) if number == 0 else ink
    left_out = [f"the first {ROWS} of {len(data):,} rows"] if len(data) > ROWS else []
    left_out += [f"the first {columns} of {len(HEADINGS)} columns"] if columns < len(HEADINGS) else []
    if left_out:
        note = slide.shapes.add_textbox(area[0], int(high * 0.93), area[2], Inches(0.4))
        write(note.text_frame, "Shown: " + " and ".join(left_out) + ".", 12, RGBColor(0x66, 0x66, 0x66))
presentation.core_properties.title = TITLE[:200]
presentation.save(OUTPUT_PATH)
"""

IMPORTS: dict[str, tuple[str, ...]] = {
    "xlsx": (
        "from openpyxl import Workbook, load_workbook",
        "from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE",
        "from openpyxl.chart import BarChart, LineChart, PieChart, Reference, ScatterChart, Series",
        "from openpyxl.chart.label import DataLabelList",
        "from openpyxl.chart.marker import DataPoint",
        "from openpyxl.chart.shapes import GraphicalProperties",
        "from openpyxl.drawing.line import LineProperties",
        "from openpyxl.styles import Alignment, Border, Font, PatternFill, Side",
        "from openpyxl.utils import get_column_letter",
        "from openpyxl.worksheet.properties import PageSetupProperties",
    ),
    "docx": (
        "from docx import Document",
        "from docx.enum.text import WD_ALIGN_PARAGRAPH",
        "from docx.opc.constants import RELATIONSHIP_TYPE as RT",
        "from docx.opc.packuri import PackURI",
        "from docx.opc.part import Part",
        "from docx.oxml import OxmlElement, parse_xml",
        "from docx.oxml.ns import qn",
        "from docx.shared import Inches, Pt, RGBColor",
        "from lxml import etree",
        "from pptx import Presentation",
        "from pptx.chart.data import CategoryChartData",
        "from pptx.dml.color import RGBColor as PptColor",
        "from pptx.enum.chart import XL_CHART_TYPE",
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
        "from pptx.enum.dml import MSO_THEME_COLOR",
        "from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE",
        "from pptx.enum.shapes import PP_PLACEHOLDER as PLACE",
        "from pptx.enum.text import MSO_ANCHOR, PP_ALIGN",
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
