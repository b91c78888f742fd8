"""Sound and video of a notebook: a page plays them, other formats say what they leave out."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

from ..drawing.figures import left_out
from ..results.html import human_size
from .plain import text_of

MAX_MEDIA = 20_000_000
_KINDS = {
    b"RIFF": "audio/wav", b"ID3": "audio/mpeg", b"\xff\xfb": "audio/mpeg", b"OggS": "audio/ogg", b"fLaC": "audio/flac",
    b"\x1aE\xdf\xa3": "video/webm",
}  # fmt: skip
_URI = re.compile(r"data:((?:audio|video)/[\w.+-]+);base64,([A-Za-z0-9+/=\s]+)")


def media_html(data: Mapping[str, Any]) -> Markup:
    """Sound or video of an output as something that a page plays; empty where there is none."""
    for mime, value in data.items():
        if str(mime).startswith(("audio/", "video/")):
            return _played(str(mime).partition("/")[0], text_of(value))
    source = text_of(data.get("text/html", ""))
    if len(source) > MAX_MEDIA * 2 or not re.search(r"<(audio|video)\b", source, re.IGNORECASE):
        return Markup()
    tag = BeautifulSoup(source, "html.parser").find(["audio", "video"])
    if not isinstance(tag, Tag):
        return Markup()
    named = [tag, *tag.find_all("source")]
    found = next((match for one in named if (match := _URI.match(str(one.get("src") or "")))), None)
    if found is None:
        what = "A video" if tag.name == "video" else "A sound"
        return left_out(f"{what} was left out: it is in a file or on the network, not in the notebook.", tag.name)
    return _played(tag.name, found[2])


def around_media(data: Mapping[str, Any]) -> str:
    """The HTML of an output without the sound or video that ``media_html`` shows of it; empty where nothing is left."""
    source = text_of(data.get("text/html", ""))
    page = BeautifulSoup(source, "html.parser")
    tag = page.find(["audio", "video"])
    if not isinstance(tag, Tag):
        return ""
    tag.extract()
    return str(page) if page.get_text().strip() or page.find(["img", "iframe", "embed", "audio", "video"]) else ""


def media_words(kind: str, size: str) -> str:
    """What stands for sound or video in a file that does not play it."""
    what = "A video" if kind == "video" else "A sound"
    return f"{what} of {size} was left out: a file of this kind does not play it. The report as HTML does."


def _played(kind: str, text: str) -> Markup:
    what = "A video" if kind == "video" else "A sound"
    try:
        content = base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return left_out(f"{what} was left out: its data cannot be read.", kind)
    mime = "video/mp4" if content[4:8] == b"ftyp" else ""
    mime = mime or next((mime for start, mime in _KINDS.items() if content.startswith(start)), "")
    if not mime or len(content) > MAX_MEDIA:
        why = f"it has {human_size(len(content))}" if mime else "it is of no kind that browsers play"
        return left_out(f"{what} was left out: {why}.", kind)
    name = mime.partition("/")[0] if mime != "video/mp4" else kind
    source = f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"
    return Markup('<{0} class="output media" controls preload="metadata" src="{1}" data-size="{2}"></{0}>').format(
        name, source, human_size(len(content))
    )
