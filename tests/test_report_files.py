"""Reports as PDF, Word and PowerPoint files: opened again by programs that read them, and looked at as pages."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from importlib.metadata import entry_points
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import nbformat
import pptx
import pyarrow as pa
import pytest
from docx.oxml.ns import qn
from nbformat.v4 import new_markdown_cell, new_notebook, new_output
from PIL import Image as Pillow
from pypdf import PdfReader
from sample_notebooks import answered, bundle, code, display, markdown, write

from analyst_magic.drawing.browser import Browser, find_browser
from analyst_magic.errors import ReportError
from analyst_magic.report.counts import Counts
from analyst_magic.report.export import export
from analyst_magic.report_formats import REPORT_FORMATS
from analyst_magic.results import Document, Figure, Image, Table, Text

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FRAME = Table(pa.table({"carrier": ["F9", "EV"], "delay": [20.2, 19.9]}))


@pytest.fixture(scope="session")
def browser_here() -> None:
    """A browser, or a skip that says what is missing; in CI it has to be there."""
    if find_browser() is None:
        said = "No browser: install Chromium (Debian: apt-get install chromium)."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without any browser."""
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    monkeypatch.setattr("analyst_magic.drawing.browser._APPLICATIONS", ())


def bars(title: str = "Delay by carrier", kind: str = "bar") -> Figure:
    return Figure({"data": [{"type": kind, "x": ["UA", "AA"], "y": [3, 1]}], "layout": {"title": {"text": title}}})


def sample(folder: Path, *more: Any) -> Path:
    """A notebook with prose, a question with a figure, one with a table, and plain code."""
    cells = [
        markdown("# Delays\n\nSome *words* and a [site](https://example.org).\n\n- one\n- two\n  - deeper"),
        markdown("## By carrier"),
        answered("Worst carrier?", bars(), FRAME),
        code("total = 42\ntotal", display(Text("42"))),
        *more,
    ]
    return write(folder / "nb.ipynb", *cells)


def pdf_text(path: Path) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(path).pages)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text))  # it has ligatures


def word_text(path: Path) -> str:
    return "".join(str(text.text) for text in docx.Document(str(path)).element.body.iter("{*}t") if text.text)


def slide_text(path: Path) -> str:
    found = []
    for slide in pptx.Presentation(str(path)).slides:
        found += [str(text.text) for text in slide._element.iter("{*}t") if text.text]
    return "".join(found)


READERS = {"html": lambda path: path.read_text("utf-8"), "pdf": pdf_text, "docx": word_text, "pptx": slide_text}


def pages_of(path: Path, folder: Path) -> list[Pillow.Image]:
    """A report as pictures of its pages, as LibreOffice draws them."""
    if shutil.which("soffice") is None or shutil.which("pdftoppm") is None:
        said = "LibreOffice (soffice) and poppler-utils (pdftoppm) are needed to look at the pages."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=150)
    made = folder / f"{path.stem}.pdf"
    subprocess.run(["pdftoppm", "-r", "40", "-png", str(made), str(folder / "page")], check=True, timeout=60)
    return [Pillow.open(page).convert("L") for page in sorted(folder.glob("page*.png"))]


def test_all_four_formats_are_exporters_of_nbconvert() -> None:
    from nbconvert.exporters.base import get_exporter

    found = {entry.name for entry in entry_points(group="nbconvert.exporters")}
    for name, ending, kind in (
        ("analyst_html", ".html", "text/html"),
        ("analyst_pdf", ".pdf", "application/pdf"),
        ("analyst_docx", ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("analyst_pptx", ".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ):
        assert name in found, "install the package again: its entry points are from before"
        exporter = get_exporter(name)()  # type: ignore[no-untyped-call]
        assert (exporter.file_extension, exporter.output_mimetype) == (ending, kind)
        assert exporter.export_from_notebook.startswith("Analyst report (")


def test_a_callout_of_a_word_file_is_tinted_with_its_lists_and_formulas_and_no_more(tmp_path: Path) -> None:
    text = "::: {.callout-note}\n## Look\nWords\n\n- one\n\n1. first\n\n> cited\n\n$$x^2$$\n:::\n\n- after"
    made = docx.Document(str(export(write(tmp_path / "nb.ipynb", markdown(text)), "docx")))
    lines = [
        line for line in made.paragraphs if line.text.strip() in {"Look", "Words", "one", "first", "cited", "after"}
    ]
    lines += [line for line in made.paragraphs if list(line._p.iter("{*}oMath"))]
    fills = [
        [mark.get(qn("w:fill")) for place in (line._p, line.style.element) for mark in place.iter("{*}shd")]
        for line in lines
    ]
    assert [bool(fill) for fill in fills] == [True, True, True, True, True, False, True]
    assert {fill for found in fills for fill in found} == {"EEF3FB"}


def test_nbconvert_writes_a_word_file_with_its_own_options(tmp_path: Path, browser_here: None) -> None:
    sample(tmp_path)
    command = [sys.executable, "-m", "nbconvert", "--to", "analyst_docx", "--AnalystDocxExporter.code=none", "nb.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    assert "total = 42" not in word_text(tmp_path / "nb.docx")


def test_a_pdf_has_text_an_outline_page_numbers_and_figures_as_drawings(tmp_path: Path, browser_here: None) -> None:
    report = export(sample(tmp_path), "pdf")
    reader = PdfReader(report)
    text = pdf_text(report)
    for words in ("Delays", "Worst carrier?", "Read as: what was asked.", "20.2", "How this was made", "total = 42"):
        assert words in text, words
    assert "Delay by carrier" in text  # the figure's own title: it is text, not a picture
    assert f"1 / {len(reader.pages)}" in text
    titles = [str(entry["/Title"]) for entry in reader.outline[0:1] if isinstance(entry, dict)]
    assert titles == ["Delays"]
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(reader.trailer["/Root"]["/Lang"]) == "en"  # type: ignore[index]
    assert abs(float(reader.pages[0].mediabox.width) - 595) < 1


def test_a_document_is_attached_to_the_pdf(tmp_path: Path, browser_here: None) -> None:
    (tmp_path / "analyst_output").mkdir()
    (tmp_path / "analyst_output" / "sales & co.csv").write_bytes(b"a,b\n1,2\n")
    cell = code("1", display(Document(tmp_path / "analyst_output" / "sales & co.csv", 8)))
    report = export(sample(tmp_path, cell), "pdf")
    assert {name: list(data) for name, data in PdfReader(report).attachments.items()} == {
        "sales & co.csv": [b"a,b\n1,2\n"]
    }
    assert "attached to this file" in pdf_text(report)
    assert str(tmp_path) not in report.read_bytes().decode("latin-1")


@pytest.mark.parametrize("to", ["pdf", "docx", "pptx"])
def test_code_is_left_out_or_shown_on_paper_too(to: str, tmp_path: Path, browser_here: None) -> None:
    notebook = sample(tmp_path)
    bare = READERS[to](export(notebook, to, code="none"))
    assert "total = 42" not in bare
    assert "SELECT carrier" not in bare
    shown = READERS[to](export(notebook, to, code="shown"))
    assert "total = 42" in shown
    assert "SELECT carrier" in shown
    assert shown.index("Worst carrier?") < shown.index("SELECT carrier") < shown.rindex("How this was made")


def test_a_word_file_has_real_headings_tables_lists_and_a_contents_field(tmp_path: Path, browser_here: None) -> None:
    document = docx.Document(str(export(sample(tmp_path), "docx")))
    styles = {line.text: line.style.name for line in document.paragraphs if line.style}
    assert styles["Delays"] == "Title"
    assert styles["By carrier"] == "Heading 1"
    assert styles["Worst carrier?"] == "Heading 2"
    assert styles["How this was made"] == "Heading 1"
    assert (styles["one"], styles["deeper"]) == ("List Bullet", "List Bullet 2")
    table = document.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["carrier", "delay"],
        ["F9", "20.2"],
        ["EV", "19.9"],
    ]
    xml = document.element.xml
    assert xml.count("w:tblHeader") >= 1
    assert 'TOC \\o "1-3"' in xml
    for target in re.findall(r'w:anchor="(part_\d+)"', xml):
        assert f'w:name="{target}"' in xml
    assert "https://example.org" in {link.target_ref for link in document.part.rels.values() if link.is_external}
    assert document.core_properties.title == "Delays"


def test_pictures_in_office_files_are_drawn_and_described(tmp_path: Path, browser_here: None) -> None:
    notebook = sample(tmp_path)
    shapes = docx.Document(str(export(notebook, "docx"))).inline_shapes
    assert [shape._inline.docPr.get("descr") for shape in shapes] == ["Bar chart: Delay by carrier."]
    slides = pptx.Presentation(str(export(notebook, "pptx"))).slides
    pictures = [shape for slide in slides for shape in slide.shapes if shape.shape_type == 13]
    assert [shape._element.nvPicPr.cNvPr.get("descr") for shape in pictures] == ["Bar chart: Delay by carrier."]
    image = Pillow.open(BytesIO(pictures[0].image.blob))
    assert image.size == (1800, 900)
    assert len(image.convert("RGB").getcolors(1 << 20) or []) > 20  # there is a drawing on it


def test_svg_pictures_become_png_and_many_figures_need_one_start(
    tmp_path: Path, browser_here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = []
    begin = Browser.__enter__
    monkeypatch.setattr(Browser, "__enter__", lambda browser: starts.append(1) or begin(browser))
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><rect width='40' height='20'/></svg>"
    picture = new_output("display_data", data={"image/svg+xml": svg, "text/plain": "a black box"})
    cells = [code("1", display(bars(f"Figure {n}"))) for n in range(6)]
    notebook = sample(tmp_path, code("2", picture), *cells)
    report = export(notebook, "docx")
    assert len(starts) == 1
    slides = pptx.Presentation(str(export(notebook, "pptx"))).slides
    assert len(starts) == 1  # what was drawn for one format serves the next
    assert len([shape for slide in slides for shape in slide.shapes if shape.shape_type == 13]) == 8
    described = [shape._inline.docPr.get("descr") for shape in docx.Document(str(report)).inline_shapes]
    assert len(described) == 8
    assert "a black box" in described


def test_without_a_browser_pdf_says_what_is_missing(tmp_path: Path, no_browser: None) -> None:
    with pytest.raises(ReportError, match="No browser was found") as caught:
        export(sample(tmp_path), "pdf")
    assert "Chromium" in caught.value.next_step
    assert "docx" in caught.value.next_step
    assert not (tmp_path / "nb.pdf").exists()


@pytest.mark.parametrize("to", ["docx", "pptx"])
def test_without_a_browser_saved_pictures_are_used_and_others_named(to: str, tmp_path: Path, no_browser: None) -> None:
    data = {**bars("Saved")._repr_mimebundle_(), "image/png": base64.b64encode(PNG).decode()}
    cell = code("1", new_output("display_data", data=data))
    report = export(sample(tmp_path, cell), to)
    said = READERS[to](report)
    assert "A figure was left out, as no browser was found on this machine" in said
    assert "Bar chart: Delay by carrier." in said
    with zipfile.ZipFile(report) as parts:
        pictures = [name for name in parts.namelist() if "/media/" in name and name.endswith(".png")]
        assert [parts.read(name) for name in pictures] == [PNG]


def test_a_browser_that_is_none_and_one_that_fails_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    with pytest.raises(ReportError, match="BROWSER_PATH names"):
        export(sample(tmp_path), "pdf")
    monkeypatch.setenv("BROWSER_PATH", "false")
    with pytest.raises(ReportError, match="does not start") as caught:
        export(sample(tmp_path), "pdf")
    assert "Chromium" in caught.value.next_step
    assert "does not start" in word_text(export(sample(tmp_path), "docx"))


def test_the_browser_asks_for_nothing_and_leaves_nothing_behind(
    browser_here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(tempfile.mkdtemp(prefix="a-"))
    monkeypatch.setattr("tempfile.tempdir", str(place))
    with Browser() as browser:
        page = browser.open("<p>Hi</p>")
        failed = "async (url) => { try { await fetch(url); return 'reached'; } catch (error) { return 'refused'; } }"
        for url in ("https://example.org/", "http://127.0.0.1:1/", "http://localhost:8888/"):
            assert page.run(failed, url) == "refused"
        with pytest.raises(ReportError, match="failed in the browser"):
            page.run("() => { throw new Error('no'); }")
    assert not list(place.iterdir())
    place.rmdir()


def test_scripts_without_a_font_are_named(tmp_path: Path, browser_here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same letters, where the browser has the fonts of DejaVu alone."""
    fonts = Path("/usr/share/fonts/truetype/dejavu")
    if not fonts.is_dir():
        pytest.skip("The fonts of DejaVu are not here: apt-get install fonts-dejavu-core.")
    config = tmp_path / "fonts.conf"
    config.write_text(f"<fontconfig><dir>{fonts}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    counts: list[Counts] = []
    markdown = new_markdown_cell("# Café, Straße, Ελλάδα\n\n漢字 and हिन्दी")
    path = tmp_path / "scripts.ipynb"
    nbformat.write(new_notebook(cells=[markdown]), path)
    export(path, "pdf", tell=counts.append)
    assert counts[0].unprintable == ("Chinese, Japanese or Korean", "Devanagari")
    assert "no font here for Chinese, Japanese or Korean and Devanagari" in str(counts[0])
    assert "fonts-noto-cjk fonts-noto-core" in str(counts[0])


def test_slides_hold_native_tables_and_the_code_is_in_their_notes(tmp_path: Path, browser_here: None) -> None:
    slides = pptx.Presentation(str(export(sample(tmp_path), "pptx"))).slides
    titles = [slide.shapes.title.text for slide in slides if slide.shapes.title]
    assert titles[0] == "Delays"
    assert titles.count("Worst carrier?") == 2  # the figure and the table
    assert "How this was made" in titles
    table = next(shape.table for slide in slides for shape in slide.shapes if shape.has_table)
    assert [cell.text for cell in table.rows[0].cells] == ["carrier", "delay"]
    notes = [slide.notes_slide.notes_text_frame.text for slide in slides if slide.has_notes_slide]
    assert any("Worst carrier?" in note and "SELECT carrier FROM flights" in note for note in notes)


def test_long_tables_and_texts_go_over_several_slides_and_none_runs_off(tmp_path: Path, browser_here: None) -> None:
    rows = Table(
        pa.table({"number": list(range(50)), "words": [f"some rather long words {'x' * 60} {n}" for n in range(50)]})
    )
    wide = "".join(f"<th>column {n}</th>" for n in range(60))
    many = bundle(text_html=f"<table><thead><tr>{wide}</tr></thead><tr>{'<td>1234567.5</td>' * 60}</tr></table>")
    prose = markdown("## Long\n\n" + "\n\n".join(f"Paragraph {n}. " + "Words and words. " * 30 for n in range(20)))
    lines = new_output("stream", name="stdout", text="\n".join(f"line {n} " + "-" * 300 for n in range(90)))
    title = "A question that goes on and on " * 9
    report = export(sample(tmp_path, prose, answered(title, rows, many, lines), code("x" * 5000)), "pptx", code="shown")
    deck = pptx.Presentation(str(report))
    for number, slide in enumerate(deck.slides, 1):
        for shape in slide.shapes:
            assert shape.left >= 0, (number, shape.name)
            assert shape.left + shape.width <= deck.slide_width, (number, shape.name)
            assert shape.top + shape.height <= deck.slide_height, (number, shape.name)
    text = slide_text(report)
    assert "50 more columns" in text or "more columns of this table were left out here" in text
    assert sum("some rather long words" in str(t.text) for s in deck.slides for t in s._element.iter("{*}t")) == 50
    for page in pages_of(report, tmp_path):
        width, height = page.size
        edge = [page.crop((0, height - 4, width, height)), page.crop((width - 6, 0, width, height))]
        assert all(min(part.get_flattened_data()) > 200 for part in edge), (
            "something stands at the very edge of a slide"
        )


def test_a_word_report_opens_in_another_program_with_its_pictures(tmp_path: Path, browser_here: None) -> None:
    pages = pages_of(export(sample(tmp_path), "docx"), tmp_path)
    assert len(pages) >= 2
    dark = [sum(value < 200 for value in page.get_flattened_data()) / (page.width * page.height) for page in pages]
    assert max(dark) > 0.02  # the bars of the figure


def plotly(figure: Any) -> Any:
    return new_output("display_data", data={"application/vnd.plotly.v1+json": figure, "text/plain": "f"})


TABLES = [
    "<table></table>",
    "<table><tr></tr></table>",
    "<table><tr><td colspan=100000 rowspan=99999>a</td></tr></table>",
    "<table><thead><tr><th>a</th></tr></thead></table>",
    "<table><tr><td><table><tr><td>in</td></tr></table></td></tr></table>",
    f"<table><tr><td>{'w' * 5000}</td></tr></table>",
    "<table><tr><td rowspan=3>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
]
FIGURES: list[Any] = [
    {},
    {"data": 3, "layout": "x"},
    {"data": [{"type": "no such"}]},
    {"data": [None, 1]},
    {"data": [{"type": "scattergeo", "lat": [1], "lon": [1]}], "layout": {"height": 1e308}},
]
BROKEN = [b"no", PNG[:20], PNG[:40] + b"x", b"\xff\xd8\xff\xe0"]
ERROR = new_output("error", ename="Oops\x00\x0b", evalue="it\x1b[31m failed\x07", traceback=["\x1b[1m a", "b"])
FORMULA = "<table><tr><th>=cmd|' /C calc'!A0</th></tr><tr><td>=1+1</td></tr></table>"

HOSTILE: dict[str, list[Any]] = {
    "failed": [code("1/0", ERROR)],
    "control characters": [
        markdown("# T\x00i\x0bt\ufffe\n\n\x08 words \x1f"),
        code("a\x00 = '\x1b'", bundle(text_html="<p>x\x0by</p>")),
    ],
    "markup": [
        markdown("# <b>&amp;</b> ]]> <?xml?>\n\n&#0; &#11; &#xFFFE;"),
        code("'<w:t>'", bundle(text_plain="</w:t>&<a:t>")),
    ],
    "formula": [code("1", bundle(text_html=FORMULA))],
    "broken pictures": [
        code("1", *[bundle(image_png=base64.b64encode(data).decode()) for data in BROKEN]),
        code("2", bundle(image_jpeg="%%%", text_plain="words")),
        code("3", new_output("display_data", data={"image/svg+xml": "<svg"})),
    ],
    "broken figures": [code("1", *map(plotly, FIGURES))],
    "tables": [code("1", *[bundle(text_html=html) for html in TABLES])],
    "deep": [markdown("> " * 500 + "deep"), code("1", bundle(text_html="<div><b>" * 2000 + "deep"))],
    "no outputs": [markdown(""), code(""), markdown("   "), code("%%analyst\nWhat?")],
    "names": [
        markdown("# " + "long title " * 100),
        answered("q " * 3000, Table(pa.table({"a\x00" * 50: ["x" * 3000]}))),
    ],
    "raw cells": [nbformat.v4.new_raw_cell("raw"), markdown("![x](attachment:gone.png) ![y](../../../etc/passwd)")],
}


@pytest.mark.parametrize("to", ["html", "docx", "pptx"])
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_notebooks_export_to_files_that_open(case: str, to: str, tmp_path: Path) -> None:
    report = export(write(tmp_path / "nb.ipynb", *HOSTILE[case]), to)
    assert READERS[to](report) is not None
    if to != "html":
        with zipfile.ZipFile(report) as parts:
            assert parts.testzip() is None
            everything = b"".join(parts.read(name) for name in parts.namelist() if name.endswith((".xml", ".rels")))
        assert b"/etc/passwd" not in everything or case == "raw cells"
        assert b"oleObject" not in everything
        assert b"vbaProject" not in everything
        assert not re.search(rb'Target="(?:file:|[A-Za-z]:|//|\\\\)', everything)
        fields = re.findall(rb"<w:instrText[^>]*>\s*(\S+)", everything)
        assert {bytes(field) for field in fields} <= {b"PAGE", b"TOC"}


def test_all_hostile_notebooks_in_one_print(tmp_path: Path, browser_here: None) -> None:
    cells = [cell for cells in HOSTILE.values() for cell in cells]
    text = pdf_text(export(write(tmp_path / "nb.ipynb", *cells), "pdf"))
    assert "it failed" in text
    assert "=1+1" in text


@pytest.mark.parametrize("to", REPORT_FORMATS)
def test_what_is_no_notebook_is_named_in_every_format(to: str, tmp_path: Path) -> None:
    (tmp_path / "broken.ipynb").write_text('{"nbformat": 4, "cells": 3}')
    with pytest.raises(ReportError, match="is not a notebook"):
        export(tmp_path / "broken.ipynb", to)
    assert [path.name for path in tmp_path.iterdir()] == ["broken.ipynb"]


def foreign(folder: Path, kind: str) -> Path:
    """A notebook as another program writes it."""
    text = {"output_type": "stream", "name": "stdout", "text": ["it is here\n"]}
    source = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [text], "source": ["print()"]}
    notebook: dict[str, Any] = {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [source]}
    if kind == "vscode":
        source["metadata"] = {"vscode": {"languageId": "python"}}
        notebook["metadata"] = {"language_info": {"name": "python"}, "orig_nbformat": 4, "vscode": {"interpreter": {}}}
    elif kind == "colab":
        source["metadata"] = {"id": "x", "colab": {"base_uri": "https://localhost:8080/"}, "outputId": "y"}
        notebook |= {"nbformat_minor": 0, "metadata": {"colab": {"provenance": []}, "accelerator": "GPU"}}
    elif kind == "version 3":
        old = {"cell_type": "code", "collapsed": True, "input": ["print()"], "language": "python", "metadata": {}}
        stream = {"output_type": "stream", "stream": "stdout", "text": ["it is here\n"]}
        cells = [{**old, "collapsed": False, "prompt_number": 1, "outputs": [stream]}]
        notebook = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "old"}, "worksheets": [{"cells": cells}]}
    path = folder / "nb.ipynb"
    path.write_text(json.dumps(notebook))
    return path


@pytest.mark.parametrize("to", ["html", "docx", "pptx"])
@pytest.mark.parametrize("kind", ["no metadata", "vscode", "colab", "version 3"])
def test_notebooks_of_other_programs_export(kind: str, to: str, tmp_path: Path) -> None:
    assert "it is here" in READERS[to](export(foreign(tmp_path, kind), to))


def test_notebooks_of_other_programs_print(tmp_path: Path, browser_here: None) -> None:
    assert "it is here" in pdf_text(export(foreign(tmp_path, "version 3"), "pdf"))


def test_a_table_too_wide_for_the_paper_goes_on_below_with_its_labels(tmp_path: Path) -> None:
    head = "".join(f"<th>quite a long name {n}</th>" for n in range(12))
    body = "".join(f"<tr><th>row {r}</th>{''.join(f'<td>{r}.{n}</td>' for n in range(12))}</tr>" for r in range(3))
    html = f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table>"
    report = export(write(tmp_path / "nb.ipynb", code("1", bundle(text_html=html))), "docx", code="none")
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(str(report)).tables]
    assert len(tables) > 1
    assert all([row[0] for row in table] == ["", "row 0", "row 1", "row 2"] for table in tables)
    assert [name for table in tables for name in table[0][1:]] == [f"quite a long name {n}" for n in range(12)]


def test_images_keep_their_size_and_their_words(tmp_path: Path) -> None:
    image = BytesIO()
    Pillow.new("RGB", (96, 48), "red").save(image, "PNG")
    document = docx.Document(
        str(export(write(tmp_path / "nb.ipynb", code("1", display(Image(image.getvalue())))), "docx"))
    )
    shape = document.inline_shapes[0]
    assert (round(shape.width.inches, 2), round(shape.height.inches, 2)) == (1.0, 0.5)
