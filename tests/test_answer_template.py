"""A sentence about rows: which rows a placeholder names, how values read, and what is refused."""

from __future__ import annotations

import datetime as dt
import importlib.util
import math
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import analyst_magic

# The guest's module stands by itself, and is no part of the package.
_FILE = Path(analyst_magic.__file__).parent.parent / "sandbox_image" / "guest" / "template.py"
_SPEC = importlib.util.spec_from_file_location("template_of_the_guest", _FILE)
assert _SPEC is not None
assert _SPEC.loader is not None
template_of_the_guest = sys.modules[_SPEC.name] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(template_of_the_guest)
MAX_TEXT, Rows, fill = (getattr(template_of_the_guest, name) for name in ("MAX_TEXT", "Rows", "fill"))


def filled(template: str, columns: dict[str, list[Any]], *, more: bool = False) -> tuple[str, str]:
    names, number = list(columns), len(next(iter(columns.values())))
    text, note = fill(template, Rows(lambda position: columns[names[position]], names, None if more else number))
    return text, note


CARRIERS = {"carrier": ["UA", "B6", "EV", "AA"], "flights": [58, 58, 54, 1], "delay": [12.6, -0.5, math.nan, 3.14159]}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{carrier[max flights]} {carrier[max flights]:has|have} the most: {flights[max flights]}",
         "UA and B6 have the most: 58"),
        ("{carrier[min flights]} {carrier[min flights]:has|have} the fewest", "AA has the fewest"),
        ("{flights[3]} {flights[3]:flight|flights}, {flights} {flights:flight|flights}", "1 flight, 58 flights"),
        ("month {flights[max flights]} {flights[max flights]:has|have} the most", "month 58 has the most"),
        ("{delay}, {delay[3]}", "12.6, 3.14"),
        ("{delay[carrier = 'AA']} for AA", "3.14 for AA"),
        ("{delay[carrier = 'ZZ']} for ZZ", "missing for ZZ"),
        ("{carrier[all]}", "UA, B6, EV and AA"),
        ("{carrier, flights[min flights]}", "AA / 1"),
        ("{delay[max delay]}: {carrier[max delay]}", "12.6: UA"),
        ("if {rows} = 0: none\n{rows} rows", "4 rows"),
        ("if {flights[0]} = {flights[1]}: tied\nnot tied", "tied"),
        ("if {flights[0]} > {flights[2]}: fell\nif {flights[0]} < {flights[2]}: rose\nlevel", "fell"),
        ("if {delay[2]} = null: no delay is known\n{delay[2]}", "no delay is known"),
        ("if {delay[2]} > 0: late\nnot late", "not late"),
        ("if {carrier} = {carrier[1]}: same\nother\nlines", "other\n\nlines"),
    ],
)  # fmt: skip
def test_rows_are_chosen_and_sentences_too(template: str, text: str) -> None:
    assert filled(template, CARRIERS) == (text, "")


def test_more_than_four_values_are_counted() -> None:
    assert filled("{x[all]}", {"x": list("abcdefg")})[0] == "a, b, c and 4 more"


def test_without_rows_the_condition_speaks() -> None:
    none: dict[str, list[Any]] = {"carrier": [], "flights": []}
    assert filled("if {rows} = 0: No flights match.\n{carrier} leads", none) == ("No flights match.", "")
    text, note = filled("{carrier} leads", none)
    assert (text, note) == ("", "The answer line is left out: it needs 'carrier', and the result has no rows.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567, "1234567"),
        (0.000123456, "0.000123"),
        (1234.5678, "1,234.6"),
        (math.inf, "infinite"),
        (2013.0, "2,013"),
        (Decimal("12.50"), "12.50"),
        (dt.date(2013, 2, 4), "2013-02-04"),
        (dt.datetime(2013, 2, 4), "2013-02-04"),
        (dt.datetime(2013, 2, 4, 12, 30), "2013-02-04 12:30"),
        (True, "yes"),
        (None, "missing"),
        ("", "(empty)"),
        ("a_b *c* <d>", r"a_b \*c\* \<d\>"),
        ("_x_", r"\_x\_"),
        (["a", {"b": 1}], r"\['a', {'b': 1}\]"),
    ],
)
def test_a_value_without_a_format_reads_as_it_is(value: Any, text: str) -> None:
    assert filled("{x}", {"x": [value]}) == (text, "")


def test_values_that_differ_read_differently() -> None:
    assert filled("{x} against {x[1]}", {"x": [0.123456, 0.123457]})[0] == "0.123456 against 0.123457"


@pytest.mark.parametrize("template", ["{rows}", "{x[-1]}", "{x[max x]}", "{x[all]}", "{x[x = 'a']}"])
def test_what_needs_all_rows_is_refused_where_more_were_not_fetched(template: str) -> None:
    text, note = filled(template, {"x": [1, 2]}, more=True)
    assert text == ""
    assert "there are more than were fetched" in note
    assert filled("{x} first", {"x": [1, 2]}, more=True) == ("1 first", "")


@pytest.mark.parametrize(
    "template",
    [
        "{x[max nothing]}",
        "{x[nothing = 'a']}",
        "{x.__class__}",
        "{x[__class__]}",
        "{x[max x.__class__]}",
        "if {x} < abc: y",
    ],
)
def test_what_is_no_cell_is_named(template: str) -> None:
    text, note = filled(template, {"x": ["a", "b"]})
    assert text == ""
    assert note.startswith("The answer line is left out: ")


def test_what_cannot_be_compared_is_named() -> None:
    assert "cannot be compared" in filled("if {x} < {y}: z", {"x": ["a"], "y": [1]})[1]
    assert "cannot be compared" in filled("{x[max x]}", {"x": ["a", 1]})[1]


@given(st.text(alphabet=st.sampled_from(list("{}[]:|,='\" xmaxif0123-.<>!\n")), max_size=80))
def test_no_template_fails_or_grows(template: str) -> None:
    text, note = filled(template, {"x": [1.5, None, "a"], "m": [1, 2, 3]})
    assert len(text) <= MAX_TEXT
    assert isinstance(note, str)


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ["{x", "{x[", "[", "'", '"', "{x[all]}", "{x, ", "if {x} = ", "{{", "{x:" + "9" * 50])
def test_no_template_takes_long(piece: str) -> None:
    text, _ = filled(piece * (4_000 // len(piece)), {"x": ["y" * 1_000] * 1_000})
    assert len(text) <= MAX_TEXT


@pytest.mark.parametrize(
    ("amounts", "text"),
    [
        ([122.0, 50.0, math.nan], "highest 122"),
        ([122.0, 50.5], "highest 122.00"),
        ([122, 50], "highest 122"),
        ([Decimal("122.00"), Decimal("50.00")], "highest 122.00"),
        ([1234.0, None], "highest 1,234"),
    ],
)
def test_a_sentence_has_the_decimals_of_its_column(amounts: list[Any], text: str) -> None:
    """The table beside it shows 122 where all amounts are whole, and 122.00 where one is not."""
    assert filled("highest {amount[max amount]:,.2f}", {"amount": amounts})[0] == text
