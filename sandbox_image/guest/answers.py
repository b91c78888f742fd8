"""The answer line: one sentence with its numbers, which the host shows first.

Python calls ``answer(text)``. Of SQL the host sends a template, whose placeholders are filled here from the result:
``{column}`` is the first row, ``{column[2]}`` the third, ``{column[-1]}`` the last, ``{rows}`` the number of rows;
behind a colon stands a format of Python's. A placeholder is looked up among the columns and never evaluated.
"""

from __future__ import annotations

import datetime
import decimal
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    import pyarrow as pa

ANSWER = "application/vnd.analyst.answer+json"
MAX_TEXT = 2_001
"""Characters that are sent: one more than the host keeps, so that it says that it cut."""
MAX_VALUE = 300
"""Characters of one value in a template."""
MAX_NAMED = 20
"""Columns that a note names."""
MISSING = "no value"
"""What stands for a null."""

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_PLACE = re.compile(r"(.*)\[\s*(-?[0-9]{1,9})\s*\]", re.DOTALL)
# The format specification of numbers and texts, with a width and a precision that make no megabytes.
_SPEC = re.compile(r"(?:.?[<>=^])?[-+ ]?z?#?0?[0-9]{0,2}[,_]?(?:\.[0-9]{1,2})?[a-zA-Z%]?", re.DOTALL)
# Of strftime, directives without a width.
_DATE_SPEC = re.compile(r"(?:[^%]|%-?[a-zA-Z%]){1,80}", re.DOTALL)
_MIDNIGHT = datetime.time()


class AnswerError(ValueError):
    """A template that cannot be filled. Its text is for the user."""


def make_answer(send: Callable[[str, str], None], show: Callable[[Any], bool]) -> Callable[..., None]:
    """The function ``answer`` of the code.

    Args:
        send: Sends the text of an answer, and a note on it.
        show: Shows a value that has a form of its own, such as a frame or a figure; whether it did.
    """

    def answer(*parts: object) -> None:
        """Show a sentence with the result, in Markdown, above everything else: ``answer(f"{total:,.0f} were sold.")``.

        Args:
            parts: The text; of several parts one line is made, as ``print`` makes it.

        Raises:
            TypeError: There is nothing to say.
        """
        words = [part for part in parts if not show(part)]
        if parts and not words:
            return
        text = " ".join(as_text(part) for part in words)
        if not text.strip() or any(part is None for part in words):
            given = "an empty text" if not text.strip() else "None"
            given = given if words else "nothing"
            raise TypeError(f"answer() takes a sentence with the result, and was given {given}.")
        send(text[:MAX_TEXT], "")

    return answer


def as_text(value: Any) -> str:
    """A value in a sentence. Numbers of numpy are those of Python."""
    if isinstance(value, str):
        return str(value[: MAX_TEXT + 1])
    if isinstance(value, (bytes, bytearray)):
        return bytes(value[:MAX_TEXT]).decode("utf-8", "replace")
    return str(value.item() if hasattr(value, "item") and getattr(value, "size", 1) == 1 else value)


def fill(template: str, labels: Sequence[str], table: pa.Table, more: bool) -> tuple[str, str]:
    """A template with the cells of a result in place of its placeholders.

    Args:
        template: The sentence.
        labels: The names of the result's columns.
        table: Its rows, or the first of them.
        more: Whether it has more rows than the table.

    Returns:
        The text, and a note for the user on what does not fit; without a text where the template cannot be filled.
    """
    notes: list[str] = []

    def filled(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        return placeholder(match[1], labels, table, more, notes)

    try:
        text = _PLACEHOLDER.sub(filled, template)
    except AnswerError as error:
        return "", str(error)
    return text[:MAX_TEXT], " ".join(dict.fromkeys(notes))


def placeholder(inner: str, labels: Sequence[str], table: pa.Table, more: bool, notes: list[str]) -> str:
    """What stands in place of ``{inner}``.

    Raises:
        AnswerError: The result has no such cell.
    """
    for name, spec in readings(inner):
        column, row = cell(name, labels)
        if column is not None:
            return formatted(value_at(name, table, column, row, more), spec, name, notes)
        if name == "rows":
            if more:
                raise AnswerError(
                    "The answer line is left out: the result has more rows than were fetched and counted."
                )
            return formatted(table.num_rows, spec, name, notes)
    known = ", ".join(label[:60] for label in labels[:MAX_NAMED])
    others = f" and {len(labels) - MAX_NAMED} more" if len(labels) > MAX_NAMED else ""
    raise AnswerError(f"The answer line is left out: the result has no column {inner[:60]!r}. It has {known}{others}.")


def readings(inner: str) -> list[tuple[str, str]]:
    """How a placeholder can be read, as (name, format): the name of a column may hold a colon."""
    whole = inner.strip()
    name, _, spec = inner.partition(":")
    name = re.sub(r"!.$", "", name.strip()).strip()
    return list(dict.fromkeys([(whole, ""), (name, spec)]))


def cell(name: str, labels: Sequence[str]) -> tuple[int | None, int]:
    """The column and the row that a name means; None where there is no such column."""
    if (column := column_of(name, labels)) is not None:
        return column, 0
    place = _PLACE.fullmatch(name)
    if place is None:
        return None, 0
    return column_of(place[1].strip(), labels), int(place[2])


def column_of(name: str, labels: Sequence[str]) -> int | None:
    """The position of a column; names of SQL are the same in capitals and small letters, and may stand in quotes."""
    bare = name[1:-1].replace('""', '"') if len(name) > 1 and name[0] == name[-1] == '"' else name
    for wanted, names in ((bare, labels), (bare.casefold(), [label.casefold() for label in labels])):
        if wanted in names:
            return list(names).index(wanted)
    return None


def value_at(name: str, table: pa.Table, column: int, row: int, more: bool) -> Any:
    """The value of a cell.

    Raises:
        AnswerError: The result has no such row, or it was not fetched.
    """
    rows = table.num_rows
    if row < 0 and more:
        raise AnswerError(
            f"The answer line is left out: {name[:60]!r} counts from the end of more rows than were fetched."
        )
    if not -rows <= row < rows:
        count = "no rows" if not rows else "one row" if rows == 1 else f"{rows:,} rows"
        raise AnswerError(f"The answer line is left out: it needs {name[:60]!r}, and the result has {count}.")
    return table.column(column)[row].as_py()


def formatted(value: Any, spec: str, name: str, notes: list[str]) -> str:
    """A value in a format of Python's; as it is, with a note, where the format is not one for it."""
    if value is None or value != value:  # NaN is no value either
        return MISSING
    text = None
    if spec and fits(value, spec):
        for candidate in (value, *other_kinds(value)):
            try:
                text = format(candidate, spec)
                break
            except (ValueError, TypeError, OverflowError, ArithmeticError):
                continue
    if spec and text is None:
        notes.append(f"In the answer line the format {spec[:40]!r} does not fit the values of {name[:60]!r}.")
    text = plain(value) if text is None else text
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


def fits(value: Any, spec: str) -> bool:
    """Whether a format is one that a value may be given: none that makes more text than a sentence has."""
    dated = isinstance(value, (datetime.date, datetime.time))
    return (_DATE_SPEC if dated else _SPEC).fullmatch(spec) is not None


def other_kinds(value: Any) -> list[Any]:
    """The same value in other types, which a format may be meant for: whole numbers, and numbers in texts."""
    if isinstance(value, (float, decimal.Decimal)):
        whole = value == value and abs(value) < 10**18 and value == int(value)
        return [int(value)] if whole else [float(value)]
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", value):
        return [float(value) if "." in value else int(value)]
    return []


def plain(value: Any) -> str:
    """A value without a format: a float with six digits, as the table beside it has all of them."""
    if isinstance(value, float):
        text = repr(value)
        return text.removesuffix(".0") if len(text) <= 8 else f"{value:.6g}" if abs(value) < 1e6 else f"{value:,.2f}"
    if isinstance(value, decimal.Decimal):
        return f"{value:f}" if abs(value.adjusted()) < MAX_VALUE else str(value)
    if isinstance(value, datetime.datetime):
        return str(value.date()) if value.time() == _MIDNIGHT and value.tzinfo is None else str(value)
    return " ".join(str(value)[: 4 * MAX_VALUE].split())
