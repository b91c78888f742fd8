"""Text of a figure: every character is shown, and nothing that Plotly puts together from it becomes a link or a style.

Plotly splits text at ``<[^<>]*>`` and reads a few of these parts as tags; all others it shows as they are
(``src/lib/svg_text_utils.js``: ``SPLIT_TAGS``, ``ONE_TAG``, ``TAG_STYLES``). Of the tags that it reads, those with
attributes can hold an address: they lose their attributes, but for the colour, size and weight of letters, which are
written anew. As templates, prefixes and suffixes are joined before the
text is split, and as Plotly cuts parts such as ``<extra>`` out of it, a ``<`` that could begin such a tag together with
what another string brings is written as ``&lt;``, which Plotly shows as ``<``.

Text that WebGL or a canvas draws, such as the axes of 3D scenes, is shown letter by letter: ``&lt;`` would be seen. As
the same text can also stand in a label that is pointed at, its ``<`` gets a space without width behind it, so that no
name of a tag follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...cleaning.text import clean_label, is_clean_label
from ...language import message

MAX_TEXT = 50_000
LIVE_TAGS = ("a", "b", "em", "i", "s", "span", "sub", "sup", "u")
"""The tags whose attributes Plotly reads (``TAG_STYLES``); ``br`` has none."""

CUT = message("Text of more than {most_text} characters in a figure was cut.", most_text=MAX_TEXT)
INVISIBLE = message("Invisible characters in a figure's text were left out.")
LINKS = message("Links in a figure's text were left out.")
STYLES = message("Styles in a figure's text were left out.")

_ESCAPED = "&lt;"
_ESCAPED_ON_CANVAS = "<\u200b"

_TAG = re.compile(r"<([^<>]*)(>?)")
_SPACE = re.compile(r"[\s\ufeff]")
_REFERENCE = re.compile(r"(?:^|[\s\"'])href\s*=", re.I)
_STYLE = re.compile(r"(?:^|[\s\"'])(?:style|target|popup)\s*=", re.I)
_STYLES = re.compile(r"(?:^|[\s\"'])style\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I)
_NUMBER = r"\d{1,3}(?:\.\d{1,6})?"
DECLARATION = re.compile(
    rf"color:(?:[a-z]{{3,20}}|#[\da-f]{{3,8}}|(?:rgb|hsl)a?\([\d.,%\s]{{1,40}}\))"
    rf"|font-size:(?:{_NUMBER}(?:px|pt|em|rem|%)|(?:xx?-)?(?:small|large)|medium|smaller|larger)"
    r"|font-weight:(?:normal|bold|bolder|lighter|[1-9]00)|font-style:(?:normal|italic|oblique)"
    r"|text-decoration:(?:none|underline|line-through|overline)",
    re.I,
)
"""A declaration of a style that may stay, without spaces around its parts."""
# A ``<`` that may begin a tag with attributes, by itself or with what other text brings.
_DOUBTFUL = re.compile(r"<(?!/?(?:b|br|em|extra|i|s|span|sub|sup|u)>|br ?/>|[ 0-9])")
_OPEN_ENDS = re.compile(r"[%{}]")


def need_no_change(texts: Sequence[str]) -> bool:
    """Whether ``label`` leaves each of the texts as it is, by one look at all of them.

    Where it says no, each text is to be looked at alone.

    >>> need_no_change(["<b>Total</b><br>3 < 4", "Zürich"]), need_no_change(["<a href='x'>Zürich</a>"])
    (True, False)
    """
    joined = "|".join(texts)  # with this mark no text ends a tag that the one before begins
    return (
        ("<" not in joined or not _DOUBTFUL.search(joined))
        and is_clean_label(joined)
        and (len(joined) <= MAX_TEXT or max(map(len, texts), default=0) <= MAX_TEXT)
    )


def label(text: str, notes: set[str], *, is_format: bool = False, on_canvas: bool = False) -> str:
    """Text as it may stand in a figure.

    Args:
        text: Text from the sandbox.
        notes: Takes a sentence for each thing that was left out.
        is_format: Whether the text is a format of d3, whose ``<`` can be a character to fill with.
        on_canvas: Whether it is drawn by WebGL or on a canvas, letter by letter.
    """
    if len(text) > MAX_TEXT:
        notes.add(CUT)
        text = text[:MAX_TEXT]
    cleaned = clean_label(text)
    if cleaned != text:
        notes.add(INVISIBLE)
    return _without_attributes(cleaned, notes, is_format, on_canvas) if "<" in cleaned else cleaned


def _without_attributes(text: str, notes: set[str], is_format: bool, on_canvas: bool) -> str:
    fills = is_format or "%{" in text
    escaped = _ESCAPED_ON_CANVAS if on_canvas else _ESCAPED
    begin, end = ("", "") if on_canvas else ("<span>", "</span>")
    links = 0

    def tag(match: re.Match[str]) -> str:
        nonlocal links
        inner, closed = match[1], match[2]
        if inner.startswith("/"):  # an end tag: Plotly reads none of its attributes
            is_end_of_link = links and closed and inner[1:].strip().lower() == "a"
            links -= bool(is_end_of_link)
            return end if is_end_of_link else match[0]
        if fills and (not inner or inner[0] in "=^"):
            return f"{escaped}{match[0][1:]}"
        name, space, attributes = _parts(inner)
        if not _could_be_live(name, bool(closed or space)):
            return match[0]
        if closed and not space and name != "a" and not _OPEN_ENDS.search(name):
            return match[0]
        if not closed or _OPEN_ENDS.search(name):
            return f"{escaped}{match[0][1:]}"
        style = "" if on_canvas else _harmless_style(attributes, notes)
        if _REFERENCE.search(attributes) and name == "a":
            notes.add(LINKS)
            links += 1
            return f"<span{style}>" if style else begin
        if _STYLE.search(attributes):
            if not style:
                notes.add(STYLES)
            return f"<{name if name != 'a' else 'span'}{style}>"
        return f"{escaped}{match[0][1:]}"

    return _TAG.sub(tag, text)


def _harmless_style(attributes: str, notes: set[str]) -> str:
    """The attribute ``style`` with what may stay of it; empty where that is nothing."""
    found = _STYLES.search(attributes)
    if found is None:
        return ""
    parts = re.split(r"\s*;\s*", (found[1] or found[2] or "").strip())
    tidy = [re.sub(r"\s*:\s*", ":", part, count=1) for part in parts if part]
    declarations = [part for part in tidy if DECLARATION.fullmatch(part)]
    if len(declarations) < len(tidy):
        notes.add(STYLES)
    return f' style="{";".join(declarations)}"' if declarations else ""


def _parts(inner: str) -> tuple[str, str, str]:
    """The name of a tag, the space that ends the name (or nothing), and its attributes."""
    space = _SPACE.search(inner)
    if space is None:
        return inner.lower(), "", ""
    return inner[: space.start()].lower(), space[0], inner[space.start() :]


def _could_be_live(name: str, is_whole: bool) -> bool:
    """Whether a tag of this name has attributes that Plotly reads, now or when other text has been put into it.

    Args:
        name: The name, in lower case; it can hold parts of a template, which stand for any text.
        is_whole: Whether the name cannot become longer by what follows.
    """
    stem = _OPEN_ENDS.split(name, maxsplit=1)[0]
    if stem != name or not is_whole:
        return any(live.startswith(stem) for live in LIVE_TAGS)
    return name in LIVE_TAGS
