"""HTML from a notebook file, made harmless.

Whoever sends a notebook chooses every byte of its cells and outputs, so all of it is treated as hostile: no script, no
style sheet, no frame, nothing loaded from the network, and no link but to the web, to the page itself or to a file
beside it. Pictures and documents that lie beside the notebook are put into the page.
"""

from __future__ import annotations

import base64
import html
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import nh3
from markupsafe import Markup
from pygments.token import STANDARD_TYPES

from ..cleaning import html_parts
from ..filetypes import FILE_TYPES, OUTPUT_FOLDER
from .headings import LOST_PARTS, ON_THE_WEB
from .styles import safe_style

MAX_EMBED = 5_000_000
_ID_PREFIX = "n-"  # names in a stranger's HTML must not shadow those of the page's own script

_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
_WEB = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

_STYLES = {
    "background", "background-color", "border", "border-bottom", "border-collapse", "border-left", "border-radius",
    "border-right", "border-top", "caption-side", "color", "display", "font-family", "font-size", "font-style",
    "font-weight", "line-height", "max-width", "min-width", "opacity", "overflow-wrap", "overflow-x", "padding",
    "padding-bottom",
    "padding-left", "padding-right", "padding-top", "text-align", "text-decoration", "vertical-align", "white-space",
    "width",
}  # fmt: skip
_ALERTS = {"alert-info", "alert-success", "alert-warning", "alert-danger"}
_CALLOUTS = {f"callout-{kind}" for kind in ("note", "tip", "important", "warning", "caution")}
_CLASSES = {
    "a": {"anchor-link"},
    "details": {"tab"},
    "div": {"highlight", "footnotes", "callout", "alert", *_ALERTS, *_CALLOUTS},
    "li": {"task-list-item"},
    "p": {"callout-title", "caption", "left-out"},
    "span": {name for name in STANDARD_TYPES.values() if name},
    "table": {"dataframe"},
}


_PART = re.compile(
    r"<(iframe|video|audio|object|embed)\b([^>]{0,5000})>(?:(?:(?!</?\1\b).){0,5000}</\1\s*>)?",
    re.DOTALL | re.IGNORECASE,
)
_SOURCE = re.compile(r"\s(?:src|data)\s*=\s*[\"']?(?!data:)([^\s\"'<>]{1,500})", re.IGNORECASE)


def with_marks(fragment: str) -> str:
    """HTML in which something stands for each frame, video and sound, which the sanitiser takes out without a word."""

    def mark(part: re.Match[str]) -> str:
        kind = part[1].lower()
        kind = kind if kind in {"video", "audio"} else "page"
        found = _SOURCE.search(part[0])
        address = html.escape(html.unescape(found[1])) if found else ""
        if _WEB.match(address):
            return f'<img src="#lost-{kind}"> <a href="{address}">{address}</a>'
        return f'<img src="#lost-{kind}" alt="{address}">'

    return _PART.sub(mark, fragment)


def clean(fragment: str, folder: Path | None = None) -> Markup:
    """The harmless part of a piece of HTML.

    Args:
        fragment: HTML of any origin.
        folder: The notebook's directory; without one nothing is embedded.
    """
    page = _Page(folder, secrets.token_hex(8), [])
    cleaned = nh3.clean(
        fragment,
        tags=html_parts.TAGS,
        clean_content_tags=html_parts.GONE_WITH_CONTENT,
        attributes=html_parts.ATTRIBUTES,
        attribute_filter=page.attribute,
        allowed_classes=_CLASSES,
        filter_style_properties=_STYLES,
        url_schemes=html_parts.SCHEMES,
        id_prefix=_ID_PREFIX,
    )
    return Markup(page.with_downloads(cleaned))  # noqa: S704 - this is the place where it becomes safe


@dataclass(frozen=True, slots=True)
class _Page:
    """One call of ``clean``: the attributes' judge, and the files that its links lead to."""

    folder: Path | None
    mark: str
    files: list[Path]

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """What an attribute becomes; None drops it. nh3 calls this after its own checks."""
        if name == "href":
            return self._link(re.sub(r"[\x00-\x1f]", "", value).strip())
        if name == "src":
            return self._picture(value.strip())
        if name == "style":
            return safe_style(value) or None
        return value

    def with_downloads(self, cleaned: str) -> str:
        """Put the embedded files in. A browser opens no data: link, it only downloads it, so that it is told to."""
        for number, path in enumerate(self.files):
            kind = FILE_TYPES[path.suffix[1:].lower()].mime
            link = f'href="{_data_uri(kind, path.read_bytes())}" download="{html.escape(path.name)}"'
            cleaned = cleaned.replace(f'href="{self._marker(number)}"', link)
        return cleaned

    def _marker(self, number: int) -> str:
        return f"embed-{self.mark}-{number}"

    def _link(self, url: str) -> str | None:
        if url.startswith("#"):
            return f"#{_ID_PREFIX}{url[1:]}"
        if _WEB.match(url):
            return url
        if _SCHEME.match(url) or url.startswith(("/", "\\")):
            return None
        path = beside(self.folder, url)
        if path is None or not _is_document(path, self.folder):
            return url
        self.files.append(path)
        return self._marker(len(self.files) - 1)

    def _picture(self, url: str) -> str | None:
        if url in LOST_PARTS:
            return url or None
        if html_parts.PICTURE.fullmatch(url):
            return url
        if _WEB.match(url) or url.startswith("//"):
            return ON_THE_WEB
        path = None if _SCHEME.match(url) else beside(self.folder, url)
        if path is None:
            return None
        data = path.read_bytes()
        kind = next((mime for signature, mime in _PICTURES.items() if data.startswith(signature)), None)
        return _data_uri(kind, data) if kind else None


def beside(folder: Path | None, url: str) -> Path | None:
    """The file that a relative URL means, if it lies in the folder, is a real file and not too large to embed."""
    if folder is None or "\0" in url:
        return None
    try:
        root = folder.resolve(strict=True)
        path = (root / unquote(url.partition("#")[0].partition("?")[0])).resolve(strict=True)
        fits = path.is_relative_to(root) and path.is_file() and path.stat().st_size <= MAX_EMBED
    except (OSError, ValueError, RuntimeError):  # not there, not a path at all, a loop of links
        return None
    return path if fits else None


def _is_document(path: Path, folder: Path | None) -> bool:
    """Only what Analyst Magic put there: a stranger's link must not pull other files into a page that is passed on."""
    home = folder.resolve() / OUTPUT_FOLDER if folder else None
    return path.parent == home and path.suffix[1:].lower() in FILE_TYPES


def _data_uri(mime: str, data: bytes) -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"
