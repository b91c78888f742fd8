"""How a CSV file is read: its encoding, delimiter, header and bad lines, and from there the types of its columns.

DuckDB finds most of it out. It prefers one column over a line that does not fit, and skips what stands above the first
lines of equal length; so what it finds is compared with the lines themselves, and what is left out or guessed is said.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from ..errors import InputError
from ..filetypes import MAYBE_TABLES
from ..language import message, messages, sentences
from .csv_columns import ColumnReading, Remark, quoted, read_columns
from .csv_text import aligned_copy, encoding_of, sample_text, utf8_text, with_one_line_end, without_line
from .file_options import FileOptions
from .unit_rows import units_of

WHOLE_BYTES = 32_000_000
"""Size up to which all of a file is looked at before it is read; of a larger one the beginning."""
SAMPLE_ROWS = 100_000
LONG_LINE = 2_000_000
"""Bytes of a line that DuckDB takes without being told."""
MAX_LINE = 256_000_000
DELIMITERS = ",;\t|"
_YEARS = range(1800, 2200)
_SIGN = re.compile(r'"?sep=(.)"?[ \t]*\r?\n', re.I)
"""The first line by which Excel is told what stands between the values."""
MAX_UNIT_ROWS = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: SQL around its path.

    Attributes:
        before, after: What stands before the quoted path and behind it.
        path: The file that is read: the user's own, or a copy of it in UTF-8.
        remarks: What the user should know.
    """

    before: str
    after: str
    path: Path
    remarks: tuple[Remark, ...] = ()

    @property
    def sql(self) -> str:
        """The query, for a DuckDB of this machine."""
        return self.at(str(self.path))

    def at(self, path: str) -> str:
        """The query for a file that lies elsewhere."""
        return f"{self.before}{literal(path)}{self.after}"


@dataclass(frozen=True, slots=True)
class _Dialect:
    """The form of a file's lines.

    Attributes:
        names, types: The columns, with the types that DuckDB takes them for.
        arguments: What else ``read_csv`` is told, as SQL.
    """

    delimiter: str
    header: bool
    names: tuple[str, ...]
    types: tuple[str, ...]
    quote: str = '"'
    escape: str = '"'
    skip: int = 0
    arguments: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = field(default=())

    def call(self, types: Sequence[str]) -> str:
        """The arguments of ``read_csv`` behind the path."""
        columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in zip(self.names, types, strict=True))
        words = [
            "auto_detect=false", f"delim={literal(self.delimiter)}", f"quote={literal(self.quote)}",
            f"escape={literal(self.escape)}", f"header={str(self.header).lower()}", f"skip={self.skip}",
            f"columns={{{columns}}}", *self.arguments,
        ]  # fmt: skip
        return ", ".join(words)


def literal(text: str) -> str:
    """A text in the quotes of SQL."""
    return "'" + text.replace("'", "''") + "'"


def read_csv(path: Path, options: FileOptions, state: str) -> Reading:
    """How a CSV file is read.

    Args:
        path: The file.
        options: What the user says of it.
        state: Differs when the file does.

    Raises:
        InputError: It cannot be read, with the line and the next step.
    """
    encoding = options.encoding or encoding_of(path)
    text = path if encoding == "utf-8" and not options.encoding else utf8_text(path, encoding, state)
    text = with_one_line_end(text, state)
    if (sign := _SIGN.match(sample_text(text))) is not None:
        text = without_line(text, 1, state) or text
        options = replace(options, delimiter=options.delimiter or sign[1])
    return _read(path, text, options, state)


def _read(path: Path, text: Path, options: FileOptions, state: str) -> Reading:
    """How a CSV file is read whose text is in UTF-8."""
    aligned = None if options.delimiter else aligned_copy(text, state)
    text = aligned or text
    with duckdb.connect() as connection:
        try:
            dialect = _dialect(connection, path, text, options)
            if path.name.lower().endswith(MAYBE_TABLES) and not options.delimiter and not aligned:
                blanks = len(dialect.names) == 1 and bool(dialect.remarks)
                dialect = _dialect(connection, path, text, replace(options, delimiter=" ")) if blanks else dialect
                dialect = _as_table(path, dialect, sample_text(text))
            rows = _texts(connection, text, dialect)
            if (units := _units(rows, dialect, sample_text(text))) and (
                shorter := without_line(text, 2, state)
            ) is not None:
                return _with_remark(_read(path, shorter, options, f"{state} units"), units)
            columns = read_columns(rows, dialect.types, options, dialect.delimiter)
        except duckdb.Error as error:
            raise unreadable(path, error) from error
    if aligned:
        note = Remark(message("Its columns are aligned by blanks; each is read from where its name begins."))
        dialect = replace(dialect, remarks=(note, *dialect.remarks))
    return _reading(text, dialect, columns)


def _units(rows: Any, dialect: _Dialect, sample: str) -> str:
    """What is said of a second line that has units; empty where it has values."""
    second = sample.splitlines()[1:2]
    if not dialect.header or dialect.skip or not second:
        return ""
    first = [list(row.values()) for row in rows.slice(0, MAX_UNIT_ROWS).to_pylist()] if rows.num_columns else []
    units = units_of(first)
    if not units or not all(unit in second[0] for unit in units):
        return ""
    return message("The second line is read as units ({units}), not as a row.", units=", ".join(units))


def _with_remark(reading: Reading, text: str) -> Reading:
    return replace(reading, remarks=(Remark(text), *reading.remarks))


_NAMES = {
    ",": message("commas"), ";": message("semicolons"), "\t": message("tabs"), "|": message("bars"),
    " ": message("blanks"),
}  # fmt: skip
_LIST = 0.8
"""Share of lines of one word from which a file without a separator is a list."""


def _as_table(path: Path, dialect: _Dialect, sample: str) -> _Dialect:
    """The form of a file that need not be a table, with what was guessed said.

    Raises:
        InputError: It does not look like a table.
    """
    lines = [line for line in sample.splitlines() if line.strip()]
    if len(dialect.names) > 1:
        rows = [row for row in csv.reader(lines, delimiter=dialect.delimiter) if row]
        alike = sum(len(row) == len(dialect.names) for row in rows) / max(1, len(rows))
    else:
        alike = sum(" " not in line.strip() for line in lines) / max(1, len(lines))
    if len(lines) < 2 or alike < _LIST:
        raise InputError(
            message("{file} does not look like a table: its lines have no separator in common.", file=path.name),
            message(
                'If it is one, say what stands between the values, as in -f "{file} delimiter=tab".', file=path.name
            ),
        )
    between = _NAMES.get(dialect.delimiter, f"“{dialect.delimiter}”")
    note = message("{file} is read as a table with one column.", file=path.name)
    if len(dialect.names) > 1:
        note = message("{file} is read as a table with {signs} between its values.", file=path.name, signs=between)
    return replace(dialect, remarks=(Remark(note), *dialect.remarks))


def unreadable(path: Path, error: Exception) -> InputError:
    """The one sentence over a file that DuckDB cannot read."""
    lines = str(error).splitlines()
    first = _without_place(lines[0].removeprefix("Invalid Input Error: ").removeprefix("Invalid Error: "))
    place = first.removeprefix("CSV Error on Line: ")
    if place != first:
        reason = next((line for line in lines[1:] if line and not line.startswith(("Original Line", "Possible"))), "")
        return InputError(
            message(
                "{file} cannot be read: line {place}: {reason}", file=path.name, place=str(place), reason=reason[:200]
            ),
            message("Check that line."),
        )
    return InputError(
        message("{file} cannot be read: {reason}.", file=path.name, reason=first[:200].rstrip(". ")),
        message("Check its content."),
    )


def _without_place(reason: str) -> str:
    """What DuckDB says of a file without where the file, or a copy of it, lies."""
    return re.sub(r"""(?: (?:in|of|at end of))? file ["'][^"']*["'],?""", "", reason)


def _reading(text: Path, dialect: _Dialect, columns: Sequence[ColumnReading]) -> Reading:
    made = [
        f"{column.expression} AS {quoted(name)}"
        for name, column in zip(dialect.names, columns, strict=True)
        if column.expression
    ]
    replaced = f" REPLACE ({', '.join(made)})" if made else ""
    remarks = [Remark(r, name) for name, column in zip(dialect.names, columns, strict=True) for r in column.remarks]
    return Reading(
        f"SELECT *{replaced} FROM read_csv(",  # noqa: S608 (quoted)
        f", {dialect.call([column.type for column in columns])})",
        text,
        (*dialect.remarks, *remarks),
    )


def _texts(connection: duckdb.DuckDBPyConnection, text: Path, dialect: _Dialect) -> Any:
    """Rows of the file with all columns as text."""
    call = replace(dialect).call(["VARCHAR"] * len(dialect.names))
    limit = "" if text.stat().st_size <= WHOLE_BYTES else f" LIMIT {SAMPLE_ROWS}"
    return connection.sql(f"SELECT * FROM read_csv({literal(str(text))}, {call}){limit}").to_arrow_table()  # noqa: S608


def _dialect(connection: duckdb.DuckDBPyConnection, path: Path, text: Path, options: FileOptions) -> _Dialect:
    """The form of a file: what DuckDB finds, unless lines do not fit it that fit what the first one says."""
    sample = sample_text(text)
    if not sample.strip():
        raise InputError(message("{file} is empty.", file=path.name), message("Check its content."))
    lines = _Lines.of(sample, options.delimiter)
    long = _long_line(text)
    found = _sniffed(connection, text, _reader_options(options, long))
    if lines is not None and lines.agree:
        fits = found and found.delimiter == lines.delimiter and len(found.names) == lines.width and not found.skip
        if not fits:
            return _with_bad_lines(connection, path, text, lines, options, long)
    if found is None:
        return _failed(connection, path, text)
    found = replace(found, arguments=(*found.arguments, *long))
    if not options.delimiter and (blanks := _blanks(found, sample)):
        return replace(found, remarks=blanks)
    if found.skip:
        return replace(found, remarks=(_above(sample, found.skip),))
    return _header(connection, text, found, lines, options) if lines is not None else found


def _above(sample: str, number: int) -> Remark:
    """What is said of the lines above a table."""
    signs = [line.lstrip()[:2] for line in sample.splitlines()[:number] if line.strip()]
    comments = bool(signs) and all(sign[:1] in {"#", "%"} or sign == "//" for sign in signs)
    if comments and number == 1:
        return Remark(message("The first line is a comment above the table, and not read."))
    if comments:
        return Remark(message("The first {number} lines are comments above the table, and not read.", number=number))
    if number == 1:
        return Remark(message("The first line is not read, as the table begins below."))
    return Remark(message("The first {number} lines are not read, as the table begins below.", number=number))


def _blanks(found: _Dialect, sample: str) -> tuple[Remark, ...]:
    """A remark on a file of one column whose lines are numbers, or words and numbers, with single blanks between."""
    rows = [line.strip().split(" ") for line in sample.splitlines()[:200] if line.strip()]
    if len(found.names) != 1 or len(rows) < 3 or len(rows[0]) < 2 or {len(row) for row in rows} != {len(rows[0])}:
        return ()
    if not any(all(map(_is_number, values)) for values in zip(*rows[1:], strict=True)):
        return ()
    text = message(
        "The file is read as one column; where blanks stand between {columns} columns, add delimiter=space.",
        columns=len(rows[0]),
    )
    return (Remark(text),)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The first lines of a file, taken apart.

    Attributes:
        agree: Whether at least half of them have as many values as the first.
    """

    delimiter: str
    rows: tuple[tuple[str, ...], ...]
    agree: bool

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @classmethod
    def of(cls, text: str, delimiter: str = "") -> _Lines | None:
        """The lines by the delimiter that fits them best; None where they have one column."""
        best, score = None, 0.0
        for mark in [delimiter] if delimiter else DELIMITERS:
            try:
                rows = tuple(tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark) if row)
            except (csv.Error, TypeError):  # a huge value; a delimiter of several letters
                continue
            if not rows or len(rows[0]) < 2:
                continue
            same = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
            if same + len(rows[0]) / 10_000 > score:
                best, score = cls(mark, rows, same >= 0.5), same + len(rows[0]) / 10_000
        return best


def _long_line(text: Path) -> tuple[str, ...]:
    """The length of line that DuckDB has to be told of."""
    size = text.stat().st_size
    if size < LONG_LINE:
        return ()
    longest = 0
    with text.open("rb") as file:
        if text.suffix == ".gz" or size > 8 * MAX_LINE:
            return ()
        rest = 0
        while data := file.read(1 << 20):
            parts = data.split(b"\n")
            longest = max(longest, rest + len(parts[0]), *map(len, parts[1:]))
            rest = len(parts[-1]) + (rest if len(parts) == 1 else 0)
    return (f"max_line_size={longest + 1_000}",) if LONG_LINE < longest + 1_000 <= MAX_LINE else ()


def _reader_options(options: FileOptions, long: Sequence[str]) -> list[str]:
    words = [f"delim={literal(options.delimiter)}"] if options.delimiter else []
    words += [f"header={str(options.header == 'yes').lower()}"] if options.header else []
    return [*words, *long]


def _sniffed(connection: duckdb.DuckDBPyConnection, text: Path, arguments: Sequence[str]) -> _Dialect | None:
    """What DuckDB finds out by itself; None where it finds no form."""
    sample = -1 if text.stat().st_size <= WHOLE_BYTES else SAMPLE_ROWS
    words = ", ".join([literal(str(text)), f"sample_size={sample}", *arguments])
    try:
        row = connection.sql(
            "SELECT Delimiter, Quote, Escape, SkipRows, HasHeader, Columns, DateFormat, TimestampFormat, Comment "  # noqa: S608
            f"FROM sniff_csv({words})"
        ).fetchall()[0]
    except duckdb.Error:
        return None

    delimiter, quote, escape, skip, header, columns, dates, moments, comment = row
    more = [
        f"{name}={literal(value)}" for name, value in (("dateformat", dates), ("timestampformat", moments)) if value
    ]
    more += [f"comment={literal(comment)}"] if comment and comment != "(empty)" else []
    none = quote == "(empty)"
    return _Dialect(
        delimiter=delimiter,
        header=bool(header),
        names=tuple(str(column["name"]) for column in columns),
        types=tuple(str(column["type"]) for column in columns),
        quote='"' if none else quote,
        escape='"' if none or escape == "(empty)" else escape,
        skip=int(skip),
        arguments=tuple(more),
    )


def _header(
    connection: duckdb.DuckDBPyConnection, text: Path, found: _Dialect, lines: _Lines, options: FileOptions
) -> _Dialect:
    """With the names of the first line where these are years, which look like values."""
    if found.header or options.header:
        return _alike(found, lines) if found.header else found
    if _names_years(lines.rows):
        again = _sniffed(connection, text, [f"delim={literal(found.delimiter)}", "header=true", f"skip={found.skip}"])
        if again is not None and len(again.names) == len(found.names):
            return replace(again, arguments=found.arguments)
    remark = Remark(
        message("The first line is read as values, not as the names of the columns; header=yes reads it as names.")
    )
    return replace(found, remarks=(*found.remarks, remark))


def _names_years(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first line has names of which the numbers are years, each once, and other lines are not of years."""
    first = [cell.strip() for cell in rows[0]]
    years = [i for i, cell in enumerate(first) if cell.isdigit() and len(cell) == 4 and int(cell) in _YEARS]
    if not years or len(set(first)) != len(first) or any(_is_number(c) for i, c in enumerate(first) if i not in years):
        return False
    below = [row[i].strip() for row in rows[1:] for i in years if i < len(row)]
    return not below or not all(cell.isdigit() and len(cell) == 4 and int(cell) in _YEARS for cell in below)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _alike(found: _Dialect, lines: _Lines) -> _Dialect:
    """With a remark on names that DuckDB had to change, as it ignores the case of letters."""
    header = lines.rows[0] if not found.skip else ()
    changed = [
        (a.strip(), b) for a, b in zip(header, found.names, strict=False) if a.strip() and a.strip() != b.strip()
    ]
    if len(header) != len(found.names) or not changed:
        return found
    listed = [message("{old} is {new}", old=old, new=new) for old, new in changed[:3]]
    remark = Remark(
        message(
            "Columns whose names differ in case only, or not at all, have other names here: {listed}.", listed=listed
        )
    )
    return replace(found, remarks=(*found.remarks, remark))


def _failed(connection: duckdb.DuckDBPyConnection, path: Path, text: Path) -> _Dialect:
    connection.sql(f"SELECT * FROM read_csv({literal(str(text))}) LIMIT 1").fetchall()  # noqa: S608 (its error says why)
    raise InputError(
        message("{file} cannot be read: its lines have no common form.", file=path.name),
        message("Name the delimiter: delimiter=;."),
    )


def _with_bad_lines(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    text: Path,
    lines: _Lines,
    options: FileOptions,
    long: Sequence[str],
) -> _Dialect:
    """The form of a file of whose lines some do not fit.

    Raises:
        InputError: A line has more values than there are columns.
    """
    found = _padded(connection, text, lines, options, long)
    if found is None:
        return _failed(connection, path, text)
    short, others = _bad_lines(connection, text, found)
    if others and options.bad_lines != "skip":
        raise _bad_line(path, lines, others)
    more_words = (*(["null_padding=true"] if short else []), *(["ignore_errors=true"] if others else []))
    remarks = _left_out(short, others, lines.width)
    return _alike(replace(found, arguments=(*found.arguments, *more_words), remarks=remarks), lines)


def _padded(
    connection: duckdb.DuckDBPyConnection, text: Path, lines: _Lines, options: FileOptions, long: Sequence[str]
) -> _Dialect | None:
    """What DuckDB finds where lines may be too short; None where that has not the columns of the first line."""
    given = [f"delim={literal(lines.delimiter)}", "skip=0", "ignore_errors=true", *long]
    given += [f"header={'false' if options.header == 'no' else 'true'}"]
    found = _sniffed(connection, text, [*given, "null_padding=true"]) or _sniffed(connection, text, given)
    if found is None or len(found.names) != lines.width:
        return None
    return replace(found, arguments=(*found.arguments, *long), skip=0)


def _bad_lines(connection: duckdb.DuckDBPyConnection, text: Path, found: _Dialect) -> tuple[list[Any], list[Any]]:
    """The lines that have fewer values than there are columns, and others that do not fit: number, error and text."""
    call = found.call(["VARCHAR"] * len(found.names))
    scan = f"FROM read_csv({literal(str(text))}, {call}, store_rejects=true, rejects_limit=0)"
    connection.sql(f"SELECT count(*) {scan}").fetchall()
    rejected = connection.sql("SELECT DISTINCT line, error_type, csv_line FROM reject_errors ORDER BY line").fetchall()
    short = [row for row in rejected if row[1] == "MISSING COLUMNS"]
    return short, [row for row in rejected if row[1] != "MISSING COLUMNS"]


def _bad_line(path: Path, lines: _Lines, others: Sequence[Any]) -> InputError:
    """What is said of the first of the lines that do not fit."""
    line, kind, content = others[0]
    number = len(next(csv.reader([str(content)], delimiter=lines.delimiter), []))
    about = {"line": str(line), "file": path.name, "content": str(content)[:80]}
    said: str = message("Line {line} of {file} is damaged: {content}.", **about)
    if kind == "TOO MANY COLUMNS":
        columns = messages("{number} column", "{number} columns", lines.width)
        said = message(
            "Line {line} of {file} has {number} values, and there are {columns}: {content}.",
            number=number, columns=columns, **about,
        )  # fmt: skip
    more = message("So do {number} more.", number=len(others) - 1) if len(others) > 1 else ""
    return InputError(sentences([said, more]), message("Correct the file, or leave such lines out: bad_lines=skip."))


def _left_out(short: Sequence[Any], others: Sequence[Any], width: int) -> tuple[Remark, ...]:
    """What is said of lines that do not fit, and are read nevertheless or left out."""
    remarks = []
    if short:
        remarks.append(
            messages(
                "Line {lines} has fewer than {width} values: the rest is read as missing.",
                "Lines {lines} have fewer than {width} values: the rest is read as missing.",
                len(short), lines=_listed(short), width=width,
            )
        )  # fmt: skip
    if others:
        remarks.append(
            messages(
                "Line {lines} is left out, as there are more values than columns.",
                "Lines {lines} are left out, as there are more values than columns.",
                len(others), lines=_listed(others),
            )
        )  # fmt: skip
    return tuple(map(Remark, remarks))


def _listed(rows: Sequence[Any]) -> str:
    numbers = [str(row[0]) for row in rows]
    if len(numbers) <= 5:
        return ", ".join(numbers)
    return message("{numbers} and {count} more", numbers=numbers[:5], count=len(numbers) - 5)
