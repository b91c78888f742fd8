"""The parts of HTML that may stay on a page, whoever wrote it: text, tables, links, pictures, and nothing that acts."""

from __future__ import annotations

import re

import nh3

TAGS = (nh3.ALLOWED_TAGS - {"area", "map"}) | {"tfoot"}
GONE_WITH_CONTENT = {
    "script", "style", "title", "textarea", "iframe", "noscript", "svg", "math", "object", "select", "template",
}  # fmt: skip
"""Tags whose content is no text of the page."""
ATTRIBUTES = {
    "*": {"style", "title", "lang", "dir", "id"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "details": {"open"},
    "ol": {"start"},
    "table": {"border"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
"""Attributes by tag; what addresses and styles may hold is for each page to check."""
SCHEMES = {"http", "https", "mailto", "tel", "data"}
"""Schemes of addresses; ``data`` is for pictures alone."""
PICTURE = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
"""The address of a picture that lies in the page itself."""
