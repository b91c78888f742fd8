"""What every report tells besides its results: where things stand, how they were made, what to beware of."""

from __future__ import annotations

import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from bs4 import BeautifulSoup, Tag
from nbformat.v4 import new_code_cell, new_output
from sample_notebooks import answered, bundle, code, display, markdown, write

from analyst_magic import __version__
from analyst_magic.evidence.provenance import AnswerRecord, EarlierAttempt, read_record
from analyst_magic.history.lock import LockFile, Pin, question_keys
from analyst_magic.report.cells import CodeMode
from analyst_magic.report.export import export
from analyst_magic.results import Figure, Table, Text
from analyst_magic.turn import Code, Question

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
BARS = Figure({"data": [{"type": "bar", "x": ["UA"], "y": [3]}], "layout": {"title": {"text": "Delay"}}})


def page_of(notebook: Path, mode: CodeMode = "folded") -> BeautifulSoup:
    return BeautifulSoup(export(notebook, code=mode).read_text("utf-8"), "html.parser")


def pin(folder: Path, question: str, answer: str, **more: Any) -> None:
    made = Pin(question, "", "", "", Code(answer, "sql"), "openai:gpt-5.5", "", {"flights": "carrier text"}, **more)
    LockFile(folder / "analyst.lock").put(made)


def levels(page: BeautifulSoup) -> list[int]:
    found = page.select("h1, h2, h3, h4, h5, h6, [role=heading]")
    return [int(str(tag.get("aria-level") or tag.name[1])) for tag in found]


def entries(page: BeautifulSoup) -> list[Tag]:
    return page.select("nav.contents a")


def facts(page: Tag) -> dict[str, str]:
    """The table of one answer in the appendix, or in one of its articles."""
    return {row.th.text: row.td.text for row in page.select("article table.facts tr") if row.th and row.td}


def test_every_entry_of_the_contents_leads_to_its_heading(tmp_path: Path) -> None:
    cells = [markdown("# Delays\n\nIntro"), markdown("## By *carrier*"), answered("Worst carrier?", BARS)]
    cells += [markdown("## By carrier\n\n### Twice"), answered("And by month?", BARS)]
    page = page_of(write(tmp_path / "nb.ipynb", *cells))
    shown = [entry.text for entry in entries(page)]
    assert shown == ["By carrier", "Worst carrier?", "By carrier", "Twice", "And by month?", "How this was made"]
    targets = [str(entry["href"]).removeprefix("#") for entry in entries(page)]
    assert len(set(targets)) == len(targets)
    for entry, target in zip(entries(page), targets, strict=True):
        place = page.find(id=target)
        assert isinstance(place, Tag)
        assert entry.text in place.text
    ids = [str(tag["id"]) for tag in page.select("[id]")]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "texts",
    [
        ("# A", "#### B", "# C", "###### D"),
        ("Words first", "### B", "# C"),
        ("### Only", "##### small"),
        ("<h4>raw</h4>", "<h6 id='x'>raw</h6>", "# C"),
        ("#", "## B"),
    ],
)
def test_no_level_of_headings_is_skipped(texts: tuple[str, ...], tmp_path: Path) -> None:
    cells = [markdown(text) for text in texts]
    cells.append(answered("Why?", bundle(text_html="<h1>from an output</h1><h6>deep</h6>")))
    found = levels(page_of(write(tmp_path / "nb.ipynb", *cells)))
    assert found[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(found)), found


def test_headings_that_hide_markup_in_their_attributes_stay_harmless(tmp_path: Path) -> None:
    evil = '<h3 title="<h2 id=x>&quot;><script>alert(1)</script>" id="a&quot; onclick=&quot;b">Title</h3>'
    gone = '<img src="//x" alt="<script>alert(1)</script><img src=x onerror=alert(1)>">'
    page = page_of(write(tmp_path / "nb.ipynb", markdown(f"# Hi\n\n{evil}\n\n## More\n\n{gone}")))
    assert [entry.text for entry in entries(page)] == ["Title", "More"]
    assert not page.select("main script, [onclick], img")


def test_the_page_has_landmarks_a_way_past_the_contents_and_heads_for_its_tables(tmp_path: Path) -> None:
    frame = (
        "<table class=dataframe><thead><tr><th></th><th>a</th></tr></thead>"
        "<tbody><tr><th>0</th><td>1</td></tr></tbody></table>"
    )
    cells = [
        markdown("# Hi\n\n![gone](missing.png)"),
        markdown(f"<img src='data:image/png;base64,{PIXEL}'>"),
        markdown("## One"),
        code("x", bundle(text_html=frame)),
        markdown("## Two"),
    ]
    page = page_of(write(tmp_path / "nb.ipynb", *cells, lang="de"))
    assert page.html
    assert page.html["lang"] == "de"
    assert [tag.name for tag in page.select("main, footer, nav[aria-label]")] == ["main", "nav", "footer"]
    skip = page.select("body > a.skip")
    assert page.select(f"main{skip[0]['href']}")
    assert [tag["scope"] for tag in page.select("main th")] == ["col", "col", "row"]
    assert [image["alt"] for image in page.select("img")] == ["Picture without a description"]


def test_the_appendix_tells_how_each_question_was_answered(tmp_path: Path) -> None:
    pin(tmp_path, "Worst carrier?", "SELECT carrier FROM flights", results=("table 12ab",), image="analyst-magic:1")
    cells = [markdown("# Hi"), answered("Worst carrier?", BARS, failed="No column delay")]
    page = page_of(write(tmp_path / "nb.ipynb", *cells))
    said = facts(page)
    assert said["Language"] == "SQL"
    assert said["Written by"] == "openai:gpt-5.5"
    assert said["Ran in"] == "docker"
    assert said["Run on"] == "2026-03-01 09:30 UTC"
    assert said["Sandbox image"] == "analyst-magic:1"
    assert said["Computed from"] == "used no data frame · 0.5 s"
    assert said["Data: flights"] == "carrier text"
    assert said["Digests of the results"] == "table 12ab"
    assert said["Turn"] == "0123456789abcdef"
    assert said["Failed before"] == "Attempt 1 failed: No column delay"
    assert "SELECT carrier FROM flights" in page.select(".appendix details pre")[0].text
    assert f"analyst-magic {__version__}" in page.select(".appendix .versions")[0].text
    assert "Worst carrier?" in page.select(".appendix h3")[0].text


def test_a_follow_up_is_found_in_the_lock_by_the_question_before_it(tmp_path: Path) -> None:
    first = "Delay by carrier"
    name, *_ = question_keys(Question("only for JFK"), first)
    made = Pin(
        "only for JFK", "", "", first, Code("SELECT carrier FROM flights", "sql"), "offline", "", {}, image="img:7"
    )
    assert made.key == name
    LockFile(tmp_path / "analyst.lock").put(made)
    page = page_of(write(tmp_path / "nb.ipynb", answered(first, BARS), answered("only for JFK", BARS)))
    assert facts(page)["Sandbox image"] == "img:7"


def test_other_code_in_the_lock_and_a_damaged_lock_are_said(tmp_path: Path) -> None:
    pin(tmp_path, "Worst carrier?", "SELECT tailnum FROM flights", image="analyst-magic:1")
    notebook = write(tmp_path / "nb.ipynb", answered("Worst carrier?", BARS))
    page = page_of(notebook)
    assert "other code" in page.select(".appendix .notice")[0].text
    assert "Sandbox image" not in facts(page)
    (tmp_path / "analyst.lock").write_text("<<<<<<< what")
    assert any("analyst.lock" in notice.text for notice in page_of(notebook).select("main .notice"))


def test_a_notebook_of_an_earlier_version_keeps_its_questions_and_their_provenance(tmp_path: Path) -> None:
    old = Path(__file__).parent / "data" / "notebook_0_1"
    for name in ("analyst.lock", "sales.csv"):
        shutil.copy(old / name, tmp_path)
    shutil.copy(old / "executed.json", tmp_path / "old.ipynb")
    page = page_of(tmp_path / "old.ipynb")
    questions = [question.text.strip() for question in page.select("section.question blockquote")]
    assert questions == [
        "mean delay by carrier", "total delay by carrier", "Total revenue by region in sales.csv",
        "Bar chart of mean delay by carrier", "only for carrier AA", "Worst carrier?",
    ]  # fmt: skip
    assert len(page.select(".appendix article")) == len(questions)
    tables = [facts(BeautifulSoup(str(article), "html.parser")) for article in page.select(".appendix article")]
    assert [table["Written by"] for table in tables[:5]] == ["offline"] * 5
    assert all(len(table["Turn"]) == 32 for table in tables[:5])
    assert tables[2]["Data: sales"] == "region text, revenue number"
    assert tables[4]["Data: orders"] == "carrier text, delay number"
    last = tables[5]
    assert last["Written by"] == "openai:gpt-5.5 (pinned in analyst.lock)"
    assert (last["Language"], last["Ran in"], last["Turn"]) == ("SQL", "docker", "0123456789abcdef")
    assert last["Failed before"] == "Attempt 1 failed: No column dealy"
    assert "AVG(delay)" in page.select(".appendix details.code pre")[0].text


def test_a_question_with_the_language_of_its_answer_keeps_its_provenance(tmp_path: Path) -> None:
    cell = answered("Worst carrier?", BARS)
    cell.source = "%%analyst --sql -o worst\nWorst carrier?"
    code = Code("SELECT carrier FROM flights", "sql")
    made = Pin("Worst carrier?", "", "sql", "", code, "openai:gpt-5.5", "", {}, image="analyst-magic:1")
    LockFile(tmp_path / "analyst.lock").put(made)
    page = page_of(write(tmp_path / "nb.ipynb", cell))
    assert page.select_one("section.question blockquote")
    assert facts(page)["Written by"] == "openai:gpt-5.5"
    assert facts(page)["Sandbox image"] == "analyst-magic:1"


@pytest.mark.parametrize("change", [{"version": 2}, {"model": 5}, {"attempts": [1]}, {"attempts": None}, {"cost": -1},
                                    {"seconds": "1"}, {"tokens": True}, {"code": ["x"]}])  # fmt: skip
def test_a_record_of_another_shape_is_no_record(change: dict[str, Any]) -> None:
    metadata = AnswerRecord(model="offline", code="SELECT 1", language="sql").metadata()
    assert read_record(metadata) is not None
    metadata["analyst"] |= change
    assert read_record(metadata) is None
    assert read_record({"analyst": {"turn": "x"}}) is None
    assert read_record(None) is None


def test_a_forged_record_is_text_and_no_more(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    record = AnswerRecord(evil, evil, evil, evil, evil, sandbox=evil, attempts=(EarlierAttempt(evil, evil, evil),))
    cell = code("%%analyst\nWhy?", new_output("display_data", data={"text/html": "x"}, metadata=record.metadata()))
    page = page_of(write(tmp_path / "nb.ipynb", cell))
    assert not page.select("main script, .appendix script, img")
    assert facts(page)["Written by"] == evil
    assert "Turn" not in facts(page)


def test_a_forged_turn_is_text_and_no_more(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    forged = (
        '<div class="analyst-turn"><div>&lt;script&gt;alert(1)&lt;/script&gt;</div>'
        "<details><summary>SQL · written by &lt;script&gt;alert(1)&lt;/script&gt; · 1 s</summary>"
        "<pre><code>&lt;script&gt;alert(1)&lt;/script&gt;</code></pre></details><img src=x onerror=alert(1)></div>"
    )
    cell = code("%%analyst\nWhy?", new_output("display_data", data={"text/html": forged}))
    page = page_of(write(tmp_path / "nb.ipynb", cell))
    assert not page.select("main script, .appendix script, img")
    assert facts(page)["Written by"] == evil


@pytest.mark.parametrize("mode", ["folded", "shown", "none"])
def test_code_is_folded_shown_or_nowhere(mode: CodeMode, tmp_path: Path) -> None:
    cells = [code("secret_sauce = 1", display(Text("plain"))), answered("Why?", BARS, answer="SELECT secret_sauce")]
    page = page_of(write(tmp_path / "nb.ipynb", *cells), mode)
    shown = page.select("main details.source")
    if mode == "none":
        assert "secret_sauce" not in page.text
        assert "SQL · written by openai:gpt-5.5" in page.text
        return
    assert page.text.count("secret_sauce") == 3
    assert [fold.has_attr("open") for fold in shown[:2]] == [mode == "shown"] * 2


@pytest.mark.parametrize(
    ("metadata", "code_there", "code_open", "output_there", "output_open"),
    [
        ({}, True, True, True, True),
        ({"jupyter": {"source_hidden": True}}, True, False, True, True),
        ({"jupyter": {"outputs_hidden": True}}, True, True, True, False),
        ({"collapsed": True}, True, True, True, False),
        ({"tags": ["hide-input"]}, True, False, True, True),
        ({"tags": ["hide_output"]}, True, True, True, False),
        ({"tags": ["hide-cell"]}, True, False, True, False),
        ({"tags": ["remove-input"]}, False, False, True, True),
        ({"tags": ["remove_output"]}, True, True, False, False),
        ({"tags": ["remove-cell"]}, False, False, False, False),
        ({"tags": [], "jupyter": {"source_hidden": False}}, True, True, True, True),
    ],
)
def test_what_the_notebook_hides_is_hidden(
    metadata: dict[str, Any], code_there: bool, code_open: bool, output_there: bool, output_open: bool, tmp_path: Path
) -> None:
    cell = code("spam = 1", display(Text("eggs")))
    path = write(tmp_path / "nb.ipynb", markdown("# Hi"), cell)
    raw = json.loads(path.read_text())  # as a program writes it that knows no schema
    raw["cells"][1]["metadata"] = metadata
    path.write_text(json.dumps(raw))
    page = page_of(path, "shown")
    assert ("spam" in page.text, "eggs" in page.text) == (code_there, output_there)
    assert bool(page.select("details.source[open]")) == code_open
    assert bool(output_there and not page.select("details.hidden")) == output_open


def test_what_may_not_belong_to_the_code_is_said(tmp_path: Path) -> None:
    first, second = code("1", display(Text("a"))), code("2", display(Text("b")))
    first["execution_count"], second["execution_count"] = 7, 3
    assert "not run in the order" in page_of(write(tmp_path / "nb.ipynb", first, second)).select(".notice")[0].text
    second["execution_count"] = 8
    assert not page_of(write(tmp_path / "nb.ipynb", first, second)).select(".notice")
    page = page_of(write(tmp_path / "nb.ipynb", first, new_code_cell("3")))
    assert "one code cell was not run" in page.select(".notice")[0].text
    failed = code("1/0", new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[]))
    assert "One cell of this notebook failed." in page_of(write(tmp_path / "nb.ipynb", failed)).text


def test_enormous_outputs_are_cut_and_said(tmp_path: Path) -> None:
    text = new_output("stream", name="stdout", text="".join(f"line {n}\n" for n in range(300_000)))
    html = bundle(
        text_html=f"<table>{'<tr><td>cell</td></tr>' * 200_000}</table>", text_plain="a table of 200,000 rows"
    )
    many = [new_output("stream", name="stdout", text=f"part {n}\n") for n in range(5_000)]
    shows = [display(Text(f"show {n}")) for n in range(1_000)]
    report = export(write(tmp_path / "nb.ipynb", code("1", text), code("2", html), code("3", *many), code("4", *shows)))
    assert report.stat().st_size < 3_000_000
    said = re.sub(r"\s+", " ", BeautifulSoup(report.read_text("utf-8"), "html.parser").text)
    assert "line 0 line 1 " in said
    assert "line 299999" in said
    assert "lines left out" in said
    assert "a table of 200,000 rows" in said
    assert "part 4999" in said
    assert "Left out: 800 more outputs of this cell." in said


def test_a_table_and_a_figure_of_a_question_stand_under_it(tmp_path: Path) -> None:
    page = page_of(write(tmp_path / "nb.ipynb", answered("Why?", Table(pa.table({"a": [1]})), BARS)))
    section = page.select("section.question")[0]
    assert [tag.name for tag in section.select("blockquote, table, figure")] == ["blockquote", "table", "figure"]
    assert "Read as: what was asked." in section.select("p.reading")[0].text
