"""Several programs in one reply, each a part of the answer, as one program that runs them in their order."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from ..planner.plan.text import answer_call
from ..sources.frames import variables
from ..turn import Code, FrameCard
from ..turn.answer import answer_template
from ..turn.program import RESULT, QueriedTable, sql_as_python, with_queries

_QUIET = re.compile(r"print|display|answer|show|close|(?:to|write|save)_?\w*")
"""Calls that show what they have to show themselves, or have no value."""


def one_program(codes: Sequence[Code], cards: Sequence[FrameCard], others: Collection[str] = ()) -> tuple[Code, str]:
    """Programs as one, and what could not be taken of them, in one sentence; empty where all was.

    SQL beside another program becomes Python that runs it, so that the whole is one program in one language; its rows
    are in the variable ``result`` from there on. What a program ends with is shown as it would be alone.

    >>> code, note = one_program([Code("SELECT 1 AS n", "sql"), Code("sales.revenue.sum()")], [])
    >>> print(code.text.partition("to_pandas()")[2].strip())
    result = rows_of(\"\"\"
    SELECT 1 AS n
    \"\"\")
    display(result)
    <BLANKLINE>
    sales.revenue.sum()

    Args:
        codes: The programs, in order, at least one.
        cards: What is known of the frames in scope.
        others: The names of the other frames in scope.
    """
    codes = [code for i, code in enumerate(codes) if not any(_repeats(later, code) for later in codes[i + 1 :])]
    if len(codes) == 1:
        return codes[0], ""
    called = variables([*(card.name for card in cards), *others])
    tables = [_table(card, called[card.name]) for card in cards]
    tables += [QueriedTable(name, called[name], "file") for name in others]
    texts = [_as_python(code, tables) for code in codes]
    if not all(texts):
        return codes[-1], (
            f"The model wrote {len(codes)} programs. Only the last was run: SQL over a frame that Python cannot give "
            "to it as it is cannot be joined with another program."
        )
    document = next((code for code in codes if code.language == "document"), None)
    texts = [text if _ends_alike(text, texts[-1]) else _shown(text) for text in texts[:-1]] + texts[-1:]
    whole = with_queries([text.strip("\n") for text in texts])
    return (replace(document, text=whole) if document is not None else Code(whole)), ""


def _repeats(later: Code, code: Code) -> bool:
    """Whether a later program does what a program does; SQL that holds other SQL asks something else."""
    return later == code if later.language == code.language == "sql" else code.text in later.text


def _table(card: FrameCard, variable: str) -> QueriedTable:
    return QueriedTable(
        card.name, variable, card.kind, tuple((column.label, column.sql) for column in card.columns), card.index
    )


def _as_python(code: Code, tables: Sequence[QueriedTable]) -> str:
    """A program in Python; empty where SQL has no counterpart there."""
    if code.language != "sql":
        return code.text
    template = answer_template(code.text).splitlines()
    named = [table for table in tables if re.search(rf"(?i)(?<!\w){re.escape(table.name)}(?!\w)", code.text)]
    query = sql_as_python(code.text, named)
    return "\n".join([query, *answer_call(template, RESULT), RESULT]) if query else ""


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


def _ends_alike(text: str, last: str) -> bool:
    """Whether a program ends with a name that the last one ends with too, and leaves as it is."""
    try:
        body, later = ast.parse(text).body, ast.parse(last).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    ends = [statements[-1].value if statements and isinstance(statements[-1], ast.Expr) else None
            for statements in (body, later)]  # fmt: skip
    names = [end.id for end in ends if isinstance(end, ast.Name)]
    nodes = (node for statement in later for node in ast.walk(statement))
    given = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return len(names) == 2 and names[0] == names[1] and names[0] not in given
