"""What a user sees of a result, and what can be done with it."""

from __future__ import annotations

import datetime as dt
import json
import math
import struct
import time
import zlib
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.express as px
import polars as pl
import pyarrow as pa
import pytest

from analyst_magic.results import Document, Figure, Image, Table, Text, from_output
from analyst_magic.results.cells import cell_texts, column_form, page_formats
from analyst_magic.sources.frames import to_frame
from analyst_magic.turn import Output, Result


class Page(HTMLParser):
    """The cells, tags and attributes of a piece of HTML, as a browser would read it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.rows: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1] and data.strip():
            self.rows[-1][-1] += data.strip("\n")


def html_of(result: Any) -> str:
    return str(result._repr_mimebundle_()["text/html"])


def column(values: Any, kind: pa.DataType | None = None, label: str = "x") -> list[str]:
    """The cells that a column shows, head excluded."""
    table = Table(pa.table({label: pa.array(values, kind)}))
    return [row[0] for row in Page(html_of(table)).rows[1:]]


def never_save(name: str, data: bytes) -> Path:
    raise AssertionError("only files are saved")


def test_every_result_knows_its_kind_and_shows_itself() -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
    made = [
        from_output(Output("figure", {"data": [], "layout": {}}), never_save),
        from_output(Output("table", pa.table({"a": [1]}), labels=("a",)), never_save),
        from_output(Output("image", png), never_save),
        from_output(Output("text", "hello", stream="stdout"), never_save),
        from_output(
            Output("file", b"x", name="a.txt"), lambda output: Document(Path("analyst_output") / output.name, 1)
        ),
    ]
    assert [result.kind for result in made] == ["figure", "table", "image", "text", "document"]
    for result in made:
        assert isinstance(result, Result)
        assert "text/plain" in result._repr_mimebundle_()
        assert set(result._repr_mimebundle_(include=["text/plain"])) == {"text/plain"}
        assert "text/plain" not in result._repr_mimebundle_(exclude=["text/plain"])


def test_a_table_shows_a_page_of_its_rows_and_says_how_many_there_are() -> None:
    table = Table(pa.table({"carrier": ["UA"] * 12_345, "delay": [1.5] * 12_345}))
    page = Page(html_of(table))
    assert len(page.rows) == 1 + 50
    assert "50 of 12,345 rows · 2 columns" in html_of(table)
    assert "20 of 12,345 rows" in table._repr_mimebundle_()["text/plain"]


def test_a_wide_table_shows_some_of_its_columns_and_says_so() -> None:
    table = Table(pa.table({f"c{i}": [i] for i in range(200)}))
    assert len(Page(html_of(table)).rows[0]) == 30
    assert "1 row · 30 of 200 columns" in html_of(table)
    assert max(map(len, table.to_text().splitlines())) <= 130


def test_a_table_cut_on_the_way_names_the_rows_of_the_frame() -> None:
    table = Table(pa.table({"a": list(range(100))}), note="Only the first 100 rows came back.", total_rows=5_000_000)
    assert "50 of 5,000,000 rows" in html_of(table)
    assert "Only the first 100 rows came back." in html_of(table)
    assert "Only the first 100 rows came back." in table.to_text()


def test_hostile_text_in_cells_labels_and_notes_stays_text() -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    table = Table(pa.table({"a": [evil]}), labels=(evil,), note=evil)
    page = Page(html_of(table))
    assert not {"script", "img"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert page.rows[1] == [evil]


def test_control_characters_and_direction_marks_are_seen() -> None:
    assert column(["a\x00b\x1b[31mc", "safe\u202efdp.exe", "two\nlines"]) == [
        "a␀b␛[31mc",
        "safe\\u202efdp.exe",
        "two ↵ lines",
    ]


def test_long_cells_are_cut() -> None:
    (text,) = column(["word " * 10_000])
    assert len(text) <= 201
    assert text.endswith("…")


def test_nulls_are_a_dash_and_empty_texts_are_empty() -> None:
    assert column(["a", None, ""]) == ["a", "–", ""]


def test_numbers_are_readable_and_never_shown_as_a_zero_they_are_not() -> None:
    assert column([1234567.891, 2.5]) == ["1,234,567.891", "2.500"]
    assert column([0.1 + 0.2, 12.3456789]) == ["0.3000000", "12.3456789"]
    assert column([1 / 3, 12.3456789]) == ["0.3333", "12.3457"]
    assert column([1234567.5, 0.0151]) == ["1,234,567.5000", "0.0151"]
    assert column([1e-9, 1.0, 0.0]) == ["0.000000001", "1.00", "0.00"]
    assert column([1e300, -1e300]) == ["1e+300", "-1e+300"]
    assert column([math.nan, math.inf, -math.inf, None]) == ["NaN", "∞", "-∞", "–"]
    assert column([2013, 2014]) == ["2013", "2014"]
    assert column([1234567, 5]) == ["1,234,567", "5"]
    assert column([1234567], label="customer_id") == ["1234567"]
    assert column([2**64 - 1], pa.uint64()) == ["18,446,744,073,709,551,615"]
    assert column([Decimal("12345678901234567890.10")]) == ["12,345,678,901,234,567,890.10"]


SHOWN = json.loads((Path(__file__).parent / "contract" / "shown_values.json").read_text("utf-8"))


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown["label"])
def test_a_page_and_a_cell_show_the_same_digits(shown: dict[str, Any]) -> None:
    array = pa.array(shown["values"])
    assert cell_texts(array, shown["label"]) == shown["texts"]
    (form,), _ = page_formats(pa.table({shown["label"]: array}))
    assert form == shown["format"]


def test_a_table_says_what_it_rounds() -> None:
    table = Table(pa.table({"region": ["a", "b", "c"], "delay": [1 / 3, 2.5, 12.25]}))
    assert "delay is rounded to 4 decimals" in table.to_text()
    assert "delay is rounded to 4 decimals" in table.to_html()
    assert table.to_message()[0]["table"]["note"] == "delay is rounded to 4 decimals."
    assert "rounded" not in Table(pa.table({"delay": [0.5, 2.5]})).to_text()


def test_the_form_of_a_long_column_comes_from_all_of_it() -> None:
    values = [1.5] * 5_000 + [123456.78] + [2.5] * 5_000
    page = html_of(Table(pa.table({"price": values})))
    assert page.count(">1.50</td>") == 50
    assert column_form(pa.chunked_array([[7], [12_345] * 3000])).grouped


def test_numbers_stand_to_the_right_and_heads_have_a_scope() -> None:
    html = html_of(Table(pa.table({"n": [1], "t": ["a"]})))
    assert html.count('align="right"') == 2
    assert html.count('<th scope="col"') == 2


def test_dates_and_times_are_iso_even_beyond_the_calendar_of_python() -> None:
    assert column([dt.datetime(2013, 1, 1), dt.datetime(2013, 1, 2)]) == ["2013-01-01", "2013-01-02"]
    assert column([dt.datetime(2013, 1, 1, 5, 30)]) == ["2013-01-01 05:30"]
    assert column([dt.datetime(2013, 1, 1, 5, 30, 1), dt.datetime(2013, 1, 1)])[1] == "2013-01-01 00:00:00"
    assert column([dt.date(2013, 1, 1)]) == ["2013-01-01"]
    assert column([1_357_018_200_000_000_001], pa.timestamp("ns")) == ["2013-01-01 05:30:00.000000001"]
    zoned = column([dt.datetime(2013, 7, 1, 12, tzinfo=dt.UTC)], pa.timestamp("us", "America/New_York"))
    assert zoned == ["2013-07-01 08:00-04:00"]
    months = [dt.datetime(2013, 1, 1, 5, tzinfo=dt.UTC), dt.datetime(2013, 7, 1, 4, tzinfo=dt.UTC)]
    assert column(months, pa.timestamp("us", "America/New_York")) == ["2013-01-01", "2013-07-01"]
    assert column(months, pa.timestamp("us", "America/New_York"), label="x_month") == ["Jan 2013", "Jul 2013"]
    assert column([dt.datetime(2013, 1, 1), None], label="month")[0] == "Jan 2013"
    assert column([0], pa.timestamp("s", "Mars/Olympus")) == ["1970-01-01 00:00+00:00"]
    assert column([2**62, -(2**62)], pa.timestamp("s")) == [f"{2**62:,} s from 1970", f"{-(2**62):,} s from 1970"]
    assert column([2**30], pa.date32()) == ["day 1,073,741,824 from 1970"]
    assert column([dt.timedelta(days=-1, hours=-2)]) == ["-1 day 02:00:00"]
    assert column([dt.time(23, 59, 1, 500_000)]) == ["23:59:01.5"]


def test_nested_binary_and_categorical_values_have_a_short_text() -> None:
    assert column([[1, None, 3], list(range(100))])[0] == "[1, null, 3]"
    assert column([list(range(100))]) == ["[0, 1, 2, 3, 4, 5, 6, 7, … 92 more]"]
    assert column([{"city": "Oslo", "at": dt.datetime(2013, 1, 1)}, None]) == ["{city: Oslo, at: 2013-01-01}", "–"]
    assert column([[("k", 1)]], pa.map_(pa.string(), pa.int64())) == ["[{key: k, value: 1}]"]
    assert column([b"\x89PNG" * 10]) == ["0x89504e4789504e4789504e47… (40 bytes)"]
    assert column(["a", "b", None], pa.dictionary(pa.int32(), pa.string())) == ["a", "b", "–"]
    assert column([[[[[[1]]]]]])[0].startswith("[[[[…")


def test_text_that_is_not_utf8_does_not_stop_the_table() -> None:
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(struct.pack("<ii", 0, 2)), pa.py_buffer(b"a\xff")]
    )
    assert "a\ufffd" in html_of(Table(pa.table({"x": broken})))


def test_five_million_rows_show_at_once() -> None:
    rows = pa.table({"a": pa.array(range(5_000_000)), "b": pa.nulls(5_000_000, pa.string())})
    began = time.process_time()
    assert "50 of 5,000,000 rows" in html_of(Table(rows))
    shown = time.process_time()
    rows["a"].to_pylist()  # what it would cost at least to look at each row
    assert shown - began < (time.process_time() - shown) / 4


def test_tables_without_rows_or_columns_still_show() -> None:
    assert "0 rows · 2 columns" in html_of(
        Table(pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())}))
    )
    assert "0 rows · 0 columns" in html_of(Table(pa.table({})))
    empty = Table(pa.Table.from_batches([], pa.schema([("a", pa.list_(pa.int64()))])))
    assert "0 rows · 1 column" in html_of(empty)
    assert list(empty.to_pandas().columns) == ["a"]


def test_text_columns_of_wide_characters_line_up() -> None:
    text = Table(pa.table({"city": ["東京", "Oslo"], "n": [1, 22]})).to_text().splitlines()
    assert text[:3] == ["city   n", "東京   1", "Oslo  22"]


def test_labels_of_any_kind_come_back_in_pandas() -> None:
    frame = pd.DataFrame([[1, 2, 3, 4]], columns=["a", "a", 2020, ("x", 1)])
    sent = to_frame("f", frame)
    back = Table(sent.table, sent.labels).to_pandas()
    assert list(back.columns) == ["a", "a", 2020, ("x", 1)]
    assert back.iloc[0].tolist() == [1, 2, 3, 4]
    pairs = Table(pa.table({"a": [1], "b": [2]}), labels=(("x", 1), ("x", 2))).to_pandas()
    assert isinstance(pairs.columns, pd.MultiIndex)


def test_values_come_back_as_they_were() -> None:
    frame = pd.DataFrame(
        {
            "whole": pd.array([2**60 + 1, None], dtype="Int64"),
            "yes": pd.array([True, None], dtype="boolean"),
            "when": pd.to_datetime(["2013-01-01 05:00", None]).tz_localize("America/New_York"),
            "kind": pd.Categorical(["b", None], categories=["b", "a"], ordered=True),
            "money": [Decimal("1.10"), None],
            "text": ["naïve 😀", None],
        }
    )
    sent = to_frame("f", frame)
    back = Table(sent.table, sent.labels).to_pandas()
    assert back["whole"][0] == 2**60 + 1
    assert back["yes"].tolist() == [True, pd.NA]
    assert back["when"][0] == frame["when"][0]
    assert str(back["when"].dtype.tz) == "America/New_York"
    assert back["kind"].cat.ordered
    assert list(back["kind"].cat.categories) == ["b", "a"]
    assert back["money"][0] == Decimal("1.10")
    assert back["text"][0] == "naïve 😀"
    assert back.isna().iloc[1].all()


def test_metadata_of_the_sandbox_does_not_reach_pandas() -> None:
    lie = pa.table({"a": [1], "b": [2]}).replace_schema_metadata({b"pandas": b'{"index_columns": ["a"]}'})
    assert list(Table(lie).to_pandas().columns) == ["a", "b"]
    assert Table(lie).to_arrow().schema.metadata is None


def test_categories_that_pandas_refuses_become_plain_values() -> None:
    doubled = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int32()), pa.array(["a", "a"]))
    assert Table(pa.table({"x": doubled})).to_pandas()["x"].tolist() == ["a", "a"]


def test_a_table_becomes_a_polars_frame_under_its_labels() -> None:
    frame = Table(pa.table({"column_0": [1], "b": ["x"]}), labels=(2020, "b")).to_polars()
    assert isinstance(frame, pl.DataFrame)
    assert frame.columns == ["2020", "b"]
    assert Table(pa.table({"a": [1], "a_1": [2]}), labels=("a", "a")).to_polars().columns == ["a", "a_1"]


def test_a_figure_is_shown_as_plotly_json_with_words_beside_it() -> None:
    plot = px.bar(x=["UA", "AA"], y=[3, 1], title="Delay by <b>carrier</b>", labels={"x": "carrier", "y": "minutes"})
    figure = Figure({**plot.to_plotly_json(), "config": {"plotlyServerURL": "https://example.org"}})
    bundle = figure._repr_mimebundle_()
    shown = bundle["application/vnd.plotly.v1+json"]
    assert "example.org" not in str(shown["config"])
    assert (shown["config"]["plotlyServerURL"], shown["config"]["showSendToCloud"]) == ("", False)
    assert shown["data"][0]["type"] == "bar"
    assert figure.title == "Delay by carrier"
    assert bundle["text/plain"] == "Bar chart: Delay by carrier. x: carrier, y: minutes."
    assert figure.to_plotly().data[0].type == "bar"


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ({}, "Empty figure."),
        ({"data": [{"type": "scatter", "mode": "markers"}], "layout": {"title": "A & B"}}, "Scatter plot: A & B."),
        ({"data": [{"type": "scatter", "mode": "lines"}, {"type": "bar"}]}, "Line chart and bar chart. 2 series."),
        ({"data": [{"type": "pie"}], "layout": {"title": {"text": "Who?"}}}, "Pie chart: Who?"),
        ({"data": "nonsense", "layout": [1], "frames": 3}, "Empty figure."),
        (
            {"data": [{"type": "bar", "name": "2019"}, {"type": "bar", "name": "2020"}]},
            "Bar chart. 2 series: 2019, 2020.",
        ),
    ],
)
def test_a_figure_has_words_for_those_who_cannot_see_it(figure: dict[str, Any], words: str) -> None:
    assert Figure(figure).alt == words


def test_a_document_is_a_card_with_a_link_that_works_beside_the_notebook(tmp_path: Path) -> None:
    path = tmp_path / "analyst_output" / 'a "b" & c #1.xlsx'
    path.parent.mkdir()
    path.write_bytes(b"x" * 4_200)
    document = Document(path, 4_200)
    page = Page(html_of(document))
    assert ("href", "analyst_output/a%20%22b%22%20%26%20c%20%231.xlsx") in page.attributes
    assert ("download", 'a "b" & c #1.xlsx') in page.attributes
    assert "Excel workbook · 4.2 kB" in html_of(document)
    assert document.format == "xlsx"
    assert document.save(tmp_path).read_bytes() == path.read_bytes()
    assert document.save(tmp_path / "copy.xlsx") == tmp_path / "copy.xlsx"


def test_an_image_is_shown_with_its_size() -> None:
    header = struct.pack(">II", 640, 480) + b"\x08\x02\0\0\0"
    png = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + header
        + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    image = from_output(Output("image", png), never_save)
    assert isinstance(image, Image)
    assert image._repr_mimebundle_()["text/plain"] == "PNG image, 640 × 480 pixels, 33 bytes"
    assert from_output(Output("image", b"\xff\xd8\xff\xe0"), never_save)._repr_mimebundle_()["image/jpeg"] == "/9j/4A=="


def test_printed_text_is_never_read_as_markup() -> None:
    text = Text("\n</pre><script>alert(1)</script>\x1b[0m", "stdout")
    page = Page(html_of(text))
    assert page.tags == ["pre"]
    assert "\x1b" not in html_of(text)
