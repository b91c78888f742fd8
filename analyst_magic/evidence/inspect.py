"""A look at what code gave, before it is shown: nothing, null, no rows and caught failures are no answers.

``inspect`` is pure and takes milliseconds, whatever the size of the results. It says what is wrong twice: in a sentence
for the user, and as evidence for the model that wrote the code, which holds nothing beyond the privacy level: no word
of an output, and of the data only what the cards tell.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from ..context.failure import EXCEPTIONS
from ..language import message
from ..turn import Attempt, Code, FrameCard, Output
from ..turn.syntax import parse_python
from .compared import absent_values
from .drawn import points
from .inspection import MAX_SCANNED, Inspection, finding, has_no_rows, shows, text_of_output
from .nulls import null_column, null_result, unread_column
from .relabelled import relabelled

_NONE_IN_WORDS = re.compile(
    r"(?<![\d.,])0(?![\d.,]*\d)|\b(?:no|none|not|nothing|never|nobody|without|zero|empty|kein\w*|nicht\w*|nie|niemand"
    r"|aucun\w*|pas|rien|jamais|ning[uú]n\w*|nada|nunca|nessun\w*|niente|non|nenhum\w*|não|geen|niet|inga|inget|ingen"
    r"|ikke|brak|żad\w*|nie ma|yok)\b",
    re.I,
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
        lambda: unread_column(code, known),
        lambda: _empty(code, outputs, known),
        lambda: null_result(code, outputs, known),
        lambda: null_column(code, outputs, known),
        lambda: _counted_none(code, outputs, known),
    )
    return next((inspection for look in looks if (inspection := look()) is not None), None)


def sentence(inspection: Inspection) -> str:
    """The answer where a second attempt has no rows either, and that is accepted.

    >>> sentence(Inspection("empty", "The result has no rows.", ""))
    'No rows: nothing in the data fits the question as it was read.'
    """
    _, _, cause = inspection.reason.partition(": ")
    return f"No rows: {cause or 'nothing in the data fits the question as it was read.'}"


# -- nothing -----------------------------------------------------------------------------------------------------------


def _nothing(code: Code, outputs: Sequence[Output]) -> Inspection | None:
    if any(shows(output) for output in outputs):
        return None
    advice = 'End with the result itself as the last expression, or with answer(f"...").'
    return finding("nothing", message("The code ran and showed nothing"), advice, _why_nothing(code))


def _why_nothing(code: Code) -> str:
    """What the last line does instead of showing a result."""
    if code.language == "sql":
        return ""
    try:
        body = parse_python(code.text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    last = body[-1] if body else None
    if isinstance(last, ast.Assign | ast.AnnAssign | ast.AugAssign):
        target = last.targets[0] if isinstance(last, ast.Assign) else last.target
        return message("its last line only gives a value to {name}.", name=ast.unparse(target)[:60])
    if isinstance(last, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return message("it defines {name} and does not call it.", name=last.name[:60])
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and isinstance(last.value.func, ast.Attribute):
        return message("its last line calls {name}(), which shows nothing.", name=last.value.func.attr[:60])
    return ""


# -- failures ----------------------------------------------------------------------------------------------------------


def _failed_inside(outputs: Sequence[Output]) -> Inspection | None:
    texts = [text_of_output(output) for output in outputs if output.kind in {"text", "answer"}]
    has_results = any(output.kind not in {"text", "answer"} for output in outputs)
    answers = [text_of_output(output) for output in outputs if output.kind == "answer"]
    failed = any(_TRACEBACK.search(text) for text in texts)
    if not failed and not any(map(_tells_failure, answers if has_results else texts)):
        return None
    advice = "Do not catch exceptions: let them be raised, so that their cause can be seen, and mend that."
    return finding("failed_inside", message("The code caught a failure and showed it in place of a result"), advice)


def _tells_failure(text: str) -> bool:
    """Whether a text begins as that of an exception does."""
    named = _NAMED_ERROR.match(text)
    return _ERROR.match(text) is not None or (named is not None and named[1] in EXCEPTIONS)


def _relabelled(code: Code, earlier: Sequence[Attempt]) -> Inspection | None:
    slip = relabelled(code, earlier)
    if slip is None:
        return None
    advice = "Say in prose that the data has no such column (first line: Refusal:), or show it under its own name."
    fact = message(
        "the data has no {missing}, and {label} is {source} under another name.",
        missing=slip.missing,
        label=slip.label,
        source=slip.source,
    )
    return finding("failed_inside", message("The result is not what its name says"), advice, fact)


# -- objects -----------------------------------------------------------------------------------------------------------


def _container(outputs: Sequence[Output]) -> Inspection | None:
    has_results = any(output.kind not in {"text", "answer"} for output in outputs)
    drawn = any(output.kind in {"figure", "image"} for output in outputs)
    for output in outputs:
        if output.kind not in {"text", "answer"} or output.stream == "stderr":
            continue
        text = text_of_output(output)
        blob = any(len(set(run)) > 20 for run in _BLOB.findall(text))
        lost = not drawn and ("Figure({" in text or blob)
        if (
            lost
            or (not has_results and (blob or _CONTAINER.search(text)))
            or (output.kind == "answer" and _is_object(text))
        ):
            advice = "Show each result by itself: display(figure) and display(table), or it as the last expression."
            return finding(
                "container", message("The code showed the text of an object in place of what is in it"), advice
            )
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
    if not causes and any(
        _NONE_IN_WORDS.search(text_of_output(output)) for output in outputs if output.kind == "answer"
    ):
        return None  # it says itself that there are none
    advice = "Look at the values in a step where you are not sure. If there are none, end with answer() that says so."
    return finding("empty", what, advice, *causes)


def _without_rows(outputs: Sequence[Output]) -> bool:
    """Whether there is a result, and each that is one has no rows."""
    results = [output for output in outputs if output.kind not in {"answer"} and shows(output)]
    return bool(results) and all(has_no_rows(output) for output in results)


def _counted_none(code: Code, outputs: Sequence[Output], cards: Sequence[FrameCard]) -> Inspection | None:
    """A count or a sum of no rows at all: one row of zeros, where the code looks for a value that no row has."""
    results = [output for output in outputs if output.kind != "answer" and shows(output)]
    words = [text_of_output(output) for output in outputs if output.kind == "answer"]
    zero = all(map(_is_zero, results)) if results else any(re.search(r"(?<![\d.,])0(?![\d.,]*\d)", t) for t in words)
    causes = absent_values(code, cards) if (results or words) and zero else ()
    if not causes:
        return None
    advice = "Write the value as the data has it. If there is none, end with answer() that says so."
    return finding("empty", message("The result is about no rows"), advice, *causes)


def _is_zero(output: Output) -> bool:
    if output.kind == "text":
        return re.fullmatch(r"[-+]?0+(?:\.0*)?", text_of_output(output).strip()) is not None
    if output.kind != "table" or output.data.num_rows != 1:
        return False
    numbers = [value for value in _cells(output.data) if isinstance(value, int | float)]
    return bool(numbers) and not any(numbers)


# -- null --------------------------------------------------------------------------------------------------------------


# -- a column of nulls -------------------------------------------------------------------------------------------------


# -- reading outputs ---------------------------------------------------------------------------------------------------


def _cells(table: pa.Table) -> Iterator[Any]:
    """The values of a small table."""
    if table.num_rows * table.num_columns <= MAX_SCANNED:
        for column in table.columns:
            yield from column.to_pylist()
