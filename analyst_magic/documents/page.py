"""An HTML page, reduced to its text, tables, links and pictures of its own: no script, and nothing from elsewhere."""

from __future__ import annotations

import html
import re

import nh3

from ..errors import FirewallError
from . import links

_TAGS = (nh3.ALLOWED_TAGS - {"area", "map"}) | {"tfoot", "section", "main", "header", "footer", "figure", "figcaption"}
_GONE_WITH_CONTENT = {"script", "style", "title", "textarea", "iframe", "noscript", "svg", "math", "object", "select",
                      "template"}  # fmt: skip
_ATTRIBUTES = {
    "*": {"style", "title", "lang", "dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "details": {"open"},
    "ol": {"start"},
    "table": {"border"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
}
_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-left", "border-right", "border-top",
    "color", "font-family", "font-size", "font-style", "font-weight", "max-width", "min-width", "padding",
    "text-align", "text-decoration", "vertical-align", "white-space", "width",
}  # fmt: skip
_PICTURE = re.compile(r"data:image/(?:png|jpeg|jpg|gif);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_COLOUR = re.compile(r"(?:rgb|hsl)a?\([\d\s.,%/]*\)", re.IGNORECASE)
_ACTS = re.compile(
    r"<\s*(?:script|style|link|iframe|object|embed|svg|form|input|video|audio|base)\b|\son\w+\s*=|url\s*\(|"
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
        clean_content_tags=_GONE_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "data"},
    )
    if not re.sub(r"<(?!img\b)[^>]*>", "", body).strip():
        raise FirewallError(
            "it is drawn by a script, which could do anything where it is opened.",
            "Show the figure itself, save it as PNG or SVG, or export the notebook with analyst report.",
        )
    title = _TITLE.search(text)
    head = html.escape(html.unescape(title[1]).strip()[:200]) if title else "Page"
    found = (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{head}</title></head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )
    return found.encode(), _NOTE if _ACTS.search(text) else ""


_NOTE = "Scripts, style sheets and what is loaded from elsewhere were taken out of the page."


def _attribute(tag: str, name: str, value: str) -> str | None:
    """What an attribute becomes; None drops it. nh3 calls this after its own checks."""
    if name == "href":
        return value if links.allowed(value) else None
    if name == "src":
        return value if _PICTURE.fullmatch(value.strip()) else None
    if name == "style" and re.search(r"[\\(@<]|/\*", _COLOUR.sub("", value)):
        return None
    return value
