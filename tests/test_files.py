"""Files of every kind that code writes: which come back, what is taken out of them, and what is said of the others."""

from __future__ import annotations

import contextlib
import io
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.feather as feather
import pytest
import pytest_asyncio
from conftest import make_provider
from markdown_it import MarkdownIt
from PIL import Image

from analyst_magic.documents import Store, check
from analyst_magic.errors import FirewallError
from analyst_magic.filetypes import FILE_TYPES, endings, why_it_stays
from analyst_magic.sandbox.firewall import images
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import Code, Execution

LIMITS = Limits()
PICTURE = "data:image/png;base64,iVBORw0KGgo="


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(make_provider("local", LIMITS), LIMITS)
    yield made
    await made.close()


async def run(sandbox: Sandbox, code: str, file: str = "") -> Execution:
    return await sandbox.run(Code(code, "document" if file else "python", file[-4:] if file else ""), file=file)


async def test_each_file_comes_back_or_is_named_with_the_reason(sandbox: Sandbox) -> None:
    written = [f"a.{ending}" for ending in ("csv", "tsv", "md", "html", "svg", "xml", "yml", "log", "sql", "geojson")]
    stay = ["a.pkl", "b.pkl", "c.pkl", "chart.zip", "data.db", "x.py", "n.ipynb", "noending", "m.xlsm", "odd.qqq"]
    code = f"for name in {written + stay}: open(name, 'w').write('text')"
    execution = await run(sandbox, code)
    assert sorted(output.name for output in execution.outputs) == sorted(n.replace(".yml", ".yaml") for n in written)
    notes = "\n".join(execution.notes)
    assert "a.pkl and 2 more .pkl files stay in the sandbox: opening a pickle runs code. Write tables as" in notes
    for name in stay[3:]:
        assert f"{name} stays in the sandbox: " in notes
    again = await run(sandbox, "open('d.pkl', 'w').write('1'), open('.hidden.pkl', 'w').write('1')")
    assert [note for note in again.notes if "sandbox:" in note] == [
        "d.pkl stays in the sandbox: opening a pickle runs code. Write tables as Parquet or CSV."
    ]


async def test_a_file_in_the_folder_for_temporary_ones_is_named(sandbox: Sandbox) -> None:
    written = await run(sandbox, "import tempfile\nopen(tempfile.gettempdir() + '/out.csv', 'w').write('a')\nNone")
    assert "/out.csv: files there do not come back" in "".join(str(output.data) for output in written.outputs)
    scratch = await run(
        sandbox, "with tempfile.NamedTemporaryFile('w', suffix='.csv', delete=False) as f: f.write('a')"
    )
    assert scratch.outputs == ()


async def test_a_figure_widget_is_a_figure(sandbox: Sandbox) -> None:
    for last in ("widget", "widget.show()"):
        code = f"import plotly.graph_objects as go\nwidget = go.FigureWidget(go.Bar(x=[1], y=[2]))\n{last}"
        execution = await run(sandbox, code)
        assert execution.error is None
        assert [output.kind for output in execution.outputs] == ["figure"]


async def test_very_many_files_are_counted(sandbox: Sandbox) -> None:
    code = "for n in range(300): open(f'{n}.k{n % 20}', 'w').write('x'), open(f'{n}.txt', 'w').write('x')"
    execution = await run(sandbox, code)
    assert sum(output.kind == "file" for output in execution.outputs) == 20
    assert sum("stay" in note for note in execution.notes) < 12
    assert any("more files left in the sandbox" in note for note in execution.notes)
    assert "Only the first 20 of 300 new files come back" in "".join(str(output.data) for output in execution.outputs)


HALF = (
    "import zipfile\n"
    "def half(path):\n"
    "    archive = zipfile.ZipFile(path, 'w')\n"
    "    archive.writestr('half', 'x' * 100)\n"
    "    archive.cycle = archive\n"
    "    return archive\n"
    "def fail(path):\n"
    "    archive = half(path)\n"
    "    1 / 0\n"
)


async def test_a_workbook_that_a_failed_run_left_open_writes_over_nothing(sandbox: Sandbox) -> None:
    """An archive that was left open is finished when Python collects it, in the file that it was opened with."""
    good = (
        "import openpyxl, gc\nwhole = openpyxl.Workbook()\nwhole.active['A1'] = 'whole'\nwhole.save(OUTPUT_PATH)\n"
        "archive = None\n_ = gc.collect()"
    )
    for _ in range(3):
        failed = await run(sandbox, f"{HALF}archive = half(OUTPUT_PATH)\nfail(OUTPUT_PATH)", "report.xlsx")
        assert "ZeroDivisionError" in str(failed.error)
        execution = await run(sandbox, good, "report.xlsx")
        (made,) = [output for output in execution.outputs if output.kind == "file"]
        assert made.name == "report.xlsx"
        assert openpyxl.load_workbook(io.BytesIO(made.data)).active["A1"].value == "whole"


async def test_what_a_failed_cell_held_is_gone_before_the_next_one_writes(sandbox: Sandbox) -> None:
    assert (await run(sandbox, f"{HALF}fail('report.xlsx')")).error is not None
    execution = await run(sandbox, "open('report.xlsx', 'wb').write(b'whole' * 99)")
    assert [output.data for output in execution.outputs if output.kind == "file"] == [b"whole" * 99]
    await run(sandbox, "1 / 1\nraise ValueError('another failure takes the place of the first')")
    later = await run(sandbox, "import gc\n_ = gc.collect()\nopen('report.xlsx', 'rb').read() == b'whole' * 99")
    assert [(output.kind, output.data) for output in later.outputs] == [("text", "True")]


async def test_own_code_is_told_how_a_file_comes_back(sandbox: Sandbox) -> None:
    execution = await run(sandbox, "open(OUTPUT_PATH, 'w')")
    assert execution.error is not None
    assert "write to a name such as 'report.xlsx', and it comes back" in execution.error.next_step


def test_there_is_one_list_of_kinds_and_each_has_a_check() -> None:
    assert {"jpeg", "htm", "yml"} <= set(endings())
    for ending in FILE_TYPES:
        with pytest.raises(FirewallError) as caught:
            check(ending, b"\x00\x01 nothing of the kind")
        assert caught.value.next_step
    assert "macros" in why_it_stays("a.xlsm")[0]


# -- drawings ----------------------------------------------------------------------------------------------------------

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        '<g onclick="alert(1)"/>',
        '<image xlink:href="http://evil.test/a.png"/>',
        '<image href="//evil.test/a.png"/>',
        f'<image href="{PICTURE.replace("png", "svg+xml")}"/>',
        '<use href="http://evil.test/a.svg#x"/>',
        '<a href="javascript:alert(1)"><text>evil.test</text></a>',
        "<style>@import 'http://evil.test/a.css';</style>",
        "<style>path { fill: url(http://evil.test/a) }</style>",
        '<path style="fill: u\\72l(http://evil.test/a)"/>',
        '<path fill="url(http://evil.test/a#b)"/>',
        "<path filter=\"image-set('http://evil.test/a' 1x)\"/>",
        "<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='http://evil.test'/></foreignObject>",
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<animate attributeName="href" values="http://evil.test"/>',
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml" src="http://evil.test"/>',
        '<feImage href="http://evil.test/a.png"/>',
        '<g xml:base="http://evil.test/"/>',
    ],
)
def test_a_drawing_keeps_what_draws_and_loses_what_runs_or_loads(inner: str) -> None:
    checked = check("svg", SVG.format(f'<path d="M0 0L9 9"/>{inner}').encode())
    text = checked.data.decode()
    assert 'd="M0 0L9 9"' in text
    assert "evil" not in text
    assert "alert" not in text
    assert "taken out" in checked.note


@pytest.mark.parametrize("data", [b"<html/>", b"<svg/>", b"not xml", SVG.encode(), b"<!DOCTYPE svg [<!ENTITY a 'b'>]>"])
def test_what_is_no_svg_is_refused(data: bytes) -> None:
    if data == SVG.encode():
        assert check("svg", data).note == ""
        return
    with pytest.raises(FirewallError, match="refused"):
        check("svg", data)


def test_a_drawing_of_a_plotting_library_comes_back_whole() -> None:
    text = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="460pt" viewBox="0 0 460 345" xmlns="http://www.w3.org/2000/svg">
 <metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><a/></rdf:RDF></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>
 <g id="figure_1" clip-path="url(#p1)"><path d="M 0 1" style="fill: #ffffff"/><use xlink:href="#m1" x="1" y="2"/>
 <image xlink:href="data:image/png;base64,iVBO
Rw0=" width="1"/><text>a &lt; b &amp; c</text></g></svg>"""
    checked = check("svg", text.encode())
    assert checked.note == ""
    for piece in ("stroke-linejoin:round", 'clip-path="url(#p1)"', 'xlink:href="#m1"', "a &lt; b &amp; c", "iVBO"):
        assert piece in checked.data.decode()
    assert check("svg", checked.data).data == checked.data


# -- pages, Markdown, XML ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        '<img src="http://evil.test/a.png">',
        '<img src=x onerror="alert(1)">',
        '<p style="background:url(http://evil.test)">x</p>',
        '<p style="color:red;background-color:u\\72l(http://evil.test)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="file:///evil">x</a>',
        '<link rel="stylesheet" href="http://evil.test">',
        '<iframe srcdoc="evil"></iframe>',
        '<meta http-equiv="refresh" content="0;url=http://evil.test">',
        "<svg><image href='http://evil.test'/></svg>",
        '<form action="http://evil.test"><input></form>',
        '<base href="http://evil.test/">',
        "<style>body { background: url(http://evil.test) }</style>",
        '<video poster="http://evil.test"></video>',
        '<table background="http://evil.test"><tr><td>1</td></tr></table>',
    ],
)
def test_a_page_keeps_its_words_and_loses_what_runs_or_loads(inner: str) -> None:
    checked = check("html", f"<html><body><h1>Sales</h1>{inner}</body></html>".encode())
    text = checked.data.decode()
    assert "<h1>Sales</h1>" in text
    assert "evil" not in text
    assert "alert" not in text


def test_a_page_keeps_the_rules_of_its_style_sheet_that_load_nothing() -> None:
    sheet = (
        "@import url(http://evil.test/a); @media print { p { color: red } } /* a { } */\n"
        "body { font-family: 'Segoe UI', sans-serif; max-width: 60em }\n"
        "table.data td:nth-child(2n+1), th:not(.x) { text-align: right; background: url(http://evil.test) }\n"
        '.kpi { display: grid; color: rgb(1, 2, 3); content: "evil"; position: fixed } q { font-family: "evil } '
        "a:url(evil) { color: red } [href^=evil] { color: red } u { color: \\65vil }"
    )
    body = '<p class="kpi" id="top">5</p><a href="#top">up</a>'
    page = f"<html><head><style>{sheet}</style></head><body>{body}</body></html>"
    checked = check("html", page.encode())
    found = checked.data.decode()
    assert "body { font-family: 'Segoe UI', sans-serif; max-width: 60em }" in found
    assert "table.data td:nth-child(2n+1), th:not(.x) { text-align: right }" in found
    assert ".kpi { display: grid; color: rgb(1, 2, 3) }" in found
    assert 'class="kpi"' in found
    assert 'id="top"' in found
    assert "evil" not in found
    assert "parts of style sheets" in checked.note
    plain = b"<html><head><style>/* ours */ b { color: red; }\n.a, p > i {margin: 0 1em}</style></head><b>x</b></html>"
    assert check("html", plain).note == ""


@pytest.mark.parametrize(
    "sheet",
    [
        "@" * 300_000,
        "/*" * 200_000,
        "a{" * 200_000,
        "@{a" * 100_000,
        ":not(" * 100_000,
        "a:not(b)" * 30_000 + "{color:red}",
    ],
)
def test_no_style_sheet_takes_a_page_much_time(sheet: str) -> None:
    began = time.process_time()
    for text in (f"<style>{sheet}</style>", sheet.replace("a", "<style>")):
        with contextlib.suppress(FirewallError):
            check("html", f"<p>x</p>{text}".encode())
    assert time.process_time() - began < 5


def test_a_table_as_a_page_comes_back_and_a_page_of_scripts_does_not() -> None:
    import pandas as pd

    checked = check("html", pd.DataFrame({"a": ["<b>", "x"]}).to_html().encode())
    assert "<td>&lt;b&gt;</td>" in checked.data.decode()
    assert checked.note == ""
    with pytest.raises(FirewallError, match=r"chart\.html was refused: it is drawn by a script") as caught:
        check("html", b"<html><body><div id='x'></div><script>Plotly.newPlot('x')</script></body></html>", "chart.html")
    assert "PNG or SVG" in caught.value.next_step


@pytest.mark.parametrize(
    "text",
    [
        "![a](http://evil.test/a.png)",
        "![a]( <http://evil.test/a.png> 'title')",
        "!![a](http://evil.test/a.png)",
        "![a][ref]\n\n[ref]: http://evil.test/a.png",
        "![ref]\n\n[ref]: http://evil.test/a.png",
        "![ref](no such file)\n\n[ref]: http://evil.test/a.png",
        "![a ![b](http://evil.test/b.png)](c.png)",
        "![a](/logout)",
        "![a](../secret.png)",
        "![a](//evil.test/a.png)",
        "![a](data:image/svg+xml,x)",
        "<img src='http://evil.test'>",
        "<img\nsrc=http://evil.test>",
        "<b style='background:url(http://evil.test)'>x</b>",
        "<svg><image href='http://evil.test'/></svg>",
        "<!-- x --><video src=http://evil.test>",
        "```mermaid\nflowchart\nA@{ img: 'http://evil.test/a.png' }\n```",
        "~~~ Mermaid\nx\n~~~",
        "- ```mermaid\n  x\n  ```",
        ":::{image} http://evil.test/a.png\n:::",
        "> :::: {figure} http://evil.test/a.png\n> ::::",
        "::: mermaid\nx\n:::",
        "$\\style{background:url(http://evil.test)}{x}$",
    ],
)
def test_markdown_loads_nothing_when_it_is_shown(text: str) -> None:
    checked = check("md", text.encode())
    found = checked.data.decode()
    assert checked.note
    assert "![" not in found
    assert not any(f"<{tag}" in found for tag in ("img", "svg", "video", "b ", "!"))
    assert "mermaid" not in found.lower().replace("```text", "").replace("\\::: mermaid", "")
    assert not re.search(r"(?<![\\:]):{3,} ?\{", found)
    assert "\\style" not in found.replace("\\\\style", "")


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JavaScript:alert(1))",
        "[x]( <java\tscript:alert(1)>)",
        "[x](&#106;avascript&colon;alert(1))",
        "[x](javascript\\:alert(1))",
        "[a\nb](\n  vbscript:x 'title')",
        "[x]\n\n[x]: javascript:alert(1)",
        "[x][y]\n\n> [y] : file:///c:/x",
        "[x](data:text/html;base64,PHN)",
        "[x](file:///etc/passwd)",
        "[x](//host/share)",
        "[x](\\\\\\\\host\\share)",
        "[x](ms-word:ofe|u|https://x.test/a.docm)",
        "[![a](a.png)](javascript:x)",
    ],
)
def test_a_link_of_markdown_to_a_script_a_file_or_a_share_is_text(text: str) -> None:
    checked = check("md", text.encode())
    assert checked.note
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(checked.data.decode())
    assert "href" not in page


@pytest.mark.parametrize(
    "text",
    [
        "[a](b.md) [c](docs/d.pdf#page=2) [e](#top) [f](mailto:a@example.org) [g](tel:+49)\n\n[1]: https://example.org",
        '[1]: Smith (2020), Ratios: an introduction\n\nRatio [a:b](c "javascript: a title") of x[0]: int',
        "# Sales\n\n![chart](figures/chart.png) and [a link](https://example.org)\n",
        "a < b, 3<4, x <- y, <https://example.org>, <a@example.org>, <br>, <sub>2</sub>",
        "```python\nif not x[1]: pass\n```\n\n~~~\ntext\n~~~\n",
        "::: {.callout-note}\nNote: a ::: b\n:::\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n$\\frac{1}{2}$, wow! [x](y)",
    ],
)
def test_honest_markdown_stays_as_it_is(text: str) -> None:
    checked = check("md", text.encode())
    assert (checked.data.decode(), checked.note) == (text, "")


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("<data><row><a>1</a></row></data>", True),
        ('<data xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><a xsi:nil="true"/></data>', True),
        ('<html xmlns="http://www.w3.org/1999/xhtml"><script>1</script></html>', False),
        ("<?xml-stylesheet href='http://evil.test/a.xsl' type='text/xsl'?><a/>", False),
        ("<?mso-application progid='Word.Document'?><a/>", False),
        ("<!DOCTYPE a SYSTEM 'http://evil.test/a.dtd'><a/>", False),
        ('<a><x:script xmlns:x="http://www.w3.org/1999/xhtml"/></a>', False),
        ("<a>", False),
    ],
)
def test_xml_of_data_passes_and_xml_that_acts_does_not(text: str, passes: bool) -> None:
    if passes:
        assert check("xml", text.encode()).data == text.encode()
    else:
        with pytest.raises(FirewallError):
            check("xml", text.encode())


# -- data and pictures -------------------------------------------------------------------------------------------------


def test_a_feather_file_passes_and_half_of_one_does_not() -> None:
    sink = io.BytesIO()
    feather.write_feather(pa.table({"a": [1, 2]}), sink)
    assert check("feather", sink.getvalue())
    for broken in (sink.getvalue()[:-3], b"ARROW1\0\0" + b"\xff" * 20 + b"ARROW1", b"FEA1" + b"0" * 30):
        with pytest.raises(FirewallError, match="Arrow"):
            check("feather", broken)


def test_a_moving_picture_keeps_its_frames_and_nothing_else() -> None:
    sink = io.BytesIO()
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "green", "blue")]
    frames[0].save(sink, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0, comment=b"secret")
    rebuilt = images.gif(sink.getvalue() + b"<script>evil</script>", 1_000)
    assert b"secret" not in rebuilt
    assert b"evil" not in rebuilt
    with Image.open(io.BytesIO(rebuilt)) as picture:
        assert (picture.n_frames, picture.info["loop"], picture.size) == (3, 0, (20, 10))
    for broken in (b"GIF89a", sink.getvalue()[:-9], b"GIF89a" + b"\xff" * 40, b""):
        with pytest.raises(FirewallError):
            images.gif(broken, 1_000)
    with pytest.raises(FirewallError, match="pixels"):
        images.gif(sink.getvalue(), 100)


def test_a_tab_separated_file_gets_the_apostrophes_too(tmp_path: Path) -> None:
    kept = Store(tmp_path).save("a.tsv", b"name\tamount\n=cmd|'/c calc'!A1\t-5\n")
    assert kept.path.read_bytes() == b"name\tamount\n'=cmd|'/c calc'!A1\t-5\n"
    assert kept.note.startswith("1 text cell that")
