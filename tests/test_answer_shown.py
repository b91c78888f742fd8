"""The answer in words wherever a turn is shown: first, true, in the look of its kind, harmless whatever it says."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sample_notebooks import answered, write
from test_report_files import READERS, browser_here

from analyst_magic.cleaning.text import clean
from analyst_magic.display.card import answer_bundle, footer_bundle, result_bundles
from analyst_magic.evidence.provenance import AnswerRecord, is_footer, read_record, record_of
from analyst_magic.panel.messages import ended, results
from analyst_magic.report.export import export
from analyst_magic.results import Table, Text
from analyst_magic.results.number import number_of
from analyst_magic.serialize import as_json
from analyst_magic.turn import (
    AnswerKind,
    Attempt,
    Code,
    ColumnCard,
    Context,
    FrameCard,
    Question,
    Stage,
    Turn,
)

__all__ = ["browser_here"]

LINE = "**ORD** has the most flights: 17,283"
SAID = "ORD has the most flights: 17,283"
BY_AIRPORT = Table(pa.table({"airport": ["ORD", "ATL"], "flights": [17283, 17215]}))


def turn_of(answer: str = LINE, kind: AnswerKind = "result", *shown: Any, **more: Any) -> Turn:
    code = "" if kind != "result" else "flights.groupby('dest').size()"
    given = {"text": "Counts the rows of each airport.", "model": "openai:gpt-5.5", **more}
    given["text"] = given["text"] if kind == "result" else ""
    return Turn(
        Question("Which?"),
        code=code,
        answer=answer,
        kind=kind,
        results=shown,
        attempts=(Attempt(Code(code)),),
        seconds={"total": 0.5},
        **given,
    )


def words_of(page: str) -> str:
    """What a reader sees of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


# -- where it stands ---------------------------------------------------------------------------------------------------


def test_the_answer_is_read_first_in_a_cell_and_what_the_code_does_is_folded_with_it() -> None:
    turn = turn_of(LINE, "result", BY_AIRPORT)
    first, last = answer_bundle(turn), footer_bundle(turn)
    assert words_of(first["text/html"]) == SAID
    assert "<strong>ORD</strong>" in first["text/html"]
    assert first["text/plain"] == SAID
    folded = last["text/html"].split("</summary>")[1]
    assert "Counts the rows of each airport." in folded
    assert "groupby" in folded
    assert "0.5 s" in last["text/html"].split("</summary>")[0]
    assert "written by" in folded


def test_how_the_planner_read_a_question_stays_under_its_answer() -> None:
    turn = turn_of(model="offline", text="Read as: the number of flights, for each dest.")
    page = answer_bundle(turn)["text/html"]
    assert words_of(page).startswith(SAID)
    assert words_of(page).endswith("Read as: the number of flights, for each dest.")
    assert "Read as" not in footer_bundle(turn)["text/html"]


def test_words_beside_the_code_are_shown_where_the_answer_has_none() -> None:
    assert "Counts the rows" in answer_bundle(turn_of(""))["text/html"]


def test_a_dollar_in_an_answer_starts_no_formula() -> None:
    page = answer_bundle(turn_of("From $5 to $10"))["text/html"]
    assert page.startswith('<div class="analyst-turn mathjax_ignore')


def test_the_record_of_a_notebook_holds_the_answer_and_only_kinds_that_there_are() -> None:
    record = record_of(turn_of("No prices.", "refusal"))
    assert read_record(record.metadata()) == record
    odd = AnswerRecord(model="offline").metadata()
    odd["analyst"]["kind"] = "<script>"
    read = read_record(odd)
    assert read is not None
    assert read.kind == "result"
    assert not is_footer(record.metadata())


# -- kinds -------------------------------------------------------------------------------------------------------------


def refusal() -> Turn:
    card = FrameCard(
        "sales", "pandas", 3, tuple(ColumnCard(name, name, name, "text") for name in ("region", "revenue"))
    )
    stage = Stage("model", context=Context(Question("Which?"), (card,)))
    return turn_of("There are no **prices** in these frames.", "refusal", stages=(stage,))


def test_a_refusal_is_quiet_and_says_what_can_be_asked_instead() -> None:
    bundle = answer_bundle(refusal())
    page, text = bundle["text/html"], bundle["text/plain"]
    assert "There are no prices in these frames." in text
    assert "sales: region, revenue" in text
    assert "sales: region, revenue" in words_of(page)
    assert "red" not in re.sub(r"[^a-z]", " ", "".join(re.findall('style="[^"]*"', page))).split()
    assert "written by" not in footer_bundle(refusal())["text/plain"]


def test_what_can_be_asked_instead_is_listed_where_buttons_take_its_place() -> None:
    bundle = answer_bundle(refusal())
    questions = bundle["application/vnd.analyst-magic.asks.v1+json"]["questions"]
    assert questions
    offered, listed = bundle["text/html"].split('class="analyst-asks"')
    for question in questions:
        assert question in listed
        assert question not in offered


def test_who_wrote_code_where_it_ran_and_what_a_model_got_are_said_in_words() -> None:
    model = record_of(turn_of(sandbox="local", remote=True, privacy="stats"))
    assert model.facts[1:] == [
        "written by openai:gpt-5.5", "0.50 s", "ran in the local sandbox", "the model got names and statistics"
    ]  # fmt: skip
    assert "asked the offline planner" in record_of(turn_of("No prices.", "refusal", model="offline")).facts


def test_a_question_back_invites_to_an_answer() -> None:
    bundle = answer_bundle(turn_of("Carriers or routes?", "question"))
    assert "%%analyst" in bundle["text/html"]
    assert "%%analyst" in bundle["text/plain"]


@pytest.mark.parametrize("kind", ["result", "refusal", "question", "explanation"])
def test_the_panel_and_programs_get_the_answer_with_its_kind(kind: AnswerKind) -> None:
    turn = turn_of(LINE, kind)
    done, json = ended(turn, "Which?", ()), as_json(turn)
    assert (done["answer"], done["kind"]) == (json["answer"], json["kind"]) == (LINE, kind)
    assert done["answer_html"] == f"<p>{LINE.replace('**ORD**', '<strong>ORD</strong>')}</p>"


@pytest.mark.usefixtures("browser_here")
@pytest.mark.parametrize("to", ["html", "docx", "pptx", "pdf"])
def test_a_report_says_the_answer_right_under_the_question(to: str, tmp_path: Path) -> None:
    cell = answered("Which airport?", BY_AIRPORT, words=LINE, text="Counts the rows of each airport.")
    path = export(write(tmp_path / "nb.ipynb", cell), to)
    text = re.sub(r"\s+", " ", words_of(READERS[to](path)) if to == "html" else READERS[to](path))
    assert text.count(SAID) >= 1
    at = text.index(SAID)
    assert "Which airport?" in text[:at]
    assert text.index("17,215") > at
    if to != "pptx":  # there it is in the notes
        assert text.index("Counts the rows of each airport.") > at


@pytest.mark.usefixtures("browser_here")
@pytest.mark.parametrize("to", ["html", "docx", "pptx"])
def test_a_refusal_stands_in_a_report(to: str, tmp_path: Path) -> None:
    cell = answered(
        "What does it cost?", words="There are no prices in these frames.", kind="refusal", answer="", text=""
    )
    text = READERS[to](export(write(tmp_path / "nb.ipynb", cell), to))
    assert "There are no prices in these frames." in text


# -- a number alone ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "code", "shown"),
    [
        (Table(pa.table({"mean_delay_min": [12.639070257304708]})), "", ("12.6391", "mean delay", "min")),
        (Table(pa.table({"revenue (USD)": [1234567]})), "", ("$1,234,567", "revenue", "")),
        (Table(pa.table({"share_pct": [27.1]})), "", ("27.1%", "share", "")),
        (Table(pa.table({"year": [2013]})), "", ("2013", "year", "")),
        (Table(pa.table({"count_star()": [336776]})), "", ("336,776", "number of rows", "")),
        (Table(pa.table({"avg(distance_km)": [1570.43]})), "", ("1,570.43", "mean of distance", "km")),
        (Text("336776"), "len(flights)", ("336,776", "number of rows", "")),
        (Text("12.639070257304708"), "flights['dep_delay'].mean()", ("12.6391", "mean of dep delay", "")),
        (Text("np.float64(0.25)"), "x", ("0.25", "x", "")),
        (Text("2013"), "", ("2013", "", "")),
    ],
)
def test_a_number_alone_is_a_card_with_what_it_is_and_its_unit(result: Any, code: str, shown: tuple[str, ...]) -> None:
    number = number_of(result, code)
    assert number is not None
    assert (number.text, number.label, number.unit) == shown
    page = Tags(number.to_html()).found
    assert page[0][1]["title"] == number.exact
    assert float(number.exact) == float(re.sub(r"np\.float64\(|\)", "", getattr(result, "text", number.exact)))


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("The mean departure delay is **12.6**.", "12.6"),
        ("12.64 min on average, of 13 carriers.", "12.64"),
        ("Between 3 and 13 minutes, 12.5 at best.", "12.6391"),
        ("About 12.6% of them.", "12.6391"),
        ("", "12.6391"),
    ],
)
def test_a_number_below_words_is_written_as_in_them_and_keeps_its_digits_beside(words: str, shown: str) -> None:
    turn = turn_of(words, "result", Table(pa.table({"mean_delay": [12.639070257304708]})))
    page = next(bundle for bundle in result_bundles(turn) if isinstance(bundle, dict))["text/html"]
    (message, _), *_ = results(turn)
    assert message["number"]["text"] == shown
    assert f">{shown}<" in page
    assert message["number"]["exact"] == Tags(page).found[0][1]["title"] == "12.639070257304708"


def test_a_number_of_rows_says_of_what() -> None:
    counted = Table(pa.table({"count": [4963]}))
    for sql, label in (
        ("SELECT\n  COUNT(*) AS count\nFROM flights\nWHERE\n  origin = 'JFK'", "flights"),
        ("SELECT COUNT(*) FROM df", "rows of df"),
        ("SELECT COUNT(*) AS count FROM flights JOIN planes USING (tailnum)", "count"),
    ):
        number = number_of(counted, sql, "sql")
        assert number is not None
        assert (number.text, number.label) == ("4,963", label)


@pytest.mark.parametrize(
    "result",
    [
        Text("12 flights"), Text("nan"), Text("1e999"), Text("42", stream="stdout"), Text("9" * 100), Text(""),
        Table(pa.table({"a": ["42"]})), Table(pa.table({"a": [1, 2]})), Table(pa.table({"a": [1], "b": [2]})),
        Table(pa.table({"a": pa.array([None], pa.int64())})), Table(pa.table({"a": [float("nan")]})),
        Table(pa.table({"a": [1]}), total_rows=5), BY_AIRPORT,
    ],
)  # fmt: skip
def test_what_is_not_one_number_is_shown_as_it_is(result: Any) -> None:
    assert number_of(result) is None


def test_hostile_names_of_numbers_are_text() -> None:
    evil = "<img src=x onerror=alert(1)> (USD)"
    page = Tags(number_of(Table(pa.table({evil: [1]}))).to_html()).found  # type: ignore[union-attr]
    assert {tag for tag, _ in page} <= {"div", "span"}
    long = number_of(Table(pa.table({"a" * 10_000: [1]})))
    assert long is not None
    assert len(long.label) <= 81


def test_warnings_come_last_and_folded() -> None:
    warned = Text("FutureWarning: old", stream="warnings")
    turn = turn_of(LINE, "result", warned, BY_AIRPORT)
    assert list(result_bundles(turn)) == [BY_AIRPORT, warned]
    assert [message["index"] for message, _ in results(turn)] == [1, 0]
    assert warned._repr_mimebundle_()["text/html"].startswith("<details>")
    assert as_json(turn)["warnings"] == ["FutureWarning: old"]
    assert as_json(turn)["texts"] == []


# -- hostile answers ---------------------------------------------------------------------------------------------------

HOSTILE = {
    "script": "<script>alert(1)</script> 5 flights",
    "image": "![x](http://evil.example/?q=1) <img src=x onerror=alert(1)> 5 flights",
    "link": "[5 flights](javascript:alert(1)) and [these](http://evil.example)",
    "long": "5 flights " * 200,
    "direction": "5 \u202efl\u2066ights\x1b]8;;http://evil.example\x07 now",
    "closing": "</div></div><iframe src='http://evil.example'></iframe> 5 flights",
}


@pytest.mark.parametrize("kind", ["result", "refusal", "question", "explanation"])
@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_is_harmless_in_cell_and_panel(answer: str, kind: AnswerKind) -> None:
    turn = turn_of(answer, kind)
    done = ended(turn, "Which?", ())
    pages = [answer_bundle(turn)["text/html"], footer_bundle(turn)["text/html"], done["answer_html"]]
    for page in pages:
        for tag, attributes in Tags(page).found:
            assert tag in {"div", "p", "br", "details", "summary", "pre", "code", "strong", "em", "ul", "li"}
            assert set(attributes) <= {"class", "style", "dir"}
            assert attributes.get("dir", "auto") == "auto"
    for text in [*pages, answer_bundle(turn)["text/plain"]]:
        assert clean(text) == text
    assert "5" in pages[0]


@pytest.mark.usefixtures("browser_here")
@pytest.mark.parametrize("to", ["html", "docx", "pptx", "pdf"])
def test_hostile_answers_are_harmless_in_a_report(to: str, tmp_path: Path) -> None:
    cells = [answered(name, BY_AIRPORT, words=answer) for name, answer in HOSTILE.items()]
    text = READERS[to](export(write(tmp_path / "nb.ipynb", *cells), to))
    assert "\u202e" not in text
    if to == "html":
        tags = Tags(text).found
        assert not any(tag in {"img", "iframe"} for tag, _ in tags)
        assert not any(name.startswith("on") for _, attributes in tags for name in attributes)
        assert not any("evil" in str(attributes.get("href")) for _, attributes in tags)
        assert not any(tag == "script" for tag, _ in tags)
    else:
        assert "alert(1)" in text.replace(" ", "")
