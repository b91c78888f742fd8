"""How a JSON file is read: its encoding, and where its rows are when it is no list of them.

DuckDB reads lists of records and lines of them. What else programs write is made such a list here: the rows that a
service wraps in an object, pandas' own form by columns, its form ``split``, and a list of lists. A guess is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb

from ..errors import InputError
from ..language import message
from .csv_columns import Remark, quoted
from .csv_files import Reading, literal, unreadable
from .csv_text import copy_of, encoding_of, opened
from .frames import alike

MAX_PARSED = 16_000_000
"""Bytes up to which a file is looked at as a whole; a larger one is a list of records, or lines of them."""
WHOLE_BYTES = 1 << 30
"""Size up to which the types of columns are those of all rows; of a larger file, of its first two million."""
_ISO = r"^\d{4}-\d\d-\d\d"
_MOMENT = r"^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$"
_NOTHING = frozenset({"", "[]", "{}"})
_RENAMED = re.compile(r"(.+)_\d+")


def read_json(path: Path, state: str) -> Reading:
    """How a JSON file is read.

    Args:
        path: The file.
        state: Differs when the file does.

    Raises:
        InputError: It is not in the encoding that it begins in.
    """
    if path.stat().st_size > MAX_PARSED:
        return _reading(path, path)
    with opened(path) as file:
        data = file.read()
    encoding = encoding_of(path)
    marked = data.startswith(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise unreadable(path, error) from error
    if text.strip() in _NOTHING:
        raise InputError(message("{file} is empty.", file=path.name), message("Check its content."))
    rows, remarks = _rows(text)
    said = tuple(Remark(text) for text in (*remarks, *_alike(rows)))
    if rows is not None and remarks:
        content = json.dumps(rows, ensure_ascii=False)
    elif marked or encoding != "utf-8":
        content = text
    else:
        return _reading(path, path, said)
    return _reading(path, copy_of(content, f"{state} json", ".json"), said)


def _reading(path: Path, text: Path, said: tuple[Remark, ...] = ()) -> Reading:
    """The query over a file, with the types that its columns have in all rows: a late 0.5 would become 0.

    Dates are those of ISO 8601: what 01-02-2024 is, the file does not say, so it stays text.
    """
    size = text.stat().st_size
    sample = f"sample_size={-1 if size <= WHOLE_BYTES else 2_000_000}"
    with duckdb.connect() as connection:
        try:
            found = connection.sql(
                f"DESCRIBE SELECT * FROM read_json({literal(str(text))}, {sample}, dateformat='%Y-%m-%d')"  # noqa: S608
            ).fetchall()
            kinds = {str(row[0]): str(row[1]) for row in found}
            names = {name.lower() for name in kinds}
            renamed = any((base := _RENAMED.fullmatch(name)) and base[1].lower() in names for name in kinds)
            if renamed or list(kinds) == ["json"]:
                return Reading("SELECT * FROM read_json(", f", {sample}, dateformat='%Y-%m-%d')", text, said)
            kinds |= dict.fromkeys(_unclear(connection, text, kinds), "VARCHAR")
            kinds |= dict.fromkeys(_moments(connection, text, kinds), "TIMESTAMP")
        except duckdb.Error as error:
            raise unreadable_json(path, error) from error
    columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in kinds.items())
    return Reading("SELECT * FROM read_json(", f", columns={{{columns}}})", text, said)


def _unclear(connection: duckdb.DuckDBPyConnection, text: Path, kinds: Mapping[str, str]) -> list[str]:
    """The columns of times that do not begin with a year."""
    times = [name for name, kind in kinds.items() if kind == "TIMESTAMP"]
    if not times:
        return []
    return [name for name, clear in _match(connection, text, times, _ISO).items() if clear is False]


def _moments(connection: duckdb.DuckDBPyConnection, text: Path, kinds: Mapping[str, str]) -> list[str]:
    """The columns of texts that are times as pandas writes them, which DuckDB takes for texts."""
    texts = [name for name, kind in kinds.items() if kind == "VARCHAR"]
    begin = [name for name, clear in _match(connection, text, texts, _MOMENT, 200).items() if clear]
    return [name for name, clear in _match(connection, text, begin, _MOMENT).items() if clear]


def _match(
    connection: duckdb.DuckDBPyConnection, text: Path, names: Sequence[str], pattern: str, rows: int | None = None
) -> dict[str, bool | None]:
    """Whether all texts of each column, or of its first rows, match a pattern; None where there are none."""
    if not names:
        return {}
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    tests = ", ".join(f"bool_and(regexp_matches({quoted(name)}, {literal(pattern)}))" for name in names)
    scan = f"SELECT * FROM read_json({literal(str(text))}, columns={{{columns}}})"  # noqa: S608 (quoted)
    limit = f" LIMIT {rows}" if rows else ""
    (row,) = connection.sql(f"SELECT {tests} FROM ({scan}{limit})").fetchall()  # noqa: S608 (quoted)
    return dict(zip(names, row, strict=True))


def unreadable_json(path: Path, error: Exception) -> InputError:
    """The one sentence over a JSON file that DuckDB cannot read: the line that is none, where there is one."""
    with opened(path) as file:
        lines = file.read(MAX_PARSED).decode("utf-8-sig", "replace").splitlines()
    single = [line for line in lines if line.strip()][:1]
    if single and _is_json(single[0]):
        number = next((n for n, line in enumerate(lines, 1) if line.strip() and not _is_json(line)), 0)
        if number:
            reason = message("it is no whole JSON object.")
            return InputError(
                message(
                    "{file} cannot be read: line {place}: {reason}", file=path.name, place=str(number), reason=reason
                ),
                message("Check that line."),
            )
    return unreadable(path, error)


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _rows(text: str) -> tuple[list[Any] | None, list[str]]:
    """The records of a text, and what was guessed; None where DuckDB reads it as it is."""
    value, has_nan = _parsed(text)
    if not isinstance(value, dict | list):
        return None, []
    rows, remarks = _of_object(value) if isinstance(value, dict) else _of_lists(value)
    return rows, [*remarks, *([message("NaN is read as missing.")] if has_nan else [])]


def _parsed(text: str) -> tuple[Any, bool]:
    """What a text of JSON, or of lines of it, holds; None where it is none. And whether NaN in it became None."""
    has_nan = False

    def constant(name: str) -> float | None:
        nonlocal has_nan
        if name != "NaN":
            return float(name.replace("Infinity", "inf"))
        has_nan = True
        return None

    try:
        return json.loads(text, parse_constant=constant), has_nan
    except RecursionError:
        return None, False
    except ValueError:
        pass
    try:
        return [json.loads(line, parse_constant=constant) for line in text.splitlines() if line.strip()], has_nan
    except (ValueError, RecursionError):
        return None, False


def _of_object(value: dict[str, Any]) -> tuple[list[Any] | None, list[str]]:
    columns, data = value.get("columns"), value.get("data")
    if isinstance(columns, list) and isinstance(data, list) and set(value) <= {"columns", "index", "data"}:
        names = [str(name) for name in columns]
        if len(set(names)) == len(names) and all(isinstance(row, list) and len(row) == len(names) for row in data):
            return [dict(zip(names, row, strict=True)) for row in data], [
                message("The rows are read from data, and their names from columns.")
            ]
    inner = [tuple(part) if isinstance(part, dict) else () for part in value.values()]
    if inner and inner[0] and len(set(inner)) == 1 and inner[0] == tuple(map(str, range(len(inner[0])))):
        rows = [{name: part[key] for name, part in value.items()} for key in inner[0]]
        return rows, [message("The file has its values by columns, as pandas writes them; they are read as rows.")]
    if list(value) == list(map(str, range(len(value)))) and inner[0] and len(set(inner)) == 1:
        return list(value.values()), [message("The file has an object for each row, as pandas writes them.")]
    lists = [name for name, part in value.items() if _is_records(part)]
    if len(lists) != 1:
        one = any(isinstance(part, dict | list) for part in value.values())
        return None, [message("The file holds one object, and is read as one row.")] if one else []
    others = ", ".join(name for name in value if name != lists[0])
    remark = (
        message(
            "The rows of {name} are read; beside them stands what is not read: {others}.", name=lists[0], others=others
        )
        if others
        else message("The rows of {name} are read.", name=lists[0])
    )
    return value[lists[0]], [remark]


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _of_lists(value: Sequence[Any]) -> tuple[list[Any], list[str]]:
    """Records of a list of lists whose first one has names; what else it is stays."""
    if len(value) < 2 or not all(isinstance(row, list) and len(row) == len(value[0]) for row in value):
        return list(value), []
    head, rest = value[0], value[1:]
    named = head and len(set(map(str, head))) == len(head) and all(isinstance(name, str) for name in head)
    if not named or all(isinstance(cell, str) for cell in chain.from_iterable(rest)):  # it may be a row like the others
        names = [f"column{place}" for place in range(len(head))]
        return [dict(zip(names, row, strict=True)) for row in value], [
            message("The lists are read as rows; their columns have no names.")
        ]
    rows = [dict(zip(head, row, strict=True)) for row in rest]
    return rows, [message("The first list is read as the names of the columns.")]


def _alike(rows: list[Any] | None) -> tuple[str, ...]:
    """A sentence on names that differ in case only."""
    if not _is_records(rows):
        return ()
    return alike(list(dict.fromkeys(chain.from_iterable(rows or ()))))
