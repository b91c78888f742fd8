"""Prose of a model or of its code: Markdown as HTML that can do nothing, and as plain text.

What is read of Markdown is emphasis, code, lists, quotes, tables and headings. A picture or a link could carry data to
a server: the text of a link stays, with its address behind it, and pictures and HTML stand there as they were written.
A sign in a number or in the name of a column stays what it is (``a_b_c``, ``5*3*2``, ``> 5``).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from .text import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

MAX_MARKDOWN = 20_000
"""Characters of a text that is read as Markdown; a longer one is shown as it was written."""

_TAGS = {
    "p", "br", "hr", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"ol": {"start"}, "li": {"value"}}
"""Numbers of a list. Without them "2013. A good year" would lose its year."""

_WITHOUT = ("html_block", "html_inline", "autolink", "image", "reference", "entity", "code")
# "_two words_" is emphasis; "_id" and "__init__" are names.
_PHRASE = re.compile(r"(?<![\w_])(_{1,2})(?=[^\s_])[^_\n]*?\s[^_\n]*?(?<=[^\s_])\1(?![\w_])")

_LANGUAGE = re.compile(r"[\w+#.-]{0,30}")
_NUMBER_ALONE = re.compile(r"(?:\d+[.)]|[-+*])[ \t]*(?:\n|$)")
_MORE_THAN = re.compile(r">[ \t]?[-−+~≈]?[$€£¥]?\d")


def markdown(text: str) -> str:
    """Markdown as HTML that is safe on any page: no attributes but the numbers of a list, nothing that loads or runs.

    A text that is too long or too deeply nested to be read, or would lose a letter by it, is shown as it was written.

    >>> markdown("**ORD** has the most flights: 17,283")
    '<p><strong>ORD</strong> has the most flights: 17,283</p>'
    >>> markdown("<b>5*3*2</b> [see](http://a.example)")
    '<p>&lt;b&gt;5*3*2&lt;/b&gt; see (http://a.example)</p>'
    """
    text = clean(text).strip()
    tokens = _read(text)
    if tokens is None:
        return _as_written(text)
    import nh3

    parser = _parser()
    page = parser.renderer.render(tokens, parser.options, {})
    return nh3.clean(page, tags=_TAGS, attributes=_ATTRIBUTES, clean_content_tags=set(), link_rel=None).strip()


def plain(text: str) -> str:
    """Markdown as plain text, for terminals, logs and documents.

    >>> plain("**ORD** has the most flights: `17,283`")
    'ORD has the most flights: 17,283'
    """
    text = clean(text).strip()
    tokens = _read(text)
    if tokens is None:
        return text
    page = _Plain()
    for token in tokens:
        page.write(token)
    return "\n".join(page.lines).strip()


def _as_written(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", text)
    return "".join(f"<p>{html.escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs if part.strip())


def _read(text: str) -> list[Token] | None:
    """The text as tokens without links; None where it cannot be read, or a letter of it would be lost."""
    if len(text) > MAX_MARKDOWN:
        return None
    try:
        tokens = list(_harmless(_parser().parse(text)))
    except (RecursionError, ValueError, IndexError):
        return None
    return tokens if _letters(_everything(tokens)) == _letters(text) else None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@lru_cache(1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # 0.06 s, for answers with prose only
    from markdown_it.rules_block import blockquote, list_block

    class Parser(MarkdownIt):
        def normalizeLink(self, url: str) -> str:
            """An address as it was written: it is only shown."""
            return url

    def quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        """A quote; "> 5 minutes" is none."""
        at = state.bMarks[start] + state.tShift[start]
        return not _MORE_THAN.match(state.src, at) and blockquote(state, start, end, silent)

    parser = Parser("commonmark", {"html": False, "breaks": True}).disable(list(_WITHOUT)).enable("table")

    def numbered(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        """A list; "12." alone is none."""
        at = state.bMarks[start] + state.tShift[start]
        return not _NUMBER_ALONE.match(state.src, at) and list_block(state, start, end, silent)

    parser.block.ruler.at("list", numbered, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.block.ruler.at("blockquote", quote, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.inline.ruler.at("emphasis", _emphasis)
    return parser


def _emphasis(state: StateInline, silent: bool) -> bool:
    """The marks of emphasis, but those in a number or a name."""
    from markdown_it.rules_inline import emphasis

    sign = state.src[state.pos]
    if silent or sign not in "*_":
        return False
    if sign == "_":
        return state.pos in _phrases(state.src) and emphasis.tokenize(state, silent)
    begin, known = state.pos, len(state.delimiters)
    emphasis.tokenize(state, silent)
    around = state.src[max(0, begin - 1) : begin], state.src[state.pos : state.pos + 1]
    if all(character.isascii() and character.isalnum() for character in around):  # other scripts have no blanks there
        for mark in state.delimiters[known:]:
            mark.open = False  # 5*3*2, x**2
            mark.close = mark.close and state.pos - begin > 1  # **5**min
    return True


@lru_cache(8)
def _phrases(text: str) -> frozenset[int]:
    """Where the underscores stand that are meant as emphasis."""
    found: set[int] = set()
    for match in _PHRASE.finditer(text):
        found |= {match.start(), match.end() - len(match[1])}
    return frozenset(found)


def _harmless(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tokens of blocks without links; a heading is a paragraph in bold, so that it is no part of a page's outline."""
    from markdown_it.token import Token

    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type in {"heading_open", "heading_close"}:
            yield token.copy(type=token.type.replace("heading", "paragraph"), tag="p")
        elif token.type == "list_item_open" and token.info:
            yield token.copy(attrs={"value": int(token.info)})
        elif token.type == "inline":
            children = list(_without_links(token.children or ()))
            if before is not None and before.type == "heading_open":
                children = [Token("strong_open", "strong", 1), *children, Token("strong_close", "strong", -1)]
            yield token.copy(children=children)
        else:
            yield token


def _without_links(children: Iterable[Token]) -> Iterator[Token]:
    """Inline tokens whose links are text, with the address behind it where it says more than the text."""
    address, title, shown_text = "", "", ""
    for token in children:
        if token.type == "link_open":
            address, title, shown_text = str(token.attrGet("href") or ""), str(token.attrGet("title") or ""), ""
        elif token.type == "link_close":
            more = ", ".join(part for part in (address, title) if part and part != shown_text)
            shown = f" ({more})" if more else ""
            yield token.copy(type="text", tag="", nesting=0, content=shown, info="" if more else shown_text)
        else:
            shown_text += token.content
            yield token


def _everything(tokens: Iterable[Token]) -> str:
    """All that the tokens hold of the text, also what is not shown: a code's language, an address that is the text."""
    parts = []
    for token in tokens:
        parts.append(token.info if _LANGUAGE.fullmatch(token.info.strip()) else "")
        children = token.children or ()
        parts += [child.content + child.info for child in children] if children else [token.content]
    return "".join(parts)


class _Plain:
    """Writes tokens as plain text: lists with their signs and indents, tables in columns."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._first: list[str] = []
        self._others: list[str] = []
        self._rows: list[list[str]] = []
        self._in_table = False

    def write(self, token: Token) -> None:
        """Take the next token."""
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "- "
            self._first.append(mark)
            self._others.append(" " * len(mark))
        elif token.type == "blockquote_open":
            self._first.append("> ")
            self._others.append("> ")
        elif token.type in {"list_item_close", "blockquote_close"}:
            if self._first != self._others:  # nothing stood in it
                self._block("")
            self._first.pop()
            self._others.pop()
        elif token.type in {"table_open", "table_close"}:
            if self._in_table:
                self._block(_columns(self._rows))
            self._in_table, self._rows = not self._in_table, []
        elif token.type == "tr_open":
            self._rows.append([])
        elif token.type == "inline":
            text = "".join("\n" if child.type.endswith("break") else child.content for child in token.children or ())
            if self._in_table:
                self._rows[-1].append(text)
            else:
                self._block(text)
        elif token.type in {"fence", "hr"}:
            self._block(token.content.rstrip("\n") or token.markup)

    def _block(self, text: str) -> None:
        if self.lines and not self._first:
            self.lines.append("")
        first, *others = text.split("\n")
        self.lines.append("".join(self._first) + first)
        self._first = list(self._others)
        self.lines += ["".join(self._others) + line for line in others]


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[at]) if at < len(row) else 0 for row in rows) for at in range(max(map(len, rows)))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows
    )
