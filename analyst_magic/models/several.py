"""Several programs in one reply, each a part of the answer, as one program that runs them in their order."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from ..planner.plan.text import answer_call, query_lines
from ..turn import Code
from ..turn.answer import answer_template

_QUIET = re.compile(r"print|display|answer|show|close|(?:to|write|save)_?\w*")
"""Calls that show what they have to show themselves, or have no value."""


def one_program(codes: Sequence[Code], frames: Collection[str]) -> tuple[Code, str]:
    """Programs as one, and what could not be taken of them, in one sentence; empty where all was.

    SQL beside another program becomes Python that runs it, so that the whole is one program in one language. What a
    program ends with is shown as it would be alone.

    >>> code, note = one_program([Code("SELECT 1 AS n", "sql"), Code("sales.revenue.sum()")], ["sales"])
    >>> print(code.text)
    import duckdb
    <BLANKLINE>
    result = duckdb.sql(\"\"\"
    SELECT 1 AS n
    \"\"\").df()
    display(result)
    <BLANKLINE>
    sales.revenue.sum()

    Args:
        codes: The programs, in order, at least one.
        frames: The names of the frames in scope.
    """
    codes = [code for i, code in enumerate(codes) if not any(code.text in later.text for later in codes[i + 1 :])]
    if len(codes) == 1:
        return codes[0], ""
    unnamed = [name for name in frames if not name.isidentifier() or keyword.iskeyword(name)]
    if any(code.language == "sql" and name in code.text for code in codes for name in unnamed):
        return codes[-1], (
            f"The model wrote {len(codes)} programs. Only the last was run: SQL over a frame whose name is no name in "
            "Python cannot be joined with another program."
        )
    document = next((code for code in codes if code.language == "document"), None)
    texts = [*(_shown(_as_python(code)) for code in codes[:-1]), _as_python(codes[-1])]
    head = ["import duckdb"] if any(code.language == "sql" for code in codes) else []
    whole = "\n\n".join([*head, *(text.strip("\n") for text in texts)])
    return (replace(document, text=whole) if document is not None else Code(whole)), ""


def _as_python(code: Code) -> str:
    if code.language != "sql":
        return code.text
    template = answer_template(code.text).splitlines()
    lines = [*query_lines(code.text, "result"), *answer_call(template, "result"), "result"]
    return "\n".join(lines)


def _shown(text: str) -> str:
    """A program whose last expression is shown although more code follows."""
    try:
        last = ast.parse(text).body[-1]
    except (SyntaxError, ValueError, RecursionError, MemoryError, IndexError):
        return text
    if not isinstance(last, ast.Expr) or last.col_offset or last.end_lineno is None:
        return text
    called = last.value.func if isinstance(last.value, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    if _QUIET.fullmatch(name):
        return text
    lines = text.splitlines()
    expression = ast.get_source_segment(text, last)
    return "\n".join([*lines[: last.lineno - 1], f"display({expression})"])
