"""What `analyst export` and `analyst batch` tell programs, `report.toml`, and sites of several notebooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import docx
import pytest
from bs4 import BeautifulSoup
from sample_notebooks import bundle, code, markdown, write

from analyst_magic.cli import main
from analyst_magic.errors import ReportError
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
