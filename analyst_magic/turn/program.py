"""The steps of an answer as one program that runs by itself, SQL among Python too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .question import Code
from .syntax import all_nodes, parse_python

RESULT = "result"
"""The variable that SQL leaves its rows in."""
_HEAD = """import duckdb
import pyarrow as pa


def rows_of(query):
    table = duckdb.sql(query).to_arrow_table()  # which has sums of whole numbers as decimals
    types = [pa.int64() if kind == pa.decimal128(38, 0) else kind for kind in table.schema.types]
    return table.cast(pa.schema(list(zip(table.column_names, types)))).to_pandas()
"""


@dataclass(frozen=True, slots=True)
class QueriedTable:
    """A table that SQL reads, as Python has it.

    Attributes:
        name: Its name in SQL.
        variable: Its name in Python.
        kind: As in ``FrameCard``.
        columns: The label of each column in Python with its name in SQL, those of a pandas index first.
        index: How many of them are the index.
    """

    name: str
    variable: str
    kind: str
    columns: tuple[tuple[Any, str], ...] = ()
    index: int = 0


def join_steps(steps: Iterable[Code], in_python: Mapping[Code, str] | None = None) -> Code | None:
    """The steps of an answer, oldest first, as one program; None where there are none, or they cannot be joined.

    A step in Python uses what the steps before it left in the sandbox, so all of them are needed. SQL reads frames
    alone: where it comes last, it is the program; before Python it is a part of it where that uses its ``result``. A
    step that only asks for a description of a frame, or calls a tool of a server, is no part of it, nor is what a step
    showed to the model alone.

    Args:
        steps: The steps.
        in_python: The SQL among them as ``sql_as_python`` has it, where its frames are known.

    Example:
        >>> join_steps([Code("a = 1\\na"), Code("a + 1")]).text.splitlines()
        ['a = 1', '', 'a + 1']
        >>> join_steps([Code("sales.head()"), Code("SELECT sum(revenue) FROM sales", "sql")]).language
        'sql'
    """
    codes = [code for code in steps if code.text.strip() and not code.is_lookup]
    if not codes or codes[-1].language == "sql":
        return codes[-1] if codes else None
    codes = _that_matter(codes)
    texts: list[str] = []
    for code in codes:
        text = code.text if code is codes[-1] else _without_look(code.text)
        if code.language == "sql":
            text = in_python[code] if in_python and code in in_python else sql_as_python(code.text)
            if not text or _changes_a_table(texts, code):
                return None
        texts.append(text.strip("\n"))
    whole = next((code for code in codes if code.language == "document"), codes[-1])
    return replace(whole, text=with_queries([text for text in texts if text.strip()]))


def with_queries(texts: Sequence[str]) -> str:
    """Pieces of Python as one text, with what ``sql_as_python`` needs at its head."""
    text = "\n\n".join(texts)
    return f"{_HEAD}\n\n{text}" if "rows_of(" in text and "def rows_of(" not in text else text


def sql_as_python(sql: str, tables: Sequence[QueriedTable] = ()) -> str:
    """SQL as Python that leaves the same rows in the variable ``result``; empty where Python cannot.

    Args:
        sql: The statement.
        tables: The tables that it reads, where they are known.

    Example:
        >>> print(sql_as_python("SELECT 1 AS n"))
        result = rows_of(\"\"\"
        SELECT 1 AS n
        \"\"\")
    """
    before, after = list[str](), list[str]()
    for table in tables:
        expression = _as_sql_sees_it(table)
        if expression is None:
            return ""
        if expression != table.name or not re.search(rf"(?<!\w){re.escape(table.name)}(?!\w)", sql):
            before.append(f"duckdb.register({table.name!r}, {expression})")
            after.append(f"duckdb.unregister({table.name!r})")
    return "\n".join([*before, *text_call(f"{RESULT} = rows_of", sql), *after])


def text_call(function: str, text: str) -> list[str]:
    """The lines of a call with a text, in triple quotes where it holds nothing that would break them.

    Example:
        >>> text_call("print", "a")
        ['print(\"\"\"', 'a', '\"\"\")']
    """
    lines = text.split("\n")
    if '"""' not in text and "\\" not in text and all(line.isprintable() for line in lines):
        return [f'{function}("""', *lines, '""")']
    return [f"{function}(", *(f"    {line!r}" for line in text.splitlines(keepends=True)), ")"]


def _as_sql_sees_it(table: QueriedTable) -> str | None:
    """Python for a table with its index and its names as SQL knows them; None where no short expression gives it."""
    expression = table.variable
    index, columns = table.columns[: table.index], table.columns[table.index :]
    if table.kind in {"duckdb", "file"}:
        return expression if table.name == table.variable else None
    if table.kind in {"series", "polars series"}:
        expression += f".to_frame({columns[0][1]!r})"
    elif renamed := {label: name for label, name in columns if label != name or not isinstance(label, str)}:
        labels = [label for label, _ in columns]
        if (
            table.kind not in {"pandas", "polars"}
            or not all(map(_is_literal, renamed))
            or len(set(labels)) < len(labels)
        ):
            return None
        expression += f".rename({'columns=' if table.kind == 'pandas' else ''}{renamed!r})"
    return f"{expression}.reset_index(names={[name for _, name in index]!r})" if index else expression


def _is_literal(label: Any) -> bool:
    """Whether Python code can name a label."""
    return all(type(part) in {str, int, float, bool} for part in (label if isinstance(label, tuple) else (label,)))


def _that_matter(codes: Sequence[Code]) -> list[Code]:
    """The steps without SQL whose rows no later Python uses."""
    needed: list[Code] = []
    waiting: Code | None = None
    for code in codes:
        if code.language == "sql":
            waiting = code
            continue
        uses, gives = _uses_and_gives(code.text, RESULT)
        if waiting is not None and uses:
            needed.append(waiting)
        waiting = None if uses or gives else waiting
        needed.append(code)
    return needed


def _uses_and_gives(text: str, name: str) -> tuple[bool, bool]:
    """Whether Python uses a name that earlier code gave, and whether it gives it anew."""
    try:
        body = parse_python(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return bool(re.search(rf"\b{name}\b", text)), False
    for statement in body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and node.id == name]
        texts = [n.value for n in ast.walk(statement) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        if any(isinstance(node.ctx, ast.Load) for node in names) or any(re.search(rf"\b{name}\b", t) for t in texts):
            return True, False
        if names and isinstance(statement, ast.Assign | ast.AnnAssign):
            return False, True
    return False, False


def _changes_a_table(texts: Sequence[str], query: Code) -> bool:
    """Whether earlier Python gives a name to something that a query reads, so that it would read that instead."""
    given: set[str] = set()
    for text in texts:
        try:
            nodes = all_nodes(parse_python(text))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return True
        given |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    read = set(re.findall(r'(?i)\b(?:from|join)\s+"?(\w+)', query.text)) | set(re.findall(r',\s*"?(\w+)', query.text))
    return bool(given & read)


def _without_look(text: str) -> str:
    """A step without what it ends with only to be looked at, such as the name of a frame."""
    try:
        last = parse_python(text).body[-1]
    except (SyntaxError, ValueError, RecursionError, MemoryError, IndexError):
        return text
    if not isinstance(last, ast.Expr) or any(isinstance(part, ast.Call | ast.Await) for part in ast.walk(last)):
        return text
    lines = text.splitlines()
    return text if last.col_offset else "\n".join(lines[: last.lineno - 1])
