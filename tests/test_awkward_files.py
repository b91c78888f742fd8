"""Files and frames as other programs leave them: read right, with what was guessed said, or one clear sentence."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from analyst_magic import Analyst
from analyst_magic.errors import InputError
from analyst_magic.sources.files import DataFile, open_data
from analyst_magic.sources.sheets import Sheet

ROWS = [{"k": "a", "v": 1}, {"k": "b", "v": 2}]
LINES = "k,v\na,1\nb,2\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def analyst() -> Iterator[Analyst]:
    with Analyst(model="offline", sandbox="local", history=False) as analyst:
        yield analyst


def read(name: str, content: str | bytes) -> tuple[dict[str, list[Any]], str]:
    """The columns of a file, and all that is said of how it was read."""
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    file = open_data(name)
    assert isinstance(file, DataFile)
    found = duckdb.sql(file.sql)
    columns = dict(zip(found.columns, map(list, zip(*found.fetchall(), strict=True)), strict=True))
    return columns, " ".join(remark.text for remark in file.reading.remarks)


def workbook(rows: list[list[Any]], change: Callable[[Any, Any], None] = lambda book, sheet: None) -> Sheet:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book, book.active)
    book.save("data.xlsx")
    sheet = open_data("data.xlsx")
    assert isinstance(sheet, Sheet)
    return sheet


def refused(name: str, content: bytes) -> str:
    Path(name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        open_data(name)
    assert str(Path.cwd()) not in str(caught.value)
    return str(caught.value)


# -- CSV ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["time,weight\ns,kg\n1,10.5\n2,20\n3,\n", "name,weight,length\n,kg,cm\na,10.5,3\nb,20,4\nc,,5\n"],
)
def test_a_line_of_units_below_the_names_is_no_row_and_said(text: str) -> None:
    columns, said = read("data.csv", text)
    assert columns["weight"] == [10.5, 20.0, None]
    assert "The second line is read as units" in said
    assert "kg" in said


@pytest.mark.parametrize("text", ["k,v\nx,n/a\na,1\nb,2\n", "k,v\nkg,cm\ng,mm\nt,m\n", "k,v\nkg,7\n1,2\n2,3\n"])
def test_a_first_row_that_may_be_one_stays_one(text: str) -> None:
    columns, said = read("data.csv", text)
    assert len(columns["k"]) == 3
    assert "units" not in said


def test_the_line_for_excel_says_what_stands_between_the_values() -> None:
    assert read("data.csv", "sep=;\nk;v\na;1\nb;2\n")[0] == {"k": ["a", "b"], "v": [1, 2]}


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_values_with_lines_of_their_own_are_read_in_a_file_from_windows(end: str) -> None:
    assert read("data.csv", f'k,v{end}"a\nb",1\r\nc,2\r\n')[0] == {"k": ["a\nb", "c"], "v": [1, 2]}


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u2009", "’"])
def test_narrow_blanks_stand_between_thousands(blank: str) -> None:
    assert read("data.csv", f"k;v\na;1{blank}234,50\nb;2{blank}000,00\n")[0]["v"] == [1234.5, 2000.0]


def test_codes_with_letters_of_programmers_stay_text() -> None:
    columns, _ = read("data.csv", "a,b\n0x1F,0b11\n0xFF,0b10\n")
    assert columns == {"a": ["0x1F", "0xFF"], "b": ["0b11", "0b10"]}


def test_nan_among_numbers_is_missing_and_said() -> None:
    columns, said = read("data.csv", "k,v\na,1.5\nb,NaN\nc,2\n")
    assert columns["v"] == [1.5, None, 2.0]
    assert said == "NaN in v is read as missing; text=v keeps it."


# -- JSON --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (ROWS, ""),
        ({"status": "ok", "rows": ROWS}, "The rows of rows are read; beside them stands what is not read: status."),
        ({"k": {"0": "a", "1": "b"}, "v": {"0": 1, "1": 2}}, "by columns, as pandas writes them"),
        (
            {"columns": ["k", "v"], "index": [0, 1], "data": [["a", 1], ["b", 2]]},
            "The rows are read from data, and their names from columns.",
        ),
        ([["k", "v"], ["a", 1], ["b", 2]], "The first list is read as the names of the columns."),
        ({"0": ROWS[0], "1": ROWS[1]}, "The file has an object for each row, as pandas writes them."),
    ],
)
def test_rows_of_json_are_found_in_the_forms_that_programs_write(value: Any, said: str) -> None:
    columns, found = read("data.json", json.dumps(value))
    assert columns == {"k": ["a", "b"], "v": [1, 2]}
    assert said in found


@pytest.mark.parametrize("kind", ["polars", "arrow", "parquet"])
@pytest.mark.parametrize(
    ("question", "rows", "sentence"),
    [
        ("total v", [(4.0,)], "The total v is 4."),  # was: No v is known.
        ("total v by k", [("a", 1.0), ("b", 3.0)], "b has the highest total v: 3; a the lowest: 1."),  # was: the same
        ("highest v", [(3.0,)], "The maximum v is 3."),
        ("rows where v is above 2", [("b", 3.0)], "There is 1 row where v is above 2."),  # was: 2 rows
        ("number of rows where v is missing", [(1,)], "1 row has no v."),
    ],
)
def test_nan_that_a_library_has_beside_nulls_is_missing_and_said(
    kind: str, question: str, rows: list[Any], sentence: str, analyst: Analyst, tmp_path: Path
) -> None:
    frame = pl.DataFrame({"k": ["a", "a", "b"], "v": [1.0, float("nan"), 3.0]})
    frame.write_parquet(tmp_path / "p.parquet")
    data: Any = {"polars": frame, "arrow": frame.to_arrow(), "parquet": tmp_path / "p.parquet"}[kind]
    turn = analyst.ask(question, {"p": data}, fresh=True)
    assert (turn.answer, turn.error) == (sentence, None)
    assert [tuple(row.values()) for row in turn.tables[0].to_arrow().to_pylist()] == rows
    assert "NaN in v counts as missing." in turn.text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_json_is_read_in_every_encoding(encoding: str) -> None:
    text = json.dumps([{"k": "ä", "v": 1}, {"k": "b", "v": 2}], ensure_ascii=False)
    assert read("data.json", text.encode(encoding))[0] == {"k": ["ä", "b"], "v": [1, 2]}


@pytest.mark.parametrize("text", ["", " \n", "{}", "[]"])
def test_json_without_rows_is_told_in_one_sentence(text: str) -> None:
    assert refused("data.json", text.encode()) == "data.json is empty. Check its content."


def test_types_are_those_of_all_rows() -> None:
    rows = [{"v": n} for n in range(25_000)]
    text = "\n".join(map(json.dumps, [*rows, {"v": 0.5, "late": "x"}]))
    columns, _ = read("data.jsonl", text)
    assert sum(columns["v"]) == sum(range(25_000)) + 0.5
    assert columns["late"][-1] == "x"


def test_lists_without_names_and_one_object_are_said() -> None:
    columns, said = read("data.json", json.dumps([["a", 1], ["b", 2]]))
    assert columns == {"column0": ["a", "b"], "column1": [1, 2]}
    assert said == "The lists are read as rows; their columns have no names."
    assert (
        read("one.json", json.dumps({"k": {"x": 1}, "v": 2}))[1] == "The file holds one object, and is read as one row."
    )


@pytest.mark.parametrize("form", ["records", "columns", "split", "table", "index"])
def test_what_pandas_writes_as_json_is_read(form: Any) -> None:
    frame = pd.DataFrame(
        {"k": ["a", "b"], "v": [1.5, None], "d": pd.to_datetime(["2024-01-31 00:00", "2024-02-29 10:00"])}
    )
    columns, _ = read("data.json", frame.to_json(orient=form, date_format="iso") or "")
    assert columns["k"] == ["a", "b"]
    assert columns["v"] == [1.5, None]
    assert columns["d"] == [dt.datetime(2024, 1, 31), dt.datetime(2024, 2, 29, 10)]


@pytest.mark.parametrize("word", ["NaN", "NULL", "-"])
@pytest.mark.parametrize("sign", [",", "."])
def test_what_pandas_writes_as_csv_is_read(word: str, sign: str) -> None:
    frame = pd.DataFrame(
        {"f": [1.5, 1e-7, 1e20, None], "d": pd.to_datetime(["2024-01-31", "2024-02-29", None, "1999-12-31"]),
         "b": [True, False, None, True]}
    )  # fmt: skip
    columns, said = read("data.csv", frame.to_csv(sep=";", decimal=sign, na_rep=word, index=False) or "")
    assert columns["f"] == [1.5, 1e-7, 1e20, None]
    assert columns["d"] == [dt.date(2024, 1, 31), dt.date(2024, 2, 29), None, dt.date(1999, 12, 31)]
    assert columns["b"] == [True, False, None, True]
    assert said.count("read as missing") == 3


def test_dates_of_json_that_may_be_of_two_days_stay_text() -> None:
    row = {"d": "01-02-2024", "t": "01-02-2024 10:00:00", "iso": "2024-02-01", "z": "2024-02-01T10:00:00Z"}
    columns, _ = read("data.json", json.dumps([row, row]))
    assert (columns["d"][0], columns["t"][0]) == ("01-02-2024", "01-02-2024 10:00:00")
    assert columns["iso"][0] == dt.date(2024, 2, 1)
    assert columns["z"][0].hour == 10


def test_nan_of_json_is_missing_and_said() -> None:
    columns, said = read("data.json", '[{"v": NaN}, {"v": 2}]')
    assert (columns["v"], said) == ([None, 2], "NaN is read as missing.")


def test_a_damaged_line_of_json_is_named() -> None:
    said = refused("data.jsonl", b'{"v": 1}\n{"v":\n{"v": 3}\n')
    assert said == "data.jsonl cannot be read: line 2: it is no whole JSON object. Check that line."


# -- what a file is ----------------------------------------------------------------------------------------------------


def packed() -> bytes:
    return gzip.compress(b"k,v\n" + b"".join(b"%d,%d\n" % (n, n * 7919 % 1_000) for n in range(20_000)))


def zipped() -> bytes:
    with zipfile.ZipFile("made.zip", "w") as archive:
        archive.writestr("data.csv", LINES)
    return Path("made.zip").read_bytes()


def parquet_bytes() -> bytes:
    parquet.write_table(pa.table({"v": list(range(1_000))}), "made.parquet")
    return Path("made.parquet").read_bytes()


def excel_bytes() -> bytes:
    pd.DataFrame(ROWS).to_excel("made.xlsx", index=False)
    return Path("made.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "said", "step"),
    [
        ("data.csv", excel_bytes, "it holds xlsx", "Rename it: data.xlsx."),
        ("data.csv", parquet_bytes, "it holds Parquet", "Rename it: data.parquet."),
        ("data.csv", packed, "it holds gzip", "Rename it: data.csv.gz."),
        ("data.csv", zipped, "it holds zip", "Unpack it first."),
        ("data.csv", lambda: b"<!DOCTYPE html>\n<html><table></table></html>", "it holds HTML", "as .csv or .xlsx"),
        ("data.json", lambda: b"\xef\xbb\xbf<html></html>", "it holds HTML", "as .csv or .xlsx"),
        ("data.xlsx", lambda: LINES.encode(), "it holds text", "Rename it: data.csv."),
        ("data.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "it holds xls", "without a password"),
        ("data.xlsx", lambda: excel_bytes()[:2_000], "damaged or cut off", "Get the file again."),
        ("data.csv.gz", lambda: LINES.encode(), "it holds text", "Rename it: data.csv."),
        ("data.csv.gz", lambda: packed()[:20_000], "damaged or cut off", "Get the file again."),
        ("data.jsonl.gz", lambda: packed()[:12], "damaged or cut off", "Get the file again."),
        ("data.parquet", lambda: parquet_bytes()[:500], "damaged or cut off", "Get the file again."),
        ("data.parquet", lambda: LINES.encode(), "it holds text", "Rename it: data.csv."),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_told(
    name: str, content: Callable[[], bytes], said: str, step: str
) -> None:
    found = refused(name, content())
    assert said in found
    assert step in found


# -- workbooks and Parquet ---------------------------------------------------------------------------------------------


def hide(book: Any, sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True


@pytest.mark.parametrize(
    ("rows", "change", "said"),
    [
        ([["k", "v"], ["a", 1], ["b", 2]], hide, "Rows that are hidden in the sheet are read, too: 3."),
        ([["k", "v"], ["a", 1], ["b", 2]], hide, "Columns that are hidden in the sheet are read, too: B."),
        ([["k", "v", "v"], ["a", 1, 10]], None, "Several columns are called v: here they are v, v.1."),
        ([["v"], [1], ["20"], [3]], None, "v is read as text: “20” among its numbers is text."),
        (
            [["d"], [dt.datetime(2024, 1, 2)], ["13/01/2024"]],
            None,
            "d is read as text: “13/01/2024” among its dates is none.",
        ),
        ([["k", "v", None, "p"], ["a", 1, None, "x"]], None, "The column C is empty: what stands on its two sides"),
        ([["t", "w"], ["s", "kg"], [1, 2.5], [2, 3]], None, "The second line is read as units (s, kg), not as a row."),
    ],
)
def test_what_a_sheet_does_not_show_is_said(rows: list[list[Any]], change: Any, said: str) -> None:
    assert said in " ".join(workbook(rows, change or (lambda book, sheet: None)).remarks)


def test_a_sheet_that_is_shown_is_read_before_a_hidden_one() -> None:
    def two(book: Any, sheet: Any) -> None:
        sheet.sheet_state = "hidden"
        shown = book.create_sheet("shown")
        shown.append(["v"])
        shown.append([100])
        book.active = 1

    assert workbook([["v"], [1]], two).name == "shown"


def test_columns_of_one_name_and_durations_of_parquet_are_said() -> None:
    table = pa.table([pa.array([1]), pa.array([2]), pa.array([3], pa.duration("ms"))], names=["v", "v", "lag"])
    parquet.write_table(table, "made.parquet")
    columns, said = read("data.parquet", Path("made.parquet").read_bytes())
    assert list(columns) == ["v", "v_1", "lag"]
    assert said == (
        "Several columns are called v: here they are v, v_1. lag holds durations in ms, and is read as numbers."
    )


# -- through the product -----------------------------------------------------------------------------------------------


def test_whole_numbers_beyond_64_bits_are_added_up_with_all_their_digits(analyst: Analyst) -> None:
    frame = pd.DataFrame({"v": [2**70, 1, -(2**65)]})
    turn = analyst.ask("total v", {"data": frame})
    assert turn.answer == f"The total v is {2**70 + 1 - 2**65:,}."
    assert f"{2**70 + 1 - 2**65:,}" in turn.tables[0].to_text()


def test_of_two_columns_of_one_name_the_first_is_meant_and_it_is_said(analyst: Analyst) -> None:
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=["v", "v"])
    turn = analyst.ask("total v", {"data": frame})
    assert turn.answer == "The total v is 4."
    assert "data: Several columns are called v: here they are v, v_1." in turn.notes
    indexed = pd.DataFrame({"k": ["x", "y"], "v": [1, 2]}, index=pd.Index(["a", "b"], name="k"))
    assert "y has the highest" in analyst.ask("total v by k", {"data": indexed}).answer


def test_times_with_nanoseconds_come_back(analyst: Analyst) -> None:
    table = pa.table({"v": [1, 2], "clock": pa.array([3_723_000_000_001, None], pa.time64("ns"))})
    turn = analyst.ask("show all rows", {"data": table})
    assert turn.ok, turn.error
    assert "01:02:03.000000001" in turn.tables[0].to_text()
    assert "01:02:03" in analyst.ask("total v by clock", {"data": table}).answer
    after = analyst.run("result['clock'].iloc[0]", frames={})
    assert after.ok, after.error


def test_a_lazy_frame_is_asked_about_without_a_warning(analyst: Analyst) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert analyst.ask("total v", {"data": pl.LazyFrame({"v": [1, 2]})}).answer == "The total v is 3."


def test_values_of_several_types_that_read_alike_are_said(analyst: Analyst) -> None:
    said = "data: The column code holds values of several types that read alike: SQL takes them for one."
    mixed = pd.DataFrame({"code": pd.Series([1, "1", "x", 2.5, None], dtype=object)})
    assert said in analyst.ask("number of rows by code", {"data": mixed}).notes
    apart = pd.DataFrame({"code": pd.Series([1, "x", 2.5, None], dtype=object)})
    assert said not in analyst.ask("number of rows by code", {"data": apart}).notes
