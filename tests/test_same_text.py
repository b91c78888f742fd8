"""The same value is the same text wherever it is shown: cells, cards, documents and reports."""

from __future__ import annotations

import datetime as dt
import html
import math
from pathlib import Path
from typing import Any

import docx
import nbformat
import openpyxl
import pandas as pd
import pptx
import pyarrow as pa
import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from analyst_magic.report.html import AnalystHTMLExporter
from analyst_magic.results import Table
from analyst_magic.results.number import number_of
from analyst_magic.writers import docx as docx_writer
from analyst_magic.writers import pdf as pdf_writer
from analyst_magic.writers import pptx as pptx_writer
from analyst_magic.writers import xlsx as xlsx_writer
from analyst_magic.writers.answer import Answer, Look

WRITERS: dict[str, Any] = {"docx": docx_writer, "pdf": pdf_writer, "pptx": pptx_writer, "xlsx": xlsx_writer}
LOOK = Look(["2F5D8C"] * 8, "262D36", "5F6B7A", "D9DEE5", "F4F6F9", "Calibri", "Calibri")
VALUES: dict[str, list[Any]] = {
    "net_amount": [20469.98, 2415.0, -7.5],
    "price_usd": [1000034.06, 0.5, 12.0],
    "vat_rate": [0.19, 0.07, 0.0],
    "growth_pct": [12.5, -3.0, 100.0],
    "customer_id": [1234567, 99, 10203],
    "year": [1999, 2013, 2026],
    "flights": [29425, 8, 1354],
    "tiny": [0.00000012, 5.0, 0.0],
    "huge": [123456789012345.0, 1.5, 2.0],
    "gap": [1.25, math.nan, 3.5],
    "day": [dt.datetime(2026, 3, 1), dt.datetime(2026, 12, 31), dt.datetime(2025, 1, 2)],
    "moment": [dt.datetime(2026, 3, 1, 9, 30), dt.datetime(2026, 3, 1), dt.datetime(2026, 3, 2, 23, 5)],
}
TEXTS: dict[str, list[str]] = {
    "net_amount": ["20,469.98", "2,415.00", "-7.50"],
    "price_usd": ["$1,000,034.06", "$0.50", "$12.00"],
    "vat_rate": ["19%", "7%", "0%"],
    "growth_pct": ["12.5%", "-3.0%", "100.0%"],
    "customer_id": ["1234567", "99", "10203"],
    "year": ["1999", "2013", "2026"],
    "flights": ["29,425", "8", "1,354"],
    "tiny": ["0.00000012", "5.00000000", "0.00000000"],
    "huge": ["123,456,789,012,345.0", "1.5", "2.0"],
    "gap": ["1.25", "", "3.50"],
    "day": ["2026-03-01", "2026-12-31", "2025-01-02"],
    "moment": ["2026-03-01 09:30", "2026-03-01 00:00", "2026-03-02 23:05"],
}
"""What a reader sees of them; a missing value has the place's own mark."""
MISSING = {"", "–", "NaN"}


def table(column: str) -> Table:
    return Table(pa.Table.from_pandas(pd.DataFrame({column: VALUES[column]}), preserve_index=False))


def document(column: str, form: str, folder: Path) -> Path:
    path = folder / f"{column}.{form}"
    data = pd.DataFrame({column: VALUES[column]})
    parts = ([column], ["General"], 0, 0, None, 100, 100, LOOK)
    WRITERS[form].write_document(Answer(data, "Values", "Source: test.", *parts), str(path))
    return path


def cells_of(path: Path) -> list[str]:
    """The texts of a document's table below its head; the lines of a PDF."""
    if path.suffix == ".docx":
        return [row.cells[0].text for row in docx.Document(str(path)).tables[0].rows][1:]
    if path.suffix == ".pptx":
        shapes = [shape for slide in pptx.Presentation(str(path)).slides for shape in slide.shapes if shape.has_table]
        return [row.cells[0].text for row in shapes[0].table.rows][1:]
    return [line.strip() for page in pypdf.PdfReader(path).pages for line in page.extract_text().splitlines()]


def same(found: list[str], column: str) -> bool:
    return all(a == b or (b == "" and a in MISSING) for a, b in zip(found, TEXTS[column], strict=True))


@pytest.mark.parametrize("column", VALUES)
def test_cells_show_the_text(column: str) -> None:
    lines = [line.strip() for line in table(column).to_text().splitlines()]
    assert same(lines[1:4], column)
    page = table(column).to_html()
    assert all(f">{html.escape(text)}</" in page for text in TEXTS[column] if text)


@pytest.mark.parametrize("form", ["docx", "pptx", "pdf"])
@pytest.mark.parametrize("column", VALUES)
def test_documents_show_the_text(column: str, form: str, tmp_path: Path) -> None:
    found = cells_of(document(column, form, tmp_path))
    if form == "pdf":
        assert [text for text in TEXTS[column] if text] == [line for line in found if line in TEXTS[column] and line]
    else:
        assert same(found, column)


@pytest.mark.parametrize("column", VALUES)
def test_a_workbook_has_the_value_itself(column: str, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(document(column, "xlsx", tmp_path)).worksheets[0]
    found = [cell.value for row in sheet.iter_rows() for cell in row if type(cell.value) is not str]
    known = [value for value in VALUES[column] if value == value]
    assert [value for value in found if value is not None] == known


def test_a_report_shows_the_text() -> None:
    outputs = [new_output("display_data", data={"text/html": table(column).to_html()}) for column in VALUES]
    notebook = new_notebook(cells=[new_code_cell("values", outputs=outputs, execution_count=1)])
    page, _ = AnalystHTMLExporter().from_notebook_node(nbformat.from_dict(notebook))
    assert [text for texts in TEXTS.values() for text in texts if text and f">{html.escape(text)}</" not in page] == []


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [("net_amount", 2415.5, "2,415.50"), ("price_usd", 1000034.06, "$1,000,034.06"), ("vat_rate", 0.19, "19%"),
     ("customer_id", 1234567, "1234567"), ("year", 2026, "2026"), ("flights", 1354, "1,354")],
)  # fmt: skip
def test_a_card_shows_the_text(column: str, value: float, text: str) -> None:
    number = number_of(Table(pa.table({column: [value]})))
    assert number is not None
    assert number.text == text
