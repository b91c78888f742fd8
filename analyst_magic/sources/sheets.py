"""A sheet of an Excel workbook as a pandas frame whose values are those of its cells: texts stay texts."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..extras import require
from ..language import message, messages
from .file_options import FileOptions
from .frames import same_name
from .sheet_layout import find_table
from .unit_rows import units_of

if TYPE_CHECKING:
    import pandas as pd

MAX_LISTED = 12


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet that can be asked about.

    Attributes:
        path: The workbook.
        name: The sheet's name.
        data: Its rows.
        remarks: What a user should know of how it was read.
    """

    path: Path
    name: str
    data: pd.DataFrame = field(repr=False)
    remarks: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, str]:
        """Column names with pandas' types."""
        return {str(label): str(kind) for label, kind in self.data.dtypes.items()}


@lru_cache(maxsize=8)
def read_sheet(path: Path, options: FileOptions, changed: int) -> Sheet:
    """Read a sheet: the named one, else the first that has data.

    Args:
        path: The workbook.
        options: The sheet, whether it has a header.
        changed: When the workbook was changed.

    Raises:
        InputError: It cannot be read, or has no such sheet.
        MissingExtra: The library that reads workbooks is not installed.
    """
    require("openpyxl", "documents", message("Reading Excel files needs"))
    try:
        return _read(path, options)
    except InputError:
        raise
    except Exception as error:  # openpyxl and zipfile raise what they like over a damaged file
        said = (str(error) or type(error).__name__).splitlines()[0][:200].rstrip(".")
        raise InputError(
            message("{file} cannot be read: {said}.", file=path.name, said=said), message("Check its content.")
        ) from error


def _read(path: Path, options: FileOptions) -> Sheet:
    from openpyxl import load_workbook

    book = load_workbook(path, data_only=True)
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    sheet, remarks = _chosen(path, sheets, options.sheet)
    merged, cells = _cells(sheet)
    table = find_table(cells, _spans(sheet), header=options.header != "no")
    if table is None:
        raise InputError(
            message("The sheet {title} of {file} is empty.", title=sheet.title, file=path.name),
            message("Name another: sheet=NAME."),
        )
    remarks += table.remarks
    names, rows = _names(table.header), table.rows
    units = units_of(rows) if options.header != "no" else ()
    if units:
        rows = rows[1:]
        remarks.append(message("The second line is read as units ({units}), not as a row.", units=", ".join(units)))
    filled = [i for i, name in enumerate(names) if name is not None or any(row[i] is not None for row in rows)]
    labels = [names[i] or f"column_{i}" for i in filled]
    errors = sum(isinstance(row[i], _Error) for row in rows for i in filled)
    columns = [
        _column([row[i] for row in rows], str(label) in options.text) for i, label in zip(filled, labels, strict=True)
    ]
    if merged:
        remarks.append(
            message("Merged cells are read as that many cells of the same value: {cells}.", cells=merged[:3])
        )
    remarks += _formulas(path, sheet.title, rows)
    remarks += [*_errors(errors), *_rounded(labels, columns)]
    remarks += [*_same_names(table.header, labels), *_mixed(labels, columns), *_parted(filled), *_hidden(sheet)]
    return Sheet(path, sheet.title, _frame(labels, columns, len(rows)), tuple(remarks))


def _errors(number: int) -> list[str]:
    """A remark on cells that hold an error."""
    if not number:
        return []
    one = "{number} cell with an error such as #N/A is read as missing."
    return [messages(one, "{number} cells with an error such as #N/A are read as missing.", number)]


def _chosen(path: Path, sheets: dict[str, Any], wanted: str) -> tuple[Any, list[str]]:
    """The sheet to read, and a sentence on the others."""
    if not sheets:
        raise InputError(message("{file} has no sheet with cells.", file=path.name), message("Check its content."))
    if wanted:
        found = next((name for name in sheets if name == wanted), None)
        found = found or next((name for name in sheets if name.strip().lower() == wanted.strip().lower()), None)
        if found is None and wanted.isdigit() and 1 <= int(wanted) <= len(sheets):
            found = list(sheets)[int(wanted) - 1]
        if found is None:
            raise InputError(
                message("{file} has no sheet {wanted}.", file=path.name, wanted=wanted),
                message("Its sheets: {listed}.", listed=_listed(list(sheets))),
            )
        return sheets[found], []
    with_data = sorted(
        (name for name, sheet in sheets.items() if any(c.value is not None for row in sheet.iter_rows() for c in row)),
        key=lambda name: sheets[name].sheet_state != "visible",
    )
    if not with_data:
        raise InputError(message("{file} is empty.", file=path.name), message("Check its content."))
    if len(with_data) == 1:
        return sheets[with_data[0]], []
    others = _listed(with_data[1:])
    return sheets[with_data[0]], [
        message(
            "The sheet {sheet} of {file} is read; sheet=NAME reads another: {others}.",
            sheet=with_data[0],
            file=path.name,
            others=others,
        )
    ]


def _listed(names: Sequence[str]) -> str:
    if len(names) <= MAX_LISTED:
        return ", ".join(names)
    return message("{numbers} and {count} more", numbers=names[:MAX_LISTED], count=len(names) - MAX_LISTED)


class _Error:
    """An error in a cell, as ``#N/A`` is one."""


def _cells(sheet: Any) -> tuple[list[str], list[list[Any]]]:
    """The ranges of merged cells, and the values of all cells, those of merged ones in each of them."""
    cells = [[_value(cell) for cell in row] for row in sheet.iter_rows()]
    merged = []
    for area in sheet.merged_cells.ranges:
        left, top, right, bottom = area.bounds
        value = cells[top - 1][left - 1]
        if value is None or bottom == top:  # across columns it is a heading
            continue
        merged.append(area.coord)
        for row in range(top - 1, bottom):
            for column in range(left - 1, right):
                cells[row][column] = value
    return merged, cells


def _spans(sheet: Any) -> dict[int, list[tuple[int, int]]]:
    """By row, the first and the last column of each cell that is merged across columns alone; all count from 0."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for area in sheet.merged_cells.ranges:
        left, top, right, bottom = area.bounds
        if top == bottom:
            spans.setdefault(top - 1, []).append((left - 1, right - 1))
    return spans


def _value(cell: Any) -> Any:
    if cell.data_type == "e":
        return _Error()
    value = cell.value
    if isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _padded(value, str(cell.number_format))
    return value


def _padded(value: float, number_format: str) -> Any:
    """A number whose format gives it leading zeros, as a postcode has them, as the text that the sheet shows."""
    width = len(number_format)
    if width > 1 and number_format == "0" * width and value == int(value) and value >= 0:
        return str(int(value)).rjust(width, "0")
    return value


def _names(row: Sequence[Any]) -> list[Any]:
    """Names of columns as a user would say them; None where there is none."""
    names: list[Any] = []
    for value in row:
        if isinstance(value, float) and value == int(value):
            value = int(value)
        if isinstance(value, dt.datetime):
            value = value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
        name = None if value is None or isinstance(value, _Error) else str(value).strip()
        names.append(name if name is None or name not in names else f"{name}.{names.count(name)}")
    return names


def _column(values: list[Any], as_text: bool) -> Any:
    """A column in the type that all of its values have; as they are where they have several."""
    import pandas as pd

    values = [None if isinstance(value, _Error) else value for value in values]
    kinds = {type(value) for value in values if value is not None}
    if as_text:
        return pd.Series([None if value is None else str(value) for value in values], dtype=object)
    if kinds and kinds <= {int, float}:
        whole = all(value is None or value == int(value) for value in values if value == value)
        exact = kinds == {int} or (whole and all(abs(value) < 2**53 for value in values if value is not None))
        if exact and None not in values:
            return pd.Series([int(value) for value in values])
        return pd.Series([float("nan") if value is None else float(value) for value in values])
    if kinds == {dt.datetime}:
        return pd.Series(pd.to_datetime(values))
    if kinds == {bool} and None not in values:
        return pd.Series(values)
    return pd.Series(values, dtype=object)


def _frame(labels: Sequence[Any], columns: Sequence[Any], rows: int) -> pd.DataFrame:
    import pandas as pd

    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=range(rows))
    frame.columns = pd.Index(labels)
    return frame.infer_objects()


def _rounded(labels: Sequence[Any], columns: Sequence[Any]) -> list[str]:
    """A sentence on numbers that Excel itself cannot hold."""
    names = [
        str(label) for label, column in zip(labels, columns, strict=True)
        if column.dtype.kind == "f" and (column.abs() >= 2**53).any() and (column.dropna() % 1 == 0).all()
    ]  # fmt: skip
    return (
        [message("{names}: Excel keeps 15 digits of a number; longer ones are rounded in the file.", names=names[:3])]
        if names
        else []
    )


def _same_names(header: Sequence[Any], labels: Sequence[str]) -> list[str]:
    """A sentence on columns of one name."""
    given = [str(name).strip() for name in header if name is not None]
    for name in dict.fromkeys(given):
        called = [label for label in labels if label == name or re.fullmatch(rf"{re.escape(name)}\.\d+", label)]
        if given.count(name) > 1 and len(called) > 1:
            return [same_name(name, called)]
    return []


def _mixed(labels: Sequence[str], columns: Sequence[Any]) -> list[str]:
    """A sentence on each column of numbers or dates that is text, as some of its cells are."""
    said: list[str] = []
    for label, column in zip(labels, columns, strict=True):
        known = column.dropna().tolist() if column.dtype == object else []
        texts = [value for value in known if isinstance(value, str)]
        others = [value for value in known if not isinstance(value, str)]
        if not texts or len(others) < len(texts) or any(isinstance(value, bool) for value in others):
            continue
        dates = any(isinstance(value, dt.date) for value in others)
        words = {"name": label, "text": texts[0][:40]}
        said.append(
            message("{name} is read as text: “{text}” among its dates is none.", **words)
            if dates
            else message("{name} is read as text: “{text}” among its numbers is text.", **words)
        )
    return said


def _parted(filled: Sequence[int]) -> list[str]:
    """A sentence on an empty column within a table: two tables may stand side by side."""
    from openpyxl.utils import get_column_letter

    empty = [after - 1 for before, after in pairwise(filled) if after - before > 1]
    if not empty:
        return []
    column = get_column_letter(empty[0] + 1)
    return [message("The column {column} is empty: what stands on its two sides is read as one table.", column=column)]


def _hidden(sheet: Any) -> list[str]:
    """Sentences on what a reader of the sheet does not see."""
    rows = [str(number) for number, row in sheet.row_dimensions.items() if row.hidden and number <= sheet.max_row]
    columns = [letter for letter, column in sheet.column_dimensions.items() if column.hidden]
    said: list[str] = []
    said += [message("Rows that are hidden in the sheet are read, too: {rows}.", rows=_listed(rows))] if rows else []
    if columns:
        said.append(message("Columns that are hidden in the sheet are read, too: {columns}.", columns=_listed(columns)))
    return said


def _formulas(path: Path, title: str, rows: Sequence[Sequence[Any]]) -> list[str]:
    """A sentence on formulas whose values are not in the file, as programs leave them that do not calculate."""
    from openpyxl import load_workbook

    if all(value is not None for row in rows for value in row) or not _has_formulas(path):
        return []
    formulas = load_workbook(path)[title]
    values = load_workbook(path, data_only=True)[title]
    missing = [
        cell.coordinate for row in formulas.iter_rows() for cell in row
        if cell.data_type == "f" and values[cell.coordinate].value is None
    ]  # fmt: skip
    if not missing:
        return []
    return [
        messages(
            "{number} formula ({cells}) has no stored value and is read as missing: open and save the workbook in "
            "Excel.",
            "{number} formulas ({cells}) have no stored value and are read as missing: open and save the workbook in "
            "Excel.",
            len(missing), cells=missing[:3],
        )
    ]  # fmt: skip


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return any(
            b"<f>" in archive.read(name) or b"<f " in archive.read(name)
            for name in archive.namelist()
            if name.startswith("xl/worksheets/")
        )
