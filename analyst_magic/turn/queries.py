"""Queries of a program: SQL that runs on a connection before its code, each with a name for its result.

They stand in the program's own text, as comments that begin with the connection's name, so that a program stays one
text that can be pinned, read and compared. SQL that is the answer itself begins with the connection's name alone::

    -- connection: shop
    SELECT count(*) AS n FROM orders

    # connection: shop, result: monthly
    # SELECT month, sum(amount) AS revenue FROM orders GROUP BY month

    px.line(monthly, x="month", y="revenue")
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .question import Code

_HEAD = re.compile(
    r"[ \t]*(?:--|#)[ \t]*connection:[ \t]*(?P<connection>\w+)"
    r"(?:[ \t]*,[ \t]*result:[ \t]*(?P<result>[^\W\d]\w*))?[ \t]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Query:
    """SQL for a connection.

    Attributes:
        connection: The name of the connection.
        text: The statement, in the engine's dialect.
        result: What its result is called in the code after it; empty where it is the answer itself.
    """

    connection: str
    text: str
    result: str = ""


def split(code: Code) -> tuple[tuple[Query, ...], Code | None]:
    """The queries of a program, in order, and the code after them; None where the last query is the answer.

    >>> queries, body = split(Code("# connection: shop, result: n\\n# SELECT 1\\n\\nn * 2"))
    >>> queries, body.text
    ((Query(connection='shop', text='SELECT 1', result='n'),), 'n * 2')
    >>> split(Code("-- connection: shop\\nSELECT 1", "sql"))
    ((Query(connection='shop', text='SELECT 1', result=''),), None)
    """
    mark = "--" if code.language == "sql" else "#"
    lines, queries = code.text.splitlines(), list[Query]()
    while lines:
        if not lines[0].strip():
            lines.pop(0)
            continue
        head = _HEAD.fullmatch(lines[0])
        if head is None:
            break
        if head["result"] is None:
            if code.language != "sql":
                break
            return (*queries, Query(head["connection"], "\n".join(lines[1:]).strip("\n"))), None
        taken = 1
        while taken < len(lines) and lines[taken].lstrip().startswith(mark) and not _HEAD.fullmatch(lines[taken]):
            taken += 1
        text = "\n".join(line.lstrip().removeprefix(mark).removeprefix(" ") for line in lines[1:taken])
        queries.append(Query(head["connection"], text, head["result"]))
        lines = lines[taken:]
    if not queries:
        return (), code
    return tuple(queries), replace(code, text="\n".join(lines)) if any(map(str.strip, lines)) else None


def joined(queries: Sequence[Query], body: Code | None) -> Code:
    """One program of some queries and the code after them; where there is none, the last query is the answer.

    >>> print(joined([Query("shop", "SELECT 1", "n")], Code("n * 2")).text)
    # connection: shop, result: n
    # SELECT 1
    <BLANKLINE>
    n * 2
    """
    language = "sql" if body is None else body.language
    mark = "--" if language == "sql" else "#"
    first = queries if body is not None else queries[:-1]
    parts = [_commented(query, mark) for query in first]
    if body is None:
        parts.append(f"-- connection: {queries[-1].connection}\n{queries[-1].text}")
        return Code("\n\n".join(parts), "sql")
    return replace(body, text="\n\n".join([*parts, body.text]))


def _commented(query: Query, mark: str) -> str:
    lines = [f"{mark} {line}".rstrip() if line.strip() else mark for line in query.text.strip("\n").splitlines()]
    return "\n".join([f"{mark} connection: {query.connection}, result: {query.result}", *lines])
