"""Styled tables: what the sandbox says of colours is judged, and the colours can be read on every page."""

from __future__ import annotations

import json
import re
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyst_magic.report.sanitise import clean
from analyst_magic.results.stream import MIME
from analyst_magic.results.style import MIN_CONTRAST, colours, contrast
from analyst_magic.results.table import Table
from analyst_magic.sandbox.firewall.colours import opaque
from analyst_magic.sandbox.firewall.styles import MAX_CELLS, table_style
from analyst_magic.turn import CellStyle, TableStyle

RED = CellStyle(color="#ff0000", bold=True)
HOSTILE = [
    "url(//x.test)", "red;background:url(//x.test)", "var(--jp-x)", "expression(alert(1))", "#12345", "#ggg",
    "rgb(1,2)", "rgb(1,2,3,4,5)", "rgb(a,b,c)", "rgb(1e9,2,3)", "rgb(1,2,3", "rgb(..,1,2)", "attr(x)", "red url(x)",
    "image-set('x')", "\\72 ed", "red/**/", "hsl(from red h s l)", "color-mix(in srgb, red, blue)", "١٢٣",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_no_colour_by_name_or_number_is_none(value: str) -> None:
    assert opaque(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Red", "#ff0000"), ("#ABC", "#aabbcc"), ("#ff000080", "#ff7f7f"), ("rgb(0, 128, 255)", "#0080ff"),
        ("rgba(0,0,0,.5)", "#808080"), ("rgb(0 0 0 / 50%)", "#808080"), ("rgb(100%, 0%, 50%)", "#ff0080"),
        ("rgb(300, 0, 0)", "#ff0000"), ("transparent", ""), ("rgba(1, 2, 3, 0)", ""), ("rebeccapurple", "#663399"),
    ],
)  # fmt: skip
def test_colours_become_six_digits(value: str, expected: str) -> None:
    assert opaque(value) == expected


@given(st.text(max_size=60) | st.from_regex(r"(rgba?\([0-9., %/]*\)|#[0-9a-fA-F]*)", fullmatch=True))
def test_whatever_is_given_a_colour_is_six_digits_or_nothing(value: str) -> None:
    found = opaque(value)
    assert found is None or found == "" or re.fullmatch("#[0-9a-f]{6}", found)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
LOOK = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("styles", "cells", "texts", "hidden", "caption", "others"), JSON),
)


@settings(deadline=None)
@given(LOOK | JSON)
def test_a_forged_style_never_breaks_a_table(given: Any) -> None:
    style, _ = table_style(given, 2, 2)
    table = Table(pa.table({"a": [1, 2], "b": ["x", "y"]}), style=style)
    assert "<td" in table.to_html()
    assert table.to_text()


def test_a_forged_style_is_no_larger_than_its_table() -> None:
    given = {
        "styles": [[["color", "red"]]] * (2 * MAX_CELLS),
        "cells": [[0] * (2 * MAX_CELLS)] * 9,
        "texts": [["x" * 10_000] * (2 * MAX_CELLS)] * 9,
        "hidden": [0, 1, 2, -1, True, 10**9],
        "caption": "c" * 10_000,
    }
    style, _ = table_style(given, 3, 2)
    assert style is not None
    assert [len(column) for column in (*style.cells, *style.texts)] == [3, 3, 3, 3]
    assert {len(text or "") for column in style.texts for text in column} == {200}
    assert (len(style.styles), len(style.caption), style.hidden) == (MAX_CELLS + 1, 200, frozenset())
    assert table_style({"cells": [[0]]}, 100_000, 2)[1] == ["Its style is shown in the first 10,000 rows."]


def test_declarations_that_load_or_move_something_never_reach_a_page() -> None:
    declared = [["background", "url(//x.test)"], ["position", "fixed"], ["color", "red;position:fixed"],
                ["content", "'<script>'"], ["font-weight", "bold;x:y"]]  # fmt: skip
    given = {
        "styles": [[], declared],
        "cells": [[1]],
        "texts": [["<script>alert(1)</script>"]],
        "caption": "<img src=x>",
    }
    style, left_out = table_style(given, 1, 1)
    table = Table(pa.table({"a": [1]}), style=style)
    page = table.to_html()
    assert not re.search(r"x\.test|fixed|<script|<img|content:", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert left_out == [
        "Not shown of the table's style: pictures behind cells, other properties of cells, "
        "colours that are neither names nor numbers and fonts."
    ]


@given(st.builds(CellStyle, color=st.just(""), background=st.from_regex("#[0-9a-f]{6}", fullmatch=True)))
def test_a_ground_without_a_text_colour_gets_black_or_white_that_can_be_read(style: CellStyle) -> None:
    color, background = colours(style)
    assert background == style.background
    assert contrast(color, background) >= 4.5


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ("#ff0000", ("#ff0000", "")),  # seen on both
        ("#000000", ("", "")),  # the page's own
        ("#000080", ("#000080", "#ffffff")),  # vanishes on a dark page
    ],
)
def test_a_text_colour_can_be_read_in_a_dark_theme(color: str, expected: tuple[str, str]) -> None:
    found = colours(CellStyle(color=color))
    assert found == expected
    assert not found[0] or contrast(found[0], found[1] or "#1e1e1e") >= MIN_CONTRAST


def test_a_styled_table_keeps_its_data_and_shows_its_style_everywhere() -> None:
    style = TableStyle((CellStyle(), RED), ((), (0, 1)), ((), ("10%", None)), frozenset({2}), "Shares")
    data = pa.table({"name": ["a", "b"], "share": [0.1, 0.25], "secret": [1, 2]})
    table = Table(data, style=style)
    assert table.to_pandas()["share"].tolist() == [0.1, 0.25]
    assert table.to_arrow() == data
    assert table.to_text().splitlines() == [
        "Shares", "name  share", "a       10%", "b       25%", "2 rows · 2 of 3 columns"
    ]  # fmt: skip
    page = table.to_html()
    assert 'color:#ff0000;font-weight:bold">25%</td>' in page
    report = str(clean(page))
    assert re.search(r"color:\s*#ff0000;\s*font-weight:\s*bold", report)
    assert "secret" not in page


def test_a_large_styled_table_brings_its_style_to_the_page_that_scrolls_it() -> None:
    style = TableStyle((CellStyle(), CellStyle(background="#ffff00")), ((0, 1),), (("ten", None),))
    bundle = Table(pa.table({"n": list(range(100))}), style=style)._repr_mimebundle_()[MIME]
    assert json.loads(json.dumps(bundle))["style"] == {
        "styles": [
            {"color": "", "background": "", "bold": False, "italic": False},
            {"color": "#000000", "background": "#ffff00", "bold": False, "italic": False},
        ],
        "cells": [[0, 1]],
        "texts": [["ten", None]],
        "hidden": [],
        "caption": "",
    }
