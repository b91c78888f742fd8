"""Texts that code reads as dates or numbers, with null for those that it cannot read: most of them, where it is wrong.

What it would make of the texts is tried here, on a sample of a column's values.
"""

from __future__ import annotations

import ast
import datetime as dt
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..context.text import json_text
from ..turn import Code, FrameCard
from ..turn.sql_syntax import parse_sql
from ..turn.syntax import all_nodes, parse_python

MIN_LOST = 0.5
"""Share of a column's values that have to be lost."""
MAX_TRIED = 200
_NUMBERS = ("FLOAT", "INT", "DOUBLE", "DECIMAL", "REAL", "NUMERIC")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A column of texts that code reads, and how: ``reads`` gives False for what becomes null."""

    frame: str
    column: str
    what: str
    reads: Callable[[Sequence[str]], Iterable[bool]]


def unread(code: Code, cards: Iterable[FrameCard]) -> str:
    """A sentence on the first column most of whose texts become null; empty where there is none.

    Args:
        code: Code that ran.
        cards: What is known of its frames; the sentence tells the shapes that stand there.
    """
    cards = tuple(cards)
    names = {card.name.casefold() for card in cards}
    readings = list(_in_sql(code.text) if code.language == "sql" else _in_python(code.text))
    times = Counter((parsed.frame, parsed.column) for parsed in readings)
    # twice: one for each way of writing
    once = [parsed for parsed in readings if times[parsed.frame, parsed.column] == 1]
    pairs = ((p, c) for p in once for c in cards if p.frame.casefold() == c.name.casefold() or p.frame not in names)
    return next((said for parsed, card in pairs if (said := _sentence(parsed, card))), "")


def _sentence(parsed: Parsed, card: FrameCard) -> str:
    column = next((c for c in card.columns if c.name == parsed.column and c.type in {"text", "category"}), None)
    texts = [text for text in (column.sketch.texts if column and column.sketch else ()) if text.strip()][:MAX_TRIED]
    if column is None or not texts:
        return ""
    lost = 1 - sum(map(bool, parsed.reads(texts))) / len(texts)
    if lost <= MIN_LOST:
        return ""
    shapes = ", ".join(json_text(shape) for shape, _ in column.shapes[:2])
    written = f", which are written as {shapes}" if shapes else ""
    share = "all" if lost == 1 else f"about {round(100 * lost)}%"
    return f"{parsed.what} makes null of {share} of the texts in {column.name} of {card.name}{written}."


# -- ways of reading ---------------------------------------------------------------------------------------------------


def _numbers(texts: Sequence[str]) -> Iterator[bool]:
    return (_succeeds(float, text.strip()) for text in texts)


def _iso(texts: Sequence[str]) -> Iterator[bool]:
    return (_succeeds(dt.datetime.fromisoformat, text.strip()) for text in texts)


def _formatted(form: str) -> Callable[[Sequence[str]], Iterator[bool]]:
    return lambda texts: (_succeeds(lambda text: dt.datetime.strptime(text, form), text) for text in texts)


def _guessed(options: dict[str, Any]) -> Callable[[Sequence[str]], Iterable[bool]]:
    """As pandas guesses; where it is not there to be asked, all can be read."""

    def reads(texts: Sequence[str]) -> Iterable[bool]:
        pandas = sys.modules.get("pandas")
        if pandas is None:
            return [True] * len(texts)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                made = pandas.to_datetime(pandas.Series(list(texts)), errors="coerce", **options)
        except (ValueError, TypeError, OverflowError):
            return [True] * len(texts)
        return list(made.notna())

    return reads


def _succeeds(read: Callable[[str], Any], text: str) -> bool:
    try:
        read(text)
    except (ValueError, OverflowError):
        return False
    return True


# -- Python ------------------------------------------------------------------------------------------------------------


def _in_python(text: str) -> Iterator[Parsed]:
    try:
        tree = parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    made = dict(_columns_made(tree))
    for node in all_nodes(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        given = {k.arg: k.value.value for k in node.keywords if k.arg and isinstance(k.value, ast.Constant)}
        method = node.func.attr
        if method in {"to_datetime", "to_numeric"} and given.get("errors") == "coerce" and node.args:
            reading = _pandas(method, _column(node.args[0]), given)
        elif given.get("strict") is False:
            reading = _polars(node, given)
        else:
            continue
        line = node.lineno
        yield from (parsed for parsed in reading if made.get(parsed.column, line) >= line)


def _columns_made(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The columns that code gives new values, each with its first line: of these the cards say nothing further down."""
    columns: dict[str, int] = {}
    for node in all_nodes(tree):
        names: list[Any] = []
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.slice, ast.Constant):
            names = [node.slice.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            names = [k.arg for k in node.keywords] if node.func.attr in {"assign", "with_columns"} else []
        line = getattr(node, "lineno", 0)
        columns |= {name: min(columns.get(name, line), line) for name in names if isinstance(name, str)}
    yield from columns.items()


def _pandas(method: str, column: tuple[str, str] | None, given: dict[str, Any]) -> Iterator[Parsed]:
    if column is None or given.get("unit"):
        return
    form = given.get("format")
    what = f'pd.{method}(errors="coerce"{f", format={json_text(form)}" if form else ""})'
    if method == "to_numeric":
        yield Parsed(*column, what, _numbers)
    elif isinstance(form, str) and "%" in form and given.get("exact") is not False:
        yield Parsed(*column, what, _formatted(form))
    else:
        options = {name: value for name, value in given.items() if name in {"format", "dayfirst", "yearfirst"}}
        yield Parsed(*column, what, _guessed(options))


def _polars(node: ast.Call, given: dict[str, Any]) -> Iterator[Parsed]:
    """What ``pl.col("x").str.to_date("%d.%m.%Y", strict=False)`` and ``.cast(pl.Float64, strict=False)`` read."""
    assert isinstance(node.func, ast.Attribute)
    values, method = node.func.value, node.func.attr
    if method == "cast" and node.args and any(word in ast.unparse(node.args[0]).upper() for word in _NUMBERS):
        column = _column(values)
        if column is not None:
            yield Parsed(*column, "cast(strict=False)", _numbers)
    if method in {"to_date", "to_datetime", "strptime"} and isinstance(values, ast.Attribute) and values.attr == "str":
        column = _column(values.value)
        forms = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        form = given.get("format", forms[0] if forms else "")
        if column is not None and form:
            yield Parsed(*column, f"{method}({json_text(form)}, strict=False)", _formatted(form))


def _column(node: ast.AST) -> tuple[str, str] | None:
    """The frame, where it is a name, and the column that is read as it is."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "strip":
        node = node.func.value.value if isinstance(node.func.value, ast.Attribute) else node
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
        named = ast.unparse(node.func) in {"pl.col", "col", "polars.col"}
        return ("", str(node.args[0].value)) if named else None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.value, ast.Name):
        return node.value.id, str(node.slice.value)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value.id, node.attr
    return None


# -- SQL ---------------------------------------------------------------------------------------------------------------


def _in_sql(text: str) -> Iterator[Parsed]:
    try:
        tree = parse_sql(text)
    except (SqlglotError, RecursionError, ValueError):
        return
    for node in tree.find_all(exp.TryCast):
        kind = node.to.sql("duckdb").upper()
        if isinstance(node.this, exp.Column):
            number = any(word in kind for word in _NUMBERS)
            if number or kind.startswith(("DATE", "TIMESTAMP")):
                yield Parsed("", node.this.name, f"TRY_CAST AS {kind}", _numbers if number else _iso)
    for call in tree.find_all(exp.Anonymous):
        parts = call.expressions
        if call.name.lower() == "try_strptime" and len(parts) == 2 and isinstance(parts[0], exp.Column):
            form = parts[1]
            if isinstance(form, exp.Literal) and form.is_string:
                yield Parsed("", parts[0].name, f"try_strptime({json_text(form.this)})", _formatted(form.this))
