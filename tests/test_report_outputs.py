"""Outputs of other kinds in a report: drawn, folded, played, or said to be left out."""

from __future__ import annotations

import base64
import io
import json
import wave
from pathlib import Path
from typing import Any

import docx
import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_output
from PIL import Image
from sample_notebooks import code, markdown, write
from test_report_files import slide_text, word_text

from analyst_magic.drawing.figures import offline
from analyst_magic.report.export import export
from analyst_magic.report.styles import safe_style, with_styles

VEGA = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "mark": "bar",
    "data": {"values": []},
    "title": "T",
}


def output(**data: Any) -> Any:
    names = {"vega": "application/vnd.vegalite.v5+json", "widget": "application/vnd.jupyter.widget-view+json"}
    return new_output("display_data", data={names.get(k, k.replace("_", "/", 1)): v for k, v in data.items()})


def page_of(*outputs: Any, folder: Path, **metadata: Any) -> BeautifulSoup:
    report = export(write(folder / "nb.ipynb", code("1", *outputs), **metadata))
    return BeautifulSoup(report.read_text("utf-8"), "html.parser")


def sound() -> str:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * 80)
    return base64.b64encode(made.getvalue()).decode()


def png() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (300, 200), "orange").save(made, "PNG")
    return made.getvalue()


def test_charts_of_vega_and_bokeh_are_drawn_by_their_own_scripts(tmp_path: Path) -> None:
    altair = (
        f'<div id="v"></div><script>(vegaEmbed => {{ var spec = {json.dumps(VEGA)}; vegaEmbed("#v", spec) }})</script>'
    )
    bokeh = 'const docs_json = {"a-1": {"version": "3.9.2", "roots": [{"id": "p1001"}]}}; const render_items = [];'
    page = page_of(output(vega=VEGA), output(text_html=altair), output(application_javascript=bokeh), folder=tmp_path)
    figures = page.select("figure.plot")
    assert [figure["data-library"] for figure in figures] == ["vega", "vega", "bokeh"]
    assert json.loads(figures[1].script.text)["mark"] == "bar"
    assert len(page.select('script[type="application/gzip"]')) == 6


def test_a_styled_table_keeps_its_checked_colours(tmp_path: Path) -> None:
    styled = (
        '<style type="text/css">#T_ab_row0_col0, #T_ab_row1_col0 {background-color: #ffcccc; color: darkred}'
        "#T_ab_row1_col0 {background: url(https://evil.example/x); font-weight: bold}"
        "#T_ab th {background-color: yellow}</style>"
        '<table id="T_ab"><thead><tr><th>h</th></tr></thead><tbody><tr><td id="T_ab_row0_col0">3</td></tr>'
        '<tr><td id="T_ab_row1_col0">4</td></tr></tbody></table>'
    )
    page = page_of(output(text_html=styled), folder=tmp_path)
    cells = [str(cell.get("style")) for cell in page.select(".output td")]
    assert all("#ffcccc" in style and "darkred" in style for style in cells)
    assert "evil" not in page.text + str(cells)
    assert "yellow" in str(page.select_one(".output th")["style"])
    report = export(tmp_path / "nb.ipynb", "docx")
    xml = docx.Document(str(report)).element.xml
    assert 'w:fill="FFCCCC"' in xml
    assert 'w:val="8B0000"' in xml


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color: red; background-color: rgba(1, 2, 3, 0.5)", "color: red; background-color: rgba(1, 2, 3, 0.5)"),
        ("background: linear-gradient(90deg, #d65f5f 25.0%, transparent 25.0%)", None),
        ("background: url(x)", ""), ("background: image-set('x' 1x)", ""), ("color: u\\72l(x)", ""),
        ("width: expression(alert(1))", ""), ("background: linear-gradient(url(x), red)", ""),
        ("color: var(--x)", ""),
    ],
)  # fmt: skip
def test_values_of_styles_are_plain(style: str, kept: str | None) -> None:
    assert safe_style(style) == (style if kept is None else kept)


def test_a_sheet_that_is_none_changes_nothing() -> None:
    assert with_styles("<p>T_ x</p>") == "<p>T_ x</p>"


def test_widgets_show_what_was_saved_of_them(tmp_path: Path) -> None:
    states = {
        "box": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_a", "IPY_MODEL_b", "IPY_MODEL_box"]}},
        "a": {"model_name": "IntSliderModel", "state": {"description": "Speed", "value": 5}},
        "b": {"model_name": "HTMLModel", "state": {"value": "<b onclick=x>bold</b><script>x</script>"}},
    }
    saved = {"application/vnd.jupyter.widget-state+json": {"state": states, "version_major": 2, "version_minor": 0}}
    shown, lost = (
        output(widget={"model_id": "box"}),
        output(widget={"model_id": "gone"}, text_plain="HBox(children=())"),
    )
    page = page_of(shown, lost, folder=tmp_path, widgets=saved)
    assert page.select_one("[data-widget]").get_text(" ").split() == ["Speed", "5", "bold"]
    assert page.select_one("[data-widget] b").attrs == {}
    assert page.select_one(".left-out").text == "A widget (HBox) was left out: its state was not saved in the notebook."


def test_sound_plays_on_the_page_and_other_files_say_so(tmp_path: Path) -> None:
    html = f'<audio controls><source src="data:audio/wav;base64,{sound()}" type="audio/wav"></audio>'
    lost = '<video src="movie.mp4" controls></video>'
    page = page_of(output(text_html=html), output(text_html=lost), folder=tmp_path)
    assert page.audio["src"].startswith("data:audio/wav;base64,")
    assert "A video was left out: it is in a file or on the network, not in the notebook." in page.text
    assert "A sound of" in word_text(export(tmp_path / "nb.ipynb", "docx"))
    assert "was left out: a file of this kind does not play it" in slide_text(export(tmp_path / "nb.ipynb", "pptx"))


def test_what_has_no_form_is_one_line_that_says_so(tmp_path: Path) -> None:
    page = page_of(
        output(text_html="<iframe srcdoc='x'></iframe>", text_plain="<folium.folium.Map at 0x7f>"),
        output(image_svg="x", **{"image/svg+xml": "<svg><broken"}),
        output(image_png=base64.b64encode(b"\x89PNG\r\n\x1a\nbroken").decode()),
        output(text_plain="[<matplotlib.lines.Line2D at 0x7f1>]"), output(text_plain="<Axes: xlabel='a'>"),
        output(application_json={"a": [1, 2]}, text_plain="<IPython.core.display.JSON object>"),
        folder=tmp_path,
    )  # fmt: skip
    said = [line.text for line in page.select(".left-out")]
    assert said == [
        "A page within the page was left out: a report loads nothing from elsewhere.",
        "A picture was left out: its data cannot be read.",
        "A picture was left out: its data cannot be read.",
    ]
    assert page.select_one("details.json summary").text == "JSON 6 lines"
    assert "matplotlib" not in page.text
    assert "Axes" not in page.text


def test_pictures_that_are_elsewhere_are_said(tmp_path: Path) -> None:
    write(tmp_path / "nb.ipynb", markdown("![Sales](https://example.org/x.png) ![gone](none.png)"))
    page = BeautifulSoup(export(tmp_path / "nb.ipynb").read_text("utf-8"), "html.parser")
    assert "Sales (picture left out: it is on the network)" in page.p.text
    assert "gone (picture left out: it is not beside the notebook)" in page.p.text


def test_words_around_a_sound_are_shown_with_it(tmp_path: Path) -> None:
    html = f'<h4>Heard at noon</h4><audio controls src="data:audio/wav;base64,{sound()}">An old browser.</audio>'
    page = page_of(output(text_html=html), folder=tmp_path)
    assert "Heard at noon" in page.main.text
    assert page.audio is not None
    assert "An old browser" not in page.text


def test_frames_films_and_files_in_prose_are_said_with_where_they_lead(tmp_path: Path) -> None:
    text = (
        'Words <iframe src="https://a.example/x?a=1&b=2"></iframe> <video src="movie.mp4">An old browser.</video>\n\n'
        "{{< video https://b.example/v >}} {{< include part.qmd >}}\n\n"
        "```html\n<iframe src='https://c.example'></iframe>\n```"
    )
    shown = output(text_html='<h4>Demo</h4><embed src="https://d.example"><object data="x.pdf">')
    page = BeautifulSoup(
        export(write(tmp_path / "nb.ipynb", markdown(text), code("1", shown))).read_text(), "html.parser"
    )
    assert [line.text for line in page.select(".left-out")] == [
        "(page left out: a report loads nothing from elsewhere)",
        "movie.mp4 (video left out: it is not in the notebook)",
        "(video left out: it is not in the notebook)", "part.qmd (file left out: a report takes in no other text)",
        "(page left out: a report loads nothing from elsewhere)",
        "x.pdf (page left out: a report loads nothing from elsewhere)",
    ]  # fmt: skip
    assert [link["href"] for link in page.main.select("a[href^=http]")] == [
        "https://a.example/x?a=1&b=2", "https://b.example/v", "https://d.example"]  # fmt: skip
    assert "An old browser" not in page.text


def test_figures_become_such_as_need_no_network_and_no_webgl() -> None:
    few = {
        "data": [{"type": "scattergl", "x": [1, 2]}],
        "layout": {"template": {"data": {"scattergl": [{"opacity": 1}]}}},
    }
    made, remark = offline(few)
    assert made["data"][0]["type"] == "scatter"
    assert made["layout"]["template"]["data"]["scatter"] == [{"opacity": 1}]
    assert remark == ""
    many = {"data": [{"type": "scattergl", "x": {"dtype": "f8", "bdata": "A" * 300_000}}]}
    assert offline(many)[0]["data"][0]["type"] == "scattergl"
    tiles = {"data": [{"type": "densitymapbox", "lat": [1], "lon": [2], "z": [3], "subplot": "mapbox2"}],
             "layout": {"mapbox2": {"style": "open-street-map", "domain": {"x": [0, 1]}}}}  # fmt: skip
    made, remark = offline(tiles)
    assert (made["data"][0]["type"], made["data"][0]["geo"]) == ("scattergeo", "geo2")
    assert made["layout"]["geo2"]["domain"] == {"x": [0, 1]}
    assert "mapbox2" not in made["layout"]
    assert "tiles" in remark
    assert few["data"][0]["type"] == "scattergl"


def test_long_prints_are_cut_with_their_count(tmp_path: Path) -> None:
    text = "\n".join(f"line {number}" for number in range(5000))
    write(tmp_path / "nb.ipynb", markdown("# T"), code("1", new_output("stream", name="stdout", text=text)))
    for to, reader in (("docx", word_text), ("pptx", slide_text)):
        shown = reader(export(tmp_path / "nb.ipynb", to))
        kept = shown.count("line ")
        assert f"… {5000 - kept + 1:,} lines left out …" in shown or f"… {5000 - kept:,} lines left out …" in shown
        assert kept < 150


def test_slides_are_filled_and_have_a_most(tmp_path: Path) -> None:
    import pptx

    cells = [markdown("# Deck")]
    for number in range(30):
        cells += [markdown(f"Words {number}"), code("1", new_output("stream", name="stdout", text=f"out {number}"))]
    write(tmp_path / "nb.ipynb", *cells)
    assert len(pptx.Presentation(str(export(tmp_path / "nb.ipynb", "pptx"))).slides) < 12
    many = [markdown(f"# Part {number}\n\nWords") for number in range(120)]
    write(tmp_path / "many.ipynb", *many)
    report = export(tmp_path / "many.ipynb", "pptx")
    assert len(pptx.Presentation(str(report)).slides) == 82
    assert "more slides left out: a presentation has at most 80" in slide_text(report)


def test_a_presentation_follows_the_slides_that_are_noted(tmp_path: Path) -> None:
    import pptx

    cells = [markdown(f"Words {number}") for number in range(4)]
    for cell, kind in zip(cells, ("slide", "fragment", "skip", "notes"), strict=True):
        cell.metadata["slideshow"] = {"slide_type": kind}
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "nb.ipynb")
    slides = list(pptx.Presentation(str(export(tmp_path / "nb.ipynb", "pptx"))).slides)
    assert len(slides) == 2
    text = " ".join(shape.text_frame.text for shape in slides[1].shapes if shape.has_text_frame)
    assert "Words 0" in text
    assert "Words 1" in text
    assert "Words 2" not in slide_text(tmp_path / "nb.pptx")
    assert slides[1].notes_slide.notes_text_frame.text == "Words 3"


def test_slides_are_named_by_their_last_heading_and_keep_their_own_notes(tmp_path: Path) -> None:
    import pptx

    picture = output(image_png=base64.b64encode(png()).decode())
    cells = [
        markdown("# Deck"), markdown("## Results"), markdown("### By month\n\n" + "\n\n".join(["Words"] * 9)),
        code("draw_months()", picture), code("draw_more()", picture),
        code("head()", output(text_html="<h1>Of this output</h1><p>x</p>")), code("draw_last()", picture),
    ]  # fmt: skip
    slides = list(pptx.Presentation(str(export(write(tmp_path / "nb.ipynb", *cells), "pptx"))).slides)[1:6]
    titles = [slide.shapes.title.text for slide in slides]
    assert titles == ["By month", "By month", "By month", "Of this output", "By month"]
    notes = [slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else "" for slide in slides]
    assert notes[:3] == ["", "draw_months()", "draw_more()"]


def test_values_of_widgets_read_as_a_reader_expects_them(tmp_path: Path) -> None:
    states = {
        name: {"model_name": f"{kind}Model", "state": state}
        for name, kind, state in (
            ("a", "IntRangeSlider", {"description": "Years", "value": [1, 5]}),
            ("b", "DatePicker", {"description": "From", "value": {"year": 2026, "month": 0, "date": 5}}),
            ("c", "SelectMultiple", {"description": "Of", "_options_labels": ["x", "y", "z"], "index": [0, 2]}),
            ("d", "FloatText", {"description": "Rate $\\alpha$", "value": 0.1 + 0.2}),
            ("e", "HTMLMath", {"value": "Mass <b>$E=mc^2$</b>"}),
            (
                "f",
                "SelectionRangeSlider",
                {"description": "In", "_options_labels": ["Mo", "Tu", "We"], "index": [0, 2]},
            ),
            ("all", "VBox", {"children": [f"IPY_MODEL_{name}" for name in "abcdef"]}),
        )
    }
    saved = {"application/vnd.jupyter.widget-state+json": {"state": states}}
    page = page_of(output(widget={"model_id": "all"}, text_plain="VBox()"), folder=tmp_path, widgets=saved)
    shown = page.select_one("[data-widget]")
    assert len(shown.find_all("math")) == 2
    for formula in shown.find_all("math"):
        formula.replace_with("M")
    lines = [" ".join(line.text.split()) for line in shown.div.find_all(["p", "div"], recursive=False)]
    assert lines == ["Years 1 to 5", "From 2026-01-05", "Of x, z", "Rate M 0.3", "Mass M", "In Mo to We"]


def test_an_animation_of_matplotlib_is_its_first_frame(tmp_path: Path) -> None:
    frame = base64.b64encode(png()).decode()
    script = "".join(
        f'frames[{number}] = "data:image/png;base64,{frame[:20]}\\\n{frame[20:]}"\n' for number in range(3)
    )
    html = f'<div class="animation"><img id="i"><button>Play</button></div><script>{script}</script>'
    page = page_of(output(text_html=html), folder=tmp_path)
    assert base64.b64decode(page.main.img["src"].partition(",")[2]) == png()
    assert page.select_one(".left-out").text == "The first of 3 frames of an animation, which a script would play."


def test_a_chart_whose_data_are_elsewhere_is_said_unless_its_picture_is_there(tmp_path: Path) -> None:
    spec = {**VEGA, "data": {"url": "https://a.example/d.csv"}}
    layered = {**VEGA, "layer": [{"mark": "bar", "data": {"url": "d.json"}}]}
    page = page_of(
        output(vega=spec), output(vega=layered), output(vega=spec, image_png=base64.b64encode(png()).decode()),
        output(vega={**VEGA, "data": {"values": [{"data": {"url": "a"}}]}}), folder=tmp_path,
    )  # fmt: skip
    assert [line.text for line in page.select(".left-out")] == [
        "A chart was left out: its data are elsewhere (https://a.example/d.csv).",
        "A chart was left out: its data are elsewhere (d.json).",
    ]
    assert (len(page.main.select("img")), len(page.select("figure.plot"))) == (1, 1)


def test_warnings_name_no_path(tmp_path: Path) -> None:
    said = (
        "/home/me/lib/python/site-packages/foo.py:12: FutureWarning: old\n  x = 1\nC:\\me\\bar.py:3: UserWarning: b\n"
    )
    page = page_of(new_output("stream", name="stderr", text=said), folder=tmp_path)
    assert page.pre.text == "foo.py:12: FutureWarning: old\n  x = 1\nbar.py:3: UserWarning: b\n"


def test_a_picture_is_as_wide_as_the_notebook_shows_it(tmp_path: Path) -> None:
    fine = output(image_png=base64.b64encode(png()).decode())
    fine.metadata["image/png"] = {"width": 150, "height": 100}
    text = markdown(f"![half](data:image/png;base64,{base64.b64encode(png()).decode()}){{width=50%}}")
    notebook = write(tmp_path / "nb.ipynb", code("1", fine), text)
    page = BeautifulSoup(export(notebook).read_text("utf-8"), "html.parser")
    assert [picture["width"] for picture in page.main.select("img")] == ["150", "50%"]
    word = docx.Document(str(export(notebook, "docx")))
    section = word.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    assert [shape.width for shape in word.inline_shapes] == pytest.approx([150 * 9525, room / 2], rel=1e-3)


def test_long_cells_of_a_frame_wrap_and_short_ones_do_not(tmp_path: Path) -> None:
    html = f'<table class="dataframe"><tr><td>12</td><td style="color:red">{"word " * 30}</td></tr></table>'
    page = page_of(output(text_html=html), folder=tmp_path)
    assert [cell.get("class") for cell in page.main.select("td")] == [None, ["long"]]
    assert "td.long { white-space: normal;" in page.style.text
