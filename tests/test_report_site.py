"""What `analyst export` and `analyst batch` tell programs, `report.toml`, and sites of several notebooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import docx
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_output
from pptx import Presentation
from pypdf import PdfReader
from sample_notebooks import bundle, code, markdown, write

from analyst_magic.cli import main
from analyst_magic.drawing.browser import find_browser
from analyst_magic.errors import ReportError
from analyst_magic.evidence.provenance import AnswerRecord
from analyst_magic.report.counts import Counts
from analyst_magic.report.export import export

FIGURE = {"application/vnd.plotly.v1+json": {"data": [{"type": "bar", "y": [1]}], "layout": {}}}


def sample(folder: Path, name: str = "nb", text: str = "# Title\n\n$x$") -> Path:
    figure = bundle(text_plain="f")
    figure["data"] |= FIGURE
    lost = bundle(text_html="<iframe src='https://a.example'></iframe>")
    table = bundle(text_html="<table><tr><td>1</td></tr></table>")
    return write(folder / f"{name}.ipynb", markdown(text), code("1", figure, table, lost))


def page(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def test_an_export_says_what_it_holds_and_what_it_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sample(tmp_path)
    assert main(["export", str(path)]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(path.with_suffix(".html"))
    assert said.err.strip() == "note: 1 figure, 1 table, 1 formula, 1 page left out."
    held: list[Counts] = []
    export(path, "html", tell=held.append)
    assert str(held[0]) == "1 figure, 1 table, 1 formula, 1 page left out"


def test_an_export_prints_one_line_of_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sample(tmp_path)
    assert main(["export", str(path), "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert (said["ok"], said["format"], said["files"]) == (True, "html", [str(path.with_suffix(".html"))])
    assert said["held"] == {"figure": 1, "table": 1, "formula": 1}
    assert said["left_out"] == {"page": 1}
    assert said["bytes"] == path.with_suffix(".html").stat().st_size
    assert main(["export", str(tmp_path / "none.ipynb"), "--json"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["ok"] is False
    assert "none.ipynb" in json.loads(line)["error"]


def test_a_batch_prints_one_line_of_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = write(tmp_path / "nb.ipynb", code("region = 'x'"), code("assert region != 'bad'"))
    notebook_cell = json.loads(notebook.read_text())
    notebook_cell["cells"][0]["metadata"]["tags"] = ["parameters"]
    notebook.write_text(json.dumps(notebook_cell))
    (tmp_path / "rows.csv").write_text("region\ngood\nbad\n")
    arguments = ["batch", str(notebook), "--over", str(tmp_path / "rows.csv"), "--json", "--jobs", "1"]
    assert main(arguments) == 1
    (line,) = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert (said["ok"], said["reports"], said["made"], said["failed"]) == (False, 2, 1, 1)
    assert said["errors"][0]["row"] == 2
    assert "AssertionError" in said["errors"][0]["error"]


def test_several_notebooks_become_a_linked_site(tmp_path: Path) -> None:
    sample(tmp_path, "one", "# First\n\nSee [the other](two.ipynb#Second) and [web](https://a.example/two.ipynb).")
    sample(tmp_path, "two", "# Second")
    assert main(["export", str(tmp_path), "--to", "site", "-o", str(tmp_path / "site")]) == 0
    index = page(tmp_path / "site" / "index.html")
    assert [(link.text, link["href"]) for link in index.select("li a")] == [
        ("First", "one.html"),
        ("Second", "two.html"),
    ]
    first = page(tmp_path / "site" / "one.html")
    assert [link["href"] for link in first.select("nav.site a")] == ["index.html", "two.html"]
    assert page(tmp_path / "site" / "two.html").find(id="n-Second") is not None
    assert [link["href"] for link in first.select(".prose p a")] == ["two.html#n-Second", "https://a.example/two.ipynb"]


def test_a_site_needs_notebooks_of_different_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(tmp_path), "--to", "site", "-o", str(tmp_path / "site")]) == 1
    assert "There is no notebook" in capsys.readouterr().err
    sample(tmp_path, "index")
    assert main(["export", str(tmp_path), "--to", "site", "-o", str(tmp_path / "site")]) == 1
    assert "would be called index" in capsys.readouterr().err


@pytest.mark.parametrize("where", ["report.toml", "front matter"])
def test_a_file_or_the_front_matter_chooses_the_parts(where: str, tmp_path: Path) -> None:
    text = "# Title\n\n## Part\n\n## Other"
    if where == "report.toml":
        (tmp_path / "report.toml").write_text('code = "none"\ncontents = false\ntheme = "dark"\nheader = "ACME"\n')
    else:
        chosen = "report: {code: none, contents: false, theme: dark, header: ACME}"
        text = f"---\n{chosen}\n---\n\n{text}"
    made = page(export(sample(tmp_path, text=text)))
    assert made.select("nav.contents") == []
    assert made.select("details.source") == []
    assert made.select_one(".running").text == "ACME"
    assert made.select_one("fieldset.theme input[checked]")["value"] == "dark"
    word = docx.Document(str(export(tmp_path / "nb.ipynb", "docx")))
    assert word.sections[0].header.paragraphs[0].text == "ACME"


@pytest.mark.parametrize(
    ("text", "said"),
    [("colour = 1", "an option colour"), ('theme = "pink"', "theme = pink"), ("appendix = 3", "appendix = 3"),
     ("max_slides = 0", "max_slides = 0"), ("= broken", "cannot be read")],
)  # fmt: skip
def test_what_cannot_be_chosen_is_named(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "report.toml").write_text(text)
    with pytest.raises(ReportError, match=said):
        export(sample(tmp_path))


def test_ten_charts_of_any_kind_stay_small(tmp_path: Path) -> None:
    def notebook(kinds: tuple[str, ...]) -> int:
        outputs: list[Any] = []
        for kind in kinds:
            figure = bundle(text_plain="f")
            traces = [{"type": kind, "y": list(range(100)), "z": [[1, 2], [2, 3]]}]
            figure["data"] |= {"application/vnd.plotly.v1+json": {"data": traces, "layout": {}}}
            outputs.append(figure)
        return export(write(tmp_path / "ten.ipynb", code("1", *outputs))).stat().st_size

    assert notebook(("bar", "scatter") * 5) < 800_000
    assert notebook(("surface", "sunburst", "scattergl", "choropleth", "heatmap") * 2) < 3_000_000


@pytest.mark.skipif(find_browser() is None, reason="there is no Chromium here")
def test_a_header_stands_on_every_slide_and_every_page(tmp_path: Path) -> None:
    (tmp_path / "report.toml").write_text('header = "ACME · <draft> & more"\npaper = "letter landscape"\n')
    notebook = sample(tmp_path, text="# Title\n\n## One\n\nText\n\n## Two\n\nText")
    deck = Presentation(str(export(notebook, "pptx")))
    heads = [[shape.text_frame.text for shape in slide.shapes if shape.name == "Header"] for slide in deck.slides]
    assert len(heads) > 3
    assert heads == [["ACME · <draft> & more"]] * len(heads)
    word = docx.Document(str(export(notebook, "docx"))).sections[0]
    assert word.header.paragraphs[0].text == "ACME · <draft> & more"
    assert (round(word.page_width.cm, 2), round(word.page_height.cm, 2)) == (27.94, 21.59)
    pages = PdfReader(str(export(notebook, "pdf"))).pages
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {(792, 612)}
    assert [page.extract_text().count("ACME · <draft> & more") for page in pages] == [1] * len(pages)


@pytest.mark.parametrize("text", ["# Of the year", "# Of *the* year\n\nText", "# Of the year #"])
def test_a_title_that_the_text_repeats_stands_once(text: str, tmp_path: Path) -> None:
    made = export(sample(tmp_path, text=f"---\ntitle: Of the year\nauthor: A. Person\n---\n{text}\n\n## Part"))
    assert page(made).get_text().count("Of the year") == 2  # with the page's own title
    assert [h.text for h in page(made).find_all(["h1", "h2"])][:2] == ["Of the year", "Part¶"]
    words = [line.text for line in docx.Document(str(export(tmp_path / "nb.ipynb", "docx"))).paragraphs]
    assert words.count("Of the year") == 1


def test_a_wide_sheet_has_wide_tables_in_word(tmp_path: Path) -> None:
    head = "".join(f"<th>column number {n}</th>" for n in range(8))
    body = "".join(f"<td>{n * 1234.5}</td>" for n in range(8))
    wide = bundle(text_html=f"<table><thead><tr>{head}</tr></thead><tbody><tr>{body}</tr></tbody></table>")
    write(tmp_path / "nb.ipynb", code("1", wide))
    assert len(docx.Document(str(export(tmp_path / "nb.ipynb", "docx"))).tables) == 3  # the last lists the programs
    (tmp_path / "report.toml").write_text('paper = "a4 landscape"')
    assert len(docx.Document(str(export(tmp_path / "nb.ipynb", "docx"))).tables) == 2


def test_the_number_of_slides_is_asked_for_and_what_it_costs_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "report.toml").write_text("max_slides = 30")
    notebook = write(tmp_path / "nb.ipynb", markdown("# T"), *(markdown(f"## P{n}\n\ntext") for n in range(100)))
    arguments = ["export", str(notebook), "--to", "pptx", "--json"]
    sizes = {}
    for asked in ([], ["--max-slides", "12"], ["--max-slides", "200"]):
        assert main([*arguments, *asked]) == 0
        said = json.loads(capsys.readouterr().out)
        sizes[tuple(asked)] = (len(Presentation(str(tmp_path / "nb.pptx")).slides), said["left_out"])
    assert sizes == {
        (): (32, {"slide": 70}),
        ("--max-slides", "12"): (14, {"slide": 88}),
        ("--max-slides", "200"): (101, {}),
    }
    (tmp_path / "report.toml").unlink()
    assert len(Presentation(str(export(notebook, "pptx"))).slides) == 82
    for wrong in ("0", "-1", "many"):
        assert main([*arguments, "--max-slides", wrong]) == 2


def pinned(note: str) -> Any:
    """A question answered from the lock file, as a cell's outputs have it."""
    answer = bundle(text_html="<p>70</p>", text_plain="70")
    answer["metadata"] = AnswerRecord(model="offline", answer="70", code="SELECT 1", language="sql").metadata()
    return code("%%analyst\nHow many rows?", answer, bundle(text_plain=note))


UNTOUCHED = "Answered from analyst.lock, without a model; the result is unchanged."
CHANGED = "Answered from analyst.lock, without a model; changed since it was pinned: table 1."


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ([pinned(UNTOUCHED)], {}),
        ([pinned(CHANGED)], {"changed_answers": ["How many rows?"]}),
        ([code("1/0", new_output("error", ename="E", evalue="v", traceback=[]))], {"failed_cells": [1]}),
        ([code("x", bundle(text_html="<iframe src='https://a.example'></iframe>"))], {"left_out": {"page": 1}}),
        ([code("print(1)", bundle(text_plain=CHANGED))], {}),
    ],
)
def test_what_is_not_whole_is_told_and_with_strict_has_a_status(
    cells: list[Any], what: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = write(tmp_path / "nb.ipynb", markdown("# T"), *cells)
    what = {"failed_cells": [2]} if "failed_cells" in what else what
    for strict in ([], ["--strict"]):
        loose = bool(what and strict)
        assert main(["export", str(notebook), "--json", *strict]) == (3 if loose else 0)
        said = json.loads(capsys.readouterr().out)
        assert said["ok"] is not loose
        parts = {name: said[name] for name in ("left_out", "failed_cells", "changed_answers") if said[name]}
        assert parts == what
    assert main(["export", str(notebook)]) == 0
    notes = capsys.readouterr().err
    assert ("to “How many rows?” is no longer what was pinned" in notes) == ("changed_answers" in what)
    shown = page(tmp_path / "nb.html").get_text()
    assert ("One answer is no longer what was pinned in analyst.lock" in shown) == ("changed_answers" in what)


def test_a_batch_tells_of_each_report_what_changed_and_keeps_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["from IPython.display import display", f"display({{'text/plain': {CHANGED!r}}}, raw=True)"]
    asked = code("%%analyst\nHow many rows?")
    define = "\n".join(
        ["from IPython.core.magic import register_cell_magic", "@register_cell_magic", "def analyst(line, cell):"]
        + [f"    {line}" for line in lines]
    )
    parameters = code("region = 'x'")
    parameters["metadata"]["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = write(tmp_path / "nb.ipynb", parameters, code(define), asked, **kernel)
    (tmp_path / "rows.csv").write_text("region\nnorth\nsouth\n")
    arguments = ["batch", str(notebook), "--over", str(tmp_path / "rows.csv"), "--json", "--jobs", "1"]
    for strict, made in (([], 2), (["--strict"], 0)):
        assert main([*arguments, *strict]) == (3 if strict else 0)
        said = json.loads(capsys.readouterr().out)
        assert (said["made"], said["kept"]) == (made, 2 - made)
        assert said["changed_answers"] == [{"row": row, "question": "How many rows?"} for row in (1, 2)]


@pytest.mark.skipif(find_browser() is None, reason="there is no Chromium here")
def test_a_table_far_wider_than_the_paper_is_printed_in_parts_that_can_be_read(tmp_path: Path) -> None:
    head = "".join(f"<th>column_{n}</th>" for n in range(40))
    rows = "".join(
        f"<tr><th>row{r}</th>{''.join(f'<td>{r * 1000 + n}.125</td>' for n in range(40))}</tr>" for r in range(3)
    )
    wide = bundle(text_html=f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>")
    made = export(write(tmp_path / "nb.ipynb", markdown("# T"), code("1", wide)), "pdf")
    text = "\n".join(page.extract_text() for page in PdfReader(str(made)).pages)
    assert all(text.count(f"column_{n}\n") + text.count(f"column_{n} ") == 1 for n in range(40))
    assert all(f"{r * 1000 + n}.125" in text for r in range(3) for n in range(40))
    assert text.count("row1") > 3
