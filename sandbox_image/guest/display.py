"""What goes out of a MIME bundle: HTML brings its text with it, and a picture that is too large is made smaller.

The host shows no HTML of the sandbox, and no picture over its limit of pixels.
"""

from __future__ import annotations

import base64
import io
import re
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType
    from typing import Any

BARE = re.compile(r"<[\w.<>]+(?: object)?(?: at 0x[0-9a-f]+)?>")
"""The text of an object that has none of its own."""
MIMES = (("image/png", "PNG"), ("image/jpeg", "JPEG"))
NOTES = "analyst"
"""Key of a bundle's metadata under which the host learns what was changed."""


def prepare(
    data: dict[str, Any], metadata: Mapping[str, Any] | None, max_pixels: int
) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """A bundle and its metadata as they go to the host.

    Args:
        data: Content by MIME type.
        metadata: What is said of it.
        max_pixels: Pixels that the host takes of one picture.
    """
    notes: dict[str, Any] = {}
    plain, page = data.get("text/plain"), data.get("text/html")
    if isinstance(page, str) and (not isinstance(plain, str) or BARE.fullmatch(plain.strip())):
        from .html_text import html_to_text

        text = html_to_text(page)
        if text:
            data, notes["text_of"] = {**data, "text/plain": text}, "text/html"
    for mime, kind in MIMES:
        smaller, size = shrink(data.get(mime), kind, max_pixels)
        if size:
            data, notes["shrunk"] = {**data, mime: smaller}, size
    return data, {**(metadata or {}), NOTES: notes} if notes else metadata or {}


def shrink(picture: Any, kind: str, max_pixels: int) -> tuple[Any, list[int] | None]:
    """A picture with fewer pixels, in base64, and its size before; the same and None where it fits."""
    raw = picture if isinstance(picture, bytes) else None
    if isinstance(picture, str) and len(picture) > 1_000:
        head = base64.b64decode(picture[:64] if kind == "PNG" else picture)
        raw = head if kind == "JPEG" else None
        if kind == "PNG" and area(head) <= max_pixels:
            return picture, None
        raw = raw or base64.b64decode(picture)
    if raw is None or (kind == "PNG" and area(raw) <= max_pixels):
        return picture, None
    from PIL import Image

    Image.MAX_IMAGE_PIXELS, most = None, Image.MAX_IMAGE_PIXELS
    try:
        with Image.open(io.BytesIO(raw)) as opened:
            size = opened.size
            if size[0] * size[1] <= max_pixels:
                return picture, None
            scale = (max_pixels / (size[0] * size[1])) ** 0.5
            smaller = opened.resize([max(1, int(side * scale)) for side in size], Image.Resampling.BOX)
            sink = io.BytesIO()
            smaller.save(sink, kind)
    except Exception:  # no picture: the host says so
        return picture, None
    finally:
        Image.MAX_IMAGE_PIXELS = most
    return base64.b64encode(sink.getvalue()).decode("ascii"), list(size)


def area(png: bytes) -> int:
    """Pixels of a PNG by its head; none where it is no PNG."""
    return struct.unpack(">I", png[16:20])[0] * struct.unpack(">I", png[20:24])[0] if png[1:4] == b"PNG" else 0


def identity() -> tuple[dict[str, Any], bool]:
    """Under which identity the ``display`` that is under way shows, and whether that is an update.

    Tables go past what ``display`` hands to the formatters, so it is read from the call itself.
    """
    from IPython.core import display_functions

    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code is not display_functions.display.__code__:
        frame = frame.f_back
    if frame is None:
        return {}, False
    transient = frame.f_locals.get("transient") or {}
    return transient, bool((frame.f_locals.get("kwargs") or {}).get("update"))
