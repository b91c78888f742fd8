"""A look at what code gave, before it is shown: nothing, null, no rows and caught failures are no answers.

``inspect`` is pure and takes milliseconds, whatever the size of the results. It says what is wrong twice: in a sentence
for the user, and as evidence for the model that wrote the code, which holds nothing beyond the privacy level: no word
of an output, and of the data only what the cards tell.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from ..context.failure import EXCEPTIONS
from ..turn import Attempt, Code, FrameCard, Output
from ..turn.answer import answer_template
from .compared import absent_values
from .drawn import points
from .parsed import unread
from .relabelled import relabelled

Severity = Literal["nothing", "null", "partly_null", "empty", "failed_inside", "container"]
MAX_SCANNED = 100_000
"""Cells of a table that are looked at for NaN, and for zeros; of a larger one its nulls are known without a look."""
MAX_TEXT = 20_000
"""Characters of a text that are looked at."""

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
_NONE_IN_WORDS = re.compile(
    r"(?<![\d.,])0(?![\d.,]*\d)|\b(?:no|none|not|nothing|never|nobody|without|zero|empty|kein\w*|nicht\w*|nie|niemand"
    r"|aucun\w*|pas|rien|jamais|ning[uú]n\w*|nada|nunca|nessun\w*|niente|non|nenhum\w*|não|geen|niet|inga|inget|ingen"
    r"|ikke|brak|żad\w*|nie ma|yok)\b",
    re.I,
)
_EMPTY_TEXT = re.compile(
    r"Empty DataFrame\b|Empty GeoDataFrame\b|Series\(\[\]|(?:\w+\()?(?:\[\]|\{\}|\(\)|set\(\))\)?\s*\Z|shape: \(0, "
)
_TRACEBACK = re.compile(r"^Traceback \(most recent call last\):|^-{20,}\s*\n\w+(?:Error|Exception)\b", re.M)
_ERROR = re.compile(
    r"\W*(?:an? |the )?(?:(?:unexpected |following )?(?:error|exception)(?: occurred\b[^:\n]*| was raised\b[^:\n]*"
    r"| in [^:\n]*| while [^:\n]*)?|(?:failed|could not|unable) to [^:\n]{1,60})\s*(?::|!|\Z)",
    re.I,
)
_NAMED_ERROR = re.compile(r"\W*(?:[\w.]+\.)?(\w+)\s*(?::|\()")
_CONTAINER = re.compile(
    r"\bFigure\(\{|<(?:class |function |bound method |generator object |module )|<[\w.]+(?: object)? at 0x[0-9a-f]+"
    r"|<(?:pandas|polars|plotly|matplotlib|duckdb|pyarrow|seaborn|Axes|Figure|Styler|IPython)\b|data:\w+/[\w.+-]+;base64,"
    r"|\bDataFrameGroupBy\b|naive plan: \("
)
_BLOB = re.compile(r"[A-Za-z0-9+/]{400,}={0,2}")
_NULL_TEST = re.compile(r"\b(?:isna|isnull|notna|notnull|is_null|is_nan|isnan)\b|\bIS\s+(?:NOT\s+)?NULL\b", re.I)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is wrong with the results of code that ran.

    Attributes:
        severity: ``nothing`` (no output, or only empty text), ``null`` (a value that is missing where the answer should
            be), ``partly_null`` (a column of nulls beside good ones, or one that could not be read), ``empty`` (no
            rows, a figure without points), ``failed_inside`` (a failure that the code caught, or shows under another
            name) or ``container`` (the text of an object in place of what is in it).
        reason: One sentence for the user.
        evidence: What the model is told.
    """

    severity: Severity
    reason: str
    evidence: str


def inspect(
    code: Code, outputs: Sequence[Output], cards: Iterable[FrameCard] = (), earlier: Sequence[Attempt] = ()
) -> Inspection | None:
    """What is wrong with the results of code that ran; None where they are an answer.

    Args:
        code: The code.
        outputs: What came through the firewall.
        cards: What is known of the frames, cut down to the privacy level: ``Context.cards``.
        earlier: Earlier attempts at the same question, oldest first.

    Example:
        >>> found = inspect(Code("total = sales.revenue.sum()"), ())
        >>> found.severity, found.reason
        ('nothing', 'The code ran and showed nothing: its last line only gives a value to total.')
    """
    known = tuple(cards)
    looks: tuple[Callable[[], Inspection | None], ...] = (
        lambda: _relabelled(code, earlier),
        lambda: _nothing(code, outputs),
        lambda: _failed_inside(outputs),
        lambda: _container(outputs),
        lambda: _unread(code, known),
        lambda: _empty(code, outputs, known),
        lambda: _null(code, outputs, known),
        lambda: _null_column(code, outputs, known),
        lambda: _counted_none(code, outputs, known),
    )
    return next((found for look in looks if (found := look()) is not None), None)


def sentence(found: Inspection) -> str:
    """The answer where a second attempt has no rows either, and that is accepted.

    >>> sentence(Inspection("empty", "The result has no rows.", ""))
    'No rows: nothing in the data fits the question as it was read.'
    """
    _, _, cause = found.reason.partition(": ")
    return f"No rows: {cause or 'nothing in the data fits the question as it was read.'}"


def _found(severity: Severity, what: str, advice: str, *facts: str) -> Inspection:
    """An inspection whose reason holds the first fact, and whose evidence holds all of them with the advice."""
    reason = f"{what}: {facts[0]}" if facts and facts[0] else f"{what}."
    known_facts = " ".join(fact for fact in facts if fact)
    return Inspection(severity, reason, f"{what}. {known_facts} {advice}".replace("  ", " ").strip())


# -- nothing -----------------------------------------------------------------------------------------------------------


def _nothing(code: Code, outputs: Sequence[Output]) -> Inspection | None:
    if any(_shows(output) for output in outputs):
        return None
    advice = 'End with the result itself as the last expression, or with answer(f"...").'
    return _found("nothing", "The code ran and showed nothing", advice, _why_nothing(code))


def _shows(output: Output) -> bool:
    """Whether an output shows anything; warnings alone do not."""
    if output.kind == "text":
        return output.stream != "stderr" and bool(str(output.data).strip(" \t\r\n'\""))
    return output.kind != "answer" or bool(output.data.strip())


def _why_nothing(code: Code) -> str:
    """What the last line does instead of showing a result."""
    if code.language == "sql":
        return ""
    try:
        body = ast.parse(code.text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    last = body[-1] if body else None
    if isinstance(last, ast.Assign | ast.AnnAssign | ast.AugAssign):
        target = last.targets[0] if isinstance(last, ast.Assign) else last.target
        return f"its last line only gives a value to {ast.unparse(target)[:60]}."
    if isinstance(last, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return f"it defines {last.name[:60]} and does not call it."
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and isinstance(last.value.func, ast.Attribute):
        return f"its last line calls {last.value.func.attr[:60]}(), which shows nothing."
    return ""


# -- failures ----------------------------------------------------------------------------------------------------------


def _failed_inside(outputs: Sequence[Output]) -> Inspection | None:
    texts = [_text(output) for output in outputs if output.kind in {"text", "answer"}]
    shown = any(output.kind in {"table", "figure", "image", "file"} for output in outputs)
    answers = [_text(output) for output in outputs if output.kind == "answer"]
    failed = any(_TRACEBACK.search(text) for text in texts)
    if not failed and not any(map(_tells_failure, answers if shown else texts)):
        return None
    advice = "Do not catch exceptions: let them be raised, so that their cause can be seen, and mend that."
    return _found("failed_inside", "The code caught a failure and showed it in place of a result", advice)


def _tells_failure(text: str) -> bool:
    """Whether a text begins as that of an exception does."""
    named = _NAMED_ERROR.match(text)
    return _ERROR.match(text) is not None or (named is not None and named[1] in EXCEPTIONS)


def _relabelled(code: Code, earlier: Sequence[Attempt]) -> Inspection | None:
    slip = relabelled(code, earlier)
    if slip is None:
        return None
    advice = "Say in prose that the data has no such column (first line: Refusal:), or show it under its own name."
    fact = f"the data has no {slip.missing}, and {slip.label} is {slip.source} under another name."
    return _found("failed_inside", "The result is not what its name says", advice, fact)


# -- objects -----------------------------------------------------------------------------------------------------------


def _container(outputs: Sequence[Output]) -> Inspection | None:
    shown = any(output.kind in {"table", "figure", "image", "file"} for output in outputs)
    drawn = any(output.kind in {"figure", "image"} for output in outputs)
    for output in outputs:
        if output.kind not in {"text", "answer"} or output.stream == "stderr":
            continue
        text = _text(output)
        blob = any(len(set(run)) > 20 for run in _BLOB.findall(text))
        lost = not drawn and ("Figure({" in text or blob)
        if lost or (not shown and (blob or _CONTAINER.search(text))) or (output.kind == "answer" and _is_object(text)):
            advice = "Show each result by itself: display(figure) and display(table), or it as the last expression."
            return _found("container", "The code showed the text of an object in place of what is in it", advice)
    return None


def _is_object(text: str) -> bool:
    """Whether a sentence holds the text of an object, such as of a whole column."""
    return _CONTAINER.search(text) is not None or re.search(r"\bdtype: \w+|\bnp\.\w+\(", text) is not None


# -- no rows -----------------------------------------------------------------------------------------------------------


def _empty(code: Code, outputs: Sequence[Output], cards: Sequence[FrameCard]) -> Inspection | None:
    figures = [points(output.data) for output in outputs if output.kind == "figure"]
    if "empty" in figures:
        what = "The figure has no points"
    elif _without_rows(outputs):
        what = "The result has no rows"
    else:
        return None
    causes = absent_values(code, cards)
    if not causes and any(_NONE_IN_WORDS.search(_text(output)) for output in outputs if output.kind == "answer"):
        return None  # it says itself that there are none
    advice = "Look at the values in a step where you are not sure. If there are none, end with answer() that says so."
    return _found("empty", what, advice, *causes)


def _without_rows(outputs: Sequence[Output]) -> bool:
    """Whether there is a result, and each that is one has no rows."""
    results = [output for output in outputs if output.kind not in {"answer"} and _shows(output)]
    return bool(results) and all(_has_no_rows(output) for output in results)


def _has_no_rows(output: Output) -> bool:
    if output.kind == "table":
        return not output.data.num_rows or not output.data.num_columns
    return output.kind == "text" and _EMPTY_TEXT.match(_text(output).strip()) is not None


def _counted_none(code: Code, outputs: Sequence[Output], cards: Sequence[FrameCard]) -> Inspection | None:
    """A count or a sum of no rows at all: one row of zeros, where the code looks for a value that no row has."""
    results = [output for output in outputs if output.kind != "answer" and _shows(output)]
    words = [_text(output) for output in outputs if output.kind == "answer"]
    zero = all(map(_is_zero, results)) if results else any(re.search(r"(?<![\d.,])0(?![\d.,]*\d)", t) for t in words)
    causes = absent_values(code, cards) if (results or words) and zero else ()
    if not causes:
        return None
    advice = "Write the value as the data has it. If there is none, end with answer() that says so."
    return _found("empty", "The result is about no rows", advice, *causes)


def _is_zero(output: Output) -> bool:
    if output.kind == "text":
        return re.fullmatch(r"[-+]?0+(?:\.0*)?", _text(output).strip()) is not None
    if output.kind != "table" or output.data.num_rows != 1:
        return False
    numbers = [value for value in _cells(output.data) if isinstance(value, int | float)]
    return bool(numbers) and not any(numbers)


# -- null --------------------------------------------------------------------------------------------------------------


def _null(code: Code, outputs: Sequence[Output], cards: Sequence[FrameCard]) -> Inspection | None:
    template = answer_template(code.text) if code.language == "sql" else ""
    for output in (output for output in outputs if output.kind == "answer"):
        if _NULL_IN_WORDS.search(_text(output)) or (
            _NO_VALUE in output.data and template and _NO_VALUE not in template
        ):
            return _found("null", "A value in the answer is missing (null or NaN)", _ADVICE_ON_NULL)
    if any(output.kind == "figure" and points(output.data) == "null" for output in outputs):
        return _found("null", "All values in the figure are missing (null or NaN)", _ADVICE_ON_NULL)
    results = [output for output in outputs if output.kind != "answer" and _shows(output) and not _has_no_rows(output)]
    tested = _NULL_TEST.search(code.text) is not None
    if not results or any(_has_value(output, tested=tested) or _own_nulls(output, cards) for output in results):
        return None
    return _found("null", "The result is missing (null or NaN)", _ADVICE_ON_NULL)


_ADVICE_ON_NULL = (
    "Find out why: rows that do not match, a text that is read as a number or as a date, a division by nothing. "
    "Look at the columns in a step where you are not sure."
)


def _has_value(output: Output, *, tested: bool) -> bool:
    """Whether an output holds more than nulls.

    Args:
        output: One output.
        tested: Whether the code asks which values are null; then a column of nulls may be what it found.
    """
    if output.kind == "table":
        return _table_has_value(output.data, tested=tested)
    if output.kind != "text":
        return True
    text = _text(output).strip()
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


# -- a column of nulls -------------------------------------------------------------------------------------------------


def _unread(code: Code, cards: Sequence[FrameCard]) -> Inspection | None:
    """Texts most of which the code makes null as it cannot read them."""
    lost = "" if _NULL_TEST.search(code.text) else unread(code, cards)
    if not lost:
        return None
    advice = "Read the texts as they are written (a format, other signs for decimals and thousands)."
    return _found("partly_null", "Most of a column could not be read", advice, lost)


def _null_column(code: Code, outputs: Sequence[Output], cards: Sequence[FrameCard]) -> Inspection | None:
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
            return _found("partly_null", f"All values of {name} are missing (null or NaN)", _ADVICE_ON_NULL)
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
    found = [column for card in cards for column in card.columns if name in {column.name, column.sql}]
    return bool(found) and all(column.rows and column.nulls == column.rows for column in found)


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


# -- reading outputs ---------------------------------------------------------------------------------------------------


def _text(output: Output) -> str:
    return str(output.data)[:MAX_TEXT] if output.kind in {"text", "answer"} else ""


def _cells(table: pa.Table) -> Iterator[Any]:
    """The values of a small table."""
    if table.num_rows * table.num_columns <= MAX_SCANNED:
        for column in table.columns:
            yield from column.to_pylist()
