"""Templates as users have them: placeholders wherever they stand, nothing overwritten, what is lost is named."""

from __future__ import annotations

import copy
import html
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pptx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from pptx.util import Inches

from analyst_magic.commands.documents import documents
from analyst_magic.documents import Store
from analyst_magic.documents.templates.look_into import look_into
from analyst_magic.theme import DEFAULT
from analyst_magic.writers import docx as word
from analyst_magic.writers import pptx as slides
from analyst_magic.writers import xlsx as excel
from analyst_magic.writers.answer import Answer, Look

LOOK = Look(list(DEFAULT.palette), DEFAULT.ink, DEFAULT.muted, DEFAULT.rule, DEFAULT.stripe, "Arial", "Arial")
TITLE = "Planes & {{ title }}"
DATA = pd.DataFrame({"maker": [f"Maker {n}" for n in range(30)], "planes": range(30, 0, -1)})
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT_BOX = (
    f'<w:p xmlns:w="{W}" xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:shape style="width:200pt;height:40pt">'
    "<v:textbox><w:txbxContent><w:p><w:r><w:t>Box {{ sou</w:t></w:r><w:r><w:t>rce }}</w:t></w:r></w:p>"
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
)


def answer(template: Path) -> Answer:
    return Answer(DATA, TITLE, "Source: planes.", ["Maker", "Planes"], ["General", "#,##0"], 1, 1, "bar", 100, 10_000,
                  LOOK, str(template), additive=True)  # fmt: skip


def words_of(path: Path, pattern: str = ".*") -> str:
    """All text of an Office file's parts."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist()
                 if name.endswith(".xml") and re.match(pattern, name)]  # fmt: skip
    return " ".join(re.sub(r"<[^>]+>", "", part) for part in parts)


def word_template(folder: Path) -> Path:
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "Head {{ title }}"
    made.sections[0].footer.paragraphs[0].text = "Foot {{ Source }} by {{ author }}"
    line = made.add_paragraph()
    line.add_run("{{ ti").bold = True
    line.add_run("tle }}, then {{sum")
    line.add_run("mary}}.").italic = True
    cells = made.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "In a cell: {{ rows }} rows", "{% if draft %}DRAFT{% endif %}"
    for text in ("{{ table }}", "After the table", "{{ chart }}", "The end"):
        made.add_paragraph(text)
    made.element.body.insert(0, parse_xml(TEXT_BOX))
    made.save(str(folder / "own.docx"))
    return folder / "own.docx"


def test_a_word_template_is_filled_in_cells_heads_feet_and_text_boxes(tmp_path: Path) -> None:
    path = tmp_path / "out.docx"
    (said,) = word.write_document(answer(word_template(tmp_path)), str(path))
    text = words_of(path, "word/(document|header|footer)")
    for wanted in (
        "Head Planes",
        "Foot Source: planes.",
        "Box Source: planes.",
        "In a cell: 30 rows",
        "Maker 29",
        "The end",
    ):
        assert wanted in text
    assert "{%" not in text
    assert "{{ author" not in text
    assert "{{ author }}" in said
    assert "{% if draft %}" in said
    made = docx.Document(str(path))
    order = [p.text for p in made.paragraphs]
    line = next(p for p in made.paragraphs if "then" in p.text)
    assert line.text.startswith(f"{TITLE}, then Planes is highest for Maker 0 (30)")
    assert line.runs[0].bold
    assert order.index("After the table") < order.index("The end")
    assert "word/charts/chart1.xml" in zipfile.ZipFile(path).namelist()


def excel_template(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    cells = {"A1": "{{ title }}", "B2": "{{ table }}", "A3": "below", "B5": "Total", "C5": "=SUM(C3:C4)",
             "C6": "=C5*2", "A8": "{{ author }}{{ rows }}", "B9": "{{ chart }}", "A12": "a note"}  # fmt: skip
    for place, text in cells.items():
        sheet[place] = text
    sheet.merge_cells("A12:C12")
    sheet.oddHeader.center.text = "{{ title }}"
    chart = BarChart()
    chart.title = "Own {{ source }}"
    chart.add_data(Reference(sheet, min_col=3, min_row=2, max_row=4))
    sheet.add_chart(chart, "F10")
    book.save(folder / "own.xlsx")
    return folder / "own.xlsx"


def test_rows_come_into_an_excel_template_and_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    said = " ".join(excel.write_document(answer(excel_template(tmp_path)), str(path)))
    sheet: Any = openpyxl.load_workbook(path)["Sheet"]
    assert (sheet["A1"].value, sheet["B2"].value, sheet["C3"].value, sheet["C32"].value) == (TITLE, "Maker", 30, 1)
    assert (sheet["A33"].value, sheet["B35"].value, sheet["A42"].value) == ("below", "Total", "a note")
    assert sheet["C35"].value == "=SUM(C3:C34)"  # over all rows
    assert sheet["C36"].value == "=C35*2"
    assert sheet["A38"].value == "30"
    assert [str(held) for held in sheet.merged_cells.ranges] == ["A42:C42"]
    assert {chart.anchor._from.row for chart in sheet._charts} == {
        38,
        39,
    }  # the new one in its place, the own moved down
    assert "{{ author }}" in said
    assert "The chart shows the 24 largest of 30 groups; the others are added up." in said
    assert sheet.oddHeader.center.text == TITLE.replace("&", "&&")
    assert "Own Source: planes." in words_of(path, "xl/charts")


def test_what_a_workbook_would_lose_is_named(tmp_path: Path) -> None:
    template = excel_template(tmp_path)
    with zipfile.ZipFile(template, "a") as archive:
        archive.writestr("xl/ctrlProps/ctrlProp1.xml", "<formControlPr/>")
        archive.writestr("xl/worksheets/extra.xml", "<x14:sparklineGroup type='line'>")
    said = excel.write_document(answer(template), str(tmp_path / "out.xlsx"))
    assert "form controls and sparklines could not be kept" in " ".join(said)


def test_placeholders_of_slides_are_filled_and_the_rest_of_the_rows_follow(tmp_path: Path) -> None:
    made = pptx.Presentation()
    first = made.slides.add_slide(made.slide_layouts[5])
    first.shapes.title.text = "{{ title }}"
    first.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(3)).text_frame.text = "{{ table }}"
    cells = first.shapes.add_table(1, 2, Inches(1), Inches(6), Inches(6), Inches(0.5)).table
    cells.cell(0, 0).text, cells.cell(0, 1).text = "{{ source }}", "{{ author }}"
    second = made.slides.add_slide(made.slide_layouts[6])
    second.shapes.add_textbox(Inches(1), Inches(1), Inches(7), Inches(5)).text_frame.text = "{{ chart }}"
    made.save(str(tmp_path / "own.pptx"))
    (said,) = slides.write_document(answer(tmp_path / "own.pptx"), str(tmp_path / "out.pptx"))
    result: Any = pptx.Presentation(str(tmp_path / "out.pptx"))
    assert result.slides[0].shapes.title.text == TITLE
    assert any(shape.has_chart for shape in result.slides[1].shapes)
    tables = [shape.table for slide in result.slides for shape in slide.shapes if shape.has_table]
    text = [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert {f"Maker {n}" for n in range(30)} <= set(text)
    assert "Source: planes." in text
    assert "{{ author }}" in said


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_template_is_looked_into_before_it_is_used(kind: str, tmp_path: Path) -> None:
    template = word_template(tmp_path) if kind == "docx" else excel_template(tmp_path)
    text = documents(Store(tmp_path / "out"), "template", ["check", str(template)])
    where = "the text" if kind == "docx" else "Sheet!B2"
    assert f"{{{{ table }}}} in {where} is filled." in text
    assert "{{ author }} in" in text
    assert "stays empty" in text


def test_a_chart_without_a_place_stands_beside_the_table_and_over_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "{{ table }}"
    book.save(tmp_path / "free.xlsx")
    excel.write_document(answer(tmp_path / "free.xlsx"), str(tmp_path / "out.xlsx"))
    assert len(openpyxl.load_workbook(tmp_path / "out.xlsx")["Sheet"]._charts) == 1
    book.active["E3"] = "a note of the author"
    book.save(tmp_path / "full.xlsx")
    excel.write_document(answer(tmp_path / "full.xlsx"), str(tmp_path / "out.xlsx"))
    made = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert (len(made["Sheet"]._charts), len(made["Chart"]._charts)) == (0, 1)


def test_what_refers_to_cells_below_the_rows_follows_them(tmp_path: Path) -> None:
    book: Any = openpyxl.Workbook()
    sheet, other = book.active, book.create_sheet("Other")
    sheet["A1"], sheet["A2"], sheet["A3"] = "{{ table }}", "Total", "https://example.org"
    sheet["B2"], other["A1"] = 42, f"='{sheet.title}'!B2*2"
    sheet["A3"].hyperlink = "https://example.org"
    book.defined_names["Totals"] = DefinedName("Totals", attr_text=f"{sheet.title}!$B$2")
    choice = DataValidation(type="list", formula1='"a,b"')
    sheet.add_data_validation(choice)
    choice.add("C2")
    sheet.conditional_formatting.add("B1:B2", CellIsRule(operator="greaterThan", formula=["5"]))
    book.save(tmp_path / "like.xlsx")
    excel.write_document(answer(tmp_path / "like.xlsx"), str(tmp_path / "out.xlsx"))
    filled: Any = openpyxl.load_workbook(tmp_path / "out.xlsx")
    sheet = filled.worksheets[0]
    (row,) = [cell.row for cell in sheet["A"] if cell.value == "Total"]
    assert row > 2
    assert sheet.cell(row, 2).value == 42
    assert filled.defined_names["Totals"].attr_text == f"{sheet.title}!$B${row}"
    assert filled["Other"]["A1"].value == f"='{sheet.title}'!B{row}*2"
    assert [str(held.sqref) for held in sheet.data_validations.dataValidation] == [f"C{row}"]
    assert [str(held.sqref) for held in sheet.conditional_formatting] == [f"B1:B{row}"]
    assert sheet.cell(row + 1, 1).hyperlink.ref == f"A{row + 1}"


def test_placeholders_are_filled_in_layouts_notes_and_comments_too(tmp_path: Path) -> None:
    deck: Any = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    box = slide.shapes.add_textbox(0, 0, Inches(5), Inches(1))
    box.text_frame.text = "{{ Title | upper }}"
    slide.slide_layout.shapes._spTree.append(copy.deepcopy(box._element))
    slide.slide_layout.shapes[-1].text_frame.text = "As of {{ date }}"
    deck.save(str(tmp_path / "own.pptx"))
    slides.write_document(answer(tmp_path / "own.pptx"), str(tmp_path / "made.pptx"))
    assert "As of 20" in words_of(tmp_path / "made.pptx", "ppt/slideLayouts/")
    assert TITLE in html.unescape(words_of(tmp_path / "made.pptx", "ppt/slides/"))

    document = docx.Document()
    document.add_comment(document.add_paragraph("{{ my field }}").add_run("x"), text="{{ rows }} rows", author="A")
    line = "<w:p><w:r><w:t>{{ source }}</w:t></w:r></w:p>"
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{line}</w:footnote></w:footnotes>'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    document.save(str(tmp_path / "own.docx"))
    said = word.write_document(answer(tmp_path / "own.docx"), str(tmp_path / "made.docx"))
    assert said == ["Nothing was there for {{ my field }} of the template."]
    assert sorted(words_of(tmp_path / "made.docx", "word/(foot|comm)").split()) == ["30", "Source:", "planes.", "rows"]

    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "{{ table }}"
    workbook.active["D1"].comment = Comment("{{ rows }} rows", "A")
    workbook.save(tmp_path / "own.xlsx")
    assert look_into(tmp_path / "own.xlsx")[-2] == "{{ rows }} in the comment of Sheet!D1 is filled."
    excel.write_document(answer(tmp_path / "own.xlsx"), str(tmp_path / "made.xlsx"))
    assert openpyxl.load_workbook(tmp_path / "made.xlsx").active["D1"].comment.text == "30 rows"


def test_a_table_and_a_chart_in_a_cell_are_as_wide_as_the_cell(tmp_path: Path) -> None:
    document = docx.Document()
    cells = document.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "{{ table }}", "{{ chart }}"
    document.save(str(tmp_path / "own.docx"))
    word.write_document(answer(tmp_path / "own.docx"), str(tmp_path / "made.docx"))
    made = docx.Document(str(tmp_path / "made.docx")).tables[0].rows[0].cells
    inner = made[0].tables[0]
    assert sum(column.width for column in inner.columns) <= made[0].width
    assert inner._tbl.getnext().tag.endswith("}p")  # Word opens no cell that ends with a table
    assert int(next(made[1]._tc.iter("{*}extent")).get("cx")) <= made[1].width


def test_charts_of_a_workbook_follow_the_rows_that_come_in(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["A1"], sheet["A3"], sheet["B3"] = "{{ table }}", "Target", 7
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=3, max_row=3))
    workbook.create_sheet("Charts").add_chart(chart, "A1")
    workbook.save(tmp_path / "own.xlsx")
    excel.write_document(answer(tmp_path / "own.xlsx"), str(tmp_path / "made.xlsx"))
    made = openpyxl.load_workbook(tmp_path / "made.xlsx")
    row = next(cell.row for cell in made["Sheet"]["A"] if cell.value == "Target")
    assert row > 30
    assert made["Charts"]._charts[0].series[0].val.numRef.f == f"'Sheet'!$B${row}"


def test_a_table_and_a_chart_stand_in_every_place_of_a_word_template(tmp_path: Path) -> None:
    document = docx.Document()
    document.sections[0].footer.paragraphs[0].text = "{{ chart }}"
    for text in ("{{ table }}", "{{ chart }}", "Again:", "{{ table }}", "{{ chart }}"):
        document.add_paragraph(text)
    document.save(str(tmp_path / "own.docx"))
    assert word.write_document(answer(tmp_path / "own.docx"), str(tmp_path / "made.docx")) == []
    made = docx.Document(str(tmp_path / "made.docx"))
    assert [table.rows[1].cells[0].text for table in made.tables] == ["Maker 0", "Maker 0"]
    with zipfile.ZipFile(tmp_path / "made.docx") as parts:
        charts = [name for name in parts.namelist() if re.fullmatch(r"word/charts/chart\d+\.xml", name)]
        assert b"relationships/chart" in parts.read("word/_rels/footer1.xml.rels")
    assert sorted(charts) == [f"word/charts/chart{number}.xml" for number in (1, 2, 3)]
    word.write_document(answer(tmp_path / "made.docx"), str(tmp_path / "beside.docx"))  # it has charts of its own
    word.write_document(answer(word_template(tmp_path)), str(tmp_path / "filled.docx"))
    docx.Document(str(tmp_path / "filled.docx")).save(str(tmp_path / "again.docx"))


def test_what_a_template_wants_twice_is_filled_again_or_said(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    for _ in range(2):
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        slide.shapes.add_textbox(0, 0, Inches(8), Inches(4)).text_frame.text = "{{ table }}"
    deck.save(str(tmp_path / "own.pptx"))
    few = answer(tmp_path / "own.pptx")._replace(data=DATA[:3])
    assert slides.write_document(few, str(tmp_path / "made.pptx")) == []
    made = pptx.Presentation(str(tmp_path / "made.pptx"))
    assert [sum(shape.has_table for shape in slide.shapes) for slide in made.slides] == [1, 1]
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A9"], book.create_sheet("More")["B2"] = ("{{ table }}",) * 3
    book.save(tmp_path / "own.xlsx")
    said, *_ = excel.write_document(answer(tmp_path / "own.xlsx"), str(tmp_path / "made.xlsx"))
    assert said == "{{ table }} of the template is filled in Sheet!A1 alone, and not in Sheet!A9 and More!B2."
    assert look_into(tmp_path / "own.xlsx")[1].startswith("{{ table }} in Sheet!A9 stays empty")


@pytest.mark.parametrize("kind", ["docx", "pptx", "xlsx"])
def test_a_place_for_a_chart_that_there_is_not_is_said(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"own.{kind}"
    if kind == "docx":
        document = docx.Document()
        document.add_paragraph("{{ title }}")
        document.add_paragraph("{{ chart }}")
        document.save(str(path))
    elif kind == "pptx":
        deck = pptx.Presentation()
        box = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_textbox(0, 0, Inches(8), Inches(4))
        box.text_frame.text = "{{ chart }}"
        deck.save(str(path))
    else:
        book = openpyxl.Workbook()
        book.active["A1"] = "{{ chart }}"
        book.save(path)
    writer: Any = {"docx": word, "pptx": slides, "xlsx": excel}[kind]
    said = writer.write_document(answer(path)._replace(chart=""), str(tmp_path / f"made.{kind}"))
    assert said == ["Nothing was there for {{ chart }} of the template."]
