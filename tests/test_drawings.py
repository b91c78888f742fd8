"""SVG: one cleaner for drawings that are shown, kept as files, or part of a document."""

from __future__ import annotations

import contextlib
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_firewall import HOSTILE, SPACE, drawn

from analyst_magic.cleaning.svg import is_harmless, rebuilt
from analyst_magic.documents import check
from analyst_magic.errors import FirewallError

HONEST = {
    "a clip": '<clipPath id="c"><rect width="5" height="5"/></clipPath><g clip-path="url(#c)"><path d="M0 0L9 9"/></g>',
    "a shadow": '<filter id="s"><feGaussianBlur in="SourceAlpha" stdDeviation="2"/><feOffset dx="1" dy="1"/></filter>'
    '<rect width="5" height="5" filter="url(#s)"/>',
    "a mask": '<mask id="m"><rect width="5" fill="white"/></mask><rect width="9" mask="url(#m)"/>',
    "text on a path": '<path id="p" d="M0 0L9 9"/><text><textPath href="#p" startOffset="10%">a &lt;</textPath></text>',
    "classes": "<style>.a{fill:red} rect.b, #c {stroke: blue}</style><rect class='a b'/><path id='c' class='a'/>",
    "notes of Inkscape": '<x:view xmlns:x="http://www.inkscape.org/namespaces/inkscape" x:label="a"/><rect x="1"/>',
    "a hint for the reader": '<g role="img" aria-label="chart" data-id="7" xml:space="preserve"><rect x="1"/></g>',
}


def svg(body: str) -> str:
    return f"<svg {SPACE} width='9' height='9'>{body}</svg>"


@pytest.mark.parametrize("body", [*HOSTILE, *HONEST.values()])
def test_a_drawing_is_cleaned_alike_wherever_it_is_shown(body: str) -> None:
    shown, kept = drawn(body), check("svg", svg(body).encode()).data.decode()
    assert re.sub(r'((?:id|href)="#?|url\(#)svg-', r"\1", shown) == kept
    assert rebuilt(kept).left_out == ()
    assert rebuilt(kept).data.decode() == kept


@pytest.mark.parametrize("body", HONEST.values(), ids=HONEST)
def test_an_honest_drawing_passes_in_a_document_and_loses_nothing(body: str) -> None:
    assert is_harmless(svg(body).encode())
    assert check("svg", svg(body).encode()).note == ""


@pytest.mark.parametrize("body", [body for body in HOSTILE if body != "<rect class='evil'/>"])
def test_a_hostile_drawing_is_refused_in_a_document(body: str) -> None:
    assert not is_harmless(svg(body).encode())


@pytest.mark.parametrize(("times", "levels"), [(10, 9), (1000, 2), (2, 20)])
def test_a_drawing_that_multiplies_itself_is_refused_wherever_it_would_be_opened(times: int, levels: int) -> None:
    inner = "<g id='a0'><rect width='1' height='1'/></g>"
    for level in range(levels):
        inner += f"<g id='a{level + 1}'>" + f"<use href='#a{level}'/>" * times + "</g>"
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg'><defs>{inner}</defs><use href='#a{levels}'/></svg>".encode()
    assert not is_harmless(drawing)
    with pytest.raises(FirewallError, match="draw each other"):
        check("svg", drawing)


def test_many_marks_of_one_kind_are_no_multiplication() -> None:
    """As matplotlib draws points."""
    marks = "".join(f"<use href='#m' x='{number}' y='1'/>" for number in range(120_000))
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg'><defs><path id='m' d='M0 0'/></defs>{marks}</svg>".encode()
    assert check("svg", drawing).note == ""


def test_rules_of_a_style_sheet_become_the_styles_of_their_elements() -> None:
    sheet = (
        "<style>/* a { } */ * {stroke-linejoin: round} .a {fill: red; stroke: green} rect.b, #c {stroke: blue}</style>"
    )
    found = rebuilt(svg(f"{sheet}<rect class='a b' style='fill: black'/><path id='c'/><path class='a'/>"))
    text = found.data.decode()
    assert '<rect style="stroke:blue;fill:black">' in text
    assert '<path id="c" style="stroke:blue">' in text
    assert '<path style="fill:red;stroke:green">' in text
    assert re.match(r'<svg [^<]*style="stroke-linejoin:round">', text)
    assert found.left_out == ()


def test_a_rule_that_is_not_followed_is_named_and_does_no_harm() -> None:
    body = "<style>g > rect:hover {fill: red} @media print {rect {fill: red}}</style><rect/>"
    assert rebuilt(svg(body)).left_out == ("rule of a style sheet",)
    assert is_harmless(svg(body).encode())
    assert not is_harmless(svg(body.replace("red", "url(//x.test)")).encode())


def test_what_is_left_out_of_a_drawing_is_named() -> None:
    body = "<script/><foreignObject/><g onclick='x()'/><rect fill='url(//x.test)'/>"
    assert rebuilt(svg(body)).left_out == ("address", "foreignObject", "script")
    assert check("svg", svg(body).encode()).note.endswith("taken out of the drawing: address, foreignObject, script.")


LARGE = {
    "rules": f"<style>{''.join(f'.a{i} {{fill: red}}' for i in range(5_000))}</style>{'<g/>' * 50_000}",
    "selectors": f"<style>{'rect,' * 400} rect {{{'fill: red;' * 50_000}}}</style>{'<rect/>' * 20_000}",
    "elements": f"<style>rect {{{'fill: red;' * 48}}}</style>{'<rect/>' * 90_000}",
    "no rule": f"<style>{'a' * 900_000}</style>",
    "comments": f"<style>{'/*' * 400_000}</style>",
    "brackets": f"<style>{'{' * 400_000}</style>",
}


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
def test_a_large_style_sheet_takes_neither_time_nor_space(body: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(FirewallError):  # refused before it has become large
        assert len(rebuilt(svg(body)).data) < 10 * len(body)
    assert time.process_time() - begun < 20


@given(st.text(alphabet=" <>/='\"#:;{}()gausertilpxyjav*@\\", max_size=120))
def test_whatever_comes_out_of_the_cleaner_is_harmless_to_it(body: str) -> None:
    try:
        found = rebuilt(svg(body))
    except FirewallError:
        return
    assert rebuilt(found.data).left_out == ()
