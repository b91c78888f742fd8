"""Results that are null: a value that is missing, or a column of nulls beside good ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ..language import message
from ..turn import Code, FrameCard, Output
from ..turn.answer import answer_template
from .drawn import points
from .inspection import MAX_SCANNED, Inspection, finding, has_no_rows, shows, text_of_output
from .parsed import unread

_NO_VALUE = "no value"
"""What the sandbox writes for a null in an answer line of SQL."""
_MISSING = r"[-+]?inf|nan|NaN|NaT|null|None|<NA>"
_NULL = re.compile(rf"['\"(]?(?:np\.\w+\()?(?:{_MISSING})\)*['\"]?\s?%?")
# In a sentence "None of them" and "null hypothesis" are words.
_NULL_IN_WORDS = re.compile(
    r"(?<![\w.&-])(?:[-+]?inf|nan|NaN|NaT)(?:\s?%)?(?![\w-])|<NA>"
    r"|(?:(?<=[:=(] )|(?<=[:=(])|(?<=\bis )|(?<=\bare )|(?<=\bof ))None(?= ?[^\w\s]|$)",
    re.M,
)
_NULL_TEST = re.compile(r"\b(?:isna|isnull|notna|notnull|is_null|is_nan|isnan)\b|\bIS\s+(?:NOT\s+)?NULL\b", re.I)


def null_result(code: Code, outputs: Sequence[Output], cards: Sequence[FrameCard]) -> Inspection | None:
    template = answer_template(code.text) if code.language == "sql" else ""
    for output in (output for output in outputs if output.kind == "answer"):
        if _NULL_IN_WORDS.search(text_of_output(output)) or (
            _NO_VALUE in output.data and template and _NO_VALUE not in template
        ):
            return finding("null", message("A value in the answer is missing (null or NaN)"), _ADVICE_ON_NULL)
    if any(output.kind == "figure" and points(output.data) == "null" for output in outputs):
        return finding("null", message("All values in the figure are missing (null or NaN)"), _ADVICE_ON_NULL)
    results = [output for output in outputs if output.kind != "answer" and shows(output) and not has_no_rows(output)]
    tested = _NULL_TEST.search(code.text) is not None
    if not results or any(has_value(output, tested=tested) or _own_nulls(output, cards) for output in results):
        return None
    return finding("null", message("The result is missing (null or NaN)"), _ADVICE_ON_NULL)


_ADVICE_ON_NULL = (
    "Find out why: rows that do not match, a text that is read as a number or as a date, a division by nothing. "
    "Look at the columns in a step where you are not sure."
)


def has_value(output: Output, *, tested: bool) -> bool:
    """Whether an output holds more than nulls.

    Args:
        output: One output.
        tested: Whether the code asks which values are null; then a column of nulls may be what it found.
    """
    if output.kind == "table":
        return _table_has_value(output.data, tested=tested)
    if output.kind != "text":
        return True
    text = text_of_output(output).strip()
    if re.search(r"\d", text.replace("float64", "")) or len(text) > 500:
        return True
    return _NULL.fullmatch(text) is None and _NULL_IN_WORDS.search(text) is None


def _own_nulls(output: Output, cards: Sequence[FrameCard]) -> bool:
    """Whether a table has values, and no nulls but in columns that are all null in the data."""
    if output.kind != "table":
        return False
    budget = MAX_SCANNED // max(1, output.data.num_columns)
    null = [i for i, column in enumerate(output.data.columns) if _all_null(column, budget)]
    names = _names(output)
    return len(null) < len(names) and all(_is_null_in_data(names[i], cards) for i in null)


def _table_has_value(table: pa.Table, *, tested: bool) -> bool:
    """Whether a table holds a value beside labels: where it has numbers, one that is not null."""
    columns = [(field.type, table.column(position)) for position, field in enumerate(table.schema)]
    numbers = [column for kind, column in columns if _is_number(kind) or pa.types.is_null(kind)]
    if tested or not numbers:
        numbers = [column for _, column in columns]
    budget = MAX_SCANNED // max(1, len(numbers))
    return any(not _all_null(column, budget) for column in numbers)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind))


def _all_null(column: pa.ChunkedArray, budget: int) -> bool:
    """Whether a column has null and NaN alone; of a column that is longer than the budget only nulls count."""
    if column.null_count == len(column):
        return True
    if not pa.types.is_floating(column.type) or len(column) > budget:
        return False
    return pc.all(pc.is_nan(pc.drop_null(column))).as_py() is True


def unread_column(code: Code, cards: Sequence[FrameCard]) -> Inspection | None:
    """Texts most of which the code makes null as it cannot read them."""
    lost = "" if _NULL_TEST.search(code.text) else unread(code, cards)
    if not lost:
        return None
    advice = "Read the texts as they are written (a format, other signs for decimals and thousands)."
    return finding("partly_null", message("Most of a column could not be read"), advice, lost)


def null_column(code: Code, outputs: Sequence[Output], cards: Sequence[FrameCard]) -> Inspection | None:
    """A column of a table in which the code put nulls alone, by a join, a mapping or a reading that failed."""
    if _NULL_TEST.search(code.text) or _SPREAD.search(code.text):
        return None
    joined = _JOIN.search(code.text) is not None
    for output in outputs:
        if output.kind != "table" or output.data.num_rows < 2:
            continue
        budget = MAX_SCANNED // output.data.num_columns
        null = [i for i, column in enumerate(output.data.columns) if _all_null(column, budget)]
        names = _names(output)
        lost = [names[i] for i in null if _was_to_be_filled(names[i], names, null, cards, joined)]
        if lost:
            name = lost[0][:60] if lost[0] in code.text else "one column"  # other names are data
            return finding(
                "partly_null", message("All values of {name} are missing (null or NaN)", name=name), _ADVICE_ON_NULL
            )
    return None


_SPREAD = re.compile(r"\b(?:pivot|pivot_table|unstack|crosstab|reindex|PIVOT)\b")
"""What makes columns of values, some of which may have none."""
_JOIN = re.compile(r"\b(?:merge|join|map|merge_asof|replace)\(|\bJOIN\b", re.I)


def _names(output: Output) -> list[str]:
    """The names of a table's columns as text."""
    labelled = len(output.labels) == output.data.num_columns
    return [str(label) for label in (output.labels if labelled else output.data.column_names)]


def _is_null_in_data(name: str, cards: Sequence[FrameCard]) -> bool:
    """Whether a column of this name is all null in the data itself."""
    columns = [column for card in cards for column in card.columns if name in {column.name, column.sql}]
    return bool(columns) and all(column.rows and column.nulls == column.rows for column in columns)


def _was_to_be_filled(
    name: str, names: Sequence[str], null: Sequence[int], cards: Sequence[FrameCard], joined: bool
) -> bool:
    """Whether a column of nulls is the code's: it made it, or joined a frame of which nothing came."""
    owners = [card for card in cards if any(name in {c.name, c.sql} for c in card.columns)]
    if not owners:
        return bool(name)
    empty = {names[i] for i in null}
    elsewhere = {c.name for card in cards if card not in owners for c in card.columns}
    for card in owners:
        own = [c for c in card.columns if c.name in names and c.name not in elsewhere]
        filled = all(c.nulls is not None and c.nulls < c.rows for c in card.columns if c.name == name)
        if joined and len(cards) > 1 and filled and own and all(c.name in empty for c in own):
            continue
        return False
    return True
