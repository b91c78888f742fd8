"""What writes documents: the modules as they are, and what a reader finds in their files."""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import docx as python_docx
import numpy as np
import openpyxl
import pandas as pd
import pikepdf
import pptx as python_pptx
import pytest
from PIL import Image
from pypdf import PdfReader
from sample_notebooks import markdown, write

from analyst_magic.documents.content import content_digest
from analyst_magic.documents.templates import find
from analyst_magic.report.export import export
from analyst_magic.theme import DEFAULT
from analyst_magic.turn import DOCUMENT_FORMATS, OFFICE_FORMATS
from analyst_magic.writers import docx, pdf, pptx, xlsx
from analyst_magic.writers.answer import Answer, Look, cell_texts, chart_data, fitted, summary
from analyst_magic.writers.scripts import visual

WRITERS: dict[str, Any] = {"xlsx": xlsx, "docx": docx, "pdf": pdf, "pptx": pptx}
CHARTS = (None, "bar", "line", "pie", "scatter")
REGIONS = pd.DataFrame({"region": ["north", "=1+1", None], "revenue": [10.0, 20.5, float("nan")]})


LOOK = Look(list(DEFAULT.palette), DEFAULT.ink, DEFAULT.muted, DEFAULT.rule, DEFAULT.stripe, DEFAULT.heading_font,
            DEFAULT.body_font)  # fmt: skip


def answer(data: pd.DataFrame = REGIONS, **changes: Any) -> Answer:
    first = Answer(data, "Revenue by region", "Source: sales, 3 rows.", ["Region", "Revenue"], ["General", "#,##0.00"],
                   groups=1, measures=1, chart="bar", max_rows=100, max_drawn=100, look=LOOK)  # fmt: skip
    return first._replace(**changes)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (answer(), "Revenue is highest for =1+1 (20.50) and lowest for north (10.00). That is 2.0 times as much. "
                   "1 group has no value."),
        (answer(additive=True), "Revenue is highest for =1+1 (20.50) and lowest for north (10.00). =1+1 has 67% of the "
                                "total of 30.50. 1 group has no value."),
        (answer(REGIONS.head(0)), "No rows match."),
        (answer(REGIONS[["revenue"]].head(1), headings=["Revenue"], formats=["#,##0.0"], groups=0), "Revenue: 10.0."),
        (answer(groups=0, measures=0, formats=["General", "General"]),
         "3 rows with 2 columns. Revenue runs from 10.00 to 20.50."),
        (answer(REGIONS.tail(1)), "1 row. Revenue has no value in any of them."),
        (answer(REGIONS.head(1)), "Revenue is 10.00 for north."),
        (answer(pd.DataFrame({"r": ["a", "b"], "n": [5, 5]}), formats=["General", "#,##0"]),
         "Revenue is the same, 5, in all 2 groups."),
        (answer(pd.DataFrame({"r": list("abcdef"), "n": [9, 9, 1, 1, 1, 1]}), formats=["General", "#,##0"]),
         "Revenue is highest for a and b (both 9) and lowest for 4 of 6 groups (1 each). That is 9.0 times as much."),
        (answer(pd.DataFrame({"m": range(1, 13), "n": range(100, 1300, 100)}), headings=["Month", "Flights"],
                formats=["General", "#,##0"]),
         "Flights rose from 100 in January to 1,200 in December (+1,100.0%)."),
        (answer(pd.DataFrame({"m": pd.date_range("2026-01-01", periods=3, freq="MS"), "n": [5.0, 9, 4]}),
                headings=["Month", "Revenue"], formats=["yyyy-mm", "#,##0.00"], currencies=("EUR",)),
         "Revenue fell from €5.00 in Jan 2026 to €4.00 in Mar 2026 (-20.0%). It is highest in Feb 2026 (€9.00) and "
         "lowest in Mar 2026 (€4.00)."),
    ],
)  # fmt: skip
def test_the_summary_is_a_sentence_with_the_answers_own_figures(given: Answer, sentence: str) -> None:
    assert summary(given) == sentence


def test_amounts_of_several_currencies_are_never_added_up_without_a_word() -> None:
    mixed = answer(currencies=("EUR", "USD"), additive=True)
    assert "Caution: the amounts are in EUR and USD, and were not converted." in summary(mixed)
    assert "€" not in summary(mixed)
    single = answer(currencies=("USD",))
    assert "=1+1 ($20.50)" in summary(single)
    by_currency = answer(pd.DataFrame({"c": ["EUR", "USD"], "n": [1.0, 2.0]}), currencies=("EUR", "USD"))
    assert "Caution" not in summary(by_currency)


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
    given = fitted(answer(LISTED, formats=LISTED_STYLES, headings=list(LISTED), groups=0, measures=0))
    columns = dict(zip(LISTED, zip(*cell_texts(given, 100), strict=True), strict=True))
    assert columns["amount"] == ("20,469.98", "1,234,567.50")
    assert columns["share"] == ("0.12346", "2.50000")
    assert columns["year"] == ("2013", "")
    assert columns["day"] == ("2026-03-01", "2026-03-02")
    assert columns["moment"] == ("2026-03-01 00:00", "2026-03-02 01:30")
    assert columns["size"] == ("0.0000003", "1.0000000")
    assert columns["sum"] == ("0.3", "12,345.0")
    assert [form.numeric for form in given.forms] == [True, True, True, False, False, True, True]


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
    words = texts_of(Path(path))
    assert "share is rounded to 5 decimals" in words


def test_sizes_on_slides_are_those_of_the_letters_so_that_powerpoint_lets_a_reader_change_them(tmp_path: Path) -> None:
    given = answer(LISTED, formats=LISTED_STYLES, headings=list(LISTED), groups=0, measures=0, chart=None)
    pptx.write_document(given, str(tmp_path / "a.pptx"))
    notebook = write(tmp_path / "a.ipynb", markdown("# Sales\n\n| a | b |\n|---|---|\n| 1 | |"))
    for path in (tmp_path / "a.pptx", export(notebook, "pptx")):
        for slide in python_pptx.Presentation(str(path)).slides:
            assert not list(slide._element.iter("{*}defRPr"))
            letters = [run for run in slide._element.iter("{*}r") if run.getparent().tag.endswith("}p")]
            assert letters
            assert all(run.find("{*}rPr").get("sz") for run in letters)
            cells = [p for cell in slide._element.iter("{*}tc") for p in cell.iter("{*}p") if p.find("{*}r") is None]
            assert all(p.find("{*}endParaRPr").get("sz") for p in cells)  # an empty cell is as low as the others


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
    assert xlsx.cell_value(value) == written


class NewYear(dt.date):
    """A day that is not today."""

    @classmethod
    def today(cls) -> dt.date:
        """The first day of another year."""
        return dt.date(2031, 1, 1)


@pytest.mark.parametrize("footer", ["", "ACME · internal"])
@pytest.mark.parametrize("format", DOCUMENT_FORMATS)
def test_the_same_content_on_another_day_is_the_same_version(
    format: str, footer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = answer(look=LOOK._replace(footer=footer))
    first, second, other = (tmp_path / f"{name}.{format}" for name in ("first", "second", "other"))
    WRITERS[format].write_document(given, str(first))
    WRITERS[format].write_document(given._replace(title="Another title"), str(other))
    monkeypatch.setattr(dt, "date", NewYear)
    WRITERS[format].write_document(given, str(second))
    digests = [content_digest(format, path.read_bytes()) for path in (first, second, other)]
    assert digests[0] == digests[1] != digests[2]


# -- what a reader sees ------------------------------------------------------------------------------------------------

CHANCE = np.random.default_rng(5)
WIDE = pd.DataFrame({f"figure_{n}": np.round(CHANCE.normal(0, 10.0 ** (n % 7), 60), 2) for n in range(24)})
WIDE.insert(0, "name", [f"Customer number {n}" for n in range(60)])
MAKERS = pd.DataFrame({"maker": [f"Aircraft corporation {n}" for n in range(35)], "planes": range(350, 0, -10)})
ISLANDS = pd.DataFrame(
    [(kind, island, 10 * n + m) for n, kind in enumerate(("Adelie", "Gentoo")) for m, island in enumerate("ABC")],
    columns=["kind", "island", "count"],
)
POINTS = 12_700


def written(given: Answer, format: str, folder: Path) -> Path:
    WRITERS[format].write_document(given, str(folder / f"seen.{format}"))
    return folder / f"seen.{format}"


def wide(**changes: Any) -> Answer:
    return answer(WIDE, headings=list(WIDE), formats=["General"] * 25, groups=0, measures=0, chart=None, **changes)


def test_a_wide_table_stands_across_the_page_in_blocks_whose_columns_hold_their_numbers(tmp_path: Path) -> None:
    document = python_docx.Document(str(written(wide(), "docx", tmp_path)))
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    assert section.page_width > section.page_height
    assert 2 <= len(document.tables) <= 4
    for table in document.tables:
        widths = [column.width for column in table.columns]
        assert sum(widths) <= room * 1.01
        assert table.cell(0, 0).text == "name"  # each block says whose rows these are
        for place, width in list(enumerate(widths))[1:]:  # numbers, which are not broken
            longest = max(len(row.cells[place].text) for row in table.rows[:12])
            assert width / POINTS >= min(longest, 24) * 4.6
    shown = {cell.text for table in document.tables for cell in table.rows[0].cells}
    assert shown == set(WIDE)


def test_a_wide_table_takes_few_pages_of_a_pdf(tmp_path: Path) -> None:
    with pikepdf.open(written(wide(), "pdf", tmp_path)) as document:
        assert len(document.pages) <= 8
        box = document.pages[0].mediabox
        assert box[2] > box[3]


def test_a_sheet_is_a_table_with_filters_that_prints_legibly(tmp_path: Path) -> None:
    sheet: Any = openpyxl.load_workbook(written(wide(), "xlsx", tmp_path)).active
    (table,) = sheet.tables.values()
    assert (table.ref, table.autoFilter.ref) == ("A5:Y65", "A5:Y65")
    assert sheet.freeze_panes == "A6"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToWidth >= 2  # 25 columns on one page could not be read
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$5:$5", "$A:$A")
    assert sheet.print_area.endswith("$Y$65")
    assert sheet["B6"].number_format == "0.00"
    assert sheet["G6"].number_format == "#,##0.00"


@pytest.mark.parametrize("format", ["docx", "pptx"])
def test_many_groups_are_the_largest_across_and_the_others_together(format: str, tmp_path: Path) -> None:
    given = answer(MAKERS, headings=["Maker", "Planes"], formats=["General", "#,##0"], additive=True, max_drawn=1000)
    chart = chart_of(written(given, format, tmp_path))
    assert 'c:barDir val="bar"' in chart
    labels = re.findall(r"<c:cat>.*?</c:cat>", chart, re.DOTALL)[0]
    assert "Aircraft corporation 0<" in labels
    assert "Others (16)" in labels
    assert "Aircraft corporation 30" not in labels
    values = re.findall(r"<c:v>([\d.]+)</c:v>", re.findall(r"<c:val>.*?</c:val>", chart, re.DOTALL)[0])
    assert sum(map(float, values)) == MAKERS.planes.sum()
    assert "The chart shows the 19 largest of 35 groups; the others are added up." in texts_of(
        tmp_path / f"seen.{format}"
    )


def chart_of(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        (name,) = [name for name in archive.namelist() if re.search(r"charts/chart[^/]*\.xml$", name)]
        return archive.read(name).decode()


@pytest.mark.parametrize(("additive", "grouping"), [(True, "stacked"), (False, "clustered")])
@pytest.mark.parametrize("format", OFFICE_FORMATS)
def test_two_groups_are_stacked_where_they_add_up_and_side_by_side_elsewhere(
    format: str, additive: bool, grouping: str, tmp_path: Path
) -> None:
    given = answer(ISLANDS, headings=["Kind", "Island", "Count"], formats=["General", "General", "#,##0"], groups=2,
                   additive=additive)  # fmt: skip
    chart = re.sub(r"(</?)(?=\w+[ />])", r"\1c:", chart_of(written(given, format, tmp_path)).replace("c:", ""))
    assert f'grouping val="{grouping}"' in chart
    assert len(re.findall(r"<c:ser[ >]", chart)) == 3


@pytest.mark.parametrize("format", ["docx", "pdf", "pptx"])
def test_pages_have_their_number_the_day_and_the_footer_of_the_theme(format: str, tmp_path: Path) -> None:
    path = written(answer(look=LOOK._replace(footer="ACME internal")), format, tmp_path)
    today = dt.date.today().isoformat()
    if format == "pdf":
        words = PdfReader(path).pages[0].extract_text()
        assert "Page 1 of 1" in words
    else:
        with zipfile.ZipFile(path) as archive:
            words = " ".join(archive.read(n).decode() for n in archive.namelist() if re.search("footer|slideLayout", n))
        assert " PAGE " in words if format == "docx" else 'type="slidenum"' in words
    assert "ACME internal" in words
    assert today in words


def test_lines_from_the_right_stand_in_their_order_and_arabic_letters_are_joined() -> None:
    assert visual("plain text (1)") == "plain text (1)"
    assert visual("שלום עולם") == "םלוע םולש"
    assert visual("שלום (2024) ok") == "ok (2024) םולש"
    assert visual("Sales in עולם (2024)") == "Sales in םלוע (2024)"
    assert visual("مرحبا") == "ﺎﺒﺣﺮﻣ"
    assert visual("لا") == "ﻻ"


def test_a_pdf_says_every_script_and_cuts_nothing_without_an_ellipsis(tmp_path: Path) -> None:
    names = [
        "مرحبا بالعالم",
        "שלום עולם",
        "Ελλάδα",
        "Привет",
        "A name that is longer than any label has room for at all",
    ]
    given = answer(pd.DataFrame({"n": names, "v": [1.0, 2, 3, 4, 5]}), title="شركة", chart="bar")
    text = PdfReader(written(given, "pdf", tmp_path)).pages[0].extract_text()
    for wanted in ("Ελλάδα", "Привет", names[-1]):
        assert wanted in text
    assert "A name that is longer than any label" in text
    long = answer(pd.DataFrame({"n": ["word " * 100], "v": [1.0]}), chart=None, groups=0, measures=0)
    for format in ("docx", "pdf", "pptx"):
        path = written(long, format, tmp_path)
        words = PdfReader(path).pages[0].extract_text() if format == "pdf" else texts_of(path) + table_texts(path)
        assert "…" in words
        assert "are cut" in words


def table_texts(path: Path) -> str:
    slides: Any = python_pptx.Presentation(str(path)).slides if path.suffix == ".pptx" else []
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    return " ".join(cell.text for table in tables for row in table.rows for cell in row.cells)


@pytest.mark.parametrize("format", ["docx", "pdf", "pptx"])
def test_the_logo_of_the_theme_stands_on_the_first_page(format: str, tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (60, 20), "#B00020").save(picture, "PNG")
    logo = base64.b64encode(picture.getvalue()).decode()
    path = written(answer(look=LOOK._replace(logo=logo)), format, tmp_path)
    if format == "pdf":
        assert len(PdfReader(path).pages[0].images) == 1
    else:
        assert any("media/image" in name for name in zipfile.ZipFile(path).namelist())


CROSSED = pd.DataFrame(
    [(code, month, size * rank) for code, size in (("EUR", 10.0), ("USD", 20.0))
     for rank, month in enumerate(("March", "January", "February", "May", "April"), start=1)],
    columns=["currency", "month", "total"],
)  # fmt: skip
THREE = ["General", "General", "#,##0.00"]


def test_months_run_along_a_chart_of_two_groups_in_calendar_order() -> None:
    given = fitted(answer(CROSSED, headings=["Currency", "Month", "Total"], formats=THREE, groups=2))
    data = chart_data(given, 30)
    assert data.categories == ["Jan", "Feb", "Mar", "Apr", "May"]
    assert data.along == "Month"
    assert dict(data.series) == {"EUR": [20.0, 30.0, 10.0, 50.0, 40.0], "USD": [40.0, 60.0, 20.0, 100.0, 80.0]}


def test_figures_below_zero_are_not_stacked() -> None:
    heads = ["Currency", "Month", "Total"]
    given = answer(CROSSED, headings=heads, formats=THREE, groups=2, additive=True)
    assert chart_data(fitted(given), 30).stacked
    below = fitted(given._replace(data=CROSSED.assign(total=-CROSSED.total)))
    assert not chart_data(below, 30).stacked


def test_a_total_has_thousands_though_its_parts_are_small() -> None:
    data = pd.DataFrame({"region": ["A", "B", "C"], "units": [900, 800, 715]})
    given = answer(data, headings=["Region", "Units"], formats=["General", "#,##0"], additive=True)
    assert "of the total of 2,415." in summary(given)


def test_long_names_of_groups_stay_apart_in_charts() -> None:
    names = [f"International Business Machines and Sons, Division of the {side}" for side in ("North", "South")]
    made = chart_data(fitted(answer(pd.DataFrame({"g": names, "n": [1, 2]}))), 20).categories
    assert [name[-5:] for name in made] == ["North", "South"]
    assert all(len(name) <= 40 and "…" in name for name in made)
    crossing = pd.DataFrame({"a": ["x", "x"], "b": names, "n": [1.0, 2.0]})
    two = answer(crossing, headings=["A", "B", "N"], formats=["General"] * 3, groups=2)
    assert [row for _, row in chart_data(fitted(two), 20).series] == [[1.0], [2.0]]


@pytest.mark.parametrize("rows", range(36, 39))
def test_no_page_of_a_pdf_holds_the_source_alone(rows: int, tmp_path: Path) -> None:
    given = answer(pd.DataFrame({"g": [f"g{n}" for n in range(rows)], "n": range(rows)}), chart=None)
    pdf.write_document(given, str(tmp_path / "listed.pdf"))
    last = PdfReader(tmp_path / "listed.pdf").pages[-1].extract_text()
    assert "Source: sales" in last
    assert f"g{rows - 1}" in last
