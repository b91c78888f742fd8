"""A figure that its reader changed stands in an exported report as it was changed."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import docx
import nbformat
import plotly.graph_objects as go
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image
from test_report_files import browser_here, pdf_text

from analyst_magic.report.export import export
from analyst_magic.results.chart_edit import ChartEdit
from analyst_magic.results.figure import Figure

__all__ = ["browser_here"]
REGIONS = ["north", "south", "east", "west"]


def notebook_with(edit: ChartEdit, folder: Path) -> Path:
    """A notebook whose one output is a bar chart with a reader's changes, as JupyterLab saves it."""
    drawn = go.Figure(go.Bar(x=REGIONS, y=[50, 20, 90, 70]), {"title": {"text": "Revenue"}})
    figure = Figure(json.loads(drawn.to_json())).with_edit(edit)
    outputs = [new_output("display_data", data=figure.to_bundle("turn:0", "code", "python"))]
    path = folder / "sales.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("%%analyst\nrevenue by region", outputs=outputs)]), path)
    return path


def figure_in(report: Path) -> dict[str, object]:
    """The one figure of a page, as it is drawn there."""
    page = report.read_text("utf-8")
    found = [
        json.loads(text) for text in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    ]
    figures = [one for one in found if isinstance(one, dict) and "data" in one]
    assert len(figures) == 1
    return figures[0]


@pytest.mark.parametrize(
    ("edit", "kind", "groups"),
    [
        (ChartEdit(chart="line"), "scatter", REGIONS),
        (ChartEdit(order="highest"), "bar", ["east", "west", "north", "south"]),
        (ChartEdit(top=2, order="highest"), "bar", ["east", "west"]),
        (ChartEdit(chart="pie", order="name"), "pie", ["east", "north", "south", "west"]),
    ],
)
def test_an_edited_figure_is_exported_as_it_was_edited(
    tmp_path: Path, edit: ChartEdit, kind: str, groups: list[str]
) -> None:
    trace = figure_in(export(notebook_with(edit, tmp_path), "html"))["data"][0]  # type: ignore[index]
    assert trace["type"] == kind
    assert (trace.get("labels") or trace.get("x")) == groups


def test_colours_that_its_reader_chose_are_exported(tmp_path: Path) -> None:
    trace = figure_in(export(notebook_with(ChartEdit(colour="group"), tmp_path), "html"))["data"][0]  # type: ignore[index]
    assert len(set(trace["marker"]["color"])) == len(REGIONS)


def inks(picture: bytes) -> int:
    """How many colours fill a part of a picture that its reader would notice; no greys."""
    drawn = Image.open(BytesIO(picture)).convert("RGB")
    enough = drawn.width * drawn.height / 50
    return sum(count > enough and max(rgb) - min(rgb) > 60 for count, rgb in drawn.getcolors(1 << 24) or [])


def test_an_edited_figure_is_printed_and_drawn_as_it_was_edited(tmp_path: Path, browser_here: None) -> None:
    notebook = notebook_with(ChartEdit(top=2, order="highest", colour="group"), tmp_path)
    printed = pdf_text(export(notebook, "pdf"))
    assert {name for name in REGIONS if name in printed} == {"east", "west"}
    word = docx.Document(str(export(notebook, "docx")))
    described = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert len(described) == 1
    assert "top 2 of 4" in described[0]
    pictures = [part.blob for part in word.part.package.iter_parts() if part.content_type == "image/png"]
    assert [inks(picture) for picture in pictures] == [2]
