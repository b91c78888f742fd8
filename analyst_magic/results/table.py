"""A table: a page of it to look at, all of it to work with."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa

from ..column_format import ColumnFormat, rounding_note
from ..errors import FirewallError, InputError
from ..exact.arrow_columns import to_table
from ..exact.description import Origin
from ..exact.pandas_columns import default
from ..language import Message, local_number, local_period, localize, message, messages
from ..sources.frames import label_text
from ..turn import CellStyle, Output, TableStyle
from .cells import MAX_CELL, cell_texts, column_form, object_texts, page_formats
from .chart_edit import AS_DRAWN, ChartEdit
from .digest import comparable_table
from .document import Save
from .html import LINE, MUTED, escape, one_line, select
from .json_values import json_value
from .stream import MIME, bundled, fitting, stream
from .style import css as css_of_style
from .style import for_page as style_for_page

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

ROWS_SHOWN = 50
COLUMNS_SHOWN = 30
_TEXT_ROWS = 20
_TEXT_WIDTH = 120
_TEXT_CELL = 40
_MAX_LABEL_CHARACTERS = 80
_NULL = "–"

MAX_JSON_ROWS = 1_000
MAX_MESSAGE_BYTES = 64_000_000
"""Bytes of the rows that travel to the panel."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that the sandbox sent back.

    Attributes:
        data: The rows that came through. Their content is not to be trusted; their types are checked.
        labels: The column labels as the guest's frame had them: any hashables, several of them alike.
        note: What was cut or changed on the way, in one sentence; empty where nothing was.
        total_rows: Number of rows that the frame had, where the way back cut it.
        origin: What the table was where it came from; None where that is not known.
        style: How the table looks, where the code styled it. The data are the same with it and without.
        edit: What its reader changed of the chart that shows its values.

    Example:
        >>> table = Table(pa.table({"region": ["north", "south"], "revenue": [10.0, 20.0]}))
        >>> table.rows, table.columns, table.to_pandas().revenue.tolist()
        (2, ('region', 'revenue'), [10.0, 20.0])
        >>> table.to_arrow().num_rows, table.to_polars()["revenue"].sum(), len(table.to_flat_pandas())
        (2, 30.0, 2)
        >>> Table(pa.table({"revenue": [10.0, 20.0]})).to_series().tolist()
        [10.0, 20.0]
        >>> table.to_json()
        {'columns': ['region', 'revenue'], 'rows': [['north', 10.0], ['south', 20.0]], 'total': 2}
        >>> print(table.to_text().splitlines()[0].split(), table.to_html()[:4], table.fits_page)
        ['region', 'revenue'] <div True
        >>> table.shown_data().column_names, sorted(table.to_bundle())[-2:]
        (['region', 'revenue'], ['text/html', 'text/plain'])
    """

    kind: ClassVar[str] = "table"
    output: ClassVar[str] = "table"

    data: pa.Table
    labels: tuple[Any, ...] = ()
    note: str = ""
    total_rows: int | None = None
    origin: Origin | None = field(default=None, repr=False, compare=False)
    style: TableStyle | None = field(default=None, repr=False, compare=False)
    edit: ChartEdit = field(default=AS_DRAWN, repr=False, compare=False)

    @property
    def rows(self) -> int:
        """Number of rows of the frame, also of those that were cut."""
        return max(int(self.data.num_rows), self.total_rows or 0)

    @property
    def columns(self) -> tuple[Any, ...]:
        """The labels, or the names in the data where no labels came along."""
        if len(self.labels) == self.data.num_columns:
            return self.labels
        return tuple(self.data.column_names)

    @classmethod
    def from_output(cls, output: Output, save: Save) -> Table:
        """The table of an output."""
        return cls(output.data, output.labels, output.note, output.rows, output.origin, output.style)

    def with_edit(self, edit: ChartEdit) -> Table:
        """The same table, whose chart is shown in another way.

        Example:
            >>> table = Table(pa.table({"region": ["north", "south"], "revenue": [10.0, 20.0]}))
            >>> table.with_edit(ChartEdit(chart="pie")).edit.chart
            'pie'
        """
        return replace(self, edit=edit)

    def to_json(self) -> dict[str, Any]:
        """``columns`` (labels), ``rows`` (lists of values, the first 1,000) and ``total`` (number of rows)."""
        data = self._without_row_numbers(self.to_arrow())
        columns = [json_value(column.to_pylist()) for column in data.slice(0, MAX_JSON_ROWS).columns]
        names = [json_value(label) for label in (self.labels[self._row_numbers :] or data.column_names)]
        return {"columns": names, "rows": [list(row) for row in zip(*columns, strict=True)], "total": data.num_rows}

    def to_message(self) -> tuple[dict[str, Any], list[bytes]]:
        """Its rows as an Arrow stream, with how many there are in all and how they look."""
        sent = fitting(self._without_row_numbers(self.to_arrow()), MAX_MESSAGE_BYTES)
        look = {"style": style_for_page(self.style)} if self.style else {}
        formats, rounding = page_formats(sent)
        note = " ".join(filter(None, [self.note, rounding]))
        about = {"rows": self.rows, "sent": sent.num_rows, "note": note, "formats": formats, **look}
        return {"table": about}, [stream(sent)]

    def comparable(self) -> Any:
        """Its rows, in an order that does not depend on how they came."""
        return comparable_table(self.data)

    def to_pandas(self) -> pd.DataFrame:
        """The table as a pandas frame: index, types and labels as the frame had them.

        A series becomes a frame of one column; ``to_series`` gives the series.

        Raises:
            FirewallError: The sandbox described a frame that cannot be made of these values.
        """
        frame: pd.DataFrame = self._original() if self._is_of("pandas") else self.to_flat_pandas()
        return frame

    def to_series(self) -> pd.Series[Any]:
        """The series that the code gave, under its name and with its index.

        Raises:
            InputError: The table has several columns.
            FirewallError: The sandbox described a series that cannot be made of these values.
        """
        found: Any = self._original(series=True) if self._is_of("pandas") else self.to_flat_pandas()
        series: pd.Series[Any] = found if found.ndim == 1 else _only_column(found)
        return series

    def to_flat_pandas(self) -> pd.DataFrame:
        """The table as a pandas frame without an index: its levels are columns, and all types are plain."""
        import pandas as pd

        series = [default(column) for column in self.data.columns]
        frame = pd.DataFrame(dict(enumerate(series)), index=pd.RangeIndex(self.data.num_rows))
        frame.columns = _pandas_columns(pd, self.columns)
        return frame

    def to_arrow(self) -> pa.Table:
        """The table as Arrow, under its labels where they are unique texts: an Arrow table as it was, others plain."""
        plain = self._plain()
        if self.origin is None or not self._is_of("arrow"):
            return plain
        with _damage():
            return to_table(self.origin.description, plain.columns, self.origin.parts, plain.column_names)

    def to_polars(self) -> pl.DataFrame:
        """The table as a polars frame, under its labels where they are unique texts; a polars frame as it was.

        Raises:
            InputError: polars has no such type.
            FirewallError: The sandbox described a frame that cannot be made of these values.
        """
        import polars as pl

        if self.origin is not None and self._is_of("polars"):
            from ..exact import polars_frames

            with _damage():
                forms = self.origin.description["forms"]
                whole = polars_frames.put_together(forms, self.data.columns, self.origin.parts, self._names())
            return pl.DataFrame(whole)
        for name, kind in zip(self._names(), self.data.schema.types, strict=True):
            if "decimal256" in str(kind):  # polars ends such a call by a panic
                raise InputError(
                    message("polars cannot hold the column {name} ({kind}).", name=name, kind=kind),
                    message("Use to_arrow, or to_pandas."),
                )
        try:
            return pl.DataFrame(pl.from_arrow(self._plain()))
        except pl.exceptions.PolarsError as error:
            raise InputError(
                message("polars cannot hold the table: {error}", error=str(error).splitlines()[0][:200]),
                message("Use to_pandas."),
            ) from error

    def shown_data(self) -> pa.Table:
        """The columns that are shown of it: without numbers of rows that nobody asked for."""
        return self._without_row_numbers(self._plain())

    def _plain(self) -> pa.Table:
        return self.data.rename_columns(self._names()).replace_schema_metadata(None)

    def _columns_shown(self, rows: int, columns: int | None = None) -> list[_Page]:
        """The first rows and columns as text; columns that the code hides are left out."""
        hidden = self.style.hidden if self.style else frozenset()
        positions = range(self._row_numbers, self.data.num_columns)
        places = [position for position in positions if position not in hidden][:columns]
        shown = {position: _page(self.data, position, self.columns[position], rows) for position in places}
        for position, part in self._objects():
            if position in shown:
                texts = object_texts(part.slice(0, rows).to_pylist(), shown[position].cells)
                shown[position] = replace(shown[position], cells=texts)
        if self.style is None:
            return list(shown.values())
        return [_styled(column, self.style, position) for position, column in shown.items()]

    @property
    def _row_numbers(self) -> int:
        """How many of the leading columns are numbers of rows that nobody asked for, and so are not shown."""
        return self.origin.row_numbers if self.origin is not None and self.style is None else 0

    def _without_row_numbers(self, table: pa.Table) -> pa.Table:
        return table.select(range(self._row_numbers, table.num_columns)) if self._row_numbers else table

    def _objects(self) -> Iterator[tuple[int, pa.ChunkedArray]]:
        """The columns of nested Python objects, which Arrow shows as other than they are, with their exact values."""
        if self.origin is None:
            return
        at = 0
        for position, form in enumerate(self.origin.description["forms"]):
            count = form["parts"] if form else 0
            if count and form["as"] == "values" and pa.types.is_nested(self.data.field(position).type):
                yield position, self.origin.parts[at]
            at += count

    def _is_of(self, kind: str) -> bool:
        return self.origin is not None and self.origin.kind == kind

    def _original(self, series: bool = False) -> Any:
        from ..exact import pandas_frames

        assert self.origin is not None
        with _damage():
            return pandas_frames.put_together(
                self.origin.description, self.data.columns, self.origin.parts, self.columns, series
            )

    def _names(self) -> list[str]:
        labels = self.columns
        unique = len(set(map(str, labels))) == len(labels)
        return [str(label) for label in labels] if unique else list(self.data.column_names)

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        return select(self.to_bundle(rows=MIME not in (exclude or ())), include, exclude)

    @property
    def fits_page(self) -> bool:
        """Whether static HTML shows all of its rows."""
        return int(self.data.num_rows) <= ROWS_SHOWN

    def to_bundle(self, name: str = "", *, rows: bool = True) -> dict[str, Any]:
        """Its MIME bundle.

        Args:
            name: What the kernel finds the whole table by, where it keeps it.
            rows: Whether rows for a grid come along, where there are more than static HTML shows.
        """
        bundle: dict[str, Any] = {"text/html": self.to_html(), "text/plain": self.to_text()}
        if rows and not self.fits_page:
            bundle[MIME] = bundled(self.shown_data(), self.rows, self.note, self.style)
            bundle[MIME] |= {"id": name} if name else {}
        return bundle

    def __repr__(self) -> str:
        return f"Table({self._extent(self.data.num_rows)})"

    def to_html(self, rows: int = ROWS_SHOWN, columns: int = COLUMNS_SHOWN) -> str:
        """A static HTML table of the first rows and columns.

        Inline styles only, and only such as JupyterLab's sanitiser lets through, so that it looks the same in a
        notebook that is not trusted; without any style (GitHub) it is still a plain table.
        """
        page = self.data.slice(0, rows)
        shown = self._columns_shown(rows, columns)
        head = "".join(_head_cell(column) for column in shown)
        body = "".join(f"<tr>{''.join(_cell(column, row) for column in shown)}</tr>\n" for row in range(page.num_rows))
        caption = f"{escape(self.style.caption)}<br>" if self.style and self.style.caption else ""
        caption += escape(localize(self._extent(page.num_rows, shown, len(shown))))
        if self.note:
            caption += f"<br>{escape(one_line(localize(self.note), 300))}"
        return (
            f'<div style="overflow-x:auto;max-width:100%">\n<table style="border-collapse:collapse;margin:4px 0">\n'
            f'<caption style="caption-side:bottom;text-align:left;padding:6px 10px;white-space:nowrap;{MUTED}">'
            f"{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>"
        )

    def to_text(self, rows: int = _TEXT_ROWS) -> str:
        """The first rows in columns of fixed width, for terminals and logs."""
        page = self.data.slice(0, rows)
        columns: list[list[str]] = []
        pages = self._columns_shown(rows, _TEXT_WIDTH)
        for shown in pages:
            column = _text_column(shown)
            if columns and sum(_width(c[0]) + 2 for c in columns) + _width(column[0]) > _TEXT_WIDTH:
                break
            columns.append(column)
        lines = ["  ".join(parts).rstrip() for parts in zip(*columns, strict=True)]
        lines = [self.style.caption, *lines] if self.style and self.style.caption else lines
        extent = self._extent(page.num_rows, pages[: len(columns)], len(columns))
        return "\n".join([*lines, extent, *([self.note] if self.note else [])])

    def _extent(self, rows: int, pages: Sequence[_Page] = (), columns: int | None = None) -> Message:
        """How much there is, how much of it is shown, and what is rounded: ``50 of 12,345 rows · 6 columns``."""
        all_columns = self.data.num_columns - self._row_numbers
        own = [page for page in pages if not page.chosen]
        rounding = rounding_note([page.head for page in own], [page.form for page in own])
        height = messages("{number} row", "{number} rows", self.rows)
        height = message("{some} of {all}", some=rows, all=height) if rows < self.rows else height
        width = messages("{number} column", "{number} columns", all_columns)
        cut = columns is not None and columns < all_columns
        width = message("{some} of {all}", some=columns, all=width) if cut else width
        extent = message("{rows} · {columns}", rows=height, columns=width)
        return message("{extent} · {note}", extent=extent, note=rounding.removesuffix(".")) if rounding else extent


@dataclass(frozen=True, slots=True)
class _Page:
    """What is shown of one column."""

    head: str
    cells: list[str | None]
    form: ColumnFormat
    styles: tuple[CellStyle, ...] = ()
    chosen: bool = False
    """Whether the code chose texts for its cells."""

    @property
    def number(self) -> bool:
        return self.form.numeric

    def local(self, text: str) -> str:
        """The text of a cell as the reader's language writes numbers and days; what the code chose stays."""
        if self.chosen:
            return text
        return local_number(text) if self.number else local_period(text, self.form.kind)


def _page(data: pa.Table, position: int, label: Any, rows: int) -> _Page:
    column = data.column(position)
    part = column.slice(0, rows)
    array = part.combine_chunks() if part.num_chunks != 1 else part.chunk(0)
    if isinstance(array, pa.ChunkedArray):  # no chunk at all
        array = pa.array([], column.type)
    head = head_text(label)
    form = column_form(column, head)
    return _Page(head, cell_texts(array, head, form=form), form)


def _styled(column: _Page, style: TableStyle, position: int) -> _Page:
    """A column with the texts and the looks that the code chose for its cells."""
    texts = style.texts[position] if position < len(style.texts) else ()
    numbers = style.cells[position] if position < len(style.cells) else ()
    chosen = [text if text is None else one_line(text, MAX_CELL) for text in texts[: len(column.cells)]]
    cells = [own if text is None else text for text, own in zip(chosen, column.cells, strict=False)]
    looks = tuple(style.styles[number] for number in numbers[: len(column.cells)])
    return replace(column, cells=[*cells, *column.cells[len(cells) :]], styles=looks, chosen=any(chosen))


def head_text(label: Any) -> str:
    """A column's label as it stands at the head of a column."""
    return one_line(_label(label), _MAX_LABEL_CHARACTERS)


def _label(label: Any) -> str:
    if isinstance(label, tuple):
        return " · ".join(_label(part) for part in label if str(part))
    return label_text(label)


def _head_cell(column: _Page) -> str:
    side = "right" if column.number else "left"
    style = f"text-align:{side};padding:4px 10px;border-bottom:2px solid rgba(127,127,127,0.5);white-space:nowrap"
    return f'<th scope="col" align="{side}" dir="auto" style="{style}">{escape(column.head)}</th>'


def _cell(column: _Page, row: int) -> str:
    text = column.cells[row]
    side = "right" if column.number else "left"
    wrap = "white-space:nowrap" if text is None or len(text) <= 40 else "min-width:16em;max-width:32em"
    content = (
        f'<span style="opacity:0.45">{_NULL}</span>' if text is None else escape(column.local(text)[: MAX_CELL + 1])
    )
    look = css_of_style(column.styles[row]) if row < len(column.styles) else ""
    style = f"text-align:{side};padding:3px 10px;border-bottom:{LINE};{wrap}{look}"
    return f'<td align="{side}" dir="auto" style="{style}">{content}</td>'


def _text_column(column: _Page) -> list[str]:
    texts = [_NULL if text is None else text for text in [column.head, *column.cells]]
    texts = [text if len(text) <= _TEXT_CELL else text[: _TEXT_CELL - 1] + "…" for text in texts]
    width = max(_width(text) for text in texts)
    pads = [" " * (width - _width(text)) for text in texts]
    return [pad + text if column.number else text + pad for pad, text in zip(pads, texts, strict=True)]


def _width(text: str) -> int:
    """How many cells of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@contextmanager
def _damage() -> Iterator[None]:
    """A description from the sandbox that does not fit its values is an error of the sandbox's table."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, MemoryError) as error:
        raise FirewallError(
            message("The table cannot be made as the code had it: {error}.", error=str(error)[:200]),
            message("Use to_flat_pandas or to_arrow, which give its values."),
        ) from error


def _only_column(frame: Any) -> Any:
    if frame.shape[1] != 1:
        raise InputError(
            message("The table has {shape} columns, and is no series.", shape=frame.shape[1]), message("Use to_pandas.")
        )
    return frame.iloc[:, 0]


def _pandas_columns(pd: Any, labels: tuple[Any, ...]) -> Any:
    sizes = {len(label) if isinstance(label, tuple) else 0 for label in labels}
    if len(sizes) == 1 and sizes != {0}:
        return pd.MultiIndex.from_tuples(labels)
    if any(isinstance(label, tuple) for label in labels):
        return pd.Index(labels, tupleize_cols=False)
    return pd.Index(list(labels)) if labels else pd.RangeIndex(0)
