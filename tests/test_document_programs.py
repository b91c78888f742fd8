"""The programs that write documents: tested as the modules they are, and as the texts that go into the sandbox."""

from __future__ import annotations

import ast
import builtins
import datetime as dt
from collections import defaultdict
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import docx as python_docx
import openpyxl
import pandas as pd
import pikepdf
import pptx as python_pptx
import pytest

from analyst_magic.documents.templates import find
from analyst_magic.planner.plan.assemble import MAX_ROWS, MODULES, document_program
from analyst_magic.planner.plan.programs import docx, office_chart, pdf, pptx, xlsx
from analyst_magic.planner.plan.programs.answer import Answer, as_text, fitted, is_numeric, summary
from analyst_magic.turn import DOCUMENT_FORMATS, OFFICE_FORMATS

WRITERS: dict[str, Any] = {"xlsx": xlsx, "docx": docx, "pdf": pdf, "pptx": pptx}
CHARTS = (None, "bar", "line", "pie", "scatter")
REGIONS = pd.DataFrame({"region": ["north", "=1+1", None], "revenue": [10.0, 20.5, float("nan")]})


def answer(data: pd.DataFrame = REGIONS, **changes: Any) -> Answer:
    first = Answer(data, "Revenue by region", "Source: sales, 3 rows.", ["Region", "Revenue"], ["General", "#,##0.00"],
                   groups=1, measures=1, chart="bar", max_rows=100, max_drawn=100)  # fmt: skip
    return first._replace(**changes)


def test_values_read_as_a_person_expects_them() -> None:
    assert as_text(1234567.891, "#,##0.00") == "1,234,567.89"
    assert as_text(Decimal("1234"), "#,##0") == "1,234"
    assert as_text(dt.date(2026, 3, 1), "yyyy-mm") == "2026-03"
    assert as_text(0.5, "General") == "0.5"
    assert as_text(None, "#,##0") == as_text(pd.NaT, "General") == ""
    assert as_text("a\x01b", "General") == "ab"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (answer(), "3 rows. Revenue is highest for =1+1 (20.50) and lowest for north (10.00)."),
        (answer(REGIONS.head(0)), "No rows match."),
        (answer(REGIONS[["revenue"]].head(1), headings=["Revenue"], formats=["#,##0.0"], groups=0), "Revenue: 10.0."),
        (answer(groups=0, measures=0), "3 rows, 2 columns."),
        (answer(REGIONS.tail(1)), "1 row."),
    ],
)
def test_the_summary_is_a_sentence_with_the_answers_own_figures(given: Answer, sentence: str) -> None:
    assert summary(given) == sentence


def test_a_worksheet_gets_values_that_it_can_hold() -> None:
    noon = pd.Timestamp("2026-03-01 12:00", tz="Europe/Berlin")
    assert xlsx.cell_value(noon) == dt.datetime(2026, 3, 1, 12)
    assert xlsx.cell_value(pd.NA) is None
    assert xlsx.cell_value([1, 2]) == "[1, 2]"
    assert xlsx.cell_value("a\x01b") == "ab"


DAYS = pd.to_datetime(["2026-03-01", "2026-03-02"])
LISTED = pd.DataFrame({"amount": [20469.98, 1234567.5], "share": [0.12345678901, 2.5], "year": [2013.0, float("nan")],
                       "day": DAYS, "moment": DAYS + pd.to_timedelta([0, 90], unit="min"), "size": [3.0e-7, 1.0],
                       "sum": [0.1 + 0.2, 12345.0]})  # fmt: skip
LISTED_STYLES = ["General", "General", "General", "yyyy-mm-dd hh:mm", "yyyy-mm-dd hh:mm", "General", "General"]


def test_listed_values_keep_all_their_digits_and_dates_have_no_midnight() -> None:
    given = fitted(answer(LISTED, formats=LISTED_STYLES, headings=list(LISTED)))
    columns = {
        name: [as_text(v, style) for v in LISTED[name]] for name, style in zip(LISTED, given.formats, strict=True)
    }
    assert columns["amount"] == ["20,469.98", "1,234,567.50"]
    assert columns["share"] == ["0.12345678901", "2.5"]
    assert columns["year"] == ["2013", ""]
    assert columns["day"] == ["2026-03-01", "2026-03-02"]
    assert columns["moment"] == ["2026-03-01 00:00", "2026-03-02 01:30"]
    assert columns["size"] == ["3e-07", "1"]
    assert columns["sum"] == ["0.3", "12,345.0"]
    assert is_numeric(given.formats[0])  # and so it stands to the right


@pytest.mark.parametrize("format", ["docx", "pptx"])
def test_a_document_shows_amounts_with_all_their_digits(format: str, tmp_path: Path) -> None:
    given = answer(LISTED, formats=LISTED_STYLES, headings=list(LISTED), groups=0, measures=0, chart=None)
    WRITERS[format].write_document(given, str(tmp_path / f"listed.{format}"))
    path = str(tmp_path / f"listed.{format}")
    slides: Any = python_pptx.Presentation(path).slides if format == "pptx" else []
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    tables += python_docx.Document(path).tables if format == "docx" else []
    text = " ".join(cell.text for table in tables for row in table.rows for cell in row.cells)
    assert "20,469.98" in text
    assert "2013" in text
    assert "2026-03-01 00:00" in text  # of the moments, and not of the days
    assert text.count("00:00") == 1


def test_a_value_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    xlsx.write_document(answer(), str(tmp_path / "a.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [[cell.value for cell in row] for row in sheet["A5:B8"]] == [
        ["Region", "Revenue"],
        ["north", 10],
        ["=1+1", 20.5],
        [None, None],
    ]
    assert sheet["A7"].data_type == "s"


def texts_of(path: Path) -> str:
    """All words of a document."""
    match path.suffix:
        case ".xlsx":
            return " ".join(str(cell.value) for row in openpyxl.load_workbook(path).active for cell in row)
        case ".docx":
            document = python_docx.Document(str(path))
            cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
            return " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
        case ".pptx":
            shapes: Any = [shape for slide in python_pptx.Presentation(str(path)).slides for shape in slide.shapes]
            return " ".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)
    with pikepdf.open(path) as document:
        return str(document.docinfo["/Title"])


@pytest.mark.parametrize(("format", "chart"), list(product(DOCUMENT_FORMATS, CHARTS)))
def test_every_format_takes_every_chart(format: str, chart: str | None, tmp_path: Path) -> None:
    if format != "xlsx" and chart == "scatter":
        chart = None  # only a workbook has scatter charts of its own
    numbers = pd.DataFrame({"region": [1.0, 2.0], "revenue": [3.0, 4.0]})
    path = tmp_path / f"a.{format}"
    WRITERS[format].write_document(answer(numbers if chart == "scatter" else REGIONS, chart=chart), str(path))
    assert "Revenue by region" in texts_of(path)


@pytest.mark.parametrize("format", OFFICE_FORMATS)
def test_a_template_is_filled(format: str, tmp_path: Path) -> None:
    template = find({"xlsx": "ledger", "docx": "memo", "pptx": "briefing"}[format])
    path = tmp_path / f"a.{format}"
    WRITERS[format].write_document(answer(template=str(template.path)), str(path))
    assert "Revenue by region" in texts_of(path)
    assert "{{" not in texts_of(path)


@pytest.mark.parametrize("format", OFFICE_FORMATS)
def test_a_document_says_where_it_shows_the_first_rows_alone(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{format}"
    WRITERS[format].write_document(answer(max_rows=2), str(path))
    assert "first 2 of 3 rows" in texts_of(path)


# -- the texts ---------------------------------------------------------------------------------------------------------

PROGRAMS = list(product(DOCUMENT_FORMATS, CHARTS, (False, True)))


def text_of(format: Any, chart: str | None, template: bool) -> str:
    program = document_program(format, chart, template)
    return "\n".join([*program.standard, *program.imports, program.body])


@pytest.mark.parametrize(("format", "chart", "template"), PROGRAMS)
def test_a_program_has_all_names_that_it_uses_and_no_others(format: str, chart: str | None, template: bool) -> None:
    tree = ast.parse(text_of(format, chart, template))
    bound: set[str] = set()
    used: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(name, ast.Load()):
                used.add(name)
            case ast.Name(name, _) | ast.arg(name) | ast.FunctionDef(name) | ast.ClassDef(name):
                bound.add(name)
            case ast.alias(name, None):
                bound.add(name)
            case ast.alias(_, name) if name:
                bound.add(name)
    assert used - bound - set(dir(builtins)) == set()
    top = {name for node in tree.body for name in names_bound_by(node)}
    assert top - used == {"write_document"}


def names_bound_by(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef(name) | ast.ClassDef(name):
            return {name}
        case ast.Import(names) | ast.ImportFrom(_, names):
            return {alias.asname or alias.name for alias in names}
    return set()


def test_a_name_means_one_thing_in_all_modules_of_a_program() -> None:
    for format, modules in MODULES.items():
        meanings = defaultdict(set)
        for module in modules:
            path = Path(xlsx.__file__).with_name(f"{module}.py")
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ImportFrom) and node.level:
                    continue
                for name in names_bound_by(node):
                    origin = node.module if isinstance(node, ast.ImportFrom) else ""
                    meanings[name].add(origin if isinstance(node, ast.Import | ast.ImportFrom) else module)
        assert {name: places for name, places in meanings.items() if len(places) > 1} == {}, format


def test_a_program_has_no_more_than_its_question_needs() -> None:
    assert "Pie" in text_of("pdf", "pie", False)
    assert "Pie" not in text_of("pdf", "bar", False)
    assert "Chart" not in text_of("xlsx", None, False)
    assert "fill_template" in text_of("docx", None, True)
    assert "fill_template" not in text_of("docx", None, False)
    assert "answer.template:" not in text_of("pptx", "bar", False)


@pytest.mark.parametrize(("format", "most"), [("xlsx", 200), ("docx", 200), ("pdf", 180), ("pptx", 205)])
def test_programs_stay_short_enough_to_be_read(format: str, most: int) -> None:
    assert max(len(text_of(format, chart, False).splitlines()) for chart in CHARTS) <= most


def test_every_format_of_documents_has_a_program() -> None:
    assert set(MODULES) == set(MAX_ROWS) == set(DOCUMENT_FORMATS)
    assert all(WRITERS[modules[-1]].write_document for modules in MODULES.values())
    assert office_chart.add_office_chart


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (4111111111111111222, "4111111111111111222"),
        (-4111111111111111333, "-4111111111111111333"),
        (Decimal("1234567890123456.78"), "1234567890123456.78"),
        (999_999_999_999_999, 999_999_999_999_999),
        (1.5, 1.5),
        (True, True),
    ],
)
def test_a_workbook_loses_no_digit_of_an_identifier(value: object, written: object) -> None:
    from analyst_magic.planner.plan.programs.xlsx import cell_value

    assert cell_value(value) == written
