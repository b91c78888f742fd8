"""An HTML page, reduced to its text, tables, links and pictures of its own: no script, and nothing from elsewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import nh3

from ..cleaning import html_parts
from ..errors import FirewallError
from ..language import message
from .links import allowed

_TAGS = html_parts.TAGS | {"section", "main", "header", "footer", "figure", "figcaption"}
_ATTRIBUTES = html_parts.ATTRIBUTES | {"*": html_parts.ATTRIBUTES["*"] | {"class"}}
_STYLES = set(
    """
align-content align-items align-self background background-color border border-bottom border-collapse border-color
border-left border-radius border-right border-spacing border-style border-top border-width box-shadow box-sizing
break-after break-before break-inside caption-side clear color column-gap columns display empty-cells flex flex-basis
flex-direction flex-grow flex-shrink flex-wrap float font font-family font-size font-style font-variant
font-variant-numeric font-weight gap grid-column grid-row height hyphens justify-content justify-items letter-spacing
line-height list-style list-style-position list-style-type margin margin-bottom margin-left margin-right margin-top
max-height max-width min-height min-width opacity order overflow overflow-wrap overflow-x padding padding-bottom
padding-left padding-right padding-top page-break-after page-break-before page-break-inside row-gap tab-size
table-layout text-align text-decoration text-indent text-overflow text-transform vertical-align white-space width
word-break word-spacing
""".split()
)
"""Properties of style sheets that may stay; their values hold no function but a colour."""
_SHEET = re.compile(r"<style[^<>]*+>", re.IGNORECASE)
_SHEET_END = re.compile(r"</style", re.IGNORECASE)
_AT_RULE = re.compile(r"@[^@{};]*+(?:;|\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\})")
_SELECTOR = re.compile(
    r"(?:[\w\s.#>,:*+~-]|(?<=not|ild|ype|.is|ere)\([\w\s.#:+-]*\))+"  # :not(...), :nth-child(2n+1) and the like
)
_VALUE = re.compile(r"(?:[^\"'\n]|\"[^\"'\n]*\"|'[^\"'\n]*')+")
_MAX_SHEET = 200_000
_MAX_SELECTOR = 300
_COLOUR = re.compile(r"(?:rgb|hsl)a?\([\d\s.,%/]*\)", re.IGNORECASE)
_LOADS = re.compile(r"[\\(@<>{}]|/\*")
_ACTS = re.compile(
    r"<\s*(?:script|link|iframe|object|embed|svg|form|input|video|audio|base)\b|\son\w+\s*=|url\s*\(|"
    r"<\s*img[^>]*\ssrc\s*=\s*[\"']?(?!data:)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title[^>]*>([^<]*)</title>", re.IGNORECASE)


def cleaned(data: bytes) -> tuple[bytes, str]:
    """The page without what runs or loads, and what was changed, in one sentence.

    Args:
        data: HTML in UTF-8.

    Raises:
        FirewallError: Nothing is left of it, as it is drawn by a script.
    """
    text = data.decode("utf-8-sig")
    body = nh3.clean(
        text,
        tags=_TAGS,
        clean_content_tags=html_parts.GONE_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        filter_style_properties=_STYLES,
        url_schemes=html_parts.SCHEMES,
    )
    if not re.sub(r"<(?!img\b)[^>]*>", "", body).strip():
        raise FirewallError(
            message("it is drawn by a script, which could do anything where it is opened."),
            message("Show the figure itself, save it as PNG or SVG, or export the notebook with analyst report."),
        )
    sheet, is_whole = _sheet(text)
    title = _TITLE.search(text)
    head = html.escape(html.unescape(title[1]).strip()[:200]) if title else "Page"
    found = (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{head}</title>{sheet}</head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )
    return found.encode(), _NOTE if not is_whole or _ACTS.search(text) else ""


_NOTE = "Scripts, parts of style sheets and what is loaded from elsewhere were taken out of the page."


def _sheet(text: str) -> tuple[str, bool]:
    """The page's own style sheets with the rules that may stay, as one, and whether these are all."""
    written = "\n".join(_sources(text))
    first, *others = written[:_MAX_SHEET].split("/*")
    source, at_rules = _AT_RULE.subn("", first + "".join(other.partition("*/")[2] for other in others))
    is_whole, rules = not at_rules and len(written) <= _MAX_SHEET, []
    for rule in source.split("}"):
        selector, _, declarations = rule.strip().partition("{")
        given = [one for one in declarations.split(";") if one.strip()]
        safe = [tidy for one in given if (tidy := _declaration(one))]
        may_stay = len(selector) < _MAX_SELECTOR and _SELECTOR.fullmatch(selector.strip()) is not None
        is_whole &= len(safe) == len(given) and (may_stay or not safe)
        if safe and may_stay:
            rules.append(f"{selector.strip()} {{ {'; '.join(safe)} }}")
    return ("\n<style>\n{}\n</style>".format("\n".join(rules)) if rules else ""), is_whole


def _sources(text: str) -> Iterator[str]:
    """The texts of the style sheets of a page."""
    place = 0
    while (begin := _SHEET.search(text, place)) and (end := _SHEET_END.search(text, begin.end())):
        yield text[begin.end() : end.start()]
        place = end.end()


def _declaration(text: str) -> str:
    """A declaration that may stay, tidied; empty for others."""
    name, _, value = (part.strip() for part in text.partition(":"))
    if name.lower() not in _STYLES or not _VALUE.fullmatch(value) or _LOADS.search(_COLOUR.sub("", value)):
        return ""
    return f"{name.lower()}: {value}"


def _attribute(tag: str, name: str, value: str) -> str | None:
    """What an attribute becomes; None drops it. nh3 calls this after its own checks."""
    if name == "href":
        return value if allowed(value) else None
    if name == "src":
        return value if html_parts.PICTURE.fullmatch(value.strip()) else None
    if name == "style" and _LOADS.search(_COLOUR.sub("", value)):
        return None
    return value
