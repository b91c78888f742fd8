"""A statement's own text, piece by piece: what stands between tokens, and pieces that two parsers could cut apart.

What runs is the text that was judged. So it is refused where sqlglot and the engine could see different tokens in it: a
comment that one of them executes, a quote that one of them takes as escaped, white space that is white to one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from ..language import message
from ..turn import Finding
from .dialects import dialect_of

MAX_TEXT = 100_000
"""Characters of a statement."""
BACKQUOTED = frozenset({"mysql", "spark", "databricks", "bigquery", "clickhouse", "duckdb", "sqlite"})
"""Dialects in which names may stand in backquotes; DuckDB has none, and SQLite knows them."""
BRACKETED = frozenset({"tsql", "sqlite"})
_BLOCK = r"/\*(?![!+]|M!)(?:(?!\*/|/\*).)*\*/"
_LINE = r"--[^\r\n]*(?=[\r\n]|\Z)"
_LINE_MYSQL = r"#[^\r\n]*(?=[\r\n]|\Z)|--(?=[ \t\r\n]|\Z)[^\r\n]*(?=[\r\n]|\Z)"
_GAP = re.compile(rf"(?:[ \t\r\n]+|{_LINE}|{_BLOCK})*+", re.DOTALL)
_GAP_MYSQL = re.compile(rf"(?:[ \t\r\n]+|{_LINE_MYSQL}|{_BLOCK})*+", re.DOTALL)
_QUOTED = re.compile(r"(?s)(?:[eErRnNbBxX]?'(?:[^'\\]|''|\\(?!['\"`]))*+'|\"(?:[^\"\\]|\"\"|\\(?!['\"`]))*+\")\Z")
_BACKQUOTED = re.compile(r"(?s)`(?:[^`\\]|``)++`\Z")
_BRACKETED = re.compile(r"(?s)\[(?:[^\]\\])++\]\Z")
_PLAIN = re.compile(r"[^\W\d][\w$]*+\Z|[\d.][\w.]*+(?:[eE][+-]?\d+)?\Z|[-+*/%<>=!~^&|,.;:()\[\]{}?#@]{1,4}\Z")
_WORD = re.compile(r"[\w$]")
_HINT = re.compile(r"/\*(?:M?!|\+)")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The tokens of a text.

    Attributes:
        text: The whole text.
        tokens: Its tokens in order, without semicolons at its end.
    """

    text: str
    tokens: Sequence[Token]

    def raw(self, token: Token) -> str:
        """A token as it is written."""
        return self.text[token.start : token.end + 1]

    @property
    def statement(self) -> str:
        """The text from its first token to its last: what runs."""
        return self.text[self.tokens[0].start : self.tokens[-1].end + 1] if self.tokens else ""


def pieces(text: str, dialect: str) -> Pieces:
    """The tokens of a text.

    Raises:
        SqlglotError: It cannot be cut into tokens.
    """
    try:
        tokens = list(dialect_of(dialect).tokenize(text))
    except (RecursionError, ValueError) as error:
        raise SqlglotError(str(error)) from None
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    return Pieces(text, tokens)


def oddities(found: Pieces, dialect: str) -> Iterator[Finding]:
    """What of a text parser and engine could read differently."""
    if _HINT.search(found.text):
        yield Finding("comment", message("The SQL holds a comment that the engine would execute, such as a hint."))
        return
    if dialect in {"spark", "databricks"} and "${" in found.text:
        yield Finding(
            "variable",
            message("The SQL holds {sign}, for which Spark puts a setting, or a variable of its machine.", sign="${"),
        )
        return
    gap = _GAP_MYSQL if dialect == "mysql" else _GAP
    end, before = found.tokens[0].start if found.tokens else 0, ""
    for token in found.tokens:
        if token.start < end:
            continue  # a token that sqlglot adds
        raw = found.raw(token)
        if not gap.fullmatch(found.text, end, token.start):
            yield _odd(found.text[end : token.start])
            return
        if not _is_plain(raw, dialect) or (token.start == end and _WORD.match(before[-1:]) and _WORD.match(raw)):
            yield _odd(raw)
            return
        end, before = token.end + 1, raw


def _is_plain(raw: str, dialect: str) -> bool:
    """Whether a token reads the same to everybody: a name, a number, an operator, simple quotes, words of two parts."""
    if raw[:1] == "`":
        return dialect in BACKQUOTED and bool(_BACKQUOTED.match(raw))
    if raw[:1] == "[" and len(raw) > 1:
        return dialect in BRACKETED and bool(_BRACKETED.match(raw))
    if "'" in raw or '"' in raw:
        prefix = raw[:1].lower()
        known = not prefix.isalpha() or (prefix == "e" and dialect in {"postgres", "duckdb"}) or prefix in "nbx"
        known = known or (prefix == "r" and dialect in {"spark", "databricks", "bigquery"})
        return known and not raw.startswith(('"""', "'''")) and bool(_QUOTED.match(raw))
    return all(_PLAIN.match(word) for word in re.split(r"[ \t\r\n]+", raw))


def _odd(text: str) -> Finding:
    shown = ascii(text.strip()[:40])
    return Finding(
        "quoting",
        message("The SQL holds {shown}, which could be read in two ways; write it in a simpler way.", shown=shown),
    )
