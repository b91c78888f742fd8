"""Figures from a hostile sandbox: nothing that could be fetched or run passes, and honest figures stay as they are."""

from __future__ import annotations

import base64
import html
import json
import re
import struct
import zlib
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly
import plotly.express as px
import plotly.graph_objects as go
import plotly.io as pio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plotly.basedatatypes import BaseTraceType
from plotly.subplots import make_subplots
from plotly_schema import TABLE, VALIDATORS, NotJudged, table_of, written

from analyst_magic.errors import FirewallError
from analyst_magic.sandbox.firewall import figure_text
from analyst_magic.sandbox.firewall import plotly as firewall
from analyst_magic.sandbox.firewall.figure_text import label
from analyst_magic.sandbox.firewall.figure_values import judge

HOST = "http://evil.example/x?d=secret"
SQUARE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "A",
            "properties": {"name": "one"},
            "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
        }
    ],
}


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)
PICTURE = "data:image/png;base64," + base64.b64encode(PNG).decode()


def rebuilt(figure: Any) -> tuple[dict[str, Any], list[str]]:
    """A figure as it comes through the firewall from JSON, and the notes."""
    content = figure.to_json() if isinstance(figure, go.Figure) else json.dumps(figure)
    return firewall.figure(json.loads(content))


def layout(**attributes: Any) -> tuple[dict[str, Any], list[str]]:
    """What comes through of a figure with that layout."""
    figure, notes = rebuilt({"data": [{"type": "scatter", "x": [1], "y": [1]}], "layout": attributes})
    return figure["layout"], notes


# -- the table of attributes -------------------------------------------------------------------------------------------


def test_every_attribute_of_the_installed_plotly_is_judged() -> None:
    """Where this fails: read what Plotly does with the attributes that it names, then add them to plotly_schema.py."""
    assert written(table_of(json.loads(VALIDATORS.read_text()))) == TABLE.read_text()


def test_a_new_attribute_that_can_hold_anything_is_named() -> None:
    validators = json.loads(VALIDATORS.read_text())
    validators["bar.beacon"] = {"superclass": "StringValidator"}
    with pytest.raises(NotJudged, match=r"bar\.beacon \(String\)"):
        table_of(validators)


def test_plotly_reads_no_other_tags_than_those_that_are_judged() -> None:
    source = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_text("utf-8")
    (styles,) = re.findall(r'\{(sup:"font-size:70%".*?)\}', source)
    assert sorted(re.findall(r"(\w+):\"", styles)) == sorted(figure_text.LIVE_TAGS)


def test_the_words_of_plotlys_schema_all_pass() -> None:
    for path, entry in json.loads(VALIDATORS.read_text()).items():
        if entry["superclass"] in {"EnumeratedValidator", "FlaglistValidator", "DashValidator"}:
            params = entry["params"]
            for value in [*params.get("values", []), *params.get("flags", []), *params.get("extras", [])]:
                if not (isinstance(value, str) and value.startswith("/")):  # an expression, not a word
                    notes: set[str] = set()
                    assert judge(value, "word", notes) == value, path
                    assert not notes


# -- honest figures ----------------------------------------------------------------------------------------------------

IRIS, TIPS, GAPMINDER, WIND = px.data.iris(), px.data.tips(), px.data.gapminder(), px.data.wind()
Y2007 = GAPMINDER[GAPMINDER.year == 2007]
BRAZIL = GAPMINDER[GAPMINDER.country == "Brazil"]
PLAN = pd.DataFrame([{"task": "a", "start": "2020-01-01", "end": "2020-02-01"}])
EXPRESS = {
    "scatter": lambda: px.scatter(IRIS, x="sepal_width", y="sepal_length", color="species", marginal_x="box"),
    "facets": lambda: px.scatter(TIPS, x="total_bill", y="tip", facet_row="time", facet_col="day", trendline=None),
    "line": lambda: px.line(GAPMINDER, x="year", y="lifeExp", color="country", line_dash="continent"),
    "area": lambda: px.area(GAPMINDER, x="year", y="pop", color="continent", pattern_shape="continent"),
    "bar": lambda: px.bar(TIPS, x="day", y="tip", color="sex", barmode="group", text_auto=".2s"),
    "timeline": lambda: px.timeline(PLAN, x_start="start", x_end="end", y="task"),
    "histogram": lambda: px.histogram(TIPS, x="total_bill", color="sex", marginal="rug"),
    "ecdf": lambda: px.ecdf(TIPS, x="tip", color="sex"),
    "violin": lambda: px.violin(TIPS, y="tip", x="day", box=True, points="all"),
    "box": lambda: px.box(TIPS, x="day", y="tip", notched=True),
    "strip": lambda: px.strip(TIPS, x="day", y="tip"),
    "density_heatmap": lambda: px.density_heatmap(TIPS, x="total_bill", y="tip", text_auto=True),
    "density_contour": lambda: px.density_contour(TIPS, x="total_bill", y="tip"),
    "pie": lambda: px.pie(TIPS, names="day", values="tip", hole=0.3),
    "sunburst": lambda: px.sunburst(TIPS, path=["day", "time", "sex"], values="tip"),
    "treemap": lambda: px.treemap(GAPMINDER, path=[px.Constant("world"), "continent"], values="pop", color="lifeExp"),
    "icicle": lambda: px.icicle(TIPS, path=["day", "sex"], values="tip"),
    "funnel": lambda: px.funnel(x=[3, 2, 1], y=["a", "b", "c"]),
    "funnel_area": lambda: px.funnel_area(names=["a", "b"], values=[1, 2]),
    "scatter_3d": lambda: px.scatter_3d(IRIS, x="sepal_length", y="sepal_width", z="petal_width", color="species"),
    "line_3d": lambda: px.line_3d(BRAZIL, x="gdpPercap", y="pop", z="year"),
    "scatter_ternary": lambda: px.scatter_ternary(px.data.election(), a="Joly", b="Coderre", c="Bergeron"),
    "line_ternary": lambda: px.line_ternary(px.data.election(), a="Joly", b="Coderre", c="Bergeron"),
    "scatter_polar": lambda: px.scatter_polar(WIND, r="frequency", theta="direction", color="strength"),
    "line_polar": lambda: px.line_polar(WIND, r="frequency", theta="direction", line_close=True),
    "bar_polar": lambda: px.bar_polar(WIND, r="frequency", theta="direction"),
    "scatter_matrix": lambda: px.scatter_matrix(IRIS),
    "parallel_coordinates": lambda: px.parallel_coordinates(IRIS, color="species_id"),
    "parallel_categories": lambda: px.parallel_categories(TIPS),
    "choropleth": lambda: px.choropleth(Y2007, locations="iso_alpha", color="lifeExp", hover_name="country"),
    "scatter_geo": lambda: px.scatter_geo(Y2007, locations="iso_alpha", size="pop", projection="orthographic"),
    "line_geo": lambda: px.line_geo(Y2007, locations="iso_alpha", color="continent"),
    "imshow": lambda: px.imshow(np.arange(4.0).reshape(2, 2), text_auto=True),
    "imshow of colours": lambda: px.imshow(np.zeros((2, 2, 3), "uint8")),
    "imshow as a picture": lambda: px.imshow(np.zeros((2, 2), "uint8"), binary_string=True),
    "animation": lambda: px.scatter(
        GAPMINDER, x="gdpPercap", y="lifeExp", animation_frame="year", size="pop", color="continent", log_x=True
    ),
    "scatter_map": lambda: px.scatter_map(lat=[1], lon=[2], map_style="white-bg"),
    "choropleth_map": lambda: px.choropleth_map(geojson=SQUARE, locations=["A"], color=[1], map_style="white-bg"),
    "density_map": lambda: px.density_map(lat=[1], lon=[2], map_style="white-bg"),
}
MENU = [
    {"label": "type", "method": "restyle", "args": ["type", "heatmap"]},
    {
        "label": "update",
        "method": "update",
        "args": [
            {"visible": [True, False]},
            {"title.text": "<b>x</b>", "annotations[0].text": "y", "xaxis.range": [0, 1], "shapes": [{"type": "rect"}]},
        ],
        "args2": [{"marker.color": [["red", "blue"]], "y": [[1, 2]], "marker.symbol": "square"}, {}, [0]],
    },
    {
        "label": "play",
        "method": "animate",
        "args": [None, {"frame": {"duration": 5, "redraw": False}, "fromcurrent": True, "transition": {"duration": 3}}],
    },
    {"label": "camera", "method": "relayout", "args": ["scene.camera.eye.x", 2]},
    {"label": "template", "method": "relayout", "args": [{"template": {"layout": {"font": {"size": 3}}}}]},
]
LAYOUT = {
    "updatemenus": [{"type": "buttons", "buttons": MENU}],
    "sliders": [{"steps": [{"method": "animate", "args": [["2007"], {"mode": "immediate"}], "label": "2007"}]}],
    "shapes": [{"type": "path", "path": "M 0,0 L1,1 Z", "label": {"text": "x", "texttemplate": "%{x0:.2f}"}}],
    "xaxis": {
        "tickformat": "%b<br>%Y",
        "tickprefix": "$",
        "rangebreaks": [{"bounds": ["sat", "mon"]}],
        "rangeselector": {"buttons": [{"count": 1, "step": "month"}]},
        "tickformatstops": [{"dtickrange": [None, 1000], "value": "%H:%M"}],
        "labelalias": {"a": "b"},
    },
    "yaxis2": {"overlaying": "y"},
    "font": {"family": '"Open Sans", verdana, sans-serif', "shadow": "1px 1px 2px rgba(0,0,0,.5)"},
    "colorway": ["#ff0000", "rgb(1, 2, 3)", "hsl(0, 50%, 50%)"],
    "meta": {"config": 1, "constructor": {"__x": [1]}},
    "separators": ",.",
    "images": [{"source": PICTURE, "x": 0, "y": 1}],
    "selections": [{"x0": 1, "x1": 2}],
    "modebar": {"add": ["drawline"], "remove": "zoom"},
}


@pytest.mark.parametrize("name", EXPRESS)
def test_a_chart_of_plotly_express_stays_as_it_is(name: str) -> None:
    figure = EXPRESS[name]()
    assert rebuilt(figure) == (json.loads(figure.to_json()), [])


@pytest.mark.parametrize("name", sorted(pio.templates))
def test_a_template_stays_as_it_is(name: str) -> None:
    figure = go.Figure(go.Scatter(y=[1]), layout={"template": name})
    assert rebuilt(figure) == (json.loads(figure.to_json()), [])


GRAPH_OBJECTS = [getattr(go, name) for name in dir(go)]
TRACES = [kind for kind in GRAPH_OBJECTS if isinstance(kind, type) and issubclass(kind, BaseTraceType)]


@pytest.mark.parametrize("kind", TRACES, ids=lambda kind: kind.__name__)
def test_a_trace_of_each_type_stays_as_it_is(kind: type[BaseTraceType]) -> None:
    figure = go.Figure(kind(name="n", uid="u"), layout={"map": {"style": "white-bg"}})
    assert rebuilt(figure) == (json.loads(figure.to_json()), [])


def test_menus_sliders_axes_and_data_of_any_shape_stay_as_they_are() -> None:
    figure = make_subplots(2, 2, specs=[[{"secondary_y": True}, {"type": "polar"}], [{"type": "scene"}, {}]])
    figure.add_scatter(y=[1, 2], customdata=[["a", {"__x": 1}], ["b", None]], row=1, col=1)
    content = json.loads(figure.to_json())
    content["layout"] |= LAYOUT
    assert rebuilt(content) == (content, [])


def test_outlines_of_a_figures_own_stay_on_its_map() -> None:
    layers = [{"sourcetype": "geojson", "source": SQUARE, "type": "fill", "color": "red"}]
    content = {"data": [{"type": "scattermap"}], "layout": {"map": {"style": "white-bg", "layers": layers}}}
    assert rebuilt(content) == (content, [])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_does_not_have_become_null(value: float) -> None:
    figure, _ = firewall.figure({"data": [{"x": [1.0, value, 2.0], "y": [[1, [value]]]}]})
    assert figure["data"][0] == {"x": [1.0, None, 2.0], "y": [[1, [None]]]}


# -- labels ------------------------------------------------------------------------------------------------------------

LABELS = [
    "<A",
    "grade < a or b",
    "JavaScript: The Good Parts",
    "a < b > c",
    "<18",
    "<= 5%",
    "<5%",
    "<script>alert(1)</script>",
    "a\rb",
    "x <b and c> y",
    "data:text/plain",
    "http://example.org",
    "100 $ and 5 $",
    "<s",
    "<",
    "</",
    "<<<",
    "<a>",
    "tab\there",
    "\u05d0\u200d\U0001f469\u200d\U0001f52c",
]


@pytest.mark.parametrize("text", LABELS)
def test_a_label_keeps_every_character(text: str) -> None:
    figure, notes = rebuilt({"data": [{"type": "bar", "x": [text], "y": [1], "name": text}], "layout": {}})
    assert html.unescape(figure["data"][0]["x"][0]) == text
    assert figure["data"][0]["x"][0] == figure["data"][0]["name"]
    assert notes == []


@pytest.mark.parametrize("text", LABELS)
def test_what_is_drawn_letter_by_letter_has_no_entities(text: str) -> None:
    """WebGL and canvases show ``&lt;`` as four letters."""
    axis = {"title": {"text": text}, "ticktext": [text], "tickvals": [1], "tickprefix": text}
    traces = [
        {"type": "scatter3d", "x": [text], "y": [1], "z": [1], "text": [text], "texttemplate": text},
        {"type": "scattergl", "x": [1], "y": [1], "text": text},
        {"type": "parcats", "dimensions": [{"label": text, "values": [1]}]},
    ]
    figure, notes = rebuilt({"data": traces, "layout": {"scene": {"xaxis": axis}}})
    drawn = [part for part in strings(figure) if part not in {"scatter3d", "scattergl", "parcats"}]
    assert sum(part.replace("\u200b", "") == text for part in drawn) == 8
    assert notes == []


def test_a_link_in_what_is_drawn_letter_by_letter_is_its_text() -> None:
    trace = {"type": "scatter3d", "x": [1], "y": [1], "z": [1], "text": ["<a href='http://x'>docs</a> & more"]}
    figure, notes = rebuilt({"data": [trace], "layout": {}})
    assert figure["data"][0]["text"] == ["docs & more"]
    assert notes == [figure_text.LINKS]


@pytest.mark.parametrize(
    "text", ["<b>bold</b>", "a<br>b", "<i>x</i><sup>2</sup><sub>i</sub><em>e</em><u>u</u><s>s</s>"]
)
def test_markup_without_attributes_stays(text: str) -> None:
    notes: set[str] = set()
    assert label(text, notes) == text
    assert not notes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Profit<br><span style='color: gray; font-size:0.8em'>U.S. $</span>",
            'Profit<br><span style="color:gray;font-size:0.8em">U.S. $</span>',
        ),
        ('<b style="color:rgb(1, 2, 3)">x</b>', '<b style="color:rgb(1, 2, 3)">x</b>'),
        ("<span style='font-weight:bold;text-decoration:underline;'>x</span>",
         '<span style="font-weight:bold;text-decoration:underline">x</span>'),
        ("<span style = 'COLOR:#0fF'>x</span>", '<span style="COLOR:#0fF">x</span>'),
    ],
)  # fmt: skip
def test_colour_and_size_of_letters_stay(text: str, shown: str) -> None:
    notes: set[str] = set()
    assert label(text, notes) == shown
    assert label(shown, notes) == shown
    assert not notes


@pytest.mark.parametrize(
    "style",
    ["color:url(x)", "color:re&#100;", "color:red\\;", "color:%{x}", "color:var(--x)", "font-family:x", "fill:red",
     "color:red/**/", "color:expression(1)", "font-size:9999px", "color:rgb(url(x))", "content:'x'", "color:red}a{",
     "font-size:calc(1px)", "color:\u200bred", "color"],
)  # fmt: skip
def test_no_other_style_stays(style: str) -> None:
    notes: set[str] = set()
    assert "style=" not in label(f'<span style="{style}">x</span>', notes)
    assert figure_text.STYLES in notes


@pytest.mark.parametrize(
    ("text", "shown", "note"),
    [
        ("<a href='http://x'>docs</a>", "<span>docs</span>", figure_text.LINKS),
        ('<A HREF = "/logout">docs</A>', "<span>docs</span>", figure_text.LINKS),
        ("<span style='background:url(//x)'>t</span>", "<span>t</span>", figure_text.STYLES),
        ("<b style='color:url(//x)'>t</b>", "<b>t</b>", figure_text.STYLES),
        ("<b style='color:red;cursor:url(x)'>t</b>", '<b style="color:red">t</b>', figure_text.STYLES),
        ("<a href='//x' style='color:red'>t</a>", '<span style="color:red">t</span>', figure_text.LINKS),
        ("\u200e<a\u200e href='x'>t</a>", "<span>t</span>", figure_text.LINKS),
        ("a\u200fb\x1b[0m", "ab", figure_text.INVISIBLE),
        ("x" * 60_000, "x" * 50_000, figure_text.CUT),
    ],
)
def test_what_is_taken_out_of_a_text_is_said(text: str, shown: str, note: str) -> None:
    figure, notes = rebuilt({"data": [{"text": [text]}], "layout": {"title": {"text": text}}})
    assert figure["data"][0]["text"] == [shown]
    assert figure["layout"]["title"]["text"] == shown
    assert note in notes


# How plotly.js takes text apart (src/lib/svg_text_utils.js), and what it takes out before (src/components/fx/hover.js).
ONE_TAG = re.compile(r"<(/?)([^ >]*)(\s+(.*))?>", re.S)


def live_tags(text: str) -> list[str]:
    """The tags of a text, as Plotly would read it, that have attributes of which it reads some."""
    parts = re.split(r"(<[^<>]*>)", re.sub(r"\r\n?|\n", " ", text))
    tags = [match for part in parts if (match := ONE_TAG.match(part))]
    read = [match for match in tags if match[2].lower() in figure_text.LIVE_TAGS and not match[1] and match[4]]
    return [match[0] for match in read if not is_harmless_style(match[4])]


def is_harmless_style(attributes: str) -> bool:
    """Whether the attributes of a tag are the colour or size of letters as the firewall writes them."""
    style = re.fullmatch(r'style="([^"]*)"', attributes)
    return style is not None and all(map(figure_text.DECLARATION.fullmatch, style[1].split(";")))


PIECES = [
    "<", "<a", "a", "A href='http://x'>", " href='//x' ", ">", "<a href='", "'>", "sp", "an style='x:url(y)'>", "<sp",
    "<extra></extra>", "<x>", "</", "/", "b", "%{x}", "%{x|<}", "%{x:<^9}", "<%{x} style='a'>", "<%b href='x'>", "}",
    "<br", "\n", "\t", "<<a>a href='x'>", "<b>", "&lt;a href='x'&gt;", "<>", "<^", "i style='x'>", "\r", "\u00a0",
    "<b style='color:red'>", '<span style="color:', "red;cursor:url(x)", '">',
]  # fmt: skip


@pytest.mark.parametrize("first", PIECES)
def test_no_text_put_together_by_plotly_holds_a_link_or_a_style(first: str) -> None:
    shown = [label(piece, set(), on_canvas=number % 2 == 0) for number, piece in enumerate(PIECES)]
    for others in permutations(shown, 2):
        joined = "".join((label(first, set(), on_canvas=len(others[0]) % 2 == 0), *others))
        assert [tag for text in (joined, *taken_out(joined)) for tag in live_tags(text)] == [], others


def taken_out(text: str) -> list[str]:
    """A text after each of the ways in which Plotly takes parts out of it, or puts others in."""
    return [
        re.sub(r"<extra>[\s\S]*</extra>", "", text),
        re.sub(r"<(?!/?(?:br|sub|sup|b|i|em)>)[^<> ]*>", "", text),
        re.sub(r"%\{[^{}|:]*\}", "a", text),
        re.sub(r"%\{[^{}|:]*[|:]([^{}]*)\}", r"\1", text),
        re.sub(r"%\{[^{}]*\}", "", text),
        re.sub(r"%b", "a", text),
    ]


MORE_PIECES = [*PIECES, "< ", "<3", "|", "br />", "</b>", "\u202e", "\x1b[31m", "\ud800", "Zürich", "", " "]


@given(
    st.lists(st.lists(st.sampled_from(MORE_PIECES), max_size=4).map("".join) | st.floats() | st.none(), max_size=6),
    st.sampled_from(["data", "text", "drawn data", "drawn text"]),
    st.integers(1, 3),
)
def test_a_list_of_texts_and_rows_of_them_become_what_each_text_becomes(
    values: list[Any], kind: str, width: int
) -> None:
    rows = [values[at : at + width] for at in range(0, len(values), width)]
    alone: set[str] = set()
    judged = [judge(value, kind, alone) for value in values]
    for together in (values, rows, rows[:-1]):
        notes: set[str] = set()
        found = judge(together, kind, notes)
        flat = found if together is values else [value for row in found for value in row]
        assert flat == judged[: len(flat)]
        assert notes <= alone
    assert len(judge(values, kind, alone)) == len(values)


def test_rows_of_very_different_length_are_judged_in_the_time_that_their_values_need() -> None:
    rows: list[list[Any]] = [["a"] for _ in range(100_000)]
    rows[7] = ["<a href='//x'>b</a>", *["c"] * 100_000]
    notes: set[str] = set()
    judged = judge(rows, "data", notes)
    assert judged[7][:2] == ["<span>b</span>", "c"]
    assert notes == {figure_text.LINKS}


@given(
    st.lists(st.sampled_from([*PIECES, "<a href='x'>", "s", "u", " ", "ref='x'>", "%"]), max_size=8),
    st.integers(0, 8),
    st.tuples(st.booleans(), st.booleans()),
)
def test_no_two_texts_make_a_link_together(pieces: list[str], at: int, drawn: tuple[bool, bool]) -> None:
    first, last = "".join(pieces[:at]), "".join(pieces[at:])
    joined = label(first, set(), on_canvas=drawn[0]) + label(last, set(), on_canvas=drawn[1])
    for shown in (joined, *taken_out(joined)):
        assert live_tags(shown) == []


@pytest.mark.parametrize("fill", ["<^9", "<>9", "<=9", "<<9"])
def test_a_format_does_not_fill_with_the_beginning_of_a_tag(fill: str) -> None:
    (shown, _) = layout(xaxis={"tickformat": fill, "ticksuffix": "a href='http://x'>", "hoverformat": fill})
    assert not shown["xaxis"]["tickformat"].startswith("<")
    assert not shown["xaxis"]["hoverformat"].startswith("<")
    assert not re.search("<[<>=^]", label(f"%{{x:{fill}}}", set()))


def test_marks_of_decimals_do_not_make_a_tag() -> None:
    shown, notes = layout(separators="<>")
    assert "separators" not in shown
    assert notes


# -- addresses ---------------------------------------------------------------------------------------------------------

ADDRESSES = [
    HOST, "//evil.example/x", "/logout", "logout", "./x.png", "\\\\evil.example\\x", "/\\evil.example/x",
    "/\t/evil.example", "ht\ntp://evil.example", "\x01http://evil.example", "\u200ehttp://evil.example",
    "ht\ufefftp://evil.example", "h\x1b[0mttp://evil.example", " http://evil.example", "HTTP://evil.example",
    "blob:http://evil.example/1", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,<script>1</script>",
    "data:image/svg+xml;base64,PHN2Zz4=", "data:image/png,http://evil.example", "DATA:image/png;base64,AAAA",
    "data:image/png;base64,AAAA", f"{PICTURE}#http://evil.example", "mapbox://styles/x", "world_110m", "",
]  # fmt: skip


def strings(value: Any) -> list[str]:
    """All strings of a JSON value, keys too."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (key, *strings(item))]
    return [text for item in value for text in strings(item)] if isinstance(value, list) else []


def addresses(figure: dict[str, Any]) -> list[Any]:
    """What stands where Plotly looks for an address, in a figure of which all parts have been set to one."""
    return [text for text in strings(figure) if "evil" in text or "logout" in text or "data:" in text]


PLACES = {
    "a picture of the layout": lambda url: {"layout": {"images": [{"source": url}]}},
    "a picture of a trace": lambda url: {"data": [{"type": "image", "source": url}]},
    "outlines": lambda url: {"data": [{"type": "choropleth", "geojson": url, "locations": ["A"], "z": [1]}]},
    "outlines of points": lambda url: {"data": [{"type": "scattergeo", "geojson": url}]},
    "outlines on tiles": lambda url: {"data": [{"type": "choroplethmap", "geojson": url}]},
    "a layer": lambda url: {"layout": {"map": {"layers": [{"source": url}]}}},
    "tiles": lambda url: {"layout": {"map": {"layers": [{"source": [url], "sourcetype": "raster"}]}}},
    "a style": lambda url: {"data": [{"type": "scattermap"}], "layout": {"map": {"style": url}}},
    "a style as an object": lambda url: {
        "data": [{"type": "scattermap"}],
        "layout": {"map": {"style": {"version": 8, "sources": {"a": {"url": url}}, "glyphs": url, "sprite": url}}},
    },
    "a numbered map": lambda url: {"data": [{"type": "scattermap"}], "layout": {"map2": {"style": url}}},
    "a template": lambda url: {"layout": {"template": {"layout": {"images": [{"source": url}]}}}},
    "defaults of a template": lambda url: {"layout": {"template": {"layout": {"imagedefaults": {"source": url}}}}},
    "a trace of a template": lambda url: {"layout": {"template": {"data": {"image": [{"source": url}]}}}},
    "a frame's layout": lambda url: {"frames": [{"name": "f", "layout": {"images": [{"source": url}]}}]},
    "a frame's trace": lambda url: {"frames": [{"name": "f", "data": [{"type": "image", "source": url}]}]},
    "a frame's trace of any type": lambda url: {"frames": [{"name": "f", "data": [{"source": url, "geojson": url}]}]},
    "a configuration": lambda url: {"config": {"topojsonURL": url, "plotlyServerURL": url}},
    "an unknown key": lambda url: {"layout": {"\u200eimages": [{"source": url}], "mapbox": {"style": url}}},
    "an unknown trace": lambda url: {"data": [{"type": "scattermapbox", "source": url}]},
    "an icon": lambda url: {"data": [{"type": "scattermap", "marker": {"symbol": [url]}}]},
    "an icon of a layer": lambda url: {"layout": {"map": {"layers": [{"type": "symbol", "symbol": {"icon": url}}]}}},
}
ARGUMENTS = {
    "a path": lambda url: ["images[0].source", url],
    "a path of old": lambda url: ["images.0.source", url],
    "an object": lambda url: [{"images[0].source": url}],
    "a list": lambda url: [{"images[0]": [{"source": url}]}],
    "a whole list": lambda url: [{"images": [{"source": url}]}],
    "a list in a list": lambda url: [{"images": [[{"source": url}]]}],
    "of a trace": lambda url: [{"source": [url], "geojson": [url]}, [0]],
    "for all": lambda url: [{}, {"images[0].source": url}],
    "a style": lambda url: ["map.style", url],
    "a map": lambda url: [{"map": {"style": url}}],
    "a layer": lambda url: ["map.layers[0].source", url],
    "a template": lambda url: [{"template": {"layout": {"images": [{"source": url}]}}}],
    "in a template": lambda url: ["template.layout.images[0].source", url],
    "a frame": lambda url: [{"layout": {"images": [{"source": url}]}, "data": [{"type": "image", "source": url}]}],
    "frames": lambda url: [[{"layout": {"images": [{"source": url}]}}], {"mode": "immediate"}],
    "another button": lambda url: ["updatemenus[0].buttons[0].args", ["images[0].source", url]],
    "pollution": lambda url: [{"__proto__.x": url, "meta.__proto__.x": url, "meta.constructor.prototype": url}],
    "unknown": lambda url: ["images[0].source ", url],
    "nonsense": lambda url: {"images[0].source": url},
}


@pytest.mark.parametrize("place", PLACES)
def test_no_address_passes(place: str) -> None:
    for url in ADDRESSES:
        figure, notes = rebuilt({"data": [{"y": [1]}], **PLACES[place](url)})
        assert addresses(figure) == [], url
        assert notes or "config" in place or url == "", url


@pytest.mark.parametrize("method", ["restyle", "relayout", "update", "animate", "skip", None])
@pytest.mark.parametrize("argument", ARGUMENTS)
def test_no_button_or_slider_sets_an_address(argument: str, method: str | None) -> None:
    for url in ADDRESSES:
        button = {"method": method, "args": ARGUMENTS[argument](url), "args2": ARGUMENTS[argument](url), "label": "x"}
        parts = {"updatemenus": [{"buttons": [button]}], "sliders": [{"steps": [button]}]}
        template = {"layout": {"updatemenus": [{"buttons": [button]}], "sliderdefaults": {"stepdefaults": button}}}
        figure, notes = rebuilt({"data": [{"type": "image"}], "layout": {**parts, "template": template}})
        assert addresses(figure) == [], url
        assert notes


@pytest.mark.parametrize(
    "arguments",
    [
        ["map", None], ["map.style", None], [{"map.style": [None]}], [{"template": None}], ["map.style", "basic"],
        [{"map": {"zoom": 3}}], ["type", "scattermap"], [{"type": ["densitymap"]}], ["mode", "markers+text"],
        ["marker.symbol", "bus"], [{"cluster.enabled": True}], ["cluster", {"step": 3}],
    ],
)  # fmt: skip
def test_no_button_brings_tiles_letters_or_icons_back(arguments: list[Any]) -> None:
    menus = [{"buttons": [{"method": "relayout", "args": arguments}]}]
    figure, notes = rebuilt({"data": [{"type": "scattermap"}], "layout": {"updatemenus": menus}})
    text = json.dumps(figure["layout"]["updatemenus"])
    assert not re.search("basic|null|densitymap|scattermap|text|bus|cluster", text)
    assert '"map": {' not in text or '"style": "white-bg"' in text
    assert notes


def test_no_button_brings_the_first_map() -> None:
    arguments = [{"data": [{"type": "scattermap"}]}, {"mode": "immediate"}]
    menus = [{"buttons": [{"method": "animate", "args": arguments}, {"args": ["type[0]", "scattermap"]}]}]
    figure, notes = rebuilt({"data": [{"y": [1]}], "layout": {"updatemenus": menus}})
    assert "scattermap" not in json.dumps(figure)
    assert notes


def test_every_map_of_a_figure_is_drawn_without_tiles() -> None:
    traces = [{"type": "scattermap", "subplot": "map3"}, {"type": "densitymap"}, {"type": "choroplethmap"}]
    frames = [{"data": [{"type": "scattermap", "subplot": "map4"}], "layout": {"map5": {"style": "light"}}}]
    menus = [{"buttons": [{"method": "restyle", "args": [{"subplot": ["map7", "map8"]}]}]}]
    figure, notes = rebuilt({"data": traces, "layout": {"map6": {"zoom": 1}, "updatemenus": menus}, "frames": frames})
    styles = {name: part["style"] for name, part in figure["layout"].items() if name.startswith("map")}
    assert styles == dict.fromkeys(("map", "map3", "map4", "map6", "map7", "map8"), "white-bg")
    assert figure["frames"][0]["layout"]["map5"]["style"] == "white-bg"
    assert any("background of a map" in note for note in notes)


def test_a_map_whose_outlines_are_not_drawn_in_full_says_so() -> None:
    shown, notes = layout(geo={"scope": "oceania", "resolution": 10})
    assert shown == {"geo": {"scope": "oceania"}}
    assert notes == ["Outlines of a map are drawn at the scale of 1:110 million."]


@pytest.mark.parametrize("scale", [110, 50, "110", "50"])
def test_a_map_may_choose_between_the_scales_that_plotly_knows(scale: int | str) -> None:
    for geo in ({"resolution": scale}, {"scope": "europe", "resolution": scale}):
        assert layout(geo=geo) == ({"geo": geo}, [])
        assert layout(template={"layout": {"geo": geo}}) == ({"template": {"layout": {"geo": geo}}}, [])


@pytest.mark.parametrize("kind", ["svg+xml", "gif", "webp"])
def test_a_picture_of_another_kind_is_left_out_with_a_true_note(kind: str) -> None:
    shown, notes = layout(images=[{"source": f"data:image/{kind};base64,AAAA", "x": 0}])
    assert shown["images"] == [{"x": 0}]
    assert notes == ["A picture in a figure was left out: only PNG and JPEG pictures are shown."]


@pytest.mark.parametrize(
    "attributes",
    [
        {"font": {"family": "x; background:url(//evil)"}},
        {"font": {"family": "url(//evil)"}},
        {"font": {"shadow": "1px 1px url(//evil)"}},
        {"paper_bgcolor": "url(//evil)"},
        {"colorway": ["red", "url(//evil)"]},
        {"font": {"color": "image-set('//evil')"}},
        {"hovermode": "//evil"},
        {"xaxis": {"type": "http://evil"}},
    ],
)
def test_styles_and_words_hold_no_address(attributes: dict[str, Any]) -> None:
    shown, notes = layout(**attributes)
    assert addresses(shown) == []
    assert notes


def test_attributes_that_plotly_does_not_have_are_left_out_by_name() -> None:
    shown, notes = layout(beacon="x", __proto__x={"polluted": 1}, title={"text": "a", "onclick": "b"})
    assert shown == {"title": {"text": "a"}}
    assert notes == ["Attributes that Plotly does not have were left out of a figure: beacon, __proto__x, onclick."]


def test_a_key_of_data_that_would_change_an_objects_kind_is_left_out_with_a_note() -> None:
    data = json.loads('{"data": [{"customdata": [{"__proto__": {"x": 1}, "constructor": 1}]}]}')
    figure, notes = firewall.figure(data)
    assert figure["data"][0]["customdata"] == [{"constructor": 1}]
    assert notes == ["A key of a figure's data that a page cannot hold (__proto__) was left out."]


def layouts(depth: int) -> Any:
    layout: Any = {}
    for _ in range(depth):
        layout = {"template": {"layout": layout}}
    return layout


def nested(depth: int, key: str = "") -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {key: value} if key else [value]
    return value


DEEP = [
    {"data": [{"customdata": nested(300)}]},
    {"data": [{"customdata": [nested(300, "x")]}]},
    {"data": [{"marker": {"color": nested(300)}}]},
    {"data": [{"type": "scattermap", "mode": nested(300)}]},
    {"data": [{"type": "scattermap", "marker": {"symbol": nested(300)}}]},
    {"data": [], "layout": {"images": nested(300)}},
    {"data": [], "layout": layouts(150)},
    {"data": [], "layout": {"updatemenus": [{"buttons": [{"args": nested(300)}]}]}},
    {"data": [], "layout": {"updatemenus": [{"buttons": [{"args": [{"frame": nested(300)}]}]}]}},
]


@pytest.mark.parametrize(
    "value",
    [
        5,
        {"data": {}},
        {"data": [5]},
        {"data": [{}] * 3000},
        {"data": [{"y": {"bdata": "!!!", "dtype": "f8"}}]},
        {"data": [{"y": {"bdata": "AAAA", "dtype": "object"}}]},
        {"data": [{"y": {"bdata": "AAAA", "dtype": "f8", "shape": "1e9"}}]},
        *DEEP,
    ],
)
def test_what_is_no_figure_is_refused(value: Any) -> None:
    with pytest.raises(FirewallError):
        firewall.figure(value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(ADDRESSES),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["data", "layout", "images", "source", "args", "map", "style", "title"]), inner
        )
    ),
    max_leaves=20,
)


@given(json_values, json_values, json_values)
def test_any_figure_is_rebuilt_or_refused(trace: Any, layout: Any, frame: Any) -> None:
    try:
        figure, _ = firewall.figure({"data": [trace, {"type": "image", "source": trace}], "layout": layout,
                                     "frames": [frame, {"layout": layout}]})  # fmt: skip
    except FirewallError:
        return
    json.dumps(figure, allow_nan=False)


@pytest.mark.parametrize("side", ["width", "height"])
def test_a_figure_too_large_for_a_page_has_the_usual_size_and_that_is_said(side: str) -> None:
    rebuilt, notes = firewall.figure(
        {"data": [{"type": "bar", "y": [1]}], "layout": {side: 1e308, "title": {"text": "x"}}}
    )
    assert rebuilt["layout"] == {"title": {"text": "x"}}
    assert any(side in note and "20,000" in note for note in notes)
    assert firewall.figure({"data": [], "layout": {side: 20_000}}) == ({"data": [], "layout": {side: 20_000}}, [])
