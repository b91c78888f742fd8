"""The answer line of SQL: a sentence in a comment of the statement, with placeholders for cells of its result.

The lines are taken out of the text here, on the host, before anything rewrites the statement. They are filled in the
sandbox, where the result is (``sandbox_image/guest/template.py`` says what a template can hold).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_TEMPLATE = 4_000
"""Characters of a template; a longer one is cut."""

# What SQL's lexer takes as one piece: strings, names in quotes, bodies between dollar signs, comments. PostgreSQL's
# lexer, which DuckDB's parser comes from: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
_TOKEN = re.compile(
    r"""
      (?P<line> --[^\r\n]* )
    | (?P<block> /\* )
    | (?P<escaped> \b[eE]' )
    | (?P<string> ' )
    | (?P<name> " )
    | (?<![\w$]) \$ (?P<tag> [^\W\d]\w* | ) \$
    """,
    re.VERBOSE,
)
_ENDS = {
    "escaped": re.compile(r"(?:[^'\\]|\\.|'')*+(?:'|\Z)", re.DOTALL),
    "string": re.compile(r"(?:[^']|'')*+(?:'|\Z)"),
    "name": re.compile(r'(?:[^"]|"")*+(?:"|\Z)'),
}
_COMMENT_MARK = re.compile(r"/\*|\*/")
_QUOTED = re.compile(r"""[fF]?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")
"""A whole template between quotes, as a text of Python is."""
_ANSWER = re.compile(r"--+\s*answer\s*(?::|(?=if\s*\{))(.*)", re.IGNORECASE | re.DOTALL)


def answer_template(sql: str) -> str:
    """The template of the answer line in SQL; empty where it has none.

    Args:
        sql: A statement, as its writer wrote it. Each comment ``-- answer: ...`` or ``-- answer if ...: ...`` is one
            line of the template.

    Example:
        >>> answer_template("SELECT count(*) AS n FROM flights -- answer: There are {n:,} flights.")
        'There are {n:,} flights.'
        >>> answer_template("SELECT 1 -- answer if {rows} = 0: There are none.")
        'if {rows} = 0: There are none.'
        >>> answer_template('SELECT 1 AS n -- answer: f"There is {n}."')
        'There is {n}.'
        >>> answer_template("SELECT '-- answer: no comment' AS n FROM flights")
        ''
    """
    matches = (_ANSWER.fullmatch(comment) for comment in _line_comments(sql))
    lines = [_unquoted(match[1].strip()) for match in matches if match is not None]
    return "\n".join(line for line in lines if line)[:MAX_TEMPLATE]


def _unquoted(template: str) -> str:
    """A template without the quotes around the whole of it."""
    quoted = _QUOTED.fullmatch(template)
    return template if quoted is None else (quoted["double"] or quoted["single"] or "")


def _line_comments(sql: str) -> Iterator[str]:
    """The comments that begin with two hyphens, in order; what is quoted, or inside another comment, is none."""
    position = 0
    while (token := _TOKEN.search(sql, position)) is not None:
        position = token.end()
        kind = token.lastgroup or "tag"
        if kind == "line":
            yield token[0]
        elif kind == "block":
            position = _end_of_block(sql, position)
        elif kind == "tag":
            end = sql.find(token[0], position)
            position = len(sql) if end < 0 else end + len(token[0])
        elif (rest := _ENDS[kind].match(sql, position)) is not None:
            position = rest.end()


def _end_of_block(sql: str, position: int) -> int:
    """Where a comment ends that begins with ``/*``; such comments nest."""
    depth = 1
    for mark in _COMMENT_MARK.finditer(sql, position):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return mark.end()
    return len(sql)
