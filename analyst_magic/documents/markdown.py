"""Markdown that loads nothing when it is shown: pictures from elsewhere become links, HTML becomes text.

Viewers differ in what they take for Markdown, so what is left is what no viewer can take for a picture: an exclamation
mark stays before a bracket only where the picture lies beside the file, and a less-than sign before a letter only where
a known tag without attributes, or a link in angle brackets, follows. A link to a script, a file or a share is text.
"""

from __future__ import annotations

import html
import re

from .links import allowed, dangerous

_IMAGE = re.compile(r"!+(?=\[)")
_OWN_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\(\w[\w\-]*(?:[./]\w[\w\-]*)*\)")
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])")
_PLAIN_TAG = re.compile(
    r"</?(?:b|i|u|s|em|strong|sub|sup|br|hr|p|ul|ol|li|code|pre|kbd|mark|small|del|ins|details|summary|blockquote|"
    r"table|thead|tbody|tfoot|tr|td|th|h[1-6]|center|div|span)\s*/?>",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<(?:https?://|mailto:)[^\s<>\"'`]*>|<[\w.+\-]+@[\w.\-]+>", re.IGNORECASE)
_FENCE = re.compile(r"^([ \t>*+\-\d.)]*)(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_LANGUAGE = re.compile(r"\s*(?!mermaid)\w[\w+#\-]*\s*", re.IGNORECASE)
_DIRECTIVE = re.compile(r"^([ \t>*+\-\d.)]*)(?=:{3,}[ \t]*(?:\{[ \t]*[\w:]|mermaid))", re.MULTILINE | re.IGNORECASE)
_MATHS = re.compile(r"\\(?=(?:href|style|require|includegraphics|class|cssId|url)\b)")
_LINK = re.compile(r"\](?=(?:\(|[ \t]*:)([^)]{0,200}))")
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)


def cleaned(data: bytes) -> tuple[bytes, str]:
    """The file without what loads something, and what was changed, in one sentence.

    Args:
        data: Markdown in UTF-8.
    """
    text = data.decode("utf-8-sig")
    found = _FENCE.sub(_fence, _MARKUP.sub(_markup, _images(text)))
    found = _LINK.sub(_link, found)
    found = _DIRECTIVE.sub(r"\1\\", found)  # as MyST and others write pictures and diagrams
    found = _MATHS.sub(r"\\\\", found)
    if found == text:
        return data, ""
    note = "Pictures from elsewhere became links; HTML that could load something, and links to files, became text."
    return found.encode(), note


def _images(text: str) -> str:
    return _IMAGE.sub(
        lambda match: match[0] if _OWN_IMAGE.match(text, match.end() - 1) and match[0] == "!" else "", text
    )


def _markup(match: re.Match[str]) -> str:
    plain = _PLAIN_TAG.match(match.string, match.start()) or _ADDRESS.match(match.string, match.start())
    return "<" if plain else "&lt;"


def _link(match: re.Match[str]) -> str:
    """A bracket that no address follows, where the address is none that a click may open."""
    written = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", html.unescape(match[1].lstrip(" \t:(")))
    address = written.strip().removeprefix("<").split(maxsplit=1)[0:1]
    squeezed = re.sub(r"[\s<]", "", written)  # a browser takes tabs and line ends out of an address
    scheme = bool(address) and _SCHEME.match(address[0]) and not allowed(address[0])
    return "]\\" if scheme or dangerous(squeezed) else "]"


def _fence(match: re.Match[str]) -> str:
    """Diagrams are drawn by a program of the viewer's, which loads pictures: their source is shown."""
    language = match[3]
    plain = not language.strip() or _LANGUAGE.fullmatch(language) or (match[2][0] == "`" and "`" in language)
    return match[0] if plain else f"{match[1]}{match[2]}text"
