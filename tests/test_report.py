"""Reports: what they hold, what they leave out, and what is said when one cannot be made."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import nbformat
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
import pyarrow as pa
import pytest
from bs4 import BeautifulSoup, Tag
from nbformat.v4 import new_output
from sample_notebooks import bundle, code, display, markdown, write

import analyst_magic
from analyst_magic.errors import ReportError
from analyst_magic.notebook.cell import Cells, read_cell
from analyst_magic.report.cells import asked_in
from analyst_magic.report.export import export
from analyst_magic.report.html import AnalystHTMLExporter
from analyst_magic.report.sanitise import clean
from analyst_magic.results import Document, Figure, Image, Table, Text

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def bars(title: str = "Delay by carrier") -> Figure:
    plot = go.Figure(go.Bar(x=["UA", "AA"], y=[3, 1]), {"title": {"text": title}})
    return Figure(json.loads(pio.to_json(plot)))


def page_of(notebook: Path) -> BeautifulSoup:
    return BeautifulSoup(export(notebook).read_text("utf-8"), "html.parser")


def one(page: BeautifulSoup, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)}"
    return found[0]


def policy_of(text: str) -> str:
    return str(one(BeautifulSoup(text, "html.parser"), "meta[http-equiv=Content-Security-Policy]")["content"])


def test_the_entry_point_names_the_exporter() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    entry = EntryPoint("analyst_html", project["entry-points"]["nbconvert.exporters"]["analyst_html"], "")
    assert entry.load() is AnalystHTMLExporter


def test_nbconvert_itself_makes_the_same_page(tmp_path: Path) -> None:
    notebook = write(tmp_path / "nb.ipynb", markdown("# One"), code("1", display(Text("42"))))
    command = [sys.executable, "-m", "nbconvert", "--to", "analyst_magic.report.html.AnalystHTMLExporter", "nb.ipynb"]
    environment = {**os.environ, "PYTHONPATH": str(Path(analyst_magic.__file__).parents[1])}
    command += ["--output", "by_nbconvert"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    page = BeautifulSoup((tmp_path / "by_nbconvert.html").read_text("utf-8"), "html.parser")
    assert page.select_one("main") == page_of(notebook).select_one("main")


def test_a_question_is_prose_without_its_options_and_its_cell_is_folded(tmp_path: Path) -> None:
    cell = code("%%analyst -m offline --as figure\nDelay by carrier?\n\nWorst first & <b>bold</b>", display(bars()))
    page = page_of(write(tmp_path / "nb.ipynb", cell))
    question = one(page, "section.question blockquote")
    assert [p.text for p in question.select("p")] == ["Delay by carrier?", "Worst first & <b>bold</b>"]
    assert "--as figure" not in question.text
    source = one(page, "details.source")
    assert not source.has_attr("open")
    assert "%%analyst -m offline --as figure" in source.text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("%%analyst\nHow many?", ("How many?", "")),
        ("%%analyst --no-such-option\nHow many?", ("How many?", "")),
        ("%analyst refine 'by month'", ("by month", "")),
        ("%%analyst -f flights\n  How many?\n", ("How many?", "")),
        ("%%analyst\nSQL: select 1", ("", "sql")),
        ("%%analyst\npython: 1 + 1", ("", "python")),
        ("%%analyst --sql -o x\nHow many?", ("How many?", "")),
        ("%%analyst --python\nHow many?", ("How many?", "")),
        ("%%analyst", ("", "")),
        ("%%analystic\nHow many?", ("", "")),
        ("print('%%analyst')", ("", "")),
    ],
)
def test_questions_are_told_from_code(source: str, expected: tuple[str, str]) -> None:
    _, cells = read_cell("%%analyst\nHow many?", Cells())
    asked, _ = asked_in(source, cells)
    question = asked.text if asked and asked.is_question else ""
    assert (question, asked.code.language if asked and asked.code else "") == expected


def test_plain_code_is_folded_and_coloured_and_its_output_is_not(tmp_path: Path) -> None:
    page = page_of(write(tmp_path / "nb.ipynb", code("x = 'a'\nx", display(Text("a")))))
    assert one(page, "details.source summary").text.split() == ["Code", "2", "lines"]
    assert page.select("details.source .s1")
    assert "a" in one(page, ".output.html pre").text


def test_figures_carry_their_data_and_words_and_the_script_is_there_once(tmp_path: Path) -> None:
    notebook = write(tmp_path / "nb.ipynb", code("1", display(bars("First"))), code("2", display(bars("Second"))))
    page = page_of(notebook)
    figures = page.select("figure.plot[role=figure]")
    assert [f["aria-label"] for f in figures] == ["Bar chart: First.", "Bar chart: Second."]
    data = json.loads(figures[0].select("script")[0].text)
    assert data["data"][0]["type"] == "bar"
    assert "config" not in data
    (packed,) = page.select("script[type='application/gzip']")
    script = gzip.decompress(base64.b64decode(packed.text)).decode()
    assert "plotly.js (strict" in script[:200]
    assert 'moduleType:"trace",name:"bar"' in script
    assert 'moduleType:"trace",name:"surface"' not in script  # nothing but what these figures need
    assert len(packed.text) < 560_000


def test_a_page_without_figures_is_small_and_has_no_script(tmp_path: Path) -> None:
    notebook = write(tmp_path / "nb.ipynb", markdown("# Hi"), code("1", display(Table(pa.table({"a": [1]})))))
    report = export(notebook)
    assert report.stat().st_size < 40_000
    assert "<script" not in report.read_text("utf-8")
    assert "script-src 'none'" in policy_of(report.read_text("utf-8"))


def test_the_policy_names_the_hashes_of_just_the_scripts_in_the_page(tmp_path: Path) -> None:
    text = export(write(tmp_path / "nb.ipynb", code("1", display(bars())))).read_text("utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    packed = re.findall(r'<script type="application/gzip">(.*?)</script>', text)
    scripts += [gzip.decompress(base64.b64decode(script)).decode() for script in packed]
    expected = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert re.findall(r"sha256-([^']*)", policy_of(text)) == expected
    assert len(expected) == 2
    assert "default-src 'none'" in policy_of(text)
    assert "http" not in policy_of(text)


def test_the_same_notebook_makes_the_same_report(tmp_path: Path) -> None:
    notebook = write(tmp_path / "nb.ipynb", code("1", display(bars()), display(Text("a"))))
    assert export(notebook).read_bytes() == export(notebook, output=tmp_path / "again.html").read_bytes()


def test_nothing_but_links_names_the_network(tmp_path: Path) -> None:
    cells = [markdown("# Hi\n\n$x^2$ [site](https://example.org)"), code("1", display(Table(pa.table({"a": [1]}))))]
    page = page_of(write(tmp_path / "nb.ipynb", *cells))
    for tag in page.select("[src], link, iframe, object, embed, base"):
        assert tag.name == "img"
        assert str(tag["src"]).startswith("data:")
    assert [a["href"] for a in page.select("a[href^=http]")] == ["https://example.org"]


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">a</a>',
    '<a href=" java&#9;script:alert(1)">a</a>',
    '<a href="data:text/html,<script>alert(1)</script>">a</a>',
    '<a href="//evil.example/share">a</a>',
    '<a href="file:///etc/passwd">a</a>',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<iframe src=https://evil.example></iframe>",
    "<style>body{display:none}</style>",
    '<div style="position:fixed;inset:0;background:url(https://evil.example)">x</div>',
    '<form action="https://evil.example"><input name=a><button>go</button></form>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    '<link rel=stylesheet href="https://evil.example/a.css">',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    '<img src="https://evil.example/pixel.png">',
    '<figure class="plot"><script type="application/json">{}</script></figure>',
    '<p id="Plotly" class="notice" onclick="alert(1)">x</p>',
]


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_html_is_harmless_as_an_output_and_in_prose(evil: str, tmp_path: Path) -> None:
    page = page_of(
        write(tmp_path / "nb.ipynb", markdown(f"# Hi\n\n{evil}"), code("1", bundle(text_html=f"<p>x</p>{evil}")))
    )
    main = one(page, "main")
    assert not main.select("script, iframe, svg, style, form, input, button, meta, base, link, math, #Plotly, .notice")
    for tag in main.select("*"):
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert not re.match(r"\s*(java|data:text|file|//)", str(tag.get("href", "")))
        assert str(tag.get("src", "data:image/png")).startswith("data:image/png")
        assert not re.search(r"fixed|url\(", str(tag.get("style", "")))


def test_markup_in_names_titles_errors_and_code_stays_text(tmp_path: Path) -> None:
    evil = "</title></script><script>alert(1)</script><!--"
    error = new_output("error", ename=evil, evalue=evil, traceback=[f"\x1b[31m{evil}\x1b[0m"])
    stream = new_output("stream", name="stdout", text=evil)
    cells = [code(evil, error, stream, display(bars(evil))), code(f"%%analyst\n{evil}")]
    text = export(write(tmp_path / "nb.ipynb", *cells, title=evil)).read_text("utf-8")
    page = BeautifulSoup(text, "html.parser")
    assert one(page, "title").text == evil
    assert one(page, "h1").text == evil
    assert not page.select("main > script, section > script")
    assert len(re.findall(r"<script", text)) == 3  # the figure's data, plotly.js, and our own
    data = json.loads(one(page, "figure.plot script").text)
    assert data["layout"]["title"]["text"] == evil


def test_errors_are_one_clear_box_with_the_traceback_folded(tmp_path: Path) -> None:
    trace = ["\x1b[0;31mZeroDivisionError\x1b[0m  Traceback", "----> 1 1/0"]
    error = new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=trace)
    box = one(page_of(write(tmp_path / "nb.ipynb", code("1/0", error))), ".error[role=alert]")
    assert "ZeroDivisionError division by zero" in one(box, "p").text  # type: ignore[arg-type]
    assert "\x1b" not in box.text
    assert "----> 1 1/0" in one(box, "details pre").text  # type: ignore[arg-type]


def test_widgets_without_a_state_and_scripts_are_said_to_be_left_out(tmp_path: Path) -> None:
    widget = new_output(
        "display_data", data={"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "VBox()"}
    )
    script = bundle(text_html="<script>draw()</script>", text_plain="<IPython.core.display.HTML object>")
    page = page_of(write(tmp_path / "nb.ipynb", code("a", widget), code("b", script)))
    said = [line.text for line in page.select(".left-out")]
    assert said[0] == "A widget (VBox) was left out: its state was not saved in the notebook."
    assert len(said) == 2
    assert "IPython.core" not in page.text


def test_pictures_tables_and_streams_are_shown(tmp_path: Path) -> None:
    svg = new_output("display_data", data={"image/svg+xml": "<svg onload='alert(1)'/>", "text/plain": "<Figure>"})
    bar = new_output("stream", name="stderr", text="10%\r50%\r100%\n")
    frame = pd.DataFrame({"a": [1]})
    outputs = [display(Image(PNG)), svg, bar, bundle(text_html=frame.to_html(), text_plain="a")]
    page = page_of(write(tmp_path / "nb.ipynb", code("1", *outputs)))
    assert [str(img["src"]).partition(",")[0] for img in page.select("img")] == [
        "data:image/png;base64",
        "data:image/svg+xml;base64",
    ]
    assert all(img["alt"] for img in page.select("img"))
    assert one(page, "pre.stderr").text.strip() == "100%"
    assert one(page, "table.dataframe td").text == "1"


def test_a_document_beside_the_notebook_goes_into_the_report(tmp_path: Path) -> None:
    (tmp_path / "analyst_output").mkdir()
    path = tmp_path / "analyst_output" / "sales & co.csv"
    path.write_bytes(b"a,b\n1,2\n")
    cells = [code("1", display(Document(path, 8))), markdown("[get it](analyst_output/sales%20%26%20co.csv)")]
    links = page_of(write(tmp_path / "nb.ipynb", *cells)).select("main a")
    assert len(links) == 2
    for link in links:
        kind, _, data = str(link["href"]).partition(",")
        assert kind == "data:text/csv;base64"
        assert base64.b64decode(data) == b"a,b\n1,2\n"
        assert link["download"] == "sales & co.csv"


def test_large_missing_and_other_files_are_not_put_into_the_report(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    (folder / "analyst_output").mkdir(parents=True)
    (folder / "analyst_output" / "large.csv").write_bytes(b"x" * 5_000_001)
    (folder / "private.csv").write_text("secret")
    (tmp_path / "outside.csv").write_text("secret")
    (folder / "analyst_output" / "linked.csv").symlink_to(tmp_path / "outside.csv")
    names = ["analyst_output/large.csv", "analyst_output/missing.csv", "private.csv", "../outside.csv"]
    names += ["analyst_output/linked.csv", "analyst_output/../private.csv", "analyst_output"]
    for name in names:
        assert "data:" not in clean(f'<a href="{name}" download>x</a>', folder), name
    assert 'href="analyst_output/large.csv"' in clean('<a href="analyst_output/large.csv">x</a>', folder)


def test_pictures_beside_the_notebook_go_into_the_report_if_they_are_pictures(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "b.png").write_text("secret")
    assert 'src="data:image/png;base64,' in clean('<img src="a.png" alt="a">', tmp_path)
    assert "src=" not in clean('<img src="b.png" alt="b">', tmp_path)
    assert "src=" not in clean('<img src="a.png" alt="a">', None)


def test_the_title_is_the_metadata_then_the_first_heading_then_the_file(tmp_path: Path) -> None:
    heading = markdown("```\n# not this\n```\n\n## The *real* one")
    assert one(page_of(write(tmp_path / "my_file.ipynb", heading, title="Given")), "title").text == "Given"
    assert one(page_of(write(tmp_path / "my_file.ipynb", heading)), "title").text == "The real one"
    page = page_of(write(tmp_path / "my_file.ipynb", code("1", display(Text("a")))))
    assert one(page, "h1").text == "my file"
    page = page_of(write(tmp_path / "my_file.ipynb", markdown("# Only once")))
    assert len(page.select("h1")) == 1


def test_a_notebook_that_was_not_run_says_so(tmp_path: Path) -> None:
    unrun = nbformat.v4.new_code_cell("1 + 1")
    assert "not executed" in page_of(write(tmp_path / "nb.ipynb", unrun)).text
    assert "not executed" not in page_of(write(tmp_path / "nb.ipynb", code("x = 1"))).text
    assert "not executed" not in page_of(write(tmp_path / "nb.ipynb", markdown("Text"))).text


def test_a_notebook_of_the_old_format_is_upgraded(tmp_path: Path) -> None:
    old = {
        "metadata": {"name": "old"},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Old times"]},
                    {
                        "cell_type": "code",
                        "collapsed": False,
                        "input": ["print('hello')"],
                        "language": "python",
                        "metadata": {},
                        "prompt_number": 1,
                        "outputs": [{"output_type": "stream", "stream": "stdout", "text": ["hello\n"]}],
                    },
                ],
            }
        ],
    }
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    page = page_of(tmp_path / "old.ipynb")
    assert one(page, "h1").text.startswith("Old times")
    assert one(page, "pre.output").text.strip() == "hello"


def test_fields_that_other_tools_left_and_missing_ids_do_not_matter(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["# Hi\n", "there"], "outputs": [], "extra": 1}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    (tmp_path / "nb.ipynb").write_text(json.dumps(notebook))
    assert "there" in page_of(tmp_path / "nb.ipynb").text
    assert not recwarn.list


def test_odd_but_valid_content_does_not_stop_a_report(tmp_path: Path) -> None:
    figure = new_output("display_data", data={"application/vnd.plotly.v1+json": {"data": [{"y": [1.0, float("nan")]}]}})
    broken = new_output("display_data", data={"application/vnd.plotly.v1+json": {"data": "x", "layout": [1]}})
    picture = new_output("display_data", data={"image/png": "not base64 !"})
    surrogate = new_output("stream", name="stdout", text="\ud800 lone")
    deep = markdown("> " * 3000 + "deep")
    notebook = tmp_path / "odd.ipynb"
    node = nbformat.v4.new_notebook(cells=[code("\x00", figure, broken, picture, surrogate), deep, markdown("")])
    notebook.write_text(json.dumps(node), "utf-8")
    page = page_of(notebook)
    assert json.loads(page.select("figure.plot script")[0].text)["data"][0]["y"] == [1.0, None]
    assert "lone" in page.text
    assert "deep" in page.text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a notebook"),
        (b"hello", "is not a notebook"),
        (b"[]", "is not a notebook"),
        (b"{}", "is not a notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1]}', "is not a notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "is not a notebook"),
        (b'{"nbformat": 99, "nbformat_minor": 5, "metadata": {}, "cells": []}', "is not a notebook"),
        (b"[" * 100_000, "is not a notebook"),
        (b"\xff\xfe\x00", "not text"),
    ],
)
def test_files_that_are_no_notebooks_are_named(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "broken.ipynb").write_bytes(content)
    with pytest.raises(ReportError, match=message) as caught:
        export(tmp_path / "broken.ipynb")
    assert "broken.ipynb" in caught.value.message
    assert caught.value.next_step
    assert not (tmp_path / "broken.html").exists()


def test_a_missing_notebook_an_unknown_format_and_a_bad_place_are_named(tmp_path: Path) -> None:
    notebook = write(tmp_path / "nb.ipynb", code("1"))
    before = notebook.read_bytes()
    with pytest.raises(ReportError, match=r"There is no notebook .*nothing\.ipynb"):
        export(tmp_path / "nothing.ipynb")
    with pytest.raises(ReportError, match="no report format odt") as caught:
        export(notebook, to="odt")
    assert "html" in caught.value.next_step
    with pytest.raises(ReportError, match="cannot be written"):
        export(notebook, output=tmp_path / "no" / "such" / "report.html")
    with pytest.raises(ReportError, match="is the notebook itself"):
        export(notebook, output=notebook)
    with pytest.raises(ReportError, match="cannot be read"):
        export(tmp_path)
    assert notebook.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["nb.ipynb"]


def test_a_report_goes_beside_the_notebook_or_where_it_is_told(tmp_path: Path) -> None:
    notebook = write(tmp_path / "nb.ipynb", code("1"))
    (tmp_path / "out").mkdir()
    assert export(notebook) == tmp_path / "nb.html"
    assert export(notebook, output=tmp_path / "out") == tmp_path / "out" / "nb.html"
    assert export(notebook, output=tmp_path / "out" / "x.html").exists()
