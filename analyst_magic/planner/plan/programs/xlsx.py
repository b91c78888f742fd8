"""Writes an answer as an Excel workbook."""

import datetime
import re
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
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from .answer import ACCENT, PALETTE, Answer, as_text, fitted, is_missing, is_numeric, summary


def clean(text: str) -> str:
    return str(ILLEGAL_CHARACTERS_RE.sub("", text)[:32_000])


def cell_value(value: Any) -> Any:
    """A value that a worksheet can hold: no time zone, no control characters, nothing nested, no digit lost."""
    if is_missing(value):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if getattr(value, "tzinfo", None) is not None:
        value = value.replace(tzinfo=None)
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime(warn=False)
    if isinstance(value, (int, Decimal)) and abs(float(value)) >= 1e15:
        return str(value)  # Excel keeps 15 digits of a number: an identifier would become another
    if isinstance(value, (bool, int, float, Decimal, datetime.date, datetime.time, datetime.timedelta)):
        return value
    return clean(str(value))


def put_text(cell: Any, text: str, **font: Any) -> None:
    """Text, even where it starts like a formula."""
    cell.value, cell.data_type = clean(text), "s"
    if font:
        cell.font = Font(**font)


def new_workbook(texts: dict[str, str]) -> tuple[Any, Any, str]:
    """A workbook with the answer's texts at the top, the cell where the table starts, and the colour."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Data"
    sheet.sheet_view.showGridLines = False
    put_text(sheet["A1"], texts["title"], bold=True, size=16, color=ACCENT)
    put_text(sheet["A2"], texts["summary"])
    put_text(sheet["A3"], texts["source"], italic=True, size=9, color="666666")
    return workbook, sheet["A5"], ACCENT


def fill_template(path: str, texts: dict[str, str]) -> tuple[Any, Any, str]:
    """The template with the answer's texts, the cell where the table starts, and the colour of its title."""
    workbook, start, accent = load_workbook(path), None, ACCENT
    for sheet in workbook.worksheets:
        for cell in [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]:
            if re.fullmatch(r"\s*{{ *table *}}\s*", cell.value):
                start = cell
            elif "{{" in cell.value:
                if "title" in cell.value and cell.fill.fill_type == "solid" and isinstance(cell.fill.fgColor.rgb, str):
                    accent = cell.fill.fgColor.rgb[-6:]
                put_text(cell, re.sub(r"{{ *(title|summary|source) *}}", lambda m: texts[m[1]], cell.value))
    return workbook, start if start is not None else workbook.create_sheet("Data")["A1"], accent


def write_table(start: Any, answer: Answer, accent: str) -> int:
    """Write headings and rows, and return the number of the last row."""
    sheet, top, left, line = start.parent, start.row, start.column, Side(style="thin", color="D9DEE5")
    for place, (heading, style) in enumerate(zip(answer.headings, answer.formats, strict=True)):
        cell = sheet.cell(top, left + place)
        put_text(cell, heading, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=accent)
        side = "right" if is_numeric(style) else None
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal=side)
        lengths = [len(as_text(value, style)) for value in answer.rows.iloc[:200, place]]
        width = min(48, max([*lengths, min(len(heading), 24)]) + 4)
        sheet.column_dimensions[get_column_letter(left + place)].width = width
    for number, row in enumerate(answer.rows.itertuples(index=False, name=None), start=top + 1):
        for place, value in enumerate(row):
            cell, style = sheet.cell(number, left + place, cell_value(value)), answer.formats[place]
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a value such as =A1 is text, not a formula
            elif style != "General":
                cell.number_format = style
                if not is_numeric(style):
                    cell.alignment = Alignment(horizontal="left")
            if len(answer.rows) <= 2_000:
                cell.border = Border(bottom=line)
    return int(top) + max(1, len(answer.rows))


def new_chart(start: Any, last: int, answer: Answer, accent: str) -> Any:
    """A chart of Excel's own over the rows of the table."""
    sheet, top, left, formats = start.parent, start.row, start.column, answer.formats
    values = Reference(sheet, min_col=left + 1, min_row=top, max_row=last)
    names = Reference(sheet, min_col=left, min_row=top + 1, max_row=last)
    kinds = {"bar": BarChart, "line": LineChart, "pie": PieChart, "scatter": ScatterChart}
    chart = kinds[answer.chart or "bar"]()
    if answer.chart == "scatter":
        series = Series(values, names, title_from_data=True)
        series.marker.symbol = "circle"
        series.marker.graphicalProperties.solidFill = accent
        series.graphicalProperties.line.noFill = True
        chart.series.append(series)
    if answer.chart != "scatter":
        chart.add_data(values, titles_from_data=True)
        chart.set_categories(names)
    chart.title, chart.width, chart.height = answer.title, 22, 12
    if answer.chart == "pie":
        for place in range(len(answer.rows)):
            point = DataPoint(idx=place)
            point.graphicalProperties.solidFill = PALETTE[place % len(PALETTE)]
            chart.series[0].dPt.append(point)
        hidden = dict.fromkeys(("showVal", "showSerName", "showCatName", "showLegendKey"), False)
        chart.dataLabels = DataLabelList(showPercent=True, **hidden)
        return chart
    chart.legend = None
    chart.x_axis.title, chart.y_axis.title = answer.headings[:2]
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = formats[1].partition(".")[0] if is_numeric(formats[1]) else "General"
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E3E6EB"))
    if answer.chart == "line":
        chart.x_axis.number_format, chart.series[0].smooth = formats[0], False
        chart.series[0].graphicalProperties.line.solidFill = accent
    if answer.chart == "bar":
        chart.gapWidth = 60
        chart.series[0].graphicalProperties.solidFill = accent
        if pd.to_numeric(answer.rows.iloc[:, 1], errors="coerce").min() >= 0:
            chart.y_axis.scaling.min = 0  # a bar's length is its value only from zero
    return chart


def write_document(answer: Answer, path: str) -> None:
    answer = fitted(answer)
    count = len(answer.data)
    cut = f"The first {answer.max_rows:,} of {count:,} rows." if count > answer.max_rows else ""
    texts = {"title": answer.title, "summary": cut or summary(answer), "source": answer.source}
    workbook, start, accent = new_workbook(texts)
    if answer.template:
        workbook, start, accent = fill_template(answer.template, texts)
    workbook.properties.title = clean(answer.title)
    sheet, top, width = start.parent, start.row, len(answer.headings)
    last = write_table(start, answer, accent)
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    if width:
        sheet.auto_filter.ref = f"{start.coordinate}:{sheet.cell(last, start.column + width - 1).coordinate}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.right.text = "&P / &N"
    if answer.chart and 0 < len(answer.data) <= answer.max_drawn:
        sheet.page_setup.orientation = "landscape"
        corner = f"{get_column_letter(start.column + width + 1)}{top}"
        sheet.add_chart(new_chart(start, last, answer, accent), corner)
    workbook.save(path)
