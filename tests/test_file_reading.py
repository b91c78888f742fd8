"""How data files are read: nothing changes without a word, a guess is said, and the user's word goes before it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pytest

from analyst_magic import Analyst
from analyst_magic.errors import InputError
from analyst_magic.notebook.options import parse
from analyst_magic.notebook.scope import find_scope
from analyst_magic.sources.files import DataFile, check_files, files_named, open_data, with_frame_names
from analyst_magic.sources.sheets import Sheet
from analyst_magic.testing import FakeSandbox

DAY, MONTH = dt.date(2024, 2, 1), dt.date(2024, 1, 2)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, encoding: str = "utf-8", name: str = "data.csv") -> None:
    Path(name).write_bytes(text.encode(encoding))


def read(entry: str = "data.csv") -> tuple[dict[str, list[Any]], str]:
    """The columns of a CSV file, and all that is said of how it was read."""
    file = open_data(entry)
    assert isinstance(file, DataFile)
    found = duckdb.sql(file.sql)
    columns = dict(zip(found.columns, map(list, zip(*found.fetchall(), strict=True)), strict=True))
    return columns, " ".join(remark.text for remark in file.reading.remarks)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("02134", "12345"), ["02134", "12345"]),
        (("+49123456", "+4412345"), ["+49123456", "+4412345"]),
        (("1E5", "12E3"), ["1E5", "12E3"]),
        (("12345678901234567.5", "99999999999999999999999999999999999999991"), None),
        (("4111111111111111222", "4111111111111111333"), [4111111111111111222, 4111111111111111333]),
        (("1.5E+05", "2e-3"), [150000.0, 0.002]),
        (("1.5", "-2.25"), [1.5, -2.25]),
        (("2024-01-02", "2024-02-01"), [MONTH, DAY]),
    ],
)
def test_codes_stay_text_and_numbers_keep_their_digits(values: tuple[str, ...], expected: list[Any] | None) -> None:
    write("c,n\n" + "".join(f"{value},1\n" for value in values))
    assert read()[0]["c"] == (expected or list(values))


@pytest.mark.parametrize("name", ["version", "app_ver", "Release", "build"])
def test_versions_stay_text(name: str) -> None:
    write(f"{name},n\n1.1,5\n1.10,6\n")
    columns, said = read()
    assert columns[name] == ["1.1", "1.10"]
    assert name in said


def test_two_spellings_of_one_number_are_told_and_can_be_kept_apart() -> None:
    write("v,n\n1.1,5\n1.10,6\n")
    assert "1.1 and 1.10 in v are read as one number" in read()[1]
    assert read("data.csv text=v")[0]["v"] == ["1.1", "1.10"]


@pytest.mark.parametrize(
    ("dates", "expected", "guessed"),
    [
        (("01/02/2024", "03/02/2024"), dt.date(2024, 2, 1), True),
        (("01/02/2024", "13/02/2024"), dt.date(2024, 2, 1), False),
        (("01/02/2024", "01/13/2024"), dt.date(2024, 1, 2), False),
        (("1.2.24", "3.4.24"), dt.date(2024, 2, 1), True),
        (("01-02-2024 10:30", "03-02-2024 11:00"), dt.datetime(2024, 2, 1, 10, 30), True),
        (("1/2/2024 1:30 PM", "1/13/2024 11:00 AM"), dt.datetime(2024, 1, 2, 13, 30), False),
    ],
)
def test_dates_are_read_by_what_the_file_shows_and_a_guess_is_said(
    dates: tuple[str, ...], expected: object, guessed: bool
) -> None:
    write("d,n\n" + "".join(f"{date},1\n" for date in dates))
    columns, said = read()
    assert columns["d"][0] == expected
    assert ("dates=mdy" in said) is guessed


def test_the_order_of_dates_can_be_set_and_one_column_shows_that_of_another() -> None:
    write("d,n\n01/02/2024,1\n03/02/2024,2\n")
    columns, said = read("data.csv dates=mdy")
    assert (columns["d"][0], said) == (MONTH, "")
    write("d,e\n01/02/2024,01/31/2024\n")
    assert read()[0]["d"] == [MONTH]
    write("d,n\n13/02/2024,1\n03/22/2024,2\n")
    columns, said = read()
    assert columns["d"] == ["13/02/2024", "03/22/2024"]
    assert "read as text" in said


@pytest.mark.parametrize(
    ("text", "expected", "said"),
    [
        ("k;v\na;1.234,56\nb;2,5\n", [1234.56, 2.5], ""),
        ("k;v\na;1.234\nb;2.000\n", [1234, 2000], "decimal=."),
        ('k,v\na,"1,234"\nb,"22,345.50"\n', [1234.0, 22345.5], ""),
        ('k,v\na,"1,234"\nb,"2,345"\n', [1234, 2345], "decimal=,"),
        ("k\tv\na\t1 234,5\nb\t12\n", [1234.5, 12.0], ""),
        ("k,v\na,1'234.5\nb,12\n", [1234.5, 12.0], ""),
        ("k,v\na,NA\nb,2\n", [None, 2], "NA in v is read as missing"),
        ("k,v\na,-\nb,2.5\n", [None, 2.5], "- in v is read as missing"),
        ("k,v\na,x\nb,2\nc,3\n", ["x", "2", "3"], "“x” among its numbers"),
    ],
)
def test_signs_and_words_in_numbers(text: str, expected: list[Any], said: str) -> None:
    write(text)
    columns, remarks = read()
    assert columns["v"] == expected
    assert said in remarks if said else not remarks


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["+2", "-3", "5"], True),
        (["+2.5", "-3.25", "NA"], True),
        (["+1,5", "+2,5", "-3,5"], True),
        (["+4912345", "+4315555", "+1399"], False),  # phone numbers
        (["02134", "+5", "-6"], False),
    ],
)
def test_signed_amounts_that_stay_text_are_said(values: list[str], said: bool) -> None:
    write("k;v\n" + "".join(f"a{i};{value}\n" for i, value in enumerate(values)))
    columns, remarks = read()
    assert columns["v"] == values
    assert ("v is read as text, as numbers such as +" in remarks) is said


def test_comments_above_a_table_are_called_so() -> None:
    write("# made by x\n# on monday\nk,v\na,2\nb,3\n")
    assert read()[1] == "The first 2 lines are comments above the table, and not read."
    write("Report\nof May\nk,v\na,2\nb,3\n")
    assert read()[1] == "The first 2 lines are not read, as the table begins below."


def test_a_file_with_blanks_between_its_values_is_told_how_to_be_read() -> None:
    write("name n size\na 2 3.5\nb 5 6.5\nc 7 8.5\n")
    assert "delimiter=space" in read()[1]
    assert read("data.csv delimiter=space")[0] == {"name": ["a", "b", "c"], "n": [2, 5, 7], "size": [3.5, 6.5, 8.5]}
    write("text\nhello world\ngood morning\nbye all\n")
    assert "delimiter" not in read()[1]
    write("some text\nhello world\ngood morning\nbye all\n")
    assert "delimiter" not in read()[1]


def test_the_decimal_sign_can_be_set() -> None:
    write("k;v\na;1.234\nb;2.000\n")
    assert read("data.csv decimal=.") == ({"k": ["a", "b"], "v": [1.234, 2.0]}, "")
    write('k,v\na,"1,234"\nb,"2,345"\n')
    assert read("data.csv decimal=,")[0]["v"] == [1.234, 2.345]


def test_a_region_na_stays_one() -> None:
    write("region,v\nNA,1\nEU,2\n")
    assert read()[0]["region"] == ["NA", "EU"]


@pytest.mark.parametrize("header", ["region,2019,2020", "2019,2020,2021"])
def test_years_in_the_first_line_are_names(header: str) -> None:
    write(f"{header}\n10,1,2\n11,3,4\n")
    assert list(read()[0]) == header.split(",")


def test_a_first_line_of_values_is_told_and_can_be_settled() -> None:
    write("n,1\ns,2\n")
    assert "header=yes" in read()[1]
    assert list(read("data.csv header=yes")[0]) == ["n", "1"]
    assert read("data.csv header=no")[1] == ""


@pytest.mark.parametrize("columns", [2, 3, 5])
@pytest.mark.parametrize("place", [1, 2, -1])
def test_a_short_line_is_read_and_named(columns: int, place: int) -> None:
    rows = [",".join(f"{row}{column}" for column in range(columns)) for row in range(1, 6)]
    rows[place] = rows[place].rpartition(",")[0]
    write("\n".join([",".join("abcde"[:columns]), *rows, ""]))
    found, said = read()
    assert list(found) == list("abcde"[:columns])
    assert found["abcde"[columns - 1]].count(None) == 1
    assert f"Line {range(2, 7)[place]} has fewer" in said


@pytest.mark.parametrize("extra", [1, 2])
@pytest.mark.parametrize("place", [1, 2, -1])
def test_a_long_line_is_named_and_can_be_left_out(extra: int, place: int) -> None:
    rows = ["n,1", "s,2", "e,3", "w,4"]
    rows[place] += ",EXTRA" * extra
    write("\n".join(["region,v", *rows, ""]))
    with pytest.raises(InputError, match=f"Line {range(2, 6)[place]} of data.csv has {2 + extra} values"):
        read()
    columns, said = read("data.csv bad_lines=skip")
    assert (len(columns["region"]), f"Line {range(2, 6)[place]} is left out" in said) == (3, True)


def test_names_that_differ_in_case_only_are_told() -> None:
    write("Sales,sales\n1,2\n")
    columns, said = read()
    assert columns == {"Sales": [1], "sales_1": [2]}
    assert "sales is sales_1" in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_is_read(encoding: str) -> None:
    city = "München" if encoding == "latin-1" else "München – 5 €"
    write(f"Stadt,größe\n{city},1\nÅrhus,2\n", encoding)
    assert read()[0] == {"Stadt": [city, "Århus"], "größe": [1, 2]}


def test_an_encoding_can_be_named() -> None:
    write("k,v\nПривет,1\n", "cp1251")
    assert read("data.csv encoding=cp1251")[0]["k"] == ["Привет"]
    with pytest.raises(InputError, match="no encoding klingon"):
        read("data.csv encoding=klingon")
    with pytest.raises(InputError, match="not in the encoding ascii"):
        read("data.csv encoding=ascii")


def test_a_huge_value_is_read() -> None:
    write("a,b\n" + "x" * 3_000_000 + ",1\n")
    assert len(read()[0]["a"][0]) == 3_000_000


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_anything_is_said_to_be_empty(content: str) -> None:
    write(content)
    with pytest.raises(InputError, match="empty"):
        read()


@pytest.mark.parametrize("text", ["dates=ymd", "decimal=;", "header=maybe", "bad_lines=fix"])
def test_a_value_that_an_option_cannot_have_is_refused(text: str) -> None:
    write("a\n1\n")
    with pytest.raises(InputError, match="no way to read a file"):
        read(f"data.csv {text}")


def test_a_file_that_is_not_there_gets_the_nearest_name() -> None:
    write("a\n1\n", name="my sales.csv")
    with pytest.raises(InputError, match=r"There is no file my sale\.csv") as caught:
        open_data("my sale.csv")
    assert "Did you mean my sales.csv?" in str(caught.value)
    assert read("my sales.csv")[0] == {"a": [1]}


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("total v in shop.csv by k", "shop.csv"),
        ('total v in "shop.csv" by k', "shop.csv"),
        ("total v in 'my shop.csv' by k", "my shop.csv"),
        ("total v in my shop.csv by k", "my shop.csv"),
        ("total v in `my shop.csv` dates=mdy by k", "my shop.csv dates=mdy"),
        ("total v in shop.csv dates=mdy decimal=, by k", "shop.csv dates=mdy decimal=,"),
    ],
)
def test_a_file_in_a_question_may_have_blanks_quotes_and_options(question: str, path: str) -> None:
    for name in ("shop.csv", "my shop.csv"):
        write("k,v\na,1\nb,2\n", name=name)
    found = files_named(question)
    (name,) = found
    assert found == {name: path}
    assert with_frame_names(question, found) == f"total v in @{name} by k"
    with Analyst(model="offline", sandbox=FakeSandbox(lambda code: pd.DataFrame({"x": [1]})), history=False) as analyst:
        assert analyst.ask(question).ok


@pytest.mark.parametrize("question", ["total v in shp.csv", 'total v by k in "shp.csv"', "total v from my shp.csv"])
def test_a_file_in_a_question_that_is_not_there_is_named(question: str) -> None:
    write("k,v\na,1\n", name="shop.csv")
    other = {"d": pd.DataFrame({"v": [1]})}
    with Analyst(model="offline", sandbox=FakeSandbox(), history=False) as analyst:
        for frames in ({}, other):
            with pytest.raises(InputError, match=r"There is no file shp\.csv") as caught:
                analyst.ask(question, frames)
            assert "Did you mean shop.csv?" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("shop.zip", "Unpack it first"),
        ("shop.sqlite", "connect NAME ADDRESS"),
        ("shop.sav", "Load it with pandas"),
        ("shop.bz2", "Unpack it first"),
        ("shop.ods", "Save it as .xlsx"),
        ("shop.sas", "Use one of: .csv"),
    ],
)
def test_a_file_of_another_kind_in_a_question_is_named(name: str, step: str) -> None:
    write("k", name=name)
    with Analyst(model="offline", sandbox=FakeSandbox(), history=False) as analyst:
        for question in (f"how many rows are in {name}?", f"total v in {name} by k."):
            with pytest.raises(InputError, match=f"{name} is not a data file") as caught:
                analyst.ask(question)
            assert step in caught.value.next_step


def test_a_file_that_is_to_be_written_need_not_be_there() -> None:
    check_files("save the total of v in out.csv")
    check_files("total v by k as out.xlsx")


def test_options_stand_behind_the_file_of_a_cell() -> None:
    write("d;v\n01/02/2024;1\n", name="my sales.csv")
    options = parse('-f "shop=my sales.csv" dates=mdy delimiter=; --sql')
    assert options.language == "sql"
    scope = find_scope({}, options.frame)
    file = scope.frames["shop"]
    assert isinstance(file, DataFile)
    assert (file.options.dates, file.options.delimiter) == ("mdy", ";")
    with pytest.raises(InputError, match="no option total"):
        parse("-f sales total")


def test_what_is_said_is_of_the_columns_that_the_code_reads() -> None:
    write("day,code,n\n01/02/2024,1E5,1\n03/02/2024,2E5,2\n")
    file = open_data("data.csv")
    assert isinstance(file, DataFile)
    assert file.remarks("SELECT code, sum(n) FROM data GROUP BY code") == (
        "code holds codes such as 1E5, and is read as text.",
    )
    assert len(file.remarks("SELECT * FROM data")) == len(file.remarks("data.df().head()")) == 2
    assert file.remarks("SELECT sum(n) FROM data") == ()


def test_a_guess_is_told_with_the_answer_and_not_where_it_was_settled() -> None:
    write("day,v\n01/02/2024,1\n03/02/2024,2\n", name="shop.csv")
    with Analyst(
        model="offline", sandbox=FakeSandbox(lambda code: pd.DataFrame({"total_v": [3]})), history=False
    ) as analyst:
        guessed = analyst.ask("total v by day", {"shop": Path("shop.csv")})
        settled = analyst.ask("total v by day", {"shop": Path("shop.csv dates=mdy")})
        other = analyst.run("SELECT sum(v) FROM shop", "sql", {"shop": Path("shop.csv")})
    assert any("dates=mdy" in note for note in guessed.notes)
    assert not any("dates=mdy" in note for note in (*settled.notes, *other.notes))


# -- workbooks ---------------------------------------------------------------------------------------------------------


def workbook(**sheets: list[list[Any]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return book


def sheet_of(entry: str = "book.xlsx") -> Sheet:
    found = open_data(entry)
    assert isinstance(found, Sheet)
    return found


def test_cells_of_a_workbook_are_what_they_are() -> None:
    texts = [["02134", "+49123", "NA"], ["12345", "+44", "None"], ["00001", "1E5", "null"]]
    workbook(S=[["zip", "phone", "region"], *texts]).save("book.xlsx")
    assert sheet_of().data.to_numpy().tolist() == texts
    assert sheet_of().remarks == ()


def test_another_sheet_is_told_and_can_be_chosen() -> None:
    workbook(First=[["a"], [1]], **{"Q2 2024": [["b"], [2]]}).save("book.xlsx")
    assert "sheet=NAME reads another: Q2 2024" in sheet_of().remarks[0]
    for wanted in ('"Q2 2024"', '"q2 2024"', "2"):
        chosen = sheet_of(f"book.xlsx sheet={wanted}")
        assert (list(chosen.data.columns), chosen.remarks) == (["b"], ())
    with pytest.raises(InputError, match="no sheet Third"):
        sheet_of("book.xlsx sheet=Third")


def test_the_first_sheet_with_data_is_read_and_an_empty_workbook_is_said_to_be_one() -> None:
    workbook(Cover=[], Data=[[None, None], [None, "a"], [None, 1]]).save("book.xlsx")
    assert sheet_of().data.to_dict("list") == {"a": [1]}
    workbook(Cover=[]).save("empty.xlsx")
    with pytest.raises(InputError, match=r"empty\.xlsx is empty"):
        sheet_of("empty.xlsx")


def test_formulas_without_values_merged_labels_and_errors_are_told() -> None:
    book = workbook(S=[["region", "v", "w"], ["north", 1, "=B2*2"], [None, 2, "=B3*2"], ["south", 3, "#N/A"]])
    book["S"].merge_cells("A2:A3")
    book.save("book.xlsx")
    found = sheet_of()
    assert found.data["region"].tolist() == ["north", "north", "south"]
    said = " ".join(found.remarks)
    assert "A2:A3" in said
    assert "2 formulas (C2, C3) have no stored value" in said
    assert "1 cell with an error" in said


TABLE = [["region", "amount"], ["north", 10], ["south", 20]]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["Sales of 2025"], [], *TABLE], "“Sales of 2025” stands above the table, and is not read."),
        ([["Sales of 2025"], *TABLE], "“Sales of 2025” stands above the table, and is not read."),
        ([["Sales"], ["all shops"], ["draft"], *TABLE],
         "“Sales” and “all shops”, and 1 more line, stand above the table, and are not read."),
        ([*TABLE, [], ["Source: the shops"]], "“Source: the shops” stands below the table, and is not read."),
        ([[None, "Sales"], [], [None, *TABLE[0]], [None, *TABLE[1]], [None, *TABLE[2]]],
         "“Sales” stands above the table, and is not read."),
    ],
)  # fmt: skip
def test_titles_and_notes_around_a_table_are_not_read_and_said(rows: list[list[Any]], said: str) -> None:
    workbook(S=rows).save("book.xlsx")
    found = sheet_of()
    assert found.data.to_dict("list") == {"region": ["north", "south"], "amount": [10, 20]}
    assert found.data["amount"].dtype.kind == "i"
    assert found.remarks == (said,)


def test_periods_below_a_title_are_names_of_columns() -> None:
    workbook(S=[["Sales"], ["region", 2024, 2025], ["north", 1, 2]]).save("book.xlsx")
    assert sheet_of().data.to_dict("list") == {"region": ["north"], "2024": [1], "2025": [2]}


@pytest.mark.parametrize(
    "rows",
    [
        [["name"], ["a", 1], ["b", 2]],  # a header that names the first column alone
        [["k", "v"], ["a", 1], ["b", None]],
        [["k", "v"], ["a", 1], [], ["b", 2]],
        [["k"], ["a"], [], ["b"]],
    ],
)
def test_other_rows_are_all_read(rows: list[list[Any]]) -> None:
    workbook(S=rows).save("book.xlsx")
    values = [value for row in rows for value in row if value is not None]
    found = sheet_of().data
    names = [name for name in found.columns if not name.startswith("column_")]
    assert [
        *names,
        *(value for row in found.to_numpy().tolist() for value in row if value == value and value is not None),
    ] == values
    assert sheet_of().remarks == ()


def test_two_rows_of_headings_are_one() -> None:
    heads = [["region", 2024, None, 2025, None], [None, "Q1", "Q2", "Q1", "Q2"]]
    book = workbook(S=[["Sales by quarter"], *heads, ["north", 1, 2, 3, 4], ["south", 5, 6, 7, 8]])
    for area in ("A1:E1", "A2:A3", "B2:C2", "D2:E2"):
        book["S"].merge_cells(area)
    book.save("book.xlsx")
    found = sheet_of()
    assert list(found.data.columns) == ["region", "2024 Q1", "2024 Q2", "2025 Q1", "2025 Q2"]
    assert found.data["2025 Q2"].tolist() == [4, 8]
    assert "Two rows of headings are read as one: 2024 Q1." in found.remarks


def test_a_format_with_leading_zeros_is_kept() -> None:
    book = workbook(S=[["zip"], [2134], [12345]])
    for row in (2, 3):
        book["S"].cell(row, 1).number_format = "00000"
    book.save("book.xlsx")
    assert sheet_of().data["zip"].tolist() == ["02134", "12345"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "Name        City       Amount\nAnn Smith   New York      120\nBob Jones   Paris          80\n",
            [("Ann Smith", "New York", 120), ("Bob Jones", "Paris", 80)],
        ),
        (
            "id    when        note\n1     2024-03-01  first\n22    2024-04-01  a, b\n333   2024-05-01\n",
            [(1, dt.date(2024, 3, 1), "first"), (22, dt.date(2024, 4, 1), "a, b"), (333, dt.date(2024, 5, 1), "")],
        ),
    ],
)
def test_columns_that_are_aligned_by_blanks_are_columns(tmp_path: Path, text: str, rows: list[tuple[Any, ...]]) -> None:
    path = tmp_path / "aligned.csv"
    path.write_text(text)
    file = open_data(path)
    assert isinstance(file, DataFile)
    found = duckdb.sql(file.reading.sql).fetchall()
    assert [tuple("" if value is None else value for value in row) for row in found] == rows
    assert any("aligned by blanks" in remark.text for remark in file.reading.remarks)


@pytest.mark.parametrize(
    "text", ["a,b\n1,  2\n3,  4\n5,  6\n", "some words  here\nand  more of  them\nno   columns at all\n"]
)
def test_other_text_with_blanks_is_not_taken_for_aligned(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plain.csv"
    path.write_text(text)
    file = open_data(path)
    assert isinstance(file, DataFile)
    assert not any("aligned" in remark.text for remark in file.reading.remarks)


TABLES_AS_TEXT = [
    ("t.txt", b"a\tb\nx\t1\ny\t2\n", "tabs", [("x", 1), ("y", 2)]),
    ("p.txt", b"a|b\nx|1\ny|2\n", "bars", [("x", 1), ("y", 2)]),
    ("s.txt", b"a;b\nx;1,5\ny;2,5\n", "semicolons", [("x", 1.5), ("y", 2.5)]),
    ("c.dat", b"a,b\nx,1\ny,2\n", "commas", [("x", 1), ("y", 2)]),
    ("w.txt", b"a b\nx 1\ny 2\nz 3\n", "blanks", [("x", 1), ("y", 2), ("z", 3)]),
    ("l.txt", b"b\n1\n2\n3\n", "one column", [(1,), (2,), (3,)]),
    ("n.txt", "a;b\nMünchen;1\nKöln;2\n".encode("cp1252"), "semicolons", [("München", 1), ("Köln", 2)]),
]


@pytest.mark.parametrize(("name", "content", "between", "rows"), TABLES_AS_TEXT, ids=[row[0] for row in TABLES_AS_TEXT])
def test_a_text_file_is_read_as_the_table_that_it_is_and_the_guess_is_said(
    tmp_path: Path, name: str, content: bytes, between: str, rows: list[tuple[Any, ...]]
) -> None:
    (tmp_path / name).write_bytes(content)
    file = open_data(name, tmp_path)
    assert isinstance(file, DataFile)
    assert list(file.to_pandas().itertuples(index=False, name=None)) == rows
    said = " ".join(remark.text for remark in file.reading.remarks)
    assert f"{name} is read as a table with" in said
    assert between in said


@pytest.mark.parametrize("content", [b"Dear all,\nplease note that we meet at 5, or 6.\nBye\n", b"hello\n", b""])
def test_a_text_file_that_is_no_table_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "notes.txt").write_bytes(content)
    with pytest.raises(InputError, match=r"table|empty"):
        open_data("notes.txt", tmp_path)
    assert files_named("what does notes.txt say", base=tmp_path) == {}
