"""Writes an answer as an Excel workbook."""

import datetime
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.chart import BarChart, LineChart, PieChart, Reference, ScatterChart, Series
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableStyleInfo

from .answer import (
    PLACEHOLDER,
    Answer,
    ChartData,
    chart_data,
    filled_text,
    fitted,
    listed,
    notes,
    remarks,
    summary,
    text_width,
)
from .column_format import excel_format, is_missing, shown

MAX_TEXT, MAX_BARS, MAX_SLICES, SHEET = 32_000, 25, 8, "Data"


def clean(text: str) -> str:
    return str(ILLEGAL_CHARACTERS_RE.sub("", text)[:MAX_TEXT])


def cell_value(value: Any) -> Any:
    """A value that a worksheet can hold: no time zone, no control characters, nothing nested, no digit lost."""
    if is_missing(value):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if getattr(value, "tzinfo", None) is not None:
        value = value.replace(tzinfo=None)
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime(warn=False)
    if isinstance(value, (datetime.date, datetime.datetime)) and value.year < 1900:
        return value.isoformat()  # before Excel's first day
    if isinstance(value, (int, Decimal)) and abs(float(value)) >= 1e15:
        return str(value)  # Excel keeps 15 digits of a number: an identifier would become another
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    if isinstance(value, (bool, int, float, Decimal, datetime.date, datetime.time, datetime.timedelta)):
        return value
    return clean(str(value))


def put_text(cell: Any, text: str, **font: Any) -> None:
    """Text, even where it starts like a formula."""
    cell.value, cell.data_type = clean(text), "s"
    if font:
        cell.font = Font(**font)


def new_workbook(answer: Answer, texts: dict[str, str]) -> tuple[Any, Any]:
    """A workbook with the answer's texts at the top, and the cell where the table starts."""
    workbook, look = Workbook(), answer.look
    sheet = workbook.active
    sheet.title = SHEET
    sheet.sheet_view.showGridLines = False
    put_text(sheet["A1"], texts["title"], name=look.heading_font, bold=True, size=16, color=look.accent)
    put_text(sheet["A2"], texts["summary"], name=look.body_font, size=11, color=look.ink)
    put_text(
        sheet["A3"],
        " ".join(filter(None, [texts["notes"], texts["source"]])),
        name=look.body_font,
        italic=True,
        size=9,
        color=look.muted,
    )
    return workbook, sheet["A5"]


def fill_template(path: str, answer: Answer, texts: dict[str, str]) -> tuple[Any, dict[str, list[Any]], str, list[str]]:
    """The template with the answer's texts.

    Returns the workbook, the cells of the table and of the chart, the colour of the title, and what stays empty.
    """
    workbook, cells, accent = load_workbook(path, rich_text=True), dict[str, list[Any]](), answer.look.accent
    unknown: list[str] = []
    for sheet in workbook.worksheets:
        for cell in [cell for row in sheet.iter_rows() for cell in row if PLACEHOLDER.search(str(cell.value or ""))]:
            text = str(cell.value)
            if only := re.fullmatch(r"\s*{{ *(table|chart) *}}\s*", text, re.I):
                cells.setdefault(only[1].lower(), []).append(cell)
                cell.value = None
                continue
            if "title" in text and cell.fill.fill_type == "solid" and isinstance(cell.fill.fgColor.rgb, str):
                accent = cell.fill.fgColor.rgb[-6:]
            put_text(cell, filled_text(text, texts, unknown))
        for cell in [cell for row in sheet.iter_rows() for cell in row if cell.comment is not None]:
            cell.comment.text = filled_text(cell.comment.text, texts, unknown)
        for part in (
            sheet.oddHeader,
            sheet.oddFooter,
            sheet.evenHeader,
            sheet.evenFooter,
            sheet.firstHeader,
            sheet.firstFooter,
        ):
            for place in (part.left, part.center, part.right):
                if place.text and "{{" in place.text:
                    safe = {name: text.replace("&", "&&") for name, text in texts.items()}
                    place.text = filled_text(place.text, safe, unknown)
        for chart in sheet._charts:
            fill_title(chart, texts, unknown)
    if "table" not in cells and "chart" not in cells:
        cells["table"] = [workbook.create_sheet(SHEET)["A1"]]
    return workbook, cells, accent, list(dict.fromkeys(unknown))


def first_places(cells: dict[str, list[Any]]) -> list[str]:
    """What is said where a template wants the table or the chart more than once: rows come into one place of a book."""
    names = {name: [f"{cell.parent.title}!{cell.coordinate}" for cell in held] for name, held in cells.items()}
    return [f"{{{{ {name} }}}} of the template is filled in {held[0]} alone, and not in {listed(held[1:], 6)}."
            for name, held in names.items() if len(held) > 1]  # fmt: skip


def fill_title(chart: Any, texts: dict[str, str], unknown: list[str]) -> None:
    for titled in (chart, getattr(chart, "x_axis", None), getattr(chart, "y_axis", None)):
        rich = getattr(getattr(getattr(titled, "title", None), "tx", None), "rich", None)
        for paragraph in rich.paragraphs if rich is not None else ():
            for run in paragraph.r or ():
                run.t = filled_text(run.t or "", texts, unknown)


def lost_parts(path: str) -> list[str]:
    """What a workbook loses where it is read and written again: openpyxl has no place for it."""
    found: list[str] = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith(("xl/ctrlProps/", "xl/activeX/")):
                found.append("form controls")
            elif name.startswith(("xl/slicers/", "xl/timelines/")):
                found.append("slicers")
            elif re.match(r"xl/(worksheets|drawings)/[^/]+\.xml$", name):
                text = archive.read(name)
                found += ["sparklines"] if b"sparklineGroup " in text or b"sparklineGroup>" in text else []
                found += ["text boxes and shapes"] if re.search(rb"<(?:\w+:)?(?:sp|cxnSp|grpSp)[ >]", text) else []
                found += ["icons and bars of Excel 2010"] if b"x14:conditionalFormatting>" in text else []
    return list(dict.fromkeys(found))


def make_room(start: Any, rows: int) -> None:
    """Move what stands below the table's place down by so many rows: a total, a note, charts; formulas follow."""
    sheet, first = start.parent, start.row + 1
    if rows <= 0:
        return
    for held in [held for held in sheet.merged_cells.ranges if held.min_row >= first]:
        held.shift(0, rows)
    heights = {row: dimension.height for row, dimension in sheet.row_dimensions.items() if row >= first}
    formulas = [(cell.row, cell) for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    for row, cell in formulas:
        if isinstance(cell.value, str):
            cell.value = followed(cell.value, row, start.row, rows)
    if sheet.max_row >= first:
        sheet.move_range(f"A{first}:{get_column_letter(sheet.max_column)}{sheet.max_row}", rows=rows)
    for row, height in sorted(heights.items(), reverse=True):
        sheet.row_dimensions[row].height = None
        sheet.row_dimensions[row + rows].height = height
    move_references(sheet, start.row, rows)
    for drawing in [*sheet._charts, *sheet._images]:
        for end in ("_from", "to"):
            corner = getattr(drawing.anchor, end, None)
            if corner is not None and corner.row >= first - 1:
                corner.row += rows


def move_references(sheet: Any, top: int, rows: int) -> None:
    """Let what refers to cells below a row follow them: names, formulas of other sheets, rules, choices and links."""
    books = [sheet.parent, *sheet.parent.worksheets]
    for name in [name for held in books for name in held.defined_names.values()]:
        if name.attr_text:
            name.attr_text = followed_elsewhere(name.attr_text, sheet.title, top, rows)
    for other in sheet.parent.worksheets:
        for cell in [cell for line in other.iter_rows() for cell in line if cell.data_type == "f"]:
            if isinstance(cell.value, str):
                cell.value = followed_elsewhere(cell.value, sheet.title, top, rows)
        for reference in [reference for chart in other._charts for reference in chart_references(chart)]:
            reference.f = followed_elsewhere(reference.f, sheet.title, top, rows)
    for choice in sheet.data_validations.dataValidation:
        choice.sqref = MultiCellRange(" ".join(moved_ranges(choice.sqref, top, rows)))
    rules = [(" ".join(moved_ranges(held.sqref, top, rows)), held.rules) for held in sheet.conditional_formatting]
    sheet.conditional_formatting = ConditionalFormattingList()
    for place, held in rules:
        for rule in held:
            sheet.conditional_formatting.add(place, rule)
    for cell in [cell for line in sheet.iter_rows(min_row=top + 1) for cell in line if cell.hyperlink]:
        cell.hyperlink.ref = cell.coordinate


def chart_references(chart: Any) -> Iterator[Any]:
    """What a chart refers to, as objects whose ``f`` names cells."""
    for series in [series for part in chart._charts for series in part.ser]:
        for name in ("tx", "cat", "val", "xVal", "yVal", "bubbleSize"):
            source = getattr(series, name, None)
            for kind in ("numRef", "strRef", "multiLvlStrRef"):
                reference = getattr(source, kind, None)
                if getattr(reference, "f", None):
                    yield reference


def moved_ranges(places: Any, top: int, rows: int) -> list[str]:
    """Ranges of cells after rows came in below a row; one over that row grows."""
    found = []
    for held in places.ranges:
        first = held.min_row + rows * (held.min_row > top)
        last = held.max_row + rows * (held.max_row > top)
        corners = [f"{get_column_letter(column)}{row}" for column, row in ((held.min_col, first), (held.max_col, last))]
        found.append(":".join(dict.fromkeys(corners)))
    return found


def followed_elsewhere(text: str, title: str, top: int, rows: int) -> str:
    """What names cells of a sheet, after rows came in below a row of it.

    >>> followed_elsewhere("SUM('Q1'!$B$5:$B$9) + Other!B5", "Q1", 4, 10)
    "SUM('Q1'!$B$15:$B$19) + Other!B5"
    """

    def moved(found: re.Match[str]) -> str:
        sheet, column, first, to, last = found.groups()
        start = f"{sheet}{column}{int(first) + rows * (int(first) > top)}"
        return f"{start}:{to}{int(last) + rows * (int(last) > top)}" if to else start

    quoted = re.escape(title.replace("'", "''"))
    named = rf"((?:'{quoted}'|(?<![\w.'\]]){re.escape(title)})!)"
    return re.sub(rf"{named}(\$?[A-Z]{{1,3}}\$?)(\d{{1,7}})(?::(\$?[A-Z]{{1,3}}\$?)(\d{{1,7}}))?", moved, text)


def followed(formula: str, row: int, top: int, rows: int) -> str:
    """A formula after rows came in below a row: cells below move on, and a range over the table's place grows."""

    def moved(found: re.Match[str]) -> str:
        column, first, to, last = found[1], int(found[2]), found[3], int(found[4] or 0)
        if not to:
            return f"{column}{first + rows * (first > top)}"
        over = first <= top + 1 and top <= last < row
        return f"{column}{first if over else first + rows * (first > top)}:{to}{last + rows * (over or last > top)}"

    cell = r"(?<![\w!.'$\"])(\$?[A-Z]{1,3}\$?)(\d{1,7})(?::(\$?[A-Z]{1,3}\$?)(\d{1,7}))?(?![\w(!])"
    pieces = formula.split('"')  # texts stand between quotation marks
    return '"'.join(piece if place % 2 else re.sub(cell, moved, piece) for place, piece in enumerate(pieces))


def write_table(start: Any, answer: Answer, accent: str) -> int:
    """Write headings and rows as a table of Excel's own, and return the number of the last row."""
    sheet, top, left, look = start.parent, start.row, start.column, answer.look
    line, names = Side(style="thin", color=look.rule), unique_headings(answer.headings)
    for place, (heading, form) in enumerate(zip(names, answer.forms, strict=True)):
        cell = sheet.cell(top, left + place)
        put_text(cell, heading, name=look.body_font, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=accent)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="right" if form.numeric else "left",
                                   indent=1)  # fmt: skip
        texts = [shown(value, form) for value in answer.rows.iloc[:500, place].astype(object)]
        width = max([*(text_width(line) for text in texts for line in text.split("\n")), min(len(heading), 20)])
        letter = get_column_letter(left + place)
        before = sheet.column_dimensions[letter].width if answer.template else 0
        sheet.column_dimensions[letter].width = max(min(48, width + 4), before)
    sides = [Alignment(horizontal="right" if form.numeric else "left", vertical="top", indent=1,
                       wrap_text=form.kind == "text" or None) for form in answer.forms]  # fmt: skip
    rooms = [column_width(sheet, left + place) - 3 for place in range(len(names))]
    styles, font = [excel_format(form) for form in answer.forms], Font(name=look.body_font, color=look.ink)
    for number, row in enumerate(answer.rows.itertuples(index=False, name=None), start=top + 1):
        for place, value in enumerate(row):
            cell = sheet.cell(number, left + place, cell_value(month_or_value(value, answer.forms[place])))
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a value such as =A1 is text, not a formula
            elif styles[place] != "General":
                cell.number_format = styles[place]
            if len(answer.rows) <= 5_000:
                cell.border, cell.alignment, cell.font = Border(bottom=line), sides[place], font
        lines = max((text_lines(value, room) for value, room in zip(row, rooms, strict=True)), default=1)
        if lines > 1:
            sheet.row_dimensions[number].height = 15 * min(lines, 20)
    last = int(top) + max(1, len(answer.rows))
    if names and not any(held.ref for held in sheet.tables.values() if held.ref.startswith(start.coordinate)):
        end = sheet.cell(last, left + len(names) - 1).coordinate
        taken = {name for held in sheet.parent.worksheets for name in held.tables}
        table = Table(displayName=next(n for n in ("Answer", "Answer_data", "Answer_rows") if n not in taken),
                      ref=f"{start.coordinate}:{end}")  # fmt: skip
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
        sheet.add_table(table)
    return last


def text_lines(value: Any, room: float) -> int:
    """How many lines a text takes in a column."""
    if not isinstance(value, str) or (len(value) <= room and "\n" not in value):
        return 1
    return sum(-(-text_width(line) // max(1, int(room))) or 1 for line in value.split("\n"))


def month_or_value(value: Any, form: Any) -> Any:
    return shown(value, form) if form.kind == "month name" else value


def unique_headings(headings: list[str]) -> list[str]:
    """Headings as a table of Excel's has them: none is empty, and none stands twice."""
    names: list[str] = []
    for heading in headings:
        name, number = clean(heading).strip() or "Column", 2
        while name.casefold() in {other.casefold() for other in names}:
            name, number = f"{clean(heading).strip() or 'Column'} {number}", number + 1
        names.append(name)
    return names


def drawn_data(answer: Answer) -> ChartData:
    return chart_data(answer, MAX_SLICES if answer.chart == "pie" else MAX_BARS)


def chart_source(workbook: Any, answer: Answer, data: ChartData) -> Any:
    """A sheet with what the chart draws, as Excel draws cells alone."""
    sheet = workbook.create_sheet("Chart data")
    sheet.sheet_state = "hidden"  # it is no page to read or print
    put_text(sheet["A1"], data.along, bold=True)
    for place, (name, values) in enumerate(data.series, start=2):
        put_text(sheet.cell(1, place), name, bold=True)
        for row, value in enumerate(values, start=2):
            sheet.cell(row, place, value).number_format = excel_format(answer.forms[answer.groups])
    for row, name in enumerate(data.categories, start=2):
        put_text(sheet.cell(row, 1), name)
    for place in range(len(data.series) + 1):
        sheet.column_dimensions[get_column_letter(place + 1)].width = 18 if place else 34
    return sheet["A1"]


def scatter_chart(start: Any, last: int, answer: Answer) -> Any:
    sheet, top, left = start.parent, start.row, start.column
    chart = ScatterChart()
    values = Reference(sheet, min_col=left + 1, min_row=top, max_row=last)
    series = Series(values, Reference(sheet, min_col=left, min_row=top + 1, max_row=last), title_from_data=True)
    series.marker.symbol = "circle"
    series.marker.graphicalProperties.solidFill = answer.look.accent
    series.graphicalProperties.line.noFill = True
    chart.series.append(series)
    return chart


def new_chart(start: Any, answer: Answer, data: ChartData) -> Any:
    """A chart of Excel's own over the cells of its data."""
    sheet, palette = start.parent, answer.look.palette
    chart: Any = {"bar": BarChart, "line": LineChart, "pie": PieChart}[answer.chart or "bar"]()
    last, width = start.row + len(data.categories), len(data.series)
    values = Reference(sheet, min_col=start.column + 1, max_col=start.column + width, min_row=start.row, max_row=last)
    chart.add_data(values, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=start.column, min_row=start.row + 1, max_row=last))
    if answer.chart == "pie":
        for place in range(len(data.categories)):
            point = DataPoint(idx=place)
            point.graphicalProperties.solidFill = palette[place % len(palette)]
            chart.series[0].dPt.append(point)
        hidden = dict.fromkeys(("showVal", "showSerName", "showCatName", "showLegendKey"), False)
        chart.dataLabels = DataLabelList(showPercent=True, **hidden)
        return chart
    for place, series in enumerate(chart.series):
        if answer.chart == "line":
            series.smooth = False
            series.graphicalProperties.line.solidFill = palette[place % len(palette)]
        else:
            series.graphicalProperties.solidFill = palette[place % len(palette)]
            series.invertIfNegative = False
    if answer.chart == "bar":
        chart.type, chart.gapWidth = "bar" if data.sideways else "col", 45
        if data.sideways:
            chart.x_axis.scaling.orientation = "maxMin"
            chart.y_axis.crosses = "max"
        if data.stacked:
            chart.grouping, chart.overlap = "stacked", 100
        if min((v for _, row in data.series for v in row if v is not None), default=0) >= 0:
            chart.y_axis.scaling.min = 0  # a bar's length is its value only from zero
    return chart


def add_chart(workbook: Any, corner: Any, start: Any, last: int, answer: Answer) -> None:
    """The chart at its corner, over the table where that holds what it draws, else over a sheet of its own."""
    if answer.chart == "scatter":
        chart = scatter_chart(start, last, answer)
        chart.legend, bars, along = None, 0, answer.headings[0]
    else:
        data = drawn_data(answer)
        beside = data.series[0][0] == answer.headings[1] and len(data.categories) == len(answer.rows) and (
            len(data.series) == len(answer.headings) - 1
        )  # fmt: skip
        named = answer.forms[0].kind in ("text", "month name") and not answer.rows.iloc[:, 0].isna().any()
        chart = new_chart(start if beside and named else chart_source(workbook, answer, data), answer, data)
        bars, along = len(data.categories) if data.sideways else 0, data.along
        if len(data.series) == 1 and answer.chart != "pie":
            chart.legend = None
        elif chart.legend is not None:
            chart.legend.position = "b"
    chart.title, chart.width, chart.height = answer.title, 20, max(10.5, min(18, 3 + 0.62 * bars))
    if answer.chart != "pie":
        form = answer.forms[answer.groups if answer.chart != "scatter" else 1]
        chart.x_axis.title = along
        chart.y_axis.title = answer.headings[answer.groups if answer.chart != "scatter" else 1]
        chart.x_axis.delete = chart.y_axis.delete = False
        top = abs(pd.to_numeric(answer.rows.iloc[:, -1], errors="coerce")).max()
        chart.y_axis.number_format = excel_format(form._replace(decimals=0) if top >= 10 else form)
        chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=answer.look.rule))
        if bars and len(data.series) == 1:  # each bar has its value
            hidden = dict.fromkeys(("showSerName", "showCatName", "showLegendKey", "showPercent"), False)
            chart.dataLabels = DataLabelList(showVal=True, **hidden)
            chart.y_axis.delete, chart.y_axis.majorGridlines = True, None
    corner.parent.add_chart(chart, corner.coordinate)


def set_up_print(sheet: Any, top: int, width: float, answer: Answer) -> None:
    """As few pages side by side as can be read, with the heads on each; its number, a footer and the day below."""
    wide = width > 95
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "landscape" if wide else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = max(1, -(-int(width) // 230)), 0
    if sheet.page_setup.fitToWidth > 1:
        sheet.print_title_cols = "A:A"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.oddFooter.left.text = (answer.look.footer or clean(answer.title)[:80]).replace("&", "&&")
    sheet.oddFooter.center.text, sheet.oddFooter.right.text = "&D", "Page &P of &N"


def column_width(sheet: Any, column: int) -> float:
    letter = get_column_letter(column)
    return float(sheet.column_dimensions[letter].width) if letter in sheet.column_dimensions else 9.0


def spread_texts(sheet: Any, columns: int) -> int:
    """The sentences above the table on as many lines as they need; returns the last column that they take."""
    last, room = 1, column_width(sheet, 1)
    while last < columns or room < 90:
        last += 1
        room += column_width(sheet, last) if last <= columns else 9.0
        if last >= columns and room >= 90:
            break
    for row in (1, 2, 3):
        cell, letters = sheet.cell(row, 1), min(room, 150) * (0.62 if row == 1 else 1.05)
        lines = -(-text_width(str(cell.value or "")) // int(letters))
        if last > 1:
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=last)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = max(1, lines) * {1: 22, 2: 15.5, 3: 12.5}[row]
    return last


def write_document(answer: Answer, path: str) -> list[str]:
    answer = fitted(answer)
    count = len(answer.data)
    cut = f"The first {answer.max_rows:,} of {count:,} rows. " if count > answer.max_rows else ""
    drawing = drawn_data(answer).note if answer.drawn and answer.chart != "scatter" else ""
    said = " ".join(filter(None, [drawing, notes(answer, count, MAX_TEXT)]))
    texts = {"title": answer.title, "summary": cut + summary(answer), "source": answer.source, "rows": f"{count:,}",
             "date": datetime.date.today().isoformat(), "notes": said}  # fmt: skip
    if answer.template:
        return write_in_template(answer, answer.template, texts, path)
    return write_new(answer, texts, path)


def write_new(answer: Answer, texts: dict[str, str], path: str) -> list[str]:
    """Write a workbook of our own, with the chart beside the table, or on a sheet of its own beside a wide one."""
    workbook, start = new_workbook(answer, texts)
    last = write_table(start, answer, answer.look.accent)
    workbook.properties.title = clean(answer.title)
    sheet, top, width = start.parent, start.row, len(answer.headings)
    across, end, rows = sum(column_width(sheet, n + 1) for n in range(width)), max(1, width), last
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    place = None
    if answer.drawn and across > 70:
        place = workbook.create_sheet("Chart")["A1"]
        set_up_print(place.parent, 1, 100, answer)
    elif answer.drawn:
        place, end, rows, across = sheet.cell(top, width + 2), width + 14, max(last, top + 36), across + 110
    end = max(end, spread_texts(sheet, width))
    set_up_print(sheet, top, max(across, 100) if width >= 7 else across, answer)
    sheet.print_area = f"A1:{get_column_letter(end)}{rows}"
    if place is not None:
        add_chart(workbook, place, start, last, answer)
    workbook.save(path)
    return remarks(answer, [])


def write_in_template(answer: Answer, template: str, texts: dict[str, str], path: str) -> list[str]:
    """Fill in the user's template; what it has no place for stands on sheets of its own."""
    workbook, cells, accent, unknown = fill_template(template, answer, texts)
    start, place = ((cells.get(name) or [None])[0] for name in ("table", "chart"))
    repeated = first_places(cells)
    unknown += ["chart"] if place is not None and not answer.drawn else []
    answer = answer._replace(look=answer.look._replace(palette=[accent, *answer.look.palette[1:]]))
    if start is None:
        start = workbook.create_sheet(SHEET)["A1"]
    make_room(start, len(answer.rows))
    last = write_table(start, answer, answer.look.accent)
    workbook.properties.title = clean(answer.title)
    if answer.drawn:
        place = chart_place(workbook, start, len(answer.headings)) if place is None else place
        add_chart(workbook, place, start, last, answer)
    workbook.save(path)
    lost, said = lost_parts(template), texts["notes"]
    beside = [said] if said and not said_in(workbook, said) else []
    loss = [f"The template's {listed(lost, 9)} could not be kept."] if lost else []
    return [*remarks(answer, unknown), *repeated, *beside, *loss]


def chart_place(workbook: Any, start: Any, width: int) -> Any:
    """Where the chart goes in a template that names no place: beside the table, or on a sheet where that is taken."""
    sheet = start.parent
    right = sheet.iter_rows(min_row=start.row, min_col=start.column + width)
    if sheet._charts or sheet._images or any(cell.value is not None for row in right for cell in row):
        return workbook.create_sheet("Chart")["A1"]
    of_pages = sheet.sheet_properties.pageSetUpPr
    if not (of_pages and of_pages.fitToPage):  # the template says nothing of its pages
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return sheet.cell(start.row, start.column + width + 1)


def said_in(workbook: Any, text: str) -> bool:
    return any(text in str(cell.value or "") for sheet in workbook.worksheets
               for row in sheet.iter_rows(max_row=min(sheet.max_row, 500)) for cell in row)  # fmt: skip
