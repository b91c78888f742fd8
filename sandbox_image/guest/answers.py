"""The answer line: one sentence with its numbers, which the host shows first.

Python calls ``answer(text)``, or ``answer(text, rows=frame)`` with a template that is filled from the frame. Of SQL the
host sends the template, which is filled from the result. ``template`` says how.
"""

from __future__ import annotations

from .template import MAX_TEXT, Rows, fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    import pyarrow as pa

ANSWER = "application/vnd.analyst.answer+json"


def make_answer(send: Callable[[str, str], None], show: Callable[[Any], bool]) -> Callable[..., None]:
    """The function ``answer`` of the code.

    Args:
        send: Sends the text of an answer, and a note on it.
        show: Shows a value that has a form of its own, such as a frame or a figure; whether it did.
    """

    def answer(*parts: object, rows: object = None) -> None:
        """Show a sentence with the result, in Markdown, above everything else: ``answer(f"{total:,.0f} were sold.")``.

        Args:
            parts: The text; of several parts one line is made, as ``print`` makes it.
            rows: A frame. The text is a template then, filled from its columns, as in
                ``answer("{region} leads with {revenue:,.0f}.", rows=top)``.

        Raises:
            TypeError: There is nothing to say, or the rows are no frame.
        """
        words = [part for part in parts if not show(part)]
        if parts and not words:
            return
        text = " ".join(as_text(part) for part in words)
        if not text.strip() or any(part is None for part in words):
            given = "an empty text" if not text.strip() else "None"
            given = given if words else "nothing"
            raise TypeError(f"answer() takes a sentence with the result, and was given {given}.")
        if rows is None:
            send(text[:MAX_TEXT], "")
        else:
            send(*fill(text, rows_of(rows)))

    return answer


def as_text(value: Any) -> str:
    """A value in a sentence. Numbers of numpy are those of Python."""
    if isinstance(value, str):
        return str(value[: MAX_TEXT + 1])
    if isinstance(value, (bytes, bytearray)):
        return bytes(value[:MAX_TEXT]).decode("utf-8", "replace")
    return str(value.item() if hasattr(value, "item") and getattr(value, "size", 1) == 1 else value)


def rows_of(frame: Any) -> Rows:
    """The rows of a frame of pandas, polars, Arrow or DuckDB.

    Raises:
        TypeError: It is none.
    """
    if hasattr(frame, "iloc") and hasattr(frame, "columns"):
        return Rows(lambda position: frame.iloc[:, position].tolist(), list(map(str, frame.columns)), len(frame))
    if hasattr(frame, "fetch_arrow_table"):
        frame = frame.fetch_arrow_table()
    if hasattr(frame, "__arrow_c_stream__"):
        import pyarrow as pa

        table = pa.table(frame)
        return rows_of_table(table, table.column_names, more=False)
    raise TypeError(f"rows= takes a data frame, and was given a {type(frame).__name__}.")


def rows_of_table(table: pa.Table, labels: Sequence[str], *, more: bool) -> Rows:
    """The rows of an Arrow table; with ``more``, there are others that it does not hold."""
    return Rows(lambda position: _listed(table.column(position)), labels, None if more else table.num_rows)


def _listed(column: Any) -> list[Any]:
    """The values of a column of Arrow; as text where Python has no such value, as of a time with nanoseconds."""
    import pyarrow as pa

    try:
        values: list[Any] = column.to_pylist()
    except pa.ArrowInvalid:
        values = column.cast(pa.string()).to_pylist()
    return values
