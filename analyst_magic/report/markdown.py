"""Markdown and code of a notebook as harmless HTML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

from .sanitise import clean

_HIGHLIGHT_CAP = 100_000  # colouring takes time, and some lexers take it by the square


class _Renderer(IPythonRenderer):
    """The renderer of nbconvert, which does not give up over a picture that is not there."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture, or its words where the notebook lacks it."""
        try:
            return str(super().image(text, url, title))
        except InvalidNotebook:
            return f"<em>{escape(text)}</em>"


def markdown_html(source: str, folder: Path | None, attachments: Mapping[str, Any] | None = None) -> Markup:
    """Markdown as nbconvert renders it, sanitised. Formulas stay as they are written: MathJax is on the network."""
    renderer = _Renderer(escape=False, attachments=dict(attachments or {}))
    try:
        return clean(MarkdownWithMath(renderer=renderer).render(source), folder)
    except (
        RecursionError,
        InvalidNotebook,
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
    ):  # quotes nested a thousand deep, and such
        return Markup("<pre>{}</pre>").format(source)


def code_html(source: str, language: str) -> Markup:
    """Code with its syntax in classes; plain where the language is unknown or the code very long."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer()
    if len(source) > _HIGHLIGHT_CAP:
        lexer = TextLexer()
    return Markup(highlight(source, lexer, HtmlFormatter(nowrap=True)).rstrip("\n"))  # noqa: S704 - Pygments escapes
