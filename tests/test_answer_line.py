"""The answer line: from the code, or from a comment in SQL, to the words that the host shows first."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import pytest_asyncio
from conftest import make_provider

from analyst_magic.checks.run import examine
from analyst_magic.errors import CodeFailed
from analyst_magic.sandbox.firewall.admit import ANSWER, MAX_ANSWER, MAX_ANSWERS, admit
from analyst_magic.sandbox.firewall.collect import Collected
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.messages import Message
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sources.frames import to_frame
from analyst_magic.turn import Code, Execution
from analyst_magic.turn.answer import MAX_TEMPLATE, answer_template

LIMITS = Limits(memory=1_000_000_000, timeout=60.0)
FLIGHTS = pd.DataFrame(
    {
        "carrier": ["UA", "B6", "EV", None],
        "flights": [58_665, 54_635, 54_173, 0],
        "delay": [12.639070257304708, -0.5, float("nan"), None],
        "share": [Decimal("0.17"), Decimal("0.16"), Decimal("0.16"), None],
        "Day of week": pd.to_datetime(["2013-01-01 00:00", "2013-01-02 12:30", "2013-01-03 00:00", None]),
        "a.b": [True, False, True, None],
        "text": ["91234", "1.5", "x" * 5_000, "two\nlines"],
    }
)


one_sandbox = pytest.mark.asyncio(loop_scope="module")
"""For a test of the sandbox that all tests of a provider share."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox(sandbox_kind: str) -> AsyncIterator[Sandbox]:
    made = Sandbox(make_provider(sandbox_kind, LIMITS), LIMITS)
    yield made
    await made.close()


def answers(execution: Execution) -> list[str]:
    """The answer lines of a run, which did not fail."""
    assert execution.error is None, execution.error
    return [output.data for output in execution.outputs if output.kind == "answer"]


async def query(sandbox: Sandbox, template: str, sql: str = "SELECT * FROM flights") -> Execution:
    """Run SQL with an answer line in its last line."""
    return await sandbox.run(Code(f"{sql}\n-- answer: {template}", "sql"), [to_frame("flights", FLIGHTS)])


# -- the template in SQL -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "template"),
    [
        ("SELECT 1 AS n -- answer: There is {n}.", "There is {n}."),
        ("-- answer: first\nSELECT 1", "first"),
        ("SELECT 1\n--ANSWER:{n}", "{n}"),
        ("SELECT 1\n  --  Answer :  {n}  \n", "{n}"),
        ("SELECT 1 -- answer: one\n-- a remark\n-- answer: two", "one\ntwo"),
        ("SELECT 1 -- answer: carriage\r\nFROM x", "carriage"),
        ("SELECT 1 -- the answer: is not one", ""),
        ("SELECT 1 -- answered: 1", ""),
        ("SELECT 1 -- answer:", ""),
        ('SELECT 1 AS n -- answer: f"There is {n}."', "There is {n}."),
        ("SELECT 1 AS n -- answer: 'There is {n}.'", "There is {n}."),
        ('SELECT 1 AS n -- answer: "One" and "two"', '"One" and "two"'),
        ("SELECT '-- answer: text'", ""),
        ("SELECT 'it''s -- answer: text' -- answer: real", "real"),
        ("SELECT E'it\\'s -- answer: text' -- answer: real", "real"),
        ("SELECT e'\\\\' -- answer: real", "real"),
        ("SELECT 'a\\' -- answer: real", "real"),
        ('SELECT 1 AS "-- answer: name"', ""),
        ('SELECT 1 AS "a""b -- answer: name" -- answer: real', "real"),
        ("SELECT $$ -- answer: body $$ -- answer: real", "real"),
        ("SELECT $tag$ $$ -- answer: body $tag$ -- answer: real", "real"),
        ("SELECT a$$ -- answer: real", "real"),
        ("/* -- answer: hidden */ SELECT 1", ""),
        ("/* a /* nested */ -- answer: hidden */ SELECT 1 -- answer: real", "real"),
        ("/* never closed -- answer: hidden", ""),
        ("SELECT 'never closed -- answer: hidden", ""),
        ("SELECT 1 - -1 -- answer: 1 - -1", "1 - -1"),
        ("SELECT 1 -- -- answer: inside another", ""),
        ("SELECT 1 --- answer: three hyphens", "three hyphens"),
        ("", ""),
    ],
)
def test_a_template_is_a_comment_of_its_own(sql: str, template: str) -> None:
    assert answer_template(sql) == template


@pytest.mark.parametrize("piece", ["'", '"', "$$", "/*", "--", "$a", "E'\\", "''", "-- answer: x\n"])
@pytest.mark.timeout(60)  # what is read in linear time takes a second or two
def test_no_text_takes_long_to_read(piece: str) -> None:
    assert len(answer_template(piece * 99_999)) <= MAX_TEMPLATE
    assert len(answer_template(f"-- answer: {piece * 999_999}")) <= MAX_TEMPLATE


# -- filled in the sandbox ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{carrier} has the most flights: {flights:,}", "UA has the most flights: 58,665"),
        ("{carrier[1]} is second, {carrier[2]} third", "B6 is second, EV third"),
        ("{carrier[-2]} is last of {rows}", "EV is last of 4"),
        ('{CARRIER} and {"carrier"} and { carrier }', "UA and UA and UA"),
        ("{delay:.1f} min, {delay} in short, {delay[1]:+.2f}", "12.6 min, 12.6 in short, -0.50"),
        ("{delay[2]:.1f}, {delay[3]}, {carrier[3]}", "missing, missing, missing"),
        ("{share:.1%} or {share}", "17.0% or 0.17"),
        ("{flights:d} {flights:>9,} {flights:.0f}", "58665    58,665 58665"),
        (
            "{Day of week:%d %B %Y} / {Day of week} / {Day of week[1]}",
            "01 January 2013 / 2013-01-01 / 2013-01-02 12:30",
        ),
        ("{a.b} {a.b[1]}", "yes no"),
        ("{text:,} {text[1]:.2f}", "91,234 1.50"),
        ("{{braces}} {rows:03d}", "{braces} 004"),
        ("{text[3]}", "two lines"),
        ("**{carrier}** `{flights}`", "**UA** `58665`"),
        ("{carrier!s} {flights!r:,}", "UA 58,665"),
        ("no placeholder, a lone } and {", "no placeholder, a lone } and {"),
    ],
)
@one_sandbox
async def test_a_placeholder_is_a_cell_of_the_result(sandbox: Sandbox, template: str, text: str) -> None:
    execution = await query(sandbox, template)
    assert answers(execution) == [text]
    assert [output.kind for output in execution.outputs if output.kind != "answer"] == ["table"]
    assert not any("answer line" in note for note in execution.notes)


HOSTILE_TEMPLATES = {
    "{carrier.__class__}": "no column 'carrier.__class__'",
    "{carrier.__class__.__mro__[1]}": "no column",
    "{carrier[__class__]}": "no column",
    "{0}": "no column '0'",
    "{}": "no column",
    "{nothing:,}": "It has carrier, flights, delay",
    "{carrier[4]}": "the result has 4 rows",
    "{carrier[-5]}": "the result has 4 rows",
    "{carrier[999999999]}": "the result has 4 rows",
    "{carrier[99999999999999999999]}": "no column",
    "{flights:{rows}}": None,
    "{x:" + "{" * 3_000: None,
}


@pytest.mark.parametrize("template", HOSTILE_TEMPLATES)
@one_sandbox
async def test_what_is_no_cell_is_said_and_the_table_still_comes(sandbox: Sandbox, template: str) -> None:
    execution = await query(sandbox, template)
    note = HOSTILE_TEMPLATES[template]
    assert [output.kind for output in execution.outputs if output.kind != "answer"] == ["table"]
    assert "<class" not in str(answers(execution))
    if note is not None:
        assert answers(execution) == []
        assert note in " ".join(execution.notes)


@pytest.mark.parametrize("spec", ["999999999d", ">999999999", ".999999999f", "x<500", "#0999999999x", ",.1f,", "Q"])
@one_sandbox
async def test_a_format_that_makes_megabytes_or_none_is_left_out_and_said(sandbox: Sandbox, spec: str) -> None:
    execution = await query(sandbox, f"{{flights:{spec}}} flights")
    assert answers(execution) == ["58665 flights"]
    assert "does not fit the values of 'flights'" in " ".join(execution.notes)


@one_sandbox
async def test_a_date_takes_no_width(sandbox: Sandbox) -> None:
    execution = await query(sandbox, "on {Day of week:%999999999d}")
    assert answers(execution) == ["on 2013-01-01"]


@one_sandbox
async def test_a_long_value_and_many_of_them_are_cut(sandbox: Sandbox) -> None:
    (text,) = answers(await query(sandbox, "{text[2]}"))
    assert len(text) == 300
    execution = await query(sandbox, "{text[2]} " * 300)
    (text,) = answers(execution)
    assert len(text) == MAX_ANSWER
    assert f"The answer line was cut to its first {MAX_ANSWER:,} characters." in execution.notes


@one_sandbox
async def test_a_result_without_rows_has_no_answer_line_but_may_say_how_many_there_are(sandbox: Sandbox) -> None:
    nothing = "SELECT * FROM flights WHERE flights < 0"
    execution = await query(sandbox, "{carrier}", nothing)
    assert answers(execution) == []
    assert "needs 'carrier', and the result has no rows" in " ".join(execution.notes)
    assert answers(await query(sandbox, "There are {rows}.", nothing)) == ["There are 0."]


async def test_more_rows_than_come_back_are_not_counted_wrongly() -> None:
    few = Limits(max_rows=10, timeout=60.0)
    made = Sandbox(make_provider("local", few), few)
    try:
        for template, expected in (("{i} first", ["0 first"]), ("{rows} rows", []), ("{i[-1]} last", [])):
            execution = await made.run(Code(f"SELECT i FROM range(100) t(i) -- answer: {template}", "sql"))
            assert answers(execution) == expected
            assert bool(expected) != ("than were fetched" in " ".join(execution.notes))
    finally:
        await made.close()


@one_sandbox
async def test_the_template_of_the_text_as_it_was_written_is_taken(sandbox: Sandbox) -> None:
    frames = [to_frame("flights", FLIGHTS)]
    execution = await sandbox.run(Code("SELECT carrier FROM flights", "sql"), frames, answer="{carrier} is first")
    assert answers(execution) == ["UA is first"]
    execution = await sandbox.run(Code("SELECT carrier FROM flights -- answer: {carrier}", "sql"), frames, answer="")
    assert answers(execution) == []


# -- answer() in Python ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("answer(f'{12.639:.1f} minutes')", ["12.6 minutes"]),
        ("answer('one'); answer('two')", ["one", "two"]),
        ("answer(42)", ["42"]),
        ("answer('mean', 1.5)", ["mean 1.5"]),
        ("import numpy as np\nanswer(np.float64(1.5)); answer(np.array([7]))", ["1.5", "7"]),
        ("answer(['a', 1])", ["['a', 1]"]),
        ("answer(b'bytes')", ["bytes"]),
        ("answer(True)", ["True"]),
        ("answer('**bold** <b>raw</b> [x](javascript:1)')", ["**bold** <b>raw</b> [x](javascript:1)"]),
        ("answer('\\x1b[31mred\\x1b[0m\\x00 \\u202eright')", ["red right"]),
        ("answer('\\ud800')", ["?"]),
        ("def f():\n    answer('in a function')\nf()", ["in a function"]),
        ("class T(str):\n    def __format__(self, s): return 'x'\nanswer(T('kind'))", ["kind"]),
    ],
)
@one_sandbox
async def test_what_is_given_is_said(sandbox: Sandbox, code: str, texts: list[str]) -> None:
    execution = await sandbox.run(Code(code))
    assert answers(execution) == texts
    assert [output.kind for output in execution.outputs if output.kind != "answer"] == []


@pytest.mark.parametrize(
    ("code", "given"),
    [("answer()", "nothing"), ("answer('')", "an empty text"), ("answer(None)", "None"), ("answer(' ')", "an empty")],
)
@one_sandbox
async def test_nothing_to_say_is_a_clear_error(sandbox: Sandbox, code: str, given: str) -> None:
    error = (await sandbox.run(Code(code))).error
    assert isinstance(error, CodeFailed)
    assert error.name == "TypeError"
    assert f"answer() takes a sentence with the result, and was given {given}" in error.value


@one_sandbox
async def test_ten_megabytes_are_cut_and_said(sandbox: Sandbox) -> None:
    execution = await sandbox.run(Code("answer('x' * 10_000_000); answer(b'y' * 10_000_000)"))
    assert [len(text) for text in answers(execution)] == [MAX_ANSWER, MAX_ANSWER]
    assert f"The answer line was cut to its first {MAX_ANSWER:,} characters." in execution.notes


@one_sandbox
async def test_too_many_answer_lines_are_left_out_and_said(sandbox: Sandbox) -> None:
    execution = await sandbox.run(Code("for i in range(30): answer(i)\nprint('done')"))
    assert answers(execution) == [str(i) for i in range(MAX_ANSWERS)]
    assert "Only the first 10 answer lines are shown; 20 more were left out." in execution.notes


@one_sandbox
async def test_a_frame_given_to_answer_is_shown_as_a_table(sandbox: Sandbox) -> None:
    execution = await sandbox.run(Code("answer('Two rows:', flights.head(2))"), [to_frame("flights", FLIGHTS)])
    assert answers(execution) == ["Two rows:"]
    assert [output.kind for output in execution.outputs] == ["table", "answer"]


@one_sandbox
async def test_answer_is_no_variable_and_gets_its_meaning_back(sandbox: Sandbox) -> None:
    execution = await sandbox.run(Code("x = 1\nanswer('said')"))
    assert "x: int" in execution.variables
    assert not any(variable.startswith("answer") for variable in execution.variables)
    assert (await sandbox.run(Code("answer = 42"))).variables[-1] == "answer: int"
    assert (await sandbox.run(Code("answer + 1"))).outputs[0].data == "43"
    assert answers(await sandbox.run(Code("answer('said again')"))) == ["said again"]


@one_sandbox
async def test_a_frame_that_is_called_answer_stays_one(sandbox: Sandbox) -> None:
    frames = [to_frame("answer", FLIGHTS)]
    assert (await sandbox.run(Code("len(answer)"), frames)).outputs[0].data == "4"
    assert isinstance((await sandbox.run(Code("answer('x')"), frames)).error, CodeFailed)


def test_the_checks_know_answer() -> None:
    code, findings = examine(Code("answer(f'{len(flights)} rows')"), ["flights"], ())
    assert (code.text, findings) == ("answer(f'{len(flights)} rows')", ())


# -- forged ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ({"text": "<script>alert(1)</script>"}, ["<script>alert(1)</script>"]),
        ({"text": "a\x00b\x1b]0;title\x07c"}, ["abc"]),
        ({"text": 5}, []),
        ({"text": ["x"]}, []),
        ({"text": {"text": "x"}}, []),
        ({"text": None, "note": 5}, []),
        ({"text": "   "}, []),
        ({}, []),
        ({"text": "x" * 10_000_000}, ["x" * 1_999 + "…"]),
    ],
)  # fmt: skip
def test_a_forged_answer_is_plain_text_or_nothing(content: dict[str, Any], texts: list[str]) -> None:
    message = Message("display_data", "", {"data": {ANSWER: content}})
    outputs, notes, _ = admit(Collected([message]), LIMITS)
    assert [(output.kind, output.data) for output in outputs] == [("answer", text) for text in texts]
    assert all(len(note) <= MAX_ANSWER for note in notes)


def test_a_forged_note_is_one_short_line() -> None:
    content = json.loads(json.dumps({"text": "", "note": "first\n\x1b[31m<b>second</b>" + "x" * 1_000_000}))
    _, notes, _ = admit(Collected([Message("display_data", "", {"data": {ANSWER: content}})]), LIMITS)
    assert len(notes) == 1
    assert notes[0].startswith("first <b>second</b>x")
    assert len(notes[0]) <= MAX_ANSWER
